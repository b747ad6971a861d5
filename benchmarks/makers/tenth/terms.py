"""The vocabulary of the world: kinds of parties, the bonds that tie their members to suppliers, ways of living."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

ALL = (1e9, 1e9)  # members per value: one value for the whole party
ONE = (1.0, 1.0)
Range = tuple[float, float]


@dataclass(frozen=True)
class Bond:
    """One arrangement of a party with one shelf of suppliers.

    odds: chance that a party has it; cover: share of members that bear it; per: members per value (or n: number of
    values); k: values a member bears; order: how values go round (block, random, skew, star, chain); span: when seen
    (life, days, signup, late); level: party, or boss (the owner or operator above several parties).
    """

    shelf: str
    odds: float = 1.0
    cover: Range = (0.8, 1.0)
    per: Range = ALL
    n: Range | None = None
    k: Range = ONE
    order: str = "block"
    span: str = "life"
    level: str = "party"


@dataclass(frozen=True)
class Kind:
    """A sort of party: honest or a ring, told apart by nothing but parameters."""

    name: str
    weight: float
    size: tuple[float, float, float]  # smallest, largest, Pareto exponent
    cal: str = "drift"  # drift, join, burst, cohorts, waves, recruit
    width: Range = (0.1, 3.0)  # days that a burst lasts
    recent: float = 0.5  # chance that the founding lies in the window
    life: str = "person"
    active: str = "steady"  # steady, brief, sleep
    bonds: tuple[Bond, ...] = ()
    places: str = "one"  # one country, region, many
    crowd: bool = False  # members are accounts that exist already
    mix: bool = False  # each party takes a subset of the bonds, of two channels at least
    face: bool = False  # a public face: others may borrow its clothes
    plus: float = 0.0  # chance that the members are one mailbox with suffixes
    bosses: Range = ONE  # parties under one boss
    same_owner: bool = False
    grey: bool = False
    victims: Range = (0.0, 0.0)  # honest accounts beside the members, as a share of the size
    lent: Range = (0.0, 0.0)
    framed: Range = (0.0, 0.0)
    pace: float = 1.0  # calls a day against the ordinary


# Ways of living: what an account has of its own, before any tie. Chances of: home line, mobile network, VPN, own
# server, own card, device, public template, private template, phone number, own mail domain.
LIVES: dict[str, tuple[float, ...]] = {
    "person": (0.80, 0.30, 0.07, 0.04, 0.55, 0.92, 0.48, 0.45, 0.45, 0.06),
    "housed": (0.10, 0.35, 0.06, 0.03, 0.30, 0.85, 0.46, 0.40, 0.45, 0.04),
    "worker": (0.35, 0.10, 0.03, 0.01, 0.04, 0.93, 0.30, 0.15, 0.15, 0.01),
    "student": (0.40, 0.45, 0.06, 0.02, 0.12, 0.88, 0.42, 0.20, 0.40, 0.01),
    "maker": (0.62, 0.12, 0.13, 0.45, 0.60, 0.75, 0.58, 0.55, 0.30, 0.20),
    "server": (0.15, 0.02, 0.03, 0.85, 0.60, 0.30, 0.50, 0.60, 0.10, 0.25),
    "frugal": (0.18, 0.90, 0.08, 0.01, 0.10, 0.60, 0.40, 0.15, 0.70, 0.00),
    "hand": (0.50, 0.55, 0.25, 0.06, 0.08, 0.55, 0.45, 0.20, 0.30, 0.01),
    "bot": (0.38, 0.35, 0.28, 0.25, 0.06, 0.25, 0.45, 0.15, 0.15, 0.01),
}
LIFE_NAMES = list(LIVES)
LIFE_TABLE = np.array([LIVES[x] for x in LIFE_NAMES])


def log_uniform(rng: np.random.Generator, span: Range, n: int) -> np.ndarray:
    """Draw n numbers whose logarithm is uniform over the span."""
    lo, hi = span
    return np.exp(rng.uniform(np.log(lo), np.log(hi), n)) if hi > lo else np.full(n, float(lo))


def pareto_sizes(rng: np.random.Generator, size: tuple[float, float, float], total: int, cap: float) -> np.ndarray:
    """Draw sizes of parties from a bounded Pareto law until they make up the total."""
    lo, hi, alpha = size
    hi = max(lo, min(hi, cap))
    out: list[np.ndarray] = []
    done = 0
    while done < total:
        u = rng.random(max(8, int((total - done) / (lo * 3)) + 1))
        s = lo * (1 - u * (1 - (lo / hi) ** alpha)) ** (-1 / alpha) if hi > lo else np.full(len(u), lo)
        s = np.maximum(1, np.floor(s + rng.random(len(s)) * 0.999).astype(np.int64))
        s = np.minimum(s, int(max(1, hi)))
        cum = done + np.cumsum(s)
        stop = int(np.searchsorted(cum, total)) + 1
        out.append(s[:stop])
        done = int(cum[min(stop, len(cum)) - 1])
    sizes = np.concatenate(out) if out else np.zeros(0, np.int64)
    if len(sizes) > 1 and sizes.sum() - total > sizes[-1] / 2:
        sizes = sizes[:-1]
    return sizes


def mix64(x: np.ndarray | int, salt: int = 0) -> np.ndarray:
    """Scramble integers (splitmix64), to give values that look random and stay the same for the same code."""
    with np.errstate(over="ignore"):
        z = np.asarray(x, dtype=np.int64).astype(np.uint64) + np.uint64((salt * 0x9E3779B97F4A7C15 + 0x1234567) % 2**64)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return z ^ (z >> np.uint64(31))
