"""Gathers the evidence of a partition: what ties each community together, and each member to it.

The values that a member shares, and which of them anybody else could have written, later decide its tier.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from graphlink.engine.threads import run_two
from graphlink.model.findings import EDGE, TIERS, Tier
from graphlink.model.graph import BIT_SCALE
from graphlink.model.groups import LEFT, MEMBER_COLUMNS, SIGNAL_COLUMNS, TIE_COLUMNS, Evidence, Left
from graphlink.model.times import NO_TIME
from graphlink.rings.membership.confidence import WELL_LINKED
from graphlink.rings.membership.decide import find_belonging
from graphlink.rings.membership.evidence import weigh_members
from graphlink.rings.shared_signals import Entries, count_ties, large_enough
from graphlink.rings.victims import find_taken_over

if TYPE_CHECKING:
    from collections.abc import Callable

    from graphlink.config.method import Method
    from graphlink.model.arrays import Bools, Int8s, Int32s, Int64s
    from graphlink.model.calibration import Calibration
    from graphlink.model.graph import Bipartite, Partition, Projection, SignalTest
    from graphlink.model.sightings import Sightings
    from graphlink.rings.shared_signals import Counted


def gather_evidence(  # noqa: PLR0913, PLR0917  a stage takes what the stages before it made, and how
    sightings: Sightings,
    bipartite: Bipartite,
    test: SignalTest,
    projection: Projection,
    partition: Partition,
    calibration: Calibration,
    method: Method,
) -> Evidence:
    """Gather the evidence of each community of ``smallest_ring`` accounts or more.

    No community changes another: what leaves one is at most a community of its own.

    Returns
    -------
    Evidence
        Tables of communities' signals, of members, and of the accounts of each signal; communities are numbered from 0.
    """
    entries, count = Entries.of(bipartite, test), _count(bipartite, test, calibration, method)
    weighing = {"further_share": method.further_share, "needed": _needed(calibration)}
    belonging = find_belonging(
        entries, count, sightings, bipartite, projection, partition, further_share=method.further_share
    )
    counted = count(belonging.community, entries)
    weighed = weigh_members(counted, sightings, bipartite, projection, **weighing)
    members = _members(weighed, counted, partition, sightings)
    ties, signals = _with_times(counted, sightings)
    of_few = (belonging.community >= 0) & (counted.community < 0)
    left = np.where(of_few, np.int8(LEFT.index(Left.SMALL)), belonging.left)
    return Evidence(members=members, signals=signals, ties=ties, size=counted.size, n_small=counted.n_small, left=left)


def gather_whole(
    community: Int32s, sightings: Sightings, bipartite: Bipartite, test: SignalTest, calibration: Calibration
) -> Evidence:
    """Gather the evidence of communities of two accounts or more, before membership is tested: all are core members.

    Of the columns of ``Evidence.members`` it has those that features use. Communities are numbered anew.
    """
    entries = Entries.of(bipartite, test).only(community >= 0)
    counted = count_ties(community, entries, bipartite, test, n_accounts=calibration.n_accounts, smallest=2)
    account = np.flatnonzero(counted.community >= 0)
    of = {"account": account, "community": counted.community[account], "tier": TIERS.index(Tier.CORE)}
    members = pd.DataFrame(of | {"taken_over": False, "chained": False})
    ties, signals = _with_times(counted, sightings)
    left = np.full(len(community), -1, dtype=np.int8)
    return Evidence(members=members, signals=signals, ties=ties, size=counted.size, n_small=counted.n_small, left=left)


def find_members(  # noqa: PLR0913, PLR0917  as for ``gather_evidence``
    sightings: Sightings,
    bipartite: Bipartite,
    test: SignalTest,
    projection: Projection,
    partition: Partition,
    calibration: Calibration,
    method: Method,
) -> Int32s:
    """The community of each account, numbered as in ``gather_evidence``, -1 where it is in none; without evidence."""
    entries, count = Entries.of(bipartite, test), _count(bipartite, test, calibration, method)
    belonging = find_belonging(
        entries, count, sightings, bipartite, projection, partition, further_share=method.further_share
    )
    return large_enough(belonging.community, method.smallest_ring)[0]


def only_groups(evidence: Evidence, kept: Bools) -> Evidence:
    """The evidence of some groups, numbered anew in the same order."""
    kept_signal = kept[evidence.signals["community"]]
    (members, signals), ties = run_two(
        lambda: [_only(frame, "community", kept) for frame in (evidence.members, evidence.signals)],
        lambda: _only(evidence.ties, "row", kept_signal),
    )
    return replace(evidence, members=members, signals=signals, ties=ties, size=evidence.size[kept])


def _only(frame: pd.DataFrame, column: str, kept: Bools) -> pd.DataFrame:
    """The rows whose number in a column is kept; the kept numbers are numbered anew."""
    rows = frame[kept[frame[column]]]
    before = rows[column].to_numpy()
    number = (np.cumsum(kept) - 1).astype(before.dtype)
    return rows.assign(**{column: number[before]}).reset_index(drop=True)


def _count(
    bipartite: Bipartite, test: SignalTest, calibration: Calibration, method: Method
) -> Callable[[Int32s, Entries], Counted]:
    n_accounts, smallest = calibration.n_accounts, method.smallest_ring
    return partial(count_ties, bipartite=bipartite, test=test, n_accounts=n_accounts, smallest=smallest)


def _needed(calibration: Calibration) -> float:
    """Evidence that a link needs, in the unit of its bits."""
    return calibration.threshold_bits * BIT_SCALE


def _members(weighed: pd.DataFrame, counted: Counted, partition: Partition, sightings: Sightings) -> pd.DataFrame:
    """One row a member, by account: what ties it, how firmly, and whether it may be a victim."""
    account = weighed["account"]
    members = weighed.assign(cell=partition.cell[account], chained=partition.chained[account])
    members = members.assign(taken_over=find_taken_over(members, counted.ties, counted.signals, sightings))
    return members.assign(tier=_tiers(members))[[*MEMBER_COLUMNS]]


def _tiers(members: pd.DataFrame) -> Int8s:
    """The tier of each member, as a position.

    A core member meets five conditions. Two independent families of values tie it that no more others than members
    have. The provider observed one of these values. It has a tie that no vendor makes. No single value's loss would cut
    it off from all others. It is in no part of the community that hangs by one family. A member is peripheral if it has
    few links, or only one family and no link that outlasts the loss of any one value. A framed account had all its
    values first. An account that was taken over was used by the ring for some days only.
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
    """Replace the sightings of ties by their times and counts, and add these to signals."""
    sighting = counted.ties["sighting"].to_numpy()
    ties = counted.ties.drop(columns="sighting").assign(
        first_seen=sightings.first_seen[sighting],
        last_seen=sightings.last_seen[sighting],
        count=sightings.count[sighting].astype(np.int64),
    )
    first_seen, last_seen = _times(ties, len(counted.signals))
    signals = counted.signals.assign(first_seen=first_seen, last_seen=last_seen)
    return ties[[*TIE_COLUMNS]], signals[[*SIGNAL_COLUMNS]]


def _times(ties: pd.DataFrame, n_rows: int) -> tuple[Int64s, Int64s]:
    """First and last time that a member had each signal."""
    row, since, until = (ties[name].to_numpy() for name in ("row", "first_seen", "last_seen"))
    known = since != NO_TIME
    first, last = np.full(n_rows, np.iinfo(np.int64).max), np.full(n_rows, NO_TIME)
    np.minimum.at(first, row[known], since[known])
    np.maximum.at(last, row[known], until[known])
    return np.where(last == NO_TIME, NO_TIME, first), last
