"""Cuts each connected component into cells: Leiden's, or the pieces that hang on the component by one account."""

from __future__ import annotations

import hashlib
import random
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import igraph
import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import depth_first_order

from graphlink.engine.kernels.basic import find_components, order_groups
from graphlink.model.graph import BIT_SCALE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from graphlink.model.arrays import Floats, Int32s, Int64s, Keys
    from graphlink.model.graph import Projection

_MANY_EDGES = 200_000
"""Edges from which on it pays to renumber a component."""

_AT_ONCE = 1 << 16
"""Edges held as Python objects at the same time."""

_LEAST_GAIN = 0.001
"""Least gain in modularity of a round of Leiden for another to follow. With tied weights Leiden need not settle."""


@dataclass(frozen=True, slots=True, eq=False)
class Cut:
    """How components are cut into cells."""

    key: Keys
    """By account: the key that orders it (``Bipartite.account_trace``)."""
    largest_strength: float
    """Twice the weight of links above which the resolution grows."""
    seed: int
    hanging: bool = False
    """True to cut off the pieces that hang on a component's body, instead of using Leiden."""

    @property
    def grows_from(self) -> float:
        """Weight of links up to which a component is cut with modularity's own resolution of 1."""
        return self.largest_strength / 2


def find_cells(projection: Projection, how: Cut) -> Int32s:
    """Compute the cell of each account, numbered in no particular order; -1 where it has no edge."""
    component, n_components = find_components(projection.source, projection.target, projection.n_accounts)
    is_linked = np.zeros(projection.n_accounts, dtype=np.bool_)
    is_linked[projection.source] = is_linked[projection.target] = True
    linked = np.flatnonzero(is_linked)
    cell = np.full(projection.n_accounts, -1, dtype=np.int32)
    if not len(linked):
        return cell
    of_edge = component[projection.source]
    n_nodes = np.bincount(component[linked], minlength=n_components)
    n_edges = np.bincount(of_edge, minlength=n_components)
    whole = 2 * n_edges == n_nodes * (n_nodes - 1)  # every pair is linked, as in most: nothing to cut
    nodes, node_start = order_groups(np.where(~is_linked | whole[component], -1, component), n_components)
    edges, edge_start = order_groups(np.where(whole[of_edge], -1, of_edge), n_components)
    nodes = nodes[np.lexsort((how.key[nodes], component[nodes]))]  # names decide nothing
    place = np.zeros(projection.n_accounts, dtype=np.int32)
    place[nodes] = np.arange(len(nodes)) - node_start[component[nodes]]

    local = np.zeros(projection.n_accounts, dtype=np.int32)
    for c in np.flatnonzero(~whole).tolist():
        mine, links = nodes[node_start[c] : node_start[c + 1]], edges[edge_start[c] : edge_start[c + 1]]
        ends = place[projection.source[links]], place[projection.target[links]]
        if how.hanging:
            local[mine] = _pieces(ends, len(mine))
        else:
            local[mine] = _leiden(ends, projection.bits[links], how.key[mine], how)
    n_cells = np.minimum(n_edges, 1)  # accounts without an edge are in no cell
    np.maximum.at(n_cells, component[nodes], local[nodes] + 1)
    cell[linked] = (np.cumsum(n_cells) - n_cells)[component[linked]] + local[linked]
    return cell


def _pieces(ends: tuple[Int32s, Int32s], n_nodes: int) -> Int32s:
    """The body of a component, and the pieces that are left without it: each hangs on the body by one account.

    The body, cell 0, is the largest biconnected component: no single account holds it together. Of two equally large
    ones it is that of the first account.
    """
    graph = igraph.Graph(n_nodes, _pairs(*ends))
    cell = np.zeros(n_nodes, dtype=np.int32)
    # igraph's wrapper makes Python objects of every edge and of every block; a block here is the edges of a tree in it
    trees = igraph.GraphBase.biconnected_components(graph, return_articulation_points=False)
    if len(trees) == 1:
        return cell
    largest = max(map(len, trees))
    source, target = ends
    blocks = (np.union1d(source[tree], target[tree]) for tree in trees if len(tree) == largest)
    body = min(blocks, key=np.ndarray.tolist)
    apart = np.ones(n_nodes, dtype=np.bool_)
    apart[body] = False
    rest = np.flatnonzero(apart)
    cell[rest] = np.array(graph.induced_subgraph(rest.tolist()).connected_components().membership) + 1
    return cell


