"""What ties a community and each member: counted against chance, tried without each value, and asked who came first."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from itertools import combinations
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
import worlds
from worlds import TIERS, Stages, among, crowd, rows, sightings, stages

from graphlink import belonging
from graphlink import evidence as evidence_module
from graphlink import strength as strength_module
from graphlink.attachment import believe, links_inside, usual_links
from graphlink.evidence import gather_evidence, group_members
from graphlink.method import Method
from graphlink.model import BIT_SCALE, NO_TIME, Projection, Provenance, Tier
from graphlink.ties import Counted, Entries, count_ties

RING = [f"r{i}" for i in range(1, 25)]
VENDORS = {f"v{i}" for i in range(1, 23)}
A_RING = [f"a{i}" for i in range(1, 13)]


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


def test_inside_is_the_number_of_ties():
    evidence = stages(among(worlds.campaign + worlds.bridge)).evidence
    assert np.bincount(evidence.ties["row"]).tolist() == evidence.signals["inside"].tolist()


def test_every_member_has_a_tie_that_can_be_shown():
    evidence = stages((*among(worlds.campaign + worlds.bridge), *crowd(500, 4, "more"))).evidence
    assert set(evidence.members["account"]) == set(evidence.ties["account"])


def test_nobody_is_a_member_without_evidence():
    """An account with links to the ring, as any number of faint signals might give them, but no telling one."""
    world = stages(among(worlds.template_ring))
    ring, stranger = [world.account(name) for name in RING], world.account("crowd-02999")
    links = {"source": [stranger] * 24, "target": ring, "bits": [2**20] * 24, "families": [1] * 24}
    projection = replace(
        world.projection,
        **{name: np.append(getattr(world.projection, name), added) for name, added in links.items()},
    )
    membership = world.partition.membership.copy()
    membership[stranger] = membership[ring[0]]
    evidence = gather_evidence(
        world.sightings,
        world.bipartite,
        world.test,
        projection,
        replace(world.partition, membership=membership),
        world.calibration,
        Method(),
    )
    assert set(ring) <= set(evidence.members["account"])
    assert stranger not in set(evidence.members["account"])


@pytest.mark.parametrize("name", ["framed_account", "bridge", "two_rings", "campaign"])
def test_who_is_grouped_is_the_same_with_evidence_and_without(name):
    world = stages(among(getattr(worlds, name)))
    made = (world.sightings, world.bipartite, world.test, world.projection, world.partition, world.calibration)
    community, members = group_members(*made, Method()), world.evidence.members
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


def test_sizes_are_those_of_the_members():
    evidence = stages((*among(worlds.campaign + worlds.bridge), *crowd(500, 4, "more"))).evidence
    assert np.bincount(evidence.members["community"]).tolist() == evidence.size.tolist()


RESOLD = """
    template resold: r1..r8 v1..v22
    ip 192.0.2.9: r1..r8 v1..v22
    card c1: r1..r4
    card c2: r4..r8
    device d1: r1..r4
    device d2: r4..r8
