"""Verdicts: the parts of a score add up to it, and what is not called coordinated says what stands in the way."""

import numpy as np
import pandas as pd
import pytest

from graphlink.model.findings import (
    ANOTHER_RING,
    COORDINATED,
    COORDINATED_SCORE,
    DESPITE_FIT,
    HELD_BACK,
    INCONCLUSIVE,
    TO_DECIDE,
    TOO_SMALL,
    Check,
)
from graphlink.rings.card_features import FAMILIES, FEATURES, n_known
from graphlink.rings.honest_kinds import Named
from graphlink.rings.scorecard import judge, shipped
from graphlink.rings.verdict import Assessment, tell_verdicts

ALL_KNOWN = dict.fromkeys(("network", "payment", "identity", "device", "content"), 1.0)
MOST = {each.name: 8.0 if each.sign > 0 else 0.0 for each in FEATURES}
LEAST = {each.name: 0.0 if each.sign > 0 else 8.0 for each in FEATURES}


NO_KIND, OFFICE = (
    Named([()], [""]),
    Named([(Check("organisation", fits=True, because="one domain"),)], ["organisation"]),
)


def verdict(
    row: dict[str, float], kinds: Named = NO_KIND, n_accounts: int = 40, tied: float = 0.0, **known: float
) -> Assessment:
    card, reference = shipped()
    features, shares = pd.DataFrame([row]), pd.DataFrame([ALL_KNOWN | known])
    judged = judge(card, reference, features, n_known(shares), np.array([n_accounts]), np.array([tied]))
    return tell_verdicts(features, judged, card, shares, kinds, [(tied, "R-0001")])[0]


def told(outcome: Assessment, name: str) -> list[str]:
    return [each.because for each in outcome.factors if each.name == name]


@pytest.mark.parametrize("row", [MOST, LEAST, dict.fromkeys(MOST, float("nan")), dict.fromkeys(MOST, 1.0)])
def test_the_parts_of_a_score_add_up_to_it(row):
    outcome = verdict(row)
    assert sum(each.points for each in outcome.factors) == pytest.approx(outcome.score)
    assert 0 <= outcome.score <= 100
    assert {each.name for each in outcome.factors} >= set(FAMILIES)


def test_what_is_not_known_is_said_not_to_be():
    outcome = verdict(dict.fromkeys(MOST, float("nan")), device=0.12, payment=0.0)
    assert told(outcome, "cards") == ["not known"]
    assert outcome.assessment == INCONCLUSIVE
    assert told(outcome, TO_DECIDE) == [
        (
            "cards are known for 0 % of the accounts and devices are known for 12 % of the accounts: "
            "an export with more of these could decide"
        )
    ]


def test_a_high_score_that_is_held_back_says_why():
    one_family = dict(LEAST.items()) | {"many_cards": 8.0}
    assert told(verdict(one_family), HELD_BACK) == []  # its score is low, and says so
    strange = verdict(MOST | {"lasting": 0.0})
    assert strange.score >= COORDINATED_SCORE
    assert strange.assessment == COORDINATED or told(strange, HELD_BACK)


def test_a_tie_to_a_ring_names_the_ring_and_is_a_part_of_the_score():
    row = {name: (LEAST[name] + MOST[name]) / 2 for name in MOST}
    untied, tied = verdict(row), verdict(row, tied=0.4)
    assert told(untied, ANOTHER_RING) == []
    (because,) = told(tied, ANOTHER_RING)
    assert because.startswith("40 % of the accounts")
    assert "R-0001" in because
    assert sum(each.points for each in tied.factors) == pytest.approx(tied.score)


def test_only_the_card_makes_a_group_coordinated_and_an_honest_kind_names_what_it_holds_to_be_honest():
    seen = set()
    for share in np.linspace(0, 1, 51):
        row = {name: LEAST[name] + share * (MOST[name] - LEAST[name]) for name in MOST}
        without, with_one = verdict(row), verdict(row, OFFICE)
        assert with_one.score == without.score
        assert (without.assessment == COORDINATED) == (with_one.assessment == COORDINATED)
        assert bool(told(with_one, DESPITE_FIT)) == (with_one.assessment == COORDINATED)
        seen.add((without.assessment, with_one.assessment))
    assert seen == {(INCONCLUSIVE, "organisation"), (INCONCLUSIVE, INCONCLUSIVE), (COORDINATED, COORDINATED)}


def test_a_group_of_few_accounts_takes_more():
    few, steps = "it has fewer than 5 accounts, which is few to tell by", []
    for share in np.linspace(0, 1, 301):
        row = {name: LEAST[name] + share * (MOST[name] - LEAST[name]) for name in MOST}
        larger, small = verdict(row), verdict(row, n_accounts=4)
        is_held_back = few in told(small, HELD_BACK)
        assert few not in told(larger, HELD_BACK)
        assert small.assessment == TOO_SMALL or not is_held_back
        steps.append((larger.score >= COORDINATED_SCORE, is_held_back))
    assert list(dict.fromkeys(steps)) == [(False, False), (True, True), (True, False)]
