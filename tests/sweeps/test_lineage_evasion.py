"""New accounts that bear what a closed ring's accounts bore."""

from dataclasses import replace

import numpy as np
import pytest
from lineage_worlds import follow, week

from graphlink.config.lineage import LineageSettings
from graphlink.config.settings import Config
from graphlink.model.run import Past
from graphlink.model.sweeps import Decisions
from graphlink.model.times import NO_TIME, Moments
from graphlink.sweeps.analysis import sweep

SIGNALS = {"card 1": "abcd", "ip 1": "abcd"}
OPEN = week({"one": "abcd"}, SIGNALS)
CLOSED = week({"one": "abcd"}, SIGNALS, banned="abc")
FRESH = dict.fromkeys("uvw", "2026-W12")


def evaders(*weeks, settings=None):
    """Who is named in the last week, with the signals that name them."""
    return {each.account_id: each.shared for each in follow(*weeks, settings=settings)[-1].evaders}


def test_accounts_that_came_back_in_the_ring_are_named_with_what_they_share():
    lineages = follow(OPEN, CLOSED, week({"new": "uv"}, {"card 1": "uv", "ip 1": "v"}, since=FRESH))
    named = lineages[-1].evaders
    assert [each.account_id for each in named] == ["u", "v"]
    assert {each.ring_id for each in named} == {lineages[0].ids["one"]}
    assert [each.shared for each in named] == [(("card", "1"),), (("card", "1"), ("ip", "1"))]
    assert [each.bits for each in named] == [20 << 16, 40 << 16]
    assert [each.created_at for each in named] == [NO_TIME] * 2


def test_who_comes_to_an_address_and_bears_nothing_else_is_its_next_tenant():
    """A start-up rented the machines of a banned ring, and all of its people were said to evade the ban."""
    assert evaders(OPEN, CLOSED, week({"new": "uvw"}, {"card 1": "u", "ip 1": "uvw"}, since=FRESH)) == {
        "u": (("card", "1"), ("ip", "1"))
    }


def test_an_account_that_was_bought_old_is_new_when_it_is_first_seen():
    """Its mail address dates it back to its creation, and of eighty-two such successors nobody was named."""
    borne = {"card 1": "u", "email_domain 1": "u"}
    made = {"u": "2026-W01"}
    bought = week({}, borne, since={"u": "2026-W12"}, created=made)
    assert evaders(OPEN, CLOSED, bought) == {"u": (("card", "1"),)}


def test_an_account_alone_is_named_though_nobody_else_bears_the_value_by_now():
    assert evaders(OPEN, CLOSED, week({}, {"card 1": "u"}, since=FRESH)) == {"u": (("card", "1"),)}


def test_they_are_named_in_the_very_week_that_first_says_of_the_ban():
    back = week({"one": "abcdu"}, {"card 1": "abcdu", "ip 1": "abcd"}, banned="abc", since={"u": "2026-W11"})
    assert evaders(OPEN, back) == {"u": (("card", "1"),)}


def test_an_account_that_was_made_since_the_ban_is_new_in_later_weeks_too():
    late = week({}, {"card 1": "u"}, since={"u": "2026-W11"}, created={"u": "2026-W11"})
    assert evaders(OPEN, CLOSED, QUIET, late) == {"u": (("card", "1"),)}


def test_an_account_that_was_there_before_is_not_new():
    assert evaders(OPEN, CLOSED, week({}, {"card 1": "u"})) == {}
    assert evaders(OPEN, CLOSED, week({}, {"card 1": "u"}, created={"u": "2026-W09"})) == {}


def test_who_was_first_seen_in_the_last_sweep_is_not_new():
    assert evaders(OPEN, CLOSED, week({}, {"card 1": "u"}, since={"u": "2026-W11"})) == {}


def test_who_was_first_seen_in_a_sweep_that_saw_no_ring_is_not_new():
    late = week({}, {"card 1": "u", "device 2": "u"}, since={"u": "2026-W13"})
    assert evaders(OPEN, CLOSED, QUIET, QUIET, QUIET, late) == {}
    assert evaders(OPEN, CLOSED, None, None, None, late) == {"u": (("card", "1"),)}


def test_a_sweep_is_told_when_the_last_one_was():
    late = week({}, {"card 1": "u", "device 2": "u"}, since={"u": "2026-W13"})
    assert [each.account_id for each in swept(late, None).lineage.evaders] == ["u"]
    assert swept(late, "2026-W14").lineage.evaders == ()


