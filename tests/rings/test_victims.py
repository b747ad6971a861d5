"""Who is a possible victim: whoever bore first what ties it to its community, and whom a ring had taken over."""

from collections.abc import Sequence
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
import worlds
from hypothesis import example, given
from hypothesis import strategies as st
from worlds import among, sightings, stages

from graphlink.model.findings import Tier
from graphlink.model.signals import Provenance
from graphlink.model.times import NO_TIME, Moments
from graphlink.rings.victims import (
    DAY,
    _but_homes,
    _by_time,
    find_episodes,
    find_first,
    find_taken_over,
    with_their_company,
)

A_RING = [f"a{i}" for i in range(1, 13)]


def framed(**days: int) -> worlds.Stages:
    """A ring that bears the victim's card and address from day 30 on; she has them from ``vic`` on."""
    first = {"vic": 1, "ring": 30, **days}
    told = worlds.framed_account.replace("@30", "@{ring}").replace("@31", "@{ring}").replace("@1:", "@{vic}:")
    return stages(among(told.format(**first)))


def test_whose_values_the_ring_took_is_a_possible_victim():
    tiers = framed().tiers()
    assert tiers["vic"] == Tier.POSSIBLE_VICTIM
    assert {tiers[account] for account in A_RING} == {Tier.CORE}


@pytest.mark.parametrize("day", [30, 40])
def test_who_bears_them_at_the_same_time_or_later_is_a_member(day):
    assert framed(vic=day).tiers()["vic"] != Tier.POSSIBLE_VICTIM


def test_one_value_of_the_rings_own_is_enough_to_be_a_member():
    """Whoever also uses the ring's prompt, as late as the others, was not framed with that."""
    world = stages(among(worlds.framed_account + "\n template alpha: vic"))
    assert world.tiers()["vic"] != Tier.POSSIBLE_VICTIM


def test_unknown_times_excuse_nobody():
    without = worlds.framed_account.replace(" @1:", ":").replace(" @30:", ":").replace(" @31:", ":")
    assert stages(among(without)).tiers()["vic"] != Tier.POSSIBLE_VICTIM


def taken_over(created: int | None = None, **days: int | str) -> worlds.Stages:
    """A ring that was on the victim's account from day 100 to 103; its own card was seen on days 60 and 90."""
    told = {"began": 60, "lived": 90, "went": 103, "own": "card"} | days
    seen = among(
        """
        card k1 @100: r1..r12 vic
        ip 203.0.113.5 @101: r1..r12 vic
        template theirs @100: r1..r12 vic
        card k1 @{went}: r1..r12 vic
        {own} hers @{began}: vic
        {own} hers @{lived}: vic
    """.format(**told)
    )
    return stages(sightings(seen, created={} if created is None else {"vic": created}))


@pytest.mark.parametrize(
    ("days", "excused"),
    [
        ({}, True),
        ({"went": 106}, True),
        ({"went": 107}, False),  # a week
        ({"began": 72}, True),
        ({"began": 73}, False),  # it had begun a life of its own less than four weeks before
        ({"lived": 67}, True),
        ({"lived": 66}, False),  # and was seen for less than a week
        ({"lived": 104}, True),  # before the ring and after it
        ({"lived": 103}, False),
        ({"own": "phone"}, False),  # the provider did not observe it
        ({"began": 92, "lived": 99}, False),  # an export of a month, which shows no longer life
        ({"began": 92, "lived": 99, "created": 72}, True),
        ({"began": 92, "lived": 99, "created": 73}, False),  # the account is not four weeks older
        ({"began": 99, "lived": 109, "created": 60}, True),  # a day before the ring and six after it
        ({"began": 99, "lived": 108, "created": 60}, False),
        ({"began": 104, "lived": 140, "created": 60}, False),  # nothing of hers came before the ring
    ],
)
def test_whom_a_ring_was_on_for_some_days_of_a_longer_life_is_a_possible_victim(days, excused):
    tiers = taken_over(**days).tiers()
    assert (tiers["vic"] == Tier.POSSIBLE_VICTIM) is excused
    assert {tiers[f"r{i}"] for i in range(1, 13)} == {Tier.CORE}


