"""Each compiled loop against its plain twin, on random small graphs, and in any number of blocks."""

from fractions import Fraction
from itertools import combinations, pairwise

import networkx as nx
import numpy as np
import pytest
from graphs import COUNTRIES, FAMILIES, Graph, graphs, graphs_with_bits
from hypothesis import given
from hypothesis import strategies as st
from oracles import plain
from scipy.stats import binom

from graphlink.engine.kernels.basic import (
    build_rows,
    chance_of_at_least,
    count_bearers,
    count_links,
    find_components,
    find_homes,
    is_likely,
    note_times,
    number_pairs,
    order_groups,
    take_entries,
    widen_extents,
)
from graphlink.engine.kernels.pairs import (
    candidate_pairs,
    find_losses,
    gather_conjunctions,
    link_group,
    n_group_links,
    pair_evidence,
)
from graphlink.engine.kernels.signal_test import (
    NOT_ASKED,
    Population,
    Voices,
    connected_pairs,
    count_accompanied,
    side_by_side,
    sum_reach,
)
from graphlink.model.graph import BIT_SCALE, Reached

POPULATION = 1000
KEYS = np.random.default_rng(5).integers(0, 2**64, 10_000, dtype=np.uint64)
FURTHER = Fraction(64, 256)
SEVERAL = st.sampled_from([2, 3])


# --- build_rows, order_groups, find_components -----------------------------------------------------------------------


@given(graphs(), st.integers(0, 2**10 - 1), st.integers(1, 3))
def test_rows_are_laid_out_both_ways(graph, choice, n_blocks):
    chosen = [s for s in range(len(graph.bearers)) if choice >> s & 1]
    rows = [(i, s) for i, row in enumerate(graph.borne) for s in sorted(row)]
    account, signal = np.array(rows, dtype=np.int32).reshape(-1, 2).T.copy()
    number = np.full(len(graph.bearers), -1, dtype=np.int32)
    number[chosen] = np.arange(len(chosen))
    account_start, signals, signal_start, accounts, row = build_rows(
        account, signal, number, graph.n_accounts, graph.degree[chosen], n_blocks
    )
    assert [signals[low:high].tolist() for low, high in pairwise(account_start)] == [
        [chosen.index(s) for s in sorted(row) if s in chosen] for row in graph.borne
    ]
    assert [accounts[low:high].tolist() for low, high in pairwise(signal_start)] == [
        sorted(graph.bearers[s]) for s in chosen
    ]
    assert account[row].tolist() == accounts.tolist()
    assert number[signal[row]].tolist() == np.repeat(np.arange(len(chosen)), graph.degree[chosen]).tolist()


@given(
    st.lists(st.integers(-1, 2), min_size=6, max_size=6),
    st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)).filter(lambda pair: pair[0] != pair[1])),
)
def test_links_are_counted_within_communities(community, links):
    source, target = np.array(links, dtype=np.int32).reshape(-1, 2).T.copy()
    n_links = np.zeros(6, dtype=np.int64)
    count_links(source, target, np.array(community, dtype=np.int32), n_links)
    ends = [pair for a, b in links if community[a] == community[b] >= 0 for pair in ((a, b), (b, a))]
    assert n_links.tolist() == [sum(mine == i for mine, _ in ends) for i in range(6)]


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 4))))
def test_pairs_are_numbered_by_group_and_then_by_value(entries):
    entries = sorted(entries)  # by value
    value, group = np.array(entries, dtype=np.int32).reshape(-1, 2).T.copy()
    pair, groups, values, n_entries = number_pairs(group, value, 5)
    pairs = sorted({(g, v) for v, g in entries})
    assert list(zip(groups.tolist(), values.tolist(), strict=True)) == pairs
    assert pair.tolist() == [pairs.index((g, v)) for v, g in entries]
    assert n_entries.tolist() == [sum((v, g) == (value, group) for value, group in entries) for g, v in pairs]


