"""The commands that answer questions, as a user meets them."""

import json
import signal
import subprocess
import sys
import time

import pytest
from questions_worlds import renamed_run, written

from graphlink.__main__ import run as graphlink
from graphlink.words.errors import ExitCode


def said(capsys, *arguments):
    code = graphlink(list(map(str, arguments)))
    shown = capsys.readouterr()
    return code, shown.out, shown.err


def test_two_accounts_are_explained(capsys, folder, run):
    code, out, err = said(capsys, "explain", "s1", "x3", "-r", folder)
    assert (code, err) == (ExitCode.DONE, "")
    assert out.startswith("s1 and x3 are not linked: ")
    assert out.splitlines()[-1] == f"Next: graphlink explain {run.findings.rings[0].ring_id} -r {folder}"


def test_the_folder_is_called_result_unless_named(capsys, folder, tmp_path, monkeypatch):
    (tmp_path / "result").symlink_to(folder)
    monkeypatch.chdir(tmp_path)
    code, out, _ = said(capsys, "explain", "s1")
    assert code == ExitCode.DONE
    assert "-r" not in out.splitlines()[-1]


@pytest.mark.parametrize(
    ("arguments", "question", "key"),
    [
        (["explain", "s1", "s7"], "pair", "evidence_bits"),
        (["explain", "s1"], "account", "n_links"),
        (["explain", "ip=gateway"], "signal", "needed_bits"),
        (["path", "s1", "s7"], "path", "steps"),
        (["neighbours", "s1", "--hops", "2"], "neighbours", "reached"),
    ],
)
def test_every_answer_can_be_json(arguments, question, key, capsys, folder):
    code, out, err = said(capsys, *arguments, "-r", folder, "--json")
    assert (code, err) == (ExitCode.DONE, "")
    document = json.loads(out)
    assert document["question"] == question
    assert key in document


def test_a_ring_in_place_of_an_account_is_said_to_be_one(capsys, folder, run):
    ring = run.findings.rings[0].ring_id
    code, _, err = said(capsys, "explain", ring, "s1", "-r", folder)
    assert code == ExitCode.INPUT_REFUSED
    assert f"GL504 {ring}: no account, but a ring of this run. Fix: ask for it alone: `graphlink explain {ring}`" in err


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["explain", "s1", "s2", "s3"], ExitCode.USAGE),
        (["explain", "s1", "s1"], ExitCode.USAGE),
        (["explain", "s1", "--format", "csv"], ExitCode.USAGE),
        (["path", "s1", "s1"], ExitCode.USAGE),
        (["neighbours", "s1", "--hops", "0"], ExitCode.USAGE),
        (["sql", "SELECT 1", "--limit", "0"], ExitCode.USAGE),
        (["sql", "SELECT 1", "--limit", "99999999999999999999"], ExitCode.USAGE),
        (["explain", ""], ExitCode.USAGE),
        (["explain", "s1", " "], ExitCode.USAGE),
        (["explain", "nobody-of-this-name"], ExitCode.INPUT_REFUSED),
        (["explain", "s1", "ip=gateway"], ExitCode.INPUT_REFUSED),
        (["path", "s1", "nobody-of-this-name"], ExitCode.INPUT_REFUSED),
        (["neighbours", "nobody-of-this-name"], ExitCode.INPUT_REFUSED),
        (["sql", "DROP VIEW rings"], ExitCode.INPUT_REFUSED),
        (["explain", "no\udcfftext"], ExitCode.INPUT_REFUSED),
        (["path", "s1", "no\udcfftext"], ExitCode.INPUT_REFUSED),
        (["sql", "SELECT 'no\udcfftext'"], ExitCode.INPUT_REFUSED),
    ],
)
def test_what_cannot_be_answered_ends_with_its_code(arguments, code, capsys, folder):
    ended, out, err = said(capsys, *arguments, "-r", folder)
    assert (ended, out) == (code, "")
    assert err.splitlines()[-1] == f"graphlink: exit {int(code)} {code.name}"


@pytest.mark.parametrize("arguments", [["explain", "no\udcfftext"], ["sql", "SELECT 'no\udcfftext'"]])
def test_a_name_that_is_no_text_is_not_blamed_on_the_run(arguments, capsys, folder):
    _, _, err = said(capsys, *arguments, "-r", folder)
    assert "not UTF-8" in err
    assert "GL503" not in err


