"""What changed since the weeks before, for the first page of a sweep's report: alerts first, the rest counted.

Changes and this week's findings go in, rows and sentences come out. A group with an honest explanation needs no second
look for being new, so that its changes are counted and not listed.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from graphlink.history import EventKind
from graphlink.model import BIT_SCALE
from graphlink.report.pictures.weeks import Weeks, draw_weeks
from graphlink.report.text import count
from graphlink.report.words import COORDINATED, EVENT_WORDS, INCONCLUSIVE, kind, listed, rings

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from graphlink.history import Changes, Cleared, Drift, Evader, KnownBad, Returned, RingEvent
    from graphlink.model import Findings

HALF: Final = 1.5
"""A ring that is so many times as large as it was calls for a look."""
N_ALERTS: Final = 50
N_OTHERS: Final = 50
"""Changes listed that call for none."""
N_EVADERS: Final = 12
N_SHARED: Final = 3
"""Shared signals named for each account that may evade a ban, or that comes back after it was cleared."""
N_DECIDED: Final = 25
"""Rows of each list that people's decisions gave."""

_AWAY: Final = frozenset({EventKind.QUIET, EventKind.ENDED})


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """A change of one ring."""

    word: str
    ring_id: str
    kind: str
    others: tuple[str, ...]
    before: int
    after: int
    joined: int
    left: int
    closed: int
    because: str


@dataclass(frozen=True, slots=True)
class EvaderRow:
    """An account that may evade a ban."""

    account: str
    ring_id: str
    created_at: int
    shared: tuple[tuple[str, str], ...]
    n_shared: int
    bits: float


@dataclass(frozen=True, slots=True)
class ComebackRow:
    """A ring or account that a person cleared, and what is new since."""

    subject: str
    ring_id: str
    by: str
    note: str
    new: tuple[tuple[str, str], ...]
    n_new: int


@dataclass(frozen=True, slots=True)
class Changed:
    """Everything that a sweep's report says of the weeks before."""

    headline: str
    lede: str
    warnings: tuple[str, ...]
    alerts: tuple[ChangeRow, ...]
    n_alerts: int
    others: tuple[ChangeRow, ...]
    n_others: int
    evaders: tuple[EvaderRow, ...]
    n_evaders: int
    comebacks: tuple[ComebackRow, ...]
    n_comebacks: int
    known_bad: tuple[KnownBad, ...]
    n_known_bad: int
    cleared: tuple[Cleared, ...]
    n_cleared: int
    drift: tuple[Drift, ...]
    weeks: Weeks | None


def view_changes(changes: Changes, findings: Findings) -> Changed:
    """Choose and word what a sweep says of the weeks before it."""
    kinds = {ring.ring_id: kind(ring.assessment) for ring in findings.rings}
    ranks = {ring.ring_id: ring.rank for ring in findings.rings}
    events = changes.events if changes.previous else ()
    watched = [event for event in events if kinds.get(event.ring_id, "gone") != "honest"]
    alerts, others = _sort(watched, kinds, ranks)
    return Changed(
        headline=_headline(changes, alerts),
        lede=_lede(events, kinds),
        warnings=_warnings(changes),
        alerts=tuple(_row(event, word, kinds) for event, word in alerts[:N_ALERTS]),
        n_alerts=len(alerts),
        others=tuple(_row(event, EVENT_WORDS[event.kind], kinds) for event in others[:N_OTHERS]),
        n_others=len(others),
        evaders=tuple(_evader(each) for each in _by_bits(changes.evaders)[:N_EVADERS]),
        n_evaders=len(changes.evaders),
        comebacks=tuple(_comeback(each) for each in changes.ruling.returned[:N_DECIDED]),
        n_comebacks=len(changes.ruling.returned),
        known_bad=changes.ruling.known_bad[:N_DECIDED],
        n_known_bad=len(changes.ruling.known_bad),
        cleared=changes.ruling.cleared[:N_DECIDED],
        n_cleared=len(changes.ruling.cleared),
        drift=changes.drift,
        weeks=draw_weeks((*changes.earlier, *changes.events), kinds),
    )


def alert_word(event: RingEvent) -> str:
    """Name why an event calls for a look, nothing where it does not; see ``ALERTS`` for the order.

    Examples
    --------
    >>> from graphlink.history import RingEvent
    >>> alert_word(RingEvent("2026-W47", EventKind.GREW, "R-1", n_before=10, n_after=15, n_joined=5))
    'grew by half or more'
    >>> alert_word(RingEvent("2026-W47", EventKind.GREW, "R-1", n_before=10, n_after=13, n_joined=3))
    ''
    """
    if event.kind is EventKind.RETURNED:
        return ALERTS[0] if event.n_banned else ALERTS[1]
    if event.n_banned and event.n_joined and event.kind not in _AWAY:
        return ALERTS[2]
    if event.kind is EventKind.GREW and event.n_after >= HALF * event.n_before:
        return ALERTS[3]
    return {EventKind.MERGED: ALERTS[4], EventKind.SPLIT: ALERTS[5], EventKind.BORN: ALERTS[6]}.get(event.kind, "")


ALERTS: Final = (
    "back after a ban",
    "back",
    "goes on after a ban",
    "grew by half or more",
    "merged",
    "split off",
    "new",
)
"""What calls for a look, the most pressing first."""