"""
"""A ring of eight that works through a vendor who has 22 other customers."""


@pytest.mark.parametrize(("smallest", "sizes"), [(2, [8, 22]), (10, [22]), (23, [])])
def test_a_vendors_customers_are_listed_by_themselves(smallest, sizes):
    world = stages(among(RESOLD), Method(smallest_ring=smallest))
    assert len(world.group_of("r1")) == 30
    members = world.evidence.members
    names = np.array(world.sightings.accounts.ids.to_pylist(), dtype=object)[members["account"]]
    groups = [set(group) for _, group in pd.Series(names).groupby(members["community"].to_numpy()) if len(group) > 2]
    assert groups == [group for group in ({f"r{i}" for i in range(1, 9)}, VENDORS) if len(group) in sizes]
    assert world.evidence.n_small == (0 if smallest == 2 else 62 - len(sizes))  # the crowd's couples


def test_what_a_vendor_hands_out_is_counted_without_his_customers():
    counted = telling(stages(among(RESOLD)), "r1")["template", "resold"]
    assert (counted["inside"], counted["outside"]) == (8, 22)


# --- without one value, without one family ------------------------------------------------------------------------


def survives(world: worlds.Stages, name: str) -> bool:
    return bool(member(world, name)["survives_any_value"])


def test_a_member_of_a_ring_with_many_values_survives_the_loss_of_any():
    world = stages(among(worlds.template_ring))
    assert all(survives(world, account) for account in RING)


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
    assert (core["n_families"] >= 2).all()
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


def test_the_tables_have_the_columns_that_later_stages_ask_for():
    evidence = stages(among(worlds.household)).evidence
    ties = "row account first_seen last_seen count"
    signals = "community signal type family inside outside expected bits first_seen last_seen"
    members = "account community cell n_links usual_links n_values tie_bits n_families families observed particular"
    members += " survives_any_value depends_on came_first taken_over tier"
    assert set(evidence.ties) == set(ties.split())
    assert set(evidence.signals) == set(signals.split())
    assert set(evidence.members) == set(members.split())


def test_bits_and_counts_are_integers():
    evidence = stages(among(worlds.template_ring)).evidence
    assert evidence.signals["bits"].dtype == evidence.members["tie_bits"].dtype == np.int64
    assert (evidence.signals[["inside", "outside"]].dtypes == np.int64).all()
    assert evidence.size.dtype == np.int64
    assert evidence.signals["bits"].min() > BIT_SCALE


def test_nothing_of_the_sightings_is_changed():
    given = sightings(among(worlds.framed_account))
    before = [
        column.copy()
        for column in (given.account, given.signal, given.first_seen.kept, given.last_seen.kept, given.count)
    ]
    stages(given)
    after = (given.account, given.signal, given.first_seen.kept, given.last_seen.kept, given.count)
    assert all((one == two).all() for one, two in zip(before, after, strict=True))


# --- the rules by themselves --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("inside", "outside", "bits", "told"),
    [(2, 3, 1, True), (2, 4, 1, False), (3, 5, 1, True), (1, 1, 1, False), (2, 3, 0, False)],
)
def test_a_signal_tells_something_that_is_five_times_more_common_inside(inside, outside, bits, told):
    """Ten of 110 accounts are a community: a fifth of it and a twenty-fifth of the others is not more than that."""
    community = np.where(np.arange(110) < 10, 0, -1).astype(np.int32)
    bearers = np.array([*range(inside), *range(10, 10 + outside)], dtype=np.int32)
    degree, entry, one = np.array([len(bearers)]), np.arange(len(bearers)), np.zeros(1, dtype=np.int16)
    graph = SimpleNamespace(
        accounts=bearers, signal_start=np.append(0, degree), degree=degree, signal_type=one, family=one, sighting=entry
    )
    test = SimpleNamespace(bits=np.array([bits]))
    calibration = SimpleNamespace(n_accounts=110)
    made = SimpleNamespace(bipartite=graph, test=test, calibration=calibration, method=Method())
    counted = count_ties(community, Entries.of(graph, test), made)
    assert counted.ties["account"].tolist() == list(range(inside if told else 0))
    assert counted.signals["outside"].tolist() == [outside] * told


OBSERVED, CLAIMED, ADDING_UP, COARSE = 0, 1, 2, 3
"""Four types of signal: seen by the provider, said by the client, one whose values all count in full, and a coarse one.
"""


def strength(*borne: tuple[int, int, int], needed: float = 0.0) -> dict:
    """The strength of an account that bears values, each of a family and a type and worth some bits."""
    provenances = (Provenance.OBSERVED, Provenance.CLAIMED, Provenance.OBSERVED, Provenance.OBSERVED)
    types = [
        SimpleNamespace(adds_up=n == ADDING_UP, coarse=n == COARSE, provenance=each)
        for n, each in enumerate(provenances)
    ]
    signals = pd.DataFrame(borne, columns=["family", "type", "bits"])
    ties = pd.DataFrame({"account": 7, "row": range(len(borne))})
    particular = (signals["family"] == 0).to_numpy()
    made = SimpleNamespace(bipartite=SimpleNamespace(types=types), needed=needed, method=Method(further_share=0.25))
    columns = strength_module._strength(ties, signals, particular, np.array([7]), made)
    return {name: column[0].item() for name, column in columns.items()}


@pytest.mark.parametrize("order", [1, -1])
def test_the_strongest_of_a_family_counts_in_full_wherever_it_stands(order):
    values = [(0, OBSERVED, 40), (0, OBSERVED, 100), (0, OBSERVED, 20)][::order]
    assert strength(*values)["tie_bits"] == 100 + 10 + 5
    assert strength(*((1, kind, bits) for _, kind, bits in values))["families"] == 0b10


@pytest.mark.parametrize(("needed", "survives"), [(45, True), (46, False)])
def test_where_the_strongest_is_lost_the_next_counts_in_full(needed, survives):
    values = [(0, OBSERVED, 40), (0, OBSERVED, 100), (0, OBSERVED, 20)]
    assert strength(*values, needed=needed)["survives_any_value"] is survives


@pytest.mark.parametrize(("needed", "survives"), [(40, True), (41, False)])
def test_values_that_add_up_count_in_full_and_are_lost_in_full(needed, survives):
    values = [(0, ADDING_UP, 100), (0, ADDING_UP, 40)]
    told = strength(*values, needed=needed)
    assert told["tie_bits"] == 140
    assert told["survives_any_value"] is survives


@pytest.mark.parametrize(
    ("values", "n_values", "left"),
    [
        ([(0, OBSERVED, 100), (0, COARSE, 40)], 1, 0),  # a card, and its bank's range: who loses one loses both
        ([(0, OBSERVED, 100), (0, OBSERVED, 80), (0, COARSE, 40)], 2, 80 + 10),  # the range may be the other card's
        ([(0, OBSERVED, 100), (1, COARSE, 40)], 2, 40),  # of another family
        ([(0, COARSE, 100), (0, COARSE, 40)], 2, 40),  # nothing that they follow from
    ],
)
def test_a_coarse_value_is_none_of_its_own_beside_what_it_follows_from(values, n_values, left):
    assert strength(*values)["n_values"] == n_values
    assert strength(*values, needed=left)["survives_any_value"]
    assert not strength(*values, needed=left + 1)["survives_any_value"]


@pytest.mark.parametrize(("needed", "depends_on"), [(60, 0b00), (61, 0b01), (100, 0b01), (101, 0b11)])
def test_an_account_depends_on_a_family_without_which_too_little_is_left(needed, depends_on):
    told = strength((0, OBSERVED, 100), (1, CLAIMED, 60), needed=needed)
    assert (told["n_values"], told["n_families"], told["families"], told["tie_bits"]) == (2, 2, 0b11, 160)
    assert told["depends_on"] == depends_on


def test_one_observed_value_is_enough_to_be_observed():
    assert strength((0, OBSERVED, 1), (1, CLAIMED, 60))["observed"]
    assert not strength((0, CLAIMED, 1), (1, CLAIMED, 60))["observed"]


def test_one_particular_value_is_enough():
    assert strength((0, OBSERVED, 1), (1, OBSERVED, 60))["particular"]
    assert not strength((1, OBSERVED, 1), (2, OBSERVED, 60))["particular"]


FIRMLY = {
    "n_links": 10,
    "n_families": 2,
    "survives_any_value": True,
    "observed": True,
    "particular": True,
    "came_first": False,
    "taken_over": False,
}


@pytest.mark.parametrize(
    ("change", "tier"),
    [
        ({}, Tier.CORE),
        ({"n_links": 5}, Tier.CORE),
        ({"n_links": 4}, Tier.PERIPHERAL),
        ({"observed": False}, Tier.PROBABLE),
        ({"particular": False}, Tier.PROBABLE),
        ({"n_families": 1}, Tier.PROBABLE),
        ({"survives_any_value": False}, Tier.PROBABLE),
        ({"n_families": 1, "survives_any_value": False}, Tier.PERIPHERAL),
        ({"came_first": True}, Tier.POSSIBLE_VICTIM),
        ({"n_links": 4, "came_first": True}, Tier.POSSIBLE_VICTIM),
        ({"taken_over": True}, Tier.POSSIBLE_VICTIM),
    ],
    ids=str,
)
def test_a_member_is_as_firmly_tied_as_the_rule_says(change, tier):
    member = pd.DataFrame([{**FIRMLY, "usual_links": 10.0, **change}])
    assert list(Tier)[evidence_module._tiers(member)[0]] is tier


def test_what_a_framed_family_shares_ties_nobody_who_came_home_since_to_the_ring():
    """Account 4 has the card that a ring took from its family, and their address: without it, one family is left."""
    ties = pd.DataFrame({"row": [*[0] * 9, *[1] * 5], "account": [*range(9), *range(5)]})
    signals = pd.DataFrame({"type": 0, "family": [0, 1], "bits": BIT_SCALE, "inside": [9, 5]})
    counted = Counted(np.zeros(9, dtype=np.int32), 0, ties, signals)
    graph = SimpleNamespace(types=[SimpleNamespace(adds_up=False, coarse=False, provenance=Provenance.OBSERVED)])
    made, account = SimpleNamespace(bipartite=graph, needed=1.0, method=Method()), np.arange(9)
    weigh = partial(strength_module._strength, account=account, made=made)
    particular = np.ones(14, dtype=np.bool_)
    strength = weigh(ties, signals, particular)
    weaker = strength_module._without_households(strength, np.arange(3), counted, particular, account, weigh)
    assert weaker["n_families"].tolist() == [2, 2, 2, 1, 1, 1, 1, 1, 1]
    assert strength["n_families"].tolist() == [2, 2, 2, 2, 2, 1, 1, 1, 1]


def test_who_is_taken_out_of_a_ring_is_listed_with_the_others_who_are():
    """A vendor's customers are a group of their own; whom only a neighbourhood ties is nobody's."""
    community = np.array([0, 0, 0, 1, 1], dtype=np.int32)
    signals = pd.DataFrame({"signal": [0, 1]})
    ties = pd.DataFrame({"row": [0, 0, 1, 1], "account": [1, 3, 2, 3]})
    graph = SimpleNamespace(corroborates=np.array([False, True]))
    taken = belonging._groups_of_their_own(np.array([1, 2, 3]), community, ties, signals, graph)
    assert taken.tolist() == [0, -1, 1]


# --- who is more likely a stranger --------------------------------------------------------------------------------


def copied_prompt(n_strangers: int) -> Stages:
    """A ring of sixty on cards and addresses of six, whose prompt some strangers of the crowd have too."""
    ring = [
        (f"r{i:02d}", kind, value, -1)
        for i in range(60)
        for kind, value in (("template", "distil"), ("card", f"c{i // 6}"), ("ip", f"192.0.2.{i % 10}"))
    ]
    copies = [(f"crowd-{i:05d}", "template", "distil", -1) for i in range(500, 500 + n_strangers)]
    return stages([*ring, *copies, *crowd(3000)])


def test_nobody_is_listed_whom_one_value_ties_and_who_more_likely_than_not_does_not_belong():
    """Strangers who have a ring's prompt and nothing else have a few of its links, and no second family."""
    world = copied_prompt(12)
    members = world.evidence.members
    assert world.passes("template", "distil")
    assert len(world.group_of("r00")) > 60
    assert set(world.tiers()) >= {f"r{i:02d}" for i in range(60)}
    assert (believe(members[members["n_values"] == 1]) >= 0.5).all()


