"""Closed accounts that sweeps knew in a ring are not called victims of the ring that goes on without them."""

from dataclasses import replace

import pytest
from lineage_worlds import follow, week

from graphlink.config.lineage import LineageSettings
from graphlink.sweeps.lineage.former import with_former_members
from graphlink.sweeps.lineage.lineage import derive_lineage, recognise_rings

SETTINGS = LineageSettings()
VICTIM = "possible_victim"


def shown(before, **now):
    """The tiers of a ring's accounts in the week after, by account, with its numbers and what is known afterwards."""
    (first,) = follow(before)
    made = week({"R-2": "abcd"}, {"card 1": "abcd"}, tiers={"a": VICTIM}, **now)
    findings = made.findings
    recognised = recognise_rings(first.known, findings, made.sightings, "2026-W11", settings=SETTINGS)
    found = with_former_members(findings, recognised, made.sightings, SETTINGS)
    lineage = derive_lineage(recognised, found, made.sightings)
    return found, lineage


def tiers(findings):
    return dict(zip(findings.members["account_id"], findings.members["tier"], strict=True))


MEMBER = week({"R-1": "abcd"}, {"card 1": "abcd"})


def test_a_closed_member_stands_at_the_edge_of_its_ring_and_counts_there():
    found, lineage = shown(MEMBER, banned="a")
    assert tiers(found) == {"b": "core", "c": "core", "d": "core", "a": "peripheral"}
    (ring,) = found.rings
    assert (ring.n_members, ring.n_peripheral, ring.n_possible_victims) == (4, 1, 0)
    (event,) = lineage.events
    assert event.because == "the same 4 accounts"
    assert {member.account_id: member.tier for member in lineage.known[0].members}["a"] == "peripheral"


@pytest.mark.parametrize(("was_banned", "tier"), [(True, "peripheral"), (False, VICTIM)])
def test_of_whom_no_status_is_told_the_last_one_counts(was_banned, tier):
    """An empty cell made a banned member a victim, while the memory still called it banned."""
    (first,) = follow(week({"R-1": "abcd"}, {"card 1": "abcd"}, banned="a" if was_banned else ""))
    made = week({"R-2": "abcd"}, {"card 1": "abcd"}, tiers={"a": VICTIM})
    accounts = made.sightings.accounts
    sightings = replace(made.sightings, accounts=replace(accounts, status=accounts.status - (accounts.status == 0)))
    findings = made.findings
    recognised = recognise_rings(first.known, findings, sightings, "2026-W11", settings=SETTINGS)
    assert tiers(with_former_members(findings, recognised, sightings, SETTINGS))["a"] == tier


@pytest.mark.parametrize(
    "before",
    [week({"R-1": "abcd"}, {"card 1": "abcd"}, tiers={"a": VICTIM}), week({"R-1": "bcd"}, {"card 1": "bcd"})],
    ids=["a victim before", "in no ring before"],
)
def test_whom_no_sweep_knew_as_a_member_may_be_a_victim_though_it_is_closed(before):
    found, _ = shown(before, banned="a")
    assert tiers(found)["a"] == VICTIM


def test_a_member_that_is_open_may_turn_out_to_be_a_victim():
    """More weeks may show that it bore a value first; nobody has acted against it."""
    found, _ = shown(MEMBER)
    assert tiers(found)["a"] == VICTIM


def test_a_member_of_another_ring_may_be_a_victim_of_this_one():
    before = week({"R-1": "bcd", "R-X": "axyz"}, {"card 1": "bcd", "card 2": "axyz"})
    found, _ = shown(before, banned="a")
    assert tiers(found)["a"] == VICTIM
