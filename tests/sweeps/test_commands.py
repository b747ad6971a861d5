"""The commands around sweeps as a user meets them: what is printed, and with which exit code they end."""

import csv
import json
import shutil
import subprocess
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from state_worlds import RING, lineage, record, ring, verdict
from sweep_worlds import FIRST, SECOND, WEEKS, write_world

from graphlink import __version__
from graphlink.__main__ import run
from graphlink.model.sweeps import EventKind, KnownMember, KnownRing, RingEvent, RingStatus, VerdictKind
from graphlink.model.weeks import end_of
from graphlink.results.versions import current_versions
from graphlink.sweeps.listings import RingStory, find_ring_story, list_events, measure_sweeps
from graphlink.sweeps.state.decisions import record_verdicts
from graphlink.sweeps.state.open_state import Opening, open_state
from graphlink.sweeps.state.reading import known_rings, read_sweeps
from graphlink.sweeps.state.recording import record_sweep
from graphlink.words.errors import ExitCode

SWEPT = WEEKS[:7], (FIRST, SECOND, WEEKS[5])
"""In the weeks that are swept rings are born, closed and gone; one is swept by nobody yet."""

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("worker_here")]


def known(settings, status):
    with open_state(settings.parent / "state", Opening(read_only=True)) as state:
        return [ring for ring in known_rings(state) if ring.status is status]


def test_a_sweep_lists_what_happened_and_leads_on(capsys, says, world):
    assert run(["sweep", "-c", str(world), "--week", WEEKS[6]]) == ExitCode.DONE
    shown = capsys.readouterr()
    assert str(world.parent / "sweeps" / "run-2026-w07" / "report.html") in shown.out.replace("\n", "")
    assert "Next:   graphlink rings" in shown.out
    assert shown.err.splitlines()[-1].startswith(f"graphlink: exit 0 DONE run={WEEKS[6]} rejects=0 rings=")
    assert "already swept" in says("sweep", "-c", str(world), "--week", WEEKS[6], "--exit-code").out


@pytest.mark.parametrize("form", ["table", "json"])
def test_a_full_stdout_leaves_the_sweep_and_asks_to_look(world, graphlink_program, form):
    command = [graphlink_program, "sweep", "-c", world, "--week", WEEKS[6], "--format", form]
    with Path("/dev/full").open("w") as full:
        outcome = subprocess.run(command, check=False, stdout=full, stderr=subprocess.PIPE, text=True)
    assert outcome.returncode == ExitCode.DEGRADED
    assert f"{world.parent / 'sweeps' / 'run-2026-w07'} is whole, but stdout cannot be written" in outcome.stderr
    assert outcome.stderr.splitlines()[-1] == f"graphlink: exit 3 DEGRADED run={WEEKS[6]}"
    with open_state(world.parent / "state", Opening(read_only=True)) as state:
        assert read_sweeps(state)[-1].week == WEEKS[6]


def test_a_superseded_week_is_set_beside_its_earlier_revision(says, world):
    exports = world.parent / "exports" / WEEKS[5] / "sightings.csv"
    exports.write_text("\n".join(line for line in exports.read_text().splitlines() if "emu" not in line) + "\n")
    shown = says("sweep", "-c", str(world), "--week", WEEKS[5], "--supersede", "-q").out
    assert "Against the earlier revision" in shown
    assert "gone" in shown
    assert "ring before" not in shown  # a ring of a sweep has the id that it had


def test_new_rings_have_an_exit_code_only_when_asked(tmp_path):
    settings = write_world(tmp_path / "world", WEEKS[:1])
    words = ["sweep", "-c", str(settings), "--week", FIRST, "--init", "--exit-code", "-q", "--json"]
    assert run(words) == ExitCode.NEW_RINGS


def test_a_week_that_is_none_is_a_usage_error(swept):
    assert run(["sweep", "-c", str(swept), "--week", "2026-47"]) == ExitCode.USAGE


