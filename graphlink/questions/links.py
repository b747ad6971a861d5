"""Chains of links: the shortest between two accounts, and all that a few steps reach.

A link is an edge of the projection: two accounts whose evidence beats the odds. A group of many is linked sparsely, so
two of its accounts may be linked through others alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from graphlink.questions.known import account_ids
from graphlink.questions.sharing import share

if TYPE_CHECKING:
    from graphlink.model import Floats, Int32s, Int64s
    from graphlink.questions.folder import OpenRun


@dataclass(frozen=True, slots=True)
class Step:
    """A link of a chain."""

    source: str
    target: str
    bits: float
    families: tuple[str, ...]
    shared: tuple[str, ...]
    """What both ends bear, as type=value, the weightiest first."""


@dataclass(frozen=True, slots=True)
class Path:
    """A chain of links from one account to another."""

    steps: tuple[Step, ...]

    @property
    def through(self) -> tuple[str, ...]:
        """The accounts between its ends."""
        return tuple(step.target for step in self.steps[:-1])


@dataclass(frozen=True, slots=True)
class Neighbour:
    """An account that a few links reach."""

    account_id: str
    hops: int
    via: str
    """The account from which the last link reaches it."""
    bits: float
    """Evidence of that link."""
    families: tuple[str, ...]
    ring_id: str | None
    tier: str | None


@dataclass(frozen=True, slots=True)
class NeighboursAnswer:
    """What a few steps along links reach; the first of them are listed."""

    account_id: str
    reached: tuple[int, ...]
    """How many accounts are 1, 2, … links away."""
    listed: tuple[Neighbour, ...]


@dataclass(frozen=True, slots=True, eq=False)
class _Links:
    """Links by account: those of account i stand from ``start[i]`` to ``start[i + 1]``."""

    start: Int64s
    other: Int32s
    bits: Floats


def find_path(run: OpenRun, one: int, two: int) -> Path | None:
    """Find the chain of fewest links; of several, the one whose weakest link is strongest."""
    components = run.rows("SELECT component FROM accounts WHERE account IN (?, ?)", one, two)
    if one == two or len({row[0] for row in components}) > 1 or components[0][0] is None:
        return None
    links = _load(run)
    before, _ = _search(links, one, until=two)
    chain = [two]
    while chain[-1] != one:
        chain.append(int(before[chain[-1]]))
    chain.reverse()
    return Path(_steps(run, chain))


def find_neighbours(run: OpenRun, account: int, hops: int, limit: int) -> NeighboursAnswer:
    """Find what at most ``hops`` links reach from an account, the nearest and most firmly linked first."""
    links = _load(run)
    before, level = _search(links, account, hops=hops)
    reached = np.flatnonzero(level > 0)
    bits = np.array([_bits_of(links, int(before[each]), int(each)) for each in reached.tolist()])
    order = np.lexsort((reached, -bits, level[reached]))[:limit]
    return NeighboursAnswer(
        account_id=account_ids(run, [account])[account],
        reached=tuple(np.bincount(level[reached], minlength=hops + 1)[1:].tolist()),
        listed=_neighbours(run, reached[order].tolist(), before, level),
    )


def _load(run: OpenRun) -> _Links:
    table = run.connection.execute("SELECT account, other, bits FROM edges").fetchnumpy()
    account, other, bits = (np.asarray(table[name]) for name in ("account", "other", "bits"))
    n_accounts = run.rows("SELECT count(*) FROM accounts")[0][0]  # the calibration may be of another week
    start = np.zeros(n_accounts + 1, dtype=np.int64)
    np.cumsum(np.bincount(account, minlength=n_accounts), out=start[1:])
    return _Links(start, other, bits)


def _search(links: _Links, one: int, *, until: int = -1, hops: int = -1) -> tuple[Int64s, Int64s]:
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


def _bits_of(links: _Links, one: int, two: int) -> float:
    low, high = links.start[one], links.start[one + 1]
    return float(links.bits[low + np.searchsorted(links.other[low:high], two)])


def _steps(run: OpenRun, chain: list[int]) -> tuple[Step, ...]:
    names = account_ids(run, chain)
    steps = []
    for one, two in pairwise(chain):
        bits, families = run.rows("SELECT bits, families FROM edges WHERE account = ? AND other = ?", one, two)[0]
        shared = tuple(each.signal.name for each in share(run, one, two) if each.counted_bits > 0)
        steps.append(Step(names[one], names[two], bits, tuple(families.split("; ")), shared))
    return tuple(steps)


def _neighbours(run: OpenRun, accounts: list[int], before: Int64s, level: Int64s) -> tuple[Neighbour, ...]:
    names = account_ids(run, [*accounts, *before[accounts].tolist()])
    rings = {
        int(row[0]): row[1:]
        for row in run.rows(
            "SELECT account, ring_id, tier FROM members WHERE account IN (SELECT unnest(?))", sorted(accounts)
        )
    }
    last = {
        (int(row[0]), int(row[1])): row[2:]
        for row in run.rows(
            "SELECT account, other, bits, families FROM edges "
            "WHERE account IN (SELECT unnest(?)) AND other IN (SELECT unnest(?))",
            sorted(set(before[accounts].tolist())),
            sorted(accounts),
        )
    }
    found = []
    for account in accounts:
        via = int(before[account])
        bits, families = last[via, account]
        ring_id, tier = rings.get(account, (None, None))
        found.append(
            Neighbour(
                account_id=names[account],
                hops=int(level[account]),
                via=names[via],
                bits=bits,
                families=tuple(families.split("; ")),
                ring_id=ring_id,
                tier=tier,
            )
        )
    return tuple(found)
