"""One ring: what it is, what ties it, who is in it, and how stable that is."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from graphlink.results.questions.folder import OpenRun
from graphlink.results.questions.known import split_names

LISTED: Final = 10
"""Signals and members that an answer lists; it counts all of them, and ``graphlink sql`` gives the rest."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the score."""

    name: str
    points: float
    because: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """An honest explanation, tested; ``fits`` is None if the export lacks the data to judge."""

    explanation: str
    fits: bool | None
    because: str


@dataclass(frozen=True, slots=True)
class Tie:
    """A signal that ties the ring."""

    signal_type: str
    signal_value: str
    inside: int
    outside: int
    expected: float
    lift: float
    bits: float
    passes: bool
    first_seen: datetime | None
    last_seen: datetime | None


@dataclass(frozen=True, slots=True)
class Member:
    """An account of the ring."""

    account_id: str
    tier: str
    confidence: float
    families: tuple[str, ...]
    survives_any_value: bool


@dataclass(frozen=True, slots=True)
class RingAnswer:
    """What is known of a ring. ``q_value``, ``over_seeds`` and ``over_losses`` are None if nothing was tried."""

    ring_id: str
    rank: int
    score: float
    assessment: str
    headline: str
    campaign: str | None
    """The campaign of the ring, None if it has none."""
    members: int
    core: int
    probable: int
    peripheral: int
    possible_victims: int
    cells: int
    families: tuple[str, ...]
    first_seen: datetime | None
    last_seen: datetime | None
    q_value: float | None
    over_seeds: float | None
    over_losses: float | None
    factors: tuple[Part, ...]
    checks: tuple[Explanation, ...]
    survives: tuple[tuple[str, float], ...]
    """By family: the share of the members still tied without it."""
    n_ties: int
    ties: tuple[Tie, ...]
    """The strongest."""
    listed: tuple[Member, ...]
    """The firmest members."""


_FIELDS: Final = (
    *("ring_id", "rank", "score", "assessment", "headline", "campaign", "members", "core", "probable", "peripheral"),
    *("possible_victims", "cells", "families", "first_seen", "last_seen", "q_value", "over_seeds", "over_losses"),
    *("factors", "checks", "survives"),
)
_RING = f"SELECT {', '.join(_FIELDS)} FROM rings WHERE ring_id = ?"  # noqa: S608  names of our own
_TIES = f"""
    SELECT signal_type, signal_value, accounts_in_ring, accounts_outside, expected_by_chance, lift, bits, passes,
        evidence.first_seen, evidence.last_seen
    FROM evidence JOIN signals USING (signal) WHERE ring_id = ?
    ORDER BY bits * accounts_in_ring DESC, signal LIMIT {LISTED}
"""  # noqa: S608  a number of our own
_MEMBERS = f"""
    SELECT account_id, tier, confidence, families, survives_any_value
    FROM members JOIN accounts USING (account) WHERE ring_id = ?
    ORDER BY list_position(['core', 'probable', 'peripheral', 'possible_victim'], tier), confidence DESC, n_links DESC,
        account
    LIMIT {LISTED}
"""  # noqa: S608  a number of our own


def explain_ring(run: OpenRun, ring_id: str) -> RingAnswer:
    """Collect what is known of a ring, given its id."""
    known = dict(zip(_FIELDS, run.rows(_RING, ring_id)[0], strict=True))
    lists = {
        "families": split_names(known["families"]),
        "factors": tuple(Part(**each) for each in known["factors"]),
        "checks": tuple(Explanation(**each) for each in known["checks"]),
        "survives": tuple((each["family"], each["share"]) for each in known["survives"]),
    }
    return RingAnswer(
        **known | lists,
        n_ties=int(run.rows("SELECT count(*) FROM evidence WHERE ring_id = ?", ring_id)[0][0]),
        ties=tuple(Tie(*each) for each in run.rows(_TIES, ring_id)),
        listed=tuple(
            Member(account, tier, confidence, split_names(tied), survives_any)
            for account, tier, confidence, tied, survives_any in run.rows(_MEMBERS, ring_id)
        ),
    )
