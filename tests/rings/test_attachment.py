"""Who hangs on to a community: a bunch behind a member or two, and a household that is met at its address only."""

from __future__ import annotations

from itertools import combinations, pairwise
from types import SimpleNamespace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from graphlink.model.graph import BIT_SCALE, Projection
from graphlink.rings.membership.attachment import (
    Meetings,
    are_guests,
    believe,
    is_made_at_address,
    without_hangers_on,
)

if TYPE_CHECKING:
    from collections.abc import Collection

ADDRESS, CARD, DEVICE, DOMAIN = 1, 2, 8, 16
NOBODY = range(0)


def attached(  # noqa: PLR0913  a world says what it is made of
    n_ring: int,
    links: list[tuple[int, int]],
    household: Collection[int] = NOBODY,
    tied_by: int = 0,
    *,
    own: tuple[int, int] = (ADDRESS | CARD, 2),
    met_elsewhere: range = NOBODY,
    others: range = NOBODY,
    met_at: Collection[tuple[int, int]] = (),
) -> list[int]:
    """Who stays with a ring in which all are linked to each other, given the links of the accounts after it.

    A household's own links rest on a card and an address, and are twice what an edge needs, or as ``own`` says; those
    to others on ``tied_by``, or on a card for those who are ``met_elsewhere``. ``others`` are another community.
    ``met_at`` is who was at which address.
    """
    links = [*combinations(range(n_ring), 2), *links]
    source, target = np.array(sorted(map(sorted, links)), dtype=np.int32).T
    membership = np.zeros(max(target.max(), *others, 0) + 1, dtype=np.int32)
    membership[others] = 1
    inside = np.isin(source, household) & np.isin(target, household)
    between = np.isin(source, household) != np.isin(target, household)
    elsewhere = between & (np.isin(source, met_elsewhere) | np.isin(target, met_elsewhere))
    families = np.select([inside, elsewhere, between], [own[0], CARD, tied_by], 4).astype(np.int32)
    bits = np.where(inside, own[1], 1) * BIT_SCALE
    projection = Projection(len(membership), source, target, bits, families)
    account, address = np.array([*met_at], dtype=np.int32).reshape(-1, 2).T
    met = Meetings(families == ADDRESS, account, address, ADDRESS, DOMAIN)
    guests = are_guests(membership, projection, met, BIT_SCALE)
    left = without_hangers_on(np.where(guests, -1, membership).astype(np.int32), projection)
    assert left.dtype == np.int32
    stay = left == membership
    assert (left[~stay] == -1).all()
    return np.flatnonzero(stay).tolist()


# --- a bunch behind a member or two ---------------------------------------------------------------------------------


@pytest.mark.parametrize(("n_links", "stays"), [(3, False), (4, True)])
def test_who_has_less_than_a_tenth_of_the_usual_links_is_left_out(n_links, stays):
    """Forty links are usual: three lead to as many members, and are too few."""
    assert attached(41, [(member, 41) for member in range(n_links)]) == list(range(42 if stays else 41))


@pytest.mark.parametrize(("gates", "stays"), [((0,), False), ((0, 1), False), ((0, 1, 2), True)])
def test_a_family_that_hangs_on_a_member_or_two_is_left_out(gates, stays):
    """Four more are linked to each other, and each to one of the ring: links enough, but to one another."""
    family = range(24, 28)
    links = [*combinations(family, 2), *((gates[account % len(gates)], account) for account in family)]
    assert attached(24, links) == list(range(28 if stays else 24))


@pytest.mark.parametrize(("n_ring", "stays"), [(11, True), (12, False)])
def test_one_member_is_enough_to_hang_on_where_ten_links_are_usual(n_ring, stays):
    """Three more are linked to each other and to one of the ring."""
    family = range(n_ring, n_ring + 3)
    links = [*combinations(family, 2), *((0, account) for account in family)]
    assert attached(n_ring, links) == list(range(n_ring + 3 if stays else n_ring))


def test_two_bunches_that_hang_on_the_same_member_do_not_count_as_one():
    one, two = range(24, 28), range(28, 32)
    links = [*combinations(one, 2), *combinations(two, 2)]
    links += [(gate, account) for gate, account in zip((0, 1, 0, 1, 1, 2, 1, 2), [*one, *two], strict=True)]
    assert attached(24, links) == list(range(24))


