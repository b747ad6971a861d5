"""Backups: a complete, checked copy after each sweep. Eight weekly and twelve monthly copies are kept."""

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


def write_backup(ledger: Ledger, of: str) -> Path:
    """Copy a state, check the copy, then rename it to its final name. The caller holds ``only_writer``.

    Backups of another history are set aside. Backups of this history that were set aside earlier are moved back.

    Parameters
    ----------
    ledger
        The open state.
    of
        The event before the backup, as in ``Backup``.

    Raises
    ------
    StateError
        If the copy differs from the state.
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
        raise StateError("GL702", Place(str(copy)), "the copy differs from the original", "look at the disk")
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
    """Check a backup in full. Return the digest of its content and its newest change.

    Raises
    ------
    StateError
        If it is missing or incomplete.
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
    """Whether a file has the same rows as the state, and its newest digest is correct.

    Opening the state checked all its digests, and restoring the copy checks them again. Checking them here would only
    cost the same time once more.
    """
    objects = objects_in(state)
    tables = sorted(name for kind, name, *_ in objects if kind == "table")
    same, whole = run_two(lambda: _same_rows(state, path, tables), lambda: _is_whole(path, objects))
    return same and whole


def _is_whole(path: Path, objects: frozenset[tuple[str, ...]]) -> bool:
    """Whether a file is a valid database with the expected tables and a correct newest digest."""
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
    """Whether two files hold the same rows. SQLite compares them: the same in Python took three times as long."""
    with damage(path):
        state.execute("ATTACH ? AS copy", (f"{path.absolute().as_uri()}?mode=ro",))
        try:
            return all(state.execute(_difference(state, table)).fetchone() is None for table in tables)
        finally:
            state.execute("DETACH copy")


def _difference(state: sqlite3.Connection, table: str) -> str:
    """Build a query that returns a row where a table differs between state and copy, in content or number of rows.

    It looks up every row by its key, and reads the table itself, not an index.
    """
    columns = state.execute(f"PRAGMA main.table_info({table})").fetchall()
    same = " AND ".join(f"b.{name} {'=' if key else 'IS'} a.{name}" for _, name, _, _, _, key in columns)
    return (
        f"SELECT 1 FROM main.{table} AS a NOT INDEXED WHERE NOT EXISTS (SELECT 1 FROM copy.{table} AS b WHERE {same}) "
        f"UNION ALL SELECT 1 WHERE (SELECT count(*) FROM main.{table} NOT INDEXED) "
        f"<> (SELECT count(*) FROM copy.{table} NOT INDEXED) LIMIT 1"
    )


def newest_good(folder: Path, key: bytes) -> Backup:
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
    raise StateError("GL707", Place(str(folder / BACKUPS)), "no backup is complete", _where_whole(folder, key))


def _where_whole(folder: Path, key: bytes) -> str:
    """List the folders of set-aside backups that hold a complete backup, each checked with its own key."""
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
    """Delete the backups outside the retention rule: the newest of each of eight weeks and twelve months stay."""
    backups = list_backups(folder)
    kept = kept_backups(backups)
    dropped = tuple(backup.path for backup in backups if backup not in kept)
    for path in dropped:
        path.unlink(missing_ok=True)
    if dropped:
        sync_folder(folder / BACKUPS)
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
