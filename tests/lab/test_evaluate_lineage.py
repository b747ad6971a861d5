"""Whether rings keep their ids, judged on series written out by hand."""

import json
from dataclasses import replace

import pandas as pd
import pytest
from click.testing import CliRunner

from graphlink.cli.commands import app
from graphlink.lab.evaluate import Reported
from graphlink.lab.evaluate.lineage import evaluate_lineage, format_lineage, list_lineage_figures
from graphlink.lab.evaluate.series import (
    Sweep,
    TrueLineage,
    newest_revisions,
    read_lineage,
    read_sweep,
    tabulate_evaders,
)
from graphlink.model.text import TEXT
from graphlink.words.errors import InputError

WEEKS = [f"2026-W{number}" for number in range(10, 14)]


def truth(active, regrown=()):
    """Planted rings by week, such as ``{"2026-W10": {"x": "abc"}}``."""
    rows = [(week, ring, a) for week, rings in active.items() for ring, names in rings.items() for a in names]
    columns = ["week", "ring_id", "account_id"]
    return TrueLineage(pd.DataFrame(rows, columns=columns), pd.DataFrame(list(regrown), columns=columns, dtype=TEXT))


def sweep(week, rings, evaders=(), tier="core"):
    members = pd.DataFrame(
        [(a, ring) for ring, names in rings.items() for a in names], columns=["account_id", "ring_id"]
    )
    table = pd.DataFrame({"ring_id": list(rings), "rank": range(len(rings)), "assessment": "coordinated"})
    return Sweep(week, Reported(week, table, members.assign(tier=tier)), tabulate_evaders(list(evaders)))


def always(rings):
    """The same planted rings every week."""
    return truth(dict.fromkeys(WEEKS, rings))


def figures(true, *sweeps):
    return dict(list_lineage_figures(evaluate_lineage(true, sweeps)))


def test_a_ring_that_keeps_its_id_is_right_every_week():
    told = figures(always({"x": "abcd", "y": "efgh"}), *(sweep(week, {"R1": "abcd", "R2": "efg"}) for week in WEEKS))
    assert told["ring-weeks planted"] == told["ring-weeks found"] == 8
    assert told["identity right, share"] == 1
    assert told["id switches"] == told["false splits"] == told["false mergers"] == 0


def test_a_new_id_is_a_false_split_as_long_as_it_stays():
    sweeps = [sweep(week, {ring: "abcd"}) for week, ring in zip(WEEKS, ("R1", "R2", "R2", "R1"), strict=True)]
    told = figures(always({"x": "abcd"}), *sweeps)
    assert (told["identity right, share"], told["false splits"], told["id switches"]) == (0.5, 2, 2)


def test_another_rings_id_is_a_false_merger():
    sweeps = [sweep(WEEKS[0], {"R1": "abcd", "R2": "efgh"}), sweep(WEEKS[1], {"R2": "abcd"})]
    evaluation = evaluate_lineage(always({"x": "abcd", "y": "efgh"}), sweeps)
    assert [(each.planted, each.outcome) for each in evaluation.found] == [
        ("x", "right"),
        ("y", "right"),
        ("x", "merged"),
    ]
    assert evaluation.found[-1].belongs == "R1"


def test_a_ring_first_found_under_the_id_of_another_is_a_false_merger_too():
    true = truth({WEEKS[0]: {"x": "abcd"}, WEEKS[1]: {"y": "efgh"}})
    told = figures(true, sweep(WEEKS[0], {"R1": "abcd"}), sweep(WEEKS[1], {"R1": "efgh"}))
    assert (told["false mergers"], told["identity right, share"]) == (1, 0.5)


@pytest.mark.parametrize("small", ["a", "z"])
def test_a_reported_ring_stands_for_the_planted_one_that_it_is_most_like(small):
    """It stood for the one whose name came first, of which it held a ninth."""
    true = always({"m": "abcdefgh", small: "i"})
    evaluation = evaluate_lineage(true, [sweep(WEEKS[0], {"R1": "abcdefghi"})])
    assert {each.planted: each.outcome for each in evaluation.faint} == {"m": "right", small: "merged"}


def test_weeks_in_which_less_than_half_is_found_count_in_the_stricter_figure_alone():
    sweeps = [sweep(WEEKS[0], {"R1": "abcd"}), sweep(WEEKS[1], {"R2": "a"}), sweep(WEEKS[2], {})]
    told = figures(always({"x": "abcd"}), *sweeps)
    assert (told["ring-weeks found"], told["identity right, share"]) == (1, 1)
    assert told["identity right, share, any trace"] == 0.5
    assert told["ring-weeks planted"] == 3


def test_pieces_of_a_ring_are_counted():
    told = figures(always({"x": "abcdef"}), sweep(WEEKS[0], {"R1": "abcd", "R2": "ef", "R3": "ghi"}))
    assert told["pieces of a ring, mean"] == 2


def test_possible_victims_are_no_members():
    assert figures(always({"x": "ab"}), sweep(WEEKS[0], {"R1": "ab"}, tier="possible_victim"))["ring-weeks found"] == 0