def test_no_run_is_one_sentence(capsys, tmp_path):
    code, _, err = said(capsys, "explain", "s1", "-r", str(tmp_path / "nosuch"))
    assert code == ExitCode.INPUT_REFUSED
    assert err.splitlines()[0].startswith("graphlink: GL501 ")
    assert "no such folder. Fix: name the folder of a finished run with --run FOLDER." in err
    code, _, err = said(capsys, "explain", "s1", "-r", str(tmp_path))
    assert "not the folder of a finished run. Fix: name one with --run FOLDER." in err


def test_a_name_of_two_kinds_is_answered_and_the_other_is_told(capsys, run, tmp_path):
    other = str(written(renamed_run({"x2": "gateway"}, {}), tmp_path / "run"))
    _, out, err = said(capsys, "explain", "gateway", "-r", other)
    assert out.startswith("gateway is in no ring.")
    assert err == "gateway names a signal too; `graphlink explain signal:gateway` asks for it.\n"
    _, out, err = said(capsys, "explain", "signal:gateway", "-r", other)
    assert out.startswith("ip=gateway ")
    assert err == ""


SQL = "SELECT rank, score, headline, first_seen, factors FROM rings ORDER BY rank"


def test_sql_is_printed_in_every_form(capsys, folder, run):
    ring = run.findings.rings[0]
    _, out, _ = said(capsys, "sql", SQL, "-r", folder, "--json")
    row = json.loads(out)[0]
    assert (row["rank"], row["score"], row["headline"]) == (1, ring.score, ring.headline)
    assert row["factors"][0]["because"] == ring.factors[0].because
    _, out, _ = said(capsys, "sql", SQL, "-r", folder, "--format", "jsonl")
    assert json.loads(out.splitlines()[0]) == row
    _, out, _ = said(capsys, "sql", SQL, "-r", folder, "--format", "csv")
    assert out.splitlines()[0] == '"rank","score","headline","first_seen","factors"'
    _, out, _ = said(
        capsys, "sql", "SELECT rank, 0.0123 AS n, true AS yes, NULL AS no FROM rings LIMIT 1", "-r", folder
    )
    assert out.splitlines() == ["rank       n  yes   no", "   1  0.0123  true  –"]


@pytest.mark.parametrize("form", ["json", "jsonl"])
def test_sql_gives_a_program_numbers_with_all_of_their_digits(form, capsys, folder):
    values = ("0.00001::DOUBLE", "-1.5::DOUBLE", "123456.123456789::DOUBLE", "-1.25::DECIMAL(5,2)", "{'a': true}")
    query = f"SELECT {', '.join(f'{value} AS v{number}' for number, value in enumerate(values))}"
    _, out, _ = said(capsys, "sql", query, "-r", folder, "--format", form)
    row = json.loads(out)[0] if form == "json" else json.loads(out)
    assert list(row.values()) == [0.00001, -1.5, 123456.123456789, -1.25, {"a": True}]


@pytest.mark.parametrize("form", ["csv", "json", "jsonl"])
def test_sql_gives_a_program_all_rows_and_a_person_a_thousand(capsys, folder, form):
    query = "SELECT range AS ring_id FROM range(1500)"
    _, out, err = said(capsys, "sql", query, "-r", folder, "--format", form)
    assert (out.count("1499"), err) == (1, "")
    _, out, err = said(capsys, "sql", query, "-r", folder)
    assert (len(out.splitlines()), out.splitlines()[0]) == (1001, "ring_id")
    assert err == "Only the first 1,000 rows; --limit prints more.\n"


def test_columns_of_one_name_are_all_printed(capsys, folder):
    _, out, _ = said(capsys, "sql", "SELECT 1 AS n, 2 AS n", "-r", folder, "--json")
    assert json.loads(out) == [{"n": 1, "n_2": 2}]


@pytest.mark.slow
def test_a_query_that_takes_for_ever_can_be_interrupted(graphlink_program, folder):
    endless = "SELECT count(*) FROM range(10000000) a, range(10000000) b WHERE a.range * b.range % 7 = 3"
    command = [graphlink_program, "sql", endless, "-r", folder]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        time.sleep(4)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (ExitCode.INTERRUPTED, "")
    assert "Traceback" not in err


def test_questions_load_nothing_heavy(folder):
    """Pandas and numba alone take longer than an answer may. Older DuckDB loads pandas itself, if it can."""
    code = (
        "import sys; sys.modules |= dict.fromkeys(('pandas', 'numba', 'pyarrow', 'igraph', 'scipy')); "
        f"from graphlink.__main__ import run; sys.exit(run(['explain', 's1', 's7', '-r', {str(folder)!r}]))"
    )
    outcome = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True, text=True)
    assert outcome.returncode == ExitCode.DONE, outcome.stderr
