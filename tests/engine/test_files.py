"""What stands where a small file is wanted and is none, or is more than one: a sentence with its code, at once."""

import os
import re
import subprocess

import pytest

from graphlink.cli.main import run
from graphlink.config.settings import load_config
from graphlink.engine.files import load_json, read_file
from graphlink.lab.evaluate.open_inputs import read_json, read_table
from graphlink.reading.sources.file_names import is_own
from graphlink.sweeps.state.folder import JOURNAL, LOCK, STATE, only_sweep
from graphlink.sweeps.state.key import NO_KEY
from graphlink.sweeps.state.open_state import Opening, open_state
from graphlink.sweeps.state.seal import read_seal
from graphlink.words.errors import ConfigError, InputError, MachineError

UNLIKE_SETTINGS = {
    "lists": "a = " + "[" * 3_000 + "]" * 3_000,
    "tables": "a = " + "{b = " * 3_000 + "1" + "}" * 3_000,
    "a long key": ".".join(["a"] * 30_000) + " = 1",
    "a long quoted key": ".".join(['"a"'] * 30_000) + " = 1",
    "a key of 60 parts": ".".join(["a"] * 60) + " = 1",
    "digits": "a = " + "9" * 5_000,
    "hexadecimal digits": "a = 0x" + "f" * 9_000,
}


@pytest.mark.timeout(20)
@pytest.mark.parametrize("what", UNLIKE_SETTINGS)
def test_settings_that_nest_or_count_without_end_are_no_settings(tmp_path, what):
    path = tmp_path / "graphlink.toml"
    path.write_text(UNLIKE_SETTINGS[what])
    with pytest.raises(ConfigError, match=r"^GL401 .*graphlink\.toml: not settings: "):
        load_config(path)


@pytest.mark.timeout(20)
@pytest.mark.parametrize("text", ['a = """\n[' + " " * 5_000 + '\n"""', "".join(f"k{n} = 1\n" for n in range(20_000))])
def test_settings_that_take_their_time_are_read_in_time(tmp_path, text):
    path = tmp_path / "graphlink.toml"
    path.write_text(text)
    with pytest.raises(ConfigError, match=r"^GL402") as refused:
        load_config(path)
    assert len(refused.value.problems) <= 100


def none_of_files(folder):
    """A pipe, a device without end, a link to itself, a folder, and a file of three gigabytes."""
    os.mkfifo(folder / "pipe")
    (folder / "device").symlink_to("/dev/zero")
    (folder / "link").symlink_to("link")
    (folder / "folder").mkdir()
    with (folder / "huge").open("wb") as file:
        file.truncate(3 << 30)
    return [folder / name for name in ("pipe", "device", "link", "folder", "huge")]


@pytest.mark.timeout(40)
def test_what_is_no_file_is_refused_by_every_door(tmp_path):
    for path in none_of_files(tmp_path):
        with pytest.raises(ConfigError, match=r"^GL409"):
            load_config(path)
        with pytest.raises(InputError, match=r"^GL151"):
            read_json(path, "GL151")
        with pytest.raises(InputError, match=r"^GL151"):
            read_table(path, "GL151")
        with pytest.raises(OSError, match=re.escape(path.name)):
            read_file(path, 1_000)
        (tmp_path / "run").mkdir(exist_ok=True)
        (tmp_path / "run" / "manifest.json").unlink(missing_ok=True)
        (tmp_path / "run" / "manifest.json").symlink_to(path)
        assert not is_own(tmp_path / "run")


@pytest.mark.parametrize("content", [b"[" * 100_000, b'{"a":' * 100_000, b"[" + b"[]," * 5_000_000 + b"1]", b"\xff"])
def test_a_document_nests_and_holds_what_documents_do(tmp_path, content):
    (tmp_path / "state.seal").write_bytes(content)
    with pytest.raises(ValueError, match=r"nested|values|decode"):
        load_json(tmp_path / "state.seal")
    with pytest.raises(ValueError, match="its seal cannot be read"):
        read_seal(tmp_path, NO_KEY)


@pytest.mark.usefixtures("worker_here")
def test_folders_without_end_are_refused(tmp_path, capsys):
    here = os.open(tmp_path, os.O_RDONLY)
    try:
        for _ in range(1_200):
            os.mkdir("d", dir_fd=here)
            inner = os.open("d", os.O_RDONLY, dir_fd=here)
            os.close(here)
            here = inner
    finally:
        os.close(here)
    try:
        assert run(["check", str(tmp_path)]) == 4
        assert "GL114" in capsys.readouterr().err
    finally:
        subprocess.run(["rm", "-rf", str(tmp_path / "d")], check=True)  # Python's own would nest as deep


@pytest.mark.usefixtures("worker_here")
def test_a_link_to_itself_is_refused(tmp_path, capsys):
    (tmp_path / "a.csv").write_text("account_id,signal_type,signal_value\na,ip,9.9.9.9\n")
    (tmp_path / "b.csv").symlink_to("b.csv")
    assert run(["check", str(tmp_path)]) == 4
    assert "GL105" in capsys.readouterr().err
    assert run(["check", str(tmp_path / "b.csv")]) in {4, 8}
    assert "GL801" in capsys.readouterr().err


@pytest.mark.timeout(60)
@pytest.mark.parametrize("name", [STATE, JOURNAL])
def test_a_pipe_in_place_of_a_state_is_waited_for_by_nobody(tmp_path, capsys, name):
    folder = tmp_path / "state"
    with open_state(folder, Opening(init=True)):
        pass
    (folder / name).unlink(missing_ok=True)
    os.mkfifo(folder / name, 0o600)
    assert run(["rings", "--state", str(folder)]) == 8
    assert "GL810" in capsys.readouterr().err


def test_a_lock_that_is_none_is_told(tmp_path):
    (tmp_path / LOCK).symlink_to("/dev/zero")
    with pytest.raises(MachineError, match=r"^GL810"), only_sweep(tmp_path):
        pass
