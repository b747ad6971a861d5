"""Tasks of a worker done in a copy of its process, on another processor.

A copy shares all memory that neither changes, so that nothing has to be handed over; what it makes comes back as plain
arrays. Whatever ends a copy before it is done, its original does the tasks itself: the results are the same.
"""

from __future__ import annotations

import os
import signal
import sys
import warnings
from typing import TYPE_CHECKING, Final, NoReturn, TypeVar

import numpy as np

from graphlink.engine.threads import n_processors, run_now
from graphlink.engine.worker.isolation import die_with_parent

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import BinaryIO

    from graphlink.engine.threads import Arrays, Runner, Task

_One = TypeVar("_One")

_SHARE: Final = 0.6
"""Of the memory that a worker may fill, what its work may take at most for a copy to be made: it fills as many pages
anew."""

_MADE: Final = 64
"""How a copy ends that did all that it drew; no library ends a process so."""

_NUMBER: Final = 4
"""Bytes of the number of a task."""


def runner_within(needed: int, allowed: int) -> Runner:
    """Choose how tasks are done: beside the other work, or now where a processor or memory is wanting for a copy.

    Parameters
    ----------
    needed, allowed
        Bytes of memory that the whole work takes about, and that it may fill.
    """
    is_possible = sys.platform == "linux" and n_processors() > 1
    return run_beside if is_possible and needed <= _SHARE * allowed else run_now


def run_beside(here: Callable[[], _One], tasks: Sequence[Task]) -> tuple[_One, list[Arrays]]:
    """Do tasks in a copy of this process, and some work here, which then helps with the tasks that are left.

    The copy is made of this process's first thread, while no other of Python's is at work, and ends with it. Where the
    system makes no copy, all is done now.
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
    """A pipe that holds the number of every task, or None where there is nothing to share or no room for it.

    Each number is drawn once, since the system lets only one process at a time read from a pipe. It does not do so for
    the files of ``memfd_create``: two processes then drew the same number in three of a hundred draws.
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
    """Draw the number of a task until none is left."""
    while number := os.read(numbers, _NUMBER):
        yield int.from_bytes(number)


def _be_copy(tasks: Sequence[Task], numbers: int, made: int) -> NoReturn:
    """Nothing that the original began may be ended here: no block is left, and nothing is cleaned up."""
    ended = 0
    try:
        die_with_parent()
        with os.fdopen(made, "wb", closefd=False) as file:
            for number in _draw(numbers):
                arrays = tasks[number]()
                # an archive would be summed up twice
                for each in (np.array([number]), np.array([*arrays], dtype=np.str_), *arrays.values()):
                    np.save(file, each, allow_pickle=False)
        ended = _MADE
    finally:
        os._exit(ended)


def _load(file: BinaryIO) -> dict[int, Arrays]:
    """What a copy made, by the number of the task."""
    end = os.fstat(file.fileno()).st_size
    results: dict[int, Arrays] = {}
    while file.tell() < end:
        (number,) = np.load(file, allow_pickle=False).tolist()
        names = np.load(file, allow_pickle=False).tolist()
        results[number] = {name: np.load(file, allow_pickle=False) for name in names}
    return results
