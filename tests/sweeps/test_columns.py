"""A column that described accounts and is gone: the week is refused, and known bans outlive one that goes without."""

import json

import pytest
from sweep_worlds import SETTINGS, THIRD, WEEKS, banned, state_digest, sweep, write_world

from graphlink.__main__ import run
from graphlink.config.sweeps import SweepSettings
from graphlink.sweeps.drift_checks import judge_counts
from graphlink.words.errors import ExitCode, InputError

SWEPT = WEEKS[2:6], (THIRD, WEEKS[3])
"""In the second week that is swept some accounts of a ring were banned."""

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("worker_here")]


def rename(settings, week, name):
    """Call the column `status` otherwise; by no name it is left out."""
    path = settings.parent / "exports" / week / "accounts.csv"
    rows = [line.rsplit(",", 1) for line in path.read_text().splitlines()]
    rows[0][1] = name
    path.write_text("\n".join(",".join(row) if name else row[0] for row in rows) + "\n")


@pytest.mark.parametrize(("name", "cure"), [("", "export it again"), ("state", '`[columns] status = "state"`')])
def test_a_column_that_is_gone_is_refused_with_the_nearest_name(world, name, cure):
    rename(world, WEEKS[4], name)
    before = state_digest(world)
    for dry_run in (True, False):
        with pytest.raises(InputError, match="GL166") as refused:
            sweep(world, WEEKS[4], dry_run=dry_run)
        assert "`status`" in str(refused.value)
        assert cure in str(refused.value)
    assert state_digest(world) == before


def test_times_that_are_gone_are_refused_with_the_column_that_may_hold_them(world):
    """Of 27 possible victims a week without times called 12 core members, and nobody was told."""
    path = world.parent / "exports" / WEEKS[4] / "sightings.csv"
    text = path.read_text()
    path.write_text(text.replace("seen_at", "first_ts", 1))
    with pytest.raises(InputError, match="GL166") as refused:
        sweep(world, WEEKS[4])
    assert "no column `seen_at` any more" in str(refused.value)
    assert '`[columns] seen_at = "first_ts"`' in str(refused.value)
    outcome = sweep(world, WEEKS[4], allow_partial=True)
    assert outcome.missing == ("column seen_at",)


def test_known_bans_outlive_a_week_that_goes_without_the_column(world):
    rename(world, WEEKS[4], "")
    outcome = sweep(world, WEEKS[4], allow_partial=True)
    assert outcome.code(1.0, exit_on_rings=False) is ExitCode.DEGRADED
    assert "Sources were missing (column status)" in (outcome.folder / "report.html").read_text()
    assert json.loads((outcome.folder / "inputs.json").read_text())["missing"] == ["column status"]
    assert banned(world) == 6
    assert run(["verify", str(outcome.folder), "-c", str(world)]) == ExitCode.DONE
    rename(world, WEEKS[5], "")
    with pytest.raises(InputError, match="GL166"):
        sweep(world, WEEKS[5])


def test_a_file_whose_columns_are_all_called_otherwise_is_told_from_one_that_is_missing(world):
    people = world.parent / "exports" / WEEKS[4] / "accounts.csv"
    people.write_text(people.read_text().replace("account_id,created_at,status", "account_id,created,device"))
    with pytest.raises(InputError, match="GL166"):
        sweep(world, WEEKS[4])
    people.unlink()
    assert sweep(world, WEEKS[4], allow_partial=True).missing == ("accounts.csv",)
    assert banned(world) == 6


def test_an_older_week_does_not_stand_in_for_the_newest(tmp_path):
    settings = write_world(tmp_path / "world", WEEKS[:4], SETTINGS + "[sweep]\nexport_weeks = 2\n")
    sweep(settings, THIRD, init=True)
    rename(settings, WEEKS[3], "")
    with pytest.raises(InputError, match="GL166"):
        sweep(settings, WEEKS[3])


def test_a_column_that_never_was_is_missed_by_nobody(tmp_path):
    settings = write_world(tmp_path / "world", WEEKS[:2])
    rename(settings, WEEKS[0], "")
    sweep(settings, WEEKS[0], init=True)
    assert sweep(settings, WEEKS[1]).missing == ()


@pytest.mark.parametrize(("now", "levels"), [(0, ["refused"]), (1_500, ["degraded"]), (90_000, [])])
def test_a_status_that_hardly_any_row_tells_is_unusual_and_a_new_one_is_not(now, levels):
    gates = judge_counts({"told:status": now}, [{"told:status": 4_000}], SweepSettings())
    assert [str(gate.level) for gate in gates] == levels
    assert judge_counts({"told:status": now}, [{"rows": 0}], SweepSettings()) == ()
