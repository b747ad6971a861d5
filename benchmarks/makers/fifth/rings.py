"""Operators at work: they plan, buy, recruit accounts, run them, lose some and replace them.

Every account of a ring is also a member of honest institutions: a home line, a carrier, a VPN, a café, a guest network.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from book import BLOCK, PARENT, PRIMARY, SIDE, Floats, Ints
from honest import BULK, PERSONAL, STAFF, Honest, add_accounts
from market import ANYTHING, Basket, Buyer, Lot, Market
from plans import BY_NAME, FARM_FORMS, PLANS, Plan
from tables import AGENT, DEVICE, DOMAIN, GIT, IDENTITY, IP, PAYMENT, PHONE, PREFIX, SCHEMA, TEMPLATE, ZONE

if TYPE_CHECKING:
    from params import Params
    from society import Society


@dataclass
class Ring:
    """What the manifest says of a ring."""

    name: str
    pattern: str
    operator: str
    accounts: int = 0
    grey: int = 0
    bought: dict[str, str] = field(default_factory=dict)
    per_value: dict[str, float] = field(default_factory=dict)
    notes: dict[str, Any] = field(default_factory=dict)


@dataclass
class Theft:
    """Values that a ring copies or steals from honest accounts, settled once those have been seen."""

    accounts: Ints
    signal: int
    owners: int
    stolen: bool


class Underworld:
    """All operators of a world."""

    def __init__(
        self, rng: np.random.Generator, params: Params, society: Society, market: Market, honest: Honest
    ) -> None:
        self.rng, self.params, self.society, self.market, self.honest = rng, params, society, market, honest
        self.book = society.book
        self.rings: list[Ring] = []
        self.thefts: list[Theft] = []
        table = self.book.accounts.table()
        self.innocent: Ints = np.arange(self.book.accounts.size)
        self.innocent_country = table["country"].copy()
        self.operators = 0
        members = self.book.members.table()
        kinds = self.book.institutions.table()["kind"]
        homes = np.flatnonzero(kinds == self.book.kind("household"))
        self.homes, self.home_country = homes, self.book.institutions.table()["country"][homes]
        enterprise = honest.accounts.get("enterprise", np.zeros(0, dtype=np.int64))
        rows = (members["rank"] == PRIMARY) & np.isin(members["account"], enterprise)
        self.seats = np.bincount(members["inst"][rows], minlength=self.book.institutions.size)

    # --- the sets of rings of each scenario

    def default(self, budget: int) -> None:
        """All plans, in rounds until the wanted number of accounts is reached; a small world holds some of them.

        Natural sizes are shrunk alike on a log scale, so that a small world keeps small rings beside a large one.
        """
        left = budget
        while left >= 8:
            names = self.rng.permutation(len(PLANS))[: max(3, left // 70)]
            natural = np.array([self._draw(PLANS[number].size) for number in names]) * self.params["ring.size"]
            weight = natural**0.6
            sizes = np.minimum(natural, weight / weight.sum() * left).astype(int)
            for number, size in zip(names, sizes.tolist(), strict=True):
                if left < 8:
                    return
                before = self.book.accounts.size
                self.run(PLANS[number], int(np.clip(size, 8, left)))
                left -= self.book.accounts.size - before

    def proxy(self, budget: int) -> None:
        """Large independent operators at one vendor and one shop."""
        operators = int(self.rng.integers(4, 8))
        shares = self.rng.dirichlet(np.full(operators, 5.0))
        plan = replace(BY_NAME["rivals"], mails=("shop",), addresses=("residential",), special="")
        for share in shares:
            self.run(
                plan, max(40, int(share * budget)), {"vendor": 1, "shop": 1, "exits": float(self.rng.uniform(10, 30))}
            )

    def borrowers(self) -> None:
        """Newcomers in a company's clothes: four sizes, three ways to arrive."""
        for size in (20, 40, 200, 500):
            for arrival in ("week", "seven_weeks", "aged"):
                self._clothes(BY_NAME["company_clothes"], size, arrival)

    def farms(self, budget: int) -> None:
        """Many small blatant farms of all forms."""
        left, number = budget, int(self.rng.integers(0, len(FARM_FORMS)))
        while left >= 8:
            form, bounds = FARM_FORMS[number % len(FARM_FORMS)]
            size = int(min(np.exp(self.rng.uniform(np.log(8), np.log(500))) * self.params["ring.size"], 500, left))
            self._farm(form, bounds, max(8, size))
            left -= max(8, size)
            number += 1

    # --- one operator

    def run(self, plan: Plan, size: int, fixed: dict[str, Any] | None = None) -> None:
        """Let an operator carry out a plan."""
        if plan.special == "hydra":
            self._hydra(plan, size)
        elif plan.special == "clothes":
            self._clothes(plan, size, str(self.rng.choice(["week", "seven_weeks", "aged"])))
        elif plan.special == "rivals":
            self._rivals(plan, size)
        else:
            self._campaign(plan, size, fixed or {})

    def _draw(self, span: tuple[float, float]) -> float:
        """Log-uniform in a span."""
        low, high = max(span[0], 1e-4), max(span[1], 1e-4)
        return float(np.exp(self.rng.uniform(np.log(low), np.log(high))))

    def _open(self, plan: Plan, operator: str | None = None, ring: str | None = None) -> tuple[Ring, int, int]:
        self.operators += 1
        name = operator or f"operator-{self.operators:04d}"
        title = ring or f"{plan.name}-{len(self.rings) + 1:03d}"
        entry = Ring(title, plan.name, name)
        self.rings.append(entry)
        return entry, int(self.book.label("ring", [title])[0]), int(self.book.label("operator", [name])[0])

    def _basket(self, plan: Plan, fixed: dict[str, Any]) -> Basket:
        budget = self._draw(plan.budget) * self.params["ring.budget"]
        caution = float(self.rng.uniform(*plan.caution))
        allowed = {
            "cards": plan.cards,
            "mails": plan.mails,
            "addresses": plan.addresses,
            "devices": plan.devices,
            "phones": plan.phones,
        }
        basket = self.market.choose(allowed, budget, caution, plan.bounds)
        for name, value in fixed.items():
            setattr(basket, name, value)
        return basket

    def _campaign(self, plan: Plan, size: int, fixed: dict[str, Any]) -> None:
        entry, ring, operator = self._open(plan)
        country = int(self.society.draw_countries(1)[0])
        basket = self._basket(plan, fixed)
        self._crew(plan, entry, ring, operator, size, basket, country)

    def _crew(
        self, plan: Plan, entry: Ring, ring: int, operator: int, size: int, basket: Basket, country: int, top: int = -1
    ) -> Ints:
        """Open the accounts of one operator, lot by lot. `top` is an institution above, as a campaign."""
        rng, params = self.rng, self.params
        entry.bought |= basket.choice
        entry.per_value |= {name: round(min(per, 1e9), 2) for name, per in basket.per.items()}
        lots = int(rng.integers(plan.lots[0], plan.lots[1] + 1))
        shares = rng.dirichlet(np.full(lots, 6.0))
        buyer = Buyer(self.market, basket, country)
        begin = self._begin(plan, lots)
        office = self._office(plan, size, country, max(begin, 0))
        lot: Lot | None = None
        everyone: list[Ints] = []
        banned = rng.random() < params["ring.regrow"]
        inherit = params["ring.inherit"] * (1.0 if banned else 0.3)
        for number in range(lots):
            count = max(1, round(size * shares[number]))
            if sum(map(len, everyone)) + count > size or number == lots - 1:
                count = size - sum(map(len, everyone))
            if count <= 0:
                break
            spread = self._draw(plan.spread)
            when = begin + rng.random(count) * spread
            if plan.sync >= 0 and spread < 2:
                when = begin + rng.gamma(1.0, spread / 4, count)
            lot = buyer.lot(count, lot, inherit if number else 0.0)
            accounts = self._recruit(plan, ring, operator, country, when)
            self.book.join(accounts, lot.inst, PRIMARY)
            self._suppliers(accounts, basket)
            self._office_of(accounts, office, top)
            everyone.append(accounts)
            begin = float(when.max())
            if banned and number < lots - 1 and plan.special != "slow":
                begin = self._ban(accounts, begin)
            elif plan.special == "slow":
                begin += float(rng.uniform(0, 8))
            self._leak(lot.inst, (IP,), count)
        accounts = np.concatenate(everyone)
        entry.accounts += len(accounts)
        self._leak(office, (TEMPLATE,), len(accounts) * 0.5)
        self._live_among_people(accounts)
        self._specials(plan, entry, ring, operator, accounts, office, basket)
        return accounts

    def _begin(self, plan: Plan, lots: int) -> float:
        days = self.book.days
        if plan.special == "slow":
            return float(self.rng.uniform(-60, 0))
        return float(self.rng.uniform(-25 if plan.lives[0] > 20 else 1, days * (0.55 if lots > 2 else 0.8)))

    def _office(self, plan: Plan, size: int, country: int, begin: float) -> int:
        """The operator's own institution: prompts, a client, a time zone, tools, and what round robin leaves."""
        rng, book = self.rng, self.book
        inst = book.found(1, "operator", country, (float(rng.uniform(0, 24)), float(rng.uniform(1.5, 6)), False))
        prompts = int(rng.integers(plan.prompts[0], plan.prompts[1] + 1))
        rate = float(rng.uniform(*plan.prompt_rate))
        if rate > 0:
            habits: dict[str, Any] = {"k": 1.0 + 0.4 * (prompts > 1), "power": 1.4, "sync": plan.sync, "begin": begin}
            book.stock(inst, TEMPLATE, rate, np.array([prompts]), 0, **habits)
        if plan.own_prompts > 0:
            book.offer(inst, TEMPLATE, plan.own_prompts, -1, 0, mode=2, k=2.5, tenure=15.0)
        society = self.society
        client = society.agent_order[int(len(society.agent_order) * rng.random() ** 2.0)]
        book.offer(inst, AGENT, float(rng.beta(4, 2)), client, 1)
        if rng.random() < 0.45:
            zone, zones = society.zone_span[country]
            book.offer(inst, ZONE, float(rng.beta(4, 2)), society.zones + zone, zones)
        if rng.random() < 0.5:
            book.stock(inst, SCHEMA, float(rng.beta(3, 2)), np.array([int(rng.integers(1, 4))]))
        if rng.random() < 0.45:
            many = np.array([max(2, int(size * rng.uniform(0.1, 1.0)))])
            book.stock(inst, PREFIX, float(rng.uniform(0.1, 0.7)), many, k=2.5, tenure=0.2)
        if rng.random() < 0.25:
            book.stock(inst, IDENTITY, 0.25, np.array([max(1, size // int(rng.integers(10, 40)))]))
        if rng.random() < 0.2:
            book.stock(inst, GIT, float(rng.beta(2, 3)), np.array([max(1, size // 30)]), k=1.5)
        return int(inst[0])

    def _office_of(self, accounts: Ints, office: int, top: int) -> None:
        self.book.join(accounts, office, PRIMARY)
        if top >= 0:
            self.book.join(accounts, top, PARENT)

    def _recruit(self, plan: Plan, ring: int, operator: int, country: int, when: Floats, **more: Any) -> Ints:
        """Open or buy accounts. Aged ones were opened long before they wake."""
        rng, count, days = self.rng, len(when), self.book.days
        people = np.where(rng.random(count) < rng.uniform(0.3, 1.0), country, self.society.draw_countries(count))
        when = np.where(when > days - 0.2, days - 0.2 - rng.random(count) * 9, when)
        created = when.copy()
        aged = rng.random(count) < plan.aged
        created[aged] -= rng.uniform(120, 520, int(aged.sum()))
        start = np.maximum(when, 0)
        lives = float(rng.uniform(*plan.lives))
        end = np.minimum(np.maximum(when, 0) + 0.3 + rng.gamma(2.0, lives / 2, count), days)
        style = BULK if rng.random() < 0.6 else PERSONAL
        columns: dict[str, Any] = {"style": style, "start": start, "end": end, "ring": ring, "operator": operator}
        columns["rate"] = self._draw(plan.rate) * np.exp(rng.normal(0, 0.7, count))
        columns["status"] = (rng.random(count) < 0.05).astype(np.int64) * 2
        accounts = add_accounts(self.book, rng, self.params, plan.name, people, created, **(columns | more))
        self.society.live(accounts, "bought", people)
        return accounts

    def _suppliers(self, accounts: Ints, basket: Basket) -> None:
        """Memberships with suppliers: a residential vendor, a shop, a mail service, an SMS platform."""
        market, join = self.market, self.book.join
        if basket.choice.get("addresses") == "residential":
            join(accounts, market.vendors[basket.vendor], PRIMARY, 1.0, basket.exits)
        if basket.choice.get("mails") == "shop":
            join(accounts, market.shops[basket.shop], PRIMARY)
        if basket.choice.get("mails") == "throwaway":
            join(accounts, market.services[basket.service], PRIMARY)
        if basket.choice.get("phones") == "rented":
            join(accounts, market.platforms[basket.platform], PRIMARY, 0.7)
        if basket.choice.get("cards") == "stolen":
            self.thefts.append(Theft(accounts, PAYMENT, max(1, int(len(accounts) / basket.per["cards"])), stolen=True))

    def _ban(self, accounts: Ints, when: float) -> float:
        """The provider bans a share; replacements come within three days."""
        table, days = self.book.accounts.table(), self.book.days
        when = float(np.clip(when + self.rng.uniform(1, 8), 1, days - 4))
        hit = accounts[self.rng.random(len(accounts)) < self.rng.uniform(0.3, 1.0)]
        table["end"][hit] = np.maximum(
            np.minimum(table["end"][hit], when + self.rng.random(len(hit))), table["start"][hit] + 0.05
        )
        table["status"][hit] = 2
        return when + float(self.rng.uniform(0.1, 3))

    # --- honest surroundings

    def _live_among_people(self, accounts: Ints) -> None:
        """One to three honest memberships each, then the side lives that everybody has."""
        rng, society = self.rng, self.society
        country = self.book.accounts.table()["country"][accounts]
        level = self.params["ring.contamination"]
        times = np.clip(1 + rng.binomial(2, 0.45, len(accounts)) * level, 1, 4).astype(int)
        who = np.repeat(np.arange(len(accounts)), times)
        way = rng.choice(5, len(who), p=[0.34, 0.24, 0.16, 0.14, 0.12])
        account, where = accounts[who], country[who]
        mask = way == 0
        shared = mask & (rng.random(len(who)) < 0.35)
        found, inst = society.local_pick(self.homes, self.home_country, where[shared])
        self.book.join(account[shared][found], inst[found], SIDE)
        society.homes_for(account[mask & ~shared], where[mask & ~shared])
        mask = way == 1
        society.on_phone(account[mask], where[mask], 0.95, 0.4)
        mask = way == 2
        vpn = society.vpns[(len(society.vpns) * rng.random(int(mask.sum())) ** 1.6).astype(int)]
        self.book.join(account[mask], vpn, SIDE, 0.95, 0.35)
        for number, (places, at) in (
            (3, (society.cafes, society.cafe_country)),
            (4, (society.guests, society.guest_country)),
        ):
            mask = way == number
            if len(places):
                found, inst = society.local_pick(places, at, where[mask])
                self.book.join(account[mask][found], inst[found], SIDE)
        society.roam(accounts, country, 0.35 * level)
        caught = accounts[rng.random(len(accounts)) < 0.12]
        self.book.join(caught, rng.choice(society.viral, len(caught)), SIDE)

    def _leak(self, inst: int, signals: tuple[int, ...], size: float) -> None:
        """Honest accounts that meet what a ring used: a host let again, a prompt that was posted."""
        count = int(self.rng.poisson(self.params["ring.leak"] * size))
        if not count:
            return
        again = self.book.found(1, "second_hand", -1, (15, 6, False))
        if self.book.clone(inst, again, signals, 0.9, mode=0, sync=-1.0, tenure=15.0):
            self.book.join(self.rng.choice(self.innocent, count), int(again[0]), SIDE)

    def _copy(self, accounts: Ints) -> None:
        """Some rings copy claimed values of honest accounts, so that those look like members."""
        if self.rng.random() < self.params["ring.framed"] * 3:
            some = accounts[self.rng.random(len(accounts)) < self.rng.uniform(0.1, 0.4)]
            signal = int(self.rng.choice([GIT, SCHEMA, DEVICE]))
            owners = max(1, int(len(some) / self.rng.uniform(5, 25)))
            if len(some):
                self.thefts.append(Theft(some, signal, owners, stolen=False))

    # --- what particular plans add

    def _specials(
        self, plan: Plan, entry: Ring, ring: int, operator: int, accounts: Ints, office: int, basket: Basket
    ) -> None:
        self._copy(accounts)
        if plan.special == "failover":
            self._spares(plan, entry, ring, operator, accounts, office, basket)
        elif plan.special == "star":
            self._star(accounts)
        elif plan.special == "relay":
            self._customers(entry, ring, operator, accounts, office)
        elif plan.special == "takeover":
            self._hijack(entry, ring, operator, accounts, office, basket)

    def _spares(
        self, plan: Plan, entry: Ring, ring: int, operator: int, accounts: Ints, office: int, basket: Basket
    ) -> None:
        """Spare accounts, opened early and quiet, that take over when the first are lost."""
        rng, days = self.rng, self.book.days
        count = max(4, int(len(accounts) * rng.uniform(0.3, 0.9)))
        turn = float(rng.uniform(0.35, 0.75)) * days
        table = self.book.accounts.table()
        opened = table["created"][accounts].min() + rng.random(count) * 10
        country = int(table["country"][accounts][0])
        lost = accounts[rng.random(len(accounts)) < 0.6]
        late = np.maximum(np.minimum(table["end"][lost], turn + rng.random(len(lost))), table["start"][lost] + 0.05)
        table["end"][lost], table["status"][lost] = late, 2
        buyer = Buyer(self.market, basket, country)
        spare = self._recruit(
            plan,
            ring,
            operator,
            country,
            np.full(count, turn) + rng.exponential(2, count),
        )
        table = self.book.accounts.table()
        table["created"][spare] = np.minimum(opened, table["start"][spare])
        self.book.join(spare, buyer.lot(count).inst, PRIMARY)
        self.book.join(spare, office, PRIMARY)
        self._suppliers(spare, basket)
        chain = self.book.found(1, "transcripts", country, (14, 7, False))
        self.book.stock(chain, PREFIX, 0.9, np.array([max(2, count)]), mode=BLOCK, tenure=0.1)
        self.book.join(spare, int(chain[0]), PARENT)
        self.book.join(lost, int(chain[0]), PARENT)
        self._live_among_people(spare)
        entry.accounts += count
        entry.notes["spares"] = count

    def _star(self, accounts: Ints) -> None:
        """A hub pays for, or signs up, each of the others; they share nothing among themselves."""
        hub, leaves = accounts[:1], accounts[1:]
        table = self.book.accounts.table()
        table["end"][hub] = self.book.days
        table["start"][hub] = table["start"][accounts].min()
        table["created"][hub] = table["created"][accounts].min()
        kinds = self.rng.choice([PAYMENT, DEVICE, IP, PHONE], 2, replace=False)
        ways = [signal for signal in kinds if signal != PHONE] or [DEVICE]
        for signal in ways:
            inst = self.book.found(1, "cashier", -1, (15, 6, False))
            country = table["country"][hub]
            attribute = (
                self.society.office_bin(country) if signal == PAYMENT else self.society.network("static", country)
            )
            base = self.book.stock(inst, int(signal), 0.9, np.array([len(leaves)]), attribute, mode=BLOCK)
            self.book.join(leaves, int(inst[0]), PRIMARY)
            desk = self.book.found(1, "cashier", -1, (15, 6, False))
            self.book.offer(desk, int(signal), 1.0, base, len(leaves), k=len(leaves) * 2.5, tenure=3.0)
            self.book.join(hub, int(desk[0]), PRIMARY)

    def _customers(self, entry: Ring, ring: int, operator: int, accounts: Ints, office: int) -> None:
        """A relay's customers: their prompts and repositories hop over the pool; some lend their own accounts."""
        rng, book = self.rng, self.book
        count = max(2, int(len(accounts) * rng.uniform(0.1, 0.5)))
        cover = book.found(1, "relay_customers", -1, (16, 6, False))
        book.stock(
            cover,
            TEMPLATE,
            0.9,
            np.array([max(3, len(accounts) // 2)]),
            k=float(rng.uniform(2, 6)),
            power=1.6,
            tenure=8.0,
        )
        book.stock(cover, GIT, 0.6, np.array([max(3, len(accounts) // 3)]), k=2.0, power=1.5, tenure=10.0)
        book.join(accounts, int(cover[0]), PARENT)
        lent = self._grey(count, ring, operator)
        gate = book.found(1, "relay_gate", -1, (16, 6, False))
        first = book.members.table()["inst"][book.members.table()["account"] == accounts[0]][0]
        book.clone(int(first), gate, (IP,), 0.85, mode=0, k=1.3)
        book.clone(office, gate, (TEMPLATE, AGENT), 0.6)
        book.clone(int(cover[0]), gate, (TEMPLATE, GIT), 0.3)
        start = rng.uniform(0, book.days * 0.6, len(lent))
        book.join(lent, int(gate[0]), SIDE, 1.0, start=start)
        entry.grey += len(lent)

    def _hijack(self, entry: Ring, ring: int, operator: int, accounts: Ints, office: int, basket: Basket) -> None:
        """Owners whose accounts the operator took; they lived on their own before."""
        rng, book = self.rng, self.book
        taken = self._grey(max(3, int(len(accounts) * rng.uniform(0.6, 1.5))), ring, operator)
        book.accounts.table()["victim"][taken] = True
        start = rng.uniform(book.days * 0.2, book.days * 0.85, len(taken))
        span = {"start": start, "end": start + rng.exponential(14, len(taken))}
        book.join(taken, office, SIDE, 0.9, 1.0, **span)
        first = book.members.table()["inst"][book.members.table()["account"] == accounts[0]][0]
        entry_point = book.found(1, "entry", -1, (3, 4, False))
        if book.clone(int(first), entry_point, (IP,), 0.9, mode=0):
            book.join(taken, int(entry_point[0]), SIDE, 1.0, 1.0, **span)
        if basket.choice["addresses"] == "residential":
            book.join(taken, self.market.vendors[basket.vendor], SIDE, 1.0, basket.exits * 0.6, **span)
        entry.grey += len(taken)

    def _grey(self, count: int, ring: int, operator: int) -> Ints:
        """Honest accounts that a ring uses: they keep their kind, and the truth says whose they became."""
        table = self.book.accounts.table()
        free = self.innocent[(table["ring"][self.innocent] < 0) & (table["end"][self.innocent] > self.book.days * 0.9)]
        chosen = self.rng.choice(free, min(count, len(free) // 4), replace=False)
        for name, value in (("ring", ring), ("operator", operator), ("grey", True)):
            table[name][chosen] = value
        return np.asarray(chosen)

    # --- plans of several operators, and of borrowed clothes

    def _hydra(self, plan: Plan, size: int) -> None:
        """A campaign of cells: each cell is an operator with a purse of its own, the prompts are the campaign's."""
        rng, book = self.rng, self.book
        cells = int(np.clip(size / rng.uniform(40, 500), 3, 60))
        families = int(np.clip(size / 60, 6, 60))
        title = f"{plan.name}-{len(self.rings) + 1:03d}"
        entry, ring, _ = self._open(plan, ring=title)
        top = book.found(1, "campaign", -1, (14, 7, False))
        book.stock(top, TEMPLATE, float(rng.uniform(0.7, 0.95)), np.array([families]), k=2.0, power=1.3)
        cover = max(5, size // 4)
        book.stock(top, TEMPLATE, float(rng.uniform(0.4, 0.7)), np.array([cover]), k=2.0, power=1.8, tenure=6.0)
        vendor = int(rng.integers(0, len(self.market.vendors)))
        for share in np.sort(rng.dirichlet(np.full(cells, 2.0))):
            count = max(3, int(size * share))
            self.operators += 1
            name = f"operator-{self.operators:04d}"
            operator = int(book.label("operator", [name])[0])
            country = int(self.society.draw_countries(1)[0])
            cell = replace(
                plan,
                special="",
                cards=("virtual", "several", "gift"),
                mails=("mixed",),
                addresses=("residential",),
                devices=("none", "antidetect"),
                prompts=(1, 3),
                prompt_rate=(0.05, 0.3),
                bounds={"several": (2, 4), "mixed": (20, 120)},
            )
            fixed: dict[str, Any] = {"exits": float(rng.uniform(5, 12))}
            if rng.random() < 0.7:
                fixed["vendor"] = vendor
            basket = self._basket(cell, fixed)
            basket.mail_share = float(rng.uniform(0.2, 0.4))
            self._crew(cell, entry, ring, operator, count, basket, country, int(top[0]))
        entry.operator = "several"
        entry.notes |= {"cells": cells, "families": families}

    def _rivals(self, plan: Plan, size: int) -> None:
        """Independent operators with one vendor and one shop in common."""
        supplies = {"vendor": int(self.rng.integers(0, 4)), "shop": int(self.rng.integers(0, 3))}
        for share in self.rng.dirichlet(np.full(int(self.rng.integers(2, 5)), 3.0)):
            self._campaign(replace(plan, special=""), max(8, int(size * share)), dict(supplies))

    def _farm(self, form: str, bounds: dict[str, int], size: int) -> None:
        """A blatant farm: what its form names is shared by all, the rest is private or bought one by one."""
        few: dict[str, str] = {
            "cards": "shared",
            "mails": "domains",
            "addresses": "hosts",
            "devices": "machine",
            "phones": "batch",
        }
        alone = {
            "cards": ("virtual", "none"),
            "mails": ("webmail",),
            "addresses": ("residential", "static"),
            "devices": ("none",),
            "phones": ("none",),
        }
        choice: dict[str, Any] = {family: ((few[family],) if family in bounds else alone[family]) for family in few}
        limits = {"static": (1.0, 1.01)} | {
            few[family]: (size / count, size / count) for family, count in bounds.items() if family in few
        }
        prompts = (bounds["prompt"],) * 2 if "prompt" in bounds else (1, 1)
        rate = (0.9, 1.0) if "prompt" in bounds else (0.0, 0.0)
        plan = Plan(
            f"farm_{form}",
            (8, 500),
            **choice,
            bounds=limits,
            prompts=prompts,
            prompt_rate=rate,
            own_prompts=0.5,
            lots=(1, 1),
            spread=(0.2, 25),
            caution=(0, 0.2),
        )
        self._campaign(plan, size, {"exits": float(self.rng.uniform(4, 12))})

    def _clothes(self, plan: Plan, size: int, arrival: str) -> None:
        """Newcomers on a company's guest network, under its mail domain, with its prompt, and goods of their own."""
        rng, book = self.rng, self.book
        entry, ring, operator = self._open(plan)
        host = self._host(size)
        if host < 0:
            self.rings.pop()
            return
        country = int(book.institutions.table()["country"][host])
        entry.notes |= {"arrival": arrival, "host_accounts": int(self.seats[host])}
        span = {"week": 7.0, "seven_weeks": 49.0, "aged": 12.0}[arrival]
        begin = float(rng.uniform(0, max(1.0, book.days - span - 6)))
        wearing = replace(plan, aged=float(arrival == "aged"), lives=(60, 300), special="")
        when = begin + rng.random(size) * span
        accounts = self._recruit(wearing, ring, operator, country, when, style=STAFF)
        clothes = book.found(1, "borrowed", country, (13, 3, True))
        book.clone(host, clothes, (DOMAIN,), float(rng.uniform(0.75, 1.0)))
        book.clone(host, clothes, (TEMPLATE,), float(rng.uniform(0.6, 0.95)))
        guest = self.honest.guest_of.get(host)
        if guest is not None:
            book.clone(guest, clothes, (IP,), float(rng.uniform(0.8, 1.0)))
        book.join(accounts, int(clothes[0]), PRIMARY)
        self._goods(entry, accounts, size, country)
        if arrival == "aged":
            shop = int(self.market.shops[int(rng.integers(0, len(self.market.shops)))])
            past = book.found(1, "past", country, (14, 7, False))
            book.clone(shop, past, (IP, AGENT), 0.4, begin=begin, finish=begin + 15)
            book.join(accounts, int(past[0]), PARENT)
        office = self._office(replace(wearing, prompt_rate=(0.0, 0.3)), size, country, begin)
        book.join(accounts, office, PARENT)
        table = book.accounts.table()
        staff = book.members.table()["account"][
            (book.members.table()["inst"] == host) & (book.members.table()["rank"] == PRIMARY)
        ]
        table["victim"][staff] = True
        entry.accounts += size
        self._live_among_people(accounts)

    def _goods(self, entry: Ring, accounts: Ints, size: int, country: int) -> None:
        """At least four values in each of two families, bought for the newcomers alone."""
        rng, book = self.rng, self.book
        families = rng.choice([PAYMENT, DEVICE, IP, PHONE], 2, replace=False, p=[0.35, 0.3, 0.25, 0.1]).tolist()
        for signal in families:
            count = int(max(4, round(size / rng.uniform(5, 25))))
            inst = book.found(1, "goods", country, (14, 6, False))
            where = np.array([country])
            attribute: Ints = np.zeros(1, dtype=np.int64)
            if signal == PAYMENT:
                attribute = rng.choice(self.market.merchants[int(rng.integers(0, 7))], 1)
            elif signal == IP:
                attribute = self.society.network("static", where)
            elif signal == PHONE:
                attribute = where
            book.stock(inst, int(signal), 0.93, np.array([count]), attribute, mode=BLOCK, k=1.1)
            book.join(accounts, int(inst[0]), PRIMARY)
            entry.bought[f"own_{['ip', 'payment', '', 'device', '', '', 'phone'][signal]}"] = str(count)

    def _host(self, size: int) -> int:
        """A company with a guest network and a domain, mostly larger than the crew that borrows it."""
        known = np.array(sorted(self.honest.guest_of), dtype=np.int64)
        kinds = self.book.institutions.table()["kind"][known]
        firms = known[kinds == self.book.kind("enterprise")]
        if not len(firms):
            firms = known
        if not len(firms):
            return -1
        weight = np.exp(-1.7 * np.abs(np.log((self.seats[firms] + 5) / (size * 2.0))))
        return int(self.rng.choice(firms, p=weight / weight.sum()))


__all__ = ["ANYTHING", "Ring", "Theft", "Underworld"]
