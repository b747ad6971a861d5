"""What holds for every history of rings, and the assignment against trying everything."""

import os
from collections import Counter
from dataclasses import replace
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lineage_worlds import Week, changes, follow, trace, week

from graphlink.config.lineage import LineageSettings
from graphlink.model.sweeps import RingStatus
from graphlink.sweeps.lineage.matching import assign

ACCOUNTS = "abcdefghijklmnop"
SIGNALS = ("card 1", "card 2", "ip 1", "ip 2")
SETTINGS = LineageSettings(ghost_weeks=2)


@st.composite
def weeks(draw) -> Week:
    """Up to five rings of at least two of sixteen accounts, and signals that any of them bear."""
    place = draw(st.lists(st.integers(-1, 4), min_size=len(ACCOUNTS), max_size=len(ACCOUNTS)))
    groups = [[a for a, at in zip(ACCOUNTS, place, strict=True) if at == each] for each in range(5)]
    rings = {f"ring-{number}": group for number, group in enumerate(groups) if len(group) > 1}
    bears = {name: draw(st.sets(st.sampled_from(ACCOUNTS))) for name in SIGNALS}
    return week(rings, bears, others="z", banned=draw(st.sets(st.sampled_from(ACCOUNTS), max_size=6)))


NIGHTLY = os.environ.get("HYPOTHESIS_PROFILE") == "nightly"
pytestmark = [pytest.mark.nightly, pytest.mark.slow, pytest.mark.timeout(1_800 if NIGHTLY else 300)]

FEW = settings(max_examples=200 if NIGHTLY else 6)
"""A history takes as long as a hundred small values."""

histories = st.lists(weeks(), min_size=2, max_size=5)


@FEW
@given(histories)
def test_every_ring_has_one_id_and_no_id_is_born_twice(history):
    lineages = follow(*history, settings=SETTINGS)
    born = Counter()
    for each, lineage in zip(history, lineages, strict=True):
        assert set(lineage.ids) == {ring.ring_id for ring in each.findings.rings}
        assert len(set(lineage.ids.values())) == len(lineage.ids)
        born.update(event.ring_id for event in lineage.events if event.kind in {"born", "split"})
    assert set(born.values()) <= {1}
    assert set(born) == {ring.ring_id for ring in lineages[-1].known}


@FEW
@given(histories)
def test_known_rings_are_never_lost_and_never_come_back_from_their_end(history):
    before = {}
    for lineage in follow(*history, settings=SETTINGS):
        now = {ring.ring_id: ring for ring in lineage.known}
        assert list(now) == sorted(now)
        assert set(before) <= set(now)
        for ring_id, ring in before.items():
            assert now[ring_id].born == ring.born
            if ring.status in {RingStatus.ENDED, RingStatus.MERGED}:
                assert now[ring_id] == ring
        before = now


@FEW
@given(histories)
def test_every_account_of_a_ring_is_remembered_in_that_ring_alone(history):
    for each, lineage in zip(history, follow(*history, settings=SETTINGS), strict=True):
        where = {member.account_id: ring.ring_id for ring in lineage.known for member in ring.members}
        assert len(where) == sum(len(ring.members) for ring in lineage.known)
        table = each.findings.members
        for ring_id, account in zip(table["ring_id"], table["account_id"], strict=True):
            assert where[account] == lineage.ids[ring_id]


@FEW
@given(histories)
def test_every_old_id_leads_to_one_that_did_not_merge(history):
    rings = {ring.ring_id: ring for ring in follow(*history, settings=SETTINGS)[-1].known}
    for ring_id in rings:
        seen = [ring_id]
        while (into := rings[seen[-1]].merged_into) is not None:
            assert into not in seen
            seen.append(into)


@FEW
@given(histories)
def test_every_found_ring_and_every_quiet_one_is_told_of_once(history):
    known = ()
    for lineage in follow(*history, settings=SETTINGS):
        told = Counter(event.ring_id for event in lineage.events if event.kind != "merged")
        went = {other for event in lineage.events if event.kind == "merged" for other in event.others}
        was_active = {ring.ring_id for ring in known if ring.status is RingStatus.ACTIVE}
        assert set(told.values()) <= {1}
        assert set(lineage.ids.values()) | was_active <= set(told) | went
        assert not set(told) & went
        known = lineage.known


@FEW
@given(histories)
def test_the_same_week_again_changes_nothing(history):
    *_, before, after = follow(*history, history[-1], settings=SETTINGS)
    assert changes(after) in ([], ["ended"] * len(changes(after)))  # those that were quiet may end meanwhile
    assert after.ids == before.ids
    waited_for = {
        (ring.ring_id, each.signal_type, each.signal_value)
        for ring in before.known
        for each in ring.signals
        if each.passes and each.last_week < ring.last_week  # when it passed; it may be there still and pass no more
    }
    active = [
        [_undated(ring, waited_for) for ring in each.known if ring.status is RingStatus.ACTIVE]
        for each in (before, after)
    ]
    assert active[0] == active[1]


@FEW
@given(histories, st.randoms(use_true_random=False))
def test_the_order_of_nothing_matters(history, random):
    *before, last = history
    known = follow(*before, settings=SETTINGS)[-1].known
    name = "2026-W30"
    shuffled = list(known)
    random.shuffle(shuffled)
    seed = random.randrange(1 << 30)
    turned = replace(
        last.findings,
        rings=last.findings.rings[::-1],
        members=last.findings.members.sample(frac=1, random_state=seed),
        signals=last.findings.signals.sample(frac=1, random_state=seed),
    )
    straight = trace(known, last.findings, last.sightings, name, settings=SETTINGS)
    assert trace(shuffled, turned, last.sightings, name, settings=SETTINGS) == straight


@given(st.dictionaries(st.tuples(st.integers(0, 4), st.integers(0, 4)), st.integers(1, 9), max_size=14))
def test_the_assignment_is_the_best_of_all(pairs):
    known, found = (np.array([pair[side] for pair in pairs], dtype=np.int64) for side in (0, 1))
    weight = np.array(list(pairs.values()), dtype=np.int64)
    chosen = assign(known, found, weight)
    assert len(set(known[chosen])) == len(set(found[chosen])) == len(chosen)
    best = max(sum(pairs.get((k, f), 0) for k, f in enumerate(order)) for order in permutations(range(5)))
    assert weight[chosen].sum() == best


def test_of_equal_assignments_the_older_ring_has_its_way():
    known, found = np.array([0, 1, 2]), np.array([7, 7, 7])
    for turn in permutations(range(3)):
        order = list(turn)
        chosen = assign(known[order], found[order], np.array([5, 5, 5]))
        assert known[order][chosen].tolist() == [0]


def _undated(ring, waited_for):
    members = tuple(replace(member, last_week="") for member in ring.members if member.last_week == ring.last_week)
    signals = tuple(
        replace(each, last_week="")
        for each in ring.signals
        if each.last_week == ring.last_week and (ring.ring_id, each.signal_type, each.signal_value) not in waited_for
    )
    return replace(ring, last_week="", members=members, signals=signals)
