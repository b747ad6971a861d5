"""Draws groups until the world is full: vectors, layers of resources, members, times."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from kinds import of_side
from pools import Pools
from settings import END, World
from theta import AT, FAMILIES, Region, draw, mix, natural

PART = {"honest": 0, "same_owner": 0, "grey": 1, "ring": 2}
EXTRA_FAMILIES = ("net", "exit", "tmpl", "git")
FAM = {f: i for i, f in enumerate(FAMILIES)}


@dataclass
class Layer:
    """One pool of values that a group's members draw from."""

    fam: int
    cov: float
    offset: int
    size: int
    skew: float
    vendor: bool = False
    lent: bool = False  # the host's pool
    unique: bool = False  # a value for each member, as with one virtual card each


@dataclass
class Group:
    """One draw from the space."""

    region: Region
    vector: np.ndarray  # natural units
    n: int
    name: str
    kind: str
    operator: str = ""
    layers: dict[int, Layer] = field(default_factory=dict)
    style: str = "office"
    local_part: str = "name"
    cells: int = 1


@dataclass
class Cast:
    """All accounts and their memberships, as arrays."""

    groups: list[Group]
    primary: np.ndarray  # per account: index of the group or -1
    rank: np.ndarray  # per account: place among its group's members by time, 0..1
    created: np.ndarray
    end: np.ndarray
    member: np.ndarray  # memberships: account,
    of: np.ndarray  # group,
    since: np.ndarray  # from when (share of the account's life; 0 for the group's own members),
    where: np.ndarray  # rank 0..1,
    only: np.ndarray  # and bits of the families that they take part in
    victim: np.ndarray
    framed: np.ndarray


def _name(rng: np.random.Generator, prefix: str) -> str:
    """A random instance name."""
    return f"{prefix}-{int(rng.integers(1 << 40)):010x}"


