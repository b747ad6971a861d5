"""Each honest explanation fits the group that it was made for, up to where it says so, and no ring."""

from dataclasses import replace
from itertools import product
from math import nan

import pytest
from described_groups import A_RING, BRANCHES, explained, fitting, group, holding, second

from graphlink.rings.explanations import HOUSEHOLD
from graphlink.rings.group import Group
from graphlink.words.sentences import FOUND

# --- honest explanations ------------------------------------------------------------------------------------------

HONEST = {
    "organisation": group(
        holding("email_domain"), holding("card", 1, cover=0.6), holding("ip", 2), organisation_plans=0.9, life=200
    ),
    "course": group(
        *(holding("email_domain", 2, top=0.7), holding("template", 1, cover=0.8, owned=0.3)),
        holding("ip", 16, cover=0.5),
        organisation_plans=0.6,
        burst=0.9,
    ),
    HOUSEHOLD: group(holding("ip"), holding("card"), size=4, organisation_plans=0.0),
    "agency": group(
        *(holding("card", 1, cover=0.8), holding("ip"), holding("email_domain", 3, cover=0.6)),
        holding("template", 8, cover=0.5),
        organisation_plans=0.1,
    ),
    "event": group(holding("ip", 2, top=0.8), holding("template", 1, cover=0.2), burst=0.95, organisation_plans=0.0),
    "platform": group(
        holding("template", owned=0.6), holding("ip", 3, cover=0.9), burst=0.2, organisation_plans=0.1, size=300
    ),
    "tenants": group(
        *(holding("ip", 2, cover=0.9), holding("email_domain", 25), holding("card", 25)),
        nested=1.0,
        organisation_plans=0.1,
    ),
    "shared machines": group(
        holding("device", 20, cover=0.9), holding("ip", 3, top=0.8), life=60.0, burst=0.1, organisation_plans=0.0
    ),
    "shared network": group(
        holding("ip", 40, cover=0.9), holding("user_agent", 3, cover=0.5), burst=0.1, organisation_plans=0.0
    ),
}


@pytest.mark.parametrize("explanation", sorted(HONEST))
def test_an_honest_group_is_called_what_it_is(explanation):
    assert next(check.explanation for check in explained(HONEST[explanation]) if check.fits) == explanation


@pytest.mark.parametrize("explanation", sorted(HONEST))
def test_no_explanation_fits_a_ring(explanation):
    assert explanation not in fitting(explained(replace(A_RING, organisation_plans=0.0)))


def test_no_explanation_is_missing_here():
    assert {check.explanation for check in explained(A_RING)} == set(HONEST)


def test_a_company_that_pays_with_many_cards_is_no_company():
    company = HONEST["organisation"]
    varied = replace(company, lately=0.8, holdings=(holding("email_domain"), holding("card", 12), holding("ip", 2)))
    assert "organisation" not in fitting(explained(varied))


@pytest.mark.parametrize("explanation", ["agency", "event", "platform", "shared machines", "tenants"])
def test_half_of_them_on_throw_away_mail_are_no_honest_group(explanation):
    assert explanation in fitting(explained(replace(HONEST[explanation], disposable=0.49)))
    assert explanation not in fitting(explained(replace(HONEST[explanation], disposable=0.5)))


def test_a_company_that_was_enrolled_at_once_long_ago_is_one():
    company = group(*CAMPUS, organisation_plans=0.0, life=7.0, burst=1.0, lately=0.1)
    assert "organisation" in fitting(explained(company))
    assert "organisation" not in fitting(explained(replace(company, lately=1.0)))


def test_accounts_that_live_for_days_are_no_company():
    assert "organisation" not in fitting(explained(replace(HONEST["organisation"], life=2.0)))


def test_four_accounts_on_four_cards_are_no_household():
    assert HOUSEHOLD not in fitting(explained(group(holding("ip"), holding("card", 4), size=4)))


TEAM_PLANS = {"organisation_plans": 0.9, "life": 60.0, "burst": 0.05}


