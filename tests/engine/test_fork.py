"""Tasks done in a copy of a process give what they would have given here, however the copy ends."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from worker_calls import AMPLE, begin, do

from graphlink.engine.fork import run_beside
from graphlink.engine.threads import run_now
from graphlink.engine.worker.protocol import Limits


def who():
    return {"process": np.array([os.getpid()]), "nothing": np.empty(0), "many": np.arange(1_000_000)}


def only_there(original: int):
    """Work here that lasts until a copy has begun a task."""
    time.sleep(0.5)
    return original


def test_a_copy_does_the_tasks_while_its_original_goes_on():
    here, (made,) = run_beside(lambda: only_there(os.getpid()), [who])
    assert here == os.getpid()
    assert made["process"].tolist() != [here]
    assert made["nothing"].tolist() == []
    assert made["many"].tolist() == list(range(1_000_000))


def test_its_original_helps_with_the_tasks_that_are_left():
    def slowly():
        time.sleep(0.2)
        return who()

    _, made = run_beside(lambda: None, [slowly] * 6)
    processes = [each["process"].item() for each in made]
    assert len(set(processes)) == 2
    assert os.getpid() in processes


@pytest.mark.parametrize("run", [run_now, run_beside])
@pytest.mark.parametrize("n_tasks", [0, 1, 2, 9])
def test_results_come_in_the_order_of_the_tasks_whoever_did_them(run, n_tasks):
    tasks = [lambda number=number: {"n": np.array(number)} for number in range(n_tasks)]
    here, made = run(lambda: "here", tasks)
    assert here == "here"
    assert [each["n"].item() for each in made] == list(range(n_tasks))


def test_each_task_is_done_once_however_short_they_are(tmp_path):
    done = os.open(tmp_path / "done", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    tasks = [lambda number=number: {"n": np.array(os.write(done, b"%d\n" % number))} for number in range(1_000)]
    for _ in range(20):
        run_beside(lambda: None, tasks)
    os.close(done)
    times = Counter((tmp_path / "done").read_text().split())
    assert set(times.values()) == {20}
    assert len(times) == 1_000


@pytest.mark.parametrize("n_tasks", [1_000, 100_000])
def test_more_tasks_than_can_be_shared_are_all_done(n_tasks):
    task = partial(dict, n=np.array(1))
    _, made = run_beside(lambda: None, [task] * n_tasks)
    assert len(made) == n_tasks


def _fail():
    raise MemoryError


@pytest.mark.parametrize(
    "end", [lambda: os.kill(os.getpid(), signal.SIGKILL), lambda: os._exit(0), lambda: sys.exit(0), _fail]
)
def test_what_a_copy_does_not_give_its_original_does_itself(end):
    original = os.getpid()

    def task():
        if os.getpid() != original:
            end()
        return who()

    _, made = run_beside(lambda: time.sleep(0.2), [who, task, who])
    assert made[1]["process"].tolist() == [original]
    assert [each["many"].size for each in made] == [1_000_000] * 3


def test_where_no_process_can_be_made_all_is_done_here(monkeypatch):
    def refuse():
        raise BlockingIOError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(os, "fork", refuse)
    _, (made,) = run_beside(lambda: None, [who])
    assert made["process"].tolist() == [os.getpid()]


@pytest.mark.parametrize("run", [run_now, run_beside])
def test_a_failure_of_a_task_is_a_failure_of_whoever_asked_for_it(run):
    with pytest.raises(MemoryError):
        run(lambda: None, [_fail])


def test_a_failure_here_ends_the_copy():
    before = len([*Path("/proc/self/fd").iterdir()])
    begun = time.monotonic()
    with pytest.raises(MemoryError):
        run_beside(_fail, [lambda: time.sleep(60) or {}])
    assert time.monotonic() - begun < 30
    assert len([*Path("/proc/self/fd").iterdir()]) == before


def test_a_copy_that_raises_ends_no_block_that_its_original_began(tmp_path):
    left = tmp_path / "left"
    original = os.getpid()

    def task():
        if os.getpid() != original:
            raise ValueError
        return who()

    try:
        _, (made,) = run_beside(lambda: time.sleep(0.2), [task])
        assert made["process"].tolist() == [original]
        assert not left.exists()
    finally:
        left.touch()


@pytest.mark.usefixtures("worker_jobs")
def test_a_worker_has_threads_that_its_copy_can_start_anew():
    told, _ = do("loop_in_a_copy")
    assert told == {"reach": [[[[0, 1], [0, 1]], [[0, 1], [0, 0]], [[0, 0], [0, 1]]]] * 3, "n_processes": 2}


@pytest.mark.usefixtures("worker_jobs")
@pytest.mark.slow
def test_an_analysis_beside_its_repetitions_finds_what_one_in_turn_does(samples, tmp_path):
    seen = tmp_path / "seen"
    limits = Limits(memory=AMPLE.memory, seconds=60, folder=str(tmp_path))
    told, _ = do("find_rings_beside", limits, seen=str(seen), export=str(samples / "tiny" / "events.csv"))
    assert told["alike"]
    assert told["n_rings"] > 0
    assert set(seen.read_text().split()) - {told["here"]}


@pytest.mark.usefixtures("worker_jobs")
def test_a_copy_ends_with_the_worker(tmp_path):
    told = tmp_path / "copy"
    limits = Limits(memory=AMPLE.memory, seconds=30, folder=str(tmp_path))
    with begin("wait_for_a_copy", limits, told=str(told)) as worker:
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


CHOOSE = "from graphlink.engine.fork import runner_within; print(runner_within({}, 1000, {}).__name__)"


@pytest.mark.parametrize(
    ("processors", "needed", "n_sightings", "chosen"),
    [
        ("0,1", 600, 20_000, "run_beside"),
        ("0,1", 601, 20_000, "run_now"),
        ("0", 600, 20_000, "run_now"),
        ("0,1", 600, 19_999, "run_now"),
    ],
)
def test_tasks_are_done_now_where_a_processor_or_memory_is_wanting_or_the_data_is_small(
    processors, needed, n_sightings, chosen
):
    program = ["taskset", "--cpu-list", processors, sys.executable, "-c", CHOOSE.format(needed, n_sightings)]
    said = subprocess.run(program, capture_output=True, text=True, check=True)
    assert said.stdout.strip() == chosen
