"""How strangers keep their hours and what plans they are on is asked once, and moves no ring afterwards."""

import numpy as np
import pytest
import worlds
from worlds import among, sightings

from graphlink import pipeline
from graphlink.config.method import Method
from graphlink.graph.observation_times import observe_times
from graphlink.graph.reference_rates import (
    are_crowded,
    rates_of_accounts,
    says_more,
    share_on_plans,
    share_who_joined,
    usual_use,
)

METHOD = Method(null_worlds=0, disturbances=0)
RING = [f"r{i}" for i in range(1, 25)]


def _habits(seen):
    return rates_of_accounts(seen, observe_times(seen), METHOD.organisation_words)


def _noon(n: int, kind: str = "template", at: float = 0.5) -> list[worlds.Row]:
    """Strangers, one a day, each with a value of his own at one hour of the day."""
    return [(f"s{i:05}", kind, f"{kind}-{i}", i % 28 + at) for i in range(n)]


def test_habits_are_shares_of_everybody():
    seen = sightings(
        [*_noon(3), ("s00000", "ip", "198.51.100.1", 2.0), ("s00001", "ip", "198.51.100.2", 2.5)],
        plans={"s00000": "Team", "s00001": "free", "s00002": "free"},
    )
    assert _habits(seen) == {"hour/ip": 0.5, "hour/template": 1.0, "plans": pytest.approx(1 / 3)}


def test_use_is_told_in_sightings_a_day_of_the_type_that_shows_most():
    daily = [("a", "ip", "198.51.100.1", day) for day in range(28)]
    rows = [*daily, ("a", "template", "x", 0.5), ("b", "ip", "::1", 1.0)]
    habits = _habits(sightings(rows))
    often, once = np.log2(28 / 27), np.log2(1 / 14)
    assert usual_use(habits) == pytest.approx(((often + once) / 2, (often - once) / 2), abs=1e-5)


def test_without_times_plans_and_creations_they_say_so():
    habits = _habits(sightings([(account, kind, value, -1) for account, kind, value, _ in _noon(2)]))
    assert habits == {"hour/template": 0.0}
    assert np.isnan(share_on_plans(habits))
    assert share_who_joined(habits) == 0.0


@pytest.mark.parametrize(
    ("kinds", "more"),
    [
        (["ip", "template", "user_agent", "card_bin"], False),  # half a country's
        (["ip", "card"], True),
        (["email_domain"], True),
        (["device"], True),
    ],
)
def test_whether_an_export_says_more_than_places_and_texts(kinds, more):
    seen = sightings([row for kind in kinds for row in _noon(2, kind)])
    assert says_more(seen.types, _habits(seen)) is more
    assert not says_more(seen.types, {"hour/template": 0.1})  # what the calibration did not know, a stranger brought


def ring_of(seen, calibration=None):
    """The ring of a world, and what it was compared with."""
    found = pipeline.analyse(seen, METHOD, seed=7, calibration=calibration)
    ring_id = found.members.set_index("account_id")["ring_id"]["r1"]
    return next(ring for ring in found.rings if ring.ring_id == ring_id), found.calibration


def test_a_stranger_with_the_first_card_of_all_changes_no_ring():
    places = [row for row in among(worlds.template_ring) if row[1] in {"ip", "template"}]
    alone, calibration = ring_of(sightings(places))
    assert next(factor.because for factor in alone.factors if factor.name == "own values") == "not known"
    strangers = [("s00001", "card", "c1", 1.0), ("s00002", "card", "c1", 2.0)]
    assert ring_of(sightings((*places, *strangers)), calibration)[0] == alone


def test_of_a_type_that_the_calibration_lacks_this_week_tells():
    seen = sightings([*_noon(3), *_noon(3, "user_agent")])
    assert [each.name for each in seen.types] == ["template", "user_agent"]
    assert are_crowded(seen.types, observe_times(seen), {"hour/template": 0.2}).tolist() == [False, True]


def _ring(strangers, calibration=None, plans=None):
    """The template ring, seen over a day's length, beside strangers."""
    mine = [(a, kind, value, i % 24 / 24) for i, (a, kind, value, _) in enumerate(among(worlds.template_ring))]
    seen = sightings((*mine, *strangers), plans={**dict.fromkeys(RING, "free"), "crowd-00001": "team", **(plans or {})})
    return ring_of(seen, calibration)


STRANGERS = [f"s{i:05}" for i in range(500)]


@pytest.mark.parametrize("plan", ["team", "free"])
def test_strangers_and_their_plans_and_hours_change_no_ring(plan):
    ring, calibration = _ring([])
    assert "plans" in {factor.name for factor in ring.factors}
    assert _ring(_noon(500), calibration, dict.fromkeys(STRANGERS, plan))[0] == ring


def test_without_a_frozen_calibration_they_do():
    ring, _ = _ring([])
    assert _ring(_noon(500), None, dict.fromkeys(STRANGERS, "team"))[0] != ring
