"""Null worlds keep every degree and hold no ring; rings that chance explains are not reported."""

from collections import Counter
from dataclasses import fields, replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lineage_worlds import week
from sighting_worlds import chance, farm, sightings_of, worlds

from graphlink.config.method import Method
from graphlink.engine.kernels.basic import find_repeats, sort_slices
from graphlink.model.findings import Chance
from graphlink.model.groups import LEFT, Evidence, Left, NullWorld, Strengths
from graphlink.pipeline import analyse
from graphlink.rings import null_model as nullworld
from graphlink.rings.null_model import (
    ChanceTest,
    count_repeats,
    estimate_q,
    find_explained,
    freeze_chance,
    shuffle_links,
    without_explained,
)

METHOD = Method()


def kinds(sightings):
    return sightings.signal_type[sightings.signal]


def degrees(sightings):
    """By account and type, and by signal."""
    by_account = Counter(zip(sightings.account.tolist(), kinds(sightings).tolist(), strict=True))
    return by_account, Counter(sightings.signal.tolist())


def strengths(*groups: tuple[int, float]) -> Strengths:
    return Strengths(np.array([size for size, _ in groups]), np.array([bits for _, bits in groups]))


def null(*groups: tuple[int, float]) -> NullWorld:
    return NullWorld(strengths(*groups), np.zeros(len(groups), dtype=np.bool_), n_links_lost=0)


group_lists = st.lists(st.tuples(st.integers(2, 40), st.integers(0, 50)), max_size=30)


# --- shuffling ----------------------------------------------------------------------------------------------------


@given(worlds(), st.integers(0, 3))
def test_no_degree_grows(sightings, world):
    for before, after in zip(degrees(sightings), degrees(shuffle_links(sightings, seed=1, world=world)), strict=True):
        assert not after - before


def test_every_degree_is_kept_where_there_is_room():
    sightings = sightings_of(chance(300, 100))
    assert degrees(shuffle_links(sightings, seed=1, world=0)) == degrees(sightings)


@given(worlds())
def test_no_account_bears_a_signal_twice(sightings):
    shuffled = shuffle_links(sightings, seed=1, world=0)
    pairs = list(zip(shuffled.account.tolist(), shuffled.signal.tolist(), strict=True))
    assert pairs == sorted(set(pairs))


@given(worlds())
def test_every_row_keeps_its_account_type_and_time(sightings):
    shuffled = shuffle_links(sightings, seed=1, world=0)

    def facts(which):
        return Counter(zip(which.account.tolist(), kinds(which).tolist(), which.first_seen[:].tolist(), strict=True))

    assert not facts(shuffled) - facts(sightings)


def test_the_same_world_is_drawn_again():
    sightings = sightings_of(chance(100, 30))
    one, two = (shuffle_links(sightings, seed=1, world=3) for _ in range(2))
    assert all(
        np.array_equal(getattr(one, each.name), getattr(two, each.name))
        for each in fields(one)
        if isinstance(getattr(one, each.name), np.ndarray)
    )


def test_where_everybody_bears_everything_a_link_without_a_place_is_left_out():
    sightings = sightings_of((f"a{account}", "ip", f"v{value}") for account in range(30) for value in range(30))
    shuffled = shuffle_links(sightings, seed=1, world=0)
    assert 0 < len(shuffled) < len(sightings)


@given(st.lists(st.tuples(st.lists(st.integers(0, 99), max_size=80), st.booleans()), max_size=8))
def test_each_chosen_slice_is_sorted_by_itself_and_what_repeats_is_found(slices):
    starts = np.cumsum([0, *(len(each) for each, _ in slices)]).astype(np.int64)
    values = np.array([value for each, _ in slices for value in each], dtype=np.int32)
    chosen = np.flatnonzero([is_chosen for _, is_chosen in slices])
    sort_slices(starts, values, chosen)
    expected = [sorted(each) if is_chosen else each for each, is_chosen in slices]
    assert values.tolist() == [value for each in expected for value in each]
    repeats = [
        starts[i] + place
        for i in chosen
        for place in range(1, len(expected[i]))
        if len(set(expected[i][place - 1 : place + 1])) == 1
    ]
    assert find_repeats(starts, values, chosen).tolist() == repeats


# --- q-values -----------------------------------------------------------------------------------------------------


