"""Every bad input gets the response that is promised, through the library and through the command line."""

import base64
import gzip
import io
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from graphlink.__main__ import run
from graphlink.config.settings import Config, load_config
from graphlink.model.reading import Reading
from graphlink.pipeline import read
from graphlink.words.errors import ExitCode, GraphlinkError
from graphlink.words.messages import MESSAGES

BAD = Path(__file__).parents[1] / "bad"
PADDINGS = {ExitCode.DONE: 2_000, ExitCode.DEGRADED: 300, ExitCode.INPUT_REFUSED: 20}
"""Good rows for each bad one, and how the run ends then."""


@dataclass(frozen=True)
class Case:
    """One input under one configuration, and what is promised."""

    name: str
    folder: Path
    read: str
    exit: ExitCode
    code: str = ""
    line: int | None = None
    column: str | None = None
    says: str = ""
    raw: str = ""
    settings: str = ""
    make: str = ""
    pad: str = ""
    rejected: int = 0
    title: str = ""
    accounts: tuple[str, ...] | None = None
    signals: int | None = None
    placeholders: int | None = None
    rows: Mapping[str, int] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.name


def cases() -> list[Case]:
    found = []
    for folder in sorted(path for path in BAD.iterdir() if path.is_dir()):
        told = tomllib.loads((folder / "expect.toml").read_text(encoding="utf-8"))
        variants = told.pop("variants", [])
        if "pad" in told:
            found += [case_of(f"{folder.name}-exit-{int(each)}", folder, {**told, "exit": each}) for each in PADDINGS]
        else:
            found.append(case_of(folder.name, folder, told))
        for variant in variants:
            name = f"{folder.name}-{variant['settings'].removesuffix('.toml')}"
            plain = {"read": told["read"], "make": told.get("make", "")}
            found.append(case_of(name, folder, {**plain, **variant}))
    return found


def case_of(name: str, folder: Path, told: dict) -> Case:
    told = {**told, "exit": ExitCode(told["exit"])}
    if "accounts" in told:
        told["accounts"] = tuple(told["accounts"])
    return Case(name=name, folder=folder, **told)


BOMBS = [case for case in cases() if "bomb" in case.name]
"""That they leave no output is shown with a worker of their own."""


# --- what git cannot hold ---------------------------------------------------------------------------------------------


def fifo(folder: Path, case: Case) -> str:
    os.mkfifo(folder / case.read)
    return case.read


def hostile_name(folder: Path, case: Case) -> str:
    name = "a\n\x1b[31m\u202evsc.csv"
    (folder / case.read).rename(folder / name)
    return name


@cache
def seventy_megabytes() -> bytes:
    """So many rows that hold nothing, in some two hundred kilobytes."""
    file = io.BytesIO()
    with gzip.GzipFile(fileobj=file, mode="wb", compresslevel=6) as packed:
        packed.write(b"account_id,signal_type,signal_value\n")
        for _ in range(5):
            packed.write(b"ann,device,d1\n" * 1_000_000)
    return file.getvalue()


def gzip_bomb(folder: Path, case: Case) -> str:
    (folder / case.read).write_bytes(seventy_megabytes())
    return case.read


def parquet_bomb(folder: Path, case: Case) -> str:
    size = 2_000
    table = pa.table(
        {"account_id": ["a"] * size, "signal_type": ["device"] * size, "signal_value": ["x" * 60_000] * size}
    )
    pq.write_table(table, folder / case.read, compression="zstd", use_dictionary=False)
    return case.read


def parquet_dictionary_bomb(folder: Path, case: Case) -> str:
    size = 20_000
    value = pa.DictionaryArray.from_arrays(pa.array([0] * size, pa.int32()), ["x" * 60_000])
    table = pa.table({"account_id": ["a"] * size, "signal_type": ["device"] * size, "signal_value": value})
    pq.write_table(table, folder / case.read, compression="zstd")
    return case.read


def long_field(folder: Path, case: Case) -> str:
    with (folder / case.read).open("ab") as file:
        file.write(b"bad,device," + b"x" * 3_000_000 + b",2026-01-05T10:00:00Z\n")
    return case.read


MAKERS: dict[str, Callable[[Path, Case], str]] = {
    maker.__name__: maker
    for maker in (fifo, hostile_name, gzip_bomb, parquet_bomb, parquet_dictionary_bomb, long_field)
}


@pytest.fixture
def laid(tmp_path: Path) -> Callable[[Case], list[Path]]:
    """Lay a case out in a folder of its own; the paths to read."""

    def lay(case: Case) -> list[Path]:
        folder = tmp_path / "case"
        shutil.copytree(case.folder, folder, symlinks=True)
        (folder / "expect.toml").unlink()
        name = MAKERS[case.make](folder, case) if case.make else case.read
        if case.pad:
            with (folder / name).open("a", encoding="utf-8") as file:
                for number in range(case.rejected * PADDINGS[case.exit]):
                    file.write(case.pad.replace("{n}", str(number)) + "\n")
        return [folder / name] if name else []

    return lay


def config_of(case: Case, tmp_path: Path) -> Config:
    return load_config(tmp_path / "case" / case.settings) if case.settings else Config()


def check_reading(case: Case, reading: Reading) -> None:
    rows = reading.rows
    assert rows.rows_in == rows.accepted + rows.rejected + rows.duplicates + rows.out_of_window
    assert rows.rejected == len(reading.rejects) == case.rejected
    assert {name: getattr(rows, name) for name in case.rows} == case.rows
    if case.accounts is not None:
        assert tuple(reading.sightings.accounts.ids.to_pylist()) == case.accounts
    if case.signals is not None:
        assert len(reading.sightings.signal_value) == case.signals
    if case.placeholders is not None:
        assert sum(reading.placeholders.values()) == case.placeholders
    if case.rejected:
        first = reading.rejects[0]
        assert (first.code, first.line) == (case.code, case.line)
        assert case.column in {None, first.column}
        assert case.says in first.reason
        assert base64.b64encode(first.raw).decode().startswith(case.raw)
    elif case.code:
        assert case.code in {notice.code for notice in reading.notices}


