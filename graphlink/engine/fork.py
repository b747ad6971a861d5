"""A part of a worker's work done in a copy of its process, on another processor.

A copy shares all memory that neither changes, so that nothing has to be handed over; what it made comes back as plain
arrays. Whatever ends a copy before it has made them, its original does the work itself: the result is the same.
"""

from __future__ import annotations

import os
import sys
import warnings
from functools import partial
from typing import TYPE_CHECKING, Final, NoReturn

import numpy as np

from graphlink.engine.threads import ALONE, Helpers, in_turn, n_processors
from graphlink.engine.worker.isolation import die_with_parent

if TYPE_CHECKING:
    from collections.abc import Callable

    from graphlink.engine.threads import Arrays

_SHARES: Final = 0.6, 0.9
"""Of the memory that a worker may fill, what its work may take at most for a copy to be made that fills as many pages
anew, or few."""

_PATIENCE: Final = 10
"""How far a copy gives way that is waited for late, as for ``nice``: its original has a core of its own meanwhile."""

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
    for_large, for_small = (needed <= share * allowed for share in _SHARES)
    return Helpers(
        large=in_copy if for_large else in_turn,
        small=in_copy if for_small else in_turn,
        late=partial(in_copy, gives_way=True) if for_large else in_turn,
    )


def in_copy(work: Callable[[], Arrays], *, gives_way: bool = False) -> Callable[[], Arrays]:
    """Begin some work in a copy of this process, from its first thread, while no other of Python's is at work.

    The copy ends with that thread, however it ends. Where the system makes no copy, the work is done in turn. A copy
    that ``gives_way`` does so to its original, which goes on with what takes longest.
    """
    made = os.memfd_create("made")
    try:
        with warnings.catch_warnings(action="ignore", category=DeprecationWarning):  # Arrow's threads survive a fork
            copy = os.fork()
    except OSError:
        os.close(made)
        return in_turn(work)
    if copy == 0:
        _be_copy(work, made, _PATIENCE if gives_way else 0)

    def wait() -> Arrays:
        _, status = os.waitpid(copy, 0)
        with os.fdopen(made, "rb") as file:
            if os.waitstatus_to_exitcode(status) != _MADE:
                return work()
            file.seek(0)
            names = np.load(file, allow_pickle=False).tolist()
            return {name: np.load(file, allow_pickle=False) for name in names}

    return wait


def _be_copy(work: Callable[[], Arrays], made: int, patience: int) -> NoReturn:
    """Nothing that the original began may be ended here: no block is left, and nothing is cleaned up."""
    ended = 0
    try:
        die_with_parent()
        os.nice(patience)
        with os.fdopen(made, "wb") as file:
            arrays = work()
            for each in (np.array([*arrays], dtype=np.str_), *arrays.values()):  # an archive would be summed up twice
                np.save(file, each, allow_pickle=False)
        ended = _MADE
    finally:
        os._exit(ended)
