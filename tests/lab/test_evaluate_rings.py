"""Figures over rings and accounts, on worlds of ten accounts where each can be counted by hand."""

from dataclasses import replace

import numpy as np
import pytest
from evaluate_worlds import company_and_family, hydra, report, two_rings

from graphlink.lab.evaluate import Reported, evaluate
from graphlink.words.errors import InputError


def test_a_perfect_run_is_perfect():
    result = evaluate(two_rings(), report("abcd", "ef"))
    assert (result.accounts.precision, result.accounts.recall, result.accusing.bcubed_f) == (1, 1, 1)
    assert all(ring.is_found and ring.jaccard == 1 and ring.fragments == 1 for ring in result.planted)


def test_an_empty_run_accuses_nobody():
    result = evaluate(two_rings(), report())
    assert (result.accounts.precision, result.accounts.recall, result.core.f1) == (None, 0, 0)
    assert [ring.best for ring in result.planted] == [None, None]
    assert [top.precision for top in result.top] == [None, None, None]


def test_precision_and_recall_count_accounts():
    figures = evaluate(two_rings(), report("abgh", "ef")).accounts
    assert (figures.accused, figures.right, figures.planted) == (6, 4, 6)


def test_a_ring_with_an_honest_assessment_accuses_nobody():
    result = evaluate(two_rings(), report(("abcd", "organisation"), "ef"))
    assert (result.accounts.accused, result.planted[0].recall, result.planted[0].is_found) == (2, 0, False)
    assert (result.planted[0].jaccard, result.planted[0].assessment) == (1, "organisation")


def test_grouping_counts_rings_of_every_assessment():
    result = evaluate(two_rings(), report(("abcd", "organisation"), "ef"))
    assert (result.grouping.bcubed_f, result.accusing.bcubed_f < 1) == (1, True)


def test_only_core_members_count_for_the_core():
    run = report("abcg", "ef")
    members = run.members.assign(tier=["core", "core", "peripheral", "probable", "core", "core"])
    result = evaluate(two_rings(), replace(run, members=members))
    assert (result.core.accused, result.core.precision) == (4, 1)


def test_possible_victims_are_not_accused():
    run = report("abcdg")
    victims = evaluate(
        replace(two_rings(), victim=np.arange(10) == 6),
        replace(run, members=run.members.assign(tier=["core"] * 4 + ["possible_victim"])),
    )
    assert (victims.accounts.accused, victims.victims.possible_victim, victims.victims.core) == (4, 1, 0)


def test_best_match_is_by_jaccard_and_says_purity_and_pieces():
    ring = evaluate(two_rings(), report("ab", "cdg", "efh")).planted[0]
    assert (ring.best, ring.rank, ring.jaccard, ring.purity) == ("r1", 1, 0.5, 1.0)
    assert (ring.fragments, ring.recovered) == (2, 4)


def test_a_ring_is_right_when_more_than_half_belong_to_one_campaign():
    listed = evaluate(hydra(), report("abef", "cghi")).listed
    assert [(ring.is_right, ring.truth_id) for ring in listed] == [(True, "hydra"), (False, None)]


def test_a_campaign_in_two_rings_is_half_in_one():
    (campaign,) = evaluate(hydra(), report("abc", "efg")).campaigns
    assert (campaign.size, campaign.recovered, campaign.rings, campaign.in_one) == (7, 6, 2, 3)


def test_rings_put_into_one_campaign_count_as_one_place():
    run = report("abc", "efg")
    (campaign,) = evaluate(hydra(), replace(run, rings=run.rings.assign(campaign="c1"))).campaigns
    assert (campaign.rings, campaign.in_one) == (2, 6)


def test_a_campaign_of_two_operators_rings_is_mixed():
    run = report("abcd", "ef")
    named = replace(run, rings=run.rings.assign(campaign="c1"))
    one, two = evaluate(hydra(), named).reported_campaigns, evaluate(two_rings(), named).reported_campaigns
    assert (one.reported, one.mixed, two.reported, two.mixed) == (1, 0, 1, 1)
    assert evaluate(hydra(), run).reported_campaigns.reported == 0


def test_a_campaign_of_nobody_planted_is_mixed():
    """Two honest groups that were taken for one campaign counted as one that is right."""
    run = report("hi", "jk")
    named = replace(run, rings=run.rings.assign(campaign="c1"))
    told = evaluate(hydra(), named).reported_campaigns
    assert (told.reported, told.mixed) == (1, 1)


