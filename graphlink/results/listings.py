"""A listing as a plain table, JSON, JSON Lines or CSV.

Rows of text and numbers come in with their column names, text goes out. The table fits the given width: its last column
is cut first, or the rest goes below its row. Strings come from strangers, so the table and the CSV show invisible
characters, and the CSV is safe to open in a spreadsheet.
"""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from itertools import accumulate
from typing import Any, Final

from graphlink.words.escape import printable
from graphlink.words.sentences import shorten, wrapped

Cell = str | int | float | Decimal | dict[str, Any] | list[Any] | None
"""The value of a cell; tables and CSV write booleans and nested values as JSON does."""

MIN_WIDTH: Final = 80
"""Width if it is unknown: for a silent terminal, and for every pipe and file."""

_GAP: Final = "  "
_LAST_COLUMN: Final = 24
"""The last column keeps at least this many characters, however narrow the terminal is."""

_LONGEST_NOTE: Final = 400
"""Characters of prose below a line of figures; the files have the full text."""

_NOTHING: Final = "–"
_UNTOLD: Final = frozenset({"", _NOTHING})
"""Cells that are left out if each cell has its name before it."""


class Format(StrEnum):
    """How a listing is printed."""

    TABLE = "table"
    JSON = "json"
    JSONL = "jsonl"
    CSV = "csv"


