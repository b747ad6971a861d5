"""The parts of the score that speak of many values: what each is worth, and what takes it back."""

from __future__ import annotations

from math import log2, nan
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scored_groups import BRANCHES, group, holding, points, second

from graphlink.rings.scoring import assess_group

if TYPE_CHECKING:
    from graphlink.rings.group import Holding


# --- breadth speaks for one hand ----------------------------------------------------------------------------------

BREADTHS = {
    "card": "many cards",
    "email_domain": "many names",
    "device": "many shared devices",
    "ip": "many shared addresses",
    "template": "many prompts",
}


@pytest.mark.parametrize("kind", sorted(BREADTHS))
@given(st.integers(1, 200), st.floats(0.1, 1))
def test_one_more_rare_shared_signal_never_lowers_its_part(kind, n_values, cover):
    fewer, more = (points(assess_group(group(holding(kind, n, cover=cover)))) for n in (n_values, n_values + 1))
    assert more[BREADTHS[kind]] >= fewer[BREADTHS[kind]]


@pytest.mark.parametrize("kind", sorted(BREADTHS))
@given(st.integers(1, 200), st.integers(1, 200))
def test_one_more_kind_of_signal_lowers_no_breadth(kind, n_values, n_others):
    one = points(assess_group(group(holding(kind, n_values))))
    for other in BREADTHS:
        both = points(assess_group(group(holding(kind, n_values), holding(other, n_others))))
        under_a_roof = {BREADTHS["device"], BREADTHS["email_domain"]} if "ip" in {kind, other} else set()
        assert all(both[name] >= one[name] for name in set(BREADTHS.values()) - under_a_roof)


@pytest.mark.parametrize("kind", sorted(BREADTHS))
def test_one_value_has_no_breadth(kind):
    assert points(assess_group(group(holding(kind))))[BREADTHS[kind]] == 0


def test_coarse_types_have_no_part():
    assert points(assess_group(group(holding("card_bin", 50), holding("asn", 50), holding("template")))) == points(
        assess_group(group(holding("template")))
    )


# --- what is explained by branches, offices, one name and one desk ---------------------------------------------------

PAID = (holding("card", 30), holding("ip", 30), holding("device", 30), holding("template"))
"""A card, an address and a machine for each of thirty places, and one prompt for all."""

ONCE = {"burst": 1.0, "life": 60.0}
GRADUALLY = {"burst": 0.1, "rush": 0.0, "life": 200.0}


def parts_of(*holdings: Holding, size: int = 120, **known: float) -> dict[str, float]:
    return points(assess_group(group(*holdings, size=size, **known)))


@pytest.mark.parametrize("part", ["many cards", "many shared addresses", "cards behind one prompt or program"])
def test_the_cards_of_branches_are_one_partition_with_their_addresses(part):
    assert parts_of(*PAID, **GRADUALLY, housed=1.0)[part] == 0
    assert parts_of(*PAID, **GRADUALLY, housed=0.75)[part] == parts_of(*PAID, **GRADUALLY, housed=0.0)[part] > 0
    assert parts_of(*PAID, **ONCE, housed=1.0)[part] > 0  # branches are not opened all at once


def because(name: str, *holdings: Holding, size: int = 120, **known: float) -> str:
    (part,) = [each for each in assess_group(group(*holdings, size=size, **known)).factors if each.name == name]
    return part.because


@pytest.mark.parametrize("part", ["many cards", "cards behind one prompt or program"])
def test_it_is_said_that_the_cards_are_branches_each(part):
    told = ", but each branch has its own"
    assert because(part, *PAID, **GRADUALLY, housed=1.0).endswith(told)
    assert because(part, *PAID, **GRADUALLY, housed=0.77 + 1e-9).endswith(told)  # a tenth of the points
    assert "branch" not in because(part, *PAID, **GRADUALLY, housed=0.76)


def test_branches_are_not_known_where_cards_or_addresses_are_not():
    assert parts_of(*PAID, **GRADUALLY)["many cards"] == parts_of(*PAID, **GRADUALLY, housed=0.0)["many cards"] == 18.0


def test_the_domains_of_clients_with_an_office_each_are_no_operators_names():
    clients = (holding("email_domain", 40), holding("card", 6), holding("ip", 40))
    assert parts_of(*clients, **GRADUALLY, settled=1.0)["many names"] == 0
    assert parts_of(*clients, **GRADUALLY, settled=0.5)["many names"] > 30
    assert parts_of(*clients, **ONCE, settled=1.0)["many names"] > 30


def test_without_addresses_domains_that_came_one_by_one_may_be_a_resellers_clients():
    clients = (holding("email_domain", 40), holding("card", 6))
    unknown = {"has_places": False}
    assert parts_of(*clients, **GRADUALLY, **unknown)["many names"] == 0
    assert parts_of(*clients, **GRADUALLY)["many names"] > 30  # whose addresses are known, and all are others'
    assert parts_of(*clients, **ONCE, **unknown)["many names"] > 30
    assert parts_of(*clients, life=200.0)["many names"] == 54.0  # their addresses are known, and all are others'
    assert parts_of(*clients, life=200.0, **unknown)["many names"] == 27.0  # nor is it known how they came


@pytest.mark.parametrize("part", ["many cards", "cards behind one prompt or program"])
def test_several_cards_of_one_who_pays_for_his_clients_are_no_operators(part):
    """An IT house has several cards, and each client one of these; an operator deals his out whatever the domain."""
    assert parts_of(*PAID, keyed=0.95)[part] == 0
    assert parts_of(*PAID, keyed=0.75)[part] == parts_of(*PAID)[part] > 10
    told = ", but nearly all who share a mail domain share a card, as clients of one who pays for them do"
    assert because(part, *PAID, keyed=0.95).endswith(told)


