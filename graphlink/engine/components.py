"""What pairs join, however indirectly."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from graphlink.engine.kernels.basic import find_components

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from graphlink.model.arrays import Int32s


def join_pairs(one: NDArray[np.integer[Any]], other: NDArray[np.integer[Any]], n: int) -> Int32s:
    """The piece of each of n things, some pairs of which are joined; whatever is in no pair is a piece by itself.

    Pieces are numbered by their smallest.

    Examples
    --------
    >>> join_pairs(np.array([0, 3]), np.array([2, 2]), 5).tolist()
    [0, 1, 0, 0, 2]
    """
    return find_components(one.astype(np.int32, copy=False), other.astype(np.int32, copy=False), n)[0]
