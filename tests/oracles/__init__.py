"""Plain, slow readers of one value at a time, against which the fast ones of a whole column are held.

Each says of a value what a column should make of it, by ``Told``. They share tables with the program (which networks
are private, what providers do), and no code.
"""

import re
from dataclasses import dataclass, field

SPACE = " \t\n\f\r"
"""What the patterns of the program take for white space."""


@dataclass(frozen=True)
class Told:
    """Signals by name, and whether the value is bad (with its code) or links nobody."""

    signals: dict[str, str] = field(default_factory=dict)
    bad: str | None = None
    unlinkable: bool = False


BAD = Told(bad="GL230")
UNLINKABLE = Told(unlinkable=True)


def lowered(text: str) -> str:
    """Small letters, each for itself: no letter becomes two, and none looks at its neighbours."""
    return "".join(small if len(small := each.lower()) == 1 else small[0] for each in text)


_NOTHING = re.compile(r"(?:0[xX])?[!-/:-@\[-`{-~ \t\n\f\r0]*|[fF-]{8,}|[xX \t\n\f\r-]{3,}")


def stands_for_nothing(text: str, words: frozenset[str]) -> bool:
    """Whether a value is a placeholder."""
    return lowered(text) in words or _NOTHING.fullmatch(text) is not None
