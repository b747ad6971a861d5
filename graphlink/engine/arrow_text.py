"""Arrow columns of text in the form that compiled loops take: the start of each text, and the bytes of all."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from graphlink.model.arrays import Int64s


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
