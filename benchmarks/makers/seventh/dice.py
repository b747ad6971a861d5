"""Draws and names that come out the same for the same seed."""

from __future__ import annotations

import bisect
import itertools
import math
from random import Random
from typing import Sequence

import numpy as np

_A = np.uint64(0x9E3779B97F4A7C15)
_B = np.uint64(0xBF58476D1CE4E5B9)
_C = np.uint64(0x94D049BB133111EB)


def mix(x: np.ndarray | int) -> np.ndarray:
    """Scrambled 64-bit integers."""
    z = np.atleast_1d(np.asarray(x)).astype(np.uint64)
    z = z + _A
    z = (z ^ (z >> np.uint64(30))) * _B
    z = (z ^ (z >> np.uint64(27))) * _C
    return z ^ (z >> np.uint64(31))


def both(x: np.ndarray, y: np.ndarray | int) -> np.ndarray:
    """One scrambled integer out of two."""
    return mix(mix(x) ^ (np.atleast_1d(np.asarray(y)).astype(np.int64).astype(np.uint64) * _C))


def unit(x: np.ndarray) -> np.ndarray:
    """Numbers from 0 to 1 out of scrambled integers."""
    return (x >> np.uint64(11)).astype(np.float64) / float(1 << 53)


def hexes(ids: np.ndarray, salt: int, prefix: str, width: int) -> list[str]:
    """Opaque names of numbered things."""
    return [f"{prefix}{v:016x}"[: len(prefix) + width] for v in both(np.asarray(ids), salt).tolist()]


class Zipf:
    """Ranks from 0 of which the first is the most popular."""

    def __init__(self, size: int, slope: float) -> None:
        self.cum = list(itertools.accumulate(1.0 / (r + 1.0) ** slope for r in range(max(1, size))))

    def __call__(self, rnd: Random) -> int:
        return bisect.bisect_left(self.cum, rnd.random() * self.cum[-1])


class Pick:
    """Choices with weights."""

    def __init__(self, pairs: Sequence[tuple[object, float]]) -> None:
        self.what = [p[0] for p in pairs]
        self.cum = list(itertools.accumulate(p[1] for p in pairs))

    def __call__(self, rnd: Random):
        return self.what[min(len(self.what) - 1, bisect.bisect_left(self.cum, rnd.random() * self.cum[-1]))]


def pareto(rnd: Random, low: float, high: float, slope: float) -> int:
    """A heavy-tailed whole number from low to high."""
    if high <= low:
        return int(low)
    a, b = low**-slope, high**-slope
    return int(min(high, (a - rnd.random() * (a - b)) ** (-1 / slope)))


def between(rnd: Random, low: float, high: float) -> float:
    """A number whose logarithm is uniform."""
    return math.exp(rnd.uniform(math.log(low), math.log(high)))


def deal(rnd: Random, n: int, per: float, mode: str = "block") -> list[int]:
    """For each of n accounts, which unit of a resource it is handed when one unit serves about `per` accounts."""
    if per <= 1.0:
        return list(range(n))
    out: list[int] = []
    if mode == "block":  # a unit until its quota is used up, and quotas are not even
        unit_no = 0
        while len(out) < n:
            out += [unit_no] * max(1, int(rnd.gauss(per, per * 0.3) + 0.5))
            unit_no += 1
        return out[:n]
    units = max(1, round(n / per))
    if mode == "turn":
        return [i % units for i in range(n)]
    return [rnd.randrange(units) for _ in range(n)]
