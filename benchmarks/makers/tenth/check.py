"""Print what a world has, for the numbers of the domain reference that apply."""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import pandas as pd

WEBMAIL_LEAST = 0.003  # a domain on more accounts than this is counted as webmail unless a group holds most of it


def shares(s: pd.DataFrame, honest: set[str]) -> pd.DataFrame:
    """Per type: coverage, how many accounts share a value, how large the values are, how many pairs they make."""
    rows = []
    for kind, g in s.groupby("signal_type"):
        g = g[g.account_id.isin(honest)].drop_duplicates(["account_id", "signal_value"])
        degree = g.groupby("signal_value").size()
        d = g.signal_value.map(degree)
        n = max(1, g.account_id.nunique())
        rows.append(
            {
                "type": kind,
                "bear %": 100 * n / len(honest),
                "share % of all": 100 * g[d > 1].account_id.nunique() / len(honest),
                "values": len(degree),
                "per bearer": len(g) / n,
                "share >1 %": 100 * (degree > 1).mean(),
                "p99": degree.quantile(0.99),
                "top": degree.max(),
                "top %": 100 * degree.max() / len(honest),
                "Mpairs": (degree * (degree - 1) / 2).sum() / 1e6,
            }
        )
    return pd.DataFrame(rows).set_index("type")


def components(s: pd.DataFrame, honest: set[str], cap: int) -> float:
    """Share of honest accounts in the largest component over values of at most `cap` accounts."""
    g = s[s.account_id.isin(honest) & s.signal_type.isin(["ip", "payment", "device", "template", "email_domain"])]
    g = g.drop_duplicates(["account_id", "signal_type", "signal_value"])
    value = pd.factorize(g.signal_type + "\0" + g.signal_value)[0]
    acct, names = pd.factorize(g.account_id)
    degree = np.bincount(value)
    ok = (degree[value] <= cap) & (degree[value] > 1)
    acct, value = acct[ok], value[ok]
    label = np.arange(len(names))
    while True:  # the smallest label wins
        low = np.full(len(degree), len(names))
        np.minimum.at(low, value, label[acct])
        new = label.copy()
        np.minimum.at(new, acct, low[value])
        new = new[new]
        if (new == label).all():
            return float(np.bincount(label).max() / len(honest))
        label = new


def ties(s: pd.DataFrame, t: pd.DataFrame, column: str) -> pd.DataFrame:
    """Per kind: of the members, how many share a value chiefly their group's own, in none, one or more channels."""
    of = t[t[column] != ""].set_index("account_id")
    g = s.drop_duplicates(["account_id", "signal_type", "signal_value"])
    g = g[~g.signal_type.isin(["card_bin", "tls", "asn"])]
    degree = g.groupby(["signal_type", "signal_value"]).size().rename("degree")
    m = g[g.account_id.isin(of.index)].join(of[[column, "kind"]], on="account_id")
    inside = m.groupby([column, "signal_type", "signal_value"]).size().rename("inside").reset_index()
    inside = inside.merge(degree.reset_index(), on=["signal_type", "signal_value"])
    inside = inside[(inside.inside >= 2) & (inside.inside >= 0.3 * inside.degree)]
    hit = m.merge(inside, on=[column, "signal_type", "signal_value"])
    families = hit.groupby("account_id").signal_type.nunique().reindex(of.index).fillna(0)
    d = pd.DataFrame({"kind": of.kind, "n": families})
    bins = {"none": (0, 0), "one": (1, 1), "two": (2, 2), "more": (3, 99)}
    return pd.DataFrame({k: 100 * d.n.between(a, b).groupby(d.kind).mean() for k, (a, b) in bins.items()})


