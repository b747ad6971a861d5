"""Whom nothing ties but places and mail domains, and what these are without them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from worlds import TYPES, Stages, among, stages

from graphlink.model.findings import Tier
from graphlink.rings.membership import strangers
from graphlink.rings.membership.passers_by import Insiders, count_insiders
from graphlink.rings.shared_signals import Counted

KINDS = ("ip", "ip24", "email_domain", "user_agent", "device")


def at_a_carriers(n_strangers: int) -> Stages:
    """A farm of twelve with a device and three cards, of whom ten go through a carrier's addresses as strangers do."""
    strangers = f"s1..s{n_strangers}"
    return stages(
        among(f"""
            ip 203.0.113.1: r1..r5 {strangers}
            ip 198.51.100.2: r6..r10 {strangers}
            email_domain post.example: r1..r5 {strangers}
            device d1: r1..r12
            card c1: r1..r4
            card c2: r5..r8
            card c3: r9..r12
        """)
    )


@pytest.mark.parametrize(("n_strangers", "listed"), [(5, True), (6, False), (8, False)])
def test_a_carriers_addresses_and_a_mail_provider_that_more_strangers_have_tie_none_of_them(n_strangers, listed):
    """Not even where nobody but the farm and the strangers that it would draw in bears them."""
    tiers = at_a_carriers(n_strangers).tiers()
    assert {tiers[f"r{number}"] for number in range(1, 13)} == {Tier.CORE}
    assert [f"s{number}" in tiers for number in range(1, n_strangers + 1)] == [listed] * n_strangers


@pytest.mark.parametrize(("n_strangers", "tier"), [(3, Tier.CORE), (4, Tier.PROBABLE)])
def test_who_has_many_of_them_is_listed_and_no_core(n_strangers, tier):
    """Four addresses, each of three of the farm, and of as many strangers or one more."""
    addresses = "".join(f"\n ip 203.0.{n}.1: r{3 * n + 1}..r{3 * n + 3} s1..s{n_strangers}" for n in range(4))
    farm = f"""
        email_domain post.example: r1..r3 s1..s{n_strangers}
        device d1: r1..r12
        card c1: r1..r4
        card c2: r5..r8
        card c3: r9..r12
    """
    tiers = stages(among(farm + addresses)).tiers()
    assert {tiers[f"r{number}"] for number in range(1, 13)} == {Tier.CORE}
    assert {tiers[f"s{number}"] for number in range(1, n_strangers + 1)} == {tier}


def test_a_farm_behind_a_few_addresses_and_a_mail_domain_keeps_its_accounts():
    """Nothing else ties twenty of them; the other four have a device, too."""
    farm = """
        ip 203.0.113.1: r1..r24
        ip 198.51.100.2: r1..r24
        email_domain theirs.example: r1..r24
        device d1: r1..r4
    """
    tiers = stages(among(farm)).tiers()
    assert {tiers[f"r{number}"] for number in range(1, 25)} == {Tier.CORE}


def community(*borne: tuple[str, int, list[int]], n_members: int, elsewhere: int = 0) -> Counted:
    """Members who bear values, each of a type and of so many others as well; behind them, accounts of no community."""
    ties = [(row, account) for row, (_, _, accounts) in enumerate(borne) for account in accounts]
    signals = pd.DataFrame(
        {
            "community": 0,
            "type": [KINDS.index(kind) for kind, _, _ in borne],
            "inside": [len(accounts) for _, _, accounts in borne],
            "outside": [outside for _, outside, _ in borne],
        }
    )
    numbers = np.array([0] * n_members + [-1] * elsewhere, dtype=np.int32)
    return Counted(numbers, 0, pd.DataFrame(ties, columns=["row", "account"]), signals)


def insiders(counted: Counted) -> Insiders:
    return count_insiders(counted, [TYPES[kind] for kind in KINDS])


def test_who_passes_by_counts_among_the_others():
    counted = community(
        ("device", 0, [0, 1, 2, 3]),
        ("ip", 2, [2, 3, 4, 5]),
        ("ip24", 2, [2, 3, 4, 5]),
        ("email_domain", 0, [3, 4, 6]),
        ("user_agent", 0, [5, 6]),
        n_members=7,
        elsewhere=2,
    )
    found = insiders(counted)
    assert found.passes.tolist() == [*[False] * 4, *[True] * 3, *[False] * 2]
    assert found.anybodys.tolist() == [False, True, False, True, False]  # a neighbourhood is none beside its address
    assert found.inside.tolist() == [4, 2, 2, 1, 0]
    assert found.outside.tolist() == [0, 4, 4, 2, 2]


@pytest.mark.parametrize(("outside", "n_passing"), [(2, 0), (3, 2)])
def test_a_device_that_more_others_have_is_nothing_else(outside, n_passing):
    devices = ("device", 0, [0, 1, 2]), ("device", outside, [3, 4])
    assert insiders(community(*devices, ("ip", 0, [*range(5)]), n_members=5)).passes.sum() == n_passing


@pytest.mark.parametrize(("n_told", "n_passing"), [(5, 4), (4, 0), (3, 0)])
def test_where_places_tie_half_of_a_community_nobody_passes_by(n_told, n_passing):
    counted = community(("device", 0, [*range(n_told)]), ("ip", 0, [*range(n_told + 4)]), n_members=n_told + 4)
    found = insiders(counted)
    assert found.passes.sum() == n_passing
    assert found.inside.tolist() == [n_told, n_told + 4 - n_passing]
    assert found.outside.tolist() == [0, n_passing]


@pytest.mark.parametrize(
    ("addresses", "comes"),
    [
        ([(0, 1)], True),
        ([(1, 0)], False),
        ([(1, 1)], True),
        ([(2, 1)], False),
        ([(0, 1), (0, 1), (0, 1)], True),
        ([(0, 1), (0, 1), (2, 1)], False),  # one that is the community's own is enough
        ([(0, 1), (0, 1), (0, 1), (0, 1)], False),  # four are no accident
        ([], False),
    ],
)
def test_whom_a_few_addresses_tie_that_are_no_more_the_communitys_without_such_comes_with_others(addresses, comes):
    """Account 9 is asked; addresses are of so many of the nine with a device, and of so many others."""
    values = [("ip", outside, [*range(n_told), 9]) for n_told, outside in addresses]
    counted = community(("device", 0, [*range(9)]), *values, n_members=10)
    found = strangers._comes_with_others(pd.DataFrame({"account": range(10)}), counted, [TYPES[kind] for kind in KINDS])
    assert found.tolist() == [*[False] * 9, comes]
