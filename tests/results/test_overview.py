"""The first screen beyond the first rings: the order of work, what the data covers, and no burst where is none."""

from dataclasses import replace

import numpy as np
import pytest
from report_worlds import DAY, START, Group, generated, having, two_rings
from worlds import sightings

from graphlink.model.findings import HELD_BACK, TO_DECIDE, Factor, Tier
from graphlink.results.page.overview import N_OPEN, view_overview
from graphlink.results.page.risk import LONGEST_BURST, as_burst, find_burst
from graphlink.results.pictures.families import family_styles
from graphlink.results.ring_data import iter_rings
from graphlink.results.ring_sentences import finding
from graphlink.results.statements import statement_text

STYLES = family_styles(["content", "device", "identity", "network", "payment"])


def test_inconclusive_rings_come_in_rank_order_each_with_what_would_decide_it():
    run = generated(
        (Group(12), *[Group(6, assessment="inconclusive")] * 7, Group(30, assessment="event")), n_accounts=900
    )
    parts = (
        Factor(TO_DECIDE, 0.0, "cards are known for 12 % of the accounts: an export with more of these could decide"),
        Factor(HELD_BACK, 0.0, "only one kind of evidence points to one operator, and it takes two"),
    )
    rings = tuple(replace(ring, factors=(*ring.factors, *parts)) for ring in run.findings.rings)
    seen = view_overview(having(run, rings=rings), STYLES)
    assert [ring.rank for ring, _ in seen["open"]] == list(range(2, 2 + N_OPEN))
    assert seen["n_open"] == 7
    assert seen["open"][0][1].startswith(
        "Only one kind of evidence points to one operator, and it takes two. Cards are known"
    )


def test_each_type_tells_the_share_of_the_accounts_that_have_a_value():
    run = two_rings()
    told = "card one: ann bob\ncard two: ann\nip here: ann bob eve tom"
    seen = view_overview(replace(run, reading=replace(run.reading, sightings=sightings(told))), STYLES)
    assert seen["coverage"] == (("ip", 1.0), ("card", 0.5))


@pytest.mark.parametrize(("days", "is_burst"), [(1, True), (13, True), (40, False), (400, False)])
def test_only_half_of_a_ring_within_two_weeks_is_a_burst(days, is_burst):
    run = generated((Group(12),), n_accounts=900)
    made = START + np.arange(len(run.findings.members)) * 2 * days * DAY // (len(run.findings.members) - 1)
    members = run.findings.members.assign(created_at=made.astype("datetime64[us]"))
    members["created_at"] = members["created_at"].dt.tz_localize("UTC")
    (data,) = iter_rings(having(run, members=members).findings)
    half = find_burst(data)
    assert (as_burst(half) is not None) is is_burst is (half.length <= LONGEST_BURST)


@pytest.mark.parametrize(
    ("families", "words"),
    [
        (("client", "content", "network"), "3 kinds: programs (client), the text of requests (content) and network"),
        (("content", "network"), "2 kinds: the text of requests (content) and network addresses"),
        (("content", "payment"), "2 independent kinds: the text of requests (content) and means of payment"),
        (("payment",), "1 kind: means of payment"),
    ],
)
def test_what_one_program_sends_is_not_called_independent(families, words):
    (farm, _) = two_rings().findings.rings
    assert f"values of {words}" in finding(replace(farm, families=families))
    assert ("independent" in statement_text(Tier.CORE, families, survives=True)) is ("independent" in words)
