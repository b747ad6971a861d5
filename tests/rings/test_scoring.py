"""The score is the sum of its parts, and each part counts for what it is there."""

from __future__ import annotations

from dataclasses import replace
from math import nan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scored_groups import A_RING, BRANCHES, TYPES, fitting, group, holding, points

from graphlink.rings.scoring import COORDINATED, INCONCLUSIVE, assess_group

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
    share=SHARE,
    burst=KNOWN,
    life=st.one_of(st.just(nan), st.floats(0, 1000)),
    organisation_plans=KNOWN,
    disposable=KNOWN,
    nested=KNOWN,
    apart=KNOWN,
    housed=KNOWN,
    roofed=KNOWN,
    paired=KNOWN,
    reserved=KNOWN,
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
    open_to_it = {check.fits for check in outcome.checks if check.explanation == "organisation"} == {None}
    if fitting(outcome):
        assert outcome.assessment in fitting(outcome)
    else:
        assert outcome.assessment == (COORDINATED if outcome.score >= 50 and not open_to_it else INCONCLUSIVE)


@pytest.mark.parametrize(
    ("known", "assessment"),
    [
        ({}, INCONCLUSIVE),  # neither plans nor times tell whether it is a firm with departments
        ({"life": 60.0, "burst": 0.1}, "organisation"),
        ({"life": 60.0, "burst": 1.0}, COORDINATED),
        ({"organisation_plans": 0.0}, INCONCLUSIVE),  # a charity may have what people buy for themselves
        ({"organisation_plans": 0.0, "burst": 1.0}, COORDINATED),
    ],
)
def test_who_may_be_an_organisation_for_all_that_the_export_tells_is_not_called_coordinated(known, assessment):
    held = holding("email_domain", cover=0.6), holding("card", 9), holding("device", 6), holding("template")
    outcome = assess_group(group(*held, size=140, **known))
    assert outcome.score >= 50
    assert outcome.assessment == assessment


SCRIPT = holding("template", 128)


@pytest.mark.parametrize(
    ("text", "others", "worth"),
    [
        (SCRIPT, holding("device", 3, cover=0.5), 24.0),
        (holding("template", 32), holding("device", 3), 0.0),  # a class, an agency
        (holding("template", 64), holding("device", 3), 12.0),
        (holding("template", 1000), holding("device", 3), 24.0),
        (SCRIPT._replace(owned=0.65), holding("device", 3), 12.0),
        (SCRIPT._replace(owned=0.5), holding("device", 3), 0.0),  # as many others have them
        (SCRIPT._replace(cover=0.5), holding("device", 3), 12.0),
        (SCRIPT, holding("device", 3, cover=0.4), 12.0),
        (SCRIPT, holding("device", 3, cover=0.3), 0.0),  # a program that writes the date into each
        (SCRIPT, holding("ip", 3), 0.0),
    ],
)
def test_more_texts_than_a_class_has_are_a_script(text, others, worth):
    told = points(assess_group(group(text, others)))["many prompts"]
    paraphrases = 1.8 * text.cover * min(3, np.log2(text.effective) - 1)
    assert told == pytest.approx(worth + paraphrases, abs=0.06)


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


# --- what speaks for honest people ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("size", "worth", "assessment"),
    [(32, 0, INCONCLUSIVE), (64, 18, INCONCLUSIVE), (96, 36, COORDINATED), (500, 36, COORDINATED)],
)
def test_one_mailbox_for_more_than_a_class_is_one_hand(size, worth, assessment):
    """A teacher may sign a class up with tags after a plus sign; a farm does so by the hundred."""
    outcome = assess_group(group(holding("email"), size=size))
    assert points(outcome)["one mailbox for many"] == worth
    assert points(outcome)["one domain for most"] == 0
    assert outcome.assessment == assessment


