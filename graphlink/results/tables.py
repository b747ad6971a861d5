"""The four tables that a run publishes as CSV and JSON: a run goes in, columns of text come out.

CSV and JSON print the same columns from the same integers, so they cannot disagree. Everything works on whole columns
and distinct values, since a run may have a million members.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from graphlink.engine.ranks import ranked
from graphlink.model.arrays import Floats, Int64s
from graphlink.model.findings import Findings, Ring
from graphlink.model.text import TEXT
from graphlink.model.times import NO_TIME
from graphlink.results.columns import DECLARED, Field, Kind, Table

RINGS, MEMBERS, SIGNALS, HUBS = TABLES = tuple(
    DECLARED["files"][name] for name in ("rings", "members", "signals", "hubs")
)
"""Of every run. Score and points: what two rings differ by is at least a tenth. Shares: a basis point. Lift and bits:
two decimals are already finer than the counts behind them support."""

UNTRUSTED_OF_RINGS: Final = [*RINGS.untrusted, "checks", "factors"]
"""Fields of a ring in JSON that an account holder may have written; JSON also has the ring's reasons."""

DTYPES: Final = {
    **dict.fromkeys((Kind.TEXT, Kind.NAMES), TEXT),
    **dict.fromkeys((Kind.COUNT, Kind.LARGE), "int64"),
    Kind.DECIMAL: "float64",
    Kind.FLAG: "bool",
}
"""Types of columns by their kind."""


def table_frames(findings: Findings) -> dict[Table, pd.DataFrame]:
    """Fill every published table."""
    return {
        RINGS: rings_frame(findings.rings),
        MEMBERS: findings.members,
        SIGNALS: findings.signals,
        HUBS: findings.hubs,
    }


def published_frame(table: Table, frame: pd.DataFrame) -> pd.DataFrame:
    """Round a table's numbers to the published decimals, so that everything made from them agrees with it.

    Examples
    --------
    >>> hubs = pd.DataFrame({"accounts": [240], "expected_share": [0.123449], "coordinated_share": [0.08]})
    >>> published_frame(HUBS, hubs)["expected_share"].tolist()
    [0.1234]
    """
    decimals = {each.name: each.decimals for each in table.fields if each.kind is Kind.DECIMAL and each.name in frame}
    return frame.assign(**{name: _rounded(frame[name], places) for name, places in decimals.items()})


def rings_frame(rings: tuple[Ring, ...]) -> pd.DataFrame:
    """Turn the rings into the rows of ``rings.csv``."""
    columns: dict[str, Any] = {
        name: [getattr(ring, _COUNTS.get(name, name)) for ring in rings] for name in RINGS.columns
    }
    columns["families"] = ["; ".join(families) for families in columns["families"]]
    typed = {field.name: DTYPES[field.kind] for field in RINGS.fields if field.kind in DTYPES}
    times = {name: time_column(columns[name]) for name in ("first_seen", "last_seen")}
    return pd.DataFrame(columns).astype(typed).assign(**times)  # an empty table has the same types


_COUNTS: Final = {
    name: f"n_{name}" for name in ("members", "core", "probable", "peripheral", "possible_victims", "cells")
}
"""How a ring calls what its table counts."""


def column_text(frame: pd.DataFrame, field: Field) -> pa.LargeStringArray:
    """Print a column as text, null if the cell is missing."""
    series = frame[field.source]
    if field.kind in (Kind.TEXT, Kind.NAMES):
        return _cast(series, pa.large_string())
    if field.kind is Kind.TIME:
        return _print_times(series)
    if field.kind is Kind.FLAG:
        return map_distinct(_cast(series, pa.int64()), lambda value: "true" if value else "false")
    if field.kind is Kind.DECIMAL:
        return _print_decimals(series, field.decimals)
    return map_distinct(_cast(series, pa.int64()), str)


def lines_of(cells: pa.LargeStringArray, end: str = "\n") -> memoryview:
    r"""Write cells one after the other, each with an end of its own; none may be null.

    Examples
    --------
    >>> bytes(lines_of(pa.array(["a", "bc"], pa.large_string())))
    b'a\nbc\n'
    """
    lines = join_text(cells, end)
    _, offsets, letters = lines.buffers()
    bounds = np.frombuffer(offsets, dtype=np.int64)[lines.offset : lines.offset + len(lines) + 1]
    return memoryview(letters)[bounds[0] : bounds[-1]] if letters is not None else memoryview(b"")


