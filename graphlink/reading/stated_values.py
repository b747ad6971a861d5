"""Contact details that an account states: dated by the account's creation, they are no observations."""

from collections.abc import Collection

import numpy as np

from graphlink.engine.threads import map_threads
from graphlink.model.families import IDENTITY
from graphlink.model.sightings import Sightings, is_dated_by_creation
from graphlink.model.times import NO_TIME

_AT_ONCE = 1 << 20
"""Sightings whose times are spelt out together."""

_NEVER = int(np.iinfo(np.int64).max)


def first_sighting(sightings: Sightings, stated_types: Collection[str] = ()) -> int:
    """When anything was seen first; accounts were made long before, and where all is stated, the first of these.

    ``stated_types`` are those that an export of accounts holds, where nothing but the account's creation dates them.
    """
    of_contact = np.array(
        [each.family == IDENTITY or each.name in stated_types for each in sightings.types], dtype=np.bool_
    )

    def earliest(at: int) -> tuple[int, int]:
        """When anything was seen first, and when the first account of those that state something was made."""
        rows = slice(at, at + _AT_ONCE)
        first = sightings.first_seen[rows]
        created = sightings.accounts.created_at[sightings.account[rows]]
        known = first != NO_TIME
        stated = is_dated_by_creation(of_contact[sightings.signal_type[sightings.signal[rows]]], first, created)
        return int(first[known & ~stated].min(initial=_NEVER)), int(first[known & stated].min(initial=_NEVER))

    parts = map_threads(earliest, range(0, len(sightings), _AT_ONCE))
    seen, made = (min((part[which] for part in parts), default=_NEVER) for which in (0, 1))
    return next((each for each in (seen, made) if each != _NEVER), NO_TIME)
