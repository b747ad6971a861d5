"""The trace of a run: every tie of every ring, with the file and the line that show it."""

import json

import case_worlds
import pyarrow.parquet as pq
import pytest

from graphlink.results import stored_schema as stored
from graphlink.results.files.trace_table import TRACE

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def run():
    return case_worlds.run_folder()


def table(run, name):
    return pq.read_table(run / stored.FOLDER / f"{name}.parquet").to_pandas()


def test_every_tie_is_traced_to_a_line_that_names_its_account(run):
    trace = table(run, "trace")
    ids = table(run, "accounts")["account_id"].tolist()
    lines = {
        f"{case_worlds.exports().name}/{path.name}": path.read_text().split("\n")
        for path in case_worlds.exports().iterdir()
    }
    assert len(trace) > 500
    for account, source, line in zip(trace["account"], trace["source"], trace["line"], strict=True):
        assert f'"{ids[account]}"' in lines[source][line - 1]


def test_a_traced_line_shows_the_value_where_it_is_written_as_it_is_kept(run):
    trace, signals = table(run, "trace"), table(run, "signals").set_index("signal")
    lines = (case_worlds.exports() / "sightings.csv").read_text().split("\n")
    traced = trace.join(signals, on="signal")
    plain = traced[
        traced["signal_type"].isin(["ip", "card", "device"]) & traced["source"].str.endswith("sightings.csv")
    ]
    assert len(plain) > 100
    for value, line in zip(plain["signal_value"], plain["line"], strict=True):
        assert f'"{value}"' in lines[line - 1]


def test_the_ties_are_those_of_the_report(run):
    trace, evidence = table(run, "trace"), table(run, "evidence")
    borne = trace.groupby(["ring_id", "signal"], observed=True)["account"].nunique()
    told = evidence.set_index(["ring_id", "signal"])["accounts_in_ring"]
    assert borne.sort_index().tolist() == told.sort_index().tolist()


def test_the_trace_follows_the_files_and_nothing_else_does(run):
    manifest = json.loads((run / "run.json").read_text())
    assert TRACE in manifest["inputs"]["outputs"]
    assert TRACE not in manifest["outputs"]
    assert pq.read_schema(run / TRACE).names == list(stored.TRACE.columns)
