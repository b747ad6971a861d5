"""Where `evaluate` opens what it is given: tables and JSON documents, each refused by name where it is none."""

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

from graphlink.engine.small_files import CELLS, TABLES, load_json
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
    ImportError,  # a way of packing that pandas has no module for
    NotImplementedError,
    RecursionError,
    csv.Error,
    lzma.LZMAError,
    pa.ArrowException,
    zlib.error,
)
_OPENERS: Final[Mapping[str, Callable[..., TextIO]]] = {".gz": gzip.open, ".bz2": bz2.open, ".xz": lzma.open}
_LONGEST_FIELD: Final = 1 << 24
"""Characters of a field: as long as the settings let a value of an export be, at most."""
_LARGEST_TABLE: Final = 1 << 30
"""Bytes, and letters where it is unpacked: of ten million accounts an answer key has half of it."""
_PATIENCE: Final = 3_000
"""Milliseconds in which whoever writes to a pipe begins."""
_PACKED_OTHERWISE: Final = (".zip", ".zst", ".tar")


def refusal(path: Path, code: str, what: str) -> InputError:
    """The refusal of a file or folder, with the cure of its code."""
    return InputError(code, Place(str(path)), what, _FIXES[code])


def read_table(path: Path, code: str, needed: Collection[str] = ()) -> pd.DataFrame:
    """Read a CSV or Parquet table whose values are text as they stand.

    Raises
    ------
    InputError
        With the code given if it cannot be read so, or lacks a column that is needed.
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
    """Hold a file open that is one, or a pipe that somebody writes to; refuse what has no end, or is too large."""
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
    """Read a table of which every row has as many fields as the header: pandas would fill up or shift the others."""
    packed = path.suffix.lower()
    if packed in _PACKED_OTHERWISE:
        raise ImportError
    with _OPENERS.get(packed, open)(path, "rt", encoding="utf-8-sig", newline="") as file:
        content = file.read(_LARGEST_TABLE + 1)  # a pipe is read once
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
    """Read a document that graphlink wrote. Raises ``InputError`` with the code given if it is none."""
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
