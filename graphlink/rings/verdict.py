"""Makes verdicts with their reasons from features and their log-odds on the card.

Each family has a line with the values of its features, and the lines add up to the score. What holds a likely group
back has lines of its own, without points.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache
from math import isnan
from typing import TYPE_CHECKING, Final

import numpy as np

from graphlink.model.findings import (
    ANOTHER_RING,
    COORDINATED,
    COORDINATED_SCORE,
    DESPITE_FIT,
    END_OF_SCALE,
    HELD_BACK,
    INCONCLUSIVE,
    OWN_TESTS,
    TO_DECIDE,
    TOO_SMALL,
    Factor,
)
from graphlink.rings.card_features import FAMILIES, FEATURES, KNOWN, shares_in_words
from graphlink.rings.fitted_worlds import shipped_worlds
from graphlink.rings.honest_kinds import HOUSEHOLD, SAID_AGAIN
from graphlink.rings.scorecard import (
    DOUBT,
    FEW_FAMILIES,
    FEWEST,
    MARGIN,
    NEAREST,
    POINTS,
    RINGS_NEAR,
    Judged,
    Scorecard,
)
from graphlink.words.sentences import listed, percent

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pandas as pd

    from graphlink.model.findings import Check
    from graphlink.rings.honest_kinds import Named


@dataclass(frozen=True, slots=True)
class Assessment:
    """The outcome for one group."""

    score: float
    assessment: str
    factors: tuple[Factor, ...]
    checks: tuple[Check, ...]


_FAMILY_OF: Final = {
    family: tuple((number, each) for number, each in enumerate(FEATURES) if each.family == family)
    for family in FAMILIES
}


def tell_verdicts(
    features: pd.DataFrame,
    judged: Judged,
    card: Scorecard,
    known: pd.DataFrame,
    kinds: Named,
    tied: Sequence[tuple[float, str]],
) -> list[Assessment]:
    """Decide what each group is, with reasons.

    Parameters
    ----------
    known
        By group: the share of its members with known values of a family.
    tied
        By group: the share of its members that values tie to a coordinated ring, and the ring's id.

    Returns
    -------
    list of Assessment
        ``score`` from 0 to 100 is the sum of the factors' points. ``assessment`` is ``coordinated`` if the card decides
        so. Below ``DOUBT`` it is the honest kind that fits, if one does. A group of few accounts that is neither is too
        small to tell. All others are ``inconclusive``.
    """
    said = judged.by_feature.to_numpy().round(1).tolist()
    points = (judged.by_family.to_numpy() * POINTS).round(1)
    start = _factor("starting point", round(POINTS * (card.start - MARGIN) + COORDINATED_SCORE, 1), _starting_point())
    totals = (start.points + points.sum(axis=1)).round(1)
    scores = np.clip(totals, 0.0, 100.0)
    over = (scores - totals).round(1)
    values = features.to_numpy().round(2).tolist()
    likely, is_high, is_low = judged.coordinated, judged.log_odds >= MARGIN, judged.log_odds < DOUBT
    shares = shares_in_words(known)
    lacking, known_of = tuple(shares.columns), shares.to_numpy().round(2).tolist()
    told = []
    for g in range(len(features)):
        factors = [start]
        for f, family in enumerate(FAMILIES):
            because = "; ".join(_reasons(family, values[g], said[g]))
            factors.append(_factor(family, float(points[g, f]) + 0.0, because))
        if points[g, -1]:
            factors.append(_factor(ANOTHER_RING, float(points[g, -1]), _tied_to(*tied[g])))
        if over[g]:
            factors.append(_factor(END_OF_SCALE, float(over[g]), "scores run from 0 to 100"))
        unsure = TOO_SMALL if judged.few[g] else INCONCLUSIVE
        called = COORDINATED if likely[g] else (kinds.name[g] if is_low[g] else "") or unsure
        fitting = [check.explanation for check in kinds.checks[g] if check.fits]
        if called == COORDINATED and fitting:
            factors.append(_factor(DESPITE_FIT, 0.0, f"{listed(fitting)} would fit too, and is far less likely"))
        if called in {INCONCLUSIVE, TOO_SMALL}:
            if is_high[g]:
                factors += _held_back(judged, g)
            factors.append(_factor(TO_DECIDE, 0.0, _missing(lacking, tuple(known_of[g]))))
        told.append(Assessment(float(scores[g]) + 0.0, called, tuple(factors), kinds.checks[g]))
    return told


def turn_of(assessment: str) -> int:
    """The position of an assessment in a list: groups to look at, then those explained, then the many small ones.

    Examples
    --------
    >>> sorted(["household", "platform", "coordinated", "own tests", "inconclusive"], key=turn_of)
    ['coordinated', 'inconclusive', 'own tests', 'platform', 'household']
    """
    return {COORDINATED: 0, INCONCLUSIVE: 1, OWN_TESTS: 2, TOO_SMALL: 4, HOUSEHOLD: 5}.get(assessment, 3)


@cache
def _starting_point() -> str:
    worlds = shipped_worlds()
    right = 1 - worlds.operating_point(worlds.ring_share).wrong(COORDINATED_SCORE)
    return (
        "every group starts here, and is called coordinated from 50 on. In simulated worlds, where "
        f"{percent(worlds.ring_share)} of the accounts belong to rings, {percent(right)} of the groups that score "
        "just 50 are run by one operator; where rings are rarer, fewer are"
    )


def _reasons(family: str, values: Sequence[float], said: Sequence[float]) -> Iterator[str]:
    """Describe the known features of a family."""
    known = [(number, each) for number, each in _FAMILY_OF[family] if not isnan(values[number])]
    telling = [(number, each) for number, each in known if values[number] or said[number]]
    for number, each in telling or known[:1]:
        yield _sentence(each.name, values[number])
    if not known:
        yield "not known"


@lru_cache(SAID_AGAIN)
def _sentence(name: str, value: float) -> str:
    return next(each for each in FEATURES if each.name == name).says(value)


def _tied_to(share: float, ring_id: str) -> str:
    return f"{percent(share)} of the accounts share values with {ring_id}, a coordinated ring, that few others have"


def _held_back(judged: Judged, g: int) -> Iterator[Factor]:
    """Explain why a group with a high score is not coordinated."""
    if judged.alone[g]:
        yield _factor(HELD_BACK, 0.0, "only one kind of evidence points to one operator, and it takes two")
    if judged.unlike[g]:
        because = f"fewer than {RINGS_NEAR} of the {NEAREST} simulated groups most like it were one operator's"
        yield _factor(HELD_BACK, 0.0, because)
    if judged.little[g]:
        because = f"fewer than {FEW_FAMILIES} of addresses, cards, names, devices and prompts are known of its accounts"
        yield _factor(HELD_BACK, 0.0, because)
    if judged.small[g]:
        yield _factor(HELD_BACK, 0.0, f"it has fewer than {FEWEST} accounts, which is few to tell by")


@lru_cache(SAID_AGAIN)
def _missing(names: tuple[str, ...], shares: tuple[float, ...]) -> str:
    """Describe which values the export lacks for a group, or that it lacks none."""
    lacking = [
        f"{name} are known for {percent(share)} of the accounts"
        for name, share in zip(names, shares, strict=True)
        if share < KNOWN
    ]
    if not lacking:
        return "no kind of value is missing; a person who looks at what the accounts did, or a later export, can decide"
    return f"{listed(lacking)}: an export with more of these could decide"


_factor = lru_cache(SAID_AGAIN)(Factor)
