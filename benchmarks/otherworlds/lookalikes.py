"""Honest groups that share machines, networks or a programme, which graphlink had taken for rings in another's worlds.

HN19 to HN36 of the scenario `lookalikes`: rooms with machines for whoever comes, firms and branches that have a common
provider, and people who take care to look like each other or meet on a VPN.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from otherworlds.people import (
    THROW_AWAY,
    draw_webmail,
    dress,
    give_mail,
    live_at_home,
    pay,
    pay_together,
    sit_in_office,
)
from otherworlds.world import N_BINS, N_COUNTRIES, zipf

if TYPE_CHECKING:
    from otherworlds.world import Ints, World


def add_lookalikes(world: World, scale: float) -> None:
    """Add every kind, so many of each at a scale of one."""
    for add, n in (
        (_cafe, 4),
        (_laptop_carts, 4),
        (_wards, 2),
        (_customers_of_a_technician, 2),
        (_consortium, 2),
        (_rented_desktops, 2),
        (_holding, 2),
        (_alike_by_design, 2),
        (_franchise, 3),
        (_resold, 3),
        (_cohort, 3),
        (_careful_with_mail, 2),
        (_contest, 2),
        (_integrated, 3),
        (_readers, 3),
        (_university, 2),
        (_region, 1),
        (_fleet, 3),
    ):
        for _ in range(max(1, round(n * scale))):
            add(world)


def _cafe(world: World) -> None:
    """Strangers at the machines of a shop with one or two lines; half of them have a line of their own, too."""
    guests = world.arrive(world.whole(30, 110), "cafe")
    sit_in_office(world, guests, world.whole(1, 2), 1)
    world.pick(guests, "device", world.fresh("dev-", world.whole(15, 40)), (1, 4))
    live_at_home(world, world.some(guests, 0.5))
    dress(world, guests, cards=0.2, device=0.4)
    world.name_group("internet cafe", "HN19", guests)


def _laptop_carts(world: World) -> None:
    """Pupils who take whichever laptop stands on top, in one building, for the exercises of a few teachers."""
    pupils = world.arrive(world.whole(50, 190), "school")
    sit_in_office(world, pupils, world.whole(1, 2), 1)
    world.pick(pupils, "device", world.fresh("dev-", max(8, len(pupils) // 5)), (1, 4))
    world.pick(world.some(pupils, 0.7), "template", world.fresh("tpl-class-", 3))
    has_domain = world.rng.random() < 0.5
    if has_domain:
        give_mail(world, pupils, world.domains(1, ("edu", "org")))
    dress(world, pupils, mail=False, cards=0.03, device=0.3)
    if not has_domain:
        give_mail(world, pupils)
    world.name_group("laptop cart", "HN20", pupils)


def _wards(world: World) -> None:
    """A clinic's staff with accounts of their own, at the wards' machines, with a prompt from its intranet."""
    staff = world.arrive(world.whole(40, 130), "clinic")
    sit_in_office(world, staff, world.whole(1, 3), 1)
    world.pick(world.some(staff, 0.95), "device", world.fresh("dev-", len(staff) // 5), (1, 4))
    world.pick(world.some(staff, 0.6), "template", world.fresh("tpl-ward-", 3))
    live_at_home(world, world.some(staff, 0.6))
    dress(world, staff, cards=0.15, device=0.4)
    world.name_group("hospital wards", "HN21", staff)


def _firms(world: World, n_firms: int, sizes: tuple[int, int], segment: str) -> tuple[Ints, Ints]:
    """Accounts of small firms, each with its domain, its line and, mostly, its card; and the firm of each."""
    firm = np.repeat(np.arange(n_firms), world.wholes(*sizes, n_firms))
    members = world.arrive(len(firm), segment)
    give_mail(world, members, world.domains(n_firms)[firm])
    world.see(members, "ip", world.addresses(n_firms, 1)[firm])
    paid = world.rng.random(len(members)) < 0.75
    cards, bins = world.fresh("card_", n_firms), world.bins[world.rng.choice(N_BINS, n_firms)]
    pay(world, members[paid], cards[firm[paid]], bins[firm[paid]])
    return members, firm


def _customers_of_a_technician(world: World) -> None:
    """Small firms that one house sets up, on its machines and from its address, with its prompts."""
    members, _ = _firms(world, world.whole(12, 40), (2, 6), "serviced")
    world.pick(world.some(members, 0.6), "ip", world.addresses(1), brief=3)
    world.pick(world.some(members, 0.6), "device", world.fresh("dev-", 3), brief=3)
    world.pick(world.some(members, 0.7), "template", world.fresh("tpl-msp-", 2))
    dress(world, members, mail=False, cards=0.1)
    world.name_group("technician's customers", "HN22", members)


def _consortium(world: World) -> None:
    """A dozen universities in one project: a common network and prompts, and each its domain, lines and grants."""
    members, _ = _firms(world, 12, (4, 14), "consortium")
    world.pick(world.some(members, 0.5), "ip", world.addresses(2, 2))
    world.pick(world.some(members, 0.9), "template", world.fresh("tpl-project-", 3), (1, 2))
    dress(world, members, mail=False, cards=0.2, prompt=0.3)
    world.name_group("consortium", "HN23", members)


def _rented_desktops(world: World) -> None:
    """Firms whose desktops run at one host: one image for all, and its addresses."""
    members, _ = _firms(world, world.whole(4, 8), (8, 50), "rented")
    world.pick(world.some(members, 0.95), "ip", world.addresses(4, 4), (1, 3))
    world.pick(world.some(members, 0.9), "device", world.fresh("img-", 2))
    dress(world, members, mail=False, cards=0.05, device=0.1)
    world.name_group("rented desktops", "HN24", members)


def _holding(world: World) -> None:
    """Firms of one owner: a domain each, a common gateway, the group's few cards and its prompts."""
    n_firms = world.whole(5, 8)
    firm = np.repeat(np.arange(n_firms), world.wholes(12, 40, n_firms))
    staff = world.arrive(len(firm), "holding")
    give_mail(world, staff, world.domains(n_firms)[firm])
    sit_in_office(world, staff, 5, (1, 2))
    pay_together(world, staff, 4, 0.65)
    world.pick(world.some(staff, 0.7), "template", world.fresh("tpl-group-", 6))
    live_at_home(world, world.some(staff, 0.4))
    dress(world, staff, mail=False, cards=0.05)
    world.name_group("holding", "HN25", staff)


