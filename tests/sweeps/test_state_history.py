"""Whatever happens in whatever order, what is derived from the state equals what a plain reference keeps in memory."""

import os
import tempfile
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from state_worlds import lineage, record, verdict

from graphlink.model.sweeps import (
    EventKind,
    KnownMember,
    KnownRing,
    KnownSignal,
    Listed,
    RingEvent,
    RingStatus,
    Verdict,
    VerdictKind,
)
from graphlink.sweeps.state.chain import digest_content
from graphlink.sweeps.state.decisions import ALLOWED, KNOWN_BAD, read_list, read_verdicts, record_list, record_verdicts
from graphlink.sweeps.state.forgetting import forget_account
from graphlink.sweeps.state.open_state import Opening, open_state
from graphlink.sweeps.state.reading import known_rings, read_events, read_sweeps
from graphlink.sweeps.state.recording import record_sweep

NIGHTLY = os.environ.get("HYPOTHESIS_PROFILE") == "nightly"
MEMORY = Path("/dev/shm")

ACCOUNTS = ("ann", "bob", "cat-1", "'; --", "*", "R-2026-W01-001", "\u00e9")
RINGS = ("R-2026-W01-001", "R-2026-W01-002", "R-2026-W02-001")
WEEKS = tuple(f"2026-W{number:02d}" for number in range(1, 6))
SIGNALS = (("card", "c1"), ("card", "c2"), ("ip", "203.0.113.7"))

weeks = st.sampled_from(WEEKS)
members = st.builds(
    KnownMember,
    account_id=st.sampled_from(ACCOUNTS),
    tier=st.sampled_from(("core", "probable", "peripheral", "possible_victim")),
    last_week=weeks,
    banned=st.booleans(),
    banned_week=st.none() | weeks,
    closed=st.booleans(),
)
signals = st.builds(
    lambda name, **facts: KnownSignal(*name, **facts),
    st.sampled_from(SIGNALS),
    accounts_in_ring=st.integers(0, 3),
    accounts_outside=st.integers(0, 2),
    bits=st.integers(0, 1 << 40),
    passes=st.booleans(),
    last_week=weeks,
    accounts_banned=st.integers(0, 2),
)


@st.composite
def rings(draw, ring_id: str) -> KnownRing:
    status = draw(st.sampled_from(RingStatus))
    people = draw(st.lists(members, max_size=5, unique_by=lambda member: member.account_id))
    shared = draw(st.lists(signals, max_size=3, unique_by=lambda signal: (signal.signal_type, signal.signal_value)))
    return KnownRing(
        ring_id=ring_id,
        born=draw(weeks),
        last_week=draw(weeks),
        status=status,
        merged_into="R-2026-W01-009" if status is RingStatus.MERGED else None,
        n_members=draw(st.integers(0, 9)),
        n_core=draw(st.integers(0, 9)),
        score=draw(st.floats(0, 100)),
        assessment=draw(st.sampled_from(("coordinated", "organisation"))),
        members=tuple(sorted(people, key=lambda member: member.account_id.encode())),
        signals=tuple(sorted(shared, key=lambda signal: (signal.signal_type.encode(), signal.signal_value.encode()))),
    )


@st.composite
def sweeps(draw):
    known = [draw(rings(ring_id)) for ring_id in sorted(draw(st.sets(st.sampled_from(RINGS))))]
    events = draw(st.lists(st.tuples(st.sampled_from(EventKind), st.sampled_from(RINGS)), max_size=3))
    return "sweep", draw(weeks), known, events


operations = st.one_of(
    sweeps(),
    st.tuples(st.just("verdict"), st.sampled_from(ACCOUNTS + RINGS), st.booleans(), st.sampled_from(VerdictKind)),
    st.tuples(
        st.just("list"), st.sampled_from(ACCOUNTS), st.booleans(), st.booleans(), st.sampled_from((ALLOWED, KNOWN_BAD))
    ),
    st.tuples(st.just("forget"), st.sampled_from(ACCOUNTS)),
    st.tuples(st.just("open again")),
)


