"""Who shares what: rows that are alike lie together, and the first stays first."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from report_worlds import Group, generated

from graphlink.results.pictures.families import family_styles
from graphlink.results.pictures.matrix import _alike, draw_matrix
from graphlink.results.ring_data import iter_rings


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
    matrix = draw_matrix(
        replace(data, members=data.members.assign(cell=cells)),
        family_styles(["content", "device", "identity", "network", "payment"]),
    )
    assert not matrix["is_by_cell"]


@given(st.lists(st.lists(st.floats(0, 1), min_size=3, max_size=3), min_size=1, max_size=9))
def test_every_row_is_drawn_once_and_none_left_is_more_alike(shares):
    values = np.array(shares)
    order = _alike(values)
    assert sorted(order.tolist()) == list(range(len(values)))
    for place in range(1, len(order)):
        unlike = np.abs(values[order[place:]] - values[order[place - 1]]).sum(axis=1)
        assert unlike[0] == unlike.min()
