"""The largest loss that missing sources explain: their own counts in earlier weeks."""

from collections import Counter
from collections.abc import Iterable, Sequence

SourceCounts = dict[str, dict[str, dict[str, int]]]
"""Counts per source and age of export, then per kind of file."""

MissingSource = tuple[str, str | None]
"""A source and age of export, and the missing kind of file. None if all of it is missing."""


def name_by_age(name: str, age: int) -> str:
    """Name a source's export by its age in weeks, since exports of each age explain a loss separately.

    Examples
    --------
    >>> name_by_age("crm", 0), name_by_age("crm", 1), name_by_age("crm", 2)
    ('crm', 'crm, 1 week older', 'crm, 2 weeks older')
    """
    return f"{name}, {age} week{'s' if age > 1 else ''} older" if age else name


def find_expected_loss(
    lacking: Iterable[MissingSource], earlier: Sequence[SourceCounts | None]
) -> dict[str, int] | None:
    """Find the largest counts of missing sources in earlier weeks. None if they are unknown.

    Parameters
    ----------
    lacking
        The missing sources or kinds of files.
    earlier
        The counts per source of each week. None for a sweep that is gone or has no such counts.

    Examples
    --------
    >>> weeks = [{"crm": {"cards": {"values:card": 90}}}, {"crm": {"cards": {"values:card": 80}, "ids": {"rows": 7}}}]
    >>> find_expected_loss([("crm", None)], weeks), find_expected_loss([("crm", "ids")], weeks)
    ({'values:card': 90, 'rows': 7}, {'rows': 7})
    >>> find_expected_loss([("logs", None)], weeks)
    {}
    >>> find_expected_loss([("logs", None)], [None, *weeks])
    """
    borne: Counter[str] = Counter()
    for source, kind in lacking:
        most: Counter[str] = Counter()
        for week in earlier:
            borne_then: Counter[str] = Counter()
            for name, counts in (week or {}).get(source, {}).items():
                borne_then.update(counts if kind in {None, name} else {})
            most |= borne_then
        if not most and None in earlier:
            return None
        borne += most
    return dict(borne)