@pytest.mark.parametrize(("share", "explained"), [(0.15, False), (0.25, True), (0.5, True), (0.9, True)])
def test_branches_of_one_name_may_open_together(share, explained):
    house = (*PAID, holding("email_domain", cover=share))
    told = parts_of(*house, burst=1.0, life=60.0, housed=1.0, roofed=1.0)
    assert (told["many cards"] == 0) is (told["many shared devices"] == 0) is explained


@pytest.mark.parametrize(
    ("n_cards", "size", "share"),
    [
        (5, 150, 1.0),  # as many as six to a card for each card
        (5, 200, 0.5),
        (5, 250, 0.0),
        (5, 608, 0.0),  # a platform's, which pays for its clients
        (10, 608, 0.98),
        (12, 608, 1.0),  # tens to a card, as a farm has
        (2, 24, 1.0),
        (2, 40, 0.0),
    ],
)
def test_few_cards_for_very_many_are_a_payers_who_need_not_ration_them(n_cards, size, share):
    few = parts_of(holding("card", n_cards), holding("template"), size=size, **ONCE)
    breadth = min(log2(n_cards) - 0.5, 2) / 2
    assert few["many cards"] == pytest.approx(share * breadth * 18, abs=0.1)
    beyond = min(log2(n_cards) - 1, 1)
    assert few["cards behind one prompt or program"] == pytest.approx(share * beyond * 18, abs=0.1)
    assert few["created in a burst"] == pytest.approx(1.5 + share * 12, abs=0.1)


@pytest.mark.parametrize(
    ("known", "share"), [({"disposable": 0.6}, 1.0), ({"disposable": 0.35}, 0.5), ({"life": 0.0}, 1.0)]
)
def test_who_has_mail_for_an_hour_or_lives_for_days_is_no_payers(known, share):
    told = parts_of(holding("card", 4), holding("template"), size=160, **known)
    assert told["cards behind one prompt or program"] == pytest.approx(share * 18, abs=0.1)


def test_a_ring_that_has_a_victims_card_on_all_beside_its_own_is_no_payers():
    cards = holding("card", 36, cover=2.0, top=1.0)._replace(cover=1.0)
    assert cards.effective < 5
    assert parts_of(cards, holding("template"), size=221)["many cards"] > 10


def test_several_names_tell_of_a_burst_whoever_pays():
    told = parts_of(holding("card", 5), holding("email_domain", 9), holding("template"), size=608, **ONCE)
    assert told["created in a burst"] == 13.5


DESK = (holding("card", 3), holding("ip"), holding("template"))


@pytest.mark.parametrize(
    ("holdings", "known", "explained"),
    [
        (DESK, GRADUALLY, True),
        (DESK, ONCE, False),
        (DESK, GRADUALLY | {"life": 0.0}, False),
        ((holding("card", 4), *DESK[1:]), GRADUALLY, False),
        ((DESK[0], holding("ip", 2), DESK[2]), GRADUALLY, True),
        ((DESK[0], holding("ip", 3), DESK[2]), GRADUALLY, False),
        ((DESK[0], holding("ip", cover=0.7), DESK[2]), GRADUALLY, False),
    ],
)
def test_two_or_three_cards_at_one_desk_are_a_small_firms(holdings, known, explained):
    told = parts_of(*holdings, size=40, **known)["cards behind one prompt or program"]
    assert (told == 0) is explained
    assert told in {0, 10.5, 18.0}  # three cards, or four


def test_it_is_said_that_a_small_firm_has_several_cards_at_its_address():
    told = because("cards behind one prompt or program", *DESK, size=40, **GRADUALLY)
    assert told.endswith(" and pays with several cards is rare, but so does a small firm at its one address")


@pytest.mark.parametrize(
    ("known", "told"),
    [
        ({"housed": 1.0}, ", but nearly all who share a card share an address too, as in branches"),
        (
            {"housed": 1.0, "roofed": 0.6},
            "a part's device, 60 % share an address too, beyond chance, as in branches",
        ),
        ({}, "an office has one or two, a campus eight"),
    ],
)
def test_it_is_said_why_the_addresses_of_branches_go_round_nobody(known, told):
    assert because("many shared addresses", *PAID, **GRADUALLY, **known).endswith(told)


def test_where_it_is_not_known_how_they_came_one_desk_explains_half():
    assert parts_of(*DESK, size=40, life=200.0)["cards behind one prompt or program"] == 5.3


@pytest.mark.parametrize(
    ("domain", "explained"),
    [
        (holding("email_domain", cover=0.3), True),
        (holding("email_domain", cover=0.5), True),
        (holding("email_domain", cover=0.15), False),
        (holding("email_domain", cover=0.9), False),  # one for all is an operator's, or an organisation's outright
        (holding("email_domain", 3, cover=0.5), False),
    ],
)
def test_one_name_on_a_part_of_those_enrolled_is_an_organisations(domain, explained):
    enrolled = (holding("card", 5), holding("ip", 5), holding("template"), domain)
    told = parts_of(*enrolled, **ONCE)
    assert (told["cards behind one prompt or program"] == 0) is explained
    assert told["created in a burst"] == (1.5 if explained else 13.5)


@pytest.mark.parametrize(("reserved", "share"), [(nan, 1.0), (0.2, 1.0), (0.35, 0.5), (0.5, 0.0), (1.0, 0.0)])
def test_names_that_only_institutions_get_are_no_operators(reserved, share):
    told = parts_of(holding("email_domain", 12), holding("card", 6), reserved=reserved)
    assert told["many names"] == pytest.approx(18 * (log2(12) - 2) * share, abs=0.1)


