"""A week's findings against what is known: ids, events, what is known afterwards, and who may evade a ban."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from graphlink.model.sweeps import Lineage
from graphlink.model.weeks import weeks_between
from graphlink.sweeps.lineage.evasion import find_evaders
from graphlink.sweeps.lineage.events import tell_events
from graphlink.sweeps.lineage.forgotten import find_unnamed
from graphlink.sweeps.lineage.matching import match_rings
from graphlink.sweeps.lineage.memory import remember
from graphlink.sweeps.lineage.names import mint_ids
from graphlink.sweeps.lineage.records import record_rings
from graphlink.sweeps.lineage.tables import counted_as, tabulate_found, tabulate_known

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from graphlink.config.lineage import LineageSettings
    from graphlink.model.arrays import Int64s
    from graphlink.model.findings import Findings
    from graphlink.model.sightings import Sightings
    from graphlink.model.sweeps import KnownRing
    from graphlink.sweeps.lineage.matching import Matches
    from graphlink.sweeps.lineage.tables import Found, Known


@dataclass(frozen=True, slots=True, eq=False)
class Recognised:
    """Which of a week's rings are which of those known."""

    everything: Sequence[KnownRing]
    findings: Findings
    known: Known
    found: Found
    matches: Matches
    lasting: Sequence[str]
    """The lasting id of each found ring."""
    week: str
    previous: str
    """The week of the last sweep."""

    @property
    def ids(self) -> Mapping[str, str]:
        """The lasting id by the id that the analysis gave."""
        return {ring.ring_id: lasting for ring, lasting in zip(self.found.rings, self.lasting, strict=True)}


def recognise_rings(
    known: Sequence[KnownRing],
    findings: Findings,
    sightings: Sightings,
    week: str,
    *,
    settings: LineageSettings,
    previous: str | None = None,
) -> Recognised:
    """Say which rings are which of those known. Accounts that a person cleared count here: the ring had them, too.

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
    return Recognised(known, findings, before, found, matches, ids, week, previous or newest or week)


def tell_lineage(
    recognised: Recognised,
    findings: Findings,
    sightings: Sightings,
    cleared: Collection[str] = frozenset(),
    *,
    settings: LineageSettings,
) -> Lineage:
    """Say what happened to each ring, and what is known afterwards, in the numbers that are published.

    Parameters
    ----------
    recognised
        What ``recognise_rings`` gave.
    findings
        This week's as they are counted: without the accounts that stay out since a person cleared them, and with
        those among the members that ``with_former_members`` knows.
    sightings
        This week's.
    cleared
        Those accounts.
    """
    known, matches, ids, week = recognised.known, recognised.matches, recognised.lasting, recognised.week
    found = recognised.found
    if findings is not recognised.findings:
        found = counted_as(found, tabulate_found(findings, settings))
    memory = remember(known, found, matches, ids, sightings, week, settings)
    evaders = find_evaders(known, memory, sightings, recognised.previous, settings)
    unnamed = find_unnamed(known, found, matches, sightings, recognised.previous)
    no_news = unnamed.surely.union(cleared)
    hidden = frozenset(cleared)
    return Lineage(
        ids=recognised.ids,
        events=tell_events(known, found, matches, ids, memory, week, settings, unnamed.counts, cleared=hidden),
        known=record_rings(recognised.everything, known, found, matches, ids, memory, week, settings),
        evaders=tuple(each for each in evaders if each.account_id not in no_news),
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
