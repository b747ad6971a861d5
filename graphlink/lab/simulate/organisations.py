"""Companies, campuses and agencies: honest groups that share much, each for one reason (domain 9.2, 9.7).

A company has one domain, one office, one card, and no reason to diversify; the largest have two of each. Detectors
report these groups as rings.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from graphlink.lab.simulate.addresses import Network, place
from graphlink.lab.simulate.draws import coin, heavy_sizes, holds, labels_of, several, some, unit
from graphlink.lab.simulate.scene import DAY, NO_ADDRESS, Plan, Scene, Segment, Signal
from graphlink.lab.simulate.segments import use_lines

if TYPE_CHECKING:
    from graphlink.lab.simulate.draws import Bools, Ints, Part

_ENTERPRISE, _AGENCY = 4, 5
# Seats of an enterprise (HN4). In a smaller world, a tenth and a sixth of its employees.
_SEATS = (1_000, 5_000)
_AGENCY_ACCOUNTS = (5, 300)


def settle_organisations(scene: Scene, honest: Ints) -> None:
    """Place employees, students and agencies' accounts."""
    segment = scene.accounts.segment[honest]
    _companies(scene, honest[segment == Segment.CORPORATE])
    _campuses(scene, honest[segment == Segment.UNIVERSITY])
    _agencies(scene, honest[segment == Segment.AGENCY])


