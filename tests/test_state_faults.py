"""Killed or failed at any system call, a state is as it was before or after, and doing it again succeeds."""

from __future__ import annotations

import itertools
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from state_operation import NEXT, OPERATIONS
from state_worlds import CAT, two_weeks

from graphlink.errors import StateError
from graphlink.state.opening import Opening, open_state
from graphlink.state.schema import SCRIPTS

SCRIPT = Path(__file__).with_name("state_operation.py")
CALLS = ("write", "pwrite64", "fsync", "fdatasync", "rename", "unlink", "mkdir", "link", "ftruncate")
FAULTS = ("signal=KILL", "error=ENOSPC", "error=EIO")
NIGHTLY = os.environ.get("HYPOTHESIS_PROFILE") == "nightly"
KILLS = 60 if NIGHTLY else 6
"""Of each operation, at random times."""
pytestmark = pytest.mark.nightly

FEW = 2
"""Calls of one kind that fail in each run of the tests; nightly runs fail them all."""

CASES = [
    (name, fault)
    for name, fault in itertools.product(OPERATIONS, FAULTS)
    if NIGHTLY or fault == FAULTS[0] or name in {"sweep", "forget"}
]
"""By day every operation is killed; the disk fails and is full where a week or a person could be lost."""


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    folder = tmp_path_factory.mktemp("written") / "state"
    two_weeks(folder)
    with open_state(folder) as state:
        state.back_up()
    return folder


@pytest.fixture(scope="module")
def digests(written, tmp_path_factory):
    """What the state knows before and after each operation."""
    found = {}
    for name, operation in OPERATIONS.items():
        folder = fresh(written, tmp_path_factory.mktemp(name))
        before = digest_of(folder)
        operation(folder)
        found[name] = (before, digest_of(folder))
    return found


def fresh(written: Path, place: Path) -> Path:
    folder = place / "state"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(written, folder)
    folder.chmod(0o700)
    return folder


def digest_of(folder: Path) -> str:
    """What a state knows, as who only reads can tell; an upgraded one is read by the version that wrote it."""
    for scripts in (SCRIPTS, NEXT):
        try:
            with open_state(folder, Opening(read_only=True, scripts=scripts)) as state:
                return state.digest()
        except StateError as error:
            if error.code != "GL704":
                raise
    raise AssertionError


def run(name: str, folder: Path, *prefix: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    command = [*prefix, sys.executable, str(SCRIPT), name, str(folder)]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)


def chosen(n_calls: int) -> list[int]:
    """Every call of a kind in nightly runs; else the first and the last."""
    n_faults = n_calls if NIGHTLY else min(n_calls, FEW)
    return sorted({1 + round(place * (n_calls - 1) / max(1, n_faults - 1)) for place in range(n_faults)})


def assert_whole(name: str, folder: Path, digests) -> None:
    before, after = digests[name]
    assert digest_of(folder) in {before, after}
    OPERATIONS[name](folder)  # here: a process of its own would take most of the time, and open the state no other way
    assert digest_of(folder) == after
    assert not list(folder.rglob(".tmp-*"))
    if name == "forget":
        assert CAT.encode() not in (folder / "state.sqlite").read_bytes()


@pytest.mark.slow
@pytest.mark.timeout(3_600 if NIGHTLY else 300)
@pytest.mark.parametrize("name", OPERATIONS)
def test_killed_at_a_random_time_it_is_before_or_after(written, digests, tmp_path, name, counted):
    started = time.monotonic()
    run(name, fresh(written, tmp_path))
    took = time.monotonic() - started
    draw = random.Random(name)
    n_killed = 0
    for _ in range(KILLS):
        folder = fresh(written, tmp_path)
        process = subprocess.Popen([sys.executable, str(SCRIPT), name, str(folder)], stderr=subprocess.DEVNULL)
        time.sleep(draw.uniform(0.3, 1.0) * took)
        process.kill()
        n_killed += process.wait() == -signal.SIGKILL
        assert_whole(name, folder, digests)
    counted(f"{name}: {n_killed} random kills")
    assert n_killed > 0


@pytest.mark.slow
@pytest.mark.timeout(3_600 if NIGHTLY else 300)
@pytest.mark.parametrize("case", CASES, ids=" ".join)
def test_failed_at_any_system_call_it_is_before_or_after(written, digests, tmp_path, strace, case, counted):
    name, fault = case
    log = tmp_path / "calls"
    trace = "--trace=" + ",".join(CALLS)
    run(name, fresh(written, tmp_path), strace, "-f", "-qq", "-o", str(log), trace)
    made = re.findall(r"^\d+ +(\w+)\(", log.read_text(), re.MULTILINE)
    n_faults = 0
    for call in sorted(set(made)):
        for number in chosen(made.count(call)):
            folder = fresh(written, tmp_path)
            inject = f"--inject={call}:{fault}:when={number}"
            ended = run(name, folder, strace, "-f", "-qq", "-o", "/dev/null", trace, inject)
            assert ended.returncode != 1 or "Error" in ended.stderr
            assert_whole(name, folder, digests)
            n_faults += 1
    counted(f"{name}: {fault} at {n_faults} of {len(made)} system calls, whole each time")
    assert n_faults >= 4
