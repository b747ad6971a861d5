"""Features and what the card says of them in, verdicts with their reasons out.

A line a family, with what its features say; the lines add up to the score. An honest explanation that fits wins over
any score. What keeps a likely group from being called coordinated is told in lines of its own, which count nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import isnan
from typing import TYPE_CHECKING, Final, NamedTuple

from graphlink.model.findings import COORDINATED, EVEN_SCORE, INCONCLUSIVE, Factor
from graphlink.rings.card_features import FAMILIES, FEATURES
from graphlink.rings.explanations import HOUSEHOLD, ORGANISATION, try_explanations
from graphlink.rings.group import SAID_AGAIN
from graphlink.rings.scorecard import FEW_FAMILIES, MARGIN, NEAREST, POINTS, Judged, Scorecard

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pandas as pd

    from graphlink.model.findings import Check
    from graphlink.rings.group import Group


@dataclass(frozen=True, slots=True)
class Assessment:
    """The outcome for one group."""

    score: float
    assessment: str
    factors: tuple[Factor, ...]
    checks: tuple[Check, ...]


class Assessed(NamedTuple):
    """What groups are like, and the outcome for each."""

    groups: list[Group]
    assessments: list[Assessment]


FEW_ARE: Final = (
    f"of groups that share this much few are coordinated; from {EVEN_SCORE:.0f} on, of groups like this in simulated "
    "worlds, more were one operator's than not"
)

_FAMILY_OF: Final = {
    family: tuple((number, each) for number, each in enumerate(FEATURES) if each.family == family)
    for family in FAMILIES
}


def tell_verdicts(groups: Sequence[Group], features: pd.DataFrame, judged: Judged, card: Scorecard) -> list[Assessment]:
    """Say what each group is, and why.

    Returns
    -------
    list of Assessment
        ``score`` from 0 to 100 is the sum of the factors' points. ``assessment`` is the first honest explanation that
        fits; without one ``coordinated`` where the card says so, else ``inconclusive``.
    """
    said = judged.said.to_numpy().round(1)
    points = (judged.by_family.to_numpy() * POINTS).round(1)
    values = features.to_numpy()
    odds = judged.log_odds
    told = []
    for g, group in enumerate(groups):
        factors = [_factor("starting point", round(POINTS * card.start + EVEN_SCORE, 1), FEW_ARE)]
        total = factors[0].points
        for f, family in enumerate(FAMILIES):
            because = "; ".join(_reasons(family, values[g], said[g]))
            factors.append(_factor(family, points[g, f] + 0.0, because))
            total += points[g, f]
        total = round(total, 1)
        if not 0 <= total <= 100:  # noqa: PLR2004  a scale of a hundred
            bound = 0.0 if total < 0 else 100.0
            factors.append(_factor("end of the scale", round(bound - total, 1), "scores run from 0 to 100"))
            total = bound
        checks = _checks(group)
        fitting = [check.explanation for check in checks if check.fits]
        doubted = any(check.explanation == ORGANISATION and check.fits is None for check in checks)
        called = COORDINATED if judged.coordinated[g] and not doubted else INCONCLUSIVE
        if odds[g] >= 0 and not fitting:
            factors += _held_back(judged, g, doubted=doubted)
        told.append(Assessment(total + 0.0, fitting[0] if fitting else called, tuple(factors), checks))
    return told


def turn_of(assessment: str) -> int:
    """When a group's turn comes in a list: those that need eyes, then those explained, then the many households.

    Examples
    --------
    >>> sorted(["household", "platform", "coordinated", "inconclusive"], key=turn_of)
    ['coordinated', 'inconclusive', 'platform', 'household']
    """
    return {COORDINATED: 0, INCONCLUSIVE: 1, HOUSEHOLD: 3}.get(assessment, 2)


def _reasons(family: str, values: Sequence[float], said: Sequence[float]) -> Iterator[str]:
    """What the features of a family say, the known ones."""
    known = [(number, each) for number, each in _FAMILY_OF[family] if not isnan(values[number])]
    for number, each in known:
        if values[number] or said[number] or len(known) == 1:
            yield _sentence(each.name, round(float(values[number]), 2))
    if not known:
        yield "nothing is known of it"
    elif not any(values[number] for number, _ in known):
        yield "nothing of the kind"


@lru_cache(SAID_AGAIN)
def _sentence(name: str, value: float) -> str:
    return next(each for each in FEATURES if each.name == name).says(value)


def _held_back(judged: Judged, g: int, *, doubted: bool) -> Iterator[Factor]:
    """Why a likely group is not called coordinated."""
    if judged.log_odds[g] < MARGIN:
        yield _factor(
            "hardly likelier than not",
            0.0,
            "on makers' worlds that the card had not seen, too many of these were honest",
        )
    if judged.alone[g]:
        yield _factor("one family alone", 0.0, "all that speaks for one hand is of one family; a second would decide")
    if judged.unlike[g]:
        because = f"none of the {NEAREST} simulated groups that are most like it was one operator's"
        yield _factor("nothing like it", 0.0, because)
    if judged.little[g]:
        because = f"fewer than {FEW_FAMILIES} of addresses, cards, names, devices and prompts are known of its accounts"
        yield _factor("too little known", 0.0, because)
    if doubted:
        yield _factor("may be an organisation", 0.0, "neither plans nor times tell whether it is one")


_factor = lru_cache(SAID_AGAIN)(Factor)
_checks = lru_cache(SAID_AGAIN)(lambda group: tuple(try_explanations(group)))
