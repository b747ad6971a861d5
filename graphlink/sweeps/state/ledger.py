"""An open state, and the only way to change it: a transaction that ends with its digest.

Errors of SQLite and of the disk become graphlink errors with an exit code here.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from graphlink.sweeps.state.chain import Head, digest_change, hash_name, read_head
from graphlink.sweeps.state.folder import STATE, only_writer
from graphlink.sweeps.state.key import Keys, sign
from graphlink.sweeps.state.seal import break_seal, digest_bytes, read_seal, set_seal
from graphlink.words.errors import LockedError, MachineError, StateError
from graphlink.words.escape import pasted

Name = tuple[str, str, str]
"""Kind, type of signal, value."""

_DAMAGE: Final = frozenset(
    {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_SCHEMA, sqlite3.SQLITE_FORMAT}
)
_BUSY: Final = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
_MACHINE: Final = {
    sqlite3.SQLITE_FULL: "the disk is full",
    sqlite3.SQLITE_IOERR: "the disk fails",
    sqlite3.SQLITE_READONLY: "it may not be written",
    sqlite3.SQLITE_CANTOPEN: "it cannot be opened",
    sqlite3.SQLITE_PERM: "it may not be used",
    sqlite3.SQLITE_NOMEM: "out of memory",
    sqlite3.SQLITE_AUTH: "it may not be used",
}


@dataclass(frozen=True, slots=True)
class Ledger:
    """An open state: its folder, its connection and its key."""

    folder: Path
    connection: sqlite3.Connection
    key: Keys
    inode: int
    """Inode of the opened file. Another inode at the same path is a restored backup."""

    @property
    def path(self) -> Path:
        """The path of the file."""
        return self.folder / STATE

    @property
    def head(self) -> Head:
        """The newest change, and the digest of the whole history."""
        return read_head(self.connection)

    @property
    def generation(self) -> int:
        """The number of changes so far."""
        return self.head.generation


@contextmanager
def change(ledger: Ledger, kind: str, by: str, at: int, note: str) -> Iterator[int]:
    """Change the state, and record by whom, when and why.

    Everything written inside the block becomes one generation, or nothing does.

    Raises
    ------
    LockedError, MachineError, StateError
        If the state cannot be written or was replaced since it was opened.
    """
    connection = ledger.connection
    with only_writer_of(ledger), sqlite_errors(ledger.path), rewritten(ledger):
        head = read_head(connection)
        generation = head.generation + 1
        facts = (generation, kind, by, at, name_of(ledger, "note", note))
        connection.execute("INSERT INTO changes (generation, kind, by, at, note) VALUES (?, ?, ?, ?, ?)", facts)
        yield generation
        digest = digest_change(connection, head.digest, generation)
        insert(ledger, "digests", [(generation, digest, sign(ledger.key.chain, digest))])


@contextmanager
def only_writer_of(ledger: Ledger) -> Iterator[None]:
    """Be the only writer of the opened state, and refuse a state that a restore has put in its place.

    Raises
    ------
    LockedError, StateError
        If another process writes, or the state was replaced since it was opened.
    """
    with only_writer(ledger.folder):
        if ledger.path.stat().st_ino != ledger.inode:
            raise StateError("GL705", ledger.path, "another state was put in its place meanwhile", "run it again")
        yield


@contextmanager
def rewritten(ledger: Ledger) -> Iterator[None]:
    """Run one transaction as the only writer, all or nothing, and set the seal again."""
    connection = ledger.connection
    still_sealed(ledger)
    break_seal(ledger.folder, ledger.key, read_head(connection))
    try:
        connection.execute("BEGIN IMMEDIATE")
        yield
        connection.execute("COMMIT")
    except BaseException:
        with suppress(sqlite3.Error):
            if connection.in_transaction:
                connection.execute("ROLLBACK")
        with suppress(OSError, sqlite3.Error):
            set_seal(ledger.folder, connection, ledger.key)
        raise
    set_seal(ledger.folder, connection, ledger.key)


def altered(path: Path, what: str) -> StateError:
    """The error for a state that somebody else wrote to."""
    return StateError("GL703", path, what, cure(path))


def still_sealed(ledger: Ledger) -> str:
    """Refuse to go on from bytes that another program wrote since the state was opened; returns their digest.

    Raises
    ------
    StateError
        GL703 if the bytes are not the sealed ones.
    """
    try:
        seal = read_seal(ledger.folder, ledger.key)
    except ValueError as error:
        raise altered(ledger.path, str(error)) from None
    content = digest_bytes(ledger.connection)
    if seal.content not in (None, content):
        raise altered(ledger.path, "another program wrote to it meanwhile")
    return content


def name_of(ledger: Ledger, kind: str, value: str, signal_type: str = "") -> int:
    """Get the number of a name, adding it if new. A pruned name gets its text back; a forgotten one does not."""
    digest = hash_name(ledger.key, kind, signal_type, value)
    found = ledger.connection.execute("SELECT name, value FROM names WHERE hash = ?", (digest,)).fetchone()
    if found is None:
        row = (kind, signal_type, value, digest)
        added = ledger.connection.execute("INSERT INTO names (kind, signal_type, value, hash) VALUES (?, ?, ?, ?)", row)
        return int(added.lastrowid or 0)
    name, known = found
    if known is None and not is_forgotten(ledger, name):
        ledger.connection.execute("UPDATE names SET value = ? WHERE name = ?", (value, name))
        insert(ledger, "taken_out", [(read_head(ledger.connection).generation + 1, name, 1)])
    return int(name)


def take_out(ledger: Ledger, generation: int, names: Sequence[int]) -> None:
    """Take the text out of names, within a change that says so."""
    ledger.connection.executemany("UPDATE names SET value = NULL WHERE name = ?", [(name,) for name in names])
    insert(ledger, "taken_out", [(generation, name, 0) for name in names])


def names_there(ledger: Ledger) -> dict[Name, int]:
    """The numbers of all names that were not removed, for looking up many at once."""
    found = ledger.connection.execute("SELECT kind, signal_type, value, name FROM names WHERE value IS NOT NULL")
    return {(kind, signal_type, value): name for kind, signal_type, value, name in found}


def find_name(ledger: Ledger, kind: str, value: str, signal_type: str = "") -> int | None:
    """The number of a name that the state has or once had."""
    digest = hash_name(ledger.key, kind, signal_type, value)
    found = ledger.connection.execute("SELECT name FROM names WHERE hash = ?", (digest,)).fetchone()
    return None if found is None else int(found[0])


def is_forgotten(ledger: Ledger, name: int) -> bool:
    """Whether a name was forgotten on request."""
    return ledger.connection.execute("SELECT 1 FROM forgotten WHERE name = ?", (name,)).fetchone() is not None


def newest(table: str, which: str, subject: str) -> str:
    """SQL for the newest of the chosen records of each subject, without subjects that it says are gone."""
    latest = f"SELECT *, max(generation) FROM {table} WHERE {which} GROUP BY {subject}"
    return f"(SELECT * FROM ({latest}) WHERE NOT gone)"


def named_rows(ledger: Ledger, sql: str, bound: Sequence[object] = ()) -> Iterator[dict[str, Any]]:
    """Rows by the names of their columns, which are those of the fields that they fill."""
    found = ledger.connection.execute(sql, bound)
    names = [column[0] for column in found.description]
    return (dict(zip(names, row, strict=True)) for row in found)


def insert(ledger: Ledger, table: str, rows: Sequence[Sequence[object]]) -> None:
    """Add rows to a table, each with a value for every column."""
    if rows:
        places = ", ".join("?" * len(rows[0]))
        ledger.connection.executemany(f"INSERT INTO {table} VALUES ({places})", rows)


@contextmanager
def damage(path: Path) -> Iterator[None]:
    """Report any error while an unchecked file is read as damage, except errors of the machine.

    Raises
    ------
    LockedError, MachineError, StateError
        For whatever SQLite raises.
    """
    try:
        with sqlite_errors(path):
            yield
    except (sqlite3.DatabaseError, UnicodeDecodeError, OverflowError) as error:
        raise damaged(path, str(error)) from error


def damaged(path: Path, what: str) -> StateError:
    """The error for a damaged file."""
    return StateError("GL702", path, f"damaged: {what}", cure(path))


def cure(path: Path) -> str:
    """The advice for a damaged file. It names the file's own folder, since other folders may hold a good state.

    Examples
    --------
    >>> from pathlib import Path
    >>> cure(Path("fraud team/state.sqlite")), cure(Path("state/backups/state-start-g000000.sqlite"))
    ("graphlink state restore --state 'fraud team'", 'take another backup')
    """
    if path.name != STATE:
        return "take another backup"
    return f"graphlink state restore --state {pasted(path.parent)}"


@contextmanager
def sqlite_errors(path: Path) -> Iterator[None]:
    """Turn errors of SQLite into errors of graphlink.

    Raises
    ------
    LockedError, MachineError, StateError
        For whatever SQLite raises.
    """
    try:
        yield
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR)
        primary = code & 0xFF
        if primary in _BUSY:
            raise LockedError("GL601", path, "another process uses the state", "try again") from error
        if primary in _DAMAGE or code == sqlite3.SQLITE_IOERR_SHORT_READ:
            raise damaged(path, str(error)) from error
        if primary in _MACHINE:
            raise MachineError("GL812", path, _MACHINE[primary], "make room or give the rights") from error
        raise
