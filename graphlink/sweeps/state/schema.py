"""The schema and its versions: SQL scripts, of which the first makes the tables and each later one upgrades by one.

A new state runs all of them and an older one those that it lacks, so that both end with the same schema. Which rows a
change consists of is read off the schema itself.
"""

from __future__ import annotations

import functools
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

APPLICATION_ID: Final = 0x67724C6B
"""``grLk``: what the file says that it is, in its header."""

Scripts = tuple[str, ...]

_VERSIONS: Final = 7

SCRIPTS: Final[Scripts] = tuple(
    Path(__file__).with_name(f"schema_{version}.sql").read_text(encoding="utf-8") for version in range(1, _VERSIONS + 1)
)
"""Version N is the outcome of the first N scripts. A released script is never edited."""

_APART: Final = frozenset({"names", "digests"})
"""Names enter a digest as hashes, where rows refer to them; the digests themselves do not."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table whose rows make up changes: its columns, and which of them refer to ``names``."""

    name: str
    columns: tuple[str, ...]
    names: frozenset[str]


@functools.cache
def tables_of(scripts: Scripts) -> tuple[Table, ...]:
    """The tables whose rows enter the digests, sorted by name.

    Examples
    --------
    >>> [table.name for table in tables_of(SCRIPTS)][:3]
    ['calibration_bins', 'calibration_chance', 'calibration_countries']
    """
    with closing(_reference(scripts)) as connection:
        listed = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
        return tuple(_table(connection, name) for (name,) in listed.fetchall() if name not in _APART)


@functools.cache
def objects_of(scripts: Scripts) -> frozenset[tuple[str, ...]]:
    """Every table, index, view and trigger that a state of this version has, with its SQL."""
    with closing(_reference(scripts)) as connection:
        return objects_in(connection)


def objects_in(connection: sqlite3.Connection) -> frozenset[tuple[str, ...]]:
    """Every table, index, view and trigger of a file, with its SQL."""
    rows = connection.execute("SELECT type, name, tbl_name, coalesce(sql, '') FROM sqlite_schema")
    return frozenset(tuple(row) for row in rows)


def apply_script(connection: sqlite3.Connection, script: str) -> None:
    """Run a script within the transaction that is open, and let its tables only grow.

    Raises
    ------
    sqlite3.Error
        If a statement fails.
    """
    for statement in _statements(script):
        connection.execute(statement)
    kept = {name for (name,) in connection.execute("SELECT tbl_name FROM sqlite_schema WHERE type = 'trigger'")}
    tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
    for name in sorted(set(tables) - kept):
        for act in ("update", "delete"):
            connection.execute(
                f"CREATE TRIGGER {name}_refuses_{act} BEFORE {act.upper()} ON {name} "
                "BEGIN SELECT raise(ABORT, 'rows are only ever added'); END"
            )


def _reference(scripts: Scripts) -> sqlite3.Connection:
    """An empty state in memory."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    for script in scripts:
        apply_script(connection, script)
    return connection


def _table(connection: sqlite3.Connection, name: str) -> Table:
    columns = tuple(row[1] for row in connection.execute(f"PRAGMA table_info({name})"))
    references = connection.execute(f"PRAGMA foreign_key_list({name})")
    return Table(name, columns, frozenset(row[3] for row in references if row[2] == "names"))


def _statements(script: str) -> Iterator[str]:
    """Cut a script into its statements; a trigger is one, though it has semicolons inside."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