def test_codes_of_who_brought_one_are_no_names():
    told = parts_of(holding("referral", 12), holding("card", 6))
    assert told["many names"] == 0
    assert parts_of(holding("phone", 12), holding("referral", 20), holding("card", 6))["many names"] > 40


@pytest.mark.parametrize(("n_cards", "share"), [(3, 0.0), (4, 0.0), (5, 0.5), (6, 1.0)])
def test_a_few_payers_of_an_organisation_of_one_name_are_not_many(n_cards, share):
    cards, name = holding("card", n_cards), holding("email_domain", cover=0.3)
    assert parts_of(cards, name, **ONCE)["many cards"] == pytest.approx(share * parts_of(cards)["many cards"], abs=0.1)
    (part,) = [each for each in assess_group(group(cards, name, **ONCE)).factors if each.name == "many cards"]
    assert ("an organisation of one name may have several payers" in part.because) is (share < 1)


def test_a_name_on_a_few_people_is_nobodys():
    few = (holding("card", 4), holding("ip", 5), holding("template"), holding("email_domain", cover=0.3))
    assert points(assess_group(group(*few, size=20, **ONCE)))["cards behind one prompt or program"] == 18.0


# --- machines -------------------------------------------------------------------------------------------------------

DEVICES, CARDS = holding("device", 16), holding("card", 4)


def most_at_one(top: float) -> Holding:
    """Addresses, one of which many of the members were seen at, and all of them at many others."""
    return holding("ip", 90, top=top)._replace(effective=40.0)


def worth_of_devices(*holdings: Holding, **known: float) -> float:
    return points(assess_group(group(DEVICES, *holdings, **{"burst": 1.0} | known)))["many shared devices"]


@pytest.mark.parametrize(
    ("place", "share"),
    [
        (holding("ip", 4), 0.0),  # a roof has a few addresses
        (holding("ip", 8), 0.5),
        (holding("ip", 16), 1.0),
        (holding("ip", 4, cover=0.2), 0.8),  # of those who are under it
        (most_at_one(0.25), 1.0),
        (most_at_one(0.375), 0.5),  # or one address that many were seen at
        (most_at_one(0.5), 0.0),
    ],
)
def test_machines_under_one_roof_are_its_furniture(place, share):
    assert worth_of_devices(place) == pytest.approx(45 * share, abs=0.1)


@pytest.mark.parametrize(
    ("things", "known", "share"),
    [
        ((), {"burst": 0.0}, 0.0),
        ((), {"burst": 0.15}, 0.5),
        ((), {"burst": nan}, 0.5),  # it is not known how they came
        ((), {"burst": 1.0}, 1.0),
        ((), {"burst": 0.0, "life": 3.5}, 0.5),
        ((holding("card", 4),), {"burst": 0.0}, 1.0),  # something else is handed round as well
        ((holding("phone", 4),), {"burst": 0.0}, 1.0),
        ((holding("referral", 9),), {"burst": 0.0}, 0.0),  # who borrows there tells others
        ((holding("template"),), {"burst": 0.0}, 1.0),
        ((holding("template", cover=0.2),), {"burst": 0.0}, 0.0),
    ],
)
def test_machines_of_people_who_came_one_by_one_may_be_lent_or_sold_on(things, known, share):
    assert worth_of_devices(*things, **known) == pytest.approx(45 * share, abs=0.1)


@pytest.mark.parametrize(
    ("things", "share"),
    [
        ((), 0.0),
        ((holding("template"),), 0.0),  # a chain's shops have a prompt of the house
        ((holding("card", 4, cover=0.25),), 0.0),
        ((holding("card", 4, cover=0.375),), 0.5),
        ((holding("card", 4),), 1.0),
        ((holding("email_domain", 4),), 1.0),
    ],
)
def test_machines_that_stay_at_their_sites_are_the_sites_however_recently_these_were_opened(things, share):
    assert worth_of_devices(holding("ip", 16), *things, roofed=0.6) == pytest.approx(45 * share, abs=0.1)
    assert worth_of_devices(holding("ip", 16), *things, roofed=0.2) == 45


def test_two_doubts_about_machines_are_more_than_either():
    """Of a library's patrons nobody knows how they came: its rooms explain half, and lending half."""
    assert worth_of_devices(holding("ip", 8), burst=nan) == pytest.approx(45 / 4, abs=0.1)


@pytest.mark.parametrize(
    ("size", "lately", "share"),
    [
        (128, 0.0, 1.0),  # eight to each: a desk or a family
        (192, 0.0, 0.5),
        (256, 0.0, 0.0),  # sixteen to each, who came one by one: a cloud's image, or a kiosk
        (256, 0.09692, 0.5),
        (256, 0.121, 1.0),
        (256, nan, 1.0),
    ],
)
def test_what_dozens_have_each_who_came_one_by_one_goes_through_no_hands(size, lately, share):
    rest = holding("template"), holding("ip", 90)  # who has a prompt in common borrows nothing
    told = parts_of(DEVICES, *rest, size=size, burst=lately)
    assert told["many shared devices"] == pytest.approx(45 * share, abs=0.1)


@pytest.mark.parametrize(("cover", "share"), [(0.25, 0.0), (0.375, 0.5), (0.5, 1.0), (1.0, 1.0)])
@pytest.mark.parametrize("kind", ["card", "email_domain"])
def test_a_farm_that_grew_has_names_or_cards_as_well(kind, cover, share):
    told = parts_of(DEVICES, holding("template"), holding("ip", 90), holding(kind, 8, cover=cover), size=256, burst=0.0)
    assert told["many shared devices"] == pytest.approx(45 * share, abs=0.1)


