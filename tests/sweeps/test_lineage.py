"""Histories of rings written out by hand: what goes on as what, and what a sweep says of it."""

from dataclasses import replace

import numpy as np
import pytest
from lineage_worlds import accounts, changes, follow, kinds, ring, trace, week

from graphlink.config.lineage import LineageSettings
from graphlink.model.sweeps import EventKind, RingStatus
from graphlink.sweeps.lineage.statuses import are_closed, unknown_statuses

QUIET = week({}, others="z")
OWN = {"card 1": "abcd", "ip 1": "abcd"}
ONE = week({"one": "abcd"}, OWN)
AGAIN = week({"new": "uvwxy"}, {"card 1": "uv", "ip 1": "vw"})


def test_a_ring_is_born_under_an_id_of_its_week():
    (born,) = follow(week({"one": "abc"}))
    assert list(born.ids) == ["one"]
    assert born.ids["one"].startswith("R-2026-W10-")
    assert kinds(born) == {born.ids["one"]: ["born"]}
    assert born.events[0].because == "3 accounts, none of them known from other rings"


def test_what_is_known_of_a_new_ring():
    tiers = {"b": "probable", "c": "possible_victim"}
    (born,) = follow(week({"one": "abc"}, {"card 1": "ab", "card 2": "ab"}, tiers=tiers, weak=["card 2"]))
    known = born.known[0]
    assert (known.born, known.last_week, known.status) == ("2026-W10", "2026-W10", RingStatus.ACTIVE)
    assert (known.n_members, known.n_core, known.score, known.assessment) == (2, 1, 89.0, "coordinated")
    assert {member.account_id: member.tier for member in known.members} == {"a": "core", **tiers}
    signal = known.signals[0]
    assert (signal.signal_type, signal.signal_value, signal.accounts_in_ring, signal.bits) == ("card", "1", 2, 20 << 16)
    assert [(signal.signal_value, signal.passes) for signal in known.signals] == [("1", True), ("2", False)]


def test_a_signal_that_most_others_bear_is_remembered_and_not_as_the_rings():
    (born,) = follow(week({"one": "abc"}, {"ip nat": "abcdefgh", "ip own": "abcxy"}))
    assert [(signal.signal_value, signal.passes) for signal in born.known[0].signals] == [("nat", False), ("own", True)]


def test_no_ring_is_found_again_by_signals_that_do_not_link():
    first, second = follow(week({"one": "abcd"}, OWN, weak=[*OWN]), AGAIN)
    assert second.ids["new"] != first.ids["one"]


def test_a_signal_that_linked_stays_the_rings_while_it_is_waited_for():
    linking, weak = ((["card 1"] if is_weak else []) for is_weak in (False, True))
    lineages = follow(*[week({"one": "abcd"}, {"card 1": "abcd"}, weak=each) for each in (linking, *[weak] * 9)])
    assert [lineage.known[0].signals[0].passes for lineage in lineages] == [True] * 9 + [False]


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [
        ("abcdefghij", "abcdefghijkl", EventKind.GREW),
        ("abcdefghij", "abcdefghijk", EventKind.CONTINUED),
        ("abcdefghij", "abcdefgh", EventKind.SHRANK),
        ("abcdefghij", "abcdefghi", EventKind.CONTINUED),
        ("ab", "abc", EventKind.CONTINUED),  # one joined a pair: no news
        ("ab", "abcd", EventKind.GREW),
        ("abcdefghij", "abcdefghxy", EventKind.CONTINUED),  # as many, some of them others
    ],
)
def test_a_ring_grew_or_shrank_by_a_fifth_and_two_accounts(before, after, kind):
    first, second = follow(week({"one": before}), week({"new": after}))
    event = second.events[0]
    assert (event.kind, event.ring_id) == (kind, first.ids["one"])
    assert (event.n_before, event.n_after) == (len(before), len(after))
    assert event.n_joined == len(set(after) - set(before))
    assert event.n_left == len(set(before) - set(after))


def test_who_left_because_of_a_ban_is_counted():
    _, second = follow(week({"one": "abcdef"}), week({"one": "abcd"}, others="ef", banned="ae"))
    event = second.events[0]
    assert (event.kind, event.n_left, event.n_banned) == (EventKind.SHRANK, 2, 1)
    assert event.because == "from 6 to 4 accounts: 0 joined, 2 left (1 closed)"


def test_nobody_who_left_is_counted_twice_where_it_is_closed_and_in_another_ring():
    first, second = follow(
        week({"one": "abcdef", "two": "uvwx"}), week({"one": "abcd", "two": "efuvwx"}, others="z", banned="e")
    )
    event = next(event for event in second.events if event.ring_id == first.ids["one"])
    assert event.because.endswith(" 2 left (1 closed and in other rings now, 1 in other rings now)")


