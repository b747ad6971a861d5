"""The projection against networkx, and what a popular value costs: no more than any other sightings."""

from dataclasses import replace
from fractions import Fraction

import networkx as nx
import numpy as np
import pytest
import worlds
from graphs import as_graph
from hypothesis import given
from hypothesis import strategies as st
from networkx.algorithms.bipartite import projected_graph
from oracles import plain
from worlds import among, sightings, stages

from graphlink.config.method import Method
from graphlink.graph.bipartite import build_bipartite
from graphlink.graph.projection import project_accounts
from graphlink.model.calibration import Calibration
from graphlink.model.graph import BIT_SCALE, MOST_FAMILIES, SignalTest
from graphlink.model.signals import Provenance, SignalType

METHOD = Method()
CALIBRATION = Calibration(n_accounts=1000, base_rate=0.0, prior_bits=5.0, threshold_bits=8.0)
NEEDED = 8 * BIT_SCALE
SIGNALS = st.tuples(
    st.sampled_from(["card", "device", "ip", "ip24", "email_domain", "template"]), st.sampled_from("abc")
)
ROWS = st.lists(st.tuples(st.integers(10, 24), SIGNALS), min_size=1, max_size=60).map(
    lambda pairs: [(f"a{account}", *signal, -1) for account, signal in pairs]
)


def draw_outcome(bipartite, draw) -> SignalTest:
    """A signal test with drawn outcomes: as many bits as an edge needs where a signal passes."""
    n = bipartite.n_signals
    passes = np.array(draw(st.lists(st.booleans(), min_size=n, max_size=n)), dtype=np.bool_)
    bits = np.array(draw(st.lists(st.integers(0, NEEDED - 1), min_size=n, max_size=n)), dtype=np.int64)
    return outcome(passes, np.where(passes, bits + NEEDED, bits))


def outcome(passes, bits) -> SignalTest:
    nothing = np.zeros(len(bits))
    return SignalTest(
        observed=nothing,
        expected=nothing,
        coordinated_share=nothing,
        lower_bound=nothing,
        family=np.zeros(len(bits), dtype=np.int8),
        passes=passes,
        bits=bits,
        siblings=np.zeros(len(bits), dtype=np.int32),
        stock=np.full(len(bits), -1, dtype=np.int32),
    )


def projected(bipartite, groups) -> set[frozenset[int]]:
    """Every pair of accounts that are in any of the groups together, by networkx."""
    graph = nx.Graph()
    graph.add_nodes_from(range(bipartite.n_accounts))
    for number, group in enumerate(groups):
        graph.add_edges_from((account, ("group", number)) for account in group)
    return set(map(frozenset, projected_graph(graph, range(bipartite.n_accounts)).edges))


def full_projection(bipartite) -> set[frozenset[int]]:
    """Every pair of accounts that share any signal."""
    return projected(bipartite, as_graph(bipartite).bearers)


def edges(projection) -> list[tuple[int, int]]:
    return list(zip(projection.source.tolist(), projection.target.tolist(), strict=True))


# --- against networkx ---------------------------------------------------------------------------------------------


@given(ROWS)
def test_where_all_signals_pass_and_groups_are_small_it_is_the_full_projection(rows):
    bipartite = build_bipartite(sightings(rows))
    n = bipartite.n_signals
    test = outcome(np.ones(n, dtype=np.bool_), np.full(n, NEEDED, dtype=np.int64))
    projection = project_accounts(bipartite, test, CALIBRATION, METHOD.model_copy(update={"clique_size": 100}))
    assert set(map(frozenset, edges(projection))) == full_projection(bipartite)


@given(ROWS, st.data())
def test_small_groups_are_linked_as_networkx_links_passing_signals_and_conjunctions(rows, data):
    """A conjunction is as good as a signal that those have who bear both."""
    bipartite = build_bipartite(sightings(rows))
    test = draw_outcome(bipartite, data.draw)
    projection = project_accounts(bipartite, test, CALIBRATION, METHOD.model_copy(update={"clique_size": 100}))
    graph = as_graph(bipartite)
    groups = plain.groups(graph, test.bits, test.passes, NEEDED)
    pairs = {tuple(sorted(pair)) for pair in projected(bipartite, groups)}
    quarter = Fraction(64, 256)
    assert edges(projection) == sorted(
        pair for pair in pairs if plain.evidence(graph, pair, test.bits, quarter)[0] >= NEEDED
    )


@given(ROWS, st.data())
def test_edges_are_sorted_distinct_and_beat_the_odds_by_what_their_accounts_share(rows, data):
    bipartite = build_bipartite(sightings(rows))
    test = draw_outcome(bipartite, data.draw)
    projection = project_accounts(bipartite, test, CALIBRATION, METHOD)
    graph, pairs = as_graph(bipartite), edges(projection)
    assert pairs == sorted(set(pairs))
    assert all(source < target for source, target in pairs)
    assert (projection.bits >= NEEDED).all()
    assert set(map(frozenset, pairs)) <= full_projection(bipartite)
    found = zip(projection.bits.tolist(), projection.families.tolist(), strict=True)
    for pair, figures in zip(pairs, found, strict=True):
        assert figures == plain.evidence(graph, pair, test.bits, Fraction(64, 256))


