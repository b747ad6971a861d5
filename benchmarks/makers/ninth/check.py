"""Prints what a world has beside what the domain reference expects of one."""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import pandas as pd

WEBMAIL = set(
    "gmail.com outlook.com hotmail.com yahoo.com icloud.com proton.me gmx.de qq.com 163.com mail.ru web.de naver.com "
    "duck.com simplelogin.co passmail.net mozmail.com privaterelay.appleid.com".split()
)
EXPECTED = dict(
    ip="45-65 %", template="50-70 %", device="15-30 %", email_domain="15-30 %", payment="8-18 %", conversation_prefix=""
)


def load(out: Path) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Accounts with truth, bare sightings (distinct pairs), and all sightings."""
    accounts = pd.read_parquet(out / "exports" / "accounts.parquet")
    truth = pd.read_csv(out / "truth.csv", dtype=str, keep_default_na=False)
    rows = pd.read_parquet(out / "exports" / "sightings.parquet").dropna(subset=["account_id"])
    both = truth.merge(accounts, on="account_id", how="left")
    domain = both["email"].str.lower().str.split("@").str[1]
    mail = pd.DataFrame({"account_id": both["account_id"], "signal_type": "email_domain", "signal_value": domain})
    mail = mail[~mail["signal_value"].isin(WEBMAIL)].dropna()
    parts = [rows[["account_id", "signal_type", "signal_value"]], mail]
    if "phone" in both:
        phone = both[["account_id", "phone"]].dropna().rename(columns={"phone": "signal_value"})
        parts.append(phone.assign(signal_type="phone"))
    return both, pd.concat(parts).drop_duplicates(), rows


def sharing(both: pd.DataFrame, pairs: pd.DataFrame) -> None:
    """Share of honest accounts that bear a value with another honest one; degrees of values."""
    honest = set(both.loc[both["ring"] == "", "account_id"])
    own = pairs[pairs["account_id"].isin(honest)]
    degree = own.groupby(["signal_type", "signal_value"])["account_id"].transform("size")
    print("type                 accounts  sharing  expected   degree 50/99/max   pairs uncapped")
    for kind, part in own.assign(degree=degree).groupby("signal_type"):
        shared = part.loc[part["degree"] > 1, "account_id"].nunique() / len(honest)
        sizes = part["signal_value"].value_counts().to_numpy()
        two = np.percentile(sizes[sizes > 1], (50, 99)) if (sizes > 1).any() else (0, 0)
        total = (sizes.astype(float) * (sizes - 1) / 2).sum()
        print(
            f"{kind:20} {part['account_id'].nunique():8} {shared:8.1%}  {EXPECTED.get(str(kind), ''):9} "
            f"{two[0]:5.0f}/{two[1]:5.0f}/{sizes.max():6}  {total:14.0f}"
        )


def component(both: pd.DataFrame, pairs: pd.DataFrame, cap: int) -> float:
    """Share of honest accounts in the largest component of values with at most `cap` accounts."""
    honest = set(both.loc[both["ring"] == "", "account_id"])
    own = pairs[pairs["account_id"].isin(honest)]
    size = own.groupby(["signal_type", "signal_value"])["account_id"].transform("size")
    own = own[(size > 1) & (size <= cap)]
    account, names = pd.factorize(own["account_id"])
    value, values = pd.factorize(own["signal_type"] + own["signal_value"])
    label = np.arange(len(names))
    for _ in range(200):
        low = np.full(len(values), len(names))
        np.minimum.at(low, value, label[account])
        new = label.copy()
        np.minimum.at(new, account, low[value])
        new = new[new]
        if (new == label).all():
            break
        label = new
    return float(np.bincount(label).max() / len(honest)) if len(label) else 0.0


def rings(both: pd.DataFrame, pairs: pd.DataFrame) -> None:
    """What members of each side's groups share inside, and how mixed their neighbourhoods are."""
    ids = both.set_index("account_id")
    team = ids["ring"].where(ids["ring"] != "", ids["group"])
    own = pairs[~pairs["signal_type"].isin(["client", "card_bin"])]
    own = own.assign(team=own["account_id"].map(team), kind=own["account_id"].map(ids["kind"]))
    own = own[own["team"].fillna("") != ""]
    inside = own.groupby(["team", "signal_type", "signal_value"])["account_id"].transform("size")
    linked = own[inside > 1].groupby(["team", "signal_type"])["account_id"].nunique()
    size = team[team != ""].value_counts()
    share = linked / size.reindex(linked.index.get_level_values(0)).to_numpy()
    strong = (share >= 0.3).groupby(level=0).sum().reindex(size.index).fillna(0)
    born = pd.to_datetime(ids["created_at"], utc=True, format="mixed")
    spread = born.groupby(team).quantile(0.9) - born.groupby(team).quantile(0.1)
    frame = pd.DataFrame({"size": size, "families": strong, "days": spread.dt.total_seconds() / 86400})
    frame["side"] = np.where(frame.index.str.startswith("r-"), "ring", "honest")
    frame.loc[frame.index.str.startswith("q-"), "side"] = "grey"
    kind = ids["kind"].groupby(team).first()
    frame["between"] = kind.reindex(frame.index).str.endswith("~")
    for side, part in frame.groupby("side"):
        quick = (part["days"] < 14) & (part["size"] >= 5)
        print(
            f"{side:7} groups {len(part):6} accounts {part['size'].sum():7} sizes 50/90/max "
            f"{part['size'].median():.0f}/{part['size'].quantile(0.9):.0f}/{part['size'].max()}  two families "
            f"{(part['families'] >= 2).mean():.0%} of 10+: {(part[part['size'] >= 10]['families'] >= 2).mean():.0%}  "
            f"bursts {quick.mean():.0%} of 10+: {quick[part['size'] >= 10].mean():.0%}  "
            f"between {part['between'].mean():.0%}"
        )
    member = ids["ring"][ids["ring"] != ""]
    honest = set(ids.index[ids["ring"] == ""])
    ip = pairs[pairs["signal_type"] == "ip"]
    clean = set(ip.loc[ip["account_id"].isin(honest), "signal_value"])
    touched = ip[ip["account_id"].isin(member.index) & ip["signal_value"].isin(clean)]["account_id"].nunique()
    if len(member):
        print(f"ring accounts with an address that honest ones bear too: {touched / len(member):.0%}")


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--kinds", action="store_true", help="also count accounts by kind")
    a = parser.parse_args()
    both, pairs, rows = load(a.out)
    n = len(both)
    ring, unit = (both["ring"] != ""), 100 / n
    flags = {k: int((both[k] != "").sum()) for k in ("grey", "same_owner", "framed", "victim")}
    print(
        f"accounts {n}  in rings {ring.sum() * unit:.2f} %  strangers {(both['kind'] == 'stranger').sum() * unit:.0f} %"
    )
    print(f"flags {flags}  ids without a truth: {(~rows['account_id'].isin(both['account_id'])).sum()}")
    sharing(both, pairs)
    print("largest honest component at cap 20 (at least 15 %):", f"{component(both, pairs, 20):.0%}")
    print("at cap 10:", f"{component(both, pairs, 10):.0%}")
    print("sightings per account:", rows.groupby("account_id").size().describe()[["mean", "50%", "max"]].to_dict())
    if "count" in rows:
        rows = rows.assign(day=pd.to_datetime(rows["last_seen"], utc=True, format="mixed"))
        span = (rows["day"] - pd.to_datetime(rows["first_seen"], utc=True, format="mixed")).dt.total_seconds() / 86400
        top = rows.assign(rate=rows["count"] / np.maximum(span, 1))
        rate = top[top["signal_type"] == "template"].groupby("account_id")["rate"].sum()
        bad = rate.index.isin(set(both.loc[ring, "account_id"]))
        for name, part in (("honest", rate[~bad]), ("ring", rate[bad])):
            if len(part):
                q = np.percentile(part, (10, 50, 90, 99))
                print(f"calls a day, {name} (10/50/90/99): " + " / ".join(f"{x:.1f}" for x in q))
    block = pairs[pairs["signal_type"] == "ip"]
    block = block[block["signal_value"].str.count(r"\.") == 3]
    size = block["signal_value"].str.rsplit(".", n=1).str[0].groupby(block["signal_value"].str.rsplit(".", n=1).str[0])
    print("accounts per /24, 50/90/99/max:", np.percentile(size.size(), (50, 90, 99, 100)).round())
    rings(both, pairs)
    if a.kinds:
        print(both["kind"].str.rstrip("~").value_counts().to_string())


if __name__ == "__main__":
    main()
