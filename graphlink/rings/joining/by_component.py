"""A projection cut along its components, and what is grouped component by component: the seam for more machines.

Nothing in one component moves another here, so that components may be grouped anywhere, in any company. Only what
signals span afterwards needs the communities of all of them.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from graphlink.engine.components import join_pairs
from graphlink.graph.leiden import Cut, find_cells
from graphlink.model.graph import Partition, Projection
from graphlink.rings.joining.labels import canonical
from graphlink.rings.joining.merge import join_leaking
from graphlink.rings.joining.refine import settle
from graphlink.rings.joining.split import shed

if TYPE_CHECKING:
    from graphlink.config.method import Method
    from graphlink.model.arrays import Int64s, Keys

_FINER = (10, 100)
"""How many times finer a community is cut, one after the other, to look for groups that only hang on it. What is left
may still hang by one account: a company on a ring of which one member sat in its office."""


def group_components(projection: Projection, key: Keys, n_accounts: int, method: Method, *, seed: int) -> Partition:
    """Group the accounts of one component or of many, before signals join what no link joins.

    Parameters
    ----------
    projection
        Whole components: any of them, or all.
    key
        Of each account, what orders it (``Bipartite.account_trace``).
    n_accounts
        How many accounts there are in all.
    method
        Section ``[method]`` of the configuration.
    seed
        Seed of every draw; each component has one of its own, made from this and from what it is made of.

    Returns
    -------
    Partition
        Communities and cells, each numbered by its smallest account; -1 where an account has no edge. Chains are not
        looked for.

    Examples
    --------
    >>> pairs = np.array([[0, 1], [0, 2], [1, 2], [3, 4]], dtype=np.int32)
    >>> links = Projection(6, pairs[:, 0], pairs[:, 1], np.full(4, 1 << 20), np.full(4, 3, dtype=np.int32))
    >>> from graphlink.config.method import Method
    >>> group_components(links, np.arange(6, dtype=np.uint64), 6, Method(), seed=1).membership.tolist()
    [0, 0, 0, 1, 1, -1]
    """
    how = Cut(key, method.largest_strength, seed)
    cell = find_cells(projection, how)
    whole = canonical(join_leaking(cell, projection, method.leak, n_accounts))
    for again, finer in enumerate(_FINER):
        how = replace(how, largest_strength=method.largest_strength / finer)
        whole = shed(whole, projection, how, how.grows_from if again else 0.0)
    whole = shed(whole, projection, replace(how, hanging=True))
    nobody = np.zeros(projection.n_accounts, dtype=np.bool_)
    return Partition(membership=canonical(settle(whole, projection)), cell=canonical(cell), chained=nobody)


def split_components(projection: Projection) -> list[Int64s]:
    """The accounts of each component, ascending, the component of the smallest account first; none stands alone.

    Examples
    --------
    >>> pairs = np.array([[0, 3], [1, 2]], dtype=np.int32)
    >>> links = Projection(5, pairs[:, 0], pairs[:, 1], np.full(2, 1 << 20), np.full(2, 3, dtype=np.int32))
    >>> [accounts.tolist() for accounts in split_components(links)]
    [[0, 3], [1, 2]]
    """
    linked = np.unique(np.concatenate([projection.source, projection.target])).astype(np.int64)
    if not len(linked):
        return []
    component = join_pairs(projection.source, projection.target, projection.n_accounts)[linked]
    order = np.argsort(component, kind="stable")
    return np.split(linked[order], np.flatnonzero(np.diff(component[order])) + 1)


def take_accounts(projection: Projection, accounts: Int64s) -> Projection:
    """The links among some accounts, which are numbered by their place; they come ascending."""
    number = np.full(projection.n_accounts, -1, dtype=np.int32)
    number[accounts] = np.arange(len(accounts), dtype=np.int32)
    inside = (number[projection.source] >= 0) & (number[projection.target] >= 0)
    return Projection(
        n_accounts=len(accounts),
        source=number[projection.source[inside]],
        target=number[projection.target[inside]],
        bits=projection.bits[inside],
        families=projection.families[inside],
    )
