"""Decisions of people: verdicts and lists, stored with author, reason and the evidence known at that time.

A verdict refers to the sweep of one week. A verdict on a ring covers its members in that week; `confirmed` covers only
the members at the ring's last sighting. The stored evidence shows later whether a cleared account has new evidence.
"""

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from typing import Any, Final

from graphlink.model.findings import ACTED_ON
from graphlink.model.sweeps import Decisions, Listed, Verdict, VerdictKind
from graphlink.sweeps.state.ledger import Ledger, change, find_name, insert, name_of, named_rows, newest
from graphlink.sweeps.state.reading import swept_in
from graphlink.words.errors import StateError
from graphlink.words.sentences import counted
from graphlink.words.short_ids import is_beginning, several_rings

Signals = tuple[tuple[str, str], ...]

ALLOWED: Final = "allowed"
KNOWN_BAD: Final = "known_bad"

_EVER: Final = 1 << 62
"""Later than any change."""
_FOR_EVER: Final = "9999-12-31"
"""The expiry of a verdict that does not expire."""
_RING_IDS = f"SELECT ring_id FROM {newest('ring_records', 'generation <= ?', 'ring_id')}"
_RING = f"SELECT merged_into FROM {newest('ring_records', 'ring_id = ? AND generation <= ?', 'ring_id')}"
_MEMBERSHIP = f"""
SELECT ring_id FROM {newest("member_records", "account = ?1 AND generation <= ?2", "ring_id")} AS m WHERE NOT (
    SELECT gone FROM ring_records AS r WHERE r.ring_id = m.ring_id AND generation <= ?2 ORDER BY generation DESC LIMIT 1
)
"""
_RING_SIGNALS = f"SELECT signal FROM {newest('signal_records', 'ring_id = ? AND generation <= ?', 'signal')}"
_RING_MEMBERS = f"""
SELECT account, tier FROM {newest("member_records", "ring_id = ? AND generation <= ?", "account")}
WHERE last_week IS NULL OR ?
"""
"""Members of the ring's last week and, if wanted, members that left it earlier."""
_VERDICTS = """
SELECT v.generation, v.position, v.knows_evidence, coalesce(v.ring_id, a.value) AS subject,
    v.ring_id IS NOT NULL AS is_ring, v.kind, v.by, coalesce(n.value, '') AS note, v.week, v.at, v.expires
FROM verdicts AS v
JOIN names AS n ON n.name = v.note LEFT JOIN names AS a ON a.name = v.account
WHERE v.ring_id IS NOT NULL OR a.value IS NOT NULL ORDER BY v.at, v.generation, v.position
"""
"""All verdicts, in the order in which they were given."""
_LISTED = """
SELECT l.generation, l.position, l.knows_evidence, s.value, l.by, coalesce(n.value, '') AS note,
    nullif(s.signal_type, '') AS signal_type, l.is_pattern, c.at, l.expires
FROM (SELECT *, max(generation << 32 | position) FROM list_changes GROUP BY list, subject, is_pattern) AS l
JOIN changes AS c USING (generation) JOIN names AS n ON n.name = l.note JOIN names AS s ON s.name = l.subject
WHERE l.list = ? AND NOT l.removed AND s.value IS NOT NULL
"""
_MET = """
SELECT m.generation, a.value, s.signal_type, s.value
FROM met_signals AS m JOIN sweep AS w USING (generation) JOIN names AS a ON a.name = m.account
JOIN names AS s ON s.name = m.signal
WHERE a.value IS NOT NULL AND s.value IS NOT NULL AND (?1 IS NULL OR w.week < ?1)
"""
"""For a week that was swept again, the accounts met by its newest revision."""


