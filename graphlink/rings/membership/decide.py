"""Decides which accounts belong to each community: without unlikely members and strangers."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from graphlink.model.groups import LEFT, Left
from graphlink.rings.membership.confidence import believe, links_inside, usual_links
from graphlink.rings.membership.evidence import weigh_ties
from graphlink.rings.membership.strangers import find_strangers

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd

    from graphlink.model.arrays import Bools, Int8s, Int32s
    from graphlink.model.graph import Bipartite, Partition, Projection
    from graphlink.model.sightings import Sightings
    from graphlink.rings.shared_signals import Counted, Entries

_AS_LIKELY_AS_NOT = 0.5
"""Confidence below which an account that only one value ties is not listed: anyone may copy a prompt, and the account
is more likely to be a stranger than a member."""

_UNLIKELY = 0.12
"""Confidence below which an account is not listed, whatever ties it: the confidence of accounts with hardly any links.
On trial worlds three of four such accounts are strangers."""


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
    """Decide which accounts of each community belong to it.

    ``count`` is ``count_ties`` in this graph. ``further_share`` is as for ``find_lasting``.
    """
    attached, chained = partition.membership.copy(), partition.chained
    left = np.full(len(attached), -1, dtype=np.int8)
    asked = attached >= 0
    while asked.any():  # an account that leaves changes only its own community
        entries = entries.only(asked)
        counted = count(np.where(asked, attached, -1), entries)
        members = weigh_ties(counted, sightings, bipartite, projection, further_share=further_share)
        of_many = find_strangers(members, counted, bipartite.types)
        strangers = _who_leaves(members, of_many, counted.community, projection, chained)
        left[strangers] = LEFT.index(Left.UNLIKELY)
        shared = members["account"].to_numpy()[of_many & (members["n_values"] > 0).to_numpy()]
        left[shared[strangers[shared]]] = LEFT.index(Left.ONE_OF_MANY)
        asked = np.isin(attached, attached[strangers]) & ~strangers
        attached = np.where(strangers, -1, attached)
    return Belonging(attached, left)


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
