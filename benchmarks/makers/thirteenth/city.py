"""Networks, markets and names that all actors share."""

import bisect
import itertools
from dataclasses import dataclass

import numpy as np

from dials import Dials
from ledger import Ledger

V6 = 1 << 40
COUNTRIES = (("US", -6.0), ("GB", 0.0), ("DE", 1.0), ("IN", 5.5), ("BR", -3.0), ("JP", 9.0), ("NG", 1.0), ("SG", 8.0))
COUNTRY_WEIGHTS = (30, 10, 9, 16, 9, 8, 5, 8)
WEBMAIL = (("gmail.com", 62), ("outlook.com", 14), ("yahoo.com", 8), ("icloud.com", 8), ("qq.com", 4), ("gmx.de", 3))
ALIASES = ("simplelogin.com", "duck.com", "anonaddy.me", "mozmail.com")
FIRST = (
    "anna ben carla david elena farid grace hiro ines jonas kofi lena maria noah olga priya rosa sam tariq yuki".split()
)
LAST = "smith mueller garcia khan tanaka silva okafor brown rossi novak patel lee kim dubois jensen cohen".split()
STEMS = "north blue data soft cloud green bright nova peak river core pixel lumen terra vista swift true open".split()
ENDS = "works labs tech group hub line systems media point studio base loop ware net box forge path field".split()


class Menu:
    """Things to pick from, some of them more popular."""

    def __init__(self, things: list, weights: list[float]) -> None:
        self.things, self.sums = things, list(itertools.accumulate(weights))

    def pick(self, ledger: Ledger) -> object:
        """Pick one thing."""
        return self.things[bisect.bisect_left(self.sums, ledger.r.random() * self.sums[-1])]


def zipf_menu(things: list, slope: float) -> Menu:
    """Make a menu with a Zipf head."""
    return Menu(things, [(k + 1) ** -slope for k in range(len(things))])


@dataclass(slots=True)
class Pool:
    """Addresses from which sessions draw, with cumulated popularity."""

    addresses: np.ndarray
    sums: np.ndarray


@dataclass(slots=True)
class Line:
    """A line at home: its address or its provider's pool, and its delegated prefix."""

    number: int
    address: int
    pool: int
    period: float
    prefix: bool


