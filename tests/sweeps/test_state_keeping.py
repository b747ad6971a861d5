"""Backups are whole, and what is forgotten is gone."""

import hashlib
import multiprocessing
import resource
import shutil
import sqlite3
import threading
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from state_worlds import CAT, DAY, RING, digest, lineage, record, refusal, ring, verdict

from graphlink.model.sweeps import Evader, Listed, RingStatus, VerdictKind
from graphlink.sweeps.state import backup, checking, forgetting, restoring
from graphlink.sweeps.state.backup import Backup, back_up, kept_backups, list_backups
from graphlink.sweeps.state.chain import digest_content
from graphlink.sweeps.state.decisions import (
    ALLOWED,
    read_decisions,
    read_list,
    read_verdicts,
    record_list,
    record_verdicts,
)
from graphlink.sweeps.state.forgetting import forget_account, prune_rings
from graphlink.sweeps.state.key import read_key
from graphlink.sweeps.state.open_state import Opening, open_state
from graphlink.sweeps.state.reading import known_rings, read_sweeps
from graphlink.sweeps.state.recording import record_sweep
from graphlink.sweeps.state.restoring import restore_state
from graphlink.sweeps.state.seal import read_seal
from graphlink.words.errors import ExitCode, MachineError, StateError

# --- backups ----------------------------------------------------------------------------------------------------------


def test_a_lost_state_is_restored_with_its_key(folder):
    with open_state(folder) as state:
        before = digest_content(state.connection)
        back_up(state)
    for path in [*folder.glob("state.*")]:
        path.unlink()
    assert refusal(folder).code == "GL701"
    assert restore_state(folder).aside is None
    assert digest(folder) == before


def test_a_lost_key_is_not_replaced_by_a_new_one_that_fits_nothing(folder):
    (folder / "state.key").unlink()
    assert refusal(folder, init=True).code == "GL706"
    assert not (folder / "state.key").exists()


@pytest.mark.parametrize("is_named", [False, True])
def test_under_a_key_that_fits_no_backup_the_copy_beside_the_backups_is_taken(folder, is_named):
    with open_state(folder) as state:
        before, path = digest_content(state.connection), back_up(state)
    other = "0" * 64 + "\n"
    (folder / "state.key").write_text(other)
    done = restore_state(folder, path if is_named else None)
    assert done.backup == path
    assert (folder / "state-aside-1.key").read_text() == other  # of the state that was put aside, if of any
    assert digest(folder) == before


def test_a_damaged_backup_is_passed_over(folder):
    with open_state(folder) as state:
        good = back_up(state)
        record_sweep(state, record("2026-W03"), lineage(ring("2026-W03", "ann", "bob")))
        bad = back_up(state)
    content = bad.read_bytes()
    bad.write_bytes(content.replace(b"coordinated", b"coordinatee"))
    assert restore_state(folder).backup == good
    with pytest.raises(StateError):
        restore_state(folder, bad)


def test_without_a_whole_backup_nothing_is_changed(folder):
    before = {path.name: path.read_bytes() for path in folder.glob("state.*")}
    with pytest.raises(StateError, match="GL707"):
        restore_state(folder)
    assert {path.name: path.read_bytes() for path in folder.glob("state.*")} == before


