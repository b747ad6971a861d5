"""Numbers groups by their smallest account."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from graphlink.model.arrays import Int32s


def canonical(group: Int32s) -> Int32s:
    """Number groups by their smallest account.

    Examples
    --------
    >>> canonical(np.array([7, -1, 2, 7, 2], np.int32)).tolist()
    [0, -1, 1, 0, 1]
    """
    grouped = np.flatnonzero(group >= 0).astype(np.int32)
    names = group[grouped]
    first = np.full(int(names.max(initial=-1)) + 1, -1, dtype=np.int32)
    first[names[::-1]] = grouped[::-1]  # the smallest is written last
    occurs = np.flatnonzero(first >= 0)
    number = np.empty(len(first), dtype=np.int32)
    number[occurs[np.argsort(first[occurs])]] = np.arange(len(occurs), dtype=np.int32)
    canonical = np.full(len(group), -1, dtype=np.int32)
    canonical[grouped] = number[names]
    return canonical