@given(st.lists(st.integers(-1, 5)))
def test_groups_are_ordered_as_by_a_stable_sort(groups):
    order, starts = order_groups(np.array(groups, dtype=np.int32), 6)
    mine = [[entry for entry, each in enumerate(groups) if each == group] for group in range(6)]
    assert [order[low:high].tolist() for low, high in pairwise(starts)] == mine


@given(st.sets(st.tuples(st.integers(0, 11), st.integers(0, 11))))
def test_components_are_those_of_a_graph_library(pairs):
    source, target = np.array(sorted(pairs), dtype=np.int32).reshape(-1, 2).T.copy()
    component, n_components = find_components(source, target, 12)
    whole = nx.Graph(pairs)
    whole.add_nodes_from(range(12))
    found = sorted(nx.connected_components(whole), key=min)
    assert n_components == len(found)
    assert component.tolist() == [next(c for c, nodes in enumerate(found) if node in nodes) for node in range(12)]


def one_voice(family, n_families=FAMILIES):
    """Each family speaks with all of its signals."""
    return Voices(np.arange(n_families, dtype=np.int8), np.full(len(family), -1, dtype=np.int8))


# --- count_accompanied ---------------------------------------------------------------------------------------------


@given(graphs(), SEVERAL)
def test_companions_are_counted_as_by_hand_in_any_number_of_blocks(graph, n_blocks):
    population = graph.population(POPULATION)
    asked = graph.arrays, graph.reached, one_voice(graph.family), population
    counted, again = (count_accompanied(*asked, n) for n in (1, n_blocks))
    assert counted.tobytes() == again.tobytes()
    for s in range(len(graph.bearers)):
        for family in range(FAMILIES):
            assert counted[:, s, family] == pytest.approx(plain.companions(graph, s, family, population), abs=1e-12)


@given(graphs(), st.data())
def test_a_second_voice_is_what_its_signals_alone_would_say(graph, data):
    """Of every other family: as if the signals that do not speak with it were nobody's."""
    population = graph.population(POPULATION)
    links = np.array(data.draw(st.lists(st.booleans(), min_size=len(graph.family), max_size=len(graph.family))))
    second = np.where(links, graph.family + FAMILIES, -1).astype(np.int8)
    voices = Voices(np.tile(np.arange(FAMILIES, dtype=np.int8), 2), second)
    both = count_accompanied(graph.arrays, graph.reached, voices, population, 1)
    account_start, signals, *columns = graph.arrays
    alone = (*take_entries((account_start, signals), links), *columns)
    one, other = (
        count_accompanied(arrays, graph.reached, one_voice(graph.family), population, 1)
        for arrays in (graph.arrays, alone)
    )
    assert both.tobytes() == np.concatenate([one, other], axis=2).tobytes()


def test_a_group_that_is_looked_up_in_several_turns_is_counted_whole():
    """Two hundred accounts share a card and, two by two, a device."""
    pairs, n = 100, 200
    card, device = np.zeros(n, dtype=np.int32), 1 + np.repeat(np.arange(pairs), 2).astype(np.int32)
    arrays = (
        2 * np.arange(n + 1),
        np.column_stack([card, device]).ravel(),
        np.concatenate([[0], n + 2 * np.arange(pairs + 1)]),
        np.tile(np.arange(n, dtype=np.int32), 2),
    )
    family, degree = np.minimum(np.arange(pairs + 1), 1).astype(np.int8), np.diff(arrays[2]).astype(np.int32)
    nowhere = np.full(pairs + 1, -1, dtype=np.int32)
    reached = Reached(family, degree, nowhere, np.zeros_like(nowhere))
    population = Population(POPULATION, np.full(n, -1, dtype=np.int32), np.zeros(0))
    counted = count_accompanied(arrays, reached, one_voice(family, 2), population, 1)
    assert counted[0].tolist() == [[0, n]] + [[2, 0]] * pairs
    everything, speaker = np.ones(pairs + 1, dtype=np.bool_), np.ones(pairs + 1, dtype=np.int8)
    connected, _ = connected_pairs(arrays, reached, everything, speaker, population, (0.3, 4, 20), 1)
    assert connected[0] == pytest.approx(2 * pairs / (n * (n - 1)))


