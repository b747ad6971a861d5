"""Evaluations as one table of plain text: a column for each run or baseline, a row for each figure.

Values from data (ring ids, kinds) are shown escaped, since an id may carry terminal codes.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from graphlink.evaluate.evaluation import Evaluation

N_SHOWN: Final = 40
"""Planted rings and false rings shown one by one; beyond that a count says how many there are."""


def format_evaluations(evaluations: Sequence[Evaluation], *, detail: bool = True) -> str:
    """Lay evaluations of one world side by side; with ``detail`` the first one's rings follow one by one."""
    figures = [dict(list_figures(evaluation)) for evaluation in evaluations]
    names = list(dict.fromkeys(name for column in figures for name in column))
    rows = [["", *(evaluation.name for evaluation in evaluations)]]
    rows += [[name, *(_show(column.get(name)) for column in figures)] for name in names]
    blocks = [_align(rows)]
    if detail:
        blocks += [
            block for block in (_planted(evaluations[0]), _false(evaluations[0]), _curve(evaluations[0])) if block
        ]
    return "\n\n".join(blocks) + "\n"


def list_figures(evaluation: Evaluation) -> Iterator[tuple[str, float | int | None]]:
    """Every headline figure of an evaluation under the name that tables and summaries use."""
    yield "accounts accused", evaluation.accounts.accused
    yield "precision, all tiers", evaluation.accounts.precision
    yield "recall, all tiers", evaluation.accounts.recall
    yield "accounts in core", evaluation.core.accused
    yield "precision, core", evaluation.core.precision
    yield "recall, core", evaluation.core.recall
    yield "honest in core per 100,000", evaluation.innocents.per_100_000
    yield "rings listed", len(evaluation.listed)
    yield "rings coordinated", evaluation.n_coordinated
    yield "rings coordinated, false", len(evaluation.false_rings)
    for top in evaluation.top:
        yield f"precision of first {top.k}", top.precision
    yield "planted rings", len(evaluation.planted)
    yield "planted rings found", sum(ring.is_found for ring in evaluation.planted)
    for kind in evaluation.kinds:
        yield f"recall {kind.kind or 'unnamed'}", kind.recall
    for name, share in _gathered(evaluation).items():
        yield f"in one place {name or 'unnamed'}", share
    for negative in evaluation.hard_negatives:
        yield f"{negative.hard_negative} accused, of {negative.instances}", negative.surfaced
    if evaluation.victims.framed:
        yield f"victims in core, of {evaluation.victims.framed}", evaluation.victims.core
        yield "victims accused below core", evaluation.victims.probable + evaluation.victims.peripheral
        yield "possible victims named", evaluation.victims.possible_victim
    for name, agreement in (("all rings", evaluation.grouping), ("coordinated", evaluation.accusing)):
        yield f"B-cubed F, {name}", agreement.bcubed_f
        yield f"B-cubed precision, {name}", agreement.bcubed_precision
        yield f"B-cubed recall, {name}", agreement.bcubed_recall
        yield f"pair F1, {name}", agreement.pair_f1
        yield f"pair precision, {name}", agreement.pair_precision
        yield f"pair recall, {name}", agreement.pair_recall
    if evaluation.reliability:
        yield "Brier score of confidence", evaluation.reliability.brier
        yield "calibration error", evaluation.reliability.error


def _gathered(evaluation: Evaluation) -> dict[str, float | None]:
    """Of the recovered members of each kind's campaigns, the share inside their campaign's biggest ring or campaign."""
    recovered: Counter[str] = Counter()
    in_one: Counter[str] = Counter()
    for campaign in evaluation.campaigns:
        recovered[campaign.kind] += campaign.recovered
        in_one[campaign.kind] += campaign.in_one
    return {kind: in_one[kind] / n if n else None for kind, n in sorted(recovered.items())}


def _planted(evaluation: Evaluation) -> str:
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
    return _list(head, rows)


def _sum_false(evaluation: Evaluation) -> str:
    """What the false rings are, the commonest first."""
    rings = Counter(ring.truth for ring in evaluation.false_rings)
    members: Counter[str] = Counter()
    for ring in evaluation.false_rings:
        members[ring.truth] += ring.members
    rows = [[kind, n, members[kind]] for kind, n in sorted(rings.items(), key=lambda item: (-item[1], item[0]))]
    return _list(["false rings are", "rings", "members"], rows)


def _false(evaluation: Evaluation) -> str:
    rows = [[ring.rank, ring.ring_id, ring.members, ring.truth, ring.truth_id or ""] for ring in evaluation.false_rings]
    return _list(["rank", "false ring", "members", "really", "which"], rows)


def _curve(evaluation: Evaluation) -> str:
    bins = evaluation.reliability.bins if evaluation.reliability else ()
    rows = [[f"{some.low:.1f}-{some.high:.1f}", some.members, some.mean_confidence, some.share_right] for some in bins]
    return _list(["confidence", "members", "said", "came true"], rows)


def _list(head: list[str], rows: Sequence[Sequence[object]]) -> str:
    """A block of rows, cut after ``N_SHOWN`` with a count of the rest."""
    if not rows:
        return ""
    shown = _align([head, *([_show(cell) for cell in row] for row in rows[:N_SHOWN])])
    return shown + (f"\n… and {len(rows) - N_SHOWN} more" if len(rows) > N_SHOWN else "")


def _align(rows: Iterable[Sequence[str]]) -> str:
    """Columns padded to equal width, the first to the left and the others to the right."""
    rows = [[_escape(cell) for cell in row] for row in rows]
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(
            cell.rjust(width) if i else cell.ljust(width)
            for i, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in rows
    )


def _show(value: object) -> str:
    if value is None:
        return "-"
    return f"{value:.3f}" if isinstance(value, float) else str(value)


def _escape(text: str) -> str:
    return "".join(
        letter if letter.isprintable() else letter.encode("unicode_escape").decode("ascii") for letter in text
    )