@pytest.mark.parametrize(
    ("cards", "devices", "apart", "fits"),
    [
        (holding("card", 7, cover=0.8), holding("device", 10), nan, None),
        (holding("card", 7, cover=0.8), holding("device", 10), 0.5, True),  # each department keeps to itself
        (holding("card", 7, cover=0.8), holding("device", 1), nan, True),
        (holding("card", 2, cover=0.9), holding("device", 10), nan, True),  # not a bit of variety
        (holding("card", 7, cover=0.8, top=0.5), holding("device", 10), nan, True),  # one payer
    ],
)
def test_plans_alone_do_not_tell_an_organisation_where_cards_and_machines_go_round(cards, devices, apart, fits):
    """Anybody may sign up for a plan of a university's or a team's."""
    told = explained(group(cards, devices, holding("template", 2), nested=apart, **TEAM_PLANS))
    assert {check.explanation: check.fits for check in told}["organisation"] is fits


@pytest.mark.parametrize(
    ("ties", "cover", "fits"),
    [(("network", "payment"), 0.5, True), (("network", "payment"), 0.4, False), (("network",), 0.4, True)],
)
def test_an_address_of_a_few_is_no_carriers_where_something_else_ties_the_rest(ties, cover, fits):
    """In a star each shares a card with its middle, and these are too small to tell anything."""
    star = replace(group(holding("ip", 1, cover=cover), life=60.0, burst=0.1), families=ties)
    assert ("shared network" in fitting(explained(star))) is fits


def test_whether_a_holding_came_one_by_one_is_not_known_without_times():
    told = explained(group(*HOLDING, life=7.0))
    assert {check.explanation: check.fits for check in told}["organisation"] is None


@pytest.mark.parametrize(
    ("known", "fits"),
    [
        ({}, None),
        ({"disposable": 0.0}, False),  # their mail is known, and tells no name
        ({"burst": 0.16}, False),
        ({"life": 6.9}, False),
    ],
)
def test_an_office_whose_mail_is_not_known_may_be_a_firms(known, fits):
    """Of 107 people at four doors, with hot desks and departments' cards, an export had no mail domains."""
    office = (holding("ip", 4), holding("template", 8), holding("card", 8), holding("device", 30))
    told = explained(group(*office, **GROWN | known))
    assert {check.explanation: check.fits for check in told}["organisation"] is fits
    one_text = explained(group(office[0], holding("template"), *office[2:], **GROWN | known))
    assert {check.explanation: check.fits for check in one_text}["organisation"] is False


def test_a_telephone_is_one_persons_and_no_organisations():
    told = {"organisation_plans": 0.9, "life": 200.0, "burst": 0.1}
    assert "organisation" in fitting(explained(group(holding("email_domain"), **told)))
    assert "organisation" not in fitting(explained(group(holding("phone"), **told)))


# --- where an explanation begins and ends -------------------------------------------------------------------------

COMPANY = {"organisation_plans": 0.9, "life": 200.0}
HASTY = COMPANY | {"burst": 0.8}
AGENCY = (holding("card", 1, cover=0.8), holding("ip"), holding("email_domain", 3, cover=0.6))
EVENT = {"burst": 0.95, "organisation_plans": 0.0}
CROWD = (holding("ip", 2, top=0.8), holding("template", 1, cover=0.2))
DESKS = (holding("email_domain"), holding("device", 30))
TELEPHONES = (holding("phone", 2, cover=0.3),)
SOLD_TO_PEOPLE = {"organisation_plans": 0.0, "burst": 0.1}
FIRMS = (holding("ip", 2, cover=0.9), holding("email_domain", 25), holding("card", 25))
PROGRAMME = (holding("ip", 30, cover=0.9), holding("email_domain", 12), holding("card", 10, cover=0.5))
CLIENTS = (holding("card"), holding("email_domain", 12), holding("ip", 30, cover=0.9))
PLANS = {"organisation_plans": 0.3}
CLASS = (holding("email_domain"), holding("template"))
ROOM = (holding("device", 20, cover=0.5), holding("ip", 3, top=0.5))
THERE = {"life": 7.0, "burst": 0.79}
EXITS, BROWSERS = holding("ip", 90, owned=0.2), holding("device", 2)
HANDED_ROUND = (holding("email_domain"), holding("card", 8), holding("device", 10))
"""One domain, and many cards and machines that go round among all."""
HOSTED = (holding("device", 4), holding("ip", 18), holding("template", 6))
"""Rented machines, of a few images and behind a few exits, on which a vendor runs the jobs of his customers."""
HOLDING = (holding("email_domain", 4, cover=0.8), holding("card", 12), holding("device", 10), holding("ip", 6))
DESKTOPS = (holding("email_domain", 12, cover=0.5), holding("device", 6), holding("ip", 10), holding("template", 12))
"""Firms on one host's machines, of a few images and behind its exits."""
GROWN = {"organisation_plans": 0.0, "life": 7.0, "burst": 0.1}
DISTRICT = (holding("email_domain", 3), holding("device", 30), holding("ip", 6))
TERM = {"life": 7.0, "burst": 1.0, "roofed": 0.9, "nested": 0.9}
"""Schools, each with its name, its line and its machines, which all begin in one week."""
SURFERS, LONG = holding("ip", 40, cover=0.5, owned=0.74), {"life": 7.0}
CAMPUS = (holding("email_domain"), holding("device", 30), holding("ip", 40, owned=0.9))
PUPILS = {"organisation_plans": 0.0, "life": 7.0, "burst": 0.79}
HOUSE = (holding("email_domain", 12), holding("ip"), holding("device", 5))
VENDOR = (holding("template", owned=0.6), holding("ip", 3, cover=0.9))

