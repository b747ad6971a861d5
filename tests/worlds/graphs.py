"""Small bipartite graphs for the compiled loops: drawn at random, and laid out as the kernels take them."""

from collections import Counter
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from hypothesis import strategies as st

from graphlink.engine.kernels.signal_test import Population
from graphlink.model.graph import BIT_SCALE, Bipartite, Reached

FAMILIES = 4
COUNTRIES = 2


@dataclass(frozen=True, eq=False)
class Graph:
    """Who bears each signal, and what a signal is."""

    n_accounts: int
    bearers: tuple[frozenset[int], ...]
    family: np.ndarray
    adds_up: np.ndarray
    local: np.ndarray
    country: np.ndarray
    """Of each account, -1 where none is stated."""

    def home(self, signal: int) -> tuple[int, int]:
        """The country of most accounts of a local signal, the first of several, and how many these are."""
        stated = Counter(int(self.country[i]) for i in self.bearers[signal] if self.country[i] >= 0)
        if not self.local[signal] or not stated:
            return -1, 0
        return min(stated.items(), key=lambda item: (-item[1], item[0]))

    @cached_property
    def reached(self) -> Reached:
        """What kernels know of signals."""
        homes = np.array([self.home(s) for s in range(len(self.bearers))], dtype=np.int32).reshape(-1, 2)
        return Reached(self.family, self.degree, *homes.T.copy())

    def population(self, n_accounts: int) -> Population:
        """So many accounts, of which some hundred are of each country."""
        return Population(n_accounts, self.country, np.array([100.0 + 50 * c for c in range(COUNTRIES)]))

    @cached_property
    def borne(self) -> tuple[frozenset[int], ...]:
        """The signals of each account."""
        borne = [set() for _ in range(self.n_accounts)]
        for signal, bearers in enumerate(self.bearers):
            for account in bearers:
                borne[account].add(signal)
        return tuple(map(frozenset, borne))

    @property
    def arrays(self) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """The arrays of ``model.Bipartite``, in the order in which the kernels take them."""
        return (*_csr(self.borne), *_csr(self.bearers))

    @property
    def degree(self) -> np.ndarray:
        return np.array([len(each) for each in self.bearers], dtype=np.int32)

    @property
    def independent(self) -> tuple[np.ndarray, np.ndarray]:
        return self.family, self.adds_up


def as_graph(bipartite: Bipartite) -> Graph:
    """A bipartite graph of ours as plain sets."""
    bearers = np.split(bipartite.accounts, bipartite.signal_start[1:-1])
    return Graph(
        bipartite.n_accounts,
        tuple(frozenset(each.tolist()) for each in bearers),
        bipartite.family,
        np.array([each.adds_up for each in bipartite.types])[bipartite.signal_type],
        bipartite.home >= 0,
        bipartite.country,
    )


def _csr(rows) -> tuple[np.ndarray, np.ndarray]:
    starts = np.cumsum([0, *(len(row) for row in rows)]).astype(np.int64)
    return starts, np.array([entry for row in rows for entry in sorted(row)], dtype=np.int32)


@st.composite
def graphs(draw, most_accounts: int = 14, most_signals: int = 10) -> Graph:
    """Each signal has at least two accounts, as in every bipartite graph of ours."""
    n_accounts = draw(st.integers(2, most_accounts))
    accounts = st.integers(0, n_accounts - 1)
    bearers = draw(st.lists(st.sets(accounts, min_size=2), min_size=1, max_size=most_signals))
    n = len(bearers)
    return Graph(
        n_accounts,
        tuple(map(frozenset, bearers)),
        np.array(draw(st.lists(st.integers(0, FAMILIES - 1), min_size=n, max_size=n)), dtype=np.int8),
        np.array(draw(st.lists(st.booleans(), min_size=n, max_size=n)), dtype=np.bool_),
        np.array(draw(st.lists(st.booleans(), min_size=n, max_size=n)), dtype=np.bool_),
        np.array(
            draw(st.lists(st.integers(-1, COUNTRIES - 1), min_size=n_accounts, max_size=n_accounts)), dtype=np.int32
        ),
    )


@st.composite
def graphs_with_bits(draw) -> tuple[Graph, np.ndarray, np.ndarray, int]:
    """A graph, the bits of its signals, which of them pass, and what an edge needs: as much as a passing signal has."""
    graph = draw(graphs())
    n = len(graph.bearers)
    needed = draw(st.integers(1, 12)) * BIT_SCALE
    passes = np.array(draw(st.lists(st.booleans(), min_size=n, max_size=n)), dtype=np.bool_)
    bits = np.array(draw(st.lists(st.integers(0, 8 * BIT_SCALE), min_size=n, max_size=n)), dtype=np.int64)
    return graph, np.where(passes, bits + needed, bits), passes, needed
