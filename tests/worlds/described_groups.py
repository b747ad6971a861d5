"""Groups made from how they hold their signals, for the tests of the explanations and of what is said of groups."""

from collections.abc import Iterable
from math import nan

from graphlink.model.findings import Check
from graphlink.model.signal_types import BUILT_IN_TYPES
from graphlink.rings.explanations import try_explanations
from graphlink.rings.group import Group, Holding

TYPES = {each.name: each for each in BUILT_IN_TYPES}


def holding(kind, n_values=1, *, cover=1.0, top=None, owned=1.0) -> Holding:
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


def group(*holdings, size=40, **known) -> Group:
    traits = (
        dict.fromkeys(
            (
                *("burst", "lately", "life", "organisation_plans", "disposable", "reserved", "nested", "worded"),
                *("enrolled", "apart", "housed", "roofed", "paired", "elsewhere"),
            ),
            nan,
        )
        | {"lately": known.get("burst", nan), "chained": 0.0}
        | known
    )
    families = tuple(sorted({each.family for each in holdings}))
    return Group(size=size, holdings=holdings, families=families, **traits)


def explained(some: Group) -> tuple[Check, ...]:
    """What each honest explanation comes to."""
    return tuple(try_explanations(some))


def fitting(checks: Iterable[Check]) -> set[str]:
    return {check.explanation for check in checks if check.fits}


def second(some: Holding) -> Holding:
    """The same as another type of its family, which comes later in the alphabet."""
    return some._replace(type=f"{some.type}_two")


A_RING = group(
    holding("template"), holding("card", 12), holding("ip", 60), holding("email_domain", 10), life=2, burst=0.9
)
BRANCHES = (holding("ip", 20), holding("card", 20, cover=0.8), holding("template", 3))
"""A firm's branches: a line and a card each, and the house's prompts."""