@dataclass(frozen=True, slots=True)
class Listing:
    """Rows under named columns, with the names used in files.

    A table shows ``decimals`` of fractions; None shows numbers in full.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    decimals: int | None = 1

    def records(self) -> list[dict[str, Cell]]:
        """Return the rows as JSON takes them."""
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]

    def in_words(self) -> Listing:
        """Return the same rows under column names for people.

        Examples
        --------
        >>> Listing(("ring_id", "last_seen"), ()).in_words().columns
        ('ring', 'last seen')
        """
        names = tuple(name.replace("_id", "").replace("_", " ") for name in self.columns)
        return replace(self, columns=names)

    def without(self, column: str) -> Listing:
        """Return the same without one column."""
        return self._only([name for name in self.columns if name != column])

    def with_last(self, column: str) -> Listing:
        """Return the same with one column moved to the end."""
        return self._only([*(name for name in self.columns if name != column), column])

    def _only(self, columns: Sequence[str]) -> Listing:
        places = [self.columns.index(name) for name in columns]
        return replace(self, columns=tuple(columns), rows=tuple(tuple(row[at] for at in places) for row in self.rows))


def format_listing(listing: Listing, form: Format, width: int = MIN_WIDTH, *, headed: bool = True) -> str:
    """Print a listing in one form, ending in a newline; continued CSV has ``headed=False``.

    Examples
    --------
    >>> rings = Listing(("rank", "ring", "members"), ((1, "R-1F", 5000), (2, "R-22", 12)))
    >>> print(format_listing(rings, Format.TABLE), end="")
    rank  ring  members
       1  R-1F    5,000
       2  R-22       12
    >>> print(format_listing(rings, Format.JSONL), end="")
    {"rank": 1, "ring": "R-1F", "members": 5000}
    {"rank": 2, "ring": "R-22", "members": 12}
    """
    if form is Format.TABLE:
        return _table(listing, width)
    if form is Format.CSV:
        return _csv(listing, headed=headed)
    if form is Format.JSON:
        return as_json(listing.records(), indent=2) + "\n"
    return "".join(as_json(record) + "\n" for record in listing.records())


def as_json(value: Cell | list[dict[str, Cell]], indent: int | None = None) -> str:
    """Write a value as JSON: a decimal fraction as a number if readers keep every digit, else as text.

    Examples
    --------
    >>> as_json([Decimal("-1.25"), Decimal("12345678901234567890"), Decimal("0.1234567890123456789")])
    '[-1.25, 12345678901234567890, "0.1234567890123456789"]'
    """
    return json.dumps(value, indent=indent, default=_spelt_decimal)


def format_notes(listing: Listing, width: int = MIN_WIDTH) -> str:
    """Print a table whose last column is prose: figures in a line, with the full prose below.

    Examples
    --------
    >>> rings = Listing(("rank", "ring_id", "headline"), ((1, "R-1F", "12 accounts are tied by 3 cards"),))
    >>> print(format_notes(rings), end="")
    rank  ring
       1  R-1F
          12 accounts are tied by 3 cards
    """
    figures = Listing(listing.columns[:-1], tuple(row[:-1] for row in listing.rows)).in_words()
    return _with_notes(figures, [printable(str(row[-1]), _LONGEST_NOTE) for row in listing.rows], width)


def format_folded(listing: Listing, width: int = MIN_WIDTH) -> str:
    """Print a table without cutting: cells that do not fit go below their row.

    Examples
    --------
    >>> lists = Listing(("value", "by", "note"), (("card-1", "maria", "reported stolen"), ("card-2", "li", "his own")))
    >>> print(format_folded(lists, 24), end="")
    value   by
    card-1  maria
          note: reported
          stolen
    card-2  li
          note: his own
    """
    columns = _columns(listing)
    names, *lines = zip(*columns, strict=True)
    ends = list(accumulate(map(_width, columns), lambda end, own: end + len(_GAP) + own))
    n_whole = max(sum(end <= width for end in ends), 1)
    if not lines or n_whole == len(columns):
        return _table(listing, width)
    room = width - ends[n_whole - 1] - len(_GAP)
    n_shown = n_whole + (room >= _LAST_COLUMN)  # of the next column stand those cells in the line that fit
    rows, notes = [], []
    for row, cells in zip(listing.rows, lines, strict=True):
        n_fit = n_shown if len(cells[n_shown - 1]) <= room else n_whole
        rows.append((*row[:n_fit], *[""] * (n_shown - n_fit)))
        below = zip(names[n_fit:], cells[n_fit:], strict=True)
        notes.append(
            "; ".join(f"{name}: {shorten(cell, _LONGEST_NOTE)}" for name, cell in below if cell not in _UNTOLD)
        )
    return _with_notes(replace(listing, columns=names[:n_shown], rows=tuple(rows)), notes, width)


def _with_notes(figures: Listing, notes: Sequence[str], width: int) -> str:
    head, *lines = _table(figures, sys.maxsize).splitlines()
    indent = " " * min(_width(_columns(figures)[0]) + len(_GAP), width // 4)
    folded = [head]
    for line, note in zip(lines, notes, strict=True):
        folded += [line, *wrapped(note, width, indent)]
    return "\n".join(folded) + "\n"


def _width(column: Sequence[str]) -> int:
    return max(map(len, column))


def _table(listing: Listing, width: int) -> str:
    columns = _columns(listing)
    widths = list(map(_width, columns))
    spare = width - sum(widths[:-1]) - len(_GAP) * (len(widths) - 1)
    widths[-1] = min(widths[-1], max(spare, _LAST_COLUMN))
    numeric = [all(map(_is_number, column)) for column in zip(*listing.rows, strict=True)] or [False] * len(columns)
    lines = zip(*columns, strict=True)
    return "".join(_line(line, widths, numeric) for line in lines)


def _columns(listing: Listing) -> list[tuple[str, ...]]:
    """The columns as shown, each with its name on top."""
    rows = ([_shown(cell, listing.decimals) for cell in row] for row in listing.rows)
    return list(zip(listing.columns, *rows, strict=True))


def _line(cells: Sequence[str], widths: Sequence[int], numeric: Sequence[bool]) -> str:
    fitted = [shorten(cell, width) for cell, width in zip(cells, widths, strict=True)]
    aligned = [
        cell.rjust(width) if right else cell.ljust(width)
        for cell, width, right in zip(fitted, widths, numeric, strict=True)
    ]
    return _GAP.join(aligned).rstrip() + "\n"


def _shown(cell: Cell, decimals: int | None) -> str:
    if cell is None:
        return _NOTHING
    if isinstance(cell, float) and decimals is not None:
        return f"{cell:,.{decimals}f}"
    if _is_text(cell):
        return printable(_text(cell))
    return str(cell) if decimals is None else f"{cell:,}"


def _is_text(cell: Cell) -> bool:
    return cell is not None and not _is_number(cell)


def _is_number(cell: Cell) -> bool:
    return isinstance(cell, int | float | Decimal) and not isinstance(cell, bool)


def _text(cell: Cell) -> str:
    """Return text unchanged, and booleans and nested values as JSON."""
    return cell if isinstance(cell, str) else as_json(cell)


def _spelt_decimal(value: Decimal) -> int | float | str:
    number = int(value) if value == int(value) else float(value)
    return number if Decimal(repr(number)) == value else str(value)


def _csv(listing: Listing, *, headed: bool) -> str:
    """Write every field in quotes; text that a spreadsheet would run gets an apostrophe, as in a run's files."""
    import pyarrow as pa  # noqa: PLC0415  costs a tenth of a second, and the other forms do without

    from graphlink.results.files.csv_files import safe_cells  # noqa: PLC0415

    text = io.StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\n")
    if headed:
        writer.writerow(listing.columns)
    texts = [_text(cell) for row in listing.rows for cell in row if _is_text(cell)]
    safe = iter(safe_cells(pa.array(texts, pa.large_string())).to_pylist())
    writer.writerows([next(safe) if _is_text(cell) else cell for cell in row] for row in listing.rows)
    return text.getvalue()
