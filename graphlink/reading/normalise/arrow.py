"""Bridges between Arrow columns of text and numpy masks, where a missing value is never a match."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graphlink.model.arrays import Bools, Int64s


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


def within(mask: Bools, part: Bools | Sequence[bool]) -> Bools:
    """A mask that is set where a part of the places under another is.

    Examples
    --------
    >>> within(np.array([True, False, True]), [False, True]).tolist()
    [False, False, True]
    """
    found = np.zeros(len(mask), dtype=np.bool_)
    found[mask] = part
    return found


def spread(values: pa.StringArray, mask: Bools) -> pa.StringArray:
    """Lay values out, in order, over the places under the mask; the others are missing."""
    if mask.all():
        return values
    place: Int64s = np.cumsum(mask) - 1
    return values.take(pa.array(place, mask=~mask))
