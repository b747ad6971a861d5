"""Honest kinds: what an honest group looks like has a name, and says what it would take."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphlink.model.findings import OWN_TESTS, TOO_SMALL
from graphlink.rings.honest_kinds import _FACTS, Named, name_kinds
from graphlink.words.sentences import FOUND

NOTHING = dict.fromkeys(_FACTS, 0.0) | {"accounts": 40.0}
UNKNOWN = dict.fromkeys(_FACTS, float("nan")) | {"accounts": 40.0}
shares = st.fixed_dictionaries({name: st.sampled_from([0.0, 0.1, 0.4, 0.5, 0.8, 1.0, float("nan")]) for name in _FACTS})


def named(**facts: float) -> str:
    return tried(NOTHING | {"own": 1.0, "prompts": 1.0} | facts).name[0]


def tried(facts: dict[str, float]) -> Named:
    return name_kinds(pd.DataFrame([facts]))


@pytest.mark.parametrize(
    ("kind", "facts"),
    [
        ("household", {"accounts": 4, "address": 1.0}),
        ("household", {"accounts": 2, "card": 1.0}),
        (TOO_SMALL, {"accounts": 4}),
        ("organisation", {"domain": 0.7}),
        ("organisation", {"plans": 0.9, "card": 1.0}),
        ("organisation", {"institutions": 1.0}),
        ("agency", {"card": 0.6}),
        ("event", {"address": 0.9, "joined": 0.8}),
        ("shared machines", {"address": 0.9, "devices": 0.8}),
        ("shared network", {"own": 0.0, "prompts": 0.0}),
        ("platform", {"own": 0.1}),
        (OWN_TESTS, {"address": 1.0, "device": 1.0, "prompt": 0.9}),
        ("", {}),
    ],
)
def test_a_group_has_the_name_of_what_it_looks_like(kind, facts):
    assert named(**facts) == kind


def test_a_pair_with_nothing_of_a_household_is_no_household():
    assert named(accounts=2, own=1.0) == TOO_SMALL


@given(shares, st.integers(1, 60))
def test_what_does_not_fit_says_what_it_would_take_and_what_is_not_known_is_left_open(facts, n):
    outcome = tried(facts | {"accounts": float(n)})
    for check in outcome.checks[0]:
        assert (FOUND in check.because) == (check.fits is False)
        assert check.fits is not None or "not known" in check.because
    fitting = [check.explanation for check in outcome.checks[0] if check.fits]
    assert outcome.name[0] == (fitting[0] if fitting else TOO_SMALL if n <= 6 else "")


@given(shares, st.integers(1, 60), st.sampled_from(sorted(set(_FACTS) - {"accounts"})))
def test_what_is_unknown_is_never_evidence(facts, n, name):
    """Hiding a fact leaves each kind as it was, or open."""
    facts |= {"accounts": float(n)}
    before, after = (tried(each).checks[0] for each in (facts, facts | {name: float("nan")}))
    assert all(later.fits in {earlier.fits, None} for earlier, later in zip(before, after, strict=True))


def test_without_data_nothing_fits():
    assert tried(UNKNOWN).name == [""]
