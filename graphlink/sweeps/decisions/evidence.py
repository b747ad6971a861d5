"""New evidence: linking signals that were unknown when an account or ring was cleared.

Evidence that a person has already seen and cleared does not count again. Coarse signals, such as a bank's range of
cards or a neighbourhood, never link alone and bring nobody back.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

from graphlink.model.findings import Findings

Signal = tuple[str, str]


class RingEvidence:
    """The signals that each ring shares, whether each links, and the accounts with each."""

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
        """The signals of each account in each ring, computed only if somebody was cleared."""
        found: dict[tuple[str, str], list[Signal]] = {}
        names = ("ring_id", "account_id", "signal_type", "signal_value")
        ties = self._findings.ties
        for ring, account, kind, value in zip(*(ties[name].tolist() for name in names), strict=True):
            found.setdefault((ring, account), []).append((kind, value))
        return found

    def ties_of(self, ring_id: str, account: str) -> tuple[Signal, ...]:
        """The signals of an account in its ring."""
        return tuple(sorted(self._of_account.get((ring_id, account), ())))

    def new_in(self, ring_id: str, signals: Iterable[Signal], known: Iterable[Signal]) -> tuple[Signal, ...]:
        """The linking signals among some that were not known before."""
        return tuple(sorted((set(signals) & self._linking.get(ring_id, set())) - set(known)))
