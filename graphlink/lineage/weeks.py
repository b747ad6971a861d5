"""ISO weeks such as ``2026-W47``, and how far apart they are."""

from __future__ import annotations

import functools
import re
from datetime import UTC, date, datetime
from typing import Final

_WEEK: Final = re.compile(r"(\d{4})-W(\d{2})", re.ASCII)
_EPOCH: Final = date(1970, 1, 1)
_DAYS: Final = 7
_DAY: Final = 86_400_000_000
"""Microseconds."""


def weeks_between(earlier: str, later: str) -> int:
    """Count the weeks from one week to another.

    Examples
    --------
    >>> weeks_between("2026-W51", "2027-W01")
    3
    """
    return (_monday(later) - _monday(earlier)).days // _DAYS


def week_begin(week: str) -> int:
    """Microseconds since 1970 in UTC at which a week begins.

    Raises
    ------
    ValueError
        If it is no ISO week.

    Examples
    --------
    >>> datetime.fromtimestamp(week_begin("2026-W47") / 1e6, UTC).isoformat()
    '2026-11-16T00:00:00+00:00'
    """
    return (_monday(week) - _EPOCH).days * _DAY


@functools.lru_cache  # every ring asks, and they all ask of the same few weeks
def _monday(week: str) -> date:
    parts = _WEEK.fullmatch(week)
    if parts is None:
        raise ValueError(f"{week!r} is no ISO week; write it as 2026-W47")
    return datetime.fromisocalendar(int(parts[1]), int(parts[2]), 1).replace(tzinfo=UTC).date()
