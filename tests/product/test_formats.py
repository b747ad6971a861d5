"""Every published file has a schema in docs/, and is held against it; a format changes with its version alone."""

import csv
import json
import re
import sys
from io import BytesIO

import jsonschema
import pandas as pd
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner
from sweep_worlds import FIRST, SECOND, sweep, write_world

from graphlink.__main__ import run
from graphlink.cli.commands import app
from graphlink.model.sweeps import Verdict, VerdictKind
from graphlink.results.columns import Table, _fields
from graphlink.results.files.csv_files import write_csv
from graphlink.results.files.json_files import write_records
from graphlink.results.files.stored_tables import write_table
from graphlink.results.formats import CHANGES, format_of, format_version
from graphlink.sweeps.state.decisions import record_verdicts
from graphlink.sweeps.state.open_state import open_state
from graphlink.sweeps.state.reading import known_rings

FOR_PEOPLE = {"report.html"}
PRINTED = {
    "evaluate": ("evaluate", "{campaign}", "{runs}/run", "--baselines", "{campaign}/sightings.parquet"),
    "evaluate-lineage": ("evaluate", "{runs}", "{weeks}/sweeps/run-2026-w01", "--lineage"),
    "compare": ("compare", "{weeks}/sweeps/run-2026-w01", "{weeks}/sweeps/run-2026-w02", "--all"),
    "upgrade": ("upgrade", "--dry-run", "-q", "-c", "{weeks}/graphlink.toml"),
    "sweep": ("sweep", "--week", SECOND, "-q", "-c", "{weeks}/graphlink.toml"),
    "rings": ("rings", "--state", "{weeks}/state"),
    "verdicts-list": ("verdicts", "list", "--state", "{weeks}/state"),
    "verdicts-precision": ("verdicts", "precision", "--state", "{weeks}/state"),
    "allow-list": ("allow", "list", "--state", "{weeks}/state"),
}
"""What commands print for programs, beside the files that they publish."""
ONLY_JSON = {"evaluate", "evaluate-lineage"}


@pytest.fixture(scope="module")
def schemas(root) -> dict[str, dict]:
    """The schemas in docs/, which a test of the pages compares with the code."""
    found = [json.loads(path.read_text("utf-8")) for path in (root / "docs" / "schemas").iterdir()]
    return {each["title"]: each for each in found}


@pytest.fixture(scope="module")
def folders(root, tmp_path_factory):
    """By kind: runs and sweeps, case packs and an action file; every command that publishes has made its own."""
    place = tmp_path_factory.mktemp("formats")
    key = place / "key"
    key.write_bytes(bytes(range(32)))
    key.chmod(0o600)
    settings = write_world(place / "weeks", [FIRST, SECOND])
    sweep(settings, FIRST, init=True)
    with open_state(place / "weeks" / "state") as state:
        cat = next(r.ring_id for r in known_rings(state) for m in r.members if m.account_id == "cat-00")
        told = {"is_ring": True, "kind": VerdictKind.CONFIRMED, "by": "maria", "note": "n", "week": FIRST}
        record_verdicts(state, [Verdict(cat, **told)], by="maria", at=0)
    settings.write_text(settings.read_text() + "smallest_ring = 9\n")
    (place / "weeks" / "as-swept.toml").write_text(settings.read_text())
    swept = sweep(settings, SECOND).folder
    samples, run_folder = root / "data" / "samples", str(place / "run")
    calls = [
        ("run", str(samples / "campaign"), "-o", run_folder, "-q"),
        ("allow", "account", "person-001", "--by", "li", "--note", "n", "--state", str(place / "weeks" / "state")),
        ("actions", "-c", str(settings), "-o", str(place / "actions")),
    ]
    assert [run(list(call)) for call in calls] == [0, 0, 0]
    ring = json.loads((place / "run" / "rings.json").read_text())["rings"][0]["ring_id"]
    cases = {place / "case": (), place / "exchanged": ("--pseudonymise", "--key-file", str(key))}
    for folder, more in cases.items():
        assert run(["case", ring, "--run", run_folder, "-o", str(folder), *more]) == 0
    return {"": (place / "run", swept), "case": tuple(cases), "actions": (place / "actions",)}


@pytest.fixture(scope="module")
def printed(folders, root):
    """Have commands print in a world of two weeks, with their forms."""
    runs, weeks = folders[""][0].parent, folders[""][1].parents[1]
    key = pd.DataFrame({"week": [FIRST], "ring_id": ["cat"], "active": [["cat-00", "cat-01"]], "regrown": [[]]})
    key.to_parquet(runs / "lineage.parquet")
    settings = weeks / "graphlink.toml"
    settings.write_text(settings.read_text().replace("smallest_ring = 9", "smallest_ring = 20"))
    places = {"runs": runs, "weeks": weeks, "campaign": root / "data" / "samples" / "campaign"}

    def say(name: str, form: str) -> str:
        words = [word.format_map(places) for word in PRINTED[name]]
        if name == "sweep":
            words[-1] = str(weeks / "as-swept.toml")
        outcome = CliRunner().invoke(app, [*words, "--format", form])
        assert outcome.exit_code == 0, outcome.output
        return outcome.stdout

    return say


