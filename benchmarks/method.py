"""Shows how the method's parameters stand to the data, and writes ``docs/method.md``: `python benchmarks/method.py`.

Worlds of the parameters that graphlink was tuned on are analysed again and again with one setting moved at a time, and
judged each time: too low a threshold and strangers run together, too high and rings fall to pieces.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import fmean
from typing import TYPE_CHECKING, Final

import click
import jinja2
import pandas as pd
from accuracy_plots import SHARES, Axis, Series, draw_plot

import graphlink as gl
from graphlink.config.method import Method
from graphlink.graph.bipartite import build_bipartite
from graphlink.graph.calibration import calibrate
from graphlink.graph.family_merge import merge_families
from graphlink.graph.observation_times import observe_times
from graphlink.graph.signal_test import count_companions
from graphlink.graph.strata import stratify
from graphlink.lab.evaluate import Reported, evaluate, read_truth
from graphlink.lab.simulate import WorldRequest, load_parameters, parse_rings, simulate, write_world
from graphlink.pipeline import analyse
from graphlink.reading.normalise.mail_providers import anyones_values

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from graphlink.lab.evaluate import Truth
    from graphlink.model.calibration import Calibration
    from graphlink.model.findings import Findings
    from graphlink.model.sightings import Sightings

ROOT: Final = Path(__file__).resolve().parents[1]
PARAMETERS: Final = ("default", "cautious", "bare")
SEED: Final = 11
RINGS: Final = "R1,R2,R3,R6=500,R7=2000,R9"
FIGURES: Final = {
    "recall": "recall of members",
    "precision": "precision, accused",
    "found": "planted rings found",
    "largest": "share in largest group",
}
"""What is drawn and tabulated of each point."""

METHOD: Final = Method(null_worlds=0, disturbances=0)
"""The defaults; chance and stability are other questions, and take long."""


@dataclass(frozen=True, slots=True, eq=False)
class World:
    """A labelled world, read, with its calibration."""

    name: str
    truth: Truth
    sightings: Sightings
    calibration: Calibration


@dataclass(frozen=True, slots=True)
class Point:
    """What came of one value of a setting on one world, as shares."""

    recall: float
    precision: float
    found: float
    largest: float


@dataclass(frozen=True, slots=True)
class Sweep:
    """A setting and the values that it is moved to."""

    name: str
    title: str
    default: str
    steps: tuple[float, ...]
    analyse: Callable[[World, float], Findings]


def main_sweeps() -> tuple[Sweep, ...]:
    """The three settings that decide what runs together and what falls apart."""
    return (
        Sweep("threshold", "passing_share", "0.5", (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.9), _with("passing_share")),
        Sweep("base-rate", "base rate", "from the data", (0.0, 0.1, 0.2, 0.3, 0.5, 0.7, 0.9), _with_base_rate),
        Sweep("merging", "mixing", "0.15", (0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.5), _with("mixing")),
    )


@click.command()
@click.option("--accounts", default=20_000, show_default=True)
@click.option("--real", type=click.Path(exists=True, path_type=Path, file_okay=False), help="The two real data sets.")
@click.option("--out", default=ROOT / "docs", type=click.Path(path_type=Path, file_okay=False), show_default="docs")
def main(accounts: int, real: Path | None, out: Path) -> None:
    """Move one setting at a time, and write the page with its pictures."""
    out.mkdir(parents=True, exist_ok=True)
    worlds = [make_world(name, accounts) for name in PARAMETERS]
    tables = {}
    for sweep in main_sweeps():
        points = [[measure(world, sweep.analyse(world, value)) for world in worlds] for value in sweep.steps]
        (out / f"method-{sweep.name}.svg").write_text(plot(sweep, points), encoding="utf-8")
        tables[sweep.name.replace("-", "_")] = tabulate(sweep, points)
        click.echo(f"{sweep.name}: {len(sweep.steps)} values on {len(worlds)} worlds", err=True)
    # Markdown, and every value in it is a number or a name of ours.
    environment = jinja2.Environment(autoescape=False, undefined=jinja2.StrictUndefined, keep_trailing_newline=True)  # noqa: S701
    template = environment.from_string(Path(__file__).with_name("method.md.j2").read_text("utf-8"))
    page = template.render(
        **tables,
        accounts=f"{accounts:,}",
        worlds=", ".join(PARAMETERS),
        seed=SEED,
        rings=RINGS,
        calibrations=tabulate_calibrations(worlds),
        real=tabulate_real(real) if real else "",
        method=Method(),
    )
    (out / "method.md").write_text(page, encoding="utf-8")
    click.echo(out / "method.md")


def make_world(name: str, n_accounts: int) -> World:
    """Simulate a world, and read it as a run would."""
    request = WorldRequest(rings=parse_rings(RINGS))
    with tempfile.TemporaryDirectory(prefix="graphlink-method-") as place:
        folder = Path(place) / "world"
        write_world(simulate(load_parameters(name), n_accounts=n_accounts, seed=SEED, request=request), folder)
        sightings = gl.read([folder / "accounts.parquet", folder / "sightings.parquet"]).sightings
        truth = read_truth(folder)
    return World(name, truth, sightings, _calibrated(merge_families(stratify(sightings)), METHOD))


def _calibrated(sightings: Sightings, method: Method) -> Calibration:
    graph = build_bipartite(sightings, anyones_values(sightings))
    return calibrate(sightings, graph, observe_times(sightings), count_companions(graph, method), method)


def measure(world: World, findings: Findings) -> Point:
    """Judge one analysis."""
    judged = evaluate(world.truth, _reported(world.name, findings))
    return Point(
        recall=judged.accounts.recall or 0.0,
        precision=judged.accounts.precision or 0.0,
        found=fmean(ring.is_found for ring in judged.planted),
        largest=max((ring.n_members for ring in findings.rings), default=0) / len(world.truth),
    )


def plot(sweep: Sweep, points: Sequence[Sequence[Point]]) -> str:
    """What comes of each value, as means over the worlds with their ranges."""
    series = []
    for figure, name in FIGURES.items():
        shares = [[getattr(point, figure) for point in some] for some in points]
        means = tuple((value, fmean(some)) for value, some in zip(sweep.steps, shares, strict=True))
        series.append(Series(name, means, tuple((min(some), max(some)) for some in shares)))
    ticks = tuple((value, f"{value:g}") for value in sweep.steps)
    x = Axis(f"{sweep.title} (default: {sweep.default})", sweep.steps[0], sweep.steps[-1], ticks)
    return draw_plot(sweep.title, x, Axis("share", 0, 1, SHARES), series)


def tabulate(sweep: Sweep, points: Sequence[Sequence[Point]]) -> str:
    """The same figures as a table."""
    lines = [f"| {sweep.title} | recall | precision | rings found | largest group |", "|--:|--:|--:|--:|--:|"]
    for value, some in zip(sweep.steps, points, strict=True):
        figures = [
            fmean(getattr(point, name) for point in some) for name in ("recall", "precision", "found", "largest")
        ]
        lines.append(f"| {value:g} | " + " | ".join(f"{figure:.3f}" for figure in figures) + " |")
    return "\n".join(lines)


def tabulate_calibrations(worlds: Sequence[World]) -> str:
    """What each world's data decides."""
    lines = [
        "| world | accounts | base rate | odds against two, bits | evidence for an edge, bits |",
        "|---|--:|--:|--:|--:|",
    ]
    for world in worlds:
        made = world.calibration
        lines.append(
            f"| {world.name} | {made.n_accounts:,} | {made.base_rate:.3f} | {made.prior_bits:.2f} | "
            f"{made.threshold_bits:.2f} |"
        )
    return "\n".join(lines)