def test_who_has_half_of_the_usual_links_is_well_linked():
    """Of ten who are linked to each other, one is linked to the ring too: that makes half of the twenty that are usual.

    The nine behind it hang on through it alone.
    """
    assert attached(21, [*combinations(range(21, 31), 2), (0, 21)]) == list(range(22))


def test_links_to_another_community_hold_nobody():
    """Four who hang on two of the ring are linked with five of another one besides."""
    family, others = range(24, 28), range(28, 33)
    links = [*combinations(family, 2), *combinations(others, 2)]
    links += [((0, 1)[account % 2], account) for account in family]
    links += [(account, other) for account in family for other in others]
    assert attached(24, links, others=others) == [*range(24), *others]


def test_who_has_enough_links_to_the_ring_itself_stays():
    assert attached(24, [(0, 24), (1, 24), (2, 24)]) == list(range(25))


def test_where_few_links_are_usual_one_may_be_linked_through_another():
    assert attached(4, [(0, 4), (4, 5)]) == list(range(6))


# --- a household that only visits -----------------------------------------------------------------------------------


def as_guests(n_ring: int, n: int, gates: int) -> tuple[int, list[tuple[int, int]], range]:
    """A ring, and a household after it that is linked to some of it: the first arguments of ``attached``."""
    family = range(n_ring, n_ring + n)
    links = [*combinations(family, 2), *((gate, account) for gate in range(gates) for account in family)]
    return n_ring, links, family


@pytest.mark.parametrize(
    ("n", "gates", "tied_by", "stays"),
    [
        (4, 6, ADDRESS, False),
        (6, 6, ADDRESS, False),
        (7, 6, ADDRESS, True),
        (4, 8, CARD, True),
        (4, 7, CARD, False),  # less than a third of the links that are usual, and one family makes them
        (4, 4, DEVICE | CARD, True),
        (4, 3, DEVICE | CARD, False),  # less than a sixth, and two do
        (4, 6, ADDRESS | CARD, True),
    ],
)
def test_a_household_that_is_met_at_its_address_only_is_left_out(n, gates, tied_by, stays):
    """Each of it is linked with several of the ring, as much as is usual there: they were all seen at its address."""
    assert attached(*as_guests(24, n, gates), tied_by) == list(range(24 + n if stays else 24))


@pytest.mark.parametrize(
    ("n_places", "visitors", "stays"),
    [(2, range(24, 28), False), (3, range(24, 28), True), (3, range(25, 26), True), (3, range(24), False)],
    ids=["two", "three", "three of one account", "of others"],
)
def test_a_household_that_meets_others_at_address_after_address_is_no_guest(n_places, visitors, stays):
    """At three addresses each of four with one card meets others, who are other ones at each: an operator's cell."""
    met_at = [(account, place) for place in range(n_places) for account in (2 * place, 2 * place + 1, *visitors)]
    assert attached(*as_guests(24, 4, 8), ADDRESS, met_at=met_at) == list(range(28 if stays else 24))


@pytest.mark.parametrize(("own", "stays"), [(CARD, True), (CARD | DEVICE, False), (DOMAIN, False)])
def test_a_household_that_has_a_name_or_several_things_of_its_own_is_a_guest_wherever_it_meets_others(own, stays):
    """A firm that works at a chain's desks has a card and machines, or a domain."""
    met_at = [(account, place) for place in range(3) for account in (2 * place, 2 * place + 1, *range(24, 28))]
    told = attached(*as_guests(24, 4, 8), ADDRESS, own=(ADDRESS | own, 2), met_at=met_at)
    assert told == list(range(28 if stays else 24))


def test_addresses_at_which_a_household_is_alone_are_no_meeting_places():
    """Nor are those at which it meets another community."""
    met_at = [(account, place) for place in range(3) for account in (24, 25, 28)]
    assert attached(*as_guests(24, 4, 8), ADDRESS, others=range(28, 30), met_at=met_at) == [*range(24), 28, 29]


@pytest.mark.parametrize(("gates", "stays"), [(2, False), (3, True)])
def test_a_household_that_knows_one_or_two_is_left_out_however_few_links_are_usual(gates, stays):
    """Nine of the ring are linked to each other, and for whoever is no household two links would do."""
    ring, links, family = as_guests(9, 4, gates)
    assert attached(ring, links, family, DEVICE | CARD) == list(range(13 if stays else 9))
    assert attached(ring, links) == list(range(13))


