"""How often Python searches for objects that only refer to each other."""

from __future__ import annotations

import gc
from typing import Final

_NEW: Final = 200_000
"""New objects between two searches. Python's default is 700."""


def collect_seldom() -> None:
    """Search rarely, and never among existing objects, since the process ends soon.

    A weekly state has half a million small objects without references. Searching them took one of the eight seconds
    that a supervisor computes in a sweep.
    """
    gc.freeze()
    gc.set_threshold(_NEW, 50, 50)