def _alike_by_design(world: World) -> None:
    """Strangers behind one VPN whose browser makes them look alike, with mail at aliases and cards of one house."""
    people = world.arrive(world.whole(60, 220), "careful")
    world.pick(people, "ip", world.addresses(world.whole(60, 150), 12), (3, 9), brief=3)
    world.pick(world.some(people, 0.8), "device", world.fresh("fp-alike-", 3))
    dress(world, people, cards=0.1, device=0.1, prompt=0.3)
    own = world.some(people, 0.35)
    aliases = ("duck.com", "simplelogin.com", "mozmail.com", "addy.io", "relay.firefox.com")
    give_mail(world, own, np.asarray(aliases, object)[world.rng.integers(0, len(aliases), len(own))])
    others = world.rng.choice(people[0], 2 * len(people), replace=False)  # whoever else has that VPN
    exits = np.concatenate([chunk[2] for chunk in world.chunks if chunk[1] == "ip" and np.isin(chunk[0], people).any()])
    world.pick(others, "ip", exits, (1, 2), brief=2)
    world.name_group("alike by design", "HN26", people)


def _franchise(world: World) -> None:
    """Twenty to fifty branches: a line, a card and webmail each; the house's prompts, and the same till for all."""
    n_branches = world.whole(20, 50)
    branch = np.repeat(np.arange(n_branches), world.wholes(1, 3, n_branches))
    members = world.arrive(len(branch), "franchise")
    world.see(members, "ip", world.addresses(n_branches, 1)[branch])
    cards, bins = world.fresh("card_", n_branches), world.bins[world.rng.choice(N_BINS, n_branches)]
    pay(world, members, cards[branch], bins[branch])
    world.pick(world.some(members, 0.9), "template", world.fresh("tpl-house-", 3), (1, 2))
    world.pick(world.some(members, 0.7), "device", world.fresh("img-", 2))
    dress(world, members, cards=0.05, device=0.3)
    world.name_group("franchise", "HN27", members)


