"""The world under construction: account columns, a ledger of sightings, and the true groups.

Everything is integer codes, and text is made only on writing, so that ten million accounts fit in memory. Segments,
habits, gatherings and rings add to the scene through the same few calls.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from graphlink.lab.simulate.draws import Ints, Part, open_part

if TYPE_CHECKING:
    from graphlink.lab.simulate.settings import Settings

HOUR = 3_600
DAY = 24 * HOUR
WEEK = 7 * DAY
NOBODY = -1
# In place of a domain code: the export has no mail address (single sign-on).
NO_ADDRESS = -2

# Share of requests by hour of the account's own day: people, with some night work and cron (domain: timing and churn).
_BY_HOUR = np.array([2, 1, 1, 1, 1, 1, 2, 3, 5, 7, 8, 8, 7, 8, 8, 8, 7, 6, 5, 5, 5, 4, 4, 3], np.float64)


class Signal(IntEnum):
    """Signal types of the sightings export."""

    IP = 0
    CARD = 1
    CARD_BIN = 2
    DEVICE = 3
    TEMPLATE = 4
    USER_AGENT = 5


class Segment(IntEnum):
    """Where an account lives: one of seven honest segments, or a ring."""

    HOME = 0
    MOBILE = 1
    CORPORATE = 2
    UNIVERSITY = 3
    CLOUD = 4
    VPN = 5
    AGENCY = 6
    RING = 7


class Status(IntEnum):
    """The account status in the provider's export."""

    ACTIVE = 0
    CLOSED = 1
    BANNED = 2


class Plan(IntEnum):
    """The plan of an account."""

    FREE = 0
    TRIAL = 1
    PRO = 2
    TEAM = 3
    ENTERPRISE = 4
    EDUCATION = 5


@dataclass(frozen=True, slots=True)
class Accounts:
    """One entry per account in every column, filled in place. Times are seconds from the start of the first window.

    An account is seen from `start` to `end`. Its status is `status` from `closed` on, and active before.
    """

    segment: npt.NDArray[np.int8]
    created: Ints
    start: Ints
    end: Ints
    hour: npt.NDArray[np.int8]
    volume: npt.NDArray[np.float32]
    active_days: npt.NDArray[np.int16]
    plan: npt.NDArray[np.int8]
    country: npt.NDArray[np.int8]
    domain: Ints
    person: Ints
    style: npt.NDArray[np.int8]
    phone: Ints
    status: npt.NDArray[np.int8]
    closed: Ints
    ring: npt.NDArray[np.int32]
    cell: npt.NDArray[np.int32]
    tier: npt.NDArray[np.int8]
    framed_by: npt.NDArray[np.int32]
    generation: npt.NDArray[np.int8]
    parent: npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Table:
    """Sightings of one signal type: account number, value code, first and last second, count."""

    signal: Signal
    account: npt.NDArray[np.int32]
    value: Ints
    first: npt.NDArray[np.int32]
    last: npt.NDArray[np.int32]
    count: npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Group:
    """True groups of one kind: their accounts, by group number. `negative` is their hard negative (0: none)."""

    kind: str
    negative: int
    number: Ints
    account: Ints