def test_it_is_said_that_devices_may_be_copies_of_an_image():
    text = holding("template")
    assert "image" not in because("many shared devices", DEVICES, text, burst=0.0)
    (part,) = [
        each
        for each in assess_group(group(DEVICES, text, holding("ip", 90), size=256, burst=0.0)).factors
        if each.name == "many shared devices"
    ]
    assert part.because.endswith("but what 16 accounts each bear that came one by one is an image")


def test_it_is_said_that_machines_may_be_lent():
    (part,) = [each for each in assess_group(group(DEVICES, burst=0.0)).factors if each.name == "many shared devices"]
    assert part.because.endswith(
        "but nothing else goes round among accounts that came one by one or long ago, as with what is lent or sold on"
    )


DEALT = (holding("device", 12), holding("card", 12), holding("ip", 4))


@pytest.mark.parametrize(
    ("paired", "n_cards", "share"),
    [
        (0.0, 12, 1.0),
        (0.1, 12, 1.0),
        (0.2, 12, 0.5),
        (0.3, 12, 0.0),
        (1.0, 12, 0.0),
        (nan, 12, 0.0),
        (0.0, 3, 0.0),  # three payers are a firm's
    ],
)
def test_a_room_whose_machines_cards_go_round_on_is_no_schools(paired, n_cards, share):
    farm = holding("device", 12), holding("card", n_cards), holding("ip", 4)
    most = 6 * 2.5 * (log2(12) - 1)
    told = points(assess_group(group(*farm, paired=paired)))
    assert told["many shared devices"] == pytest.approx(most * share, abs=0.1)


@pytest.mark.parametrize(("roofed", "share"), [(0.2, 1.0), (0.4, 0.5), (0.6, 0.0)])
def test_machines_that_stay_at_their_site_each_are_no_farms_though_cards_cross(roofed, share):
    """Temps at a dozen sites, each with its machines, whom the recruiters pay for."""
    temps = holding("device", 12), holding("card", 12), holding("ip", 16)
    told = points(assess_group(group(*temps, paired=0.0, roofed=roofed)))
    assert told["many shared devices"] == pytest.approx(6 * 2.5 * (log2(12) - 1) * share, abs=0.1)


def test_one_domain_for_all_is_no_companys_where_cards_and_devices_cross():
    farm = (*DEALT, holding("email_domain"))
    crossing, matching = (points(assess_group(group(*farm, paired=each))) for each in (0.0, 1.0))
    assert matching["one domain for most"] < crossing["one domain for most"] == 0


def test_who_has_plans_for_organisations_may_be_enrolled_at_once():
    """A firm of 130 with team plans for a third, hot desks and departments' cards, all signed up in three days."""
    firm = (holding("device", 8), holding("card", 8), holding("email_domain"))
    some, few = (points(assess_group(group(*firm, burst=1.0, organisation_plans=share))) for share in (0.25, 0.24))
    assert some["one domain for most"] < few["one domain for most"] == 0


@pytest.mark.parametrize(
    ("texts", "place", "share"),
    [
        (holding("template", 8), holding("ip", 4), 1.0),  # hot desks, departments' cards, and what each of them asks
        (holding("template", 8, top=0.65), holding("ip", 4), 0.5),
        (holding("template", 8), holding("ip", 5), 0.5),
        (holding("template"), holding("ip", 4), 0.0),  # one text runs all of it
        (holding("phone"), holding("ip", 4), 0.0),  # what they ask is not known
        (holding("template", 8), holding("ip", 6), 0.0),
    ],
)
def test_an_office_of_one_domain_may_have_hot_desks(texts, place, share):
    firm = (holding("device", 8), holding("card", 8), holding("email_domain"), place, texts)
    crossing, matching = (points(assess_group(group(*firm, paired=each))) for each in (0.0, 1.0))
    assert crossing["one domain for most"] == pytest.approx(share * matching["one domain for most"])


def test_it_is_said_that_cards_go_round_on_machines():
    (part,) = [each for each in assess_group(group(*DEALT, paired=0.0)).factors if each.name == "many shared devices"]
    assert part.because.endswith(", and in no room is what people pay with, or the like, handed round as well")


@pytest.mark.parametrize(("life", "share"), [(7.0, 0.0), (3.5, 0.5), (0.0, 1.0)])
def test_who_lives_for_days_only_has_no_room(life, share):
    assert worth_of_devices(holding("ip"), life=life) == pytest.approx(45 * share, abs=0.1)


@pytest.mark.parametrize(
    ("place", "roofed", "told"),
    [
        (holding("ip", 4), 0.45, "of addresses, 4 telling values of ip"),
        (most_at_one(0.5), 0.1, "the most common telling ip is on 50 % of the members"),
        (holding("ip", 40), 0.9, "90 % share an address too"),
    ],
)
def test_it_is_said_which_roof_it_is(place, roofed, told):
    outcome = assess_group(group(DEVICES, CARDS, place, roofed=roofed))
    (part,) = [each for each in outcome.factors if each.name == "many shared devices"]
    assert told in part.because
    assert part.because.count("of addresses") + part.because.count("share an address") == 1


def test_what_couples_share_is_told_of_pairs_and_parts():
    """'58 % share an address too' was said of a ring in which all pairs do: those counted are fewer."""
    (part,) = [
        each
        for each in assess_group(group(holding("card", 12), coupled=0.58, scattered=0.48)).factors
        if each.name == "in twos and threes"
    ]
    assert part.because == (
        "of the pairs who share a part's card, device or name and have addresses of parts beyond the widest few, 58 % "
        "have the same one beyond chance; the widest few of each kind aside, no part's value but texts and programs "
        "ties 48 % of the members to more than two others"
    )


