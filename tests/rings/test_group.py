"""What is known of a group: which holding speaks for a family, and when devices are no machines."""

import pytest
from described_groups import group, holding

from graphlink.rings.group import NOTHING, are_models

CARDS, ADDRESSES = holding("card", 12, cover=0.5), holding("ip", 16)


def test_of_several_holdings_of_a_family_that_speaks_which_has_most_of_what_is_asked():
    few, many = holding("card", 2), holding("card", 9, cover=0.4)._replace(type="wallet")
    assert group(few, many).held("payment", by=lambda each: each.cover) == few
    assert group(few, many).held("payment", by=lambda each: each.n_values) == many
    assert group(few, many).held("device", by=lambda each: each.cover) == NOTHING


def test_a_coarse_holding_speaks_for_no_family_and_is_found_by_its_type():
    ranges = holding("card_bin", 3)
    assert group(ranges).held("payment", by=lambda each: each.cover) == NOTHING
    assert group(CARDS, ranges).of_type("card_bin") == ranges
    assert group(CARDS).of_type("email_domain") == NOTHING


@pytest.mark.parametrize(("free", "most", "breadth"), [(0, 9, 0.5 * 3), (1, 9, 0.5 * 2), (4, 9, 0.0), (0, 2, 0.5 * 2)])
def test_breadth_is_the_variety_beyond_what_is_free_for_those_who_have_a_part_in_it(free, most, breadth):
    assert holding("card", 8, cover=0.5).breadth(free, most) == pytest.approx(breadth)


@pytest.mark.parametrize(
    ("device", "place", "size", "models"),
    [
        (holding("device"), ADDRESSES, 17, True),
        (holding("device"), ADDRESSES, 16, False),  # a machine may be shared by so many
        (holding("device", 3), ADDRESSES, 49, True),
        (holding("device", 3), ADDRESSES, 47, False),
        (holding("device", 4), ADDRESSES, 490, False),  # a farm's
        (holding("device", cover=0.5), ADDRESSES, 34, True),
        (holding("device", cover=0.5), ADDRESSES, 32, False),
        (holding("device"), holding("ip", 15), 100, False),  # a machine in a place
        (holding("device"), holding("ip", 99, top=0.49)._replace(effective=16.0), 100, True),
        (holding("device"), holding("ip", 99, top=0.5)._replace(effective=16.0), 100, False),
        (holding("card"), ADDRESSES, 100, False),
    ],
)
def test_few_devices_on_dozens_at_dozens_of_addresses_are_models(device, place, size, models):
    assert are_models(device, group(device, place, size=size)) is models


def test_of_two_kinds_of_address_that_counts_which_more_were_seen_at():
    device, few = holding("device"), holding("ip64", 15, cover=0.9)
    assert are_models(device, group(device, ADDRESSES, few, size=100))
    assert not are_models(device, group(device, ADDRESSES._replace(cover=0.8), few, size=100))
