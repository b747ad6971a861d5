"""Write a stream of tables as one Parquet file, one row group each, so that text never fills memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow.parquet as pq

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    import pyarrow as pa

    from graphlink.lab.simulate.draws import Ints

# Rows of a row group: large enough to compress well, small enough to hold as text.
_ROWS = 1 << 20


def write_parquet(path: Path, tables: Iterable[pa.Table]) -> None:
    """Write at least one table, all with the same schema, into a file."""
    stream = iter(tables)
    first = next(stream)
    with pq.ParquetWriter(path, first.schema, compression="zstd", write_page_checksum=True) as writer:
        writer.write_table(first)
        for table in stream:
            writer.write_table(table)


def cut(rows: Ints) -> Iterator[Ints]:
    """Cut row numbers into pieces of one row group each. No rows give one empty piece."""
    for begin in range(0, max(1, len(rows)), _ROWS):
        yield rows[begin : begin + _ROWS]
