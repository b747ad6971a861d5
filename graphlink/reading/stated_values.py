"""What an account states, such as its mail address: dated by the account's creation, it is no observation."""

import numpy as np

from graphlink.engine.threads import map_threads
from graphlink.model.arrays import Int64s
from graphlink.model.families import IDENTITY
from graphlink.model.sightings import Sightings
from graphlink.model.times import NO_TIME

_AT_ONCE = 1 << 20
"""Sightings whose times are spelt out together."""

_NEVER = int(np.iinfo(np.int64).max)


def first_sighting(sightings: Sightings) -> int:
    """When anything was seen first, by the logs alone.

    Accounts were made long before the logs begin, and what their export states is dated by their creation. So a time
    that is its account's creation does not count for contact details, nor for a type of which half is dated so.
    Where all is stated, it is when the first account of those that state something was made.
    """
    n_types = len(sightings.types)

    def look(at: int) -> Int64s:
        """By type: sightings with a time, those dated by creation, and the earliest of the others and of these."""
        rows = slice(at, at + _AT_ONCE)
        first, kind = sightings.first_seen[rows], sightings.signal_type[sightings.signal[rows]]
        known = first != NO_TIME
        stated = known & (first == sightings.accounts.created_at[sightings.account[rows]])
        earliest = np.full((2, n_types), _NEVER, dtype=np.int64)
        for which, mask in enumerate((known & ~stated, stated)):
            np.minimum.at(earliest[which], kind[mask], first[mask])
        counts = [np.bincount(kind[mask], minlength=n_types) for mask in (known, stated)]
        return np.vstack([*counts, earliest])

    parts = np.array(map_threads(look, range(0, len(sightings), _AT_ONCE))).reshape(-1, 4, n_types)
    n_known, n_stated = parts[:, :2].sum(axis=0)
    seen, made = parts[:, 2:].min(axis=0, initial=_NEVER)
    is_contact = np.array([each.family == IDENTITY for each in sightings.types], dtype=np.bool_)
    counts = ~is_contact & (2 * n_stated < n_known)
    first = min(seen.min(initial=_NEVER), made[counts].min(initial=_NEVER))
    return int(next((each for each in (first, made.min(initial=_NEVER)) if each != _NEVER), NO_TIME))