def test_a_life_that_begins_anew_after_the_episode_is_the_owners_as_well():
    """She was seen for a day before the ring came; her next address came when it had gone."""
    rows = """
        card k1 @100: r1..r12 vic
        ip 203.0.113.5 @103: r1..r12 vic
        template theirs @100: r1..r12 vic
        card old @60: vic
        card new @110: vic
        card new @{until}: vic
    """
    found = [stages(sightings(among(rows.format(until=until)))).tiers()["vic"] for until in (140, 111)]
    assert found == [Tier.POSSIBLE_VICTIM] * 2
    of_one_day = rows.replace("@60", "@99").replace("@{until}", "@104").replace("new @110", "new @104")
    assert stages(sightings(among(of_one_day), created={"vic": 60})).tiers()["vic"] != Tier.POSSIBLE_VICTIM


def phished(home: str, *, kind: str = "ip", others: int = 0, since: int = 60) -> dict[str, Tier]:
    """A ring of sixteen that was on four people of one place from day 100 to 103; they are there before and since."""
    strangers = f" c1..c{others}" if others else ""
    told = """
        card k1 @100: r1..r16 v1..v4
        device theirs @101: r1..r16 v1..v4
        ip 203.0.113.5 @101: r1..r16 v1..v4
        template theirs @103: r1..r16 v1..v4
    """
    told += f"{kind} {home} @{since}: v1..v4{strangers}\n {kind} {home} @130: v1..v4{strangers}\n"
    told += "".join(f"card own{i} @60: v{i}\n card own{i} @90: v{i}\n" for i in range(1, 5))
    return stages(sightings(among(told))).tiers()


@pytest.mark.parametrize(
    ("place", "excused"),
    [
        ({}, True),
        ({"since": 99}, True),  # a day before the ring came
        ({"since": 100}, False),
        ({"others": 3}, True),
        ({"kind": "email_domain", "others": 12}, True),  # mostly others', who were not taken over
    ],
)
def test_what_people_have_in_common_who_were_taken_over_together_is_none_of_the_rings(place, excused):
    """Four colleagues whom one thief phished share their office too, and have for long."""
    tiers = phished("198.51.100.9", **place)
    assert {tiers[f"v{i}"] == Tier.POSSIBLE_VICTIM for i in range(1, 5)} == {excused}
    assert {tiers[f"r{i}"] for i in range(1, 17)} == {Tier.CORE}


def test_of_homes_that_hang_together_none_is_one_where_another_is_none():
    """Accounts 0 and 1 share a home, and so do 1 and 2; 2 was on the ring's value for a month."""
    days = [(0, 0, 60), (0, 1, 60), (1, 1, 60), (1, 2, 60), (2, 0, 100), (2, 1, 100), (2, 2, 100)]
    ties = pd.DataFrame(days, columns=["row", "account", "day"]).assign(sighting=range(7))
    signals = pd.DataFrame({"inside": [2, 2, 12], "outside": [0, 0, 0]})
    first, last = ties["day"].to_numpy() * DAY, np.array([130, 130, 130, 130, 103, 103, 130]) * DAY
    seen = SimpleNamespace(first_seen=first, last_seen=last)
    assert _but_homes(ties, signals, seen)["row"].tolist() == ties["row"].tolist()
    brief = SimpleNamespace(first_seen=first, last_seen=np.minimum(last, np.where(ties["row"] == 2, 103, 130) * DAY))
    assert _but_homes(ties, signals, brief)["row"].tolist() == [2, 2, 2]


def taken(rows: list[tuple[int, int, int, int]], inside: list[int], outside: list[int], n: int = 12) -> int:
    """How many of ``n`` accounts were taken over: rows are value, account, first and last day; each has a card, too."""
    own = [(len(inside), account, 60, 90) for account in range(n)]
    told = np.array([*rows, *own])
    order = np.lexsort((told[:, 0], told[:, 1]))
    place = np.argsort(order)
    value, account, first, last = told[order].T
    seen = SimpleNamespace(
        account=account,
        signal=value,
        first_seen=first * DAY,
        last_seen=last * DAY,
        signal_type=np.zeros(len(inside) + 1, dtype=np.int64),
        types=(SimpleNamespace(provenance=Provenance.OBSERVED),),
        accounts=SimpleNamespace(created_at=np.zeros(n, dtype=np.int64)),
    )
    ties = pd.DataFrame({"row": [each[0] for each in rows], "account": [each[1] for each in rows]}, dtype=np.int64)
    members = pd.DataFrame({"account": range(n), "community": 0})
    signals = pd.DataFrame({"inside": inside, "outside": outside})
    return int(find_taken_over(members, ties.assign(sighting=place[: len(rows)]), signals, seen).sum())


A_CARD = [(0, account, 100, 103) for account in range(12)]
FOR_LONG = [(1, account, 60, 130) for account in range(12)]


