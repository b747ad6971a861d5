"""Mints the ids of rings."""

from __future__ import annotations

import hashlib
from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from graphlink.words.short_ids import unique_beginnings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from graphlink.model.groups import Evidence
    from graphlink.model.sightings import Accounts


def mint_ring_ids(evidence: Evidence, accounts: Accounts) -> list[str]:
    """Mint each ring's id from the ids of its members, and from their tiers if two rings have the same members.

    The same ring has the same id in any run that finds it.
    """
    members = evidence.members.sort_values(["community", "account"])
    names = accounts.ids.take(members["account"].to_numpy()).to_pylist()
    starts = np.searchsorted(members["community"], np.arange(len(evidence.size) + 1))
    digests = [_digest(names[low:high]) for low, high in pairwise(starts)]
    often = Counter(digests)
    for group, (low, high) in enumerate(pairwise(starts)):
        if often[digests[group]] > 1:
            digests[group] = _digest([*names[low:high], *map(str, members["tier"].iloc[low:high])])
    return [f"R-{short}" for short in unique_beginnings(digests)]


def _digest(names: Sequence[str]) -> str:
    return hashlib.sha256("\0".join(names).encode()).hexdigest().upper()
