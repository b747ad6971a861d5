"""``docs/accuracy.md`` and its plots, made from what was measured and from nothing else.

The first screen is the base-rate arithmetic: whoever acts on a list of accounts must know how many of them are
innocent, and that depends on how rare rings are at least as much as on the detector.
"""

from __future__ import annotations

from pathlib import Path
from statistics import fmean
from typing import TYPE_CHECKING, Final

import jinja2
from accuracy_plots import SHARES, Axis, Series, draw_plot
from accuracy_tables import (
    figure_range,
    group,
    measure_rates,
    tabulate_base_rate,
    tabulate_baselines,
    tabulate_errors,
    tabulate_goals,
    tabulate_kinds,
    tabulate_negatives,
    tell_cost,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from accuracy_results import Measured

RANKS: Final = 100
"""How far down the list the plot of precision goes."""


def write_page(results: Sequence[Measured], folder: Path) -> None:
    """Write the page and its plots into a folder."""
    (folder / "accuracy.md").write_text(render_page(results), encoding="utf-8")
    for name, plot in {
        "accuracy-reliability.svg": plot_reliability(results),
        "accuracy-rank.svg": plot_ranks(results),
        "accuracy-recall.svg": plot_recall(results),
    }.items():
        (folder / name).write_text(plot, encoding="utf-8")


def render_page(results: Sequence[Measured]) -> str:
    """The whole page as Markdown."""
    rates = measure_rates(results)
    # Markdown, and every value in it is a number or a name of ours.
    environment = jinja2.Environment(autoescape=False, undefined=jinja2.StrictUndefined, keep_trailing_newline=True)  # noqa: S701
    template = environment.from_string(Path(__file__).with_suffix("").with_name("accuracy.md.j2").read_text("utf-8"))
    return template.render(
        rates=rates,
        base_rate=tabulate_base_rate(rates) if rates else "",
        goals=tabulate_goals(results),
        baselines=tabulate_baselines(results),
        kinds=tabulate_kinds(results),
        errors=tabulate_errors(results),
        negatives=tabulate_negatives(results),
        cost=tell_cost(results),
        brier=figure_range(results, "Brier score of confidence"),
        error=figure_range(results, "calibration error"),
        n_worlds=len(results),
        sizes=[f"{size:,}" for size in sorted({result.plan.n_accounts for result in results})],
        seeds=sorted({result.plan.seed for result in results}),
        parameters=list(group(results, lambda result: result.plan.parameters)),
    )


def plot_reliability(results: Sequence[Measured]) -> str:
    """Confidence against what came true, all worlds of a parameter set together."""
    series = [Series("as said", ((0, 0), (1, 1)), is_guide=True)]
    series += [
        Series(name, tuple(pool_bins(some)))
        for name, some in group(results, lambda result: result.plan.parameters).items()
    ]
    said, true = Axis("confidence said", 0, 1, SHARES), Axis("share that came true", 0, 1, SHARES)
    return draw_plot("Reliability of member confidence", said, true, series)


def plot_ranks(results: Sequence[Measured]) -> str:
    """Precision among the first rings that accuse, against how many are read; the mean over worlds."""
    series = []
    for planted, some in group(results, lambda result: result.plan.planted).items():
        accusing = [result.right for result in some if result.right]
        depth = min(RANKS, max((len(right) for right in accusing), default=0))
        points = [
            (float(rank), fmean(sum(right[:rank]) / len(right[:rank]) for right in accusing))
            for rank in range(1, depth + 1)
        ]
        series.append(Series(planted, tuple(points), has_marks=False))
    ranks = Axis("accusing rings read", 1, RANKS, tuple((rank, str(rank)) for rank in (1, 25, 50, 75, RANKS)))
    return draw_plot("Precision against rank", ranks, Axis("share that are right", 0, 1, SHARES), series)


def plot_recall(results: Sequence[Measured]) -> str:
    """Recall of members by ring kind, for each prevalence; the bars are ranges over worlds."""
    kinds = sorted({ring.kind for result in results for ring in result.planted})
    series = []
    for place, (planted, some) in enumerate(group(results, lambda result: result.plan.planted).items()):
        known = [
            (number - 0.25 + 0.1 * place, interval)  # side by side, so that no range hides another
            for number, kind in enumerate(kinds)
            if (interval := figure_range(some, f"recall {kind}"))
        ]
        points = tuple((number, mean) for number, (mean, _, _) in known)
        series.append(Series(planted, points, tuple((low, high) for _, (_, low, high) in known), has_line=False))
    kind_axis = Axis(
        "ring kind", -0.5, max(len(kinds), 1) - 0.5, tuple((float(i), kind) for i, kind in enumerate(kinds))
    )
    return draw_plot("Recall by ring kind", kind_axis, Axis("recall of members", 0, 1, SHARES), series)


def pool_bins(results: Iterable[Measured]) -> list[tuple[float, float]]:
    """Reliability bins of several worlds together: mean confidence and share that came true, weighted by members."""
    pooled: dict[float, tuple[float, float, int]] = {}
    for some in (some for result in results for some in result.bins):
        said, true, members = pooled.get(some.low, (0.0, 0.0, 0))
        said, true = said + some.mean_confidence * some.members, true + some.share_right * some.members
        pooled[some.low] = (said, true, members + some.members)
    return [(said / members, true / members) for _, (said, true, members) in sorted(pooled.items())]
