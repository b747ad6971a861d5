"""Runs and the naive baselines, judged against one answer key: what `graphlink evaluate` prints."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from graphlink.evaluate.baselines import Stopped, run_baselines
from graphlink.evaluate.evaluation import evaluate
from graphlink.evaluate.table import format_evaluations, format_rings, format_summary

if TYPE_CHECKING:
    from collections.abc import Sequence

    from graphlink.evaluate.baselines import Incidence
    from graphlink.evaluate.evaluation import Evaluation
    from graphlink.evaluate.runs import Reported
    from graphlink.evaluate.truth import Truth


@dataclass(frozen=True, slots=True)
class Comparison:
    """Runs of one world, the baselines on the same data, and those baselines that had to stop."""

    runs: tuple[Evaluation, ...]
    baselines: tuple[Evaluation, ...] = ()
    stopped: tuple[Stopped, ...] = ()


def compare_runs(truth: Truth, runs: Sequence[Reported], incidence: Incidence | None = None) -> Comparison:
    """Judge runs, and the baselines too when given the incidence of the same data."""
    judged = tuple(evaluate(truth, run) for run in runs)
    baselines: list[Evaluation] = []
    stopped: list[Stopped] = []
    for outcome in run_baselines(incidence) if incidence is not None else ():
        if isinstance(outcome, Stopped):
            stopped.append(outcome)
        else:
            baselines.append(evaluate(truth, outcome))
    return Comparison(judged, tuple(baselines), tuple(stopped))


def format_comparison(comparison: Comparison) -> str:
    """The table of all figures, each run ring by ring, and the runs taken together when there are several."""
    blocks = [format_evaluations((*comparison.runs, *comparison.baselines))]
    blocks += [f"not run: {some.name}: {some.because}\n" for some in comparison.stopped]
    blocks += [f"{run.name}\n\n{format_rings(run)}" for run in comparison.runs]
    if len(comparison.runs) > 1:
        blocks.append(f"all {len(comparison.runs)} runs\n\n{format_summary(comparison.runs)}")
    return "\n".join(blocks)
