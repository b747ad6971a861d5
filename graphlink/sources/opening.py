"""One door to all formats: a source in, an open table out, closed again whatever happens."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from graphlink.sources.columnar import ParquetTable
from graphlink.sources.delimited import DelimitedTable
from graphlink.sources.jsonlines import JsonLinesTable
from graphlink.sources.streams import ByteStream, StreamLimits

if TYPE_CHECKING:
    from collections.abc import Iterator

    from graphlink.config import ReadingConfig
    from graphlink.sources.batch import Table
    from graphlink.sources.files import Source


@contextmanager
def open_table(source: Source, reading: ReadingConfig, *, complete: bool) -> Iterator[Table]:
    """Open a source; ``complete`` says that its last line needs no newline."""
    if source.path is None:
        from graphlink.sources.databases import open_query  # noqa: PLC0415  DuckDB takes a while to load

        with open_query(source) as table:
            yield table
        return
    if source.format == "parquet":
        with ParquetTable(source.path, source.name, reading) as table:
            yield table
        return
    limits = StreamLimits(reading.max_bytes, reading.max_expansion)
    with ByteStream(source.path, source.name, source.compression, source.settings.encoding, limits) as stream:
        if source.format == "jsonl":
            naming = source.settings.naming
            mapped = (*naming.everywhere.values(), *naming.here.values())
            yield JsonLinesTable(stream, source.name, reading, mapped)
        else:
            delimiter = source.settings.delimiter or {"csv": ",", "tsv": "\t"}[source.format]
            yield DelimitedTable(stream, source.name, delimiter, reading, complete=complete)
