"""Memory that was freed: kept for what comes next where there is room, and given back to the system between steps."""

from __future__ import annotations

import ctypes
from functools import cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

_ROOMY: Final = 0.75
"""Of the memory that a worker may fill, what its work may take for anything to be kept: what is kept lies in pieces."""

_TRIM_THRESHOLD, _MMAP_MAX = -1, -4
"""As ``malloc.h`` numbers the settings of the C library."""
_MOST: Final = 2**31 - 1


def give_back() -> None:
    """Give back the pages that nothing stands on, where the C library knows how (glibc).

    It keeps what lies between blocks that are still in use: after the reading of ten million accounts half a gigabyte.

    Examples
    --------
    >>> give_back()
    """
    _of_library("malloc_trim")(0)


def keep_what_is_freed(needed: int, allowed: int) -> None:
    """From now on keep what is freed until ``give_back``, where memory is ample.

    Otherwise each large array is a mapping of its own, whose pages the system clears anew: of ten million accounts 200
    GB, a tenth of all time.

    Parameters
    ----------
    needed, allowed
        Bytes of memory that the whole work takes about, and that it may fill.
    """
    if needed <= _ROOMY * allowed:
        _of_library("mallopt")(_MMAP_MAX, 0)
        _of_library("mallopt")(_TRIM_THRESHOLD, _MOST)


@cache
def _of_library(name: str) -> Callable[..., object]:
    """A function of the C library; where it has none, one that does nothing."""
    return getattr(ctypes.CDLL(None), name, lambda *_: 0)
