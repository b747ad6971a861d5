"""ISO weeks such as ``2026-W47``, in UTC: begin, end, distance and weeks in between; and moments."""

import functools
import re
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Final

from graphlink.model.times import NO_TIME

DAY: Final = 86_400_000_000
"""Microseconds."""

_WEEK: Final = re.compile(r"(\d{4})-W(\d{2})", re.ASCII)
_YEARS: Final = range(1000, 9999)
"""The years in which the neighbouring weeks have a date too."""
_LENGTH: Final = timedelta(weeks=1)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def is_week(text: str) -> bool:
    """Whether a text names an ISO week.

    Examples
    --------
    >>> is_week("2026-W53"), is_week("2027-W53"), is_week("2026-47"), is_week("9999-W52")
    (True, False, False, False)
    """
    try:
        _monday(text)
    except ValueError:
        return False
    return True


def week_begin(week: str) -> int:
    """Microseconds since 1970 at which a week begins.

    Raises
    ------
    ValueError
        If there is no such week.

    Examples
    --------
    >>> week_begin("1970-W02") == 4 * DAY
    True
    """
    return (_monday(week) - _EPOCH).days * DAY


def microseconds_of(moment: datetime | None) -> int:
    """The microseconds from 1970 to a moment, ``NO_TIME`` if there is none.

    Examples
    --------
    >>> microseconds_of(datetime(1970, 1, 2, tzinfo=UTC)) == DAY
    True
    """
    return NO_TIME if moment is None else (moment - _EPOCH) // datetime.resolution


def end_of(week: str) -> datetime:
    """The end of a week, which is the begin of the next.

    Raises
    ------
    ValueError
        If there is no such week.

    Examples
    --------
    >>> end_of("2026-W53").isoformat()
    '2027-01-04T00:00:00+00:00'
    """
    return _monday(week) + _LENGTH


def week_of(moment: datetime) -> str:
    """The week of a moment.

    Examples
    --------
    >>> week_of(datetime(2027, 1, 3, 23, 59, tzinfo=UTC))
    '2026-W53'
    """
    year, week, _ = moment.astimezone(UTC).isocalendar()
    return f"{year:04d}-W{week:02d}"


def weeks_between(earlier: str, later: str) -> int:
    """The number of weeks from one week to another.

    Examples
    --------
    >>> weeks_between("2026-W51", "2027-W01")
    3
    """
    return (_monday(later) - _monday(earlier)) // _LENGTH


def weeks_until(week: str, count: int) -> tuple[str, ...]:
    """The given number of weeks up to this one, oldest first.

    Examples
    --------
    >>> weeks_until("2027-W01", 2)
    ('2026-W53', '2027-W01')
    """
    begin = _monday(week)
    return tuple(week_of(begin - back * _LENGTH) for back in range(count - 1, -1, -1))


def weeks_within(earlier: str, later: str) -> tuple[str, ...]:
    """The weeks between two weeks.

    Examples
    --------
    >>> weeks_within("2026-W52", "2027-W02")
    ('2026-W53', '2027-W01')
    """
    return weeks_until(later, max(weeks_between(earlier, later), 1))[:-1]


@functools.lru_cache  # many rings ask for the same few weeks
def _monday(week: str) -> datetime:
    parts = _WEEK.fullmatch(week)
    if parts is not None and int(parts[1]) in _YEARS:
        with suppress(ValueError):  # a year may have no 53rd week
            return datetime.fromisocalendar(int(parts[1]), int(parts[2]), 1).replace(tzinfo=UTC)
    raise ValueError(f"{week!r} is not an ISO week such as 2026-W47")
