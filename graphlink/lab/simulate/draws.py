"""Named random streams, named values, and the distributions of a simulated world.

A `Part` is one part of the world (the home lines, ring 3 …) with its own generator and its own space of values. Both
come from the world's seed and the part's *name*, so a new part changes nothing in the others.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
AnyInts = npt.NDArray[np.integer[Any]]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

# A part's values occupy 2**30 consecutive codes above a 32-bit name: 62 bits, so codes stay positive in an int64.
_VALUES_PER_NAME = 30


@dataclass(frozen=True, slots=True)
class Part:
    """A named part of a world, with its own generator and space of values."""

    name: str
    rng: np.random.Generator

    def value(self, kind: str, index: Ints) -> Ints:
        """Return the codes of this part's values of one kind, such as the card of company 17."""
        return (np.int64(zlib.crc32(f"{self.name}/{kind}".encode())) << _VALUES_PER_NAME) + index


def open_part(seed: int, name: str) -> Part:
    """Open the part with this name in the world with this seed."""
    sequence = np.random.SeedSequence(seed, spawn_key=(zlib.crc32(name.encode()),))
    return Part(name, np.random.Generator(np.random.PCG64(sequence)))


def mix(codes: Ints, salt: int = 0) -> npt.NDArray[np.uint64]:
    """Scramble codes one to one over 64 bits, as splitmix64 ends, so that text made from them reveals nothing."""
    z = codes.astype(np.uint64) + np.uint64((salt * 0x9E3779B97F4A7C15 + 0x9E3779B97F4A7C15) % 2**64)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


def unit(codes: Ints, trait: str) -> Floats:
    """Return a number in [0, 1) fixed for each value and trait: a property of company 17, not a draw."""
    return (mix(codes, zlib.crc32(trait.encode())) >> np.uint64(11)).astype(np.float64) / 2.0**53


def holds(codes: Ints, trait: str, share: float) -> Bools:
    """Which values have a trait that a share of them has, fixed for each value as in `unit`."""
    return unit(codes, trait) < share


def zipf_index(u: Floats, n: int, exponent: float) -> Ints:
    """Turn uniform numbers into indices 0..n-1 whose popularity falls as (1 + index) ** -exponent."""
    cumulative = np.cumsum(np.arange(1, n + 1, dtype=np.float64) ** -exponent)
    return np.searchsorted(cumulative / cumulative[-1], u, side="right").clip(0, n - 1).astype(np.int64)


def heavy_sizes(rng: np.random.Generator, total: int, low: int, high: int, tail: float) -> Ints:
    """Draw group sizes from a Pareto tail between low and high that add up to exactly `total` accounts.

    No group takes more than a third of them. A remainder too small for a group joins the previous one.
    """
    high = max(low, min(high, total // 3))
    sizes, filled = np.empty(0, np.int64), 0
    while filled < total:
        drawn = np.minimum(low * (1.0 - rng.random(4096)) ** (-1.0 / tail), high).astype(np.int64)
        sizes = np.concatenate([sizes, drawn])
        filled = int(sizes.sum())
    ends = np.cumsum(sizes)
    used = int(np.searchsorted(ends, total, side="right"))
    rest = total - int(ends[used - 1]) if used else total
    sizes = sizes[:used].copy()
    if used and rest < low:
        sizes[-1] += rest
        return sizes
    return np.append(sizes, rest)[: used + (rest > 0)]


def labels_of(sizes: Ints) -> Ints:
    """Return the group number of each account for consecutive groups of these sizes."""
    return np.repeat(np.arange(len(sizes), dtype=np.int64), sizes)


def spread(rng: np.random.Generator, n: int, mean: float) -> Ints:
    """Split n accounts, in random order, into groups of about this size, and return each account's group number."""
    sizes = np.maximum(1, np.round(rng.uniform(0.65, 1.35, 2 * int(n / mean) + 4) * mean)).astype(np.int64)
    return rng.permutation(labels_of(sizes)[:n])


def distinct_pairs(first: Ints, second: Ints) -> tuple[Ints, Ints]:
    """Return each pair once, sorted by first, then second."""
    order = np.lexsort((second, first))
    first, second = first[order], second[order]
    new = np.ones(len(first), np.bool_)
    new[1:] = (first[1:] != first[:-1]) | (second[1:] != second[:-1])
    return first[new], second[new]


def several(rng: np.random.Generator, accounts: Ints, low: int, high: int) -> Ints:
    """Repeat each account low to high times: one row per value."""
    return np.repeat(accounts, rng.integers(low, high + 1, len(accounts)))


def coin(rng: np.random.Generator, n: int, share: float) -> Bools:
    """Toss n coins that are true with this probability."""
    return rng.random(n) < share


def some(rng: np.random.Generator, accounts: Ints, share: float) -> Ints:
    """Return the accounts that independent coins with this probability select."""
    return accounts[coin(rng, len(accounts), share)]
