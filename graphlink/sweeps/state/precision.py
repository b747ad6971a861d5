"""Precision by week: the confirmed share of the accused subjects that a person decided on.

Accused are rings assessed as coordinated, and their core and probable members. Three kinds of verdicts do not measure
precision: on a group that graphlink itself explained, on a ring that was quiet in that week, and on an account that was
never found in a ring.
"""

from collections import Counter
from dataclasses import dataclass
from typing import Final

from graphlink.model.sweeps import VerdictKind
from graphlink.sweeps.state.ledger import Ledger
from graphlink.sweeps.state.reading import read_sweeps

_JUDGED: Final = """
WITH looked_at AS (
    SELECT j.week, j.ring_id, j.account, j.kind,
        (SELECT max(generation) FROM sweeps AS s WHERE s.week <= j.week AND s.generation < j.generation) AS sweep
    FROM newest_verdict AS j LEFT JOIN names AS n ON n.name = j.account
    WHERE j.ring_id IS NOT NULL OR n.value IS NOT NULL
)
SELECT l.week, ring_id IS NOT NULL, kind, ring_id IS NULL AND EXISTS (
    SELECT 1 FROM (
        SELECT ring_id, tier, last_week, gone, max(generation) FROM member_records
        WHERE account = l.account AND generation <= l.sweep GROUP BY ring_id
    ) AS m
    WHERE NOT m.gone AND m.last_week IS NULL AND m.tier IN ('core', 'probable') AND ('coordinated', s.week) = (
        SELECT assessment, last_week FROM ring_records AS r
        WHERE r.ring_id = m.ring_id AND r.generation <= l.sweep ORDER BY r.generation DESC LIMIT 1
    )
) OR ('coordinated', s.week) = (
    SELECT assessment, last_week FROM ring_records AS r
    WHERE r.ring_id = l.ring_id AND r.generation <= l.sweep ORDER BY r.generation DESC LIMIT 1
)
FROM looked_at AS l LEFT JOIN sweeps AS s ON s.generation = l.sweep
"""
"""For each newest verdict: the week, whether its subject is a ring, the kind, and whether the subject was accused."""


@dataclass(frozen=True, slots=True)
class WeekOfVerdicts:
    """Verdicts on the accused of one week's sweep, counting the newest verdict on each subject."""

    week: str
    subject: str
    """``rings`` or ``accounts``."""
    n_shown: int | None
    """Rings of the week. None for accounts, which are many and mostly not judged."""
    confirmed: int
    benign: int
    unsure: int
    others: int = 0
    """Verdicts on subjects that the sweep did not accuse. Precision ignores them."""

    @property
    def precision(self) -> float | None:
        """Confirmed share of the decided subjects, None if there are none.

        Examples
        --------
        >>> WeekOfVerdicts("2026-W47", "rings", 12, confirmed=3, benign=1, unsure=2).precision
        0.75
        """
        decided = self.confirmed + self.benign
        return self.confirmed / decided if decided else None


def precision_by_week(ledger: Ledger) -> tuple[WeekOfVerdicts, ...]:
    """Count the verdicts by the week that the person judged, rings before accounts."""
    shown = {sweep.week: sweep.n_rings for sweep in read_sweeps(ledger)}  # the newest revision comes last
    counts: Counter[tuple[str, bool, str]] = Counter()
    for week, is_ring, kind, is_accused in ledger.connection.execute(_JUDGED):
        counts[week, bool(is_ring), kind if is_accused else ""] += 1
    told = []
    for week, is_account in sorted({(week, not is_ring) for week, is_ring, _ in counts}):
        numbers = [counts[week, not is_account, kind] for kind in (*VerdictKind, "")]
        of = ("accounts", None) if is_account else ("rings", shown.get(week))
        told.append(WeekOfVerdicts(week, *of, *numbers))
    return tuple(told)
