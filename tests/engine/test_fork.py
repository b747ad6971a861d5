"""What is done in a copy of a process is what would have been done in turn, however the copy ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from helper_paths import PYTHONPATH

from graphlink.engine.fork import in_copy
from graphlink.engine.worker.protocol import Limits
from graphlink.engine.worker.supervise import Ear, begin_in_worker, do_in_worker

AMPLE = Limits(memory=2_000_000_000, seconds=30)
SILENT = Ear(lambda _stage, _done: None, lambda _code, _text: None)


@pytest.fixture
def tasks(monkeypatch):
    """Let a worker find the tasks of these tests."""
    monkeypatch.setenv("PYTHONPATH", PYTHONPATH)


def who():
    return {"process": np.array([os.getpid()]), "nothing": np.empty(0), "many": np.arange(1_000_000)}


def test_a_copy_does_the_work_while_its_original_goes_on():
    begun = time.monotonic()
    wait = in_copy(lambda: time.sleep(0.5) or who())
    assert time.monotonic() - begun < 0.4
    made = wait()
    assert made["process"].tolist() != [os.getpid()]
    assert made["nothing"].tolist() == []
    assert made["many"].tolist() == list(range(1_000_000))


def nice():
    return {"nice": np.array([os.nice(0)])}


def test_a_copy_that_gives_way_does_so_to_its_original():
    here = os.nice(0)
    assert in_copy(nice)()["nice"].tolist() == [here]
    assert in_copy(nice, gives_way=True)()["nice"].tolist() == [min(here + 10, 19)]  # the system knows no further
    assert os.nice(0) == here


def _fail():
    raise MemoryError


@pytest.mark.parametrize(
    "end", [lambda: os.kill(os.getpid(), signal.SIGKILL), lambda: os._exit(0), lambda: sys.exit(0), _fail]
)
def test_what_a_copy_does_not_give_its_original_does_itself(end):
    original = os.getpid()

    def work():
        if os.getpid() != original:
            end()
        return who()

    assert in_copy(work)()["process"].tolist() == [original]


def test_where_no_process_can_be_made_the_work_is_done_in_turn(monkeypatch):
    def refuse():
        raise BlockingIOError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(os, "fork", refuse)
    assert in_copy(who)()["process"].tolist() == [os.getpid()]


def test_a_failure_of_the_work_is_a_failure_of_whoever_waits_for_it():
    wait = in_copy(_fail)
    with pytest.raises(MemoryError):
        wait()


def test_a_copy_that_raises_ends_no_block_that_its_original_began(tmp_path):
    left = tmp_path / "left"
    original = os.getpid()

    def work():
        if os.getpid() != original:
            raise ValueError
        return who()

    try:
        wait = in_copy(work)
        assert wait()["process"].tolist() == [original]
        assert not left.exists()
    finally:
        left.touch()


@pytest.mark.usefixtures("tasks")
def test_a_worker_has_threads_that_its_copy_can_start_anew():
    told = do_in_worker("worker_tasks", {"ending": "loop_in_a_copy"}, AMPLE, SILENT)
    assert told == {"reach": [[[[0, 1], [0, 1]], [[0, 1], [0, 0]], [[0, 0], [0, 1]]]] * 3, "n_processes": 2}


@pytest.mark.usefixtures("tasks")
@pytest.mark.slow
def test_an_analysis_in_copies_finds_what_one_in_turn_does(samples, tmp_path):
    seen = tmp_path / "seen"
    limits = Limits(memory=AMPLE.memory, seconds=60, folder=str(tmp_path))
    task = {"ending": "find_rings_apart", "seen": str(seen), "export": str(samples / "tiny" / "events.csv")}
    told = do_in_worker("worker_tasks", task, limits, SILENT)
    assert told["alike"]
    assert told["n_rings"] > 0
    processes = seen.read_text().split()
    assert len(set(processes)) == len(processes) == 2
    assert told["here"] not in processes


@pytest.mark.usefixtures("tasks")
def test_a_copy_ends_with_the_worker(tmp_path):
    told = tmp_path / "copy"
    limits = Limits(memory=AMPLE.memory, seconds=30, folder=str(tmp_path))
    with begin_in_worker("worker_tasks", {"ending": "wait_for_a_copy", "told": str(told)}, limits, SILENT) as worker:
        copy = _read(told)
        assert Path("/proc", copy).exists()
        worker.process.kill()
    for _ in range(200):
        if not _is_alive(copy):
            return
        time.sleep(0.05)
    pytest.fail(f"process {copy} is still there")


def _read(path: Path) -> str:
    for _ in range(600):
        if path.exists() and (text := path.read_text()):
            return text
        time.sleep(0.05)
    return pytest.fail("the copy was not begun")


def _is_alive(process: str) -> bool:
    try:
        return " Z " not in Path("/proc", process, "stat").read_text()
    except OSError:
        return False


CHOOSE = """from graphlink.engine.fork import helpers_within
print(*(getattr(each, "func", each).__name__ for each in helpers_within({}, 1000)))"""


@pytest.mark.parametrize(
    ("processors", "needed", "chosen"),
    [
        ("0,1", 600, "in_copy in_copy in_copy"),
        ("0,1", 601, "in_turn in_copy in_turn"),
        ("0,1", 900, "in_turn in_copy in_turn"),
        ("0,1", 901, "in_turn in_turn in_turn"),
        ("0", 600, "in_turn in_turn in_turn"),
    ],
)
def test_work_is_done_in_turn_where_a_processor_or_memory_is_wanting(processors, needed, chosen):
    program = ["taskset", "--cpu-list", processors, sys.executable, "-c", CHOOSE.format(needed)]
    said = subprocess.run(program, capture_output=True, text=True, check=True)
    assert said.stdout.strip() == chosen
