"""The planted rings: six patterns, each a few lines (domain 9.8).

A ring first gets its own signals. Then each member is contaminated (domain 9.6): it gets honest neighbours, often more
of them than ring members through any one signal. The building blocks of the patterns are in `wiring`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from graphlink.lab.simulate.draws import coin, several, some, spread
from graphlink.lab.simulate.gatherings import use_public
from graphlink.lab.simulate.mail import disposable
from graphlink.lab.simulate.people import be_someone
from graphlink.lab.simulate.scene import DAY, HOUR, Plan, Scene, Table
from graphlink.lab.simulate.wiring import (
    Ring,
    bursts,
    charge,
    contaminate,
    farm_devices,
    judge_tiers,
    live,
    mail,
    prompt,
    rent,
    rent_phones,
    roam,
    runs,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from graphlink.lab.simulate.draws import Ints, Part

_ROOM = 10**6  # separates two kinds of numbers of one ring


@dataclass(frozen=True, slots=True)
class PlannedRing:
    """A ring to plant: its number, pattern and size. `shrunk` means smaller than such rings are in the wild."""

    number: int
    kind: str
    size: int
    shrunk: bool


def plant_ring(scene: Scene, plan: PlannedRing, members: Ints, haunts: Ints) -> tuple[Table, ...]:
    """Give one ring its signals, then contaminate it with honest values. Return the ring's own sightings.

    `haunts` are the honest addresses that members also use.
    """
    part = scene.part(f"ring {plan.number}")
    ring = Ring(scene, part, members, _first_day(scene, part) * DAY)
    scene.accounts.ring[members] = plan.number
    scene.accounts.cell[members] = 0
    be_someone(ring.part, scene.accounts, members)
    before = len(scene.chunks)
    PATTERNS[plan.kind](ring)
    own = tuple(scene.chunks[before:])
    judge_tiers(ring, own)
    contaminate(ring, haunts)
    return own


def _first_day(scene: Scene, part: Part) -> int:
    """In a world of one window all rings are active; in a longer one they begin during its first half."""
    spare = (scene.sweep_ends[-1] - scene.sweep_ends[0]) // DAY
    return int(part.rng.integers(10, 11 + spare // 2)) if spare else 0


def _naive_farm(ring: Ring) -> None:
    """R1: one to five addresses, tens of accounts per card, up to three domains, one exact prompt in the same hour."""
    care, part, n = ring.scene.settings.rings, ring.part, ring.size
    live(ring, started=bursts(ring, waves=2, hours=3), days=21, plan=Plan.PRO, per_day=60.0)
    rent(ring, part.rng.integers(0, care.farm_addresses, n))
    charge(ring, ring.order, spread(part.rng, n, care.farm_per_card), per_bin=3)
    choice = part.rng.integers(0, 3, n)
    listed, private = disposable(part.rng.random(3))[choice], part.value("domain", choice)
    ring.scene.accounts.domain[ring.members] = np.where(part.rng.random() < care.farm_listed, listed, private)
    # One schedule runs them all in one hour of the day. An account created after that hour waits until the next day.
    hour = int(part.rng.integers(0, 24)) * HOUR + part.rng.integers(0, HOUR, n)
    opened = ring.scene.accounts.start[ring.members]
    prompt(ring, ring.order, np.zeros(n, np.int64), at=opened + (hour - opened) % DAY)


def _trial_farm(ring: Ring) -> None:
    """R2: 15-40 accounts per proxy, domains of 50-200, device farms, varied prompts; accounts live for days."""
    care, part, n = ring.scene.settings.rings, ring.part, ring.size
    # Accounts are created in order, so those that live together share proxy, device and domain.
    made = np.sort(part.rng.random(n))
    began = ring.begin + (made * (ring.weeks - 2 * DAY)).astype(np.int64)
    live(ring, started=began, days=3, plan=Plan.TRIAL, per_day=40.0)
    rent(ring, runs(part, n, care.trial_per_proxy), per_block=3)
    mail(ring, share=1.0, domain=runs(part, n, care.trial_per_domain))
    farm_devices(ring, share=0.85, number=runs(part, n, care.trial_per_device))
    if part.rng.random() < care.trial_carded:
        charge(ring, ring.order, ring.order, per_bin=n)  # sequential numbers under one BIN, one per account
    varied = some(part.rng, ring.order, 0.7)
    prompt(ring, varied, varied + _ROOM)
    repeated = some(part.rng, ring.order, 0.15)
    prompt(ring, repeated, part.rng.integers(0, 40, len(repeated)))
    rent_phones(ring, share=0.5, per_number=4)


def _load_balanced(ring: Ring) -> None:
    """R3: dozens of addresses with a few accounts each, 5-12 per card, domains over half, one family, in step."""
    care, part, n = ring.scene.settings.rings, ring.part, ring.size
    live(ring, started=bursts(ring, waves=5, hours=4), days=28, plan=Plan.PRO, per_day=15.0)
    rows = several(part.rng, ring.order, 2, 3)
    n_addresses = max(4, round(len(rows) / care.balanced_per_address))
    rent(ring, part.rng.integers(0, n_addresses, len(rows)), per_block=4, rows=rows)
    charge(ring, ring.order, spread(part.rng, n, care.balanced_per_card), per_bin=4)
    mail(ring, share=0.55, domain=part.rng.integers(0, care.balanced_domains, n))
    nearly_all = some(part.rng, ring.order, 0.95)
    # The balancer starts a day's batch on all of them within a quarter of an hour.
    first_day = ring.scene.accounts.start[ring.members[nearly_all]] // DAY + 1
    in_step = (first_day + part.rng.integers(0, 7, len(nearly_all))) * DAY + 14 * HOUR
    at = in_step + part.rng.integers(0, HOUR // 4, len(nearly_all))
    prompt(ring, nearly_all, np.zeros(len(nearly_all), np.int64), at=at)


def _residential_pool(ring: Ring) -> None:
    """R6: many exits each from a huge pool, a virtual card each, domains over half, one fixed injected prompt."""
    care, part, n = ring.scene.settings.rings, ring.part, ring.size
    live(ring, started=bursts(ring, waves=12, hours=6), days=28, plan=Plan.PRO, per_day=200.0)
    roam(ring, care.pool, care.pool_exits_low, care.pool_exits_high)
    charge(ring, ring.order, ring.order, per_bin=max(1, n // 6))
    n_domains = max(3, round(n * care.pool_domain_share / care.pool_per_domain))
    mail(ring, share=care.pool_domain_share, domain=part.rng.integers(0, n_domains, n))
    most = some(part.rng, ring.order, care.pool_template)
    prompt(ring, most, np.zeros(len(most), np.int64))


def _hydra(ring: Ring) -> None:
    """R7: tens of operator cells, low and slow; few exits, mostly a card each, domains over a third, cover traffic."""
    care, part, n = ring.scene.settings.rings, ring.part, ring.size
    n_cells = max(4, round(n / care.hydra_cell))
    cell = np.sort(part.rng.integers(0, n_cells, n))
    ring.scene.accounts.cell[ring.members] = cell
    # Six weeks or more: part of the accounts is older than the window.
    began = ring.begin + (part.rng.random(n) * (ring.weeks + 20 * DAY)).astype(np.int64) - 22 * DAY
    live(ring, started=began, days=45, plan=Plan.PRO, per_day=25.0)
    roam(ring, care.hydra_pool, care.hydra_exits_low, care.hydra_exits_high)
    sharing = coin(part.rng, n, care.hydra_card_minority)
    alone, together = np.flatnonzero(~sharing), np.flatnonzero(sharing)
    charge(ring, alone, alone, per_bin=max(1, n // 25))
    charge(ring, together, _ROOM + runs(part, len(together), 3.0), per_bin=max(1, n // 25))
    # A cell buys its own mail domains, and other cells use some of them. That connects the campaign.
    per_cell = max(1, round(n * care.hydra_domain_share / care.hydra_per_domain / n_cells))
    owner = np.where(coin(part.rng, n, care.hydra_mixing), part.rng.integers(0, n_cells, n), cell)
    mail(ring, share=care.hydra_domain_share, domain=owner * 1000 + part.rng.integers(0, per_cell, n))
    # A cell works on one or two paraphrase families, and the next cells reuse a family.
    n_families = max(2, round(n / care.hydra_per_family))
    prompt(ring, ring.order, (cell + n_cells * (coin(part.rng, n, 0.3))) % n_families)
    # Cover: prompts of the relay's real customers, all different, and public tools.
    covered = some(part.rng, ring.order, care.hydra_cover)
    rows = several(part.rng, covered, 1, 3)
    prompt(ring, rows, _ROOM + np.arange(len(rows)))
    use_public(ring.scene, part, ring.members[some(part.rng, covered, 0.6)])


def _small_rotating(ring: Ring) -> None:
    """R9: two or three weeks, a tenth active per day, static addresses of 5-15 accounts, shared cards for half."""
    care, part, n = ring.scene.settings.rings, ring.part, ring.size
    begun = ring.begin + int(part.rng.integers(0, ring.weeks - 21 * DAY))
    shift = part.rng.integers(0, 10, n)  # each account works two shifts, ten days apart
    live(ring, started=begun + shift * DAY, days=12, plan=Plan.PRO, per_day=3000.0)
    rent(ring, spread(part.rng, n, care.rotating_per_address), per_block=2)
    payers = some(part.rng, ring.order, care.rotating_card_share)
    charge(ring, payers, spread(part.rng, len(payers), care.rotating_per_card), per_bin=5)
    mail(ring, share=0.35, domain=part.rng.integers(0, max(2, n // 25), n))
    prompt(ring, ring.order, part.rng.integers(0, care.rotating_families, n))


PATTERNS: Final[Mapping[str, Callable[[Ring], None]]] = {
    "R1": _naive_farm,
    "R2": _trial_farm,
    "R3": _load_balanced,
    "R6": _residential_pool,
    "R7": _hydra,
    "R9": _small_rotating,
}