@pytest.mark.parametrize(("n_links", "stays"), [(8, True), (7, False)])
def test_a_household_of_three_needs_as_many_links_as_one_account_usually_has(n_links, stays):
    """A third of the usual eight for each, where one family of signals makes them: exactly that is enough."""
    family = range(9, 12)
    links = [(gate, account) for gate in range(3) for account in family][:n_links]
    assert attached(9, [*combinations(family, 2), *links], family, CARD) == list(range(12 if stays else 9))


def test_a_household_some_of_whom_have_many_links_is_asked_as_a_whole():
    """Twenty of the ring know one of four, which is too few for four. Where they know two enough, these two stay."""
    family = range(24, 28)
    links = [*combinations(family, 2), *((member, 24) for member in range(20))]
    assert attached(24, links, family, CARD) == list(range(24))
    links += [(member, 25) for member in range(20)]
    assert attached(24, links, family, CARD) == list(range(26))


def test_a_couple_is_a_household():
    assert attached(8, [(0, 8), (8, 9)], range(8, 10), CARD) == list(range(8))


def test_a_household_that_is_linked_to_nobody_is_no_guest():
    """What made it one community with the others was more than links."""
    assert attached(8, [*combinations(range(8, 11), 2)], range(8, 11)) == list(range(11))


@pytest.mark.parametrize(
    ("own", "stays"), [((ADDRESS | CARD, 2), False), ((ADDRESS | CARD, 1), True), ((CARD, 2), True)], ids=str
)
def test_a_household_is_tied_by_what_would_be_enough_for_two(own, stays):
    """Two families, and twice as much as a link needs."""
    assert attached(*as_guests(24, 4, 6), ADDRESS, own=own) == list(range(28 if stays else 24))


@pytest.mark.parametrize(("n", "stays"), [(4, True), (5, False)])
def test_a_quarter_of_a_households_links_is_enough_to_be_met_elsewhere(n, stays):
    """One of four, or of five, has the ring's card; the others were seen at its address."""
    ring, links, family = as_guests(24, n, 6)
    told = attached(ring, links, family, ADDRESS, met_elsewhere=range(24, 25))
    assert told == list(range(24 + n if stays else 24))


def test_whom_a_household_knows_in_another_community_it_does_not_know_here():
    ring, links, family = as_guests(12, 4, 2)
    others = range(16, 20)
    links += [(account, other) for account in family for other in others[:3]]
    assert attached(ring, links, family, CARD, others=others) == [*range(12), *others]


def test_a_household_that_knows_enough_stays_whatever_its_numbers():
    _, links, family = as_guests(12, 4, 3)
    number = {0: 12, 12: 0}
    links = [(number.get(one, one), number.get(two, two)) for one, two in [*combinations(range(12), 2), *links]]
    household = [number.get(account, account) for account in family]
    assert attached(0, links, household, DEVICE | CARD) == list(range(16))


def test_where_nobody_is_in_a_community_nobody_is_let_go():
    nothing = np.zeros(0, dtype=np.int32)
    projection = Projection(2, nothing, nothing, nothing.astype(np.int64), nothing)
    nobodys = np.full(2, -1, dtype=np.int32)
    met = Meetings(nothing == ADDRESS, nothing, nothing, ADDRESS, DOMAIN)
    assert not are_guests(nobodys, projection, met, BIT_SCALE).any()
    assert without_hangers_on(nobodys, projection).tolist() == [-1, -1]


@pytest.mark.parametrize(("others", "stays"), [(4, True), (5, False)])
def test_half_of_a_group_is_no_guest_of_it(others, stays):
    assert attached(*as_guests(others, 4, others), ADDRESS) == list(range(others + 4 if stays else others))


# --- which links addresses make -------------------------------------------------------------------------------------

FAMILIES = ("content", "network", "payment")
CONTENT, NETWORK, PAYMENT = range(3)


def at_address(*pairs: list[tuple[int, int]], families: tuple[str, ...] = FAMILIES) -> list[bool]:
    """Which links are made at addresses, from the family and bits of each value that the two of a pair share."""
    family, bits = np.array([told for pair in pairs for told in pair], dtype=np.int64).T
    first = np.cumsum([0, *map(len, pairs)])
    borne = [range(begin, end) for begin, end in pairwise(first) for _ in range(2)]
    graph = SimpleNamespace(
        families=families,
        family=family.astype(np.int8),
        adds_up=np.zeros(len(family), dtype=np.bool_),
        account_start=np.cumsum([0, *map(len, borne)]),
        signals=np.concatenate(borne).astype(np.int32),
    )
    source = np.arange(0, 2 * len(pairs), 2, dtype=np.int32)
    masks = np.array([sum({1 << kind for kind, _ in pair}) for pair in pairs], dtype=np.int32)
    weight = np.array([sum(worth for _, worth in pair) for pair in pairs])
    projection = Projection(2 * len(pairs), source, source + 1, weight, masks)
    return is_made_at_address(projection, graph, SimpleNamespace(bits=bits), 8).tolist()


