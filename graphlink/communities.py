"""The projection in, the partition out: communities of accounts, and the cells that each is made of.

Leiden finds the cells, one connected component at a time, so that nothing elsewhere in the graph can move them. Cells
that are parts of one whole are then put together: those that leak into one another, and those that signals of two
families span.
"""

from __future__ import annotations

import hashlib
import heapq
import random
from typing import TYPE_CHECKING

import igraph
import numpy as np
import pandas as pd
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from graphlink.model import BIT_SCALE, Partition, Projection

if TYPE_CHECKING:
    from graphlink.method import Method
    from graphlink.model import Bipartite, Bools, Calibration, Floats, Int32s, Int64s, Keys, SignalTest

_ITERATIONS, _ITERATIONS_OF_MANY, _MANY_EDGES = 10, 4, 200_000
"""Rounds of Leiden, and those in a component of many edges, where each takes long and four do: a limit, because it need
not settle at all on tied weights."""

_SPANNING = 2
"""Members that a signal needs to speak for a community: one may be a stranger."""

_BEYOND_CHANCE = 3
"""Times the number expected in a random group of the community's size."""

_CROSSING = 5
"""Members on either side that cross between two communities at least: fewer is somebody with two jobs."""

_MANY_VALUES = 5
"""Values of one family that tell as much as two families: a building has a few addresses, an operator many cards. The
more values, the fewer of the members need to bear them."""

_FINER = (10, 100)
"""How many times finer a community is cut, one after the other, to look for groups that only hang on it."""

_TWO_FAMILIES = 0.25
"""Share of the links between two groups that rest on two families, below which they rest on one."""

_WIDEST_SPAN = 64
"""Communities that one signal may span, the largest first: bounds the pairs to 64 * 64 a signal."""


def detect_communities(
    projection: Projection,
    bipartite: Bipartite,
    test: SignalTest,
    calibration: Calibration,
    method: Method,
    *,
    seed: int,
) -> Partition:
    """Group the accounts of a projection.

    Returns
    -------
    Partition
        Communities numbered by their smallest account, and cells likewise; -1 where an account has no edge.
    """
    if not projection.n_edges:
        nobody = np.full(projection.n_accounts, -1, dtype=np.int32)
        return Partition(membership=nobody, cell=nobody)
    cell = _cells(projection, bipartite.account_key, method, seed)
    whole = _canonical(_join_leaking(cell, projection, method.leak))
    for finer in _FINER:
        whole = _shed(whole, projection, bipartite.account_key, method, seed, finer)
    campaign = _canonical(_join_spanned(whole, bipartite, test, calibration, method))
    while (campaign != whole).any():  # what has grown may span more; each round joins at least two
        whole, campaign = campaign, _canonical(_join_spanned(campaign, bipartite, test, calibration, method))
    return Partition(membership=campaign, cell=_canonical(cell))


def _cells(projection: Projection, key: Keys, method: Method, seed: int) -> Int32s:
    """The cell of each account, numbered in no particular order; -1 where it has no edge."""
    linked = np.unique(np.concatenate([projection.source, projection.target]))
    source = np.searchsorted(linked, projection.source)
    target = np.searchsorted(linked, projection.target)
    adjacency = coo_array((np.ones(len(source), dtype=np.int8), (source, target)), shape=(len(linked),) * 2)
    component = connected_components(adjacency, directed=False)[1] if len(linked) else np.zeros(0, dtype=np.int32)

    cell = np.full(projection.n_accounts, -1, dtype=np.int32)
    found = 0
    nodes_by_component = _split(component)
    for nodes, edges in zip(nodes_by_component, _split(component[source]), strict=True):
        members = linked[nodes]
        ends = np.column_stack([np.searchsorted(nodes, source[edges]), np.searchsorted(nodes, target[edges])])
        local = _leiden(ends, projection.bits[edges], key[members], method, seed)
        cell[members] = local + found
        found += int(local.max()) + 1
    return cell


def _split(group: Int32s) -> list[Int64s]:
    """The positions of each group's entries, ascending; groups are numbered from 0."""
    if not len(group):
        return []
    order = np.argsort(group, kind="stable")
    return np.split(order, np.cumsum(np.bincount(group))[:-1])


