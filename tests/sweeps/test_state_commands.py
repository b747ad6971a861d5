"""The commands that tell the state what people decided, and what they answer."""

import csv
import json
import re
import shlex
import shutil
import sqlite3
import tomllib
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from state_worlds import CAT, DAY, RING, digest, lineage, members, record, ring, two_weeks, verdict

from graphlink.__main__ import run
from graphlink.model.sweeps import RingStatus, VerdictKind
from graphlink.sweeps.decisions.standing import Standings, list_actions
from graphlink.sweeps.state.decisions import (
    ALLOWED,
    KNOWN_BAD,
    read_decisions,
    read_list,
    read_verdicts,
    record_verdicts,
)
from graphlink.sweeps.state.folder import only_sweep
from graphlink.sweeps.state.forgetting import prune_rings
from graphlink.sweeps.state.open_state import open_state
from graphlink.sweeps.state.precision import precision_by_week
from graphlink.sweeps.state.reading import known_rings
from graphlink.sweeps.state.recording import record_sweep
from graphlink.words.errors import ExitCode
from graphlink.words.messages import MESSAGES

BAD = Path(__file__).parents[1] / "bad" / "72-decisions"
FILES = tomllib.loads((BAD / "decisions.toml").read_text(encoding="utf-8"))["files"]
SIGNED = ("--by", "li", "--note", "case 4711")


@pytest.fixture(scope="module")
def sampled(tmp_path_factory, samples):
    """A run whose 60 or so accounts wildcards are judged by."""
    out = tmp_path_factory.mktemp("run") / "result"
    assert run(["run", str(samples / "tiny"), "-o", str(out), "-q"]) == ExitCode.DONE
    return out


# --- case 72 ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", FILES, ids=lambda case: case["file"])
def test_a_file_of_decisions_is_taken_whole_or_refused_with_every_mistake(folder, capsys, sampled, case):
    before = digest(folder)
    run_option = [] if case["command"][0] == "verdicts" else ["--run", str(sampled)]
    code = run([*case["command"], str(BAD / case["file"]), *run_option])
    err = capsys.readouterr().err
    assert code == case["exit"], err
    for mistake in case.get("mistakes", ()):
        place = f"{mistake['code']} {BAD / case['file']}:{mistake['line']}"
        assert any(line.removeprefix("graphlink: ").startswith(place) for line in err.splitlines()), (place, err)
        assert mistake["code"] in MESSAGES
    assert err.count("Fix:") == len(case.get("mistakes", ()))
    assert ("GL330" in err) == case.get("never_seen", False)
    assert (digest(folder) == before) == (code != ExitCode.DONE)


def test_a_wildcard_typed_on_the_command_line_is_judged_too(folder, sampled, says):
    wide = ["allow", "account", "*", "--wildcard", *SIGNED, "--run", str(sampled)]
    assert "GL454" in says(*wide, code=ExitCode.CONFIG_INVALID).err
    assert run([word for word in wide if word != "--wildcard"]) == ExitCode.DONE


# --- verdicts ---------------------------------------------------------------------------------------------------------


def test_a_verdict_is_about_the_newest_week_and_covers_the_members(folder, says):
    assert "for its 4 members" in says("verdict", RING, "benign", *SIGNED, "--expires", "2999-12-31").out
    with open_state(folder) as state:  # the newest comes after the one that counts when it has expired
        given = [each for each in read_verdicts(state) if each.is_ring][-1]
    told = (given.kind, given.by, given.note, given.week, given.expires)
    assert told == (VerdictKind.BENIGN, "li", "case 4711", "2026-W02", "2999-12-31")
    assert given.evidence == (("card", "c1"), ("card", "c2"))
    assert [account for account, _ in given.covers] == ["ann", "bob", CAT, "dan"]


def with_ghosts(folder: Path) -> None:
    """In a third week bob and dan are gone from the ring, and eve is new."""
    gone = members("2026-W02", "bob", "dan")
    third = ring("2026-W03", "ann", CAT, "eve")
    third = replace(third, members=tuple(sorted((*third.members, *gone), key=lambda each: each.account_id)))
    with open_state(folder) as state:
        record_sweep(state, record("2026-W03"), lineage(third))


@pytest.fixture
def one_name(folder, monkeypatch):
    """Settings by which one person's name is enough, whatever is known of accounts."""
    settings = folder.parent / "graphlink.toml"
    settings.write_text("[sweep]\nsecond_name_share = 1\n")
    monkeypatch.setenv("GRAPHLINK_CONFIG", str(settings))


def test_a_verdict_says_who_waits_and_of_its_own_ring_alone(folder, says):
    """The newest sweep is not there to tell who is long-standing or paying; maria has confirmed the ring before."""
    with_more(folder)
    said = " ".join(says("verdict", YOUNG, "confirmed", *SIGNED).out.split())
    assert "; 2 of its 2 members go into the action file once a second person confirms Not yet in the file: 2" in said
    assert f"since it is not known how many of the 2 confirmed accounts of {YOUNG} are long-standing or paying" in said
    assert RING not in said
    assert "go into the action file\n" in says("verdict", YOUNG, "confirmed", "--by", "maria", "--note", "n").out
    told = "2 of its 6 members go into the action file, 1 of them once a second person confirms ("
    assert run(["verdict", "ann", "confirmed", *SIGNED]) == ExitCode.DONE
    assert told in says("verdict", RING, "confirmed", "--by", "maria", "--note", "n", "--week", "2026-W01").out
    said = says("verdict", "bob", "confirmed", "--by", "maria", "--note", "n").out
    assert said.startswith("Account bob: confirmed; it goes into the action file once a second person confirms\n")


