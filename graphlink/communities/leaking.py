"""Cells whose evidence leaks out are parts of what it leaks to."""

from __future__ import annotations

import heapq
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from graphlink.model import Floats, Int32s, Projection

_LOOSE = 1 / 3
"""Share of a cell's weight that leads out of it, to however many others, from which on it is a piece of something: of
cards that meet at one address after another, each is tied to many and to none by much."""


def join_leaking(cell: Int32s, projection: Projection, leak: float) -> Int32s:
    """Put cells together while one has more than ``leak`` of its weight towards one other, the leakiest first.

    So is one that has more than a third towards others in all, with that which it leaks to most. Returns the community
    of each account. Bounded by the number of pairs of touching cells, of which each join removes at least one.
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
    loose = sum(touching[a].values()) > _LOOSE * float(weight[a])
    return (-share, a, -neighbour) if share > leak or loose else None


def _absorb(a: int, b: int, touching: list[dict[int, float]]) -> list[int]:
    """Give cell a's neighbours to cell b; returns the cells whose surroundings changed."""
    del touching[a][b], touching[b][a]
    changed = [*sorted(touching[a]), b]
    for other, bits in touching[a].items():
        del touching[other][a]
        touching[other][b] = touching[b][other] = touching[b].get(other, 0.0) + bits
    touching[a] = {}
    return changed
