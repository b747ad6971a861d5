"""Communities between which values mix are one. Suppliers join nobody, and no ring is joined with a firm."""

from __future__ import annotations

from itertools import combinations

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from worlds import calibrated, sightings, signals_tested

from graphlink.config.method import Method
from graphlink.graph.bipartite import build_bipartite
from graphlink.rings.joining.labels import canonical
from graphlink.rings.joining.merge import join_mixing

METHOD = Method()
N = 36
FAMILY = {"card": "payment", "device": "device", "email_domain": "identity"}


def joined(community, borne, odds=None) -> list[int]:
    """The community of each account after joining, where every shared value passes; ``odds`` by community."""
    own = [(f"a{i:02d}", "ip", f"own-{i}", -1) for i in range(N)]
    seen = sightings([*own, *((f"a{i:02d}", kind, f"{kind}-{value}", -1) for i, kind, value in set(borne))])
    bipartite = build_bipartite(seen)
    test = signals_tested(bipartite, calibrated(seen, bipartite, METHOD), METHOD)
    test.passes[:] = True

    def score(asked: np.ndarray) -> np.ndarray:
        n = int(asked.max(initial=-1)) + 1
        return np.full(n, -9.0) if odds is None else np.array(odds[:n])

    return join_mixing(canonical(np.array(community, dtype=np.int32)), bipartite, test, 10**6, METHOD, score).tolist()


def on(kind: str, value: int, *accounts: int) -> list[tuple[int, str, int]]:
    return [(account, kind, value) for account in accounts]


HALVES = [0] * 12 + [1] * 12
SHOP = [row for n in range(4) for row in on("email_domain", n, *range(n, 24, 4))]
"""Two halves with the same four mail domains."""


@pytest.mark.parametrize("kind", ["card", "device", "template"])
def test_a_value_on_all_of_two_communities_joins_them(kind):
    assert len(set(joined(HALVES, on(kind, 1, *range(24))))) == 1


@pytest.mark.parametrize("kind", ["ip", "user_agent"])
def test_what_suppliers_hand_out_joins_nobody(kind):
    assert joined(HALVES, on(kind, 1, *range(24))) == HALVES


def test_a_value_of_few_beside_what_each_shares_joins_nobody():
    own = [row for n in range(3) for row in (*on("card", n, *range(12)), *on("card", 9 + n, *range(12, 24)))]
    assert joined(HALVES, own + on("card", 99, 0, 1, 12, 13)) == HALVES


def test_one_mail_domain_on_most_of_each_joins_two():
    assert len(set(joined(HALVES, on("email_domain", 1, *range(7), *range(12, 19))))) == 1


def test_mail_domains_of_a_shop_each_on_a_few_join_nobody():
    assert joined(HALVES, SHOP) == HALVES


HELD = [row for n in range(2) for row in on("device", n, *range(12 * n, 12 * n + 12))]
"""Each half has a device of its own."""


@pytest.mark.parametrize(("odds", "n_left"), [((3.0, 3.0), 1), ((3.0, -9.0), 2), ((-9.0, -9.0), 2), (None, 2)])
def test_values_of_two_families_join_what_looks_like_parts_of_a_ring(odds, n_left):
    cards = [row for n in range(2, 10) for row in on("card", n, n, 12 + n)]
    names = [row for n in range(4) for row in on("email_domain", n, n, n + 4, n + 12)]
    assert len(set(joined(HALVES, [*HELD, *cards, *names], odds))) == n_left


@pytest.mark.parametrize("more", [[], on("card", 1, 0, 12)])
def test_names_of_a_shop_alone_or_with_one_other_value_join_no_rings(more):
    assert joined(HALVES, [*SHOP, *HELD, *more], (3.0, 3.0)) == HALVES


@pytest.mark.parametrize(
    ("odds", "n_left"), [((2.0, 1.0), 1), ((-5.0, -9.0), 1), ((-1.0, -3.0), 1), ((9.0, 2.0), 1), ((2.0, -3.0), 2)]
)
def test_what_looks_like_a_ring_is_not_joined_with_what_does_not(odds, n_left):
    assert len(set(joined(HALVES, on("card", 1, *range(24)), odds))) == n_left


