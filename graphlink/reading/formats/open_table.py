"""One door to all formats: a source in, an open table out, closed again whatever happens."""

from collections.abc import Iterator
from contextlib import contextmanager

from graphlink.config.settings import ReadingConfig
from graphlink.model.fields import FIELDS
from graphlink.model.signals import SignalTable
from graphlink.reading.columns.layout import ALIASES
from graphlink.reading.formats.batch import Table
from graphlink.reading.formats.columnar import ParquetTable
from graphlink.reading.formats.delimited import DelimitedTable
from graphlink.reading.formats.jsonlines import JsonLinesTable
from graphlink.reading.formats.streams import ByteStream
from graphlink.reading.sources.files import Source


@contextmanager
def open_table(source: Source, reading: ReadingConfig, table: SignalTable, *, complete: bool) -> Iterator[Table]:
    """Open a source; ``complete`` says that its last line needs no newline."""
    if source.path is None:
        from graphlink.reading.formats.databases import open_query  # noqa: PLC0415  DuckDB takes a while to load

        with open_query(source) as opened:
            yield opened
        return
    if source.format == "parquet":
        with ParquetTable(source.path, source.name, reading) as parquet:
            yield parquet
        return
    with ByteStream(source.path, source.name, source.compression, source.settings.encoding, reading) as stream:
        if source.format == "jsonl":
            wanted = (*source.settings.naming.theirs, *FIELDS, *ALIASES, *table.columns)
            yield JsonLinesTable(stream, source.name, reading, wanted)
        else:
            delimiter = source.settings.delimiter or {"csv": ",", "tsv": "\t"}[source.format]
            yield DelimitedTable(stream, source.name, delimiter, reading, complete=complete)