def record_verdicts(ledger: Ledger, verdicts: Sequence[Verdict], *, by: str, at: int) -> int:
    """Store verdicts, all or none, and return the generation. ``by`` is the person who submitted them.

    A verdict with a time counts from that time, unless a newer one exists. A verdict without a time is given now; it is
    never older than existing verdicts on the same account or on any ring, whatever the clock shows, since rings share
    accounts. Its coverage and evidence come from the state after the sweep of the verdict's week. The fields
    ``evidence`` and ``covers`` of the argument are ignored.

    Raises
    ------
    StateError
        If a ring was unknown after that sweep.
    """
    rows: list[tuple[object, ...]] = []
    covers: list[tuple[object, ...]] = []
    signals: list[tuple[object, ...]] = []
    with change(ledger, "verdict", by, at, counted(len(verdicts), "verdict")) as generation:
        newest = dict(ledger.connection.execute("SELECT account, max(at) FROM newest_verdict GROUP BY account"))
        for position, verdict in enumerate(verdicts):
            account = None if verdict.is_ring else name_of(ledger, "account", verdict.subject)
            then = swept_in(ledger, verdict.week)
            ring = verdict.subject if verdict.is_ring else None
            if ring and _ring(ledger, ring, then) is None:
                fix = "`graphlink rings --all` lists those that are known"
                raise StateError("GL709", ledger.path, f"no ring {ring!r}", fix)
            evidence = _signals_of_rings(ledger, [ring] if ring else rings_of(ledger, account, then), then)
            given = verdict.at or max(at, newest.get(account, at))
            newest[account] = max(given, newest.get(account, given))
            signed = (str(verdict.kind), verdict.by, name_of(ledger, "note", verdict.note))
            seen = (verdict.week, verdict.expires, int(evidence is not None), given)
            rows.append((generation, position, ring, account, *signed, *seen))
            signals += [(generation, position, signal) for signal in sorted(evidence or ())]
            if ring:
                with_ghosts = verdict.kind is not VerdictKind.CONFIRMED
                members = ledger.connection.execute(_RING_MEMBERS, (ring, then, with_ghosts)).fetchall()
                covers += [(generation, position, *member) for member in sorted(members)]
        insert(ledger, "verdicts", rows)
        insert(ledger, "verdict_members", covers)
        insert(ledger, "verdict_signals", signals)
    return generation


def record_list(
    ledger: Ledger, which: str, entries: Sequence[Listed], *, removed: bool = False, by: str, at: int
) -> int:
    """Add entries to a list (``ALLOWED`` or ``KNOWN_BAD``) or remove them, all or none, and return the generation."""
    kind = "allow" if which == ALLOWED else "known_bad"
    what = f"{counted(len(entries), 'entry')} {'removed' if removed else 'added'}"
    rows: list[tuple[object, ...]] = []
    signals: list[tuple[object, ...]] = []
    with change(ledger, kind, by, at, what) as generation:
        for position, entry in enumerate(entries):
            of = "account" if entry.signal_type is None else "signal"
            subject = name_of(ledger, of, entry.value, entry.signal_type or "")
            is_account = entry.signal_type is None and not entry.is_pattern
            rings = rings_of(ledger, subject, generation) if is_account else []
            evidence = _signals_of_rings(ledger, rings, generation)
            change_of = (which, subject, int(entry.is_pattern), int(removed))
            signed = (entry.by, name_of(ledger, "note", entry.note), entry.expires, int(evidence is not None))
            rows.append((generation, position, *change_of, *signed))
            signals += [(generation, position, signal) for signal in sorted(evidence or ())]
        insert(ledger, "list_changes", rows)
        insert(ledger, "list_signals", signals)
    return generation


def read_verdicts(ledger: Ledger) -> tuple[Verdict, ...]:
    """The newest verdict on every ring and account, and older ones that count again when it expires.

    They are in the order in which they were given. If all verdicts on a subject have expired, the newest one is
    returned.
    """
    until: dict[tuple[bool, str], str] = {}
    kept = []
    for _, verdict in reversed(_all_verdicts(ledger)):
        subject, expires = (verdict.is_ring, verdict.subject), verdict.expires or _FOR_EVER
        if expires > until.get(subject, ""):
            until[subject] = expires
            kept.append(verdict)
    return tuple(reversed(kept))


def read_counting(ledger: Ledger, today: str) -> tuple[Verdict, ...]:
    """The newest verdict on every ring and account that has not expired on a day."""
    return tuple(verdict for _, verdict in _counting(ledger, today))


def _counting(ledger: Ledger, today: str) -> list[tuple[int, Verdict]]:
    """As ``read_counting``, each verdict with the change that stored it."""
    there = [each for each in _all_verdicts(ledger) if counts_on(each[1], today)]
    last = {(verdict.is_ring, verdict.subject): place for place, (_, verdict) in enumerate(there)}
    return [there[place] for place in sorted(last.values())]