def test_rings_are_listed_with_those_that_are_active_first(says, swept):
    listed = json.loads(says("rings", "-c", str(swept), "--json").out)
    statuses = [ring["status"] for ring in listed]
    assert statuses == sorted(statuses)
    assert set(statuses) == {"active", "quiet"}
    quiet = sorted(known(swept, RingStatus.QUIET), key=lambda one: (-one.score, one.ring_id))
    assert [one["ring_id"] for one in listed if one["status"] == "quiet"] == [one.ring_id for one in quiet]


def test_a_ring_is_shown_with_its_history_whatever_the_case_of_its_id(says, swept):
    one = known(swept, RingStatus.ACTIVE)[0]
    document = json.loads(says("show", one.ring_id.lower(), "-c", str(swept), "--json").out)
    assert document["ring_id"] == one.ring_id
    assert document["events"][0]["week"] == one.born
    assert [member["account_id"] for member in document["members"]] == [member.account_id for member in one.members]
    assert "Next:   graphlink explain" in says("show", one.ring_id, "-c", str(swept)).out


def test_who_was_closed_by_others_is_counted_as_closed_and_not_as_banned(tmp_path, says, monkeypatch):
    """`closed` counted bans alone, while the action file leaves out whoever is closed."""
    monkeypatch.chdir(tmp_path)
    members = (
        KnownMember("ann", "core", "2026-W01", banned=True, banned_week="2026-W01", closed=True),
        KnownMember("bob", "core", "2026-W01", closed=True),
        KnownMember("cat", "core", "2026-W01"),
    )
    with open_state(tmp_path / "state", Opening(init=True)) as state:
        record_sweep(
            state, record("2026-W01"), lineage(replace(ring("2026-W01", "ann", "bob", "cat"), members=members))
        )
    document = json.loads(says("show", RING, "--json").out)
    assert [document[name] for name in ("banned", "closed", "closed_members")] == [1, 2, 2]
    told = {each["account_id"]: (each["banned"], each["closed"]) for each in document["members"]}
    assert told == {"ann": (True, True), "bob": (False, True), "cat": (False, False)}
    text = " ".join(says("show", RING).out.split())
    assert "banned 1 (accounts that you closed, by `banned_statuses`) closed 2 (accounts that you or their" in text
    assert "verdict none" in text


def test_who_was_closed_in_a_week_in_which_the_ring_stayed_quiet_is_counted():
    """Only the first quiet week has an event: the bans of the later ones were in no line."""
    weeks = ("2026-W02", "2026-W03", "2026-W04", "2026-W04")
    members = tuple(
        KnownMember(f"ann-{number}", "core", "2026-W01", banned=True, banned_week=week, closed=True)
        for number, week in enumerate(weeks)
    )
    ring = KnownRing("R-1", "2026-W01", "2026-W01", RingStatus.QUIET, None, 4, 4, 80.0, "coordinated", members, ())
    events = (
        RingEvent("2026-W01", EventKind.BORN, "R-1", n_before=0, n_after=4, n_joined=4),
        RingEvent("2026-W02", EventKind.QUIET, "R-1", n_before=4, n_after=0, n_left=4, n_banned=1),
        RingEvent("2026-W05", EventKind.RETURNED, "R-1", n_before=0, n_after=3, n_joined=3),
    )
    told = list_events(RingStory(ring, "R-1", events, None, None)).records()
    assert [(row["week"], row["event"], row["banned"]) for row in told] == [
        ("2026-W01", "born", 0),
        ("2026-W02", "quiet", 1),
        ("2026-W03", "quiet", 1),
        ("2026-W04", "quiet", 2),
        ("2026-W05", "returned", 0),
    ]
    assert told[3]["because"] == "2 accounts closed since the last sweep"


