"""The whole analysis, changed in ways of which the outcome is known: what must move does, and nothing else.

The tests need no right answer: they compare one analysis with another (T5 to T15 number the promises).
"""

import hashlib
import os
import subprocess
import sys
from dataclasses import asdict, replace
from fractions import Fraction
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
import worlds
from graphs import as_graph
from helper_paths import FOLDERS
from oracles import plain
from worlds import among, crowd, rows, sightings, stages

from graphlink.config.method import Method
from graphlink.config.settings import Config
from graphlink.engine.kernels.signal_test import connected_pairs, count_accompanied
from graphlink.graph.signal_test import population_of, voices_of
from graphlink.lab.simulate import WorldRequest, parse_rings, simulate, write_world
from graphlink.model.findings import COORDINATED, Findings
from graphlink.model.graph import BIT_SCALE
from graphlink.model.sightings import Sightings
from graphlink.model.times import NO_TIME
from graphlink.pipeline import analyse, read

METHOD = Method(null_worlds=0, disturbances=0)
FRAMES = ("members", "signals", "ties")
TOLD = worlds.framed_account + worlds.campaign
MINE = frozenset(account for account, *_ in rows(TOLD))


def analysed(seen, method: Method = METHOD, *, seed: int = 7, calibration=None) -> Findings:
    given = seen if isinstance(seen, Sightings) else sightings(seen)
    return analyse(given, method, seed=seed, calibration=calibration)


def contents(findings: Findings) -> dict[str, str]:
    """Everything that is found, as text."""
    written = {name: getattr(findings, name).to_csv(index=False) for name in (*FRAMES, "hubs")}
    return written | {"rings": repr(findings.rings), "totals": repr(findings.totals)}


def ring_records(findings: Findings, accounts: frozenset[str]) -> dict[str, list]:
    """All that is said of the rings of some accounts, but for their rank among the others."""
    ids = sorted(set(findings.members.loc[findings.members["account_id"].isin(accounts), "ring_id"]))
    records = {"rings": [repr(asdict(ring) | {"rank": 0}) for ring in findings.rings if ring.ring_id in ids]}
    for name in FRAMES:
        frame = getattr(findings, name)
        mine = frame[frame["ring_id"].isin(ids)].drop(columns="rank", errors="ignore")
        records[name] = sorted(mine.to_csv(index=False).splitlines())
    return records


def groups(findings: Findings) -> set[frozenset[str]]:
    return {frozenset(group) for _, group in findings.members.groupby("ring_id")["account_id"]}


def simulated(folder: Path, n: int, rings: str, seed: int) -> Sightings:
    """A simulated world, read as a user's export is."""
    write_world(simulate(n_accounts=n, seed=seed, request=WorldRequest(rings=parse_rings(rings))), folder)
    return read([folder / "accounts.parquet", folder / "sightings.parquet"], Config()).sightings


@pytest.fixture(scope="module")
def two_thousand(tmp_path_factory) -> Sightings:
    return simulated(tmp_path_factory.mktemp("small") / "world", 2_000, "R1=60,R3=80", 3)


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("large") / "world"


@pytest.fixture(scope="module")
def ten_thousand(folder) -> Sightings:
    return simulated(folder, 10_000, "R1=100,R3=150,R9=120", 4)


@pytest.fixture(scope="module")
def findings(ten_thousand) -> Findings:
    return analysed(ten_thousand)


@pytest.fixture(scope="module")
def planted(folder, ten_thousand) -> list[frozenset[str]]:
    """The accounts of each planted ring."""
    truth = pd.read_parquet(folder / "_truth" / "truth.parquet").dropna(subset="ring_id")
    return [frozenset(ring) for _, ring in truth.groupby("ring_id")["account_id"]]


# --- the same again -----------------------------------------------------------------------------------------------


def test_the_same_sightings_give_the_same_findings(ten_thousand, findings):
    assert contents(analysed(ten_thousand)) == contents(findings)


