"""Text cut into whole records, each with its physical line and byte: blocks of bytes in, judged blocks out.

All positions come from a few passes of numpy over the bytes: terminators, quotes and separators. A terminator ends a
record where the number of quotes before it is even. What no strict reader would accept (a stray quote, a NUL, bytes
that are no UTF-8, too many fields) is a defect of its record and is never shown to a parser, so that parsers see
flawless text only.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np

from graphlink.errors import InputError, Place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from graphlink.model import Bools, Int64s

_LF: Final = 10
_CR: Final = 13
_QUOTE: Final = 34
_SPACES: Final = np.frombuffer(b" \t\x0b\x0c", dtype=np.uint8)
_SWALLOWED: Final = 10
"""A quote that swallows more lines than this makes the rest of the file a guess."""
_SMALL: Final = 64 << 10
"""After a stray quote the search goes on in small windows, so that many of them cost no more than few."""
RAW_BYTES: Final = 64 << 10
"""So much of a rejected row is kept."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a text file is built. ``delimiter`` is None for JSON Lines, where a record is a line."""

    delimiter: int | None
    n_fields: int
    max_row_bytes: int
    max_value_bytes: int
    complete: bool = False
    """The exporter vouches that nothing is missing, so the last line needs no newline."""


@dataclass(frozen=True, slots=True)
class Defect:
    """What is wrong with a record."""

    code: str
    reason: str


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


