"""What to draw when not everything fits: fair picks from ranked lists, always the same ones."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from graphlink.model.arrays import Int64s

Drawn = dict[str, Any]
"""A picture or a part of one, by the names that its template uses; what has a place has it in the picture's units."""


def spread(n_items: int, n_chosen: int) -> Int64s:
    """Choose positions evenly over a ranked list, including the first and the last.

    Examples
    --------
    >>> spread(9, 3).tolist(), spread(2, 5).tolist()
    ([0, 4, 8], [0, 1])
    """
    if n_items <= n_chosen:
        return np.arange(n_items)
    return np.arange(n_chosen) * (n_items - 1) // (n_chosen - 1)


def most_shared(counts: Int64s, families: pd.Series[str], n_chosen: int) -> Int64s:
    """Choose the signals of most accounts, from each family in turn.

    An operator rotates cards faster than templates; picked by number alone, the cards would never be drawn.

    Examples
    --------
    >>> import pandas as pd
    >>> families = pd.Series(["content", "content", "content", "payment", "payment"])
    >>> most_shared(np.array([9, 8, 7, 2, 1]), families, 3).tolist()
    [0, 1, 3]
    """
    shared = np.flatnonzero(counts > 1)
    falling = shared[np.argsort(-counts[shared], kind="stable")]
    turn = families.iloc[falling].groupby(families.iloc[falling], sort=False).cumcount().to_numpy()
    return np.sort(falling[np.argsort(turn, kind="stable")[:n_chosen]])
