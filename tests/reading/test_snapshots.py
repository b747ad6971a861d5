"""A database is judged by what its readers see, not by its main file."""

import hashlib
import shutil
import sqlite3
import tempfile
from contextlib import ExitStack, closing
from pathlib import Path

import duckdb
from hypothesis import given, settings
from hypothesis import strategies as st

from graphlink.reading.formats.snapshots import digest_database

OTHERS = ["passive", "restart", "truncate", "vacuum", "begin", "rollback", "commit", "read"]
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("add"), st.integers(1, 300)),
        st.tuples(st.just("delete"), st.integers(0, 300)),
        st.tuples(st.sampled_from(OTHERS), st.just(0)),
    ),
    min_size=1,
    max_size=12,
)


def seen(path: Path) -> str:
    """What a reader sees, as SQLite itself writes it out."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, isolation_level=None)) as connection:
        connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
        return hashlib.sha256(connection.serialize()).hexdigest()


@settings(max_examples=30, deadline=None)
@given(STEPS, st.sampled_from([512, 4096, 65_536]))
def test_a_sqlite_file_has_the_digest_of_what_its_readers_see(steps, page_size):
    with tempfile.TemporaryDirectory() as folder, ExitStack() as readers:
        path = Path(folder) / "source.sqlite"
        with closing(sqlite3.connect(path, isolation_level=None, timeout=0)) as writer:
            writer.execute(f"PRAGMA page_size = {page_size}")
            writer.execute("PRAGMA journal_mode = WAL")
            writer.execute("PRAGMA cache_size = 2")
            writer.execute("CREATE TABLE seen (a TEXT)")
            for what, number in steps:
                take(writer, path, readers, what, number)
                assert digest_database(path, "source")[0] == seen(path)
            if writer.in_transaction:
                writer.execute("ROLLBACK")
            before = digest_database(path, "source")[0]
            readers.close()
            assert writer.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0
            assert digest_database(path, "source")[0] == before == hashlib.sha256(path.read_bytes()).hexdigest()


def take(writer: sqlite3.Connection, path: Path, readers: ExitStack, what: str, number: int) -> None:
    """One step of whoever writes, or a reader that stays."""
    if what == "add":
        writer.executemany("INSERT INTO seen VALUES (?)", [("x" * (number % 97),)] * (1 + number % 20))
    elif what == "delete":
        writer.execute("DELETE FROM seen WHERE rowid % 7 = ?", (number % 7,))
    elif what == "read":
        reader = readers.enter_context(closing(sqlite3.connect(path, isolation_level=None)))
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM seen").fetchone()
    elif what == "vacuum" and not writer.in_transaction:
        writer.execute("VACUUM")
    elif what == "begin" and not writer.in_transaction:
        writer.execute("BEGIN")
    elif what in {"rollback", "commit"} and writer.in_transaction:
        writer.execute(what)
    elif what in {"passive", "restart", "truncate"} and not writer.in_transaction:
        writer.execute(f"PRAGMA wal_checkpoint({what})").fetchone()


def test_a_torn_end_of_a_log_is_not_seen(tmp_path):
    path = tmp_path / "source.sqlite"
    with closing(sqlite3.connect(path, isolation_level=None)) as writer:
        writer.execute("PRAGMA journal_mode = WAL")
        writer.execute("CREATE TABLE seen (a TEXT)")
        writer.execute("INSERT INTO seen VALUES ('x')")
        for name in ("", "-wal"):
            shutil.copy(f"{path}{name}", tmp_path / f"copy.sqlite{name}")
    log = tmp_path / "copy.sqlite-wal"
    whole = log.read_bytes()
    for content in (whole, whole[:-1], whole[:-5000], whole[:40], whole[:10], b"", whole + b"x" * 9000, whole + whole):
        for twin in ("one", "other"):
            shutil.copy(tmp_path / "copy.sqlite", tmp_path / f"{twin}.sqlite")
            (tmp_path / f"{twin}.sqlite-wal").write_bytes(content)
        assert digest_database(tmp_path / "one.sqlite", "source")[0] == seen(tmp_path / "other.sqlite")


def test_a_duckdb_file_that_grew_in_its_log_has_another_digest(tmp_path):
    path = tmp_path / "source.duckdb"
    with duckdb.connect(str(path)) as writer:
        writer.execute("CREATE TABLE seen (a TEXT)")
        writer.execute("CHECKPOINT")
        before = digest_database(path, "source")[0]
        writer.execute("INSERT INTO seen VALUES ('x')")
        assert (tmp_path / "source.duckdb.wal").stat().st_size
        assert digest_database(path, "source")[0] != before
