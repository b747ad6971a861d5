"""Accounts settle in the community that most of their evidence leads to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from graphlink.model.arrays import Bools, Int32s
    from graphlink.model.graph import Projection

_ROUNDS = 5
"""Rounds in which accounts move at most: whoever still moves then stands between two communities."""


def settle_lone(community: Int32s, projection: Projection) -> Int32s:
    """Move each account that is alone in its community to the community where most of its evidence leads."""
    size = np.bincount(community[community >= 0], minlength=1)
    return _move(community, projection, (community >= 0) & (size[community] == 1))


def settle(community: Int32s, projection: Projection) -> Int32s:
    """Move each account to the community where more of its evidence leads than to its own.

    A cell is cut before it is known what the cells are parts of. A ring's member who sits in an office is put with its
    colleagues, who all know each other, though most of its evidence leads to a ring whose cells, one by one, had less
    to say. Once the cells are together, it is seen where it belongs. All move at once, so that no order decides.
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
    """Where the accounts that are asked go, and the others stay."""
    source, target = projection.source, projection.target
    out, back = asked[source], asked[target]
    where = np.concatenate(
        [
            source[out].astype(np.int64) << 32 | community[target[out]],
            target[back].astype(np.int64) << 32 | community[source[back]],
        ]
    )
    bits = np.concatenate([projection.bits[out], projection.bits[back]])
    order = np.argsort(where)  # however ties are ordered, whole numbers have one sum
    where, bits = where[order], bits[order]
    first = np.flatnonzero(np.diff(where, prepend=-1))
    if not len(first):
        return community
    total = np.add.reduceat(bits, first)
    account, there = where[first] >> 32, (where[first] & 0xFFFFFFFF).astype(np.int32)
    begins = np.flatnonzero(np.diff(account, prepend=-1))
    most = total == np.repeat(np.maximum.reduceat(total, begins), np.diff(begins, append=len(account)))
    stays = account[most & (there == community[account])]
    best = np.flatnonzero(most)[::-1]  # of ties the lowest number is written last, and wins, unless it stays
    settled = community.copy()
    settled[account[best]] = there[best]
    settled[stays] = community[stays]
    return settled


def _ends(projection: Projection, edges: Bools) -> Bools:
    """The accounts at which some edges end."""
    ends = np.zeros(projection.n_accounts, dtype=np.bool_)
    ends[projection.source[edges]] = True
    ends[projection.target[edges]] = True
    return ends