def _all_verdicts(ledger: Ledger) -> list[tuple[int, Verdict]]:
    """Every verdict in the order in which they were given, with the change that stored it."""
    covers = _pairs(
        ledger,
        "SELECT m.generation, m.position, n.value, m.tier FROM verdict_members AS m "
        "JOIN names AS n ON n.name = m.account WHERE n.value IS NOT NULL",
    )
    told = []
    for place, facts in _decided(ledger, _VERDICTS, "verdict_signals"):
        facts |= {"is_ring": bool(facts["is_ring"]), "kind": VerdictKind(facts["kind"])}
        told.append((place[0], Verdict(**facts, covers=covers.get(place, ()))))
    return told


def read_list(ledger: Ledger, which: str) -> tuple[Listed, ...]:
    """The entries of a list, expired ones included: accounts first, then signals by type and value."""
    return tuple(entry for _, entry in _entries(ledger, which))


def _entries(ledger: Ledger, which: str) -> list[tuple[int, Listed]]:
    """As ``read_list``, each entry with the change that added it."""
    entries = [
        (generation, Listed(**facts | {"is_pattern": bool(facts["is_pattern"])}))
        for (generation, _), facts in _decided(ledger, _LISTED, "list_signals", (which,))
    ]
    return sorted(
        entries, key=lambda each: ((each[1].signal_type or "").encode(), each[1].value.encode(), each[1].is_pattern)
    )


def read_decisions(ledger: Ledger, today: str, *, before: str | None = None) -> Decisions:
    """The decisions that count on a day such as ``2026-11-24``. An expired decision no longer overrules older ones.

    ``before`` is a week to be swept, possibly again. Evidence met only by its own sweep or a later one is left out.
    """
    verdicts = _counting(ledger, today)
    confirmed = {each for _, verdict in verdicts if verdict.kind is VerdictKind.CONFIRMED for each in _meant(verdict)}
    seconded, doubted = _second_names(ledger, confirmed, today) if confirmed else ((), ())
    allowed = [each for each in _entries(ledger, ALLOWED) if counts_on(each[1], today)]
    decisions = Decisions(
        verdicts=tuple(verdict for _, verdict in verdicts),
        allowed=tuple(entry for _, entry in allowed),
        known_bad=tuple(entry for entry in read_list(ledger, KNOWN_BAD) if counts_on(entry, today)),
        seconded=seconded,
        doubted=doubted,
    )
    since: dict[Verdict | Listed, int] = {verdict: generation for generation, verdict in verdicts}
    since |= {entry: generation for generation, entry in allowed}
    return replace(decisions, met=_met(ledger, decisions, since, before))


