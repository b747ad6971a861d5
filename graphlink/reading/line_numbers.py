"""On which line each record of a source stands, so that evidence can be traced back to the file.

Lines run ahead of records by a header, by blank lines and by values of several lines. Kept are only the places where
they do, since in most files that happens once.
"""

from __future__ import annotations

import numpy as np

from graphlink.model.arrays import Int64s


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
