"""Simulated worlds that several tests look at, each made once, and what can be measured on them."""

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from scipy import sparse
from scipy.sparse import csgraph

from graphlink.lab.simulate import World, WorldRequest, load_parameters, parse_rings, simulate
from graphlink.lab.simulate.mail import PUBLIC
from graphlink.lab.simulate.scene import NOBODY, Signal

TIES = (Signal.IP, Signal.CARD, Signal.DEVICE, Signal.TEMPLATE)


class Sharing(NamedTuple):
    """How honest accounts share: share of them with a companion by type, and the largest component under a cap."""

    companions: dict[str, float]
    pairs: int
    largest_at_20: float


@lru_cache(maxsize=16)
def world(parameters: str = "default", n: int = 50_000, seed: int = 11, rings: str = "", **wishes: object) -> World:
    request = WorldRequest(rings=parse_rings(rings), **wishes)
    return simulate(load_parameters(parameters), n_accounts=n, seed=seed, request=request)


def six_kinds() -> World:
    """One ring of each kind among 50,000 accounts."""
    return world(rings="R1=150,R2=400,R3=400,R6=1500,R7=4000,R9=300")


def eight_weeks() -> World:
    """The same kinds over eight sweeps, with bans and regrowth."""
    return world(n=20_000, rings="R1=150,R2=400,R3=300,R6=600,R7=1500,R9=300", weeks=8)


def framed() -> World:
    """Twelve victims, each framed with values of two types."""
    return world(n=20_000, rings="R1=150,R3=300,R9=200", n_victims=12, framing_types=2)


def honest(some: World) -> np.ndarray:
    return some.accounts.ring == NOBODY


def incidence(some: World) -> list[tuple[str, np.ndarray, np.ndarray]]:
    """Accounts and values by type; private mail domains are a type, what everybody shares is not."""
    tables = {table.signal: table for table in some.tables}
    pairs = [(signal.name, tables[signal].account.astype(np.int64), tables[signal].value) for signal in TIES]
    owners = np.flatnonzero(some.accounts.domain >= len(PUBLIC))
    return [*pairs, ("MAIL", owners, some.accounts.domain[owners])]


def measure_sharing(some: World) -> Sharing:
    is_honest = honest(some)
    companions, pairs, rows, columns, taken = {}, 0, [], [], 0
    for name, all_accounts, all_values in incidence(some):
        kept = is_honest[all_accounts]
        account, value = all_accounts[kept], all_values[kept]
        _, place, degree = np.unique(value, return_inverse=True, return_counts=True)
        companions[name] = len(np.unique(account[degree[place] > 1])) / is_honest.sum()
        pairs += int((degree * (degree - 1) // 2).sum())
        small = (degree[place] > 1) & (degree[place] <= 20)
        rows.append(account[small])
        columns.append(place[small] + taken)
        taken += len(degree)
    n = len(is_honest)
    row, column = np.concatenate(rows), np.concatenate(columns) + n
    graph = sparse.csr_array((np.ones(len(row)), (row, column)), shape=(n + taken, n + taken))
    _, label = csgraph.connected_components(graph, directed=False)
    return Sharing(companions, pairs, np.bincount(label[:n]).max() / is_honest.sum())
