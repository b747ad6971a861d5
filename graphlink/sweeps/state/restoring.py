"""Putting a backup in the place of a state that is damaged or lost."""

from __future__ import annotations

import shutil
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from graphlink.engine.disk_space import FULL, told_of_full_disk
from graphlink.sweeps.state.backup import check_file, list_backups, newest_good
from graphlink.sweeps.state.backup_lineage import backups_aside, bring_back, set_aside, states_aside
from graphlink.sweeps.state.chain import read_head
from graphlink.sweeps.state.connecting import connect
from graphlink.sweeps.state.folder import (
    BACKUPS,
    JOURNAL,
    KEY,
    SEAL,
    STATE,
    check_folder,
    create_file,
    only_writer,
    replace_file,
    sync_file,
    sync_folder,
)
from graphlink.sweeps.state.key import read_key
from graphlink.sweeps.state.ledger import damage, sqlite_errors
from graphlink.words.errors import ConfigError, GraphlinkError, Place, StateError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


_KNOWS: Final = "SELECT 1 FROM sweeps WHERE folder = ? AND run_digest = ?"
_CHANGES: Final = """
SELECT digest, kind, by, max(1, (SELECT count(*) FROM verdicts AS v WHERE v.generation = c.generation)
    + (SELECT count(*) FROM list_changes AS l WHERE l.generation = c.generation))
FROM changes AS c JOIN digests USING (generation) ORDER BY generation
"""


@dataclass(frozen=True, slots=True)
class Restored:
    """A backup that was put in place: its file, its newest change, and where the state before it stands now."""

    backup: Path
    generation: int
    aside: Path | None
    later: Path | None
    """The folder of the backups from after the named one, if there are any."""
    returned: int = 0
    """Backups of its past that stood aside, and are among the others again."""
    missing: tuple[Missing, ...] = ()
    """Changes of the state before it that it does not know, oldest first, as far as that can be read."""
    can_return: bool = False
    """Whether something is missing, and the state before it is whole."""


@dataclass(frozen=True, slots=True)
class Missing:
    """A change that a backup lacks: its kind, whose it was, and how many verdicts or entries were in it."""

    kind: str
    by: str
    number: int


def restore_state(folder: Path, backup: Path | None = None, *, on_network: bool = False) -> Restored:
    """Put a backup in place of the state, which is kept aside; so are the backups from after one that is named.

    Those of its own past come back from aside. Backups move last: what is killed before has moved none, and what is
    killed after is made up for by the same command or by the next backup.

    Parameters
    ----------
    folder
        The folder of the state.
    backup
        The file to restore; by default the newest backup that is whole.
    on_network
        Whether a network file system is accepted.

    Raises
    ------
    StateError
        If no backup is whole; nothing was changed.
    MachineError, OSError
        If the folder is not the user's alone, or the disk fails.
    LockedError
        If another process is writing.
    """
    if not folder.is_dir():
        raise StateError(
            "GL707", Place(str(folder)), "no such folder", f"copy the backups to {folder / BACKUPS}, then try again"
        )
    check_folder(folder, on_network=on_network)
    with only_writer(folder):
        key, chosen = _choose(folder, backup)
        generation = check_file(chosen, key)[1]
        with _copied(chosen, folder) as copy:
            check_file(copy, key)
            missing = _missing_from(copy, folder / STATE)
            can_return = bool(missing) and _is_whole(folder / STATE, key)
            (folder / SEAL).unlink(missing_ok=True)
            aside = _step_aside(folder)
            _put_key(folder, key, aside)
            copy.replace(folder / STATE)
            sync_folder(folder)
        later, returned = (None, 0) if backup is None else _sort_backups(folder)
    return Restored(chosen, generation, aside, later, returned, missing, can_return)


@contextmanager
def _copied(backup: Path, folder: Path) -> Iterator[Path]:
    """Copy a backup beside the state; a copy that is not put in its place goes again."""
    copy = folder / ".tmp-restored"
    copy.unlink(missing_ok=True)
    size = f"the backup takes {backup.stat().st_size // 10**6 + 1:,} MB"
    try:
        with told_of_full_disk(folder, lambda: size):
            create_file(copy)
            try:
                shutil.copyfile(backup, copy)
            except OSError as error:
                if error.errno in FULL:  # it names the file that was read
                    error.filename = str(copy)
                raise
            sync_file(copy)
        yield copy
    finally:
        copy.unlink(missing_ok=True)


