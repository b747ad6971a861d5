"""What ties a community and each member: counted against chance, tried without each value, and asked who came first."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import worlds
from worlds import TIERS, among, crowd, rows, sightings, stages

from graphlink.config.method import Method
from graphlink.model.findings import Tier
from graphlink.model.groups import LEFT, MEMBER_COLUMNS, SIGNAL_COLUMNS, TIE_COLUMNS, Left
from graphlink.model.times import NO_TIME
from graphlink.rings import evidence as evidence_module
from graphlink.rings.evidence import find_members, gather_evidence

RING = [f"r{i}" for i in range(1, 25)]
VENDORS = {f"v{i}" for i in range(1, 23)}


def member(world: worlds.Stages, name: str):
    """An account's row among the members."""
    members = world.evidence.members
    return members[members["account"] == world.account(name)].iloc[0]


def telling(world: worlds.Stages, name: str) -> dict[tuple[str, str], dict]:
    """The telling signals of an account's community, by type and value."""
    signals = world.evidence.signals
    mine = signals[signals["community"] == member(world, name)["community"]]
    values = world.sightings.signal_value.to_pylist()
    types = [each.name for each in world.bipartite.types]
    return {(types[row["type"]], values[world.bipartite.origin[row["signal"]]]): row for row in mine.to_dict("records")}


# --- the ring's signals -------------------------------------------------------------------------------------------


def test_a_signal_is_counted_inside_outside_and_by_chance():
    """The prompt of thirty has leaked to a hundred strangers, so that it holds their six cells together no more."""
    leaked = [(f"crowd-{i:05d}", "template", "stem", -1) for i in range(200, 300)]
    world = stages((*among(worlds.campaign), *leaked))
    counted = telling(world, "s1")["template", "stem"]
    assert (counted["inside"], counted["outside"]) == (5, 125)
    assert counted["expected"] == pytest.approx(5 * 130 / world.bipartite.n_accounts)


def test_what_is_as_common_outside_tells_nothing():
    assert not {kind for kind, _ in telling(stages(among(worlds.template_ring)), "r1")} - {"template", "card", "ip"}


def test_every_tie_is_a_sighting():
    world = stages(among(worlds.framed_account))
    given = set(zip(world.sightings.account.tolist(), world.sightings.signal.tolist(), strict=True))
    signal = world.bipartite.origin[world.evidence.signals["signal"].to_numpy()[world.evidence.ties["row"]]]
    assert set(zip(world.evidence.ties["account"].tolist(), signal.tolist(), strict=True)) <= given


def test_every_member_has_a_tie_that_can_be_shown_and_counts_are_those_of_the_tables():
    evidence = stages((*among(worlds.campaign + worlds.bridge), *crowd(500, 4, "more"))).evidence
    assert set(evidence.members["account"]) == set(evidence.ties["account"])
    assert np.bincount(evidence.ties["row"]).tolist() == evidence.signals["inside"].tolist()
    assert np.bincount(evidence.members["community"]).tolist() == evidence.size.tolist()


def test_nobody_is_a_member_without_evidence():
    """An account with links to the ring, as any number of faint signals might give them, but no telling one."""
    world = stages(among(worlds.template_ring))
    ring, stranger = [world.account(name) for name in RING], world.account("crowd-02999")
    links = {"source": [stranger] * 24, "target": ring, "bits": [2**20] * 24, "families": [1] * 24}
    projection = replace(
        world.projection, **{name: np.append(getattr(world.projection, name), added) for name, added in links.items()}
    )
    membership = world.partition.membership.copy()
    membership[stranger] = membership[ring[0]]
    grouped = replace(world.partition, membership=membership)
    seen = world.sightings
    evidence = gather_evidence(seen, world.bipartite, world.test, projection, grouped, world.calibration, Method())
    assert set(ring) <= set(evidence.members["account"])
    assert stranger not in set(evidence.members["account"])
    assert LEFT[evidence.left[stranger]] is Left.UNLIKELY


