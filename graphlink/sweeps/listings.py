"""What a state knows, as listings: rings, one ring's history, and how the sweeps are doing."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

from graphlink.model.sweeps import EventKind, RingEvent, RingStatus
from graphlink.model.weeks import weeks_within
from graphlink.results.alerts import history_word
from graphlink.results.listings import Listing
from graphlink.rings.verdict import turn_of
from graphlink.sweeps.state.backup import newest_backup
from graphlink.sweeps.state.decisions import counts_on, resolve_ring
from graphlink.sweeps.state.verdict_targets import ring_meant, unknown_ring
from graphlink.words.errors import InputError, Place
from graphlink.words.sentences import counted

if TYPE_CHECKING:
    from collections.abc import Collection

    from graphlink.model.sweeps import KnownRing, Verdict
    from graphlink.sweeps.state.state import State

_ORDER = {status: position for position, status in enumerate(RingStatus)}


def list_known_rings(state: State, statuses: Collection[RingStatus], today: str) -> Listing:
    """List the known rings of some statuses: those that are active first, in the order in which reports list them.

    Verdicts, which move the cleared ones to the end of a report, move none here: whether something new ties one of them
    only the next sweep finds. ``today`` is a day such as ``2026-11-24``: a verdict that has expired by then is said to
    be so.
    """
    verdicts = _ring_verdicts(state, today)
    rings = [ring for ring in state.known_rings() if ring.status in statuses]
    rings.sort(key=lambda ring: (_ORDER[ring.status], turn_of(ring.assessment), -ring.score, ring.ring_id))
    columns = ("ring_id", "status", "score", "members", "core", "born", "last_seen", "verdict", "assessment")
    rows = (
        (
            ring.ring_id,
            str(ring.status),
            round(ring.score, 1),
            ring.n_members,
            ring.n_core,
            ring.born,
            ring.last_week,
            told_verdict(verdicts[ring.ring_id], today) if ring.ring_id in verdicts else "",
            ring.assessment,
        )
        for ring in rings
    )
    return Listing(columns, tuple(rows))


def told_verdict(verdict: Verdict, today: str) -> str:
    """What a person decided, and whether it counts no more.

    Examples
    --------
    >>> from graphlink.model.sweeps import Verdict, VerdictKind
    >>> verdict = Verdict("R-1", True, VerdictKind.CONFIRMED, "maria", "chargebacks", "2026-W47", expires="2026-12-31")
    >>> told_verdict(verdict, "2026-12-31"), told_verdict(verdict, "2027-01-01")
    ('confirmed', 'confirmed (expired on 2026-12-31)')
    """
    return str(verdict.kind) if counts_on(verdict, today) else f"{verdict.kind} (expired on {verdict.expires})"


@dataclass(frozen=True, slots=True)
class RingStory:
    """All that is known of one ring."""

    ring: KnownRing
    asked: str
    """The id that was asked for; that of a ring which merged leads to the one that it went into."""
    events: tuple[RingEvent, ...]
    verdict: Verdict | None
    folder: str | None
    """Name of the folder of the newest sweep that saw it."""


def tell_ring(state: State, ring_id: str, today: str) -> RingStory:
    """Look a ring up by any id that it ever had, or its beginning; of its verdicts, that which counts on a day.

    Raises
    ------
    InputError
        GL504 if no ring ever had it, GL505 if several rings' ids begin so.
    """
    ring_id = ring_meant(state.ledger, ring_id)
    found = resolve_ring(state.ledger, ring_id)
    if found is None:
        raise InputError("GL504", Place(ring_id.strip()), unknown_ring(state.ledger, ring_id), "correct the id")
    known = {ring.ring_id: ring for ring in state.known_rings()}
    ring = known[found]
    asked = next(name for name in known if name.casefold() == ring_id.strip().casefold())
    events = [
        event for event in state.events() if ring.ring_id == event.ring_id or asked in (event.ring_id, *event.others)
    ]
    folders = {record.week: record.folder for record in state.sweeps()}
    return RingStory(
        ring, asked, tuple(events), _ring_verdicts(state, today).get(ring.ring_id), folders.get(ring.last_week)
    )


def list_events(story: RingStory, *, in_words: bool = False) -> Listing:
    """List what happened, oldest first; ``in_words`` names it as the sweeps did, for people, and not by its kind.

    ``left_banned`` are banned ones of those that left; ``banned`` are all of the ring of which the week's export is the
    first to say so, in it still or not. Of accounts that others closed no week is known. A week in which the ring was
    quiet still has no event; it is listed where accounts were banned.
    """
    columns = ("week", "ring_id", "event", "before", "now", "joined", "left", "left_banned", "banned", "because")
    ring = story.ring
    newly = Counter(member.banned_week for member in ring.members if member.banned)
    weeks = {each.week for each in story.events if each.ring_id == ring.ring_id}
    quiet = (
        RingEvent(week, EventKind.QUIET, ring.ring_id, because=f"{counted(n, 'account')} closed since the last sweep")
        for week, n in newly.items()
        if week is not None and week not in weeks and week > ring.born
    )
    rows = []
    for each in sorted((*story.events, *quiet), key=lambda event: event.week):
        banned = newly.pop(each.week, 0) if each.ring_id == story.ring.ring_id else 0  # once of two events of a week
        numbers = (each.n_before, each.n_after, each.n_joined, each.n_left, each.n_banned, banned)
        told = history_word(each, banned) if in_words else str(each.kind)
        rows.append((each.week, each.ring_id, told, *numbers, each.because))
    return Listing(columns, tuple(rows))


@dataclass(frozen=True, slots=True)
class Standing:
    """How the sweeps are doing."""

    newest: str | None
    """The newest swept week."""
    age: timedelta | None
    """Since the end of its window."""
    n_sweeps: int
    missing: tuple[str, ...]
    """Weeks between swept ones that were never swept."""
    n_active: int
    n_quiet: int
    backup: str | None
    """Name of the newest backup."""

    def is_stale(self, limit: timedelta) -> bool:
        """Whether sweeps have stopped: the newest is older than this, or there is none."""
        return self.age is None or self.age > limit


def tell_standing(state: State, now: datetime) -> Standing:
    """Say how the sweeps are doing at a moment."""
    records = state.sweeps()
    weeks = sorted({record.week for record in records})
    newest = records[-1] if records else None
    rings = state.known_rings()
    backup = newest_backup(state.ledger)
    return Standing(
        newest=None if newest is None else newest.week,
        age=None if newest is None else now - datetime.fromtimestamp(newest.as_of / 1e6, UTC),
        n_sweeps=len(weeks),
        missing=tuple(week for one, two in pairwise(weeks) for week in weeks_within(one, two)),
        n_active=sum(ring.status is RingStatus.ACTIVE for ring in rings),
        n_quiet=sum(ring.status is RingStatus.QUIET for ring in rings),
        backup=None if backup is None else backup.path.name,
    )


def _ring_verdicts(state: State, today: str) -> dict[str, Verdict]:
    """By ring the verdict that counts, or the newest where all have expired."""
    told = (*state.verdicts(), *state.counting(today))
    return {verdict.subject: verdict for verdict in told if verdict.is_ring}
