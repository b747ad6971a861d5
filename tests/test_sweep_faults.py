"""Killed or failed at any system call, a sweep has happened or not, and the same command then gives the same bytes."""

from __future__ import annotations

import itertools
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

import pytest
import sweep_operation
from sweep_worlds import FIRST, SECOND, WEEKS, contents, state_digest, sweep, work_here, write_week, write_world

from graphlink.sweep.publication import check_outputs

SCRIPT = Path(sweep_operation.__file__)
CALLS = (
    *("write", "pwrite64", "fsync", "fdatasync", "ftruncate"),
    *("rename", "unlink", "unlinkat", "rmdir", "mkdir", "symlink", "link"),
)
FAULTS = ("signal=KILL", "error=ENOSPC", "error=EIO")
NIGHTLY = os.environ.get("HYPOTHESIS_PROFILE") == "nightly"
KILLS = 300 if NIGHTLY else 12
PAIRS = 50 if NIGHTLY else 10
pytestmark = [pytest.mark.nightly, pytest.mark.slow, pytest.mark.timeout(3_600 if NIGHTLY else 300)]

FEW = 2
"""Calls of one kind that fail in each run of the tests; nightly runs fail them all."""


def keeper(folder: Path):
    """A worker of which everything that it writes and tells is kept."""

    def keep(module, task, limits, ear, rest):
        told = work_here(module, task, limits, ear, rest)
        shutil.copytree(task["folder"], folder, dirs_exist_ok=True)
        (folder / sweep_operation.TOLD).write_text(json.dumps(told))
        return told

    return keep


@pytest.fixture(scope="module")
def done(tmp_path_factory):
    """What the worker wrote for the second week."""
    folder = tmp_path_factory.mktemp("done")
    settings = write_world(tmp_path_factory.mktemp("once") / "world", WEEKS[:2])
    sweep(settings, FIRST, init=True)
    sweep(settings, SECOND, keeper(folder))
    return folder


@pytest.fixture(scope="module")
def swept(tmp_path_factory):
    """A world of which the first week is swept."""
    settings = write_world(tmp_path_factory.mktemp("swept") / "world", WEEKS[:2])
    sweep(settings, FIRST, init=True)
    return settings.parent


@pytest.fixture(scope="module")
def interrupted(swept, done, tmp_path_factory):
    """The same, where a sweep was cut off before its commit and left everything behind that it can leave."""
    world = tmp_path_factory.mktemp("interrupted") / "world"
    shutil.copytree(swept, world, symlinks=True)
    for name in (".tmp-run-2026-w02", "run-2026-w02"):
        shutil.copytree(done, world / "sweeps" / name)
    (world / "sweeps" / ".tmp-latest").symlink_to("run-2026-w02")
    return world


class Once(NamedTuple):
    """What a sweep makes: of the worker, of the state before and after, and of the folder of sweeps."""

    done: Path
    before: str
    after: str
    published: dict[str, bytes]
    latest: Path


def swept_once(world: Path, done: Path) -> Once:
    before = state_digest(world / "graphlink.toml")
    sweep_operation.sweep(world / "graphlink.toml", SECOND, done)
    after, latest = state_digest(world / "graphlink.toml"), (world / "sweeps" / "latest").readlink()
    return Once(done, before, after, contents(world / "sweeps"), latest)


@pytest.fixture(scope="module")
def once(swept, done, tmp_path_factory):
    return swept_once(fresh(swept, tmp_path_factory.mktemp("once")), done)


@pytest.fixture(scope="module")
def corrected(swept, tmp_path_factory):
    """A world of which both weeks are swept, and whose second export was corrected afterwards."""
    world = fresh(swept, tmp_path_factory.mktemp("corrected"))
    sweep(world / "graphlink.toml", SECOND)
    write_week(world / "exports" / SECOND, SECOND, "late-comer,card,cat-card-1,2026-01-08T00:00:00Z\n")
    return world


@pytest.fixture(scope="module")
def superseded(corrected, tmp_path_factory):
    done, place = tmp_path_factory.mktemp("done"), tmp_path_factory.mktemp("superseded")
    sweep(fresh(corrected, place) / "graphlink.toml", SECOND, keeper(done), supersede=True)
    return swept_once(fresh(corrected, place), done)