def test_a_leftover_journal_is_not_applied_to_a_restored_state(folder):
    with open_state(folder) as state:
        before = digest_content(state.connection)
        back_up(state)
    (folder / "state.sqlite-journal").write_bytes(b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7" + bytes(4096))
    restore_state(folder)
    assert not (folder / "state.sqlite-journal").exists()
    assert digest(folder) == before


@given(st.sets(st.tuples(st.integers(2024, 2026), st.integers(1, 52)), max_size=80))
def test_the_newest_backup_is_always_kept_and_twenty_at_most(weeks):
    backups = [
        Backup(Path(f"{year}-{week}"), f"{year}-w{week:02d}", 60 * year + week)
        for year, week in sorted(weeks, reverse=True)
    ]
    kept = kept_backups(backups)
    assert set(backups[:8]) <= kept
    assert len(kept) <= 20


# --- a past that was left behind --------------------------------------------------------------------------------------


def names_of(folder: Path) -> list[str]:
    return [each.path.name for each in list_backups(folder)]


def abandon(folder: Path) -> None:
    """Sweep on to week 4, and go back to what was known after week 2."""
    with open_state(folder) as state:
        back = back_up(state)
        for week in ("2026-W03", "2026-W04"):
            record_sweep(state, record(week), lineage(ring(week, "ann", "bob")))
            back_up(state)
    restore_state(folder, back)


def test_backups_from_after_the_restored_one_step_aside(folder):
    abandon(folder)
    assert names_of(folder) == ["state-2026-w02-g000004.sqlite"]
    aside = folder / "backups" / "aside-1"
    there = {path.name for path in aside.iterdir()}
    assert there == {"state-2026-w03-g000005.sqlite", "state-2026-w04-g000006.sqlite", "state.key"}
    assert {path.stat().st_mode & 0o077 for path in (aside, *aside.iterdir())} == {0}


@pytest.mark.parametrize("keyless", [False, True])
def test_after_a_new_start_beside_old_backups_the_new_one_is_restored(folder, keyless):
    with open_state(folder) as state:
        old = back_up(state)
    (folder / "state.sqlite").unlink()
    if keyless:
        (folder / "state.key").unlink()
    with open_state(folder, Opening(init=True)) as state:
        assert names_of(folder) == [old.name]  # until it has something of its own, the old one may still be wanted
        record_sweep(state, record("2026-W01"), lineage(ring("2026-W01", "ann", "bob")))
        before, path = digest_content(state.connection), back_up(state)
    assert names_of(folder) == [path.name]
    (folder / "state.sqlite").write_bytes(b"damaged")
    assert restore_state(folder).backup == path
    assert digest(folder) == before
    aside = folder / "backups" / "aside-1"
    assert backup.check_file(aside / old.name, read_key(aside))[1].generation == 4


def test_a_state_that_was_put_back_by_hand_leaves_its_later_backups_behind_too(folder):
    with open_state(folder) as state:
        back = back_up(state)
        record_sweep(state, record("2026-W03"), lineage(ring("2026-W03", "ann", "bob")))
        later = back_up(state)
    shutil.copy(back, folder / "state.sqlite")
    assert refusal(folder).code == "GL703"
    restore_state(folder, folder / "state.sqlite")
    with open_state(folder) as state:
        assert backup.newest_backup(state).path == back
        record_verdicts(state, [verdict("ann", VerdictKind.BENIGN)], by="li", at=5 * DAY)
        path = back_up(state)
    assert names_of(folder) == [path.name]
    assert (folder / "backups" / "aside-1" / later.name).is_file()


def test_whoever_returns_to_a_past_has_its_backups_again(folder):
    abandon(folder)
    with open_state(folder) as state:
        record_verdicts(state, [verdict("ann", VerdictKind.BENIGN)], by="li", at=5 * DAY)
        back_up(state)
    aside = folder / "backups" / "aside-1"
    done = restore_state(folder, aside / "state-2026-w04-g000006.sqlite")
    assert done.returned == 2
    assert not aside.exists()
    assert names_of(folder) == [f"state-2026-w0{n}-g00000{n + 2}.sqlite" for n in (4, 3)]
    (folder / "state.sqlite").write_bytes(b"damaged")
    assert restore_state(folder).generation == 6
    aside = folder / "backups" / "aside-2"
    assert [path.name for path in aside.glob("*.sqlite")] == ["state-2026-w02-g000005.sqlite"]


def test_a_return_that_was_cut_off_is_made_up_for_by_the_same_command(folder, monkeypatch):
    abandon(folder)
    aside = folder / "backups" / "aside-1"

    def stopped(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(restoring, "set_aside", stopped)
        with pytest.raises(KeyboardInterrupt):
            restore_state(folder, aside / "state-2026-w04-g000006.sqlite")
    assert refusal(folder).code == "GL703"
    restore_state(folder, aside / "state-2026-w04-g000006.sqlite")
    with open_state(folder) as state:
        assert state.generation == 6
        back_up(state)
    assert names_of(folder) == [f"state-2026-w0{n}-g00000{n + 2}.sqlite" for n in (4, 3, 2)]


@pytest.mark.parametrize("keyless", [False, True])
def test_where_no_backup_is_whole_those_aside_are_named(folder, keyless):
    abandon(folder)
    for each in list_backups(folder):
        each.path.unlink()
    (folder / "state.sqlite").unlink()
    if keyless:
        (folder / "state.key").unlink()
        with open_state(folder, Opening(init=True)):
            pass
    with pytest.raises(StateError) as caught:
        restore_state(folder)
    told = str(caught.value)
    assert str(folder / "backups" / "aside-1") in told
    assert ("with state.key from there" in told) == keyless
    aside = folder / "backups" / "aside-1"
    shutil.copy(aside / "state.key", folder / "state.key")
    assert restore_state(folder, aside / "state-2026-w04-g000006.sqlite").returned == 2
    for path in folder.glob("state.*"):
        path.unlink()
    assert restore_state(folder).generation == 6  # with the key that stands beside the backups


def test_a_restore_without_room_leaves_nothing_and_names_what_it_could_not_write(folder):
    """It left the copy, and named the backup, which it had only read."""
    with open_state(folder) as state:
        back_up(state)
        before = digest_content(state.connection)
    there = sorted(folder.rglob("*"))
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, limits[1]))
    try:
        with pytest.raises(MachineError) as caught:
            restore_state(folder)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert (caught.value.code, str(folder / ".tmp-restored") in str(caught.value)) == ("GL830", True)
    assert sorted(folder.rglob("*")) == there
    assert digest(folder) == before


