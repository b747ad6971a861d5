"""Times: what is read, and that nothing is guessed."""

from datetime import UTC, date, datetime, timedelta

import numpy as np
import pyarrow as pa
import pytest

from graphlink.config.settings import ReadingConfig
from graphlink.model.times import NO_TIME
from graphlink.reading.columns.times import TimeRule, read_times

ISO = TimeRule()
BERLIN = TimeRule(timezone="Europe/Berlin")


def instant(text: str, rule: TimeRule = ISO) -> str | None:
    """Read one text beside an odd neighbour, so that the fast way alone is not what is tested."""
    alone, beside = (read_times(pa.array(cells), rule) for cells in ([text], [text, "2026-01-01 00:00:00 UTC"]))
    assert alone.instants[0] == beside.instants[0]
    value = int(alone.instants[0])
    return None if value == NO_TIME else str(np.datetime64(value, "us"))


def code(text: str, rule: TimeRule = ISO) -> str | None:
    return read_times(pa.array([text]), rule).bad.get(0, (None,))[0]


@pytest.mark.parametrize(
    ("expected", "texts"),
    [
        ("2026-01-31T12:00:00.000000", ["2026-01-31T12:00:00Z", "2026-01-31 12:00:00Z", "2026-01-31 12:00:00+00"]),
        ("2026-01-31T12:00:00.000000", ["2026-01-31T12:00Z", "2026-01-31 12:00:00 UTC"]),
        ("2026-01-31T11:00:00.000000", ["2026-01-31T12:00:00+01:00"]),
        ("2026-01-31T13:30:00.000000", ["2026-01-31T12:00:00-0130"]),
        ("2026-01-31T12:00:00.500000", ["2026-01-31T12:00:00.5Z"]),
        ("2026-01-31T11:00:00.123456", ["2026-01-31T12:00:00.123456+01:00", "2026-01-31T11:00:00.123456789Z"]),
        ("2024-02-29T00:00:00.000000", ["2024-02-29T00:00:00Z", "2024-02-29"]),
        ("2026-01-01T00:00:00.000000", ["1767225600", "1767225600000", "1767225600000000", "1767225600000000999"]),
        ("2026-01-01T00:00:00.500000", ["1767225600.5"]),
        ("2026-01-01T00:00:00.123456", ["1767225600.123456789"]),
        ("2026-01-01T00:00:00.000250", ["1767225600000.25"]),
    ],
)
def test_a_time_is_read(texts, expected):
    assert {instant(text) for text in texts} == {expected}


@pytest.mark.parametrize(
    ("text", "counts_days"), [("45231.5", True), ("36526", True), ("73050", True), ("36525", False), ("73051", False)]
)
def test_a_spreadsheet_that_shows_days_as_numbers_is_named(text, counts_days):
    """The first and the last day of this century, and the days beside them."""
    (_, reason) = read_times(pa.array([text]), ISO).bad[0]
    assert ("spreadsheets" in reason) == counts_days


def test_an_empty_cell_is_no_time_and_no_mistake():
    times = read_times(pa.array(["", None, "NULL"]), TimeRule(), frozenset({"NULL"}))
    assert times.instants.tolist() == [NO_TIME] * 3
    assert not times.bad


def test_a_local_time_is_placed_in_the_configured_zone():
    assert instant("2026-07-01 12:00:00", BERLIN) == "2026-07-01T10:00:00.000000"


def test_an_hour_that_happened_twice_is_the_earlier_and_counted():
    times = read_times(pa.array(["2026-10-25 02:30:00"]), BERLIN)
    assert (str(np.datetime64(int(times.instants[0]), "us")), times.ambiguous) == ("2026-10-25T00:30:00.000000", 1)


def test_an_hour_that_never_happened_is_the_moment_of_the_change():
    assert instant("2026-03-29 02:30:00", BERLIN) == "2026-03-29T01:00:00.000000"


@pytest.mark.parametrize("text", ["2026-10-25 02:30:00", "2026-03-29 02:30:00"])
def test_strict_times_reject_a_change_of_the_clocks(text):
    assert code(text, TimeRule(timezone="Europe/Berlin", strict=True)) == "GL242"


def test_declared_seconds_do_not_pass_as_milliseconds():
    assert instant("1767225600000000999", TimeRule(time_format="epoch_ns")) == "2026-01-01T00:00:00.000000"
    assert instant("1767225600.5", TimeRule(time_format="epoch_s")) == "2026-01-01T00:00:00.500000"
    assert code("1767225600", TimeRule(time_format="epoch_ms")) == "GL243"
    assert code("1767225600000", TimeRule(time_format="epoch_s")) == "GL243"


