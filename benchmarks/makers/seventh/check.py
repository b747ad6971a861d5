"""Says of a world whether the domain reference's numbers hold in it, and what simple methods make of its rings.

    python check.py WORLD [--leiden]

Lines that are off are worth a look and no failure: worlds drawn with --random are meant to leave the ranges.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import sparse
from scipy.sparse.csgraph import connected_components

sys.path.insert(0, str(Path(__file__).resolve().parent))

from stock import ALIAS, DISPOSABLE, GLOBAL_MAIL
from terrain import MAIL


def read(world: Path) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Accounts with their truth, sightings, and the truth."""

    def table(name: str) -> pd.DataFrame:
        f = world / "exports" / f"{name}.parquet"
        return (
            pd.read_parquet(f) if f.exists() else pd.read_csv(f.with_suffix(".csv"), dtype=str, keep_default_na=False)
        )

    truth = pd.read_csv(world / "truth.csv", dtype=str, keep_default_na=False)
    s = table("sightings")
    s["count"] = s["count"].astype(int)
    s["seen_at"] = pd.to_datetime(s["seen_at"], utc=True, format="mixed")
    s = s[(s.account_id != "") & ~s.signal_value.isin(["none", "unknown", "-", "  "])].copy()
    s["signal_value"] = s.signal_value.str.replace("::ffff:", "", regex=False)
    return table("accounts"), s, truth


class Report:
    """Lines with a range beside them."""

    def __init__(self) -> None:
        self.off = 0

    def line(self, what: str, value: float, low: float, high: float, form: str = ".1%") -> None:
        """One figure against its range."""
        ok = low <= value <= high
        self.off += not ok
        print(f"  {'ok ' if ok else 'OFF'} {what:<62} {value:>9{form}}   [{low:{form}}, {high:{form}}]")


def components(pairs: pd.DataFrame, n: int, cap: int | None) -> np.ndarray:
    """Component numbers of accounts that are joined by values of at most `cap` accounts."""
    d = pairs
    if cap:
        size = pairs.groupby("v").a.transform("size")
        d = pairs[size <= cap]
    v = pd.factorize(d.v)[0]
    m = sparse.coo_matrix((np.ones(len(d)), (d.a, n + v)), shape=(n + len(d), n + len(d)))
    return connected_components(m, directed=False)[1][:n]


def judge(groups: np.ndarray, ring: np.ndarray) -> str:
    """How many rings a grouping finds: half of it in one group that is nine tenths of one ring."""
    g = pd.DataFrame({"g": groups, "r": ring})
    sizes = g.groupby("g").size()
    inside = g[g.r != ""].groupby(["r", "g"]).size().reset_index(name="n")
    inside["purity"] = inside.n / inside.g.map(sizes)
    total = g[g.r != ""].groupby("r").size()
    good = inside[(inside.purity >= 0.9) & (inside.n >= 0.5 * inside.r.map(total))]
    return f"{good.r.nunique()} of {len(total)} rings at 90 % purity with half of the ring"


