"""What every reader gives: the header first, then batches of columns with the number of each row.

A record is a row of the source, numbered from 0 in the order of the file; blank lines have no number. ``place`` tells
where a record stands, which only rejects need.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

import pyarrow as pa

from graphlink.model.arrays import Int64s
from graphlink.model.rows import Reject
from graphlink.reading.columns.layout import Layout
from graphlink.reading.columns.suggestions import FirstLine
from graphlink.reading.formats.defects import Block
from graphlink.reading.formats.nested import Path


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


class Table(Protocol):
    """A source that is open: its columns, then its rows."""

    @property
    def names(self) -> tuple[str, ...]:
        """The columns of all rows."""
        ...

    @property
    def nested(self) -> Mapping[str, Mapping[str, Path]]:
        """Columns with objects: the dotted name of each value inside, and the keys that lead to it."""
        ...

    @property
    def is_crowded(self) -> bool:
        """Whether there are too many columns to name any but those that may be read."""
        ...

    @property
    def first_line(self) -> FirstLine:
        """Signs that the names are a row and no header."""
        ...

    @property
    def has_checksums(self) -> bool:
        """Whether damage to the file would be noticed, where the format knows it; known after the last batch."""
        ...

    def batches(self, layout: Layout) -> Iterator[Batch]:
        """Give all rows, once."""
        ...

    @property
    def sha256(self) -> str:
        """Digest of what was read, known after the last batch."""
        ...

    @property
    def n_bytes(self) -> int:
        """Size of what was read."""
        ...


def placer(block: Block, *, has_offsets: bool) -> Callable[[int], Found]:
    """Tell where the records of a block of text stand."""

    def place(record: int) -> Found:
        index = record - block.first_record
        byte = block.byte + int(block.starts[index]) if has_offsets else None
        return Found(int(block.lines[index]), byte, block.raw(index))

    return place


def defects_as_rejects(block: Block, place: Callable[[int], Found], source: str) -> tuple[Reject, ...]:
    """Set the defective records of a block aside."""
    return tuple(
        place(block.first_record + index).reject(source, defect.column, defect.code, defect.reason)
        for index, defect in sorted(block.defects.items())
    )


def row_as_json(row: Mapping[str, object]) -> bytes:
    """Write a row that has no bytes of its own, so that a reject can show it."""
    return json.dumps(row, ensure_ascii=True, default=str, sort_keys=True).encode()[: 64 << 10]