@dataclass(slots=True)
class Scene:
    """The world under construction."""

    seed: int
    settings: Settings
    horizon: int
    accounts: Accounts
    chunks: list[Table] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)

    @property
    def sweep_ends(self) -> range:
        """The ends of the sweeps' windows, only one for a single window."""
        return range(self.settings.time.window_days * DAY, self.horizon + 1, WEEK)

    def over_time(self, per_window: float) -> int:
        """Scale a number per window to the whole world."""
        return round(per_window * self.horizon / self.sweep_ends[0])

    def part(self, name: str) -> Part:
        """Open the named part of this world."""
        return open_part(self.seed, name)

    def see(
        self,
        part: Part,
        signal: Signal,
        accounts: Ints,
        values: Ints,
        *,
        stay: float | None = None,
        at: Ints | None = None,
    ) -> None:
        """Record accounts with values.

        A value lasts for the account's whole time. With `stay`, it lasts that many days from a random moment, or from
        `at`.
        """
        first, last = self._times(part, accounts, stay, at)
        per_day = self.accounts.volume[accounts] * self.accounts.active_days[accounts] / 28.0
        count = 1 + per_day * (last - first) / DAY * part.rng.random(len(accounts))
        self.chunks.append(
            Table(
                signal,
                accounts.astype(np.int32),
                values,
                first.astype(np.int32),
                last.astype(np.int32),
                np.minimum(count, 2**30).astype(np.int32),
            )
        )

    def group(self, kind: str, number: Ints, accounts: Ints, negative: int = 0) -> None:
        """Record true groups of a kind, by the group number of each account."""
        self.groups.append(Group(kind, negative, number, accounts))

    def _times(self, part: Part, accounts: Ints, stay: float | None, at: Ints | None) -> tuple[Ints, Ints]:
        start, end = self.accounts.start[accounts], self.accounts.end[accounts]
        span = np.maximum(end - start, 1)
        n = len(accounts)
        if stay is None:
            first = start + (span * part.rng.random(n) ** 3 * 0.5).astype(np.int64)
            last = end - (span * part.rng.random(n) ** 3 * 0.5).astype(np.int64)
        else:
            first = start + (span * part.rng.random(n)).astype(np.int64) if at is None else at
            last = np.minimum(first + (stay * DAY * part.rng.random(n)).astype(np.int64), end)
        if at is None:
            first, last = self._by_day(part, accounts, first), self._by_day(part, accounts, last)
        first, last = np.maximum(np.minimum(first, last), start), np.minimum(np.maximum(first, last), end)
        return np.minimum(first, last), last

    def _by_day(self, part: Part, accounts: Ints, times: Ints) -> Ints:
        """Keep the day, and draw the hour from the account's own diurnal curve."""
        edges = np.concatenate(([0.0], np.cumsum(_BY_HOUR / _BY_HOUR.sum())))
        own = np.interp(part.rng.random(len(times)), edges, np.arange(25) * 3600.0).astype(np.int64)
        by_day: Ints = times // DAY * DAY + (own + self.accounts.hour[accounts].astype(np.int64) * 3600) % DAY
        return by_day


def empty_accounts(n: int) -> Accounts:
    """Return empty account columns for n accounts."""
    return Accounts(
        segment=np.full(n, Segment.RING, np.int8),
        created=np.zeros(n, np.int64),
        start=np.zeros(n, np.int64),
        end=np.zeros(n, np.int64),
        hour=np.zeros(n, np.int8),
        volume=np.zeros(n, np.float32),
        active_days=np.zeros(n, np.int16),
        plan=np.zeros(n, np.int8),
        country=np.zeros(n, np.int8),
        domain=np.full(n, NOBODY, np.int64),
        person=np.arange(n, dtype=np.int64),
        style=np.zeros(n, np.int8),
        phone=np.full(n, NOBODY, np.int64),
        status=np.zeros(n, np.int8),
        closed=np.full(n, np.iinfo(np.int64).max, np.int64),
        ring=np.full(n, NOBODY, np.int32),
        cell=np.full(n, NOBODY, np.int32),
        tier=np.zeros(n, np.int8),
        framed_by=np.full(n, NOBODY, np.int32),
        generation=np.zeros(n, np.int8),
        parent=np.full(n, NOBODY, np.int32),
    )


def values_seen(scene: Scene, signal: Signal) -> tuple[Ints, Ints]:
    """Return (accounts, values) of all sightings of one type so far."""
    mine = [chunk for chunk in scene.chunks if chunk.signal == signal]
    return (
        np.concatenate([chunk.account.astype(np.int64) for chunk in mine]),
        np.concatenate([chunk.value for chunk in mine]),
    )
