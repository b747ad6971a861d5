"""Which ring or account a decision is on: a mistyped ring is no account, and an account may look like a ring."""

import pytest
from state_worlds import RING, written

from graphlink.__main__ import run
from graphlink.sweeps.state.decisions import ALLOWED, KNOWN_BAD, read_list, read_verdicts
from graphlink.sweeps.state.open_state import open_state
from graphlink.words.errors import ExitCode

SIGNED = ("--by", "li", "--note", "case 4711")
SLIP = RING[:-1] + "7"
ALONE = "R-60F2FBE655"
"""The id of a ring of a run by itself."""


@pytest.fixture(scope="module")
def analysed(tmp_path_factory):
    """A run that knows accounts whose ids look like those of rings."""
    folder = tmp_path_factory.mktemp("analysed")
    rows = [f"R-000000000{number},{kind},{kind}-1" for number in range(3) for kind in ("card", "device", "template")]
    (folder / "sightings.csv").write_text("\n".join(["account_id,signal_type,signal_value", *rows]) + "\n")
    assert run(["run", str(folder / "sightings.csv"), "-o", str(folder / "result"), "-q"]) == ExitCode.DONE
    return folder / "result"


def listed(folder):
    with open_state(folder) as state:
        both = (*read_list(state, ALLOWED), *read_list(state, KNOWN_BAD))
        return {(entry.signal_type, entry.value) for entry in both}


def accounts(folder):
    with open_state(folder) as state:
        judged = {each.subject for each in read_verdicts(state) if not each.is_ring}
    return judged | {value for kind, value in listed(folder) if kind is None}


@pytest.mark.parametrize("name", [SLIP, SLIP.lower(), ALONE, ALONE.lower(), "R-2026-W45-ZZZZZZ"])
def test_no_verdict_is_given_on_an_account_that_is_a_mistyped_ring(folder, says, name):
    assert name in says("verdict", name, "confirmed", *SIGNED, code=ExitCode.USAGE).err
    assert name not in accounts(folder)


@pytest.mark.parametrize(("name", "told"), [(SLIP.lower(), f"near is {RING}"), (ALONE, "ring id of a single run")])
@pytest.mark.usefixtures("folder")
def test_a_mistyped_ring_is_told_what_is_near_and_one_of_a_run_by_itself_to_be_one(says, name, told):
    assert told in says("verdict", name, "confirmed", *SIGNED, code=ExitCode.USAGE).err


def test_a_ring_is_known_by_small_letters_too(folder, says):
    assert "goes on as" not in (out := says("verdict", RING.lower(), "benign", *SIGNED).out)
    assert f"Ring {RING}: benign" in out


@pytest.mark.parametrize("spaced", [f"{RING} ", f" {RING}", f"\u00a0{RING}\t"])
def test_spaces_around_a_ring_s_id_make_no_account_of_it(folder, capsys, says, spaced):
    assert f"Ring {RING}: benign" in (out := says("verdict", spaced, "benign", *SIGNED).out)
    assert "goes on as" not in out
    assert run(["verdict", spaced.replace(RING, SLIP), "benign", *SIGNED]) == ExitCode.USAGE
    assert run(["allow", "account", spaced, *SIGNED]) == ExitCode.USAGE
    path = written(folder, "ring_id,account_id,verdict,note", f'"{spaced}",,unsure,x', f',"{spaced}",unsure,x')
    assert run(["verdicts", "import", path, "--by", "li"]) == ExitCode.CONFIG_INVALID
    assert f"GL457 {path}:3" in (err := capsys.readouterr().err)
    assert f"{path}:2" not in err
    assert not any(RING in name or SLIP in name for name in accounts(folder))


def test_an_account_that_looks_like_a_ring_is_judged_when_it_is_said_to_be_one(folder):
    assert run(["verdict", ALONE, "benign", "--account", *SIGNED]) == ExitCode.DONE
    assert ALONE in accounts(folder)


