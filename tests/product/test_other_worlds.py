"""Worlds of another shape than the simulator's: made twice they are the same, and their answer key can be read."""

import importlib
import re

import pandas as pd
import pytest

from graphlink.api.library import read
from graphlink.config.settings import load_config
from graphlink.lab.evaluate import read_truth

EXPORT = ("accounts.parquet", "sightings.parquet")


@pytest.fixture
def write(monkeypatch, root):
    """Write a world of a scenario and give its folder."""
    monkeypatch.syspath_prepend(root / "benchmarks")
    scenarios = importlib.import_module("otherworlds.scenarios")
    writing = importlib.import_module("otherworlds.writing")

    def write_world(folder, scenario, seed=11):
        writing.write_world(scenarios.make_world(scenario, 3000, seed), folder, scenario, seed)
        return folder

    return write_world


@pytest.mark.parametrize("scenario", ["classic", "types", "regions", "attributes", "proxies", "carriers", "victims"])
@pytest.mark.slow
def test_a_scenario_size_and_seed_name_one_world(write, tmp_path, scenario):
    first, second = (write(tmp_path / name, scenario) for name in ("first", "second"))
    files = sorted(path.relative_to(first) for path in first.rglob("*") if path.is_file())
    assert [(first / file).read_bytes() for file in files] == [(second / file).read_bytes() for file in files]


def test_the_answer_key_names_rings_victims_and_hard_negatives(write, tmp_path):
    world = write(tmp_path / "world", "victims")
    truth = read_truth(world)
    accounts = pd.read_parquet(world / EXPORT[0])
    assert set(truth.accounts) == set(accounts.account_id)
    assert len(truth.rings) == 7
    assert set(truth.rings.kind) >= {"R1 naive farm", "D1 device farm", "V2 among customers"}
    assert truth.victim[truth.honest].sum() > 100
    assert {f"HN{number}" for number in range(3, 19)} <= set(truth.groups.hard_negative)


@pytest.mark.parametrize("scenario", ["types", "regions", "attributes", "proxies", "sparse_export"])
def test_every_row_of_an_export_can_be_used(write, tmp_path, scenario):
    world = write(tmp_path / "world", scenario)
    settings = world / "graphlink.toml"
    reading = read([world / name for name in EXPORT], config=load_config(settings) if settings.is_file() else None)
    assert not reading.rejects
    assert settings.is_file() == (scenario in {"types", "regions", "attributes"})


def test_the_generator_knows_nothing_of_the_simulator_or_the_method(root):
    files = sorted((root / "benchmarks" / "otherworlds").glob("*.py"))
    assert files
    imported = [
        file.name for file in files if re.search(r"^\s*(from|import) graphlink", file.read_text(), re.MULTILINE)
    ]
    assert not imported


@pytest.fixture
def measure(monkeypatch, root, tmp_path):
    """Run the benchmark on small worlds of two scenarios and give the folder of its page."""
    monkeypatch.syspath_prepend(root / "benchmarks")
    command = importlib.import_module("other_worlds").main

    def run(*options):
        size = ["--scenarios", "honest,sparse_export", "--seeds", "11", "--accounts", "3000", "--jobs", "1"]
        command([*size, "--out", str(tmp_path), "--kept", str(tmp_path), *options], standalone_mode=False)
        return tmp_path

    return run


def test_a_page_of_no_results_claims_nothing(measure):
    assert "| R6" not in (measure("--page-only") / "other-worlds.md").read_text()
