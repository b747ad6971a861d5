"""Opening a state: check the folder, apply the settings, check the whole content."""

import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from graphlink.config.sweeps import SweepSettings
from graphlink.engine.files import sync
from graphlink.sweeps.state.backup import check_file, is_past, list_backups
from graphlink.sweeps.state.chain import START, Head
from graphlink.sweeps.state.checking import check_content, check_version, connect, prepare, refuse_strange
from graphlink.sweeps.state.folder import JOURNAL, STATE, check_folder, create_file, make_folder, only_writer
from graphlink.sweeps.state.key import BESIDE, NO_KEY, Keys, has_key, make_key, read_key
from graphlink.sweeps.state.ledger import Ledger, cure, damage, only_writer_of, sqlite_errors
from graphlink.sweeps.state.schema import APPLICATION_ID, VERSION, make_tables
from graphlink.sweeps.state.seal import break_seal, read_seal, set_seal
from graphlink.words.errors import GraphlinkError, MachineError, StateError
from graphlink.words.escape import pasted

_OLDEST_SQLITE: Final = (3, 37, 0)
"""The first version with STRICT tables."""


@dataclass(frozen=True, slots=True)
class Opening:
    """Options for opening a state."""

    init: bool = False
    """Whether to create an empty state if there is none."""
    read_only: bool = False
    accept_rollback: bool = False
    settings: SweepSettings = BESIDE
    """They say where the key is, and whether to accept a network file system."""
    unkeyed: bool = False
    """Whether to open it for reading without its key, if that is not there."""


@contextmanager
def open_state(folder: Path, how: Opening | None = None) -> Iterator[Ledger]:
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
    >>> from graphlink.sweeps.state.reading import known_rings
    >>> folder = pathlib.Path(tempfile.mkdtemp()) / "state"
    >>> with open_state(folder, Opening(init=True)) as state:
    ...     state.generation, known_rings(state)
    (0, ())
    """
    how = how or Opening()
    if sqlite3.sqlite_version_info < _OLDEST_SQLITE:
        raise MachineError("GL812", folder, f"SQLite {sqlite3.sqlite_version} is too old", "take 3.37")
    if how.init:
        make_folder(folder)
    if not folder.is_dir():
        raise _missing(folder)
    check_folder(folder, on_network=how.settings.state_on_network)
    if how.init:
        _create(folder, how.settings)
    with _connected(folder, how) as (ledger, interrupted), sqlite_errors(ledger.path):
        head = _checked(ledger, how, interrupted)
        if not how.accept_rollback:
            _refuse_other_past(ledger, head, how)
        yield ledger


@contextmanager
def _connected(folder: Path, how: Opening) -> Iterator[tuple[Ledger, Head | None]]:
    """Connect within a transaction, and find out what an interrupted change began from."""
    path = folder / STATE
    if not path.exists():
        raise _missing(folder)
    key = NO_KEY if how.unkeyed and not has_key(folder, how.settings) else read_key(folder, how.settings)
    with ExitStack() as opened:
        with only_writer(folder):  # nobody writes now: what looks interrupted is
            inode = path.stat().st_ino
            interrupted = _interrupted(folder, key)
            refuse_strange(path, is_interrupted=interrupted is not None)
            if interrupted is not None and how.read_only and (folder / JOURNAL).exists():
                raise _half_written(path, interrupted)  # SQLite would undo it: reading changes nothing
            opened.enter_context(sqlite_errors(path))
            connection = opened.enter_context(connect(path, read_only=how.read_only))
            if check_version(connection, path) == 0:
                raise _missing(folder)
            with damage(path):
                prepare(connection, path, read_only=how.read_only)
                connection.execute("BEGIN")
                connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
        yield Ledger(folder, connection, key, inode), interrupted


def _interrupted(folder: Path, key: Keys) -> Head | None:
    """The newest change before one that was interrupted, None if there is none. A bad seal is reported later."""
    with suppress(ValueError):
        seal = read_seal(folder, key)
        return seal.head if seal.content is None else None
    return None


def _half_written(path: Path, interrupted: Head) -> StateError:
    fix = (
        f"the next sweep or decision ends or undoes it, as `graphlink state backup --state {pasted(path.parent)}` does"
    )
    return StateError("GL708", path, f"a change after change {interrupted.generation} was interrupted", fix)


def _checked(ledger: Ledger, how: Opening, interrupted: Head | None) -> Head:
    """Check while no other process can finish a change, and finish what was interrupted."""
    try:
        head = check_content(ledger.connection, ledger.path, ledger.key, sealed_in=ledger.folder)
    finally:
        if ledger.connection.in_transaction:
            ledger.connection.execute("ROLLBACK")
    if interrupted is not None and how.read_only:
        raise _half_written(ledger.path, interrupted)
    if interrupted is not None:
        with only_writer_of(ledger):
            if _interrupted(ledger.folder, ledger.key) is not None:
                (ledger.folder / JOURNAL).unlink(missing_ok=True)  # one that SQLite did not begin to use
                set_seal(ledger.folder, ledger.connection, ledger.key)
    return head


def _refuse_other_past(ledger: Ledger, head: Head, how: Opening) -> None:
    """Refuse a state that lacks changes of a good backup beside it, unless it was begun anew beside old ones."""
    is_new = how.init and not head.generation
    for backup in list_backups(ledger.folder) if ledger.key and not is_new else ():
        if is_past(ledger.connection, backup):
            continue
        try:
            needed = check_file(backup.path, ledger.key)[1].generation
        except GraphlinkError:
            continue
        what = f"it ends at change {head.generation}, and a good backup beside it at change {needed}"
        if needed <= head.generation:
            what = f"it is of another history than {backup.path.name}, a good backup beside it"
        fix = f"{cure(ledger.path)}, or go on without what is missing: --accept-rollback"
        raise StateError("GL705", ledger.path, what, fix)


def _create(folder: Path, settings: SweepSettings) -> None:
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
            key = make_key(folder, settings)
            prepare(connection, path, read_only=False)
            break_seal(folder, key, Head(0, START))
            make_tables(connection)
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            connection.execute(f"PRAGMA user_version = {VERSION}")
            connection.execute("COMMIT")
            set_seal(folder, connection, key)


def _missing(folder: Path) -> StateError:
    fix = "name the settings (--config) or the folder (--state), or restore a backup"
    fix += "; only the very first sweep starts empty: --init"
    return StateError("GL701", folder, f"no state in this folder ({STATE})", fix)
