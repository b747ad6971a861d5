"""The tables of ``Memory`` as known rings, one frozen value each, for the state to store."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import fields, replace
from typing import TYPE_CHECKING, TypeVar

from graphlink.model.sweeps import KnownMember, KnownRing, KnownSignal, RingStatus
from graphlink.model.weeks import weeks_between
from graphlink.sweeps.lineage.tables import OPEN

if TYPE_CHECKING:
    import pandas as pd

    from graphlink.sweeps.lineage.matching import Recognised
    from graphlink.sweeps.lineage.memory import Memory

_Row = TypeVar("_Row", KnownMember, KnownSignal)


def record_rings(this: Recognised, memory: Memory) -> tuple[KnownRing, ...]:
    """All rings ever known, sorted by id. An ended or merged ring keeps its record without names."""
    members, signals = _by_ring(memory.members, KnownMember), _by_ring(memory.signals, KnownSignal)
    after = {ring.ring_id: ring for ring in this.everything if ring.status not in OPEN}
    for ring, into in zip(this.known.rings, this.matches.went_into.tolist(), strict=True):
        own = members.get(ring.ring_id, ()), signals.get(ring.ring_id, ())
        if into >= 0:
            told = replace(ring, status=RingStatus.MERGED, merged_into=this.lasting[into], members=(), signals=())
        elif weeks_between(ring.last_week, this.week) > this.settings.ghost_weeks:
            told = replace(ring, status=RingStatus.ENDED, members=(), signals=())
        else:
            told = replace(ring, status=RingStatus.QUIET, members=own[0], signals=own[1])
        after[ring.ring_id] = told
    for ring_id, found_ring, k in zip(this.lasting, this.found.rings, this.matches.goes_on.tolist(), strict=True):
        after[ring_id] = KnownRing(
            ring_id=ring_id,
            born=this.week if k < 0 else this.known.rings[k].born,
            last_week=this.week,
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


def _by_ring(table: pd.DataFrame, kind: type[_Row]) -> dict[str, tuple[_Row, ...]]:
    """The rows of each ring as values, in the order of the table."""
    names = (field.name for field in fields(kind))
    columns = [table[name].astype(object).where(table[name].notna(), None) for name in names]
    by_ring: dict[str, list[_Row]] = defaultdict(list)
    for ring_id, *values in zip(table["ring_id"].tolist(), *(column.tolist() for column in columns), strict=True):
        by_ring[ring_id].append(kind(*values))
    return {ring_id: tuple(rows) for ring_id, rows in by_ring.items()}
