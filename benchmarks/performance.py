"""Write docs/performance.md: how time and memory grow, what others take, how near the loops come to the memory.

    python benchmarks/performance.py --folder worlds                          # everything that is not measured yet
    python benchmarks/performance.py growth --accounts 10000000 --folder worlds
    python benchmarks/performance.py peers --accounts 20000 --again --folder worlds
    python benchmarks/performance.py page                                     # only the page, from what was measured

Each measurement is kept in benchmarks/measured as soon as it is made, so that a command that was stopped goes on
where it was, and that ten million accounts can be measured another day. The page holds what was measured and names
what was not.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
import tempfile
from dataclasses import asdict
from pathlib import Path
from statistics import median
from textwrap import fill
from typing import TYPE_CHECKING, Any, Final

import click
from bandwidth import copy_speed, measure_loops
from peers import OURS, PEERS, run_ours, run_peer
from processes import graphlink, measure_process
from scale import Size, fit_exponents, measure_size
from worlds_kept import keep_world

if TYPE_CHECKING:
    from peers import Outcome

DOCS: Final = Path(__file__).resolve().parent.parent / "docs"
MEASURED: Final = Path(__file__).resolve().parent / "measured" / "performance.json"
PAGE: Final = DOCS / "performance.md"
SAMPLE: Final = DOCS.parent / "data" / "samples" / "campaign"
PARTS: Final = ("starts", "growth", "loops", "peers", "page")

GROWTH: Final = (100_000, 1_000_000, 10_000_000)
PEERS_AT: Final = (20_000, 100_000, 300_000)
LOOPS_AT: Final = 1_000_000
SEED: Final = 51
PEERS_SECONDS, PEERS_BYTES = 600.0, 12 * 10**9


class Measured:
    """What was measured so far, kept in a file after each measurement."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.parts: dict[str, dict[str, Any]] = json.loads(path.read_text()) if path.exists() else {}

    def has(self, part: str, name: str) -> bool:
        """Whether something was measured before."""
        return name in self.parts.get(part, {})

    def keep(self, part: str, name: str, value: object) -> None:
        """Take a measurement in, with the machine that it was made on."""
        self.parts.setdefault(part, {})[name] = {"machine": machine(), "measured": value}
        unfinished = self._path.with_suffix(".unfinished")
        unfinished.write_text(json.dumps(self.parts, indent=2) + "\n")
        unfinished.replace(self._path)

    def of(self, part: str) -> dict[str, Any]:
        """Give the measurements of a part by name."""
        return {name: each["measured"] for name, each in self.parts.get(part, {}).items()}


def machine() -> str:
    """Name the machine in a line, for a reader to compare with his own."""
    with Path("/proc/cpuinfo").open(encoding="utf-8") as file:
        model = next((line.split(":", 1)[1].strip() for line in file if line.startswith("model name")), "unknown")
    cores = len(os.sched_getaffinity(0))
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return f"{cores} cores of {model}, {memory / 1e9:.0f} GB, {platform.system()}"


# --- measuring --------------------------------------------------------------------------------------------------------


def measure_starts() -> dict[str, float]:
    """Seconds of --help, of the sample once the loops are compiled, and of the sample when they are not."""
    with tempfile.TemporaryDirectory() as scratch:
        run = graphlink("run", str(SAMPLE), "-o", f"{scratch}/out", "--force", "--quiet")
        cold = measure_process(["env", f"NUMBA_CACHE_DIR={scratch}/loops", *run])
        warm = [measure_process(["env", f"NUMBA_CACHE_DIR={scratch}/loops", *run]) for _ in range(3)]
    asked = [measure_process(graphlink("--help")) for _ in range(5)]
    return {
        "help": median(each.seconds for each in asked),
        "warm": median(each.seconds for each in warm),
        "cold": cold.seconds,
    }


