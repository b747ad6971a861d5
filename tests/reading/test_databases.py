"""Queries: real databases give the same reading as files, and a hostile one reaches nothing."""

import os
import pwd
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import closing
from pathlib import Path

import duckdb
import pytest

from graphlink.config.settings import Config, SourceConfig
from graphlink.engine.closed_duckdb import closed_connection
from graphlink.pipeline import read
from graphlink.reading.formats.open_table import open_table
from graphlink.reading.normalise.table import signal_table
from graphlink.reading.sources.files import list_sources
from graphlink.words.errors import ConfigError, ExitCode, InputError, MachineError

ROWS = [("ann", "card", "c1", "2026-01-05T10:00:00Z"), ("bob", "card", "c1", "2026-01-06T10:00:00Z")]
QUERY = "SELECT account_id, signal_type, signal_value, first_seen FROM sightings"


def reading_of(query: str = QUERY, reading: dict[str, object] | None = None, **place: str):
    return read([], Config(sources=(SourceConfig(query=query, **place),), reading=reading or {}))


def reject_of_end(end: str, kind: str, **place: str) -> str:
    """With which code the only row is set aside where it was seen at such a time."""
    query = f"SELECT 'zoe' account_id, 'card' signal_type, 'c9' signal_value, '{end}'::{kind} seen_at"
    (reject,) = reading_of(query, {"max_reject_share": 1.0, "timezone": "UTC"}, **place).rejects
    return reject.code


@pytest.fixture
def digest(tmp_path: Path) -> str:
    """What the same rows give as CSV."""
    path = tmp_path / "same.csv"
    path.write_text("account_id,signal_type,signal_value,first_seen\n" + "".join(",".join(row) + "\n" for row in ROWS))
    return read([path], Config()).digest


@pytest.fixture
def duckdb_file(tmp_path: Path) -> Path:
    path = tmp_path / "source.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute(
            "CREATE TABLE sightings (account_id TEXT, signal_type TEXT, signal_value TEXT, first_seen TEXT)"
        )
        connection.executemany("INSERT INTO sightings VALUES (?, ?, ?, ?)", ROWS)
    return path


@pytest.fixture
def sqlite_file(tmp_path: Path) -> Path:
    path = tmp_path / "source.sqlite"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE sightings (account_id TEXT, signal_type TEXT, signal_value TEXT, first_seen TEXT)")
    connection.executemany("INSERT INTO sightings VALUES (?, ?, ?, ?)", ROWS)
    connection.commit()
    connection.close()
    return path


def refusal(query: str, **place: str) -> str:
    with pytest.raises(InputError) as raised:
        reading_of(query, **place)
    assert raised.value.code == "GL126"
    return str(raised.value)


# --- DuckDB -----------------------------------------------------------------------------------------------------------


def test_a_duckdb_file_reads_like_a_file_of_text(duckdb_file, digest):
    assert reading_of(database=str(duckdb_file)).digest == digest


def test_timestamps_of_duckdb_are_read(duckdb_file, digest):
    query = QUERY.replace("first_seen", "first_seen::TIMESTAMPTZ AS first_seen")
    assert reading_of(query, database=str(duckdb_file)).digest == digest


@pytest.mark.parametrize(
    "query",
    [
        *("SELECT * FROM read_csv('{other}')", "COPY sightings TO '{other}'", "ATTACH '{other}' AS x"),
        *("INSTALL httpfs", "SET enable_external_access = true", "DROP TABLE sightings", "SELECT * FROM glob('*')"),
        *("SELECT * FROM nothing", "SELEC 1"),
    ],
)
def test_a_query_reaches_nothing_but_its_database(duckdb_file, tmp_path, query):
    other = tmp_path / "other.csv"
    other.write_text("account_id,signal_type,signal_value\nsecret,card,s\n")
    assert "secret" not in refusal(query.replace("{other}", str(other)), database=str(duckdb_file))


