"""What the card may and may not do, whatever its weights are."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphlink.rings.card_features import FAMILIES, FEATURES, NAMES
from graphlink.rings.scorecard import (
    DOUBT,
    FEWEST,
    MARGIN,
    judge,
    read_card,
    read_reference,
    shipped,
    write_card,
    write_reference,
)

BY_NAME = {each.name: each for each in FEATURES}
values = st.one_of(st.just(float("nan")), st.floats(0, 8))
rows = st.fixed_dictionaries(dict.fromkeys(NAMES, values))


def odds(row: dict[str, float]) -> float:
    card, _ = shipped()
    return float(card.log_odds(pd.DataFrame([row]))[0])


@given(rows, st.sampled_from([each.name for each in FEATURES if each.sign > 0]), st.floats(0, 3))
def test_more_of_what_speaks_for_one_hand_never_lowers_a_score(row: dict[str, float], name: str, more: float):
    """More cards, more accounts, a tighter burst, all else held."""
    row = row | {name: 0.0 if np.isnan(row[name]) else row[name]}
    assert odds(row | {name: row[name] + more}) >= odds(row) - 1e-9


@given(rows, st.sampled_from([each.name for each in FEATURES if each.sign < 0]), st.floats(0, 3))
def test_more_of_what_speaks_against_it_never_raises_one(row: dict[str, float], name: str, more: float):
    row = row | {name: 0.0 if np.isnan(row[name]) else row[name]}
    assert odds(row | {name: row[name] + more}) <= odds(row) + 1e-9


@pytest.mark.parametrize("family", FAMILIES)
def test_no_family_alone_makes_a_group_coordinated(family: str):
    card, reference = shipped()
    row = {each.name: (8.0 if each.sign > 0 else 0.0) if each.family == family else 0.0 for each in FEATURES}
    outcome = judge(card, reference, pd.DataFrame([row]), np.array([5]), np.array([40]))
    assert not outcome.coordinated[0]


@pytest.mark.parametrize("family", FAMILIES)
def test_what_is_missing_counts_for_neither_side(family: str):
    card, _ = shipped()
    missing = sum(card.shapes[each.name].missing for each in FEATURES if each.family == family)
    assert abs(missing) <= 0.3 + 1e-9


def test_where_few_families_are_known_it_takes_more():
    card, reference = shipped()
    row = {each.name: 8.0 if each.sign > 0 else 0.0 for each in FEATURES}
    features = pd.DataFrame([row])
    weak = card.log_odds(features)[0]
    assert weak > 2
    assert not judge(card, reference, features, np.array([2]), np.array([40])).little[0]


@given(rows, st.floats(0, 1), st.floats(0, 1))
def test_a_tie_to_a_ring_counts_for_it_but_is_never_enough(row: dict[str, float], tied: float, more: float):
    card, reference = shipped()
    alone, less, most = (
        judge(card, reference, pd.DataFrame([row]), np.array([5]), np.array([40]), np.array([share]))
        for share in (0.0, tied, min(tied + more, 1.0))
    )
    assert alone.log_odds[0] <= less.log_odds[0] <= most.log_odds[0]
    assert less.coordinated[0] or not alone.coordinated[0]
    if most.coordinated[0]:
        assert alone.log_odds[0] >= MARGIN - 1  # nearly there without it


@given(rows, st.integers(2, 40))
def test_a_tie_to_a_ring_makes_nobody_doubtful_who_is_honest_by_all_else(row: dict[str, float], n_accounts: int):
    """A ring borrows from honest groups, which are tied to it by that."""
    card, reference = shipped()
    told = card, reference, pd.DataFrame([row]), np.array([5]), np.array([n_accounts])
    alone, tied = judge(*told), judge(*told, np.array([1.0]))
    if alone.log_odds[0] < DOUBT or n_accounts < FEWEST:
        assert tied.log_odds[0] == alone.log_odds[0]


def test_a_card_and_its_reference_groups_are_read_as_they_were_written():
    card, reference = shipped()
    again = read_card(write_card(card, "head"))
    assert again.start == card.start
    assert dict(again.shapes) == dict(card.shapes)
    told = read_reference(write_reference(reference, "head"))
    assert (told.places == reference.places).all()
    assert (told.is_ring == reference.is_ring).all()


def test_every_feature_has_a_name_of_its_own_and_a_sign():
    assert len(BY_NAME) == len(FEATURES)
    assert {each.sign for each in FEATURES} == {1, -1}
