"""Open the inputs of `evaluate`: tables and JSON documents. Anything else is refused by name."""

from __future__ import annotations

import bz2
import csv
import gzip
import io
import lzma
import os
import select
import stat
import zlib
from collections import Counter
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

import pandas as pd
import pyarrow as pa

from graphlink.engine.files import CELLS, TABLES, load_json
from graphlink.words.errors import InputError, Place
from graphlink.words.escape import printable

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping
    from pathlib import Path
    from typing import TextIO

_FIXES: Final = {
    "GL150": "name a world that `graphlink simulate --weeks 12` wrote",
    "GL151": "name the world's folder, or a CSV or Parquet file with account_id and ring_id",
    "GL152": "name a folder that `graphlink run` wrote",
    "GL154": "name a CSV or Parquet file with account_id, signal_type and signal_value, or the world's folder",
}
_UNREADABLE: Final = (
    ValueError,  # pandas, JSON, UTF-8 and most of Arrow
    EOFError,
    ImportError,  # a compression without a module for pandas
    NotImplementedError,
    RecursionError,
    csv.Error,
    lzma.LZMAError,
    pa.ArrowException,
    zlib.error,
)
_OPENERS: Final[Mapping[str, Callable[..., TextIO]]] = {".gz": gzip.open, ".bz2": bz2.open, ".xz": lzma.open}
_LONGEST_FIELD: Final = 1 << 24
"""Characters of a field: the largest value length that the settings allow."""
_LARGEST_TABLE: Final = 1 << 30
"""Bytes, and characters if compressed. The answer key of ten million accounts has half of it."""
_PATIENCE: Final = 3_000
"""Milliseconds to wait for the writer of a pipe to start."""
_PACKED_OTHERWISE: Final = (".zip", ".zst", ".tar")


def refusal(path: Path, code: str, what: str) -> InputError:
    """The error that refuses a file or folder, with the fix for its code."""
    return InputError(code, Place(str(path)), what, _FIXES[code])


def read_table(path: Path, code: str, needed: Collection[str] = ()) -> pd.DataFrame:
    """Read a CSV or Parquet table with all values as text.

    Raises
    ------
    InputError
        With the given code, if the table cannot be read or lacks a needed column.
    """
    is_parquet = path.suffix == ".parquet"
    try:
        with _held(path, code):
            table = pd.read_parquet(path) if is_parquet else _read_csv(path, code)
    except FileNotFoundError:
        raise refusal(path, code, "missing") from None
    except OSError as error:
        if error.errno is not None:
            raise
        raise refusal(path, code, "damaged") from None
    except _UNREADABLE as error:
        raise refusal(path, code, "not Parquet, or damaged" if is_parquet else _why(error)) from None
    if not table.columns.is_unique:
        raise _doubled(code, Place(str(path)), table.columns[table.columns.duplicated()][0])
    for column in needed:
        if column not in table.columns:
            raise refusal(path, code, f"no column {column}")
    return table


@contextmanager
def _held(path: Path, code: str) -> Iterator[None]:
    """Keep a regular file or an active pipe open while it is read. Refuse endless or too large input."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        raise refusal(path, code, "missing") from None
    except OSError as error:
        raise refusal(path, code, f"cannot be read ({error.strerror})") from None
    try:
        found = os.fstat(descriptor)
        if stat.S_ISFIFO(found.st_mode):
            waiting = select.poll()
            waiting.register(descriptor, select.POLLIN)
            if not waiting.poll(_PATIENCE):
                raise refusal(path, code, "a pipe that nobody writes to")
        elif not stat.S_ISREG(found.st_mode):
            raise refusal(path, code, "not a regular file")
        elif found.st_size > _LARGEST_TABLE:
            raise refusal(path, code, f"over {_LARGEST_TABLE:,} bytes")
        yield
    finally:
        os.close(descriptor)


def _read_csv(path: Path, code: str) -> pd.DataFrame:
    """Read a table in which every row has as many fields as the header. pandas would fill or shift other rows."""
    packed = path.suffix.lower()
    if packed in _PACKED_OTHERWISE:
        raise ImportError
    with _OPENERS.get(packed, open)(path, "rt", encoding="utf-8-sig", newline="") as file:
        content = file.read(_LARGEST_TABLE + 1)  # a pipe can be read only once
    if len(content) > _LARGEST_TABLE:
        raise refusal(path, code, f"over {_LARGEST_TABLE:,} letters")
    text = io.StringIO(content, newline="")
    csv.field_size_limit(_LONGEST_FIELD)
    rows = csv.reader(text)
    header: list[str] = []
    for row in rows:
        if len(row) < 2 and not "".join(row).strip():  # noqa: PLR2004  a blank line
            continue
        if not header:
            header = row
            if len({*header}) < len(header):
                twice = next(name for name, times in Counter(header).items() if times > 1)
                raise _doubled(code, Place(str(path), rows.line_num), twice)
        if len(row) != len(header):
            what = f"{len(row)} field{'' if len(row) == 1 else 's'}, expected {len(header)}"
            raise InputError(code, Place(str(path), rows.line_num), what, "correct the row, or write the file again")
    text.seek(0)
    return pd.read_csv(text, dtype=str, keep_default_na=False)


def _doubled(code: str, where: Place, name: object) -> InputError:
    what = f"column {printable(str(name))} occurs twice"
    return InputError(code, where, what, "rename one of the two, or leave it out")


def read_json(path: Path, code: str) -> dict[str, Any]:
    """Read a document of graphlink. Raises ``InputError`` with the given code if it is not one."""
    try:
        document = load_json(path, TABLES, values=CELLS)
    except OSError as error:
        raise refusal(path, code, f"cannot be read ({error.strerror})") from None
    except ValueError:
        raise refusal(path, code, "not JSON, or cut short") from None
    if not isinstance(document, dict):
        raise refusal(path, code, "not a document that graphlink wrote")
    return document


def _why(error: BaseException) -> str:
    match error:
        case UnicodeError():
            return "not UTF-8"
        case pd.errors.EmptyDataError():
            return "empty file"
        case ImportError():
            return "packed in a way that is not read here"
        case EOFError() | zlib.error():
            return "cut short, or damaged"
        case csv.Error():
            return f"no CSV: {error}"
        case _:
            return "no CSV: a quote is never closed"
