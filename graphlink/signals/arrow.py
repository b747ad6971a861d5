"""Bridges between Arrow columns of text and numpy masks, where a missing value is never a match."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from graphlink.model import Bools, Int32s, Int64s


def flags(answers: pa.BooleanArray) -> Bools:
    """Turn a column of answers into a mask; no answer counts as no.

    Examples
    --------
    >>> flags(pa.array([True, None])).tolist()
    [True, False]
    """
    mask: Bools = pc.fill_null(answers, fill_value=False).to_numpy(zero_copy_only=False)
    return mask


def matches(values: pa.StringArray, pattern: str) -> Bools:
    """Which values the regular expression (RE2) finds something in."""
    return flags(pc.match_substring_regex(values, pattern))


def bytes_of(values: pa.StringArray) -> tuple[Int64s, NDArray[np.uint8]]:
    """Where each text begins, and one past where the last ends, in the bytes of all. A missing one has no bytes.

    Examples
    --------
    >>> offsets, data = bytes_of(pa.array(["ab", None, "c"]))
    >>> offsets.tolist(), data.tobytes()
    ([0, 2, 2, 3], b'abc')
    """
    width = np.dtype(np.int64 if pa.types.is_large_string(values.type) else np.int32)
    _, offsets, data = values.buffers()
    if offsets is None or len(values) == 0:
        return np.zeros(len(values) + 1, dtype=np.int64), np.zeros(0, dtype=np.uint8)
    starts = np.frombuffer(offsets, width, len(values) + 1, values.offset * width.itemsize).astype(np.int64)
    return starts, np.frombuffer(data, np.uint8) if data is not None else np.zeros(0, dtype=np.uint8)


def text_of(offsets: Int32s, data: NDArray[np.uint8]) -> pa.StringArray:
    """Make texts of where each begins, and one past where the last ends, in the bytes of all.

    Examples
    --------
    >>> text_of(np.array([0, 2, 3], np.int32), np.frombuffer(b"abc", np.uint8)).to_pylist()
    ['ab', 'c']
    """
    return pa.StringArray.from_buffers(len(offsets) - 1, pa.py_buffer(offsets), pa.py_buffer(data))


def only(values: pa.StringArray, mask: Bools) -> pa.StringArray:
    """Keep the values under the mask and blank the others."""
    return values if mask.all() else pc.if_else(pa.array(mask), values, pa.scalar(None, values.type))


def replaced(values: pa.StringArray, mask: Bools, new: pa.StringArray | Sequence[str | None]) -> pa.StringArray:
    """Put new values, in order, where the mask is set.

    Examples
    --------
    >>> replaced(pa.array(["a", "b", "c"]), np.array([False, True, False]), ["x"]).to_pylist()
    ['a', 'x', 'c']
    """
    if not mask.any():
        return values
    filling = new if isinstance(new, pa.Array) else pa.array(new, values.type)
    return pc.replace_with_mask(values, pa.array(mask), filling)


def spread(values: pa.StringArray, mask: Bools) -> pa.StringArray:
    """Lay values out, in order, over the places under the mask; the others are missing."""
    if mask.all():
        return values
    place: Int64s = np.cumsum(mask) - 1
    return values.take(pa.array(place, mask=~mask))
