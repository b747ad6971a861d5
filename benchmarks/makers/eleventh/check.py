"""Print what a world has beside the numbers of the domain reference that apply."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd

# honest accounts that share at least one value of a type (section 9.9), in per cent
SHARED = {"ip": (45, 65), "template": (50, 70), "device": (15, 30), "mail": (15, 30), "payment": (8, 18)}
WEB = 0.01  # a mail domain of more than this share of accounts is webmail


def line(what: str, has: object, wanted: str = "") -> None:
    """One line of the report."""
    print(f"{what:<58} {has!s:>22}   {wanted}")


def shares(pairs: pd.DataFrame, honest: set[str], total: int) -> None:
    """Per type: accounts that bear it, that share it, and the degrees of its values."""
    for kind, part in pairs.groupby("signal_type"):
        degree = part.groupby("signal_value")["account_id"].transform("size")
        mine = part[part["account_id"].isin(honest)]
        both = mine[degree.loc[mine.index] > 1]["account_id"].nunique()
        low, high = SHARED.get(str(kind), (0, 0))
        line(
            f"{kind}: honest accounts that share a value, %",
            round(100 * both / len(honest), 1),
            f"{low}-{high}" if high else "",
        )
        sizes = part.groupby("signal_value").size().sort_values(ascending=False)
        top = " ".join(map(str, sizes.head(5).tolist()))
        bear = 100 * part["account_id"].nunique() / total
        line(f"{kind}: borne by %, values, largest", f"{bear:.0f}% {len(sizes)}", top)
        line(f"{kind}: values per account, mean", round(len(part) / max(1, part["account_id"].nunique()), 2))


def component(pairs: pd.DataFrame, honest: set[str], cap: int) -> float:
    """Share of honest accounts in the largest honest component, values of more than `cap` accounts left out."""
    part = pairs[pairs["account_id"].isin(honest)]
    size = part.groupby(["signal_type", "signal_value"])["account_id"].transform("size")
    part = part[(size > 1) & (size <= cap)]
    left = pd.factorize(part["account_id"])[0]
    right = pd.factorize(part["signal_type"] + part["signal_value"])[0]
    label = np.arange(left.max() + 1 if len(left) else 0)
    while True:
        low = np.full(right.max() + 1 if len(right) else 0, len(label))
        np.minimum.at(low, right, label[left])
        new = label.copy()
        np.minimum.at(new, left, low[right])
        new = new[new]
        if (new == label).all():
            break
        label = new
    return float(np.bincount(label).max() / len(honest)) if len(label) else 0.0


def main(out: Path) -> None:
    """Read a world and print it."""
    accounts = pd.read_parquet(out / "exports" / "accounts.parquet")
    seen = pd.read_parquet(out / "exports" / "sightings.parquet")
    truth = pd.read_csv(out / "truth.csv", dtype=str, keep_default_na=False)
    bad = (truth["ring"] != "") | (truth["grey"] != "")
    honest = set(truth.loc[~bad, "account_id"])
    total = len(truth)
    line("accounts, sightings", f"{total} {len(seen)}")
    line("sightings per account", round(len(seen) / total, 2))
    line("ring accounts, %", round(100 * (truth["ring"] != "").mean(), 2), "default 1-3")
    for flag in ("grey", "same_owner", "framed", "victim"):
        line(f"{flag}", int((truth[flag] != "").sum()))
    mail = accounts.dropna(subset=["email"])
    mail = pd.DataFrame(
        {
            "account_id": mail["account_id"],
            "signal_type": "mail",
            "signal_value": mail["email"].str.strip().str.lower().str.split("@").str[-1],
        }
    )
    size = mail["signal_value"].map(mail["signal_value"].value_counts())
    line("webmail and other large mail domains, %", round(100 * (size > WEB * total).mean(), 1), "half or more")
    mail = mail[size <= WEB * total]
    pairs = seen[["account_id", "signal_type", "signal_value"]].drop_duplicates()
    pairs = pd.concat([pairs, mail], ignore_index=True)
    shares(pairs, honest, total)
    for cap in (10, 20, 50, 200):
        line(
            f"largest honest component at cap {cap}, %",
            round(100 * component(pairs, honest, cap), 1),
            "20: >= 15" if cap == 20 else "",
        )
    degree = pairs.groupby(["signal_type", "signal_value"]).size()
    line("pairs without a cap, millions", round(float((degree * (degree - 1) / 2).sum()) / 1e6, 1), "hundreds at 200k")
    crew = set(truth.loc[truth["ring"] != "", "account_id"])
    of = pairs[pairs["signal_type"] == "ip"]
    deg = of.groupby("signal_value")["account_id"].transform("size")
    clean = of["account_id"].isin(honest).groupby(of["signal_value"]).transform("any")
    met = of[of["account_id"].isin(crew) & clean & (deg > 2)]["account_id"].nunique()
    line("ring accounts that meet honest ones at an address, %", round(100 * met / max(1, len(crew)), 1), "most")
    calls = seen[seen["signal_type"] == "ip"].groupby("account_id")["count"].sum()
    span = seen.groupby("account_id")
    days = ((span["last_seen"].max() - span["first_seen"].min()).dt.total_seconds() / 86_400).clip(lower=0.5)
    rate = (calls / days.reindex(calls.index)).rename("rate")
    for name, who in (("honest", honest), ("ring", crew)):
        part = rate[rate.index.isin(who)]
        if len(part):
            q = np.percentile(part, [50, 90, 99]).round(1)
            line(
                f"{name}: calls a day, 50/90/99 %", " ".join(map(str, q.tolist())), "honest 99 % about 500, rings 5-900"
            )
    rings = truth[truth["ring"] != ""].groupby("ring")["account_id"].size()
    if len(rings):
        line("rings, operators", f"{len(rings)} {truth.loc[truth['ring'] != '', 'operator'].nunique()}")
        line(
            "ring sizes, 10/50/90/100 %",
            " ".join(map(str, np.percentile(rings, [10, 50, 90, 100]).astype(int).tolist())),
        )
    groups = truth[truth["group"] != ""].groupby("group")["account_id"].size()
    line("honest groups", len(groups))
    line(
        "group sizes, 10/50/90/99/100 %",
        " ".join(map(str, np.percentile(groups, [10, 50, 90, 99, 100]).astype(int).tolist())),
    )
    print("\nkinds (accounts, instances):")
    inst = truth["ring"] + truth["group"]
    table = truth.assign(inst=inst).groupby("kind").agg(n=("account_id", "size"), k=("inst", "nunique"))
    print("  ".join(f"{kind} {n}/{k}" for kind, n, k in table.sort_values("n", ascending=False).itertuples()))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
