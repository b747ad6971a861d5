"""Rings.  An operator has a budget for each account, and the market's prices decide the rest.

Skill is not set: it follows from money.  Who can pay eight dollars an account buys a card and a
quiet address for each; who can pay thirty cents puts forty accounts on one.  A recipe says which
shops an operator of that trade goes to, and what the accounts are for.
"""

import numpy as np
from market import TZ, zipf
from retail import Circle

PRICE = dict(
    virtual=3.0,
    gift=2.0,
    bank=6.0,
    dc=1.6,
    static=2.4,
    proxy=0.35,
    mobile=1.4,
    vpn=0.25,
    browser=0.5,
    domain=2.5,
    webmail=0.45,
    shop=0.1,
    aged=4.0,
    profile=0.35,
    phone=18.0,
    number=0.4,
)

# ip, card, mail, device, text, join: shops from which one is chosen; pace and life: what the accounts do.
RECIPES = {
    # of the reference
    "naive_farm": dict(
        size=(8, 500),
        budget=(0.15, 0.7),
        ip=["dc", "dc", "home"],
        card=["virtual", "none", "gift"],
        mail=["disposable", "private"],
        device=["image", "farm", "none"],
        text=["fixed"],
        join=["hour"],
        pace="mid",
        life="window",
    ),
    "trial_farm": dict(
        size=(20, 2000),
        budget=(0.2, 0.9),
        ip=["dc", "proxy", "mobile"],
        card=["none", "none", "run"],
        mail=["private", "shop"],
        device=["farm", "profile"],
        text=["own", "paraphrase"],
        join=["batches", "drip"],
        pace="light",
        life="short",
    ),
    "load_balanced": dict(
        size=(40, 1000),
        budget=(0.6, 2.5),
        ip=["dc", "static"],
        card=["virtual", "bank"],
        mail=["private_half"],
        device=["none", "image"],
        text=["paraphrase_few"],
        join=["batches", "hour"],
        pace="mid",
        life="window",
        relay=0.9,
        sync=0.8,
    ),
    "residential_pool": dict(
        size=(60, 3000),
        budget=(3, 8),
        ip=["proxy"],
        card=["virtual"],
        mail=["private_half", "shop"],
        device=["profile", "none"],
        text=["fixed_most"],
        join=["batches", "drip"],
        pace="wide",
        life="window",
        relay=0.6,
    ),
    "hydra": dict(
        size=(60, 3000),
        budget=(2, 9),
        ip=["proxy", "static", "mobile"],
        card=["virtual", "bank"],
        mail=["private_third", "webmail"],
        device=["profile", "none"],
        text=["cover"],
        join=["drip", "aged", "batches"],
        pace="light",
        life="window",
        relay=0.3,
        cells=(2, 7),
    ),
    "rotating": dict(
        size=(20, 400),
        budget=(0.8, 3),
        ip=["static"],
        card=["virtual", "bank"],
        mail=["webmail", "private_half"],
        device=["none", "profile"],
        text=["paraphrase_few"],
        join=["batches", "aged"],
        pace="heavy",
        life="turns",
        relay=0.7,
    ),
    "relay_pool": dict(
        size=(6, 600),
        budget=(1.5, 8),
        ip=["static", "proxy", "dc"],
        card=["virtual", "gift"],
        mail=["webmail", "shop"],
        device=["none", "profile"],
        text=["cover"],
        join=["drip", "aged"],
        pace="wide",
        life="window",
        relay=1,
        probes=0.6,
    ),
    "shop_stock": dict(
        size=(10, 500),
        budget=(1, 4),
        ip=["proxy", "static"],
        card=["gift", "virtual", "none"],
        mail=["shop", "webmail"],
        device=["farm", "profile"],
        text=["cover", "paraphrase"],
        join=["aged"],
        pace="light",
        life="window",
        relay=0.4,
        checks=0.5,
    ),
    # of the author
    "browser_swarm": dict(
        size=(15, 900),
        budget=(0.5, 3),
        ip=["browser"],
        card=["none", "virtual"],
        mail=["private", "alias"],
        device=["image"],
        text=["own", "paraphrase_few"],
        join=["hour", "drip"],
        pace="light",
        life="window",
    ),
    "student_mill": dict(
        size=(10, 400),
        budget=(0.8, 4),
        ip=["proxy", "home", "mobile"],
        card=["none"],
        mail=["campus"],
        device=["profile", "farm"],
        text=["cover", "own"],
        join=["batches", "hour"],
        pace="light",
        life="window",
        promo=0.9,
        checks=0.6,
    ),
    "shell_firms": dict(
        size=(6, 150),
        budget=(6, 20),
        ip=["static", "dc"],
        card=["virtual", "bank"],
        mail=["shell"],
        device=["profile"],
        text=["paraphrase_few"],
        join=["drip", "aged"],
        pace="mid",
        life="window",
        promo=0.8,
        bills=0.8,
        checks=0.5,
    ),
    "gig_keys": dict(
        size=(10, 600),
        budget=(5, 12),
        ip=["home"],
        card=["mule"],
        mail=["webmail"],
        device=["own"],
        text=["cover"],
        join=["drip", "batches"],
        pace="wide",
        life="window",
        relay=0.9,
        lent=0.4,
    ),
    "phone_rack": dict(
        size=(8, 300),
        budget=(1, 5),
        ip=["mobile"],
        card=["none", "gift"],
        mail=["webmail", "alias"],
        device=["phones"],
        text=["own", "cover"],
        join=["drip", "batches"],
        pace="light",
        life="window",
    ),
    "key_thief": dict(
        size=(6, 250),
        budget=(0.5, 2),
        ip=["vpn", "dc"],
        card=["bank", "none"],
        mail=["webmail"],
        device=["none"],
        text=["cover", "paraphrase_few"],
        join=["batches"],
        pace="heavy",
        life="turns",
        relay=0.9,
        victims=0.6,
    ),
    "dormant_wake": dict(
        size=(10, 800),
        budget=(3, 9),
        ip=["static", "proxy"],
        card=["virtual", "bank"],
        mail=["webmail", "private_half"],
        device=["profile", "none"],
        text=["fixed_most", "paraphrase"],
        join=["sleeper"],
        pace="mid",
        life="wake",
    ),
    "answer_harvest": dict(
        size=(20, 1500),
        budget=(1.5, 7),
        ip=["proxy", "browser", "static"],
        card=["virtual", "gift"],
        mail=["private_half", "webmail"],
        device=["profile", "none"],
        text=["slots"],
        join=["batches", "drip"],
        pace="wide",
        life="window",
        shape=1,
    ),
    "seat_splitter": dict(
        size=(5, 200),
        budget=(0.6, 3),
        ip=["proxy", "home"],
        card=["virtual"],
        mail=["shell", "webmail"],
        device=["own", "none"],
        text=["cover"],
        join=["drip"],
        pace="light",
        life="window",
        org=1,
    ),
    "borrower": dict(
        size=(6, 400),
        budget=(0.8, 6),
        ip=["office"],
        card=["virtual", "none", "bank"],
        mail=["office", "office_half"],
        device=["profile", "weak", "image"],
        text=["house", "house_cover"],
        join=["drip", "batches", "hour"],
        pace="light",
        life="window",
        relay=0.4,
    ),
}
ORDINARY = [k for k in RECIPES if k != "borrower"]


