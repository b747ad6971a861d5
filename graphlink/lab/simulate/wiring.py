"""The building blocks of ring patterns: living, paying, roaming, prompting, and the contamination of every member.

Values come from the ring's own part, except those shared with the world: the proxy vendors' pool, public templates,
webmail, device classes, and the honest addresses where members are also seen.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from graphlink.lab.simulate.addresses import Network, in_network
from graphlink.lab.simulate.draws import coin, distinct_pairs, labels_of, several, some, unit
from graphlink.lab.simulate.gatherings import use_public
from graphlink.lab.simulate.habits import device_class, pay, public_mail, use_clients
from graphlink.lab.simulate.people import history
from graphlink.lab.simulate.scene import DAY, HOUR, NOBODY, Plan, Scene, Signal, Table, values_seen
from graphlink.lab.simulate.segments import line_address, rented

if TYPE_CHECKING:
    from graphlink.lab.simulate.draws import Bools, Ints, Part

_TIE_SIGNALS = (Signal.IP, Signal.CARD, Signal.DEVICE, Signal.TEMPLATE)


@dataclass(frozen=True, slots=True)
class Ring:
    """A ring under construction: the scene, its own part, its accounts, and the second at which it begins."""

    scene: Scene
    part: Part
    members: Ints
    begin: int = 0

    @property
    def size(self) -> int:
        """Number of members."""
        return len(self.members)

    @property
    def weeks(self) -> int:
        """Seconds that the ring is active: one window, however long the world lasts, unless it grows back."""
        return self.scene.settings.time.window_days * DAY

    @property
    def order(self) -> Ints:
        """The members' positions in the ring, in the order of creation."""
        return np.arange(self.size)


