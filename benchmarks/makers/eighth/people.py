"""Honest people and the groups they live, learn and work in."""

from __future__ import annotations

import math

from stage import FOREVER

COUNTRIES = [
    ("US", -6, 26),
    ("GB", 0, 7),
    ("DE", 1, 7),
    ("IN", 5.5, 11),
    ("BR", -3, 6),
    ("FR", 1, 5),
    ("JP", 9, 6),
    ("CA", -5, 4),
    ("KR", 9, 3),
    ("AU", 10, 3),
    ("NG", 1, 2),
    ("PL", 1, 2),
    ("ES", 1, 3),
    ("IT", 1, 3),
    ("MX", -6, 3),
    ("ID", 7, 3),
    ("VN", 7, 2),
    ("SG", 8, 2),
    ("TR", 3, 2),
    ("UA", 2, 2),
    ("NL", 1, 2),
    ("PH", 8, 2),
    ("EG", 2, 1),
    ("ZA", 2, 1),
    ("SE", 1, 1),
    ("AE", 4, 1),
    ("PK", 5, 1),
    ("CO", -5, 1),
]
TZ = {c: z for c, z, _ in COUNTRIES}
WEBMAIL = (
    ["gmail.com"] * 10
    + ["outlook.com"] * 4
    + ["yahoo.com"] * 2
    + ["icloud.com"] * 2
    + ["proton.me", "gmx.de", "qq.com", "163.com", "mail.ru", "naver.com"]
)
ALIAS = ["duck.com", "simplelogin.com", "privaterelay.appleid.com", "mozmail.com"]
THROWAWAY = [
    "mailinator.com",
    "guerrillamail.com",
    "10minutemail.com",
    "yopmail.com",
    "temp-mail.org",
    "sharklasers.com",
]
SYL = "an ar be bo da de el en fa go ha in jo ka ko la le li lo ma mi na no ol pa ra ri ro sa se si so ta te ti to va vi wa ya za".split()
LAST = "smith jones garcia kim lee patel silva nguyen khan muller rossi novak wang sato ali costa brown dubois ivanov cohen".split()


