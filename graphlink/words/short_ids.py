"""Ids made of digests: as short as possible, and never one id for two things.

Few digits are read out and typed without an error. But two things can share few digits, by chance or on purpose:
finding forty equal bits takes seconds. Digests that share a beginning get more digits, all of them alike.
"""

import re
from collections import Counter
from collections.abc import Sequence
from typing import Final

from graphlink.words.errors import InputError

SHORTEST: Final = 10
"""Hexadecimal digits of an id of a run: a million rings share one with chance one half."""

_BEGINNING: Final = re.compile(r"R-[0-9A-Z][0-9A-Z-]*", re.IGNORECASE)
_SHOWN: Final = 3


def unique_beginnings(digests: Sequence[str], shortest: int = SHORTEST) -> list[str]:
    """The beginnings of digests, each long enough to be unique.

    The order has no effect, and a digest that shares its beginning with no other is as short as if it were alone.

    Raises
    ------
    ValueError
        If two are the same to the end.

    Examples
    --------
    >>> unique_beginnings(["ABCDE", "ABDDE", "XYZZY"], 2)
    ['ABC', 'ABD', 'XY']
    """
    if len(set(digests)) < len(digests):
        raise ValueError("what is to be told apart is the same")
    short: dict[str, str] = {}
    left, length = list(digests), shortest
    while left:
        often = Counter(digest[:length] for digest in left)
        short |= {digest: digest[:length] for digest in left if often[digest[:length]] == 1}
        left = [digest for digest in left if often[digest[:length]] > 1]
        length += 1
    return [short[digest] for digest in digests]


def is_beginning(name: str) -> bool:
    """True if a word may be the beginning of a ring's id, beyond the part that all ids share.

    Examples
    --------
    >>> is_beginning("r-46"), is_beginning("R-2026-W47-8"), is_beginning("R-"), is_beginning("R-4%")
    (True, True, False, False)
    """
    return _BEGINNING.fullmatch(name) is not None


def several_rings(beginning: str, ids: Sequence[str]) -> InputError:
    """The error for a beginning that several rings' ids share."""
    shown = ", ".join([*ids[:_SHOWN], *(["…"] if len(ids) > _SHOWN else [])])
    what = f"the ids of {len(ids):,} rings begin so: {shown}"
    return InputError("GL505", beginning, what, "write more of the id")
