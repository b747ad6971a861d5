"""Backups: a complete, checked copy after each sweep. Eight weekly and twelve monthly copies are kept.

Restoring an older backup or starting anew leaves backups with higher numbers than the next change. Each backup ends
with a digest that covers everything before it. A backup belongs to the history if the state has that digest too.
"""

import re
import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Final

from graphlink.engine.files import sync
from graphlink.model.weeks import end_of
from graphlink.results.publish.publish import file_digest
from graphlink.sweeps.state.chain import Head, digest_content, has_head, read_head
from graphlink.sweeps.state.checking import (
    check_content,
    check_version,
    connect,
    prepare,
    refuse_other_past,
    refuse_strange,
)
from graphlink.sweeps.state.folder import BACKUPS, KEY, STATE, create_file, make_folder, replace_file
from graphlink.sweeps.state.key import Keys, is_elsewhere, read_key
from graphlink.sweeps.state.ledger import Ledger, damage, damaged, only_writer_of, sqlite_errors, still_sealed
from graphlink.sweeps.state.reading import read_sweeps
from graphlink.words.errors import GraphlinkError, StateError

KEPT_WEEKLY: Final = 8
KEPT_MONTHLY: Final = 12
_NAME: Final = re.compile(r"state-(?P<of>[0-9]{4}-w[0-9]{2}|start)-g(?P<generation>[0-9]{6,})\.sqlite")

