"""What was read from all sources: coded rows, and what each source was."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from graphlink.config.settings import Config
from graphlink.model.arrays import Int64s
from graphlink.model.rows import Notice
from graphlink.model.signals import SignalTable
from graphlink.reading.coding import Coder, Tally
from graphlink.reading.columns.layout import Layout
from graphlink.reading.ledger import Ledger
from graphlink.reading.precedence import Precedence
from graphlink.reading.sources.files import Source


@dataclass(frozen=True, slots=True, eq=False)
class SourceRead:
    """A source as it was read."""

    source: Source
    layout: Layout
    sha256: str
    n_bytes: int
    tally: Tally
    has_checksums: bool
    lines: Lines


@dataclass(frozen=True, slots=True, eq=False)
class Extract:
    """What was read: coded rows, and where they came from."""

    ledger: Ledger
    coder: Coder
    sources: tuple[SourceRead, ...]
    notices: tuple[Notice, ...]
    config: Config
    table: SignalTable
    precedence: Precedence


class Lines:
    """The lines of one source's records, added batch by batch in the order of the file.

    Examples
    --------
    >>> lines = Lines()
    >>> lines.note(np.array([0, 1, 2]), np.array([2, 3, 7]))  # a header; then a value of four lines
    >>> lines.of(np.array([2, 0, 1])).tolist()
    [7, 2, 3]
    """

    def __init__(self) -> None:
        self._records: list[Int64s] = []
        self._leads: list[Int64s] = []

    def note(self, records: Int64s, lines: Int64s) -> None:
        """Take in where the records of a batch stand."""
        if not len(records):
            return
        lead = lines - records
        before = self._leads[-1][-1] if self._leads else lead[0] - 1
        jumps = np.flatnonzero(np.diff(lead, prepend=before))
        if len(jumps):
            self._records.append(records[jumps])
            self._leads.append(lead[jumps])

    def of(self, records: Int64s) -> Int64s:
        """Give the lines of some records."""
        if not self._records:
            return np.zeros(len(records), dtype=np.int64)
        starts, leads = np.concatenate(self._records), np.concatenate(self._leads)
        return records + leads[np.searchsorted(starts, records, side="right") - 1]
