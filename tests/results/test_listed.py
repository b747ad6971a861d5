"""What is listed and what is only counted: all files of a run agree, and tables/ has every group."""

import io
import json
from collections import Counter
from dataclasses import replace

import networkx as nx
import pandas as pd
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from report_worlds import Group, generated, having

from graphlink.api import library
from graphlink.cli.main import app
from graphlink.lab.evaluate.runs import read_run
from graphlink.model.findings import Check
from graphlink.model.listing import count_groups, is_ring_listed, listed_part
from graphlink.results.cases.open_case import open_case
from graphlink.results.files import graph_files, json_files
from graphlink.results.files.graph_files import write_graphml
from graphlink.results.files.json_files import write_rings_json
from graphlink.results.run_folder import write_run
from graphlink.sweeps.comparing import compare_runs

ASSESSMENTS = ("coordinated", "inconclusive", "cleared", "household", "organisation")

groups = st.lists(
    st.builds(lambda n, called: Group(n, assessment=called), st.integers(2, 14), st.sampled_from(ASSESSMENTS)),
    min_size=1,
    max_size=6,
)


def made(parts, smallest=10):
    return having(generated(tuple(parts), n_accounts=500), smallest_listed=smallest)


@given(parts=groups, smallest=st.integers(2, 15))
@settings(deadline=None, max_examples=30)
def test_what_needs_eyes_is_listed_whole_and_the_rest_is_counted(parts, smallest):
    findings = made(parts, smallest).findings
    shown = listed_part(findings)
    kept = {ring.ring_id for ring in shown.rings}
    expected = {
        ring.ring_id
        for ring in findings.rings
        if ring.n_members >= 2
        and (ring.assessment in ("coordinated", "inconclusive", "cleared") or ring.n_members >= smallest)
    }
    assert kept == expected
    for name in ("members", "signals", "ties"):
        whole, part = getattr(findings, name), getattr(shown, name)
        pd.testing.assert_frame_equal(part, whole[whole["ring_id"].isin(kept)].reset_index(drop=True))
    assert Counter(ring.ring_id for ring in shown.found) == Counter(ring.ring_id for ring in findings.rings)
    assert sum(each.groups for each in count_groups(shown.unlisted)) == len(findings.rings) - len(kept)


def test_a_household_about_which_a_person_decided_is_listed():
    (ring,) = made([Group(3, assessment="household")]).findings.rings
    assert not is_ring_listed(ring, 10)
    decided = Check("nobody known to be bad", fits=False, because="card x is on the list")
    assert is_ring_listed(replace(ring, checks=(*ring.checks, decided)), 10)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    run = made(
        [
            Group(12),
            Group(4, assessment="inconclusive"),
            Group(11, assessment="event"),
            *[Group(3, assessment="household")] * 5,
        ]
    )
    return write_run(run, tmp_path_factory.mktemp("listed") / "run")[0].parent


def test_the_files_of_a_run_list_the_same_groups_and_count_the_same_others(folder):
    rings = pd.read_csv(folder / "rings.csv")
    document, manifest = (json.loads((folder / name).read_text()) for name in ("rings.json", "run.json"))
    listed = rings["ring_id"].tolist()
    assert listed == [ring["ring_id"] for ring in document["rings"]] == ["R-0001", "R-0002", "R-0003"]
    assert set(pd.read_csv(folder / "members.csv")["ring_id"]) == set(listed)
    graph = nx.read_graphml(folder / "graph.graphml")
    assert {node["ring_id"] for _, node in graph.nodes(data=True)} == set(listed)
    assert (
        document["unlisted"] == manifest["unlisted"] == {"household": {"groups": 5, "accounts": 10}}
    )  # without possible victims
    assert sum(each["groups"] for each in manifest["listed"].values()) == len(rings)
    assert document["left_out"] == dict.fromkeys(("hubs", "members", "rings", "signals"), 0)
    page = (folder / "report.html").read_text()
    assert "5 smaller groups (10 accounts) are not listed: 5 household." in page
    assert "R-0005" not in page


@given(most=st.integers(3_000, 60_000))
@settings(deadline=None, max_examples=25)
def test_rings_json_keeps_the_first_rows_that_fit_and_counts_the_others(most):
    run = made([Group(12), Group(30, assessment="event"), Group(9, assessment="inconclusive")])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(json_files, "MOST", most)
        file = io.BytesIO()
        write_rings_json(file, run)
    document = json.loads(file.getvalue())
    assert len(file.getvalue()) <= most + 2_000
    frames = {"members": run.findings.members, "signals": run.findings.signals, "hubs": run.findings.hubs}
    for name, frame in frames.items():
        assert len(document[name]) + document["left_out"][name] == len(frame)
    told = [member["account_id"] for member in document["members"]]
    assert told == run.findings.members["account_id"].tolist()[: len(told)]