class Cutter:
    """Cuts blocks into records; remembers the unfinished one between them."""

    def __init__(self, dialect: Dialect, where: Place, byte: int, line: int) -> None:
        self._dialect = dialect
        self._where = where
        self._byte = byte
        self._line = line
        self._record = 0
        self._rest = b""
        self._skipping: bytes | None = None
        """First bytes of a line so long that it is only skipped."""
        self._skipped_from = (0, 0)

    def cut(self, data: bytes) -> Iterator[Block]:
        """Give the records that end in this block."""
        data = self._rest + data
        self._rest = b""
        yield from self._cut(data, final=False)

    def finish(self) -> Iterator[Block]:
        """Give what is left when the file has ended.

        Raises
        ------
        InputError
            GL108 if the last line is not finished.
        """
        data, self._rest = self._rest, b""
        if self._skipping is not None:
            yield self._long_line(0)
        yield from self._cut(data, final=True)
        if self._rest.strip():
            raise InputError(
                "GL108",
                Place(self._where.name, self._line, byte=self._byte),
                "cut short: the last line has no end",
                "ask for the export again, or state its rows in manifest.json",
            )

    def _cut(self, data: bytes, *, final: bool) -> Iterator[Block]:
        position = 0
        window = len(data)
        while position < len(data):
            piece = data if position == 0 and window >= len(data) else data[position : position + window]
            whole = position + len(piece) == len(data)
            if self._skipping is not None:
                used, blocks = self._skip(piece)
            else:
                used, blocks = self._take(piece, final=final and whole)
            yield from blocks
            position += used
            if used == 0 and whole:
                break
            window = _SMALL if any(block.defects for block in blocks) and used < len(piece) else max(window, _SMALL) * 4
        self._rest = data[position:]

    def _take(self, data: bytes, *, final: bool) -> tuple[int, list[Block]]:
        """Cut records off the front; how many bytes were used."""
        marks = _Marks.of(data, self._dialect, final=final)
        ends, blocks = marks.ends, []
        stray = marks.stray
        if stray is not None:
            ends = ends[: np.searchsorted(ends, stray)]
        used = int(ends[-1]) + 1 if len(ends) else 0
        if used:
            blocks.append(self._block(data[:used] if used < len(data) else data, ends, marks))
        left = len(data) - used
        line_ends = bool(left) and bool(len(marks.terminators)) and int(marks.terminators[-1]) >= used
        if stray is not None and line_ends:
            taken, block = self._swallow(data, used, marks, open_end=False)
            return taken, [*blocks, block]
        if final and line_ends:
            taken, block = self._swallow(data, used, marks, open_end=True)
            return taken, [*blocks, block]
        if left > self._dialect.max_row_bytes and not final:
            return self._too_long(data, used, marks, blocks)
        if left and final and self._dialect.complete and stray is None:
            blocks.append(
                self._block(
                    data[used:] + b"\n", np.array([left]), _Marks.of(data[used:] + b"\n", self._dialect, final=True)
                )
            )
            return len(data), blocks
        return used, blocks

    def _block(self, data: bytes, ends: Int64s, marks: _Marks) -> Block:
        """Judge the records of flawless structure."""
        starts = np.concatenate([[0], ends[:-1] + 1])
        stops = ends - ((ends > starts) & (marks.letters[np.maximum(ends - 1, 0)] == _CR))
        lines = self._line + np.searchsorted(marks.terminators, starts)
        filled = stops > starts
        odd = np.flatnonzero(filled & np.isin(marks.letters[np.maximum(stops - 1, 0)], _SPACES))
        filled[odd] = [not data[starts[record] : stops[record]].isspace() for record in odd.tolist()]
        block = Block(
            data, self._byte, starts[filled], stops[filled], lines[filled], self._record, int((~filled).sum())
        )
        defects = _defects(block, marks, self._dialect)
        self._advance(len(data), int(np.searchsorted(marks.terminators, len(data))), len(block))
        return Block(
            data, block.byte, block.starts, block.ends, block.lines, block.first_record, block.n_blank, defects
        )

    def _swallow(self, data: bytes, start: int, marks: _Marks, *, open_end: bool) -> tuple[int, Block]:
        """Set aside the line in which a quote goes astray; the lines that it swallowed are read again."""
        inside = marks.terminators[np.searchsorted(marks.terminators, start) :]
        reach = len(data) if open_end else marks.stray or 0
        swallowed = int(np.searchsorted(inside, reach))
        if swallowed > _SWALLOWED:
            raise InputError(
                "GL211",
                Place(self._where.name, self._line, byte=self._byte),
                f"a quote is never closed and swallows {swallowed} lines",
                "double the quotes inside quoted values",
            )
        end = int(inside[0])
        defect = (
            Defect("GL211", f"a quote is not closed where it should be and swallows {swallowed} lines")
            if swallowed
            else Defect("GL212", "a quote stands inside a value")
        )
        return end + 1, self._single(data[start : end + 1], end - start, defect)

    def _too_long(self, data: bytes, start: int, marks: _Marks, blocks: list[Block]) -> tuple[int, list[Block]]:
        inside = marks.terminators[np.searchsorted(marks.terminators, start) :]
        if len(inside):  # an open quote has swallowed lines
            taken, block = self._swallow(data, start, marks, open_end=True)
            return taken, [*blocks, block]
        self._skipping = data[start : start + RAW_BYTES]
        self._skipped_from = (self._byte, self._line)
        self._byte += len(data) - start
        return len(data), blocks

    def _skip(self, data: bytes) -> tuple[int, list[Block]]:
        found = re.search(rb"\r\n?|\n", data)
        if not found:
            self._byte += len(data)
            return len(data), []
        return found.end(), [self._long_line(found.end())]

    def _long_line(self, used: int) -> Block:
        raw = self._skipping or b""
        self._skipping = None
        byte, line = self._skipped_from
        size = self._byte + used - byte
        defect = Defect("GL213", f"the row has {size:,} bytes, limit {self._dialect.max_row_bytes:,}")
        block = Block(raw, byte, np.array([0]), np.array([len(raw)]), np.array([line]), self._record, 0, {0: defect})
        self._advance(used, 1, 1)
        return block

    def _single(self, data: bytes, end: int, defect: Defect) -> Block:
        stop = end - (end > 0 and data[end - 1] == _CR)
        block = Block(
            data, self._byte, np.array([0]), np.array([stop]), np.array([self._line]), self._record, 0, {0: defect}
        )
        self._advance(len(data), 1, 1)
        return block

    def _advance(self, n_bytes: int, n_lines: int, n_records: int) -> None:
        self._byte += n_bytes
        self._line += n_lines
        self._record += n_records


@dataclass(frozen=True, slots=True, eq=False)
class _Marks:
    """Where the structure of a piece of text is."""

    letters: np.ndarray[tuple[int], np.dtype[np.uint8]]
    terminators: Int64s
    """Last byte of each line's end."""
    ends: Int64s
    """Those terminators that end a record."""
    quotes: Int64s
    separators: Int64s
    """Separators outside quotes."""
    stray: int | None
    """Position of the first quote where none may stand."""

    @property
    def n_quotes(self) -> int:
        return len(self.quotes)

    @classmethod
    def of(cls, data: bytes, dialect: Dialect, *, final: bool) -> _Marks:
        letters = np.frombuffer(data, dtype=np.uint8)
        terminators = np.flatnonzero(letters == _LF)
        if b"\r" in data:
            returns = np.flatnonzero(letters == _CR)
            inner = returns[returns < len(data) - 1]
            alone = inner[letters[inner + 1] != _LF]
            if final and data.endswith(b"\r"):
                alone = np.append(alone, len(data) - 1)
            terminators = np.union1d(terminators, alone)
        nothing = np.empty(0, dtype=np.int64)
        if dialect.delimiter is None:
            return cls(letters, terminators, terminators, nothing, nothing, None)
        separators = np.flatnonzero(letters == dialect.delimiter)
        if b'"' not in data:
            return cls(letters, terminators, terminators, nothing, separators, None)
        quotes = np.flatnonzero(letters == _QUOTE)
        ends = terminators[np.searchsorted(quotes, terminators) % 2 == 0]
        separators = separators[np.searchsorted(quotes, separators) % 2 == 0]
        return cls(letters, terminators, ends, quotes, separators, _stray_quote(letters, quotes, dialect.delimiter))


