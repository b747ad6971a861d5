"""What seldom happens to a state, and what is said then."""

import shutil
import sqlite3
from contextlib import closing, suppress
from dataclasses import replace

import pytest
from state_worlds import CAT, RING, digest, lineage, record, refusal, ring, verdict

from graphlink.model.sweeps import RingStatus, VerdictKind
from graphlink.sweeps.listings import find_ring_story
from graphlink.sweeps.state import decisions as people
from graphlink.sweeps.state.backup import back_up
from graphlink.sweeps.state.chain import digest_content
from graphlink.sweeps.state.decisions import record_verdicts
from graphlink.sweeps.state.forgetting import forget_account
from graphlink.sweeps.state.importing import read_list_file
from graphlink.sweeps.state.ledger import rewritten
from graphlink.sweeps.state.open_state import Opening, open_state
from graphlink.sweeps.state.reading import read_sweeps
from graphlink.sweeps.state.recording import record_sweep
from graphlink.sweeps.state.restoring import restore_state
from graphlink.words.errors import ConfigError, ExitCode, LockedError, MachineError, StateError

OTHER = "R-2026-W02-001"


# --- the machine ------------------------------------------------------------------------------------------------------


def test_a_full_disk_ends_in_exit_8_and_leaves_the_state_as_it_was(folder):
    with open_state(folder) as state:
        before = digest_content(state.connection)
        pages = state.connection.execute("PRAGMA page_count").fetchone()[0]
        state.connection.execute(f"PRAGMA max_page_count = {pages}")
        many = ring("2026-W03", *(f"account-{number:04}" for number in range(2_000)))
        with pytest.raises(MachineError) as caught:
            record_sweep(state, record("2026-W03"), lineage(many))
        assert (caught.value.code, caught.value.exit_code) == ("GL812", ExitCode.ENVIRONMENT)
        assert digest_content(state.connection) == before
    assert digest(folder) == before


