"""Evidence traced back to the file: the source and the physical line of the row that shows a sighting first."""

import gzip
import json

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphlink.config.settings import Config
from graphlink.pipeline import read
from graphlink.reading.ledger import Lines


@given(st.lists(st.integers(0, 3), max_size=60), st.integers(0, 60))
def test_lines_come_back_however_the_file_is_cut_into_batches(gaps, cut):
    records = np.arange(len(gaps), dtype=np.int64)
    stand = 2 + records + np.cumsum(np.array(gaps, dtype=np.int64))
    lines = Lines()
    for part in (slice(None, cut), slice(cut, None)):
        lines.note(records[part], stand[part])
    assert lines.of(records[::-1]).tolist() == stand[::-1].tolist()


def traced(*paths):
    """Every sighting with the source and the line that the trace gives it."""
    reading = read(paths, Config(reading={"max_reject_share": 0.5}))
    seen, trace = reading.sightings, reading.trace
    return {
        (
            seen.accounts.ids[account].as_py(),
            seen.types[seen.signal_type[signal]].name,
            seen.signal_value[signal].as_py(),
        ): (trace.sources[trace.source[row]], int(trace.line[row]))
        for row, (account, signal) in enumerate(zip(seen.account.tolist(), seen.signal.tolist(), strict=True))
    }


def test_a_line_is_the_physical_one(tmp_path):
    text = (
        "account_id,signal_type,signal_value,seen_at\n"
        "ann,card,c1,2026-01-02T00:00:00Z\n"
        "\n"
        'bob,device,"two\nlines",2026-01-02T00:00:00Z\n'
        "bad row\n"
        "eve,card,c1,2026-01-02T00:00:00Z\n"
    )
    (tmp_path / "rows.csv").write_text(text)
    found = traced(tmp_path / "rows.csv")
    assert found["ann", "card", "c1"] == ("rows.csv", 2)
    assert found["bob", "device", "two\nlines"] == ("rows.csv", 4)
    assert found["eve", "card", "c1"] == ("rows.csv", 7)


def test_the_row_with_the_earliest_time_counts_and_then_the_first(tmp_path):
    (tmp_path / "a.csv").write_text(
        "account_id,card,seen_at\nann,c1,2026-01-09T00:00:00Z\nann,c1,2026-01-03T00:00:00Z\nbob,c1,2026-01-05T00:00:00Z\n"
    )
    (tmp_path / "b.csv").write_text(
        "account_id,card,seen_at\nbob,c1,2026-01-05T00:00:00Z\nann,c1,2026-01-04T00:00:00Z\n"
    )
    found = traced(tmp_path / "a.csv", tmp_path / "b.csv")
    assert found["ann", "card", "c1"] == ("a.csv", 3)
    assert found["bob", "card", "c1"] == ("a.csv", 4)


@pytest.mark.parametrize("name", ["a.jsonl", "a.jsonl.gz", "a.parquet"])
def test_other_formats_count_lines_or_rows(tmp_path, name):
    rows = [{"account_id": f"a{n}", "card": f"c{n}"} for n in range(5)]
    path = tmp_path / name
    if name.endswith("parquet"):
        pq.write_table(pa.Table.from_pylist(rows), path, write_page_checksum=True)
    else:
        data = "".join(json.dumps(row) + "\n" for row in rows).encode()
        path.write_bytes(gzip.compress(data) if name.endswith("gz") else data)
    for (account, *_), (source, line) in traced(path).items():
        assert source == name
        assert line == int(account[1:]) + 1


def test_every_traced_line_of_a_sample_names_the_account(samples):
    export = samples / "tiny" / "events.csv"
    lines = export.read_text().split("\n")
    found = traced(export)
    assert len(found) > 100
    for (account, *_), (_, line) in found.items():
        assert account in lines[line - 1]
