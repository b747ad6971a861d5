"""What meets at the same places alone is parted, where each part would be found without the others."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from parted_worlds import CONTENT, DEVICE, IDENTITY, NETWORK, PAYMENT, Told, parted_by

from graphlink.rings.membership.places import part_at_places

EXITS = [(NETWORK, [*range(40)], 30), (NETWORK, [*range(0, 40, 2)], 30)]


def farm(first: int, n: int) -> list[Told]:
    """So many accounts with one prompt and with one of two cards each."""
    members = [*range(first, first + n)]
    return [(CONTENT, members, 0), (PAYMENT, members[: n // 2], 0), (PAYMENT, members[n // 2 :], 0)]


def parted(*signals: Told, n: int = 40, **told) -> list[int]:
    return parted_by(part_at_places, *signals, n=n, **told)


def test_where_no_signal_is_left_nobody_is_parted():
    nobody, nothing = np.full(2, -1, dtype=np.int32), pd.DataFrame({"row": [], "account": []}, dtype=np.int64)
    signals = pd.DataFrame({"community": [], "signal": [], "family": [], "inside": [], "outside": []}, dtype=np.int64)
    graph = SimpleNamespace(families=(), n_accounts=2, corroborates=np.zeros(0, dtype=np.bool_))
    assert part_at_places(nobody, nothing, signals, graph) is nobody


def test_two_farms_on_the_exits_of_one_vpn_are_two():
    assert parted(*farm(0, 20), *farm(20, 20), *EXITS) == [0] * 20 + [1] * 20


@pytest.mark.parametrize("common", [(CONTENT, [0, 20], 1), (PAYMENT, [19, 39], 1)])
def test_two_farms_with_anything_of_their_own_in_common_are_one(common):
    assert parted(*farm(0, 20), *farm(20, 20), *EXITS, common) == [0] * 40


def test_what_as_many_strangers_bear_joins_nothing():
    assert parted(*farm(0, 20), *farm(20, 20), *EXITS, (CONTENT, [0, 20], 2)) == [0] * 20 + [1] * 20


def test_a_neighbourhood_joins_nothing():
    """A bank's range of cards is no value of its own."""
    together = (PAYMENT, [*range(40)], 0)
    assert parted(*farm(0, 20), *farm(20, 20), *EXITS, together, corroborating=(8,)) == [0] * 20 + [1] * 20


def test_what_is_too_small_to_stand_by_itself_is_not_parted():
    assert parted(*farm(0, 21), *farm(21, 19), *EXITS) == [0] * 40


@pytest.mark.parametrize(("n_with_cards", "n_groups"), [(10, 2), (9, 1)])
def test_what_one_family_holds_does_not_stand_by_itself(n_with_cards, n_groups):
    """The other farm has one prompt, and cards on half of it or on less."""
    prompt, cards = (CONTENT, [*range(20, 40)], 0), (PAYMENT, [*range(20, 20 + n_with_cards)], 0)
    assert len(set(parted(*farm(0, 20), prompt, cards, *EXITS))) == n_groups


GATE = (NETWORK, [*range(40)], 30)


def test_a_farm_in_a_crowd_at_one_gate_is_a_group_and_the_crowd_is_none():
    assert parted(*farm(0, 20), GATE) == [0] * 20 + [-1] * 20


@pytest.mark.parametrize("n", [19, 21])
def test_a_farm_that_is_most_of_its_group_or_too_small_stays_with_the_others(n):
    assert parted(*farm(0, n), GATE) == [0] * 40


@pytest.mark.parametrize(("n_tied", "is_parted"), [(6, True), (7, False)])
def test_others_who_share_cards_as_well_are_no_crowd(n_tied, is_parted):
    cards = (PAYMENT, [*range(20, 20 + n_tied)], 0)
    assert parted(*farm(0, 20), GATE, cards) == [0] * 20 + [-1 if is_parted else 0] * 20


FIRMS = [(family, [*range(first, first + 8)], 0) for first in range(20, 60, 8) for family in (IDENTITY, PAYMENT)]
"""Five firms on a host's machines, each of one name and one card."""


