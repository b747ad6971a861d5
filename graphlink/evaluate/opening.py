"""Where `evaluate` opens what it is given: tables and JSON documents, each refused by name where it is none."""

from __future__ import annotations

import json
import zlib
from typing import TYPE_CHECKING, Any, Final

import pandas as pd
import pyarrow as pa

from graphlink.errors import InputError, Place

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

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
    pa.ArrowException,
    zlib.error,
)


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
        table = pd.read_parquet(path) if is_parquet else pd.read_csv(path, dtype=str, keep_default_na=False)
    except FileNotFoundError:
        raise refusal(path, code, "missing") from None
    except OSError as error:
        if error.errno is not None:
            raise
        raise refusal(path, code, "damaged") from None
    except _UNREADABLE as error:
        raise refusal(path, code, "not Parquet, or damaged" if is_parquet else _why(error)) from None
    if not table.columns.is_unique:
        raise refusal(path, code, "two of its columns have one name")
    for column in needed:
        if column not in table.columns:
            raise refusal(path, code, f"no column {column}")
    return table


def read_json(path: Path, code: str) -> dict[str, Any]:
    """Read a document that graphlink wrote. Raises ``InputError`` with the code given if it is none."""
    try:
        document = json.loads(path.read_bytes())
    except (ValueError, RecursionError):
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
        case _:
            return "no CSV: a quote is never closed, or rows have other numbers of fields than the header"
