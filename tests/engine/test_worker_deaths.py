"""A worker that dies is told of by what ended it; memory is blamed where it ran out, and nowhere else."""

from __future__ import annotations

import pytest
from worker_calls import AMPLE, do

from graphlink.engine.worker import supervise
from graphlink.engine.worker.isolation import n_starved
from graphlink.engine.worker.protocol import Limits
from graphlink.words.errors import MachineError

pytestmark = pytest.mark.usefixtures("worker_jobs")


def death(ending: str, limits: Limits = AMPLE, **task: object) -> str:
    """The sentence that a user is told."""
    with pytest.raises(MachineError) as died:
        do(ending, limits, **task)
    assert died.value.code == "GL821"
    return str(died.value)


@pytest.mark.parametrize(
    ("ending", "how", "cure"),
    [
        ("segfault", "was killed by signal 11 (SIGSEGV)", "report it"),
        ("abort_quietly", "was killed by signal 6 (SIGABRT)", "report it"),
        ("kill", "was killed by signal 9 (SIGKILL)", "who ended it"),
        ("exit_127", "ended without a word (exit 127)", "report it"),
        ("leave", "gave up (SystemExit)", "report it"),
        ("say_too_much", "ended without a word (exit 0)", "report it"),
    ],
)
def test_nobody_is_sent_for_memory_that_was_there(ending, how, cure):
    told = death(ending)
    assert f"{how} while counting. Fix: " in told
    assert cure in told
    assert "want of memory" not in told
    assert "--max-memory" not in told


@pytest.mark.parametrize(
    ("ending", "how"),
    [("abort", "was killed by signal 6 (SIGABRT)"), ("raise_bare", "gave up (BaseException)")],
)
def test_a_library_that_says_that_it_got_no_memory_is_believed(ending, how):
    assert f"{how} while counting, for want of memory. Fix: give it more" in death(ending)


def test_who_had_filled_nearly_all_died_for_the_rest():
    told = death("fill_and_fall", Limits(memory=600_000_000, seconds=30), size=530_000_000)
    assert "was killed by signal 11 (SIGSEGV) while counting, for want of memory" in told


def test_a_system_that_ended_something_for_want_of_memory_ended_this(monkeypatch):
    counts = iter([3, 4])
    monkeypatch.setattr(supervise, "n_starved", lambda: next(counts))
    assert "was killed by signal 9 (SIGKILL) while counting, for want of memory" in death("kill")


def test_the_system_counts_whom_it_ended():
    assert n_starved() >= 0
