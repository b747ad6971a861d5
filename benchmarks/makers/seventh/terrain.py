"""Countries, networks and the lines through which people reach the service.

A *pool* is a set of addresses of one network. A *line* is how somebody is attached to a pool: for good, by a lease that
ends, by a gateway's choice, or anew each session. What address a line has at a moment is worked out in `clockwork`.
"""

from __future__ import annotations

from random import Random

from dice import Pick

# code, weight, hours from UTC, prefix and pattern of mobile numbers, national webmail
COUNTRIES = [
    ("US", 24, -6, "+1", "us", ("gmail.com", "yahoo.com", "outlook.com", "icloud.com", "aol.com")),
    ("IN", 12, 5.5, "+91", "9#########", ("gmail.com", "rediffmail.com", "yahoo.com")),
    ("GB", 6, 0, "+44", "77########", ("gmail.com", "hotmail.co.uk", "outlook.com", "icloud.com")),
    ("DE", 6, 1, "+49", "1512#######", ("gmx.de", "web.de", "gmail.com", "t-online.de")),
    ("BR", 6, -3, "+55", "119########", ("gmail.com", "hotmail.com", "uol.com.br")),
    ("JP", 5, 9, "+81", "90########", ("gmail.com", "yahoo.co.jp", "icloud.com")),
    ("FR", 4, 1, "+33", "6########", ("gmail.com", "orange.fr", "laposte.net", "free.fr")),
    ("CA", 4, -5, "+1", "us", ("gmail.com", "outlook.com", "icloud.com")),
    ("KR", 3, 9, "+82", "10########", ("naver.com", "gmail.com", "daum.net")),
    ("ID", 4, 7, "+62", "812#######", ("gmail.com", "yahoo.co.id")),
    ("VN", 3, 7, "+84", "91#######", ("gmail.com",)),
    ("PL", 2, 1, "+48", "60#######", ("wp.pl", "gmail.com", "o2.pl")),
    ("ES", 3, 1, "+34", "61#######", ("gmail.com", "hotmail.com")),
    ("IT", 3, 1, "+39", "34########", ("gmail.com", "libero.it")),
    ("NL", 2, 1, "+31", "61#######", ("gmail.com", "ziggo.nl", "outlook.com")),
    ("TR", 2, 3, "+90", "532#######", ("gmail.com", "hotmail.com")),
    ("NG", 2, 1, "+234", "803#######", ("gmail.com", "yahoo.com")),
    ("MX", 2, -6, "+52", "55########", ("gmail.com", "hotmail.com")),
    ("AU", 2, 10, "+61", "41#######", ("gmail.com", "bigpond.com", "icloud.com")),
    ("SG", 1.5, 8, "+65", "9#######", ("gmail.com",)),
    ("HK", 1.5, 8, "+852", "9#######", ("gmail.com", "qq.com")),
    ("TW", 1.5, 8, "+886", "91#######", ("gmail.com", "yahoo.com.tw")),
    ("UA", 1.5, 2, "+380", "67#######", ("gmail.com", "ukr.net")),
    ("PH", 2, 8, "+63", "917#######", ("gmail.com", "yahoo.com")),
]
CODES = [c[0] for c in COUNTRIES]
HOURS = {c[0]: c[2] for c in COUNTRIES}
MAIL = {c[0]: c[5] for c in COUNTRIES}
_AREA = ("212", "415", "312", "713", "602", "206", "305", "617", "503", "404", "702", "614")
_FIRST = [
    o
    for o in [
        *range(23, 100),
        *range(101, 126),
        *range(128, 169),
        *range(173, 192),
        *range(193, 198),
        *range(199, 203),
        *range(204, 223),
    ]
    if o not in {25, 26, 28, 29, 30, 33, 55}
]


