"""Groups pairs of interchangeable values into stocks: communities of the pairs, so that false pairs join nothing.

Connected components would percolate. Where each value has a tenth of a false sibling, one component holds seven
thousand values of two operators, an enterprise and the homes between them. Its communities are the true stocks.
"""

from __future__ import annotations

import hashlib
import random
from typing import TYPE_CHECKING, Final

import igraph
import numpy as np

from graphlink.engine.components import join_pairs
from graphlink.graph.leiden import DRAWING

if TYPE_CHECKING:
    from graphlink.model.arrays import Int32s, Int64s, Keys
    from graphlink.model.graph import Bipartite

SMALLEST: Final = 3
"""Least number of values in a stock: two cards and two addresses may be one couple's."""

_RESOLUTION: Final = 1 / 3
"""Resolution of modularity. At 1 and 1/2 true small stocks are cut, and at 1/10 false pairs join them again. From 0.3
on, the results on dense worlds stay level up to 10."""

_HELD: Final = 0.1
"""Share of the pairs of the smaller of two communities that cross to the other. From this share on, the two are one
stock that was cut where it is thin. False pairs are a tenth of a value's pairs, and lead to many communities."""


def find_stocks(one: Int32s, other: Int32s, key: Keys) -> Int32s:
    """Compute the stock of each value, numbered from 0 by its first value; -1 where it has none.

    Parameters
    ----------
    one, other
        The pairs.
    key
        By value: a key that orders it independently of its name (``keys_of_values``).
    """
    n_values = len(key)
    whole = join_pairs(one, other, n_values)
    size, n_pairs = np.bincount(whole, minlength=1), np.bincount(whole[one], minlength=1)
    n_pairs = np.pad(n_pairs, (0, len(size) - len(n_pairs)))
    stock = np.where(size[whole] >= SMALLEST, whole, -1).astype(np.int64)
    asked = (size > SMALLEST) & (2 * n_pairs < size * (size - 1))  # complete components need no cut
    nodes = np.flatnonzero(asked[whole])
    nodes = nodes[np.lexsort((key[nodes], whole[nodes]))]
    pairs = np.flatnonzero(asked[whole[one]])
    pairs = pairs[np.argsort(whole[one[pairs]], kind="stable")]
    ends = np.flatnonzero(asked)[1:]
    components = (
        np.split(all_of, np.searchsorted(own, ends))
        for all_of, own in ((nodes, whole[nodes]), (pairs, whole[one[pairs]]))
    )
    place, beyond = np.zeros(n_values, dtype=np.int64), n_values
    for mine, links in zip(*components, strict=True) if asked.any() else ():
        place[mine] = np.arange(len(mine))
        parts = _cut(place[one[links]], place[other[links]], key[mine])
        large = np.bincount(parts)[parts] >= SMALLEST
        stock[mine] = np.where(large, beyond + parts, -1)
        beyond += int(parts.max()) + 1
    return _in_order(_held_together(stock, one, other))


def keys_of_values(bipartite: Bipartite, values: Int64s) -> Keys:
    """A key of each value, from the traces of its accounts: their names decide nothing."""
    trace = bipartite.account_trace[bipartite.accounts]
    mixed = (trace ^ (trace >> np.uint64(29))) * np.uint64(
        0xBF58476D1CE4E5B9
    )  # else sums of close times would be alike
    total = np.concatenate([np.zeros(1, dtype=np.uint64), np.cumsum(mixed, dtype=np.uint64)])
    ends = total[bipartite.signal_start]
    sums: Keys = (ends[1:] - ends[:-1])[values]
    return sums


def _cut(one: Int64s, other: Int64s, key: Keys) -> Int64s:
    """Leiden with modularity on one component, its values and pairs in the order of their keys."""
    low, high = np.minimum(one, other), np.maximum(one, other)
    order = np.lexsort((high, low))
    graph = igraph.Graph(len(key), list(zip(low[order].tolist(), high[order].tolist(), strict=True)))
    seed = int.from_bytes(hashlib.sha256(key.tobytes()).digest()[:4], "big")
    with DRAWING:
        igraph.set_random_number_generator(random.Random(seed))
        try:
            parts = graph.community_leiden(objective_function="modularity", resolution=_RESOLUTION, n_iterations=2)
        finally:
            igraph.set_random_number_generator(random)
    return np.array(parts.membership, dtype=np.int64)


def _held_together(stock: Int64s, one: Int32s, other: Int32s) -> Int64s:
    """Join stocks until no two share many of their pairs."""
    found = _in_order(stock).astype(np.int64)
    while True:
        n_stocks = int(found.max(initial=-1)) + 1
        low, high = np.minimum(found[one], found[other]), np.maximum(found[one], found[other])
        inside, crossing = low >= 0, (low >= 0) & (low != high)
        n_pairs = np.bincount(low[inside], minlength=n_stocks) + np.bincount(high[crossing], minlength=n_stocks)
        couple, n = np.unique(low[crossing] * n_stocks + high[crossing], return_counts=True)
        first, second = (couple // n_stocks, couple % n_stocks) if n_stocks else (couple, couple)
        joined = n >= _HELD * np.minimum(n_pairs[first], n_pairs[second])
        if not joined.any():
            return found
        whole = join_pairs(first[joined], second[joined], n_stocks)
        found = np.where(found >= 0, whole[found], -1).astype(np.int64)
        found = _in_order(found).astype(np.int64)


def _in_order(stock: Int64s) -> Int32s:
    inside = np.flatnonzero(stock >= 0)
    names, first, number = np.unique(stock[inside], return_index=True, return_inverse=True)
    rank = np.empty(len(names), dtype=np.int32)
    rank[np.argsort(first)] = np.arange(len(names), dtype=np.int32)
    found = np.full(len(stock), -1, dtype=np.int32)
    found[inside] = rank[number]
    return found
