"""What becomes of 500 groups at and around every threshold, as a person once looked it through.

A change to a rule shows here as a change of lines. Renew the file when the change is meant, and read the difference:
``PYTHONPATH=tests .venv/bin/python tests/rings/test_scoring_approved.py``.
"""

from __future__ import annotations

import random
from math import isnan, nan
from pathlib import Path
from typing import TYPE_CHECKING

from scored_groups import TYPES, group, holding

from graphlink.rings.scoring import assess_group

if TYPE_CHECKING:
    from collections.abc import Iterator

    from graphlink.rings.group import Group

APPROVED = Path(__file__).parents[1] / "golden" / "scoring.txt"
IN_WORDS = 18
"""Groups of which every sentence is written out."""


def groups(n: int, seed: int = 5) -> Iterator[Group]:
    """Groups drawn from values that stand at, just below and just above the thresholds."""
    draw = random.Random(seed)
    later, last, roofs, couples, parts, dealt, ages = map(
        random.Random, range(seed + 1, seed + 8)
    )  # one more trait leaves groups as they were
    kinds = sorted(TYPES)
    yield group(holding("card"), holding("ip"), organisation_plans=0.0)  # an agency, which chance seldom draws
    ring = [holding("template"), *(holding(kind, 600) for kind in ("card", "device", "email_domain", "ip"))]
    yield group(*ring, size=700, burst=0.9, life=0.0, organisation_plans=0.0)
    exactly_half = [
        holding("template", 40, top=0.9, owned=0.0),
        holding("phone", 5, cover=0.8),
        holding("coupon", 5, cover=0.5, owned=0.0),
    ]
    yield group(*exactly_half, size=100, life=7.0, organisation_plans=0.0)
    for fewer, more in (
        (1, 2),
        (2, 3),
        (9, 12),
        (20, 600),
        (160, 600),
    ):  # of two types of a family, the one that says more speaks for it
        kinds_twice = [
            (kind, n_values) for kind in ("card", "device", "email", "ip", "template") for n_values in (fewer, more)
        ]
        yield group(*(holding(kind, n_values)._replace(type=f"{kind}_{n_values}") for kind, n_values in kinds_twice))
    firms = [holding("ip", 2, cover=0.9), holding("email_domain", 25), holding("card", 25)]
    yield group(*firms, size=110, nested=1.0)
    clients = [holding("card"), holding("email_domain", 25), holding("ip", 25)]
    for apart, plans in ((1.0, 0.4), (0.6, 0.4), (1.0, nan), (1.0, 0.0)):
        yield group(*clients, size=110, life=90.0, apart=apart, organisation_plans=plans)
    for _ in range(n):
        holdings = []
        for kind in draw.sample(kinds, draw.choice([0, 1, 2, 3, 4, 6])):
            cover = draw.choice([0.05, 0.1, 0.19, 0.2, 0.4, 0.5, 0.8, 1.0])
            n_values = draw.choice([1, 1, 2, 3, 4, 5, 9, 40])
            top = draw.choice([None, 0.3, 0.39, 0.4, 0.5, 0.51, 0.8, 0.9, 1.0])
            top = None if top is None or top > cover or n_values == 1 else top
            holdings.append(holding(kind, n_values, cover=cover, top=top, owned=draw.choice([0.1, 1.0])))
        yield group(
            *holdings,
            size=draw.choice([0, 2, 3, 6, 7, 24, 33, 100, 700]),
            share=parts.choice([0.001, 0.001, 0.02, 0.3]),
            burst=(burst := draw.choice([nan, 0.0, 0.4, 0.41, 0.79, 0.8, 0.9, 1.0])),
            lately=burst * ages.choice([1.0, 1.0, 1.0, 0.5, 0.0]),
            life=draw.choice([nan, 0.0, 2.0, 6.9, 7.0, 30.0]),
            organisation_plans=draw.choice([nan, 0.0, 0.05, 0.1, 0.19, 0.2, 0.3, 0.5, 0.79, 0.8, 1.0]),
            disposable=draw.choice([nan, 0.0, 0.1, 0.35, 0.49, 0.5, 0.9]),
            nested=draw.choice([nan, 0.0, 0.49, 0.5, 1.0]),
            housed=last.choice([nan, 0.0, 0.79, 0.8, 1.0]),
            roofed=roofs.choice([nan, nan, 0.0, 0.5, 0.65, 1.0]),
            paired=dealt.choice([nan, nan, 0.0, 0.2, 1.0]),
            reserved=dealt.choice([nan, 0.0, 0.0, 0.3, 1.0]),
            coupled=couples.choice([nan, nan, 0.0, 0.5, 0.65, 1.0]),
            scattered=couples.choice([0.0, 0.6, 0.7, 0.75, 1.0]),
            in_step=later.choice([nan, 0.0, 0.5, 0.6, 0.9, 1.0]),
        )


def told(each: Group, *, in_words: bool) -> Iterator[str]:
    """A line of figures for a group, and its sentences."""
    outcome = assess_group(each)
    traits = (
        each.burst,
        each.lately,
        each.life,
        each.organisation_plans,
        each.disposable,
        each.nested,
        each.apart,
        each.housed,
        each.roofed,
        each.paired,
        each.reserved,
        each.coupled,
        each.scattered,
        each.in_step,
    )
    known = " ".join("-" if isnan(x) else f"{x:g}" for x in traits)
    held = ", ".join(f"{h.type} {h.n_values} {h.cover:g}/{h.top:.2f}/{h.top_owned:.2f}" for h in each.holdings)
    points = " ".join(f"{factor.points:g}" for factor in outcome.factors)
    checks = "".join("?" if check.fits is None else "ny"[check.fits] for check in outcome.checks)
    size = f"{each.size} of {each.size / each.share:,.0f}"
    yield f"{size} [{known}] {held or 'nothing'}: {outcome.score:g} {outcome.assessment} {checks} = {points}"
    if in_words:
        yield from (f"    {factor.name}: {factor.points:g}, {factor.because}" for factor in outcome.factors)
        yield from (f"    {check.explanation} ({check.fits}): {check.because}" for check in outcome.checks)


def report() -> str:
    lines = [line for n, each in enumerate(groups(500)) for line in told(each, in_words=n < IN_WORDS)]
    return "\n".join(lines) + "\n"


def test_groups_are_scored_and_explained_as_approved():
    assert report() == APPROVED.read_text(encoding="utf-8")


def test_the_groups_meet_every_outcome():
    """Otherwise the file would show less than it says."""
    outcomes = [assess_group(each) for each in groups(500)]
    checks = {(check.explanation, check.fits) for outcome in outcomes for check in outcome.checks}
    explanations = {explanation for explanation, _ in checks}
    assert {(explanation, fits) for explanation in explanations for fits in (True, False)} <= checks
    assert {outcome.assessment for outcome in outcomes} >= explanations | {"coordinated", "inconclusive"}
    assert {0.0, 100.0} <= {outcome.score for outcome in outcomes}


if __name__ == "__main__":
    APPROVED.write_text(report(), encoding="utf-8")
