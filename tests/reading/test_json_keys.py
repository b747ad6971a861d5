"""Keys of JSON Lines: found wherever they stand, so that the order of the rows decides nothing."""

import gzip
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graphlink.config.settings import Config
from graphlink.engine.kernels.reading import LEARN, find_new_keys
from graphlink.model.reading import Reading
from graphlink.pipeline import read
from graphlink.reading.formats import jsonlines, streams
from graphlink.reading.formats.json_keys import Keys
from graphlink.words.errors import InputError

TIME = "2026-01-05T10:00:00Z"
PLAIN = [{"account_id": f"a{n}", "time": TIME, "device": f"d{n}"} for n in range(1_500)]
LATE = {"account_id": "zoe", "time": TIME}


@pytest.fixture
def read_rows(tmp_path: Path) -> Callable[..., Reading]:
    def of(rows: list[dict[str, object]], **columns: str) -> Reading:
        path = tmp_path / "a.jsonl"
        path.write_text("".join(f"{json.dumps(row)}\n" for row in rows))
        return read([], Config.model_validate({"sources": ({"path": str(path), "columns": columns},)}))

    return of


@pytest.mark.parametrize("late", [{"Card-Fingerprint": "c1"}, {"user agent": "x"}, {"COUNT": 7, "payment": "p"}])
def test_a_key_in_any_spelling_counts_wherever_it_stands_first(read_rows, late):
    last, first = read_rows([*PLAIN, {**LATE, **late}]), read_rows([{**LATE, **late}, *PLAIN])
    assert last.digest == first.digest
    assert last.rows == first.rows
    assert "zoe" in last.sightings.accounts.ids.to_pylist()


def test_two_spellings_of_one_column_are_refused_wherever_they_stand(read_rows):
    row = {**LATE, "Device": "d"}
    for rows in ([*PLAIN, row], [row, *PLAIN]):
        with pytest.raises(InputError, match=r"GL122.*column twice.*Device"):
            read_rows(rows)


def test_what_a_mapping_reaches_counts_wherever_it_stands_first_even_beside_keys_that_are_data(read_rows):
    inside = [{**LATE, "device": "d", "details": {f"k{n}": 1}} for n in range(500)]
    row = {**LATE, "details": {"card": {"number": "c1"}}}
    last, first = (read_rows(rows, card="details.card.number") for rows in ([*inside, row], [row, *inside]))
    assert last.digest == first.digest
    assert "c1" in last.sightings.signal_value.to_pylist()


@pytest.mark.parametrize("odd", [{}, {"x": 1}, None, [1], "text"])
def test_a_key_that_is_an_object_in_one_row_and_text_in_others_is_a_column_wherever_that_row_stands(read_rows, odd):
    rows = [{**LATE, "account_id": f"a{n}", "details": {"card": f"c{n}"}} for n in range(150)]
    row = {**LATE, "details": {"card": odd}}
    last, first = (read_rows(given, card="details.card") for given in ([*rows, row], [row, *rows]))
    assert last.digest == first.digest
    assert "c7" in first.sightings.signal_value.to_pylist()


@pytest.mark.parametrize("compress", [bytes, gzip.compress])
def test_keys_are_found_in_every_block_of_a_file_and_rows_are_read_once(tmp_path, monkeypatch, compress):
    for module in (streams, jsonlines):
        monkeypatch.setattr(module, "BLOCK", 1_000)
    monkeypatch.setattr(streams, "_READ", 300)
    path = tmp_path / ("a.jsonl" if compress is bytes else "a.jsonl.gz")
    rows = [*PLAIN[:200], {**LATE, "Card-Fingerprint": "c1"}]
    path.write_bytes(compress("\n".join(map(json.dumps, rows)).encode()))
    reading = read([path], Config())
    assert (reading.rows.rows_in, reading.rows.accepted) == (201, 201)
    assert "c1" in reading.sightings.signal_value.to_pylist()


