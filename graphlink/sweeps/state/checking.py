"""All checks on a state file before its content is used."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphlink.sweeps.state.chain import Head, find_break, read_head
from graphlink.sweeps.state.ledger import cure, damage, damaged
from graphlink.sweeps.state.schema import APPLICATION_ID, VERSION, expected_objects, objects_in
from graphlink.sweeps.state.seal import digest_bytes, read_seal
from graphlink.words.errors import Place, StateError

if TYPE_CHECKING:
    import sqlite3
    from pathlib import Path


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
            Place(str(path)),
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
            raise StateError("GL703", Place(str(path)), wrong, cure(path))
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
