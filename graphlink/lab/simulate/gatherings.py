"""Honest groups around one thing: courses, hackathons, vendors, viral prompts, tutorials (domain 9.4, 9.7).

They provide honest templates of medium degree. Without them, any private template with a hundred users would be a
perfect but false detector.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from graphlink.lab.simulate.addresses import Network, place
from graphlink.lab.simulate.draws import coin, heavy_sizes, holds, labels_of, some, unit, zipf_index
from graphlink.lab.simulate.organisations import campus_address, campus_layout
from graphlink.lab.simulate.scene import DAY, HOUR, WEEK, Plan, Scene, Segment, Signal

if TYPE_CHECKING:
    from graphlink.lab.simulate.draws import Ints, Part

_COURSE, _HACKATHON, _VENDOR = 2, 3, 6
# The size of a world to which the weekly number of viral prompts refers. Other worlds have them in proportion.
_VIRAL_WORLD = 200_000


def gather_people(scene: Scene, honest: Ints) -> None:
    """Create courses and hackathons. They set when their accounts began, so they come before all sightings."""
    segment = scene.accounts.segment[honest]
    _courses(scene, honest[segment == Segment.UNIVERSITY])
    _hackathons(scene, honest[(segment == Segment.HOME) | (segment == Segment.MOBILE)])


def settle_templates(scene: Scene, honest: Ints) -> None:
    """Give honest accounts their templates: public, private, from vendors, viral, from tutorials."""
    part, templates = scene.part("templates"), scene.settings.templates
    use_public(scene, part, np.repeat(honest, part.rng.poisson(templates.public_rate, len(honest))))
    own = some(part.rng, honest, templates.private)
    scene.see(part, Signal.TEMPLATE, own, part.value("own prompt", own))
    _vendors(scene, honest)
    _viral(scene, honest)
    _tutorials(scene, honest)


def use_public(scene: Scene, part: Part, accounts: Ints) -> None:
    """Record accounts with a tool's identity line or a framework's default prompt."""
    templates, shelf = scene.settings.templates, scene.part("public templates")
    number = zipf_index(part.rng.random(len(accounts)), templates.public, templates.public_zipf)
    scene.see(part, Signal.TEMPLATE, accounts, shelf.value("public", number))


def _courses(scene: Scene, students: Ints) -> None:
    """A class: same prompt, same week, same campus address and mail domain (HN2)."""
    part, templates, accounts = scene.part("courses"), scene.settings.templates, scene.accounts
    campus = campus_layout(scene, len(students))
    low = max(10, min(templates.course_low, len(students) // 4))
    block = labels_of(heavy_sizes(part.rng, len(students), low, templates.course_high, 1.2))
    # Split by campus, since a course is on one campus. Parts that are too small are not courses.
    _, course = np.unique(campus * (len(students) + 1) + block, return_inverse=True)
    held = holds(part.value("course", course), "held", templates.courses) & (np.bincount(course)[course] >= low // 2)
    who, course, campus = students[held], course[held], campus[held]
    scene.group("course", course, who, negative=_COURSE)
    # Some courses began before the window. Most of the class signs up in the first week, the others had accounts
    # before.
    weeks = scene.horizon // WEEK
    week = (unit(part.value("course", course), "week") * (weeks + 6)).astype(np.int64) - 6
    fresh = coin(part.rng, len(who), 0.85)
    signed_up = week * WEEK + (part.rng.random(len(who)) * 4 * DAY).astype(np.int64)
    accounts.created[who] = np.where(fresh, signed_up, accounts.created[who])
    accounts.start[who] = np.maximum(np.where(fresh, signed_up, accounts.start[who]), 0)
    lasts = np.minimum(accounts.start[who] + 10 * DAY, scene.horizon)
    accounts.end[who] = np.maximum(accounts.end[who], lasts)
    accounts.plan[who] = np.where(coin(part.rng, len(who), 0.9), Plan.EDUCATION, accounts.plan[who])
    hands_in = np.maximum(np.maximum(week, 0) * WEEK, accounts.start[who]) + part.rng.integers(0, 6 * DAY, len(who))
    hands_in = np.minimum(hands_in, accounts.end[who])
    scene.see(part, Signal.TEMPLATE, who, part.value("assignment", course), stay=3.0, at=hands_in)
    here = np.flatnonzero(coin(part.rng, len(who), 0.85))
    room = campus_address(scene, campus[here], part.rng.integers(0, 3, len(here)))
    scene.see(part, Signal.IP, who[here], room, stay=5.0, at=hands_in[here])


def _hackathons(scene: Scene, people: Ints) -> None:
    """Sign-ups in a few hours from one address, with one starter prompt and trial credit (HN3)."""
    part, templates, accounts = scene.part("hackathons"), scene.settings.templates, scene.accounts
    total = max(templates.hackathon_low + 10, scene.over_time(templates.hackathons * len(accounts.segment)))
    sizes = heavy_sizes(part.rng, total, templates.hackathon_low, templates.hackathon_high, 1.0)
    who = part.rng.choice(people, size=int(sizes.sum()), replace=False)
    number = labels_of(sizes)
    scene.group("hackathon", number, who, negative=_HACKATHON)
    name = part.value("hackathon", number)
    opens = (unit(name, "day") * 0.9 * scene.horizon).astype(np.int64) // DAY * DAY + 9 * HOUR
    begun = opens + part.rng.integers(0, 5 * HOUR, len(who))
    accounts.created[who], accounts.start[who] = begun - 300, begun
    stays = np.where(coin(part.rng, len(who), 0.4), 21 * DAY, 2 * DAY)
    accounts.end[who] = np.minimum(begun + stays, scene.horizon)
    accounts.plan[who] = Plan.TRIAL
    scene.see(part, Signal.IP, who, place(Network.OFFICE, name, np.zeros(len(who), np.int64)), stay=1.5, at=begun)
    use = np.flatnonzero(coin(part.rng, len(who), 0.85))
    scene.see(part, Signal.TEMPLATE, who[use], part.value("starter", number[use]), stay=2.0, at=begun[use])


def _vendors(scene: Scene, honest: Ints) -> None:
    """Customers of a SaaS that uses their keys: its prompt, and its egress address for half or more (HN6)."""
    part, templates = scene.part("vendors"), scene.settings.templates
    total = round(templates.vendor_share * len(honest))
    sizes = heavy_sizes(part.rng, total, templates.vendor_low, templates.vendor_high, templates.vendor_tail)
    customers = part.rng.choice(honest, size=int(sizes.sum()), replace=False)
    vendor = labels_of(sizes)
    scene.group("vendor", vendor, customers, negative=_VENDOR)
    use = np.flatnonzero(coin(part.rng, len(vendor), 0.95))
    scene.see(part, Signal.TEMPLATE, customers[use], part.value("vendor prompt", vendor[use]))
    relayed = np.flatnonzero(coin(part.rng, len(vendor), templates.vendor_egress))
    name = part.value("vendor", vendor[relayed])
    doors = 1 + (unit(name, "doors") * 2.2).astype(np.int64)
    door = part.rng.integers(0, 2**20, len(relayed)) % doors
    scene.see(part, Signal.IP, customers[relayed], place(Network.CLOUD, name, door))


def _viral(scene: Scene, honest: Ints) -> None:
    """New prompts each week that many try: a median of some tens, a tail to thousands, fading. Novelty alone fails."""
    part, templates = scene.part("viral"), scene.settings.templates
    weeks = scene.horizon // WEEK
    n = max(4, round(templates.viral_weekly * weeks * len(honest) / _VIRAL_WORLD))
    drawn = templates.viral_median * np.exp(1.3 * part.rng.standard_normal(n))
    number = labels_of(np.minimum(drawn, max(50.0, min(5000.0, len(honest) / 40))).astype(np.int64))
    who = part.rng.choice(honest, size=len(number))
    appears = (unit(part.value("viral", number), "week") * weeks).astype(np.int64) * WEEK
    tried = appears + (part.rng.exponential(6.0, len(number)) * DAY).astype(np.int64)
    there = (tried >= scene.accounts.start[who]) & (tried < scene.accounts.end[who])
    who, number, tried = who[there], number[there], tried[there]
    scene.see(part, Signal.TEMPLATE, who, part.value("viral", number), stay=5.0, at=tried)
    scene.group("viral prompt", number, who)


def _tutorials(scene: Scene, honest: Ints) -> None:
    """Thousands of small tutorial prompts, copied by a few per cent of accounts."""
    part = scene.part("tutorials")
    who = some(part.rng, honest, scene.settings.templates.tutorial_share)
    number = zipf_index(part.rng.random(len(who)), max(20, len(who) // 3), 0.6)
    scene.see(part, Signal.TEMPLATE, who, part.value("tutorial", number), stay=6.0)
    scene.group("tutorial", number, who)
