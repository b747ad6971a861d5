"""One colour and one shape for each family of signals, the same in every picture of every report."""

from collections.abc import Iterable
from typing import Final

KNOWN: Final = ("network", "payment", "content", "identity", "device", "client")
N_STYLES: Final = 8
"""Styles in the stylesheet: one for each known family, and two that other families share."""

# Corners on a circle of radius one, so that all shapes weigh about the same.
_SHAPES: Final = (
    ((-0.85, -0.85), (0.85, -0.85), (0.85, 0.85), (-0.85, 0.85)),
    ((0, -1.2), (1.2, 0), (0, 1.2), (-1.2, 0)),
    ((0, -1.15), (1.1, 0.85), (-1.1, 0.85)),
    ((-0.55, -1), (0.55, -1), (1.1, 0), (0.55, 1), (-0.55, 1), (-1.1, 0)),
    ((0, -1.1), (1.1, -0.3), (0.7, 1), (-0.7, 1), (-1.1, -0.3)),
    ((0, 1.15), (1.1, -0.85), (-1.1, -0.85)),
    ((-0.4, -1), (0.4, -1), (0.4, -0.4), (1, -0.4), (1, 0.4), (0.4, 0.4), (0.4, 1), (-0.4, 1), (-0.4, 0.4), (-1, 0.4),
     (-1, -0.4), (-0.4, -0.4)),
    ((-1.2, -0.6), (1.2, -0.6), (1.2, 0.6), (-1.2, 0.6)),
)  # fmt: skip
_REACH: Final = 1.2
"""The largest distance of a corner from the middle, along either axis."""


def family_styles(families: Iterable[str]) -> dict[str, int]:
    """Number the families: known ones keep their number, others follow in the order of their names.

    Examples
    --------
    >>> family_styles(["payment", "network", "venue"])
    {'network': 0, 'payment': 1, 'venue': 6}
    """
    names = sorted(set(families), key=lambda name: (KNOWN.index(name) if name in KNOWN else len(KNOWN), name))
    others = [name for name in names if name not in KNOWN]
    spare = N_STYLES - len(KNOWN)
    return {name: KNOWN.index(name) if name in KNOWN else len(KNOWN) + others.index(name) % spare for name in names}


def shape_path(style: int, x: float, y: float, radius: float) -> str:
    """Draw a family's shape as the data of an SVG path."""
    corners = [f"{x + radius * dx:.1f} {y + radius * dy:.1f}" for dx, dy in _SHAPES[style]]
    return f"M{'L'.join(corners)}Z"


def shape_points(style: int) -> list[float]:
    """Return a family's shape as corners between minus one and one, x and y in turn."""
    return [round(place / _REACH, 3) for corner in _SHAPES[style] for place in corner]
