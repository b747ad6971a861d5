"""Operators of rings: what they can afford to keep apart, and what they share because sharing is cheap."""

from dataclasses import dataclass, field

import numpy as np

from market import Life, Market, dole, per_unit, wish
from names import domains, mail_names, tokens

Array = np.ndarray


@dataclass(frozen=True)
class Share:
    """How a trade uses a good: least and most accounts on a unit, least and most share of accounts that bear it."""

    least: float
    most: float
    low: float
    high: float


@dataclass(frozen=True)
class Trade:
    """A kind of ring: its size at full scale, its calendar, lines, goods, volume and fear."""

    size: tuple[int, int]
    length: tuple[float, float]
    bursts: tuple[int, int]
    net: str
    ip: Share
    payment: Share | None = None
    device: Share | None = None
    domain: Share | None = None
    template: Share | None = None
    phone: Share | None = None
    life: tuple[float, float] | None = None
    rate: tuple[float, float] = (20, 120)
    busy: float = 0.75
    fear: float = 1.0
    cover: tuple[float, float] = (0, 0.25)
    relay: float = 0.2
    weight: float = 1.0


TRADES = {
    "naive": Trade(
        (50, 500), (0.2, 6), (1, 2), "rack", Share(15, 200, 0.85, 1), Share(8, 60, 0.5, 1), Share(3, 60, 0.3, 0.9),
        Share(25, 300, 0.6, 1), Share(40, 500, 0.85, 1), Share(2, 12, 0.2, 0.9), fear=0.15, cover=(0, 0.05),
    ),
    "trial": Trade(
        (100, 1000), (1, 25), (2, 7), "rack", Share(15, 40, 0.85, 1), Share(1, 4, 0, 0.4), Share(20, 50, 0.5, 0.95),
        Share(50, 200, 0.6, 1), Share(2, 15, 0.1, 0.5), Share(2, 8, 0.3, 0.9), life=(1, 3), rate=(15, 60), fear=0.3,
    ),
    "balanced": Trade(
        (150, 1000), (4, 25), (2, 6), "rack", Share(3, 9, 0.85, 1), Share(5, 12, 0.6, 1), Share(2, 20, 0, 0.4),
        Share(10, 50, 0.5, 0.75), Share(60, 1000, 0.85, 1), rate=(8, 30), busy=0.9, fear=0.6, relay=0.5,
    ),
    "residential": Trade(
        (300, 5000), (8, 40), (4, 12), "pool", Share(1, 1, 0.95, 1), Share(1, 1.06, 0.8, 1), None,
        Share(20, 90, 0.5, 0.85), Share(150, 5000, 0.7, 0.95), Share(1, 3, 0.3, 0.9), rate=(40, 300), fear=2,
        cover=(0.05, 0.3), weight=1.3,
    ),
    "rotating": Trade(
        (100, 400), (3, 25), (2, 5), "static", Share(5, 15, 0.9, 1), Share(2, 7, 0.5, 0.8), Share(1, 8, 0.1, 0.5),
        Share(4, 30, 0.2, 0.6), Share(20, 120, 0.7, 0.95), life=(12, 22), rate=(2000, 7000), busy=0.11, fear=0.8,
        relay=0.6,
    ),
    "relay": Trade(
        (15, 300), (5, 40), (2, 8), "static", Share(1, 5, 0.9, 1), Share(2, 12, 0.4, 0.9), Share(2, 12, 0.1, 0.5),
        Share(5, 40, 0.2, 0.7), Share(15, 200, 0.3, 0.8), rate=(60, 600), relay=1, cover=(0.4, 0.8), weight=1.3,
    ),
    "farm": Trade(
        (8, 300), (0.2, 5), (1, 1), "rack", Share(4, 40, 0.7, 1), Share(3, 25, 0.6, 1), Share(3, 25, 0.6, 1),
        Share(8, 100, 0.6, 1), Share(10, 200, 0.6, 1), Share(2, 10, 0.5, 1), fear=0.4, weight=2.2,
    ),
    "card_mill": Trade(
        (20, 300), (0.5, 10), (1, 4), "pool", Share(1, 1, 0.9, 1), Share(5, 40, 0.8, 1), None, None,
        Share(8, 150, 0.3, 0.8), fear=0.4,
    ),
    "device_farm": Trade(
        (20, 250), (1, 14), (1, 4), "mobile", Share(4, 40, 0.8, 1), Share(1, 3, 0, 0.4), Share(8, 40, 0.85, 1),
        None, Share(8, 100, 0.3, 0.8), Share(2, 8, 0.4, 0.9), fear=0.4,
    ),
    "domain_mill": Trade(
        (20, 400), (0.5, 12), (1, 5), "pool", Share(1, 2, 0.9, 1), Share(1, 3, 0.1, 0.6), None,
        Share(15, 200, 0.85, 1), Share(10, 200, 0.4, 0.9), fear=0.5,
    ),
    "sleepers": Trade(
        (20, 250), (2, 20), (1, 4), "static", Share(3, 20, 0.6, 0.95), Share(2, 12, 0.3, 0.8), Share(3, 20, 0.2, 0.7),
        Share(5, 50, 0.3, 0.8), Share(20, 250, 0.5, 0.9), rate=(1, 4), busy=0.5, fear=0.6,
    ),
    "api_only": Trade(
        (20, 300), (2, 20), (1, 5), "rack", Share(3, 25, 0.9, 1), Share(3, 15, 0.7, 1), None,
        Share(5, 40, 0.1, 0.6), Share(15, 300, 0.6, 1), rate=(100, 700), busy=0.9, fear=0.7, relay=0.4,
    ),
    "long": Trade(
        (15, 200), (40, 90), (1, 1), "static", Share(2, 10, 0.6, 0.95), Share(2, 8, 0.5, 0.9), Share(2, 10, 0.2, 0.6),
        Share(3, 25, 0.2, 0.6), Share(8, 100, 0.5, 0.9), fear=1.2, cover=(0.1, 0.4),
    ),
    "student_fraud": Trade(
        (20, 300), (2, 15), (1, 4), "rack", Share(4, 30, 0.7, 1), None, Share(3, 20, 0.3, 0.8),
        Share(15, 150, 0.8, 1), Share(10, 200, 0.4, 0.9), Share(2, 8, 0.2, 0.8), fear=0.5,
    ),
    "takeover": Trade(
        (10, 80), (1, 10), (1, 3), "pool", Share(1, 4, 0.9, 1), Share(2, 8, 0.2, 0.7), Share(2, 20, 0.4, 0.9),
        Share(3, 20, 0.1, 0.6), Share(8, 80, 0.7, 1), weight=0.7,
    ),
    "borrower": Trade(
        (10, 150), (0.5, 10), (1, 3), "borrowed", Share(3, 50, 0.7, 1), Share(3, 20, 0.5, 0.95), Share(3, 25, 0.2, 0.8),
        Share(5, 150, 0.2, 0.8), Share(10, 150, 0.5, 1), fear=0.6, weight=0.8,
    ),
    "hydra": Trade(
        (400, 25000), (15, 45), (3, 8), "pool", Share(1, 1, 0.95, 1), Share(1, 1.4, 0.75, 1), Share(2, 8, 0, 0.2),
        Share(25, 120, 0.25, 0.35), Share(15, 150, 0.3, 0.6), rate=(15, 40), fear=2.5, cover=(0.4, 0.7), relay=0.3,
        weight=1.2,
    ),
}  # fmt: skip


