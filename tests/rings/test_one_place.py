"""Groups that one address alone joins are parted, where one of them would be found without the other."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from parted_worlds import CONTENT, FAMILIES, NETWORK, PAYMENT, Told, parted_by
from worlds import among, stages

from graphlink.config.method import Method
from graphlink.model.findings import TIERS, Tier
from graphlink.rings.evidence import gather_evidence
from graphlink.rings.membership.one_place import part_at_one_place

FARM, HACKATHON = [*range(22)], [*range(22, 42)]
OWN: list[Told] = [(CONTENT, FARM, 0), (PAYMENT, FARM[:11], 0), (PAYMENT, FARM[11:], 0), (CONTENT, HACKATHON, 0)]
"""A farm has a prompt and two cards, and a hackathon a prompt of its own."""
VENUE: Told = (NETWORK, [*FARM, *HACKATHON], 9)
PARTED, WHOLE = [0] * 22 + [1] * 20, [0] * 42


def parted(*signals: Told, n: int = 42, **told) -> list[int]:
    return parted_by(part_at_one_place, *signals, n=n, **told)


def test_a_farm_and_a_hackathon_at_one_address_are_two():
    assert parted(*OWN, VENUE) == PARTED


def test_the_network_of_the_address_is_no_second_one():
    assert parted(*OWN, VENUE, VENUE, corroborating=(5,)) == PARTED


@pytest.mark.parametrize(("n_crossing", "expected"), [(4, PARTED), (5, WHOLE)])
def test_groups_of_which_some_meet_elsewhere_as_well_are_one(n_crossing, expected):
    elsewhere = (NETWORK, [*FARM[:n_crossing], *HACKATHON[:n_crossing]], 0)
    assert parted(*OWN, VENUE, elsewhere) == expected


@pytest.mark.parametrize("common", [(CONTENT, [0, 22], 1), (PAYMENT, [0, 22], 1)])
def test_groups_with_anything_of_their_own_in_common_are_one(common):
    assert parted(*OWN, VENUE, common) == WHOLE


def test_what_as_many_strangers_bear_joins_nothing():
    assert parted(*OWN, VENUE, (CONTENT, [0, 22], 2)) == PARTED


def test_what_is_too_small_is_no_group():
    assert parted(*OWN[:3], (CONTENT, HACKATHON[:19], 0), VENUE) == WHOLE


def test_where_neither_would_be_found_without_the_other_both_are_one():
    """A farm whose cards are all that is known of it but its address."""
    assert parted((PAYMENT, FARM, 0), (PAYMENT, HACKATHON, 0), VENUE) == WHOLE


def test_an_address_that_few_of_the_smaller_bear_holds_nobody():
    """What else makes them one is not seen here."""
    assert parted(*OWN, (NETWORK, [*FARM, *HACKATHON[:9]], 0)) == WHOLE
    assert parted(*OWN, (NETWORK, [*FARM, *HACKATHON[:10]], 0)) == PARTED


def test_who_is_of_neither_group_stays_with_the_largest():
    assert parted(*OWN, (NETWORK, [*range(44)], 9), n=44) == [*PARTED, 0, 0]


def test_groups_that_meet_by_way_of_a_third_are_one():
    third = [*range(42, 62)]
    told = [*OWN, (CONTENT, third, 0), VENUE]
    ways = [(NETWORK, [*some[:6], *third[:6]], 0) for some in (FARM, HACKATHON)]
    assert parted(*told, *ways, n=62) == [0] * 62


def test_what_is_one_by_way_of_a_third_does_not_leave_a_larger_group_that_it_never_meets():
    third, larger = [*range(42, 62)], [*range(62, 142)]
    told = [*OWN, (CONTENT, third, 0), VENUE, (CONTENT, larger, 0), (NETWORK, [0, larger[0]], 0)]
    ways = [(NETWORK, [*some[:6], *third[:6]], 0) for some in (FARM, HACKATHON)]
    assert parted(*told, *ways, n=142) == [0] * 142


def test_another_community_is_left_alone():
    """The same once more, with two addresses in common."""
    again = [(family, [42 + account for account in bearers], outside) for family, bearers, outside in (*OWN, VENUE)]
    twice = [*OWN, VENUE, *again, again[-1]]
    assert parted(*twice, n=84, community=[0] * 42 + [1] * 42) == [*PARTED, *[2] * 42]


def test_where_nothing_is_parted_the_array_is_the_same():
    community, nothing = np.full(2, -1, dtype=np.int32), pd.DataFrame({"row": [], "account": []}, dtype=np.int64)
    signals = pd.DataFrame({"community": [], "signal": [], "family": [], "inside": [], "outside": []}, dtype=np.int64)
    graph = SimpleNamespace(families=FAMILIES, corroborates=np.zeros(0, dtype=np.bool_))
    assert part_at_one_place(community, nothing, signals, graph) is community


def test_a_hackathon_is_not_of_the_farm_that_went_through_its_venue():
    """Put together with it, by a cut that the links of one address decided, it is a group of its own."""
    cards = "".join(f"card c{card}: f{6 * card}..f{6 * card + 5}\n" for card in range(4))
    world = stages(among(f"{cards} template farm: f0..f23\n template idea: h0..h23\n ip venue: f0..f23 h0..h23"))
    number = {name: place for place, name in enumerate(world.sightings.accounts.ids.to_pylist())}
    farm, hackathon = ([number[f"{who}{i}"] for i in range(24)] for who in "fh")
    membership = world.partition.membership.copy()
    membership[hackathon] = membership[farm[0]]
    partition = replace(world.partition, membership=membership)
    made = world.sightings, world.bipartite, world.test, world.projection
    evidence = gather_evidence(*made, partition, world.calibration, Method())
    members = evidence.members.set_index("account")
    assert members.loc[farm, "community"].nunique() == members.loc[hackathon, "community"].nunique() == 1
    assert members.loc[farm[0], "community"] != members.loc[hackathon[0], "community"]
    assert (members.loc[farm, "tier"] == TIERS.index(Tier.CORE)).all()
