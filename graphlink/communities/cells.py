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
    from graphlink.model import Bools, Int32s, Int64s, Keys, Projection

_ITERATIONS, _ITERATIONS_OF_MANY, _MANY_EDGES = 10, 4, 200_000
"""Rounds of Leiden, and those in a component of many edges, where each takes long and four do: a limit, because it need
not settle at all on tied weights."""


def find_cells(projection: Projection, key: Keys, method: Method, seed: int) -> Int32s:
    """The cell of each account, numbered in no particular order; -1 where it has no edge."""
    is_linked = np.zeros(projection.n_accounts, dtype=np.bool_)
    is_linked[projection.source] = True
    is_linked[projection.target] = True
    linked = np.flatnonzero(is_linked)
    cell = np.full(projection.n_accounts, -1, dtype=np.int32)
    if not len(linked):
        return cell
    number = np.cumsum(is_linked) - 1
    source, target = number[projection.source], number[projection.target]
    adjacency = coo_array((np.ones(len(source), dtype=np.int8), (source, target)), shape=(len(linked),) * 2)
    component = connected_components(adjacency, directed=False)[1]

    n_nodes = np.bincount(component)
    n_edges = np.bincount(component[source], minlength=len(n_nodes))
    whole = 2 * n_edges == n_nodes * (n_nodes - 1)  # every pair is linked, as in most: there is nothing to cut
    order = np.lexsort((key[linked], component))  # names decide nothing
    place = np.empty(len(linked), dtype=np.int64)
    place[order] = np.arange(len(linked)) - np.repeat(np.cumsum(n_nodes) - n_nodes, n_nodes)
    ends = np.column_stack([place[source], place[target]])
    n_cells = np.ones(len(n_nodes), dtype=np.int64)
    local = np.zeros(len(linked), dtype=np.int32)
    by_component = zip(
        np.flatnonzero(~whole).tolist(),
        _split(order, component, ~whole),
        _split(np.arange(len(source)), component[source], ~whole),
        strict=True,
    )
    for c, nodes, edges in by_component:
        local[nodes] = _leiden(ends[edges], projection.bits[edges], key[linked[nodes]], method, seed)
        n_cells[c] = int(local[nodes].max()) + 1
    cell[linked] = (np.cumsum(n_cells) - n_cells)[component] + local
    return cell


def _split(entries: Int64s, group: Int32s, chosen: Bools) -> list[Int64s]:
    """The entries of each chosen group, in their order; groups are numbered from 0."""
    mine = entries[chosen[group[entries]]]
    mine = mine[np.argsort(group[mine], kind="stable")]
    size = np.bincount(group[mine], minlength=len(chosen))[chosen]
    return np.split(mine, np.cumsum(size)[:-1]) if len(size) else []


def _leiden(ends: Int64s, bits: Int64s, key: Keys, method: Method, seed: int) -> Int32s:
    """Leiden with modularity on one component, its nodes in the order of their keys.

    Modularity alone sees ever larger groups as one the larger the component is (its resolution limit), so that a
    ring would change with what else is in the graph. Above ``largest_strength`` the resolution grows with the
    component instead, which makes the limit a constant.
    """
    weights = bits / BIT_SCALE
    graph = igraph.Graph(len(key), zip(*ends.T.tolist(), strict=True))  # a fifth of the time that it takes for an array
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
