"""Proxies: some people go through the lines of strangers all over the world, and rings do, whose browsers are rare.

Whoever rents residential proxies is seen on dozens of lines in a month, each in the network of a stranger's provider.
So honest renters meet each other, and every ring, in one network or the other, and sometimes they have one browser.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from otherworlds.world import zipf

if TYPE_CHECKING:
    from otherworlds.world import Ints, Texts, World

_N_NETWORKS: Final = 150
_N_SERVICES: Final = 3
_EXITS: Final = 1500
"""Lines that a service lets out, of which an account goes through one to two dozen."""

_RENT: Final = 0.02, 0.7
"""Share of honest accounts that rent proxies, and of a ring's."""

_N_BROWSERS: Final = 60
_RARE: Final = 20
"""Browsers from this rank on are rare: each is on less than a hundredth of the accounts."""

_OF_RING: Final = 0.35
"""Share of a ring that uses one of its browsers; it has two."""


def add_proxies(world: World) -> None:
    """See everybody with a provider's network and a browser, and renters on the lines of others."""
    everybody = np.arange(world.n)
    networks = np.array([f"AS{1300 + number}" for number in world.rng.choice(200_000, _N_NETWORKS, replace=False)])
    world.pick(everybody, "asn", networks, (1, 2), zipf(_N_NETWORKS, 0.6))
    browsers = world.fresh("Mozilla/5.0 ", _N_BROWSERS)
    world.pick(everybody, "user_agent", browsers, shares=zipf(_N_BROWSERS, 1.2))
    honest = everybody[world.ring[: world.n] == ""]
    renters = [world.some(honest, _RENT[0])]
    for ring_id in world.rings:
        members = everybody[world.ring[: world.n] == ring_id]
        renters.append(world.some(members, _RENT[1]))
        for browser in world.rng.choice(browsers[_RARE:], 2, replace=False):
            world.see(world.some(members, _OF_RING), "user_agent", str(browser))
    for service in range(_N_SERVICES):
        of_rings = renters[1 + service :: _N_SERVICES]
        _go_through(world, np.concatenate([renters[0][service::_N_SERVICES], *of_rings]), networks)


def _go_through(world: World, accounts: Ints, networks: Texts) -> None:
    """See accounts on lines of one service, each with its line's network."""
    exits, of_exit = world.addresses(_EXITS, 1), world.rng.choice(networks, _EXITS)
    who = np.repeat(accounts, world.wholes(12, 24, len(accounts)))
    which = world.rng.integers(0, _EXITS, len(who))
    world.see(who, "ip", exits[which], brief=2)
    world.see(who, "asn", of_exit[which], brief=2)
