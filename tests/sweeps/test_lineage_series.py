"""A simulated series of weeks, with bans: rings keep their ids, an unchanged week and strangers change nothing."""

from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd
import pytest
from lineage_worlds import trace
from simulate_worlds import world

from graphlink import pipeline
from graphlink.api import library
from graphlink.config.method import Method
from graphlink.lab.evaluate import Reported
from graphlink.lab.evaluate.lineage import evaluate_lineage
from graphlink.lab.evaluate.series import Sweep, read_lineage, tabulate_evaders
from graphlink.lab.simulate import write_world
from graphlink.model.calibration import Calibration
from graphlink.model.findings import Findings
from graphlink.model.sweeps import Lineage
from graphlink.sweeps.lineage.names import rename_rings

pytestmark = pytest.mark.slow
METHOD = Method(disturbances=0)
"""As it is by default, null worlds included: the first week's say what chance explains in all of them."""

N_STRANGERS = 40
"""One in a hundred of the accounts."""


@dataclass(frozen=True)
class Traced:
    week: str
    findings: Findings
    lineage: Lineage


@dataclass(frozen=True)
class Series:
    """A world of six weeks, traced week by week under the first week's calibration."""

    folder: Path
    weeks: tuple[Traced, ...]
    calibration: Calibration


@pytest.fixture(scope="module")
def series(tmp_path_factory) -> Series:
    folder = tmp_path_factory.mktemp("series") / "world"
    write_world(world(n=4_000, seed=3, rings="R1=120,R3=200,R9=120", weeks=6), folder)
    known, calibration, weeks = (), None, []
    for path in sorted(folder.glob("2026-W*")):
        traced, calibration = _trace([path], known, path.name, calibration)
        known = traced.lineage.known
        weeks.append(traced)
    return Series(folder, tuple(weeks), calibration)


def test_planted_rings_keep_their_ids_through_bans(series):
    sweeps = [
        Sweep(
            each.week,
            Reported(each.week, pd.DataFrame(), each.findings.members),
            tabulate_evaders([(evader.account_id, evader.ring_id) for evader in each.lineage.evaders]),
        )
        for each in series.weeks
    ]
    judged = evaluate_lineage(read_lineage(series.folder), sweeps)
    assert len(judged.found) >= 10
    assert [each for each in judged.found if each.outcome != "right"] == []
    assert judged.evasion.named > 50
    assert judged.evasion.precision > 0.95
    assert judged.evasion.recall > 0.5


def test_strangers_change_the_record_of_no_other_ring(series, tmp_path):
    before, last = series.weeks[-2:]
    strangers = tmp_path / "strangers.csv"
    # Eights on a card, fours on an address, fives on a device: they make rings of their own.
    rows = ["account_id,signal_type,signal_value"]
    for i in range(N_STRANGERS):
        rows += [
            f"new-{i:02},card,new-c{i // 8}",
            f"new-{i:02},ip,2001:db8:{i // 4}::1",
            f"new-{i:02},device,new-d{i // 5}",
        ]
    strangers.write_text("\n".join(rows) + "\n")
    crowded, _ = _trace([series.folder / last.week, strangers], before.lineage.known, last.week, series.calibration)
    new = {ring.ring_id for ring in crowded.findings.rings} - {ring.ring_id for ring in last.findings.rings}
    assert new
    assert _records(crowded.findings, without=new) == _records(last.findings)
    remembered = {ring.ring_id: ring for ring in crowded.lineage.known}
    assert all(remembered[ring.ring_id] == ring for ring in last.lineage.known)
    assert set(last.lineage.events) <= set(crowded.lineage.events)
    assert {event.ring_id for event in set(crowded.lineage.events) - set(last.lineage.events)} == new


def _trace(paths, known, week, calibration) -> tuple[Traced, Calibration]:
    sightings = library.read(paths).sightings
    findings = pipeline.analyse(sightings, METHOD, seed=1, calibration=calibration)
    lineage = trace(known, findings, sightings, week)
    return Traced(week, rename_rings(findings, lineage.ids), lineage), findings.calibration


def _records(findings: Findings, without: frozenset[str] | set[str] = frozenset()) -> dict[str, tuple]:
    """All that a run says of each ring, but for its rank among the others."""
    tables = {
        name: getattr(findings, name).drop(columns="rank", errors="ignore") for name in ("members", "signals", "ties")
    }
    return {
        ring.ring_id: (
            replace(ring, rank=0),
            *(table[table["ring_id"] == ring.ring_id].to_csv(index=False) for table in tables.values()),
        )
        for ring in findings.rings
        if ring.ring_id not in without
    }
