"""The signal test: strangers behind one address do not pass, a ring behind one prompt does; nothing else moves it."""

from dataclasses import replace

import numpy as np
import pytest
import worlds
from hypothesis import given, settings
from hypothesis import strategies as st
from worlds import COMPATRIOTS, KENYANS, among, calibrated, crowd, rows, sightings, signals_tested, stages

from graphlink.config.method import Method
from graphlink.graph.bipartite import build_bipartite
from graphlink.model.graph import BIT_SCALE
from graphlink.model.sightings import Sightings

METHOD = Method()
RING = rows(worlds.template_ring)
MEMBERS = sorted({account for account, *_ in RING})


def at_home(seen, home: tuple[str, ...] = (), country: str = "KE") -> Sightings:
    """Some accounts are in a country, and all others in another."""
    return sightings(tuple(seen), countries={name: country if name in home else "DE" for name, *_ in seen})


# --- what passes --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("n", [60, 600])
def test_a_carriers_address_does_not_pass_however_many_strangers_stand_behind_it(n):
    world = stages(among(f"ip 100.64.0.1: n1..n{n}"))
    assert not world.passes("ip", "100.64.0.1")
    assert world.bits("ip", "100.64.0.1") == 0


def test_a_prompt_passes_when_its_accounts_share_cards_and_addresses_and_a_popular_one_of_strangers_does_not():
    world = stages(among(worlds.template_ring))
    assert world.passes("template", "distil")
    assert world.test.coordinated_share[world.signal("template", "distil")] == pytest.approx(1)
    assert not any(world.passes("template", f"crowd-template-{i}") for i in range(5))


def ring_behind(kind: str, n_strangers: int):
    """The ring, and a value that it and so many strangers bear."""
    behind = (*MEMBERS, *(f"crowd-{i:05d}" for i in range(200, 200 + n_strangers)))
    return stages((*among(worlds.template_ring), *((account, kind, "half", -1) for account in behind)))


def test_a_ring_behind_a_carriers_address_does_not_make_the_address_pass():
    """Twenty-four of 624: knowing that somebody is behind it says little about two who are."""
    world = ring_behind("ip", 600)
    assert not world.passes("ip", "half")
    assert world.passes("template", "distil")


def test_half_a_signal_is_half_coordinated():
    """Twenty-four of one ring and as many strangers behind an address: of its pairs, a quarter belong together."""
    world = ring_behind("ip", 24)
    assert world.test.coordinated_share[world.signal("ip", "half")] == pytest.approx(0.5, abs=0.1)


@pytest.mark.parametrize(("kind", "passing"), [("template", [False, True]), ("ip", [False, False])])
def test_where_exports_tell_of_many_families_two_in_five_suffice_but_not_at_an_address(kind, passing):
    world = ring_behind(kind, 38)
    half = world.signal(kind, "half")
    assert 0.4 <= world.test.lower_bound[half] < 0.5
    known = [replace(world.calibration, habits={"families": n_families}) for n_families in (3.0, 4.0)]
    tests = [signals_tested(world.bipartite, calibration) for calibration in known]
    assert [bool(each.passes[half]) for each in tests] == passing


def test_what_chance_would_give_does_not_pass_though_no_caution_is_asked():
    """A couple at one address use the provider that half of all people use."""
    mail = [(f"crowd-{i:05d}", "email_domain", f"half-{i % 2}.example", -1) for i in range(2000)]
    world = stages([*mail, ("crowd-00000", "ip", "home", -1), ("crowd-00002", "ip", "home", -1)], Method(caution=0))
    home = world.signal("ip", "home")
    assert world.test.observed[home] == 2
    assert world.test.lower_bound[home] >= METHOD.passing_share
    assert not world.test.passes[home]


