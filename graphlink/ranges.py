"""Ranges of rows, one after the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from graphlink.model import Int16s, Int32s, Int64s, Sightings, SignalType


def spread(starts: Int64s, ends: Int64s) -> tuple[Int64s, Int64s]:
    """The rows of some ranges, and the number of the range that each is of.

    Examples
    --------
    >>> rows, of = spread(np.array([5, 2, 2]), np.array([7, 2, 3]))
    >>> rows.tolist(), of.tolist()
    ([5, 6, 2], [0, 0, 2])
    """
    size = ends - starts
    rows = np.repeat(starts - (np.cumsum(size) - size), size) + np.arange(size.sum())
    return rows, np.repeat(np.arange(len(size)), size)


def find_ranges(column: Int16s | Int32s, numbers: Int32s | Int64s) -> tuple[Int64s, Int64s]:
    """Where the entries of each number begin and end in an ascending column.

    Examples
    --------
    >>> column = np.array([0, 0, 2, 2, 2, 5], dtype=np.int32)
    >>> [places.tolist() for places in find_ranges(column, np.array([2, 0, 3]))]
    [[2, 0, 5], [5, 2, 5]]
    """
    asked = numbers.astype(column.dtype)  # numpy converts the whole column to look up numbers of another type
    return np.searchsorted(column, asked, "left"), np.searchsorted(column, asked, "right")


def ranges_of_types(sightings: Sightings) -> Iterator[tuple[SignalType, int, int]]:
    """Each type, and where its signals begin and end."""
    starts, ends = find_ranges(sightings.signal_type, np.arange(len(sightings.types)))
    return zip(sightings.types, starts.tolist(), ends.tolist(), strict=True)
