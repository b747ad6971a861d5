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


def test_a_command_that_was_stopped_goes_on_where_it_was(performance, tmp_path):
    performance.Measured(tmp_path / "kept.json").keep("growth", "100000", size(100_000, 4.0))
    again = performance.Measured(tmp_path / "kept.json")
    assert again.has("growth", "100000")
    assert not again.has("growth", "1000000")
    assert not again.has("peers", "100000")
    assert json.loads((tmp_path / "kept.json").read_text())["growth"]["100000"]["machine"]
