"""Reading answer keys and runs, and printing what came of them."""

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from evaluate_worlds import company_and_family, report, two_rings

from graphlink.cli.commands import app
from graphlink.lab.evaluate import evaluate, label_truth, read_run, read_truth
from graphlink.lab.evaluate.baselines import tabulate_incidence
from graphlink.lab.evaluate.comparison import compare_runs, document_comparison, format_comparison
from graphlink.lab.evaluate.summary import summarise_evaluations
from graphlink.lab.evaluate.table import format_evaluations, format_rings
from graphlink.words.errors import InputError


def test_a_label_of_one_account_is_no_ring_and_none_at_all_is_honest():
    truth = label_truth(pd.DataFrame({"account_id": ["a", "b", "c", "d"], "ring_id": ["x", "x", "y", None]}))
    assert truth.honest.tolist() == [False, False, True, True]


@pytest.mark.parametrize(
    ("columns", "found"),
    [
        ({"account_id": ["a"]}, "give it account_id and ring_id"),
        ({"account_id": ["a", "a"], "ring_id": ["", ""]}, "twice"),
    ],
)
def test_bad_answer_keys_are_refused(columns, found):
    with pytest.raises(InputError, match=found):
        label_truth(pd.DataFrame(columns))


@pytest.mark.parametrize("name", ["labels.csv", "truth.csv"])
def test_an_answer_key_is_found_in_the_folder_below(tmp_path, name):
    (tmp_path / "_truth").mkdir()
    (tmp_path / "_truth" / name).write_text("account_id,ring_id\na,x\nb,x\nc,\n")
    assert read_truth(tmp_path).rings.ring_id.tolist() == ["x"]


def test_ids_that_look_like_numbers_stay_text(tmp_path):
    (tmp_path / "labels.csv").write_text("account_id,ring_id\n1e5,07\n100000,07\nNA,7\n")
    truth = read_truth(tmp_path)
    assert (truth.accounts.tolist(), truth.rings.ring_id.tolist()) == (["1e5", "100000", "NA"], ["07"])


def test_a_path_without_an_answer_key_is_refused(tmp_path):
    with pytest.raises(InputError, match="no answer key here"):
        read_truth(tmp_path)


def test_a_simulated_world_is_read_with_its_honest_groups(tmp_path):
    _write_world(tmp_path / "_truth")
    truth = read_truth(tmp_path)
    assert truth.rings.to_dict("records") == [{"ring_id": "ring-000", "kind": "R1", "campaign_id": "ring-000"}]
    assert truth.groups.to_dict("records") == [{"group_id": "course-000001", "kind": "course", "hard_negative": "HN2"}]
    assert truth.accounts[truth.group_account].tolist() == ["c", "d"]
    assert truth.victim.tolist() == [False, False, True, False]


def test_a_run_is_read_from_its_csv_files(tmp_path):
    _write_csv(tmp_path, report("abcd", "ef"))
    assert evaluate(two_rings(), read_run(tmp_path)).accounts.recall == 1


def test_ids_made_safe_for_spreadsheets_are_read_back_and_an_apostrophe_of_their_own_stays(tmp_path):
    run, written = report("abcd"), ["'=a", "' -b", "'tis", "''=b"]
    _write_csv(tmp_path, replace(run, members=run.members.assign(account_id=written)))
    assert read_run(tmp_path).members.account_id.tolist() == ["=a", " -b", "'tis", "'=b"]


def test_members_in_further_files_are_read(tmp_path):
    run = report("abcd", "ef")
    _write_csv(tmp_path, replace(run, members=run.members.iloc[:3]))
    run.members.iloc[3:].to_csv(tmp_path / "members-2.csv", index=False)
    assert len(read_run(tmp_path).members) == 6


def test_the_json_document_is_preferred(tmp_path):
    run = report("=a")
    _write_csv(tmp_path, report("zz"))
    tables = {"rings": run.rings.to_dict("records"), "members": run.members.to_dict("records")}
    (tmp_path / "rings.json").write_text(json.dumps(tables))
    assert read_run(tmp_path).members.account_id.tolist() == ["=", "a"]


def test_a_folder_without_a_run_is_refused(tmp_path):
    with pytest.raises(InputError, match="no run here"):
        read_run(tmp_path)


def test_the_summary_has_mean_and_range_and_leaves_undefined_figures_out():
    runs = [evaluate(two_rings(), run) for run in (report("abcd", "ef"), report("ab"), report())]
    summary = summarise_evaluations(runs)
    recall, precision = summary["recall, all tiers"], summary["precision, all tiers"]
    assert (recall.n, recall.low, recall.high, recall.mean) == (3, 0, 1, pytest.approx(4 / 9))
    assert (precision.n, precision.mean) == (2, 1)


