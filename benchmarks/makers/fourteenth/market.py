"""The market: suppliers with stock, prices and a manner of selling.

Everything that can be shared is bought here: lines, addresses, exits, cards, mailboxes, telephone
numbers, devices and texts.  A household, a firm and a ring differ in what they can pay and in what
they want, not in the shop.  A supplier's manner (exclusive, pooled, recycled, in sequence) is what
makes strangers share.
"""

import numpy as np

# country, share of customers, hours from UTC, telephone code
COUNTRIES = [
    ("US", 0.27, -6, "1"),
    ("IN", 0.12, 5.5, "91"),
    ("GB", 0.06, 0, "44"),
    ("DE", 0.06, 1, "49"),
    ("FR", 0.04, 1, "33"),
    ("BR", 0.05, -3, "55"),
    ("JP", 0.05, 9, "81"),
    ("KR", 0.04, 9, "82"),
    ("CA", 0.04, -5, "1"),
    ("AU", 0.03, 10, "61"),
    ("NL", 0.02, 1, "31"),
    ("ES", 0.025, 1, "34"),
    ("IT", 0.02, 1, "39"),
    ("PL", 0.02, 1, "48"),
    ("TR", 0.02, 3, "90"),
    ("ID", 0.025, 7, "62"),
    ("VN", 0.02, 7, "84"),
    ("PH", 0.02, 8, "63"),
    ("MX", 0.02, -6, "52"),
    ("NG", 0.01, 1, "234"),
    ("SG", 0.015, 8, "65"),
    ("UA", 0.01, 2, "380"),
    ("IL", 0.01, 2, "972"),
    ("SE", 0.015, 1, "46"),
    ("ZA", 0.01, 2, "27"),
    ("EG", 0.01, 2, "20"),
    ("AR", 0.01, -3, "54"),
    ("CO", 0.01, -5, "57"),
]
CODES = [c[0] for c in COUNTRIES]
SHARE = np.array([c[1] for c in COUNTRIES]) / sum(c[1] for c in COUNTRIES)
TZ = np.array([c[2] for c in COUNTRIES], float)

FIRST = (
    "anna ben carlos dana elif farid grace hiro ines jonas kofi lena marco nadia omar priya quentin rosa sam "
    "tanya umar vera wei xenia yusuf zoe alex maria david sofia liam noah emma olga ivan raj anil meera juan "
    "lucia pedro joao ana minh linh siti budi yuki ken jin soo tom kate nick paula fred ida leo max nora"
).split()
LAST = (
    "smith garcia mueller rossi dubois silva tanaka kim nguyen patel singh khan ali brown jones wilson martin "
    "lopez novak kowalski ivanov petrov yilmaz demir santos costa suzuki sato park lee chen wang li zhang das "
    "roy iyer okafor mensah cohen levi berg lund hansen jensen visser bakker moreau petit weber wagner"
).split()
WORDS = (
    "amber birch cobalt delta ember fjord gravel harbor iris jolt kelp lumen maple north onyx pixel quartz "
    "river slate tidal umbra vista willow xenon yonder zephyr atlas bright cedar drift eagle flint grove haven "
    "ivory juniper karma lotus meadow nimbus orbit prism quest ridge summit thorn unity vertex wave zenith"
).split()
TAILS = "labs soft works systems media group tech digital studio data cloud partners ai design consult logic".split()
TLDS = ["com"] * 8 + ["io", "co", "net", "de", "co.uk", "ai", "dev", "in", "fr", "com.br", "org", "app"]
CHEAP_TLDS = ["xyz", "top", "site", "online", "shop", "icu", "click", "fun", "com", "net", "store", "space"]
WEBMAIL = [
    ("gmail.com", 0.62),
    ("outlook.com", 0.11),
    ("hotmail.com", 0.06),
    ("yahoo.com", 0.06),
    ("icloud.com", 0.05),
    ("proton.me", 0.025),
    ("qq.com", 0.02),
    ("163.com", 0.015),
    ("gmx.de", 0.012),
    ("naver.com", 0.012),
    ("yandex.ru", 0.008),
    ("web.de", 0.008),
]
WEB_P = np.array([w[1] for w in WEBMAIL]) / sum(w[1] for w in WEBMAIL)
ALIAS = ["privaterelay.appleid.com", "duck.com", "simplelogin.com", "mozmail.com", "anonaddy.me"]