@pytest.mark.parametrize(
    ("shared", "made"),
    [
        ([(NETWORK, 9)], True),
        ([(NETWORK, 9), (NETWORK, 9)], True),
        ([(CONTENT, 9)], False),
        ([(CONTENT, 1), (PAYMENT, 9)], False),
        ([(NETWORK, 9), (PAYMENT, 1)], True),
        ([(NETWORK, 9), (PAYMENT, 2)], False),
        ([(NETWORK, 9), (PAYMENT, 1), (PAYMENT, 1)], True),
        ([(NETWORK, 9), (PAYMENT, 1), (CONTENT, 1)], False),
    ],
    ids=str,
)
def test_a_link_is_an_addresss_where_hardly_anything_is_left_without_it(shared, made):
    """Hardly anything is less than a quarter of what a link needs: here, of 8."""
    assert at_address(shared) == [made]


def test_each_link_is_asked_by_itself():
    shared = [[(NETWORK, 9)], [(PAYMENT, 9)], [(NETWORK, 9), (PAYMENT, 2)], [(NETWORK, 9), (CONTENT, 1)]]
    assert at_address(*shared) == [True, False, False, True]


def test_addresses_may_be_any_family_of_the_graph():
    assert at_address([(0, 9), (1, 1)], [(0, 9), (1, 2)], families=("network", "payment")) == [True, False]


# --- how far a member is believed ---------------------------------------------------------------------------------


def members_with(links, families=2, values=3):
    """Members of a group whose median is 8 links."""
    table = pd.DataFrame({"n_links": links, "n_families": families, "n_values": values})
    return table.assign(usual_links=8.0, survives_any_value=True)


def test_confidence_grows_with_links_and_no_member_is_taken_for_certain():
    confidence = believe(members_with([1, 2, 3, 4, 8, 80]))
    assert (np.diff(confidence[:4]) > 0).all()
    assert confidence[0] < 0.5 < confidence[1]
    assert confidence[-2:].tolist() == [0.99, 0.99]


def test_a_member_that_one_family_ties_is_believed_less():
    links = [1, 2, 3, 4, 5]
    one = believe(members_with(links, families=1))
    assert (one < believe(members_with(links))).all()


def test_a_member_without_a_link_has_a_confidence():
    """Its only neighbour was left out: it keeps what is known of it."""
    alone = pd.DataFrame({"n_links": [0], "usual_links": [0.0], "n_families": [2], "n_values": [3]})
    confidence = believe(alone.assign(survives_any_value=True))
    assert 0 < confidence[0] < 0.5


@pytest.mark.parametrize(
    ("links", "usual", "confidence"),
    [
        (2, 12.0, 0.5),  # a sixth is as likely as not, and twice as many give 16 to 1
        (4, 12.0, 0.941),
        (3, 12.0, 0.835),
        (1, 12.0, 0.115),  # less than a tenth counts as a tenth
        (0, 12.0, 0.115),
        (0, 0.0, 0.115),
        (1, 2.0, 0.988),
        (1, 1.0, 0.99),
        (1, 0.0, 0.99),
    ],
)
def test_a_sixth_of_the_usual_links_is_as_likely_as_not(links, usual, confidence):
    assert believe(members_with([links]).assign(usual_links=usual)).tolist() == [confidence]


@pytest.mark.parametrize(
    ("n_families", "survives", "n_values", "confidence"),
    [
        (2, True, 3, 0.941),
        (2, True, 1, 0.941),
        (2, False, 2, 0.941),
        (2, False, 1, 0.5),  # one value that is of two families
        (1, True, 3, 0.5),
        (1, False, 1, 0.5),
        (0, True, 3, 0.5),
    ],
)
def test_where_one_family_or_one_value_ties_a_third_is_as_likely_as_not(n_families, survives, n_values, confidence):
    some = members_with([4], families=n_families, values=n_values)
    assert believe(some.assign(usual_links=12.0, survives_any_value=survives)).tolist() == [confidence]
