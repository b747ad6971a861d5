"""Measures how graphlink does on worlds that it did not shape, and writes ``docs/other-worlds.md``.

    python benchmarks/other_worlds.py                                 # every scenario, seeds 41, 42 and 43
    python benchmarks/other_worlds.py --scenarios honest --seeds 41   # others are kept from before

The worlds are those of ``otherworlds``; each is made, written, read, analysed with the defaults, and judged. What is
measured is kept in ``benchmarks/measured``; a world that was measured with this very code is not measured again, so
that the same command goes on where it was stopped.
"""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click
from accuracy_results import Measured, Plan, read_results, write_results
from judging import KEPT, ROOT, condense, digest_code, judge_world, made_world, measure_all
from other_worlds_page import HONEST, WRONGLY_ACCUSED, render_page
from otherworlds.organisations import HARD_NEGATIVES
from otherworlds.scenarios import SCENARIOS, make_world
from otherworlds.writing import write_world

from graphlink.config.settings import load_config

if TYPE_CHECKING:
    from collections.abc import Sequence

    from graphlink.lab.evaluate import Evaluation

SEEDS: Final = (41, 42, 43)
"""The method was mended on what seeds 1 to 3, 11 to 13 and 21 to 23 showed. An export of two types holds each of its
pairs once in three."""

PARAMETERS: Final = "other"
"""What stands where the simulator's worlds name their parameters."""

SEVERAL: Final = "several rings in one"
"""What a false ring is most of whose members are no honest people, but of no one ring either."""


@click.command()
@click.option("--scenarios", default=",".join(SCENARIOS), show_default=True)
@click.option("--seeds", default=",".join(map(str, SEEDS)), show_default=True)
@click.option("--accounts", default=60_000, show_default=True)
@click.option("--jobs", default=2, show_default=True, help="Worlds to measure at a time.")
@click.option("--folder", type=click.Path(path_type=Path, file_okay=False, exists=True), help="Keep the worlds here.")
@click.option("--out", default=ROOT / "docs", type=click.Path(path_type=Path, file_okay=False), show_default="docs")
@click.option("--kept", default=KEPT, type=click.Path(path_type=Path, file_okay=False), help="Keep measurements here.")
@click.option("--page-only", is_flag=True, help="Make the page again from what was measured.")
def main(  # noqa: PLR0913, PLR0917  a command has one parameter for each of its options
    scenarios: str, seeds: str, accounts: int, jobs: int, folder: Path | None, out: Path, kept: Path, *, page_only: bool
) -> None:
    """Measure the accuracy on worlds of another shape and write the page about it."""
    out.mkdir(parents=True, exist_ok=True)
    kept.mkdir(parents=True, exist_ok=True)
    measurements, began = kept / "other-worlds.json", time.monotonic()
    code = digest_code(ROOT / "graphlink", ROOT / "benchmarks" / "otherworlds")
    results = {result.plan: result for result in read_results(measurements)}
    plans = make_plans(scenarios.split(","), seeds.split(","), accounts)
    stale = [] if page_only else [plan for plan in plans if plan not in results or results[plan].code != code]
    measured = measure_all(stale, partial(measure_world, code=code, folder=folder), jobs)
    for number, result in enumerate(measured, start=1):
        results[result.plan] = result
        write_results(measurements, tuple(results.values()))
        click.echo(f"{number}/{len(stale)} {result.plan.name}: {(time.monotonic() - began) / 60:.1f} min", err=True)
    page = render_page(tuple(results[plan] for plan in plans if plan in results))
    (out / "other-worlds.md").write_text(page, encoding="utf-8")
    click.echo(out / "other-worlds.md")


def make_plans(scenarios: Sequence[str], seeds: Sequence[str], accounts: int) -> list[Plan]:
    """The worlds to measure, so that each scenario has one when the command is stopped."""
    if unknown := sorted(set(scenarios) - set(SCENARIOS)):
        raise click.BadParameter(f"{', '.join(unknown)} is none of {', '.join(SCENARIOS)}", param_hint="--scenarios")
    return [Plan(PARAMETERS, scenario, accounts, int(seed)) for seed in seeds for scenario in scenarios]


def measure_world(plan: Plan, code: str, folder: Path | None = None) -> Measured:
    """Make a world, analyse its files, and judge the outcome."""

    def make(world: Path) -> None:
        write_world(make_world(plan.planted, plan.n_accounts, plan.seed), world, plan.planted, plan.seed)

    made = digest_code(ROOT / "benchmarks" / "otherworlds")[:12]
    with made_world(f"{plan.name}-{made}", folder, make) as world:
        settings = world / "graphlink.toml"
        judged = judge_world(plan.name, world, load_config(settings) if settings.is_file() else None)
    return tell_more(condense(plan, code, judged), judged)


def tell_more(result: Measured, judged: Evaluation) -> Measured:
    """Add who is innocent, which false rings are several in one, and the names of hard negatives, known here alone."""
    accounts = {HONEST: judged.innocents.honest, WRONGLY_ACCUSED: judged.accounts.accused - judged.accounts.right}
    named = tuple(
        replace(some, hard_negative=f"{some.hard_negative} {HARD_NEGATIVES[some.hard_negative]}")
        for some in judged.hard_negatives
    )
    false = dict(sorted(Counter(_name_false_rings(judged)).items()))
    return replace(result, figures=result.figures | accounts, false=false, hard_negatives=named)


def _name_false_rings(judged: Evaluation) -> list[str]:
    """What each false ring is: several rings where most of its members are of rings that it matches best."""
    inside: Counter[str | None] = Counter()
    for ring in judged.planted:
        inside[ring.best] += round(ring.best_recall * ring.size)
    return [SEVERAL if 2 * inside[ring.ring_id] > ring.members else ring.truth for ring in judged.false_rings]


if __name__ == "__main__":
    main()