def live(ring: Ring, *, started: Ints, days: float, plan: Plan, per_day: float) -> None:
    """Set when members sign up and work, and how much. Bought and aged accounts show no burst of creation."""
    accounts, part, horizon = ring.scene.accounts, ring.part, ring.scene.horizon
    members, n = ring.members, ring.size
    start = np.clip(started, 0, horizon - HOUR)
    lives = (days * DAY * (0.7 + 0.3 * part.rng.random(n))).astype(np.int64)
    warmed_up = (part.rng.exponential(2.0, n) * HOUR).astype(np.int64)
    aged = coin(part.rng, n, ring.scene.settings.contamination.aged)
    accounts.start[members] = start
    accounts.end[members] = np.clip(started + lives, start + HOUR // 2, horizon)
    accounts.created[members] = np.where(aged, np.minimum(history(ring.scene, part, n), start), started - warmed_up)
    accounts.active_days[members] = np.maximum(1, (accounts.end[members] - start) // DAY)
    # Spread over a factor of a few, so that rates are within the range of honest developers (domain 9.3).
    accounts.volume[members] = per_day * np.exp(0.6 * part.rng.standard_normal(n))
    accounts.plan[members] = np.where(coin(part.rng, n, 0.85), plan, Plan.FREE)


def bursts(ring: Ring, *, waves: int, hours: int) -> Ints:
    """Draw sign-up times in a few waves that begin at two in the morning (domain: timing)."""
    part, n = ring.part, ring.size
    nights = np.sort(part.rng.integers(-7, ring.weeks // DAY - 8, waves))
    wave = np.sort(part.rng.integers(0, waves, n))
    return ring.begin + nights[wave] * DAY + 2 * HOUR + (part.rng.random(n) * hours * HOUR).astype(np.int64)


def runs(part: Part, n: int, mean: float) -> Ints:
    """Split n accounts, in the order of creation, into runs of about this length."""
    sizes = np.maximum(1, np.round(mean * (0.6 + 0.8 * part.rng.random(int(n / mean * 2) + 2))))
    return labels_of(sizes.astype(np.int64))[:n]


def rent(ring: Ring, number: Ints, *, per_block: int = 6, rows: Ints | None = None) -> None:
    """Record members at rented static addresses. A provider assigns a few in one /24, among strangers."""
    rack = ring.part.value("rack", number // per_block)
    who = ring.members if rows is None else ring.members[rows]
    ring.scene.see(ring.part, Signal.IP, who, rented(rack, number % per_block))


def roam(ring: Ring, pool: int, low: int, high: int) -> None:
    """Record members at residential exits kept for a day. A few exits are honest customers' own lines."""
    part = ring.part
    rows = several(part.rng, ring.members, low, high)
    exits = pool_exits(ring.scene, part, len(rows), pool)
    _, seen = values_seen(ring.scene, Signal.IP)
    homes = seen[in_network(seen, Network.HOME)]
    honest = coin(part.rng, len(rows), ring.scene.settings.rings.pool_honest)
    exits[honest] = homes[part.rng.integers(0, len(homes), int(honest.sum()))]
    ring.scene.see(part, Signal.IP, rows, exits, stay=1.0)


def pool_exits(scene: Scene, part: Part, n: int, pool: int) -> Ints:
    """Draw residential exits. Vendors resell each other's pools, so all rings of a world use the same one."""
    return line_address(scene.part("proxy pool").value("exit", part.rng.integers(0, pool, n)))


def charge(ring: Ring, rows: Ints, number: Ints, *, per_bin: int) -> None:
    """Record members with the ring's cards, bought in batches under a handful of BINs."""
    batch = ring.part.value("batch", number // per_bin)
    bins = (unit(batch, "bin") ** 2 * ring.scene.settings.habits.bins).astype(np.int64)
    pay(ring.scene, ring.part, ring.members[rows], ring.part.value("card", number), bins)


def mail(ring: Ring, *, share: float, domain: Ints) -> None:
    """Give a share of members one of the ring's domains."""
    mine = ring.part.rng.random(ring.size) < share
    ring.scene.accounts.domain[ring.members[mine]] = ring.part.value("domain", domain[mine])


def farm_devices(ring: Ring, *, share: float, number: Ints) -> None:
    """Record a share of members on the ring's devices."""
    rows = some(ring.part.rng, ring.order, share)
    ring.scene.see(ring.part, Signal.DEVICE, ring.members[rows], ring.part.value("device", number[rows]))


def prompt(ring: Ring, rows: Ints, number: Ints, at: Ints | None = None) -> None:
    """Record members with the ring's prompts, from the moments `at` if they are given."""
    stay = None if at is None else 28.0
    ring.scene.see(ring.part, Signal.TEMPLATE, ring.members[rows], ring.part.value("prompt", number), stay=stay, at=at)


def rent_phones(ring: Ring, *, share: float, per_number: int) -> None:
    """Rent numbers from an SMS platform, several accounts on each."""
    rows = some(ring.part.rng, ring.order, share)
    ring.scene.accounts.phone[ring.members[rows]] = ring.part.value("phone", np.arange(len(rows)) // per_number)


def contaminate(ring: Ring, haunts: Ints) -> None:
    """Let members live among honest accounts: honest addresses, a public template, a device class, webmail."""
    scene, part, members = ring.scene, ring.part, ring.members
    dirt = scene.settings.contamination
    rows = several(part.rng, members, dirt.addresses_low, dirt.addresses_high)
    scene.see(part, Signal.IP, rows, haunts[part.rng.integers(0, len(haunts), len(rows))])
    use_public(scene, part, some(part.rng, members, dirt.public_template))
    device_class(scene, part, some(part.rng, members, dirt.device_class))
    clean = some(part.rng, members, 0.3)  # an anti-detect browser gives a clean device
    scene.see(part, Signal.DEVICE, clean, part.value("clean device", clean))
    use_clients(scene, part, members)
    without = members[scene.accounts.domain[members] == NOBODY]
    by_webmail = coin(part.rng, len(without), dirt.webmail_rest)
    public_mail(scene, part, without[by_webmail])
    scene.accounts.domain[without[~by_webmail]] = part.value("single domain", without[~by_webmail])
    phoneless = some(part.rng, members[scene.accounts.phone[members] == NOBODY], scene.settings.habits.phone)
    scene.accounts.phone[phoneless] = part.value("own phone", phoneless)


def judge_tiers(ring: Ring, own: tuple[Table, ...]) -> None:
    """Record how well the ring's own values tie each member: by two families (2), one (1), or none (0)."""
    tied = np.zeros(ring.size, np.int8)
    for signal in _TIE_SIGNALS:
        tables = [table for table in own if table.signal == signal]
        if tables:
            account = np.concatenate([table.account for table in tables]) - int(ring.members[0])
            value = np.concatenate([table.value for table in tables])
            tied[np.unique(account[_is_shared(account, value)])] += 1
    domain = ring.scene.accounts.domain[ring.members]
    tied[_is_shared(ring.order, domain) & (domain != NOBODY)] += 1
    ring.scene.accounts.tier[ring.members] = np.minimum(tied, 2)


def honest_haunts(scene: Scene) -> Ints:
    """Return the honest addresses with the degree that contamination requires."""
    dirt = scene.settings.contamination
    account, value = values_seen(scene, Signal.IP)
    values, degree = np.unique(distinct_pairs(value, account)[0], return_counts=True)
    return values[(degree >= dirt.degree_low) & (degree <= dirt.degree_high)]


def _is_shared(account: Ints, value: Ints) -> Bools:
    values, count = np.unique(distinct_pairs(value, account)[0], return_counts=True)
    shared: Bools = count[np.searchsorted(values, value)] > 1
    return shared
