"""Which rings a world gets: from a prevalence, or from a list such as `R1,R3=400,R7=25000`."""

from __future__ import annotations

import numpy as np

from graphlink.simulate.rings import PATTERNS, PlannedRing

# Natural sizes (domain 9.8): small and large end.
NATURAL = {"R1": (50, 500), "R2": (200, 2000), "R3": (300, 1000), "R6": (4000, 6000), "R7": (20_000, 30_000), "R9": (200, 400)}
# Below these a pattern is no longer itself (a hydra of one cell, a pool ring too small for domains).
_SMALLEST = {"R1": 50, "R2": 120, "R3": 100, "R6": 300, "R7": 800, "R9": 80}
# Share of the budget that the two big patterns may take: they are shrunk to it, and the truth records the size.
_BIG = {"R7": 0.35, "R6": 0.2}
# The largest part of a budget that one of the other patterns takes, so that a small budget still gives several kinds.
_SMALL_SHARE = 0.3


def parse_rings(text: str) -> tuple[tuple[str, int | None], ...]:
    """Read `R1,R3=400`: one ring for each mention, of a natural size unless one is given.

    Examples
    --------
    >>> parse_rings("R1,R7=25000")
    (('R1', None), ('R7', 25000))
    """
    wanted: list[tuple[str, int | None]] = []
    for word in filter(None, (part.strip() for part in text.split(","))):
        kind, _, size = word.partition("=")
        if kind not in PATTERNS or (size and not (size.isdecimal() and int(size) > 1)):
            message = f"no ring pattern {word!r}; write some of {', '.join(PATTERNS)}, each with a size if wanted: R1,R7=25000"
            raise ValueError(message)
        wanted.append((kind, int(size) if size else None))
    return tuple(wanted)


def plan_rings(rng: np.random.Generator, budget: int, wanted: tuple[tuple[str, int | None], ...]) -> tuple[PlannedRing, ...]:
    """Plan rings: exactly those wanted, or else as many as the budget of accounts holds."""
    if wanted:
        sizes = [(kind, size or _natural(rng, kind)) for kind, size in wanted]
    else:
        sizes = _fill(rng, budget)
    return tuple(PlannedRing(number, kind, size) for number, (kind, size) in enumerate(sizes))


def _fill(rng: np.random.Generator, budget: int) -> list[tuple[str, int]]:
    sizes: list[tuple[str, int]] = []
    left = budget
    for kind, share in _BIG.items():
        size = min(_natural(rng, kind), round(share * budget))
        if size >= _SMALLEST[kind]:
            sizes.append((kind, size))
            left -= size
    small = ("R1", "R3", "R9", "R2")
    limit = max(_SMALLEST["R2"], round(_SMALL_SHARE * budget))
    turn = 0
    while left >= min(_SMALLEST[kind] for kind in small):
        kind = small[turn % len(small)]
        turn += 1
        size = min(_natural(rng, kind), limit, left)
        if size >= _SMALLEST[kind]:
            sizes.append((kind, size))
            left -= size
    return sizes


def _natural(rng: np.random.Generator, kind: str) -> int:
    low, high = NATURAL[kind]
    return round(float(np.exp(rng.uniform(np.log(low), np.log(high)))))
