"""Connections to a state file with the same settings everywhere, and all checks before its content is used."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from graphlink.sweeps.state.chain import Head, find_break, read_head
from graphlink.sweeps.state.ledger import cure, damage, damaged
from graphlink.sweeps.state.schema import APPLICATION_ID, VERSION, expected_objects, objects_in
from graphlink.sweeps.state.seal import digest_bytes, read_seal
from graphlink.words.errors import MachineError, StateError


def check_version(connection: sqlite3.Connection, path: Path) -> int:
    """The version that wrote a file, 0 if it is still empty.

    Raises
    ------
    StateError
        If it is not a state, is damaged or has another version.
    """
    with damage(path):
        application = connection.execute("PRAGMA application_id").fetchone()[0]
        version = int(connection.execute("PRAGMA user_version").fetchone()[0])
        is_empty = connection.execute("PRAGMA schema_version").fetchone()[0] == 0
    if is_empty and application == 0 and version == 0:
        return 0
    if application != APPLICATION_ID or version < 1:
        raise damaged(path, "not a state of graphlink")
    if version != VERSION:
        raise StateError(
            "GL704",
            path,
            f"version {version}, and this graphlink knows version {VERSION}",
            "use the graphlink that wrote it; the state was left untouched",
        )
    return version


def check_content(connection: sqlite3.Connection, path: Path, key: bytes, *, sealed_in: Path | None) -> Head:
    """Check bytes, structure, schema, references and the whole chain. Return the newest link.

    Raises
    ------
    StateError
        If anything differs from what graphlink wrote.
    """
    with damage(path):
        connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()  # from here on writers wait for this reader
        _check_bytes(connection, path, sealed_in)
        found = [row[0] for row in connection.execute("PRAGMA integrity_check(1)")]
        if found != ["ok"]:
            raise damaged(path, found[0])
        wrong = ""
        if objects_in(connection) != expected_objects():
            wrong = "its tables, views or triggers were changed"
        elif connection.execute("PRAGMA foreign_key_check").fetchone() is not None:
            wrong = "rows refer to nothing"
        wrong = wrong or find_break(connection, key)
        if wrong:
            raise StateError("GL703", path, wrong, cure(path))
        return read_head(connection)


def _check_bytes(connection: sqlite3.Connection, path: Path, sealed_in: Path | None) -> None:
    """Compare every byte with the seal, unless an interrupted change broke the seal."""
    if sealed_in is None:
        return
    try:
        seal = read_seal(sealed_in)
    except ValueError:
        raise damaged(path, "its seal cannot be read") from None
    if seal is None:
        return
    if seal.sha256 != digest_bytes(connection):
        raise damaged(path, "its bytes differ from the last written ones")


_SETTINGS: Final = (
    ("journal_mode", "DELETE", "delete"),  # a write-ahead log fails on network file systems, and had a race condition
    ("synchronous", "EXTRA", 3),  # syncs the folder too, so that a commit survives a power cut
    ("foreign_keys", "ON", 1),
    ("trusted_schema", "OFF", 0),  # views and triggers of an edited file cannot call our functions
    ("cell_size_check", "ON", 1),
    ("secure_delete", "ON", 1),  # overwrites deleted names
    ("mmap_size", "0", 0),  # reports an I/O error as an error, not as a signal
    ("temp_store", "MEMORY", 2),  # VACUUM leaves nothing in /tmp
    ("cache_size", "-262144", -262144),  # KiB: reads every page once; a state of 50 MB was read twenty times
)
_PATIENCE: Final = 10.0
"""Seconds that SQLite waits for another connection."""


@contextmanager
def connect(path: Path, *, read_only: bool) -> Iterator[sqlite3.Connection]:
    """Open a connection to a state file with the common settings."""
    mode = "ro" if read_only else "rw"
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode={mode}", uri=True, isolation_level=None, timeout=_PATIENCE
    )
    try:
        yield connection
    finally:
        connection.close()


def prepare(connection: sqlite3.Connection, path: Path, *, read_only: bool) -> None:
    """Apply the settings and check each one.

    Raises
    ------
    MachineError
        If SQLite does not accept a setting.
    """
    for name, value, expected in _SETTINGS:
        connection.execute(f"PRAGMA {name} = {value}").fetchall()
        row = connection.execute(f"PRAGMA {name}").fetchone()
        if row is not None and row[0] != expected:
            raise MachineError("GL812", path, f"SQLite does not set {name} to {value}", "take another build")
    if read_only:
        connection.execute("PRAGMA query_only = ON")
