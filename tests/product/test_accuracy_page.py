"""The page about accuracy, made from small judged worlds instead of hours of runs."""

import importlib
from dataclasses import replace

import pytest
from evaluate_worlds import report, two_rings

from graphlink.lab.evaluate import evaluate


@pytest.fixture(scope="module")
def accuracy(root):
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(root / "benchmarks")
        yield importlib.import_module("accuracy")


@pytest.fixture(scope="module")
def results(accuracy):
    """Two worlds for each parameter set, one judged well and one badly."""
    runs = [report("abcd", "ef"), report("abgh", "ij", confidence=0.4)]
    plans = [
        accuracy.Plan(parameters, planted, 10, seed)
        for parameters in ("default", "noisy")
        for planted in ("default", "clean")
        for seed in (1, 2)
    ]
    baseline = accuracy.Baseline("components, cap 5", {"F1, all tiers": 0.25})
    stopped = accuracy.Baseline("Newman and Leiden, cap 50", {}, "6 pairs, at most 5 are made")
    worlds = (accuracy.condense(plan, "code", evaluate(two_rings(), runs[plan.seed - 1])) for plan in plans)
    return tuple(replace(world, baselines=(baseline, stopped)) for world in worlds)


def test_the_page_is_made_again_without_running_anything(accuracy, results, tmp_path):
    accuracy.write_results(tmp_path / "accuracy.json", results)
    chosen = ["--seeds", "1,2", "--parameters", "default,noisy", "--planted", "default,clean", "--accounts", "10"]
    for _ in range(2):
        accuracy.main([*chosen, "--page-only", "--out", str(tmp_path), "--kept", str(tmp_path)], standalone_mode=False)
        names = ("accuracy.md", "accuracy-reliability.svg", "accuracy-rank.svg", "accuracy-recall.svg")
        contents = [(tmp_path / name).read_bytes() for name in names]
    assert contents == [(tmp_path / name).read_bytes() for name in names]
    assert "8 worlds of 10 accounts; seeds 1, 2" in contents[0].decode()


def test_a_page_of_no_results_claims_nothing(accuracy, tmp_path):
    accuracy.write_page((), tmp_path)
    assert "precision = r·p" not in (tmp_path / "accuracy.md").read_text()
