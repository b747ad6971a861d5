"""Some signals of a graph with all that their test looks at: the seam along which many machines could share it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from graphlink.engine.arrays import spread

if TYPE_CHECKING:
    from graphlink.model.arrays import Bools, Int8s, Int16s, Int32s, Int64s
    from graphlink.model.graph import Bipartite
    from graphlink.model.signals import SignalType

    Graph = tuple[Int64s, Int32s, Int64s, Int32s]


class Reached(NamedTuple):
    """Whom each signal reaches: its family, how many accounts, and of a local one its country and how many there.

    ``home`` is -1 of a signal that is not local.
    """

    family: Int8s
    degree: Int32s
    home: Int32s
    at_home: Int32s


@dataclass(frozen=True, slots=True, eq=False)
class SignalBatch:
    """Signals, their accounts, and what else these bear.

    The signals of the batch are numbered first, then those others, of which no more is known than ``family``,
    ``degree`` (how many accounts bear each, anywhere) and where they are at home.
    """

    n_signals: int
    families: tuple[str, ...]
    types: tuple[SignalType, ...]
    graph: Graph
    """Signals by account and accounts by signal of the batch, as the kernels take them."""
    family: Int8s
    degree: Int32s
    home: Int32s
    """Where people share each signal as a matter of course, -1 where nowhere, and ``at_home`` how many do."""
    at_home: Int32s
    country: Int32s
    """Of each account, -1 where none is stated."""
    country_names: tuple[str, ...]
    corroborates: Bools
    """Of each signal, and of each other, whether it never links by itself."""
    signal_type: Int16s
    """Of the signals of the batch."""
    origin: Int64s
    """The number of each signal, and of each other, in the graph that the batch was cut from."""

    @property
    def reached(self) -> Reached:
        """What the kernels know of each signal, and of each other."""
        return Reached(self.family, self.degree, self.home, self.at_home)


def whole_batch(bipartite: Bipartite) -> SignalBatch:
    """All signals in one batch."""
    return SignalBatch(
        n_signals=bipartite.n_signals,
        families=bipartite.families,
        types=bipartite.types,
        graph=(bipartite.account_start, bipartite.signals, bipartite.signal_start, bipartite.accounts),
        family=bipartite.family,
        degree=bipartite.degree,
        home=bipartite.home,
        at_home=bipartite.at_home,
        country=bipartite.country,
        country_names=bipartite.country_names,
        corroborates=bipartite.corroborates,
        signal_type=bipartite.signal_type,
        origin=np.arange(bipartite.n_signals),
    )


def cut_batch(bipartite: Bipartite, chosen: Int64s) -> SignalBatch:
    """Take some signals out of a graph, each once, in any order."""
    degree = bipartite.degree
    accounts = take_rows(bipartite.accounts, bipartite.signal_start, chosen)
    mine = np.unique(accounts)
    borne = take_rows(bipartite.signals, bipartite.account_start, mine)
    origin = np.concatenate([chosen, np.setdiff1d(borne, chosen)]).astype(np.int64)
    number = np.zeros(bipartite.n_signals, dtype=np.int32)
    number[origin] = np.arange(len(origin), dtype=np.int32)
    return SignalBatch(
        n_signals=len(chosen),
        families=bipartite.families,
        types=bipartite.types,
        graph=(
            _starts(np.diff(bipartite.account_start)[mine]),
            number[borne],
            _starts(degree[chosen]),
            np.searchsorted(mine, accounts).astype(np.int32),
        ),
        family=bipartite.family[origin],
        degree=degree[origin],
        home=bipartite.home[origin],
        at_home=bipartite.at_home[origin],
        country=bipartite.country[mine],
        country_names=bipartite.country_names,
        corroborates=bipartite.corroborates[origin],
        signal_type=bipartite.signal_type[chosen],
        origin=origin,
    )


def take_rows(entries: Int32s, starts: Int64s, chosen: Int64s | Int32s) -> Int32s:
    """The entries of some rows of a CSR matrix, one row after the other."""
    rows, _ = spread(starts[chosen], starts[chosen + 1])
    taken: Int32s = entries[rows]
    return taken


def _starts(size: Int64s | Int32s) -> Int64s:
    return np.concatenate([[0], np.cumsum(size, dtype=np.int64)])
