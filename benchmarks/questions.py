"""How long answers take: each question as a whole process, of a run of a million accounts.

    python benchmarks/questions.py                       # simulates a million accounts, runs, asks
    python benchmarks/questions.py --run result          # asks a run that is there

The names that are asked for are the hardest of the run: accounts of the largest ring and of the busiest signal, the
busiest signal itself, the two ends of a long chain of links, a name that nothing has. A time is the median of --times
processes, from start to exit, with the run's files in the system's cache; beside it the processor time. Fails when an
answer takes over a second.
"""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Final

import click
from processes import graphlink, measure_process
from worlds_kept import exports_of, keep_world

from graphlink.results.questions.folder import OpenRun, open_run
from graphlink.results.questions.links import find_neighbours
from graphlink.results.stored_schema import FOLDER

MAX_SECONDS: Final = 1.0
REFUSED: Final = "exit 4"
"""How a question ends to which there is no answer."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question and the medians of what it took, in seconds."""

    words: str
    arguments: tuple[str, ...]
    wall: float = 0.0
    processor: float = 0.0


def hardest_questions(run: OpenRun) -> list[Asked]:
    """Choose names that make the questions hard."""
    ring, one, two = run.rows("""
        SELECT ring_id, min(account_id), max(account_id) FROM members JOIN accounts USING (account)
        GROUP BY ring_id ORDER BY count(*) DESC, ring_id LIMIT 1
    """)[0]
    signal, kind, value = run.rows(
        "SELECT signal, signal_type, signal_value FROM signals ORDER BY accounts DESC, signal LIMIT 1"
    )[0]
    here, there = run.rows(
        "SELECT min(account_id), max(account_id) FROM bearers JOIN accounts USING (account) WHERE signal = ?", signal
    )[0]
    start = run.rows("SELECT min(account) FROM accounts WHERE component = (SELECT mode(component) FROM accounts)")[0][0]
    reach = find_neighbours(run, start, 6, 1_000_000).listed
    near = run.rows("SELECT account_id FROM accounts WHERE account = ?", start)[0][0]
    far = reach[-1]["account_id"]
    commonest = "SELECT plan, count(*) AS n FROM accounts GROUP BY plan ORDER BY n DESC"
    strongest = "SELECT account, other, bits FROM edges ORDER BY bits DESC, account LIMIT 10"
    return [
        Asked("explain: two of the largest ring", ("explain", one, two)),
        Asked("explain: two behind the busiest signal", ("explain", here, there)),
        Asked(f"explain: two {reach[-1]['hops']} links apart", ("explain", near, far)),
        Asked("explain: an account", ("explain", one)),
        Asked("explain: the busiest signal", ("explain", f"{kind}={value}")),
        Asked("explain: a value without its type", ("explain", value)),
        Asked("explain: the largest ring", ("explain", ring)),
        Asked("explain: a name that nothing has", ("explain", one[:-1] + "~")),
        Asked(f"path: {reach[-1]['hops']} links", ("path", near, far)),
        Asked("neighbours: one link", ("neighbours", one)),
        Asked("neighbours: two links", ("neighbours", one, "--hops", "2")),
        Asked("neighbours: six links", ("neighbours", near, "--hops", "6")),
        Asked("sql: accounts by plan", ("sql", commonest)),
        Asked("sql: the firmest links", ("sql", strongest)),
    ]


def ask(question: Asked, folder: Path, times: int) -> Asked:
    """Ask a question several times, each in a process of its own."""
    walls, processors = [], []
    command = graphlink(*question.arguments, "--run", str(folder))
    for _ in range(times + 1):
        before = os.times()
        took = measure_process(command)
        after = os.times()
        if took.stopped and not took.stopped.startswith(REFUSED):
            raise click.ClickException(f"{question.words}: {took.stopped}")
        walls.append(took.seconds)
        processors.append(after.children_user + after.children_system - before.children_user - before.children_system)
    # The first one fills the cache of the system.
    return Asked(question.words, question.arguments, median(walls[1:]), median(processors[1:]))


def make_run(folder: Path, accounts: int, seed: int) -> Path:
    """Simulate a world and analyse it unless that was done."""
    world = keep_world(folder, accounts, seed)
    out = folder / f"{world.name}-run"
    if not out.exists():
        took = measure_process(graphlink("run", *exports_of(world), "-o", str(out), "--quiet"))
        if took.stopped:
            raise click.ClickException(took.stopped)
        click.echo(f"run             {took.seconds:.0f} s, peak {took.peak / 1e9:.1f} GB")
    return out


@click.command(help=__doc__)
@click.option("--run", "run_folder", type=click.Path(path_type=Path, exists=True), help="A finished run to ask.")
@click.option(
    "--folder",
    type=click.Path(path_type=Path),
    help="Where world and run are kept; a folder for the time unless given.",
)
@click.option("--accounts", default=1_000_000, show_default=True, help="Accounts of the world.")
@click.option("--seed", default=1, show_default=True, help="Seed of the world.")
@click.option("--times", default=5, show_default=True, help="Processes for each question.")
def main(run_folder: Path | None, folder: Path | None, accounts: int, seed: int, times: int) -> None:
    """Ask, print, and fail where an answer takes too long."""
    with tempfile.TemporaryDirectory() as scratch:
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)
        run_folder = run_folder or make_run(folder or Path(scratch), accounts, seed)
        with open_run(run_folder) as run:
            counts = run.rows(
                "SELECT (SELECT count(*) FROM accounts), (SELECT count(*) FROM sightings), (SELECT count(*) FROM edges)"
            )[0]
            questions = hardest_questions(run)
        asked = [ask(question, run_folder, times) for question in questions]
        size = sum(path.stat().st_size for path in (run_folder / FOLDER).iterdir())
    click.echo(f"{counts[0]:,} accounts, {counts[1]:,} shared sightings, {counts[2] // 2:,} links")
    click.echo(f"stored tables   {size / 1e6:.0f} MB")
    click.echo(f"on              {len(os.sched_getaffinity(0))} cores, median of {times} processes\n")
    click.echo(f"{'question':<42}{'seconds':>8}{'processor':>11}")
    for each in asked:
        click.echo(f"{each.words:<42}{each.wall:>8.2f}{each.processor:>11.2f}")
    if slow := [each.words for each in asked if each.wall > MAX_SECONDS]:
        raise click.ClickException(f"over {MAX_SECONDS:.0f} s: {'; '.join(slow)}")


if __name__ == "__main__":
    main()
