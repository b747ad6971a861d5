"""Helpers for arrays of integers, and the arrays behind Arrow columns of text."""

from collections.abc import Iterator
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from graphlink.model.arrays import Bools, Int16s, Int32s, Int64s, Wholes
from graphlink.model.sightings import Sightings
from graphlink.model.signals import SignalType

_NARROWER: Final = tuple(map(np.dtype, ("int8", "int16", "int32")))


def narrowed(numbers: Wholes) -> Wholes:
    """Convert numbers to the smallest integer type that holds them all.

    Examples
    --------
    >>> narrowed(np.array([1, 2])).dtype, narrowed(np.array([1, 1 << 40])).dtype
    (dtype('int8'), dtype('int64'))
    """
    least, most = numbers.min(initial=0), numbers.max(initial=0)
    for kind in _NARROWER:
        if np.iinfo(kind).min <= least and most <= np.iinfo(kind).max:
            fewer: Wholes = numbers.astype(kind, copy=False)
            return fewer
    return numbers


def renumbered(codes: Int32s, n: int) -> tuple[Bools, Int32s]:
    """Which of n numbers occur among codes, and the codes once only these are numbered; none is negative.

    Examples
    --------
    >>> used, codes = renumbered(np.array([4, 1, 4]), 5)
    >>> used.tolist(), codes.tolist()
    ([False, True, False, False, True], [1, 0, 1])
    """
    used = np.zeros(n, dtype=np.bool_)
    used[codes] = True
    return used, (np.cumsum(used, dtype=np.int32) - 1)[codes]


def distinct(codes: Int64s) -> Int64s:
    """The distinct non-negative codes, ascending.

    For millions of mostly distinct codes this takes a fraction of the time of ``numpy.unique``, which hashes.

    Examples
    --------
    >>> distinct(np.array([3, 1, 3])).tolist()
    [1, 3]
    """
    ordered = np.sort(codes)
    found: Int64s = ordered[np.diff(ordered, prepend=-1) != 0]
    return found


def spread(starts: Int64s, ends: Int64s) -> tuple[Int64s, Int64s]:
    """The rows of some ranges, and the position of the range of each row.

    Examples
    --------
    >>> rows, of = spread(np.array([5, 2, 2]), np.array([7, 2, 3]))
    >>> rows.tolist(), of.tolist()
    ([5, 6, 2], [0, 0, 2])
    """
    size = ends - starts
    rows = np.repeat(starts - (np.cumsum(size) - size), size) + np.arange(size.sum())
    return rows, np.repeat(np.arange(len(size)), size)


def take_rows(entries: Int32s, starts: Int64s, chosen: Int64s | Int32s) -> Int32s:
    """The entries of some rows of a CSR matrix, one row after the other.

    Examples
    --------
    >>> take_rows(np.array([7, 8, 9]), np.array([0, 2, 3]), np.array([1, 0])).tolist()
    [9, 7, 8]
    """
    rows, _ = spread(starts[chosen], starts[chosen + 1])
    return entries[rows]


def find_ranges(column: Int16s | Int32s, numbers: Int32s | Int64s) -> tuple[Int64s, Int64s]:
    """The start and end of the entries of each number in an ascending column.

    Examples
    --------
    >>> column = np.array([0, 0, 2, 2, 2, 5], dtype=np.int32)
    >>> [places.tolist() for places in find_ranges(column, np.array([2, 0, 3]))]
    [[2, 0, 5], [5, 2, 5]]
    """
    asked = numbers.astype(column.dtype)  # otherwise numpy converts the whole column
    return np.searchsorted(column, asked, "left"), np.searchsorted(column, asked, "right")


def ranges_of_types(sightings: Sightings) -> Iterator[tuple[SignalType, int, int]]:
    """Each signal type with the start and end of its signals."""
    starts, ends = find_ranges(sightings.signal_type, np.arange(len(sightings.types)))
    return zip(sightings.types, starts.tolist(), ends.tolist(), strict=True)


def accounts_by_type(sightings: Sightings) -> Int64s:
    """Count the accounts of each signal type. Sightings come by account and signal, signals by type."""
    kind = sightings.signal_type[sightings.signal]
    is_first = (np.diff(sightings.account, prepend=-1) != 0) | (np.diff(kind, prepend=-1) != 0)
    return np.bincount(kind[is_first], minlength=len(sightings.types))


def bytes_of(values: pa.StringArray) -> tuple[Int64s, NDArray[np.uint8]]:
    """The start of each text and the end of the last, and the bytes of all. A missing text has no bytes.

    Arrow marks a missing text but may keep its bytes, so they are removed first.

    Examples
    --------
    >>> offsets, data = bytes_of(pa.array(["ab", None, "c"]))
    >>> offsets.tolist(), data.tobytes()
    ([0, 2, 2, 3], b'abc')
    >>> blanked = pc.if_else(pa.array([True, False]), pa.array(["ab", "c"]), pa.scalar(None, pa.string()))
    >>> bytes_of(blanked)[0].tolist()
    [0, 2, 2]
    """
    if values.null_count:
        values = pc.fill_null(values, pa.scalar("", values.type))
    width = np.dtype(np.int64 if pa.types.is_large_string(values.type) else np.int32)
    _, offsets, data = values.buffers()
    if offsets is None or len(values) == 0:
        return np.zeros(len(values) + 1, dtype=np.int64), np.zeros(0, dtype=np.uint8)
    starts = np.frombuffer(offsets, width, len(values) + 1, values.offset * width.itemsize).astype(np.int64)
    return starts, np.frombuffer(data, np.uint8) if data is not None else np.zeros(0, dtype=np.uint8)
