"""Honest groups that form around one thing: courses, hackathons, vendors' customers, viral prompts, tutorials (domain 9.4, 9.7).

They give the world its mid-degree honest templates, without which any private template with a hundred users would be a perfect and
false detector.
"""

from __future__ import annotations

import numpy as np

from graphlink.simulate.addresses import Network, address, block_of
from graphlink.simulate.draws import Ints, Part, heavy_sizes, labels_of, mix, some, unit, zipf_index
from graphlink.simulate.scene import DAY, Plan, Scene, Segment, Signal
from graphlink.simulate.segments import campus_address, campus_layout

_WEEK = 7 * DAY


def gather_people(scene: Scene, honest: Ints) -> None:
    """Hold courses and hackathons; they decide when their accounts began, so they come before all sightings."""
    segment = scene.accounts.segment[honest]
    _courses(scene, honest[segment == Segment.UNIVERSITY])
    _hackathons(scene, honest[(segment == Segment.HOME) | (segment == Segment.MOBILE)])


def settle_templates(scene: Scene, honest: Ints) -> None:
    """Give honest accounts their templates: public, private, vendors', viral, from tutorials."""
    part, templates = scene.part("templates"), scene.settings.templates
    use_public(scene, part, np.repeat(honest, part.rng.poisson(templates.public_rate, len(honest))))
    own = some(part.rng, honest, templates.private)
    scene.see(part, Signal.TEMPLATE, own, part.value("own prompt", own))
    _vendors(scene, honest)
    _viral(scene, honest)
    _tutorials(scene, honest)


def use_public(scene: Scene, part: Part, accounts: Ints) -> None:
    """See accounts with a tool's identity line or a framework's default prompt."""
    templates, shelf = scene.settings.templates, scene.part("public templates")
    number = zipf_index(part.rng.random(len(accounts)), templates.public, templates.public_zipf)
    scene.see(part, Signal.TEMPLATE, accounts, shelf.value("public", number))


