"""The facts that tell an operator from an organisation: how many values hold a group together, and how far one does."""

from collections.abc import Callable, Iterable
from dataclasses import fields, replace
from itertools import product
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
import worlds
from worlds import among, crowd, sightings, stages

from graphlink.config.method import Method
from graphlink.graph.observation_times import observe_times
from graphlink.graph.reference_rates import rates_of_accounts
from graphlink.model.findings import EDGE
from graphlink.model.groups import Traits
from graphlink.model.signal_types import BUILT_IN_TYPES
from graphlink.reading.normalise.mail_providers import anyones_values, disposable_values, reserved_values
from graphlink.rings.features import _are_described, _holdings, _telling, describe_groups

RING = [f"r{i}" for i in range(1, 25)]


def described(seen, **attributes) -> tuple[worlds.Stages, Traits]:
    world = stages(sightings(seen, **attributes) if attributes else seen)
    anyones = anyones_values(world.sightings)[world.bipartite.origin]
    seen, times, plans = world.sightings, observe_times(world.sightings), Method().organisation_words
    calibration = replace(world.calibration, habits=rates_of_accounts(seen, times, plans))
    domains = {"disposable": disposable_values(seen), "reserved": reserved_values(seen)}
    known = seen, calibration, times, anyones, world.bipartite.account_trace
    return world, describe_groups(world.evidence, *known, **domains, organisation_plans=plans)


def framed(columns) -> pd.DataFrame:
    return pd.DataFrame({each.name: getattr(columns, each.name) for each in fields(columns)})


def by_group(traits: Traits) -> pd.DataFrame:
    """One row a group."""
    columns = {each.name: getattr(traits, each.name) for each in fields(traits) if each.name != "holdings"}
    return pd.DataFrame(columns)


def community(world: worlds.Stages, name: str) -> int:
    members = world.evidence.members
    return int(members.loc[members["account"] == world.account(name), "community"].iloc[0])


def held(seen, name: str, kind: str) -> pd.Series:
    """How an account's community holds the values of a type."""
    return all_held(seen, name).loc[kind]


def all_held(seen, name: str) -> pd.DataFrame:
    """How it holds those of each type, by type."""
    world, traits = described(seen)
    table = framed(traits.holdings)
    mine = table[table["community"] == community(world, name)]
    return mine.set_index(mine["type"].map(lambda kind: world.bipartite.types[kind].name))


def group(seen, name: str, **attributes) -> pd.Series:
    world, traits = described(seen, **attributes)
    return by_group(traits).loc[community(world, name)]


# --- holdings -----------------------------------------------------------------------------------------------------


def test_many_values_are_as_varied_as_they_are_evenly_used_and_one_has_no_variety():
    holdings = all_held(among(worlds.template_ring), "r1")
    figures = holdings.loc[["card", "template"], ["n_values", "effective", "cover", "top", "top_owned", "owned"]]
    assert figures.to_numpy() == pytest.approx(np.array([[6, 6, 1, 4 / 24, 4 / 24, 1], [1, 1, 1, 1, 1, 1]]))


def test_a_dominant_value_lowers_the_variety():
    """One card for twenty and one for four: hardly more varied than one."""
    seen = worlds.template_ring + "card most: r1..r20\n card few: r21..r24\n device d: r1..r24"
    without_others = "\n".join(line for line in seen.splitlines() if "card c" not in line)
    cards = held(among(without_others), "r1", "card")
    assert cards["n_values"] == 2
    assert cards["effective"] == pytest.approx(24**2 / (20**2 + 4**2))
    without_four = "\n".join(line for line in worlds.template_ring.splitlines() if "card c6" not in line)
    assert held(among(without_four), "r1", "card")["cover"] == pytest.approx(20 / 24)


def test_what_many_outsiders_bear_is_not_owned():
    leaked = [(f"crowd-{i:05d}", "template", "stem", -1) for i in range(200, 250)]
    shared, own = (held((*among(worlds.campaign), *more), "s1", "template") for more in (leaked, []))
    assert own["top_owned"] == own["owned"] == 1
    assert shared["top_owned"] == 0
    assert shared["owned"] < 0.5


