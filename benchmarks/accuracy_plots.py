"""Three small plots as SVG text: points and lines over linear axes. The same numbers give the same bytes."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

WIDTH, HEIGHT, LEFT, BOTTOM, TOP, RIGHT = 640, 376, 56, 44, 36, 190
COLOURS: Final = ("#1b6ca8", "#c8553d", "#4f8a4c", "#7d5ba6", "#b08900", "#5c6770")
"""Told apart in the common kinds of colour blindness; every series is also named beside its last point."""


@dataclass(frozen=True, slots=True)
class Series:
    """A named line of (x, y) points; ``low`` and ``high`` give each point's range where there is one."""

    name: str
    points: tuple[tuple[float, float], ...]
    ranges: tuple[tuple[float, float], ...] = ()
    is_guide: bool = False
    has_marks: bool = True
    has_line: bool = True


@dataclass(frozen=True, slots=True)
class Axis:
    """A linear axis from ``low`` to ``high`` with named ticks."""

    title: str
    low: float
    high: float
    ticks: tuple[tuple[float, str], ...]

    def place(self, value: float, start: float, end: float) -> float:
        """Where a value stands between two positions."""
        return start + (value - self.low) / (self.high - self.low) * (end - start)


SHARES: Final = tuple((tick / 10, f"{tick / 10:.1f}") for tick in range(0, 11, 2))


def draw_plot(title: str, x: Axis, y: Axis, series: Sequence[Series]) -> str:
    """Draw a plot with a legend to its right."""
    size = f'viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" font-family="sans-serif" font-size="12">',
        f"<title>{escape(title)}</title>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>',
        *_axes(x, y),
    ]
    coloured = [line for line in series if not line.is_guide and line.points]
    for line in (*(line for line in series if line.is_guide), *coloured):
        colour = "#9aa5b1" if line.is_guide else COLOURS[coloured.index(line) % len(COLOURS)]
        parts += _line(line, colour, x, y)
    for number, line in enumerate(coloured):
        height = TOP + 12 + 20 * number
        parts.append(f'<circle cx="{WIDTH - RIGHT + 18}" cy="{height}" r="4" fill="{COLOURS[number % len(COLOURS)]}"/>')
        parts.append(f'<text x="{WIDTH - RIGHT + 28}" y="{height + 4}" fill="#1f2933">{escape(line.name)}</text>')
    return "\n".join([*parts, "</svg>"]) + "\n"


def _axes(x: Axis, y: Axis) -> list[str]:
    right, bottom = WIDTH - RIGHT, HEIGHT - BOTTOM
    parts = []
    for value, label in y.ticks:
        height = y.place(value, bottom, TOP)
        parts.append(f'<line x1="{LEFT}" y1="{height:.1f}" x2="{right}" y2="{height:.1f}" stroke="#e4e7eb"/>')
        parts.append(
            f'<text x="{LEFT - 8}" y="{height + 4:.1f}" text-anchor="end" fill="#52606d">{escape(label)}</text>'
        )
    for value, label in x.ticks:
        place = x.place(value, LEFT, right)
        parts.append(f'<line x1="{place:.1f}" y1="{bottom}" x2="{place:.1f}" y2="{bottom + 4}" stroke="#52606d"/>')
        parts.append(
            f'<text x="{place:.1f}" y="{bottom + 18}" text-anchor="middle" fill="#52606d">{escape(label)}</text>'
        )
    middle = (LEFT + right) / 2
    parts.append(f'<line x1="{LEFT}" y1="{bottom}" x2="{right}" y2="{bottom}" stroke="#52606d"/>')
    parts.append(f'<text x="{middle}" y="{HEIGHT - 6}" text-anchor="middle" fill="#1f2933">{escape(x.title)}</text>')
    parts.append(f'<text x="{LEFT - 44}" y="16" fill="#1f2933">{escape(y.title)}</text>')
    return parts


def _line(line: Series, colour: str, x: Axis, y: Axis) -> list[str]:
    right, bottom = WIDTH - RIGHT, HEIGHT - BOTTOM
    places = [(x.place(a, LEFT, right), y.place(b, bottom, TOP)) for a, b in line.points]
    drawn = " ".join(f"{a:.1f},{b:.1f}" for a, b in places)
    dash = ' stroke-dasharray="4 4"' if line.is_guide else ""
    parts = []
    if line.has_line:
        parts.append(f'<polyline points="{drawn}" fill="none" stroke="{colour}" stroke-width="2"{dash}/>')
    for (across, _), (low, high) in zip(places, line.ranges, strict=False):
        ends = f'y1="{y.place(low, bottom, TOP):.1f}" x2="{across:.1f}" y2="{y.place(high, bottom, TOP):.1f}"'
        parts.append(f'<line x1="{across:.1f}" {ends} stroke="{colour}"/>')
    if line.has_marks and not line.is_guide:
        parts += [f'<circle cx="{across:.1f}" cy="{height:.1f}" r="3" fill="{colour}"/>' for across, height in places]
    return parts
