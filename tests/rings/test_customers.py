"""A vendor's customers are no members of the ring that is one of them, and what he hands out makes nobody core."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from graphlink.rings.membership.customers import find_customers, is_particular

FAMILIES = ("client", "content", "network", "payment")
CLIENT, CONTENT, NETWORK, PAYMENT = range(4)
RING, VENDOR = range(8), range(8, 30)
"""Eight accounts of a ring, and 22 other customers of the vendor whose prompt it uses."""

PROMPT = (CONTENT, [*RING, *VENDOR], 0)
EGRESS = (NETWORK, [*RING, *VENDOR], 0)
CARDS = [(PAYMENT, [0, 1, 2, 3], 0), (PAYMENT, [3, 4, 5, 6, 7], 0)]

Told = tuple[int, "list[int]", int]


def tables(*signals: Told) -> tuple[pd.DataFrame, pd.DataFrame, np.ndarray, SimpleNamespace]:
    """The tables of one community from (family, bearers inside, number outside) of each of its signals."""
    size = np.array([1 + max(max(bearers) for _, bearers, _ in signals)])
    columns = pd.DataFrame(
        {
            "community": 0,
            "signal": range(len(signals)),
            "family": [family for family, _, _ in signals],
            "inside": [len(bearers) for _, bearers, _ in signals],
            "outside": [outside for _, _, outside in signals],
        }
    )
    ties = pd.DataFrame(
        [(row, account) for row, (_, bearers, _) in enumerate(signals) for account in bearers],
        columns=["row", "account"],
    )
    corroborates = np.zeros(len(signals), dtype=np.bool_)
    graph = SimpleNamespace(families=FAMILIES, n_accounts=int(size[0]), corroborates=corroborates)
    return ties, columns, size, graph


def customers(*signals: Told, corroborating: tuple[int, ...] = ()) -> list[int]:
    ties, columns, size, graph = tables(*signals)
    graph.corroborates[list(corroborating)] = True
    return find_customers(ties, columns, size, graph).tolist()


def test_a_vendors_other_customers_are_none_of_the_ring():
    assert customers(PROMPT, EGRESS, *CARDS) == list(VENDOR)


def test_who_shares_something_that_nobody_hands_out_stays():
    line = (NETWORK, [0, 8], 0)
    assert 8 not in customers(PROMPT, EGRESS, *CARDS, line)


def test_who_is_tied_to_the_rest_alone_goes_with_it():
    others = [(CONTENT, list(range(8, 14)), 0), (NETWORK, list(range(8, 14)), 0)]
    everybody = (PAYMENT, list(range(8)), 0)
    assert customers(everybody, *others) == list(range(8, 14))


def test_who_bears_the_bodys_prompt_stays():
    prompt = (CONTENT, list(range(14)), 0)
    assert customers((PAYMENT, list(range(8)), 0), prompt, (NETWORK, [7, 8], 0)) == []


def test_a_neighbourhood_is_nothing_that_nobody_hands_out():
    assert customers(PROMPT, EGRESS, *CARDS, (NETWORK, [0, 8], 0), corroborating=(4,)) == list(VENDOR)


def test_a_prompt_without_an_address_is_no_vendor():
    assert customers(PROMPT, *CARDS) == []


def test_an_address_without_a_prompt_is_no_vendor():
    assert customers(EGRESS, *CARDS) == []


def test_a_group_that_shares_nothing_else_is_judged_as_a_whole():
    assert customers(PROMPT, EGRESS) == []


def test_families_among_a_vendors_customers_are_no_body():
    """Where no card ties more than six, however indirectly, there is no ring whose other customers could be let go."""
    family = (PAYMENT, [0, 1, 2, 3, 4, 5], 0)
    assert customers(PROMPT, EGRESS, family, (PAYMENT, [6, 7], 0)) == []
    assert customers(PROMPT, EGRESS, family, (PAYMENT, [5, 6], 0)) == list(range(7, 30))


@pytest.mark.parametrize(("outside", "found"), [(7, [*VENDOR]), (8, [])])
def test_a_card_that_as_many_strangers_bear_makes_no_body(outside, found):
    assert customers(PROMPT, EGRESS, (PAYMENT, [*RING], outside)) == found


def test_a_program_makes_no_body():
    assert customers(PROMPT, EGRESS, (CLIENT, [*RING], 0)) == []


def test_what_is_handed_out_is_no_card():
    """A family among the vendor's customers is tied by a card of its own, which five bear."""
    assert customers(PROMPT, EGRESS, *CARDS, (PAYMENT, list(range(8, 13)), 0)) == list(range(13, 30))


@pytest.mark.parametrize(("outside", "found"), [(5, []), (6, list(range(8, 15)))])
def test_a_small_rest_is_the_rings_unless_the_prompt_is_many_strangers(outside, found):
    """More than a quarter of those who bear the prompt."""
    few = [*RING, *range(8, 15)]
    assert customers((CONTENT, few, outside), (NETWORK, few, 0), *CARDS) == found


