"""From which share on a signal passes: half, and less of it where exports tell of much."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from graphlink.model.families import NETWORK

if TYPE_CHECKING:
    from collections.abc import Mapping

FAMILIES: Final = "families"
"""The habit that says of how many families exports tell."""

_MANY: Final = 4
"""Families from which on they can contradict each other: of the five one may be missing."""


def needed_share(family: str, share: float, relaxed_pass_factor: float, rates: Mapping[str, float]) -> float:
    """The lower bound from which a signal of a family passes: a part where many families are told of.

    Of places it is the whole share: who else is there is another operator's account at the same vendor.

    Examples
    --------
    >>> [needed_share("content", 0.5, 0.8, {"families": n}) for n in (3.0, 4.0)]
    [0.5, 0.4]
    """
    return share * relaxed_pass_factor if family != NETWORK and rates.get(FAMILIES, 0) >= _MANY else share
