"""A planted cache runs nothing: compiled loops are loaded only from where nobody else may write (P20), and who reads
exports cannot leave any behind.
"""

import os
import pickle
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from worker_calls import do

from graphlink.engine import compiled_loops as kept_loops
from graphlink.engine.compiled_loops import are_kept, is_ours, loops_folder
from graphlink.words.errors import ExitCode, MachineError

pytestmark = pytest.mark.slow

CALL = """
import numpy as np
from graphlink.engine.kernels.reading import values_used
values_used(np.zeros(1, np.int16), np.zeros(1, np.int32), np.arange(2), np.ones(1, np.bool_))
"""


class Trap:
    """A pickle that leaves a mark when it is loaded."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self):
        return Path.touch, (self.mark,)


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    """A folder in which a loop is kept."""
    folder = tmp_path_factory.mktemp("kept")
    call_a_loop(folder)
    return folder


@pytest.fixture
def planted(kept, tmp_path):
    """A folder of compiled loops in which every file was exchanged for a pickle that leaves a mark."""
    (inner,) = shutil.copytree(kept, tmp_path / "cache").iterdir()
    files = sorted(inner.iterdir())
    assert {path.suffix for path in files} == {".nbc", ".nbi"}
    for path in files:
        path.write_bytes(index_head(path) + pickle.dumps(Trap(tmp_path / "mark")))
    return inner


def index_head(path: Path) -> bytes:
    """numba's index begins with the pickled version, by which it knows its own."""
    if path.suffix != ".nbi":
        return b""
    with path.open("rb") as file:
        pickle.load(file)  # noqa: S301  numba wrote it a moment ago
        return path.read_bytes()[: file.tell()]


def call_a_loop(folder: Path, before: str = "", after: str = "") -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"NUMBA_CACHE_DIR": str(folder)}
    command = [sys.executable, "-c", before + CALL + after]
    return subprocess.run(command, check=False, env=environment, capture_output=True, text=True, umask=0o077)


def test_the_trap_would_spring_where_it_is_loaded(planted, tmp_path):
    """Otherwise the tests below would show nothing."""
    call_a_loop(planted.parent)
    assert (tmp_path / "mark").exists()


@pytest.mark.parametrize("writable", ["folder", "file"])
def test_a_cache_that_others_may_write_is_not_loaded(planted, tmp_path, writable):
    place = planted if writable == "folder" else next(iter(planted.iterdir()))
    place.chmod(0o777)
    outcome = call_a_loop(planted.parent)
    assert outcome.returncode == 0
    assert not (tmp_path / "mark").exists()
    assert "somebody else may write" in outcome.stderr


def test_pickles_beside_inputs_and_where_one_stands_are_not_loaded(graphlink_program, samples, tmp_path):
    """Everywhere else that something might be looked for: beside the export, in the working folder, in the home."""
    trap = pickle.dumps(Trap(tmp_path / "mark"))
    places = ("", "__pycache__/", ".cache/numba/", ".cache/graphlink/", "exports/", "exports/__pycache__/")
    for place in places:
        (tmp_path / place).mkdir(parents=True, exist_ok=True)
        for name in ("cache.pkl", "reading_kernels.values_used-32.py311.nbi", "matplotlib.pickle", "joblib.pickle"):
            (tmp_path / place / name).write_bytes(trap)
    for path in (samples / "tiny").iterdir():
        if path.is_file():
            (tmp_path / "exports" / path.name).write_bytes(path.read_bytes())
    sources = sorted(str(path) for path in (tmp_path / "exports").iterdir() if path.suffix in {".csv", ".parquet"})
    environment = os.environ | {"HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path / ".cache")}
    command = [graphlink_program, "run", *sources, "-o", "result"]
    subprocess.run(command, check=True, cwd=tmp_path, env=environment, capture_output=True)
    assert not (tmp_path / "mark").exists()


@pytest.mark.parametrize(("mode", "ours"), [(0o700, True), (0o755, True), (0o770, False), (0o1777, False)])
def test_a_folder_is_ours_when_nobody_else_may_write_it(tmp_path, mode, ours):
    folder = tmp_path / f"{mode:o}"
    folder.mkdir()
    folder.chmod(mode)
    assert is_ours(folder) is ours


def test_a_folder_of_somebody_else_is_not_ours(tmp_path):
    if os.geteuid() != 0:
        pytest.skip("only root can give a folder away")
    (tmp_path / "theirs").mkdir()
    os.chown(tmp_path / "theirs", 1234, 1234)
    assert not is_ours(tmp_path / "theirs")


def test_where_nothing_can_be_written_loops_are_compiled_all_the_same():
    """As in a service whose file system is read-only."""
    outcome = call_a_loop(Path("/proc/nowhere"), after="print('done')")
    assert (outcome.stdout, outcome.stderr) == ("done\n", "")


# --- who keeps loops --------------------------------------------------------------------------------------------------

MAY_WRITE_NOTHING = """
from graphlink.engine.worker.isolation import write_only_below
said = write_only_below([])
"""


def test_a_process_that_may_not_write_loads_what_is_kept_and_keeps_nothing(kept, tmp_path):
    """As a worker: first where the loop is not kept yet, then where somebody else has kept it."""
    told = "print(said or sum(values_used.stats.cache_hits.values()))"
    empty = call_a_loop(tmp_path, before=MAY_WRITE_NOTHING, after=told)
    if empty.stdout not in {"0\n", ""}:
        pytest.skip(f"no Landlock here: {empty.stdout}")
    assert (empty.stdout, empty.stderr) == ("0\n", "")
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]
    assert call_a_loop(kept, before=MAY_WRITE_NOTHING, after=told).stdout == "1\n"
    assert len([path for path in kept.rglob("*") if path.is_file()]) == 2


