"""Listings from a state: the known rings, one ring's history, and the condition of the sweeps."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import chain, pairwise
from typing import Any

from graphlink.model.findings import COORDINATED, INCONCLUSIVE
from graphlink.model.listing import is_listed
from graphlink.model.sweeps import EventKind, KnownRing, RingEvent, RingStatus, Verdict
from graphlink.model.weeks import weeks_within
from graphlink.results.alerts import history_word
from graphlink.results.columns import DECLARED
from graphlink.results.listings import Listing
from graphlink.rings.fitted_worlds import shipped_worlds
from graphlink.rings.verdict import turn_of
from graphlink.sweeps.state.backup import newest_backup
from graphlink.sweeps.state.decisions import counts_on, read_counting, read_verdicts, resolve_ring
from graphlink.sweeps.state.ledger import Ledger
from graphlink.sweeps.state.reading import known_rings, read_events, read_sweeps
from graphlink.sweeps.state.verdict_targets import find_ring_id, unknown_ring
from graphlink.words.errors import InputError
from graphlink.words.sentences import counted, expected_wrong, listed

_ORDER = {status: position for position, status in enumerate(RingStatus)}


def list_known_rings(
    state: Ledger, statuses: Collection[RingStatus], today: str, smallest: int = 0
) -> tuple[Listing, int]:
    """List the known rings of some statuses: active ones first, in the order of the reports; and count the unlisted.

    Honest groups with fewer members than ``smallest`` are listed only if there is a verdict.

    Verdicts do not change this order, although reports list cleared rings last: only the next sweep finds whether a
    cleared ring has new evidence. ``today`` is a day such as ``2026-11-24``; verdicts that expired before it are
    marked.
    """
    verdicts = _ring_verdicts(state, today)
    known = [ring for ring in known_rings(state) if ring.status in statuses]
    rings = [
        ring
        for ring in known
        if not smallest or is_listed(ring.assessment, ring.n_members, smallest, is_decided=ring.ring_id in verdicts)
    ]
    rings.sort(key=lambda ring: (_ORDER[ring.status], turn_of(ring.assessment), -ring.score, ring.ring_id))
    table = DECLARED["printed"]["rings"]
    told = {ring_id: describe_verdict(verdict, today) for ring_id, verdict in verdicts.items()}
    rows = (
        (
            *(ring.ring_id, str(ring.status), round(ring.score, 1), ring.n_members, ring.n_core),
            *(ring.born, ring.last_week, told.get(ring.ring_id, ""), ring.assessment),
        )
        for ring in rings
    )
    return Listing(table.columns, table.filled(rows)), len(known) - len(rings)


def first_to_review(listing: Listing, n: int, ring_share: float) -> tuple[Listing, str]:
    """The first rings to review of a listing, coordinated or inconclusive; and what to expect of them, in words."""
    called, score = (listing.columns.index(name) for name in ("assessment", "score"))
    rows = tuple(row for row in listing.rows if row[called] in {COORDINATED, INCONCLUSIVE})[:n]
    scores = {
        name: [float(str(row[score])) for row in rows if row[called] == name] for name in (COORDINATED, INCONCLUSIVE)
    }
    point = shipped_worlds().operating_point(ring_share)
    wrong = sum(map(point.wrong, chain(*scores.values())))
    down = [
        f"{counted(len(each), f'{name} ring')} down to score {min(each):.1f}" for name, each in scores.items() if each
    ]
    told = f"{listed(down)}. {expected_wrong(wrong, ring_share, 'them')}" if rows else ""
    return replace(listing, rows=rows), told


def describe_verdict(verdict: Verdict, today: str) -> str:
    """A verdict as text, with its expiry if it no longer counts.

    Examples
    --------
    >>> from graphlink.model.sweeps import Verdict, VerdictKind
    >>> verdict = Verdict("R-1", True, VerdictKind.CONFIRMED, "maria", "chargebacks", "2026-W47", expires="2026-12-31")
    >>> describe_verdict(verdict, "2026-12-31"), describe_verdict(verdict, "2027-01-01")
    ('confirmed', 'confirmed (expired on 2026-12-31)')
    """
    return str(verdict.kind) if counts_on(verdict, today) else f"{verdict.kind} (expired on {verdict.expires})"


@dataclass(frozen=True, slots=True)
class RingStory:
    """Everything that the state has about one ring."""

    ring: KnownRing
    asked: str
    """The requested id. The id of a merged ring leads to the ring that it merged into."""
    events: tuple[RingEvent, ...]
    verdict: Verdict | None
    folder: str | None
    """Folder of the newest sweep that found the ring."""


def find_ring_story(state: Ledger, ring_id: str, today: str) -> RingStory:
    """Look up a ring by any past id or its beginning, with the verdict that counts on a day.

    Raises
    ------
    InputError
        GL504 if no ring ever had this id, GL505 if the ids of several rings begin so.
    """
    ring_id = find_ring_id(state, ring_id)
    found = resolve_ring(state, ring_id)
    if found is None:
        raise InputError("GL504", ring_id.strip(), unknown_ring(state, ring_id), "correct the id")
    known = {ring.ring_id: ring for ring in known_rings(state)}
    ring = known[found]
    asked = next(name for name in known if name.casefold() == ring_id.strip().casefold())
    events = [
        event
        for event in read_events(state)
        if ring.ring_id == event.ring_id or asked in (event.ring_id, *event.others)
    ]
    folders = {record.week: record.folder for record in read_sweeps(state)}
    return RingStory(
        ring, asked, tuple(events), _ring_verdicts(state, today).get(ring.ring_id), folders.get(ring.last_week)
    )


def list_events(story: RingStory, *, in_words: bool = False) -> Listing:
    """List the events of a ring, oldest first. ``in_words`` gives the sweeps' sentences instead of the kinds.

    ``left_banned`` counts the banned accounts among those that left. ``banned`` counts all accounts of the ring that
    the week's export is the first to list as banned, whether or not they are still in it. Accounts closed by others
    have no known week. A quiet week has no event of its own, but is listed if accounts were banned.
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
        banned = newly.pop(each.week, 0) if each.ring_id == story.ring.ring_id else 0  # once if a week has two events
        numbers = (each.n_before, each.n_after, each.n_joined, each.n_left, each.n_banned, banned)
        told = history_word(each, banned) if in_words else str(each.kind)
        rows.append((each.week, each.ring_id, told, *numbers, each.because))
    return Listing(columns, tuple(rows))