UP_TO = {
    "organisation": [
        (lambda x: group(holding("card", 3, cover=0.5), organisation_plans=x, life=200.0), 0.5, 0.49),
        (lambda x: group(holding("card", 1, cover=0.5), organisation_plans=x, life=200.0), 0.5, 0.49),
        (lambda x: group(holding("email_domain"), holding("card", x), **HASTY), 4, 5),
        (lambda x: group(holding("email_domain"), holding("device", 8), burst=x, **COMPANY), 0.79, 0.8),
        (lambda x: group(*CAMPUS, **PUPILS, size=x), 7, 6),
        (lambda x: group(holding("email_domain", cover=x), *CAMPUS[1:], **PUPILS), 0.5, 0.49),
        (lambda x: group(*DESKS, holding("card", cover=0.5), **SOLD_TO_PEOPLE, life=x), 7.0, 6.9),
        (lambda x: group(*DESKS, holding("phone", 2, cover=x), **SOLD_TO_PEOPLE, life=7.0), 0.29, 0.3),  # names besides
        (lambda x: group(*HOLDING, holding("template", 8), **GROWN | {"burst": x}), 0.2, 0.3),  # who ask this and that
        (lambda x: group(*HOLDING[:3], holding("ip", x, cover=0.5), **GROWN), 15, 17),  # four doors to a house
        (lambda x: group(*HOLDING, holding("template", cover=x), **GROWN), 0.79, 0.8),  # one text runs all of it
        (lambda x: group(*HANDED_ROUND, life=15, burst=x), 0.1, 0.67),  # cards and devices of a farm
        (lambda x: group(*HANDED_ROUND, life=15, burst=x, paired=0.0), 0.15, 0.16),  # hot desks and departments' cards
    ],
    "tenants": [
        (lambda x: group(*FIRMS, nested=x), 0.5, 0.49),
        (lambda x: group(*FIRMS, nested=1.0, disposable=x), 0.49, 0.5),
        (lambda x: group(*FIRMS, holding("template", cover=x)), 0.49, 0.5),
        (lambda x: group(holding("ip", x, cover=0.5), holding("email_domain", 4, cover=0.5)), 4, 5),
        (lambda x: group(holding("ip"), holding("email_domain", 4, top=x)), 0.33, 0.34),
        # a firm has one payer
        (lambda x: group(holding("ip"), holding("email_domain", 5), holding("card", x)), 19, 21),
        (lambda x: group(*PROGRAMME, nested=x, housed=0.8, organisation_plans=0.24), 0.8, 0.79),  # a charity's, say
        (lambda x: group(*PROGRAMME, nested=x), 0.8, 0.79),  # the plans are not known
        (lambda x: group(*PROGRAMME, holding("template", cover=x), nested=1.0, organisation_plans=0.3), 0.79, 0.8),
        (lambda x: group(*BRANCHES, housed=x, organisation_plans=0.3), 0.8, 0.79),
        (lambda x: group(holding("card", x, cover=0.5), housed=1.0, organisation_plans=0.3), 4, 3),
        # schools' are not for sale
        (lambda x: group(*PROGRAMME, nested=0.8, reserved=x, organisation_plans=0.0), 0.5, 0.49),
        (lambda x: group(*PROGRAMME, nested=0.8, organisation_plans=0.0, life=7.0, burst=x), 0.15, 0.16),
        (lambda x: group(*DESKTOPS, worded=x, **GROWN), 0.8, 0.79),  # what they ask crosses domains
        (lambda x: group(*DESKTOPS, worded=0.8, **GROWN, enrolled=x), 0.49, 0.5),  # cells, each made when it was needed
        # the host's; of more than there are firms
        (lambda x: group(*DESKTOPS, holding("card", x), worded=0.8, **GROWN), 12, 13),
        # which tell the firms
        (lambda x: group(*DESKTOPS[1:], holding("card", 12, cover=x), worded=0.8, **GROWN), 0.5, 0.49),
        (lambda x: group(*CLIENTS, apart=x, organisation_plans=0.25), 0.8, 0.79),  # addresses cross domains
        (lambda x: group(*CLIENTS, apart=x, organisation_plans=0.24), 0.8, 0.79),
        (lambda x: group(*CLIENTS, apart=0.8, organisation_plans=0.0, life=x, burst=0.79), 7.0, 6.9),
        (lambda x: group(*CLIENTS, apart=0.8, life=x), 7.0, 6.9),
        (lambda x: group(*CLIENTS, holding("template", cover=x), apart=0.8), 0.79, 0.8),
        (lambda x: group(CLIENTS[0], holding("email_domain", 20, cover=x), apart=0.8), 0.25, 0.24),  # half come alone
    ],
    "shared machines": [
        (lambda x: group(ROOM[0], holding("ip", 4, cover=x), **THERE), 0.5, 0.49),  # one roof's
        (lambda x: group(*ROOM, holding("card", 2, cover=x), **THERE), 0.29, 0.3),
        (lambda x: group(ROOM[0], holding("ip", 2), holding("card", x, cover=0.6), **THERE), 8, 6),  # three to one
        (lambda x: group(*ROOM, holding("coupon", x), **THERE), 2, 3),  # a room explains its machines, and no more
        (lambda x: group(*ROOM, holding("template", cover=x), **THERE), 0.49, 0.5),
        (lambda x: group(*ROOM, holding("template", x), **THERE), 32, 33),  # benches with a script
        (lambda x: group(*HOSTED, **THERE, elsewhere=x), 0.5, 0.49),
        (lambda x: group(holding("device", x), *HOSTED[1:], **THERE, elsewhere=0.5), 10, 10.1),  # four to each
    ],
    "shared network": [
        (lambda x: group(EXITS, BROWSERS, holding("phone", cover=x), size=80), 0.49, 0.5),
        (lambda x: group(EXITS, BROWSERS, size=80, chained=x), 0.49, 0.5),
        (lambda x: group(holding("ip", x, owned=0.2), BROWSERS, size=80), 8, 7),
        (lambda x: group(holding("ip", 90, cover=x, owned=0.2), BROWSERS, size=80), 0.5, 0.49),
        (lambda x: group(SURFERS, holding("card", cover=x), **LONG), 0.09, 0.1),
        (lambda x: group(SURFERS, holding("card", cover=0.09), **LONG, burst=x), 0.79, 0.8),  # they came together
        (lambda x: group(holding("ip", 40, owned=0.75), holding("card", cover=0.09), size=x, **LONG), 66, 67),  # 5.94
    ],
    "course": [
        (lambda x: group(*CLASS, size=x), 7, 6),
        (lambda x: group(*CLASS, burst=x), 0.151, 0.15),  # a firm with a prompt of its house
        (lambda x: group(*CLASS, burst=0.0, reserved=x), 0.5, 0.49),
    ],
    HOUSEHOLD: [(lambda x: group(holding("card", x), size=6), 2, 3)],
    "agency": [
        (lambda x: group(*HOUSE, holding("card", x), **THERE), 2, 4.1),
        (lambda x: group(holding("email_domain", 40), *HOUSE[1:], holding("card", 7), size=x, **THERE), 112, 111),
        (lambda x: group(holding("email_domain", 8, cover=x), *HOUSE[1:], **THERE), 0.7, 0.71),
        (lambda x: group(*HOUSE[:2], holding("device", x, cover=0.5), **THERE), 8, 9),
        (lambda x: group(holding("card", 2, top=0.5), holding("ip", cover=x)), 0.3, 0.29),
        (lambda x: group(*AGENCY, holding("device", 2, cover=x)), 0.49, 0.5),
        (lambda x: group(*AGENCY, holding("template", cover=x)), 0.79, 0.8),
    ],
    "event": [
        (lambda x: group(holding("ip", cover=x), **EVENT), 0.5, 0.49),
        (lambda x: group(holding("ip", x, cover=0.5), **EVENT), 4, 5),
        (lambda x: group(*CROWD, holding("card", cover=x), **EVENT), 0.39, 0.4),
        (lambda x: group(*CROWD, holding("email_domain", 2, cover=x), **EVENT), 0.29, 0.3),
        (lambda x: group(*CROWD, holding("card", 2, cover=x), **EVENT), 0.29, 0.3),
        (lambda x: group(*CROWD, holding("device", 2, cover=x), **EVENT), 0.29, 0.3),
        (lambda x: group(*CROWD, holding("referral", 4, cover=x), **EVENT), 0.74, 0.75),
        (lambda x: group(*CROWD, holding("referral", 4, cover=0.75, owned=x), **EVENT), 0.49, 0.5),
    ],
    "platform": [
        (lambda x: group(holding("template"), holding("ip", x, cover=0.5)), 8, 9),
        (lambda x: group(holding("template"), holding("ip", 9, cover=0.5, owned=x)), 0.49, 0.5),
        (lambda x: group(*VENDOR, holding("email_domain", cover=x)), 0.39, 0.4),
        (lambda x: group(*VENDOR, holding("card", cover=x)), 0.39, 0.4),
        (lambda x: group(*VENDOR, holding("referral", 4, cover=x)), 0.74, 0.75),
        (lambda x: group(*VENDOR, holding("referral", 4, cover=0.75, owned=x)), 0.49, 0.5),
    ],
}
"""Groups by a number: up to which each explanation fits, and from which on not."""
FITTING = {
    "organisation": [
        group(holding("email_domain"), holding("card", 5), organisation_plans=0.3, life=7.0),
        group(holding("email_domain"), holding("card", 5), **COMPANY),  # when it came is not known
        group(holding("email_domain"), holding("device", 2, cover=0.49), **COMPANY),
        group(second(holding("email_domain")), holding("card", 4)),  # a mail domain, hashed
        group(holding("email_domain"), holding("card", 5), **THERE),
        group(*CAMPUS, **PUPILS),  # whose students pay for themselves
        group(*CAMPUS, holding("card", 20), **PUPILS | {"burst": 0.1}),
        group(*DESKS, holding("card", cover=0.49), **SOLD_TO_PEOPLE, life=7.0),  # whoever pays
        group(*DESKS, *TELEPHONES, holding("card", cover=0.5), **SOLD_TO_PEOPLE, life=7.0),
        group(*DESKS, *TELEPHONES, organisation_plans=0.3, life=7.0, burst=0.1),
        group(*HOLDING, **GROWN),
        group(*HANDED_ROUND, life=15, paired=0.0, organisation_plans=0.25),
        group(HANDED_ROUND[0], holding("card", 8), life=15, burst=0.67),
    ],
    "tenants": [
        group(*FIRMS),
        group(*FIRMS[:2], holding("card", 3, top=0.49)),
        group(holding("ip"), holding("email_domain", 4, top=1 / 3)),
        group(*PROGRAMME, nested=0.5, organisation_plans=0.25),
        group(*PROGRAMME, nested=1.0, life=6.9, organisation_plans=0.3),
        group(*DESKTOPS, holding("card", 12), worded=0.8, nested=0.8, **GROWN),  # each firm's
        group(*CLIENTS, apart=0.8, organisation_plans=0.0, life=7.0, burst=0.8),  # one payer gave all of them theirs
        group(*CLIENTS, apart=0.8),  # neither plans nor times are known
        group(*CLIENTS, holding("template"), apart=0.8, life=7.0, burst=0.79),  # a vendor may give it
    ],
    "shared machines": [
        group(*ROOM, **THERE),
        group(holding("device", 2), ROOM[1], **THERE),
        group(*ROOM, holding("template", 33, owned=0.5), **THERE),
        group(*DISTRICT, **TERM),
    ],
    "shared network": [
        group(SURFERS, holding("card", cover=0.09), holding("user_agent"), **LONG),
        replace(group(size=38), families=("network",)),  # no value tells, and places tie them
    ],
    "course": [group(holding("email_domain", cover=0.4), holding("template", cover=0.4), organisation_plans=0.3)],
    "agency": [
        group(*HOUSE, **THERE),
        group(*HOUSE, holding("card", 4), **THERE),  # a firm has several
        group(holding("email_domain", 4), *HOUSE[1:], size=14, **THERE),
        group(HOUSE[0], holding("ip", 2, top=0.5), HOUSE[2], **THERE),
        group(holding("card", 2, top=0.5)),  # an export without addresses
    ],
    "platform": [group(holding("template"), holding("ip", 9, cover=0.49))],
}
NOT_FITTING = {
    "organisation": [
        group(holding("card", 3, cover=0.49), organisation_plans=0.8, life=200.0),
        group(holding("email_domain"), holding("card", 5), life=200.0),  # nor what it is
        group(holding("email_domain"), holding("device", 2, cover=0.5), **HASTY),
        group(holding("email_domain"), holding("card", 12), second(holding("card")), **HASTY),
        group(holding("email_domain"), holding("device", 8), second(holding("device")), **HASTY),
        group(second(holding("email_domain")), holding("card", 5), **THERE),  # a block of SIMs
        group(*CAMPUS, **PUPILS | {"life": 6.9}),
        group(*CAMPUS, **PUPILS | {"burst": 0.8}),
        group(*CAMPUS, **PUPILS, disposable=0.5),
        group(second(CAMPUS[0]), *CAMPUS[1:], **PUPILS),
        group(*CAMPUS, holding("card", 20), **PUPILS),  # they go round, as the machines do
        group(*HOLDING, **GROWN | {"burst": 0.16}),  # within half a year, say
        group(*HOLDING, **GROWN | {"life": 6.9}),
        group(*HOLDING, holding("template", 8, top=0.5), **GROWN | {"burst": 0.2}),
        group(holding("email_domain", 4, cover=0.79), *HOLDING[1:], **GROWN),
        group(holding("email_domain", 4.3), *HOLDING[1:], **GROWN),
        group(*HOLDING, holding("phone", 9), **GROWN),  # names besides
        group(*HOLDING[:3], holding("ip", 15, cover=0.49), **GROWN),
        group(*HANDED_ROUND, life=15, burst=0.16, paired=0.0, organisation_plans=0.24),
    ],
    "tenants": [
        group(*FIRMS[:2], holding("card", 2, top=0.5)),  # an agency pays for all its clients
        group(holding("ip", 4, cover=0.49), holding("email_domain", 4, cover=0.5)),
        group(holding("ip", 4, cover=0.5), holding("email_domain", 3, cover=0.5)),
        group(holding("ip", 4, cover=0.5), holding("email_domain", 4, cover=0.49)),
        group(holding("ip"), holding("phone", 10, cover=0.6), holding("email_domain", 2, top=0.93)),
        group(*PROGRAMME, nested=0.49, organisation_plans=0.3),  # cards cross domains
        group(*PROGRAMME, nested=0.8, housed=0.79, organisation_plans=0.24),
        group(*PROGRAMME, nested=1.0, organisation_plans=0.24),  # an operator's cells may nest, too
        group(*PROGRAMME, nested=1.0, housed=1.0, life=6.9, organisation_plans=0.24),
        group(*PROGRAMME, nested=1.0, life=6.9),
        group(*BRANCHES, housed=1.0, organisation_plans=0.24),
        group(*BRANCHES, housed=1.0),  # an operator's cells may look so
        group(holding("card", 4, cover=0.49), housed=1.0, organisation_plans=0.3),
        group(holding("ip"), holding("phone", 5), holding("card", 3), organisation_plans=0.0),
        group(*PROGRAMME, nested=0.8, organisation_plans=0.0, life=7.0, burst=0.15, enrolled=0.5),
        group(*DESKTOPS, **GROWN),
        group(*DESKTOPS, worded=0.8, **GROWN | {"burst": 0.16}),
        group(*DESKTOPS, worded=0.8, **GROWN | {"life": 6.9}),
        group(holding("email_domain", 3), *DESKTOPS[1:], worded=0.8, **GROWN),
        group(*CLIENTS, organisation_plans=0.3),  # nothing is told of what is apart
        group(*CLIENTS, apart=0.8, disposable=0.5),
        group(CLIENTS[0], holding("email_domain", 3), apart=0.8),
    ],
    "shared machines": [
        group(holding("device", 20, cover=0.49), ROOM[1], **THERE),
        group(holding("device"), ROOM[1], **THERE),  # one machine is a person's
        group(ROOM[0], holding("ip", 30, top=0.49), **THERE),
        group(ROOM[0], holding("ip", 5, cover=0.5), **THERE),
        group(ROOM[0], holding("ip", 9, top=0.5), holding("card", 8, cover=0.6), **THERE),
        group(ROOM[0], holding("ip", 2), holding("card", 13, cover=0.7), **THERE),
        group(*ROOM, holding("phone", 2, cover=0.3), **THERE),
        group(*ROOM, **THERE | {"life": 6.9}),  # a farm at home
        group(*ROOM, **THERE | {"burst": 0.8}),
        group(*ROOM, burst=0.1),  # nobody knows how long they were there
        group(*DISTRICT, **TERM | {"roofed": 0.89}),
        group(*DISTRICT, **TERM | {"nested": 0.89}),
        group(*DISTRICT, **TERM | {"life": 6.9}),
        group(*DISTRICT, holding("card", 4), **TERM),
        group(*HOSTED, holding("card", 2, cover=0.3), **THERE, elsewhere=1.0),
        group(*HOSTED, **THERE | {"burst": 0.8}, elsewhere=1.0),
    ],
    "shared network": [
        group(EXITS, holding("device", 2), size=32),  # a farm's emulators are as few accounts each
        group(EXITS, holding("device", 4), size=300),  # and they are more
        group(holding("ip", 90, owned=0.75), BROWSERS, size=80),  # addresses of their own
        group(holding("ip", 90, top=0.5, owned=0.2), BROWSERS, size=80),
        group(SURFERS, holding("device", cover=0.1), **LONG),
        group(SURFERS, holding("card", cover=0.09), **LONG | {"life": 6.9}),
        group(SURFERS, holding("card", cover=0.09)),  # nobody knows how long they were there
        group(holding("ip", 40, owned=0.75), holding("card", cover=0.1), **LONG),
        group(holding("ip", 40, owned=0.75), holding("card", cover=0.09), life=6.9),
        group(holding("ip", 40, cover=0.49, owned=0.2), holding("card", cover=0.09), size=67, **LONG),
        replace(group(size=38), families=("content", "device", "network", "payment")),
        replace(group(size=38, **LONG), families=("device", "network")),
    ],
    "course": [
        group(*(holding(kind, cover=0.4) for kind in ("email_domain", "template")), holding("card", cover=0.2), **PLANS)
    ],
    "agency": [
        group(*HOUSE, life=6.9, burst=0.1),
        group(*HOUSE, disposable=0.5, **THERE),
        group(*HOUSE, holding("template", cover=0.8), **THERE),
        group(*HOUSE, holding("card", 3), life=6.9, burst=0.1),
        group(holding("email_domain", 12, cover=0.49), *HOUSE[1:], **THERE),
        group(holding("email_domain", 3), *HOUSE[1:], size=9, **THERE),
        group(HOUSE[0], holding("ip", 2, cover=0.98, top=0.49), HOUSE[2], **THERE),
        group(*HOUSE[:2], holding("device", 8, cover=0.49), **THERE),
        group(holding("card", 3, top=0.5), holding("ip", cover=0.3)),
    ],
    "event": [group(*CROWD, holding("email_domain", cover=0.4), **EVENT)],
    "platform": [group(*VENDOR, holding("card", cover=0.3), second(holding("card", 2, cover=0.3)))],
}


