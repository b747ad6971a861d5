"""The folder that is asked: a finished run, whole and its own, wherever it lies."""

import json
import shutil

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from report_worlds import two_rings

from graphlink.engine import closed_duckdb
from graphlink.results import stored_schema as stored
from graphlink.results.questions.folder import open_run
from graphlink.results.questions.links import find_neighbours, find_path
from graphlink.results.run_folder import write_run
from graphlink.words.errors import ExitCode, InputError, MachineError


def count(folder):
    with open_run(folder) as run:
        return run.rows("SELECT count(*) FROM accounts")[0][0]


@pytest.mark.parametrize("name", ["run[1]", "a*b?", "it's", 'say "x"', "ütf", "line\nbreak", "$(touch x)"])
def test_a_folder_of_any_name_is_read(name, folder, tmp_path):
    assert count(shutil.copytree(folder, tmp_path / name)) == count(folder)


def test_a_folder_that_a_pattern_would_find_is_not_read_in_its_place(folder, tmp_path):
    shutil.copytree(folder, tmp_path / "a1")
    with pytest.raises(InputError, match="GL501"):
        count(tmp_path / "a[1]")


@pytest.mark.parametrize("said", [None, "no json", '{"format": "something else"}'])
def test_what_is_no_finished_run_is_refused(said, tmp_path):
    if said is not None:
        (tmp_path / "run.json").write_text(said)
    with pytest.raises(InputError, match="GL501") as refused:
        count(tmp_path)
    assert refused.value.exit_code == ExitCode.INPUT_REFUSED


def test_a_run_without_tables_is_refused(tmp_path):
    write_run(two_rings(), tmp_path / "run")
    with pytest.raises(InputError, match="GL502"):
        count(tmp_path / "run")


@pytest.mark.parametrize("keep", [None, 0, 100, -9], ids=["missing", "empty", "its head", "all but its end"])
@pytest.mark.parametrize("table", stored.STORED, ids=lambda table: table.name)
def test_a_table_that_is_missing_or_cut_short_is_told(table, keep, copy):
    path = copy / table.file
    kept = path.read_bytes()[:keep]
    path.unlink()
    if keep is not None:
        path.write_bytes(kept)
    with pytest.raises(InputError, match="GL503"):
        count(copy)


def test_a_damaged_page_is_told(copy):
    path = copy / stored.ACCOUNTS.file
    data = bytearray(path.read_bytes())
    for place in range(8, 400):
        data[place] ^= 0x55
    path.write_bytes(data)
    with pytest.raises(InputError, match="GL503"), open_run(copy) as run:
        run.rows("SELECT * FROM accounts")


def test_a_table_of_another_version_is_told(copy):
    shutil.copy(copy / stored.RINGS.file, copy / stored.ACCOUNTS.file)
    with pytest.raises(InputError, match="GL503"):
        count(copy)


@pytest.mark.parametrize("ask", ["rows", "arrays"])
def test_an_answer_out_of_memory_is_not_blamed_on_the_run(ask, folder, monkeypatch):
    monkeypatch.setattr(closed_duckdb, "MEMORY", "20MB")
    with open_run(folder) as run, pytest.raises(MachineError, match="GL826") as refused:
        getattr(run, ask)("SELECT list(i) FROM range(50000000) t(i)")
    assert refused.value.exit_code == ExitCode.ENVIRONMENT


def change_links(folder, change):
    path = folder / stored.EDGES.file
    pq.write_table(change(pq.read_table(path)), path)


@pytest.mark.parametrize("number", [10**9, -1])
@pytest.mark.parametrize("place", [0, 1])
def test_links_with_accounts_that_are_not_there_are_told(place, number, copy):
    def elsewhere(table):
        name = table.column_names[place]
        return table.set_column(place, name, pa.array(np.full(len(table), number), pa.int32()))

    change_links(copy, elsewhere)
    with pytest.raises(InputError, match="GL503"), open_run(copy) as run:
        find_neighbours(run, 0, 1, 10)


def test_a_way_that_is_gone_from_the_links_is_told_and_not_walked_for_ever(copy):
    change_links(copy, lambda table: table.slice(0, 0))
    with open_run(copy) as run:
        one, two = (row[0] for row in run.rows("SELECT account FROM accounts WHERE component = 0 LIMIT 2"))
        with pytest.raises(InputError, match="GL503"):
            find_path(run, one, two)


def test_a_link_that_leads_elsewhere_is_refused(folder, copy):
    (copy / stored.ACCOUNTS.file).unlink()
    (copy / stored.ACCOUNTS.file).symlink_to(folder / stored.ACCOUNTS.file)
    with pytest.raises(InputError, match="GL503"):
        count(copy)
    shutil.rmtree(copy / stored.FOLDER)
    (copy / stored.FOLDER).symlink_to(folder / stored.FOLDER)
    with pytest.raises(InputError, match="GL503"):
        count(copy)


@pytest.mark.parametrize(
    ("part", "told"),
    [
        *(("calibration", None), ("config", None), ("calibration", {"n_accounts": 1e999})),
        *(("calibration", {"habits": [1]}), ("config", {"method": []})),
    ],
)
def test_a_manifest_that_lacks_what_questions_need_or_tells_something_of_another_kind_is_told(part, told, copy):
    manifest = json.loads((copy / "run.json").read_text())
    whole = manifest.pop(part)
    (copy / "run.json").write_text(json.dumps(manifest if told is None else manifest | {part: whole | told}))
    with pytest.raises(InputError, match="GL503"):
        count(copy)


def test_a_link_to_the_folder_itself_is_followed(folder, tmp_path):
    (tmp_path / "latest").symlink_to(folder)
    assert count(tmp_path / "latest") == count(folder)
