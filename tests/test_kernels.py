"""Each compiled loop against a slow twin in plain Python, on random small graphs."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations
from math import exp

import networkx as nx
import numpy as np
import pytest
from graphs import BIT, FAMILIES, Graph, graphs, graphs_with_bits
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom

from graphlink.kernels import (
    candidate_pairs,
    chance_of_at_least,
    connected_pairs,
    count_companions,
    gather_conjunctions,
    link_group,
    n_group_links,
    pair_evidence,
    root_of,
)

POPULATION = 1000
NOTHING_YET = np.empty(0, dtype=np.int64)
KEYS = np.random.default_rng(5).integers(0, 2**64, 10_000, dtype=np.uint64)
FURTHER = (64, 256)


# --- count_companions ---------------------------------------------------------------------------------------------


def slow_companions(graph: Graph, s: int, family: int) -> tuple[int, float, float]:
    """Accounts of s with a companion in a family, the number to be expected, and its variance."""
    found, expected, variance = 0, 0.0, 0.0
    for account in graph.bearers[s]:
        borne = [t for t in graph.signals_of(account) if graph.family[t] == family != graph.family[s]]
        companions = {other for t in borne for other in graph.bearers[t]} & set(graph.bearers[s]) - {account}
        by_chance = 1 - exp(-(graph.degree(s) - 1) / POPULATION * sum(graph.degree(t) - 1 for t in borne))
        found += bool(companions)
        expected += by_chance
        variance += by_chance * (1 - by_chance)
    return found, expected, variance


@given(graphs())
def test_companions_are_counted_as_by_hand(graph):
    counted = count_companions(graph.arrays, graph.family, FAMILIES, POPULATION, 1)
    for s in range(len(graph.bearers)):
        for family in range(FAMILIES):
            assert counted[:, s, family] == pytest.approx(slow_companions(graph, s, family), abs=1e-12)


@given(graphs(), st.sampled_from([2, 3]))
def test_companions_do_not_depend_on_the_blocks(graph, n_blocks):
    one, several = (count_companions(graph.arrays, graph.family, FAMILIES, POPULATION, n) for n in (1, n_blocks))
    assert one.tobytes() == several.tobytes()


# --- chance_of_at_least -------------------------------------------------------------------------------------------


@given(st.integers(-2, 300), st.integers(0, 250), st.floats(0, 1))
def test_chance_is_the_tail_of_a_binomial(wanted, trials, chance):
    assert chance_of_at_least(wanted, trials, chance) == pytest.approx(binom.sf(wanted - 1, trials, chance), abs=1e-9)


@pytest.mark.parametrize(
    ("wanted", "trials", "chance"),
    [(2_600, 25_000, 0.1), (2_400, 25_000, 0.1), (25_000, 25_000, 0.1), (260_000, 1_000_000, 0.25), (3, 5_000, 1e-9)],
)
def test_chance_holds_for_the_largest_rings(wanted, trials, chance):
    """Each single outcome of 25,000 trials is rarer than the smallest number."""
    assert chance_of_at_least(wanted, trials, chance) == pytest.approx(binom.sf(wanted - 1, trials, chance), rel=1e-6)


# --- connected_pairs ----------------------------------------------------------------------------------------------


def slow_connected(graph: Graph, s: int, trusted: np.ndarray, n_accounts: int, surprise: float) -> float:
    """Share of the pairs of s that surprising trusted signals of other families connect, however indirectly."""
    members = graph.bearers[s]
    meets = (len(members) - 1) / (n_accounts - 1)
    web = nx.Graph()
    web.add_nodes_from(members)
    for t, bearers in enumerate(graph.bearers):
        inside = sorted(set(bearers) & set(members))
        if trusted[t] and graph.family[t] != graph.family[s] and len(inside) > 1:
            chance = binom.sf(len(inside) - 2, len(bearers) - 1, meets)
            if chance <= surprise:
                nx.add_path(web, inside)
    pairs = sum(len(part) * (len(part) - 1) for part in nx.connected_components(web))
    return pairs / (len(members) * (len(members) - 1))


@given(graphs(), st.integers(0, 2**10 - 1), st.sampled_from([0.0123, 0.123, 0.777]))
def test_connected_pairs_are_those_of_a_graph_library(graph, trust, surprise):
    trusted = np.array([trust >> s & 1 for s in range(len(graph.bearers))], dtype=np.bool_)
    share = connected_pairs(graph.arrays, graph.family, trusted, POPULATION, surprise, 1)
    by_hand = [slow_connected(graph, s, trusted, POPULATION, surprise) for s in range(len(graph.bearers))]
    assert share == pytest.approx(by_hand)


@given(graphs(), st.sampled_from([2, 3]))
def test_connected_pairs_do_not_depend_on_the_blocks(graph, n_blocks):
    trusted = np.ones(len(graph.bearers), dtype=np.bool_)
    one, several = (
        connected_pairs(graph.arrays, graph.family, trusted, POPULATION, 0.1, blocks) for blocks in (1, n_blocks)
    )
    assert one.tobytes() == several.tobytes()


def test_a_root_is_found_along_a_long_path():
    parent = np.maximum(np.arange(100, dtype=np.int32) - 1, 0)
    assert {root_of(parent, node) for node in range(99, -1, -1)} == {0}


# --- link_group ---------------------------------------------------------------------------------------------------


def links_of(members, *, clique_size: int = 8, links_per_account: int = 6, keys: np.ndarray = KEYS) -> list:
    members = np.array(sorted(members), dtype=np.int32)
    n = n_group_links(len(members), clique_size, links_per_account)
    source, target = np.full(n, -1, dtype=np.int32), np.full(n, -1, dtype=np.int32)
    link_group(members, keys, clique_size, links_per_account, source, target)
    return list(zip(source.tolist(), target.tolist(), strict=True))


@given(st.sets(st.integers(0, 999), min_size=2, max_size=8))
def test_a_small_group_is_linked_pair_by_pair(members):
    assert links_of(members) == list(combinations(sorted(members), 2))


@given(st.sets(st.integers(0, 999), min_size=9, max_size=60))
def test_a_large_group_has_a_few_links_an_account_and_holds_together(members):
    links = links_of(members)
    assert len(links) == 3 * len(members)
    assert all(source < target for source, target in links)
    web = nx.Graph(links)
    assert set(web) == members
    assert nx.is_connected(web)
    assert max(dict(web.degree).values()) <= 6


def test_a_sparse_group_survives_the_loss_of_a_third_of_its_accounts():
    web = nx.Graph(links_of(range(3000)))
    web.remove_nodes_from(range(0, 3000, 3))
    assert len(max(nx.connected_components(web), key=len)) > 0.99 * 2000


@given(st.sets(st.integers(0, 999), min_size=9, max_size=40), st.integers(1, 5000))
def test_links_follow_the_keys_and_not_the_numbers_of_accounts(members, shift):
    """Accounts that come before others move all numbers; who is linked with whom stays."""
    moved = links_of([member + shift for member in members], keys=np.roll(KEYS, shift))
    assert sorted((source - shift, target - shift) for source, target in moved) == sorted(links_of(members))


# --- candidate pairs ----------------------------------------------------------------------------------------------


def slow_conjunctions(graph: Graph, s: int, bits: np.ndarray, needed: int) -> dict[int, tuple[int, ...]]:
    """Later signals that together with s are enough for an edge, and who bears both."""
    return {
        t: tuple(shared)
        for t in range(s + 1, len(graph.bearers))
        if len(shared := sorted(set(graph.bearers[s]) & set(graph.bearers[t]))) > 1
        and bits[t] > 0
        and bits[s] + bits[t] >= needed
        and (graph.family[t] != graph.family[s] or graph.adds_up[s])
    }


@given(graphs_with_bits())
def test_conjunctions_are_those_found_by_trying_all(case):
    graph, bits, _, needed = case
    scratch = (np.zeros(len(bits), dtype=np.int32), np.zeros(len(bits), dtype=np.int32))
    for s in range(len(bits)):
        grouped, starts = gather_conjunctions(s, graph.arrays, graph.independent, bits, needed, scratch)
        groups = [tuple(part.tolist()) for part in np.split(grouped, starts[1:-1])] if len(starts) > 1 else []
        assert sorted(groups) == sorted(slow_conjunctions(graph, s, bits, needed).values())
        assert not scratch[0].any()
        assert not scratch[1].any()


def candidates(graph: Graph, bits, passes, needed, n_blocks: int = 1, clique_size: int = 8) -> set[tuple[int, int]]:
    """What the two passes of the kernel find: the pairs, each once."""
    arguments = (graph.arrays, graph.independent, (passes, bits, needed), (KEYS, clique_size, 6))
    count, _, _ = candidate_pairs(*arguments, NOTHING_YET, n_blocks)
    first = np.cumsum([0, *count])
    again, source, target = candidate_pairs(*arguments, first, n_blocks)
    assert count.tolist() == again.tolist()
    return set(zip(source.tolist(), target.tolist(), strict=True))


def slow_candidates(graph: Graph, bits, passes, needed, clique_size: int = 8) -> set[tuple[int, int]]:
    groups = [graph.bearers[s] for s in np.flatnonzero(passes)]
    for s in np.flatnonzero(bits > 0):
        groups += slow_conjunctions(graph, s, bits, needed).values()
    return {pair for group in groups for pair in links_of(group, clique_size=clique_size)}


@given(graphs_with_bits())
def test_candidates_are_the_pairs_of_passing_signals_and_of_conjunctions(case):
    graph, bits, passes, needed = case
    assert candidates(graph, bits, passes, needed, clique_size=20) == slow_candidates(
        graph, bits, passes, needed, clique_size=20
    )


@given(graphs_with_bits())
def test_candidates_of_large_groups_are_their_sparse_links(case):
    graph, bits, passes, needed = case
    found, wanted = (which(graph, bits, passes, needed, clique_size=3) for which in (candidates, slow_candidates))
    small = {pair for s in np.flatnonzero(passes) if graph.degree(s) <= 3 for pair in combinations(graph.bearers[s], 2)}
    assert found <= wanted
    assert wanted - found <= small  # a conjunction inside a group that is linked pair by pair adds nothing


@given(graphs_with_bits(), st.sampled_from([2, 3]))
def test_candidates_do_not_depend_on_the_blocks(case, n_blocks):
    graph, bits, passes, needed = case
    assert candidates(graph, bits, passes, needed, 1) == candidates(graph, bits, passes, needed, n_blocks)


# --- pair_evidence ------------------------------------------------------------------------------------------------


def slow_evidence(graph: Graph, pair: tuple[int, int], bits: np.ndarray) -> tuple[int, int]:
    """The strongest signal of each family, a quarter of the others, and in full those that add up."""
    shared = [s for s in sorted(graph.signals_of(pair[0]) & graph.signals_of(pair[1])) if bits[s] > 0]
    total = sum(int(bits[s]) for s in shared if graph.adds_up[s])
    for family in range(FAMILIES):
        mine = sorted(int(bits[s]) for s in shared if graph.family[s] == family and not graph.adds_up[s])
        if mine:
            total += mine[-1] + int(Fraction(*FURTHER) * sum(mine[:-1]) // 1)
    return total, sum({1 << int(graph.family[s]) for s in shared})


def evidence(graph: Graph, pairs, bits: np.ndarray, n_blocks: int) -> list[tuple[int, int]]:
    ends = np.array(pairs, dtype=np.int32).reshape(-1, 2)
    source, target = (np.ascontiguousarray(column) for column in ends.T)
    found = pair_evidence((source, target), graph.arrays[:2], graph.independent, bits, FURTHER, n_blocks)
    return list(zip(*(each.tolist() for each in found), strict=True))


@given(graphs_with_bits())
def test_evidence_is_summed_as_by_hand(case):
    graph, bits, _, _ = case
    pairs = list(combinations(range(graph.n_accounts), 2))
    assert evidence(graph, pairs, bits, 1) == [slow_evidence(graph, pair, bits) for pair in pairs]


@given(graphs_with_bits(), st.sampled_from([2, 3]))
def test_evidence_does_not_depend_on_the_blocks(case, n_blocks):
    graph, bits, _, _ = case
    pairs = list(combinations(range(graph.n_accounts), 2))
    assert evidence(graph, pairs, bits, 1) == evidence(graph, pairs, bits, n_blocks)


def test_one_more_shared_signal_never_lowers_the_evidence():
    graph = Graph(2, ((0, 1),) * 3, np.array([0, 0, 1], dtype=np.int8), np.zeros(3, dtype=np.bool_))
    with_bits = [np.array(bits, dtype=np.int64) * BIT for bits in ([5, 0, 0], [5, 4, 0], [5, 9, 0], [5, 9, 2])]
    totals = [evidence(graph, [(0, 1)], bits, 1)[0][0] for bits in with_bits]
    assert totals == [5 * BIT, 6 * BIT, 10.25 * BIT, 12.25 * BIT]
