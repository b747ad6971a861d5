"""What `graphlink evaluate` is given and cannot read: refused by name, with a code and exit 4."""

import gzip
import json

import pandas as pd
import pytest
from click.testing import CliRunner

from graphlink.cli.commands import app
from graphlink.lab.evaluate import read_run, read_truth, runs
from graphlink.lab.evaluate.baselines import read_incidence
from graphlink.lab.evaluate.series import read_lineage, read_sweep
from graphlink.results.formats import format_version
from graphlink.words.errors import InputError

BROKEN = {
    "latin.csv": (b"\xff\xfez", "not UTF-8"),
    "empty.csv": (b"", "empty file"),
    "quote.csv": (b'a b\n"x', "no CSV: a quote is never closed"),
    "junk.parquet": (b"junk\n", "not Parquet, or damaged"),
    "packed.csv.gz": (b"no gzip", "damaged"),
    "cut.csv.gz": (gzip.compress(b"account_id,ring_id\n" * 99)[:-12], "cut short, or damaged"),
    "lines.jsonl.zst": (b"\x28\xb5\x2f\xfd", "packed in a way that is not read here"),
}
WHOLE = {
    "format_version": 1,
    "rings": [{"ring_id": "r", "rank": 1, "assessment": "coordinated"}],
    "members": [{"account_id": "a", "ring_id": "r", "tier": "core", "confidence": 0.9}],
}
NO_RUNS = {
    "cut": "{",
    "another document": "[]",
    "another version": json.dumps({**WHOLE, "format_version": 3}),
    "no members": json.dumps({"rings": WHOLE["rings"]}),
    "rings that are numbers": json.dumps({**WHOLE, "rings": [1, 2]}),
    "a ring without an id": json.dumps({**WHOLE, "rings": [{"rank": 1, "assessment": "coordinated"}]}),
    "a ring without a rank": json.dumps({**WHOLE, "rings": [{"ring_id": "r", "assessment": "coordinated"}]}),
    "a ring twice": json.dumps({**WHOLE, "rings": WHOLE["rings"] * 2}),
    "an id that is a list": json.dumps({**WHOLE, "members": [{**WHOLE["members"][0], "account_id": ["a"]}]}),
    "a confidence in words": json.dumps({**WHOLE, "members": [{**WHOLE["members"][0], "confidence": "high"}]}),
    "very deep": "[" * 100_000,
}


@pytest.mark.parametrize("name", BROKEN)
@pytest.mark.parametrize(("read", "code"), [(read_truth, "GL151"), (read_incidence, "GL154")])
def test_a_table_that_cannot_be_read_is_refused_by_name(tmp_path, name, read, code):
    content, why = BROKEN[name]
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError, match=f"{code} .*{name}: {why}"):
        read(tmp_path / name)


ROWS = {
    "account_id,ring_id\na,r\nb,r\nring-5": ":4: 1 field, expected 2. Fix: correct the row",
    'account_id,ring_id\n"a\n",r\n\n \nb,r,x\n': ":6: 3 fields, expected 2. Fix: correct the row",
    "account_id,ring_id\nx,a,r\nx,b,r\n": ":2: 3 fields, expected 2. Fix: correct the row",
    "account_id,ring_id,ring_id\na,r,x\n": ":1: column ring_id occurs twice. Fix: rename one of the two",
    "account_id,ring_id\na,r\n,r\n": ": a row has no account_id. Fix: give each row",
}


@pytest.mark.parametrize("content", ROWS)
@pytest.mark.parametrize("opened", [open, gzip.open])
def test_rows_that_the_header_does_not_fit_are_refused_by_their_line(tmp_path, content, opened):
    """A key that was cut in mid-row called its last account honest; with a column too many all of them moved."""
    path = tmp_path / ("key.csv" if opened is open else "key.csv.gz")
    with opened(path, "wt") as file:
        file.write(content)
    with pytest.raises(InputError, match=f"GL151 .*{ROWS[content]}"):
        read_truth(path)


