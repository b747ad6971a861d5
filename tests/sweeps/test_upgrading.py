"""A new version or card keeps ids, verdicts and lists, and what it changes is told apart from what data changes."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from sweep_worlds import LIMITS, WEEKS, begun_with, contents, state_digest, sweep, work_here, write_week

from graphlink.config.settings import load_config
from graphlink.engine.worker.protocol import WorkerBugError
from graphlink.engine.worker.supervise import Listener
from graphlink.model.sweeps import Listed, Verdict, VerdictKind
from graphlink.rings import scorecard
from graphlink.sweeps import verifying
from graphlink.sweeps.comparing import compare_runs
from graphlink.sweeps.state.decisions import record_list, record_verdicts
from graphlink.sweeps.state.open_state import open_state
from graphlink.sweeps.state.reading import known_rings
from graphlink.sweeps.sweeping import Request, sweep_week
from graphlink.sweeps.verifying import verify_sweep
from graphlink.words.errors import ExitCode, InputError, MachineError

pytestmark = pytest.mark.slow

SWEPT = WEEKS[:5], WEEKS[:3]
LAST, NEXT = WEEKS[2], WEEKS[3]


def new_card(monkeypatch, more: float = 20.0) -> None:
    """Another card, as another version would bring it, under its own digest."""
    card, reference = scorecard.shipped()
    other = replace(card, start=card.start + more), reference
    monkeypatch.setattr("graphlink.rings.assessment.shipped", lambda: other)
    monkeypatch.setattr("graphlink.results.versions._card_digests", lambda: {"scorecard.toml": "0" * 64})


def upgrade_of(world, week: str) -> dict:
    folder = world.parent / "sweeps" / f"run-{week.lower()}"
    return json.loads((folder / "before.json").read_text())["upgrade"]


def rings_of(world) -> dict[str, str]:
    """The ring of each account that the state knows in one."""
    with open_state(world.parent / "state") as state:
        return {member.account_id: ring.ring_id for ring in known_rings(state) for member in ring.members}


def ring_with(world, name: str) -> str:
    return next(ring_id for account, ring_id in rings_of(world).items() if account == name)


def copied(world, place):
    return shutil.copytree(world.parent, place, symlinks=True) / world.name


def set_otherwise(world, more: str) -> None:
    world.write_text(world.read_text() + more)


def test_a_new_card_changes_no_id_and_its_changes_are_those_of_the_same_week(world, tmp_path, monkeypatch):
    other, before = copied(world, tmp_path / "other"), copied(world, tmp_path / "before")
    shutil.rmtree(before.parent / "state")
    shutil.rmtree(before.parent / "sweeps")
    shutil.copytree(
        world.parent / "state",
        before.parent / "state",
        ignore=shutil.ignore_patterns("state.sqlite*", "backups", "*.seal"),
    )
    for number, week in enumerate(WEEKS[:2]):
        sweep(before, week, init=not number)
    sweep(other, NEXT)
    new_card(monkeypatch)
    outcome = sweep(world, NEXT)
    assert rings_of(world) == rings_of(other)  # under the old card and the new one
    told = upgrade_of(world, NEXT)
    assert (told["week"], told["unknown"]) == (LAST, "")
    assert told["new"][0].startswith("scorecard.toml ")
    sweep(before, LAST)  # live, by the new card
    listing, _ = compare_runs(world.parent / "sweeps" / f"run-{LAST.lower()}", before.parent / "sweeps" / "latest")
    expected = {row[1] or row[0]: row[2:5] for row in listing.rows if row[2] != "same"}
    assert {
        each["ring_id"]: (each["change"], each["n_before"], each["n_by_new"]) for each in told["changes"]
    } == expected
    assert "assessed anew" in {each["change"] for each in told["changes"]}
    assert told["n_same"] == len(listing.rows) - len(expected)
    cat = next(each for each in outcome.upgrade.changes if each.ring_id == ring_with(world, "cat-00"))
    assert (cat.n_before, cat.n_by_new, cat.n_now) == (10, 10, 11)  # it grew by the data alone
    page = (outcome.folder / "report.html").read_text()
    assert "What the new method changed" in page
    assert upgrade_of(other, NEXT) is None
    assert "What the new method changed" not in (other.parent / "sweeps" / "latest" / "report.html").read_text()
    sweep(world, WEEKS[4])
    assert upgrade_of(world, WEEKS[4]) is None  # the method is that of the week before


def test_verdicts_and_lists_count_on_under_a_new_card(world, monkeypatch):
    cat, fox = ring_with(world, "cat-00"), ring_with(world, "fox-00")
    with open_state(world.parent / "state") as state:
        given = Verdict(cat, is_ring=True, kind=VerdictKind.CONFIRMED, by="maria", note="n", week=LAST)
        record_verdicts(state, [given, replace(given, subject=fox, kind=VerdictKind.BENIGN)], by="maria", at=0)
        record_list(state, "allowed", [Listed("emu-00", "li", "ours")], by="li", at=0)
    new_card(monkeypatch, 50.0)
    folder = sweep(world, NEXT).folder
    ruling = json.loads((folder / "ruling.json").read_text())
    assert {each["ring_id"] for each in ruling["actions"]} == {cat}
    assert len(ruling["actions"]) == 10
    assert fox in {each["subject"] for each in ruling["cleared"]}
    assert "emu-00" not in {each["account_id"] for each in json.loads((folder / "rings.json").read_text())["members"]}


@pytest.mark.parametrize(
    ("harm", "told"),
    [
        (lambda exports: shutil.rmtree(exports / LAST), "are gone, or refused now"),
        (lambda exports: (exports / LAST / "accounts.csv").write_text("account_id\nann\n"), "are not what they were"),
    ],
)
def test_without_the_exports_of_the_week_before_it_says_that_it_cannot_tell(world, monkeypatch, harm, told):
    harm(world.parent / "exports")
    new_card(monkeypatch)
    outcome = sweep(world, NEXT)
    assert told in outcome.upgrade.unknown
    assert "could not be analysed both ways" in (outcome.folder / "report.html").read_text()


def test_a_ring_that_only_the_new_method_finds_is_named_by_its_id(world, says):
    """A settings file is a method too; a ring that was too small for it is found by the next one."""
    small = ring_with(world, "emu-00")
    set_otherwise(world, "smallest_ring = 9\n")
    first = sweep(world, NEXT).upgrade
    assert first.new == ("setting method.smallest_ring",)
    assert {(each.ring_id, each.change, each.n_now) for each in first.changes} == {(small, "gone", 0)}
    world.write_text(world.read_text().replace("smallest_ring = 9\n", ""))
    listed = json.loads(says("upgrade", "--dry-run", "-c", str(world), "--json", "-q").out)
    assert [(each["change"], each["by_new"]) for each in listed] == [("new", 7)]
    second = sweep(world, WEEKS[4]).upgrade
    (back,) = second.changes
    assert (back.ring_id, back.n_before, back.n_by_new, back.n_now) == (ring_with(world, "emu-00"), 0, 7, 7)
    assert back.ring_id == small


def test_a_dry_run_shows_it_before_and_changes_no_byte(world, says):
    before = contents(world.parent / "sweeps"), state_digest(world)
    place = ("-c", str(world), "-q")
    assert "Nothing is new" in says("upgrade", "--dry-run", *place).out
    set_otherwise(world, "smallest_ring = 9\n")
    out = says("upgrade", "--dry-run", *place).out
    assert "New since 2026-W03: setting method.smallest_ring." in out
    assert ring_with(world, "emu-00") in out
    assert (contents(world.parent / "sweeps"), state_digest(world)) == before
    assert "--dry-run" in says("upgrade", *place, code=ExitCode.USAGE).err
    shown = says("sweep", "--week", NEXT, *place).out
    assert "In the same exports of 2026-W03, analysed both ways, 1 listed ring differs" in shown.replace("\n", " ")


def verified(world, week: str):
    listener = Listener(lambda *_: None, lambda *_: None)
    folder = world.parent / "sweeps" / f"run-{week.lower()}"
    return verify_sweep(load_config(world), folder, LIMITS, listener, begun_with(work_here))


def test_a_week_of_another_card_is_not_called_different(world, monkeypatch):
    assert verified(world, LAST).is_same
    new_card(monkeypatch)
    found = verified(world, LAST)
    assert (found.difference, found.is_same) == ("", False)
    assert found.made_by[0].startswith("scorecard.toml ")
    card = scorecard.shipped()
    monkeypatch.setattr("graphlink.rings.assessment.shipped", lambda: card)
    assert verified(world, LAST).is_same  # another version, the same results
    members = world.parent / "sweeps" / f"run-{LAST.lower()}" / "members.csv"
    members.write_text(members.read_text().replace("fox-03", "fox-3"))
    assert verified(world, LAST).difference.startswith("members.csv was changed after it was published")


def test_a_setting_that_an_older_version_did_not_have_is_no_difference(world, monkeypatch):
    monkeypatch.setattr("graphlink.sweeps.recognising.__version__", "9.0.9")
    read = verifying.read_published

    def older(folder):
        found = read(folder)
        del found.manifest["config"]["sweep"]["second_name_share"]
        return found

    monkeypatch.setattr(verifying, "read_published", older)
    found = verified(world, LAST)
    assert (found.difference, found.is_same) == ("", True)


def test_how_much_is_read_is_a_method_too(world):
    """The same exports give other rings where the window is another, and where fewer weeks of them are read."""
    set_otherwise(world, "[sweep]\nwindow_days = 9\n")
    narrow = sweep(world, NEXT).upgrade
    assert (narrow.new, narrow.unknown) == (("setting sweep.window_days",), "")
    assert "gone" in {each.change for each in narrow.changes}
    world.write_text(world.read_text().replace("window_days = 9", "window_days = 28\nexport_weeks = 2"))
    wide = sweep(world, WEEKS[4]).upgrade
    assert (wide.new, wide.unknown) == (("setting sweep.export_weeks", "setting sweep.window_days"), "")


def test_a_week_that_is_swept_again_is_told_against_the_week_before(world, says):
    set_otherwise(world, "smallest_ring = 9\n")
    first = sweep(world, NEXT).upgrade
    write_week(world.parent / "exports" / NEXT, NEXT, "late-comer,card,cat-card-1,2026-01-20T00:00:00Z\n")
    assert sweep(world, NEXT, supersede=True).upgrade == first
    assert sweep(world, NEXT, renew=True).upgrade == first
    assert sweep(world, NEXT).already


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (OSError(28, "No space left on device", "/srv/secret/place"), "its repetition failed"),
        (WorkerBugError("KeyError", "trace"), "its repetition failed"),
        (MachineError("GL820", "worker", "out of memory at /srv/secret", "buy more"), "its repetition failed"),
        (InputError("GL160", "/srv/secret", "unusual", "export again"), "the exports of 2026-W03 are gone, or refused"),
    ],
)
def test_a_comparison_that_fails_is_a_notice_and_stops_no_sweep(world, monkeypatch, says, error, told):
    def fail(*_given):
        raise error

    monkeypatch.setattr("graphlink.sweeps.upgrading.repeat_sweep", fail)
    set_otherwise(world, "smallest_ring = 9\n")
    said = says("upgrade", "--dry-run", "--json", "-c", str(world), code=ExitCode.DEGRADED)
    assert said.out == ""
    assert told in said.err
    heard = []
    listener = Listener(lambda *_: None, lambda code, text: heard.append((code, text)))
    done = sweep_week(load_config(world), Request(week=NEXT), LIMITS, listener, begun_with(work_here))
    (notice,) = (text for code, text in heard if code == "GL344")
    assert str(error) in notice
    assert done.upgrade.unknown.startswith(told)
    assert not [path for path in done.folder.rglob("*") if path.is_file() and b"secret" in path.read_bytes()]
    assert not [path for path in world.parent.rglob("*") if path.name.startswith(".tmp-")]


def test_the_repetition_stands_beside_the_sweeps(world, monkeypatch):
    places = []

    def note(plan, published, key, limits, listener, begin):
        places.append(Path(limits.folder))
        raise MachineError("GL820", "worker", "out of memory", "give it more")

    monkeypatch.setattr("graphlink.sweeps.upgrading.repeat_sweep", note)
    set_otherwise(world, "smallest_ring = 9\n")
    sweep(world, NEXT)
    assert [place.parent for place in places] == [world.parent / "sweeps"]
