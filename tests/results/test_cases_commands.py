"""`graphlink case` and `graphlink pseudonym` as a user meets them: what they refuse, with which exit code, and why."""

import hashlib
import io
import json
import shutil
import stat
import subprocess
from pathlib import Path

import case_worlds
import pytest

from graphlink.__main__ import run
from graphlink.reading.pseudonyms import Key, pseudonym


@pytest.fixture
def key(tmp_path):
    path = tmp_path / "my.key"
    path.write_bytes(bytes(range(32)))
    path.chmod(0o600)
    return str(path)


@pytest.fixture(scope="module")
def ring():
    return json.loads((case_worlds.run_folder() / "rings.json").read_text())["rings"][0]["ring_id"]


@pytest.mark.slow
def test_a_case_is_written_and_the_next_step_named(ring, tmp_path, capsys):
    out = tmp_path / "case"
    assert run(["case", ring, "-o", str(out), "--run", str(case_worlds.run_folder())]) == 0
    said = capsys.readouterr()
    assert said.out.splitlines()[-1].startswith("Next:")
    assert str(out / "report.html") in said.out
    assert stat.S_IMODE(out.stat().st_mode) == 0o700


@pytest.mark.slow
def test_a_full_stdout_leaves_the_case_and_asks_to_look(ring, tmp_path, graphlink_program):
    command = [graphlink_program, "case", ring, "-o", tmp_path / "case", "--run", case_worlds.run_folder()]
    with Path("/dev/full").open("w") as full:
        outcome = subprocess.run(command, check=False, stdout=full, stderr=subprocess.PIPE, text=True)
    assert outcome.returncode == 3
    assert f"{tmp_path / 'case'} is whole, but stdout cannot be written" in outcome.stderr
    assert (tmp_path / "case" / "report.html").exists()


@pytest.mark.slow
def test_the_same_run_gives_the_same_pack_wherever_it_stands(ring, tmp_path):
    copy = tmp_path / "another place"
    shutil.copytree(case_worlds.run_folder(), copy)
    for number, folder in enumerate((case_worlds.run_folder(), copy)):
        assert run(["case", ring, "-o", str(tmp_path / f"case{number}"), "--run", str(folder)]) == 0
    digests = [
        {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in (tmp_path / f"case{number}").iterdir()}
        for number in range(2)
    ]
    assert digests[0] == digests[1]


@pytest.mark.slow
@pytest.mark.parametrize("name", ["R-0000000000", "../../etc/passwd", "'; DROP TABLE rings; --", "\x1b]0;x\x07"])
def test_an_unknown_ring_exits_4_and_writes_nothing(name, tmp_path, capsys):
    assert run(["case", name, "-o", str(tmp_path / "case"), "--run", str(case_worlds.run_folder())]) == 4
    assert "GL504" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_no_run_exits_4(tmp_path, capsys):
    assert run(["case", "R-1", "-o", str(tmp_path / "case"), "--run", str(tmp_path)]) == 4
    assert "GL501" in capsys.readouterr().err


def test_a_key_and_the_wish_for_pseudonyms_go_together(tmp_path, key):
    assert run(["case", "R-1", "-o", str(tmp_path / "case"), "--pseudonymise"]) == 2
    assert run(["case", "R-1", "-o", str(tmp_path / "case"), "--key-file", key]) == 2


def test_a_key_that_others_can_read_exits_5_before_anything_is_written(tmp_path, key, capsys):
    (tmp_path / "my.key").chmod(0o644)
    words = ["case", "R-1", "-o", str(tmp_path / "case"), "--pseudonymise", "--key-file", key]
    assert run(words) == 5
    assert "chmod 600" in capsys.readouterr().err
    assert not (tmp_path / "case").exists()


def test_the_holder_of_the_key_can_trace_a_pseudonym_back(key, capsys, monkeypatch):
    expected = [pseudonym(Key(bytes(range(32))), "account_id", name) for name in ("ann", "bob")]
    assert run(["pseudonym", "account_id", "ann", "bob", "--key-file", key]) == 0
    assert capsys.readouterr().out.split() == expected
    monkeypatch.setattr("sys.stdin", iter(["ann\n", "bob\r\n"]))
    assert run(["pseudonym", "account_id", "--key-file", key]) == 0
    assert capsys.readouterr().out.split() == expected


def test_the_pseudonym_of_a_type_that_may_be_misspelt_is_told_with_a_notice(key, capsys):
    """`cardd` gives a pseudonym that matches nothing, unless the settings declare it."""
    assert run(["pseudonym", "cardd", "c1", "--key-file", key]) == 0
    said = capsys.readouterr()
    assert said.out.split() == [pseudonym(Key(bytes(range(32))), "cardd", "c1")]
    assert "cardd is no type that graphlink brings with it; near is card." in said.err
    assert run(["pseudonym", "card", "c1", "--key-file", key]) == 0
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("name", ["", " ", "no\udcfftext"])
def test_what_nothing_is_called_has_no_pseudonym(name, key, capsys, monkeypatch):
    assert run(["pseudonym", "card", name, "--key-file", key]) == 2
    monkeypatch.setattr("sys.stdin", iter([f"{name}\n"]))
    assert run(["pseudonym", "card", "--key-file", key]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("nothing is called so") == 2


def test_a_line_that_is_no_text_ends_as_a_wrong_name_and_as_no_bug(key, capsys, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"\xff\n"), encoding="utf-8"))
    assert run(["pseudonym", "card", "--key-file", key]) == 2
    assert "a name is not UTF-8" in capsys.readouterr().err