def test_without_addresses_machines_of_those_who_came_one_by_one_may_be_a_wards():
    """864 people of wards were in rings, whose machines no address could tell to be at one place."""
    singly = {**GRADUALLY, "burst": 0.0}
    machines = (holding("device", 40), holding("email_domain", 3))
    full = parts_of(*machines, **singly)["many shared devices"]
    unknown = {"has_places": False}
    assert parts_of(*machines, **singly, **unknown)["many shared devices"] == full / 2
    assert parts_of(*machines, **ONCE, **unknown)["many shared devices"] == full
    told = ", but machines of a room are everybody's there: addresses are not known, and of those who came one by one "
    assert because("many shared devices", *machines, **singly, **unknown).endswith(f"{told}it may be half")


def test_two_machines_may_be_a_rooms():
    outcome = assess_group(group(holding("device", 2), holding("ip"), life=7.0))
    assert "machines of a room" in next(each.because for each in outcome.factors if each.name == "many shared devices")


def test_two_addresses_are_two_branches():
    offices = holding("ip", 2)._replace(effective=2.0, cover=0.0, top=0.0)
    assert worth_of_devices(CARDS, offices, roofed=1.0, burst=0.0) == 0
    assert worth_of_devices(CARDS, offices, burst=0.0) == 45


def test_machines_of_people_who_share_no_address_go_from_hand_to_hand():
    assert worth_of_devices(holding("card")) == pytest.approx(45)


@pytest.mark.parametrize(
    ("device", "place", "crowded"),
    [
        (holding("device", 2), holding("ip", 15), True),
        (holding("device", 2), holding("ip", 16), False),  # builds of a browser, seen all over a network
        (holding("device", 2), holding("ip", 8, owned=0.49), False),  # machines of a cloud that has others, too
        (holding("device", 2), holding("ip", 7, owned=0.49), True),
        (holding("device", 2), holding("ip", 15, owned=0.5), True),
        (holding("device", 2), most_at_one(0.49), False),
        (holding("device", 2), most_at_one(0.5), True),
        (holding("device", 4), holding("ip", 16), True),
    ],
)
def test_models_of_machine_are_no_crowded_devices(device, place, crowded):
    told = points(assess_group(group(device, place, size=80)))
    assert (told["crowded devices"] > 0) is crowded
    assert (told["place and text only"] == 0) is crowded


@pytest.mark.parametrize(("owned", "share"), [(1.0, 1.0), (0.2, 1.0), (0.1, 0.5), (0.0, 0.0)])
def test_devices_are_crowded_by_less_where_hardly_anybody_there_is_a_member(owned, share):
    """A cloud's workspaces are copies of one machine, and go out by addresses that all its customers have."""
    theirs, shared = (group(holding("device", 4), holding("ip", 12, owned=each), size=400) for each in (1.0, owned))
    worth = points(assess_group(theirs))["crowded devices"]
    assert points(assess_group(shared))["crowded devices"] == pytest.approx(share * worth)


@pytest.mark.parametrize(("burst", "share"), [(0.121, 1.0), (0.097, 0.5), (0.07, 0.0), (nan, 1.0)])
def test_devices_of_those_who_came_one_by_one_are_a_clouds(burst, share):
    farm = holding("device", 4), holding("ip", 12)
    worth = points(assess_group(group(*farm, size=400)))["crowded devices"]
    assert points(assess_group(group(*farm, size=400, burst=burst)))["crowded devices"] == pytest.approx(
        share * worth, abs=0.1
    )


@pytest.mark.parametrize(("plans", "crowded"), [(0.24, True), (0.25, False), (nan, True)])
def test_an_organisations_machines_are_alike(plans, crowded):
    farm = group(holding("device", 4), holding("ip", 16), size=80, organisation_plans=plans)
    assert (points(assess_group(farm))["crowded devices"] > 0) is crowded


# --- cells ----------------------------------------------------------------------------------------------------------


FIRMS = (holding("email_domain", 16), holding("card"))


@pytest.mark.parametrize(
    ("known", "worth"),
    [
        ({"organisation_plans": 0.0}, 54.0),
        ({}, 36.0),  # without plans, four domains may be one holding's
        ({"organisation_plans": 0.0, "apart": 0.5}, 54.0),
        ({"organisation_plans": 0.0, "apart": 0.65}, 27.0),
        ({"organisation_plans": 0.0, "apart": 0.8}, 0.0),
        ({"organisation_plans": 0.0, "apart": 1.0}, 0.0),
        ({"apart": 0.65}, 18.0),
    ],
)
def test_names_are_worth_less_where_they_may_be_those_of_firms(known, worth):
    assert points(assess_group(group(*FIRMS, **known))).get("many names", 0.0) == pytest.approx(worth)


@pytest.mark.parametrize(
    ("place", "life", "share"),
    [
        (holding("ip"), nan, 0.5),
        (holding("ip"), 3.5, 0.75),  # half a week is half a roof
        (holding("ip", cover=0.5), nan, 0.75),
        (holding("ip", 4), nan, 0.5),
        (holding("ip", 8), nan, 0.75),
        (holding("ip", 16), nan, 1.0),
    ],
)
def test_names_under_one_roof_may_be_those_of_clients(place, life, share):
    named = holding("email_domain", 16)
    worth = points(assess_group(group(named, organisation_plans=0.0)))["many names"]
    told = points(assess_group(group(named, place, organisation_plans=0.0, life=life)))["many names"]
    assert told == pytest.approx(share * worth)


@pytest.mark.parametrize(("apart", "share"), [(0.5, 1.0), (0.65, 0.5), (0.8, 0.0)])
def test_cards_are_worth_less_where_each_firm_has_its_own(apart, share):
    firms = holding("email_domain", 16), holding("card", 16), holding("template", owned=1.0)
    alone, beside = group(*firms), group(*firms, apart=apart)
    for name in ("many cards", "cards behind one prompt or program"):
        worth = points(assess_group(alone))[name]
        assert worth > 0
        assert points(assess_group(beside)).get(name, 0.0) == pytest.approx(share * worth, abs=0.1)


