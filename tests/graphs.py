"""Small bipartite graphs for the compiled loops: drawn at random, and laid out as the kernels take them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from hypothesis import strategies as st

FAMILIES = 4
BIT = 1 << 16


class Graph(NamedTuple):
    """Who bears each signal, and what a signal is; the arrays are those of ``model.Bipartite``."""

    n_accounts: int
    bearers: tuple[tuple[int, ...], ...]
    family: np.ndarray
    adds_up: np.ndarray

    @property
    def arrays(self) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        by_account = [sorted(self.signals_of(account)) for account in range(self.n_accounts)]
        return (*_csr(by_account), *_csr(self.bearers))

    @property
    def independent(self) -> tuple[np.ndarray, np.ndarray]:
        return self.family, self.adds_up

    def signals_of(self, account: int) -> set[int]:
        return {signal for signal, bearers in enumerate(self.bearers) if account in bearers}

    def degree(self, signal: int) -> int:
        return len(self.bearers[signal])


def _csr(rows) -> tuple[np.ndarray, np.ndarray]:
    starts = np.cumsum([0, *(len(row) for row in rows)]).astype(np.int64)
    return starts, np.array([entry for row in rows for entry in row], dtype=np.int32)


@st.composite
def graphs(draw, most_accounts: int = 14, most_signals: int = 10) -> Graph:
    """Each signal has at least two accounts, as in every bipartite graph of ours."""
    n_accounts = draw(st.integers(2, most_accounts))
    accounts = st.integers(0, n_accounts - 1)
    bearers = draw(st.lists(st.sets(accounts, min_size=2), min_size=1, max_size=most_signals))
    n = len(bearers)
    families = draw(st.lists(st.integers(0, FAMILIES - 1), min_size=n, max_size=n))
    return Graph(
        n_accounts,
        tuple(tuple(sorted(each)) for each in bearers),
        np.array(families, dtype=np.int8),
        np.array(draw(st.lists(st.booleans(), min_size=n, max_size=n)), dtype=np.bool_),
    )


@st.composite
def graphs_with_bits(draw) -> tuple[Graph, np.ndarray, np.ndarray, int]:
    """A graph, the bits of its signals, which of them pass, and what an edge needs: as much as a passing signal has."""
    graph = draw(graphs())
    n = len(graph.bearers)
    needed = draw(st.integers(1, 12)) * BIT
    passes = np.array(draw(st.lists(st.booleans(), min_size=n, max_size=n)), dtype=np.bool_)
    bits = np.array(draw(st.lists(st.integers(0, 8 * BIT), min_size=n, max_size=n)), dtype=np.int64)
    return graph, np.where(passes, bits + needed, bits), passes, needed
