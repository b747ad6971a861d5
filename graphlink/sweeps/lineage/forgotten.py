"""Forgotten accounts that are still in their ring. They are not new members, although their names are gone.

The stored member number of a ring includes them; its member list does not. For each missing name, one account of the
found ring that was in no known ring counts as forgotten. Accounts created after the last sweep's week do not qualify.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from graphlink.model.sweeps import RingStatus
from graphlink.model.times import NO_TIME
from graphlink.model.weeks import DAY, week_begin
from graphlink.sweeps.lineage.tables import is_current, sizes, without_victims

if TYPE_CHECKING:
    from collections.abc import Sequence

    from graphlink.model.arrays import Int64s
    from graphlink.model.sightings import Sightings
    from graphlink.sweeps.lineage.matching import Recognised
    from graphlink.sweeps.lineage.tables import Known


@dataclass(frozen=True, slots=True)
class ForgottenCounts:
    """Per found ring: the number of accounts counted as forgotten, and the accounts that were in no known ring."""

    counts: Sequence[int]
    strangers: Sequence[frozenset[str]]

    @property
    def surely(self) -> frozenset[str]:
        """Accounts that are certainly forgotten ones: their ring has no other unknown account."""
        pairs = zip(self.counts, self.strangers, strict=True)
        return frozenset().union(*(strangers for n, strangers in pairs if n == len(strangers)))


def count_forgotten(this: Recognised, sightings: Sightings) -> ForgottenCounts:
    """Count the forgotten accounts in a week's rings."""
    known, found = this.known, this.found
    missing = np.append(_missing(known), 0)  # the last entry is for a new ring
    members = without_victims(found.members)
    members = members[~members["account_id"].isin(known.members["account_id"])]
    place = sightings.accounts.positions(members["account_id"])
    created = np.where(place < 0, NO_TIME, sightings.accounts.created_at[place])
    members = members[created < week_begin(this.previous) + 7 * DAY]  # NO_TIME is before all times
    by_ring = members.groupby("found")["account_id"].agg(frozenset).to_dict()
    strangers = [by_ring.get(f, frozenset()) for f in range(len(found.rings))]
    counts = [min(n, len(those)) for n, those in zip(missing[this.matches.goes_on].tolist(), strangers, strict=True)]
    return ForgottenCounts(counts, strangers)


def _missing(known: Known) -> Int64s:
    """Per known ring, the number of missing names. Members of a quiet ring may be in another ring by now."""
    members = without_victims(known.members)
    named = sizes(members.loc[is_current(known, members), "known"], len(known.rings))
    told = np.array([ring.n_members for ring in known.rings], dtype=np.int64)
    is_active = np.array([ring.status is RingStatus.ACTIVE for ring in known.rings], dtype=np.bool_)
    return np.where(is_active, np.maximum(told - named, 0), 0)
