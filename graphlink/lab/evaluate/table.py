"""Evaluations as one plain-text table: a column per run or baseline, a row per figure.

Values from data (ring ids, kinds) are escaped, since an id may contain terminal codes.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from graphlink.lab.evaluate.figures import SHOWN, list_figures
from graphlink.lab.evaluate.summary import summarise_evaluations
from graphlink.words.escape import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from graphlink.lab.evaluate.evaluation import Evaluation

    Column = tuple[str, ...]
    Rows = Sequence[Sequence[object]]
    _Block = tuple[list[str], Rows]

N_SHOWN: Final = 40
"""The most planted rings and false rings to list. A count stands for the rest."""

_GAP: Final = "  "


def format_evaluations(evaluations: Sequence[Evaluation], names: Sequence[str] = (), width: int | None = None) -> str:
    """Evaluations side by side, a column each. ``names`` selects figures."""
    columns = [dict(list_figures(evaluation)) for evaluation in evaluations]
    names = names or list(dict.fromkeys(name for column in columns for name in column))
    rows = [[name, *(show_figure(column.get(name)) for column in columns)] for name in names]
    return align([["", *(evaluation.name for evaluation in evaluations)], *rows], width) + "\n"


def format_summary(evaluations: Sequence[Evaluation]) -> str:
    """Mean, lowest and highest of each figure over several runs or worlds."""
    rows = [
        [name, str(interval.n), *(show_figure(float(value)) for value in (interval.mean, interval.low, interval.high))]
        for name, interval in summarise_evaluations(evaluations).items()
    ]
    return align([["", "n", "mean", "lowest", "highest"], *rows]) + "\n"


def format_rings(evaluation: Evaluation, width: int | None = None) -> str:
    """One evaluation ring by ring: planted rings, the truth of false ones, hard negatives, the reliability curve."""
    blocks = (show(evaluation) for show in (_planted, _cells, _sum_false, _false, _hard_negatives, _curve))
    return "\n\n".join(_list(head, rows, width) for head, rows in blocks if rows) + "\n"


def _planted(evaluation: Evaluation) -> _Block:
    head = ["planted", "kind", "size", "recall", "jaccard", "purity", "pieces", "rank", "best match", "assessment"]
    rows = [
        [
            ring.ring_id,
            ring.kind,
            ring.size,
            ring.recall,
            ring.jaccard,
            ring.purity,
            ring.fragments,
            ring.rank,
            ring.best or "none",
            ring.assessment or "",
        ]
        for ring in sorted(evaluation.planted, key=lambda ring: (-ring.size, ring.ring_id))
    ]
    return head, rows


def _cells(evaluation: Evaluation) -> _Block:
    rows = [[some.campaign_id, some.cells, some.reached, some.matched, some.jaccard] for some in evaluation.cells]
    return ["campaign", "cells", "reached", "matched", "mean jaccard"], rows


def _sum_false(evaluation: Evaluation) -> _Block:
    """The truth of the false rings, the most common first."""
    rings = Counter(ring.truth for ring in evaluation.false_rings)
    members: Counter[str] = Counter()
    for ring in evaluation.false_rings:
        members[ring.truth] += ring.members
    rows = [[kind, n, members[kind]] for kind, n in sorted(rings.items(), key=lambda item: (-item[1], item[0]))]
    return ["false rings are", "rings", "members"], rows


def _false(evaluation: Evaluation) -> _Block:
    rows = [[ring.rank, ring.ring_id, ring.members, ring.truth, ring.truth_id or ""] for ring in evaluation.false_rings]
    return ["rank", "false ring", "members", "really", "which"], rows


def _hard_negatives(evaluation: Evaluation) -> _Block:
    rows = [[some.hard_negative, some.instances, some.surfaced, some.explained] for some in evaluation.hard_negatives]
    return ["hard negative", "instances", "accused", "explained"], rows


def _curve(evaluation: Evaluation) -> _Block:
    bins = evaluation.reliability.bins if evaluation.reliability else ()
    rows = [[f"{some.low:.1f}-{some.high:.1f}", some.members, some.mean_confidence, some.share_right] for some in bins]
    return ["confidence", "members", "said", "came true"], rows


def _list(head: list[str], rows: Rows, width: int | None) -> str:
    """A block of rows, cut after ``N_SHOWN`` with a count of the rest."""
    shown = align([head, *([show_figure(cell) for cell in row] for row in rows[:N_SHOWN])], width)
    return shown + (f"\n… and {len(rows) - N_SHOWN} more" if len(rows) > N_SHOWN else "")


def align(rows: Iterable[Sequence[str]], width: int | None = None) -> str:
    """Pad columns to equal width, the first aligned left and the others right.

    With a width, columns that do not fit continue below, again after the first column.

    Examples
    --------
    >>> print(align([["", "run-1", "run-2"], ["recall", "0.9", "0.8"]], width=16))
            run-1
    recall    0.9
    <BLANKLINE>
            run-2
    recall    0.8
    """
    columns = list(zip(*([printable(cell) for cell in row] for row in rows), strict=True))
    return "\n\n".join(_side_by_side(some) for some in _in_width(columns, width))


def _in_width(columns: Sequence[Column], width: int | None) -> Iterator[list[Column]]:
    first, *rest = columns
    panel, used = [first], _width(first)
    for column in rest:
        if width is not None and len(panel) > 1 and used + len(_GAP) + _width(column) > width:
            yield panel
            panel, used = [first], _width(first)
        panel.append(column)
        used += len(_GAP) + _width(column)
    yield panel


def _side_by_side(columns: Sequence[Column]) -> str:
    widths = list(map(_width, columns))
    return "\n".join(
        _GAP.join(
            cell.rjust(width) if i else cell.ljust(width)
            for i, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in zip(*columns, strict=True)
    )


def _width(column: Column) -> int:
    return max(map(len, column))


def show_figure(value: object) -> str:
    """A figure as tables show it, a dash if it is undefined."""
    if value is None:
        return "-"
    return f"{value:.{SHOWN}f}" if isinstance(value, float) else str(value)
