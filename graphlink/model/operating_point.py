"""How many of the first groups of a list are expected to be wrong, at a stated share of ring accounts."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate
from math import exp
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

USUAL: Final = (5, 10, 20, 50)
"""Numbers of groups from the top of the list that are told of, besides that of all coordinated ones."""


class First(NamedTuple):
    """The first groups of a list, and what to expect of them."""

    groups: int
    coordinated: int
    """How many of them are coordinated; the others are inconclusive."""
    last_score: float
    wrong: float
    """How many of them are expected to be nobody's ring."""


@dataclass(frozen=True, slots=True)
class OperatingPoint:
    """The odds that a group is one operator's, by its score, as found on makers' worlds held out of the fit."""

    ring_share: float
    """The stated share of the accounts that are rings'."""
    at_zero: float
    """Log-odds of a group of score 0."""
    per_point: float
    reviewed: int | None = None
    """Groups that a team can review, which are told of too."""

    def wrong(self, score: float) -> float:
        """The probability that a group of this score is nobody's ring."""
        return 1 / (1 + exp(self.at_zero + self.per_point * score))

    def expect(self, coordinated: Sequence[float], inconclusive: Iterable[float]) -> tuple[First, ...]:
        """What to expect of the first groups of a list, given the scores of both kinds in its order.

        Examples
        --------
        >>> point = OperatingPoint(ring_share=0.01, at_zero=-5.0, per_point=0.1)
        >>> for first in point.expect([90.0, 80.0, 70.0], [40.0, 30.0]):
        ...     print(first)
        First(groups=3, coordinated=3, last_score=70.0, wrong=0.185)
        First(groups=5, coordinated=3, last_score=30.0, wrong=1.796)
        """
        scores = [*coordinated, *inconclusive]
        wrong = list(accumulate(map(self.wrong, scores)))
        n_told = sorted({*USUAL, len(coordinated), self.reviewed or 0})
        return tuple(
            First(n, min(n, len(coordinated)), scores[n - 1], round(wrong[n - 1], 3))
            for n in n_told
            if 0 < n <= len(scores)
        )