@pytest.mark.parametrize(
    ("n_cards", "n_devices", "burst", "speaks"),
    [
        (29, 24, 1.0, False),
        (29, 24, 0.12, True),  # a firm that grew
        (29, 24, nan, True),  # how it came is not known
        (29, 3, 1.0, True),  # a few machines of a room
        (2, 24, 1.0, True),  # a payer or two
    ],
)
def test_one_domain_for_all_is_no_firms_where_many_cards_and_devices_go_round(n_cards, n_devices, burst, speaks):
    held = holding("email_domain"), holding("card", n_cards), holding("device", n_devices)
    outcome = assess_group(group(*held, size=100, burst=burst, life=50))
    assert (points(outcome)["one domain for most"] < 0) is speaks
    told = next(factor.because for factor in outcome.factors if factor.name == "one domain for most")
    assert ("no firm made at once" in told) is not speaks


def test_one_mailbox_at_an_organisations_domain_is_where_its_bills_go():
    outcome = assess_group(group(holding("email"), holding("email_domain"), size=500))
    assert points(outcome)["one mailbox for many"] == 0
    assert outcome.assessment == "organisation"


@pytest.mark.parametrize(
    ("life", "worth"), [(nan, -9.0), (0.0, -9.0), (3.5, -9.0), (5.25, -16.5), (7.0, -24.0), (90.0, -24.0)]
)
def test_one_domain_for_all_speaks_against_a_ring_the_more_where_it_lasts(life, worth):
    assert points(assess_group(group(holding("email_domain"), life=life)))["one domain for most"] == pytest.approx(
        worth
    )


@pytest.mark.parametrize(("alike", "worth"), [(0.5, 0.0), (0.65, -12.0), (0.8, -24.0), (1.0, -24.0)])
def test_cells_that_stay_apart_may_be_branches_unless_their_plans_say_so_already(alike, worth):
    for known in (
        {"housed": alike},
        {"apart": alike},
        {"housed": alike, "apart": 0.1},
        {"housed": 0.1, "apart": alike},
        {"housed": alike, "organisation_plans": 0.1},  # an NGO's schools may have what people buy for themselves
    ):
        told = points(assess_group(group(*BRANCHES, size=160, **known)))
        assert told["cells that stay apart"] == pytest.approx(worth)
        passing = group(*BRANCHES, size=160, life=3.5, **known)  # half a week is half a branch
        assert points(assess_group(passing)).get("cells that stay apart", 0.0) == pytest.approx(worth / 2)
    for silent in ({"organisation_plans": 0.25, "housed": alike}, {}):
        assert "cells that stay apart" not in points(assess_group(group(*BRANCHES, size=160, **silent)))


@pytest.mark.parametrize(("n_parts", "worth"), [(3, 0.0), (4, -24.0)])
def test_two_or_three_domains_or_addresses_are_no_branches(n_parts, worth):
    few = holding("card", n_parts), holding("ip", 12)
    assert points(assess_group(group(*few, size=160, housed=1.0)))["cells that stay apart"] == worth
    few = holding("card", 12), holding("ip", n_parts)
    assert points(assess_group(group(*few, size=160, housed=1.0)))["cells that stay apart"] == worth
    few = holding("card", 12), holding("email_domain", n_parts)
    assert points(assess_group(group(*few, size=160, apart=1.0)))["cells that stay apart"] == worth
    assert points(assess_group(group(holding("card", n_parts), size=160, apart=1.0)))["cells that stay apart"] == worth


@pytest.mark.parametrize(
    ("n_cards", "said"),
    [(3, "those of two or three parts do, or of very small ones"), (4, "the people of a branch do")],
)
def test_it_is_said_whose_parts_stay_apart(n_cards, said):
    outcome = assess_group(group(holding("card", n_cards), holding("ip", 12), size=160, housed=0.8))
    told = next(each.because for each in outcome.factors if each.name == "cells that stay apart")
    assert told == (
        f"beyond chance, 80 % of those with whom a member shares a part's card share an address too, as {said}"
    )


@pytest.mark.parametrize(("of_each", "share"), [(3, 0.0), (4, 0.0), (5, 0.5), (6, 1.0), (20, 1.0)])
def test_a_card_for_three_or_four_is_no_branchs(of_each, share):
    some = group(holding("card", 12), holding("ip", 12), size=12 * of_each, housed=1.0)
    assert points(assess_group(some))["cells that stay apart"] == pytest.approx(-24 * share)
    firms = group(holding("card", 12), holding("ip", 12), size=12 * of_each, housed=1.0, apart=0.8)
    assert points(assess_group(firms))["cells that stay apart"] == pytest.approx(-24)


