"""On which line each record of a source stands, so that evidence can be traced back to the file.

Lines run ahead of records by a header, by blank lines and by values of several lines. Kept are only the places where
they do, since in most files that happens once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from graphlink.model import Trace
from graphlink.sources.coding import RECORD_BITS
from graphlink.sources.ledger import source_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from graphlink.model import Int8s, Int32s, Int64s
    from graphlink.sources.extract import SourceRead


class Lines:
    """The lines of one source's records, told batch by batch in the order of the file.

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


def trace_of(origins: Int64s, sources: Sequence[SourceRead]) -> Trace:
    """Turn origins into sources and lines, some at a time: all at once they would take as much as the sightings."""
    names = tuple(one.source.name for one in sources)
    few = len(names) <= np.iinfo(np.int8).max
    source: Int8s | Int32s = np.zeros(len(origins), np.int8) if few else np.zeros(len(origins), np.int32)
    line: Int32s | Int64s = np.zeros(len(origins), dtype=np.int32)  # 5 bytes a sighting, as a rule
    for start in range(0, len(origins), _CHUNK):
        part = slice(start, start + _CHUNK)
        source[part] = source_of(origins[part])
        lines = _lines_of(origins[part], sources)
        if lines.max() > np.iinfo(line.dtype).max:
            line = line.astype(np.int64)
        line[part] = lines
    return Trace(names, source, line)


_CHUNK: Final = 1 << 20


def _lines_of(origins: Int64s, sources: Sequence[SourceRead]) -> Int64s:
    source, record = source_of(origins), origins & ((1 << RECORD_BITS) - 1)
    lines = np.zeros(len(origins), dtype=np.int64)
    for number in np.unique(source).tolist():
        mine = source == number
        lines[mine] = sources[number].lines.of(record[mine])
    return lines
