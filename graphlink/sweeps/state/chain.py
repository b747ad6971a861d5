"""The digest chain: each change's digest covers the digest before it and every row that the change added.

Names enter as their keyed hashes, so taking a name out breaks nothing, while any other difference does. Beside the
chain stands a digest of the whole content under plain names: two states that know the same have the same one, whatever
their keys.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Final

from graphlink.sweeps.state.schema import tables_of

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Mapping, Sequence

    from graphlink.sweeps.state.schema import Scripts, Table

START: Final = "0" * 64
"""Stands for the digest before the first change."""


@dataclass(frozen=True, slots=True)
class Head:
    """The newest change of a state, and the digest that covers all of it; generation 0 before the first."""

    generation: int
    digest: str


def hash_name(key: bytes, kind: str, signal_type: str, value: str) -> str:
    """The keyed hash that stands for a name: nobody without the key can find the name by trying.

    Examples
    --------
    >>> hash_name(bytes(32), "account", "", "ann") == hash_name(bytes(32), "account", "", "ann")
    True
    >>> hash_name(bytes(32), "account", "", "ann") == hash_name(bytes(31) + b"1", "account", "", "ann")
    False
    """
    text = f"{kind}\0{signal_type}\0{value}"
    return hmac.digest(key, text.encode("utf-8", "surrogatepass"), "sha256").hex()


def read_head(connection: sqlite3.Connection) -> Head:
    """The newest change, as the file says."""
    row = connection.execute("SELECT generation, digest FROM digests ORDER BY generation DESC LIMIT 1").fetchone()
    return Head(0, START) if row is None else Head(*row)


def digest_change(connection: sqlite3.Connection, scripts: Scripts, previous: str, generation: int) -> str:
    """The digest of one change, given the one before it."""
    lines: list[str] = []
    for table in tables_of(scripts):
        columns = ", ".join(_hashed(table))
        rows = connection.execute(f"SELECT {columns} FROM {table.name} AS t WHERE generation = ?", (generation,))
        lines += _lines(table.name, rows)
    return _digest(previous, lines)


def find_break(connection: sqlite3.Connection, scripts: Scripts, key: bytes) -> str:
    """Say where the content of a file is not what its digests say; empty when all is well."""
    for kind, signal_type, value, digest in connection.execute(
        "SELECT kind, signal_type, value, hash FROM names WHERE value IS NOT NULL"
    ):
        if hash_name(key, kind, signal_type, value) != digest:
            return f"a name of kind {kind} is not what its hash says"
    versions = dict(connection.execute("SELECT generation, version FROM changes ORDER BY generation").fetchall())
    digests = dict(connection.execute("SELECT generation, digest FROM digests ORDER BY generation").fetchall())
    if list(versions) != list(range(1, len(versions) + 1)) or digests.keys() != versions.keys():
        return "a change is missing"
    if any(not 0 < version <= len(scripts) for version in versions.values()):
        return "a change claims a version that there never was"
    streams = [_Stream(connection, table) for table in tables_of(scripts)]
    shapes = {version: _columns(scripts[:version]) for version in sorted(set(versions.values()))}
    previous = START
    for generation, version in versions.items():
        lines = [line for stream in streams for line in stream.lines(generation, shapes[version])]
        if _digest(previous, lines) != digests[generation]:
            return f"change {generation} is not what its digest says"
        previous = digests[generation]
    return "rows belong to no change" if any(stream.waiting is not None for stream in streams) else ""


def newest_holds(connection: sqlite3.Connection, scripts: Scripts) -> bool:
    """Whether the newest change is what its digest says."""
    head = read_head(connection)
    if head.generation == 0:
        return True
    (version,) = connection.execute("SELECT version FROM changes WHERE generation = ?", (head.generation,)).fetchone()
    before = connection.execute("SELECT digest FROM digests WHERE generation = ?", (head.generation - 1,)).fetchone()
    previous = START if before is None else before[0]
    return digest_change(connection, scripts[:version], previous, head.generation) == head.digest


def digest_content(connection: sqlite3.Connection, scripts: Scripts) -> str:
    """SHA-256 of everything that a state knows, sorted; neither the key nor the numbers of its rows enter.

    A name that was taken out enters as nothing.
    """
    names = {
        name: (kind, signal_type, value)
        for name, kind, signal_type, value in connection.execute("SELECT name, kind, signal_type, value FROM names")
    }
    lines: list[str] = []
    for table in tables_of(scripts):
        columns = [column for column in table.columns if column != "version"]
        named = [column in table.names for column in columns]
        rows = connection.execute(f"SELECT {', '.join(columns)} FROM {table.name}")
        lines += _lines(
            table.name,
            (
                tuple(names.get(cell) if is_name else cell for cell, is_name in zip(row, named, strict=True))
                for row in rows
            ),
        )
    return _digest(START, lines)


def _columns(scripts: Scripts) -> dict[str, tuple[str, ...]]:
    """The columns of each table, as a version knew them."""
    return {table.name: table.columns for table in tables_of(scripts)}


class _Stream:
    """The rows of a table, change by change."""

    def __init__(self, connection: sqlite3.Connection, table: Table) -> None:
        self.table = table
        columns = ", ".join(_hashed(table))
        rows = connection.execute(f"SELECT {columns} FROM {table.name} AS t ORDER BY generation")
        self._changes = groupby(rows, itemgetter(table.columns.index("generation")))
        self.waiting = next(self._changes, None)

    def lines(self, generation: int, known: Mapping[str, tuple[str, ...]]) -> list[str]:
        """The rows of one change, each by the columns of the version that wrote it."""
        columns = known.get(self.table.name, ())
        if self.waiting is None or self.waiting[0] != generation or not columns:
            return []
        rows = self.waiting[1]
        if columns == self.table.columns:
            lines = _lines(self.table.name, rows)
        else:
            places = [self.table.columns.index(column) for column in columns]
            lines = _lines(self.table.name, (tuple(row[place] for place in places) for row in rows))
        self.waiting = next(self._changes, None)
        return lines


def _hashed(table: Table) -> list[str]:
    """The columns of a table in SQL, references to names as the hashes of these."""
    return [
        f"(SELECT hash FROM names WHERE name = t.{column})" if column in table.names else f"t.{column}"
        for column in table.columns
    ]


def _lines(table: str, rows: Iterable[tuple[object, ...]]) -> list[str]:
    """Rows as text: as Python writes them in ASCII, which is exact, without doubt, and the same in every version."""
    return [f"{table}{row!a}" for row in rows]


def _digest(previous: str, lines: Sequence[str]) -> str:
    text = "\n".join([*sorted(lines), ""])  # each line ends
    return hashlib.sha256((previous + text).encode()).hexdigest()
