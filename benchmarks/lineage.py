"""Measures whether rings keep their ids, and writes ``docs/lineage.md``: `python benchmarks/lineage.py`.

Series of twelve weeks and held-back seeds are simulated without enforcement, with bans and regrowth, and with bans
where the closed accounts are left out of the export at once. Each week is read from files and analysed under the first
week's calibration, as a sweep does it, and its rings are traced; the world's own lineage judges them. The same findings
are traced again with other settings, to show on which plateau the defaults stand.
"""

from __future__ import annotations

import json
import tempfile
import time
from collections import Counter
from dataclasses import asdict, dataclass
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click
import jinja2
import pandas as pd
import pyarrow.compute as pc
import pyarrow.parquet as pq

from graphlink import pipeline
from graphlink.api import library
from graphlink.config.lineage import LineageSettings
from graphlink.config.method import Method
from graphlink.lab.evaluate.lineage import LineageEvaluation, count_switches, evaluate_lineage
from graphlink.lab.evaluate.runs import Reported
from graphlink.lab.evaluate.series import Sweep, read_lineage, tabulate_evaders
from graphlink.lab.simulate import WorldRequest, load_parameters, parse_rings, simulate, write_world
from graphlink.model.sweeps import EventKind
from graphlink.sweeps.lineage.lineage import derive_lineage, recognise_rings
from graphlink.sweeps.lineage.names import rename_rings

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from graphlink.model.findings import Findings
    from graphlink.model.sightings import Sightings
    from graphlink.model.sweeps import KnownRing

ROOT: Final = Path(__file__).resolve().parents[1]
KEPT: Final = ROOT / "benchmarks" / "measured"
SEEDS: Final = (101, 102, 103, 104, 105)
"""Seeds that no setting was ever chosen on."""

RINGS: Final = "R1,R2=300,R3=400,R6=700,R7=1200,R9"
"""One ring of each kind; the large ones shrunk to worlds of 20,000 accounts."""

STILL: Final = "[enforcement]\nwaves = 0\nhonest_banned = 0.0\n"
KINDS: Final = ("no enforcement", "bans and regrowth", "closed accounts left out")

VARIANTS: Final = {
    "defaults": LineageSettings(),
    **{f"same_members = {share}": LineageSettings(same_members=share) for share in (0.1, 0.2, 0.5)},
    **{f"same_signals = {share}": LineageSettings(same_signals=share) for share in (0.1, 0.5)},
    **{f"owned_share = {share}": LineageSettings(owned_share=share) for share in (0.3, 0.8)},
    **{f"ghost_weeks = {weeks}": LineageSettings(ghost_weeks=weeks) for weeks in (1, 4)},
}
"""The defaults, and one setting at a time on either side: of the first seed alone, since each costs a tracing."""


@dataclass(frozen=True, slots=True)
class Counts:
    """What a series counts to; series are added up."""

    found: int = 0
    right: int = 0
    faint: int = 0
    faint_right: int = 0
    switches: int = 0
    splits: int = 0
    mergers: int = 0
    planted: int = 0
    named: int = 0
    named_right: int = 0
    regrown: int = 0
    recalled: int = 0

    def __add__(self, other: Counts) -> Counts:
        """Both series together."""
        return Counts(**{name: value + getattr(other, name) for name, value in asdict(self).items()})


@dataclass(frozen=True, slots=True)
class Measured:
    """One series under one variant of the settings."""

    kind: str
    seed: int
    variant: str
    counts: Counts
    events: dict[str, int]
    seconds: float
    """For tracing one week, the mean."""