def _stray_quote(letters: np.ndarray[tuple[int], np.dtype[np.uint8]], quotes: Int64s, delimiter: int) -> int | None:
    """First quote that opens inside a value, or closes before its end."""
    border = np.zeros(256, dtype=bool)
    border[[delimiter, _LF, _CR]] = True
    opening, closing = quotes[::2], quotes[1::2]
    doubled = np.zeros(len(opening), dtype=bool)
    doubled[1:] = opening[1:] == closing[: len(opening) - 1] + 1
    fine_open = doubled | (opening == 0) | border[letters[opening - 1]]
    last = len(letters) - 1
    fine_close = (closing == last) | border[letters[np.minimum(closing + 1, last)]]
    fine_close[: len(opening) - 1] |= doubled[1:][: len(closing)]
    wrong = np.concatenate([opening[~fine_open], closing[~fine_close]])
    return int(wrong.min()) if len(wrong) else None


# --- defects of whole records -----------------------------------------------------------------------------------------

_ODD: Final = re.compile(b"\x00|" + codecs.BOM_UTF8)


def _defects(block: Block, marks: _Marks, dialect: Dialect) -> dict[int, Defect]:
    defects: dict[int, Defect] = {}
    if dialect.delimiter is not None:
        low, high = np.searchsorted(marks.separators, block.starts), np.searchsorted(marks.separators, block.ends)
        found = high - low + 1
        for record in np.flatnonzero(found != dialect.n_fields).tolist():
            defects[record] = Defect("GL210", f"{found[record]} fields, expected {dialect.n_fields}")
    sizes = block.ends - block.starts
    for record in np.flatnonzero(sizes > dialect.max_value_bytes).tolist():
        if size := _too_long(block, record, int(sizes[record]), marks, dialect):
            defects[record] = size
    if b"\x00" in block.data or codecs.BOM_UTF8 in block.data:
        for found_odd in _ODD.finditer(block.data):
            record = int(np.searchsorted(block.starts, found_odd.start(), side="right")) - 1
            nul = found_odd[0] == b"\x00"
            defects[record] = Defect(*_NUL) if nul else defects.get(record, Defect(*_MARK))
    if not block.data.isascii():
        defects |= _not_utf8(block)
    return defects


_NUL: Final = ("GL203", "a NUL character")
_MARK: Final = ("GL201", "a byte order mark inside the file")


def _too_long(block: Block, record: int, size: int, marks: _Marks, dialect: Dialect) -> Defect | None:
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
    defects: dict[int, Defect] = {}
    position = 0
    view = memoryview(block.data)
    while position < len(view):
        try:
            codecs.utf_8_decode(view[position:], "strict", True)  # noqa: FBT003 - the codec takes no names
        except UnicodeDecodeError as error:
            at = position + error.start
            record = int(np.searchsorted(block.starts, at, side="right")) - 1
            defects[record] = Defect("GL202", f"not UTF-8 (byte {block.data[at]:#04x})")
            position = int(block.ends[record]) if record + 1 >= len(block) else int(block.starts[record + 1])
        else:
            break
    return defects


def first_record(data: bytes, delimiter: int) -> tuple[int, int] | None:
    """Find the first record that is not blank: where it starts and ends, without its terminator."""
    dialect = Dialect(delimiter, 1, len(data), len(data))
    marks = _Marks.of(data, dialect, final=False)
    start = 0
    for end in marks.ends.tolist():
        if data[start:end].strip():
            return start, end
        start = end + 1
    return None


def count_lines(data: bytes) -> int:
    """How many lines end in the text, whatever ends them."""
    return data.count(b"\n") + data.count(b"\r") - data.count(b"\r\n")
