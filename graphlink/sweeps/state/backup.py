"""Backups: a whole, checked copy after each sweep, of which eight weekly and twelve monthly ones are kept."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from graphlink.engine.threads import run_two
from graphlink.model.weeks import end_of
from graphlink.sweeps.state.backup_lineage import Backup, backups_aside, bring_back, is_past, set_aside
from graphlink.sweeps.state.chain import digest_content, newest_holds, read_head
from graphlink.sweeps.state.checking import check_content, check_version
from graphlink.sweeps.state.connecting import connect, prepare
from graphlink.sweeps.state.folder import BACKUPS, KEY, create_file, make_folder, replace_file, sync_file, sync_folder
from graphlink.sweeps.state.key import read_key
from graphlink.sweeps.state.ledger import damage, sqlite_errors
from graphlink.sweeps.state.schema import objects_in
from graphlink.words.errors import GraphlinkError, Place, StateError

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from graphlink.sweeps.state.ledger import Ledger

KEPT_WEEKLY: Final = 8
KEPT_MONTHLY: Final = 12
_NAME: Final = re.compile(r"state-(?P<of>[0-9]{4}-w[0-9]{2}|start)-g(?P<generation>[0-9]{6,})\.sqlite")


def list_backups(folder: Path) -> tuple[Backup, ...]:
    """The backups of a state, newest first."""
    found: list[Backup] = []
    with suppress(FileNotFoundError):
        found = [
            Backup(path, match["of"], int(match["generation"]))
            for path in (folder / BACKUPS).iterdir()
            if (match := _NAME.fullmatch(path.name)) and path.is_file() and not path.is_symlink()
        ]
    return tuple(sorted(found, key=lambda backup: (-backup.generation, backup.of)))


def newest_backup(ledger: Ledger) -> Backup | None:
    """The newest backup that an open state went on from."""
    return next((backup for backup in list_backups(ledger.folder) if is_past(ledger.connection, backup)), None)


def write_backup(ledger: Ledger, of: str) -> Path:
    """Copy a state, check the copy, and only then give it its name; the caller holds the folder (``only_writer``).

    Backups of another past, which a restored state or a new one left behind, step aside; its own come back from there.

    Parameters
    ----------
    ledger
        The open state.
    of
        What the backup is made after, as in ``Backup``.

    Raises
    ------
    StateError
        If the copy does not know the same.
    OSError
        If the disk fails.
    """
    folder = ledger.folder / BACKUPS
    make_folder(folder)
    for left in folder.glob(".tmp-*"):
        left.unlink()
    copy = folder / ".tmp-state.sqlite"
    create_file(copy)
    with sqlite_errors(copy):
        ledger.connection.execute("VACUUM INTO ?", (str(copy.absolute()),))
    if not _is_copy(ledger.connection, copy):
        raise StateError("GL702", Place(str(copy)), "the copy is not what was copied", "look at the disk")
    sync_file(copy)
    set_aside(ledger.connection, ledger.folder, list_backups(ledger.folder))
    bring_back(ledger.connection, ledger.folder)
    path = folder / f"state-{of}-g{read_head(ledger.connection).generation:06d}.sqlite"
    copy.replace(path)
    sync_folder(folder)
    key = (ledger.folder / KEY).read_bytes()
    if not (folder / KEY).exists() or (folder / KEY).read_bytes() != key:
        replace_file(folder / KEY, key)
    return path


def check_file(path: Path, key: bytes) -> tuple[str, int]:
    """Check a backup in full; give the digest of its content and its newest change.

    Raises
    ------
    StateError
        If it is not there or not whole.
    """
    if not path.is_file():
        raise StateError("GL707", Place(str(path)), "no such file", "name one of the folder `backups` of the state")
    with sqlite_errors(path), connect(path, read_only=True) as connection:
        if check_version(connection, path) == 0:
            raise StateError("GL702", Place(str(path)), "empty", "take another backup")
        with damage(path):
            prepare(connection, path, read_only=True)
        head = check_content(connection, path, key, sealed_in=None)
        return digest_content(connection), head.generation


def _is_copy(state: sqlite3.Connection, path: Path) -> bool:
    """Whether a file holds, row by row, what the state holds; its newest digest is made again.

    The state was checked in full when it was opened. Checking all digests of the copy says no more, and takes as long
    as that did; whoever restores the copy checks them.
    """
    objects = objects_in(state)
    tables = sorted(name for kind, name, *_ in objects if kind == "table")
    same, whole = run_two(lambda: _same_rows(state, path, tables), lambda: _is_whole(path, objects))
    return same and whole


def _is_whole(path: Path, objects: frozenset[tuple[str, ...]]) -> bool:
    """Whether a file is one, has the tables that it should have, and its newest digest holds."""
    with sqlite_errors(path), connect(path, read_only=True) as copy, damage(path):
        if check_version(copy, path) == 0:
            return False
        prepare(copy, path, read_only=True)
        return (
            copy.execute("PRAGMA integrity_check(1)").fetchone() == ("ok",)
            and objects_in(copy) == objects
            and newest_holds(copy)
        )


def _same_rows(state: sqlite3.Connection, path: Path, tables: Sequence[str]) -> bool:
    """Whether two files hold the same rows. SQLite compares them: through Python it took three times as long."""
    with damage(path):
        state.execute("ATTACH ? AS copy", (f"{path.absolute().as_uri()}?mode=ro",))
        try:
            return all(state.execute(_difference(state, table)).fetchone() is None for table in tables)
        finally:
            state.execute("DETACH copy")


def _difference(state: sqlite3.Connection, table: str) -> str:
    """A query that gives something where a table of the state and that of the copy differ in a row or in their number.

    Every row is looked for by its key, and read from the table itself and not from an index.
    """
    columns = state.execute(f"PRAGMA main.table_info({table})").fetchall()
    same = " AND ".join(f"b.{name} {'=' if key else 'IS'} a.{name}" for _, name, _, _, _, key in columns)
    return (
        f"SELECT 1 FROM main.{table} AS a NOT INDEXED WHERE NOT EXISTS (SELECT 1 FROM copy.{table} AS b WHERE {same}) "
        f"UNION ALL SELECT 1 WHERE (SELECT count(*) FROM main.{table} NOT INDEXED) "
        f"<> (SELECT count(*) FROM copy.{table} NOT INDEXED) LIMIT 1"
    )


def newest_good(folder: Path, key: bytes) -> Backup:
    """The newest backup that is whole.

    Raises
    ------
    StateError
        If there is none.
    """
    for backup in list_backups(folder):
        with suppress(GraphlinkError):
            check_file(backup.path, key)
            return backup
    raise StateError("GL707", Place(str(folder / BACKUPS)), "no backup is whole", _where_whole(folder, key))


def _where_whole(folder: Path, key: bytes) -> str:
    """Name the folders aside that hold a whole backup, each with its own key."""
    whole: dict[Path, bytes] = {}
    for path in backups_aside(folder):
        if path.parent not in whole:
            with suppress(GraphlinkError):
                own = read_key(path.parent)
                check_file(path, own)
                whole[path.parent] = own
    if not whole:
        return "look for copies elsewhere"
    places = ", ".join(map(str, whole))
    needed = "" if set(whole.values()) == {key} else f", with {KEY} from there in place of {folder / KEY}"
    return f"whole ones that were left behind stand in {places}: name one with --backup{needed}"


def drop_old_backups(folder: Path) -> tuple[Path, ...]:
    """Drop the backups that nobody keeps: the newest of each of eight weeks and twelve months stay."""
    backups = list_backups(folder)
    kept = kept_backups(backups)
    dropped = tuple(backup.path for backup in backups if backup not in kept)
    for path in dropped:
        path.unlink(missing_ok=True)
    if dropped:
        sync_folder(folder / BACKUPS)
    return dropped


def kept_backups(backups: Iterable[Backup]) -> frozenset[Backup]:
    """Which backups are kept, given all, newest first.

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
    """The month in which most of a week lies: that of its Thursday."""
    thursday = end_of(week.upper()) - timedelta(days=4)
    return thursday.year, thursday.month