def test_a_ring_that_nobody_knows_is_refused_and_the_near_ones_are_told(swept, capsys):
    """It ended in exit 7, which calls for a restore."""
    with open_state(swept.parent / "state", Opening(read_only=True)) as state:
        known = known_rings(state)[0].ring_id
    mistyped = known[:-1] + ("Y" if known[-1] == "Z" else "Z")
    assert run(["show", mistyped, "-c", str(swept)]) == ExitCode.INPUT_REFUSED
    near = f"GL504 {mistyped}: no ring {mistyped} is known to sweeps; near is {known}. Fix: correct the id."
    assert near in capsys.readouterr().err
    assert run(["show", "R-1990-W01-000000", "-c", str(swept)]) == ExitCode.INPUT_REFUSED
    assert "no id is near it; `graphlink rings --all` lists them. Fix: " in capsys.readouterr().err


def test_a_ring_that_went_into_another_leads_there(tmp_path):
    gone, left = ring("2026-W01", "ann", "bob", ring_id="R-2026-W01-AAAAAA"), ring("2026-W01", "cat", "dan")
    merged = replace(gone, status=RingStatus.MERGED, merged_into=left.ring_id, members=(), signals=())
    with open_state(tmp_path / "state", Opening(init=True)) as state:
        record_sweep(state, record("2026-W01"), lineage(gone, left))
        record_sweep(state, record("2026-W02"), lineage(merged, left))
        story = find_ring_story(state, gone.ring_id, "2026-06-01")
    assert (story.asked, story.ring.ring_id) == (gone.ring_id, left.ring_id)


@pytest.mark.parametrize(("days", "stale"), [(0, False), (8, False), (8.1, True)])
def test_sweeps_that_have_stopped_are_noticed(swept, days, stale):
    with open_state(swept.parent / "state", Opening(read_only=True)) as state:
        facts = measure_sweeps(state, end_of(WEEKS[5]) + timedelta(days=days), timedelta(days=8))
    assert facts["stale"] is stale
    assert facts["weeks_missing"] == [*WEEKS[2:5]]
    assert facts["newest_week"] == WEEKS[5]


def test_status_ends_in_3_when_the_newest_week_is_old(capsys, says, swept):
    assert run(["status", "-c", str(swept), "--max-age", "99999d", "-q"]) == ExitCode.DONE
    assert capsys.readouterr().out == ""  # or a scheduler would mail it every day
    document = json.loads(says("status", "-c", str(swept), "--max-age", "1h", "--json", code=ExitCode.DEGRADED).out)
    assert (document[0]["newest_week"], document[0]["stale"]) == (WEEKS[5], True)
    assert document[0]["weeks_missing"] == list(WEEKS[2:5])
    assert run(["status", "-c", str(swept), "--max-age", "36h"]) == ExitCode.DEGRADED
    assert "yes (after more than 36h)" in capsys.readouterr().out
    assert run(["status", "-c", str(swept), "--max-age", "99999d", "--format", "csv"]) == ExitCode.DONE
    assert capsys.readouterr().out.startswith('"newest_week","days_since_its_end","stale",')
    assert run(["status", "-c", str(swept), "--max-age", "week"]) == ExitCode.USAGE


def test_a_state_without_a_sweep_is_stale(tmp_path):
    with open_state(tmp_path / "state", Opening(init=True)) as state:
        assert measure_sweeps(state, datetime(2026, 1, 1, tzinfo=UTC), timedelta(days=8))["stale"]


def test_two_sweeps_are_compared_by_ring(says, swept):
    folders = [str(swept.parent / "sweeps" / name) for name in ("run-2026-w02", "run-2026-w06")]
    rows = json.loads(says("compare", *folders, "--json").out)
    quiet = {ring.ring_id for ring in known(swept, RingStatus.QUIET)}
    assert {row["ring_id"] for row in rows if row["change"] == "gone"} <= quiet
    assert {row["change"] for row in rows} == {"new", "gone", "changed"}
    assert "No ring differs." in says("compare", folders[0], folders[0]).out