IMAGE = (DEVICE, [*range(10, 30)], 0)
"""A host's, on which a ring's accounts are and firms' people."""


@pytest.mark.parametrize(("n_named", "hosts", "is_parted"), [(4, [IMAGE], True), (3, [IMAGE], False), (4, [], False)])
def test_firms_on_a_hosts_machines_are_a_crowd_however_much_each_shares(n_named, hosts, is_parted):
    """A ring on rented desktops took its honest neighbours along, in the core."""
    firms = [(family, bearers[:n_named] if family == IDENTITY else bearers, n) for family, bearers, n in FIRMS]
    told = parted(*farm(0, 20), *firms, *hosts, (NETWORK, [*range(60)], 0), n=60)
    assert told == [0] * 20 + [-1 if is_parted else 0] * 40


@pytest.mark.parametrize(("n", "is_parted"), [(16, True), (15, False)])
def test_a_device_of_dozens_is_a_place(n, is_parted):
    """An image of a host's machines, on which a ring's accounts are and firms' people."""
    image = (DEVICE, [*range(18, 18 + n)], 0)
    told = parted(*farm(0, 20), *FIRMS, image, (NETWORK, [*range(60)], 0), n=60)
    assert told == [0] * 20 + [-1 if is_parted else 0] * 40


def test_a_device_of_dozens_that_are_of_one_piece_is_the_rings_own():
    """Whom one of a farm's machines alone ties is of the farm, however many are on it."""
    machine = (DEVICE, [*range(10, 28)], 0)
    told = parted(*farm(0, 20), machine, (NETWORK, [*range(60)], 30), n=60)
    assert told == [0] * 28 + [-1] * 32


@pytest.mark.parametrize(("outside", "in_piece"), [(4, False), (3, True)])
def test_a_code_that_others_have_as_well_takes_nobody_out_of_a_crowd(outside, in_piece):
    """Half of a farm has a code that strangers have, too, with one of the crowd: thirteen, and a quarter as many."""
    code = (CONTENT, [*range(12), 40], outside)
    assert parted(*farm(0, 24), (NETWORK, [*range(49)], 30), code, n=49)[40] == (0 if in_piece else -1)


def test_a_crowd_in_another_community_is_parted_by_itself():
    other = [0 if account < 40 else 1 for account in range(80)]
    told = [*farm(0, 20), *farm(20, 20), *EXITS, *farm(40, 20), (NETWORK, [*range(40, 80)], 30)]
    assert parted(*told, n=80, community=other) == [0] * 20 + [1] * 20 + [2] * 20 + [-1] * 20


def test_whom_the_exits_alone_tie_is_in_neither():
    signals = [*farm(0, 20), *farm(20, 20), (NETWORK, [*range(43)], 30)]
    assert parted(*signals, n=43) == [0] * 20 + [1] * 20 + [-1] * 3


def test_a_smaller_piece_is_a_group_of_its_own():
    signals = [*farm(0, 20), *farm(20, 20), (PAYMENT, [40, 41], 0), (NETWORK, [*range(42)], 30)]
    assert parted(*signals, n=42) == [0] * 20 + [1] * 20 + [2] * 2


def test_other_communities_stay_as_they_are():
    others = [(PAYMENT, [40, 41], 0), (PAYMENT, [42, 43], 0)]
    community = [0] * 40 + [1, 1, 2, 2, -1, 1]
    expected = [0] * 20 + [1] * 20 + [2, 2, 3, 3, -1, 2]
    assert parted(*farm(0, 20), *farm(20, 20), *EXITS, *others, community=community) == expected


def test_nothing_is_parted_of_nothing():
    assert parted(n=3, community=[-1, -1, -1]) == [-1, -1, -1]


@given(st.permutations(range(40)))
def test_numbers_decide_nothing(order):
    signals = [(family, [order[a] for a in bearers], n) for family, bearers, n in (*farm(0, 20), *farm(20, 20), *EXITS)]
    found = parted(*signals)
    assert len({found[order[a]] for a in range(20)}) == len({found[order[a]] for a in range(20, 40)}) == 1
    assert found[order[0]] != found[order[39]]