def test_a_public_mail_domain_makes_itself_dumb():
    """Everybody shares it with somebody by chance, so that it says nothing about any other signal, without a list."""
    with_domain = among(worlds.carrier_nat)
    anyone = [(account, "email_domain", "everyone.example", -1) for account in {each[0] for each in with_domain}]
    one_domain = [row for row in with_domain if row[1] != "email_domain"] + anyone
    world = stages(one_domain)
    nat = world.signal("ip", "100.64.0.1")
    companions = world.test.observed[nat], world.test.expected[nat]
    assert not world.passes("email_domain", "everyone.example")
    assert not world.passes("ip", "100.64.0.1")
    assert companions[0] - companions[1] < 1


def test_a_household_is_as_good_as_its_second_signal():
    both, ip_alone = stages(among(worlds.household)), stages(among("ip 203.0.113.7: ann bob cat"))
    assert both.passes("card", "visa-1")
    assert not ip_alone.passes("ip", "203.0.113.7")


def test_a_coarse_type_never_passes():
    world = stages(among(worlds.template_ring + "ip24 192.0.2.0/24: r1..r24"))
    neighbourhood = world.signal("ip24", "192.0.2.0/24")
    rarity = np.log2(world.bipartite.n_accounts / 24)
    assert world.test.lower_bound[neighbourhood] >= METHOD.passing_share
    assert not world.test.passes[neighbourhood]
    assert world.test.bits[neighbourhood] == np.rint(rarity * BIT_SCALE)


FARM = tuple(f"f{number:02d}" for number in range(40))
"""Behind one prompt, on five cards."""


def farm_of_one_bank(customers: float) -> tuple[worlds.Row, ...]:
    """The farm among four hundred strangers; of all cards that share is of one bank's range."""
    seen = [(name, "template", "farm", -1) for name in FARM]
    seen += [(name, "card", f"card-{i % 5}", -1) for i, name in enumerate(FARM)]
    seen += [(f"crowd-{i:05d}", "card", f"own-{i}", -1) for i in range(20, 400)]
    bearers = sorted({account for account, *_ in seen})
    ranges = [(name, "card_bin", "411111", -1) for name in bearers[: round(customers * len(bearers))]]
    ranges += [(name, "card_bin", "411111", -1) for name in FARM if customers]
    return (*crowd(400), *seen, *ranges)


@pytest.mark.parametrize("customers", [0, 0.3, 1])
def test_a_banks_range_does_not_drown_what_its_cards_say(customers):
    """By the range everybody has a companion, and everybody would by chance; by the cards only the farm has."""
    world = stages(farm_of_one_bank(customers))
    farm = world.signal("template", "farm")
    assert world.passes("template", "farm")
    assert (world.test.observed[farm], world.bipartite.families[world.test.family[farm]]) == (40, "payment")
    assert not any(world.passes("template", f"crowd-template-{i}") for i in range(5))


def test_what_neighbourhoods_say_is_heard_where_the_things_in_them_are_silent():
    """A ring's accounts have each an address of its own, but all in two networks that nobody else is in."""
    members = [f"s{number:02d}" for number in range(24)]
    seen = [(name, "card", f"own-{i // 6}", -1) for i, name in enumerate(members)]
    seen += [(name, "ip", f"198.51.{i % 2}.{i}", -1) for i, name in enumerate(members)]
    seen += [(name, "ip24", f"198.51.{i % 2}.0/24", -1) for i, name in enumerate(members)]
    world = stages((*crowd(3000), *seen))
    assert all(world.passes("card", f"own-{card}") for card in range(4))


def test_types_of_one_family_do_not_corroborate_each_other():
    """Twenty strangers whose addresses all lie in one network."""
    world = stages(among("ip 203.0.113.1: n1..n10\n ip64 2001:db8::/64: n1..n10\n ip24 203.0.113.0/24: n1..n10"))
    assert not world.passes("ip", "203.0.113.1")
    assert not world.passes("ip64", "2001:db8::/64")