_ASIDE = "aside-"


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup file: the event before it, and its newest change."""

    path: Path
    of: str
    """A week (``2026-w47``), or ``start`` before the first sweep."""
    generation: int


def list_backups(folder: Path) -> tuple[Backup, ...]:
    """List the backups of a state, newest first."""
    found: list[Backup] = []
    with suppress(FileNotFoundError):
        found = [
            Backup(path, match["of"], int(match["generation"]))
            for path in (folder / BACKUPS).iterdir()
            if (match := _NAME.fullmatch(path.name)) and path.is_file() and not path.is_symlink()
        ]
    return tuple(sorted(found, key=lambda backup: (-backup.generation, backup.of)))


def newest_backup(ledger: Ledger) -> Backup | None:
    """Find the newest backup that belongs to the history of an open state."""
    return next((backup for backup in list_backups(ledger.folder) if is_past(ledger.connection, backup)), None)


def back_up(ledger: Ledger) -> Path:
    """Copy every byte of a state, compare the copy with the seal, name it after the newest sweep, and delete old ones.

    Backups of another history are set aside. Backups of this history that were set aside earlier are moved back.

    Raises
    ------
    StateError
        If the copy differs from the state.
    OSError
        If the disk fails.
    """
    sweeps, folder = read_sweeps(ledger), ledger.folder / BACKUPS
    of = sweeps[-1].week.lower() if sweeps else "start"
    with only_writer_of(ledger):
        make_folder(folder)
        for left in folder.glob(".tmp-*"):
            left.unlink()
        copy = folder / ".tmp-state.sqlite"
        with sqlite_errors(ledger.path):
            create_file(copy, ledger.connection.serialize())
        if file_digest(copy) != still_sealed(ledger):
            raise StateError("GL702", copy, "the copy differs from the original", "look at the disk")
        set_aside(ledger.connection, ledger.folder, list_backups(ledger.folder))
        bring_back(ledger.connection, ledger.folder)
        path = folder / f"state-{of}-g{ledger.generation:06d}.sqlite"
        copy.replace(path)
        sync(folder)
        if not is_elsewhere(ledger.key.settings):
            key = (ledger.folder / KEY).read_bytes()
            if not (folder / KEY).exists() or (folder / KEY).read_bytes() != key:
                replace_file(folder / KEY, key)
        drop_old_backups(ledger.folder)
    return path


def check_file(path: Path, key: Keys, heads: Sequence[Head] = ()) -> tuple[str, Head]:
    """Check a backup in full, and that it has these heads. Return the digest of its content and its newest change.

    Raises
    ------
    StateError
        If it is missing, incomplete, altered, or another one than its name says.
    """
    if not path.is_file():
        raise StateError("GL707", path, "no such file", "name one of the folder `backups` of the state")
    if path.name != STATE:  # its journal, if it has one, is that of the state
        refuse_strange(path)
    with sqlite_errors(path), connect(path, read_only=True) as connection:
        if check_version(connection, path) == 0:
            raise StateError("GL702", path, "empty", "take another backup")
        with damage(path):
            prepare(connection, path, read_only=True)
        head = check_content(connection, path, key, sealed_in=None)
        named = _NAME.fullmatch(path.name)
        if named is not None and int(named["generation"]) != head.generation:
            raise damaged(path, f"it ends at change {head.generation}")
        refuse_other_past(connection, path, heads)
        return digest_content(connection), head


def newest_good(folder: Path, key: Keys) -> Backup:
    """Find the newest backup that is complete.

    Raises
    ------
    StateError
        If there is none.
    """
    for backup in list_backups(folder):
        with suppress(GraphlinkError):
            check_file(backup.path, key)
            return backup
    raise StateError("GL707", folder / BACKUPS, "no backup is complete", _where_whole(folder, key))


def _where_whole(folder: Path, key: Keys) -> str:
    """List the folders of set-aside backups that hold a complete backup, each checked with its own key."""
    whole: dict[Path, Keys] = {}
    for path in backups_aside(folder):
        if path.parent not in whole:
            with suppress(GraphlinkError):
                own = read_key(path.parent)
                check_file(path, own)
                whole[path.parent] = own
    if not whole:
        return "look for copies elsewhere"
    places = ", ".join(map(str, whole))
    is_same = all(each == key for each in whole.values())
    needed = "" if is_same else f", with {KEY} from there in place of {folder / KEY}"
    return f"whole ones that were left behind stand in {places}: name one with --backup{needed}"


def drop_old_backups(folder: Path) -> tuple[Path, ...]:
    """Delete the backups outside the retention rule: the newest of each of eight weeks and twelve months stay."""
    backups = list_backups(folder)
    kept = kept_backups(backups)
    dropped = tuple(backup.path for backup in backups if backup not in kept)
    for path in dropped:
        path.unlink(missing_ok=True)
    if dropped:
        sync(folder / BACKUPS)
    return dropped


def kept_backups(backups: Iterable[Backup]) -> frozenset[Backup]:
    """Select the backups to keep, given all of them, newest first.

    Examples
    --------
    >>> from pathlib import Path
    >>> weeks = [Backup(Path(f"w{week}"), f"2026-w{week:02d}", week) for week in range(53, 0, -1)]
    >>> len(kept_backups(weeks))
    18
    """
    by_week: dict[str, Backup] = {}
    by_month: dict[tuple[int, int], Backup] = {}
    for backup in backups:
        by_week.setdefault(backup.of, backup)
        if backup.of != "start":
            by_month.setdefault(_month(backup.of), backup)
    return frozenset([*list(by_week.values())[:KEPT_WEEKLY], *list(by_month.values())[:KEPT_MONTHLY]])


def _month(week: str) -> tuple[int, int]:
    """The month that contains most of a week, which is the month of its Thursday."""
    thursday = end_of(week.upper()) - timedelta(days=4)
    return thursday.year, thursday.month


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
    aside = next(aside for number in count(1) if not (aside := place / f"{_ASIDE}{number}").exists())
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


def list_copies(folder: Path) -> tuple[Path, ...]:
    """List all copies of a state that a restore can use: backups, newest first, then what was set aside."""
    return (*(backup.path for backup in list_backups(folder)), *backups_aside(folder), *states_aside(folder))


def _head(path: Path) -> Head | None:
    try:
        with connect(path, read_only=True) as connection:
            return read_head(connection)
    except sqlite3.Error:
        return None