@pytest.mark.usefixtures("one_name")
def test_a_verdict_says_whom_it_reaches(folder, capsys, says):
    with_ghosts(folder)
    assert run(["verdict", RING, "confirmed", *SIGNED]) == ExitCode.DONE
    told = "confirmed; 2 of its 3 members go into the action file (left out: 1 allowed or cleared)"
    assert told in capsys.readouterr().out  # the cat is cleared
    assert says("actions").out.splitlines()[-2:] == ["2 accounts", f"  2 of {RING}"]
    assert "benign, for its 3 members and 2 accounts that left it" in says("verdict", RING, "benign", *SIGNED).out


def test_a_verdict_counts_nobody_who_was_forgotten(folder, says):
    assert run(["forget", "ann", *SIGNED]) == ExitCode.DONE
    assert says("verdict", RING, "benign", *SIGNED).out == f"Ring {RING}: benign, for its 3 members\n"
    assert "confirmed; 2 of its 3 members go into the action file" in says("verdict", RING, "confirmed", *SIGNED).out


@pytest.mark.parametrize(
    ("account", "told"),
    [
        ("ann", "it goes into the action file"),
        ("bob", "it does not go into the action file: it may be a victim of its ring"),
        pytest.param(
            "dan",
            "it does not go into the action file: it is at the edge of its ring; it goes into the file once a sweep "
            "ties it more firmly",
        ),
        ("eve", "it does not go into the action file: it is closed already"),
        ("zoe", "it goes into the action file once a sweep finds it as a core or probable member of a ring"),
    ],
)
@pytest.mark.usefixtures("one_name")
def test_a_verdict_on_an_account_says_what_follows(folder, says, account, told):
    third = ring("2026-W03", "ann", "bob", "dan", "eve")
    ann, bob, dan, eve = third.members
    judged = (ann, replace(bob, tier="possible_victim"), replace(dan, tier="peripheral"), replace(eve, closed=True))
    with open_state(folder) as state:
        record_sweep(state, record("2026-W03"), lineage(replace(third, members=judged)))
    assert says("verdict", account, "confirmed", *SIGNED).out == f"Account {account}: confirmed; {told}\n"
    assert run(["actions", "--force"]) == ExitCode.DONE  # ann was confirmed with her ring
    assert ('"' + account + '"' in Path("actions/actions.csv").read_text()) == (account == "ann")


def test_a_confirmed_ring_that_graphlink_does_not_call_coordinated_says_so(folder, says):
    with open_state(folder) as state:
        record_sweep(state, record("2026-W03"), lineage(ring("2026-W03", "ann", "bob", assessment="household")))
    first, second = says("verdict", RING, "confirmed", *SIGNED).out.splitlines()
    assert first.endswith("2 of its 2 members go into the action file")
    assert second.startswith("graphlink assesses it as a household, not as coordinated: only your verdict puts its")


def test_who_left_a_ring_is_not_confirmed_with_it(folder):
    """An account that comes back later needs a verdict of its own, as one that joins does."""
    with_ghosts(folder)
    for kind, covered in (("confirmed", {"ann", CAT, "eve"}), ("benign", {"ann", CAT, "eve", "bob", "dan"})):
        assert run(["verdict", RING, kind, *SIGNED]) == ExitCode.DONE
        with open_state(folder) as state:
            (ring_verdict,) = (each for each in read_verdicts(state) if each.is_ring)
        assert {account for account, _ in ring_verdict.covers} == covered


@pytest.mark.parametrize(
    "words",
    [
        ["verdict", "R-2026-W09-001", "benign", *SIGNED],
        ["verdict", "ann", "guilty", *SIGNED],
        ["verdict", "ann", "benign", "--by", "li"],
        ["verdict", "ann", "benign", "--by", " ", "--note", "x"],
        ["verdict", "ann", "benign", *SIGNED, "--expires", "2020-01-01"],
        ["verdict", "ann", "benign", *SIGNED, "--expires", "tomorrow"],
        ["verdict", "ann", "benign", *SIGNED, "--week", "last"],
        ["verdict", "ann", "benign", *SIGNED, "--week", "2031-W01"],
        ["verdict", "\udcff", "benign", *SIGNED],
        ["verdict", "\udcff", "benign", "--account", *SIGNED],
        ["verdict", "", "benign", "--account", *SIGNED],
        ["verdicts", "import", str(BAD / "good_verdicts.csv"), "--by", "\udcff"],
        ["verdicts", "import", str(BAD / "good_verdicts.csv"), "--by", " "],
        ["allow", "import", str(BAD / "good_list.csv"), "--by", "\udcff"],
        ["allow", "account", "ann", "--remove", *SIGNED],
    ],
)
def test_what_cannot_be_meant_is_a_usage_error_and_changes_nothing(folder, words):
    before = digest(folder)
    assert run(words) == ExitCode.USAGE
    assert digest(folder) == before


def with_more(folder: Path) -> None:
    """In a third week eve has joined the ring by a third card, and what was left of another ring has gone into it."""
    other = ring("2026-W03", "fox", ring_id=OTHER, born="2026-W02", status=RingStatus.MERGED, merged_into=RING)
    young = ring("2026-W03", "gil", "hal", ring_id=YOUNG, born="2026-W03", values=("c7",))
    grown = ring("2026-W03", "ann", "bob", CAT, "dan", "eve", "fox", values=("c1", "c2", "c3"))
    with open_state(folder) as state:
        second = ring("2026-W02", "ann", "bob", CAT, "dan"), ring("2026-W02", "fox", ring_id=OTHER, born="2026-W02")
        record_sweep(state, record("2026-W02", revision=2), lineage(*second))
        record_sweep(state, record("2026-W03"), lineage(grown, other, young))


OTHER, YOUNG = "R-2026-W02-002", "R-2026-W03-003"