@given(most=st.integers(6_000, 120_000))
@settings(deadline=None, max_examples=25)
def test_a_graph_keeps_the_first_members_that_fit_and_says_what_is_left_out(most):
    findings = made([Group(130), Group(30, assessment="event")]).findings
    file, whole = io.BytesIO(), io.BytesIO()
    write_graphml(file, findings, most)
    write_graphml(whole, findings)
    assert len(file.getvalue()) <= most
    graph, everything = (nx.read_graphml(io.BytesIO(each.getvalue())) for each in (file, whole))
    accounts = [name for name, node in graph.nodes(data=True) if node["kind"] == "account"]
    assert accounts == [f"a{n}" for n in range(len(accounts))]
    assert all(graph.degree(name) for name in graph if name not in accounts)
    for name in accounts:
        bits = sorted((edge["weight"] for *_, edge in everything.edges(name, data=True)), reverse=True)
        kept = sorted((edge["weight"] for *_, edge in graph.edges(name, data=True)), reverse=True)
        assert kept == (bits[:4] if everything.nodes[name]["ring_id"] == "R-0001" else bits)
    is_whole = (len(graph), graph.number_of_edges()) == (len(everything), everything.number_of_edges())
    assert (b"<desc>" in file.getvalue()) is not is_whole


def test_a_small_graph_is_written_whole():
    findings = made([Group(12)]).findings
    files = [io.BytesIO(), io.BytesIO()]
    write_graphml(files[0], findings, graph_files.MOST)
    write_graphml(files[1], findings)
    assert files[0].getvalue() == files[1].getvalue()


@pytest.fixture(scope="module")
def small_honest_run(tmp_path_factory):
    """The smallest sample: eight accounts that nobody explains, and a firm and a household that are not listed."""
    return library.analyse(library.read("data/samples/tiny")).write(tmp_path_factory.mktemp("tiny") / "run").parent


@pytest.mark.slow
def test_groups_that_no_file_lists_are_in_the_tables_with_all_that_is_known(small_honest_run):
    folder = small_honest_run
    tables = pq.read_table(folder / "tables/rings.parquet").to_pandas()
    listed = pd.read_csv(folder / "rings.csv")["ring_id"].tolist()
    assert tables[tables["listed"]]["ring_id"].tolist() == listed
    assert tables["rank"].tolist() == list(range(1, len(tables) + 1))
    assert not tables["listed"].all()


@pytest.mark.slow
def test_a_comparison_matches_unlisted_groups_and_counts_them(small_honest_run):
    (plain, unlisted), (whole, _) = (
        compare_runs(small_honest_run, small_honest_run, all_of_them=each) for each in (False, True)
    )
    assert set(unlisted) == {"same"}
    assert len(plain.rows) + unlisted["same"] == len(whole.rows)


@pytest.mark.slow
def test_a_case_can_be_made_of_a_group_that_no_file_lists(small_honest_run):
    tables = pq.read_table(small_honest_run / "tables/rings.parquet").to_pandas()
    for ring in tables.itertuples():
        case = open_case(small_honest_run, ring.ring_id)
        assert (case.ring.n_members, case.ring.assessment, case.n_rings) == (ring.members, ring.assessment, len(tables))
        assert len(case.members) == ring.members + ring.possible_victims
        assert case.members["strongest"].str.len().min() > 0


@pytest.mark.slow
def test_evaluate_judges_all_groups(small_honest_run):
    assert len(read_run(small_honest_run).rings) == pq.read_table(small_honest_run / "tables/rings.parquet").num_rows


@pytest.mark.slow
@pytest.mark.parametrize("options", [(), ("--all",)])
@pytest.mark.usefixtures("worker_here")
def test_the_command_lists_what_its_files_list(tmp_path, options):
    said = CliRunner().invoke(app, ["run", "data/samples/tiny", "-o", str(tmp_path / "run"), *options]).stdout
    rings = pd.read_csv(tmp_path / "run/rings.csv")
    told = [line.split()[1] for line in said.splitlines() if line[:4].strip().isdigit()]
    assert told == rings["ring_id"].tolist()
    assert ("2 smaller groups" in said) is (not options)
    assert len(rings) == (3 if options else 1)
