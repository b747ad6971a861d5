"""The two real, labelled sets, with one and the same defaults: a configuration names types, and tunes nothing."""

from pathlib import Path

import pandas as pd
import pytest

import graphlink as gl
from graphlink.lab.evaluate import Reported, evaluate, read_truth
from graphlink.lab.evaluate.baselines import PAIR_CAPS, connect_pairs, tabulate_incidence

HARD_MODE = {"early_childhood": ("address", "zip"), "dutch_inventors": ("name", "surname")}
SETS = tuple(HARD_MODE)


@pytest.fixture(scope="module", params=SETS)
def labelled(request, shared_data):
    """A set: its name, its edges and its answer key."""
    folder = shared_data / request.param
    edges = pd.read_csv(folder / "edges.csv", dtype=str, keep_default_na=False)
    return request.param, edges, read_truth(folder)


def test_all_types_reach_the_asked_agreement(labelled):
    name, edges, truth = labelled
    agreement = _judge(name, edges, truth)
    assert agreement.bcubed_f >= {"early_childhood": 0.86, "dutch_inventors": 0.77}[name], agreement


def test_hard_mode_beats_pairs_that_share_two(labelled):
    name, edges, truth = labelled
    edges = edges[~edges.signal_type.isin(HARD_MODE[name])]
    agreement = _judge(name, edges, truth)
    incidence = tabulate_incidence(edges)
    naive = [evaluate(truth, connect_pairs(incidence, cap)).grouping.bcubed_f for cap in PAIR_CAPS]
    assert agreement.bcubed_f > max(naive), agreement


@pytest.mark.parametrize(
    ("name", "cap", "pair_f1", "bcubed_f"),
    [
        ("early_childhood", 20, 0.654, 0.818),
        ("early_childhood", 50, 0.646, 0.824),
        ("dutch_inventors", 20, 0.123, 0.474),
    ],
)
def test_the_naive_baseline_has_its_published_figures(shared_data, name, cap, pair_f1, bcubed_f):
    edges = pd.read_csv(shared_data / name / "edges.csv", dtype=str, keep_default_na=False)
    outcome = connect_pairs(tabulate_incidence(edges), cap)
    grouping = evaluate(read_truth(shared_data / name), outcome).grouping
    assert (round(grouping.pair_f1, 3), round(grouping.bcubed_f, 3)) == (pair_f1, bcubed_f)


@pytest.mark.parametrize("name", SETS)
def test_the_configuration_names_types_and_tunes_nothing(name):
    config = gl.load_config(_config(name))
    assert (config.method, config.reading) == (gl.Config().method, gl.Config().reading)
    assert {kind for declared in config.signals.values() for kind in declared.model_fields_set} == {
        "family",
        "provenance",
    }


def _judge(name, edges, truth):
    """Link with the defaults, and compare every reported ring with the labels."""
    result = gl.link(edges, config=gl.load_config(_config(name)))
    return evaluate(truth, Reported(name, result.rings, result.members)).grouping


def _config(name):
    return Path(__file__).parents[1] / "real" / f"{name}.toml"
