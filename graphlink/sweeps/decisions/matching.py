"""Which accounts and signals a list entry matches: one exact text, or many by a wildcard."""

import re
from collections import defaultdict
from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc

from graphlink.engine.ranks import are_among
from graphlink.model.arrays import Bools
from graphlink.model.sweeps import Listed


def meant(entries: Sequence[Listed], texts: Sequence[str]) -> dict[str, Listed]:
    """The first entry that matches each text. Exact entries come before wildcards.

    Examples
    --------
    >>> from graphlink.model.sweeps import Listed
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


def by_type(entries: Sequence[Listed]) -> dict[str | None, list[Listed]]:
    """Entries by the type of their signals; None for accounts."""
    found: dict[str | None, list[Listed]] = defaultdict(list)
    for entry in entries:
        found[entry.signal_type].append(entry)
    return found


def are_matched(entries: Sequence[Listed], texts: pa.StringArray) -> Bools:
    """Which texts any of the entries matches. All exact entries are looked up at once."""
    found = _named_whole(entries, texts)
    for entry in entries:
        if entry.is_pattern:
            found = found | matched(entry, texts)
    return found


def without_text(entries: Sequence[Listed], texts: pa.StringArray) -> list[Listed]:
    """The entries that match none of the texts."""
    named = set(texts.filter(pa.array(_named_whole(entries, texts))).to_pylist())
    return [
        entry for entry in entries if not (matched(entry, texts).any() if entry.is_pattern else entry.value in named)
    ]


def _named_whole(entries: Sequence[Listed], texts: pa.StringArray) -> Bools:
    return are_among(texts, pa.array([entry.value for entry in entries if not entry.is_pattern], texts.type))


def matched(entry: Listed, texts: pa.StringArray) -> Bools:
    """Which texts a wildcard matches: only ``*`` has a special meaning in it."""
    pattern = re.sub(r"([\\%_])", r"\\\1", entry.value).replace("*", "%")
    answer: Bools = pc.match_like(texts, pattern).fill_null(fill_value=False).to_numpy(zero_copy_only=False)
    return answer
