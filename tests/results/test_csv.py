"""CSV files: whole, safe in a spreadsheet, and equal to their lossless twin."""

import csv
import io
import json
import re

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from report_worlds import hostile, two_rings

from graphlink.results.files.csv_files import MAX_CELL, MAX_ROWS, safe_cells, sheets, write_csv
from graphlink.results.files.json_files import write_rings_json
from graphlink.results.tables import HUBS, MEMBERS, TABLES, table_frames

HUB = two_rings().findings.hubs.iloc[:1]
STARTS_FORMULA = re.compile(r"""[\s'"\u200b\ufeff]*[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]""")


def safe(text):
    return safe_cells(pa.array([text], pa.large_string()))[0].as_py()


def written(table, frame):
    file = io.BytesIO()
    write_csv(file, table, frame)
    return file.getvalue()


def grid(data):
    return list(csv.reader(io.StringIO(data.decode(), newline="")))


@given(st.text(max_size=40))
def test_no_text_starts_a_formula(text):
    shown = safe(text)
    assert shown.startswith("'") or not STARTS_FORMULA.match(shown)


@pytest.mark.slow
def test_no_code_point_hides_a_formula():
    characters = [chr(point) for point in range(0x110000) if not 0xD800 <= point <= 0xDFFF]
    for dressed in ("{}=1+1", "{}", " {}@A1"):
        cells = safe_cells(pa.array([dressed.format(character) for character in characters], pa.large_string()))
        assert not [cell for cell in cells.to_pylist() if not cell.startswith("'") and STARTS_FORMULA.match(cell)]


@given(st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=40))
def test_plain_text_stays_as_it_is(text):
    assert safe(text).removeprefix("'") == text.removeprefix("'")


@given(st.text(st.characters(codec="utf-8"), max_size=40))
def test_a_cell_never_breaks_a_line(text):
    assert not re.search(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]", safe(text))


def test_a_cell_fits_a_spreadsheet():
    assert len(safe("x" * 40_000)) == MAX_CELL


@given(st.lists(st.text(st.characters(codec="utf-8"), max_size=12), min_size=1, max_size=8))
def test_a_parser_reads_back_what_was_shown(values):
    frame = HUB.iloc[[0] * len(values)].assign(signal_value=values)
    rows = grid(written(HUBS, frame))
    place = HUBS.columns.index("signal_value")
    assert [row[place] for row in rows[1:]] == safe_cells(pa.array(values, pa.large_string())).to_pylist()


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_field_is_quoted(table):
    frame = table_frames(two_rings(hostile).findings)[table]
    for line in written(table, frame).decode().splitlines():
        assert re.fullmatch(r'"(?:[^"]|"")*"(?:,"(?:[^"]|"")*")*', line)


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_hostile_and_harmless_data_make_the_same_grid(table):
    shapes = [
        [len(row) for row in grid(written(table, table_frames(run.findings)[table]))]
        for run in (two_rings(), two_rings(hostile))
    ]
    assert shapes[0] == shapes[1]


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
@pytest.mark.parametrize("disguise", [str, hostile], ids=["harmless", "hostile"])
def test_the_twin_holds_every_cell(table, disguise):
    run = two_rings(disguise)
    rows = grid(written(table, table_frames(run.findings)[table]))
    file = io.BytesIO()
    write_rings_json(file, run)
    numbers = json.loads(file.getvalue(), parse_float=str, parse_int=str)[table.name]
    assert len(numbers) == len(rows) - 1
    for row, record in zip(rows[1:], numbers, strict=True):
        assert row == [_as_cell(record[name]) for name in rows[0]]


def _as_cell(value):
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return "; ".join(value)
    is_number = re.fullmatch(r"-?\d+(\.\d+)?", value)
    return value if is_number else safe(value)


def test_a_missing_time_is_an_empty_cell():
    rows = grid(written(MEMBERS, two_rings().findings.members))
    assert rows[3][MEMBERS.columns.index("created_at")] == ""


def test_a_long_table_continues_in_a_second_file():
    frame = pd.DataFrame({"n": range(MAX_ROWS + 2)})
    assert [(name, len(part)) for name, part in sheets(MEMBERS, frame)] == [
        ("members.csv", MAX_ROWS),
        ("members-2.csv", 2),
    ]


def test_an_empty_table_has_its_header():
    assert grid(written(HUBS, two_rings().findings.hubs.iloc[:0])) == [list(HUBS.columns)]