@pytest.mark.parametrize(("n", "found"), [(16, []), (17, list(range(8, 17)))])
def test_a_rest_that_is_more_than_the_body_is_the_vendors(n, found):
    everybody = list(range(n))
    assert customers((CONTENT, everybody, 0), (NETWORK, everybody, 0), *CARDS) == found


@pytest.mark.parametrize(("n", "found"), [(9, []), (10, list(range(8, 108)))])
def test_what_a_vendor_hands_out_is_on_a_tenth_of_his_customers(n, found):
    """A hundred have his prompt, and some of them his address."""
    address = (NETWORK, list(range(8, 8 + n)), 0)
    assert customers((CONTENT, list(range(108)), 0), address, *CARDS) == found


@pytest.mark.parametrize(("n", "found"), [(7, []), (8, list(range(8, 16)))])
def test_a_prompt_that_hardly_anybody_of_the_body_bears_is_not_the_rings(n, found):
    """Half of the group are its body. One of eight bearers is a quarter of what is usual then; one of nine is less."""
    prompt = (CONTENT, [7, *range(8, 8 + n)], 0)
    last = (NETWORK, [0, 15], 0) if n < 8 else (NETWORK, [8, 15], 0)
    assert customers((PAYMENT, [*RING], 0), prompt, last) == found


COPYING = (PAYMENT, list(range(20)), 0)
"""A ring of twenty, and twelve customers of a vendor whose prompt it copied."""

COPIED = (CONTENT, list(range(32)), 0)


@pytest.mark.parametrize(("n", "found"), [(7, []), (8, list(range(20, 28))), (12, list(range(20, 32)))])
def test_a_copied_prompt_makes_nobody_a_member_who_has_a_home_elsewhere(n, found):
    """Of eight at an address five would be of the body, so that its absence tells; of seven fewer."""
    assert customers(COPYING, COPIED, (NETWORK, list(range(20, 20 + n)), 0)) == found


def test_a_home_where_the_body_lives_too_is_the_rings():
    assert customers(COPYING, COPIED, (NETWORK, [0, 1, 2, *range(20, 32)], 0)) == []


def test_who_shares_a_second_prompt_with_the_body_did_not_lose_it_to_a_copy():
    second = (CONTENT, [0, 20], 0)
    assert customers(COPYING, COPIED, (NETWORK, list(range(20, 32)), 0), second) == list(range(21, 32))


@pytest.mark.parametrize("family", [NETWORK, CLIENT])
def test_an_address_or_a_program_is_not_copied(family):
    shared, home = (family, list(range(32)), 0), (CONTENT, list(range(20, 32)), 0)
    assert customers(COPYING, shared, home) == []


def test_each_group_is_judged_by_itself():
    """A second group, all of which is tied by one card, has no rest and loses nobody."""
    ties, columns, size, graph = tables(PROMPT, EGRESS, *CARDS)
    columns.loc[len(columns)] = {"community": 1, "signal": 4, "family": PAYMENT, "inside": 8, "outside": 0}
    ties = pd.concat([ties, pd.DataFrame({"row": 4, "account": range(30, 38)})])
    graph.n_accounts, graph.corroborates = 38, np.zeros(5, dtype=np.bool_)
    assert find_customers(ties, columns, np.append(size, 8), graph).tolist() == [*VENDOR]


def test_addresses_of_few_are_handed_out_by_nobody():
    lines = [(NETWORK, [account, account + 1], 0) for account in range(8, 29, 2)]
    assert customers(PROMPT, *CARDS, *lines) == []


def particular(*signals: Told, corroborating: tuple[int, ...] = ()) -> list[bool]:
    """By signal, whether a tie of it is particular."""
    ties, columns, size, graph = tables(*signals)
    graph.corroborates[list(corroborating)] = True
    told = pd.Series(is_particular(ties, columns, size, graph)).groupby(ties["row"]).agg(["min", "max"])
    assert (told["min"] == told["max"]).all()
    return told["min"].tolist()


def test_what_few_members_share_and_what_nobody_hands_out_is_particular():
    assert particular(
        PROMPT, (NETWORK, [0, 1, 2, 3, 4], 0), (NETWORK, [0, 1, 2, 3, 4, 5], 0), (PAYMENT, [*RING], 0)
    ) == [
        False,
        True,
        False,
        True,
    ]


def test_a_tenth_of_a_large_group_is_few():
    everybody = (PAYMENT, list(range(100)), 0)
    assert particular(everybody, (NETWORK, list(range(10)), 0), (NETWORK, list(range(11)), 0)) == [True, True, False]


def test_a_neighbourhood_or_a_program_is_not_particular():
    assert particular(PROMPT, (NETWORK, [0, 1], 0), (CLIENT, [*RING], 0), corroborating=(1,)) == [False, False, False]
