"""Splits off groups that only hang on a community."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from graphlink.engine.arrays import distinct
from graphlink.graph.leiden import find_cells
from graphlink.model.graph import BIT_SCALE
from graphlink.rings.joining.labels import canonical

if TYPE_CHECKING:
    from graphlink.graph.leiden import Cut
    from graphlink.model.arrays import Bools, Int32s, Int64s
    from graphlink.model.graph import Projection

_TWO_FAMILIES = 0.25
"""Share of the links between two groups that rest on two families, below which they count as resting on one."""


def shed(community: Int32s, projection: Projection, how: Cut, weakest: float = 0.0) -> Int32s:
    """Split off small groups that hang on a community by a few accounts that belong to both.

    A ring's members also live among honest people: two of them in an office tie the whole office to the ring. Each
    community is cut once more, and finer. A part is split off in three cases: at most half of its accounts have any
    link to the rest; or its links rest on one family and lead to at most half as many accounts there as it has; or they
    lead to one account only, whatever they rest on. Accounts of the part with more links to the rest stay behind. With
    ``how.hanging`` the parts are the pieces that one account holds to the community's body, where Leiden need not have
    cut.

    Communities held by at most ``weakest`` bits of links stay as they are: they were cut as finely before.
    """
    of = community[projection.source]
    own = of == community[projection.target]
    own &= (np.bincount(of, own * projection.bits) > weakest * BIT_SCALE)[of]
    if not own.any():
        return community
    inside = projection.only(own)
    part = find_cells(inside, how)
    goes = _hangs_on(part, community, inside)
    crossing = part[inside.source] != part[inside.target]
    outward = _ends(inside, crossing, len(community)) > _ends(inside, ~crossing, len(community))
    leaving = (part >= 0) & goes[np.maximum(part, 0)] & ~outward
    return canonical(np.where(leaving, len(community) + part, community))


def _hangs_on(part: Int32s, community: Int32s, inside: Projection) -> Bools:
    """By part: whether it hangs on the rest of its community by few accounts."""
    n_parts = int(part.max(initial=-1)) + 1
    size = np.bincount(part[part >= 0], minlength=n_parts)
    whole = np.zeros(n_parts, dtype=np.int64)
    whole[part[part >= 0]] = np.bincount(community[community >= 0])[community[part >= 0]]

    crossing = part[inside.source] != part[inside.target]
    here = np.concatenate([inside.source[crossing], inside.target[crossing]]).astype(np.int64)
    there = np.concatenate([inside.target[crossing], inside.source[crossing]])
    mine = part[here].astype(np.int64)
    several = np.tile(np.bitwise_count(inside.families[crossing]) > 1, 2)
    n_crossing = np.bincount(mine, minlength=n_parts)
    n_several = np.bincount(mine, several, minlength=n_parts)
    gates_here = np.bincount(distinct(mine << 32 | here) >> 32, minlength=n_parts)
    gates_there = np.bincount(distinct(mine << 32 | there) >> 32, minlength=n_parts)
    one_family = n_several < _TWO_FAMILIES * n_crossing
    by_few = (2 * gates_here <= size) | (one_family & (2 * gates_there <= size))
    by_one: Bools = (gates_there == 1) & (size > 1)
    return (n_crossing > 0) & (by_few | by_one) & (2 * size <= whole)


def _ends(projection: Projection, chosen: Bools, n_accounts: int) -> Int64s:
    """Count the chosen edges that end at each account."""
    ends = np.concatenate([projection.source[chosen], projection.target[chosen]])
    return np.bincount(ends, minlength=n_accounts)
