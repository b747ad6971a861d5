"""Chains: long rows of accounts that share small values in turn are one group, and honest rows are none."""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from worlds import Row, crowd, dealt_in_turn, rows, sightings, stages

from graphlink.config.method import Method
from graphlink.graph.bipartite import build_bipartite
from graphlink.model.findings import COORDINATED, INCONCLUSIVE, Tier
from graphlink.model.graph import Projection
from graphlink.pipeline import analyse
from graphlink.rings.joining.chains import find_chains, join_chains

UNLINKED = Projection(12, *np.zeros((2, 0), dtype=np.int32), np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int32))


def chains(seen) -> set[frozenset[str]]:
    """The chains of a world, as sets of account ids."""
    given_ = sightings(tuple(seen))
    chain = find_chains(build_bipartite(given_))
    names = np.array(given_.accounts.ids.to_pylist(), dtype=object)
    return {frozenset(names[chain == each]) for each in np.unique(chain[chain >= 0])}


def names_of(seen) -> frozenset[str]:
    return frozenset(account for account, *_ in seen)


def leases(n: int, *, seed: int, n_each: int = 3) -> list[Row]:
    """Customers to whom addresses come and go, and couples among them who have a card and a machine for two."""
    draw = random.Random(seed)
    names = [f"c{number:05d}" for number in range(n)]
    found: list[Row] = []
    for turn in range(n_each):
        draw.shuffle(names)
        found += [(name, "ip", f"lease-{turn}-{place // 3}", -1) for place, name in enumerate(names)]
    couples = [names[place : place + 2] for place in range(0, n // 2, 2)]
    for number, couple in enumerate(couples):
        found += [(name, kind, f"{kind}-{number}", -1) for name in couple for kind in ("card", "device")]
    return found


def test_accounts_made_in_turn_are_one_chain_but_for_its_ends():
    dealt = dealt_in_turn(60)
    (found,) = chains((*dealt, *crowd(1000)))
    assert found <= names_of(dealt)
    assert len(found) >= 56


def test_a_chain_is_one_group_without_anybody_else_and_not_its_pieces():
    dealt = dealt_in_turn(60)
    home = rows("ip home: t030 mum dad\ncard mums: mum dad t030")
    seen = stages((*dealt, *home, *crowd(3000)))
    group_ = seen.group_of("t029")
    assert len(group_ & names_of(dealt)) >= 54
    tiers = seen.tiers()
    assert {tiers[name] for name in group_ & names_of(dealt) & tiers.keys()} <= {
        Tier.CORE,
        Tier.PROBABLE,
        Tier.PERIPHERAL,
    }
    assert len(tiers.keys() & names_of(dealt)) >= 54
    assert not group_ & {"mum", "dad"}


def test_who_shares_something_with_the_next_alone_is_on_a_chain_too():
    """A card with the one, an address with the next, a machine with the third."""
    kinds = ("card", "ip", "device")
    names = [f"p{number:02d}" for number in range(50)]
    path = [(name, kinds[n % 3], f"{n}", -1) for n in range(49) for name in names[n : n + 2]]
    (found,) = chains((*path, *crowd(1000)))
    assert found <= set(names)
    assert len(found) >= 46


@pytest.mark.parametrize("n", [12, 24, 30])
def test_a_short_row_is_no_chain(n):
    assert chains((*dealt_in_turn(n), *crowd(1000))) == set()


def test_households_that_hang_on_one_another_end():
    """Some homes share an address with another, as who moved has, and a card with a third."""
    draw = random.Random(4)
    homes = [[f"h{number:03d}-{each}" for each in range(2)] for number in range(120)]
    found = [
        (name, kind, f"{kind}-{n}", -1) for n, home in enumerate(homes) for name in home for kind in ("ip", "device")
    ]
    for kind, share in (("ip", 0.4), ("card", 0.4)):
        for n in range(0, int(share * 120), 2):
            one, other = draw.sample(homes, 2)
            found += [(home[0], kind, f"between-{kind}-{n}", -1) for home in (one, other)]
    assert chains((*found, *crowd(1000))) == set()


@pytest.mark.parametrize("seed", range(3))
def test_pairs_at_random_are_rows_as_long_as_chance_draws(seed):
    """Where many have a flatmate and a partner, rows of them are straight, and there are many; none is a chain."""
    draw, found = random.Random(seed), []
    for kind in ("ip", "card"):
        names = [f"p{number:04d}" for number in draw.sample(range(4000), 3200)]
        found += [(name, kind, f"{kind}-{place // 2}", -1) for place, name in enumerate(names)]
    assert chains((*found, *crowd(300))) == set()


def test_one_family_alone_makes_no_chain():
    """Addresses go from customer to customer; so does a row of addresses with a card for each pair of neighbours."""
    names = [f"a{number:03d}" for number in range(90)]
    passed_on = [(name, "ip", f"x{number // 2}", -1) for number, name in enumerate(names)]
    passed_on += [(name, "ip", f"y{(number + 1) // 2}", -1) for number, name in enumerate(names)]
    paid = [(name, "card", f"k{number // 3}", -1) for number, name in enumerate(names)]
    assert chains((*passed_on, *crowd(1000))) == set()
    assert chains((*passed_on, *paid, *crowd(1000))) == set()


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("n_each", [1, 2, 3])
def test_where_leases_end_strangers_are_one_web_and_no_chain(seed, n_each):
    assert chains(leases(2000, seed=seed, n_each=n_each)) == set()
    (found,) = chains((*leases(2000, seed=seed, n_each=n_each), *dealt_in_turn(60)))
    assert found <= names_of(dealt_in_turn(60))


def test_a_web_of_small_values_dealt_at_random_is_no_chain():
    draw = random.Random(3)
    names = [f"w{number:03d}" for number in range(120)]
    web = []
    for kind in ("card", "ip"):
        draw.shuffle(names)
        web += [(name, kind, f"{kind}-{place // 3}", -1) for place, name in enumerate(names)]
    assert chains((*web, *crowd(1000))) == set()


def test_who_meets_a_chain_at_one_address_is_not_on_it():
    """A neighbour's address was used by an account of the chain; the neighbour shares a card with another."""
    dealt = dealt_in_turn(60)
    neighbours = rows(
        "ip door: t030 ann\ncard two: ann bob\nip attic: bob t033 \ncard three: bob cat\nip roof: cat dan"
    )
    (found,) = chains((*dealt, *neighbours, *crowd(1000)))
    assert found <= names_of(dealt)
    assert len(found) >= 50


def test_two_chains_are_two():
    found = chains((*dealt_in_turn(60, "one"), *dealt_in_turn(90, "two"), *crowd(1000)))
    assert sorted(len(each) // 10 for each in found) == [5, 8]
    assert all(len({name[:3] for name in each}) == 1 for each in found)


@settings(max_examples=15, deadline=None)
@given(st.randoms(use_true_random=False))
def test_names_and_order_decide_nothing(draw):
    pairs = [(f"t{each:03d}", "device", f"pair-{n}", -1) for n in range(4) for each in draw.sample(range(48), 2)]
    seen = [*dealt_in_turn(48), *pairs, *crowd(300)]
    accounts = sorted(names_of(seen))
    renamed = dict(
        zip(accounts, draw.sample([f"n{number:04d}" for number in range(len(accounts))], len(accounts)), strict=True)
    )
    again = [(renamed[account], *rest) for account, *rest in draw.sample(seen, len(seen))]
    assert chains(again) == {frozenset(renamed[name] for name in each) for each in chains(seen)}


def blocks(labels) -> set[frozenset[int]]:
    return {frozenset(np.flatnonzero(labels == each).tolist()) for each in np.unique(labels[labels >= 0])}


def test_a_chain_takes_along_communities_of_which_it_is_most():
    chain = np.array([0, 0, 0, 0, -1, -1, 6, 6, 6, -1, -1, -1], dtype=np.int32)
    community = np.array([0, 0, 1, 2, 0, 3, 4, 5, -1, 4, 4, 5], dtype=np.int32)
    linked = replace(UNLINKED, source=np.array([0, 1], np.int32), target=np.array([4, 4], np.int32))
    joined, chained = join_chains(community, chain, linked)
    # 0 is mostly the chain's and brings its third; 4, of strangers, loses its one; of 5 the chain is half and not most
    apart = [{0, 1, 2, 3, 4}, {6, 7, 8}, {5}, {9, 10}, {11}]
    assert blocks(joined) == set(map(frozenset, apart))
    assert chained.tolist() == (chain >= 0).tolist()


def test_a_row_that_is_half_in_a_larger_community_is_left_as_it_is():
    """Twenty of a row of forty work at a firm of sixty."""
    chain = np.where(np.arange(80) < 40, 0, -1).astype(np.int32)
    community = np.where(np.arange(80) >= 20, 1, 0).astype(np.int32)
    joined, chained = join_chains(community, chain, UNLINKED)
    assert blocks(joined) == blocks(community)
    assert not chained.any()


def test_without_a_chain_nothing_is_joined():
    community = np.array([0, 0, 1, -1], dtype=np.int32)
    joined, chained = join_chains(community, np.full(4, -1, dtype=np.int32), UNLINKED)
    assert joined.tolist() == community.tolist()
    assert not chained.any()


def test_who_is_on_a_chain_is_listed_with_what_ties_it():
    seen = sightings((*dealt_in_turn(120), *crowd(3000)))
    members = analyse(seen, Method(null_worlds=0, disturbances=0), seed=1).members
    listed = members[members["account_id"].isin(names_of(dealt_in_turn(120)))]
    assert listed["assessment"].isin([COORDINATED, INCONCLUSIVE]).sum() > 110
    assert listed["families"].str.len().gt(0).all()
    assert listed["strongest"].str.len().gt(0).all()


def test_no_honest_reason_explains_a_chain_among_strangers(ring_assessment):
    """Too few of the makers' rings are chains for the card to call one coordinated for that alone."""
    assert ring_assessment((*dealt_in_turn(120), *crowd(3000)), "t060") in {COORDINATED, INCONCLUSIVE}
    assert ring_assessment((*dealt_in_turn(20), *crowd(3000)), "t010") != COORDINATED


@pytest.fixture
def ring_assessment():
    """What the ring of an account is assessed as; empty where it is in none."""

    def assess(seen, account: str) -> str:
        found = analyse(sightings(tuple(seen)), Method(null_worlds=0, disturbances=0), seed=1).members
        return next(iter(found.loc[found["account_id"] == account, "assessment"]), "")

    return assess
