"""Columns with values in earlier weeks that are missing now, because the exporter removed or renamed them."""

from __future__ import annotations

import difflib
from dataclasses import replace
from typing import TYPE_CHECKING

from graphlink.reading.columns.layout import SEEN
from graphlink.sweeps.drift_checks import TOLD
from graphlink.words.errors import InputError, Place
from graphlink.words.escape import printable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from graphlink.model.reading import Reading
    from graphlink.sweeps.documents import Before


def find_lost(reading: Reading, before: Before) -> tuple[str, ...]:
    """List the fields that had values in earlier weeks and have no column now.

    If sources are missing, a field without any source that could hold it counts as part of the missing source.
    """
    counts = [name for week in before.earlier_counts for name, n in week.items() if n and name.startswith(TOLD)]
    told = sorted({name.removeprefix(TOLD) for name in counts})
    could_be = reading.told if before.missing_sources else told
    return tuple(name for name in told if name in could_be and reading.told.get(name) is None)


def without_fields(reading: Reading, before: Before, lost: Sequence[str]) -> Before:
    """The earlier weeks without the counts of missing fields, so that drift checks skip them."""
    there = {f"{TOLD}{name}" for name, n in reading.told.items() if n is not None}
    counts = tuple(
        {name: n for name, n in week.items() if name in there or not name.startswith(TOLD)}
        for week in before.earlier_counts
    )
    missing = (*before.missing_sources, *(f"column {name}" for name in lost))
    return replace(before, earlier_counts=counts, missing_sources=missing)


def refuse_lost(reading: Reading, before: Before, lost: Sequence[str], *, allow_partial: bool) -> None:
    """Refuse an export that lacks columns of earlier weeks.

    Raises
    ------
    InputError
        GL166 with the most similar name among the unused columns.
    """
    if not lost or allow_partial:
        return
    of_times = lost[0] == SEEN
    near = reading.maybe_times[:1] if of_times else difflib.get_close_matches(lost[0], reading.unused_columns, n=1)
    several = len(lost) > 1
    named = ", ".join(f"`{name}`" for name in lost)
    what = f"no column {named} any more; the weeks before had {'them' if several else 'it'}"
    cure = (
        f'`[columns] {lost[0]} = "{printable(near[0])}"` if that is what it is called now'
        if near
        else "export it again"
    )
    raise InputError("GL166", Place(before.week), what, f"{cure}; --allow-partial sweeps without")
