"""Distinct texts as numbers, in the order in which they come.

The book keeps the letters of distinct texts and a hash table over them. Each batch is numbered at once and then freed,
so no text is hashed twice.
"""

import os
from typing import Final, TypeVar

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from graphlink.engine.arrays import bytes_of
from graphlink.engine.kernels.reading import move_entries, number_texts
from graphlink.engine.threads import in_blocks, n_blocks
from graphlink.model.arrays import Int32s, Keys
from graphlink.words.errors import MachineError

_Entry = TypeVar("_Entry", bound=np.generic)

_FIRST: Final = 1 << 8
"""Entries of a table at first: a book of a few plans is as common as one of ten million ids."""

_LARGE: Final = 1 << 20
"""Entries of a table from which on it pays to move them on several threads."""


def drawn_key() -> Keys:
    """Draw the key of a hash table. No result depends on it, and without it nobody can make texts collide."""
    return np.frombuffer(os.urandom(16), dtype=np.uint64)


class Codebook:
    """Numbers distinct texts. The place of a text in the table depends on ``key``, a secret; its number does not.

    Examples
    --------
    >>> book = Codebook()
    >>> book.number(pa.array(["b", "a", "unused"]), np.array([1, 0, -1, 1], np.int32)).tolist()
    [1, 0, -1, 1]
    >>> book.number(pa.array(["c", "a"]), np.array([0, 1], np.int32)).tolist(), book.texts().to_pylist()
    ([2, 1], ['b', 'a', 'c'])
    """

    def __init__(self, key: Keys | None = None) -> None:
        self._key = drawn_key() if key is None else key
        self._table = np.zeros(_FIRST, dtype=np.uint64)
        self._ends = np.zeros(_FIRST, dtype=np.int64)
        self._letters = np.empty(_FIRST, dtype=np.uint8)
        self._size = 0

    def number(self, texts: pa.StringArray, codes: Int32s) -> Int32s:
        """Number the texts that rows have; ``codes`` is the place of each row among them, negative for none."""
        offsets, data = bytes_of(texts)
        used = np.zeros(len(texts), dtype=np.bool_)
        used[codes[codes >= 0]] = True
        self._make_room(len(texts), int(offsets[-1] - offsets[0]))
        place = np.full(len(texts) + 1, -1, dtype=np.int32)  # the last is that of no text
        known = self._ends, self._letters
        self._size = number_texts((offsets, data), used, self._table, known, self._size, place, self._key)
        return place[codes]

    def texts(self) -> pa.LargeStringArray:
        """Give all texts in the order of their numbers."""
        ends, letters = self._ends[: self._size + 1], self._letters[: self._ends[self._size]]
        return pa.LargeStringArray.from_buffers(self._size, pa.py_buffer(ends), pa.py_buffer(letters))

    def close(self) -> None:
        """Free the table once all texts are numbered."""
        self._table = self._table[:0].copy()

    def _make_room(self, n_texts: int, n_letters: int) -> None:
        if 2 * (self._size + n_texts) > len(self._table):  # at most half full: then few steps lead to a text
            table = np.zeros(1 << (2 * (self._size + n_texts) - 1).bit_length(), dtype=np.uint64)
            _move(self._table, table)
            self._table = table
        self._ends = _with_room(self._ends, self._size + 1, n_texts)
        self._letters = _with_room(self._letters, int(self._ends[self._size]), n_letters)


def coded(texts: pa.StringArray) -> tuple[pa.StringArray, Int32s]:
    """Distinct texts in the order in which they come, and the place of each text among them; -1 for none.

    The same as Arrow's ``dictionary_encode``, whose table has no key: 16,000 chosen texts of 16 letters take it 0.6 s,
    twice as many four times as long.

    Examples
    --------
    >>> distinct, place = coded(pa.array(["b", None, "a", "b"]))
    >>> distinct.to_pylist(), place.tolist()
    (['b', 'a'], [0, -1, 1, 0])
    """
    book = Codebook()
    place = book.number(texts, _rows_of(texts))
    return book.texts().cast(texts.type), place


def places_among(texts: pa.StringArray, others: pa.StringArray) -> Int32s:
    """The place of each text among others, which are distinct; negative for a text that is not among them.

    The same as Arrow's ``index_in``, whose table has no key.

    Examples
    --------
    >>> (places_among(pa.array(["b", None, "c"]), pa.array(["a", "b"])) >= 0).tolist()
    [True, False, False]
    """
    book = Codebook()
    n_others = 1 + int(book.number(others, _rows_of(others)).max(initial=-1))
    place = book.number(texts, _rows_of(texts))
    place[place >= n_others] = -1
    return place


def _rows_of(texts: pa.StringArray) -> Int32s:
    rows = np.arange(len(texts), dtype=np.int32)
    if texts.null_count:
        rows[texts.is_null().to_numpy(zero_copy_only=False)] = -1
    return rows


def _move(table: NDArray[np.uint64], larger: NDArray[np.uint64]) -> None:
    """Move all entries to a larger table, on several threads where it is large."""
    blocks = n_blocks() if len(table) >= _LARGE else 1
    left = in_blocks(lambda block: move_entries(table, larger, (block, blocks)), blocks)
    if any(left):
        move_entries(table, larger, (0, 1))


def _with_room(array: NDArray[_Entry], filled: int, more: int) -> NDArray[_Entry]:
    """Give an array with room for so many more entries; unfilled room takes no memory."""
    if filled + more <= len(array):
        return array
    larger = np.empty(1 << (filled + more - 1).bit_length(), dtype=array.dtype)
    larger[:filled] = array[:filled]
    return larger


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
            "GL803", what, "over 2 GiB of distinct text", "export template ids in place of long texts"
        ) from None
