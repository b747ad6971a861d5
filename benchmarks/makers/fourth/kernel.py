"""Repeatable draws: hashes of integers, named parameters, sizes with heavy tails."""

# ruff: noqa: PLW2901  (tables of habits, long recipes)
from __future__ import annotations

import zlib
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Rng = np.random.Generator


def mix(values: npt.ArrayLike) -> npt.NDArray[np.uint64]:
    """A well-spread 64-bit hash of each integer (splitmix64)."""
    with np.errstate(over="ignore"):
        x = np.asarray(values).astype(np.uint64) + np.uint64(0x9E3779B97F4A7C15)
        x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return x ^ (x >> np.uint64(31))


def keyed(*parts: npt.ArrayLike) -> npt.NDArray[np.uint64]:
    """One hash of several integers, element by element."""
    h = mix(parts[0])
    for part in parts[1:]:
        h = mix(h ^ ~mix(np.asarray(part).astype(np.int64)))
    return h


def unit(h: npt.NDArray[np.uint64]) -> Floats:
    """A hash as a number from 0 up to 1."""
    return (h >> np.uint64(11)).astype(np.float64) / float(1 << 53)


def below(h: npt.NDArray[np.uint64], limit: npt.ArrayLike) -> Ints:
    """A hash as an integer from 0 up to ``limit``."""
    return np.minimum((unit(h) * limit).astype(np.int64), np.asarray(limit).astype(np.int64) - 1)


def stream(seed: int, name: str) -> Rng:
    """A generator of its own for one part of the world: parts do not disturb each other."""
    return np.random.default_rng([seed, zlib.crc32(name.encode())])


def zipf_pick(rng: Rng, n: int, choices: int, exponent: float) -> Ints:
    """Pick ``n`` of ``choices`` things whose popularity falls as a power of their rank."""
    weights = np.arange(1, choices + 1, dtype=np.float64) ** -exponent
    edges = np.cumsum(weights) / weights.sum()
    return np.minimum(np.searchsorted(edges, rng.random(n)), choices - 1).astype(np.int64)


def heavy_sizes(rng: Rng, total: int, lo: int, hi: int, tail: float) -> Ints:
    """Group sizes between ``lo`` and ``hi`` with a Pareto tail, which sum to ``total`` or a little less."""
    if total < lo:
        return np.zeros(0, np.int64)
    hi = max(lo, min(hi, total))
    out: list[int] = []
    left = total
    while left >= lo:
        u = rng.random(max(16, left // lo // 4))
        low, high = float(lo) ** -tail, float(hi + 1) ** -tail
        for size in ((low - u * (low - high)) ** (-1.0 / tail)).astype(np.int64).tolist():
            size = min(max(size, lo), hi, left)
            if size < lo:
                break
            out.append(size)
            left -= size
    return np.array(out, np.int64)


def batches(rng: Rng, n: int, lo: float, hi: float) -> Ints:
    """Cut ``n`` members into consecutive batches of ``lo`` to ``hi``; the batch number of each, members shuffled."""
    if n == 0:
        return np.zeros(0, np.int64)
    sizes = np.maximum(1, np.round(rng.uniform(lo, max(lo, hi), int(n / max(1.0, lo)) + 2))).astype(np.int64)
    labels = np.repeat(np.arange(len(sizes)), sizes)
    while len(labels) < n:
        labels = np.concatenate([labels, labels + labels.max() + 1])
    return rng.permutation(labels[:n])


@dataclass
class Params:
    """Named parameters of one world: near their middle by default, far from it with ``wide``."""

    seed: int
    wide: bool
    drawn: dict[str, Any] = field(default_factory=dict)

    def number(self, name: str, middle: float, lo: float = 0.0, hi: float = 1.0) -> float:
        """A positive number: within 10 % of its middle by default, from a fifth to five times of it when wide."""
        if name not in self.drawn:
            span = np.log(5.0) if self.wide else np.log(1.1)
            value = middle * float(np.exp(stream(self.seed, f"p:{name}").uniform(-span, span)))
            self.drawn[name] = round(min(max(value, lo), hi), 5)
        return float(self.drawn[name])

    def share(self, name: str, middle: float) -> float:
        """A probability: within 0.04 of its middle by default; when wide, spread over most of 0 to 1."""
        if name not in self.drawn:
            rng = stream(self.seed, f"p:{name}")
            if self.wide:
                value = float(rng.beta(0.4 + 1.6 * middle, 0.4 + 1.6 * (1.0 - middle)))
            else:
                value = middle + min(0.04, middle / 5, (1 - middle) / 2) * float(rng.uniform(-1, 1))
            self.drawn[name] = round(min(max(value, 0.0), 1.0), 5)
        return float(self.drawn[name])

    def whole(self, name: str, lo: int, hi: int, wide_lo: int, wide_hi: int) -> int:
        """An integer from one range by default and from another when wide."""
        if name not in self.drawn:
            a, b = (wide_lo, wide_hi) if self.wide else (lo, hi)
            self.drawn[name] = int(stream(self.seed, f"p:{name}").integers(a, b + 1))
        return int(self.drawn[name])

    def exists(self, name: str, odds: float = 0.85) -> bool:
        """Whether something is there at all: always by default, with these odds when wide."""
        if name not in self.drawn:
            self.drawn[name] = (not self.wide) or bool(stream(self.seed, f"p:{name}").random() < odds)
        return bool(self.drawn[name])

    def span(self, name: str, lo: float, hi: float) -> tuple[float, float]:
        """A range: itself by default; when wide, moved by up to three times either way and stretched."""
        if name not in self.drawn:
            if self.wide:
                shift = stream(self.seed, f"p:{name}").uniform(-np.log(3.0), np.log(3.0), 2)
                ends = sorted((lo * float(np.exp(shift[0])), hi * float(np.exp(shift[1]))))
            else:
                ends = [lo, hi]
            self.drawn[name] = [round(ends[0], 3), round(ends[1], 3)]
        a, b = self.drawn[name]
        return float(a), float(b)
