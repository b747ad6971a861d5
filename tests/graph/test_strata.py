"""Where accounts are: as stated, and where it is not, what divides them as countries do."""

from dataclasses import replace

import numpy as np
import pytest
from worlds import COMPATRIOTS, KENYANS, TYPES, crowd, rows, sightings, stages

from graphlink.graph.strata import stratify
from graphlink.model.calibration import Calibration
from graphlink.model.sightings import Sightings

ZONES = "zone +1: n100..n159\n zone +3: n160..n199"
LANGUAGES = "language de: n100..n129\n language fr: n130..n159\n language sw: n160..n199"
EVERYBODY = "asn AS1: n100..n129\n asn AS2: n130..n159\n asn AS3: n160..n199"
"""And their networks, which are those of a part each."""


def every(step: int, first: int) -> str:
    return " ".join(f"n1{number:02d}" for number in range(first, 100, step))


def own(n: int) -> str:
    """A zone for each of the first accounts."""
    return "\n".join(f"zone z{number}: n1{number:02d}" for number in range(n))


@pytest.fixture(autouse=True)
def declared(monkeypatch):
    for name in ("zone", "language"):
        monkeypatch.setitem(TYPES, name, replace(TYPES["number_range"], name=name, family="client"))


def countries(world: Sightings) -> list[str]:
    accounts = stratify(world).accounts
    return [accounts.country_names[code] if code >= 0 else "" for code in accounts.country.tolist()]


def divided(*seen: str) -> set[str]:
    return set(countries(sightings(rows("\n".join((*seen, EVERYBODY))))))


def test_where_no_country_is_exported_a_clocks_zone_is_one():
    placed = countries(sightings(rows(f"{ZONES}\n {EVERYBODY}")))
    assert placed == ["zone=+1"] * 60 + ["zone=+3"] * 40


def test_of_several_types_the_one_that_says_most_counts():
    assert divided(ZONES, LANGUAGES) == {"language=de", "language=fr", "language=sw"}
    assert divided(ZONES, "language en: n100..n199") == {"zone=+1", "zone=+3"}


@pytest.mark.parametrize(("share", "expected"), [(49, {"zone=+1", "zone=+3"}), (50, {"DE", "FR", ""})])
def test_what_half_of_the_accounts_state_counts_where_it_says_as_much(share, expected):
    stated = {f"n1{number:02d}": "DE" if number % 2 else "FR" for number in range(share)}
    assert set(countries(sightings(rows(f"{ZONES}\n {EVERYBODY}"), countries=stated))) == expected


def test_where_all_are_of_one_country_a_zone_says_more():
    of_one = dict.fromkeys((f"n1{number:02d}" for number in range(100)), "US")
    assert set(countries(sightings(rows(f"{ZONES}\n {EVERYBODY}"), countries=of_one))) == {"zone=+1", "zone=+3"}
    assert set(countries(sightings(rows(EVERYBODY), countries=of_one))) == {"US"}


def test_the_value_that_an_account_was_seen_with_most_often_is_its_place():
    travels = (*rows(f"{ZONES}\n {EVERYBODY}"), *[("n100", "zone", "+3", day) for day in (1, 2)])
    assert countries(sightings(travels))[0] == "zone=+3"
    once = (*rows(f"{ZONES}\n {EVERYBODY}"), ("n199", "zone", "+1", -1))
    assert countries(sightings(once))[99] == "zone=+1"  # the first of two that were seen as often


@pytest.mark.parametrize(
    "zones",
    [
        pytest.param("zone +1: n100..n159\n zone +3: n160..n173", id="borne by fewer than three quarters"),
        pytest.param("zone +1: n100..n159\n zone +3: n134..n199", id="of which a quarter has several"),
        pytest.param(f"{own(51)}\n zone +1: n151..n159\n zone +3: n160..n199", id="mostly small"),
        pytest.param("number_range +254: n100..n140", id="another type that few bear"),
        pytest.param("device x1: n100..n159\n device x2: n160..n199", id="no local type"),
        pytest.param("ip 100.64.0.1: n100..n159\n ip 100.64.0.2: n160..n199", id="a load balancer's addresses"),
        pytest.param("\n".join(f"zone z{n}: " + every(3, n) for n in range(3)), id="of which every network has all"),
    ],
)
def test_what_does_not_divide_accounts_as_countries_do_is_none(zones):
    world = sightings(rows(f"{zones}\n {EVERYBODY}"))
    assert stratify(world).accounts is world.accounts


def test_two_of_one_household_say_nothing_of_where_people_are():
    pairs = "\n".join(f"ip own-{n}: n1{2 * n:02d} n1{2 * n + 1:02d}" for n in range(50))
    world = sightings(rows(f"{ZONES}\n {pairs}"))
    assert stratify(world).accounts is world.accounts


def known(*countries: str) -> Calibration:
    """A frozen calibration that knows some countries."""
    return Calibration(100, 0.1, 5.0, 8.0, countries=dict.fromkeys(countries, 50))


def test_a_frozen_calibration_divides_by_what_it_knows():
    """Whatever would say more by now, and however few bear what it knows."""
    seen = sightings(rows(f"zone +1: n100..n109\n {LANGUAGES}\n {EVERYBODY}"), countries={"n100": "DE", "n101": "DE"})
    by_zone = stratify(seen, known("zone=+1", "zone=+3")).accounts
    assert {by_zone.country_names[code] for code in by_zone.country if code >= 0} == {"zone=+1"}
    assert stratify(seen, known("DE")).accounts is seen.accounts
    assert stratify(seen, known("zone=+1", "language=sw")).accounts.country_names[0] == "language=de"


@pytest.mark.parametrize("countries", [(), ("FR",)])
def test_what_a_frozen_calibration_knows_nobody_of_divides_nobody(countries):
    seen = sightings(rows(f"{ZONES}\n {EVERYBODY}"))
    assert stratify(seen, known(*countries)).accounts is seen.accounts


def test_nobody_is_nowhere():
    nobody = sightings(())
    assert stratify(nobody) is nobody


def test_who_shares_a_zone_and_what_is_local_there_is_tied_by_neither():
    """Three hundred behind a carrier's address, with numbers of its country, are a group unless their zone is known."""
    seen = (*crowd(1900), *COMPATRIOTS)
    zones = tuple((name, "zone", "+3" if name in KENYANS else "+1", -1) for name in sorted({each[0] for each in seen}))

    def n_passing(world: Sightings) -> int:
        made = stages(world)
        of_ranges = made.bipartite.types.index(TYPES["number_range"])
        return int(np.count_nonzero(made.test.passes & (made.bipartite.signal_type == of_ranges)))

    assert n_passing(sightings(seen)) > 60
    assert n_passing(stratify(sightings((*seen, *zones)))) == 0
