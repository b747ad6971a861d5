"""The keys of JSON Lines, which have no header: blocks of a file in, the names of its columns out.

Any line may bring a key that no other has, so all of them are looked at before the first is read: where a key stands
first would else decide what a column is. A compiled loop passes over the lines whose keys are known.
"""

import json
import re
from collections.abc import Callable, Collection
from typing import Final

import numpy as np

from graphlink.engine.kernels.reading import LEARN, find_new_keys
from graphlink.reading.columns.codebook import drawn_key
from graphlink.reading.formats.nested import MANY, Insides

_PLACES: Final = 1 << 16
"""For half as many keys; lines with others are parsed, which is slower and finds the same."""


_LINE_END: Final = re.compile(rb"[\r\n]")
_ENDED: Final = 1
"""Bytes that end a line here: of two, the second ends an empty one."""


class Keys:
    r"""The keys of lines, taken in block by block: at the top, and inside objects.

    Examples
    --------
    >>> keys = Keys(is_row=lambda line: True, longest=99)
    >>> keys.note(b'{"id": 1}\n{"id": 2, "ip": "9.9.9.9"}\n{"id"')
    >>> keys.note(b': 3, "d": {"os": "x"}}\n')
    >>> keys.insides.names, keys.insides.ways()
    (('id', 'ip', 'd'), {'d': {'d.os': ('d', 'os')}})
    """

    def __init__(self, *, is_row: Callable[[bytes], bool], longest: int, wanted: Collection[str] = ()) -> None:
        self._is_row = is_row
        self._longest = longest
        self._most = _PLACES if any("." in name for name in wanted) else MANY + 1
        self._known = np.zeros((3, _PLACES + 1), dtype=np.uint64)
        self.insides = Insides(wanted)
        """What is known by now."""
        self._secret = drawn_key()
        self._rest = b""

    def note(self, data: bytes) -> None:
        """Take in what a block has; a line that goes on in the next is looked at there."""
        first = _LINE_END.search(data)
        if first is None:
            self._rest += data[: self._longest + 1]
        else:
            self._look(self._rest + data[: first.end()])
            end = max(data.rfind(b"\n"), data.rfind(b"\r")) + 1
            self._look(data, first.end(), end)
            self._rest = data[end:]
        self._rest = self._rest[: self._longest + 1]  # enough to recognise a line that is too long

    def _look(self, data: bytes, start: int = 0, stop: int | None = None) -> None:
        """Look at whole lines."""
        letters = np.frombuffer(data, dtype=np.uint8, count=len(data) if stop is None else stop)
        begin, end = find_new_keys(letters, start, self._known, self._most, self._secret)
        while begin < end:
            if end - begin - _ENDED <= self._longest and self._note_row(data[begin:end]):
                find_new_keys(letters[begin:end], 0, self._known, LEARN, self._secret)
            begin, end = find_new_keys(letters, end, self._known, self._most, self._secret)

    def _note_row(self, line: bytes) -> bool:
        """Whether all is known now that a line has; one that is no row and brings something new is left out."""
        twice = False

        def once(pairs: list[tuple[str, object]]) -> dict[str, object]:
            nonlocal twice
            row = dict(pairs)
            twice |= len(row) < len(pairs)
            return row

        try:
            row = json.loads(line, object_pairs_hook=once, parse_int=str)  # Python reads no integer of 5,000 digits
        except (ValueError, RecursionError):
            return False
        if not isinstance(row, dict):
            return False
        news = self.insides.news(row)
        if news and not self._is_row(line):
            return False
        self.insides.add(news)
        return not twice  # the loop would learn what stands under both