# --- on named worlds ----------------------------------------------------------------------------------------------


def test_strangers_behind_a_carrier_are_not_linked():
    assert not {pair for pair in stages(among(worlds.carrier_nat)).edges() if pair[0][0] == pair[1][0] == "n"}


def test_members_of_two_rings_are_not_linked_with_each_other():
    between = [pair for pair in stages(among(worlds.two_rings)).edges() if {pair[0][0], pair[1][0]} == {"a", "b"}]
    assert not between


def test_a_chain_is_linked_link_by_link():
    linked = {pair for pair in stages(among(worlds.chain)).edges() if pair[0] in {"c1", "c2", "c3", "c4", "c5"}}
    assert linked == {("c1", "c2"), ("c2", "c3"), ("c3", "c4"), ("c4", "c5")}


def test_cards_add_up_and_addresses_do_not():
    """Two cards are twice the evidence; two addresses of one network are a quarter more."""
    rows = worlds.rows("card x: ann bob\n card y: ann bob\n ip v: cat dan\n ip w: cat dan\n device z: ann bob cat dan")
    bipartite = build_bipartite(sightings(rows))
    bits = np.full(bipartite.n_signals, 4 * BIT_SCALE, dtype=np.int64)
    projection = project_accounts(bipartite, outcome(np.zeros(5, dtype=np.bool_), bits), CALIBRATION, METHOD)
    found = dict(zip(edges(projection), (projection.bits / BIT_SCALE).tolist(), strict=True))
    assert found[0, 1] == 12
    assert found[2, 3] == 9


def test_as_many_families_as_there_may_be_are_told_apart():
    """The last family is the highest bit of the mask, and no sign."""
    kinds = tuple(SignalType(f"t{i:02d}", f"f{i:02d}", Provenance.OBSERVED) for i in range(MOST_FAMILIES))
    named = sightings([(account, "ip", f"v{i:02d}", -1) for i in range(MOST_FAMILIES) for account in ("ann", "bob")])
    world = replace(named, types=kinds, signal_type=np.arange(MOST_FAMILIES, dtype=np.int16))
    bipartite = build_bipartite(world)
    bits = np.full(MOST_FAMILIES, NEEDED, dtype=np.int64)
    projection = project_accounts(bipartite, outcome(bits > 0, bits), CALIBRATION, METHOD)
    assert projection.families.tolist() == [2**MOST_FAMILIES - 1]
    assert projection.bits.tolist() == [MOST_FAMILIES * NEEDED]


# --- what popularity costs ----------------------------------------------------------------------------------------

CROWD = 25_000


def popular(*values: str) -> list[worlds.Row]:
    return [(f"p{i:05d}", *value.split(), -1) for value in values for i in range(CROWD)]


@pytest.fixture(scope="module")
def one_popular_value():
    return build_bipartite(sightings(popular("template stem")))


@pytest.fixture(scope="module")
def two_popular_values():
    return build_bipartite(sightings(popular("template stem", "ip exit")))


def test_one_passing_value_on_25000_accounts_makes_three_edges_an_account(one_popular_value):
    test = outcome(np.array([True]), np.array([NEEDED]))
    projection = project_accounts(one_popular_value, test, CALIBRATION, METHOD)
    assert 2.9 * CROWD < projection.n_edges <= 3 * CROWD
    assert nx.is_connected(nx.Graph(edges(projection)))


@pytest.mark.parametrize("passes", [(False, False), (True, False), (True, True)])
def test_two_popular_values_on_the_same_accounts_cost_a_few_edges_an_account_each(two_popular_values, passes):
    """Their conjunction is one more group; where a value passes, its own links are the same ones."""
    test = outcome(np.array(passes), np.where(passes, NEEDED, NEEDED // 2))
    projection = project_accounts(two_popular_values, test, CALIBRATION, METHOD)
    assert 2.9 * CROWD < projection.n_edges <= 3 * CROWD


def test_a_value_on_25000_accounts_adds_no_edge_among_25000_others():
    """Real traffic: a carrier with 25,000 customers beside rings and households."""
    without = stages((*among(worlds.two_rings, CROWD),))
    nat = [(f"crowd-{i:05d}", "ip", "100.64.0.1", -1) for i in range(CROWD)]
    with_carrier = stages((*among(worlds.two_rings, CROWD), *nat), calibration=without.calibration)
    assert with_carrier.bipartite.degree.max() >= CROWD
    assert with_carrier.projection.n_edges <= without.projection.n_edges


def test_an_edge_needs_what_the_calibration_says():
    world = stages(among(worlds.two_rings))
    needed = float(world.projection.bits.max()) / BIT_SCALE
    strict = project_accounts(world.bipartite, world.test, replace(world.calibration, threshold_bits=needed), METHOD)
    assert 0 < strict.n_edges < world.projection.n_edges
    assert set(edges(strict)) <= set(edges(world.projection))
    assert strict.bits.min() >= needed * BIT_SCALE
