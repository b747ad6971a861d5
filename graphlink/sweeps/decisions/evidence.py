"""What is new: the signals that were not known when somebody was cleared, and that link their accounts by themselves.

What a person has looked at and found innocent counts no more. A bank's range of cards or a neighbourhood, which never
link anybody by themselves, bring nobody back either.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from graphlink.model.findings import Findings

Signal = tuple[str, str]


class RingEvidence:
    """The signals that each ring shares, which of them link, and who bears them, as findings tell."""

    def __init__(self, findings: Findings) -> None:
        self._findings = findings
        self.of_ring: dict[str, set[Signal]] = {}
        self._linking: dict[str, set[Signal]] = {}
        columns = ("ring_id", "signal_type", "signal_value", "passes")
        for ring, kind, value, passes in zip(*(findings.signals[n].tolist() for n in columns), strict=True):
            self.of_ring.setdefault(ring, set()).add((kind, value))
            if passes:
                self._linking.setdefault(ring, set()).add((kind, value))

    @cached_property
    def _of_account(self) -> dict[tuple[str, str], list[Signal]]:
        """The signals that tie each account to its ring: only where somebody was cleared does anybody ask."""
        found: dict[tuple[str, str], list[Signal]] = {}
        names = ("ring_id", "account_id", "signal_type", "signal_value")
        ties = self._findings.ties
        for ring, account, kind, value in zip(*(ties[name].tolist() for name in names), strict=True):
            found.setdefault((ring, account), []).append((kind, value))
        return found

    def ties_of(self, ring_id: str, account: str) -> tuple[Signal, ...]:
        """What ties an account to its ring."""
        return tuple(sorted(self._of_account.get((ring_id, account), ())))

    def new_in(self, ring_id: str, signals: Iterable[Signal], known: Iterable[Signal]) -> tuple[Signal, ...]:
        """The signals that were not known and that link by themselves."""
        return tuple(sorted((set(signals) & self._linking.get(ring_id, set())) - set(known)))
