"""The tables of a run as CSV that programs can read and that is safe in a spreadsheet.

Columns of text come in, whole files go out. A spreadsheet runs a cell that looks like a formula, so such text gets a
leading apostrophe. To join on ids that may begin so, use the lossless twin, ``rings.json``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pyarrow as pa
import pyarrow.compute as pc

from graphlink.results.columns import Kind
from graphlink.results.tables import column_text, join_text, lines_of, map_distinct
from graphlink.results.text import visible

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

    import pandas as pd

    from graphlink.results.columns import Field, Table

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


def file_names(table: Table, n_rows: int) -> tuple[str, ...]:
    """Name the files that a table of so many rows takes.

    Examples
    --------
    >>> from graphlink.results.tables import MEMBERS
    >>> file_names(MEMBERS, 12), file_names(MEMBERS, 1_500_000)
    (('members.csv',), ('members.csv', 'members-2.csv'))
    """
    n_files = max(1, -(-n_rows // MAX_ROWS))
    return tuple(f"{table.name}.csv" if part == 0 else f"{table.name}-{part + 1}.csv" for part in range(n_files))


def write_csv(file: BinaryIO, table: Table, frame: pd.DataFrame) -> None:
    """Write the rows of a frame below a header, every field in quotes."""
    file.write((",".join(f'"{name}"' for name in table.columns) + "\n").encode())
    file.writelines(_lines(table, frame.iloc[start : start + _CHUNK]) for start in range(0, len(frame), _CHUNK))


def parts(frame: pd.DataFrame) -> Iterator[pd.DataFrame]:
    """Cut a frame into pieces of one file each; an empty frame is one piece."""
    for start in range(0, max(1, len(frame)), MAX_ROWS):
        yield frame.iloc[start : start + MAX_ROWS]


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


def _lines(table: Table, frame: pd.DataFrame) -> memoryview:
    cells = [_quoted(frame, field) for field in table.fields]
    return lines_of(pc.binary_join_element_wise(*cells, pa.scalar(",", pa.large_string())))


def _quoted(frame: pd.DataFrame, field: Field) -> pa.LargeStringArray:
    cells = column_text(frame, field).fill_null("")
    if field.kind in (Kind.TEXT, Kind.NAMES):
        cells = pc.replace_substring(safe_cells(cells), '"', '""')
    return join_text('"', cells, '"')