@pytest.mark.parametrize(("n_outside", "owned"), [(11, 0.5), (12, 0.0), (18, 0.0)])
def test_a_value_is_owned_by_whom_more_than_half_of_its_bearers_are(n_outside, owned):
    outsiders = [(f"crowd-{100 * i:05d}", "device", "half", -1) for i in range(1, n_outside + 1)]
    shared = held((*among(worlds.template_ring + "device half: r1..r12"), *outsiders), "r1", "device")
    assert shared["top"] == 0.5
    assert shared["top_owned"] == owned


def test_two_members_are_enough_to_hold_a_value_and_one_is_not():
    """The second device has two bearers too, but one of them hangs on at the edge."""
    edge = worlds.template_ring + "card odd: guest r1\nip odd: guest r1\ndevice odd: guest r1 r2\n"
    devices = held(among(edge + "device alone: guest r3\n"), "r1", "device")
    assert devices["n_values"] == 1
    assert devices["cover"] == pytest.approx(2 / 24)


def test_a_public_mail_domain_is_nobodys():
    """Even if the ring is all there is of a provider's users, it did not set it up."""
    world, traits = described(among(worlds.template_ring + "email_domain mailinator.com: r1..r24"))
    mail = [each.name for each in world.bipartite.types].index("email_domain")
    assert mail in world.evidence.signals["type"].tolist()
    assert mail not in traits.holdings.type.tolist()


def test_members_at_the_edge_do_not_say_what_a_group_is_like():
    """A hanger-on with a card of his own would make the ring look broader."""
    edge = worlds.template_ring + "".join(f"{kind} odd: guest r1 r2\n" for kind in ("card", "template", "ip"))
    assert group(among(edge), "r1")["size"] == 24


# --- how accounts came, live and pay ------------------------------------------------------------------------------


SCATTERED = {f"crowd-{n:05d}": -1000.0 - 20 * n for n in range(1000)}
"""When most accounts were made: hardly any within the same two weeks."""


def joined(seen, name: str, created: dict[str, float]) -> object:
    """The share of a group who joined within two weeks, where hardly any others did."""
    return pytest.approx(group(seen, name, created=SCATTERED | created)["rush"], abs=0.03)


def test_who_joined_within_two_weeks_is_counted():
    early = {name: day for day, name in enumerate(RING[:12])}
    late = {name: 30 + 8 * i for i, name in enumerate(RING[12:])}
    assert joined(among(worlds.template_ring), "r1", early | late) == 0.5


def test_a_rush_is_a_burst_beyond_everybodys():
    """Half of the ring's accounts, and a quarter of all, joined within two weeks: a third of the way to all."""
    early = dict.fromkeys(RING[:12], 1.0)
    late = {name: 20.0 + 5 * i for i, name in enumerate(RING[12:])}
    strangers = {f"s{i}": -1000.0 + 20 * i for i in range(24)}
    seen = among(worlds.template_ring + "\n" + "\n".join(f"card own{i}: s{i}" for i in range(24)))
    ring = group(seen, "r1", created=early | late | strangers)
    assert ring["rush"] == pytest.approx((1 / 2 - 1 / 4) / (1 - 1 / 4))


RING_SEEN = "\n".join(
    f"    {line.strip()}".replace(":", " @130:", 1) for line in worlds.template_ring.strip().split("\n")
)


@pytest.mark.parametrize(("made", "lately"), [(10, 1.0), (9, 0.0)])
def test_who_was_more_than_four_months_old_when_last_seen_did_not_join_lately(made, lately):
    assert joined(among(RING_SEEN), "r1", dict.fromkeys(RING, made)) == lately


def test_where_nobody_says_when_accounts_were_seen_they_are_as_old_as_the_last_that_was_made():
    created = dict.fromkeys(RING, 1.0)
    assert joined(among(worlds.template_ring), "r1", created) == 1
    grown_old = created | {f"crowd-{n:05d}": 122.0 for n in range(5)}
    assert joined(among(worlds.template_ring), "r1", grown_old) == 0
    one_in_a_thousand = created | {"crowd-01001": 2000.0}
    assert joined(among(worlds.template_ring), "r1", one_in_a_thousand) == 1


