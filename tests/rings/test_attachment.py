"""Who hangs on to a community: accounts with few links, and a bunch behind a member or two."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd
import pytest

from graphlink.model.graph import BIT_SCALE, Projection
from graphlink.rings.membership.attachment import (
    believe,
    without_hangers_on,
)

NOBODY = range(0)


def attached(n_ring: int, links: list[tuple[int, int]], *, others: range = NOBODY) -> list[int]:
    """Who stays with a ring in which all are linked to each other, given the links of the accounts after it.

    ``others`` are another community.
    """
    links = [*combinations(range(n_ring), 2), *links]
    source, target = np.array(sorted(map(sorted, links)), dtype=np.int32).T
    membership = np.zeros(max(target.max(), *others, 0) + 1, dtype=np.int32)
    membership[others] = 1
    bits, families = np.full(len(source), BIT_SCALE), np.full(len(source), 4, dtype=np.int32)
    left = without_hangers_on(membership, Projection(len(membership), source, target, bits, families))
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