def test_a_restore_that_was_cut_off_has_moved_no_backup_and_forgetting_lists_its_copy(folder, monkeypatch):
    with open_state(folder) as state:
        back = back_up(state)
        record_sweep(state, record("2026-W03"), lineage(ring("2026-W03", "ann", "bob")))
        back_up(state)
        before, names = digest_content(state.connection), names_of(folder)

    def stopped(folder: Path) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(restoring, "_step_aside", stopped)
        with pytest.raises(KeyboardInterrupt):
            restore_state(folder, back)
    assert names_of(folder) == names
    shutil.copy(back, folder / ".tmp-restored")  # a kill leaves it
    with open_state(folder) as state:
        assert digest_content(state.connection) == before
        assert folder / ".tmp-restored" in forget_account(state, CAT, by="maria", at=0, note="asked").copies


# --- a copy that is not whole -----------------------------------------------------------------------------------------


def test_a_copy_that_is_not_whole_gets_no_name(folder, monkeypatch):
    """A disk that writes something else."""
    monkeypatch.setattr(backup, "create_file", lambda path, content: path.write_bytes(content[:-1] + b"x"))
    with open_state(folder) as state, pytest.raises(StateError, match="GL702"):
        back_up(state)
    assert list_backups(folder) == ()


def test_a_state_that_rots_while_it_is_open_gets_no_backup(folder):
    with open_state(folder) as state:
        with closing(sqlite3.connect(folder / "state.sqlite", isolation_level=None)) as connection:
            connection.execute("DROP TRIGGER verdicts_refuses_update")
            connection.execute("UPDATE verdicts SET by = 'somebody' WHERE generation = 4")
            connection.execute(
                "CREATE TRIGGER verdicts_refuses_update BEFORE UPDATE ON verdicts "
                "BEGIN SELECT raise(ABORT, 'rows are only ever added'); END"
            )
        with pytest.raises(StateError, match="GL703"):
            back_up(state)
        with pytest.raises(StateError, match="GL703"):
            record_verdicts(state, [verdict("dan", VerdictKind.UNSURE)], by="li", at=0)
    assert list_backups(folder) == ()


# --- forgetting -------------------------------------------------------------------------------------------------------