def test_the_table_has_a_column_for_each_run():
    runs = [replace(evaluate(two_rings(), report("abgh", "ef")), name=name) for name in ("first", "second")]
    lines = format_evaluations(runs).splitlines()
    assert lines[0].split() == ["first", "second"]
    assert next(line for line in lines if line.startswith("precision, all")).split()[-2:] == ["0.667", "0.667"]


def test_the_table_counts_the_members_that_the_key_does_not_know():
    known, unknown = (format_evaluations([evaluate(two_rings(), report(ids))]) for ids in ("abcd", "abcdxz"))
    assert "not in the key" not in known
    assert unknown.splitlines()[1].split() == ["members", "not", "in", "the", "key", "2"]


def test_the_rings_are_told_one_by_one():
    text = format_rings(evaluate(company_and_family(), report("ab", "cdefgh")))
    assert "r2        6  company  company-1" in text


def test_terminal_codes_in_ids_are_shown_escaped():
    run = evaluate(two_rings(), report("abcd"))
    text = format_evaluations([replace(run, name="\x1b[31m\u202ered")])
    assert "\\u{1B}[31m\\u{202E}red" in text


def against_all_at_one_address(*rings):
    edges = pd.DataFrame({"account_id": list("abcdefgh"), "signal_type": "ip", "signal_value": "x"})
    return compare_runs(two_rings(), [report(*rings)], tabulate_incidence(edges))


def test_the_comparison_begins_with_the_rows_that_nobody_wins_by_accusing_everybody():
    text = format_comparison(against_all_at_one_address("abcd", "ef"))
    assert text.splitlines()[1].startswith("F1, all tiers")
    assert "tiny: no baseline does better on any of these rows." in text
    assert "components, cap 20 on F1, all tiers" in format_comparison(against_all_at_one_address("gh"))


def test_rows_on_which_a_baseline_does_better_are_told_with_its_precision():
    """The first table said that none does, of its own rows, and the second showed recall of 1 beside 0.67."""
    _, told = format_comparison(against_all_at_one_address("abcd")).split("tiny: a baseline does better on ")
    assert told.startswith("9 rows of this table, at the precision beside it; the run's is 1.000.")
    rows = {line.partition("  ")[0]: line.partition("  ")[2].split() for line in told.split("\n\n")[1].splitlines()}
    assert rows["recall, all tiers"] == ["0.667", "1.000", "0.750", "components,", "cap", "20"]
    assert not {"accounts accused", "rings listed"} & rows.keys()
    all_found = format_comparison(against_all_at_one_address("abcd", "ef"))
    assert "tiny: no baseline does better on any row of this table." in all_found


def test_the_document_is_json_and_has_every_baseline():
    edges = pd.DataFrame({"account_id": list("abcdef"), "signal_type": "ip", "signal_value": list("111122")})
    comparison = compare_runs(two_rings(), [report("abcd")], tabulate_incidence(edges))
    document = json.loads(json.dumps(document_comparison(comparison), allow_nan=False))
    assert document["runs"][0]["figures"]["recall, all tiers"] == pytest.approx(4 / 6)
    assert len(document["baselines"]) == 10


def test_the_command_prints_the_table(tmp_path):
    (tmp_path / "labels.csv").write_text("account_id,ring_id\na,x\nb,x\nc,\n")
    _write_csv(tmp_path / "run", report("ab"))
    asked = ["evaluate", str(tmp_path / "labels.csv"), str(tmp_path / "run")]
    result = CliRunner().invoke(app, asked)
    assert result.exit_code == 0
    assert "recall, all tiers" in result.output
    short, long = (CliRunner().invoke(app, [*asked, *form]) for form in (["--json"], ["--format", "json"]))
    assert json.loads(long.output)
    assert short.output == long.output


def _write_csv(folder, run):
    folder.mkdir(exist_ok=True)
    run.rings.to_csv(folder / "rings.csv", index=False)
    run.members.to_csv(folder / "members.csv", index=False)


def _write_world(folder):
    folder.mkdir()
    accounts = {"account_id": list("abcd"), "ring_id": ["ring-000", "ring-000", None, None]}
    rest = {"campaign_id": accounts["ring_id"], "ring_kind": ["R1", "R1", None, None], "victim": np.arange(4) == 2}
    pd.DataFrame({**accounts, **rest}).to_parquet(folder / "truth.parquet")
    groups = {"group_id": ["ring-000", "course-000001"], "kind": ["R1", "course"], "size": [2, 2]}
    pd.DataFrame({**groups, "hard_negative_id": [None, "HN2-000001"]}).to_parquet(folder / "truth_groups.parquet")
    members = {"group_id": ["ring-000"] * 2 + ["course-000001"] * 2, "account_id": list("abcd")}
    pd.DataFrame(members).to_parquet(folder / "truth_members.parquet")
