"""Frames that a program hands over: what no file can hold is told of the table and its column, with what to do."""

import re
import uuid
from datetime import date

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import graphlink as gl
from graphlink.api.frames import CURES, hand_over
from graphlink.model.reading import Reading


def a_frame(**columns):
    told = {"account_id": ["ann", "bob"], "signal_type": ["card", "card"], "signal_value": ["c1", "c2"]}
    return pd.DataFrame({**told, **columns})


def reading_of(*tables) -> Reading:
    """How tables are read; what is found in them is not asked."""
    return gl.link(*tables, config=gl.Config(method={"null_worlds": 0, "disturbances": 0})).run.reading


def refusal(frame: pd.DataFrame) -> str:
    with pytest.raises(gl.InputError) as caught:
        gl.link(frame)
    return str(caught.value)


def mixed(*values) -> pd.Series:
    return pd.Series(values, dtype=object)


def test_ids_of_two_types_are_to_be_made_text():
    told = refusal(a_frame(account_id=mixed("ann", 7)))
    assert told.startswith("GL111 table sightings:account_id: holds int and str, which no file holds in one column.")
    assert "`.astype('str')`" in told


@pytest.mark.parametrize(
    ("column", "values", "holds"),
    [
        ("signal_value", mixed(1.5, "x"), "float and str"),
        ("count", pd.arrays.SparseArray([1, 2]), "Sparse[int64, 0]"),
        ("count", mixed(1, 2**70), "whole numbers beyond 64 bits"),
        ("account_id", mixed(uuid.UUID(int=1), None), "UUID"),
        ("signal_value", pd.interval_range(0, periods=2), "interval[int64, right]"),
        ("count", [1j, 2j], "complex128"),
        ("seen_at", pd.period_range("2026-01", periods=2, freq="D"), "period[D]"),
    ],
)
def test_what_no_file_can_hold_is_named(column, values, holds):
    assert refusal(a_frame(**{column: values})).startswith(f"GL111 table sightings:{column}: holds {holds}, which no ")


NO_FILES = {
    "month_day_nano_interval": pa.array([(1, 2, 3), None], pa.month_day_nano_interval()),
    "run_end_encoded": pa.RunEndEncodedArray.from_arrays(pa.array([2], pa.int32()), pa.array(["x"])),
}


@pytest.mark.parametrize("kind", NO_FILES)
def test_what_arrow_holds_and_no_file_does_is_refused_by_its_column(kind):
    frame = a_frame(signal_value=pd.arrays.ArrowExtensionArray(NO_FILES[kind]))
    table = pa.Table.from_pandas(a_frame()).set_column(2, "signal_value", NO_FILES[kind])
    for given in (frame, table):
        assert refusal(given).startswith(f"GL111 table sightings:signal_value: holds {kind}")


MOMENTS = {
    "aware": pd.Timestamp("2026-01-05T10:00Z"),
    "tokyo": pd.Timestamp("2026-01-05T19:00", tz="Asia/Tokyo"),
    "naive": pd.Timestamp("2026-01-05T10:00"),
    "day": date(2026, 1, 5),
    "number": 1_767_607_200,
}


@pytest.mark.parametrize("make", [mixed, lambda *values: mixed(*values).astype("category")])
@pytest.mark.parametrize(
    ("kinds", "holds"),
    [
        (("aware", "naive"), "times with a zone and times without one"),
        (("tokyo", "naive"), "times with a zone and times without one"),
        (("aware", "day"), "days and times with a zone"),
        (("naive", "day"), "days and times without one"),
    ],
)
def test_moments_of_several_kinds_are_refused_in_whatever_order(kinds, holds, make):
    """The first of them said how all were read: as UTC, moved by hours, or without their time of day."""
    values = [MOMENTS[kind] for kind in kinds]
    told = {refusal(a_frame(seen_at=make(*ordered))) for ordered in (values, values[::-1])}
    (one,) = told
    assert one.startswith(
        f"GL111 table sightings:seen_at: holds {holds}, and the first row would decide how all are read"
    )


