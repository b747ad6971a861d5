"""What changed since earlier weeks, for the first page of a sweep's report: alerts first, other changes counted.

Changes and this week's findings go in, rows and sentences come out. A new group with an honest explanation needs no
second look, so its changes are counted and not listed.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from graphlink.model.graph import BIT_SCALE
from graphlink.model.sweeps import EventKind
from graphlink.model.times import NO_TIME
from graphlink.model.weeks import DAY, week_begin
from graphlink.results.alerts import CLOSED, CLOSED_IN_PART, GOES_ON, find_calls
from graphlink.results.pictures.weeks import Weeks, draw_weeks
from graphlink.results.ring_sentences import EVENT_WORDS, kind
from graphlink.results.text import count
from graphlink.words.sentences import listed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from graphlink.model.findings import Findings
    from graphlink.model.sweeps import Changes, Cleared, Drift, Evader, KnownBad, Returned, RingEvent
    from graphlink.results.alerts import Calls, Line

_BY_PROVIDER: Final = {GOES_ON: "went on after a ban", CLOSED: CLOSED, CLOSED_IN_PART: CLOSED_IN_PART}
"""Words in the counts for changes that the provider caused, by the word of the line."""

N_ALERTS: Final = 50
N_OTHERS: Final = 50
"""Listed changes that are no alerts, at most."""
N_EVADERS: Final = 12
N_SHARED: Final = 3
"""Shared signals named for each account that may evade a ban or that returns after it was cleared."""
N_DECIDED: Final = 25
"""Rows of each list of people's decisions."""
N_PARTS: Final = 5
"""Named rings that split off from one."""
N_EVADED: Final = 6
"""Named rings whose accounts return."""


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """A change of one ring."""

    word: str
    ring_id: str
    kind: str
    before: int
    after: int
    joined: int
    left: int
    closed: int
    """Its accounts that are closed now: still in the ring, or gone and in no other ring."""
    because: str
    parts: tuple[tuple[str, int], ...]
    """Rings that split off from it, with their accounts."""
    n_parts: int
    parent: str
    """For a part: the ring that it and ``parts`` split off from, if that ring has no row."""


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
    """A ring or account that a person cleared, and the new evidence since then."""

    subject: str
    ring_id: str
    by: str
    note: str
    new: tuple[tuple[str, str], ...]
    n_new: int


@dataclass(frozen=True, slots=True)
class Changed:
    """What a sweep's report shows of earlier weeks."""

    headline: str
    lede: str
    warnings: tuple[str, ...]
    alerts: tuple[ChangeRow, ...]
    n_alerts: int
    others: tuple[ChangeRow, ...]
    n_others: int
    evaders: tuple[EvaderRow, ...]
    """Those that no earlier sweep named."""
    n_evaders: int
    n_made_before: int
    """Of these, created before the last sweep."""
    n_named: int
    """Others, which are no alerts."""
    evaded: tuple[tuple[str, int], ...]
    """Rings by the number of accounts that may return to them."""
    n_evaded: int
    comebacks: tuple[ComebackRow, ...]
    n_comebacks: int
    known_bad: tuple[KnownBad, ...]
    n_known_bad: int
    cleared: tuple[Cleared, ...]
    n_cleared: int
    drift: tuple[Drift, ...]
    weeks: Weeks | None


def view_changes(changes: Changes, findings: Findings) -> Changed:
    """Choose and word what a sweep's report shows of earlier weeks."""
    kinds = {ring.ring_id: kind(ring.assessment) for ring in findings.rings}
    ranks = {ring.ring_id: ring.rank for ring in findings.rings}
    events = changes.events if changes.previous else ()
    assessments = {**changes.gone, **{ring.ring_id: ring.assessment for ring in findings.rings}}
    calls = find_calls(
        events,
        assessments,
        ranks,
        ruling=changes.ruling,
        before=changes.before,
        closed=changes.closed_since,
        evaders=changes.evaders,
        named=changes.named,
    )
    evaded = Counter(each.ring_id for each in calls.evaders)
    return Changed(
        headline=_headline(changes, calls),
        lede=_lede(events, calls),
        warnings=_warnings(changes),
        alerts=tuple(_row(line, kinds, changes.closed) for line in calls.alerts[:N_ALERTS]),
        n_alerts=len(calls.alerts),
        others=tuple(_row(line, kinds, changes.closed) for line in calls.others[:N_OTHERS]),
        n_others=len(calls.others),
        evaders=tuple(_evader(each) for each in _by_bits(calls.evaders)[:N_EVADERS]),
        n_evaders=len(calls.evaders),
        n_made_before=_count_made_before(changes, calls.evaders),
        n_named=calls.n_named,
        evaded=tuple(sorted(evaded.items(), key=lambda ring: (-ring[1], ring[0]))[:N_EVADED]),
        n_evaded=len(evaded),
        comebacks=tuple(_comeback(each) for each in changes.ruling.returned[:N_DECIDED]),
        n_comebacks=len(changes.ruling.returned),
        known_bad=changes.ruling.known_bad[:N_DECIDED],
        n_known_bad=len(changes.ruling.known_bad),
        cleared=changes.ruling.cleared[:N_DECIDED],
        n_cleared=len(changes.ruling.cleared),
        drift=changes.drift,
        weeks=draw_weeks(
            (*changes.earlier, *changes.events), kinds, {ring_id: kind(each) for ring_id, each in assessments.items()}
        ),
    )


