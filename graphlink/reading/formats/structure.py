"""Records of text: where its terminators, quotes and separators are, and which records have defects.

A terminator ends a record where the number of quotes before it is even. What no strict reader would accept is named
here and never reaches a parser.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from graphlink.engine.kernels.reading import find_marks
from graphlink.model.arrays import Bools, Int64s

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


# --- defects ---------------------------------------------------------------------------------------------------------

RAW_BYTES: Final = 64 << 10
"""So much of a rejected row is kept."""


@dataclass(frozen=True, slots=True)
class Defect:
    """What is wrong with a record."""

    code: str
    reason: str
    column: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """Whole records of a file. Blank lines are no records.

    ``starts`` and ``ends`` bound the records in ``data``, without their terminators.
    """

    data: bytes
    byte: int
    """Offset of ``data`` in the file."""
    starts: Int64s
    ends: Int64s
    lines: Int64s
    first_record: int
    n_blank: int
    defects: dict[int, Defect] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.starts)

    def raw(self, record: int) -> bytes:
        """Bytes of a record, at most 64 KiB of them."""
        start = int(self.starts[record])
        return self.data[start : min(int(self.ends[record]), start + RAW_BYTES)]

    @property
    def good(self) -> Bools:
        """Which records have no defect."""
        mask = np.ones(len(self), dtype=bool)
        mask[list(self.defects)] = False
        return mask

    def text(self, keep: Bools) -> bytes:
        """Join the records under the mask, each with a newline."""
        if self.n_blank:
            kept = zip(self.starts[keep].tolist(), self.ends[keep].tolist(), strict=True)
            return b"".join(self.data[start:end] + b"\n" for start, end in kept)
        if keep.all():
            return self.data
        edges = np.flatnonzero(np.diff(np.concatenate([[False], keep, [False]]).astype(np.int8)))
        runs = edges.reshape(-1, 2).tolist()
        return b"".join(self.data[self.starts[low] : self.ends[high - 1]] + b"\n" for low, high in runs)


def joined(blocks: Iterable[Block]) -> Iterator[Block]:
    """Join neighbouring blocks, because each block costs the work of a batch."""
    run: list[Block] = []
    for block in blocks:
        if run and run[-1].byte + len(run[-1].data) != block.byte:
            yield _in_one(run)
            run = []
        run.append(block)
    if run:
        yield _in_one(run)


def _in_one(run: list[Block]) -> Block:
    first = run[0]
    if len(run) == 1:
        return first
    defects = {each.first_record - first.first_record + n: why for each in run for n, why in each.defects.items()}
    return replace(
        first,
        data=b"".join(each.data for each in run),
        starts=np.concatenate([each.starts + (each.byte - first.byte) for each in run]),
        ends=np.concatenate([each.ends + (each.byte - first.byte) for each in run]),
        lines=np.concatenate([each.lines for each in run]),
        n_blank=sum(each.n_blank for each in run),
        defects=defects,
    )


ODD: Final = re.compile(b"\x00|" + codecs.BOM_UTF8)
"""What no record may have in it."""


def defects_of(block: Block, marks: Marks, dialect: Dialect) -> dict[int, Defect]:
    """Find what is wrong with the records of a block whose quotes are in order."""
    defects: dict[int, Defect] = {}
    if dialect.delimiter is not None:
        low, high = np.searchsorted(marks.separators, block.starts), np.searchsorted(marks.separators, block.ends)
        found = high - low + 1
        for record in np.flatnonzero(found != dialect.n_fields).tolist():
            defects[record] = Defect(
                "GL210", f"{found[record]} field{'' if found[record] == 1 else 's'}, expected {dialect.n_fields}"
            )
    sizes = block.ends - block.starts
    for record in np.flatnonzero(sizes > min(dialect.max_value_bytes, dialect.max_row_bytes)).tolist():
        if size := _too_long(block, record, int(sizes[record]), marks, dialect):
            defects[record] = size
    if b"\x00" in block.data or codecs.BOM_UTF8 in block.data:
        for found_odd in ODD.finditer(block.data):
            record = int(np.searchsorted(block.starts, found_odd.start(), side="right")) - 1
            nul = found_odd[0] == b"\x00"
            defects[record] = Defect(*_NUL) if nul else defects.get(record, Defect(*_MARK))
    if not block.data.isascii():
        defects |= _not_utf8(block)
    return defects


_NUL: Final = ("GL203", "a NUL character")
_MARK: Final = ("GL201", "a byte order mark inside the file")


def _too_long(block: Block, record: int, size: int, marks: Marks, dialect: Dialect) -> Defect | None:
    if size > dialect.max_row_bytes:
        return Defect("GL213", f"the row has {size:,} bytes, limit {dialect.max_row_bytes:,}")
    if dialect.delimiter is None:
        return None
    start, end = int(block.starts[record]), int(block.ends[record])
    low, high = np.searchsorted(marks.separators, [start, end])
    edges = np.concatenate([[start - 1], marks.separators[low:high], [end]])
    longest = int(np.diff(edges).max()) - 1
    if longest > dialect.max_value_bytes:
        return Defect("GL213", f"a value has {longest:,} bytes, limit {dialect.max_value_bytes:,}")
    return None


def _not_utf8(block: Block) -> dict[int, Defect]:
    """Where the block as a whole is no UTF-8, each record with a letter beyond ASCII is decoded by itself.

    A caught error holds a copy of all text that was to be decoded.
    """
    try:
        codecs.utf_8_decode(block.data, "strict", True)  # noqa: FBT003 - the codec takes no names
    except UnicodeDecodeError:
        beyond = np.flatnonzero(np.frombuffer(block.data, dtype=np.int8) < 0)
        records = np.unique(np.searchsorted(block.starts, beyond, side="right") - 1)
        found = {record: _not_utf8_in(block, record) for record in records[records >= 0].tolist()}
        return {record: defect for record, defect in found.items() if defect}
    return {}


def _not_utf8_in(block: Block, record: int) -> Defect | None:
    text = block.data[int(block.starts[record]) : int(block.ends[record])]
    try:
        codecs.utf_8_decode(text, "strict", True)  # noqa: FBT003 - the codec takes no names
    except UnicodeDecodeError as error:
        return Defect("GL202", f"not UTF-8 (byte {text[error.start]:#04x})")
    return None
