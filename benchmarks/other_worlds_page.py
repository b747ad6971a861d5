"""``docs/other-worlds.md``, made from what was measured and from nothing else."""

from __future__ import annotations

from pathlib import Path
from statistics import fmean
from typing import TYPE_CHECKING, Final

import jinja2
from accuracy_tables import (
    figure_range,
    group,
    show_range,
    spread,
    tabulate,
    tabulate_errors,
    tabulate_negatives,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from accuracy_results import Measured

HONEST: Final = "honest accounts"
WRONGLY_ACCUSED: Final = "honest accounts accused"
"""Figures of these worlds: how many accounts are in no ring, and how many of them a coordinated ring lists."""

VICTIMS: Final = ("victims framed", "victims in core", "victims accused below core", "possible victims named")

SPARSE: Final = "sparse_export"
"""The scenario whose exports hold two types, so that little of a ring's shape is left in them."""


def render_page(results: Sequence[Measured]) -> str:
    """The whole page as Markdown."""
    sparse = [result for result in results if result.plan.planted == SPARSE]
    false = [result for result in results if result.false]
    # Markdown, and every value in it is a number or a name of ours.
    environment = jinja2.Environment(autoescape=False, undefined=jinja2.StrictUndefined, keep_trailing_newline=True)  # noqa: S701
    template = environment.from_string(Path(__file__).with_name("other_worlds.md.j2").read_text("utf-8"))
    return template.render(
        scenarios=tabulate_scenarios(results),
        shapes=tabulate_shapes([result for result in results if result.plan.planted != SPARSE]),
        sparse=tabulate_shapes(sparse) if sparse else "",
        errors=tabulate_errors(false, "scenario") if false else "",
        negatives=tabulate_negatives(results),
        victims={name: _total(results, name) for name in VICTIMS},
        n_worlds=len(results),
        sizes=[f"{size:,}" for size in sorted({result.plan.n_accounts for result in results})],
        seeds=sorted({result.plan.seed for result in results}),
    )


def tabulate_scenarios(results: Sequence[Measured]) -> str:
    """Who is accused in each kind of world: means over seeds, with the lowest and highest."""
    rows = [
        [
            scenario,
            str(len(some)),
            show_range(figure_range(some, "honest in core per 100,000"), 0),
            show_range(spread(_accused_per_100_000(result) for result in some), 0),
            show_range(figure_range(some, "precision, core")),
            show_range(figure_range(some, "precision, all tiers")),
            show_range(figure_range(some, "recall, all tiers")),
            f"{_total(some, 'rings coordinated, false')} of {_total(some, 'rings coordinated')}",
            _count_negatives(some),
        ]
        for scenario, some in group(results, lambda result: result.plan.planted).items()
    ]
    head = ["scenario", "worlds", "honest in core per 100,000", "honest accused per 100,000", "precision, core"]
    more = ["precision, all tiers", "recall", "false rings of those that accuse", "hard negatives accused"]
    return tabulate([*head, *more], rows)


def tabulate_shapes(results: Sequence[Measured]) -> str:
    """How well rings of each shape are recovered, whatever the scenario."""
    rings = sorted((ring for result in results for ring in result.planted), key=lambda ring: ring.kind)
    rows = [
        [
            shape,
            str(len(some)),
            _show_sizes([ring.size for ring in some]),
            f"{fmean(ring.recall for ring in some):.2f}",
            f"{min(ring.recall for ring in some):.2f}",
            f"{fmean(ring.jaccard for ring in some):.2f}",
            f"{sum(ring.assessment == 'coordinated' for ring in some) / len(some):.2f}",
        ]
        for shape, some in group(rings, lambda ring: ring.kind).items()
    ]
    return tabulate(["shape", "rings", "size", "recall", "lowest", "Jaccard", "assessed coordinated"], rows)


def _accused_per_100_000(result: Measured) -> float:
    return 100_000 * (result.figures[WRONGLY_ACCUSED] or 0) / (result.figures[HONEST] or 1)


def _count_negatives(results: Sequence[Measured]) -> str:
    every = [some for result in results for some in result.hard_negatives]
    return f"{sum(some.surfaced for some in every)} of {sum(some.instances for some in every):,}"


def _show_sizes(sizes: Sequence[int]) -> str:
    low, high = min(sizes), max(sizes)
    return f"{low:,}" if low == high else f"{low:,}–{high:,}"


def _total(results: Sequence[Measured], figure: str) -> int:
    return round(sum(result.figures.get(figure) or 0 for result in results))
