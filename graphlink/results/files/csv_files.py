"""The tables of a run as CSV that programs can read and that is safe in a spreadsheet.

Columns of text come in, whole files go out. A spreadsheet runs a cell that looks like a formula, so such text gets a
leading apostrophe. To join on ids that may begin so, use the lossless twin, ``rings.json``.
"""

from collections.abc import Iterator
from typing import BinaryIO, Final

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as arrow_csv

from graphlink.results.columns import Field, Kind, Table
from graphlink.results.tables import column_text, join_text, map_distinct
from graphlink.results.text import visible

MAX_CELL: Final = 32_767
"""Characters that a spreadsheet takes in a cell; it drops or refuses the rest."""

MAX_ROWS: Final = 1_048_575
"""Rows below the header that a spreadsheet opens; a longer table continues in a second file."""

_CHUNK: Final = 1 << 16
"""Rows turned into bytes at once: large enough to hide the cost per call, small enough to need little memory."""

# RE2, as pyarrow has it: what a spreadsheet may strip from the front, then what starts a formula.
_FORMULA: Final = (
    r"^[\s\pZ\p{Cc}\p{Cf}'\"`\x{B4}\x{2018}-\x{201F}\x{AB}\x{BB}]*"  # spaces and quotes of all kinds
    r"[=+\-@\t\r\n\x{2212}\x{FE62}\x{FE63}\x{FE66}\x{FE6B}\x{FF0B}\x{FF0D}\x{FF1D}\x{FF20}]"  # and their wide kin
)
# Text beyond printable ASCII may hold invisible characters and is checked further.
_SUSPICIOUS: Final = r"[^\x20-\x7E]"


def write_csv(file: BinaryIO, table: Table, frame: pd.DataFrame) -> None:
    """Write the rows of a frame below a header, every field in quotes."""
    for start in range(0, max(1, len(frame)), _CHUNK):
        part = frame.iloc[start : start + _CHUNK]
        cells = pa.table({field.name: _cells(part, field) for field in table.fields})
        arrow_csv.write_csv(cells, file, arrow_csv.WriteOptions(include_header=not start, quoting_style="all_valid"))


def sheets(table: Table, frame: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame]]:
    """Cut a table into the files that it takes, and name them; an empty one takes a file too."""
    for start in range(0, max(1, len(frame)), MAX_ROWS):
        number = f"-{start // MAX_ROWS + 1}" if start else ""
        yield f"{table.name}{number}.csv", frame.iloc[start : start + MAX_ROWS]


def safe_cells(cells: pa.LargeStringArray) -> pa.LargeStringArray:
    r"""Make text harmless in a spreadsheet and visible to a reader.

    Examples
    --------
    >>> safe_cells(pa.array(["=1+1", "plain", " '@x", "a\tb"], pa.large_string())).to_pylist()
    ["'=1+1", 'plain', "' '@x", 'a\\u{9}b']
    """
    starts_formula = pc.match_substring_regex(cells, _FORMULA)
    quoted = pc.if_else(starts_formula, join_text("'", cells), cells)
    suspicious = pc.match_substring_regex(quoted, _SUSPICIOUS)
    if pc.any(suspicious).as_py():
        shown = map_distinct(quoted.filter(suspicious), visible)
        quoted = pc.replace_with_mask(quoted, suspicious, shown)
    if (pc.max(pc.utf8_length(quoted)).as_py() or 0) > MAX_CELL:
        cut = join_text(pc.utf8_slice_codeunits(quoted, 0, MAX_CELL - 1), "…")
        quoted = pc.if_else(pc.greater(pc.utf8_length(quoted), MAX_CELL), cut, quoted)
    return quoted


def is_guarded(cell: str) -> bool:
    """True if ``safe_cells`` put the apostrophe at the start of a cell.

    Examples
    --------
    >>> is_guarded("'=1+1"), is_guarded("'tis")
    (True, False)
    """
    plain = pa.array([cell[1:]], pa.large_string())
    return cell.startswith("'") and bool(pc.match_substring_regex(plain, _FORMULA)[0].as_py())


def _cells(frame: pd.DataFrame, field: Field) -> pa.LargeStringArray:
    cells = column_text(frame, field).fill_null("")
    return safe_cells(cells) if field.kind in (Kind.TEXT, Kind.NAMES) else cells
