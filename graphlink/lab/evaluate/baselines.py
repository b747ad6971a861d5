"""Naive baselines on the same sightings, judged by the same metrics.

They are connected components under a degree cap, pairs that share two signals, Leiden on Newman's weighted projection
by modularity and on the plain one by significance, and a popularity threshold. Each turns the incidence of accounts and
signals into rings, the largest first. A baseline that would need too many pairs stops and reports that.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import igraph
import leidenalg
import numpy as np
import pandas as pd
from scipy import sparse
from scipy.sparse import csgraph

from graphlink import SEED
from graphlink.lab.evaluate.open_inputs import read_table
from graphlink.lab.evaluate.runs import Reported
from graphlink.model.findings import COORDINATED
from graphlink.model.text import TEXT
from graphlink.words.errors import InputError, Place

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from graphlink.model.arrays import Int64s

COMPONENT_CAPS: Final = (5, 20, 50)
"""Between these caps, the largest honest component grew from 4 % to 46 % of all accounts (domain reference)."""

PAIR_CAPS: Final = (20, 50)
"""The caps of the published reference figures for pairs that share two signals."""

LEIDEN_CAPS: Final = (50, 200)
"""The caps measured in the design."""

SIGNIFICANCE_CAP: Final = 20
"""The smallest of the caps, since this is the slowest of the baselines."""

POPULARITY: Final = (50, 500)
"""The rule of thumb under test: below 50 a value is an office or a class, above 500 it is hardly honest."""

SMALLEST_ACCUSED: Final = 5
"""Smaller groups are listed but accuse nobody. Otherwise every household would be a false ring of a baseline."""

MAX_PAIRS: Final = 30_000_000
"""The most pairs of accounts in a projection: about 2 GB with the graph made from them."""

MAX_SIGNIFICANT: Final = 500_000
"""The most of them for significance: about half a minute."""

SIGHTING: Final = ("account_id", "signal_type", "signal_value")
SIGHTING_FILES: Final = ("sightings.parquet", "sightings.csv", "edges.csv")


@dataclass(frozen=True, slots=True, eq=False)
class Incidence:
    """The accounts (rows) seen with each signal (column), as ones in a sparse matrix."""

    accounts: pd.Index
    biadjacency: sparse.csr_array


@dataclass(frozen=True, slots=True)
class Stopped:
    """A baseline that stopped early, and the reason."""

    name: str
    because: str


def tabulate_incidence(sightings: pd.DataFrame) -> Incidence:
    """Build the incidence from a table with ``account_id``, ``signal_type`` and ``signal_value``.

    Rows without an account, type or value are left out. Raises ``InputError`` if a column is missing.

    Examples
    --------
    >>> rows = [("a", "ip", "x"), ("b", "ip", "x"), ("b", "card", "x")]
    >>> table = pd.DataFrame(rows, columns=["account_id", "signal_type", "signal_value"])
    >>> tabulate_incidence(table).biadjacency.toarray().tolist()
    [[1.0, 0.0], [1.0, 1.0]]
    """
    sightings = _whole_rows(sightings, "sightings")
    account, accounts = pd.factorize(sightings.account_id, sort=True)
    kind, _ = pd.factorize(sightings.signal_type)
    value, values = pd.factorize(sightings.signal_value)
    signal, _ = pd.factorize(kind.astype(np.int64) * len(values) + value)
    return _incidence(pd.Index(accounts), account.astype(np.int64), signal.astype(np.int64))


def read_incidence(path: Path) -> Incidence:
    """Read sightings from a CSV or Parquet file, or from a world's folder with its accounts' mail domains.

    Raises ``InputError`` if sightings or columns are missing.
    """
    found = next((path / name for name in SIGHTING_FILES if (path / name).is_file()), path)
    if not found.is_file():
        raise InputError(
            "GL101", Place(str(path)), "no sightings here", f"name a file, or a folder with {SIGHTING_FILES[0]}"
        )
    sightings = _whole_rows(read_table(found, "GL154"), str(found))
    if (accounts := path / "accounts.parquet").is_file():
        email = read_table(accounts, "GL154", ("account_id", "email"))[["account_id", "email"]].dropna()
        domain = email.email.astype(TEXT).str.rpartition("@")[2]
        mail = pd.DataFrame({"account_id": email.account_id, "signal_type": "email_domain", "signal_value": domain})
        sightings = pd.concat([sightings, mail], ignore_index=True)
    return tabulate_incidence(sightings)


def run_baselines(incidence: Incidence) -> Iterator[Reported | Stopped]:
    """Run every baseline, the cheap ones first."""
    for cap in COMPONENT_CAPS:
        yield connect_components(incidence, cap)
    for cap in PAIR_CAPS:
        yield connect_pairs(incidence, cap)
    for cap in LEIDEN_CAPS:
        yield detect_leiden(incidence, cap, SEED)
    yield detect_significant(incidence, SIGNIFICANCE_CAP, SEED)
    for popularity in POPULARITY:
        yield flag_popular(incidence, popularity)


def connect_components(incidence: Incidence, cap: int) -> Reported:
    """Connected components over signals with at most ``cap`` accounts."""
    shared = _shared_signals(incidence, cap)
    n_accounts, n_signals = shared.shape
    # Accounts and signals are both nodes: a value of n accounts costs n edges, not n² / 2.
    graph = sparse.block_array([[None, shared], [sparse.csr_array((n_signals, n_accounts)), None]])
    _, membership = csgraph.connected_components(graph, directed=False)
    return _report(f"components, cap {cap}", incidence, membership[:n_accounts].astype(np.int64))


def connect_pairs(incidence: Incidence, cap: int, max_pairs: int = MAX_PAIRS) -> Reported | Stopped:
    """Connected components over pairs of accounts that share at least two signals of at most ``cap`` accounts."""
    name = f"pairs sharing two, cap {cap}"
    shared = _shared_signals(incidence, cap)
    if stopped := _too_many(name, shared, max_pairs):
        return stopped
    counts = sparse.triu(shared @ shared.T, k=1).tocoo()
    twice = counts.data >= 2  # noqa: PLR2004 - the two in the name
    graph = sparse.coo_array((counts.data[twice], (counts.row[twice], counts.col[twice])), shape=counts.shape)
    _, membership = csgraph.connected_components(graph, directed=False)
    return _report(name, incidence, membership.astype(np.int64))


def detect_leiden(
    incidence: Incidence, cap: int, seed: int, max_pairs: int = MAX_PAIRS, resolution: float = 1.0
) -> Reported | Stopped:
    """Leiden by modularity on Newman's projection: a signal of d accounts adds 1 / (d - 1) to each of its pairs."""
    name = f"Newman and Leiden, cap {cap}"
    shared = _shared_signals(incidence, cap)
    if stopped := _too_many(name, shared, max_pairs):
        return stopped
    degree = shared.sum(axis=0)
    edges = sparse.triu((shared @ sparse.diags_array(1 / (degree - 1))) @ shared.T, k=1).tocoo()
    return _report(name, incidence, _partition(edges, seed, resolution))


