"""What is known of the worlds on which the card was fitted: how true its scores come elsewhere, and their features.

Both are written below the card in ``scorecard.toml``. Each maker's groups were judged with a card fitted on the
others', so the reliability of scores is that on worlds of makers whom the card has not seen.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from math import log
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from graphlink.model.operating_point import OperatingPoint
from graphlink.rings.card_features import FEATURES, NAMES
from graphlink.rings.scorecard import MARGIN, POINTS

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from graphlink.model.arrays import Floats, Int64s
    from graphlink.rings.scorecard import Scorecard

ENOUGH: Final = 50
"""Groups with a known value of a feature, from which on their shares are compared: with fewer chance moves them."""

_LITTLE: Final = 0.5
"""Groups that are added to each bin, so that an empty one is not infinitely far from a full one."""


class Spread(NamedTuple):
    """A feature in the fitted worlds."""

    shares: tuple[float, ...]
    """Of the groups with a known value, between the feature's hinges: the mean over makers."""
    furthest: float
    """The stability index that a single fitted world hardly ever exceeds."""


@dataclass(frozen=True, slots=True)
class FittedWorlds:
    """Reliability of scores on makers held out of the fit, and the spread of each feature."""

    start: float
    slope: float
    ring_share: float
    """Share of ring accounts in these worlds."""
    spreads: Mapping[str, Spread]

    def operating_point(self, ring_share: float, reviewed: int | None = None) -> OperatingPoint:
        """The odds by score where so large a share of the accounts are rings'."""
        prior = _logit(ring_share) - _logit(self.ring_share)
        at_zero = self.start + self.slope * (MARGIN - 50 / POINTS) + prior
        return OperatingPoint(ring_share, at_zero, self.slope / POINTS, reviewed)

    def unlike(self, card: Scorecard, features: pd.DataFrame) -> tuple[str, ...]:
        """The features, in words, that are spread over these groups as over those of no fitted world."""
        found = []
        for each in FEATURES:
            counts, spread = count_between(features[each.name], card.shapes[each.name].at), self.spreads[each.name]
            if counts.sum() >= ENOUGH and stability_index(counts, spread.shares) > spread.furthest:
                found.append(f"{each.family} ({each.name.replace('_', ' ')})")
        return tuple(found)


def _logit(share: float) -> float:
    return log(share / (1 - share))


def count_between(values: pd.Series[float], hinges: tuple[float, ...]) -> Int64s:
    """Count the known values below, between and above hinges."""
    known = values.dropna().to_numpy(dtype=np.float64).round(2)  # as the groups of the fit are stored
    return np.bincount(np.searchsorted(hinges, known, side="right"), minlength=len(hinges) + 1)


def smoothed_shares(counts: Int64s) -> Floats:
    """The share of each bin, with a little in each."""
    shares: Floats = (counts + _LITTLE) / (counts + _LITTLE).sum()
    return shares


def stability_index(counts: Int64s, shares: tuple[float, ...]) -> float:
    """The population stability index: how far shares are from others, 0 for the same.

    Examples
    --------
    >>> stability_index(np.array([50, 50]), (0.5, 0.5)), stability_index(np.array([99, 1]), (0.5, 0.5)) > 1
    (0.0, True)
    """
    mine, others = smoothed_shares(counts), np.array(shares)
    return float(((mine - others) * np.log(mine / others)).sum())


def read_worlds(text: str) -> FittedWorlds:
    """Read what stands below a card."""
    document = tomllib.loads(text)
    spreads = {name: document["spread"][name] for name in NAMES}
    return FittedWorlds(
        **document["held_out"],
        spreads={name: Spread(tuple(each["shares"]), each["furthest"]) for name, each in spreads.items()},
    )


def write_worlds(worlds: FittedWorlds) -> str:
    """Write it, to stand below a card."""
    lines = ["", "[held_out]  # Platt's start and slope on makers held out, and the share of ring accounts there"]
    lines += [f"{name} = {getattr(worlds, name):.4f}" for name in ("start", "slope", "ring_share")]
    lines += [
        "",
        "[spread]  # of the groups of all makers between the hinges, and how far one world is from the others",
    ]
    for name in NAMES:
        shares = ", ".join(f"{share:.5f}" for share in worlds.spreads[name].shares)
        lines += [f"{name} = {{ shares = [{shares}], furthest = {worlds.spreads[name].furthest:.2f} }}"]
    return "\n".join(lines) + "\n"


@cache
def shipped_worlds() -> FittedWorlds:
    """Those of the package's card."""
    return read_worlds((files("graphlink.rings") / "scorecard.toml").read_text(encoding="utf-8"))
