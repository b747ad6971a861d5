"""Communities and their cells: held together, numbered by their accounts, unmoved by what is elsewhere in the graph."""

from __future__ import annotations

import random
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import combinations

import igraph
import leidenalg
import networkx as nx
import numpy as np
import pytest
import worlds
from hypothesis import given, settings
from hypothesis import strategies as st
from worlds import among, calibrated, crowd, rows, sightings, signals_tested, stages

from graphlink.config.method import Method
from graphlink.graph.bipartite import build_bipartite
from graphlink.graph.leiden import Cut, find_cells
from graphlink.model.graph import BIT_SCALE, Partition, Projection
from graphlink.rings.joining import detect_communities
from graphlink.rings.joining.labels import canonical
from graphlink.rings.joining.refine import settle
from graphlink.rings.joining.split import shed

METHOD = Method()
EDGES = st.lists(st.tuples(st.integers(0, 19), st.integers(0, 19)), max_size=60).map(
    lambda pairs: sorted({(min(pair), max(pair)) for pair in pairs if pair[0] != pair[1]})
)


def nobody_is_like(community: np.ndarray) -> np.ndarray:
    """Give all communities the same log-odds."""
    return np.full(int(community.max(initial=-1)) + 1, -9.0)


def detect(edges, n: int = 20, *, bits=None, families=None, seed: int = 7, method: Method = METHOD) -> Partition:
    """Communities of a bare projection, in which accounts share nothing but its edges."""
    given = sightings([(f"a{i:04d}", "ip", f"own-{i}", -1) for i in range(n)])
    bipartite = build_bipartite(given)
    ends = np.array(edges, dtype=np.int32).reshape(-1, 2)
    projection = Projection(
        n_accounts=n,
        source=np.ascontiguousarray(ends[:, 0]),
        target=np.ascontiguousarray(ends[:, 1]),
        bits=np.full(len(ends), 12 * BIT_SCALE, dtype=np.int64) if bits is None else np.array(bits, dtype=np.int64),
        families=np.full(len(ends), 3, dtype=np.int32) if families is None else np.array(families, dtype=np.int32),
    )
    calibration = replace(calibrated(given, bipartite, method), n_accounts=1000)  # no community is much of it
    test = signals_tested(bipartite, calibration, method)
    how = {"seed": seed, "created": given.accounts.created_at, "score": nobody_is_like}
    return detect_communities(projection, bipartite, test, calibration, method, **how)


def blocks(labels) -> set[frozenset[int]]:
    return {frozenset(np.flatnonzero(labels == label).tolist()) for label in np.unique(labels[labels >= 0])}


