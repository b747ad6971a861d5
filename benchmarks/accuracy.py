"""Measures how accurate graphlink is and writes ``docs/accuracy.md``: `python benchmarks/accuracy.py`.

Worlds of held-back seeds and of parameters that graphlink was not tuned on are simulated, analysed with the defaults,
and judged. Every world that is measured is kept in ``benchmarks/measured``; one that was measured with this very code
is not measured again, so that the same command goes on where it was stopped.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click
from accuracy_page import write_page
from accuracy_results import Baseline, Figures, Measured, Plan, read_results, write_results
from judging import KEPT, METHOD, ROOT, SEED, condense, digest_code, judge_world, made_world, measure_all
from worlds_kept import exports_of

import graphlink as gl
from graphlink.lab.evaluate import evaluate, read_truth
from graphlink.lab.evaluate.baselines import Stopped, read_incidence, run_baselines
from graphlink.lab.evaluate.figures import list_figures
from graphlink.pipeline import analyse
from graphlink.rings.null_model import shuffle_links

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager

SEEDS: Final = (1001, 1002, 1003, 1004, 1005)
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

SHUFFLED: Final = "rings on the shuffled world, share"
"""Name of a figure: rings reported where links are shuffled within each type, as a share of those of the world."""


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
@click.option("--kept", default=KEPT, type=click.Path(path_type=Path, file_okay=False), help="Keep measurements here.")
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
    kept: Path,
    *,
    prepare: bool,
    page_only: bool,
) -> None:
    """Measure the accuracy on held-back worlds and write the page about it."""
    out.mkdir(parents=True, exist_ok=True)
    kept.mkdir(parents=True, exist_ok=True)
    measurements, began = kept / "accuracy.json", time.monotonic()
    code = digest_code(ROOT / "graphlink")
    results = {result.plan: result for result in read_results(measurements)}
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
    steps = (
        (len(stale), measure_all(stale, partial(measure_world, code=code, folder=folder), jobs)),
        (len(more), further_all(more, results, folder)),
    )
    for n_steps, measured in steps:
        for number, result in enumerate(measured, start=1):
            results[result.plan] = result
            write_results(measurements, tuple(results.values()))
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


def further_all(plans: Sequence[Plan], results: Mapping[Plan, Measured], folder: Path | None) -> Iterator[Measured]:
    """Measure more of some worlds, one after the other, since they are timed."""
    for plan in plans:
        if plan in results:
            yield measure_further(results[plan], folder)


def simulated(plan: Plan, folder: Path | None) -> AbstractContextManager[Path]:
    """A simulated world; one that is kept is known by its plan and by the code and the parameters that make it."""
    made = digest_code(ROOT / "graphlink" / "lab" / "simulate", ROOT / "benchmarks" / "worlds")[:12]
    size = ("--accounts", str(plan.n_accounts), "--seed", str(plan.seed), "--parameters", _parameters(plan))

    def simulate(world: Path) -> None:
        _start("simulate", str(world), *size, *PLANTED[plan.planted])

    return made_world(f"{plan.name}-{made}", folder, simulate)


def measure_world(plan: Plan, code: str, folder: Path | None = None) -> Measured:
    """Simulate a world, analyse its files, and judge the outcome."""
    with simulated(plan, folder) as world:
        return condense(plan, code, judge_world(plan.name, world))


def measure_further(result: Measured, folder: Path | None = None) -> Measured:
    """Run the baselines on a world that was measured, analyse it with its links shuffled, and time a run."""
    with simulated(result.plan, folder) as world:
        with tempfile.TemporaryDirectory(prefix="graphlink-accuracy-") as place:
            timed = time_run(world, Path(place) / "run")
        links = shuffle_links(gl.read(exports_of(world)).sightings, seed=SEED + 1, world=0)
        shuffled = analyse(links, METHOD, seed=SEED)
        share = len(shuffled.rings) / max(1.0, result.figures["rings listed"] or 0)
        figures = result.figures | timed | {SHUFFLED: share}
        return replace(result, figures=figures, baselines=judge_baselines(world))


def _parameters(plan: Plan) -> str:
    """The file of a parameter set that is not built in."""
    path = ROOT / "benchmarks" / "worlds" / f"{plan.parameters}.toml"
    return str(path) if path.is_file() else plan.parameters


def time_run(world: Path, run: Path) -> Figures:
    """Run `graphlink run` and `graphlink evaluate` as a user does, with nothing but the defaults."""
    seconds, megabytes = _start("run", *exports_of(world), "-o", str(run), "--quiet")
    judging, _ = _start("evaluate", str(world), str(run))
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


_SMALL: Final = """
import resource, subprocess, sys
code = subprocess.call(sys.argv[1:], stdout=subprocess.DEVNULL)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
sys.exit(code)
"""
"""A small process that starts another: of a large one's child the kernel tells the parent's memory as its peak."""


def _start(*words: str) -> tuple[float, float]:
    """Run a command of graphlink as a process; its seconds and peak megabytes. Exit 3 is a run that has notices."""
    began = time.perf_counter()
    command = [sys.executable, "-c", _SMALL, sys.executable, "-m", "graphlink", *words]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode not in {0, 3}:
        raise SystemExit(f"graphlink {' '.join(words)} ended with {done.returncode}")
    return time.perf_counter() - began, int(done.stdout) / 1024


if __name__ == "__main__":
    main()
