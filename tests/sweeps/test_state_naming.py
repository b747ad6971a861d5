"""An id that nothing knows is said to be so with the ids near it, and no raw name gets into a state of pseudonyms."""

import pyarrow as pa
import pytest
from state_worlds import CALIBRATION, RING, lineage, record, ring, written

from graphlink.__main__ import run
from graphlink.reading.pseudonyms import Key, pseudonym
from graphlink.sweeps.state.decisions import read_verdicts
from graphlink.sweeps.state.naming import near_accounts
from graphlink.sweeps.state.open_state import Opening, open_state
from graphlink.sweeps.state.recording import record_sweep
from graphlink.words.errors import ExitCode

SIGNED = ("--by", "li", "--note", "case 4711")
KEY = Key(bytes(range(32)))
RAW = "acct-canary-17"
ANN, BOB = (pseudonym(KEY, "account_id", name) for name in (RAW, "bob"))
CARD = pseudonym(KEY, "card", "c1")


def kept(folder, *accounts, values=("c1", "c2"), key_id=""):
    with open_state(folder, Opening(init=True)) as state:
        record_sweep(
            state, record("2026-W01", key_id=key_id), lineage(ring("2026-W01", *accounts, values=values)), CALIBRATION
        )


@pytest.fixture
def numbered(tmp_path, monkeypatch):
    """A state whose accounts are numbers with zeros in front."""
    monkeypatch.chdir(tmp_path)
    kept(tmp_path / "state", "00000493", "00000495", "Zoe")
    return tmp_path / "state"


@pytest.fixture
def exchanged(tmp_path, monkeypatch):
    """A state that knows pseudonyms."""
    monkeypatch.chdir(tmp_path)
    kept(tmp_path / "state", ANN, BOB, values=(CARD,), key_id=KEY.key_id)
    return tmp_path / "state"


def holds(folder, name):
    return name.encode() in (folder / "state.sqlite").read_bytes()


# --- ids that nothing knows -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "near"),
    [
        *(("495", ("00000495",)), (" 00000495", ("00000495",)), ("zoe", ("Zoe",))),
        *(("00000494", ("00000493", "00000495")), ("00000495", ()), ("nobody", ())),
    ],
)
def test_ids_are_near_that_differ_by_zeros_capitals_spaces_or_a_slip(typed, near):
    assert near_accounts(pa.array(["00000493", "00000495", "Zoe"]), typed) in (near, near[::-1])


@pytest.mark.parametrize(
    ("typed", "told"), [("495", "near is 00000495"), ("no-such-account-at-all", "no id is near it")]
)
def test_nobody_is_told_forgotten_whom_nothing_knows(numbered, capsys, typed, told):
    assert run(["forget", typed, *SIGNED]) == ExitCode.INPUT_REFUSED
    said = capsys.readouterr()
    assert f"GL504 {typed}: nothing was forgotten" in said.err
    assert told in said.err
    assert said.out == ""


def test_who_was_forgotten_before_is_said_to_be(numbered, says):
    assert run(["forget", "00000495", *SIGNED]) == ExitCode.DONE
    assert says("forget", "00000495", *SIGNED).out.startswith("Forgotten before\n")


def test_a_verdict_on_an_unknown_account_tells_what_is_near(numbered, capsys):
    assert run(["verdict", "493", "benign", *SIGNED]) == ExitCode.DONE
    said = capsys.readouterr()
    assert "no sweep has seen it in a ring; what was decided is kept" in said.err
    assert "493: near is 00000493\n" in said.out
    assert "493" not in said.err  # it may be kept as a log


# --- raw names where sweeps know pseudonyms ---------------------------------------------------------------------------


def test_no_verdict_is_given_on_a_raw_id(exchanged, says):
    assert "graphlink pseudonym TYPE NAME" in says("verdict", RAW, "benign", *SIGNED, code=ExitCode.USAGE).err
    assert not holds(exchanged, RAW)


@pytest.mark.parametrize("subject", [RING, ANN, pseudonym(KEY, "account_id", "nobody yet")])
def test_a_verdict_is_given_on_a_ring_or_a_pseudonym(exchanged, subject):
    assert run(["verdict", subject, "benign", *SIGNED]) == ExitCode.DONE


def test_a_file_of_verdicts_with_a_raw_id_is_refused_whole(exchanged, capsys):
    rows = ("account_id,verdict,note", f"{ANN},benign,x", f"{RAW},benign,x")
    path = written(exchanged, *rows)
    assert run(["verdicts", "import", path, "--by", "li"]) == ExitCode.CONFIG_INVALID
    assert f"GL459 {path}:3: sweeps of this state use pseudonyms" in capsys.readouterr().err
    with open_state(exchanged) as state:
        assert read_verdicts(state) == ()


@pytest.mark.parametrize("of", [["account", RAW], ["account", "acct-*", "--wildcard"], ["signal", "card", RAW]])
@pytest.mark.parametrize("which", ["allow", "known-bad"])
def test_no_list_takes_a_raw_name(exchanged, of, which):
    assert run([which, *of, *SIGNED]) == ExitCode.USAGE
    assert not holds(exchanged, RAW)


VALUES = {"card": "c9", "ip": "9.9.9.9", "email": "x@gmail.com", "email_domain": "initech.com"}


@pytest.mark.parametrize(
    ("kind", "value"),
    [*((kind, pseudonym(KEY, kind, value)) for kind, value in VALUES.items()), ("email_domain", "gmail.com")],
)
def test_a_list_takes_pseudonyms_of_values_and_a_domain_that_stays_as_it_is(exchanged, kind, value):
    assert run(["known-bad", "signal", kind, value, *SIGNED]) == ExitCode.DONE


def test_a_list_in_a_file_is_refused_with_every_raw_name(exchanged, capsys):
    rows = ("account_id,signal_type,signal_value,note", f"{RAW},,,x", f",card,{RAW},x", f",card,{CARD},x")
    assert run(["allow", "import", written(exchanged, *rows), "--by", "li"]) == ExitCode.CONFIG_INVALID
    assert capsys.readouterr().err.count("graphlink: GL459") == 2


def test_who_forgets_a_raw_id_is_told_of_pseudonyms(exchanged, says):
    assert "graphlink pseudonym TYPE NAME" in says("forget", RAW, *SIGNED, code=ExitCode.INPUT_REFUSED).err
    assert run(["forget", ANN, *SIGNED]) == ExitCode.DONE


def test_a_raw_id_that_only_a_note_tells_of_is_not_said_to_be_forgotten(exchanged, says):
    assert run(["verdict", ANN, "unsure", "--by", "li", "--note", f"{RAW} called"]) == ExitCode.DONE
    told = says("forget", RAW, *SIGNED, code=ExitCode.DEGRADED).out
    assert told.startswith("Overwritten: 1 name containing it\n")
    assert "the account itself: sweeps of this state use pseudonyms" in told.partition("Not reached:")[2]
    assert not holds(exchanged, RAW)
    assert holds(exchanged, ANN)


# --- two lists --------------------------------------------------------------------------------------------------------


def test_what_is_allowed_and_known_bad_at_once_is_remarked_on(numbered, says):
    assert "GL334" not in says("allow", "account", "Zoe", *SIGNED).err
    assert "GL334 1 entry is allowed by the other list" in says("known-bad", "account", "Zoe", *SIGNED).err
    path = written(numbered, "account_id,signal_type,signal_value,note", "Zoe,,,x", ",card,c1,x")
    assert "GL334 1 entry is known to be bad by the other list" in says("allow", "import", path, "--by", "li").err