def test_possible_victims_count_for_nothing():
    _, second = follow(
        week({"one": "abcd"}, tiers=dict.fromkeys("cd", "possible_victim")), week({"one": "cd"}, tiers={})
    )
    assert sorted(changes(second)) == ["born", "quiet"]


def test_on_a_split_the_piece_with_most_of_the_core_keeps_the_id():
    edge = dict.fromkeys("abcde", "peripheral")
    first, second = follow(week({"one": "abcdefghi"}), week({"edge": "abcde", "core": "fghi"}, tiers=edge))
    assert second.ids["core"] == first.ids["one"]
    split = next(event for event in second.events if event.kind is EventKind.SPLIT)
    assert (split.ring_id, split.others) == (second.ids["edge"], (first.ids["one"],))
    assert split.because == f"from {first.ids['one']}: 5 of 5 accounts were in it before"
    assert accounts(ring(second, first.ids["one"])) == "fghi"


def test_a_splinter_does_not_go_on_where_most_went_into_another_ring():
    first, second = follow(
        week({"old": "abcdefghijklmnop", "one": "qrstuvwxyz"}), week({"big": "abcdefghijklmnopqrstuvw", "bit": "xyz"})
    )
    assert second.ids["big"] == first.ids["old"]
    assert kinds(second) == {first.ids["old"]: ["grew", "merged"], second.ids["bit"]: ["split"]}
    assert ring(second, first.ids["one"]).merged_into == first.ids["old"]


def test_of_rings_that_merge_the_oldest_stays():
    first, second, third = follow(
        week({"old": "abcd"}), week({"old": "abcd", "young": "efghij"}), week({"both": "abcdefghij"})
    )
    old, young = first.ids["old"], second.ids["young"]
    assert third.ids == {"both": old}
    assert kinds(third) == {old: ["grew", "merged"]}
    merged = next(event for event in third.events if event.kind is EventKind.MERGED)
    assert (merged.others, merged.n_joined) == ((young,), 6)
    assert merged.because == f"6 of 6 accounts of {young} are in it now"
    gone = ring(third, young)
    assert (gone.status, gone.merged_into, gone.members, gone.signals) == (RingStatus.MERGED, old, (), ())


def test_a_large_ring_does_not_take_the_id_of_an_old_pair():
    first, second, third = follow(
        week({"pair": "ab"}), week({"pair": "ab", "farm": "cdefghijkl"}), week({"farm": "abcdefghijkl"})
    )
    assert third.ids["farm"] == second.ids["farm"]
    assert ring(third, first.ids["pair"]).merged_into == second.ids["farm"]


def test_ids_of_rings_that_merged_one_after_the_other_lead_to_the_one_that_is_left():
    lineages = follow(
        week({"one": "abcdef"}),
        week({"one": "abcdef", "two": "ghijk"}),
        week({"one": "abcdef", "two": "ghijk", "three": "lmno"}),
        week({"one": "abcdef", "two": "ghijklmno"}),
        week({"one": "abcdefghijklmno"}),
    )
    one, two, three = lineages[0].ids["one"], lineages[1].ids["two"], lineages[2].ids["three"]
    last = lineages[-1]
    assert (ring(last, three).merged_into, ring(last, two).merged_into) == (two, one)
    assert ring(last, one).merged_into is None
    assert {each.ring_id for each in last.known} == {one, two, three}


def test_a_ring_that_went_into_another_does_not_also_go_on_by_its_signals():
    first, second = follow(
        week({"old": "abcdef", "young": "ghijk"}, {"card 7": "ghijk", "ip 7": "ghijk"}),
        week({"both": "abcdefghijk", "new": "uvw"}, {"card 7": "uvw", "ip 7": "uvw"}),
    )
    old, young, new = first.ids["old"], first.ids["young"], second.ids["new"]
    assert (second.ids["both"], ring(second, young).merged_into) == (old, old)
    assert new not in {old, young}
    assert kinds(second) == {old: ["grew", "merged"], new: ["split"]}


def test_a_ring_that_is_not_seen_is_quiet_and_returns_under_its_id():
    first, second, third, fourth = follow(week({"one": "abcd"}), QUIET, QUIET, week({"new": "abc"}))
    assert kinds(second) == {first.ids["one"]: ["quiet"]}
    assert second.events[0].because == "of 4 accounts, none closed and none in other rings"
    assert ring(second, first.ids["one"]).status is RingStatus.QUIET
    assert third.events == ()
    assert kinds(fourth) == {first.ids["one"]: ["returned"]}
    assert fourth.events[0].because == "not seen since 2026-W10; 3 of 3 accounts were in it before"


