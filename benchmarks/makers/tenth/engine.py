"""The engine: plans the parties, gives every account a life of its own, then ties the parties to their suppliers."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from people import CROWDS, PEOPLE
from rings import RINGS, SCENARIO_PEOPLE, SCENARIO_RINGS
from suppliers import CC, COUNTRY_SHARE, MOBILITY, UTC_OFFSET, V6, WEBMAIL_SHARE, Shelves
from terms import LIFE_NAMES, LIFE_TABLE, ONE, Bond, Kind, log_uniform, mix64, pareto_sizes
from times import HORIZON, alive, created_days, founding, to_hours

ACTIVE = {"steady": 0, "brief": 1, "sleep": 2}
LOOSE = {"viral", "campus", "image", "phone_model", "host_ip", "host_prompt"}  # shelves that tie nobody by themselves
FACE_CHANNELS = ("ip", "payment", "email_domain", "template")


@dataclass
class Settings:
    """What a world is drawn from; `--random` draws all of it."""

    accounts: int
    seed: int
    ring_share: float
    scenario: str
    window: float = 120.0
    wild: bool = False
    scale: dict[str, float] = field(default_factory=dict)
    coverage: dict[str, float] = field(default_factory=dict)  # share of accounts whose values of a type are kept
    mess: dict[str, float] = field(default_factory=dict)
    people: dict[str, float] = field(default_factory=dict)  # weights against the ordinary
    rings: dict[str, float] = field(default_factory=dict)
    looseness: float = 1.0  # above 1, rings spread over more values
    cover_power: float = 1.0  # above 1, fewer members bear what the party shares
    contamination: float = 1.0
    hide: tuple[float, float] = (0.0, 0.6)


@dataclass
class Party:
    """The parties of one kind and their members (accounts numbered through)."""

    kind: Kind
    ring: bool
    party: np.ndarray  # of each membership, numbered from 0
    acct: np.ndarray
    start: np.ndarray  # of each party: founding day
    country: np.ndarray
    boss: np.ndarray
    host: np.ndarray
    hide: np.ndarray
    role: np.ndarray  # of each membership: 0 member, 1 victim, 2 lent, 3 framed
    first: np.ndarray = field(default_factory=lambda: np.zeros(0))
    last: np.ndarray = field(default_factory=lambda: np.zeros(0))
    base: int = 0


class Engine:
    """Builds one world in memory."""

    def __init__(self, s: Settings) -> None:
        """Plan, live, tie."""
        self.s = s
        self.rng = np.random.default_rng([s.seed, 1010])
        self.weeks = int((HORIZON + 40) / 7) + 2
        self.shelves = Shelves(self.rng, s.accounts, self.weeks, s.scale)
        self.out: dict[str, list[tuple[np.ndarray, ...]]] = {}
        self.parties: list[Party] = []
        self.plan()
        self.settle()
        self.live()
        self.bind()

    # -- planning
    def plan(self) -> None:
        """Decide how many accounts each kind has and in what parties."""
        s, rng = self.s, self.rng
        rings = 0 if s.scenario == "clean" else int(round(s.accounts * s.ring_share))
        honest = s.accounts - rings
        weight = {k.name: k.weight * s.people.get(k.name, 1.0) for k in PEOPLE}
        for name, factor in SCENARIO_PEOPLE.get(s.scenario, {}).items():
            if name in weight:
                weight[name] *= factor
        total = sum(weight.values())
        at = 0
        for kind in PEOPLE:
            want = int(honest * weight[kind.name] / total + rng.random())
            if want < kind.size[0]:
                want = int(kind.size[0]) if rng.random() < want / kind.size[0] else 0
            if not want:
                continue
            sizes = self.sizes(kind, want)
            at = self.found(kind, sizes, at, False, None)
        self.honest = at
        self.ring_parties(rings, at)

    def sizes(self, kind: Kind, want: int) -> np.ndarray:
        """Sizes of the parties of an honest kind; where giants exist, one of them is often there."""
        cap = max(want * 0.5, kind.size[0] * 1.5)
        giant = np.zeros(0, np.int64)
        if kind.size[1] >= 1000 and cap > 4 * kind.size[0] and self.rng.random() < 0.6:
            giant = np.array([int(min(kind.size[1], cap) * self.rng.uniform(0.5, 1))])
        return np.concatenate([giant, pareto_sizes(self.rng, kind.size, want - int(giant.sum()), cap)])

    def ring_parties(self, rings: int, at: int) -> None:
        """Operators come one after another until the accounts of rings are used up."""
        s, rng = self.s, self.rng
        table = SCENARIO_RINGS.get(s.scenario) or {k.name: k.weight for k in RINGS}
        weight = np.array([table.get(k.name, 0.0) * s.rings.get(k.name, 1.0) for k in RINGS])
        sizes: dict[int, list[int]] = {}
        bosses: dict[int, list[int]] = {}
        least = np.array([k.size[0] for k in RINGS])
        cap, left, boss = max(12.0, rings * 0.18), rings, 0
        while left >= 5 and weight.sum() > 0:
            chance = np.where(least <= 2 * min(cap, left), weight, weight * 1e-3)
            k = int(rng.choice(len(RINGS), p=chance / chance.sum()))
            kind = RINGS[k]
            weight[k] *= 0.75  # a market filled once is harder to enter
            many = int(log_uniform(rng, (kind.bosses[0], kind.bosses[1] + 0.99), 1)[0]) if kind.bosses[1] > 1 else 1
            many = max(1, min(many, int(min(cap, left) / 20)))
            boss += 1
            room = min(cap, left) / many
            if room < 5:
                many, room = 1, min(cap, left)
            lo = max(5.0, min(kind.size[0], room / 3))
            for _ in range(many):
                size = int(pareto_sizes(rng, (lo, max(lo, min(kind.size[1], room)), kind.size[2]), 1, room)[0])
                size = min(max(size, 5), left)
                if size < 4:
                    break
                sizes.setdefault(k, []).append(size)
                bosses.setdefault(k, []).append(boss)
                left -= size
        for k in sorted(sizes):
            at = self.found(RINGS[k], np.array(sizes[k]), at, True, np.array(bosses[k]))
        self.total = at

    def found(self, kind: Kind, sizes: np.ndarray, at: int, ring: bool, boss: np.ndarray | None) -> int:
        """Found the parties of a kind and number their members from `at`; returns the next number."""
        rng, n = self.rng, len(sizes)
        recent = 1.0 if kind.active == "brief" else kind.recent
        start = founding(rng, n, recent, self.s.window)
        if kind.active == "sleep":
            start = np.minimum(start, -30.0)
        country = rng.choice(len(CC), n, p=COUNTRY_SHARE)
        if kind.life == "frugal":  # more of them where phones come first
            p = COUNTRY_SHARE * MOBILITY**2
            country = rng.choice(len(CC), n, p=p / p.sum())
        if boss is None:
            many = np.maximum(1, log_uniform(rng, kind.bosses, n).astype(int))
            boss = np.searchsorted(np.cumsum(many), np.arange(n), side="right")
            if kind.bosses == ONE:
                boss = np.arange(n)
        else:
            _, boss = np.unique(boss, return_inverse=True)
        host = rng.integers(0, 1 << 30, n)
        hide = rng.uniform(*self.s.hide, n) if ring else np.zeros(n)
        size = int(sizes.sum())
        party = np.repeat(np.arange(n), sizes)
        members = Party(
            kind, ring, party, np.arange(at, at + size), start, country, boss, host, hide, np.zeros(size, np.int8)
        )
        self.parties.append(members)
        return at + size

    def settle(self) -> None:
        """Give every account a country, a day of sign-up, a span of life and a pace."""
        rng, n, s = self.rng, self.total, self.s
        self.country = np.zeros(n, np.int64)
        self.created = np.zeros(n)
        self.first, self.last = np.zeros(n), np.zeros(n)
        self.life = np.zeros(n, np.int64)
        self.strength = np.ones(n)
        self.pace = np.exp(rng.normal(np.log(10), 1.68, n))
        self.style = rng.integers(0, 6, n)
        self.plus = np.full(n, -1)
        for p in self.parties:
            a, k = p.acct, p.kind
            here = p.country[p.party]
            away = {"one": 0.04, "region": 0.35, "many": 0.85}[k.places]
            roam = rng.random(len(a)) < away
            self.country[a] = np.where(roam, rng.choice(len(CC), len(a), p=COUNTRY_SHARE), here)
            day = created_days(rng, k, p.start, p.party, s.window)
            late = (rng.random(len(p.start)) < (0.3 if p.ring else 0.02))[p.party]  # who works in the small hours
            night = late & (rng.random(len(a)) < 0.8)
            moved = to_hours(rng, day, UTC_OFFSET[self.country[a]], night)
            day = np.where((k.width[1] > 2) | night, moved, day)
            self.created[a] = day
            wake = -np.minimum(s.window * 0.5, 2 + rng.exponential(9.0, len(p.start)))[p.party]
            kindness = np.full(len(a), ACTIVE[k.active])
            if k.active == "brief":  # some stay on afterwards
                kindness = np.where(rng.random(len(a)) < 0.2, 0, kindness)
            self.first[a], self.last[a] = alive(rng, kindness, day, wake + rng.random(len(a)) * 1.5, s.window)
            self.life[a] = LIFE_NAMES.index(k.life)
            mood = rng.uniform(0.5, 1.4, len(p.start)) * (s.contamination if p.ring else 1.0)
            self.strength[a] = mood[p.party]
            self.pace[a] *= k.pace
            same = (rng.random(len(p.start)) < 0.6)[p.party]
            taste = rng.choice(
                6, len(p.start), p=[0.1, 0.2, 0.2, 0.3, 0.1, 0.1] if p.ring else [0.25, 0.2, 0.2, 0.08, 0.22, 0.05]
            )
            self.style[a] = np.where(same, taste[p.party], rng.choice(6, len(a), p=[0.27, 0.25, 0.25, 0.08, 0.1, 0.05]))
            if k.plus or p.ring:
                one = (rng.random(len(p.start)) < (k.plus or 0.03))[p.party]
                self.plus[a] = np.where(one, p.party + 1000 * int(a[0]), -1)
        self.domain = rng.choice(len(WEBMAIL_SHARE), n, p=WEBMAIL_SHARE).astype(np.int64)
        self.phone = np.zeros(n, np.int64)

    # -- sightings
    def see(self, what: str, acct: np.ndarray, code: np.ndarray, span: str = "life", first=None, last=None) -> None:
        """Write sightings into the book; e-mail domains and telephones become properties of the account."""
        if what == "email_domain":
            self.domain[acct] = code
            return
        if what == "phone":
            self.phone[acct] = code
            return
        rng, n = self.rng, len(acct)
        lo = self.first[acct] if first is None else first
        hi = self.last[acct] if last is None else last
        length = hi - lo
        if span == "days":
            f = lo + length * rng.random(n)
            e = np.minimum(f + rng.exponential(0.7, n) + 0.01, hi)
        elif span == "signup":
            f = self.created[acct]
            e = f + rng.exponential(0.02, n)
        else:
            f = lo + length * 0.2 * rng.random(n) ** 2
            e = hi - length * 0.2 * rng.random(n) ** 2
        e = np.minimum(np.maximum(e, f), 0.0)
        f = np.minimum(f, e)
        share = {"ip": 0.6, "payment": 0.005, "billing_address": 0.005, "identity_check": 0.001, "promo_code": 0.001}
        calls = self.pace[acct] * (0.3 + (e - f) * 0.35) * share.get(what, 1.0)
        count = np.maximum(1, (calls * np.exp(rng.normal(0, 0.5, n))).astype(np.int64))
        self.out.setdefault(what, []).append((acct, code, f, e, np.minimum(count, 2_000_000)))

    def some(self, column: int, factor: float = 1.0) -> np.ndarray:
        """Accounts that have this part of an own life."""
        return np.flatnonzero(self.rng.random(self.total) < self.chance[:, column] * factor)

    def spread(self, acct: np.ndarray, lo: int, hi: int) -> np.ndarray:
        """Repeat accounts between lo and hi times."""
        return np.repeat(acct, self.rng.integers(lo, hi + 1, len(acct)))

    def live(self) -> None:
        """Own lives: home lines, mobile networks, tools, phones; rings' accounts live among other people too."""
        rng, sh, c = self.rng, self.shelves, self.country
        self.chance = np.clip(LIFE_TABLE[self.life] * self.strength[:, None] ** 0.5, 0, 0.97)
        zero = np.zeros(self.total, np.int64)
        week = self.week(self.created)
        home = self.some(0)
        u = rng.random(len(home))
        stay, daily = home[u < 0.6], self.spread(home[u > 0.83], 3, 7)
        lines = sh.net.any_address(sh.net.pick("isp", c[stay], len(stay)))
        self.see("ip", stay, lines)
        sh.homes = lines[stay < self.honest]
        self.see("ip", daily, sh.net.pool_address(sh.net.pick("isp", c[daily], len(daily))), "days")
        often = self.spread(home[(u >= 0.6) & (u <= 0.83)], 2, 4)
        self.see("ip", often, sh.net.pool_address(sh.net.pick("isp", c[often], len(often))), "days")
        six = home[rng.random(len(home)) < 0.4]
        sites = sh.net.sites(len(six))
        times = rng.integers(1, 4, len(six))
        self.see("ip", np.repeat(six, times), np.repeat(sites, times) + rng.integers(0, 256, times.sum()), "days")
        mobile = self.some(1)
        mobile = mobile[rng.random(len(mobile)) < np.clip(MOBILITY[c[mobile]] * 0.75, 0, 1)]
        mobile = self.spread(mobile, 2, 5)
        self.see("ip", mobile, sh.take("carrier", mobile, c[mobile], week[mobile], mobile), "days")
        vpn = self.spread(self.some(2), 2, 7)
        self.see("ip", vpn, sh.take("vpn", vpn, c[vpn], week[vpn], vpn), "days")
        server = self.some(3)
        own = server[rng.random(len(server)) < 0.67]
        rented = own[rng.random(len(own)) < 0.4]
        self.see("ip", rented, sh.take("static", rented, c[rented], week[rented], rented))
        rented = np.setdiff1d(own, rented)
        self.see("ip", rented, sh.take("cloud", rented, c[rented], week[rented], rented))
        loose = self.spread(np.setdiff1d(server, own), 1, 3)
        self.see("ip", loose, sh.take("lambda", loose, c[loose], week[loose], loose), "days")
        card = self.some(4)
        app = rng.random(len(card)) < 0.1
        for shelf, who in (("vcard", card[app]), ("card", card[~app])):
            self.see("payment", who, sh.take(shelf, who, c[who], week[who], who))
        self.see("billing_address", card, sh.fresh("billing_address", len(card)))
        again = card[rng.random(len(card)) < 0.06]  # wallets that re-tokenise, cards that expire
        self.see("payment", again, sh.take("card", again, c[again], week[again], again))
        device = self.some(5)
        weak = rng.random(len(device)) < np.where(device < self.honest, 0.24, 0.55)
        phones = np.repeat(device[weak], 1 + (rng.random(int(weak.sum())) < 0.4))
        self.see("device", phones, sh.take("phone_model", phones, c[phones], week[phones], phones))
        strong = self.spread(device[~weak], 1, 2)
        self.see("device", strong, sh.fresh("device", len(strong)))
        public = self.some(6)
        public = np.concatenate([public, public[rng.random(len(public)) < 0.3]])
        self.see("template", public, sh.take("public", public, zero[public], week[public], public))
        private = self.spread(self.some(7), 1, 3)
        self.see("template", private, sh.fresh("template", len(private)))
        viral = np.flatnonzero(rng.random(self.total) < 0.05)
        now = self.week(self.first[viral] + (self.last[viral] - self.first[viral]) * rng.random(len(viral)))
        self.see("template", viral, sh.take("viral", viral, c[viral], now, viral), "days")
        phone = self.some(8)
        self.phone[phone] = sh.fresh("phone", len(phone))
        own = self.some(9)
        self.domain[own] = sh.fresh("email_domain", len(own))
        u = rng.random(self.total)
        self.domain[u < 0.03] = sh.take("alias", *[zero[u < 0.03]] * 4)
        self.domain[u > 0.992] = sh.take("throwaway", *[zero[u > 0.992]] * 4)
        coders = np.flatnonzero((rng.random(self.total) < 0.25) & (self.chance[:, 7] > 0.3))
        self.see("git_remote", coders, sh.fresh("git_remote", len(coders)))
        talk = self.spread(np.flatnonzero(rng.random(self.total) < 0.6), 1, 3)
        self.see("conversation_prefix", talk, sh.fresh("conversation_prefix", len(talk)), "days")
        kyc = np.flatnonzero(rng.random(self.total) < 0.12)
        self.see("identity_check", kyc, sh.fresh("identity_check", len(kyc)), "signup")
        schema = np.flatnonzero(rng.random(self.total) < 0.3)  # tools of frameworks, a few very common
        self.see("tool_schema", schema, 1 + sh.zipf(sh.publics, len(schema), 3.5))

    def week(self, day: np.ndarray) -> np.ndarray:
        """Weeks of the world's calendar."""
        return np.clip(((day + HORIZON + 40) / 7).astype(np.int64), 0, self.weeks - 1)

    # -- ties
    def bind(self) -> None:
        """Tie honest parties first (those with a public face before the others), then crowds, then rings."""
        honest = sorted(
            (p for p in self.parties if not p.ring), key=lambda p: not (p.kind.face or p.kind.name == "campus")
        )
        crowds = self.crowds()
        for p in honest + crowds + [p for p in self.parties if p.ring]:
            if p.ring:
                self.draw_in(p)
            p.first, p.last = self.lives(p)
            seen = self.bind_party(p)
            if p.kind.name == "campus":
                self.shelves.campuses = np.unique(
                    np.concatenate([c for _, c in seen.get("email_domain", [])] or [np.zeros(0, int)])
                )
            if p.kind.face:
                self.show_faces(p, seen)
        self.parties += crowds

    def lives(self, p: Party) -> tuple[np.ndarray, np.ndarray]:
        """The span in which each membership is seen; those drawn in from elsewhere join for the later part."""
        first, last = self.first[p.acct].copy(), self.last[p.acct].copy()
        if p.kind.crowd and p.kind.cal == "burst":
            width = log_uniform(self.rng, p.kind.width, len(p.start))[p.party]
            lo = np.clip(p.start[p.party], first, last - 0.004)
            first, last = lo, np.minimum(last, lo + width)
        drawn = p.role > 0
        if drawn.any():
            u = self.rng.uniform(0.05, 0.5, len(first))
            first = np.where(drawn, last - (last - first) * u, first)
        return first, np.maximum(last, first + 0.001)

    def crowds(self) -> list[Party]:
        """Loose ties among honest accounts that exist already: tools, platforms, fashions, public places."""
        rng, out = self.rng, []
        pool = np.arange(self.honest)
        p = self.chance[: self.honest, 6]
        boost = SCENARIO_PEOPLE.get(self.s.scenario, {})
        for kind in CROWDS:
            want = int(self.honest * kind.weight * self.s.people.get(kind.name, 1.0) * boost.get(kind.name, 1.0))
            if want < kind.size[0]:
                continue
            sizes = self.sizes(kind, want)
            acct = pool[np.searchsorted(np.cumsum(p) / p.sum(), rng.random(int(sizes.sum()))).clip(0, len(pool) - 1)]
            n = len(sizes)
            party = np.repeat(np.arange(n), sizes)
            _, keep = np.unique(party * (self.total + 1) + acct, return_index=True)
            start, country = -rng.uniform(1, self.s.window, n), rng.choice(len(CC), n, p=COUNTRY_SHARE)
            host, none = rng.integers(0, 1 << 30, n), np.zeros(len(keep), np.int8)
            one = np.arange(n)
            out.append(Party(kind, False, party[keep], acct[keep], start, country, one, host, np.zeros(n), none))
        return out

    def draw_in(self, p: Party) -> None:
        """Honest accounts that a ring takes over, borrows, or splashes with its own signals."""
        rng, k = self.rng, p.kind
        sizes = np.bincount(p.party, minlength=len(p.start))
        for role, span in ((1, k.victims), (2, k.lent), (3, k.framed)):
            if span[1] <= 0:
                continue
            many = (sizes * rng.uniform(*span, len(sizes)) + rng.random(len(sizes)) * 0.5).astype(int)
            who = rng.integers(0, self.honest, int(many.sum()))
            fit = ~self.taken[who] & (self.last[who] - self.first[who] > 2)
            who, of = who[fit], np.repeat(np.arange(len(sizes)), many)[fit]
            _, keep = np.unique(who, return_index=True)
            self.taken[who[keep]] = True
            p.acct = np.concatenate([p.acct, who[keep]])
            p.party = np.concatenate([p.party, of[keep]])
            p.role = np.concatenate([p.role, np.full(len(keep), role, np.int8)])

    @property
    def taken(self) -> np.ndarray:
        """Accounts that some ring has drawn in already."""
        if not hasattr(self, "_taken"):
            self._taken = np.zeros(self.total, bool)
        return self._taken

    def bind_party(self, p: Party) -> dict[str, list[tuple[np.ndarray, np.ndarray]]]:
        """Apply all bonds of a kind; returns what was seen by channel (party, code)."""
        bonds, n = p.kind.bonds, len(p.start)
        odds = np.array([b.odds for b in bonds])
        if self.s.wild:  # in some worlds an arrangement is common, in others rare
            odds = odds ** np.exp(self.rng.normal(0, 0.6, len(bonds))) * self.rng.uniform(0.75, 1, len(bonds))
        has = self.rng.random((n, len(bonds))) < odds
        if p.kind.mix or p.ring:
            has = self.at_least_two(has, bonds)
        seen: dict[str, list[tuple[np.ndarray, np.ndarray]]] = {}
        for i, bond in enumerate(bonds):
            party, code = self.tie(p, bond, has[:, i], i)
            seen.setdefault(self.shelves.CHANNEL[bond.shelf], []).append((party, code))
        if "payment" in seen and not any(b.shelf == "bill" for b in bonds):
            self.addresses_for_cards(p)
        return seen

    def addresses_for_cards(self, p: Party) -> None:
        """Some who pay by what the party gave them still state an address of their own, true or made up."""
        paid = np.unique(np.concatenate([x[0] for x in self.out["payment"][-4:]]))
        paid = np.intersect1d(paid, p.acct[p.role == 0])
        paid = paid[self.rng.random(len(paid)) < self.rng.uniform(0.2, 0.6)]
        self.see("billing_address", paid, self.shelves.fresh("billing_address", len(paid)))

    def at_least_two(self, has: np.ndarray, bonds: tuple[Bond, ...]) -> np.ndarray:
        """Let every party share by two channels at least (an exit of a pool alone ties nobody)."""
        channel = [self.shelves.CHANNEL[b.shelf] for b in bonds]
        odds = np.array([b.odds * (b.per != ONE or b.order != "block") * (b.shelf not in LOOSE) for b in bonds])
        kept = np.array([self.s.coverage.get(c, 1.0) >= 0.3 for c in channel])
        odds = odds * kept if len({c for c, o in zip(channel, odds * kept, strict=True) if o > 0}) > 1 else odds
        need = min(2, len({c for c, o in zip(channel, odds, strict=True) if o > 0}))
        for row in has:
            while len({c for c, h, o in zip(channel, row, odds, strict=True) if h and o > 0}) < need:
                row[self.rng.choice(len(bonds), p=odds / odds.sum())] = True
        return has

    def tie(self, p: Party, bond: Bond, has: np.ndarray, salt: int) -> tuple[np.ndarray, np.ndarray]:
        """Let members of the parties bear values from one shelf, on the terms of the bond."""
        rng, sh, s = self.rng, self.shelves, self.s
        boss = bond.level == "boss"
        unit = p.boss[p.party] if boss else p.party
        units = int(unit.max()) + 1
        rep = np.zeros(units, np.int64)  # a party that stands for the unit
        rep[(p.boss if boss else np.arange(len(p.start)))[::-1]] = np.arange(len(p.start))[::-1]
        has = has[rep]
        hide = p.hide[rep]
        power = s.cover_power if p.ring else float(np.exp(rng.uniform(-0.5, 0.5))) if s.wild else 1.0
        cover = rng.uniform(*bond.cover, units) ** power * (1 - 0.5 * hide)
        bears = has[unit] & (rng.random(len(unit)) < cover[unit])
        bears &= (p.role != 3) | (mix64(p.acct, salt) % np.uint64(3) == 0)
        e = np.flatnonzero(bears)
        if not len(e):
            return np.zeros(0, np.int64), np.zeros(0, np.int64)
        channel = sh.CHANNEL[bond.shelf]
        # order of joining decides who gets which batch
        joined = np.where(p.role[e] > 0, -s.window * rng.random(len(e)), self.created[p.acct[e]])
        order = e[np.lexsort((joined, unit[e]))]
        size = np.bincount(unit[e], minlength=units)
        begin = np.concatenate([[0], np.cumsum(size)[:-1]])
        place = np.arange(len(order)) - begin[unit[order]]
        if bond.order in ("star", "chain"):
            e, slot = self.lineage(bond.order, order, place, unit, size)
            values = np.maximum(size, 1)
        else:
            e, slot, values = self.rounds(bond, order, place, unit, size, hide, p.ring)
        where = unit[e]
        if bond.per == ONE and bond.n is None and bond.order == "block":  # everybody from the shelf for himself
            a = p.acct[e]
            code = sh.take(bond.shelf, where, self.country[a], self.week(self.created[a]), p.host[rep][where])
        else:
            offset = np.concatenate([[0], np.cumsum(values)[:-1]])
            of = np.repeat(np.arange(units), values)
            week = self.week(p.start[rep][of] + rng.random(len(of)) * 15)
            stock = sh.take(bond.shelf, of, p.country[rep][of], week, p.host[rep][of])
            code = stock[offset[where] + slot]
        if bond.shelf == "line":  # one site, a device's address each
            code = np.where(code >= V6, code + rng.integers(0, 256, len(code)), code)
        self.see(channel, p.acct[e], code, bond.span, p.first[e], p.last[e])
        return p.party[e], code

    def lineage(self, order: str, members: np.ndarray, place: np.ndarray, unit: np.ndarray, size: np.ndarray):
        """A star (each member shares a value with the first) or a chain (each shares one with the next)."""
        if order == "star":
            spoke = members[place > 0]
            hub = members[place == 0]
            centre = np.zeros(len(size), np.int64)
            centre[unit[hub]] = hub
            return np.concatenate([spoke, centre[unit[spoke]]]), np.concatenate([place[place > 0]] * 2)
        onward = place + 1 < size[unit[members]]
        return np.concatenate([members, members[onward]]), np.concatenate([place, place[onward] + 1])

    def rounds(self, bond: Bond, members, place, unit, size, hide, ring: bool):
        """How many values each unit holds and which member bears which."""
        rng, s = self.rng, self.s
        if bond.n is not None:
            values = np.round(log_uniform(rng, bond.n, len(size))).astype(np.int64)
        else:
            per = log_uniform(rng, bond.per, len(size))
            if ring:
                per = np.maximum(1.0, per ** (1 - 0.45 * hide) / s.looseness)
                per = np.where(per > 1e5, 1e9, per)
            values = np.ceil(size / per).astype(np.int64)
        values = np.clip(values, 1, np.maximum(size, 1))
        own = values[unit[members]]
        if bond.order == "random":
            slot = np.floor(rng.random(len(members)) * own)
        elif bond.order == "skew":
            slot = np.floor(rng.random(len(members)) ** 2.5 * own)
        else:
            slot = np.floor(place / size[unit[members]] * own)
        times = np.maximum(1, np.round(log_uniform(rng, bond.k, len(members)))).astype(np.int64)
        e = np.repeat(members, times)
        lead = np.zeros(len(e), bool)
        lead[np.concatenate([[0], np.cumsum(times)[:-1]])] = True
        other = np.floor(rng.random(len(e)) * values[unit[e]])
        return e, np.where(lead, np.repeat(slot, times), other).astype(np.int64), values

    def show_faces(self, p: Party, seen: dict[str, list[tuple[np.ndarray, np.ndarray]]]) -> None:
        """Keep what the public sees of the firms with eight people or more."""
        big = np.flatnonzero(np.bincount(p.party, minlength=len(p.start)) >= 8)
        for channel in FACE_CHANNELS:
            store = self.shelves.faces.setdefault(channel, [])
            pairs = seen.get(channel, [])
            party = np.concatenate([a for a, _ in pairs]) if pairs else np.zeros(0, np.int64)
            code = np.concatenate([c for _, c in pairs]) if pairs else np.zeros(0, np.int64)
            order = np.argsort(party, kind="stable")
            party, code = party[order], code[order]
            lo, hi = np.searchsorted(party, big), np.searchsorted(party, big, side="right")
            store += [np.unique(code[a:b]) for a, b in zip(lo.tolist(), hi.tolist(), strict=True)]


__all__ = ["Engine", "Party", "Settings", "V6"]