@pytest.mark.parametrize(
    ("explanation", "some", "last", "first"), [(name, *each) for name, several in UP_TO.items() for each in several]
)
def test_an_explanation_fits_up_to_its_threshold(explanation, some, last, first):
    assert explanation in fitting(explained(some(last)))
    assert explanation not in fitting(explained(some(first)))


@pytest.mark.parametrize(
    ("fits", "explanation", "some"),
    [
        (table is FITTING, *each)
        for table in (FITTING, NOT_FITTING)
        for name in table
        for each in product([name], table[name])
    ],
)
def test_an_explanation_fits_the_groups_that_it_is_for(fits, explanation, some):
    assert (explanation in fitting(explained(some))) is fits


def judged(some: Group, explanation: str) -> bool | None:
    return next(check.fits for check in explained(some) if check.explanation == explanation)


@pytest.mark.parametrize(
    ("explanation", "some"),
    [
        ("organisation", group(*CAMPUS, **PUPILS)),
        ("organisation", group(holding("email_domain"), holding("card", 5), **THERE)),
        ("shared machines", group(*ROOM, **THERE)),
        ("agency", group(*HOUSE, **THERE)),
    ],
)
def test_what_the_times_decide_is_not_judged_without_them(explanation, some):
    assert judged(some, explanation) is True
    assert judged(replace(some, life=nan), explanation) is None
    assert judged(replace(some, lately=nan), explanation) is None
    assert judged(replace(some, lately=nan, organisation_plans=0.3), explanation) is True  # firms come at once, too
    assert judged(replace(some, lately=nan, life=6.9), explanation) is False  # whenever they came


