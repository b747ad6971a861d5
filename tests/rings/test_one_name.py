"""A ring that a firm's mail domain holds to the firm leaves it, and no department does."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from parted_worlds import CONTENT, FAMILIES, IDENTITY, NETWORK, PAYMENT, Told, parted_by
from worlds import among, stages

from graphlink.config.method import Method
from graphlink.model.findings import TIERS, Tier
from graphlink.rings.evidence import gather_evidence
from graphlink.rings.membership.one_name import part_at_one_name

RING, FIRM = [*range(24)], [*range(24, 64)]
OWN: list[Told] = [(CONTENT, RING, 0), (PAYMENT, RING[:12], 0), (PAYMENT, RING[12:], 0)]
"""A ring has a prompt and two cards."""
OFFICE: Told = (NETWORK, [*RING, *FIRM], 9)
PARTED, WHOLE = [0] * 24 + [1] * 40, [0] * 64


def named(n_of_ring: int, n_of_firm: int = 40) -> Told:
    return (IDENTITY, [*RING[:n_of_ring], *FIRM[:n_of_firm]], 2)


def parted(*signals: Told, n: int = 64, **told) -> list[int]:
    return parted_by(part_at_one_name, *signals, n=n, **told)


@pytest.mark.parametrize("n_of_ring", [0, 1, 16])
def test_a_ring_with_a_firms_domain_on_some_of_it_is_not_the_firm(n_of_ring):
    assert parted(*OWN, named(n_of_ring), OFFICE) == PARTED


@pytest.mark.parametrize("n_of_ring", [17, 24])
def test_a_department_has_the_firms_domain_whatever_cards_are_its_own(n_of_ring):
    assert parted(*OWN, named(n_of_ring), OFFICE) == WHOLE


@pytest.mark.parametrize(("n_of_firm", "expected"), [(36, PARTED), (35, WHOLE)])
def test_nearly_all_others_have_the_name(n_of_firm, expected):
    assert parted(*OWN, named(8, n_of_firm), OFFICE) == expected


@pytest.mark.parametrize(("n_more", "n_groups"), [(21, 3), (22, 1)])
def test_a_name_on_fewer_than_half_holds_nobody_together(n_more, n_groups):
    """Two rings and a firm of 45 who all have the name, at one address."""
    more, firm = [*range(24, 24 + n_more)], [*range(24 + n_more, 69 + n_more)]
    told: list[Told] = [*OWN, (CONTENT, more, 0), (PAYMENT, more, 0), (IDENTITY, firm, 2)]
    found = parted(*told, (NETWORK, [*RING, *more, *firm], 9), n=69 + n_more)
    assert len(set(found)) == n_groups


def test_without_a_name_nobody_leaves_though_nobody_else_is_there():
    other = [*range(24, 48)]
    assert parted(*OWN, (CONTENT, other, 0), (PAYMENT, other, 0), (NETWORK, [*RING, *other], 9), n=48) == [0] * 48


def test_half_of_forty_is_the_smallest_ring_that_leaves():
    ring, firm = [*range(20)], [*range(20, 40)]
    told: list[Told] = [(CONTENT, ring, 0), (PAYMENT, ring, 0), (IDENTITY, firm, 2)]
    assert parted(*told, n=40) == [*[0] * 20, *[1] * 20]


def test_what_many_have_corroborates_nothing():
    """Neither a bank's range nor a name that only says where mail is sold."""
    assert parted(OWN[0], (PAYMENT, RING, 0), named(8), OFFICE, corroborating=(1,)) == WHOLE
    assert parted(*OWN, named(8), OFFICE, corroborating=(3,)) == WHOLE


def test_whoever_would_not_be_found_alone_stays():
    assert parted(OWN[0], named(8), OFFICE) == WHOLE
    assert parted((CONTENT, RING[:19], 0), (PAYMENT, RING[:19], 0), named(8), OFFICE) == WHOLE


def test_what_is_also_on_a_quarter_as_many_strangers_is_not_its_own():
    assert parted((CONTENT, RING, 5), *OWN[1:], named(8), OFFICE) == PARTED
    assert parted((CONTENT, RING, 6), *OWN[1:], named(8), OFFICE) == WHOLE


def test_a_ring_of_more_than_half_is_not_held_by_the_name():
    larger = [*range(64, 106)]
    more: list[Told] = [(CONTENT, [*RING, *larger], 0), (PAYMENT, [*RING, *larger], 0)]
    assert parted(*more, (IDENTITY, [*RING, *FIRM], 0), n=106) == [0] * 106


def test_several_rings_leave_one_firm_each_by_itself():
    other = [*range(64, 86)]
    told: list[Told] = [(CONTENT, other, 0), (PAYMENT, other, 0), (IDENTITY, [*RING[:8], *other[:4], *FIRM], 2)]
    assert parted(*OWN, *told, OFFICE, n=86) == [*PARTED, *[2] * 22]


def test_another_community_is_left_alone():
    again = [(family, [64 + account for account in bearers], outside) for family, bearers, outside in OWN]
    assert parted(*OWN, named(8), *again, n=128, community=[0] * 64 + [1] * 64) == [*PARTED, *[2] * 64]


def test_where_nothing_is_parted_the_array_is_the_same():
    community, nothing = np.full(2, -1, dtype=np.int32), pd.DataFrame({"row": [], "account": []}, dtype=np.int64)
    signals = pd.DataFrame({"community": [], "signal": [], "family": [], "inside": [], "outside": []}, dtype=np.int64)
    graph = SimpleNamespace(families=FAMILIES, corroborates=np.zeros(0, dtype=np.bool_))
    assert part_at_one_name(community, nothing, signals, graph) is community


def test_a_ring_is_not_of_the_firm_whose_mail_domain_it_has_on_a_third():
    """Put together with it, it is coordinated none the less, and the firm is not."""
    cards = "".join(f"card c{card}: f{6 * card}..f{6 * card + 5}\n" for card in range(4))
    world = stages(
        among(f"{cards} template farm: f0..f23\n email_domain firm: f0..f7 p0..p39\n ip office: f0..f23 p0..p39")
    )
    number = {name: place for place, name in enumerate(world.sightings.accounts.ids.to_pylist())}
    ring, firm = ([number[f"{who}{i}"] for i in range(n)] for who, n in (("f", 24), ("p", 40)))
    membership = world.partition.membership.copy()
    membership[firm] = membership[ring[0]]
    partition = replace(world.partition, membership=membership)
    made = world.sightings, world.bipartite, world.test, world.projection
    evidence = gather_evidence(*made, partition, world.calibration, Method())
    members = evidence.members.set_index("account")
    of_ring, of_firm = (set(members["community"].reindex(some).dropna()) for some in (ring, firm))
    assert len(of_ring) == 1
    assert not of_ring & of_firm
    assert (members.loc[ring, "tier"] == TIERS.index(Tier.CORE)).all()
