"""The result of reading exports."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from graphlink.model.rows import InputFile, Notice, Reject, RowCounts
from graphlink.model.sightings import Sightings, Trace


class LeftOut(NamedTuple):
    """A column, or a type of rows, that may well be a signal, and that nothing is read from."""

    name: str
    """As the exports have it."""
    source: str
    """The first that has it."""
    n_sources: int
    meaning: str
    """The signal that it probably is."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Reading:
    """The data that may be analysed, and the outcome of every row."""

    sightings: Sightings
    inputs: tuple[InputFile, ...]
    rows: RowCounts
    rejects: tuple[Reject, ...]
    notices: tuple[Notice, ...]
    placeholders: Mapping[str, int]
    """Sightings rejected because their value is a placeholder, by signal type."""
    digest: str
    """SHA-256 of the accepted rows in canonical order: the same data in other files has the same digest."""
    key_id: str | None = None
    """The key of the pseudonyms, None if ids and values are as read."""
    trace: Trace | None = None
    """None if the sightings were not read from exports."""
    told: Mapping[str, int | None] = field(default_factory=dict)
    """Rows of the newest exports with a value, by field; None if there is no such column. It has the account fields if
    a source describes accounts, and ``seen_at`` if a source has sightings."""
    unused_columns: tuple[str, ...] = ()
    """Unused columns of the newest exports that describe accounts, if their names may be shown."""
    maybe_times: tuple[str, ...] = ()
    """The same for the newest exports of signals without a time column."""
    left_out: tuple[LeftOut, ...] = ()
    """Likely signals that are not read, if their names may be shown."""
    stated_types: frozenset[str] = frozenset()
    """Signal types that exports of accounts hold."""
    settings: str = ""
    """The configuration used for reading, as JSON. Empty if nothing was read from exports."""

    def __repr__(self) -> str:
        """Counts only: the arrays would fill a notebook with numbers."""
        rows, n_notices = self.rows, len(self.notices)
        told = f"; {n_notices} notice{'s' if n_notices > 1 else ''} in .notices" if n_notices else ""
        n_accounts = len(self.sightings.accounts)
        accounts = f"{n_accounts:,} account{'' if n_accounts == 1 else 's'}"
        return f"<Reading: {rows.accepted:,} of {rows.rows_in:,} rows on {accounts}{told}>"