def one_prompt(per_domain: int, n: int = 300) -> tuple[worlds.Row, ...]:
    """One prompt of many accounts: a third of them at domains of their own, the rest at public mail, nothing else."""
    names = [f"m{number:03d}" for number in range(n)]
    own = {name: f"own-{i // per_domain}.example" for i, name in enumerate(names[: n // 3])}
    public = ("gmail.com", "outlook.com", "qq.com", "yahoo.com")
    mail = [(name, "email_domain", own.get(name, public[i % 4]), -1) for i, name in enumerate(names)]
    return (*crowd(3000), *((name, "template", "relay", -1) for name in names), *mail)


def test_a_large_ring_of_thin_links_passes_as_its_pieces_are_too_large_for_households():
    """Five mail domains of twenty on a third of the accounts: no piece is a tenth of the whole."""
    world = stages(one_prompt(per_domain=20))
    prompt = world.signal("template", "relay")
    assert world.test.coordinated_share[prompt] < 0.8
    assert world.passes("template", "relay")
    assert all(world.passes("email_domain", f"own-{i}.example") for i in range(5))


def test_many_couples_of_one_prompt_do_not_make_it_pass():
    """As many accounts have a companion, but nothing holds them together that would not hold together couples."""
    world = stages(one_prompt(per_domain=2))
    assert not world.passes("template", "relay")


# --- what it proves -----------------------------------------------------------------------------------------------


def test_a_passing_signal_is_enough_for_an_edge_by_itself_and_no_other_carries_more_than_its_rarity():
    world = stages(among(worlds.two_rings))
    needed = np.rint(world.calibration.threshold_bits * BIT_SCALE)
    assert world.test.passes.any()
    assert (world.test.bits[world.test.passes] >= needed).all()
    rarity = np.log2(world.bipartite.n_accounts / world.bipartite.degree) * BIT_SCALE
    silent = ~world.test.passes
    assert (world.test.bits[silent] <= np.rint(rarity[silent])).all()
    assert (world.test.bits >= 0).all()


def test_no_signal_is_believed_without_bound():
    world = stages(among(worlds.campaign))
    most = world.calibration.prior_bits + np.log2(0.999 / 0.001)
    assert world.test.bits.max() <= np.rint(most * BIT_SCALE)


# --- the calibration ----------------------------------------------------------------------------------------------


def couples(n: int) -> list[worlds.Row]:
    return [(f"p{i:04d}", kind, f"{kind}-{i // 2}", -1) for i in range(n) for kind in ("card", "ip")]


def test_where_everybody_has_a_companion_one_proves_nothing():
    """Four couples on one device: news among strangers, and none where everybody is one of a couple."""
    flat = [(f"p{i:04d}", "device", "flat", -1) for i in range(8)]
    at_home = stages([*couples(2000), *flat])
    abroad = stages([*couples(8), *flat, *crowd(2000)])
    assert at_home.calibration.base_rate > 0.9
    assert abroad.calibration.base_rate < 0.1
    assert not at_home.passes("device", "flat")
    assert abroad.passes("device", "flat")


def test_a_world_of_couples_alone_is_tested():
    """Every signal is wholly one group's, so that the base rate is as high as it goes."""
    world = stages(couples(100))
    assert world.test.passes.all()


@pytest.mark.parametrize("n", [1, 100, 1000])
def test_under_a_frozen_calibration_strangers_move_no_bits(n):
    alone = stages(among(worlds.two_rings))
    joined = stages((*among(worlds.two_rings), *crowd(n, seed=9, stem="new")), calibration=alone.calibration)
    for kind, value in {(kind, value) for _, kind, value, _ in rows(worlds.two_rings)}:
        assert joined.bits(kind, value) == alone.bits(kind, value)
        assert joined.passes(kind, value) == alone.passes(kind, value)


def test_under_a_frozen_calibration_strangers_of_other_countries_move_no_bits():
    seen, mine = (*among(worlds.two_rings), *COMPATRIOTS), (*MEMBERS, *KENYANS)
    alone = stages(at_home(seen, mine))
    abroad = crowd(500, seed=9, stem="new")
    countries = {name: "KE" if name in mine else "DE" for name, *_ in seen} | {name: "AA" for name, *_ in abroad}
    joined = stages(sightings((*seen, *abroad), countries=countries), calibration=alone.calibration)
    for kind, value in {(kind, value) for _, kind, value, _ in (*rows(worlds.two_rings), *COMPATRIOTS)}:
        assert joined.bits(kind, value) == alone.bits(kind, value)


@pytest.mark.parametrize("order", ["backwards", "shuffled"])
def test_numbers_of_accounts_do_not_matter(order):
    """The same world with other names: bits may differ by what the order of a sum does to its last digit."""
    seen = among(worlds.two_rings)
    names = sorted({account for account, *_ in seen})
    shuffled = names[::-1] if order == "backwards" else np.random.default_rng(2).permutation(names).tolist()
    other = dict(zip(names, shuffled, strict=True))
    one, two = stages(seen), stages(tuple((other[account], *rest) for account, *rest in seen))
    assert np.abs(one.test.bits - two.test.bits).max() <= 1
    assert (one.test.passes == two.test.passes).all()


# --- where accounts are -------------------------------------------------------------------------------------------


def ranges_that_pass(world) -> int:
    return sum(world.passes("number_range", f"+2547{number:02d}") for number in range(75))


def test_what_compatriots_share_anyway_does_not_speak_for_what_they_also_share():
    seen = (*crowd(1900), *COMPATRIOTS)
    assert ranges_that_pass(stages(sightings(seen))) > 60
    assert ranges_that_pass(stages(at_home(seen, KENYANS))) == 0
    assert ranges_that_pass(stages(at_home(seen))) > 60  # one country for all is none


@pytest.mark.parametrize("country", ["DE", "KE"])
def test_a_ring_is_one_where_its_country_is_stated(country):
    seen = (*among(worlds.template_ring), *crowd(1500, seed=3, stem="more"), *COMPATRIOTS)
    alone, world = stages(sightings(seen)), stages(at_home(seen, (*KENYANS, *MEMBERS), country))
    assert world.passes("template", "distil")
    assert world.bits("template", "distil") == alone.bits("template", "distil")
    assert world.group_of(MEMBERS[0]) == alone.group_of(MEMBERS[0])


@pytest.mark.parametrize("n", [20, 1500, 15_000])
def test_who_states_a_country_of_his_own_is_not_what_is_usual_there(n):
    """The country is taken to be of fifty accounts at least, so that a ring of two dozen is surprising in it."""
    seen = (*among(worlds.template_ring), *crowd(n, seed=3, stem="more"))
    world = stages(at_home(seen, tuple(MEMBERS), "AQ"))
    assert "AQ" not in world.calibration.countries
    assert world.calibration.countries.keys() == {"DE"}
    assert world.group_of(MEMBERS[0]) == set(MEMBERS)


def test_a_calibration_without_countries_looks_at_none():
    seen = (*crowd(1900), *COMPATRIOTS)
    stated, unstated = at_home(seen, KENYANS), stages(sightings(seen))
    old = replace(stages(stated).calibration, countries={})
    assert (stages(stated, calibration=old).test.bits == stages(sightings(seen), calibration=old).test.bits).all()
    assert not unstated.calibration.countries


# --- worlds at the edge -------------------------------------------------------------------------------------------


@settings(max_examples=40)
@given(
    st.lists(
        st.tuples(st.integers(0, 30), st.sampled_from(["ip", "card", "template", "ip24"]), st.integers(0, 8)),
        min_size=1,
        max_size=120,
    )
)
def test_any_world_gets_finite_figures(seen):
    given = sightings([(f"a{a:02d}", kind, f"v{v}", -1) for a, kind, v in seen])
    graph = build_bipartite(given)
    outcome = signals_tested(graph, calibrated(given, graph))
    for figures in (outcome.observed, outcome.expected, outcome.coordinated_share, outcome.lower_bound):
        assert np.isfinite(figures).all()
    assert (outcome.observed <= graph.degree).all()
    assert (outcome.expected <= graph.degree).all()
    assert (outcome.family[outcome.passes] >= 0).all()
    assert (outcome.family != graph.family).all()