def campus_layout(scene: Scene, n: int) -> Ints:
    """Return the campus of each of n students: hundreds per campus, skewed."""
    size = scene.settings.networks.campus_size
    return labels_of(heavy_sizes(scene.part("campus layout").rng, n, max(10, min(size, n // 4)), 20 * size, 1.3))


def campus_address(scene: Scene, campus: Ints, turn: Ints) -> Ints:
    """Return one of a campus's adjacent egress addresses."""
    name = scene.part("university").value("campus", campus)
    doors = 1 + (unit(name, "doors") * scene.settings.networks.campus_egress_max).astype(np.int64)
    return place(Network.CAMPUS, name, turn % doors)


def _companies(scene: Scene, accounts: Ints) -> None:
    """Heavy-tailed sizes from 2 to 5,000. The largest are enterprises with central billing and a house prompt."""
    part, net = scene.part("corporate"), scene.settings.networks
    n = len(accounts)
    seats = max(3, min(_SEATS[0], n // 10)), max(6, min(_SEATS[1], n // 6))
    giants = heavy_sizes(part.rng, round(net.enterprise * n), *seats, 1.0)
    firms = heavy_sizes(part.rng, n - int(giants.sum()), 2, seats[0], net.company_tail)
    sizes = np.concatenate([giants, firms])
    company = labels_of(sizes)
    giant = company < len(giants)
    scene.group("enterprise", company[giant], accounts[giant], negative=_ENTERPRISE)
    scene.group("company", company[~giant], accounts[~giant])
    _go_to_office(scene, part, accounts, company, sizes)
    _spend_and_write(scene, part, accounts, company, sizes, giant)
    _arrive_together(scene, part, accounts, company)


def _go_to_office(scene: Scene, part: Part, accounts: Ints, company: Ints, sizes: Ints) -> None:
    """One to four egress addresses. A quarter works only from elsewhere, a third is hybrid."""
    net, rng = scene.settings.networks, part.rng
    remote = coin(rng, len(accounts), net.remote)
    here = several(rng, np.flatnonzero(~remote), 1, 2)
    name = part.value("company", company[here])
    doors = 1 + (unit(name, "doors") * np.minimum(net.egress_max, 1 + np.log10(sizes[company[here]]))).astype(np.int64)
    scene.see(part, Signal.IP, accounts[here], place(Network.OFFICE, name, rng.integers(0, 2**20, len(here)) % doors))
    away = accounts[remote | coin(rng, len(accounts), net.hybrid)]
    use_lines(scene, scene.part("employees at home"), away, away)


def _spend_and_write(scene: Scene, part: Part, accounts: Ints, company: Ints, sizes: Ints, giant: Bools) -> None:
    """About half on one company card, an own domain unless single sign-on hides it, a house prompt for some."""
    habits, rng = scene.settings.habits, part.rng
    name = part.value("company", company)
    # The largest have two or three departments with a card each, and a few have a second domain.
    departments = 1 + (unit(name, "departments") * np.log10(sizes[company])).astype(np.int64)
    pays = np.flatnonzero(holds(name, "company card", habits.company_card) | giant)
    pays = pays[coin(rng, len(pays), 0.95)]
    department = rng.integers(0, 2**20, len(pays)) % departments[pays]
    scene.see(part, Signal.CARD, accounts[pays], part.value("company card", company[pays] * 8 + department))
    has_domain = holds(name, "domain", habits.company_domain)
    hidden = giant & holds(name, "single sign-on", 0.5)
    second = holds(name, "second domain", 0.15) & coin(rng, len(accounts), 0.3)
    domain = part.value("company domain", company * 2 + second)
    scene.accounts.domain[accounts[has_domain]] = domain[has_domain]
    scene.accounts.domain[accounts[hidden]] = NO_ADDRESS
    scene.accounts.plan[accounts[giant]] = Plan.ENTERPRISE
    writes = some(rng, np.flatnonzero(holds(name, "house prompt", scene.settings.templates.house) | giant), 0.7)
    scene.see(part, Signal.TEMPLATE, accounts[writes], part.value("house prompt", company[writes]))


def _arrive_together(scene: Scene, part: Part, accounts: Ints, company: Ints) -> None:
    """Let a third of companies sign up within days (a roll-out): a burst of creation alone must not be enough."""
    together = np.flatnonzero(holds(part.value("roll-out", company), "roll-out", 0.35))
    created = scene.accounts.created
    founded = np.full(int(company.max(initial=0)) + 1, scene.horizon, np.int64)
    np.minimum.at(founded, company, created[accounts])
    days = part.rng.exponential(7.0, len(together))
    who = accounts[together]
    created[who] = np.minimum(founded[company[together]] + (days * DAY).astype(np.int64), scene.accounts.start[who])


def _campuses(scene: Scene, accounts: Ints) -> None:
    """Campus egress, campus mail, student homes, and a few classroom machines."""
    part = scene.part("university")
    rng = part.rng
    campus = campus_layout(scene, len(accounts))
    scene.group("campus", campus, accounts)
    here = several(rng, np.flatnonzero(coin(rng, len(accounts), 0.8)), 1, 3)
    turn = rng.integers(0, 2**20, len(here))
    scene.see(part, Signal.IP, accounts[here], campus_address(scene, campus[here], turn))
    lodgers = some(rng, accounts, 0.55)
    use_lines(scene, scene.part("students at home"), lodgers, lodgers)
    with_mail = np.flatnonzero(coin(rng, len(accounts), 0.75))
    scene.accounts.domain[accounts[with_mail]] = part.value("campus domain", campus[with_mail])
    in_class = np.flatnonzero(coin(rng, len(accounts), 0.03))
    machine = campus[in_class] * 4 + rng.integers(0, 4, len(in_class))
    scene.see(part, Signal.DEVICE, accounts[in_class], part.value("classroom", machine), stay=3.0)


def _agencies(scene: Scene, accounts: Ints) -> None:
    """Many client accounts on one card and one office address, with the agency's domain or their own."""
    part, net = scene.part("agency"), scene.settings.networks
    low, high = _AGENCY_ACCOUNTS
    agency = labels_of(heavy_sizes(part.rng, len(accounts), low, high, net.agency_tail))
    scene.group("agency", agency, accounts, negative=_AGENCY)
    name = part.value("agency", agency)
    scene.see(part, Signal.IP, accounts, place(Network.OFFICE, name, np.zeros(len(accounts), np.int64)))
    pays = np.flatnonzero(coin(part.rng, len(accounts), 0.85))
    scene.see(part, Signal.CARD, accounts[pays], part.value("agency card", agency[pays]))
    own = part.rng.random(len(accounts)) < 0.35 + 0.55 * unit(name, "own domain")
    client = part.value("client", np.arange(len(accounts)) // 2)
    scene.accounts.domain[accounts] = np.where(own, name, client)
