"""A year's benchmark counts the rings that a new method calls otherwise."""

from dataclasses import replace

import pytest
from state_worlds import lineage, record, ring

from graphlink.model.sweeps import RingStatus
from graphlink.sweeps.state.open_state import Opening, open_state
from graphlink.sweeps.state.recording import record_sweep

NEW = "R-2026-W02-009"


ONE = [ring("2026-W01", "ann", "bob", "cy")]
TWO = [ring("2026-W01", "ann", "bob"), ring("2026-W01", "cy", "dan", ring_id=NEW)]
MERGED = replace(TWO[1], status=RingStatus.MERGED, merged_into=TWO[0].ring_id, members=(), n_members=0)


def later(*names, **more):
    return ring("2026-W02", *names, **more)


@pytest.mark.parametrize(
    ("known", "found", "counted"),
    [
        (ONE, [later("ann", "bob", "cy")], (0, 0, 1)),
        (ONE, [later("ann", "bob", "cy", ring_id=NEW, born="2026-W02")], (1, 0, 1)),
        (ONE, [later("ann"), later("bob", "cy", ring_id=NEW, born="2026-W02")], (1, 0, 1)),
        (ONE, [later("ann", "bob"), later("cy", ring_id=NEW, born="2026-W02")], (0, 0, 1)),
        (ONE, [later("dan", "eve", ring_id=NEW, born="2026-W02")], (0, 0, 0)),
        (TWO, [later("ann", "bob", "cy", "dan"), MERGED], (0, 1, 2)),  # a known ring that it merged is counted apart
    ],
)
def test_a_ring_whose_accounts_bear_another_id_is_counted(tmp_path, root, monkeypatch, known, found, counted):
    monkeypatch.syspath_prepend(root / "benchmarks")
    from year import count_changed_ids  # noqa: PLC0415  on the path by now

    same = [later(*(one.account_id for one in each.members), ring_id=each.ring_id) for each in known]
    for name, rings in (("old", same), ("new", found)):
        with open_state(tmp_path / name / "state", Opening(init=True)) as state:
            record_sweep(state, record("2026-W01"), lineage(*known))
            record_sweep(state, record("2026-W02"), lineage(*rings))
    assert count_changed_ids(tmp_path / "old", tmp_path / "new") == counted
