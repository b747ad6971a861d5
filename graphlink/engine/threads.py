"""Run work in parallel, with the same results and errors as one by one.

Threads speed up only work outside Python's lock: Arrow and numpy on whole columns, compiled loops, digests, files.
Other work can run in another process, if there is one (``Runner``).
"""

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Final, Protocol, TypeVar

if TYPE_CHECKING:
    import numpy.typing as npt

Arrays = Mapping[str, "npt.NDArray[Any]"]
Task = Callable[[], Arrays]
"""Work that can run in any process and returns plain arrays."""

_One = TypeVar("_One")
_Made = TypeVar("_Made")


class Runner(Protocol):
    """Runs work here and tasks beside it: ``run_now`` or ``engine.fork.run_beside``. The results are the same."""

    def __call__(self, here: Callable[[], _One], tasks: Sequence[Task], /) -> tuple[_One, list[Arrays]]:
        """Return the result of the work here and the results of the tasks."""


_MOST: Final = 4
"""The most threads. Each may hold a column, and memory is scarcer than processors."""

_WAITING: Final = 3
"""The most items made in advance. One may take much longer than another."""

_MOST_BLOCKS: Final = 16
"""The most blocks. More threads would wait for memory."""


def prefetch(items: Iterator[_One]) -> Iterator[_One]:
    """Yield the items of an iterator while a thread makes the next one.

    Examples
    --------
    >>> list(prefetch(iter("abc")))
    ['a', 'b', 'c']
    """
    end = object()
    with ThreadPoolExecutor(1) as thread:
        coming = thread.submit(next, items, end)
        while (item := coming.result()) is not end:
            coming = thread.submit(next, items, end)
            yield item  # type: ignore[misc]  # the end is not an item


def pipelined(function: Callable[[_One], _Made], items: Iterable[_One]) -> Iterator[_Made]:
    """Apply a function to items in order on another thread, while the next few are made here.

    Examples
    --------
    >>> list(pipelined(str.upper, "abcd"))
    ['A', 'B', 'C', 'D']
    """
    waiting: deque[Future[_Made]] = deque()
    with ThreadPoolExecutor(1) as thread:
        for item in items:
            if len(waiting) == _WAITING:
                yield waiting.popleft().result()
            waiting.append(thread.submit(function, item))
        while waiting:
            yield waiting.popleft().result()


def map_threads(function: Callable[[_One], _Made], items: Iterable[_One]) -> list[_Made]:
    """Apply a function to all items in parallel. Of several errors, that of the first item is raised.

    Examples
    --------
    >>> map_threads(len, ["a", "bcd"])
    [1, 3]
    """
    with ThreadPoolExecutor(min(_MOST, n_processors())) as threads:
        return list(threads.map(function, items))


def n_processors() -> int:
    """The number of processors for this process."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def n_blocks() -> int:
    """The number of blocks for a compiled loop. Each has arrays as long as all signals."""
    return min(_MOST_BLOCKS, n_processors())


def in_blocks(loop: Callable[[int], _Made], n_blocks: int) -> list[_Made]:
    """Run a compiled loop on every block of its work, the first one on this thread.

    Examples
    --------
    >>> in_blocks(lambda block: 10 * block, 2)
    [0, 10]
    """
    with ThreadPoolExecutor(n_blocks) as threads:
        others = [threads.submit(loop, block) for block in range(1, n_blocks)]
        return [loop(0), *(each.result() for each in others)]


def run_two(one: Callable[[], _One], other: Callable[[], _Made]) -> tuple[_One, _Made]:
    """Run two functions in parallel.

    Examples
    --------
    >>> run_two(lambda: 1, lambda: "a")
    (1, 'a')
    """
    with ThreadPoolExecutor(1) as thread:
        coming = thread.submit(other)
        return one(), coming.result()


def run_now(here: Callable[[], _One], tasks: Sequence[Task]) -> tuple[_One, list[Arrays]]:
    """Run tasks one by one and then the other work, without another process.

    Examples
    --------
    >>> import numpy as np
    >>> outcome, results = run_now(lambda: "here", [lambda: {"n": np.arange(2)}])
    >>> outcome, results[0]["n"].tolist()
    ('here', [0, 1])
    """
    results = [task() for task in tasks]
    return here(), results