def _leiden(ends: tuple[Int32s, Int32s], bits: Int64s, key: Keys, how: Cut) -> Int32s:
    """Leiden with modularity on one component, its nodes in the order of their keys.

    The larger a component, the larger the groups that modularity merges into one (its resolution limit). A ring would
    then change with the rest of the graph. Above half of ``largest_strength`` (each link has two ends) the resolution
    therefore grows with the component, which makes the limit a constant.
    """
    number = np.arange(len(key), dtype=np.int32)
    if len(bits) >= _MANY_EDGES:
        number = _number_along_walk(ends, len(key))
        ends = _falling(number[ends[0]], number[ends[1]])
        order = np.argsort(ends[1].astype(np.int64) << 32 | ends[0])  # each pair occurs once
        ends, bits = (ends[0][order], ends[1][order]), bits[order]
    weights = bits / BIT_SCALE
    resolution = max(1.0, float(weights.sum()) / how.grows_from)
    graph = igraph.Graph(len(key), _pairs(*ends))
    with DRAWING:
        igraph.set_random_number_generator(random.Random(_seed(key, how)))
        try:
            return _settled(graph, weights, resolution)[number]
        finally:
            igraph.set_random_number_generator(random)


DRAWING: Final = threading.Lock()
"""igraph has one random generator for all threads of a process."""


def _settled(graph: igraph.Graph, weights: Floats, resolution: float) -> Int32s:
    """Run Leiden round by round until a round gains next to nothing: igraph would go on while anything changes."""
    membership, gained = None, np.inf
    quality = -np.inf
    while gained >= _LEAST_GAIN:
        before = quality
        # igraph's wrapper counts and measures the clusters anew each time, which takes longer than Leiden on small
        # graphs
        membership, quality = igraph.GraphBase.community_leiden(
            graph,
            edge_weights=weights.data,  # igraph reads this in half the time that an array takes
            resolution=resolution,
            normalize_resolution=True,  # modularity
            n_iterations=1,
            initial_membership=membership,
        )
        gained = quality - before
    return np.array(membership, dtype=np.int32)


def _number_along_walk(ends: tuple[Int32s, Int32s], n_nodes: int) -> Int32s:
    """Number nodes along a depth-first walk, so that linked nodes are close in memory: Leiden is a third faster."""
    links = coo_array((np.ones(len(ends[0]), np.int8), _falling(*ends)), shape=(n_nodes, n_nodes)).tocsr()
    links.sort_indices()
    number = np.empty(n_nodes, dtype=np.int32)
    number[depth_first_order(links, 0, directed=False, return_predecessors=False)] = np.arange(n_nodes, dtype=np.int32)
    return number


def _falling(source: Int32s, target: Int32s) -> tuple[Int32s, Int32s]:
    """Edges from the larger number to the smaller, whatever their direction was."""
    return np.maximum(source, target), np.minimum(source, target)


def _pairs(source: Int32s, target: Int32s) -> Iterator[tuple[int, int]]:
    """Yield edges for igraph, in parts. It takes five times as long to read an array."""
    for at in range(0, len(source), _AT_ONCE):
        yield from zip(source[at : at + _AT_ONCE].tolist(), target[at : at + _AT_ONCE].tolist(), strict=True)


def _seed(key: Keys, how: Cut) -> int:
    """A seed for one component, from its keys, the settings and the user's seed."""
    settings = f"{how.seed} {how.largest_strength!r}".encode()
    return int.from_bytes(hashlib.sha256(key.tobytes() + settings).digest()[:4], "big") >> 1