def test_a_pattern_settles_what_is_ambiguous():
    assert instant("01/02/2026", TimeRule(time_format="%d/%m/%Y")) == "2026-02-01T00:00:00.000000"


@pytest.mark.parametrize(
    ("text", "pattern"),
    [
        ("02/01/2026 21:30", "%d/%m/%Y %H:%M"),
        ("02/01/2026 09:30 PM", "%d/%m/%Y %I:%M %p"),
        ("02/01/2026 21:30:00", "%d/%m/%Y %X"),
        ("Fri Jan  2 21:30:00 2026", "%c"),
    ],
)
def test_a_pattern_that_reads_an_hour_reads_local_times(text, pattern):
    """Twelve hours were taken for UTC, whatever zone was set, and without one in silence."""
    assert code(text, TimeRule(time_format=pattern)) == "GL241"
    assert instant(text, TimeRule(pattern, "Asia/Tokyo")) == "2026-01-02T12:30:00.000000"


def test_a_sign_of_percent_reads_no_hour():
    assert instant("02/01/2026 %H", TimeRule(time_format="%d/%m/%Y %%H")) == "2026-01-02T00:00:00.000000"


def test_a_time_after_latest_has_ten_minutes_of_grace():
    rule = TimeRule(
        latest=(datetime(2026, 1, 1, tzinfo=UTC) - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta.resolution
    )
    assert code("2026-01-01T00:09:59Z", rule) is None
    assert code("2026-01-01T00:10:01Z", rule) == "GL244"
    assert code("1767226201", rule) == "GL244"
    assert code("2101-01-01T00:00:00Z", rule) == "GL243"
    (reason,) = read_times(pa.array(["2026-01-05"]), rule).bad.values()
    assert reason == ("GL244", "the time '2026-01-05' lies over ten minutes after 2026-01-01T00:00:00+00:00")


def test_timestamps_and_dates_of_arrow_are_read():
    stamp = datetime(2026, 1, 31, 12, tzinfo=UTC)
    for cells in (pa.array([stamp], pa.timestamp("s", "Europe/Berlin")), pa.array([stamp], pa.timestamp("ns", "UTC"))):
        assert (
            read_times(cells, TimeRule()).instants[0]
            == read_times(pa.array([stamp.isoformat()]), TimeRule()).instants[0]
        )
    assert read_times(pa.array([stamp.replace(tzinfo=None)]), TimeRule()).bad[0][0] == "GL241"


@pytest.mark.parametrize("zone", [None, "UTC", "+02:00"])
@pytest.mark.parametrize("unit", ["s", "ms", "us"])
def test_a_timestamp_beyond_the_years_of_python_is_out_of_range(unit, zone):
    last = (1 << 63) - 1
    stamps = pa.array([last, -last, -last - 1, last // 2 + 1, None], pa.int64()).cast(pa.timestamp(unit, zone))
    times = read_times(stamps, BERLIN)
    assert times.instants.tolist() == [NO_TIME] * 5
    assert {row: code for row, (code, _) in times.bad.items()} == dict.fromkeys(range(4), "GL243")
    assert times.bad[0][1] == f"the time '{last}' lies after the year 2100"


@pytest.mark.parametrize(("kind", "days"), [(pa.date32(), (1 << 31) - 1), (pa.date64(), 86_400_000 * 100_000_000_000)])
def test_a_date_beyond_the_years_of_python_is_out_of_range(kind, days):
    whole = pa.int32() if kind == pa.date32() else pa.int64()
    times = read_times(pa.array([days, -days, None], whole).cast(kind), ISO)
    assert {row: code for row, (code, _) in times.bad.items()} == {0: "GL243", 1: "GL243"}


@pytest.mark.parametrize("zone", [None, "Asia/Tokyo"])
@pytest.mark.parametrize(
    ("days", "time_format"),
    [(pa.array(["2026-01-05"]), "iso"), (pa.array([date(2026, 1, 5)]), "iso"), (pa.array(["05/01/2026"]), "%d/%m/%Y")],
)
def test_a_day_begins_in_utc_whatever_zone_is_set(days, time_format, zone):
    """The settings say so, too: it is of no zone, and moving it by hours would be a guess."""
    found = read_times(days, TimeRule(time_format, zone))
    assert found.instants.tolist() == [1_767_571_200_000_000]
    assert not found.bad
    assert "always begins at 00:00 UTC" in (ReadingConfig.model_fields["timezone"].description or "")
