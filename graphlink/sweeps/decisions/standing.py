"""The decision that counts for each account.

The list of allowed accounts comes first, then the account's own verdict, then the newest verdict on a ring that
contained it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from graphlink.model.findings import ACTED_ON, Tier
from graphlink.model.sweeps import (
    Action,
    Decisions,
    KnownMember,
    KnownRing,
    LeftOut,
    Listed,
    RingStatus,
    Verdict,
    VerdictKind,
)
from graphlink.sweeps.decisions.matching import meant


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


_ALIVE: Final = frozenset({RingStatus.ACTIVE, RingStatus.QUIET})


def list_actions(known: Sequence[KnownRing], decisions: Decisions) -> tuple[Action, ...]:
    """List the core and probable members that a person confirmed, directly or with their ring, by account.

    Closed accounts, allowed accounts and accounts cleared by the newest decision are left out. A verdict on a ring
    covers only its members in the verdict's week. A confirmed account therefore stays confirmed when a ring cleared
    without it absorbs it.
    """
    standings = _standings(known, decisions)
    actions = []
    for ring in known:
        for member in ring.members:
            standing = standings.of(member.account_id)
            verdict = standing.confirmed
            if verdict is not None and _left_out(ring, member, standing) is None:
                of = "ring" if verdict.is_ring else "account"
                told = (of, verdict.by, verdict.at, verdict.week, verdict.note)
                actions.append(Action(member.account_id, ring.ring_id, member.tier, *told))
    return tuple(sorted(actions, key=lambda action: action.account_id.encode()))


def explain_actions(ring: KnownRing, decisions: Decisions) -> Mapping[str, LeftOut | None]:
    """Why each account of a ring is missing from the action file, None for accounts that are in it."""
    standings = _standings([ring], decisions)
    return {member.account_id: _left_out(ring, member, standings.of(member.account_id)) for member in ring.members}


def find_overruled(known: Sequence[KnownRing], before: Decisions, now: Decisions) -> tuple[Verdict | Listed, ...]:
    """For each account in the action file that was cleared before: the decision that cleared it."""
    accounts = [action.account_id for action in list_actions(known, now)]
    standings = Standings(before, accounts)
    found = (standings.of(account).cleared for account in accounts)
    return tuple(decision for decision in found if decision is not None)


def _standings(known: Sequence[KnownRing], decisions: Decisions) -> Standings:
    return Standings(decisions, [member.account_id for ring in known for member in ring.members])


def _left_out(ring: KnownRing, member: KnownMember, standing: Standing) -> LeftOut | None:
    holds = {
        LeftOut.RING: ring.status not in _ALIVE,
        LeftOut.GONE: member.last_week != ring.last_week,
        LeftOut.VICTIM: member.tier == Tier.POSSIBLE_VICTIM,
        LeftOut.EDGE: member.tier not in ACTED_ON,
        LeftOut.CLOSED: member.banned or member.closed,
        LeftOut.CLEARED: standing.cleared is not None,
        LeftOut.UNCONFIRMED: standing.confirmed is None,
    }
    return next((reason for reason in LeftOut if holds[reason]), None)