def _leiden(ends: Int64s, bits: Int64s, key: Keys, method: Method, seed: int) -> Int32s:
    """Leiden with modularity on one component, its nodes in the order of their ids.

    Modularity alone sees ever larger groups as one the larger the component is (its resolution limit), so that a
    ring would change with what else is in the graph. Above ``largest_strength`` the resolution grows with the
    component instead, which makes the limit a constant.
    """
    n = len(key)
    if len(ends) == n * (n - 1) // 2:
        return np.zeros(n, dtype=np.int32)
    weights = bits / BIT_SCALE
    graph = igraph.Graph(n, zip(*ends.T.tolist(), strict=True))  # a fifth of the time that it takes for an array
    igraph.set_random_number_generator(random.Random(_seed(key, method, seed)))
    try:
        clustering = graph.community_leiden(
            objective_function="modularity",
            weights=weights,
            resolution=max(1.0, 2 * float(weights.sum()) / method.largest_strength),
            n_iterations=_ITERATIONS if len(ends) < _MANY_EDGES else _ITERATIONS_OF_MANY,
        )
    finally:
        igraph.set_random_number_generator(random)
    return np.array(clustering.membership, dtype=np.int32)


def _seed(key: Keys, method: Method, seed: int) -> int:
    """A seed of the component's own: what it is made of, the settings, and the user's seed."""
    settings = f"{seed} {method.largest_strength!r}".encode()
    return int.from_bytes(hashlib.sha256(key.tobytes() + settings).digest()[:4], "big") >> 1


def _join_leaking(cell: Int32s, projection: Projection, leak: float) -> Int32s:
    """Put cells together while one has more than ``leak`` of its weight towards one other, the leakiest first.

    Returns the community of each account. Bounded by the number of pairs of touching cells, of which each join removes
    at least one.
    """
    n_cells = int(cell.max(initial=-1)) + 1
    one, two = cell[projection.source], cell[projection.target]
    bits = projection.bits.astype(np.float64)
    weight = np.zeros(n_cells)
    np.add.at(weight, np.concatenate([one, two]), np.concatenate([bits, bits]))
    touching: list[dict[int, float]] = [{} for _ in range(n_cells)]
    between = one != two
    pair, where = np.unique(one[between].astype(np.int64) * n_cells + two[between], return_inverse=True)
    for code, between_bits in zip(pair.tolist(), np.bincount(where, bits[between]).tolist(), strict=True):
        a, b = divmod(code, n_cells)
        touching[a][b] = touching[b][a] = touching[a].get(b, 0.0) + between_bits

    parent = np.arange(n_cells)
    waiting = [entry for a in range(n_cells) if (entry := _leakiest(a, touching, weight, leak))]
    heapq.heapify(waiting)
    while waiting:
        entry = heapq.heappop(waiting)
        _, a, b = entry
        if parent[a] != a:
            continue
        now = _leakiest(a, touching, weight, leak)
        if now != entry:
            if now:
                heapq.heappush(waiting, now)
            continue
        parent[a] = b
        weight[b] += weight[a]
        changed = _absorb(a, b, touching)
        for each in changed:
            if again := _leakiest(each, touching, weight, leak):
                heapq.heappush(waiting, again)
    while not np.array_equal(parent[parent], parent):
        parent = parent[parent]
    community = cell.copy()
    community[cell >= 0] = parent[cell[cell >= 0]]
    return community


def _leakiest(a: int, touching: list[dict[int, float]], weight: Floats, leak: float) -> tuple[float, int, int] | None:
    """Where a cell leaks most, as a heap entry (falling share, cell, neighbour); None where it keeps together."""
    if not touching[a]:
        return None
    bits, neighbour = max((bits, -b) for b, bits in touching[a].items())
    share = bits / float(weight[a])
    return (-share, a, -neighbour) if share > leak else None


