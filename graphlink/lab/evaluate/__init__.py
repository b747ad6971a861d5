"""Compare the rings of a run with an answer key, next to naive baselines on the same data."""

from __future__ import annotations

from graphlink.lab.evaluate.agreement import Agreement, measure_agreement
from graphlink.lab.evaluate.evaluation import Evaluation, evaluate
from graphlink.lab.evaluate.runs import Reported, read_run
from graphlink.lab.evaluate.truth import Truth, label_truth, read_truth

__all__ = [
    "Agreement",
    "Evaluation",
    "Reported",
    "Truth",
    "evaluate",
    "label_truth",
    "measure_agreement",
    "read_run",
    "read_truth",
]