def _second_names(ledger: Ledger, confirmed: AbstractSet[str], today: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Of the confirmed accounts: those that two people confirmed, and those that a verdict called otherwise before.

    Of each person the newest verdict on an account that has not expired counts, given to it or to a ring with it.
    """
    said: dict[tuple[str, str], bool] = {}
    doubted: set[str] = set()
    for _, verdict in _all_verdicts(ledger):
        is_confirmed = verdict.kind is VerdictKind.CONFIRMED
        doubted.update(() if is_confirmed else confirmed & {*_meant(verdict)})
        if counts_on(verdict, today):
            said |= dict.fromkeys(((each, _person(verdict.by)) for each in _meant(verdict)), is_confirmed)
    names = Counter(account for (account, _), is_confirmed in said.items() if is_confirmed)
    return tuple(sorted(each for each in confirmed if names[each] > 1)), tuple(sorted(doubted))


def _person(name: str) -> str:
    """A name without what tells nobody apart: case, blanks, points, invisible characters, forms of one letter.

    Examples
    --------
    >>> _person("Maria  K."), _person("maria k"), _person("li")
    ('mariak', 'mariak', 'li')
    """
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", name).casefold()))


def _meant(verdict: Verdict) -> Iterator[str]:
    """The accounts that a verdict speaks of. `confirmed` speaks of no victim and of nobody at the edge of a ring."""
    if not verdict.is_ring:
        yield verdict.subject
    for account, tier in verdict.covers:
        if verdict.kind is not VerdictKind.CONFIRMED or tier in ACTED_ON:
            yield account


def _met(
    ledger: Ledger, decisions: Decisions, since: Mapping[Verdict | Listed, int], before: str | None
) -> dict[str, Signals]:
    """By cleared account: its signals when a sweep met it after the change that cleared it."""
    rows = ledger.connection.execute(_MET, (before,)).fetchall()
    if not rows:
        return {}
    from graphlink.sweeps.decisions.standing import Standings  # noqa: PLC0415  may import pyarrow, which is slow

    standings = Standings(decisions, sorted({account for _, account, *_ in rows}))
    met: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for generation, account, kind, value in rows:
        cleared = standings.of(account).cleared
        if cleared is not None and generation > since[cleared]:
            met[account].add((kind, value))
    return {account: tuple(sorted(signals)) for account, signals in sorted(met.items())}


def counts_on(decision: Verdict | Listed, today: str) -> bool:
    """Whether a decision has not expired on a day.

    Examples
    --------
    >>> entry = Listed("ann", "maria", "our own test account", expires="2026-12-31")
    >>> counts_on(entry, "2026-12-31"), counts_on(entry, "2027-01-01")
    (True, False)
    """
    return decision.expires is None or today <= decision.expires


def resolve_ring(ledger: Ledger, ring_id: str, *, week: str | None = None) -> str | None:
    """Follow merges to the current id of a ring. None if no sweep knows it.

    Case and surrounding spaces are ignored, since copying often adds spaces. With a week, the result is the id at that
    time.
    """
    then = _EVER if week is None else swept_in(ledger, week)
    wanted = ring_id.strip()
    if _ring(ledger, wanted, then) is None:
        names = {row[0].casefold(): row[0] for row in ledger.connection.execute(_RING_IDS, (then,))}
        if (known := names.get(wanted.casefold())) is None:
            return None
        wanted = known
    seen = {wanted}
    while (found := _ring(ledger, wanted, then)) and (into := found[0]) is not None and into not in seen:
        seen.add(into)
        wanted = into
    return wanted


def ring_beginning(ledger: Ledger, name: str) -> str | None:
    """Find the one ring id, past or present, that begins with ``name``. None if there is none.

    Raises
    ------
    InputError
        GL505 if several ids begin so.
    """
    wanted = name.strip().casefold()
    if not is_beginning(wanted):
        return None
    rows = ledger.connection.execute(_RING_IDS, (_EVER,))
    found = sorted(str(row[0]) for row in rows if row[0].casefold().startswith(wanted))
    if len(found) > 1:
        raise several_rings(name.strip(), found)
    return found[0] if found else None


def is_known(ledger: Ledger, kind: str, value: str, signal_type: str = "") -> bool:
    """Whether a sweep has met an account or signal in a ring."""
    name = find_name(ledger, kind, value, signal_type)
    table, column = ("member_records", "account") if kind == "account" else ("signal_records", "signal")
    found = ledger.connection.execute(f"SELECT 1 FROM {table} WHERE {column} = ? LIMIT 1", (name,))
    return found.fetchone() is not None


def _ring(ledger: Ledger, ring_id: str, then: int) -> tuple[str | None] | None:
    """The ring into which a ring had merged by a change. None if the ring was unknown then."""
    found: tuple[str | None] | None = ledger.connection.execute(_RING, (ring_id, then)).fetchone()
    return found


def rings_of(ledger: Ledger, account: int | None, then: int) -> list[str]:
    """Rings that had an account, given by its number, as a member after a change."""
    return [row[0] for row in ledger.connection.execute(_MEMBERSHIP, (account, then))]


def _signals_of_rings(ledger: Ledger, rings: Iterable[str], then: int) -> frozenset[int] | None:
    """Numbers of the signals that rings had after a change. None if there is no ring."""
    found = [{row[0] for row in ledger.connection.execute(_RING_SIGNALS, (ring, then))} for ring in rings]
    return frozenset().union(*found) if found else None


def _decided(
    ledger: Ledger, sql: str, table: str, bound: Sequence[object] = ()
) -> Iterator[tuple[tuple[int, int], dict[str, Any]]]:
    """The fields of decisions, each with the change and the position that stored it, and what was known then."""
    evidence = _pairs(
        ledger,
        f"SELECT t.generation, t.position, n.signal_type, n.value FROM {table} AS t "
        "JOIN names AS n ON n.name = t.signal WHERE n.value IS NOT NULL",
    )
    for facts in named_rows(ledger, sql, bound):
        place, knows = (facts.pop("generation"), facts.pop("position")), facts.pop("knows_evidence")
        yield place, {**facts, "evidence": evidence.get(place, ()) if knows else None}


def _pairs(ledger: Ledger, sql: str) -> dict[tuple[int, int], Signals]:
    """Pairs of texts by change and position, sorted."""
    found: dict[tuple[int, int], list[tuple[str, str]]] = defaultdict(list)
    for generation, position, *pair in ledger.connection.execute(sql):
        found[generation, position].append((pair[0], pair[1]))
    return {place: tuple(sorted(pairs)) for place, pairs in found.items()}