@given(graphs())
def test_reach_counts_the_others_of_each_signal(graph):
    reach = sum_reach(graph.arrays[:2], side_by_side(graph.reached), one_voice(graph.family), graph.country, 2)
    for i, row in enumerate(graph.borne):
        for family in range(FAMILIES):
            mine = [t for t in row if graph.family[t] == family]
            homes = [graph.home(t) for t in mine]
            compatriots = sum(n - 1 for home, n in homes if graph.country[i] == home >= 0)
            assert reach[i, family].tolist() == [compatriots, sum(graph.degree[t] - 1 for t in mine) - compatriots]


@given(graphs())
def test_what_is_local_is_at_home_where_most_are(graph):
    _, _, signal_start, accounts = graph.arrays
    home, at_home = find_homes(signal_start, accounts, graph.local, graph.country, COUNTRIES)
    assert list(zip(home.tolist(), at_home.tolist(), strict=True)) == [graph.home(s) for s in range(len(graph.bearers))]


@given(graphs(), st.integers(0, 2**10 - 1))
def test_entries_that_are_not_chosen_are_left_out(graph, choice):
    chosen = np.array([choice >> s & 1 for s in range(len(graph.bearers))], dtype=np.bool_)
    starts, signals = take_entries(graph.arrays[:2], chosen)
    kept = [signals[low:high].tolist() for low, high in pairwise(starts)]
    assert kept == [[t for t in sorted(row) if chosen[t]] for row in graph.borne]


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


@given(st.integers(1, 300), st.integers(1, 250), st.floats(0, 1), st.floats(0.001, 0.9))
def test_bounds_tell_what_the_tail_of_a_binomial_tells(wanted, trials, chance, surprise):
    assert is_likely(wanted, trials, chance, surprise) == (chance_of_at_least(wanted, trials, chance) > surprise)


# --- count_bearers ------------------------------------------------------------------------------------------------


@given(st.lists(st.integers(0, 9), max_size=30))
def test_bearers_are_counted_as_numpy_counts(signals):
    counted = count_bearers(np.array(signals, dtype=np.int32), 10)
    assert counted.tolist() == np.bincount(np.array(signals, dtype=np.int64), minlength=10).tolist()


# --- connected_pairs ----------------------------------------------------------------------------------------------


@given(
    graphs(),
    st.integers(0, 2**10 - 1),
    st.sampled_from([0.0123, 0.123, 0.777]),
    st.sampled_from([2, 4]),
    st.sampled_from([2, 3, 20]),
    SEVERAL,
)
def test_connected_pairs_are_those_of_a_graph_library(graph, trust, surprise, smallest, typical, n_blocks):
    trusted = np.array([trust >> s & 1 for s in range(len(graph.bearers))], dtype=np.bool_)
    speaker = np.array([s % (FAMILIES + 1) for s in range(len(graph.bearers))], dtype=np.int8)
    speaker[speaker == FAMILIES] = NOT_ASKED
    limits = (surprise, smallest, typical)
    population = graph.population(POPULATION)
    asked = graph.arrays, graph.reached, trusted, speaker, population, limits
    (pairs, company), again = (connected_pairs(*asked, n) for n in (1, n_blocks))
    assert again.tobytes() == np.array([pairs, company]).tobytes()
    for s, bearers in enumerate(graph.bearers):
        by_hand = plain.connected(graph, s, trusted, population, surprise) if len(bearers) >= smallest else 0
        assert pairs[s] == pytest.approx(by_hand)
        if smallest <= len(bearers) > typical and speaker[s] != NOT_ASKED:
            found = plain.pieces(graph, s, trusted, population, surprise)
            by_hand = plain.in_company(graph, s, found, speaker[s], population, typical)
        assert company[s] == pytest.approx(by_hand)


