"""Values that stand in for one another: a stock of cards crossed with one of addresses passes, a carrier does not."""

from dataclasses import replace
from math import comb

import numpy as np
import pytest
from graphs import graphs
from hypothesis import given, settings
from hypothesis import strategies as st
from worlds import ADDRESSES, CARDS, crossed, crowd, hydra, sightings, signals_tested, stages, with_own_domains

from graphlink.config.method import Method
from graphlink.engine.kernels.interchangeable import find_siblings, keep_meeting
from graphlink.graph.mail_domains import rate_of_own_domains
from graphlink.rings.null_model import shuffle_links

METHOD = Method()


def amid(seen) -> list:
    """A world among strangers."""
    return [*seen, *crowd(2000)]


def passing(world, kind: str) -> set[str]:
    """The values of a type that pass because of their siblings."""
    values = world.sightings.signal_value.to_pylist()
    graph = world.bipartite
    return {
        values[graph.origin[s]]
        for s in np.flatnonzero(world.test.siblings > 0)
        if graph.types[graph.signal_type[s]].name == kind
    }


# --- what may have siblings ---------------------------------------------------------------------------------------


@given(graphs(), st.integers(0, 2**10 - 1), st.integers(1, 3))
def test_candidates_meet_candidates_of_another_family_on_enough_accounts(graph, choice, fewest):
    candidate = np.array([bool(choice >> s & 1) for s in range(len(graph.bearers))])
    left = {s for s in range(len(graph.bearers)) if candidate[s]}

    def meets(s: int, among: set[int]) -> int:
        return sum(any(graph.family[t] != graph.family[s] for t in graph.borne[i] & among) for i in graph.bearers[s])

    while struck := {s for s in left if meets(s, left) < fewest}:
        left -= struck
    keep_meeting(graph.arrays, graph.family, candidate, fewest)
    assert np.flatnonzero(candidate).tolist() == sorted(left)


# --- what passes --------------------------------------------------------------------------------------------------


def test_crossed_cards_and_addresses_pass_though_no_two_accounts_share_both():
    world = stages(amid(crossed()))
    alone = signals_tested(world.bipartite, world.calibration)
    cards = [world.signal("card", f"g-card-{card}") for card in range(CARDS)]
    assert not alone.passes[cards].any()
    assert world.test.passes[cards].all()
    assert world.test.siblings[cards].tolist() == [CARDS] * CARDS
    assert passing(world, "ip") == {f"192.0.2.{address}" for address in range(ADDRESSES)}


def test_a_value_that_passes_has_what_a_link_needs_and_says_which_family_shows_it():
    world = stages(amid(crossed()))
    card, address = world.signal("card", "g-card-0"), world.signal("ip", "192.0.2.0")
    assert world.bits("card", "g-card-0") >= world.calibration.threshold_bits
    assert world.bipartite.families[world.test.family[card]] == "network"
    assert world.bipartite.families[world.test.family[address]] == "payment"
    assert world.test.coordinated_share[card] == 1
    assert world.test.lower_bound[card] == 1


def test_crossed_cards_and_addresses_come_out_as_one_group():
    """Its cells are the accounts of an address each, of which every card has one; the cards together span them."""
    assert stages(amid(crossed())).group_of("g0-0") == {account for account, *_ in crossed()}


def sparsely_crossed(n_cards: int = 30, n_domains: int = 24) -> list:
    """Cards of eight accounts, of whom five have one domain each: no card meets many others, nor any of them often."""
    holders = [(card, n, f"g{card}-{n}") for card in range(n_cards) for n in range(8)]
    named = ((f"d{(7 * card + n * (card % 5 + 1)) % n_domains}", who) for card, n, who in holders if n < 5)
    cards = [(who, "card", f"g-card-{card}", -1) for card, _, who in holders]
    return cards + [(who, "email_domain", f"{domain}.example", -1) for domain, who in named]


def test_what_passed_together_comes_out_as_one_group_though_its_cells_hardly_meet():
    """Leiden cuts it by card: of each, the members with a domain lead elsewhere, and no domain spans two."""
    world = stages(amid(sparsely_crossed()))
    assert len(passing(world, "card")) == 30
    assert world.group_of("g0-0") == {account for account, *_ in sparsely_crossed()}


def test_operators_who_draw_on_one_stock_of_addresses_are_told_apart():
    """Each has a card and a prompt of its own, which hold its accounts together without the addresses."""
    prompts = [(account, "template", account[:2], -1) for account in sorted({account for account, *_ in crossed()})]
    world = stages(amid([*crossed(), *prompts]))
    assert world.passes("card", "g-card-0")
    assert passing(world, "ip") == {f"192.0.2.{address}" for address in range(ADDRESSES)}
    assert world.group_of("g0-0") == {f"g0-{address}" for address in range(ADDRESSES)}


