"""Figures over accounts: precision and recall, innocents in the core, framed victims, reliability of confidence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from graphlink.lab.evaluate.overlap import Overlap
    from graphlink.lab.evaluate.truth import Truth
    from graphlink.model.arrays import Bools

N_BINS: Final = 10
"""Bins of the reliability curve, of equal width. A reader can distinguish tenths of a confidence."""


@dataclass(frozen=True, slots=True)
class AccountFigures:
    """The number of accused accounts, and how many of them are members of a planted ring.

    Precision is None if nobody was accused, recall if there are no ring members.
    """

    accused: int
    right: int
    planted: int

    @property
    def precision(self) -> float | None:
        """Share of the accused that are ring members."""
        return self.right / self.accused if self.accused else None

    @property
    def recall(self) -> float | None:
        """Share of the ring members that are accused."""
        return self.right / self.planted if self.planted else None

    @property
    def f1(self) -> float | None:
        """Harmonic mean of the two, which accusing everybody does not maximise. None if there are no ring members."""
        return 2 * self.right / (self.accused + self.planted) if self.planted else None


@dataclass(frozen=True, slots=True)
class Innocents:
    """Honest accounts in the core of a ring assessed as coordinated."""

    in_core: int
    honest: int

    @property
    def per_100_000(self) -> float | None:
        """Innocents per 100,000 honest accounts."""
        return 100_000 * self.in_core / self.honest if self.honest else None


@dataclass(frozen=True, slots=True)
class Victims:
    """Honest accounts framed with a ring's signals, by their tier in a coordinated ring."""

    framed: int
    core: int
    probable: int
    peripheral: int
    possible_victim: int


@dataclass(frozen=True, slots=True)
class ReliabilityBin:
    """Members with a confidence in [low, high), closed in the last bin: mean confidence and share that is right."""

    low: float
    high: float
    members: int
    mean_confidence: float
    share_right: float


@dataclass(frozen=True, slots=True)
class Reliability:
    """Reliability of member confidence in rings assessed as coordinated.

    A member is right if it belongs to the planted campaign of most of its ring. ``brier`` is the mean squared
    difference, ``error`` the mean absolute distance of the curve from the diagonal, weighted by members.
    """

    members: int
    brier: float
    error: float
    bins: tuple[ReliabilityBin, ...]


def measure_accounts(truth: Truth, overlap: Overlap) -> tuple[AccountFigures, AccountFigures]:
    """Figures over all accused accounts, and over the core alone."""
    planted = int((~truth.honest).sum())
    return _count(truth, overlap.accused, planted), _count(truth, overlap.accused & overlap.core, planted)


def count_innocents(truth: Truth, overlap: Overlap) -> Innocents:
    """Honest accounts in the core, and all honest accounts."""
    accused = overlap.accused & overlap.core & truth.honest
    return Innocents(int(accused.sum()), int(truth.honest.sum()))


def count_victims(truth: Truth, overlap: Overlap) -> Victims:
    """Framed accounts by tier. A ring with an honest assessment does not accuse them."""
    framed = truth.victim & truth.honest
    tiers = overlap.listed[framed & overlap.listed_by_coordinated]
    counted = {tier: int((tiers == tier).sum()) for tier in ("core", "probable", "peripheral", "possible_victim")}
    return Victims(framed=int(framed.sum()), **counted)


def measure_reliability(truth: Truth, overlap: Overlap) -> Reliability | None:
    """The reliability curve and Brier score, None if no accused member has a confidence."""
    accounts = np.flatnonzero(overlap.accused & ~np.isnan(overlap.confidence))
    if len(accounts) == 0:
        return None
    confidence = overlap.confidence[accounts]
    planted = truth.ring[accounts]
    campaign = np.append(overlap.planted_campaign, -2)[planted]
    right = campaign == overlap.main[overlap.ring[accounts]]
    number = np.minimum((confidence * N_BINS).astype(np.int64), N_BINS - 1)
    members = np.bincount(number, minlength=N_BINS)
    said = np.bincount(number, weights=confidence, minlength=N_BINS)
    true = np.bincount(number, weights=right, minlength=N_BINS)
    bins = tuple(
        ReliabilityBin(
            low=i / N_BINS,
            high=(i + 1) / N_BINS,
            members=int(members[i]),
            mean_confidence=float(said[i] / members[i]),
            share_right=float(true[i] / members[i]),
        )
        for i in range(N_BINS)
        if members[i]
    )
    return Reliability(
        members=len(accounts),
        brier=float(((confidence - right) ** 2).mean()),
        error=float(np.abs(said - true).sum() / len(accounts)),
        bins=bins,
    )


def _count(truth: Truth, accused: Bools, planted: int) -> AccountFigures:
    return AccountFigures(int(accused.sum()), int((accused & ~truth.honest).sum()), planted)