@pytest.mark.parametrize(("n_together", "excused"), [(6, 6), (7, 0)])
def test_where_most_would_be_victims_for_their_homes_these_are_the_operators(n_together, excused):
    """Twelve accounts on a card for three days; some of them were at a home for weeks before, the others elsewhere."""
    at_home = [(2, account, 60, 130) for account in range(n_together)]
    assert taken([*A_CARD, *at_home, *FOR_LONG[n_together:]], [12, 12, 3], [0, 0, 0]) == excused


@pytest.mark.parametrize(("n_strictly", "excused"), [(7, 9), (6, 6)])
def test_where_most_are_victims_whatever_their_homes_the_others_are_too(n_strictly, excused):
    """Of twelve on a card for three days some share nothing else, and others a home: nine would be victims then."""
    at_home = [(2, account, 60, 130) for account in range(n_strictly, 9)]
    assert taken([*A_CARD, *at_home, *FOR_LONG[9:]], [12, 12, 9 - n_strictly], [0, 0, 0]) == excused


@pytest.mark.parametrize(
    ("inside", "outside", "excused"),
    [(6, 0, 4), (7, 0, 0), (7, 7, 0), (7, 8, 4)],  # a household's; a crowd's; half others'; mostly others'
)
def test_a_home_is_a_households_or_mostly_others(inside, outside, excused):
    at_home = [(2, account, 60, 130) for account in range(4)]
    assert taken([*A_CARD, *at_home, *FOR_LONG[4:]], [12, 12, inside], [0, 0, outside]) == excused


@pytest.mark.parametrize(("last", "excused"), [(106, 4), (107, 0)])
def test_an_episode_beside_a_home_is_shorter_than_a_week(last, excused):
    card = [(value, account, first, last) for value, account, first, _ in A_CARD]
    at_home = [(2, account, 60, 130) for account in range(4)]
    assert taken([*card, *at_home, *FOR_LONG[4:]], [12, 12, 4], [0, 0, 0]) == excused


def test_whom_nothing_ties_nobody_took_over():
    assert taken(A_CARD[:4], [4], [0]) == 4
    assert taken([], [4], [0]) == 0


def raid(lives: Sequence[Sequence[int]], created: dict[str, int]) -> list[int]:
    """Who of sixteen, each seen with its own card on days, was a victim of a thief who came from day 100 to 103."""
    thief = "ip 203.0.113.5 @100: v1..v16\n template theirs @101: v1..v16\n device theirs @103: v1..v16"
    own = "".join(f"\n card own{i} @{day}: v{i}" for i, days in enumerate(lives, 1) for day in days)
    tiers = stages(sightings(among(thief + own), created=created)).tiers()
    return [i for i in range(1, 17) if tiers[f"v{i}"] == Tier.POSSIBLE_VICTIM]


@pytest.mark.parametrize(
    ("n_with_lives", "created", "excused"),
    [
        (4, 72, 16),
        (4, 73, 4),  # accounts that had not been there for four weeks
        (3, 72, 3),  # fewer than a quarter: the others may have been bought
    ],
)
def test_where_a_quarter_was_taken_over_so_were_accounts_that_lay_idle(n_with_lives, created, excused):
    created_then = {f"v{i}": created for i in range(1, 17)}
    assert raid([(60, 90)] * n_with_lives, created_then) == list(range(1, excused + 1))


@pytest.mark.parametrize(
    ("n_with_lives", "began", "others_began", "excused"),
    [
        (4, 86, 93, 16),  # two weeks before the thief, and the others a week
        (4, 87, 93, 0),  # a ring that warms its accounts up
        (3, 86, 93, 0),  # fewer than a quarter
        (4, 86, 94, 4),
        (0, 86, 93, 0),
    ],
)
def test_where_nobody_says_when_accounts_were_made_the_first_that_was_seen_of_them_shows_their_age(
    n_with_lives, began, others_began, excused
):
    lives = [(began, began + 7)] * n_with_lives + [(others_began,)] * (16 - n_with_lives)
    assert raid(lives, {}) == list(range(1, excused + 1))


def test_of_accounts_that_some_have_a_date_each_shows_its_age_as_it_can():
    """Seven were made long before the thief came and one was not; of the others all were seen two weeks before."""
    created = {f"v{i}": 80 if i == 1 else 10 for i in range(1, 9)}
    assert raid([(86, 93)] * 16, created) == list(range(2, 17))


def company(**told: list[bool]) -> list[bool]:
    """Who was taken over of a community of four accounts and one of two."""
    return with_their_company(pd.DataFrame(told), np.array([0, 0, 0, 0, 1, 1])).tolist()


