"""One name or two asked from Python: the words of the command line, and its document."""

import json

import pytest
from questions_worlds import campaign_run

import graphlink as gl
from graphlink.cli.main import run as command
from graphlink.words.errors import ExitCode


@pytest.fixture(scope="module")
def known():
    """A ring, two of its members and a signal, as questions name them."""
    findings = campaign_run().findings
    ring = findings.rings[0].ring_id
    members = findings.members[findings.members["ring_id"] == ring]
    signal = findings.signals[findings.signals["ring_id"] == ring].iloc[0]
    return ring, *members["account_id"].head(2), f"{signal['signal_type']}={signal['signal_value']}"


@pytest.mark.parametrize("chosen", [(0,), (1,), (3,), (1, 2)], ids=["ring", "account", "signal", "pair"])
def test_python_is_told_what_the_command_line_prints(folder, known, chosen, capsys):
    names = [known[place] for place in chosen]
    answer = gl.explain(*names, run=folder, width=80)
    assert command(["explain", *names, "-r", str(folder)]) == ExitCode.DONE
    assert capsys.readouterr().out.startswith(answer.text)
    assert command(["explain", *names, "-r", str(folder), "--json"]) == ExitCode.DONE
    assert json.loads(capsys.readouterr().out) == answer.document
    assert repr(answer) == answer.text


@pytest.mark.parametrize("names", [(), ("a", "b", "c"), (17,)])
def test_one_name_or_two_are_asked(folder, names):
    with pytest.raises(TypeError, match="one name or two, as text"):
        gl.explain(*names, run=folder)


def test_an_account_is_no_pair_with_itself(folder, known):
    with pytest.raises(ValueError, match="both name one account"):
        gl.explain(known[1], known[1], run=folder)
