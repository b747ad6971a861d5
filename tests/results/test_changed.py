"""The first page of a sweep's report: alerts first, honest groups only counted, and the weeks in a picture."""

import re
from dataclasses import replace

import pytest
from changes_worlds import FARM, FIRM, changes, decided, event, swept
from page_reading import Skeleton, page, tables
from report_worlds import START, Group, generated, harmless, hostile, two_rings
from state_worlds import lineage, ring

from graphlink.model.sweeps import Cleared, Drift, Evader, Gate, GateLevel, Returned, RingStatus, Ruling
from graphlink.model.times import NO_TIME
from graphlink.model.weeks import DAY, week_begin
from graphlink.results.alerts import ALERTS, RETURNED, alert_word, make_lines
from graphlink.results.page.changed import view_changes
from graphlink.results.pictures.weeks import N_LANES, draw_weeks
from graphlink.sweeps.changes import lineage_calls

KINDS = {"R-A": "coordinated", "R-B": "coordinated", "R-C": "honest"}


def section(text):
    return text.split('<section id="changed"')[1].split("</section>")[0]


def told(text):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", section(text)))


# --- what stands there --------------------------------------------------------------------------------------------


def test_a_run_that_stands_alone_says_nothing_of_weeks():
    assert '<section id="changed"' not in page(two_rings())


def test_a_sweep_opens_on_what_changed():
    text = page(swept())
    assert text.index('id="changed"') < text.index('id="overview"')
    assert "Since 2026-W08: 1 ring needs a look." in told(text)
    assert "Of the groups with an honest explanation: 1 continued." in told(text)
    (row,) = tables(text, "changes")[0]
    assert row[0] == "goes on after a ban"
    assert row[2:7] == ["6", "11", "6", "1", "1"]


def test_closed_are_all_that_are_closed_and_not_only_those_that_left():
    """Of 25 suspended accounts 4 had left the ring, and the table said 4."""
    (row,) = tables(page(swept(closed={FARM: 25})), "changes")[0]
    assert row[6] == "25"


def test_the_first_sweep_calls_nothing_a_change():
    text = page(swept(previous=None, earlier=()))
    assert "Week 2026-W09 is the first: every ring is new, and nothing is a change." in told(text)
    assert tables(text, "changes") == []


@pytest.mark.parametrize(
    ("what", "said"),
    [
        ({"missing_sources": ("logs",)}, "Sources were missing (logs): no ring is reported as quiet"),
        ({"missing_weeks": ("2026-W07",)}, "Never swept: 2026-W07."),
        ({"calibration_renewed": True}, "The calibration has changed since the week before"),
        ({"config_changed": True}, "The settings have changed since the week before"),
        ({"revision": 2}, "This is revision 2 of the week"),
        ({"gates": (Gate("rows", 10, 100, GateLevel.DEGRADED, "rows are 10 where 100 are usual"),)}, "where 100 are"),
        ({"drift": (Drift("base_rate", 0.2, 0.25),)}, "0.200"),
    ],
)
def test_a_reader_is_warned(what, said):
    assert said in told(page(swept(**what)))


@pytest.mark.parametrize(
    ("happened", "word"),
    [
        (event("09", "returned", "R-A", 9, 9, 4, 4, 3), "back after a ban"),
        (event("09", "returned", "R-A", 9, 9), "back"),
        (event("09", "continued", "R-A", 9, 9, 2, 2, 2), "goes on after a ban"),
        (event("09", "grew", "R-A", 10, 15, 5), "grew by half or more"),
        (event("09", "merged", "R-A", 3, 12, 3, others=("R-B",)), "merged"),
        (event("09", "split", "R-A", 9, 4, 0, others=("R-B",)), "split off"),
        (event("09", "born", "R-A", 0, 4, 4), "new"),
        (event("09", "grew", "R-A", 10, 14, 4), "grew"),
        (event("09", "continued", "R-A", 9, 9, 2, 2), ""),
        (event("09", "quiet", "R-A", 9, 0, 0, 9, 9), ""),
    ],
)
def test_what_calls_for_a_look(happened, word):
    assert alert_word(happened) == word
    assert not word or word in ALERTS