@pytest.mark.parametrize("size", [200, 5_000])
@pytest.mark.parametrize(("burst", "worth"), [(0.9, 0.0), (0.121, 0.0), (0.097, -4.5), (0.073, -9.0), (0.02, -9.0)])
def test_customers_come_one_by_one(size, burst, worth):
    told = points(assess_group(group(holding("card", 12), burst=burst, size=size)))
    assert told["came one by one or long ago"] == pytest.approx(worth, abs=0.1)


@pytest.mark.parametrize(("burst", "worth"), [(0.198, 0.0), (0.166, -4.5), (0.133, -9.0)])
def test_by_chance_one_fortnight_is_fuller_than_another_the_more_the_fewer_customers_there_are(burst, worth):
    told = points(assess_group(group(holding("card", 12), burst=burst, size=30)))
    assert told["came one by one or long ago"] == pytest.approx(worth, abs=0.1)


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
        ("rush", "created in a burst"),
        ("lately", "came one by one or long ago"),
        ("life", "short lives"),
        ("organisation_plans", "plans"),
        ("disposable", "throw-away mail"),
        ("in_step", "in step"),
    ],
)
def test_a_part_abstains_where_its_trait_is_unknown(trait, part):
    known = {"lately": 0.9, "rush": 0.9, "life": 2.0, "organisation_plans": 0.0, "disposable": 0.4, "in_step": 0.9}
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


HARDLY = "values that are not their own"


@pytest.mark.parametrize(
    ("owned", "share", "worth"),
    [
        (0.5, 1 / 65, 0.0),  # with 64 times the odds
        (0.5, 1 / 46.25, -12.0),  # with 45
        (0.5, 1 / 33, -24.0),  # with 32
        (0.8, 0.15, -24.0),  # a region's people
        (0.95, 0.2, 0.0),  # a ring of a fifth of all accounts
        (0.95, 0.6, 0.0),  # and one in an export of suspects
        (1.0, 1.0, 0.0),
        (0.0, 0.0, -24.0),
    ],
)
def test_values_are_a_groups_own_as_far_as_its_size_does_not_explain_them(owned, share, worth):
    held = (holding("card", 9, owned=owned), holding("ip", 60, cover=0.5, owned=owned))
    assert points(assess_group(group(*held, share=share)))[HARDLY] == pytest.approx(worth, abs=0.05)


def test_how_far_values_are_a_groups_own_is_told_by_those_on_most():
    """Neighbourhoods are nobody's; and what a few members share tells little."""
    held = (holding("card", 9), holding("card_bin", 3, owned=0.01), holding("device", 2, cover=0.05, owned=0.1))
    assert points(assess_group(group(*held, share=0.2)))[HARDLY] == 0
    assert points(assess_group(group(*(each._replace(cover=1.0) for each in held), share=0.2)))[HARDLY] < 0
    assert HARDLY not in points(assess_group(group(holding("card_bin", 3, owned=0.01))))


@pytest.mark.parametrize(
    ("share", "told"), [(0.2, "with 36 times the odds"), (0.001, "with over 1,024 times the odds")]
)
def test_the_odds_are_told_to_a_thousand(share, told):
    outcome = assess_group(group(holding("card", 9, owned=0.9), share=share))
    assert told in next(factor.because for factor in outcome.factors if factor.name == HARDLY)


def test_one_dominating_value_counts_against_a_ring():
    even, dominated = (
        points(assess_group(group(holding("card", 12, top=top), holding("email_domain", 12, top=top))))
        for top in (1 / 12, 0.9)
    )
    for part in ("one card for most", "one domain for most"):
        assert dominated[part] < even[part] == 0


@pytest.mark.parametrize(("disposable", "expected"), [(nan, -9.0), (0.1, -9.0), (0.35, -4.5), (0.6, 0.0)])
def test_a_card_for_all_is_no_firms_where_mail_lasts_an_hour(disposable, expected):
    told = points(assess_group(group(holding("card"), disposable=disposable)))
    assert told["one card for most"] == expected


