"""Run a worker's tasks in a forked copy of its process, on another processor.

The copy shares all unchanged memory, so no data is passed to it. Its results come back as plain arrays. If the copy
ends early, the original runs the remaining tasks, with the same results.
"""

import os
import signal
import warnings
from collections.abc import Callable, Iterator, Sequence
from typing import BinaryIO, Final, NoReturn, TypeVar

import numpy as np

from graphlink.engine.threads import Arrays, Runner, Task, n_processors, run_now
from graphlink.engine.worker.isolation import die_with_parent, is_complete

_One = TypeVar("_One")

_SHARE: Final = 0.6
"""The largest part of a worker's memory that its work may need for a copy to be made, which changes as many pages."""

_WORTH_A_COPY: Final = 20_000
"""Least sightings for a copy. Copies of a process load loops and change pages anew, for half a second of processor time
in all. Of twenty accounts that is a ninth of a whole run, and as much as the analysis of this many sightings."""

_MADE: Final = 64
"""The exit code of a copy that finished all its tasks. No library exits with it."""

_NUMBER: Final = 4
"""Bytes of the number of a task."""


def runner_within(needed: int, allowed: int, n_sightings: int) -> Runner:
    """Choose a runner: beside the other work, or one by one.

    There is no copy without a second processor or enough memory, nor for small data.

    Parameters
    ----------
    needed, allowed
        The estimated and the permitted bytes of memory for the whole work.
    n_sightings
        The size of the data.
    """
    is_possible = is_complete() and n_processors() > 1 and n_sightings >= _WORTH_A_COPY
    return run_beside if is_possible and needed <= _SHARE * allowed else run_now


def run_beside(here: Callable[[], _One], tasks: Sequence[Task]) -> tuple[_One, list[Arrays]]:
    """Run tasks in a copy of this process and the other work here, which then helps with the remaining tasks.

    Call it from the first thread while no other Python thread is running. If the system cannot fork, everything runs
    here.
    """
    numbers = _write_numbers(len(tasks))
    if numbers is None:
        return run_now(here, tasks)
    made = os.memfd_create("made")
    with os.fdopen(numbers, "rb", buffering=0), os.fdopen(made, "r+b") as file:
        try:
            with warnings.catch_warnings(action="ignore", category=DeprecationWarning):  # Arrow's threads survive it
                copy = os.fork()
        except OSError:
            return run_now(here, tasks)
        if copy == 0:
            _be_copy(tasks, numbers, made)
        try:
            outcome = here()
            results = {number: tasks[number]() for number in _draw(numbers)}
        except BaseException:
            os.kill(copy, signal.SIGKILL)
            os.waitpid(copy, 0)
            raise
        _, status = os.waitpid(copy, 0)
        if os.waitstatus_to_exitcode(status) == _MADE:
            file.seek(0)
            results |= _load(file)
        return outcome, [results[number] if number in results else task() for number, task in enumerate(tasks)]


def _write_numbers(n_tasks: int) -> int | None:
    """A pipe with the number of every task. None if there are no tasks, or too many for a pipe.

    The system lets one process at a time read from a pipe, so each number is drawn once. With a file of
    ``memfd_create``, two processes drew the same number in three of a hundred draws.
    """
    if n_tasks == 0:
        return None
    numbers, end = os.pipe()
    with os.fdopen(end, "wb", buffering=0) as file:
        os.set_blocking(end, False)
        content = b"".join(number.to_bytes(_NUMBER) for number in range(n_tasks))
        if file.write(content) == len(content):
            return numbers
    os.close(numbers)
    return None


def _draw(numbers: int) -> Iterator[int]:
    """Draw numbers of tasks until none is left."""
    while number := os.read(numbers, _NUMBER):
        yield int.from_bytes(number)


def _be_copy(tasks: Sequence[Task], numbers: int, made: int) -> NoReturn:
    """Run tasks and exit. Blocks that the original entered must not be left here, so nothing is cleaned up."""
    ended = 0
    try:
        die_with_parent()
        with os.fdopen(made, "wb", closefd=False) as file:
            for number in _draw(numbers):
                arrays = tasks[number]()
                # an archive would compute a checksum twice
                for each in (np.array([number]), np.array([*arrays], dtype=np.str_), *arrays.values()):
                    np.save(file, each, allow_pickle=False)
        ended = _MADE
    finally:
        os._exit(ended)


def _load(file: BinaryIO) -> dict[int, Arrays]:
    """The results of a copy, by the number of the task."""
    end = os.fstat(file.fileno()).st_size
    results: dict[int, Arrays] = {}
    while file.tell() < end:
        (number,) = np.load(file, allow_pickle=False).tolist()
        names = np.load(file, allow_pickle=False).tolist()
        results[number] = {name: np.load(file, allow_pickle=False) for name in names}
    return results
