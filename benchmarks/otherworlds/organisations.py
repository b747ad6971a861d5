"""Honest groups that look like rings: they share addresses, cards, devices and prompts, and some came in a burst.

The simulator knows HN1 to HN8 of the domain reference; HN9 to HN18 stand here alone, and HN19 to HN36 in
``lookalikes``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from otherworlds.people import dress, give_mail, live_at_home, pay, pay_together, sit_in_office
from otherworlds.world import N_BINS

if TYPE_CHECKING:
    from otherworlds.world import World

HARD_NEGATIVES: Final = {
    "HN1": "carrier",
    "HN2": "course",
    "HN3": "hackathon",
    "HN4": "company",
    "HN5": "agency",
    "HN6": "vendor's customers",
    "HN7": "VPN exit",
    "HN8": "family",
    "HN9": "reseller",
    "HN10": "co-working space",
    "HN11": "open-source project",
    "HN12": "call centre",
    "HN13": "incubator's cohort",
    "HN14": "bootcamp",
    "HN15": "family business",
    "HN16": "department behind single sign-on",
    "HN17": "merged company",
    "HN18": "university laboratory",
    "HN19": "internet café",
    "HN20": "school's laptops",
    "HN21": "hospital's wards",
    "HN22": "technician's customers",
    "HN23": "consortium",
    "HN24": "rented desktops",
    "HN25": "holding",
    "HN26": "alike by design",
    "HN27": "franchise",
    "HN28": "clients of a house",
    "HN29": "cohort of young firms",
    "HN30": "careful with mail",
    "HN31": "contest on a VPN",
    "HN32": "an integrator's customers",
    "HN33": "readers of a tutorial",
    "HN34": "university without plans",
    "HN35": "region of one carrier",
    "HN36": "fleet",
}

_ACADEMIC: Final = ("edu", "ac.uk")


def add_organisations(world: World, scale: float) -> None:
    """Add every kind of organisation, so many of each at a scale of one."""
    for add, n in (
        (_reseller, 3),
        (_coworking, 4),
        (_open_source, 3),
        (_call_centre, 2),
        (_incubator, 3),
        (_bootcamp, 3),
        (_family_business, 6),
        (_department, 2),
        (_merged_company, 2),
        (_laboratory, 3),
        (_hackathon, 2),
        (_agency, 12),
    ):
        for _ in range(max(1, round(n * scale))):
            add(world)


def _reseller(world: World) -> None:
    """One card, one or two addresses; the customers have domains and lines of their own."""
    members = world.arrive(world.whole(20, 140), "reseller")
    sit_in_office(world, world.some(members, 0.8), world.whole(1, 2), 1)
    pay_together(world, members, 1, 0.92)
    client = world.number_groups(len(members), lambda k: world.wholes(1, 8, k))
    give_mail(world, members, world.domains(client[-1] + 1)[client])
    world.see(members, "ip", world.addresses(client[-1] + 1, 2)[client])
    dress(world, members, mail=False, cards=0.1)
    world.name_group("reseller", "HN9", members)


def _coworking(world: World) -> None:
    """Small firms that do not know each other, on one line."""
    members = world.arrive(world.whole(30, 250), "coworking")
    firm = world.number_groups(len(members), lambda k: world.wholes(1, 6, k))
    n_firms = firm[-1] + 1
    sit_in_office(world, members, world.whole(1, 3))
    give_mail(world, members, world.domains(n_firms)[firm])
    paid = world.rng.random(len(members)) < 0.5
    cards, bins = world.fresh("card_", n_firms), world.bins[world.rng.choice(N_BINS, n_firms)]
    pay(world, members[paid], cards[firm[paid]], bins[firm[paid]])
    live_at_home(world, world.some(members, 0.5))
    dress(world, members, mail=False, cards=0.2)
    world.name_group("coworking", "HN10", members)


def _open_source(world: World) -> None:
    """Contributors all over the world: the repository's prompt, its tests' addresses, its container's image."""
    members = world.arrive(world.whole(30, 300), "opensource")
    world.share_new(members, 0.85, "template", "tpl-oss-")
    world.pick(world.some(members, 0.7), "ip", world.addresses(world.whole(1, 3)))
    world.share_new(members, 0.6, "device", "img-")
    live_at_home(world, members)
    dress(world, members, device=0.4)
    world.name_group("open source", "HN11", members)


