"""What is said on stderr: as much as was asked for, in the form that was asked for."""

import json

import pytest

from graphlink.engine.progress import FINDING, LogFormat, Progress, Verbosity
from graphlink.words.errors import ExitCode

STAGES = ["reading", "testing signals", "writing"]


def stages_of(voice: Progress) -> None:
    with voice:
        voice("reading", 0.0)
        voice("testing signals", 0.15)
        voice("testing signals", 0.49)
        voice("writing", 0.9)


def fail_while(voice: Progress) -> None:
    with voice:
        voice("reading", 0.0)
        raise RuntimeError


@pytest.mark.parametrize("verbosity", [Verbosity.QUIET, Verbosity.NORMAL])
def test_without_a_terminal_stages_are_silent(capsys, verbosity):
    stages_of(Progress(verbosity))
    assert capsys.readouterr().err == ""


def test_json_lines_carry_the_facts(capsys):
    stages_of(Progress(Verbosity.VERBOSE, LogFormat.JSON))
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert [line["stage"] for line in lines] == STAGES
    assert all(line["seconds"] >= 0 for line in lines)


def test_the_time_until_the_groups_are_known_is_told_apart(capsys):
    voice = Progress(Verbosity.VERBOSE, LogFormat.JSON)
    with voice:
        voice("reading", 0.0)
        voice(FINDING, 0.2)
        voice("writing", 0.9)
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    (known,) = [line["groups_known"] for line in lines if "groups_known" in line]
    assert known >= sum(line["seconds"] for line in lines[:2]) - 0.02  # each is rounded
    assert "groups_known" in lines[2]


def test_a_failed_stage_is_not_said_to_be_done(capsys):
    with pytest.raises(RuntimeError):
        fail_while(Progress(Verbosity.VERBOSE))
    assert capsys.readouterr().err == ""


def test_quiet_keeps_errors(capsys):
    voice = Progress(Verbosity.QUIET)
    voice.say("a notice")
    voice.complain("an error")
    assert capsys.readouterr().err == "graphlink: an error\n"


def test_the_last_line_says_the_code_in_words(capsys):
    Progress().say_ending(ExitCode.DEGRADED, {"rejects": 7})
    assert capsys.readouterr().err == "graphlink: exit 3 DEGRADED rejects=7\n"


def test_what_drives_a_terminal_is_shown_as_text(capsys):
    Progress().say("file \x1b[2J\x07")
    assert capsys.readouterr().err == "file \\u{1B}[2J\\u{7}\n"
