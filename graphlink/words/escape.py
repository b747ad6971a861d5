r"""Hostile text made safe to read: file names, headers and values come from strangers.

Invisible characters and those that change how their neighbours are shown (control, direction and zero-width characters,
undecodable bytes of file names) become ``\u{XX}``. Messages, logs and the terminal use this one function.
"""

import re
import shlex
from typing import Final

_UNSEEN: Final = re.compile(
    "[\u0000-\u001f\u007f-\u009f"  # C0, DEL, C1: they drive terminals
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u3164\uffa0"  # zero width, fillers
    "\u2028-\u202e\u2060-\u206f\u2800\U00016fe4\U0001d159"  # line separators, direction overrides, blanks
    "\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd"  # marks around what follows them
    "\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"  # of hieroglyphs, shorthand and notes
    "\ud800-\udfff\ufdd0-\ufdef\ufe00-\ufe0f\ufeff\ufff0-\ufffb\ufffe\uffff"  # not characters
    + "".join(f"{chr(plane << 16 | 0xFFFE)}{chr(plane << 16 | 0xFFFF)}" for plane in range(1, 4))
    + "\ue000-\uf8ff\U00040000-\U0010ffff]"  # of private use, of no use yet, and tags, which can carry hidden text
)
"""The categories Cc, Cf, Cs, Co, Zl and Zp of Unicode 16 and its property ``Default_Ignorable_Code_Point``, with a few
characters that are drawn blank. The list is written out, so that the output does not depend on Python's version of
Unicode. Unassigned characters in the first planes are left, since the next version may make them letters."""

SHOWN_CHARACTERS: Final = 120
"""A value in a message is a hint, not a copy: beyond this many characters it is cut."""


def printable(text: str, limit: int = SHOWN_CHARACTERS) -> str:
    r"""Make a text safe for a terminal or a log.

    Examples
    --------
    >>> printable("a\x1b]0;title\x07\u202e")
    'a\\u{1B}]0;title\\u{7}\\u{202E}'
    >>> printable("x" * 200, limit=4)
    'xxxx…'
    """
    shown = text if len(text) <= limit else text[:limit] + "…"
    return _UNSEEN.sub(lambda found: f"\\u{{{ord(found[0]):X}}}", shown)


def pasted(path: object) -> str:
    """Quote a path for a command to paste: one word, and no option.

    Examples
    --------
    >>> pasted("a world"), pasted("-y.toml"), pasted("result")
    ("'a world'", './-y.toml', 'result')
    """
    text = str(path)
    return shlex.quote(f"./{text}" if text.startswith("-") else text)
