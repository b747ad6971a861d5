"""Rings are what the domain facts say, live among honest accounts, and resist naive methods (domain 9.6 to 9.9)."""

import numpy as np
import pandas as pd
import pytest
from simulate_worlds import honest, incidence, six_kinds, world

from graphlink.lab.evaluate.baselines import connect_components, detect_leiden, tabulate_incidence
from graphlink.lab.simulate import PRESETS, WorldRequest, parse_rings, simulate
from graphlink.lab.simulate.scene import Signal

KINDS = ("R1", "R2", "R3", "R6", "R7", "R9")


def members(some, kind):
    ring = next(ring for ring in some.rings if ring.kind == kind)
    return np.flatnonzero(some.accounts.ring == ring.number)


def table(some, signal):
    return next(table for table in some.tables if table.signal == signal)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("signal", "spread", "low", "high"),
    [
        (Signal.IP, (3, 200), 0.99, 1.0),
        (Signal.TEMPLATE, (1, np.inf), 0.25, 0.95),
        (Signal.DEVICE, (1, np.inf), 0.25, 0.55),
    ],
)
def test_members_have_addresses_templates_and_devices_of_honest_accounts(kind, signal, spread, low, high):
    some = six_kinds()
    seen = table(some, signal)
    values, degree = np.unique(seen.value[honest(some)[seen.account]], return_counts=True)
    common = values[(degree >= spread[0]) & (degree <= spread[1])]
    touching = np.unique(seen.account[np.isin(seen.value, common)])
    assert low <= np.isin(members(some, kind), touching).mean() <= high


@pytest.mark.parametrize("seed", [2, 5, 13])
def test_naive_farm_begins_in_one_hour_of_the_day_whenever_its_accounts_were_opened(seed):
    some = world(n=2_000, seed=seed, rings="R1=150")
    farm = members(some, "R1")
    prompts = table(some, Signal.TEMPLATE)
    used = np.isin(prompts.account, farm)
    the_farms = pd.Series(prompts.value[used]).mode()[0]
    first = prompts.first[used & (prompts.value == the_farms)]
    assert len(first) == len(farm)
    assert _without(first) >= 23 * 60
    assert _without(some.accounts.start[farm]) < 23 * 60


def _without(times):
    """The longest stretch of the day, in minutes, in which none of the times is."""
    minutes = np.sort(times // 60 % 1440)
    return np.diff(minutes, append=minutes[0] + 1440).max()


def test_named_rings_have_their_sizes():
    some = world(n=20_000, rings="R7=4000,R1,R1=60")
    assert [(ring.kind, ring.size) for ring in some.rings][::2] == [("R7", 4000), ("R1", 60)]
    assert (some.accounts.ring == 0).sum() == 4000
    assert some.rings[0].shrunk
    assert not some.rings[2].shrunk


def test_rings_larger_than_the_world_are_refused():
    """Half of the accounts is the most: the cure named 5,000 whatever was asked for."""
    with pytest.raises(ValueError, match="ask for 1,800 accounts, or for smaller rings: R7=500"):
        simulate(n_accounts=1_000, seed=1, request=WorldRequest(rings=(("R7", 900),)))
    for n_accounts, rings in ((1_800, "R7=900"), (1_000, "R7=500")):
        assert simulate(n_accounts=n_accounts, seed=1, request=WorldRequest(rings=parse_rings(rings))).rings


def test_rings_that_do_not_exist_are_refused():
    with pytest.raises(ValueError, match="'R4' is not a ring pattern"):
        parse_rings("R4")


@pytest.mark.parametrize("text", ["R1=x", "R1=-5", "R1=1", "R1=٣٣"])
def test_sizes_that_no_ring_has_are_refused(text):
    with pytest.raises(ValueError, match=f"'{text}': the size of a ring is a whole number from 2 on"):
        parse_rings(text)
    assert parse_rings("R1=") == (("R1", None),)


@pytest.fixture(scope="module")
def incidence_of_six_kinds():
    frames = [
        pd.DataFrame({"account_id": account, "signal_type": name, "signal_value": value}).astype(str)
        for name, account, value in incidence(six_kinds())
    ]
    return tabulate_incidence(pd.concat(frames))


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["R6", "R7", "R9"])
def test_naive_baselines_do_not_find_the_hard_rings_purely(incidence_of_six_kinds, kind):
    some = six_kinds()
    wanted = set(members(some, kind).astype(str))
    for run in (connect_components(incidence_of_six_kinds, 20), detect_leiden(incidence_of_six_kinds, 50, 7)):
        for _, group in run.members.groupby("ring_id"):
            found = len(wanted & set(group.account_id))
            assert not (found >= 0.9 * len(group) and found >= 0.5 * len(wanted))


# --- honest groups -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("parameters", PRESETS)
def test_every_hard_negative_is_there(parameters):
    negatives = {group.negative for group in world(parameters).groups if len(group.account)}
    assert negatives >= set(range(1, 9))


def test_no_group_of_one_stands_in_the_world_by_mistake():
    for group in six_kinds().groups:
        if group.kind in {"family", "household", "company", "agency", "campus", "course", "hackathon"}:
            _, size = np.unique(group.number, return_counts=True)
            assert size.min() >= 2, group.kind