def test_alerts_come_by_urgency_and_coordinated_rings_before_all():
    run = generated((Group(30), Group(20), Group(10, 1, "organisation"), Group(12, 1, "inconclusive")), n_accounts=9000)
    happened = (
        event("09", "born", "R-0001", 0, 30, 30),
        event("09", "returned", "R-0002", 9, 20, 11, 0, 5),
        event("09", "born", "R-0003", 0, 10, 10),
        event("09", "returned", "R-0004", 9, 12, 3, 0, 2),
        event("09", "quiet", "R-GONE", 40, 0, 0, 40, 40),
    )
    view = view_changes(changes(events=happened), run.findings)
    assert [(row.word, row.ring_id) for row in view["alerts"]] == [
        ("back after a ban", "R-0002"),
        ("new", "R-0001"),
        ("back after a ban", "R-0004"),
    ]
    assert [row.ring_id for row in view["others"]] == ["R-GONE"]
    assert "Of the groups with an honest explanation: 1 new." in view["lede"]


def lines(*events):
    """By ring what it says of it, in order."""
    alerts, others = make_lines(events, KINDS, {"R-A": 1, "R-B": 2})
    return {line.ring_id: line for line in (*alerts, *others)}


def test_a_ring_that_breaks_up_is_one_line():
    told = lines(
        event("09", "shrank", "R-A", 60, 20, 0, 40),
        *(event("09", "split", f"R-A{n}", 60, n, 0, others=("R-A",)) for n in (3, 9, 7)),
    )
    (line,) = told.values()
    assert (line.word, line.ring_id, line.before, line.after) == ("broke up", "R-A", 60, 20)
    assert line.parts == (("R-A9", 9), ("R-A7", 7), ("R-A3", 3))


def test_parts_of_a_ring_that_is_gone_are_one_line_under_the_first():
    told = lines(
        event("09", "split", "R-X", 60, 30, others=("R-Z",)), event("09", "split", "R-B", 60, 5, others=("R-Z",))
    )
    (line,) = told.values()
    assert (line.word, line.ring_id, line.parent, line.parts) == ("split off", "R-B", "R-Z", (("R-X", 30),))


@pytest.mark.parametrize(("assessment", "is_told"), [("coordinated", True), ("inconclusive", True), ("course", False)])
def test_honest_groups_that_come_and_go_are_no_reason_to_wake_anybody(assessment, is_told):
    """As for `--exit-code`."""
    born = ring("2026-W09", "ann", "bob", ring_id="R-A", assessment=assessment)
    assert bool(lineage_calls(lineage(born, events=(event("09", "born", "R-A", 0, 2, 2),)))) is is_told


@pytest.mark.parametrize("kind", ["continued", "shrank"])
def test_a_ring_that_goes_on_after_a_ban_calls_for_a_look_and_is_counted_as_such(kind):
    run = two_rings()
    happened = event("09", kind, FARM, 11, 11, 6, 6, 4)
    view = view_changes(changes(events=(happened, event("09", "continued", FIRM, 6, 6))), run.findings)
    assert [row.word for row in view["alerts"]] == ["goes on after a ban"]
    assert view["lede"].startswith("Of the rings: 1 went on after a ban.")
    known = ring("2026-W09", "ann", "bob", ring_id=FARM)
    assert lineage_calls(lineage(known, events=(happened,)))
    assert not lineage_calls(lineage(known, events=(replace(happened, n_banned=0),)))


# --- what a ring is called ------------------------------------------------------------------------------------------


def called(before, now, happened):
    """The lines of a week in which the last sweep called a ring otherwise: alerts and others, as page and code say."""
    known = ring("2026-W09", "ann", "bob", ring_id="R-A", assessment=now)
    was = ring("2026-W08", "ann", "bob", ring_id="R-A", assessment=before)
    told = replace(lineage(known, events=(happened,)), ids={"R-A": "R-A"})
    calls = lineage_calls(told, known=(was,))
    run = generated((Group(30, 1, now),), n_accounts=900)
    here = replace(happened, ring_id="R-0001")
    view = view_changes(changes(events=(here,), before={"R-0001": before}), run.findings)
    for lines, rows in ((calls.alerts, view["alerts"]), (calls.others, view["others"])):
        assert [line.word for line in lines] == [row.word for row in rows]
    return [[line.word for line in lines] for lines in (calls.alerts, calls.others)], calls