def test_a_verdict_on_an_earlier_week_reaches_only_whom_its_sweep_showed(folder, capsys):
    with_more(folder)
    assert run(["verdict", RING, "confirmed", *SIGNED, "--week", "2026-W01"]) == ExitCode.DONE
    told = "1 allowed or cleared and 3 not among those that the verdict covered in 2026-W01)"
    assert f"2 of its 6 members go into the action file (left out: {told}" in capsys.readouterr().out
    assert run(["actions"]) == ExitCode.DONE
    with Path("actions/actions.csv").open(encoding="utf-8") as rows:
        acted = [(row["account_id"], row["week"]) for row in csv.DictReader(rows)]
    assert acted == [("ann", "2026-W01"), ("bob", "2026-W01")]


@pytest.mark.parametrize("subject", [RING, "ann"])
def test_what_came_after_the_week_that_was_cleared_is_new(folder, subject):
    with_more(folder)
    for week, known in (("2026-W02", {"c1", "c2"}), ("2026-W03", {"c1", "c2", "c3"})):
        assert run(["verdict", subject, "benign", *SIGNED, "--week", week]) == ExitCode.DONE
        with open_state(folder) as state:
            (given,) = (each for each in read_verdicts(state) if each.subject == subject)
        assert (given.week, {value for _, value in given.evidence}) == (week, known)


def test_an_account_that_was_in_no_ring_in_a_week_was_tied_by_nothing(folder):
    with_more(folder)
    assert run(["verdict", "eve", "benign", *SIGNED, "--week", "2026-W02"]) == ExitCode.DONE
    with open_state(folder) as state:
        assert [each.evidence for each in read_verdicts(state) if each.subject == "eve"] == [None]


@pytest.mark.parametrize(
    ("subject", "told"),
    [
        (YOUNG, f"the sweep of 2026-W02 knew no ring {YOUNG}; {YOUNG} is known since 2026-W03"),
        (OTHER, f"what 2026-W02 showed as {OTHER} has gone on as {RING} since, with others; judge it without a week"),
    ],
)
def test_a_week_that_does_not_show_a_ring_is_refused(folder, capsys, says, subject, told):
    with_more(folder)
    before = digest(folder)
    assert run(["verdict", subject, "confirmed", *SIGNED, "--week", "2026-W02"]) == ExitCode.USAGE
    assert told in " ".join(capsys.readouterr().err.split())
    Path("v.csv").write_text(f"ring_id,verdict,by,note,week\n{subject},benign,li,x,2026-W02\n")
    assert f"GL450 v.csv:2:week: {told}" in says("verdicts", "import", "v.csv", code=ExitCode.CONFIG_INVALID).err
    assert digest(folder) == before


@pytest.mark.parametrize("subject", [YOUNG, "gil"])
def test_a_week_whose_names_were_pruned_is_refused(folder, capsys, subject):
    with_more(folder)
    with open_state(folder) as state:
        ended = ring("2026-W03", ring_id=YOUNG, born="2026-W03", values=(), status=RingStatus.ENDED)
        record_sweep(state, record("2026-W20"), lineage(ring("2026-W20", "ann", "bob"), ended))
        assert prune_rings(state, "2026-W21", by="cron", at=0, note="retention") == 1
    assert run(["verdict", subject, "benign", *SIGNED, "--week", "2026-W03"]) == ExitCode.USAGE
    assert "names that 2026-W03 showed of it were pruned since" in " ".join(capsys.readouterr().err.split())
    assert run(["verdict", subject, "benign", *SIGNED]) == ExitCode.DONE  # of the newest week, which shows no such name


def test_verdicts_that_were_listed_can_be_given_again(folder, says):
    """After a backup was restored: expired ones, too, since they came after others that would count again."""
    formula = "=1+1"
    assert run(["verdict", RING, "benign", *SIGNED, "--week", "2026-W01"]) == ExitCode.DONE
    assert run(["verdict", formula, "confirmed", "--by", "'li", "--note", '-"x", y']) == ExitCode.DONE
    with open_state(folder) as state:
        record_verdicts(state, [verdict("bob", VerdictKind.UNSURE, expires="2020-01-01")], by="maria", at=9)
        before = read_verdicts(state)
    Path("verdicts.csv").write_text(says("verdicts", "list", "--format", "csv").out)
    (folder / "state.sqlite").unlink()
    folder.rename("lost")
    two_weeks(folder)
    assert run(["verdicts", "import", "verdicts.csv"]) == ExitCode.DONE
    with open_state(folder) as state:
        assert read_verdicts(state) == before


def test_a_verdict_that_expired_overrules_no_older_one_that_has_not(folder, says):
    """A cleared account was accused again once a later `unsure` had expired; so it was after a restore."""
    told = (
        verdict(RING, VerdictKind.BENIGN, at=DAY),
        verdict("bob", VerdictKind.UNSURE, at=DAY, expires="2020-01-01"),
        verdict(RING, VerdictKind.CONFIRMED, at=2 * DAY, expires="2026-03-21"),
        verdict("bob", VerdictKind.BENIGN, at=2 * DAY, expires="2020-01-01"),
        verdict(RING, VerdictKind.UNSURE, at=3 * DAY, expires="2026-03-20"),
    )
    with open_state(folder) as state:
        record_verdicts(state, told, by="maria", at=4 * DAY)

    def counting() -> list[tuple[str, ...]]:
        with open_state(folder) as state:
            days = ("2019-01-01", "2026-03-20", "2026-03-21", "2026-03-22")
            return [
                tuple(str(each.kind) for each in read_decisions(state, day).verdicts if each.subject in {RING, "bob"})
                for day in days
            ]

    expected = [("benign", "unsure"), ("unsure",), ("confirmed",), ("benign",)]
    assert counting() == expected
    assert json.loads(says("rings", "--json").out)[0]["verdict"] == "benign"
    assert json.loads(says("show", RING, "--json").out)["verdict"].startswith("benign by maria")
    Path("verdicts.csv").write_text(says("verdicts", "list", "--format", "csv").out)
    folder.rename("lost")
    two_weeks(folder)
    assert run(["verdicts", "import", "verdicts.csv"]) == ExitCode.DONE
    assert counting() == expected


