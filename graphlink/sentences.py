"""Words joined as sentences join them, and numbers as sentences print them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def listed(names: Sequence[str], joint: str = "and") -> str:
    """Join words as a sentence does.

    Examples
    --------
    >>> listed(["content", "network", "payment"]), listed(["card", "bank"], "or")
    ('content, network and payment', 'card or bank')
    """
    return f" {joint} ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else "".join(names)


def about(number: float) -> str:
    """Print a number of things that chance would give.

    Examples
    --------
    >>> about(39.07), about(0.164), about(0.0001)
    ('39', '0.2', 'fewer than 0.1')
    """
    if 0 < number < 0.1:  # noqa: PLR2004  one decimal is printed
        return "fewer than 0.1"
    return f"{number:.1f}" if number < 10 else f"{number:,.0f}"  # noqa: PLR2004  … where it tells


def percent(share: float) -> str:
    """Print a share as a percentage, as the report does, in whole ones.

    Examples
    --------
    >>> percent(0.456), percent(1.0)
    ('46 %', '100 %')
    """
    return f"{share:.0%}".replace("%", " %")