def test_evaders_are_judged_by_the_ring_that_they_are_named_with():
    true = truth(
        {week: {"x": "abuv", "y": "efw"} for week in WEEKS[:2]},
        regrown=[(WEEKS[1], "x", "u"), (WEEKS[1], "x", "v"), (WEEKS[1], "y", "w")],
    )
    rings = {"R1": "ab", "R2": "efw"}
    named = [("u", "R1"), ("w", "R1"), ("honest", "R2")]
    evaluation = evaluate_lineage(true, [sweep(WEEKS[0], rings), sweep(WEEKS[1], rings, named)])
    evasion = evaluation.evasion
    assert (evasion.named, evasion.right, evasion.regrown, evasion.recalled) == (3, 1, 3, 2)
    assert (evasion.precision, evasion.recall) == (1 / 3, 2 / 3)


def test_what_grew_back_before_its_ring_was_found_is_no_miss():
    true = truth({week: {"x": "abu"} for week in WEEKS}, regrown=[(WEEKS[0], "x", "u")])
    told = figures(true, sweep(WEEKS[0], {}), sweep(WEEKS[1], {"R1": "abu"}))
    assert (told["accounts regrown"], told["recall, evaders"], told["precision, evaders"]) == (0, None, None)


def test_the_order_of_sweeps_does_not_matter():
    sweeps = [sweep(week, {ring: "abcd"}) for week, ring in zip(WEEKS, ("R1", "R2", "R2", "R1"), strict=True)]
    true = always({"x": "abcd"})
    assert evaluate_lineage(true, sweeps[::-1]) == evaluate_lineage(true, sweeps)


def test_the_table_lists_every_wrong_ring_week_and_shows_codes_escaped():
    sweeps = [sweep(WEEKS[0], {"R1": "abcd"}), sweep(WEEKS[1], {"\x1b[31m": "abc"})]
    text = format_lineage(evaluate_lineage(always({"x": "abcd"}), sweeps))
    assert text.splitlines()[4].split() == ["identity", "right,", "share", "0.500"]
    assert text.splitlines()[-1].split() == ["2026-W11", "x", "split", "\\u{1B}[31m", "R1", "0.750"]


def test_folders_are_read_and_the_command_prints_them(tmp_path):
    _write_world(tmp_path / "world")
    for week, ring in zip(WEEKS[:2], ("R1", "R2"), strict=True):
        _write_sweep(tmp_path / week, ring)
    arguments = ["evaluate", str(tmp_path / "world"), *(str(tmp_path / week) for week in WEEKS[:2]), "--lineage"]
    printed = CliRunner().invoke(app, arguments)
    assert printed.exit_code == 0
    assert "false splits" in printed.output
    document = json.loads(CliRunner().invoke(app, [*arguments, "--json"]).output)
    assert document["figures"]["identity right, share"] == 0.5
    assert document["figures"]["recall, evaders"] == 1


def test_baselines_know_no_weeks(tmp_path):
    arguments = ["evaluate", str(tmp_path), str(tmp_path), "--lineage", "--baselines", str(tmp_path)]
    assert CliRunner().invoke(app, arguments).exit_code == 2


def test_of_a_week_that_was_swept_again_the_newest_revision_counts():
    first, again, tenth = (replace(sweep("2026-W10", {}), revision=number) for number in (1, 2, 10))
    before = sweep("2026-W09", {})
    assert newest_revisions([tenth, first, again, before]) == [before, tenth]
    with pytest.raises(InputError, match="GL152 2026-W10: revision 2 is named twice"):
        newest_revisions([again, first, again])


@pytest.mark.parametrize(
    ("name", "revision"), [("run-2026-w10", 1), ("run-2026-w10-r12", 12), ("2026-W10", 1), ("2026-w10-r2-old", 1)]
)
def test_a_folder_s_name_tells_its_week_and_revision(tmp_path, name, revision):
    _write_sweep(tmp_path / name, "R1")
    found = read_sweep(tmp_path / name)
    assert (found.week, found.revision) == ("2026-W10", revision)


def test_a_folder_whose_name_is_no_week_is_refused(tmp_path):
    _write_sweep(tmp_path / "result", "R1")
    with pytest.raises(InputError, match="begins with no week"):
        read_sweep(tmp_path / "result")


def test_a_world_of_one_week_has_no_lineage(tmp_path):
    with pytest.raises(InputError, match=r"no lineage\.parquet here"):
        read_lineage(tmp_path)


def _write_world(folder):
    (folder / "_truth").mkdir(parents=True)
    lists = {"active": [["a", "b", "c", "d"]] * 2, "banned": [[], []], "regrown": [[], ["d"]]}
    table = pd.DataFrame({"week": WEEKS[:2], "ring_id": ["x", "x"], **lists})
    table.to_parquet(folder / "_truth" / "lineage.parquet")


def _write_sweep(folder, ring):
    folder.mkdir()
    members = [{"account_id": a, "ring_id": ring, "tier": "core", "confidence": 0.9, "cell": 0} for a in "abcd"]
    rings = [{"ring_id": ring, "rank": 1, "assessment": "coordinated", "campaign": ""}]
    (folder / "rings.json").write_text(json.dumps({"rings": rings, "members": members}))
    (folder / "lineage.json").write_text(json.dumps({"evaders": [{"account_id": "d", "ring_id": ring}]}))
