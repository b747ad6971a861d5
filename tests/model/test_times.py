"""Moments: whatever times there are, they come out as they went in."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphlink.model.times import NO_TIME, Moments

SECOND = 1_000_000
WHOLE = st.integers(1, 2**32 - 1).map(lambda seconds: seconds * SECOND)
ANY = st.one_of(WHOLE, st.just(NO_TIME), st.integers(-(2**62), 2**62))


def times_of(listed):
    return np.array(listed, dtype=np.int64)


@given(st.lists(ANY))
def test_times_come_out_as_they_went_in(listed):
    moments = Moments.of(times_of(listed))
    assert moments[:].tolist() == listed
    assert np.concatenate([times_of([]), *moments.pieces()]).tolist() == listed


@given(st.lists(st.one_of(WHOLE, st.just(NO_TIME))))
def test_whole_seconds_take_half_the_room(listed):
    assert Moments.of(times_of(listed)).kept.dtype == np.uint32


@pytest.mark.parametrize("odd", [1, SECOND + 1, 0, -SECOND, 2**32 * SECOND])
def test_what_is_no_second_of_our_age_is_kept_as_it_is(odd):
    assert Moments.of(times_of([SECOND, odd])).kept.dtype == np.int64


@given(st.lists(st.lists(ANY)))
def test_joined_moments_stand_behind_one_another(parts):
    joined = Moments.joined([Moments.of(times_of(part)) for part in parts])
    assert joined[:].tolist() == [time for part in parts for time in part]


@given(st.lists(ANY, min_size=1), st.data())
def test_some_rows_are_chosen_as_of_an_array(listed, data):
    rows = np.array(data.draw(st.lists(st.integers(0, len(listed) - 1))), dtype=np.int64)
    moments = Moments.of(times_of(listed))
    assert moments[rows].tolist() == moments.only(rows)[:].tolist() == times_of(listed)[rows].tolist()
