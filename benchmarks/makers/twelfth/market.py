"""The markets where everybody buys: addresses, cards, machines, domains, prompts, and the law of sharing."""

import numpy as np

from book import Book
from dials import HAZARDS, Dials
from names import ALIAS, DISPOSABLE, WEBMAIL, WEBMAIL_WEIGHTS, domains, dotted, tokens, zipf

Array = np.ndarray


def per_unit(rng: np.random.Generator, price: float, wish: float, most: float) -> float:
    """Return how many accounts share a unit when it costs a price and each is ready to pay `wish` not to share.

    Units cost price/k an account and sharing hurts by wish*(k-1); the sum is least at k = sqrt(price/wish).
    """
    return float(np.clip(np.sqrt(price / max(wish, 1e-9)) * np.exp(rng.normal(0, 0.35)), 1, max(1, most)))


def dole(rng: np.random.Generator, size: int, units: int, how: str) -> Array:
    """Deal units out to accounts in the order of birth: in batches, by chance, or by popularity."""
    if how == "batch":
        cuts = np.sort(rng.choice(np.arange(1, max(size, 2)), min(units, size) - 1, replace=False)) if units > 1 else []
        even = np.arange(size) * units // max(size, 1)
        return np.searchsorted(cuts, np.arange(size), side="right") if rng.random() < 0.4 else even
    if how == "popular" and units * 2 < size:
        return rng.choice(units, size, p=zipf(units, rng.uniform(0.6, 1.2)))
    return rng.permutation(size) % units


