"""One-to-one pairs of known and found rings with the largest total in common.

Each connected component is solved separately, so that unrelated rings cannot break its ties.
"""

from __future__ import annotations

import numpy as np

from graphlink.engine.components import join_pairs
from graphlink.model.arrays import Int64s


def assign(known: Int64s, found: Int64s, weight: Int64s) -> Int64s:
    """Choose pairs so that each ring is in at most one, and the sum of weights is largest.

    Parameters
    ----------
    known, found, weight
        The possible pairs, each once, with positive weights. Among equal sums, the known rings with smaller numbers are
        preferred.

    Returns
    -------
    array
        Positions of the chosen pairs, ascending.

    Examples
    --------
    Ring 0 takes found ring 1, because ring 1 has no other choice and the sum is larger:

    >>> assign(np.array([0, 0, 1]), np.array([0, 1, 0]), np.array([9, 8, 5]))
    array([1, 2])
    """
    if not len(known):
        return np.zeros(0, dtype=np.int64)
    rows, row = np.unique(known, return_inverse=True)
    columns, column = np.unique(found, return_inverse=True)
    knot = join_pairs(row, len(rows) + column, len(rows) + len(columns))[row]
    order = np.argsort(knot, kind="stable")
    chosen = [
        _assign_component(row, column, weight, pairs)
        for pairs in np.split(order, np.flatnonzero(np.diff(knot[order])) + 1)
    ]
    return np.sort(np.concatenate(chosen))


def _assign_component(row: Int64s, column: Int64s, weight: Int64s, pairs: Int64s) -> Int64s:
    from scipy.optimize import linear_sum_assignment  # noqa: PLC0415  takes a tenth of a second that runs do not need

    if len(pairs) == 1:
        return pairs
    rows, r = np.unique(row[pairs], return_inverse=True)
    columns, c = np.unique(column[pairs], return_inverse=True)
    # The whole bonus for the order of known rings is less than the weight of one account.
    gain = np.zeros((len(rows), len(columns)))
    gain[r, c] = weight[pairs] * float(len(rows) * len(rows) + 1) + (len(rows) - r)
    position = np.full(gain.shape, -1, dtype=np.int64)
    position[r, c] = pairs
    taken = position[linear_sum_assignment(gain, maximize=True)]
    return taken[taken >= 0]