def test_why_an_account_that_has_links_is_in_no_group_is_known():
    """A friend of one of a ring, put with it."""
    world = stages(among(worlds.template_ring + "\n card x: m1 r1\n ip y: m1 r1"))
    visitor, membership = world.account("m1"), world.partition.membership.copy()
    membership[membership == membership[visitor]] = membership[world.account("r9")]
    grouped = replace(world.partition, membership=membership)
    made = (world.sightings, world.bipartite, world.test, world.projection, grouped, world.calibration)
    evidence = gather_evidence(*made, Method())
    assert visitor not in set(evidence.members["account"])
    assert LEFT[evidence.left[visitor]] is Left.UNLIKELY


@pytest.mark.parametrize("name", ["framed_account", "bridge", "two_rings", "campaign", "chain"])
@pytest.mark.parametrize("smallest", [2, 20])
def test_whoever_is_grouped_is_a_member_or_was_let_go_for_some_reason(name, smallest):
    world = stages(among(getattr(worlds, name)), Method(smallest_ring=smallest))
    is_member = np.zeros(len(world.sightings.accounts), dtype=np.bool_)
    is_member[world.evidence.members["account"]] = True
    was_let_go = world.evidence.left >= 0
    assert not (is_member & was_let_go).any()
    assert (is_member | was_let_go).tolist() == (world.partition.membership >= 0).tolist()


@pytest.mark.parametrize("name", ["framed_account", "bridge", "two_rings", "campaign"])
def test_who_is_grouped_is_the_same_with_evidence_and_without(name):
    world = stages(among(getattr(worlds, name)))
    made = (world.sightings, world.bipartite, world.test, world.projection, world.partition, world.calibration)
    community, members = find_members(*made, Method()), world.evidence.members
    assert np.flatnonzero(community >= 0).tolist() == members["account"].tolist()
    assert community[members["account"]].tolist() == members["community"].tolist()


def test_times_of_a_signal_are_those_of_the_ring():
    counted = telling(stages(among(worlds.framed_account)), "a1")["card", "vic"]
    assert counted["first_seen"] == worlds.START + worlds.DAY
    assert counted["last_seen"] == worlds.START + 30 * worlds.DAY


def test_unknown_times_stay_unknown():
    counted = telling(stages(among(worlds.template_ring)), "r1")["card", "c1"]
    assert counted["first_seen"] == counted["last_seen"] == NO_TIME


def test_communities_below_the_smallest_ring_are_counted_and_left_out():
    world = stages(among(worlds.two_rings), Method(smallest_ring=5))
    assert sorted(world.evidence.size.tolist()) == [12, 12]
    assert world.evidence.n_small == 60  # the crowd's couples
    left = world.evidence.left
    assert {LEFT[each] for each in left[left >= 0]} == {Left.SMALL}
    assert (left >= 0).sum() == 120


RESOLD = """
    template resold: r1..r8 v1..v22
    ip 192.0.2.9: r1..r8 v1..v22
    card c1: r1..r4
    card c2: r4..r8
    device d1: r1..r4
    device d2: r4..r8
"""
"""A ring of eight that works through a vendor who has 22 other customers."""


def test_what_a_vendor_hands_out_makes_none_of_his_customers_core():
    tiers = stages(among(RESOLD)).tiers()
    assert {tiers[f"r{i}"] for i in range(1, 9)} == {Tier.CORE}
    assert Tier.CORE not in {tiers.get(name) for name in VENDORS}


# --- without one value, without one family ------------------------------------------------------------------------


def survives(world: worlds.Stages, name: str) -> bool:
    return bool(member(world, name)["survives_any_value"])


def test_whom_one_card_alone_ties_does_not_survive_its_loss():
    world = stages(among(worlds.template_ring + "card c1: guest"))
    assert not survives(world, "guest")
    assert survives(world, "r1")


@pytest.mark.parametrize("account", ["r1", "r7", "r24"])
def test_leaving_a_value_out_is_what_it_says(account):
    """Each value struck from the account in turn: who is said to survive is still in the ring every time."""
    world = stages(among(worlds.template_ring))
    assert survives(world, account)
    for struck in (row for row in rows(worlds.template_ring) if row[0] == account):
        without = [row for row in among(worlds.template_ring) if row != struck]
        assert set(RING) <= stages(without, calibration=world.calibration).group_of(account)