def zipf(n, a):
    """Normalised weights of n ranks with exponent a."""
    w = 1.0 / np.arange(1, n + 1) ** a
    return w / w.sum()


def ip_text(u):
    """Dotted text of 32-bit addresses."""
    return np.array([f"{x >> 24}.{(x >> 16) & 255}.{(x >> 8) & 255}.{x & 255}" for x in np.asarray(u).tolist()], object)


class Plant:
    """A network supplier: an operator's address blocks and how they are handed out."""

    def __init__(self, market, kind, country, blocks=1, v6=0.0):
        self.kind, self.country = kind, country
        self.blocks = market.take_blocks(blocks)
        self.asn = market.new_asn()
        for b in self.blocks:
            market.block_owner[int(b)] = self
        self.head = self.v6_head = 0
        self.rng = market.rng
        self.v6_share = v6
        self.v6_base = int(self.rng.integers(0x2001, 0x2FFF)) << 16 | int(self.rng.integers(0, 65536))
        market.v6_owner[self.v6_base] = self

    def at(self, i):
        """Text of the i-th addresses of this supplier."""
        i = np.asarray(i) % (len(self.blocks) * 4096)
        return ip_text((self.blocks[i // 4096].astype(np.int64) << 12) | (i % 4096))

    def run(self, n, gap=0):
        """The next n addresses, in a row or with gaps: a lease that nobody else gets."""
        steps = 1 + (self.rng.integers(0, gap + 1, n) if gap else np.zeros(n, int))
        at = self.head + np.cumsum(steps)
        self.head = int(at[-1]) + 1 if n else self.head
        return self.at(at)

    def delegate(self, n):
        """Numbers of the next n delegated prefixes, with gaps."""
        at = self.v6_head + np.cumsum(self.rng.integers(1, 60, n))
        self.v6_head = int(at[-1]) if n else self.v6_head
        return at

    def v6(self, prefix_no, n_each):
        """Addresses inside delegated /64 prefixes: n_each for every prefix number."""
        hi, lo = self.v6_base >> 16, self.v6_base & 0xFFFF
        iid = self.rng.integers(0, 65536, (len(prefix_no), 4))
        return np.array(
            [
                f"{hi:x}:{lo:x}:{(p >> 8) & 0xFFFF:x}:{(p & 255) << 8:x}:{q[0]:x}:{q[1]:x}:{q[2]:x}:{q[3]:x}"
                for p, q in zip(np.asarray(prefix_no).tolist(), iid.tolist())
            ],
            object,
        )


class Market:
    """All suppliers of a world.  `p(lo, hi, wlo, whi)` draws a parameter, wider in random worlds."""

    def __init__(self, rng, n, wild, days):
        self.rng, self.n, self.wild, self.days = rng, n, wild, days
        self._asn = rng.permutation(np.arange(1000, 64000))
        self._asn_next = 0
        firsts = np.array([x for x in range(2, 223) if x not in (10, 100, 127, 169, 172, 192, 198, 203)])
        blocks = (firsts[:, None] * 4096 + np.arange(4096)[None, :]).ravel()
        self._blocks = rng.permutation(blocks)
        self._block_next = 0
        self.block_owner, self.v6_owner = {}, {}
        self._used_domains = set()
        self.open_networks()
        self.open_issuers()
        self.open_mail()
        self.open_devices()
        self.open_library()
        self.open_proxies()

    # ---------------------------------------------------------------- small tools
    def p(self, lo, hi, wlo=None, whi=None):
        """A parameter of this world."""
        if self.wild and wlo is not None:
            lo, hi = wlo, whi
        return float(self.rng.uniform(lo, hi))

    def take_blocks(self, n):
        """n blocks of 4,096 addresses that belong to nobody yet."""
        b = self._blocks[self._block_next : self._block_next + n]
        self._block_next += n
        return b

    def new_asn(self):
        self._asn_next += 1
        return f"AS{self._asn[self._asn_next - 1]}"

    def tokens(self, prefix, n, size=12):
        """n fresh keyed hashes."""
        raw = self.rng.bytes(n * size // 2 + 8).hex()
        return np.array([prefix + raw[i * size : (i + 1) * size] for i in range(n)], object)

    def pick(self, items, n, p=None):
        """n draws with replacement from a list or array of texts."""
        items = np.asarray(items, dtype=object)
        return items[self.rng.choice(len(items), n, p=p)]

    def pick_country(self):
        return int(self.rng.choice(len(CODES), p=SHARE))

    # ---------------------------------------------------------------- networks
    def open_networks(self):
        rng, n = self.rng, self.n
        k = max(1, min(6, int(round(1 + n / 20000))))
        self.isps, self.carriers, self.hosts, self.biz = {}, {}, [], {}
        self.stable_share = self.p(0.55, 0.65, 0.35, 0.8)
        self.daily_share = self.p(0.13, 0.2, 0.05, 0.3)
        for c in range(len(CODES)):
            m = max(1, int(round(k * (0.7 + 8 * SHARE[c]))))
            self.isps[c] = [
                Plant(self, "residential", c, blocks=6 + int(n * SHARE[c] / 500), v6=self.p(0.25, 0.55, 0.0, 0.8))
                for _ in range(m)
            ]
            self.carriers[c] = [Plant(self, "mobile", c, blocks=1) for _ in range(max(1, m // 2))]
            for x in self.carriers[c]:
                # gateways: mostly tens of customers each; a few carriers are dense
                x.dense = rng.random() < (0.6 if c < 2 and x is self.carriers[c][0] else self.p(0.06, 0.15, 0.02, 0.3))
                x.per = (
                    float(min(n * 0.08, rng.uniform(700, 2500))) if x.dense else float(rng.lognormal(np.log(35), 0.7))
                )
                local = max(30.0, n * SHARE[c] * 0.17 / len(self.carriers[c]))
                x.gates = x.at(np.arange(max(1 if x.dense else 2, int(local * 3.5 / x.per))) * 3)
            self.biz[c] = [Plant(self, "business", c, blocks=2 + n // 8000) for _ in range(2)]
        self.hosts = [Plant(self, "hosting", self.pick_country(), blocks=8 + n // 4000) for _ in range(9)]
        self.host_p = zipf(len(self.hosts), 0.9)
        self.home_lines, self._pooled = [], 0  # addresses of home customers, a chunk for each sale
        self.shared_egress = np.concatenate([h.run(4 + n // 4000) for h in self.hosts])
        self.egress_p = zipf(len(self.shared_egress), self.p(0.9, 1.2, 0.6, 1.5))
        self.vpns = []
        for i in range(max(4, int(5 + n / 6000))):
            h = Plant(self, "vpn" if rng.random() < 0.55 else "hosting", self.pick_country(), blocks=1)
            h.exits = h.run(int(max(6, rng.lognormal(np.log(20 + n / 1500), 0.6))), gap=3)
            h.exit_p = zipf(len(h.exits), self.p(0.5, 1.0, 0.2, 1.3))
            self.vpns.append(h)
        self.vpn_p = zipf(len(self.vpns), 0.8)
        relay = Plant(self, "hosting", 0, blocks=1)
        relay.exits, self.relay = relay.run(12 + n // 700, gap=2), relay
        self.satellites = [Plant(self, "satellite", self.pick_country(), blocks=1) for _ in range(2)]

    def egress(self, country, n, kind="business"):
        """An organisation's fixed addresses: n in a row from a business line, or from a host."""
        rng = self.rng
        if kind == "hosting":
            return self.hosts[rng.choice(len(self.hosts), p=self.host_p)].run(n, gap=0 if rng.random() < 0.6 else 40)
        plants = self.biz[country]
        return plants[rng.integers(len(plants))].run(n, gap=0 if rng.random() < 0.7 else 12)

    # ---------------------------------------------------------------- cards
    def open_issuers(self):
        rng = self.rng
        m = int(max(400, min(4000, self.n / 8)))
        self.bins = np.array([str(x) for x in 400000 + rng.choice(159999, m, replace=False)], object)
        self.bin_p = zipf(m, self.p(0.72, 0.9, 0.5, 1.0))
        # issuers of virtual cards: few ranges, bought by honest people, firms and rings alike
        self.virtual = []
        for i in range(9):
            k = int(rng.integers(1, 7))
            self.virtual.append(
                dict(
                    bins=self.pick(self.bins, k),
                    price=float(rng.choice([0.6, 1, 2, 3, 5, 8])),
                    kyc=bool(rng.random() < 0.5),
                )
            )
        self.virtual_p = zipf(9, 0.7)
        self.gift_bins = self.pick(self.bins, 4)

    def cards(self, n, source="bank", issuer=None):
        """n new cards: their hashes and issuer ranges."""
        if source == "bank":
            b = self.pick(self.bins, n, self.bin_p)
        elif source == "virtual":
            if issuer is None:
                which = self.rng.choice(len(self.virtual), n, p=self.virtual_p)
                b = np.array([self.virtual[w]["bins"][0] for w in which], object)
            else:
                b = self.pick(issuer["bins"], n)
        else:
            b = self.pick(self.gift_bins, n)
        return self.tokens("card_", n, 16), b

    # ---------------------------------------------------------------- mail and telephone
    def open_mail(self):
        self.disposable = [self.domain(True) for _ in range(60)]
        self.shop_domains = [self.domain(True) for _ in range(8)]  # mailboxes that account shops sell in bulk
        self.alias_share = self.p(0.02, 0.04, 0.0, 0.08)
        self.disposable_share = self.p(0.006, 0.014, 0.0, 0.03)
        self.recycled = np.array(
            [
                f"+{self.pick(['44', '1', '62', '7', '380', '31'], 1)[0]}{self.rng.integers(10**9, 10**10)}"
                for _ in range(max(20, self.n // 400))
            ],
            object,
        )

    def domain(self, cheap=False, tail=True):
        """A new mail domain that nobody has used."""
        cheap = cheap or self.rng.random() < 0.07
        while True:
            a, b = self.pick(WORDS, 2)
            t = self.pick(TAILS, 1)[0] if self.rng.random() < 0.5 else b
            r = self.rng.random()
            if cheap and r < 0.4:
                name = "".join(self.pick(list("abcdefghjkmnpqrstuvwxyz0123456789"), int(self.rng.integers(5, 10))))
            else:
                name = f"{a}{'-' if r > 0.85 else ''}{t}" + (str(self.rng.integers(1, 99)) if r < 0.1 else "")
            d = f"{name}.{self.pick(CHEAP_TLDS if cheap else TLDS, 1)[0]}"
            if d not in self._used_domains:
                self._used_domains.add(d)
                return d
            self._used_domains.add(d + "#")

    def locals(self, n, style="people"):
        """Local parts of mail addresses."""
        rng = self.rng
        f, l, w, v = self.pick(FIRST, n), self.pick(LAST, n), self.pick(WORDS, n), self.pick(WORDS, n)
        num = rng.integers(1, 9999, n)
        if style == "people":
            s = rng.choice(8, n, p=[0.2, 0.24, 0.12, 0.12, 0.1, 0.1, 0.06, 0.06])
        elif style == "staff":
            s = np.full(n, int(rng.choice([0, 2, 3])))
        elif style == "names":
            s = rng.choice([0, 1, 3, 4], n)
        elif style == "letters":
            s = np.full(n, 8)
        else:
            s = np.full(n, int(rng.choice([6, 5, 8])))
        out = []
        for i in range(n):
            k, a, b, d = s[i], f[i], l[i], int(num[i])
            out.append(
                f"{a}.{b}{d % 100 if d > 3000 else ''}"
                if k == 0
                else f"{a}{b}{d % 1000}"
                if k == 1
                else f"{a[0]}{b}{d % 100 if d > 1500 else ''}"
                if k == 2
                else f"{a}_{b}{d % 100}"
                if k == 3
                else f"{b}.{a}{d % 90}"
                if k == 4
                else f"{w[i]}{v[i]}{d % 1000}"
                if k == 5
                else f"{a}{d}"
                if k == 6
                else f"{w[i]}.{a}{d % 50}"
                if k == 7
                else "".join(chr(97 + (d * (j + 7) + ord(a[j % len(a)]) * 31 + i * j) % 26) for j in range(6 + d % 4))
                + str(d % 1000)
            )
        return np.array(out, object)

    # ---------------------------------------------------------------- devices
    def open_devices(self):
        m = int(max(40, min(600, self.n / 60)))
        self.models = self.tokens("dev_", m)
        self.model_p = zipf(m, self.p(0.6, 0.8, 0.3, 1.0))
        self.weak_share = self.p(0.16, 0.24, 0.06, 0.42)
        self.device_share = self.p(0.68, 0.8, 0.5, 0.9)
        self.sdks = np.array(
            [
                f"{a}/{b}"
                for a in ("py", "ts", "cli", "java", "go", "curl", "web")
                for b in ("1.2", "1.3", "1.4", "2.0")
            ],
            object,
        )
        self.sdk_p = zipf(len(self.sdks), 0.9)
        self.ja4 = self.tokens("t13d", 60, 10)
        self.ja4_p = zipf(60, 1.1)

    # ---------------------------------------------------------------- texts
    def open_library(self):
        n, rng = self.n, self.rng
        m = max(60, n // 120)
        self.public = self.tokens("t_", m)
        self.public_p = zipf(m, self.p(0.85, 0.98, 0.6, 1.2))
        self.public_share = self.p(0.42, 0.52, 0.25, 0.65)
        m = max(50, n // 25)
        self.tutorials = self.tokens("t_", m)  # thousands of small ones
        self.tutorial_share = self.p(0.05, 0.09, 0.02, 0.2)
        weeks = max(1, int(self.days / 7))
        k = int(max(3, weeks * self.p(10, 30) * min(1, n / 60000)))
        self.viral = self.tokens("t_", k)
        self.viral_day = rng.uniform(-10, self.days - 1, k)
        self.viral_size = np.minimum(n * 0.04, rng.lognormal(np.log(30 * max(0.3, min(1, n / 60000))), 1.2, k)).astype(
            int
        )
        self.schemas = self.tokens("sch_", max(20, n // 200), 10)
        self.schema_p = zipf(len(self.schemas), 1.0)
        self.shapes = self.tokens("shp_", max(15, n // 150), 10)
        self.shape_p = zipf(len(self.shapes), 0.95)
        self.blocks_text = self.tokens("sys_", max(10, n // 400), 10)
        self.blocks_p = zipf(len(self.blocks_text), 1.0)

    # ---------------------------------------------------------------- proxies
    def open_proxies(self):
        """Vendors of residential exits; they resell each other's stock."""
        self.proxies = []
        for i in range(5):
            pool = float(self.rng.choice([2e4, 1e5, 5e5, 2e6, 2e7]))
            if self.wild:
                pool = float(10 ** self.rng.uniform(3.5, 7.5))
            self.proxies.append(
                dict(
                    pool=pool,
                    salt=int(self.rng.integers(1 << 30)),
                    price=float(self.rng.choice([1, 2, 3, 5])),
                    countries=self.rng.choice(len(CODES), 6, replace=False, p=SHARE),
                    hit=self.p(0.02, 0.08, 0.0, 0.2),
                    resale=int(self.rng.integers(5)) if self.rng.random() < 0.4 else i,
                )
            )
        self.static_isp = [Plant(self, "residential", self.pick_country(), blocks=2) for _ in range(3)]

    def exits(self, vendor, n):
        """n sessions of a residential vendor: mostly lines that no customer of the platform owns."""
        v, rng = self.proxies[vendor], self.rng
        other = self.proxies[v["resale"]]
        out = np.full(n, "", object)
        from_other = rng.random(n) < 0.25
        for use, mask in ((v, ~from_other), (other, from_other)):
            k = int(mask.sum())
            if not k:
                continue
            # some exits are much more often at hand than others
            rank = np.floor(use["pool"] * rng.random(k) ** 1.35).astype(np.int64)
            mixed = (rank * 2654435761 + use["salt"]) % (1 << 40)
            cs = use["countries"][mixed % len(use["countries"])]
            vals = np.full(k, "", object)
            for c in np.unique(cs):
                m = np.flatnonzero(cs == c)
                isps = self.isps[int(c)]
                which = (mixed[m] // 7) % len(isps)
                for j in np.unique(which):
                    mm = m[which == j]
                    isp = isps[int(j)]
                    far = len(isp.blocks) * 4096
                    vals[mm] = isp.at((mixed[mm] // 64) % far) if use["pool"] < 4e5 else self._far(mixed[mm])
            out[mask] = vals
        # and some are lines of honest customers
        if self.home_lines:
            if self._pooled != len(self.home_lines):
                self._pool, self._pooled = np.concatenate(self.home_lines), len(self.home_lines)
            m = np.flatnonzero(rng.random(n) < v["hit"])
            out[m] = self.pick(self._pool, len(m))
        return out

    def _far(self, mixed):
        """Lines of the world's other operators: spread over all unsold blocks."""
        blocks = self._blocks[-60000:]
        b = blocks[(mixed // 4096) % len(blocks)].astype(np.int64)
        return ip_text((b << 12) | (mixed % 4096))
