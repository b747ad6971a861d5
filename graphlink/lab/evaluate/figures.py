"""The headline figures of an evaluation, under the names that tables, summaries and JSON share."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

    from graphlink.lab.evaluate.evaluation import Evaluation


COMPARED: Final = (
    "F1, all tiers",
    "precision, all tiers",
    "precision, core",
    "honest in core per 100,000",
    "rings coordinated, false",
    "planted rings found",
    "precision of first 10",
    "precision of first 25",
    "precision of first 50",
    "B-cubed F, coordinated",
    "pair F1, coordinated",
)
"""Figures on which runs and baselines are compared. Accusing everybody wins none of them, unlike recall."""

FEWER_IS_BETTER: Final = frozenset({"honest in core per 100,000", "rings coordinated, false"})

_MORE_IS_BETTER: Final = ("precision", "recall", "F1", "planted rings found", "in one place", "B-cubed", "pair ")
_LESS_IS_BETTER: Final = (
    *(*FEWER_IS_BETTER, "pieces", "campaigns of several operators", "victims in core", "victims accused below core"),
    *("Brier", "calibration error"),
)
"""Prefixes of the figures where less is better. Other figures, such as rings listed, have no better direction."""


def does_better(name: str, one: float | None, other: float | None) -> bool:
    """Whether one value of a figure is better than another, as rounded in tables.

    Examples
    --------
    >>> does_better("recall R2", 1.0, 0.964), does_better("pieces R2", 1, 6), does_better("rings listed", 9, 2)
    (True, True, False)
    """
    if one is None or other is None or round(one, SHOWN) == round(other, SHOWN):
        return False
    if name.startswith(_LESS_IS_BETTER) or name.endswith("accused, share"):
        return one < other and not (name.startswith("pieces") and one == 0)  # 0 pieces mean that nothing was found
    return name.startswith(_MORE_IS_BETTER) and one > other


SHOWN: Final = 3
"""Decimals of a figure in a table."""


def list_figures(evaluation: Evaluation) -> Iterator[tuple[str, float | int | None]]:
    """All headline figures of an evaluation, by name."""
    if evaluation.n_unknown:
        yield "members not in the key", evaluation.n_unknown
    yield "accounts accused", evaluation.accounts.accused
    yield "precision, all tiers", evaluation.accounts.precision
    yield "recall, all tiers", evaluation.accounts.recall
    yield "F1, all tiers", evaluation.accounts.f1
    yield "accounts in core", evaluation.core.accused
    yield "precision, core", evaluation.core.precision
    yield "recall, core", evaluation.core.recall
    yield "F1, core", evaluation.core.f1
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
        yield f"pieces {kind.kind or 'unnamed'}", kind.fragments
    for name, share in _gathered(evaluation).items():
        yield f"in one place {name or 'unnamed'}", share
    yield "campaigns reported", evaluation.reported_campaigns.reported
    yield "campaigns of several operators", evaluation.reported_campaigns.mixed
    for negative in evaluation.hard_negatives:
        yield f"{negative.hard_negative} accused, share", negative.surfaced / negative.instances
    if evaluation.victims.framed:
        yield "victims framed", evaluation.victims.framed
        yield "victims in core", evaluation.victims.core
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
    """Per kind, the share of recovered campaign members that are in the campaign's largest ring or campaign."""
    recovered: Counter[str] = Counter()
    in_one: Counter[str] = Counter()
    for campaign in evaluation.campaigns:
        recovered[campaign.kind] += campaign.recovered
        in_one[campaign.kind] += campaign.in_one
    return {kind: in_one[kind] / n if n else None for kind, n in sorted(recovered.items())}
