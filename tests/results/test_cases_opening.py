"""A case is what the run published of one ring: the same numbers, every tie with its line, nothing of the others."""

import json
import shutil

import case_worlds
import pandas as pd
import pytest
import worlds
from report_worlds import hostile

from graphlink.api import library
from graphlink.model.reading import Reading
from graphlink.model.rows import RowCounts
from graphlink.results.cases.open_case import open_case
from graphlink.results.cases.pack import write_pack
from graphlink.results.tables import MEMBERS, SIGNALS, column_text
from graphlink.words.errors import InputError

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def document():
    return json.loads((case_worlds.run_folder() / "rings.json").read_text())


@pytest.fixture(scope="module", params=[0, 1, -1], ids=["first", "second", "last"])
def ring(document, request):
    """The first, the second and the last ring of the run, as rings.json has them."""
    return document["rings"][request.param]


@pytest.fixture(scope="module")
def case(ring):
    return open_case(case_worlds.run_folder(), ring["ring_id"])


def test_every_printed_number_is_that_of_rings_json(case, ring, document):
    for table, frame in ((MEMBERS, case.run.findings.members), (SIGNALS, case.run.findings.signals)):
        records = [record for record in document[table.name] if record["ring_id"] == ring["ring_id"]]
        assert len(frame) == len(records) > 0
        for field in table.fields:
            told = [record[field.name] for record in records]
            shown = column_text(frame, field).to_pylist()
            assert shown == [as_printed(cell, field) for cell in told], field.name


def as_printed(cell, field):
    if cell is None or isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return str(cell).lower()
    if isinstance(cell, list):
        return "; ".join(cell)
    return f"{cell:.{field.decimals}f}"


def test_the_ring_keeps_its_reasons(case, ring):
    assert case.ring.score == ring["score"] == pytest.approx(sum(part["points"] for part in ring["factors"]), abs=0.5)
    assert [part.because for part in case.ring.factors] == [part["because"] for part in ring["factors"]]
    assert [(check.explanation, check.fits) for check in case.ring.checks] == [
        (check["explanation"], check["fits"]) for check in ring["checks"]
    ]
    assert dict(case.ring.survives) == ring["survives"]
    assert case.ring.n_members == ring["members"]


def test_every_shared_signal_has_as_many_bearers_as_are_counted_and_each_has_a_line(case):
    borne = case.evidence.groupby(["signal_type", "signal_value"])["account_id"].nunique()
    told = case.run.findings.signals.set_index(["signal_type", "signal_value"])["accounts_in_ring"]
    assert borne.sort_index().tolist() == told.sort_index().tolist()
    assert case.evidence["line"].notna().all()
    assert set(case.evidence["account_id"]) <= set(case.members["account_id"])


def test_what_shakes_the_ring_is_told_as_in_the_report(case, ring, document):
    (told,) = (each for each in document["stability"]["rings"] if each["ring_id"] == ring["ring_id"])
    stability = case.run.findings.stability
    assert stability.rings["over_losses"].tolist() == [pytest.approx(told["over_losses"])]
    stored = pd.read_parquet(case_worlds.run_folder() / "tables" / "members.parquet")
    stored = stored[stored["ring_id"] == ring["ring_id"]]
    for name in ("over_seeds", "over_losses"):
        assert sorted(stability.members[name]) == pytest.approx(sorted(stored[name]), nan_ok=True)
    assert case.run.findings.chance.q_values == {ring["ring_id"]: document["chance"]["q_values"][ring["ring_id"]]}


def test_a_ring_is_found_whatever_the_case_of_its_letters(case, ring):
    again = open_case(case_worlds.run_folder(), ring["ring_id"].lower())
    assert again.ring.ring_id == ring["ring_id"]
    assert again.n_rings == case.n_rings
    pd.testing.assert_frame_equal(again.evidence, case.evidence)


def flip(path):
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def link(path):
    path.unlink()
    path.symlink_to(case_worlds.run_folder() / path.name)


@pytest.mark.parametrize(
    ("name", "change"),
    [("rings.json", flip), ("tables/sightings.parquet", flip), ("tables/trace.parquet", flip), ("rings.json", link)],
)
def test_files_that_changed_since_the_run_are_refused(tmp_path, document, name, change):
    run = shutil.copytree(case_worlds.run_folder(), tmp_path / "run")
    change(run / name)
    with pytest.raises(InputError, match="GL503"):
        open_case(run, document["rings"][0]["ring_id"])


def test_hostile_names_are_told_as_they_are(tmp_path):
    """Names that look like records of ours, break lines or quote: the ring's rows are found, and no others."""
    seen = worlds.rows(worlds.campaign)
    bait = '"ring_id":"R-0000000000"}],\n{"ring_id":'

    def disguised(name):
        return f"{bait} {hostile(name)}"

    rows = [(disguised(account), kind, disguised(value), day) for account, kind, value, day in seen]
    given = worlds.sightings((*rows, *worlds.crowd(300)))
    reading = Reading(given, (), RowCounts(len(given), len(given)), (), (), {}, "00" * 32)
    result = library.analyse(reading, config=case_worlds.config())
    result.write(tmp_path / "run")
    ring = next(ring for ring in result.run.findings.rings if ring.n_members > 5)
    case = open_case(tmp_path / "run", ring.ring_id)
    whole = result.run.findings
    own = {name: getattr(whole, name)[lambda rows: rows["ring_id"] == ring.ring_id] for name in ("members", "ties")}
    assert case.members["account_id"].tolist() == own["members"]["account_id"].tolist()
    names = ["account_id", "signal_type", "signal_value", "count"]
    assert set(case.evidence[names].itertuples(index=False)) == set(own["ties"][names].itertuples(index=False))
    assert case.evidence["line"].isna().all()
    write_pack(case, tmp_path / "case")
    document = json.loads((tmp_path / "case" / "case.json").read_text())
    assert {record["account_id"] for record in document["members"]} == set(own["members"]["account_id"])
    assert {record["line"] for record in document["evidence"]} == {None}
