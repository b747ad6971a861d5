"""A walk outwards along the links of a run, link by link, on arrays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from graphlink.model import Floats, Int32s, Int64s
    from graphlink.questions.folder import OpenRun


@dataclass(frozen=True, slots=True, eq=False)
class Links:
    """Links by account: those of account i stand from ``start[i]`` to ``start[i + 1]``."""

    start: Int64s
    other: Int32s
    bits: Floats

    def bits_of(self, one: int, two: int) -> float:
        """The evidence of the link between two accounts."""
        low, high = self.start[one], self.start[one + 1]
        return float(self.bits[low + np.searchsorted(self.other[low:high], two)])


def load_links(run: OpenRun) -> Links:
    """Read all links of a run."""
    table = run.arrays("SELECT account, other, bits FROM edges")
    account, other, bits = (np.asarray(table[name]) for name in ("account", "other", "bits"))
    n_accounts = run.rows("SELECT count(*) FROM accounts")[0][0]  # the calibration may be of another week
    start = np.zeros(n_accounts + 1, dtype=np.int64)
    np.cumsum(np.bincount(account, minlength=n_accounts), out=start[1:])
    return Links(start, other, bits)


def walk(links: Links, one: int, *, until: int = -1, hops: int = -1) -> tuple[Int64s, Int64s]:
    """Walk outwards link by link; gives the account before each on its way from ``one``, and how far it is.

    Of two ways of equal length the one whose weakest link is stronger is taken, then that over the first account.
    """
    n = len(links.start) - 1
    before = np.full(n, -1, dtype=np.int64)
    level = np.full(n, -1, dtype=np.int64)
    weakest = np.zeros(n)
    level[one], weakest[one] = 0, np.inf
    frontier = np.array([one])
    step = 0
    while len(frontier) and (until < 0 or level[until] < 0) and step != hops:
        step += 1
        count = links.start[frontier + 1] - links.start[frontier]
        source = np.repeat(frontier, count)
        place = np.arange(len(source)) - np.repeat(np.cumsum(count) - count, count) + links.start[source]
        target = links.other[place]
        new = level[target] < 0
        source, target, held = source[new], target[new], np.minimum(links.bits[place[new]], weakest[source[new]])
        order = np.lexsort((source, -held, target))
        frontier, best = np.unique(target[order], return_index=True)
        before[frontier], weakest[frontier], level[frontier] = source[order][best], held[order][best], step
    return before, level