class Terrain:
    """Networks, pools and lines, as columns that grow."""

    def __init__(self, rnd: Random, n: int, p: dict[str, float]) -> None:
        self.rnd, self.n, self.p = rnd, n, p
        self.country = Pick([(c[0], c[1]) for c in COUNTRIES])
        self.asn: list[int] = []
        self.kind: list[str] = []
        self.size: list[float] = []  # below nought: so many addresses for each line
        self.skew: list[float] = []
        self.gap: list[int] = []
        self.fixed_used: list[int] = []
        self.lines_on: list[int] = []
        self.line_pool: list[int] = []
        self.line_period: list[float] = []  # days; 0 for good, below 0 anew each session
        self.line_k: list[int] = []  # only so many places of the pool
        self.line_fixed: list[int] = []
        self.line_six: list[bool] = []
        self.resi: dict[int, tuple[int, int]] = {}  # pool of exits: its seed and its size
        self._asns = set()
        self._build()

    # --- making ---------------------------------------------------------------------------------------------------

    def network(self) -> int:
        """A new network's number."""
        while True:
            v = self.rnd.randrange(3000, 64000) if self.rnd.random() < 0.5 else self.rnd.randrange(196608, 215000)
            if v not in self._asns:
                self._asns.add(v)
                return v

    def pool(self, asn: int, kind: str, size: float, skew: float = 1.0, gap: int = 1) -> int:
        """A new pool. With a skew above 1 its first places are the popular ones."""
        for col, v in ((self.asn, asn), (self.kind, kind), (self.size, size), (self.skew, skew), (self.gap, gap)):
            col.append(v)
        self.fixed_used.append(0)
        self.lines_on.append(0)
        return len(self.asn) - 1

    def line(self, pool: int, period: float = 0.0, k: int = 0, *, fixed: bool = False, six: bool = False) -> int:
        """A new line on a pool."""
        self.line_pool.append(pool)
        self.line_period.append(period)
        self.line_k.append(k)
        self.line_six.append(six)
        self.lines_on[pool] += 1
        if fixed:
            self.line_fixed.append(self.fixed_used[pool])
            self.fixed_used[pool] += 1
        else:
            self.line_fixed.append(-1)
        return len(self.line_pool) - 1

    def _build(self) -> None:
        rnd, n, p = self.rnd, self.n, self.p
        self.isps: dict[str, list[tuple[int, int, list[int], float]]] = {}
        self.isp_pick: dict[str, Pick] = {}
        self.carriers: dict[str, Pick] = {}
        for code, weight, *_ in COUNTRIES:
            share = weight / sum(c[1] for c in COUNTRIES)
            isps = []
            for _i in range(rnd.randint(2, 5)):
                asn = self.network()
                regions = max(1, round(share * n / rnd.uniform(900, 2500)))
                kept = self.pool(asn, "home", 0, gap=rnd.choice((2, 3, 5)))
                leased = [self.pool(asn, "home", -p["lease_room"]) for _ in range(regions)]
                isps.append((asn, kept, leased, rnd.uniform(0.4, 1.6) * p["keep_address"]))
            self.isps[code] = isps
            self.isp_pick[code] = Pick([(i, 1 / (r + 1)) for r, i in enumerate(isps)])
            gates = []
            for r in range(rnd.randint(2, 3)):
                asn = self.network()
                for _i in range(max(1, round(share * n / 9000))):
                    gates.append((self.pool(asn, "mobile", -1 / p["cgnat_load"]), 1 / (r + 1)))
            self.carriers[code] = Pick(gates)
        # dense carriers: a country's cheap network behind very few addresses
        self.dense: dict[str, int] = {}
        for code in rnd.sample(["IN", "ID", "BR", "NG", "VN", "PH"], 2):
            self.dense[code] = self.pool(self.network(), "mobile", -1 / p["dense_load"])
        # hosting: large clouds with dedicated addresses and shared egress, and small hosts
        self.clouds = []
        for _ in range(5):
            asn = self.network()
            shared = [
                self.pool(asn, "cloud", max(3, n * rnd.uniform(0.0004, 0.0018)), skew=rnd.uniform(1.8, 3.5))
                for _ in range(rnd.randint(2, 5))
            ]
            self.clouds.append((self.pool(asn, "cloud", 0, gap=5), shared))
        self.hosts = [self.network() for _ in range(9)]
        self.vpns = [
            (
                self.pool(self.network(), "vpn", max(6, n * rnd.uniform(0.001, 0.006)), skew=rnd.uniform(1.6, 3)),
                1 / (r + 1),
            )
            for r in range(6)
        ]
        self.vpn_pick = Pick(self.vpns)
        self.relay = self.pool(self.network(), "relay", max(8, n * 0.006), skew=1.5)
        self.sase = [
            self.pool(self.network(), "sase", max(4, n * rnd.uniform(0.0008, 0.002)), skew=1.3) for _ in range(2)
        ]
        # places with a door: cafés, libraries, hotels, airports, halls
        self.venue_asn = [self.network() for _ in range(4)]
        self.venue_pool = [self.pool(a, "venue", 0, gap=7) for a in self.venue_asn]
        self.venues: dict[str, list[int]] = {}
        for code, weight, *_ in COUNTRIES:
            share = weight / sum(c[1] for c in COUNTRIES)
            self.venues[code] = [self.place() for _ in range(max(2, round(share * n / 160)))]

    # --- what people ask for --------------------------------------------------------------------------------------

    def place(self) -> int:
        """A new place with one address of its own."""
        return self.line(self.rnd.choice(self.venue_pool), fixed=True)

    def home(self, rnd: Random, code: str) -> int:
        """A line into a home."""
        _asn, kept, leased, keep = self.isp_pick[code](rnd)
        six = rnd.random() < self.p["v6"]
        if rnd.random() < min(0.95, keep):
            return self.line(kept, fixed=True, six=six)
        daily = self.p["daily_lease"] / max(0.05, 1 - self.p["keep_address"])
        return self.line(
            rnd.choice(leased), 1.0 if rnd.random() < daily else rnd.choice((7.0, 14.0, 14.0, 21.0)), six=six
        )

    def mobile(self, rnd: Random, code: str) -> int:
        """A mobile line behind a carrier's gateway."""
        dense = self.dense.get(code)
        if dense is not None and rnd.random() < min(1.0, self.p["dense_share"] * 2.2):
            return self.line(dense, rnd.choice((0.5, 1.0, 2.0)))
        return self.line(self.carriers[code](rnd), rnd.choice((0.25, 0.5, 1.0, 1.0, 3.0)))

    def vpn(self, rnd: Random) -> int:
        """A tunnel of a provider that many people use."""
        if rnd.random() < 0.22:
            return self.line(self.relay, 0.5, rnd.randint(3, 9))
        return self.line(self.vpn_pick(rnd), rnd.choice((0.3, 1.0, 2.0)), rnd.randint(2, 8))

    def office(self, rnd: Random, code: str, addresses: int) -> int:
        """A company's own egress."""
        asn = self.isp_pick[code](rnd)[0]
        pool = self.pool(asn, "office", addresses, skew=1.6)
        return self.line(pool, -1.0 if addresses > 1 else 0.0)

    def server(self, rnd: Random) -> int:
        """A machine in a cloud with an address of its own."""
        return self.line(rnd.choice(self.clouds)[0], fixed=True)

    def egress(self, rnd: Random) -> int:
        """A cloud's shared egress."""
        return self.line(rnd.choice(rnd.choice(self.clouds)[1]), rnd.choice((0.2, 1.0, 5.0)), rnd.randint(1, 5))

    def block(self, rnd: Random, kind: str, size: int, asn: int | None = None) -> int:
        """A range that somebody sells or rents."""
        return self.pool(asn if asn is not None else rnd.choice(self.hosts), kind, size)

    def exits(self, rnd: Random, size: int, seed: int) -> int:
        """A pool of residential exits. Vendors with one seed sell the same pool."""
        pool = self.pool(self.isp_pick["US"](rnd)[0], "resi", size)
        self.resi[pool] = (seed, size)
        return pool


def phone_number(rnd: Random, code: str) -> str:
    """A mobile number of a country."""
    row = COUNTRIES[CODES.index(code)]
    if row[4] == "us":
        return f"{row[3]}{rnd.choice(_AREA)}{rnd.randint(220, 989)}{rnd.randint(0, 9999):04d}"
    return row[3] + "".join(str(rnd.randint(0, 9)) if ch == "#" else ch for ch in row[4])


def first_octets(rnd: Random) -> list[int]:
    """/16 networks of public space, as numbers, in an order drawn once."""
    blocks = [(o << 8) | s for o in _FIRST for s in range(2, 256, 3)]
    rnd.shuffle(blocks)
    return blocks