SAME = event("09", "continued", "R-A", 9, 9)


GROWN = event("09", "grew", "R-A", 10, 15, 5)
HALVED, LESS = (event("09", "shrank", "R-A", 20, n, 0, 20 - n) for n in (10, 11))


@pytest.mark.parametrize(
    ("before", "now", "happened", "alert", "other"),
    [
        # A farm went from an organisation to a coordinated ring, and the page said that nothing called for a look.
        *((before, "coordinated", SAME, "now coordinated", "") for before in ("inconclusive", "organisation")),
        ("inconclusive", "coordinated", GROWN, "now coordinated", ""),
        # What else happened to it goes before.
        ("inconclusive", "coordinated", event("09", "continued", "R-A", 9, 9, 3, 3, 2), "goes on after a ban", ""),
        *(("coordinated", now, SAME, "", "no longer coordinated") for now in ("inconclusive", "organisation")),
        # An honest group that grew and was accused calls for no look.
        ("coordinated", "agency", GROWN, "", "no longer coordinated"),
        # Of a hydra of 263 accounts four were left, a course, and no table had it.
        ("inconclusive", "course", HALVED, "", "shrank"),
        *(("inconclusive", "course", LESS, "", ""), ("household", "course", HALVED, "", "")),
    ],
)
def test_what_a_ring_was_called_and_is_called_now_is_told(before, now, happened, alert, other):
    words, calls = called(before, now, happened)
    assert words == [[alert] if alert else [], [other] if other else []]
    if "coordinated" in alert + other:
        (line,) = (*calls.alerts, *calls.others)
        assert re.match("[a-z ]+ before and [a-z ]+ now; a reason", line.because)


def test_a_ring_that_a_person_cleared_is_not_told_of_for_what_it_is_called():
    ruling = Ruling(cleared=(Cleared("R-A", is_ring=True, ring_id="R-A", by="kim", note="a hackathon"),))
    known = ring("2026-W09", "ann", "bob", ring_id="R-A", assessment="coordinated")
    was = ring("2026-W08", "ann", "bob", ring_id="R-A", assessment="inconclusive")
    calls = lineage_calls(lineage(known, events=(SAME,)), ruling, known=(was,))
    assert not calls.alerts
    assert not calls.others


# --- the week of a ban ----------------------------------------------------------------------------------------------


def banned(happened, *closed):
    """The line of a ring of ann, bob and cat in the week that first says of some that they are closed."""
    was = ring("2026-W08", "ann", "bob", "cat", ring_id="R-A")
    members = tuple(replace(each, banned=each.account_id in closed) for each in was.members)
    told = replace(lineage(replace(was, members=members), events=(happened,)), ids={"R-A": "R-A"})
    calls = lineage_calls(told, known=(was,))
    made = changes(events=(replace(happened, ring_id=FARM),), closed_since={FARM: len(closed)} if closed else {})
    view = view_changes(made, two_rings().findings)
    words = [line.word for line in (*calls.alerts, *calls.others)]
    assert [row.word for row in (*view["alerts"], *view["others"])] == words
    assert not words or view["lede"] == f"Of the rings: 1 {words[0].replace('goes', 'went')}."
    return calls


STAYS = event("09", "continued", "R-A", 3, 3)


@pytest.mark.parametrize(("who", "word"), [(("ann", "bob", "cat"), "closed"), (("ann",), "closed in part")])
def test_a_ban_is_told_in_its_week_and_calls_for_no_look(who, word):
    """Two rings were closed whole, and it was told only weeks later, when nobody saw their accounts any more."""
    calls = banned(STAYS, *who)
    assert [(line.word, line.ring_id) for line in calls.others] == [(word, "R-A")]
    assert calls.others[0].because.startswith(f"{len(who)} account{'s' * (len(who) > 1)} closed since the last sweep; ")
    assert not calls.alerts


