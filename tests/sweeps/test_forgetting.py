"""Forgetting an account reaches the published sweeps that name it, and none but these."""

import json
import shutil
from pathlib import Path

import pytest
from sweep_worlds import FIRST, SECOND, THIRD, WEEKS, contents, everything, sweep, write_week

from graphlink.__main__ import run
from graphlink.sweeps.erasing import sweeps_naming
from graphlink.sweeps.state.folder import only_sweep
from graphlink.words.errors import ExitCode

pytestmark = pytest.mark.slow

SWEPT = WEEKS[:3], (FIRST, SECOND, THIRD)

LATE = "emu-03"
"""In no export before the third week."""

SIGNED = ("--by", "li", "--note", "asked for erasure")


def forget(settings, account, *more):
    return run(["forget", account, *SIGNED, "--config", str(settings), *more])


def holding(settings, account):
    """Files of state and sweeps that hold a name."""
    folder = settings.parent
    files = {**contents(folder / "sweeps"), "state": (folder / "state" / "state.sqlite").read_bytes()}
    return {name for name, content in files.items() if account.encode() in content}


@pytest.fixture
def inside(world, monkeypatch):
    monkeypatch.chdir(world.parent)  # the settings name folders beside them
    return world


def test_who_forgets_must_say_what_becomes_of_sweeps(inside, capsys):
    before = everything(inside)
    assert forget(inside, LATE) == ExitCode.USAGE
    assert "published sweeps name this account (run-2026-w03): --sweeps delete" in capsys.readouterr().err
    assert everything(inside) == before


def test_sweeps_that_name_it_are_deleted_and_no_others(inside, capsys):
    first = (inside.parent / "sweeps" / "run-2026-w01" / "report.html").read_bytes()
    assert holding(inside, LATE)
    assert forget(inside, LATE, "--sweeps", "delete") == ExitCode.DONE
    assert "Deleted: run-2026-w03" in capsys.readouterr().out
    assert holding(inside, LATE) == set()
    sweeps = inside.parent / "sweeps"
    assert sorted(path.name for path in sweeps.iterdir()) == ["latest", "run-2026-w01", "run-2026-w02"]
    assert (sweeps / "latest").readlink().name == "run-2026-w02"
    assert (sweeps / "run-2026-w01" / "report.html").read_bytes() == first


def test_another_states_sweep_of_the_same_name_is_listed_and_not_deleted(inside, capsys):
    other = inside.parent / "sweeps" / "run-2026-w03"
    document = json.loads((other / "run.json").read_text())
    (other / "run.json").write_text(json.dumps(document))  # as another state's sweep, of other bytes
    before = contents(other)
    assert forget(inside, LATE, "--sweeps", "delete") == ExitCode.DONE
    told = capsys.readouterr().out
    assert "Deleted: no published sweep" in told
    assert "run-2026-w03  (names it, too, and is not the sweep that this state published by that name)" in told
    assert contents(other) == before


def test_the_next_week_is_swept_as_ever(inside):
    assert forget(inside, "cat-01", "--sweeps", "delete") == ExitCode.DONE
    assert list((inside.parent / "sweeps").iterdir()) == []
    write_week(inside.parent / "exports" / WEEKS[3], WEEKS[3])
    for path in (inside.parent / "exports" / WEEKS[3]).iterdir():
        path.write_text("".join(line for line in path.read_text().splitlines(keepends=True) if "cat-01" not in line))
    sweep(inside, WEEKS[3])
    assert holding(inside, "cat-01") == set()
    assert (inside.parent / "sweeps" / "latest").readlink().name == "run-2026-w04"


@pytest.mark.parametrize(
    "words",
    [
        ["allow", "account", "owl-5d1e*", "--wildcard", "--by", "li", "--note", "ours"],
        ["verdict", "cat-01", "unsure", "--by", "li", "--note", "a friend of owl-5d1e"],
    ],
    ids=["wildcard", "note"],
)
def test_what_people_wrote_of_it_is_off_the_state_and_the_sweeps_that_went_by_it(inside, words, capsys):
    assert run([*words, "--config", str(inside)]) == ExitCode.DONE
    write_week(inside.parent / "exports" / WEEKS[3], WEEKS[3])
    sweep(inside, WEEKS[3])
    assert holding(inside, "owl-5d1e")
    capsys.readouterr()
    assert forget(inside, "owl-5d1e", "--sweeps", "delete") == ExitCode.DONE
    told = capsys.readouterr().out
    assert "Deleted: run-2026-w04" in told
    assert ("1 wildcard is removed from the lists" in told) == ("allow" in words)
    assert holding(inside, "owl-5d1e") == set()