@pytest.mark.parametrize(
    ("apart", "nested", "cover", "share"),
    [
        (nan, 0.5, 1.0, 1.0),
        (nan, 1.0, 1.0, 0.0),
        (nan, 1.0, 0.75, 0.0),
        (nan, 1.0, 0.5, 1.0),  # a hydra's, of whom the few who have both tell nothing of the others
        (0.5, 1.0, 1.0, 1.0),
    ],
)
def test_of_a_few_firms_cards_tell_where_nothing_else_does(apart, nested, cover, share):
    """Three firms under one roof have too few pairs for what is said of every kind of value."""
    firms = holding("email_domain", 8, cover=cover), holding("card", 8), holding("template", owned=1.0)
    worth = points(assess_group(group(*firms)))
    told = assess_group(group(*firms, apart=apart, nested=nested))
    for name in ("many cards", "many names"):
        assert points(told).get(name, 0.0) == pytest.approx(share * worth[name], abs=0.1)
    because = {factor.name: factor.because for factor in told.factors}["many names"]
    assert ("beyond chance 100 % of the pairs who share cards or the like have one domain" in because) is (share == 0)


@pytest.mark.parametrize(("place", "top", "share"), [(1, 0.8, 0.5), (1, 0.65, 0.75), (1, 0.5, 1.0), (16, 1.0, 1.0)])
def test_other_names_under_one_roof_may_be_a_fleets_that_one_card_pays_for(place, top, share):
    fleet = group(holding("phone", 16), holding("ip", place), holding("card", 1, cover=top))
    assert points(assess_group(fleet))["many names"] == pytest.approx(share * 54, abs=0.1)


@pytest.mark.parametrize("beside", [(), (holding("email_domain", 2, cover=0.5),)])
def test_names_that_are_no_domains_are_nobodys_firms(beside):
    assert points(assess_group(group(holding("phone", 16), *beside, apart=1.0)))["many names"] == pytest.approx(54.0)


TUTORIAL = (holding("template", owned=1.0), *(holding(kind, 24) for kind in ("card", "device", "email_domain", "ip")))
BREADTH = {
    "many cards",
    "many names",
    "many shared devices",
    "many shared addresses",
    "dozens of two kinds",
    "cards behind one prompt or program",
}


@pytest.mark.parametrize(
    ("coupled", "scattered", "life", "share"),
    [
        (1.0, 1.0, nan, 1.0),
        (0.8, 0.75, 7.0, 1.0),
        (0.65, 0.75, 7.0, 0.5),
        (0.8, 0.675, 7.0, 0.5),
        (0.8, 0.75, 3.5, 0.5),  # who lives for days only has no home
        (0.5, 1.0, 7.0, 0.0),
        (1.0, 0.6, 7.0, 0.0),
        (nan, 1.0, 7.0, 0.0),
    ],
)
def test_what_couples_share_however_many_they_are_is_taken_back(coupled, scattered, life, share):
    told = points(assess_group(group(*TUTORIAL, burst=0.5, coupled=coupled, scattered=scattered, life=life)))
    assert {name for name in BREADTH if told[name] > 0} == BREADTH
    worth = sum(told[name] for name in BREADTH)
    assert told.get("in twos and threes", 0.0) == pytest.approx(-share * worth, abs=0.3)


THIN = (holding("card", 64, cover=0.1), holding("email_domain", 32, cover=0.1))
"""A hydra's, of which each value is on hardly anybody."""


def in_dozens(*holdings: Holding, **known: float) -> float:
    return points(assess_group(group(*holdings, **{"burst": 0.5, **known}))).get("dozens of two kinds", 0.0)


@pytest.mark.parametrize(("n_values", "share"), [(16, 0.0), (23, 0.5), (32, 1.0), (500, 1.0)])
def test_dozens_of_two_kinds_speak_for_one_hand_on_however_few(n_values, share):
    assert in_dozens(THIN[0], holding("email_domain", n_values, cover=0.1)) == pytest.approx(9 * share, abs=0.3)
    assert in_dozens(holding("device", n_values, cover=0.1), THIN[1]) == pytest.approx(9 * share, abs=0.3)
    assert in_dozens(holding("email_domain", n_values, cover=0.1)) == 0
    assert in_dozens(holding("template", n_values), THIN[0]) == 0  # an agency has dozens, one for each client


@pytest.mark.parametrize("own", ["nested", "paired", "apart"])
@pytest.mark.parametrize(("alike", "share"), [(0.5, 1.0), (0.65, 0.5), (0.8, 0.0)])
def test_dozens_that_each_house_has_to_itself_are_a_services_customers(own, alike, share):
    assert in_dozens(*THIN, **{own: alike}) == pytest.approx(9 * share, abs=0.1)


@pytest.mark.parametrize(("lately", "share"), [(0.121, 1.0), (0.097, 0.5), (0.07, 0.0), (nan, 0.0)])
def test_dozens_among_people_who_came_over_the_years_are_a_services_customers(lately, share):
    assert in_dozens(*THIN, burst=lately, lately=lately, size=200) == pytest.approx(9 * share, abs=0.1)


def test_dozens_that_mostly_others_have_are_not_the_groups():
    assert in_dozens(THIN[0], holding("email_domain", 64, owned=0.4)) == 0


@pytest.mark.parametrize(("top", "share"), [(0.2, 1.0), (0.3, 0.5), (0.4, 0.0)])
def test_whoever_has_a_card_in_common_with_most_others_is_no_couple_among_strangers(top, share):
    cards = holding("card", 16, top=top)
    told = points(assess_group(group(cards, *TUTORIAL[2:], coupled=1.0, scattered=1.0)))
    worth = sum(told.get(name, 0.0) for name in BREADTH)
    assert told.get("in twos and threes", 0.0) == pytest.approx(-share * worth, abs=0.3)


