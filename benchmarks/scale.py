"""How time and memory grow: whole runs from Parquet to report at sizes a factor apart.

    python benchmarks/scale.py                                      # 100,000, 330,000 and 1 million accounts
    python benchmarks/scale.py --accounts 100000 --accounts 10000000 --folder worlds

Of each size the median of --runs counts. The exponent is the slope of log(time) on log(sightings), by least squares:
1 is linear. The rings of all sizes are of the same absolute sizes.
"""

from __future__ import annotations

import re
import tempfile
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Final

import click
import numpy as np
import pyarrow.parquet as pq
from processes import Took, graphlink, measure_process
from worlds_kept import exports_of, keep_world

STAGE: Final = re.compile(r"^(\w[\w ]*): ([\d.]+) s$", re.MULTILINE)
WORTH_FITTING: Final = 0.05
"""Share of the whole time from which a stage's growth matters."""
_BARELY: Final = 0.1
"""Seconds below which a stage is begun and hardly more: it is done beside the rest, and its slope says nothing."""


@dataclass(frozen=True, slots=True)
class Size:
    """What a size took: seconds and seconds by stage (medians of the runs), and the peak in bytes of one run more.

    That one is watched, which takes time.
    """

    accounts: int
    sightings: int
    seconds: float
    peak: int
    largest: int
    """Peak of the largest process of any run."""
    stages: dict[str, float]
    runs: int = 1
    published: int = 0
    """Bytes of all files of a run's folder."""


def measure_size(world: Path, accounts: int, runs: int) -> Size:
    """Run graphlink on a world several times."""
    took = [_measure_run(world, watched=False)[0] for _ in range(runs)]
    seen, published = _measure_run(world, watched=True)
    if stopped := next((each.stopped for each in (*took, seen) if each.stopped), ""):
        raise click.ClickException(stopped)
    stages = [{name: float(seconds) for name, seconds in STAGE.findall(each.said)} for each in took]
    return Size(
        accounts=accounts,
        sightings=pq.read_metadata(world / "sightings.parquet").num_rows,
        seconds=median(each.seconds for each in took),
        peak=seen.peak,
        largest=max(each.largest for each in (*took, seen)),
        stages={name: median(each[name] for each in stages) for name in stages[0]},
        runs=runs,
        published=published,
    )


def _measure_run(world: Path, *, watched: bool) -> tuple[Took, int]:
    """Run graphlink into a new folder (one that is written over would be emptied first), and measure the folder too."""
    with tempfile.TemporaryDirectory() as scratch:
        run = graphlink("run", *exports_of(world), "-o", f"{scratch}/out", "--verbose", "--no-progress")
        took = measure_process(run, watched=watched)
        return took, sum(path.stat().st_size for path in Path(scratch).rglob("*") if path.is_file())


def fit_exponents(sizes: list[Size]) -> dict[str, float]:
    """The exponent of the whole and of each stage that takes enough of the largest run."""
    if len(sizes) == 1:
        return {}
    size = np.log([each.sightings for each in sizes])
    largest = sizes[-1]
    wanted: dict[str, list[float]] = {
        "whole process": [each.seconds for each in sizes],
        "peak memory": [each.peak for each in sizes],
    }
    for name, seconds in largest.stages.items():
        of_each = [each.stages.get(name, 0.0) for each in sizes]
        if seconds > WORTH_FITTING * largest.seconds and min(of_each) >= _BARELY:
            wanted[name] = of_each
    return {name: float(np.polyfit(size, np.log(values), 1)[0]) for name, values in wanted.items()}


@click.command()
@click.option("--accounts", multiple=True, type=int, default=(100_000, 330_000, 1_000_000), show_default=True)
@click.option("--runs", default=3, show_default=True, help="Runs of each size; the median counts.")
@click.option("--seed", default=51, show_default=True, help="Seed of the worlds.")
@click.option("--folder", type=click.Path(path_type=Path), help="Where worlds are kept.")
@click.option("--prevalence", default="default", show_default=True, help="As of `graphlink simulate`; heavy is dense.")
def main(accounts: tuple[int, ...], runs: int, seed: int, folder: Path | None, prevalence: str) -> None:
    """Print time by stage, peak memory, the size of what is published, and the exponents."""
    with tempfile.TemporaryDirectory() as scratch:
        worlds = [
            (size, keep_world(folder or Path(scratch), size, seed, "--prevalence", prevalence)) for size in accounts
        ]
        sizes = [measure_size(world, size, runs) for size, world in sorted(worlds)]
    exponents = fit_exponents(sizes)
    click.echo("".join([f"{'':<48}", *(f"{size.accounts:>14,}" for size in sizes), f"{'exponent':>10}"]))
    rows = {
        "sightings": [f"{size.sightings:,}" for size in sizes],
        "whole process": [f"{size.seconds:.1f} s" for size in sizes],
        "peak memory": [f"{size.peak / 1e9:.2f} GB" for size in sizes],
        "of the largest process": [f"{size.largest / 1e9:.2f} GB" for size in sizes],
        "all published files": [f"{size.published / 1e6:.1f} MB" for size in sizes],
        **{name: [f"{size.stages.get(name, 0):.1f} s" for size in sizes] for name in sizes[-1].stages},
    }
    for name, cells in rows.items():
        exponent = f"{exponents[name]:.2f}" if name in exponents else ""
        click.echo("".join([f"{name:<48}", *(f"{cell:>14}" for cell in cells), f"{exponent:>10}"]))


if __name__ == "__main__":
    main()
