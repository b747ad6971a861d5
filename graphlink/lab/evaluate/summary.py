"""Headline figures over several runs or worlds: mean, lowest and highest.

Seeds are few (about five), so the interval is the observed range. It claims nothing about a distribution.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from graphlink.lab.evaluate.figures import list_figures

if TYPE_CHECKING:
    from collections.abc import Sequence

    from graphlink.lab.evaluate.evaluation import Evaluation


@dataclass(frozen=True, slots=True)
class Interval:
    """A figure over the ``n`` evaluations in which it is defined."""

    n: int
    mean: float
    low: float
    high: float


def summarise_evaluations(evaluations: Sequence[Evaluation]) -> dict[str, Interval]:
    """Each headline figure that is defined at least once, by name."""
    values: dict[str, list[float]] = {}
    for evaluation in evaluations:
        for name, value in list_figures(evaluation):
            values.setdefault(name, []).extend([] if value is None else [value])
    return {
        name: Interval(len(some), sum(some) / len(some), min(some), max(some)) for name, some in values.items() if some
    }
