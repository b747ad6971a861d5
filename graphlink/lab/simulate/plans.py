"""The rings of a world: as many as its prevalence allows, or those of a list such as `R1,R3=400,R7=25000`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from graphlink.lab.simulate.rings import PATTERNS, PlannedRing

if TYPE_CHECKING:
    from collections.abc import Mapping

# Sizes of such rings in the wild (domain 9.8).
NATURAL: Final[Mapping[str, tuple[int, int]]] = {
    "R1": (50, 500),
    "R2": (200, 2_000),
    "R3": (300, 1_000),
    "R6": (4_000, 6_000),
    "R7": (20_000, 30_000),
    "R9": (200, 400),
}
# Below these sizes a pattern loses its character: a hydra of two cells, a pool ring without shared domains.
_SMALLEST: Final[Mapping[str, int]] = {"R1": 50, "R2": 120, "R3": 100, "R6": 300, "R7": 800, "R9": 80}
# The largest share of members in the two large patterns. Smaller worlds shrink them to it (domain 9.1).
_LARGE: Final[Mapping[str, float]] = {"R7": 0.35, "R6": 0.2}
# The other patterns alternate, each up to this share, so that a small world also has several kinds of rings.
_TURNS: Final = ("R1", "R3", "R9", "R2")
_TURN_SHARE: Final = 0.3


def parse_rings(text: str) -> tuple[tuple[str, int | None], ...]:
    """Read a list of rings: one per mention, with a natural size unless a size is given.

    Raises ``ValueError`` for an unknown pattern, or a size that is not a number above one.

    Examples
    --------
    >>> parse_rings("R1,R7=25000")
    (('R1', None), ('R7', 25000))
    """
    wanted: list[tuple[str, int | None]] = []
    for word in filter(None, (part.strip() for part in text.split(","))):
        kind, _, size = word.partition("=")
        is_size = size.isascii() and size.isdecimal() and int(size) > 1
        if kind not in PATTERNS:
            known = ", ".join(PATTERNS)
            raise ValueError(
                f"{word!r} is not a ring pattern; write some of {known}, with a size if wanted: R1,R7=25000"
            )
        if size and not is_size:
            raise ValueError(f"{word!r}: the size of a ring is a whole number from 2 on, as in R1,R7=25000")
        wanted.append((kind, int(size) if size else None))
    return tuple(wanted)


def plan_rings(
    rng: np.random.Generator, budget: int, wanted: tuple[tuple[str, int | None], ...]
) -> tuple[PlannedRing, ...]:
    """Plan the requested rings, or else as many as fit into a budget of accounts."""
    sizes = [(kind, size or _natural(rng, kind)) for kind, size in wanted] if wanted else _fill(rng, budget)
    return tuple(PlannedRing(number, kind, size, size < NATURAL[kind][0]) for number, (kind, size) in enumerate(sizes))


def _fill(rng: np.random.Generator, budget: int) -> list[tuple[str, int]]:
    sizes: list[tuple[str, int]] = []
    for kind, share in _LARGE.items():
        n_rings = max(1, round(share * budget / np.mean(NATURAL[kind])))
        fair = round(share * budget / n_rings)
        sizes += [(kind, min(_natural(rng, kind), fair)) for _ in range(n_rings) if fair >= _SMALLEST[kind]]
    left = budget - sum(size for _, size in sizes)
    limit = max(_SMALLEST["R2"], round(_TURN_SHARE * budget))
    turn = 0
    while left >= min(_SMALLEST[kind] for kind in _TURNS):
        kind = _TURNS[turn % len(_TURNS)]
        size = min(_natural(rng, kind), limit, left)
        if size >= _SMALLEST[kind]:
            sizes.append((kind, size))
            left -= size
        turn += 1
    return sizes


def _natural(rng: np.random.Generator, kind: str) -> int:
    low, high = NATURAL[kind]
    return round(float(np.exp(rng.uniform(np.log(low), np.log(high)))))
