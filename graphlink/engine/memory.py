"""Freed memory: kept for later use if there is room, and returned between stages. And seldom garbage collection."""

import ctypes
import gc
from collections.abc import Callable
from functools import cache
from typing import Final

_ROOMY: Final = 0.75
"""The largest part of a worker's memory that its work may need for freed memory to be kept: it is fragmented."""

_TRIM_THRESHOLD, _MMAP_MAX = -1, -4
"""Settings of the C library, by their numbers in ``malloc.h``."""
_MOST: Final = 2**31 - 1


def give_back() -> None:
    """Return unused pages to the system, if the C library can (glibc).

    Otherwise it keeps free memory between used blocks: half a gigabyte after reading ten million accounts.

    Examples
    --------
    >>> give_back()
    """
    _of_library("malloc_trim")(0)


def keep_what_is_freed(needed: int, allowed: int) -> None:
    """Keep freed memory until ``give_back``, if there is enough memory.

    Otherwise each large array is a mapping of its own whose pages the system clears: 200 GB for ten million accounts, a
    tenth of the time.

    Parameters
    ----------
    needed, allowed
        The estimated and the permitted bytes of memory for the whole work.
    """
    if needed <= _ROOMY * allowed:
        _of_library("mallopt")(_MMAP_MAX, 0)
        _of_library("mallopt")(_TRIM_THRESHOLD, _MOST)


@cache
def _of_library(name: str) -> Callable[..., object]:
    """A function of the C library, or one that does nothing if the library lacks it."""
    return getattr(ctypes.CDLL(None), name, lambda *_: 0)


_NEW: Final = 200_000
"""New objects between two searches. Python's default is 700."""


def collect_seldom() -> None:
    """Search rarely, and never among existing objects, since the process ends soon.

    A weekly state has half a million small objects without references. Searching them took one of the eight seconds
    that a supervisor computes in a sweep.
    """
    gc.freeze()
    gc.set_threshold(_NEW, 50, 50)
