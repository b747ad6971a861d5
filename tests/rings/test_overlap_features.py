"""How what members share lies in one another: firms and couples have all in common, an operator's crosses."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from graphlink.model.signal_types import BUILT_IN_TYPES
from graphlink.rings.overlap_features import (
    apart,
    housed,
    keyed,
    nested,
    paired,
    parts_of,
    settled,
    within_firms,
)

Value = tuple[str, list[int], int]
"""A value's type, its bearers, and how many strangers bear it."""


def how_nested(*values, groups=(12,), anyones=(), edge=-1, trait=nested, types=BUILT_IN_TYPES, size=None, key=None):  # noqa: PLR0913  what a group can be
    """What a trait says of groups, of cards in domains unless another is named.

    Groups have as many accounts as is told, in their order; one of them may stand at the edge. ``size`` is what the
    only group is told to have.
    """
    kinds = [each.name for each in BUILT_IN_TYPES]
    group_of = np.repeat(np.arange(len(groups)), groups)
    signals = pd.DataFrame(
        {
            "community": [group_of[bearers[0]] for _, bearers, _ in values],
            "signal": range(len(values)),
            "type": [kinds.index(kind) for kind, _, _ in values],
            "inside": [len(bearers) for _, bearers, _ in values],
            "outside": [n for _, _, n in values],
        }
    )
    ties = pd.DataFrame(
        [(row, account) for row, (_, bearers, _) in enumerate(values) for account in bearers],
        columns=["row", "account"],
    )
    of_anyone = np.isin(np.arange(len(values)), anyones)
    parts = parts_of(
        ties[ties["account"] != edge],
        signals,
        types,
        np.array(groups),
        of_anyone,
        np.arange(sum(groups), dtype=np.uint64) if key is None else key,
    )
    told_size = np.array(groups if size is None else [size])
    return trait(parts, types, told_size).tolist()


def how_apart(*values: Value, types=BUILT_IN_TYPES, size: int = 12) -> list[float]:
    """How all else stays within domains; values are a part's up to eleven bearers, whatever the size."""
    return how_nested(*values, groups=(24,), trait=apart, types=types, size=size)


def how_housed(*values: Value, family: str = "payment", size: int = 12) -> list[float]:
    """How what is shared nests in addresses, as ``how_apart``."""
    return how_nested(*values, groups=(24,), trait=lambda *known: housed(*known, family), size=size)


ONE, TWO = ("email_domain", [0, 1, 2], 0), ("email_domain", [3, 4, 5], 0)


def beyond(alike: float, by_chance: float) -> float:
    """How far a share of pairs is from chance to all."""
    return (alike - by_chance) / (1 - by_chance)


ELSEWHERE = ("email_domain", [9, 10, 11], 0)
"""A domain of accounts that share nothing else: of one domain alone nothing is told."""


@pytest.mark.parametrize(
    ("kind", "counts"),
    [
        *(("card", True), ("device", True)),
        ("card_bin", False),  # half a country's
        *(("ip", False), ("template", False), ("user_agent", False), ("email", False)),
    ],
)
def test_what_one_has_or_pays_with_nests(kind, counts):
    """Of the four who share it three have one domain: of six pairs three, where two in five are by chance."""
    expected = pytest.approx([beyond(3 / 6, 2 / 5) if counts else np.nan], nan_ok=True)
    assert how_nested(ONE, TWO, (kind, [0, 1, 2, 3], 0)) == expected


@pytest.mark.parametrize(("strangers", "counts"), [(2, True), (3, False)])
def test_what_as_many_strangers_share_nests_nothing(strangers, counts):
    expected = pytest.approx([1.0 if counts else np.nan], nan_ok=True)
    assert how_nested(ONE, ELSEWHERE, ("card", [0, 1, 2], strangers)) == expected
    assert how_nested(("email_domain", [0, 1, 2], strangers), ELSEWHERE, ("card", [0, 1, 2], 0)) == expected


def test_one_domain_alone_tells_nothing_of_who_shares_a_card():
    """Half of a farm has the one, and the other half the other, which is more than a part's."""
    assert np.isnan(how_nested(ONE, ("card", [0, 1], 0), ("card", [2, 3], 0))).all()
    assert how_nested(ONE, ("email_domain", [3, 4], 0), ("card", [0, 1], 0), ("card", [2, 3], 0)) == pytest.approx(
        [beyond(1 / 2, 8 / 20)]
    )


