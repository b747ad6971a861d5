"""A search outwards along the links of a run, level by level, on arrays."""

from typing import NamedTuple

import numpy as np

from graphlink.model.arrays import Floats, Int32s, Int64s
from graphlink.results.questions.folder import OpenRun, damaged


class Walk(NamedTuple):
    """By account: the previous account on the way, the number of links, and the bits of the last link.

    ``level`` is -1 if the search did not reach it.
    """

    before: Int64s
    level: Int64s
    last_bits: Floats

    def nearest(self, limit: int) -> list[int]:
        """The accounts that were reached, nearest and most firmly linked first."""
        reached = np.flatnonzero(self.level > 0)
        order = np.lexsort((reached, -self.last_bits[reached], self.level[reached]))
        found: list[int] = reached[order[:limit]].tolist()
        return found


def _links(run: OpenRun) -> tuple[Int64s, Int32s, Floats]:
    """All links of a run by account: those of account i stand from ``start[i]`` to ``start[i + 1]``."""
    table = run.arrays("SELECT account, other, bits FROM edges")
    account, other, bits = (np.asarray(table[name]) for name in ("account", "other", "bits"))
    if len(other):
        ends = (account.min(), other.min(), account.max(), other.max())
        if not all(0 <= end < run.n_accounts for end in ends) or (np.diff(account) < 0).any():
            raise damaged(run.folder)
    start = np.zeros(run.n_accounts + 1, dtype=np.int64)
    np.cumsum(np.bincount(account, minlength=run.n_accounts), out=start[1:])
    return start, other, bits


def walk(run: OpenRun, one: int, *, until: int = -1, hops: int = -1) -> Walk:
    """Search outwards from an account, level by level, until the target or the limit of links is reached.

    Among paths of equal length, the one whose weakest link is strongest wins, then the one through the lower account
    number.

    Raises
    ------
    InputError
        GL503 if links name accounts that are not there, or are not in the order in which a run stores them.
    """
    start, other, link_bits = _links(run)
    n = run.n_accounts
    before = np.full(n, -1, dtype=np.int64)
    level = np.full(n, -1, dtype=np.int64)
    weakest = np.zeros(n)
    last_bits = np.zeros(n)
    level[one], weakest[one] = 0, np.inf
    frontier = np.array([one])
    step = 0
    while len(frontier) and (until < 0 or level[until] < 0) and step != hops:
        step += 1
        count = start[frontier + 1] - start[frontier]
        source = np.repeat(frontier, count)
        place = np.arange(len(source)) - np.repeat(np.cumsum(count) - count, count) + start[source]
        target = other[place]
        new = level[target] < 0
        source, target, bits = source[new], target[new], link_bits[place[new]]
        held = np.minimum(bits, weakest[source])
        order = np.lexsort((source, -held, target))
        frontier, best = np.unique(target[order], return_index=True)
        chosen = order[best]
        before[frontier], level[frontier] = source[chosen], step
        weakest[frontier], last_bits[frontier] = held[chosen], bits[chosen]
    return Walk(before, level, last_bits)
