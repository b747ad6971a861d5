"""Decides which accounts belong to each community: without hangers-on, a vendor's customers, and strangers."""

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
"""Confidence below which an account that only one value ties is not listed: anyone may copy a prompt, and the account
is more likely to be a stranger than a member."""

_UNLIKELY = 0.12
"""Confidence below which an account is not listed, whatever ties it: the confidence of accounts with no more links than
a hanger-on. On trial worlds three of four such accounts are strangers."""


class Belonging(NamedTuple):
    """The community of each account, of any size, -1 where it is in none; and why it left one (``Evidence.left``)."""

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
    """Decide which accounts of each community belong to it. Groups that leave it get the numbers after it.

    ``count`` is ``count_ties`` in this graph. ``further_share`` is as for ``find_lasting``.
    """
    membership, chained = partition.membership, partition.chained
    attached = without_hangers_on(membership, projection)
    attached = np.where(chained, membership, attached)  # on a chain all accounts have few links
    left = np.full(len(membership), -1, dtype=np.int8)
    gone = (membership >= 0) & (attached < 0)
    left[gone] = LEFT.index(Left.FEW_LINKS)
    asked = attached >= 0
    while asked.any():  # an account that leaves changes only its own community
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
    """Take a vendor's customers out of the communities of the ``asked`` accounts, and count these communities.

    A vendor's customers become a group of their own, if more than neighbourhoods ties them. ``left`` is changed in
    place. Returns the community of each account, and the counts.
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
    """Attach accounts to groups of their own, numbered after the existing ones; -1 for none."""
    apart = attached.copy()
    apart[accounts] = np.where(group < 0, -1, attached.max() + 1 + group)
    return apart


def _who_leaves(
    members: pd.DataFrame, of_many: Bools, community: Int32s, projection: Projection, chained: Bools
) -> Bools:
    """Find the accounts that leave: without evidence, unlikely members, or probably strangers that one value ties.

    An account that is one ``of_many`` leaves. An account that leaves takes its links along, so the others are tested
    again. A possible victim may stay. Accounts on a chain are not tested by their links, since all of them have few.
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
    """Number the accounts that leave by their community; -1 for those that only neighbourhoods tie."""
    speaks = ~bipartite.corroborates[signals["signal"]]
    shown = np.bincount(ties["account"], speaks[ties["row"]]) > 0
    return np.where(shown[accounts], community[accounts], -1)