@pytest.fixture
def loops(tmp_path, monkeypatch, worker_jobs):
    """A folder where nothing is kept yet."""
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    monkeypatch.setenv("WORKER_WARMING", "")
    return loops_folder()


def stages() -> list[str]:
    """The stages of a task, and of what comes before it."""
    return [said for said, done in do("all_is_well")[1] if done == 0.0]


def test_loops_are_kept_before_the_first_task_and_never_again(loops):
    assert not are_kept()
    assert stages() == ["compiling", "counting"]
    assert are_kept()
    assert stages() == ["counting"]


def test_loops_are_compiled_beforehand_where_one_asks_for_it(loops, tmp_path):
    command = [sys.executable, "-m", "graphlink", "warm"]
    assert subprocess.run(command, check=False, capture_output=True).returncode == ExitCode.DONE
    assert are_kept()
    assert stages() == ["counting"]
    (tmp_path / "no folder").write_text("")
    environment = os.environ | {"NUMBA_CACHE_DIR": str(tmp_path / "no folder")}
    outcome = subprocess.run(command, check=False, capture_output=True, text=True, env=environment)
    assert outcome.returncode == ExitCode.ENVIRONMENT
    assert "GL831" in outcome.stderr


def test_a_worker_that_reads_cannot_keep_a_loop(loops, tmp_path):
    do("all_is_well")
    planted = loops / "reading_kernels.values_used-32.py311.nbi"
    outcome, _ = do("write_to", inside=str(tmp_path / "other"), outside=str(planted))
    if outcome["inside"] == "written":
        pytest.skip("no Landlock here, as GL322 tells")
    assert outcome["outside"] == "Permission denied"
    assert not planted.exists()


def test_loops_are_kept_anew_when_one_is_lost(loops):
    do("all_is_well")
    next(loops.glob("*.nbc")).unlink()
    assert not are_kept()
    assert stages() == ["compiling", "counting"]
    assert are_kept()


@pytest.mark.parametrize("part", ["_LOOPS", "_OF_A_PROCESSOR"])
def test_loops_of_other_code_or_another_processor_are_not_these(part, loops, monkeypatch, tmp_path):
    do("all_is_well")
    (tmp_path / "kernels.py").write_text("# other loops")
    monkeypatch.setattr(kept_loops, part, {"_LOOPS": (tmp_path / "kernels.py",), "_OF_A_PROCESSOR": "cpu"}[part])
    monkeypatch.setattr(kept_loops, "loops_folder", lambda: loops)
    kept_loops._list_name.cache_clear()
    assert not are_kept()
    monkeypatch.undo()
    kept_loops._list_name.cache_clear()


def test_a_copy_of_the_code_has_loops_of_its_own(monkeypatch, tmp_path):
    copy = shutil.copy2(kept_loops._LOOPS[0], tmp_path)
    monkeypatch.setattr(kept_loops, "_LOOPS", (Path(copy),))
    names = []
    for written in (1_700_000_000, 1_700_000_001):
        os.utime(copy, (written, written))
        kept_loops._list_name.cache_clear()
        names.append(kept_loops._list_name())
    kept_loops._list_name.cache_clear()
    assert names[0] != names[1]


@pytest.mark.parametrize("said", ["", "[]", "{", "3", '["kernels.gone.nbc"]'])
def test_a_list_that_says_nothing_is_none(said, loops):
    do("all_is_well")
    (listed,) = loops.glob("*.json")
    listed.write_text(said)
    assert not are_kept()


def test_a_folder_that_others_may_write_is_left_alone(loops):
    loops.mkdir(parents=True)
    loops.chmod(0o777)
    assert stages() == ["counting"]
    assert list(loops.iterdir()) == []


@pytest.mark.parametrize("how", ["raise_memory_error", "segfault", "stumble", "fail_to_write"])
def test_loops_that_cannot_be_kept_stand_in_nobodys_way(how, loops, monkeypatch):
    monkeypatch.setenv("WORKER_WARMING", how)
    assert do("all_is_well")[0]["umask"] == 0o077
    assert not are_kept()
    with pytest.raises(MachineError, match="GL821"):
        do("segfault")


WARM = """
from graphlink.cli.jobs import warm as warming
class Quiet:
    def stage(self, *_): pass
warming.work({}, Quiet())
"""

ALL_LOOPS = """
import sys
from graphlink.api import library
from graphlink.config.settings import Config
from graphlink.engine.kernels import basic, interchangeable, pairs, reading, signal_test
config = Config.model_validate({"method": {"null_worlds": 1, "disturbances": 1}})
for folder in sys.argv[1:]:
    library.analyse(library.read([folder], config=config), config=config)
files = (basic, pairs, reading, interchangeable, signal_test)
loops = {name: loop for each in files for name, loop in vars(each).items() if hasattr(loop, "stats")}
print(sum(bool(loop.stats.cache_hits) for loop in loops.values()) > 10)
print(sorted(name for name, loop in loops.items() if loop.stats.cache_misses))
"""


@pytest.mark.slow
def test_all_loops_that_runs_need_are_among_those_that_are_kept(samples, tmp_path):
    """Otherwise every run would compile the others again; the samples come in three formats."""
    environment = os.environ | {"NUMBA_CACHE_DIR": str(tmp_path)}

    def said(*command: str | Path) -> str:
        program = [sys.executable, "-c", *command]
        return subprocess.run(program, check=True, capture_output=True, text=True, env=environment).stdout

    said(WARM)
    assert said(ALL_LOOPS, samples / "tiny", samples / "campaign") == "True\n[]\n"