@pytest.mark.parametrize(
    ("n_values", "came_first", "n_left"), [(1, False, 6), (1, True, 8), (2, False, 6), (2, True, 8)]
)
def test_whoever_leaves_takes_links_along_and_a_possible_victim_may_stay(n_values, came_first, n_left):
    """Six who know each other, a seventh who knows one of them, and an eighth whom the seventh knows alone.

    The eighth has too few links for one family, and without it the seventh has.
    """
    links = [*combinations(range(6), 2), (5, 6), (6, 7)]
    assert staying(6, links, n_values, (7,) if came_first else ()) == list(range(n_left))


@pytest.mark.parametrize(("n_friends", "n_values", "stays"), [(5, 1, False), (5, 2, True), (6, 2, False)])
def test_whom_several_values_tie_leaves_only_where_it_hardly_belongs(n_friends, n_values, stays):
    """One who knows one of five friends, or of six, belongs with confidence .24 or .11."""
    links = [*combinations(range(n_friends), 2), (0, n_friends)]
    assert staying(n_friends, links, n_values) == list(range(n_friends + stays))


@pytest.mark.parametrize(
    ("n_alone", "n_tied", "outside", "is_one"),
    [
        (2, 9, 2, False),
        (2, 9, 3, True),
        (9, 9, 2, True),  # it is anybody's, and more bear it who have nothing else than members do
        (9, 11, 2, False),
        (16, 9, 2, False),  # hardly anybody else has it: it is the group's own
        (16, 9, 3, True),
    ],
)
def test_whom_one_value_ties_is_one_of_many_where_more_bear_it_who_are_strangers(n_alone, n_tied, outside, is_one):
    """Some have the first value alone; the others share a second besides."""
    n = n_alone + n_tied
    ties = pd.DataFrame({"row": [*[0] * n, *[1] * n_tied], "account": [*range(n), *range(n_alone, n)]})
    signals = pd.DataFrame({"inside": [n, n_tied], "outside": [outside, 90]})
    counted = Counted(np.zeros(n, dtype=np.int32), 0, ties, signals)
    members = pd.DataFrame({"account": range(n), "n_values": [*[1] * n_alone, *[2] * n_tied]})
    found = belonging._is_one_of_many(members, counted).tolist()
    assert found == [*[is_one] * n_alone, *[False] * n_tied]