@click.command()
@click.option("--seeds", default=",".join(map(str, SEEDS)), show_default=True)
@click.option("--accounts", default=20_000, show_default=True)
@click.option("--weeks", default=12, show_default=True)
@click.option("--out", default=ROOT / "docs", type=click.Path(path_type=Path, file_okay=False), show_default="docs")
@click.option("--kept", default=KEPT, type=click.Path(path_type=Path, file_okay=False), help="Keep measurements here.")
@click.option("--resume", is_flag=True, help="Go on with what was measured, by this very code as far as you know.")
@click.option("--vary", is_flag=True, help="Trace the first seed's series with other settings too.")
@click.option("--page-only", is_flag=True, help="Make the page again from what was measured.")
def main(  # noqa: PLR0913  a command has one parameter for each of its options
    seeds: str, accounts: int, weeks: int, out: Path, kept: Path, *, resume: bool, vary: bool, page_only: bool
) -> None:
    """Measure how well rings keep their ids and write the page about it."""
    kept.mkdir(parents=True, exist_ok=True)
    measurements = kept / "lineage.json"
    numbers = [int(seed) for seed in seeds.split(",")]
    measured = read_measured(json.loads(measurements.read_text("utf-8"))) if resume else []
    for kind, seed in () if page_only else product(KINDS, numbers):
        if any((each.kind, each.seed) == (kind, seed) for each in measured):
            continue
        began = time.perf_counter()
        variants = VARIANTS if vary and seed == numbers[0] else {"defaults": VARIANTS["defaults"]}
        measured += measure_series(kind, seed, (accounts, weeks), variants)
        results = {"accounts": accounts, "weeks": weeks, "series": [asdict(each) for each in measured]}
        measurements.write_text(json.dumps(results, indent=1) + "\n", "utf-8")
        click.echo(f"{kind}, seed {seed}: {time.perf_counter() - began:.0f} s", err=True)
    (out / "lineage.md").write_text(render_page(json.loads(measurements.read_text("utf-8"))), "utf-8")
    click.echo(out / "lineage.md")


def measure_series(
    kind: str, seed: int, size: tuple[int, int], variants: Mapping[str, LineageSettings]
) -> list[Measured]:
    """Simulate a series of so many accounts and weeks, find its rings, and trace them under each variant."""
    with tempfile.TemporaryDirectory(prefix="graphlink-lineage-") as place:
        folder = Path(place) / "world"
        _simulate(folder, kind, seed, *size)
        weeks = _analyse(folder, leave_out=kind == KINDS[2])
        truth = read_lineage(folder)
    measured = []
    for name, settings in variants.items():
        began = time.perf_counter()
        sweeps, events = _trace(weeks, settings)
        seconds = (time.perf_counter() - began) / len(weeks)
        counts = count(evaluate_lineage(truth, sweeps))
        measured.append(Measured(kind, seed, name, counts, dict(events), round(seconds, 2)))
    return measured


def count(judged: LineageEvaluation) -> Counts:
    """Keep of an evaluation what can be added up."""
    return Counts(
        found=len(judged.found),
        right=sum(each.outcome == "right" for each in judged.found),
        faint=len(judged.faint),
        faint_right=sum(each.outcome == "right" for each in judged.faint),
        switches=count_switches(judged.found),
        splits=sum(each.outcome == "split" for each in judged.found),
        mergers=sum(each.outcome == "merged" for each in judged.found),
        planted=judged.n_ring_weeks,
        named=judged.evasion.named,
        named_right=judged.evasion.right,
        regrown=judged.evasion.regrown,
        recalled=judged.evasion.recalled,
    )


def read_measured(results: dict[str, Any]) -> list[Measured]:
    """Read back what was written."""
    return [Measured(**{**each, "counts": Counts(**each["counts"])}) for each in results["series"]]


def render_page(results: dict[str, Any]) -> str:
    """The whole page as Markdown."""
    series = read_measured(results)
    # Markdown, and every value in it is a number or a name of ours.
    environment = jinja2.Environment(autoescape=False, undefined=jinja2.StrictUndefined, keep_trailing_newline=True)  # noqa: S701
    template = environment.from_string(Path(__file__).with_name("lineage.md.j2").read_text("utf-8"))
    defaults = [each for each in series if each.variant == "defaults"]
    return template.render(
        accounts=f"{results['accounts']:,}",
        weeks=results["weeks"],
        seeds=sorted({each.seed for each in series}),
        identity=_tabulate_identity(defaults),
        evaders=_tabulate_evaders(defaults),
        events=_tabulate_events(defaults),
        plateau=_tabulate_plateau(series),
        seconds=f"{max(each.seconds for each in defaults):.1f}",
    )


def _simulate(folder: Path, kind: str, seed: int, n_accounts: int, n_weeks: int) -> None:
    parameters = load_parameters()
    if kind == KINDS[0]:
        still = folder.with_suffix(".toml")
        still.write_text(STILL)
        parameters = load_parameters(still)
    request = WorldRequest(rings=parse_rings(RINGS), weeks=n_weeks)
    write_world(simulate(parameters, n_accounts=n_accounts, seed=seed, request=request), folder)


