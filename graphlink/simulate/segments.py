"""The seven honest segments: which addresses they share, and the households, companies, campuses and agencies among them (domain 9.2).

Each function settles one segment. What they record as true groups is what a detector may wrongly call a ring.
"""

from __future__ import annotations

import numpy as np

from graphlink.simulate.addresses import Network, address, block_of, ipv6
from graphlink.simulate.draws import Ints, Part, heavy_sizes, labels_of, mix, several, some, unit, zipf_index
from graphlink.simulate.mail import private_domain
from graphlink.simulate.scene import NOBODY, Plan, Scene, Segment, Signal

# A shared address whose users are recorded as a group when it has at least this many.
_CROWD = 20
# From here on a carrier's or a VPN's address is a hard negative (HN1, HN7) in its own right.
_BIG_CROWD = 100


def settle_segments(scene: Scene, honest: Ints) -> None:
    """Place every honest account in its network."""
    segment = scene.accounts.segment[honest]
    _homes(scene, honest[segment == Segment.HOME])
    _mobile(scene, honest[segment == Segment.MOBILE])
    _companies(scene, honest[segment == Segment.CORPORATE])
    _campuses(scene, honest[segment == Segment.UNIVERSITY])
    _cloud(scene, honest[segment == Segment.CLOUD])
    _vpn(scene, honest[segment == Segment.VPN])
    _agencies(scene, honest[segment == Segment.AGENCY])
    _second_places(scene, honest)


def home_lines(scene: Scene, part: Part, accounts: Ints, line: Ints) -> None:
    """See accounts on home lines: most keep their address, a sixth changes it daily, freed addresses meet other customers."""
    net = scene.settings.networks
    kind = unit(part.value("line", line), 1)
    kept, daily = kind < net.line_kept, (kind >= net.line_kept) & (kind < net.line_kept + net.line_daily)
    scene.see(part, Signal.IP, accounts[kept], line_address(part.value("line", line[kept])))
    for who, changes, stay in ((daily, (3, 9), 1.0), (~kept & ~daily, (1, 3), 14.0)):
        rows = several(part.rng, np.flatnonzero(who), *changes)
        # The provider's free addresses: so many that `line_reuse` other customers of the platform meet on each.
        free = max(1, int(len(rows) / max(net.line_reuse, 0.01)))
        pool = part.value(f"free {stay:.0f}", part.rng.integers(0, free, len(rows)))
        scene.see(part, Signal.IP, accounts[rows], line_address(pool), stay=stay)
    with_v6 = np.flatnonzero(unit(part.value("line", line), 2) < net.ipv6)
    rows = several(part.rng, with_v6, 1, 3)
    turns = part.rng.integers(0, 256, len(rows))
    v6_line = (mix(part.value("line", line[rows]), 3) % np.uint64(2**48)).astype(np.int64)
    scene.see(part, Signal.IP, accounts[rows], ipv6(v6_line, turns), stay=2.0)


