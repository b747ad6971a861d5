"""Worlds of several weeks: what each sweep sees, bans, and what grows back (domain 7, 9.8)."""

import numpy as np
import pyarrow.parquet as pq
import pytest
from simulate_worlds import eight_weeks, honest

from graphlink.lab.simulate import WorldRequest, simulate, write_world
from graphlink.lab.simulate.mail import PUBLIC
from graphlink.lab.simulate.scene import DAY, NOBODY, Signal, Status
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


def test_successors_inherit_part_of_the_cards_and_domains():
    some = eight_weeks()
    accounts = some.accounts
    cards = next(table for table in some.tables if table.signal == Signal.CARD)
    successors = np.flatnonzero(accounts.parent != NOBODY)
    new, old = (cards.value[np.isin(cards.account, who)] for who in (successors, accounts.parent[successors]))
    assert 0.2 < np.isin(new, old).mean() < 0.9
    own = successors[accounts.domain[accounts.parent[successors]] >= len(PUBLIC)]
    assert 0.2 < (accounts.domain[own] == accounts.domain[accounts.parent[own]]).mean() < 0.9


def test_successors_live_among_honest_accounts_too():
    some = eight_weeks()
    addresses = next(table for table in some.tables if table.signal == Signal.IP)
    haunts = np.unique(addresses.value[honest(some)[addresses.account]])
    touching = np.unique(addresses.account[np.isin(addresses.value, haunts)])
    assert np.isin(np.flatnonzero(some.accounts.parent != NOBODY), touching).mean() > 0.98


def test_bans_hit_honest_accounts_too():
    some = eight_weeks()
    assert 0 < (some.accounts.status[honest(some)] == Status.BANNED).sum() < 0.002 * honest(some).sum()


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


@pytest.mark.parametrize("kind", ["R2", "R9"])
def test_short_lived_rings_are_seen_by_a_sweep(kind):
    some = eight_weeks()
    number = next(ring.number for ring in some.rings if ring.kind == kind)
    active = [len(row.active) for row in trace_rings(some) if row.ring == number]
    assert max(active) > 100
