"""Ranges of rows, one after the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from graphlink.model import Int64s


def spread(starts: Int64s, ends: Int64s) -> tuple[Int64s, Int64s]:
    """The rows of some ranges, and the number of the range that each is of.

    Examples
    --------
    >>> rows, of = spread(np.array([5, 2, 2]), np.array([7, 2, 3]))
    >>> rows.tolist(), of.tolist()
    ([5, 6, 2], [0, 0, 2])
    """
    size = ends - starts
    rows = np.repeat(starts - (np.cumsum(size) - size), size) + np.arange(size.sum())
    return rows, np.repeat(np.arange(len(size)), size)
