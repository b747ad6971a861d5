"""What ties a member, and what would be left of it without one value or one family."""

from __future__ import annotations

from itertools import combinations
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphlink.model.graph import Projection
from graphlink.model.signals import Provenance
from graphlink.rings.membership import evidence as strength_rules
from graphlink.rings.membership.robustness import find_lasting

OBSERVED, CLAIMED, ADDING_UP, COARSE = 0, 1, 2, 3
"""Four types of signal: seen by the provider, said by the client, one whose values all count in full, and a coarse one.
"""


def strength(*borne: tuple[int, int, int], needed: float = 0.0, outside: tuple[int, ...] | int = 0) -> dict:
    """The strength of an account that bears values, each of a family and a type and worth some bits.

    Nine members bear each, and so many others; whoever of the nine loses one keeps what it shares besides with eight.
    """
    provenances = (Provenance.OBSERVED, Provenance.CLAIMED, Provenance.OBSERVED, Provenance.OBSERVED)
    types = [
        SimpleNamespace(adds_up=n == ADDING_UP, coarse=n == COARSE, provenance=each)
        for n, each in enumerate(provenances)
    ]
    signals = pd.DataFrame(borne, columns=["family", "type", "bits"]).assign(inside=9, outside=outside)
    ties = pd.DataFrame([(account, row) for account in range(9) for row in signals.index], columns=["account", "row"])
    particular = (signals["family"] == 0).to_numpy()[ties["row"]]
    graph = SimpleNamespace(types=types, families=("network", "payment", "content"))
    shared, community, projection = (ties, signals), np.zeros(9, np.int32), links(9, *combinations(range(9), 2))
    account, adding = np.arange(9), {"further_share": 0.25}
    columns = {
        **strength_rules._strength(*shared, particular, account, types=types, **adding),
        **find_lasting(*shared, account, community, graph, projection, **adding, needed=needed),
    }
    return {name: column[7].item() for name, column in columns.items()}


def links(n_accounts: int, *pairs: tuple[int, int]) -> Projection:
    """Links between pairs of accounts."""
    source, target = np.array(pairs, dtype=np.int32).reshape(-1, 2).T
    nothing = np.zeros(len(pairs), dtype=np.int64)
    return Projection(n_accounts, source, target, nothing, nothing.astype(np.int32))


@pytest.mark.parametrize("order", [1, -1])
def test_the_strongest_of_a_family_counts_in_full_wherever_it_stands(order):
    values = [(0, OBSERVED, 40), (0, OBSERVED, 100), (0, OBSERVED, 20)][::order]
    assert strength(*values)["tie_bits"] == 100 + 10 + 5
    assert strength(*((1, kind, bits) for _, kind, bits in values))["families"] == 0b10


@pytest.mark.parametrize(("needed", "survives"), [(45, True), (46, False)])
def test_where_the_strongest_is_lost_the_next_counts_in_full(needed, survives):
    values = [(0, OBSERVED, 40), (0, OBSERVED, 100), (0, OBSERVED, 20)]
    assert strength(*values, needed=needed)["survives_any_value"] is survives


@pytest.mark.parametrize(("needed", "survives"), [(40, True), (41, False)])
def test_values_that_add_up_count_in_full_and_are_lost_in_full(needed, survives):
    values = [(0, ADDING_UP, 100), (0, ADDING_UP, 40)]
    told = strength(*values, needed=needed)
    assert told["tie_bits"] == 140
    assert told["survives_any_value"] is survives


@given(
    st.lists(st.tuples(st.integers(0, 1), st.sampled_from((OBSERVED, ADDING_UP)), st.integers(1, 99)), min_size=1),
    st.integers(0, 300),
)
def test_what_is_left_without_a_value_is_what_the_others_count_by_themselves(values, needed):
    """Also where some of a family add up and some do not."""
    left = [
        strength(*others)["tie_bits"] if (others := values[:i] + values[i + 1 :]) else 0 for i in range(len(values))
    ]
    assert strength(*values, needed=needed)["survives_any_value"] is (min(left) >= needed)


