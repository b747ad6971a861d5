r"""The reported rings as a bipartite graph in GraphML, for Gephi, networkx and igraph.

Accounts and the signals that tie them go in, a stream of XML comes out. The writer is our own because those of networkx
and igraph write malformed files for control characters: here a character that XML 1.0 lacks is shown as ``\u{XX}``.
Attribute names and element ids are ours; a missing value is left out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final
from xml.sax.saxutils import escape

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from graphlink.report.tables import Field, Kind, column_text, join_text, map_distinct
from graphlink.report.text import visible

if TYPE_CHECKING:
    from typing import BinaryIO

    from graphlink.model import Findings

_CHUNK: Final = 1 << 16

_MOST_TIES: Final = 1_000_000
"""Ties in the file at most: some 300 MB, and more than a desktop program opens."""

_NODE_KEYS: Final = (
    Field("kind"),
    Field("label", is_untrusted=True),
    Field("ring_id"),
    Field("assessment"),
    Field("score", Kind.DECIMAL, 1),
    Field("tier"),
    Field("confidence", Kind.DECIMAL, 3),
    Field("cell", Kind.COUNT),
    Field("signal_type"),
    Field("family"),
    Field("provenance"),
    Field("first_seen", Kind.TIME),
    Field("last_seen", Kind.TIME),
)
_EDGE_KEYS: Final = (
    Field("ring_id"),
    Field("weight", Kind.DECIMAL, 2),
    Field("count", Kind.COUNT),
    Field("first_seen", Kind.TIME),
    Field("last_seen", Kind.TIME),
)
_XML_TYPES: Final = {Kind.DECIMAL: "double", Kind.COUNT: "long"}
_NOT_XML: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# Parsers turn a bare carriage return into a line feed; as references all three come back as they were.
_BLANKS: Final = {"\t": "&#9;", "\n": "&#10;", "\r": "&#13;"}


@dataclass(frozen=True, slots=True)
class _Graph:
    nodes: pd.DataFrame
    edges: pd.DataFrame


def write_graphml(file: BinaryIO, findings: Findings) -> None:
    """Write the accounts of the rings, their signals and who bears what.

    Beyond ``_MOST_TIES`` ties no program draws the graph: then only the rings that come first in rank order are in it.
    """
    graph = _bipartite_graph(_drawable(findings))
    file.write(_head().encode())
    for start in range(0, len(graph.nodes), _CHUNK):
        _write_elements(file, graph.nodes.iloc[start : start + _CHUNK], "node", _NODE_KEYS)
    for start in range(0, len(graph.edges), _CHUNK):
        _write_elements(file, graph.edges.iloc[start : start + _CHUNK], "edge", _EDGE_KEYS)
    file.write(b"</graph>\n</graphml>\n")


def xml_text(text: str) -> str:
    r"""Escape a text for XML 1.0 so that a strict parser gives it back.

    Examples
    --------
    >>> xml_text("a<b>\r&\x1b")
    'a&lt;b&gt;&#13;&amp;\\u{1B}'
    """
    return escape(_NOT_XML.sub(lambda match: visible(match[0]), text), _BLANKS)


def _drawable(findings: Findings) -> Findings:
    """Leave out the lowest ranked rings until what is left can be drawn; never the first."""
    if len(findings.ties) <= _MOST_TIES:
        return findings
    order = [ring.ring_id for ring in findings.rings]
    n_ties = findings.ties.groupby("ring_id").size().reindex(order, fill_value=0).cumsum()
    kept = set(order[: max(1, int((n_ties <= _MOST_TIES).sum()))])
    return replace(
        findings,
        rings=tuple(ring for ring in findings.rings if ring.ring_id in kept),
        members=findings.members[findings.members["ring_id"].isin(kept)],
        signals=findings.signals[findings.signals["ring_id"].isin(kept)],
        ties=findings.ties[findings.ties["ring_id"].isin(kept)],
    )


def _bipartite_graph(findings: Findings) -> _Graph:
    """Number the nodes: an account is in one ring; a signal that ties several carries the best ranked one's id."""
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
    distinct = signals.drop_duplicates(["signal_type", "signal_value"])
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
    return _Graph(pd.concat([accounts, shared], ignore_index=True), _edges(findings, accounts, shared))


def _edges(findings: Findings, accounts: pd.DataFrame, shared: pd.DataFrame) -> pd.DataFrame:
    sources = accounts[["id", "ring_id", "label"]].set_axis(["source", "ring_id", "account_id"], axis=1)
    targets = shared[["id", "signal_type", "label"]].set_axis(["target", "signal_type", "signal_value"], axis=1)
    weights = findings.signals[["ring_id", "signal_type", "signal_value", "bits"]]
    edges = (
        findings.ties.merge(sources, on=["ring_id", "account_id"])
        .merge(targets, on=["signal_type", "signal_value"])
        .merge(weights, on=["ring_id", "signal_type", "signal_value"])
    )
    # Programs that draw take a weight as a width; evidence that weighs nothing is left without one.
    edges = edges.assign(weight=edges["bits"].where(edges["bits"] > 0))
    order = pd.DataFrame({"a": edges["source"].str[1:].astype(int), "s": edges["target"].str[1:].astype(int)})
    return edges.loc[order.sort_values(["a", "s"]).index]


def _head() -> str:
    keys = "".join(
        f'<key id="{prefix}_{key.name}" for="{element}" attr.name="{key.name}" '
        f'attr.type="{_XML_TYPES.get(key.kind, "string")}"/>\n'
        for element, prefix, fields in (("node", "n", _NODE_KEYS), ("edge", "e", _EDGE_KEYS))
        for key in fields
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<graphml xmlns="http://graphml.graphdrawing.org/xmlns" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
        'xsi:schemaLocation="http://graphml.graphdrawing.org/xmlns '
        'http://graphml.graphdrawing.org/xmlns/1.0/graphml.xsd">\n'
        f'{keys}<graph id="rings" edgedefault="undirected">\n'
    )


def _write_elements(file: BinaryIO, frame: pd.DataFrame, element: str, keys: tuple[Field, ...]) -> None:
    if element == "node":
        opening = join_text('<node id="', _ids(frame, "id"), '">')
    else:
        opening = join_text('<edge source="', _ids(frame, "source"), '" target="', _ids(frame, "target"), '">')
    data = [_data(frame, key, element[0]) for key in keys]
    lines = join_text(opening, *data, f"</{element}>")
    file.write(("\n".join(lines.to_pylist()) + "\n").encode())


def _ids(frame: pd.DataFrame, name: str) -> pa.LargeStringArray:
    return column_text(frame, Field(name))


def _data(frame: pd.DataFrame, key: Field, prefix: str) -> pa.LargeStringArray:
    cells = column_text(frame, key)
    if key.kind is Kind.TEXT:
        cells = map_distinct(cells, xml_text)
    return pc.fill_null(join_text(f'<data key="{prefix}_{key.name}">', cells, "</data>"), "")
