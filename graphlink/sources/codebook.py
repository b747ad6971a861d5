"""Distinct texts as numbers: texts of a batch in, numbers out that become final with ``settle``.

Numbers are given per batch first and brought to one numbering whenever the distinct texts have doubled, so the work
stays linear and only distinct texts are kept.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa

from graphlink.errors import MachineError, Place

if TYPE_CHECKING:
    from graphlink.model import Int32s

_SETTLE_AT: Final = 4_000_000
"""So many distinct texts of batches may wait for their final number; each settling hashes all known texts again."""


class Codebook:
    """Numbers distinct texts; the numbers that it gave become final, in place, with ``settle``."""

    def __init__(self) -> None:
        self._known = pa.array([], pa.large_string())
        self._waiting: list[tuple[pa.Array, Int32s]] = []
        self._n_waiting = 0

    def number(self, texts: pa.StringArray, codes: Int32s) -> Int32s:
        """Take texts and the place of each row among them, negative for none; the array given back is ours."""
        codes = codes.astype(np.int32, copy=True)
        self._waiting.append((texts.cast(pa.large_string()), codes))
        self._n_waiting += len(texts)
        if self._n_waiting > max(_SETTLE_AT, 2 * len(self._known)):
            self.settle()
        return codes

    def settle(self) -> pa.LargeStringArray:
        """Bring all numbers given so far to one numbering, and give the texts in its order."""
        if self._waiting:
            coded = pa.concat_arrays([self._known, *(texts for texts, _ in self._waiting)]).dictionary_encode()
            place = coded.indices.to_numpy()
            start = len(self._known)
            for texts, codes in self._waiting:
                has_text = codes >= 0
                codes[has_text] = place[start + codes[has_text]]
                start += len(texts)
            self._known = coded.dictionary
            self._waiting, self._n_waiting = [], 0
        return self._known


def as_text(texts: pa.LargeStringArray, what: str) -> pa.StringArray:
    """Bring texts to Arrow's ordinary type.

    Raises
    ------
    MachineError
        GL803 if there are more than 2 GiB of them.
    """
    try:
        return texts.cast(pa.string())
    except pa.ArrowInvalid:
        raise MachineError(
            "GL803", Place(what), "over 2 GiB of distinct text", "export template ids in place of long texts"
        ) from None
