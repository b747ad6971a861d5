"""Members of a ring, and what can tie them to each other.

A new member has everything that ties it to honest people (addresses where they live, prompts they copy, mail where they
have it) and nothing yet that ties it to the ring; every shape of ring adds that itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from otherworlds.people import THROW_AWAY, draw_webmail, give_mail, pay
from otherworlds.world import DAYS, N_AGENTS, N_BINS, N_CLASSES, N_PUBLIC, zipf

if TYPE_CHECKING:
    from collections.abc import Sequence

    from otherworlds.world import Ints, Texts, World

BUSY: Final = (3, 200)
"""Accounts on an honest address that a ring's members live on too."""


def find_busy_addresses(world: World) -> Texts:
    """Honest addresses, each as often as it is borne and twice more, so that the less busy ones are drawn too."""
    chunks = [chunk for chunk in world.chunks if chunk[1] == "ip"]
    seen = pd.DataFrame(
        {
            "account": np.concatenate([chunk[0] for chunk in chunks]),
            "value": np.concatenate([chunk[2] for chunk in chunks]),
        },
    ).drop_duplicates()
    degree = seen["value"].map(seen["value"].value_counts())
    busy = seen[degree.between(*BUSY)]["value"]
    each = busy.drop_duplicates().sample(frac=1, random_state=1)
    return np.concatenate([busy.to_numpy(object), each.to_numpy(object).repeat(2)])


def recruit(world: World, shape: str, n: int, age: str | None = None, life: tuple[float, float] | None = None) -> Ints:
    """New members of a new ring: come at once, in a week, over months or long ago, to stay or for so many days."""
    age = age or str(world.rng.choice(["burst", "week", "spread", "aged"], p=[0.3, 0.3, 0.2, 0.2]))
    start = world.real(0, 20)
    created = {
        "burst": start + world.reals(0, 0.1, n),
        "week": start + world.reals(0, 7, n),
        "spread": world.reals(-40, 26, n),
        "aged": world.reals(-800, -20, n),
    }[age]
    members = world.arrive(n, "ring", created)
    world.left[members] = DAYS
    if life:
        world.left[members] = np.minimum(np.maximum(created, 0) + world.reals(*life, n), DAYS)
    ring_id = f"ring-{len(world.rings):03d}"
    world.rings[ring_id] = (shape, ring_id)
    world.ring[members], world.cell[members] = ring_id, "0"
    if world.rng.random() < 0.6:  # in step
        world.hour[members], world.wobble[members] = world.real(0, 24), world.real(0.05, 0.5)
    world.rate[members] = np.exp(world.rng.normal(np.log(world.real(5, 300)), 1, n))
    world.pick(members, "ip", world.mixed, (1, 3), brief=9)
    prompted = world.some(members, world.real(0.3, 0.8))
    world.pick(prompted, "template", world.public, (1, 2), zipf(N_PUBLIC, 0.8))
    known = world.some(members, world.real(0.3, 0.5))
    world.pick(known, "device", world.classes, shares=zipf(N_CLASSES, 0.85))
    give_mail(world, members, draw_webmail(world, n))
    world.pick(members, "user_agent", world.agents, shares=zipf(N_AGENTS, 1.0))
    return members


def tie(world: World, members: Ints, kind: str, per_value: float, cover: float | None = None, each: int = 1) -> Texts:
    """Spread new values over a ring, unevenly, about so many accounts to each; a part of the ring bears any."""
    who = _cover(world, members, cover)
    n = max(1, round(len(who) * each / per_value))
    per_network = int(world.rng.choice([1, 2, 8, 30])) if kind == "ip" else 0
    values = world.addresses(n, per_network) if kind == "ip" else world.fresh(f"{kind[:4]}_", n)
    _spread(world, who, kind, values, each)
    return values


def tie_to(world: World, members: Ints, kind: str, values: Sequence[str] | Texts, cover: float | None = None) -> None:
    """Spread these values over a ring, unevenly, one to an account."""
    _spread(world, _cover(world, members, cover), kind, values, 1)


def share_prompts(world: World, members: Ints, n: int, cover: float) -> None:
    """So many paraphrases of one prompt over a ring."""
    tie_to(world, members, "template", world.fresh("tpl-r-", n), cover)


def share_mail(world: World, members: Ints, n: int, cover: float, *, throw_away: bool = False) -> None:
    """So many mail domains over a ring: the operator's own, or those that anyone may use for an hour."""
    who = world.some(members, cover)
    if throw_away:
        domains: Texts = world.rng.choice(np.asarray(THROW_AWAY, object), n, replace=False)
    else:
        domains = world.domains(n, ("xyz", "top", "com", "site"))
    give_mail(world, who, domains[world.rng.choice(n, len(who), p=world.rng.dirichlet(np.full(n, 4.0)))])


def pay_virtually(world: World, members: Ints, share: float, n_bins: int) -> None:
    """A virtual card for each account, all of a few BINs."""
    who = world.some(members, share)
    cards, bins = world.fresh("card_", len(who)), world.bins[world.rng.choice(N_BINS, n_bins)]
    pay(world, who, cards, bins[world.rng.integers(0, n_bins, len(who))])


def come_through_homes(world: World, members: Ints, each: tuple[int, int] = (8, 25)) -> None:
    """A pool of residential proxies so large that two members seldom meet; some exits are honest customers' lines."""
    n = len(members)
    who = np.repeat(members, world.wholes(*each, n))
    size = int(world.real(300, 800) * n)
    exits, at = np.unique(world.rng.integers(0, size, len(who)), return_inverse=True)
    addresses = world.address_pool(exits, size, 4)
    known = world.rng.random(len(addresses)) < 0.02
    addresses[known] = world.rng.choice(world.mixed, known.sum())
    world.see(who, "ip", addresses[at], 1)


def own_devices(world: World, members: Ints, share: float = 0.5) -> None:
    """A device for each of a share of the members, so that devices tell them apart."""
    who = world.some(members, share)
    world.see(who, "device", world.fresh("dev-", len(who)))


def _cover(world: World, members: Ints, cover: float | None) -> Ints:
    return world.rng.permutation(world.some(members, cover or world.real(0.85, 0.98)))


def _spread(world: World, who: Ints, kind: str, values: Sequence[str] | Texts, each: int) -> None:
    at = world.pick(who, kind, values, each, world.rng.dirichlet(np.full(len(values), 8.0)))
    if kind == "card":
        bins = world.bins[world.rng.choice(N_BINS, world.whole(2, 6))]
        world.see(who, "card_bin", bins[at % len(bins)])