class Market:
    """Suppliers of everything, with the habits of their honest customers."""

    def __init__(self, book: Book, dials: Dials, rng: np.random.Generator) -> None:
        """Build networks, banks and shops to the measure of the world."""
        self.book, self.dials, self.rng = book, dials, rng
        self.blocks = rng.permutation(np.arange(11 * 256, 126 * 256)).tolist()
        self.owner: dict[int, int] = {}
        self.bins = np.array([str(n) for n in rng.choice(np.arange(400000, 559999), 2500, replace=False)], dtype=object)
        self.bin_weights = zipf(len(self.bins), 0.75)
        self.bin_of: dict[str, str] = {}
        self.virtual_bins = self.bins[rng.choice(np.arange(20, 2500), 40, replace=False)]
        self.build_networks()
        self.build_goods()

    def build_networks(self) -> None:
        """Lay out home providers, carriers, VPN exits, clouds and a residential vendor's pool."""
        size, rng = self.book.size, self.rng
        home = max(200, size * self.dials.segments[0] * self.dials.line_slack)
        weights = zipf(14, 0.8)
        self.home_pools = [self.network(max(64, int(home * weight))) for weight in weights]
        self.home_weights = weights
        mobile = size * self.dials.segments[1]
        self.carriers = [self.network(max(3, int(mobile * weight / div))) for weight, div in
                         zip(zipf(8, 0.7), [150, 60, 25, 12, 12, 8, 8, 6], strict=True)]  # fmt: skip
        self.vpn = self.network(max(25, size // 110))
        self.cloud = self.network(max(20, size // 220))
        self.offices = [self.network(60000) for _ in range(6)]
        self.racks = [self.network(60000) for _ in range(5)]
        self.static_isp = [self.network(8000) for _ in range(3)]
        self.clients = np.array([f"py/{rng.integers(0, 4)}.{rng.integers(0, 99)}" for _ in range(60)], dtype=object)

    def build_goods(self) -> None:
        """Stock public prompts, common machines, shops' mail domains and popular repositories."""
        size, rng = self.book.size, self.rng
        self.public = tokens(rng, max(60, size // 60), "tp_")
        self.public_weights = zipf(len(self.public), self.dials.public_head)
        self.weak = tokens(rng, max(30, size // 60), "fp_")
        self.weak_weights = zipf(len(self.weak), 0.8)
        self.shop_domains = domains(rng, 10, cheap=True)
        self.repositories = tokens(rng, max(20, size // 250), "git_")
        self.client_weights = zipf(len(self.clients), 1.1)
        self.schemas = tokens(rng, 80, "ts_")

    def network(self, size: int) -> Array:
        """Return a provider's addresses, /16 by /16, scattered over what he was given."""
        number = int(self.rng.integers(1000, 65000))
        parts = []
        for start in range(0, size, 20000):
            block = self.blocks.pop()
            self.owner[block] = number
            want = min(20000, size - start)
            parts.append(block * 65536 + self.rng.choice(65000, want, replace=False) + 256)
        return np.concatenate(parts).astype(np.int64)

    def lines(self, pool: Array, units: int, near: bool = False) -> Array:
        """Buy addresses from a pool: neighbours of one range, or any."""
        if near:
            start = int(self.rng.choice(pool)) & ~255
            return start + self.rng.choice(np.arange(2, max(250, units + 4)), units, replace=False)
        return self.rng.choice(pool, units, replace=units > len(pool))

    def office(self, units: int) -> Array:
        """Rent office lines, mostly neighbours."""
        pool = self.offices[int(self.rng.integers(0, len(self.offices)))]
        return self.lines(pool, units, near=self.rng.random() < 0.6)

    def rack(self, units: int) -> Array:
        """Rent servers at one host."""
        pool = self.racks[int(self.rng.integers(0, len(self.racks)))]
        return self.lines(pool, units, near=self.rng.random() < 0.5 and units < 240)

    def cards(self, units: int, bins: Array | None = None) -> Array:
        """Issue cards from given ranges, or from any bank."""
        cards = tokens(self.rng, units, "pm_")
        chosen = self.rng.choice(self.bins, units, p=self.bin_weights) if bins is None else self.rng.choice(bins, units)
        self.bin_of.update(zip(cards.tolist(), chosen.tolist(), strict=True))
        return cards

    def card_ranges(self, units: int) -> Array:
        """Choose the ranges of a shop of virtual cards."""
        return self.rng.choice(self.virtual_bins, units, replace=False)

    def mail_hosts(self, size: int, own: float = 0.12) -> Array:
        """Choose mail hosts of people on their own: big webmail, aliases, throw-aways, domains of their own."""
        draw = self.rng.random(size)
        hosts = self.rng.choice(WEBMAIL, size, p=WEBMAIL_WEIGHTS).astype(object)
        rest = (1 - self.dials.webmail) / 0.2
        hosts = np.where(draw < own * rest, domains(self.rng, size), hosts)
        alias = (draw >= own * rest) & (draw < (own + 0.035) * rest)
        hosts = np.where(alias, self.rng.choice(ALIAS, size), hosts)
        thrown = (draw >= 0.98) & (draw < 0.99)
        return np.where(thrown, self.rng.choice(DISPOSABLE, size), hosts)

    # What accounts are seen with.

    def pay(self, who: Array, cards: Array, lo: Array | None = None, hi: Array | None = None) -> None:
        """Let accounts pay by card; the issuer's range comes along."""
        self.book.see(who, "payment", cards, lo, hi, 0.02)
        self.book.see(who, "card_bin", np.array([self.bin_of[card] for card in cards], dtype=object), lo, hi, 0.02)

    def surf(
        self, who: Array, numbers: Array, lo: Array | None = None, hi: Array | None = None, part: float = 0.6
    ) -> None:
        """Let accounts come from addresses; the network's number comes along."""
        self.book.see(who, "ip", dotted(numbers), lo, hi, part)
        systems = np.array([f"AS{self.owner.get(n >> 16, 64512)}" for n in numbers.tolist()], dtype=object)
        self.book.see(who, "asn", systems, lo, hi, part)

    def moments(self, who: Array, visits: int) -> tuple[Array, Array, Array]:
        """Repeat accounts for a number of stays spread over their lives."""
        again = np.repeat(who, visits)
        start, stop = np.maximum(self.book.born[again], 0), self.book.stop[again]
        step = (stop - start) / visits
        turn = np.tile(np.arange(visits), len(who))
        return again, start + step * turn, start + step * (turn + 1)

    def wander(self, who: Array, pool: Array, low: int, high: int, weights: Array | None = None) -> None:
        """Let each account meet several addresses of a pool, one after another."""
        visits = self.rng.integers(low, high + 1, len(who))
        for count in np.unique(visits):
            again, lo, hi = self.moments(who[visits == count], int(count))
            self.surf(again, self.rng.choice(pool, len(again), p=weights), lo, hi, 0.6 / count)


class Life:
    """What every account has of its own, honest or not."""

    def __init__(self, market: Market) -> None:
        """Remember the market."""
        self.market, self.book, self.dials, self.rng = market, market.book, market.dials, market.rng

    def live(self, who: Array, network: float = 1, card: float = 1, device: float = 1, prompt: float = 1) -> None:
        """Give accounts lines, cards, machines and prompts of their own, each with a chance."""
        self.connect(who[self.rng.random(len(who)) < network])
        self.bank(who[self.rng.random(len(who)) < card * self.dials.card_share])
        self.machine(who[self.rng.random(len(who)) < device * self.dials.device_share])
        self.prompts(who, prompt)
        self.phone(who)
        self.trifles(who)

    def connect(self, who: Array) -> None:
        """Send each account over its segment's lines: home, mobile, cloud or VPN."""
        segment = self.rng.choice(4, len(who), p=self.dials.segments)
        self.home(who[segment == 0])
        mobile = who[(segment == 1) | ((segment == 0) & (self.rng.random(len(who)) < 0.06))]
        carrier = self.rng.choice(8, len(mobile), p=zipf(8, 0.7))
        for number, pool in enumerate(self.market.carriers):
            self.market.wander(mobile[carrier == number], pool, 2, 7, zipf(len(pool), 0.5))
        cloud = who[segment == 2]
        shared = self.rng.random(len(cloud)) < 0.34
        self.market.wander(cloud[shared], self.market.cloud, 1, 4, zipf(len(self.market.cloud), 0.9))
        self.market.surf(cloud[~shared], self.market.rack((~shared).sum()))
        exits = self.market.vpn
        self.market.wander(who[segment == 3], exits, 2, 7, zipf(len(exits), 0.8))

    def home(self, who: Array) -> None:
        """Give home lines: most keep theirs, some change by the fortnight, some by the day; two in five have IPv6."""
        pools = self.rng.choice(14, len(who), p=self.market.home_weights)
        habit = self.rng.choice(3, len(who), p=[0.6, 0.23, 0.17])
        for number, pool in enumerate(self.market.home_pools):
            mine = pools == number
            self.market.wander(who[mine & (habit == 0)], pool, 1, 1)
            self.market.wander(who[mine & (habit == 1)], pool, 3, 4)
            self.market.wander(who[mine & (habit == 2)], pool, 5, 12)
        self.modern(who[self.rng.random(len(who)) < 0.4])

    def modern(self, who: Array) -> None:
        """Show one to three hosts of each account's own IPv6 network."""
        nets = self.rng.integers(0, 1 << 32, len(who))
        for _ in range(int(self.rng.integers(1, 3))):
            hosts = self.rng.integers(0, 1 << 32, len(who))
            pairs = zip(nets.tolist(), hosts.tolist(), strict=True)
            text = [f"2a02:{n >> 16:x}:{n & 65535:x}:1::{h >> 16:x}:{h & 65535:x}" for n, h in pairs]
            self.book.see(who, "ip", np.array(text, dtype=object), part=0.4)

    def bank(self, who: Array) -> None:
        """Give own cards; some wallets re-tokenise and some people change cards."""
        virtual = self.rng.random(len(who)) < 0.07
        self.market.pay(who[~virtual], self.market.cards((~virtual).sum()))
        self.market.pay(who[virtual], self.market.cards(virtual.sum(), self.market.virtual_bins))
        second = who[self.rng.random(len(who)) < 0.06]
        self.market.pay(second, self.market.cards(len(second)))

    def machine(self, who: Array) -> None:
        """Give own machines: a third look like many others, and those drift."""
        weak = self.rng.random(len(who)) < self.dials.weak_device
        self.book.see(who[~weak], "device", tokens(self.rng, (~weak).sum(), "fp_"))
        drift = np.concatenate([who[weak], who[weak][self.rng.random(weak.sum()) < 0.25]])
        self.book.see(drift, "device", self.rng.choice(self.market.weak, len(drift), p=self.market.weak_weights))

    def prompts(self, who: Array, chance: float) -> None:
        """Give public prompts by fame and prompts of one's own."""
        market, rng = self.market, self.rng
        for share in (0.5, 0.15):
            some = who[rng.random(len(who)) < share * chance]
            self.book.see(some, "template", rng.choice(market.public, len(some), p=market.public_weights))
        some = who[rng.random(len(who)) < 0.55 * chance]
        self.book.see(some, "template", tokens(rng, len(some), "tp_"))
        some = who[rng.random(len(who)) < 0.6 * chance]
        self.book.see(some, "conversation_prefix", tokens(rng, len(some), "cp_"))

    def phone(self, who: Array) -> None:
        """Write own phone numbers into the accounts' records."""
        some = who[self.rng.random(len(who)) < self.dials.phone_share]
        some = some[self.book.text["phone"][some] == ""]
        self.book.text["phone"][some] = self.numbers(len(some))

    def numbers(self, size: int, start: int = 0) -> Array:
        """Return phone numbers, scattered or, with a start, of one narrow range."""
        if start:
            raw = start + self.rng.choice(max(400, 4 * size), size, replace=False)
        else:
            raw = self.rng.integers(10**9, 10**10, size)
        return np.array([f"+{1 + number % 3}{number}" for number in raw], dtype=object)

    def trifles(self, who: Array) -> None:
        """Show client software, repositories, tool schemas and codes as people have them."""
        market, rng = self.market, self.rng
        some = who[rng.random(len(who)) < 0.6]
        self.book.see(some, "client", rng.choice(market.clients, len(some), p=market.client_weights))
        coders = who[rng.random(len(who)) < 0.15]
        popular = rng.random(len(coders)) < 0.12
        own = tokens(rng, len(coders), "git_")
        known = rng.choice(market.repositories, len(coders))
        self.book.see(coders, "git_remote", np.where(popular, known, own))
        some = who[rng.random(len(who)) < 0.2]
        self.book.see(some, "tool_schema", rng.choice(market.schemas, len(some), p=zipf(80, 1)))
        some = who[rng.random(len(who)) < 0.2]
        self.book.see(some, "billing_address", tokens(rng, len(some), "ba_"))
        some = who[rng.random(len(who)) < 0.1]
        self.book.see(some, "identity_check", tokens(rng, len(some), "id_"))


def wish(good: str, fear: float, income: float) -> float:
    """Return what a fearful actor pays an account a month to keep a good apart."""
    return HAZARDS[good] * fear * income