def test_runs_that_stand_alone_are_compared_by_accounts(capsys, swept, tmp_path):
    """Their rings have new names each time."""
    for week in (FIRST, SECOND):
        exports = swept.parent / "exports" / week
        assert run(["run", str(exports), "-o", str(tmp_path / week), "-c", str(fast(tmp_path)), "-q"]) == ExitCode.DONE
    capsys.readouterr()
    assert run(["compare", str(tmp_path / FIRST), str(tmp_path / SECOND), "--json", "--all"]) == ExitCode.DONE
    kept = [row for row in json.loads(capsys.readouterr().out) if row["change"] not in {"new", "gone"}]
    assert 12 in {row["now"] for row in kept}
    assert all(row["now"] == row["before"] + row["joined"] - row["left"] for row in kept)


def fast(folder):
    path = folder / "fast.toml"
    path.write_text("[method]\nnull_worlds = 1\ndisturbances = 1\n")
    return path


def test_a_sweep_is_verified_byte_by_byte(capsys, says, world):
    folder = world.parent / "sweeps" / "run-2026-w02"
    assert says("verify", str(folder), "-c", str(world), "-q").out == "Identical.\n"
    report = folder / "members.csv"
    report.write_text(report.read_text().replace("fox-03", "fox-3"))
    assert run(["verify", str(folder), "-c", str(world), "-q"]) == ExitCode.DIFFERENT
    assert capsys.readouterr().out.startswith("Different: members.csv differs from line ")


def test_a_page_that_differs_alone_may_be_of_another_build(says, world):
    folder = world.parent / "sweeps" / "run-2026-w02"
    for name, told in (("report.html", True), ("rings.csv", False)):
        with (folder / name).open("a") as file:
            file.write("\n")
        out = says("verify", str(folder), "-c", str(world), "-q", code=ExitCode.DIFFERENT).out
        assert out.startswith("Different: report.html differs at its end")
        assert ("another build of graphlink" in out) is told


def test_a_sweep_of_other_versions_names_them_and_is_the_same_but_for_their_names(says, world, monkeypatch):
    folder = world.parent / "sweeps" / "run-2026-w02"
    monkeypatch.setattr("graphlink.sweeps.recognising.__version__", "9.0.9")
    monkeypatch.setattr(
        "graphlink.sweeps.recognising.current_versions", lambda: {**current_versions(), "pandas": "9.9.9"}
    )
    same, made_by = says("verify", str(folder), "-c", str(world), "-q").out.splitlines()[:2]
    assert same == "Identical but for report.html and run.json, which name the versions."
    assert made_by.startswith(f"Made by graphlink {__version__} (now 9.0.9) and pandas ")
    assert "(now 9.9.9)" in made_by


@pytest.mark.parametrize(
    "harm",
    [
        lambda path: path.write_text(json.dumps({**json.loads(path.read_text()), "graphlink": "0.0.9"})),
        lambda path: path.write_text(json.dumps({**json.loads(path.read_text()), "config": [], "outputs": None})),
        lambda path: path.write_bytes(b"{"),
        lambda path: path.write_bytes((path.parents[1] / "run-2026-w01" / path.name).read_bytes()),
    ],
)
def test_a_manifest_that_is_not_the_one_recorded_excuses_nothing(says, world, harm):
    """Who alters a week could write another version into its run.json, or put another week in its place."""
    folder = world.parent / "sweeps" / "run-2026-w02"
    harm(folder / "run.json")
    out = says("verify", str(folder), "-c", str(world), "-q", code=ExitCode.DIFFERENT).out
    assert out == ("Different: run.json is not what the state recorded: it was changed since, or is of another state\n")
    assert "GL705" in says("upgrade", "--dry-run", "-c", str(world), "-q", code=ExitCode.STATE_REFUSED).err


def test_a_copy_of_a_sweep_is_verified_wherever_it_stands(says, world, tmp_path):
    copy = shutil.copytree(world.parent / "sweeps" / "run-2026-w02", tmp_path / "for lawyers")
    assert says("verify", str(copy), "-c", str(world), "-q").out == "Identical.\n"


