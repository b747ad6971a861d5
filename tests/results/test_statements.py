"""What account holders can be told, whom acting could wrong, and what is inside a cell: each account exactly once."""

import re
from collections import Counter
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from report_worlds import harmless, hostile, two_rings

from graphlink.model.findings import HELD_BACK, Factor, Tier
from graphlink.results.page.ring_view import Detail, view_ring
from graphlink.results.page.risk import count_risks, find_burst
from graphlink.results.pictures.families import family_styles
from graphlink.results.ring_data import iter_rings
from graphlink.results.ring_sentences import arithmetic_sentence, finding, member_words
from graphlink.results.statements import family_words, list_statements, statement_text

FAMILIES = ["content", "device", "identity", "network", "payment"]


def first_ring(run):
    return next(iter_rings(run.findings))


@pytest.mark.parametrize(("score", "is_high"), [(49.9, False), (50.0, True), (71.0, True)])
def test_a_high_score_that_is_not_called_coordinated_says_what_holds_it_back(score, is_high):
    ring = first_ring(two_rings()).ring
    parts = (*ring.factors, Factor(HELD_BACK, 0.0, "only one kind of evidence points to one operator"))
    told = finding(replace(ring, assessment="inconclusive", score=score, factors=parts))
    assert ("not called coordinated: only one kind of evidence points to one operator." in told) is is_high
    assert ("falls short" in told) is not is_high
    assert f"{score} of 100" in told


@pytest.fixture
def farm():
    return first_ring(two_rings())


def in_brief(ring):
    """What the page shows of a ring far down the list, whose accounts have no status."""
    return view_ring(ring, np.full(ring.n_accounts, "", dtype=object), family_styles(FAMILIES), Detail.BRIEF)


# --- statements ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("tier", Tier)
@pytest.mark.parametrize("survives", [True, False])
def test_no_draft_calls_anybody_guilty(tier, survives):
    text = statement_text(tier, FAMILIES, survives=survives)
    assert not re.search(r"guilt|fraud|abus|crim|violat|ring\b|farm", text)


@pytest.mark.parametrize("tier", [Tier.CORE, Tier.PROBABLE])
def test_a_draft_gives_facts_the_machine_the_rule_and_redress(tier):
    text = statement_text(tier, ["content", "payment"], survives=True)
    for part in (
        "coordinated",
        "automated analysis",
        "[Only if it is so: ",
        "the text of requests",
        "means of payment",
    ):
        assert part in text
    assert "reviewed" not in re.sub(r"\[[^]]*\]", "", text), "a review is no fact that graphlink knows"
    for part in ("Decision: [", "Rule: [", "You may contest this"):
        assert part in text


@pytest.mark.parametrize(
    ("tier", "families", "survives", "said", "unsaid"),
    [
        (Tier.PROBABLE, FAMILIES, True, ["falls short of one of the conditions"], []),
        (Tier.CORE, FAMILIES, True, [], ["falls short of one of the conditions"]),
        (
            Tier.POSSIBLE_VICTIM,
            ["network"],
            False,
            ["this is no ground for a measure", "which appear to act together: network addresses"],
            [
                "Decision",
                "no measure is taken",
                "suggests",
            ],  # its account may be closed, and who was first is not known
        ),
        *((tier, [], False, [], [": .", " 0 "]) for tier in (Tier.CORE, Tier.PROBABLE, Tier.POSSIBLE_VICTIM)),
        (Tier.CORE, ["venue"], True, ["signals of one kind with them: venue."], []),
        (Tier.PROBABLE, ["payment"], False, ["The link rests on a single value of this kind: without"], []),
        (Tier.PROBABLE, ["content", "payment"], False, ["The link rests on one of these values: without"], []),
        (Tier.PROBABLE, [], False, ["The link rests on a single value: without"], []),
    ],
)
def test_a_draft_says_what_is_known_of_its_account_and_no_more(tier, families, survives, said, unsaid):
    text = statement_text(tier, families, survives=survives)
    assert [part for part in said if part not in text] == []
    assert [part for part in unsaid if part in text] == []


def test_a_draft_for_many_names_a_family_by_the_types_that_tie_its_ring():
    """An account that shares a bank's range of numbers was told that it shares a means of payment."""
    words = family_words([("card_bin", "payment"), ("ip", "network"), ("ip24", "network")])
    text = statement_text(Tier.CORE, ["network", "payment"], survives=True, words=words)
    assert (
        "2 independent kinds with them: network addresses or networks; ranges of card numbers that a bank gives out."
        in text
    )
    assert "means of payment or ranges" in statement_text(Tier.CORE, ["payment"], survives=True)


def test_every_member_has_the_draft_of_its_own_ties(farm):
    statements, numbers = list_statements(farm.members)
    by_number = {statement.number: statement for statement in statements}
    for number, member in zip(numbers, farm.members.to_dict("records"), strict=True):
        statement = by_number[number]
        own = (member["survives_any_value"], tuple(member["families"].split("; ")))
        nothing = (False, ())
        assert statement.tier == member["tier"]
        assert (statement.survives, statement.families) == (nothing if member["tier"] == "peripheral" else own)
    assert Counter(numbers) == {statement.number: statement.n_accounts for statement in statements}
    assert [statement.tier for statement in statements] == sorted(
        (statement.tier for statement in statements), key=list(Tier).index
    )


