"""Print what a world has beside the ranges of the domain reference: check.py OUT."""

import sys
from pathlib import Path

import pandas as pd

WANTED = {"ip": "45-65", "template": "50-70", "device": "15-30", "email_domain": "15-30", "payment": "8-18"}
WEBMAIL = {"gmail.com", "outlook.com", "yahoo.com", "icloud.com", "qq.com", "gmx.de"}
HOLLOW = {"none", "unknown", "n/a", "0", ""}


def load(out: Path, name: str) -> pd.DataFrame:
    """Read one table of the exports."""
    path = out / "exports" / f"{name}.parquet"
    return pd.read_parquet(path) if path.exists() else pd.read_csv(path.with_suffix(".csv"), dtype=str)


def pairs_table(out: Path) -> pd.DataFrame:
    """Give each account's distinct values, tidied."""
    seen, accounts = load(out, "sightings"), load(out, "accounts")
    frame = seen[["account_id", "signal_type", "signal_value"]].copy()
    frame["signal_value"] = frame["signal_value"].fillna("").str.strip().str.replace("::ffff:", "")
    if "email" in accounts:
        domain = accounts["email"].fillna("").str.lower().str.split("@").str[-1]
        mail = pd.DataFrame({"account_id": accounts["account_id"], "signal_value": domain})
        frame = pd.concat([frame, mail.assign(signal_type="email_domain")])
    if "phone" in accounts:
        phone = pd.DataFrame({"account_id": accounts["account_id"], "signal_value": accounts["phone"].fillna("")})
        frame = pd.concat([frame, phone.assign(signal_type="phone")])
    keep = (frame["account_id"].fillna("") != "") & ~frame["signal_value"].isin(HOLLOW | WEBMAIL)
    return frame[keep].drop_duplicates()


def sharing(pairs: pd.DataFrame, honest: set[str]) -> None:
    """Print the share of honest accounts that share a value, type by type."""
    mine = pairs[pairs["account_id"].isin(honest)]
    print("honest accounts that share a value, in per cent; accounts on the largest values")
    for name, part in mine.groupby("signal_type"):
        degree = part.groupby("signal_value")["account_id"].transform("count")
        share = 100 * part[degree > 1]["account_id"].nunique() / len(honest)
        top = part["signal_value"].value_counts().head(3).tolist()
        print(f"  {name:20} {share:5.1f}  wanted {WANTED.get(str(name), '-'):7} top {top}")


def component(pairs: pd.DataFrame, honest: set[str], cap: int) -> float:
    """Give the share of honest accounts in the largest component at a degree cap."""
    mine = pairs[pairs["account_id"].isin(honest)]
    key = mine["signal_type"] + mine["signal_value"]
    mine = mine[key.map(key.value_counts()) <= cap]
    parent: dict[str, str] = {}

    def root(node: str) -> str:
        while parent.setdefault(node, node) != node:
            parent[node] = parent[parent[node]]
            node = parent[node]
        return node

    for account, kind, value in mine.itertuples(index=False):
        parent[root(account)] = root(f"{kind}|{value}")
    roots = pd.Series([root(account) for account in mine["account_id"].unique()])
    return roots.value_counts().iloc[0] / len(honest)


def rings(pairs: pd.DataFrame, truth: pd.DataFrame) -> None:
    """Print each ring with the share of members on its most used value, type by type."""
    members = truth[truth["ring"] != ""]
    joined = pairs.merge(members[["account_id", "ring"]], on="account_id")
    count = joined.groupby(["ring", "signal_type", "signal_value"])["account_id"].count().rename("n").reset_index()
    size = members.groupby("ring").size()
    shared = joined.merge(count[count["n"] > 1], on=["ring", "signal_type", "signal_value"])
    share = shared.groupby(["ring", "signal_type"])["account_id"].nunique().unstack(fill_value=0)
    table = (100 * share.div(size, axis=0)).round().fillna(0).astype(int)
    table.insert(0, "size", size)
    table.insert(0, "kind", members.groupby("ring")["kind"].first())
    print("rings: per cent of members that share a value with another member\n", table.sort_values("kind").to_string())


def main() -> None:
    """Read a world and print its figures."""
    out = Path(sys.argv[1])
    truth = pd.read_csv(out / "truth.csv", dtype=str, keep_default_na=False)
    pairs = pairs_table(out)
    honest = set(truth.loc[truth["ring"] == "", "account_id"])
    print(f"accounts {len(truth)}, ring share {1 - len(honest) / len(truth):.4f}, pairs {len(pairs)}")
    sharing(pairs, honest)
    print(f"largest honest component at cap 20: {component(pairs, honest, 20):.2f}  wanted >= 0.15")
    calm = truth[truth["ring"] == ""]
    sizes = calm[calm["group"] != ""].groupby(["kind", "group"]).size().groupby("kind").describe()
    sizes = sizes[["count", "50%", "max"]].rename(columns={"count": "groups", "50%": "median", "max": "largest"})
    sizes = sizes.reindex(calm["kind"].unique())
    sizes.insert(0, "per_cent", (100 * calm["kind"].value_counts() / len(calm)).round(2))
    print(sizes.sort_values("per_cent", ascending=False).to_string())
    print({flag: int((truth[flag] == "true").sum()) for flag in ("grey", "same_owner", "framed", "victim")})
    if len(honest) < len(truth):
        rings(pairs, truth)


if __name__ == "__main__":
    main()
