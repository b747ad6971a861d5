"""How often Python looks for objects that only refer to each other, which nothing else would free."""

from __future__ import annotations

import gc
from typing import Final

_NEW: Final = 200_000
"""Objects made since it looked last; Python's own number is 700."""


def collect_seldom() -> None:
    """Look seldom, and never at what is loaded already; a process that ends soon leaves little behind.

    A weekly state is half a million small objects that refer to nothing. Walking through them again and again took one
    of eight seconds of what a supervisor computes in a sweep.
    """
    gc.freeze()
    gc.set_threshold(_NEW, 50, 50)
