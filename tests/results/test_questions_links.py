"""Chains of links and neighbourhoods, beside networkx."""

import networkx as nx
import pytest

from graphlink.results.questions.links import find_neighbours, find_path


@pytest.fixture(scope="module")
def graph(run):
    """The links of the analysis, by the ids of accounts."""
    links = run.findings.groups.projection
    ids = run.reading.sightings.accounts.ids.to_pylist()
    graph = nx.Graph()
    graph.add_nodes_from(ids)
    for one, two, bits in zip(links.source.tolist(), links.target.tolist(), links.bits.tolist(), strict=True):
        graph.add_edge(ids[one], ids[two], bits=bits / 65536)
    return graph


PAIRS = [("s1", "s2"), ("s1", "s30"), ("s7", "s24"), ("s12", "s1"), ("lone1", "lone2"), ("s3", "crowd-00004")]


@pytest.mark.parametrize(("one", "two"), PAIRS)
def test_a_chain_is_as_short_as_can_be_and_of_these_its_weakest_link_is_the_strongest(one, two, asked, graph, number):
    found = find_path(asked, number[one], number[two])
    if not nx.has_path(graph, one, two):
        assert found is None
        return
    chains = list(nx.all_shortest_paths(graph, one, two))
    chain = [found.steps[0].source, *(step.target for step in found.steps)]
    assert chain in chains
    assert found.through == tuple(chain[1:-1])
    weakest = [min(graph.edges[pair]["bits"] for pair in nx.utils.pairwise(each)) for each in chains]
    assert min(step.bits for step in found.steps) == max(weakest)
    assert [step.bits for step in found.steps] == [graph.edges[pair]["bits"] for pair in nx.utils.pairwise(chain)]


def test_some_of_the_pairs_are_joined_and_some_are_not(asked, number):
    joined = [find_path(asked, number[one], number[two]) is not None for one, two in PAIRS]
    assert any(joined)
    assert not all(joined)


def test_a_chain_is_the_same_whichever_end_is_named_first(asked, number):
    one, two = (find_path(asked, number[a], number[b]) for a, b in (("s1", "s30"), ("s30", "s1")))
    assert len(one.steps) == len(two.steps)
    assert min(step.bits for step in one.steps) == min(step.bits for step in two.steps)


def test_a_link_says_what_its_ends_share(asked, number, run):
    read = run.reading.sightings
    borne: dict[str, set[str]] = {}
    values = read.signal_value.to_pylist()
    ids = read.accounts.ids.to_pylist()
    for account, signal in zip(read.account.tolist(), read.signal.tolist(), strict=True):
        borne.setdefault(ids[account], set()).add(f"{read.types[read.signal_type[signal]].name}={values[signal]}")
    for step in find_path(asked, number["s1"], number["s30"]).steps:
        assert step.shared
        assert set(step.shared) <= borne[step.source] & borne[step.target]


@pytest.mark.parametrize("hops", [1, 2, 3])
@pytest.mark.parametrize("name", ["s1", "crowd-00000", "crowd-00599"])
def test_neighbours_are_those_that_the_links_reach(name, hops, asked, graph, number):
    answer = find_neighbours(asked, number[name], hops, 10_000)
    reached = nx.single_source_shortest_path_length(graph, name, cutoff=hops)
    assert {each["account_id"]: each["hops"] for each in answer.listed} == {a: n for a, n in reached.items() if n}
    assert answer.reached == tuple(sum(n == step for n in reached.values()) for step in range(1, hops + 1))
    assert [each["hops"] for each in answer.listed] == sorted(each["hops"] for each in answer.listed)
    for each in answer.listed:
        assert graph.edges[each["via"], each["account_id"]]["bits"] == each["bits"]
        assert reached[each["via"]] == each["hops"] - 1


def test_a_limit_lists_the_nearest_and_counts_all(asked, number):
    all_of_them = find_neighbours(asked, number["s1"], 2, 10_000)
    some = find_neighbours(asked, number["s1"], 2, 3)
    assert some.reached == all_of_them.reached
    assert some.listed == all_of_them.listed[:3]