def three(**told: list) -> pd.DataFrame:
    """Three members, each linked with both others."""
    linked = {"account": range(3), "n_links": 2, "usual_links": 2.0, "survives_any_value": True}
    return pd.DataFrame({**linked, **told})


def test_who_is_one_of_many_leaves_however_many_links_it_has():
    members = three(n_families=[2, 2, 1], n_values=[2, 1, 1], came_first=[False, True, False])
    ends = np.array([0, 0, 1], dtype=np.int32), np.array([1, 2, 2], dtype=np.int32)
    projection = Projection(3, *ends, np.ones(3, np.int64), np.ones(3, np.int32))
    of_many, community = np.array([True, True, True]), np.zeros(3, dtype=np.int32)
    assert belonging._strangers(members, of_many, community, projection).tolist() == [True, False, True]


@pytest.mark.parametrize(("outside", "is_one"), [((6, 6), True), ((6, 5), False), ((5, 6), False)])
def test_whom_several_values_tie_is_one_of_many_where_more_bear_each_who_are_none_of_the_group(outside, is_one):
    """Five share two values; the first of them has a third, that nobody else does, with four more."""
    row = [*[0] * 5, *[1] * 5, *[2] * 5]
    ties = pd.DataFrame({"row": row, "account": [*range(5), *range(5), 0, *range(5, 9)]})
    signals = pd.DataFrame({"inside": [5, 5, 5], "outside": [*outside, 0]})
    counted = Counted(np.zeros(9, dtype=np.int32), 0, ties, signals)
    members = pd.DataFrame({"account": range(9), "n_values": [3, 2, 2, 2, 2, 1, 1, 1, 1]})
    found = belonging._is_one_of_many(members, counted).tolist()
    assert found == [False, *[is_one] * 4, *[False] * 4]


