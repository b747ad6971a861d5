"""graphlink from a program: frames in, a result with frames, sets and graphs out."""

import re
from dataclasses import replace

import pandas as pd
import pyarrow as pa
import pytest
import worlds
from report_worlds import hostile, two_rings

import graphlink as gl
from graphlink.api.library import LinkedRing, Result
from graphlink.model.findings import Tier
from graphlink.model.reading import Reading
from graphlink.model.rows import RowCounts


@pytest.fixture(scope="module")
def result() -> Result:
    return Result(two_rings())


@pytest.fixture
def sightings() -> pd.DataFrame:
    """Three accounts, two of them on one card."""
    return pd.DataFrame(
        {
            "account_id": ["ann", "bob", "eve"],
            "signal_type": ["card", "card", "card"],
            "signal_value": ["c1", "c1", "c2"],
            "first_seen": pd.to_datetime(["2026-01-05", "2026-01-06", "2026-01-07"], utc=True),
        }
    )


# --- what a result gives ----------------------------------------------------------------------------------------------


def test_members_of_a_ring_are_a_set_of_ids_without_possible_victims(result):
    ring = result.ring("R-4KQ7")
    table = result.members[result.members["ring_id"] == "R-4KQ7"]
    assert ring.members == set(table.loc[table["tier"] != Tier.POSSIBLE_VICTIM, "account_id"])
    assert len(ring.members) == ring.finding.n_members
    assert len(ring.possible_victims) == 1


def test_communities_are_sets_in_rank_order(result):
    assert result.communities() == [result.ring("R-4KQ7").members, result.ring("R-9XWM").members]


def test_evidence_is_the_rings_own(result):
    assert set(result.ring("R-9XWM").evidence["ring_id"]) == {"R-9XWM"}


def test_a_result_and_a_ring_say_what_is_coordinated(result):
    """'73 rings' of which one was coordinated, and a company's headline, read like accusations."""
    assert repr(result).startswith("<Result: 2 rings (1 coordinated) in ")
    assert repr(result.ring("R-9XWM")).startswith("<LinkedRing R-9XWM (organisation): ")


@pytest.mark.parametrize("asked", [Result.members.fget, Result.communities])
def test_who_may_be_acted_on_is_told_where_accounts_are_given(result, asked):
    (told,) = re.findall(r'members\.query\("(.*)"\)', " ".join((Result.members.fget.__doc__ or "").split()))
    assert all(word in asked.__doc__ for word in ("coordinated", "core", "probable"))
    assert result.members.query(told)["ring_id"].unique().tolist() == ["R-4KQ7"]


def test_an_unknown_ring_is_a_key_error_that_says_how_many_there_are(result):
    with pytest.raises(KeyError, match="lists 2"):
        result.ring("R-0000")


@pytest.mark.parametrize("table", ["rings", "members", "signals", "hubs"])
def test_a_table_can_be_changed_without_changing_the_result(result, table):
    changed = getattr(result, table)
    changed.iloc[:, 0] = "changed"
    assert not (getattr(result, table).iloc[:, 0] == "changed").any()


def test_the_address_of_a_store_is_no_folder(result, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ValueError, match="'s3://bucket/x' is no folder on this machine"):
        result.write("s3://bucket/x")
    assert not list(tmp_path.iterdir())


def test_notices_of_the_reading_are_counted_where_a_result_is_shown(sightings):
    unused = gl.link(sightings.assign(colour="red"))
    assert [notice.code for notice in unused.notices].count("GL305") == 1
    n_notices = len(unused.notices)
    assert repr(unused).endswith(f"accounts; {n_notices} notices in .notices>")
    assert f"Reading remarked on {n_notices} things" in unused._repr_html_()
    assert "GL305" in unused._repr_html_()


# --- graphs -----------------------------------------------------------------------------------------------------------


def test_the_networkx_graph_is_bipartite_and_has_every_account(result):
    ring = result.ring("R-4KQ7")
    graph = ring.to_networkx()
    accounts = {node for node, kind in graph.nodes(data="kind") if kind == "account"}
    assert accounts == ring.members | ring.possible_victims
    assert all(graph.nodes[a]["kind"] != graph.nodes[b]["kind"] for a, b in graph.edges)


