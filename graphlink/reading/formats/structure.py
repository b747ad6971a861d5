"""Where the structure of a piece of text is: its terminators, quotes and separators.

A terminator ends a record where the number of quotes before it is even.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from graphlink.engine.kernels.reading import find_marks
from graphlink.model.arrays import Int64s

LF: Final = 10
CR: Final = 13
_QUOTE: Final = 34
_NONE: Final = -1


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a text file is built. ``delimiter`` is None for JSON Lines, where a record is a line."""

    delimiter: int | None
    n_fields: int
    max_row_bytes: int
    max_value_bytes: int
    complete: bool = False
    """The exporter vouches that nothing is missing, so the last line needs no newline."""


@dataclass(frozen=True, slots=True, eq=False)
class Marks:
    """Where the structure of a piece of text is."""

    letters: NDArray[np.uint8]
    terminators: Int64s
    """Last byte of each line's end."""
    ends: Int64s
    """Those terminators that end a record."""
    quotes: Int64s
    separators: Int64s
    """Separators outside quotes."""
    stray: int | None
    """Position of the first quote where none may stand."""

    def endless(self, ends: Int64s, limit: int) -> int | None:
        """The first record that is longer than the limit because a quote spans lines, if there is one."""
        if not len(ends) or not len(self.quotes):
            return None
        starts = np.concatenate([[0], ends[:-1] + 1])
        longer = np.flatnonzero(ends - starts > limit)
        lines = np.searchsorted(self.terminators, ends[longer]) - np.searchsorted(self.terminators, starts[longer])
        spanning = longer[lines > 0]
        return int(spanning[0]) if len(spanning) else None

    @classmethod
    def of(cls, data: bytes, dialect: Dialect, *, final: bool) -> Marks:
        """Find the structure of a piece that begins where a record begins; ``final`` if the file ends with it."""
        letters = np.frombuffer(data, dtype=np.uint8)
        quote = _NONE if dialect.delimiter is None else _QUOTE
        delimiter = _NONE if dialect.delimiter is None else dialect.delimiter
        terminators, ends, quotes, separators, stray = find_marks(letters, delimiter, quote, final)
        return cls(letters, terminators, ends, quotes, separators, None if stray < 0 else stray)


def first_record(data: bytes, delimiter: int) -> tuple[int, int] | None:
    """Find the first record that is not blank: where it starts and ends, without its terminator."""
    dialect = Dialect(delimiter, 1, len(data), len(data))
    marks = Marks.of(data, dialect, final=False)
    start = 0
    for end in marks.ends.tolist():
        if data[start:end].strip():
            return start, end
        start = end + 1
    return None


def count_lines(data: bytes) -> int:
    """How many lines end in the text, whatever ends them."""
    return data.count(b"\n") + data.count(b"\r") - data.count(b"\r\n")