def find_knowing(folder: Path, sweep: str, run_digest: str) -> Path | None:
    """Find what a restore can put in place of a state that does not know a sweep, and that knows it.

    Backups are looked at, those that stand aside too, and states that were put aside: the newest that is whole.

    Parameters
    ----------
    folder
        The folder of the state.
    sweep
        The name of the sweep's folder.
    run_digest
        SHA-256 of its manifest.
    """
    backups = [backup.path for backup in list_backups(folder)]
    found = []
    for path in (*backups, *backups_aside(folder), *states_aside(folder)):
        with suppress(GraphlinkError, OSError), damage(path), connect(path, read_only=True) as connection:
            if connection.execute(_KNOWS, (sweep, run_digest)).fetchone() is not None:
                found.append((read_head(connection).generation, path))
    for _, path in sorted(found, key=lambda pair: -pair[0]):
        with suppress(GraphlinkError):
            _choose(folder, path)
            return path
    return None


def _choose(folder: Path, backup: Path | None) -> tuple[bytes, Path]:
    """The key and the backup that is whole by it: the key beside the state or, where none is, its copy by the backups.

    Raises
    ------
    StateError, ConfigError
        What is wrong by the first of them.
    """
    wrong: list[StateError] = []
    for key in _keys(folder):
        try:
            chosen = backup or newest_good(folder, key).path
            check_file(chosen, key)
        except StateError as error:
            wrong.append(error)
        else:
            return key, chosen
    raise wrong[0]


def _keys(folder: Path) -> tuple[bytes, ...]:
    """The key beside the state, unless it cannot be read, and its copy by the backups: one of them at least."""
    keys = []
    for place in (folder, folder / BACKUPS):
        with suppress(StateError, ConfigError):
            keys.append(read_key(place))
    return tuple(dict.fromkeys(keys)) or (read_key(folder / BACKUPS),)


def _missing_from(backup: Path, state: Path) -> tuple[Missing, ...]:
    """What is known to a state and not to a backup; nothing of a state that cannot be read."""
    with suppress(GraphlinkError, OSError):
        with damage(backup), connect(backup, read_only=True) as connection:
            known = {row[0] for row in connection.execute("SELECT digest FROM digests")}
        with damage(state), connect(state, read_only=True) as connection:
            return tuple(Missing(*change) for digest, *change in connection.execute(_CHANGES) if digest not in known)
    return ()


def _is_whole(path: Path, key: bytes) -> bool:
    try:
        check_file(path, key)
    except GraphlinkError:
        return False
    return True


def _put_key(folder: Path, key: bytes, aside: Path | None) -> None:
    """Put the backup's key beside it; one of a state that was put aside stays with that."""
    path = folder / KEY
    try:
        is_there = read_key(folder) == key
    except (StateError, ConfigError):
        path.unlink(missing_ok=True)
        is_there = False
    if is_there:
        return
    if aside is not None and path.exists():
        path.replace(aside.with_suffix(".key"))
    replace_file(path, key.hex().encode() + b"\n")


def _sort_backups(folder: Path) -> tuple[Path | None, int]:
    """Move the backups aside that whoever goes back on purpose leaves behind, and bring those of this past back."""
    with sqlite_errors(folder / STATE), connect(folder / STATE, read_only=True) as connection:
        later = set_aside(connection, folder, list_backups(folder))
        return later, len(bring_back(connection, folder))


def _step_aside(folder: Path) -> Path | None:
    """Keep what stands there under a second name; its journal is moved, since it would be applied to the backup."""
    number = 1
    while (folder / f"state-aside-{number}.sqlite").exists():
        number += 1
    aside = folder / f"state-aside-{number}.sqlite"
    if (folder / JOURNAL).exists():
        (folder / JOURNAL).replace(folder / f"{aside.name}-journal")
    if not (folder / STATE).exists():
        return None
    aside.hardlink_to(folder / STATE)  # the name is never without a file
    sync_folder(folder)
    return aside
