"""Rings are one campaign when many private values cross between them, and never for what strangers share too."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from report_worlds import two_rings
from sighting_worlds import sightings_of

from graphlink.config.method import Method
from graphlink.graph.bipartite import build_bipartite
from graphlink.model.findings import Tier
from graphlink.model.groups import Evidence
from graphlink.reading.normalise.mail_providers import anyones_values
from graphlink.results.files.json_files import write_rings_json
from graphlink.results.tables import rings_frame
from graphlink.rings.campaigns import join_campaigns

EDGE = tuple(Tier).index(Tier.PERIPHERAL)
N_OTHERS = 2000


def ring(name: str, n: int = 40) -> list[str]:
    return [f"{name}{number:03}" for number in range(n)]


def spread(kind: str, values: int, *accounts: str) -> list[tuple[str, str, str]]:
    """Each account bears one of the values, in turn."""
    return [(account, kind, f"{kind}-{number % values}") for number, account in enumerate(accounts)]


def crossing(values: int, *pieces: list[str], kind: str = "card", n_each: int = 8) -> list[tuple[str, str, str]]:
    """The first accounts of each piece bear the values in turn, so that each value is in every piece."""
    return [row for piece in pieces for row in spread(kind, values, *piece[:n_each])]


def joined(rows, *pieces, tier=0, assessments=None, n_others=N_OTHERS, n_known=10000):
    """The findings after campaigns were looked for, given the rings' accounts; ids are R-0, R-1 and so on.

    The calibration counts ``n_known`` accounts.
    """
    own = [(account, "ip", f"ip-{number}") for number, piece in enumerate(pieces) for account in piece]
    sightings = sightings_of([*rows, *own], spare=n_others)
    place = {account: position for position, account in enumerate(sightings.accounts.ids.to_pylist())}
    members = pd.DataFrame(
        sorted((place[account], number, tier) for number, piece in enumerate(pieces) for account in piece),
        columns=["account", "community", "tier"],
    )
    size = np.array([len(piece) for piece in pieces], dtype=np.int64)
    evidence = Evidence(
        members=members, signals=pd.DataFrame(), ties=pd.DataFrame(), size=size, n_small=0, left=np.zeros(0, np.int8)
    )
    run = two_rings()
    model = run.findings.rings[0]
    rings = tuple(
        replace(
            model,
            ring_id=f"R-{number}",
            rank=number + 1,
            n_members=len(piece),
            assessment=(assessments or {}).get(number, "coordinated"),
        )
        for number, piece in enumerate(pieces)
    )
    named = [(f"R-{number}", account) for number, piece in enumerate(pieces) for account in piece]
    calibration = replace(run.findings.calibration, n_accounts=n_known)
    findings = replace(
        run.findings,
        calibration=calibration,
        rings=rings,
        members=pd.DataFrame(named, columns=["ring_id", "account_id"]),
    )
    bipartite = build_bipartite(sightings, anyones_values(sightings))
    return join_campaigns(findings, evidence, bipartite, sightings.accounts, Method())


A, B, C, D = ring("a"), ring("b"), ring("c"), ring("d")


def campaigns(*arguments, **settings) -> list[tuple[str, ...]]:
    return [campaign.ring_ids for campaign in joined(*arguments, **settings).campaigns]


def test_many_private_values_make_two_rings_one_campaign():
    (campaign,) = joined(crossing(5, A, B), A, B).campaigns
    assert campaign.ring_ids == ("R-0", "R-1")
    assert (campaign.n_members, campaign.n_crossing_values, campaign.n_crossing_accounts) == (80, 5, 16)
    assert campaign.families == ("payment",)


def test_each_ring_names_its_campaign_and_one_alone_names_none():
    findings = joined(crossing(5, A, B), A, B, C)
    (campaign,) = findings.campaigns
    assert [each.campaign for each in findings.rings] == [campaign.campaign_id, campaign.campaign_id, ""]


def test_a_tool_a_reseller_and_a_mail_provider_join_nobody():
    rows = [*crossing(1, A, B), *crossing(1, A, B, kind="device"), *crossing(2, A, B, kind="email_domain")]
    assert campaigns(rows, A, B) == []


def test_an_address_pool_joins_nobody():
    assert campaigns(crossing(20, A, B, kind="ip", n_each=40), A, B) == []


def test_values_that_strangers_bear_too_join_nobody():
    rows, strangers = crossing(5, A, B, n_each=10), [f"s{number:03}" for number in range(20)]
    assert campaigns([*rows, *spread("card", 5, *strangers)], A, B) == []
    assert campaigns([*rows, *spread("card", 5, *strangers[:10])], A, B) == [("R-0", "R-1")]


@pytest.mark.parametrize(("n_known", "found"), [(120, []), (400, [("R-0", "R-1")])])
@pytest.mark.parametrize("n_others", [40, 320])
def test_how_many_there_are_is_asked_of_the_calibration(n_others, n_known, found):
    """Two of either ring bear each of eight values, and two others, of whom more would be in the other by chance."""
    rows = [*crossing(8, A, B, n_each=16), *spread("card", 8, *[f"s{number:03}" for number in range(16)])]
    assert campaigns(rows, A, B, n_others=n_others, n_known=n_known) == found


def test_an_honest_group_joins_no_campaign():
    assert campaigns(crossing(9, A, B, n_each=40), A, B, assessments={1: "organisation"}) == []


def test_those_at_the_edge_of_a_ring_speak_for_nothing():
    assert campaigns(crossing(5, A, B), A, B, tier=EDGE) == []


def test_what_has_grown_together_has_more_to_share():
    rows = [*crossing(5, A, B)]
    rows += [(A[20 + number], "device", f"ac-{number}") for number in range(3)]
    rows += [(B[20 + number], "device", f"bc-{number}") for number in range(3)]
    rows += [(C[number], "device", f"ac-{number}") for number in range(3)]
    rows += [(C[10 + number], "device", f"bc-{number}") for number in range(3)]
    assert campaigns(rows, A, B, C) == [("R-0", "R-1", "R-2")]
    assert campaigns(rows[16:], A, B, C) == []


def test_a_ring_of_which_few_bear_the_others_values_is_let_go():
    large = ring("e", 400)
    rows = [*crossing(8, A, B), *crossing(8, large)]
    assert campaigns(rows, A, B, large) == [("R-0", "R-1")]


def test_what_anybody_may_come_to_share_with_half_of_the_world_is_chance():
    half, small = ring("h", 400), ring("s", 40)
    rows = crossing(5, small, half)
    assert campaigns(rows, small, half, n_others=0) == []


def test_separate_campaigns_stay_separate_the_larger_first():
    rows = [*crossing(5, A, B), *crossing(6, C, D, kind="device")]
    assert campaigns(rows, A, B, C[:30], D) == [("R-0", "R-1"), ("R-2", "R-3")]
    assert campaigns(rows, A[:30], B, C, D) == [("R-2", "R-3"), ("R-0", "R-1")]


def test_a_campaign_is_the_same_whatever_else_there_is():
    (alone,) = joined(crossing(5, A, B), A, B).campaigns
    beside = joined([*crossing(5, A, B), *crossing(6, C, D, kind="device")], A, B, C, D).campaigns
    assert alone in beside


def test_no_ring_is_no_campaign():
    assert campaigns([("x", "card", "c")], assessments={}) == []


@pytest.mark.parametrize("n_pieces", [70, 90])
def test_one_value_may_span_any_number_of_rings(n_pieces):
    pieces = [ring(f"p{number:02}-", 8) for number in range(n_pieces)]
    assert campaigns(crossing(5, *pieces), *pieces) == [tuple(f"R-{number}" for number in range(n_pieces))]


def test_campaigns_are_published(tmp_path):
    run = two_rings()
    findings = joined(crossing(5, A, B), A, B)
    (campaign,) = findings.campaigns
    assert rings_frame(findings.rings)["campaign"].tolist() == [campaign.campaign_id] * 2
    with (tmp_path / "rings.json").open("wb") as file:
        write_rings_json(file, replace(run, findings=replace(run.findings, campaigns=findings.campaigns)))
    assert f'"campaign_id":"{campaign.campaign_id}"' in (tmp_path / "rings.json").read_text().replace(": ", ":")
