"""What cannot be seen is shown by its number, over every code point that there is."""

import sys
import unicodedata

import pytest

from graphlink.results.text import visible
from graphlink.words.escape import printable

UNSEEN = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
IGNORABLE = [
    *(0x00AD, 0x034F, 0x061C, 0x115F, 0x1160, 0x17B4, 0x17B5, *range(0x180B, 0x1810), *range(0x200B, 0x2010)),
    *(*range(0x202A, 0x202F), *range(0x2060, 0x2070), 0x3164, *range(0xFE00, 0xFE10), 0xFEFF, 0xFFA0),
    *(*range(0xFFF0, 0xFFF9), *range(0x1BCA0, 0x1BCA4), *range(0x1D173, 0x1D17B), *range(0xE0000, 0xE1000)),
]
"""Unicode's property Default_Ignorable_Code_Point, as DerivedCoreProperties.txt lists it."""
BLANK = {0x2800, 0x16FE4, 0x1D159}
"""Drawn as nothing, though Unicode calls them symbols and marks."""
LATER = set(range(0x13439, 0x13440))
"""Format characters of a Unicode that Python 3.11 does not know yet."""


def is_noncharacter(number: int) -> bool:
    return 0xFDD0 <= number <= 0xFDEF or number & 0xFFFE == 0xFFFE


@pytest.mark.parametrize("show", [printable, visible])
@pytest.mark.slow
def test_every_code_point_is_shown_or_told_by_its_number(show):
    ignorable = {*IGNORABLE, *BLANK, *LATER}
    for number in range(sys.maxunicode + 1):
        letter = chr(number)
        category = unicodedata.category(letter)
        shown = show(letter)
        if category in UNSEEN or number in ignorable or is_noncharacter(number):
            assert shown == f"\\u{{{number:X}}}", f"U+{number:04X}"
        elif category != "Cn":
            assert shown == letter, f"U+{number:04X}"
        else:
            assert shown in {letter, f"\\u{{{number:X}}}"}


def test_nothing_that_is_shown_is_hidden_from_a_terminal():
    everything = "".join(map(chr, range(sys.maxunicode + 1)))
    shown = printable(everything, limit=len(everything))
    assert not UNSEEN & set(map(unicodedata.category, shown))
    assert printable("\U0001bca0a\U0001bca3") == r"\u{1BCA0}a\u{1BCA3}"
