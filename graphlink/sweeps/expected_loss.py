"""What a week may lack in which sources are missing: what these bore in the weeks before, and nothing else."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

Borne = dict[str, dict[str, dict[str, int]]]
"""By what a source's exports of an age are called and by kind of file: counts as gates compare them."""

Lacking = tuple[str, str | None]
"""What a source's exports of an age are called, and the kind of file that is missing; None where all of it is."""


def of_age(name: str, age: int) -> str:
    """Name the export of a source that is so many weeks older than the newest, since each explains itself alone.

    Examples
    --------
    >>> of_age("crm", 0), of_age("crm", 1), of_age("crm", 2)
    ('crm', 'crm, 1 week older', 'crm, 2 weeks older')
    """
    return f"{name}, {age} week{'s' if age > 1 else ''} older" if age else name


def find_borne(lacking: Iterable[Lacking], earlier: Sequence[Borne | None]) -> dict[str, int] | None:
    """Find what the missing bore at most in the weeks before; None where that is not known.

    Parameters
    ----------
    lacking
        What is missing.
    earlier
        By week what each source bore; None of a sweep that is gone, or that does not say so.

    Examples
    --------
    >>> weeks = [{"crm": {"cards": {"values:card": 90}}}, {"crm": {"cards": {"values:card": 80}, "ids": {"rows": 7}}}]
    >>> find_borne([("crm", None)], weeks), find_borne([("crm", "ids")], weeks), find_borne([("logs", None)], weeks)
    ({'values:card': 90, 'rows': 7}, {'rows': 7}, {})
    >>> find_borne([("logs", None)], [None, *weeks])
    """
    borne: Counter[str] = Counter()
    for source, kind in lacking:
        most: Counter[str] = Counter()
        for week in earlier:
            of_source = {} if week is None else week.get(source, {})
            most |= _added(n for name, n in of_source.items() if kind in {None, name})
        if not most and None in earlier:
            return None
        borne += most
    return dict(borne)


def _added(counts: Iterable[Mapping[str, int]]) -> Counter[str]:
    total: Counter[str] = Counter()
    for each in counts:
        total.update(each)
    return total
