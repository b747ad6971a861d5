"""One line per ring for what happened in a week: the alerts first, then the rest.

Events go in, lines for the page and the terminal come out. A ring that broke up gets one line, which also names its
parts. Page, terminal and exit code all use this module, so they agree on what is an alert.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from graphlink.model.findings import COORDINATED, INCONCLUSIVE
from graphlink.model.sweeps import CLEARED, Evader, EventKind, Returned, RingEvent, Ruling
from graphlink.results.ring_sentences import EVENT_WORDS, explanation_words, kind
from graphlink.words.sentences import counted

MUCH_LARGER: Final = 1.5
"""A ring that is at least this many times as large as before is an alert."""

RETURNED: Final = "back after it was cleared"
"""Alert: a person cleared the ring, and new evidence ties it."""

GOES_ON: Final = "goes on after a ban"
"""Alert: accounts of the ring were closed while others joined."""

TURNED: Final = "now coordinated"
"""Alert: the last sweep assessed the ring differently."""

EASED: Final = "no longer coordinated"
"""Only the last sweep called this ring coordinated. It is listed, but it is not an alert."""

ALERTS: Final = (
    "back after a ban",
    RETURNED,
    "back",
    GOES_ON,
    TURNED,
    "grew by half or more",
    "merged",
    "broke up",
    "split off",
    "new",
    "grew",
)
"""The alerts, most pressing first."""

CLOSED: Final = "closed"
CLOSED_IN_PART: Final = "closed in part"

AFTER_A_BAN: Final = ("back after a ban", GOES_ON)
"""The alerts of a ring that survived enforcement."""

_AWAY: Final = frozenset({EventKind.QUIET, EventKind.ENDED})
_ORDER: Final = {COORDINATED: 0, "gone": 1, INCONCLUSIVE: 2}


class Line(NamedTuple):
    """What happened to a ring in a week."""

    word: str
    is_alert: bool
    ring_id: str
    before: int
    after: int
    joined: int
    left: int
    closed: int
    """Accounts that left because the provider closed them."""
    because: str
    parts: tuple[tuple[str, int], ...] = ()
    """Rings that only split off from this one, with their numbers of accounts, largest first."""
    parent: str = ""
    """For a part: the ring that it and ``parts`` split off from, if that ring has no line of its own."""


class Calls(NamedTuple):
    """A week's alerts, most pressing first, and its other changes."""

    alerts: tuple[Line, ...]
    others: tuple[Line, ...]
    returned: tuple[Returned, ...]
    """Accounts that a person cleared and that return in a ring without a line of its own."""
    evaders: tuple[Evader, ...]
    """Accounts, new or first exported this week, that may evade a ban and were not named before."""
    n_named: int
    """Others that may: named before, or sharing values with closed accounts of an honest group."""
    honest: frozenset[str]
    """Groups with an honest explanation."""
    cleared: frozenset[str]
    """Rings that a person cleared and that nothing new ties, whatever their assessment."""

    def __bool__(self) -> bool:
        return bool(self.alerts or self.returned or self.evaders)

    @property
    def words(self) -> str:
        """The number of alerts; computed on demand."""
        parts = [f"{counted(n, 'ring')} {'needs' if n == 1 else 'need'} a look"] if (n := len(self.alerts)) else []
        if n := len(self.returned):
            parts.append(f"{counted(n, 'account')} that {'was cleared is' if n == 1 else 'were cleared are'} back")
        if n := len(self.evaders):
            parts.append(f"{counted(n, 'account')} may be evading a ban")
        *first, last = parts
        return f"{', '.join(first)}, and {last}" if first else last


def find_calls(  # noqa: PLR0913  what happened, what rings are and were called, and what people and the provider did
    events: Iterable[RingEvent],
    assessments: Mapping[str, str],
    ranks: Mapping[str, int],
    *,
    ruling: Ruling,
    before: Mapping[str, str],
    closed: Mapping[str, int],
    evaders: Iterable[Evader] = (),
    named: Collection[str] = (),
) -> Calls:
    """Find a week's alerts. Changes of honest groups and of cleared rings are counted, not listed.

    An honest group is still listed if the last sweep called it coordinated, or if half of it left while no honest
    reason was known.

    Parameters
    ----------
    events
        The week's events.
    assessments
        The assessment of every known ring, also of rings that are gone.
    ranks
        The rank of each of this week's rings.
    ruling
        The effects of people's decisions.
    before
        The assessments of the rings that were known before this week.
    closed
        By ring: its accounts that the provider has closed since the last sweep.
    evaders
        Accounts that may evade a ban.
    named
        Accounts that earlier sweeps named: they need no second look.
    """
    cleared = cleared_rings(assessments, ruling)
    honest = frozenset(ring_id for ring_id, each in assessments.items() if kind(each) == "honest") - cleared
    quiet = honest | cleared
    kinds = {ring_id: "honest" if ring_id in quiet else kind(assessments[ring_id]) for ring_id in ranks}
    returned = frozenset(each.ring_id for each in ruling.returned if each.is_ring)
    watched = [
        event
        for event in events
        if event.ring_id not in quiet or (event.ring_id not in cleared and _mattered(event, before))
    ]
    turns = {
        ring_id: (before[ring_id], now)
        for ring_id, now in assessments.items()
        if ring_id in ranks
        and ring_id not in cleared
        and COORDINATED in {before.get(ring_id, now), now}
        and before.get(ring_id, now) != now
    }
    alerts, others = make_lines(watched, kinds, ranks, returned=returned, turns=turns, closed=closed)
    evaders = tuple(evaders)
    new = tuple(each for each in evaders if each.account_id not in named and each.ring_id not in quiet)
    return Calls(
        alerts=tuple(alerts),
        others=tuple(others),
        returned=tuple(each for each in ruling.returned if not each.is_ring and each.ring_id not in quiet),
        evaders=new,
        n_named=len(evaders) - len(new),
        honest=honest,
        cleared=cleared,
    )


