"""Honest people and machines on their networks: homes, phones behind carriers, cloud, VPN, second places (domain 9.2).

`organisations` has the organisations among the seven segments. The true groups recorded here are those that a detector
may wrongly report as rings.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from graphlink.lab.simulate.addresses import Network, address, ipv6, place
from graphlink.lab.simulate.draws import (
    coin,
    distinct_pairs,
    heavy_sizes,
    holds,
    labels_of,
    several,
    some,
    unit,
    zipf_index,
)
from graphlink.lab.simulate.scene import Scene, Segment, Signal

if TYPE_CHECKING:
    from graphlink.lab.simulate.draws import Ints, Part

# A shared address is recorded as a group from the first number of accounts, and as a hard negative (HN1, HN7) from the
# second. A carrier's address needs a thousand in worlds large enough for that (domain 9.7).
_CROWD, _BIG_CROWD = 20, 100
# More leases than a line has.
_LEASES = 256
# Addresses of one carrier region, among which its customers move.
_REGION = 24
_CARRIER, _VPN_EXIT, _FAMILY = 1, 7, 8


def settle_people(scene: Scene, honest: Ints) -> None:
    """Place the honest accounts outside organisations in their networks, and let some of all accounts travel."""
    segment = scene.accounts.segment[honest]
    _homes(scene, honest[segment == Segment.HOME])
    _mobile(scene, honest[segment == Segment.MOBILE])
    _cloud(scene, honest[segment == Segment.CLOUD])
    _vpn(scene, honest[segment == Segment.VPN])
    _second_places(scene, honest)


def use_lines(scene: Scene, part: Part, accounts: Ints, line: Ints) -> None:
    """Record accounts on home lines: most keep an address, a sixth changes daily, freed ones go to other customers."""
    net = scene.settings.networks
    name = part.value("line", line)
    kind = unit(name, "how long it keeps its address")
    kept, daily = kind < net.line_kept, (kind >= net.line_kept) & (kind < net.line_kept + net.line_daily)
    scene.see(part, Signal.IP, accounts[kept], line_address(name[kept]))
    for changing, (low, high), stay in ((daily, (3, 9), 1.0), (~kept & ~daily, (1, 3), 14.0)):
        rows = several(part.rng, np.flatnonzero(changing), scene.over_time(low), scene.over_time(high))
        # A household moves through its leases together. The number of free addresses lets `line_reuse` customers of the
        # platform meet on each.
        lease = part.value("lease", line[rows] * _LEASES + part.rng.integers(0, scene.over_time(high), len(rows)))
        free = max(1, int(len(rows) / net.line_reuse))
        drawn = part.value(f"free for {stay:.0f}", (free * unit(lease, "address")).astype(np.int64))
        scene.see(part, Signal.IP, accounts[rows], line_address(drawn), stay=stay)
    rows = several(part.rng, np.flatnonzero(holds(name, "IPv6", net.ipv6)), 1, 3)
    scene.see(part, Signal.IP, accounts[rows], ipv6(name[rows], part.rng.integers(0, 256, len(rows))), stay=2.0)


def line_address(line: Ints) -> Ints:
    """Return the address of a home line. A few customers share a town's /24, many in some towns (domain 2)."""
    return place(Network.HOME, line, np.zeros(len(line), np.int64), skew=1.5)


def rented(name: Ints, door: Ints) -> Ints:
    """Return addresses rented at a hosting provider, whose customers crowd in few /24s."""
    return place(Network.HOSTING, name, door, skew=2.0)


