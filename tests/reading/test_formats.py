"""What each format can bring: odd texts, damaged streams, hostile folders; each named, none a traceback."""

import gzip
import io
import json
import os
import threading
import time
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from graphlink.config.settings import Config
from graphlink.model.reading import Reading
from graphlink.pipeline import read
from graphlink.words.errors import GraphlinkError, InputError, MachineError

HEAD = b"account_id,signal_type,signal_value\n"
ROW = b"ann,device,d1\n"
PADDING = [{"account_id": f"pad{number}", "signal_type": "device", "signal_value": "d"} for number in range(300)]


def reading_of(path: Path, data: bytes, **settings: object) -> Reading:
    path.write_bytes(data)
    return read([path], Config.model_validate(settings))


def refusal(path: Path, data: bytes, **settings: object) -> GraphlinkError:
    with pytest.raises(GraphlinkError) as raised:
        reading_of(path, data, **settings)
    return raised.value


def reject_of(reading: Reading) -> tuple[str, int | None]:
    (reject,) = reading.rejects
    return reject.code, reject.line


def lines_of(*rows: object) -> bytes:
    return b"".join(
        (row if isinstance(row, bytes) else json.dumps(row, ensure_ascii=True).encode()) + b"\n" for row in rows
    )


def parquet_of(**columns: object) -> bytes:
    out = io.BytesIO()
    pq.write_table(pa.table(columns), out)
    return out.getvalue()


# --- JSON Lines -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ({"account_id": "a\x00b", "signal_type": "device", "signal_value": "d"}, "GL203"),
        ({"account_id": "a\ufeffb", "signal_type": "device", "signal_value": "d"}, "GL201"),
        ({"account_id": "a" * 1_025, "signal_type": "device", "signal_value": "d"}, "GL213"),
        ({"account_id": "a", "signal_type": "device", "signal_value": "d" * 65_537}, "GL213"),
        ({"account_id": "a", "signal_type": "", "signal_value": "d"}, "GL221"),
        ({"account_id": None, "signal_type": "device", "signal_value": "d"}, "GL220"),
        ({"signal_type": "device", "signal_value": "d"}, "GL220"),
        ({"account_id": True, "signal_type": "device", "signal_value": "d"}, "GL254"),
        ({"account_id": ["a"], "signal_type": "device", "signal_value": "d"}, "GL254"),
        (b'{"account_id": "a", "signal_type": "device", "signal_value": "d", "note": ["\\udc00"]}', "GL204"),
        (b'{"account_id": "a", "signal_type": "device", "signal_value": "d", "note": {"\\udc00": 1}}', "GL204"),
        (b'{"account_id": "a", "signal_type": "device", "signal_value": "d"}{"account_id": "b"}', "GL250"),
        (b"[1, 2]", "GL250"),
        (b"7", "GL250"),
    ],
)
def test_a_bad_line_is_set_aside_wherever_it_stands(tmp_path, row, code):
    path = tmp_path / "a.jsonl"
    for place in (0, 150, 300):
        rows = [*PADDING[:place], row, *PADDING[place:]]
        if place == 0 and row == b"[1, 2]":
            continue  # a file that begins so is one array
        assert reject_of(reading_of(path, lines_of(*rows))) == (code, place + 1)


def test_whole_numbers_are_the_same_text_fast_and_slow(tmp_path):
    rows = [{"account_id": number, "signal_type": "device", "signal_value": "d"} for number in (7, 10**18, -3)]
    plain = reading_of(tmp_path / "a.jsonl", lines_of(*rows))
    mixed = reading_of(tmp_path / "b.jsonl", lines_of(*rows, {**rows[0], "account_id": "7"}))
    assert plain.digest == mixed.digest
    assert plain.sightings.accounts.ids.to_pylist() == ["-3", "1000000000000000000", "7"]


