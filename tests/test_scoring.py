"""The score is the sum of its parts, and each part counts for what it is there."""

from __future__ import annotations

from dataclasses import replace
from math import nan
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scored_groups import A_RING, BRANCHES, TYPES, fitting, group, holding, points, second

from graphlink.scoring import COORDINATED, INCONCLUSIVE, assess_group

if TYPE_CHECKING:
    from graphlink.group import Holding

SHARE = st.floats(0, 1)
HOLDINGS = st.builds(
    holding,
    st.sampled_from(sorted(TYPES)),
    st.integers(1, 5000),
    cover=st.floats(0.01, 1),
    owned=SHARE,
)
KNOWN = st.one_of(st.just(nan), SHARE)
GROUPS = st.builds(
    group,
    st.just(holding("template")),
    HOLDINGS,
    HOLDINGS,
    HOLDINGS,
    size=st.integers(0, 30_000),
    burst=KNOWN,
    life=st.one_of(st.just(nan), st.floats(0, 1000)),
    organisation_plans=KNOWN,
    disposable=KNOWN,
    nested=KNOWN,
    apart=KNOWN,
    housed=KNOWN,
    roofed=KNOWN,
    coupled=KNOWN,
    scattered=st.floats(0, 1),
    in_step=KNOWN,
)


# --- a sum of named parts -----------------------------------------------------------------------------------------


@given(GROUPS)
def test_the_score_is_the_sum_of_its_parts(some):
    outcome = assess_group(some)
    assert outcome.score == pytest.approx(sum(points(outcome).values()), abs=1e-6)


@given(GROUPS)
def test_the_score_runs_from_0_to_100(some):
    assert 0 <= assess_group(some).score <= 100


def test_no_score_is_less_than_nothing_in_a_list():
    """Factors that are cut at the end of the scale may add up to -0.0."""
    companies = (
        group(holding("card", top=top / 100), holding("email_domain"), organisation_plans=plans / 100)
        for top in range(50, 101)
        for plans in range(101)
    )
    assert not [each for company in companies if (each := str(assess_group(company).score)).startswith("-")]


@given(GROUPS)
def test_every_part_has_a_name_of_its_own_and_a_sentence(some):
    factors = assess_group(some).factors
    assert len({factor.name for factor in factors}) == len(factors)
    assert all(factor.because and "nan" not in factor.because for factor in factors)


@given(GROUPS)
def test_points_are_shown_as_they_count(some):
    """One decimal, and no minus sign before nothing."""
    for factor in assess_group(some).factors:
        assert factor.points == round(factor.points, 1)
        assert str(factor.points) != "-0.0"


@given(GROUPS)
def test_every_explanation_is_tested_and_has_a_sentence(some):
    checks = assess_group(some).checks
    assert [check.explanation for check in checks] == [check.explanation for check in assess_group(A_RING).checks]
    assert all(check.because and "nan" not in check.because for check in checks)


@given(GROUPS)
def test_an_explanation_that_fits_wins_over_any_score(some):
    outcome = assess_group(some)
    if fitting(outcome):
        assert outcome.assessment in fitting(outcome)
    else:
        assert outcome.assessment == (COORDINATED if outcome.score >= 50 else INCONCLUSIVE)


# --- breadth speaks for one hand ----------------------------------------------------------------------------------