class Supplies:
    """What an operator has in the cupboard; a successor or a sister block takes over a part."""

    def __init__(self, w, parent=None, keep=0.0):
        self.w, self.box, self.parent, self.keep = w, {}, parent, keep

    def get(self, name, m, make):
        """m values of one sort, some from the parent's cupboard, the rest bought by make(k)."""
        m = max(1, int(m))
        if name in self.box:
            return self.box[name]
        old = np.zeros(0, object)
        if self.parent is not None and name in self.parent.box:
            p = self.parent.box[name]
            k = min(m, int(self.w.rng.binomial(len(p), self.keep)))
            old = p[np.sort(self.w.rng.choice(len(p), k, replace=False))]
        new = np.asarray(make(m - len(old)), dtype=object) if m > len(old) else np.zeros(0, object)
        self.box[name] = np.concatenate([old, new]) if len(old) else new
        return self.box[name]


def per(price, budget, share, top=80):
    """How many accounts must share a unit so that it can be paid."""
    return float(np.clip(np.ceil(price / max(0.01, budget * share)), 1, top))


def join_times(w, n, how):
    """When the accounts of a ring are opened."""
    rng, days = w.rng, w.led.days
    night = rng.uniform(1, 6) / 24 if rng.random() < 0.6 else rng.random()
    if how == "hour":
        b = np.floor(rng.uniform(-25, days - 3)) + night + rng.random(n) * rng.uniform(0.3, 3) / 24
    elif how == "batches":
        k = int(max(2, min(20, n / rng.uniform(8, 60))))
        d = np.floor(rng.uniform(-40, days - 2, k))
        b = d[rng.integers(0, k, n)] + night + rng.random(n) * rng.uniform(0.5, 6) / 24
    elif how == "drip":
        b = rng.uniform(-rng.uniform(10, 120), days - 1, n)
    elif how == "aged":
        b = -rng.exponential(rng.uniform(60, 250), n) - 15
    else:  # sleeper: made long ago, in batches
        d = -np.floor(rng.uniform(60, 300, 4))
        b = d[rng.integers(0, 4, n)] + rng.random(n) * 0.6
    return np.clip(b, -800, days - 0.3)