def fresh(world: Path, place: Path) -> Path:
    copy = place / "world"
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(world, copy, symlinks=True)
    return copy


def command(world: Path, done: Path, *more: str) -> list[str]:
    return [sys.executable, str(SCRIPT), str(world / "graphlink.toml"), SECOND, str(done), *more]


def run(world: Path, done: Path, *prefix: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(
        [*prefix, *command(world, done)], env=environment, capture_output=True, text=True, timeout=60, check=False
    )


def chosen(n_calls: int) -> list[int]:
    """Every call of a kind in nightly runs; else the first and the last."""
    n_faults = n_calls if NIGHTLY else min(n_calls, FEW)
    return sorted({1 + round(place * (n_calls - 1) / max(1, n_faults - 1)) for place in range(n_faults)})


def assert_whole(world: Path, once: Once) -> str:
    """Whether it happened or not, ``latest`` names a whole sweep, and the same command brings about the same bytes."""
    found = state_digest(world / "graphlink.toml")
    assert found in {once.before, once.after}
    check_outputs((world / "sweeps" / "latest").resolve(strict=True))
    sweep_operation.sweep(world / "graphlink.toml", SECOND, once.done)
    assert state_digest(world / "graphlink.toml") == once.after
    assert contents(world / "sweeps") == once.published
    assert (world / "sweeps" / "latest").readlink() == once.latest
    assert list((world / "state" / "backups").glob("*2026-w02*"))
    assert not [path for path in world.rglob("*") if path.name.startswith(".tmp-")]
    return "before" if found == once.before else "after"


STARTS = {"swept": "once", "interrupted": "once", "corrected": "superseded"}
CASES = [case for case in itertools.product(STARTS, FAULTS) if NIGHTLY or case[0] == "swept" or case[1] == FAULTS[0]]
"""By day the disk fails from one beginning only; killed, a sweep is from all."""


@pytest.mark.parametrize("case", CASES, ids=" ".join)
def test_failed_at_any_system_call_a_sweep_has_happened_or_not(request, case, tmp_path, strace, counted):
    start, fault = case
    world, once = request.getfixturevalue(start), request.getfixturevalue(STARTS[start])
    log = tmp_path / "calls"
    trace = "--trace=" + ",".join(CALLS)
    assert run(fresh(world, tmp_path), once.done, strace, "-qq", "-o", str(log), trace).returncode == 0
    made = re.findall(r"^(\w+)\(", log.read_text(), re.MULTILINE)
    ended = []
    for call in sorted(set(made)):
        for number in chosen(made.count(call)):
            copy = fresh(world, tmp_path)
            inject = f"--inject={call}:{fault}:when={number}"
            outcome = run(copy, once.done, strace, "-qq", "-o", "/dev/null", trace, inject)
            assert outcome.returncode in {0, 6, 7, 8, -signal.SIGKILL, 128 + signal.SIGKILL}, outcome.stderr
            assert "Traceback" not in outcome.stderr, outcome.stderr
            ended.append(assert_whole(copy, once))
    what = f"{fault} at {len(ended)} of {len(made)} system calls, {ended.count('after')} after the commit"
    counted(f"sweep ({start}): {what}")
    assert {"before", "after"} == set(ended)


def test_killed_at_a_random_time_a_sweep_has_happened_or_not(swept, once, tmp_path, counted):
    started = time.monotonic()
    run(fresh(swept, tmp_path), once.done)
    took = time.monotonic() - started
    draw = random.Random(1)
    ended = []
    for _ in range(KILLS):
        copy = fresh(swept, tmp_path)
        with subprocess.Popen(command(copy, once.done), stderr=subprocess.DEVNULL) as process:
            time.sleep(draw.uniform(0.2, 1.1) * took)
            process.kill()
        ended.append(assert_whole(copy, once))
    counted(f"sweep: {len(ended)} random kills, {ended.count('after')} after the commit")


def test_of_two_at_once_one_works_and_the_other_changes_nothing(swept, once, tmp_path, counted):
    """Both wait for one file; a sweep that comes later than the other's end finds the week swept, and does nothing."""
    codes = []
    for number in range(PAIRS):
        world, barrier = fresh(swept, tmp_path), tmp_path / f"go-{number}"
        pair = [subprocess.Popen(command(world, once.done, str(barrier)), stderr=subprocess.DEVNULL) for _ in range(2)]
        time.sleep(0.3)
        barrier.touch()
        codes.append(tuple(sorted(process.wait(60) for process in pair)))
        assert codes[-1] in {(0, 6), (0, 0)}
        assert_whole(world, once)
    counted(f"sweep: {len(codes)} pairs at once, in {codes.count((0, 6))} of them one was locked out")
    assert (0, 6) in codes


@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_the_worker_and_leaves_nothing(graphlink_program, swept, once, tmp_path, sent):
    world = fresh(swept, tmp_path)
    words = [graphlink_program, "sweep", "--config", str(world / "graphlink.toml"), "--week", SECOND, "-v"]
    with subprocess.Popen(words, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True) as process:
        for line in process.stderr:
            if line.startswith("reading: "):
                break
        process.send_signal(sent)
        rest = process.stderr.read()
    assert process.returncode == 128 + sent
    assert "Traceback" not in rest
    assert not [path for path in world.rglob("*") if path.name.startswith(".tmp-")]
    assert assert_whole(world, once) == "before"


@pytest.mark.parametrize("limit", [100, 252, 256, 260] if NIGHTLY else [100, 256])
def test_without_memory_a_sweep_changes_nothing(graphlink_program, swept, once, tmp_path, limit):
    world = fresh(swept, tmp_path)
    words = [graphlink_program, "sweep", "--config", str(world / "graphlink.toml"), "--week", SECOND]
    outcome = subprocess.run(
        [*words, f"--max-memory={limit}MB"], check=False, capture_output=True, text=True, timeout=120
    )
    assert outcome.returncode == 8
    assert len([line for line in outcome.stderr.splitlines() if line.startswith("graphlink: ")]) == 2
    assert assert_whole(world, once) == "before"


@pytest.mark.parametrize("limit", [1_000, 30_000, 300_000])
def test_a_disk_that_fails_the_worker_changes_nothing(graphlink_program, swept, once, tmp_path, limit):
    """A limit on the size of files makes the disk itself fail in the middle of a write."""
    world = fresh(swept, tmp_path)
    words = [graphlink_program, "sweep", "--config", str(world / "graphlink.toml"), "--week", SECOND]
    outcome = subprocess.run(
        ["prlimit", f"--fsize={limit}", *words], check=False, capture_output=True, text=True, timeout=120
    )
    assert outcome.returncode == 8
    assert "File too large" in outcome.stderr
    assert not [path for path in world.rglob("*") if path.name.startswith(".tmp-")]
    assert assert_whole(world, once) == "before"


def test_everything_is_on_the_disk_before_the_commit_and_latest_comes_after(swept, once, tmp_path, strace):
    """What a power cut would leave behind hangs on this order."""
    world = fresh(swept, tmp_path)
    log = tmp_path / "calls"
    assert run(world, once.done, strace, "-y", "-qq", "-o", str(log), "--trace=fsync,fdatasync,rename").returncode == 0
    calls = log.read_text().splitlines()

    def places(pattern):
        return [number for number, call in enumerate(calls) if re.search(pattern, call)]

    (published,) = places(r'^rename\(".*/\.tmp-run-2026-w02", ')
    files = {path.name for path in (world / "sweeps" / "run-2026-w02").rglob("*")}
    forced = {Path(call.partition("<")[2].partition(">")[0]).name for call in calls[:published]}
    assert files <= forced
    assert places(r"^fsync\(.*/\.tmp-run-2026-w02>")[-1] < published  # its folder, last of all
    commit = places(r"sync\(.*/state\.sqlite>")[0]
    assert published < places(r"^fsync\(.*/sweeps>")[0] < commit
    (named,) = places(r'^rename\(".*/\.tmp-latest", ')
    assert places(r"sync\(.*/state\.sqlite>")[-1] < named
