"""Whom a named person confirmed: the only accounts that may be acted on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from graphlink.decisions.standing import ACTED_ON, Standings
from graphlink.history import Action, RingStatus, VerdictKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from graphlink.history import Decisions, KnownRing

_ALIVE: Final = frozenset({RingStatus.ACTIVE, RingStatus.QUIET})


def list_actions(known: Sequence[KnownRing], decisions: Decisions) -> tuple[Action, ...]:
    """List the core and probable members that a person confirmed, by themselves or with their ring, by account.

    Who is closed already, who is on the list of allowed accounts, and who is in a ring that somebody cleared is left
    out. A verdict on a ring reaches the members that were core or probable when it was given.
    """
    standings = Standings(decisions, [member.account_id for ring in known for member in ring.members])
    benign = {
        verdict.subject for verdict in decisions.verdicts if verdict.is_ring and verdict.kind is VerdictKind.BENIGN
    }
    actions = []
    for ring in known:
        if ring.status not in _ALIVE or ring.ring_id in benign:
            continue
        for member in ring.members:
            is_open = not (member.banned or member.closed)
            is_there = member.last_week == ring.last_week and is_open and member.tier in ACTED_ON
            verdict = standings.of(member.account_id).confirmed if is_there else None
            if verdict is not None:
                of = "ring" if verdict.is_ring else "account"
                told = (of, verdict.by, verdict.at, verdict.week, verdict.note)
                actions.append(Action(member.account_id, ring.ring_id, member.tier, *told))
    return tuple(sorted(actions, key=lambda action: action.account_id.encode()))