def tabulate_real(folder: Path) -> str:
    """B-cubed F of real records under several base rates, and the share of the records in the largest group."""
    head = "| records | base rate measured | B-cubed F | largest group | F without correction | largest group |"
    lines = [head, "|---|--:|--:|--:|--:|--:|"]
    for name in ("early_childhood", "dutch_inventors"):
        config = gl.load_config(ROOT / "tests" / "real" / f"{name}.toml")
        sightings = merge_families(stratify(gl.read(folder / name / "edges.csv", config=config).sightings))
        made = _calibrated(sightings, config.method)
        truth, figures = read_truth(folder / name), []
        for calibration in (made, replace(made, base_rate=0.0)):
            findings = analyse(sightings, METHOD, seed=gl.SEED, calibration=calibration)
            judged = evaluate(truth, _reported(name, findings))
            largest = max(ring.n_members for ring in findings.rings) / len(truth)
            figures += [f"{judged.grouping.bcubed_f:.3f}", f"{largest:.3f}"]
        lines.append(f"| {name} | {made.base_rate:.3f} | " + " | ".join(figures) + " |")
    return "\n".join(lines)


def _reported(name: str, findings: Findings) -> Reported:
    rings = [(ring.ring_id, ring.rank, ring.assessment) for ring in findings.rings]
    return Reported(name, pd.DataFrame(rings, columns=["ring_id", "rank", "assessment"]), findings.members)


def _with(setting: str) -> Callable[[World, float], Findings]:
    def analyse_with(world: World, value: float) -> Findings:
        return analyse(world.sightings, METHOD.model_copy(update={setting: value}), seed=gl.SEED)

    return analyse_with


def _with_base_rate(world: World, value: float) -> Findings:
    calibration = replace(world.calibration, base_rate=value)
    return analyse(world.sightings, METHOD, seed=gl.SEED, calibration=calibration)


if __name__ == "__main__":
    main()