def test_a_small_part_shows_too_little_to_differ():
    assert len(set(joined([0] * 18 + [1] * 6, on("card", 1, *range(24)), (2.0, -9.0)))) == 1


@settings(max_examples=20, deadline=None)
@given(st.permutations([2.0, -2.0, -5.0]))
def test_nor_are_both_joined_with_a_third(odds):
    found = joined([i // 12 for i in range(36)], on("card", 1, *range(36)), odds)
    ring, honest = (12 * list(odds).index(each) for each in (2.0, -5.0))
    assert found[ring] != found[honest]
    assert len(set(found)) == 2


def mixing(one, other, values, family, least) -> float:
    """How far the values of a family mix, counted pair by pair; they are on so many members of either group."""

    def pairs(here, there) -> float:
        both = [
            (bearers & here, bearers & there, bearers)
            for (kind, _), bearers in values.items()
            if FAMILY[kind] == family
        ]
        told = [(a, b, len(bearers) - 1) for a, b, bearers in both if min(len(a), len(b)) >= least]
        return sum(len(a) * (len(b) - (here == there)) / max(others, 1) for a, b, others in told)

    between = pairs(one, other)
    return between and between / (max(pairs(each, each) for each in (one, other)) + between)


def mixes_in_two(one, other, values) -> bool:
    """Whether values of two families mix, two values of each at least."""
    crossing = [kind for (kind, _), bearers in values.items() if bearers & one and bearers & other]
    several = [kind for kind in FAMILY if crossing.count(kind) > 1]
    return sum(mixing(one, other, values, FAMILY[kind], 1) >= METHOD.mixing_in_two for kind in several) > 1


def mixes(one, other, values) -> bool:
    """Whether two groups are to be joined, whatever they look like."""
    if any(mixing(one, other, values, family, 2) >= METHOD.mixing for family in ("payment", "device")):
        return True
    named = [bearers for (kind, _), bearers in values.items() if FAMILY[kind] == "identity"]
    return any(all(len(b & each) >= max(2, METHOD.common_name * len(each)) for each in (one, other)) for b in named)


def plainly_joined(community, borne, *rules) -> set[frozenset[int]]:
    """Join all pairs of groups that mix by any of the rules, and begin anew."""
    groups = [frozenset(i for i, of in enumerate(community) if of == each) for each in sorted(set(community))]
    values: dict[tuple[str, int], set[int]] = {}
    for account, kind, value in borne:
        values.setdefault((kind, value), set()).add(account)
    while True:
        graph = nx.Graph([pair for pair in combinations(groups, 2) if any(rule(*pair, values) for rule in rules)])
        if not graph:
            return set(groups)
        graph.add_nodes_from(groups)
        groups = [frozenset().union(*each) for each in nx.connected_components(graph)]


BORNE = st.lists(st.tuples(st.integers(0, 23), st.sampled_from(sorted(FAMILY)), st.integers(0, 5)), max_size=90)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.integers(0, 5), min_size=24, max_size=24), BORNE)
def test_communities_are_joined_as_if_all_pairs_were_counted(community, borne):
    found = joined(community, borne)
    blocks = {frozenset(i for i, of in enumerate(found) if of == each) for each in set(found)}
    assert blocks == plainly_joined(community, borne, mixes)


MEMBER = st.integers(0, N - 1)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(MEMBER, MEMBER, st.sampled_from(sorted(FAMILY))), max_size=30), BORNE)
def test_parts_of_rings_are_joined_as_if_all_pairs_were_counted(couples, borne):
    """Values that two accounts have are on one member of either side, so that they join nobody by themselves."""
    rows = [*borne[:20], *(row for n, (*pair, kind) in enumerate(couples) for row in on(kind, 9 + n, *pair))]
    parts = [number // 12 for number in range(N)]
    found = joined(parts, rows, (3.0, 3.0, 3.0))
    blocks = {frozenset(i for i, of in enumerate(found) if of == each) for each in set(found)}
    assert blocks == plainly_joined(parts, rows, mixes, mixes_in_two)
