"""Work done side by side, with the results and the failures that it would have had one by one.

Only what leaves Python's lock gains by threads: Arrow's and numpy's work on whole columns, compiled loops, digests,
files. What does not can be done in another process, where there is one to do it (``Apart``).
"""

from __future__ import annotations

import os
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from concurrent.futures import Future

    import numpy.typing as npt

    Arrays = Mapping[str, npt.NDArray[Any]]
    Apart = Callable[[Callable[[], Arrays]], Callable[[], Arrays]]
    """Begins some work, and gives what waits for its result."""

_One = TypeVar("_One")
_Made = TypeVar("_Made")

_MOST: Final = 4
"""Threads at most: each may hold a column of its own, and memory is scarcer than processors."""

_WAITING: Final = 3
"""Items that are made at most before the first of them is needed: one may take much longer than another."""

_MOST_BLOCKS: Final = 16
"""Blocks at most; more threads than that wait for memory, not for a processor."""


def ahead(items: Iterator[_One]) -> Iterator[_One]:
    """Give what an iterator gives, while a thread of its own is making the next.

    Examples
    --------
    >>> list(ahead(iter("abc")))
    ['a', 'b', 'c']
    """
    end = object()
    with ThreadPoolExecutor(1) as thread:
        coming = thread.submit(next, items, end)
        while (item := coming.result()) is not end:
            coming = thread.submit(next, items, end)
            yield item  # type: ignore[misc]  # the end is none of them


def in_the_rear(function: Callable[[_One], _Made], items: Iterable[_One]) -> Iterator[_Made]:
    """Apply a function to items in their order on a thread of its own, while the next few are being made here.

    Examples
    --------
    >>> list(in_the_rear(str.upper, "abcd"))
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


def all_of(function: Callable[[_One], _Made], items: Iterable[_One]) -> list[_Made]:
    """Apply a function to all items side by side; of several failures that of the first item is raised.

    Examples
    --------
    >>> all_of(len, ["a", "bcd"])
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


def both(one: Callable[[], _One], other: Callable[[], _Made]) -> tuple[_One, _Made]:
    """Do two things side by side.

    Examples
    --------
    >>> both(lambda: 1, lambda: "a")
    (1, 'a')
    """
    with ThreadPoolExecutor(1) as thread:
        coming = thread.submit(other)
        return one(), coming.result()


def in_turn(work: Callable[[], Arrays]) -> Callable[[], Arrays]:
    """Do some work now, where there is no other process for it.

    Examples
    --------
    >>> import numpy as np
    >>> result = in_turn(lambda: {"n": np.arange(2)})
    >>> result()["n"].tolist()
    [0, 1]
    """
    made = work()
    return lambda: made


def later(work: Callable[[], Arrays]) -> Callable[[], Arrays]:
    """Do some work when its result is asked for.

    Examples
    --------
    >>> import numpy as np
    >>> later(lambda: {"n": np.arange(2)})()["n"].tolist()
    [0, 1]
    """
    return work


class Helpers(NamedTuple):
    """How work is done apart, by how much memory it fills anew."""

    large: Apart
    """Work that fills about as much as all that was done before it: the analysis of disturbed data, a graph's file."""
    small: Apart
    """Work that fills little: a part of a stage."""
    late: Apart
    """Work that fills as much as what is large, and is waited for late: it gives way to what goes on meanwhile."""


ALONE: Final = Helpers(in_turn, in_turn, in_turn)
"""Nobody helps."""
