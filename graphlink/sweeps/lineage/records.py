"""The tables of ``Memory`` as known rings, one frozen value each, for the state to store."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from graphlink.model.sweeps import KnownMember, KnownRing, KnownSignal, RingStatus
from graphlink.model.weeks import weeks_between
from graphlink.sweeps.lineage.tables import OPEN

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from graphlink.config.lineage import LineageSettings
    from graphlink.sweeps.lineage.matching import Matches
    from graphlink.sweeps.lineage.memory import Memory
    from graphlink.sweeps.lineage.tables import Found, Known

_MEMBER = ["account_id", "tier", "last_week", "banned", "banned_week", "closed"]
_SIGNAL = [
    *("signal_type", "signal_value", "accounts_in_ring", "accounts_outside"),
    *("bits", "passes", "last_week", "accounts_banned"),
]


def record_rings(  # noqa: PLR0913, PLR0917  the known rings, the found rings, and how they match
    everything: Sequence[KnownRing],
    known: Known,
    found: Found,
    matches: Matches,
    ids: Sequence[str],
    memory: Memory,
    week: str,
    settings: LineageSettings,
) -> tuple[KnownRing, ...]:
    """All rings ever known, sorted by id. An ended or merged ring keeps its record without names."""
    members, signals = _members(memory.members), _signals(memory.signals)
    after = {ring.ring_id: ring for ring in everything if ring.status not in OPEN}
    for k, ring in enumerate(known.rings):
        into = int(matches.went_into[k])
        if into >= 0:
            after[ring.ring_id] = replace(ring, status=RingStatus.MERGED, merged_into=ids[into], members=(), signals=())
        elif weeks_between(ring.last_week, week) > settings.ghost_weeks:
            after[ring.ring_id] = replace(ring, status=RingStatus.ENDED, members=(), signals=())
        else:
            after[ring.ring_id] = replace(
                ring,
                status=RingStatus.QUIET,
                members=members.get(ring.ring_id, ()),
                signals=signals.get(ring.ring_id, ()),
            )
    for ring_id, found_ring, k in zip(ids, found.rings, matches.goes_on.tolist(), strict=True):
        after[ring_id] = KnownRing(
            ring_id=ring_id,
            born=week if k < 0 else known.rings[k].born,
            last_week=week,
            status=RingStatus.ACTIVE,
            merged_into=None,
            n_members=found_ring.n_members,
            n_core=found_ring.n_core,
            score=found_ring.score,
            assessment=found_ring.assessment,
            members=members.get(ring_id, ()),
            signals=signals.get(ring_id, ()),
        )
    return tuple(after[ring_id] for ring_id in sorted(after))


def _members(table: pd.DataFrame) -> dict[str, tuple[KnownMember, ...]]:
    """Members by ring, in the order of the table."""
    table = table.assign(banned_week=table["banned_week"].astype(object).where(table["banned_week"].notna(), None))
    by_ring: dict[str, list[KnownMember]] = defaultdict(list)
    for ring_id, *values in zip(*(table[name].tolist() for name in ["ring_id", *_MEMBER]), strict=True):
        by_ring[ring_id].append(KnownMember(*values))
    return {ring_id: tuple(members) for ring_id, members in by_ring.items()}


def _signals(table: pd.DataFrame) -> dict[str, tuple[KnownSignal, ...]]:
    """Signals by ring, in the order of the table."""
    by_ring: dict[str, list[KnownSignal]] = defaultdict(list)
    for ring_id, *values in zip(*(table[name].tolist() for name in ["ring_id", *_SIGNAL]), strict=True):
        by_ring[ring_id].append(KnownSignal(*values))
    return {ring_id: tuple(signals) for ring_id, signals in by_ring.items()}