def test_of_some_bought_and_some_new_accounts_the_new_ones_joined_lately():
    made = dict.fromkeys(RING[:16], 1) | dict.fromkeys(RING[16:], 120)
    assert joined(among(RING_SEEN), "r1", made) == 8 / 24


@pytest.mark.parametrize("rest", [0, 104], ids=["before", "after"])
@pytest.mark.parametrize("scattered", ["a", "b"])
def test_a_burst_beside_the_last_of_another_group_does_not_count(scattered, rest):
    created = {f"{ring}{i}": 9 * (i - 1) if ring == scattered else rest for ring in "ab" for i in range(1, 13)}
    seen = among(worlds.two_rings)
    other = "b" if scattered == "a" else "a"
    assert joined(seen, f"{scattered}1", created) == 2 / 12
    assert joined(seen, f"{other}1", created) == 1


@pytest.mark.parametrize("n_known", [12, 11])
def test_what_is_said_of_members_is_known_of_a_group_from_half_of_them_on(n_known):
    known = dict.fromkeys(RING[:n_known], 3)
    plans = {name: "Team" if i < 3 else "pro" for i, name in enumerate(known)}
    ring = group(at_times([0.5] * n_known, all_day), "r1", created=SCATTERED | known, plans=plans)
    told = ring[["rush", "organisation_plans", "in_step"]].astype(float).tolist()
    assert told == pytest.approx([1.0, 0.25, 10 / 24] if n_known == 12 else [np.nan] * 3, abs=0.03, nan_ok=True)


def test_a_life_runs_from_the_first_sighting_to_the_last():
    seen = worlds.template_ring.replace("template distil", "template distil @10")
    later = [(name, "device", f"own-{name}", 40) for name in RING]
    assert group((*among(seen), *later), "r1")["life"] == pytest.approx(30)


def lived(days: dict[str, tuple[float, float]], **attributes) -> float:
    """The ring's life where its devices were seen at these days, in an export of sixty."""
    ring = [
        (name, kind, value, days[name][0] if name in days else day)
        for name, kind, value, day in among(worlds.template_ring)
    ]
    again = [(name, "device", f"own-{name}", last) for name, (_, last) in days.items()]
    export = [("else", "device", "own-else", day) for day in (0, 60)]
    return group((*ring, *again, *export), "r1", **attributes)["life"]


@pytest.mark.parametrize(
    ("first", "last", "life"),
    [
        (20, 23, 3),
        (50, 53, 3),
        (51, 54, None),  # in the last week: they may come again
        (54, 60, None),
        (52, 59, 7),  # who was there for a week was there for a week
        (7, 9, 2),
        (6, 9, None),  # in the first week: they may have come before
        (0, 20, 20),
    ],
)
def test_days_are_a_life_where_the_export_could_have_shown_a_week(first, last, life):
    found = lived(dict.fromkeys(RING, (first, last)))
    assert np.isnan(found) if life is None else found == pytest.approx(life)


def test_whoever_was_made_at_a_known_time_came_no_earlier():
    assert lived(dict.fromkeys(RING, (6, 9)), created=dict.fromkeys(RING, 6)) == pytest.approx(3)


@pytest.mark.parametrize(("n_known", "life"), [(12, 3), (11, None)])
def test_a_life_is_known_from_half_of_the_members_on(n_known, life):
    found = lived({name: (20, 23) if i < n_known else (58, 60) for i, name in enumerate(RING)})
    assert np.isnan(found) if life is None else found == pytest.approx(life)


def test_what_dates_from_the_creation_of_accounts_tells_nothing_of_their_lives():
    """Sightings without times beside a list of accounts with mail: all mail was seen when its account was made."""
    created = {name: i for i, name in enumerate(RING)}
    mail = [(name, "email_domain", "firm.example", created[name]) for name in RING]
    seen = [*among(worlds.template_ring), *mail]
    assert np.isnan(group(seen, "r1", created=created)["life"])
    used = [(name, "device", f"own-{name}", 40) for name in RING]
    assert group([*seen, *used, ("else", "ip", "ip-else", 60)], "r1", created=created)["life"] == pytest.approx(28.5)


# --- in step ------------------------------------------------------------------------------------------------------

NO_VICTIM = pd.Series(dtype=np.int64)