def bytes_below(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


def test_a_forgotten_account_is_nowhere_in_the_file_and_the_chain_holds(folder):
    assert CAT.encode() in bytes_below(folder)
    with open_state(folder) as state:
        done = forget_account(state, CAT, by="maria", at=3 * DAY, note=f"{CAT} asked for it")
    assert (done.was_known, done.n_names, done.copies) == (True, 2, ())
    assert CAT.encode() not in bytes_below(folder)
    with open_state(folder) as state:
        record_sweep(state, record("2026-W03"), lineage(ring("2026-W03", "ann", "bob", CAT)))
        assert [member.account_id for member in known_rings(state)[0].members] == ["ann", "bob"]
        assert [each.subject for each in read_verdicts(state)] == [RING]
        assert [account for account, _ in read_verdicts(state)[0].covers] == ["ann", "bob", "dan"]
    assert CAT.encode() not in bytes_below(folder)


def test_the_tombstone_is_keyed(folder):
    with open_state(folder) as state:
        forget_account(state, CAT, by="maria", at=0, note="asked")
        hashes = [row[0] for row in state.connection.execute("SELECT hash FROM names WHERE value IS NULL")]
    assert len(hashes) == 2
    for form in (CAT, f"account\0\0{CAT}"):
        assert hashlib.sha256(form.encode()).hexdigest() not in hashes


def test_what_was_kept_for_an_account_alone_goes_with_it_and_what_others_share_stays(folder):
    evader = Evader(CAT, RING, 0, (("card", "c1"), ("phone", "+44-only-cat")), 9)
    with open_state(folder) as state:
        told = lineage(ring("2026-W03", "ann", "bob"), evaders=(evader,))
        record_sweep(state, record("2026-W03"), told, None, {CAT: (("email", "cat@only.example"),)})
        forget_account(state, CAT, by="maria", at=0, note="asked")
        assert [signal.signal_value for signal in known_rings(state)[0].signals] == ["c1", "c2"]
    content = bytes_below(folder)
    assert b"+44-only-cat" not in content
    assert b"cat@only.example" not in content


def test_notes_that_tell_of_the_account_go_and_others_stay(folder):
    with open_state(folder) as state:
        notes = {"ann": f"friend of {CAT}!", "bob": "ok", CAT: "ok"}
        told = [verdict(name, VerdictKind.UNSURE, note=note) for name, note in notes.items()]
        record_verdicts(state, told, by="maria", at=0)
        forget_account(state, CAT, by="maria", at=0, note="asked")
        left = {each.subject: each.note for each in read_verdicts(state) if not each.is_ring}
    assert left == {"ann": "", "bob": "ok"}
    assert CAT.encode() not in bytes_below(folder)


@pytest.mark.parametrize("which", ["allowed", "known_bad"])
@pytest.mark.parametrize("kind", [None, "card"])
def test_a_wildcard_that_holds_the_id_goes_and_others_stay(folder, which, kind):
    def listed(value):
        return Listed(value, "li", "ours", kind, is_pattern=True)

    with open_state(folder) as state:
        entries = [listed(f"{CAT}*"), listed("cat-*"), listed(f"*{CAT}7*")]
        record_list(state, which, entries, by="li", at=0)
        kept = back_up(state)
        done = forget_account(state, CAT, by="maria", at=0, note="asked")
        assert (done.n_wildcards, done.copies) == (1, (kept,))
        assert [each.value for each in read_list(state, which)] == [f"*{CAT}7*", "cat-*"]
        record_list(state, which, entries[1:], removed=True, by="li", at=0)
        record_list(state, which, entries[:1], by="li", at=0)  # what is written anew is new
        assert [each.value for each in read_list(state, which)] == [f"{CAT}*"]


def test_a_wildcard_of_an_account_that_no_sweep_met_goes_too(folder):
    with open_state(folder) as state:
        entry = Listed("owl-5d1e*", "li", "ours", is_pattern=True)
        record_list(state, "allowed", [entry], by="li", at=0)
        done = forget_account(state, "owl-5d1e", by="maria", at=0, note="asked")
        assert (done.was_known, done.n_names, done.n_wildcards) == (False, 1, 1)
    assert b"owl-5d1e" not in bytes_below(folder)


def test_copies_that_hold_the_account_are_listed(folder):
    with open_state(folder) as state:
        old = back_up(state)
    restore_state(folder)
    with open_state(folder) as state:
        aside = folder / "state-aside-1.sqlite"
        assert forget_account(state, CAT, by="maria", at=0, note="asked").copies == (old, aside)
        new = back_up(state)  # the week's newest, which takes the place of the older one
        assert forget_account(state, CAT, by="maria", at=0, note="asked").copies == (aside,)
    assert CAT.encode() not in new.read_bytes()
    assert not old.exists()


@pytest.mark.parametrize("act", [back_up, forgetting.rewrite])
def test_a_state_that_was_replaced_meanwhile_is_neither_backed_up_nor_rewritten(folder, act):
    """Its backup put those of the restored state aside, and the next restore lost what was decided since."""
    with open_state(folder) as state:
        first = back_up(state)
        record_sweep(state, record("2026-W03"), lineage())
    with open_state(folder) as old:
        restore_state(folder, first)
        with open_state(folder) as state:
            record_verdicts(state, [verdict("dan", VerdictKind.BENIGN)], by="maria", at=0)
            back_up(state)
            backups = list_backups(folder)
        with pytest.raises(StateError, match="another state was put in its place meanwhile") as refused:
            act(old)
    assert refused.value.code == "GL705"
    assert list_backups(folder) == backups
    digest(folder)  # whole


# --- pruning ----------------------------------------------------------------------------------------------------------


def ended(week: str, *accounts: str, ring_id: str) -> object:
    return replace(ring(week, *accounts, ring_id=ring_id, values=(f"card-of-{ring_id}",)), status=RingStatus.ENDED)


def test_rings_that_ended_long_ago_lose_their_names_unless_somebody_judged_them(folder):
    """A ring ends many weeks after it was last seen: the one that just had was pruned in the week in which it did."""
    old, judged, recent = "R-2026-W03-001", "R-2026-W03-002", "R-2026-W03-003"
    before = (ended("2026-W03", "old-only", "shared", ring_id=old), ended("2026-W03", "judged-only", ring_id=judged))
    since = ended("2026-W03", "recent-only", "shared", ring_id=recent)
    with open_state(folder) as state:
        record_sweep(state, record("2026-W09"), lineage(*before, replace(since, status=RingStatus.QUIET)))
        record_sweep(state, record("2026-W20"), lineage(*before, since))
        record_verdicts(state, [verdict(judged, VerdictKind.CONFIRMED, "2026-W20")], by="maria", at=0)
        assert prune_rings(state, "2026-W09", by="cron", at=0, note="retention") == 0
        assert prune_rings(state, "2026-W20", by="cron", at=0, note="retention") == 1
        assert prune_rings(state, "2026-W20", by="cron", at=0, note="retention") == 0
        left = {each.ring_id: [member.account_id for member in each.members] for each in known_rings(state)}
        assert left == {old: ["shared"], judged: ["judged-only"], recent: ["recent-only", "shared"]}
    content = bytes_below(folder)
    assert b"old-only" not in content
    assert b"card-of-R-2026-W03-001" not in content
    with open_state(folder) as state:
        record_sweep(state, record("2026-W21"), lineage(ring("2026-W21", "old-only", "shared")))
        assert [member.account_id for member in known_rings(state)[0].members] == ["old-only", "shared"]


# --- readers and writers ----------------------------------------------------------------------------------------------


def _write(folder: Path, weeks: range) -> None:
    for number in weeks:
        week = f"2026-W{number:02d}"
        with open_state(folder) as state:
            record_sweep(state, record(week), lineage(ring(week, "ann", "bob", f"new-{number}")))


def test_readers_beside_a_writer_see_whole_states(folder):
    writer = multiprocessing.get_context("spawn").Process(target=_write, args=(folder, range(3, 13)))
    writer.start()
    seen = []
    while writer.is_alive():
        with open_state(folder, Opening(read_only=True)) as state:
            (known,) = known_rings(state)
            seen.append(known.last_week)
            if known.last_week > "2026-W02":
                number = int(known.last_week[-2:])
                assert [member.account_id for member in known.members] == ["ann", "bob", f"new-{number}"]
    writer.join()
    assert writer.exitcode == 0
    assert seen == sorted(seen)
    with open_state(folder) as state:
        assert len(read_sweeps(state)) == 12


def test_a_change_waits_until_a_readers_seal_and_bytes_were_compared(folder, monkeypatch):
    """A seal that was read before a change, and bytes that were read after it, would look damaged."""
    writers = []

    def write():
        with open_state(folder) as state:
            record_verdicts(state, [verdict("dan", VerdictKind.UNSURE)], by="li", at=0)

    def read_slowly(at, key):
        seal = read_seal(at, key)
        if not writers:
            writers.append(threading.Thread(target=write))
            writers[0].start()
            writers[0].join(0.5)
        return seal

    with open_state(folder, Opening(read_only=True)) as state:
        before = state.generation
    monkeypatch.setattr(checking, "read_seal", read_slowly)
    with open_state(folder, Opening(read_only=True)):
        pass
    writers[0].join()
    with open_state(folder, Opening(read_only=True)) as state:
        assert state.generation == before + 1


def test_a_verdict_given_during_a_sweep_is_kept(folder):
    with open_state(folder) as sweeping:
        known = known_rings(sweeping)
        with open_state(folder) as other:
            record_verdicts(other, [verdict("dan", VerdictKind.UNSURE)], by="li", at=0)
        record_sweep(sweeping, record("2026-W03"), lineage(*known))
        assert (sweeping.generation, len(read_verdicts(sweeping))) == (6, 3)
    with open_state(folder) as state:
        assert (state.generation, len(read_sweeps(state))) == (6, 3)


def test_a_sweep_into_a_state_that_was_replaced_meanwhile_is_refused(folder):
    with open_state(folder) as state:
        back_up(state)
    with open_state(folder) as sweeping:
        restore_state(folder)
        with pytest.raises(StateError) as caught:
            record_sweep(sweeping, record("2026-W03"), lineage(ring("2026-W03", "ann", "bob")))
    assert caught.value.exit_code is ExitCode.STATE_REFUSED
    with open_state(folder) as state:
        assert len(read_sweeps(state)) == 2


def test_a_list_entry_that_is_taken_off_is_gone_and_stays_on_record(folder):
    entry = Listed("ann", "maria", "ours")
    with open_state(folder) as state:
        record_list(state, "allowed", (entry,), by="maria", at=0)
        assert [each.value for each in read_list(state, ALLOWED)] == ["ann"]
        record_list(state, "allowed", (entry,), removed=True, by="li", at=0)
        assert read_list(state, ALLOWED) == ()
        told = state.connection.execute("SELECT by, note FROM history WHERE kind = 'allow'").fetchall()
    assert told == [("maria", "1 entry added"), ("li", "1 entry removed")]


def test_what_a_cleared_account_was_met_with_outlives_the_ring(folder):
    """Once its name was gone, the same card was something new, and the account back."""
    ties = (("card", "card-of-old"), ("card", "card-of-both"))
    old, other = "R-2026-W03-001", "R-2026-W03-002"
    with open_state(folder) as state:
        record_list(state, ALLOWED, [Listed("ann", "maria", "ours")], by="maria", at=0)
        rings = (
            ring("2026-W03", "bob", "cat", ring_id=old, values=("card-of-old", "card-of-both")),
            ring("2026-W03", "dan", "eve", ring_id=other, values=("card-of-both",)),
        )
        record_sweep(state, record("2026-W03"), lineage(*rings), met={"ann": ties})
        gone = replace(rings[0], status=RingStatus.ENDED, members=(), signals=())
        again = ring("2026-W20", "dan", "eve", ring_id=other, values=("card-of-both",))
        record_sweep(state, record("2026-W20"), lineage(gone, again))
        before = read_decisions(state, "2026-06-01").met
        assert prune_rings(state, "2026-W21", by="cron", at=0, note="retention") == 1
        assert read_decisions(state, "2026-06-01").met == before
    assert sorted(before["ann"]) == sorted(ties)


# --- what a sweep met a cleared account with --------------------------------------------------------------------------

ONE, OTHER = (("card", "c1"),), (("ip", "203.0.113.9"),)


def met(state, before=None):
    return dict(read_decisions(state, "2026-06-01", before=before).met)


def test_what_a_superseded_revision_met_is_not_known(folder):
    """It tied a cleared account by another address, and the corrected export, which has the card, brought it back."""
    with open_state(folder) as state:
        record_list(state, ALLOWED, [Listed("ann", "maria", "ours")], by="maria", at=0)
        record_sweep(state, record("2026-W03"), lineage(), met={"ann": OTHER})
        assert met(state, before="2026-W03") == {}
        assert met(state, before="2026-W04") == met(state) == {"ann": OTHER}
        record_sweep(state, record("2026-W03", revision=2), lineage(), met={"ann": ONE})
        assert met(state, before="2026-W04") == met(state) == {"ann": ONE}
        record_sweep(state, record("2026-W03", revision=3), lineage())
        assert met(state) == {}


@pytest.mark.parametrize(
    "entry", [Listed("ann", "maria", "ours"), Listed("a*", "maria", "ours", is_pattern=True)], ids=["whole", "wildcard"]
)
def test_what_was_met_before_the_decision_is_not_known(folder, entry):
    with open_state(folder) as state:
        record_list(state, ALLOWED, [entry], by="maria", at=0)
        record_sweep(state, record("2026-W03"), lineage(), met={"ann": OTHER})
        record_list(state, ALLOWED, [entry], removed=True, by="maria", at=0)
        assert met(state) == {}
        record_list(state, ALLOWED, [entry], by="maria", at=0)
        assert met(state) == {}
        record_sweep(state, record("2026-W04"), lineage(), met={"ann": ONE})
        assert met(state) == {"ann": ONE}


def test_what_was_met_after_a_verdict_is_known_until_the_next_one_on_the_account(folder):
    with open_state(folder) as state:
        clear(state, "zoe")
        record_sweep(state, record("2026-W03"), lineage(), met={"zoe": ONE})
        clear(state, "yan")
        assert met(state) == {"zoe": ONE}
        clear(state, "zoe")
        assert met(state) == {}


def clear(state, account):
    record_verdicts(state, [verdict(account, VerdictKind.BENIGN)], by="maria", at=0)
