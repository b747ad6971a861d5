"""Suppliers: they outlive operators, serve several of them at once, and have honest customers too."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

from dice import Zipf, pareto
from folk import Folk
from stock import DISPOSABLE
from terrain import CODES, phone_number


@dataclass
class Proxies:
    """A vendor of exits: a range of hosting, static lines at an ISP, a modem rack or a residential pool."""

    form: str
    pool: int
    size: int


@dataclass
class Shop:
    """Sells accounts that it registered itself: its own mail domains, lines, numbers and identities, for whoever pays."""

    domains: list[str]
    lines: list[int]
    machines: list[int]
    identities: list[str]
    style: int
    country: str
    aged: bool


@dataclass
class Cards:
    """Issues virtual cards from a few ranges, with a handful of billing addresses."""

    bins: list[int]
    payers: list[int]


@dataclass
class Market:
    """All suppliers of a world."""

    proxies: dict[str, list[Proxies]] = field(default_factory=dict)
    shops: list[Shop] = field(default_factory=list)
    cards: list[Cards] = field(default_factory=list)
    numbers: list[list[str]] = field(default_factory=list)


def open_market(rnd: Random, folk: Folk, n: int) -> Market:
    """The suppliers of a world of n accounts."""
    land, stock = folk.land, folk.stock
    m = Market()
    m.proxies = {"dc": [], "isp": [], "resi": [], "modem": []}
    for _ in range(3):
        size = rnd.randint(60, 400)
        m.proxies["dc"].append(Proxies("dc", land.block(rnd, "hosting", size), size))
    for _ in range(3):
        size = rnd.randint(250, 1200)
        asn = land.isp_pick[rnd.choice(("US", "GB", "DE"))](rnd)[0]
        m.proxies["isp"].append(Proxies("isp", land.block(rnd, "home", size, asn), size))
    seed = rnd.randrange(1 << 30)
    scale = max(0.02, n / 250000)  # the pools shrink with the world, or nobody would ever meet
    for size, one in ((50_000, True), (400_000, True), (2_000_000, False), (50_000_000, False)):
        real = max(2500, int(size * scale))
        m.proxies["resi"].append(Proxies("resi", land.exits(rnd, real, seed if one else rnd.randrange(1 << 30)), real))
    for _ in range(2):
        gate = land.carriers[rnd.choice(CODES)](rnd)
        m.proxies["modem"].append(Proxies("modem", gate, 40))
    for i in range(4):
        code = rnd.choice(("VN", "ID", "PH", "NG", "UA", "IN"))
        lines = [land.home(rnd, code)] + [land.mobile(rnd, code) for _ in range(rnd.randint(1, 4))]
        m.shops.append(
            Shop(
                [stock.cheap(rnd) for _ in range(rnd.randint(2, 9))],
                lines,
                [stock.machine(rnd, 0.5) for _ in range(rnd.randint(2, 8))],
                [f"id_{rnd.getrandbits(48):012x}" for _ in range(rnd.randint(6, 40))],
                rnd.choice((1, 6, 7, 8)),
                code,
                i % 2 == 0,
            )
        )
    for _ in range(4):
        first = stock.virtual_bin(rnd)
        m.cards.append(
            Cards(
                [max(0, first - i) for i in range(rnd.randint(1, 5))], [stock.payer() for _ in range(rnd.randint(2, 9))]
            )
        )
    for _ in range(3):
        code = rnd.choice(("GB", "US", "ID", "PL", "UA"))
        m.numbers.append([phone_number(rnd, code) for _ in range(max(20, n // 250))])
    return m


def honest_customers(rnd: Random, folk: Folk, m: Market, n: int) -> None:
    """Scrapers, expatriates and people without a card who buy from the same suppliers."""
    led, land, stock = folk.led, folk.land, folk.stock
    everybody = [a for a in range(len(led)) if led.kind[a] in ("home", "vpn", "cloud", "mobile")]
    for vendor in [v for form in ("isp", "dc", "resi") for v in m.proxies[form]]:
        for a in rnd.sample(everybody, min(len(everybody), pareto(rnd, 3, max(8, n * 0.0025), 0.9))):
            f = led.first_ctx[a]
            for _ in range(1 if vendor.form != "resi" else 2):
                line = land.line(vendor.pool, 0.0 if vendor.form != "resi" else 1.0)
                led.context(
                    a,
                    line,
                    led.c_dev[f],
                    led.c_client[f],
                    0.8,
                    0.8,
                    "day",
                    max(led.born[a], rnd.uniform(-60, led.days - 3)),
                )
    for a in rnd.sample(everybody, min(len(everybody), n // 60)):  # one virtual card of the same issuer
        c = rnd.choice(m.cards)
        led.pay(a, stock.card(rnd, rnd.choice(c.bins)), stock.payer())
    pick = Zipf(len(m.shops), 0.6)
    for _ in range(n - len(led)):  # somebody where the service is not sold buys one account
        shop = m.shops[pick(rnd)]
        code = rnd.choice(("HK", "TR", "TW", "UA", "VN"))
        mail = (
            stock.address(rnd, rnd.choice(shop.domains), shop.style)
            if rnd.random() < 0.6
            else stock.address(rnd, "gmail.com", shop.style)
        )
        born = folk.birth(rnd) if shop.aged else rnd.uniform(-20, led.days - 1)
        a = folk.person(
            rnd,
            "shop-customer",
            country=code,
            email=mail,
            born=born,
            no_home=rnd.random() < 0.5,
            grey=True,
            no_card=True,
        )
        led.signup_ctx[a] = led.context(a, rnd.choice(shop.lines), rnd.choice(shop.machines), 0, 0, 0)
        led.context(a, land.vpn(rnd), stock.machine(rnd), 0, 2, 2, "evening")
        led.phone[a] = rnd.choice(rnd.choice(m.numbers)) if rnd.random() < 0.4 else led.phone[a]
        if rnd.random() < 0.35:
            led.moment(a, "identity_check", rnd.choice(shop.identities), max(-50.0, born))
    for a in rnd.sample(everybody, min(len(everybody), n // 400)):  # a rented number instead of one's own
        led.phone[a] = rnd.choice(rnd.choice(m.numbers))
    for a in range(len(led)):
        if rnd.random() < 0.05:
            led.moment(a, "identity_check", f"id_{rnd.getrandbits(48):012x}", led.born[a] + rnd.uniform(0, 20))


__all__ = ["DISPOSABLE", "Cards", "Market", "Proxies", "Shop", "honest_customers", "open_market"]