def _resold(world: World) -> None:
    """Clients of a house that pays for all with a few cards; each has its domain and line, its people their things."""
    client = np.repeat(np.arange(60), world.wholes(1, 6, 60))[: world.whole(40, 200)]
    members = world.arrive(len(client), "resold")
    give_mail(world, members, world.domains(60)[client])
    world.see(members, "ip", world.addresses(60, 1)[client])
    pay_together(world, members, world.whole(1, 4), 1.0)
    live_at_home(world, world.some(members, 0.8))
    dress(world, members, mail=False, cards=0.0, device=0.9, prompt=0.7)
    world.name_group("clients of a house", "HN28", members)


def _cohort(world: World) -> None:
    """Young firms that came within ten days: a domain and a prompt of their own each, two common lines, no cards."""
    firm = np.repeat(np.arange(world.whole(12, 22)), 5)[: world.whole(40, 90)]
    members = world.arrive(len(firm), "cohort")
    world.created[members] = world.real(-30, 15) + world.reals(0, 10, len(members))
    give_mail(world, members, world.domains(22)[firm])
    sit_in_office(world, members, 2, (1, 2))
    world.pick(world.some(members, 0.5), "template", world.fresh("tpl-course-", 1))
    world.see(members, "template", world.fresh("tpl-firm-", 22)[firm])
    live_at_home(world, world.some(members, 0.9))
    dress(world, members, mail=False, cards=0.0, device=0.9)
    world.name_group("cohort of young firms", "HN29", members)


def _careful_with_mail(world: World) -> None:
    """Strangers with throw-away or alias mail and one browser behind a small VPN, where a few others are, too."""
    people = world.arrive(world.whole(90, 250), "hidden")
    exits = world.addresses(world.whole(25, 60), 12)
    world.pick(people, "ip", exits, (2, 5), brief=3)
    world.pick(people, "user_agent", world.fresh("browser-", 1))
    world.pick(world.rng.choice(people[0], len(people), replace=False), "ip", exits, (1, 3), brief=3)
    dress(world, people, mail=False, cards=0.13, device=0.1, prompt=0.7)
    domains = np.asarray([*THROW_AWAY, "simplelogin.com", "duck.com"], object)
    give_mail(world, people, domains[world.rng.integers(0, len(domains), len(people))])
    world.name_group("careful with mail", "HN30", people)


def _contest(world: World) -> None:
    """A weekend's riddle with one prompt, on a VPN that many others use, half with throw-away mail."""
    players = world.arrive(world.whole(40, 120), "contest")
    world.created[players] = world.real(2, 24) + world.reals(0, 1, len(players))
    exits = world.addresses(40, 12)
    world.pick(players, "ip", exits, (1, 4), brief=2)
    world.pick(world.rng.choice(players[0], 8 * len(players)), "ip", exits, (1, 3), brief=3)
    world.pick(world.some(players, 0.9), "template", world.fresh("tpl-riddle-", 2))
    live_at_home(world, world.some(players, 0.8))
    dress(world, players, mail=False, cards=0.1, device=0.9)
    mail = draw_webmail(world, len(players))
    brief = world.rng.random(len(players)) < 0.5
    mail[brief] = np.asarray(THROW_AWAY, object)[world.rng.integers(0, len(THROW_AWAY), int(brief.sum()))]
    give_mail(world, players, mail)
    world.name_group("contest on a VPN", "HN31", players)