def _standing_of_eve(folder) -> tuple[bool, VerdictKind | None]:
    with open_state(folder) as state:
        standing = Standings(read_decisions(state, "2026-06-01"), ["eve"]).of("eve")
    return standing.cleared is None, standing.confirmed and standing.confirmed.kind


@pytest.mark.parametrize("first", [RING, YOUNG])
@pytest.mark.parametrize("is_sorted", [False, True])
def test_verdicts_that_are_given_again_keep_their_order(folder, says, first, is_sorted):
    """An account that was in two rings is judged by the newest verdict, whichever ring's id comes first."""
    second = YOUNG if first == RING else RING

    def begin() -> None:
        with open_state(folder) as state:
            both = (ring("2026-W03", "ann", "eve"), ring("2026-W03", "eve", "fay", ring_id=YOUNG, born="2026-W03"))
            record_sweep(state, record("2026-W03"), lineage(*both))

    begin()
    for subject, kind in ((first, "confirmed"), (second, "unsure")):
        assert run(["verdict", subject, kind, *SIGNED]) == ExitCode.DONE
    assert _standing_of_eve(folder) == (True, None)
    head, *rows = [row for row in says("verdicts", "list", "--format", "csv").out.splitlines() if CAT not in row]
    assert [first in row for row in rows] == [True, False]
    told = [head, *(sorted(rows) if is_sorted else rows)]
    Path("v.csv").write_text("\n".join(told) + "\n")
    (folder / "state.sqlite").unlink()
    folder.rename("lost")
    two_weeks(folder)
    begin()
    assert run(["verdicts", "import", "v.csv"]) == ExitCode.DONE
    assert _standing_of_eve(folder) == (True, None)
    Path("v.csv").write_text(f"ring_id,verdict,by,note\n{second},unsure,li,x\n{first},confirmed,li,x\n")
    assert run(["verdicts", "import", "v.csv"]) == ExitCode.DONE
    assert _standing_of_eve(folder) == (True, VerdictKind.CONFIRMED)  # by row


def test_a_row_that_is_older_than_what_was_decided_since_counts_no_more_and_says_so(folder, capsys, says):
    """It used to override the newer one, under the time of the import, when nobody had decided anything."""
    assert run(["verdict", RING, "confirmed", *SIGNED]) == ExitCode.DONE
    Path("v.csv").write_text(says("verdicts", "list", "--format", "csv").out)
    assert run(["verdict", RING, "unsure", "--by", "boss", "--note", "wait"]) == ExitCode.DONE
    with open_state(folder) as state:
        before = read_verdicts(state)
    capsys.readouterr()
    assert run(["verdicts", "import", "v.csv"]) == ExitCode.DONE
    assert "Took 2 verdicts; 1 is older than what was decided since, which counts" in capsys.readouterr().out
    with open_state(folder) as state:
        assert read_verdicts(state) == before
        assert list_actions(known_rings(state), read_decisions(state, "2026-06-01")) == ()
        assert [week.unsure for week in precision_by_week(state) if week.subject == "rings"] == [1]
        shown = state.connection.execute("SELECT kind FROM verdict WHERE ring_id = ?", (RING,)).fetchall()
    assert shown == [("unsure",)]


def test_a_verdict_that_is_given_now_counts_though_the_clock_was_set_back(folder):
    with open_state(folder) as state:
        record_verdicts(state, [verdict("ann", VerdictKind.CONFIRMED)], by="maria", at=9)
        record_verdicts(state, [verdict("ann", VerdictKind.BENIGN)], by="maria", at=5)
        found = [(each.kind, each.at) for each in read_verdicts(state) if each.subject == "ann"]
    assert found == [(VerdictKind.BENIGN, 9)]


def test_the_first_rings_to_review_say_where_they_end_and_how_many_may_be_wrong(folder, says):
    facts = {"first": (80.0, "coordinated"), "second": (60.0, "coordinated"), "third": (57.0, "inconclusive")}
    facts |= {"fourth": (45.0, "inconclusive"), "fifth": (9.0, "household")}
    rings = [
        ring("2026-W03", f"{name}-1", f"{name}-2", ring_id=f"R-2026-W03-{name.upper()}", score=score, assessment=called)
        for name, (score, called) in facts.items()
    ]
    with open_state(folder) as state:
        record_sweep(state, record("2026-W03"), lineage(*rings))
    told = " ".join(says("rings", "--first", "3").out.split())
    assert "THIRD" in told
    assert "FOURTH" not in told
    assert "2 coordinated rings down to score 60.0 and 1 inconclusive ring down to score 57.0" in told
    assert re.search(r"If 1 % of all accounts are rings', expect [0-9.]+ of them to be wrong", told)
    listed = json.loads(says("rings", "--first", "9", "--json").out)
    assert [each["assessment"] for each in listed] == ["coordinated"] * 2 + ["inconclusive"] * 2


def test_settings_that_are_typed_count_before_a_variable_that_names_a_state(folder, monkeypatch):
    """Verdicts went into the state of the variable, and the sweep looked for them in that of the settings."""
    Path("graphlink.toml").write_text("")
    monkeypatch.setenv("GRAPHLINK_STATE", "elsewhere")
    assert run(["rings", "-c", "graphlink.toml"]) == ExitCode.DONE
    assert run(["verdict", "ann", "benign", *SIGNED, "-c", "graphlink.toml"]) == ExitCode.DONE
    assert run(["rings", "--state", "elsewhere", "-c", "graphlink.toml"]) == ExitCode.STATE_REFUSED
    assert run(["rings"]) == ExitCode.STATE_REFUSED
    monkeypatch.setenv("GRAPHLINK_CONFIG", "graphlink.toml")
    assert run(["rings"]) == ExitCode.STATE_REFUSED
    monkeypatch.setenv("GRAPHLINK_STATE", str(folder))
    assert run(["rings"]) == ExitCode.DONE
    with open_state(folder) as state:
        assert "ann" in {each.subject for each in read_verdicts(state)}


