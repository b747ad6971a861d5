"""The schema of the state: one SQL script with a version. The list of digested tables is read from it."""

import functools
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final

APPLICATION_ID: Final = 0x67724C6B
"""``grLk``: the application id in the file's header."""

VERSION: Final = 1
"""The only supported version. Any other is refused by its number."""

SCHEMA: Final = Path(__file__).with_name(f"schema_{VERSION}.sql").read_text(encoding="utf-8")

_APART: Final = frozenset({"names", "digests"})
"""Tables outside the digests: names enter as hashes in the rows that refer to them; digests do not enter."""


@dataclass(frozen=True, slots=True)
class Table:
    """A digested table: its columns, and which of them refer to ``names``."""

    name: str
    columns: tuple[str, ...]
    names: frozenset[str]


@functools.cache
def digested_tables() -> tuple[Table, ...]:
    """The tables whose rows enter the digests, sorted by name.

    Examples
    --------
    >>> [table.name for table in digested_tables()][:3]
    ['calibrations', 'changes', 'evader_signals']
    """
    with closing(_reference()) as connection:
        listed = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
        return tuple(_table(connection, name) for (name,) in listed.fetchall() if name not in _APART)


@functools.cache
def expected_objects() -> frozenset[tuple[str, ...]]:
    """Every table, index, view and trigger of the schema, with its SQL."""
    with closing(_reference()) as connection:
        return objects_in(connection)


def objects_in(connection: sqlite3.Connection) -> frozenset[tuple[str, ...]]:
    """Every table, index, view and trigger of a file, with its SQL."""
    rows = connection.execute("SELECT type, name, tbl_name, coalesce(sql, '') FROM sqlite_schema")
    return frozenset(tuple(row) for row in rows)


def make_tables(connection: sqlite3.Connection) -> None:
    """Begin a transaction, create the tables in it, and forbid updates and deletions."""
    connection.executescript(f"BEGIN IMMEDIATE;\n{SCHEMA}")
    kept = {name for (name,) in connection.execute("SELECT tbl_name FROM sqlite_schema WHERE type = 'trigger'")}
    tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
    for name in sorted(set(tables) - kept):
        for act in ("update", "delete"):
            connection.execute(
                f"CREATE TRIGGER {name}_refuses_{act} BEFORE {act.upper()} ON {name} "
                "BEGIN SELECT raise(ABORT, 'rows are only ever added'); END"
            )


def _reference() -> sqlite3.Connection:
    """An empty state in memory."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    make_tables(connection)
    return connection


def _table(connection: sqlite3.Connection, name: str) -> Table:
    columns = tuple(row[1] for row in connection.execute(f"PRAGMA table_info({name})"))
    references = connection.execute(f"PRAGMA foreign_key_list({name})")
    return Table(name, columns, frozenset(row[3] for row in references if row[2] == "names"))
