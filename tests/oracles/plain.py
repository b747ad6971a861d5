"""The compiled loops once more, slow and plain: what they should do, in a few lines each."""

from fractions import Fraction
from itertools import combinations, pairwise
from math import exp

import networkx as nx
import numpy as np
from graphs import Graph
from scipy.stats import binom

from graphlink.engine.kernels.signal_test import Population


def expected_companions(graph: Graph, s: int, account: int, family: int, population: Population) -> float:
    """How many of the others of s are expected to share something of a family with one of them."""
    country, others = population.country[account], graph.bearers[s] - {account}
    near = sum(bool(population.country[each] == country) for each in others)
    expected = 0.0
    for t in graph.borne[account]:
        if graph.family[t] == family:
            home, at_home = graph.home(t)
            is_home = country >= 0 and home == country
            at_home = at_home - 1 if is_home else 0
            elsewhere = len(graph.bearers[t]) - 1 - at_home
            expected += near / population.size[country] * at_home if is_home else 0
            expected += len(others) / population.n_accounts * elsewhere
    return expected


def companions(graph: Graph, s: int, family: int, population: Population) -> tuple[int, float, float]:
    """Accounts of s with a companion in a family, the number to be expected, and its variance."""
    found, expected, variance = 0, 0.0, 0.0
    for account in sorted(graph.bearers[s]):
        borne = [t for t in graph.borne[account] if graph.family[t] == family != graph.family[s]]
        met = set().union(*(graph.bearers[t] for t in borne)) & graph.bearers[s] - {account}
        silent = family == graph.family[s]
        by_chance = 0 if silent else 1 - exp(-expected_companions(graph, s, account, family, population))
        found += bool(met)
        expected += by_chance
        variance += by_chance * (1 - by_chance)
    return found, expected, variance


def pieces(graph: Graph, s: int, trusted: np.ndarray, population: Population, surprise: float) -> list[set[int]]:
    """The accounts of s, as surprising trusted signals of other families connect them, however indirectly."""
    members = graph.bearers[s]
    meets = (len(members) - 1) / (population.n_accounts - 1)
    web = nx.Graph()
    web.add_nodes_from(members)
    for t in set().union(*(graph.borne[account] for account in members)):
        inside = graph.bearers[t] & members
        if trusted[t] and graph.family[t] != graph.family[s] and len(inside) > 1:
            there, (home, at_home), others = meets, graph.home(t), len(graph.bearers[t]) - 1
            near = sum(bool(population.country[each] == home) for each in members)
            if home >= 0 and near:
                of_home = (at_home - 1) * (near - 1) / population.size[home]
                there = min(1, (of_home + (others + 1 - at_home) * meets) / others)
            chance = binom.sf(len(inside) - 2, others, there)
            if chance <= surprise and len(inside) - 1 >= 2 * others * there:
                web.add_edges_from(pairwise(inside))
    return list(nx.connected_components(web))


def connected(graph: Graph, s: int, trusted: np.ndarray, population: Population, surprise: float) -> float:
    """Share of the pairs of s that are in one piece."""
    n = len(graph.bearers[s])
    return sum(len(piece) * (len(piece) - 1) for piece in pieces(graph, s, trusted, population, surprise)) / (
        n * (n - 1)
    )


def in_company(graph, s, found, speaker, population, typical) -> float:
    """How far the accounts of s are in pieces of typical size, weighed by what silence of a family would have told."""
    weight = {
        account: exp(-expected_companions(graph, s, account, speaker, population)) for account in graph.bearers[s]
    }
    company = sum(
        min(1, (len(piece) - 1) / (typical - 1)) * sum(weight[account] for account in piece) for piece in found
    )
    return company / sum(weight.values())


def links(members, keys, clique_size=8, links_per_account=6) -> list[tuple[int, int]]:
    """All pairs of a small group; of a large one, neighbours on a few circles, each in the order of a keyed hash."""
    group = sorted(members)
    if len(group) <= clique_size:
        return list(combinations(group, 2))
    alike = {account: [other for other in group if keys[other] == keys[account]].index(account) for account in group}
    found = []
    for turn in range(links_per_account // 2):
        salt = {account: turn * 0x9E3779B97F4A7C15 + alike[account] * 0xD1B54A32D192ED03 for account in group}
        circle = sorted(group, key=lambda account: scramble(int(keys[account]) + salt[account]))
        found += [tuple(sorted(pair)) for pair in pairwise([*circle, circle[0]])]
    return found


def scramble(x: int) -> int:
    """The finaliser of MurmurHash3."""
    x %= 1 << 64
    for factor in (0xFF51AFD7ED558CCD, 0xC4CEB9FE1A85EC53):
        x = (x ^ x >> 33) * factor % (1 << 64)
    return x ^ x >> 33


def conjunctions(graph: Graph, s: int, bits: np.ndarray, needed: int) -> dict[int, frozenset[int]]:
    """Later signals that together with s are enough for an edge, and who bears both."""
    later = sorted(set().union(*(graph.borne[account] for account in graph.bearers[s])))
    return {
        t: shared
        for t in later
        if t > s
        and len(shared := graph.bearers[s] & graph.bearers[t]) > 1
        and bits[t] > 0
        and bits[s] + bits[t] >= needed
        and (graph.family[t] != graph.family[s] or graph.adds_up[s])
    }


def groups(graph: Graph, bits: np.ndarray, passes: np.ndarray, needed: int) -> list[frozenset[int]]:
    """The groups of accounts whose pairs are looked at."""
    found = [graph.bearers[s] for s in np.flatnonzero(passes)]
    for s in np.flatnonzero(bits > 0):
        found += conjunctions(graph, s, bits, needed).values()
    return found


def evidence(graph: Graph, pair: tuple[int, int], bits: np.ndarray, further: Fraction) -> tuple[int, int]:
    """The strongest signal of each family, all that add up, a fraction of the others; and the families as a mask."""
    shared = [s for s in graph.borne[pair[0]] & graph.borne[pair[1]] if bits[s] > 0]
    total = 0
    for family in {graph.family[s] for s in shared}:
        strongest, *others = sorted(
            (s for s in shared if graph.family[s] == family), key=lambda s: (-bits[s], not graph.adds_up[s])
        )
        total += int(bits[strongest]) + sum(int(bits[s]) for s in others if graph.adds_up[s])
        total += further * sum(int(bits[s]) for s in others if not graph.adds_up[s]) // 1
    return total, sum({1 << int(graph.family[s]) for s in shared})


def losses(graph, pairs, sole, bits, needed) -> tuple[list[bool], list[int]]:
    """Of each (account, signal), whether some pair of the account holds without it; without what families each does.

    With a signal that is the ``sole`` one of an account goes its family.
    """

    def holds(pair: tuple[int, int], without: set[int]) -> bool:
        left = np.where(np.isin(np.arange(len(bits)), list(without)), 0, bits)
        return evidence(graph, pair, left, Fraction(1, 4))[0] >= needed

    of_family = [set(np.flatnonzero(graph.family == f).tolist()) for f in range(int(graph.family.max(initial=-1)) + 1)]
    lasts = [
        any(
            account in pair and holds(pair, of_family[graph.family[s]] if (account, s) in sole else {s})
            for pair in pairs
        )
        for account, borne in enumerate(graph.borne)
        for s in sorted(borne)
    ]
    return lasts, [sum(1 << f for f, family in enumerate(of_family) if holds(pair, family)) for pair in pairs]
