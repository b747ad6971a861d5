"""Closed accounts that were members of the ring before, and that one week's data alone would show as victims.

When a ring's members are closed, their signals are older than the new accounts that share them. The closed accounts
then look like victims, who had the signals before the ring. An account that was a member earlier was not framed. It
becomes a peripheral member, on which nobody acts.
"""

from dataclasses import replace
from typing import Final

import numpy as np
import pandas as pd

from graphlink.config.lineage import LineageSettings
from graphlink.engine.ranks import are_among
from graphlink.model.arrays import Bools, Int64s
from graphlink.model.findings import Findings, Ring, Tier
from graphlink.model.sightings import Sightings
from graphlink.model.sweeps import RingStatus
from graphlink.model.times import NO_TIME
from graphlink.model.weeks import DAY, week_begin
from graphlink.sweeps.lineage.matching import Matches, Recognised
from graphlink.sweeps.lineage.statuses import are_banned, status_or_known
from graphlink.sweeps.lineage.tables import Known, is_current, sizes, without_victims

_TURN: Final = {tier.value: turn for turn, tier in enumerate(Tier)}


def with_former_members(
    findings: Findings, recognised: Recognised, sightings: Sightings, settings: LineageSettings
) -> Findings:
    """Count closed accounts that were members of a ring before as peripheral members, not as victims.

    Parameters
    ----------
    findings
        This week's findings, with the ids of the analysis.
    recognised
        The matching of found and known rings.
    sightings
        This week's sightings, with the status of each account.
    """
    is_former = _are_former(findings.members, recognised, sightings, settings)
    if not is_former.any():
        return findings
    n_former = findings.members["ring_id"][is_former].value_counts()
    members = findings.members.assign(tier=findings.members["tier"].mask(is_former, Tier.PERIPHERAL.value))
    order = np.lexsort((members["tier"].map(_TURN), members["rank"]))
    stability = findings.stability
    return replace(
        findings,
        rings=tuple(_with_former(ring, int(n_former.get(ring.ring_id, 0))) for ring in findings.rings),
        members=members.iloc[order].reset_index(drop=True),
        stability=stability and replace(stability, members=stability.members.iloc[order].reset_index(drop=True)),
    )


def _are_former(
    members: pd.DataFrame, recognised: Recognised, sightings: Sightings, settings: LineageSettings
) -> Bools:
    """Which members are closed and listed as victims of the ring whose members they were."""
    is_victim = (members["tier"] == Tier.POSSIBLE_VICTIM.value).to_numpy()
    if not is_victim.any():
        return is_victim
    known = recognised.known.members
    victims = members[is_victim]
    place = sightings.accounts.positions(victims["account_id"])
    own = known[known["tier"] != Tier.POSSIBLE_VICTIM.value]
    known_in = dict(zip(own["account_id"], own["known"].tolist(), strict=True))
    were_banned = are_among(victims["account_id"], own["account_id"][own["banned"].astype(np.bool_)])
    place_of = {ring.ring_id: place for place, ring in enumerate(recognised.found.rings)}
    said = are_banned(sightings.accounts, settings)
    closed = status_or_known(said, sightings.accounts, place, were_banned)
    same = [
        account in known_in and _is_of(recognised.matches, known_in[account], place_of[ring_id])
        for account, ring_id in zip(victims["account_id"], victims["ring_id"], strict=True)
    ]
    is_former = np.zeros(len(members), dtype=np.bool_)
    is_former[np.flatnonzero(is_victim)] = closed & np.array(same, dtype=np.bool_)
    return is_former


def _is_of(matches: Matches, known: int, found: int) -> bool:
    """Whether a found ring is a known one, a part of it, or a ring that it merged into."""
    return bool(known in (matches.goes_on[found], matches.came_from[found]) or matches.went_into[known] == found)


def _with_former(ring: Ring, n_former: int) -> Ring:
    """A ring with some of its possible victims counted as members."""
    if not n_former:
        return ring
    tiers = ring.tiers
    tiers[Tier.PERIPHERAL] += n_former
    tiers[Tier.POSSIBLE_VICTIM] -= n_former
    return ring.with_tiers(tiers)


def count_forgotten(this: Recognised, sightings: Sightings) -> tuple[list[int], frozenset[str]]:
    """Count the accounts of each found ring that were forgotten.

    Also return those that certainly were: their ring has no other account that was in no known ring.
    """
    known, found = this.known, this.found
    missing = np.append(_missing(known), 0)  # the last entry is for a new ring
    members = without_victims(found.members)
    members = members[~are_among(members["account_id"], known.members["account_id"])]
    place = sightings.accounts.positions(members["account_id"])
    created = np.where(place < 0, NO_TIME, sightings.accounts.created_at[place])
    members = members[created < week_begin(this.previous) + 7 * DAY]  # NO_TIME is before all times
    by_ring = members.groupby("found")["account_id"].agg(frozenset).to_dict()
    strangers = [by_ring.get(f, frozenset()) for f in range(len(found.rings))]
    counts = [min(n, len(those)) for n, those in zip(missing[this.matches.goes_on].tolist(), strangers, strict=True)]
    surely = (those for n, those in zip(counts, strangers, strict=True) if n == len(those))
    return counts, frozenset().union(*surely)


def _missing(known: Known) -> Int64s:
    """Per known ring, the number of missing names. Members of a quiet ring may be in another ring by now."""
    members = without_victims(known.members)
    named = sizes(members.loc[is_current(known, members), "known"], len(known.rings))
    told = np.array([ring.n_members for ring in known.rings], dtype=np.int64)
    is_active = np.array([ring.status is RingStatus.ACTIVE for ring in known.rings], dtype=np.bool_)
    return np.where(is_active, np.maximum(told - named, 0), 0)
