"""Groups are numbered by their smallest account; and what is numbered is told apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from graphlink.model import Int32s, Int64s


def canonical(group: Int32s) -> Int32s:
    """Number groups by their smallest account."""
    grouped = np.flatnonzero(group >= 0)
    names, first, number = np.unique(group[grouped], return_index=True, return_inverse=True)
    rank = np.empty(len(names), dtype=np.int32)
    rank[np.argsort(first, kind="stable")] = np.arange(len(names), dtype=np.int32)
    canonical = np.full(len(group), -1, dtype=np.int32)
    canonical[grouped] = rank[number]
    return canonical


def distinct(codes: Int64s) -> Int64s:
    """The distinct codes, ascending; several times quicker than ``numpy.unique`` on millions that hardly repeat.

    Examples
    --------
    >>> distinct(np.array([3, 1, 3])).tolist()
    [1, 3]
    """
    ordered = np.sort(codes)
    found: Int64s = ordered[np.diff(ordered, prepend=-1) != 0]
    return found