def use_exits(scene: Scene, part: Part, rows: Ints) -> None:
    """Record accounts behind VPN exits, where strangers meet again and again (HN7)."""
    net = scene.settings.networks
    n_exits = max(8, round(len(scene.accounts.segment) * net.vpn_exits))
    exit_number = zipf_index(part.rng.random(len(rows)), n_exits, net.vpn_zipf)
    scene.see(part, Signal.IP, rows, address(Network.HOSTING, exit_number // 30, exit_number % 30 * 8), stay=3.0)
    _record_crowds(scene, "vpn", exit_number, rows, _VPN_EXIT)


def _homes(scene: Scene, accounts: Ints) -> None:
    """One to three accounts per household, mostly one; some families of up to six."""
    part, net = scene.part("home"), scene.settings.networks
    families = heavy_sizes(part.rng, round(net.family * len(accounts)), 2, 6, 1.5)
    rest = len(accounts) - int(families.sum())
    couples = part.rng.integers(2, 4, round(rest * net.household_pair / 2.5))
    singles = np.ones(rest - int(couples.sum()), np.int64)
    line = labels_of(np.concatenate([families, couples, singles]))
    use_lines(scene, part, accounts, line)
    in_family = line < len(families)
    in_couple = ~in_family & (line < len(families) + len(couples))
    scene.group("family", line[in_family], accounts[in_family], negative=_FAMILY)
    scene.group("household", line[in_couple], accounts[in_couple])
    # A family also shares card and computer: three families of evidence agree, but it is not a ring (HN8).
    scene.see(part, Signal.CARD, accounts[in_family], part.value("family card", line[in_family]))
    scene.see(part, Signal.DEVICE, accounts[in_family], part.value("family computer", line[in_family]))


def _mobile(scene: Scene, accounts: Ints) -> None:
    """Phones use several addresses a week. Addresses have tens of accounts, or 1,000-3,000 at a few dense carriers."""
    part, net = scene.part("mobile"), scene.settings.networks
    dense = coin(part.rng, len(accounts), net.carrier_dense)
    for name, who, load in (
        ("dense", accounts[dense], net.carrier_dense_load),
        ("thin", accounts[~dense], net.carrier_load),
    ):
        low, high = scene.over_time(net.carrier_low), scene.over_time(net.carrier_high)
        rows = several(part.rng, who, low, high)
        n_addresses = max(1, round(len(rows) / load))
        n_regions = max(1, n_addresses // _REGION)
        # Regions and addresses differ in load, so that the loads have a tail.
        customer = part.value(f"{name} customer", rows)
        region = (n_regions * unit(customer, "region") ** 1.4).astype(np.int64)
        door = (n_addresses / n_regions * part.rng.random(len(rows)) ** 1.3).astype(np.int64)
        carrier = part.value(name, region)
        scene.see(part, Signal.IP, rows, place(Network.MOBILE, carrier, door), stay=7.0)
        _record_crowds(scene, "carrier", region * 256 + door, rows, _CARRIER)


def _cloud(scene: Scene, accounts: Ints) -> None:
    """Mostly dedicated addresses; a third on shared egress with a Zipf tail over unrelated tenants."""
    part, net = scene.part("cloud"), scene.settings.networks
    shared = coin(part.rng, len(accounts), net.serverless)
    own = accounts[~shared]
    scene.see(part, Signal.IP, own, rented(part.value("machine", own), np.zeros(len(own), np.int64)))
    rows = several(part.rng, accounts[shared], scene.over_time(2), scene.over_time(5))
    n_exits = max(4, round(len(accounts) * net.serverless * net.serverless_exits))
    exit_number = zipf_index(part.rng.random(len(rows)), n_exits, 0.9)
    scene.see(part, Signal.IP, rows, address(Network.CLOUD, exit_number // 60, exit_number % 60), stay=10.0)
    _record_crowds(scene, "serverless", exit_number, rows)


def _vpn(scene: Scene, accounts: Ints) -> None:
    """Several exits each. For some, the line below the tunnel is also seen."""
    part, net = scene.part("vpn"), scene.settings.networks
    use_exits(
        scene,
        part,
        several(part.rng, accounts, scene.over_time(net.vpn_exits_low), scene.over_time(net.vpn_exits_high)),
    )
    slips = some(part.rng, accounts, 0.4)
    use_lines(scene, part, slips, slips)


def _second_places(scene: Scene, honest: Ints) -> None:
    """Some honest accounts travel: they are also seen on a line in another place, which a few of them share."""
    part = scene.part("second places")
    travellers = some(part.rng, honest, scene.settings.networks.second_place)
    use_lines(scene, part, travellers, part.rng.integers(0, len(travellers) + 1, len(travellers)))


def _record_crowds(scene: Scene, kind: str, number: Ints, rows: Ints, negative: int = 0) -> None:
    """Record the users of each busy shared address as a group, the busiest as hard negatives."""
    number, account = distinct_pairs(number, rows)
    _, place, size = np.unique(number, return_inverse=True, return_counts=True)
    load = size[place]
    busy, crowded = load >= _BIG_CROWD, (load >= _CROWD) & (load < _BIG_CROWD)
    scene.group(kind, number[busy], account[busy], negative)
    scene.group(kind, number[crowded], account[crowded])