def main() -> None:
    """The command."""
    ap = argparse.ArgumentParser()
    ap.add_argument("world", type=Path)
    ap.add_argument("--leiden", action="store_true", help="also a plain Leiden cut, which needs igraph")
    a = ap.parse_args()
    acc, s, truth = read(a.world)
    t = truth.set_index("account_id")
    honest = set(t.index[t.ring == ""])
    n = len(honest)
    print(f"{a.world}: {n} honest accounts, {len(t) - n} of rings ({(len(t) - n) / n:.1%}), {len(s)} sightings")
    kinds = t[t.ring == ""].kind.value_counts()
    print(
        "  honest kinds:",
        ", ".join(
            f"{k} {v} ({t[(t.kind == k) & (t.ring == '')].group.replace('', np.nan).nunique()} groups)"
            for k, v in kinds.items()
        ),
    )
    rings = t[t.ring != ""].groupby(["ring", "kind"]).size()
    print("  rings:", ", ".join(f"{k} {v}" for (r, k), v in rings.items()))
    print(
        f"  grey {(t.grey == 'true').sum()}, same owner {(t.same_owner == 'true').sum()}, framed {(t.framed != '').sum()}, victims {(t.victim != '').sum()}"
    )
    r = Report()
    s["honest"] = s.account_id.isin(honest)
    s["day"] = s.seen_at.dt.floor("D")
    ip = s[s.signal_type == "ip"]
    days = ip.day.nunique()
    if len(ip):
        print("activity")
        per = ip[ip.honest].groupby(["account_id", "day"])["count"].sum()
        r.line("calls on an active day, median", per.median(), 7, 14, ".1f")
        r.line("calls on an active day, 99th percentile", per.quantile(0.99), 300, 800, ".0f")
        active = per.groupby(level=0).size()
        whole = active.reindex(list(honest), fill_value=0)
        span = min(days, 28)
        r.line("honest accounts active on more than half of the days", (whole > span * 0.5).mean(), 0.15, 0.33)
        r.line("honest accounts active on at most a quarter of the days", (whole <= span * 0.25).mean(), 0.45, 0.85)
        ring_per = ip[~ip.honest].groupby(["account_id", "day"])["count"].sum()
        if len(ring_per):
            r.line(
                "ring account-days within the honest 1st to 99.5th percentile",
                ring_per.between(per.quantile(0.01), per.quantile(0.995)).mean(),
                0.7,
                1.0,
            )
        if "created_at" in acc:
            born = pd.to_datetime(acc.created_at, utc=True, format="mixed")
            fresh = (born[acc.account_id.isin(honest)] > ip.seen_at.max() - pd.Timedelta(days=7)).mean()
            r.line("joined in the last week", fresh, 0.02, 0.07)
    print("sharing among honest accounts")
    h = s[s.honest]
    if "email" in acc:
        dom = acc.email.str.strip().str.lower().str.split("@").str[-1]
        public = {*GLOBAL_MAIL, *(d for v in MAIL.values() for d in v)}
        hon = acc.account_id.isin(honest)
        r.line("mail: large webmail", dom[hon].isin(public).mean(), 0.5, 0.75)
        r.line("mail: disposable", dom[hon].isin(DISPOSABLE).mean(), 0.004, 0.02)
        r.line("mail: alias services", dom[hon].isin(ALIAS).mean(), 0.01, 0.05)
        own = dom[hon & ~dom.isin(public)]
        r.line("shares a mail domain that is no webmail", own.map(own.value_counts()).gt(1).sum() / n, 0.15, 0.30)
    for what, low, high in (
        ("ip", 0.45, 0.65),
        ("template", 0.50, 0.70),
        ("device", 0.15, 0.30),
        ("payment", 0.08, 0.18),
    ):
        q = h[h.signal_type == what][["account_id", "signal_value"]].drop_duplicates()
        if len(q):
            size = q.groupby("signal_value").account_id.transform("size")
            r.line(f"shares at least one {what}", q[size > 1].account_id.nunique() / n, low, high)
    cards = h[h.signal_type == "payment"][["account_id", "signal_value"]].drop_duplicates()
    if len(cards):
        priv = cards[
            cards.account_id.map(t.kind).isin(
                ["home", "mobile", "vpn", "cloud", "serverless", "byok", "university", "course"]
            )
        ]
        r.line("private cards that serve one account", (priv.groupby("signal_value").size() == 1).mean(), 0.95, 0.995)
        b = h[h.signal_type == "card_bin"][["account_id", "signal_value"]].drop_duplicates()
        if len(b):
            b = b[b.account_id.isin(priv.account_id)]
            r.line(
                "the largest card range, of private people with a card",
                b.signal_value.value_counts().iloc[0] / max(1, b.account_id.nunique()),
                0.01,
                0.08,
            )
    tp = h[h.signal_type == "template"][["account_id", "signal_value"]].drop_duplicates()
    if len(tp):
        deg = tp.signal_value.value_counts()
        r.line("top template's accounts", deg.iloc[0] / n, 0.05, 0.2)
        r.line(
            "templates on 20 to 2,000 accounts, for 10,000 accounts",
            ((deg >= 20) & (deg <= 2000)).sum() / n * 1e4,
            20,
            200,
            ".0f",
        )
    dv = h[h.signal_type == "device"][["account_id", "signal_value"]].drop_duplicates()
    if len(dv):
        r.line("largest device class", dv.signal_value.value_counts().iloc[0] / n, 0.003, 0.03)
    if len(ip):
        q = h[h.signal_type == "ip"][["account_id", "signal_value"]].drop_duplicates()
        deg = q.signal_value.value_counts()
        mob = set(t.index[t.kind == "mobile"])
        on = q[q.account_id.isin(mob)]
        r.line("people behind carriers, of honest accounts", len(mob) / n, 0.10, 0.20)
        r.line("addresses such an account meets", on.groupby("account_id").size().median(), 2, 25, ".0f")
        d = on.signal_value.map(deg)
        r.line("accounts on an address of theirs, median", d.median(), 10, 100, ".0f")
        if n >= 15000:
            r.line("accounts on the fullest address", deg.iloc[0], 300, 3200, ".0f")
        v6 = q[q.signal_value.str.count(":") > 1].account_id.nunique() / n
        r.line("accounts seen over IPv6", v6, 0.15, 0.5)
    print("what simple methods see")
    ids = {x: i for i, x in enumerate(t.index)}
    strong = s[s.signal_type.isin(["ip", "device", "payment", "template"])]
    pairs = (
        pd.DataFrame({"a": strong.account_id.map(ids), "v": strong.signal_type + ":" + strong.signal_value})
        .dropna()
        .drop_duplicates()
    )
    pairs["a"] = pairs.a.astype(int)
    ring = t.ring.to_numpy()
    is_honest = ring == ""
    hp = pairs[is_honest[pairs.a]]
    size = hp.groupby("v").size().to_numpy().astype(float)
    r.line(
        "pairs without a cap, in millions, brought to 200,000 accounts",
        (size * (size - 1) / 2).sum() / 1e6 * (200000 / n) ** 2,
        100,
        2500,
        ".0f",
    )
    for cap in (None, 50, 20, 10):
        comp = components(hp, len(t), cap)
        big = np.bincount(comp[is_honest]).max() / n
        low, high = {None: (0.7, 1.0), 50: (0.2, 0.95), 20: (0.15, 0.85), 10: (0.02, 0.7)}[cap]
        r.line(f"largest honest component, cap {cap}", big, low, high)
    for cap in (None, 50, 20, 10):
        print(f"      components, cap {cap}: {judge(components(pairs, len(t), cap), ring)}")
    if (ring != "").any():
        print("contamination of rings")
        w = pairs.merge(pd.Series(hp.groupby("v").size(), name="hd"), left_on="v", right_index=True, how="left").fillna(
            {"hd": 0}
        )
        w = w[~is_honest[w.a]]
        m = w.assign(
            near=w.v.str.startswith("ip:") & w.hd.between(2, 300),
            pub=w.v.str.startswith("template:") & (w.hd >= 20),
            dev=w.v.str.startswith("device:") & (w.hd >= 3),
        )
        per = m.groupby("a")[["near", "pub", "dev"]].any()
        r.line("members with an honest address of degree 2 to 300", per.near.mean(), 0.6, 1.0)
        r.line("members with a public template", per.pub.mean(), 0.3, 0.85)
        r.line("members with a common device class", per.dev.mean(), 0.2, 0.6)
        full = pairs.merge(pd.Series(pairs.groupby("v").size(), name="d"), left_on="v", right_index=True)
        rows = []
        for name in sorted(set(ring) - {""}):
            inside = np.flatnonzero(ring == name)
            mine = full[full.a.isin(inside)].groupby("v").agg(k=("a", "size"), d=("d", "first")).reset_index()
            mine["type"] = mine.v.str.split(":").str[0]
            best = {
                ty: mine[mine.type == ty].k.max() / len(inside) if (mine.type == ty).any() else 0
                for ty in ("ip", "device", "payment", "template")
            }
            rows.append([name, t.kind[ring == name].iloc[0], len(inside), *(f"{best[x]:.0%}" for x in best)])
        print(
            pd.DataFrame(rows, columns=["ring", "kind", "size", "ip", "device", "card", "template"]).to_string(
                index=False
            )
        )
        print("      (the four shares: of members on the one value that most of them bear)")
    if a.leiden:
        import igraph  # noqa: PLC0415

        size = pairs.groupby("v").a.transform("size")
        use = pairs[(size >= 2) & (size <= 50)]
        v = pd.factorize(use.v)[0]
        g = igraph.Graph(n=len(t) + int(v.max()) + 1, edges=np.column_stack([use.a, len(t) + v]).tolist())
        part = g.community_leiden(objective_function="modularity", n_iterations=4)
        print(f"      Leiden on accounts and values, cap 50: {judge(np.array(part.membership[: len(t)]), ring)}")
    print(f"{r.off} lines off")


if __name__ == "__main__":
    main()