def pace_of(w, n, pace):
    """Calls on an active day and share of active days; inside the range of honest ones."""
    rng = w.rng
    mid = dict(
        light=rng.uniform(6, 28),
        mid=rng.uniform(25, 130),
        heavy=rng.uniform(400, 900),
        wide=float(np.exp(rng.uniform(np.log(8), np.log(500)))),
    )[pace]
    rate = rng.lognormal(np.log(mid), rng.uniform(0.2, 1.0), n)
    act = np.clip(rng.normal(rng.uniform(0.35, 0.9), 0.15, n), 0.05, 1)
    return np.minimum(rate, 6000), act


class Ring:
    """One block of accounts run by one operator."""

    def __init__(self, w, kind, n, rid, oid, supplies=None, vendor=None, budget=None, born=None, firm=None, ban=None):
        self.w, self.mk, self.led, self.rng, self.shop = w, w.mk, w.led, w.rng, w.shop
        self.kind, self.n, self.rid, self.oid = kind, n, rid, oid
        self.r = r = RECIPES[kind]
        rng, led = self.rng, self.led
        self.sup = supplies or Supplies(w)
        self.budget = budget or float(rng.uniform(*r["budget"]))
        if self.mk.wild:
            self.budget *= float(np.exp(rng.normal(0, 0.6)))
        self.vendor = int(rng.integers(len(self.mk.proxies))) if vendor is None else vendor
        self.firm = firm
        how = {k: rng.choice(r[k]) for k in ("ip", "card", "mail", "device", "text", "join")}
        if self.sup.parent is not None and hasattr(self.sup.parent, "how") and rng.random() < 0.7:
            how = dict(self.sup.parent.how, join=how["join"])
        self.how = self.sup.how = how
        if vendor is not None:
            how["ip"] = "proxy"
        born = join_times(w, n, how["join"]) if born is None else born
        rate, act = pace_of(w, n, r["pace"])
        life = None
        if r["life"] == "short":
            life = rng.uniform(0.5, 3, n)
        pulse = 0
        if rng.random() < r.get("sync", 0.15):
            step = rng.choice([1 / 24, 1 / 8, 0.25, 1])
            pulse = w.led.new_pulse(np.arange(rng.random() * step, w.led.days, step), rng.uniform(2, 15))
        country = self.firm["country"] if firm else None
        self.c = Circle(
            w.shop,
            n,
            country,
            rng.choice(["flat", "night", "office", "home"]),
            born,
            life,
            rate,
            act,
            mixed=0 if rng.random() < 0.5 else rng.uniform(0.2, 0.9),
            pulse=pulse,
        )
        if r["life"] == "turns":  # only about a tenth works on a given day
            led.col["act"][self.c.ids] = np.clip(rng.normal(0.12, 0.04, n), 0.04, 0.4)
        if r["life"] == "wake":
            self.wake()
        self.banned = np.zeros(0, int)
        if ban is not None:
            day, share = ban
            ids = self.c.ids
            self.banned = ids[(rng.random(n) < share) & (led.col["born"][ids] < day)]
            led.col["end"][self.banned] = np.minimum(
                led.col["end"][self.banned], day + rng.exponential(0.05, len(self.banned))
            )
            led.mark(self.banned, status="banned")
        self.c.label(kind, "", ring=rid, operator=oid)
        self.buy()

    def wake(self):
        """Sleepers are first seen on the day they wake; their opening date stays old."""
        day = self.rng.uniform(2, self.led.days * 0.6)
        self.true_born = self.led.col["born"][self.c.ids].copy()
        self.led.col["born"][self.c.ids] = day + self.rng.exponential(1.5, self.n)
        self.w.restore.append((self.c.ids, self.true_born))

    def buy(self):
        """One visit to each shop."""
        for shelf in ("ip", "card", "mail", "device", "text"):
            getattr(self, shelf)(self.how[shelf])
        self.relay()
        self.specials()
        self.taint()
        style = "digits" if self.budget < 1 else "people" if self.rng.random() < 0.7 else "names"
        c = self.c
        self.number()
        c.done["phone"][:] = True
        own = self.how["card"] == "mule"
        c.done["card"][:] = c.done["card"] | (not own)
        c.done["device"][:] = c.done["device"] | (self.how["device"] != "own")
        missing = c.ids[~c.done["mail"]]
        self.shop.webmail(missing, style)
        self.shop.card(c.ids[~c.done["card"]], 0.8)
        self.shop.device(c.ids[~c.done["device"]], 0.7)
        self.clients()

    # ------------------------------------------------------------------ shops
    def ip(self, how):
        c, n, rng, mk, b = self.c, self.n, self.rng, self.mk, self.budget
        if how == "dc":
            m = int(np.clip(n / per(PRICE["dc"], b, 0.25, 60), 1, 150))
            host = mk.hosts[rng.choice(len(mk.hosts), p=mk.host_p)]
            ips = self.sup.get("dc", m, lambda k: host.run(k, gap=0 if rng.random() < 0.5 else 200))
            c.place(ips, 1, (1, int(rng.integers(1, 4))), "slice", 10)
        elif how == "static":
            each = max(1, min(5, per(PRICE["static"], b, 0.4, 15))) if rng.random() < 0.7 else rng.integers(5, 16)
            isp = mk.static_isp[rng.integers(3)]
            ips = self.sup.get(
                "static", int(np.ceil(n / each)), lambda k: isp.run(k, gap=0 if b < 3 else int(rng.choice([0, 3, 60])))
            )
            c.deal(ips, each)
        elif how == "proxy":
            k = rng.integers(3, int(rng.integers(5, 31)), n)
            who = np.repeat(c.ids, k)
            if rng.random() < 0.3:  # novices keep a short list of sessions
                some = self.sup.get("exits", max(3, n // 3), lambda m: mk.exits(self.vendor, m))
                vals = mk.pick(some, len(who))
            else:
                vals = mk.exits(self.vendor, len(who))
            self.led.see(who, "ip", vals, "slice", 1)
        elif how == "mobile":
            car = mk.carriers[c.country][0]
            k = rng.integers(1, 7, n)
            who = np.repeat(c.ids, k)
            self.led.see(who, "ip", mk.pick(car.gates, len(who)), "slice", 4)
        elif how == "vpn":
            v = mk.vpns[rng.choice(len(mk.vpns), p=mk.vpn_p)]
            c.place(v.exits, 1, (2, 6), "slice", 4, a=0.5)
        elif how == "browser":
            ips = self.w.browser_pool()
            c.place(ips, 1, (1, 5), "slice", 2)
        elif how == "office":
            f = self.firm
            idx = c.part(rng.uniform(0.5, 1))
            c.place(f["ips"], 1, (1, 2), "slice", 12, idx=idx)
            rest = np.setdiff1d(np.arange(n), idx)
            self.shop.access(c.ids[rest], (0.4, 0.2, 0.2, 0.2))
        else:
            self.shop.home(c.ids)
            if how == "home" and self.r["card"] != ["mule"] and rng.random() < 0.6:
                ips = self.sup.get("flat", max(1, n // 25), lambda k: mk.isps[c.country][0].run(k))
                c.place(ips, rng.uniform(0.3, 1), 1, "slice", 6)
        c.done["ip"][:] = True

    def card(self, how):
        c, rng, mk, b = self.c, self.rng, self.mk, self.budget
        if how in ("none", "mule"):
            return
        source = dict(virtual="virtual", run="virtual", gift="gift", bank="bank")[how]
        each = per(PRICE.get(source, 3), b, 0.45, 60)
        if how == "run":
            each = 1
        elif rng.random() < 0.35:
            each = max(1, each * rng.uniform(1, 4))
        share = rng.uniform(0.8, 1) if self.kind not in ("trial_farm", "student_mill") else rng.uniform(0.2, 0.6)
        idx = c.part(share)
        m = max(1, int(np.ceil(len(idx) / each)))
        iss = mk.virtual[rng.choice(9, p=mk.virtual_p)]

        def make(k):
            cards, bins = mk.cards(k, source, iss)
            return np.array([f"{a}|{z}" for a, z in zip(cards, bins)], object)

        stock = self.sup.get("cards", m, make)
        g = np.minimum(np.arange(len(idx)) * len(stock) // max(1, len(idx)), len(stock) - 1)
        if rng.random() < 0.5:
            g = rng.permutation(g)
        both = [s.split("|") for s in stock[g]]
        if len(idx):
            self.shop.pay(c.ids[idx], np.array([x[0] for x in both], object), np.array([x[1] for x in both], object))
        if rng.random() < self.r.get("bills", 0.25):
            few = self.sup.get("bills", max(1, self.n // int(rng.integers(4, 40))), lambda k: mk.tokens("bill_", k))
            c.extra("billing_hash", few, rng.uniform(0.4, 1))
        elif rng.random() < 0.6:
            self.led.see(c.ids[idx], "billing_hash", mk.tokens("bill_", len(idx)), weight=0.02)
        c.done["card"][idx] = True

    def mail(self, how):
        c, n, rng, mk, b = self.c, self.n, self.rng, self.mk, self.budget
        style = "digits" if b < 1 else rng.choice(["names", "letters", "people", "digits"], p=[0.4, 0.15, 0.35, 0.1])
        if how == "disposable":
            some = mk.pick(mk.disposable, int(rng.integers(1, 5)), zipf(len(mk.disposable), 0.9))
            c.mail(self.sup.get("domains", len(some), lambda k: some[:k]), rng.uniform(0.8, 1), style)
        elif how.startswith("private"):
            share = dict(private=1, private_half=rng.uniform(0.4, 0.8), private_third=rng.uniform(0.2, 0.4))[how]
            each = float(np.clip(per(PRICE["domain"], b, 0.2, 200) * rng.uniform(1, 6), 3, 200))
            doms = self.sup.get(
                "domains", max(1, n * share / each), lambda k: [mk.domain(rng.random() < 1 - b / 8) for _ in range(k)]
            )
            c.mail(doms, share, style)
        elif how == "shop":
            doms = self.sup.get("domains", int(rng.integers(1, 4)), lambda k: mk.pick(mk.shop_domains, k))
            c.mail(doms, rng.uniform(0.3, 0.95), style)
        elif how == "campus":
            camps = [self.w.campus() for _ in range(int(rng.integers(1, 4)))]
            c.mail([x["domain"] for x in camps], rng.uniform(0.7, 1), "people")
        elif how == "shell":
            c.mail([mk.domain() for _ in range(max(1, int(n / rng.integers(1, 4))))], rng.uniform(0.6, 1), "staff")
        elif how == "alias":
            self.led.txt["mail"][c.ids] = (
                mk.locals(n, "letters") + "@" + mk.pick(["duck.com", "simplelogin.com", "mozmail.com"], n)
            )
            c.done["mail"][:] = True
        elif how.startswith("office"):
            d = self.firm["domains"]
            if rng.random() < 0.25:  # a domain that looks like the firm's
                d = [d[0].replace(".", rng.choice(["-mail.", "-team.", "s."]), 1)]
            c.mail(d, 1 if how == "office" else rng.uniform(0.2, 0.6), "staff")

    def device(self, how):
        c, n, rng, mk = self.c, self.n, self.rng, self.mk
        if how == "farm":
            each = float(np.clip(per(15, self.budget, 0.3, 50), 3, 50))
            c.devices(max(1, int(n / each)), 1 if rng.random() < 0.7 else 2, rng.uniform(0.6, 1))
        elif how == "image":
            c.devices(int(rng.integers(1, 5)), 1, rng.uniform(0.5, 1), weak=rng.random() < 0.5)
        elif how == "profile":
            idx = c.part(rng.uniform(0.5, 1))
            self.led.see(c.ids[idx], "device", mk.tokens("dev_", len(idx)), "slice", 10)
            c.done["device"][idx] = True
        elif how == "phones":
            m = max(1, int(n / rng.uniform(3, 15)))
            c.devices(m, 1, 0.9, weak=rng.random() < 0.5)
        elif how == "weak":
            c.devices(2, 1, 0.8, weak=True)

    def text(self, how):
        c, n, rng, mk, sup = self.c, self.n, self.rng, self.mk, self.sup
        fresh = lambda k: mk.tokens("t_", k)
        if how in ("fixed", "fixed_most"):
            c.text(sup.get("texts", 1, fresh), rng.uniform(0.9, 1) if how == "fixed" else rng.uniform(0.55, 0.95))
        elif how.startswith("paraphrase"):
            k = int(rng.integers(2, 8)) if how.endswith("few") else int(np.clip(n / rng.uniform(4, 20), 3, 60))
            c.text(
                sup.get("texts", k, fresh),
                rng.uniform(0.7, 1),
                1 if rng.random() < 0.5 else 2,
                rng.choice([0, 0.6]),
                "slice",
                12,
            )
        elif how == "slots":
            k = int(np.clip(n * rng.uniform(0.1, 1.5), 5, 1500))
            c.text(sup.get("texts", k, fresh), 0.95, int(rng.integers(2, 7)), 0, "slice", 5)
        elif how.startswith("house"):
            c.text(self.firm["texts"], rng.uniform(0.3, 0.9), 1)
            if how == "house":
                c.text(sup.get("texts", int(rng.integers(1, 6)), fresh), rng.uniform(0.3, 0.9), 1)
        if how in ("cover", "house_cover", "own") or rng.random() < 0.35:
            # customers' traffic: public prompts, what is in fashion, the customers' own
            self.shop.texts(c.ids, 0.8)
            if how == "cover":
                k = int(np.clip(n / rng.uniform(6, 40), 2, 60))
                c.text(sup.get("texts", k, fresh), rng.uniform(0.25, 0.75), 1, 0.4, "slice", 12)
        if rng.random() < self.r.get("shape", 0.45):
            c.extra(
                "prompt_shape",
                sup.get("shape", 1 + n // 300, lambda k: mk.tokens("shp_", k, 10)),
                rng.uniform(0.5, 0.98),
            )

    def number(self):
        c, rng, mk = self.c, self.rng, self.mk
        share = rng.choice([0, 0.1, 0.35, 0.8])
        ids = c.ids[c.part(share)]
        m = max(1, int(len(ids) / rng.choice([1, 1, 2, 5])))
        nums = self.sup.get(
            "numbers",
            m,
            lambda k: np.array(
                [f"+{rng.choice(['44', '1', '62', '7', '380', '84'])}{rng.integers(10**8, 10**9)}" for _ in range(k)],
                object,
            ),
        )
        pool = np.concatenate([nums, mk.recycled[: max(1, len(mk.recycled) // 4)]]) if rng.random() < 0.4 else nums
        self.led.txt["phone"][ids] = mk.pick(pool, len(ids)) if len(nums) < len(ids) else nums[: len(ids)]

    # ------------------------------------------------------------------ the machine room
    def relay(self):
        r, c, rng, sup, mk = self.r, self.c, self.rng, self.sup, self.mk
        self.relay_ips = None
        if rng.random() >= r.get("relay", 0.12):
            return
        skill = min(1.0, self.budget / 8)
        if rng.random() < 0.8:
            c.chain("conv_prefix", "cp_", rng.uniform(0.1, 1.6), int(rng.integers(2, 5)), rng.uniform(0.3, 0.95), 0.1)
        if rng.random() < 0.45:
            c.chain("prev_response", "rsp_", rng.uniform(0.05, 0.8), 2, rng.uniform(0.2, 0.7), 0.05)
        if rng.random() < 0.5:
            soft = self.w.relay_software[rng.integers(len(self.w.relay_software))]
            own = sup.get("schema", 1, lambda k: mk.tokens("sch_", k, 10))
            c.extra("tool_schema", own if rng.random() < 0.5 else [soft["schema"]], rng.uniform(0.4, 1))
        if rng.random() < r.get("probes", 0.3):
            soft = self.w.relay_software[rng.integers(len(self.w.relay_software))]
            c.extra(
                "rhythm",
                [soft["rhythm"]] if rng.random() < 0.6 else [f"h{rng.integers(24):02d}:{rng.integers(60):02d}"],
                rng.uniform(0.6, 1),
            )
        if rng.random() < 0.6 - 0.45 * skill:
            self.relay_ips = sup.get("relay", int(rng.integers(1, 5)), lambda k: mk.egress(0, k, "hosting"))
            c.place(self.relay_ips, rng.uniform(0.15, 0.9), 1, "slice", 8, 0.5, alone=False)
        if rng.random() < 0.35:
            eu = mk.tokens("eu_", max(4, self.n // 2))
            c.extra("end_user", eu, rng.uniform(0.3, 0.9), int(rng.integers(1, 5)), 0.5, "slice", 3)

    def specials(self):
        r, c, rng, sup, mk = self.r, self.c, self.rng, self.sup, self.mk
        if rng.random() < r.get("promo", 0.08):
            some = (
                self.w.codes()
                if rng.random() < 0.5
                else sup.get("codes", int(rng.integers(1, 4)), lambda k: mk.tokens("code_", k, 8))
            )
            c.extra("promo_code", some, rng.uniform(0.5, 1), mode="start")
        if rng.random() < r.get("checks", 0.1):
            m = max(1, int(self.n / rng.uniform(1.5, 8)))
            c.extra(
                "id_check", sup.get("checks", m, lambda k: mk.tokens("idc_", k)), rng.uniform(0.2, 0.9), mode="start"
            )
        if rng.random() < r.get("org", 0.04):
            c.extra("parent_org", sup.get("org", max(1, self.n // 30), lambda k: mk.tokens("org_", k)), 0.95)
        if rng.random() < 0.1:
            c.extra(
                "git_remote",
                sup.get("git", max(1, self.n // 20), lambda k: mk.tokens("git_", k)),
                rng.uniform(0.1, 0.6),
            )

    def clients(self):
        """A pinned version, or the usual mixture."""
        c, rng, mk = self.c, self.rng, self.mk
        if rng.random() < 0.5:
            self.led.see(c.ids, "sdk", np.full(self.n, mk.pick(mk.sdks, 1, mk.sdk_p)[0], object))
            self.led.see(c.ids, "ja4", np.full(self.n, mk.pick(mk.ja4, 1, mk.ja4_p)[0], object))
            tz = TZ[c.country] if rng.random() < 0.5 else 8
            self.led.see(c.ids, "timezone", np.full(self.n, f"UTC{tz:+g}", object))
        else:
            self.shop.client(c.ids)

    def taint(self):
        """Every member also lives among honest accounts."""
        c, rng, mk, w = self.c, self.rng, self.mk, self.w
        pool, p = w.honest_ips
        k = np.where(rng.random(self.n) < mk.p(0.75, 0.95, 0.4, 1.0), rng.integers(1, 4, self.n), 0)
        who = np.repeat(c.ids, k)
        self.led.see(who, "ip", mk.pick(pool, len(who), p), "slice", 6, 0.25)
        x = c.ids[c.part(rng.uniform(0.3, 0.8))]
        self.led.see(x, "template", mk.pick(mk.public, len(x), mk.public_p), weight=0.4)
        x = c.ids[c.part(rng.uniform(0.3, 0.5))] if self.how["device"] not in ("none",) else c.ids[c.part(0.1)]
        self.led.see(x, "device", mk.pick(mk.models, len(x), mk.model_p), "slice", 9, 0.3)

    # ------------------------------------------------------------------ other people's accounts
    def strangers(self):
        """Lent and sold accounts, hijacked ones, and people on whom the ring lays its signals."""
        w, rng, r, mk = self.w, self.rng, self.r, self.mk
        marks = self.sup.box.get("texts")
        lend = r.get("lent", 0 if rng.random() < 0.75 else 0.1)
        steal = r.get("victims", 0 if rng.random() < 0.8 else 0.08)
        frame = rng.random() < 0.25
        if not (lend or steal or frame):
            return
        egress = self.relay_ips if self.relay_ips is not None else self.sup.box.get("dc", self.sup.box.get("static"))

        if marks is None:  # customers' prompts only: the relay adds a line of its own
            marks = self.sup.get("texts", 1, lambda k: mk.tokens("t_", k))
            self.c.text(marks, rng.uniform(0.3, 0.8), 1, mode="slice", length=8)

        def touch(ids, weight, text=0.8, net=0.8):
            x = ids[rng.random(len(ids)) < text]
            self.led.see(x, "template", mk.pick(marks, len(x)), "slice", 4, weight)
            x = ids[rng.random(len(ids)) < net]
            v = mk.pick(egress, len(x)) if egress is not None and len(egress) else mk.exits(self.vendor, len(x))
            self.led.see(x, "ip", v, "slice", 4, weight)

        k = int(self.n * lend * rng.uniform(0.5, 1.2))
        if k:
            ids = w.recruit(k, "", "", label=False)
            self.led.mark(ids, ring=self.rid, operator=self.oid, kind=self.kind, grey=True)
            touch(ids, 0.6)
        k = int(self.n * steal * rng.uniform(0.4, 1.2))
        if k:
            ids = w.recruit(k, "", "", label=False)
            self.led.mark(ids, kind="hijacked", grey=True, victim=True)
            touch(ids, 0.8)
        if frame:
            ids = w.recruit(max(1, int(self.n * rng.uniform(0.02, 0.15))), "", "", label=False)
            self.led.mark(ids, kind="framed", framed=True)
            touch(ids, 0.1, 0.9, 0.6)
            if "cards" in self.sup.box and rng.random() < 0.25:
                s = [v.split("|") for v in mk.pick(self.sup.box["cards"], len(ids))]
                self.led.see(ids, "payment", np.array([v[0] for v in s], object), "slice", 2, 0.01)
                self.led.see(ids, "card_bin", np.array([v[1] for v in s], object), "slice", 2, 0.01)


def found(w, kind, n, vendor=None, firm=None):
    """Found a ring, or an operator's several; sometimes it is banned and grows again.  Returns accounts used."""
    rng, led = w.rng, w.led
    oid = f"op{len(w.operators):04d}"
    w.operators.append(oid)
    cells = RECIPES[kind].get("cells")
    k = int(rng.integers(cells[0], cells[1] + 1)) if cells and n >= 40 else 2 if n > 60 and rng.random() < 0.12 else 1
    cut = np.maximum(5, (rng.dirichlet(np.full(k, 3.0)) * n).astype(int)) if k > 1 else [n]
    head, used = None, 0
    for i, m in enumerate(cut):
        rid = f"r{w.n_rings:04d}"
        w.n_rings += 1
        sup = Supplies(w, head, rng.uniform(0.02, 0.2)) if head is not None else Supplies(w)
        regrow = m >= 12 and rng.random() < 0.3
        m1 = int(m * rng.uniform(0.45, 0.7)) if regrow else int(m)
        day = rng.uniform(led.days * 0.15, led.days * 0.85)
        ring = Ring(w, kind, m1, rid, oid, sup, vendor, firm=firm, ban=(day, rng.uniform(0.3, 1)) if regrow else None)
        used += m1
        if not regrow and rng.random() < 0.3:  # some were found before, one by one
            led.mark(ring.c.ids[rng.random(m1) < rng.uniform(0.02, 0.3)], status="banned")
        if regrow:
            m2 = max(3, min(int(m) - m1, int(len(ring.banned) * 0.8) + 1))
            born = np.minimum(day + rng.exponential(rng.uniform(0.1, 1.2), m2), led.days - 0.1)
            again = Ring(
                w,
                kind,
                m2,
                rid,
                oid,
                Supplies(w, ring.sup, rng.uniform(0.1, 0.7)),
                ring.vendor if vendor is not None else None,
                ring.budget,
                born,
                firm,
            )
            used += m2
        ring.strangers()
        head = head or ring.sup
    return used


def populate(w, n_ring, scenario):
    """Found rings until the ring accounts are used up; the share of a size falls with the size."""
    rng = w.rng
    left = n_ring
    vendor = 0 if scenario == "proxy" else None
    first = True
    while left >= 5:
        if scenario == "borrowers":
            kind = "borrower" if rng.random() < 0.85 else rng.choice(ORDINARY)
        elif scenario == "proxy":
            kind = rng.choice(
                [
                    "residential_pool",
                    "hydra",
                    "relay_pool",
                    "answer_harvest",
                    "student_mill",
                    "trial_farm",
                    "shop_stock",
                    "dormant_wake",
                ]
                if rng.random() < 0.85
                else ORDINARY
            )
        else:
            kind = rng.choice(ORDINARY) if rng.random() < 0.94 else "borrower"
        lo, hi = RECIPES[kind]["size"]
        if scenario == "farms":
            lo, hi = 8, 150
        top = max(lo, min(hi, left, n_ring * (0.6 if scenario != "proxy" or not first else 0.45)))
        a = 0.55
        u = rng.random()
        n = int((lo**-a + u * (top**-a - lo**-a)) ** (-1 / a)) if top > lo else int(lo)
        if scenario == "proxy" and first:
            n = int(max(n, n_ring * 0.35))
        n = max(5, min(n, int(left)))
        first = False
        firm = None
        if kind == "borrower":
            if w.firms:
                firm = w.firms[int(rng.integers(len(w.firms)))]
            else:
                kind = "naive_farm"
        use = vendor if scenario == "proxy" and rng.random() < 0.85 else None
        left -= max(5, found(w, kind, n, use, firm))
