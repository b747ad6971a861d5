"""A query to a DuckDB file, a SQLite file or PostgreSQL: rows in, batches of text columns out; nothing is ever written.

The database may be hostile: it is opened for reading only, reaches no other file and no network, and gets the one query
that the configuration names. Connection strings come from a variable or a file of the user's own, never from the
configuration, and are never shown.
"""

import os
import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from operator import methodcaller
from pathlib import Path
from typing import Final

import duckdb
import pyarrow as pa

from graphlink.config.settings import SourceConfig
from graphlink.engine.closed_duckdb import closed_connection, quoted, utf8_path
from graphlink.engine.files import open_export, read_secret
from graphlink.reading.columns.layout import Layout
from graphlink.reading.formats.batch import Batch, Table
from graphlink.reading.formats.columnar import refuse_types, table_batch
from graphlink.reading.formats.jsonlines import text_rows
from graphlink.reading.formats.snapshots import SQLITE, digest_database, stamps_of
from graphlink.reading.sources.files import Source
from graphlink.words.errors import ConfigError, InputError, MachineError, Place
from graphlink.words.escape import printable

_ROWS: Final = 1 << 16

_read: Final = (
    duckdb.DuckDBPyRelation.to_arrow_reader
    if hasattr(duckdb.DuckDBPyRelation, "to_arrow_reader")
    else duckdb.DuckDBPyRelation.fetch_arrow_reader  # its name in DuckDB 1.2
)
_AS_FAR_AS_TEXT: Final = methodcaller("decode", "utf-8", "surrogateescape")
"""SQLite keeps any bytes as text. Only a row with bytes that are no UTF-8 is set aside."""
_QUOTATION: Final = re.compile(r"""(['"])(.*?)\1""")


@contextmanager
def open_query(source: Source) -> Iterator[Table]:
    """Open the database of a source and send its query.

    Raises
    ------
    InputError
        GL126 if the database or the query is refused.
    ConfigError
        GL408 if a file with a connection string can be read by others.
    """
    query = source.query
    if query is None:
        raise ValueError("a source is a file or a query")
    if query.database is None:
        with _postgres(query, source.name) as table:
            yield table
        return
    path = Path(query.database)
    with open_export(path, query.database) as file:
        opener = _sqlite if file.read(len(SQLITE)) == SQLITE else _duckdb
    before = stamps_of(path)
    digest = digest_database(path, query.database)
    with opener(path, query.query or "", source.name, digest) as table:
        yield table
    if stamps_of(path) != before and digest_database(path, query.database) != digest:
        raise InputError("GL162", source.name, "it changed while it was read", "read a copy, or when nobody writes")


@dataclass(frozen=True)
class QueryTable(Table):
    """The rows of a query."""

    names: tuple[str, ...]
    found: tuple[str, int]
    rows: Callable[[Layout], Iterator[Batch]]

    def batches(self, layout: Layout) -> Iterator[Batch]:
        """Give all rows, once."""
        return self.rows(layout)

    def digest(self) -> tuple[str, int]:
        """SHA-256 and size of the database."""
        return self.found


def _arrow_batches(reader: pa.RecordBatchReader, name: str, layout: Layout) -> Iterator[Batch]:
    refuse_types(reader.schema, layout, Place(name))
    row = 0
    for piece in reader:
        yield table_batch({position: piece.column(position) for position in layout.used}, layout, row)
        row += piece.num_rows


# --- DuckDB -----------------------------------------------------------------------------------------------------------


@contextmanager
def _duckdb(path: Path, query: str, name: str, digest: tuple[str, int]) -> Iterator[Table]:
    try:
        real = utf8_path(path.resolve())
    except UnicodeDecodeError:
        raise InputError("GL101", name, "a name on the way to it is no UTF-8", "rename it") from None
    connection = closed_connection([real, real + ".wal"])
    try:
        connection.execute(f"ATTACH {quoted(real)} AS source (READ_ONLY)")
        connection.execute("USE source")
        reader = _read(connection.sql(query), _ROWS)
        yield QueryTable(tuple(reader.schema.names), digest, partial(_arrow_batches, reader, name))
    except (duckdb.Error, pa.ArrowException, AttributeError) as error:
        raise _refused(name, error, query) from None
    finally:
        connection.close()


