"""Columns and types of rows that nothing is read from: notices about them, and those that may well be signals."""

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from graphlink.model.reading import LeftOut
from graphlink.model.rows import Notice
from graphlink.reading.coding import shown_types
from graphlink.reading.columns.layout import FIELDS
from graphlink.reading.columns.meanings import meaning_of
from graphlink.reading.columns.suggestions import shown, signals_first
from graphlink.reading.extracted import Extract, SourceRead
from graphlink.reading.formats.nested import MOST
from graphlink.words.escape import printable

LEFT_OUT: Final = "GL341"
_SHOWN: Final = 8
"""Names that a message has at most."""


def tell_unused(extract: Extract) -> Iterator[Notice]:
    """Notices for columns (GL305), types (GL342) and likely signals (GL341) that are not used, one for each set."""
    is_hidden = extract.config.privacy.pseudonymise  # a key of JSON may be a name
    for one in extract.sources:
        if one.layout.is_crowded:
            what = f"over {MOST:,} columns, whose names are data; only known and mapped ones were looked for"
            yield Notice("GL305", f"{printable(one.source.name)}: {what}")
    for names, where in _by_set(extract, lambda one: () if one.layout.is_crowded else one.layout.ignored):
        named = "" if is_hidden else ": " + shown(signals_first(names), _SHOWN)
        n = len(names)
        yield Notice("GL305", f"{where}: {n} column{' is' if n == 1 else 's are'} not used{named}")
    for names, where in _by_set(extract, lambda one: sorted(one.tally.unknown_types)):
        often = [name for name in names if any(one.tally.unknown_types[name] > 1 for one in extract.sources)]
        named = f": {shown_types(often, len(names))}" if often and not is_hidden else ""
        n = len(names)
        what = f"{n} signal type{' is' if n == 1 else 's are'} not known and not used{named}"
        yield Notice("GL342", f"{where}: {what}; declare them in `[signals.NAME]`, or list them in `ignore_types`")
    if left := find_left_out(extract):
        n = len(left)
        named = "" if is_hidden else ": " + shown([each.name for each in left], _SHOWN)
        what = f"{n} that {'is' if n == 1 else 'are'} not used may be {'a signal' if n == 1 else 'signals'}{named}"
        yield Notice(LEFT_OUT, f"{what}; `graphlink check` says how to read {'it' if n == 1 else 'them'}")


def find_left_out(extract: Extract) -> tuple[LeftOut, ...]:
    """List what is not read and may well be a signal, by name."""
    ignored = {name.casefold() for name in extract.config.ignore_types}
    found: dict[str, list[str]] = {}
    for one in extract.sources:
        for name in () if one.layout.is_crowded else one.layout.ignored:
            found.setdefault(name, []).append(one.source.name)
        for name, n in one.tally.unknown_types.items():
            found.setdefault(name, []).extend([one.source.name] * (n > 1))
    likely = ((name, sources, meaning_of(name)) for name, sources in sorted(found.items()) if sources)
    return tuple(
        LeftOut(name, sources[0], len(sources), meaning.name)
        for name, sources, meaning in likely
        if meaning is not None and meaning.name not in FIELDS and meaning.name not in ignored
    )


def _by_set(extract: Extract, of: Callable[[SourceRead], Sequence[str]]) -> Iterator[tuple[tuple[str, ...], str]]:
    """Sets of names, and the sources that have just these: the files of one export say it once."""
    sets: dict[tuple[str, ...], list[str]] = {}
    for one in extract.sources:
        if names := tuple(of(one)):
            sets.setdefault(names, []).append(printable(one.source.name))
    for names, sources in sets.items():
        more = f" and {len(sources) - 1:,} more like it" if len(sources) > 1 else ""
        yield names, sources[0] + more