def main() -> None:
    """Read a world and print its numbers."""
    ap = argparse.ArgumentParser(description=__doc__)
    ap.add_argument("out", type=Path)
    out = ap.parse_args().out
    a = pd.read_parquet(out / "exports" / "accounts.parquet")
    s = pd.read_parquet(out / "exports" / "sightings.parquet")
    t = pd.read_csv(out / "truth.csv", dtype=str, keep_default_na=False)
    ring = (t.ring != "") & (t.grey == "") & (t.victim == "")
    honest = set(t.account_id[~ring])
    print(
        f"accounts {len(a)}, in rings {ring.sum()} ({100 * ring.mean():.2f} %), rings {t.ring[ring].nunique()}, ",
        end="",
    )
    print(f"operators {t.operator[ring].nunique()}, ", end="")
    print(", ".join(f"{c} {(t[c] != '').sum()}" for c in ("grey", "same_owner", "framed", "victim")))
    assert set(t.account_id) == set(a.account_id) and a.account_id.is_unique
    per = s.groupby("account_id").size()
    quiet = len(set(a.account_id) - set(per.index))
    mid, high = per.median(), per.quantile(0.99)
    print(f"sightings {len(s)}; an account: mean {per.mean():.1f}, median {mid:.0f}, p99 {high:.0f}, none {quiet}")
    if "email" in a:
        domain = a.email.str.lower().str.split("@").str[1]
        m = pd.DataFrame({"account_id": a.account_id, "signal_type": "email_domain", "signal_value": domain}).dropna()
        own = m[~m.signal_value.isin(m.signal_value.value_counts().pipe(lambda c: c[c > WEBMAIL_LEAST * len(a)]).index)]
        s = pd.concat([s, own])
    if "phone" in a:
        m = pd.DataFrame({"account_id": a.account_id, "signal_type": "phone", "signal_value": a.phone}).dropna()
        s = pd.concat([s, m])
    s = s[~s.signal_value.isin(["none", "unknown", "default", "0.0.0.0", "N/A", "null", "-"]) & s.account_id.notna()]
    pd.set_option("display.width", 200)
    print("honest accounts (reference: share of all ip 45-65, template 50-70, device 15-30, domain 15-30, card 8-18):")
    print(shares(s, honest).round(2).to_string())
    four = s[(s.signal_type == "ip") & s.account_id.isin(honest)]
    four = four[four.signal_value.str.contains(".", regex=False)]
    net = four.signal_value.str.rsplit(".", n=1).str[0]
    big = four.assign(net=net).groupby("net").account_id.nunique()
    print(f"/24 of honest accounts: {len(big)}, largest {big.max()}, over 500: {(big > 500).sum()}")
    print("largest honest component (reference: at cap 20 at least 15 %): " + ", ".join(
        f"cap {c}: {100 * components(s, honest, c):.0f} %" for c in (10, 20, 50)))  # fmt: skip
    if "count" in s:
        use = s[s.signal_type.isin(["ip", "template"])].copy()
        use["days"] = (
            pd.to_datetime(use.last_seen, utc=True) - pd.to_datetime(use.first_seen, utc=True)
        ).dt.total_seconds() / 86400
        x = use.groupby("account_id").agg(c=("count", "sum"), d=("days", "max"))
        rate = x.c / x.d.clip(lower=1)
        for name, who in (("honest", honest), ("rings", set(t.account_id[ring]))):
            r = rate[rate.index.isin(who)]
            print(
                f"calls a day, {name}: median {r.median():.1f}, p90 {r.quantile(0.9):.0f}, p99 {r.quantile(0.99):.0f}"
            )
    made = pd.to_datetime(a.created_at, utc=True, format="mixed")
    age = (made.max() - made).dt.total_seconds() / 86400
    flag = a.account_id.isin(set(t.account_id[ring]))
    for name, who in (("honest", ~flag), ("rings", flag)):
        if who.any():
            print(
                f"age in days, {name}: median {age[who].median():.0f}, under 30: {100 * (age[who] < 30).mean():.0f} %"
            )
    for column, label, sub in (("group", "honest groups", t[(t.group != "")]), ("ring", "rings", t[ring])):
        z = sub.groupby(["kind", column]).size().groupby("kind").agg(["count", "sum", "median", "max"])
        print(f"{label}: {int(z['count'].sum())}; % of members by channels in which they share values mostly their own")
        z = z.join(ties(s, sub, column).round(0))
        print(z.sort_values("sum", ascending=False).to_string())


if __name__ == "__main__":
    main()