def test_the_order_of_rows_makes_no_difference():
    seen = among(TOLD)
    shuffled = [seen[i] for i in np.random.default_rng(1).permutation(len(seen))]
    assert contents(analysed(seen)) == contents(analysed(tuple(shuffled))) == contents(analysed(seen[::-1]))


DIGEST = """
import sys
sys.path[:0] = sys.argv[1:]
import test_pipeline
print(test_pipeline.digest())
"""


def digest() -> str:
    return hashlib.sha256(repr(contents(analysed(among(TOLD)))).encode()).hexdigest()


@pytest.mark.parametrize(("processors", "hash_seed"), [("0", "1"), ("0,1", "2")])
@pytest.mark.slow
def test_hash_seed_and_threads_make_no_difference(processors, hash_seed):
    command = ["taskset", "--cpu-list", processors, sys.executable, "-c", DIGEST, str(Path(__file__).parent), *FOLDERS]
    told = subprocess.run(
        command, env=os.environ | {"PYTHONHASHSEED": hash_seed}, check=True, capture_output=True, text=True
    )
    assert told.stdout.strip() == digest()


def test_the_sightings_are_left_as_they_are(ten_thousand):
    def columns():
        times = (ten_thousand.first_seen.kept, ten_thousand.last_seen.kept)
        return (ten_thousand.account, ten_thousand.signal, *times)

    before = [column.copy() for column in columns()]
    analysed(ten_thousand)
    assert all((now == column).all() for now, column in zip(columns(), before, strict=True))


def test_progress_is_told_by_stage_and_never_runs_backwards():
    told = []
    analyse(sightings(among(TOLD)), METHOD, seed=7, progress=lambda stage, done: told.append((stage, done)))
    assert [done for _, done in told] == sorted(done for _, done in told)
    assert told[0][1] == 0
    assert told[-1][1] < 1


# --- T5, promise P3: strangers under a frozen calibration ---------------------------------------------------------


@pytest.mark.parametrize("name", ["new", "a-new"])
@pytest.mark.parametrize("n", [1, 100, 1000])
def test_strangers_leave_a_rings_record_as_it_is(n, name):
    """Those whose names come first move the number of every account and signal."""
    alone = analysed(among(TOLD))
    joined = analysed((*among(TOLD), *crowd(n, 5, name)), calibration=alone.calibration)
    assert ring_records(joined, MINE) == ring_records(alone, MINE)


def test_strangers_do_not_move_which_rings_chance_explains():
    """Weak rings too: what chance explains is told by the calibration and not by this run's strangers."""
    method = Method(null_worlds=2, disturbances=0)
    alone = analysed(among(TOLD), method)
    joined = analysed((*among(TOLD), *crowd(300, 5, "new")), method, calibration=alone.calibration)
    assert alone.chance.n_worlds == 2
    assert joined.chance is None
    assert ring_records(joined, MINE) == ring_records(alone, MINE)


# --- T7: other names ----------------------------------------------------------------------------------------------


def renamed(given: Sightings) -> tuple[Sightings, dict[str, str]]:
    """The same world with other account ids, and the old id of each new one."""
    ids = given.accounts.ids.to_pylist()
    names = [hashlib.sha256(name.encode()).hexdigest() for name in ids]
    order = sorted(range(len(ids)), key=names.__getitem__)
    account = np.argsort(order).astype(np.int32)[given.account]
    place = np.lexsort((given.signal, account))
    attributes = ("created_at", "plan", "country", "status")
    accounts = replace(
        given.accounts,
        ids=pa.array([names[i] for i in order], pa.string()),
        **{name: getattr(given.accounts, name)[order] for name in attributes},
    )
    columns = {name: getattr(given, name)[place] for name in ("signal", "first_seen", "last_seen", "count")}
    return replace(given, accounts=accounts, account=account[place], **columns), dict(zip(names, ids, strict=True))