@pytest.mark.parametrize(
    ("values", "bits"),
    [
        ([(0, ADDING_UP, 100), (0, OBSERVED, 40)], 110),  # a card, and its bank's range
        ([(0, OBSERVED, 100), (0, ADDING_UP, 40)], 140),
        ([(0, OBSERVED, 100), (0, ADDING_UP, 40), (0, OBSERVED, 60)], 155),
    ],
)
def test_beside_what_adds_up_the_strongest_alone_counts_in_full(values, bits):
    assert strength(*values)["tie_bits"] == bits


@pytest.mark.parametrize(
    ("values", "n_values", "left"),
    [
        ([(0, OBSERVED, 100), (0, COARSE, 40)], 1, 0),  # a card, and its bank's range: who loses one loses both
        ([(0, OBSERVED, 100), (0, OBSERVED, 80), (0, COARSE, 40)], 2, 80 + 10),  # the range may be the other card's
        ([(0, OBSERVED, 100), (1, COARSE, 40)], 2, 40),  # of another family
        ([(0, COARSE, 100), (1, OBSERVED, 80)], 2, 80),  # and the coarse one first: nothing of another moves up
        ([(0, COARSE, 100), (0, COARSE, 40)], 2, 40),  # nothing that they follow from
    ],
)
def test_a_coarse_value_is_none_of_its_own_beside_what_it_follows_from(values, n_values, left):
    assert strength(*values)["n_values"] == n_values
    assert strength(*values, needed=left)["survives_any_value"]
    assert not strength(*values, needed=left + 1)["survives_any_value"]


@pytest.mark.parametrize(
    ("outside", "n_own"), [((0, 9, 0), 2), ((9, 10, 0), 2), ((10, 9, 10), 1), ((10, 10, 9), 1), ((10, 10, 10), 0)]
)
def test_of_a_communitys_own_families_are_those_of_values_that_no_more_others_bear(outside, n_own):
    """Two addresses and a card."""
    told = strength((0, OBSERVED, 40), (0, OBSERVED, 30), (1, OBSERVED, 20), outside=outside)
    assert told["n_families"] == 2
    assert told["n_own_families"] == n_own


@pytest.mark.parametrize(("needed", "depends_on"), [(60, 0b00), (61, 0b01), (100, 0b01), (101, 0b11)])
def test_an_account_depends_on_a_family_without_which_too_little_is_left(needed, depends_on):
    told = strength((0, OBSERVED, 100), (1, CLAIMED, 60), needed=needed)
    assert (told["n_values"], told["n_families"], told["families"], told["tie_bits"]) == (2, 2, 0b11, 160)
    assert told["depends_on"] == depends_on


def test_one_observed_value_is_enough_to_be_observed():
    assert strength((0, OBSERVED, 1), (1, CLAIMED, 60))["observed"]
    assert not strength((0, CLAIMED, 1), (1, CLAIMED, 60))["observed"]


@pytest.mark.parametrize(("outside", "is_observed"), [((9, 0), True), ((10, 0), False)])
def test_what_more_others_bear_is_not_observed_of_a_community(outside, is_observed):
    """An address and a prompt: of one that strangers use, the provider's word tells nothing about who belongs."""
    assert strength((0, OBSERVED, 40), (1, CLAIMED, 60), outside=outside)["observed"] is is_observed


def test_one_particular_value_is_enough():
    assert strength((0, OBSERVED, 1), (1, OBSERVED, 60))["particular"]
    assert not strength((1, OBSERVED, 1), (2, OBSERVED, 60))["particular"]


def test_each_account_has_its_own_whatever_its_number():
    signals = pd.DataFrame({"family": [1, 2], "type": 0, "bits": [100, 60], "inside": 9, "outside": 0})
    ties = pd.DataFrame({"account": [1, 3, 3], "row": [0, 1, 0]})
    types = [SimpleNamespace(adds_up=False, coarse=False, provenance=Provenance.OBSERVED)]
    particular = np.ones(3, dtype=np.bool_)
    columns = strength_rules._strength(ties, signals, particular, np.arange(4), types=types, further_share=0.25)
    assert columns["tie_bits"].tolist() == [0, 100, 0, 160]
    assert columns["n_values"].tolist() == [0, 1, 0, 2]