def test_a_ring_ends_after_eight_weeks_and_what_comes_then_is_another():
    lineages = follow(ONE, *[QUIET] * 9, ONE)
    ring_id = lineages[0].ids["one"]
    assert [kinds(each) for each in lineages[1:10]] == [{ring_id: ["quiet"]}, *[{}] * 7, {ring_id: ["ended"]}]
    ended = ring(lineages[9], ring_id)
    assert (ended.status, ended.last_week, ended.members, ended.signals) == (RingStatus.ENDED, "2026-W10", (), ())
    assert accounts(ring(lineages[8], ring_id)) == "abcd"
    assert kinds(lineages[10]) == {lineages[10].ids["one"]: ["born"]}
    assert lineages[10].ids["one"] != ring_id
    assert ring(lineages[10], ring_id) == ended


def test_weeks_without_a_sweep_end_nothing_that_is_found_again():
    lineages = follow(ONE, *[None] * 12, ONE)
    assert lineages[1].ids == lineages[0].ids


def test_accounts_that_left_are_ghosts_for_eight_weeks():
    lineages = follow(week({"one": "abcdxy"}, {"card 1": "abcdxy"}), *[week({"one": "abcd"})] * 9)
    assert accounts(lineages[8].known[0]) == "abcdxy"
    assert accounts(lineages[9].known[0]) == "abcd"
    assert lineages[8].known[0].n_members == 4
    assert [len(lineage.known[0].signals) for lineage in lineages] == [1] * 9 + [0]  # forgotten with who bore them


def test_a_ring_whose_ghosts_alone_are_back_is_that_ring():
    lineages = follow(week({"one": "abcdxyz"}), week({"one": "abcd"}), QUIET, week({"new": "xyz"}))
    assert lineages[-1].ids["new"] == lineages[0].ids["one"]


def test_a_ring_that_lost_all_its_accounts_is_known_by_its_signals():
    first, second = follow(ONE, AGAIN)
    assert second.ids["new"] == first.ids["one"]
    assert changes(second) == []
    assert second.events[0].because.endswith("; 3 of 5 accounts bear 2 signals that only it had")
    first, _, third = follow(ONE, QUIET, AGAIN)
    assert third.ids["new"] == first.ids["one"]
    assert third.events[0].because == "not seen since 2026-W10; 3 of 5 accounts bear 2 signals that only it had"


def test_a_ring_that_is_known_by_its_accounts_is_not_told_by_a_single_signal():
    lineages = follow(week({"one": "abcd"}, {"card 1": "abcd"}), QUIET, week({"new": "abxyz"}, {"card 1": "abxyz"}))
    assert lineages[-1].ids["new"] == lineages[0].ids["one"]
    assert lineages[-1].events[0].because == "not seen since 2026-W10; 2 of 5 accounts were in it before"


def test_new_accounts_with_a_living_rings_signals_are_split_from_it():
    first, second = follow(ONE, week({"one": "abcd", "new": "uvw"}, {"card 1": "abcduvw", "ip 1": "cduvw"}))
    split = next(event for event in second.events if event.kind is EventKind.SPLIT)
    assert (split.ring_id, split.others) == (second.ids["new"], (first.ids["one"],))


def test_a_new_ring_came_from_where_most_of_its_accounts_were_whatever_its_signals_say():
    signals = {"card 2": "uvwxyz", "ip 2": "uvwxyz"}
    first, second = follow(
        week({"one": "abcdefghi", "two": "uvwxyz"}, signals),
        week({"one": "abcdef", "two": "uvwxyz", "bit": "ghi"}, {"card 2": "ghiuvwxyz", "ip 2": "ghiuvwxyz"}),
    )
    split = next(event for event in second.events if event.kind is EventKind.SPLIT)
    assert (split.ring_id, split.others) == (second.ids["bit"], (first.ids["one"],))


@pytest.mark.parametrize(
    "bears",
    [
        {"card 1": "uvw"},  # one signal may have been passed on
        {"card 1": "u", "ip 1": "u"},  # one account may be anybody
        {"card 1": "uvwklmn", "ip 1": "uvwklmn"},  # by now most who bear them are strangers
    ],
)
def test_what_is_no_more_than_a_coincidence_makes_no_ring_return(bears):
    first, second = follow(ONE, week({"new": "uvw"}, bears, others="uvw"))
    assert second.ids["new"] != first.ids["one"]
    assert sorted(changes(second)) == ["born", "quiet"]


