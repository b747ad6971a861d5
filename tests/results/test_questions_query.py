"""A user's own SELECT: it reads the tables of the run, no other file, and changes nothing."""

import resource
import shutil

import duckdb
import pytest

from graphlink.results import stored_schema as stored
from graphlink.results.questions.query import send_for_all, send_query
from graphlink.words.errors import ExitCode, InputError, MachineError


def contents(folder):
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("table", stored.STORED, ids=lambda table: table.name)
def test_every_table_can_be_asked(table, asked):
    answer = send_query(asked, f"FROM {table.name}", 5)
    assert answer.columns == table.columns
    assert len(answer.rows) == min(5, send_query(asked, f"SELECT count(*) FROM {table.name}", 1).rows[0][0])  # noqa: S608


@pytest.mark.parametrize(
    "sql",
    [
        *("SHOW TABLES", "DESCRIBE accounts", "SUMMARIZE rings", "FROM rings"),
        "WITH one AS (SELECT 1 AS n) SELECT n FROM one;",
        *("SELECT account_id FROM members JOIN accounts USING (account) -- who", "VALUES (1)"),
    ],
)
def test_what_only_reads_is_answered(sql, asked):
    assert send_query(asked, sql, 100).rows


def test_rows_beyond_the_limit_are_said_to_be_there(asked):
    assert send_query(asked, "SELECT account FROM accounts ORDER BY account", 3).rows == ((0,), (1,), (2,))
    assert send_query(asked, "SELECT account FROM accounts", 3).is_cut
    assert not send_query(asked, "SELECT 1", 1).is_cut


def test_all_rows_come_some_at_a_time_and_the_columns_where_there_are_none(asked):
    parts = list(send_for_all(asked, "SELECT range AS n FROM range(25000)"))
    assert [len(part.rows) for part in parts] == [10_000, 10_000, 5_000]
    assert [row for part in parts for row in part.rows] == [(n,) for n in range(25_000)]
    assert [(part.columns, part.rows) for part in send_for_all(asked, "SELECT 1 AS n WHERE false")] == [(("n",), ())]


@pytest.mark.slow
def test_a_query_whose_values_fill_the_memory_is_refused(asked):
    """DuckDB does not count them, and the system would end the process without a word."""
    before = resource.getrlimit(resource.RLIMIT_AS)
    with pytest.raises(MachineError, match="GL826"):
        send_query(asked, "SELECT repeat('x', 2000000000) FROM range(10)", 10)
    assert resource.getrlimit(resource.RLIMIT_AS) == before
    assert send_query(asked, "SELECT 1", 10).rows == ((1,),)


REACHING = [
    *("SELECT * FROM read_csv('{secret}')", "SELECT * FROM read_text('{secret}')"),
    *("SELECT * FROM read_blob('{secret}')", "SELECT * FROM read_json('{secret}')", "SELECT * FROM '{secret}'"),
    *('SELECT * FROM "{secret}"', "SELECT * FROM sniff_csv('{secret}')", "SELECT * FROM glob('{folder}/*')"),
    *("SELECT * FROM read_parquet('{other}')", "SELECT * FROM parquet_metadata('{other}')"),
    *("SELECT * FROM parquet_schema('{other}')", "SELECT * FROM read_parquet('{tables}/*.parquet')"),
    "SELECT * FROM read_parquet('{tables}/../../other.parquet')",
    *("SELECT * FROM read_text('{tables}/../run.json')", "SELECT * FROM read_text('/etc/passwd')"),
    *("SELECT * FROM read_csv('https://example.com/x.csv')", "SELECT * FROM read_text('/proc/self/environ')"),
    *("SELECT * FROM query('SELECT * FROM read_text(''{secret}'')')", "SELECT * FROM query_table('{secret}')"),
    *("SELECT * FROM secret", "SELECT * FROM sqlite_scan('{secret}', 't')", "SELECT getenv('HOME')"),
]


@pytest.mark.parametrize("sql", REACHING)
def test_no_other_file_can_be_read(sql, asked, folder, tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("n\n1\n")
    other = shutil.copy(folder / stored.RINGS.file, folder.parent / "other.parquet")
    places = {"secret": secret, "folder": tmp_path, "other": other, "tables": folder / stored.FOLDER}
    with pytest.raises(InputError, match="GL506") as refused:
        send_query(asked, sql.format(**places), 10)
    assert refused.value.exit_code == ExitCode.INPUT_REFUSED


def test_the_files_above_could_be_read_by_a_connection_that_is_open(folder, tmp_path):
    (tmp_path / "secret").write_text("n\n1\n")
    assert duckdb.connect().execute(f"FROM read_csv('{tmp_path / 'secret'}')").fetchall() == [(1,)]


WRITING = [
    *("CREATE TABLE mine AS SELECT 1", "CREATE OR REPLACE VIEW rings AS SELECT 1"),
    *("CREATE TEMP TABLE mine (n INTEGER)", "CREATE MACRO f(x) AS x", "CREATE SECRET s (TYPE s3)"),
    *("INSERT INTO rings SELECT * FROM rings", "UPDATE rings SET rank = 1", "DELETE FROM rings", "DROP VIEW rings"),
    *("ALTER VIEW rings RENAME TO mine", "COPY (SELECT 1) TO '{out}'", "COPY rings TO '{out}' (FORMAT parquet)"),
    *("EXPORT DATABASE '{out}'", "ATTACH '{out}' AS db", "ATTACH ':memory:' AS db", "INSTALL httpfs", "LOAD httpfs"),
    *("SET threads = 8", "SET enable_external_access = true", "SET allowed_paths = ['/']"),
    *("RESET lock_configuration", "PRAGMA enable_external_access", "PRAGMA memory_limit=1", "CALL pragma_version()"),
    *("EXPLAIN ANALYZE COPY (SELECT 1) TO '{out}'", "PREPARE p AS SELECT 1", "BEGIN", "CHECKPOINT", "USE memory"),
    *("SELECT 1; COPY (SELECT 1) TO '{out}'", "SELECT 1; SELECT 2", "", "-- nothing", ";", "SELEC 1"),
    *("SELECT * FROM nowhere", "SELECT nothing FROM rings"),
    "WITH gone AS (DELETE FROM rings RETURNING *) SELECT * FROM gone",
]


@pytest.mark.parametrize("sql", WRITING)
def test_nothing_can_be_written_or_set(sql, asked, folder, tmp_path):
    before = contents(folder)
    with pytest.raises(InputError, match="GL506"):
        send_query(asked, sql.format(out=tmp_path / "out"), 10)
    assert list(tmp_path.iterdir()) == []
    assert contents(folder) == before


def test_what_duckdb_says_is_one_line_that_drives_no_terminal(asked):
    with pytest.raises(InputError) as refused:
        send_query(asked, 'SELECT "\x1b]0;title\x07nothing"\n\nFROM rings', 10)
    said = str(refused.value)
    assert "\x1b" not in said
    assert "\n" not in said
    assert "LINE 1" not in said
