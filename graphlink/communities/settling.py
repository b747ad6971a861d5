"""Accounts settle in the community that most of their evidence leads to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from graphlink.model import Bools, Int32s, Projection

_ROUNDS = 5
"""Rounds in which accounts move at most: whoever still moves then stands between two communities."""


def settle(community: Int32s, projection: Projection) -> Int32s:
    """Move each account to the community where more of its evidence leads than to its own.

    A cell is cut before it is known what the cells are parts of. A ring's member who sits in an office is put with its
    colleagues, who all know each other, though most of its evidence leads to a ring whose cells, one by one, had less
    to say. Once the cells are together, it is seen where it belongs. All move at once, so that no order decides.
    """
    for _ in range(_ROUNDS):
        moved = _move(community, projection)
        if (moved == community).all():
            break
        community = moved
    return community


def _move(community: Int32s, projection: Projection) -> Int32s:
    at_border = _touch_others(community, projection)
    ends = np.concatenate([projection.source, projection.target])
    others = np.concatenate([projection.target, projection.source])
    chosen = at_border[ends]
    where = ends[chosen].astype(np.int64) << 32 | community[others[chosen]]
    bits = np.concatenate([projection.bits, projection.bits])[chosen]
    order = np.argsort(where)  # however ties are ordered, whole numbers have one sum
    where, bits = where[order], bits[order]
    first = np.flatnonzero(np.diff(where, prepend=-1))
    if not len(first):
        return community
    total = np.add.reduceat(bits, first)
    account, there = where[first] >> 32, (where[first] & 0xFFFFFFFF).astype(np.int32)
    stays = there == community[account]
    order = np.lexsort((there, ~stays, -total, account))  # where ties are, it stays; or goes to the lower number
    best = order[np.diff(account[order], prepend=-1) != 0]
    settled = community.copy()
    settled[account[best]] = there[best]
    return settled


def _touch_others(community: Int32s, projection: Projection) -> Bools:
    crossing = community[projection.source] != community[projection.target]
    touches = np.zeros(len(community), dtype=np.bool_)
    touches[projection.source[crossing]] = True
    touches[projection.target[crossing]] = True
    return touches
