"""Single values on many accounts: what is many depends on the type, and one value stands out by itself."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from worlds import crowd, rows, sightings

from graphlink.config.method import Method
from graphlink.pipeline import analyse
from graphlink.rings.hubs import measure_surprise

METHOD = Method(null_worlds=0, disturbances=0)

degrees = st.lists(st.integers(2, 400), min_size=1, max_size=60)


def measured(own, n_values):
    own = np.array(own)
    return measure_surprise(np.zeros(len(own), np.int64), own, np.array([n_values]))


@given(degrees, st.integers(0, 5_000))
def test_at_most_one_in_a_hundred_values_is_above_the_usual_number_or_three(own, n_lone):
    usual, surprise = measured(own, len(own) + n_lone)
    n_above = sum(each > usual[0] for each in own)
    assert n_above <= max(3, np.ceil(0.01 * (len(own) + n_lone)))
    assert ((surprise > 0) == (np.array(own) > usual)).all()


@given(degrees, st.integers(0, 5_000))
def test_of_a_type_the_value_on_more_accounts_is_no_less_surprising(own, n_lone):
    order = np.argsort(own)
    surprise = measured(own, len(own) + n_lone)[1][order]
    assert (np.diff(surprise) >= -1e-9).all()


@given(degrees, degrees, st.integers(0, 500))
def test_the_values_of_another_type_change_nothing(own, others, n_lone):
    n = len(own) + n_lone
    of_type = np.array([0] * len(own) + [1] * len(others))
    usual, surprise = measure_surprise(of_type, np.array(own + others), np.array([n, len(others)]))
    alone = measured(own, n)
    np.testing.assert_array_equal(usual[: len(own)], alone[0])
    np.testing.assert_array_equal(surprise[: len(own)], alone[1])


def hubs_of(world):
    return analyse(sightings((*rows(world), *crowd(400, 4))), METHOD, seed=7).hubs


def strangers(first, n, step):
    return " ".join(f"crowd-{first + step * k:05}" for k in range(n))


def test_a_card_on_five_strangers_is_listed_and_one_on_four_is_not():
    own = "".join(f"card own{n}: crowd-{n:05}\n" for n in range(200, 400))
    hubs = hubs_of(f"card many: {strangers(10, 5, 21)}\ncard few: {strangers(11, 4, 21)}\n{own}")
    cards = hubs[hubs["signal_type"] == "card"]
    assert (cards["signal_value"].tolist(), cards["usual"].tolist()) == (["many"], [2])
    assert cards["why"].str.len().min() > 20


def test_twenty_accounts_on_one_card_are_not_passed_over_however_few_cards_there_are():
    hubs = hubs_of(f"card many: {strangers(10, 20, 17)}\ncard one: crowd-00001\ncard two: crowd-00002")
    assert "many" in hubs["signal_value"].tolist()


def test_where_many_values_are_shared_by_as_many_none_of_them_is_surprising():
    offices = "".join(f"device office{n}: {strangers(n, 12, 31)}\n" for n in range(30))
    hubs = hubs_of(offices)
    assert "device" not in hubs["signal_type"].tolist()
