"""How often people agreed: of each week's rings and accounts that were judged, the share that was confirmed."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from graphlink.history import VerdictKind
from graphlink.state.people import read_verdicts
from graphlink.state.reading import read_sweeps

if TYPE_CHECKING:
    from graphlink.state.ledger import Ledger


@dataclass(frozen=True, slots=True)
class WeekOfVerdicts:
    """What people said of what one week's sweep showed, by the newest verdict on each subject."""

    week: str
    subject: str
    """``rings`` or ``accounts``."""
    n_shown: int | None
    """Rings of the week; None for accounts, which are many and mostly not judged."""
    confirmed: int
    benign: int
    unsure: int

    @property
    def precision(self) -> float | None:
        """Share of the confirmed among those that were decided, None where none were.

        Examples
        --------
        >>> WeekOfVerdicts("2026-W47", "rings", 12, confirmed=3, benign=1, unsure=2).precision
        0.75
        """
        decided = self.confirmed + self.benign
        return self.confirmed / decided if decided else None


def precision_by_week(ledger: Ledger) -> tuple[WeekOfVerdicts, ...]:
    """Count the verdicts by the week that the person looked at, rings before accounts."""
    shown = {sweep.week: sweep.n_rings for sweep in read_sweeps(ledger)}  # the newest revision comes last
    counts = Counter((verdict.week, verdict.is_ring, verdict.kind) for verdict in read_verdicts(ledger))
    subjects = sorted({(week, not is_ring) for week, is_ring, _ in counts})
    return tuple(
        WeekOfVerdicts(
            week=week,
            subject="accounts" if is_account else "rings",
            n_shown=None if is_account else shown.get(week),
            confirmed=counts[week, not is_account, VerdictKind.CONFIRMED],
            benign=counts[week, not is_account, VerdictKind.BENIGN],
            unsure=counts[week, not is_account, VerdictKind.UNSURE],
        )
        for week, is_account in subjects
    )