def test_numbers_beyond_64_bits_keep_their_digits(tmp_path):
    rows = [{"account_id": 10**30 + number, "signal_type": "device", "signal_value": "d"} for number in range(3)]
    assert reading_of(tmp_path / "a.jsonl", lines_of(*rows)).sightings.accounts.ids.to_pylist() == [
        str(10**30 + number) for number in range(3)
    ]


@pytest.mark.parametrize(
    ("text", "code", "says"),
    [
        (b'\n{\n "account_id": "a",\n "device": "d"\n}\n', "GL127", "no line is a JSON object by itself"),
        (b'{"account_id": "a", "device": "d"},\n' * 3, "GL127", "commas stand between the objects"),
        (b'{"account_id": "caf\xe9", "device": "d"}\n' * 3, "GL112", "not UTF-8"),
        (b"{}\n", "GL120", "missing `account_id`"),
    ],
)
def test_a_file_of_no_json_lines_is_refused_for_that_and_not_for_a_column(tmp_path, text, code, says):
    error = refusal(tmp_path / "a.jsonl", text)
    assert error.code == code
    assert says in str(error)


def test_a_count_beyond_what_is_counted_is_told_so(tmp_path):
    rows = [{**row, "count": 1} for row in PADDING] + [{**PADDING[0], "count": 2**62}]
    (reject,) = reading_of(tmp_path / "a.jsonl", lines_of(*rows)).rejects
    assert (reject.code, reject.reason) == ("GL231", "no whole number above zero of at most 15 digits")


# --- CSV --------------------------------------------------------------------------------------------------------------


def test_blank_lines_may_stand_before_the_header(tmp_path):
    reading = reading_of(
        tmp_path / "a.csv", b"\n\n" + HEAD + b"short,device\n" + ROW * 300, reading={"max_row_bytes": 99}
    )
    assert reject_of(reading) == ("GL210", 4)


def test_a_header_that_is_no_text_says_where(tmp_path):
    error = refusal(tmp_path / "a.csv", b"account_id,caf\xe9\n")
    assert (error.code, error.where.byte) == ("GL112", 14)


def test_a_header_with_a_stray_quote_is_refused(tmp_path):
    assert refusal(tmp_path / "a.csv", b'"account_id"x,signal_type\n').code in {"GL121", "GL108"}


def test_a_row_that_quotes_beyond_the_limit_is_refused_or_set_aside(tmp_path):
    settings = {"reading": {"max_row_bytes": 200, "max_reject_share": 1.0}}
    quoted = b'ann,device,"' + b"x\n" * 200 + b'"\n'
    assert refusal(tmp_path / "a.csv", HEAD + quoted + ROW * 900_000, **settings).code == "GL211"
    reading = reading_of(tmp_path / "a.csv", HEAD + b"ann,device," + b"x" * 300 + b"\n" + ROW, **settings)
    assert reject_of(reading) == ("GL213", 2)


def test_a_last_line_that_is_only_skipped_is_counted(tmp_path, monkeypatch):
    monkeypatch.setattr("graphlink.reading.formats.streams.BLOCK", 512)
    monkeypatch.setattr("graphlink.reading.formats.streams._READ", 512)
    settings = {"reading": {"max_row_bytes": 600, "max_reject_share": 1.0}}
    reading = reading_of(tmp_path / "a.csv", HEAD + ROW + b"x" * 5_000, **settings)
    assert reject_of(reading) == ("GL213", 3)


def test_what_is_no_text_is_told_with_its_column(tmp_path):
    rows = [{"account_id": "a", "time": "2026-07-01T00:00:00Z", "card": ["x"]}] * 2
    path = tmp_path / "a.jsonl"
    error = refusal(path, b"".join(json.dumps(row).encode() + b"\n" for row in rows))
    assert str(error).startswith(f"GL140 {path.name}:1:card (byte 0): 2 of 2 rows rejected")


def test_days_of_a_spreadsheet_are_answered_with_what_helps(tmp_path):
    error = refusal(tmp_path / "a.csv", b"account_id,time,device\nann,46204.4,d1\n")
    assert (
        "the first counts days, as spreadsheets do). Fix: have dates and times shown there, and export again."
        in str(error)
    )