def test_peripheral_members_have_one_draft_that_tells_nothing(farm):
    """Eight stood below each other, word for word the same."""
    members = farm.members.assign(tier="peripheral", survives_any_value=[True, False] * 6)
    (statement,), numbers = list_statements(members)
    assert (statement.title, statement.n_accounts, set(numbers)) == ("peripheral", 12, {1})


def test_no_draft_holds_a_value_of_anybody():
    statements, _ = list_statements(first_ring(two_rings(hostile)).members)
    plain, _ = list_statements(first_ring(two_rings(harmless)).members)
    assert [statement.text for statement in statements] == [statement.text for statement in plain]


# --- sentences about one ---------------------------------------------------------------------------------------------


def created(ring, *times):
    """A ring whose first accounts were made at such times, its others at times that are not known."""
    made = pd.Series([*map(pd.Timestamp, times), *[pd.NaT] * (len(ring.members) - len(times))])
    return replace(ring, members=ring.members.assign(created_at=pd.to_datetime(made, utc=True)))


@pytest.mark.parametrize(
    ("times", "said"),
    [
        (["2026-09-14"] * 6, "were created on 14 Sep 2026."),
        (["2026-09-14", "2026-09-15"] * 3, "were created on 14 Sep 2026."),
        (["2026-09-14", "2026-09-15", "2026-09-16", "2026-09-17"], "within 2 days, from 14 Sep 2026 on."),
        (["2026-09-14", "2026-09-15", "2026-09-16T10:20"], "within 24 hours, from 14 Sep 2026, 00:00 on."),
        (["2026-03-28T23:00", "2026-03-29T22:00"] * 3, "were created on 28 Mar 2026."),
        (["2026-09-14T08:12", "2026-09-14T08:40"] * 3, "within 1 hour, from 14 Sep 2026, 08:12 on."),
    ],
)
def test_dates_without_a_time_are_told_in_days(farm, times, said):
    """Midnight to midnight was 'within 1 hour': of accounts made over 22 hours, dates alone made one."""
    assert in_brief(created(farm, *times))["creation"].endswith(said)


@pytest.mark.parametrize(
    ("n_accounts", "said"),
    [
        (400, "fewer than 1 account."),
        (1_012, "about 1 account."),
        (2_000, "about 2 accounts."),
        (25_000, "about 25 accounts, more than are named."),
    ],
)
def test_a_small_error_rate_is_not_said_to_name_nobody(n_accounts, said):
    assert f"were named wrongly, that would be {said} This is" in arithmetic_sentence(n_accounts, 12)


# --- innocents at risk --------------------------------------------------------------------------------------------


def test_victims_are_not_counted_among_those_who_may_be_acted_against(farm):
    risks = count_risks(farm, find_burst(farm))
    assert [(risk.tier, risk.n_accounts) for risk in risks] == [("core", 8), ("probable", 2), ("peripheral", 1)]


def test_old_and_thinly_tied_accounts_are_counted(farm):
    members = farm.members.assign(
        created_at=farm.members["created_at"].where(farm.members.index != 0, pd.Timestamp("2019-01-01", tz="UTC")),
        families=farm.members["families"].where(farm.members.index != 1, "network"),
        survives_any_value=farm.members.index > 1,
    )
    aged = replace(farm, members=members)
    core = count_risks(aged, find_burst(aged))[0]
    assert (core.n_older, core.n_one_family, core.n_falls_away) == (1, 1, 2)


def test_who_is_tied_by_no_family_is_not_counted_as_tied_by_one(farm):
    untied = replace(farm, members=farm.members.assign(families=""))
    assert [risk.n_one_family for risk in count_risks(untied, find_burst(untied))] == [0, 0, 0]


def test_half_of_those_whose_time_is_known_are_not_called_half_of_all(farm):
    """Eight were 'half of the accounts' in a ring of thirty, fourteen of which had no creation time."""
    made = farm.members["created_at"].fillna(pd.Timestamp("2026-02-04", tz="UTC"))
    whole, partly = (
        in_brief(replace(farm, members=farm.members.assign(created_at=made.where(farm.members.index >= n_unknown))))
        for n_unknown in (0, 3)
    )
    assert whole["creation"].startswith("Half of the accounts (")
    assert "not known" not in whole["older"]
    assert partly["creation"].startswith("Half of the accounts whose creation time is known (")
    assert partly["older"].endswith("An account whose creation time is not known is not counted there.")


def test_without_creation_times_nobody_is_called_older(farm):
    never = farm.members["created_at"].where([False] * len(farm.members))
    timeless = replace(farm, members=farm.members.assign(created_at=never))
    assert find_burst(timeless) is None
    assert {risk.n_older for risk in count_risks(timeless, None)} == {None}


def test_whose_creation_is_not_known_is_neither_old_nor_young(farm):
    """'Older than the ring: 0' counted them as young, and 'half of the accounts' as if they were not there."""
    known = farm.members["created_at"].notna() & (farm.members.index % 2 == 0)
    ring = replace(farm, members=farm.members.assign(created_at=farm.members["created_at"].where(known)))
    core = count_risks(ring, find_burst(ring))[0]
    own = (ring.members["tier"] == "core").to_numpy()
    assert core.n_unknown == int((own & ~known).sum()) > 0
    assert "Half of the accounts whose creation time is known (3)" in in_brief(ring)["creation"]


@pytest.mark.parametrize("tier", Tier)
def test_how_surely_somebody_belongs_is_printed_only_where_it_may_bear_on_a_decision(tier):
    """Possible victims stood with .99 beside 'do not act'."""
    assert ("confidence" in member_words(tier, 0.99)) == (tier in (Tier.CORE, Tier.PROBABLE))
