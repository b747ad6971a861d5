"""Compare a week's findings with known rings: ids, events, the knowledge afterwards, and possible ban evaders."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from graphlink.model.sweeps import Lineage
from graphlink.model.weeks import weeks_between
from graphlink.sweeps.lineage.evasion import find_evaders
from graphlink.sweeps.lineage.events import derive_events
from graphlink.sweeps.lineage.forgotten import count_forgotten
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
    """The matching of a week's rings with the known ones."""

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
        """The lasting id by the id of the analysis."""
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
    """Match a week's rings with the known ones. Accounts that a person cleared count here, since they were members.

    The result depends only on the arguments, not on their order. For each ring it depends only on rings that share an
    account or a signal with it.

    Parameters
    ----------
    known
        All rings known from earlier sweeps.
    findings
        This week's findings, with the ids of the analysis.
    sightings
        This week's sightings. Signals of accounts outside rings count too.
    week
        The ISO week, such as ``2026-W47``.
    previous
        The week of the last sweep. The default is the newest week in which a ring was seen.

    Raises
    ------
    ValueError
        If ``week`` is not an ISO week, or not later than the newest known week.
    """
    newest = max((ring.last_week for ring in known), default=None)
    if newest is not None and weeks_between(newest, week) < 1:
        raise ValueError(f"week {week} is not after {newest}, the newest that is known")
    before, found = tabulate_known(known), tabulate_found(findings, settings)
    matches = match_rings(before, found, sightings, settings)
    ids = _lasting_ids(known, [ring.ring_id for ring in before.rings], found, matches.goes_on, week)
    return Recognised(known, findings, before, found, matches, ids, week, previous or newest or week)


def derive_lineage(
    recognised: Recognised,
    findings: Findings,
    sightings: Sightings,
    cleared: Collection[str] = frozenset(),
    *,
    settings: LineageSettings,
) -> Lineage:
    """Derive what happened to each ring, and what is known afterwards, from the published counts.

    Parameters
    ----------
    recognised
        The result of ``recognise_rings``.
    findings
        This week's findings as counted: without cleared accounts, and with the former members from
        ``with_former_members``.
    sightings
        This week's.
    cleared
        The cleared accounts.
    """
    known, matches, ids, week = recognised.known, recognised.matches, recognised.lasting, recognised.week
    found = recognised.found
    if findings is not recognised.findings:
        found = counted_as(found, tabulate_found(findings, settings))
    memory = remember(known, found, matches, ids, sightings, week, settings)
    evaders = find_evaders(known, memory, sightings, recognised.previous, settings)
    unnamed = count_forgotten(known, found, matches, sightings, recognised.previous)
    no_news = unnamed.surely.union(cleared)
    hidden = frozenset(cleared)
    return Lineage(
        ids=recognised.ids,
        events=derive_events(known, found, matches, ids, memory, week, settings, unnamed.counts, cleared=hidden),
        known=record_rings(recognised.everything, known, found, matches, ids, memory, week, settings),
        evaders=tuple(each for each in evaders if each.account_id not in no_news),
    )


def _lasting_ids(
    known: Sequence[KnownRing], before: Sequence[str], found: Found, goes_on: Int64s, week: str
) -> list[str]:
    """The id of each found ring: that of the known ring that continues as it, or a new one."""
    is_new = found.members["found"].isin((goes_on < 0).nonzero()[0])
    accounts = found.members[is_new].groupby("found")["account_id"].agg(list)
    births = {int(f): accounts[f] for f in (goes_on < 0).nonzero()[0]}
    minted = mint_ids(births, week, {ring.ring_id for ring in known})
    return [minted[f] if k < 0 else before[k] for f, k in enumerate(goes_on.tolist())]
