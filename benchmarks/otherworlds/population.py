"""The honest: homes, carriers, firms, campuses, clouds and exits, and what strangers among them have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from otherworlds.organisations import add_organisations
from otherworlds.people import dress, give_mail, live_at_home, pay, pay_together, sit_in_office
from otherworlds.world import N_BINS, zipf

if TYPE_CHECKING:
    from otherworlds.world import Ints, Texts, World

LARGE_FIRM = 100
"""Accounts from which a firm counts as a hard negative."""


def populate(world: World, n: int, *, twice: bool) -> None:
    """So many honest accounts, with hard negatives in proportion, or with twice as many of them."""
    begin = world.n
    scale = max(0.25, world.total / 60000) * (2 if twice else 1)
    add_organisations(world, scale)
    left = max(0, begin + n - world.n)
    parts = (left * np.array([0.515, 0.145, 0.10, 0.055, 0.125, 0.06])).astype(int)
    parts[0] += left - parts.sum()
    _homes(world, parts[0], max(1, round(25 * scale)))
    _carriers(world, parts[1])
    _firms(world, parts[2], n_enterprises=2 if twice else 1)
    _campuses(world, parts[3])
    _clouds(world, parts[4])
    _exits(world, parts[5])
    accounts = np.arange(begin, world.n)
    _vendors(world, accounts, twice=twice)
    _copied_prompts(world, accounts)
    missing = world.rng.choice(accounts, world.total // 100)
    world.see(missing, "device", "unknown")  # what an export writes where it knows nothing


def _homes(world: World, n: int, n_families: int) -> None:
    """Lines at home: most keep their address, some change it in weeks, some every day; two fifths have IPv6 too."""
    accounts = world.arrive(n, "home")
    house = world.number_groups(n, lambda k: world.rng.choice([1, 2, 3], k, p=[0.87, 0.1, 0.03]))
    n_houses = house[-1] + 1
    kind = world.rng.random(n_houses)
    static, daily = kind < 0.6, kind > 0.83
    lines = world.addresses(n_houses, 14)
    world.see(accounts[static[house]], "ip", lines[house[static[house]]])
    moving = accounts[~static[house]]
    pool = world.addresses(max(50, len(moving) * 34), 60)
    world.pick(moving, "ip", pool, (1, 2), brief=9)
    world.pick(accounts[daily[house]], "ip", pool, (3, 9), brief=1)
    has = np.isin(house, np.flatnonzero(world.rng.random(n_houses) < 0.4))
    world.see(accounts[has], "ip", _sixes(house[has], world.rng.integers(1 << 62, size=int(has.sum()))))
    dress(world, accounts)
    for _ in range(n_families):
        members = world.arrive(world.whole(2, 6), "family")
        line, tablet = str(world.addresses(1)[0]), world.one("dev-")
        world.see(members, "ip", line)
        world.see(members, "device", tablet)
        pay_together(world, members, 1, 0.95)
        dress(world, members, cards=0.1, device=0.5)
        world.name_group("family", "HN8", members)


def _sixes(house: Ints, host: Ints) -> list[str]:
    """IPv6 addresses of hosts in houses, each house a /64 of its own."""
    return [
        f"2a02:{h >> 16:x}:{h & 65535:x}:1:{k >> 48:x}:{k >> 32 & 65535:x}:{k >> 16 & 65535:x}:{k & 65535:x}"
        for h, k in zip(house, host, strict=True)
    ]


def _carriers(world: World, n: int) -> None:
    """Nine carriers whose customers take turns on addresses, and gateways that thousands come through."""
    accounts = world.arrive(n, "mobile")
    carrier = world.rng.choice(9, n, p=world.rng.dirichlet(np.full(9, 1.5)))
    for each in range(9):
        customers = accounts[carrier == each]
        if len(customers):
            pool = world.addresses(max(2, len(customers) // 9), 40)
            world.pick(customers, "ip", pool, (2, 7), zipf(len(pool), 0.5), brief=4)
    for _ in range(max(1, round(world.total / 25000))):
        customers = world.rng.choice(accounts, min(n // 2, world.whole(1000, 3000)), replace=False)
        world.see(customers, "ip", str(world.addresses(1)[0]), 6)
        world.name_group("carrier", "HN1", customers)
    dress(world, accounts, device=0.85)


def _firms(world: World, n: int, n_enterprises: int) -> None:
    """Firms with their own domain, a few addresses, half of them paying with one card, some with a prompt."""
    accounts = world.arrive(n, "corporate")
    firm = world.number_groups(n, lambda k: np.minimum(2 * world.rng.random(k) ** (-1 / 0.85), 900))
    n_firms = int(firm[-1]) + 1
    n_lines = world.wholes(1, 4, n_firms)
    lines = world.addresses(n_firms * 4, 4)
    for share in (1.0, 0.35):
        there = world.rng.random(n) < share
        world.see(accounts[there], "ip", lines[firm[there] * 4 + world.rng.integers(0, n_lines[firm[there]])])
    live_at_home(world, world.some(accounts, 0.33))
    give_mail(world, accounts, world.domains(n_firms)[firm])
    paid = world.rng.random(n) < 0.5
    cards, bins = world.fresh("card_", n_firms), world.bins[world.rng.choice(N_BINS, n_firms, p=zipf(N_BINS, 0.75))]
    pay(world, accounts[paid], cards[firm[paid]], bins[firm[paid]])
    prompted = (world.rng.random(n_firms) < 0.4)[firm] & (world.rng.random(n) < 0.6)
    world.see(accounts[prompted], "template", world.fresh("tpl-house-", n_firms)[firm[prompted]])
    dress(world, accounts, mail=False, cards=0.12)
    for large in np.flatnonzero(np.bincount(firm) >= LARGE_FIRM):
        world.name_group("company", "HN4", accounts[firm == large])
    for _ in range(n_enterprises):
        _enterprise(world)


def _enterprise(world: World) -> None:
    staff = world.arrive(world.whole(1000, 2500) if world.total > 30000 else world.whole(300, 500), "enterprise")
    sit_in_office(world, staff, world.whole(1, 4))
    give_mail(world, staff, world.domains(1))
    pay_together(world, staff, 1, 0.95)
    world.share_new(staff, 0.8, "template", "tpl-house-")
    live_at_home(world, world.some(staff, 0.3))
    dress(world, staff, mail=False, cards=0.02)
    world.name_group("enterprise", "HN4", staff)


def _campuses(world: World, n: int) -> None:
    """Universities, with courses that hand out one prompt, and computers in a laboratory."""
    accounts = world.arrive(n, "campus")
    n_campuses = max(3, n // 550)
    campus = world.rng.choice(n_campuses, n, p=world.rng.dirichlet(np.full(n_campuses, 1.5)))
    for each in range(n_campuses):
        members = accounts[campus == each]
        if len(members) < 5:
            continue
        sit_in_office(world, members, world.whole(1, 8), (1, 3))
        give_mail(world, members, world.domains(1, ("edu", "ac.uk")))
        for _ in range(1 + len(members) // 900 if len(members) > 60 else 0):
            _course(world, members)
        lab = world.some(members, 0.08)
        world.pick(lab, "device", world.fresh("dev-", 4))
    live_at_home(world, world.some(accounts, 0.6))
    dress(world, accounts, mail=False, cards=0.3)


def _course(world: World, members: Ints) -> None:
    course = world.rng.choice(members, min(len(members) // 2, world.whole(200, 800)), replace=False)
    n = len(course)
    enrolled = world.rng.random(n) < 0.6
    world.created[course] = np.where(enrolled, world.real(2, 18) + world.reals(0, 5, n), world.created[course])
    world.see(course, "template", world.one("tpl-hw-"), 7)
    world.name_group("course", "HN2", course)


def _clouds(world: World, n: int) -> None:
    """Servers, a third of them behind addresses that strangers rent too."""
    accounts = world.arrive(n, "cloud")
    shared = world.some(accounts, 0.33)
    world.pick(shared, "ip", world.addresses(120, 12), (1, 4), zipf(120, 0.8))
    alone = np.setdiff1d(accounts, shared)
    world.see(alone, "ip", world.addresses(len(alone), 3))
    dress(world, accounts, device=0.4, prompt=0.35)


def _exits(world: World, n: int) -> None:
    """Customers of VPNs, who take turns on exits."""
    accounts = world.arrive(n, "vpn")
    exits = world.addresses(max(20, n // 14), 25)
    who = np.repeat(accounts, world.wholes(2, 7, n))
    at = world.rng.choice(len(exits), len(who), p=zipf(len(exits), 0.7))
    world.see(who, "ip", exits[at], 5)
    live_at_home(world, world.some(accounts, 0.5))
    dress(world, accounts)
    for popular in range(5):
        world.name_group("vpn exit", "HN7", who[at == popular])


def _vendors(world: World, accounts: Ints, *, twice: bool) -> None:
    """Products that run on their customers' keys: one prompt on all, and some come from the vendor's addresses."""
    segments = world.segment[accounts].astype(str)
    anybody = accounts[np.isin(segments, ["home", "mobile", "cloud", "vpn"])]
    for number in range(max(6, world.total // 1800) * (2 if twice else 1)):
        if number == 0:
            size = world.total // (30 if twice else 15)
        else:
            size = int(min(20 / world.rng.random(), world.total / (30 if twice else 8), 20000))
        customers = world.rng.choice(anybody, size, replace=False)
        prompt, egress = world.one("tpl-byok-"), world.addresses(world.whole(1, 3))
        world.see(customers, "template", prompt)
        share = world.real(0.25, 0.6) if twice else world.real(0.35, 0.7)
        world.pick(world.some(customers, share), "ip", egress)
        world.vendors.append((prompt, egress, size))
        world.name_group("byok vendor", "HN6", customers)


def _copied_prompts(world: World, accounts: Ints) -> None:
    """Prompts that went round, and those of tutorials that a few follow."""
    for _ in range(60):
        size = int(min(np.exp(world.rng.normal(3.3, 1.4)), world.total / 20))
        copied = world.rng.choice(accounts, max(3, size), replace=False)
        world.see(copied, "template", world.one("tpl-viral-"), 8)
    learners = world.rng.choice(accounts, world.total // 12)
    tutorial = world.number_groups(len(learners), lambda k: world.wholes(2, 12, k))
    prompts: Texts = world.fresh("tpl-tut-", tutorial[-1] + 1)
    world.see(learners, "template", prompts[tutorial], 5)