@pytest.mark.parametrize(
    ("roofed", "burst", "share"),
    [
        (0.0, nan, 1.0),
        (0.2, nan, 1.0),
        (0.4, nan, 0.5),
        (0.6, nan, 0.0),
        (1.0, nan, 0.0),
        (1.0, 0.1, 0.0),
        (1.0, 0.15, 0.5),  # too many came at once for branches that were opened one by one
        (1.0, 0.2, 1.0),
    ],
)
def test_machines_that_stay_at_one_address_each_and_their_addresses_are_branches(roofed, burst, share):
    farm = DEVICES, CARDS, holding("ip", 16)
    loose, told = (points(assess_group(group(*farm, burst=burst, roofed=each))) for each in (nan, roofed))
    for part in ("many shared devices", "many shared addresses"):
        assert told[part] == pytest.approx(share * loose[part], abs=0.1)
        passing = points(assess_group(group(*farm, burst=burst, roofed=roofed, life=3.5)))[part]
        assert passing == pytest.approx((1 + share) / 2 * loose[part], abs=0.1)  # half a week is half a branch


@pytest.mark.parametrize(
    ("placed", "burst", "share"),
    [(0.95, 0.1, 0.0), (0.75, 0.1, 1.0), (nan, 0.1, 1.0), (0.95, 0.2, 1.0), (0.95, nan, 0.0)],
)
def test_addresses_that_keep_to_one_mail_domain_each_are_offices(placed, burst, share):
    """Nine campuses ran one benchmark, and its prompts made one group of them; at none of their lines were others."""
    campuses = holding("ip", 16), holding("email_domain", 9, cover=0.6), holding("template")
    some = assess_group(group(*campuses, placed=placed, burst=burst, life=200.0))
    (part,) = [each for each in some.factors if each.name == "many shared addresses"]
    assert part.points == pytest.approx(share * 12)
    assert ("as in offices" in part.because) is (share < 1)


def test_codes_that_are_handed_out_are_half_of_a_name():
    """Crowd workers have one of six coupons, and a promotion's customers one of its shops'."""
    told = assess_group(group(holding("coupon", 8), holding("ip", 30)))
    assert (
        points(told)["many names"]
        == points(assess_group(group(holding("phone", 8), holding("ip", 30))))["many names"] / 2
    )
    both = assess_group(
        group(holding("coupon", 8), holding("email_domain", 5), holding("ip", 30), organisation_plans=0.0)
    )
    assert "of email domain" in next(each.because for each in both.factors if each.name == "many names")


FAMILIES = (holding("card", 9, cover=0.5), holding("ip", 2), holding("template"))
"""A room's people, of whom half pay in twos, at two addresses."""


@pytest.mark.parametrize("part", ["many cards", "cards behind one prompt or program"])
@pytest.mark.parametrize(
    ("some", "share"),
    [
        (FAMILIES, 0.0),
        ((holding("card", 9, cover=0.75), *FAMILIES[1:]), 1.0),  # whoever has a card for every two has one for most
        ((FAMILIES[0], holding("ip", 9), FAMILIES[2]), 1.0),  # and sits here and there
        ((holding("card", 5, cover=0.5), *FAMILIES[1:]), 1.0),  # four to a card
        ((holding("card", 9, cover=0.5), holding("ip", 9, top=0.8), FAMILIES[2]), 0.0),
    ],
)
def test_cards_of_two_or_three_in_a_room_are_families_and_teams(part, some, share):
    said = assess_group(group(*some, size=40))
    elsewhere = assess_group(group(some[0], some[2], size=40))
    assert points(said)[part] == pytest.approx(share * points(elsewhere)[part])
    (told,) = [each.because for each in said.factors if each.name == part]
    assert ("a family's or a team's" in told) is (share < 1)
    throwing_away = assess_group(group(*some, size=40, disposable=0.6))
    assert points(throwing_away)[part] == pytest.approx(points(elsewhere)[part])


def test_one_address_says_no_more_than_that_some_are_at_it():
    some = group(DEVICES, CARDS, holding("ip", cover=0.2), roofed=1.0)
    assert points(assess_group(some))["many shared devices"] == 36


@pytest.mark.parametrize(("owned", "worth"), [(1.0, 12.0), (0.2, 12.0), (0.1, 6.0), (0.0, 0.0)])
def test_addresses_are_worth_less_where_hardly_anybody_there_is_a_member(owned, worth):
    some = group(holding("ip", 16, owned=owned), holding("card", 3))
    assert points(assess_group(some)).get("many shared addresses", 0.0) == pytest.approx(worth)


@pytest.mark.parametrize(
    ("besides", "share"),
    [
        ((), 0.0),  # a carrier's customers share its addresses, and nothing else
        ((holding("card", 9, cover=0.4, top=0.1),), 0.0),
        ((holding("card", 9, cover=0.5, top=0.1),), 0.5),
        ((holding("card", 9, cover=0.6, top=0.1),), 1.0),
        ((holding("card", cover=0.9),), 0.0),  # a cooperative's account
        ((holding("card", cover=0.9), holding("device", 9, cover=0.6, top=0.1)), 1.0),
        ((holding("template", cover=0.5),), 1.0),
        ((holding("template", 9),), 0.0),  # texts of their language, each on some
        ((holding("card", 9, owned=0.49),), 0.0),  # of a bank that others have, too
        ((holding("card", 9, owned=0.5),), 1.0),
        ((holding("device", cover=0.9), second(holding("device", 9, cover=0.6, top=0.1))), 1.0),  # whatever one is on
        ((holding("card_bin"), holding("asn")), 0.0),
        ((holding("user_agent", cover=0.5),), 1.0),  # a program of their own
        ((holding("user_agent", 9),), 0.0),  # telephones
    ],
)
def test_addresses_speak_as_far_as_something_else_ties_who_is_there(besides, share):
    some = assess_group(group(holding("ip", 128), *besides))
    (part,) = [each for each in some.factors if each.name == "many shared addresses"]
    assert part.points == pytest.approx(share * 48)
    assert ("as with a carrier's customers" in part.because) is (share < 1)