def test_cells_are_matched_with_reported_cells():
    truth = replace(hydra(), cell=np.array([0, 0, 1, 1, 2, 2, 2, -1, -1]))
    run = report("abcd", "ehi")
    members = run.members.assign(cell=[1, 1, 2, 2, 1, 1, 1])
    (cells,) = evaluate(truth, replace(run, members=members)).cells
    assert (cells.cells, cells.reached, cells.matched) == (3, 2, 2)
    assert cells.jaccard == pytest.approx((1 + 1 + 1 / 5) / 3)


def test_without_reported_cells_the_rings_stand_for_them():
    truth = replace(hydra(), cell=np.array([0, 0, 1, 1, 2, 2, 2, -1, -1]))
    (cells,) = evaluate(truth, report("abcd", "efg")).cells
    assert (cells.matched, cells.jaccard) == (3, pytest.approx((0.5 + 0.5 + 1) / 3))


def test_precision_of_the_first_rings_leaves_honest_assessments_aside():
    top = evaluate(two_rings(), report("abcd", ("gh", "household"), "ij")).top[0]
    assert (top.listed, top.accused, top.right, top.precision) == (3, 2, 1, 0.5)


def test_a_false_ring_is_named_after_the_group_most_like_it():
    result = evaluate(company_and_family(), report("ab", "cdefgh", "ij"))
    assert [ring.truth_id for ring in result.false_rings] == ["company-1", "family-1"]


def test_a_false_ring_of_no_group_is_mixed():
    (ring,) = evaluate(two_rings(), report("gh")).false_rings
    assert (ring.truth, ring.truth_id) == ("mixed", None)


def test_a_hard_negative_is_accused_when_a_false_ring_is_that_group():
    negatives = evaluate(company_and_family(), report("ij")).hard_negatives
    assert [(some.hard_negative, some.surfaced, some.explained) for some in negatives] == [("HN1", 0, 0), ("HN8", 1, 0)]


def test_a_hard_negative_is_accused_when_most_of_it_is():
    negatives = evaluate(company_and_family(), report("cdefgh")).hard_negatives
    assert [some.surfaced for some in negatives] == [1, 0]


def test_a_hard_negative_is_explained_by_an_honest_assessment():
    negatives = evaluate(company_and_family(), report(("ij", "household"))).hard_negatives
    assert [(some.surfaced, some.explained) for some in negatives] == [(0, 0), (0, 1)]


def test_innocents_are_honest_core_members_of_accusing_rings():
    innocents = evaluate(two_rings(), report("abcdg", ("hi", "household"))).innocents
    assert (innocents.in_core, innocents.honest, innocents.per_100_000) == (1, 4, 25_000)


def test_reliability_compares_confidence_with_what_came_true():
    run = report("abcg", "hij")
    members = run.members.assign(confidence=[0.95, 0.95, 0.95, 0.55, 0.55, 0.55, 0.55])
    reliability = evaluate(two_rings(), replace(run, members=members)).reliability
    assert reliability is not None
    assert [(some.members, some.share_right) for some in reliability.bins] == [(4, 0), (3, 1)]
    assert reliability.brier == pytest.approx((3 * 0.05**2 + 4 * 0.55**2) / 7)


def test_without_confidence_there_is_no_reliability():
    run = report("abcd")
    assert evaluate(two_rings(), replace(run, members=run.members.drop(columns="confidence"))).reliability is None


def test_an_account_in_two_rings_counts_in_the_better_ranked():
    result = evaluate(two_rings(), report("abcd", "def"))
    assert result.planted[0].jaccard == 1
    assert result.planted[1].jaccard == 1


def test_members_that_the_key_does_not_know_are_left_out_and_counted():
    result = evaluate(two_rings(), report("abcdxz"))
    assert (result.n_unknown, result.planted[0].jaccard) == (2, 1)


def test_a_run_of_another_world_is_refused():
    with pytest.raises(InputError, match="GL153"):
        evaluate(two_rings(), report("xz"))


def test_members_of_an_unlisted_ring_are_refused():
    run = report("ab")
    with pytest.raises(InputError, match="r1 has members and is not listed"):
        evaluate(two_rings(), Reported("tiny", run.rings.iloc[:0], run.members))


def test_row_order_does_not_matter():
    run = report("abgh", "cdef", "ij")
    turned = Reported("tiny", run.rings.iloc[::-1], run.members.iloc[::-1])
    assert evaluate(two_rings(), run) == evaluate(two_rings(), turned)
