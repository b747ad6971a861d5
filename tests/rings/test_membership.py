"""Who belongs to a community, and who is more likely a stranger."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from worlds import TYPES, Stages, among, crowd, stages

from graphlink.model.graph import Projection
from graphlink.rings.membership import decide as belonging
from graphlink.rings.membership import strangers
from graphlink.rings.membership.confidence import believe, links_inside, usual_links
from graphlink.rings.shared_signals import Counted


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
    signals = pd.DataFrame({"type": 0, "inside": [n, n_tied], "outside": [outside, 90]})
    counted = Counted(np.zeros(n, dtype=np.int32), 0, ties, signals)
    members = pd.DataFrame({"account": range(n), "n_values": [*[1] * n_alone, *[2] * n_tied]})
    found = strangers.find_strangers(members, counted, [TYPES["card"]]).tolist()
    assert found == [*[is_one] * n_alone, *[False] * n_tied]


@pytest.mark.parametrize(
    ("beside", "n_alone", "is_one"),
    [
        ("ip24", 2, True),  # who goes through many networks is in one with somebody
        ("device", 2, False),
        ("tls_fingerprint", 9, True),  # a browser says the same thing twice, and is nobody's own
        ("tls_fingerprint", 7, False),
    ],
)
def test_neither_a_network_nor_another_program_beside_one_value_is_more(beside, n_alone, is_one):
    """Some have a first value, and one more of another type each; the other eight share a card besides."""
    n = n_alone + 8
    of_beside = np.arange(n_alone) // 2
    ties = pd.DataFrame(
        {"row": [*[0] * n, *[1] * 8, *2 + of_beside], "account": [*range(n), *range(n_alone, n), *range(n_alone)]}
    )
    kinds = {"card": 0, "device": 1, "ip24": 2, "tls_fingerprint": 3, "user_agent": 4}
    first = "user_agent" if beside == "tls_fingerprint" else "card"
    outside = [0 if first == "user_agent" else n_alone + 1, 0, *[0] * len(np.unique(of_beside))]
    signals = pd.DataFrame(
        {
            "type": [kinds[first], kinds["card"], *[kinds[beside]] * len(np.unique(of_beside))],
            "inside": [n, 8, *np.bincount(of_beside)],
            "outside": outside,
        }
    )
    counted = Counted(np.zeros(n, dtype=np.int32), 0, ties, signals)
    members = pd.DataFrame({"account": range(n), "n_values": 2})
    found = strangers.find_strangers(members, counted, [TYPES[kind] for kind in kinds]).tolist()
    assert found == [*[is_one] * n_alone, *[False] * 8]


@pytest.mark.parametrize(
    ("n_alone", "with_one", "with_two", "is_one"),
    [
        (3, 0, 0, False),
        (4, 0, 0, True),  # all others bear three values and more beside it: hardly any would bear none
        (6, 3, 2, False),
        (7, 3, 2, True),
        (9, 6, 2, False),
    ],
)
def test_whom_a_program_ties_is_one_of_many_where_members_bear_much_beside_it(n_alone, with_one, with_two, is_one):
    """Forty members bear a browser and three cards each; some of their fellows one or two; some none."""
    n_cards = [*[0] * n_alone, *[1] * with_one, *[2] * with_two, *[3] * 40]
    n = len(n_cards)
    cards = [(1 + card, account) for account, number in enumerate(n_cards) for card in range(number)]
    ties = pd.DataFrame([*((0, account) for account in range(n)), *cards], columns=["row", "account"])
    inside = np.bincount(ties["row"])
    signals = pd.DataFrame({"type": [0, *[1] * (len(inside) - 1)], "inside": inside, "outside": 0})
    counted = Counted(np.zeros(n, dtype=np.int32), 0, ties, signals)
    members = pd.DataFrame({"account": range(n), "n_values": [1 + number for number in n_cards]})
    found = strangers.find_strangers(members, counted, [TYPES["user_agent"], TYPES["card"]]).tolist()
    assert found == [*[is_one] * n_alone, *[False] * (n - n_alone)]


def three(**told: list) -> pd.DataFrame:
    """Three members, each linked with both others."""
    linked = {"account": range(3), "n_links": 2, "usual_links": 2.0, "survives_any_value": True}
    return pd.DataFrame({**linked, **told})


def test_who_is_one_of_many_leaves_however_many_links_it_has():
    members = three(n_families=[2, 2, 1], n_values=[2, 1, 1], came_first=[False, True, False])
    ends = np.array([0, 0, 1], dtype=np.int32), np.array([1, 2, 2], dtype=np.int32)
    projection = Projection(3, *ends, np.ones(3, np.int64), np.ones(3, np.int32))
    of_many, community = np.array([True, True, True]), np.zeros(3, dtype=np.int32)
    chained = np.zeros(3, dtype=np.bool_)
    assert belonging._who_leaves(members, of_many, community, projection, chained).tolist() == [True, False, True]
    assert belonging._who_leaves(members, of_many, community, projection, ~chained).tolist() == [True, False, True]


@pytest.mark.parametrize(("outside", "is_one"), [((6, 6), True), ((6, 5), False), ((5, 6), False)])
def test_whom_several_values_tie_is_one_of_many_where_more_bear_each_who_are_none_of_the_group(outside, is_one):
    """Five share two values; the first of them has a third, that nobody else does, with four more."""
    row = [*[0] * 5, *[1] * 5, *[2] * 5]
    ties = pd.DataFrame({"row": row, "account": [*range(5), *range(5), 0, *range(5, 9)]})
    signals = pd.DataFrame({"type": 0, "inside": [5, 5, 5], "outside": [*outside, 0]})
    counted = Counted(np.zeros(9, dtype=np.int32), 0, ties, signals)
    members = pd.DataFrame({"account": range(9), "n_values": [3, 2, 2, 2, 2, 1, 1, 1, 1]})
    found = strangers.find_strangers(members, counted, [TYPES["card"]]).tolist()
    assert found == [False, *[is_one] * 4, *[False] * 4]


def test_who_has_no_evidence_that_can_be_shown_is_a_stranger_whoever_came_first():
    members = three(n_families=[2, 2, 0], n_values=[2, 2, 0], came_first=[False, False, True])
    ends = np.array([0, 0, 1], dtype=np.int32), np.array([1, 2, 2], dtype=np.int32)
    projection = Projection(4, *ends, np.ones(3, np.int64), np.ones(3, np.int32))
    community = np.array([0, 0, 0, -1], dtype=np.int32)
    of_many = np.zeros(3, dtype=np.bool_)
    for chained in (np.zeros(4, dtype=np.bool_), np.ones(4, dtype=np.bool_)):  # on a chain, too
        leave = belonging._who_leaves(members, of_many, community, projection, chained)
        assert leave.tolist() == [False, False, True, False]


def test_on_a_chain_nobody_has_many_links():
    """A community of ten and one who is linked to one of them; on a chain that is as it should be."""
    links = [(one, other) for one in range(10) for other in range(one + 1, 10)] + [(0, 10)]
    assert staying(10, links) == list(range(10))
    assert staying(10, links, chained=(10,)) == list(range(11))


def staying(
    n_sure: int,
    links: list[tuple[int, int]],
    n_values: int = 1,
    came_first: tuple[int, ...] = (),
    chained: tuple[int, ...] = (),
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
    on_chain = np.isin(np.arange(len(community)), chained)
    return np.flatnonzero(~belonging._who_leaves(members, of_many, community, projection, on_chain)).tolist()


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


def test_two_farms_at_the_exits_of_one_vpn_are_two_and_its_customers_are_in_neither():
    """Twenty-four accounts each, with a prompt and two cards of their own; sixty strangers use the exits, too."""
    exits = [f"203.0.113.{number}" for number in range(4)]
    farms = [(f"{farm}{n:02d}", farm, n) for farm in ("left-", "right-") for n in range(24)]
    seen = [(f"stranger-{n:02d}", "ip", exits[n % 4], -1) for n in range(60)]
    for account, farm, n in farms:
        seen += [(account, "card", f"{farm}{n // 12}", -1), (account, "template", farm, -1)]
        seen += [(account, "ip", exits[(n + turn) % 4], -1) for turn in range(2)]
    world = stages((*among("ip 192.0.2.9: z1 z2"), *seen))
    for farm in ("left-", "right-"):
        assert world.group_of(f"{farm}00") == {f"{farm}{n:02d}" for n in range(24)}
