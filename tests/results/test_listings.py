"""A listing in its four forms: nothing is lost, nothing runs, and a table fits its width."""

import csv
import io
import json

from hypothesis import given
from hypothesis import strategies as st

from graphlink.results.listings import Format, Listing, format_folded, format_listing

TEXT = st.text(max_size=40)
ROWS = st.lists(st.tuples(st.integers(0, 10**9), TEXT, TEXT), max_size=5)


def listing(rows) -> Listing:
    return Listing(("rank", "ring", "headline"), tuple(rows))


@given(ROWS)
def test_nothing_is_lost_in_any_form(rows):
    table, as_json, lines, as_csv = (format_listing(listing(rows), form) for form in Format)
    assert len(table.split("\n")) == len(rows) + 2
    assert [tuple(record.values()) for record in json.loads(as_json)] == rows
    assert [tuple(json.loads(line).values()) for line in lines.splitlines()] == rows
    grid = list(csv.reader(io.StringIO(as_csv)))
    assert [len(row) for row in grid] == [3] * (len(rows) + 1)
    assert not [cell for row in grid for cell in row if cell.lstrip().startswith(("=", "+", "-", "@"))]


@given(ROWS, st.sampled_from([Format.TABLE, Format.JSON, Format.JSONL]))
def test_nothing_that_drives_a_terminal_is_printed(rows, form):
    printed = format_listing(listing(rows), form).replace("\n", "")
    assert not any(ord(character) < 32 or 127 <= ord(character) < 160 for character in printed)


def test_a_missing_value_is_a_dash_in_a_table_and_null_in_json():
    some = Listing(("a", "b"), ((None, "x"),))
    assert format_listing(some, Format.TABLE).splitlines()[1].startswith("–")
    assert json.loads(format_listing(some, Format.JSON)) == [{"a": None, "b": "x"}]


WIDE = Listing(
    ("ring", "members", "by", "note", "at"),
    (
        ("R-2026-W47-8CE5ZK", 5_000, "maria@provider.example", "", None),
        ("R-2026-W47-8CE5ZL", 12, "li@provider.example", "chargebacks of six cards", "2026-11-24T10:00:00Z"),
        ("R-2026-W47-8CE5ZM", 7, "li@provider.example", "a school", "2026-11-24"),
    ),
)


@given(ROWS, st.integers(40, 120))
def test_a_folded_table_is_no_wider_than_it_may_be(rows, width):
    assert max(map(len, format_folded(listing(rows), width).split("\n"))) <= width


def test_what_has_no_room_in_the_line_of_a_row_stands_below_it_and_nothing_is_cut():
    assert format_folded(WIDE, 77) == (
        "ring               members  by                      note\n"
        "R-2026-W47-8CE5ZK    5,000  maria@provider.example\n"
        "R-2026-W47-8CE5ZL       12  li@provider.example     chargebacks of six cards\n"
        "                   at: 2026-11-24T10:00:00Z\n"
        "R-2026-W47-8CE5ZM        7  li@provider.example     a school\n"
        "                   at: 2026-11-24\n"
    )