def test_the_igraph_graph_is_the_same_graph(result):
    ring = result.ring("R-4KQ7")
    other, graph = ring.to_networkx(), ring.to_igraph()
    assert (graph.vcount(), graph.ecount()) == (len(other), other.number_of_edges())
    assert graph.is_bipartite()
    assert sorted(graph.es["weight"]) == sorted(weight for _, _, weight in other.edges(data="weight"))
    assert {vertex["name"] for vertex in graph.vs.select(kind="account")} == ring.members | ring.possible_victims


def test_a_graph_keeps_accounts_and_signals_apart_whatever_they_are_called():
    ring = Result(two_rings(hostile)).ring("R-4KQ7")
    graph = ring.to_networkx()
    assert len(graph) == len(ring.members) + len(ring.possible_victims) + len(ring.evidence)


@pytest.fixture(scope="module")
def framed() -> LinkedRing:
    """A ring that took the card and the address of one account."""
    seen = worlds.sightings((*worlds.among(worlds.framed_account), *worlds.crowd(400, 4, "more")))
    reading = Reading(seen, (), RowCounts(len(seen), len(seen)), (), (), {}, "00" * 32)
    config = gl.Config(method={"null_worlds": 0, "disturbances": 0})
    result = gl.analyse(reading, config=config)
    (ring,) = (ring for ring in map(result.ring, result.rings["ring_id"]) if ring.possible_victims)
    return ring


def test_links_are_of_members_and_no_possible_victim_is_in_one(framed):
    """networkx.from_pandas_edgelist(ring.links) accused whom ring.members leaves out on purpose."""
    assert list(framed.links.columns) == ["ring_id", "source", "target", "weight", "families"]
    assert {*framed.links["source"], *framed.links["target"]} == framed.members
    assert framed.links.index.equals(pd.RangeIndex(len(framed.links)))


def test_accounts_in_a_ring_are_counted_with_its_possible_victims(framed):
    ties = framed.run.findings.ties_of([framed.finding.ring_id])
    assert set(ties["account_id"]) == framed.members | framed.possible_victims
    borne = ties.groupby(["signal_type", "signal_value"])["account_id"].nunique()
    evidence = framed.evidence.set_index(["signal_type", "signal_value"])["accounts_in_ring"]
    assert evidence.to_dict() == borne[evidence.index].to_dict()


# --- linking frames ---------------------------------------------------------------------------------------------------


def test_link_prints_nothing(sightings, capfd):
    gl.link(sightings)
    assert capfd.readouterr() == ("", "")


def test_link_reads_frames_by_the_rules_for_files(sightings, tmp_path):
    path = tmp_path / "sightings.csv"
    sightings.to_csv(path, index=False, date_format="%Y-%m-%dT%H:%M:%SZ")
    assert gl.link(sightings).run.reading.digest == gl.read(path).digest


@pytest.mark.parametrize("unit", ["s", "ms", "us"])
@pytest.mark.parametrize("far", [(1 << 63) - 1, 1 - (1 << 63)])
def test_a_time_that_python_does_not_know_is_set_aside(unit, far):
    n = 200
    times = pa.array([None] * (n - 1) + [far], pa.int64()).cast(pa.timestamp(unit, "UTC"))
    table = pa.table({"account_id": [f"a{i}" for i in range(n)], "device": ["d"] * n, "seen_at": times})
    config = gl.Config(method={"null_worlds": 0, "disturbances": 0})
    (reject,) = gl.link(table, config=config).run.reading.rejects
    assert (reject.line, reject.column, reject.code) == (n, "seen_at", "GL243")


def test_what_is_wrong_with_a_table_is_told_of_the_table_and_in_python(sightings):
    renamed = sightings.rename(columns={"account_id": "user"})
    with pytest.raises(gl.InputError) as caught:
        gl.link(renamed)
    told = str(caught.value)
    assert told.startswith("GL120 table sightings: missing `account_id`")
    assert told.endswith(
        "Fix: .rename(columns={'user': 'account_id'}), or config=gl.Config(columns={'account_id': 'user'})."
    )
    assert gl.link(renamed, config=gl.Config(columns={"account_id": "user"})).run.findings.totals.n_accounts == 3


def test_accounts_without_sightings_are_counted(sightings):
    accounts = pd.DataFrame({"account_id": ["ann", "zoe"], "plan": ["free", "free"]})
    assert gl.link(sightings, accounts).run.findings.totals.n_accounts == 4


