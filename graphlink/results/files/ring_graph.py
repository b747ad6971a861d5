"""The reported rings as a bipartite graph: findings go in, nodes and edges with declared attributes come out.

Accounts and their signals are nodes; an edge joins an account to its signal. Names of attributes and ids of elements
are ours; a missing value is left out. Programs draw no more than some ten thousand nodes, so a graph can be cut: in a
large ring each member keeps its strongest ties, and what does not fit is left out from the last member on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import pandas as pd

from graphlink.engine.ranks import ranks
from graphlink.model.arrays import Bools, Int64s
from graphlink.model.findings import Findings
from graphlink.model.text import TEXT
from graphlink.results.columns import DECLARED, Kind

_LARGE: Final = 100
"""Accounts of a ring from which on a cut graph has each member's strongest ties alone."""
_STRONGEST: Final = 4
"""How many these are."""
_LEAST: Final = 200
"""Bytes of an account's node at least, so that no more accounts than would fit are looked at."""

NODE_FIELDS, EDGE_FIELDS = (DECLARED["graph"][name].fields for name in ("nodes", "edges"))
ELEMENTS: Final = {"node": NODE_FIELDS, "edge": EDGE_FIELDS}
XML_TYPES: Final = {Kind.DECIMAL: "double", Kind.COUNT: "long"}
"""Of attributes; others are strings."""


CHUNK: Final = 1 << 16
"""Rows turned into text at once."""


@dataclass(frozen=True, slots=True)
class RingGraph:
    """Nodes and edges, one row each; ``id``, ``source`` and ``target`` name nodes."""

    nodes: pd.DataFrame
    edges: pd.DataFrame
    n_accounts: int
    """Accounts of the findings, also of those that were left out."""
    n_ties: int

    @property
    def told(self) -> str:
        """What was left out, in a sentence; empty if nothing was."""
        accounts, ties = int((self.nodes["kind"] == "account").sum()), len(self.edges)
        if (accounts, ties) == (self.n_accounts, self.n_ties):
            return ""
        return (
            f"Of the listed rings, best rank first, this graph has {accounts:,} of {self.n_accounts:,} accounts and "
            f"{ties:,} of {self.n_ties:,} ties: of rings with more than {_LARGE} accounts the {_STRONGEST} strongest "
            "ties of each account. The folder tables has all."
        )

    def pieces(self, name: str) -> Iterator[pd.DataFrame]:
        """The nodes or the edges, a part at a time."""
        frame = self.nodes if name == "node" else self.edges
        yield from (frame.iloc[start : start + CHUNK] for start in range(0, len(frame), CHUNK))


def ring_graph(findings: Findings) -> RingGraph:
    """Return the accounts of the rings, their signals and the edges between them.

    Nodes are numbered. A signal of several rings carries the id of the best ranked one.
    """
    scores = pd.Series({ring.ring_id: ring.score for ring in findings.rings}, dtype="float64")
    members, signals = findings.members, findings.signals
    accounts = pd.DataFrame(
        {
            "id": pd.array([f"a{number}" for number in range(len(members))], dtype=TEXT),
            "kind": "account",
            "label": members["account_id"].to_numpy(),
            **{name: members[name].to_numpy() for name in ("ring_id", "assessment", "tier", "confidence")},
            "score": scores.reindex(members["ring_id"]).to_numpy(),
            "cell": members["cell"].where(members["cell"] >= 0).astype("Int64").to_numpy(),
            "first_seen": members["first_seen"].array,
            "last_seen": members["last_seen"].array,
        }
    )
    value = pd.Series(ranks(signals["signal_value"])[0], index=signals.index)
    distinct = signals[~pd.DataFrame({"type": signals["signal_type"], "value": value}).duplicated()]
    shared = pd.DataFrame(
        {
            "id": pd.array([f"s{number}" for number in range(len(distinct))], dtype=TEXT),
            "kind": "signal",
            "label": distinct["signal_value"].to_numpy(),
            **{name: distinct[name].to_numpy() for name in ("ring_id", "signal_type", "family", "provenance")},
            "score": scores.reindex(distinct["ring_id"]).to_numpy(),
            "first_seen": distinct["first_seen"].array,
            "last_seen": distinct["last_seen"].array,
        }
    )
    edges = _edges(findings, accounts, shared)
    return RingGraph(pd.concat([accounts, shared], ignore_index=True), edges, len(accounts), len(edges))