def test_the_share_of_chance_groups_among_those_at_least_as_strong():
    real = strengths((2, 1.0), (2, 2.0), (2, 3.0), (2, 4.0))
    assert estimate_q(real, [null((2, 1.5), (2, 2.5)), null((2, 0.5))]).tolist() == [0.25, 0.1667, 0.0, 0.0]


@given(group_lists, st.lists(group_lists, min_size=1, max_size=3))
def test_among_groups_of_a_size_the_stronger_is_never_held_against_chance_more(groups, nulls):
    real = strengths(*groups)
    q_values = estimate_q(real, [null(*each) for each in nulls])
    pairs = [(size.bit_length(), bits, q) for (size, bits), q in zip(groups, q_values.tolist(), strict=True)]
    assert all(q <= r for s, a, q in pairs for t, b, r in pairs if s == t and a >= b)


@given(group_lists, group_lists, st.tuples(st.integers(2, 40), st.integers(0, 50)))
def test_one_more_chance_group_never_lowers_a_q_value(groups, nulls, further):
    real = strengths(*groups)
    assert (estimate_q(real, [null(*nulls, further)]) >= estimate_q(real, [null(*nulls)])).all()


def test_pairs_are_held_against_pairs():
    real = strengths((2, 5.0), *[(100, 500.0)] * 99)
    assert estimate_q(real, [null((2, 6.0))])[0] == 1.0


def test_without_null_worlds_nothing_is_held_against_chance():
    assert estimate_q(strengths((2, 5.0)), []).tolist() == [0.0]


@pytest.mark.parametrize(("n_links", "repeats"), [(1, 5), (4, 2), (9, 1), (11, 0)])
def test_repeats_stay_within_their_number_of_sightings(n_links, repeats):
    sightings = sightings_of((f"a{number}", "ip", "v") for number in range(n_links))
    assert count_repeats(sightings, 5, METHOD.model_copy(update={"repeated_sightings": 10})) == repeats


# --- freezing -----------------------------------------------------------------------------------------------------


def chance_test(real: Strengths, worlds: list[NullWorld]) -> ChanceTest:
    return ChanceTest(real, worlds, estimate_q(real, worlds), np.zeros(len(real.size), dtype=np.bool_))


def frozen(real: Strengths, worlds: list[NullWorld], at_most: float) -> dict[str, float]:
    """What a calibration keeps of null worlds."""
    chance = Chance(len(worlds), 0.0, 0.0, 0, 0, {})
    findings = replace(week({}).findings, chance=chance)
    return dict(freeze_chance(findings, chance_test(real, worlds), at_most).calibration.chance_bits)


@given(group_lists, st.lists(group_lists, min_size=1, max_size=3), st.sampled_from([0.0, 0.01, 0.1, 0.5, 1.0]))
def test_a_frozen_calibration_explains_the_very_groups_whose_q_value_is_too_large(groups, nulls, at_most):
    real, worlds = strengths(*groups), [null(*each) for each in nulls]
    limits = frozen(real, worlds, at_most)
    assert find_explained(real, limits).tolist() == (estimate_q(real, worlds) > at_most).tolist()


@given(group_lists, st.lists(group_lists, min_size=1, max_size=3), group_lists)
def test_what_a_frozen_calibration_explains_hangs_on_no_other_group(groups, nulls, others):
    limits = frozen(strengths(*groups), [null(*each) for each in nulls], 0.01)
    alone = find_explained(strengths(*groups), limits)
    assert find_explained(strengths(*groups, *others), limits)[: len(groups)].tolist() == alone.tolist()


# --- leaving out --------------------------------------------------------------------------------------------------

EVIDENCE = Evidence(
    members=pd.DataFrame({"account": [0, 1, 2, 3, 5, 7, 8, 9], "community": [0, 1, 0, 1, 2, 2, 3, 3]}),
    signals=pd.DataFrame({"community": [0, 1, 2, 3, 3], "signal": [4, 2, 3, 1, 5]}),
    ties=pd.DataFrame({"row": [0, 0, 1, 1, 2, 2, 3, 3, 4, 4], "account": [0, 2, 1, 3, 5, 7, 8, 9, 8, 9]}),
    size=np.full(4, 2),
    n_small=3,
    left=np.array([-1, -1, -1, -1, 0, -1, 3, -1, -1, -1], dtype=np.int8),
)
"""Four pairs, the last of which shares two signals."""