BREADTHS = {
    "card": "many cards",
    "email_domain": "many names",
    "device": "many shared devices",
    "ip": "many shared addresses",
    "template": "many private prompts",
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


# --- in step --------------------------------------------------------------------------------------------------------

FARM = group(
    holding("template"), holding("card"), holding("email_domain", 5), holding("ip", 3), organisation_plans=0.0, size=53
)
"""One card, five mail domains and three addresses of one operator's, or of a firm with five brands."""


def test_one_schedule_for_all_decides_where_names_and_cards_leave_it_open():
    assert assess_group(replace(FARM, in_step=0.2)).assessment == INCONCLUSIVE
    assert assess_group(replace(FARM, in_step=1.0)).assessment == COORDINATED


@pytest.mark.parametrize(("in_step", "worth"), [(0.0, 0.0), (0.5, 0.0), (0.7, 6.0), (0.9, 12.0), (1.0, 12.0)])
def test_being_in_step_counts_from_half_of_the_members_on(in_step, worth):
    assert points(assess_group(replace(FARM, in_step=in_step)))["in step"] == pytest.approx(worth)


@pytest.mark.parametrize(("top", "worth"), [(1.0, 0.0), (0.75, 6.0), (0.5, 12.0), (0.34, 12.0)])
def test_who_sits_in_one_room_is_in_step_as_a_class_is(top, worth):
    room = group(holding("template"), holding("ip", 3, top=top), in_step=1.0)
    assert points(assess_group(room))["in step"] == pytest.approx(worth)


def test_without_shared_addresses_a_class_cannot_be_told_from_a_schedule():
    assert "in step" not in points(assess_group(group(holding("template"), in_step=1.0)))


# --- machines -------------------------------------------------------------------------------------------------------

DEVICES = holding("device", 16)


def most_at_one(top: float) -> Holding:
    """Addresses, one of which many of the members were seen at, and all of them at many others."""
    return holding("ip", 90, top=top)._replace(effective=40.0)


def worth_of_devices(*holdings: Holding, **known: float) -> float:
    return points(assess_group(group(DEVICES, *holdings, **known)))["many shared devices"]


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


@pytest.mark.parametrize(("life", "share"), [(7.0, 0.0), (3.5, 0.5), (0.0, 1.0)])
def test_who_lives_for_days_only_has_no_room(life, share):
    assert worth_of_devices(holding("ip"), life=life) == pytest.approx(45 * share, abs=0.1)


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


@pytest.mark.parametrize(("burst", "share"), [(0.12, 1.0), (0.095, 0.5), (0.07, 0.0), (nan, 1.0)])
def test_devices_of_whom_came_one_by_one_are_a_clouds(burst, share):
    farm = holding("device", 4), holding("ip", 12)
    worth = points(assess_group(group(*farm, size=400)))["crowded devices"]
    assert points(assess_group(group(*farm, size=400, burst=burst)))["crowded devices"] == pytest.approx(share * worth)


@pytest.mark.parametrize(("plans", "crowded"), [(0.14, True), (0.15, False), (nan, True)])
def test_an_organisations_machines_are_alike(plans, crowded):
    farm = group(holding("device", 4), holding("ip", 16), size=80, organisation_plans=plans)
    assert (points(assess_group(farm))["crowded devices"] > 0) is crowded


# --- cells -----------------------------------------------------------------------------------------------------------


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
    for name in ("many cards", "several cards behind one prompt"):
        worth = points(assess_group(alone))[name]
        assert worth > 0
        assert points(assess_group(beside)).get(name, 0.0) == pytest.approx(share * worth, abs=0.1)


def test_names_that_are_no_domains_are_nobodys_firms():
    assert points(assess_group(group(holding("phone", 16), apart=1.0)))["many names"] == pytest.approx(54.0)


TUTORIAL = (holding("template", owned=1.0), *(holding(kind, 16) for kind in ("card", "device", "email_domain", "ip")))
BREADTH = {
    "many cards",
    "many names",
    "many shared devices",
    "many shared addresses",
    "several cards behind one prompt",
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
    told = points(assess_group(group(*TUTORIAL, coupled=coupled, scattered=scattered, life=life)))
    assert {name for name in BREADTH if told[name] > 0} == BREADTH
    worth = sum(told[name] for name in BREADTH)
    assert told.get("in twos and threes", 0.0) == pytest.approx(-share * worth, abs=0.3)


@pytest.mark.parametrize(
    ("life", "worth"), [(nan, -9.0), (0.0, -9.0), (3.5, -9.0), (5.25, -16.5), (7.0, -24.0), (90.0, -24.0)]
)
def test_one_domain_for_all_speaks_against_a_ring_the_more_where_it_lasts(life, worth):
    assert points(assess_group(group(holding("email_domain"), life=life)))["one domain for most"] == pytest.approx(
        worth
    )


@pytest.mark.parametrize(
    ("roofed", "burst", "share"),
    [
        (1 / 16, nan, 1.0),  # chance, at sixteen addresses
        (0.25, nan, 1.0),
        (0.4375, nan, 0.5),
        (0.625, nan, 0.0),
        (1.0, nan, 0.0),
        (1.0, 0.12, 0.0),
        (1.0, 0.18, 0.5),  # too many came at once for branches that grew
        (1.0, 0.24, 1.0),
    ],
)
def test_machines_that_stay_at_one_address_each_and_their_addresses_are_branches(roofed, burst, share):
    farm = holding("device", 16), holding("ip", 16)
    loose, told = (points(assess_group(group(*farm, burst=burst, roofed=each))) for each in (nan, roofed))
    for part in ("many shared devices", "many shared addresses"):
        assert told[part] == pytest.approx(share * loose[part], abs=0.1)
        passing = points(assess_group(group(*farm, burst=burst, roofed=roofed, life=3.5)))[part]
        assert passing == pytest.approx((1 + share) / 2 * loose[part], abs=0.1)  # half a week is half a branch


def test_one_address_says_no_more_than_that_some_are_at_it():
    some = group(holding("device", 16), holding("ip", cover=0.2), roofed=1.0)
    assert points(assess_group(some))["many shared devices"] == 36


@pytest.mark.parametrize(("owned", "worth"), [(1.0, 12.0), (0.2, 12.0), (0.1, 6.0), (0.0, 0.0)])
def test_addresses_are_worth_less_where_hardly_anybody_there_is_a_member(owned, worth):
    some = group(holding("ip", 16, owned=owned), holding("card", 3))
    assert points(assess_group(some)).get("many shared addresses", 0.0) == pytest.approx(worth)


@pytest.mark.parametrize(("alike", "worth"), [(0.5, 0.0), (0.65, -12.0), (0.8, -24.0), (1.0, -24.0)])
def test_cells_that_stay_apart_may_be_branches_where_no_plan_says_so(alike, worth):
    for known in (
        {"housed": alike},
        {"apart": alike},
        {"housed": alike, "apart": 0.1},
        {"housed": 0.1, "apart": alike},
    ):
        assert points(assess_group(group(*BRANCHES, **known)))["cells that stay apart"] == pytest.approx(worth)
        passing = group(*BRANCHES, life=3.5, **known)  # half a week is half a branch
        assert points(assess_group(passing)).get("cells that stay apart", 0.0) == pytest.approx(worth / 2)
    for silent in ({"organisation_plans": 0.0, "housed": alike}, {}):
        assert "cells that stay apart" not in points(assess_group(group(*BRANCHES, **silent)))


@pytest.mark.parametrize(("burst", "worth"), [(0.9, 0.0), (0.12, 0.0), (0.095, -7.5), (0.07, -15.0), (0.02, -15.0)])
def test_customers_come_one_by_one(burst, worth):
    assert points(assess_group(group(holding("card", 12), burst=burst)))["came one by one"] == pytest.approx(worth)


@pytest.mark.parametrize(("plans", "worth"), [(0.0, 9.0), (0.1, 0.0), (0.25, -12.0), (0.4, -24.0), (1.0, -24.0)])
def test_an_operator_does_not_buy_plans_for_organisations(plans, worth):
    some = group(holding("card", 12), organisation_plans=plans)
    assert points(assess_group(some))["plans"] == pytest.approx(worth)


# --- the whole ------------------------------------------------------------------------------------------------------


def test_a_group_held_by_many_values_is_coordinated():
    outcome = assess_group(A_RING)
    assert outcome.assessment == COORDINATED
    assert outcome.score > 90


def test_a_group_held_by_little_is_inconclusive():
    outcome = assess_group(group(holding("template", cover=0.2), holding("card", 2, cover=0.2)))
    assert outcome.assessment == INCONCLUSIVE


# --- what the export does not say ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("trait", "part"),
    [
        ("burst", "created in a burst"),
        ("burst", "came one by one"),
        ("life", "short lives"),
        ("organisation_plans", "plans"),
        ("disposable", "throw-away mail"),
        ("in_step", "in step"),
    ],
)
def test_a_part_abstains_where_its_trait_is_unknown(trait, part):
    known = {"burst": 0.9, "life": 2.0, "organisation_plans": 0.0, "disposable": 0.4, "in_step": 0.9}
    assert part in points(assess_group(replace(A_RING, **known)))
    assert part not in points(assess_group(replace(A_RING, **(known | {trait: nan}))))


def test_a_part_that_abstains_moves_no_other():
    told, untold = (points(assess_group(replace(A_RING, life=life))) for life in (2.0, nan))
    del told["short lives"]
    del told["end of the scale"], untold["end of the scale"]
    assert told == untold


def test_an_event_cannot_be_judged_without_creation_times():
    (check,) = [check for check in assess_group(group(holding("ip"))).checks if check.explanation == "event"]
    assert check.fits is None


def test_one_dominating_value_counts_against_a_ring():
    even, dominated = (
        points(assess_group(group(holding("card", 12, top=top), holding("email_domain", 12, top=top))))
        for top in (1 / 12, 0.9)
    )
    for part in ("one card for most", "one domain for most"):
        assert dominated[part] < even[part] == 0


def test_several_cards_count_as_far_as_members_have_them():
    prompt = holding("template")
    for cards, expected in (
        ([holding("card", 12, cover=0.8)], 9.6),
        ([holding("card", 2), second(holding("card", 12, cover=0.6))], 12.0),
    ):
        assert points(assess_group(group(prompt, *cards)))["several cards behind one prompt"] == expected


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


def test_a_private_program_counts_as_a_private_prompt_does():
    part = "one private prompt or program"
    assert points(assess_group(group(holding("user_agent"))))[part] == 9.0
    assert points(assess_group(group(holding("user_agent", owned=0.0))))[part] == 0.0


@pytest.mark.parametrize(("disposable", "expected"), [(0.0, 0.0), (0.1, 0.0), (0.35, 12.0), (0.6, 24.0), (1.0, 24.0)])
def test_throw_away_mail_counts_beyond_what_honest_people_have(disposable, expected):
    some = points(assess_group(group(holding("template"), holding("card", cover=0.1), disposable=disposable)))
    assert some["throw-away mail"] == pytest.approx(expected)


def test_throw_away_mail_is_half_as_much_where_people_share_only_place_and_text():
    """Who hides behind a VPN has such mail, too."""
    some = points(assess_group(group(holding("template"), holding("card", cover=0.09), disposable=1.0)))
    assert some["throw-away mail"] == pytest.approx(12.0)


def test_what_a_tenth_of_the_members_share_is_named():
    (factor,) = [
        factor
        for factor in assess_group(group(holding("card", cover=0.1))).factors
        if factor.name == "place and text only"
    ]
    assert (factor.points, factor.because) == (0.0, "10% of the members are tied by card")


def test_points_that_add_up_to_nothing_are_no_hundred():
    outcome = assess_group(group(holding("card", cover=0.7778), size=32, organisation_plans=0.2875))
    assert outcome.score == 0.0
    assert "end of the scale" not in points(outcome)


def test_less_than_a_point_too_many_is_cut_off():
    """They add up to 100.6."""
    outcome = assess_group(group(*A_RING.holdings[:2], holding("ip"), size=32, disposable=0.6, life=3.0))
    assert outcome.score == 100.0
    assert points(outcome)["end of the scale"] == -0.6
