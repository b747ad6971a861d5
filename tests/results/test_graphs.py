"""The graph as GraphML and GEXF: strict XML whatever the strings, the same graph in both, as networkx reads it."""

import io
import xml.etree.ElementTree as ET
from dataclasses import replace

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from page_reading import read_gexf, tree_shape
from report_worlds import harmless, hostile, two_rings

from graphlink.results.files.graph_files import write_gexf, write_graphml, xml_text
from graphlink.results.text import visible


def written(findings, write=write_graphml):
    file = io.BytesIO()
    write(file, findings)
    return file.getvalue()


def parse(text):
    return ET.fromstring(text)  # noqa: S314  what our own writer wrote


def shown(text):
    """A text as XML can hold it."""
    return "".join(character if _is_xml(character) else visible(character) for character in text)


def _is_xml(character):
    point = ord(character)
    return point in (9, 10, 13) or 0x20 <= point <= 0xD7FF or 0xE000 <= point <= 0xFFFD or point > 0xFFFF


@given(st.text(max_size=60))
def test_a_strict_parser_gives_every_text_back(text):
    assert (parse(f"<a>{xml_text(text)}</a>").text or "") == shown(text)
    assert parse(f'<a b="{xml_text(text)}"/>').get("b") == shown(text)


@pytest.mark.parametrize("write", [write_graphml, write_gexf])
def test_hostile_and_harmless_data_make_the_same_tree(write):
    trees = [tree_shape(parse(written(two_rings(disguise).findings, write))) for disguise in (harmless, hostile)]
    assert trees[0] == trees[1]


def test_networkx_reads_the_values_back():
    findings = two_rings(hostile).findings
    graph = nx.read_graphml(io.BytesIO(written(findings)))
    accounts = {node["label"]: node for _, node in graph.nodes(data=True) if node["kind"] == "account"}
    for member in findings.members.itertuples():
        node = accounts[shown(member.account_id)]
        assert (node["tier"], node["ring_id"], node["confidence"]) == (member.tier, member.ring_id, member.confidence)


def test_every_tie_is_an_edge_between_an_account_and_a_signal():
    findings = two_rings().findings
    graph = nx.read_graphml(io.BytesIO(written(findings)))
    ties = {(tie.account_id, tie.signal_value) for tie in findings.ties.itertuples()}
    edges = {
        tuple(graph.nodes[node]["label"] for node in sorted(edge, key=lambda name: graph.nodes[name]["kind"]))
        for edge in graph.edges
    }
    assert edges == ties
    assert nx.is_bipartite(graph)


def test_the_order_of_the_rows_leaves_the_bytes_as_they_are():
    findings = two_rings().findings
    assert written(replace(findings, tied=findings.ties.sample(frac=1, random_state=1))) == written(findings)


@pytest.mark.parametrize("disguise", [harmless, hostile])
def test_networkx_reads_the_same_graph_as_from_graphml(disguise):
    findings = two_rings(disguise).findings
    ours = read_gexf(written(findings, write_gexf))
    other = nx.read_graphml(io.BytesIO(written(findings)))
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
    assert len(read_gexf(written(nothing, write_gexf))) == 0
