"""What happened to each ring in a week, each with a sentence that contains no raw values."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from graphlink.config.lineage import LineageSettings
from graphlink.model.sweeps import EventKind, KnownRing, RingEvent, RingStatus
from graphlink.model.weeks import weeks_between
from graphlink.sweeps.lineage.matching import SEVERAL, Recognised
from graphlink.sweeps.lineage.memory import Memory
from graphlink.sweeps.lineage.tables import Known, is_current, without_victims
from graphlink.words.sentences import counted, or_none

_LEAST_CHANGE: Final = 2
"""The smallest change of size in accounts. A pair that becomes three did not grow; one account joined."""

_NAMED: Final = 3
"""The most rings in a sentence. The event has all of them."""

_ORDER: Final = {kind: position for position, kind in enumerate(EventKind)}


@dataclass(frozen=True, slots=True)
class _Week:
    """A week's accounts by ring, without possible victims, and all closed accounts."""

    name: str
    before: Sequence[frozenset[str]]
    now: Sequence[frozenset[str]]
    anywhere: frozenset[str]
    """Accounts that are in any ring now."""
    banned: frozenset[str]
    cleared: frozenset[str]
    """Accounts that stay out because a person cleared them."""
    unnamed: Sequence[int]
    """Per found ring, the number of accounts counted as forgotten members, which are not new."""
    accounts_tied: dict[tuple[int, int], int]
    n_known: Counter[int]
    """Per found ring, the number of accounts that were in known rings before."""
    signals_tied: dict[tuple[int, int], tuple[int, int]]


def derive_events(
    recognised: Recognised, memory: Memory, unnamed: Sequence[int], *, cleared: frozenset[str] = frozenset()
) -> tuple[RingEvent, ...]:
    """One event per ring, and one more for a ring that others merged into.

    The found rings have no ``cleared`` accounts. ``unnamed`` is the number of accounts counted as forgotten members,
    per found ring.
    """
    known, matches, settings = recognised.known, recognised.matches, recognised.settings
    this = _gather(recognised, memory, unnamed, cleared)
    events: list[RingEvent] = []
    for f, (ring_id, k, parent) in enumerate(
        zip(recognised.lasting, matches.goes_on.tolist(), matches.came_from.tolist(), strict=True)
    ):
        if k >= 0:
            events.append(_goes_on(this, known.rings[k], (k, f), settings))
        elif parent >= 0:
            events.append(_split(this, ring_id, known.rings[parent], (parent, f)))
        else:
            events.append(_born(this, ring_id, f))
        if (taken_up := np.flatnonzero(matches.went_into == f)).size:
            events.append(_merged(this, ring_id, taken_up.tolist(), known, f))
    seen = set(matches.goes_on.tolist())
    for k, ring in enumerate(known.rings):
        if k in seen or matches.went_into[k] >= 0:
            continue
        if weeks_between(ring.last_week, this.name) > settings.ghost_weeks:
            events.append(_ended(this, ring))
        elif ring.status is RingStatus.ACTIVE:
            events.append(_quiet(this, ring, k))
    return tuple(sorted(events, key=lambda event: (event.ring_id, _ORDER[event.kind])))


def _gather(recognised: Recognised, memory: Memory, unnamed: Sequence[int], cleared: frozenset[str]) -> _Week:
    known, found, matches = recognised.known, recognised.found, recognised.matches
    members = without_victims(known.members)
    members = members[is_current(known, members)]
    shared, borne = matches.shared, matches.borne
    now = _sets(without_victims(found.members)["found"], without_victims(found.members)["account_id"], len(found.rings))
    # rings are matched with all of their accounts, but counted without the cleared ones
    pairs = shared[["known", "found", "n"]].itertuples(index=False)
    accounts_tied = {(k, f): min(n, len(now[f])) for k, f, n in pairs}
    n_known: Counter[int] = Counter()
    for (_, f), n in accounts_tied.items():
        n_known[f] = min(n_known[f] + n, len(now[f]))
    return _Week(
        name=recognised.week,
        before=_sets(members["known"], members["account_id"], len(known.rings)),
        now=now,
        anywhere=frozenset().union(*now),
        banned=frozenset(memory.members.loc[memory.members["banned"], "account_id"]),
        cleared=cleared,
        unnamed=unnamed,
        accounts_tied=accounts_tied,
        n_known=n_known,
        signals_tied={
            (k, f): (n, s)
            for k, f, n, s in borne[["known", "found", "n_accounts", "n_signals"]].itertuples(index=False)
        },
    )


def _sets(place: pd.Series, account: pd.Series, n_rings: int) -> list[frozenset[str]]:
    sets: list[set[str]] = [set() for _ in range(n_rings)]
    for each, name in zip(place.tolist(), account.tolist(), strict=True):
        sets[each].add(name)
    return [frozenset(each) for each in sets]


