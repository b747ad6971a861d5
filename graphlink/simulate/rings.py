"""The planted rings: six patterns, each a few lines, and the contamination that every member carries (domain 9.6, 9.8).

A ring is wired to its own signals first; then each member gets honest addresses, a public template and a common device class, so that
it has honest neighbours, often more of them than ring-mates through any one signal.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from graphlink.simulate.addresses import Network, address, block_of
from graphlink.simulate.draws import Ints, Part, labels_of, mix, several, some, spread, unit
from graphlink.simulate.gatherings import use_public
from graphlink.simulate.habits import device_class, pay, public_mail, use_clients
from graphlink.simulate.mail import disposable
from graphlink.simulate.people import be_someone, history
from graphlink.simulate.scene import DAY, NOBODY, Plan, Scene, Signal, values_seen
from graphlink.simulate.segments import line_address

HOUR = 3600


@dataclass(frozen=True, slots=True)
class PlannedRing:
    """One ring to plant: its number, pattern, and size."""

    number: int
    kind: str
    size: int


@dataclass(frozen=True, slots=True)
class Ring:
    """A ring while it is wired: the scene, its own part, its accounts."""

    scene: Scene
    part: Part
    members: Ints

    @property
    def size(self) -> int:
        """Number of members."""
        return len(self.members)


def plant_ring(scene: Scene, plan: PlannedRing, members: Ints, haunts: Ints) -> None:
    """Wire one ring, and contaminate it with honest values; `haunts` are the honest addresses that members also use."""
    ring = Ring(scene, scene.part(f"ring {plan.number}"), members)
    accounts = scene.accounts
    accounts.ring[members] = plan.number
    accounts.cell[members] = 0
    be_someone(ring.part, accounts, members)
    before = len(scene.chunks)
    PATTERNS[plan.kind](ring)
    _judge_tiers(ring, before)
    _contaminate(ring, haunts)


def _naive_farm(ring: Ring) -> None:
    """R1: a few data-centre addresses, tens of accounts per card, throw-away mail, one exact template, the same hour."""
    care, part, n = ring.scene.settings.rings, ring.part, ring.size
    _live(ring, started=_bursts(ring, waves=2, night_hours=3), days=21, plan=Plan.PRO)
    _addresses(ring, part.rng.integers(0, care.farm_addresses, n), block=0)
    _cards(ring, np.arange(n), spread(part.rng, n, care.farm_per_card * 0.7, care.farm_per_card * 1.3), one_bin_in=3)
    choice = part.rng.integers(0, 3, n)
    listed = disposable(part.rng.random(3))[choice]
    private = part.value("domain", choice)
    ring.scene.accounts.domain[ring.members] = np.where(part.rng.random() < 0.5, listed, private)
    # Everything runs in one hour of the day, from one schedule.
    hour = int(part.rng.integers(0, 24)) * HOUR
    at = ring.scene.accounts.start[ring.members] // DAY * DAY + hour + part.rng.integers(0, HOUR, n)
    _prompts(ring, np.arange(n), np.zeros(n, np.int64), at=at)


def _trial_farm(ring: Ring) -> None:
    """R2: proxies of 15-40 accounts, private domains of 50-200, device farms, varied prompts; each account lives a few days."""
    care, part, n = ring.scene.settings.rings, ring.part, ring.size
    # Accounts are made in order, so those that live together share proxy, device and domain.
    wave = np.sort(part.rng.random(n))
    _live(ring, started=(wave * (ring.scene.horizon - 2 * DAY)).astype(np.int64), days=3, plan=Plan.TRIAL)
    order = np.arange(n)
    _addresses(ring, _runs(part, n, care.trial_per_proxy), block=100, per_block=3)
    domains = _runs(part, n, care.trial_per_domain)
    ring.scene.accounts.domain[ring.members] = part.value("domain", domains)
    on_farm = some(part.rng, order, 0.85)
    ring.scene.see(part, Signal.DEVICE, ring.members[on_farm], part.value("device", _runs(part, n, care.trial_per_device)[on_farm]))
    if part.rng.random() < 0.5:
        _cards(ring, order, order, one_bin_in=n)  # numbers in sequence under one BIN, one each
    own = some(part.rng, order, 0.7)
    _prompts(ring, own, own + 1000)
    _prompts(ring, some(part.rng, order, 0.15), part.rng.integers(0, 40, n))
    _phones(ring, share=0.5, per_number=4)


def _load_balanced(ring: Ring) -> None:
    """R3: dozens of addresses with a few accounts each, 5-12 accounts per card, 10-30 domains over half, one family, in step."""
    care, part, n = ring.scene.settings.rings, ring.part, ring.size
    _live(ring, started=_bursts(ring, waves=5, night_hours=4), days=28, plan=Plan.PRO)
    rows = several(part.rng, np.arange(n), 2, 3)
    n_addresses = max(4, round(len(rows) / care.balanced_per_address))
    _addresses(ring, part.rng.integers(0, n_addresses, len(rows)), block=200, per_block=4, rows=rows)
    _cards(ring, np.arange(n), spread(part.rng, n, care.balanced_per_card * 0.7, care.balanced_per_card * 1.3), one_bin_in=4)
    _mail(ring, share=0.55, domain=part.rng.integers(0, round(care.balanced_domains), n))
    nearly_all = some(part.rng, np.arange(n), 0.95)
    # The balancer starts each batch on all of them within a quarter of an hour.
    batch = part.rng.integers(1, ring.scene.horizon // DAY - 1, len(nearly_all)) * DAY + 14 * HOUR
    at = np.maximum(batch + part.rng.integers(0, 15 * 60, len(nearly_all)), ring.scene.accounts.start[ring.members[nearly_all]])
    _prompts(ring, nearly_all, np.zeros(len(nearly_all), np.int64), at=at)
    _volume(ring, 15.0)


def _residential_pool(ring: Ring) -> None:
    """R6: 10-30 exits each from a huge pool, one virtual card each from a handful of BINs, domains over half, one fixed prompt."""
    care, part, n = ring.scene.settings.rings, ring.part, ring.size
    _live(ring, started=_bursts(ring, waves=12, night_hours=6), days=28, plan=Plan.PRO)
    _exits(ring, care.pool, care.pool_exits_low, care.pool_exits_high)
    _cards(ring, np.arange(n), np.arange(n), one_bin_in=max(1, n // 6))
    n_domains = max(3, round(n * care.pool_domain_share / care.pool_per_domain))
    _mail(ring, share=care.pool_domain_share, domain=part.rng.integers(0, n_domains, n))
    most = some(part.rng, np.arange(n), care.pool_template)
    _prompts(ring, most, np.zeros(len(most), np.int64))
    _volume(ring, 200.0)


def _hydra(ring: Ring) -> None:
    """R7: tens of operator cells, low and slow: few exits, mostly one card each, domains over a third, dozens of paraphrases, cover."""
    care, part, n = ring.scene.settings.rings, ring.part, ring.size
    n_cells = max(4, round(n / care.hydra_cell))
    cell = np.sort(part.rng.integers(0, n_cells, n))
    ring.scene.accounts.cell[ring.members] = cell
    # Six weeks and more: part of the accounts is older than the window.
    started = (part.rng.random(n) * (ring.scene.horizon + 20 * DAY)).astype(np.int64) - 22 * DAY
    _live(ring, started=started, days=45, plan=Plan.PRO)
    _exits(ring, care.hydra_pool, care.hydra_exits_low, care.hydra_exits_high)
    sharers = part.rng.random(n) < care.hydra_card_minority
    alone = np.flatnonzero(~sharers)
    _cards(ring, alone, alone, one_bin_in=max(1, n // 25))
    together = np.flatnonzero(sharers)
    _cards(ring, together, 10**6 + _runs(part, len(together), 3.0), one_bin_in=max(1, n // 25))
    # Mail domains are bought for a cell, and a share of them is used by other cells too: that is what holds the campaign together.
    per_cell = max(1, round(n * care.hydra_domain_share / care.hydra_per_domain / n_cells))
    home = np.where(part.rng.random(n) < care.hydra_mixing, part.rng.integers(0, n_cells, n), cell)
    _mail(ring, share=care.hydra_domain_share, domain=home * 1000 + part.rng.integers(0, per_cell, n))
    n_families = max(n_cells // 2, round(n / care.hydra_per_family), 2)
    family = (cell + n_cells * (part.rng.random(n) < 0.3)) % n_families  # a cell works on two paraphrase families at most
    _prompts(ring, np.arange(n), family)
    # Cover traffic: prompts of real customers of the relay, all different, and public tools.
    covered = some(part.rng, np.arange(n), care.hydra_cover)
    rows = several(part.rng, covered, 1, 3)
    _prompts(ring, rows, 10**6 + np.arange(len(rows)))
    use_public(ring.scene, part, ring.members[some(part.rng, covered, 0.6)])
    _volume(ring, 25.0)


def _small_rotating(ring: Ring) -> None:
    """R9: two or three weeks, a tenth live on a given day, static addresses of 5-15 accounts, several per card for half."""
    care, part, n = ring.scene.settings.rings, ring.part, ring.size
    begun = int(part.rng.integers(0, max(1, ring.scene.horizon - 21 * DAY)))
    shift = part.rng.integers(0, 10, n)  # each account works two shifts, ten days apart
    _live(ring, started=begun + shift * DAY, days=12, plan=Plan.PRO)
    _addresses(ring, spread(part.rng, n, care.rotating_per_address * 0.6, care.rotating_per_address * 1.4), block=300, per_block=2)
    payers = some(part.rng, np.arange(n), care.rotating_card_share)
    _cards(ring, payers, spread(part.rng, len(payers), care.rotating_per_card * 0.6, care.rotating_per_card * 1.4), one_bin_in=5)
    _mail(ring, share=0.35, domain=part.rng.integers(0, max(2, n // 25), n))
    _prompts(ring, np.arange(n), part.rng.integers(0, care.rotating_families, n))
    _volume(ring, 3000.0)


PATTERNS: dict[str, Callable[[Ring], None]] = {
    "R1": _naive_farm,
    "R2": _trial_farm,
    "R3": _load_balanced,
    "R6": _residential_pool,
    "R7": _hydra,
    "R9": _small_rotating,
}


# What the patterns are made of.


def _live(ring: Ring, *, started: Ints, days: float, plan: Plan) -> None:
    """Set when members sign up and work; a share of them was bought or aged, and shows no burst of creation."""
    accounts, part, horizon = ring.scene.accounts, ring.part, ring.scene.horizon
    members, n = ring.members, ring.size
    start = np.clip(started, 0, horizon - HOUR)
    accounts.start[members] = start
    lives = (days * DAY * (0.7 + 0.3 * part.rng.random(n))).astype(np.int64)
    accounts.end[members] = np.clip(started + lives, start + HOUR // 2, horizon)
    warmed_up = (part.rng.exponential(2.0, n) * HOUR).astype(np.int64)
    aged = part.rng.random(n) < ring.scene.settings.contamination.aged
    accounts.created[members] = np.where(aged, np.minimum(history(ring.scene, part, n), start), started - warmed_up)
    accounts.active_days[members] = np.maximum(1, (accounts.end[members] - start) // DAY)
    accounts.plan[members] = np.where(part.rng.random(n) < 0.85, plan, Plan.FREE)


def _bursts(ring: Ring, *, waves: int, night_hours: int) -> Ints:
    """Draw sign-up times in a few waves between two and five in the morning (domain: timing)."""
    part, n = ring.part, ring.size
    nights = np.sort(part.rng.integers(-7, max(1, ring.scene.horizon // DAY - 8), waves))
    wave = np.sort(part.rng.integers(0, waves, n))
    return nights[wave] * DAY + 2 * HOUR + (part.rng.random(n) * night_hours * HOUR).astype(np.int64)


def _runs(part: Part, n: int, mean: float) -> Ints:
    """Split n accounts, in the order in which they were made, into runs of about that length."""
    sizes = np.maximum(1, np.round(mean * (0.6 + 0.8 * part.rng.random(int(n / mean * 2) + 2)))).astype(np.int64)
    return labels_of(sizes)[:n]


def _addresses(ring: Ring, number: Ints, *, block: int, per_block: int = 6, rows: Ints | None = None) -> None:
    """See members at rented static addresses; a provider hands out a few in one /24, among strangers."""
    rented = ring.part.value("rack", block + number // per_block)
    host = (mix(rented, 60).astype(np.int64) & 127) + number % per_block
    who = ring.members if rows is None else ring.members[rows]
    ring.scene.see(ring.part, Signal.IP, who, address(Network.HOSTING, block_of(rented, 61, Network.HOSTING) % 30_000, host))


def _exits(ring: Ring, pool: int, low: int, high: int) -> None:
    """See members at residential exits kept for a day; a few exits are honest customers' own lines."""
    part = ring.part
    rows = several(part.rng, ring.members, low, high)
    # Vendors resell each other's pools, so rings of one world draw from the same one.
    exits = line_address(ring.scene.part("proxy pool").value("exit", part.rng.integers(0, pool, len(rows))))
    homes = _honest_homes(ring)
    honest = part.rng.random(len(rows)) < ring.scene.settings.rings.pool_honest
    exits[honest] = homes[part.rng.integers(0, len(homes), int(honest.sum()))]
    ring.scene.see(part, Signal.IP, rows, exits, stay=1.0)


