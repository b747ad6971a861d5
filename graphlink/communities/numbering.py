"""Groups are numbered by their smallest account."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from graphlink.model import Int32s


def canonical(group: Int32s) -> Int32s:
    """Number groups by their smallest account."""
    grouped = np.flatnonzero(group >= 0)
    names, first, number = np.unique(group[grouped], return_index=True, return_inverse=True)
    rank = np.empty(len(names), dtype=np.int32)
    rank[np.argsort(first, kind="stable")] = np.arange(len(names), dtype=np.int32)
    canonical = np.full(len(group), -1, dtype=np.int32)
    canonical[grouped] = rank[number]
    return canonical