def test_a_member_depends_on_the_family_that_alone_ties_it():
    world = stages(among(worlds.template_ring + "card c1: guest"))
    assert member(world, "guest")["depends_on"] == 1 << world.bipartite.families.index("payment")
    assert member(world, "r1")["depends_on"] == 0


def test_strength_counts_the_strongest_of_a_family_in_full_and_a_quarter_of_the_others():
    world = stages(among(worlds.template_ring + "\n ip 192.0.2.77: r1..r6"))
    bits = {key: row["bits"] for key, row in telling(world, "r1").items()}
    places = sorted((bits["ip", "192.0.2.1"], bits["ip", "192.0.2.77"]))
    assert member(world, "r1")["tie_bits"] == (
        bits["template", "distil"] + bits["card", "c1"] + places[1] + places[0] // 4
    )


def test_families_of_a_member_are_those_of_its_ties():
    world = stages(among(worlds.template_ring))
    mask = member(world, "r1")["families"]
    named = {family for f, family in enumerate(world.bipartite.families) if mask >> f & 1}
    assert named == {"content", "payment", "network"}
    assert member(world, "r1")["n_families"] == 3


# --- tiers --------------------------------------------------------------------------------------------------------


def test_members_with_several_values_of_several_families_are_core():
    tiers = stages(among(worlds.template_ring)).tiers()
    assert {tiers[account] for account in RING} == {Tier.CORE}


def test_a_ring_tied_by_what_its_accounts_claim_or_choose_has_no_core():
    tiers = stages(among(worlds.claimed_ring)).tiers()
    assert {tiers[f"f{i}"] for i in range(1, 13)} == {Tier.PROBABLE}


def test_one_observed_family_is_what_it_lacked():
    tiers = stages(among(worlds.claimed_ring + "\n ip 192.0.2.1: f1..f6\n ip 192.0.2.2: f7..f12")).tiers()
    assert {tiers[f"f{i}"] for i in range(1, 13)} == {Tier.CORE}


def test_whom_one_family_ties_is_not_core():
    """Twelve on the ring's prompts alone, two each, beside twenty-four who also share cards and addresses."""
    world = stages(among(worlds.template_ring + "\n template distil: t1..t6\n template again: t1..t6 r1..r24"))
    tiers = world.tiers()
    assert {tiers[f"t{i}"] for i in range(1, 7)} <= {Tier.PROBABLE, Tier.PERIPHERAL}
    assert {tiers[account] for account in RING} == {Tier.CORE}


def test_two_cards_are_one_family():
    """Observed, linked with all, and whichever is struck, the other remains; yet only cards tie it."""
    world = stages(among("card x: s1..s5 t\n card y: s1..s5 t\n device d: s1..s5\n ip i: s1..s5"))
    alone = member(world, "t")
    assert alone["n_families"] == 1
    assert alone["n_links"] == alone["usual_links"] == 5
    assert alone["observed"]
    assert alone["survives_any_value"]
    assert world.tiers()["t"] == Tier.PROBABLE
    assert world.tiers()["s1"] == Tier.CORE


def test_core_needs_no_value_whose_loss_would_cut_it_off():
    """A couple's card and device confirm each other; of a third value, either may be lost."""
    two = "card c: ann bob\n device d: ann bob\n"
    assert stages(among(two)).tiers()["ann"] == Tier.PROBABLE
    assert stages(among(two + "ip i: ann bob")).tiers()["ann"] == Tier.CORE


def test_no_core_member_lacks_what_makes_a_core_member():
    world = stages((*among(worlds.campaign + worlds.framed_account + worlds.claimed_ring), *crowd(500, 4, "more")))
    core = world.evidence.members[world.evidence.members["tier"] == TIERS.index(Tier.CORE)]
    assert len(core) > 50
    assert (core["n_own_families"] >= 2).all()
    assert (core["n_own_families"] <= core["n_families"]).all()
    assert core["observed"].all()
    assert core["survives_any_value"].all()
    assert not core["came_first"].any()


