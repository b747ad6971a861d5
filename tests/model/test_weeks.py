"""ISO weeks: which there are, and how far apart they are."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphlink.model.weeks import end_of, is_week, week_begin, week_of, weeks_between, weeks_until, weeks_within

MOMENTS = st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001  they get one


def test_a_year_may_have_53_weeks():
    assert end_of("2026-W53") == datetime(2027, 1, 4, tzinfo=UTC)
    assert week_of(datetime(2027, 1, 3, 12, tzinfo=UTC)) == "2026-W53"


@pytest.mark.parametrize(
    "week", ["2027-W53", "2026-W00", "9999-W52", "0001-W01", "2026-47", "2026-W4", "2026-W471", "٢٠٢٦-W47", "2026-w47"]
)
def test_a_week_that_is_none_is_refused(week):
    assert not is_week(week)
    with pytest.raises(ValueError, match="is not an ISO week such as 2026-W47"):
        end_of(week)


def test_weeks_stand_in_the_order_of_their_names():
    """ "876-W53" came after "2026-W01"."""
    assert week_of(datetime(876, 12, 30, tzinfo=UTC)) == "0876-W53"


@given(MOMENTS)
def test_a_moment_lies_in_its_week(moment):
    week = week_of(moment)
    assert is_week(week)
    assert week_begin(week) <= moment.timestamp() * 1e6 < end_of(week).timestamp() * 1e6


@given(MOMENTS, st.integers(1, 60))
def test_weeks_that_end_with_one_follow_each_other(moment, count):
    weeks = weeks_until(week_of(moment), count)
    assert [weeks_between(weeks[0], week) for week in weeks] == list(range(count))
    assert weeks_within(weeks[0], weeks[-1]) == weeks[1:-1]


def test_no_weeks_lie_between_a_week_and_an_earlier_one():
    assert weeks_within("2027-W02", "2026-W50") == ()