class City(Ledger):
    """All networks and markets of a world."""

    def __init__(self, dials: Dials) -> None:
        super().__init__(dials)
        r, n = self.r, dials.accounts
        firsts = [a for a in range(11, 223) if a not in (100, 127, 169, 172, 192, 198)]
        self.blocks = [(a << 24) | (b << 16) for a in firsts for b in r.sample(range(256), 12)]
        r.shuffle(self.blocks)
        self.used: set[int] = set()
        self.pools: list[Pool] = []
        self.lines = 0
        self.countries = Menu(list(COUNTRIES), list(COUNTRY_WEIGHTS))
        self.webmail = Menu([m[0] for m in WEBMAIL], [m[1] for m in WEBMAIL])
        self.disposable = zipf_menu([self.domain_text(True) for _ in range(60)], 0.9)
        self._networks(n)
        self._markets(n)

    def _networks(self, n: int) -> None:
        """Lay the networks in proportion to the world."""
        r = self.r
        isps = max(4, n // 1500)
        self.isps = zipf_menu([self.pool(max(200, n * 20 // isps), 0.0) for _ in range(isps)], 0.7)
        self.home_blocks = [self.block() for _ in range(max(4, n // 1500))]
        carriers = [self.pool(max(8, int(n * r.uniform(0.002, 0.009))), 0.4) for _ in range(max(6, n // 1500))]
        dense = [self.pool(r.randint(1, 4), 0.5) for _ in range(2)]
        self.carriers = Menu(carriers + dense, [1.0] * len(carriers) + [len(carriers) * 0.15] * 2)
        self.vpns = zipf_menu([self.pool(max(20, n // 200), 1.0) for _ in range(7)], 0.8)
        self.egress = zipf_menu([self.pool(max(12, n // 400), 1.1) for _ in range(5)], 0.6)
        self.sase = [self.pool(r.randint(6, 30), 0.5) for _ in range(2)]
        self.cloud_blocks = [self.block() for _ in range(8)]
        self.notebooks = [self.pool(r.randint(20, 200), 0.6) for _ in range(3)]
        self.low_code = [self.pool(r.randint(3, 30), 0.4) for _ in range(4)]
        self.vendors = [self.pool(int(self.log_uniform(0.3 * n, 6 * n)), 0.0) for _ in range(3)]
        self.places = zipf_menu([self.address(self.home_blocks) for _ in range(max(10, n // 120))], 0.6)

    def _markets(self, n: int) -> None:
        """Open the markets of cards, numbers, prompts and machines."""
        r = self.r
        self.bins = zipf_menu([self.value(str(r.randint(400000, 559999))) for _ in range(max(300, n // 12))], 0.75)
        self.virtual_bins = [self.value(str(r.randint(400000, 559999))) for _ in range(24)]
        self.card_bin: dict[int, int] = {}
        self.public = zipf_menu([self.token("tpl") for _ in range(80)], 1.05)
        self.tutorials = [self.token("tpl") for _ in range(max(20, n // 25))]
        self.weak = zipf_menu([self.token("fp") for _ in range(max(60, n // 8))], 0.9)
        self.sdks = zipf_menu([self.token("sdk") for _ in range(60)], 1.1)
        self.remotes = zipf_menu([self.token("git") for _ in range(max(20, n // 60))], 0.7)
        self.sms = [self.number() for _ in range(max(40, n // 40))]
        self.shop_domains = [self.domain_text(True) for _ in range(8)]
        self.companies: list[dict] = []
        self.lone: list[int] = []

    def block(self) -> int:
        """Take a fresh /16."""
        return self.blocks.pop()

    def address(self, blocks: list[int]) -> int:
        """Take a fresh address out of some blocks."""
        while True:
            address = self.r.choice(blocks) + self.r.randint(257, 65278)
            if address not in self.used:
                self.used.add(address)
                return address

    def span(self, count: int) -> list[int]:
        """Take neighbouring addresses of one supplier."""
        start = self.r.choice(self.cloud_blocks) + self.r.randint(1, 250) * 256 + 1
        found = [a for a in range(start, start + 250) if a not in self.used][:count]
        self.used.update(found)
        return found + [self.address(self.cloud_blocks) for _ in range(count - len(found))]

    def pool(self, size: int, slope: float) -> int:
        """Make a pool of addresses with a popularity."""
        blocks = [self.block() for _ in range(1 + size // 20000)]
        picked = np.random.default_rng(self.r.getrandbits(32)).choice(65000, (size // len(blocks)) + 1, False)
        addresses = np.concatenate([base + 256 + picked for base in blocks])[:size]
        sums = np.cumsum((np.arange(size) + 1.0) ** -slope)
        self.pools.append(Pool(addresses, sums / sums[-1]))
        return len(self.pools) - 1

    def line(self) -> Line:
        """Have a line laid: most keep the address, a sixth change daily, the rest fortnightly."""
        self.lines += 1
        u, r = self.r.random(), self.r
        period = 0.0 if u < 0.6 else 1.0 if u < 0.77 else 14.0
        address = 0 if period else self.address(self.home_blocks)
        return Line(self.lines, address, self.isps.pick(self), period, r.random() < 0.4)

    def card(self, virtual: bool = False, bins: list[int] | None = None) -> int:
        """Issue a card."""
        card = self.token("pm")
        stock = bins or (self.virtual_bins if virtual else None)
        self.card_bin[card] = self.r.choice(stock) if stock else self.bins.pick(self)
        return card

    def number(self) -> str:
        """Give a telephone number."""
        return f"+{self.r.choice((1, 44, 49, 91, 55, 81))}{self.r.randint(200000000, 999999999)}"

    def domain_text(self, cheap: bool = False) -> str:
        """Register a mail domain."""
        r = self.r
        ending = (
            r.choice(("xyz", "top", "com", "site", "online", "net"))
            if cheap
            else r.choice(("com", "com", "io", "net", "org"))
        )
        return f"{r.choice(STEMS)}{r.choice(ENDS)}{r.choice(('', '', str(r.randint(1, 99))))}{r.choice(STEMS)}.{ending}"

    def local_part(self, machine: bool = False) -> str:
        """Choose a mailbox name, as people do or as programs do."""
        r = self.r
        first, last = r.choice(FIRST), r.choice(LAST)
        if machine and r.random() < 0.7:
            return f"{first}{r.randint(100, 99999)}" if r.random() < 0.5 else f"{r.getrandbits(40):x}"
        shapes = (f"{first}.{last}", f"{first[0]}{last}", f"{first}_{last}", f"{last}{first[0]}", f"{first}.{last[0]}")
        return f"{r.choice(shapes)}{r.choice(('', '', r.randint(1, 999)))}{r.choice('abcdefghij')}{r.randint(0, 99)}"