def _honest_homes(ring: Ring) -> Ints:
    chunk = next(chunk for chunk in ring.scene.chunks if chunk.signal == Signal.IP)
    return chunk.value  # the home lines are settled first


def _cards(ring: Ring, rows: Ints, number: Ints, *, one_bin_in: int) -> None:
    """See members with the ring's cards, bought in batches under a handful of BINs."""
    cards = ring.part.value("card", number)
    batch = ring.part.value("batch", number // max(1, one_bin_in))
    bins = (unit(batch, 62) ** 2 * ring.scene.settings.habits.bins).astype(np.int64)
    pay(ring.scene, ring.part, ring.members[rows], cards, bins)


def _mail(ring: Ring, *, share: float, domain: Ints) -> None:
    """Give a share of members one of the ring's domains."""
    mine = ring.part.rng.random(ring.size) < share
    ring.scene.accounts.domain[ring.members[mine]] = ring.part.value("domain", domain[mine])


def _prompts(ring: Ring, rows: Ints, number: Ints, at: Ints | None = None) -> None:
    """See members with the ring's prompts."""
    number = number if len(number) == len(rows) else number[: len(rows)]
    stay = None if at is None else 28.0
    ring.scene.see(ring.part, Signal.TEMPLATE, ring.members[rows], ring.part.value("prompt", number), stay=stay, at=at)


def _phones(ring: Ring, *, share: float, per_number: int) -> None:
    """Rent numbers from an SMS platform, several accounts on each."""
    rows = some(ring.part.rng, np.arange(ring.size), share)
    ring.scene.accounts.phone[ring.members[rows]] = ring.part.value("phone", np.arange(len(rows)) // per_number)


def _volume(ring: Ring, per_day: float) -> None:
    """Set requests a day, spread over a factor of a few; inside the honest range on purpose."""
    ring.scene.accounts.volume[ring.members] = per_day * np.exp(0.6 * ring.part.rng.standard_normal(ring.size))


def _contaminate(ring: Ring, haunts: Ints) -> None:
    """Let members live among honest accounts: 1-3 honest addresses, a public template, a device class, webmail."""
    dirt, part, members = ring.scene.settings.contamination, ring.part, ring.members
    rows = several(part.rng, members, dirt.addresses_low, dirt.addresses_high)
    ring.scene.see(part, Signal.IP, rows, haunts[part.rng.integers(0, len(haunts), len(rows))], stay=14.0)
    use_public(ring.scene, part, some(part.rng, members, dirt.public_template))
    device_class(ring.scene, part, some(part.rng, members, dirt.device_class))
    clean = some(part.rng, members, 0.3)  # an anti-detect browser gives a clean device
    ring.scene.see(part, Signal.DEVICE, clean, part.value("clean device", clean))
    use_clients(ring.scene, part, members)
    without = members[ring.scene.accounts.domain[members] == NOBODY]
    lucky = part.rng.random(len(without)) < dirt.webmail_rest
    public_mail(ring.scene, part, without[lucky])
    ring.scene.accounts.domain[without[~lucky]] = part.value("single domain", without[~lucky])


def _judge_tiers(ring: Ring, before: int) -> None:
    """Record how well each member is tied by the ring's own values: two families (2), one (1), none (0)."""
    tied = np.zeros(ring.size, np.int8)
    offset = int(ring.members[0])
    mine = ring.scene.chunks[before:]
    for signal in (Signal.IP, Signal.CARD, Signal.DEVICE, Signal.TEMPLATE):
        chunks = [chunk for chunk in mine if chunk.signal == signal]
        if chunks:
            value = np.concatenate([chunk.value for chunk in chunks])
            account = np.concatenate([chunk.account for chunk in chunks]) - offset
            tied[np.unique(account[_shared(account, value)])] += 1
    domain = ring.scene.accounts.domain[ring.members]
    tied[_shared(np.arange(ring.size), domain) & (domain != NOBODY)] += 1
    ring.scene.accounts.tier[ring.members] = np.minimum(tied, 2)


def _shared(account: Ints, value: Ints) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    pairs = np.unique(np.stack([value, account]), axis=1)
    values, count = np.unique(pairs[0], return_counts=True)
    shared: np.ndarray[tuple[int, ...], np.dtype[np.bool_]] = count[np.searchsorted(values, value)] > 1
    return shared


def honest_haunts(scene: Scene) -> Ints:
    """Return the honest addresses of the degree that contamination asks for."""
    dirt = scene.settings.contamination
    account, value = values_seen(scene, Signal.IP)
    order = np.lexsort((account, value))
    account, value = account[order], value[order]
    new = np.r_[True, (value[1:] != value[:-1]) | (account[1:] != account[:-1])]
    values, degree = np.unique(value[new], return_counts=True)
    return values[(degree >= dirt.degree_low) & (degree <= dirt.degree_high)]
