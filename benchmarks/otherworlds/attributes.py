"""Attributes: what describes people and tells nobody apart, each declared as a family of its own.

Whoever lives in a city has its postcodes, its shops and its couriers; who has a model of telephone has its system, its
build and its screen; who came by a campaign saw its page. Ring members have all of it too, as everybody has.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from otherworlds.world import zipf

if TYPE_CHECKING:
    from otherworlds.world import Texts, World

_PLACES: Final = {"postcode": 4, "shop": 3, "courier": 5, "district_nurse": 1}
"""Types of which each city has values of its own, and how many."""

_MAKES: Final = {"system": 14, "app_build": 26, "screen_size": 40}
"""Types of which each model of telephone has one value, and how many there are in all."""

TYPES: Final = tuple(
    (name, name, "claimed") for name in ("city", *_PLACES, "phone_model", *_MAKES, "campaign", "landing_page")
)
"""Type, family and provenance, as somebody would declare them who knows the columns and not the method."""

_N_CITIES: Final = 160
_N_MODELS: Final = 120
_N_CAMPAIGNS: Final = 50


def add_attributes(world: World) -> None:
    """See everybody with where they live, what they hold in hand, and how they came."""
    everybody = np.arange(world.n)
    city = world.rng.choice(_N_CITIES, world.n, p=zipf(_N_CITIES, 0.9))
    _see_all(world, "city", world.fresh("city-", _N_CITIES)[city])
    for kind, of_each in _PLACES.items():
        values = world.fresh(f"{kind}-", _N_CITIES * of_each).reshape(_N_CITIES, of_each)
        _see_all(world, kind, values[city, world.rng.integers(0, of_each, world.n)])
    model = world.rng.choice(_N_MODELS, world.n, p=zipf(_N_MODELS, 0.9))
    _see_all(world, "phone_model", world.fresh("model-", _N_MODELS)[model])
    for kind, n in _MAKES.items():
        _see_all(world, kind, world.fresh(f"{kind}-", n)[world.rng.integers(0, n, _N_MODELS)[model]])
    campaign = world.rng.choice(_N_CAMPAIGNS, world.n, p=zipf(_N_CAMPAIGNS, 1))
    pages = world.fresh("page-", 20)[world.rng.integers(0, 20, _N_CAMPAIGNS)]
    came = world.some(everybody, 0.6)
    world.see(came, "campaign", world.fresh("campaign-", _N_CAMPAIGNS)[campaign[came]])
    world.see(came, "landing_page", pages[campaign[came]])


def _see_all(world: World, kind: str, values: Texts) -> None:
    known = world.some(np.arange(world.n), 0.95)
    world.see(known, kind, values[known])