def test_a_ring_that_others_join_in_the_week_of_its_ban_goes_on():
    """It was said to have grown, with nobody gone."""
    calls = banned(event("09", "grew", "R-A", 3, 9, 6), "ann", "bob")
    assert [line.word for line in calls.alerts] == ["goes on after a ban"]


def test_a_ban_is_told_where_the_ring_went_into_another_in_its_week():
    """Its accounts were looked for under the id that it had no more."""
    one, other = ring("2026-W08", "ann", "bob", ring_id="R-A"), ring("2026-W08", "cat", ring_id="R-B")
    taken_up = replace(one, members=(*one.members, replace(other.members[0], banned=True)))
    gone = replace(other, status=RingStatus.MERGED, merged_into="R-A", members=(), signals=())
    events = (event("09", "continued", "R-A", 2, 3, 1), event("09", "merged", "R-A", 1, 3, 1))
    told = replace(lineage(taken_up, gone, events=events), ids={"R-A": "R-A"})
    (line,) = lineage_calls(told, known=(one, other)).alerts
    assert (line.ring_id, line.because.partition(";")[0]) == ("R-A", "1 account closed since the last sweep")
    assert lineage_calls(told, known=(one, replace(other, members=taken_up.members[2:]))).alerts[0].word == "merged"


def test_whoever_was_closed_before_is_no_news():
    assert not banned(STAYS).others


@pytest.mark.parametrize(("assessment", "is_told"), [("coordinated", True), ("organisation", False)])
def test_new_accounts_with_the_signals_of_closed_ones_call_for_a_look(assessment, is_told):
    known = ring("2026-W08", "ann", "bob", ring_id="R-A", assessment=assessment)
    evader = Evader("eve", "R-A", 0, (("card", "c1"),), 20 << 16)
    assert bool(lineage_calls(replace(lineage(known, events=()), evaders=(evader,)))) is is_told


# --- page, terminal and exit code say the same ------------------------------------------------------------------------

EVADER = Evader("eve", FARM, START, (("card", "c1"),), 20 << 16)
STAYED = event("09", "continued", FARM, 11, 11)


def headline(**other):
    """What the page says, and whether the exit code tells of anything."""
    made = changes(events=(STAYED,), **other)
    known = ring("2026-W09", "ann", "bob", ring_id=FARM)
    told = replace(lineage(known, events=made.events), evaders=made.evaders)
    return view_changes(made, two_rings().findings)["headline"], bool(
        lineage_calls(told, made.ruling, named=made.named)
    )


def comes_back(subject, *, is_ring):
    return Ruling(returned=(Returned(subject, is_ring, FARM, "kim", "a hackathon", (("card", "c9"),)),))


def test_a_cleared_ring_that_something_new_ties_calls_for_a_look():
    ruling = comes_back(FARM, is_ring=True)
    assert headline(ruling=ruling) == ("Since 2026-W08: 1 ring needs a look.", True)
    (row,) = view_changes(changes(events=(STAYED,), ruling=ruling), two_rings().findings)["alerts"]
    assert (row.word, row.ring_id, row.because) == (
        RETURNED,
        FARM,
        "something new ties it since it was cleared; a reason",
    )


def test_a_cleared_account_that_something_new_ties_calls_for_a_look():
    ruling = comes_back("ann", is_ring=False)
    assert headline(ruling=ruling) == ("Since 2026-W08: 1 account that was cleared is back.", True)


def test_possible_evaders_call_for_a_look_in_the_week_that_first_names_them():
    assert headline(evaders=(EVADER,)) == ("Since 2026-W08: 1 account may be evading a ban.", True)
    nothing = ("Nothing since 2026-W08 calls for another look.", False)
    assert headline(evaders=(EVADER,), named=frozenset({"eve"})) == nothing


def test_all_that_calls_for_a_look_is_told_in_one_sentence():
    ruling = comes_back("ann", is_ring=False)
    ruling = replace(ruling, returned=(*ruling.returned, *comes_back(FARM, is_ring=True).returned))
    evaders = (EVADER, replace(EVADER, account_id="mallory"))
    assert headline(ruling=ruling, evaders=evaders)[0] == (
        "Since 2026-W08: 1 ring needs a look, 1 account that was cleared is back, and 2 accounts may be evading a ban."
    )


