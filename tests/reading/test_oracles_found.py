"""What was different from the oracles when they were first asked, each in one line."""

from datetime import UTC, datetime

import pyarrow as pa

from graphlink.engine.arrays import bytes_of
from graphlink.reading.columns.times import TimeRule, read_times

BERLIN = TimeRule(timezone="Europe/Berlin")


def instants(rule, *texts):
    return [datetime.fromtimestamp(at / 1e6, UTC).isoformat() for at in read_times(pa.array(texts), rule).instants]


def test_summers_go_on_after_2037():
    """The tables of zones end there, and it was winter from then on."""
    assert instants(BERLIN, "2037-07-01T12:00:00", "2038-07-01T12:00:00", "2099-01-01T12:00:00") == [
        "2037-07-01T10:00:00+00:00",
        "2038-07-01T10:00:00+00:00",
        "2099-01-01T11:00:00+00:00",
    ]


def test_a_blanked_text_has_no_bytes():
    blanked = pa.compute.if_else(pa.array([True, False]), pa.array(["ab", "cd"]), pa.scalar(None, pa.string()))
    offsets, data = bytes_of(blanked)
    assert (offsets.tolist(), data.tobytes()) == ([0, 2, 2], b"ab")
