"""The compiled loops, and nothing else: arrays in, arrays out, no knowledge of what they mean.

Each has a slow, plain twin in the tests.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numba import njit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from graphlink.model import Bools, Int16s, Int32s, Int64s

# --- raw sightings ------------------------------------------------------------------------------------------------


@njit(cache=True)
def rows_flagged(column: Int16s, value: Int32s, first_value: Int64s, flagged: Bools) -> Bools:
    """Which rows have a flagged value; values of column c are numbered from ``first_value[c]``."""
    found = np.empty(len(column), dtype=np.bool_)
    for row in range(len(column)):
        found[row] = flagged[first_value[column[row]] + value[row]]
    return found


@njit(cache=True)
def values_used(column: Int16s, value: Int32s, first_value: Int64s, kept: Bools) -> Bools:
    """Which values stand in a kept row."""
    used = np.zeros(first_value[-1], dtype=np.bool_)
    for row in range(len(column)):
        if kept[row]:
            used[first_value[column[row]] + value[row]] = True
    return used


@njit(cache=True)
def bucket_signals(
    rows: tuple[Int32s, Int16s, Int32s], kept: Bools, n_accounts: int, layout: Int64s, codes: Int32s
) -> tuple[Int64s, NDArray[np.uint64]]:
    """Lay the signals of kept rows out by account, as keys ``signal << 32 | row`` (a counting sort).

    ``rows`` holds account, column and value. Value v of column c yields the ``layout[1, c]`` signals from
    ``codes[layout[0, c] + v * layout[1, c]]`` on; -1 is none.
    """
    account, column, value = rows
    starts = np.zeros(n_accounts + 1, dtype=np.int64)
    for row in range(len(account)):
        if kept[row]:
            width = layout[1, column[row]]
            at = layout[0, column[row]] + value[row] * width
            for code in range(at, at + width):
                if codes[code] >= 0:
                    starts[account[row] + 1] += 1
    starts = np.cumsum(starts)
    keys = np.empty(starts[-1], dtype=np.uint64)
    free = starts[:-1].copy()
    for row in range(len(account)):
        if kept[row]:
            width = layout[1, column[row]]
            at = layout[0, column[row]] + value[row] * width
            for code in range(at, at + width):
                if codes[code] >= 0:
                    keys[free[account[row]]] = np.uint64(codes[code]) << np.uint64(32) | np.uint64(row)
                    free[account[row]] += 1
    return starts, keys


_INSERTION = 32  # above this length an insertion sort loses


@njit(cache=True)
def sort_buckets(starts: Int64s, keys: NDArray[np.uint64]) -> Int64s:
    """Sort the keys of each account in place and say where the distinct signals of each account begin in a table."""
    distinct = np.zeros(len(starts), dtype=np.int64)
    for bucket in range(len(starts) - 1):
        low, high = starts[bucket], starts[bucket + 1]
        if high - low > _INSERTION:
            keys[low:high] = np.sort(keys[low:high])
        else:
            for i in range(low + 1, high):
                key = keys[i]
                j = i - 1
                while j >= low and keys[j] > key:
                    keys[j + 1] = keys[j]
                    j -= 1
                keys[j + 1] = key
        for i in range(low, high):
            if i == low or keys[i] >> np.uint64(32) != keys[i - 1] >> np.uint64(32):
                distinct[bucket + 1] += 1
    return np.cumsum(distinct)


@njit(cache=True)
def merge_buckets(
    starts: Int64s,
    keys: NDArray[np.uint64],
    table: Int64s,
    times: tuple[Int64s, Int64s, Int64s],
    no_time: int,
) -> tuple[Int32s, Int32s, Int64s, Int64s, Int64s]:
    """Merge equal signals of an account: earliest first time (``no_time`` aside), latest last time, sum of counts.

    ``times`` holds first time, last time and count by row; ``table`` is what ``sort_buckets`` returned.
    """
    first_by_row, last_by_row, count_by_row = times
    size = table[-1]
    account = np.empty(size, dtype=np.int32)
    signal = np.empty(size, dtype=np.int32)
    first = np.empty(size, dtype=np.int64)
    last = np.empty(size, dtype=np.int64)
    count = np.empty(size, dtype=np.int64)
    for bucket in range(len(starts) - 1):
        out = table[bucket] - 1
        for i in range(starts[bucket], starts[bucket + 1]):
            code = np.int32(keys[i] >> np.uint64(32))
            row = np.int64(keys[i] & np.uint64(0xFFFFFFFF))
            if i == starts[bucket] or code != signal[out]:
                out += 1
                account[out] = bucket
                signal[out] = code
                first[out] = first_by_row[row]
                last[out] = last_by_row[row]
                count[out] = count_by_row[row]
            else:
                if first[out] == no_time or (first_by_row[row] != no_time and first_by_row[row] < first[out]):
                    first[out] = first_by_row[row]
                last[out] = max(last[out], last_by_row[row])
                count[out] += count_by_row[row]
    return account, signal, first, last, count
