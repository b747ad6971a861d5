"""Types that say the same of people speak as one family; those that tell people apart, or differ, keep their own."""

from dataclasses import replace

import numpy as np
import pytest
from worlds import TYPES, sightings

from graphlink.config.method import Method
from graphlink.graph.family_merge import merge_families
from graphlink.graph.strata import stratify
from graphlink.model.calibration import Calibration
from graphlink.pipeline import analyse

N = 480
NAMES = [f"a{number:03d}" for number in range(N)]
OWN = ("city", "postcode", "shop", "hobby", "iban")


@pytest.fixture(autouse=True)
def declared(monkeypatch):
    for name in OWN:
        monkeypatch.setitem(TYPES, name, replace(TYPES["number_range"], name=name, family=name))


def all_of(kind: str, values, names=NAMES) -> list[tuple[str, str, str, int]]:
    return [(name, kind, str(value), -1) for name, value in zip(names, values, strict=True)]


def random(n_values: int, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, n_values, N)


CITY = random(12, 1)
POSTCODE = 3 * CITY + random(3, 2)
HOBBY = random(12, 3)
PLACES = [*all_of("city", CITY), *all_of("postcode", POSTCODE)]
APART = [*all_of("card", range(N)), *all_of("device", range(N))]


def kin(seen, **more) -> list:
    """The types, where everybody has a card and a device as well."""
    found = merge_families(sightings([*seen, *APART], **more)).types
    return [each for each in found if each.name not in ("card", "device")]


def voices(seen, **more) -> dict[str, str]:
    return {each.name: each.counts_as for each in kin(seen, **more)}


@pytest.mark.parametrize("most", [N, 200], ids=["all are asked", "of very many accounts some are asked"])
def test_a_city_and_its_postcodes_are_one_family_and_a_hobby_is_another(monkeypatch, most):
    monkeypatch.setattr("graphlink.graph.family_merge._SAMPLE", most)
    assert voices([*PLACES, *all_of("hobby", HOBBY)]) == {"city": "city", "postcode": "city", "hobby": "hobby"}


def test_what_the_settings_say_tells_apart_describes_nobody(monkeypatch):
    """Products that accounts reviewed: hundreds may have reviewed one, and none of them is like the others for it."""
    assert {each.name: each.coarse for each in kin(PLACES)} == {"city": True, "postcode": True}
    monkeypatch.setitem(TYPES, "city", replace(TYPES["city"], tells_apart=True))
    told = {each.name: each for each in kin(PLACES)}
    facts = {name: (each.coarse, each.describes, each.counts_as) for name, each in told.items()}
    assert facts == {"city": (False, False, "city"), "postcode": (True, True, "postcode")}


def test_kin_of_kin_is_kin():
    """Each shop is some cities' and some postcodes' at once: of cities alone it would say little."""
    shops = all_of("shop", (POSTCODE + random(2, 4)) % 36)
    assert set(voices([*PLACES, *shops]).values()) == {"city"}


def test_a_built_in_family_gives_its_name():
    assert voices([*all_of("city", CITY), *all_of("ip", POSTCODE)]) == {"city": "network", "ip": "network"}


def test_built_in_families_stay_apart_whatever_lies_between_them():
    domains = all_of("email_domain", CITY)
    addresses = all_of("ip", np.where(random(3, 9) > 0, POSTCODE, 40 + random(36, 10)))
    spoken = voices([*domains, *addresses, *all_of("city", CITY)])
    assert spoken == {"email_domain": "identity", "ip": "network", "city": "identity"}  # the closer of the two


def test_without_a_type_of_ones_own_that_describes_people_nothing_changes():
    for seen in ([*all_of("email_domain", CITY), *all_of("ip", CITY)], all_of("iban", range(N)), []):
        world = sightings(seen)
        assert merge_families(world) is world


def test_where_nothing_else_tells_people_apart_all_stays_as_it_was():
    """As in a register of inventors, each of whom is there many times over, with one name and in one place."""
    for more in ([], all_of("card", range(N))):
        world = sightings([*PLACES, *all_of("shop", POSTCODE), *more])
        assert merge_families(world) is world
    assert merge_families(sightings([*PLACES, *all_of("card", range(N)), *all_of("iban", range(N))])).types[1].coarse


def test_what_tells_people_apart_describes_nobody():
    """Accounts of one household have a bank account in common, and live in one city."""
    pairs = np.arange(N) // 2
    found = kin([*all_of("city", CITY[pairs]), *all_of("iban", pairs)])
    assert {(each.counts_as, each.coarse) for each in found} == {("city", True), ("iban", False)}


def frozen_with(types) -> Calibration:
    """A frozen calibration that knows how some types count."""
    voices, coarse = {each.name: each.counts_as for each in types}, {each.name: each.coarse for each in types}
    return Calibration(N, 0.1, 5.0, 8.0, voices=voices, coarse=coarse)


