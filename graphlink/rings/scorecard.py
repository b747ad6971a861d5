"""Computes scores and verdicts from features: a fitted sum over families, with signs, caps and levels for missing data.

The weights are in ``scorecard.toml``. Its head names the worlds on which they were fitted, and the results on the
worlds held out. Beside it is a table of reference groups: a group without a ring among its nearest is never
coordinated.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import pandas as pd

from graphlink.model.findings import ANOTHER_RING
from graphlink.rings.card_features import FAMILIES, FEATURES, NAMES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from graphlink.model.arrays import Bools, Floats, Int64s

POINTS: Final = 6.0
"""Points per unit of log-odds; the margin is at 50 points."""

MARGIN: Final = 2.5
"""Log-odds from which on a group is coordinated: twelve to one. The head of ``scorecard.toml`` tells how many groups
of each maker are wrong from here on, when the card has not seen it."""

DOUBT: Final = -3.0
"""Log-odds below which a group is honest: of such groups in 46 worlds, on which it was chosen, one in a hundred was a
ring's."""

NEAREST: Final = 10
"""Nearest reference groups that are compared."""

RINGS_NEAR: Final = 2
"""Least rings among them; with fewer, a group is unlike all known rings. One may be near by chance."""

FEW_FAMILIES: Final = 3
"""Known families of a group below which its log-odds must reach ``STRONG``."""

FEWEST: Final = 5
"""Accounts of a group below which its log-odds must reach ``STRONG``: the card was fitted on groups of so many. Of the
smaller ones above the margin half were honest, in the same worlds."""

STRONG: Final = 3.5
"""Log-odds required with few known families or few accounts: of groups with few families in the makers' worlds 97 of a
hundred were one operator's."""

SECOND: Final = 0.3
"""Least log-odds of the second strongest family: no family alone makes a ring. Missing data gives less."""

_BESIDES: Final = frozenset({"size", "plans", "own values", "use", "changing addresses"})
"""Families that describe a group, but are no evidence that its accounts share something or act together."""

_UNKNOWN: Final = 0.5
"""Position of an unknown feature among reference groups: in the middle."""


class Shape(NamedTuple):
    """The log-odds of a feature: at some values, linear between them, and where the feature is not known."""

    at: tuple[float, ...]
    odds: tuple[float, ...]
    missing: float

    def of(self, values: Floats) -> Floats:
        """The log-odds of values."""
        told: Floats = np.interp(values, self.at, self.odds)
        return np.where(np.isnan(values), self.missing, told)


TIED: Final = Shape((0.0, 0.1), (0.0, 1.0), 0.0)
"""Log-odds by the share of a group's accounts whose values hardly anybody has but they and one coordinated group, of
log-odds ``STRONG`` or more. Of fourteen makers, each held out of the card, 1.0 calls 84 more groups of rings
and one honest one; 1.5 calls 48 and one more."""


@dataclass(frozen=True, slots=True, eq=False)
class Scorecard:
    """The weights of features, and the rules that add them up by family."""

    start: float
    """Log-odds of a group whose families all have 0."""
    cap: float
    """Most log-odds that a family adds."""
    shapes: Mapping[str, Shape]

    def by_feature(self, features: pd.DataFrame) -> pd.DataFrame:
        """The log-odds of each feature, one column each."""
        return pd.DataFrame(
            {name: self.shapes[name].of(features[name].to_numpy(dtype=np.float64)) for name in NAMES},
            index=features.index,
        )

    def by_family(self, by_feature: pd.DataFrame) -> pd.DataFrame:
        """The log-odds of each family: the sum of its features, at most the cap."""
        names = {family: [each.name for each in FEATURES if each.family == family] for family in FAMILIES}
        odds = {name: by_feature[name].to_numpy(dtype=np.float64) for name in NAMES}
        sums = {family: np.sum([odds[name] for name in mine], axis=0) for family, mine in names.items()}
        return pd.DataFrame(sums, index=by_feature.index).clip(upper=self.cap)

    def log_odds(self, features: pd.DataFrame) -> Floats:
        """The log-odds of each group."""
        odds: Floats = self.start + self.by_family(self.by_feature(features)).sum(axis=1).to_numpy()
        return odds

    def places(self, features: pd.DataFrame) -> Floats:
        """The position of groups among reference groups: each feature from 0 to 1 over the card's range."""
        columns = []
        for name in NAMES:
            (low, *_, high), *_ = self.shapes[name]
            values = features[name].to_numpy(dtype=np.float64)
            place = np.clip((values - low) / (high - low or 1.0), 0, 1)
            columns.append(np.where(np.isnan(values), _UNKNOWN, place))
        return np.stack(columns, axis=1)


class Judged(NamedTuple):
    """The results for groups, in arrays."""

    log_odds: Floats
    by_feature: pd.DataFrame
    by_family: pd.DataFrame
    alone: Bools
    """Whether only one family is evidence for a single operator."""
    unlike: Bools
    """Whether fewer than ``RINGS_NEAR`` of the nearest reference groups are rings."""
    little: Bools
    """Whether too few families are known for these log-odds."""
    few: Bools
    """Whether it has fewer than ``FEWEST`` accounts."""

    @property
    def small(self) -> Bools:
        """Whether it has too few accounts for these log-odds."""
        return self.few & (self.log_odds < STRONG)

    @property
    def coordinated(self) -> Bools:
        """Whether a group is coordinated."""
        held_back = self.alone | self.unlike | self.little | self.small
        return (self.log_odds >= MARGIN) & ~held_back

    @property
    def vouching(self) -> Bools:
        """Whether a group is coordinated beyond doubt, so that what shares its values is likelier to be so too."""
        return self.coordinated & (self.log_odds >= STRONG)