def _absorb(a: int, b: int, touching: list[dict[int, float]]) -> list[int]:
    """Give cell a's neighbours to cell b; returns the cells whose surroundings changed."""
    del touching[a][b], touching[b][a]
    changed = [*sorted(touching[a]), b]
    for other, bits in touching[a].items():
        del touching[other][a]
        touching[other][b] = touching[b][other] = touching[b].get(other, 0.0) + bits
    touching[a] = {}
    return changed


def _shed(community: Int32s, projection: Projection, key: Keys, method: Method, seed: int, finer: float) -> Int32s:
    """Let go of small groups that hang on a community by a few accounts who belong to both.

    A ring's members also live among honest people: two of them in an office tie the whole office to the ring. Each
    community is cut ``finer`` once more, and a part goes its own way when at most half of its accounts have any link to
    the rest; or when the links run to so few accounts there, and rest on one family. Those of the part who have more
    links to the rest stay behind.
    """
    own = community[projection.source] == community[projection.target]
    inside = Projection(
        n_accounts=projection.n_accounts,
        source=projection.source[own],
        target=projection.target[own],
        bits=projection.bits[own],
        families=projection.families[own],
    )
    cut = method.model_copy(update={"largest_strength": method.largest_strength / finer})
    part = _cells(inside, key, cut, seed)
    goes = _hangs_on(part, community, inside)
    crossing = part[inside.source] != part[inside.target]
    outward = _ends(inside, crossing, len(community)) > _ends(inside, ~crossing, len(community))
    leaving = (part >= 0) & goes[np.maximum(part, 0)] & ~outward
    return _canonical(np.where(leaving, len(community) + part, community))


def _hangs_on(part: Int32s, community: Int32s, inside: Projection) -> Bools:
    """Which parts hang on the rest of their community by few accounts."""
    n_parts = int(part.max(initial=-1)) + 1
    size = np.bincount(part[part >= 0], minlength=n_parts)
    whole = np.zeros(n_parts, dtype=np.int64)
    whole[part[part >= 0]] = np.bincount(community[community >= 0])[community[part >= 0]]

    crossing = part[inside.source] != part[inside.target]
    here = np.concatenate([inside.source[crossing], inside.target[crossing]]).astype(np.int64)
    there = np.concatenate([inside.target[crossing], inside.source[crossing]])
    mine = part[here].astype(np.int64)
    several = np.tile(np.bitwise_count(inside.families[crossing]) > 1, 2)
    n_crossing = np.bincount(mine, minlength=n_parts)
    n_several = np.bincount(mine, several, minlength=n_parts)
    gates_here = np.bincount(_distinct(mine << 32 | here) >> 32, minlength=n_parts)
    gates_there = np.bincount(_distinct(mine << 32 | there) >> 32, minlength=n_parts)
    one_family = n_several < _TWO_FAMILIES * n_crossing
    by_few = (2 * gates_here <= size) | (one_family & (2 * gates_there <= size))
    return (n_crossing > 0) & by_few & (2 * size <= whole)


def _distinct(codes: Int64s) -> Int64s:
    """The distinct codes, ascending; several times quicker than ``numpy.unique`` on millions that hardly repeat."""
    ordered = np.sort(codes)
    distinct: Int64s = ordered[np.diff(ordered, prepend=-1) != 0]
    return distinct


def _ends(projection: Projection, chosen: Bools, n_accounts: int) -> Int64s:
    """How many of the chosen edges end at each account."""
    ends = np.concatenate([projection.source[chosen], projection.target[chosen]])
    return np.bincount(ends, minlength=n_accounts)