@pytest.mark.parametrize(
    ("some", "expected"),
    [
        ((), 1.5),  # an event, or a class
        ((holding("ip", 9), holding("template", 9)), 1.5),
        ((holding("card"), holding("email_domain")), 1.5),  # an employer's first day
        ((holding("card", 2),), 13.5),
        ((holding("card", 9, cover=0.5),), 7.5),
        ((holding("email_domain", 2),), 13.5),
        ((holding("device", 9),), 1.5),  # a laboratory's, whose term begins
    ],
)
def test_who_came_at_once_and_has_several_cards_or_names_is_no_event(some, expected):
    told = points(assess_group(group(holding("template"), *some, size=24, rush=1.0)))
    assert told["created in a burst"] == pytest.approx(expected)


@pytest.mark.parametrize(("rush", "expected"), [(0.0, 0.0), (0.15, 0.0), (0.25, 6.8), (0.35, 13.5), (1.0, 13.5)])
def test_a_burst_counts_beyond_what_everybody_does(rush, expected):
    assert points(assess_group(group(holding("card", 2), size=24, rush=rush)))["created in a burst"] == expected


@pytest.mark.parametrize(("says_more", "expected"), [(True, -15.0), (False, None)])
def test_silence_is_no_alibi(says_more, expected):
    """Who shares places and texts alone may share more, where the export says nothing else."""
    told = points(assess_group(group(holding("template"), holding("ip", 9), says_more=says_more)))
    assert told.get("place and text only") == expected


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
    assert (factor.points, factor.because) == (0.0, "10 % of the members are tied by card")


def test_points_that_add_up_to_nothing_are_no_hundred():
    outcome = assess_group(group(holding("card", cover=0.7778), size=32, organisation_plans=0.2875))
    assert outcome.score == 0.0
    assert "end of the scale" not in points(outcome)


def test_less_than_a_point_too_many_is_cut_off():
    """They add up to 100.6."""
    outcome = assess_group(group(*A_RING.holdings[:2], holding("ip"), size=181, disposable=0.6, life=3.0))
    assert outcome.score == 100.0
    assert points(outcome)["end of the scale"] == -0.6


# --- what is said of it --------------------------------------------------------------------------------------------


def because(part, *holdings, **known):
    return next(each.because for each in assess_group(group(*holdings, **known)).factors if each.name == part)


def test_a_text_that_others_use_too_is_not_called_nobody_elses():
    assert because("one private prompt or program", holding("template", owned=0.6)) == (
        "100 % of the members use one template, and most who use it are members"
    )


def test_the_two_whom_any_hour_has_are_said_to_be_left_out():
    said = because("in step", holding("template"), holding("ip", 4), in_step=0.97)
    assert said.startswith("97 % of the members, without the two that any hour has by chance, began with one prompt")


def test_the_start_says_from_where_on_a_group_is_called_coordinated():
    assert "from 50 on one that no honest reason explains is called so" in because("starting point", holding("card"))


@pytest.mark.parametrize(
    ("part", "known", "said"),
    [
        ("created in a burst", {"burst": 0.5}, "50 % of the members whose creation time is known joined within two"),
        (
            "came one by one or long ago",
            {"burst": 0.5},
            "50 % of the members whose creation time is known joined within two",
        ),
        (
            "came one by one or long ago",
            {"burst": 0.5, "lately": 0.25},
            "50 % of the members whose creation time is known joined within two weeks; in the four months before",
        ),
        ("plans", {"organisation_plans": 0.25}, "25 % of the members whose plan is known are on plans sold to"),
        ("throw-away mail", {"disposable": 0.5}, "50 % of the members whose mail domain is known have a mail address"),
    ],
)
def test_a_share_is_told_of_those_of_whom_it_is_known(part, known, said):
    assert because(part, holding("card"), **known).startswith(said)


def test_what_does_not_tell_is_not_called_unshared():
    """A card on seven per cent of the members was nothing that is shared."""
    assert because("place and text only", holding("template"), holding("card", 3, cover=0.07)) == (
        "of what one is, has or pays with, 3 telling values of card on 7.0 % of the members: as with a vendor's or a "
        "network's customers"
    )


def test_models_of_machine_are_said_to_be_left_out():
    models = (holding("device", 2), holding("ip", 40))
    assert "models of machine left out, no value tells" in because("place and text only", *models, size=80)
