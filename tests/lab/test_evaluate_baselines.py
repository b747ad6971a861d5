"""The naive baselines on tiny sightings, against networkx, and at their limits."""

from functools import partial

import networkx as nx
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphlink.lab.evaluate.baselines import (
    Stopped,
    connect_components,
    connect_pairs,
    detect_leiden,
    detect_significant,
    flag_popular,
    read_incidence,
    run_baselines,
    tabulate_incidence,
)
from graphlink.words.errors import InputError

EDGES = st.lists(st.tuples(st.sampled_from("abcdefgh"), st.sampled_from("uvwxyz")), min_size=1, max_size=30)
CAP = 4


@given(EDGES)
def test_components_agree_with_networkx(edges):
    assert _groups(connect_components(_table(edges), CAP)) == _networkx_groups(edges, least=1)


@given(EDGES)
def test_pairs_agree_with_networkx(edges):
    assert _groups(connect_pairs(_table(edges), CAP)) == _networkx_groups(edges, least=2)


@pytest.mark.parametrize("detect", [detect_leiden, detect_significant])
def test_leiden_separates_two_cliques_that_share_one_value(detect):
    left, right = "a1 b1 c1 a2 b2 c2 a3 b3 c3", "d4 e4 f4 d5 e5 f5 d6 e6 f6"
    found = detect(_incidence(f"{left} {right} c7 d7"), cap=50, seed=1)
    assert _groups(found) == [{"a", "b", "c"}, {"d", "e", "f"}]


@pytest.mark.parametrize("detect", [detect_leiden, detect_significant])
def test_leiden_gives_the_same_for_the_same_seed(detect):
    incidence = _incidence(" ".join(f"{account}{number % 7}" for number, account in enumerate("abcdefghijklmnop" * 3)))
    first, second = (detect(incidence, cap=50, seed=3) for _ in range(2))
    pd.testing.assert_frame_equal(first.members, second.members)


def test_popular_puts_an_account_with_its_most_popular_signal():
    found = flag_popular(_incidence("a1 b1 c1 d1 d2 e2 f2"), popularity=2)
    assert _groups(found) == [{"a", "b", "c", "d"}, {"e", "f"}]


def test_largest_group_ranks_first_and_small_ones_accuse_nobody():
    rings = connect_components(_incidence("a1 b1 c2 d2 e2 f2 g2"), cap=9).rings
    assert rings.assessment.tolist() == ["coordinated", "too small"]


@pytest.mark.parametrize(
    "run", [connect_pairs, *(partial(detect, seed=1) for detect in (detect_leiden, detect_significant))]
)
def test_too_many_pairs_stop_before_they_are_made(run):
    stopped = run(_incidence("a1 b1 c1 d1"), 50, max_pairs=5)
    assert isinstance(stopped, Stopped)
    assert stopped.because == "6 pairs, at most 5 are made"


def test_all_baselines_run_where_nothing_is_shared():
    outcomes = list(run_baselines(_incidence("a1 b2 c3")))
    assert [len(outcome.rings) for outcome in outcomes] == [0] * len(outcomes)


def test_a_repeated_sighting_counts_once():
    assert tabulate_incidence(_rows("a1 a1 b1")).biadjacency.toarray().tolist() == [[1], [1]]


def test_values_of_different_types_are_different_signals():
    rows = [("a", "phone", "1"), ("b", "fax", "1")]
    table = pd.DataFrame(rows, columns=["account_id", "signal_type", "signal_value"])
    assert connect_components(tabulate_incidence(table), cap=5).rings.empty


def test_a_world_folder_adds_the_mail_domains(tmp_path):
    _rows("a1 b2").to_parquet(tmp_path / "sightings.parquet")
    mail = pd.DataFrame({"account_id": ["a", "b", "c"], "email": ["x@own.example", "y@own.example", None]})
    mail.to_parquet(tmp_path / "accounts.parquet")
    assert _groups(connect_components(read_incidence(tmp_path), cap=5)) == [{"a", "b"}]


def test_a_row_that_lacks_an_account_or_a_value_is_left_out(tmp_path):
    rows = pd.DataFrame(
        {"account_id": ["a", "b", None, "c"], "signal_type": "ip", "signal_value": ["1", "1", "1", None]}
    )
    rows.to_parquet(tmp_path / "sightings.parquet")
    assert _groups(connect_components(read_incidence(tmp_path), cap=5)) == [{"a", "b"}]


def test_a_path_without_sightings_is_refused(tmp_path):
    with pytest.raises(InputError, match="no sightings here"):
        read_incidence(tmp_path)


def test_a_table_without_the_columns_of_sightings_is_refused(tmp_path):
    (tmp_path / "edges.csv").write_text("account_id,signal_type\na,ip\n")
    with pytest.raises(InputError, match="no column signal_value"):
        read_incidence(tmp_path)


def _rows(text):
    """`a1` is account a seen with value 1."""
    rows = [(word[0], "ip", word[1:]) for word in text.split()]
    return pd.DataFrame(rows, columns=["account_id", "signal_type", "signal_value"])


def _incidence(text):
    return tabulate_incidence(_rows(text))


def _table(edges):
    return _incidence(" ".join(account + value for account, value in edges))


def _groups(reported):
    """Rings as sets in rank order."""
    members = reported.members.groupby("ring_id").account_id.agg(set)
    return [members[ring] for ring in reported.rings.ring_id]


def _networkx_groups(edges, *, least):
    bearers = {}
    for account, value in edges:
        bearers.setdefault(value, set()).add(account)
    usable = [accounts for accounts in bearers.values() if 2 <= len(accounts) <= CAP]
    graph = nx.Graph()
    graph.add_nodes_from(account for account, _ in edges)
    graph.add_edges_from(
        (one, other)
        for one in graph
        for other in graph
        if one < other and sum({one, other} <= accounts for accounts in usable) >= least
    )
    groups = [group for group in nx.connected_components(graph) if len(group) > 1]
    return sorted(groups, key=lambda group: (-len(group), min(group)))