def agreement_after_renaming(given: Sightings, method: Method) -> float:
    """Pairs of accounts in one ring under both names, of those in one under either."""
    other, old = renamed(given)
    after = {frozenset(old[name] for name in group) for group in groups(analysed(other, method))}
    found = [
        {pair for group in grouping for pair in combinations(sorted(group), 2)}
        for grouping in (groups(analysed(given, method)), after)
    ]
    return len(found[0] & found[1]) / len(found[0] | found[1])


def test_renamed_accounts_are_in_the_same_rings(ten_thousand):
    """What orders accounts is when they were created; those of the same second follow their names."""
    assert agreement_after_renaming(ten_thousand, METHOD) >= 0.99


def test_accounts_of_unknown_age_are_in_the_same_rings_when_renamed(ten_thousand):
    ageless = np.full_like(ten_thousand.accounts.created_at, NO_TIME)
    given = replace(ten_thousand, accounts=replace(ten_thousand.accounts, created_at=ageless))
    assert agreement_after_renaming(given, METHOD) >= 0.99


# --- T9: higher thresholds ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "stricter", [{"passing_share": 0.6}, {"passing_share": 0.8}, {"margin_bits": 5.0}, {"margin_bits": 9.0}]
)
def test_a_higher_threshold_leaves_members_or_takes_them(ten_thousand, stricter):
    usual = stages(ten_thousand, METHOD)
    strict = stages(ten_thousand, METHOD.model_copy(update=stricter))
    pairs = [
        set(zip(each.projection.source.tolist(), each.projection.target.tolist(), strict=True))
        for each in (usual, strict)
    ]
    assert len(pairs[1]) < len(pairs[0])
    before, after = (set(each.evidence.members["account"]) for each in (usual, strict))
    assert len(after - before) <= 0.01 * len(before)
    assert len(after) < len(before)


# --- T10: what nobody shares --------------------------------------------------------------------------------------


def test_a_value_that_nobody_shares_ties_nobody():
    """It may change a score: who has a device of one's own is less likely one of many of an operator's."""
    own = [(account, "device", f"own-{account}", -1) for account in MINE]
    without, with_own = analysed(among(TOLD)), analysed((*among(TOLD), *own))
    tied = [each.members.drop(columns="assessment") for each in (without, with_own)]
    pd.testing.assert_frame_equal(*tied)
    pd.testing.assert_frame_equal(without.signals, with_own.signals)
    assert {ring.ring_id: ring.n_core for ring in without.rings} == {
        ring.ring_id: ring.n_core for ring in with_own.rings
    }
    assert with_own.totals.n_signals == without.totals.n_signals + len(MINE)


# --- T14: a ring far away -----------------------------------------------------------------------------------------


def test_a_planted_ring_is_found_and_moves_no_other():
    before = analysed(among(TOLD))
    planted = rows(worlds.template_ring)
    after = analysed((*among(TOLD), *planted), calibration=before.calibration)
    ring = frozenset(account for account, *_ in planted)
    assert ring in groups(after)
    assert ring_records(after, MINE) == ring_records(before, MINE)


def test_a_ring_planted_in_traffic_is_found_and_moves_hardly_anybody(ten_thousand, findings):
    """Here the others share public values with it, which more people bear now."""
    names = ten_thousand.accounts.ids.to_pylist()
    kinds = [each.name for each in ten_thousand.types]
    values = ten_thousand.signal_value.to_pylist()
    told = [
        (names[a], kinds[ten_thousand.signal_type[s]], values[s], -1)
        for a, s in zip(ten_thousand.account.tolist(), ten_thousand.signal.tolist(), strict=True)
    ]
    timeless = analysed(tuple(told), calibration=findings.calibration)
    after = analysed((*told, *rows(worlds.template_ring)), calibration=findings.calibration)
    assert frozenset(account for account, *_ in rows(worlds.template_ring)) in groups(after)
    assert groups(after) >= groups(timeless)


# --- T15: fast paths against slow ones ----------------------------------------------------------------------------


