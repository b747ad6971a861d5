"""The digest chain: the digest of each change covers the previous digest and every row that the change added.

Names enter as keyed hashes. Removing a name keeps the chain valid; any other difference breaks it. A second digest
covers the whole content under plain names, so two states with the same content have the same digest under any key.
"""

import hashlib
import hmac
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from graphlink.sweeps.state.schema import Table, digested_tables

START: Final = "0" * 64
"""The digest before the first change."""


@dataclass(frozen=True, slots=True)
class Head:
    """The newest change of a state and the digest that covers all of it. Generation 0 is before the first change."""

    generation: int
    digest: str


def hash_name(key: bytes, kind: str, signal_type: str, value: str) -> str:
    """The keyed hash of a name. Without the key, nobody can find the name by trying.

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
    """Read the newest change from the file."""
    row = connection.execute("SELECT generation, digest FROM digests ORDER BY generation DESC LIMIT 1").fetchone()
    return Head(0, START) if row is None else Head(*row)


def digest_change(connection: sqlite3.Connection, previous: str, generation: int) -> str:
    """Compute the digest of one change from the digest before it."""
    lines: list[str] = []
    for table in digested_tables():
        columns = ", ".join(_hashed(table))
        rows = connection.execute(f"SELECT {columns} FROM {table.name} AS t WHERE generation = ?", (generation,))
        lines += _lines(table.name, rows)
    return _digest(previous, lines)


def find_break(connection: sqlite3.Connection, key: bytes) -> str:
    """Describe the first place where the content differs from its digests. Empty if there is none."""
    for kind, signal_type, value, digest in connection.execute(
        "SELECT kind, signal_type, value, hash FROM names WHERE value IS NOT NULL"
    ):
        if hash_name(key, kind, signal_type, value) != digest:
            return f"a name of kind {kind} does not match its hash"
    generations = [row[0] for row in connection.execute("SELECT generation FROM changes ORDER BY generation")]
    digests = dict(connection.execute("SELECT generation, digest FROM digests ORDER BY generation").fetchall())
    if generations != list(range(1, len(generations) + 1)) or list(digests) != generations:
        return "a change is missing"
    previous = START
    for generation, digest in digests.items():
        if digest_change(connection, previous, generation) != digest:
            return f"change {generation} does not match its digest"
        previous = digest
    return ""


def digest_content(connection: sqlite3.Connection) -> str:
    """SHA-256 of the whole content of a state, sorted. It includes neither the key nor row numbers.

    A removed name counts as empty.
    """
    names = {
        name: (kind, signal_type, value)
        for name, kind, signal_type, value in connection.execute("SELECT name, kind, signal_type, value FROM names")
    }
    lines: list[str] = []
    for table in digested_tables():
        named = [column in table.names for column in table.columns]
        rows = connection.execute(f"SELECT {', '.join(table.columns)} FROM {table.name}")
        lines += _lines(
            table.name,
            (
                tuple(names.get(cell) if is_name else cell for cell, is_name in zip(row, named, strict=True))
                for row in rows
            ),
        )
    return _digest(START, lines)


def _hashed(table: Table) -> list[str]:
    """The columns of a table in SQL, with references to names replaced by their hashes."""
    return [
        f"(SELECT hash FROM names WHERE name = t.{column})" if column in table.names else f"t.{column}"
        for column in table.columns
    ]


def _lines(table: str, rows: Iterable[tuple[object, ...]]) -> list[str]:
    """Rows as text in Python's ASCII form, which is exact, unambiguous and the same in every version."""
    return [f"{table}{row!a}" for row in rows]


def _digest(previous: str, lines: Sequence[str]) -> str:
    text = "\n".join([*sorted(lines), ""])  # each line ends
    return hashlib.sha256((previous + text).encode()).hexdigest()