# --- link_group ---------------------------------------------------------------------------------------------------


def linked(members, keys: np.ndarray = KEYS, clique_size: int = 8, links_per_account: int = 6) -> list:
    group = np.array(sorted(members), dtype=np.int32)
    n = n_group_links(len(group), clique_size, links_per_account)
    source, target = np.full(n, -1, dtype=np.int32), np.full(n, -1, dtype=np.int32)
    link_group(group, keys, clique_size, links_per_account, source, target)
    return list(zip(source.tolist(), target.tolist(), strict=True))


@given(st.sets(st.integers(0, 999), min_size=2, max_size=40), st.integers(2, 12), st.sampled_from([2, 4, 6]))
def test_a_group_is_linked_as_by_hand(members, clique_size, links_per_account):
    by_hand = plain.links(members, KEYS, clique_size, links_per_account)
    assert linked(members, KEYS, clique_size, links_per_account) == by_hand


@given(st.sets(st.integers(0, 999), min_size=9, max_size=60))
def test_a_large_group_has_a_few_links_an_account_and_holds_together(members):
    links = linked(members)
    assert len(links) == 3 * len(members)
    assert all(source < target for source, target in links)
    web = nx.Graph(links)
    assert set(web) == members
    assert nx.is_connected(web)
    assert max(dict(web.degree).values()) <= 6


def test_a_sparse_group_survives_the_loss_of_a_third_of_its_accounts():
    web = nx.Graph(linked(range(3000)))
    web.remove_nodes_from(range(0, 3000, 3))
    assert len(max(nx.connected_components(web), key=len)) > 0.99 * 2000


@given(st.sets(st.integers(0, 999), min_size=9, max_size=40), st.integers(1, 5000))
def test_links_follow_the_keys_and_not_the_numbers_of_accounts(members, shift):
    """Accounts that come before others move all numbers; who is linked with whom stays."""
    moved = linked([member + shift for member in members], np.roll(KEYS, shift))
    assert sorted((source - shift, target - shift) for source, target in moved) == sorted(linked(members))


# --- candidate pairs ----------------------------------------------------------------------------------------------


UNLIMITED = (np.empty(0, dtype=np.uint64), 0)


@given(graphs_with_bits(), st.integers(1, 4))
def test_of_too_many_conjunctions_those_with_small_hashes_are_kept(case, most):
    graph, bits, _, needed = case
    scratch = (np.zeros(len(bits), dtype=np.uint64), *np.empty((2, 100), dtype=np.int64))
    for s in range(len(bits)):
        found = plain.conjunctions(graph, s, bits, needed)
        for kept in range(64, -1, -1):
            left = {t: group for t, group in found.items() if int(KEYS[t]) < 2**kept}
            if sum(map(len, left.values())) <= most * len(graph.bearers[s]):
                break
        heard = (KEYS[: len(bits)], most)
        grouped, starts, limited = gather_conjunctions(s, graph.arrays, graph.independent, bits, needed, heard, scratch)
        groups = [tuple(part.tolist()) for part in np.split(grouped, starts[1:-1])] if len(starts) > 1 else []
        assert sorted(groups) == sorted(tuple(sorted(group)) for group in left.values())
        assert limited == (left != found)


@given(graphs_with_bits())
def test_conjunctions_are_those_found_by_trying_all(case):
    graph, bits, _, needed = case
    scratch = (np.zeros(len(bits), dtype=np.uint64), *np.empty((2, 100), dtype=np.int64))
    for s in range(len(bits)):
        grouped, starts, _ = gather_conjunctions(s, graph.arrays, graph.independent, bits, needed, UNLIMITED, scratch)
        found = [tuple(part.tolist()) for part in np.split(grouped, starts[1:-1])] if len(starts) > 1 else []
        by_hand = plain.conjunctions(graph, s, bits, needed).values()
        assert sorted(found) == sorted(tuple(sorted(group)) for group in by_hand)


