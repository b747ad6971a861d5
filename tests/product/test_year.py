"""A year's benchmark counts the rings that a new method calls otherwise."""

from dataclasses import replace

import pytest
from state_worlds import lineage, record, ring

from graphlink.model.sweeps import RingStatus
from graphlink.sweeps.state.open_state import Opening, open_state
from graphlink.sweeps.state.recording import record_sweep

NEW = "R-2026-W02-009"


@pytest.mark.parametrize(
    ("found", "counted"),
    [
        ([ring("2026-W02", "ann", "bob", "cy")], (0, 0, 1)),
        ([ring("2026-W02", "ann", "bob", "cy", ring_id=NEW, born="2026-W02")], (1, 0, 1)),
        ([ring("2026-W02", "ann"), ring("2026-W02", "bob", "cy", ring_id=NEW, born="2026-W02")], (1, 0, 1)),
        ([ring("2026-W02", "ann", "bob"), ring("2026-W02", "cy", ring_id=NEW, born="2026-W02")], (0, 0, 1)),
        ([ring("2026-W02", "dan", "eve", ring_id=NEW, born="2026-W02")], (0, 0, 0)),
    ],
)
def test_a_ring_whose_accounts_bear_another_id_is_counted(tmp_path, root, monkeypatch, found, counted):
    monkeypatch.syspath_prepend(root / "benchmarks")
    from year import count_changed_ids  # noqa: PLC0415  on the path by now

    for name, rings in (("old", [ring("2026-W02", "ann", "bob", "cy")]), ("new", found)):
        with open_state(tmp_path / name / "state", Opening(init=True)) as state:
            record_sweep(state, record("2026-W01"), lineage(ring("2026-W01", "ann", "bob", "cy")))
            record_sweep(state, record("2026-W02"), lineage(*rings))
    assert count_changed_ids(tmp_path / "old", tmp_path / "new") == counted


def test_a_known_ring_that_the_new_method_merged_with_another_is_counted_apart(tmp_path, root, monkeypatch):
    monkeypatch.syspath_prepend(root / "benchmarks")
    from year import count_changed_ids  # noqa: PLC0415  on the path by now

    known = ring("2026-W01", "ann", "bob"), ring("2026-W01", "cy", "dan", ring_id=NEW)
    gone = replace(known[1], status=RingStatus.MERGED, merged_into=known[0].ring_id, members=(), n_members=0)
    apart = ring("2026-W02", "ann", "bob"), ring("2026-W02", "cy", "dan", ring_id=NEW)
    for name, rings in (("old", apart), ("new", (ring("2026-W02", "ann", "bob", "cy", "dan"), gone))):
        with open_state(tmp_path / name / "state", Opening(init=True)) as state:
            record_sweep(state, record("2026-W01"), lineage(*known))
            record_sweep(state, record("2026-W02"), lineage(*rings))
    assert count_changed_ids(tmp_path / "old", tmp_path / "new") == (0, 1, 2)
