"""Values that very many accounts bear: when a reader is told of them, and how."""

import csv
import json
import re
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

from graphlink.api.library import read
from graphlink.cli.commands import app
from graphlink.config.settings import Config
from graphlink.model.signals import Provenance, SignalType
from graphlink.reading.notices import count_outstanding, tell_findings

N = 1_000


def _export(folder, *, blank=0, kind="device", value="no device 404"):
    """A thousand accounts, each two of which share a device and each ten an address; some bear one value more."""
    with (folder / "sightings.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(("account_id", "signal_type", "signal_value"))
        for n in range(N):
            rows.writerow((f"a{n:04}", "device", f"device-{n // 2}"))
            rows.writerow((f"a{n:04}", "ip", f"198.{n // 10}.7.1"))
        for n in range(blank):
            rows.writerow((f"a{n:04}", kind, value))
    return folder


def _told(folder, config=None):
    return [each.text for each in read(folder, config=config or Config()).notices if each.code == "GL301"]


def test_a_value_of_a_tenth_of_all_accounts_stands_out_among_those_of_pairs(tmp_path):
    (told,) = _told(_export(tmp_path, blank=100))
    assert told == (
        "device no device 404 is borne by 100 of 1,000 accounts, others by at most 2; look at it, "
        "and list it in `[reading.placeholders]` only if it stands for nothing: a ring's own would be lost there"
    )


@pytest.mark.parametrize(("blank", "kind"), [(0, "device"), (19, "device"), (100, "ip")])
def test_nothing_is_told_of_values_that_are_not_that_wide(tmp_path, blank, kind):
    assert _told(_export(tmp_path, blank=blank, kind=kind, value="203.0.113.9")) == []  # addresses are of ten each


def test_what_is_listed_stands_out_no_more(tmp_path):
    config = Config.model_validate({"reading": {"placeholders": {"device": ("no device 404",)}}})
    assert _told(_export(tmp_path, blank=100), config) == []


@pytest.mark.parametrize(
    ("family", "known"),
    [
        ("devise", "device"),
        ("devices", "device"),
        ("netwrok", "network"),
        ("referal", "referral"),
        ("clients", "client"),
    ],
)
def test_a_family_that_is_nearly_a_known_one_is_remarked_on(tmp_path, family, known):
    """One device in two columns was two families that agree, and everybody who shared it a core member."""
    config = Config(signals={"hash": {"family": family, "provenance": "observed"}})
    told = [each.text for each in read(_export(tmp_path), config=config).notices if each.code == "GL324"]
    assert told == [
        (
            f"signal type hash is of a family of its own, `{family}`; "
            f"if it has the data of the family `{known}`, write that"
        )
    ]


@pytest.mark.parametrize("family", ["device", "place", "department", "document", "student"])
def test_nothing_is_remarked_of_families_that_are_known_or_plainly_others(tmp_path, family):
    config = Config(signals={"hash": {"family": family, "provenance": "observed"}})
    assert "GL324" not in {each.code for each in read(_export(tmp_path), config=config).notices}


def test_a_hostile_value_is_shown_and_does_nothing(tmp_path):
    (told,) = _told(_export(tmp_path, blank=100, value="x\x1b]0;title\x07"))
    assert told.startswith("device x\\u{1B}]0;title\\u{7} is borne")


def test_a_type_of_few_values_has_no_usual_one():
    assert count_outstanding(np.array([900] + [2] * 48), 1_000) == 0
    assert count_outstanding(np.array([900] + [2] * 49), 1_000) == 1


def test_values_that_only_look_alike_are_told(tmp_path):
    """Two rows 'device DEV-Ä7' of a report looked the same, and three spellings of one card were three cards."""
    folder = _export(tmp_path)
    with (folder / "twins.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(("account_id", "signal_type", "signal_value"))
        for value in ("DEV-\u00c47", "DEV-A\u03087", "dev-\u00e47"):
            rows.writerows((f"a{n:04}", "device", value) for n in range(3))
        rows.writerows((f"a{n:04}", "card", "C0FFEE01") for n in range(3))
        rows.writerow(("a0001", "card", "c0ffee01"))  # nobody shares it
    (told,) = (each.text for each in read(folder, config=Config()).notices if each.code == "GL323")
    assert told.startswith("3 shared values of device differ from another only in case or in how letters are composed,")


@pytest.mark.slow
def test_a_run_tells_of_hubs_where_there_are_any(tmp_path):
    def told(blank):
        folder = tmp_path / str(blank)
        folder.mkdir()
        _export(folder, blank=blank)
        done = CliRunner().invoke(app, ["run", str(folder), "-o", str(folder / "out")], obj=None)
        return done.stderr

    assert "GL302" not in told(0)
    assert "GL302 1 value is borne by up to 100 accounts and linked nobody by itself; see hubs.csv" in told(100)


def test_a_run_counts_what_it_left_out_of_accounts_with_very_many_values(tmp_path):
    def told(n):
        folder = tmp_path / str(n)
        folder.mkdir()
        with (folder / "sightings.csv").open("w", encoding="utf-8", newline="") as file:
            rows = csv.writer(file)
            rows.writerow(("account_id", "signal_type", "signal_value"))
            rows.writerows((f"a{name}", "card", f"card{at}") for name in range(3) for at in range(n))
        (tmp_path / "quick.toml").write_text("[method]\nnull_worlds = 0\ndisturbances = 0\n")
        words = ["run", str(folder), "-o", str(folder / "out"), "-c", str(tmp_path / "quick.toml")]
        done = CliRunner().invoke(app, words, obj=None)
        return done.stderr, json.loads((folder / "out" / "run.json").read_text())

    notice, run = told(300)
    assert "GL343 132 sightings were left out" in notice
    assert run["sampled"] == {"sightings_left_out": 132, "values_compared_in_part": 0}
    notice, run = told(200)
    assert "GL343" not in notice
    assert "sampled" not in run


def test_a_run_says_that_a_group_which_alone_has_what_ties_it_cannot_be_told_from_chance(tmp_path):
    """Shuffled among the same accounts, what ties them ties them again."""

    def told(name, n_others):
        export = tmp_path / f"{name}.csv"
        with export.open("w", encoding="utf-8", newline="") as file:
            rows = csv.writer(file)
            rows.writerow(("account_id", "signal_type", "signal_value"))
            for n in range(60):
                rows.writerows([(f"r{n}", "card", f"card{n % 10}"), (f"r{n}", "device", f"dev{n % 13}")])
                rows.writerow((f"r{n}", "template", f"t{n % 3}"))
            rows.writerows((f"s{n}", "ip", f"9.{n % 50}.{n % 7}.9") for n in range(500))
            for n in range(n_others):
                rows.writerows(
                    [(f"s{n}", "card", f"own{n}"), (f"s{n}", "device", f"my{n}"), (f"s{n}", "template", f"p{n}")]
                )
        return CliRunner().invoke(app, ["run", str(export), "-o", str(tmp_path / f"{name}-out")], obj=None)

    alone, among = told("alone", 0), told("among", 100)
    assert (
        "GL335 1 group was left out as chance, though hardly anybody else bears any card, device and template"
        in alone.stderr
    )
    assert "No rings." in alone.stdout
    assert "GL335" not in among.stderr
    assert re.search(r"  60    60\n", among.stdout)


def test_groups_unlike_those_of_all_fitted_worlds_are_told_by_their_features():
    unlike = ("lifetime (lasting)", "timing (in step)")
    calibration = SimpleNamespace(coarse={})
    found = SimpleNamespace(
        hubs=pd.DataFrame({"accounts": []}), chance=None, sampled={}, unlike=unlike, calibration=calibration, found=()
    )
    (notice,) = tell_findings(found, [])
    assert notice.code == "GL345"
    assert "in lifetime (lasting) and timing (in step): take its verdicts as leads" in notice.text


@pytest.mark.parametrize(
    ("sizes", "is_told"),
    [((5_000, 400), True), ((5_000, 5_000), False), ((900,), False), ((5_000, 30), True), ((), False)],
)
def test_a_group_of_most_accounts_is_told_since_it_may_be_several(sizes, is_told):
    found = tuple(SimpleNamespace(ring_id=f"R-{n}", n_members=size) for n, size in enumerate(sizes))
    run = SimpleNamespace(
        hubs=pd.DataFrame({"accounts": []}),
        chance=None,
        sampled={},
        unlike=(),
        calibration=SimpleNamespace(coarse={}),
        found=found,
    )
    notices = [*tell_findings(run, [])]
    assert [each.code for each in notices] == ["GL346"] * is_told
    assert not is_told or notices[0].text.startswith("R-0 holds 5,000 of the 5,")


def test_a_declared_type_that_was_taken_to_describe_people_is_named():
    """A bank's range of cards names a neighbourhood whatever is exported: that is no news."""
    types = [SignalType(name, name, Provenance.OBSERVED, coarse=name == "card_bin") for name in ("card_bin", "city")]
    found = SimpleNamespace(hubs=pd.DataFrame({"accounts": []}), chance=None, sampled={}, unlike=(), found=())
    for coarse, told in (
        ({"card_bin": True, "city": True}, ["GL328"]),
        ({"card_bin": True, "city": False}, []),
        ({}, []),
    ):
        found.calibration = SimpleNamespace(coarse=coarse)
        notices = [*tell_findings(found, types)]
        assert [each.code for each in notices] == told
    found.calibration = SimpleNamespace(coarse={"card_bin": True, "city": True})
    assert "`[signals.city]`" in next(tell_findings(found, types)).text
    said = replace(types[1], tells_apart=True)  # after sweeps were calibrated
    assert next(tell_findings(found, [said])).text.endswith("`graphlink calibrate` takes up its `tells_apart`")