class Drawer:
    """Draws groups into budgets of accounts."""

    def __init__(self, world: World, pools: Pools, rng: np.random.Generator) -> None:
        self.world, self.pools, self.rng = world, pools, rng
        self.groups: list[Group] = []
        self.by_kind: dict[str, list[Group]] = {}

    def fill(self) -> None:
        """Draw honest, grey and ring groups."""
        w = self.world
        rings = round(w.accounts * w.ring_share)
        grey = round(w.accounts * w.grey)
        honest = round((w.accounts - rings - grey) * (1 - w.solo))
        regions = of_side("honest", "same_owner")
        total = sum(w.weights[r.name] for r in regions) or 1.0
        for reg in regions:
            self._fill_region(reg, honest * w.weights[reg.name] / total, 0.8)
        self._fill_mixed(of_side("grey"), grey)
        self._fill_mixed(of_side("ring"), rings)

    def _fill_region(self, reg: Region, budget: float, cap: float) -> None:
        """Groups of one region until its budget is spent."""
        low = float(np.exp(reg.low[0]))
        if budget < low and self.rng.random() > budget / low:
            return
        left = max(budget, low)
        while left >= low * 0.5:
            left -= self._one(reg, max(low, left * cap))

    def _fill_mixed(self, regions: list[Region], budget: int) -> None:
        """Groups of several regions until one budget is spent; none takes more than about half."""
        left, tries = float(budget), 0
        focused = self.world.scenario in ("farms", "borrowers", "proxy")
        p = np.array([self.world.weights[r.name] for r in regions])
        if p.sum() == 0:
            p[:] = 1
        while left >= 4 and tries < 5000:
            tries += 1
            most = max(40.0, budget * float(self.rng.uniform(0.04, 0.2 if focused else 0.45)))
            reg = regions[int(self.rng.choice(len(regions), p=p / p.sum()))]
            if np.exp(reg.low[0]) > min(left, most):
                continue
            left -= self._one(reg, min(left, most))

    def _one(self, reg: Region, most: float) -> int:
        """Draw one group; returns its size."""
        rng, w = self.rng, self.world
        x, kind, source, style, local = draw(rng, reg, w.spread), reg.name, dict(reg.source), reg.style, reg.local_part
        if rng.random() < w.between and not (w.scenario == "farms" and reg.side == "ring"):
            ringlike = reg.side == "ring"
            other_ring = rng.random() < (0.65 if ringlike else w.between_ring)
            others = of_side("ring") if other_ring else of_side("honest")
            other = others[int(rng.integers(len(others)))]
            x = mix(x, draw(rng, other, w.spread), float(rng.uniform(0.1, 0.5)), not ringlike)
            for fam, where in other.source.items():
                if not ringlike:  # honest people do not buy at the operators' suppliers, or few do
                    where = {"resi": "vpn", "shop": "disposable"}.get(where, where) if rng.random() < 0.85 else where
                if where != "^" and reg.low[AT[f"{fam}_cov"]] == 0:
                    source.setdefault(fam, where)
            if rng.random() < 0.3:
                style, local = other.style, other.local_part
            kind += "~"
        v = natural(x)
        n = int(max(2, min(round(v[0]), most)))
        if w.scenario == "farms" and reg.side == "ring":
            v[AT["span"]] = float(np.clip(v[AT["span"]], 0.3, 28))
            n = int(min(np.exp(rng.uniform(np.log(5), np.log(300)) * 0.75 + rng.uniform(0.4, 1.4)), most, 300))
            n = max(5, n)
        letters = {"ring": "r", "grey": "q"}.get(reg.side, "g")
        g = Group(reg, v, n, _name(rng, letters), kind, style=style, local_part=local)
        if reg.side in ("ring", "grey"):
            if g.local_part == "name" and rng.random() < 0.75:
                g.local_part = str(rng.choice(["seq", "nick", "rand", "dense"]))
            g.operator = _name(rng, "op")
            g.cells = max(1, int(n / rng.uniform(60, 400))) if reg.name == "hydra" else 1
        self._layers(g, source)
        if reg.side == "ring" and reg.name != "star":
            self._at_least_two(g)
        self.groups.append(g)
        self.by_kind.setdefault(reg.name, []).append(g)
        return n

    def _host(self, reg: Region) -> Group | None:
        """A group whose pools this one uses."""
        names = [reg.host]
        if reg.host == "enterprise":
            names = "enterprise smallfirm campus franchise coworking sase_tenant callcentre sso_migration".split()
        choices = [g for name in names for g in self.by_kind.get(name, []) if g.n >= 8 and len(g.layers) > 1]
        if not choices:
            return None
        return choices[int(self.rng.integers(len(choices)))]

    def _own(self, g: Group, fam: str, cov: float, per: float) -> None:
        """Give the group a pool of its own."""
        unique = per < 1.3
        size = g.n if unique else int(np.clip(np.ceil(g.n * cov / per), 1, g.n))
        if fam in ("net", "exit"):
            offset = self.pools.net_pool(size, g.style)
        else:
            offset = self.pools.pool(fam, size, g.region.maildom if fam == "mail" else "")
        g.layers[FAM[fam]] = Layer(FAM[fam], cov, offset, size, float(g.vector[AT["skew"]]), unique=unique)

    def _layers(self, g: Group, source: dict[str, str]) -> None:
        """All pools of a group: its own, a vendor's, or its host's."""
        host = self._host(g.region) if g.region.host else None
        for fam in FAMILIES:
            cov, per = float(g.vector[AT[f"{fam}_cov"]]), float(g.vector[AT[f"{fam}_per"]])
            if cov < 0.03:
                continue
            where = source.get(fam, "")
            if fam == "exit" and not where:
                where = "resi" if g.region.side == "ring" else "vpn"
            lent = host.layers.get(FAM[fam]) if host and where == "^" else None
            if lent is not None:
                g.layers[FAM[fam]] = Layer(FAM[fam], cov, lent.offset, lent.size, lent.skew, lent=True)
            elif where and where != "^":
                offset, size, skew = self.pools.pick_vendor(where)
                g.layers[FAM[fam]] = Layer(FAM[fam], cov, offset, size, skew, True)
            else:
                self._own(g, fam, cov, per if where != "^" else 1e7)

    def _at_least_two(self, g: Group) -> None:
        """An operator leaves traces in two families at least, or nobody could find him."""
        cover = self.world.cover
        seen = dict(net="ip", card="payment", tmpl="template", dev="device", addr="billing_address",
                    code="coupon", git="git_remote", pref="conversation_prefix", idc="identity_check")  # fmt: skip
        rng = self.rng
        good = [
            y for y in g.layers.values()
            if not (y.vendor or y.lent) and y.cov >= 0.3 and g.n * y.cov / y.size >= 1.9
            and cover.get(seen.get(FAMILIES[y.fam], "ip"), 1) > 0.3
        ]  # fmt: skip
        options = [f for f in ("card", "mail", "tmpl", "dev", "net", "phone", "card", "tmpl") if FAM[f] not in g.layers]
        options = [f for f in options if f != "dev" or cover["device"] > 0.3]
        for fam in rng.permutation(options)[: max(0, self.world.min_families - len(good))]:
            self._own(g, str(fam), float(rng.uniform(0.35, 0.95)), float(np.exp(rng.uniform(np.log(3), np.log(40)))))


