"""What operators of rings can buy, from whom, at which price; and how an operator with a budget chooses."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from book import BLOCK, Book, Ints
from society import CHEAP, FIRM, NEW_DISPOSABLE, Society
from tables import AGENT, DEVICE, DISPOSABLE_MAIL, DOMAIN, IP, PAYMENT, PHONE

if TYPE_CHECKING:
    from params import Params


@dataclass(frozen=True)
class Option:
    """A way to get one thing. Price of one value; how many accounts may hang on it."""

    price: float
    least: float = 1
    most: float = 1
    risk: float = 0.0


ANYTHING = 1e9
SHELF: dict[str, dict[str, Option]] = {
    "cards": {
        "none": Option(0, risk=0.3),
        "single": Option(12, ANYTHING, ANYTHING),
        "shared": Option(6, 4, 60),
        "several": Option(5, 2, 6),
        "virtual": Option(2.2),
        "gift": Option(3.5, risk=0.1),
        "stolen": Option(1.1, 1, 3, risk=0.9),
        "sequence": Option(0.2, risk=0.8),
    },
    "mails": {
        "single": Option(9, ANYTHING, ANYTHING),
        "throwaway": Option(0.001, risk=1.2),
        "domains": Option(9, 4, 250),
        "mixed": Option(9, 8, 120, risk=0.1),
        "webmail": Option(0.12, risk=0.3),
        "shop": Option(1.0, risk=0.5),
    },
    "addresses": {
        "hosts": Option(5, 8, 400, risk=0.4),
        "static": Option(2.4, 1, 15),
        "residential": Option(1.2, risk=-0.2),
        "modems": Option(20, 10, 80),
        "office": Option(25, ANYTHING, ANYTHING),
    },
    "devices": {
        "none": Option(0, risk=0.45),
        "machine": Option(150, 15, 400),
        "emulators": Option(7, 10, 50),
        "antidetect": Option(0.3),
    },
    "phones": {"none": Option(0, risk=0.2), "rented": Option(0.3), "batch": Option(0.6, 3, 12)},
}
BUDGET_SHARE = {"cards": 0.35, "mails": 0.15, "addresses": 0.3, "devices": 0.12, "phones": 0.08}


@dataclass
class Basket:
    """What an operator buys of each thing, how many accounts hang on one value, and from which suppliers."""

    choice: dict[str, str] = field(default_factory=dict)
    per: dict[str, float] = field(default_factory=dict)
    exits: float = 12.0
    vendor: int = 0
    shop: int = 0
    merchant: int = 0
    platform: int = 0
    service: int = 0
    mail_share: float = 1.0
    card_share: float = 0.95


class Market:
    """Suppliers of a world. They outlive their customers, and several operators buy from one."""

    def __init__(self, rng: np.random.Generator, params: Params, book: Book, society: Society) -> None:
        self.rng, self.params, self.book, self.society = rng, params, book, society
        millions = params["residential.pool_millions"]
        pools = (np.array([1.0, 0.25, 4.0, 20.0]) * millions * 1e6).astype(np.int64)
        self.vendors = book.found(len(pools), "proxy_vendor", -1, (14, 7, False))
        for number, (vendor, size) in enumerate(zip(self.vendors, pools, strict=True)):
            first = book.values[IP].new(int(size), 20_000 + number)  # 20 000 and more: strewn over home networks
            book.offer(np.array([vendor]), IP, 0.98, first, size, tenure=1.0)
        shops = 3
        self.shops = book.found(shops, "account_shop", -1, (14, 7, False))
        book.stock(self.shops, DOMAIN, 0.45, rng.integers(3, 9, shops), np.full(shops, CHEAP), power=1.5)
        warm = rng.integers(4, 20, shops)
        book.stock(self.shops, IP, 0.6, warm, society.network("hosting", np.zeros(shops)), finish=12.0, tenure=4.0)
        client = society.agent_order[rng.integers(0, 40, shops)]
        book.offer(self.shops, AGENT, 0.4, client, 1, finish=20.0)
        self.platforms = book.found(3, "sms_platform", -1, (14, 7, False))
        country = society.draw_countries(3)
        many = np.full(3, max(30, society.scale // 80))
        book.stock(self.platforms, PHONE, 0.9, many, country, power=1.3)
        self.services = book.found(4, "disposable_mail", -1, (14, 7, False))
        every = len(DISPOSABLE_MAIL) + NEW_DISPOSABLE
        count = np.array([3, 5, 9, 20])
        picks = [rng.choice(every, size, replace=False) + society.throwaway for size in count]
        book.offer(self.services, DOMAIN, 0.95, book.pool(np.concatenate(picks), count), count, power=1.4)
        self.merchants = [rng.choice(society.virtual_bins, int(rng.integers(1, 6)), replace=False) for _ in range(7)]

    def honest_lines(self, accounts: Ints, lines: Ints) -> None:
        """Let some honest home addresses be exits of the vendors; some people rent a number."""
        vendor = self.rng.integers(0, len(self.vendors), len(lines))
        for number, inst in enumerate(self.vendors):
            own = lines[vendor == number]
            if len(own):
                base = self.book.pool(own, np.array([len(own)]))
                self.book.offer(np.array([inst]), IP, 0.3, base, len(own), k=0.12, tenure=1.0)
        some = accounts[self.rng.random(len(accounts)) < 0.004]
        platform = self.rng.choice(self.platforms, len(some))
        self.book.join(some, platform, 0)

    def choose(
        self, allowed: dict[str, tuple[str, ...]], budget: float, caution: float, bounds: dict[str, tuple[float, float]]
    ) -> Basket:
        """The cheapest set an operator's caution and taste let it buy."""
        rng, basket = self.rng, Basket()
        for family, names in allowed.items():
            best, score_of_best = names[0], -np.inf
            for name in names:
                option = SHELF[family][name]
                means = budget * BUDGET_SHARE[family]
                least, most = bounds.get(name, (option.least, option.most))
                most = max(most, least)
                per = float(np.clip(option.price / means * rng.lognormal(0, 0.5), least, most))
                price = option.price / per if option.most < ANYTHING else 0.0
                risk = option.risk + 0.35 * np.log(min(per, 1e3))
                score = -price / max(means, 1e-6) * 0.5 - caution * risk + rng.gumbel(0, 0.5)
                if score > score_of_best:
                    best, score_of_best = name, score
                    basket.per[family] = per
            basket.choice[family] = best
        popular = self.params["ring.shared_suppliers"]

        def supplier(count: int) -> int:
            return 0 if rng.random() < popular else int(rng.integers(0, count))

        basket.vendor, basket.shop = supplier(len(self.vendors)), supplier(len(self.shops))
        basket.merchant, basket.platform = supplier(len(self.merchants)), supplier(len(self.platforms))
        basket.service = supplier(len(self.services))
        basket.exits = float(np.clip(budget * 25 * rng.lognormal(0, 0.4), 4, 30))
        basket.mail_share = float(rng.uniform(0.3, 0.75)) if basket.choice.get("mails") == "mixed" else 0.96
        basket.card_share = float(rng.beta(9, 1.2))
        return basket


