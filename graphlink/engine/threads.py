"""Work done side by side, with the results and the failures that it would have had one by one.

Only what leaves Python's lock gains by threads: Arrow's and numpy's work on whole columns, compiled loops, digests,
files. What does not can be done in another process, where there is one to do it (``Runner``).
"""

from __future__ import annotations

import os
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Final, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from concurrent.futures import Future

    import numpy.typing as npt

    Arrays = Mapping[str, npt.NDArray[Any]]
    Task = Callable[[], Arrays]
    """Work that can be done anywhere, and gives plain arrays."""

_One = TypeVar("_One")
_Made = TypeVar("_Made")


class Runner(Protocol):
    """Does some work here and tasks beside it: ``run_now`` or ``engine.fork.run_beside``. The results are the same."""

    def __call__(self, here: Callable[[], _One], tasks: Sequence[Task], /) -> tuple[_One, list[Arrays]]:
        """Give what the work here made, and what each task did."""


_MOST: Final = 4
"""Threads at most: each may hold a column of its own, and memory is scarcer than processors."""

_WAITING: Final = 3
"""Items that are made at most before the first of them is needed: one may take much longer than another."""

_MOST_BLOCKS: Final = 16
"""Blocks at most; more threads than that wait for memory, not for a processor."""


def prefetch(items: Iterator[_One]) -> Iterator[_One]:
    """Give what an iterator gives, while a thread of its own is making the next.

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
            yield item  # type: ignore[misc]  # the end is none of them


def pipelined(function: Callable[[_One], _Made], items: Iterable[_One]) -> Iterator[_Made]:
    """Apply a function to items in their order on a thread of its own, while the next few are being made here.

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
    """Apply a function to all items side by side; of several failures that of the first item is raised.

    Examples
    --------
    >>> map_threads(len, ["a", "bcd"])
    [1, 3]
    """
    with ThreadPoolExecutor(min(_MOST, n_processors())) as threads:
        return list(threads.map(function, items))


def n_processors() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0))


def n_blocks() -> int:
    """How many blocks to cut the work of a compiled loop into: each has arrays of its own, as long as all signals."""
    return min(_MOST_BLOCKS, n_processors())


def in_blocks(loop: Callable[[int], _Made], n_blocks: int) -> list[_Made]:
    """Run a compiled loop on every block of its work, the first on this thread, and give what they give.

    Examples
    --------
    >>> in_blocks(lambda block: 10 * block, 2)
    [0, 10]
    """
    with ThreadPoolExecutor(n_blocks) as threads:
        others = [threads.submit(loop, block) for block in range(1, n_blocks)]
        return [loop(0), *(each.result() for each in others)]


def run_two(one: Callable[[], _One], other: Callable[[], _Made]) -> tuple[_One, _Made]:
    """Do two things side by side.

    Examples
    --------
    >>> run_two(lambda: 1, lambda: "a")
    (1, 'a')
    """
    with ThreadPoolExecutor(1) as thread:
        coming = thread.submit(other)
        return one(), coming.result()


def run_now(here: Callable[[], _One], tasks: Sequence[Task]) -> tuple[_One, list[Arrays]]:
    """Do tasks one after the other and then some work, where there is no other process for them.

    Examples
    --------
    >>> import numpy as np
    >>> outcome, results = run_now(lambda: "here", [lambda: {"n": np.arange(2)}])
    >>> outcome, results[0]["n"].tolist()
    ('here', [0, 1])
    """
    results = [task() for task in tasks]
    return here(), results