@dataclass
class Plain:
    """The same history, kept the simplest way."""

    rings: dict[str, KnownRing] = field(default_factory=dict)
    sweeps: list = field(default_factory=list)
    events: dict[str, tuple[RingEvent, ...]] = field(default_factory=dict)
    verdicts: dict[tuple[bool, str], Verdict] = field(default_factory=dict)
    lists: dict[tuple[str, str, bool], Listed] = field(default_factory=dict)
    forgotten: set[str] = field(default_factory=set)

    def visible(self) -> tuple[KnownRing, ...]:
        return tuple(
            replace(ring, members=tuple(m for m in ring.members if m.account_id not in self.forgotten))
            for _, ring in sorted(self.rings.items())
        )

    def sweep(self, state, week, known, events) -> None:
        revision = 1 + sum(each.week == week for each in self.sweeps)
        told = tuple(RingEvent(week, kind, ring, n_after=2, because="because") for kind, ring in events)
        entry = record(week, revision)
        record_sweep(state, entry, lineage(*known, events=told))
        self.sweeps.append(entry)
        self.events[week] = told
        self.rings = {ring.ring_id: ring for ring in known}

    def judge(self, state, subject, is_ring, kind) -> None:
        visible = {ring.ring_id: ring for ring in self.visible()}
        if is_ring and subject not in visible:
            return
        given = Verdict(subject, is_ring, kind, "maria", "why", self.sweeps[-1].week if self.sweeps else "", at=0)
        record_verdicts(state, [given], by="maria", at=0)
        if not is_ring and subject in self.forgotten:
            return
        told = (
            [visible[subject]]
            if is_ring
            else [r for r in visible.values() if subject in {m.account_id for m in r.members}]
        )
        known = tuple(sorted({(s.signal_type, s.signal_value) for ring in told for s in ring.signals}))
        covered = [
            (m.account_id, m.tier)
            for m in (told[0].members if is_ring else ())
            if kind is not VerdictKind.CONFIRMED or m.last_week == told[0].last_week
        ]
        covers = tuple(sorted(covered))
        self.verdicts[is_ring, subject] = replace(given, evidence=known if told else None, covers=covers)

    def enlist(self, state, subject, is_pattern, removed, which) -> None:
        entry = Listed(subject, "li", "list", is_pattern=is_pattern)
        record_list(state, which, (entry,), removed=removed, by="li", at=0)
        told = [ring for ring in self.visible() if subject in {member.account_id for member in ring.members}]
        known = tuple(sorted({(s.signal_type, s.signal_value) for ring in told for s in ring.signals}))
        self.lists.pop((which, subject, is_pattern), None)
        if not removed and subject not in self.forgotten:
            self.lists[which, subject, is_pattern] = replace(entry, evidence=known if told and not is_pattern else None)

    def forget(self, state, subject) -> None:
        was_known = forget_account(state, subject, by="maria", at=0, note="asked").was_known
        if not was_known:
            return
        self.forgotten.add(subject)
        self.verdicts = {
            key: replace(each, covers=tuple(pair for pair in each.covers if pair[0] != subject))
            for key, each in self.verdicts.items()
            if key != (False, subject)
        }
        self.lists = {key: each for key, each in self.lists.items() if key[1] != subject}


@pytest.mark.nightly
@pytest.mark.timeout(1_800)
@settings(max_examples=500 if NIGHTLY else 40)
@given(history=st.lists(operations, max_size=8))
def test_the_derived_state_is_that_of_a_plain_reference(history):
    with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as place:
        folder = Path(place) / "state"
        plain = Plain()
        with open_state(folder, Opening(init=True)) as state:
            told = digest_content(state.connection)
        for operation, *words in history:
            with open_state(folder) as state:
                assert digest_content(state.connection) == told
                match operation:
                    case "sweep":
                        plain.sweep(state, *words)
                    case "verdict":
                        plain.judge(state, *words)
                    case "list":
                        plain.enlist(state, *words)
                    case "forget":
                        plain.forget(state, *words)
                told = digest_content(state.connection)
        with open_state(folder, Opening(read_only=True)) as state:
            assert digest_content(state.connection) == told
            assert known_rings(state) == plain.visible()
            assert read_sweeps(state) == tuple(sorted(plain.sweeps, key=lambda each: (each.week, each.revision)))
            assert read_events(state) == tuple(event for _, told in sorted(plain.events.items()) for event in told)
            assert {(each.is_ring, each.subject): each for each in read_verdicts(state)} == plain.verdicts
            for which in (ALLOWED, KNOWN_BAD):
                expected = {key[1:]: each for key, each in plain.lists.items() if key[0] == which}
                assert {(each.value, each.is_pattern): each for each in read_list(state, which)} == expected


def test_a_verdict_s_note_and_author_are_kept_word_for_word(tmp_path):
    hostile = "\x1b[31m <script> \u202e = '; DROP TABLE verdicts; --\n"
    with open_state(tmp_path / "state", Opening(init=True)) as state:
        record_verdicts(state, [verdict("ann", VerdictKind.BENIGN, by=hostile, note=hostile)], by=hostile, at=0)
        assert [(each.by, each.note) for each in read_verdicts(state)] == [(hostile, hostile)]