def test_a_view_that_reads_another_file_is_refused(duckdb_file, tmp_path):
    other = tmp_path / "other.csv"
    other.write_text("account_id,signal_type,signal_value\nsecret,card,s\n")
    with duckdb.connect(str(duckdb_file)) as connection:
        connection.execute(f"CREATE VIEW away AS SELECT * FROM read_csv('{other}')")  # noqa: S608 - a path of ours
    refusal("SELECT * FROM away", database=str(duckdb_file))


def test_what_a_database_says_of_its_rows_is_not_shown(duckdb_file):
    said = refusal("SELECT account_id::INTEGER AS account_id FROM sightings", database=str(duckdb_file))
    assert "Conversion" in said
    assert "ann" not in said


def test_no_python_variable_is_taken_for_a_table(duckdb_file):
    frame = duckdb.sql("SELECT 1 AS account_id").arrow()
    assert frame is not None
    refusal("SELECT * FROM frame", database=str(duckdb_file))


def test_reading_leaves_a_duckdb_file_as_it_was(duckdb_file):
    before = duckdb_file.read_bytes()
    reading_of(database=str(duckdb_file))
    assert duckdb_file.read_bytes() == before


@pytest.mark.parametrize("kind", ["TIMESTAMPTZ", "TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "DATE"])
@pytest.mark.parametrize("end", ["infinity", "-infinity"])
def test_a_time_without_an_end_is_set_aside(duckdb_file, kind, end):
    assert reject_of_end(end, kind, database=str(duckdb_file)) == "GL243"


def test_the_closed_connection_has_one_thread_and_knows_its_formats():
    with closed_connection([]) as connection:
        settings = dict(connection.execute("SELECT name, value FROM duckdb_settings()").fetchall())
        assert settings["threads"] == "1"
        assert settings["enable_external_access"] == settings["autoload_known_extensions"] == "false"
        assert settings["lock_configuration"] == "true"


def test_a_damaged_duckdb_file_is_refused(duckdb_file):
    whole = duckdb_file.read_bytes()
    duckdb_file.write_bytes(whole[: len(whole) // 2])
    refusal(QUERY, database=str(duckdb_file))


# --- SQLite -----------------------------------------------------------------------------------------------------------


def test_a_sqlite_file_reads_like_a_file_of_text(sqlite_file, digest):
    assert reading_of(database=str(sqlite_file)).digest == digest


@pytest.mark.parametrize(
    "query",
    [
        *("ATTACH DATABASE '{other}' AS x", "DELETE FROM sightings", "PRAGMA query_only = OFF"),
        *("SELECT load_extension('x')", "SELECT 1; SELECT 2", "SELECT * FROM nothing"),
    ],
)
def test_a_query_cannot_change_or_leave_a_sqlite_file(sqlite_file, tmp_path, query):
    before = sqlite_file.read_bytes()
    refusal(query.replace("{other}", str(tmp_path / "other")), database=str(sqlite_file))
    assert sqlite_file.read_bytes() == before
    assert not (tmp_path / "other").exists()


def test_numbers_in_sqlite_are_text_and_fractions_are_set_aside(tmp_path):
    path = tmp_path / "numbers.sqlite"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE sightings (account_id, signal_type, signal_value)")
    connection.executemany("INSERT INTO sightings VALUES (?, 'card', 'c1')", [(number,) for number in range(100)])
    connection.execute("INSERT INTO sightings VALUES (1.5, 'card', 'c1')")
    connection.commit()
    connection.close()
    reading = reading_of("SELECT * FROM sightings ORDER BY rowid", database=str(path))
    assert reading.rows.accepted == 100
    assert [(reject.code, reject.line) for reject in reading.rejects] == [("GL254", 101)]


def test_a_damaged_sqlite_file_is_refused(sqlite_file):
    whole = bytearray(sqlite_file.read_bytes())
    whole[4096:] = b"\xff" * (len(whole) - 4096)
    sqlite_file.write_bytes(whole)
    refusal(QUERY, database=str(sqlite_file))


def test_a_file_that_is_no_database_is_refused(tmp_path):
    path = tmp_path / "text.db"
    path.write_text("nothing of the kind")
    refusal(QUERY, database=str(path))


def test_a_database_that_is_missing_is_named_with_its_folder(tmp_path):
    (tmp_path / "node.db").touch()
    with pytest.raises(
        InputError, match=r"GL101 .*nope\.db: no such file in .*; nearest names there: node\.db"
    ) as error:
        reading_of("select 1", database=str(tmp_path / "nope.db"))
    assert error.value.exit_code == ExitCode.INPUT_REFUSED


def test_a_database_that_may_not_be_read_is_named(tmp_path):
    (tmp_path / "folder.db").mkdir()
    with pytest.raises(InputError, match=r"GL104 .*folder\.db: not a regular file"):
        reading_of("select 1", database=str(tmp_path / "folder.db"))


def test_a_cell_of_sqlite_that_is_not_utf8_costs_its_row_and_no_other(sqlite_file):
    connection = sqlite3.connect(sqlite_file)
    rows = [(f"a{n}", "card", f"c{n}") for n in range(300)]
    connection.executemany("INSERT INTO sightings (account_id, signal_type, signal_value) VALUES (?, ?, ?)", rows)
    connection.execute("INSERT INTO sightings VALUES ('zoe', 'card', CAST(x'636166e9' AS TEXT), NULL)")
    connection.execute("INSERT INTO sightings VALUES ('éva', 'card', 'café', NULL)")
    connection.commit()
    connection.close()
    reading = reading_of(database=str(sqlite_file))
    (reject,) = reading.rejects
    assert (reject.code, reject.line) == ("GL202", 303)
    assert reject.reason == "`signal_value` is not UTF-8 (byte 0xe9)"
    assert "éva" in reading.sightings.accounts.ids.to_pylist()


# --- PostgreSQL -------------------------------------------------------------------------------------------------------


def _program(name: str) -> str | None:
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    return str(found[-1]) if found else shutil.which(name)


@pytest.fixture(scope="module")
def postgres():
    """A private server on a socket of its own; where none is installed, the tests say so."""
    if _program("initdb") is None:
        pytest.skip("no PostgreSQL server: apt-get install postgresql")
    folder = Path(tempfile.mkdtemp(prefix="graphlink-pg-"))
    user = "postgres" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
    switch = ["setpriv", f"--reuid={user}", "--regid=postgres", "--clear-groups"] if os.geteuid() == 0 else []
    if switch:
        shutil.chown(folder, user, user)

    def run(*command: str) -> None:
        subprocess.run([*switch, *command], check=True, capture_output=True, cwd=folder, timeout=60)

    data = folder / "data"
    run(_program("initdb"), "-D", str(data), "-U", user, "--auth=trust", "--no-sync", "--locale=C", "-E", "UTF8")
    options = f"-c listen_addresses='' -c unix_socket_directories={folder} -c fsync=off"
    run(_program("pg_ctl"), "-D", str(data), "-w", "-o", options, "-l", str(folder / "log"), "start")
    try:
        yield f"host={folder} user={user} dbname=postgres"
    finally:
        run(_program("pg_ctl"), "-D", str(data), "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def filled(postgres, monkeypatch) -> str:
    """The server with two sightings, its connection string in a variable."""
    with _connection(postgres) as connection, connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS sightings")
        cursor.execute(
            "CREATE TABLE sightings (account_id text, signal_type text, signal_value text, first_seen timestamptz)"
        )
        for row in ROWS:
            cursor.execute(f"INSERT INTO sightings VALUES {row}")  # noqa: S608 - rows of ours
        connection.commit()
    monkeypatch.setenv("GRAPHLINK_DSN", postgres)
    return postgres


def _connection(dsn: str):
    import adbc_driver_postgresql.dbapi as driver  # noqa: PLC0415 - an extra

    return driver.connect(dsn)


@pytest.mark.filterwarnings("ignore")
class TestPostgreSQL:
    """Against a real server."""

    @pytest.mark.usefixtures("filled")
    def test_a_query_reads_like_a_file_of_text(self, digest):
        assert reading_of(dsn_env="GRAPHLINK_DSN").digest == digest

    def test_a_connection_string_may_stand_in_a_file_of_ones_own(self, filled, digest, tmp_path):
        secret = tmp_path / "dsn"
        secret.write_text(filled + "\n")
        secret.chmod(0o600)
        assert reading_of(dsn_file=str(secret)).digest == digest

    @pytest.mark.usefixtures("filled")
    @pytest.mark.parametrize("query", ["DELETE FROM sightings RETURNING *", "SELECT * FROM nothing", "SELEC 1"])
    def test_a_query_that_writes_or_fails_is_refused(self, query):
        refusal(query, dsn_env="GRAPHLINK_DSN")
        assert reading_of(dsn_env="GRAPHLINK_DSN").rows.accepted == 2

    @pytest.mark.usefixtures("filled")
    @pytest.mark.parametrize("end", [" -- all of them", " /* all */", ";", " ;\n", "; -- all; of them\n", "\n"])
    def test_a_query_may_end_as_it_does_at_a_prompt(self, end, digest):
        assert reading_of(QUERY + end, dsn_env="GRAPHLINK_DSN").digest == digest

    @pytest.mark.usefixtures("filled")
    def test_columns_that_are_not_used_may_be_of_any_type(self, digest):
        others = "gen_random_uuid() AS event, '{\"a\": 1}'::jsonb AS body, 1.5::numeric AS amount"
        query = QUERY.replace(" FROM", f", {others} FROM")
        assert reading_of(query, dsn_env="GRAPHLINK_DSN").digest == digest

    @pytest.mark.usefixtures("filled")
    def test_an_id_that_is_no_text_is_refused(self):
        query = "SELECT gen_random_uuid() AS account_id, 'card' AS signal_type, 'c' AS signal_value"
        with pytest.raises(InputError, match="GL111"):
            reading_of(query, dsn_env="GRAPHLINK_DSN")

    @pytest.mark.usefixtures("filled")
    @pytest.mark.parametrize("kind", ["timestamptz", "timestamp", "date"])
    @pytest.mark.parametrize("end", ["infinity", "-infinity", "0001-01-01 BC", "20000-01-01"])
    def test_a_time_without_an_end_is_set_aside(self, kind, end):
        assert reject_of_end(end, kind, dsn_env="GRAPHLINK_DSN") == "GL243"

    def test_a_server_that_is_not_there_is_an_error_without_the_secret(self, tmp_path, monkeypatch):
        monkeypatch.setenv("GRAPHLINK_DSN", f"host={tmp_path} user=u password=hunter2")
        assert "hunter2" not in refusal(QUERY, dsn_env="GRAPHLINK_DSN")


def test_without_the_extra_one_sentence_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "adbc_driver_postgresql", None)
    monkeypatch.setitem(sys.modules, "adbc_driver_postgresql.dbapi", None)
    with pytest.raises(MachineError, match=r"needs a driver\. Fix: pip install 'graphlink\[postgres\]'\.$"):
        reading_of(dsn_env="GRAPHLINK_DSN")


def test_a_variable_that_is_not_set_is_a_mistake_of_the_configuration(monkeypatch):
    monkeypatch.delenv("GRAPHLINK_DSN", raising=False)
    pytest.importorskip("adbc_driver_postgresql")
    with pytest.raises(ConfigError, match="GRAPHLINK_DSN is not set"):
        reading_of(dsn_env="GRAPHLINK_DSN")


def test_a_database_that_nobody_writes_to_is_read_for_its_digest_once(sqlite_file):
    with closing(sqlite3.connect(sqlite_file)) as connection:
        connection.execute("CREATE TABLE large AS SELECT zeroblob(20000000) AS content")
    reading_of(database=str(sqlite_file))
    before = _bytes_read()
    reading_of(database=str(sqlite_file))
    assert 20_000_000 < _bytes_read() - before < 30_000_000


def test_a_database_that_changes_while_it_is_read_is_refused(sqlite_file):
    config = Config().reading
    source = list_sources([], Config(sources=(SourceConfig(query=QUERY, database=str(sqlite_file)),)))[0][0]
    with pytest.raises(InputError, match="GL162"), open_table(source, config, signal_table(Config()), complete=True):
        sqlite_file.write_bytes(sqlite_file.read_bytes() + bytes(4_096))


def _bytes_read() -> int:
    return int(Path("/proc/self/io").read_text().split()[1])