def said_of_addresses(*holdings: Holding, **known: float) -> str:
    outcome = assess_group(group(*holdings, **known))
    return next(each.because for each in outcome.factors if each.name == "many shared addresses")


@pytest.mark.parametrize(("owned", "said"), [(0.19, True), (0.2, False)])
def test_it_is_said_that_most_at_an_address_are_others(owned, said):
    assert ("of who was there" in said_of_addresses(holding("ip", 16, owned=owned))) is said


@pytest.mark.parametrize(("n_values", "roofed", "said"), [(3, 0.9, True), (2, 0.9, True), (2, 0.2, False)])
def test_it_is_said_that_addresses_are_those_of_branches(n_values, roofed, said):
    told = said_of_addresses(holding("ip", n_values), holding("device", 16), roofed=roofed)
    assert ("as in branches" in told) is said
    assert told.startswith(f"{n_values} telling values of ip")


def test_of_an_address_that_nobody_shares_nothing_is_said():
    outcome = assess_group(group(holding("card", 3)))
    (part,) = [each for each in outcome.factors if each.name == "many shared addresses"]
    assert "who was there" not in part.because


# --- cards and devices ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("n_cards", "expected"), [(1, 0.0), (2, 0.0), (3, 10.5), (4, 18.0), (5, 18.0)])
def test_one_who_pays_for_others_has_two_cards_or_three(n_cards, expected):
    """A tutor's old card, his new one, his wife's: his pupils sit at home, and all have his lessons."""
    told = points(assess_group(group(holding("template"), holding("card", n_cards), size=24)))
    assert told["cards behind one prompt or program"] == expected


def test_several_cards_count_as_far_as_members_have_them():
    prompt = holding("template")
    for cards, expected in (
        ([holding("card", 12, cover=0.8)], 14.4),
        ([holding("card", 4), second(holding("card", 12, cover=0.6))], 18.0),
    ):
        assert points(assess_group(group(prompt, *cards, size=20)))["cards behind one prompt or program"] == expected


@pytest.mark.parametrize(("n_cards", "expected"), [(1, 0.0), (2, 4.5), (4, 13.5), (6, 18.0), (60, 18.0)])
def test_fifty_cards_tell_no_more_than_six(n_cards, expected):
    """A company with a card for each team has as many as it has teams."""
    told = points(assess_group(group(holding("card", n_cards), size=24)))
    assert told["many cards"] == pytest.approx(expected, abs=0.1)


@pytest.mark.parametrize(
    ("text", "share"),
    [
        (holding("template", 1, top=0.8, cover=0.8), 0.5),
        (holding("template", 2, cover=0.8), 0.5),
        (holding("template", 8), 1.0),
        (holding("template", 12), 0.0),  # a class, an agency or a vendor has a dozen
        (holding("template", 2, cover=0.7), 0.0),
        (holding("template", 2, owned=0.5), 0.0),  # anybody's
        (holding("user_agent", 2), 1.0),
    ],
)
def test_a_few_prompts_for_all_are_as_rare_as_one_behind_several_cards(text, share):
    told = points(assess_group(group(text, holding("card", 4), size=64)))
    assert told["cards behind one prompt or program"] == pytest.approx(share * 18, abs=0.1)


@pytest.mark.parametrize(
    ("housed", "burst", "life", "share"),
    [
        (nan, nan, nan, 1.0),
        (0.75, nan, nan, 1.0),
        (0.85, nan, nan, 0.5),
        (0.95, nan, nan, 0.0),
        (0.95, 0.2, nan, 1.0),  # branches do not come at once
        (0.95, nan, 3.5, 0.5),
    ],
)
def test_branches_have_a_card_each_and_the_prompts_of_their_house(housed, burst, life, share):
    told = points(assess_group(group(*BRANCHES, housed=housed, burst=burst, life=life)))
    assert told["cards behind one prompt or program"] == pytest.approx(share * 0.8 * 18, abs=0.1)


@pytest.mark.parametrize(
    ("devices", "places", "size", "expected"),
    [
        (holding("device", 4), holding("ip", 8), 64, 18.0),  # sixteen to each, at many addresses
        (holding("device", 4), holding("ip", 8), 48, 9.0),
        (holding("device", 4), holding("ip", 8), 32, 0.0),  # a desk
        (holding("device", 4, cover=0.5), holding("ip", 8), 128, 9.0),
        (holding("device", 1), holding("ip", 8), 640, 0.0),  # an image that many machines have
        (holding("device", 4), holding("ip", 2), 64, 0.0),  # a classroom
        (holding("device", 4), holding("ip", 3), 64, 10.5),
        (holding("device", 4), holding("template"), 64, 18.0),  # seen nowhere twice
    ],
)
def test_crowded_devices_that_move_about_count(devices, places, size, expected):
    assert points(assess_group(group(devices, places, size=size)))["crowded devices"] == expected


def test_of_an_export_without_addresses_nobody_knows_whether_devices_move():
    told = points(assess_group(group(holding("device", 4), holding("template"), size=64, has_places=False)))
    assert told["crowded devices"] == 9.0
