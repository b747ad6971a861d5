"""Separates accounts that are firmly linked to a community from those that only hang on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from graphlink.engine.components import join_pairs
from graphlink.engine.kernels.basic import count_links
from graphlink.model.findings import SUREST

if TYPE_CHECKING:
    import pandas as pd

    from graphlink.model.arrays import Bools, Floats, Int32s, Int64s
    from graphlink.model.graph import Projection

_GATES = 2
"""Well-linked accounts through which a bunch of others may hang on: accounts that also live among the bunch."""

_HANGER_ON = 0.1
"""Links, as a share of the community's median, below which an account is left out: of such accounts 2 in 100 belong."""

WELL_LINKED = 0.5
"""Links, as a share of the community's median, below which an account is peripheral: of such accounts 6 in 10 belong,
of the others more than 9 in 10."""

_EVEN, _EVEN_OF_ONE_FAMILY = 1 / 6, 1 / 3
"""Links, as a share of the group's median, at which half of the accounts belong: if two families tie the account, and
if only one does, which takes twice the links (measured on trial worlds)."""

_STEEPNESS = 4
"""Twice the links give 2**4 times the odds: values that a stranger shares by accident seldom give it many links."""


def without_hangers_on(membership: Int32s, projection: Projection) -> Int32s:
    """Remove the accounts that have far fewer links than is usual in their community.

    A family at whose address a member sits has enough links, but to one another. So where many links are usual, some of
    an account's links must lead to well-linked accounts. If not, its bunch is removed if it hangs on by one or two of
    these.
    """
    links = links_inside(membership, projection)
    attached = np.where(links >= _HANGER_ON * usual_links(membership, links), membership, -1).astype(np.int32)
    links = links_inside(attached, projection)
    usual = usual_links(attached, links)
    body = (attached >= 0) & (links >= WELL_LINKED * usual)
    held = np.maximum(links_inside(attached, projection, body), 1) >= _HANGER_ON * usual
    held |= body | (_gates(attached, body, projection) > _GATES)
    return np.where(held, attached, -1).astype(np.int32)


def _gates(community: Int32s, body: Bools, projection: Projection) -> Int64s:
    """Count the well-linked accounts to which each account's bunch is linked.

    A bunch is what links tie together without the well-linked.
    """
    own = (community >= 0)[projection.source] & (community[projection.source] == community[projection.target])
    source, target = projection.source[own], projection.target[own]
    within = ~body[source] & ~body[target]
    bunch = join_pairs(source[within], target[within], len(community)).astype(np.int64)
    leading = body[source] != body[target]
    source, target = source[leading], target[leading]
    pairs = np.unique(bunch[np.where(body[source], target, source)] << 32 | np.where(body[source], source, target))
    return np.bincount(pairs >> 32, minlength=len(community))[bunch]


def usual_links(community: Int32s, links: Int64s) -> Floats:
    """The median number of links in each account's community; 0 for an account in none."""
    grouped = np.flatnonzero(community >= 0)
    group = community[grouped].astype(np.int64)
    ordered = np.sort(group << 32 | links[grouped]) & 0xFFFFFFFF
    size = np.bincount(group)
    begins = np.cumsum(size) - size
    filled = np.flatnonzero(size)
    median = np.zeros(len(size))
    below, above = ((begins + (size + more) // 2)[filled] for more in (-1, 0))
    median[filled] = (ordered[below] + ordered[above]) / 2
    usual = np.zeros(len(community))
    usual[grouped] = median[group]
    return usual


def links_inside(community: Int32s, projection: Projection, some: Bools | None = None) -> Int64s:
    """Count the edges of each account to its own community, or to some accounts of it."""
    counted = np.ones(len(community), dtype=np.bool_) if some is None else some
    n_links = np.zeros(len(community), dtype=np.int64)
    count_links(projection.source, projection.target, community, counted, n_links)
    return n_links


def believe(members: pd.DataFrame) -> Floats:
    """Probability that a member belongs to its group, from its links and the number of families that tie it.

    An account with fewer links than a hanger-on has lost its neighbours because they left. It counts as having as many.
    """
    links, usual, n_families, n_values, survives = (
        members[name].to_numpy() for name in ("n_links", "usual_links", "n_families", "n_values", "survives_any_value")
    )
    share = np.maximum(links / np.maximum(usual, 1), _HANGER_ON)
    one_family = (n_families < 2) | ~survives & (n_values < 2)  # noqa: PLR2004
    odds = (share / np.where(one_family, _EVEN_OF_ONE_FAMILY, _EVEN)) ** _STEEPNESS
    confidence: Floats = np.round(np.minimum(odds / (1 + odds), SUREST), 3)
    return confidence
