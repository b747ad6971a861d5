"""Regions: what people of one country have in common without knowing each other, and the settings that such types need.

Their lines are of a few networks, thousands come through the gates of a carrier, their numbers are of the ranges that
were given to the country, and their clocks say the same. An export with several of these says four times where somebody
is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from otherworlds.world import N_COUNTRIES

if TYPE_CHECKING:
    from otherworlds.world import World

TYPES: Final = (("number_range", "numbers", "third_party"), ("time_zone", "clock", "claimed"))
"""Type, family and provenance, as somebody would declare them who knows their export and not the method."""

_N_RANGES: Final = 320
"""Ranges of numbers of a country."""

_N_ZONES: Final = 7
"""Fewer than there are countries."""


def add_regions(world: World) -> None:
    """See everybody with what their country has: networks, gates of carriers, ranges of numbers, and the time."""
    everybody = np.arange(world.n)
    for country in range(N_COUNTRIES):
        people = everybody[world.country[: world.n] == country]
        networks = [f"AS{number}" for number in world.rng.integers(1300, 210_000, world.whole(2, 5))]
        world.pick(world.some(people, 0.95), "asn", networks, (1, 2))
        private = people[np.isin(world.segment[people].astype(str), ("home", "mobile", "family"))]
        world.pick(world.some(private, 0.45), "ip", world.addresses(world.whole(4, 16), 3), (1, 2), brief=9)
        ranges = world.fresh(f"+{country}", _N_RANGES)
        world.pick(world.some(private, 0.7), "number_range", ranges)
        at_home = world.some(people, 0.93)
        world.see(at_home, "time_zone", f"zone-{country % _N_ZONES}")
    travellers = world.some(everybody, 0.05)
    world.pick(travellers, "time_zone", [f"zone-{zone}" for zone in range(_N_ZONES)])