def _times(g: Group, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """When members sign up, sorted, and when they stop."""
    v, n = g.vector, g.n
    span = float(min(v[AT["span"]], 1000.0))
    start = END - min(float(v[AT["gap"]]), 400.0) - span
    at = start + span * rng.beta(1.0, rng.uniform(0.7, 1.6), n)
    human = rng.random(n) > v[AT["machine"]]
    zone = rng.uniform(0, 1)
    pulses = max(1, round(v[AT["npulse"]]))
    when = np.floor(start + span * rng.random(pulses)) + (zone + rng.normal(0.55, 0.12, pulses)) % 1
    if span < 1.5:
        when = start + span * rng.random(pulses)
    in_pulse = rng.random(n) < v[AT["pulse"]]
    scale = min(span * 0.5, float(np.exp(rng.uniform(np.log(0.008), np.log(0.2)))))
    pulsed = when[rng.integers(0, pulses, n)] + rng.exponential(scale, n)
    if span > 1.5:  # people sign up by day
        day = np.floor(at) + (zone + rng.normal(0.55, 0.17, n)) % 1
        at = np.where(human, day, at)
    at = np.sort(np.minimum(np.where(in_pulse, pulsed, at), END - rng.uniform(0.05, 0.6, n)))
    end = at + v[AT["life"]] * rng.lognormal(0, 0.6, n)
    return at, np.minimum(end, END)


def _solo_times(n: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Strangers: growing sign-ups over three years, some campaigns, some stay."""
    at = END - 1000 * rng.beta(0.9, 1.5, n)
    at = np.floor(at) + rng.normal(0.6, 0.2, n) % 1
    at = np.minimum(at, END - rng.uniform(0.05, 0.6, n))
    return at, np.minimum(at + 500 * rng.lognormal(0, 1.1, n), END)


def _bits(rng: np.random.Generator, names: tuple[str, ...], at_most: int = 99) -> int:
    """A random non-empty set of families as bits."""
    chosen = rng.permutation(names)[: min(at_most, len(names))]
    return int(sum(1 << FAM[str(f)] for f in chosen))


def make_cast(world: World, pools: Pools, rng: np.random.Generator) -> Cast:
    """Draw all groups, fill them with accounts and tie some accounts to second groups."""
    drawer = Drawer(world, pools, rng)
    drawer.fill()
    groups = drawer.groups
    sizes = np.array([g.n for g in groups], dtype=np.int64)
    solos = max(world.accounts // 5, world.accounts - int(sizes.sum()))
    total = int(sizes.sum()) + solos
    primary = np.full(total, -1, dtype=np.int64)
    primary[: total - solos] = np.repeat(np.arange(len(groups)), sizes)
    times = [_times(g, rng) for g in groups] + [_solo_times(solos, rng)]
    created = np.concatenate([t[0] for t in times])
    end = np.maximum(np.concatenate([t[1] for t in times]), created + 0.02)
    starts = np.concatenate([[0], np.cumsum(sizes)])[:-1]
    rank = rng.random(total)
    grouped = np.arange(total - solos)
    rank[grouped] = (grouped - starts[primary[grouped]]) / sizes[primary[grouped]]
    cast = Cast(
        groups, primary, rank, created, end, grouped, primary[grouped], np.zeros(len(grouped)), rank[grouped],
        np.full(len(grouped), (1 << len(FAMILIES)) - 1), np.zeros(total, bool), np.zeros(total, bool),
    )  # fmt: skip
    _second_ties(world, cast, rng)
    return cast


def _second_ties(world: World, cast: Cast, rng: np.random.Generator) -> None:
    """Open groups, camouflage of rings, victims and framed people."""
    sides = np.array([PART[g.region.side] for g in cast.groups] + [0])
    side = sides[cast.primary]  # -1 takes the last entry: strangers are honest
    extra: list[tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]] = []
    doors = np.array([i for i, g in enumerate(cast.groups) if g.region.open_door], dtype=np.int64)
    if len(doors):
        weight = np.array([cast.groups[i].n for i in doors], dtype=float) ** 0.8
        for which, share in ((0, world.double), (2, world.camouflage)):
            who = np.flatnonzero((side == which) & (rng.random(len(side)) < share))
            to = doors[rng.choice(len(doors), len(who), p=weight / weight.sum())]
            bits = np.full(len(who), sum(1 << FAM[f] for f in EXTRA_FAMILIES))
            extra.append((who, to, rng.uniform(0, 0.7, len(who)), bits))
    honest = np.flatnonzero(side == 0)
    old = honest[(END - cast.created[honest] > 45) & (cast.end[honest] > END - 40)]
    for i, g in enumerate(cast.groups):
        if g.region.side != "ring" or len(old) < 50:
            continue
        if g.region.name == "takeover" or rng.random() < 0.15:
            many = g.n * rng.uniform(1, 5) if g.region.name == "takeover" else g.n * rng.uniform(0.02, 0.3)
            who = rng.choice(old, min(int(many) + 1, len(old) // 20 + 1), replace=False)
            bits = np.full(len(who), _bits(rng, ("net", "exit", "tmpl", "pref", "dev")))
            extra.append((who, np.full(len(who), i), rng.uniform(0.8, 0.98, len(who)), bits))
            cast.victim[who] = True
        if rng.random() < 0.12:
            who = rng.choice(old, int(rng.integers(1, 10)), replace=False)
            who = who[~cast.victim[who]]
            bits = np.full(len(who), _bits(rng, ("card", "tmpl", "net", "dev"), int(rng.integers(1, 3))))
            extra.append((who, np.full(len(who), i), rng.uniform(0.5, 0.95, len(who)), bits))
            cast.framed[who] = True
    cast.framed &= ~cast.victim
    if extra:
        who, to, since, bits = (np.concatenate(part) for part in zip(*extra, strict=True))
        cast.member = np.concatenate([cast.member, who])
        cast.of = np.concatenate([cast.of, to])
        cast.since = np.concatenate([cast.since, since])
        cast.where = np.concatenate([cast.where, rng.random(len(who))])
        cast.only = np.concatenate([cast.only, bits])