@pytest.mark.parametrize(
    ("explanation", "some"),
    [
        ("organisation", group(holding("phone"), *CAMPUS[1:], organisation_plans=0.0)),
        ("shared machines", group(*ROOM, holding("template", cover=0.5))),
        ("agency", group(*HOUSE, holding("card", 3))),
    ],
)
def test_what_else_decides_is_judged_without_times(explanation, some):
    assert judged(some, explanation) is False


def test_strangers_of_whom_nobody_knows_how_long_they_were_there_may_be_on_one_network():
    some = group(SURFERS, holding("card", cover=0.09), **LONG)
    assert judged(some, "shared network") is True
    assert judged(replace(some, life=nan), "shared network") is None
    assert judged(replace(some, life=nan, holdings=(SURFERS, holding("card", cover=0.1))), "shared network") is False


@pytest.mark.parametrize(("ip", "fits"), [(holding("ip", cover=0.5), None), (holding("ip", cover=0.49), False)])
def test_an_event_of_which_nobody_knows_when_people_joined_is_not_judged(ip, fits):
    assert judged(group(ip), "event") is fits


def test_mail_that_anybody_can_have_is_no_tie_of_a_network():
    """A private relay gives its customers mail as well: it ties them, and none of them holds it."""
    relay = replace(HONEST["shared network"], families=("client", "identity", "network"))
    assert "shared network" in fitting(explained(relay))
    named = replace(relay, holdings=(*relay.holdings, holding("phone", 4)))
    assert "shared network" not in fitting(explained(named))


