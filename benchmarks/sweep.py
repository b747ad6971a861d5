"""How much longer a weekly sweep takes than a run: the same exports, with weeks of history before them.

python benchmarks/sweep.py                                   # 200,000 accounts, twelve weeks before the measured one
python benchmarks/sweep.py --accounts 20000 --weeks 5 --folder worlds
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import click
from processes import Took, graphlink, measure_process
from worlds_kept import keep_world

GOAL = 1.5

SETTINGS = """
[[sources]]
path = "{world}/{{week}}"

[sweep]
window_days = 28
"""


def measure_sweeps(world: Path, scratch: Path) -> tuple[list[Took], Took]:
    """Sweep every week of a world, and run graphlink on the exports of the last."""
    settings = scratch / "graphlink.toml"
    settings.write_text(SETTINGS.format(world=world))
    weeks = sorted(path.name for path in world.iterdir() if path.name[:1].isdigit())
    sweeps = []
    for number, week in enumerate(weeks):
        words = ["sweep", "--config", str(settings), "--week", week, "--no-progress"]
        took = measure_process(graphlink(*words, *(["--init"] if number == 0 else [])))
        if took.stopped and "exit 3 DEGRADED" not in took.said:
            raise click.ClickException(f"{week}: {took.stopped}")
        click.echo(f"  {week}  {took.seconds:7.1f} s wall, {took.computed:7.1f} s computed, {took.peak / 1e9:.2f} GB")
        sweeps.append(took)
    run = measure_process(graphlink("run", str(world / weeks[-1]), "-o", str(scratch / "run"), "--no-progress"))
    if run.stopped:
        raise click.ClickException(run.stopped)
    return sweeps, run


@click.command()
@click.option("--accounts", default=200_000, show_default=True)
@click.option("--weeks", default=12, show_default=True, help="Weeks of history.")
@click.option("--seed", default=41, show_default=True)
@click.option("--folder", type=click.Path(path_type=Path), help="Keep the simulated world here.")
def main(accounts: int, weeks: int, seed: int, folder: Path | None) -> None:
    """Measure, and say whether the goal is kept."""
    with tempfile.TemporaryDirectory() as scratch:
        place = folder or Path(scratch)
        place.mkdir(exist_ok=True)
        world = keep_world(place, accounts, seed, "--weeks", str(weeks + 1)).resolve()
        sweeps, run = measure_sweeps(world, Path(scratch))
    last = sweeps[-1]
    click.echo(f"  run      {run.seconds:7.1f} s wall, {run.computed:7.1f} s computed, {run.peak / 1e9:.2f} GB")
    click.echo(
        f"a sweep after {weeks} weeks takes {last.seconds / run.seconds:.2f} times a run by the clock, "
        f"{last.computed / run.computed:.2f} times in processor time; the goal is {GOAL}"
    )


if __name__ == "__main__":
    main()