def measure_growth(folder: Path, accounts: int, runs: int) -> dict[str, Any]:
    """A whole run at one size, or what stops it; the loops are compiled before."""
    with tempfile.TemporaryDirectory() as scratch:
        measure_process(graphlink("run", str(SAMPLE), "-o", f"{scratch}/out", "--quiet"))
    try:
        return asdict(measure_size(keep_world(folder, accounts, SEED), accounts, runs))
    except (click.ClickException, subprocess.CalledProcessError, OSError) as error:
        return {"accounts": accounts, "stopped": str(error)}


def told(outcome: Outcome) -> dict[str, Any]:
    """What the page says of a program on a world."""
    judged = outcome.evaluation
    figures = {} if judged is None else {
        "precision": judged.accounts.precision,
        "recall": judged.accounts.recall,
        "accused_wrongly": judged.accounts.accused - judged.accounts.right,
        "found": sum(ring.is_found for ring in judged.planted),
        "planted": len(judged.planted),
    }  # fmt: skip
    took = outcome.took
    times = {"seconds": took.seconds, "numbering": outcome.numbering}
    return {**times, "peak": took.peak, "stopped": took.stopped, **figures}


def measure_peers(measured: Measured, folder: Path, sizes: tuple[int, ...], *, again: bool) -> None:
    """Measure graphlink and every peer at every size; a peer that was stopped at a size is not asked for a larger."""
    for accounts in sorted(sizes):
        known = {tuple(name.split()): found for name, found in measured.of("peers").items()}
        stopped = {program for (size, program), found in known.items() if int(size) < accounts and found["stopped"]}
        for program in (OURS, *PEERS):
            name = f"{accounts} {program}"
            if program not in stopped and (again or not measured.has("peers", name)):
                world = keep_world(folder, accounts, SEED)
                with tempfile.TemporaryDirectory() as scratch:
                    outcome = (
                        run_ours(world, accounts, Path(scratch))
                        if program == OURS
                        else run_peer(
                            program, world, accounts, Path(scratch), seconds=PEERS_SECONDS, memory=PEERS_BYTES
                        )
                    )
                measured.keep("peers", name, told(outcome))


# --- the page ---------------------------------------------------------------------------------------------------------


def page(measured: Measured) -> str:
    """Render what was measured, and name what was not."""
    parts = [_INTRODUCTION, *_machines(measured), _starts_page(measured.of("starts")), _growth_page(measured)]
    return "\n\n".join([*parts, _loops_page(measured.of("loops")), _peers_page(measured.of("peers"))]) + "\n"


_INTRODUCTION: Final = """\
# Performance

Written by `benchmarks/performance.py` from what it measured: wall time and peak memory of whole processes, from
Parquet files on disk to the finished folder. What it has not measured yet is named."""

_EXPONENT: Final = """\
The exponent is the slope of log(time) on log(sightings): 1 is linear. It is fitted for stages above 5 % of the time
that take a tenth of a second at every size. The smaller an export, the more often the analysis is repeated, in null
worlds and in disturbed data. Where memory suffices, this is done in processes beside the rest, as are half of many
groups, the stored tables, the page and the graph, so that a stage that only began it shows hardly any time. The
peak is of all processes at once, pages that they share counted once, in one run more, since looking takes time; that of
the largest alone is what `/usr/bin/time -v` tells."""

_LOOPS: Final = """\
The bytes that each loop touches at least, and the single places that it looks up in no order, on all cores; beside what
the machine can do of either. None is bound by the bytes: each goes from account to signal and back, to another place
each time. Nor do they look places up as fast as a loop that does nothing else. `count_accompanied` takes an exponential
for each account of a signal and each other family; and what most likely holds all of them up are the accounts' rows,
which are short: where one begins is not known before, and where it ends is a branch that no processor foretells. To
number accounts and signals anew, so that those of a signal stand together, was tried and gained nothing. To go on,
all signals that most bear would have to be looked at in one walk."""

_PEERS: Final = f"""\
All begin at the exports. For a peer, pandas numbers the accounts and the values first, and it ends with its groups;
graphlink ends with the report. Groups of five accounts and more accuse them. A peer has {PEERS_SECONDS:,.0f} s and
{PEERS_BYTES / 1e9:.0f} GB from the numbers on; where it was stopped, it is not asked for a larger size."""