def campus_layout(scene: Scene, n: int) -> Ints:
    """Return the campus of each of n students: hundreds to a campus, skewed."""
    size = scene.settings.networks.campus_size
    sizes = heavy_sizes(scene.part("campus layout").rng, n, max(20, min(size, n // 4)), 20 * size, 1.3)
    return labels_of(sizes)


def campus_address(name: Ints, door: Ints) -> Ints:
    """Return a campus's egress addresses, which stand side by side."""
    return address(Network.CAMPUS, block_of(name, 17, Network.CAMPUS), door)


def line_address(line: Ints) -> Ints:
    """Return the address of a home line; customers stand a few to a /24, skewed towards some towns."""
    town = (400_000 * unit(line, 4) ** 1.5).astype(np.int64)
    return address(Network.HOME, town, (mix(line, 5) % np.uint64(254)).astype(np.int64))


def _homes(scene: Scene, accounts: Ints) -> None:
    part, net = scene.part("home"), scene.settings.networks
    families = heavy_sizes(part.rng, round(net.family * len(accounts)), 2, 6, 1.5)
    families = families[families > 1]
    rest = len(accounts) - int(families.sum())
    couples = part.rng.integers(2, 4, max(0, round(rest * net.household_pair / 2.5)))
    sizes = np.concatenate([families, couples, np.ones(max(0, rest - int(couples.sum())), np.int64)])
    line = labels_of(sizes)[: len(accounts)]
    home_lines(scene, part, accounts, line)
    in_family = line < len(families)
    in_couple = (line >= len(families)) & (line < len(families) + len(couples))
    scene.group("family", line[in_family], accounts[in_family], negative=8)
    scene.group("household", line[in_couple], accounts[in_couple])
    # A family shares card and computer too: three families of evidence agree, and it is still no ring (HN8).
    members, number = accounts[in_family], line[in_family]
    scene.see(part, Signal.CARD, members, part.value("family card", number))
    scene.see(part, Signal.DEVICE, members, part.value("family computer", number))


def _mobile(scene: Scene, accounts: Ints) -> None:
    part, net = scene.part("mobile"), scene.settings.networks
    dense = part.rng.random(len(accounts)) < net.carrier_dense
    for name, who, load in (("dense", accounts[dense], net.carrier_dense_load), ("thin", accounts[~dense], net.carrier_load)):
        rows = several(part.rng, who, net.carrier_weekly_low, net.carrier_weekly_high)
        n_addresses = max(1, round(len(rows) / load))
        # A carrier's region: its customers meet a few neighbouring addresses again and again, not all of the carrier's.
        n_regions = max(1, n_addresses // 24)
        region = mix(part.value(f"{name} customer", rows), 6) % np.uint64(n_regions)
        inside = part.rng.integers(0, max(1, n_addresses // n_regions), len(rows))
        number = region.astype(np.int64) * 200 + inside
        home = block_of(part.value(name, region.astype(np.int64)), 7, Network.MOBILE)
        scene.see(part, Signal.IP, rows, address(Network.MOBILE, home, inside), stay=7.0)
        _crowds(scene, "carrier", number + (10**9 if name == "dense" else 0), rows, negative=1)


def _companies(scene: Scene, accounts: Ints) -> None:
    part, net, habits = scene.part("corporate"), scene.settings.networks, scene.settings.habits
    seats = max(1, min(1000, len(accounts) // 10)), max(2, min(5000, len(accounts) // 6))
    giants = heavy_sizes(part.rng, round(net.enterprise * len(accounts)), *seats, 1.0)
    firms = heavy_sizes(part.rng, len(accounts) - int(giants.sum()), 2, seats[0], net.company_tail)
    company = labels_of(np.concatenate([giants, firms]))
    is_giant = company < len(giants)
    scene.group("enterprise", company[is_giant], accounts[is_giant], negative=4)
    scene.group("company", company[~is_giant], accounts[~is_giant])
    size = np.bincount(company)[company]
    name = part.value("company", company)
    egress = 1 + (unit(name, 8) * np.minimum(net.egress_max, 1 + np.log10(size))).astype(np.int64)
    egress = np.where(is_giant, net.egress_max, egress)
    remote = unit(part.value("seat", accounts), 9) < 0.25  # works from elsewhere only
    office = np.flatnonzero(~remote)
    office = several(part.rng, office, 1, 2)
    door = part.rng.integers(0, 2**30, len(office)) % egress[office]
    scene.see(part, Signal.IP, accounts[office], address(Network.OFFICE, block_of(name[office], 10, Network.OFFICE), mix(name[office], 11).astype(np.int64) % 200 + door))
    away = np.flatnonzero(remote | (part.rng.random(len(accounts)) < net.hybrid))
    home_lines(scene, scene.part("hybrid"), accounts[away], away)
    # One company card for about half; the others expense their own. An enterprise pays centrally.
    pays = np.flatnonzero((unit(name, 12) < habits.company_card) | is_giant)
    scene.see(part, Signal.CARD, accounts[pays], part.value("company card", company[pays]))
    owns = (unit(name, 13) < habits.company_domain) & ~(is_giant & (unit(name, 14) < 0.5))
    scene.accounts.domain[accounts[owns]] = private_domain(name[owns])
    scene.accounts.domain[accounts[is_giant & ~owns]] = NOBODY - 1  # single sign-on: no address in the export
    scene.accounts.plan[accounts[is_giant]] = Plan.ENTERPRISE
    house = unit(name, 15) < np.where(is_giant, 1.0, scene.settings.templates.house)
    users = some(part.rng, np.flatnonzero(house), 0.7)
    scene.see(part, Signal.TEMPLATE, accounts[users], part.value("house prompt", company[users]))
    _arrive_together(scene, part, accounts, company, share=0.35, days=20.0)


def _campuses(scene: Scene, accounts: Ints) -> None:
    part, net = scene.part("university"), scene.settings.networks
    campus = campus_layout(scene, len(accounts))
    name = part.value("campus", campus)
    scene.group("campus", campus, accounts)
    egress = 1 + (unit(name, 16) * net.campus_egress_max).astype(np.int64)
    rows = several(part.rng, np.flatnonzero(part.rng.random(len(accounts)) < 0.8), 1, 3)
    door = part.rng.integers(0, 2**30, len(rows)) % egress[rows]
    scene.see(part, Signal.IP, accounts[rows], campus_address(name[rows], door))
    hall = np.flatnonzero(part.rng.random(len(accounts)) < 0.55)
    home_lines(scene, scene.part("student homes"), accounts[hall], hall)
    mail = np.flatnonzero(part.rng.random(len(accounts)) < 0.75)
    scene.accounts.domain[accounts[mail]] = private_domain(name[mail])
    room = np.flatnonzero(part.rng.random(len(accounts)) < 0.03)  # a few classroom machines
    scene.see(part, Signal.DEVICE, accounts[room], part.value("classroom", campus[room] * 4 + part.rng.integers(0, 4, len(room))), stay=3.0)


def _cloud(scene: Scene, accounts: Ints) -> None:
    part, net = scene.part("cloud"), scene.settings.networks
    shared = part.rng.random(len(accounts)) < net.serverless
    own = accounts[~shared]
    name = part.value("machine", own)
    scene.see(part, Signal.IP, own, address(Network.CLOUD, block_of(name, 18, Network.CLOUD) % 20_000, mix(name, 19).astype(np.int64) & 255))
    rows = several(part.rng, accounts[shared], 2, 5)
    n_exits = max(4, round(len(accounts) * net.serverless * net.serverless_exits))
    exit_number = zipf_index(part.rng.random(len(rows)), n_exits, 0.9)
    scene.see(part, Signal.IP, rows, address(Network.CLOUD, 30_000 + exit_number // 60, exit_number % 60), stay=10.0)
    _crowds(scene, "serverless", exit_number, rows)


def _vpn(scene: Scene, accounts: Ints) -> None:
    part, net = scene.part("vpn"), scene.settings.networks
    rows = several(part.rng, accounts, net.vpn_exits_low, net.vpn_exits_high)
    _see_exits(scene, part, rows, max(8, round(len(accounts) * net.vpn_exits)), "vpn")
    fixed = some(part.rng, accounts, 0.4)  # the line below the tunnel shows for some
    home_lines(scene, scene.part("under the tunnel"), fixed, fixed - fixed.min(initial=0))


def _see_exits(scene: Scene, part: Part, rows: Ints, n_exits: int, kind: str) -> None:
    exit_number = zipf_index(part.rng.random(len(rows)), n_exits, scene.settings.networks.vpn_zipf)
    scene.see(part, Signal.IP, rows, address(Network.HOSTING, exit_number // 30, exit_number % 30 * 8), stay=3.0)
    _crowds(scene, kind, exit_number, rows, negative=7)


def _agencies(scene: Scene, accounts: Ints) -> None:
    part, net = scene.part("agency"), scene.settings.networks
    sizes = heavy_sizes(part.rng, len(accounts), 5, min(300, max(10, len(accounts) // 4)), net.agency_tail)
    agency = labels_of(sizes)
    name = part.value("agency", agency)
    scene.group("agency", agency, accounts, negative=5)
    scene.see(part, Signal.IP, accounts, address(Network.OFFICE, block_of(name, 20, Network.OFFICE), mix(name, 21).astype(np.int64) & 127))
    pays = np.flatnonzero(part.rng.random(len(accounts)) < 0.85)
    scene.see(part, Signal.CARD, accounts[pays], part.value("agency card", agency[pays]))
    # Some accounts run under the agency's own domain, the others under their clients'.
    own = part.rng.random(len(accounts)) < unit(name, 22) * 0.9
    scene.accounts.domain[accounts[own]] = private_domain(name[own])
    client = part.value("client", np.flatnonzero(~own) // 2)
    scene.accounts.domain[accounts[~own]] = private_domain(client)


def _second_places(scene: Scene, honest: Ints) -> None:
    """Honest accounts travel: a tenth is also seen behind a VPN or on another line."""
    part = scene.part("second place")
    travellers = some(part.rng, honest, scene.settings.networks.second_place)
    line = part.rng.integers(0, max(1, len(travellers)), len(travellers))
    home_lines(scene, part, travellers, line)


def _arrive_together(scene: Scene, part: Part, accounts: Ints, group: Ints, *, share: float, days: float) -> None:
    """Let some groups sign up within days (a roll-out): a burst of creation alone must not convict."""
    name = part.value("arrival", group)
    together = np.flatnonzero(unit(name, 23) < share)
    chosen = scene.accounts.created[accounts]
    leader = np.full(int(group.max(initial=0)) + 1, scene.horizon, np.int64)
    np.minimum.at(leader, group, chosen)
    burst = leader[group[together]] + (part.rng.exponential(days / 3, len(together)) * 86_400).astype(np.int64)
    who = accounts[together]
    scene.accounts.created[who] = np.minimum(burst, scene.accounts.start[who])


def _crowds(scene: Scene, kind: str, number: Ints, rows: Ints, negative: int = 0) -> None:
    """Record the users of each busy shared address as a group, once per account."""
    pairs = np.unique(np.stack([number, rows]), axis=1)
    values, inverse, size = np.unique(pairs[0], return_inverse=True, return_counts=True)
    assert len(values) == len(size)
    load = size[inverse]
    busy, crowded = load >= _BIG_CROWD, (load >= _CROWD) & (load < _BIG_CROWD)
    scene.group(kind, pairs[0][busy], pairs[1][busy], negative)
    scene.group(kind, pairs[0][crowded], pairs[1][crowded])
