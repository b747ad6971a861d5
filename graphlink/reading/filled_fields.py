"""In how many rows of the newest exports each field is filled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from graphlink.model.times import NO_TIME
from graphlink.reading.coding import RECORD_BITS
from graphlink.reading.columns.layout import ATTRIBUTES, CREATED, SEEN
from graphlink.reading.extracted import SourceRead
from graphlink.reading.ledger import Shape
from graphlink.reading.precedence import Precedence


@dataclass(frozen=True, slots=True)
class Told:
    """The fields that the newest exports fill."""

    fields: Mapping[str, int | None]
    """In how many rows something stands, by field; None where there is no such column."""
    unused: tuple[str, ...]
    """Columns of exports of accounts that nothing is read from."""
    maybe_times: tuple[str, ...]
    """Columns that may hold a time of a sighting, in exports without a column that is read as one."""


def count_told(described: Shape | None, sources: Sequence[SourceRead], precedence: Precedence) -> Told:
    """Count the filled attributes and times of the newest exports.

    Parameters
    ----------
    described
        The rows that describe accounts.
    sources
        All that was read.
    """
    newest = [one for one, age in zip(sources, precedence.ages.tolist(), strict=True) if age == 0]
    of_accounts = [one.layout for one in newest if one.layout.is_timed is None]
    of_signals = [one for one in newest if one.layout.is_timed is not None]
    counts: dict[str, int | None] = {}
    if described is not None and of_accounts:
        there = {ours for layout in of_accounts for ours in layout.fields}
        rows = precedence.ages[described.origin >> RECORD_BITS] == 0 if precedence.ages.any() else slice(None)
        counts[CREATED] = int((described.first[:][rows] != NO_TIME).sum())
        for name, codes in zip(ATTRIBUTES, described.attributes, strict=True):
            counts[name] = int((codes[rows] >= 0).sum())
        counts = {name: n if name in there else None for name, n in counts.items()}
    if of_signals:
        is_timed = any(one.layout.is_timed for one in of_signals)
        counts[SEEN] = sum(one.tally.n_timed for one in of_signals) if is_timed else None
    return Told(
        counts,
        tuple(sorted({name for layout in of_accounts for name in layout.ignored})) if counts.keys() - {SEEN} else (),
        tuple(sorted({name for one in of_signals if not one.layout.is_timed for name in one.layout.maybe_times})),
    )
