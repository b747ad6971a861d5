"""Operators: each has a budget, suppliers and a routine, and its accounts show what these leave."""

from __future__ import annotations

from people import THROWAWAY, TZ, WEBMAIL, one

import numpy as np

# per kind: weight of its size, smallest size, and what the operator settles on.
# mail: own domains | throwaway | webmail | shop | firm; cards: accounts per card, 0 for none, -1 for one card for all
# exits: servers | static | resi | vpn | mobile | line | borrowed; kit: none | clean | farm | images | machine | weak
# load: harvest | relay | sleep | imitate | resold; signup: burst | drip | aged | batches; ban: chance of a ban per day
KINDS = {
    "naive_farm": (
        1.0,
        8,
        {
            "mail": "throwaway",
            "cards": (10, 40),
            "exits": "servers",
            "per_exit": (20, 60),
            "kit": "none",
            "load": "harvest",
            "signup": "burst",
        },
    ),
    "trial_farm": (
        1.4,
        15,
        {
            "mail": "own",
            "per_domain": (40, 150),
            "cards": (0, 0),
            "exits": "servers",
            "per_exit": (15, 40),
            "kit": "farm",
            "load": "harvest",
            "signup": "batches",
            "life": 3,
        },
    ),
    "week_farm": (
        1.0,
        10,
        {
            "mail": "webmail",
            "cards": (0, 3),
            "exits": "mobile",
            "kit": "farm",
            "load": "harvest",
            "signup": "burst",
            "life": 7,
        },
    ),
    "load_balanced": (
        1.2,
        12,
        {
            "mail": "own",
            "per_domain": (10, 40),
            "cards": (5, 12),
            "exits": "servers",
            "per_exit": (3, 9),
            "kit": "none",
            "load": "harvest",
            "lockstep": True,
            "signup": "batches",
        },
    ),
    "residential": (
        2.6,
        20,
        {
            "mail": "own",
            "per_domain": (20, 80),
            "cards": (1, 1),
            "exits": "resi",
            "kit": "clean",
            "load": "harvest",
            "signup": "drip",
            "ban": 0.01,
        },
    ),
    "hydra": (
        4.0,
        30,
        {
            "mail": "mixed",
            "per_domain": (30, 90),
            "cards": (1, 3),
            "exits": "resi",
            "kit": "clean",
            "load": "relay",
            "signup": "drip",
            "cells": True,
            "ban": 0.008,
            "cover": 0.6,
        },
    ),
    "small_rotating": (
        0.8,
        8,
        {
            "mail": "mixed",
            "per_domain": (5, 20),
            "cards": (2, 6),
            "exits": "static",
            "per_exit": (5, 15),
            "kit": "none",
            "load": "harvest",
            "rota": 0.12,
            "signup": "batches",
        },
    ),
    "one_card": (
        0.5,
        5,
        {"mail": "webmail", "cards": (-1, -1), "exits": "resi", "kit": "clean", "load": "imitate", "signup": "drip"},
    ),
    "one_domain": (
        0.6,
        5,
        {
            "mail": "own",
            "per_domain": (9999, 9999),
            "cards": (1, 1),
            "exits": "vpn",
            "kit": "clean",
            "load": "imitate",
            "signup": "drip",
        },
    ),
    "rivals": (
        0.8,
        8,
        {
            "mail": "shop",
            "cards": (2, 6),
            "exits": "static",
            "per_exit": (1, 5),
            "kit": "clean",
            "load": "relay",
            "signup": "aged",
            "cover": 0.9,
        },
    ),
    "sleepers": (
        0.8,
        8,
        {
            "mail": "mixed",
            "per_domain": (8, 30),
            "cards": (0, 4),
            "exits": "static",
            "per_exit": (2, 8),
            "kit": "images",
            "load": "sleep",
            "signup": "aged",
        },
    ),
    "star": (
        0.5,
        6,
        {
            "mail": "webmail",
            "cards": (0, 0),
            "exits": "line",
            "kit": "weak",
            "load": "resold",
            "signup": "drip",
            "star": True,
        },
    ),
    "api_only": (
        0.8,
        8,
        {
            "mail": "mixed",
            "per_domain": (5, 30),
            "cards": (3, 10),
            "exits": "servers",
            "per_exit": (4, 20),
            "kit": "none",
            "load": "harvest",
            "signup": "batches",
            "client": True,
        },
    ),
    "relay": (
        1.4,
        10,
        {
            "mail": "mixed",
            "per_domain": (4, 15),
            "cards": (2, 6),
            "exits": "static",
            "per_exit": (1, 5),
            "kit": "none",
            "load": "relay",
            "signup": "batches",
            "ban": 0.012,
            "cover": 1.0,
            "client": True,
        },
    ),
    "failover": (
        0.7,
        6,
        {
            "mail": "webmail",
            "cards": (1, 2),
            "exits": "static",
            "per_exit": (1, 1),
            "kit": "none",
            "load": "relay",
            "signup": "batches",
            "cover": 1.0,
            "limit": 0.25,
            "client": True,
        },
    ),
    "takeover": (0.8, 6, {"takeover": True, "exits": "resi", "kit": "machine", "load": "harvest"}),
    "company_clothes": (
        0.8,
        8,
        {
            "mail": "firm",
            "cards": (-1, -1),
            "exits": "line",
            "kit": "clean",
            "load": "relay",
            "signup": "batches",
            "hours": (9, 18),
            "cover": 0.4,
        },
    ),
    "borrower": (
        0.7,
        8,
        {"mail": "webmail", "cards": (1, 3), "exits": "borrowed", "kit": "clean", "load": "harvest", "signup": "drip"},
    ),
    "resold_accounts": (
        0.8,
        10,
        {
            "mail": "shop",
            "cards": (2, 8),
            "exits": "static",
            "per_exit": (3, 10),
            "kit": "images",
            "load": "resold",
            "signup": "batches",
        },
    ),
    "imitators": (
        0.8,
        8,
        {"mail": "webmail", "cards": (1, 1), "exits": "resi", "kit": "clean", "load": "imitate", "signup": "aged"},
    ),
}
SCENARIOS = {
    "default": list(KINDS),
    "proxy": ["rivals", "rivals", "rivals", "residential", "hydra", "relay", "one_card", "imitators", "takeover"],
    "borrowers": [
        "takeover",
        "borrower",
        "borrower",
        "company_clothes",
        "star",
        "imitators",
        "one_domain",
        "resold_accounts",
    ],
    "farms": [
        "naive_farm",
        "trial_farm",
        "trial_farm",
        "week_farm",
        "week_farm",
        "load_balanced",
        "small_rotating",
        "api_only",
        "sleepers",
    ],
}


