"""What changed since earlier weeks, for the first page of a sweep's report: alerts first, other changes counted.

Changes and this week's findings go in, rows and sentences come out. A new group with an honest explanation needs no
second look, so its changes are counted and not listed.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from graphlink.model.findings import COORDINATED, Findings
from graphlink.model.sweeps import Changes, Evader, EventKind, RingEvent
from graphlink.model.times import NO_TIME
from graphlink.model.weeks import DAY, week_begin
from graphlink.results.alerts import CLOSED, CLOSED_IN_PART, GOES_ON, Calls, Line, find_calls
from graphlink.results.pictures.weeks import draw_weeks
from graphlink.results.ring_sentences import EVENT_WORDS, kind
from graphlink.results.text import count
from graphlink.results.upgrade_words import tell_upgrade
from graphlink.words.sentences import listed

_BY_PROVIDER: Final = {GOES_ON: "went on after a ban", CLOSED: CLOSED, CLOSED_IN_PART: CLOSED_IN_PART}
"""Words in the counts for changes that the provider caused, by the word of the line."""


def view_changes(changes: Changes, findings: Findings) -> dict[str, Any]:
    """Choose and word what a sweep's report shows of earlier weeks."""
    kinds = {ring.ring_id: kind(ring.assessment) for ring in findings.found}
    ranks = {ring.ring_id: ring.rank for ring in findings.found}
    events = changes.events if changes.previous else ()
    assessments = {**changes.gone, **{ring.ring_id: ring.assessment for ring in findings.found}}
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
    return {
        "headline": _headline(changes, calls),
        "lede": _lede(events, calls),
        "warnings": _warnings(changes),
        "alerts": _with_closed(calls.alerts, changes.closed),
        "others": _with_closed(calls.others, changes.closed),
        # This week's coordinated rings
        "coordinated": frozenset(ring_id for ring_id, each in kinds.items() if each == COORDINATED),
        # Those that no earlier sweep named
        "evaders": tuple(sorted(calls.evaders, key=lambda each: (-each.bits, each.account_id, each.ring_id))),
        # Of these, created before the last sweep
        "n_made_before": _count_made_before(changes, calls.evaders),
        # Others, which are no alerts
        "n_named": calls.n_named,
        # Rings by the number of accounts that may return to them
        "evaded": tuple(sorted(evaded.items(), key=lambda ring: (-ring[1], ring[0]))),
        "weeks": draw_weeks(
            (*changes.earlier, *changes.events), kinds, {ring_id: kind(each) for ring_id, each in assessments.items()}
        ),
        "upgrade_sentences": () if changes.upgrade is None else tell_upgrade(changes.upgrade),
    }


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


def _with_closed(lines: Iterable[Line], closed: Mapping[str, int]) -> tuple[Line, ...]:
    """Count all accounts of a ring that are closed now: still in it, or gone and in no other ring."""
    return tuple(line._replace(closed=max(line.closed, closed.get(line.ring_id, 0))) for line in lines)


def _count_made_before(changes: Changes, evaders: Sequence[Evader]) -> int:
    """Count accounts created before the last sweep. Readers take "new" for new-made, but old accounts can be bought."""
    if changes.previous is None:
        return 0
    since = week_begin(changes.previous) + 7 * DAY
    return sum(NO_TIME < each.created_at < since for each in evaders)
