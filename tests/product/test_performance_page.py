"""The page about performance: it holds what was measured, says what was not, and what was kept is not asked again."""

import importlib

import pytest


@pytest.fixture
def performance(monkeypatch, root):
    monkeypatch.syspath_prepend(root / "benchmarks")
    return importlib.import_module("performance")


def test_what_was_not_measured_is_named(performance, tmp_path):
    page = performance.page(performance.Measured(tmp_path / "none.json"))
    assert page.count("Not measured yet.") == 3
    assert [f"{accounts:,} accounts: not measured yet" in page for accounts in performance.GROWTH] == [True] * 3