def ring_histories(changes: Changes | None) -> dict[str, tuple[RingEvent, ...]]:
    """List by ring what happened to it in the recorded weeks, newest first."""
    histories: dict[str, list[RingEvent]] = defaultdict(list)
    if changes is not None:
        for event in reversed((*changes.earlier, *changes.events)):
            histories[event.ring_id].append(event)
    return {ring_id: tuple(events) for ring_id, events in histories.items()}


def _headline(changes: Changes, calls: Calls) -> str:
    if changes.previous is None:
        return f"Week {changes.week} is the first: every ring is new, and nothing is a change."
    if not calls:
        return f"Nothing since {changes.previous} calls for another look."
    return f"Since {changes.previous}: {calls.words}."


def _lede(events: Sequence[RingEvent], calls: Calls) -> str:
    """Count what happened to all rings; honest groups and cleared rings are counted apart."""
    apart = {
        "Of the groups with an honest explanation": calls.honest,
        "Of the rings that a person cleared": calls.cleared,
    }
    others = frozenset(event.ring_id for event in events) - calls.honest - calls.cleared
    lines = {line.ring_id: line.word for line in (*calls.alerts, *calls.others)}
    sentences = []
    for name, ring_ids in {"Of the rings": others, **apart}.items():
        mine = [event for event in events if event.ring_id in ring_ids]
        if mine:
            counts = Counter(_counted_as(event, lines) for event in mine)
            words = dict.fromkeys((*_BY_PROVIDER.values(), *(EVENT_WORDS[each] for each in EventKind)))
            parts = [f"{count(counts[word])} {word}" for word in words if counts[word]]
            sentences.append(f"{name}: {listed(parts)}.")
    return " ".join(sentences)


def _counted_as(event: RingEvent, lines: Mapping[str, str]) -> str:
    """One word for an event; "closed" and "goes on" come before "shrank" and "continued"."""
    word = "" if event.kind is EventKind.MERGED else lines.get(event.ring_id, "")
    return _BY_PROVIDER.get(word, EVENT_WORDS[event.kind])


def _warnings(changes: Changes) -> tuple[str, ...]:
    """List what a reader must know before trusting the differences."""
    sentences = [gate.because for gate in changes.gates]
    if changes.missing_sources:
        names = listed(changes.missing_sources)
        sentences.append(f"Sources were missing ({names}): no ring is reported as quiet or ended.")
    if changes.missing_weeks:
        sentences.append(f"Never swept: {listed(changes.missing_weeks)}. Changes of these weeks appear in this week.")
    if changes.calibration_renewed:
        sentences.append("The calibration has changed since the week before: a ring may be new for that reason alone.")
    if changes.config_changed:
        sentences.append("The settings have changed since the week before: a ring may be new for that reason alone.")
    if changes.revision > 1:
        sentences.append(f"This is revision {changes.revision} of the week; the earlier ones are kept.")
    return tuple(sentences)


def _row(line: Line, kinds: Mapping[str, str], closed: Mapping[str, int]) -> ChangeRow:
    return ChangeRow(
        word=line.word,
        ring_id=line.ring_id,
        kind=kinds.get(line.ring_id, "gone"),
        before=line.before,
        after=line.after,
        joined=line.joined,
        left=line.left,
        closed=max(line.closed, closed.get(line.ring_id, 0)),
        because=line.because,
        parts=line.parts[:N_PARTS],
        n_parts=len(line.parts),
        parent=line.parent,
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


def _count_made_before(changes: Changes, evaders: Sequence[Evader]) -> int:
    """Count accounts created before the last sweep. Readers take "new" for new-made, but old accounts can be bought."""
    if changes.previous is None:
        return 0
    since = week_begin(changes.previous) + 7 * DAY
    return sum(NO_TIME < each.created_at < since for each in evaders)


def _comeback(returned: Returned) -> ComebackRow:
    return ComebackRow(
        subject=returned.subject,
        ring_id=returned.ring_id,
        by=returned.by,
        note=returned.note,
        new=returned.new[:N_SHARED],
        n_new=len(returned.new),
    )