def _goes_on(this: _Week, ring: KnownRing, pair: tuple[int, int], settings: LineageSettings) -> RingEvent:
    """The event of a known ring that was found again: returned, grew, shrank or continued."""
    before, now = this.before[pair[0]], this.now[pair[1]]
    left, unnamed = before - now, this.unnamed[pair[1]]
    joined, stayed, lost = len(now - before) - unnamed, len(before & now) + unnamed, len(left & this.banned)
    n_before = len(before) + unnamed
    went = _left(left, this)
    change = len(now) - n_before
    is_told = abs(change) >= max(_LEAST_CHANGE, settings.change_share * n_before)
    if ring.status is RingStatus.QUIET:
        kind, because = EventKind.RETURNED, f"not seen since {ring.last_week}; {_tie(this, pair)}"
    elif is_told:
        kind = EventKind.GREW if change > 0 else EventKind.SHRANK
        because = f"from {n_before:,} to {counted(len(now), 'account')}: {joined:,} joined, {went}"
    elif joined or left:
        kind, because = EventKind.CONTINUED, f"{counted(stayed, 'account')} stayed, {joined:,} joined, {went}"
    else:
        kind, because = EventKind.CONTINUED, f"the same {counted(stayed, 'account')}"
    if pair not in this.accounts_tied and ring.status is RingStatus.ACTIVE:
        because += f"; {_tie(this, pair)}"
    return RingEvent(this.name, kind, ring.ring_id, (), n_before, len(now), joined, len(left), lost, because)


def _tie(this: _Week, pair: tuple[int, int]) -> str:
    """The evidence that matches a found ring with a known one."""
    accounts, signals = this.signals_tied.get(pair, (0, 0))
    tied = this.accounts_tied.get(pair, 0)
    size = counted(len(this.now[pair[1]]), "account")
    if tied < accounts and (signals >= SEVERAL or not tied):
        return f"{accounts:,} of {size} bear {counted(signals, 'signal')} that only it had"
    return f"{tied:,} of {size} were in it before"


def _split(this: _Week, ring_id: str, parent: KnownRing, pair: tuple[int, int]) -> RingEvent:
    before, now = this.before[pair[0]], this.now[pair[1]]
    because = f"from {parent.ring_id}: {_tie(this, pair)}"
    n_new = len(now - before)
    return RingEvent(
        this.name, EventKind.SPLIT, ring_id, (parent.ring_id,), len(before), len(now), n_new, 0, 0, because
    )


def _born(this: _Week, ring_id: str, f: int) -> RingEvent:
    n = len(this.now[f])
    because = f"{counted(n, 'account')}, {or_none(this.n_known[f])} of them known from other rings"
    return RingEvent(this.name, EventKind.BORN, ring_id, (), 0, n, n, 0, 0, because)


def _merged(this: _Week, ring_id: str, taken_up: Sequence[int], known: Known, f: int) -> RingEvent:
    """The event of a ring that others merged into. Their accounts count as joined."""
    others = tuple(sorted(known.rings[k].ring_id for k in taken_up))
    came = sum(len(this.before[k] & this.now[f]) for k in taken_up)
    n_before = sum(len(this.before[k]) for k in taken_up)
    because = f"{came:,} of {counted(n_before, 'account')} of {_listed(others)} are in it now"
    return RingEvent(this.name, EventKind.MERGED, ring_id, others, n_before, len(this.now[f]), came, 0, 0, because)


def _quiet(this: _Week, ring: KnownRing, k: int) -> RingEvent:
    accounts = this.before[k]
    elsewhere = len(accounts & this.anywhere)
    closed = len(accounts & this.banned)
    because = (
        f"of {counted(len(accounts), 'account')}, {or_none(closed)} closed and {or_none(elsewhere)} in other rings"
    )
    return RingEvent(this.name, EventKind.QUIET, ring.ring_id, (), len(accounts), 0, 0, len(accounts), closed, because)


def _ended(this: _Week, ring: KnownRing) -> RingEvent:
    because = f"not seen since {ring.last_week}"
    return RingEvent(this.name, EventKind.ENDED, ring.ring_id, (), ring.n_members, 0, 0, 0, 0, because)


def _left(left: frozenset[str], this: _Week) -> str:
    """How many accounts left, and to which rings. Closed accounts may be in another ring too."""
    open_ones, closed = left - this.banned, left & this.banned
    told = {
        "closed": closed - this.anywhere,
        "closed and in other rings now": closed & this.anywhere,
        "in other rings now": open_ones & this.anywhere,
        "cleared by a person": open_ones & this.cleared,
    }
    where = ", ".join(f"{len(who):,} {what}" for what, who in told.items() if who)
    return f"{len(left):,} left" + (f" ({where})" if where else "")


def _listed(ids: Sequence[str]) -> str:
    more = len(ids) - _NAMED
    return ", ".join(ids[:_NAMED]) + (f" and {more} more" if more > 0 else "")