@pytest.mark.slow
def test_the_signal_test_counts_as_by_hand_on_2000_accounts(two_thousand):
    world = stages(two_thousand, METHOD)
    graph, families = as_graph(world.bipartite), len(world.bipartite.families)
    bipartite = world.bipartite
    population = population_of(bipartite, world.calibration.census)
    counted = count_accompanied(bipartite.csr, bipartite.reached, voices_of(bipartite), population, 2)
    trusted = np.random.default_rng(1).random(world.bipartite.n_signals) < 0.8
    speaker = np.zeros(world.bipartite.n_signals, dtype=np.int8)
    arguments = (bipartite.reached, trusted, speaker, population, (0.01, 2, 20), 2)
    connected, _ = connected_pairs(bipartite.csr, *arguments)
    for s in range(len(graph.bearers)):
        for f in range(families):
            assert counted[:, s, f] == pytest.approx(plain.companions(graph, s, f, population), abs=1e-9)
        assert connected[s] == pytest.approx(plain.connected(graph, s, trusted, population, 0.01))


def test_the_projection_is_the_slow_one_on_2000_accounts(two_thousand):
    world = stages(two_thousand, METHOD)
    graph, bits = as_graph(world.bipartite), world.test.bits
    needed = round(world.calibration.threshold_bits * BIT_SCALE)
    pairs = set()
    for s in range(len(bits)):
        passes, n = world.test.passes[s], len(graph.bearers[s])
        looked_at = [graph.bearers[s]] if passes else []
        if bits[s] > 0 and not (passes and n <= METHOD.clique_size):
            looked_at += plain.conjunctions(graph, s, bits, needed).values()
        for group in looked_at:
            pairs |= set(plain.links(group, world.bipartite.account_trace))
    weighed = {pair: plain.evidence(graph, pair, bits, Fraction(64, 256)) for pair in pairs}
    expected = {pair: figures for pair, figures in weighed.items() if figures[0] >= needed}
    projection = world.projection
    ends = zip(projection.source.tolist(), projection.target.tolist(), strict=True)
    figures = zip(projection.bits.tolist(), projection.families.tolist(), strict=True)
    assert len(expected) > 500
    assert dict(zip(ends, figures, strict=True)) == expected


# --- rings among people -------------------------------------------------------------------------------------------


def test_planted_rings_are_found_whole_and_called_coordinated(findings, planted):
    coordinated = {ring.ring_id for ring in findings.rings if ring.assessment == COORDINATED}
    found = {frozenset(group): ring_id for ring_id, group in findings.members.groupby("ring_id")["account_id"]}
    assert sorted(map(len, planted)) == [100, 120, 150]
    for ring in planted:
        best = max(found, key=lambda group, ring=ring: len(group & ring) / len(group | ring))
        assert len(best & ring) / len(best | ring) >= 0.9
        assert found[best] in coordinated


def test_no_honest_account_is_core_in_a_coordinated_ring(findings, planted):
    members = findings.members
    core = members[(members["tier"] == "core") & (members["assessment"] == COORDINATED)]
    assert len(core) > 300
    assert set(core["account_id"]) <= frozenset().union(*planted)


def test_strangers_alone_make_no_coordinated_ring():
    findings = analysed(crowd(4000))
    assert not [ring for ring in findings.rings if ring.assessment == COORDINATED]
    assert max(ring.n_members for ring in findings.rings) <= 3


def test_a_world_of_nobody_is_analysed():
    findings = analysed("ip a: ann\n card b: bob")
    assert findings.rings == ()
    assert findings.totals.n_edges == 0


def test_a_world_of_which_no_value_says_anything_is_analysed(tmp_path):
    """Every value is a placeholder, so that there is no signal, no type and no family."""
    export = tmp_path / "events.csv"
    export.write_text("account_id,time,ip\nann,2026-01-01T00:00:00Z,1.2.3.4\nbob,2026-01-01T00:00:00Z,1.2.3.4\n")
    findings = analyse(read([export], Config()).sightings, Config().method, seed=1)
    assert findings.rings == ()