def test_one_community_excuses_nobody_in_another():
    taken = [True, *[False] * 5]
    idle = [False, True, True, False, True, True]
    assert company(taken_over=taken, looks_taken=taken, lay_idle=idle) == [True, True, True, False, False, False]


@pytest.mark.parametrize(("n_look_so", "excused"), [(2, []), (3, [0, 1, 2, 3])])
def test_one_or_two_who_only_look_taken_over_excuse_nobody(n_look_so, excused):
    """Of a household one or two came home late."""
    looks = [account < n_look_so for account in range(6)]
    found = company(taken_over=[False] * 6, looks_taken=looks, lay_idle=[True] * 6)
    assert np.flatnonzero(found).tolist() == excused


def test_unknown_times_show_nobody_taken_over():
    world = taken_over()
    ties = world.evidence.ties.assign(sighting=np.arange(len(world.evidence.ties)))
    unknown = replace(world.sightings, first_seen=Moments.of(np.full(len(world.sightings), NO_TIME)))
    assert not find_episodes(ties, unknown).to_numpy().any()
    nobody = find_episodes(ties[:0], world.sightings)
    assert nobody["taken_over"].dtype == nobody["lay_idle"].dtype == np.bool_
    assert nobody.empty


def leaders(*values: dict[int, float | None], size: int) -> list[int]:
    """Who was first of a community of a size, by the day on which each account was first seen with each value."""
    seen = [(row, who, day) for row, value in enumerate(values) for who, day in value.items()]
    ties = pd.DataFrame(
        [(row, who, NO_TIME if day is None else int(day * DAY)) for row, who, day in seen],
        columns=["row", "account", "first_seen"],
        dtype=np.int64,
    )
    came_first = find_first(ties, pd.DataFrame({"inside": [len(each) for each in values], "size": size}))["came_first"]
    return came_first[came_first].index.tolist()


def on(n: int, *, first: int = 0, day: float = 1, others: float = 30) -> dict[int, float]:
    """So many accounts have a value since some day, or since another if they are among the first."""
    return {account: day if account < first else others for account in range(n)}


def either_way(*values):
    """The values in either order."""
    return values, values[::-1]


@pytest.mark.parametrize(
    ("n_early", "at_home", "excused"),
    [(1, 0, True), (3, 0, True), (4, 0, False), (4, 4, True), (4, 3, False), (6, 6, True), (7, 7, False)],
)
def test_a_household_may_have_had_a_value_before_the_ring_took_it(n_early, at_home, excused):
    """Up to three may share what was taken, or six who share a home; what more had before, a ring began with."""
    found = leaders(on(12, first=n_early, others=90), on(at_home, others=100), size=12)
    assert found == list(range(n_early if excused else 0))


@pytest.mark.parametrize(
    ("card_of_last", "home_of_last", "excused"),
    [
        (29.5, 40, True),  # took the family's card hours before the ring did, and was seen at home later
        (50, 1, True),  # lived there all along, and took the card up when the ring had it
        (50, 40, False),  # nothing shows whether it was the family's or the ring's first
        (None, 1, False),
        (50, None, False),
    ],
)
def test_who_was_of_the_household_before_a_stranger_came_goes_with_those_who_were_first(
    card_of_last, home_of_last, excused
):
    """Account 1 lives with account 0, whose card ten others took on day 30."""
    card, home = on(12, first=1) | {1: card_of_last}, {0: 1, 1: home_of_last}
    assert leaders(card, home, size=12) == ([0, 1] if excused else [0])


@pytest.mark.parametrize("n_others", [2, 3, 20])
def test_a_household_goes_along_where_enough_strangers_took_the_value(n_others):
    """Account 0 lives with 1 to 4, who took its card up a month later; where two others did too, it is their card."""
    for values in either_way(on(5 + n_others, first=1), on(5, others=1)):
        assert leaders(*values, size=5 + n_others) == ([0] if n_others < 3 else [0, 1, 2, 3, 4])


@pytest.mark.parametrize(("wait", "excused"), [(1, 5), (1 - 1e-9, 0)])
def test_a_household_was_first_where_strangers_came_a_day_or_more_later(wait, excused):
    """Five who live together have a card: too many to have been first by themselves. Three strangers took it."""
    card = on(8, first=5, day=10, others=10 + wait)
    assert leaders(card, on(5, others=1), size=20) == list(range(excused))


