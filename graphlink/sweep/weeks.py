"""ISO weeks in UTC: when a week ends, and which weeks lie between two."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Final

_WEEK: Final = re.compile(r"(\d{4})-W(\d{2})", re.ASCII)
_LENGTH: Final = timedelta(weeks=1)


def end_of(week: str) -> datetime:
    """When a week ends and the next begins, in UTC.

    Raises
    ------
    ValueError
        If there is no such week.

    Examples
    --------
    >>> end_of("2026-W53").isoformat()
    '2027-01-04T00:00:00+00:00'
    """
    parts = _WEEK.fullmatch(week)
    if parts is None:
        raise ValueError(f"{week!r} is no ISO week such as 2026-W47")
    return datetime.fromisocalendar(int(parts[1]), int(parts[2]), 1).replace(tzinfo=UTC) + _LENGTH


def week_of(moment: datetime) -> str:
    """Name the week of a moment.

    Examples
    --------
    >>> week_of(datetime(2027, 1, 3, 23, 59, tzinfo=UTC))
    '2026-W53'
    """
    year, week, _ = moment.astimezone(UTC).isocalendar()
    return f"{year}-W{week:02d}"


def weeks_until(week: str, count: int) -> tuple[str, ...]:
    """Name so many weeks that end with this one, oldest first.

    Examples
    --------
    >>> weeks_until("2027-W01", 2)
    ('2026-W53', '2027-W01')
    """
    begin = end_of(week) - _LENGTH
    return tuple(week_of(begin - back * _LENGTH) for back in range(count - 1, -1, -1))


def weeks_within(earlier: str, later: str) -> tuple[str, ...]:
    """Name the weeks that lie between two weeks.

    Examples
    --------
    >>> weeks_within("2026-W52", "2027-W02")
    ('2026-W53', '2027-W01')
    """
    count = (end_of(later) - end_of(earlier)) // _LENGTH
    return weeks_until(later, count)[:-1] if count > 1 else ()