@pytest.mark.parametrize(
    ("column", "cell", "told"),
    [
        ("at", "9999-01-01T00:00:00Z", "'9999-01-01T00:00:00Z' is in the future"),
        ("at", "1970-01-01T00:00:00Z", "'1970-01-01T00:00:00Z' is the zero of clocks"),
        ("at", "yesterday", "'yesterday' is no time"),
        ("week", "2031-W01", "no sweep had the week 2031-W01"),
    ],
)
def test_a_time_or_week_that_no_verdict_can_have_is_refused(folder, says, column, cell, told):
    Path("v.csv").write_text(f"account_id,verdict,by,note,{column}\nann,confirmed,li,x,{cell}\n")
    said = says("verdicts", "import", "v.csv", code=ExitCode.CONFIG_INVALID).err
    assert f"GL450 v.csv:2:{column}: {told}" in said


def test_a_time_later_today_is_yet_to_come(folder, says):
    """It was taken until midnight, and overrode what was decided in between."""
    soon = datetime.now(UTC) + timedelta(hours=1)
    elsewhere = timezone(timedelta(hours=12))
    for text in (soon.isoformat(), soon.astimezone(elsewhere).isoformat(), soon.replace(tzinfo=None).isoformat()):
        Path("v.csv").write_text(f"account_id,verdict,by,note,at\nann,confirmed,li,x,{text}\n")
        assert "is in the future" in says("verdicts", "import", "v.csv", code=ExitCode.CONFIG_INVALID).err


def test_a_verdict_that_is_given_now_is_newer_than_those_on_other_rings_of_its_accounts(folder):
    """What two rings of an account were called goes by time, and a clock that was ahead let the older one win."""
    first, second = RING, "R-2026-W03-AAAAAA"
    with open_state(folder) as state:
        record_sweep(state, record("2026-W03"), lineage(ring("2026-W03", "ann", "eve", ring_id=second)))
        record_verdicts(state, [verdict(first, VerdictKind.CONFIRMED)], by="maria", at=9 * DAY)
        record_verdicts(state, [verdict(second, VerdictKind.BENIGN, "2026-W03")], by="maria", at=5 * DAY)
        standing = Standings(read_decisions(state, "2026-06-01"), ["ann"]).of("ann")
    assert standing.cleared is not None
    assert standing.confirmed is None


def test_what_is_given_again_brings_nobody_back_who_was_forgotten(folder, capsys, says):
    assert run(["verdict", CAT, "benign", *SIGNED[:2], "--note", f"see {CAT}"]) == ExitCode.DONE
    assert run(["verdict", RING, "benign", *SIGNED[:2], "--note", f"all but {CAT}"]) == ExitCode.DONE
    for words in ([CAT], [f"{CAT}*", "--wildcard"], ["ann"]):
        assert run(["allow", "account", *words, *SIGNED[:2], "--note", f"as {CAT}"]) == ExitCode.DONE
    for name in ("verdicts", "allow"):
        Path(f"{name}.csv").write_text(says(name, "list", "--format", "csv").out)
    assert run(["forget", CAT, *SIGNED]) == ExitCode.DONE
    capsys.readouterr()
    assert run(["verdicts", "import", "verdicts.csv"]) == ExitCode.DONE
    assert "Took 1 verdict; 1 left out, on an account that was forgotten" in capsys.readouterr().out
    assert "Took 1 entry; 2 left out" in says("allow", "import", "allow.csv").out
    with open_state(folder) as state:
        assert [each.note for each in read_verdicts(state)] == ["all but [forgotten]"]
        assert [(each.value, each.note) for each in read_list(state, ALLOWED)] == [("ann", "as [forgotten]")]
    assert CAT.encode() not in (folder / "state.sqlite").read_bytes()


@pytest.mark.parametrize("words", [["verdict", CAT, "benign"], ["allow", "account", CAT]])
def test_a_decision_on_who_was_forgotten_is_refused(folder, capsys, words):
    assert run(["forget", CAT, *SIGNED]) == ExitCode.DONE
    before = digest(folder)
    assert run([*words, *SIGNED]) == ExitCode.USAGE
    assert "was forgotten, and nothing about it is kept" in " ".join(capsys.readouterr().err.split())
    assert digest(folder) == before


def test_lists_that_were_listed_can_be_given_again(folder, says):
    for words in (["account", "@ann*", "--wildcard"], ["account", "@ann*"], ["signal", "device", "'d1"]):
        assert run(["allow", *words, *SIGNED]) == ExitCode.DONE
    Path("allowed.csv").write_text(says("allow", "list", "--format", "csv").out)
    assert run(["known-bad", "import", "allowed.csv"]) == ExitCode.DONE
    with open_state(folder) as state:
        both = ([replace(each, at=0) for each in read_list(state, which)] for which in (ALLOWED, KNOWN_BAD))
        allowed, bad = both
    assert allowed == bad


@pytest.mark.parametrize(("option", "most"), [("--by", 200), ("--note", 2_000)])
@pytest.mark.parametrize("decision", [["verdict", "ann", "benign"], ["allow", "account", "ann"]])
def test_who_decides_and_why_have_a_length(folder, capsys, option, most, decision):
    """100,000 characters were stored, and echoed whole."""
    said = {"--by": "li", "--note": "x", option: "ä" * (most + 1)}
    assert run([*decision, *(word for pair in said.items() for word in pair)]) == ExitCode.USAGE
    assert f"{option}: {most + 1:,} characters, of at most {most:,}." in capsys.readouterr().err
    said[option] = "ä" * most
    assert run([*decision, *(word for pair in said.items() for word in pair)]) == ExitCode.DONE


