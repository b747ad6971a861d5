"""A year of weekly sweeps: how time, memory, state and backups grow, and what an upgrade in the middle changes.

python benchmarks/year.py                                    # 60,000 accounts, 52 weeks, another method from week 26 on
python benchmarks/year.py --accounts 6000 --folder worlds
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections import Counter, defaultdict
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

import click
from processes import graphlink, measure_process
from worlds_kept import keep_world

from graphlink.sweeps.state.open_state import Opening, open_state

if TYPE_CHECKING:
    from collections.abc import Sequence

GOAL = 1.2
UPGRADE = 26
SETTINGS = """
[[sources]]
path = "{world}/{{week}}"

[sweep]
window_days = 28
"""
NEW_METHOD = "\n[method]\npassing_share = 0.6\n"


class Week(NamedTuple):
    """What a sweep took, and what it left."""

    name: str
    computed: float
    peak: int
    state: int
    backups: int
    rows: int


def sweep_year(world: Path, scratch: Path) -> tuple[list[Week], int, int]:
    """Sweep every week, the later half by another method; count the known rings that bear another id then, and all."""
    settings = scratch / "graphlink.toml"
    settings.write_text(SETTINGS.format(world=world))
    found, changed, rings = [], 0, 0
    for number, week in enumerate(sorted(path.name for path in world.iterdir() if path.name[:1].isdigit()), start=1):
        if number == UPGRADE:
            twin = scratch / "twin"
            shutil.copytree(scratch, twin, symlinks=True, ignore=shutil.ignore_patterns("twin"))
            _sweep(twin, week, first=False)
            settings.write_text(settings.read_text() + NEW_METHOD)
        found.append(_sweep(scratch, week, first=number == 1))
        if number == UPGRADE:
            changed, rings = count_changed_ids(twin, scratch)
            shutil.rmtree(twin)
        last = found[-1]
        kept = f"state {last.state / 1e6:7.2f} MB  backups {last.backups / 1e6:7.2f} MB  {last.rows:,} rows"
        click.echo(f"  {number:2} {week} {last.computed:6.1f} s computed {last.peak / 1e9:5.2f} GB  {kept}")
    return found, changed, rings


def _sweep(folder: Path, week: str, *, first: bool) -> Week:
    words = ["sweep", "--config", str(folder / "graphlink.toml"), "--week", week, "--no-progress"]
    took = measure_process(graphlink(*words, *(["--init"] if first else [])))
    if took.stopped and "exit 3 DEGRADED" not in took.said:
        raise click.ClickException(f"{week}: {took.stopped}")
    manifest = json.loads((folder / "sweeps" / "latest" / "run.json").read_bytes())
    backups = sum(path.stat().st_size for path in (folder / "state" / "backups").iterdir())
    rows = manifest["rows"]["rows_in"] if "rows" in manifest else 0
    return Week(week, took.computed, took.peak, (folder / "state" / "state.sqlite").stat().st_size, backups, rows)


def count_changed_ids(old: Path, new: Path) -> tuple[int, int]:
    """Of the rings that were known before and found again: those whose accounts bear another id by the new method.

    A ring is followed by the id that most of its accounts of the newest week have, so a ring of which the new method
    finds less keeps its id, and one of which nobody is in a ring is left out.
    """
    before: dict[str, str] = {}
    after: dict[str, str] = {}
    for folder, ring_of in ((old, before), (new, after)):
        with open_state(folder / "state", Opening(read_only=True)) as state:
            week = state.sweeps()[-1].week
            for ring in state.known_rings():
                if folder == new or ring.born < week:
                    ring_of |= {each.account_id: ring.ring_id for each in ring.members if each.last_week == week}
    ids: dict[str, Counter[str]] = defaultdict(Counter)
    for account, ring_id in before.items():
        if account in after:
            ids[ring_id][after[account]] += 1
    return sum(found.most_common(1)[0][0] != ring_id for ring_id, found in ids.items()), len(ids)


def grows_linearly(sizes: Sequence[int]) -> float:
    """The growth per week in the last quarter, divided by that in the quarter before it."""
    quarter = len(sizes) // 4
    return (sizes[-1] - sizes[-1 - quarter]) / max(sizes[-1 - quarter] - sizes[-1 - 2 * quarter], 1)


@click.command()
@click.option("--accounts", default=60_000, show_default=True)
@click.option("--weeks", default=52, show_default=True)
@click.option("--seed", default=43, show_default=True)
@click.option("--folder", type=click.Path(path_type=Path), help="Keep the simulated world here.")
def main(accounts: int, weeks: int, seed: int, folder: Path | None) -> None:
    """Measure, and say whether the goals are kept."""
    with tempfile.TemporaryDirectory() as scratch:
        place = folder or Path(scratch) / "world"
        place.mkdir(exist_ok=True)
        world = keep_world(place, accounts, seed, "--weeks", str(weeks)).resolve()
        home = Path(scratch) / "home"
        home.mkdir()
        found, changed, rings = sweep_year(world, home)
    early, late = found[3:6], found[-3:]
    for name, unit in (("computed", 1.0), ("peak", 1e9)):
        one, other = (median(getattr(week, name) / unit for week in some) for some in (early, late))
        click.echo(
            f"{name}: {one:.2f} around week 5, {other:.2f} in the last three weeks: {other / one:.2f} times, "
            f"and the goal is {GOAL}"
        )
    for name in ("state", "backups"):
        sizes = [getattr(week, name) for week in found]
        growth = (sizes[-1] - sizes[4]) / max(len(sizes) - 5, 1)
        click.echo(
            f"{name}: {growth / 1e3:,.0f} kB a week; the last quarter grew {grows_linearly(sizes):.2f} times as much "
            "as the one before"
        )
    click.echo(f"upgrade in week {UPGRADE}: {changed} of {rings} known rings bear another id; the goal is 0")


if __name__ == "__main__":
    main()
