"""Words and numbers as sentences need them: lists, counts, shares and wrapped lines."""

import math
import re
import textwrap
from collections.abc import Sequence
from typing import Final

MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
"""Fixed: the locale's names must never reach a published file."""

FOUND: Final = "; found: "
"""Stands between what an explanation lacks and what was found."""

NOT_COUNTED: Final = ", peripheral ones not counted"
"""Follows the number of a group's accounts in every reason that contains it."""


def listed(names: Sequence[str], joint: str = "and") -> str:
    """Join words as a sentence does.

    Examples
    --------
    >>> listed(["content", "network", "payment"]), listed(["card", "bank"], "or")
    ('content, network and payment', 'card or bank')
    """
    return f" {joint} ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else "".join(names)


def wrapped(text: str, width: int, indent: str = "") -> list[str]:
    """Wrap a text, but keep anything in back-quotes that fits on one line, since a command is pasted whole.

    A line never ends between a number and its percent sign.

    Examples
    --------
    >>> wrapped("All but 23 % of them", 10)
    ['All but', '23 % of', 'them']
    >>> wrapped("It says: `graphlink explain 'word:telling value'` tells.", 44)
    ['It says:', "`graphlink explain 'word:telling value'`", 'tells.']
    """
    glued = _QUOTED.sub(lambda found: found[0].replace(" ", _GLUE) if len(found[0]) <= width else found[0], text)
    glued = _PERCENT.sub(_GLUE, glued)
    lines = textwrap.wrap(glued, width, initial_indent=indent, subsequent_indent=indent, break_on_hyphens=False)
    return [line.replace(_GLUE, " ") for line in lines]


_QUOTED: Final = re.compile("`[^`]+`")
_PERCENT: Final = re.compile("(?<=[0-9]) (?=%)|(?<=[<>]) (?=[0-9.]+ %)")
_GLUE: Final = "\0"
"""Stands for a blank at which no line may end; shown texts never contain it."""


def about(number: float) -> str:
    """Print an expected number of things.

    Examples
    --------
    >>> about(39.07), about(0.164), about(0.0001)
    ('39', '0.2', 'fewer than 0.1')
    """
    if 0 < number < 0.1:  # noqa: PLR2004  one decimal is printed
        return "fewer than 0.1"
    return f"{number:.1f}" if number < 10 else f"{number:,.0f}"  # noqa: PLR2004  … where it tells


def unlike_sentence(features: Sequence[str]) -> str:
    """Tell that the card was fitted on worlds unlike this one.

    Examples
    --------
    >>> unlike_sentence(["lifetime (lasting)"])[:67]
    'the groups here are unlike those of all simulated worlds on which t'
    """
    return (
        f"the groups here are unlike those of all simulated worlds on which the scorecard was fitted, in "
        f"{listed(features)}: take its verdicts as leads, and check some by hand before you act on the others"
    )


def expected_wrong(wrong: float, ring_share: float, groups: str) -> str:
    """Tell how many of some groups are expected to be wrong, at a stated share of ring accounts.

    Examples
    --------
    >>> expected_wrong(0.43, 0.01, "these 12 groups")
    "If 1 % of all accounts are rings', expect 0.4 of these 12 groups to be wrong."
    """
    return f"If {100 * ring_share:g} % of all accounts are rings', expect {about(wrong)} of {groups} to be wrong."


def or_none(number: int) -> str:
    """Print how many of something there are."""
    return f"{number:,}" if number else "none"


def counted(number: int, thing: str) -> str:
    """Print a number of things, with a regular English plural.

    Examples
    --------
    >>> counted(1, "ring"), counted(2_000, "ring"), counted(2, "entry"), counted(2, "day")
    ('1 ring', '2,000 rings', '2 entries', '2 days')
    """
    return f"{number:,} {thing if number == 1 else _ENDING_IN_Y.sub('ie', thing) + 's'}"


_ENDING_IN_Y: Final = re.compile("(?<![aeiou])y$")


def who_are_tied(n_members: int, n_victims: int) -> str:
    """Begin a ring's headline: its members or, where it has none, its possible victims.

    Examples
    --------
    >>> who_are_tied(1_200, 3), who_are_tied(1, 4), who_are_tied(0, 5)
    ('1,200 accounts are tied', '1 account is tied', '5 possible victims and nobody else are tied')
    """
    n = n_members or n_victims
    who = counted(n, "account") if n_members else f"{counted(n, 'possible victim')} and nobody else"
    return f"{who} {'is' if n == 1 else 'are'} tied"


def percent(share: float) -> str:
    """Print a share as a percentage; only nothing rounds to nothing, and only all to all.

    Examples
    --------
    >>> percent(0.4567), percent(0.00004), percent(0.99999), percent(1.0)
    ('46 %', '< 0.1 %', '> 99.9 %', '100 %')
    >>> percent(0.984), percent(0.987), percent(0.99), percent(0.0996)
    ('98 %', '98.7 %', '99.0 %', '10 %')
    """
    if not math.isfinite(share):
        return "–"
    hundred = 100 * float(share)
    if 0 < hundred < 0.1:  # noqa: PLR2004  one decimal is all that is printed
        return "< 0.1 %"
    if 99.9 < hundred < 100:  # noqa: PLR2004
        return "> 99.9 %"
    decimals = 1 if 0 < hundred < 9.95 or 98.5 <= hundred < 100 else 0  # noqa: PLR2004  no 99 % beside a 99.0 %
    return f"{hundred:.{decimals}f} %"


def shorten(text: str, length: int) -> str:
    """Cut a text to a length and mark the cut.

    Examples
    --------
    >>> shorten("0123456789", 6), shorten("short", 6)
    ('01234…', 'short')
    """
    return text if len(text) <= length else text[: length - 1] + "…"
