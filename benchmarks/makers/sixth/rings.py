"""Rings of operators who adapt (domain.md, sections 1, 8, 9.6, 9.8 and 10.1).

Each function makes one ring of exactly `n` members (victims of takeovers come on top, out of the honest accounts).
Every member keeps an honest shell: a carrier, a VPN, a common phone, a public prompt, other people's addresses. A third
of the rings were banned in part within the window and grew again (domain.md, section 7): the new members take over some
of the old signals only.
"""

import numpy as np
from ground import BILL, BIN, CONV, COUPON, DAY, DEV, GIT, IDV, IP, JUNK, NAMED, NICK, ORG, PAY, SHELL, TOOL, TPL, UA
from honest import API, EDU, ENT, FREE, PRO, STAFF, STARTUP, TEAM, TRIAL, Group, firm

RINGS = {}


def ring(lo, hi, big=None, weight=1.0):
    """Register a ring: small ones lo..hi, large ones in the range `big` as domain.md has them."""

    def mark(f):
        RINGS[f.__name__] = (f, lo, hi, big, weight)
        return f

    return mark


class Ring(Group):
    """A ring under construction: a group whose members may have been banned and replaced."""

    def __init__(self, w, kind, name, label="ring", campaign=None):
        super().__init__(w, kind, name, label)
        self.camp = w.name(w.campaigns, campaign) if campaign else -1
        self.heirs = np.array([], int)
        self.keep = 1.0

    def members(self, n, *, life=None, regrow=0.3, burst=None, span=None, **kw):
        """Members, signed up in night bursts or over a span; some banned and replaced."""
        w, r = self.w, self.r
        shell = SHELL | {"spill": min(0.97, w.par("contaminated", 0.85, 1.6))} | (life or {})
        if "created" not in kw:
            if span:
                kw["created"] = w.w1 - r.uniform(0.01, 1, n) * span
            else:
                k = burst or max(1, n // 25)
                t = w.w1 - r.uniform(0.1, 2.2, k) * w.days * DAY // DAY * DAY
                kw["created"] = (
                    (t // DAY * DAY)[r.integers(0, k, n)] + r.uniform(2, 5, n) * 3600 + r.integers(0, 3, n) * 8 * 3600
                )
        kw.setdefault("stay", 0.93)
        kw.setdefault("robot", r.random(n) < w.par("ring_robot", 0.7, 1.4, 1))
        idx = self.people(n, life=shell, **kw)
        w.campaign[idx] = self.camp
        if r.random() < w.par("regrow", regrow, 2, 1) and n >= 6:
            at = w.w0 + r.uniform(0.25, 0.75) * (w.w1 - w.w0)
            old = r.random(n) < r.uniform(0.3, 0.55)
            can = old & (w.created[idx] < at - DAY)
            w.status[idx[can]] = 1
            w.a1[idx[can]] = at + r.uniform(0, 3600, can.sum())
            new = ~old & (r.random(n) < 0.85)
            self.heirs = idx[new]
            w.created[idx[new]] = at + r.exponential(DAY, new.sum())
            w.created[idx[new]] = np.minimum(w.created[idx[new]], w.w1 - 7200)
            w.a0[idx[new]], w.a1[idx[new]] = w.created[idx[new]], w.w1
            self.keep = r.uniform(0.15, 0.95)
        return idx

    def use(self, idx, typ, pool, **kw):
        """As for a group; heirs take over a part of the pool, and the rest is new to them."""
        pool = np.asarray(pool)
        new = np.isin(idx, self.heirs)
        if not new.any() or typ in {UA, TOOL} or (typ == IP and kw.get("span")):
            super().use(idx, typ, pool, **kw)
            return
        super().use(idx[~new], typ, pool, **kw)
        swap = self.r.random(len(pool)) > self.keep
        later = pool.copy()
        later[swap] = self.w.hosts(self.r, swap.sum()) if typ == IP else self.w.fresh(typ, swap.sum())
        super().use(idx[new], typ, later, **kw)

    def exit(self, idx, vendor, *, p=1.0, k=(1, 3), **when):
        """Exits of a vendor, a day each: drawn one by one from its whole pool, so that ring-mates seldom meet."""
        if self.w.wild:
            k = (k[0], max(k[0], round(k[1] * self.r.uniform(0.4, 2.5))))
        idx = self.pick(idx, p)
        idx = np.repeat(idx, self.r.integers(k[0], k[1] + 1, len(idx)))
        self.see(idx, IP, self.w.exits(self.r, vendor, len(idx)), span=DAY, **when)

    def deal(self, idx, typ, size, **kw):
        """As for a group; heirs take their part in the old hands, or are dealt new ones."""
        for part in self.hands(idx):
            super().deal(part, typ, size, **kw)

    def cards(self, idx, **kw):
        """As for a group; heirs take their part in the old cards, or have new ones."""
        for part in self.hands(idx):
            super().cards(part, **kw)

    def hands(self, idx):
        """Split off the heirs who inherit nothing here."""
        new = np.isin(idx, self.heirs) & (self.r.random(len(idx)) > self.keep)
        return (idx[~new], idx[new]) if new.any() else (idx,)

    def mails(self, n, doms, p, style=JUNK):
        """Mail: a share p on the ring's domains, the rest webmail; looks made up or passable."""
        d = self.w.mail(self.r, n)
        on = self.r.random(n) < p
        d[on] = self.r.choice(doms, on.sum())
        st = np.where(self.r.random(n) < 0.5, style, self.r.choice([NAMED, NICK], n))
        return {"dom": d, "style": st}

    def burners(self, k):
        """New private mail domains."""
        return np.array([self.w.domain(self.r, "burner") for _ in range(max(1, int(k)))])

    def shop(self):
        """The mail domains of an account shop."""
        return np.array(self.w.shops[self.i(0, 8)])

    def ticks(self, every):
        """A clock of the operator's."""
        return self.w.w0 + self.u(0, every) + np.arange(0, self.w.w1 - self.w.w0, every)

    def rented(self, idx, p):
        """Numbers from a platform that rents them for minutes."""
        k = self.pick(idx, p)
        self.w.numbers(k, self.r.choice(self.w.sms, len(k)))


def speed(g, n, median, sd=0.6):
    """Requests on an active day."""
    if g.w.wild:
        median *= 4.0 ** g.r.uniform(-1, 1)
    return np.exp(g.r.normal(np.log(median), sd, n))


# --- the blatant ----------------------------------------------------------------------------------------------------------


@ring(10, 60, (50, 500))
def naive_farm(g, n):
    """R1: few servers, few cards, one throw-away domain or three, one prompt, one hour."""
    idx = g.members(
        n,
        burst=g.i(1, 3),
        life={"home": 0, "dev": 0.3, "vpn": 0.1},
        rate=speed(g, n, 60),
        plan=g.r.choice([TRIAL, PRO]),
        **g.mails(n, g.burners(g.i(1, 3)), 0.95),
    )
    t = g.ticks(DAY)
    g.use(idx, IP, g.w.rack(g.r, g.i(1, 5)), k=(1, 2), ticks=t)
    g.cards(idx, size=(10, 40), p=0.9)
    g.use(idx, TPL, g.one(TPL), p=0.97, ticks=t)


@ring(12, 60, (200, 1500))
def trial_farm(g, n):
    """R2: accounts that live a day or three on free credit; phones in a rack, a proxy for each twenty."""
    made = g.w.w1 - g.r.uniform(0.02, 1, n) * g.w.days * DAY
    idx = g.members(
        n,
        created=np.sort(made),
        regrow=0,
        life={"home": 0, "dev": 0, "priv": 0.6},
        plan=TRIAL,
        rate=speed(g, n, 90),
        **g.mails(n, g.burners(1 + n // g.i(40, 160)), 0.9),
    )
    g.w.a1[idx] = np.minimum(g.w.a0[idx] + g.r.uniform(0.6, 3, n) * DAY, g.w.w1).astype(np.int64)
    g.w.share[idx] = 1
    g.deal(idx, IP, (15, 40))
    g.deal(idx, DEV, (12, 50), p=g.u(0.4, 0.95))
    g.cards(idx, bins=g.r.choice(g.w.bins, 1), p=g.r.choice([0, 0.7]))
    g.rented(idx, 0.6)
    g.use(idx, TPL, g.some(TPL, n // 10), p=0.3)


@ring(8, 40, (40, 250))
def one_card(g, n):
    """One card for all; everything else is every member's own."""
    idx = g.members(
        n,
        span=g.u(20, 200) * DAY,
        regrow=0.1,
        life={"home": 0.6, "priv": 0.8},
        dom=g.w.mail(g.r, n),
        rate=speed(g, n, 30, 1),
    )
    g.use(idx, PAY, g.one(PAY), p=0.97)
    g.exit(idx, 2, k=(1, 4))


@ring(8, 50, (60, 500))
def one_domain(g, n):
    """One private mail domain for all; everything else is every member's own."""
    idx = g.members(
        n, span=g.u(10, 120) * DAY, life={"home": 0.4}, rate=speed(g, n, 40, 1), **g.mails(n, g.burners(1), 1)
    )
    g.cards(idx, bins=g.r.choice(g.w.vbins, 3), p=0.8)
    g.exit(idx, 3, k=(2, 8))
    g.use(idx, TPL, g.some(TPL, 2 + n // 6), p=0.5)


@ring(8, 40, (50, 300))
def card_tester(g, n):
    """Card testers: each account tries five to thirty numbers of a walked range and dies within hours."""
    made = g.day(1.0) + np.sort(g.r.uniform(0, g.u(0.2, 4), n)) * DAY
    idx = g.members(
        n,
        created=made,
        regrow=0,
        life={"home": 0, "priv": 0.05, "tpl": 0.1, "dev": 0.4},
        plan=FREE,
        rate=np.ones(n),
        **g.mails(n, g.shop(), 0.3),
    )
    g.w.a1[idx] = np.minimum(g.w.a0[idx] + g.r.uniform(0.02, 0.6, n) * DAY + 900, g.w.w1).astype(np.int64)
    k = g.i(5, 30)
    walk = g.some(PAY, n * k // g.i(1, 3) + k)
    at = (np.arange(n)[:, None] * (len(walk) - k) // max(1, n) + np.arange(k)[None, :]) % len(walk)
    g.see(np.repeat(idx, k), PAY, walk[at.ravel()])
    g.use(idx, BIN, g.r.choice(g.w.bins, g.i(1, 2)))
    g.exit(idx, 0, k=(1, 3))
    g.use(idx, IP, g.w.vpn_exits[:60], p=0.5)


# --- those who spread the load ------------------------------------------------------------------------------------------------


@ring(15, 70, (300, 1000))
def balanced(g, n):
    """R3: round robin in step within fifteen minutes; a few accounts per address, five to twelve per card."""
    idx = g.members(n, rate=speed(g, n, 25, 0.3), **g.mails(n, g.burners(2 + n // 40), 0.55))
    t = g.ticks(6 * 3600)
    g.use(idx, IP, g.w.rack(g.r, max(4, n // 4)), k=(1, 3), ticks=t)
    g.cards(idx, size=(5, 12), p=0.9)
    g.use(idx, TPL, g.some(TPL, g.i(1, 4)), p=0.95, ticks=t)
    g.use(idx, CONV, g.some(CONV, 2 * n), p=0.6, k=(1, 5), span=3600)


@ring(20, 90, (1500, 5000), 0.7)
def residential(g, n):
    """R6: ten to thirty exits each for a day at a time, a virtual card each, one injected prompt."""
    v = 1 + g.i(0, 2)
    idx = g.members(
        n,
        span=g.u(20, 80) * DAY,
        rate=speed(g, n, 250, 0.9),
        plan=g.r.choice([PRO, API], n),
        **g.mails(n, g.burners(2 + n // 45), g.u(0.5, 0.8)),
    )
    g.exit(idx, v, k=(8, 22))
    g.cards(idx, bins=g.r.choice(g.w.vbins, g.i(2, 5)), p=0.92)
    g.use(idx, TPL, g.one(TPL), p=0.85)
    g.use(idx, TOOL, g.one(TOOL), p=0.4)


@ring(15, 70, (200, 400))
def rotating(g, n):
    """R9: a tenth live on a given day at hundreds a day, two or three weeks; static addresses, several per card."""
    idx = g.members(n, span=40 * DAY, rate=speed(g, n, 3000, 0.5), **g.mails(n, g.shop(), 0.4))
    g.w.share[idx] = 0.12
    a = g.w.w0 + g.r.uniform(0, 0.6, n) * (g.w.w1 - g.w.w0)
    g.w.a0[idx] = np.maximum(g.w.a0[idx], np.minimum(a, g.w.w1 - DAY)).astype(np.int64)
    g.w.a1[idx] = np.minimum(g.w.a1[idx], g.w.a0[idx] + 18 * DAY)
    g.w.a1[idx] = np.maximum(g.w.a1[idx], g.w.a0[idx] + 3600)
    g.deal(idx, IP, (5, 15), span=2 * DAY)
    g.cards(idx, size=(2, 4), p=0.6)
    g.use(idx, TPL, g.some(TPL, g.i(3, 6)), p=0.8, k=(1, 2))
    g.use(idx, CONV, g.some(CONV, n), p=0.4, k=(1, 3), span=1800)


def cells(n, lo, hi, r):
    """Cut n into cells of lo..hi."""
    out = []
    while n > hi:
        k = int(r.integers(lo, hi + 1))
        if n - k < lo:
            break
        out.append(k)
        n -= k
    return [*out, n]


@ring(60, 150, (800, 6000), 1.3)
def hydra(g, n):
    """R7: operator cells that share suppliers; paraphrased prompts, half of it cover traffic, low and slow."""
    v = 2 + int(g.r.random() < 0.3) * 2
    shop = np.concatenate([g.shop(), g.burners(2 + n // 60)])
    fam = g.some(TPL, max(6, n // 40))
    tool = g.one(TOOL)
    vb = g.r.choice(g.w.vbins, 4)
    for j, k in enumerate(cells(n, 20, max(40, n // 12), g.r)):
        c = Ring(g.w, "hydra", f"{g.title}/cell-{j:02d}", campaign=g.title)
        idx = c.members(
            k,
            span=c.u(30, 150) * DAY,
            regrow=0.5,
            life={"priv": 0.6, "tpl": 0.7, "home": 0.2},
            rate=speed(c, k, 40, 0.9),
            **c.mails(k, c.r.choice(shop, 5), 0.3),
        )
        c.exit(idx, v, k=(5, 12))
        c.cards(idx, bins=c.r.choice(vb, 2), p=0.6)
        c.cards(idx, bins=vb, p=0.25, size=(2, 4))
        c.use(idx, TPL, c.r.choice(fam, c.i(1, 3)), p=0.7, k=(1, 2))
        c.use(idx, TOOL, tool, p=0.25)
        c.rented(idx, 0.3)
        c.use(idx, CONV, c.some(CONV, k), p=0.3, k=(1, 3), span=1800)


@ring(24, 90, (200, 900))
def franchise_resale(g, n):
    """A master operator and its storefronts: the software and the shop are one, addresses and prompts each one's own."""
    tool, ua, shop, vb = g.one(TOOL), g.i(0, 159), g.shop(), g.r.choice(g.w.vbins, 2)
    beat = g.one(TPL)
    for j, k in enumerate(cells(n, 8, max(16, n // 4), g.r)):
        c = Ring(g.w, "franchise_resale", f"{g.title}/store-{j:02d}", campaign=g.title)
        idx = c.members(k, rate=speed(c, k, 120, 0.8), plan=PRO, **c.mails(k, shop, 0.5))
        c.use(idx, IP, g.w.statics(c.r, c.i(0, 5), max(2, k // 3)), k=(1, 2))
        c.cards(idx, bins=vb, p=0.9, size=(1, 3))
        c.use(idx, TPL, c.some(TPL, c.i(1, 2)), p=0.8)
        c.use(idx, TPL, beat, p=0.4, ticks=c.ticks(6 * 3600), w=0.01)
        c.use(idx, TOOL, tool, p=0.7)
        c.use(idx, UA, [ua], p=0.95)
        c.use(idx, CONV, c.some(CONV, k), p=0.5, k=(1, 4), span=1800)


# --- those who wait ---------------------------------------------------------------------------------------------------------


@ring(10, 50, (80, 400))
def sleepers(g, n):
    """Aged accounts: made in small batches months ago, kept alive by a probe, all woken within days."""
    k = max(2, n // g.i(5, 14))
    batch = g.r.integers(0, k, n)
    t = g.w.w1 - g.r.uniform(110, 430, k) * DAY
    wake = g.w.w0 + g.u(0.2, 0.8) * (g.w.w1 - g.w.w0)
    idx = g.members(
        n,
        created=t[batch] + g.r.uniform(0, 3600, n),
        regrow=0,
        rate=speed(g, n, 150),
        life={"home": 0, "mobile": 0.1},
        **g.mails(n, g.shop(), 0.35),
    )
    g.use(idx, TPL, g.some(TPL, g.i(1, 2)), p=0.6, ticks=g.ticks(8 * 3600), hi=np.full(1, wake), w=0.005)
    for b in range(k):
        m = idx[batch == b]
        if len(m):
            g.use(m, DEV, g.some(DEV, 1 + len(m) // 6), p=0.6)
    g.rented(idx, 0.5)
    g.cards(idx, bins=g.r.choice(g.w.vbins, 2), p=0.7, lo=wake)
    g.exit(idx, 1, k=(3, 9), lo=wake)
    g.use(idx, TPL, g.some(TPL, g.i(1, 3)), p=0.85, lo=wake + g.r.uniform(0, 2) * DAY)


@ring(10, 40, (30, 120))
def slow_drip(g, n):
    """An account every few days over a year; little volume, long lives, two habits that never change."""
    idx = g.members(
        n,
        span=365 * DAY,
        regrow=0,
        life={"home": 0.3, "priv": 0.7},
        rate=speed(g, n, 9),
        robot=False,
        dom=g.w.mail(g.r, n),
        stay=1,
    )
    habits = g.r.permutation(5)[:3]
    if 0 in habits:
        g.deal(idx, PAY, (2, 4), p=0.8)
    if 1 in habits:
        g.use(idx, BILL, g.some(BILL, 1 + n // 12), p=0.8)
    if 2 in habits:
        g.use(idx, DEV, g.some(DEV, 1 + n // 9), p=0.7)
    if 3 in habits:
        g.use(idx, IP, g.w.statics(g.r, g.i(0, 5), 2 + n // 4), p=0.9)
    if 4 in habits:
        g.use(idx, TPL, g.some(TPL, 2), p=0.75)
    g.use(idx, IDV, g.some(IDV, 1 + n // 10), p=0.3)


# --- odd shapes -----------------------------------------------------------------------------------------------------------


@ring(8, 40, (40, 150))
def star(g, n):
    """One hub account; each spoke shares one thing with the hub and nothing with the others."""
    idx = g.members(
        n,
        span=g.u(20, 90) * DAY,
        regrow=0,
        life={"home": 0.3, "priv": 0.8},
        dom=g.w.mail(g.r, n),
        rate=speed(g, n, 40, 1),
    )
    hub = idx[:1]
    g.w.a0[hub] = max(g.w.w0, int(g.w.created[hub][0]))
    for s in idx[1:]:
        for typ in g.r.choice(
            [PAY, DEV, IP, COUPON, PAY, DEV, BILL, CONV, IDV], 1 + int(g.r.random() < 0.35), replace=False
        ):
            v = int(g.w.statics(g.r, 1, 1)[0]) if typ == IP else int(g.one(typ)[0])
            g.see(np.array([hub[0], s]), int(typ), v)
    g.exit(idx, 2, k=(1, 5))


@ring(12, 60, (100, 600))
def api_only(g, n):
    """Keys alone: no device, shared server egress, virtual cards; transcripts that wander from key to key."""
    idx = g.members(
        n,
        life={"home": 0, "mobile": 0, "vpn": 0, "dev": 0, "phone": 0},
        plan=API,
        rate=speed(g, n, 300, 1),
        **g.mails(n, g.shop(), 0.3),
    )
    g.use(idx, IP, g.w.faas, k=(2, 6), s=0.6, span=3 * DAY)
    g.use(idx, IP, g.w.hosts(g.r, max(3, n // 5)), p=0.6)
    g.cards(idx, bins=g.r.choice(g.w.vbins, 2), p=0.9, size=(1, 2))
    g.use(idx, CONV, g.some(CONV, 3 * n), k=(2, 8), span=1800)
    g.use(idx, TOOL, g.some(TOOL, 2), p=0.8)
    g.use(idx, TPL, g.some(TPL, 2 + n // 12), p=0.6)


@ring(8, 40, (60, 300))
def relay_cascade(g, n):
    """A relay pool: after a limit the transcript goes on with the next account; one to four accounts per static address."""
    idx = g.members(n, plan=PRO, rate=speed(g, n, 400, 0.7), life={"dev": 0.4}, dom=g.w.mail(g.r, n), span=90 * DAY)
    g.deal(idx, DEV, (2, 4), p=0.4)
    order = g.r.permutation(idx)
    at = g.w.statics(g.r, g.i(0, 5), n)
    hand = np.repeat(np.arange(n), g.r.integers(1, 5, n))[:n]
    g.see(order, IP, at[hand])
    for _ in range(g.i(1, 3)):
        after = np.roll(order, -1 - g.i(0, n - 2))
        v = g.some(CONV, n)
        t = g.w.w0 + g.r.uniform(0, 0.9, n) * (g.w.w1 - g.w.w0)
        g.see(order, CONV, v, lo=t, span=600)
        g.see(after, CONV, v, lo=t + g.r.exponential(60, n), span=600)
    g.use(idx, TPL, g.w.tpl_public[:3], p=0.9)  # the public tool's identity line
    g.use(idx, UA, [g.i(0, 12)])
    g.use(idx, GIT, g.some(GIT, n), p=0.5, k=(1, 4))
    g.cards(idx, bins=g.r.choice(g.w.vbins, 3), p=0.6, size=(1, 4))


@ring(10, 50, (60, 400))
def referral_loop(g, n):
    """Referral credit: each account's code signs up the next few; a tree without a common value."""
    idx = g.members(
        n,
        created=np.sort(g.w.w1 - g.r.uniform(0.05, 1.6, n) * g.w.days * DAY),
        regrow=0,
        plan=FREE,
        **g.mails(n, g.burners(1 + n // 20), 0.3),
    )
    code = g.some(COUPON, n)
    up = np.maximum(0, (np.arange(n) - 1) // g.i(2, 5))
    g.see(idx, COUPON, code)
    g.see(idx[1:], COUPON, code[up[1:]], span=3600)
    g.deal(idx, DEV, (2, 4), p=0.5)
    g.exit(idx, 0, k=(1, 4))
    g.rented(idx, 0.5)


@ring(10, 50, (60, 300))
def careless(g, n):
    """A careful ring, everything separate, but for a few careless links that make a forest."""
    idx = g.members(
        n,
        span=150 * DAY,
        regrow=0.15,
        life={"home": 0.4, "priv": 0.9, "tpl": 0.6},
        dom=g.w.mail(g.r, n),
        rate=speed(g, n, 60, 1),
    )
    order = g.r.permutation(idx)
    for typ, size, p in (
        (DEV, (2, 3), 0.4),
        (PAY, (2, 2), 0.35),
        (BILL, (2, 3), 0.3),
        (CONV, (2, 2), 0.4),
        (IDV, (2, 2), 0.2),
    ):
        g.deal(order, typ, size, p=p)
    g.deal(idx, IP, (1, 3), p=0.6)
    g.exit(idx, 3, k=(3, 9))
    g.cards(idx, bins=g.r.choice(g.w.vbins, 4), p=0.5)


@ring(12, 60, (60, 300))
def shape_shifter(g, n):
    """Changes every supplier in the middle of the window; a handful of accounts straddle the change."""
    half = g.w.w0 + g.u(0.35, 0.65) * (g.w.w1 - g.w.w0)
    late = g.r.random(n) < 0.5
    made = np.where(late, half + g.r.exponential(1.5 * DAY, n), half - g.r.uniform(5, 60, n) * DAY)
    mail = [g.mails(n, g.burners(1 + n // 20), 0.6) for _ in range(2)]
    idx = g.members(
        n,
        created=made,
        regrow=0,
        dom=np.where(late, mail[0]["dom"], mail[1]["dom"]),
        style=mail[0]["style"],
        rate=speed(g, n, 80),
    )
    early = idx[~late]
    both = g.r.choice(early, max(2, len(early) // 8), replace=False) if len(early) > 2 else early
    for who, kw in ((early, {"hi": half}), (np.concatenate([idx[late], both]), {"lo": half})):
        g.use(who, IP, g.w.rack(g.r, max(2, n // 8)), k=(1, 2), **kw)
        g.use(who, TPL, g.some(TPL, 2), p=0.8, **kw)
        g.deal(who, PAY, (2, 5), p=0.7, **kw)
        g.deal(who, DEV, (2, 4), p=0.3, **kw)


# --- borrowed clothes ---------------------------------------------------------------------------------------------------------


@ring(8, 40, (40, 150))
def takeover(g, n):
    """Accounts of honest people taken over (grey) beside a few of the operator's own."""
    w = g.w
    idx = g.members(n, rate=speed(g, n, 150), **g.mails(n, g.shop(), 0.4))
    old = w.lone[(w.created[w.lone] < w.w1 - 120 * DAY) & (w.label[w.lone] == 0) & (w.status[w.lone] == 0)]
    prey = g.r.choice(old, min(len(old), max(3, int(n * g.u(0.5, 2)))), replace=False)
    w.label[prey], w.group[prey], w.kind[prey] = 2, g.group, g.kind
    w.flag[prey, 0] = True  # they stay where they lived
    t = np.full(1, max(w.w0, w.w1 - g.u(4, 14) * DAY))
    tool = g.one(TOOL)
    tpl, ips, dev = g.some(TPL, g.i(1, 2)), w.rack(g.r, g.i(2, 8)), g.some(DEV, 1 + n // 12)
    for who, kw in ((idx, {}), (prey, {"lo": t})):
        g.use(who, TPL, tpl, p=0.8, **kw)
        g.use(who, IP, ips, p=0.75, k=(1, 2), **kw)
        g.use(who, DEV, dev, p=0.5, **kw)
        g.use(who, TOOL, tool, p=0.5, **kw)
    g.cards(idx, bins=g.r.choice(w.vbins, 2), p=0.7, size=(1, 3))


def wear(g, idx, firm, p=1.0):
    """Bear a company's address, template and mail domain (or one that looks like it)."""
    w = g.w
    name = w.domains[firm["dom"]]
    how = g.i(0, 2)
    dom = firm["dom"] if how == 0 else w.named_domain(("mail." if how == 1 else "get-") + name)
    on = g.pick(idx, p * g.u(0.5, 1))
    w.dom[on], w.style[on] = dom, NAMED
    g.use(g.pick(idx, p), IP, firm["ips"], p=0.8)
    g.use(g.pick(idx, p), TPL, firm["tpl"], p=0.85)


@ring(8, 40, (40, 150))
def mimic_company(g, n):
    """Wears a company's clothes: its prompt, a hacked host in its office, its mail domain or a look-alike."""
    idx = g.members(n, plan=TEAM, life={"home": 0.2}, rate=speed(g, n, 60), regrow=0.1, dom=g.w.mail(g.r, n))
    if g.w.companies:
        wear(g, idx, g.w.companies[g.i(0, len(g.w.companies) - 1)])
    g.cards(idx, bins=g.r.choice(g.w.vbins, 2), p=0.8, size=(1, 3))
    g.exit(idx, 1, k=(2, 6))
    g.deal(idx, DEV, (2, 5), p=0.6)
    g.use(idx, CONV, g.some(CONV, n), p=0.5, k=(1, 3), span=1800)


@ring(8, 30, (20, 60))
def insider_seats(g, n):
    """An insider makes seats in an employer's tenant and sells them: company domain and organisation, strangers' lives."""
    idx = g.members(
        n,
        plan=TEAM,
        regrow=0,
        burst=g.i(1, 3),
        life={"home": 0.5, "vpn": 0.4, "priv": 0.8},
        rate=speed(g, n, 150),
        dom=0,
    )
    if g.w.companies:
        firm = g.w.companies[g.i(0, len(g.w.companies) - 1)]
        g.w.dom[idx], g.w.style[idx] = firm["dom"], g.r.choice([NAMED, NICK, JUNK], n)
        g.use(idx, IP, firm["ips"], p=0.15)
    g.use(idx, IP, g.w.statics(g.r, g.i(0, 5), max(2, n // 3)), p=0.8)
    g.use(idx, ORG, g.one(ORG), p=0.9)
    g.use(idx, DEV, g.one(DEV), p=0.9, span=1800)  # the insider's machine, at sign-up
    g.use(idx, CONV, g.some(CONV, n), p=0.3, k=2, span=1800)


@ring(12, 60, (60, 400))
def edu_abuser(g, n):
    """Bought campus addresses and the education discount; virtual cards, exits all over the world."""
    w = g.w
    dom = w.campuses[g.i(0, len(w.campuses) - 1)][2] if w.campuses and g.r.random() < 0.6 else w.domain(g.r, "campus")
    idx = g.members(
        n,
        plan=g.r.choice([EDU, STARTUP], n, p=[0.9, 0.1]),
        dom=dom,
        style=g.r.choice([NAMED, JUNK], n),
        rate=speed(g, n, 120),
    )
    g.use(idx, COUPON, g.some(COUPON, g.i(1, 3)), p=0.9)
    g.deal(idx, IDV, (3, 12), p=0.6)
    g.cards(idx, bins=g.r.choice(w.vbins, 2), p=0.6, size=(1, 2))
    g.exit(idx, 2, k=(3, 9))
    g.deal(idx, IP, (1, 4), p=0.5)
    g.use(idx, TPL, g.some(TPL, g.i(1, 5)), p=0.7)


@ring(12, 60, (60, 400))
def public_template(g, n):
    """Copies a public prompt word for word; only billing addresses, devices and a clock tie it together."""
    idx = g.members(n, life={"priv": 0.05, "tpl": 0.2}, rate=speed(g, n, 100, 0.9), span=60 * DAY, dom=g.w.mail(g.r, n))
    t = g.ticks(4 * 3600)
    g.use(idx, TPL, g.r.choice(g.w.tpl_public[:80], g.i(1, 3)), ticks=t)
    g.use(idx, BILL, g.some(BILL, 1 + n // 15), p=0.7)
    g.deal(idx, DEV, (2, 6), p=0.65)
    g.cards(idx, bins=g.r.choice(g.w.vbins, 2), p=0.8, size=(1, 3))
    g.exit(idx, 1, k=(4, 12), ticks=t)


@ring(16, 60, (100, 500))
def rivals(g, n):
    """Two or three rivals at one vendor and one account shop, with cards and prompts of their own."""
    v, shop, vb, pool = g.i(0, 2), g.shop(), g.r.choice(g.w.vbins, 2), None
    pool = g.w.exits(g.r, v, 6 * n)
    k = 2 if n < 30 else 3
    for j, m in enumerate(np.array_split(np.arange(n), k)):
        c = Ring(g.w, "rivals", f"{g.title}/{'abc'[j]}", campaign=g.title)
        idx = c.members(len(m), rate=speed(c, len(m), 100, 0.8), **c.mails(len(m), shop, 0.6))
        c.use(idx, IP, pool, k=(4, 12), span=DAY)
        c.cards(idx, bins=vb, size=(1, 3), p=0.9)
        c.use(idx, TPL, c.some(TPL, c.i(1, 3)), p=0.85)
        c.deal(idx, DEV, (2, 4), p=0.4)
        c.use(idx, CONV, c.some(CONV, len(m)), p=0.4, k=2, span=1800)


# --- how many ------------------------------------------------------------------------------------------------------------


def plan_rings(w, ring_share):
    """At least ten rings of each kind in 200,000 accounts, and large ones until they fill `ring_share`."""
    r = w.rng("plan")
    plan = []
    if ring_share <= 0:
        return plan
    few = min(1.0, ring_share / 0.01)  # a world with hardly any ring keeps few small ones
    for name, (_, lo, hi, _, _) in RINGS.items():
        k = max(1, round(10 * w.scale * few * w.par("n_" + name, 1, 2)))
        for _ in range(k):
            plan.append((name, int(np.exp(r.uniform(np.log(lo), np.log(min(hi, lo * 3)))))))
    r.shuffle(plan)
    while sum(n for _, n in plan) > 0.08 * w.n_target and len(plan) > 3:
        plan.pop()  # a small world has not room for all kinds
    names = [nm for nm, v in RINGS.items() if v[3]]
    p = np.array([RINGS[nm][4] for nm in names])
    left = ring_share * w.n_target
    while left > 40:
        name = names[r.choice(len(names), p=p / p.sum())]
        lo, hi = RINGS[name][3]
        n = int(np.exp(r.uniform(np.log(lo), np.log(hi))))
        n = max(RINGS[name][1], int(min(n, left, max(60, 0.45 * ring_share * w.n_target))))
        plan.append((name, n))
        left -= n
    return plan


def build_rings(w, plan):
    """Make the rings of a plan."""
    seq = {}
    for name, n in plan:
        j = seq[name] = seq.get(name, -1) + 1
        RINGS[name][0](Ring(w, name, f"{name}-{j:03d}"), n)


# --- scenarios -----------------------------------------------------------------------------------------------------------


def plan_proxy(w):
    """Rings of tens of thousands and of thousands, as shares of a world of 200,000."""
    return [
        (nm, max(40, round(s * w.n_target)))
        for nm, s in (("proxy_giant", 0.11), ("proxy_large", 0.025), ("proxy_large", 0.012), ("proxy_large", 0.006))
    ]


def build_proxy(w, plan):
    """Rings at one residential vendor, an enterprise with single sign-on that leaves through it, and its home users."""
    g = Group(w, "proxy_enterprise", "proxy_enterprise-000")
    n = max(60, round(0.02 * w.n_target))
    ips = w.office(g.r, 0, 4)
    _, idx = firm(g, n, 0, plan=ENT, life=STAFF | {"home": 0.6})
    g.use(idx, ORG, g.one(ORG))
    g.use(idx, IP, ips, p=0.8, k=(1, 3))
    g.use(idx, TPL, g.some(TPL, 12), p=0.8, s=1.0)
    g.cards(idx, size=n + 1, p=0.4)
    g.use(idx, IP, w.exits(g.r, 2, 4 * n), p=0.7, k=(2, 6), span=DAY)  # price research through the same vendor
    h = Group(w, "proxy_home", "proxy_home-000")
    m = max(60, round(0.05 * w.n_target))
    idx = h.people(
        m, life={"home": 0, "mobile": 0.3, "dev": 0.9, "card": 0.4, "tpl": 0.5, "priv": 0.5, "ua": 0.9, "misc": 1}
    )
    h.see(idx, IP, w.exits(h.r, 2, m))  # their own line is an exit
    shop = None
    for j, (kind, n) in enumerate(plan):
        c = Ring(w, kind, f"{kind}-{j:03d}")
        shop = c.shop() if shop is None else shop
        doms = np.concatenate([shop, c.burners(2 + n // 90)])
        idx = c.members(
            n, span=c.u(30, 80) * DAY, rate=speed(c, n, 80, 1), regrow=0.5, **c.mails(n, doms, c.u(0.35, 0.7))
        )
        c.exit(idx, 2, k=(5, 14))
        c.cards(idx, bins=c.r.choice(w.vbins, 4), p=0.9, size=(1, 2))
        c.use(idx, TPL, c.some(TPL, 1 if kind == "proxy_large" else 40), p=0.75, s=0.5)
        c.use(idx, TOOL, c.one(TOOL), p=0.4)
        c.deal(idx, CONV, (2, 3), p=0.35, span=1800)


def plan_borrowers(w):
    """Twenty rings, each beside a company."""
    r = w.rng("plan_borrowers")
    return [("borrower", int(np.exp(r.uniform(np.log(16), np.log(140))))) for _ in range(max(2, round(20 * w.scale)))]


def build_borrowers(w, plan):
    """Newcomers of a ring borrow a company's address, mail domain and template; its elders do not."""
    for j, (kind, n) in enumerate(plan):
        f = Group(w, "borrowed_company", f"borrowed_company-{j:03d}")
        k = int(f.u(1.5, 6) * n)
        c0 = f.country()
        ips = w.office(f.r, c0, f.i(1, 3))
        dom, staff = firm(f, k, c0, life=STAFF)
        tpl = f.some(TPL, f.i(1, 3))
        f.use(staff, IP, ips, p=0.9)
        f.use(staff, TPL, tpl, p=0.7)
        f.cards(staff, size=k + 1, p=0.6)
        f.use(staff, DEV, f.some(DEV, 1 + k // 20), p=0.2)
        g = Ring(w, kind, f"{kind}-{j:03d}")
        new = g.r.random(n) < g.u(0.3, 0.7)
        made = np.where(new, w.w1 - g.r.uniform(0.02, 0.5, n) * w.days * DAY, w.w1 - g.r.uniform(40, 200, n) * DAY)
        idx = g.members(n, created=made, regrow=0, rate=speed(g, n, 100), **g.mails(n, g.burners(1 + n // 30), 0.6))
        elders, novices = idx[~new], idx[new]
        g.use(elders, IP, w.rack(g.r, max(2, n // 8)), k=(1, 2))
        g.use(elders, TPL, g.some(TPL, 2), p=0.9)
        g.deal(idx, DEV, (3, 8), p=0.6)
        g.deal(idx, PAY, (2, 6), p=0.8)
        g.use(idx, CONV, g.some(CONV, n), p=0.5, k=(1, 3), span=1800)
        wear(g, novices, {"ips": ips, "dom": dom, "tpl": tpl})


def plan_farms(w):
    """Many blatant farms of 8 to 200 accounts."""
    r = w.rng("plan_farms")
    return [("small_farm", int(np.exp(r.uniform(np.log(8), np.log(200))))) for _ in range(max(4, round(120 * w.scale)))]


def build_farms(w, plan):
    """Blatant farms: a few addresses, cards, a domain, a prompt, a rack of phones; every farm leaves one of them out."""
    for j, (kind, n) in enumerate(plan):
        g = Ring(w, kind, f"{kind}-{j:03d}")
        out = g.i(0, 4)
        idx = g.members(
            n,
            burst=g.i(1, 2),
            regrow=0.15,
            rate=speed(g, n, 60),
            **g.mails(n, g.burners(g.i(1, 2)), 0 if out == 0 else 0.95),
        )
        if out != 1:
            g.use(idx, IP, w.rack(g.r, g.i(1, 4)), k=(1, 2))
        if out != 2:
            g.cards(idx, size=(6, 30), p=0.9)
        if out != 3:
            g.use(idx, TPL, g.one(TPL), p=0.95)
        if out != 4:
            g.use(idx, DEV, g.some(DEV, 1 + n // 15), p=0.8)
