"""What two accounts share, and what each shared signal adds to the evidence that they belong together."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from graphlink.results.questions.folder import OpenRun
from graphlink.results.questions.known import SIGNAL_COLUMNS, KnownSignal, signal_from

SCALE: Final = 1 << 16
"""Evidence is counted in integers of 2**-16 bit, as in the analysis."""


@dataclass(frozen=True, slots=True)
class Shared:
    """A signal of both: what it adds to their evidence, and when each had it."""

    signal: KnownSignal
    counted_bits: float
    """All of its bits, or a fraction beside a stronger signal of its family."""
    first_seen: tuple[datetime | None, datetime | None]
    last_seen: tuple[datetime | None, datetime | None]


_SHARED = f"""
    WITH one AS (SELECT * FROM sightings WHERE account = ?), two AS (SELECT * FROM sightings WHERE account = ?),
    pair AS (
        SELECT signal, one.first_seen AS f1, two.first_seen AS f2, one.last_seen AS l1, two.last_seen AS l2
        FROM one JOIN two USING (signal)
    )
    SELECT {SIGNAL_COLUMNS}, f1, f2, l1, l2 FROM pair JOIN signals USING (signal) ORDER BY signal
"""  # noqa: S608  names of our own


def share(run: OpenRun, one: int, two: int) -> tuple[Shared, ...]:
    """Find what two accounts share, strongest first."""
    rows = run.rows(_SHARED, one, two)
    signals = [signal_from(run, row[:-4]) for row in rows]
    counted = count_bits(signals, run.further_share)
    found = [
        Shared(signal, bits, (row[-4], row[-3]), (row[-2], row[-1]))
        for signal, bits, row in zip(signals, counted, rows, strict=True)
    ]
    return tuple(sorted(found, key=lambda each: -each.counted_bits))


def count_bits(signals: Sequence[KnownSignal], further_share: float) -> list[float]:
    """Compute what each signal of a pair adds to its evidence, as the projection does.

    The strongest of each family counts in full, and so do signals that add up. The others add a fraction of their sum,
    divided by their bits.
    """
    numerator = round(further_share * 256)
    units = [round(signal.bits * SCALE) for signal in signals]
    counted = list(units)
    for family in sorted({signal.family for signal in signals}):
        mine = [i for i, signal in enumerate(signals) if signal.family == family]
        mine.sort(key=lambda i: (-units[i], not signals[i].adds_up))
        total = 0
        for i in [i for i in mine[1:] if not signals[i].adds_up]:
            before = total * numerator // 256
            total += units[i]
            counted[i] = total * numerator // 256 - before
    return [each / SCALE for each in counted]