def test_types_that_say_the_same_of_people_count_once():
    back = week({}, {"card 1": "u", "ip 1": "u"}, since={"u": "2026-W15"})
    assert [each.bits for each in swept(back, "2026-W14").lineage.evaders] == [40 << 16]
    kin = {"card": "payment", "device": "device", "ip": "payment"}
    assert [each.bits for each in swept(back, "2026-W14", kin).lineage.evaders] == [20 << 16]


def swept(this, previous, voices=None):
    """A sweep of 2026-W15 after the ring was closed; the frozen calibration knows as which families types count."""
    known = follow(OPEN, CLOSED)[-1].known
    frozen = replace(this.findings.calibration, voices=voices or {}, coarse=dict.fromkeys(voices or (), False))
    past = Past("2026-W15", known, Decisions(), frozen, previous)
    return sweep(this.sightings, past, Config(), seed=1)


def test_the_rings_own_accounts_evade_nothing():
    assert evaders(OPEN, CLOSED, week({"one": "abcd"}, SIGNALS, since={"d": "2026-W12"})) == {}


def test_an_account_that_is_closed_already_is_not_named():
    assert evaders(OPEN, CLOSED, week({}, {"card 1": "u"}, since=FRESH, banned="u")) == {}


def test_where_nobody_was_closed_nobody_evades():
    assert evaders(OPEN, OPEN, week({}, {"card 1": "u"}, since=FRESH)) == {}


@pytest.mark.parametrize(("banned", "named"), [("a", False), ("ab", True)])
def test_one_closed_account_makes_no_closed_ring(banned, named):
    assert bool(evaders(OPEN, week({"one": "abcd"}, SIGNALS, banned=banned), BACK)) is named


def test_a_company_with_few_closed_accounts_is_no_closed_ring():
    staff = "abcdefghijklmno"
    firm = week({"firm": staff}, {"card 1": staff}, banned="ab")
    hired = week({"firm": staff + "u"}, {"card 1": staff + "u"}, since=FRESH, banned="ab")
    assert evaders(firm, firm, hired) == {}
    assert evaders(firm, firm, hired, settings=LineageSettings(closed_share=0.1)) == {"u": (("card", "1"),)}


def test_a_value_that_strangers_bear_by_now_names_nobody():
    assert evaders(OPEN, CLOSED, week({}, {"card 1": "uvstrklm"}, since=FRESH)) == {}


def test_a_value_that_no_closed_account_bore_names_nobody():
    signals = {"card 1": "abc", "card 2": "def"}
    first = week({"one": "abcdef"}, signals)
    closed = week({"one": "abcdef"}, signals, banned="abc")
    assert evaders(first, closed, week({}, {"card 1": "u", "card 2": "v"}, since=FRESH)) == {"u": (("card", "1"),)}


def test_an_account_that_two_closed_rings_claim_is_named_with_the_one_that_it_shares_most_with():
    signals = {"card 1": "abcd", "ip 1": "abcd", "card 2": "efgh"}
    both = week({"one": "abcd", "two": "efgh"}, signals, banned="abcefg")
    lineages = follow(both, week({}, {"card 1": "u", "ip 1": "u", "card 2": "u"}, since={"u": "2026-W11"}))
    assert [each.ring_id for each in lineages[-1].evaders] == [lineages[0].ids["one"]]


def test_ghosts_that_are_gone_for_too_long_name_nobody():
    late = {"u": "2026-W19"}
    weeks = [OPEN, CLOSED, *[QUIET] * 7]
    assert evaders(*weeks, week({}, {"card 1": "u"}, since=late)) == {"u": (("card", "1"),)}
    assert evaders(*weeks, QUIET, week({}, {"card 1": "u"}, since={"u": "2026-W20"})) == {}


def test_who_comes_after_accounts_that_their_holders_closed_evades_no_ban():
    settings = LineageSettings(banned_statuses=("locked",), closed_statuses=("banned",))
    assert evaders(OPEN, CLOSED, BACK, settings=settings) == {}


def test_times_that_the_export_lacks_make_nobody_new():
    untimed = week({}, {"card 1": "u"}, since=FRESH)
    nothing = Moments.of(np.full(len(untimed.sightings), NO_TIME))
    assert evaders(OPEN, CLOSED, replace(untimed, sightings=replace(untimed.sightings, first_seen=nothing))) == {}


QUIET = week({}, others="z")
BACK = week({}, {"card 1": "u"}, since=FRESH)
