"""The current content, derived from all stored rows: rings, events, sweeps, calibration."""

import sqlite3
from collections import defaultdict

from graphlink.model.calibration import Calibration, read_calibration
from graphlink.model.sweeps import EventKind, KnownMember, KnownRing, KnownSignal, RingEvent, RingStatus, SweepRecord
from graphlink.sweeps.state.ledger import Ledger, named_rows, newest

# SQLite sorts text by its UTF-8 bytes.
_KNOWN = "generation <= ?1 AND ring_id = coalesce(?2, ring_id)"
_RINGS = f"""
SELECT ring_id, born, last_week, status, merged_into, n_members, n_core, score, assessment
FROM {newest("ring_records", _KNOWN, "ring_id")} ORDER BY ring_id
"""
_MEMBERS = f"""
SELECT m.ring_id, n.value, m.tier, m.last_week, m.banned, m.banned_week, m.closed
FROM {newest("member_records", _KNOWN, "ring_id, account")} AS m
JOIN names AS n ON n.name = m.account WHERE n.value IS NOT NULL ORDER BY m.ring_id, n.value
"""
_SIGNALS = f"""
SELECT s.ring_id, n.signal_type, n.value, s.accounts_in_ring, s.accounts_outside, s.bits, s.passes, s.last_week,
    s.accounts_banned
FROM {newest("signal_records", _KNOWN, "ring_id, signal")} AS s
JOIN names AS n ON n.name = s.signal WHERE n.value IS NOT NULL ORDER BY s.ring_id, n.signal_type, n.value
"""
_SWEEPS = """
SELECT week, revision, folder, data_digest, config_digest, calibration_digest, run_digest, as_of, n_accounts,
    n_sightings, n_rings, key_id, generation
FROM sweeps ORDER BY week, revision
"""
_EVENTS = """
SELECT e.generation, e.position, e.week, e.kind, e.ring_id, e.n_before, e.n_after, e.n_joined, e.n_left, e.n_banned,
    e.because
FROM ring_events AS e WHERE e.generation IN (SELECT generation FROM sweep) AND e.week >= coalesce(?, e.week)
ORDER BY e.week, e.position
"""


def known_rings(
    ledger: Ledger, *, before: str | None = None, after: str | None = None, only: str | None = None
) -> tuple[KnownRing, ...]:
    """All known rings, sorted by id, with their ghosts.

    Parameters
    ----------
    ledger
        The open state.
    before
        A week: the rings as known before its first sweep, for sweeping it again.
    after
        A week: the rings as known after its sweep, for verdicts on that sweep.
    only
        The id of a single ring to read.
    """
    last = swept_in(ledger, after) if after is not None else _last_generation(ledger.connection, before)
    asked = (last, only)
    rings = list(named_rows(ledger, _RINGS, asked))
    weeks = {row["ring_id"]: row["last_week"] for row in rings}
    members: dict[str, list[KnownMember]] = defaultdict(list)
    for ring, account, tier, week, banned, since, closed in ledger.connection.execute(_MEMBERS, asked):
        seen = week or weeks.get(ring, "")
        members[ring].append(KnownMember(account, tier, seen, bool(banned), since, bool(closed)))
    signals: dict[str, list[KnownSignal]] = defaultdict(list)
    for ring, kind, value, inside, outside, bits, passes, week, banned in ledger.connection.execute(_SIGNALS, asked):
        seen = week or weeks.get(ring, "")
        signals[ring].append(KnownSignal(kind, value, inside, outside, bits, bool(passes), seen, banned))
    own = ((row["ring_id"], row | {"status": RingStatus(row["status"])}) for row in rings)
    return tuple(
        KnownRing(**facts, members=tuple(members.get(ring, ())), signals=tuple(signals.get(ring, ())))
        for ring, facts in own
    )


def known_ring(ledger: Ledger, ring_id: str, *, after: str | None = None) -> KnownRing:
    """One known ring; with ``after``, as known after that week was swept."""
    (ring,) = known_rings(ledger, after=after, only=ring_id)
    return ring


def read_events(ledger: Ledger, since: str | None = None) -> tuple[RingEvent, ...]:
    """The events of all weeks. For a week that was swept again, those of its newest revision."""
    others: dict[tuple[int, int], list[str]] = defaultdict(list)
    for generation, position, other in ledger.connection.execute(
        "SELECT generation, position, other FROM ring_event_others ORDER BY generation, position, other"
    ):
        others[generation, position].append(other)
    rows = ledger.connection.execute(_EVENTS, (since,)).fetchall()
    return tuple(
        RingEvent(of, EventKind(kind), ring, tuple(others[change, place]), *facts)
        for change, place, of, kind, ring, *facts in rows
    )


def read_sweeps(ledger: Ledger) -> tuple[SweepRecord, ...]:
    """All published sweeps, by week and revision."""
    counts: dict[int, dict[str, int]] = defaultdict(dict)
    ordered = "SELECT * FROM sweep_counts ORDER BY generation, count_of"
    for generation, count_of, n in ledger.connection.execute(ordered):
        counts[generation][count_of] = n
    return tuple(SweepRecord(counts=counts[row.pop("generation")], **row) for row in named_rows(ledger, _SWEEPS))


def swept_in(ledger: Ledger, week: str | None = None) -> int:
    """Generation of the newest sweep, of a week or of all, 0 if there is none."""
    newest = "SELECT coalesce(max(generation), 0) FROM sweeps WHERE week = coalesce(?, week)"
    return int(ledger.connection.execute(newest, (week,)).fetchone()[0])


def frozen_calibration(ledger: Ledger) -> Calibration | None:
    """The calibration in use, None before the first."""
    row = ledger.connection.execute("SELECT calibration FROM calibrations ORDER BY generation DESC LIMIT 1").fetchone()
    return None if row is None else read_calibration(row[0])


def calibrated_in(ledger: Ledger) -> str | None:
    """The week whose sweep made the calibration in use, None before the first."""
    found = ledger.connection.execute(
        "SELECT week FROM sweeps WHERE generation = (SELECT max(generation) FROM calibrations)"
    ).fetchone()
    return None if found is None else str(found[0])


def read_evaders_named(ledger: Ledger, before: str) -> tuple[str, ...]:
    """Accounts that sweeps before a week named as possible evaders, sorted."""
    rows = ledger.connection.execute(
        "SELECT DISTINCT n.value FROM evaders AS e JOIN sweep AS s USING (generation) JOIN names AS n "
        "ON n.name = e.account WHERE n.value IS NOT NULL AND s.week < ?",
        (before,),
    )
    return tuple(sorted(row[0] for row in rows))


def _last_generation(connection: sqlite3.Connection, before: str | None) -> int:
    """The newest change, or the newest one before the first sweep of a week."""
    first = "SELECT min(generation) - 1 FROM sweeps WHERE week = ?"
    newest = f"SELECT coalesce(({first}), max(generation), 0) FROM changes"
    return int(connection.execute(newest, (before,)).fetchone()[0])
