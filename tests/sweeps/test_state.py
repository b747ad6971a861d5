"""What is written to the state is what is read, only ever added, and nothing is written in halves."""

import sqlite3
from contextlib import closing
from dataclasses import replace

import pytest
from state_worlds import CALIBRATION, CAT, RING, digest, lineage, record, refusal, ring, two_weeks, verdict

from graphlink.model.sweeps import EventKind, Listed, VerdictKind
from graphlink.sweeps.state.chain import digest_content
from graphlink.sweeps.state.decisions import ALLOWED, read_list, read_verdicts, record_list, record_verdicts
from graphlink.sweeps.state.forgetting import prune_rings
from graphlink.sweeps.state.ledger import change, insert, name_of
from graphlink.sweeps.state.open_state import Opening, open_state
from graphlink.sweeps.state.precision import precision_by_week
from graphlink.sweeps.state.reading import frozen_calibration, known_rings, read_evaders_named, read_events, read_sweeps
from graphlink.sweeps.state.recording import record_sweep
from graphlink.sweeps.state.schema import digested_tables


@pytest.fixture
def plain(folder):
    """The file as any SQLite program sees it."""
    with closing(sqlite3.connect(folder / "state.sqlite", isolation_level=None)) as connection:
        yield connection


def test_rings_are_read_as_they_stood_before_a_week(folder):
    with open_state(folder) as state:
        assert known_rings(state, before="2026-W02") == (ring("2026-W01", "ann", "bob", CAT),)
        assert known_rings(state, before="2026-W01") == ()
        assert known_rings(state, before="2026-W03") == known_rings(state)


def test_events_sweeps_and_calibration_come_back(folder):
    with open_state(folder) as state:
        assert [event.kind for event in read_events(state)] == [EventKind.BORN, EventKind.GREW]
        assert [event.because for event in read_events(state, since="2026-W02")] == ["1 more"]
        assert read_sweeps(state) == (record("2026-W01"), record("2026-W02"))
        assert frozen_calibration(state) == CALIBRATION
        assert read_evaders_named(state, before="2026-W02") == ()
        assert read_evaders_named(state, before="2026-W03") == ("eve",)


def test_the_newest_revision_of_a_week_tells_its_events(folder):
    with open_state(folder) as state:
        record_sweep(state, record("2026-W02", revision=2), lineage(ring("2026-W02", "ann", "bob")))
        assert [event.week for event in read_events(state)] == ["2026-W01"]
        assert len(read_sweeps(state)) == 3


def test_the_newest_verdict_counts_however_many_came_with_an_earlier_one(folder):
    """A file of verdicts may be of 64 MiB, and 20 bytes suffice for one."""
    with open_state(folder) as state:
        with change(state, "verdict", "maria", 0, "") as generation:
            subject, note = name_of(state, "account", "xan"), name_of(state, "note", "")
            given = ("benign", "maria", note, "2026-W02", None, 0, 0)
            rows = [(generation, 3_000_000, None, subject, *given), (generation, 3_000_001, RING, None, *given)]
            insert(state, "verdicts", rows)
        with change(state, "allow", "maria", 0, "") as generation:
            listed = name_of(state, "account", "yin")
            insert(state, "list_changes", [(generation, 3_000_000, ALLOWED, listed, 0, 0, "maria", note, None, 0)])
        newer = [verdict("xan", VerdictKind.UNSURE), verdict(RING, VerdictKind.CONFIRMED)]
        record_verdicts(state, newer, by="li", at=0)
        record_list(state, ALLOWED, [Listed("yin", "li", "")], removed=True, by="li", at=0)
        assert {each.subject: each.kind for each in read_verdicts(state)}["xan"] is VerdictKind.UNSURE
        assert read_list(state, ALLOWED) == ()
        (rings,) = (each for each in precision_by_week(state) if each.subject == "rings")
        assert (rings.confirmed, rings.benign) == (1, 0)


def test_a_sweep_is_recorded_once(folder):
    with open_state(folder) as state:
        before = digest_content(state.connection)
        with pytest.raises(sqlite3.IntegrityError):
            record_sweep(state, record("2026-W02"), lineage())
        assert digest_content(state.connection) == before
    assert digest(folder) == before


