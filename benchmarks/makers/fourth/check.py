"""Figures that a labelled world should show: sharing, pairs, components, what simple methods make of the rings."""

# ruff: noqa: PLR2004, PD010, PLC0415  (tables of habits, long recipes)
from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components
from things import WEBMAIL

STRONG = ("ip", "device", "payment", "template", "mail_domain")
RANGES = {"ip": (45, 65), "template": (50, 70), "device": (15, 30), "mail_domain": (15, 30), "payment": (8, 18)}
PURE = 0.9
LEIDEN_LIMIT = 60_000


def load(folder: Path) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Accounts, sightings with mail domains and numbered values, and truth."""
    accounts = pd.read_parquet(folder / "accounts.parquet")
    truth = pd.read_parquet(folder / "truth" / "truth.parquet").set_index("account_id")
    sight = pd.read_parquet(
        folder / "sightings.parquet", columns=["account_id", "signal_type", "signal_value"]
    ).dropna()
    domain = accounts["email"].str.strip().str.lower().str.split("@").str[1]
    mail = pd.DataFrame(
        {"account_id": accounts["account_id"], "signal_type": "mail_domain", "signal_value": domain}
    ).dropna()
    mail = mail[~mail["signal_value"].isin(WEBMAIL)]
    return accounts, pd.concat([sight, mail]).drop_duplicates(), truth


def components(rows: np.ndarray, values: np.ndarray, n: int) -> np.ndarray:
    """The component of each account in the graph of accounts and values."""
    m = coo_matrix((np.ones(len(rows)), (rows, n + values)), shape=(n + values.max() + 1,) * 2)
    return connected_components(m, directed=False)[1][:n]


def best_match(labels: np.ndarray, ring: np.ndarray) -> list[tuple[int, float, float]]:
    """For each ring: its size, and purity and recall of the cluster that holds most of it."""
    sizes = np.bincount(labels)
    out = []
    for r in np.unique(ring[ring >= 0]):
        mine = labels[ring == r]
        inside = np.bincount(mine)
        top = int(inside.argmax())
        out.append((len(mine), inside[top] / sizes[top], inside[top] / len(mine)))
    return out


def leiden(rows: np.ndarray, values: np.ndarray, n: int) -> np.ndarray | None:
    """Plain communities of the graph of accounts and values, where the library is installed."""
    try:
        import igraph
        import leidenalg
    except ImportError:
        return None
    graph = igraph.Graph(n=n + int(values.max()) + 1, edges=np.stack([rows, n + values], 1))
    part = leidenalg.find_partition(graph, leidenalg.ModularityVertexPartition, seed=1, n_iterations=2)
    return np.array(part.membership)[:n]


def summary(name: str, labels: np.ndarray, ring: np.ndarray, pattern: dict[int, str]) -> None:
    """How a simple method does, over all rings and over the hard ones."""
    match = best_match(labels, ring)
    if not match:
        return
    ids = np.unique(ring[ring >= 0])
    solved = [i for i, (_, purity, recall) in zip(ids, match, strict=True) if purity >= PURE and recall >= 0.5]
    hard = {"residential_pool", "hydra", "small_rotating"}
    hit = sorted({pattern[int(i)] for i in solved} & hard)
    print(f"  {name}: {len(solved)} of {len(match)} rings at 90 % purity and half recall; hard ones: {hit or 'none'}")


def lift(frame: pd.DataFrame, truth: pd.DataFrame, index: pd.Index) -> None:
    """Templates with 50 users or more whose users share cards, domains or devices more than chance."""
    rng = np.random.default_rng(0)
    strong = frame[frame["signal_type"].isin(["payment", "mail_domain", "device"])]
    strong = strong.sort_values("row", kind="stable")
    starts = np.searchsorted(strong["row"].to_numpy(), np.arange(len(index) + 1))
    values = strong["value"].to_numpy()
    ring = truth["ring"].to_numpy()

    def agreement(users: np.ndarray) -> float:
        users = users if len(users) <= 400 else rng.choice(users, 400, replace=False)
        bags = [np.unique(values[starts[u] : starts[u + 1]]) for u in users]
        seen, counts = np.unique(np.concatenate(bags), return_counts=True)
        shared = seen[counts > 1]
        return float(np.mean([np.isin(b, shared).any() for b in bags]))

    found: set[str] = set()
    flagged = honest = 0
    for _, users in frame[frame["signal_type"] == "template"].groupby("value")["row"]:
        if not 50 <= len(users) <= 30_000:
            continue
        excess = agreement(users.to_numpy()) - agreement(rng.choice(len(index), len(users), replace=False))
        if excess > 0.15:
            flagged += 1
            inside = pd.Series(ring[users.to_numpy()])
            if inside.notna().mean() > 0.5:
                found.add(str(inside.mode()[0]))
            else:
                honest += 1
    print(
        f"  lift over templates with 50 users: {flagged} flagged, {len(found)} rings found, "
        f"{honest} of them mostly honest"
    )


def bonds(strong: pd.DataFrame, ring: np.ndarray, truth: pd.DataFrame) -> None:
    """What ties each ring: members who bear a value that at least three members and few others bear, by family."""
    frame = strong[["row", "value", "signal_type"]].copy()
    frame["ring"] = ring[frame["row"]]
    frame["all"] = frame["value"].map(frame["value"].value_counts())
    mine = frame[frame["ring"] >= 0].copy()
    mine["inside"] = mine.groupby(["ring", "value"])["row"].transform("nunique")
    sizes = np.bincount(ring[ring >= 0])
    own = mine[(mine["inside"] >= 3) & (mine["inside"] >= 0.6 * mine["all"])]
    table = own.groupby(["ring", "signal_type"])["row"].nunique().unstack(fill_value=0)
    either = own.groupby("ring")["row"].nunique()
    two = own.groupby(["ring", "row"])["signal_type"].nunique().ge(2).groupby("ring").sum()
    kind = truth["kind"].to_numpy()
    for r in np.unique(ring[ring >= 0]):
        shares = {k: f"{v / sizes[r]:.2f}" for k, v in table.loc[r].items()} if r in table.index else {}
        name = kind[np.flatnonzero(ring == r)[0]]
        print(
            f"  {name} {sizes[r]}: tied {either.get(r, 0) / sizes[r]:.2f}, "
            f"by two families {two.get(r, 0) / sizes[r]:.2f}; {shares}"
        )


def leaks(accounts: pd.DataFrame, truth: pd.DataFrame) -> None:
    """Order and ids against roles."""
    same = (accounts["account_id"].to_numpy() == truth.index.to_numpy()).all()
    ring = truth["ring"].notna().to_numpy()
    print(
        f"accounts once each: {accounts['account_id'].is_unique and truth.index.is_unique}; same order as truth: {same}"
    )
    if ring.any():
        position = np.arange(len(ring)) / len(ring)
        print(
            f"mean position of ring accounts {position[ring].mean():.3f} (0.5 expected); first id characters of rings:",
            end=" ",
        )
        print(
            accounts["account_id"][ring].str[4].value_counts(normalize=True).round(2).max(), "at most (0.06 expected)"
        )


def report(folder: Path) -> None:
    """Print everything."""
    accounts, frame, truth = load(folder)
    index = truth.index
    frame["row"] = index.get_indexer(frame["account_id"])
    frame["value"] = frame.groupby(["signal_type", "signal_value"], sort=True).ngroup()
    ring = pd.factorize(truth["ring"], sort=True)[0]
    clean_ring = np.where(truth["grey"], -1, ring)
    honest = truth["ring"].isna().to_numpy() & ~truth["grey"].to_numpy()
    leaks(accounts, truth)
    print(
        f"{len(index)} accounts, {(clean_ring >= 0).sum()} in {len(np.unique(clean_ring[clean_ring >= 0]))} rings, "
        f"{truth['grey'].sum()} grey"
    )
    mine = frame[honest[frame["row"]]]
    for name, part in mine.groupby("signal_type"):
        degree = part["value"].map(part["value"].value_counts())
        share = 100 * part["row"][degree > 1].nunique() / honest.sum()
        pairs = part["value"].value_counts()
        wanted = f" (wanted {RANGES[name][0]}–{RANGES[name][1]})" if name in RANGES else ""
        print(
            f"  {name}: {share:.1f} % of honest accounts share a value{wanted}; "
            f"{(pairs * (pairs - 1) // 2).sum() / 1e6:.2f}M pairs; top {pairs.iloc[0]}"
        )
    strong = frame[frame["signal_type"].isin(STRONG)]
    degree = strong["value"].map(strong["value"].value_counts()).to_numpy()
    rows, values = strong["row"].to_numpy(), strong["value"].to_numpy()
    kind = truth["kind"].to_numpy()
    pattern = {int(r): kind[np.flatnonzero(clean_ring == r)[0]] for r in np.unique(clean_ring[clean_ring >= 0])}
    for cap in (10**9, 50, 20, 10):
        keep = degree <= cap
        labels = components(rows[keep], values[keep], len(index))
        only = keep & honest[rows]
        lone = components(rows[only], values[only], len(index))
        print(
            f"  cap {cap if cap < 10**9 else 'none'}: largest honest component "
            f"{100 * np.bincount(lone[honest]).max() / honest.sum():.1f} %"
        )
        summary(f"components, cap {cap if cap < 10**9 else 'none'}", labels, clean_ring, pattern)
    for cap in (200, 20) if len(index) <= LEIDEN_LIMIT else ():
        found = leiden(rows[degree <= cap], values[degree <= cap], len(index))
        if found is not None:
            summary(f"Leiden, cap {cap}", found, clean_ring, pattern)
    lift(strong, truth, index)
    bonds(strong, clean_ring, truth)
    alien = strong[(clean_ring >= 0)[strong["row"]]]
    shared = alien[alien["value"].isin(set(mine["value"]))]
    print(
        f"  ring members with at least one value of honest accounts: "
        f"{100 * shared['row'].nunique() / max(1, alien['row'].nunique()):.1f} %"
    )
    with_ip = shared[shared["signal_type"] == "ip"].groupby("row")["value"].nunique()
    if len(with_ip):
        print(
            f"  honest addresses of a ring member: median {with_ip.median():.0f}, "
            f"90th percentile {with_ip.quantile(0.9):.0f}"
        )


if __name__ == "__main__":
    import sys

    report(Path(sys.argv[1]))