MINUTE = 1 / (24 * 60)


def at_times(ring: Iterable[float], strangers: Callable[[int], float]) -> list[worlds.Row]:
    """The ring's accounts begin with its prompt at these times (in days), strangers with theirs at others."""
    times = dict(zip(RING, ring, strict=False))
    return [
        (name, kind, value, (times.get(name, -1) if name in RING else strangers(i)) if kind == "template" else day)
        for i, (name, kind, value, day) in enumerate(among(worlds.template_ring))
    ]


def all_day(i: int) -> float:
    return i * 0.377 % 20


def test_in_step_is_the_share_that_begins_in_one_hour_of_whatever_day_but_for_two():
    schedule = [day + 14 / 24 + 2 * MINUTE * day for day in range(20)] + [0.1, 0.3, 0.8, 0.9]
    assert group(at_times(schedule, all_day), "r1")["in_step"] == pytest.approx((20 - 2) / 24)


def test_an_hour_may_run_over_midnight():
    night = [day + (0.98 if day % 2 else 0.02) for day in range(24)]
    assert group(at_times(night, all_day), "r1")["in_step"] > 0.9


def test_colleagues_at_their_desks_are_not_in_step():
    desks = [day + (9 + day * 0.37 % 8) / 24 for day in range(24)]
    assert group(at_times(desks, all_day), "r1")["in_step"] < 0.3


def test_nobody_is_in_step_in_an_export_of_days():
    assert np.isnan(group(at_times(range(24), lambda i: i % 20), "r1")["in_step"])


@pytest.mark.parametrize("plan", ["Team", "Business Plus", "EDU-2026"])
def test_plans_for_organisations_are_known_by_a_word_of_their_name(plan):
    plans = {name: plan if i < 6 else "teamwork" for i, name in enumerate(RING)}
    assert group(among(worlds.template_ring), "r1", plans=plans)["organisation_plans"] == pytest.approx(0.25)


@pytest.mark.parametrize(("n_sold", "n_others", "share"), [(5, 476, 5 / 24), (5, 477, None), (6, 1000, 0.25)])
def test_where_hardly_anybody_has_such_a_plan_it_tells_of_those_groups_alone_that_have(n_sold, n_others, share):
    plans = {name: "team" if i < n_sold else "pro" for i, name in enumerate(RING)}
    plans |= {f"crowd-{i:05d}": "pro" for i in range(n_others)}
    found = group(among(worlds.template_ring), "r1", plans=plans)["organisation_plans"]
    assert np.isnan(found) if share is None else found == share


def test_plans_say_nothing_where_nobody_is_on_one_for_organisations():
    assert np.isnan(group(among(worlds.template_ring), "r1", plans=dict.fromkeys(RING, "pro"))["organisation_plans"])


@pytest.mark.parametrize("trait", ["rush", "life", "organisation_plans", "in_step"])
def test_what_the_export_does_not_say_is_not_a_number(trait):
    assert np.isnan(group(among(worlds.template_ring), "r1")[trait])


def test_every_community_has_its_row_and_shares_are_shares():
    world, traits = described((*among(worlds.campaign + worlds.bridge), *crowd(500, 4, "more")))
    assert len(traits.size) == len(world.evidence.size)
    shares = framed(traits.holdings)[["cover", "top", "top_owned", "owned"]].to_numpy()
    assert ((shares >= 0) & (shares <= 1)).all()
    assert (traits.holdings.effective <= traits.holdings.n_values + 1e-9).all()
    assert (traits.holdings.top <= traits.holdings.cover).all()


def test_a_world_without_groups_has_no_rows():
    _, traits = described("ip a: ann\n card b: bob")
    assert len(traits.size) == len(traits.holdings.type) == 0


# --- firms under one roof, and throw-away mail --------------------------------------------------------------------


def firms(n: int, *, card_of) -> str:
    """Firms of three under one roof with one programme's coupon, each with its domain; the card of each of the 3 n."""
    everybody = range(3 * n)
    lines = [f"ip 192.0.2.{1 + part}: " + " ".join(f"f{i}" for i in everybody if i % 2 == part) for part in (0, 1)]
    lines.append("coupon COHORT: " + " ".join(f"f{i}" for i in everybody))
    lines += [f"email_domain firm{k}.example: f{3 * k} f{3 * k + 1} f{3 * k + 2}" for k in range(n)]
    lines += [f"card c{k}: " + " ".join(f"f{i}" for i in everybody if card_of(i) == k) for k in range(n)]
    return "\n".join(lines)