def candidates(case, clique_size: int, n_blocks: int = 1) -> list[tuple[int, int]]:
    graph, bits, passes, needed = case
    linking = (KEYS, clique_size, 6)
    heard = (lambda: KEYS[: len(bits)], 1000)
    pairs, n_limited = candidate_pairs(
        graph.arrays, graph.independent, (passes, bits, needed), linking, heard, n_blocks
    )
    assert n_limited == 0
    return list(zip((pairs >> 32).tolist(), (pairs & 0xFFFFFFFF).tolist(), strict=True))


def plain_candidates(case, clique_size: int) -> set[tuple[int, int]]:
    return {pair for group in plain.groups(*case) for pair in plain.links(group, KEYS, clique_size)}


@given(graphs_with_bits())
def test_candidates_are_the_pairs_of_passing_signals_and_of_conjunctions(case):
    assert set(candidates(case, clique_size=20)) == plain_candidates(case, clique_size=20)


@given(graphs_with_bits())
def test_candidates_of_large_groups_are_their_sparse_links(case):
    graph, _, passes, _ = case
    found, by_hand = set(candidates(case, clique_size=3)), plain_candidates(case, clique_size=3)
    small = [graph.bearers[s] for s in np.flatnonzero(passes) if len(graph.bearers[s]) <= 3]
    there_already = {pair for group in small for pair in combinations(sorted(group), 2)}
    assert found <= by_hand
    assert by_hand - found <= there_already  # a conjunction inside a group that is linked pair by pair adds nothing


def test_accounts_that_share_very_much_are_looked_at_once_for_each_value():
    """Ten researchers ran one benchmark: its thousand prompts, two by two, gave fifteen million links of 45 pairs."""
    n = 200
    plain_signals = np.zeros(n, dtype=np.bool_)
    family, country = np.arange(n, dtype=np.int8) % 2, np.full(10, -1, dtype=np.int32)
    graph = Graph(10, (frozenset(range(10)),) * n, family, plain_signals, plain_signals, country)
    bits = np.full(n, BIT_SCALE, dtype=np.int64)
    found = candidates((graph, bits, plain_signals, 2 * BIT_SCALE), clique_size=20)
    assert set(found) == set(combinations(range(10), 2))
    assert len(found) < 2 * 45 * n  # of a few values it is not looked for


@given(graphs_with_bits(), SEVERAL, st.integers(1, 20))
def test_candidates_depend_neither_on_the_blocks_nor_on_how_many_are_made_at_a_time(case, n_blocks, at_a_time):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("graphlink.engine.kernels.pairs.AT_A_TIME", at_a_time)
        found = candidates(case, 4, n_blocks)
    assert found == candidates(case, 4)


# --- pair_evidence ------------------------------------------------------------------------------------------------


def evidence(graph: Graph, pairs, bits: np.ndarray, n_blocks: int = 1) -> list[tuple[int, int]]:
    ends = np.array(pairs, dtype=np.int32).reshape(-1, 2)
    source, target = (np.ascontiguousarray(column) for column in ends.T)
    shares = (FURTHER.numerator, FURTHER.denominator)
    found = pair_evidence((source, target), graph.arrays[:2], graph.independent, bits, shares, n_blocks)
    return list(zip(*(each.tolist() for each in found), strict=True))


@given(graphs_with_bits(), SEVERAL)
def test_evidence_is_summed_as_by_hand(case, n_blocks):
    graph, bits, _, _ = case
    pairs = list(combinations(range(graph.n_accounts), 2))
    assert evidence(graph, pairs, bits, n_blocks) == [plain.evidence(graph, pair, bits, FURTHER) for pair in pairs]


