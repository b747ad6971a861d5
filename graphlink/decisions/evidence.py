"""What is new: the signals that were not known when somebody was cleared, and whether these alone would tie.

What a person has looked at and found innocent counts no more. So the new signals must reach by themselves what a pair
needs to be linked: the strongest of each family, added up.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from graphlink.model import Findings

Signal = tuple[str, str]


class RingEvidence:
    """The signals of each ring with their families and bits, and who bears them, as findings tell."""

    def __init__(self, findings: Findings) -> None:
        self._threshold = findings.calibration.threshold_bits
        self._ties = findings.ties
        self.of_ring: dict[str, dict[Signal, tuple[str, float]]] = {}
        signals = findings.signals
        columns = ("ring_id", "signal_type", "signal_value", "family", "bits", "accounts_in_ring")
        for ring, kind, value, family, bits, inside in zip(*(signals[name].tolist() for name in columns), strict=True):
            if inside > 1:
                self.of_ring.setdefault(ring, {})[kind, value] = (family, bits)

    @cached_property
    def _of_account(self) -> dict[tuple[str, str], list[Signal]]:
        """The signals that tie each account to its ring: only where somebody was cleared does anybody ask."""
        found: dict[tuple[str, str], list[Signal]] = {}
        names = ("ring_id", "account_id", "signal_type", "signal_value")
        for ring, account, kind, value in zip(*(self._ties[name].tolist() for name in names), strict=True):
            found.setdefault((ring, account), []).append((kind, value))
        return found

    def ties_of(self, ring_id: str, account: str) -> tuple[Signal, ...]:
        """What ties an account to its ring."""
        return tuple(sorted(self._of_account.get((ring_id, account), ())))

    def new_in(self, ring_id: str, signals: Iterable[Signal], known: Iterable[Signal]) -> tuple[Signal, ...]:
        """The signals that were not known, if they tie by themselves; none otherwise."""
        of_ring: Mapping[Signal, tuple[str, float]] = self.of_ring.get(ring_id, {})
        new = sorted(set(signals) - set(known))
        strongest: dict[str, float] = {}
        for signal in new:
            family, bits = of_ring.get(signal, ("", 0.0))
            strongest[family] = max(bits, strongest.get(family, 0.0))
        return tuple(new) if sum(strongest.values()) >= self._threshold else ()
