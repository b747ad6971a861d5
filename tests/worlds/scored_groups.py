"""Groups made from how they hold their signals, for the tests of the score and of the explanations."""

from __future__ import annotations

from math import nan
from typing import TYPE_CHECKING

from graphlink.model.families import CLIENT, CONTENT, NETWORK
from graphlink.model.signal_types import BUILT_IN_TYPES
from graphlink.rings.group import Group, Holding

if TYPE_CHECKING:
    from graphlink.rings.scoring import Assessment

TYPES = {each.name: each for each in BUILT_IN_TYPES}


def holding(
    kind: str, n_values: int = 1, *, cover: float = 1.0, top: float | None = None, owned: float = 1.0
) -> Holding:
    """Values on a share of the members, all equally common unless the most common one is told; the group's own."""
    top = cover / n_values if top is None else top
    others = (cover - top) / (n_values - 1) if n_values > 1 else 0.0
    effective = cover**2 / (top**2 + (n_values - 1) * others**2) if n_values else 0.0
    return Holding(
        kind,
        TYPES[kind].family,
        coarse=TYPES[kind].coarse,
        cover=cover,
        top=top,
        top_owned=top if owned > 0.5 else 0.0,
        n_values=n_values,
        n_own=n_values if owned > 0.5 else 0,
        effective=effective,
        owned=owned,
    )


def group(
    *holdings: Holding,
    size: int = 40,
    share: float = 0.001,
    says_more: bool = True,
    has_places: bool = True,
    **known: float,
) -> Group:
    traits = (
        dict.fromkeys(
            (
                "burst",
                "lately",
                "rush",
                "life",
                "organisation_plans",
                "disposable",
                "reserved",
                "nested",
                "worded",
                "placed",
                "enrolled",
                "apart",
                "housed",
                "keyed",
                "roofed",
                "paired",
                "coupled",
                "scattered",
                "settled",
                "elsewhere",
                "in_step",
            ),
            nan,
        )
        | {"lately": known.get("burst", nan), "rush": known.get("burst", nan), "chained": 0.0}
        | {"besides": max((each.cover - each.top for each in holdings if _is_of_people(each)), default=0.0)}
        | known
    )
    families = tuple(sorted({each.family for each in holdings}))
    return Group(
        size=size,
        share=share,
        says_more=says_more,
        has_places=has_places,
        holdings=holdings,
        families=families,
        **traits,
    )


def _is_of_people(each: Holding) -> bool:
    return each.family not in {NETWORK, CONTENT, CLIENT} and not each.coarse and each.owned >= 0.5


def points(outcome: Assessment) -> dict[str, float]:
    return {factor.name: factor.points for factor in outcome.factors}


def fitting(outcome: Assessment) -> set[str]:
    return {check.explanation for check in outcome.checks if check.fits}


def second(some: Holding) -> Holding:
    """The same as another type of its family, which comes later in the alphabet."""
    return some._replace(type=f"{some.type}_two")


A_RING = group(
    holding("template"), holding("card", 12), holding("ip", 60), holding("email_domain", 10), life=2, burst=0.9
)
BRANCHES = (holding("ip", 20), holding("card", 20, cover=0.8), holding("template", 3))
"""A firm's branches: a line and a card each, and the house's prompts."""