def test_what_passed_by_itself_is_left_as_it_was():
    """A prompt makes companions of the accounts of each card, which needs no siblings then."""
    prompt = [(account, "template", "distil", -1) for account in sorted({account for account, *_ in crossed()})]
    world = stages(amid([*crossed(), *prompt]))
    assert world.passes("card", "g-card-0")
    assert not world.test.siblings.any()


# --- who says nothing -----------------------------------------------------------------------------------------------


def test_prompts_pass_with_the_domains_that_cross_them_though_most_of_their_accounts_have_a_public_mailbox():
    world = stages([*amid(hydra()), *with_own_domains(500)])
    assert passing(world, "template") == {f"h-prompt-{i}" for i in range(4)}
    assert passing(world, "email_domain") == {f"h{i}.example" for i in range(4)}
    prompt = world.signal("template", "h-prompt-0")
    assert world.test.lower_bound[prompt] == pytest.approx(5 / 15)
    assert world.test.coordinated_share[prompt] == pytest.approx(5 / (5 + 2560 / 520))  # one who speaks, for five
    assert world.group_of("h1") == {f"h{i}" for i in range(60)}


def test_of_cards_and_machines_that_cross_with_domains_everybody_is_asked():
    """An agency's cards and machines are on its clients' people and on freelancers, who have public mailboxes."""
    for kind in ("card", "device"):
        seen = [(who, kind if each == "template" else each, value, day) for who, each, value, day in hydra()]
        assert not stages([*amid(seen), *with_own_domains(500)]).test.siblings.any()


def test_phones_that_cross_prompts_pass_whoever_has_a_public_mailbox():
    """Two prompts are no stock, and two addresses none: it is for the phones alone that a mailbox could be asked."""
    met = (("template", "one"), ("template", "two"), ("ip", "192.0.2.1"), ("ip", "192.0.2.2"))
    who = [(f"p{phone}-{n}", f"1555010{phone}", *each) for phone in range(8) for n, each in enumerate(met)]
    seen = [row for name, phone, *each in who for row in ((name, "phone", phone, -1), (name, *each, -1))]
    mail = [(name, "email_domain", "gmail.com", -1) for name, *_ in who]
    world = stages(amid([*seen, *mail]))
    assert passing(world, "phone") == {phone for _, phone, *_ in who}
    assert passing(world, "template") == {"one", "two"}


def test_a_public_mailbox_says_nothing_where_nearly_everybody_has_one():
    assert not passing(stages([*amid(hydra()), *with_own_domains(10)]), "template")


@pytest.mark.parametrize(("n_ordinary", "passes"), [(0, True), (30, False)])
def test_prompts_of_ordinary_people_do_not_pass_for_some_have_domains_of_their_own(n_ordinary, passes):
    """A fifth of everybody has one; of the people who found the prompts, six, beside the twenty who have the four."""
    found = [
        row
        for i in range(n_ordinary)
        for row in (
            (f"o{i}", "template", f"h-prompt-{i % 4}", -1),
            (f"o{i}", "email_domain", "gmail.com" if i % 5 else f"o{i}.example", -1),
        )
    ]
    world = stages([*amid(hydra()), *found, *with_own_domains(500)])
    assert bool(passing(world, "template")) == passes


def test_a_firms_people_with_a_popular_prompt_are_not_linked_by_colleagues_whose_prompts_cross_its_domain():
    """Twelve firms of thirty, four of each on four prompts, and the others on what hundreds have."""
    firms = [(f"f{firm}-{n}", firm, n) for firm in range(12) for n in range(30)]
    seen = [(name, "email_domain", f"firm{firm}.example", -1) for name, firm, _ in firms]
    seen += [
        (name, "template", f"prompt-{(firm + n) % 4}" if n < 4 else "crowd-template-0", -1) for name, firm, n in firms
    ]
    assert not passing(stages(amid(seen)), "email_domain")


def course(n_students: int, n_firms: int, each: int, *, own: int, unknown: int = 0) -> list:
    """Students with public mailboxes on four prompts, which people of some firms have, too; and who else there is."""
    students = [(f"s{i}", "email_domain", "gmail.com", i) for i in range(n_students)]
    staff = [
        (f"f{firm}-{n}", "email_domain", f"firm{firm}.example", firm + n)
        for firm in range(n_firms)
        for n in range(each)
    ]
    prompts = [(who, "template", f"lesson-{i % 4}", -1) for who, _, _, i in (*students, *staff)]
    others = [(f"u{i}", kind, f"u{i // 2}", -1) for i in range(unknown) for kind in ("device", "card")]
    return [*((*row, -1) for *row, _ in (*students, *staff)), *prompts, *amid(with_own_domains(own)), *others]