_NOT_YET: Final = "Not measured yet."


def _machines(measured: Measured) -> list[str]:
    named = {part: {each["machine"] for each in found.values()} for part, found in measured.parts.items()}
    names = sorted(set().union(*named.values()))
    if len(names) > 1:  # and which of it on which
        told = {part: title for part, title in _TITLES.items() if part in named}
        names = [f"{name} ({', '.join(told[part] for part in told if name in named[part])})" for name in names]
    return [fill(f"Measured on {'; '.join(names)}.", 120)] if names else []


_TITLES: Final = {"starts": "starting", "growth": "growth", "loops": "the compiled loops", "peers": "others"}


def _table(head: list[str], rows: list[list[str]]) -> str:
    lines = ["| " + " | ".join(head) + " |", "|---|" + "--:|" * (len(head) - 1)]
    return "\n".join([*lines, *("| " + " | ".join(row) + " |" for row in rows)])


def _starts_page(starts: dict[str, Any]) -> str:
    if not starts:
        return f"## Starting\n\n{_NOT_YET}"
    took = starts["sample"]
    rows = [
        ["`graphlink --help`", f"{took['help']:.2f} s"],
        ["the sample, loops compiled", f"{took['warm']:.1f} s"],
        ["the sample, the very first run", f"{took['cold']:.1f} s"],
    ]
    return "## Starting\n\n" + _table(["", "time"], rows)


def _growth_page(measured: Measured) -> str:
    known = {each["accounts"]: each for each in measured.of("growth").values()}
    sizes = [Size(**known[size]) for size in sorted(known) if "stopped" not in known[size]]
    notes = [
        f"{size:,} accounts: stopped, {known[size]['stopped']}." for size in sorted(known) if "stopped" in known[size]
    ]
    notes += [f"{size:,} accounts: not measured yet." for size in GROWTH if size not in known]
    parts = ["## Growth"]
    if sizes:
        exponents = fit_exponents(sizes)

        def row(name: str, cells: list[str]) -> list[str]:
            return [name, *cells, f"{exponents[name]:.2f}" if name in exponents else ""]

        head = ["accounts", *(f"{size.accounts:,}" for size in sizes), "exponent"]
        rows = [
            row("sightings", [f"{size.sightings:,}" for size in sizes]),
            row("runs, of which the median counts", [str(size.runs) for size in sizes]),
            row("whole process", [f"{size.seconds:.1f} s" for size in sizes]),
            row("peak memory", [f"{size.peak / 1e9:.2f} GB" for size in sizes]),
            row("of the largest process", [f"{size.largest / 1e9:.2f} GB" for size in sizes]),
            *(row(name, [f"{size.stages.get(name, 0.0):.1f} s" for size in sizes]) for name in sizes[-1].stages),
        ]
        parts += [
            _table(head, rows),
            _EXPONENT,
        ]
    return "\n\n".join([*parts, *(["\n".join(f"* {note}" for note in notes)] if notes else [])])


def _loops_page(loops: dict[str, Any]) -> str:
    parts = ["## The compiled loops and the memory", _LOOPS]
    for name, found in sorted(loops.items()):
        rows = [
            [
                f"`{each['name']}`",
                f"{each['seconds']:.2f} s",
                f"{each['gigabytes']:.2f} GB",
                f"{each['gigabytes'] / each['seconds'] / found['copy']:.0%}",
                f"{each['lookups'] / 1e6:,.0f} M",
                f"{each['lookups'] / each['seconds'] / found['lookups']:.0%}",
            ]
            for each in found["loops"]
        ]
        bounds = (
            f"On {name}; one core copies {found['copy']:.1f} GB/s, read and written both counted, and all cores take\n"
            f"{found['lookups'] / 1e6:,.0f} million random entries a second out of a table of as many as there are "
            "signals."
        )
        parts += [
            bounds,
            _table(["loop", "time", "touches", "of the copy", "looks up", "of the lookups"], rows),
        ]
    return "\n\n".join([*parts, *([] if loops else [_NOT_YET])])


