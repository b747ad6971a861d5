"""Values as an export has them, in the form in which reading keeps them."""

import json
import shutil
from pathlib import Path

import pytest
from state_worlds import two_weeks

from graphlink.__main__ import run
from graphlink.results.questions.typed_value import read_value, types_of
from graphlink.sweeps.state.decisions import ALLOWED, KNOWN_BAD, read_list
from graphlink.sweeps.state.open_state import open_state
from graphlink.words.errors import ExitCode

SIX = "2003:E1:0::7"
ROWS = [
    *(f"a{n},{kind},{value}" for n in range(6) for kind, value in (("ip", "62.99.1.5"), ("device", "d-1"))),
    *(f"b{n},{kind},{value}" for n in range(6) for kind, value in (("ip", f"2003:e1::{n}"), ("device", "d-2"))),
    *(f"c{n},{kind},{value}" for n in range(6) for kind, value in (("email_domain", "x.top"), ("town", "ulm"))),
    *(f"z{n},ip,62.99.2.{n}" for n in range(60)),
]
SETTINGS = '[signals.town]\nfamily = "place"\nprovenance = "claimed"\nnormalise = "lower"\n'


@pytest.fixture(scope="module")
def analysed(tmp_path_factory):
    folder = tmp_path_factory.mktemp("copied")
    (folder / "sightings.csv").write_text("\n".join(["account_id,signal_type,signal_value", *ROWS]) + "\n")
    (folder / "settings.toml").write_text(SETTINGS + "[method]\nnull_worlds = 1\ndisturbances = 1\n")
    out = ["-o", str(folder / "result"), "-c", str(folder / "settings.toml"), "-q"]
    assert run(["run", str(folder / "sightings.csv"), *out]) == ExitCode.DONE
    return folder / "result"


@pytest.mark.parametrize(
    ("name", "signal"),
    [
        ("ip=::ffff:62.99.1.5", "ip=62.99.1.5"),
        ("::ffff:62.99.1.5", "ip=62.99.1.5"),
        ("client_ip=62.99.1.5", "ip=62.99.1.5"),
        (f"ip={SIX}", "ip64=2003:e1::/64"),
        (SIX, "ip64=2003:e1::/64"),
        ("X.TOP", "email_domain=x.top"),
        ("joe@x.top", "email_domain=x.top"),
        ("town=ULM", "town=ulm"),
        ("signal:Ulm", "town=ulm"),
    ],
)
def test_a_value_is_asked_for_as_the_export_has_it(analysed, capsys, name, signal):
    assert run(["explain", name, "-r", str(analysed), "--json"]) == ExitCode.DONE
    shown = capsys.readouterr()
    kind, _, value = signal.partition("=")
    found = json.loads(shown.out)["signal"]
    assert (found["signal_type"], found["signal_value"]) == (kind, value)
    assert f"{name} is read as {signal}." in shown.err


def test_a_value_that_is_found_as_typed_is_not_said_to_be_read_otherwise(analysed, capsys):
    assert run(["explain", "ip=62.99.1.5", "-r", str(analysed)]) == ExitCode.DONE
    assert "is read as" not in capsys.readouterr().err


@pytest.mark.parametrize("name", ["ip=::ffff:62.99.7.7", "ip=nonsense", "town=berlin", "a\0b"])
def test_a_value_that_nobody_bears_in_any_form_is_unknown(analysed, capsys, name):
    assert run(["explain", name, "-r", str(analysed)]) == ExitCode.INPUT_REFUSED
    assert "GL504" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["ip=10.0.0.5", "10.0.0.5", "ip24=203.0.113.0/24", "ip=0.0.0.0"])
def test_a_value_that_was_set_aside_is_said_to_be(analysed, capsys, name):
    assert run(["explain", name, "-r", str(analysed)]) == ExitCode.INPUT_REFUSED
    said = capsys.readouterr().err
    assert "private, reserved or documentation address, which is set aside and links nobody" in said
    assert "one account alone" not in said


def test_what_follows_from_a_value_is_not_the_value_itself():
    found = read_value(types_of({}), None, "62.99.1.5")
    assert ("ip", "62.99.1.5") in found.itself
    assert ("ip24", "62.99.1.0/24") in found.derived
    assert ("ip24", "62.99.1.0/24") not in found.itself


def test_settings_that_are_not_understood_give_no_types():
    assert types_of({"signals": {"town": {"family": 3}}}) is None
    assert types_of({"reading": None}) is None


@pytest.fixture
def pseudonymised(analysed, tmp_path):
    """The run as if its values were pseudonyms."""
    run_folder = Path(shutil.copytree(analysed, tmp_path / "result"))
    manifest = json.loads((run_folder / "run.json").read_text())
    (run_folder / "run.json").write_text(json.dumps({**manifest, "pseudonyms": {"key_id": "k"}}))
    return str(run_folder)