def _analyse(folder: Path, *, leave_out: bool) -> list[tuple[str, Findings, Sightings]]:
    """Find each week's rings under the first week's calibration."""
    method = Method(null_worlds=1, disturbances=0)  # the latter say how firm a ring is, and change none
    calibration = None
    weeks = []
    for path in sorted(folder.glob("[0-9]*-W[0-9]*")):
        if leave_out:
            _leave_out_closed(path)
        sightings = library.read([path]).sightings
        findings = pipeline.analyse(sightings, method, seed=1, calibration=calibration)
        calibration = findings.calibration
        weeks.append((path.name, findings, sightings))
    return weeks


def _leave_out_closed(path: Path) -> None:
    """Take closed accounts out of a week's files, as providers do that export only who is active."""
    accounts, sightings = (pq.read_table(path / f"{name}.parquet") for name in ("accounts", "sightings"))
    open_ones = accounts.filter(pc.not_equal(accounts["status"], "banned"))
    kept = sightings.filter(pc.is_in(sightings["account_id"], value_set=open_ones["account_id"].combine_chunks()))
    pq.write_table(open_ones, path / "accounts.parquet")
    pq.write_table(kept, path / "sightings.parquet")


def _trace(
    weeks: Sequence[tuple[str, Findings, Sightings]], settings: LineageSettings
) -> tuple[list[Sweep], Counter[str]]:
    known: tuple[KnownRing, ...] = ()
    sweeps: list[Sweep] = []
    events: Counter[str] = Counter()
    for week, findings, sightings in weeks:
        recognised = recognise_rings(known, findings, sightings, week, settings=settings)
        lineage = derive_lineage(recognised, findings, sightings)
        known = lineage.known
        if sweeps:  # in the first week everything is born
            events.update(event.kind.value for event in lineage.events)
        evaders = tabulate_evaders([(each.account_id, each.ring_id) for each in lineage.evaders])
        renamed = rename_rings(findings, lineage.ids)
        sweeps.append(Sweep(week, Reported(week, pd.DataFrame(), renamed.members), evaders))
    return sweeps, events


def _tabulate_identity(defaults: Sequence[Measured]) -> str:
    head = ["", "ring-weeks found", "right id", "lowest seed", "any trace, right id", "switches", "splits", "mergers"]
    rows = []
    for kind in _kinds(defaults):
        mine = [each.counts for each in defaults if each.kind == kind]
        total = sum(mine, Counts())
        lowest = min(some.right / some.found for some in mine)
        rows.append(
            [
                kind,
                f"{total.found} of {total.planted}",
                _percent(total.right, total.found),
                f"{100 * lowest:.1f} %",
                _percent(total.faint_right, total.faint),
                *(str(n) for n in (total.switches, total.splits, total.mergers)),
            ]
        )
    return _table(head, rows)


def _tabulate_evaders(defaults: Sequence[Measured]) -> str:
    rows = []
    for kind in _kinds(defaults):
        total = sum((each.counts for each in defaults if each.kind == kind), Counts())
        named, regrown = _percent(total.named_right, total.named), _percent(total.recalled, total.regrown)
        rows.append([kind, f"{total.named:,}", named, f"{total.regrown:,}", regrown])
    return _table(["", "named", "of the ring named", "grown back", "of these named"], rows)


def _tabulate_events(defaults: Sequence[Measured]) -> str:
    rows = []
    for kind in _kinds(defaults):
        mine = [each for each in defaults if each.kind == kind]
        rows.append([kind, *(f"{sum(each.events.get(event, 0) for each in mine):,}" for event in EventKind)])
    return _table(["", *(event.value for event in EventKind)], rows)


def _tabulate_plateau(series: Sequence[Measured]) -> str:
    """The series that were traced with other settings too; nothing where none were."""
    varied = {(each.kind, each.seed) for each in series if each.variant != "defaults"}
    kinds = [kind for kind in KINDS if any(kind == each for each, _ in varied)]
    rows = []
    for variant in VARIANTS:
        cells = []
        for kind in kinds:
            mine = [each for each in series if (each.kind, each.variant) == (kind, variant)]
            total = sum((each.counts for each in mine if (kind, each.seed) in varied), Counts())
            cells.append(f"{_percent(total.right, total.found)}, {_percent(total.faint_right, total.faint)}")
        rows.append([variant, *cells])
    return _table(["", *kinds], rows) if kinds else ""


def _kinds(measured: Sequence[Measured]) -> list[str]:
    """The kinds of series that were measured."""
    return [kind for kind in KINDS if any(each.kind == kind for each in measured)]


def _percent(n: int, of: int) -> str:
    return f"{100 * n / of:.1f} %" if of else "-"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---", *("--:" for _ in head[1:])], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


if __name__ == "__main__":
    main()
