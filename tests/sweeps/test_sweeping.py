"""A weekly sweep: what it reads, what it refuses, what it publishes, and that doing it again changes nothing."""

import json
import os
import re
import shutil
import stat
import time
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from sweep_worlds import (
    FIRST,
    SECOND,
    SETTINGS,
    THIRD,
    WEEKS,
    contents,
    everything,
    state_digest,
    sweep,
    work_here,
    write_week,
    write_world,
)

from graphlink.config.sweeps import SweepSettings
from graphlink.engine.worker.supervise import begin_in_worker
from graphlink.model.sweeps import EventKind, GateLevel, Listed, Verdict, VerdictKind
from graphlink.model.weeks import end_of
from graphlink.sweeps.documents import Before, read_document
from graphlink.sweeps.drift_checks import judge_counts
from graphlink.sweeps.state.decisions import KNOWN_BAD, record_list, record_verdicts
from graphlink.sweeps.state.folder import only_sweep
from graphlink.sweeps.state.open_state import open_state
from graphlink.sweeps.state.reading import frozen_calibration, known_rings, read_sweeps
from graphlink.sweeps.state.restoring import restore_state
from graphlink.words.errors import ExitCode, GraphlinkError, InputError, StateError

SWEPT = WEEKS[:4], (FIRST, SECOND)

pytestmark = pytest.mark.slow


def refusal(settings, week, do=work_here, **asked):
    """The code with which a sweep is refused, and its sentence; it changes nothing."""
    before = None
    with suppress(GraphlinkError, OSError):  # there may be no state, or a damaged one
        before = everything(settings)
    with pytest.raises(GraphlinkError) as refused:
        sweep(settings, week, do, **asked)
    assert before is None or everything(settings) == before
    return refused.value.code, str(refused.value)


def many_times(settings, week, factor):
    """Let a week's export have as many times the accounts."""
    path = settings.parent / "exports" / week / "sightings.csv"
    header, *rows = path.read_text().splitlines()
    more = [row.replace(",", f"-{copy},", 1) for copy in range(factor - 1) for row in rows]
    path.write_text("\n".join([header, *rows, *more]) + "\n")


# --- gates ------------------------------------------------------------------------------------------------------------


ROWS = {1_000: None, 500: None, 499: "degraded", 99: "refused"}
MORE_ROWS = {2_000: None, 2_001: "degraded", 10_000: "degraded", 10_001: "refused"}


