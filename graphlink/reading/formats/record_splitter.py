"""Text cut into whole records, each with its physical line and byte: blocks of bytes in, judged blocks out.

One compiled loop over the bytes finds all terminators, quotes and separators. A terminator ends a record where the
number of quotes before it is even. What no strict reader would accept (a stray quote, a NUL, bytes that are no UTF-8,
too many fields) is a defect of its record. Parsers get records without defects only.
"""

import re
from collections.abc import Iterator
from typing import Final

import numpy as np

from graphlink.model.arrays import Int64s
from graphlink.reading.formats.structure import CR, RAW_BYTES, Block, Defect, Dialect, Marks, defects_of, joined
from graphlink.words.errors import InputError, Place

_SPACES: Final = np.frombuffer(b" \t\x0b\x0c", dtype=np.uint8)
_SWALLOWED: Final = 10
"""A quote that swallows more lines than this makes the rest of the file a guess."""
_SMALL: Final = 1 << 10
"""After a stray quote the search goes on in small windows, so that what follows it is not looked at again and again."""


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
        yield from joined(self._cut(data, final=False))

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
        yield from joined(self._cut(data, final=True))
        if self._rest.strip():
            where, fix = self._here(), "ask for the export again, or state its rows in manifest.json"
            raise InputError("GL108", where, "cut short: the last line has no end", fix)

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
        marks = Marks.of(data, self._dialect, final=final)
        ends = marks.ends if marks.stray is None else marks.ends[: np.searchsorted(marks.ends, marks.stray)]
        endless = marks.endless(ends, self._dialect.max_row_bytes)
        ends = ends[:endless]
        used = int(ends[-1]) + 1 if len(ends) else 0
        blocks = [self._block(data[:used] if used < len(data) else data, ends, marks)] if used else []
        left = len(data) - used
        line_ends = bool(left) and bool(len(marks.terminators)) and int(marks.terminators[-1]) >= used
        too_long = left > self._dialect.max_row_bytes + len(b"\r\n")
        if line_ends and (final or too_long or endless is not None or marks.stray is not None):
            taken, block = self._swallow(data, used, marks)
            return taken, [*blocks, block]
        if too_long and not final:
            held = len(data) - data.endswith(b"\r")  # a line feed may follow
            self._skipping = data[used : min(held, used + RAW_BYTES)]
            self._skipped_from = (self._byte, self._line)
            self._byte += held - used
            return held, blocks
        if left and final and self._dialect.complete and marks.stray is None:
            last = data[used:] + b"\n"
            blocks.append(self._block(last, np.array([left]), Marks.of(last, self._dialect, final=True)))
            return len(data), blocks
        return used, blocks

    def _block(self, data: bytes, ends: Int64s, marks: Marks) -> Block:
        """Judge the records of flawless structure."""
        starts = np.concatenate([[0], ends[:-1] + 1])
        stops = ends - ((ends > starts) & (marks.letters[np.maximum(ends - 1, 0)] == CR))
        lines = self._line + np.searchsorted(marks.terminators, starts)
        filled = stops > starts
        odd = np.flatnonzero(filled & np.isin(marks.letters[np.maximum(stops - 1, 0)], _SPACES))
        filled[odd] = [not data[starts[record] : stops[record]].isspace() for record in odd.tolist()]
        n_blank = int((~filled).sum())
        block = Block(data, self._byte, starts[filled], stops[filled], lines[filled], self._record, n_blank)
        block.defects.update(defects_of(block, marks, self._dialect))
        self._advance(len(data), int(np.searchsorted(marks.terminators, len(data))), len(block))
        return block

    def _swallow(self, data: bytes, start: int, marks: Marks) -> tuple[int, Block]:
        """Set the line with a stray quote aside, and read the lines again that the quote spans."""
        inside = marks.terminators[np.searchsorted(marks.terminators, start) :]
        reach = min(len(data) if marks.stray is None else marks.stray, start + self._dialect.max_row_bytes)
        swallowed = int(np.searchsorted(inside, reach))
        what = f"a quote is not closed where it should be and swallows {swallowed} lines"
        if swallowed > _SWALLOWED:
            raise InputError("GL211", self._here(), what, "double the quotes inside quoted values")
        defect = Defect("GL211", what) if swallowed else Defect("GL212", "a quote stands inside a value")
        end = int(inside[0])
        stop = end - (end > start and data[end - 1] == CR)
        line = data[start : end + 1]
        return end + 1, self._single(line, stop - start, (self._byte, self._line), len(line), defect)

    def _skip(self, data: bytes) -> tuple[int, list[Block]]:
        found = re.search(rb"\r\n|\r(?=.)|\n", data, re.DOTALL)
        held = len(data) - data.endswith(b"\r")
        shown = data[: found.start() if found else held]
        self._skipping = ((self._skipping or b"") + shown[:RAW_BYTES])[:RAW_BYTES]
        if not found:
            self._byte += held
            return held, []
        return found.end(), [self._long_line(found.end())]

    def _long_line(self, used: int) -> Block:
        raw, self._skipping = self._skipping or b"", None
        size = self._byte + used - self._skipped_from[0]
        defect = Defect("GL213", f"the row has {size:,} bytes, limit {self._dialect.max_row_bytes:,}")
        return self._single(raw, len(raw), self._skipped_from, used, defect)

    def _single(self, data: bytes, stop: int, place: tuple[int, int], used: int, defect: Defect) -> Block:
        """A record with a defect; ``place`` is its byte and its line."""
        byte, line = place
        block = Block(data, byte, np.array([0]), np.array([stop]), np.array([line]), self._record, 0, {0: defect})
        self._advance(used, 1, 1)
        return block

    def _here(self) -> Place:
        return Place(self._where.name, self._line, byte=self._byte)

    def _advance(self, n_bytes: int, n_lines: int, n_records: int) -> None:
        self._byte += n_bytes
        self._line += n_lines
        self._record += n_records