class People:
    """Everything honest people draw from, and the people themselves."""

    def __init__(self, st, cfg):
        self.st, self.r, self.cfg = st, st.r, cfg
        n = cfg["accounts"]
        r = self.r
        self.isps, self.v6, self.carriers = {}, {}, {}
        for c, _, w in COUNTRIES:
            subs = max(60, int(n * w / 115 * cfg["isp_room"]))
            self.isps[c] = [st.pool("isp", max(40, subs // 3)) for _ in range(1 + min(4, w // 3))]
            st.homes += self.isps[c]
            self.v6[c] = st.pool("v6", 1 << 31)
            self.carriers[c] = st.pool("net4", max(2, int(n * w / 115 / cfg["nat"])), 1.8)
        self.vpns = [st.pool("net4", max(4, int(n * s)), 1.7) for s in (0.004, 0.002, 0.001)]
        self.relay6 = st.pool("net4", max(8, n // 150), 1.2)
        self.serverless = st.pool("net4", max(6, n // 250), 2.0)
        self.notebooks = [st.pool("net4", max(5, n // 200), 1.4) for _ in range(2)]
        self.weak = st.pool("dev", max(30, n // 60), 2.6)
        self.public = st.pool("tpl", max(60, n // 25), 4.0)
        self.identity = st.pool("tpl", 1)
        self.bins = [f"{r.choice('45')}{r.randrange(10**5):05d}" for _ in range(900)]
        self.virtual = [f"{r.choice('45')}{r.randrange(10**5):05d}" for _ in range(9)]
        self.words = 0
        self.viral = [
            (r.uniform(-5, st.days), f"{r.getrandbits(64):016x}", r.lognormvariate(0, 1.3))
            for _ in range(max(4, n // 700))
        ]
        self.viral_w = [v[2] for v in self.viral]

    # --- things --------------------------------------------------------------
    def name(self):
        r = self.r
        first = "".join(r.choice(SYL) for _ in range(r.choice((2, 2, 3))))
        last = r.choice(LAST) if r.random() < 0.5 else "".join(r.choice(SYL) for _ in range(3))
        k = r.random()
        tail = "" if k < 0.45 else str(r.randrange(1, 99)) if k < 0.75 else str(r.randrange(1960, 2009))
        return (
            r.choice((f"{first}.{last}", f"{first}{last}", f"{first[0]}{last}", f"{first}_{last}", f"{first}")) + tail
        )

    def domain(self, tld=None):
        r = self.r
        word = "".join(r.choice(SYL) for _ in range(r.choice((3, 4, 4, 5))))
        return (
            word
            + r.choice(("", "", "-group", "labs", "tech", "co"))
            + "."
            + (tld or r.choice(("com", "com", "io", "net", "de", "co.uk", "org", "dev")))
        )

    def card(self, bin_=None):
        """Get a card from a bank: its token and its range."""
        r = self.r
        b = bin_ or (r.choice(self.virtual) if r.random() < 0.06 else self.bins[int(900 * r.random() ** 2.2)])
        return f"pm_{r.getrandbits(56):014x}", b

    def pay(self, a, card, every=30.0, first=None):
        """Charge a card now and then, as the plan goes."""
        st = self.st
        t = a.created if first is None else first
        if t < 0:
            t += math.ceil(-t / every) * every
        stop = min(st.days, a.end)
        while t < stop:
            st.see(a, t, "payment", card[0])
            if card[1]:
                st.see(a, t, "card_bin", card[1])
            t += every if every >= 28 else self.r.expovariate(1 / every) + 0.5

    def line(self, c):
        """Rent a home line: addresses kept for months, a fortnight or a day; IPv6 for some."""
        r, st = self.r, self.st
        stick = r.choices((FOREVER, 1, 14), (60, 16, 24))[0]
        four = st.source(r.choice(self.isps[c]), stick)
        return (
            [(four, 1.0)] if r.random() > 0.35 else [(four, 0.5), (st.source(self.v6[c], r.choice((FOREVER, 40))), 0.6)]
        )

    def phone_net(self, c):
        return self.st.source(self.carriers[c], self.r.choice((0, 0.3, 1)), self.r.choice((0, 6, 15)))

    def gadget(self, weak=None):
        if self.r.random() < (0.33 if weak is None else weak):
            return self.st.source(self.weak, 70)
        return self.st.source(self.st.gadgets, FOREVER if self.r.random() < 0.8 else 45)

    def project(self):
        """Start a project of one's own, with prompts that change over weeks."""
        return self.st.source(self.st.private, self.r.choice((FOREVER, 40, 15, 5)), self.r.choice((0, 1, 2, 4)))

    def common(self):
        return self.st.source(self.public, self.r.choice((FOREVER, 60, 20)), self.r.choice((1, 2, 3)))

    def birth(self):
        """Say when somebody signed up: growth over two years, a tenth in the window."""
        return self.st.days * 0.98 - min(700, self.r.expovariate(1 / self.cfg["age"]))

    # --- a person ------------------------------------------------------------
    def person(self, kind="person", country=None, created=None, mail=None, card="own", home=None, **kw):
        """Let somebody open an account and live with it."""
        r, st = self.r, self.st
        c = country or r.choices([x[0] for x in COUNTRIES], self.cfg["mix"])[0]
        a = st.account(self.birth() if created is None else created, country=c, kind=kind)
        a.tz = TZ[c] + (r.choice((-1, 0, 1, 2)) if c == "US" else 0)
        u = r.random()
        dom = (
            r.choice(WEBMAIL)
            if u < 0.86
            else r.choice(ALIAS)
            if u < 0.91
            else r.choice(THROWAWAY)
            if u < 0.92
            else self.domain()
        )
        a.email = f"{self.name()}@{mail or dom}"
        if r.random() < 0.45:
            a.phone = f"+{r.randrange(1, 99)}{r.randrange(10**9):09d}"
        style = r.choices(("chat", "dev", "agent", "night", "rare"), self.cfg["styles"])[0]
        a.rate = r.betavariate(0.9, 3.2) if style != "rare" else r.uniform(0.01, 0.06)
        a.weekend, a.hour, a.spread = r.uniform(0.3, 1.3), r.gauss(15, 3), r.uniform(1.5, 5)
        a.per_day, a.load, a.trend = (
            1 + r.expovariate(1.2),
            r.lognormvariate(1.9, 1.0),
            r.choices((0, 1, 2, 4), (50, 15, 20, 15))[0],
        )
        a.tau, a.ua, a.lag = r.uniform(4, 60), int(9 * r.random() ** 1.6), r.expovariate(0.2)
        a.prompts = [(-1, 1.0)]
        if r.random() < 0.35:
            a.prompts.append((self.common(), r.uniform(0.1, 0.8)))
        if style == "dev":
            a.api, a.ua, a.rate, a.lag = (
                True,
                10 + int(8 * r.random() ** 1.8),
                r.betavariate(2, 2),
                r.choice((-1 - r.randrange(30, 44), r.uniform(0, 25))),
            )
            a.load, a.prompts = a.load * 3, [(self.project(), 1.0)]
            if r.random() < 0.5:
                a.prompts.append((st.source(self.identity), r.uniform(0.3, 2)))
            if r.random() < 0.4:
                a.prompts.append((self.common(), 0.5))
        elif style == "agent":  # a program keeps the hours
            a.api, a.ua, a.clock, a.rate, a.weekend, a.trend = (
                True,
                10 + r.randrange(8),
                r.choice((1, 1, 2)),
                r.uniform(0.85, 1),
                1.0,
                0,
            )
            a.hour, a.per_day, a.sigma, a.load = (
                r.choice((0, 2, 3, 6, 9, r.uniform(0, 24))),
                r.choice((1, 1, 2, 3, 4)),
                r.uniform(0.02, 0.5),
                r.lognormvariate(3, 1.2),
            )
            a.lag, a.prompts = -1 - r.randrange(30, 44), [(self.project(), 1.0)]
        elif style == "night":
            a.hour, a.rate = r.gauss(1, 2), r.uniform(0.3, 0.95)
        a.plan = r.choices(("free", "pro", "api", "max"), (55, 30, 3, 5) if not a.api else (10, 25, 55, 10))[0]
        a.venues = list(home or self.line(c))
        if style == "agent" and r.random() < 0.7:  # it runs somewhere
            a.venues = [
                (
                    st.source(self.serverless, 3 if r.random() < 0.5 else 0.2)
                    if r.random() < 0.33
                    else st.source(st.office()),
                    4.0,
                ),
                a.venues[0],
            ]
        elif r.random() < self.cfg["mobile"]:
            a.venues.append((self.phone_net(c), r.uniform(0.1, 1.5)))
        if r.random() < self.cfg["vpn"]:
            a.venues.append((st.source(r.choice(self.vpns), 0.3, r.choice((2, 5, 20))), r.uniform(0.3, 3)))
        elif r.random() < 0.03:
            a.venues.append((st.source(self.relay6, 0.2), 1.0))
        own = self.gadget()
        a.devices = [own] if r.random() < 0.7 else [own, own, self.gadget(0.7)]
        if a.api and r.random() < 0.6:
            a.devices = [-1]
        for key, value in kw.items():
            setattr(a, key, value)
        if card == "own" and a.plan != "free":
            mine = self.card()
            self.pay(a, mine, 30 if a.plan != "api" else r.uniform(5, 40))
            if r.random() < 0.03:
                self.pay(a, self.card(), 30, r.uniform(0, st.days))
        elif card and card != "own":
            self.pay(a, card, r.choice((30, 30, 20)))
        if not a.api and r.random() < 0.05:
            t0, tpl, _ = r.choices(self.viral, self.viral_w)[0]
            for _ in range(r.choice((1, 1, 2))):
                st.see(a, t0 + r.expovariate(0.25), "template", tpl)
        if r.random() < 0.003 and a.created < st.days - 5:
            a.status, a.end = "banned", r.uniform(max(0, a.created), st.days)
        return a


def worker(a, p, place=None, w=4.0, remote=0.3, device=None, prompt=None, pw=1.0):
    """Give somebody a workplace: an address in the day, a machine, a text of the house."""
    st, r = p.st, p.r
    if place is not None:
        src = st.source(place, 0.3)
        a.venues = [(src, w)] + (a.venues[:2] if r.random() < remote else [])
        a.at_work = True
    if device is not None:
        a.devices = [device, *a.devices[:1]]
    if prompt is not None:
        a.prompts = [(prompt, pw), *a.prompts[:2]]
    a.hour, a.spread, a.weekend = r.gauss(12.5, 1), r.uniform(1.5, 3), r.choice((0.02, 0.1, 0.3))


def tail(r, lo, hi, alpha=1.1):
    """Draw a heavy-tailed size."""
    return int(min(hi, lo / (1 - r.random()) ** (1 / alpha)))


def one(p, g):
    """A source that always gives the same text."""
    return p.st.source(p.st.private, key=g)


def company(p, kind, gid, n, burst=False, **opt):
    """A firm: domain, egress, cards, a house prompt perhaps, a git remote perhaps, many ways of working."""
    r, st = p.r, p.st
    dom, c = p.domain(), r.choices([x[0] for x in COUNTRIES], p.cfg["mix"])[0]
    sites = [st.office(r.choice((1, 1, 2, 4))) for _ in range(opt.get("sites", 1))]
    paying = opt.get("paying") or r.choice(("one", "one", "team", "own", "virtual", "invoice"))
    cards = [p.card() for _ in range(1 + n // 15)]
    issuer = r.choice(p.virtual)
    house, house_share = one(p, st.n()), opt.get("house", r.choice((0, 0, 0.3, 0.8)))
    images = opt.get("images")
    remote, founded = r.choice((0.1, 0.35, 0.8)), p.birth()
    t0 = r.uniform(2, st.days - 8) if burst else 0
    repos = [f"{r.getrandbits(60):015x}" for _ in range(1 + n // 20)]
    fmt = r.randrange(3)
    for _ in range(n):
        born = t0 + r.expovariate(0.6) if burst and r.random() < 0.85 else min(st.days - 1, max(founded, p.birth()))
        who = p.name().split(".")
        a = p.person(
            kind,
            c if r.random() < opt.get("local", 0.9) else None,
            min(born, st.days - 0.5),
            card=None,
            plan=r.choice(("team", "team", "api", "pro")),
            group=gid,
        )
        a.email = f"{'.'.join(who) if fmt else who[0]}@{dom}" if r.random() < 0.95 else a.email
        dev = st.source(images, 0.33, 0) if images is not None else None
        worker(
            a,
            p,
            r.choice(sites),
            4,
            remote if images is None else 0.05,
            dev,
            house if r.random() < house_share else None,
            r.uniform(0.5, 4),
        )
        if opt.get("shift"):
            a.clock, a.hour, a.rate, a.weekend, a.trend = 3, r.choice((6, 14, 22)), r.uniform(0.5, 0.75), 0.9, 0
        if a.created < -30 and r.random() < 0.5:
            a.rate = min(1, a.rate * 1.5 + 0.1)
        if opt.get("gate") is not None:
            a.venues = [(st.source(opt["gate"], 0.4), 4.0), *a.venues[1:2]]
        if paying != "invoice":
            card = (
                cards[0]
                if paying == "one"
                else r.choice(cards)
                if paying == "team"
                else p.card(issuer if paying == "virtual" else None)
            )
            p.pay(a, card, r.choice((30, 30, 12)))
        if a.api:
            for _ in range(2):
                st.see(a, r.uniform(0, st.days), "git_remote", r.choice(repos))
            if r.random() < 0.06:  # a colleague carries a session on
                st.see(a, r.uniform(0, st.days), "conversation", "0" + repos[0])
        yield a


def scattered(
    p,
    kind,
    gid,
    n,
    place=None,
    share=0.6,
    prompt=None,
    pshare=1.0,
    code=None,
    burst=None,
    country=None,
    fade=False,
    api=None,
    paid=None,
):
    """People who have one supplier, place, text or code in common and otherwise their own lives."""
    r, st = p.r, p.st
    for _ in range(n):
        born = None if burst is None else min(st.days - 0.5, burst[0] + abs(r.gauss(0, burst[1])))
        a = p.person(kind, country, born, group=gid, card=paid if paid else "own")
        if place is not None and r.random() < share:
            a.venues = [(st.source(place, r.choice((0, 0.2, 1))), r.uniform(0.5, 5)), *a.venues[:2]]
            a.devices = [-1, *a.devices] if api else a.devices
        if prompt is not None and r.random() < pshare:
            a.prompts = [(prompt, r.uniform(0.5, 4)), *a.prompts[:2]]
        if api:
            a.api, a.ua, a.lag = True, api, -40
        if code and born is not None:
            st.see(a, a.created + 0.002, "promo_code", code)
        if fade:
            a.trend, a.tau, a.rate = 2, r.uniform(2, 15), min(1, a.rate + 0.3)
        yield a


def household(p, kind, gid, n):
    r = p.r
    c = r.choices([x[0] for x in COUNTRIES], p.cfg["mix"])[0]
    home, card, tablet = p.line(c), p.card(), p.gadget()
    for i in range(n):
        a = p.person(kind, c, home=home, card=card if r.random() < 0.6 else "own", group=gid)
        if i and r.random() < 0.5:
            a.devices = [tablet, *a.devices]
            if r.random() < 0.5:
                a.devices.reverse()
        yield a


def campus(p, kind, gid, n, school=False):
    """A course: one campus, one assignment, a deadline; or a school with rooms of machines."""
    r, st = p.r, p.st
    c = r.choices([x[0] for x in COUNTRIES], p.cfg["mix"])[0]
    dom, net = p.domain("edu" if c == "US" else "ac.uk"), st.office(r.choice((1, 2, 4, 8)))
    task, week = [one(p, st.n()) for _ in range(r.choice((1, 2, 5)))], r.uniform(0, st.days - 10)
    rooms = st.pool("dev", max(1, n // 6))
    due = r.uniform(6, 14)
    for _ in range(n):
        a = p.person(
            kind,
            c,
            week + r.gauss(0, 2) if r.random() < 0.6 else None,
            mail=dom if r.random() < 0.85 else None,
            group=gid,
        )
        a.created = min(a.created, st.days - 0.5)
        worker(a, p, net, 2, 0.9, st.source(rooms, 0.2) if school or r.random() < 0.15 else None)
        if r.random() < 0.8:
            a.prompts = [(r.choice(task), 3), *a.prompts[:1]]
        a.trend, a.span, a.rate = (
            (3, (week, week + due), r.uniform(0.15, 0.8)) if r.random() < 0.6 else (a.trend, a.span, a.rate)
        )
        a.hour = 11 if school else r.gauss(18, 3)
        if r.random() < 0.12:  # the class opens one shared transcript
            st.see(a, week + r.uniform(0, due), "conversation", f"{int(week * 1e9) * 7919:016x}")
        yield a


def agency(p, kind, gid, n):
    r, st = p.r, p.st
    card, place, kit = p.card(), st.office(), [p.gadget(0) for _ in range(1 + n // 12)]
    house = one(p, st.n())
    own = p.domain()
    for i in range(n):
        a = p.person(
            kind,
            mail=p.domain() if r.random() < 0.7 else own,
            card=card if r.random() < 0.85 else "own",
            group=gid,
            plan="pro",
        )
        worker(a, p, place, 3, 0.5, r.choice(kit), house if r.random() < 0.6 else None)
        if i % 3 == 0:
            a.email = "ai@" + a.email.split("@")[1]
        yield a


def owner_fleet(p, kind, gid, n, qa=True):
    """One owner's own accounts: tests and staging, or two or three subscriptions in a pool."""
    r, st = p.r, p.st
    me, dom = p.name(), p.domain() if qa or r.random() < 0.4 else "gmail.com"
    c = r.choices([x[0] for x in COUNTRIES], p.cfg["mix"])[0]
    home, card, kit, text = [(st.source(st.office()), 2.0)] if qa else p.line(c), p.card(), p.gadget(0), one(p, st.n())
    born, hour, every = p.birth(), r.uniform(0, 24), r.choice((1, 4, 8))
    sig = r.choice((0.05, 0.6))
    for i in range(n):
        a = p.person(
            kind,
            c,
            min(st.days - 1, born + (r.expovariate(2) if qa else r.uniform(0, 90))),
            home=home,
            card=card if r.random() < 0.8 else None,
            group=gid,
            plan="api" if qa else "max",
            same_owner=gid,
        )
        a.email = f"{me}+{r.choice(('qa', 'test', 'stage')) if qa else 'ai'}{i}@{dom}" if r.random() < 0.8 else a.email
        a.devices, a.prompts = [kit], [(text, 3), *a.prompts[:1]]
        a.api, a.ua, a.lag = True, 12, -42
        if qa:
            a.clock, a.hour, a.per_day, a.rate, a.sigma, a.trend = 1, hour, every, r.choice((1.0, 0.97)), sig, 0
        else:
            a.rate, a.trend = r.uniform(0.4, 0.9), 0
        yield a
    if not qa:  # the pool's own failover
        mine = st.accounts[-n:]
        for _ in range(r.randrange(2, 15)):
            x, y = r.sample(mine, 2) if n > 1 else (mine[0], mine[0])
            t, conv = r.uniform(0, st.days), f"{r.getrandbits(62):016x}"
            st.see(x, t, "conversation", conv)
            st.see(y, t + 30 / 86400, "conversation", conv)


def agents(p, kind, gid, n):
    """A firm's fleet of agents, each with a service account, as regular as its scheduler."""
    r, st = p.r, p.st
    dom, net, card = p.domain(), r.choice((st.office(2), p.serverless)), p.card()
    tasks = [one(p, st.n()) for _ in range(r.choice((1, 3, 8)))]
    hour, repo, born, every = r.uniform(0, 24), f"{r.getrandbits(60):015x}", p.birth(), r.choice((2, 4, 6))
    for i in range(n):
        a = p.person(
            kind, created=min(st.days - 1, born + r.expovariate(0.1)), mail=dom, card=card, group=gid, plan="api"
        )
        a.email, a.venues, a.devices = f"agent-{i:03d}@{dom}", [(st.source(net, 0.5), 1)], [-1]
        a.prompts, a.api, a.ua, a.lag = [(r.choice(tasks), 1)], True, 11, -43
        a.clock, a.hour, a.per_day, a.rate, a.weekend, a.sigma, a.trend = 1, hour, every, 1, 1, 0.05, 0
        st.see(a, r.uniform(0, st.days), "git_remote", repo)
        yield a


def grey(p, kind, gid, n):
    """Neither ring nor plain: trial hoppers, friends' pools, genuine users of shop accounts, private scrapers."""
    r, st = p.r, p.st
    c = r.choices([x[0] for x in COUNTRIES], p.cfg["mix"])[0]
    home, kit, card, me = p.line(c), p.gadget(), p.card(), p.name()
    shop = st.shops[0] if hasattr(st, "shops") else p.domain()
    born = r.uniform(0, st.days - 12)
    for i in range(n):
        if kind == "trial_hopper":
            a = p.person(
                kind,
                c,
                min(st.days - 1, born + i * r.uniform(5, 12)),
                home=home,
                card=None,
                group=gid,
                plan="free",
                same_owner=gid,
            )
            a.email, a.devices, a.trend, a.tau = f"{me}{i}@{r.choice(WEBMAIL)}", [kit], 2, 4
        elif kind == "friends_pool":
            a = p.person(kind, c if r.random() < 0.6 else None, card=card, group=gid, plan="max")
            a.venues = [*a.venues[:2], (home[0][0], 0.7)]
        elif kind == "shop_customer":
            a = p.person(kind, c if r.random() < 0.2 else None, mail=shop, group=gid)
        else:
            a = p.person(
                kind,
                c,
                min(st.days - 1, born + r.uniform(0, 6)),
                home=home,
                card=card if r.random() < 0.5 else None,
                group=gid,
                plan="api",
                same_owner=gid,
            )
            a.api, a.clock, a.rate, a.per_day, a.hour = True, 1, 0.9, 3, 2
        a.grey = True
        yield a


def groups(p):
    """Kind, share of the honest world, size range, and who they are."""
    st, r, n = p.st, p.r, p.cfg["accounts"]
    dc = lambda k: st.pool("net4", k, 1.3)  # noqa: E731
    sase = [dc(max(4, n // 700)) for _ in range(2)]
    big = max(30, n // 20)

    def vend(kind, size, share, skew=1.0):
        return lambda g, m: scattered(
            p,
            kind,
            g,
            m,
            st.pool("net4", size(), skew),
            share,
            one(p, st.n()),
            r.uniform(0.7, 1),
            api=10 + r.randrange(8),
        )

    at = lambda s=1.0: (r.uniform(1, st.days - 4), s)  # noqa: E731
    here = lambda: r.choices([x[0] for x in COUNTRIES], p.cfg["mix"])[0]  # noqa: E731
    code = lambda: f"CODE{r.getrandbits(32):08X}"  # noqa: E731
    img = lambda m: st.pool("dev", max(1, m // r.choice((8, 20, 60))))  # noqa: E731
    return [
        ("household", 0.09, (2, 6), lambda g, m: household(p, "household", g, m)),
        ("flat_share", 0.008, (3, 12), lambda g, m: scattered(p, "flat_share", g, m, st.office(), 1.0, country=here())),
        ("company", 0.13, (2, big), lambda g, m: company(p, "company", g, m)),
        ("virtual_cards", 0.008, (5, 120), lambda g, m: company(p, "virtual_cards", g, m, paying="virtual")),
        (
            "shared_card_team",
            0.006,
            (3, 25),
            lambda g, m: company(p, "shared_card_team", g, m, paying="one", local=0.3, sites=3),
        ),
        ("sase_tenant", 0.02, (5, 150), lambda g, m: company(p, "sase_tenant", g, m, gate=r.choice(sase))),
        (
            "call_centre",
            0.014,
            (20, 250),
            lambda g, m: company(p, "call_centre", g, m, images=img(m), shift=True, house=0.9),
        ),
        (
            "hospital_ward",
            0.008,
            (15, 120),
            lambda g, m: company(p, "hospital_ward", g, m, images=img(m), shift=True, house=0),
        ),
        ("cloud_desktop", 0.008, (10, 150), lambda g, m: company(p, "cloud_desktop", g, m, images=img(m))),
        (
            "franchise",
            0.014,
            (15, 300),
            lambda g, m: company(p, "franchise", g, m, sites=max(3, m // 4), paying="one", house=0.8),
        ),
        ("holding", 0.006, (20, 200), lambda g, m: company(p, "holding", g, m, sites=6, paying="team")),
        ("new_office", 0.007, (15, 120), lambda g, m: company(p, "new_office", g, m, burst=True)),
        (
            "hiring_burst",
            0.007,
            (10, 100),
            lambda g, m: company(p, "hiring_burst", g, m, burst=True, paying="one", house=0.8),
        ),
        ("agent_fleet", 0.010, (5, 120), lambda g, m: agents(p, "agent_fleet", g, m)),
        ("qa_fleet", 0.008, (5, 60), lambda g, m: owner_fleet(p, "qa_fleet", g, m)),
        ("own_subscriptions", 0.010, (2, 4), lambda g, m: owner_fleet(p, "own_subscriptions", g, m, qa=False)),
        ("agency", 0.014, (5, 120), lambda g, m: agency(p, "agency", g, m)),
        ("course", 0.035, (30, 500), lambda g, m: campus(p, "course", g, m)),
        ("school", 0.015, (20, 200), lambda g, m: campus(p, "school", g, m, school=True)),
        (
            "club",
            0.006,
            (8, 60),
            lambda g, m: scattered(p, "club", g, m, st.office(), 0.4, one(p, st.n()), 0.5, country=here()),
        ),
        (
            "incubator",
            0.008,
            (10, 90),
            lambda g, m: scattered(p, "incubator", g, m, st.office(2), 0.8, code=code(), burst=at(6), country=here()),
        ),
        (
            "coworking",
            0.008,
            (10, 120),
            lambda g, m: scattered(p, "coworking", g, m, st.office(2), 0.9, country=here()),
        ),
        ("hotel_or_ship", 0.004, (10, 80), lambda g, m: scattered(p, "hotel_or_ship", g, m, st.office(1), 1.0)),
        (
            "hackathon",
            0.014,
            (40, 300),
            lambda g, m: scattered(
                p, "hackathon", g, m, st.office(1), 0.9, one(p, st.n()), 0.7, code(), at(0.15), here(), True
            ),
        ),
        ("tutorial", 0.020, (15, 250), lambda g, m: scattered(p, "tutorial", g, m, None, 0, one(p, st.n()), 0.9)),
        (
            "translators",
            0.010,
            (30, 200),
            lambda g, m: scattered(p, "translators", g, m, dc(2), 0.5, one(p, st.n()), 0.95),
        ),
        (
            "crowd_panel",
            0.008,
            (30, 150),
            lambda g, m: scattered(p, "crowd_panel", g, m, None, 0, one(p, st.n()), 1.0, burst=at(4), fade=True),
        ),
        ("library_kiosk", 0.005, (10, 60), lambda g, m: kiosk(p, "library_kiosk", g, m, here())),
        ("byok_vendor", 0.045, (20, big), vend("byok_vendor", lambda: r.choice((1, 1, 3)), 0.6)),
        ("low_code", 0.025, (60, big), vend("low_code", lambda: r.randrange(3, 30), 0.9, 1.3)),
        (
            "notebook_or_ci",
            0.030,
            (60, big),
            lambda g, m: scattered(p, "notebook_or_ci", g, m, r.choice(p.notebooks), 0.9, p.common(), 0.5, api=14),
        ),
        (
            "reseller_customer",
            0.012,
            (20, 150),
            lambda g, m: scattered(p, "reseller_customer", g, m, code=code(), burst=at(12), paid=p.card()),
        ),
        ("gift_code", 0.012, (20, 200), lambda g, m: scattered(p, "gift_code", g, m, code=code(), burst=at(1.5))),
        (
            "credit_programme",
            0.010,
            (20, 150),
            lambda g, m: scattered(p, "credit_programme", g, m, code=code(), burst=at(8), api=12),
        ),
        ("aggregator", 0.003, (1, 6), lambda g, m: aggregator(p, "aggregator", g, m)),
    ]


def kiosk(p, kind, gid, n, c):
    r, st = p.r, p.st
    net, machines = st.office(), st.pool("dev", r.randrange(2, 9))
    for _ in range(n):
        a = p.person(kind, c, group=gid)
        a.venues, a.devices = [(st.source(net), 2), *a.venues[:1]], [st.source(machines, 0.1), *a.devices[:1]]
        yield a


def aggregator(p, kind, gid, n):
    """A few accounts through which thousands of people speak."""
    r, st = p.r, p.st
    dom, net, card = p.domain(), st.office(3), p.card()
    for i in range(n):
        a = p.person(kind, mail=dom, card=card, group=gid, plan="api")
        a.email, a.venues, a.devices, a.api, a.ua, a.lag = (
            f"keys{i}@{dom}",
            [(st.source(net, 0), 1)],
            [-1],
            True,
            13,
            -41,
        )
        a.prompts = [(st.source(p.public, 0), 1), (st.source(st.private, 0, 300), 2), (st.source(p.identity), 1)]
        a.clock, a.rate, a.weekend, a.per_day, a.load, a.trend = 2, 1, 1, 12, 400, 0
        yield a


def populate(p):
    """Fill the honest world: groups first, then people on their own, to the number asked for."""
    r, n = p.r, p.cfg["accounts"]
    total, serial = 0, 0
    for kind, share, (lo, hi), make in groups(p):
        goal = int(n * share * p.cfg["share"](kind))
        got = 0
        while got < goal:
            m = tail(r, lo, hi) if hi > 12 else r.randint(lo, hi)
            m = min(m, max(lo, goal - got))
            if total + m > n * 0.9:
                break
            if lo > goal * 2 and r.random() > goal / lo:
                break
            serial += 1
            list_of = list(make(f"G{serial:05d}_{kind}", m))
            got += len(list_of)
            total += len(list_of)
    if p.cfg["grey"]:
        for kind, w, lo, hi in (
            ("trial_hopper", 0.35, 2, 5),
            ("friends_pool", 0.2, 3, 9),
            ("shop_customer", 0.3, 10, 60),
            ("scraper", 0.15, 2, 8),
        ):
            goal, got = n * p.cfg["grey"] * w, 0
            while got < goal and total < n * 0.97:
                serial += 1
                m = min(r.randint(lo, hi), n - total)
                got += len(list(grey(p, kind, f"G{serial:05d}_{kind}", m)))
                total += m
    while total < n:
        p.person()
        total += 1
