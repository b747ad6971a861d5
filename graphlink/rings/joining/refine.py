"""Moves accounts to the community to which most of their evidence leads."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from graphlink.model.arrays import Bools, Int32s
    from graphlink.model.graph import Projection

_ROUNDS = 5
"""Most rounds in which accounts move: an account that still moves is between two communities."""


def settle_lone(community: Int32s, projection: Projection) -> Int32s:
    """Move each account that is alone in its community to the community to which most of its evidence leads."""
    size = np.bincount(community[community >= 0], minlength=1)
    return _move(community, projection, (community >= 0) & (size[community] == 1))


def settle(community: Int32s, projection: Projection) -> Int32s:
    """Move each account to another community if more of its evidence leads there than to its own.

    Cells are cut before it is known which community they are part of. A ring's member in an office is grouped with its
    colleagues, who all know each other, even if most of its evidence leads to a ring, because each of the ring's cells
    has less. Once the cells are joined, it moves to the ring. All accounts move at once, so that their order decides
    nothing.
    """
    asked = _ends(projection, community[projection.source] != community[projection.target])
    for _ in range(_ROUNDS):
        moved = _move(community, projection, asked)
        gone = moved != community
        if not gone.any():
            break
        asked = _ends(projection, gone[projection.source] | gone[projection.target])  # nothing changed for the others
        community = moved
    return community


def _move(community: Int32s, projection: Projection, asked: Bools) -> Int32s:
    """The new community of the ``asked`` accounts; the others stay."""
    source, target = projection.source, projection.target
    out, back = asked[source], asked[target]
    where = np.concatenate(
        [
            source[out].astype(np.int64) << 32 | community[target[out]],
            target[back].astype(np.int64) << 32 | community[source[back]],
        ]
    )
    bits = np.concatenate([projection.bits[out], projection.bits[back]])
    order = np.argsort(where)  # the order of ties does not change a sum of whole numbers
    where, bits = where[order], bits[order]
    first = np.flatnonzero(np.diff(where, prepend=-1))
    if not len(first):
        return community
    total = np.add.reduceat(bits, first)
    account, there = where[first] >> 32, (where[first] & 0xFFFFFFFF).astype(np.int32)
    begins = np.flatnonzero(np.diff(account, prepend=-1))
    most = total == np.repeat(np.maximum.reduceat(total, begins), np.diff(begins, append=len(account)))
    stays = account[most & (there == community[account])]
    best = np.flatnonzero(most)[::-1]  # of ties the lowest number is written last and wins, unless the account stays
    settled = community.copy()
    settled[account[best]] = there[best]
    settled[stays] = community[stays]
    return settled


def _ends(projection: Projection, edges: Bools) -> Bools:
    """By account: whether one of these edges ends at it."""
    ends = np.zeros(projection.n_accounts, dtype=np.bool_)
    ends[projection.source[edges]] = True
    ends[projection.target[edges]] = True
    return ends
