"""Chains of links: the shortest between two accounts, and everything within a few steps.

A link is an edge of the projection: two accounts whose evidence beats the odds. A large group is linked sparsely, so
two of its accounts may be linked through others alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from graphlink.results.questions.folder import damaged
from graphlink.results.questions.known import account_ids
from graphlink.results.questions.sharing import share

if TYPE_CHECKING:
    from graphlink.results.questions.folder import OpenRun
    from graphlink.results.questions.walking import Walk


@dataclass(frozen=True, slots=True)
class Step:
    """A link of a chain."""

    source: str
    target: str
    bits: float
    families: tuple[str, ...]
    shared: tuple[str, ...]
    """Signals of both ends, as type=value, strongest first."""


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
    """An account within a few links."""

    account_id: str
    hops: int
    via: str
    """The account at the other end of the last link."""
    bits: float
    """Evidence of that link."""
    families: tuple[str, ...]
    ring_id: str | None
    tier: str | None


@dataclass(frozen=True, slots=True)
class NeighboursAnswer:
    """What a few steps along links reach; only the first accounts are listed."""

    account_id: str
    reached: tuple[int, ...]
    """How many accounts are 1, 2, … links away."""
    listed: tuple[Neighbour, ...]


def find_path(run: OpenRun, one: int, two: int) -> Path | None:
    """Find the chain of fewest links; among equals, the one whose weakest link is strongest."""
    components = run.rows("SELECT component FROM accounts WHERE account IN (?, ?)", one, two)
    if one == two or len({row[0] for row in components}) > 1 or components[0][0] is None:
        return None
    from graphlink.results.questions.walking import load_links, walk  # noqa: PLC0415  numpy: 0.1 s, and most pairs need no walk

    gone = walk(load_links(run), one, until=two)
    if gone.level[two] < 0:  # same component, so some chain exists
        raise damaged(run.folder)
    chain = [two]
    while chain[-1] != one:
        chain.append(int(gone.before[chain[-1]]))
    chain.reverse()
    return Path(_steps(run, chain))


def find_neighbours(run: OpenRun, account: int, hops: int, limit: int) -> NeighboursAnswer:
    """Find the accounts within ``hops`` links of an account, nearest and most firmly linked first."""
    from graphlink.results.questions.walking import load_links, walk  # noqa: PLC0415

    gone = walk(load_links(run), account, hops=hops)
    return NeighboursAnswer(
        account_id=account_ids(run, [account])[account],
        reached=tuple(int((gone.level == step).sum()) for step in range(1, hops + 1)),
        listed=_neighbours(run, gone.nearest(limit), gone),
    )


def _steps(run: OpenRun, chain: list[int]) -> tuple[Step, ...]:
    names = account_ids(run, chain)
    steps = []
    for one, two in pairwise(chain):
        bits, families = run.rows("SELECT bits, families FROM edges WHERE account = ? AND other = ?", one, two)[0]
        shared = tuple(each.signal.name for each in share(run, one, two) if each.counted_bits > 0)
        steps.append(Step(names[one], names[two], bits, tuple(families.split("; ")), shared))
    return tuple(steps)


def _neighbours(run: OpenRun, accounts: list[int], gone: Walk) -> tuple[Neighbour, ...]:
    names = account_ids(run, [*accounts, *gone.before[accounts].tolist()])
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
            sorted(set(gone.before[accounts].tolist())),
            sorted(accounts),
        )
    }
    found = []
    for account in accounts:
        via = int(gone.before[account])
        bits, families = last[via, account]
        ring = rings.get(account, (None, None))
        hops = int(gone.level[account])
        found.append(Neighbour(names[account], hops, names[via], bits, tuple(families.split("; ")), *ring))
    return tuple(found)