@pytest.mark.parametrize(
    ("families", "n_links", "passes_by"), [(0b010, 2, True), (0b010, 3, False), (0b001, 2, False), (0b011, 2, False)]
)
def test_whom_addresses_alone_tie_by_few_links_only_passes_by(families, n_links, passes_by):
    """Half the links that are usual are enough; a card tells more than a place does."""
    members = pd.DataFrame({"families": [families], "n_links": [n_links], "usual_links": [6.0]})
    graph = SimpleNamespace(families=("client", "network", "payment"))
    assert belonging._passes_by(members, graph).tolist() == [passes_by]


def test_without_addresses_nobody_passes_by():
    members = pd.DataFrame({"families": [0, 1], "n_links": [0, 0], "usual_links": [6.0, 6.0]})
    assert belonging._passes_by(members, SimpleNamespace(families=("client",))).tolist() == [False, False]


def test_who_has_no_evidence_that_can_be_shown_is_a_stranger_whoever_came_first():
    members = three(n_families=[2, 2, 0], n_values=[2, 2, 0], came_first=[False, False, True])
    ends = np.array([0, 0, 1], dtype=np.int32), np.array([1, 2, 2], dtype=np.int32)
    projection = Projection(4, *ends, np.ones(3, np.int64), np.ones(3, np.int32))
    community = np.array([0, 0, 0, -1], dtype=np.int32)
    of_many = np.zeros(3, dtype=np.bool_)
    assert belonging._strangers(members, of_many, community, projection).tolist() == [False, False, True, False]


