"""All rings of a run by size and score, so that an outlier or a wall of small groups shows at once.

Dots overlap, so bars along both sides count the rings: above by members, at the right by score.
"""

import math
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Final

from graphlink.model.findings import Ring
from graphlink.results.pictures.choose import Drawn
from graphlink.results.ring_sentences import kind
from graphlink.results.text import count
from graphlink.words.sentences import counted

WIDTH: Final = 520
HEIGHT: Final = 276
LEFT: Final = 34
RIGHT: Final = 450
TOP: Final = 56
BOTTOM: Final = 242
BAR: Final = 30
"""Length of the longest bar."""
N_SCORES: Final = 10
"""Bars by score: one for each ten points."""
N_DOTS: Final = 1000
"""Dots drawn at most, in rank order: a picture of this size cannot separate more."""


def draw_sizes(rings: Sequence[Ring]) -> Drawn:
    """Place every ring by its members and its score, the best ranked on top."""
    low = math.log10(max(1, min((ring.n_members for ring in rings), default=1)))
    high = max(low + 1, math.log10(max(1, max((ring.n_members for ring in rings), default=10))))

    def across(members: float) -> float:
        share = (math.log10(max(1, members)) - low) / (high - low)
        return round(LEFT + 10 + share * (RIGHT - LEFT - 20), 1)

    def up(score: float) -> float:
        return round(BOTTOM - score / 100 * (BOTTOM - TOP), 1)

    dots = tuple(
        {
            "x": across(ring.n_members),
            "y": up(ring.score),
            "kind": kind(ring.assessment),
            "ring_id": ring.ring_id,
            "title": f"{ring.ring_id}: {count(ring.n_members)} members, score {ring.score:.1f}, {ring.assessment}",
        }
        for ring in reversed(rings[:N_DOTS])
    )
    steps = [base * 10**power for power in range(7) for base in (1, 2, 5)]
    chosen = [step for step in steps if low <= math.log10(step) <= high]
    return {
        "dots": dots,
        "sizes": _size_bars([ring.n_members for ring in rings], steps, across),
        "scores": _score_bars([ring.score for ring in rings], up),
        "x_ticks": tuple({"at": across(step), "label": count(step)} for step in chosen),
        "y_ticks": tuple({"at": up(score), "label": str(score)} for score in (0, 25, 50, 75, 100)),
    }


def _size_bars(sizes: Sequence[int], steps: Sequence[int], across: Callable[[float], float]) -> tuple[Drawn, ...]:
    """Count the rings between one step of the scale and the next."""
    bars = []
    among = {(low, high): [size for size in sizes if low <= size < high] for low, high in pairwise([0, *steps])}
    most = max(map(len, among.values()), default=0)
    for (low, high), mine in among.items():
        if not mine:
            continue
        number, largest = len(mine), max(mine)
        x = across(max(low, min(sizes)))
        width = max(4.0, round(across(min(high, max(sizes) + 1)) - x - 1, 1))
        height = round(max(1.0, BAR * number / most), 1)
        y = round(TOP - 10 - height, 1)
        range_of = f"{count(low)} to {count(high - 1)}"
        title = f"{counted(number, 'ring')} with {range_of} members, the largest with {count(largest)}"
        bars.append({"x": x, "y": y, "width": width, "height": height, "number": count(number), "title": title})
    return tuple(bars)


def _score_bars(scores: Sequence[float], up: Callable[[float], float]) -> tuple[Drawn, ...]:
    """Count the rings in each ten points of score; the best score belongs to the last ten."""
    counts = Counter(min(N_SCORES - 1, int(score * N_SCORES / 100)) for score in scores)
    most = max(counts.values(), default=0)
    bars = []
    for place, number in sorted(counts.items()):
        low, high = place * 100 // N_SCORES, (place + 1) * 100 // N_SCORES
        width = round(max(1.0, BAR * number / most), 1)
        y, height = up(high) + 0.5, round(up(low) - up(high) - 1, 1)
        title = f"{counted(number, 'ring')} with a score of {low} to {high}"
        bars.append({"x": RIGHT + 5, "y": y, "width": width, "height": height, "number": count(number), "title": title})
    return tuple(bars)