def test_a_pipe_of_the_shell_is_said_to_be_one():
    with pytest.raises(InputError, match=r"GL104 /dev/fd/63: a pipe, .* Fix: write it to a file first\."):
        read([Path("/dev/fd/63")], Config())


def test_two_columns_for_one_field_are_refused(tmp_path):
    error = refusal(tmp_path / "a.csv", b"account_id,time,timestamp,device\nann,,,d1\n")
    assert error.code == "GL122"


# --- Parquet ----------------------------------------------------------------------------------------------------------


def test_text_in_parquet_that_is_no_utf8_is_set_aside(tmp_path):
    ids = pa.array([b"caf\xe9", *(b"a%d" % number for number in range(300))]).view(pa.string())
    data = parquet_of(account_id=ids, signal_type=["device"] * 301, signal_value=["d"] * 301)
    assert reject_of(reading_of(tmp_path / "a.parquet", data)) == ("GL202", 1)


@pytest.mark.slow
def test_any_bit_that_falls_over_in_a_parquet_footer_ends_in_a_reading_or_a_refusal(tmp_path):
    """Some of them have ended the process, which no handler of errors sees."""
    file = io.BytesIO()
    pq.write_table(pa.table({"account_id": ["ann", "bob"], "device": ["d", None]}), file, store_schema=False)
    good = file.getvalue()
    n_bytes_of_footer = int.from_bytes(good[-8:-4], "little") + 8
    path = tmp_path / "a.parquet"
    outcomes = set()
    for bit in range(8 * (len(good) - n_bytes_of_footer), 8 * len(good)):
        damaged = bytearray(good)
        damaged[bit // 8] ^= 1 << bit % 8
        try:
            outcomes.add(reading_of(path, bytes(damaged)).rows.accepted)
        except GraphlinkError as error:
            outcomes.add(error.code)
    assert {2, "GL108", "GL110"} <= outcomes
    assert "GL001" not in outcomes


WHOLE = pa.int8(), pa.uint64(), pa.decimal128(19, 0), pa.string()
"""Types of columns that hold whole numbers."""


@pytest.mark.parametrize(
    ("kind", "count", "is_one"),
    [
        *((kind, count, count > 0) for kind in WHOLE for count in (0, 1, 99)),
        *((kind, -3, False) for kind in (pa.int8(), pa.int64(), pa.string())),
        *((kind, 10**15, False) for kind in (pa.int64(), pa.uint64(), pa.string())),
        (pa.uint64(), 10**15 - 1, True),
    ],
)
def test_a_count_is_judged_alike_whatever_its_type(tmp_path, kind, count, is_one):
    column = pa.array([*([2] * 300), None, count], pa.int64()).cast(kind)
    ids = [f"a{number:03}" for number in range(302)]
    data = parquet_of(account_id=ids, signal_type=["device"] * 302, signal_value=["d"] * 302, count=column)
    reading = reading_of(tmp_path / "a.parquet", data)
    assert [each.code for each in reading.rejects] == ([] if is_one else ["GL231"])
    assert reading.sightings.count[300:].tolist() == ([1, count] if is_one else [1])


def test_numbers_and_dates_in_parquet_are_read(tmp_path):
    data = parquet_of(
        account_id=pa.array([7, 8], pa.int64()),
        device=pa.array(["d", "e"]).dictionary_encode(),
        time=pa.array([date(2026, 1, 5), None]),
        count=pa.array([2, None], pa.int32()),
        unused=pa.array([1.5, 2.5]),
    )
    reading = reading_of(tmp_path / "a.parquet", data)
    assert reading.sightings.accounts.ids.to_pylist() == ["7", "8"]
    assert reading.sightings.count.tolist() == [2, 1]
    assert reading.sightings.first_seen[:].tolist()[0] == 1767571200000000


def test_a_column_of_parquet_that_is_not_used_may_be_of_any_type(tmp_path):
    events = pa.FixedShapeTensorArray.from_numpy_ndarray(np.zeros((2, 2)))
    data = parquet_of(account_id=["a", "b"], device=["d", "d"], event=events, amount=[1.5, 2.5])
    assert reading_of(tmp_path / "a.parquet", data).rows.accepted == 2


# --- streams ----------------------------------------------------------------------------------------------------------


def test_a_line_that_tells_excel_the_separator_is_no_header(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(b"\xef\xbb\xbfsep=;\r\naccount_id;signal_type;signal_value\r\nann;device;d1\r\nbob;ip;rubbish\r\n")
    with pytest.raises(InputError, match=r"GL123 a\.csv:1: the separator is `;`"):
        read([path], Config())
    source = {"path": str(path), "delimiter": ";"}
    reading = read([path], Config.model_validate({"sources": (source,), "reading": {"max_reject_share": 1.0}}))
    assert [(each.line, each.code) for each in reading.rejects] == [(4, "GL230")]
    assert reading.sightings.accounts.ids.to_pylist() == ["ann"]


@pytest.mark.parametrize("at", ["between", "after"])
def test_zeros_that_fill_a_block_up_are_no_damage(tmp_path, at):
    """As tapes and some object stores leave them; gzip itself skips them."""
    members = gzip.compress(HEAD + ROW), gzip.compress(b"bob,device,d1\n")
    filled = (b"\0" * 3_000_000).join(members) if at == "between" else b"".join(members) + b"\0" * 512
    path = tmp_path / "a.csv.gz"
    path.write_bytes(filled)
    assert read([path], Config()).rows.accepted == 2


def test_a_gzip_file_may_have_several_members(tmp_path):
    data = gzip.compress(HEAD + ROW) + gzip.compress(b"bob,device,d1\n")
    assert reading_of(tmp_path / "a.csv.gz", data).rows.accepted == 2


def zstd(data: bytes) -> bytes:
    packed: bytes = pa.compress(data, codec="zstd", asbytes=True)
    return packed


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("a.csv.zst", zstd(HEAD + ROW * 99)[:-3], "GL108"),
        ("a.csv.zst", zstd(HEAD + ROW) + b"rubbish", "GL110"),
        ("a.csv.zst", HEAD + ROW, "GL106"),
        ("a.csv.gz", gzip.compress(HEAD + ROW)[:-8] + b"\0" * 8, "GL110"),
        ("a.csv.gz", gzip.compress(HEAD + ROW) + b"rubbish", "GL110"),
        ("a.csv.gz", HEAD + ROW, "GL106"),
        ("a.csv.gz", gzip.compress((HEAD + ROW).decode().encode("utf-16")), "GL112"),
        ("a.csv", (HEAD + ROW).decode().encode("utf-32"), "GL112"),
    ],
    ids=lambda each: each if isinstance(each, str) else "data",  # packed bytes hold the time
)
def test_a_damaged_or_misnamed_stream_is_refused(tmp_path, name, data, code):
    assert refusal(tmp_path / name, data).code == code


