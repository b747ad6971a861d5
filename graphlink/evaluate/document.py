"""Evaluations as one JSON document with a format version, every number unrounded."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Final

from graphlink.evaluate.table import list_figures

if TYPE_CHECKING:
    from collections.abc import Sequence

    from graphlink.evaluate.evaluation import Evaluation

FORMAT_VERSION: Final = 1


def document_evaluations(evaluations: Sequence[Evaluation]) -> dict[str, object]:
    """All figures of each evaluation: the headline ones by name, and everything they come from."""
    return {
        "format_version": FORMAT_VERSION,
        "evaluations": [
            {**asdict(evaluation), "figures": dict(list_figures(evaluation))} for evaluation in evaluations
        ],
    }