def _mattered(event: RingEvent, before: Mapping[str, str]) -> bool:
    """True if an honest group was called coordinated before, or lost half of its accounts while unexplained."""
    was = before.get(event.ring_id)
    return was == COORDINATED or (was == INCONCLUSIVE and 2 * event.n_after <= event.n_before)


def cleared_rings(assessments: Mapping[str, str], ruling: Ruling) -> frozenset[str]:
    """Rings that a person cleared, as a whole or account by account, and that nothing new ties."""
    ruled = frozenset(each.subject for each in ruling.cleared if each.is_ring)
    return ruled | frozenset(ring_id for ring_id, each in assessments.items() if each == CLEARED)


def alert_word(event: RingEvent) -> str:
    """Return the alert of an event, empty if there is none; ``ALERTS`` gives the order.

    Examples
    --------
    >>> from graphlink.model.sweeps import RingEvent
    >>> alert_word(RingEvent("2026-W47", EventKind.GREW, "R-1", n_before=10, n_after=15, n_joined=5))
    'grew by half or more'
    >>> alert_word(RingEvent("2026-W47", EventKind.CONTINUED, "R-1", n_before=10, n_after=11, n_joined=1))
    ''
    """
    if event.kind is EventKind.RETURNED:
        return "back after a ban" if event.n_banned else "back"
    if event.n_banned and event.n_joined and event.kind not in _AWAY:
        return GOES_ON
    if event.kind is EventKind.GREW and event.n_after >= MUCH_LARGER * event.n_before:
        return "grew by half or more"
    words = {EventKind.MERGED: "merged", EventKind.SPLIT: "split off", EventKind.BORN: "new", EventKind.GREW: "grew"}
    return words.get(event.kind, "")


def plain_word(event: RingEvent) -> str:
    """Word an event that is no alert. A ring that only a ban made smaller did not shrink by itself.

    Examples
    --------
    >>> from graphlink.model.sweeps import RingEvent
    >>> plain_word(RingEvent("2026-W47", EventKind.SHRANK, "R-1", n_before=10, n_after=4, n_left=6, n_banned=5))
    'closed in part'
    """
    mostly_closed = event.n_banned > 0 and 2 * event.n_banned >= event.n_left
    if mostly_closed and event.kind is EventKind.QUIET:
        return CLOSED
    if mostly_closed and event.kind is EventKind.SHRANK:
        return CLOSED_IN_PART
    return EVENT_WORDS[event.kind]


def history_word(event: RingEvent, closed: int = 0) -> str:
    """Word an event for a ring's history: by the week's own rules if accounts were closed, else plainly.

    ``closed`` counts the ring's accounts that the provider closed since the previous sweep, members or former members.

    Examples
    --------
    >>> from graphlink.model.sweeps import RingEvent
    >>> grown = RingEvent("2026-W47", EventKind.GREW, "R-1", n_before=10, n_after=12, n_joined=4, n_left=2, n_banned=2)
    >>> history_word(grown)
    'goes on after a ban'
    """
    word = _closed(_line([event]), closed).word
    return word if word in {*AFTER_A_BAN, CLOSED, CLOSED_IN_PART} else EVENT_WORDS[event.kind]