def staying(
    n_sure: int, links: list[tuple[int, int]], n_values: int = 1, came_first: tuple[int, ...] = ()
) -> list[int]:
    """Who stays of a community whom so many values tie each; the first few have a second family, and are surer."""
    source, target = (np.array(ends, dtype=np.int32) for ends in zip(*links, strict=True))
    community = np.zeros(target.max() + 1, dtype=np.int32)
    projection = Projection(
        len(community), source, target, np.ones(len(links), np.int64), np.ones(len(links), np.int32)
    )
    n_links = links_inside(community, projection)
    members = pd.DataFrame({"account": np.arange(len(community)), "n_links": n_links, "n_values": n_values})
    members = members.assign(
        usual_links=usual_links(community, n_links),
        n_families=np.where(members["account"] < n_sure, 2, 1),
        survives_any_value=True,
        came_first=np.isin(members["account"], came_first),
    )
    of_many = np.zeros(len(community), dtype=np.bool_)
    return np.flatnonzero(~belonging._strangers(members, of_many, community, projection)).tolist()


@pytest.mark.parametrize(
    ("more", "n_left"),
    [([(0, 7)], 7), ([(0, 7), (1, 7)], 8), ([(0, 7), (7, 8)], 7), ([(0, 7), (1, 7), (7, 8)], 8)],
    ids=str,
)
def test_who_belongs_as_likely_as_not_is_no_stranger(more, n_left):
    """Six links are usual, and a third of them is as likely as not; the last of nine leaves, and takes one along."""
    assert staying(7, [*combinations(range(7), 2), *more]) == list(range(n_left))


def test_where_strangers_leave_fewer_links_are_usual():
    """Seven links are usual while five strangers know one of the ring each, and six without them.

    The last knows two of the ring and a stranger: two of six are enough, and two of seven were not.
    """
    links = [*combinations(range(7), 2), *((ring, 7 + ring) for ring in range(5)), (5, 12), (6, 12), (7, 12)]
    assert staying(7, links) == [*range(7), 12]
