"""Numbers, times and suspicious strings as people see them, in one place.

Text may come from people who want to deceive a reader, so hidden characters are made visible and mixed alphabets are
marked. Numbers have fixed decimals, times are in UTC, and the locale has no effect.
"""

import math
import unicodedata
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from graphlink.model.times import NO_TIME
from graphlink.model.weeks import DAY
from graphlink.words.escape import printable
from graphlink.words.sentences import MONTHS, about, shorten

IN_FULL: Final = 300
"""Characters of a name in a title, and in a table, from which it can be copied."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)

# Alphabets whose letters are taken for one another. Han, kana and the like mix with Latin in ordinary names.
_LOOK_ALIKES: Final = frozenset({"LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE", "COPTIC"})


def visible(text: str) -> str:
    r"""Make hidden characters visible, and cut nothing.

    Examples
    --------
    >>> visible("ad\u200bmin"), visible("na\u00efve")
    ('ad\\u{200B}min', 'naïve')
    """
    return printable(text, limit=len(text))


def is_mixed_script(text: str) -> bool:
    r"""True if the letters come from alphabets that are easily confused.

    Examples
    --------
    >>> is_mixed_script("\u0430dmin")  # its first letter is Cyrillic
    True
    >>> is_mixed_script("admin"), is_mixed_script("\u0418\u0432\u0430\u043d")
    (False, False)
    """
    if text.isascii():
        return False
    scripts = {unicodedata.name(character, "").split(" ")[0] for character in text if character.isalpha()}
    return len(scripts & _LOOK_ALIKES) > 1


def abbreviate(text: str, length: int) -> str:
    """Cut a name in its middle: ids of one source begin alike and end differently.

    Examples
    --------
    >>> abbreviate("auth0|5f7c8ec7c33c6c004bbafe82", 12), abbreviate("short", 6)
    ('auth0|…afe82', 'short')
    """
    if len(text) <= length:
        return text
    end = (length - 1) // 2
    return f"{text[: length - 1 - end]}…{text[len(text) - end :]}"


def shorten_distinct(names: Sequence[str], length: int) -> list[str]:
    """Abbreviate names in a list, so that different names look different if possible.

    Examples
    --------
    >>> shorten_distinct(["eu-central-1|shop|17|prod", "eu-central-1|shop|18|prod"], 11)
    ['…7|prod', '…8|prod']
    >>> shorten_distinct(["auth0|5f7c8ec7c33c6c004b01", "auth0|5f7c8ec7c33c6c004b02"], 11)
    ['auth0…04b01', 'auth0…04b02']
    """
    short = [abbreviate(name, length) for name in names]
    if len(set(short)) == len(set(names)):
        return short
    first, last = min(names), max(names)  # whatever these begin with, all do
    alike = next((at for at, (one, other) in enumerate(zip(first, last, strict=False)) if one != other), len(first))
    ends = [name if len(name) <= length else shorten(f"…{name[alike:]}", length) for name in names]
    return ends if len(set(ends)) > len(set(short)) else short


def count(number: int) -> str:
    """Print a whole number with its thousands set apart.

    Examples
    --------
    >>> count(25000)
    '25,000'
    """
    return f"{int(number):,}"


def decimal(number: float, decimals: int) -> str:
    """Print a number with a fixed number of decimals and no negative zero.

    Examples
    --------
    >>> decimal(1234.56, 1), decimal(-0.04, 1)
    ('1,234.6', '0.0')
    """
    if not math.isfinite(number):
        return "–"
    shown = f"{float(number):,.{decimals}f}"
    return shown.removeprefix("-") if float(shown.replace(",", "")) == 0 else shown


def count_by_chance(number: float) -> str:
    """Print an expected number in a column: as in sentences (``about``), and small numbers in full.

    Examples
    --------
    >>> [count_by_chance(each) for each in (97.808, 0.164, 0.0042, 0.0001)]
    ['98', '0.2', '0.004', '< 0.001']
    """
    if 0 < number < 0.0005:  # noqa: PLR2004  three decimals are printed
        return "< 0.001"
    return about(number) if number == 0 or number >= 0.1 else decimal(number, 3)  # noqa: PLR2004  … where one tells less


def signed(number: float, decimals: int) -> str:
    """Print a number with its sign, a true minus below zero.

    Examples
    --------
    >>> signed(2.25, 1), signed(0.0, 1), signed(-12.9, 1) == "\N{MINUS SIGN}12.9"
    ('+2.2', '0.0', True)
    """
    shown = decimal(number, decimals)
    if shown.startswith("-"):
        return "\N{MINUS SIGN}" + shown[1:]
    return f"+{shown}" if shown.strip("0.–") else shown


def iso(microseconds: int) -> str:
    """Print a time as ISO 8601 in UTC, empty where there is none.

    Examples
    --------
    >>> iso(1_767_225_600_000_000)
    '2026-01-01T00:00:00Z'
    """
    moment = _moment(microseconds)
    return "" if moment is None else moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def day(microseconds: int) -> str:
    """Print the day of a time for people.

    Examples
    --------
    >>> day(1_767_225_600_000_000)
    '1 Jan 2026'
    """
    moment = _moment(microseconds)
    return "–" if moment is None else f"{moment.day} {MONTHS[moment.month - 1]} {moment.year}"


def minute(microseconds: int) -> str:
    """Print the day and minute of a time for people.

    Examples
    --------
    >>> minute(1_767_225_600_000_000)
    '1 Jan 2026, 00:00'
    """
    moment = _moment(microseconds)
    return "–" if moment is None else f"{day(microseconds)}, {moment.hour:02d}:{moment.minute:02d}"


def when(microseconds: int) -> str:
    """Print a time for people as finely as it is known: a date without a time is read as midnight.

    Examples
    --------
    >>> when(1_767_225_600_000_000), when(1_767_229_200_000_000)
    ('1 Jan 2026', '1 Jan 2026, 01:00')
    """
    return day(microseconds) if microseconds % DAY == 0 else minute(microseconds)


def span(first: int, last: int) -> str:
    """Print two times as a range of days, with each common part once.

    Examples
    --------
    >>> span(1_767_225_600_000_000, 1_767_312_000_000_000)
    '1–2 Jan 2026'
    """
    start, end = _moment(first), _moment(last)
    if start is None or end is None or start.date() == end.date():
        return day(first if start is not None else last)
    if start.year != end.year:
        return f"{day(first)} – {day(last)}"
    if start.month != end.month:
        return f"{start.day} {MONTHS[start.month - 1]} – {day(last)}"
    return f"{start.day}–{day(last)}"


def _moment(microseconds: int) -> datetime | None:
    return None if microseconds == NO_TIME else _EPOCH + timedelta(microseconds=int(microseconds))
