"""Which accounts and signals an entry of a list means: one by its whole text, or many by a wildcard."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from collections.abc import Sequence

    from graphlink.history import Listed
    from graphlink.model import Bools


def meant(entries: Sequence[Listed], texts: Sequence[str]) -> dict[str, Listed]:
    """The first entry that means each text, by text: one that names it whole comes before wildcards.

    Examples
    --------
    >>> from graphlink.history import Listed
    >>> entries = (Listed("test-*", "maria", "our own", is_pattern=True), Listed("*", "li", "an odd id"))
    >>> sorted(meant(entries, ["test-17", "attest-17", "*"]))
    ['*', 'test-17']
    """
    exact = {entry.value: entry for entry in reversed(entries) if not entry.is_pattern}
    found = {text: exact[text] for text in texts if text in exact}
    wildcards = [entry for entry in entries if entry.is_pattern]
    if wildcards:
        array = pa.array(texts, pa.string())
        for entry in wildcards:
            for text in array.filter(pa.array(matched(entry, array))).to_pylist():
                found.setdefault(text, entry)
    return found


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
