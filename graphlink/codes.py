"""Pairs of numbers written as one number each, to be sorted and told apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from graphlink.model import Int64s


def distinct(codes: Int64s) -> Int64s:
    """The distinct codes, none below zero, ascending.

    On millions that hardly repeat it takes a fraction of the time of ``numpy.unique``, which hashes.

    Examples
    --------
    >>> distinct(np.array([3, 1, 3])).tolist()
    [1, 3]
    """
    ordered = np.sort(codes)
    found: Int64s = ordered[np.diff(ordered, prepend=-1) != 0]
    return found