def rows_of(path) -> list:
    if path.suffix == ".csv":
        with path.open(newline="", encoding="utf-8") as file:
            return list(csv.DictReader(file))
    if path.suffix == ".jsonl":
        return [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    return [json.loads(path.read_text("utf-8"))]


KEYS = {
    ".graphml": r'^<key id="\w+" for="(\w+)" attr.name="(\w+)" attr.type="(\w+)"/>$',
    ".gexf": r'^<attribute id="()(\w+)" title="\w+" type="(\w+)"/>$',
}
"""Where graphs declare an attribute: its element, name and type."""


def graph_keys(path) -> dict[str, dict[str, str]]:
    own = {"node": {"label": "string"}, "edge": {"weight": "double"}} if path.suffix == ".gexf" else {}
    keys = {"node": {}, "edge": {}} | own
    element = ""
    for line in path.read_text("utf-8").splitlines():
        if told := re.match(r'<attributes class="(\w+)"', line):
            element = told[1]
        if told := re.match(KEYS[path.suffix], line):
            keys[told[1] or element][told[2]] = told[3]
    return keys


def refusals(schema: dict, rows: list) -> list[str]:
    validator = jsonschema.Draft202012Validator(schema)
    return [f"{error.json_path}: {error.message}" for row in rows for error in validator.iter_errors(row)][:3]


@pytest.mark.slow
def test_every_published_file_is_held_against_its_schema(folders, schemas):
    held = set()
    files = [
        (path, format_of(path.relative_to(folder).as_posix(), kind))
        for kind, some in folders.items()
        for folder in some
        for path in sorted(each for each in folder.rglob("*") if each.is_file())
    ]
    for path, name in files:
        if name in FOR_PEOPLE:
            continue
        held.add(name)
        schema = schemas[name]
        if path.suffix == ".parquet":
            found = {field.name: str(field.type) for field in pq.read_schema(path)}
            assert found == {column: each["x-arrow"] for column, each in schema["properties"].items()}
        elif path.suffix in KEYS:
            told = {
                element: {name: facts[f"x-{path.suffix[1:]}"] for name, facts in each["properties"].items()}
                for element, each in schema["properties"].items()
            }
            assert graph_keys(path) == told
        else:
            assert (path.name, refusals(schema, rows_of(path))) == (path.name, [])
            if path.suffix == ".csv":
                assert next(csv.reader(path.read_text("utf-8").splitlines())) == list(schema["properties"])
    assert held == {name for name in CHANGES if not name.startswith("printed/")}
    assert set(CHANGES) == set(schemas)


@pytest.mark.slow
@pytest.mark.parametrize("name", PRINTED)
def test_what_a_command_prints_for_programs_is_held_against_its_schema(printed, schemas, name):
    schema = schemas[f"printed/{name}.json"]
    document = json.loads(printed(name, "json"))
    assert document
    assert refusals(schema, [document]) == []
    if name in ONLY_JSON:
        return
    assert [json.loads(line) for line in printed(name, "jsonl").splitlines()] == document
    head, *rows = csv.reader(printed(name, "csv").splitlines())
    assert (head, len(rows)) == (list(schema["items"]["properties"]), len(document))


def test_every_printed_format_is_tried(schemas):
    assert {f"printed/{name}.json" for name in PRINTED} == {name for name in CHANGES if name.startswith("printed/")}


@pytest.mark.slow
def test_a_manifest_names_the_version_of_each_of_its_files(folders):
    for kind, some in folders.items():
        for folder in some:
            name = "manifest.json" if kind else "run.json"
            manifest = json.loads((folder / name).read_text())
            told = {**manifest["outputs"], **manifest.get("inputs", {}).get("outputs", {})}
            assert {each: facts["format_version"] for each, facts in told.items()} == {
                each: format_version(each, kind) for each in told
            }
            assert manifest["format_version"] == format_version(name, kind)
    for folder, name in ((folders[""][0], "rings.json"), (folders["case"][0], "case.json")):
        kind = "case" if name == "case.json" else ""
        assert json.loads((folder / name).read_text())["format_version"] == format_version(name, kind)


@pytest.mark.slow
@pytest.mark.parametrize("harm", [{"more": 1}, {"seed": "7"}, {"totals": {}}, {"window": {"as_of": "now"}}])
def test_a_schema_refuses_another_document(folders, schemas, harm):
    document = json.loads((folders[""][0] / "run.json").read_text()) | harm
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(document, schemas["run.json"])


def test_a_renamed_column_is_written_under_both_names():
    declared = {"size": {"kind": "count", "formerly": "members", "means": "how many"}, "name": {}}
    table = Table("rings", _fields(declared))
    assert table.columns == ("size", "name", "members")
    frame = pd.DataFrame({"size": [3, 4], "name": ["a", "b"]})
    text, records, stored = BytesIO(), BytesIO(), BytesIO()
    write_csv(text, table, frame)
    write_records(records, table, frame)
    write_table(stored, table, {"size": [3, 4], "name": ["a", "b"]})
    assert text.getvalue().decode().splitlines()[1:] == ['"3","a","3"', '"4","b","4"']
    assert json.loads(records.getvalue())[1] == {"size": 4, "name": "b", "members": 4}
    assert pq.read_table(stored).to_pydict()["members"] == [3, 4]


def test_a_format_that_changed_under_the_same_version_is_not_written(root, tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(root / "scripts")
    import write_docs  # noqa: PLC0415  a script, found through the path above

    schema = {"x-format-version": 1, "properties": {"size": {"type": "integer", "description": "members"}}}
    (tmp_path / "rings.csv.schema.json").write_text(json.dumps(schema))
    reworded = {**schema, "properties": {"size": {"type": "integer", "description": "how many"}}}
    renamed = {**schema, "properties": {"members": {"type": "integer"}}}
    told = {**schema, "properties": {"description": {"type": "integer"}}}
    for other, silent in ((schema, False), (reworded, False), (renamed, True), (told, True)):
        assert bool(write_docs.changed_in_silence({"rings.csv": other}, tmp_path)) is silent
        assert not write_docs.changed_in_silence({"rings.csv": {**other, "x-format-version": 2}}, tmp_path)
    sys.modules.pop("write_docs")
