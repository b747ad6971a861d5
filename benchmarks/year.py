"""A year of weekly sweeps: how time, memory, state and backups grow, and what an upgrade in the middle changes.

Exports of a simulated world grow over the year. So the last weeks are swept once more by a state that is young: what
differs between the two sweeps of a week is what a year's memory costs.

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
from graphlink.sweeps.state.reading import known_rings, read_sweeps

if TYPE_CHECKING:
    from collections.abc import Sequence

GOAL = 1.2
UPGRADE = 26
YOUNG = 7
"""Weeks of the young state; its last three are compared."""
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


def sweep_year(world: Path, scratch: Path) -> tuple[list[Week], tuple[int, int, int]]:
    """Sweep every week, the later half by another method; count the known rings that bear another id then."""
    settings = _begin(scratch, world)
    found, changed = [], (0, 0, 0)
    for number, week in enumerate(weeks_of(world), start=1):
        if number == UPGRADE:
            twin = scratch / "twin"
            shutil.copytree(scratch, twin, symlinks=True, ignore=shutil.ignore_patterns("twin"))
            _sweep(twin, week, first=False)
            settings.write_text(settings.read_text() + NEW_METHOD)
        found.append(_sweep(scratch, week, first=number == 1))
        if number == UPGRADE:
            changed = count_changed_ids(twin, scratch)
            shutil.rmtree(twin)
        _tell(number, found[-1])
    return found, changed


def sweep_young(world: Path, scratch: Path) -> list[Week]:
    """Sweep the last weeks by the method of the later half, with a state that knows nothing of the weeks before."""
    _begin(scratch, world, NEW_METHOD)
    found = []
    for number, week in enumerate(weeks_of(world)[-YOUNG:], start=1):
        found.append(_sweep(scratch, week, first=number == 1))
        _tell(number, found[-1])
    return found


def weeks_of(world: Path) -> list[str]:
    """The weeks of a world, oldest first."""
    return sorted(path.name for path in world.iterdir() if path.name[:1].isdigit())


def _begin(scratch: Path, world: Path, more: str = "") -> Path:
    scratch.mkdir()
    settings = scratch / "graphlink.toml"
    settings.write_text(SETTINGS.format(world=world) + more)
    return settings


def _tell(number: int, week: Week) -> None:
    kept = f"state {week.state / 1e6:7.2f} MB  backups {week.backups / 1e6:7.2f} MB  {week.rows:,} rows"
    click.echo(f"  {number:2} {week.name} {week.computed:6.1f} s computed {week.peak / 1e9:5.2f} GB  {kept}")


def _sweep(folder: Path, week: str, *, first: bool) -> Week:
    words = ["sweep", "--config", str(folder / "graphlink.toml"), "--week", week, "--no-progress"]
    took = measure_process(graphlink(*words, *(["--init"] if first else [])))
    if took.stopped and "exit 3 DEGRADED" not in took.said:
        raise click.ClickException(f"{week}: {took.stopped}")
    manifest = json.loads((folder / "sweeps" / "latest" / "run.json").read_bytes())
    backups = sum(path.stat().st_size for path in (folder / "state" / "backups").iterdir())
    rows = manifest["rows"]["rows_in"] if "rows" in manifest else 0
    return Week(week, took.computed, took.peak, (folder / "state" / "state.sqlite").stat().st_size, backups, rows)


def count_changed_ids(old: Path, new: Path) -> tuple[int, int, int]:
    """Count rings that were known before, and whose accounts bear another id by a new method.

    The second number counts those of which the new method found the accounts in another ring that was known before, and
    said that the two merged; the first all others. The third counts all rings that were known and found again.
    A ring is followed by the id that most of its accounts of the newest week have, so a ring of which the new method
    finds less keeps its id, and one of which nobody is in a ring is left out.
    """
    merged: dict[str, str | None] = {}
    before: dict[str, str] = {}
    after: dict[str, str] = {}
    for folder, ring_of in ((old, before), (new, after)):
        with open_state(folder / "state", Opening(read_only=True)) as state:
            week = read_sweeps(state)[-1].week
            known = known_rings(state)
            merged = {ring.ring_id: ring.merged_into for ring in known}
            for ring in known:
                if folder == new or ring.born < week:
                    ring_of |= {each.account_id: ring.ring_id for each in ring.members if each.last_week == week}
    ids: dict[str, Counter[str]] = defaultdict(Counter)
    for account, ring_id in before.items():
        if account in after:
            ids[ring_id][after[account]] += 1
    others = {ring_id: found.most_common(1)[0][0] for ring_id, found in ids.items()}
    changed = [ring_id for ring_id, other in others.items() if other != ring_id]
    n_merged = sum(merged.get(ring_id) == others[ring_id] in before.values() for ring_id in changed)
    return len(changed) - n_merged, n_merged, len(ids)


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
        found, (changed, merged, rings) = sweep_year(world, Path(scratch) / "home")
        young = sweep_young(world, Path(scratch) / "young")
    for name, unit in (("rows", 1.0), ("computed", 1.0), ("peak", 1e9)):
        early, fresh, late = (
            median(getattr(week, name) / unit for week in some) for some in (found[3:6], young[-3:], found[-3:])
        )
        click.echo(
            f"{name}: {late:,.2f} in the last three weeks, {fresh:,.2f} by a state of {YOUNG} weeks: "
            f"{late / fresh:.2f} times, and the goal is {GOAL}; {early:,.2f} around week 5: {late / early:.2f} times"
        )
    for name in ("state", "backups"):
        sizes = [getattr(week, name) for week in found]
        growth = (sizes[-1] - sizes[4]) / max(len(sizes) - 5, 1)
        click.echo(
            f"{name}: {growth / 1e3:,.0f} kB a week; the last quarter grew {grows_linearly(sizes):.2f} times as much "
            "as the one before"
        )
    click.echo(
        f"upgrade in week {UPGRADE}: {changed} of {rings} known rings bear another id, and the goal is 0; "
        f"the method merged {merged} more with another known ring"
    )


if __name__ == "__main__":
    main()
