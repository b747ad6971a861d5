"""The partition in, who belongs to each community out: without hangers-on, a vendor's customers, and strangers."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from graphlink.model.groups import LEFT, Left
from graphlink.rings.membership.attachment import (
    believe,
    links_inside,
    usual_links,
    without_hangers_on,
)
from graphlink.rings.membership.customers import find_customers
from graphlink.rings.membership.evidence import weigh_ties
from graphlink.rings.membership.strangers import find_strangers

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd

    from graphlink.model.arrays import Bools, Int8s, Int32s, Int64s
    from graphlink.model.graph import Bipartite, Partition, Projection
    from graphlink.model.sightings import Sightings
    from graphlink.rings.shared_signals import Counted, Entries

_AS_LIKELY_AS_NOT = 0.5
"""Confidence below which an account that one value alone ties is listed nowhere: anyone may copy a prompt, and this one
is more likely to be a stranger than a member."""

_UNLIKELY = 0.12
"""Confidence below which an account is listed nowhere, whatever ties it: that of whoever has no more links than a
hanger-on. On trial worlds three of four such are strangers."""


class Belonging(NamedTuple):
    """The community of each account, of any size, -1 where it is in none; and why it was let go (``Evidence.left``)."""

    community: Int32s
    left: Int8s


def find_belonging(  # noqa: PLR0913  a stage takes what the stages before it made, and how
    entries: Entries,
    count: Callable[[Int32s, Entries], Counted],
    sightings: Sightings,
    bipartite: Bipartite,
    projection: Projection,
    partition: Partition,
    *,
    further_share: float,
) -> Belonging:
    """Say which accounts of each community belong to it; what leaves some is numbered after them.

    ``count`` is ``count_ties`` in this graph; ``further_share`` is as for ``find_lasting``.
    """
    membership, chained = partition.membership, partition.chained
    attached = without_hangers_on(membership, projection)
    attached = np.where(chained, membership, attached)  # on a chain everybody hangs on by few links
    left = np.full(len(membership), -1, dtype=np.int8)
    gone = (membership >= 0) & (attached < 0)
    left[gone] = LEFT.index(Left.FEW_LINKS)
    asked = attached >= 0
    while asked.any():  # who leaves changes his own community and no other
        entries = entries.only(asked)
        attached, counted = _count_without_customers(attached, left, asked, entries, count, bipartite, chained)
        members = weigh_ties(counted, sightings, bipartite, projection, further_share=further_share)
        of_many = find_strangers(members, counted, bipartite)
        strangers = _who_leaves(members, of_many, counted.community, projection, chained)
        left[strangers] = LEFT.index(Left.UNLIKELY)
        shared = members["account"].to_numpy()[of_many & (members["n_values"] > 0).to_numpy()]
        left[shared[strangers[shared]]] = LEFT.index(Left.ONE_OF_MANY)
        asked = np.isin(attached, attached[strangers]) & ~strangers
        attached = np.where(strangers, -1, attached)
    return Belonging(attached, left)


def _count_without_customers(  # noqa: PLR0913, PLR0917  whose communities, and of what
    attached: Int32s,
    left: Int8s,
    asked: Bools,
    entries: Entries,
    count: Callable[[Int32s, Entries], Counted],
    bipartite: Bipartite,
    chained: Bools,
) -> tuple[Int32s, Counted]:
    """Who is attached to what, and the communities of those who are asked, once what is none has left them.

    A vendor's customers are a group of their own. Why others leave is noted in ``left``, in place.
    """
    counted = count(np.where(asked, attached, -1), entries)
    customers = find_customers(counted.ties, counted.signals, counted.size, bipartite)
    if len(customers := customers[~chained[customers]]):
        own = _groups_of_their_own(customers, counted.community, counted.ties, counted.signals, bipartite)
        left[customers[own < 0]] = LEFT.index(Left.CUSTOMER)
        attached = _attach_apart(attached, customers, own)
        counted = count(np.where(asked, attached, -1), entries)
    return attached, counted


def _attach_apart(attached: Int32s, accounts: Int64s, group: Int32s | Int64s) -> Int32s:
    """Attach accounts to groups of their own, by numbers that begin anew; -1 to none."""
    apart = attached.copy()
    apart[accounts] = np.where(group < 0, -1, attached.max() + 1 + group)
    return apart


def _who_leaves(
    members: pd.DataFrame, of_many: Bools, community: Int32s, projection: Projection, chained: Bools
) -> Bools:
    """Whom one value ties and who more likely than not does not belong, who hardly does, or has no evidence to show.

    Whoever is one ``of_many`` does not belong. Whoever leaves takes links along, so that others are asked again; a
    possible victim may stay. On a chain nobody has many links.
    """
    left, account = community.copy(), members["account"].to_numpy()
    came_first = members["came_first"].to_numpy()
    doubted = np.where(members["n_values"].to_numpy() < 2, _AS_LIKELY_AS_NOT, _UNLIKELY)  # noqa: PLR2004
    doubted[chained[account]] = 0.0
    leaving = members["n_values"].to_numpy() == 0
    leaving |= ~came_first & (of_many | (believe(members) < doubted))
    while leaving.any():
        left[account[leaving]] = -1
        links = links_inside(left, projection)
        now = members.assign(n_links=links[account], usual_links=usual_links(left, links)[account])
        leaving = (left[account] >= 0) & ~came_first & (believe(now) < doubted)
    return (left < 0) & (community >= 0)


def _groups_of_their_own(
    accounts: Int64s, community: Int32s, ties: pd.DataFrame, signals: pd.DataFrame, bipartite: Bipartite
) -> Int64s:
    """A number for what is taken out of each community; -1 for whom neighbourhoods alone tie."""
    speaks = ~bipartite.corroborates[signals["signal"]]
    shown = np.bincount(ties["account"], speaks[ties["row"]]) > 0
    return np.where(shown[accounts], community[accounts], -1)
