"""Cells whose evidence leaks out are parts of what it leaks to."""

from __future__ import annotations

import heapq
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from graphlink.model.arrays import Int32s
    from graphlink.model.graph import Projection

    _Entry = tuple[float, int, int]
    """Falling share, cell, neighbour."""

_LOOSE = 1 / 3
"""Share of a cell's weight that leads out of it, to however many others, from which on it is a piece of something: of
cards that meet at one address after another, each is tied to many and to none by much."""


def join_leaking(cell: Int32s, projection: Projection, leak: float, n_accounts: int) -> Int32s:
    """Put cells together while one has more than ``leak`` of its weight towards one other, the leakiest first.

    So is one that has more than a third towards others in all, with that which it leaks to most. Either counts as far
    as it is beyond chance: a quarter of what leads anywhere leads to a community of a quarter of all ``n_accounts``.
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
    by_chance = np.bincount(cell[cell >= 0], minlength=n_cells) / n_accounts
    cells = _Cells(touching, weight.tolist(), by_chance.tolist(), leak)
    waiting = [entry for a in range(n_cells) if (entry := cells.leakiest(a))]
    heapq.heapify(waiting)
    while waiting:
        entry = heapq.heappop(waiting)
        _, a, b = entry
        if parent[a] != a or cells.now[a] != entry:
            continue
        if cells.leakiest(a) != entry:  # what it leaks to has grown since
            continue
        parent[a] = b
        for again in cells.absorb(a, b):
            heapq.heappush(waiting, again)
    while not np.array_equal(parent[parent], parent):
        parent = parent[parent]
    community = cell.copy()
    community[cell >= 0] = parent[cell[cell >= 0]]
    return community


class _Cells:
    """Where each cell leaks most, kept up as cells are put together: what a join changes for a neighbour is one sum."""

    def __init__(
        self, touching: list[dict[int, float]], weight: list[float], by_chance: list[float], leak: float
    ) -> None:
        self.now: list[_Entry | None] = [None] * len(weight)
        """Where each cell leaks most now, as a heap entry; None where it keeps together."""
        self._touching, self._weight, self._by_chance, self._leak = touching, weight, by_chance, leak
        self._out = [sum(each.values()) for each in touching]
        self._most: list[tuple[float, int]] = [(0.0, 0)] * len(weight)

    def leakiest(self, a: int) -> _Entry | None:
        """Look at all neighbours of a cell."""
        if not self._touching[a]:
            self.now[a] = None
            return None
        return self._take(a, max((bits, -b) for b, bits in self._touching[a].items()))

    def absorb(self, a: int, b: int) -> Iterator[_Entry]:
        """Give cell a's neighbours to cell b; gives the entries that are new."""
        mine, theirs = self._touching[a], self._touching[b]
        between = mine.pop(b)
        del theirs[a]
        self._weight[b] += self._weight[a]
        self._by_chance[b] += self._by_chance[a]
        self._out[b] += self._out[a] - 2 * between
        self._touching[a] = {}
        for other, bits in mine.items():
            of_other = self._touching[other]
            del of_other[a]
            of_other[b] = theirs[other] = theirs.get(other, 0.0) + bits
            before, most = self.now[other], self._most[other]
            if of_other[b] > most[0]:
                after = self._take(other, (of_other[b], -b))
            elif most[1] in {-a, -b} or of_other[b] == most[0]:
                after = self.leakiest(other)  # another may have as much
            else:
                continue
            if after and after != before:
                yield after
        if entry := self.leakiest(b):
            yield entry

    def _take(self, a: int, most: tuple[float, int]) -> _Entry | None:
        self._most[a] = most
        bits, neighbour = most
        share, by_chance = bits / self._weight[a], self._by_chance[-neighbour]
        in_all = self._out[a] / self._weight[a]
        leaks = share - by_chance > self._leak * (1 - by_chance) or in_all - by_chance > _LOOSE * (1 - by_chance)
        self.now[a] = (-share, a, -neighbour) if leaks else None
        return self.now[a]
