"""Each honest explanation fits the group that it was made for, up to where it says so, and no ring."""

from __future__ import annotations

from dataclasses import replace
from math import nan
from typing import TYPE_CHECKING

import pytest
from described_groups import A_RING, BRANCHES, explained, fitting, group, holding, second

from graphlink.rings.explanations import HOUSEHOLD
from graphlink.words.sentences import FOUND

if TYPE_CHECKING:
    from graphlink.rings.group import Group

# --- honest explanations ------------------------------------------------------------------------------------------

HONEST = {
    "organisation": group(
        holding("email_domain"), holding("card", 1, cover=0.6), holding("ip", 2), organisation_plans=0.9, life=200
    ),
    "course": group(
        holding("email_domain", 2, top=0.7),
        holding("template", 1, cover=0.8, owned=0.3),
        holding("ip", 16, cover=0.5),
        organisation_plans=0.6,
        burst=0.9,
    ),
    HOUSEHOLD: group(holding("ip"), holding("card"), size=4, organisation_plans=0.0),
    "agency": group(
        holding("card", 1, cover=0.8),
        holding("ip"),
        holding("email_domain", 3, cover=0.6),
        holding("template", 8, cover=0.5),
        organisation_plans=0.1,
    ),
    "event": group(holding("ip", 2, top=0.8), holding("template", 1, cover=0.2), burst=0.95, organisation_plans=0.0),
    "platform": group(
        holding("template", owned=0.6), holding("ip", 3, cover=0.9), burst=0.2, organisation_plans=0.1, size=300
    ),
    "tenants": group(
        holding("ip", 2, cover=0.9),
        holding("email_domain", 25),
        holding("card", 25),
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

AT_THE_EDGE = [
    ("organisation", group(holding("card", 3, cover=0.5), organisation_plans=0.5, life=200.0), True),
    ("organisation", group(holding("card", 3, cover=0.5), organisation_plans=0.49, life=200.0), False),
    ("organisation", group(holding("card", 3, cover=0.49), organisation_plans=0.8, life=200.0), False),
    ("organisation", group(holding("card", 1, cover=0.5), organisation_plans=0.5, life=200.0), True),
    ("organisation", group(holding("card", 1, cover=0.5), organisation_plans=0.49, life=200.0), False),
    ("organisation", group(holding("email_domain"), holding("card", 4), **HASTY), True),
    ("organisation", group(holding("email_domain"), holding("card", 5), organisation_plans=0.3, life=7.0), True),
    ("organisation", group(holding("email_domain"), holding("card", 5), **HASTY), False),
    ("organisation", group(holding("email_domain"), holding("card", 5), **COMPANY), True),  # when it came is not known
    ("organisation", group(holding("email_domain"), holding("card", 5), life=200.0), False),  # nor what it is
    ("organisation", group(holding("email_domain"), holding("device", 2, cover=0.49), **COMPANY), True),
    ("organisation", group(holding("email_domain"), holding("device", 2, cover=0.5), **HASTY), False),
    ("organisation", group(holding("email_domain"), holding("card", 12), second(holding("card")), **HASTY), False),
    ("organisation", group(holding("email_domain"), holding("device", 8), second(holding("device")), **HASTY), False),
    ("organisation", group(holding("email_domain"), holding("device", 8), burst=0.79, **COMPANY), True),
    ("organisation", group(holding("email_domain"), holding("device", 8), burst=0.8, **COMPANY), False),
    ("organisation", group(second(holding("email_domain")), holding("card", 4)), True),  # a mail domain, hashed
    ("organisation", group(holding("email_domain"), holding("card", 5), **THERE), True),
    ("organisation", group(second(holding("email_domain")), holding("card", 5), **THERE), False),  # a block of SIMs
    ("organisation", group(*CAMPUS, **PUPILS), True),  # whose students pay for themselves
    ("organisation", group(*CAMPUS, **PUPILS | {"life": 6.9}), False),
    ("organisation", group(*CAMPUS, **PUPILS | {"burst": 0.8}), False),
    ("organisation", group(*CAMPUS, **PUPILS, disposable=0.5), False),
    ("organisation", group(*CAMPUS, **PUPILS, size=7), True),
    ("organisation", group(*CAMPUS, **PUPILS, size=6), False),
    ("organisation", group(second(CAMPUS[0]), *CAMPUS[1:], **PUPILS), False),
    ("organisation", group(holding("email_domain", cover=0.5), *CAMPUS[1:], **PUPILS), True),
    ("organisation", group(holding("email_domain", cover=0.49), *CAMPUS[1:], **PUPILS), False),
    ("organisation", group(*CAMPUS, holding("card", 20), **PUPILS), False),  # they go round, as the machines do
    ("organisation", group(*CAMPUS, holding("card", 20), **PUPILS | {"burst": 0.1}), True),
    ("organisation", group(*DESKS, holding("card", cover=0.5), **SOLD_TO_PEOPLE, life=7.0), True),
    ("organisation", group(*DESKS, holding("card", cover=0.5), **SOLD_TO_PEOPLE, life=6.9), False),
    ("organisation", group(*DESKS, holding("card", cover=0.49), **SOLD_TO_PEOPLE, life=7.0), True),  # whoever pays
    ("organisation", group(*DESKS, holding("phone", 2, cover=0.29), **SOLD_TO_PEOPLE, life=7.0), True),
    ("organisation", group(*DESKS, holding("phone", 2, cover=0.3), **SOLD_TO_PEOPLE, life=7.0), False),  # names besides
    ("organisation", group(*DESKS, *TELEPHONES, holding("card", cover=0.5), **SOLD_TO_PEOPLE, life=7.0), True),
    ("organisation", group(*DESKS, *TELEPHONES, organisation_plans=0.3, life=7.0, burst=0.1), True),
    ("organisation", group(*HOLDING, **GROWN), True),
    ("organisation", group(*HOLDING, **GROWN | {"burst": 0.16}), False),  # within half a year, say
    ("organisation", group(*HOLDING, **GROWN | {"life": 6.9}), False),
    ("organisation", group(*HOLDING, holding("template", 8), **GROWN | {"burst": 0.2}), True),  # who ask this and that
    ("organisation", group(*HOLDING, holding("template", 8, top=0.5), **GROWN | {"burst": 0.2}), False),
    ("organisation", group(*HOLDING, holding("template", 8), **GROWN | {"burst": 0.3}), False),
    ("organisation", group(holding("email_domain", 4, cover=0.79), *HOLDING[1:], **GROWN), False),
    ("organisation", group(holding("email_domain", 4.3), *HOLDING[1:], **GROWN), False),
    ("organisation", group(*HOLDING, holding("phone", 9), **GROWN), False),  # names besides
    ("organisation", group(*HOLDING[:3], holding("ip", 15, cover=0.5), **GROWN), True),  # four doors to a house
    ("organisation", group(*HOLDING[:3], holding("ip", 17, cover=0.5), **GROWN), False),
    ("organisation", group(*HOLDING[:3], holding("ip", 15, cover=0.49), **GROWN), False),
    ("organisation", group(*HOLDING, holding("template", cover=0.79), **GROWN), True),
    ("organisation", group(*HOLDING, holding("template", cover=0.8), **GROWN), False),  # one text runs all of it
    ("tenants", group(*FIRMS), True),
    ("tenants", group(*FIRMS, nested=0.5), True),
    ("tenants", group(*FIRMS, nested=0.49), False),
    ("tenants", group(*FIRMS[:2], holding("card", 2, top=0.5)), False),  # an agency pays for all its clients
    ("tenants", group(*FIRMS[:2], holding("card", 3, top=0.49)), True),
    ("tenants", group(*FIRMS, nested=1.0, disposable=0.49), True),
    ("tenants", group(*FIRMS, nested=1.0, disposable=0.5), False),
    ("tenants", group(*FIRMS, holding("template", cover=0.49)), True),
    ("tenants", group(*FIRMS, holding("template", cover=0.5)), False),
    ("tenants", group(holding("ip", 4, cover=0.5), holding("email_domain", 4, cover=0.5)), True),
    ("tenants", group(holding("ip", 5, cover=0.5), holding("email_domain", 4, cover=0.5)), False),
    ("tenants", group(holding("ip", 4, cover=0.49), holding("email_domain", 4, cover=0.5)), False),
    ("tenants", group(holding("ip", 4, cover=0.5), holding("email_domain", 3, cover=0.5)), False),
    ("tenants", group(holding("ip", 4, cover=0.5), holding("email_domain", 4, cover=0.49)), False),
    ("tenants", group(holding("ip"), holding("phone", 10, cover=0.6), holding("email_domain", 2, top=0.93)), False),
    ("tenants", group(holding("ip"), holding("email_domain", 4, top=0.33)), True),
    ("tenants", group(holding("ip"), holding("email_domain", 4, top=1 / 3)), True),
    ("tenants", group(holding("ip"), holding("email_domain", 4, top=0.34)), False),
    ("tenants", group(holding("ip"), holding("email_domain", 5), holding("card", 19)), True),
    ("tenants", group(holding("ip"), holding("email_domain", 5), holding("card", 21)), False),  # a firm has one payer
    ("tenants", group(*PROGRAMME, nested=0.5, organisation_plans=0.25), True),
    ("tenants", group(*PROGRAMME, nested=0.49, organisation_plans=0.3), False),  # cards cross domains
    ("tenants", group(*PROGRAMME, nested=0.8, housed=0.8, organisation_plans=0.24), True),  # a charity's, say
    ("tenants", group(*PROGRAMME, nested=0.79, housed=0.8, organisation_plans=0.24), False),
    ("tenants", group(*PROGRAMME, nested=0.8, housed=0.79, organisation_plans=0.24), False),
    ("tenants", group(*PROGRAMME, nested=1.0, organisation_plans=0.24), False),  # an operator's cells may nest, too
    ("tenants", group(*PROGRAMME, nested=1.0, housed=1.0, life=6.9, organisation_plans=0.24), False),
    ("tenants", group(*PROGRAMME, nested=1.0, life=6.9, organisation_plans=0.3), True),
    ("tenants", group(*PROGRAMME, nested=1.0, life=6.9), False),
    ("tenants", group(*PROGRAMME, nested=0.8), True),  # the plans are not known
    ("tenants", group(*PROGRAMME, nested=0.79), False),
    ("tenants", group(*PROGRAMME, holding("template", cover=0.79), nested=1.0, organisation_plans=0.3), True),
    ("tenants", group(*PROGRAMME, holding("template", cover=0.8), nested=1.0, organisation_plans=0.3), False),
    ("tenants", group(*BRANCHES, housed=0.8, organisation_plans=0.3), True),
    ("tenants", group(*BRANCHES, housed=0.79, organisation_plans=0.3), False),
    ("tenants", group(*BRANCHES, housed=1.0, organisation_plans=0.24), False),
    ("tenants", group(*BRANCHES, housed=1.0), False),  # an operator's cells may look so
    ("tenants", group(holding("card", 4, cover=0.5), housed=1.0, organisation_plans=0.3), True),
    ("tenants", group(holding("card", 3, cover=0.5), housed=1.0, organisation_plans=0.3), False),
    ("tenants", group(holding("card", 4, cover=0.49), housed=1.0, organisation_plans=0.3), False),
    ("tenants", group(holding("ip"), holding("phone", 5), holding("card", 3), organisation_plans=0.0), False),
    ("tenants", group(*PROGRAMME, nested=0.8, reserved=0.5, organisation_plans=0.0), True),  # schools' are not for sale
    ("tenants", group(*PROGRAMME, nested=0.8, reserved=0.49, organisation_plans=0.0), False),
    ("tenants", group(*PROGRAMME, nested=0.8, organisation_plans=0.0, life=7.0, burst=0.15), True),
    ("tenants", group(*PROGRAMME, nested=0.8, organisation_plans=0.0, life=7.0, burst=0.16), False),
    ("tenants", group(*PROGRAMME, nested=0.8, organisation_plans=0.0, life=7.0, burst=0.15, enrolled=0.5), False),
    ("tenants", group(*DESKTOPS, worded=0.8, **GROWN), True),
    ("tenants", group(*DESKTOPS, worded=0.79, **GROWN), False),  # what they ask crosses domains
    ("tenants", group(*DESKTOPS, worded=0.8, **GROWN, enrolled=0.49), True),
    ("tenants", group(*DESKTOPS, worded=0.8, **GROWN, enrolled=0.5), False),  # cells, each made when it was needed
    ("tenants", group(*DESKTOPS, **GROWN), False),
    ("tenants", group(*DESKTOPS, worded=0.8, **GROWN | {"burst": 0.16}), False),
    ("tenants", group(*DESKTOPS, worded=0.8, **GROWN | {"life": 6.9}), False),
    ("tenants", group(*DESKTOPS, holding("card", 12), worded=0.8, **GROWN), True),  # the host's
    ("tenants", group(*DESKTOPS, holding("card", 13), worded=0.8, **GROWN), False),  # of more than there are firms
    ("tenants", group(*DESKTOPS, holding("card", 12), worded=0.8, nested=0.8, **GROWN), True),  # each firm's
    (
        "tenants",
        group(*DESKTOPS[1:], holding("card", 12, cover=0.5), worded=0.8, **GROWN),
        True,
    ),  # which tell the firms
    ("tenants", group(*DESKTOPS[1:], holding("card", 12, cover=0.49), worded=0.8, **GROWN), False),
    ("tenants", group(holding("email_domain", 3), *DESKTOPS[1:], worded=0.8, **GROWN), False),
    ("tenants", group(*CLIENTS, apart=0.8, organisation_plans=0.25), True),
    ("tenants", group(*CLIENTS, apart=0.79, organisation_plans=0.25), False),  # addresses cross domains
    ("tenants", group(*CLIENTS, apart=0.8, organisation_plans=0.24), True),
    ("tenants", group(*CLIENTS, apart=0.79, organisation_plans=0.24), False),
    ("tenants", group(*CLIENTS, apart=0.8, organisation_plans=0.0, life=7.0, burst=0.79), True),
    ("tenants", group(*CLIENTS, apart=0.8, organisation_plans=0.0, life=6.9, burst=0.79), False),
    (
        "tenants",
        group(*CLIENTS, apart=0.8, organisation_plans=0.0, life=7.0, burst=0.8),
        True,
    ),  # one payer gave all of them theirs
    ("tenants", group(*CLIENTS, organisation_plans=0.3), False),  # nothing is told of what is apart
    ("tenants", group(*CLIENTS, apart=0.8), True),  # neither plans nor times are known
    ("tenants", group(*CLIENTS, apart=0.8, life=7.0), True),
    ("tenants", group(*CLIENTS, apart=0.8, life=6.9), False),
    ("tenants", group(*CLIENTS, holding("template", cover=0.79), apart=0.8), True),
    ("tenants", group(*CLIENTS, holding("template", cover=0.8), apart=0.8), False),
    ("tenants", group(*CLIENTS, holding("template"), apart=0.8, life=7.0, burst=0.79), True),  # a vendor may give it
    ("tenants", group(*CLIENTS, apart=0.8, disposable=0.5), False),
    ("tenants", group(CLIENTS[0], holding("email_domain", 3), apart=0.8), False),
    ("tenants", group(CLIENTS[0], holding("email_domain", 20, cover=0.25), apart=0.8), True),  # half come alone
    ("tenants", group(CLIENTS[0], holding("email_domain", 20, cover=0.24), apart=0.8), False),
    ("organisation", group(*HANDED_ROUND, life=15, burst=0.1), True),
    ("organisation", group(*HANDED_ROUND, life=15, burst=0.67), False),  # cards and devices of a farm
    ("organisation", group(*HANDED_ROUND, life=15, burst=0.16, paired=0.0), False),
    ("organisation", group(*HANDED_ROUND, life=15, burst=0.15, paired=0.0), True),  # hot desks and departments' cards
    ("organisation", group(*HANDED_ROUND, life=15, paired=0.0, organisation_plans=0.25), True),
    ("organisation", group(*HANDED_ROUND, life=15, burst=0.16, paired=0.0, organisation_plans=0.24), False),
    ("organisation", group(HANDED_ROUND[0], holding("card", 8), life=15, burst=0.67), True),
    ("shared machines", group(*ROOM, **THERE), True),
    ("shared machines", group(holding("device", 2), ROOM[1], **THERE), True),
    ("shared machines", group(holding("device", 20, cover=0.49), ROOM[1], **THERE), False),
    ("shared machines", group(holding("device"), ROOM[1], **THERE), False),  # one machine is a person's
    ("shared machines", group(ROOM[0], holding("ip", 30, top=0.49), **THERE), False),
    ("shared machines", group(ROOM[0], holding("ip", 4, cover=0.5), **THERE), True),  # one roof's
    ("shared machines", group(ROOM[0], holding("ip", 4, cover=0.49), **THERE), False),
    ("shared machines", group(ROOM[0], holding("ip", 5, cover=0.5), **THERE), False),
    ("shared machines", group(*ROOM, holding("card", 2, cover=0.29), **THERE), True),
    ("shared machines", group(*ROOM, holding("card", 2, cover=0.3), **THERE), False),
    ("shared machines", group(ROOM[0], holding("ip", 9, top=0.5), holding("card", 8, cover=0.6), **THERE), False),
    ("shared machines", group(ROOM[0], holding("ip", 2), holding("card", 8, cover=0.6), **THERE), True),  # three to one
    ("shared machines", group(ROOM[0], holding("ip", 2), holding("card", 6, cover=0.6), **THERE), False),
    ("shared machines", group(ROOM[0], holding("ip", 2), holding("card", 13, cover=0.7), **THERE), False),
    ("shared machines", group(*ROOM, holding("phone", 2, cover=0.3), **THERE), False),
    ("shared machines", group(*ROOM, holding("coupon", 2), **THERE), True),
    (
        "shared machines",
        group(*ROOM, holding("coupon", 3), **THERE),
        False,
    ),  # a room explains its machines, and no more
    ("shared machines", group(*ROOM, holding("template", cover=0.49), **THERE), True),
    ("shared machines", group(*ROOM, holding("template", cover=0.5), **THERE), False),
    ("shared machines", group(*ROOM, holding("template", 32), **THERE), True),
    ("shared machines", group(*ROOM, holding("template", 33), **THERE), False),  # benches with a script
    ("shared machines", group(*ROOM, holding("template", 33, owned=0.5), **THERE), True),
    ("shared machines", group(*ROOM, **THERE | {"life": 6.9}), False),  # a farm at home
    ("shared machines", group(*ROOM, **THERE | {"burst": 0.8}), False),
    ("shared machines", group(*ROOM, burst=0.1), False),  # nobody knows how long they were there
    ("shared machines", group(*DISTRICT, **TERM), True),
    ("shared machines", group(*DISTRICT, **TERM | {"roofed": 0.89}), False),
    ("shared machines", group(*DISTRICT, **TERM | {"nested": 0.89}), False),
    ("shared machines", group(*DISTRICT, **TERM | {"life": 6.9}), False),
    ("shared machines", group(*DISTRICT, holding("card", 4), **TERM), False),
    ("shared machines", group(*HOSTED, **THERE, elsewhere=0.5), True),
    ("shared machines", group(*HOSTED, **THERE, elsewhere=0.49), False),
    ("shared machines", group(holding("device", 10), *HOSTED[1:], **THERE, elsewhere=0.5), True),  # four to each
    ("shared machines", group(holding("device", 10.1), *HOSTED[1:], **THERE, elsewhere=0.5), False),
    ("shared machines", group(*HOSTED, holding("card", 2, cover=0.3), **THERE, elsewhere=1.0), False),
    ("shared machines", group(*HOSTED, **THERE | {"burst": 0.8}, elsewhere=1.0), False),
    ("shared network", group(EXITS, BROWSERS, holding("phone", cover=0.49), size=80), True),
    ("shared network", group(EXITS, BROWSERS, size=80, chained=0.49), True),
    ("shared network", group(EXITS, BROWSERS, size=80, chained=0.5), False),
    ("shared network", group(EXITS, BROWSERS, holding("phone", cover=0.5), size=80), False),
    (
        "shared network",
        group(EXITS, holding("device", 2), size=32),
        False,
    ),  # a farm's emulators are as few accounts each
    ("shared network", group(EXITS, holding("device", 4), size=300), False),  # and they are more
    ("shared network", group(holding("ip", 90, owned=0.75), BROWSERS, size=80), False),  # addresses of their own
    ("shared network", group(holding("ip", 7, owned=0.2), BROWSERS, size=80), False),
    ("shared network", group(holding("ip", 8, owned=0.2), BROWSERS, size=80), True),
    ("shared network", group(holding("ip", 90, top=0.5, owned=0.2), BROWSERS, size=80), False),
    ("shared network", group(holding("ip", 90, cover=0.49, owned=0.2), BROWSERS, size=80), False),
    ("shared network", group(holding("ip", 90, cover=0.5, owned=0.2), BROWSERS, size=80), True),
    ("shared network", group(SURFERS, holding("card", cover=0.09), **LONG), True),
    ("shared network", group(SURFERS, holding("card", cover=0.1), **LONG), False),
    ("shared network", group(SURFERS, holding("device", cover=0.1), **LONG), False),
    ("shared network", group(SURFERS, holding("card", cover=0.09), holding("user_agent"), **LONG), True),
    ("shared network", group(SURFERS, holding("card", cover=0.09), **LONG | {"life": 6.9}), False),
    ("shared network", group(SURFERS, holding("card", cover=0.09)), False),  # nobody knows how long they were there
    ("shared network", group(SURFERS, holding("card", cover=0.09), **LONG, burst=0.79), True),
    ("shared network", group(SURFERS, holding("card", cover=0.09), **LONG, burst=0.8), False),  # they came together
    ("shared network", group(holding("ip", 40, owned=0.75), holding("card", cover=0.09), size=67, **LONG), False),
    (
        "shared network",
        group(holding("ip", 40, owned=0.75), holding("card", cover=0.09), size=66, **LONG),
        True,
    ),  # 5.94
    ("shared network", group(holding("ip", 40, owned=0.75), holding("card", cover=0.1), **LONG), False),
    ("shared network", group(holding("ip", 40, owned=0.75), holding("card", cover=0.09), life=6.9), False),
    (
        "shared network",
        group(holding("ip", 40, cover=0.49, owned=0.2), holding("card", cover=0.09), size=67, **LONG),
        False,
    ),
    ("shared network", replace(group(size=38), families=("network",)), True),  # no value tells, and places tie them
    ("shared network", replace(group(size=38), families=("content", "device", "network", "payment")), False),
    ("shared network", replace(group(size=38, **LONG), families=("device", "network")), False),
    ("course", group(holding("email_domain", cover=0.4), holding("template", cover=0.4), organisation_plans=0.3), True),
    ("course", group(*CLASS, size=7), True),
    ("course", group(*CLASS, size=6), False),
    ("course", group(*CLASS, burst=0.151), True),
    ("course", group(*CLASS, burst=0.15), False),  # a firm with a prompt of its house
    ("course", group(*CLASS, burst=0.0, reserved=0.5), True),
    ("course", group(*CLASS, burst=0.0, reserved=0.49), False),
    (
        "course",
        group(
            holding("email_domain", cover=0.4),
            holding("template", cover=0.4),
            holding("card", cover=0.2),
            organisation_plans=0.3,
        ),
        False,
    ),
    (HOUSEHOLD, group(holding("card", 2), size=6), True),
    (HOUSEHOLD, group(holding("card", 3), size=6), False),
    ("agency", group(*HOUSE, **THERE), True),
    ("agency", group(*HOUSE, life=6.9, burst=0.1), False),
    ("agency", group(*HOUSE, disposable=0.5, **THERE), False),
    ("agency", group(*HOUSE, holding("template", cover=0.8), **THERE), False),
    ("agency", group(*HOUSE, holding("card", 2), **THERE), True),
    ("agency", group(*HOUSE, holding("card", 4), **THERE), True),  # a firm has several
    ("agency", group(*HOUSE, holding("card", 4.1), **THERE), False),
    ("agency", group(*HOUSE, holding("card", 3), life=6.9, burst=0.1), False),
    ("agency", group(holding("email_domain", 40), *HOUSE[1:], holding("card", 7), size=112, **THERE), True),
    ("agency", group(holding("email_domain", 40), *HOUSE[1:], holding("card", 7), size=111, **THERE), False),
    ("agency", group(holding("email_domain", 8, cover=0.7), *HOUSE[1:], **THERE), True),
    ("agency", group(holding("email_domain", 8, cover=0.71), *HOUSE[1:], **THERE), False),
    ("agency", group(holding("email_domain", 12, cover=0.49), *HOUSE[1:], **THERE), False),
    ("agency", group(holding("email_domain", 4), *HOUSE[1:], size=14, **THERE), True),
    ("agency", group(holding("email_domain", 3), *HOUSE[1:], size=9, **THERE), False),
    ("agency", group(HOUSE[0], holding("ip", 2, top=0.5), HOUSE[2], **THERE), True),
    ("agency", group(HOUSE[0], holding("ip", 2, cover=0.98, top=0.49), HOUSE[2], **THERE), False),
    ("agency", group(*HOUSE[:2], holding("device", 8, cover=0.5), **THERE), True),
    ("agency", group(*HOUSE[:2], holding("device", 9, cover=0.5), **THERE), False),
    ("agency", group(*HOUSE[:2], holding("device", 8, cover=0.49), **THERE), False),
    ("agency", group(holding("card", 2, top=0.5), holding("ip", cover=0.3)), True),
    ("agency", group(holding("card", 2, top=0.5), holding("ip", cover=0.29)), False),
    ("agency", group(holding("card", 3, top=0.5), holding("ip", cover=0.3)), False),
    ("agency", group(holding("card", 2, top=0.5)), True),  # an export without addresses
    ("agency", group(*AGENCY, holding("device", 2, cover=0.49)), True),
    ("agency", group(*AGENCY, holding("device", 2, cover=0.5)), False),
    ("agency", group(*AGENCY, holding("template", cover=0.79)), True),
    ("agency", group(*AGENCY, holding("template", cover=0.8)), False),
    ("event", group(holding("ip", cover=0.5), **EVENT), True),
    ("event", group(holding("ip", cover=0.49), **EVENT), False),
    ("event", group(holding("ip", 4, cover=0.5), **EVENT), True),
    ("event", group(holding("ip", 5, cover=0.5), **EVENT), False),
    ("event", group(*CROWD, holding("card", cover=0.39), **EVENT), True),
    ("event", group(*CROWD, holding("card", cover=0.4), **EVENT), False),
    ("event", group(*CROWD, holding("email_domain", cover=0.4), **EVENT), False),
    *(
        ("event", group(*CROWD, holding(kind, 2, cover=cover), **EVENT), fits)
        for kind in ("email_domain", "card", "device")
        for cover, fits in ((0.29, True), (0.3, False))
    ),
    ("platform", group(holding("template"), holding("ip", 8, cover=0.5)), True),
    ("platform", group(holding("template"), holding("ip", 9, cover=0.5)), False),
    ("platform", group(holding("template"), holding("ip", 9, cover=0.49)), True),
    ("platform", group(holding("template"), holding("ip", 9, cover=0.5, owned=0.5)), False),
    ("platform", group(holding("template"), holding("ip", 9, cover=0.5, owned=0.49)), True),
    *(
        ("platform", group(*VENDOR, holding(kind, cover=cover)), fits)
        for kind in ("email_domain", "card")
        for cover, fits in ((0.39, True), (0.4, False))
    ),
    *(
        (name, group(*theirs, holding("referral", 4, cover=cover, owned=owned), **when), fits)
        for name, theirs, when in (("platform", VENDOR, {}), ("event", CROWD, EVENT))
        for cover, owned, fits in ((0.74, 1.0, True), (0.75, 1.0, False), (0.75, 0.5, False), (0.75, 0.49, True))
    ),
    ("platform", group(*VENDOR, holding("card", cover=0.3), second(holding("card", 2, cover=0.3))), False),
]


@pytest.mark.parametrize(("explanation", "some", "fits"), AT_THE_EDGE)
def test_an_explanation_fits_up_to_its_threshold(explanation, some, fits):
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
        (
            {},
            (
                "how far parts keep cards and devices, texts and all else to one domain and cards to one address "
                "cannot be told"
            ),
        ),
        (
            {"worded": 0.5, "apart": 0.5, "housed": 0.2},
            "how far parts keep cards and devices to one domain cannot be told",
        ),
        ({"nested": 0.5, "worded": 0.5, "apart": 0.5}, "how far parts keep cards to one address cannot be told"),
    ],
)
def test_what_is_not_known_of_parts_is_said_not_to_be(known, said):
    """'Nobody with a private domain shares a card or a device' was said of rings in which all of them did."""
    told = because(group(holding("email_domain"), holding("card", 12), **known), "tenants")
    assert f"{said}, for want of values that are a part's own" in told
    assert "nobody" not in told


def test_what_is_known_of_parts_is_told():
    told = because(group(holding("email_domain", 8), nested=0.9, worded=0.7, apart=0.8, housed=0.2), "tenants")
    assert (
        "beyond chance, 90 % of the pairs who share a part's card or device have one domain too, 70 % of the pairs who "
        "share a part's text have one domain, 80 % of the pairs who share any one kind of a part's values have one "
        "domain and 20 % of those with whom a member shares a part's card share an address too"
    ) in told
    assert "cannot be told" not in told


def test_how_long_half_of_them_stayed_is_told_alike_from_both_sides():
    long = because(group(holding("email_domain"), life=20.8), "organisation")
    assert "of the members whose stay is known, half were there for about 20.8 days or more" in long


def test_a_households_accounts_are_those_that_the_rule_counts():
    assert because(group(holding("card"), size=6), "household").startswith("6 accounts, peripheral ones not counted; a")