def fitting_graph(findings: Findings, most: int, size: Callable[[pd.DataFrame, str], Int64s]) -> RingGraph:
    """Return as much of the graph as fits into so many bytes, in the order of the members.

    ``size`` tells the bytes of each row of the nodes or the edges.
    """
    members = findings.members.iloc[: most // _LEAST]
    kept = set(members["ring_id"])
    whole = ring_graph(
        replace(
            findings,
            members=members,
            signals=findings.signals[findings.signals["ring_id"].isin(kept)],
            tied=findings.ties_of(kept),
        )
    )
    graph = _with_edges(whole, _strongest(whole))
    nodes, edges = graph.nodes, graph.edges
    is_account = (nodes["kind"] == "account").to_numpy()
    n_members = int(is_account.sum())
    first = np.full(len(nodes), len(nodes), dtype=np.int64)  # the member with which a node comes
    first[:n_members] = np.arange(n_members)
    place = pd.Index(nodes["id"])
    source, target = (place.get_indexer(pd.Index(edges[name])) for name in ("source", "target"))
    np.minimum.at(first, target, source)
    bytes_of = np.bincount(first, size(nodes, "node"), n_members) + np.bincount(source, size(edges, "edge"), n_members)
    n_fit = int(np.searchsorted(np.cumsum(bytes_of), most, side="right"))
    return RingGraph(nodes[first < n_fit], edges[source < n_fit], len(findings.members), len(findings.tied))


def _strongest(graph: RingGraph) -> Bools:
    """Which edges stay: of large rings the strongest of each account."""
    edges = graph.edges
    n_of_ring = graph.nodes["ring_id"][graph.nodes["kind"] == "account"].value_counts()
    is_large = (edges["ring_id"].map(n_of_ring) > _LARGE).to_numpy()
    order = np.lexsort((edges["s"], -edges["bits"], edges["a"]))
    account = edges["a"].to_numpy()[order]
    starts = np.searchsorted(account, account)
    stays = np.empty(len(edges), dtype=np.bool_)
    stays[order] = np.arange(len(edges)) - starts < _STRONGEST
    return stays | ~is_large


def _with_edges(graph: RingGraph, stays: Bools) -> RingGraph:
    """The graph with some edges, without signals that have none."""
    edges = graph.edges[stays]
    is_joined = np.arange(len(graph.nodes)) < graph.n_accounts
    is_joined[graph.n_accounts + edges["s"].to_numpy()] = True
    return replace(graph, nodes=graph.nodes[is_joined].reset_index(drop=True), edges=edges)


def _edges(findings: Findings, accounts: pd.DataFrame, shared: pd.DataFrame) -> pd.DataFrame:
    ties, weights = findings.ties, findings.signals[["ring_id", "signal_type", "bits"]]
    account, account_of = ranks(ties["account_id"], accounts["label"])
    value, value_of, weighed = ranks(ties["signal_value"], shared["label"], findings.signals["signal_value"])
    sources = pd.DataFrame({"ring_id": accounts["ring_id"], "account": account_of, "a": np.arange(len(accounts))})
    targets = pd.DataFrame({"signal_type": shared["signal_type"], "value": value_of, "s": np.arange(len(shared))})
    edges = (  # a million rows with few columns of text: the nodes' ids are added last
        ties.drop(columns=["account_id", "signal_value"])
        .assign(account=account, value=value)
        .merge(sources, on=["ring_id", "account"])
        .drop(columns="account")
        .merge(targets, on=["signal_type", "value"])
        .merge(weights.assign(value=weighed), on=["ring_id", "signal_type", "value"])
        .drop(columns=["signal_type", "value"])
        .sort_values(["a", "s"])
    )
    return edges.assign(
        source=accounts["id"].array.take(edges["a"].to_numpy()),
        target=shared["id"].array.take(edges["s"].to_numpy()),
        # Drawing programs use the weight as a width; evidence without weight gets none.
        weight=edges["bits"].where(edges["bits"] > 0),
    )