def _courses(scene: Scene, students: Ints) -> None:
    """A class: same prompt, same week, same campus address and mail domain (HN2)."""
    part, templates, accounts = scene.part("courses"), scene.settings.templates, scene.accounts
    campus = campus_layout(scene, len(students))
    low = max(10, min(templates.course_low, len(students) // 4))
    sizes = heavy_sizes(part.rng, len(students), low, templates.course_high, 1.2)
    # Split at campus borders: a course never spans two campuses.
    block = labels_of(sizes)
    _, course = np.unique(campus * (len(sizes) + 1) + block, return_inverse=True)
    held = unit(part.value("course", course), 40) < templates.courses
    held &= np.bincount(course)[course] >= low // 2
    who, course, campus = students[held], course[held], campus[held]
    scene.group("course", course, who, negative=2)
    weeks = scene.horizon // _WEEK
    week = (unit(part.value("course", course), 41) * (weeks + 6)).astype(np.int64) - 6  # some began before the window
    fresh = part.rng.random(len(who)) < 0.85
    signed_up = week * _WEEK + (part.rng.random(len(who)) * 4 * DAY).astype(np.int64)
    accounts.created[who] = np.where(fresh, signed_up, accounts.created[who])
    accounts.start[who] = np.maximum(np.where(fresh, signed_up, accounts.start[who]), 0)
    accounts.end[who] = np.maximum(accounts.end[who], np.minimum(accounts.start[who] + 10 * DAY, scene.horizon))
    accounts.plan[who] = np.where(part.rng.random(len(who)) < 0.9, Plan.EDUCATION, accounts.plan[who])
    prompt = np.maximum(np.maximum(week, 0) * _WEEK, accounts.start[who])
    handed_in = np.minimum(prompt + (part.rng.random(len(who)) * 6 * DAY).astype(np.int64), accounts.end[who])
    scene.see(part, Signal.TEMPLATE, who, part.value("assignment", course), stay=3.0, at=handed_in)
    on_campus = np.flatnonzero(part.rng.random(len(who)) < 0.85)
    name = scene.part("university").value("campus", campus[on_campus])
    scene.see(part, Signal.IP, who[on_campus], campus_address(name, part.rng.integers(0, 3, len(on_campus))), stay=5.0, at=handed_in[on_campus])


def _hackathons(scene: Scene, people: Ints) -> None:
    """Sign-ups in a few hours from one address, with one starter prompt and trial credit (HN3)."""
    part, templates, accounts = scene.part("hackathons"), scene.settings.templates, scene.accounts
    total = max(60, round(templates.hackathons * len(accounts.segment)))
    sizes = heavy_sizes(part.rng, total, templates.hackathon_low, templates.hackathon_high, 1.0)
    sizes = sizes[sizes >= min(templates.hackathon_low, total)]
    who = part.rng.choice(people, size=int(sizes.sum()), replace=False)
    number = labels_of(sizes)
    scene.group("hackathon", number, who, negative=3)
    name = part.value("hackathon", number)
    opens = ((unit(name, 42) * 0.9 * scene.horizon) // DAY * DAY).astype(np.int64) + 9 * 3600
    begun = opens + part.rng.integers(0, 5 * 3600, len(who))
    accounts.created[who], accounts.start[who] = begun - 300, begun
    stays = np.where(part.rng.random(len(who)) < 0.4, 21 * DAY, 2 * DAY)
    accounts.end[who] = np.minimum(begun + stays, scene.horizon)
    accounts.plan[who] = Plan.TRIAL
    scene.see(part, Signal.IP, who, address(Network.OFFICE, block_of(name, 43, Network.OFFICE), mix(name, 44).astype(np.int64) & 127), stay=1.5, at=begun)
    starters = np.flatnonzero(part.rng.random(len(who)) < 0.85)
    scene.see(part, Signal.TEMPLATE, who[starters], part.value("starter prompt", number[starters]), stay=2.0, at=begun[starters])


def _vendors(scene: Scene, honest: Ints) -> None:
    """Customers of a SaaS that runs on their own keys: its prompt, and its egress address for half or more (HN6)."""
    part, templates = scene.part("vendors"), scene.settings.templates
    total = round(templates.vendor_share * len(honest))
    high = min(templates.vendor_high, max(100, len(honest) // 12))
    sizes = heavy_sizes(part.rng, total, templates.vendor_low, high, templates.vendor_tail)
    customers = part.rng.choice(honest, size=int(sizes.sum()), replace=False)
    vendor = labels_of(sizes)
    scene.group("vendor", vendor, customers, negative=6)
    name = part.value("vendor", vendor)
    users = np.flatnonzero(part.rng.random(len(vendor)) < 0.95)
    scene.see(part, Signal.TEMPLATE, customers[users], part.value("vendor prompt", vendor[users]))
    relayed = np.flatnonzero(part.rng.random(len(vendor)) < templates.vendor_egress)
    door = part.rng.integers(0, 4, len(relayed)) % (1 + (unit(name[relayed], 45) * 2.2).astype(np.int64))
    block = block_of(name[relayed], 46, Network.CLOUD) % 20_000
    scene.see(part, Signal.IP, customers[relayed], address(Network.CLOUD, block, (mix(name[relayed], 47).astype(np.int64) & 127) + door))


def _viral(scene: Scene, honest: Ints) -> None:
    """New prompts each week that everybody tries, median some tens of accounts, tail to thousands; they defeat novelty alone."""
    part, templates = scene.part("viral"), scene.settings.templates
    weeks = scene.horizon // _WEEK
    n = max(4, round(templates.viral_weekly * weeks * len(honest) / 200_000))
    drawn = templates.viral_median * np.exp(1.3 * part.rng.standard_normal(n))
    sizes = np.minimum(drawn, max(50.0, min(5000.0, len(honest) / 40))).astype(np.int64)
    number = labels_of(sizes)
    who = part.rng.choice(honest, size=len(number))
    birth = (unit(part.value("viral", number), 48) * weeks).astype(np.int64) * _WEEK
    tried = birth + (part.rng.exponential(6.0, len(number)) * DAY).astype(np.int64)
    there = (tried >= scene.accounts.start[who]) & (tried < scene.accounts.end[who])
    scene.see(part, Signal.TEMPLATE, who[there], part.value("viral", number[there]), stay=5.0, at=tried[there])


def _tutorials(scene: Scene, honest: Ints) -> None:
    """Thousands of small tutorial prompts, copied by a few per cent of accounts."""
    part = scene.part("tutorials")
    who = some(part.rng, honest, scene.settings.templates.tutorial_share)
    n = max(20, len(who) // 3)
    scene.see(part, Signal.TEMPLATE, who, part.value("tutorial", zipf_index(part.rng.random(len(who)), n, 0.6)), stay=6.0)


def public_share(part: Part, accounts: Ints, share: float) -> Ints:
    """Pick the accounts that carry a public template."""
    return some(part.rng, accounts, share)