@pytest.mark.parametrize(
    ("odd", "code"),
    [
        (b'{"account_id": "x", "Device": "d", "time": }', "GL250"),
        (b'{"account_id": "x", "Device": "\xed\xa0\x80"}', "GL202"),
        (b'{"account_id": "x", "Device": "\xef\xbb\xbf"}', "GL201"),
        ('{"account_id": "x", "Device": "d"}'.encode("utf-16-le"), "GL203"),
    ],
)
def test_a_line_that_is_no_row_names_no_column(tmp_path, odd, code):
    path = tmp_path / "b.jsonl"
    lines = [json.dumps(row).encode() for row in PLAIN]
    path.write_bytes(b"\n".join([*lines, odd]) + b"\n")
    assert [reject.code for reject in read([path], Config()).rejects] == [code]


@pytest.mark.parametrize("beside", [{}, {"device": 1}])
@pytest.mark.parametrize("number", ["9" * 5_000, "1e400", "NaN"])
def test_a_number_that_nobody_reads_is_no_matter_whatever_its_neighbours_are(tmp_path, number, beside):
    path = tmp_path / "a.jsonl"
    lines = [json.dumps(row) for row in [*PLAIN[:150], {**PLAIN[150], **beside}]]
    odd = json.dumps({**LATE, "card": "c1", "unused": 0}).replace(": 0", f": {number}")
    path.write_text("".join(f"{line}\n" for line in [*lines, odd]))
    reading = read([path], Config())
    assert reading.rejects == ()
    assert "c1" in reading.sightings.signal_value.to_pylist()


def test_a_row_in_which_an_object_stands_twice_hides_no_column(tmp_path):
    rows = [json.dumps({**LATE, "account_id": f"a{n}", "details": {"card": f"c{n}"}}) for n in range(150)]
    odd = '{"account_id": "x", "time": "", "details": {"card": "c"}, "details": {}}'
    for lines in ([*rows, odd], [odd, *rows]):
        path = tmp_path / "a.jsonl"
        path.write_text("".join(f"{line}\n" for line in lines))
        source = {"path": str(path), "columns": {"card": "details.card"}}
        reading = read([], Config.model_validate({"sources": (source,)}))
        assert [reject.code for reject in reading.rejects] == ["GL251"]
        assert len(reading.sightings.signal_value) == 150


# --- the compiled loop ------------------------------------------------------------------------------------------------


VALUES = st.recursive(
    st.none() | st.integers(0, 9) | st.text('a"\\:{}[],\n', max_size=4),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["a", "b", 'c"', "é"]), inner, max_size=3)
    ),
    max_leaves=6,
)
KEY = np.frombuffer(bytes(range(16)), dtype=np.uint64)
ROWS = st.lists(st.dictionaries(st.sampled_from(["a", "b", 'c"', "é"]), VALUES, max_size=3), max_size=6)


def ways(value: object, way: tuple[str, ...] = ()) -> set[tuple[object, ...]]:
    """The way to each key, through objects alone, and to what is no object: the slow twin of the loop."""
    if not isinstance(value, dict):
        return {(*way, None)} if way else set()
    return {(*way, key) for key in value} | {each for key in value for each in ways(value[key], (*way, key))}


@given(rows=ROWS, ends=st.sampled_from(["\n", "\r\n", "\r", "\n\n"]))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_lines_with_new_keys_are_found_as_by_parsing_all(rows, ends):
    lines = [json.dumps(row, ensure_ascii=False) for row in rows]
    letters = np.frombuffer("".join(line + ends for line in lines).encode(), dtype=np.uint8)
    known = np.zeros((3, 129), dtype=np.uint64)
    found, expected, seen = [], [], set()
    for line, row in zip(lines, rows, strict=True):
        if not ways(row) <= seen:
            expected.append(line)
            seen |= ways(row)
    begin, end = find_new_keys(letters, 0, known, 99, KEY)
    while begin < end:
        found.append(letters[begin:end].tobytes().decode().strip("\r\n"))
        find_new_keys(letters[begin:end], 0, known, LEARN, KEY)
        begin, end = find_new_keys(letters, end, known, 99, KEY)
    assert found == expected


