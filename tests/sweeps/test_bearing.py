"""What each source bore: never less than what is lost without it, whatever the others bear, too; and hardly more."""

import sqlite3
from contextlib import closing

import pytest

from graphlink.config.settings import Config
from graphlink.pipeline import read
from graphlink.sweeps.changes import count_reading
from graphlink.sweeps.expected_loss import find_expected_loss, name_by_age
from graphlink.sweeps.source_counts import count_by_source

HEAD = "account_id,signal_type,signal_value\n"


@pytest.fixture
def exports(tmp_path):
    """Two weeks of logs, a folder with cards and accounts, and a database: some pairs stand in two of them."""
    for week, who in (("w1", "ab"), ("w2", "bc")):
        (tmp_path / f"{week}.csv").write_text(HEAD + "".join(f"{name},ip,203.0.113.{ord(name)}\n" for name in who))
    (tmp_path / "crm").mkdir()
    (tmp_path / "crm" / "cards-1.csv").write_text(f"{HEAD}a,card,c1\na,ip,203.0.113.97\n")
    (tmp_path / "crm" / "cards-2.csv").write_text(f"{HEAD}b,card,c1\nd,card,c2\n")
    (tmp_path / "crm" / "accounts.csv").write_text("account_id,status\na,active\nb,\n")
    with closing(sqlite3.connect(tmp_path / "risk.sqlite", isolation_level=None)) as database:
        database.execute("CREATE TABLE seen (account_id TEXT, signal_type TEXT, signal_value TEXT)")
        database.execute("INSERT INTO seen VALUES ('a', 'device', 'd1')")
    names = [{"path": str(tmp_path / name)} for name in ("w1.csv", "w2.csv", "crm")]
    query = {"database": str(tmp_path / "risk.sqlite"), "query": "SELECT * FROM seen", "name": "risk"}
    return Config(sources=(*names, query)).sources


CALLED = ("logs", "logs", "crm", "risk")
AGES = (1, 0, 0, 0)


def test_a_source_is_counted_by_age_and_kind_of_file(exports):
    reading = read((), Config(sources=exports))
    borne = count_by_source(reading, exports, CALLED, AGES)
    assert set(borne) == {"logs, 1 week older", "logs", "crm", "risk"}
    assert set(borne["crm"]) == {"cards-.csv", "accounts.csv"}
    assert borne["risk"]["risk.sqlite"] == {
        "accounts": 1, "placed": 1, "rows": 1, "sightings": 1, "values:device": 1
    }  # fmt: skip
    assert borne["crm"]["cards-.csv"]["values:card"] == 2
    assert borne["crm"]["accounts.csv"]["told:status"] == 1  # that of b is empty
    assert sum(n["rows"] for kinds in borne.values() for n in kinds.values()) == reading.rows.rows_in


@pytest.mark.parametrize("missing", ["logs", "crm", "risk"])
def test_nothing_more_is_lost_without_a_source_than_it_bore(exports, missing):
    whole = read((), Config(sources=exports))
    lacking = {(name_by_age(name, age), None) for name, age in zip(CALLED, AGES, strict=True) if name == missing}
    borne = find_expected_loss(sorted(lacking), [count_by_source(whole, exports, CALLED, AGES)])
    rest = tuple(source for source, name in zip(exports, CALLED, strict=True) if name != missing)
    counts, left = count_reading(whole), count_reading(read((), Config(sources=rest)))
    assert all(n - left.get(name, 0) <= borne.get(name, 0) for name, n in counts.items())
    assert counts["rows"] - left["rows"] == borne["rows"]


def read_logs(folder, **files):
    """Read weeks of one source, oldest first, and count what each bore."""
    for name, rows in files.items():
        (folder / f"{name}.csv").write_text(HEAD + "".join(f"{row}\n" for row in rows))
    config = Config(sources=tuple({"path": str(folder / f"{name}.csv")} for name in files))
    ages = tuple(reversed(range(len(files))))
    return count_by_source(read((), config), config.sources, ("logs",) * len(files), ages)


def test_an_account_of_many_rows_is_one_account(tmp_path):
    """A log with many rows for each account explained that all accounts were lost."""
    borne = read_logs(tmp_path, log=[f"{name},device,d{n}" for name in "ab" for n in range(1, 51)])
    assert borne["logs"]["log.csv"] == {"accounts": 2, "placed": 2, "rows": 100, "sightings": 100, "values:device": 50}


def test_an_account_of_several_files_of_a_source_is_one_account_of_it(tmp_path):
    """An old export that is missing explained what this week's bore as well."""
    old, new = ["a,device,d1", "b,device,d2"], ["a,card,c1", "b,card,c2", "c,card,c3"]
    borne = [read_logs(tmp_path, old=old, new=new)]
    counts = {"accounts": 2, "placed": 2, "rows": 2, "sightings": 2, "values:device": 2}
    assert find_expected_loss([("logs, 1 week older", None)], borne) == counts
    assert find_expected_loss([("logs", None)], borne) == {
        "accounts": 1, "placed": 1, "rows": 3, "sightings": 3, "values:card": 3
    }  # fmt: skip


def test_what_a_source_bore_explains_no_more_than_all_its_accounts(exports):
    whole = read((), Config(sources=exports))
    n_accounts = len(whole.sightings.accounts)
    for kinds in count_by_source(whole, exports, CALLED, AGES).values():
        assert all(counts.get("accounts", 0) == counts.get("placed", 0) <= n_accounts for counts in kinds.values())
