"""Runs that were saved: opened again with equal frames, asked, packed and judged from Python."""

import shutil

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

import graphlink as gl

FRAMES = ("rings", "members", "signals", "hubs", "factors", "checks")


@pytest.fixture(scope="module")
def result():
    """A ring of twelve on two cards and an address, an honest pair, and a value with the sign of a formula."""
    rows = [
        (f"a{n}", kind, value, pd.Timestamp("2026-01-05T10:00:00.123456Z") + pd.Timedelta(hours=n))
        for n in range(12)
        for kind, value in (("card", f"c{n % 2}"), ("ip", "81.2.69.142"), ("device", "=d1"), ("template", f"t{n % 3}"))
    ]
    rows += [(f"b{n}", "card", f"x{n}", pd.Timestamp("2026-01-06T10:00:00Z")) for n in range(200)]
    rows += [(f"b{n}", "ip", f"90.1.{n}.7", pd.Timestamp("2026-01-06T10:00:00Z")) for n in range(200)]
    return gl.link(pd.DataFrame(rows, columns=["account_id", "signal_type", "signal_value", "seen_at"]))


@pytest.fixture(scope="module")
def saved(result, tmp_path_factory):
    return gl.open(result.write(tmp_path_factory.mktemp("saved") / "run").parent)


@pytest.fixture(scope="module")
def ringless(tmp_path_factory):
    """A result without rings, and the same opened again."""
    alone = gl.link(pd.DataFrame({"account_id": ["a"], "signal_type": ["card"], "signal_value": ["c"]}))
    return alone, gl.open(alone.write(tmp_path_factory.mktemp("ringless") / "run").parent)


@pytest.mark.parametrize("name", FRAMES)
def test_a_result_saved_and_opened_gives_equal_frames(result, saved, name):
    assert len(getattr(result, name)) or name == "hubs"
    assert_frame_equal(getattr(result, name), getattr(saved, name))


@pytest.mark.parametrize("name", FRAMES)
def test_a_run_without_rings_has_frames_of_the_same_types(result, ringless, name):
    alone, opened = ringless
    assert_frame_equal(getattr(alone, name), getattr(opened, name))
    assert getattr(opened, name).dtypes.equals(getattr(result, name).dtypes)


def test_points_of_factors_add_up_to_the_score(saved):
    points = saved.factors.groupby("ring_id")["points"].sum()
    assert (points - saved.rings.set_index("ring_id")["score"]).abs().max() < 0.1


def test_a_result_answers_as_its_folder_does(result, saved):
    of_folder = gl.explain("a0", "a1", run=saved.folder)
    for run in (result, saved):
        assert gl.explain("a0", "a1", run=run).document == of_folder.document
    with pytest.raises(gl.InputError, match="a11"):
        gl.explain("a111", run=result)
    with pytest.raises(TypeError, match="run is int"):
        gl.explain("a0", run=7)


def test_a_slip_in_a_name_is_answered_with_the_nearest(result):
    ring_id = result.rings["ring_id"][0]
    with pytest.raises(KeyError, match=f"did you mean '{ring_id}'"):
        result.ring(ring_id[:-1] + "?")


def test_a_case_and_a_judgement_come_from_either(result, saved, tmp_path):
    ring_id = result.rings["ring_id"][0]
    pages = [gl.case(ring_id, tmp_path / name, run=run) for name, run in (("a", result), ("b", saved))]
    assert pages[0].read_bytes() == pages[1].read_bytes()
    truth = pd.DataFrame({"account_id": [f"a{n}" for n in range(12)], "ring_id": "r"})
    truth = pd.concat([truth, pd.DataFrame({"account_id": [f"b{n}" for n in range(200)], "ring_id": None})])
    assert {**gl.evaluate(result, truth), "name": ""} == {**gl.evaluate(saved, truth), "name": ""}


def test_a_judgement_shows_what_naive_pipelines_reach_on_the_same_labels(result):
    rows = [(f"{who}{n}", "ip", f"{who}{n // 6}") for who in "ab" for n in range(12)]
    sightings = pd.DataFrame(rows, columns=["account_id", "signal_type", "signal_value"])
    truth = pd.DataFrame({"account_id": sightings["account_id"], "ring_id": ["r"] * 12 + [None] * 12})
    judged = gl.evaluate(result, truth, baselines=sightings)
    leiden = next(each for each in judged["baselines"] if "significance" in each["name"])
    assert leiden["figures"]["recall, all tiers"] == 1
    assert leiden["figures"]["precision, all tiers"] == 0.5
    with pytest.raises(gl.InputError, match="no column signal_value"):
        gl.evaluate(result, truth, baselines=sightings.drop(columns="signal_value"))


@pytest.mark.parametrize("given", ["nowhere", 7])
def test_what_is_no_run_is_refused(tmp_path, given):
    with pytest.raises((gl.InputError, TypeError)):
        gl.open(tmp_path / given if isinstance(given, str) else given)


def test_a_run_is_judged_as_well_from_its_folder_as_in_memory_whatever_is_listed(tmp_path):
    """Couples are not listed, and are judged all the same."""
    rows = [(f"b{n}", kind, f"{kind}{n // 2}") for n in range(40) for kind in ("card", "device", "template")]
    rows += [(f"c{n}", "card", f"lone{n}") for n in range(400)]
    result = gl.link(pd.DataFrame(rows, columns=["account_id", "signal_type", "signal_value"]))
    saved = gl.open(result.write(tmp_path / "run").parent)
    assert len(saved.rings) < len(result.rings)
    truth = pd.DataFrame({"account_id": [f"b{n}" for n in range(40)], "ring_id": [f"pair{n // 2}" for n in range(40)]})
    judged = [gl.evaluate(run, truth) for run in (result, saved, saved.folder)]
    assert judged[1] == judged[2]
    assert judged[0] | {"name": "run"} == judged[1]


@pytest.mark.parametrize("content", ["[" * 100_000, "{}", '{"rings": [{}]}', "7"])
def test_a_document_that_is_none_of_ours_is_refused(saved, tmp_path, content):
    """One that nests without end was a RecursionError."""
    folder = tmp_path / "run"
    shutil.copytree(saved.folder, folder)
    (folder / "rings.json").write_text(content)
    with pytest.raises(gl.InputError, match="GL503"):
        gl.open(folder)
