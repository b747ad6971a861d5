"""Why a ring has its score: the parts one after another, each starting where the last one ended."""

from itertools import accumulate
from typing import Final

from graphlink.model.findings import Factor
from graphlink.results.pictures.choose import Drawn

FULL: Final = 100.0
"""The scale goes from 0 to 100, as scores do, or further if a partial sum does."""


def draw_waterfall(factors: tuple[Factor, ...]) -> Drawn:
    """Place the parts of a score from left to right.

    Examples
    --------
    >>> from graphlink.model.findings import Factor
    >>> drawn = draw_waterfall((Factor("a", 60, ""), Factor("b", -10, "")))
    >>> [(step["x"], step["width"]) for step in drawn["steps"]]
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
        {
            "name": part.name,
            "points": part.points,
            "because": part.because,
            "x": place(min(end, end - part.points)),
            "width": max(0.3, round(abs(part.points) * scale, 2)),
            "end": place(end),
        }
        for part, end in zip(counted, ends, strict=True)
    )
    return {"steps": steps, "silent": silent, "zero": place(0.0), "total": place(ends[-1] if ends else 0.0)}