# --- SQLite -----------------------------------------------------------------------------------------------------------


def _sqlite_batches(cursor: sqlite3.Cursor, name: str, layout: Layout) -> Iterator[Batch]:
    row = 0
    while rows := cursor.fetchmany(_ROWS):
        yield text_rows(rows, layout, row, name)
        row += len(rows)


@contextmanager
def _sqlite(path: Path, query: str, name: str, digest: tuple[str, int]) -> Iterator[Table]:
    connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, isolation_level=None)
    connection.text_factory = _AS_FAR_AS_TEXT
    try:
        for setting in ("query_only = ON", "trusted_schema = OFF", "cell_size_check = ON", "mmap_size = 0"):
            connection.execute(f"PRAGMA {setting}")
        connection.set_authorizer(_only_reads)
        cursor = connection.execute(query)
        if cursor.description is None:
            raise sqlite3.DatabaseError("the statement gives no rows")
        names = tuple(column[0] for column in cursor.description)
        yield QueryTable(names, digest, partial(_sqlite_batches, cursor, name))
    except (sqlite3.Error, sqlite3.Warning, UnicodeDecodeError) as error:  # the last: a column's name
        raise _refused(name, error, query) from None
    finally:
        connection.close()


def _only_reads(action: int, *_: str | None) -> int:
    """Let a query read this database: no other file, no setting, no writing."""
    reads = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE}
    return sqlite3.SQLITE_OK if action in reads else sqlite3.SQLITE_DENY


# --- PostgreSQL -------------------------------------------------------------------------------------------------------


@contextmanager
def _postgres(query: SourceConfig, name: str) -> Iterator[Table]:
    try:
        import adbc_driver_postgresql.dbapi as postgres  # noqa: PLC0415 - an extra
    except ImportError:
        raise MachineError("GL802", name, "PostgreSQL needs a driver", "pip install 'graphlink[postgres]'") from None
    dsn = _dsn(query, name)
    try:
        with postgres.connect(dsn) as connection, connection.cursor() as cursor:
            cursor.execute("SET default_transaction_read_only = on")
            connection.commit()
            cursor.execute("SET TRANSACTION READ ONLY")
            cursor.execute("SET LOCAL TimeZone = 'UTC'")
            cursor.execute(_within_copy(query.query or ""))
            reader = cursor.fetch_record_batch()
            yield QueryTable(tuple(reader.schema.names), ("", 0), partial(_arrow_batches, reader, name))
            connection.rollback()
    except (postgres.Error, pa.ArrowException) as error:
        raise _refused(name, error, query.query or "") from None


_END: Final = re.compile(r"""\s*;\s*(--[^\n'"$*]*)?\s*$""")


def _within_copy(query: str) -> str:
    r"""A query as it may stand in brackets, where the driver puts it: nothing of its end reaches what follows.

    Examples
    --------
    >>> _within_copy("SELECT 1 ; -- all"), _within_copy("SELECT 1 -- all")
    ('SELECT 1\n', 'SELECT 1 -- all\n')
    """
    return _END.sub("", query) + "\n"


def _dsn(query: SourceConfig, name: str) -> str:
    if query.dsn_env is not None:
        dsn = os.environ.get(query.dsn_env)
        if not dsn:
            where = Place(name, column="dsn_env")
            raise ConfigError("GL408", where, f"the variable {query.dsn_env} is not set", "set it")
        return dsn
    path = Path(query.dsn_file or "")
    try:
        return read_secret(path).decode().strip()
    except UnicodeDecodeError:
        raise ConfigError("GL408", path, "cannot be read", "name a file of your own") from None


def _refused(name: str, error: Exception, query: str) -> InputError:
    """Say what the database said in one line, without what it may quote of its rows or of a connection string."""
    lines = [line for line in str(error).splitlines() if line.strip()]
    said = lines[0] if lines else type(error).__name__
    said = _QUOTATION.sub(lambda found: found[0] if found[2] in query else found[1] * 2, said)
    return InputError("GL126", name, f"the database refuses: {printable(said, 200)}", "try the query by hand")
