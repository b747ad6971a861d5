"""A part of a worker's work done in a copy of its process, on another processor.

A copy shares all memory that neither changes, so that nothing has to be handed over; what it made comes back as plain
arrays. Whatever ends a copy before it has made them, its original does the work itself: the result is the same.
"""

from __future__ import annotations

import os
import sys
import warnings
from typing import TYPE_CHECKING, Final, NoReturn

import numpy as np

from graphlink.together import ALONE, Helpers, in_turn, n_processors
from graphlink.worker.isolation import die_with_parent

if TYPE_CHECKING:
    from collections.abc import Callable

    from graphlink.together import Arrays

_SHARES: Final = 0.6, 0.9
"""Of the memory that a worker may fill, what its work may take at most for a copy to be made that fills as many pages
anew, or few."""

_MADE: Final = 64
"""How a copy ends that made everything; no library ends a process so."""


def helpers_within(needed: int, allowed: int) -> Helpers:
    """Choose how work is done apart: in a copy, or in turn where a processor or memory is wanting for one.

    Parameters
    ----------
    needed, allowed
        Bytes of memory that the whole work takes about, and that it may fill.
    """
    if sys.platform != "linux" or n_processors() == 1:
        return ALONE
    return Helpers(*(in_copy if needed <= share * allowed else in_turn for share in _SHARES))


def in_copy(work: Callable[[], Arrays]) -> Callable[[], Arrays]:
    """Begin some work in a copy of this process, from its first thread, while no other of Python's is at work.

    The copy ends with that thread, however it ends. Where the system makes no copy, the work is done in turn.
    """
    made = os.memfd_create("made")
    try:
        with warnings.catch_warnings(action="ignore", category=DeprecationWarning):  # Arrow's threads survive a fork
            copy = os.fork()
    except OSError:
        os.close(made)
        return in_turn(work)
    if copy == 0:
        _be_copy(work, made)

    def wait() -> Arrays:
        _, status = os.waitpid(copy, 0)
        with os.fdopen(made, "rb") as file:
            if os.waitstatus_to_exitcode(status) != _MADE:
                return work()
            file.seek(0)
            with np.load(file, allow_pickle=False) as arrays:
                return dict(arrays)

    return wait


def _be_copy(work: Callable[[], Arrays], made: int) -> NoReturn:
    """Nothing that the original began may be ended here: no block is left, and nothing is cleaned up."""
    ended = 0
    try:
        die_with_parent()
        with os.fdopen(made, "wb") as file:
            np.savez(file, allow_pickle=False, **work())
        ended = _MADE
    finally:
        os._exit(ended)
