"""The graph for Gephi: strict XML whatever the strings, and the same graph as in the GraphML file."""

import io
import xml.etree.ElementTree as ET
from dataclasses import replace

import networkx as nx
import pytest
from page_reading import read_gexf, tree_shape
from report_worlds import harmless, hostile, two_rings

from graphlink.results.files.graph_files import write_gexf, write_graphml

NAMESPACE = "{http://gexf.net/1.3}"


def written(findings, write=write_gexf):
    file = io.BytesIO()
    write(file, findings)
    return file.getvalue()


def parse(text):
    return ET.fromstring(text)  # noqa: S314  what our own writer wrote


def test_hostile_and_harmless_data_make_the_same_tree():
    trees = [tree_shape(parse(written(two_rings(disguise).findings))) for disguise in (harmless, hostile)]
    assert trees[0] == trees[1]


@pytest.mark.parametrize("disguise", [harmless, hostile])
def test_networkx_reads_the_same_graph_as_from_graphml(disguise):
    findings = two_rings(disguise).findings
    ours = read_gexf(written(findings))
    other = nx.read_graphml(io.BytesIO(written(findings, write_graphml)))
    assert set(ours.nodes) == set(other.nodes)
    for name, node in other.nodes(data=True):
        assert ours.nodes[name] == node
    assert len(ours.edges) == len(other.edges) > 0
    for source, target, edge in other.edges(data=True):
        read = dict(ours.edges[source, target])
        assert read.pop("id") == f"{source}-{target}"
        assert float(read.pop("weight", 0)) == edge.get("weight", 0)
        assert read == {name: value for name, value in edge.items() if name != "weight"}


def test_nothing_found_is_an_empty_graph():
    findings = two_rings().findings
    tables = {name: getattr(findings, name).iloc[:0] for name in ("members", "signals", "tied")}
    nothing = replace(findings, rings=(), **tables)
    assert len(read_gexf(written(nothing))) == 0