@pytest.mark.parametrize(
    ("given", "listing"), [(["verdict", RING, "benign"], "verdicts"), (["allow", "account", "R-0123456789"], "allow")]
)
def test_what_was_listed_says_itself_that_it_is_on_an_account(folder, says, given, listing):
    """It was refused as a mistyped ring, though its row says `account`."""
    assert run([*given, "--account", *SIGNED]) == ExitCode.DONE
    Path("listed.csv").write_text(says(listing, "list", "--format", "csv").out)
    before = digest(folder)
    assert run([listing, "import", "listed.csv"]) == ExitCode.DONE
    assert digest(folder) != before


def test_precision_is_counted_by_week(folder, says):
    assert run(["verdict", "ann", "unsure", *SIGNED]) == ExitCode.DONE
    assert run(["verdict", "dan", "confirmed", *SIGNED]) == ExitCode.DONE
    rings, accounts = json.loads(says("verdicts", "precision", "--json").out)
    names = ("week", "of", "shown", "confirmed", "benign", "unsure", "others", "precision")
    assert rings == dict(zip(names, ("2026-W02", "rings", 1, 1, 0, 0, 0, 1.0), strict=True))
    assert (accounts["confirmed"], accounts["benign"], accounts["unsure"], accounts["precision"]) == (1, 1, 1, 0.5)


def test_only_what_was_accused_counts_for_precision(folder, says):
    """A group that graphlink explained itself, who stands at the edge and who was never seen were not accused."""
    household = ring("2026-W03", "hal", "ida", ring_id="R-2026-W03-HHHHHH", assessment="household", values=("c8",))
    accused = ring("2026-W03", "ann", "bob", "dan")
    ann, bob, dan = accused.members
    accused = replace(accused, members=(ann, bob, replace(dan, tier="peripheral")))
    with open_state(folder) as state:
        record_sweep(state, record("2026-W03"), lineage(accused, household))
    for subject in ("R-2026-W03-HHHHHH", "hal", "dan", "zoe", "ann"):
        assert run(["verdict", subject, "benign", *SIGNED]) == ExitCode.DONE
    assert run(["verdict", RING, "confirmed", *SIGNED]) == ExitCode.DONE
    assert run(["verdict", "bob", "confirmed", *SIGNED]) == ExitCode.DONE
    _, *told = json.loads(says("verdicts", "precision", "--json").out)
    figures = [(each["of"], each["confirmed"], each["benign"], each["others"], each["precision"]) for each in told]
    assert figures == [("rings", 1, 0, 1, 1.0), ("accounts", 1, 1, 3, 0.5)]


def test_a_ring_that_a_week_did_not_find_is_not_accused_by_it(folder, says):
    """Of a week that showed no ring one was confirmed, and its precision was 1."""
    with open_state(folder) as state:
        quiet = ring("2026-W02", "ann", "bob", "dan", status=RingStatus.QUIET)
        record_sweep(state, record("2026-W03", n_rings=0), lineage(quiet))
    for subject in (RING, "bob"):
        assert run(["verdict", subject, "confirmed", *SIGNED]) == ExitCode.DONE
    told = [each for each in json.loads(says("verdicts", "precision", "--json").out) if each["week"] == "2026-W03"]
    assert [(each["shown"], each["confirmed"], each["others"]) for each in told] == [(0, 0, 1), (None, 0, 1)]
    assert [each["precision"] for each in told] == [None, None]


# --- actions ----------------------------------------------------------------------------------------------------------


def acted_on(out: Path) -> list[tuple[str, str, str]]:
    with (out / "actions.csv").open(newline="") as file:
        return [(row["account_id"], row["by"], row["confirmed"]) for row in csv.DictReader(file)]


def test_without_the_newest_sweep_only_the_twice_confirmed_are_in_the_action_file(folder, tmp_path, says):
    refused = says("actions", code=ExitCode.CONFIG_INVALID).err
    assert "it is not known how many of the 3 confirmed accounts are long-standing or paying" in refused
    assert not (tmp_path / "actions").exists()
    preview = json.loads(says("actions", "--preview", "--json").out)
    assert preview[-1]["accounts"] == 3
    assert run(["verdict", "ann", "confirmed", *SIGNED]) == ExitCode.DONE
    said = " ".join(says("actions").out.split())
    assert "are not known (the newest sweep is not where the settings say, or was changed since)" in said
    assert acted_on(tmp_path / "actions") == [("ann", "li", "account")]


@pytest.mark.usefixtures("one_name")
def test_the_action_file_holds_whom_a_person_confirmed(folder, tmp_path):
    assert run(["actions", "-o", str(tmp_path / "cases" / "4711")]) == ExitCode.DONE
    confirmed = [(account, "maria", "ring") for account in ("ann", "bob", "dan")]
    assert acted_on(tmp_path / "cases" / "4711") == confirmed
    assert run(["actions"]) == ExitCode.DONE
    assert acted_on(tmp_path / "actions") == confirmed


@pytest.mark.usefixtures("one_name")
def test_an_earlier_action_file_is_replaced_when_asked_for(folder, tmp_path, capsys):
    assert run(["actions"]) == ExitCode.DONE
    assert run(["verdict", "ann", "benign", *SIGNED]) == ExitCode.DONE
    capsys.readouterr()
    assert run(["actions"]) == ExitCode.ENVIRONMENT
    assert "already holds an action file. Fix: name a new folder, or use --force" in capsys.readouterr().err
    assert run(["actions", "--force"]) == ExitCode.DONE
    assert [account for account, *_ in acted_on(tmp_path / "actions")] == ["bob", "dan"]