def test_the_cure_for_moments_of_several_kinds_cures():
    values = mixed(MOMENTS["naive"], MOMENTS["tokyo"])
    assert "`pandas.to_datetime(…, utc=True)`" in refusal(a_frame(seen_at=values))
    mended = gl.link(a_frame(seen_at=pd.to_datetime(values, utc=True)))
    assert mended.run.reading.digest == reading_of(a_frame(seen_at=MOMENTS["aware"])).digest


@pytest.mark.parametrize("kinds", [("aware", "tokyo"), ("tokyo", "aware")])
def test_times_of_several_zones_are_the_moments_that_they_are(kinds):
    read = reading_of(a_frame(seen_at=mixed(*(MOMENTS[kind] for kind in kinds))))
    assert read.digest == reading_of(a_frame(seen_at=MOMENTS["aware"])).digest


@pytest.mark.parametrize(
    "more",
    [
        mixed(1, "x"),
        mixed(1, 2**70),
        mixed(pd.Timestamp("2026-01-05", tz="UTC"), pd.Timestamp("2026-01-05")),
        mixed("x", "\ud800"),
        mixed(object(), {1}),
        [1j, 2j],
        pd.period_range("2026-01", periods=2, freq="D"),
        pd.interval_range(0, periods=2),
    ],
)
@pytest.mark.slow
def test_a_column_that_is_not_used_may_hold_anything(more):
    result = gl.link(a_frame(more=more))
    assert result.run.reading.digest == reading_of(a_frame()).digest
    assert [each.text for each in result.notices if each.code == "GL305"] == [
        "table sightings: 1 column is not used: `more`"
    ]


@pytest.mark.parametrize("name", [0, ("of", "two"), "\ud800"])
def test_a_column_whose_name_is_no_text_is_not_used(name):
    frame = a_frame(more=1)
    frame.columns = pd.Index([*frame.columns[:3], name], dtype=object, tupleize_cols=False)
    assert gl.link(frame).run.findings.totals.n_accounts == 2


@pytest.mark.parametrize(
    "nothing",
    [
        pd.Series([None, None], dtype=float),
        pd.Series([None, None], dtype="float32"),
        pd.Series([None, None], dtype="Float64"),
        mixed(None, float("nan")),
        pd.Series([None, None], dtype="boolean"),
        pd.Series([pd.NaT, pd.NaT]),
        pd.Series([pd.NaT, pd.NaT], dtype="timedelta64[ns]"),
    ],
    ids=lambda nothing: str(nothing.dtype),
)
@pytest.mark.slow
def test_a_column_without_any_value_is_an_empty_column_of_a_file(nothing, tmp_path):
    """pandas reads one as floats, and the whole frame was refused for ids that had lost zeros."""
    frame = a_frame(phone=nothing, count=nothing, seen_at=nothing, signal_value=["c1", "c1"])
    frame.to_csv(tmp_path / "sightings.csv", index=False)
    accounts = pd.DataFrame({"account_id": ["ann", "bob"], "phone": nothing, "plan": nothing, "created_at": nothing})
    accounts.to_csv(tmp_path / "accounts.csv", index=False)
    digest = gl.read(tmp_path).digest
    assert reading_of(frame, accounts).digest == digest
    assert reading_of(*map(pa.Table.from_pandas, (frame, accounts))).digest == digest


def test_text_that_is_not_utf8_has_a_cure_that_works():
    frame = a_frame(account_id=mixed("ann", "b\udcffb"))
    assert refusal(frame).startswith("GL112 table sightings:account_id: its text is not UTF-8.")
    mended = frame["account_id"].str.encode("utf-8", "replace").str.decode("utf-8")
    assert gl.link(frame.assign(account_id=mended)).run.findings.totals.n_accounts == 2


def test_a_column_twice_is_refused():
    frame = a_frame()
    told = refusal(pd.concat([frame, frame[["signal_value"]]], axis=1))
    assert told.startswith("GL122 table sightings")


def test_categories_are_read_as_their_texts():
    frame = a_frame()
    read = reading_of(frame.astype("category"))
    assert read.digest == reading_of(frame).digest


