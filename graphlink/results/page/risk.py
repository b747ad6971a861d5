"""Who could be wronged by acting on a ring: members with a thin tie or a long history, and neighbours of the ring.

A ring's tables go in, counts come out. They are not weighed: tiers already grade a tie, and these counts are the first
arguments in the accounts' defence.
"""

from typing import Final, NamedTuple

import numpy as np

from graphlink.model.arrays import Int64s
from graphlink.model.findings import Tier
from graphlink.model.times import NO_TIME
from graphlink.model.weeks import DAY
from graphlink.results.ring_data import RingData, Row
from graphlink.results.tables import time_integers

HOUR: Final = DAY // 24
QUARTER: Final = HOUR // 4
"""Time zones differ by whole quarters of an hour."""
LONG: Final = 90
"""Accounts created this many days before the ring's own burst are older: nobody prepares for three months."""
LONGEST_BURST: Final = 14 * DAY
"""In which half of a ring's accounts are created, if that is to be called a burst."""
N_VALUES: Final = 5
"""Values named with their outsiders: those that a hasty block would use first."""


class TierRisk(NamedTuple):
    """For a tier: its accounts, and how many of them are tied thinly or are old."""

    tier: Tier
    n_accounts: int
    n_one_family: int
    n_falls_away: int
    n_older: int | None
    """Created long before the ring's burst; None where the ring has no known burst."""
    n_unknown: int
    """Neither older nor younger, as far as is known."""


class Burst(NamedTuple):
    """The shortest time that holds half of a ring's own accounts."""

    n_half: int
    start: int
    length: int
    by_day: bool
    """True if only days are known: dates without a time are read as midnight in some time zone."""
    all_known: bool
    """True if all creation times are known; otherwise "half" means half of the known ones."""


def as_burst(half: Burst | None) -> Burst | None:
    """The same if it is short enough to be a burst: a firm's or a family's accounts come over months."""
    return half if half is not None and half.length <= LONGEST_BURST else None


def find_burst(data: RingData) -> Burst | None:
    """Find when half of the ring's own accounts were created; None if few times are known."""
    own = (data.members["tier"] != str(Tier.POSSIBLE_VICTIM)).to_numpy()
    made = np.sort(time_integers(data.members["created_at"])[own])
    n_own, made = len(made), made[made != NO_TIME]
    n_half = -(-len(made) // 2)
    if n_half < 2:  # noqa: PLR2004  one account is created in no time
        return None
    lengths = made[n_half - 1 :] - made[: len(made) - n_half + 1]
    shortest = int(np.argmin(lengths))
    return Burst(
        n_half, int(made[shortest]), int(lengths[shortest]), by_day=_are_days(made), all_known=len(made) == n_own
    )


def _are_days(made: Int64s) -> bool:
    """True if all times may be midnights: one time of day, on a quarter of an hour, or two with summer time."""
    times = np.unique(made % DAY)
    return bool((times % QUARTER == 0).all() and len(times) <= 2 and times[-1] - times[0] in (0, HOUR, DAY - HOUR))  # noqa: PLR2004


def count_risks(data: RingData, burst: Burst | None) -> tuple[TierRisk, ...]:
    """Count, for each tier with members, those that action could wrong."""
    tier = data.members["tier"].to_numpy()
    families = data.members["families"].astype(str)
    one_family = ((families != "") & ~families.str.contains("; ", regex=False)).to_numpy()
    falls = ~data.members["survives_any_value"].to_numpy(dtype=bool)
    created = time_integers(data.members["created_at"])
    older = (created != NO_TIME) & (created < (burst.start if burst else 0) - LONG * DAY)
    return tuple(
        TierRisk(
            tier=each,
            n_accounts=int(mine.sum()),
            n_one_family=int((mine & one_family).sum()),
            n_falls_away=int((mine & falls).sum()),
            n_older=int((mine & older).sum()) if burst else None,
            n_unknown=int((mine & (created == NO_TIME)).sum()),
        )
        for each in Tier
        if each is not Tier.POSSIBLE_VICTIM and (mine := tier == str(each)).any()
    )


def list_outsiders(data: RingData, n_listed: int) -> tuple[Row, ...]:
    """List, among the strongest signals, the values that most accounts outside the ring have."""
    used_outside = [signal for signal in data.signal_rows[:n_listed] if signal.accounts_outside > 0]
    return tuple(sorted(used_outside, key=lambda signal: -signal.accounts_outside)[:N_VALUES])
