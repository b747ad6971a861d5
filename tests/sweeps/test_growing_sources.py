"""A SQLite or DuckDB source that grows in its log is another export, and one that is only written back is the same."""

import sqlite3
from contextlib import closing, contextmanager

import duckdb
import pytest
from sweep_worlds import FIRST, LIMITS, SETTINGS, begun_with, sweep, work_here, write_week, write_world

from graphlink.config.settings import load_config
from graphlink.engine.worker.supervise import Listener
from graphlink.sweeps.verifying import verify_sweep
from graphlink.words.errors import InputError

pytestmark = pytest.mark.slow
ROWS = "SELECT account_id, signal_type, signal_value, seen_at FROM seen"
MORE = "INSERT INTO seen VALUES ('cat-00', 'card', 'cat-card-2', '2026-01-01T00:00:00Z')"


@contextmanager
def sqlite_source(path, table):
    with closing(sqlite3.connect(path, isolation_level=None)) as writer:
        writer.execute("PRAGMA journal_mode = WAL")
        writer.execute("CREATE TABLE seen (account_id TEXT, signal_type TEXT, signal_value TEXT, seen_at TEXT)")
        writer.execute("BEGIN")
        writer.executemany("INSERT INTO seen VALUES (?, ?, ?, ?)", table)
        writer.execute("COMMIT")
        yield writer.execute


@contextmanager
def duckdb_source(path, table):
    with duckdb.connect(str(path)) as writer:
        writer.execute("CREATE TABLE seen (account_id TEXT, signal_type TEXT, signal_value TEXT, seen_at TEXT)")
        writer.executemany("INSERT INTO seen VALUES (?, ?, ?, ?)", table)

    def execute(statement):
        with duckdb.connect(str(path), config={"checkpoint_threshold": "1GB"}) as writer:
            writer.execute("PRAGMA disable_checkpoint_on_shutdown")
            writer.execute(statement)

    yield execute


def made(tmp_path, kind):
    settings = write_world(tmp_path / "world", ())
    write_week(tmp_path / "exports", FIRST)
    table = [line.split(",") for line in (tmp_path / "exports" / "sightings.csv").read_text().splitlines()[1:]]
    source = SETTINGS.replace('path = "exports/{week}"', f'database = "source.{kind}"\nquery = "{ROWS}"')
    settings.write_text(source)
    return settings, settings.parent / f"source.{kind}", table


@pytest.mark.parametrize(("kind", "source"), [("sqlite", sqlite_source), ("duckdb", duckdb_source)])
def test_a_source_that_grew_in_its_log_was_not_swept_already(tmp_path, kind, source):
    settings, path, table = made(tmp_path, kind)
    with source(path, table) as execute:
        sweep(settings, FIRST, init=True)
        assert sweep(settings, FIRST).already
        size = path.stat().st_size, path.stat().st_mtime_ns
        execute(MORE)
        assert (path.stat().st_size, path.stat().st_mtime_ns) == size  # it grew in its log alone
        with pytest.raises(InputError, match="GL161"):
            sweep(settings, FIRST)
        assert not sweep(settings, FIRST, supersede=True).already
        assert sweep(settings, FIRST).already


def test_a_log_that_is_written_back_changes_nothing(tmp_path):
    begin = begun_with(work_here)
    settings, path, table = made(tmp_path, "sqlite")
    listener = Listener(lambda _stage, _done: None, lambda _code, _text: None)
    with sqlite_source(path, table) as execute:
        folder = sweep(settings, FIRST, init=True).folder
        for mode in ("PASSIVE", "TRUNCATE"):
            execute(f"PRAGMA wal_checkpoint({mode})").fetchone()
            assert sweep(settings, FIRST).already
            assert not verify_sweep(load_config(settings), folder, LIMITS, listener, begin).difference
        execute(MORE)
        assert "export" in verify_sweep(load_config(settings), folder, LIMITS, listener, begin).difference
