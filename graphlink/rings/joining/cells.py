"""Cuts a projection into communities before any are joined: Leiden's cells, without the groups that only hang on them.

No connected component changes another.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from graphlink.graph.leiden import Cut, find_cells
from graphlink.model.families import HANDED_OUT
from graphlink.model.graph import Partition, Projection
from graphlink.rings.joining.labels import canonical
from graphlink.rings.joining.refine import settle
from graphlink.rings.joining.split import shed

if TYPE_CHECKING:
    from graphlink.config.method import Method
    from graphlink.model.arrays import Int32s
    from graphlink.model.graph import Bipartite

_FINER = (10, 100)
"""Factors by which a community is cut more finely, in turn, to find groups that only hang on it. What is left may still
hang by one account: a company on a ring of which one member sat in its office."""


def better_links(projection: Projection, bipartite: Bipartite) -> Projection:
    """The links with more evidence than values that suppliers give out or that describe people, like a postcode."""
    better = {each.counts_as for each in bipartite.types if not each.coarse} - HANDED_OUT
    mask = sum(1 << f for f, family in enumerate(bipartite.families) if family in better)
    return projection.only(projection.families & mask > 0)


def cut_communities(
    projection: Projection, better: Projection, bipartite: Bipartite, method: Method, *, seed: int
) -> Partition:
    """Cut the accounts of a projection into communities.

    Values that suppliers give to strangers tie no account to a group that shares more. Accounts with better links are
    therefore grouped by these links, and the others among themselves.

    Parameters
    ----------
    projection, better
        The links, and the better of them.
    bipartite
        The graph: its families, and what orders the accounts.
    method
        Section ``[method]`` of the configuration.
    seed
        Seed of every draw. Each component has a seed of its own, made from this one and from its accounts.

    Returns
    -------
    Partition
        Communities and cells, each numbered by its smallest account; -1 where an account has no edge. Without chains.
    """
    how = Cut(bipartite.account_trace, method.largest_strength, seed)
    cell, membership = _cut(better, how)
    is_left = cell < 0
    among_them = projection.only(is_left[projection.source] & is_left[projection.target])
    further = _cut(among_them, how)
    cell, membership = (
        np.where(is_left & (more >= 0), len(cell) + more, one)
        for one, more in zip((cell, membership), further, strict=True)
    )
    nobody = np.zeros(projection.n_accounts, dtype=np.bool_)
    return Partition(membership=canonical(membership), cell=canonical(cell), chained=nobody)


def _cut(links: Projection, how: Cut) -> tuple[Int32s, Int32s]:
    """The cell of each account, and its community: the cell without groups that only hang on it."""
    cell = find_cells(links, how)
    whole, finer = cell, how
    for again, times in enumerate(_FINER):
        finer = replace(how, largest_strength=how.largest_strength / times)
        whole = shed(whole, links, finer, finer.grows_from if again else 0.0)
    whole = shed(whole, links, replace(finer, hanging=True))
    return cell, settle(whole, links)