@pytest.mark.parametrize("frozen", [False, True])
def test_a_city_describes_people_and_a_network_is_a_neighbourhood_whatever_its_family(monkeypatch, frozen):
    monkeypatch.setitem(TYPES, "subnet", replace(TYPES["ip24"], name="subnet", family="subnet"))
    seen = sightings([*all_of("city", CITY), *all_of("subnet", HOBBY), *APART])
    found = merge_families(seen)
    if frozen:
        found = merge_families(seen, frozen_with(found.types))
    told = {each.name: (each.coarse, each.describes) for each in found.types}
    assert (told.pop("city"), told.pop("subnet")) == ((True, True), (True, False))
    assert set(told.values()) == {(False, False)}


@pytest.mark.parametrize(("n_members", "voice"), [(60, "hobby"), (300, "city")])
def test_a_ring_that_has_all_in_common_makes_no_kin_while_it_is_few(n_members, voice):
    city, hobby = CITY.copy(), HOBBY.copy()
    city[:n_members], hobby[:n_members] = 20 + np.arange(n_members) % 4, 20 + np.arange(n_members) % 4
    assert voices([*all_of("city", city), *all_of("hobby", hobby)])["hobby"] == voice


def test_what_compatriots_have_in_common_makes_no_kin():
    """Each has the cities and the hobbies of his country, and within it the one says nothing of the other."""
    country = random(4, 5)
    seen = [*all_of("city", 10 * country + random(5, 6)), *all_of("hobby", 10 * country + random(5, 7))]
    where = dict(zip(NAMES, (f"C{each}" for each in country), strict=True))
    assert voices(seen, countries=where) == {"city": "city", "hobby": "hobby"}
    assert voices(seen) == {"city": "city", "hobby": "city"}


def test_the_order_of_accounts_does_not_matter():
    seen = [*PLACES, *all_of("hobby", HOBBY)]
    other = dict(zip(NAMES, np.random.default_rng(8).permutation(NAMES), strict=True))
    assert voices([(other[name], *rest) for name, *rest in seen]) == voices(seen)


def test_under_a_frozen_calibration_types_count_as_they_did_whoever_is_there():
    """Most of a town's people move: neither does the hobby say the city now, nor is anything else told anew."""
    then, now = (sightings([*PLACES, *APART, *all_of("hobby", each)]) for each in (HOBBY, CITY))
    frozen = frozen_with(merge_families(then).types)
    assert merge_families(now, frozen).types == merge_families(then).types != merge_families(now).types


def test_a_type_that_a_frozen_calibration_never_saw_counts_as_the_settings_say():
    frozen = frozen_with(sightings(all_of("card", range(N))).types)
    added = [each for each in merge_families(sightings(PLACES), frozen).types if each.name == "city"]
    assert added == [each for each in sightings(PLACES).types if each.name == "city"]


def test_an_analysis_keeps_how_types_count_and_goes_by_what_was_kept():
    town = sightings(a_town_like_any())
    kept = analyse(town, Method(), seed=1).calibration
    counted = merge_families(stratify(town)).types
    assert kept.voices == {each.name: each.counts_as for each in counted}
    assert kept.coarse == {each.name: each.coarse for each in counted}
    otherwise = replace(kept, voices=kept.voices | {"postcode": "shop"})
    assert analyse(town, Method(), seed=1, calibration=otherwise).calibration.voices == otherwise.voices


def test_a_hub_says_whether_it_is_a_neighbourhood_or_describes_people(monkeypatch):
    monkeypatch.setitem(TYPES, "subnet", replace(TYPES["ip24"], name="subnet", family="subnet"))
    town = a_town_like_any()
    subnets = [
        (name, "subnet", f"net {number % 5}", -1) for number, name in enumerate(sorted({name for name, *_ in town}))
    ]
    hubs = analyse(sightings([*town, *subnets]), Method(), seed=1).hubs
    said = {kind: set(why.str.partition(":")[0]) for kind, why in hubs.groupby("signal_type")["why"]}
    assert said["subnet"] == {"names a neighbourhood"}
    assert said["hobby"] == {"describes people, and tells nobody apart"}


def a_town_like_any(n: int = 2_000) -> list[tuple[str, str, str, int]]:
    """People of forty cities, with postcodes, shops and hobbies of theirs, homes for two, and thirty who are one."""
    draw = np.random.default_rng(4)
    names = [f"p{number:04d}" for number in range(n)]
    home = draw.permutation(n) // 2
    city = draw.integers(0, 40, n)[home]
    described = {
        "city": city,
        "postcode": 4 * city + draw.integers(0, 4, n)[home],
        "shop": 3 * city + draw.integers(0, 3, n),
        "number_range": 6 * city + draw.integers(0, 6, n),
        "hobby": draw.integers(0, 30, n),
        "ip": home,
    }
    own = [*range(30, n)]
    cards = all_of("card", [*(f"r{number // 3}" for number in range(30)), *own], names)
    devices = all_of("device", [*(f"r{number % 7}" for number in range(30)), *own], names)
    prompts = all_of("template", [*(["distil"] * 30), *own], names)
    people = [each for kind, values in described.items() for each in all_of(kind, values, names)]
    return [*cards, *devices, *prompts, *people]


def test_of_people_of_a_city_only_a_ring_is_accused():
    found = analyse(sightings(a_town_like_any()), Method(), seed=1).members
    accused = set(found.loc[found["assessment"] == "coordinated", "account_id"])
    assert accused == {f"p{number:04d}" for number in range(30)}