def test_who_finds_the_file_locked_is_told_so(folder, monkeypatch):
    monkeypatch.setattr("graphlink.sweeps.state.checking._PATIENCE", 0.05)
    with closing(sqlite3.connect(folder / "state.sqlite", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        assert {refusal(folder, read_only=read_only).code for read_only in (True, False)} == {"GL601"}


def test_a_reader_that_stays_long_does_not_let_a_writer_in_between(folder, monkeypatch):
    monkeypatch.setattr("graphlink.sweeps.state.checking._PATIENCE", 0.05)
    with open_state(folder) as state, closing(sqlite3.connect(folder / "state.sqlite", isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM changes").fetchall()
        before = digest_content(state.connection)
        with pytest.raises(LockedError):
            record_sweep(state, record("2026-W03"), lineage(ring("2026-W03", "ann", "bob")))
        reader.execute("ROLLBACK")
        assert digest_content(state.connection) == before
        record_sweep(state, record("2026-W03"), lineage(ring("2026-W03", "ann", "bob")))
    with open_state(folder) as state:
        assert len(read_sweeps(state)) == 3


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("graphlink.sweeps.state.open_state._OLDEST_SQLITE", (99, 0, 0)),
        ("graphlink.sweeps.state.checking._SETTINGS", (("synchronous", "EXTRA", "never"),)),
    ],
)
def test_a_sqlite_that_will_not_do_is_refused(folder, monkeypatch, name, value):
    monkeypatch.setattr(name, value)
    assert refusal(folder).code == "GL812"


def test_every_connection_keeps_to_the_settings(folder):
    expected = {
        "journal_mode": "delete",
        "synchronous": 3,
        "foreign_keys": 1,
        "trusted_schema": 0,
        "cell_size_check": 1,
        "secure_delete": 1,
        "mmap_size": 0,
    }
    for read_only in (False, True):
        with open_state(folder, Opening(read_only=read_only)) as state:
            asked = {name: state.connection.execute(f"PRAGMA {name}").fetchone()[0] for name in expected}
            assert asked == expected
            strict = state.connection.execute(
                "SELECT sum(strict), count(*) FROM pragma_table_list "
                "WHERE schema = 'main' AND type = 'table' AND name <> 'sqlite_schema'"
            )
            assert len(set(strict.fetchone())) == 1
    with open_state(folder, Opening(read_only=True)) as state, pytest.raises(MachineError):
        record_verdicts(state, [verdict("ann", VerdictKind.UNSURE)], by="maria", at=0)


def test_a_change_that_was_cut_off_is_undone_by_the_next_writer_and_readers_say_so(folder, tmp_path):
    cut_off = tmp_path / "cut off"
    before = digest(folder)
    rows = [("note", "x" * 500, f"{number:064x}") for number in range(500)]
    with open_state(folder) as state, suppress(KeyboardInterrupt), rewritten(state):
        state.connection.execute("PRAGMA cache_size = 1")
        state.connection.executemany("INSERT INTO names (kind, value, hash) VALUES (?, ?, ?)", rows)
        shutil.copytree(folder, cut_off)
        raise KeyboardInterrupt
    assert (cut_off / "state.sqlite").stat().st_size > (folder / "state.sqlite").stat().st_size
    assert (cut_off / "state.sqlite-journal").stat().st_size > 0
    there = {path: path.read_bytes() for path in cut_off.iterdir() if path.is_file()}
    assert "after change 4 was interrupted" in str(refusal(cut_off, read_only=True))
    assert {path: path.read_bytes() for path in cut_off.iterdir() if path.is_file()} == there
    with open_state(cut_off) as state:
        assert digest_content(state.connection) == before
    assert (cut_off / "state.sqlite").read_bytes() == (folder / "state.sqlite").read_bytes()
    assert digest(cut_off) == before


# --- what other programs left -----------------------------------------------------------------------------------------


def test_a_row_that_refers_to_nothing_is_found(folder):
    with closing(sqlite3.connect(folder / "state.sqlite", isolation_level=None)) as connection:
        connection.execute("INSERT INTO forgotten VALUES (5, 999)")
    with pytest.raises(StateError) as caught:
        restore_state(folder, folder / "state.sqlite")
    assert (caught.value.code, "refer to nothing" in str(caught.value)) == ("GL703", True)


def test_half_a_backup_of_a_run_that_was_killed_is_cleared_away(folder):
    (folder / "backups").mkdir(mode=0o700)
    (folder / "backups" / ".tmp-state.sqlite").write_bytes(b"half")
    (folder / "backups" / "notes.txt").write_text("ours")
    with open_state(folder) as state:
        back_up(state)
    left = {path.name for path in (folder / "backups").iterdir()}
    assert left == {"notes.txt", "state-2026-w02-g000004.sqlite", "state.key"}


def test_a_state_without_a_sweep_is_backed_up_too(tmp_path):
    with open_state(tmp_path / "state", Opening(init=True)) as state:
        assert back_up(state).name == "state-start-g000000.sqlite"
        back_up(state)
    assert restore_state(tmp_path / "state").generation == 0
    assert restore_state(tmp_path / "state").aside == tmp_path / "state" / "state-aside-2.sqlite"


def test_a_copy_that_cannot_be_read_may_hold_the_account(folder):
    (folder / "backups").mkdir(mode=0o700)
    broken = folder / "backups" / "state-2026-w02-g000004.sqlite"
    broken.write_bytes(b"x" * 5000)
    with open_state(folder) as state:
        assert forget_account(state, CAT, by="maria", at=0, note="asked").copies == (broken,)


def test_an_account_that_the_state_never_knew_is_forgotten_without_a_trace(folder):
    with open_state(folder) as state:
        before = state.generation
        done = forget_account(state, "nobody", by="maria", at=0, note="asked")
        assert (done.was_known, done.n_names, state.generation) == (False, 0, before)


# --- merges -----------------------------------------------------------------------------------------------------------


def test_rings_that_name_each_other_do_not_hang(folder):
    one = ring("2026-W02", "ann", status=RingStatus.MERGED, merged_into=OTHER)
    other = replace(one, ring_id=OTHER, merged_into=RING)
    with open_state(folder) as state:
        record_sweep(state, record("2026-W03"), lineage(one, other))
        assert people.resolve_ring(state, RING) in {RING, OTHER}
        assert find_ring_story(state, RING.lower(), "2026-06-01").asked == RING
        assert find_ring_story(state, f" {RING}\n", "2026-06-01").asked == RING


def test_a_verdict_on_a_ring_that_nobody_knows_is_refused(folder):
    with open_state(folder) as state:
        before = digest_content(state.connection)
        with pytest.raises(StateError, match="GL709"):
            record_verdicts(state, [verdict(OTHER, VerdictKind.BENIGN)], by="maria", at=0)
        assert digest_content(state.connection) == before


# --- files of decisions -----------------------------------------------------------------------------------------------


def test_a_file_that_is_no_list_of_decisions_is_not_read_to_its_end(tmp_path, monkeypatch):
    monkeypatch.setattr("graphlink.engine.small_table.MOST_BYTES", 100)
    (tmp_path / "export.csv").write_bytes(b"account_id,note\n" + b"ann,x\n" * 100)
    with pytest.raises(ConfigError, match="over 100 bytes"):
        read_list_file(tmp_path / "export.csv", today="2026-11-24", by="maria")