def told_of(evidence, group):
    """Everything the tables say of a group, without its number."""
    members = evidence.members[evidence.members["community"] == group]
    signals = evidence.signals[evidence.signals["community"] == group]
    ties = evidence.ties.join(signals["signal"], on="row", how="inner")
    return (
        members["account"].tolist(),
        signals["signal"].tolist(),
        ties[["signal", "account"]].to_numpy().tolist(),
        int(evidence.size[group]),
    )


def test_it_is_said_of_the_members_of_what_chance_explains_why_they_are_in_no_group():
    left = without_explained(EVIDENCE, np.array([False, True, False, False])).left
    expected = EVIDENCE.left.copy()
    expected[[1, 3]] = LEFT.index(Left.CHANCE)
    assert left.tolist() == expected.tolist()


# --- whole runs ---------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def found():
    """A farm among accounts that coincide by chance."""
    return analyse(sightings_of([*chance(600, 200), *farm()]), METHOD, seed=1)


def members(findings):
    return set(findings.members["account_id"])


def test_a_ring_is_reported_and_what_chance_explains_is_not(found):
    assert members(found) == {f"farm{number}" for number in range(8)}


def test_what_chance_explains_is_counted(found):
    assert found.chance.n_explained > 0
    assert found.totals.n_below_evidence >= found.chance.n_explained


def test_without_null_worlds_coincidences_are_reported():
    sightings = sightings_of([*chance(600, 200), *farm()])
    findings = analyse(sightings, METHOD.model_copy(update={"null_worlds": 0}), seed=1)
    assert len(members(findings)) > 8
    assert findings.chance is None


def test_every_reported_ring_has_a_q_value(found):
    assert list(found.chance.q_values) == [ring.ring_id for ring in found.rings]
    assert max(found.chance.q_values.values()) <= METHOD.chance_share


def test_a_frozen_calibration_finds_the_same_without_null_worlds(found):
    sightings = sightings_of([*chance(600, 200), *farm()])
    again = analyse(sightings, METHOD, seed=1, calibration=found.calibration)
    assert again.chance is None
    assert again.calibration == found.calibration
    assert again.rings == found.rings
    assert again.totals == replace(found.totals, chance_rings=None)


def test_tables_of_a_run_without_the_explained_groups_name_none_of_them(found):
    for table in (found.signals, found.ties):
        assert set(table["ring_id"]) <= {ring.ring_id for ring in found.rings}


@given(st.lists(st.booleans(), min_size=4, max_size=4))
def test_leaving_groups_out_leaves_the_others_as_they_were(left_out):
    explained = np.array(left_out)
    rest = without_explained(EVIDENCE, explained)
    kept = [group for group in range(4) if not explained[group]]
    assert [told_of(rest, position) for position in range(len(kept))] == [told_of(EVIDENCE, group) for group in kept]


def test_groups_left_out_are_counted_as_below_evidence():
    assert without_explained(EVIDENCE, np.array([True, False, True, False])).n_small == EVIDENCE.n_small + 2


@pytest.mark.slow
def test_a_shuffled_world_has_at_most_one_ring_in_a_hundred_of_the_real_one(campaign):
    real, shuffled = (
        analyse(each, METHOD.model_copy(update={"disturbances": 0}), seed=1)
        for each in (campaign[0].sightings, shuffle_links(campaign[0].sightings, seed=99, world=0))
    )
    assert len(shuffled.rings) <= len(real.rings) / 100


@pytest.mark.slow
def test_no_ring_of_a_shuffled_world_is_called_coordinated(campaign):
    method = METHOD.model_copy(update={"disturbances": 0, "null_worlds": 0})
    shuffled = analyse(shuffle_links(campaign[0].sightings, seed=99, world=1), method, seed=1)
    assert not [ring for ring in shuffled.rings if ring.assessment == "coordinated"]


def test_of_null_groups_only_those_as_strong_as_what_is_reported_count_as_coordinated():
    weak, strong = (8, 1.0), (8, 9.0)
    world = NullWorld(strengths(weak, strong), np.array([True, True]), n_links_lost=0)
    reported = strengths((8, 5.0))
    assert nullworld._expected(reported, [nullworld._coordinated(world)]) == 1.0
    nobody = replace(world, is_coordinated=np.array([True, False]))
    assert nullworld._expected(reported, [nullworld._coordinated(nobody)]) == 0.0
    assert nullworld._expected(reported, [nobody]) == 1.0
