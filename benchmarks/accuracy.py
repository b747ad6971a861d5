"""Measures how accurate graphlink is and writes ``docs/accuracy.md``: `python benchmarks/accuracy.py`.

Worlds of held-back seeds and of parameters that graphlink was not tuned on are simulated, analysed with the defaults,
and judged. Every world that is measured is kept in ``docs/accuracy.json``; one that was measured with this very code is
not measured again, so that the same command goes on where it was stopped.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click
import pandas as pd
from accuracy_page import write_page
from accuracy_results import Baseline, Figures, Measured, Plan, read_results, write_results

import graphlink as gl
from graphlink.evaluate import Evaluation, Reported, evaluate, read_truth
from graphlink.evaluate.baselines import Stopped, read_incidence, run_baselines
from graphlink.evaluate.figures import list_figures
from graphlink.method import Method
from graphlink.nullworld import shuffle_links
from graphlink.pipeline import analyse

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from graphlink.model import Findings

ROOT: Final = Path(__file__).resolve().parents[1]
SEEDS: Final = (301, 302, 303, 304, 305)
"""Seeds that no parameter was ever chosen on."""

PARAMETERS: Final = ("guarded", "sparse", "mobile")
"""Parameter sets that graphlink was not tuned on (it was on `default`, `cautious`, `noisy` and `bare`)."""

PLANTED: Final = {
    "default": ("--prevalence", "default"),
    "low": ("--prevalence", "low"),
    "clean": ("--prevalence", "clean"),
    "big": ("--rings", "R1,R2,R3,R6=5000,R7=25000,R9"),
    "victims": ("--prevalence", "default", "--victims", "20"),
}
"""What is planted in a world. The big rings have their reported size only in `big`: at 2 % they are shrunk."""

SIZES: Final = {"big": 1.25, "victims": 0.25}
"""How many accounts such a world has, as a multiple of the others: in `big` the honest ones are as many, and victims
are framed one by one, whatever the number of strangers."""

N_SEEDS: Final = {"low": 3, "clean": 3, "victims": 2}
"""How many of the seeds such worlds are made of, where not all: there one world is much like another."""

FURTHER: Final = "default"
"""Where, once for each parameter set, the baselines run too, the links are shuffled, and a run is timed."""

METHOD: Final = Method(disturbances=0)
"""The defaults, but for the disturbances: they say how stable a ring is and change neither rings nor members."""

SHUFFLED: Final = "rings on the shuffled world, share"
"""Name of a figure: rings reported where links are shuffled within each type, as a share of those of the world."""

SEED: Final = gl.SEED
N_RANKED: Final = 200
"""Accusing rings that are kept one by one; far beyond what an investigator reads."""


@click.command()
@click.option("--seeds", default=",".join(map(str, SEEDS)), show_default=True)
@click.option("--parameters", default=",".join(PARAMETERS), show_default=True)
@click.option("--planted", default=",".join(PLANTED), show_default=True)
@click.option("--accounts", default=200_000, show_default=True)
@click.option("--minutes", default=600.0, show_default=True, help="Begin no world after so long.")
@click.option("--jobs", default=2, show_default=True, help="Worlds to measure at a time; runs are timed alone.")
@click.option("--folder", type=click.Path(path_type=Path, file_okay=False), help="Keep simulated worlds here.")
@click.option("--prepare", is_flag=True, help="Only simulate the worlds, into the folder.")
@click.option("--out", default=ROOT / "docs", type=click.Path(path_type=Path, file_okay=False), show_default="docs")
@click.option("--page-only", is_flag=True, help="Make the page again from what was measured.")
def main(  # noqa: PLR0913, PLR0917  a command has one parameter for each of its options
    seeds: str,
    parameters: str,
    planted: str,
    accounts: int,
    minutes: float,
    jobs: int,
    folder: Path | None,
    out: Path,
    *,
    prepare: bool,
    page_only: bool,
) -> None:
    """Measure the accuracy on held-back worlds and write the page about it."""
    out.mkdir(parents=True, exist_ok=True)
    kept, began = out / "accuracy.json", time.monotonic()
    code = digest_code(ROOT / "graphlink")
    results = {result.plan: result for result in read_results(kept)}
    plans = make_plans(seeds.split(","), parameters.split(","), planted.split(","), accounts)
    if prepare:
        for plan in plans:
            with simulated(plan, folder):
                click.echo(plan.name, err=True)
        return
    stale = [plan for plan in plans if plan not in results or results[plan].code != code]
    first = [plan for plan in plans if plan.planted == FURTHER and plan.seed == plans[0].seed]
    more = [plan for plan in first if plan in stale or not results[plan].baselines]  # last, since they are timed
    if page_only:
        stale, more = [], []
    steps = ((len(stale), measure_all(stale, code, folder, jobs)), (len(more), further_all(more, results, folder)))
    for n_steps, measured in steps:
        for number, result in enumerate(measured, start=1):
            results[result.plan] = result
            write_results(kept, tuple(results.values()))
            passed = (time.monotonic() - began) / 60
            click.echo(f"{number}/{n_steps} {result.plan.name}: {passed:.1f} min", err=True)
            if passed > minutes:
                click.echo("The time is up. The same command goes on from here.", err=True)
                break
    write_page(tuple(results[plan] for plan in plans if plan in results), out)
    click.echo(out / "accuracy.md")


def make_plans(seeds: Sequence[str], parameters: Sequence[str], planted: Sequence[str], accounts: int) -> list[Plan]:
    """The worlds to measure, so that each kind has some when the time is up."""
    return [
        Plan(some, kind, round(accounts * SIZES.get(kind, 1)), int(seed))
        for place, seed in enumerate(seeds)
        for some in parameters
        for kind in planted
        if place < N_SEEDS.get(kind, len(seeds))
    ]


def measure_all(plans: Sequence[Plan], code: str, folder: Path | None, jobs: int) -> Iterator[Measured]:
    """Measure worlds, some at a time, each in a process of its own; in no certain order."""
    if not plans:
        return
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        waiting = [pool.submit(measure_world, plan, code, folder) for plan in plans]
        try:
            for done in as_completed(waiting):
                yield done.result()
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def further_all(plans: Sequence[Plan], results: Mapping[Plan, Measured], folder: Path | None) -> Iterator[Measured]:
    """Measure more of some worlds, one after the other, since they are timed."""
    for plan in plans:
        if plan in results:
            yield measure_further(results[plan], folder)


@contextmanager
def simulated(plan: Plan, folder: Path | None) -> Iterator[Path]:
    """Simulate a world into a folder that is there until it is judged, or into one where it is kept.

    A world that is kept is known by its plan and by the code and the parameters that make it.
    """
    with tempfile.TemporaryDirectory(prefix="graphlink-accuracy-", dir=folder) as place:
        made = digest_code(ROOT / "graphlink" / "simulate", ROOT / "benchmarks" / "worlds")[:12]
        kept = None if folder is None else folder / f"{plan.name}-{made}"
        if kept is not None and kept.is_dir():
            yield kept
            return
        world = Path(place) / "world"
        size = ("--accounts", str(plan.n_accounts), "--seed", str(plan.seed), "--parameters", _parameters(plan))
        _start("graphlink.simulate", str(world), *size, *PLANTED[plan.planted])
        yield world if kept is None else world.rename(kept)


def measure_world(plan: Plan, code: str, folder: Path | None = None) -> Measured:
    """Simulate a world, analyse its files, and judge the outcome."""
    with simulated(plan, folder) as world:
        findings = analyse(gl.read(_sources(world)).sightings, METHOD, seed=SEED)
        return condense(plan, code, evaluate(read_truth(world), _reported(plan.name, findings)))


def measure_further(result: Measured, folder: Path | None = None) -> Measured:
    """Run the baselines on a world that was measured, analyse it with its links shuffled, and time a run."""
    with simulated(result.plan, folder) as world:
        with tempfile.TemporaryDirectory(prefix="graphlink-accuracy-") as place:
            timed = time_run(world, Path(place) / "run")
        shuffled = analyse(shuffle_links(gl.read(_sources(world)).sightings, seed=SEED + 1, world=0), METHOD, seed=SEED)
        share = len(shuffled.rings) / max(1.0, result.figures["rings listed"] or 0)
        figures = result.figures | timed | {SHUFFLED: share}
        return replace(result, figures=figures, baselines=judge_baselines(world))


def _sources(world: Path) -> list[Path]:
    return [world / name for name in ("accounts.parquet", "sightings.parquet")]


def _parameters(plan: Plan) -> str:
    """The file of a parameter set that is not built in."""
    path = ROOT / "benchmarks" / "worlds" / f"{plan.parameters}.toml"
    return str(path) if path.is_file() else plan.parameters


def _reported(name: str, findings: Findings) -> Reported:
    rings = [(ring.ring_id, ring.rank, ring.assessment, ring.campaign) for ring in findings.rings]
    columns = ["ring_id", "rank", "assessment", "campaign"]
    return Reported(name, pd.DataFrame(rings, columns=columns), findings.members)


def time_run(world: Path, run: Path) -> Figures:
    """Run `graphlink run` and `graphlink evaluate` as a user does, with nothing but the defaults."""
    seconds, megabytes = _start("graphlink", "run", *map(str, _sources(world)), "-o", str(run), "--quiet")
    judging, _ = _start("graphlink", "evaluate", str(world), str(run))
    both = seconds + judging
    return {"seconds of a run": seconds, "megabytes of a run": megabytes, "seconds, run and evaluation": both}


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


def condense(plan: Plan, code: str, judged: Evaluation) -> Measured:
    """Keep of an evaluation what the page shows."""
    accusing = [ring.is_right for ring in judged.listed if ring.assessment == "coordinated"]
    return Measured(
        plan=plan,
        code=code,
        figures=dict(list_figures(judged)),
        right=tuple(accusing[:N_RANKED]),
        false=dict(sorted(Counter(ring.truth for ring in judged.false_rings).items())),
        planted=judged.planted,
        hard_negatives=judged.hard_negatives,
        bins=judged.reliability.bins if judged.reliability else (),
        baselines=(),
    )


def digest_code(*folders: Path) -> str:
    """SHA-256 over code and parameters, so that figures of two versions are never mixed."""
    digest = hashlib.sha256()
    for path in sorted(path for folder in folders for path in folder.rglob("*")):
        if path.suffix in {".py", ".toml"}:
            digest.update(path.relative_to(ROOT).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()


def _start(module: str, *arguments: str) -> tuple[float, float]:
    """Run a module as a process; its seconds and peak megabytes. Exit 3 is a finished run with notices."""
    began = time.perf_counter()
    process = subprocess.Popen([sys.executable, "-m", module, *arguments], cwd=ROOT, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if os.waitstatus_to_exitcode(status) not in {0, 3}:
        raise SystemExit(f"{module} {' '.join(arguments)} ended with {os.waitstatus_to_exitcode(status)}")
    return time.perf_counter() - began, usage.ru_maxrss / 1024


if __name__ == "__main__":
    main()
