"""The changes of a sweep against earlier weeks, which open its report."""

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Final

from graphlink.model.calibration import Calibration, digest_calibration
from graphlink.model.findings import Findings
from graphlink.model.reading import Reading
from graphlink.model.run import Swept
from graphlink.model.sweeps import (
    CLEARED,
    Changes,
    Drift,
    EventKind,
    Gate,
    KnownRing,
    Lineage,
    MethodChange,
    Ruling,
    Upgrade,
)
from graphlink.results.alerts import Calls, cleared_rings, find_calls
from graphlink.sweeps.documents import Before
from graphlink.sweeps.drift_checks import ACCOUNTS, PLACED, ROWS, SIGHTINGS, TOLD, VALUES

_ENDINGS: Final = frozenset({EventKind.QUIET, EventKind.ENDED})


def compare_with_earlier(before: Before, swept: Swept, gates: Sequence[Gate]) -> Changes:
    """Collect the differences from earlier weeks."""
    previous, found = before.previous, {ring.ring_id for ring in swept.findings.rings}
    return Changes(
        week=before.week,
        revision=before.revision,
        previous=None if previous is None else previous.week,
        missing_weeks=before.missing_weeks,
        missing_sources=before.missing_sources,
        events=swept.lineage.events,
        earlier=before.earlier_events,
        evaders=swept.lineage.evaders,
        gates=tuple(gates),
        drift=measure_drift(swept.findings.calibration, swept.fresh),
        calibration_renewed=previous is not None
        and previous.calibration_digest != digest_calibration(swept.findings.calibration),
        config_changed=previous is not None and previous.config_digest != before.base_digest,
        ruling=swept.ruling,
        gone={ring.ring_id: ring.assessment for ring in swept.lineage.known if ring.ring_id not in found},
        before=_assessments(before.known),
        closed_since=_closed_since(before.known, swept.lineage.known),
        closed={ring.ring_id: sum(member.banned for member in ring.members) for ring in swept.lineage.known},
        named=frozenset(before.named),
        head=before.head,
        upgrade=before.upgrade and with_this_week(before.upgrade, swept.lineage.known, before.week),
    )


def with_this_week(upgrade: Upgrade, known: Sequence[KnownRing], week: str) -> Upgrade:
    """Add what became of each ring in the week of the first sweep by the new method.

    A ring that the method alone brought is the one of this week that has most of its accounts.
    """
    rings = {ring.ring_id: ring for ring in known}
    ring_of = {m.account_id: ring.ring_id for ring in known for m in ring.members if m.last_week == week}
    found = set(ring_of.values())

    def follow(change: MethodChange) -> MethodChange:
        ring_id = change.ring_id
        if change.accounts:
            shared = Counter(ring_of[account] for account in change.accounts if account in ring_of)
            ring_id, n = next(iter(shared.most_common(1)), ("", 0))
            ring_id = ring_id if 2 * n > len(change.accounts) else ""
        for _ in rings:  # at most as many merges
            if ring_id not in rings or (into := rings[ring_id].merged_into) is None:
                break
            ring_id = into
        if ring_id not in rings:
            return change
        return replace(change, ring_id=ring_id, n_now=rings[ring_id].n_members if ring_id in found else 0)

    return replace(upgrade, changes=tuple(map(follow, upgrade.changes)))


def lineage_calls(
    lineage: Lineage, ruling: Ruling | None = None, *, known: Sequence[KnownRing] = (), named: Collection[str] = ()
) -> Calls:
    """Find the events of a week that need attention. The report and --exit-code use the same list.

    Parameters
    ----------
    ruling
        The effects of decisions.
    known
        The rings known before this week.
    named
        Accounts that earlier sweeps named as possible evaders.
    """
    current = set(lineage.ids.values())
    ranked = sorted((ring for ring in lineage.known if ring.ring_id in current), key=lambda r: (-r.score, r.ring_id))
    return find_calls(
        lineage.events,
        _assessments(lineage.known),
        {ring.ring_id: rank for rank, ring in enumerate(ranked, start=1)},
        ruling=ruling or Ruling(),
        before=_assessments(known),
        closed=_closed_since(known, lineage.known),
        evaders=lineage.evaders,
        named=named,
    )