def test_the_cards_of_firms_stay_within_their_domains():
    assert group(among(firms(8, card_of=lambda i: i // 3)), "f0")["nested"] == 1.0


def test_an_operators_cards_cross_the_domains():
    assert group(among(firms(8, card_of=lambda i: i % 8)), "f0")["nested"] == 0.0


def test_one_card_lent_to_a_neighbour_is_two_pairs_in_many():
    def lent(i: int) -> int:
        return 0 if i == 3 else i // 3

    alike, by_chance = (3 + 1 + 6 * 3) / (6 + 1 + 6 * 3), 8 * 6 / (24 * 23)
    assert group(among(firms(8, card_of=lent)), "f0")["nested"] == pytest.approx((alike - by_chance) / (1 - by_chance))


def test_what_most_members_share_and_what_strangers_share_nests_nothing():
    nested = firms(8, card_of=lambda i: i // 3)
    for more in ("card all: f0..f23", "device common: f0..f5 " + " ".join(f"s{i}" for i in range(7))):
        assert group(among(nested + "\n" + more), "f0")["nested"] == 1.0


def test_without_domains_nothing_can_nest():
    assert np.isnan(group(among(worlds.template_ring), "r1")["nested"])


def mailed(mail: str):
    """The ring among strangers, of whose mail no more is known than is told."""
    return [row for row in among(worlds.template_ring) if row[1] != "email_domain"] + worlds.rows(mail)


@pytest.mark.parametrize(
    ("mail", "expected"),
    [
        ("email_domain mailinator.com: r1..r18\nemail_domain gmail.com: r19..r24", 0.75),
        ("email_domain gmail.com: r1..r24", 0.0),
        ("email_domain mailinator.com: r1..r12", 1.0),
        ("email_domain mailinator.com: r1..r11", np.nan),
    ],
)
def test_throw_away_mail_is_counted_among_those_whose_mail_is_known(mail, expected):
    assert group(mailed(mail), "r1")["disposable"] == pytest.approx(expected, nan_ok=True)


INSTITUTIONS = "cs.stanford.edu hmrc.gov.uk moe.go.ke paris.gouv.fr lincoln.k12.ne.us"
OTHERS = "uw.edu.pl comune.go.it edu.example go.com stanford.education"


@pytest.mark.parametrize(("share", "domain"), [*product([0.5], INSTITUTIONS.split()), *product([0], OTHERS.split())])
def test_domains_that_only_institutions_get_are_counted(domain, share):
    mail = f"email_domain {domain}: r1..r12\n email_domain own.example: r13..r24"
    assert group(mailed(mail), "r1")["reserved"] == share


# --- the rules by themselves --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("office", "n_places"),
    [
        (range(10), 1),  # half of the twenty who were at any address, and it is theirs
        (range(9), 5),
        ((), 4),
    ],
)
def test_a_carriers_addresses_tell_nothing_of_people_of_one_office(office, n_places):
    """Twenty people, all of them at four addresses of a carrier with a thousand others each."""
    borne = [*(range(i, 20, 4) for i in range(4)), office]
    rows = [some for some in borne if len(some)]
    ties = pd.DataFrame([(row, i) for row, some in enumerate(rows) for i in some], columns=["row", "account"])
    kind = [each.name for each in BUILT_IN_TYPES].index("ip")
    inside, outside = [len(some) for some in rows], [1000, 1000, 1000, 1000, 0][: len(rows)]
    signals = pd.DataFrame(
        {"community": 0, "signal": range(len(rows)), "type": kind, "inside": inside, "outside": outside}
    )
    size = np.array([20])
    held = framed(
        _holdings(_telling(ties, signals, BUILT_IN_TYPES, size, np.zeros(5, dtype=np.bool_), NO_VICTIM), ties, size)
    )
    assert held["n_values"].tolist() == [n_places]


def test_whoever_was_taken_over_is_no_outsider_to_what_the_hand_used():
    """A card of three members is on two victims and one stranger, and mostly the group's all the same."""
    ties = pd.DataFrame({"row": 0, "account": range(3)})
    signals = pd.DataFrame({"community": [0], "signal": 0, "type": 0, "inside": 5, "outside": 1})
    size, nobody = np.array([3]), np.zeros(1, dtype=np.bool_)
    telling = [
        _telling(ties, signals, BUILT_IN_TYPES, size, nobody, its_doing) for its_doing in (pd.Series({0: 2}), NO_VICTIM)
    ]
    assert [(each["degree"].tolist(), each["is_own"].tolist()) for each in telling] == [([4], [True]), ([6], [False])]


@pytest.mark.parametrize(("n_taken", "n_others", "described"), [(7, 7, 14), (7, 8, 8), (6, 2, 2)])
def test_a_group_of_which_most_were_taken_over_is_described_by_all_of_them(n_taken, n_others, described):
    """Six are a household's, of whom some came home late."""
    taken = np.arange(n_taken + n_others) < n_taken
    members = pd.DataFrame({"community": 0, "taken_over": taken, "tier": np.where(taken, EDGE + 1, 0)})
    assert _are_described(SimpleNamespace(members=members)).sum() == described


def test_a_group_of_which_all_are_at_the_edge_is_described_by_all_of_them():
    """Two accounts with one card between them were judged on none, as a household of nobody."""
    members = pd.DataFrame({"community": [0, 0, 1, 1, 1], "taken_over": False, "tier": [EDGE, EDGE, EDGE, EDGE, 0]})
    assert _are_described(SimpleNamespace(members=members)).tolist() == [True, True, False, False, True]


# --- what couples have ------------------------------------------------------------------------------------------------

CLIENTS = "template adviser: " + " ".join(f"a{n} b{n}" for n in range(12)) + "\n"


@pytest.mark.parametrize(("n_prompt", "n_cards"), [(4, 1), (5, 2)])
def test_a_loose_group_asks_for_three_bearers_of_a_value(n_prompt, n_cards):
    """A card of two and one of three, in a group of 25 of whom some have a prompt of their own."""
    borne = [range(2), range(2, 5), range(n_prompt)]
    ties = pd.DataFrame([(row, account) for row, some in enumerate(borne) for account in some])
    inside = [len(some) for some in borne]
    signals = pd.DataFrame({"community": 0, "signal": range(3), "type": [0, 0, 1], "inside": inside, "outside": 0})
    ties = ties.set_axis(["row", "account"], axis=1)
    size = np.array([25])
    held = framed(
        _holdings(_telling(ties, signals, BUILT_IN_TYPES, size, np.zeros(3, dtype=np.bool_), NO_VICTIM), ties, size)
    )
    assert held["n_values"].tolist() == [n_cards, 1]


def couples(*kinds: str) -> str:
    """Twelve pairs behind one prompt, each with values of its own of these kinds."""
    return CLIENTS + "".join(f"{kind} {kind}-{n}: a{n} b{n}\n" for kind in kinds for n in range(12))


def test_what_each_couple_has_to_itself_is_no_stock_of_the_group():
    """A tax adviser's clients were accused for sixty mailboxes, each of them of one couple."""
    holdings = all_held(among(couples("card", "device")), "a1")
    assert set(holdings.index) == {"template"}
    assert holdings.loc["template", "cover"] == 1


def test_a_pair_that_shares_one_kind_alone_may_be_anybodys():
    assert held(among(couples("card")), "a1", "card")["n_values"] == 12


def test_what_goes_from_couple_to_couple_counts():
    """Each card is on one of either of two neighbours as well, so that it is on people of two homes."""
    crossing = "".join(f"card round-{n}: a{n} b{(n + 1) % 12}\n" for n in range(12))
    assert held(among(couples("card", "device") + crossing), "a1", "card")["n_values"] >= 12


def test_four_who_share_everything_may_be_a_cell():
    fours = "template adviser: " + " ".join(f"{who}{n}" for n in range(6) for who in "abcd") + "\n"
    cells = "".join(f"{kind} {kind}-{n}: a{n} b{n} c{n} d{n}\n" for kind in ("card", "device") for n in range(6))
    assert held(among(fours + cells), "a1", "card")["n_values"] == 6


# --- how the accounts use the service ---------------------------------------------------------------------------------


def used(calls: Callable[[int], int], n: int = 24) -> tuple:
    """A ring whose accounts are seen so often, among strangers of whom some are seen often, most hardly ever."""
    draw = np.random.default_rng(3)
    ring = [
        (f"r{i}", kind, f"own-{kind}", day / 8)
        for i in range(n)
        for kind in ("card", "template", "ip")
        for day in range(calls(i))
    ]
    usual = np.minimum(np.exp(draw.normal(1.5, 1.2, 600)).astype(int) + 1, 200)
    strangers = [(f"s{i}", "ip", f"home-{i}", day / 8) for i, often in enumerate(usual) for day in range(often)]
    return (*ring, *strangers, *crowd(600))


def test_accounts_that_are_seen_as_often_as_each_other_are_even_and_others_are_not():
    uneven = np.exp(np.random.default_rng(5).normal(3, 1.5, 24)).astype(int) + 1
    for calls, is_even in ((lambda _: 40, True), (lambda i: int(uneven[i]), False)):
        world, traits = described(used(calls))
        even = traits.even_use[community(world, "r1")]
        assert (even > 0.6) == is_even


def test_accounts_that_are_seen_more_often_are_heavy_users():
    heavy = []
    for often in (2, 20, 150):
        world, traits = described(used(lambda _, often=often: often))
        heavy.append(traits.heavy_use[community(world, "r1")])
    assert heavy == sorted(heavy)
    assert heavy[0] < 0 < heavy[-1]


@pytest.mark.parametrize(("share", "expected"), [(0, 0.0), (12, 0.25), (24, 0.5)])
def test_devices_that_nobody_else_has_are_ones_own(share, expected):
    shared = [(f"r{i}", "device", f"shared-{i % 3}", -1) for i in range(24)]
    own = [(f"r{i}", "device", f"own-{i}", -1) for i in range(share)]
    world, traits = described((*used(lambda _: 3), *shared, *own))
    assert traits.own_devices[community(world, "r1")] == pytest.approx(expected)


def at_exits(n_shared: int, n_lone: int) -> tuple:
    """The ring at its own address and at so many that a stranger has too, or nobody."""
    exits = [(f"r{i}", "ip", f"exit-{i}-{j}", 1) for i in range(24) for j in range(n_shared + n_lone)]
    others = [(f"s{i + 24 * j}", "ip", f"exit-{i}-{j}", 1) for i in range(24) for j in range(n_shared)]
    return (*used(lambda _: 9), *exits, *others)


def test_the_more_addresses_accounts_go_through_the_faster_they_move():
    pace = []
    for n in (0, 3, 15):
        world, traits = described(at_exits(n, 0))
        pace.append(traits.moving[community(world, "r1")])
    assert np.diff(pace) == pytest.approx([2, 2])  # each time four times as many, in the same days


@pytest.mark.parametrize(("n_shared", "n_lone", "expected"), [(0, 0, 0.0), (0, 3, 0.0), (3, 0, 0.75), (3, 4, 0.375)])
def test_addresses_shared_with_strangers_alone_are_elsewhere(n_shared, n_lone, expected):
    world, traits = described(at_exits(n_shared, n_lone))
    assert traits.elsewhere[community(world, "r1")] == pytest.approx(expected)


def test_a_group_of_one_country_is_told_from_one_of_many():
    strangers = {f"s{i}": f"{'ABCD'[i % 4]}A" for i in range(600)}
    for place, expected in ((lambda _: "QA", 1.0), (lambda i: f"{'ABCD'[i % 4]}A", 0.0)):
        ring = {f"r{i}": place(i) for i in range(24)}
        world, traits = described(used(lambda _: 3), countries=strangers | ring)
        assert traits.one_country[community(world, "r1")] == pytest.approx(expected, abs=0.05)


def test_where_nearly_everybody_is_of_one_country_it_tells_nothing():
    world, traits = described(used(lambda _: 3), countries=dict.fromkeys((f"s{i}" for i in range(600)), "QA"))
    assert np.isnan(traits.one_country[community(world, "r1")])