@pytest.mark.parametrize(("size", "counts"), [(7, True), (6, False)])
def test_what_half_of_the_members_share_nests_nothing(size, counts):
    expected = pytest.approx([1.0 if counts else np.nan], nan_ok=True)
    other = ("email_domain", [4, 5], 0)
    assert how_nested(("email_domain", [0, 1], 0), other, ("card", [0, 1, 2], 0), groups=(size,)) == expected
    assert how_nested(ONE, other, ("card", [0, 1], 0), groups=(size,)) == expected


def test_a_domain_that_anyone_may_have_nests_nothing():
    assert np.isnan(how_nested(ONE, ("card", [0, 1, 2], 0), anyones=(0,))).all()
    assert how_nested(ONE, TWO, ELSEWHERE, ("card", [0, 1, 3], 0), anyones=(1,)) == [1.0]


def test_who_stands_at_the_edge_nests_nowhere():
    assert how_nested(ONE, TWO, ("card", [0, 1, 3], 0), edge=3) == [1.0]
    assert how_nested(ONE, ELSEWHERE, ("card", [0, 1], 0), ("card", [3], 0), edge=3) == [1.0]


def test_of_several_types_that_of_which_it_is_said_most_counts():
    """A technician's machine was at every firm that he set up, and each pays with a card of its own."""
    machine = ("device", [0, 1, 3, 4], 0)
    assert how_nested(ONE, TWO, machine) == [0.0]  # two of its six pairs, no more than by chance
    assert how_nested(ONE, TWO, machine, ("card", [0, 1], 0), ("card", [3, 4, 5], 0)) == [1.0]


def widest(kind: str, n: int = 4) -> list[tuple[str, list[int], int]]:
    """So many values of a type on four accounts each, who have no domain."""
    return [(kind, list(range(8 + 4 * k, 12 + 4 * k)), 0) for k in range(n)]


@pytest.mark.parametrize(
    ("kind", "counts"),
    [
        *(("card", True), ("ip", True), ("template", True), ("user_agent", True), ("email", True)),
        ("card_bin", False),  # half a country's
        ("ip24", False),
    ],
)
def test_whatever_is_exact_may_cross_domains(kind, counts):
    expected = pytest.approx([beyond(1 / 3, 1 / 4) if counts else np.nan], nan_ok=True)
    assert how_apart(ONE, TWO, ELSEWHERE, (kind, [0, 1, 3], 0), *widest(kind)) == expected


def test_of_several_types_that_of_which_it_is_said_least_tells_who_stays_apart():
    offices = [("ip", [0, 1, 2], 0), *widest("ip")]
    prompts = [("template", [2, 3], 0), *widest("template")]
    assert how_apart(ONE, TWO, *offices) == [1.0]
    assert how_apart(ONE, TWO, *offices, *prompts) == [0.0]


@pytest.mark.parametrize(("n_neighbours", "counts"), [(1, False), (2, True)])
def test_neighbours_by_chance_do_not_tell_that_teams_cross(n_neighbours, counts):
    """A provider gave a line to one after the other; of all pairs who share a part's value they are less than a fifth.

    523 people of start-up programmes were core members of rings for it, each team with its own card and domain.
    """
    teams = [(kind, [4 * team, 4 * team + 1, 4 * team + 2], 0) for team in (0, 1) for kind in ("email_domain", "card")]
    lines = [("ip", [k, k + 4], 0) for k in range(n_neighbours)]
    told = how_apart(*teams, *lines, *widest("card"), *widest("ip"))
    assert told == ([0.0] if counts else [1.0])