def _assessments(rings: Sequence[KnownRing]) -> dict[str, str]:
    return {ring.ring_id: ring.assessment for ring in rings}


def _closed_since(before: Sequence[KnownRing], now: Sequence[KnownRing]) -> dict[str, int]:
    """Count, per ring, the accounts of it or of rings merged into it that have been closed since the last sweep."""
    into = {ring.ring_id: ring.merged_into or ring.ring_id for ring in now}
    open_then: dict[str, set[str]] = defaultdict(set)
    for ring in before:
        open_now = (each.account_id for each in ring.members if not each.banned)
        open_then[into.get(ring.ring_id, ring.ring_id)].update(open_now)
    closed = {
        ring.ring_id: sum(each.banned and each.account_id in open_then[ring.ring_id] for each in ring.members)
        for ring in now
    }
    return {ring_id: n for ring_id, n in closed.items() if n}


def list_assessments(lineage: Lineage, ruling: Ruling) -> dict[str, str]:
    """The assessment of each known ring: `cleared` where a person cleared it, whatever the analysis found."""
    found = _assessments(lineage.known)
    return found | dict.fromkeys(cleared_rings(found, ruling), CLEARED)


def measure_drift(frozen: Calibration, fresh: Calibration) -> tuple[Drift, ...]:
    """Compare the frozen calibration with one made from this week's data. Bins are compared by their mean distance."""
    names = ("n_accounts", "base_rate", "prior_bits", "threshold_bits")
    plain = (Drift(name, float(getattr(frozen, name)), float(getattr(fresh, name))) for name in names)
    shared = sorted(frozen.bin_means.keys() & fresh.bin_means.keys())
    means = [
        (sum(bins[name] for name in shared) / len(shared) if shared else 0.0)
        for bins in (frozen.bin_means, fresh.bin_means)
    ]
    return (*plain, Drift("bin_means", *means))


def without_endings(lineage: Lineage, known: Sequence[KnownRing]) -> Lineage:
    """Keep every known ring as it was: a source is missing, so a ring that was not found may still exist.

    An account that is in another ring now has left the old one all the same.
    """
    gone = {event.ring_id for event in lineage.events if event.kind in _ENDINGS}
    before = {ring.ring_id: ring for ring in known}
    elsewhere = {member.account_id for ring in lineage.known if ring.ring_id not in gone for member in ring.members}
    return replace(
        lineage,
        events=tuple(event for event in lineage.events if event.kind not in _ENDINGS),
        known=tuple(
            _still_there(ring, before[ring.ring_id], elsewhere) if ring.ring_id in gone else ring
            for ring in lineage.known
        ),
    )


def _still_there(ring: KnownRing, before: KnownRing, elsewhere: Collection[str]) -> KnownRing:
    """The ring as before, with the account statuses of this week's export. An ended ring has no accounts left."""
    members = tuple(member for member in ring.members or before.members if member.account_id not in elsewhere)
    return replace(ring, status=before.status, members=members, signals=ring.signals or before.signals)


def count_reading(reading: Reading) -> dict[str, int]:
    """Count the quantities of a reading that the drift checks compare from week to week."""
    sightings = reading.sightings
    counts = {ROWS: reading.rows.rows_in, ACCOUNTS: len(sightings.accounts), SIGHTINGS: len(sightings)}
    for number, each in enumerate(sightings.types):
        counts[f"{VALUES}{each.name}"] = int((sightings.signal_type == number).sum())
    return counts | {f"{TOLD}{name}": n for name, n in reading.told.items() if n}


def count_findings(findings: Findings) -> dict[str, int]:
    """Count the quantities of the findings for the drift checks. Runaway links show in hubs and the largest ring.

    The accounts of a country that the calibration knows are counted too: without countries, values common in one
    country would link its people.
    """
    largest = max((ring.n_members for ring in findings.rings), default=0)
    counts = {"hubs": len(findings.hubs), "largest_ring": largest}
    if findings.groups is None:
        return counts
    graph, countries = findings.groups.bipartite, findings.calibration.countries
    known = (code for code, name in enumerate(graph.country_names) if name in countries)
    return counts | {PLACED: sum(int((graph.country == code).sum()) for code in known)}