@pytest.mark.parametrize(
    ("count_of", "usual", "levels"),
    [
        ("rows", 1_000, ROWS | MORE_ROWS),
        ("rows", 100, {9: "refused"}),  # large enough to be judged
        ("rows", 99, {9: None}),
        ("values:card", 4_000, {0: "refused"}),
        ("values:device", 0, {9_000: "degraded"}),  # a new type stops nothing
        ("largest_ring", 5_000, {0: None}),  # what one hopes for
        ("hubs", 5_000, {0: None}),
        ("placed", 4_000, {0: "refused", 1_500: "degraded", 90_000: None}),
        ("placed", 0, {90_000: None}),
    ],
)
def test_a_count_is_judged_by_the_median_of_the_weeks_before(count_of, usual, levels):
    earlier = [{count_of: n} for n in (usual - usual // 10, usual, usual + usual // 10)]
    for now, level in levels.items():
        gates = judge_counts({count_of: now}, earlier, SweepSettings())
        assert [str(gate.level) for gate in gates] == ([] if level is None else [level]), now


# --- what a sweep makes -----------------------------------------------------------------------------------------------


def test_a_sweep_publishes_a_folder_for_its_owner_alone(swept):
    output = swept.parent / "sweeps"
    assert sorted(path.name for path in output.iterdir()) == ["latest", "run-2026-w01", "run-2026-w02"]
    assert (output / "latest").readlink() == Path("run-2026-w02")
    ours = [path for name in ("state", "sweeps") for path in (swept.parent / name).rglob("*") if not path.is_symlink()]
    assert {stat.S_IMODE(path.stat().st_mode) & 0o077 for path in ours} == {0}
    assert not [path for path in swept.parent.rglob("*") if path.name.startswith(".tmp-")]


def test_a_ban_is_seen_in_the_week_whose_export_tells_of_it(tmp_path):
    settings = write_world(tmp_path / "world", WEEKS[:4], SETTINGS + "[sweep]\nexport_weeks = 3\n")
    sweep(settings, THIRD, init=True)
    sweep(settings, WEEKS[3])
    with open_state(settings.parent / "state") as state:
        closed = [sum(member.banned for member in ring.members) for ring in known_rings(state)]
    assert max(closed) == 6


def documents(settings, name, file="rings.json"):
    return json.loads((settings.parent / "sweeps" / name / file).read_text())


def test_the_calibration_is_frozen_by_the_first_sweep_with_what_chance_explains_and_the_report_says_so(swept):
    first, second = (documents(swept, name) for name in ("run-2026-w01", "run-2026-w02"))
    assert first["chance"]["n_worlds"] == 1
    assert second["chance"] is None
    run = documents(swept, "run-2026-w02", "run.json")
    assert run["calibration"] == documents(swept, "run-2026-w01", "run.json")["calibration"]
    assert run["calibration"]["chance_rings"] == 0.0
    assert isinstance(run["calibration"]["chance_bits"], dict)
    page = (swept.parent / "sweeps" / "run-2026-w02" / "report.html").read_text()
    assert "When the calibration was made, chance alone would have given 0 % of the rings." in page


def test_the_window_ends_with_the_week(swept):
    window = documents(swept, "run-2026-w02", "run.json")["window"]
    assert (window["start"], window["as_of"]) == ("2025-12-15T00:00:00Z", "2026-01-12T00:00:00Z")


def test_what_was_known_is_written_beside_what_was_found(swept):
    before = read_document(Before, (swept.parent / "sweeps" / "run-2026-w02" / "before.json").read_bytes())
    assert before.previous.week == FIRST
    assert {ring.ring_id for ring in before.known} >= {
        ring["ring_id"] for ring in documents(swept, "run-2026-w01")["rings"]
    }


def test_a_sweep_in_a_worker_gives_the_same(world, tmp_path):
    other = shutil.copytree(world.parent, tmp_path / "other", symlinks=True) / "graphlink.toml"
    here, there = sweep(world, THIRD), sweep(other, THIRD, begin=begin_in_worker)
    assert contents(here.folder) == contents(there.folder)
    assert state_digest(world) == state_digest(other)


def test_an_unchanged_week_tells_nothing_new(world):
    exports = world.parent / "exports"
    shutil.rmtree(exports / THIRD)
    shutil.copytree(exports / SECOND, exports / THIRD)
    people = exports / THIRD / "accounts.csv"
    people.write_text(people.read_text() + people.read_text().splitlines()[-1] + "\n")  # other bytes, nothing new
    outcome = sweep(world, THIRD)
    before = world.parent / "sweeps" / "run-2026-w02"
    assert {(event.kind, event.because.partition(" ")[0]) for event in outcome.lineage.events} == {("continued", "the")}
    for name in ("rings.csv", "members.csv", "signals.csv"):
        assert (outcome.folder / name).read_bytes() == (before / name).read_bytes()


@pytest.mark.parametrize("n_strangers", [1, 100])
def test_strangers_change_no_ring(world, n_strangers):
    """Under the frozen calibration, accounts that share nothing with a ring move nothing in its record."""
    other = shutil.copytree(world.parent, world.parent.parent / "other", symlinks=True) / "graphlink.toml"
    with (other.parent / "exports" / THIRD / "sightings.csv").open("a") as file:
        for number in range(n_strangers):
            file.write(f"a-stranger-{number},card,strange-card-{number // 2},2026-01-10T00:00:00Z\n")
    here, there = sweep(world, THIRD), sweep(other, THIRD)
    rings = [documents(settings, outcome.folder.name) for settings, outcome in ((world, here), (other, there))]
    told = [{ring["ring_id"]: {**ring, "rank": 0} for ring in each["rings"]} for each in rings]
    assert told[0].items() <= told[1].items()


# --- sweeping again ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("otherwise", ["the same", "other names", "another order"])
def test_sweeping_twice_is_sweeping_once(world, otherwise):
    path = world.parent / "exports" / SECOND / "sightings.csv"
    if otherwise == "other names":
        path.rename(path.with_name("sightings-copy.csv"))
        path.with_name("accounts.csv").rename(path.with_name("people.csv"))
    elif otherwise == "another order":
        header, *rows = path.read_text().splitlines()
        path.write_text("\n".join([header, *reversed(rows)]) + "\n")
    before = everything(world)
    assert sweep(world, SECOND, allow_partial=otherwise == "other names").already
    assert everything(world) == before


def test_a_degraded_week_that_was_swept_already_ends_in_0_however_it_is_known_again(with_cards):
    """In another order of rows it was degraded once more, and a scheduler alarmed about nothing to do."""
    sweep(with_cards, WEEKS[3], allow_partial=True)
    path = with_cards.parent / "exports" / WEEKS[3] / "sightings.csv"
    header, *rows = path.read_text().splitlines()
    for again in (rows, rows[::-1]):
        path.write_text("\n".join([header, *again]) + "\n")
        outcome = sweep(with_cards, WEEKS[3], allow_partial=True)
        assert (outcome.already, outcome.code(1.0, exit_on_rings=True)) == (True, ExitCode.DONE)


def test_other_content_is_refused_unless_it_is_to_supersede(world):
    add_row(world, SECOND)
    code, told = refusal(world, SECOND)
    assert (code, "--supersede" in told) == ("GL161", True)
    outcome = sweep(world, SECOND, supersede=True)
    assert outcome.folder.name == "run-2026-w02-r2"
    assert (world.parent / "sweeps" / "run-2026-w02").is_dir()
    with open_state(world.parent / "state") as state:
        records = [(record.week, record.revision) for record in read_sweeps(state)]
    assert records == [(FIRST, 1), (SECOND, 1), (SECOND, 2)]


def test_a_superseded_week_says_of_rings_what_the_first_said(world):
    """The weeks before it are what it is told from, not itself."""
    first = sweep(world, THIRD).lineage
    add_row(world, THIRD)
    again = sweep(world, THIRD, supersede=True).lineage
    one, two = ([(event.kind, event.ring_id) for event in each.events] for each in (first, again))
    assert one == two


def add_row(settings, week):
    with (settings.parent / "exports" / week / "sightings.csv").open("a") as file:
        file.write(f"stranger,card,card-of-a-stranger,{end_of(week).date().isoformat()[:8]}01T00:00:00Z\n")


def cut(settings, week):
    """Cut a week's export off after a third of its rows, and give a function that puts it right."""
    path = settings.parent / "exports" / week / "sightings.csv"
    whole = path.read_text()
    rows = whole.splitlines()
    path.write_text("\n".join(rows[: len(rows) // 3]) + "\n")
    return lambda: path.write_text(whole)


def calibrated(settings):
    with open_state(settings.parent / "state") as state:
        return frozen_calibration(state)


def test_a_first_export_that_is_corrected_is_judged_by_itself(tmp_path):
    """It was judged by the calibration that the broken export had given."""
    settings, other = (write_world(tmp_path / name, WEEKS[:1]) for name in ("world", "other"))
    put_right = cut(settings, FIRST)
    sweep(settings, FIRST, init=True)
    put_right()
    outcome = sweep(settings, FIRST, supersede=True)
    there = sweep(other, FIRST, init=True)
    assert calibrated(settings) == calibrated(other)
    assert (outcome.folder / "rings.csv").read_bytes() == (there.folder / "rings.csv").read_bytes()


def test_what_was_calibrated_from_an_export_is_calibrated_anew_when_it_is_corrected(world):
    other = shutil.copytree(world.parent, world.parent.parent / "other", symlinks=True) / "graphlink.toml"
    sweep(other, SECOND, renew=True)
    first, put_right = calibrated(world), cut(world, SECOND)
    sweep(world, SECOND, supersede=True)
    assert calibrated(world) == first  # another week gave it
    sweep(world, SECOND, renew=True)
    assert calibrated(world) not in (first, calibrated(other))
    put_right()
    outcome = sweep(world, SECOND, supersede=True)
    assert calibrated(world) == calibrated(other)
    assert read_document(Before, (outcome.folder / "before.json").read_bytes()).calibration_renewed


# --- what is refused --------------------------------------------------------------------------------------------------


def test_an_older_week_is_refused(world):
    late = world.parent / "exports" / FIRST / "sightings.csv"
    late.write_text(late.read_text().replace("person-001", "person-late"))
    assert refusal(world, FIRST)[0] == "GL163"


def test_a_missing_export_is_refused_by_name(world):
    shutil.rmtree(world.parent / "exports" / THIRD)
    code, told = refusal(world, THIRD)
    assert (code, THIRD in told) == ("GL101", True)


def test_a_file_that_was_there_last_week_is_missed(world):
    (world.parent / "exports" / THIRD / "accounts.csv").unlink()
    with pytest.raises(InputError, match=r"accounts\.csv"):
        sweep(world, THIRD)
    outcome = sweep(world, THIRD, allow_partial=True)
    assert outcome.missing == ("accounts.csv",)
    assert outcome.code(0.001, exit_on_rings=True) is ExitCode.DEGRADED


CARDS = "cards.csv"
FEW = "gate_least = 20\n"
"""Counts of a tiny world are to be compared, too."""


def apart(settings, week, *, there=True):
    """Let a file of their own, or none, bear the cards of a week."""
    folder = settings.parent / "exports" / week
    header, *rows = (folder / "sightings.csv").read_text().splitlines()
    cards = [row for row in rows if ",card," in row]
    (folder / "sightings.csv").write_text("\n".join([header, *(row for row in rows if row not in cards)]) + "\n")
    if there:
        (folder / CARDS).write_text("\n".join([header, *cards]) + "\n")


@pytest.fixture
def with_cards(tmp_path):
    """A world in which a file of its own bore the cards, and is missing from the second week on."""
    settings = write_world(tmp_path / "cards", WEEKS[2:6], f"{SETTINGS}\n[sweep]\n{FEW}")
    for week in WEEKS[2:6]:
        apart(settings, week, there=week == WEEKS[2])
    sweep(settings, WEEKS[2], init=True)
    return settings


def test_a_missing_file_that_alone_bears_a_type_may_be_missing(with_cards):
    """--allow-partial got past the missing file, and was refused by the count that had to follow."""
    assert refusal(with_cards, WEEKS[3])[0] == "GL101"
    dry = sweep(with_cards, WEEKS[3], allow_partial=True, dry_run=True)
    outcome = sweep(with_cards, WEEKS[3], allow_partial=True)
    assert outcome.missing == dry.missing == (CARDS,)
    assert outcome.code(1.0, exit_on_rings=False) is dry.code(1.0, exit_on_rings=False) is ExitCode.DEGRADED
    report = (outcome.folder / "report.html").read_text()
    assert json.loads((outcome.folder / "run.json").read_text())["degraded"] == ["gates", "missing sources"]
    assert "Sources were missing (cards.csv)" in report
    assert "0 distinct values of card; 132 are usual" in report


def test_a_type_that_is_exported_no_more_may_be_missing_in_the_weeks_after(tmp_path):
    settings = write_world(tmp_path / "world", WEEKS[2:6], f"{SETTINGS}\n[sweep]\n{FEW}")
    for week in WEEKS[3:6]:
        apart(settings, week, there=False)
    sweep(settings, WEEKS[2], init=True)
    for week in WEEKS[3:5]:
        code, told = refusal(settings, week)
        assert code == "GL160"
        assert told.endswith("--allow-partial sweeps without.")
        outcome = sweep(settings, week, allow_partial=True)
        assert outcome.missing == ("values of card",)
        assert outcome.code(1.0, exit_on_rings=False) is ExitCode.DEGRADED
        assert not {event.kind for event in outcome.lineage.events} & {EventKind.QUIET, EventKind.ENDED}
    assert not sweep(settings, WEEKS[5], dry_run=True).missing  # two weeks of three are without, so it is not usual


def test_what_little_is_left_is_refused_though_a_type_is_gone_besides(with_cards):
    """With one type gone, --allow-partial let every other count fall as low as it liked."""
    sweep(with_cards, WEEKS[3], allow_partial=True)
    path = with_cards.parent / "exports" / WEEKS[4] / "sightings.csv"
    header, *rows = path.read_text().splitlines()
    path.write_text("\n".join([header, *rows[: len(rows) // 50]]) + "\n")
    code, told = refusal(with_cards, WEEKS[4], allow_partial=True)
    assert code == "GL160"
    assert "values of card" not in told
    assert "sightings;" in told


def test_what_is_gone_opens_its_own_gate_alone():
    usual = {"sightings": 9_000, "values:card": 500, "values:ip": 500, "placed": 900}
    for without, refused in (
        ({"values:card"}, ["placed", "sightings", "values:ip"]),
        ({"told:country"}, ["sightings", "values:card", "values:ip"]),
    ):
        gates = judge_counts({"sightings": 90}, [usual], SweepSettings(), without=without)
        assert [gate.count_of for gate in gates if gate.level is GateLevel.REFUSED] == refused


def with_little_of(path, kind):
    """Leave two of a type's rows."""
    rows = path.read_text().splitlines()
    own = [row for row in rows if f",{kind}," in row]
    path.write_text("\n".join(row for row in rows if row not in own[2:]) + "\n")


def test_what_a_missing_file_never_bore_is_refused_as_ever(with_cards):
    """--allow-partial with one file missing let every other count fall as low as it liked."""
    with_little_of(with_cards.parent / "exports" / WEEKS[3] / "sightings.csv", "device")
    code, told = refusal(with_cards, WEEKS[3], allow_partial=True)
    assert code == "GL160"
    assert "2 distinct values of device; " in told
    assert "card" not in told
    dry = sweep(with_cards, WEEKS[3], allow_partial=True, dry_run=True)
    assert dry.code(1.0, exit_on_rings=False) is ExitCode.INPUT_REFUSED


def test_what_a_source_that_is_late_bore_is_told_from_the_weeks_before(tmp_path):
    """A source is late for two weeks: the sweep before this knows nothing of it, and the one before that does."""
    sources = '[[sources]]\npath = "logs/{week}.csv"\n'
    settings = write_world(tmp_path / "world", WEEKS[:3], f"{sources}{SETTINGS}\n[sweep]\n{FEW}")
    for week in WEEKS[:3]:
        apart(settings, week)
    (settings.parent / "logs").mkdir()
    (settings.parent / "exports" / FIRST / CARDS).rename(settings.parent / "logs" / f"{FIRST}.csv")
    for week in (SECOND, THIRD):
        (settings.parent / "exports" / week / CARDS).unlink()
    sweep(settings, FIRST, init=True)
    assert sweep(settings, SECOND, allow_partial=True).missing == (f"{SECOND}.csv",)
    path = settings.parent / "exports" / THIRD / "sightings.csv"
    whole = path.read_text()
    with_little_of(path, "ip")
    code, told = refusal(settings, THIRD, allow_partial=True)
    assert (code, "values of ip" in told, "card" in told) == ("GL160", True, False)
    path.write_text(whole)
    assert sweep(settings, THIRD, allow_partial=True).missing == (f"{THIRD}.csv",)


def test_an_old_export_that_is_missing_lets_through_nothing_that_only_the_newest_bore(tmp_path):
    """It let every count fall as low as it liked, as if all weeks of its source were missing."""
    settings = write_world(tmp_path / "world", WEEKS[:3], f"{SETTINGS}\n[sweep]\nexport_weeks = 2\n{FEW}")
    apart(settings, FIRST, there=False)
    sweep(settings, SECOND, init=True)
    shutil.rmtree(settings.parent / "exports" / SECOND)
    path = settings.parent / "exports" / THIRD / "sightings.csv"
    whole = path.read_text()
    with_little_of(path, "card")
    code, told = refusal(settings, THIRD, allow_partial=True)
    assert (code, "2 distinct values of card; " in told) == ("GL160", True)
    path.write_text(whole)
    assert sweep(settings, THIRD, allow_partial=True).missing == (SECOND,)


def test_where_nobody_knows_what_a_missing_file_bore_too_few_refuse_nothing(with_cards):
    """As where the folders of the weeks before are gone."""
    path = with_cards.parent / "exports" / WEEKS[3] / "sightings.csv"
    rows = path.read_text().splitlines()
    path.write_text("\n".join(rows[: len(rows) // 50]) + "\n")
    inputs = next((with_cards.parent / "sweeps").glob("run-*/inputs.json"))
    document = json.loads(inputs.read_text())
    del document["counts"]
    inputs.write_text(json.dumps(document))
    assert sweep(with_cards, WEEKS[3], allow_partial=True).missing == (CARDS,)


def test_a_type_of_which_little_is_left_is_refused_where_nothing_is_missing(tmp_path):
    settings = write_world(tmp_path / "world", WEEKS[2:4], f"{SETTINGS}\n[sweep]\n{FEW}")
    sweep(settings, WEEKS[2], init=True)
    path = settings.parent / "exports" / WEEKS[3] / "sightings.csv"
    rows = path.read_text().splitlines()
    path.write_text("\n".join(row for row in rows if ",card,card-" not in row) + "\n")
    assert refusal(settings, WEEKS[3], allow_partial=True)[0] == "GL160"


def test_a_partial_sweep_says_of_no_ring_that_it_is_gone(world):
    settings = world.read_text()
    world.write_text(settings + '[[sources]]\npath = "more/{week}.csv"\n')
    exports = world.parent / "exports" / THIRD / "sightings.csv"
    exports.write_text("\n".join(line for line in exports.read_text().splitlines() if "fox" not in line) + "\n")
    outcome = sweep(world, THIRD, allow_partial=True)
    assert outcome.missing == (f"{THIRD}.csv",)
    assert not {event.kind for event in outcome.lineage.events} & {EventKind.QUIET, EventKind.ENDED}
    assert {ring.status for ring in outcome.lineage.known if ring.n_members == 12} == {"active"}


def test_a_source_that_was_late_once_is_all_that_was_missing_and_the_next_week_is_whole(tmp_path):
    """The one that is late stands above the other: the other's files are told apart from it all the same."""
    settings = write_world(tmp_path / "world", WEEKS[:3], '[[sources]]\npath = "logs/{week}"\n' + SETTINGS)
    for week in (FIRST, THIRD):
        (settings.parent / "logs" / week).mkdir(parents=True)
        shutil.copy(settings.parent / "exports" / week / "accounts.csv", settings.parent / "logs" / week / "crm.csv")
    sweep(settings, FIRST, init=True)
    assert sweep(settings, SECOND, allow_partial=True).missing == (SECOND,)
    assert sweep(settings, THIRD).missing == ()


def test_a_week_that_is_too_large_is_degraded(world):
    many_times(world, THIRD, 3)
    assert sweep(world, THIRD).code(0.001, exit_on_rings=False) is ExitCode.DEGRADED


def test_a_dry_run_tells_and_changes_nothing(world):
    before = everything(world)
    told = sweep(world, THIRD, dry_run=True).told
    assert told["counts"]["rows"] > 0
    assert told["memory"] > 0
    assert everything(world) == before


def test_a_dry_run_of_a_week_that_was_swept_makes_no_backup_good(world):
    """It wrote the backup that was missing, and was refused (GL812) where it could not."""
    backups = world.parent / "state" / "backups"
    shutil.rmtree(backups)
    assert sweep(world, SECOND, dry_run=True).already
    assert not backups.exists()
    assert sweep(world, SECOND).already
    assert [*backups.iterdir()]


def roll_back(world):
    backup = shutil.copytree(world.parent / "state", world.parent / "older")
    sweep(world, THIRD)
    shutil.rmtree(world.parent / "state")
    backup.rename(world.parent / "state")


def allow_many(world):
    with open_state(world.parent / "state") as state:
        record_list(state, "allowed", [Listed("person*", "li", "ours", is_pattern=True)], by="li", at=0)


@pytest.mark.parametrize(
    ("harm", "week", "refused", "anyway"),
    [
        (lambda world: add_row(world, SECOND), SECOND, "GL161", {"supersede": True}),
        (roll_back, THIRD, "GL705", {"accept_rollback": True}),
        (allow_many, THIRD, "GL454", None),
    ],
    ids=["other content", "rolled back", "a wildcard over too many"],
)
def test_a_dry_run_is_refused_where_the_sweep_is(world, harm, week, refused, anyway):
    harm(world)
    before = everything(world)
    assert refusal(world, week, dry_run=True) == refusal(world, week)
    assert refusal(world, week, dry_run=True)[0] == refused
    if anyway:
        assert sweep(world, week, dry_run=True, **anyway).told["counts"]["rows"] > 0
    assert everything(world) == before


def test_a_dry_run_of_a_week_that_is_far_too_large_says_so_and_ends_in_the_exit_of_the_sweep(world):
    many_times(world, THIRD, 13)
    outcome = sweep(world, THIRD, dry_run=True)
    assert {gate["level"] for gate in outcome.told["gates"]} >= {"refused"}
    assert outcome.code(0.001, exit_on_rings=False) is ExitCode.INPUT_REFUSED
    assert refusal(world, THIRD)[0] == "GL160"


def test_without_sources_there_is_nothing_to_sweep(tmp_path):
    (tmp_path / "graphlink.toml").write_text("")
    assert refusal(tmp_path / "graphlink.toml", FIRST, init=True)[0] == "GL405"


def test_a_first_sweep_that_was_refused_leaves_the_guard_standing(tmp_path):
    settings = write_world(tmp_path / "world", WEEKS[:1])
    export = settings.parent / "exports" / FIRST / "sightings.csv"
    text = export.read_text()
    export.write_text("")
    with pytest.raises(InputError):
        sweep(settings, FIRST, init=True)
    export.write_text(text)
    for dry_run in (True, False):
        with pytest.raises(StateError, match="GL701") as caught:
            sweep(settings, FIRST, dry_run=dry_run)
        assert "--init" in str(caught.value)
    assert sweep(settings, FIRST, init=True).folder is not None


def test_without_a_state_only_init_starts(tmp_path):
    settings = write_world(tmp_path / "world", WEEKS[:1])
    shutil.rmtree(settings.parent / "state")
    assert refusal(settings, FIRST)[0] == "GL701"
    assert sorted(path.name for path in settings.parent.iterdir()) == ["exports", "graphlink.toml"]


def test_the_first_sweep_can_be_tried_and_then_made_in_folders_that_are_not_there_yet(tmp_path):
    far = SETTINGS + '[sweep]\nstate = "far/away/state"\noutput = "far/sweeps"\n'
    settings = write_world(tmp_path / "world", WEEKS[:1], far)
    shutil.rmtree(settings.parent / "far")
    told = sweep(settings, FIRST, dry_run=True, init=True).told
    assert told["counts"]["rows"] > 0
    assert sorted(path.name for path in settings.parent.iterdir()) == ["exports", "graphlink.toml"]
    assert sweep(settings, FIRST, init=True).folder == settings.parent / "far" / "sweeps" / "run-2026-w01"


@pytest.mark.parametrize("is_there", [False, True], ids=["no folder", "an empty folder"])
def test_beginning_anew_beside_published_sweeps_leaves_no_state_and_says_how_to(world, is_there):
    """It left an empty state, who did as the message said was refused again, and a dry run said that all is well."""
    shutil.rmtree(world.parent / "state")
    if is_there:
        (world.parent / "state").mkdir(mode=0o700)
    before = contents(world.parent)
    for dry_run in (True, False):
        code, told = refusal(world, THIRD, init=True, dry_run=dry_run)
        assert (code, told.endswith(": --init --accept-rollback.")) == ("GL705", True)
    anyway = {"init": True, "accept_rollback": True}
    assert sweep(world, THIRD, dry_run=True, **anyway).told["counts"]["rows"] > 0
    assert contents(world.parent) == before
    assert sweep(world, THIRD, **anyway).folder.name == f"run-{THIRD.lower()}"


def test_what_is_in_the_place_of_latest_is_told_before_any_work(world):
    """The sweep was recorded, could name nobody the newest, and ended in exit 8 ever after."""
    (world.parent / "sweeps" / "latest").unlink()
    (world.parent / "sweeps" / "latest").mkdir()
    before = state_digest(world)
    assert refusal(world, THIRD, dry_run=True) == refusal(world, THIRD)
    assert refusal(world, THIRD)[0] == "GL828"
    assert state_digest(world) == before
    assert not (world.parent / "sweeps" / f"run-{THIRD.lower()}").exists()


def test_whoever_went_back_is_told_the_file_that_returns(world):
    """It said "restore a newer backup", and `state restore` put the same old one in place again, for ever."""
    state = world.parent / "state"
    sweep(world, THIRD)
    restore_state(state, next((state / "backups").glob("*-2026-w02-*")))
    (newest,) = (state / "backups" / "aside-1").glob("*-2026-w03-*")
    code, told = refusal(world, THIRD)
    assert (code, f"`graphlink state restore --state {state} --backup {newest}`" in told) == ("GL705", True)
    newest.write_bytes(b"broken")
    (newest,) = state.glob("state-aside-*.sqlite")
    assert f"--backup {newest}`" in refusal(world, THIRD)[1]
    restore_state(state, newest)
    assert sweep(world, THIRD).already
    restore_state(state, next((state / "backups").glob("*-2026-w02-*")))
    for path in (*state.glob("state-aside-*"), *state.rglob("*-2026-w03-*")):
        path.write_bytes(b"broken")
    assert f"restore a newer backup, of which none that its key opens stands in {state}, or" in refusal(world, THIRD)[1]


def test_a_sweep_of_another_past_does_not_pass_for_the_state_s_own(world):
    """It went by a verdict that was given there, and that nobody gave in the past that was returned to."""
    state = world.parent / "state"
    folder = world.parent / "sweeps" / "run-2026-w03"
    sweep(world, THIRD)
    restore_state(state, next((state / "backups").glob("*-2026-w02-*")))
    with open_state(state) as held:
        given = Verdict("person-1", is_ring=False, kind=VerdictKind.UNSURE, by="li", note="x", week=SECOND)
        record_verdicts(held, [given], by="li", at=0)
    sweep(world, THIRD, accept_rollback=True)
    restore_state(state, next((state / "backups" / "aside-1").glob("*-2026-w03-*")))
    before = everything(world)
    for dry_run in (True, False):
        code, told = refusal(world, THIRD, dry_run=dry_run)
        assert (code, "another history" in told, str(folder) in told) == ("GL705", True, True)
    assert everything(world) == before
    assert sweep(world, THIRD, accept_rollback=True, supersede=True).folder == folder.with_name("run-2026-w03-r2")
    assert not folder.exists()


def test_a_state_that_is_damaged_ends_the_worker_that_reads_already(world):
    ended = []

    @contextmanager
    def begin(_module, task, *_):
        assert Path(task["folder"]).is_dir()
        try:
            yield None
        finally:
            ended.append(THIRD)

    before = contents(world.parent / "sweeps")
    (world.parent / "state" / "state.sqlite").write_bytes(b"nonsense")
    assert refusal(world, THIRD, begin=begin)[0] == "GL702"
    assert ended == [THIRD]
    assert contents(world.parent / "sweeps") == before
    assert not list((world.parent / "sweeps").glob(".tmp-*"))


def test_what_is_wrong_with_the_state_is_told_before_what_is_wrong_with_the_exports(world):
    shutil.rmtree(world.parent / "exports" / THIRD)
    (world.parent / "state" / "state.sqlite").write_bytes(b"nonsense")
    assert refusal(world, THIRD)[0] == "GL702"


def test_a_state_that_is_changed_while_the_worker_works_is_recorded_into_as_it_is(world):
    def slow(*asked):
        entry = Listed("emu-00", "maria", "seen elsewhere")  # an account that the sweep meets too, for the first time
        with open_state(world.parent / "state") as state:
            record_list(state, KNOWN_BAD, [entry], by="maria", at=0)
        return work_here(*asked)

    sweep(world, THIRD, slow)
    with open_state(world.parent / "state") as state:
        assert "emu-00" in {member.account_id for ring in known_rings(state) for member in ring.members}


def test_a_folder_of_sweeps_that_others_may_write_is_refused(world):
    (world.parent / "sweeps").chmod(0o777)
    assert refusal(world, THIRD)[0] == "GL810"


def test_exports_that_change_while_they_are_read_are_refused(world):
    def slow(module, task, limits, listener, rest):
        write_week(world.parent / "exports" / THIRD, THIRD, "late,card,late-card,2026-01-10T00:00:00Z\n")
        return work_here(module, task, limits, listener, rest)

    assert refusal(world, THIRD, slow)[0] == "GL162"


@pytest.mark.parametrize("harm", ["one less", "one more", "changed", "link"])
def test_what_a_worker_wrote_is_compared_with_what_it_said(world, harm):
    def careless(module, task, limits, listener, rest):
        told = work_here(module, task, limits, listener, rest)
        file = Path(task["folder"]) / "rings.csv"
        match harm:
            case "one less":
                file.unlink()
            case "one more":
                file.with_name("more.csv").write_text("")
            case "changed":
                file.write_bytes(file.read_bytes() + b"\n")
            case "link":
                file.unlink()
                file.symlink_to("/etc/passwd")
        return told

    assert refusal(world, THIRD, careless)[0] == "GL821"


# --- one at a time ----------------------------------------------------------------------------------------------------


def test_a_second_sweep_is_told_who_is_at_work(world):
    with only_sweep(world.parent / "state"):
        code, told = refusal(world, THIRD)
    assert (code, f"process {os.getpid()}" in told) == ("GL602", True)


# --- pseudonyms -------------------------------------------------------------------------------------------------------


def under_key(settings, *key: int):
    """The same settings with pseudonyms under a key made of these bytes."""
    path = settings.parent / "graphlink.key"
    path.write_bytes(bytes((first + step) % 256 for first in key for step in range(32 // len(key))))
    path.chmod(0o600)
    settings.write_text(f'{SETTINGS}\n[privacy]\npseudonymise = true\nkey_file = "{path}"\n')
    return settings


def test_a_week_under_another_key_is_refused(tmp_path):
    settings = under_key(write_world(tmp_path / "world", WEEKS[:3]), 1)
    sweep(settings, FIRST, init=True)
    other, none = refusal(under_key(settings, 2), SECOND), refusal(write_world(settings.parent, ()), SECOND)
    assert (other[0], none[0]) == ("GL412", "GL412")
    assert re.search("under key [0-9a-f]{16}, and these are under key", other[1])
    assert "under their own names" in none[1]
    sweep(under_key(settings, 1), SECOND)
    with open_state(settings.parent / "state") as state:
        assert len({record.key_id for record in read_sweeps(state)}) == 1


def test_pseudonyms_do_not_begin_in_a_state_of_names(world):
    code, told = refusal(under_key(world, 1), THIRD)
    assert (code, "accounts under their own names" in told) == ("GL412", True)


# --- surroundings -----------------------------------------------------------------------------------------------------


def test_the_clock_changes_nothing(world, tmp_path, monkeypatch):
    other = tmp_path / "other"
    shutil.copytree(world.parent, other, symlinks=True)
    sweep(world, THIRD)
    monkeypatch.setattr(time, "time", lambda: 4_000_000_000.0)
    monkeypatch.setenv("TZ", "Asia/Kolkata")
    sweep(other / "graphlink.toml", THIRD)
    assert contents(world.parent / "sweeps") == contents(other / "sweeps")
    assert state_digest(world) == state_digest(other / "graphlink.toml")


def test_old_sweeps_are_deleted_when_asked_and_the_newest_never(world):
    world.write_text(world.read_text() + "\n[sweep]\nkeep_weeks = 2\n")
    sweep(world, THIRD)
    sweeps = world.parent / "sweeps"
    assert sorted(path.name for path in sweeps.iterdir()) == ["latest", "run-2026-w02", "run-2026-w03"]
    assert sweep(world, THIRD).already


def test_a_first_week_of_nobody_breaks_no_later_one_and_is_told(tmp_path):
    """Every later sweep ended in an error of division: the calibration was of no account."""
    settings = write_world(
        tmp_path / "world", WEEKS[:2], SETTINGS.replace("[method]", "allow_empty = true\n\n[method]")
    )
    for path in (settings.parent / "exports" / FIRST).iterdir():
        path.write_text(path.read_text().partition("\n")[0] + "\n")
    sweep(settings, FIRST, init=True)
    outcome = sweep(settings, SECOND)
    assert outcome.code(1.0, exit_on_rings=False) is ExitCode.DEGRADED
    (told,) = (gate["because"] for gate in outcome.told["gates"] if gate["count_of"] == "calibrated")
    assert told.startswith("the calibration is of 1 account, of ")
