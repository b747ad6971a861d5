"""From week to week: what people decided is respected by the next sweep, which says what is new."""

import csv
import json
import re
import shutil

import numpy as np
import pandas as pd
import pytest
from sweep_worlds import FIRST, SECOND, WEEKS, sweep, write_week

from graphlink.__main__ import run
from graphlink.model.sweeps import CLEARED, Listed, Verdict, VerdictKind
from graphlink.results.questions.account import describe_account, explain_account
from graphlink.results.questions.folder import open_run
from graphlink.results.questions.naming import find_named
from graphlink.sweeps.state.decisions import read_decisions, read_verdicts, record_list, record_verdicts
from graphlink.sweeps.state.open_state import open_state
from graphlink.sweeps.state.reading import known_rings, read_events

pytestmark = pytest.mark.slow

SWEPT = WEEKS[:2], (FIRST,)


def ring_of(world, name: str, week: str) -> dict | None:
    """The ring of an account, as a week's sweep published it."""
    folder = world.parent / "sweeps" / f"run-{week.lower()}"
    document = json.loads((folder / "rings.json").read_text())
    found = [member["ring_id"] for member in document["members"] if member["account_id"] == name]
    return next((ring for ring in document["rings"] if found and ring["ring_id"] == found[0]), None)


def decide(world, subject: str, kind: VerdictKind, *, is_ring: bool) -> None:
    with open_state(world.parent / "state") as state:
        verdict = Verdict(subject, is_ring, kind, "maria", "looked at it", FIRST)
        record_verdicts(state, [verdict], by="maria", at=0)


def allow(world, *entries: Listed, which: str = "allowed") -> None:
    with open_state(world.parent / "state") as state:
        record_list(state, which, entries, by="maria", at=0)


def actions_of(world, week: str) -> list[dict[str, str]]:
    path = world.parent / "sweeps" / f"run-{week.lower()}" / "actions.csv"
    if not path.exists():
        return []
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def rewrite(world, week: str, *changes: tuple[str, str]) -> None:
    """Change a week's export."""
    path = world.parent / "exports" / week / "sightings.csv"
    text = path.read_text()
    for pattern, new in changes:
        text = re.sub(pattern, new, text, flags=re.MULTILINE)
    path.write_text(text)


def test_without_verdicts_there_is_no_action_file(swept):
    assert actions_of(swept, FIRST) == []


def test_a_cleared_ring_is_last_the_week_after_and_its_new_accounts_with_it(world):
    dog = ring_of(world, "dog-00", FIRST)
    decide(world, dog["ring_id"], VerdictKind.BENIGN, is_ring=True)
    sweep(world, SECOND)
    later = ring_of(world, "dog-00", SECOND)
    assert later["ring_id"] == dog["ring_id"]
    assert later["assessment"] == CLEARED
    folder = world.parent / "sweeps" / f"run-{SECOND.lower()}"
    ranks = [ring["rank"] for ring in json.loads((folder / "rings.json").read_text())["rings"]]
    assert later["rank"] == max(ranks)
    with open_state(world.parent / "state") as state:
        known = next(ring for ring in known_rings(state) if ring.ring_id == dog["ring_id"])
    assert known.assessment == dog["assessment"]


def test_a_cleared_ring_comes_back_with_new_evidence_and_the_report_says_which(world):
    dog = ring_of(world, "dog-00", FIRST)
    decide(world, dog["ring_id"], VerdictKind.BENIGN, is_ring=True)
    rewrite(world, SECOND, ("dog-card-", "fresh-card-"), ("dog-device-", "fresh-device-"))
    sweep(world, SECOND)
    later = ring_of(world, "dog-00", SECOND)
    assert later["assessment"] == dog["assessment"]
    check = next(each for each in later["checks"] if each["explanation"] == "cleared by a person")
    assert check["fits"] is False
    assert "fresh-card-0" in check["because"]
    assert "dog-template" not in check["because"]
    report = (world.parent / "sweeps" / f"run-{SECOND.lower()}" / "report.html").read_text()
    assert "new since then" in report
    ruling = json.loads((world.parent / "sweeps" / f"run-{SECOND.lower()}" / "ruling.json").read_text())
    assert dog["ring_id"] in [each["subject"] for each in ruling["returned"]]


def test_what_a_ring_shared_without_linking_is_known_when_it_is_cleared(world):
    fox = ring_of(world, "fox-00", FIRST)
    folder = world.parent / "sweeps" / f"run-{FIRST.lower()}"
    signals = json.loads((folder / "rings.json").read_text())["signals"]
    shared = {
        (each["signal_type"], each["signal_value"])
        for each in signals
        if each["ring_id"] == fox["ring_id"] and each["accounts_in_ring"] > 1
    }
    assert {each["passes"] for each in signals if each["ring_id"] == fox["ring_id"]} == {True, False}
    decide(world, fox["ring_id"], VerdictKind.BENIGN, is_ring=True)
    with open_state(world.parent / "state") as state:
        assert set(read_verdicts(state)[0].evidence) == shared


