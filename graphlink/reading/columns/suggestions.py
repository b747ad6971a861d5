"""What the columns of an export may be meant for: names in, those that are worth a suggestion out.

Users follow a wrong suggestion, and then find nothing. So only names are suggested that mean an account (a type, a
value) in real exports, however similar other names look.
"""

import re
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple

from graphlink.reading.columns.meanings import meaning_of, words_of
from graphlink.words.escape import printable

SHOWN: Final = 20
"""Columns that a message names; wider exports are seldom, and nobody reads on."""

_LONG: Final = 40

NAMES: Final = {
    what: frozenset(names)
    for what, names in tomllib.loads(Path(__file__).with_name("names.toml").read_text("utf-8")).items()
}
"""Names of columns and words in them, by what they mean."""
_WORDS: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+[0-9]?")


def likely(needed: str, names: Sequence[str]) -> str | None:
    """Name the column that is probably meant, or none.

    Examples
    --------
    >>> likely("account_id", ["id", "amount", "Customer", "country_code"])
    'Customer'
    >>> likely("account_id", ["id", "amount", "client_ip"])
    >>> likely("account_id", ["_id", "_source.ip", "_source.account_id"])
    '_source.account_id'
    """
    found = {name: meaning for name in names if (meaning := meaning_of(name)) is not None and meaning.name == needed}
    if NAMES["of_accounts"].isdisjoint(map(_bare, names)):
        found = {name: meaning for name, meaning in found.items() if words_of(name) != ("id",)}
    order = {name: (not each.is_sure, each.rank, "." in name.removeprefix("_source.")) for name, each in found.items()}
    return min(order, key=order.__getitem__, default=None)


def maybe_times(names: Sequence[str]) -> tuple[str, ...]:
    """Name the columns that may hold the time of a row, by their names.

    Examples
    --------
    >>> maybe_times(["Timestamp_UTC", "loggedAt", "dt", "birth_date", "expires_at", "platform", "amount"])
    ('Timestamp_UTC', 'loggedAt', 'dt')
    """
    words = {name: {word.casefold() for word in _WORDS.findall(name)} for name in names}
    return tuple(name for name in names if words[name] & NAMES["times"] and not words[name] & NAMES["other_times"])


def signals_first(names: Sequence[str]) -> list[str]:
    """Put names first that sound like a signal; the others keep their order.

    Examples
    --------
    >>> signals_first(["method", "userAgent", "zip", "card.fingerprint"])
    ['userAgent', 'card.fingerprint', 'method', 'zip']
    """
    return sorted(names, key=lambda name: not speaks_of_signal(name))


def speaks_of_signal(name: str) -> bool:
    """Whether some word of a name is one of signals."""
    return not NAMES["signals"].isdisjoint(word.casefold() for word in _WORDS.findall(name))


def shown(names: Sequence[str], limit: int = SHOWN) -> str:
    """Show names, and how many more there are; those that look like values are only counted.

    Examples
    --------
    >>> shown(["a", "b", "c"], limit=2)
    '`a`, `b` and 1 more'
    >>> shown(["ip", "ann@mail.example"]), shown(["ann@mail.example", "4915155512345"])
    ('`ip` and 1 more', '2 that look like data')
    """
    told = [name for name in names if not looks_like_value(name)][:limit]
    if not told:
        return f"{len(names)} that look{'s' if len(names) == 1 else ''} like data" if names else "none"
    text = ", ".join(f"`{printable(name, _LONG)}`" if name.strip() else "one without a name" for name in told)
    return text + (f" and {len(names) - len(told)} more" if len(names) > len(told) else "")


def looks_like_value(name: str) -> bool:
    """Whether a key is an id, an address of mail or the like, which no message shows.

    Examples
    --------
    >>> [looks_like_value(name) for name in ("details.ip4", "users.4711", "by.ann@mail.example")]
    [False, True, True]
    """
    return any("@" in key or len(key) > _LONG or 2 * sum(map(str.isdigit, key)) > len(key) for key in name.split("."))


def could_be_type(text: str) -> bool:
    """Whether a text may be what an exporter calls a type of signals, and is no value that got into its column.

    Examples
    --------
    >>> [could_be_type(text) for text in ("fingerprint", "User-Agent", "ja3", "ann@mail.example", "4111", "Ann Lee")]
    [True, True, True, False, False, False]
    >>> could_be_type("initech.com"), could_be_type("joe.smith")
    (False, False)
    """
    return len(text) <= _LONG and _TYPE.fullmatch(text) is not None


_TYPE: Final = re.compile(r"[^\W\d_]+[0-9]{0,3}([_-][^\W\d_]*[0-9]{0,3})*")


class FirstLine(NamedTuple):
    """Signs that a first line is a row and no header."""

    is_like_a_row: bool = False
    """It is like a row below it, cell by cell."""
    repeated: frozenset[int] = frozenset()
    """Cells that are values of many rows, each in its column."""


HEADER: Final = FirstLine()


def look_at(header: Sequence[str], rows: Sequence[Sequence[str]]) -> FirstLine:
    """Compare a first line with those below it."""
    return FirstLine(any(are_alike(header, row) for row in rows[:_COMPARED]), found_again(header, rows))


_COMPARED: Final = 20
"""Rows that are compared cell by cell."""


def are_alike(header: Sequence[str], row: Sequence[str]) -> bool:
    """True if a header looks like a row, cell by cell and with digits in some cells.

    Examples
    --------
    >>> are_alike(["alice0", "Jane Roe 1"], ["bob17", "John Doe 22"])
    True
    >>> are_alike(["kunde", "mail"], ["a0", "ann@mail.example"]), are_alike(["name", "town"], ["ann", "rome"])
    (False, False)
    """
    has_digits = any(character.isdigit() for name in header for character in name)
    return has_digits and list(map(_form, header)) == list(map(_form, row))


_AGAIN: Final = 5
"""One row in so many has the value again: types of signals are a handful, and each row is of one."""


def found_again(header: Sequence[str], rows: Sequence[Sequence[str]]) -> frozenset[int]:
    """Columns whose header is a value in many rows of the same column, and so a value itself.

    Examples
    --------
    >>> rows = [["bob", "device", "d1"], ["eve", "device", "d2"], ["kim", "card", "c1"]]
    >>> sorted(found_again(["ann", "device", "d7"], rows)), sorted(found_again(["kunde", "art", "wert"], rows))
    ([1], [])
    """
    return frozenset(
        place
        for place, name in enumerate(header)
        if name.strip()
        and (n := sum(len(row) > place and row[place] == name for row in rows)) > 1
        and n * _AGAIN >= len(rows)
    )


def _form(text: str) -> str:
    return re.sub(r"[^\W\d_]+", "a", re.sub(r"\d+", "0", text))


def _bare(name: str) -> str:
    return re.sub(r"[\W_]+", "", name.casefold())