def _peers_page(peers: dict[str, Any]) -> str:
    parts = ["## Others", _PEERS]
    rows = []
    for name in sorted(peers, key=lambda each: (int(each.split()[0]), each.split()[1] != OURS, each)):
        accounts, program = name.split()
        found = peers[name]
        ours = peers.get(f"{accounts} {OURS}", {"seconds": float("nan")})["seconds"]
        cells = [f"{int(accounts):,}", program.replace("_", " "), f"{found['seconds']:.1f} s"]
        cells += [f"{found['seconds'] / ours:.1f}", f"{found['peak'] / 1e9:.2f} GB"]
        if found["stopped"]:
            cells += [f"stopped: {found['stopped']}", "", "", ""]
        else:
            cells += [f"{found['precision']:.3f}", f"{found['recall']:.3f}", f"{found['accused_wrongly']:,}"]
            cells.append(f"{found['found']} of {found['planted']}")
        rows.append(cells)
    head = ["accounts", "program", "time", "times graphlink's", "peak memory"]
    head += ["precision", "recall", "honest accused", "rings found"]
    spent: dict[int, list[float]] = {}
    for name, found in peers.items():
        if found.get("numbering"):
            spent.setdefault(int(name.split()[0]), []).append(found["numbering"])
    notes = [f"* {size:,} accounts: {median(spent[size]):.1f} s of it number the exports." for size in sorted(spent)]
    table = _table(head, rows) if rows else _NOT_YET
    return "\n\n".join([*parts, table, *(["Of a peer's time:", "\n".join(notes)] if notes else [])])


# --- the command ------------------------------------------------------------------------------------------------------


@click.command()
@click.argument("parts", nargs=-1, type=click.Choice(PARTS))
@click.option("--accounts", multiple=True, type=int, help="Sizes, in place of the usual ones.")
@click.option("--runs", default=1, show_default=True, help="Runs of each size; the median counts.")
@click.option("--again", is_flag=True, help="Measure also what was measured before.")
@click.option("--folder", type=click.Path(path_type=Path), help="Where worlds are kept.")
@click.option("--kept", type=click.Path(path_type=Path), default=MEASURED, help="Where measurements are kept.")
@click.option("--page", "out", type=click.Path(path_type=Path), default=PAGE, help="The page to write.")
def main(  # noqa: PLR0913, PLR0917  one argument an option
    parts: tuple[str, ...],
    accounts: tuple[int, ...],
    runs: int,
    again: bool,  # noqa: FBT001  click passes a flag so
    folder: Path | None,
    kept: Path,
    out: Path,
) -> None:
    """Measure the parts, all of them unless named, and write the page."""
    kept.parent.mkdir(parents=True, exist_ok=True)
    measured = Measured(kept)
    chosen = parts or PARTS
    with tempfile.TemporaryDirectory() as scratch:
        worlds = folder or Path(scratch)
        if "starts" in chosen and (again or not measured.has("starts", "sample")):
            measured.keep("starts", "sample", measure_starts())
        for size in sorted(accounts or GROWTH) if "growth" in chosen else ():
            if again or not measured.has("growth", str(size)):
                measured.keep("growth", str(size), measure_growth(worlds, size, runs))
        if "peers" in chosen:
            measure_peers(measured, worlds, accounts or PEERS_AT, again=again)
        # Last, since the kernel counts what this process once held as memory of those that it starts.
        for size in (accounts or (LOOPS_AT,)) if "loops" in chosen else ():
            name = f"{size:,} accounts"
            if again or not measured.has("loops", name):
                found, lookups = measure_loops(keep_world(worlds, size, SEED))
                bounds = {"copy": copy_speed(), "lookups": lookups}
                measured.keep("loops", name, {**bounds, "loops": [asdict(each) for each in found]})
    out.write_text(page(measured), encoding="utf-8")
    click.echo(f"{out} written; measurements in {kept}")


if __name__ == "__main__":
    main()