@pytest.mark.parametrize("homes", ["in a row", "in turn"])
def test_how_accounts_are_named_does_not_tell_who_is_at_home(homes):
    """Of 320 who share a card every tenth was asked, by name: where addresses went in turn all of these had one.

    By chance of any two a tenth are at one of ten addresses, and of those who share the card no more.
    """
    n = 320
    address = [[k for k in range(n) if (k % 10 if homes == "in turn" else k // 32) == a] for a in range(10)]
    values = [("card", list(range(n)), 0), *(("ip", each, 0) for each in address)]
    draw = np.random.default_rng(1).permutation(2 * n + 2).astype(np.uint64)
    (told,) = how_nested(*values, groups=(2 * n + 2,), trait=lambda *known: housed(*known, "payment"), key=draw)
    assert told < 0.1


@pytest.mark.parametrize(("n_wider", "counts"), [(4, True), (3, False)])
def test_the_widest_values_of_a_type_are_what_firms_have_in_common(n_wider, counts):
    """A vendor's addresses are on many, and a card pays for one firm and another; each firm sits at its own address."""
    offices = [("ip", [0, 1], 0), ("ip", [3, 4], 0), *widest("ip")]
    assert how_apart(ONE, TWO, *offices, ("card", [0, 3], 0), *widest("card", n_wider)) == [0.0 if counts else 1.0]


LONE = ("email_domain", [21, 22, 23], 0)
OFFICE = [("ip", [0, 1], 0), *widest("ip")]


def how_within_firms(*values: Value, family: str, types=BUILT_IN_TYPES, size: int = 12) -> list[float]:
    """How far what is asked, or the addresses, keep to firms, as ``how_apart``."""
    return how_nested(*values, groups=(24,), trait=lambda *known: within_firms(*known, family), types=types, size=size)


@pytest.mark.parametrize(("kind", "family"), [("template", "content"), ("ip", "network")])
def test_what_firms_ask_and_where_they_sit_is_told_whatever_else_crosses(kind, family):
    """On rented desktops images go round, and in a benchmark its prompts; each firm has what is its own."""
    own, crossing = [(kind, [0, 1, 2], 0), (kind, [3, 4, 5], 0)], [("device", [0, 3], 0), ("card", [1, 4], 0)]
    assert how_within_firms(ONE, TWO, ELSEWHERE, *own, *crossing, family=family) == [1.0]
    assert how_within_firms(ONE, TWO, ELSEWHERE, (kind, [0, 3], 0), *crossing, family=family) == [0.0]
    assert np.isnan(how_within_firms(ONE, TWO, ELSEWHERE, *crossing, family=family)).all()


def test_cards_stand_for_domains_where_an_export_has_none():
    hashed = [replace(each, name="mail_hash") if each.name == "email_domain" else each for each in BUILT_IN_TYPES]
    cards = [("card", [0, 1, 2], 0), ("card", [3, 4, 5], 0)]
    offices, machines = [("ip", [0, 1], 0), *widest("ip")], [("device", [2, 3], 0), *widest("device")]
    assert how_apart(*cards, *offices, types=hashed) == [1.0]
    assert how_apart(*cards, *offices, *machines, types=hashed) == [0.0]
    assert np.isnan(how_apart(*cards, *offices)).all()


@pytest.mark.parametrize("family", ["payment", "device"])
@pytest.mark.parametrize(
    ("kind", "at", "of"),
    [
        ("card", "ip", "payment"),
        ("device", "ip", "device"),
        ("card_bin", "ip", None),
        ("card", "ip24", None),
        ("device", "ip24", None),
    ],
)
def test_who_has_one_card_or_device_at_one_address_is_housed(family, kind, at, of):
    """Of the four who share it three are at one address, and the fourth is at another."""
    offices = ((at, [0, 1, 2], 0), (at, [3, 4, 5], 0))
    expected = pytest.approx([beyond(3 / 6, 2 / 5) if of == family else np.nan], nan_ok=True)
    assert how_housed(*offices, (kind, [0, 1, 2, 3], 0), family=family) == expected


def test_who_is_everywhere_is_housed_nowhere():
    """Two in three are at one address, so that most pairs are, whatever card they share: a farm's, not a branch's."""
    farm, other = ("ip", list(range(8)), 0), ("ip", list(range(8, 11)), 0)
    cards = [("card", [k, k + 4, 8 + k], 0) for k in range(3)]
    assert how_housed(farm, other, *cards) == [0.0]
    assert np.isnan(how_housed(farm, *cards)).all()  # one address for all tells nothing


def test_who_was_at_several_addresses_is_housed_where_most_others_are():
    office, hotel = ("ip", [0, 1, 2], 0), ("ip", [0, 3], 0)
    assert how_housed(hotel, office, ("card", [0, 1, 2], 0)) == [1.0]
    assert how_housed(office, hotel, ("card", [0, 1, 2], 0)) == [1.0]


def test_who_was_at_the_head_office_too_is_housed_in_his_branch():
    """Three shops of four, whose first two have been at the head office as well, where more are than in any shop."""
    shops = [list(range(first, first + 4)) for first in (0, 4, 8)]
    head = [first + i for first in (0, 4, 8) for i in (0, 1)]
    at = [*(("ip", shop, 0) for shop in shops), ("ip", head, 0)]
    (told,) = how_housed(*at, *(("card", shop, 0) for shop in shops))
    assert told == 1


def test_one_technicians_machine_does_not_drown_those_of_the_shops():
    """Who shares it with a member is anywhere; who shares a shop's is in the shop."""
    shops = [[first, first + 1] for first in range(0, 24, 2)]
    at, tills = [("ip", shop, 0) for shop in shops], [("device", shop, 0) for shop in shops]
    (told,) = how_housed(*at, *tills, ("device", list(range(0, 16, 2)), 0), family="device", size=24)
    assert 0.7 < told < 0.8


def test_of_large_values_some_pairs_are_asked():
    """Sixty accounts at two addresses, in turn: of those who share a card every other shares an address, as of all."""
    at = [("ip", list(range(i, 60, 2)), 0) for i in range(2)]
    crossing = [("card", list(range(i, i + 29)), 0) for i in (0, 30)]
    staying = [("card", list(range(i, 58, 2)), 0) for i in range(2)]
    for cards, expected in ((crossing, 0.0), (staying, 1.0)):
        (told,) = how_nested(*at, *cards, groups=(61,), trait=lambda *known: housed(*known, "payment"))
        assert told == pytest.approx(expected, abs=0.02)


@pytest.mark.parametrize(("aligned", "expected"), [(True, 1.0), (False, 0.0)])
def test_devices_of_departments_have_a_card_each_and_those_dealt_out_cross(aligned, expected):
    devices = [("device", list(range(i, i + 6)), 0) for i in range(0, 24, 6)]
    cards = [("card", list(range(i, i + 6)) if aligned else list(range(i // 6, 24, 4)), 0) for i in range(0, 24, 6)]
    (told,) = how_nested(*devices, *cards, groups=(24,), trait=paired)
    assert told == pytest.approx(expected, abs=0.1)
    assert np.isnan(how_nested(*devices, groups=(24,), trait=paired)).all()  # without cards nothing is known


@pytest.mark.parametrize(
    ("told_of", "most"),
    [
        # Three are enough whose cards may be common, and of whom two are at one address.
        (lambda n: how_apart(ONE, LONE, ("card", [0, 1, 2], 0), *widest("card", 3), *OFFICE, size=n), 20),
        (lambda n: how_within_firms(ONE, LONE, ("template", [0, 1, 2], 0), family="content", size=n), 20),
        (lambda n: how_housed(("ip", [0, 1, 2, 3], 0), ("ip", [4, 5], 0), ("card", [0, 1, 2], 0), size=n), 20),
    ],
)
def test_fewer_than_three_in_twenty_tell_nothing_of_a_group(told_of, most):
    assert told_of(most) == [1.0]
    assert np.isnan(told_of(most + 1)).all()


GATEWAYS = [("ip", list(range(n, 24, 4)), 0) for n in range(4)]
"""Addresses of a reseller's, on all of its clients."""


def clients(office_of: list[list[int]]) -> list[Value]:
    """Eight clients of three people, each with a domain; their offices, by who sits there."""
    domains = [("email_domain", [3 * n, 3 * n + 1, 3 * n + 2], 0) for n in range(8)]
    return [*domains, *GATEWAYS, *(("ip", people, 0) for people in office_of)]


def test_who_has_an_office_for_each_domain_is_settled_and_who_goes_everywhere_is_not():
    offices = [[3 * n, 3 * n + 1, 3 * n + 2] for n in range(8)]
    everywhere = [[n % 24, (n + 9) % 24, (n + 13) % 24] for n in range(0, 24, 3)]
    for places, expected in ((offices, 1.0), (everywhere, 0.0), ([], np.nan)):  # without offices nothing is known
        told = how_nested(*clients(places), groups=(24,), trait=settled)
        assert told == pytest.approx([expected], nan_ok=True)


def test_who_has_a_card_in_common_with_whoever_has_his_domain_is_keyed():
    """Two cards pay for four clients each, and of these cards no domain can be told."""
    domains, cards = clients([])[:8], [("card", list(range(n, n + 6)), 0) for n in range(0, 24, 6)]
    assert how_nested(*domains, *cards, groups=(24,), trait=keyed) == [1.0]
    crosswise = [("card", list(range(n, 24, 4)), 0) for n in range(4)]
    assert how_nested(*domains, *crosswise, groups=(24,), trait=keyed) == [0.0]
    assert np.isnan(how_nested(*domains, groups=(24,), trait=keyed)).all()


def test_each_group_nests_by_itself():
    second = [
        ("email_domain", [12, 13], 0),
        ("email_domain", [14, 15], 0),
        ("card", [12, 13], 0),
        ("card", [13, 14], 0),
    ]
    told = how_nested(ONE, ELSEWHERE, ("card", [0, 1], 0), *second, groups=(12, 12, 12))
    assert told == pytest.approx([1.0, beyond(1 / 2, 1 / 3), np.nan], nan_ok=True)
