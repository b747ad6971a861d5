"""Time a whole run, from Parquet to report, as one process: wall time, peak memory, and the time of each stage.

    python benchmarks/speed.py                      # 1,220,000 accounts, 10 million sightings
    python benchmarks/speed.py --accounts 100000 --accounts 1220000 --runs 3

A world is simulated first (not timed) and kept in --folder, so that runs can be repeated on it.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import click
import pyarrow.parquet as pq

STAGE = re.compile(r"^(\w[\w ]*): ([\d.]+) s$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Measured:
    """One run: seconds, peak resident memory in bytes, and seconds by stage."""

    seconds: float
    peak: int
    stages: dict[str, float]


@click.command()
@click.option("--accounts", multiple=True, type=int, default=(1_220_000,), show_default=True, help="Sizes to run.")
@click.option("--runs", default=3, show_default=True, help="Runs of each size; the median counts.")
@click.option("--seed", default=51, show_default=True, help="Seed of the worlds.")
@click.option("--folder", type=click.Path(path_type=Path), help="Where worlds are kept.")
def main(accounts: tuple[int, ...], runs: int, seed: int, folder: Path | None) -> None:
    """Print a table of the medians."""
    with tempfile.TemporaryDirectory() as scratch:
        for size in accounts:
            world = (folder or Path(scratch)) / f"{size}-{seed}"
            if not world.exists():
                _call("-m", "graphlink.simulate", str(world), "--accounts", str(size), "--seed", str(seed))
            measured = [_run(world, Path(scratch) / "out") for _ in range(runs)]
            _show(size, pq.read_metadata(world / "sightings.parquet").num_rows, measured)


def _call(*arguments: str) -> None:
    subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL)


def _run(world: Path, out: Path) -> Measured:
    """Run graphlink once and ask the kernel what it took."""
    command = [
        sys.executable,
        "-m",
        "graphlink",
        "run",
        str(world / "accounts.parquet"),
        str(world / "sightings.parquet"),
    ]
    with tempfile.TemporaryFile("w+") as log:
        began = time.perf_counter()
        process = subprocess.Popen(
            [*command, "-o", str(out), "--force", "--verbose"], stdout=subprocess.DEVNULL, stderr=log
        )
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        log.seek(0)
        said = log.read()
    if process.returncode:
        raise click.ClickException(said)
    return Measured(seconds, usage.ru_maxrss * 1024, {name: float(took) for name, took in STAGE.findall(said)})


def _show(size: int, sightings: int, measured: list[Measured]) -> None:
    seconds = median(each.seconds for each in measured)
    click.echo(f"\n{size:,} accounts, {sightings:,} sightings: median of {len(measured)} runs")
    click.echo(f"  {'whole process':<22}{seconds:8.1f} s {max(each.peak for each in measured) / 1e9:8.2f} GB peak")
    for stage in measured[0].stages:
        click.echo(f"  {stage:<22}{median(each.stages[stage] for each in measured):8.1f} s")


if __name__ == "__main__":
    main()