def test_honest_companies_are_no_ring_that_left_because_both_use_a_vpn():
    vpn = {"ip exit-1": "abcdefghklmnopqrst", "ip exit-2": "abcdefghklmnopqrst"}
    first, second = follow(
        week({"ring": "abcd"}, {**vpn, "card 1": "abcd"}, others="efgh"),
        week({"firm": "klmn"}, {**vpn, "card 2": "klmn"}, assessment="organisation"),
    )
    assert second.ids["firm"] != first.ids["ring"]
    assert sorted(changes(second)) == ["born", "quiet"]


def test_members_keep_what_is_known_of_their_ban_when_the_export_lists_them_no_more():
    lineages = follow(
        week({"one": "abcd"}),
        week({"one": "abc"}, others="d", banned="d"),
        week({"one": "abc"}),
        week({"one": "abc"}, others="d"),
    )
    said = [next(each for each in lineage.known[0].members if each.account_id == "d") for lineage in lineages]
    banned, not_any_more = (True, "2026-W11"), (False, None)  # the provider took it back
    told = [(member.banned, member.banned_week) for member in said]
    assert told == [(False, None), banned, banned, not_any_more]


def test_who_is_seen_without_a_status_is_what_the_weeks_before_said():
    """As where an account's row was set aside for a telephone number that its holder chose, or has an empty status."""
    silent = week({"one": "abcd"})
    accounts = silent.sightings.accounts
    unsaid = replace(accounts, status=np.where(np.array(accounts.ids.to_pylist()) == "d", -1, accounts.status))
    silent = replace(silent, sightings=replace(silent.sightings, accounts=unsaid))
    told = follow(week({"one": "abcd"}), week({"one": "abcd"}, banned="d"), silent, week({"one": "abcd"}))
    said = [next(each for each in lineage.known[0].members if each.account_id == "d") for lineage in told]
    assert [(each.closed, each.banned) for each in said] == [(False, False), (True, True), (True, True), (False, False)]
    assert not any(each.closed for each in told[2].known[0].members if each.account_id != "d")


def test_who_closed_an_account_is_told_apart_and_both_are_closed():
    weeks = [
        week({"one": "abcd"}),
        week({"one": "abcd"}, banned="d"),
        week({"one": "abc"}),
        week({"one": "abcd"}, others="d"),
    ]
    for words, banned in (({}, True), ({"banned_statuses": ("locked",), "closed_statuses": ("banned",)}, False)):
        told = follow(*weeks, settings=LineageSettings(**words))
        said = [next(each for each in lineage.known[0].members if each.account_id == "d") for lineage in told]
        assert [each.closed for each in said] == [False, True, True, False]
        assert [each.banned for each in said] == [False, banned, banned, False]


def test_a_status_in_no_list_is_named_and_counts_as_open():
    accounts = replace(week({"one": "abcdefg"}, banned="bcdef").sightings.accounts, status_names=("active", "frozen "))
    (notice,) = unknown_statuses(accounts, LineageSettings())
    assert notice.code == "GL333"
    assert "frozen  (5 accounts): in none" in notice.text
    assert not are_closed(accounts, LineageSettings()).any()
    for lists in ("banned_statuses", "closed_statuses", "open_statuses"):
        words = getattr(LineageSettings(), lists)
        assert unknown_statuses(accounts, LineageSettings(**{lists: (*words, "FROZEN")})) == ()


def test_a_status_of_few_accounts_may_be_a_note_and_is_counted():
    accounts = week({"one": "abcdefgh"}, banned="bcdef").sightings.accounts
    accounts = replace(accounts, status=np.array([0, 0, 0, 0, 0, 1, 1, 2]), status_names=("zoned", "frozen", "Jane"))
    (notice,) = unknown_statuses(accounts, LineageSettings())
    assert notice.text.startswith(
        "column status: zoned (5 accounts) and 2 that fewer than 5 accounts have (3 accounts): in none"
    )


def test_a_signal_that_closed_accounts_bore_stays_one_when_they_are_gone():
    lineages = follow(
        week({"one": "abcd"}, {"card 1": "abcd"}),
        week({"one": "abcd"}, {"card 1": "abcd"}, banned="abc"),
        week({"one": "uvwd"}, {"card 1": "uvwd"}),
    )
    assert [lineage.known[0].signals[0].accounts_banned for lineage in lineages] == [0, 3, 3]


def test_a_week_that_is_not_after_the_newest_is_refused():
    known = follow(ONE)[0].known
    for name in ("2026-W10", "2026-W09", "2025-W52"):
        with pytest.raises(ValueError, match="is not after 2026-W10"):
            trace(known, ONE.findings, ONE.sightings, name)