def by_urgency(events: Iterable[RingEvent], assessments: Mapping[str, str]) -> list[RingEvent]:
    """Put what calls for a look first, and what happened to honest groups last; ``assessments`` is by ring."""

    def turn(event: RingEvent) -> tuple[bool, int, int, str]:
        word = alert_word(event)
        is_honest = kind(assessments.get(event.ring_id, COORDINATED)) == "honest"
        urgency = ALERTS.index(word) if word else len(ALERTS)
        return is_honest, urgency, -max(event.n_before, event.n_after), event.ring_id

    return sorted(events, key=turn)


def ring_history(changes: Changes | None, ring_id: str) -> tuple[RingEvent, ...]:
    """Tell what happened to a ring in the weeks that are remembered, the newest first."""
    if changes is None:
        return ()
    return tuple(event for event in reversed((*changes.earlier, *changes.events)) if event.ring_id == ring_id)


def _sort(
    events: Sequence[RingEvent], kinds: Mapping[str, str], ranks: Mapping[str, int]
) -> tuple[list[tuple[RingEvent, str]], list[RingEvent]]:
    """Part what calls for a look from what does not: coordinated rings first, then by urgency and rank."""
    worded = [(event, alert_word(event)) for event in events]
    order = {COORDINATED: 0, "gone": 1, INCONCLUSIVE: 2}

    def turn(event: RingEvent) -> tuple[int, int, str]:
        ring_kind = kinds.get(event.ring_id, "gone")
        return order[ring_kind], ranks.get(event.ring_id, 0) or -event.n_before, event.ring_id

    alerts = sorted(
        ((event, word) for event, word in worded if word),
        key=lambda pair: (turn(pair[0])[0], ALERTS.index(pair[1]), *turn(pair[0])[1:]),
    )
    quiet = (event for event, word in worded if not word and _is_change(event))
    return alerts, sorted(quiet, key=lambda event: (event.kind is not EventKind.QUIET, *turn(event)))


def _is_change(event: RingEvent) -> bool:
    return event.kind is not EventKind.CONTINUED or event.n_joined > 0 or event.n_left > 0


def _headline(changes: Changes, alerts: Sequence[tuple[RingEvent, str]]) -> str:
    if changes.previous is None:
        return f"Week {changes.week} is the first: every ring is new, and nothing is a change."
    n_rings = len({event.ring_id for event, _ in alerts})
    if not n_rings:
        return f"Nothing since {changes.previous} calls for another look."
    calls = "calls" if n_rings == 1 else "call"
    return f"{rings(n_rings)} {calls} for a look since {changes.previous}."


def _lede(events: Sequence[RingEvent], kinds: Mapping[str, str]) -> str:
    """Count what happened to all rings, the honest groups apart."""
    if not events:
        return ""
    told = []
    for name, are_honest in (("Of the rings", False), ("Of the groups with an honest explanation", True)):
        mine = [event for event in events if (kinds.get(event.ring_id) == "honest") is are_honest]
        counts = Counter(event.kind for event in mine)
        if mine:
            parts = [f"{count(counts[each])} {EVENT_WORDS[each]}" for each in EventKind if counts[each]]
            told.append(f"{name}: {listed(parts)}.")
    return " ".join(told)


def _warnings(changes: Changes) -> tuple[str, ...]:
    """Say what a reader must know before trusting the differences."""
    told = [gate.because for gate in changes.gates]
    if changes.missing_sources:
        names = listed(changes.missing_sources)
        told.append(f"Sources were missing ({names}): no ring is said to be quiet or to have ended.")
    if changes.missing_weeks:
        told.append(f"Never swept: {listed(changes.missing_weeks)}. What changed there shows this week.")
    if changes.calibration_renewed:
        told.append("The calibration is another than in the week before: a new ring may be a new calibration.")
    if changes.config_changed:
        told.append("The settings are others than in the week before: a new ring may be a new threshold.")
    if changes.revision > 1:
        told.append(f"This is revision {changes.revision} of the week; the earlier ones are kept.")
    return tuple(told)


def _row(event: RingEvent, word: str, kinds: Mapping[str, str]) -> ChangeRow:
    return ChangeRow(
        word=word,
        ring_id=event.ring_id,
        kind=kinds.get(event.ring_id, "gone"),
        others=event.others,
        before=event.n_before,
        after=event.n_after,
        joined=event.n_joined,
        left=event.n_left,
        closed=event.n_banned,
        because=event.because,
    )


def _by_bits(evaders: Sequence[Evader]) -> list[Evader]:
    return sorted(evaders, key=lambda each: (-each.bits, each.account_id, each.ring_id))


def _evader(evader: Evader) -> EvaderRow:
    return EvaderRow(
        account=evader.account_id,
        ring_id=evader.ring_id,
        created_at=evader.created_at,
        shared=evader.shared[:N_SHARED],
        n_shared=len(evader.shared),
        bits=evader.bits / BIT_SCALE,
    )


def _comeback(returned: Returned) -> ComebackRow:
    return ComebackRow(
        subject=returned.subject,
        ring_id=returned.ring_id,
        by=returned.by,
        note=returned.note,
        new=returned.new[:N_SHARED],
        n_new=len(returned.new),
    )