def test_students_are_not_linked_by_a_few_firms_people_on_their_course():
    """One in ten has a firm's domain; nobody else on it has one of his own, though half of everybody have."""
    assert not passing(stages(course(180, 4, 5, own=2000)), "template")


def test_accounts_without_a_known_mailbox_do_not_make_people_with_their_own_look_usual():
    assert not passing(stages(course(60, 4, 5, own=20)), "template")
    assert not passing(stages(course(60, 4, 5, own=20, unknown=3000)), "template")


@pytest.mark.parametrize(
    ("own", "strangers"),
    [(500, crowd(20_000, seed=9, stem="new")), (10, with_own_domains(500))],
    ids=["with public mailboxes", "with their own"],
)
def test_under_a_frozen_calibration_strangers_let_no_more_and_no_fewer_pass(own, strangers):
    seen = [*amid(hydra()), *with_own_domains(own)]
    alone, more = stages(seen), [*dict.fromkeys((*seen, *strangers))]
    calibration = replace(alone.calibration, habits=rate_of_own_domains(alone.bipartite.mailbox))
    assert bool(passing(alone, "template")) is (own == 500)
    assert passing(stages(more, calibration=calibration), "template") == passing(alone, "template")
    assert bool(passing(stages(more, calibration=replace(calibration, habits={})), "template")) is (own == 10)


# --- what does not ------------------------------------------------------------------------------------------------


FIRMS = [
    (f"firm-{f}-{n}", kind, value, -1)
    for f in range(8)
    for n in range(9)
    for kind, value in (("card", f"firm-{f}"), ("ip", f"192.0.2.{f}"))
]
OTHERS = [(f"o{n}", "ip", f"192.0.2.{n % ADDRESSES}", -1) for n in range(CARDS * ADDRESSES * 2)]


@pytest.mark.parametrize(
    "seen",
    [
        pytest.param(amid(FIRMS), id="firms, each at an address of its own"),
        pytest.param(amid([*crossed(), *OTHERS]), id="a carrier's addresses, which are many others' too"),
        pytest.param(amid(crossed(n_cards=2)), id="two cards"),
        pytest.param(amid(crossed(n_addresses=2)), id="two addresses"),
        pytest.param(crowd(4000, seed=3), id="strangers"),
    ],
)
def test_these_have_no_siblings(seen):
    assert not stages(seen).test.siblings.any()


def test_links_that_were_shuffled_have_no_siblings():
    world = amid(crossed())
    shuffled = [shuffle_links(sightings(world), seed=seed, world=0) for seed in range(10)]
    assert not any(stages(each).test.siblings.any() for each in shuffled)


@pytest.mark.parametrize("n_phones", [30, 31])
def test_accounts_that_bear_more_values_than_anybody_are_not_looked_through(n_phones):
    """With a card and an address, 31 phones are too many: each is also three others', who have a device in common."""
    roaming = [
        (who, kind, f"{account}/{n}", -1)
        for account in sorted({account for account, *_ in crossed()})
        for n in range(n_phones)
        for who in (account, *(f"{account}/{n}/{guest}" for guest in "abc"))
        for kind in (("phone",) if who == account else ("phone", "device"))
    ]
    assert bool(passing(stages(amid([*crossed(), *roaming])), "card")) == (n_phones == 30)


# --- what moves it ------------------------------------------------------------------------------------------------


def test_under_a_frozen_calibration_strangers_move_no_siblings():
    alone = stages(amid(crossed()))
    joined = stages([*amid(crossed()), *crowd(1000, seed=9, stem="new")], calibration=alone.calibration)
    for kind, value in {(kind, value) for _, kind, value, _ in crossed()}:
        one, two = alone.signal(kind, value), joined.signal(kind, value)
        assert alone.test.siblings[one] == joined.test.siblings[two] > 0
        assert alone.test.bits[one] == joined.test.bits[two]


def test_two_grids_are_two_stocks():
    other = [(account, kind, value.replace("192.0.2", "198.51.100"), day) for account, kind, value, day in crossed("h")]
    world = stages(amid([*crossed(), *other]))
    assert world.test.siblings[world.signal("card", "g-card-0")] == CARDS
    assert world.group_of("g0-0") == {account for account, *_ in crossed()}
    assert world.group_of("h0-0") == {account for account, *_ in other}


# --- the loop and its plain twin ----------------------------------------------------------------------------------