@dataclass
class Operator:
    """Who runs rings, with what he keeps from one ring to the next."""

    name: str
    fear: float
    income: float
    bins: Array
    pool: Array
    style: str
    kept: dict[str, Array] = field(default_factory=dict)


@dataclass(frozen=True)
class Job:
    """One ring in the making: its second generation, what it shares and what it borrows."""

    kind: str
    trade: Trade
    operator: Operator
    again: Array
    goods: list[str]
    loans: dict[str, Array]


class Underworld:
    """Plants rings; operators weigh the price of every good against their fear."""

    def __init__(self, market: Market, life: Life, pools: list[Array], firms: list[dict[str, Array]]) -> None:
        """Remember markets, residential vendors and the firms whose things may be borrowed."""
        self.market, self.life, self.pools, self.firms = market, life, pools, firms
        self.book, self.rng, self.dials = market.book, market.rng, market.dials
        self.operators: list[Operator] = []

    def plant(self, budget: int, scenario: str) -> None:
        """Plant rings of the scenario's kinds until the budget is used."""
        end = self.book.used + budget
        deck: list[str] = []
        while end - self.book.used >= 5:
            if not deck:
                deck = self.deck(scenario)
            kind, left = deck.pop(), end - self.book.used
            size = self.size(kind, left, budget)
            if left - size < 5:
                size = left
            operator = self.operator(scenario)
            if kind == "hydra":
                self.hydra(operator, size)
            else:
                self.ring(kind, operator, size)

    def deck(self, scenario: str) -> list[str]:
        """Return the kinds in the order in which they are planted."""
        if scenario == "farms":
            return ["farm"] * 10
        if scenario == "borrowers":
            return ["borrower"] * 10
        if scenario == "proxy":
            names = ["residential", "card_mill", "domain_mill", "residential", "takeover"]
        else:
            names = [name for name, trade in TRADES.items() for _ in range(self.often(trade.weight))]
        return self.rng.permutation(names).tolist()

    def often(self, weight: float) -> int:
        """Turn a weight into a number of times, by chance where it is no whole number."""
        return int(weight + self.rng.random())

    def size(self, kind: str, left: int, budget: int) -> int:
        """Draw a ring's size, scaled down in small worlds and heavy-tailed between its bounds."""
        low, high = TRADES[kind].size
        scale = min(1.0, budget / 6000) ** (0.7 if high > 300 else 0.3)
        most = max(12, min(high, budget * (0.11 if high < 2000 else 0.2)))
        drawn = np.sqrt(low * min(high, 12 * low)) * scale * np.exp(self.rng.normal(0, 0.8 * self.dials.spread))
        return int(min(left, np.clip(drawn, 5 + self.rng.integers(0, 6), most)))

    def operator(self, scenario: str) -> Operator:
        """Return a new operator or, at times, one who already runs a ring."""
        if self.operators and self.rng.random() < self.dials.reuse_operator:
            return self.operators[int(self.rng.integers(0, len(self.operators)))]
        fear = self.dials.fear * np.exp(self.rng.normal(0, self.dials.fear_spread))
        income = 8 * np.exp(self.rng.normal(0, 0.5))
        bins = self.market.card_ranges(int(self.rng.integers(1, 7)))
        pool = self.pools[0] if scenario == "proxy" else self.pools[int(self.rng.integers(0, len(self.pools)))]
        style = "machine" if self.rng.random() < 0.6 else "person"
        made = Operator(f"operator-{len(self.operators) + 1:03d}", float(fear), float(income), bins, pool, style)
        self.operators.append(made)
        return made

    def hydra(self, operator: Operator, size: int) -> None:
        """Plant a campaign of cells that share a pool, ranges, some domains and paraphrase families."""
        families = int(np.clip(size / 25, 3, 60))
        operator.kept["template"] = tokens(self.rng, families, "tp_")
        operator.kept["domain"] = domains(self.rng, int(np.clip(size / 60, 2, 200)), cheap=True)
        cells = np.maximum(self.rng.multinomial(size, self.rng.dirichlet(np.full(max(2, round(size / 45)), 2.5))), 0)
        for cell in cells[cells > 0]:
            self.ring("hydra", operator, int(cell), "hydra_cell")

    # One ring.

    def ring(self, kind: str, operator: Operator, size: int, label: str = "") -> None:
        """Plant one ring: accounts, bans and regrowth, goods, and the lives around it."""
        trade = TRADES[kind]
        born, again = self.calendar(trade, size)
        job = Job(kind, trade, operator, again, self.goods(kind, trade), self.loans() if kind == "borrower" else {})
        hosts, private = self.hosts(job)
        name = self.book.name(label or kind)
        who = self.book.open(born, label or kind, hosts, ring=name, operator=operator.name)
        if private.any() and operator.style == "machine":
            self.book.text["email"][who[private]] = mail_names(self.rng, private.sum(), hosts[private], "machine")
        self.use(trade, who, again)
        if kind == "student_fraud":
            self.book.text["plan"][who] = "education"
        self.network(job, who)
        for good in job.goods:
            if good in ("payment", "device", "template"):
                self.spread(good, job, who)
            elif good == "phone":
                self.numbers(job, who)
        self.extras(kind, trade, who)
        self.around(job, who)
        self.innocents(kind, operator, who)

    def goods(self, kind: str, trade: Trade) -> list[str]:
        """Choose which goods are shared; a farm picks any two or more, other trades seldom drop one."""
        have = [good for good in ("ip", "payment", "device", "domain", "template", "phone") if getattr(trade, good)]
        if kind == "farm":
            count = int(self.rng.choice([2, 3, 4, 5], p=[0.4, 0.35, 0.17, 0.08]))
            strong = [good for good in have if good != "phone"]
            return self.rng.choice(have if count > 2 else strong, count, replace=False).tolist()
        return [good for good in have if good == "ip" or self.rng.random() < 0.93]

    def loans(self) -> dict[str, Array]:
        """Choose a firm, larger ones first, and what of its things a ring borrows."""
        if not self.firms:
            return {}
        sizes = np.array([len(firm["who"]) for firm in self.firms], dtype=float)
        firm = self.firms[int(self.rng.choice(len(self.firms), p=sizes / sizes.sum()))]
        things = {"ip": firm["lines"][:6], "domain": firm["domain"], "template": firm["house"][:5]}
        taken = self.rng.choice(list(things), int(self.rng.choice([1, 2, 3], p=[0.4, 0.4, 0.2])), replace=False)
        return {thing: things[thing] for thing in taken.tolist()}

    def calendar(self, trade: Trade, size: int) -> tuple[Array, Array]:
        """Draw births in bursts, and after a ban a second generation within three days."""
        length = float(np.exp(self.rng.uniform(*np.log(trade.length))))
        bursts = min(int(self.rng.integers(trade.bursts[0], trade.bursts[1] + 1)), 1 + size // 8)
        each = min(max(0.15, length / bursts * 0.6), self.book.days * 0.7)
        old = 0.5 if trade.busy >= 0.9 or trade.rate[0] < 2 else 0.12
        born = self.book.span_births(size, each, bursts, old)
        if self.rng.random() < 0.5:
            born = np.floor(born) + (2 + 3 * self.rng.random(size)) / 24
            born = np.sort(born)
        again = np.zeros(size, dtype=bool)
        if size >= 12 and trade.life is None and trade.length[1] > 6 and self.rng.random() < self.dials.regrow:
            count = int(size * self.rng.uniform(0.2, 0.5))
            at = self.rng.uniform(0.4, 0.9) * self.book.days
            born = np.minimum(born, at - 0.5)
            late = np.where(self.rng.random(count) < 0.8, 3 * self.rng.random(count), self.rng.uniform(3, 10, count))
            born[-count:] = np.sort(at + late)
            again[-count:] = True
        return born, again

    def use(self, trade: Trade, who: Array, again: Array) -> None:
        """Hand accounts to programmes, end short lives and ban the first generation where one was regrown."""
        book, size = self.book, len(who)
        cover = self.rng.random(size) < self.rng.uniform(*trade.cover)
        rate = float(np.exp(self.rng.uniform(*np.log(trade.rate))))
        book.drive(who[~cover], rate, self.rng.uniform(0.2, 0.9), trade.busy)
        book.stop[who] = book.days
        if trade.life:
            book.stop[who] = np.maximum(book.born[who], 0) + self.rng.uniform(*trade.life, size)
        if again.any():
            at = book.born[who[again]].min()
            hit = who[~again][self.rng.random((~again).sum()) < self.rng.uniform(0.3, 1)]
            book.stop[hit] = at
            book.text["status"][hit] = "banned"
        caught = who[self.rng.random(size) < self.rng.choice([0, 0.03, 0.15], p=[0.5, 0.3, 0.2])]
        book.text["status"][caught] = "banned"
        book.stop[who] = np.clip(book.stop[who], np.maximum(book.born[who], 0) + 0.04, book.days)
        plans = ["api", "pro", "free"]
        book.text["plan"][who] = self.rng.choice(plans, size, p=self.rng.dirichlet([1, 1, 1]))

    def price(self, good: str, job: Job, size: int) -> int:
        """Return how many units are bought for so many accounts, by economy within the trade's custom."""
        share: Share = getattr(job.trade, good)
        need = wish(good, job.operator.fear * job.trade.fear, job.operator.income)
        own = per_unit(self.rng, self.dials.prices[good], need, size)
        custom = np.exp(self.rng.uniform(np.log(share.least), np.log(max(share.least, min(share.most, size)))))
        each = np.clip(np.sqrt(own * custom), share.least, share.most)
        return max(1, round(size / float(each)))

    def bearers(self, good: str, job: Job, size: int, factor: float = 1) -> Array:
        """Choose which of a ring's accounts bear a good."""
        share: Share = getattr(job.trade, good)
        return self.rng.random(size) < self.rng.uniform(share.low, share.high) * factor

    def units(self, count: int, again: Array, place: Array) -> tuple[Array, int]:
        """Give the second generation partly the first one's units, partly new ones."""
        if not again.any() or again.all():
            return place, count
        inherit = self.rng.uniform(0.1, 0.8)
        old = np.unique(place[~again])
        shifted = np.where(self.rng.random(len(place)) < inherit, self.rng.choice(old, len(place)), place + count)
        return np.where(again, shifted, place), 2 * count

    def hosts(self, job: Job) -> tuple[Array, Array]:
        """Choose mail hosts: private, shop or borrowed domains for a share of accounts, webmail for the rest."""
        size = len(job.again)
        hosts = self.market.mail_hosts(size, 0.05)
        if "domain" not in job.goods:
            return hosts, np.zeros(size, dtype=bool)
        private = self.bearers("domain", job, size)
        count = self.price("domain", job, max(1, private.sum()))
        place, total = self.units(count, job.again, dole(self.rng, size, count, self.manner()))
        stock = domains(self.rng, total, cheap=True)
        if job.kind == "student_fraud":
            stock = np.array([f"{name.rsplit('.', 1)[0]}.edu" for name in stock], dtype=object)
        bought = self.rng.random(total) < 0.1
        stock = np.where(bought, self.rng.choice(self.market.shop_domains, total), stock)
        kept = job.operator.kept.setdefault("domain", stock)
        stock = np.where(self.rng.random(total) < 0.4, self.rng.choice(kept, total), stock)
        if "domain" in job.loans:
            stock = np.repeat(job.loans["domain"], total)
        return np.where(private, stock[place], hosts), private

    def manner(self) -> str:
        """Choose how units are dealt out: mostly in batches as they are bought."""
        return str(self.rng.choice(["batch", "even", "popular"], p=[0.6, 0.2, 0.2]))

    def network(self, job: Job, who: Array) -> None:
        """Send accounts over the operator's lines, or each over some exits where lines are not shared."""
        bear = self.bearers("ip", job, len(who))
        users = who[bear]
        if job.trade.net == "pool" or "ip" not in job.goods:
            visits = (5, 12) if job.trade.cover[0] >= 0.4 else (8, 25)
            self.market.wander(users, job.operator.pool, *(visits if "ip" in job.goods else (1, 4)))
            return
        if not len(users):
            return
        lines = self.price("ip", job, len(users))
        place, total = self.units(lines, job.again[bear], dole(self.rng, len(users), lines, self.manner()))
        stock = self.lines(job, total)
        self.market.surf(users, stock[place])
        moved = users[self.rng.random(len(users)) < self.rng.choice([0, 0.15, 0.5])]
        self.market.surf(moved, self.rng.choice(stock, len(moved)), part=0.3)

    def lines(self, job: Job, units: int) -> Array:
        """Buy lines where the trade buys them: racks, static lines, a room of telephones, a firm's own."""
        if "ip" in job.loans:
            return self.rng.choice(job.loans["ip"], units)
        if job.trade.net == "mobile":
            pool = self.market.home_pools[int(self.rng.integers(0, 14))]
            return self.market.lines(pool, units)
        if job.trade.net == "static":
            pool = self.market.static_isp[int(self.rng.integers(0, 3))]
            return self.market.lines(pool, units, units < 200 and self.rng.random() < 0.7)
        return self.market.rack(units)

    def spread(self, good: str, job: Job, who: Array) -> None:
        """Share a good among the ring's accounts as its price commands."""
        bear = self.bearers(good, job, len(who))
        users = who[bear]
        if not len(users):
            return
        count = self.price(good, job, len(users))
        place, total = self.units(count, job.again[bear], dole(self.rng, len(users), count, self.manner()))
        if good == "payment":
            self.market.pay(users, self.market.cards(total, job.operator.bins)[place])
        elif good == "template":
            self.instruct(job, users, place, total)
        else:
            gone = np.maximum(self.book.born[users], 0) + self.rng.uniform(1, 40)
            self.book.see(users, "device", tokens(self.rng, total, "fp_")[place], hi=gone)

    def instruct(self, job: Job, users: Array, place: Array, total: int) -> None:
        """Give accounts the operator's prompts, mostly kept from ring to ring, some of them varied."""
        stock = tokens(self.rng, total, "tp_")
        kept = job.operator.kept.setdefault("template", stock)
        stock = np.where(self.rng.random(total) < 0.85, self.rng.choice(kept, total), stock)
        if "template" in job.loans:
            stock = self.rng.choice(job.loans["template"], total)
        varied = self.rng.random(len(users)) < self.rng.choice([0, 0.1, 0.3])
        self.book.see(users[~varied], "template", stock[place[~varied]])
        self.book.see(users[varied], "template", tokens(self.rng, varied.sum(), "tp_"))

    def numbers(self, job: Job, who: Array) -> None:
        """Rent telephone numbers of one range, each used a few times."""
        users = who[self.bearers("phone", job, len(who), self.dials.phone_share * 1.5)]
        if not len(users):
            return
        count = self.price("phone", job, len(users))
        rented = self.life.numbers(count, int(self.rng.integers(10**9, 9 * 10**9)))
        self.book.text["phone"][users] = rented[dole(self.rng, len(users), count, "batch")]

    def extras(self, kind: str, trade: Trade, who: Array) -> None:
        """Leave what relay software leaves: prefixes and response ids passed on, one client, schemas, codes."""
        rng, book = self.rng, self.book
        if rng.random() < trade.relay and len(who) > 3:
            users = who[rng.random(len(who)) < rng.uniform(0.3, 0.9)]
            hops = np.repeat(users, rng.integers(1, 4))
            groups = max(1, len(hops) // int(rng.integers(2, 5)))
            values = tokens(rng, groups, "cp_")[rng.permutation(len(hops)) % groups]
            book.see(hops, "conversation_prefix", values, part=0.1)
            pairs = users[rng.random(len(users)) < 0.5]
            pairs = pairs[: len(pairs) // 2 * 2]
            book.see(pairs, "previous_response", np.repeat(tokens(rng, len(pairs) // 2, "rs_"), 2), part=0.01)
        if rng.random() < 0.6:
            pinned = np.repeat(rng.choice(self.market.clients, 1), len(who))
            book.see(who, "client", pinned)
        if rng.random() < 0.3:
            users = who[rng.random(len(who)) < 0.7]
            book.see(users, "tool_schema", np.repeat(tokens(rng, 1, "ts_"), len(users)))
        if rng.random() < 0.25:
            users = who[rng.random(len(who)) < 0.5]
            book.see(users, "git_remote", tokens(rng, 3, "git_")[rng.integers(0, 3, len(users))])
        if kind in ("trial", "student_fraud") or rng.random() < 0.1:
            book.at_birth(who, "promo_code", np.repeat(tokens(rng, 1, "PC"), len(who)))
        if rng.random() < 0.3:
            users = who[rng.random(len(who)) < 0.6]
            few = max(1, len(users) // int(rng.integers(3, 30)))
            book.see(users, "billing_address", tokens(rng, few, "ba_")[rng.integers(0, few, len(users))])
        if rng.random() < 0.2:
            users = who[rng.random(len(who)) < 0.4]
            few = max(1, len(users) // int(rng.integers(2, 8)))
            book.see(users, "identity_check", tokens(rng, few, "id_")[rng.integers(0, few, len(users))])

    def around(self, job: Job, who: Array) -> None:
        """Let ring accounts live among honest ones: workers' lines, common machines, public prompts, own cards."""
        dirt = float(np.clip(self.dials.contamination * np.exp(self.rng.normal(0, 0.3)), 0.1, 1))
        near = who[self.rng.random(len(who)) < dirt]
        spots = [self.market.vpn, *self.market.carriers[2:], self.market.home_pools[0], self.market.cloud]
        for one in self.rng.choice(len(spots), 2, replace=False):
            self.market.wander(near[self.rng.random(len(near)) < 0.5], spots[one], 1, 2)
        weak = self.rng.choice(self.market.weak, len(near), p=self.market.weak_weights)
        common = self.rng.random(len(near)) < 0.45
        self.book.see(near[common], "device", weak[common])
        cards = 0.0 if "payment" in job.goods else 0.5
        self.life.live(near, network=0.25, card=cards, device=0.2, prompt=dirt)

    # Honest people whom rings draw in.

    def innocents(self, kind: str, operator: Operator, who: Array) -> None:
        """Rent, buy or steal accounts of people on their own, and lay goods on others."""
        alone = np.flatnonzero(
            (self.book.text["kind"][: self.book.used] == "lone") & ~self.book.flag["grey"][: self.book.used]
        )
        alone = alone[~self.book.flag["framed"][alone] & (self.book.born[alone] < self.book.days - 10)]
        if len(alone) < 200:
            return
        if kind == "takeover":
            self.draw_in(
                "hijacked",
                self.rng.choice(alone, min(len(who) * 2, len(alone) // 40) + 1, replace=False),
                operator,
                who,
            )
        elif self.rng.random() < self.dials.lend:
            count = int(min(np.ceil(len(who) * self.rng.uniform(0.02, 0.12)), len(alone) // 50))
            self.draw_in(
                str(self.rng.choice(["lent", "sold"])), self.rng.choice(alone, count, replace=False), operator, who
            )
        if self.rng.random() < 0.15:
            self.frame(self.rng.choice(alone, int(self.rng.integers(2, 12)), replace=False), who)

    def copy(self, people: Array, who: Array, signal: str, share: float, lo: Array) -> None:
        """Let people bear a ring's values of one type from a day on."""
        pools = [
            values for users, name, values, *_ in self.book.rows[-60:] if name == signal and np.isin(users, who).all()
        ]
        users = people[self.rng.random(len(people)) < share]
        if pools and len(users):
            when = lo[np.isin(people, users)]
            values = self.rng.choice(max(pools, key=len), len(users))
            self.book.see(users, signal, values, when, when + self.rng.uniform(3, 30))

    def draw_in(self, kind: str, people: Array, operator: Operator, who: Array) -> None:
        """Mark accounts as lent, sold or hijacked and let the ring use them from some day on."""
        lo = np.maximum(self.book.born[people], 0) + self.rng.uniform(0.2, 0.7) * self.book.days
        lo = np.minimum(lo, self.book.days - 2)
        self.book.flag["grey"][people] = True
        self.book.flag["victim"][people] = kind == "hijacked"
        self.book.text["kind"][people] = kind
        self.book.text["operator"][people] = operator.name
        self.book.stop[people] = self.book.days
        self.copy(people, who, "ip", 0.85, lo)
        self.copy(people, who, "template", 0.7, lo)
        self.copy(people, who, "device", 0.3 if kind == "lent" else 0.6, lo)
        if kind == "sold":
            self.copy(people, who, "payment", 0.5, lo)

    def frame(self, people: Array, who: Array) -> None:
        """Lay one or two of a ring's goods on honest accounts."""
        self.book.flag["framed"][people] = True
        lo = np.maximum(self.book.born[people], 0)
        for signal in self.rng.choice(
            ["template", "ip", "payment", "conversation_prefix"], int(self.rng.integers(1, 3))
        ):
            self.copy(people, who, str(signal), 0.9, lo)