def _call_centre(world: World) -> None:
    """Desks that several people use in shifts, one domain, one card, one prompt."""
    staff = world.arrive(world.whole(100, 300), "callcentre")
    sit_in_office(world, staff, world.whole(1, 3))
    world.pick(world.some(staff, 0.95), "device", world.fresh("desk-", len(staff) // 4), (1, 3))
    give_mail(world, staff, world.domains(1))
    world.hour[staff] = world.rng.choice([7, 15, 23], len(staff))
    pay_together(world, staff, 1, 0.6)
    world.share_new(staff, 0.9, "template", "tpl-house-")
    dress(world, staff, mail=False, cards=0.01, device=0.05, prompt=0.1)
    world.name_group("call centre", "HN12", staff)


def _incubator(world: World) -> None:
    """Firms of one cohort, new in the same week, with one code for credits and cards of one programme."""
    day, n_firms = world.real(-60, 15), world.whole(20, 35)
    firm = np.repeat(np.arange(n_firms), world.wholes(1, 6, n_firms))
    members = world.arrive(len(firm), "incubator", day + world.reals(0, 7, len(firm)))
    sit_in_office(world, world.some(members, 0.85), world.whole(1, 2), 1)
    give_mail(world, members, world.domains(n_firms, ("ai", "io", "com"))[firm])
    world.share_new(members, 0.95, "coupon", "COHORT")
    cards, programme = world.fresh("card_", n_firms), world.bins[world.rng.integers(N_BINS)]
    pay(world, members, cards[firm], np.full(len(members), programme, object))
    live_at_home(world, world.some(members, 0.5))
    dress(world, members, mail=False, cards=0.05)
    world.name_group("incubator", "HN13", members)


def _bootcamp(world: World) -> None:
    """Learners with the school's computers, room and exercise, and mail of their own."""
    day = world.real(-10, 18)
    members = world.arrive(world.whole(25, 80), "bootcamp")
    world.created[members] = day + world.reals(0, 3, len(members))
    sit_in_office(world, members, world.whole(1, 2), 1)
    world.share_new(members, 0.9, "device", "img-")
    world.share_new(members, 0.9, "template", "tpl-boot-")
    live_at_home(world, world.some(members, 0.7))
    dress(world, members, cards=0.35, device=0.3)
    world.name_group("bootcamp", "HN14", members)


def _family_business(world: World) -> None:
    """Three domains, two cards, two computers, one line."""
    members = world.arrive(world.whole(5, 12), "familybusiness")
    sit_in_office(world, members, 1, 1)
    give_mail(world, members, world.domains(3)[world.rng.integers(0, 3, len(members))])
    pay_together(world, members, 2, 0.9)
    world.pick(world.some(members, 0.5), "device", world.fresh("dev-", 2))
    dress(world, members, mail=False, cards=0.1, device=0.6)
    world.name_group("family business", "HN15", members)


def _department(world: World) -> None:
    """A hospital or ministry: nobody's mail is known, all come through its proxies and pay with purchasing cards."""
    staff = world.arrive(world.whole(60, 400), "department")
    sit_in_office(world, staff, 3, (1, 3), 3)
    pay_together(world, staff, 4, 0.7)
    world.share_new(staff, 0.3, "template", "tpl-house-")
    dress(world, staff, mail=False, cards=0.02)
    world.email[staff] = None
    world.name_group("department", "HN16", staff)


def _merged_company(world: World) -> None:
    """Two to four domains and as many places under one roof, three cards over all."""
    staff = world.arrive(world.whole(100, 700), "merged")
    part = world.rng.choice(4, len(staff), p=[0.45, 0.3, 0.15, 0.1])
    lines = world.addresses(4, 1)
    world.see(staff, "ip", lines[part])
    visitors = world.some(staff, 0.25)
    world.see(visitors, "ip", lines[world.rng.integers(0, 4, len(visitors))])
    domains = world.domains(world.whole(2, 4))
    give_mail(world, staff, domains[np.minimum(part, len(domains) - 1)])
    pay_together(world, staff, 3, 0.6)
    live_at_home(world, world.some(staff, 0.35))
    dress(world, staff, mail=False, cards=0.05)
    world.name_group("merged company", "HN17", staff)


def _laboratory(world: World) -> None:
    """A university's laboratory, which pays with the cards of several grants."""
    members = world.arrive(world.whole(30, 80), "lab")
    sit_in_office(world, members, 2)
    give_mail(world, members, world.domains(1, _ACADEMIC))
    pay_together(world, members, world.whole(5, 8), 0.9)
    world.share_new(members, 0.4, "template", "tpl-lab-")
    live_at_home(world, world.some(members, 0.5))
    dress(world, members, mail=False, cards=0.05)
    world.name_group("university lab", "HN18", members)


def _hackathon(world: World) -> None:
    """A hall full of people who sign up in one afternoon, with one prompt and one coupon."""
    day = world.real(4, 24)
    members = world.arrive(world.whole(50, 500), "hackathon")
    world.created[members] = day + world.reals(0, 0.2, len(members))
    sit_in_office(world, members, world.whole(1, 2), 1)
    world.share_new(members, 0.85, "template", "tpl-hack-", 2)
    world.share_new(members, 0.8, "coupon", "HACK")
    live_at_home(world, world.some(members, 0.4))
    dress(world, members, cards=0.1)
    world.name_group("hackathon", "HN3", members)


def _agency(world: World) -> None:
    """One office and one card; each account has the mail domain of the client that it is for."""
    n = int(min(5 * world.rng.random() ** (-1 / 0.8), 300))
    members = world.arrive(n, "agency")
    sit_in_office(world, world.some(members, 0.95), 1, 1)
    pay_together(world, members, 1, 0.95)
    client = world.number_groups(n, lambda k: world.wholes(1, 5, k))
    give_mail(world, members, world.domains(client[-1] + 1)[client])
    live_at_home(world, world.some(members, 0.3))
    dress(world, members, mail=False, cards=0.02, device=0.5)
    world.name_group("agency", "HN5", members)
