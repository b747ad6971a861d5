"""Leiden, one connected component at a time."""

from __future__ import annotations

import hashlib
import random
from typing import TYPE_CHECKING

import igraph
import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from graphlink.model import BIT_SCALE

if TYPE_CHECKING:
    from graphlink.method import Method
    from graphlink.model import Int32s, Int64s, Keys, Projection

_ITERATIONS, _ITERATIONS_OF_MANY, _MANY_EDGES = 10, 4, 200_000
"""Rounds of Leiden, and those in a component of many edges, where each takes long and four do: a limit, because it need
not settle at all on tied weights."""


def find_cells(projection: Projection, key: Keys, method: Method, seed: int) -> Int32s:
    """The cell of each account, numbered in no particular order; -1 where it has no edge."""
    linked = np.unique(np.concatenate([projection.source, projection.target]))
    source = np.searchsorted(linked, projection.source)
    target = np.searchsorted(linked, projection.target)
    adjacency = coo_array((np.ones(len(source), dtype=np.int8), (source, target)), shape=(len(linked),) * 2)
    component = connected_components(adjacency, directed=False)[1] if len(linked) else np.zeros(0, dtype=np.int32)

    cell = np.full(projection.n_accounts, -1, dtype=np.int32)
    place = np.empty(len(linked), dtype=np.int64)
    found = 0
    by_component = zip(_split(component), _split(component[source]), strict=True)
    for inside, edges in by_component:
        nodes = inside[np.argsort(key[linked[inside]], kind="stable")]
        place[nodes] = np.arange(len(nodes))
        ends = np.column_stack([place[source[edges]], place[target[edges]]])
        members = linked[nodes]
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
    """Leiden with modularity on one component, its nodes in the order of their keys: names decide nothing.

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
