"""Restoring: put a backup in the place of a damaged or lost state."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Final, NamedTuple

from graphlink.config.sweeps import SweepSettings
from graphlink.engine.disk_space import told_of_full_disk
from graphlink.engine.files import sync
from graphlink.results.publish.publish import create_file
from graphlink.sweeps.state.backup import bring_back, check_file, list_backups, list_copies, newest_good, set_aside
from graphlink.sweeps.state.chain import read_head
from graphlink.sweeps.state.checking import connect
from graphlink.sweeps.state.folder import BACKUPS, JOURNAL, KEY, SEAL, STATE, check_folder, only_writer, replace_file
from graphlink.sweeps.state.key import BESIDE, Keys, is_elsewhere, read_key
from graphlink.sweeps.state.ledger import damage, sqlite_errors
from graphlink.sweeps.state.seal import set_seal
from graphlink.words.errors import ConfigError, GraphlinkError, StateError

_KNOWS: Final = "SELECT 1 FROM sweeps WHERE folder = ? AND run_digest = ?"
_CHANGES: Final = """
SELECT digest, kind, by, max(1, (SELECT count(*) FROM verdicts AS v WHERE v.generation = c.generation)
    + (SELECT count(*) FROM list_changes AS l WHERE l.generation = c.generation))
FROM changes AS c JOIN digests USING (generation) ORDER BY generation
"""


class Missing(NamedTuple):
    """A change that a backup lacks: its kind, its author, and its number of verdicts or entries."""

    kind: str
    by: str
    number: int


@dataclass(frozen=True, slots=True)
class Restored:
    """A restored backup: its file, its newest change, and the new place of the previous state."""

    backup: Path
    generation: int
    aside: Path | None
    later: Path | None
    """The folder of the backups that are newer than the named one, if there are any."""
    returned: int = 0
    """Number of set-aside backups of this history that were moved back."""
    missing: tuple[Missing, ...] = ()
    """Changes of the previous state that the backup lacks, oldest first, as far as they can be read."""
    can_return: bool = False
    """Whether something is missing, and the previous state is complete."""


def restore_state(folder: Path, backup: Path | None = None, settings: SweepSettings = BESIDE) -> Restored:
    """Put a backup in place of the state. The previous state and all backups newer than a named one are set aside.

    Set-aside backups of the restored history are moved back. Backups move last, so a kill before that has moved none.
    The seal is set last: until then, the state is refused, and the same command finishes the work.

    Parameters
    ----------
    folder
        The folder of the state.
    backup
        The file to restore; by default the newest complete backup.
    settings
        They say where the key is, and whether to accept a network file system.

    Raises
    ------
    StateError
        If no backup is complete; nothing was changed.
    MachineError, OSError
        If other users can write to the folder, or the disk fails.
    LockedError
        If another process is writing.
    """
    if not folder.is_dir():
        raise StateError("GL707", folder, "no such folder", f"copy the backups to {folder / BACKUPS}, then try again")
    check_folder(folder, on_network=settings.state_on_network)
    with only_writer(folder):
        key, chosen = _choose(folder, settings, backup)
        with _copied(chosen, folder) as copy:
            generation = check_file(copy, key)[1].generation
            missing = _missing_from(copy, folder / STATE)
            can_return = bool(missing) and _is_whole(folder / STATE, key)
            aside = _step_aside(folder)
            _put_key(folder, key, aside)
            (folder / SEAL).unlink(missing_ok=True)
            copy.replace(folder / STATE)
            sync(folder)
        with sqlite_errors(folder / STATE), connect(folder / STATE, read_only=True) as connection:
            later, returned = None, 0
            if backup is not None:  # the abandoned history steps aside, and the restored one comes back
                later = set_aside(connection, folder, list_backups(folder))
                returned = len(bring_back(connection, folder))
            set_seal(folder, connection, key)
    return Restored(chosen, generation, aside, later, returned, missing, can_return)


@contextmanager
def _copied(backup: Path, folder: Path) -> Iterator[Path]:
    """Copy a backup beside the state. The copy is deleted unless it is put in place."""
    copy = folder / ".tmp-restored"
    copy.unlink(missing_ok=True)
    size = f"the backup takes {backup.stat().st_size // 10**6 + 1:,} MB"
    try:
        with (
            told_of_full_disk(folder, lambda: size),
            create_file(copy.parent, copy.name) as file,
            backup.open("rb") as source,
        ):
            shutil.copyfileobj(source, file)
        yield copy
    finally:
        copy.unlink(missing_ok=True)


def find_knowing(folder: Path, sweep: str, run_digest: str, settings: SweepSettings = BESIDE) -> Path | None:
    """Find the newest complete file that a restore can use and that knows a published sweep.

    The search covers backups, set-aside backups and set-aside states.

    Parameters
    ----------
    folder
        The folder of the state.
    sweep
        The name of the sweep's folder.
    run_digest
        SHA-256 of its manifest.
    """
    found = []
    for path in list_copies(folder):
        with suppress(GraphlinkError, OSError), damage(path), connect(path, read_only=True) as connection:
            if connection.execute(_KNOWS, (sweep, run_digest)).fetchone() is not None:
                found.append((read_head(connection).generation, path))
    for _, path in sorted(found, key=lambda pair: -pair[0]):
        with suppress(GraphlinkError):
            _choose(folder, settings, path)
            return path
    return None


def _choose(folder: Path, settings: SweepSettings, backup: Path | None) -> tuple[Keys, Path]:
    """The key and the backup that is complete under it. The key of the settings comes first, then copies in the folder.

    Raises
    ------
    StateError, ConfigError
        The problem found with the first key.
    """
    wrong: list[StateError] = []
    for key in _keys(folder, settings):
        try:
            chosen = backup or newest_good(folder, key).path  # which was checked
            if backup is not None:
                check_file(backup, key)
        except StateError as error:
            wrong.append(error)
        else:
            return key, chosen
    raise wrong[0]


def _keys(folder: Path, settings: SweepSettings) -> tuple[Keys, ...]:
    """The readable keys: that of the settings or, beside the state, also the copy beside the backups. At least one."""
    if is_elsewhere(settings):
        return (read_key(folder, settings),)
    keys: list[Keys] = []
    for where in (folder, folder / BACKUPS):
        with suppress(StateError, ConfigError):
            keys += [key for key in (read_key(where),) if key not in keys]
    return tuple(keys) or (read_key(folder / BACKUPS),)


def _missing_from(backup: Path, state: Path) -> tuple[Missing, ...]:
    """The changes that a state has and a backup lacks. Empty if the state cannot be read."""
    with suppress(GraphlinkError, OSError):
        with damage(backup), connect(backup, read_only=True) as connection:
            known = {row[0] for row in connection.execute("SELECT digest FROM digests")}
        with damage(state), connect(state, read_only=True) as connection:
            return tuple(Missing(*change) for digest, *change in connection.execute(_CHANGES) if digest not in known)
    return ()


def _is_whole(path: Path, key: Keys) -> bool:
    with suppress(GraphlinkError):
        check_file(path, key)
        return True
    return False


def _put_key(folder: Path, key: Keys, aside: Path | None) -> None:
    """Put the key of the backup beside it. The key of a set-aside state stays with that state."""
    path = folder / KEY
    if is_elsewhere(key.settings):
        return
    try:
        is_there = read_key(folder) == key
    except (StateError, ConfigError):
        path.unlink(missing_ok=True)
        is_there = False
    if is_there:
        return
    if aside is not None and path.exists():
        path.replace(aside.with_suffix(".key"))
    replace_file(path, key.secret.hex().encode() + b"\n")


def _step_aside(folder: Path) -> Path | None:
    """Keep the current file under a second name. Its journal moves too, or SQLite would apply it to the backup."""
    aside = next(aside for number in count(1) if not (aside := folder / f"state-aside-{number}.sqlite").exists())
    if (folder / JOURNAL).exists():
        (folder / JOURNAL).replace(folder / f"{aside.name}-journal")
    if not (folder / STATE).exists():
        return None
    aside.hardlink_to(folder / STATE)  # the name always refers to a file
    sync(folder)
    return aside