def test_more_keys_than_there_is_place_for_are_found_all_the_same(monkeypatch):
    monkeypatch.setattr("graphlink.reading.formats.json_keys._PLACES", 64)
    keys = Keys(is_row=lambda _: True, longest=999)
    for n in range(500):
        keys.note(json.dumps({"id": n, f"k{n}": n}).encode() + b"\n")
    assert len(keys.insides.names) == 501


WANTED = ("map.Ann-Lee", "device")
LINES = st.lists(
    st.dictionaries(
        st.sampled_from(["device", "Device", "map", "k0", "k1", "k2"]),
        st.just(1)
        | st.dictionaries(st.sampled_from(["ann_lee", "b", "c", "d", "e", "f"]), st.sampled_from([1, {}, {"x": 1}])),
        max_size=3,
    ),
    max_size=12,
)


@given(rows=LINES, order=st.randoms(use_true_random=False), wanted=st.sampled_from([WANTED, ("device",)]))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_however_many_keys_there_are_the_same_are_kept_in_any_order(monkeypatch, rows, order, wanted):
    for module in ("json_keys", "nested"):
        monkeypatch.setattr(f"graphlink.reading.formats.{module}.MANY", 3)
    monkeypatch.setattr("graphlink.reading.formats.nested.MOST", 9)
    monkeypatch.setattr("graphlink.reading.formats.json_keys._PLACES", 32)
    found = []
    for _ in range(2):
        keys = Keys(is_row=lambda _: True, longest=999, wanted=wanted)
        keys.note(b"".join(json.dumps(row).encode() + b"\n" for row in rows))
        found.append((set(keys.insides.names), keys.insides.ways(), keys.insides.is_full))
        order.shuffle(rows)
    assert found[0] == found[1]
    assert {key for row in rows for key in row if key.casefold() == "device"} <= found[0][0]


def test_rows_whose_keys_are_data_keep_the_columns_that_are_known_or_mapped_and_are_told(read_rows):
    data = [{**PLAIN[n], **{f"u{n}_{m}": 1 for m in range(30)}} for n in range(400)]
    row = {**LATE, "Card": "c1", "Sent From": "9.9.9.9"}
    last, first = (read_rows(rows, ip="sent_from") for rows in ([*data, row], [row, *data]))
    assert last.digest == first.digest
    assert {"c1", "9.9.9.9"} <= set(last.sightings.signal_value.to_pylist())
    for reading in (last, first):
        assert [each.text for each in reading.notices if each.code == "GL305"] == [
            "a.jsonl: over 10,000 columns, whose names are data; only known and mapped ones were looked for"
        ]


def test_of_an_object_whose_keys_are_data_a_mapping_in_another_case_finds_its_own_in_any_order(read_rows):
    inside = [{**LATE, "device": "d", "details": {f"k{n}": 1}} for n in range(1_500)]
    row = {**LATE, "details": {"Card": "c1"}}
    last, first = (read_rows(rows, card="details.CARD") for rows in ([*inside, row], [row, *inside]))
    assert last.digest == first.digest
    assert "c1" in last.sightings.signal_value.to_pylist()


def test_a_line_that_is_too_long_takes_no_memory_and_names_nothing():
    keys = Keys(is_row=lambda _: True, longest=50)
    keys.note(b'{"id": 1}\n{"long": "')
    for _ in range(100):
        keys.note(b"x" * 1_000)
    assert len(keys._rest) == 51
    keys.note(b'"}\n{"ip": 1}\n')
    assert keys.insides.names == ("id", "ip")


def test_two_names_for_one_column_are_refused(tmp_path):
    """The first of them was lost without a word. Within one table of the settings, these are refused before."""
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps({"account_id": "a", "addr": "203.0.113.9"}))
    source = {"path": str(path), "columns": {"ip": "addr"}}
    config = Config.model_validate({"columns": {"device": "addr"}, "sources": (source,)})
    with pytest.raises(InputError, match=r"GL122.*`(ip` and `device|device` and `ip)` are both mapped to `addr`"):
        read([], config)
