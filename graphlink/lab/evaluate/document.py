"""A comparison as one JSON document with a format version and unrounded numbers."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Final

from graphlink.lab.evaluate.figures import list_figures
from graphlink.lab.evaluate.summary import summarise_evaluations

if TYPE_CHECKING:
    from graphlink.lab.evaluate.comparison import Comparison
    from graphlink.lab.evaluate.evaluation import Evaluation

FORMAT_VERSION: Final = 1


def document_comparison(comparison: Comparison) -> dict[str, object]:
    """All figures of each run and baseline, the headline figures by name, and a summary of the runs."""
    return {
        "format": "graphlink-evaluation",
        "format_version": FORMAT_VERSION,
        "runs": [_document(evaluation) for evaluation in comparison.runs],
        "summary": {name: asdict(interval) for name, interval in summarise_evaluations(comparison.runs).items()},
        "baselines": [_document(evaluation) for evaluation in comparison.baselines],
        "stopped": [asdict(baseline) for baseline in comparison.stopped],
    }


def _document(evaluation: Evaluation) -> dict[str, object]:
    return {**asdict(evaluation), "figures": dict(list_figures(evaluation))}