def test_a_run_speaks_of_the_days_of_which_there_are_sightings(sightings):
    """It spoke of the two years since the oldest account was made, though the log was of three days."""
    accounts = pd.DataFrame(
        {
            "account_id": ["ann", "bob"],
            "created_at": pd.to_datetime(["2024-08-06", "2025-01-01"], utc=True),
            "email": ["ann@initech.com", "bob@initech.com"],
        }
    )
    manifest = gl.link(sightings, accounts).run.manifest
    days = [
        pd.Timestamp(moment, unit="us").date().isoformat() for moment in (manifest.window_start, manifest.window_end)
    ]
    assert days == ["2026-01-05", "2026-01-07"]


# --- what was read, and the settings that it was read with ------------------------------------------------------------


@pytest.fixture
def export(sightings, tmp_path):
    path = tmp_path / "sightings.csv"
    sightings.to_csv(path, index=False, date_format="%Y-%m-%dT%H:%M:%SZ")
    return path


def test_what_was_read_is_analysed_with_the_settings_that_it_was_read_with(export):
    """The method fell back to defaults, and run.json said that nothing was left out."""
    config = gl.Config(reading={"timezone": "UTC"}, ignore_types=["ip"], method={"smallest_ring": 20})
    reading = gl.read(export, config=config)
    manifest = gl.analyse(reading).run.manifest
    assert manifest == gl.analyse(reading, config=config).run.manifest
    assert manifest.config["ignore_types"] == ["ip"]
    assert manifest.config["method"]["smallest_ring"] == 20


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"ignore_types": ["card"]}, "`ignore_types` differs"),
        ({"ignore_columns": ["note"]}, "`ignore_columns` differs"),
        ({"reading": {"timezone": "UTC"}, "columns": {"ip": "address"}}, "`reading` and `columns` differ"),
        ({"signals": {"seat": {"family": "place", "provenance": "claimed"}}}, "`signals` differs"),
        ({"privacy": {"pseudonymise": True, "key_file": "graphlink.key"}}, "`privacy` differs"),
        ({"sources": [{"path": "more.csv"}]}, "`sources` differs"),
        ({"lineage": {"banned_statuses": ["gone"]}}, "`lineage` differs"),
    ],
)
def test_what_was_read_is_not_analysed_with_settings_under_which_other_things_are_read(export, settings, says):
    with pytest.raises(gl.ConfigError, match=f"^GL414 reading: it was read with other settings: {says}. Fix: leave"):
        gl.analyse(gl.read(export), config=gl.Config(**settings))


@pytest.mark.parametrize(
    "settings", [{"method": {"smallest_ring": 5}}, {"limits": {"max_memory_mb": 9}}, {"lineage": {"ghost_weeks": 2}}]
)
def test_what_was_read_can_be_analysed_with_another_method(export, settings):
    config = gl.Config(**settings)
    manifest = gl.analyse(gl.read(export), config=config).run.manifest
    assert manifest.config["method"]["smallest_ring"] == config.method.smallest_ring
    assert manifest.config["lineage"]["ghost_weeks"] == config.lineage.ghost_weeks


def test_the_reading_of_a_table_can_be_analysed_again(sightings):
    config = gl.Config(ignore_types=["ip"], method={"smallest_ring": 20})
    result = gl.link(sightings, config=config)
    assert gl.analyse(result.run.reading).run.manifest == result.run.manifest
    assert gl.analyse(result.run.reading, config=config).run.manifest == result.run.manifest


# --- what an account holder can be told -------------------------------------------------------------------------------


def test_a_member_of_a_coordinated_ring_can_be_told_why(result):
    ring = result.ring("R-4KQ7")
    assert ring.statement(min(ring.members)).startswith("Your account appears to be coordinated")


def test_nobody_is_told_to_be_coordinated_whose_ring_is_not(result):
    with pytest.raises(ValueError, match="R-9XWM is assessed as organisation and not as coordinated"):
        result.ring("R-9XWM").statement("staff-1")


def test_an_id_that_is_a_number_is_told_to_be_text(result):
    with pytest.raises(KeyError, match=r"no account 1600 in R-4KQ7; ids are text, also .*: '1600'"):
        result.ring("R-4KQ7").statement(1600)
    with pytest.raises(KeyError, match=r"no account '1600' in R-4KQ7; ring\.members lists them"):
        result.ring("R-4KQ7").statement("1600")


# --- wrong arguments, and a run that found nothing --------------------------------------------------------------------


def test_a_table_of_no_ring_has_the_types_of_one_of_some(result):
    none = replace(result.run, findings=replace(result.run.findings, rings=()))
    assert Result(none).rings.dtypes.to_dict() == result.rings.dtypes.to_dict()