class Market:
    """Suppliers that outlive an operator and serve rivals and honest buyers alike."""

    def __init__(self, p):
        st, r, n = p.st, p.r, p.cfg["accounts"]
        self.vendors = [st.pool("net4", max(64, n // 30)) for _ in range(2)]
        self.resi = [st.pool("resi", max(400, int(n * x))) for x in p.cfg["exit_pool"]]
        self.images = [st.pool("dev", r.randrange(4, 15)) for _ in range(2)]
        self.shops = st.shops
        self.issuers = [p.virtual[i : i + 3] for i in (0, 3, 6)]
        self.farms = [st.pool("net4", r.randrange(6, 40)) for _ in range(2)]
        # honest buyers of the same static addresses and exits
        for a in st.accounts:
            if not a.ring and r.random() < p.cfg["proxy_users"]:
                src = st.source(r.choice(self.vendors)) if r.random() < 0.5 else st.source(r.choice(self.resi), 1, 20)
                a.venues = [*a.venues[:2], (src, r.uniform(0.3, 3))]


class Operator:
    """One operator and its ring."""

    def __init__(self, p, market, kind, ring, name, n, plan, shop=None, vendor=None):
        self.p, self.st, self.r, self.m = p, p.st, p.r, market
        self.kind, self.ring, self.name, self.n, self.plan = kind, ring, name, n, plan
        r, st = self.r, self.st
        self.shop, self.vendor = (
            shop or r.choice(market.shops),
            vendor if vendor is not None else r.choice(market.vendors),
        )
        self.issuer, self.pool = r.choice(market.issuers), r.choice(market.resi)
        self.base = r.choice(["US", "VN", "SG", "UA", "IN", "BR", "NG", "GB", "KR"])
        self.tz = TZ[self.base]
        self.hours = plan.get("hours") or r.choice(((0, 24), (0, 24), (9, 23), (20, 32), (8, 20)))
        lo = r.uniform(0, st.days * 0.35)
        self.from_, self.to = (lo, st.days) if r.random() < 0.6 else (lo, min(st.days, lo + r.uniform(18, 40)))
        if plan.get("life"):
            self.to = min(self.to, lo + r.uniform(8, 35))
        self.families = [
            one(p, st.n()) for _ in range(max(1, r.choice((1, 2, 4)) if plan["load"] == "harvest" else n // 12))
        ]
        self.cover = plan.get("cover", r.choice((0, 0.1, 0.3)))
        self.firm = p.domain()
        self.servers, self.lines = {}, [st.source(st.office()) for _ in range(r.choice((1, 1, 2)))]
        self.domain, self.left, self.card, self.card_left = None, 0, None, 0
        self.exit, self.exit_left, self.phone_left, self.kit = None, 0, 0, None
        self.old_cards, self.old_domains = [], []
        self.tool, self.lag = r.choice((10, 11, 12, 15)), r.choice((-41, -43, r.uniform(0, 6)))
        self.common = r.uniform(0.3, 0.8)  # how many bear a public text too
        self.keep = r.choice((0.1, 0.35, 0.7))  # what a successor inherits
        self.human = r.random() < 0.5  # whether accounts are dressed as people
        self.members = []
        self.borrowed = None
        self.firm_card = p.card(r.choice(self.issuer) if r.random() < 0.6 else None)
        self.number, self.reuse = None, r.choice((0, 0.3, 0.7))
        self.appetite = r.choice((0.2, 0.5, 1))
        self.machines = [p.gadget(0) for _ in range(1 + n // 40)]
        self.client_pool = [self.customer() for _ in range(max(3, n * r.choice((1, 3, 6))))]
        self.cells = max(1, n // r.choice((25, 40, 60))) if plan.get("cells") else 1

    def customer(self):
        """One who buys tokens: a clock, a text of his own or a tool's, so much a day."""
        r, p = self.r, self.p
        u = r.random()
        text = self.st.source(p.identity) if u < 0.4 else p.project() if u < 0.8 else p.common()
        return (r.gauss(15, 4) - r.choice(list(TZ.values())), text, self.appetite * r.lognormvariate(-1.3, 0.9))

    # --- supplies ------------------------------------------------------------
    def mail(self, again):
        r, p, how = self.r, self.p, self.plan["mail"]
        if how == "mixed":
            how = "own" if r.random() < 0.4 else "webmail"
        nick = (
            p.name()
            if self.human
            else "".join(r.choice("abcdefghijklmnopqrstuvwxyz") for _ in range(r.randrange(5, 9)))
            + str(r.randrange(10, 9999))
        )
        if how == "own":
            if again and self.old_domains and r.random() < self.keep:
                return f"{nick}@{r.choice(self.old_domains)}"
            if self.left <= 0:
                self.domain, self.left = (
                    p.domain(r.choice(("com", "xyz", "top", "online", "site"))),
                    r.randint(*self.plan["per_domain"]),
                )
                self.old_domains.append(self.domain)
            self.left -= 1
            return f"{nick}@{self.domain}"
        dom = {
            "throwaway": THROWAWAY[:3],
            "webmail": WEBMAIL,
            "shop": [self.shop, self.shop, "outlook.com"],
            "firm": [self.firm],
        }[how]
        return f"{nick}@{r.choice(dom)}"

    def money(self, a, again):
        r, p = self.r, self.p
        lo, hi = self.plan["cards"]
        if lo < 0:
            card = self.firm_card
        elif hi == 0 or (lo == 0 and r.random() < 0.5):
            return
        elif again and self.old_cards and r.random() < self.keep:
            card = r.choice(self.old_cards)
        else:
            if self.card_left <= 0:
                self.card, self.card_left = (
                    p.card(r.choice(self.issuer) if r.random() < 0.8 else None),
                    r.randint(max(1, lo), hi),
                )
                self.old_cards.append(self.card)
            self.card_left -= 1
            card = self.card
        a.plan = r.choice(("pro", "max", "api") if not self.plan.get("client") else ("api", "max"))
        p.pay(
            a, card, 30 if r.random() < 0.6 else 9, max(a.created, min(a.start, self.st.days)) if a.start > 0 else None
        )

    def way_out(self):
        """Hand an account its way out."""
        r, st, how = self.r, self.st, self.plan["exits"]
        if how in ("servers", "static"):
            if self.exit_left <= 0:
                self.exit = st.source(st.office() if how == "servers" else self.vendor)
                self.exit_left = r.randint(*self.plan["per_exit"])
            self.exit_left -= 1
            return [(self.exit, 4.0)]
        if how == "resi":
            return [(st.source(self.pool, 1, r.choice((8, 15, 30))), 4.0)]
        if how == "vpn":
            return [(st.source(self.p.vpns[0], 0.5, 6), 4.0)]
        if how == "mobile":
            return [(st.source(r.choice(self.m.farms), 0.3, 5), 4.0)]
        if how == "borrowed":
            return [(st.source(self.borrowed, 0.5), 2.0), (st.source(self.pool, 1, 10), 2.0)]
        return [(r.choice(self.lines), 4.0)]

    def machine(self):
        r, st, how = self.r, self.st, self.plan["kit"]
        if how == "none":
            return [-1] if r.random() < 0.7 else [self.p.gadget(0.5)]
        if how == "farm":
            if self.phone_left <= 0:
                self.kit, self.phone_left = self.p.gadget(0), r.randint(8, 40)
            self.phone_left -= 1
            return [self.kit]
        if how == "images":
            return [st.source(self.m.images[0], 20)]
        if how == "machine":
            return [r.choice(self.machines)]
        return [self.p.gadget(1.0 if how == "weak" else 0.3)]

    def born(self, i):
        r, st = self.r, self.st
        how = self.plan["signup"]
        if how == "burst":
            return self.from_ + (i / max(1, self.n)) * r.choice((0.2, 0.5)) + r.random() * 0.1
        if how == "batches":
            batch = i * max(1, min(8, self.n // 12)) // self.n
            return min(st.days - 1, self.from_ + batch * (self.to - self.from_) / 10 + r.expovariate(8))
        if how == "aged":
            return r.uniform(-200, -5)
        return self.from_ + r.random() * (self.to - self.from_) * 0.7

    # --- the ring ------------------------------------------------------------
    def open(self, i, born=None, again=False):
        """Open one account and hand out what it needs."""
        r, st, p, plan = self.r, self.st, self.p, self.plan
        if born is None:
            born = self.born(i)
        a = st.account(min(born, st.days - 0.3), ring=self.ring, operator=self.name, kind=self.kind)
        if plan["signup"] == "aged" and not again:
            a.start = self.from_ + r.choice((0, 0, 3, 9)) + r.random()
        a.group = f"{self.ring}_cell{i * self.cells // max(1, self.n):02d}" if self.cells > 1 else ""
        a.country = r.choice(list(TZ)) if plan["exits"] in ("resi", "vpn") and r.random() < 0.8 else self.base
        a.tz = TZ[a.country] if self.human else self.tz
        a.email, a.venues, a.devices = self.mail(again), self.way_out(), self.machine()
        if r.random() < 0.4:
            if self.number is None or r.random() > self.reuse:  # a rented number serves one or several
                self.number = f"+{r.choice((44, 62, 84, 7))}{r.randrange(10**9):09d}"
            a.phone = self.number
        self.money(a, again)
        # each lives among honest accounts too
        u = r.random()
        where = a.country
        if u < 0.3:
            a.venues.append((p.phone_net(where), r.uniform(0.2, 1.5)))
        elif u < 0.6:
            a.venues.append((st.source(r.choice(p.isps[where]), r.choice((1, 14))), r.uniform(0.2, 1.2)))
        elif u < 0.7:
            a.venues.append((st.source(r.choice(p.vpns), 0.4, 4), 0.6))
        if len(a.venues) > 1 and a.devices == [-1] and r.random() < 0.4:
            a.devices = [-1, p.gadget(0.7)]
        fam = (
            r.choice(self.families)
            if not a.group
            else self.families[i * len(self.families) // max(1, self.n) % len(self.families)]
        )
        a.prompts = [(fam, 1 - self.cover + 0.05)]
        if r.random() < self.common:
            a.prompts.append((st.source(p.identity) if r.random() < 0.4 else p.common(), 0.15 + self.cover))
        if r.random() < self.cover:
            a.prompts.append((p.project(), self.cover))
        a.api = plan["kit"] == "none" or plan["load"] == "relay"
        a.ua, a.lag = (self.tool, self.lag) if a.api else (int(9 * r.random() ** 1.6), r.expovariate(0.2))
        life = plan.get("life")
        if life:
            a.end = a.created + life * r.uniform(0.5, 1.4)
        a.rate = 0.0
        if plan["load"] == "imitate":
            a.rate, a.per_day, a.hour, a.spread, a.weekend = (
                r.betavariate(2, 2),
                1 + r.expovariate(1),
                r.gauss(15, 3),
                3,
                r.uniform(0.4, 1),
            )
            a.load, a.trend = r.lognormvariate(2.8, 0.8), r.choice((0, 0, 1, 4))
        elif plan["load"] == "resold":  # the buyer takes it home
            b = r.choice(list(TZ))
            t = max(a.created, 0) + r.expovariate(0.3)
            st.sit(
                a.index, [max(a.created, 0) + 0.01, t], venue=a.venues[0][0], device=a.devices[0], prompt=fam, count=3
            )
            a.country, a.tz = b, TZ[b]
            a.start = t + r.expovariate(0.5)
            a.venues, a.devices = [*p.line(b), (a.venues[0][0], 0.25)], [p.gadget()]
            a.rate, a.hour, a.per_day = r.betavariate(1.2, 2.5), r.gauss(15, 3), 1.6
            a.prompts = [(-1, 2), (p.common(), 0.5), (fam, 0.15)]
        self.members.append(a)
        return a

    def police(self):
        """Take bans and answer them with new accounts within days."""
        r, st = self.r, self.st
        ban = self.plan.get("ban", r.choice((0, 0, 0.004, 0.01)))
        sweep = r.uniform(15, st.days - 5) if r.random() < 0.3 else None
        share = r.choice((0.3, 0.7, 1.0))
        queue = list(self.members)
        while queue:
            a = queue.pop()
            live = max(0.0, a.created, a.start)
            die = live + r.expovariate(ban) if ban else st.days * 9
            if sweep and live < sweep and r.random() < share:
                die = min(die, sweep)
            if die < min(a.end, self.to):
                a.end, a.status = die, "banned"
                if r.random() < 0.8 and len(self.members) < self.n * 1.3 and die < st.days - 2:
                    b = self.open(r.randrange(self.n), die + r.uniform(0.05, 3), again=True)
                    if b.group and a.group:
                        b.group = a.group
                    queue.append(b)

    def work(self):
        """Run the routine day by day over whatever accounts are alive."""
        load = self.plan["load"]
        if load in ("imitate", "resold"):
            return
        rng, st = self.st.rng, self.st
        idx = np.array([a.index for a in self.members])
        lo = np.array([max(0, a.created, a.start) for a in self.members])
        hi = np.array([min(a.end, self.to) for a in self.members])
        per = self.r.choice((0.12, 0.3, 0.8, 2, 4))
        swing = self.r.choice((0.1, 0.5, 1.0))
        policy = self.r.choice(("round", "random", "sticky", "skewed"))
        limit = self.plan.get("limit", self.r.choice((0.01, 0.06)))
        size = self.r.lognormvariate(3.2, 0.9)
        h0, h1 = self.hours
        for d in range(int(self.from_), int(np.ceil(self.to))):
            live = np.nonzero((lo < d + 1) & (hi > d))[0]
            if not len(live):
                continue
            if self.plan.get("rota"):
                live = live[(live + d * 7) % max(1, int(1 / self.plan["rota"])) == 0]
                per = 7
            if load == "sleep":  # keep-alives, then a few days of work near the end
                late = d > self.to - 5
                for j, h in enumerate((7, 13, 18)[: 1 + self.n % 3]):
                    t = d + (h - self.tz) / 24 + np.arange(len(live)) / 86400.0 + rng.exponential(0.0004)
                    self.put(idx[live], t, lo[live], hi[live], prompt=self.families[j % len(self.families)], count=1)
                if not late:
                    continue
            if load == "relay":
                self.serve(d, live, idx, lo, hi, policy, limit)
                continue
            m = rng.poisson(per * len(live) * np.exp(rng.normal(0, swing * 0.4)))
            if not m:
                continue
            if self.plan.get("lockstep"):
                jobs = d + (rng.integers(h0, h1, max(1, int(per))) + 0.0 - self.tz) / 24
                t = np.repeat(jobs, len(live)) + rng.exponential(0.004, len(jobs) * len(live))
                who = np.tile(live, len(jobs))
            else:
                t = np.sort(d + (rng.uniform(h0, h1, m) - self.tz) / 24)
                who = (
                    live[np.arange(m) % len(live)]
                    if policy == "round"
                    else live[(len(live) * rng.random(m) ** (2 if policy == "skewed" else 1)).astype(int)]
                )
            self.put(idx[who], t, lo[who], hi[who], count=np.maximum(1, size * np.exp(rng.normal(0, 0.5, len(t)))))

    def put(self, acc, t, lo, hi, prompt=-1, count=1, **kw):
        ok = (t >= lo) & (t < hi)
        pick = lambda x: np.asarray(x)[ok] if np.ndim(x) else x  # noqa: E731
        self.st.sit(acc[ok], t[ok], prompt=pick(prompt), count=pick(count), **kw)

    def serve(self, d, live, idx, lo, hi, policy, limit):
        """Spread customers' conversations; at a limit send the whole again on the next account."""
        rng, st, r = self.st.rng, self.st, self.r
        who = [c for c in self.client_pool if r.random() < min(0.95, c[2] * 1.5)]
        for j, (hour, text, _) in enumerate(who):
            t = d + ((hour + r.gauss(0, 2)) % 24) / 24
            k = (
                hash_of(text) % len(live)
                if policy == "sticky"
                else j % len(live)
                if policy == "round"
                else int(r.random() * len(live))
            )
            x = live[k]
            if not lo[x] <= t < hi[x]:
                continue
            prompt = text if r.random() < self.cover else -1
            st.sit(idx[x], [t], prompt=prompt, count=1 + int(r.lognormvariate(2.3, 1)))
            if r.random() < limit and len(live) > 1:
                y = live[(k + 1) % len(live)]
                late = t + r.uniform(5, 90) / 86400
                if lo[y] <= late < hi[y]:
                    conv = f"{r.getrandbits(62):016x}"
                    st.sit(idx[y], [late], prompt=prompt, count=1 + int(r.lognormvariate(2, 1)))
                    st.see(st.accounts[idx[x]], t, "conversation", conv)
                    st.see(st.accounts[idx[y]], late, "conversation", conv)
        if rng.random() < 0.5:  # token refresh and probe of whoever had nothing to do
            some = live[rng.random(len(live)) < 0.5]
            t = d + (7 - self.tz) / 24 + np.arange(len(some)) / 86400.0
            self.put(idx[some], t, lo[some], hi[some], prompt=-2, count=1)

    def take_over(self):
        """Use other people's accounts beside them."""
        st, r, rng = self.st, self.r, self.st.rng
        pool = [
            a
            for a in st.accounts
            if a.kind in ("person", "household")
            and not a.ring
            and a.created < self.from_
            and a.end > st.days
            and not a.grey
        ]
        for a in r.sample(pool, min(self.n, len(pool))):
            a.ring, a.operator, a.victim, a.kind = self.ring, self.name, True, self.kind
            t0 = r.uniform(self.from_, st.days - 3)
            m = 2 + rng.poisson(r.uniform(4, 30))
            t = t0 + np.sort(rng.random(m)) * min(r.uniform(2, 20), st.days - t0)
            st.sit(
                a.index,
                t,
                venue=self.way_out()[0][0],
                device=self.machine()[0],
                prompt=r.choice(self.families),
                count=rng.poisson(30, m) + 1,
            )
            self.members.append(a)

    def run(self):
        """Live the operator's life from first purchase to last request."""
        r, st, p = self.r, self.st, self.p
        if self.plan.get("takeover"):
            self.take_over()
            return
        if self.plan["exits"] == "borrowed":  # a router in somebody's office that is not theirs
            firms = [a for a in st.accounts if a.kind == "company" and a.at_work]
            if firms:
                host = r.choice(firms)
                self.borrowed = st.src[host.venues[0][0]][0]
                for a in firms:
                    if a.group == host.group and st.src[a.venues[0][0]][0] == self.borrowed:
                        a.framed = True
            else:
                self.borrowed = st.office()
        for i in range(self.n):
            self.open(i)
        if self.plan.get("star"):  # each has one thing in common with the first, and nothing with the rest
            hub = self.members[0]
            hub.rate, hub.venues, hub.start = 0.9, self.p.line(hub.country), hub.created
            for a in self.members[1:]:
                t = max(0.1, a.created + 0.02)
                u = r.random()
                a.venues = a.venues[:-1]  # the buyer never goes through the seller again
                if u < 0.5:
                    card = p.card()
                    p.pay(a, card, 30)
                    p.pay(hub, card, 30, max(t, hub.created))
                elif u < 0.75:
                    kit = p.gadget(0)
                    st.sit(a.index, [t], device=kit, count=1)
                    st.sit(hub.index, [max(t, hub.created) + 0.01], device=kit, count=1)
                else:
                    way = st.source(st.office())
                    st.sit(a.index, [t, t + 0.3], venue=way, count=2)
                    st.sit(hub.index, [max(t, hub.created) + 0.01], venue=way, count=1)
        if not self.plan.get("life"):
            self.police()
        if self.plan["cards"][1] >= 3 and r.random() < 0.15:  # a stolen card: its owner is framed
            owners = [x for x in st.log if x[2] == "payment" and not st.accounts[x[0]].ring]
            if owners:
                o = r.choice(owners)
                st.accounts[o[0]].framed = True
                for a in r.sample(self.members, min(3, len(self.members))):
                    p.pay(a, (o[3], ""), 30, max(a.created, 1.0))
        self.work()


def hash_of(x):
    """Give a stable hash of a small integer."""
    return (x * 2654435761) & 0xFFFFFFFF


def let_in(p, scenario, share):
    """Let operators in: sizes from a handful to a tenth of the world."""
    r, st, n = p.r, p.st, p.cfg["accounts"]
    market = Market(p)
    if share <= 0 or scenario == "clean":
        return
    kinds = [k for k in SCENARIOS[scenario] if r.random() < p.cfg["kinds"]] or [r.choice(SCENARIOS[scenario])]
    r.shuffle(kinds)
    while len(kinds) > 1 and sum(KINDS[k][1] for k in kinds) > share * n * 1.1:
        kinds.pop()
    jobs = []
    for k in kinds:
        jobs += [k] * (r.choice((2, 3)) if k == "rivals" and scenario == "default" else 1)
    weight = [KINDS[k][0] * r.lognormvariate(0, p.cfg["uneven"]) for k in jobs]
    total = sum(weight)
    shop, vendor = r.choice(market.shops), r.choice(market.vendors)
    for i, (k, w) in enumerate(zip(jobs, weight, strict=True)):
        m = min(int(n * 0.1), max(KINDS[k][1] if p.cfg["uneven"] < 1 else 5, int(share * n * w / total)))
        plan = dict(KINDS[k][2])
        if p.cfg["free_plans"] and not plan.get("takeover"):  # an operator of another make
            for name, options in (
                ("exits", ("static", "resi", "vpn", "servers", "mobile")),
                ("kit", ("none", "clean", "farm", "images")),
                ("signup", ("drip", "batches", "aged")),
            ):
                if r.random() < 0.35:
                    plan[name] = r.choice(options)
            plan.setdefault("per_exit", (2, 12))
            plan.setdefault("per_domain", (5, 60))
        same = k == "rivals"
        Operator(
            p,
            market,
            k,
            f"R{i + 1:02d}",
            f"O{i + 1:02d}",
            max(5, m),
            plan,
            shop if same else None,
            vendor if same else None,
        ).run()
