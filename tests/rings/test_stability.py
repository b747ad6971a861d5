"""What is lost depends on who was seen with what, and how far a group comes back is counted as it is defined."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sighting_worlds import chance, farm, sightings_of

from graphlink.config.method import Method
from graphlink.graph.bipartite import build_bipartite
from graphlink.model.groups import Evidence
from graphlink.pipeline import analyse
from graphlink.reading.normalise.mail_providers import anyones_values
from graphlink.rings.stability import compare_groups, key_sightings, lose_sightings

METHOD = Method()


def keys_of(sightings):
    return key_sightings(sightings, build_bipartite(sightings, anyones_values(sightings)))


def without(sightings, share, draw=0, seed=1):
    return lose_sightings(sightings, keys_of(sightings), share, seed=seed, draw=draw)


def shared(sightings):
    """Account, type and value of each sighting whose signal two accounts or more bear."""
    ids, values = sightings.accounts.ids.to_pylist(), sightings.signal_value.to_pylist()
    kinds = [sightings.types[kind].name for kind in sightings.signal_type]
    return {(ids[a], kinds[s], values[s]) for a, s in zip(sightings.account, sightings.signal, strict=True)}


def groups(*names: str) -> Evidence:
    """Groups of one-letter accounts."""
    members = sorted((ord(account) - ord("a"), number) for number, each in enumerate(names) for account in each)
    return Evidence(
        members=pd.DataFrame(members, columns=["account", "community"]),
        signals=pd.DataFrame(),
        ties=pd.DataFrame(),
        size=np.array([len(each) for each in names], dtype=np.int64),
        n_small=0,
        left=np.full(26, -1, dtype=np.int8),
    )


def regrouped(*names: str) -> np.ndarray:
    """The groups of a repetition, by account."""
    again = np.full(26, -1, dtype=np.int32)
    for number, each in enumerate(names):
        again[[ord(account) - ord("a") for account in each]] = number
    return again


# --- losing sightings ---------------------------------------------------------------------------------------------


def test_about_the_share_asked_for_is_lost():
    sightings = sightings_of(chance(600, 100))
    assert 1 - len(without(sightings, 0.1)) / len(sightings) == pytest.approx(0.1, abs=0.02)


@pytest.mark.parametrize(("share", "kept"), [(0.0, 1), (1.0, 0)])
def test_nothing_and_everything_can_be_lost(share, kept):
    sightings = sightings_of(chance(40, 10))
    assert len(without(sightings, share)) == kept * len(sightings)


def test_the_same_draw_loses_the_same():
    sightings = sightings_of(chance(40, 10))
    assert shared(without(sightings, 0.3)) == shared(without(sightings, 0.3))


def test_a_larger_loss_takes_what_a_smaller_one_takes():
    sightings = sightings_of(chance(40, 10))
    assert shared(without(sightings, 0.4)) < shared(without(sightings, 0.2))


def test_what_is_lost_does_not_depend_on_who_else_is_there():
    ring, strangers = farm(), [("x", "ip", "x1"), ("y", "ip", "x1"), ("b", "card", "x2"), ("c", "card", "x2")]
    alone, among = (without(sightings_of(rows), 0.5) for rows in (ring, [*ring, *strangers]))
    assert shared(alone) == shared(among) & set(ring)


def test_equal_values_of_two_types_are_lost_apart():
    rows = [(f"a{number}", kind, "v") for number in range(200) for kind in ("card", "ip")]
    kept = shared(without(sightings_of(rows), 0.5))
    both = sum({(f"a{number}", "card", "v"), (f"a{number}", "ip", "v")} <= kept for number in range(200))
    assert both < 80


# --- comparing ----------------------------------------------------------------------------------------------------


@given(st.lists(st.sampled_from("abcd"), min_size=1, max_size=12))
def test_a_group_that_comes_back_whole_is_kept_whole(labels):
    names = ["".join(chr(97 + i) for i, each in enumerate(labels) if each == label) for label in sorted(set(labels))]
    again = compare_groups(groups(*names), regrouped(*reversed(names)))
    assert again.jaccard.tolist() == [1.0] * len(names)
    assert again.kept.all()


def test_of_a_group_that_falls_apart_the_larger_part_is_kept():
    again = compare_groups(groups("abcde"), regrouped("ab", "cde"))
    assert again.jaccard.tolist() == [0.6]
    assert again.kept.tolist() == [False, False, True, True, True]


def test_of_equal_parts_the_first_is_kept():
    assert compare_groups(groups("abcd"), regrouped("ab", "cd")).kept.tolist() == [True, True, False, False]


def test_a_group_that_is_swallowed_is_kept_but_little_alike():
    again = compare_groups(groups("ab", "cd"), regrouped("abcdefgh"))
    assert again.jaccard.tolist() == [0.25, 0.25]
    assert again.kept.all()


def test_a_group_that_vanishes_leaves_nothing():
    again = compare_groups(groups("ab", "cd"), regrouped("cd"))
    assert again.jaccard.tolist() == [0.0, 1.0]
    assert again.kept.tolist() == [False, False, True, True]


# --- whole runs ---------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def found():
    return analyse(sightings_of([*chance(600, 200), *farm()]), METHOD, seed=1)


def test_a_ring_behind_one_of_everything_comes_back(found):
    assert found.stability.rings["over_seeds"].tolist() == [1.0]
    assert found.stability.rings["over_losses"][0] > 0.7


def test_members_stand_as_the_findings_list_them(found):
    columns = ["ring_id", "account_id"]
    pd.testing.assert_frame_equal(found.stability.members[columns], found.members[columns])


def test_without_disturbances_stability_is_unknown():
    method = METHOD.model_copy(update={"disturbances": 0})
    assert analyse(sightings_of(farm(), spare=200), method, seed=1).stability is None


def test_the_rings_do_not_depend_on_how_they_are_disturbed(found):
    method = METHOD.model_copy(update={"disturbances": 3, "lost_share": 0.3})
    again = analyse(sightings_of([*chance(600, 200), *farm()]), method, seed=1)
    assert again.rings == found.rings
