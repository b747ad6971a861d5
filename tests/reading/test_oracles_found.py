"""What was different from the oracles when they were first asked, each in one line."""

from datetime import UTC, datetime

import pyarrow as pa
import pytest
from signal_values import signals

from graphlink.engine.arrays import bytes_of
from graphlink.reading.columns.times import TimeRule, read_times

BERLIN = TimeRule(timezone="Europe/Berlin")


def instants(rule, *texts):
    return [datetime.fromtimestamp(at / 1e6, UTC).isoformat() for at in read_times(pa.array(texts), rule).instants]


def test_a_vertical_tab_is_white_space_like_any_other():
    assert signals("user_agent", "user_agent", "curl/8.5\v(linux)", "curl/8.5 (linux)") == ["curl/8.5 (linux)"] * 2


@pytest.mark.parametrize("text", ["0000-01-01", "0000-02-29T00:00:00Z", "0000-02-29T00:00Z", "0000-12-31 23Z"])
def test_the_year_0_is_too_early_however_it_is_written(text):
    """With an hour alone it was no time: Python has no such year."""
    assert read_times(pa.array([text]), TimeRule()).bad[0][0] == "GL243"


def test_summers_go_on_after_2037():
    """The tables of zones end there, and it was winter from then on."""
    assert instants(BERLIN, "2037-07-01T12:00:00", "2038-07-01T12:00:00", "2099-01-01T12:00:00") == [
        "2037-07-01T10:00:00+00:00",
        "2038-07-01T10:00:00+00:00",
        "2099-01-01T11:00:00+00:00",
    ]


def test_changes_of_the_clocks_are_the_same_before_and_after_2037():
    skipped, twice = ("2026-03-29T02:30:00", "2071-03-29T02:30:00"), ("2026-10-25T02:30:00", "2071-10-25T02:30:00")
    assert [at[4:] for at in instants(BERLIN, *skipped)] == ["-03-29T01:00:00+00:00"] * 2
    assert [at[4:] for at in instants(BERLIN, *twice)] == ["-10-25T00:30:00+00:00"] * 2
    found = read_times(pa.array([*skipped, *twice]), TimeRule(timezone="Europe/Berlin", strict=True))
    assert [found.bad[row][0] for row in range(4)] == ["GL242"] * 4


def test_a_blanked_text_has_no_bytes():
    blanked = pa.compute.if_else(pa.array([True, False]), pa.array(["ab", "cd"]), pa.scalar(None, pa.string()))
    offsets, data = bytes_of(blanked)
    assert (offsets.tolist(), data.tobytes()) == ([0, 2, 2], b"ab")


def test_a_prefix_with_a_port_has_the_length_of_its_own_kind():
    """The port hid that it is IPv4: a length of IPv6 was taken, and one of its own was not."""
    assert signals("ip_prefix", "ip24", "9.9.9.9:80/24", "9.9.9.9:80/128", "9.9.9.9:80/23") == [
        "9.9.9.0/24",
        None,
        None,
    ]
