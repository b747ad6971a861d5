"""Connections to a state file with the same settings everywhere, and all checks before its content is used."""

import os
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Final

from graphlink.engine.files import open_file
from graphlink.sweeps.state.chain import Head, find_break, has_head, read_head
from graphlink.sweeps.state.key import Keys
from graphlink.sweeps.state.ledger import altered, cure, damage, damaged
from graphlink.sweeps.state.schema import APPLICATION_ID, VERSION, expected_objects, objects_in
from graphlink.sweeps.state.seal import digest_bytes, read_seal
from graphlink.words.errors import MachineError, StateError
from graphlink.words.escape import pasted


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
        what = f"version {version}, and this graphlink knows version {VERSION}"
        raise StateError("GL704", path, what, "use the graphlink that wrote it; the state was left untouched")
    return version


def check_content(connection: sqlite3.Connection, path: Path, key: Keys, *, sealed_in: Path | None) -> Head:
    """Check bytes, structure, schema, references and the whole chain. Return the newest link.

    Parameters
    ----------
    key
        The key of the state; ``NO_KEY`` checks only what everybody can compute.
    sealed_in
        The folder of the seal; backups have none.

    Raises
    ------
    StateError
        If anything differs from what graphlink wrote.
    """
    with damage(path):
        connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()  # from here on writers wait for this reader
        wrong = _compare_bytes(connection, path, key, sealed_in)
        found = [row[0] for row in connection.execute("PRAGMA integrity_check(1)")]
        if found != ["ok"]:
            raise damaged(path, found[0])
        if objects_in(connection) != expected_objects():
            raise altered(path, "its tables, views or triggers were changed")
        if connection.execute("PRAGMA foreign_key_check").fetchone() is not None:
            wrong = wrong or "rows refer to nothing"
        if broken := find_break(connection, key) or wrong:
            raise altered(path, broken)
        return read_head(connection)


def refuse_other_past(connection: sqlite3.Connection, path: Path, heads: Sequence[Head]) -> None:
    """Refuse a history without heads that were kept outside. A key helps nobody to make another history with them.

    Raises
    ------
    StateError
        GL703 with the changes between which it was rewritten, or GL705 if it ends before a head.
    """
    newest = read_head(connection).generation
    known = [head.generation for head in heads if has_head(connection, head)]
    lacking = sorted(head.generation for head in heads if not has_head(connection, head))
    if not lacking:
        return
    if lacking[0] > newest:
        what = f"it ends at change {newest}, and a head of change {lacking[0]} was kept"
        raise StateError("GL705", path, what, cure(path))
    first = max((number for number in known if number < lacking[0]), default=0) + 1
    where = f"change {first}" if first == lacking[0] else f"one of the changes {first} to {lacking[0]}"
    raise altered(path, f"{where} is not the one of which the head was kept: somebody rewrote the history from there")


def _compare_bytes(connection: sqlite3.Connection, path: Path, key: Keys, sealed_in: Path | None) -> str:
    """Compare every byte with the seal, or the newest change if a further one was interrupted.

    SQLite looks at no byte behind the last page.
    """
    pages = connection.execute("PRAGMA page_count").fetchone()[0]
    if path.stat().st_size != pages * connection.execute("PRAGMA page_size").fetchone()[0]:
        return "bytes stand behind its last page"
    if sealed_in is None:
        return ""
    try:
        seal = read_seal(sealed_in, key)
    except ValueError as error:
        fix = f"{cure(path)}; or, if you know why, seal it as it is: {cure(path)} --backup {pasted(path)}"
        raise StateError("GL703", path, find_break(connection, key) or str(error), fix) from None
    head = read_head(connection)
    further = 0 if seal.content else 1
    if not has_head(connection, seal.head) or head.generation > seal.head.generation + further:
        return f"it ends at change {head.generation}, and its seal is of another history, up to {seal.head.generation}"
    return "" if seal.content in (None, digest_bytes(connection)) else "its bytes differ from the last written ones"


def refuse_strange(path: Path, *, is_interrupted: bool = False) -> None:
    """Refuse a file before SQLite opens it, which would use what stands beside it: even reading could change it then.

    Raises
    ------
    StateError
        GL702 if the file has another journal mode, or a journal that no interrupted change explains.
    """
    for suffix in ("-wal", "-shm", "-journal"):
        beside = path.with_name(path.name + suffix)
        if os.path.lexists(beside) and not (suffix == "-journal" and is_interrupted):
            fix = f"move it away, then run the same command again; if that does not help: {cure(path)}"
            raise StateError("GL702", beside, "it lies beside the state, and graphlink did not leave it there", fix)
    if path.is_file():
        with open_file(path) as file:
            header = file.read(len(_HEADER) + 4)
        if header.startswith(_HEADER) and header[-2:] != _ROLLBACK:
            raise damaged(path, "its journal mode is another one")


_HEADER: Final = b"SQLite format 3\0"
_ROLLBACK: Final = b"\1\1"
"""The versions of writing and reading in the header: 2 means a write-ahead log."""


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


def connect(path: Path, *, read_only: bool) -> closing[sqlite3.Connection]:
    """Open a connection to a state file, to be closed after a block."""
    place = f"{path.absolute().as_uri()}?mode={'ro' if read_only else 'rw'}"
    return closing(sqlite3.connect(place, uri=True, isolation_level=None, timeout=_PATIENCE))


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