KIND, FAMILY = np.array([0, 0, 0, 1, 1, 2], dtype=np.int16), np.array([0, 1, 1], dtype=np.int8)
"""Types of six values, and the family of each type."""

FALSE_SIBLINGS = 0.01
"""Few, so that in worlds so small some pairs are siblings and others are not."""

BORNE = st.lists(st.sets(st.integers(0, 5)), min_size=1, max_size=24)


NAMES = np.random.default_rng(5).integers(0, 2**64, len(KIND), dtype=np.uint64)
ALL = 10**6


def siblings_of(
    borne: list[set[int]], n_accounts: int, n_blocks: int = 1, most_ways: int = ALL
) -> set[tuple[int, int]]:
    bearers = [[a for a, signals in enumerate(borne) if s in signals] for s in range(len(KIND))]
    graph = (
        np.cumsum([0, *map(len, borne)], dtype=np.int64),
        np.array([s for signals in borne for s in sorted(signals)], dtype=np.int32),
        np.cumsum([0, *map(len, bearers)], dtype=np.int64),
        np.array([a for each in bearers for a in each], dtype=np.int32),
    )
    kinds = (KIND, FAMILY[KIND])
    one, other, n_limited = find_siblings(
        graph, kinds, lambda: NAMES, n_accounts, (FALSE_SIBLINGS, most_ways), n_blocks
    )
    assert n_limited == 0 or most_ways < ALL
    assert one.tolist() == sorted(one.tolist())
    return set(zip(one.tolist(), other.tolist(), strict=True))


def heard(across: set[int], mine: set[int], bearers: list[set[int]], kind: int, most_ways: int) -> set[int]:
    """The values with a hash below the largest power of two by which few enough ways lead on."""
    own = [u for u in range(len(KIND)) if KIND[u] == kind]
    for bits in range(64, -1, -1):
        left = {t for t in across if int(NAMES[t]) < 2**bits}
        ways = sum(len(bearers[t] & mine) * sum(len(bearers[t] & bearers[u]) for u in own) for t in left)
        if ways <= most_ways * len(mine):
            return left
    return set()


def plain_siblings(borne: list[set[int]], n_accounts: int, most_ways: int = ALL) -> set[tuple[int, int]]:
    """Every pair of values of a type, every pair of their accounts, by the values that may lead from one to another."""
    bearers = [{a for a, signals in enumerate(borne) if s in signals} for s in range(len(KIND))]
    found = set()
    for s, mine in enumerate(bearers):
        across = {t for t in range(len(KIND)) if FAMILY[KIND[t]] != FAMILY[KIND[s]] and bearers[t] & mine}
        across = heard(across, mine, bearers, KIND[s], most_ways)
        n_met = sum(len(bearers[t]) - 1 for t in across)
        reached = {u for t in across for j in bearers[t] - mine for u in borne[j] if u > s and KIND[u] == KIND[s]}
        for u in range(s + 1, len(KIND)):
            if KIND[u] != KIND[s]:
                continue
            meetings = {(i, j, t) for t in across for i in bearers[t] & mine for j in bearers[t] & (bearers[u] - mine)}
            n = min(len({each[part] for each in meetings}) for part in range(3))
            share = len(bearers[u]) / n_accounts
            tail = sum(comb(n_met, k) * share**k * (1 - share) ** (n_met - k) for k in range(n, n_met + 1))
            if n >= 2 and tail <= FALSE_SIBLINGS / len(reached):
                found.add((s, u))
    return found


@settings(max_examples=200)
@given(BORNE, st.sampled_from([30, 200, 5000]))
def test_siblings_are_those_found_by_trying_all(borne, n_accounts):
    assert siblings_of(borne, n_accounts) == plain_siblings(borne, n_accounts)


@settings(max_examples=200)
@given(BORNE, st.sampled_from([200, 5000]), st.integers(1, 60))
def test_where_too_many_ways_lead_on_values_with_small_hashes_stand_for_all(borne, n_accounts, most_ways):
    assert siblings_of(borne, n_accounts, most_ways=most_ways) == plain_siblings(borne, n_accounts, most_ways)


@given(BORNE, st.integers(2, 5))
def test_siblings_do_not_depend_on_the_blocks(borne, n_blocks):
    assert siblings_of(borne, 5000, n_blocks) == siblings_of(borne, 5000)


def test_such_graphs_have_siblings_and_some_that_are_not():
    """Three accounts on each of two values of a type, which meet at two of another family; and a third value."""
    borne = [{0, 3}, {0, 4}, {0}, {1, 3}, {1, 4}, {1}, {2}, {2, 5}, {2}]
    assert siblings_of(borne, 5000) == {(0, 1), (3, 4)}
