"""Signals that are tested batch by batch: the same answer, byte by byte, as all of them at once."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from worlds import calibrated, sightings, signals_tested

from graphlink.config.method import Method
from graphlink.engine.kernels.signal_batch import cut_batch
from graphlink.graph.bipartite import build_bipartite
from graphlink.graph.signal_test import judge_signals, screen_signals
from graphlink.model.graph import Bipartite, SignalTest

if TYPE_CHECKING:
    from graphlink.model.sightings import Sightings

METHOD = Method(typical_group=5)
KINDS = {"ip": 12, "card": 9, "template": 3, "device": 15, "email_domain": 4}


def world(seed: int) -> tuple[Sightings, Bipartite]:
    """Eighty accounts, half of whom draw what they bear from a fifth of the values: strangers, rings and hubs."""
    draws = np.random.default_rng(seed)
    seen = set()
    for account in range(80):
        for kind, n_values in KINDS.items():
            reach = n_values if account < 40 else -(-n_values // 5)
            seen |= {(f"a{account}", kind, f"{kind}-{value}", -1) for value in draws.integers(0, reach, 2).tolist()}
    countries = {f"a{account}": ("DE", "KE", "US")[account % 5] for account in range(80) if account % 5 < 3}
    given = sightings(sorted(seen), countries=countries)
    return given, build_bipartite(given)


@settings(max_examples=40)
@given(st.integers(0, 10**6), st.integers(1, 5))
def test_signals_are_tested_alike_in_batches_and_all_at_once(seed, n_machines):
    seen, graph = world(seed)
    calibration = calibrated(seen, graph, METHOD)
    at_once = signals_tested(graph, calibration, METHOD)
    draws = np.random.default_rng(seed)
    machine = draws.integers(0, n_machines, graph.n_signals)
    dealt = [draws.permutation(np.flatnonzero(machine == each)) for each in range(n_machines)]
    batches = [cut_batch(graph, chosen) for chosen in dealt]
    screened = [screen_signals(batch, calibration, METHOD) for batch in batches]
    trusted = np.zeros(graph.n_signals, dtype=np.bool_)
    for chosen, each in zip(dealt, screened, strict=True):
        trusted[chosen] = each.trusted  # all that machines tell each other
    for chosen, batch, each in zip(dealt, batches, screened, strict=True):
        apart = judge_signals(batch, each, trusted[batch.origin], calibration, METHOD)
        for field in fields(SignalTest):
            assert getattr(apart, field.name).tobytes() == getattr(at_once, field.name)[chosen].tobytes(), field.name


def test_such_a_world_has_signals_that_pass_and_some_that_do_not():
    seen, graph = world(1)
    passes = signals_tested(graph, calibrated(seen, graph, METHOD), METHOD).passes
    assert 0 < passes.sum() < len(passes)


@given(st.integers(0, 10**6))
def test_a_batch_has_its_own_accounts_and_knows_how_many_bear_the_others(seed):
    _, graph = world(seed)
    chosen = np.flatnonzero(np.random.default_rng(seed).random(graph.n_signals) < 0.3)
    batch = cut_batch(graph, chosen)
    _, _, signal_start, accounts = batch.graph
    assert (batch.degree == graph.degree[batch.origin]).all()
    assert (batch.family == graph.family[batch.origin]).all()
    assert (batch.home == graph.home[batch.origin]).all()
    assert (batch.at_home == graph.at_home[batch.origin]).all()
    assert (np.diff(signal_start) == graph.degree[chosen]).all()
    assert len(np.unique(accounts)) == len(batch.graph[0]) - 1
