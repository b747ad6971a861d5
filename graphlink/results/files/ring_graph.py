"""The reported rings as a bipartite graph: findings go in, nodes and edges with declared attributes come out.

Accounts and their signals are nodes; an edge joins an account to its signal. Names of attributes and ids of elements
are ours; a missing value is left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import pandas as pd

from graphlink.engine.ranks import ranks
from graphlink.model.findings import Findings, Ties
from graphlink.results.columns import DECLARED, Kind

_MOST_TIES: Final = 1_000_000
"""Ties in the file at most: some 300 MB, and more than a desktop program opens."""

NODE_FIELDS, EDGE_FIELDS = (DECLARED["graph"][name].fields for name in ("nodes", "edges"))
ELEMENTS: Final = {"node": NODE_FIELDS, "edge": EDGE_FIELDS}
XML_TYPES: Final = {Kind.DECIMAL: "double", Kind.COUNT: "long"}
"""Of attributes; others are strings."""


_CHUNK: Final = 1 << 16
"""Rows turned into text at once."""


@dataclass(frozen=True, slots=True)
class RingGraph:
    """Nodes and edges, one row each; ``id``, ``source`` and ``target`` name nodes."""

    nodes: pd.DataFrame
    edges: pd.DataFrame

    def pieces(self, name: str) -> Iterator[pd.DataFrame]:
        """The nodes or the edges, a part at a time."""
        frame = self.nodes if name == "node" else self.edges
        yield from (frame.iloc[start : start + _CHUNK] for start in range(0, len(frame), _CHUNK))


def ring_graph(findings: Findings) -> RingGraph:
    """Return the accounts of the rings, their signals and the edges between them.

    Programs cannot draw more than ``_MOST_TIES`` ties: beyond that, only the best ranked rings are included.
    """
    return _bipartite_graph(_drawable(findings))


def _drawable(findings: Findings) -> Findings:
    """Leave out the lowest ranked rings until the rest can be drawn; the first always stays."""
    if len(findings.tied) <= _MOST_TIES:
        return findings
    order = [ring.ring_id for ring in findings.rings]
    n_ties = _n_ties(findings.tied).reindex(order, fill_value=0).cumsum()
    kept = set(order[: max(1, int((n_ties <= _MOST_TIES).sum()))])
    return replace(
        findings,
        rings=tuple(ring for ring in findings.rings if ring.ring_id in kept),
        members=findings.members[findings.members["ring_id"].isin(kept)],
        signals=findings.signals[findings.signals["ring_id"].isin(kept)],
        tied=findings.ties_of(kept),
    )


def _n_ties(tied: Ties | pd.DataFrame) -> pd.Series[int]:
    """How many ties each ring has, by its id."""
    if isinstance(tied, Ties):
        return pd.Series(np.bincount(tied.ring, minlength=len(tied.ring_ids)), list(tied.ring_ids))
    return tied.groupby("ring_id").size()


def _bipartite_graph(findings: Findings) -> RingGraph:
    """Number the nodes. A signal of several rings carries the id of the best ranked one."""
    scores = pd.Series({ring.ring_id: ring.score for ring in findings.rings}, dtype="float64")
    members, signals = findings.members, findings.signals
    accounts = pd.DataFrame(
        {
            "id": pd.array([f"a{number}" for number in range(len(members))], dtype="str"),
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
            "id": pd.array([f"s{number}" for number in range(len(distinct))], dtype="str"),
            "kind": "signal",
            "label": distinct["signal_value"].to_numpy(),
            **{name: distinct[name].to_numpy() for name in ("ring_id", "signal_type", "family", "provenance")},
            "score": scores.reindex(distinct["ring_id"]).to_numpy(),
            "first_seen": distinct["first_seen"].array,
            "last_seen": distinct["last_seen"].array,
        }
    )
    return RingGraph(pd.concat([accounts, shared], ignore_index=True), _edges(findings, accounts, shared))


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