@dataclass
class Lot:
    """Things bought together: pools of values by signal."""

    inst: int
    pools: dict[int, Ints] = field(default_factory=dict)


class Buyer:
    """Turns a basket into lots. A later lot may hold part of what an earlier one had left."""

    def __init__(self, market: Market, basket: Basket, country: int) -> None:
        self.market, self.basket, self.country = market, basket, country
        self.book, self.rng, self.society = market.book, market.rng, market.society

    def lot(self, size: int, before: Lot | None = None, inherit: float = 0.0, only: tuple[str, ...] = ()) -> Lot:
        """Buy for a number of accounts."""
        inst = self.book.found(1, "supply", self.country, (14, 7, False))
        lot = Lot(int(inst[0]))
        for family, signal in (
            ("cards", PAYMENT),
            ("mails", DOMAIN),
            ("addresses", IP),
            ("devices", DEVICE),
            ("phones", PHONE),
        ):
            if family not in self.basket.choice or (only and family not in only):
                continue
            fresh = self._buy(family, size)
            if not len(fresh):
                continue
            if before is not None and signal in before.pools and inherit > 0:
                old = before.pools[signal]
                part = inherit * (0.2 if self.basket.per[family] < 2 else 1.0)  # what served one is seldom used again
                kept = self.rng.choice(old, min(len(old), int(part * len(fresh))), replace=False)
                fresh = np.concatenate([kept, fresh[len(kept) :]])
            lot.pools[signal] = fresh
            self._offer(inst, family, signal, fresh)
        return lot

    def _offer(self, inst: Ints, family: str, signal: int, values: Ints) -> None:
        prob = {"cards": self.basket.card_share, "mails": self.basket.mail_share, "devices": 0.93, "phones": 0.6}
        base = self.book.pool(values, np.array([len(values)]))
        habits = {"k": 1.0}
        if family == "addresses":
            habits["k"] = 1.0 if self.basket.per[family] < 3 else 1.3
        self.book.offer(inst, signal, prob.get(family, 0.96), base, len(values), mode=BLOCK, **habits)

    def _buy(self, family: str, size: int) -> Ints:
        """Fresh values of a family; none if a vendor's pool or private life gives them."""
        name, per = self.basket.choice[family], self.basket.per[family]
        rng, values = self.rng, self.book.values
        if name in {"none", "residential", "throwaway", "webmail", "shop", "rented"}:
            return np.zeros(0, dtype=np.int64)
        count = 1 if per >= ANYTHING else max(1, int(np.ceil(size / per)))
        if family == "cards":
            bins = self._bins(name)
            bill = values[12].new(count)
            same = rng.random() < 0.4  # a lazy operator types one address
            second = np.full(count, bill) if same else bill + np.arange(count)
            first = values[PAYMENT].new(count, rng.choice(bins, count), second, np.arange(count))
        elif family == "mails":
            style = np.where(rng.random(count) < 0.6, CHEAP, FIRM)
            first = values[DOMAIN].new(count, style, 0, np.arange(count))
        elif family == "addresses":
            first = self._addresses(name, count)
        elif family == "phones":
            first = values[PHONE].new(count, self.country, 0, np.arange(count))
        else:
            first = values[DEVICE].new(count)
        return np.arange(first, first + count, dtype=np.int64)

    def _bins(self, name: str) -> Ints:
        if name == "gift":
            return self.society.gift_bins[:: int(self.rng.integers(3, 9))]
        if name == "sequence":
            return self.rng.choice(self.society.virtual_bins, 1)
        if name in {"virtual", "several"}:
            return self.market.merchants[self.basket.merchant]
        bins = self.book.aux[self.society.bins[self.country]]
        return self.rng.choice(bins, min(4, len(bins)), replace=False)

    def _addresses(self, name: str, count: int) -> int:
        where = np.array([self.country])
        kind = {"hosts": "hosting", "static": "static", "modems": "mobile", "office": "office"}[name]
        if name == "hosts" and self.rng.random() < 0.4:
            kind = "cloud"
        together = max(1, int(self.rng.integers(1, 6)))  # purchases of several ranges
        runs = np.unique(np.linspace(0, count, together, endpoint=False).astype(np.int64))
        nets = np.repeat(self.society.network(kind, np.repeat(where, len(runs))), np.diff(np.append(runs, count)))
        return self.book.values[IP].new(count, nets, 0, runs)
