"""Runs and naive baselines compared with one answer key, as the text or the JSON of `graphlink evaluate`."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Final

from graphlink.lab.evaluate.baselines import Stopped, run_baselines
from graphlink.lab.evaluate.evaluation import evaluate
from graphlink.lab.evaluate.figures import COMPARED, FEWER_IS_BETTER, does_better, list_figures
from graphlink.lab.evaluate.summary import summarise_evaluations
from graphlink.lab.evaluate.table import align, format_evaluations, format_rings, format_summary, show_figure
from graphlink.results.formats import format_version
from graphlink.words.escape import printable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from graphlink.lab.evaluate.baselines import Incidence
    from graphlink.lab.evaluate.evaluation import Evaluation
    from graphlink.lab.evaluate.runs import Reported
    from graphlink.lab.evaluate.truth import Truth


@dataclass(frozen=True, slots=True)
class Comparison:
    """Runs of one world, the baselines on the same data, and the baselines that stopped."""

    runs: tuple[Evaluation, ...]
    baselines: tuple[Evaluation, ...] = ()
    stopped: tuple[Stopped, ...] = ()


def compare_runs(truth: Truth, runs: Sequence[Reported], incidence: Incidence | None = None) -> Comparison:
    """Evaluate runs, and the baselines too if the incidence of the same data is given."""
    judged = tuple(evaluate(truth, run) for run in runs)
    baselines: list[Evaluation] = []
    stopped: list[Stopped] = []
    for outcome in run_baselines(incidence) if incidence is not None else ():
        if isinstance(outcome, Stopped):
            stopped.append(outcome)
        else:
            baselines.append(evaluate(truth, outcome))
    return Comparison(judged, tuple(baselines), tuple(stopped))


def format_comparison(comparison: Comparison, width: int | None = None) -> str:
    """The table of all figures, each run ring by ring, and a summary of several runs."""
    every = (*comparison.runs, *comparison.baselines)
    blocks = [format_evaluations(every, COMPARED, width), _format_beaten(comparison)] if comparison.baselines else []
    blocks += [format_evaluations(every, width=width)]
    blocks += [_format_better(run, comparison.baselines, width) for run in comparison.runs if comparison.baselines]
    blocks += [f"not run: {some.name}: {some.because}\n" for some in comparison.stopped]
    blocks += [f"{run.name}\n\n{format_rings(run, width)}" for run in comparison.runs]
    if len(comparison.runs) > 1:
        blocks.append(f"all {len(comparison.runs)} runs\n\n{format_summary(comparison.runs)}")
    return "\n".join(blocks)


def document_comparison(comparison: Comparison) -> dict[str, object]:
    """One JSON document with unrounded figures of each run and baseline, and a summary of the runs."""
    return {
        "format": "graphlink-evaluation",
        "format_version": format_version("printed/evaluate.json"),
        "runs": [_document(evaluation) for evaluation in comparison.runs],
        "summary": {name: asdict(interval) for name, interval in summarise_evaluations(comparison.runs).items()},
        "baselines": [_document(evaluation) for evaluation in comparison.baselines],
        "stopped": [asdict(baseline) for baseline in comparison.stopped],
    }


def beaten_rows(run: Evaluation, baseline: Evaluation) -> tuple[str, ...]:
    """The compared figures on which a run is at least as good as a baseline, if both have them."""
    mine, theirs = dict(list_figures(run)), dict(list_figures(baseline))
    rows = []
    for name in COMPARED:
        one, other = mine.get(name), theirs.get(name)
        if one is None or other is None or ((one <= other) if name in FEWER_IS_BETTER else (one >= other)):
            rows.append(name)
    return tuple(rows)


def _format_beaten(comparison: Comparison) -> str:
    """For each run, the rows on which a baseline does better."""
    sentences = []
    for run in comparison.runs:
        better = [
            f"{baseline.name} on {', '.join(rows)}"
            for baseline in comparison.baselines
            if (rows := [name for name in COMPARED if name not in beaten_rows(run, baseline)])
        ]
        told = "no baseline does better on any of these rows" if not better else "better are " + "; ".join(better)
        sentences.append(f"{printable(run.name)}: {told}.\n")
    sentences.append("They are the rows that accusing everybody does not win; the others are compared below.\n")
    return "".join(sentences)


def _format_better(run: Evaluation, baselines: Sequence[Evaluation], width: int | None) -> str:
    """The rows on which a baseline does better, and how many of the accounts it accuses are ring members."""
    mine = dict(list_figures(run))
    figures = [(dict(list_figures(baseline)), baseline) for baseline in baselines]
    rows = []
    for name, value in mine.items():
        better = [(each, baseline) for each, baseline in figures if does_better(name, each.get(name), value)]
        if not better:
            continue
        best, baseline = better[0]
        for each, other in better[1:]:
            ahead = does_better(name, each[name], best[name])
            if ahead or (not does_better(name, best[name], each[name]) and _precision(each) > _precision(best)):
                best, baseline = each, other
        rows.append([name, *map(show_figure, (value, best[name], best.get(_PRECISION))), baseline.name])
    if not rows:
        return f"{printable(run.name)}: no baseline does better on any row of this table.\n"
    n = f"{len(rows)} row{'' if len(rows) == 1 else 's'}"
    said = f"{printable(run.name)}: a baseline does better on {n} of this table, at the precision beside it"
    price = f"{said}; the run's is {show_figure(mine[_PRECISION])}.\n\n"
    return price + align([["", "run", "baseline", "precision", "which"], *rows], width) + "\n"


_PRECISION: Final = "precision, all tiers"


def _precision(figures: Mapping[str, float | int | None]) -> float:
    return figures.get(_PRECISION) or 0


def _document(evaluation: Evaluation) -> dict[str, object]:
    return {**asdict(evaluation), "figures": dict(list_figures(evaluation))}