def test_a_cleared_account_stays_out_until_something_new_ties_it(world):
    decide(world, "fox-03", VerdictKind.BENIGN, is_ring=False)
    shutil.copytree(world.parent, world.parent.parent / "same", symlinks=True)
    same = world.parent.parent / "same" / "graphlink.toml"
    sweep(same, SECOND)
    assert ring_of(same, "fox-03", SECOND) is None
    assert ring_of(same, "fox-04", SECOND) is not None
    rewrite(
        world,
        SECOND,
        (r"^fox-0([03]),card,fox-card-0", r"fox-0\1,card,new-card-7"),
        (r"^fox-0([03]),device,fox-device-.", r"fox-0\1,device,new-device-7"),
    )
    sweep(world, SECOND)
    assert ring_of(world, "fox-03", SECOND) is not None


def test_without_the_cleared_the_list_of_signals_tells_the_same_as_the_tables_that_are_asked(world):
    for name in ("fox-03", "fox-05", "fox-07"):
        decide(world, name, VerdictKind.BENIGN, is_ring=False)
    sweep(world, SECOND)
    folder = world.parent / "sweeps" / f"run-{SECOND.lower()}"
    numbers = ["accounts_in_ring", "accounts_outside", "expected_by_chance", "lift"]
    told = pd.read_csv(folder / "signals.csv")
    of_fox = told["ring_id"] == ring_of(world, "fox-00", SECOND)["ring_id"]
    assert 9 in told["accounts_in_ring"][of_fox].to_numpy()
    names = pd.read_parquet(folder / "tables" / "signals.parquet").set_index("signal")[["signal_type", "signal_value"]]
    asked = pd.read_parquet(folder / "tables" / "evidence.parquet").join(names, on="signal")
    keys = ["ring_id", "signal_type", "signal_value"]
    assert told[keys].to_numpy().tolist() == asked[keys].to_numpy().tolist()
    assert np.allclose(told[numbers], asked[numbers], rtol=0, atol=0.0051)
    assert np.allclose(told["expected_by_chance"], asked["expected_by_chance"], rtol=0, atol=0.00051)


def test_a_cleared_account_counts_nowhere_and_everybody_who_asks_hears_why(world):
    """State, events and report used to count its ring each in its own way, and nothing said why it is in none."""
    decide(world, "fox-03", VerdictKind.BENIGN, is_ring=False)
    sweep(world, SECOND)
    folder = world.parent / "sweeps" / f"run-{SECOND.lower()}"
    fox = ring_of(world, "fox-00", SECOND)
    with open_state(world.parent / "state") as state:
        known = next(ring for ring in known_rings(state) if ring.ring_id == fox["ring_id"])
        (event,) = [each for each in read_events(state, since=SECOND) if each.ring_id == fox["ring_id"]]
    assert (known.n_members, known.n_core) == (fox["members"], fox["core"]) == (11, 11)
    assert (event.n_before, event.n_after, event.n_left) == (12, 11, 1)
    assert event.because == "11 accounts stayed, 0 joined, 1 left (1 cleared by a person)"
    size = next(each["because"] for each in fox["factors"] if each["name"] == "size")
    assert size.startswith("12 accounts (1 of them cleared by a person), ")
    page = (folder / "report.html").read_text()
    assert "Score and reasons were found before 1 account was left out that a person cleared." in page
    index = json.loads(re.search(r'id="index">(.*?)</script>', page)[1])
    assert index["cleared"] == [["fox-03", fox["ring_id"], "maria cleared it (looked at it)"]]
    with open_run(folder) as run:
        answer = describe_account(explain_account(run, int(find_named(run, "fox-03").key)), 200)
    assert f"It is tied to ring {fox['ring_id']} and stays out of it: maria cleared it (looked at it)" in answer
    assert "chance alone gives groups" not in answer


@pytest.fixture
def back(world):
    """The id under which a ring is back that was cleared, ended and has nothing new."""
    fox = ring_of(world, "fox-00", FIRST)["ring_id"]
    decide(world, fox, VerdictKind.BENIGN, is_ring=True)
    world.write_text(world.read_text() + "\n[lineage]\nghost_weeks = 1\n")
    for week in WEEKS[2:5]:
        write_week(world.parent / "exports" / week, week)
    for week in (*WEEKS[1:3], WEEKS[4]):
        rewrite(world, week, (r"^fox-.*\n", ""))
    for week in WEEKS[1:4]:
        sweep(world, week)
    with open_state(world.parent / "state") as state:
        (found,) = [ring for ring in known_rings(state) if "fox-00" in {each.account_id for each in ring.members}]
    assert found.ring_id != fox
    return found


