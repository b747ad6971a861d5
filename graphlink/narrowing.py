"""Whole numbers in half the room, where all of them fit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from graphlink.model import Int32s, Int64s


def narrowed(numbers: Int32s | Int64s) -> Int32s | Int64s:
    """Keep numbers in 32 bits each if none is too large.

    Examples
    --------
    >>> narrowed(np.array([1, 2])).dtype, narrowed(np.array([1, 1 << 40])).dtype
    (dtype('int32'), dtype('int64'))
    """
    limits = np.iinfo(np.int32)
    fits = numbers.min(initial=0) >= limits.min and numbers.max(initial=0) <= limits.max
    return numbers.astype(np.int32, copy=False) if fits else numbers