# --- hangers-on ---------------------------------------------------------------------------------------------------


def with_guest(*friends: str) -> str:
    """A ring, some of whose members also share a card, a device and an address with an outsider."""
    return worlds.template_ring + "".join(
        f"{kind} odd: guest {' '.join(friends)}\n" for kind in ("card", "device", "ip")
    )


def test_whoever_has_few_links_stands_at_the_edge():
    tiers = stages(among(with_guest("r1", "r2"))).tiers()
    assert tiers["guest"] == Tier.PERIPHERAL
    assert tiers["r1"] == Tier.CORE


def test_whoever_hangs_on_by_far_fewer_links_is_left_out():
    """Where all twenty-four are linked with each other, one link is nothing."""
    world = stages(among(with_guest("r1")), Method(clique_size=30))
    assert member(world, "r1")["usual_links"] == 23
    assert "guest" in world.group_of("r1")
    assert "guest" not in world.tiers()


def test_an_empty_world_has_empty_tables_with_all_columns():
    nobody, someone = stages("ip a: ann\n card b: bob").evidence, stages(among(worlds.household)).evidence
    for name in ("members", "signals", "ties"):
        empty, full = getattr(nobody, name), getattr(someone, name)
        assert len(empty) == 0
        assert empty.columns.tolist() == full.columns.tolist()


def test_nothing_of_the_sightings_is_changed():
    given = sightings(among(worlds.framed_account))
    before = [
        column.copy()
        for column in (given.account, given.signal, given.first_seen.kept, given.last_seen.kept, given.count)
    ]
    stages(given)
    after = (given.account, given.signal, given.first_seen.kept, given.last_seen.kept, given.count)
    assert all((one == two).all() for one, two in zip(before, after, strict=True))


# --- tiers by themselves ------------------------------------------------------------------------------------------


FIRMLY = {
    "n_links": 10,
    "n_families": 2,
    "n_own_families": 2,
    "survives_any_value": True,
    "hangs_by_family": False,
    "observed": True,
    "particular": True,
    "came_first": False,
    "taken_over": False,
}


@pytest.mark.parametrize(
    ("change", "tier"),
    [
        *(({}, Tier.CORE), ({"n_links": 5}, Tier.CORE), ({"n_links": 4}, Tier.PERIPHERAL)),
        *(({"observed": False}, Tier.PROBABLE), ({"particular": False}, Tier.PROBABLE)),
        ({"n_own_families": 1}, Tier.PROBABLE),  # of another family, it has what mostly others bear
        ({"n_families": 1, "n_own_families": 1}, Tier.PROBABLE),
        ({"n_own_families": 0, "survives_any_value": False}, Tier.PROBABLE),
        *(({"survives_any_value": False}, Tier.PROBABLE), ({"hangs_by_family": True}, Tier.PROBABLE)),
        ({"n_families": 1, "survives_any_value": False}, Tier.PERIPHERAL),
        ({"n_links": 4, "chained": True}, Tier.CORE),  # on a chain nobody has many
        ({"came_first": True}, Tier.POSSIBLE_VICTIM),
        ({"n_links": 4, "came_first": True}, Tier.POSSIBLE_VICTIM),
        ({"taken_over": True}, Tier.POSSIBLE_VICTIM),
    ],
    ids=str,
)
def test_a_member_is_as_firmly_tied_as_the_rule_says(change, tier):
    member = pd.DataFrame([{**FIRMLY, "usual_links": 10.0, "chained": False, **change}])
    assert list(Tier)[evidence_module._tiers(member)[0]] is tier


def test_evidence_has_the_columns_that_are_declared():
    evidence = stages(among(worlds.campaign)).evidence
    assert list(evidence.members) == list(MEMBER_COLUMNS)
    assert list(evidence.signals) == list(SIGNAL_COLUMNS)
    assert list(evidence.ties) == list(TIE_COLUMNS)