def test_columns_in_several_pieces_are_read_as_those_in_one():
    """As pandas reads Parquet, and concat puts columns together: Arrow gives no array then, but chunks of one."""
    frame = a_frame(seen_at=MOMENTS["aware"])
    pieces = {name: pa.chunked_array([pa.array(values[:1]), pa.array(values[1:])]) for name, values in frame.items()}
    chunked = pd.DataFrame({name: pd.arrays.ArrowExtensionArray(each) for name, each in pieces.items()})
    assert isinstance(pa.Array.from_pandas(chunked["account_id"]), pa.ChunkedArray)
    assert reading_of(chunked).digest == reading_of(frame).digest


def test_notices_name_the_table():
    notices = reading_of(a_frame(other=1)).notices
    assert [each.text for each in notices if each.code == "GL305"] == ["table sightings: 1 column is not used: `other`"]
    assert not any(".parquet" in each.text for each in notices)


def test_the_frame_stays_as_it_was():
    frame = a_frame()
    before = frame.copy(deep=True)
    gl.link(frame)
    pd.testing.assert_frame_equal(frame, before)


# --- what a program may hand over at all ------------------------------------------------------------------------------


def test_a_table_of_arrow_is_read_as_the_frame_is():
    frame = a_frame()
    assert reading_of(pa.Table.from_pandas(frame)).digest == reading_of(frame).digest


@pytest.mark.parametrize("written", re.findall(r"gl\.Config\((?:[^()]|\([^()]*\))*\)", "\n".join(CURES.values())))
def test_settings_that_a_message_tells_to_write_can_be_written(written):
    assert isinstance(eval(written, {"gl": gl}), gl.Config)  # noqa: S307  our own words


@pytest.mark.parametrize(
    ("values", "cure"),
    [([7.0, None], "`dtype=str`"), ([b"ann", b"bob"], r"each.decode\(\)"), ([["ann"], ["bob"]], "explode")],
)
def test_a_cure_is_one_for_the_type_of_the_column(values, cure):
    with pytest.raises(gl.InputError, match=f"GL111 table sightings:account_id: the column has type.*{cure}"):
        gl.link(a_frame(account_id=values))


def test_ids_that_became_floats_have_a_cure_that_gives_the_ids_of_the_other_table():
    frame = a_frame(account_id=[7.0, 8.0])
    assert "`.astype('Int64')`" in refusal(frame)
    accounts = pd.DataFrame({"account_id": ["7", "8"], "plan": "free"})
    result = gl.link(frame.assign(account_id=frame["account_id"].astype("Int64")), accounts)
    assert result.run.findings.totals.n_accounts == 2


@pytest.mark.parametrize("times", [["2026-01-05 10:00", "2026-01-05 11:00"], list(MOMENTS.values())[2:3] * 2])
def test_the_cure_for_times_without_a_zone_cures_texts_too(times):
    times = pd.Series(times)
    assert "`pandas.to_datetime(…).dt.tz_localize('UTC')`" in refusal(a_frame(seen_at=times))
    cured = pd.to_datetime(times).dt.tz_localize("UTC")
    assert reading_of(a_frame(seen_at=cured)).rows.accepted == 2


def test_the_cure_for_bytes_keeps_the_texts_among_them():
    cure = re.search(r"`(\.map.*?)`", refusal(a_frame(account_id=mixed("ann", b"bob"))))
    mended = eval(f"ids{cure[1]}", {"ids": mixed("ann", b"bob", None)})  # noqa: S307  our own words
    assert mended[:2].tolist() == ["ann", "bob"]


@pytest.mark.parametrize(
    ("columns", "cure"),
    [
        ({"seen_at": "01/02/2026"}, "`pandas.to_datetime("),
        ({"signal_type": "ip"}, "config=gl.Config(signals={'ip': {'normalise': 'text'}})"),
        ({"account_id": "x" * 2000}, "config=gl.Config(reading={'max_id_bytes': 4096})"),
        ({"count": 0}, "Fix: give counts as whole numbers above zero, of at most 15 digits."),
        ({"account_id": ["ann", None]}, "`.dropna("),
    ],
)
def test_a_cure_for_rows_of_a_table_is_in_python(columns, cure):
    told = refusal(a_frame(**columns))
    assert cure in told
    assert "--config" not in told