@pytest.mark.parametrize(("number", "said"), [(0, ""), (1, " 1 of them was"), (2, " 2 of them were")])
def test_evaders_that_are_older_than_the_last_sweep_are_not_called_new(number, said):
    """Accounts of years ago stood under 'new accounts', since they were first seen this week."""
    made = [week_begin("2026-W08") - DAY] * number + [week_begin("2026-W09"), NO_TIME]
    evaders = tuple(replace(EVADER, account_id=f"acc-{n}", created_at=each) for n, each in enumerate(made))
    text = told(page(swept(evaders=evaders)))
    assert f"({number + 2}).{said}{' created before the last sweep.' if said else ''} Look at each" in text


def test_who_was_named_before_is_counted_and_not_listed_again():
    text = page(swept(evaders=(EVADER, replace(EVADER, account_id="mallory")), named=frozenset({"eve"})))
    assert [row[0] for row in tables(text, "evaders")[0]] == ["mallory"]
    assert "1 other account has signals of closed accounts too and needs no new look" in told(text)


def test_a_cleared_ring_that_grows_calls_for_none():
    """Page and exit code used to differ: what is remembered of a ring keeps what the analysis called it."""
    grown = event("09", "grew", FARM, 6, 11, 5)
    ruling = Ruling(cleared=(Cleared(FARM, is_ring=True, ring_id=FARM, by="kim", note="a hackathon"),))
    known = ring("2026-W09", "ann", "bob", ring_id=FARM)
    assert not lineage_calls(lineage(known, events=(grown,)), ruling)
    assert view_changes(changes(events=(grown,), ruling=ruling), two_rings().findings)["alerts"] == ()


def test_a_ring_that_grew_and_took_another_up_is_one_line():
    told = lines(event("09", "merged", "R-A", 5, 30, 5, others=("R-B",)), event("09", "grew", "R-A", 12, 30, 19, 1, 1))
    (line,) = told.values()
    assert (line.word, line.before, line.closed) == ("goes on after a ban", 12, 1)
    assert line.because == "a reason; a reason"


@pytest.mark.parametrize(
    ("happened", "word"),
    [
        (event("09", "shrank", "R-A", 60, 4, 0, 56, 50), "closed in part"),
        (event("09", "shrank", "R-A", 60, 4, 0, 56, 5), "shrank"),
        (event("09", "quiet", "R-A", 60, 0, 0, 60, 58), "closed"),
        (event("09", "quiet", "R-A", 60, 0, 0, 60), "quiet"),
    ],
)
def test_what_a_ban_took_is_said_as_such(happened, word):
    assert lines(happened)["R-A"].word == word


def test_an_honest_group_that_is_gone_is_counted_with_the_honest_ones():
    gone = event("09", "quiet", "R-GONE", 4, 0, 0, 4)
    text = told(page(swept(events=(gone,), gone={"R-GONE": "household"})))
    assert "Of the groups with an honest explanation: 1 quiet." in text
    assert "other change" not in text


def test_the_page_names_the_parts_and_whose_accounts_may_be_back():
    split = tuple(event("09", "split", f"R-{n}", 60, n, others=(FARM,)) for n in range(2, 10))
    evaders = tuple(Evader(f"acc-{n}", FARM if n else FIRM, START, (("card", "c1"),), 1 << 20) for n in range(4))
    text = told(page(swept(events=(event("09", "shrank", FARM, 60, 9, 0, 51, 30), *split), evaders=evaders)))
    assert "broke up" in text
    assert "a reason. Split off: R-9 (9), R-8 (8), R-7 (7), R-6 (6), R-5 (5) and 3 more" in text
    assert f"By ring: {FARM} (3). 3 of them were created before the last sweep. Look at each" in text
    assert "1 other account has" in text, "that of the firm, which is an honest group"


def test_a_ring_tells_its_own_weeks():
    ring = page(swept()).split(f'id="ring-{FARM}"')[1].split(f'id="ring-{FIRM}"')[0]
    assert "2026-W09: goes on after a ban" in ring, "as the sweep said it"
    assert "2026-W08: new, 6 accounts" in ring