def _join_spanned(
    community: Int32s, bipartite: Bipartite, test: SignalTest, calibration: Calibration, method: Method
) -> Int32s:
    """Put communities together that the same passing signals span, well beyond chance.

    Either one card or template is on most members of each: whoever chose it runs them all. Or signals of two families
    are on enough members of both sides. One company's staff who also are some vendor's customers share that vendor's
    signals too, but they are few, and the address of a building is on most of its tenants, but it is one family.
    """
    n_communities = int(community.max(initial=-1)) + 1
    size = np.bincount(community[community >= 0], minlength=n_communities)
    borne = _borne(community, size, bipartite, test, calibration.n_accounts)
    held = borne[borne["n"] >= method.campaign_core * size[borne["community"]]]
    adds_up = np.array([each.adds_up for each in bipartite.types], dtype=np.bool_)[bipartite.signal_type]
    held = held[adds_up[held["signal"]]]
    first = held.groupby("signal")["community"].transform("first")
    crossed = _crossed(borne, size, community, bipartite, method)
    a = np.concatenate([held["community"].to_numpy(), crossed["community"].to_numpy()])
    b = np.concatenate([first.to_numpy(), crossed["other"].to_numpy()])
    links = coo_array((np.ones(len(a), dtype=np.int8), (a, b)), shape=(n_communities,) * 2)
    if not n_communities:
        return community
    whole = connected_components(links, directed=False)[1]
    return np.where(community >= 0, whole[community], -1).astype(np.int32)


def _borne(community: Int32s, size: Int64s, bipartite: Bipartite, test: SignalTest, n_accounts: int) -> pd.DataFrame:
    """Passing signal, community, and the number n of its members that bear it, where that is well beyond chance."""
    signal = np.repeat(np.arange(bipartite.n_signals, dtype=np.int64), bipartite.degree)
    inside = community[bipartite.accounts]
    telling = test.passes[signal] & (inside >= 0)
    pair, n = np.unique(signal[telling] << 32 | inside[telling], return_counts=True)
    borne = pd.DataFrame({"signal": pair >> 32, "community": pair & 0xFFFFFFFF, "n": n})
    by_chance = bipartite.degree[borne["signal"]] * size[borne["community"]] / n_accounts
    far_beyond = (n >= _SPANNING) & (n >= _BEYOND_CHANCE * by_chance)
    return pd.DataFrame(borne[far_beyond])


def _crossed(
    borne: pd.DataFrame, size: Int64s, community: Int32s, bipartite: Bipartite, method: Method
) -> pd.DataFrame:
    """Pairs of communities crossed by signals of two families, or by many of one, borne by enough members of both."""
    shared = borne[borne.duplicated("signal", keep=False)]
    shared = shared.sort_values(["signal", "n", "community"], ascending=[True, False, True])
    shared = shared[shared.groupby("signal").cumcount() < _WIDEST_SPAN][["signal", "community"]]
    sides = shared.merge(shared.rename(columns={"community": "other"}), on="signal")
    sides = sides[sides["community"] != sides["other"]]
    bearing = np.isin(np.arange(bipartite.n_signals), shared["signal"])
    signal = np.repeat(np.arange(bipartite.n_signals, dtype=np.int64), bipartite.degree)
    bearers = pd.DataFrame(
        {"signal": signal, "community": community[bipartite.accounts], "account": bipartite.accounts}
    )
    crossing = sides.merge(bearers[bearing[signal]], on=["signal", "community"])
    crossing["family"] = bipartite.family[crossing["signal"]]
    pairs = crossing.groupby(["community", "other"]).agg(
        families=("family", "nunique"), values=("signal", "nunique"), bearers=("account", "nunique")
    )
    cover = pairs["bearers"] / size[pairs.index.get_level_values("community")]
    by_families = (pairs["families"] > 1) & (cover >= method.campaign_cover)
    by_values = (pairs["values"] >= _MANY_VALUES) & (cover * pairs["values"] >= _MANY_VALUES * method.campaign_cover)
    wide = pairs.index[(by_families | by_values) & (pairs["bearers"] >= _CROSSING)]
    crossed = wide.to_frame(index=False)
    back = crossed.rename(columns={"community": "other", "other": "community"})
    return crossed.merge(back, on=["community", "other"])  # wide enough from either side


def _canonical(group: Int32s) -> Int32s:
    """Number groups by their smallest account."""
    grouped = np.flatnonzero(group >= 0)
    names, first, number = np.unique(group[grouped], return_index=True, return_inverse=True)
    rank = np.empty(len(names), dtype=np.int32)
    rank[np.argsort(first, kind="stable")] = np.arange(len(names), dtype=np.int32)
    canonical = np.full(len(group), -1, dtype=np.int32)
    canonical[grouped] = rank[number]
    return canonical