@dataclass(frozen=True, slots=True, eq=False)
class Reference:
    """Groups of the makers' worlds: rings, and the honest groups nearest to them."""

    places: Floats
    is_ring: Bools

    def unlike(self, places: Floats, asked: Bools) -> Bools:
        """By group: whether too few of the nearest reference groups are rings, for the ``asked`` groups."""
        found = np.zeros(len(places), dtype=np.bool_)
        rows = np.flatnonzero(asked)
        if len(rows):
            from scipy.spatial import KDTree  # noqa: PLC0415  takes a fifth of a second that small runs do not need

            nearest = KDTree(self.places).query(places[rows], k=min(NEAREST, len(self.places)))[1]
            found[rows] = self.is_ring[np.atleast_2d(nearest)].sum(axis=1) < RINGS_NEAR
        return found


def judge(
    card: Scorecard,
    reference: Reference,
    features: pd.DataFrame,
    n_known: Int64s,
    size: Int64s,
    tied: Floats | None = None,
) -> Judged:
    """Score groups.

    Parameters
    ----------
    features
        One row a group.
    n_known
        By group: the number of its known families.
    size
        By group: its accounts.
    tied
        By group: the share of its accounts that values tie to a vouching group, once that is known. It counts for
        groups of ``FEWEST`` accounts and more that the rest does not call honest: whoever rings borrow from is tied to
        them too. As it is likeness to a ring, no other need be found.
    """
    by_feature = card.by_feature(features)
    by_family = card.by_family(by_feature)
    odds: Floats = card.start + by_family.sum(axis=1).to_numpy()
    few = size < FEWEST
    by_family[ANOTHER_RING] = 0.0 if tied is None else np.where(few | (odds < DOUBT), 0.0, TIED.of(tied))
    odds = odds + by_family[ANOTHER_RING].to_numpy()
    speaking = by_family[[family for family in by_family if family not in _BESIDES]].to_numpy()
    second = np.sort(speaking, axis=1)[:, -2]
    is_asked = (odds >= MARGIN) & (by_family[ANOTHER_RING] < SECOND).to_numpy()
    return Judged(
        log_odds=odds,
        by_feature=by_feature,
        by_family=by_family,
        alone=second < SECOND,
        unlike=reference.unlike(card.places(features), is_asked),
        little=(n_known < FEW_FAMILIES) & (odds < STRONG),
        few=few,
    )


# --- the files --------------------------------------------------------------------------------------------------------


def read_card(text: str) -> Scorecard:
    """Read a card."""
    document = tomllib.loads(text)
    shapes = {name: _shape(document["features"][name]) for name in NAMES}
    return Scorecard(start=float(document["start"]), cap=float(document["cap"]), shapes=shapes)


def _shape(table: Mapping[str, Any]) -> Shape:
    return Shape(tuple(map(float, table["at"])), tuple(map(float, table["odds"])), float(table["missing"]))


def write_card(card: Scorecard, head: str) -> str:
    """Write a card, with a comment at its head."""
    lines = [f"# {line}".rstrip() for line in head.splitlines()]
    lines += ["", f"start = {card.start:.1f}", f"cap = {card.cap:.1f}"]
    for each in FEATURES:
        shape = card.shapes[each.name]
        lines += ["", f"[features.{each.name}]  # {each.family}, {'+' if each.sign > 0 else '-'}"]
        lines += [f"at = [{', '.join(f'{value:g}' for value in shape.at)}]"]
        lines += [
            f"odds = [{', '.join(f'{value + 0.0:.1f}' for value in shape.odds)}]",
            f"missing = {shape.missing + 0.0:.2f}",
        ]
    return "\n".join(lines) + "\n"


def read_reference(text: str) -> Reference:
    """Read reference groups: a line each, 1 for a ring, then hundredths."""
    rows = np.array([[int(value) for value in line.split(",")] for line in text.splitlines() if line[:1] in "01"])
    rows = rows.reshape(-1, len(NAMES) + 1)
    return Reference(places=rows[:, 1:] / 100, is_ring=rows[:, 0] == 1)


def write_reference(reference: Reference, head: str) -> str:
    """Write reference groups, with a comment at their head."""
    lines = [f"# {line}".rstrip() for line in head.splitlines()]
    rows = np.column_stack([reference.is_ring, np.round(reference.places * 100)]).astype(np.int64)
    return "\n".join([*lines, *(",".join(map(str, row)) for row in rows.tolist())]) + "\n"


@cache
def shipped() -> tuple[Scorecard, Reference]:
    """The card and the reference groups of the package."""
    here = files("graphlink.rings")
    card = read_card((here / "scorecard.toml").read_text(encoding="utf-8"))
    return card, read_reference((here / "scorecard_reference.csv").read_text(encoding="utf-8"))