def test_what_people_decided_and_who_may_evade_a_ban_is_shown():
    text = page(swept(**decided(harmless)))
    (evader,) = tables(text, "evaders")[0]
    assert evader[0] == "acc-9"
    assert "and 2 more" in evader[3]
    assert evader[4] == "20.0"
    (comeback,) = tables(text, "comebacks")[0]
    assert "kim: looked fine" in comeback[2]
    assert "1 cleared" in told(text)
    assert "chargebacks" in told(text)


def test_hostile_and_harmless_weeks_make_the_same_skeleton():
    def skeleton(disguise):
        parser = Skeleton()
        parser.feed(page(swept(disguise, **decided(disguise))))
        return parser.lines

    assert skeleton(hostile) == skeleton(harmless)


def test_equal_sweeps_give_equal_bytes():
    assert page(swept(hostile, **decided(hostile))) == page(swept(hostile, **decided(hostile)))


def test_many_changes_are_counted_and_the_page_stays_light():
    events = tuple(event("09", "born", f"R-{n:05d}", 0, 5, 5) for n in range(3000))
    evaders = tuple(Evader(f"acc-{n}", FARM, START, (("card", "c" * 5000),), 1 << 20) for n in range(3000))
    text = page(swept(events=events, evaders=evaders))
    assert len(text.encode()) < 1_500_000
    assert "2,950 more alerts" in text
    assert "2,988 more in" in text


# --- the picture --------------------------------------------------------------------------------------------------


def weeks(*events, kinds=None):
    return draw_weeks(events, KINDS if kinds is None else kinds)


def test_a_band_is_the_accounts_that_stayed():
    drawn = weeks(event("08", "born", "R-A", 0, 6, 6), event("09", "grew", "R-A", 6, 11, 6, 1, 1))
    (band,) = drawn["bands"]
    assert band["title"] == "R-A: 5 accounts from 2026-W08 to 2026-W09"
    first, second = drawn["blocks"]
    assert second["height"] == pytest.approx(first["height"] * 11 / 6, rel=0.02)
    assert first["closed"] > 0 == second["closed"]  # they were closed while the ring was as it had been


def test_a_split_and_a_merger_have_bands_between_rings():
    drawn = weeks(
        event("07", "born", "R-A", 0, 10, 10),
        event("08", "shrank", "R-A", 10, 6, 0, 4),
        event("08", "split", "R-B", 10, 4, 0, others=("R-A",)),
        event("09", "continued", "R-A", 6, 6),
        event("09", "merged", "R-A", 4, 10, 4, others=("R-B",)),
    )
    titles = {band["title"] for band in drawn["bands"]}
    assert "R-A to R-B: 4 accounts from 2026-W07 to 2026-W08" in titles
    assert "R-B to R-A: 4 accounts from 2026-W08 to 2026-W09" in titles
    assert "R-A: 6 accounts from 2026-W08 to 2026-W09" in titles
    assert {block["word"] for block in drawn["blocks"]} == {"", "split off", "merged"}


def test_a_ring_that_comes_back_is_joined_to_where_it_was():
    drawn = weeks(
        event("06", "born", "R-A", 0, 10, 10),
        event("07", "quiet", "R-A", 10, 0, 0, 10),
        event("08", "returned", "R-A", 10, 9, 2, 3),
    )
    assert [band["title"] for band in drawn["bands"]] == ["R-A: 7 accounts from 2026-W06 to 2026-W08"]
    assert [block["word"] for block in drawn["blocks"]] == ["", "quiet", "back"]


def test_more_rings_than_can_be_followed_are_counted():
    events = [event(week, "continued", f"R-{n:02d}", n + 2, n + 2) for n in range(40) for week in ("08", "09")]
    drawn = weeks(*events, kinds={"R-03": "coordinated"})
    assert len(drawn["lanes"]) == N_LANES
    assert drawn["lanes"][0]["ring_id"] == "R-03"
    assert drawn["note"].startswith("14 of 40 rings, those coordinated or going on after a ban first.")


def test_the_order_of_events_leaves_the_picture_as_it_is():
    events = [event(week, "continued", f"R-{n:02d}", 5, 5) for n in range(9) for week in ("07", "08", "09")]
    assert weeks(*events) == weeks(*reversed(events))