def test_blank_lines_and_a_mark_of_byte_order_are_no_rows(tmp_path):
    (tmp_path / "key.csv").write_bytes(b"\xef\xbb\xbfaccount_id,ring_id\n\na,r\n  \nb,r\n\n")
    assert read_truth(tmp_path / "key.csv").accounts.tolist() == ["a", "b"]


@pytest.mark.parametrize("name", ["truth.parquet", "truth_groups.parquet", "truth_members.parquet"])
@pytest.mark.parametrize("harm", ["junk", "columns", "gone"])
def test_a_simulated_world_that_is_damaged_is_refused(tmp_path, name, harm):
    for each, columns in (
        ("truth", ("account_id", "ring_id")),
        ("truth_groups", ("group_id", "kind")),
        ("truth_members", ("group_id", "account_id")),
    ):
        pd.DataFrame({column: ["x"] for column in columns}).to_parquet(tmp_path / f"{each}.parquet")
    assert len(read_truth(tmp_path)) == 1
    match harm:
        case "junk":
            (tmp_path / name).write_bytes(b"junk")
        case "columns":
            pd.DataFrame({"other": ["x"]}).to_parquet(tmp_path / name)
        case _:
            (tmp_path / name).unlink()
    with pytest.raises(InputError, match=r"GL15[01]"):
        read_truth(tmp_path)


def test_mail_of_a_world_without_its_columns_is_refused(tmp_path):
    (tmp_path / "sightings.csv").write_text("account_id,signal_type,signal_value\na,ip,x\n")
    pd.DataFrame({"account_id": ["a"]}).to_parquet(tmp_path / "accounts.parquet")
    with pytest.raises(InputError, match=r"GL154 .*accounts\.parquet: no column email"):
        read_incidence(tmp_path)


@pytest.mark.parametrize("what", NO_RUNS)
def test_a_document_that_no_run_wrote_is_refused(tmp_path, what):
    (tmp_path / "rings.json").write_text(json.dumps(WHOLE))
    assert len(read_run(tmp_path).members) == 1
    (tmp_path / "rings.json").write_text(NO_RUNS[what])
    with pytest.raises(InputError, match="GL152"):
        read_run(tmp_path)


@pytest.mark.parametrize("name", ["rings.csv", "members.csv"])
@pytest.mark.parametrize("content", [b"", b"\xff", b"other\nx\n", b'a\n"'])
def test_csv_files_that_no_run_wrote_are_refused(tmp_path, name, content):
    (tmp_path / "rings.csv").write_text("ring_id,rank,assessment\nr,1,coordinated\n")
    (tmp_path / "members.csv").write_text("account_id,ring_id,tier\na,r,core\n")
    assert len(read_run(tmp_path).members) == 1
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError, match="GL152"):
        read_run(tmp_path)


@pytest.mark.parametrize("content", ["{", "[]", "{}", '{"evaders": [1]}'])
def test_the_evaders_of_a_sweep_are_guarded_too(tmp_path, content):
    folder = tmp_path / "run-2026-w10"
    folder.mkdir()
    (folder / "rings.json").write_text(json.dumps(WHOLE))
    (folder / "lineage.json").write_text(content)
    with pytest.raises(InputError, match=r"GL152 .*lineage\.json"):
        read_sweep(folder)


@pytest.mark.parametrize("content", [b"junk", None])
def test_the_lineage_of_a_world_is_guarded_too(tmp_path, content):
    path = tmp_path / "lineage.parquet"
    if content is None:
        pd.DataFrame({"week": ["2026-W10"]}).to_parquet(path)
    else:
        path.write_bytes(content)
    with pytest.raises(InputError, match="GL150"):
        read_lineage(tmp_path)


def test_the_command_ends_as_refused(tmp_path):
    (tmp_path / "labels.csv").write_bytes(b"\xff\xfez")
    result = CliRunner().invoke(app, ["evaluate", str(tmp_path / "labels.csv"), str(tmp_path)])
    assert isinstance(result.exception, InputError)


def test_the_format_that_runs_are_written_in_is_the_one_that_is_read():
    # evaluate and report are stages, which do not import each other
    assert runs._VERSIONS[-1] == format_version("rings.json")
