"""What is said of scores elsewhere, and of groups unlike those of the fitted worlds."""

import numpy as np
import pandas as pd
import pytest

from graphlink.rings.card_features import NAMES
from graphlink.rings.fitted_worlds import ENOUGH, read_worlds, shipped_worlds, write_worlds
from graphlink.rings.scorecard import shipped

SCORES = [95.0, 82.0, 71.0, 66.0, 51.0, 44.0, 30.0]


@pytest.fixture(scope="module")
def groups(root) -> pd.DataFrame:
    """As many groups of each maker's worlds."""
    table = pd.read_parquet(root / "benchmarks" / "groups.parquet")
    return table.groupby("maker").sample(400, random_state=1)[list(NAMES)].astype(float)


def unlike(groups: pd.DataFrame) -> tuple[str, ...]:
    return shipped_worlds().unlike(shipped()[0], groups)


def test_the_rarer_rings_are_the_more_groups_are_expected_to_be_wrong():
    shares = (0.2, 0.05, 0.01, 0.001)
    expected = [shipped_worlds().operating_point(share).expect(SCORES, [])[-1].wrong for share in shares]
    assert expected == sorted(expected)
    assert expected[0] < expected[-1]


def test_what_is_expected_of_the_first_is_the_sum_over_them():
    point = shipped_worlds().operating_point(0.01, reviewed=3)
    of_three, of_five, of_all = point.expect(SCORES[:5], SCORES[5:] * 3)
    assert of_three.wrong == pytest.approx(sum(map(point.wrong, SCORES[:3])), abs=1e-3)
    assert of_five.wrong == pytest.approx(sum(map(point.wrong, SCORES[:5])), abs=1e-3)
    assert (of_three.groups, of_five.groups, of_all.groups) == (3, 5, 10)


def test_a_higher_score_is_never_likelier_to_be_wrong():
    wrong = [shipped_worlds().operating_point(0.01).wrong(score) for score in np.arange(0, 100.1, 0.5)]
    assert wrong == sorted(wrong, reverse=True)


def test_beyond_the_coordinated_groups_come_inconclusive_ones_and_stay_so():
    told = shipped_worlds().operating_point(0.01).expect([80.0, 60.0], [55.0, 40.0, 20.0, 9.0])
    assert [(each.groups, each.coordinated, each.last_score) for each in told] == [(2, 2, 60.0), (5, 2, 20.0)]


def test_only_so_many_groups_are_told_of_as_there_are():
    assert shipped_worlds().operating_point(0.01, reviewed=30).expect([], [40.0] * 4) == ()


@pytest.mark.parametrize("seed", range(5))
def test_groups_drawn_from_the_fitted_worlds_are_like_them(groups, seed):
    assert unlike(groups.sample(300, replace=True, random_state=seed)) == ()


@pytest.mark.parametrize("name", ["joined_at_once", "many_cards", "even_use"])
def test_a_population_that_is_shifted_in_a_feature_is_told_by_its_name(groups, name):
    shifted = groups.assign(**{name: groups[name].max()})
    (told,) = unlike(shifted)
    assert name.replace("_", " ") in told


def test_missing_values_and_few_groups_are_not_called_unlike(groups):
    assert unlike(groups.assign(many_cards=np.nan)) == ()
    assert unlike(groups.assign(many_cards=9.0).head(ENOUGH - 1)) == ()


def test_the_worlds_are_read_as_they_were_written():
    assert read_worlds(write_worlds(shipped_worlds())) == shipped_worlds()
