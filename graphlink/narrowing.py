"""Whole numbers in as little room as all of them fit into."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from graphlink.model import Wholes

_NARROWER: Final = tuple(map(np.dtype, ("int8", "int16", "int32")))


def narrowed(numbers: Wholes) -> Wholes:
    """Keep numbers in as few of 8, 16, 32 and 64 bits each as hold the smallest and the largest.

    Examples
    --------
    >>> narrowed(np.array([1, 2])).dtype, narrowed(np.array([1, 1 << 40])).dtype
    (dtype('int8'), dtype('int64'))
    """
    least, most = numbers.min(initial=0), numbers.max(initial=0)
    for kind in _NARROWER:
        if np.iinfo(kind).min <= least and most <= np.iinfo(kind).max:
            fewer: Wholes = numbers.astype(kind, copy=False)
            return fewer
    return numbers
