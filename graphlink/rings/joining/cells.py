"""A projection in, communities out that no value has joined yet: Leiden's cells, without what only hangs on them.

Nothing in one connected component moves another.
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
"""How many times finer a community is cut, one after the other, to look for groups that only hang on it. What is left
may still hang by one account: a company on a ring of which one member sat in its office."""


def better_links(projection: Projection, bipartite: Bipartite) -> Projection:
    """Links that rest on more than what suppliers hand to strangers and what describes people, such as a postcode."""
    better = {each.voice for each in bipartite.types if not each.coarse} - HANDED_OUT
    mask = sum(1 << f for f, family in enumerate(bipartite.families) if family in better)
    return projection.only(projection.families & mask > 0)


def cut_communities(projection: Projection, bipartite: Bipartite, method: Method, *, seed: int) -> Partition:
    """Cut the accounts of a projection into communities.

    What suppliers hand to strangers ties nobody to a group that shares more. Accounts with better links are grouped by
    these, the others among themselves.

    Parameters
    ----------
    projection
        The links.
    bipartite
        The graph: its families, and what orders the accounts.
    method
        Section ``[method]`` of the configuration.
    seed
        Seed of every draw; each component has one of its own, made from this and from what it is made of.

    Returns
    -------
    Partition
        Communities and cells, each numbered by its smallest account; -1 where an account has no edge. Chains are not
        looked for.
    """
    how = Cut(bipartite.account_trace, method.largest_strength, seed)
    cell, membership = _cut(better_links(projection, bipartite), how)
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
    """The cell of each account, and its community: its cell without what only hangs on it."""
    cell = find_cells(links, how)
    whole, finer = cell, how
    for again, times in enumerate(_FINER):
        finer = replace(how, largest_strength=how.largest_strength / times)
        whole = shed(whole, links, finer, finer.grows_from if again else 0.0)
    whole = shed(whole, links, replace(finer, hanging=True))
    return cell, settle(whole, links)
