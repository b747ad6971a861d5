"""What a sweep says of the weeks before it: the difference that its report opens on."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from graphlink.history import Changes, Drift, EventKind
from graphlink.report.alerts import alert_word
from graphlink.report.words import kind
from graphlink.sweep.documents import digest, write_calibration
from graphlink.sweep.gates import TOLD

if TYPE_CHECKING:
    from collections.abc import Sequence

    from graphlink.history import Gate, KnownRing, Lineage
    from graphlink.model import Calibration, Findings, Grouping, Reading, Swept
    from graphlink.sweep.documents import Before

MATERIAL: Final = frozenset({EventKind.BORN, EventKind.GREW, EventKind.SPLIT, EventKind.MERGED, EventKind.RETURNED})
"""What happened to a ring that somebody should look at again; --exit-code tells of it, and of ban evasion."""

_ENDINGS: Final = frozenset({EventKind.QUIET, EventKind.ENDED})


def tell_changes(before: Before, swept: Swept, gates: Sequence[Gate]) -> Changes:
    """Put together what is new against the weeks before."""
    previous = before.previous
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
        and previous.calibration_digest != digest(write_calibration(swept.findings.calibration)),
        config_changed=previous is not None and previous.config_digest != before.base_digest,
        ruling=swept.ruling,
        gone=_gone(swept),
    )


def is_material(lineage: Lineage) -> bool:
    """Whether a ring is new or has changed so that somebody should look again; honest groups come and go every week.

    A ring of which accounts were closed and others joined calls for a look whatever its size, and so do new accounts
    with the signals of closed ones, in whatever ring they are.
    """
    honest = {ring.ring_id for ring in lineage.known if kind(ring.assessment) == "honest"}
    events = [event for event in lineage.events if event.ring_id not in honest]
    evaded = {evader.ring_id for evader in lineage.evaders} - honest
    return bool(evaded) or any(event.kind in MATERIAL or alert_word(event) for event in events)


def _gone(swept: Swept) -> dict[str, str]:
    found = {ring.ring_id for ring in swept.findings.rings}
    return {ring.ring_id: ring.assessment for ring in swept.lineage.known if ring.ring_id not in found}


def measure_drift(frozen: Calibration, fresh: Calibration) -> tuple[Drift, ...]:
    """Set what is frozen beside what this week's data would give; the bins by their mean distance."""
    names = ("n_accounts", "base_rate", "prior_bits", "threshold_bits")
    plain = (Drift(name, float(getattr(frozen, name)), float(getattr(fresh, name))) for name in names)
    shared = sorted(frozen.bin_means.keys() & fresh.bin_means.keys())
    means = [(sum(bins[name] for name in shared) / len(shared) if shared else 0.0) for bins in _bins(frozen, fresh)]
    return (*plain, Drift("bin_means", *means))


def without_endings(lineage: Lineage, known: Sequence[KnownRing]) -> Lineage:
    """Claim of no ring that it is quiet or has ended: a source is missing, so it may only not have been seen."""
    gone = {event.ring_id for event in lineage.events if event.kind in _ENDINGS}
    before = {ring.ring_id: ring for ring in known}
    return replace(
        lineage,
        events=tuple(event for event in lineage.events if event.kind not in _ENDINGS),
        known=tuple(before[ring.ring_id] if ring.ring_id in gone else ring for ring in lineage.known),
    )


def count_reading(reading: Reading) -> dict[str, int]:
    """Count what gates compare from week to week, as far as reading tells."""
    sightings = reading.sightings
    counts = {"rows": reading.rows.rows_in, "accounts": len(sightings.accounts), "sightings": len(sightings)}
    for number, each in enumerate(sightings.types):
        counts[f"values:{each.name}"] = int((sightings.signal_type == number).sum())
    return counts | {f"{TOLD}{name}": n for name, n in reading.described.items() if n}


def count_findings(findings: Findings) -> dict[str, int]:
    """Count the same of what was found: links that ran away show in hubs and in the largest ring.

    Where countries are not exported any more, people of one would be tied by what is usual there.
    """
    largest = max((ring.n_members for ring in findings.rings), default=0)
    counts = {"hubs": len(findings.hubs), "largest_ring": largest}
    return counts if findings.groups is None else counts | {"placed": _n_placed(findings.groups, findings.calibration)}


def _n_placed(groups: Grouping, calibration: Calibration) -> int:
    """How many accounts are of a country that the calibration knows."""
    graph = groups.bipartite
    known = (code for code, name in enumerate(graph.country_names) if name in calibration.countries)
    return sum(int((graph.country == code).sum()) for code in known)


def _bins(*calibrations: Calibration) -> list[dict[str, float]]:
    return [dict(each.bin_means) for each in calibrations]
