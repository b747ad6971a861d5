"""Which backups belong to the history of a state, and which belong to another history.

Restoring an older backup or starting anew leaves backups with higher numbers than the next change. Each backup ends
with a digest that covers everything before it. A backup belongs to the history if the state has that digest too.
"""

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from graphlink.engine.files import sync
from graphlink.sweeps.state.chain import Head, has_head, read_head
from graphlink.sweeps.state.checking import connect
from graphlink.sweeps.state.folder import BACKUPS, KEY, create_file, make_folder, replace_file

_ASIDE = "aside-"


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup file: the event before it, and its newest change."""

    path: Path
    of: str
    """A week (``2026-w47``), or ``start`` before the first sweep."""
    generation: int


def is_past(state: sqlite3.Connection, backup: Backup) -> bool:
    """Whether a state continues from a backup. A backup that cannot be read is judged by its number alone."""
    head = _head(backup.path)
    if head is None:
        return backup.generation <= read_head(state).generation
    return has_head(state, head)


def set_aside(state: sqlite3.Connection, folder: Path, backups: Iterable[Backup]) -> Path | None:
    """Move the backups of another history and their key into a separate folder. Return it, None if nothing moved.

    There they do not count as kept backups, and a restore uses one only if it is named.
    """
    others = [backup.path for backup in backups if not is_past(state, backup)]
    if not others:
        return None
    place = folder / BACKUPS
    number = 1
    while (place / f"{_ASIDE}{number}").exists():
        number += 1
    aside = place / f"{_ASIDE}{number}"
    make_folder(aside)
    if (place / KEY).exists():
        create_file(aside / KEY, (place / KEY).read_bytes())
    for path in others:
        path.replace(aside / path.name)
    sync(aside)
    sync(place)
    return aside


def bring_back(state: sqlite3.Connection, folder: Path) -> tuple[Path, ...]:
    """Move set-aside backups of this state's history back beside its key.

    A folder left without backups is deleted. A backup stays aside if it cannot be read, if its place is taken, or if it
    is from before the first change, which any state could continue from.
    """
    place = folder / BACKUPS
    back = []
    for path in backups_aside(folder):
        head = _head(path)
        if head is not None and head.generation and has_head(state, head) and not (place / path.name).exists():
            path.replace(place / path.name)
            back.append(place / path.name)
    if not back:
        return ()
    if (folder / KEY).exists():
        replace_file(place / KEY, (folder / KEY).read_bytes())
    for aside in sorted(place.glob(f"{_ASIDE}*")):
        if [path.name for path in aside.iterdir()] in ([], [KEY]):
            (aside / KEY).unlink(missing_ok=True)
            aside.rmdir()
    sync(place)
    return tuple(back)


def backups_aside(folder: Path) -> tuple[Path, ...]:
    """List the backups that were set aside."""
    return tuple(sorted((folder / BACKUPS).glob(f"{_ASIDE}*/*.sqlite")))


def states_aside(folder: Path) -> tuple[Path, ...]:
    """List the states that restores set aside."""
    return tuple(sorted(folder.glob("state-aside-*.sqlite")))


def _head(path: Path) -> Head | None:
    try:
        with connect(path, read_only=True) as connection:
            return read_head(connection)
    except sqlite3.Error:
        return None
