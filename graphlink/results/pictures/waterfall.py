"""Why a ring has its score: the parts one after another, each starting where the last one ended."""

from itertools import accumulate
from typing import Final, NamedTuple

from graphlink.model.findings import Factor

FULL: Final = 100.0
"""The scale goes from 0 to 100, as scores do, or further if a partial sum does."""


class Step(NamedTuple):
    """One part of a score; ``x`` and ``width`` in hundredths of the picture."""

    name: str
    points: float
    because: str
    x: float
    width: float
    end: float


class Waterfall(NamedTuple):
    """The parts of a score and the place of zero; all places in hundredths of the width.

    ``silent`` are the parts without points; they have no bar.
    """

    steps: tuple[Step, ...]
    silent: tuple[Factor, ...]
    zero: float
    total: float


def draw_waterfall(factors: tuple[Factor, ...]) -> Waterfall:
    """Place the parts of a score from left to right.

    Examples
    --------
    >>> from graphlink.model.findings import Factor
    >>> [(step.x, step.width) for step in draw_waterfall((Factor("a", 60, ""), Factor("b", -10, ""))).steps]
    [(0.0, 60.0), (50.0, 10.0)]
    """
    counted = [part for part in factors if round(part.points, 1)]
    silent = tuple(part for part in factors if not round(part.points, 1))
    ends = list(accumulate(part.points for part in counted))
    low, high = min(0.0, *ends, 0.0), max(FULL, *ends, 0.0)
    scale = 100 / (high - low)

    def place(points: float) -> float:
        return round((points - low) * scale, 2)

    steps = tuple(
        Step(
            name=part.name,
            points=part.points,
            because=part.because,
            x=place(min(end, end - part.points)),
            width=max(0.3, round(abs(part.points) * scale, 2)),
            end=place(end),
        )
        for part, end in zip(counted, ends, strict=True)
    )
    return Waterfall(steps, silent, zero=place(0.0), total=place(ends[-1] if ends else 0.0))