def check_refusal(case: Case, error: GraphlinkError) -> None:
    assert error.exit_code == case.exit
    if case.pad:
        if case.code == "GL202":  # many rows that are no UTF-8 are a file in another encoding
            assert error.code == "GL112"
        else:
            assert error.code == "GL140"
            assert f"for {case.code}" in str(error)
        return
    assert error.code == case.code
    assert case.says in str(error)
    assert case.line in {None, error.where.line}
    assert case.column in {None, error.where.column}


@pytest.mark.parametrize("case", cases(), ids=str)
def test_the_library_responds_as_promised(case: Case, laid, tmp_path):
    paths = laid(case)
    refused = case.exit in {ExitCode.INPUT_REFUSED, ExitCode.CONFIG_INVALID}
    if refused:
        with pytest.raises(GraphlinkError) as raised:
            read(paths, config_of(case, tmp_path))
        check_refusal(case, raised.value)
    else:
        check_reading(case, read(paths, config_of(case, tmp_path)))


@pytest.mark.usefixtures("worker_here")
@pytest.mark.parametrize("case", cases(), ids=str)
def test_the_command_line_ends_as_promised(case: Case, laid, tmp_path, capsys):
    check_command(case, laid, tmp_path, capsys)


def one_of_each_kind() -> list[Case]:
    """The first case of each exit code, what is no file, and a hostile name; the bombs have a test of their own."""
    names = {"fifo", "hostile_name"}
    found = {(case.exit, case.make): case for case in reversed(cases()) if case.make in {"", *names}}
    return list(found.values())


@pytest.mark.parametrize("case", one_of_each_kind(), ids=str)
@pytest.mark.slow
def test_a_worker_of_its_own_ends_as_promised(case: Case, laid, tmp_path, capsys):
    """As users run it; the others above do the same work in the process of the tests."""
    check_command(case, laid, tmp_path, capsys)


def check_command(case: Case, laid, tmp_path, capsys) -> None:
    settings = ["--config", str(tmp_path / "case" / case.settings)] if case.settings else []
    arguments = [*map(str, laid(case)), *settings]
    assert run(["check", *arguments]) == case.exit
    shown = capsys.readouterr()
    assert shown.err.splitlines()[-1].startswith(f"graphlink: exit {int(case.exit)} ")
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]", shown.out + shown.err)
    assert "Traceback" not in shown.err


@pytest.mark.usefixtures("worker_here")
@pytest.mark.parametrize(
    "case", [case for case in cases() if case.exit == ExitCode.INPUT_REFUSED and case not in BOMBS], ids=str
)
def test_a_refused_input_leaves_no_output(case: Case, laid, tmp_path, capsys):
    settings = ["--config", str(tmp_path / "case" / case.settings)] if case.settings else []
    out = tmp_path / "out"
    assert run(["run", *map(str, laid(case)), *settings, "-o", str(out)]) == case.exit
    assert [path.name for path in tmp_path.iterdir()] == ["case"]


_PEAK = """
import sys
from pathlib import Path
from graphlink.config.settings import Config
from graphlink.words.errors import GraphlinkError
from graphlink.pipeline import read
def peak():  # that of resource.getrusage begins with what the program filled that started this one
    (line,) = [line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM")]
    return int(line.split()[1]) >> 10
small, bomb = map(Path, sys.argv[1:])
read([small], Config())
before = peak()
try:
    read([bomb], Config())
except GraphlinkError:
    print(peak() - before)
"""


@pytest.mark.parametrize("case", BOMBS, ids=str)
@pytest.mark.slow
def test_a_bomb_is_refused_in_little_memory(case: Case, laid, tmp_path):
    (bomb,) = laid(case)
    small = tmp_path / "small.csv"
    small.write_text("account_id,signal_type,signal_value\nann,device,d1\n")
    done = subprocess.run(
        [sys.executable, "-c", _PEAK, str(small), str(bomb)], check=True, capture_output=True, text=True, timeout=60
    )
    assert int(done.stdout) < 100, "MiB beyond what reading a small file takes"


@pytest.mark.parametrize("case", BOMBS, ids=str)
@pytest.mark.slow
def test_a_bomb_is_refused_by_its_size_and_not_by_the_limit_on_memory(case: Case, laid, tmp_path, graphlink_program):
    """The file is to blame (exit 4), and not the machine (exit 8)."""
    command = [graphlink_program, "run", *laid(case), "-o", tmp_path / "out", "--max-memory", "1GB"]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=120)
    assert done.returncode == ExitCode.INPUT_REFUSED, done.stderr
    assert "GL109" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["case"]


def test_every_code_of_the_cases_is_explained():
    assert {case.code for case in cases()} - {""} <= set(MESSAGES)


def test_a_secret_that_others_can_read_is_never_shown(tmp_path):
    (tmp_path / "secret").write_text("password=hunter2", encoding="utf-8")
    (tmp_path / "secret").chmod(0o644)
    (tmp_path / "graphlink.toml").write_text('[[sources]]\nquery = "SELECT 1"\ndsn_file = "secret"\n', encoding="utf-8")
    with pytest.raises(GraphlinkError) as raised:
        read([], load_config(tmp_path / "graphlink.toml"))
    assert "hunter2" not in str(raised.value)
