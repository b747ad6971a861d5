"""Rings: buyers on the same markets, with a budget, a deadline and a fear of being closed."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from circle import Circle, Good, World
from city import WEBMAIL, ips
from people import pooled

Maker = Callable[[World, int], list[Circle]]


def hosts(w: World, n: int, per: int, static: bool) -> Good:
    """Addresses hired by the piece: of a host, or static home lines of a proxy vendor, so many accounts on each."""
    k = max(1, n // per)
    if static:
        stock = w.city.static_proxies[int(w.rng.integers(len(w.city.static_proxies)))]
        at = int(w.rng.integers(len(stock)))
        raw = stock[(at + np.arange(k)) % len(stock)]
        return Good("ip", ips(raw), 0.97, 1, "block", 0, 0.8)
    return Good("ip", w.city.egress("host", k, 0), 0.97, 1.0 + w.chance(0.3), w.pick("block", "random"), 0, 0.8)


def exits(w: World, n: int, vendor: int | None = None) -> Good:
    """Exits of a residential vendor: each account takes a few from a pool (or from the town a ring asks for)."""
    v = w.vendor if w.vendor >= 0 else int(w.rng.integers(len(w.city.pools))) if vendor is None else vendor
    pool = w.city.pools[v]
    per = w.between(3, 20)
    if w.chance(0.5):  # one country's or town's part of the pool
        size = int(max(50, len(pool) * w.between(0.02, 0.3)))
        pool = pool[:size]
    sample = int(n * per * w.rng.choice([2, 8, 40])) + 20
    return pooled(w, w.rng.choice(pool, min(len(pool), sample)), 0.97, per, 1.0)


def cards(w: World, n: int, per: float, share: float) -> list[Good]:
    """Cards of a shop, used for `per` accounts each; the shop's ranges where ranges are exported."""
    goods = [Good("payment", w.city.tokens(int(n / max(per, 1)) + 1), share, 1, w.pick("block", "random"), 0, 0.1)]
    if w.par.extras.get("card_bin", 0):
        goods.append(Good("card_bin", w.city.bins[w.rng.integers(0, 900, 1 + n // 150)], 0.9, weight=0.1))
    return goods


def mails(w: World, n: int, form: str, share: float) -> list[Good]:
    """Mail: private domains, a shop's that other buyers bear too, throw-away ones, or webmail bought in bulk."""
    if form == "private":
        return [
            Good("mail", w.city.domains(1 + n // int(w.rng.integers(20, 250))), share, 1, w.pick("block", "random"))
        ]
    if form == "one":
        return [Good("mail", w.city.domains(1), share)]
    if form == "shop":
        at = w.vendor if w.vendor >= 0 else int(w.rng.integers(99))
        return [Good("mail", w.city.shops[at % len(w.city.shops)], share)]
    if form == "thrown":
        return [Good("mail", w.rng.choice(w.city.disposable, 1 + n // 100), share)]
    return [Good("mail", np.array([w.pick(*WEBMAIL[:6])], dtype=object), share)]


def prompts(w: World, k: int, share: float, tool: bool = False) -> list[Good]:
    """Prompt families, and the public tool behind which they hide."""
    goods = [Good("template", w.city.tokens(k), share, 1.2, "zipf")] if share > 0 else []
    if tool:
        goods.append(Good("template", w.city.public[:1], w.between(0.3, 0.8)))
    return goods


def small_print(w: World, n: int) -> list[Good]:
    """What the operator's own software leaves: conversation prefixes passed on, a tool set, addresses on bills."""
    goods = []
    ex = w.par.extras
    if ex.get("conversation_prefix", 0) and w.chance(0.5):
        goods.append(
            Good("conversation_prefix", w.city.tokens(max(2, n)), 0.7, 2.5, w.pick("random", "chain"), 0, 0.05)
        )
    if ex.get("tool_schema", 0) and w.chance(0.4):
        goods.append(Good("tool_schema", w.city.tokens(1), 0.8))
    if ex.get("billing_address", 0) and w.chance(0.4):
        goods.append(Good("billing_address", w.city.tokens(1 + n // 30), 0.7, weight=0.05))
    if ex.get("git_remote", 0) and w.chance(0.15):
        goods.append(Good("git_remote", w.city.tokens(1 + n // 40), 0.4))
    if w.chance(0.3):  # numbers of a shop, each good for several sign-ups
        goods.append(
            Good("phone", w.city.numbers(1 + n // int(w.rng.integers(1, 6)), w.city.place()), w.between(0.3, 0.9))
        )
    return goods


def ring(
    w: World, kind: str, n: int, goods: list[Good], days: tuple[float, float], age: float = 0.0, **more: object
) -> Circle:
    """A ring's circle: goods, a calendar, and as much of honest life as its members have."""
    spread = w.between(*days)
    old = age or w.between(0, w.par.window * 0.8)
    values: dict[str, object] = {
        "rhythm": w.pick("even", "night", "waves", "growing", "hours"),
        "home": w.par.contamination * w.between(0.6, 1.1),
        "own": w.between(0.2, 1.0),
        "rate": float(10 ** w.between(0.5, 2.4)),
        "sigma": w.between(0.3, 1.3),
        "busy": w.between(0.2, 0.95),
        "style": w.between(0.01, 0.99) if w.chance(0.4) else 0.0,
        "ring": True,
        "country": w.city.place() if w.chance(0.5) else -1,
    }
    values.update(more)
    return Circle(kind, n, spread + old, spread, goods=goods, **values)  # type: ignore[arg-type]


def farm(w: World, n: int) -> list[Circle]:
    """A farm that shares any two or more of the goods there are; careful ones share each with fewer, or a part only."""
    n = min(n, int(5 * 60 ** w.between(0, 1)))
    care = float(np.clip(w.par.care + w.rng.normal(0, 0.3), 0, 1))
    share = 1 - 0.55 * care * w.between(0, 1)
    few = 1 if w.chance(1 - care) else int(np.clip(n * w.between(0.03, 0.3), 1, n / 2))
    stock: dict[str, Callable[[], list[Good]]] = {
        "card": lambda: cards(w, n, n / few, share),
        "mail": lambda: mails(w, n, w.pick("one", "private", "private", "shop", "thrown"), share),
        "ip": lambda: [hosts(w, n, max(2, n // few), w.chance(0.5))],
        "prompt": lambda: prompts(w, 1 + int(care * w.between(0, 4)), share, w.chance(0.4)),
        "device": lambda: [Good("device", w.city.tokens(few), share, 1.1, "block")],
        "code": lambda: [Good("promo_code", w.city.tokens(1), share, weight=0.01)],
    }
    absent = {{"payment": "card", "template": "prompt"}.get(kind, kind) for kind in w.par.off}
    if not w.par.extras.get("promo_code", 0):
        absent.add("code")
    stock = {key: make for key, make in stock.items() if key not in absent}
    want = list(w.rng.permutation(list(stock))[: int(w.rng.integers(2, 6 - int(2 * care)))])
    goods = [g for key in want for g in stock[str(key)]()]
    if "ip" not in want and w.chance(0.6):
        goods.append(exits(w, n))
    life = w.between(2, 20) if w.chance(0.4) else np.inf
    return [
        ring(w, "farm_" + "_".join(sorted(str(k) for k in want)), n, goods + small_print(w, n), (0.5, 25), life=life)
    ]


def one_card(w: World, n: int) -> list[Circle]:
    """All on one card or on a handful, everything else apart."""
    n = min(n, w.size(8, 400))
    goods = cards(w, n, n if w.chance(0.6) else n / 3, w.between(0.8, 1)) + prompts(w, 2, w.between(0.2, 0.7))
    return [ring(w, "one_card", n, [*goods, exits(w, n)], (1, 60))]


def one_domain(w: World, n: int) -> list[Circle]:
    """One private domain on no list, single cards or none, and a prompt or hosts in common."""
    n = min(n, w.size(10, 1_500))
    more = [hosts(w, n, int(w.rng.integers(4, 40)), w.chance(0.4))] if w.chance(0.5) else [exits(w, n)]
    goods = mails(w, n, "one", w.between(0.8, 1)) + prompts(w, 1 + n // 200, w.between(0.3, 0.9)) + more
    return [ring(w, "one_domain", n, goods, (0.5, 20), style=w.between(0.55, 0.95))]


def naive(w: World, n: int) -> list[Circle]:
    """Careless: a few hosts, tens of accounts a card, throw-away mail, one prompt."""
    n = min(n, w.size(40, 500))
    goods = (
        cards(w, n, w.between(10, 50), 0.9) + mails(w, n, w.pick("thrown", "private", "one"), 0.9) + prompts(w, 1, 0.95)
    )
    return [ring(w, "naive", n, [*goods, hosts(w, n, max(10, n // 4), False)], (0.1, 10))]


def trial(w: World, n: int) -> list[Circle]:
    """A farm of trial credit: device farms, private domains, proxies, accounts that live for days."""
    n = min(n, w.size(150, 2_000))
    goods = mails(w, n, w.pick("private", "shop"), 0.9) + [hosts(w, n, int(w.rng.integers(10, 40)), True)]
    goods.append(Good("device", w.city.tokens(1 + n // int(w.rng.integers(15, 50))), 0.8, 1, "block"))
    if w.chance(0.5):
        goods += cards(w, n, w.between(1, 3), 0.5)
    return [ring(w, "trial", n, goods, (8, 40), life=w.between(1, 4), own=w.between(0.2, 0.6))]


def balanced(w: World, n: int) -> list[Circle]:
    """Load spread over accounts: several a card, dozens of domains and hosts, one family of prompts, in step."""
    n = min(n, w.size(150, 1_000))
    goods = cards(w, n, w.between(4, 12), w.between(0.7, 1)) + mails(w, n, "private", w.between(0.4, 0.8))
    goods += prompts(w, 1 + w.chance(0.5) * 2, 0.9, w.chance(0.5)) + [
        hosts(w, n, int(w.rng.integers(3, 12)), w.chance(0.5))
    ]
    return [ring(w, "balanced", n, goods + small_print(w, n), (3, 40), sigma=0.2, busy=0.9)]


def residential(w: World, n: int) -> list[Circle]:
    """Big, behind a vendor's exits, a card for each, domains for half, one injected prompt on most."""
    goods = [exits(w, n), *mails(w, n, w.pick("private", "thrown", "shop"), w.between(0.4, 0.8))]
    goods += prompts(w, 1 if w.chance(0.6) else 4, w.between(0.6, 0.95), w.chance(0.5)) + small_print(w, n)
    per = 1 if w.chance(0.6) else w.between(1, 3)
    return [ring(w, "residential", n, goods + cards(w, n, per, 0.9), (10, 70), rate=w.between(20, 500))]


def hydra(w: World, n: int) -> list[Circle]:
    """One operator, tens of cells, each with goods of its own; low and slow, with customers' traffic between."""
    name, v = w.book.name("op"), int(w.rng.integers(len(w.city.pools)))
    cells, left = [], n
    common = w.city.domains(2 + n // 200)
    families = w.city.tokens(4 + n // 100)
    while left > 5:
        k = min(left, max(6, int(n * w.between(0.02, 0.2))))
        left -= k
        cover = w.par.cover * w.between(0.5, 1.4)
        goods = [exits(w, k, v), Good("mail", w.rng.choice(common, max(1, len(common) // 4)), w.between(0.2, 0.5))]
        goods.append(Good("template", w.rng.choice(families, max(1, len(families) // 6)), max(0.2, 0.95 - cover), 1.2))
        goods += cards(w, k, w.between(1, 3), w.between(0.5, 0.95)) + small_print(w, k)
        cells.append(ring(w, "hydra_cell", k, goods, (10, 90), operator=name, rate=25, busy=0.9, own=0.9))
    return cells


def rotating(w: World, n: int) -> list[Circle]:
    """A small pool of rotating accounts on hired static lines; a few live on a day, then very busy."""
    n = min(n, w.size(40, 400))
    goods = [hosts(w, n, int(w.rng.integers(4, 15)), True), *cards(w, n, w.between(2, 8), w.between(0.4, 0.8))]
    goods += prompts(w, int(w.rng.integers(2, 7)), 0.8, True) + small_print(w, n)
    return [ring(w, "rotating", n, goods, (5, 21), rate=w.between(400, 3_000), busy=0.1)]


def sleepers(w: World, n: int) -> list[Circle]:
    """Made or bought long ago from a shop, idle for months, woken within days."""
    n = min(n, w.size(20, 800))
    goods = mails(w, n, w.pick("shop", "webmail", "private"), w.between(0.4, 0.9)) + prompts(w, 2, w.between(0.5, 0.9))
    goods += [
        exits(w, n) if w.chance(0.5) else hosts(w, n, 6, True),
        *cards(w, n, w.between(1, 6), w.between(0.3, 0.8)),
    ]
    return [
        ring(
            w,
            "sleepers",
            n,
            goods,
            (20, 200),
            age=w.between(120, 500),
            wake=w.between(1, w.par.window * 0.8),
            home=w.par.contamination * 0.3,
        )
    ]


def star(w: World, n: int) -> list[Circle]:
    """No good is common to all: each member shares another good with the hub, or only with the one before."""
    n = min(n, w.size(6, 120))
    rule = w.pick("chain", "block")
    goods = [Good(kind, w.city.tokens(max(2, n // 2)), 0.8, 1, rule) for kind in ("payment", "device", "template")]
    goods.append(Good("ip", w.city.egress("home", max(2, n // 2), w.city.place()), 0.8, 1, rule))
    goods = [goods[i] for i in w.rng.permutation(4)[: int(w.rng.integers(2, 5))]]
    return [ring(w, "star", n, goods, (2, 60))]


def api_only(w: World, n: int) -> list[Circle]:
    """Keys only: no machine is seen, hosts at several clouds, a tool set, funds by a few cards or prepaid codes."""
    n = min(n, w.size(15, 900))
    goods = [hosts(w, n, int(w.rng.integers(2, 30)), False), *cards(w, n, w.between(1, 15), 0.8)]
    goods += prompts(w, 1 + n // 80, w.between(0.5, 0.95)) + small_print(w, n)
    return [ring(w, "api_only", n, goods, (2, 60), own=0.15, rate=w.between(30, 500), busy=0.9)]


def relay(w: World, n: int) -> list[Circle]:
    """A reseller's relay: own accounts, and lent ones of people who rent theirs out (grey)."""
    n = min(n, w.size(20, 1_200))
    name = w.book.name("op")
    goods = [hosts(w, n, int(w.rng.integers(1, 6)), True), *prompts(w, 1 + n // 60, w.between(0.1, 0.5), True)]
    goods += (
        small_print(w, n)
        + cards(w, n, w.between(1, 8), w.between(0.3, 0.9))
        + mails(w, n, w.pick("shop", "private"), 0.5)
    )
    own = ring(w, "relay", n, goods, (10, 150), operator=name, rate=w.between(30, 500), busy=0.9)
    m = max(2, int(n * w.between(0.05, 0.4)))
    lent = [
        Good(g.kind, g.values, g.share * 0.7, g.per, "random", g.hold, g.weight)
        for g in goods
        if g.kind in ("ip", "template")
    ]
    grey = ring(
        w, "lent", m, lent, (100, 500), operator=name, home=1.0, own=1.0, flag="grey", label=w.book.name("lent")
    )
    return [own, grey]


def takeover(w: World, n: int) -> list[Circle]:
    """Accounts of honest people taken over by stolen passwords, beside some of the operator's own."""
    n = min(n, w.size(15, 300))
    name, label = w.book.name("op"), w.book.name("takeover")
    goods = [hosts(w, n, int(w.rng.integers(3, 20)), w.chance(0.5)), *prompts(w, 1 + w.chance(0.4), w.between(0.6, 1))]
    goods.append(Good("device", w.city.tokens(1 + n // 15), w.between(0.2, 0.8)))
    k = max(3, int(n * w.between(0.3, 0.7)))
    own = ring(w, "takeover", k, goods + cards(w, k, 4, 0.7), (2, 30), operator=name, label=label)
    victims = [Good(g.kind, g.values, g.share * 0.9, g.per, "random", 3, g.weight) for g in goods]
    lost = ring(w, "taken", n - k, victims, (200, 600), operator=name, label=label, home=1.0, own=1.0, flag="victim")
    return [own, lost]


def borrower(w: World, n: int) -> list[Circle]:
    """A ring in a company's clothes: its guest Wi-Fi, its mail domain, its template."""
    n = min(n, w.size(8, 400))
    hostsets = [
        (c, i) for c, i in w.members if not c.ring and c.n > 10 and len(c.goods) > 1 and c.goods[1].kind == "mail"
    ]
    goods: list[Good] = []
    if hostsets:
        victim = hostsets[int(w.rng.integers(len(hostsets)))][0]
        for g in victim.goods:
            if g.kind in ("ip", "mail", "template") and w.chance(0.75):
                goods.append(Good(g.kind, g.values, w.between(0.3, 0.9), 1.0, "random", g.hold, g.weight))
    goods += cards(w, n, w.between(2, 25), w.between(0.5, 1)) + small_print(w, n)
    goods += [hosts(w, n, 8, w.chance(0.6))] if w.chance(0.6) else prompts(w, 1, w.between(0.5, 0.9))
    if w.chance(0.4):
        goods.append(Good("device", w.city.tokens(1 + n // 12), 0.7))
    return [ring(w, "borrower", n, goods, (0.5, 40), home=w.par.contamination * 0.6)]


def long_ring(w: World, n: int) -> list[Circle]:
    """Recruits a few a week for a year, as a firm hires; keeps cards of one issue and a private prompt."""
    n = min(n, w.size(30, 800))
    goods = cards(w, n, w.between(2, 15), w.between(0.5, 0.9)) + prompts(w, 1 + n // 50, w.between(0.4, 0.9), True)
    goods += mails(w, n, w.pick("private", "webmail", "shop"), w.between(0.3, 0.8)) + [hosts(w, n, 5, True)]
    return [ring(w, "long", n, goods, (180, 500), rhythm=w.pick("hours", "growing", "even"))]


def covered(w: World, n: int) -> list[Circle]:
    """Most traffic is that of real customers; the ring's own prompt is on a part, the rest lives apart."""
    n = min(n, w.size(60, 3_000))
    goods = [exits(w, n), *prompts(w, 2 + n // 150, 1 - w.par.cover * w.between(0.6, 1.2), True)]
    goods += cards(w, n, w.between(1, 5), 0.8) + mails(w, n, w.pick("private", "shop", "webmail"), w.between(0.2, 0.7))
    return [ring(w, "covered", n, goods + small_print(w, n), (15, 120), own=1.0)]


def rivals(w: World, n: int) -> list[Circle]:
    """Independent operators at one vendor of exits and one account shop; each has its own cards and prompts."""
    v = w.vendor if w.vendor >= 0 else int(w.rng.integers(len(w.city.pools)))
    shop = w.city.shops[v % len(w.city.shops)]
    town = w.rng.choice(w.city.pools[v], min(len(w.city.pools[v]), max(60, int(n * w.between(0.5, 6)))))
    shared, left = ips(town), n
    out = []
    for _ in range(int(w.rng.integers(2, 6))):
        k = min(left, max(6, int(n * w.between(0.1, 0.5))))
        if k < 6:
            break
        left -= k
        goods = [Good("ip", shared, 0.97, w.between(2, 12), "random", 1, 0.2), Good("mail", shop, w.between(0.4, 0.9))]
        goods += cards(w, k, w.between(2, 15), w.between(0.5, 0.95)) + prompts(
            w, 1 + k // 80, w.between(0.5, 0.95), w.chance(0.5)
        )
        out.append(ring(w, "rival", k, goods + small_print(w, k), (3, 60), operator=w.book.name("op")))
    return out


def regrown(w: World, n: int) -> list[Circle]:
    """Closed at a date and grown again: the second crop inherits a part of cards, domains, hosts and prompts."""
    n = min(n, w.size(40, 800))
    label, name = w.book.name("regrown"), w.book.name("op")
    goods = cards(w, n, w.between(3, 12), 0.8) + mails(w, n, w.pick("private", "one"), w.between(0.5, 0.9))
    goods += prompts(w, 1 + n // 100, 0.8) + [hosts(w, n, int(w.rng.integers(4, 20)), w.chance(0.5))]
    mid = w.par.window * w.between(0.3, 0.6)
    first = ring(w, "regrown", n * 2 // 3, goods, (2, 20), age=mid + 3, life=4, operator=name, label=label)
    heirs = [
        g if w.chance(0.6) else Good(g.kind, _fresh(w, g), g.share, g.per, g.rule, g.hold, g.weight) for g in goods
    ]
    if not any(a is b for a, b in zip(heirs, goods, strict=True)):
        heirs[0] = goods[0]
    second = ring(w, "regrown", n - n * 2 // 3, heirs, (0.5, 3), age=mid - 3, operator=name, label=label)
    return [first, second]


def _fresh(w: World, g: Good) -> np.ndarray:
    """New values of a good's type, as many as before."""
    k = len(g.values)
    if g.kind == "mail":
        return w.city.domains(k)
    return w.city.egress("host", k, 0) if g.kind == "ip" else w.city.tokens(k)


LARGE: list[tuple[Maker, float]] = [
    (residential, 2),
    (hydra, 2.5),
    (covered, 1.5),
    (one_domain, 1),
    (trial, 1),
    (rivals, 1.5),
    (balanced, 1),
    (relay, 1),
]
SMALL: list[tuple[Maker, float]] = [
    (farm, 4),
    (one_card, 1.5),
    (one_domain, 1),
    (naive, 1),
    (trial, 1),
    (balanced, 1.2),
    (rotating, 1.2),
    (sleepers, 1.5),
    (star, 1.2),
    (api_only, 1),
    (relay, 1),
    (takeover, 1.5),
    (borrower, 1),
    (long_ring, 1),
    (covered, 1),
    (rivals, 1),
    (regrown, 1),
    (hydra, 1),
    (residential, 1),
]
SCENARIOS: dict[str, list[tuple[Maker, float]]] = {
    "farms": [(farm, 1)],
    "proxy": [(rivals, 3), (residential, 1), (relay, 0.5), (covered, 0.5)],
    "borrowers": [(borrower, 1)],
}


def prey(w: World, n: int) -> None:
    """Plant rings until about n accounts are theirs: some large, the rest small."""
    par, rng = w.par, w.rng
    left = float(n)
    if par.scenario == "default" and n >= 150:  # a third to two thirds of the accounts in few large rings
        big = n * w.between(0.3, 0.65)
        w.floor = big * 0.3
        left -= _plant(w, LARGE, big, lambda rest: int(rest * w.between(0.35, 1.0)))
    w.floor = 0.0
    deal = SCENARIOS.get(par.scenario, SMALL)
    top = max(12.0, par.ring_scale * (400 if par.scenario != "farms" else 300))
    _plant(w, deal, left, lambda rest: int(min(rest, 8 * (top / 8) ** rng.random())))
    _frame(w)


def _plant(w: World, deal: list[tuple[Maker, float]], room: float, size: Callable[[float], int]) -> int:
    """Plant rings of a deal into a room; the number of accounts that came."""
    weights = np.array([x[1] for x in deal])
    weights = weights / weights.sum()
    done = 0
    while room - done >= 5:
        maker = deal[int(w.rng.choice(len(deal), p=weights))][0]
        if maker is one_card and "payment" in w.par.off:
            continue
        for c in maker(w, max(5, size(room - done))):
            c.n = max(2, c.n)
            if not c.operator:
                c.operator = w.book.name("op")
            _mingle(w, w.meet(c))
            done += c.n
    return done


def _mingle(w: World, idx: np.ndarray) -> None:
    """Members sit among the honest: in their offices, cafés and halls, and behind their carriers."""
    places = [g for c, _ in w.members if not c.ring and c.n > 2 for g in c.goods[:1] if g.kind == "ip"]
    w.book.cols["crowded"][idx] = w.rng.random(len(idx)) < w.par.contamination * 0.7
    if not places:
        return
    some = idx[w.rng.random(len(idx)) < w.par.contamination * 0.6]
    at = w.rng.integers(0, len(places), min(len(places), max(1, len(some) // 2)))
    stock = np.array([str(places[int(i)].values[0]) for i in at.tolist()], dtype=object)
    w.give(Good("ip", stock, 1.0, 1.3, "random", 5, 0.1), some)


def _frame(w: World) -> None:
    """Some rings lay a good of theirs on strangers: a stolen card, a mail domain, a copied prompt."""
    honest = np.flatnonzero(w.book.cols["ring"][: w.book.n] == "")
    crews = [(c, i) for c, i in w.members if c.ring and c.flag == ""]
    for c, idx in crews:
        if not w.chance(0.25):
            continue
        k = min(len(honest), max(1, int(len(idx) * w.par.framed * 20 * w.rng.random())))
        poor = w.rng.choice(honest, k, replace=False)
        for g in c.goods:
            if g.kind in ("payment", "template", "ip") and w.chance(0.6):
                w.give(Good(g.kind, g.values, 1.0, 1.0, "random", 2, 0.02), poor)
                w.book.cols["framed"][poor] = True
