"""What null worlds and disturbances say stands beside the rings: on the page in words, in rings.json as figures."""

import io
import json

import pandas as pd
import pytest
from report_worlds import having, two_rings

from graphlink.model.findings import Chance, Stability
from graphlink.results.files.json_files import write_rings_json
from graphlink.results.ring_data import iter_rings
from graphlink.results.ring_sentences import chance_sentence, everybody, robustness_sentences


@pytest.fixture
def disturbed():
    """The world of two rings; the first account of each did not come back when sightings were lost."""
    run = two_rings()
    ids = [ring.ring_id for ring in run.findings.rings]
    members = run.findings.members[["ring_id", "account_id"]].assign(over_seeds=1.0, over_losses=1.0)
    members.loc[~members["ring_id"].duplicated(), "over_losses"] = 0.5
    stability = Stability(
        n_seeds=0,
        n_losses=2,
        lost_share=0.1,
        rings=pd.DataFrame({"ring_id": ids, "over_seeds": float("nan"), "over_losses": 0.875}),
        members=members,
    )
    q_values = {ring_id: place / 100 for place, ring_id in enumerate(ids)}
    chance = Chance(4, rings=0.25, coordinated=0.0, n_explained=1, n_links_lost=0, q_values=q_values)
    return having(run, chance=chance, stability=stability)


@pytest.fixture
def document(disturbed):
    file = io.BytesIO()
    write_rings_json(file, disturbed)
    return json.loads(file.getvalue())


def test_q_values_stand_outside_the_ring_records(document):
    assert set(document["chance"]["q_values"]) == {ring["ring_id"] for ring in document["rings"]}
    assert not [key for ring in document["rings"] for key in ring if "q_value" in key]


def test_the_ring_records_are_the_same_with_and_without_figures_of_this_run(disturbed):
    plain, told = (io.BytesIO(), io.BytesIO())
    write_rings_json(plain, two_rings())
    write_rings_json(told, disturbed)
    one, two = (json.loads(file.getvalue())["rings"] for file in (plain, told))
    assert one == two


def test_a_ring_says_how_much_of_it_came_back(disturbed):
    first = next(iter_rings(disturbed.findings))
    told = " ".join(robustness_sentences(first.robustness, everybody(first.ring)))
    assert "chance gives next to none, as far as 4 worlds with shuffled links show." in told, (
        "q-value 0.0000 is not told"
    )
    assert "0 % (" not in told
    assert "again 2 times with 10 % of the sightings left out" in told
    assert "had 88 % of their accounts in common" in told
    assert f"{first.n_accounts - 1} of {everybody(first.ring)} came back with it every time." in told


def test_the_worlds_that_chance_was_looked_for_in_are_counted(disturbed):
    findings = disturbed.findings
    told = chance_sentence(findings.chance, 2, findings.calibration)
    assert told.startswith("As a check, the links were shuffled in 4 worlds, so that no ring is left.")
