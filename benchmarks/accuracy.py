"""Measures how accurate graphlink is and writes ``docs/accuracy.md``: `python benchmarks/accuracy.py`.

Worlds of held-back seeds, of the parameters that graphlink was tuned on and of others, are simulated, run through
`graphlink run` with its defaults, and judged, the naive baselines beside it. Every world that is measured is kept in
``docs/accuracy.json``; one that was measured with this very code is not run again.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Final

import click
from accuracy_page import write_page
from accuracy_results import Baseline, Measured, Plan, read_results, write_results

from graphlink.evaluate import Evaluation, evaluate, read_run, read_truth
from graphlink.evaluate.baselines import Stopped, read_incidence, run_baselines
from graphlink.evaluate.figures import list_figures

ROOT: Final = Path(__file__).resolve().parents[1]
SEEDS: Final = (101, 102, 103, 104, 105)
"""Seeds that no parameter was ever chosen on."""

PARAMETERS: Final = ("default", "cautious", "noisy")
"""The parameters that graphlink was tuned on, and two sets that it was not."""

PLANTED: Final = {
    "clean": ("--prevalence", "clean"),
    "low": ("--prevalence", "low"),
    "default": ("--prevalence", "default"),
    "heavy": ("--prevalence", "heavy"),
    "big": ("--rings", "R1,R2,R3,R6=5000,R7=25000,R9"),
    "victims": ("--prevalence", "default", "--victims", "20"),
}
"""What is planted in a world. The big rings have their reported size only in `big`: at 2 % they are shrunk."""

BIG_ACCOUNTS: Final = 1.25
"""How much larger a world of big rings is than the others, so that honest accounts are as many."""

WITH_BASELINES: Final = ("default", "big")
"""Where the baselines run too; elsewhere they would only repeat themselves."""

N_RANKED: Final = 200
"""Accusing rings that are kept one by one; far beyond what an investigator reads."""


@click.command()
@click.option("--seeds", default=",".join(map(str, SEEDS)), show_default=True)
@click.option("--parameters", default=",".join(PARAMETERS), show_default=True)
@click.option("--planted", default=",".join(PLANTED), show_default=True)
@click.option("--accounts", default=200_000, show_default=True)
@click.option("--out", default=ROOT / "docs", type=click.Path(path_type=Path, file_okay=False), show_default="docs")
@click.option("--page-only", is_flag=True, help="Make the page again from what was measured.")
def main(seeds: str, parameters: str, planted: str, accounts: int, out: Path, *, page_only: bool) -> None:
    """Measure the accuracy on held-back worlds and write the page about it."""
    kept = out / "accuracy.json"
    code = digest_code()
    results = {result.plan: result for result in read_results(kept)}
    plans = [
        Plan(some, kind, round(accounts * (BIG_ACCOUNTS if kind == "big" else 1)), int(seed))
        for seed in seeds.split(",")
        for some in parameters.split(",")
        for kind in planted.split(",")
    ]
    for number, plan in enumerate(plans, start=1):
        if page_only or (plan in results and results[plan].code == code):
            continue
        results[plan] = measure_world(plan, code)
        write_results(kept, tuple(results.values()))
        click.echo(f"{number}/{len(plans)} {plan.name}: {results[plan].run_seconds:.0f} s", err=True)
    write_page(tuple(results[plan] for plan in plans if plan in results), out)
    click.echo(out / "accuracy.md")


def measure_world(plan: Plan, code: str) -> Measured:
    """Simulate a world, run graphlink on it as a process of its own, and judge the outcome."""
    with tempfile.TemporaryDirectory(prefix="graphlink-accuracy-") as place:
        world, run = Path(place) / "world", Path(place) / "run"
        size = ("--accounts", str(plan.n_accounts), "--seed", str(plan.seed), "--parameters", plan.parameters)
        _start("graphlink.simulate", str(world), *size, *PLANTED[plan.planted])
        sources = [str(world / name) for name in ("accounts.parquet", "sightings.parquet")]
        seconds, megabytes = _start("graphlink", "run", *sources, "-o", str(run), "--quiet")
        began = time.perf_counter()
        judged = evaluate(read_truth(world), read_run(run))
        taken = time.perf_counter() - began
        baselines = judge_baselines(world) if plan.planted in WITH_BASELINES else ()
        return condense(plan, code, judged, (seconds, megabytes, taken), baselines)


def judge_baselines(world: Path) -> tuple[Baseline, ...]:
    """Run every baseline on a world."""
    truth = read_truth(world)
    judged = []
    for outcome in run_baselines(read_incidence(world)):
        if isinstance(outcome, Stopped):
            judged.append(Baseline(outcome.name, {}, outcome.because))
        else:
            judged.append(Baseline(outcome.name, dict(list_figures(evaluate(truth, outcome)))))
    return tuple(judged)


def condense(
    plan: Plan,
    code: str,
    judged: Evaluation,
    cost: tuple[float, float, float],
    baselines: tuple[Baseline, ...],
) -> Measured:
    """Keep of an evaluation what the page shows."""
    accusing = [ring.is_right for ring in judged.listed if ring.assessment == "coordinated"]
    return Measured(
        plan=plan,
        code=code,
        run_seconds=round(cost[0], 1),
        run_megabytes=round(cost[1]),
        evaluate_seconds=round(cost[2], 1),
        figures=dict(list_figures(judged)),
        right=tuple(accusing[:N_RANKED]),
        false=dict(sorted(Counter(ring.truth for ring in judged.false_rings).items())),
        planted=judged.planted,
        hard_negatives=judged.hard_negatives,
        bins=judged.reliability.bins if judged.reliability else (),
        baselines=baselines,
    )


def digest_code() -> str:
    """SHA-256 over the package, so that figures of two versions are never mixed."""
    digest = hashlib.sha256()
    for path in sorted((ROOT / "graphlink").rglob("*")):
        if path.suffix in {".py", ".toml"}:
            digest.update(path.relative_to(ROOT).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()


def _start(module: str, *arguments: str) -> tuple[float, float]:
    """Run a module as a process; its seconds and peak megabytes. Exit 3 is a finished run with notices."""
    began = time.perf_counter()
    process = subprocess.Popen([sys.executable, "-m", module, *arguments], cwd=ROOT)
    _, status, usage = os.wait4(process.pid, 0)
    if os.waitstatus_to_exitcode(status) not in {0, 3}:
        raise SystemExit(f"{module} {' '.join(arguments)} ended with {os.waitstatus_to_exitcode(status)}")
    return time.perf_counter() - began, usage.ru_maxrss / 1024


if __name__ == "__main__":
    main()
