"""Pictures: rows that are alike lie together, what is stated at creation is no sighting, names can be told apart."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from report_worlds import Group, generated, two_rings

from graphlink.results.pictures.families import family_styles
from graphlink.results.pictures.matrix import _alike, draw_matrix
from graphlink.results.pictures.timeline import draw_timeline
from graphlink.results.ring_data import iter_rings
from graphlink.results.tables import time_integers
from graphlink.results.text import shorten_distinct

STYLES = family_styles(["content", "device", "identity", "network", "payment"])
MADE = pd.Timestamp("2024-08-07T09:30", tz="UTC")


@pytest.fixture
def data():
    """A farm whose accounts were made long before they were seen, and stated their mail domains then."""
    ring = next(iter_rings(two_rings().findings))
    members = ring.members.assign(created_at=MADE)
    stated = np.array([row.family == "identity" for row in ring.signal_rows])[ring.signal]
    assert stated.any()
    made = time_integers(members["created_at"])[ring.account]
    times = {name: np.where(stated, made, getattr(ring, name)) for name in ("first_seen", "last_seen")}
    of_identity = ring.signals["family"] == "identity"
    dated = {name: ring.signals[name].mask(of_identity, MADE) for name in ("first_seen", "last_seen")}
    first = members["first_seen"].mask(members["tier"] != "possible_victim", MADE)
    return replace(ring, members=members.assign(first_seen=first), signals=ring.signals.assign(**dated), **times)


def test_nobody_is_seen_when_an_account_is_made(data):
    titles = [life["title"] for life in draw_timeline(data, STYLES)["lives"]]
    assert titles
    assert not [title for title in titles if "seen 7 Aug 2024" in title]
    assert [title for title in titles if "created 7 Aug 2024, 09:30, seen 3 Feb 2026" in title]


def test_a_bar_of_stated_domains_is_of_the_accounts_that_were_made_with_them(data):
    titles = [use["title"] for use in draw_timeline(data, STYLES)["uses"]]
    assert all(("accounts made" in title) == title.startswith("mail_domain") for title in titles)
    assert not [title for title in titles if "seen 7 Aug 2024" in title]


def test_a_stated_domain_that_was_seen_since_has_a_bar_of_sightings(data):
    later = np.where(data.first_seen == data.last_seen, data.last_seen.max(), data.last_seen)
    titles = [use["title"] for use in draw_timeline(replace(data, last_seen=later), STYLES)["uses"]]
    assert not [title for title in titles if "accounts made" in title]


@pytest.mark.parametrize(
    ("shares", "order"),
    [
        ([[1, 0], [0, 1], [0.9, 0], [0, 0.8]], [0, 2, 3, 1]),  # of what is left, that most like the row above
        ([[0, 1], [1, 0], [0, 1], [1, 0]], [0, 2, 1, 3]),
        ([[1, 1], [1, 1], [1, 1]], [0, 1, 2]),  # all as much alike: as they came
        ([[1, 0]], [0]),
    ],
)
def test_each_row_is_followed_by_the_one_most_like_it(shares, order):
    assert _alike(np.array(shares, dtype=float)).tolist() == order


def test_accounts_by_themselves_are_no_rows_of_cells():
    (data,) = iter_rings(generated((Group(1100, 2),), n_accounts=20_000).findings)
    cells = data.members["cell"].to_numpy().copy()
    cells[:5] = np.arange(10, 15)  # a piece of a thousand and some that hang on it
    assert not draw_matrix(replace(data, members=data.members.assign(cell=cells)), STYLES)["is_by_cell"]


@given(st.lists(st.lists(st.floats(0, 1), min_size=3, max_size=3), min_size=1, max_size=9))
def test_every_row_is_drawn_once_and_none_left_is_more_alike(shares):
    values = np.array(shares)
    order = _alike(values)
    assert sorted(order.tolist()) == list(range(len(values)))
    for place in range(1, len(order)):
        unlike = np.abs(values[order[place:]] - values[order[place - 1]]).sum(axis=1)
        assert unlike[0] == unlike.min()


def test_where_names_cannot_be_told_apart_each_keeps_its_beginning_and_its_end():
    alike = [f"{'a' * 20}{number}{'b' * 20}" for number in (1, 2)]
    assert shorten_distinct([*alike, "short"], 11) == ["aaaaa…bbbbb", "aaaaa…bbbbb", "short"]


def test_a_name_that_fits_stays_whole_beside_others_that_are_cut():
    alike = [f"shop|eu|{number}|{'x' * 20}" for number in (1, 2)]
    assert shorten_distinct([*alike, "shop|eu|3|y"], 11) == ["…1|xxxxxxx…", "…2|xxxxxxx…", "shop|eu|3|y"]