@pytest.mark.usefixtures("one_name")
def test_no_earlier_action_file_stays_when_nobody_is_confirmed_any_more(folder, tmp_path):
    assert run(["actions"]) == ExitCode.DONE
    assert run(["verdict", RING, "benign", *SIGNED]) == ExitCode.DONE
    assert run(["actions", "--force"]) == ExitCode.CONFIG_INVALID
    assert not (tmp_path / "actions" / "actions.csv").exists()
    assert run(["verdict", RING, "confirmed", *SIGNED]) == ExitCode.DONE
    assert run(["actions", "--force"]) == ExitCode.DONE


def test_a_folder_with_other_files_is_not_replaced_by_an_action_file(folder, tmp_path, capsys):
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "mine.txt").write_text("mine")
    assert run(["actions", "-o", "notes", "--force"]) == ExitCode.ENVIRONMENT
    assert "holds something other than an action file" in capsys.readouterr().err
    assert [path.name for path in (tmp_path / "notes").iterdir()] == ["mine.txt"]


# --- keeping and letting go -------------------------------------------------------------------------------------------


def test_a_damaged_state_is_restored_from_the_newest_whole_backup(folder, says):
    assert run(["state", "backup"]) == ExitCode.DONE
    before = digest(folder)
    (folder / "state.sqlite").write_bytes(b"not a database")
    assert run(["state", "check"]) == ExitCode.STATE_REFUSED
    assert run(["state", "restore"]) == ExitCode.DONE
    (facts,) = json.loads(says("state", "check", "--json").out)
    assert facts["digest"] == before
    assert (facts["changes"], facts["sweeps"], facts["newest_week"], facts["verdicts"]) == (4, 2, "2026-W02", 2)
    assert (folder / "state-aside-1.sqlite").read_bytes() == b"not a database"


def test_a_state_whose_schema_is_no_text_is_restored_all_the_same(folder, says):
    """SQLite puts the damaged text into its message, which Python cannot read."""
    assert run(["state", "backup"]) == ExitCode.DONE
    path = folder / "state.sqlite"
    content = path.read_bytes()
    at = content.index(b"CREATE TABLE")
    path.write_bytes(content[:at] + b"CREATE \xffABLE" + content[at + 12 :])
    assert run(["state", "check"]) == ExitCode.STATE_REFUSED
    assert "Missing from it" not in says("state", "restore").out
    assert run(["state", "check"]) == ExitCode.DONE


@pytest.mark.parametrize("asked", ["check", "restore"])
def test_a_backup_that_is_not_there_is_told_to_be_missing(folder, says, asked):
    """It was asked for room on the disk, or for rights."""
    before = digest(folder)
    told = says("state", asked, "--backup", "backups/nope.sqlite", code=ExitCode.STATE_REFUSED).err
    assert "GL707 backups/nope.sqlite: no such file." in told
    assert digest(folder) == before


def test_restoring_tells_what_the_backup_lacks_and_how_to_return(folder, capsys, says):
    """A verdict of a healthy state was gone without a word."""
    assert run(["state", "backup"]) == ExitCode.DONE
    assert run(["verdict", CAT, "benign", *SIGNED]) == ExitCode.DONE
    assert run(["known-bad", "account", CAT, "--by", "maria", "--note", "n"]) == ExitCode.DONE
    with open_state(folder) as state:
        record_sweep(state, record("2026-W03"), lineage(ring("2026-W03", "ann", "bob")))
    before = digest(folder)
    out = says("state", "restore").out
    told = "1 sweep, 1 verdict (li) and 1 list change (maria)"
    assert f"Missing from it, but in the state before it: {told}\n" in out
    back = next(line for line in out.splitlines() if line.startswith("To return to that one: "))
    assert run(shlex.split(back)[6:]) == ExitCode.DONE
    assert digest(folder) == before
    assert "Missing from it" not in capsys.readouterr().out


def test_nobody_is_sent_back_to_a_state_that_is_not_whole(folder, says):
    assert run(["state", "backup"]) == ExitCode.DONE
    assert run(["verdict", CAT, "benign", *SIGNED]) == ExitCode.DONE
    with closing(sqlite3.connect(folder / "state.sqlite")) as connection:
        connection.execute("DROP VIEW history")
        connection.commit()
    assert run(["state", "check"]) == ExitCode.STATE_REFUSED
    out = says("state", "restore").out
    assert "Missing from it, but in the state before it: 1 verdict (li)\n" in out
    assert "To return" not in out


def test_a_damaged_state_is_cured_by_its_own_folder(folder, tmp_path, capsys):
    """The cure named no folder, and put a backup in the place of the state that settings name."""
    other = tmp_path / "other state"
    two_weeks(other)
    (other / "state.sqlite").write_bytes(b"not a database")
    assert run(["state", "check", "--state", str(other)]) == ExitCode.STATE_REFUSED
    assert f"Fix: graphlink state restore --state '{other}'." in capsys.readouterr().err


def test_nothing_is_restored_while_a_sweep_is_at_work(folder, says):
    says("state", "backup")
    before = (folder / "state.sqlite").stat().st_ino
    with only_sweep(folder):
        assert "GL602" in says("state", "restore", code=ExitCode.LOCKED).err
    assert (folder / "state.sqlite").stat().st_ino == before
    assert not (folder / "state-aside-1.sqlite").exists()


def test_forget_lists_what_it_does_not_reach(folder, says):
    assert run(["state", "backup"]) == ExitCode.DONE
    out = says("forget", CAT, *SIGNED).out
    assert "state-2026-w02-g000004.sqlite  (holds the account" in out
    assert CAT.encode() not in (folder / "state.sqlite").read_bytes()


def test_forget_takes_backups_along_when_asked(folder, says):
    says("state", "backup")
    says("state", "restore")
    assert (folder / "state-aside-1.sqlite").exists()
    shutil.copy(folder / "state.sqlite", folder / "backups" / ".tmp-state.sqlite")
    out = says("forget", CAT, *SIGNED, "--backups").out
    assert "3 older copies of the state" in out
    for path in ("backups/state-2026-w02-g000004.sqlite", "state-aside-1.sqlite"):
        assert path in out
    assert "holds the account" not in out
    assert CAT.encode() not in b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
    (folder / "state.sqlite").unlink()
    says("state", "restore")
    says("state", "check")
    assert "no backup held it" in says("forget", CAT, *SIGNED, "--backups").out


