"""The partition in, the evidence out: what ties each community together, and each member to it.

What a member shares with the others, and what of it anybody else could have written, decides later how firmly it is
said to belong.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from graphlink.engine.threads import in_turn
from graphlink.model.findings import EDGE, TIERS, Tier
from graphlink.model.groups import LEFT, Evidence, Left
from graphlink.model.times import NO_TIME
from graphlink.rings.halves import are_many, join_evidence, pack_evidence, unpack_evidence
from graphlink.rings.membership.attachment import WELL_LINKED
from graphlink.rings.membership.decide import find_belonging
from graphlink.rings.membership.evidence import weigh_members
from graphlink.rings.shared_signals import Entries, count_ties, large_enough
from graphlink.rings.victims import find_taken_over

if TYPE_CHECKING:
    import pandas as pd

    from graphlink.engine.threads import Apart
    from graphlink.model.arrays import Bools, Int8s, Int32s, Int64s
    from graphlink.model.sightings import Sightings
    from graphlink.rings.shared_signals import Counted, Made


def gather_evidence(made: Made, apart: Apart = in_turn) -> Evidence:
    """Count what ties each community of ``smallest_ring`` accounts or more; of many communities half ``apart``.

    Nothing of one community moves another: what leaves one is at most a community of its own.

    Returns
    -------
    Evidence
        Tables of communities' signals, of members, and of who bears what; communities are numbered from 0.
    """
    entries, membership = Entries.of(made.bipartite, made.test), made.partition.membership
    is_grouped = membership >= 0
    if not are_many(np.bincount(membership[is_grouped])):
        return _gather(entries, made)
    is_odd = membership % 2 == 1
    others = apart(lambda: pack_evidence(_gather_of(entries, made, is_grouped & is_odd)))
    of_even = _gather_of(entries, made, is_grouped & ~is_odd)
    return join_evidence(of_even, unpack_evidence(others()))


def _gather_of(entries: Entries, made: Made, accounts: Bools) -> Evidence:
    """What ties the communities of some accounts: all of their accounts, and of the links those inside."""
    membership = np.where(accounts, made.partition.membership, np.int32(-1))
    inside = accounts[made.projection.source]
    inside &= membership[made.projection.source] == membership[made.projection.target]
    partition = replace(made.partition, membership=membership)
    return _gather(entries.only(accounts), made._replace(partition=partition, projection=made.projection.only(inside)))


def _gather(entries: Entries, made: Made) -> Evidence:
    belonging = find_belonging(entries, made)
    counted = count_ties(belonging.community, entries, made)
    members = _members(counted, made)
    ties, signals = _with_times(counted, made.sightings)
    of_few = (belonging.community >= 0) & (counted.community < 0)
    left = np.where(of_few, np.int8(LEFT.index(Left.SMALL)), belonging.left)
    return Evidence(members=members, signals=signals, ties=ties, size=counted.size, n_small=counted.n_small, left=left)


def group_members(made: Made) -> Int32s:
    """The community of each account as ``gather_evidence`` numbers them, -1 where it is in none: who, and not why."""
    belonging = find_belonging(Entries.of(made.bipartite, made.test), made)
    return large_enough(belonging.community, made.method.smallest_ring)[0]


def _members(counted: Counted, made: Made) -> pd.DataFrame:
    """One row a member, by account: what ties it, how firmly, and whether it may be a victim."""
    members = weigh_members(counted, made)
    members.insert(2, "cell", made.partition.cell[members["account"]])
    members.insert(3, "chained", made.partition.chained[members["account"]])
    members = members.assign(taken_over=find_taken_over(members, counted.ties, counted.signals, made.sightings))
    return members.assign(tier=_tiers(members))


def _tiers(members: pd.DataFrame) -> Int8s:
    """How firmly each member is tied, as the position of its tier.

    Core: two independent families of values that no more others than members bear, one of these values observed by the
    provider, a tie that no vendor makes, no single value whose loss would cut it off from every other, and no part of
    the community that hangs by one family. Whoever has few links, or one family only and no link that outlasts the
    loss of any one value, stands at the edge. A framed account bore all its values first, and the ring was on one that
    was taken over for some days alone.
    """
    well_linked = (members["n_links"] >= WELL_LINKED * members["usual_links"]) | members["chained"]
    two_families = members["n_families"] > 1
    lasting = members["survives_any_value"]
    core = well_linked & (members["n_own_families"] > 1) & lasting & members["observed"] & members["particular"]
    core &= ~members["hangs_by_family"]
    probable = well_linked & (two_families | lasting)
    victims = members["came_first"] | members["taken_over"]
    of_each = [TIERS.index(tier) for tier in (Tier.POSSIBLE_VICTIM, Tier.CORE, Tier.PROBABLE)]
    return np.select([victims, core, probable], of_each, EDGE).astype(np.int8)


def _with_times(counted: Counted, sightings: Sightings) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Ties with their times and counts in place of sightings, and signals with theirs."""
    sighting = counted.ties["sighting"].to_numpy()
    ties = counted.ties.drop(columns="sighting").assign(
        first_seen=sightings.first_seen[sighting],
        last_seen=sightings.last_seen[sighting],
        count=sightings.count[sighting].astype(np.int64),
    )
    first_seen, last_seen = _times(ties, len(counted.signals))
    return ties, counted.signals.assign(first_seen=first_seen, last_seen=last_seen)


def _times(ties: pd.DataFrame, n_rows: int) -> tuple[Int64s, Int64s]:
    """First and last time that a member bore each signal."""
    row, since, until = (ties[name].to_numpy() for name in ("row", "first_seen", "last_seen"))
    known = since != NO_TIME
    first, last = np.full(n_rows, np.iinfo(np.int64).max), np.full(n_rows, NO_TIME)
    np.minimum.at(first, row[known], since[known])
    np.maximum.at(last, row[known], until[known])
    return np.where(last == NO_TIME, NO_TIME, first), last