@pytest.mark.parametrize("which", ["allow", "known-bad"])
def test_a_mistyped_ring_does_not_come_onto_a_list(folder, says, which):
    assert run([which, "account", SLIP, *SIGNED]) == ExitCode.USAGE
    assert f"graphlink verdict {RING}" in says(which, "account", RING, *SIGNED, code=ExitCode.USAGE).err
    assert not accounts(folder) & {SLIP, RING}
    assert run([which, "account", SLIP, "--account", *SIGNED]) == ExitCode.DONE
    assert run([which, "account", SLIP, "--remove", *SIGNED]) == ExitCode.DONE


@pytest.mark.parametrize("which", ["allow", "known-bad"])
def test_an_account_that_a_run_knows_may_look_like_a_ring(folder, analysed, which):
    assert run([which, "account", "R-0000000001", *SIGNED, "-r", str(analysed)]) == ExitCode.DONE
    assert run([which, "account", "R-0000000009", *SIGNED, "-r", str(analysed)]) == ExitCode.USAGE
    assert "R-0000000001" in accounts(folder)


@pytest.mark.parametrize("which", ["allow", "known-bad"])
def test_a_list_with_mistyped_rings_is_refused_line_by_line(folder, says, which):
    path = written(folder, "account_id,note", "zoe,x", f"{SLIP},x", f"{ALONE},x")
    err = says(which, "import", path, "--by", "li", code=ExitCode.CONFIG_INVALID).err
    assert f"GL457 {path}:3" in err
    assert f"GL457 {path}:4" in err
    assert "zoe" not in accounts(folder)
    assert run([which, "import", path, "--by", "li", "--account"]) == ExitCode.DONE
    assert accounts(folder) >= {"zoe", SLIP, ALONE}


def test_verdicts_with_mistyped_rings_are_refused_line_by_line(folder, says):
    rows = (f"{SLIP},,benign,x", f",{ALONE},benign,x", ",zoe,benign,x")
    path = written(folder, "ring_id,account_id,verdict,note", *rows)
    err = says("verdicts", "import", path, "--by", "li", code=ExitCode.CONFIG_INVALID).err
    assert f"GL457 {path}:2" in err
    assert f"GL457 {path}:3" in err
    assert "zoe" not in accounts(folder)


@pytest.mark.parametrize("which", ["allow", "known-bad"])
def test_no_card_number_stands_on_a_list(folder, says, which):
    """Reading keeps hashes of them, and of numbers for tests nothing."""
    number, for_tests = "5500 0055 5555 5559", "4111111111111111"
    assert run([which, "signal", "card", number, *SIGNED]) == ExitCode.DONE
    assert listed(folder) == {("card", "pan_775494d87c15393fdeb99dc2749332bd")}
    for words in ([for_tests], [f"{for_tests}*", "--wildcard"], [f"*{number}", "--wildcard"]):
        assert "GL458" in (err := says(which, "signal", "card", *words, *SIGNED, code=ExitCode.CONFIG_INVALID).err)
        assert for_tests not in err
        assert number not in err
    path = written(folder, "signal_type,signal_value,note", "card,fp_1,x", f"card,{for_tests},x")
    assert f"GL458 {path}:3" in says(which, "import", path, "--by", "li", code=ExitCode.CONFIG_INVALID).err
    assert len(listed(folder)) == 1
    assert run([which, "signal", "card", "fp_5500*", "--wildcard", *SIGNED]) == ExitCode.DONE


def test_imported_verdicts_know_rings_by_small_letters_and_each_ring_once(folder, says):
    path = written(folder, "ring_id,verdict,note", f"{RING.lower()},benign,x")
    assert run(["verdicts", "import", path, "--by", "li"]) == ExitCode.DONE
    with open_state(folder) as state:
        assert [(each.subject, each.note) for each in read_verdicts(state) if each.is_ring] == [(RING, "x")]
    path = written(folder, "ring_id,verdict,note", f"{RING.lower()},benign,x", f"{RING},confirmed,x")
    assert f"GL453 {path}:3" in says("verdicts", "import", path, "--by", "li", code=ExitCode.CONFIG_INVALID).err