def test_two_states_that_know_the_same_have_the_same_digest(folder, tmp_path):
    two_weeks(tmp_path / "elsewhere")
    assert (folder / "state.key").read_bytes() != (tmp_path / "elsewhere" / "state.key").read_bytes()
    with open_state(folder) as one, open_state(tmp_path / "elsewhere") as other:
        assert digest_content(one.connection) == digest_content(other.connection)


@pytest.mark.parametrize("table", [table.name for table in digested_tables()])
def test_rows_are_neither_changed_nor_deleted(folder, plain, table):
    with open_state(folder) as state:
        prune_rings(state, "2027-W01", by="maria", at=0, note="nothing to do")
    if not plain.execute(f"SELECT count(*) FROM {table}").fetchone()[0]:
        plain.execute("PRAGMA foreign_keys = OFF")
        plain.execute(f"INSERT INTO {table} VALUES ({_a_row(table)})")
    with pytest.raises(sqlite3.IntegrityError, match="only ever added"):
        plain.execute(f"DELETE FROM {table}")
    with pytest.raises(sqlite3.IntegrityError, match="only ever added"):
        plain.execute(f"UPDATE {table} SET generation = generation + 1000")


def _a_row(table: str) -> str:
    rows = {
        "forgotten": "1, 1",
        "taken_out": "1, 1, 0",
        "pruned": "1, 'R-1'",
        "list_changes": "9, 0, 'allowed', 1, 0, 0, 'maria', 1, NULL, 0",
        "list_signals": "9, 0, 1",
        "met_signals": "1, 1, 1",
        "ring_event_others": "1, 0, 'R-1'",
    }
    return rows[table]


def test_a_name_is_not_exchanged(plain):
    with pytest.raises(sqlite3.IntegrityError, match="only be taken out"):
        plain.execute("UPDATE names SET value = 'zoe' WHERE value = 'ann'")
    with pytest.raises(sqlite3.IntegrityError, match="only ever added"):
        plain.execute("DELETE FROM names")


@pytest.mark.parametrize(
    "view", ["ring", "member", "signal", "sweep", "event", "ban_evasion", "verdict", "listed", "history"]
)
def test_views_show_in_plain_words_what_stands_now(plain, view):
    columns = [column[0] for column in plain.execute(f"SELECT * FROM {view}").description]
    rows = plain.execute(f"SELECT * FROM {view}").fetchall()
    assert all("name" not in column for column in columns)
    assert rows or view == "listed"
    if view == "member":
        assert rows == [(RING, account, "core", "2026-W02", 0) for account in ("ann", "bob", CAT, "dan")]
    if view == "ban_evasion":
        assert rows == [("2026-W02", RING, "eve", 1.07)]


def test_what_evaders_share_is_written_down(plain):
    names = "SELECT n.signal_type, n.value FROM evader_signals AS e JOIN names AS n ON n.name = e.signal"
    assert plain.execute(names).fetchall() == [("card", "c1")]


def test_only_init_starts_empty(tmp_path):
    (tmp_path / "empty").mkdir(mode=0o700)
    for name, read_only in (("nowhere", False), ("empty", False), ("empty", True)):
        assert refusal(tmp_path / name, read_only=read_only).code == "GL701"
    assert list((tmp_path / "empty").iterdir()) == []


def test_init_takes_up_what_was_cut_off(tmp_path):
    (tmp_path / "state").mkdir(mode=0o700)
    (tmp_path / "state" / "state.sqlite").touch(0o600)
    assert refusal(tmp_path / "state").code == "GL706"
    with open_state(tmp_path / "state", Opening(init=True)) as state:
        assert state.generation == 0


def test_init_keeps_a_state_that_is_there(folder):
    with open_state(folder, Opening(init=True)) as state:
        assert len(read_sweeps(state)) == 2


def test_members_are_told_apart_by_bytes_and_kept_as_they_are(folder):
    odd = ("'; DROP TABLE names; --", "*", "a\0b", "R-2026-W01-001", "caf\u00e9", "cafe\u0301", "=1+1")
    told = ring("2026-W03", *odd)
    told = replace(told, members=tuple(sorted(told.members, key=lambda member: member.account_id.encode())))
    with open_state(folder) as state:
        record_sweep(state, record("2026-W03"), lineage(told))
    with open_state(folder) as state:
        assert known_rings(state) == (told,)