# --- notices that give advice -----------------------------------------------------------------------------------------


def advised(ids, of_accounts) -> list[str]:
    """What is advised where ids of sightings and of accounts are written in two ways."""
    result = gl.link(sighted(ids), pd.DataFrame({"account_id": of_accounts, "plan": "free"}))
    return [each.text for each in result.notices if each.code in {"GL304", "GL316"}]


def sighted(ids) -> pd.DataFrame:
    return pd.DataFrame({"account_id": ids, "signal_type": "card", "signal_value": [f"c{one}" for one in ids]})


def test_settings_that_name_sources_do_not_go_with_tables():
    config = gl.Config(sources=[{"path": "accounts.csv", "account_suffix": ".0"}])
    with pytest.raises(gl.ConfigError, match=r"^GL415 config:sources: settings that name `sources` do not go with"):
        gl.link(a_frame(), config=config)


def test_no_column_of_a_frame_is_written_as_a_dictionary(tmp_path):
    """Arrow hashes the texts of one without a key: 32,000 that collide took 57 s."""
    frame = a_frame(signal_type=pd.Series(["card", "card"], dtype="category"))
    for name, each in (("pandas", frame), ("arrow", pa.Table.from_pandas(frame))):
        hand_over(each, tmp_path, name)
        group = pq.ParquetFile(tmp_path / f"{name}.parquet").metadata.row_group(0)
        assert not any(group.column(place).has_dictionary_page for place in range(group.num_columns))


# --- tables of other libraries ----------------------------------------------------------------------------------------

SEEN = pd.DataFrame(
    {
        "account_id": [f"{who}{n}" for who in "ab" for n in range(12)] * 2,
        "signal_type": ["card"] * 24 + ["device"] * 24,
        "signal_value": [f"c{n // 6}" for n in range(24)] + [f"d{n // 4}" for n in range(24)],
        "seen_at": pd.to_datetime(["2026-01-01T00:00Z"] * 48),
    }
)


def of_polars(frame):
    return pl.DataFrame(frame.to_dict("list")).with_columns(pl.col("account_id").cast(pl.Categorical))


def of_duckdb(frame):
    return duckdb.from_arrow(pa.Table.from_pandas(frame))


class OfAnother:
    """A table of any library that has the interface and no more."""

    def __init__(self, frame):
        self.inner = pa.Table.from_pandas(frame)

    def __arrow_c_stream__(self, requested_schema=None):
        return self.inner.__arrow_c_stream__(requested_schema)


@pytest.mark.parametrize("of", [of_polars, of_duckdb, OfAnother])
def test_a_table_of_another_library_is_read_as_one_of_pandas(of):
    accounts = pd.DataFrame({"account_id": SEEN["account_id"][:24], "plan": "free"})
    pd.testing.assert_frame_equal(gl.link(of(SEEN), of(accounts)).members, gl.link(SEEN, accounts).members)


def test_a_judgement_takes_tables_of_another_library():
    labels = pd.DataFrame({"account_id": SEEN["account_id"][:24], "ring_id": ["r"] * 12 + [None] * 12})
    result = gl.link(SEEN)
    judged = [gl.evaluate(result, of(labels), baselines=of(SEEN)) for of in (lambda each: each, of_duckdb, OfAnother)]
    assert judged[0] == judged[1] == judged[2]


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (pl.Series(["a"]), "is polars.Series; give a frame of pandas or polars, or a table of Arrow"),
        (pl.LazyFrame({"a": [1]}), r"is polars.LazyFrame; .*; sightings.collect\(\) gives one"),
        (pa.array(["a"]), "is pyarrow.StringArray; give a frame"),
        ([["a", "b"]], "is list; give a frame"),
    ],
)
def test_what_is_no_table_is_told_with_what_is_one(given, told):
    with pytest.raises(TypeError, match=f"^sightings {told}"):
        gl.link(given)
