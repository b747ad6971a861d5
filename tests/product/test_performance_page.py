"""The page about performance: it holds what was measured, says what was not, and what was kept is not asked again."""

import importlib
import json

import pytest


@pytest.fixture
def performance(monkeypatch, root):
    monkeypatch.syspath_prepend(root / "benchmarks")
    return importlib.import_module("performance")


def size(accounts: int, seconds: float) -> dict:
    stages = {"reading": seconds / 2, "writing": seconds / 100}
    took = {"seconds": seconds, "peak": 10**9, "largest": 10**9}
    return {"accounts": accounts, "sightings": 10 * accounts, **took, "stages": stages}


def test_what_was_not_measured_is_named(performance, tmp_path):
    page = performance.page(performance.Measured(tmp_path / "none.json"))
    assert page.count("Not measured yet.") == 3
    assert [f"{accounts:,} accounts: not measured yet" in page for accounts in performance.GROWTH] == [True] * 3


def test_growth_is_fitted_over_what_was_measured_and_what_stopped_a_size_is_said(performance, tmp_path):
    measured = performance.Measured(tmp_path / "some.json")
    measured.keep("growth", "100000", size(100_000, 4.0))
    measured.keep("growth", "1000000", size(1_000_000, 80.0))
    measured.keep("growth", "10000000", {"accounts": 10_000_000, "stopped": "over 12 GB"})
    page = performance.page(measured)
    assert "| whole process | 4.0 s | 80.0 s | 1.30 |" in page
    assert "| reading | 2.0 s | 40.0 s | 1.30 |" in page
    assert "| writing | 0.0 s | 0.8 s |  |" in page  # one hundredth of the time: its growth does not matter
    assert "10,000,000 accounts: stopped, over 12 GB" in page


def test_what_was_measured_on_which_machine_is_said_where_there_are_several(performance, tmp_path):
    starts = {"sample": {"machine": "another", "measured": {"help": 0.1, "warm": 4.0, "cold": 20.0}}}
    one = {"100000": {"machine": "one", "measured": size(100_000, 4.0)}}
    two = {"1000000": {"machine": "another", "measured": size(1_000_000, 40.0)}}

    def page(parts: dict) -> str:
        (tmp_path / "parts.json").write_text(json.dumps(parts))
        return performance.page(performance.Measured(tmp_path / "parts.json"))

    assert "Measured on one." in page({"growth": one})
    both = page({"growth": one | two, "starts": starts})
    assert "Measured on another (starting, growth); one (growth)." in both


def test_a_command_that_was_stopped_goes_on_where_it_was(performance, tmp_path):
    performance.Measured(tmp_path / "kept.json").keep("growth", "100000", size(100_000, 4.0))
    again = performance.Measured(tmp_path / "kept.json")
    assert again.has("growth", "100000")
    assert not again.has("growth", "1000000")
    assert not again.has("peers", "100000")
    assert json.loads((tmp_path / "kept.json").read_text())["growth"]["100000"]["machine"]


def test_loops_stand_beside_a_copy_and_lookups(performance, tmp_path):
    measured = performance.Measured(tmp_path / "loops.json")
    loop = {"name": "pair_evidence", "seconds": 0.5, "gigabytes": 1.5, "lookups": 30_000_000}
    measured.keep("loops", "20,000 accounts", {"copy": 12.0, "lookups": 1.2e8, "loops": [loop]})
    assert "| `pair_evidence` | 0.50 s | 1.50 GB | 25% | 30 M | 50% |" in performance.page(measured)


def test_a_peer_stands_beside_graphlink_with_the_time_that_numbers_the_exports(performance, tmp_path):
    measured = performance.Measured(tmp_path / "peers.json")
    figures = {"precision": 1.0, "recall": 0.5, "accused_wrongly": 0, "found": 1, "planted": 2}
    ours = {"seconds": 9.0, "numbering": 0.0, "peak": 10**9, "stopped": "", **figures}
    measured.keep("peers", "20000 graphlink", ours)
    measured.keep("peers", "20000 scipy_leiden", {**ours, "seconds": 12.0, "numbering": 4.04, "accused_wrongly": 700})
    measured.keep("peers", "20000 qut_network", {**ours, "seconds": 600.0, "numbering": 4.0, "stopped": "over 600 s"})
    page = performance.page(measured)
    assert "| 20,000 | graphlink | 9.0 s | 1.0 | 1.00 GB | 1.000 | 0.500 | 0 | 1 of 2 |" in page
    assert "| 20,000 | scipy leiden | 12.0 s | 1.3 | 1.00 GB | 1.000 | 0.500 | 700 | 1 of 2 |" in page
    assert "| 20,000 | qut network | 600.0 s | 66.7 | 1.00 GB | stopped: over 600 s |" in page
    assert "* 20,000 accounts: 4.0 s of it number the exports." in page
