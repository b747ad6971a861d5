"""The digest chain: the digest of each change covers the previous digest and every row that the change added.

The key of the state signs each digest. Names enter as keyed hashes, so that one may be taken out; a row says so. Any
other difference breaks the chain, and the first change that differs is named. A second digest covers the whole content
under plain names, so two states with the same content have the same digest under any key.
"""

import hashlib
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from graphlink.sweeps.state.key import Keys, sign
from graphlink.sweeps.state.schema import digested_tables
from graphlink.words.escape import printable

START: Final = "0" * 64
"""The digest before the first change."""

HEAD_DIGITS: Final = 48
"""Hexadecimal digits of a digest that people keep."""


@dataclass(frozen=True, slots=True)
class Head:
    """The newest change of a state and the digest that covers all of it. Generation 0 is before the first change."""

    generation: int
    digest: str

    def __str__(self) -> str:
        """As people keep it outside, short enough for a line: the number, a colon and 192 bits of the digest."""
        return f"{self.generation}:{self.digest[:HEAD_DIGITS]}"


def hash_name(key: Keys, kind: str, signal_type: str, value: str) -> str:
    """The keyed hash of a name. Without the key, nobody can find the name by trying.

    Examples
    --------
    >>> hash_name(Keys(bytes(32)), "account", "", "ann") == hash_name(Keys(bytes(32)), "account", "", "ann")
    True
    >>> hash_name(Keys(bytes(32)), "account", "", "ann") == hash_name(Keys(b"1" * 32), "account", "", "ann")
    False
    """
    return sign(key.names, f"{kind}\0{signal_type}\0{value}")


def read_head(connection: sqlite3.Connection) -> Head:
    """Read the newest change from the file."""
    row = connection.execute("SELECT generation, digest FROM digests ORDER BY generation DESC LIMIT 1").fetchone()
    return Head(0, START) if row is None else Head(*row)


def digest_change(connection: sqlite3.Connection, previous: str, generation: int) -> str:
    """Compute the digest of one change from the digest before it."""
    lines: list[str] = []
    for table in digested_tables():
        hashed = {column: f"(SELECT hash FROM names WHERE name = t.{column})" for column in table.names}
        columns = ", ".join(hashed.get(column, f"t.{column}") for column in table.columns)
        rows = connection.execute(f"SELECT {columns} FROM {table.name} AS t WHERE generation = ?", (generation,))
        lines += [f"{table.name}{row!a}" for row in rows]
    return _digest(previous, lines)


def has_head(connection: sqlite3.Connection, head: Head) -> bool:
    """Whether a history has a change whose digest begins so. Every history has the head before its first change."""
    found = connection.execute("SELECT digest FROM digests WHERE generation = ?", (head.generation,)).fetchone()
    had = START if not head.generation else "" if found is None else str(found[0])
    return had.startswith(head.digest)


def find_break(connection: sqlite3.Connection, key: Keys) -> str:
    """Describe the first change that differs from what was written. Empty if there is none.

    Without the key, only what everybody can compute is compared.
    """
    wrong = dict(_breaks(connection, key))
    if not wrong:
        return ""
    generation = min(wrong)
    row = connection.execute("SELECT kind, by FROM changes WHERE generation = ?", (generation,)).fetchone()
    act = "" if row is None else f" ({row[0]}, by {printable(row[1])})"
    return f"change {generation}{act} was altered or added by somebody else: {wrong[generation]}"


def _breaks(connection: sqlite3.Connection, key: Keys) -> Iterator[tuple[int, str]]:
    """Numbers of changes, and what is wrong with each. The chain says no more after its first break."""
    for name, generation in connection.execute(_TAKEN_OUT):
        yield _first_use(connection, name, generation), "a name of it was taken out or put back, and no change says so"
    names = connection.execute("SELECT name, kind, signal_type, value, hash FROM names")
    for name, kind, signal_type, value, digest in names.fetchall():
        if key and value is not None and hash_name(key, kind, signal_type, value) != digest:
            yield _first_use(connection, name), f"a name of it, of kind {kind}, does not match its hash"
    for (name,) in connection.execute(f"SELECT name FROM names EXCEPT SELECT name FROM ({_uses()})"):
        yield read_head(connection).generation + 1, f"name {name} belongs to no change"
    generations = [row[0] for row in connection.execute("SELECT generation FROM changes ORDER BY generation")]
    digests = connection.execute("SELECT generation, digest, signature FROM digests ORDER BY generation").fetchall()
    previous = START
    for number, (generation, digest, signature) in enumerate(digests, start=1):
        if generation != number or generations[number - 1 : number] != [number]:
            yield number, "it is missing"
            return
        if digest_change(connection, previous, generation) != digest:
            yield generation, "it does not match its digest"
            return
        if key and sign(key.chain, digest) != signature:
            yield generation, "its digest was not signed with this key"
            return
        previous = digest
    if len(generations) != len(digests):
        yield len(digests) + 1, "it has no digest"


_TAKEN_OUT: Final = """
SELECT n.name, t.generation FROM names AS n
LEFT JOIN (SELECT name, back, max(generation) AS generation FROM taken_out GROUP BY name) AS t USING (name)
WHERE (n.value IS NULL) <> coalesce(NOT t.back, 0)
"""
"""Names that are missing or there, against the newest row about them."""


def _uses() -> str:
    """SQL for every reference to a name: its number, and the change that refers to it."""
    columns = ((table.name, column) for table in digested_tables() for column in sorted(table.names))
    return " UNION ALL ".join(f"SELECT {column} AS name, generation FROM {table}" for table, column in columns)


def _first_use(connection: sqlite3.Connection, name: int, otherwise: int | None = None) -> int:
    first = connection.execute(f"SELECT min(generation) FROM ({_uses()}) WHERE name = ?", (name,)).fetchone()[0]
    return int(first or otherwise or read_head(connection).generation + 1)


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
        for row in connection.execute(f"SELECT {', '.join(table.columns)} FROM {table.name}"):
            cells = tuple(names.get(cell) if is_name else cell for cell, is_name in zip(row, named, strict=True))
            lines.append(f"{table.name}{cells!a}")
    return _digest(START, lines)


def _digest(previous: str, lines: Sequence[str]) -> str:
    """Digest rows as text in Python's ASCII form, which is exact, unambiguous and the same in every version."""
    text = "\n".join([*sorted(lines), ""])  # each line ends
    return hashlib.sha256((previous + text).encode()).hexdigest()
