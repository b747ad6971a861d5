"""Which accounts and signals an entry of a list means: one by its whole text, or many by a wildcard."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from graphlink.history import Listed
    from graphlink.model import Bools


def matches(entry: Listed, text: str) -> bool:
    """Whether an entry means a text.

    Examples
    --------
    >>> from graphlink.history import Listed
    >>> tests = Listed("test-*", "maria", "our own", is_pattern=True)
    >>> matches(tests, "test-17"), matches(tests, "attest-17"), matches(Listed("*", "maria", "odd id"), "ann")
    (True, False, False)
    """
    return bool(matched(entry, pa.array([text], pa.string()))[0])


def matched(entry: Listed, texts: pa.StringArray) -> Bools:
    """Which texts an entry means."""
    if entry.is_pattern:
        found = pc.match_like(texts, _like(entry.value))
    else:
        found = pc.equal(texts, pa.scalar(entry.value, texts.type))
    answer: Bools = found.fill_null(fill_value=False).to_numpy(zero_copy_only=False)
    return answer


def _like(pattern: str) -> str:
    """The same wildcard in the words of SQL: only ``*`` means anything."""
    for sign in ("\\", "%", "_"):
        pattern = pattern.replace(sign, "\\" + sign)
    return pattern.replace("*", "%")