@pytest.mark.parametrize(
    ("n_family", "n_came_since", "excused"), [(6, 6, True), (7, 1, False), (5, 2, True), (6, 7, False)]
)
def test_a_ring_that_comes_to_a_familys_address_takes_nobodys_excuse(n_family, n_came_since, excused):
    """A family had a card for weeks; a large ring took it, and some of it came to the family's address as well."""
    home = on(n_family + n_came_since, first=n_family, day=2, others=31)
    for values in either_way(on(n_family + 20, first=n_family), home):
        assert leaders(*values, size=300) == list(range(n_family if excused else 0))


@pytest.mark.parametrize("others", [[1, 2, 3, 4], [1, 2, 3, 4, 6]])
def test_of_a_household_of_two_homes_the_larger_goes_with_those_who_were_first(others):
    """Account 0 shares a device with four or five, which is more than the address that it shares with 5."""
    strangers = dict.fromkeys(range(10, 16), 1)
    for homes in either_way({0: 1, 5: 1}, dict.fromkeys([0, *others], 1)):
        assert leaders(on(20, first=1), *homes, strangers, size=20) == [0, *others]


@pytest.mark.parametrize(("n_family", "excused"), [(6, [0, 1]), (7, [])])
def test_what_a_household_shares_says_nothing_where_more_share_another_value(n_family, excused):
    """Six share a device since the ring came; the card of two was theirs before, and twenty others took it."""
    assert leaders(on(22, first=2), on(n_family), size=30) == excused


@given(
    st.lists(st.tuples(st.integers(0, 3), st.integers(0, 40), st.sampled_from([NO_TIME, 5, 6, 7 * DAY])), max_size=60)
)
@example([(0, account, 5) for account in range(40)])
def test_ties_are_put_in_the_order_of_rows_times_and_accounts(told):
    ties = pd.DataFrame(told, columns=["row", "account", "first_seen"], dtype=np.int64)
    ties = ties.drop_duplicates(["row", "account"])
    in_order = ties.sort_values(["row", "first_seen", "account"])
    for found, column in zip(_by_time(ties), ("row", "account", "first_seen"), strict=True):
        assert found.tolist() == in_order[column].tolist()


def test_a_pair_that_happened_to_meet_has_no_victim():
    """Of two on one card, somebody was first: that makes nobody a victim."""
    tiers = stages(among("card c @1: ann\n card c @9: bob\n ip i @1: ann\n ip i @9: bob")).tiers()
    assert Tier.POSSIBLE_VICTIM not in tiers.values()


@pytest.mark.parametrize(
    ("n_first", "n_others", "wait", "size", "leads"),
    [
        *((1, 3, 1, 20, True), (1, 3, 1 - 1e-9, 20, False), (1, 2, 1, 20, False), (1, 3, 1, 80, False)),
        *((1, 3, 1, 79, True), (1, 5, 1, 200, False), (3, 3, 1, 20, True), (4, 3, 1, 20, False)),
        (3, 2, 1, 20, False),
    ],
)
def test_who_came_first_leads_enough_others_by_a_day_or_more(n_first, n_others, wait, size, leads):
    value = on(n_first + n_others, first=n_first, day=10, others=10 + wait)
    assert (0 in leaders({}, value, size=size)) is leads


@pytest.mark.parametrize(
    ("days", "first"),
    [
        ([1, 30, 31, 31, 32, 32], [0, 1]),  # it was taken in a burst; whether it was one's or two's is not known
        ([1, 30, 30, 30, 31, 31], [0]),
        ([1, 11, 12, 13, 23, 24], [0]),  # with a pause that was no longer than the wait before
        ([1, 11, 12, 13, 23.1, 24], []),  # an operator deals it out over months, and somebody has it first
        ([1, 3, 13, 13, 14, 15], [0, 1]),  # two people's
        ([1, 3, 5, 15, 16, 26], [0, 1, 2]),
        ([1, 3, 5, 15, 26, 27], []),
    ],
)
def test_of_what_is_dealt_out_slowly_nobody_was_framed_with_it(days, first):
    assert leaders(dict(enumerate(days)), size=len(days)) == first


@given(st.lists(st.floats(0, 400), min_size=4, max_size=30))
def test_no_longer_time_passes_among_those_who_follow_than_before_them(days):
    days = sorted(days)
    leads = leaders(dict(enumerate(days)), size=len(days))
    if leads:
        waits = np.diff((np.array(days) * DAY).astype(np.int64))
        assert waits[len(leads) - 1] >= max(DAY, *waits[len(leads) :])