def test_who_is_in_the_exports_still_joins_no_ring_week_after_week(inside):
    assert forget(inside, "fox-03", "--sweeps", "keep") == ExitCode.DONE
    for week in WEEKS[3:5]:
        write_week(inside.parent / "exports" / week, week)
        outcome = sweep(inside, week)
        (fox,) = [ring for ring in outcome.lineage.known if any(one.account_id == "fox-01" for one in ring.members)]
        (event,) = [each for each in outcome.lineage.events if each.ring_id == fox.ring_id]
        assert (event.n_before, event.n_after, event.n_joined, event.because) == (12, 12, 0, "the same 12 accounts")
        assert run(["verify", str(outcome.folder), "-c", str(inside), "-q"]) == ExitCode.DONE


def test_sweeps_that_are_kept_are_listed(inside, capsys):
    before = contents(inside.parent / "sweeps")
    assert forget(inside, LATE, "--sweeps", "keep") == ExitCode.DONE
    assert "run-2026-w03  (a published sweep that names it)" in capsys.readouterr().out
    assert contents(inside.parent / "sweeps") == before


@pytest.fixture
def apart(world, tmp_path, monkeypatch):
    """A state whose published sweeps only the settings know, and a folder elsewhere to work in."""
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    return world.parent / "state"


UNFOUND = "published sweeps of this state: none was found in {}; if they are elsewhere, run it again with the settings"


def test_who_names_only_the_state_is_told_that_its_published_sweeps_were_not_found(apart, capsys, says):
    told = UNFOUND.format(Path.cwd() / "sweeps")
    assert run(["forget", LATE, *SIGNED, "--state", str(apart), "--sweeps", "delete"]) == ExitCode.DONE
    assert told in capsys.readouterr().out.partition("Not reached:")[2]
    assert run(["forget", "nobody", *SIGNED, "--state", str(apart)]) == ExitCode.INPUT_REFUSED
    assert told in " ".join(capsys.readouterr().err.split())
    assert told in says("prune", *SIGNED, "--state", str(apart)).out


def test_where_published_sweeps_are_found_nothing_is_said_of_it(inside, says):
    assert forget(inside, LATE, "--sweeps", "keep") == ExitCode.DONE
    assert "none was found" not in says("prune", *SIGNED, "--config", str(inside)).out


def test_cut_off_in_the_middle_it_is_out_of_sight_and_the_same_command_ends_it(inside, monkeypatch):
    def fail(*_):
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as broken:
        broken.setattr("graphlink.sweeps.publication.shutil.rmtree", fail)
        assert forget(inside, LATE, "--sweeps", "delete") == ExitCode.ENVIRONMENT
    sweeps = inside.parent / "sweeps"
    assert (sweeps / "latest").resolve(strict=True).name == "run-2026-w02"
    assert not (sweeps / "run-2026-w03").exists()
    assert forget(inside, LATE, "--sweeps", "delete") == ExitCode.DONE
    assert holding(inside, LATE) == set()


def test_not_while_a_sweep_is_at_work(inside):
    before = everything(inside)
    with only_sweep(inside.parent / "state"):
        assert forget(inside, LATE, "--sweeps", "delete") == ExitCode.LOCKED
    assert everything(inside) == before


@pytest.mark.parametrize(
    ("account", "row"),
    [
        (LATE, {"raw": "emu-03,card,x"}),
        (LATE, {"raw_base64": "ZW11LTAzLOk="}),
        ('a"b', {"raw": '"a""b",ip,203.0.113.9'}),
        ("café-9", {"raw": r'{"account_id": "caf\u00e9-9", "ip": "203.0'}),
        ("x/y", {"raw": r'{"account_id": "x\/y"}'}),
        ("u\\u0041", {"raw": r'{"account_id": "u\\u0041"}'}),
        ("owl-🦉", {"raw": r'{"account_id": "owl-\ud83e\udd89"}'}),
    ],
)
def test_a_row_that_was_set_aside_names_it_as_its_format_writes_it(swept, tmp_path, account, row):
    folder = shutil.copytree(swept.parent / "sweeps" / "run-2026-w01", tmp_path / "run-2026-w01")
    assert sweeps_naming(tmp_path, ["run-2026-w01"], account) == ()
    (folder / "rejects.jsonl").write_text(json.dumps(row) + "\n")
    assert sweeps_naming(tmp_path, ["run-2026-w01"], account) == ("run-2026-w01",)
    assert sweeps_naming(tmp_path, ["run-2026-w01"], f"{account}-9") == ()


@pytest.mark.parametrize("said", ["{", "[" * 200_000])
def test_a_sweep_that_cannot_be_read_may_name_it(swept, tmp_path, said):
    folder = shutil.copytree(swept.parent / "sweeps" / "run-2026-w01", tmp_path / "run-2026-w01")
    (folder / "lineage.json").write_text(said)
    assert sweeps_naming(tmp_path, ["run-2026-w01", "gone"], LATE) == ("run-2026-w01",)
