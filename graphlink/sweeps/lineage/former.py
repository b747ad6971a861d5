"""Closed accounts that earlier sweeps knew in the ring itself, and that a week alone would take for its victims.

When the members of a ring are closed, what their successors share with them is older than the successors are. By the
week's evidence the closed accounts then bore it before the ring did, as a victim would. Whoever was in the ring while
that could be seen was not framed by it; they stand at its edge, where nobody is acted against.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from graphlink.model.findings import Tier
from graphlink.sweeps.lineage.statuses import are_banned, told_or_known

if TYPE_CHECKING:
    import pandas as pd

    from graphlink.config.lineage import LineageSettings
    from graphlink.model.arrays import Bools
    from graphlink.model.findings import Findings, Ring
    from graphlink.model.sightings import Sightings
    from graphlink.sweeps.lineage.lineage import Recognised
    from graphlink.sweeps.lineage.matching import Matches

_TURN: Final = {tier.value: turn for turn, tier in enumerate(Tier)}


def with_former_members(
    findings: Findings, recognised: Recognised, sightings: Sightings, settings: LineageSettings
) -> Findings:
    """Count closed accounts that were members of a ring before as peripheral members of it, and not as its victims.

    Parameters
    ----------
    findings
        This week's, under the ids of the analysis.
    recognised
        Which of its rings are which of those known.
    sightings
        This week's, whose accounts say who is closed.
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
    """Which members are called victims of the ring that they were known in, and are closed."""
    is_victim = (members["tier"] == Tier.POSSIBLE_VICTIM.value).to_numpy()
    if not is_victim.any():
        return is_victim
    known = recognised.known.members
    victims = members[is_victim]
    place = sightings.accounts.positions(victims["account_id"])
    own = known[known["tier"] != Tier.POSSIBLE_VICTIM.value]
    known_in = dict(zip(own["account_id"], own["known"].tolist(), strict=True))
    were_banned = victims["account_id"].isin(own["account_id"][own["banned"].astype(np.bool_)])
    place_of = {ring.ring_id: place for place, ring in enumerate(recognised.found.rings)}
    said = are_banned(sightings.accounts, settings)
    closed = told_or_known(said, sightings.accounts, place, were_banned)
    same = [
        account in known_in and _is_of(recognised.matches, known_in[account], place_of[ring_id])
        for account, ring_id in zip(victims["account_id"], victims["ring_id"], strict=True)
    ]
    is_former = np.zeros(len(members), dtype=np.bool_)
    is_former[np.flatnonzero(is_victim)] = closed & np.array(same, dtype=np.bool_)
    return is_former


def _is_of(matches: Matches, known: int, found: int) -> bool:
    """Whether a found ring is a known one, or a part of it, or took it up."""
    return bool(known in (matches.goes_on[found], matches.came_from[found]) or matches.went_into[known] == found)


def _with_former(ring: Ring, n_former: int) -> Ring:
    """A ring with some of its possible victims among its members."""
    if not n_former:
        return ring
    tiers = ring.tiers
    tiers[Tier.PERIPHERAL] += n_former
    tiers[Tier.POSSIBLE_VICTIM] -= n_former
    return ring.with_tiers(tiers)
