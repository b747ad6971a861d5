"""Worlds of several weeks: what each sweep sees, bans, and what grows back (domain 7, 9.8)."""

import numpy as np
import pyarrow.parquet as pq
from simulate_worlds import eight_weeks, honest

from graphlink.lab.simulate import WorldRequest, simulate, write_world
from graphlink.lab.simulate.scene import DAY, NOBODY, Status
from graphlink.lab.simulate.weeks import list_sweeps, look_back, trace_rings


def test_sweeps_are_named_after_the_iso_weeks_that_end_with_the_window():
    assert [sweep.week for sweep in list_sweeps(eight_weeks())] == [f"2026-W{week}" for week in range(23, 31)]


def test_a_sweep_sees_its_four_weeks_only():
    some = eight_weeks()
    for sweep in list_sweeps(some):
        seen = look_back(some, sweep)
        for table in seen.tables:
            assert table.first.min() >= sweep.begin
            assert table.last.max() < sweep.end
            assert (table.first <= table.last).all()
            assert table.count.min() >= 1


def test_sightings_name_exported_accounts_only():
    some = eight_weeks()
    for sweep in list_sweeps(some):
        seen = look_back(some, sweep)
        for table in seen.tables:
            assert np.isin(table.account, seen.exported).all()


def test_no_account_is_seen_after_its_ban():
    some = eight_weeks()
    banned = some.accounts.status == Status.BANNED
    for table in some.tables:
        mine = banned[table.account]
        assert (table.last[mine] <= some.accounts.closed[table.account[mine]]).all()


def test_status_changes_with_the_ban_and_not_before():
    some = eight_weeks()
    banned = np.flatnonzero(some.accounts.status == Status.BANNED)
    for sweep in list_sweeps(some):
        status = look_back(some, sweep).accounts.status[banned]
        assert ((status == Status.BANNED) == (some.accounts.closed[banned] <= sweep.end)).all()


def test_every_ring_is_hit_and_most_of_it_returns_within_three_days():
    some = eight_weeks()
    accounts = some.accounts
    for ring in some.rings:
        lost = np.flatnonzero((accounts.ring == ring.number) & (accounts.status == Status.BANNED))
        returned = np.flatnonzero((accounts.ring == ring.number) & (accounts.parent != NOBODY))
        assert len(lost) > 0, ring
        assert 0.6 <= len(returned) / len(lost) <= 1.0, ring
        late = accounts.start[returned] - accounts.closed[accounts.parent[returned]]
        assert (late >= 0).all()
        assert (late <= 3 * DAY).all()


def test_lineage_counts_every_ban_and_every_successor_once():
    some = eight_weeks()
    weeks = trace_rings(some)
    in_a_ring = ~honest(some)
    assert sum(len(row.banned) for row in weeks) == (in_a_ring & (some.accounts.status == Status.BANNED)).sum()
    assert sum(len(row.regrown) for row in weeks) == (some.accounts.parent != NOBODY).sum()


def test_each_week_has_a_folder_with_an_export(tmp_path):
    some = simulate(n_accounts=3_000, seed=2, request=WorldRequest(weeks=3))
    write_world(some, tmp_path / "world")
    weeks = sorted(path.name for path in (tmp_path / "world").iterdir())
    assert weeks == ["2026-W28", "2026-W29", "2026-W30", "_truth"]
    lineage = pq.read_table(tmp_path / "world" / "_truth" / "lineage.parquet")
    assert set(lineage["week"].to_pylist()) <= set(weeks)
