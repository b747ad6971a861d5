"""Closed accounts that sweeps knew in a ring are not called victims of the ring that goes on without them."""

from dataclasses import replace

import pytest
from lineage_worlds import follow, week

from graphlink.config.lineage import LineageSettings
from graphlink.sweeps.lineage.former import with_former_members
from graphlink.sweeps.lineage.lineage import derive_lineage, recognise_rings

SETTINGS = LineageSettings()
VICTIM = "possible_victim"


def shown(before, *, is_told=True, **now):
    """What is found of a ring in the week after, and its lineage; whoever is not banned may have no status."""
    (first,) = follow(before)
    made = week({"R-2": "abcd"}, {"card 1": "abcd"}, tiers={"a": VICTIM}, **now)
    accounts = made.sightings.accounts
    status = accounts.status if is_told else accounts.status - (accounts.status == 0)
    sightings = replace(made.sightings, accounts=replace(accounts, status=status))
    recognised = recognise_rings(first.known, made.findings, sightings, "2026-W11", settings=SETTINGS)
    found = with_former_members(made.findings, recognised, sightings, SETTINGS)
    return found, derive_lineage(recognised, found, sightings)


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
    before = week({"R-1": "abcd"}, {"card 1": "abcd"}, banned="a" if was_banned else "")
    assert tiers(shown(before, is_told=False)[0])["a"] == tier


@pytest.mark.parametrize(
    ("before", "banned"),
    [
        pytest.param(week({"R-1": "abcd"}, {"card 1": "abcd"}, tiers={"a": VICTIM}), "a", id="a victim before"),
        pytest.param(week({"R-1": "bcd"}, {"card 1": "bcd"}), "a", id="in no ring before"),
        pytest.param(week({"R-1": "bcd", "R-X": "axyz"}, {"card 1": "bcd", "card 2": "axyz"}), "a", id="in another"),
        pytest.param(MEMBER, "", id="open, so nobody acted against it"),
    ],
)
def test_a_closed_member_of_the_ring_alone_is_no_victim(before, banned):
    found, _ = shown(before, banned=banned)
    assert tiers(found)["a"] == VICTIM
