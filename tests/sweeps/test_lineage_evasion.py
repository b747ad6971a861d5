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
QUIET = week({}, others="z")
CARD = {"card 1": "u"}
BACK = week({}, CARD, since=FRESH)
BY_CARD = {"u": (("card", "1"),)}


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


BOUGHT = week({}, CARD | {"email_domain 1": "u"}, since={"u": "2026-W12"}, created={"u": "2026-W01"})
"""Its mail address dates it back to its creation, and of eighty-two such successors nobody was named."""
LATE = week({}, CARD, since={"u": "2026-W11"}, created={"u": "2026-W11"})
AT_ONCE = week({"one": "abcdu"}, {"card 1": "abcdu", "ip 1": "abcd"}, banned="abc", since={"u": "2026-W11"})
AFTER_REST = week({}, CARD | {"device 2": "u"}, since={"u": "2026-W13"})


def closed(banned):
    return week({"one": "abcd"}, SIGNALS, banned=banned)


@pytest.mark.parametrize(
    "weeks",
    [
        pytest.param([OPEN, CLOSED, BACK], id="nobody else bears the value by now"),
        pytest.param([OPEN, CLOSED, BOUGHT], id="bought old, and new when it is first seen"),
        pytest.param([OPEN, AT_ONCE], id="in the very week that first says of the ban"),
        pytest.param([OPEN, CLOSED, QUIET, LATE], id="made since the ban, weeks later"),
        pytest.param([OPEN, CLOSED, None, None, None, AFTER_REST], id="since weeks without a sweep"),
        pytest.param([OPEN, closed("ab"), BACK], id="two were closed"),
    ],
)
def test_a_new_account_with_the_card_is_named(weeks):
    assert evaders(*weeks) == BY_CARD


@pytest.mark.parametrize(
    "weeks",
    [
        pytest.param([OPEN, CLOSED, week({}, CARD)], id="there before"),
        pytest.param([OPEN, CLOSED, week({}, CARD, created={"u": "2026-W09"})], id="made before"),
        pytest.param([OPEN, CLOSED, week({}, CARD, since={"u": "2026-W11"})], id="first seen in the last sweep"),
        pytest.param([OPEN, CLOSED, QUIET, QUIET, QUIET, AFTER_REST], id="first seen in a sweep that saw no ring"),
        pytest.param([OPEN, CLOSED, week({"one": "abcd"}, SIGNALS, since={"d": "2026-W12"})], id="the ring's own"),
        pytest.param([OPEN, CLOSED, week({}, CARD, since=FRESH, banned="u")], id="closed already"),
        pytest.param([OPEN, OPEN, BACK], id="nobody was closed"),
        pytest.param([OPEN, closed("a"), BACK], id="one was closed"),
        pytest.param([OPEN, CLOSED, week({}, {"card 1": "uvstrklm"}, since=FRESH)], id="strangers bear it by now"),
    ],
)
def test_nobody_is_named(weeks):
    assert evaders(*weeks) == {}


def test_a_sweep_is_told_when_the_last_one_was():
    assert [each.account_id for each in swept(AFTER_REST, None).lineage.evaders] == ["u"]
    assert swept(AFTER_REST, "2026-W14").lineage.evaders == ()


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


def test_a_company_with_few_closed_accounts_is_no_closed_ring():
    staff = "abcdefghijklmno"
    firm = week({"firm": staff}, {"card 1": staff}, banned="ab")
    hired = week({"firm": staff + "u"}, {"card 1": staff + "u"}, since=FRESH, banned="ab")
    assert evaders(firm, firm, hired) == {}
    assert evaders(firm, firm, hired, settings=LineageSettings(closed_share=0.1)) == BY_CARD


def test_a_value_that_no_closed_account_bore_names_nobody():
    signals = {"card 1": "abc", "card 2": "def"}
    first = week({"one": "abcdef"}, signals)
    closed = week({"one": "abcdef"}, signals, banned="abc")
    assert evaders(first, closed, week({}, {"card 1": "u", "card 2": "v"}, since=FRESH)) == BY_CARD


def test_an_account_that_two_closed_rings_claim_is_named_with_the_one_that_it_shares_most_with():
    signals = {"card 1": "abcd", "ip 1": "abcd", "card 2": "efgh"}
    both = week({"one": "abcd", "two": "efgh"}, signals, banned="abcefg")
    lineages = follow(both, week({}, {"card 1": "u", "ip 1": "u", "card 2": "u"}, since={"u": "2026-W11"}))
    assert [each.ring_id for each in lineages[-1].evaders] == [lineages[0].ids["one"]]


def test_ghosts_that_are_gone_for_too_long_name_nobody():
    weeks = [OPEN, CLOSED, *[QUIET] * 7]
    assert evaders(*weeks, week({}, CARD, since={"u": "2026-W19"})) == BY_CARD
    assert evaders(*weeks, QUIET, week({}, CARD, since={"u": "2026-W20"})) == {}


def test_who_comes_after_accounts_that_their_holders_closed_evades_no_ban():
    settings = LineageSettings(banned_statuses=("locked",), closed_statuses=("banned",))
    assert evaders(OPEN, CLOSED, BACK, settings=settings) == {}


def test_times_that_the_export_lacks_make_nobody_new():
    nothing = Moments.of(np.full(len(BACK.sightings), NO_TIME))
    assert evaders(OPEN, CLOSED, replace(BACK, sightings=replace(BACK.sightings, first_seen=nothing))) == {}