def test_nothing_is_read_where_values_are_pseudonyms(pseudonymised):
    """They stand for no value that anybody could copy."""
    assert run(["explain", "X.TOP", "-r", pseudonymised]) == ExitCode.INPUT_REFUSED
    assert run(["explain", "x.top", "-r", pseudonymised]) == ExitCode.DONE


# --- lists ------------------------------------------------------------------------------------------------------------

SIGNED = ("--by", "li", "--note", "x")


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    two_weeks(tmp_path / "state")
    (tmp_path / "settings.toml").write_text(SETTINGS)
    return tmp_path / "state"


def listed(folder, which="allow"):
    with open_state(folder) as state:
        entries = read_list(state, ALLOWED) if which == "allow" else read_list(state, KNOWN_BAD)
        return [(entry.signal_type, entry.value) for entry in entries]


@pytest.mark.parametrize("which", ["allow", "known-bad"])
def test_a_value_comes_onto_a_list_in_the_form_in_which_it_is_read(folder, capsys, which):
    assert run([which, "signal", "ip", "::ffff:62.99.1.5", *SIGNED]) == ExitCode.DONE
    assert capsys.readouterr().out.splitlines() == ["::ffff:62.99.1.5 is read as 62.99.1.5", "Added: ip 62.99.1.5"]
    assert listed(folder, which) == [("ip", "62.99.1.5")]
    assert run([which, "signal", "ip", "::ffff:62.99.1.5", "--remove", *SIGNED]) == ExitCode.DONE
    assert listed(folder, which) == []


def test_a_type_is_known_by_the_settings_or_by_the_run(folder, analysed, capsys):
    assert run(["allow", "signal", "town", "ULM", *SIGNED]) == ExitCode.CONFIG_INVALID
    assert "GL458 allow: 'town' is no signal type" in capsys.readouterr().err
    state = ["--state", str(folder)]
    assert run(["allow", "signal", "town", "ULM", *SIGNED, "-c", "settings.toml", *state]) == ExitCode.DONE
    assert run(["known-bad", "signal", "town", "ULM", *SIGNED, "-r", str(analysed)]) == ExitCode.DONE
    assert listed(folder) == listed(folder, "known-bad") == [("town", "ulm")]


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        *(("ip", "10.0.0.1"), ("ip", "unknown"), ("ip", "203.0.113.9"), ("ip", "::ffff:8.8.8.8")),
        *(("ip24", "10.0.0.1"), ("ip24", "10.0.0.0/24"), ("device", "unknown"), ("card_bin", "411111")),
    ],
)
def test_a_value_that_reading_sets_aside_is_refused_since_it_matches_nothing(folder, capsys, kind, value):
    """Some were taken as they were typed, and nothing said that they would never match."""
    assert run(["known-bad", "signal", kind, value, *SIGNED]) == ExitCode.CONFIG_INVALID
    err = capsys.readouterr().err
    assert f"GL458 known-bad: '{value}': a placeholder or a private" in err
    assert "Fix: leave it out: it matches nothing." in err
    assert listed(folder, "known-bad") == []


def test_a_value_that_no_value_of_its_type_can_have_is_refused(folder, capsys):
    assert run(["allow", "signal", "ip", "62.99.1", *SIGNED]) == ExitCode.CONFIG_INVALID
    assert "neither an IPv4 nor an IPv6 address" in capsys.readouterr().err
    assert listed(folder) == []


def test_a_pseudonym_stays_as_it_is(folder, pseudonymised):
    assert run(["allow", "signal", "ip", "p-4f", *SIGNED, "-r", pseudonymised]) == ExitCode.DONE
    assert listed(folder) == [("ip", "p-4f")]


def test_a_list_is_read_in_the_form_of_its_values_or_refused_line_by_line(folder, capsys):
    path = folder.parent / "list.csv"
    head = "signal_type,signal_value,note\n"
    path.write_text(head + "ip,::ffff:62.99.1.5,x\nip,62.99.1.5,x\nemail_domain,X.TOP,x\n")
    assert run(["allow", "import", str(path), "--by", "li"]) == ExitCode.DONE
    assert "Took 2 entries; 2 values are read in another form" in capsys.readouterr().out
    assert listed(folder) == [("email_domain", "x.top"), ("ip", "62.99.1.5")]
    path.write_text(head + "ip,::ffff:62.99.1.6,x\n")
    assert run(["known-bad", "import", str(path), "--by", "li"]) == ExitCode.DONE
    assert "Took 1 entry; 1 value is read in another form" in capsys.readouterr().out
    path.write_text(head + "ip,62.99.1,x\nipp,62.99.1.5,x\nip,::ffff:9.9.9.9,x\nip,9.9.9.9,y\n")
    assert run(["allow", "import", str(path), "--by", "li"]) == ExitCode.CONFIG_INVALID
    err = capsys.readouterr().err
    assert all(f"{code} {path}:{line}" in err for code, line in (("GL458", 2), ("GL458", 3), ("GL453", 5)))