def detect_significant(
    incidence: Incidence, cap: int, seed: int, max_pairs: int = MAX_SIGNIFICANT
) -> Reported | Stopped:
    """Leiden by significance, which has no resolution to choose, on the pairs that share a signal."""
    name = f"Leiden by significance, cap {cap}"
    shared = _shared_signals(incidence, cap)
    if stopped := _too_many(name, shared, max_pairs):
        return stopped
    graph = _graph_of(sparse.triu(shared @ shared.T, k=1).tocoo())
    found = leidenalg.find_partition(graph, leidenalg.SignificanceVertexPartition, n_iterations=2, seed=seed)
    return _report(name, incidence, pd.factorize(np.asarray(found.membership))[0].astype(np.int64))


def flag_popular(incidence: Incidence, popularity: int) -> Reported:
    """Accounts with a signal of more than ``popularity`` accounts, each grouped by its most popular signal."""
    degree = incidence.biadjacency.sum(axis=0)
    popular = np.flatnonzero(degree > popularity)
    popular = popular[np.argsort(-degree[popular], kind="stable")]
    pairs = incidence.biadjacency[:, popular].tocoo()
    membership = np.full(len(incidence.accounts), len(popular), dtype=np.int64)
    np.minimum.at(membership, pairs.row, pairs.col)
    membership[membership == len(popular)] = -1
    return _report(f"popular, over {popularity}", incidence, membership)


