"""Rings that share values with many: farms, pools, devices, clients of an API, one vendor's customer.

Each function makes one ring of its shape; sizes and shares are drawn anew for every ring.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from otherworlds.ties import (
    come_through_homes,
    own_devices,
    pay_virtually,
    recruit,
    share_mail,
    share_prompts,
    tie,
    tie_to,
)

if TYPE_CHECKING:
    from otherworlds.world import Ints, World

LARGE_VENDOR = 200
"""Customers among whom a ring can hide."""


def naive_farm(world: World) -> None:
    """A few addresses, a few cards, throw-away mail, one prompt."""
    members = recruit(world, "R1 naive farm", world.whole(50, 300), life=(5, 28))
    tie_to(world, members, "ip", world.addresses(world.whole(2, 5), 2))
    tie(world, members, "card", world.real(15, 50))
    share_mail(world, members, world.whole(1, 3), 0.8, throw_away=True)
    share_prompts(world, members, 1, 0.95)


def one_address(world: World) -> None:
    """The same from one address, with one mail domain; not all have a card."""
    members = recruit(world, "R1 one address", world.whole(40, 150))
    tie_to(world, members, "ip", world.addresses(1))
    tie(world, members, "card", world.real(10, 40), world.real(0.5, 0.9))
    share_mail(world, members, 1, 0.9, throw_away=True)
    share_prompts(world, members, 1, 0.7)


def trial_farm(world: World) -> None:
    """Accounts that live for a trial of one to three days; half of such farms have a virtual card for each."""
    n, age = _scaled(world, 200, 700), str(world.rng.choice(["week", "spread"]))
    members = recruit(world, "R2 trial farm", n, age, (1, 3))
    tie(world, members, "ip", world.real(15, 40))
    share_mail(world, members, max(1, len(members) // world.whole(50, 120)), 0.85)
    tie(world, members, "device", world.real(20, 50), 0.8)
    if world.rng.random() < 0.5:
        pay_virtually(world, members, 0.9, 1)
    share_prompts(world, members, max(2, len(members) // 8), 0.8)


def load_balanced(world: World) -> None:
    """One prompt over many accounts, so that each stays under its limit; addresses and cards are shared by few."""
    members = recruit(world, "R3 load-balanced", _scaled(world, 300, 700))
    tie(world, members, "ip", world.real(3, 7), each=world.whole(1, 2))
    tie(world, members, "card", int(world.rng.choice([5, 8, 12])), world.real(0.8, 0.97))
    share_mail(world, members, world.whole(10, 30), 0.5)
    share_prompts(world, members, world.whole(1, 3), 0.95)
    own_devices(world, members)


def residential_pool(world: World) -> None:
    """Nothing repeats but one prompt and some mail domains: homes' addresses, and a card and device for each."""
    members = recruit(world, "R6 residential pool", _scaled(world, 500, 1000))
    come_through_homes(world, members)
    pay_virtually(world, members, 0.95, world.whole(3, 6))
    share_mail(world, members, max(8, len(members) // world.whole(15, 40)), world.real(0.5, 0.75))
    share_prompts(world, members, 1, world.real(0.75, 0.95))
    own_devices(world, members)


def small_rotating(world: World, n: int | None = None) -> None:
    """A small ring that exchanges its accounts every few days, and shares each value with few."""
    n = n or world.whole(200, 400)
    age = str(world.rng.choice(["spread", "aged", "week"]))
    members = recruit(world, "R9 small rotating", n, age, (3, 16))
    tie(world, members, "ip", world.real(6, 14))
    tie(world, members, "card", world.real(2.5, 6), world.real(0.5, 0.8))
    share_mail(world, members, world.whole(5, 20), world.real(0.2, 0.5))
    share_prompts(world, members, world.whole(4, 8), world.real(0.6, 0.9))
    own_devices(world, members)


def device_farm(world: World) -> None:
    """Telephones on a shelf: a dozen or two accounts on each device, all else apart."""
    members = recruit(world, "D1 device farm", world.whole(150, 400))
    tie(world, members, "device", world.real(12, 30))
    share_mail(world, members, 8, world.real(0.4, 0.8))
    pay_virtually(world, members, 0.9, world.whole(3, 40))
    come_through_homes(world, members, (3, 8))
    share_prompts(world, members, max(5, len(members) // 12), 0.6)


def emulators(world: World) -> None:
    """Images of a few emulators, two for each account, and one library that calls."""
    members = recruit(world, "D2 emulator farm", world.whole(100, 400), life=(2, 12))
    tie(world, members, "device", world.real(40, 90), 0.9, each=2)
    tie(world, members, "ip", world.real(8, 20), 0.6)
    tie_to(world, members, "user_agent", world.fresh("okhttp/", 1), 0.8)


def phone_farm(world: World) -> None:
    """Numbers that receive the codes of three to six accounts each, and a few paraphrases of a prompt."""
    members = recruit(world, "D3 phone farm", world.whole(80, 350))
    _receive_codes(world, members)
    own_devices(world, members, 0.7)
    come_through_homes(world, members, (2, 6))
    share_prompts(world, members, world.whole(1, 8), world.real(0.5, 0.9))


def farm_at_carrier(world: World) -> None:
    """Telephones and numbers that go round, behind gates of a carrier whose other customers come through them too."""
    members = recruit(world, "D5 farm at a carrier", _scaled(world, 150, 600))
    tie(world, members, "device", world.real(4, 12))
    _receive_codes(world, members)
    gates = world.addresses(world.whole(15, 60), world.whole(8, 40))
    world.pick(members, "ip", gates, (2, 6), brief=4)
    honest = np.flatnonzero(world.ring[: world.n] == "")
    customers = world.rng.choice(honest, int(len(members) * world.real(0.3, 2)), replace=False)
    world.pick(customers, "ip", gates, (1, 4), brief=4)


def api_only(world: World) -> None:
    """Keys without a browser or a card: servers' addresses and a prompt, as a vendor's customers have them."""
    members = recruit(world, "D4 API only", world.whole(60, 300))
    tie(world, members, "ip", world.real(8, 30), each=world.whole(1, 2))
    share_prompts(world, members, world.whole(1, 4), world.real(0.6, 0.9))


def among_customers(world: World) -> None:
    """A ring that is a vendor's customer: the vendor's prompt and addresses on all, and its own cards and addresses."""
    vendors = [vendor for vendor in world.vendors if vendor[2] >= LARGE_VENDOR] or world.vendors
    prompt, egress, _ = vendors[world.rng.integers(len(vendors))]
    members = recruit(world, "V2 among customers", world.whole(60, 250), "spread")
    world.see(world.some(members, 0.9), "template", prompt)
    world.pick(world.some(members, 0.8), "ip", egress)
    tie(world, members, "card", world.real(5, 12), 0.85)
    tie(world, members, "ip", world.real(5, 10), 0.8)
    share_mail(world, members, world.whole(3, 9), 0.4)


def _receive_codes(world: World, members: Ints) -> None:
    """Give nearly all members telephone numbers, each of which three to six of them have."""
    who = world.some(members, 0.95)
    n = int(len(who) / world.real(3, 6)) + 1
    numbers = np.array([f"+4477{x:08d}" for x in world.rng.integers(10**8, size=n)], object)
    world.phone[who] = numbers[world.rng.integers(0, n, len(who))]


def _scaled(world: World, low: int, high: int) -> int:
    """A size that is meant for 60,000 accounts."""
    return int(max(40, world.whole(low, high) * min(2.5, max(0.3, world.total / 60000))))
