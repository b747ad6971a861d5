"""The tables of ``docs/accuracy.md``: results go in, Markdown comes out."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import fmean
from typing import TYPE_CHECKING, Final, TypeVar

from accuracy_goals import GOALS
from otherworlds.organisations import HARD_NEGATIVES

from graphlink.lab.evaluate.figures import COMPARED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from accuracy_results import Measured

Item = TypeVar("Item")

PREVALENCES: Final = (0.0002, 0.002, 0.02, 0.12)
"""From one in five thousand to the one in eight that payment providers report at sign-up."""

WORTH_TELLING: Final = 0.25
"""Recall of a kind below which nothing is said of where its recovered members stand: a handful is always together."""

ORDINARY: Final = ((0.8, 0.001), (0.8, 0.003))
"""Recall and false positive rate of detectors to compare with."""


_IN_ONE_PLACE: Final = "in one place "


@dataclass(frozen=True, slots=True)
class Rates:
    """Recall, and the share of honest accounts that is accused."""

    recall: float
    false_positives: float

    def precision_at(self, prevalence: float) -> float:
        """Share of the accused that are ring members.

        Examples
        --------
        >>> round(Rates(recall=0.8, false_positives=0.001).precision_at(0.002), 2)
        0.62
        """
        right = self.recall * prevalence
        return right / (right + self.false_positives * (1 - prevalence))


@dataclass(frozen=True, slots=True)
class MeasuredRates:
    """Rates of core members and of all tiers over worlds taken together."""

    n_worlds: int
    core: Rates
    every: Rates


def measure_rates(results: Sequence[Measured]) -> MeasuredRates | None:
    """Rates on the worlds of default prevalence, None without any."""
    some = [result for result in results if result.plan.planted == "default"]
    if not some:
        return None
    core, every = (_rates(some, *names) for names in (("accounts in core", "core"), ("accounts accused", "all tiers")))
    return MeasuredRates(len(some), core, every)


def tabulate_base_rate(rates: MeasuredRates) -> str:
    """Precision by prevalence."""
    columns = (rates.core, rates.every, *(Rates(*ordinary) for ordinary in ORDINARY))
    rows = [
        [f"{100 * prevalence:g} %", f"{round(100_000 * prevalence):,}"]
        + [f"{column.precision_at(prevalence):.3f}" for column in columns]
        for prevalence in PREVALENCES
    ]
    head = ["ring members", "per 100,000", "precision, core", "precision, all tiers", "one in 1,000", "three in 1,000"]
    return tabulate(head, rows)


def tabulate_goals(results: Sequence[Measured]) -> str:
    """Every goal with its mean and range on each parameter set."""
    by_parameters = group(results, lambda result: result.plan.parameters)
    rows = []
    for goal in GOALS:
        cells = [goal.what, goal.planted, f"{'at most' if goal.is_at_most else 'at least'} {goal.limit:g}"]
        for some in by_parameters.values():
            chosen = [result for result in some if result.plan.planted == goal.planted]
            if goal.figure.startswith(_IN_ONE_PLACE):
                chosen = recovering(chosen, goal.figure.removeprefix(_IN_ONE_PLACE))
            interval = spread(goal.value(result) for result in chosen)
            missed = interval is not None and not goal.is_met(interval[0])
            cells.append(show_range(interval) + (" **missed**" if missed else ""))
        rows.append(cells)
    return tabulate(["", "worlds", "asked", *(f"*{name}*" for name in by_parameters)], rows)


def recovering(results: Sequence[Measured], kind: str) -> list[Measured]:
    """The worlds in which enough members of a ring kind were recovered to say where they stand."""
    return [result for result in results if (result.figures.get(f"recall {kind}") or 0) >= WORTH_TELLING]


def tabulate_baselines(results: Sequence[Measured]) -> list[tuple[str, str, list[str]]]:
    """For each kind of world where baselines ran: its name, the table, and what had to stop."""
    tables = []
    with_baselines = [result for result in results if result.baselines]
    for planted, some in group(with_baselines, lambda result: result.plan.planted).items():
        every = [baseline for result in some for baseline in result.baselines]
        by_name = group(every, lambda baseline: baseline.name)
        rows = [
            [
                figure,
                show_range(figure_range(some, figure)),
                *(show_range(spread(one.figures.get(figure) for one in runs)) for runs in by_name.values()),
            ]
            for figure in COMPARED
        ]
        stopped = sorted({f"{baseline.name}: {baseline.stopped}" for baseline in every if baseline.stopped})
        tables.append((planted, tabulate(["", "**graphlink**", *by_name], rows), stopped))
    return tables


def tabulate_kinds(results: Sequence[Measured]) -> str:
    """Each ring kind on each kind of world."""
    rows = []
    for planted, some in group(results, lambda result: result.plan.planted).items():
        every = sorted((ring for result in some for ring in result.planted), key=lambda ring: ring.kind)
        for kind, rings in group(every, lambda ring: ring.kind).items():
            sizes = [ring.size for ring in rings]
            rows.append(
                [
                    planted,
                    kind,
                    str(len(rings)),
                    f"{min(sizes):,}–{max(sizes):,}",
                    str(sum(ring.is_found for ring in rings)),
                    show_range(figure_range(some, f"recall {kind}")),
                    f"{fmean(ring.jaccard for ring in rings):.3f}",
                    f"{fmean(ring.fragments for ring in rings):.1f}",
                    show_range(figure_range(recovering(some, kind), _IN_ONE_PLACE + kind)),
                ],
            )
    return tabulate(["worlds", "kind", "rings", "size", "found", "recall", "Jaccard", "pieces", "in one place"], rows)


def tabulate_errors(results: Sequence[Measured], worlds: str = "rings planted") -> str:
    """False rings by what they really are."""
    kinds = sorted({kind for result in results for kind in result.false})
    planted_in = group(results, lambda result: result.plan.planted).items()
    if not kinds:
        return f"None was, in {', '.join(f'{len(some)} worlds of {planted}' for planted, some in planted_in)}."
    rows = [
        [planted, str(len(some)), *(str(sum(result.false.get(kind, 0) for result in some)) for kind in kinds)]
        for planted, some in planted_in
    ]
    return tabulate([worlds, "worlds", *kinds], rows)


def tabulate_negatives(results: Sequence[Measured]) -> str:
    """Hard negatives by kind, HN2 before HN10."""
    negatives = (some for result in results for some in result.hard_negatives)
    every = sorted(negatives, key=lambda some: (len(some.hard_negative.partition(" ")[0]), some.hard_negative))
    rows = [
        [
            name if " " in name else f"{name} {HARD_NEGATIVES[name]}",
            *(
                f"{sum(counts):,}"
                for counts in zip(*((s.instances, s.surfaced, s.explained) for s in some), strict=True)
            ),
        ]
        for name, some in group(every, lambda some: some.hard_negative).items()
    ]
    return tabulate(["", "instances", "accused", "explained"], rows)


def tell_cost(results: Sequence[Measured]) -> str:
    """Time and memory of the runs that were timed, by size of world."""
    sentences = []
    for size, some in group(results, lambda result: f"{result.plan.n_accounts:,}").items():
        seconds, megabytes, both = (
            show_range(figure_range(some, figure), 0)
            for figure in ("seconds of a run", "megabytes of a run", "seconds, run and evaluation")
        )
        if seconds != "–":
            sentences.append(
                f"A run on {size} accounts took {seconds} s and {megabytes} MB, with its evaluation {both} s."
            )
    return "\n".join(sentences)


def group(items: Iterable[Item], key: Callable[[Item], str]) -> dict[str, list[Item]]:
    """Items by a key, in the order in which the keys first come."""
    grouped: dict[str, list[Item]] = {}
    for item in items:
        grouped.setdefault(key(item), []).append(item)
    return grouped


def figure_range(results: Sequence[Measured], figure: str) -> tuple[float, float, float] | None:
    """Mean, lowest and highest of a headline figure, None where no world has it."""
    return spread(result.figures.get(figure) for result in results)


def spread(values: Iterable[float | None]) -> tuple[float, float, float] | None:
    """Mean, lowest and highest of what is defined."""
    known = [value for value in values if value is not None]
    return (fmean(known), min(known), max(known)) if known else None


def show_range(interval: tuple[float, float, float] | None, decimals: int = 3) -> str:
    """A mean, with its range where there is one."""
    if interval is None:
        return "–"
    mean, low, high = (f"{value:,.{decimals}f}" for value in interval)
    return mean if low == high else f"{mean} ({low}–{high})"


def _rates(results: Sequence[Measured], accused_figure: str, tier: str) -> Rates:
    planted = [sum(ring.size for ring in result.planted) for result in results]
    honest = sum(result.plan.n_accounts for result in results) - sum(planted)
    accused = sum(result.figures[accused_figure] or 0 for result in results)
    recalls = (result.figures[f"recall, {tier}"] or 0 for result in results)
    right = sum(recall * size for recall, size in zip(recalls, planted, strict=True))
    return Rates(right / sum(planted), max(accused - right, 3) / honest)


def tabulate(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table in Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)