@pytest.mark.parametrize("seed", range(5))
def test_igraph_cuts_as_well_as_leidenalg(seed):
    """Of a component in which twelve groups of ten hang together, and pairs weigh more or less."""
    draw, n = random.Random(seed), 120
    linked = {pair: 0.5 if pair[0] // 10 == pair[1] // 10 else 0.02 for pair in combinations(range(n), 2)}
    edges = [pair for pair, share in linked.items() if draw.random() < share or pair[1] - pair[0] == 1]
    bits = [draw.randint(1, 4) * BIT_SCALE for _ in edges]
    ends, weights = np.array(edges, dtype=np.int32).T.copy(), [each / BIT_SCALE for each in bits]
    projection = Projection(n, *ends, bits=np.array(bits), families=np.full(len(edges), 3, np.int32))
    key = np.arange(n, dtype=np.uint64)
    ours = find_cells(projection, Cut(key, METHOD.largest_strength, seed))
    graph = igraph.Graph(n, edges)
    theirs = leidenalg.find_partition(
        graph, leidenalg.ModularityVertexPartition, weights=weights, n_iterations=-1, seed=seed
    )
    assert graph.modularity(ours.tolist(), weights) >= 0.99 * theirs.modularity


def cliques(*sizes: int, first: int = 0) -> list[tuple[int, int]]:
    """Groups in which everybody is linked with everybody, one after the other."""
    edges = []
    for size in sizes:
        edges += nx.complete_graph(range(first, first + size)).edges
        first += size
    return sorted(edges)


# --- what a partition is ------------------------------------------------------------------------------------------


@given(EDGES)
def test_linked_accounts_are_in_connected_cells_and_communities_within_a_component_numbered_by_their_first(edges):
    partition, graph = detect(edges), nx.Graph(edges)
    assert all(nx.is_connected(graph.subgraph(cell)) for cell in blocks(partition.cell))
    components = list(nx.connected_components(graph))
    assert all(any(group <= part for part in components) for group in blocks(partition.membership))
    for labels in (partition.membership, partition.cell):
        assert set(np.flatnonzero(labels >= 0).tolist()) == set(graph)
        _, first = np.unique(labels[labels >= 0], return_index=True)
        assert (np.diff(first) > 0).all()
        assert set(labels[labels >= 0].tolist()) == set(range(len(first)))


def test_a_world_without_links_has_no_communities():
    partition = detect([])
    assert (partition.membership == -1).all()
    assert (partition.cell == -1).all()


def test_a_clique_is_one_community():
    assert blocks(detect(cliques(9)).membership) == {frozenset(range(9))}


# --- nothing elsewhere moves it -----------------------------------------------------------------------------------


@settings(max_examples=50)
@given(EDGES, st.integers(0, 3))
def test_a_component_is_cut_in_the_same_cells_whatever_else_there_is(edges, seed):
    others = [(one + 20, two + 20) for one, two in [*nx.gnm_random_graph(30, 60, seed=seed).edges]]
    alone, beside = detect(edges, 50, seed=seed), detect(sorted(edges + others), 50, seed=seed)
    assert blocks(alone.cell[:20]) == blocks(beside.cell[:20])
    assert blocks(alone.membership[:20]) == blocks(beside.membership[:20])


@pytest.fixture(scope="module")
def dense():
    """Six hundred groups of 40 with most of their links: together, large."""
    draws = np.random.default_rng(5)
    one, two = np.triu_indices(40, 1)
    chosen = draws.random((600, len(one))) < 0.8
    group = np.nonzero(chosen)[0] * 40
    ends = np.stack([np.tile(one, (600, 1))[chosen] + group, np.tile(two, (600, 1))[chosen] + group]).astype(np.int32)
    bits = draws.integers(8, 14, ends.shape[1]) * BIT_SCALE
    key = draws.permutation(600 * 40).astype(np.uint64)
    return Projection(600 * 40, ends[0], ends[1], bits, np.full(len(bits), 3, np.int32)), key


def chained(projection: Projection) -> Projection:
    """Each group of 40 linked to the next by one link."""
    links = np.arange(599, dtype=np.int32) * 40
    return replace(
        projection,
        source=np.concatenate([projection.source, links]),
        target=np.concatenate([projection.target, links + 40]),
        bits=np.concatenate([projection.bits, np.full(599, 8 * BIT_SCALE)]),
        families=np.concatenate([projection.families, np.full(599, 1, np.int32)]),
    )


def test_names_move_nobody_in_a_large_component(dense):
    """It is numbered along a walk that begins at the smallest key and knows no names."""
    projection, key = chained(dense[0]), dense[1]
    renamed = np.random.default_rng(6).permutation(len(key)).astype(np.int32)
    there = np.empty_like(key)
    there[renamed] = key
    order = np.lexsort((renamed[projection.target], renamed[projection.source]))
    again = Projection(
        len(key),
        renamed[projection.source][order],
        renamed[projection.target][order],
        projection.bits[order],
        projection.families[order],
    )
    how = Cut(key, METHOD.largest_strength, 7)
    cells = find_cells(projection, how)
    assert canonical(find_cells(again, replace(how, key=there))[renamed]).tobytes() == canonical(cells).tobytes()
    assert len(np.unique(cells)) == 600


def test_the_same_seed_gives_the_same_partition():
    edges = sorted(nx.powerlaw_cluster_graph(300, 3, 0.3, seed=1).edges)
    one, two = detect(edges, 300), detect(edges, 300)
    assert (one.membership == two.membership).all()
    assert (one.cell == two.cell).all()


def test_the_generator_of_the_caller_is_left_alone():
    random.seed(4)
    before = random.getstate()
    detect(sorted(nx.powerlaw_cluster_graph(100, 3, 0.3, seed=1).edges), 100)
    assert random.getstate() == before


def test_a_callers_seed_makes_no_difference():
    edges = sorted(nx.powerlaw_cluster_graph(300, 3, 0.3, seed=1).edges)
    random.seed(1)
    one = detect(edges, 300)
    random.seed(2)
    assert (one.cell == detect(edges, 300).cell).all()


@pytest.mark.parametrize("n", [1, 100, 1000])
def test_strangers_move_no_ring_under_a_frozen_calibration(n):
    alone = stages(among(worlds.campaign + worlds.bridge))
    joined = stages((*among(worlds.campaign + worlds.bridge), *crowd(n, 5, "new")), calibration=alone.calibration)
    for account in ("s1", "a1", "b1"):
        assert joined.group_of(account) == alone.group_of(account)
    mine = frozenset(account for account, *_ in rows(worlds.campaign + worlds.bridge))
    assert {cell & mine for cell in joined.groups(joined.partition.cell)} - {frozenset()} == {
        cell & mine for cell in alone.groups(alone.partition.cell)
    } - {frozenset()}


# --- what belongs together ----------------------------------------------------------------------------------------


def test_two_rings_with_one_link_stay_two():
    assert blocks(detect([*cliques(9, 9), (0, 9)]).membership) == {frozenset(range(9)), frozenset(range(9, 18))}


def test_a_bridge_between_two_rings_does_not_join_them():
    world = stages(among(worlds.bridge))
    assert world.group_of("a1") == {f"a{i}" for i in range(1, 13)}
    assert world.group_of("b1") == {f"b{i}" for i in range(1, 13)}


def test_the_cells_of_a_campaign_that_one_prompt_spans_are_one_ring():
    """Even if no edge runs between them."""
    world = stages(among(worlds.campaign))
    assert world.group_of("s1") == {f"s{i}" for i in range(1, 31)}


def spanned(n_cells: int, *values: str) -> str:
    """Cells of twenty accounts each on cards of their own, and values on five of each."""
    cells = "klmnop"[:n_cells]
    lines = [f"card own-{c}: {c}1..{c}20\n device own-{c}: {c}1..{c}20" for c in cells]
    lines += [f"{value}: " + " ".join(f"{c}1..{c}5" for c in cells) for value in values]
    return "\n".join(lines)


def test_cells_in_which_one_card_is_as_common_as_their_own_are_one_ring():
    more = "\n".join(f"card all-{n}: " + " ".join(f"{c}1..{c}15" for c in "klm") for n in range(2))
    world = stages(among(spanned(3) + "\n" + more))
    assert len(world.group_of("k1")) == 60


def test_an_address_and_a_mail_domain_of_a_shop_make_no_ring_of_its_customers():
    world = stages(among(spanned(3, "email_domain shop.example", "ip 192.0.2.9")))
    assert len(world.group_of("k1")) == 20


def test_cells_that_one_address_crosses_are_neighbours_in_a_building():
    world = stages(among(spanned(3, "ip 192.0.2.9")))
    assert len(world.group_of("k1")) == 20


def hanging(pairs, n: int) -> tuple[Projection, Cut]:
    """Links of twelve bits and two families, and how to look for what hangs on them by one account."""
    ends = np.array(pairs, dtype=np.int32).reshape(-1, 2)
    bits, families = np.full(len(ends), 12 * BIT_SCALE), np.full(len(ends), 3, dtype=np.int32)
    key = np.arange(n, dtype=np.uint64)
    cut = Cut(key, METHOD.largest_strength, 7, hanging=True)
    return Projection(n, ends[:, 0], ends[:, 1], bits, families), cut


@given(EDGES)
def test_what_hangs_on_a_component_is_what_is_left_without_its_largest_biconnected_part(edges):
    cells = blocks(find_cells(*hanging(edges, 20)))
    graph = nx.Graph(edges)
    for component in nx.connected_components(graph):
        mine = {cell for cell in cells if cell <= component}
        parts = sorted(map(frozenset, nx.biconnected_components(graph.subgraph(component))), key=len)
        assert any(
            mine == {part, *map(frozenset, nx.connected_components(graph.subgraph(component - part)))}
            for part in parts
            if len(part) == len(parts[-1])
        )


@pytest.mark.parametrize(("company", "gates", "left"), [(7, 1, 2), (7, 2, 1), (2, 1, 2), (1, 1, 1), (21, 1, 2)])
def test_a_company_that_hangs_on_a_ring_by_one_account_is_let_go(company, gates, left):
    """Most colleagues are linked with one member of a ring of twenty, whose visit left two kinds of traces.

    Where two visited, and where it is one colleague, they stay; of a larger company the ring is let go.
    """
    office = range(20, 20 + company)
    visits = [(i % gates, colleague) for i, colleague in enumerate(office[: max(1, company - 3)])]
    links, how = hanging([*combinations(range(20), 2), *combinations(office, 2), *visits], 20 + company)
    assert len(blocks(shed(np.zeros(20 + company, dtype=np.int32), links, how))) == left


@pytest.mark.parametrize(("weakest", "n_left"), [(0.0, 2), (23 * 12 - 1, 2), (23 * 12, 1)])
def test_a_community_that_was_cut_as_finely_before_is_not_cut_again(weakest, n_left):
    """Two groups hang together by one account of each; they are held by 23 links of 12 bits."""
    pairs = np.array([*cliques(5, 5), (0, 5), (0, 6), (0, 7)], dtype=np.int32)
    held = Projection(10, pairs[:, 0], pairs[:, 1], np.full(23, 12 * BIT_SCALE), np.ones(23, dtype=np.int32))
    how = Cut(np.arange(10, dtype=np.uint64), METHOD.largest_strength, 7)
    assert len(blocks(shed(np.zeros(10, dtype=np.int32), held, how, weakest))) == n_left


def test_an_office_that_hangs_on_a_ring_by_two_of_its_people_is_let_go():
    """Two members sit in an office of thirty, whose people share a domain and an address."""
    office = "ip 198.51.100.7: w1..w28 a1 a2\n email_domain firm.example: w1..w28 a1 a2\n card firm: w1..w28"
    world = stages(among(worlds.two_rings + office))
    assert {f"a{i}" for i in range(3, 13)} <= world.group_of("a3")
    assert not world.group_of("a3") & {f"w{i}" for i in range(1, 29)}


# --- settling -----------------------------------------------------------------------------------------------------


def links(*pairs: tuple[int, int, int]) -> Projection:
    """A projection of (source, target, bits) over ten accounts."""
    source, target, bits = np.array(sorted(pairs), dtype=np.int64).reshape(-1, 3).T
    return Projection(10, source.astype(np.int32), target.astype(np.int32), bits, np.full(len(bits), 3, np.int32))


def test_a_member_cut_off_with_colleagues_settles_where_most_evidence_leads():
    # Account 3 was put with 4 and 5, and most of its evidence leads to 0, 1 and 2.
    told = links((0, 1, 9), (0, 2, 9), (1, 2, 9), (0, 3, 5), (1, 3, 5), (2, 3, 5), (3, 4, 6), (3, 5, 6), (4, 5, 6))
    community = np.array([0, 0, 0, 3, 3, 3, -1, -1, -1, -1], dtype=np.int32)
    assert settle(community, told).tolist() == [0, 0, 0, 0, 3, 3, -1, -1, -1, -1]


def test_who_stands_between_two_communities_stays():
    told = links((0, 1, 9), (1, 2, 6), (2, 3, 6), (3, 4, 9))
    community = np.array([0, 0, 3, 3, 3, -1, -1, -1, -1, -1], dtype=np.int32)
    assert settle(community, told).tolist() == community.tolist()


def test_two_who_would_change_places_for_ever_come_to_an_end():
    told = links((0, 1, 5))
    community = np.array([0, 1, -1, -1, -1, -1, -1, -1, -1, -1], dtype=np.int32)
    assert sorted(settle(community, told)[:2].tolist()) == [0, 1]


@given(EDGES, st.lists(st.integers(0, 4), min_size=20, max_size=20), st.permutations(range(20)))
def test_settling_follows_no_order(edges, community, renamed):
    community, renamed = np.array(community, dtype=np.int32), np.array(renamed)
    ends = np.array(edges, dtype=np.int32).reshape(-1, 2)
    bits = 1 + np.arange(len(ends), dtype=np.int64) % 3

    def settled(source, target, community):
        families = np.zeros(len(source), dtype=np.int32)
        return settle(community, Projection(20, source, target, bits, families))

    there = np.empty(20, dtype=np.int32)
    there[renamed] = community
    again = settled(renamed[ends[:, 0]].astype(np.int32), renamed[ends[:, 1]].astype(np.int32), there)
    assert again[renamed].tolist() == settled(ends[:, 0], ends[:, 1], community).tolist()


@given(EDGES, st.lists(st.integers(0, 3), min_size=20, max_size=20))
def test_settling_asks_everybody_whose_surroundings_changed(edges, community):
    """As if every account were asked in every round, one by one."""
    bits = [1 + number % 3 for number in range(len(edges))]
    expected = list(community)
    for _ in range(5):
        before = list(expected)
        for account in range(20):
            drawn = Counter()
            for (one, two), each in zip(edges, bits, strict=True):
                if account in {one, two}:
                    drawn[before[two if account == one else one]] += each
            most = max(drawn.values(), default=0)
            if drawn and drawn[before[account]] < most:
                expected[account] = min(group for group in drawn if drawn[group] == most)
    ends = np.array(edges, dtype=np.int32).reshape(-1, 2)
    told = Projection(20, ends[:, 0], ends[:, 1], np.array(bits, dtype=np.int64), np.zeros(len(bits), np.int32))
    assert settle(np.array(community, dtype=np.int32), told).tolist() == expected


@pytest.fixture
def often_switched():
    """Threads take turns much more often than by default."""
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    yield
    sys.setswitchinterval(interval)


@pytest.mark.usefixtures("often_switched")
def test_analyses_in_threads_draw_as_each_does_by_itself():
    """igraph has one generator for a process: of forty graphs seventeen were cut otherwise beside another thread."""
    draw = random.Random(3)
    every = list(combinations(range(60), 2))
    webs = [sorted(draw.sample(every, 240)) for _ in range(16)]
    alone = [detect(web, 60).cell.tolist() for web in webs]
    with ThreadPoolExecutor(2) as threads:
        assert [found.cell.tolist() for found in threads.map(lambda web: detect(web, 60), webs)] == alone
