"""The honest world at its most confusing (domain.md, sections 2, 9.2-9.7 and 10.2).

Each function makes one group of about `n` accounts. `HONEST` says how many of a kind stand in a world of 200,000
accounts and how large they are.
"""

import numpy as np
from ground import (BILL, BIN, C_P, CONV, COUPON, DAY, DEV, GIT, IDV, IP, JUNK, LABELS, NAMED, NUMBER, ORG, PAY, PLAIN, POOR,
                    STAFF, TAGGED, TOOL, TPL, UA)  # fmt: skip

HONEST = {}
FREE, TRIAL, PRO, MAX, API, TEAM, ENT, EDU, STARTUP = range(9)


class Group:
    """A group under construction: its name, its own generator, short-cuts to the world."""

    def __init__(self, w, kind, name, label="honest"):
        self.w, self.r = w, w.rng(kind, name)
        self.kind, self.label = w.kind_id(kind), LABELS.index(label)
        self.group = w.name(w.groups, name)
        self.title = name

    def people(self, n, **kw):
        """New accounts of this group."""
        return self.w.people(self.r, n, kind=self.kind, group=self.group, label=self.label, **kw)

    def country(self):
        """Where this group sits."""
        return int(self.r.choice(len(C_P), p=self.w.c_p))

    def use(self, idx, typ, pool, **kw):
        """A share of the accounts bears values of a pool."""
        if self.w.wild:
            if 0.05 < kw.get("p", 1) < 1:
                kw["p"] = min(1.0, kw["p"] * self.r.uniform(0.4, 1.3))
            if isinstance(kw.get("k"), tuple):
                lo, hi = kw["k"]
                kw["k"] = (lo, max(lo, round(hi * self.r.uniform(0.4, 2))))
        self.w.use(self.r, idx, typ, pool, **kw)

    def see(self, idx, typ, val, **kw):
        """Account by account."""
        self.w.see(self.r, idx, typ, val, **kw)

    def deal(self, idx, typ, size, **kw):
        """Fresh values, each to so many accounts."""
        self.w.deal(self.r, idx, typ, self.stretch(size), **kw)

    def stretch(self, size):
        """In a wild world, a number or a range up to three times as large or small."""
        if not self.w.wild or size in {1, (2, 2)}:
            return size
        f = 3.0 ** self.r.uniform(-1, 1)
        lo, hi = size if isinstance(size, tuple) else (size, size)
        return max(1, round(lo * f)), max(2, round(lo * f), round(hi * f))

    def cards(self, idx, **kw):
        """Cards with their BIN."""
        if isinstance(kw.get("size"), tuple):
            kw["size"] = self.stretch(kw["size"])
        self.w.cards(self.r, idx, **kw)

    def one(self, typ):
        """A fresh value."""
        return self.w.fresh(typ, 1)

    def some(self, typ, n):
        """Fresh values."""
        return self.w.fresh(typ, max(1, int(n)))

    def u(self, a, b):
        """A number in a range, which is wider in a wild world."""
        if self.w.wild:
            a, b = (a * 0.5, min(1.0, b * 1.4)) if b <= 1 else (a / 2.5, b * 2.5)
        return self.r.uniform(a, b)

    def i(self, a, b):
        """A whole number in a range, both ends included; wider in a wild world unless it starts at 0 (an index)."""
        if self.w.wild and a > 0:
            return int(np.exp(self.r.uniform(np.log(max(0.6, a / 2.5)), np.log(b * 2.5))) + 0.5) or 1
        return int(self.r.integers(a, b + 1))

    def pick(self, idx, p):
        """A random share of the accounts."""
        return idx[self.r.random(len(idx)) < p]

    def day(self, back=2.0):
        """A midnight in the window or up to `back` windows before."""
        t = self.w.w1 - self.r.uniform(0.03, back) * self.w.days * DAY
        return int(t // DAY * DAY)


def kind(count, lo, hi, label="honest", power=0.0):
    """Register a kind: instances in a world of 200,000, sizes log-uniform in lo..hi, or with a Pareto tail."""

    def mark(f):
        HONEST[f.__name__] = (f, count, lo, hi, label, power)
        return f

    return mark


def life(**kw):
    """A private life with some odds changed."""
    return PLAIN | kw


# --- networks -----------------------------------------------------------------------------------------------------------


@kind(10, 1000, 3000)
def carrier_nat(g, n):
    """HN1: one address of a dense carrier."""
    c = g.country()
    idx = g.people(n, country=c, life=life(home=0.25, mobile=0.6, dev=0.95))
    a = int(g.w.carrier[c, 0]) + 60_000 + g.i(0, 4000)
    g.use(idx, IP, [a], p=0.97)
    g.use(idx, IP, a + np.arange(1, 6), p=0.3)


@kind(12, 100, 700)
def cgnat_poor(g, n):
    """Homes of a poor country behind a few addresses; the same cheap phones, the same prepaid card scheme."""
    c = int(g.r.choice(POOR))
    idx = g.people(
        n,
        country=c,
        life=life(home=0.1, mobile=0.5, dev=0.3, card=0.1, vpn=0.15),
        plan=g.r.choice([FREE, FREE, FREE, PRO], n),
    )
    pool = g.w.office(g.r, c, g.i(3, 14)) + 1000
    g.use(idx, IP, pool, k=(1, 5), span=5 * DAY)
    g.use(idx, DEV, g.w.dev_weak[g.i(0, 40) : g.i(60, 140)], p=0.6, s=0.7)
    g.cards(idx, bins=g.r.choice(g.w.bins, 1), p=0.25)


@kind(14, 15, 120)
def coworking(g, n):
    """A coworking space: one address, lives of their own."""
    c = g.country()
    idx = g.people(n, country=c, life=life(home=0.75))
    g.use(idx, IP, g.w.office(g.r, c, g.i(1, 2)), p=0.95)


@kind(12, 40, 300)
def dormitory(g, n):
    """A hall of residence or a village's wireless provider: one address and the same laptops."""
    c = g.country()
    idx = g.people(n, country=c, life=life(home=0, mobile=0.5), created=g.w.w1 - g.r.exponential(90, n) * DAY)
    g.use(idx, IP, g.w.office(g.r, c, g.i(1, 3)), k=(1, 2))
    g.use(idx, TPL, g.some(TPL, 3), p=0.15)


@kind(14, 20, 150)
def internet_cafe(g, n):
    """An internet café: one address, a dozen cloned machines."""
    c = int(g.r.choice(POOR))
    idx = g.people(
        n, country=c, life=life(home=0.15, dev=0.2, card=0.05), style=g.r.choice([NAMED, JUNK], n, p=[0.8, 0.2])
    )
    g.use(idx, IP, g.w.office(g.r, c), k=1)
    g.use(idx, DEV, g.some(DEV, g.i(3, 20)), p=0.85, k=(1, 3), s=0.3)


@kind(12, 15, 120)
def shelter(g, n):
    """A shelter for refugees: one address, three shared machines, prepaid numbers, sign-ups at one course of a charity."""
    c = g.country()
    t = g.day(1.2)
    idx = g.people(n, country=c, created=t + 10 * 3600 + g.r.choice([0, 1, 2, 7, 14], n) * DAY + g.r.uniform(0, 3, n) * 3600,
                   life=life(home=0, mobile=0.6, dev=0.25, card=0, tpl=0.6, phone=0.2), plan=FREE)  # fmt: skip
    g.use(idx, IP, g.w.office(g.r, c), k=1)
    g.use(idx, DEV, g.some(DEV, g.i(2, 6)), p=0.8, k=(1, 2))
    g.use(idx, TPL, g.some(TPL, 2), p=0.7)
    some = g.pick(idx, 0.12)
    g.w.numbers(some, g.r.choice(g.w.sms, len(some)))
    g.deal(g.pick(idx, 0.2), CONV, (1, 3))


@kind(12, 40, 400)
def conference(g, n):
    """A sign-up burst on a conference's Wi-Fi."""
    c = g.country()
    t = g.day(1.0) + 9 * 3600
    idx = g.people(n, created=t + g.r.beta(2, 3, n) * 8 * 3600, life=life(home=0.7, mobile=0.5))
    g.use(idx, IP, g.w.office(g.r, c, g.i(1, 4)), p=0.97, lo=t, hi=t + 2 * DAY)
    g.use(idx, COUPON, g.one(COUPON), p=0.7)
    g.use(idx, TPL, g.some(TPL, 2), p=0.4, hi=t + 3 * DAY)


@kind(10, 50, 600)
def hosted_notebook(g, n):
    """Users of a hosted notebook: one client, many egress addresses, starter templates."""
    idx = g.people(n, life=life(home=0.5), plan=g.r.choice([FREE, API, PRO], n))
    g.use(idx, IP, g.w.rack(g.r, max(4, n // 4)), k=(1, 6), span=DAY)
    g.use(idx, TPL, g.some(TPL, g.i(4, 12)), p=0.55, s=1.0)
    g.use(idx, UA, [g.i(0, 30)], p=0.9)
    g.use(idx, TOOL, g.w.tools[: g.i(5, 40)], p=0.3, s=1.0)


@kind(10, 40, 300)
def ci_runner(g, n):
    """Repositories on a public CI service: its egress, its action's prompt, work at night."""
    idx = g.people(n, life=life(home=0.3, dev=0.4), plan=API, robot=True)
    g.use(idx, IP, g.w.rack(g.r, max(6, n // 2)), k=(2, 9), span=DAY)
    g.use(idx, TPL, g.some(TPL, g.i(1, 4)), p=0.6, s=1.0)
    g.deal(idx, GIT, (1, 2), p=0.7)
    g.use(idx, UA, [30 + g.i(0, 30)])


@kind(10, 40, 800)
def low_code(g, n):
    """A low-code platform with three to thirty addresses for everybody."""
    idx = g.people(n, life=life(home=0.6))
    g.use(idx, IP, g.w.rack(g.r, g.i(3, 30)), k=(1, 5))
    g.use(idx, TOOL, g.some(TOOL, g.i(1, 3)), p=0.85)
    g.use(idx, TPL, g.some(TPL, g.i(5, 20)), p=0.4, s=1.0)


# --- firms --------------------------------------------------------------------------------------------------------------


def firm(g, n, c, *, plan=TEAM, life=STAFF, created=None, domain=None, **kw):
    """Employees on a firm's own mail domain."""
    dom = g.w.domain(g.r, "firm") if domain is None else domain
    if created is None:
        created = g.w.w1 - g.u(40, 700) * DAY + g.r.exponential(60, n) * DAY
        created = np.where(created > g.w.w1 - 600, g.w.ages(g.r, n), created)
    return dom, g.people(n, country=np.where(g.r.random(n) < 0.9, c, g.r.choice(len(C_P), n, p=g.w.c_p)), created=created,
                         dom=np.where(g.r.random(n) < 0.94, dom, g.w.mail(g.r, n)), plan=plan, life=life, stay=0.95, **kw)  # fmt: skip


@kind(330, 2, 500, power=0.85)
def company(g, n):
    """A company: domain, one to four addresses, often one card."""
    c = g.country()
    ips = g.w.office(g.r, c, g.i(1, 4))
    dom, idx = firm(g, n, c)
    g.use(idx, IP, ips, p=0.9, k=(1, 2))
    tpl = g.some(TPL, 1 + n // 25)
    g.use(idx, TPL, tpl, p=0.5, s=0.8)
    if g.r.random() < 0.5:
        g.cards(idx, size=n + 1, p=0.8)
    else:
        g.cards(idx, size=(1, 6), p=0.6)
    g.use(idx, GIT, g.some(GIT, 1 + n // 10), p=0.3, s=0.8)
    g.use(idx, CONV, g.some(CONV, 1 + n // 3), p=0.12, span=2 * DAY)
    if n >= 10:
        g.use(idx, ORG, g.one(ORG), p=0.8)
    if n >= 12:
        g.w.companies.append({"ips": ips, "dom": dom, "tpl": tpl, "idx": idx, "country": c})


@kind(4, 1000, 4000)
def enterprise(g, n):
    """HN4: one card, one domain, a house template, single sign-on; some plants and a crowd at home."""
    c = g.country()
    ips = np.concatenate([g.w.office(g.r, c, 4) for _ in range(g.i(1, 5))])
    dom, idx = firm(g, n, c, plan=ENT)
    g.use(idx, IP, ips, p=0.95, k=(1, 3), s=0.6)
    tpl = g.some(TPL, g.i(3, 30))
    g.use(idx, TPL, tpl, p=0.8, s=1.0)
    g.cards(idx, size=n + 1, p=g.u(0.3, 1))
    g.use(idx, ORG, g.one(ORG), p=0.97)
    g.use(idx, DEV, g.some(DEV, max(3, n // 60)), p=0.3, s=0.5)
    g.w.companies.append({"ips": ips, "dom": dom, "tpl": tpl, "idx": idx, "country": c})


@kind(60, 10, 180)
def sase_tenant(g, n):
    """A company whose traffic leaves from the pool of a zero-trust provider, with other companies'."""
    c = g.country()
    dom, idx = firm(g, n, c)
    g.use(idx, IP, g.w.sase[g.i(0, len(g.w.sase) - 1)], k=(2, 6), span=2 * DAY)
    tpl = g.some(TPL, 1 + n // 30)
    g.use(idx, TPL, tpl, p=0.45)
    g.cards(idx, size=n + 1, p=0.9 if g.r.random() < 0.5 else 0.1)
    g.w.companies.append({"ips": g.w.sase[0][:2], "dom": dom, "tpl": tpl, "idx": idx, "country": c})


@kind(14, 15, 160)
def cloud_desktop(g, n):
    """Cloud desktops: a few machine images and one egress for a whole firm; contractors on webmail among them."""
    c = g.country()
    _, idx = firm(g, n, c, life=STAFF | {"dev": 0.15})
    out = g.pick(idx, 0.35)
    g.w.dom[out] = g.r.choice(3, len(out))
    g.use(idx, IP, g.w.rack(g.r, g.i(1, 3)))
    g.use(idx, DEV, g.some(DEV, g.i(1, 4)), p=0.95)
    g.use(idx, TPL, g.some(TPL, g.i(1, 4)), p=0.6)
    g.cards(idx, size=n + 1, p=0.5)


@kind(12, 40, 250)
def call_centre(g, n):
    """A call centre: hot desks, shifts, a script for all, high turnover."""
    c = int(g.r.choice(POOR)) if g.r.random() < 0.7 else g.country()
    t = g.w.w1 - g.r.exponential(80, n) // 14 * 14 * DAY - g.r.uniform(0, 6, n) * 3600 - DAY
    _, idx = firm(g, n, c, life=STAFF | {"dev": 0.1, "mobile": 0.4}, created=t)
    g.use(idx, IP, g.w.office(g.r, c, g.i(1, 2)))
    g.use(idx, DEV, g.some(DEV, max(3, n // 4)), k=(2, 6))
    g.use(idx, TPL, g.some(TPL, g.i(1, 3)), p=0.9)
    g.cards(idx, size=n + 1, p=g.u(0.2, 0.9))


@kind(12, 15, 80)
def hospital_ward(g, n):
    """A hospital's wards: kiosks passed round, one egress, three shifts."""
    c = g.country()
    _, idx = firm(g, n, c, life=STAFF | {"dev": 0.3})
    g.use(idx, IP, g.w.office(g.r, c))
    g.use(idx, DEV, g.some(DEV, max(2, n // 7)), k=(1, 4))
    g.use(idx, TPL, g.some(TPL, 2), p=0.4)


@kind(12, 20, 200)
def franchise(g, n):
    """A franchise: one card, one domain, one prompt, a place for each branch."""
    c = g.country()
    _, idx = firm(g, n, c, plan=g.r.choice([TEAM, PRO], n))
    at = np.array([g.w.office(g.r, c)[0] for _ in range(max(3, n // 3))])
    g.use(idx, IP, at)
    g.use(idx, TPL, g.one(TPL), p=0.9)
    g.cards(idx, size=n + 1, p=0.75)
    g.use(idx, TOOL, g.one(TOOL), p=0.6)


@kind(12, 20, 150)
def card_programme(g, n):
    """A corporate card programme: a virtual card for each employee, in one range, all issued in one week."""
    c = g.country()
    _, idx = firm(g, n, c)
    g.cards(idx, bins=g.r.choice(g.w.vbins, 1), p=0.95)
    g.use(idx, IP, g.w.office(g.r, c, g.i(1, 3)), p=0.5)
    g.use(idx, BILL, g.one(BILL), p=0.95)
    g.use(idx, TPL, g.some(TPL, 1 + n // 20), p=0.4)


@kind(10, 100, 2000)
def migration(g, n):
    """A company moves to another tenant: all its accounts are made again in a day, by a script."""
    c = g.country()
    t = g.day(0.9)
    dom, idx = firm(g, n, c, plan=ENT, created=t + np.arange(n) * g.u(1, 20) % (20 * 3600))
    g.use(idx, IP, g.w.office(g.r, c, 4), p=0.9, k=(1, 2))
    g.see(g.pick(idx, 0.9), IP, int(g.w.rack(g.r, 1)[0]), hi=t + DAY)  # the script's own address
    g.use(idx, ORG, g.one(ORG))
    g.cards(idx, size=n + 1, p=0.4)
    g.use(idx, TPL, g.some(TPL, g.i(2, 12)), p=0.6, s=1.0)
    old = g.people(
        max(2, n // 12),
        country=c,
        created=g.w.w1 - g.r.uniform(200, 700, max(2, n // 12)) * DAY,
        dom=dom,
        plan=TEAM,
        life=STAFF,
    )
    g.w.a1[old] = np.maximum(t, g.w.w0 + 3600)
    g.w.status[old] = 2


@kind(16, 5, 300)
def agency(g, n):
    """HN5: one card and one office over many clients' accounts and domains."""
    c = g.country()
    k = max(2, n // 4)
    doms = np.array([g.w.domain(g.r, "firm") for _ in range(k)])
    idx = g.people(n, country=c, dom=doms[g.r.integers(0, k, n)], life=STAFF, plan=g.r.choice([PRO, API, TEAM], n))
    g.use(idx, IP, g.w.office(g.r, c), p=0.9)
    g.cards(idx, size=n + 1, p=0.9)
    g.use(idx, TPL, g.some(TPL, 2 + n // 10), p=0.5)
    g.deal(idx, GIT, (1, 4), p=0.4)


@kind(14, 8, 60)
def translators(g, n):
    """Translators of one agency: all over the world, one glossary prompt, virtual cards the agency paid for."""
    idx = g.people(n, life=life(card=0.1, vpn=0.2), created=g.w.ages(g.r, n), rate=np.exp(g.r.normal(4.2, 0.8, n)))
    g.use(idx, TPL, g.some(TPL, g.i(1, 3)), p=0.9, s=0.5)
    g.cards(idx, bins=g.r.choice(g.w.vbins, 1), p=0.8)
    g.use(idx, TOOL, g.one(TOOL), p=0.7)
    g.use(idx, BILL, g.one(BILL), p=0.5)


@kind(12, 10, 60)
def incubator(g, n):
    """An incubator: one house, one programme of credits, a domain for each start-up."""
    c = g.country()
    k = max(3, n // 3)
    doms = np.array([g.w.domain(g.r, "firm") for _ in range(k)])
    idx = g.people(
        n,
        country=c,
        created=g.day(4) + g.r.uniform(0, 10, n) * DAY,
        dom=doms[np.arange(n) % k],
        plan=STARTUP,
        life=STAFF,
    )
    g.use(idx, IP, g.w.office(g.r, c, 2), p=0.8)
    g.use(idx, COUPON, g.one(COUPON), p=0.95)
    g.deal(idx, PAY, (2, 4), p=0.7)
    g.deal(idx, TPL, (2, 4), p=0.6)


# --- schools ------------------------------------------------------------------------------------------------------------


def campus_of(g):
    """One of the world's campuses."""
    if not g.w.campuses:
        r = g.w.rng("campuses")
        for _ in range(max(3, round(14 * g.w.scale))):
            c = int(r.choice(len(C_P), p=g.w.c_p))
            g.w.campuses.append(
                (c, g.w.office(r, c, int(r.integers(1, 9))), g.w.domain(r, "campus"), g.w.fresh(DEV, 12))
            )
    return g.w.campuses[g.i(0, len(g.w.campuses) - 1)]


@kind(12, 100, 800)
def campus(g, n):
    """A campus: its mail domain, one to eight addresses, some classroom machines."""
    c, ips, dom, dev = campus_of(g)
    idx = g.people(
        n,
        country=c,
        dom=np.where(g.r.random(n) < 0.8, dom, 0),
        style=g.r.choice([NAMED, NUMBER], n),
        life=life(home=0.5, mobile=0.4),
    )
    g.use(idx, IP, ips, p=0.85, k=(1, 3))
    g.use(idx, DEV, dev, p=0.08, k=(1, 2))


@kind(12, 150, 700)
def course(g, n):
    """HN2: the same prompt in the same week on the same campus."""
    c, ips, dom, dev = campus_of(g)
    t = g.day(0.95)
    new = g.r.random(n) < g.u(0.2, 0.95)
    idx = g.people(n, country=c, created=np.where(new, t + g.r.exponential(1.5 * DAY, n), g.w.ages(g.r, n)), dom=np.where(g.r.random(n) < 0.85, dom, 0),
                   style=g.r.choice([NAMED, NUMBER], n), life=life(home=0.4, mobile=0.4), plan=g.r.choice([EDU, FREE], n))  # fmt: skip
    g.use(idx, IP, ips, p=0.9, k=(1, 3), lo=t, hi=t + 9 * DAY)
    g.use(idx, TPL, g.some(TPL, g.i(1, 3)), p=0.95, lo=t, hi=t + 8 * DAY)
    g.use(idx, COUPON, g.one(COUPON), p=g.r.choice([0, 0.9]))
    g.use(idx, GIT, g.one(GIT), p=0.6, lo=t)
    g.use(idx, CONV, g.one(CONV), p=0.3, lo=t, hi=t + 2 * DAY)
    g.use(idx, DEV, dev, p=0.15)


@kind(12, 50, 500)
def hackathon(g, n):
    """HN3: some hundred sign-ups in hours, one address, one coupon, one starter prompt."""
    c = g.country()
    t = g.day(1.0) + 8 * 3600
    idx = g.people(n, country=np.where(g.r.random(n) < 0.7, c, g.country()), created=t + g.r.beta(1.3, 4, n) * 10 * 3600, plan=g.r.choice([TRIAL, API, FREE], n),
                   stay=0.5, life=life(home=0.5, mobile=0.5))  # fmt: skip
    g.use(idx, IP, g.w.office(g.r, c, g.i(1, 2)), lo=t, hi=t + 2 * DAY)
    g.use(idx, COUPON, g.one(COUPON), p=0.95)
    g.use(idx, TPL, g.some(TPL, g.i(1, 4)), p=0.8, lo=t, hi=t + 2 * DAY)
    g.deal(idx, GIT, (3, 5), p=0.8)
    g.deal(idx, CONV, (2, 4), p=0.3)


@kind(14, 20, 80)
def bootcamp(g, n):
    """Cohorts of a bootcamp: webmail, one voucher for each, one repository, prompts of the week, from home."""
    k = g.i(2, 4)
    t = g.day(1.5)
    co = g.r.integers(0, k, n)
    idx = g.people(
        n,
        created=t - co * 35 * DAY + g.r.uniform(0, 2, n) * 3600,
        dom=np.where(g.r.random(n) < 0.9, 0, 1),
        life=life(home=0.8, priv=0.2),
    )
    for j in range(k):
        g.use(idx[co == j], COUPON, g.one(COUPON))
        g.use(idx[co == j], CONV, g.one(CONV), p=0.4)
    g.use(idx, GIT, g.some(GIT, 2), p=0.8)
    g.use(idx, TPL, g.some(TPL, 5), p=0.9, k=(1, 3))
    g.use(idx, UA, [g.i(0, 20)])


@kind(12, 30, 400)
def school_tablets(g, n):
    """A school's tablets: one image, one egress, pupils' numbers as names."""
    c = g.country()
    dom = g.w.domain(g.r, "campus")
    idx = g.people(n, country=c, created=g.day(3) + g.r.integers(0, 4, n) * DAY + g.r.uniform(8, 10, n) * 3600, dom=dom, style=NUMBER, plan=EDU,
                   life=life(home=0.2, mobile=0.1, dev=0, card=0, phone=0))  # fmt: skip
    g.use(idx, IP, g.w.office(g.r, c))
    g.use(idx, DEV, g.some(DEV, g.i(1, 5)))
    g.use(idx, TPL, g.some(TPL, g.i(1, 6)), p=0.5)


@kind(12, 50, 600)
def student_discount(g, n):
    """Alumni and students who keep a campus address for life and a discount with it, scattered over the world."""
    dom = g.w.domain(g.r, "campus")
    idx = g.people(n, dom=dom, style=g.r.choice([NAMED, NUMBER], n), plan=EDU)
    g.use(idx, COUPON, g.one(COUPON), p=0.9)


# --- crowds without a house ---------------------------------------------------------------------------------------------


@kind(650, 2, 6)
def family(g, n):
    """HN8: address, card and devices shared, but tiny."""
    c = g.country()
    idx = g.people(n, country=c, life=life(home=0, mobile=0.3, dev=0.6, card=0.1))
    g.see(idx, IP, int(g.w.isp_base[g.r.choice(g.w.isps_of[c])]) + g.i(256, 65_000))
    g.use(idx, DEV, g.some(DEV, g.i(1, 3)), p=0.8)
    g.cards(idx, size=n + 1, p=0.7)
    g.use(idx, BILL, g.one(BILL), p=0.7)
    if g.r.random() < 0.4:
        g.w.numbers(idx, g.w.new_phones(1)[0])


@kind(16, 20, 8000, power=0.3)
def byok_vendor(g, n):
    """HN6: customers of a vendor: its fixed prompt, and its egress for most."""
    idx = g.people(n, created=g.w.ages(g.r, n), plan=g.r.choice([API, PRO, FREE], n))
    g.use(idx, TPL, g.some(TPL, g.i(1, 2)), p=0.97, s=1.5)
    g.use(idx, IP, g.w.rack(g.r, g.i(1, 6)), p=g.u(0.5, 0.95), k=(1, 2))
    g.use(idx, TOOL, g.one(TOOL), p=0.6)


@kind(14, 20, 5000, power=0.3)
def white_label(g, n):
    """A white-label product: one prompt for all customers, traffic from everywhere, often in one fad."""
    t = g.day(2)
    idx = g.people(n, created=np.where(g.r.random(n) < 0.5, t + g.r.exponential(5 * DAY, n), g.w.ages(g.r, n)))
    g.use(idx, TPL, g.one(TPL), p=0.97)
    g.use(idx, TOOL, g.one(TOOL), p=0.8)
    g.use(idx, UA, [g.i(0, 159)])


@kind(12, 30, 400)
def reseller_customers(g, n):
    """Customers of a licensed reseller: paid with its cards or its codes, scattered lives afterwards."""
    idx = g.people(n, created=g.w.ages(g.r, n) - 3 * DAY, plan=PRO, life=life(card=0.02))
    if g.r.random() < 0.5:
        g.use(idx, PAY, g.some(PAY, g.i(1, 4)), p=0.95)
    else:
        g.cards(idx, bins=g.r.choice(g.w.vbins, 1), p=0.95)
        g.use(idx, COUPON, g.some(COUPON, g.i(1, 3)), p=0.9)
    g.use(idx, BILL, g.one(BILL), p=0.6)


@kind(10, 40, 300)
def prepaid_bin(g, n):
    """People with the prepaid card of one supermarket, in one land."""
    c = g.country()
    idx = g.people(n, country=c, life=life(card=0))
    b = g.some(BIN, 1)
    g.cards(idx, bins=b)


@kind(14, 4, 25)
def shared_mailbox(g, n):
    """A laboratory or a charity whose people sign up as tags of one mailbox."""
    c = g.country()
    g.w.next_box += 1
    idx = g.people(n, country=c, dom=g.r.choice([0, g.w.domain(g.r, "own")]), style=TAGGED, created=g.w.ages(g.r, n))
    g.w.box[idx] = g.w.next_box
    g.use(idx, IP, g.w.office(g.r, c), p=0.7)
    g.use(idx, TPL, g.one(TPL), p=0.4)


@kind(12, 30, 300)
def influencer_wave(g, n):
    """Viewers of one video: its prompt, its referral code, its VPN, all in two days."""
    t = g.day(1.0) + g.i(0, 23) * 3600
    idx = g.people(n, created=t + g.r.exponential(9 * 3600, n), style=g.r.choice([NAMED, JUNK], n, p=[0.8, 0.2]),
                   life=life(home=0.5, vpn=0.5), plan=g.r.choice([FREE, TRIAL], n), stay=0.4)  # fmt: skip
    g.use(idx, COUPON, g.one(COUPON), p=0.85)
    g.use(idx, TPL, g.some(TPL, 2), p=0.85, lo=t, hi=t + 9 * DAY)
    g.use(idx, TOOL, g.one(TOOL), p=0.4)
    g.use(idx, IP, g.r.choice(g.w.vpn_exits[20:], 8), p=0.5, k=(1, 3))
    g.cards(idx, bins=g.r.choice(g.w.vbins, 2), p=0.2)


@kind(12, 30, 300, "grey")
def shut_out(g, n):
    """People of a land that is not served: one helper's shop, rented numbers, virtual cards, a small proxy. Grey."""
    c = int(g.r.choice([g.w.code["KR"], g.w.code["HK"], g.w.code["PK"], g.w.code["VN"]]))
    shop = g.r.choice(g.w.shops[g.i(0, 8)], 3)
    bought = g.r.random(n) < 0.35
    idx = g.people(n, country=c, created=g.w.ages(g.r, n), dom=np.where(bought, g.r.choice(shop, n), g.w.mail(g.r, n)),
                   style=np.where(bought, JUNK, NAMED), life=life(home=0.1, vpn=0.5, card=0))  # fmt: skip
    g.use(idx, IP, g.w.rack(g.r, g.i(3, 12)), p=0.7, k=(1, 3))
    g.cards(idx, bins=g.r.choice(g.w.vbins, 2), p=0.6)
    some = g.pick(idx, 0.5)
    g.w.numbers(some, g.r.choice(g.w.sms, len(some)))
    g.use(idx, IP, g.w.exits(g.r, 0, 60), p=0.4, k=(1, 3), span=DAY)


# --- one owner ----------------------------------------------------------------------------------------------------------


@kind(40, 3, 25, "same_owner")
def freelancer_tests(g, n):
    """A freelancer's own test accounts: everything shared, on tags of one mailbox or one domain."""
    c = g.country()
    g.w.next_box += 1
    tag = g.r.random() < 0.6
    idx = g.people(n, country=c, dom=0 if tag else g.w.domain(g.r, "own"), style=TAGGED if tag else NAMED,
                   created=np.sort(g.w.ages(g.r, n)), life=life(home=0, mobile=0.1, dev=0.1, card=0, priv=0.1))  # fmt: skip
    g.w.box[idx] = g.w.next_box if tag else -1
    g.see(idx, IP, int(g.w.isp_base[g.r.choice(g.w.isps_of[c])]) + g.i(256, 65_000))
    g.use(idx, DEV, g.some(DEV, g.i(1, 2)), p=0.9)
    g.use(idx, PAY, g.one(PAY), p=0.5)
    g.use(idx, GIT, g.some(GIT, 2), p=0.7)
    g.use(idx, TPL, g.some(TPL, 3), p=0.8, k=(1, 2))


@kind(12, 10, 120, "same_owner")
def load_test(g, n):
    """A company's load test or staging: numbered accounts, one hour, lockstep."""
    c = g.country()
    dom = g.w.domain(g.r, "firm")
    t = g.day(1.5)
    g.w.next_box += 1
    idx = g.people(
        n,
        country=c,
        dom=dom,
        style=TAGGED,
        created=t + g.r.uniform(0, 1800, n),
        plan=API,
        robot=True,
        life={"home": 0, "ua": 0.5},
    )
    g.w.box[idx] = g.w.next_box
    tick = np.maximum(t, g.w.w0) + np.arange(0, 20) * 6 * 3600.0
    g.use(idx, IP, g.w.rack(g.r, g.i(1, 4)), ticks=tick)
    g.use(idx, TPL, g.some(TPL, g.i(1, 3)), ticks=tick)
    g.use(idx, PAY, g.one(PAY), p=0.7)
    g.use(idx, ORG, g.one(ORG))


@kind(90, 2, 5, "same_owner")
def own_pool(g, n):
    """Somebody pools two to five subscriptions of their own with an open relay."""
    c = g.country()
    idx = g.people(
        n, country=c, plan=MAX, life=life(home=0, dev=0.3, card=0.2, tpl=0.8), rate=np.exp(g.r.normal(5, 0.7, n))
    )
    g.see(idx, IP, int(g.w.isp_base[g.r.choice(g.w.isps_of[c])]) + g.i(256, 65_000))
    g.use(idx, DEV, g.one(DEV))
    g.use(idx, CONV, g.some(CONV, 12), k=(3, 8), span=DAY)
    g.use(idx, GIT, g.some(GIT, 3), p=0.9, k=(1, 2))
    g.use(idx, PAY, g.one(PAY), p=0.5)
    g.use(idx, IDV, g.one(IDV), p=0.3)


@kind(12, 8, 80, "same_owner")
def agent_fleet(g, n):
    """A firm's service accounts for its agents: lockstep, night work, one repository, one domain."""
    c = g.country()
    dom = g.w.domain(g.r, "firm")
    idx = g.people(n, country=c, dom=dom, created=g.w.w1 - g.u(20, 300) * DAY + g.r.uniform(0, 8, n) * DAY, plan=ENT, robot=True,
                   life={"home": 0, "ua": 1.0, "tpl": 0.3}, rate=np.exp(g.r.normal(5.5, 0.6, n)))  # fmt: skip
    tick = g.w.w0 + np.arange(0, g.w.days * 4) * 6 * 3600.0
    g.use(idx, IP, g.w.rack(g.r, g.i(2, 8)), k=(1, 3), ticks=tick)
    g.use(idx, TPL, g.some(TPL, g.i(2, 6)), k=(1, 3), ticks=tick)
    g.use(idx, GIT, g.some(GIT, g.i(1, 4)), p=0.9)
    g.use(idx, TOOL, g.one(TOOL))
    g.cards(idx, size=n + 1, p=0.9)
    g.use(idx, ORG, g.one(ORG))


def sizes(w, name, count, lo, hi, power):
    """How many of a kind, and how large."""
    r = w.rng("sizes", name)
    k = max(1, round(count * w.scale * w.par("n_" + name, 1, 2.5)))
    hi = max(lo + 1, min(hi, w.n_target * 0.03))
    lo = min(lo, hi)
    if power:  # a Pareto tail, cut at hi
        u = r.random(k)
        s = lo * (1 - u * (1 - (lo / hi) ** power)) ** (-1 / power)
    else:
        s = np.exp(r.uniform(np.log(lo), np.log(hi), k))
    return np.maximum(2, np.round(s * w.par("size_" + name, 1, 1.6))).astype(int)


def build_honest(w, *, grey=True):
    """All groups that are no ring."""
    order = list(HONEST)
    w.rng("order").shuffle(order)
    for name in order:
        f, count, lo, hi, label, power = HONEST[name]
        if label == "grey" and not grey:
            continue
        for j, n in enumerate(sizes(w, name, count, lo, hi, power)):
            if w.used + n > 0.72 * w.n_target:  # a small world has not room for all kinds
                break
            f(Group(w, name, f"{name}-{j:03d}", label), int(n))


def build_lone(w, n):
    """Everybody else: home, mobile, cloud, VPN."""
    rng = w.rng("lone")
    p = np.array(
        [
            w.par("seg_home", 0.58, 2),
            w.par("seg_mobile", 0.16, 2),
            w.par("seg_cloud", 0.16, 2),
            w.par("seg_vpn", 0.1, 2),
        ]
    )
    parts = rng.multinomial(n, p / p.sum())
    lives = [life(home=1, mobile=0.2, vpn=0.02, cloud=0.02), life(home=0.12, mobile=1, card=0.3, dev=0.95),
             life(home=0.25, mobile=0, cloud=1, dev=0.55, card=0.6), life(home=0.35, mobile=0.15, vpn=1)]  # fmt: skip
    names = ["home", "mobile", "cloud", "vpn"]
    out = [w.people(rng, int(k), kind=w.kind_id("lone_" + nm), life=lf)
           for k, lf, nm in zip(parts, lives, names, strict=True)]  # fmt: skip
    idx = np.concatenate(out) if out else np.array([], int)
    ban = idx[rng.random(len(idx)) < w.par("wrong_bans", 0.0015, 4)]  # bans hit the honest too
    w.status[ban] = 1
    return idx
