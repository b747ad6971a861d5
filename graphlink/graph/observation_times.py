"""Measures the times of an export: which signal types have times, over which span, and how fine they are.

The result is the same in a null world, where times stay with account and type.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from graphlink.engine.kernels.basic import note_times, note_use
from graphlink.model.times import NO_TIME

if TYPE_CHECKING:
    from graphlink.model.arrays import Bools, Floats, Int64s
    from graphlink.model.sightings import Sightings

MINUTES_OF_HOUR, MINUTES_OF_DAY = 60, 24 * 60

MINUTE = 60_000_000
"""Microseconds of a minute."""

_AT_ONCE = 1 << 20
"""Sightings whose times are read together."""

_SHORTEST: Final = 14
"""Least days over which an account's sightings are spread: an account seen for one day was not busy for long."""

_OFTEN: Final = 0.2
"""Share of an export's sightings that were made more than once. Below it, the export lists values and not use."""

_NEVER: Final = np.iinfo(np.int64).max
"""Later than all times."""


@dataclass(frozen=True, slots=True, eq=False)
class ObservationTimes:
    """The times of an export."""

    dated: Bools
    """By type: whether the export has the times of its sightings, and not only the creation times of accounts."""
    fullest: Floats
    """By type: share of its sightings in the fullest hour of the day."""
    start: int
    """First time of a dated type, in microseconds."""
    end: int
    """Last time of a dated type."""
    daily: Floats
    """By account: log2 of its sightings a day, of the type with most of them. NaN where the account has no known time,
    or the export states once what an account has, and not how often."""


def observe_times(sightings: Sightings) -> ObservationTimes:
    """Measure the times of all sightings in one pass."""
    n_types = len(sightings.types)
    dated = np.zeros(n_types, dtype=np.bool_)
    start, end = np.full(n_types, _NEVER), np.full(n_types, NO_TIME)
    by_minute = np.zeros((n_types, MINUTES_OF_DAY), dtype=np.int64)
    for at in range(0, len(sightings), _AT_ONCE):
        rows = slice(at, at + _AT_ONCE)
        created = sightings.accounts.created_at[sightings.account[rows]]
        times = sightings.first_seen[rows], sightings.last_seen[rows]
        kind = sightings.signal_type[sightings.signal[rows]]
        note_times(kind, times, created, (NO_TIME, MINUTE), (dated, start, end, by_minute))
    counts = np.hstack((by_minute, by_minute[:, : MINUTES_OF_HOUR - 1]))
    hours = sliding_window_view(counts, MINUTES_OF_HOUR, axis=1).sum(axis=2)
    fullest = hours.max(axis=1, initial=0) / np.maximum(by_minute.sum(axis=1), 1)
    return ObservationTimes(
        dated=dated,
        fullest=fullest,
        start=int(start[dated].min(initial=_NEVER)),
        end=int(end[dated].max(initial=NO_TIME)),
        daily=_daily(sightings, dated),
    )


def _daily(sightings: Sightings, dated: Bools) -> Floats:
    """Log2 of each account's sightings a day, over the days from its first to its last, at least a fortnight."""
    n = len(sightings.accounts)
    most, start, end = np.zeros(n, dtype=np.int64), np.full(n, _NEVER), np.full(n, NO_TIME)
    counted = np.array([not each.coarse for each in sightings.types], dtype=np.bool_)
    n_rows, n_often = 0, 0
    run = np.array([-1, -1, 0], dtype=np.int64)
    for at in range(0, len(sightings), _AT_ONCE):
        rows = slice(at, at + _AT_ONCE)
        kind = sightings.signal_type[sightings.signal[rows]]
        count = sightings.count[rows].astype(np.int64)
        times = sightings.first_seen[rows], sightings.last_seen[rows]
        n_rows += int(np.count_nonzero(counted[kind]))
        n_often += int(np.count_nonzero(counted[kind] & (count > 1)))
        note_use(sightings.account[rows], kind, count, times, (counted, dated, NO_TIME), run, (most, start, end))
    known = (start != _NEVER) & (end != NO_TIME) & (most > 0) & (n_often >= _OFTEN * n_rows)
    days = np.maximum((end[known] - start[known]) / (MINUTES_OF_DAY * MINUTE), _SHORTEST)
    daily = np.full(n, np.nan)
    daily[known] = np.log2(most[known] / days)
    return daily


def minute_of_day(times: Int64s) -> Int64s:
    """The minute of the day of times in microseconds, in UTC."""
    return times // MINUTE % MINUTES_OF_DAY