@pytest.mark.parametrize(
    "words",
    [["verdict", f" {CAT}\t", "benign"], ["allow", "account", f"{CAT} "], ["known-bad", "account", f"{CAT}\u00a0"]],
)
def test_spaces_around_an_id_make_nobody_else_of_it(folder, says, words):
    """An export is read without them: the decision reached nobody, and `forget` did not reach the decision."""
    assert "GL330" not in says(*words, *SIGNED).err
    assert run(["forget", CAT, *SIGNED]) == ExitCode.DONE
    assert CAT.encode() not in (folder / "state.sqlite").read_bytes()


def test_nobody_is_forgotten_for_a_name_with_blanks_around_it(folder, capsys, says):
    """Where exports keep them, that is another account; what is forgotten does not come back."""
    before = digest(folder)
    assert "ACCOUNT has blanks around it" in says("forget", f" {CAT}", *SIGNED, code=ExitCode.USAGE).err
    assert digest(folder) == before
    Path("graphlink.toml").write_text('[reading]\ntrim = false\n[sweep]\nstate = "state"\n', encoding="utf-8")
    assert run(["forget", f" {CAT}", *SIGNED, "--config", "graphlink.toml"]) == ExitCode.INPUT_REFUSED
    assert "nothing" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("command", "content"),
    [
        ("verdicts", f"account_id,verdict,note\n{CAT} ,benign,n\n"),
        ("allow", f"account_id,note\n {CAT},n\n"),
        ("verdicts", f"of,id,verdict,by,week,expires,note,at\naccount,{CAT} ,benign,li,,,n,\n"),
        ("known-bad", f"of,value,match,by,expires,note\naccount,{CAT} ,exact,li,,n\n"),
    ],
)
def test_nor_do_they_in_a_file(folder, says, command, content):
    Path("given.csv").write_text(content, encoding="utf-8")
    assert "GL330" not in says(command, "import", "given.csv", "--by", "li").err
    assert run(["forget", CAT, *SIGNED]) == ExitCode.DONE
    assert CAT.encode() not in (folder / "state.sqlite").read_bytes()


def test_where_settings_keep_the_spaces_of_ids_they_tell_accounts_apart(folder):
    Path("graphlink.toml").write_text('[reading]\ntrim = false\n[sweep]\nstate = "state"\n', encoding="utf-8")
    assert run(["verdict", f"{CAT} ", "benign", *SIGNED, "--config", "graphlink.toml"]) == ExitCode.DONE
    with open_state(folder) as state:
        assert read_verdicts(state)[-1].subject == f"{CAT} "


def test_nothing_is_pruned_while_a_sweep_is_at_work(folder, says):
    """It deleted backups and rejects that a sweep went through meanwhile, after whose commit that was an error."""
    says("state", "backup")
    old = folder / "backups" / "state-2026-w02-g000001.sqlite"
    old.write_bytes(b"")
    before = digest(folder)
    with only_sweep(folder):
        assert "GL602" in says("prune", *SIGNED, code=ExitCode.LOCKED).err
    assert (old.exists(), digest(folder)) == (True, before)
    assert run(["prune", *SIGNED]) == ExitCode.DONE
    assert not old.exists()


def test_prune_and_forget_name_what_a_restore_put_aside(folder, capsys, says):
    """It holds all that the state held, is never deleted, and stood in no document."""
    assert run(["state", "backup"]) == ExitCode.DONE
    assert run(["state", "restore"]) == ExitCode.DONE
    capsys.readouterr()
    assert run(["prune", *SIGNED]) == ExitCode.DONE
    aside = Path("state") / "state-aside-1.sqlite"
    assert f"Not reached: {aside}, which was put aside: delete it when nobody needs it\n" in capsys.readouterr().out
    assert f"  {aside}  (holds the account" in says("forget", CAT, *SIGNED).out
    aside.unlink()
    assert "put aside" not in says("prune", *SIGNED).out


@pytest.mark.parametrize("words", [["--ended-weeks", "60000"], ["--rejects-days", "99999999999"]])
def test_prune_takes_no_span_longer_than_the_calendar(folder, says, words):
    """Before so many weeks lies the year 876, and as a text "2026-W01" came before "876-W53": all names were lost."""
    before = digest(folder)
    assert "is not in the range" in says("prune", *words, *SIGNED, code=ExitCode.USAGE).err
    assert digest(folder) == before


@pytest.mark.parametrize("words", [["verdicts", "list"], ["actions"], ["forget", "ann", *SIGNED], ["state", "restore"]])
def test_without_a_state_the_answer_is_exit_7_and_nothing_is_made(tmp_path, monkeypatch, words):
    monkeypatch.chdir(tmp_path)
    assert run(words) == ExitCode.STATE_REFUSED
    assert list(tmp_path.iterdir()) == []


def test_an_id_whose_letters_a_listing_cannot_show_is_not_taken_for_another(folder, capsys, says):
    """`ann<ZWSP>smith` was listed as `ann\\u{200B}smith` and imported as that: he was cleared no more."""
    hidden = "ann\u200bsmith"
    with open_state(folder) as state:
        record_sweep(state, record("2026-W03"), lineage(ring("2026-W03", hidden, "bob")))
        record_verdicts(state, [verdict(hidden, VerdictKind.BENIGN, "2026-W03")], by="maria", at=DAY)
    Path("v.csv").write_text(says("verdicts", "list", "--format", "csv").out)
    assert run(["verdicts", "import", "v.csv", "--by", "maria"]) == ExitCode.CONFIG_INVALID
    assert "a letter that cannot be seen" in capsys.readouterr().err