def test_an_encoding_that_does_not_fit_is_refused(tmp_path):
    assert refusal(tmp_path / "a.csv", HEAD + b"caf\xe9,device,d\n", reading={"encoding": "ascii"}).code == "GL112"


def test_a_file_beyond_the_limit_of_bytes_is_refused(tmp_path):
    assert refusal(tmp_path / "a.csv", HEAD + ROW * 99, reading={"max_bytes": 500}).code == "GL109"


def test_a_file_that_grows_while_it_is_read_is_refused(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(HEAD + b"".join(b"a%d,device,d1\n" % number for number in range(1_000_000)))
    stop = threading.Event()

    def grow() -> None:
        while not stop.is_set():
            with path.open("ab") as file:
                file.write(ROW)
            time.sleep(0.01)

    writer = threading.Thread(target=grow)
    writer.start()
    try:
        with pytest.raises(InputError, match="GL113"):
            read([path], Config())
    finally:
        stop.set()
        writer.join()


# --- folders ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "exports"
    path.mkdir()
    (path / "good.csv").write_bytes(HEAD + ROW)
    return path


def test_a_pipe_in_a_folder_is_refused(folder):
    os.mkfifo(folder / "pipe.csv")
    with pytest.raises(InputError, match="GL104"):
        read([folder], Config())


def test_a_link_to_nothing_is_refused(folder):
    (folder / "gone.csv").symlink_to("nothing.csv")
    with pytest.raises(InputError, match="GL101"):
        read([folder], Config())


def test_a_link_that_stays_inside_is_read(folder):
    (folder / "again.csv").symlink_to("good.csv")
    assert read([folder], Config()).rows.duplicates == 1


def test_a_link_to_a_folder_inside_shows_no_file_twice(folder):
    (folder / "deep").mkdir()
    (folder / "deep" / "more.csv").write_bytes(HEAD + b"bob,device,d1\n")
    (folder / "loop").symlink_to(".")
    assert [each.name for each in read([folder], Config()).inputs] == ["exports/deep/more.csv", "exports/good.csv"]


def test_a_device_is_no_export():
    with pytest.raises(InputError, match="GL104"):
        read([], Config.model_validate({"sources": ({"path": "/dev/null", "format": "csv"},)}))


def test_a_path_too_long_for_the_system_is_a_matter_of_the_machine(tmp_path):
    with pytest.raises(MachineError, match="GL801"):
        read([tmp_path / ("x" * 300 + ".csv")], Config())


def test_a_parquet_column_whose_name_is_no_text_is_refused(tmp_path):
    whole = parquet_of(account_id=["ann"], signal_type=["device"], signal_value=["d1"])
    path = tmp_path / "a.parquet"
    path.write_bytes(whole.replace(b"\x0csignal_value", b"\x0c\xf3ignal_value"))
    with pytest.raises(InputError, match="GL110"):
        read([path], Config())


@pytest.mark.parametrize("n_rows", [2, 40_000])
def test_one_object_with_its_rows_in_a_list_is_no_json_lines(tmp_path, n_rows):
    """As CloudTrail writes its files; of one that holds more than a list, the list is a column."""
    rows = [{"account_id": f"a{n}", "device": f"d{n % 7}"} for n in range(n_rows)]
    path = tmp_path / "trail.json"
    path.write_text(json.dumps({"Records": rows}))
    with pytest.raises(
        InputError, match=r"GL125 trail\.json: one object with its rows in the list `Records`, not lines"
    ):
        read([path], Config())
    path.write_text(json.dumps({"events": rows[:2], "account_id": "a1", "device": "d1"}))
    assert read([path], Config()).rows.accepted == 1


PAGE = b"<!DOCTYPE html>\n<html><body>\n<script>\n{}\n</script>\nPlease log in\n</body></html>\n"


@pytest.mark.parametrize("first", [b"[", b'[{"a": 1},', b"<html>", b"\xff\xfe\x00\x00", b"ORC", b"a,b\n" * 3, PAGE])
@pytest.mark.parametrize("length", [0, 20_000])
def test_json_lines_are_read_though_they_begin_with_something_else(tmp_path, first, length):
    rows = lines_of(*({"account_id": f"a{n}", "device": "d", "note": "x" * length} for n in range(20)))
    reading = reading_of(tmp_path / "a.jsonl", first + b"\n" + rows, reading={"max_reject_share": 1.0})
    assert reading.rows.accepted == 20
    assert reading.rows.rejected == len([line for line in first.split(b"\n") if line])


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (PAGE, "GL107"),
        ('{"account_id": "a", "device": "d"}\n'.encode("utf-16") * 20, "GL112"),
        (b'[\n{"account_id": "a"},\n{"account_id": "b"}\n]\n', "GL125"),
        (b'[\n{"account_id": "a"}\n]\n', "GL125"),
    ],
)
def test_what_is_no_json_lines_at_all_is_refused_for_what_it_is(tmp_path, data, code):
    assert refusal(tmp_path / "a.jsonl", data).code == code
