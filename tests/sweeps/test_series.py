"""Twelve weeks, with a ban and what grew back: live or replayed, once or twice, corrected or right from the start."""

import shutil
from pathlib import Path

import pytest
from sweep_worlds import BACK, SETTINGS, WEEKS, everything, sweep, write_week, write_world

from graphlink.model.sweeps import EventKind, Lineage, Ruling
from graphlink.sweeps.changes import lineage_calls
from graphlink.sweeps.documents import BEFORE, LINEAGE, RULING, Before, read_document
from graphlink.sweeps.state.open_state import Opening, open_state
from graphlink.sweeps.state.reading import read_events
from graphlink.sweeps.state.restoring import restore_state
from graphlink.words.errors import InputError

pytestmark = pytest.mark.slow
CORRECTED = WEEKS[-2]


@pytest.fixture(scope="module")
def live(tmp_path_factory) -> Path:
    """Each week is swept when its export arrives, and once more; beside it stands a copy from before the last two."""
    settings = write_world(tmp_path_factory.mktemp("live") / "world", ())
    for number, week in enumerate(WEEKS):
        if week == CORRECTED:
            shutil.copytree(settings.parent, settings.parent.with_name("earlier"), symlinks=True)
        write_week(settings.parent / "exports" / week, week)
        sweep(settings, week, init=number == 0)
        assert sweep(settings, week).already
    return settings


def test_a_ring_is_banned_grows_back_and_others_are_born_and_end(live):
    with open_state(live.parent / "state", Opening(read_only=True)) as state:
        events = read_events(state)
        evaders = [row[0] for row in state.connection.execute("SELECT account_id FROM ban_evasion")]
    assert {EventKind.BORN, EventKind.CONTINUED, EventKind.QUIET, EventKind.RETURNED} <= {each.kind for each in events}
    assert any(event.n_banned for event in events if event.kind is EventKind.RETURNED)
    assert len(evaders) > 5
    assert {account.rpartition("-")[0] for account in evaders} == {BACK}


def test_every_possible_evader_is_new_in_one_week(live):
    """The same three used to be named as new week after week, and exit 10 told of them each time."""
    told: list[str] = []
    for week in WEEKS:
        folder = live.parent / "sweeps" / f"run-{week.lower()}"
        named = read_document(Before, (folder / BEFORE).read_bytes()).named
        calls = lineage_calls(
            read_document(Lineage, (folder / LINEAGE).read_bytes()),
            read_document(Ruling, (folder / RULING).read_bytes()),
            named=named,
        )
        assert set(told) <= set(named)
        told += [evader.account_id for evader in calls.evaders]
    assert len(told) == len(set(told)) > 5


def test_live_and_replayed_weeks_give_the_same_state(live, tmp_path):
    replayed = write_world(tmp_path / "replayed", WEEKS, SETTINGS)
    for number, week in enumerate(WEEKS):
        sweep(replayed, week, init=number == 0)
    assert everything(replayed) == everything(live)


def test_any_week_swept_twice_is_swept_once(live):
    before = everything(live)
    assert all(sweep(live, week).already for week in WEEKS)
    assert everything(live) == before


def test_a_week_corrected_late_is_mended_by_restoring_and_replaying(live, tmp_path):
    """As docs/operations.md says; the outcome is that of a series whose export was right from the start."""
    late, right = (
        shutil.copytree(source, tmp_path / name, symlinks=True) / "graphlink.toml"
        for source, name in ((live.parent, "late"), (live.parent.with_name("earlier"), "right"))
    )
    for settings in (late, right):
        write_week(
            settings.parent / "exports" / CORRECTED, CORRECTED, "late-comer,card,cat-card-1,2026-03-12T00:00:00Z\n"
        )
        write_week(settings.parent / "exports" / WEEKS[-1], WEEKS[-1])
    before = everything(late)
    with pytest.raises(InputError, match="GL163"):
        sweep(late, CORRECTED, supersede=True)
    assert everything(late) == before
    (backup,) = (late.parent / "state" / "backups").glob(f"*-{WEEKS[-3].lower()}-*")
    restore_state(late.parent / "state", backup)
    for settings in (late, right):
        sweep(settings, CORRECTED, accept_rollback=settings == late)
        sweep(settings, WEEKS[-1])
    assert everything(late) == everything(right)