def _integrated(world: World) -> None:
    """Customers of an integrator: one prompt and program, a few addresses of his, and half of them small firms."""
    members, _ = _firms(world, world.whole(15, 60), (2, 6), "integrated")
    alone = world.arrive(len(members), "integrated")
    everybody = np.concatenate([members, alone])
    world.pick(world.some(everybody, 0.65), "ip", world.addresses(world.whole(1, 6), 6))
    world.pick(everybody, "template", world.fresh("tpl-app-", 1))
    world.pick(everybody, "user_agent", world.fresh("app-", 1))
    dress(world, members, mail=False, cards=0.1, device=0.9)
    live_at_home(world, alone)
    dress(world, alone)
    world.name_group("an integrator's customers", "HN32", everybody)


def _readers(world: World) -> None:
    """Readers of one tutorial: all have its prompt and its program, and half came with whom they live or work with."""
    n_homes = world.whole(30, 110)
    home = np.repeat(np.arange(n_homes), world.wholes(2, 4, n_homes))
    together = world.arrive(len(home), "reader")
    world.see(together, "ip", world.addresses(n_homes, 14)[home])
    works, pays = world.rng.random(n_homes) < 0.3, world.rng.random(n_homes) < 0.4
    give_mail(world, together[~works[home]])
    give_mail(world, together[works[home]], world.domains(n_homes)[home[works[home]]])
    cards, bins = world.fresh("card_", n_homes), world.bins[world.rng.choice(N_BINS, n_homes)]
    pay(world, together[pays[home]], cards[home[pays[home]]], bins[home[pays[home]]])
    alone = world.arrive(len(together), "reader")
    live_at_home(world, alone)
    give_mail(world, alone)
    everybody = np.concatenate([together, alone])
    world.pick(everybody, "template", world.fresh("tpl-tutorial-", 1))
    world.pick(everybody, "user_agent", world.fresh("tutorial-", 1))
    dress(world, everybody, mail=False, cards=0.2, prompt=0.2)
    world.name_group("readers of a tutorial", "HN33", everybody)


def _university(world: World) -> None:
    """Students who pay for themselves: one domain, the campus's many addresses, laboratories' machines, courses."""
    students = world.arrive(world.whole(150, 600), "student")
    sit_in_office(world, students, world.whole(25, 45), (1, 4))
    world.pick(world.some(students, 0.3), "device", world.fresh("dev-", max(8, len(students) // 15)), (1, 2))
    world.pick(world.some(students, 0.5), "template", world.fresh("tpl-course-", world.whole(8, 30)), (1, 2))
    give_mail(world, students, world.domains(1, ("edu", "org")))
    live_at_home(world, world.some(students, 0.7))
    dress(world, students, mail=False, cards=0.05)
    world.name_group("university", "HN34", students)


def _region(world: World) -> None:
    """Customers of the one carrier of a region: they take turns on its addresses, and few banks are anywhere near."""
    people = world.arrive(world.whole(600, 1500), "region")
    world.country[people] = world.whole(0, N_COUNTRIES - 1)
    world.pick(people, "ip", world.addresses(world.whole(90, 170), 20), (4, 14))
    paying = world.some(people, 0.7)
    banks = world.bins[world.rng.choice(N_BINS, 12, replace=False)]
    pay(world, paying, world.fresh("card_", len(paying)), banks[world.rng.choice(12, len(paying), p=zipf(12, 0.7))])
    live_at_home(world, world.some(people, 0.4))
    dress(world, people, cards=0)
    world.name_group("region of one carrier", "HN35", people)


def _fleet(world: World) -> None:
    """Drivers whose owner pays for all, from one yard: two share a car's telephone number, and some its tablet."""
    drivers = world.arrive(world.whole(20, 90), "fleet")
    n_cars = len(drivers) // 2
    car = np.arange(len(drivers)) % n_cars
    sit_in_office(world, drivers, world.whole(1, 3), 1)
    pay_together(world, drivers, 1, 0.97)
    tablets = world.fresh("dev-", n_cars)
    shared = world.rng.random(len(drivers)) < 0.5
    world.see(drivers[shared], "device", tablets[car[shared]])
    live_at_home(world, world.some(drivers, 0.8))
    dress(world, drivers, cards=0)
    numbers = world.rng.integers(10**9, size=n_cars)
    world.phone[drivers] = [f"+4917{numbers[c]:09d}" for c in car]
    world.name_group("fleet", "HN36", drivers)
