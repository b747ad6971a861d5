"""Compare a week's findings with known rings: ids, events, the knowledge afterwards, and possible ban evaders."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from graphlink.config.lineage import LineageSettings
from graphlink.model.findings import Findings
from graphlink.model.sightings import Sightings
from graphlink.model.sweeps import KnownRing, Lineage
from graphlink.model.weeks import weeks_between
from graphlink.sweeps.lineage.evasion import find_evaders
from graphlink.sweeps.lineage.events import derive_events
from graphlink.sweeps.lineage.former import count_forgotten
from graphlink.sweeps.lineage.matching import Recognised, match_rings
from graphlink.sweeps.lineage.memory import record_rings, remember
from graphlink.sweeps.lineage.names import mint_ids
from graphlink.sweeps.lineage.tables import counted_as, tabulate_found, tabulate_known


def recognise_rings(  # noqa: PLR0913  what is known, found and asked
    known: Sequence[KnownRing],
    findings: Findings,
    sightings: Sightings,
    week: str,
    *,
    settings: LineageSettings,
    previous: str | None = None,
    id_key: bytes = b"",
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
    id_key
        The state's key of ids.

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
    is_new = found.members["found"].isin((matches.goes_on < 0).nonzero()[0])
    accounts = found.members[is_new].groupby("found")["account_id"].agg(list)
    births = {int(f): accounts[f] for f in (matches.goes_on < 0).nonzero()[0]}
    minted = mint_ids(births, week, {ring.ring_id for ring in known}, id_key)
    ids = [minted[f] if k < 0 else before.rings[k].ring_id for f, k in enumerate(matches.goes_on.tolist())]
    return Recognised(known, findings, before, found, matches, ids, week, previous or newest or week, settings)


def derive_lineage(
    recognised: Recognised, findings: Findings, sightings: Sightings, cleared: Collection[str] = frozenset()
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
    if findings is not recognised.findings:
        found = counted_as(recognised.found, tabulate_found(findings, recognised.settings))
        recognised = replace(recognised, found=found)
    memory = remember(recognised, sightings)
    unnamed, forgotten = count_forgotten(recognised, sightings)
    no_news = forgotten.union(cleared)
    evaders = find_evaders(recognised, memory, sightings)
    return Lineage(
        ids=recognised.ids,
        events=derive_events(recognised, memory, unnamed, cleared=frozenset(cleared)),
        known=record_rings(recognised, memory),
        evaders=tuple(each for each in evaders if each.account_id not in no_news),
    )
