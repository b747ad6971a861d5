"""What every reader gives: the header first, then batches of columns with the number of each row.

A record is a row of the source, numbered from 0 in the order of the file; blank lines have no number. ``place`` tells
where a record stands, which only rejects need.
"""

import codecs
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from graphlink.model.arrays import Int64s
from graphlink.model.rows import Reject
from graphlink.reading.columns.layout import Layout
from graphlink.reading.columns.suggestions import HEADER
from graphlink.reading.formats.nested import NOTHING_NESTED, Path
from graphlink.reading.formats.record_splitter import Cutter
from graphlink.reading.formats.streams import ByteStream
from graphlink.reading.formats.structure import Block

OTHER_ENCODING: Final = "convert it, or set `encoding` in [reading] of a file that --config names"
"""What to do with a text that is no UTF-8."""


@dataclass(frozen=True, slots=True)
class Found:
    """Where a record stands: physical line (or row of a table), byte, and the record itself."""

    line: int | None
    byte: int | None
    raw: bytes

    def reject(self, source: str, column: str | None, code: str, reason: str) -> Reject:
        """Set the record aside."""
        return Reject(source, self.line, self.byte, column, code, reason, self.raw)


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """Some rows of a source, and the rows that its reader already set aside."""

    columns: Mapping[int, pa.Array]
    """By position in the source: text (plain or dictionary), timestamps, dates or whole numbers."""
    records: Int64s
    place: Callable[[int], Found]
    """Where a record of this batch stands."""
    rejects: tuple[Reject, ...] = ()
    n_blank: int = 0
    lines: Int64s | None = None
    """Physical line of each row; None where the source is a table, whose rows are counted."""


class Table:
    """A source that is open: its columns, then its rows. A reader sets what its format has."""

    names: tuple[str, ...]
    """The columns of all rows."""
    nested: Mapping[str, Mapping[str, Path]] = NOTHING_NESTED
    """Columns with objects: the dotted name of each value inside, and the keys that lead to it."""
    is_crowded = False
    """Whether there are too many columns to name any but those that may be read."""
    first_line = HEADER
    """Signs that the names are a row and no header."""
    has_checksums = True
    """Whether damage to the file would be noticed, where the format knows it; known after the last batch."""

    def batches(self, layout: Layout) -> Iterator[Batch]:
        """Give all rows, once."""
        raise NotImplementedError

    def digest(self) -> tuple[str, int]:
        """SHA-256 and size of what was read, known after the last batch."""
        raise NotImplementedError


class TextTable(Table):
    """A file of text, cut into records."""

    _cutter: Cutter

    def __init__(self, stream: ByteStream, name: str) -> None:
        self._stream = stream
        self._name = name
        self._blocks = stream.blocks()
        self._first = next(self._blocks, b"")
        self._mark = len(codecs.BOM_UTF8) if self._first.startswith(codecs.BOM_UTF8) else 0

    def digest(self) -> tuple[str, int]:
        """SHA-256 and size of the file."""
        return self._stream.digest()

    def _cut(self, first: bytes) -> Iterator[Block]:
        """Cut the rest of the first block, and all other blocks."""
        for data in chain([first], self._blocks):
            yield from self._cutter.cut(data)

    def _batch_of(self, block: Block, good: Int64s, columns: Mapping[int, pa.Array]) -> Batch:
        """Give the good records of a block, and set the defective ones aside."""

        def place(record: int) -> Found:
            index = record - block.first_record
            byte = block.byte + int(block.starts[index]) if self._stream.has_offsets else None
            return Found(int(block.lines[index]), byte, block.raw(index))

        rejects = tuple(
            place(block.first_record + index).reject(self._name, defect.column, defect.code, defect.reason)
            for index, defect in sorted(block.defects.items())
        )
        return Batch(columns, block.first_record + good, place, rejects, block.n_blank, block.lines[good])


def column_at(piece: pa.RecordBatch | pa.Table, path: Path) -> pa.Array | pa.ChunkedArray:
    """The values at the end of a way; of an object that is missing they are missing."""
    column = piece.column(path[0])
    for key in path[1:]:
        column = pc.struct_field(column, column.type.get_field_index(key))
    return column


def row_as_json(row: Mapping[str, object]) -> bytes:
    """Write a row that has no bytes of its own, so that a reject can show it."""
    return json.dumps(row, ensure_ascii=True, default=str, sort_keys=True).encode()[: 64 << 10]
