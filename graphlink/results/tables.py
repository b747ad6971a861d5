"""The four tables that a run publishes, declared once: a run goes in, columns of text come out.

CSV and JSON print the same columns from the same integers, so they cannot disagree. Everything works on whole columns
and distinct values, since a run may have a million members.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from graphlink.model.times import NO_TIME

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from graphlink.model.arrays import Floats, Int64s
    from graphlink.model.findings import Findings, Ring


class Kind(Enum):
    """The kind of a column's cells."""

    TEXT = auto()
    NAMES = auto()
    """Several names in one cell, joined by "; "."""
    COUNT = auto()
    DECIMAL = auto()
    FLAG = auto()
    TIME = auto()


@dataclass(frozen=True, slots=True)
class Field:
    """A column: its name, the kind of its cells, whether an account holder may have written them, and their meaning."""

    name: str
    kind: Kind = Kind.TEXT
    decimals: int = 0
    is_untrusted: bool = False
    means: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A published table: ``name`` is its file name without the ending and its key in ``rings.json``."""

    name: str
    fields: tuple[Field, ...]
    row: str = ""
    """What a row is."""

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns, in their order."""
        return tuple(field.name for field in self.fields)

    @property
    def untrusted(self) -> list[str]:
        """The names of the columns that an account holder may have written."""
        return [field.name for field in self.fields if field.is_untrusted]


# Score, points: what two rings differ by is at least a tenth. Shares: a basis point. Lift and bits: two decimals are
# already finer than the counts behind them support.
_DTYPES: Final = {Kind.TEXT: "str", Kind.NAMES: "str", Kind.COUNT: "int64", Kind.DECIMAL: "float64"}

RINGS: Final = Table(
    "rings",
    (
        Field("ring_id", means="its id: made from its members in a single run, kept from week to week in sweeps"),
        Field("rank", Kind.COUNT, means="the order in which to look, from 1"),
        Field(
            "score",
            Kind.DECIMAL,
            1,
            means="0 to 100; from 50 on a group that no honest reason explains is called coordinated, unless a rule "
            "holds it back",
        ),
        Field("assessment", means="`coordinated`, `inconclusive`, or the honest reason that fits better"),
        Field("members", Kind.COUNT, means="core, probable and peripheral accounts"),
        Field("core", Kind.COUNT, means="of these, those with the firmest evidence"),
        Field("families", Kind.NAMES, means="families of signals that tie it"),
        Field("first_seen", Kind.TIME, means="when the first of its accounts was made or seen"),
        Field("last_seen", Kind.TIME, means="when the last of them was seen"),
        Field("headline", is_untrusted=True, means="what ties it, in a sentence"),
        Field("probable", Kind.COUNT, means="members to be checked before acting"),
        Field("peripheral", Kind.COUNT, means="members at its edge"),
        Field(
            "possible_victims",
            Kind.COUNT,
            means="accounts with its signals that may have been taken over or framed; not counted in `members`",
        ),
        Field("cells", Kind.COUNT, means="parts of it that hold together more closely"),
        Field("campaign", means="the campaign that it is part of; empty without one"),
    ),
    "a ring, in the order in which to look",
)
MEMBERS: Final = Table(
    "members",
    (
        Field("account_id", is_untrusted=True, means="as the export spells it, or its pseudonym"),
        Field("ring_id", means="the ring that it is in"),
        Field("rank", Kind.COUNT, means="that of the ring"),
        Field("tier", means="`core`, `probable`, `peripheral` or `possible_victim`"),
        Field("confidence", Kind.DECIMAL, 3, means="0 to 1: how firmly it is tied"),
        Field("families", Kind.NAMES, means="families of signals that tie it"),
        Field("strongest", is_untrusted=True, means="the signals that tie it most, three at most"),
        Field("assessment", means="that of the ring"),
        Field(
            "cell",
            Kind.COUNT,
            means="its cell in the ring, by number; alone in a cell means in none",
        ),
        Field("n_links", Kind.COUNT, means="members that it is linked with"),
        Field("survives_any_value", Kind.FLAG, means="whether it is still tied without any single value"),
        Field("created_at", Kind.TIME, means="when it was made"),
        Field("first_seen", Kind.TIME, means="when it was made or first seen"),
        Field("last_seen", Kind.TIME, means="when it was last seen"),
    ),
    "an account in a ring, in the order of the rings and then of its tier and confidence",
)
SIGNALS: Final = Table(
    "signals",
    (
        Field("ring_id", means="the ring that it ties"),
        Field("signal_type", means="its type"),
        Field("signal_value", is_untrusted=True, means="its value, normalised, or its pseudonym"),
        Field("accounts_in_ring", Kind.COUNT, means="members that have it"),
        Field("accounts_outside", Kind.COUNT, means="accounts outside that have it"),
        Field("expected_by_chance", Kind.DECIMAL, 3, means="members that would have it by chance"),
        Field("lift", Kind.DECIMAL, 2, means="members that have it, divided by the expected number"),
        Field("coordinated_share", Kind.DECIMAL, 4, means="share of its accounts that belong together, as estimated"),
        Field("first_seen", Kind.TIME, means="when a member was first seen with it"),
        Field("last_seen", Kind.TIME, means="when one was last seen with it"),
        Field("family", means="types of one family do not corroborate each other"),
        Field("provenance", means="who could have written it"),
        Field("share_of_ring", Kind.DECIMAL, 4, means="share of the ring's members that have it"),
        Field("bits", Kind.DECIMAL, 2, means="what it adds between two accounts, in bits"),
        Field("passes", Kind.FLAG, means="whether it links accounts by itself"),
    ),
    "a signal that ties a ring",
)
HUBS: Final = Table(
    "hubs",
    (
        Field("signal_type", means="its type"),
        Field("signal_value", is_untrusted=True, means="its value, normalised, or its pseudonym"),
        Field("accounts", Kind.COUNT, means="accounts that have it"),
        Field("pairs", Kind.COUNT, means="pairs of these, which it did not link"),
        Field("why", is_untrusted=True, means="why it did not, in a sentence"),
        Field("family", means="types of one family do not corroborate each other"),
        Field("expected_share", Kind.DECIMAL, 4, means="share of its accounts that would have a companion by chance"),
        Field("coordinated_share", Kind.DECIMAL, 4, means="share of its accounts that belong together, as estimated"),
    ),
    "a signal of many accounts that linked nobody by itself",
)
TABLES: Final = (RINGS, MEMBERS, SIGNALS, HUBS)
UNTRUSTED_OF_RINGS: Final = [*RINGS.untrusted, "checks", "factors"]
"""Fields of a ring in JSON that an account holder may have written; JSON also has the ring's reasons."""


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
    typed = {field.name: _DTYPES[field.kind] for field in RINGS.fields if field.kind in _DTYPES}
    times = {name: time_column(columns[name]) for name in ("first_seen", "last_seen")}
    return pd.DataFrame(columns).astype(typed).assign(**times)  # an empty table has the same types


_COUNTS: Final = {
    name: f"n_{name}" for name in ("members", "core", "probable", "peripheral", "possible_victims", "cells")
}
"""How a ring calls what its table counts."""


def column_text(frame: pd.DataFrame, field: Field) -> pa.LargeStringArray:
    """Print a column as text, null if the cell is missing."""
    series = frame[field.name]
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
    encoded = array.dictionary_encode()
    changed = pa.array([change(value) for value in encoded.dictionary.to_pylist()], pa.large_string())
    return changed.take(encoded.indices)


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
