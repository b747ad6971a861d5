"""Two runs side by side, each written out as the few members that a comparison reads."""

import json

import pytest

from graphlink.sweeps.comparing import compare_runs
from graphlink.words.errors import InputError


def write_run(folder, rings, scores=None, tiers=None, called=None):
    """Write what a comparison reads of a run: each ring's accounts, one letter each."""
    folder.mkdir()
    document = {
        "format": "graphlink-rings",
        "rings": [
            {
                "ring_id": ring,
                "score": (scores or {}).get(ring, 80.0),
                "assessment": (called or {}).get(ring, "coordinated"),
            }
            for ring in rings
        ],
        "members": [
            {"ring_id": ring, "account_id": account, "tier": (tiers or {}).get(account, "core")}
            for ring, accounts in rings.items()
            for account in accounts
        ],
    }
    (folder / "rings.json").write_text(json.dumps(document))
    return folder


def compared(tmp_path, before, after, **more):
    """What a comparison says of each ring, under both its ids."""
    listing, _ = compare_runs(write_run(tmp_path / "a", before, **more), write_run(tmp_path / "b", after, **more))
    return {(row["ring_id_before"], row["ring_id"]): row for row in listing.records()}


def test_a_ring_that_lost_an_account_is_found_again_beside_rings_that_are_the_same(tmp_path):
    rows = compared(tmp_path, {"R-1": "abcde", "R-2": "vwxyz"}, {"R-9": "abcd", "R-2": "vwxyz"})
    assert set(rows) == {("R-1", "R-9"), ("R-2", "R-2")}
    changed = rows["R-1", "R-9"]
    assert [changed[name] for name in ("change", "before", "now", "joined", "left")] == ["changed", 5, 4, 0, 1]
    assert rows["R-2", "R-2"]["change"] == "same"


def test_of_two_pieces_the_one_with_most_of_the_core_goes_on_as_from_week_to_week(tmp_path):
    edge = dict.fromkeys("abcde", "peripheral")
    rows = compared(tmp_path, {"R-1": "abcdefghi"}, {"R-8": "abcde", "R-9": "fghi"}, tiers=edge)
    assert {pair: row["change"] for pair, row in rows.items()} == {(None, "R-8"): "new", ("R-1", "R-9"): "changed"}


def test_a_lasting_id_counts_before_the_accounts(tmp_path):
    one, other = "R-2026-W45-AAAAAA", "R-2026-W47-BBBBBB"
    rows = compared(tmp_path, {one: "abcdef"}, {one: "ab", other: "cdef"})
    assert {pair: row["change"] for pair, row in rows.items()} == {(one, one): "changed", (None, other): "new"}


def test_what_is_assessed_otherwise_comes_first_with_both_assessments(tmp_path):
    before = write_run(tmp_path / "a", {"R-1": "abc", "R-2": "def", "R-3": "gh"}, called={"R-2": "inconclusive"})
    after = write_run(tmp_path / "b", {"R-1": "ab", "R-2": "def", "R-4": "xyz"})
    rows = compare_runs(before, after)[0].records()
    told = [[row[name] for name in ("ring_id", "change", "assessment_before", "assessment")] for row in rows]
    assert told == [
        ["R-2", "assessed anew", "inconclusive", "coordinated"],
        ["R-4", "new", "", "coordinated"],
        ["R-3", "gone", "coordinated", ""],
        ["R-1", "changed", "coordinated", "coordinated"],
    ]


def test_possible_victims_make_no_ring_another(tmp_path):
    rows = compared(tmp_path, {"R-1": "abcv"}, {"R-1": "abc"}, tiers={"v": "possible_victim"})
    assert rows["R-1", "R-1"]["change"] == "same"


@pytest.mark.parametrize(("after", "is_shown"), [({"R-9": "abcd"}, True), ({"R-1": "abcd"}, False)])
def test_the_table_shows_an_earlier_id_where_one_differs(says, tmp_path, after, is_shown):
    folders = [str(write_run(tmp_path / "a", {"R-1": "abcde"})), str(write_run(tmp_path / "b", after))]
    assert ("ring before" in says("compare", *folders).out.splitlines()[0]) is is_shown


@pytest.mark.parametrize("said", ["[" * 200_000, '{"members": null}', '{"members": [7], "rings": []}', "[]"])
def test_rings_that_nobody_can_read_are_refused_by_the_folder_that_holds_them(tmp_path, said):
    good, bad = write_run(tmp_path / "a", {"R-1": "abcde"}), write_run(tmp_path / "b", {})
    (bad / "rings.json").write_text(said)
    with pytest.raises(InputError, match=f"GL164 {bad}"):
        compare_runs(good, bad)
