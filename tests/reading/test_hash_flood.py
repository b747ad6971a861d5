"""Texts that strangers choose meet no hash table without a key: readers give them in full, and ``codebook`` has one.

How long texts take that collide is measured by ``benchmarks/hash_flood.py``.
"""

import json

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from signal_values import TABLE

from graphlink.config.settings import Config
from graphlink.reading.columns.layout import recognise
from graphlink.reading.formats.columnar import _FEW_TEXTS
from graphlink.reading.formats.open_table import open_table
from graphlink.reading.sources.files import list_sources
from graphlink.words.errors import Place

ROWS = 20_000
MANY = np.arange(ROWS) % (_FEW_TEXTS + 1)
FEW = np.arange(ROWS) % _FEW_TEXTS


def texts_of(numbers, size=8):
    return [f"{number:0{size}}" for number in numbers.tolist()]


def table_of(devices):
    return pa.table({"account_id": [f"a{number}" for number in range(len(devices))], "device": devices})


def batches_of(path):
    """The columns of an export by name, in the batches in which a reader gives them."""
    config = Config()
    (source,), _ = list_sources([path], config)
    with open_table(source, config.reading, TABLE, complete=True) as opened:
        layout = recognise(opened.names, source.settings.naming, TABLE, Place("a"))
        batches = [batch.columns for batch in opened.batches(layout)]
    return [{layout.names[place]: column for place, column in columns.items()} for columns in batches]


def is_in_full(path, texts):
    found = pa.chunked_array([batch["device"] for batch in batches_of(path)])
    assert found.to_pylist() == texts
    return found.type == pa.string()


def test_texts_of_csv_come_in_full(tmp_path):
    (tmp_path / "a.csv").write_text("account_id,device\n" + "".join(f"a,{text}\n" for text in texts_of(FEW)))
    assert is_in_full(tmp_path / "a.csv", texts_of(FEW))


def test_texts_of_json_lines_come_in_full(tmp_path):
    lines = [json.dumps({"account_id": "a", "device": text}) for text in texts_of(FEW)]
    (tmp_path / "a.jsonl").write_text("\n".join(lines) + "\n")
    assert is_in_full(tmp_path / "a.jsonl", texts_of(FEW))


@pytest.mark.parametrize("has_pages", [True, False], ids=["with dictionary pages", "without"])
@pytest.mark.parametrize("has_note", [True, False], ids=["with Arrow's note of a dictionary", "without"])
def test_texts_of_a_large_dictionary_of_parquet_come_in_full(tmp_path, has_pages, has_note):
    column = pa.array(texts_of(MANY))
    table = table_of(column.dictionary_encode() if has_note else column)
    pq.write_table(table, tmp_path / "a.parquet", use_dictionary=has_pages)
    assert is_in_full(tmp_path / "a.parquet", texts_of(MANY))


def test_a_dictionary_that_only_arrow_notes_is_none(tmp_path):
    pq.write_table(table_of(pa.array(texts_of(FEW)).dictionary_encode()), tmp_path / "a.parquet", use_dictionary=False)
    assert is_in_full(tmp_path / "a.parquet", texts_of(FEW))


def test_a_small_dictionary_is_read_as_one(tmp_path):
    pq.write_table(table_of(texts_of(FEW)), tmp_path / "a.parquet")
    assert not is_in_full(tmp_path / "a.parquet", texts_of(FEW))


def test_every_row_group_has_a_say(tmp_path):
    numbers = np.concatenate([FEW, MANY])
    pq.write_table(table_of(texts_of(numbers)), tmp_path / "a.parquet", row_group_size=ROWS)
    assert is_in_full(tmp_path / "a.parquet", texts_of(numbers))


def test_a_dictionary_of_long_texts_may_go_on_in_full(tmp_path, monkeypatch):
    """A writer ends it at some size, and what comes then is no part of the count."""
    monkeypatch.setattr("graphlink.reading.formats.columnar._SMALL_PAGE", 1 << 14)
    texts = [text for text in texts_of(np.arange(20), size=1_000) for _ in range(ROWS // 20)]
    pq.write_table(table_of(texts), tmp_path / "a.parquet")
    assert is_in_full(tmp_path / "a.parquet", texts)


@pytest.mark.parametrize("compression", ["none", "snappy", "zstd", "gzip", "brotli", "lz4"])
def test_the_longest_text_of_a_dictionary_sets_how_many_rows_come_at_a_time(tmp_path, monkeypatch, compression):
    monkeypatch.setattr("graphlink.reading.formats.columnar._BYTES", 1 << 20)
    texts = [*texts_of(MANY), *["x" * 10_000] * 300]
    pq.write_table(table_of(texts), tmp_path / "a.parquet", compression=compression)
    sizes = [len(batch["device"]) for batch in batches_of(tmp_path / "a.parquet")]
    assert max(sizes) == (1 << 20) // 10_000


def test_texts_that_are_stored_by_their_differences_come_in_few_rows_at_a_time(tmp_path):
    """30,000 texts of 60 KB in a file of 19 KB took 2.9 GB before the file was refused."""
    how = {"use_dictionary": False, "column_encoding": {"device": "DELTA_BYTE_ARRAY"}}
    pq.write_table(table_of(texts_of(MANY)), tmp_path / "a.parquet", **how)
    sizes = [len(batch["device"]) for batch in batches_of(tmp_path / "a.parquet")]
    assert max(sizes) == (1 << 29) // (2 * 65_536)


@pytest.mark.parametrize("zone", [None, "UTC", "Europe/Berlin"])
def test_a_time_has_the_zone_that_arrow_notes(tmp_path, zone):
    """Parquet's oldest times have none of their own."""
    times = pa.array([1_767_000_000_000_000_000] * 9, pa.timestamp("ns", zone))
    table = table_of(pa.array(["d"] * 9).dictionary_encode()).append_column("seen_at", times)
    pq.write_table(table, tmp_path / "a.parquet", use_deprecated_int96_timestamps=True)
    (batch,) = batches_of(tmp_path / "a.parquet")
    assert batch["seen_at"].type == pq.ParquetFile(tmp_path / "a.parquet").schema_arrow.field("seen_at").type
    assert batch["seen_at"].cast(pa.int64()).to_pylist() == [1_767_000_000_000_000_000] * 9