def make_lines(
    events: Sequence[RingEvent],
    kinds: Mapping[str, str],
    ranks: Mapping[str, int],
    *,
    returned: Collection[str] = (),
    turns: Mapping[str, tuple[str, str]] | None = None,
    closed: Mapping[str, int] | None = None,
) -> tuple[list[Line], list[Line]]:
    """Make one line per ring for alerts and other changes; coordinated rings come first.

    Parameters
    ----------
    events
        The week's events, without those of groups that were and are honest.
    kinds
        The kind of each ring's assessment; rings that are gone have none.
    ranks
        The rank of each of this week's rings.
    returned
        Rings that a person cleared and that new evidence ties.
    turns
        The assessments before and now of rings for which exactly one of these is coordinated.
    closed
        By ring: its accounts that the provider has closed since the last sweep.
    """
    lines = [_closed(line, (closed or {}).get(line.ring_id, 0)) for line in _lines(events, kinds)]
    lines = [_turned(line, kinds, turns or {}) for line in lines]
    lines = [_back(line) if line.ring_id in returned else line for line in lines]

    def turn(line: Line) -> tuple[int, int, str]:
        rings = [line.ring_id, *(part for part, _ in line.parts)]
        order = min(_order(ring, kinds) for ring in rings)
        return order, ranks.get(line.ring_id, 0) or -line.before, line.ring_id

    alerts = sorted(
        (line for line in lines if line.is_alert),
        key=lambda line: (turn(line)[0], ALERTS.index(line.word), *turn(line)[1:]),
    )
    provider = (EASED, CLOSED, CLOSED_IN_PART)
    others = (line for line in lines if not line.is_alert and (_has_moved(line) or line.word in provider))
    return alerts, sorted(others, key=lambda line: (line.word != EASED, line.after > 0, *turn(line)))


def _order(ring_id: str, kinds: Mapping[str, str]) -> int:
    return _ORDER.get(kinds.get(ring_id, "gone"), len(_ORDER))


def _has_moved(line: Line) -> bool:
    return bool(line.joined or line.left) or line.before != line.after


def _lines(events: Iterable[RingEvent], kinds: Mapping[str, str]) -> Iterable[Line]:
    by_ring: dict[str, list[RingEvent]] = defaultdict(list)
    for event in events:
        by_ring[event.ring_id].append(event)
    parts: dict[str, list[RingEvent]] = defaultdict(list)
    for ring_id, mine in sorted(by_ring.items()):
        if len(mine) == 1 and mine[0].kind is EventKind.SPLIT:
            parts[mine[0].others[0]].append(by_ring.pop(ring_id)[0])
    for ring_id, mine in by_ring.items():
        yield _with_parts(_line(mine), parts.pop(ring_id, []))
    for parent, mine in parts.items():
        first, *rest = sorted(mine, key=lambda part: (_order(part.ring_id, kinds), -part.n_after, part.ring_id))
        yield _with_parts(_line([first]), rest)._replace(word="split off", parent=parent)


def _line(events: Sequence[RingEvent]) -> Line:
    """Combine the events of one ring; a merge into it comes last."""
    first, *_ = ordered = sorted(events, key=lambda event: event.kind is EventKind.MERGED)
    alerts = sorted(filter(None, map(alert_word, ordered)), key=ALERTS.index)
    return Line(
        word=alerts[0] if alerts else plain_word(first),
        is_alert=bool(alerts),
        ring_id=first.ring_id,
        before=first.n_before,
        after=first.n_after,
        joined=first.n_joined,
        left=first.n_left,
        closed=first.n_banned,
        because="; ".join(event.because for event in ordered),
    )


def _closed(line: Line, n: int) -> Line:
    """Report a ban in the week in which it happened; closed accounts stay in the exports for weeks."""
    if n <= line.closed or not line.after:  # a ring that is gone reports its members that left
        return line
    line = line._replace(because=f"{counted(n, 'account')} closed since the last sweep; {line.because}")
    if line.joined:
        return _raised(line, GOES_ON)
    return line if line.is_alert else line._replace(word=CLOSED if n >= line.after else CLOSED_IN_PART)


def _turned(line: Line, kinds: Mapping[str, str], turns: Mapping[str, tuple[str, str]]) -> Line:
    """Report that a ring became coordinated, or is no longer; a group that is honest now is no alert."""
    if kinds.get(line.ring_id) == "honest":
        line = line._replace(word=EVENT_WORDS[EventKind.SHRANK] if line.is_alert else line.word, is_alert=False)
    if line.ring_id not in turns:
        return line
    was, now = map(explanation_words, turns[line.ring_id])
    line = line._replace(because=f"{was} before and {now} now; {line.because}")
    if turns[line.ring_id][1] != COORDINATED:
        return line if line.is_alert else line._replace(word=EASED)
    return _raised(line, TURNED)


def _back(line: Line) -> Line:
    """Report that a cleared ring is back; only a ban ranks before that."""
    because = "; ".join(filter(None, ("something new ties it since it was cleared", line.because)))
    return _raised(line._replace(because=because), RETURNED)


def _with_parts(line: Line, parts: Sequence[RingEvent]) -> Line:
    if not parts:
        return line
    largest = sorted(((part.ring_id, part.n_after) for part in parts), key=lambda part: (-part[1], part[0]))
    return _raised(line._replace(parts=tuple(largest)), "broke up")


def _raised(line: Line, word: str) -> Line:
    """Make an alert of a line; of two alerts, the more pressing one names it."""
    return line._replace(word=min(line.word, word, key=ALERTS.index) if line.is_alert else word, is_alert=True)
