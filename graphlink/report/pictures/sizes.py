"""All rings of a run by size and score, so that an outlier or a wall of small groups shows at once."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from graphlink.report.text import count
from graphlink.report.words import kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from graphlink.model import Ring

WIDTH: Final = 460
HEIGHT: Final = 230
LEFT: Final = 34
RIGHT: Final = 450
TOP: Final = 10
BOTTOM: Final = 196
N_DOTS: Final = 1000
"""Dots drawn at most, in rank order: more cannot be told apart in a picture of this size."""


@dataclass(frozen=True, slots=True)
class Dot:
    """A ring at its place."""

    x: float
    y: float
    kind: str
    ring_id: str
    title: str


@dataclass(frozen=True, slots=True)
class Tick:
    """A line of the scale and its label."""

    at: float
    label: str


@dataclass(frozen=True, slots=True)
class Scatter:
    """Size from left to right on a logarithmic scale, score from bottom to top."""

    dots: tuple[Dot, ...]
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]


def draw_sizes(rings: Sequence[Ring]) -> Scatter:
    """Place every ring by its members and its score, the best ranked on top."""
    low = math.log10(max(1, min((ring.n_members for ring in rings), default=1)))
    high = max(low + 1, math.log10(max(1, max((ring.n_members for ring in rings), default=10))))

    def across(members: float) -> float:
        share = (math.log10(max(1, members)) - low) / (high - low)
        return round(LEFT + 10 + share * (RIGHT - LEFT - 20), 1)

    def up(score: float) -> float:
        return round(BOTTOM - score / 100 * (BOTTOM - TOP), 1)

    dots = tuple(
        Dot(
            x=across(ring.n_members),
            y=up(ring.score),
            kind=kind(ring.assessment),
            ring_id=ring.ring_id,
            title=f"{ring.ring_id}: {count(ring.n_members)} members, score {ring.score:.1f}, {ring.assessment}",
        )
        for ring in reversed(rings[:N_DOTS])
    )
    steps = [base * 10**power for power in range(7) for base in (1, 2, 5)]
    chosen = [step for step in steps if low <= math.log10(step) <= high]
    return Scatter(
        dots=dots,
        x_ticks=tuple(Tick(across(step), count(step)) for step in chosen),
        y_ticks=tuple(Tick(up(score), str(score)) for score in (0, 25, 50, 75, 100)),
    )
