"""Measures how firmly accounts are linked to their community, and how likely it is that they belong there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from graphlink.engine.kernels.basic import count_links
from graphlink.model.findings import SUREST

if TYPE_CHECKING:
    import pandas as pd

    from graphlink.model.arrays import Floats, Int32s, Int64s
    from graphlink.model.graph import Projection

_FEWEST = 0.1
"""Links, as a share of the community's median, that every account counts as having: it may have lost its neighbours
because they left."""

WELL_LINKED = 0.5
"""Links, as a share of the community's median, below which an account is peripheral: of such accounts 6 in 10 belong,
of the others more than 9 in 10."""

_EVEN, _EVEN_OF_ONE_FAMILY = 1 / 6, 1 / 3
"""Links, as a share of the group's median, at which half of the accounts belong: if two families tie the account, and
if only one does, which takes twice the links (measured on trial worlds)."""

_STEEPNESS = 4
"""Twice the links give 2**4 times the odds: values that a stranger shares by accident seldom give it many links."""


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


def links_inside(community: Int32s, projection: Projection) -> Int64s:
    """Count the edges of each account to its own community."""
    n_links = np.zeros(len(community), dtype=np.int64)
    count_links(projection.source, projection.target, community, n_links)
    return n_links


def believe(members: pd.DataFrame) -> Floats:
    """Probability that a member belongs to its group, from its links and the number of families that tie it."""
    links, usual, n_families, n_values, survives = (
        members[name].to_numpy() for name in ("n_links", "usual_links", "n_families", "n_values", "survives_any_value")
    )
    share = np.maximum(links / np.maximum(usual, 1), _FEWEST)
    one_family = (n_families < 2) | ~survives & (n_values < 2)  # noqa: PLR2004
    odds = (share / np.where(one_family, _EVEN_OF_ONE_FAMILY, _EVEN)) ** _STEEPNESS
    confidence: Floats = np.round(np.minimum(odds / (1 + odds), SUREST), 3)
    return confidence
