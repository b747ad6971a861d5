"""Which rings are planted among which honest accounts, and whom the operators frame."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from otherworlds import attributes, further_types, proxies, regions, rings, tangles
from otherworlds.lookalikes import add_lookalikes
from otherworlds.population import populate
from otherworlds.ties import find_busy_addresses
from otherworlds.world import World

if TYPE_CHECKING:
    from collections.abc import Callable

    from otherworlds.world import Ints, Texts

    Shape = Callable[[World], None]

_CLASSIC: Final = (rings.naive_farm, rings.one_address, rings.trial_farm, rings.load_balanced)
_FARMS: Final = (rings.device_farm, rings.emulators, rings.phone_farm, rings.api_only)
_TYPES: Final = (
    further_types.referral_ring,
    further_types.client_ring,
    further_types.rhythm_ring,
    further_types.billing_ring,
)

SCENARIOS: Final[dict[str, tuple[Shape, ...]]] = {
    "classic": (
        *_CLASSIC,
        rings.load_balanced,
        rings.residential_pool,
        rings.small_rotating,
        partial(rings.small_rotating, n=250),
    ),
    "device": tuple(shape for shape in _FARMS for _ in range(2)),
    "types": tuple(shape for shape in _TYPES for _ in range(2)),
    "chain": (
        tangles.chain,
        tangles.chain,
        tangles.grid,
        tangles.grid,
        tangles.waves,
        tangles.two_operators,
        tangles.two_operators,
        tangles.star,
        tangles.star,
        tangles.small_cells,
    ),
    "sparse_export": (*_CLASSIC, rings.residential_pool, rings.small_rotating, rings.small_rotating),
    "victims": (
        rings.naive_farm,
        rings.load_balanced,
        rings.small_rotating,
        rings.device_farm,
        *(3 * (rings.among_customers,)),
    ),
    "honest": (),
    "lookalikes": (*_CLASSIC, rings.small_rotating, rings.device_farm, rings.emulators),
    "regions": (*_CLASSIC, rings.residential_pool, rings.small_rotating, rings.device_farm, tangles.chain),
    "attributes": (*_CLASSIC, rings.residential_pool, rings.small_rotating, rings.device_farm, tangles.chain),
    "proxies": (*_CLASSIC, rings.residential_pool, rings.small_rotating, rings.device_farm, tangles.chain),
    "carriers": (*_CLASSIC, *(4 * (rings.farm_at_carrier,)), rings.small_rotating, rings.device_farm),
    "heavy": (
        *_CLASSIC,
        rings.residential_pool,
        rings.small_rotating,
        *_FARMS,
        tangles.chain,
        tangles.grid,
        tangles.waves,
        tangles.two_operators,
        tangles.star,
        tangles.small_cells,
        rings.among_customers,
    ),
}
"""Rings of each scenario; in `heavy` they go on until one account in seven is in one, in `honest` there are none."""

_OF_EVERYBODY: Final = {
    "regions": regions.add_regions,
    "attributes": attributes.add_attributes,
    "proxies": proxies.add_proxies,
}
"""What is seen of all accounts, ring members among them."""

FRAMED: Final = ("ip", "card", "template", "device")
N_VICTIMS: Final = 20
N_FRAMED_TWICE: Final = 4
_HEAVY: Final = 0.14
_PLANTED: Final = 0.035


def make_world(scenario: str, n_accounts: int, seed: int) -> World:
    """A world of about so many accounts."""
    world = World(n_accounts, scenario, seed)
    shapes = SCENARIOS[scenario]
    planted = _HEAVY if scenario == "heavy" else _PLANTED if shapes else 0
    populate(world, int(n_accounts * (1 - planted)), twice=scenario == "honest")
    if scenario == "lookalikes":
        add_lookalikes(world, n_accounts / 60000)
    n_honest = world.n
    if scenario == "types":
        further_types.add_further_types(world)
    world.mixed = find_busy_addresses(world)
    if scenario == "heavy":
        order = world.rng.permutation(len(shapes))
        turn = 0
        while world.n - n_honest < _HEAVY * n_accounts:
            shapes[order[turn % len(order)]](world)
            turn += 1
    else:
        for shape in shapes:
            shape(world)
    if scenario in _OF_EVERYBODY:
        _OF_EVERYBODY[scenario](world)
    if scenario == "victims":
        for ring_id in world.rings:
            _frame(world, np.flatnonzero(world.ring[: world.n] == ring_id), n_honest)
    return world


def _frame(world: World, members: Ints, n_honest: int) -> None:
    """See honest accounts with a value that many of a ring bear, and a few of them with one of a second type."""
    victims = world.rng.choice(n_honest, N_VICTIMS, replace=False)
    world.victim[victims] = True
    values = _tell_values(world, members)
    kinds = list(values)
    chosen = [str(kind) for kind in world.rng.permutation(kinds)[:2]] if len(kinds) > 1 else kinds
    for kind, who in zip(chosen, (victims, victims[:N_FRAMED_TWICE]), strict=False):
        world.pick(who, kind, values[kind], brief=3)


def _tell_values(world: World, members: Ints) -> dict[str, Texts]:
    """The ring's own values that most of it bears, the first three of each type."""
    borne: dict[str, list[Texts]] = {}
    for who, kind, values, *_ in world.chunks:
        inside = np.isin(who, members)
        if kind in FRAMED and inside.any():
            borne.setdefault(kind, []).append(values[inside])
    common = np.r_[world.public, world.classes, world.mixed]
    tops = {}
    for kind, parts in borne.items():
        every = pd.Series(np.concatenate(parts))
        top = every[~every.isin(common)].value_counts().index[:3]
        if len(top):
            tops[kind] = top.to_numpy(object)
    return tops