def test_a_ring_of_cleared_accounts_under_another_id_is_called_cleared_and_tells_nothing(world, back, capsys):
    """It was remembered as a new ring that nobody had looked at, and announced when it grew quiet."""
    assert back.assessment == CLEARED
    assert ring_of(world, "fox-00", WEEKS[3]) is None
    assert run(["show", back.ring_id, "-c", str(world)]) == 0
    shown = capsys.readouterr().out
    assert "its accounts cleared by a person and no new evidence: the report does not list it." in shown
    assert "Next:" not in shown
    calls = sweep(world, WEEKS[4]).calls
    assert back.ring_id in calls.cleared
    assert back.ring_id not in {line.ring_id for line in (*calls.alerts, *calls.others)}


@pytest.mark.parametrize("by_account", [True, False])
def test_a_ring_that_was_cleared_is_called_so_for_programs(world, by_account, capsys):
    """They were told that it continued, and nothing of the person who cleared it, as page and terminal know."""
    fox = ring_of(world, "fox-00", FIRST)["ring_id"]
    for subject in [f"fox-{member:02}" for member in range(12)] if by_account else [fox]:
        decide(world, subject, VerdictKind.BENIGN, is_ring=not by_account)
    asked = ["sweep", "-c", str(world), "--week", SECOND, "--format", "json", "--quiet"]
    assert [run(asked), run(asked)] == [0, 0]
    swept, already = (json.loads(text + "]") for text in capsys.readouterr().out.split("]\n")[:2])
    assert swept == already
    told = {each["ring_id"]: (each["event"], each["assessment"]) for each in swept}
    assert told.pop(fox) == ("continued", CLEARED)
    assert CLEARED not in {assessment for _, assessment in told.values()}


def test_a_verdict_that_puts_cleared_accounts_into_the_action_file_says_so(world, back, capsys):
    told = "Of those in the action file now, 12 accounts were cleared before by maria (looked at it)"
    given = [back.ring_id, "confirmed", "--by", "li", "--note", "chargebacks"]
    path = world.parent / "v.csv"
    path.write_text(f"ring_id,verdict,by,note\n{back.ring_id},confirmed,li,chargebacks\n")
    same = shutil.copytree(world.parent, world.parent.parent / "same", symlinks=True) / "graphlink.toml"
    assert run(["verdicts", "import", str(path), "-c", str(same)]) == 0
    assert told in capsys.readouterr().out
    for is_first in (True, False):
        assert run(["verdict", *given, "-c", str(world)]) == 0
        assert (told in capsys.readouterr().out) is is_first


def test_an_account_that_was_allowed_unseen_is_remembered_with_what_ties_it_when_met(world):
    allow(world, Listed("emu-01", "maria", "ours"))
    for week in WEEKS[2:4]:
        write_week(world.parent / "exports" / week, week)
    for week in WEEKS[1:4]:
        sweep(world, week)
        assert ring_of(world, "emu-01", week) is None
    assert ring_of(world, "emu-02", WEEKS[3]) is not None
    with open_state(world.parent / "state") as state:
        assert "emu-01" in read_decisions(state, "2026-01-01").met


def test_an_allowed_signal_links_nobody_and_is_counted(world):
    values = {"fox-card": 3, "fox-device": 5, "fox-template": 2, "198.51.102": 4}
    entries = [
        Listed(f"{stem}{'.' if kind == 'ip' else '-'}{number}", "maria", "ours", signal_type=kind)
        for (stem, size), kind in zip(values.items(), ("card", "device", "template", "ip"), strict=True)
        for number in range(size)
    ]
    allow(world, *entries)
    sweep(world, SECOND)
    assert ring_of(world, "fox-00", SECOND) is None
    assert ring_of(world, "cat-00", SECOND) is not None
    run = json.loads((world.parent / "sweeps" / f"run-{SECOND.lower()}" / "run.json").read_text())
    assert "sightings of allowed signals left out: 12 of card, 12 of device, 12 of ip, 12 of template" in json.dumps(
        run
    )


def test_the_action_file_of_the_week_after_holds_the_confirmed_and_not_the_new(world):
    cat = ring_of(world, "cat-00", FIRST)
    decide(world, cat["ring_id"], VerdictKind.CONFIRMED, is_ring=True)
    sweep(world, SECOND)
    assert ring_of(world, "cat-08", SECOND)["ring_id"] == cat["ring_id"]
    actions = actions_of(world, SECOND)
    assert {row["account_id"] for row in actions} <= {f"cat-{number:02}" for number in range(8)}
    assert len(actions) > 4
    assert {(row["by"], row["note"], row["confirmed"]) for row in actions} == {("maria", "looked at it", "ring")}
    run = json.loads((world.parent / "sweeps" / f"run-{SECOND.lower()}" / "run.json").read_text())
    assert "actions.csv" in run["outputs"]