def test_a_browser_in_common_is_named_where_there_is_one():
    for some, named in ((group(EXITS, BROWSERS, size=80), True), (group(EXITS, holding("device", 2), size=20), False)):
        (check,) = [each for each in explained(some) if each.explanation == "shared network"]
        found = check.because.rpartition(FOUND)[2]
        assert found.startswith(
            "the members are tied by device and network; a carrier or a VPN ties by addresses alone"
        )
        assert ("a browser in common that says the same of all" in check.because) is named


# --- why it does not fit ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("explanation", sorted(HONEST))
def test_what_does_not_fit_says_what_it_would_take_and_nothing_else_does(explanation):
    for each in explained(HONEST[explanation]):
        assert each.because.startswith("it would take ") == (FOUND in each.because) == (each.fits is False)


def test_only_what_is_missing_is_said_to_be():
    """A school's pupils came within two weeks and sit at one address; that they share tablets is what tells them."""
    pupils = group(holding("ip"), holding("device", 20), burst=1.0, organisation_plans=0.0)
    (event,) = (each for each in explained(pupils) if each.explanation == "event")
    assert event.because.startswith("it would take hardly any variety of shared devices; found: ")


def test_every_part_of_a_reason_says_what_it_is_of():
    for check in explained(A_RING):
        assert not check.because.rpartition(FOUND)[2].startswith(("no value tells", "tied by", "half there"))


def because(some, explanation):
    return next(each.because for each in explained(some) if each.explanation == explanation)


@pytest.mark.parametrize(
    ("known", "said"),
    [
        ({}, "cards and devices, texts and all else to one domain and cards to one address"),
        ({"worded": 0.5, "apart": 0.5, "housed": 0.2}, "cards and devices to one domain"),
        ({"nested": 0.5, "worded": 0.5, "apart": 0.5}, "cards to one address"),
    ],
)
def test_what_is_not_known_of_parts_is_said_not_to_be(known, said):
    """'Nobody with a private domain shares a card or a device' was said of rings in which all of them did."""
    told = because(group(holding("email_domain"), holding("card", 12), **known), "tenants")
    assert f"how far parts keep {said} cannot be told, for want of values that are a part's own" in told
    assert "nobody" not in told


def test_a_households_accounts_are_those_that_the_rule_counts():
    assert because(group(holding("card"), size=6), "household").startswith("6 accounts, peripheral ones not counted; a")
