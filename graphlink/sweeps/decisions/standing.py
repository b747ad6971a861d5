"""The decision that counts for each account.

The list of allowed accounts comes first, then the account's own verdict, then the newest verdict on a ring that
contained it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from graphlink.model.findings import ACTED_ON
from graphlink.model.sweeps import VerdictKind
from graphlink.sweeps.decisions.matching import meant

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from graphlink.model.sweeps import Decisions, Listed, Verdict


@dataclass(frozen=True, slots=True)
class Standing:
    """The decision on an account: who cleared it with which evidence, or who confirmed it."""

    cleared: Verdict | Listed | None = None
    confirmed: Verdict | None = None


class Standings:
    """The decisions on some accounts, looked up by account."""

    def __init__(self, decisions: Decisions, accounts: Sequence[str]) -> None:
        self._allowed = meant([entry for entry in decisions.allowed if entry.signal_type is None], accounts)
        self._own: Mapping[str, Verdict] = {v.subject: v for v in decisions.verdicts if not v.is_ring}
        self._through_ring: dict[str, Verdict] = {}
        for verdict in sorted((v for v in decisions.verdicts if v.is_ring), key=lambda v: v.at):  # else in stored order
            for account, tier in verdict.covers:
                if verdict.kind is not VerdictKind.CONFIRMED or tier in ACTED_ON:
                    self._through_ring[account] = verdict

    def of(self, account: str) -> Standing:
        """The decision on one of the accounts."""
        allowed = self._allowed.get(account)
        if allowed is not None:
            return Standing(cleared=allowed)
        verdict = self._own.get(account) or self._through_ring.get(account)
        if verdict is None or verdict.kind is VerdictKind.UNSURE:
            return Standing()
        is_benign = verdict.kind is VerdictKind.BENIGN
        return Standing(cleared=verdict) if is_benign else Standing(confirmed=verdict)