def _whole_rows(sightings: pd.DataFrame, name: str) -> pd.DataFrame:
    missing = [column for column in SIGHTING if column not in sightings.columns]
    if missing:
        raise InputError("GL120", Place(name), f"no column {missing[0]}", f"give it {', '.join(SIGHTING)}")
    whole = sightings[list(SIGHTING)].dropna()  # as graphlink rejects such rows
    return whole.astype({column: TEXT for column in SIGHTING if whole[column].dtype == object})


def _incidence(accounts: pd.Index, account: Int64s, signal: Int64s) -> Incidence:
    shape = (len(accounts), int(signal.max(initial=-1)) + 1)
    counts = sparse.csr_array((np.ones(len(account)), (account, signal)), shape=shape)
    counts.sum_duplicates()
    counts.data[:] = 1
    return Incidence(accounts, counts)


def _shared_signals(incidence: Incidence, cap: int) -> sparse.csr_array:
    degree = incidence.biadjacency.sum(axis=0)
    return incidence.biadjacency[:, np.flatnonzero((degree >= 2) & (degree <= cap))]  # noqa: PLR2004 - shared


def _too_many(name: str, shared: sparse.csr_array, max_pairs: int) -> Stopped | None:
    """The reason why a projection does not fit, counted before it is built."""
    degree = shared.sum(axis=0).astype(np.int64)
    pairs = int((degree * (degree - 1) // 2).sum())
    return Stopped(name, f"{pairs:,} pairs, at most {max_pairs:,} are made") if pairs > max_pairs else None


def _partition(edges: sparse.coo_array, seed: int, resolution: float) -> Int64s:
    graph, weights = _graph_of(edges), edges.data
    igraph.set_random_number_generator(random.Random(seed))
    try:
        clustering = graph.community_leiden("modularity", weights.tolist(), resolution, n_iterations=2)
    finally:
        igraph.set_random_number_generator(random)
    return np.asarray(clustering.membership, dtype=np.int64)


def _graph_of(edges: sparse.coo_array) -> igraph.Graph:
    return igraph.Graph(n=edges.shape[0], edges=np.column_stack((edges.row, edges.col)))


def _report(name: str, incidence: Incidence, membership: Int64s) -> Reported:
    """Groups of at least two accounts as rings, the largest first, then by first account; -1 means no group."""
    size = np.bincount(membership[membership >= 0])
    order = np.argsort(-size, kind="stable")
    order = order[size[order] >= 2]  # noqa: PLR2004 - an account alone is no group
    rank = np.full(len(size) + 1, 0)
    rank[order] = np.arange(1, len(order) + 1)
    members = np.flatnonzero(rank[membership] > 0)
    rings = pd.DataFrame(
        {
            "ring_id": [f"b{number}" for number in range(1, len(order) + 1)],
            "rank": np.arange(1, len(order) + 1),
            "assessment": np.where(size[order] >= SMALLEST_ACCUSED, COORDINATED, "too small"),
        },
    )
    table = pd.DataFrame(
        {
            "account_id": incidence.accounts[members],
            "ring_id": rings.ring_id.to_numpy()[rank[membership[members]] - 1],
            "tier": "core",
        },
    )
    return Reported(name, rings, table)
