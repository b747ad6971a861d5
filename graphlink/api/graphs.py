"""One ring as a graph for networkx or igraph: its accounts, its shared signals, and the edges between them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import igraph
    import networkx as nx
    import pandas as pd

    from graphlink.model.findings import Findings, Ring

    Name = str | tuple[str, str]
    Attributes = Mapping[str, object]


def networkx_of(ring: Ring, findings: Findings) -> nx.Graph:
    """Build a bipartite graph: accounts under their id, signals under (type, value)."""
    import networkx as nx  # noqa: PLC0415  costs 0.2 s, and few who ask for a result ask for a graph

    nodes, edges = _parts(ring, findings)
    graph = nx.Graph(ring_id=ring.ring_id, score=ring.score)
    graph.add_nodes_from(nodes.items())
    graph.add_weighted_edges_from(edges)
    return graph


def igraph_of(ring: Ring, findings: Findings) -> igraph.Graph:
    """Build the same graph; ``name`` holds the account's id or the signal's value."""
    import igraph as ig  # noqa: PLC0415

    nodes, edges = _parts(ring, findings)
    number = {name: position for position, name in enumerate(nodes)}
    graph = ig.Graph(len(nodes), [(number[account], number[signal]) for account, signal, _ in edges])
    graph["ring_id"], graph["score"] = ring.ring_id, ring.score
    for key in dict.fromkeys(key for attributes in nodes.values() for key in attributes):
        graph.vs[key] = [attributes.get(key) for attributes in nodes.values()]
    graph.vs["name"] = [name if isinstance(name, str) else name[1] for name in nodes]
    graph.vs["type"] = [attributes["kind"] == "signal" for attributes in nodes.values()]
    graph.es["weight"] = [weight for _, _, weight in edges]
    return graph


def _parts(ring: Ring, findings: Findings) -> tuple[dict[Name, Attributes], list[tuple[str, Name, float]]]:
    """Nodes with their attributes and edges with their weight, in the order of the tables."""
    shared = {"ring_id": ring.ring_id, "score": ring.score}
    nodes: dict[Name, Attributes] = {}
    weights: dict[Name, float] = {}
    for account, tier, confidence in _rows(findings.members, ring, "account_id", "tier", "confidence"):
        what = {"kind": "account", "label": account, "tier": str(tier), "confidence": confidence}
        nodes[account] = {**what, **shared}
    columns = ("signal_type", "signal_value", "family", "provenance", "bits")
    for kind, value, family, provenance, bits in _rows(findings.signals, ring, *columns):
        what = {"kind": "signal", "label": f"{kind} {value}", "signal_type": kind, "family": family}
        nodes[kind, value] = {**what, "provenance": str(provenance), **shared}
        weights[kind, value] = bits
    edges: list[tuple[str, Name, float]] = [
        (account, (kind, value), weights[kind, value])
        for account, kind, value in _rows(
            findings.ties_of([ring.ring_id]), ring, "account_id", "signal_type", "signal_value"
        )
        if (kind, value) in weights
    ]
    return nodes, edges


def _rows(table: pd.DataFrame, ring: Ring, *columns: str) -> Iterator[tuple[Any, ...]]:
    mine = table[table["ring_id"] == ring.ring_id]
    return zip(*(mine[column].tolist() for column in columns), strict=True)
