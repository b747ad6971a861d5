"""A week's findings against what is known: ids, events, what is known afterwards, and who may evade a ban."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphlink.history import Lineage
from graphlink.lineage.evasion import find_evaders
from graphlink.lineage.events import tell_events
from graphlink.lineage.matching import match_rings
from graphlink.lineage.memory import remember
from graphlink.lineage.names import mint_ids
from graphlink.lineage.records import record_rings
from graphlink.lineage.tables import tabulate_found, tabulate_known
from graphlink.weeks import weeks_between

if TYPE_CHECKING:
    from collections.abc import Sequence

    from graphlink.history import KnownRing
    from graphlink.lineage.tables import Found
    from graphlink.lineage_settings import LineageSettings
    from graphlink.model import Findings, Int64s, Sightings


def trace_rings(
    known: Sequence[KnownRing],
    findings: Findings,
    sightings: Sightings,
    week: str,
    *,
    settings: LineageSettings,
    previous: str | None = None,
) -> Lineage:
    """Say which rings are which of those known, and what happened to each.

    Depends on nothing but its arguments, on the order of none of them, and for each ring on nothing that has no account
    and no signal in common with it.

    Parameters
    ----------
    known
        All rings that earlier sweeps knew.
    findings
        This week's, under the ids of the analysis.
    sightings
        This week's: what accounts that are in no ring bear counts too.
    week
        The ISO week, such as ``2026-W47``.
    previous
        The week of the last sweep; the newest in which a ring was seen, unless given.

    Raises
    ------
    ValueError
        If it is no ISO week, or no later one than the newest that is known.
    """
    newest = max((ring.last_week for ring in known), default=None)
    if newest is not None and weeks_between(newest, week) < 1:
        raise ValueError(f"week {week} is not after {newest}, the newest that is known")
    before, found = tabulate_known(known), tabulate_found(findings, settings)
    matches = match_rings(before, found, sightings, settings)
    ids = _lasting_ids(known, [ring.ring_id for ring in before.rings], found, matches.goes_on, week)
    memory = remember(before, found, matches, ids, sightings, week, settings)
    return Lineage(
        ids={ring.ring_id: lasting for ring, lasting in zip(found.rings, ids, strict=True)},
        events=tell_events(before, found, matches, ids, memory, week, settings),
        known=record_rings(known, before, found, matches, ids, memory, week, settings),
        evaders=find_evaders(before, memory, sightings, previous or newest or week, settings),
    )


def _lasting_ids(
    known: Sequence[KnownRing], before: Sequence[str], found: Found, goes_on: Int64s, week: str
) -> list[str]:
    """The id of each found ring: that of the known one that goes on as it, or a new one."""
    is_new = found.members["found"].isin((goes_on < 0).nonzero()[0])
    accounts = found.members[is_new].groupby("found")["account_id"].agg(list)
    births = {int(f): accounts[f] for f in (goes_on < 0).nonzero()[0]}
    minted = mint_ids(births, week, {ring.ring_id for ring in known})
    return [minted[f] if k < 0 else before[k] for f, k in enumerate(goes_on.tolist())]