def test_one_more_shared_signal_never_lowers_the_evidence():
    nobodys = np.zeros(3, dtype=np.bool_)
    family, nowhere = np.array([0, 0, 1], dtype=np.int8), np.full(2, -1, dtype=np.int32)
    graph = Graph(2, (frozenset({0, 1}),) * 3, family, nobodys, nobodys, nowhere)
    shared = [np.array(bits, dtype=np.int64) * BIT_SCALE for bits in ([5, 0, 0], [5, 4, 0], [5, 9, 0], [5, 9, 2])]
    totals = [evidence(graph, [(0, 1)], bits)[0][0] / BIT_SCALE for bits in shared]
    assert totals == [5, 6, 10.25, 12.25]


# --- find_losses --------------------------------------------------------------------------------------------------


@given(graphs_with_bits(), st.sets(st.tuples(st.integers(0, 9), st.integers(0, 9))), st.integers(1, 40), SEVERAL)
def test_what_holds_without_a_value_or_a_family_is_as_by_hand(case, sole, needed, n_blocks):
    graph, bits, _, _ = case
    pairs = list(combinations(range(graph.n_accounts), 2))
    source, target = np.array(pairs, dtype=np.int32).reshape(-1, 2).T.copy()
    starts, signals = graph.arrays[:2]
    bearer = np.repeat(np.arange(graph.n_accounts), np.diff(starts))
    is_sole = np.array([each in sole for each in zip(bearer.tolist(), signals.tolist(), strict=True)], dtype=np.bool_)
    how = (FURTHER.numerator, FURTHER.denominator, needed * BIT_SCALE)
    lasts, without = find_losses((source, target), (starts, signals, is_sole), graph.independent, bits, how, n_blocks)
    assert (lasts.tolist(), without.tolist()) == plain.losses(graph, pairs, sole, bits, needed * BIT_SCALE)


# --- widen_extents -------------------------------------------------------------------------------------------------

NEVER = -(2**63)


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(-3, 3) | st.just(NEVER), st.integers(-3, 3) | st.just(NEVER))))
def test_extents_reach_from_the_first_to_the_last_time_known(rows):
    account, first_seen, last_seen = np.array(rows, dtype=np.int64).reshape(-1, 3).T
    first, last = np.full(4, NEVER), np.full(4, NEVER)
    for part in (slice(0, 3), slice(3, None)):
        times = (first_seen[part].copy(), last_seen[part].copy())
        widen_extents(account[part].astype(np.int32), times, NEVER, (first, last))
    for i in range(4):
        assert first[i] == min((a for who, a, _ in rows if who == i and a != NEVER), default=NEVER)
        assert last[i] == max((b for who, _, b in rows if who == i), default=NEVER)


# --- note_times ---------------------------------------------------------------------------------------------------

MINUTE, MINUTES = 3, 4
TIMES = st.integers(-9, 9) | st.just(NEVER)


@given(st.lists(st.tuples(st.integers(0, 2), TIMES, TIMES, TIMES)))
def test_what_times_tell_is_noted_by_type(rows):
    kind, first_seen, last_seen, created = np.array(rows, dtype=np.int64).reshape(-1, 4).T.copy()
    dated, start, end = np.zeros(3, dtype=np.bool_), np.full(3, 99), np.full(3, NEVER)
    by_minute = np.zeros((3, MINUTES), dtype=np.int64)
    for part in (slice(0, 3), slice(3, None)):
        times = (first_seen[part], last_seen[part])
        noted = (dated, start, end, by_minute)
        note_times(kind[part].astype(np.int16), times, created[part], (NEVER, MINUTE), noted)
    for k in range(3):
        mine = [(first, last, made) for each, first, last, made in rows if each == k]
        known = [(first, last, made) for first, last, made in mine if first != NEVER]
        assert dated[k] == any(first != made or last != made for first, last, made in known)
        assert start[k] == min((first for first, *_ in known), default=99)
        assert end[k] == max((last for _, last, _ in mine), default=NEVER)
        minutes = [first // MINUTE % MINUTES for first, *_ in known]
        assert by_minute[k].tolist() == [minutes.count(minute) for minute in range(MINUTES)]