@pytest.mark.parametrize(
    ("harm", "difference"),
    [
        (lambda world: world.write_text(world.read_text() + "[reading]\ntrim = false\n"), "setting reading.trim"),
        (lambda world: append(world.parent / "exports" / SECOND / "accounts.csv"), "export 0/accounts.csv"),
    ],
)
def test_what_is_not_there_any_more_is_named(capsys, world, harm, difference):
    harm(world)
    folder = world.parent / "sweeps" / "run-2026-w02"
    assert run(["verify", str(folder), "-c", str(world), "-q"]) == ExitCode.DIFFERENT
    assert capsys.readouterr().out == f"Different: {difference} is not what it was\n"


def test_what_prune_deleted_is_no_difference_and_is_told(capsys, says, world):
    folder = world.parent / "sweeps" / "run-2026-w02"
    kept = (folder / "rejects.jsonl").read_bytes()
    (folder / "rejects.jsonl").unlink()
    assert run(["verify", str(folder), "-c", str(world), "-q"]) == ExitCode.DONE
    assert capsys.readouterr().out.startswith("Identical; rejects.jsonl is not there any more")
    (folder / "rejects.jsonl").write_bytes(kept + b"{}\n")
    assert "rejects.jsonl differs" in says("verify", str(folder), "-c", str(world), "-q", code=ExitCode.DIFFERENT).out


def append(path):
    with path.open("a") as file:
        file.write("late,2025-11-01T00:00:00Z,active\n")


@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_a_dry_run_tells_it_by_rows_to_programs(capsys, world, form):
    path = world.parent / "exports" / WEEKS[6] / "sightings.csv"
    header, *rows = path.read_text().splitlines()
    more = [row.replace(",", f"-{copy},", 1) for copy in range(2) for row in rows if "person" in row]
    path.write_text("\n".join([header, *rows, *more]) + "\n")
    run(["sweep", "-c", str(world), "--week", WEEKS[6], "--dry-run", "--format", form])
    shown = capsys.readouterr().out.splitlines()
    told = [json.loads(line) for line in shown] if form == "jsonl" else list(csv.DictReader(shown))
    assert all(each.keys() == {"count_of", "now", "usual", "level", "because"} for each in told)
    by_name = {each["count_of"]: each for each in told}
    assert {"rows", "values:card", "rejected", "seconds", "memory"} <= by_name.keys()
    assert int(by_name["rows"]["now"]) > int(by_name["rows"]["usual"])
    assert (by_name["rows"]["level"], by_name["rejected"]["level"] or None) == ("degraded", None)


def test_a_partial_week_is_calibrated_on_when_asked_and_the_calibration_is_said_to_lack_it(says, world):
    (world.parent / "exports" / WEEKS[6] / "accounts.csv").unlink()
    week = ["-c", str(world), "--week", WEEKS[6], "-q"]
    assert "calibration" not in says("sweep", *week, "--allow-partial", code=ExitCode.DEGRADED).out
    assert "--allow-partial" in says("calibrate", *week, code=ExitCode.INPUT_REFUSED).err
    told = says("calibrate", *week, "--allow-partial", code=ExitCode.DEGRADED).out
    assert "Missing: accounts.csv.\nThe calibration lacks it, too: calibrate again on the first complete week" in told


def test_what_ends_a_sweep_counts_the_rings_that_its_report_has(capsys, world):
    """A ring of which everybody was cleared is remembered, and in no report."""
    (fox,) = [each for each in known(world, RingStatus.ACTIVE) if each.members[0].account_id.startswith("fox")]
    given = [verdict(each.account_id, VerdictKind.BENIGN, fox.last_week) for each in fox.members]
    with open_state(world.parent / "state") as state:
        record_verdicts(state, given, by="li", at=0)
    assert run(["sweep", "-c", str(world), "--week", WEEKS[6], "--format", "csv"]) == ExitCode.DONE
    rings = json.loads((world.parent / "sweeps" / "latest" / "rings.json").read_text())["rings"]
    assert f" rings={len(rings)} " in capsys.readouterr().err.splitlines()[-1]