def map_unusual(
    array: pa.LargeStringArray, usual: str, change: Callable[[str], str], around: str = ""
) -> pa.LargeStringArray:
    """Apply a function to the cells with unusual characters; the others only get ``around``.

    Parameters
    ----------
    array
        The cells; nulls stay null.
    usual
        The characters that the function leaves as they are, as a class of RE2.
    change
        What is done to a text that has others.
    around
        What the function puts before and behind every text.

    Examples
    --------
    >>> map_unusual(pa.array(["ab", "a!", None], pa.large_string()), "[a-z]", str.upper).to_pylist()
    ['ab', 'A!', None]
    """
    plain = pc.match_substring_regex(array, f"^{usual}*$")
    ready = join_text(around, array, around) if around else array
    unusual = pc.invert(plain)
    if not pc.any(unusual).as_py():
        return ready
    return pc.replace_with_mask(
        ready, pc.fill_null(unusual, fill_value=False), map_distinct(array.filter(unusual), change)
    )


def map_distinct(array: pa.Array, change: Callable[[Any], str]) -> pa.LargeStringArray:
    """Apply a function to the distinct values of a column; nulls stay null."""
    if pa.types.is_string(array.type) or pa.types.is_large_string(array.type):  # strangers choose them
        distinct, place = ranked(array)
        indices = pa.array(place, mask=place < 0)
    else:
        encoded = array.dictionary_encode()
        distinct, indices = encoded.dictionary, encoded.indices
    changed = pa.array([change(value) for value in distinct.to_pylist()], pa.large_string())
    return changed.take(indices)


def join_text(*pieces: pa.LargeStringArray | str) -> pa.LargeStringArray:
    """Join columns and fixed pieces of text cell by cell; a null makes the whole cell null."""
    typed = [pa.scalar(piece, pa.large_string()) if isinstance(piece, str) else piece for piece in pieces]
    return pc.binary_join_element_wise(*typed, pa.scalar("", pa.large_string()))


def time_integers(series: pd.Series[pd.Timestamp]) -> Int64s:
    """Turn a column of times into microseconds in UTC, ``NO_TIME`` if missing."""
    moments: Int64s = pd.DatetimeIndex(series).as_unit("us").asi8
    return moments


def time_column(microseconds: Sequence[int] | Int64s) -> pd.DatetimeIndex:
    """Turn microseconds into a column of times in UTC, ``NO_TIME`` into NaT (both are the least integer)."""
    return pd.DatetimeIndex(np.asarray(microseconds, dtype=np.int64).view("datetime64[us]"), tz="UTC")


def _cast(series: pd.Series[Any], kind: pa.DataType) -> pa.Array:
    array = pa.Array.from_pandas(series)
    return (array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array).cast(kind)


def _rounded(series: pd.Series[float], decimals: int) -> Floats:
    return np.asarray(np.rint(series.to_numpy(dtype=np.float64, na_value=np.nan) * 10**decimals) / 10**decimals)


def _print_decimals(series: pd.Series[float], decimals: int) -> pa.LargeStringArray:
    numbers = series.to_numpy(dtype=np.float64, na_value=np.nan)
    finite = np.isfinite(numbers)
    scaled = np.rint(np.where(finite, numbers, 0.0) * 10**decimals).astype(np.int64)
    return map_distinct(pa.array(scaled, mask=~finite), lambda value: _point(value, decimals))


def _point(scaled: int, decimals: int) -> str:
    if not decimals:
        return str(scaled)
    whole, rest = divmod(abs(scaled), 10**decimals)
    return f"{'-' if scaled < 0 else ''}{whole}.{rest:0{decimals}d}"


def _print_times(series: pd.Series[pd.Timestamp]) -> pa.LargeStringArray:
    moments = time_integers(series)
    # A cast prints four times as fast as strftime does; it only writes a space for the T and leaves the Z out.
    seconds = pa.array(moments // 1_000_000, pa.timestamp("s"), mask=moments == NO_TIME).cast(pa.large_string())
    return join_text(pc.replace_substring(seconds, " ", "T"), "Z")
