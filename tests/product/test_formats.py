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
from sweep_worlds import FIRST, SECOND, sweep, write_world

from graphlink.__main__ import run
from graphlink.model.sweeps import Verdict, VerdictKind
from graphlink.results.columns import Table, _fields
from graphlink.results.files.csv_files import write_csv
from graphlink.results.files.json_files import write_records
from graphlink.results.files.stored_tables import write_table
from graphlink.results.formats import CHANGES, format_of, format_version
from graphlink.sweeps.state.open_state import open_state

FOR_PEOPLE = {"report.html"}


@pytest.fixture(scope="module")
def schemas(root) -> dict[str, dict]:
    """The schemas in docs/, which a test of the pages compares with the code."""
    found = [json.loads(path.read_text("utf-8")) for path in (root / "docs" / "schemas").iterdir()]
    return {each["title"]: each for each in found}


@pytest.fixture(scope="module")
def folders(root, tmp_path_factory):
    """A run with many kinds of rejected rows, and a sweep in whose week a person's verdict counts."""
    place = tmp_path_factory.mktemp("formats")
    assert run(["run", str(root / "data" / "samples" / "campaign"), "-o", str(place / "run"), "-q"]) == 0
    settings = write_world(place / "world", [FIRST, SECOND])
    sweep(settings, FIRST, init=True)
    with open_state(place / "world" / "state") as state:
        cat = next(r.ring_id for r in state.known_rings() for m in r.members if m.account_id == "cat-00")
        told = {"is_ring": True, "kind": VerdictKind.CONFIRMED, "by": "maria", "note": "n", "week": FIRST}
        state.record_verdicts([Verdict(cat, **told)], by="maria", at=0)
    settings.write_text(settings.read_text() + "smallest_ring = 9\n")
    return place / "run", sweep(settings, SECOND).folder


def rows_of(path) -> list:
    if path.suffix == ".csv":
        with path.open(newline="", encoding="utf-8") as file:
            return list(csv.DictReader(file))
    if path.suffix == ".jsonl":
        return [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    return [json.loads(path.read_text("utf-8"))]


def graph_keys(path) -> dict[str, dict[str, str]]:
    keys = re.findall(
        r'^<key id="\w+" for="(\w+)" attr.name="(\w+)" attr.type="(\w+)"/>$', path.read_text("utf-8"), re.MULTILINE
    )
    return {element: {name: kind for of, name, kind in keys if of == element} for element, *_ in keys}


@pytest.mark.slow
def test_every_published_file_is_held_against_its_schema(folders, schemas):
    held = set()
    for folder in folders:
        for path in sorted(each for each in folder.rglob("*") if each.is_file()):
            name = format_of(path.relative_to(folder).as_posix())
            if name in FOR_PEOPLE:
                continue
            held.add(name)
            schema = schemas[name]
            if path.suffix == ".parquet":
                found = {field.name: str(field.type) for field in pq.read_schema(path)}
                told = {column: each["x-arrow"] for column, each in schema["properties"].items()}
                assert found == told
            elif path.suffix == ".graphml":
                properties = schema["properties"].items()
                told = {e: {n: f["x-graphml"] for n, f in each["properties"].items()} for e, each in properties}
                assert graph_keys(path) == told
            else:
                validator = jsonschema.Draft202012Validator(schema)
                errors = [
                    f"{name}: {error.json_path}: {error.message}"
                    for r in rows_of(path)
                    for error in validator.iter_errors(r)
                ]
                assert errors[:3] == []
                if path.suffix == ".csv":
                    assert next(csv.reader(path.read_text("utf-8").splitlines())) == list(schema["properties"])
    assert held == set(CHANGES) == set(schemas)


@pytest.mark.slow
def test_a_run_names_the_version_of_each_of_its_files(folders):
    for folder in folders:
        manifest = json.loads((folder / "run.json").read_text())
        told = {**manifest["outputs"], **manifest["inputs"]["outputs"]}
        assert {name: each["format_version"] for name, each in told.items()} == {n: format_version(n) for n in told}
        assert manifest["format_version"] == format_version("run.json")
        assert json.loads((folder / "rings.json").read_text())["format_version"] == format_version("rings.json")


@pytest.mark.slow
@pytest.mark.parametrize("harm", [{"more": 1}, {"seed": "7"}, {"totals": {}}, {"window": {"as_of": "now"}}])
def test_a_schema_refuses_another_document(folders, schemas, harm):
    document = json.loads((folders[0] / "run.json").read_text()) | harm
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
