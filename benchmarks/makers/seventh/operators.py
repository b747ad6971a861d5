"""Operators: each has so much money, care and time, buys from suppliers, and hands out what was bought by a rule.

A ring is one operator's accounts. What its members share follows from what the operator could afford and how it is
handed out; nothing is added so that a ring can be seen.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from random import Random

from bodies import Bodies
from dice import between, deal
from folk import Folk
from ledger import FOREVER
from market import Cards, Market, Proxies, Shop, honest_customers, open_market
from stock import BROWSERS, CODING, CODING_LINE, DISPOSABLE, MASKED, SDKS
from terrain import phone_number


@dataclass
class Plan:
    """How a ring is run."""

    kind: str
    size: int
    care: float
    mail: dict[str, float] = field(default_factory=lambda: {"webmail": 1.0})
    per_domain: float = 30
    card_share: float = 0.6
    per_card: float = 4
    card_rule: str = "block"
    sequential: bool = False
    exit_form: str = "dc"
    per_exit: float = 6
    exits_each: int = 1
    hold: float = 1.0
    exit_rule: str = "block"
    device: str = "clean"  # none, clean, farm, common, one
    per_device: float = 20
    client: int = 10
    prompts: str = "family"  # one, family, varied, customers, borrowed
    families: int = 3
    prompt_share: float = 0.9
    schedule: str = "jobs"  # jobs, spread, turns, shift, burst, sleep
    rate: float = 60
    live: float = 0.7
    jobs: int = 3
    width: float = 15 / 1440
    start: float = 0.0
    stop: float = FOREVER
    signup: str = "nightly"  # burst, nightly, trickle, weekly, shop, aged
    lead: float = 4.0
    probes: bool = False
    failover: bool = False
    cover: float = 1.0
    referral: str = ""  # chain, star
    billing: str = "merchant"
    number_share: float = 0.4
    vendor: Proxies | None = None
    shop: Shop | None = None
    merchant: Cards | None = None
    domain: str = ""
    line: int = -1
    coupon: str = ""
    template: int = -1
    bind: bool = True
    operator: str = ""
    cell: int = 0
    country: str = ""


class Underworld:
    """Makes the operators of a world and their rings."""

    def __init__(self, folk: Folk, bodies: Bodies, rnd: Random, *, wide: bool) -> None:
        self.folk, self.bodies, self.rnd, self.wide = folk, bodies, rnd, wide
        self.led, self.land, self.stock, self.p = folk.led, folk.land, folk.stock, folk.p
        self.market: Market = open_market(rnd, folk, folk.land.n)
        self.honest = len(self.led)
        self.operators = 0

    def honest_customers(self, n: int) -> None:
        """The suppliers' honest and grey customers."""
        honest_customers(self.rnd, self.folk, self.market, n)
        self.honest = len(self.led)

    # --- plans ----------------------------------------------------------------------------------------------------

    def plan(self, kind: str, size: int) -> Plan:
        """What an operator of a kind does, with the care that this one takes."""
        rnd, p = self.rnd, self.p
        care = rnd.uniform(min(p["care_low"], p["care_high"]), p["care_high"])
        days = self.led.days
        q = Plan(kind, size, care)
        q.merchant = rnd.choice(self.market.cards)
        q.shop = rnd.choice(self.market.shops)
        q.client = rnd.choice(SDKS[:4] + [MASKED, MASKED])
        q.start = rnd.uniform(-30, days * 0.35)
        q.number_share = rnd.uniform(0.1, 0.7)
        q.signup = rnd.choice(("nightly", "trickle", "weekly", "shop"))
        q.referral = "chain" if rnd.random() < 0.12 else ""
        q.probes = rnd.random() < 0.18

        def loose(high: float, low: float) -> float:
            """A quota: the careless hand out `high`, the careful `low`."""
            return max(1.0, high * (low / high) ** min(1.0, max(0.0, care + rnd.gauss(0, 0.15))))

        if kind == "naive":
            q.mail, q.per_domain = {"disposable": 0.55, "cheap": 0.45}, loose(150, 40)
            q.per_card, q.card_share, q.exit_form, q.per_exit = (
                loose(60, 12),
                0.85,
                "dc",
                max(5.0, size / rnd.randint(1, 5)),
            )
            q.device, q.prompts, q.families, q.prompt_share, q.jobs, q.width = (
                rnd.choice(("none", "one")),
                "one",
                1,
                0.97,
                rnd.randint(1, 3),
                0.04,
            )
            q.signup, q.rate, q.live, q.referral = "burst", between(rnd, 30, 300), 0.9, ""
        elif kind == "trial":
            q.mail, q.per_domain = (
                {"cheap": 0.8, "disposable": 0.1, "webmail": 0.1},
                rnd.uniform(50, 200) * min(1, size / 300) + 4,
            )
            q.card_share, q.sequential, q.per_card = rnd.choice((0.0, 0.0, 0.5)), True, 1.3
            q.exit_form, q.per_exit = rnd.choice(("dc", "resi", "modem")), rnd.uniform(15, 40) * min(1, size / 150) + 2
            q.device, q.per_device = (
                ("farm", rnd.uniform(20, 50) * min(1.0, size / 150) + 2) if care < 0.7 else ("common", 1)
            )
            q.prompts, q.families, q.prompt_share, q.schedule, q.rate, q.client = (
                "varied",
                40,
                0.5,
                "burst",
                between(rnd, 20, 120),
                rnd.choice(BROWSERS + SDKS[:2]),
            )
            q.signup, q.coupon = "trickle", f"EDU-{rnd.randrange(16**6):06X}" if rnd.random() < 0.4 else ""
        elif kind == "balanced":
            q.mail, q.per_domain = {"cheap": 0.55, "webmail": 0.45}, max(3.0, size / rnd.uniform(10, 30))
            q.per_card, q.card_share, q.exit_form, q.per_exit, q.exits_each = (
                rnd.uniform(5, 12),
                0.9,
                rnd.choice(("dc", "isp")),
                loose(25, 8),
                rnd.randint(2, 4),
            )
            q.prompts, q.families, q.prompt_share, q.schedule, q.rate, q.jobs, q.exit_rule = (
                "one",
                1,
                0.97,
                "jobs",
                between(rnd, 8, 60),
                rnd.randint(3, 6),
                "random",
            )
            q.device = "none"
        elif kind == "residential":
            q.mail, q.per_domain = (
                {"cheap": 0.45, "disposable": 0.12, "webmail": 0.43},
                max(4.0, size / rnd.uniform(50, 200) * 4),
            )
            q.per_card, q.card_share, q.billing = 1.0, 0.9, "merchant"
            q.exit_form, q.exits_each, q.hold = "resi", 1, 1.0
            q.prompts, q.families, q.prompt_share, q.rate, q.live, q.schedule = (
                "one",
                1,
                0.88,
                between(rnd, 20, 850),
                0.7,
                "jobs",
            )
            q.device, q.width, q.jobs = "common", 0.2, 4
        elif kind == "hydra":
            q.mail, q.per_domain = {"cheap": 0.3, "webmail": 0.7}, max(4.0, size / rnd.uniform(6, 20))
            q.per_card, q.card_share = rnd.uniform(1, 1.5), 0.85
            q.exit_form, q.hold, q.prompts, q.families = (
                "resi",
                1.0,
                "family",
                max(3, int(between(rnd, 30, 60) * min(1.0, size / 2000) + 3)),
            )
            q.prompt_share, q.schedule, q.rate, q.live, q.cover, q.device = (
                rnd.uniform(0.3, 0.6),
                "spread",
                25,
                0.7,
                3.0,
                rnd.choice(("common", "clean")),
            )
            q.start, q.signup = -12.0, "trickle"
        elif kind == "rotating":
            q.mail, q.per_domain = {"webmail": 0.5, "cheap": 0.3, "shop": 0.2}, loose(20, 5)
            q.per_card, q.card_share, q.exit_form, q.per_exit = rnd.uniform(2, 5), 0.6, "isp", rnd.uniform(5, 15)
            q.prompts, q.families, q.live, q.schedule = "family", rnd.randint(4, 8), 0.1, "turns"
            q.rate, q.start = rnd.uniform(2000, 6000), rnd.uniform(0, days * 0.3)
            q.stop = q.start + rnd.uniform(14, 21)
        elif kind == "one-card":
            q.per_card, q.card_share, q.mail, q.per_exit, q.device, q.prompts, q.families = (
                9999,
                0.97,
                {"webmail": 1.0},
                1.0,
                "clean",
                "varied",
                30,
            )
            q.exit_form, q.exits_each, q.prompt_share, q.schedule, q.rate = (
                "resi",
                1,
                0.5,
                "spread",
                between(rnd, 10, 120),
            )
        elif kind == "one-domain":
            q.mail, q.per_domain, q.card_share, q.per_card, q.device = {"cheap": 1.0}, 9999, 0.5, 1.0, "clean"
            q.exit_form, q.prompts, q.families, q.prompt_share, q.schedule, q.rate = (
                rnd.choice(("resi", "isp")),
                "varied",
                25,
                0.5,
                "spread",
                between(rnd, 8, 150),
            )
            q.per_exit = 1.5
        elif kind in ("rival", "static"):
            q.mail, q.per_domain, q.signup = {"shop": 0.6, "webmail": 0.4}, 1, "shop"
            q.per_card, q.card_share = loose(8, 1.5), 0.7
            q.exit_form, q.per_exit = "isp", rnd.choice((1.0, 2.0, 4.0))
            q.prompts, q.families, q.schedule, q.rate, q.failover = (
                "family",
                rnd.randint(1, 6),
                rnd.choice(("jobs", "turns", "spread")),
                between(rnd, 15, 500),
                rnd.random() < 0.4,
            )
            q.live = 0.5 if q.schedule == "turns" else 0.7
        elif kind == "sleepers":
            q.signup, q.mail, q.schedule, q.probes = (
                "aged",
                {"webmail": 0.7, "cheap": 0.2, "shop": 0.1},
                "sleep",
                rnd.random() < 0.5,
            )
            q.start = rnd.uniform(days * 0.25, days * 0.75)
            q.per_card, q.card_share, q.exit_form, q.per_exit, q.rate, q.cover = (
                loose(6, 1.0),
                0.7,
                rnd.choice(("isp", "resi", "dc")),
                loose(10, 2),
                between(rnd, 60, 700),
                0.0,
            )
            q.per_domain = loose(20, 4)
        elif kind == "star":
            q.mail, q.card_share, q.per_card, q.exit_form, q.per_exit, q.device = (
                {"webmail": 1.0},
                0.8,
                1.0,
                "resi",
                1.0,
                "clean",
            )
            q.prompts, q.families, q.prompt_share, q.schedule, q.rate, q.referral, q.billing = (
                "varied",
                50,
                0.4,
                "spread",
                between(rnd, 10, 90),
                "star",
                "own",
            )
        elif kind == "api-only":
            q.device, q.client, q.per_card, q.card_share, q.exit_form, q.per_exit = (
                "none",
                12,
                loose(8, 1.5),
                0.95,
                "dc",
                loose(12, 1.5),
            )
            q.mail, q.per_domain, q.prompts, q.schedule, q.rate = (
                {"webmail": 0.5, "cheap": 0.5},
                loose(25, 4),
                "family",
                rnd.choice(("jobs", "spread")),
                between(rnd, 50, 800),
            )
            q.families, q.number_share = rnd.randint(1, 5), 0.05
        elif kind == "relay":
            q.mail, q.per_domain, q.signup = {"shop": 0.5, "webmail": 0.35, "cheap": 0.15}, loose(15, 4), "shop"
            q.client, q.prompts, q.families, q.schedule, q.rate, q.failover, q.probes = (
                MASKED,
                "customers",
                max(6, size * 2),
                "turns",
                between(rnd, 80, 500),
                True,
                rnd.random() < 0.5,
            )
            q.exit_form, q.per_exit, q.per_card, q.card_share, q.device, q.live = (
                "isp",
                loose(5, 1.0),
                loose(5, 1.2),
                0.9,
                "none",
                0.6,
            )
        elif kind == "disguise":
            q.mail, q.per_domain, q.card_share, q.per_card, q.exit_form, q.per_exit = (
                {"firm": 1.0},
                9999,
                0.9,
                rnd.choice((9999, 9999, 12)),
                "office",
                9999,
            )
            q.device, q.per_device, q.client, q.prompts, q.families, q.schedule = (
                "farm",
                8,
                rnd.choice(BROWSERS[:2] + SDKS[:2]),
                "family",
                2,
                "shift",
            )
            q.rate, q.billing, q.signup, q.cover, q.failover, q.number_share = (
                between(rnd, 60, 500),
                "one",
                rnd.choice(("burst", "weekly")),
                0.4,
                rnd.random() < 0.4,
                0.3,
            )
        elif kind == "campus":  # the education path: addresses at a real campus, bought or made up
            home = rnd.choice(self.bodies.campuses) if self.bodies.campuses else None
            q.mail, q.domain = ({"given": 0.8, "webmail": 0.2}, home[1]) if home else ({"cheap": 1.0}, "")
            q.line = home[2] if home and rnd.random() < 0.5 else -1
            q.coupon, q.card_share, q.exit_form, q.per_exit, q.device = (
                f"EDU-{rnd.randrange(16**6):06X}",
                0.1,
                rnd.choice(("resi", "isp")),
                loose(8, 2),
                "common",
            )
            q.prompts, q.families, q.rate, q.signup = "family", 2, between(rnd, 20, 200), "nightly"
        elif kind == "platform":  # on a platform's addresses and beneath its prompt
            q.exit_form, q.per_exit, q.mail, q.per_domain, q.card_share, q.per_card = (
                "cloud",
                9999,
                {"webmail": 0.6, "cheap": 0.4},
                loose(20, 4),
                0.8,
                loose(8, 1.5),
            )
            q.prompts, q.families, q.schedule, q.rate, q.device = "borrowed", 3, "jobs", between(rnd, 20, 200), "none"
        elif kind == "takeover":
            q.mail, q.card_share, q.exit_form, q.per_exit, q.prompts, q.families = (
                {"webmail": 1.0},
                0.4,
                rnd.choice(("resi", "isp", "dc")),
                loose(12, 2),
                "family",
                2,
            )
            q.schedule, q.rate, q.device, q.per_device = "turns", between(rnd, 60, 900), rnd.choice(("farm", "none")), 9
        elif kind == "event":  # a hackathon's code, taken by machines
            q.coupon, q.signup, q.mail, q.per_domain, q.card_share = (
                f"HACK-{rnd.randrange(16**6):06X}",
                "burst",
                {"webmail": 0.5, "cheap": 0.5},
                loose(25, 6),
                0.05,
            )
            q.exit_form, q.per_exit, q.schedule, q.rate, q.prompts, q.families, q.device = (
                rnd.choice(("dc", "resi")),
                loose(15, 3),
                "jobs",
                between(rnd, 20, 200),
                "family",
                2,
                "common",
            )
            q.start = rnd.uniform(2, days * 0.6)
        elif kind == "week-farm":
            q.start = rnd.uniform(0, max(1, days - 8))
            q.stop = q.start + rnd.uniform(5, 7.5)
            q.signup, q.lead, q.mail, q.per_domain = (
                "burst",
                1.0,
                {"cheap": 0.6, "disposable": 0.15, "webmail": 0.25},
                loose(80, 8),
            )
            q.per_card, q.card_share, q.exit_form, q.per_exit = (
                loose(25, 3),
                rnd.choice((0.0, 0.5, 0.9)),
                rnd.choice(("dc", "resi", "modem")),
                loose(30, 4),
            )
            q.device, q.per_device, q.prompts, q.families, q.rate, q.jobs = (
                rnd.choice(("farm", "common", "none")),
                loose(30, 5),
                "family",
                rnd.randint(1, 5),
                between(rnd, 30, 400),
                4,
            )
        elif kind == "failover":
            q.schedule, q.failover, q.prompts, q.families, q.mail = (
                "turns",
                True,
                rnd.choice(("family", "customers", "varied")),
                max(4, size),
                {"webmail": 0.8, "cheap": 0.2},
            )
            q.exit_form, q.per_exit, q.per_card, q.card_share, q.rate, q.live, q.client = (
                rnd.choice(("isp", "resi")),
                loose(4, 1),
                loose(4, 1),
                0.9,
                between(rnd, 100, 900),
                0.5,
                MASKED,
            )
            q.per_domain = loose(8, 2)
        elif kind == "workers":  # people in an upstairs room who work accounts by hand
            q.schedule, q.exit_form, q.per_exit, q.device, q.per_device, q.client = (
                "shift",
                "office",
                9999 if care < 0.5 else 10,
                "farm",
                loose(10, 3),
                0,
            )
            q.mail, q.per_domain, q.card_share, q.per_card, q.prompts, q.families, q.rate = (
                {"webmail": 0.8, "shop": 0.2},
                10,
                0.7,
                loose(6, 1),
                "varied",
                12,
                between(rnd, 30, 150),
            )
        else:  # a handful of accounts, run with thought
            q.mail, q.per_domain, q.card_share, q.per_card, q.exit_form = (
                {"webmail": 0.7, "cheap": 0.3},
                3,
                0.8,
                loose(4, 1),
                rnd.choice(("isp", "dc", "resi")),
            )
            q.per_exit, q.prompts, q.families, q.schedule, q.rate, q.failover = (
                loose(4, 1),
                rnd.choice(("one", "family", "varied")),
                2,
                rnd.choice(("turns", "jobs", "spread")),
                between(rnd, 50, 900),
                rnd.random() < 0.5,
            )
        return q

    # --- carrying out ---------------------------------------------------------------------------------------------

    def births(self, q: Plan, n: int, after: float | None = None) -> list[float]:
        """When the accounts were registered."""
        rnd, top = self.rnd, self.led.days - 0.3
        if after is not None:  # after a ban: within three days, mostly within hours
            return [min(top, after + min(3.0, rnd.expovariate(1 / 0.7))) for _ in range(n)]
        first = q.start - q.lead
        out = []
        for i in range(n):
            if q.signup == "burst":
                b = first + min(0.3, rnd.expovariate(1 / 0.05)) + rnd.randrange(1 + n // 150)
            elif q.signup == "nightly":
                b = math.floor(first - rnd.randrange(1 + int(q.lead))) + rnd.uniform(2, 5) / 24 - (7 / 24)
            elif q.signup == "weekly":
                b = first - 7 * rnd.randrange(4) + rnd.uniform(0, 0.2)
            elif q.signup == "aged":
                b = q.start - rnd.uniform(60, 400)
            elif q.signup == "shop":
                b = q.start - (rnd.uniform(40, 200) if q.shop and q.shop.aged else rnd.uniform(0.5, 25))
            else:
                end = min(top, q.stop - 1)
                b = (
                    rnd.uniform(first - 6, max(first, end - 2))
                    if q.schedule == "burst"
                    else first - 8 + i / max(1, n) * 20 + rnd.uniform(-1, 1)
                )
            out.append(min(top, b))
        return out

    def mails(self, q: Plan, n: int) -> list[str]:
        """Addresses, by where the operator gets them."""
        rnd, stock = self.rnd, self.stock
        units = deal(rnd, n, q.per_domain, rnd.choice(("block", "turn", "random")))
        own: dict[int, str] = {}
        few = rnd.sample(DISPOSABLE, rnd.randint(1, 3))
        style = rnd.choice((1, 3, 6, 7, 8)) if q.care < 0.6 else rnd.choice((0, 1, 3, 8))
        forms, weights = list(q.mail), list(q.mail.values())
        if not q.domain and "firm" in q.mail:
            q.domain = stock.domain(rnd)
        out = []
        for i in range(n):
            form = rnd.choices(forms, weights)[0]
            if form == "webmail":
                d = rnd.choice(("gmail.com", "gmail.com", "outlook.com", "hotmail.com", "yahoo.com", "gmx.de"))
            elif form == "disposable":
                d = rnd.choice(few)
            elif form == "shop" and q.shop:
                d = rnd.choice(q.shop.domains)
            elif form in ("firm", "given"):
                d = q.domain
            else:
                d = own.setdefault(units[i], stock.cheap(rnd))
            out.append(
                stock.address(rnd, d, q.shop.style if form == "shop" and q.shop else (0 if form == "firm" else style))
            )
        return out

    def carry_out(self, q: Plan, ring: str, operator: str) -> list[int]:
        """Registers, equips and runs a ring; its accounts."""
        rnd, led, land, stock, p = self.rnd, self.led, self.land, self.stock, self.p
        ban = None
        if rnd.random() < p["ban"] and q.schedule not in ("burst",) and q.kind != "week-farm" and q.size >= 12:
            ban = rnd.uniform(max(1.0, q.start + 3), led.days - 4) if max(1.0, q.start + 3) < led.days - 4 else None
        hit = rnd.uniform(0.3, 1.0) if ban else 0.0
        n1 = q.size if ban is None else max(5, round(q.size / (1 + 0.8 * hit)))
        n2 = q.size - n1
        inherit = rnd.uniform(0.15, 0.9)
        n = n1 + n2
        born = self.births(q, n1) + (self.births(q, n2, ban) if n2 else [])
        mails = self.mails(q, n)
        cards = self._units(n1, n2, q.per_card, q.card_rule, inherit)
        places = [self._units(n1, n2, q.per_exit, q.exit_rule, inherit) for _ in range(q.exits_each)]
        boxes = self._units(n1, n2, q.per_device, "block", inherit)
        m = self.market
        vendor = q.vendor or (rnd.choice(m.proxies[q.exit_form]) if q.exit_form in m.proxies else None)
        lines: dict[tuple[int, int], int] = {}
        country = q.country or land.country(rnd)
        office: dict[int, int] = {}
        if q.exit_form == "office":
            base = land.office(rnd, country, rnd.choice((1, 2))) if rnd.random() < 0.7 else land.server(rnd)
        platform = [land.egress(rnd) for _ in range(rnd.randint(1, 3))]
        hosts = [a for a in range(self.honest) if led.kind[a] == "byok"] if q.exit_form == "cloud" else []
        ridden = rnd.choice(hosts) if hosts else -1
        if ridden >= 0:  # the platform's own egress and prompt
            lent = [c for c in range(len(led.c_acct)) if led.c_acct[c] == ridden][-1]
            platform = [led.c_line[lent]]
            q.template = next(
                (
                    led.s_value[s]
                    for s in range(len(led.s_acct))
                    if led.s_acct[s] == ridden and led.s_ctx[s] == lent and led.s_type[s] == 0
                ),
                -1,
            )
        bins = list(q.merchant.bins)
        payers = list(q.merchant.payers) if q.billing == "merchant" else []
        made_cards: dict[int, tuple[int, int]] = {}
        machines: dict[int, int] = {}
        prompts = self._prompts(q, n)
        tools = stock.schema() if rnd.random() < 0.35 else -1
        own_repo = stock.remote() if rnd.random() < 0.2 else -1
        upgrade = rnd.uniform(-6, led.days - 13)
        admin = land.home(rnd, rnd.choice((country, land.country(rnd))))
        admin_box = stock.machine(rnd, 0.2)
        codes = f"REF-{rnd.randrange(16**7):07X}"
        public = [CODING_LINE if q.client in (MASKED, 8) else stock.public_pick(rnd) for _ in range(2)]
        members, work = [], []
        numbers = rnd.choice(m.numbers)
        seq_bin = rnd.choice(bins)
        for i in range(n):
            stop = q.stop
            if q.schedule == "burst":
                stop = born[i] + rnd.uniform(1, 3)
            elif rnd.random() < 0.08:
                stop = min(stop, max(born[i], 0) + rnd.uniform(4, 30))
            where = country if rnd.random() < 0.6 else land.country(rnd)
            if q.kind in ("residential", "hydra", "star", "one-card"):
                where = land.country(rnd)
            has_card = rnd.random() < q.card_share
            a = led.account(
                country=where,
                email=mails[i],
                kind=q.kind,
                born=born[i],
                gone=stop,
                ring=ring,
                operator=operator,
                plan="pro" if has_card and q.client < 8 else ("api" if has_card else "free"),
                active=0.0 if q.cover == 0 else min(0.5, p["cover_sessions"] * q.cover * rnd.uniform(0.4, 1.4)),
                level=math.log(rnd.uniform(4, 18)),
                rest=rnd.uniform(0.7, 1.0),
                phone=rnd.choice(numbers)
                if rnd.random() < q.number_share
                else (phone_number(rnd, where) if rnd.random() < 0.3 else ""),
            )
            members.append(a)
            # machine
            if q.device == "none":
                dev = -1
            elif q.device == "one":
                dev = machines.setdefault(0, stock.machine(rnd, 0.3))
            elif q.device == "farm":
                dev = machines.setdefault(boxes[i], stock.machine(rnd, 0.35))
            else:
                dev = stock.machine(
                    rnd, p["common_device"] if q.device == "clean" else min(0.95, p["common_device"] * 1.6)
                )
            # exits
            mine = []
            for j in range(q.exits_each):
                u = places[j][i]
                if q.exit_form == "resi":
                    key = (j, i if q.per_exit <= 1.5 or q.kind in ("residential", "hydra") else u)
                    if key not in lines:
                        lines[key] = land.line(
                            vendor.pool, q.hold, rnd.randint(10, 30) if q.kind == "residential" else rnd.randint(5, 12)
                        )
                elif q.exit_form == "office":
                    key = (0, u)
                    lines.setdefault(key, base if u == 0 else land.home(rnd, country))
                elif q.exit_form == "cloud":
                    key = (0, i % len(platform))
                    lines.setdefault(key, platform[i % len(platform)])
                elif q.exit_form == "modem":
                    key = (0, u)
                    lines.setdefault(key, land.line(vendor.pool, rnd.choice((0.04, 0.2, 1.0))))
                else:
                    key = (0, u)
                    lines.setdefault(key, land.line(vendor.pool))
                c = led.context(a, lines[key], dev, q.client, 0.15, 0.15, "flat", pin=upgrade)
                mine.append(c)
            if q.line >= 0 and rnd.random() < 0.4:  # a place among those whose clothes it wears
                led.context(a, q.line, dev, q.client, 0.6, 0.2, "class")
            work.append(mine)
            self._cover(q, a, dev, where)
            # the shop's or the operator's hands at sign-up
            if q.signup in ("shop", "aged") and q.shop:
                led.signup_ctx[a] = led.context(
                    a, rnd.choice(q.shop.lines), rnd.choice(q.shop.machines) if rnd.random() < 0.7 else -1, 0, 0, 0
                )
                if rnd.random() < 0.25:
                    led.moment(a, "identity_check", rnd.choice(q.shop.identities), max(-59.0, born[i]))
            if rnd.random() < p["slip"] * (1.8 - 1.6 * q.care):
                s = led.context(a, admin, admin_box, 0, 0, 0)
                led.visit(s, rnd.uniform(max(0.0, born[i]), led.days), rnd.randint(1, 4))
            # money
            if has_card:
                if cards[i] not in made_cards:
                    b = seq_bin if q.sequential else rnd.choice(bins)
                    payer = (
                        rnd.choice(payers)
                        if payers and rnd.random() > q.care * 0.7
                        else (
                            stock.payer()
                            if q.billing != "one" or not made_cards
                            else next(iter(made_cards.values()))[1]
                        )
                    )
                    made_cards[cards[i]] = (stock.card(rnd, b), payer)
                led.pay(a, *made_cards[cards[i]], rnd.uniform(5, 25), max(born[i], q.start - 1))
            if q.coupon and rnd.random() < 0.9:
                led.moment(a, "coupon", q.coupon, born[i])
            if q.referral == "chain" and i and rnd.random() < 0.6:
                led.moment(a, "referral", f"{codes}{i // 9}", born[i])
            # prompts
            for v, prob in prompts(i):
                for c in mine:
                    led.carry(a, v, prob, ctx=c, start=max(q.start, born[i]) - 0.2)
            if rnd.random() < p["public_cover"]:
                v = rnd.choice(public) if rnd.random() < 0.5 else stock.public_pick(rnd)
                for c in mine:
                    led.carry(a, v, rnd.uniform(0.2, 0.8), ctx=c)
            if tools >= 0 and rnd.random() < 0.7:
                led.carry(a, tools, 0.5, 1)
            if own_repo >= 0 and rnd.random() < 0.4:
                led.carry(a, own_repo, 0.3, 2)
        if ban is not None:
            for i in range(n1):
                if rnd.random() < hit and born[i] < ban < led.gone[members[i]]:
                    led.gone[members[i]] = ban + rnd.uniform(0, 0.2)
                    led.status[members[i]] = "banned"
        if q.kind == "star":
            self._star(q, members, work, codes)
        if q.kind == "takeover":
            self._take(q, ring, operator, members, work, lines)
        self._run(q, members, work)
        self._frame(q, ring, members, made_cards)
        return members

    def _units(self, n1: int, n2: int, per: float, rule: str, inherit: float) -> list[int]:
        """Which card, exit or machine each account is handed; those that come after a ban inherit a part."""
        rnd = self.rnd
        first = deal(rnd, n1, per, rule)
        top = max(first, default=0) + 1
        return first + [
            first[rnd.randrange(n1)] if rnd.random() < inherit else top + u for u in deal(rnd, n2, per, rule)
        ]

    def _prompts(self, q: Plan, n: int):
        """For an account's number, the prompts that its work carries and how often."""
        rnd, stock, led = self.rnd, self.stock, self.led
        if q.prompts in ("one", "borrowed"):
            main = (
                q.template
                if q.template >= 0
                else (stock.public_pick(rnd) if q.prompts == "borrowed" else stock.prompt())
            )
            extra = [stock.prompt() for _ in range(q.families - 1)] if q.prompts == "borrowed" else []
            return lambda i: (
                [(main, q.prompt_share)] * (rnd.random() < q.prompt_share)
                + ([(rnd.choice(extra), 0.4)] if extra else [])
            )
        fam = [stock.prompt() for _ in range(max(1, q.families))]
        if q.prompts == "family":
            each = rnd.randint(1, min(3, len(fam)))
            return lambda i: (
                [(v, rnd.uniform(0.3, 0.9)) for v in rnd.sample(fam, each)]
                if rnd.random() < q.prompt_share + 0.1
                else []
            )
        if q.prompts == "varied":  # lists that a program works through: much of it is seen once
            return lambda i: (
                [(stock.prompt(), 0.5) for _ in range(rnd.randint(1, 3))]
                + ([(rnd.choice(fam), 0.3)] if rnd.random() < 0.5 else [])
                + ([(stock.public_pick(rnd), 0.3)] if rnd.random() < 0.5 else [])
            )
        ways = [(stock.prompt() if rnd.random() < 0.6 else stock.public_pick(rnd), stock.remote()) for _ in fam]

        def customers(i: int) -> list[tuple[int, float]]:
            """A relay's customers land on one account and then on another."""
            got = [ways[(i * 2 + k) % len(ways)] for k in range(2)] + [rnd.choice(ways) for _ in range(2)]
            for _v, repo in got[:3]:
                led.carry(len(led) - 1, repo, 0.25, 2)
            return [(v, 0.35) for v, _r in got]

        return customers

    def _cover(self, q: Plan, a: int, dev: int, where: str) -> None:
        """Every member also lives among honest accounts."""
        rnd, led, land, stock = self.rnd, self.led, self.land, self.stock
        clean = dev if dev >= 0 and rnd.random() < 0.7 else (stock.machine(rnd, 0.6) if rnd.random() < 0.4 else -1)
        for _ in range(rnd.randint(1, 3)):
            u = rnd.random()
            if u < 0.42:
                line = land.mobile(rnd, where)
            elif u < 0.64:
                line = land.vpn(rnd)
            elif u < 0.80:
                line = land.home(rnd, where)
            elif u < 0.90:
                line = rnd.choice(land.venues[where])
            else:
                line = land.egress(rnd)
            c = led.context(
                a,
                line,
                clean,
                rnd.choice(BROWSERS + CODING[:1] + SDKS[:1]),
                0.5,
                0.5,
                rnd.choice(("day", "evening", "flat")),
            )
            if rnd.random() < 0.6:  # seen once at least: at the desk where it was set up
                led.visit(c, max(led.born[a], 0.0) + rnd.expovariate(1 / 3.0), rnd.randint(1, 9))
            if a not in led.signup_ctx and rnd.random() < 0.5:
                led.signup_ctx[a] = c
        self.folk.prompts(rnd, a, 0.2, [])

    def _star(self, q: Plan, members: list[int], work: list[list[int]], code: str) -> None:
        """One account sets up the others, a different thing in common with each."""
        rnd, led = self.rnd, self.led
        hub = members[0]
        led.born[hub] -= 20
        led.gone[hub] = FOREVER
        for a, mine in zip(members[1:], work[1:], strict=True):
            what = rnd.choice(("line", "line", "machine", "card", "code"))
            c = mine[0]
            if what in ("line", "machine"):
                h = led.context(
                    hub,
                    led.c_line[c] if what == "line" else led.c_line[work[0][0]],
                    led.c_dev[c] if what == "machine" else led.c_dev[work[0][0]],
                    q.client,
                    0,
                    0,
                )
                t = max(0.0, led.born[a]) + rnd.uniform(0, 0.4)
                led.visit(h, t, 2)
                led.visit(c, t + 0.01, 2)
            elif what == "card":
                mine_cards = [
                    k
                    for k in range(len(led.k_acct) - 4 * len(members), len(led.k_acct))
                    if k >= 0 and led.k_acct[k] == a
                ]
                if mine_cards:
                    led.pay(
                        hub, led.k_card[mine_cards[0]], led.k_payer[mine_cards[0]], 20, max(led.born[a], led.born[hub])
                    )
            led.moment(a, "referral", code, led.born[a]) if what == "code" or rnd.random() < 0.3 else None

    def _take(
        self,
        q: Plan,
        ring: str,
        operator: str,
        members: list[int],
        work: list[list[int]],
        lines: dict[tuple[int, int], int],
    ) -> None:
        """Honest people's accounts that the operator got into: their own life goes on."""
        rnd, led, stock = self.rnd, self.led, self.stock
        pool = [
            a
            for a in range(self.honest)
            if led.born[a] < -20
            and led.gone[a] == FOREVER
            and not led.victim[a]
            and not led.grey[a]
            and led.kind[a] in ("home", "mobile", "cloud", "company", "byok", "vpn")
        ]
        n = min(len(pool), max(6, int(len(members) * rnd.uniform(0.8, 2.5))))
        fam = [stock.prompt() for _ in range(2)]
        some = list(lines.values())
        boxes = [led.c_dev[w[0]] for w in work]
        for a in rnd.sample(pool, n):
            led.victim[a] = ring
            start = max(q.start, 0.0) + rnd.uniform(0, led.days * 0.3)
            stop = start + rnd.uniform(3, 15)
            c = led.context(
                a,
                rnd.choice(some),
                rnd.choice(boxes) if rnd.random() < 0.5 else stock.machine(rnd),
                q.client,
                0,
                0,
                "flat",
                pin=0.0,
            )
            led.carry(a, rnd.choice(fam) if rnd.random() < 0.8 else stock.prompt(), 0.8, ctx=c)
            t = start
            while t < min(stop, led.days):
                led.visit(c, t, max(1, int(rnd.lognormvariate(math.log(q.rate / 2), 0.7))))
                t += rnd.expovariate(1 / 0.9)
        for a, mine in zip(members, work, strict=True):
            for c in mine:
                led.carry(a, rnd.choice(fam), 0.7, ctx=c)

    def _frame(self, q: Plan, ring: str, members: list[int], cards: dict[int, tuple[int, int]]) -> None:
        """Honest accounts that a ring makes look like its own: an exit in a home, a stolen card, a copied prompt."""
        rnd, led = self.rnd, self.led
        if rnd.random() > self.p["frame"]:
            return
        pool = [
            a
            for a in range(0, self.honest)
            if led.kind[a] in ("home", "family", "company", "cloud")
            and not led.framed[a]
            and not led.victim[a]
            and led.gone[a] == FOREVER
            and a in led.first_ctx
        ]
        for a in rnd.sample(pool, min(len(pool), rnd.randint(1, 1 + max(1, q.size // 40)))):
            led.framed[a] = ring
            some = rnd.sample(members, min(len(members), rnd.randint(3, 8)))
            how = rnd.choice(("exit", "exit", "card", "prompt"))
            if how == "card":
                mine = next((k for k in range(len(led.k_acct)) if led.k_acct[k] == a), None)
                if mine is None:
                    how = "exit"
                else:
                    for b in some[:4]:
                        led.pay(
                            b,
                            led.k_card[mine],
                            rnd.choice(q.merchant.payers),
                            40,
                            max(led.born[b], rnd.uniform(0, led.days * 0.8)),
                        )
            if how == "exit":
                for b in some:
                    c = led.context(b, led.c_line[led.first_ctx[a]], led.c_dev[led.first_ctx[b]], q.client, 0, 0)
                    for _ in range(rnd.randint(1, 3)):
                        led.visit(c, rnd.uniform(max(0.0, led.born[b]), led.days), rnd.randint(3, 60))
            if how == "prompt":
                v = next(
                    (
                        led.s_value[s]
                        for s in range(len(led.s_acct))
                        if led.s_acct[s] == a and led.s_type[s] == 0 and led.s_value[s] >= self.stock.public
                    ),
                    None,
                )
                if v is not None:
                    for b in some:
                        led.carry(b, v, 0.5)

    # --- schedules ------------------------------------------------------------------------------------------------

    def _run(self, q: Plan, members: list[int], work: list[list[int]]) -> None:
        """The operator's work, as sessions."""
        rnd, led = self.rnd, self.led
        days = int(led.days)
        lo = max(0, int(math.floor(q.start)))
        hi = min(days, int(math.ceil(q.stop)))
        zone = rnd.uniform(0, 1)
        starts = sorted(rnd.uniform(0, 1) for _ in range(max(1, q.jobs)))
        n = len(members)
        spread = 0.6

        def calls(mean: float) -> int:
            return max(1, int(rnd.lognormvariate(math.log(max(1.0, mean)) - 0.18, spread)))

        cursor = 0
        for d in range(lo, hi):
            alive = [i for i in range(n) if led.born[members[i]] < d + 0.6 and led.gone[members[i]] > d]
            if not alive:
                continue
            if q.schedule in ("jobs", "sleep"):
                if rnd.random() < 0.06 and q.schedule == "jobs":
                    continue  # a day without an order
                on = [i for i in alive if rnd.random() < q.live]
                for s in starts:
                    at = d + (s + rnd.gauss(0, 0.01 + 0.05 * q.care)) % 1
                    for i in on:
                        if rnd.random() < 0.8:
                            led.visit(rnd.choice(work[i]), at + rnd.uniform(0, q.width), calls(q.rate / len(starts)))
            elif q.schedule == "spread":
                for i in alive:
                    if rnd.random() < q.live * 0.85:
                        k = rnd.randint(1, 3)
                        for _ in range(k):
                            led.visit(
                                rnd.choice(work[i]),
                                d + (zone + min(0.95, max(0.0, rnd.gauss(0.35, 0.22)))) % 1,
                                calls(q.rate / k),
                            )
            elif q.schedule == "turns":  # one account until its limit, then the next; the limit resets after hours
                slots = max(2, int(len(alive) * q.live * 2))
                prev = -1
                for s in range(slots):
                    i = alive[cursor % len(alive)]
                    cursor += 1
                    at = d + (s + rnd.random() * 0.7) / slots
                    c = rnd.choice(work[i])
                    led.visit(c, at, calls(q.rate / 2))
                    if q.failover and prev >= 0 and rnd.random() < 0.45:
                        conv = f"cv_{rnd.getrandbits(64):016x}"
                        if led.born[members[prev]] < at < led.gone[members[prev]]:
                            led.moment(members[prev], "conversation", conv, at - rnd.uniform(4, 240) / 86400)
                            led.moment(members[i], "conversation", conv, at)
                            if rnd.random() < 0.2:
                                led.moment(
                                    members[alive[cursor % len(alive)]],
                                    "conversation",
                                    conv,
                                    at + rnd.uniform(60, 900) / 86400,
                                )
                    prev = i
            elif q.schedule == "shift":
                if d % 7 == 6 or (d % 7 == 5 and rnd.random() < 0.6):
                    continue
                desks = max(1, n // 8)
                for desk in range(desks):
                    t = d + (zone + rnd.uniform(0, 0.02)) % 1
                    for i in [x for x in alive if x % desks == desk]:
                        if rnd.random() < 0.8:
                            led.visit(rnd.choice(work[i]), t, calls(q.rate))
                        t += rnd.uniform(4, 70) / 1440
            else:  # used up at once
                for i in alive:
                    if rnd.random() < 0.85:
                        for _ in range(rnd.randint(1, 3)):
                            led.visit(
                                rnd.choice(work[i]),
                                max(d, led.born[members[i]]) + rnd.uniform(0.003, 0.7),
                                calls(q.rate / 2),
                            )
        if q.probes:  # a tiny prompt on every account, one after the other
            tiny = (
                self.stock.prompt()
                if rnd.random() < 0.3
                else rnd.choice(self.stock.keepalive + [self.stock.public_pick(rnd)])
            )
            probe_from = 0 if q.schedule == "sleep" else lo
            gap = rnd.choice((1.0, 1.0, 2.0, 40.0))
            for i in range(n):
                led.carry(members[i], tiny, 0.3, ctx=work[i][0])
            for d in range(probe_from, hi):
                if q.schedule == "sleep" and d % 3:
                    continue
                for h in (7, 13, 18) if q.care < 0.6 else (7,):
                    for i in range(n):
                        led.visit(work[i][0], d + h / 24 + i * gap / 86400, 1)

    # --- all of them ----------------------------------------------------------------------------------------------

    SIZES = {
        "naive": (30, 220),
        "trial": (60, 500),
        "balanced": (80, 400),
        "residential": (140, 700),
        "hydra": (160, 900),
        "rotating": (60, 250),
        "one-card": (8, 60),
        "one-domain": (8, 120),
        "rival": (18, 90),
        "static": (10, 90),
        "sleepers": (14, 110),
        "star": (8, 50),
        "api-only": (8, 140),
        "relay": (14, 140),
        "disguise": (10, 110),
        "campus": (12, 90),
        "platform": (12, 120),
        "takeover": (5, 30),
        "event": (20, 120),
        "week-farm": (25, 260),
        "failover": (6, 50),
        "workers": (8, 60),
        "micro": (5, 11),
    }
    MENU = {
        "default": [
            "hydra",
            "naive",
            "rival",
            "residential",
            "balanced",
            "rotating",
            "trial",
            "one-card",
            "sleepers",
            "relay",
            "week-farm",
            "disguise",
            "star",
            "api-only",
            "takeover",
            "failover",
            "one-domain",
            "micro",
            "campus",
            "platform",
            "workers",
            "static",
            "event",
        ],
        "proxy": ["rival", "rival", "static", "rotating", "residential", "relay", "rival", "failover", "sleepers"],
        "borrowers": [
            "disguise",
            "campus",
            "platform",
            "takeover",
            "event",
            "disguise",
            "workers",
            "platform",
            "star",
            "takeover",
        ],
        "farms": ["week-farm", "trial", "naive", "week-farm", "event", "trial", "week-farm", "balanced", "workers"],
    }

    def rings(self, accounts: int, scenario: str) -> list[dict]:
        """All rings; what each is, for the makers' own records."""
        rnd, p = self.rnd, self.p
        budget = max(5, int(accounts * p["ring_share"]))
        menu = self.MENU.get(scenario, self.MENU["default"])[:]
        if self.wide:
            rnd.shuffle(menu)
            menu = menu[: rnd.randint(3, len(menu))]
        count = max(1, min(len(menu) * 3, round(budget / p["rings_per"])))
        if scenario == "default" and not self.wide:
            head = menu[:4]  # the rest in an order drawn for the world
            tail = menu[4:]
            rnd.shuffle(tail)
            rnd.shuffle(head)
            menu = (head[:2] + tail + head[2:]) if count < len(menu) else menu
        kinds = [menu[i % len(menu)] for i in range(count)]
        want = []
        for k in kinds:
            low, high = self.SIZES[k]
            grown = (
                max(1.0, accounts / 60000) ** 0.9
                if k in ("hydra", "residential", "trial", "balanced", "naive")
                else 1.0
            )
            want.append(between(rnd, low, high) * grown * (2 if k == "rival" else 1))
        if self.wide and rnd.random() < 0.3 and budget > accounts * 0.05:
            want[0] = budget * rnd.uniform(0.4, 0.8)
        total = sum(want)
        small = [i for i in range(count) if want[i] <= 25]
        keep = sum(want[i] for i in small)
        factor = (budget - min(keep, budget * 0.4)) / max(1.0, total - keep)
        sizes = [
            max(5, int(w if i in small and keep <= budget * 0.4 else min(w * factor, accounts * 0.1)))
            for i, w in enumerate(want)
        ]
        out = []
        no = 0
        for kind, size in zip(kinds, sizes, strict=True):
            if kind == "rival" and size >= 10:
                vendor, shop = rnd.choice(self.market.proxies["isp"]), rnd.choice(self.market.shops)
                merchant = rnd.choice(self.market.cards)
                parts = rnd.choice((2, 2, 3)) if size >= 15 else 2
                cuts = [max(5, int(size * w)) for w in ([0.5, 0.5] if parts == 2 else [0.5, 0.3, 0.2])]
                for cut in cuts:
                    q = self.plan("rival", cut)
                    q.vendor, q.shop = vendor, shop
                    if rnd.random() < 0.6:
                        q.merchant = merchant
                    no += 1
                    out.append(self._one(q, no))
                continue
            no += 1
            q = self.plan(kind, size)
            if kind == "hydra" and size >= 20:
                out.append(self._hydra(q, no))
            else:
                out.append(self._one(q, no))
        for a in range(self.honest):  # bans err
            if rnd.random() < 0.0012 and self.led.gone[a] == FOREVER:
                self.led.status[a] = "banned"
                self.led.gone[a] = rnd.uniform(3, self.led.days)
        return out

    def _one(self, q: Plan, no: int) -> dict:
        self.operators += 1
        ring, op = f"ring-{no:02d}", f"operator-{self.operators:02d}"
        members = self.carry_out(q, ring, op)
        return {
            "ring": ring,
            "kind": q.kind,
            "size": len(members),
            "care": round(q.care, 2),
            "exit": q.exit_form,
            "per_card": round(q.per_card, 1),
            "per_exit": round(q.per_exit, 1),
            "schedule": q.schedule,
            "prompts": q.prompts,
            "signup": q.signup,
        }

    def _hydra(self, q: Plan, no: int) -> dict:
        """A campaign in cells: each has an operator, cards and domains of its own; the prompts come from above."""
        rnd = self.rnd
        cells = max(2, min(40, round(q.size / rnd.uniform(25, 60))))
        ring = f"ring-{no:02d}"
        fam = [self.stock.prompt() for _ in range(q.families)]
        left, total = q.size, 0
        resi = rnd.choice(self.market.proxies["resi"][1:])
        for c in range(cells):
            size = left // (cells - c) if c < cells - 1 else left
            left -= size
            sub = self.plan("hydra", max(5, size))
            sub.vendor = resi if rnd.random() < 0.7 else None
            sub.families = 1
            share = q.prompt_share
            self.operators += 1
            members = self.carry_out(sub, ring, f"operator-{self.operators:02d}")
            total += len(members)
            mine = rnd.sample(fam, min(len(fam), rnd.randint(2, 4)))
            for a in members:
                if rnd.random() < 0.85:
                    self.led.carry(a, rnd.choice(mine), share, ctx=self.led.first_ctx[a])
        return {"ring": ring, "kind": "hydra", "size": total, "cells": cells, "care": round(q.care, 2), "exit": "resi"}
