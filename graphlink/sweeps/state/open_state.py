"""Opening a state: check the folder, apply the settings, check the whole content."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from graphlink.engine.files import sync
from graphlink.sweeps.state.chain import Head
from graphlink.sweeps.state.checking import check_content, check_version, connect, prepare
from graphlink.sweeps.state.folder import (
    JOURNAL,
    STATE,
    check_folder,
    create_file,
    make_folder,
    only_writer,
)
from graphlink.sweeps.state.key import make_key, read_key
from graphlink.sweeps.state.ledger import Ledger, damage, only_writer_of, sqlite_errors
from graphlink.sweeps.state.schema import APPLICATION_ID, VERSION, make_tables
from graphlink.sweeps.state.seal import break_seal, read_seal, set_seal
from graphlink.sweeps.state.state import State
from graphlink.words.errors import MachineError, StateError

_OLDEST_SQLITE: Final = (3, 37, 0)
"""The first version with STRICT tables."""


@dataclass(frozen=True, slots=True)
class Opening:
    """Options for opening a state."""

    init: bool = False
    """Whether to create an empty state if there is none."""
    read_only: bool = False
    at_least: int = 0
    """Generation of the newest published sweep. An older state was rolled back."""
    accept_rollback: bool = False
    on_network: bool = False
    """Whether to accept a network file system."""


@contextmanager
def open_state(folder: Path, how: Opening | None = None) -> Iterator[State]:
    """Open the state in a folder and check it in full.

    Parameters
    ----------
    folder
        The folder of the state.
    how
        Options; by default an existing state is opened for writing.

    Raises
    ------
    StateError
        If it is missing, damaged, altered, rolled back or has another version.
    MachineError
        If other users can write to the folder, or the disk fails.
    LockedError
        If another process is writing.
    ConfigError
        If other users may read its key.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> folder = pathlib.Path(tempfile.mkdtemp()) / "state"
    >>> with open_state(folder, Opening(init=True)) as state:
    ...     state.generation, state.known_rings()
    (0, ())
    """
    how = how or Opening()
    if sqlite3.sqlite_version_info < _OLDEST_SQLITE:
        raise MachineError("GL812", folder, f"SQLite {sqlite3.sqlite_version} is too old", "take 3.37")
    if how.init:
        make_folder(folder)
    if not folder.is_dir():
        raise _missing(folder)
    check_folder(folder, on_network=how.on_network)
    if how.init:
        _create(folder)
    if not how.read_only and not (folder / STATE).exists():
        raise _missing(folder)
    with _connected(folder, how) as ledger, sqlite_errors(ledger.path):
        head = _checked(ledger, how)
        if head.generation < how.at_least and not how.accept_rollback:
            raise StateError(
                "GL705",
                ledger.path,
                f"it ends at change {head.generation}, and the newest published sweep needs change {how.at_least}",
                "restore a newer backup, or go on without what is missing: --accept-rollback",
            )
        yield State(ledger)


@contextmanager
def _connected(folder: Path, how: Opening) -> Iterator[Ledger]:
    path = folder / STATE
    if not path.exists():
        raise _missing(folder)
    inode = path.stat().st_ino
    if how.read_only and (folder / JOURNAL).exists():
        _roll_back(path)
    with sqlite_errors(path), connect(path, read_only=how.read_only) as connection:
        if check_version(connection, path) == 0:
            raise _missing(folder)
        with damage(path):
            prepare(connection, path, read_only=how.read_only)
        yield Ledger(folder, connection, read_key(folder), inode)


def _roll_back(path: Path) -> None:
    """Let SQLite undo an interrupted change, which a read-only connection cannot do. A running change is left alone."""
    with suppress(sqlite3.Error), connect(path, read_only=False) as connection:
        connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()


def _checked(ledger: Ledger, how: Opening) -> Head:
    head = _check_still(ledger)
    if not how.read_only and read_seal(ledger.folder) is None:
        with only_writer_of(ledger):
            set_seal(ledger.folder, ledger.connection, head.generation)
    return head


def _check_still(ledger: Ledger) -> Head:
    """Check while no other process can finish a change."""
    ledger.connection.execute("BEGIN")
    try:
        return check_content(ledger.connection, ledger.path, ledger.key, sealed_in=ledger.folder)
    finally:
        if ledger.connection.in_transaction:
            ledger.connection.execute("ROLLBACK")


def _create(folder: Path) -> None:
    """Create an empty state unless there is one, or finish an interrupted attempt.

    An existing state needs its own key: a new key in place of a lost one would not match the state or its backups.
    """
    path = folder / STATE
    with only_writer(folder):
        if not path.exists():
            create_file(path)
            sync(folder)
        with sqlite_errors(path), connect(path, read_only=False) as connection:
            if check_version(connection, path) > 0:
                return
            make_key(folder)
            prepare(connection, path, read_only=False)
            break_seal(folder)
            connection.execute("BEGIN IMMEDIATE")
            make_tables(connection)
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            connection.execute(f"PRAGMA user_version = {VERSION}")
            connection.execute("COMMIT")
            set_seal(folder, connection, 0)


def _missing(folder: Path) -> StateError:
    return StateError(
        "GL701",
        folder,
        f"no state in this folder ({STATE})",
        "name the settings (--config) or the folder (--state), or restore a backup; only the very first sweep starts "
        "empty: --init",
    )
