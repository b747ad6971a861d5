"""Everything that was read from exports."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from graphlink.model.rows import InputFile, Notice, Reject, RowCounts
    from graphlink.model.sightings import Sightings, Trace


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Reading:
    """Everything that was read: what may be analysed, and what happened to every row."""

    sightings: Sightings
    inputs: tuple[InputFile, ...]
    rows: RowCounts
    rejects: tuple[Reject, ...]
    notices: tuple[Notice, ...]
    placeholders: Mapping[str, int]
    """Sightings set aside because their value stands for nothing, by signal type."""
    digest: str
    """SHA-256 of the accepted rows in canonical order: the same data in other files has the same digest."""
    key_id: str | None = None
    """The key under which ids and values were exchanged for pseudonyms; None where they stand as read."""
    trace: Trace | None = None
    """None where the sightings were not read from exports."""
    told: Mapping[str, int | None] = field(default_factory=dict)
    """In how many rows of the newest exports something stands, by field; None where there is no such column. Fields of
    accounts where something describes them, and ``seen_at`` where something says what they were seen with."""
    unused_columns: tuple[str, ...] = ()
    """Columns that nothing was read from, of the newest exports that describe accounts, where they may be named."""
    maybe_times: tuple[str, ...] = ()
    """Likewise, of the newest exports of signals of which none is taken for the time."""
    settings: str = ""
    """The configuration that it was read with, as JSON; empty where it was not read from exports."""

    def __repr__(self) -> str:
        """Counts: the arrays would fill a notebook with numbers and say nothing."""
        rows, n_notices = self.rows, len(self.notices)
        told = f"; {n_notices} notice{'s' if n_notices > 1 else ''} in .notices" if n_notices else ""
        n_accounts = len(self.sightings.accounts)
        accounts = f"{n_accounts:,} account{'' if n_accounts == 1 else 's'}"
        return f"<Reading: {rows.accepted:,} of {rows.rows_in:,} rows on {accounts}{told}>"