def measure_sweeps(state: Ledger, now: datetime, limit: timedelta) -> dict[str, Any]:
    """Measure the condition of the sweeps at a moment, stale if the newest is older than a limit or there is none."""
    records = read_sweeps(state)
    weeks = sorted({record.week for record in records})
    newest = records[-1] if records else None
    rings = known_rings(state)
    backup = newest_backup(state)
    age = None if newest is None else now - datetime.fromtimestamp(newest.as_of / 1e6, UTC)
    return {
        "newest_week": None if newest is None else newest.week,
        "days_since_its_end": None if age is None else round(age / timedelta(days=1), 1),
        "stale": age is None or age > limit,
        "weeks_swept": len(weeks),
        "weeks_missing": [week for one, two in pairwise(weeks) for week in weeks_within(one, two)],
        "active_rings": sum(ring.status is RingStatus.ACTIVE for ring in rings),
        "quiet_rings": sum(ring.status is RingStatus.QUIET for ring in rings),
        "newest_backup": None if backup is None else backup.path.name,
    }


def _ring_verdicts(state: Ledger, today: str) -> dict[str, Verdict]:
    """By ring, the verdict that counts, or the newest if all have expired."""
    told = (*read_verdicts(state), *read_counting(state, today))
    return {verdict.subject: verdict for verdict in told if verdict.is_ring}
