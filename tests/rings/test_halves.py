"""Many groups are looked at in two halves, one of them in a copy: what is found is what one look would find."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
import pandas as pd
import pytest
import worlds
from worlds import among, stages

from graphlink.config.method import Method
from graphlink.engine.fork import in_copy
from graphlink.engine.threads import in_turn
from graphlink.graph.observation_times import read_clock
from graphlink.model.findings import EDGE
from graphlink.model.groups import Evidence, Grouping
from graphlink.rings.assessment import assess_groups
from graphlink.rings.evidence import _gather, gather_evidence
from graphlink.rings.halves import (
    are_many,
    join_evidence,
    only_groups,
    pack_evidence,
    pack_frames,
    unpack_evidence,
    unpack_frames,
)
from graphlink.rings.shared_signals import Entries, Made

FEW, MANY = 300, 3_400
FRAMES = ("members", "signals", "ties")


def groups_of_five(n: int) -> list[worlds.Row]:
    """Fives on a card and an address of their own, and of every tenth group some were there before the others."""
    return [
        (f"g{group:05}-{i}", kind, f"{kind}-{group}", 10 + (group % 10 == 0) * 30 * (i > 1))
        for group in range(n)
        for kind in ("card", "ip")
        for i in range(5)
    ]


def world_of(n: int):
    return stages((*groups_of_five(n), *among(worlds.campaign, 500)))


@pytest.fixture(scope="module")
def many():
    return world_of(MANY)


@pytest.fixture(scope="module")
def few():
    return world_of(FEW)


def made_of(world) -> Made:
    given = (world.sightings, world.bipartite, world.test, world.projection, world.partition, world.calibration)
    return Made(*given, Method())


def numbered_by_accounts(evidence: Evidence) -> dict[str, pd.DataFrame]:
    """The tables with each group named by its first account, and each tie by that and its signal."""
    first = evidence.members.groupby("community")["account"].min().to_numpy()
    signals = evidence.signals.assign(community=first[evidence.signals["community"]])
    ties = evidence.ties.assign(
        community=signals["community"].to_numpy()[evidence.ties["row"]],
        signal=signals["signal"].to_numpy()[evidence.ties["row"]],
    ).drop(columns="row")
    return {
        "members": evidence.members.assign(community=first[evidence.members["community"]]),
        "signals": signals.sort_values(["community", "signal"], ignore_index=True),
        "ties": ties.sort_values(["community", "signal", "account"], ignore_index=True),
    }


def assert_alike(one: Evidence, other: Evidence) -> None:
    for name in FRAMES:
        pd.testing.assert_frame_equal(getattr(one, name), getattr(other, name))
    assert (one.size.tolist(), one.n_small, one.left.tolist()) == (
        other.size.tolist(),
        other.n_small,
        other.left.tolist(),
    )


def grouping_of(world, evidence: Evidence) -> Grouping:
    return Grouping(world.bipartite, world.test, world.projection, evidence)


def assessed(world, evidence: Evidence, apart):
    clock = read_clock(world.sightings)
    return assess_groups(world.sightings, grouping_of(world, evidence), clock, world.calibration, Method(), apart=apart)


def test_halving_pays_where_there_are_many_accounts_in_several_groups():
    assert not are_many(np.array([], dtype=np.int64))
    assert not are_many(np.array([16_383]))
    assert not are_many(np.array([1 << 14]))
    assert not are_many(np.array([16_000, 383]))
    assert are_many(np.array([16_000, 384]))


def test_what_is_gathered_in_halves_is_what_is_gathered_at_once(many):
    made = made_of(many)
    halves = numbered_by_accounts(gather_evidence(made))
    whole = _gather(Entries.of(made.bipartite, made.test), made)
    at_once = numbered_by_accounts(whole)
    for name in FRAMES:
        pd.testing.assert_frame_equal(halves[name], at_once[name])
    assert gather_evidence(made).left.tolist() == whole.left.tolist()
    assert gather_evidence(made).n_small == whole.n_small
    assert len(whole.size) > MANY
    assert whole.members["came_first"].any()


def test_a_copy_gathers_what_is_gathered_in_turn(many):
    made, begun = made_of(many), []

    def in_a_copy(work):
        begun.append(work)
        return in_copy(work)

    assert_alike(gather_evidence(made, in_a_copy), gather_evidence(made, in_turn))
    assert len(begun) == 1


def test_few_groups_are_looked_at_without_a_copy(few):
    def never(_work):
        pytest.fail("a copy was begun")

    evidence = gather_evidence(made_of(few), never)
    assert len(evidence.size) > FEW
    assert len(assessed(few, evidence, never).groups) == len(evidence.size)


def test_a_group_is_assessed_alike_in_either_half_and_alone(many):
    evidence = gather_evidence(made_of(many))
    in_turns, in_copies = assessed(many, evidence, in_turn), assessed(many, evidence, in_copy)
    assert in_turns.groups == in_copies.groups
    assert in_turns.assessments == in_copies.assessments
    above_edge = evidence.members[evidence.members["tier"] < EDGE].groupby("community").size()
    assert [each.size for each in in_turns.groups] == above_edge.tolist()
    for c in (0, 1, 2, 1_001, len(evidence.size) - 1):
        alone = assessed(many, only_groups(evidence, np.arange(len(evidence.size)) == c), in_turn)
        assert (alone.groups, alone.assessments) == ([in_turns.groups[c]], [in_turns.assessments[c]])


def test_evidence_that_is_cut_and_joined_is_the_same(few):
    evidence = gather_evidence(made_of(few))
    is_odd = np.arange(len(evidence.size)) % 2 == 1
    even, odd = only_groups(evidence, ~is_odd), only_groups(evidence, is_odd)
    joined = join_evidence(even, odd)
    assert joined.size.tolist() == [*evidence.size[~is_odd], *evidence.size[is_odd]]
    for name, table in numbered_by_accounts(evidence).items():
        pd.testing.assert_frame_equal(numbered_by_accounts(joined)[name], table)


def test_all_of_the_groups_are_the_evidence_itself_and_none_are_nothing(few):
    evidence = gather_evidence(made_of(few))
    assert_alike(only_groups(evidence, np.ones(len(evidence.size), dtype=np.bool_)), evidence)
    none = only_groups(evidence, np.zeros(len(evidence.size), dtype=np.bool_))
    assert [len(getattr(none, name)) for name in FRAMES] == [0, 0, 0]


def test_packed_evidence_is_plain_arrays_and_comes_back_whole(few):
    evidence = gather_evidence(made_of(few))
    packed = pack_evidence(evidence)
    assert {column.dtype.kind for column in packed.values()} <= set("biuf")
    assert_alike(unpack_evidence(packed), evidence)
    assert {each.name for each in fields(Evidence)} - set(FRAMES) < set(packed)


def test_frames_are_unpacked_by_their_names_whatever_else_is_there():
    one, other = pd.DataFrame({"a": [1], "b.c": [0.5]}), pd.DataFrame({"a": [True, False]})
    packed = {**pack_frames({"one": one, "other": other}), "else": np.arange(3)}
    unpacked = unpack_frames(packed, ["one", "other"])
    pd.testing.assert_frame_equal(unpacked["one"], one)
    pd.testing.assert_frame_equal(unpacked["other"], other)
