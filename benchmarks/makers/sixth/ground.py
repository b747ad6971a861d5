"""The ground of a world: countries, networks, cards, mail, public texts, and the private life of every account.

Every account, honest or not, gets its private life here (`World.live`), so that a ring's member also sits at a home
line, behind a carrier or a VPN, with a phone of a common make, a webmail address and a prompt that half the world
copies (domain.md, sections 2, 9.2-9.4 and 9.6). Values are integers until `export.py` writes them as text.
"""

import itertools
import zlib

import numpy as np

DAY = 86_400
END = int(np.datetime64("2026-11-30", "s").astype(np.int64))
BIRTH = int(np.datetime64("2023-03-14", "s").astype(np.int64))
REF = 200_000

# one name for each type of sighting; those after coupon are the further columns of domain.md, section 10.3
TYPES = [
    "ip", "device", "payment", "template", "user_agent",
    "card_bin", "coupon",
    "tool_schema", "git_remote", "conversation_prefix", "billing_address", "identity_check", "timezone", "org_id",
]  # fmt: skip
(IP, DEV, PAY, TPL, UA, BIN, COUPON, TOOL, GIT, CONV, BILL, IDV, TZ, ORG) = range(len(TYPES))
BASIC = 7

# code, share, hours from UTC, share behind a carrier's NAT at home, calling code
COUNTRIES = [
    ("US", 0.26, -6, 0.05, "1"), ("IN", 0.12, 5, 0.55, "91"), ("GB", 0.06, 0, 0.08, "44"), ("DE", 0.05, 1, 0.15, "49"),
    ("JP", 0.05, 9, 0.25, "81"), ("KR", 0.04, 9, 0.1, "82"), ("BR", 0.05, -3, 0.45, "55"), ("CA", 0.04, -5, 0.05, "1"),
    ("FR", 0.04, 1, 0.12, "33"), ("AU", 0.03, 10, 0.15, "61"), ("ID", 0.03, 7, 0.65, "62"), ("NL", 0.02, 1, 0.05, "31"),
    ("ES", 0.02, 1, 0.2, "34"), ("IT", 0.02, 1, 0.2, "39"), ("PL", 0.02, 1, 0.2, "48"), ("TR", 0.02, 3, 0.5, "90"),
    ("VN", 0.02, 7, 0.55, "84"), ("PH", 0.02, 8, 0.65, "63"), ("SG", 0.02, 8, 0.1, "65"), ("MX", 0.02, -6, 0.4, "52"),
    ("NG", 0.02, 1, 0.85, "234"), ("PK", 0.02, 5, 0.8, "92"), ("UA", 0.01, 2, 0.3, "380"), ("SE", 0.01, 1, 0.05, "46"),
    ("BD", 0.01, 6, 0.85, "880"), ("EG", 0.01, 2, 0.75, "20"), ("KE", 0.01, 3, 0.85, "254"), ("HK", 0.01, 8, 0.1, "852"),
]  # fmt: skip
CODES = [c[0] for c in COUNTRIES]
C_P = np.array([c[1] for c in COUNTRIES])
C_P = C_P / C_P.sum()
C_TZ = np.array([c[2] for c in COUNTRIES])
C_NAT = np.array([c[3] for c in COUNTRIES])
POOR = [i for i, c in enumerate(COUNTRIES) if c[3] >= 0.5]
TIMEZONES = ["UTC"] + [f"Etc/GMT{-h:+d}" for h in range(-11, 13) if h]
TZ_OF = np.array([TIMEZONES.index(f"Etc/GMT{-h:+d}") if h else 0 for h in C_TZ])

WEBMAIL = ["gmail.com", "outlook.com", "yahoo.com", "icloud.com", "hotmail.com", "qq.com", "proton.me", "163.com",
           "gmx.de", "naver.com", "mail.ru", "live.com", "web.de", "yandex.com", "aol.com", "zoho.com"]  # fmt: skip
WEB_P = np.array([0.58, 0.09, 0.06, 0.06, 0.05, 0.03, 0.03, 0.02, 0.02, 0.02, 0.01, 0.01, 0.01, 0.005, 0.005, 0.005])
WEB_P = WEB_P / WEB_P.sum()
ALIAS = ["privaterelay.appleid.com", "duck.com", "mozmail.com", "simplelogin.co", "passmail.net"]
PLANS = ["free", "trial", "pro", "max", "api", "team", "enterprise", "edu", "startup"]
LABELS = ["honest", "ring", "grey", "same_owner"]
STATUS = ["active", "banned", "closed"]
NAMED, NICK, JUNK, TAGGED, NUMBER = range(5)  # how the part before the @ looks

# the flags of a private life
FLAGS = ["home", "mobile", "vpn", "cloud", "dev", "card", "tpl", "priv", "ua", "phone", "misc", "spill"]
F = {f: i for i, f in enumerate(FLAGS)}
PLAIN = {"home": 0.6, "mobile": 0.22, "vpn": 0.07, "cloud": 0.03, "dev": 0.88, "card": 0.45, "tpl": 0.5, "priv": 0.5,
         "ua": 0.9, "phone": 0.55, "misc": 1.0, "spill": 0.05}  # fmt: skip
STAFF = PLAIN | {"home": 0.33, "mobile": 0.12, "vpn": 0.02, "card": 0.04, "tpl": 0.4}
# a member of a ring keeps an honest shell: section 9.6
SHELL = {"home": 0.12, "mobile": 0.22, "vpn": 0.15, "dev": 0.75, "tpl": 0.55, "priv": 0.35, "ua": 0.9, "phone": 0.3,
         "misc": 0.9, "spill": 0.85}  # fmt: skip


def mix(x):
    """Splitmix64: any integers to well-spread 64-bit ones."""
    z = np.asarray(x).astype(np.uint64) + np.uint64(0x9E3779B97F4A7C15)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


def zipf(rng, n, size, s=1.0):
    """`size` draws from range(n) with weights 1/(rank+1)**s."""
    c = np.cumsum(1.0 / np.arange(1, n + 1) ** s)
    return np.searchsorted(c, rng.random(size) * c[-1]).astype(np.int64)


class World:
    """Accounts, sightings and the public goods all share."""

    def __init__(self, n, seed, wild=False, days=28):
        self.n_target, self.seed, self.wild = n, seed, wild
        self.params, self.used = {}, 0
        self.scale = n / REF
        self.days = round(self.par("days", days, 2.2))
        self.w0, self.w1 = END - self.days * DAY, END
        cap = int(n * 1.02) + 20_000
        self.created = np.zeros(cap, np.int64)
        self.a0 = np.zeros(cap, np.int64)
        self.a1 = np.zeros(cap, np.int64)
        self.rate = np.zeros(cap)
        self.share = np.zeros(cap)
        self.country = np.zeros(cap, np.int16)
        self.robot = np.zeros(cap, bool)
        self.dom = np.full(cap, -1, np.int64)
        self.style = np.zeros(cap, np.int8)
        self.box = np.full(cap, -1, np.int64)
        self.phone = np.full(cap, -1, np.int64)
        self.plan = np.zeros(cap, np.int8)
        self.status = np.zeros(cap, np.int8)
        self.label = np.zeros(cap, np.int8)
        self.kind = np.full(cap, -1, np.int32)
        self.group = np.full(cap, -1, np.int32)
        self.campaign = np.full(cap, -1, np.int32)
        self.flag = np.zeros((cap, len(FLAGS)), bool)
        self.kinds, self.groups, self.campaigns = [], [], []
        self.rows = []  # chunks of (account, type, value, first, last, count)
        self.next = [1 << 20] * len(TYPES)
        self.next[UA] = 0
        self.next_phone, self.next_box = 10_000, 0
        self.domains, self.seen_domains = list(WEBMAIL + ALIAS), set(WEBMAIL + ALIAS)
        self.companies, self.campuses = [], []
        self.code = {c: i for i, c in enumerate(CODES)}
        self.c_p = self.rng("countries").dirichlet(C_P * 20) if wild else C_P
        self._nets()
        self._public()

    # --- draws -------------------------------------------------------------------------------------------------------

    def rng(self, *key):
        """A generator of its own for each key, so that kinds do not disturb each other."""
        return np.random.default_rng([self.seed, zlib.crc32(repr(key).encode())])

    def par(self, name, value, wide=4.0, hi=np.inf):
        """A parameter: its value, or in a wild world a draw from value/wide to value*wide (log-uniform)."""
        if name not in self.params:
            v = value
            if self.wild:
                u = self.rng("par", name).uniform(-1, 1)
                v = min(value * wide**u, hi)
            self.params[name] = v
        return self.params[name]

    def fresh(self, typ, n):
        """`n` values nobody bears yet."""
        v = np.arange(self.next[typ], self.next[typ] + n, dtype=np.int64)
        self.next[typ] += n
        return v

    # --- networks ----------------------------------------------------------------------------------------------------

    def _nets(self):
        rng = self.rng("nets")
        bad = {0, 10, 100, 127, 169, 172, 192, 198, 203}
        pre = np.array([(a << 24) | (b << 16) for a in range(1, 224) if a not in bad for b in range(256)], np.int64)
        self._pre = iter(rng.permutation(pre))
        take = lambda k: np.array(list(itertools.islice(self._pre, k)), np.int64)  # noqa: E731
        self.isp_country, self.isp_base, self.isp_dyn, self.isp_biz = [], [], [], []
        for c, p in enumerate(C_P):
            for _ in range(3 + int(30 * p)):
                self.isp_country.append(c)
        k = len(self.isp_country)
        self.isp_country = np.array(self.isp_country)
        self.isp_base, self.isp_dyn, self.isp_biz = take(k), take(k), take(k)
        self.isps_of = [np.flatnonzero(self.isp_country == c) for c in range(len(C_P))]
        self.dc = take(24)  # hosting
        self.carrier = take(3 * len(C_P)).reshape(-1, 3)
        self.fixed = take(6)  # static residential addresses, sold by the piece
        self.vpn_net, self.relay_net, self.sase_net, self.faas_net = take(4), take(2), take(3), take(4)
        self.spare = take(64)
        # vendors of residential exits: the pool is a subset of home lines all over the world (section 2, b)
        self.vendors = [
            int(self.par(f"vendor{i}", p, 5)) for i, p in enumerate([60_000, 500_000, 2_000_000, 5_000_000, 50_000_000])
        ]

    def exits(self, rng, vendor, n):
        """`n` exits of a vendor: addresses among those of home users."""
        h = mix(rng.integers(0, self.vendors[vendor], n) + (vendor << 40) + (self.seed << 44))
        k = np.uint64(len(self.isp_base))
        i = (h % k).astype(np.int64)
        d = (h >> np.uint64(20)) % np.uint64(3)
        base = np.where(d == 0, self.isp_dyn[i], self.isp_base[i])
        return base + ((h >> np.uint64(32)) % np.uint64(65_000)).astype(np.int64) + 256

    def office(self, rng, country, k=1):
        """`k` neighbouring business addresses."""
        isp = rng.choice(self.isps_of[country])
        return self.isp_biz[isp] + 8 * rng.integers(32, 8_100) + np.arange(k) + 1

    def hosts(self, rng, n):
        """Addresses of rented servers, in the ranges where honest servers stand too."""
        return rng.choice(self.dc, n) + rng.integers(256, 65_000, n)

    def rack(self, rng, n):
        """Servers side by side."""
        return rng.choice(self.dc) + 256 * rng.integers(1, 250) + rng.choice(254, n, replace=n > 254) + 1

    def statics(self, rng, supplier, n):
        """Static residential addresses of one supplier, from a few runs of neighbours."""
        runs = max(1, n // 24)
        base = self.fixed[supplier % len(self.fixed)] + 256 * rng.integers(1, 250, runs)
        return base[rng.integers(0, runs, n)] + rng.integers(1, 254, n)

    @staticmethod
    def v6(isp, line, host, sub=0):
        """An IPv6 address: provider, subscriber's /56, /64 in it, host."""
        return (
            (1 << 60)
            | (np.asarray(isp) << 45)
            | ((np.asarray(line) & 0xFFFFF) << 24)
            | (np.asarray(sub) << 16)
            | (np.asarray(host) & 0xFFFF)
        )

    # --- public goods -------------------------------------------------------------------------------------------------

    def _public(self):
        rng = self.rng("public")
        self.n_tpl = int(self.par("public_templates", 5_000))
        self.tpl_public = self.fresh(TPL, self.n_tpl)
        self.tpl_viral = self.fresh(TPL, int(self.par("viral", 20) * self.days / 7) + 1)
        self.viral_at = rng.uniform(self.w0 - 7 * DAY, self.w1 - DAY, len(self.tpl_viral))
        self.viral_p = rng.pareto(0.9, len(self.tpl_viral)) + 0.3
        self.viral_p = np.minimum(self.viral_p / self.viral_p.sum(), 0.12)
        self.viral_p /= self.viral_p.sum()
        self.dev_weak = self.fresh(DEV, int(self.par("weak_devices", 2_600)))
        self.bins = self.fresh(BIN, int(self.par("bins", 3_000)))
        self.vbins = self.fresh(BIN, 14)  # of issuers of virtual cards
        self.tools = self.fresh(TOOL, 600)
        self.remotes = self.fresh(GIT, 1_500)
        self.coupons = self.fresh(COUPON, 400)
        self.demo = self.fresh(CONV, 300)  # conversations that a tutorial has everyone replay
        self.orgs = self.fresh(ORG, 4)
        self.n_ua = 160
        self.burners = [self.domain(rng, "burner") for _ in range(int(self.par("burner_domains", 260)))]
        # shops sell accounts on their own mail domains to several operators and to the curious
        self.shops = [[self.domain(rng, "burner") for _ in range(rng.integers(4, 14))] for _ in range(9)]
        self.sms = np.arange(int(self.par("sms_numbers", 4_000)))
        self.vpn_exits = np.unique(rng.choice(self.vpn_net, 1_600) + rng.integers(256, 30_000, 1_600))
        self.vpn_exits = rng.permutation(self.vpn_exits)
        self.relay_exits = np.unique(rng.choice(self.relay_net, 700) + rng.integers(256, 9_000, 700))
        self.faas = rng.permutation(np.unique(rng.choice(self.faas_net, 900) + rng.integers(256, 20_000, 900)))
        self.sase = [self.sase_net[i % 3] + 256 * (9 + 3 * i) + np.arange(rng.integers(12, 50)) for i in range(8)]

    def domain(self, rng, flavour="firm"):
        """A new mail domain."""
        syl = ("al ber cor dan el far gan hel in jo kar lum mer nor ol pra qui ros sol tam ur vel wen xi yor zan "
               "bri cla dro flo gri plo ste tri vor whe").split()  # fmt: skip
        tails = {"firm": [".com", ".com", ".com", ".io", ".de", ".co.uk", ".fr", ".ai", ".net", ".in", ".com.br", ".co.jp"],
                 "campus": [".edu", ".edu", ".ac.uk", ".edu.in", ".edu.br", ".ac.jp", ".edu.au"],
                 "burner": [".top", ".xyz", ".site", ".online", ".click", ".com", ".shop", ".info"],
                 "own": [".me", ".dev", ".com", ".org", ".net", ".name", ".eu"]}[flavour]  # fmt: skip
        while True:
            name = "".join(syl[i] for i in rng.integers(0, len(syl), rng.integers(2, 5)))
            if flavour == "burner" and rng.random() < 0.5:
                name += str(rng.integers(1, 999))
            name += tails[rng.integers(0, len(tails))]
            if name not in self.seen_domains:
                self.seen_domains.add(name)
                self.domains.append(name)
                return len(self.domains) - 1

    def named_domain(self, name):
        """A mail domain of that name (a look-alike, a subdomain)."""
        while name in self.seen_domains:
            name = "x" + name
        self.seen_domains.add(name)
        self.domains.append(name)
        return len(self.domains) - 1

    # --- accounts -------------------------------------------------------------------------------------------------------

    def name(self, store, text):
        """The index of a name in a list of names."""
        store.append(text)
        return len(store) - 1

    def kind_id(self, kind):
        """The index of a kind."""
        if kind not in self.kinds:
            self.kinds.append(kind)
        return self.kinds.index(kind)

    def people(self, rng, n, *, kind=-1, group=-1, label=0, country=None, created=None, dom=None, style=NAMED, plan=None,
               life=None, stay=0.88, rate=None, robot=False):  # fmt: skip
        """`n` new accounts; everything may be a value or an array."""
        i = np.arange(self.used, self.used + n)
        self.used += n
        assert self.used <= len(self.created), "more accounts than room"
        self.kind[i], self.group[i], self.label[i] = kind, group, label
        self.country[i] = rng.choice(len(C_P), n, p=self.c_p) if country is None else country
        if created is None:
            created = self.ages(rng, n, self.country[i])
        self.created[i] = np.clip(np.broadcast_to(created, n), BIRTH, self.w1 - 1800)
        self.a0[i] = np.maximum(self.created[i], self.w0)
        gone = rng.random(n) > stay
        self.a1[i] = self.w1
        u = rng.random(n)
        left = (self.a0[i] + u * (self.w1 - self.a0[i])).astype(np.int64)
        self.a1[i[gone]] = np.maximum(left[gone], self.a0[i[gone]] + 3600)
        self.status[i[gone & (rng.random(n) < 0.3)]] = 2
        # three in four come a few days a month, one nearly daily
        heavy = rng.random(n) < self.par("heavy", 0.25, 2.5, 0.9)
        self.share[i] = np.where(heavy, rng.uniform(0.6, 1, n), rng.beta(1.2, 6, n))
        self.rate[i] = (
            np.exp(rng.normal(np.log(self.par("rate", 10, 3)), self.par("rate_sd", 1.68, 1.3), n))
            if rate is None
            else rate
        )
        self.robot[i] = (rng.random(n) < self.par("cron", 0.07, 3)) | robot
        if dom is None:
            self.dom[i] = self.mail(rng, n)
        else:
            self.dom[i] = dom
        self.style[i] = np.where((np.asarray(style) == NAMED) & (rng.random(n) < 0.25), NICK, style)
        hidden = (self.dom[i] >= len(WEBMAIL)) & (self.dom[i] < len(WEBMAIL + ALIAS)) | np.isin(
            self.dom[i], self.burners
        )
        hidden |= (self.dom[i] < len(WEBMAIL)) & (rng.random(n) < 0.02)
        self.style[i[hidden & (self.style[i] == NAMED)]] = JUNK
        self.plan[i] = (
            rng.choice(9, n, p=[0.4, 0.06, 0.22, 0.06, 0.18, 0.05, 0.0, 0.02, 0.01]) if plan is None else plan
        )
        odds = PLAIN if life is None else life
        for f, p in odds.items():
            self.flag[i, F[f]] = rng.random(n) < p
        return i

    def mail(self, rng, n):
        """Mail domains of strangers: webmail, alias services, disposable ones, some of their own."""
        d = rng.choice(len(WEBMAIL), n, p=WEB_P)
        u = rng.random(n)
        own, alias, burn = (
            self.par("own_domain", 0.1, 3, 0.5),
            self.par("alias", 0.035, 3),
            self.par("burner", 0.012, 4),
        )
        d = np.where(u < alias, len(WEBMAIL) + rng.integers(0, len(ALIAS), n), d)
        pick = zipf(rng, len(self.burners), n, 0.8)
        d = np.where((u > alias) & (u < alias + burn), np.array(self.burners)[pick], d)
        for j in np.flatnonzero(u > 1 - own):
            d[j] = self.domain(rng, "own")
        return d

    def ages(self, rng, n, country=0):
        """Sign-ups of strangers, by day: a growing platform, some 4% of accounts a week old."""
        t = self.w1 - DAY - rng.exponential(self.par("age", 170, 2.5) * DAY, n)
        return t // DAY * DAY + (14 + 4 * rng.standard_normal(n) - C_TZ[country]) % 24 * 3600

    # --- sightings ------------------------------------------------------------------------------------------------------

    def see(self, rng, idx, typ, val, lo=None, hi=None, span=None, ticks=None, w=1.0):
        """Account idx[j] bears val[j], somewhere between lo and hi."""
        idx = np.asarray(idx)
        m = len(idx)
        if not m:
            return
        val = np.broadcast_to(val, m)
        if lo is not None or hi is not None:  # nobody is seen after the ban or before the sign-up
            lo = np.broadcast_to(self.a0[idx] if lo is None else lo, m)
            hi = np.broadcast_to(self.a1[idx] if hi is None else hi, m)
            ok = (lo < self.a1[idx] - 60) & (hi > self.a0[idx] + 60)
            idx, val, lo, hi, m = idx[ok], val[ok], lo[ok], hi[ok], int(ok.sum())
            if not m:
                return
        lo = self.a0[idx] if lo is None else np.clip(lo, self.a0[idx], self.w1 - 120)
        hi = self.a1[idx] if hi is None else np.minimum(hi, self.a1[idx])
        hi = np.minimum(np.maximum(hi, lo + 60), self.w1)
        u = np.sort(rng.random((2, m)), 0)
        first = lo + (hi - lo) * u[0]
        last = lo + (hi - lo) * u[1]
        if span is not None:
            last = np.minimum(last, first + rng.uniform(0.02, 1, m) * span)
        if ticks is None:
            wake = (14 + 3.7 * rng.standard_normal((2, m)) - C_TZ[self.country[idx]]) % 24
            tame = ~self.robot[idx]
            for t, h in ((first, wake[0]), (last, wake[1])):
                v = np.floor(t / DAY) * DAY + h * 3600
                ok = tame & (v >= lo) & (v < hi)
                t[ok] = v[ok]
            first, last = np.minimum(first, last), np.maximum(first, last)
        else:
            ticks = np.sort(ticks)
            first = ticks[np.minimum(np.searchsorted(ticks, first), len(ticks) - 1)] + rng.uniform(0, 900, m)
            last = np.maximum(
                first, ticks[np.minimum(np.searchsorted(ticks, last), len(ticks) - 1)] + rng.uniform(0, 900, m)
            )
            first, last = np.clip(first, lo, hi - 1), np.clip(last, lo, hi - 1)
        n = self.rate[idx] * self.share[idx] * np.maximum((last - first) / DAY, 0.3) * w * rng.exponential(1, m)
        n = np.where(typ in {PAY, BIN, COUPON, BILL, IDV, ORG}, 1 + n // 400, 1 + n)
        self.rows.append((idx.astype(np.int32), np.full(m, typ, np.int8), val.astype(np.int64), first.astype(np.int64),
                          last.astype(np.int64), np.minimum(n, 200_000).astype(np.int32)))  # fmt: skip

    def use(self, rng, idx, typ, pool, p=1.0, k=1, s=0.0, **when):
        """A share p of accounts bears k (a number or a range) values of a pool, with Zipf weights if s."""
        idx, pool = np.asarray(idx), np.asarray(pool)
        if p < 1:
            idx = idx[rng.random(len(idx)) < p]
        if not len(idx) or not len(pool):
            return
        if isinstance(k, tuple):
            idx = np.repeat(idx, rng.integers(k[0], k[1] + 1, len(idx)))
        elif k > 1:
            idx = np.repeat(idx, k)
        pick = zipf(rng, len(pool), len(idx), s) if s else rng.integers(0, len(pool), len(idx))
        self.see(rng, idx, typ, pool[pick], **when)

    def deal(self, rng, idx, typ, size, p=1.0, **when):
        """Deal fresh values, each to `size` (a number or a range) accounts in order."""
        idx = np.asarray(idx)
        idx = rng.permutation(idx[rng.random(len(idx)) < p]) if p < 1 else rng.permutation(idx)
        lo, hi = size if isinstance(size, tuple) else (size, size)
        hand = np.repeat(np.arange(len(idx)), rng.integers(lo, hi + 1, len(idx)))[: len(idx)]
        vals = self.fresh(typ, len(idx) + 1)
        self.see(rng, idx, typ, vals[hand[: len(idx)]], **when)

    def cards(self, rng, idx, bins=None, p=1.0, size=1, **when):
        """A card each (or one for `size` accounts), with its BIN."""
        idx = np.asarray(idx)
        idx = idx[rng.random(len(idx)) < p]
        lo, hi = size if isinstance(size, tuple) else (size, size)
        hand = np.repeat(np.arange(len(idx)), rng.integers(lo, hi + 1, len(idx)))[: len(idx)]
        vals = self.fresh(PAY, len(idx) + 1)[hand]
        bins = (
            self.bins[zipf(rng, len(self.bins), len(idx) + 1, 0.85)] if bins is None else rng.choice(bins, len(idx) + 1)
        )
        self.see(rng, idx, PAY, vals, **when)
        self.see(rng, idx, BIN, bins[hand], **when)

    def numbers(self, idx, phones):
        """Set telephone numbers."""
        self.phone[idx] = phones

    def new_phones(self, n):
        """Numbers nobody has."""
        self.next_phone += n
        return np.arange(self.next_phone - n, self.next_phone)

    # --- private lives ---------------------------------------------------------------------------------------------------

    def having(self, flag):
        """Accounts with that flag."""
        return np.flatnonzero(self.flag[: self.used, F[flag]])

    def live(self):
        """Give every account its private life."""
        self._home()
        self._mobile()
        self._vpn()
        self._cloud()
        self._devices()
        self._cards()
        self._texts()
        self._misc()
        self._spill()

    def _home(self):
        rng = self.rng("home")
        idx = self.having("home")
        idx = idx[np.lexsort((rng.random(len(idx)), self.country[idx]))]
        # one to three accounts a household, mostly one
        same = (self.country[idx][1:] == self.country[idx][:-1]) & (
            rng.random(len(idx) - 1) < self.par("flatmates", 0.11, 3, 0.6)
        )
        house = np.concatenate([[0], np.cumsum(~same)])
        nh = house[-1] + 1
        first = np.searchsorted(house, np.arange(nh))
        country = self.country[idx[first]]
        u = rng.random(nh)
        isp = np.zeros(nh, np.int64)
        for c in range(len(C_P)):
            here = np.flatnonzero(country == c)
            isp[here] = self.isps_of[c][zipf(rng, len(self.isps_of[c]), len(here), 0.8)]
        nat = rng.random(nh) < C_NAT[country] * self.par("home_nat", 0.22, 2)
        mode = np.where(u < self.par("keeps", 0.6, 1.6, 0.95), 0, np.where(u < 0.83, 1, 2))  # keeps, fortnight, day
        mode[nat] = 3
        line = np.where(
            rng.random(nh) < 0.015, self.exits(rng, 0, nh), self.isp_base[isp] + rng.integers(256, 65_000, nh)
        )
        pool = (
            np.bincount(isp[(mode == 1) | (mode == 2)], minlength=len(self.isp_base)) * self.par("dyn_pool", 30, 3) + 20
        )
        natpool = np.bincount(isp[nat], minlength=len(self.isp_base)) / self.par("nat_density", 22, 3) + 1
        dyn = lambda i: self.isp_dyn[i] + ((rng.random(len(i)) * pool[i]).astype(np.int64) * 37) % 60_000 + 256  # noqa: E731
        cg = lambda i: self.isp_dyn[i] + (rng.random(len(i)) * natpool[i]).astype(np.int64) % 256  # noqa: E731
        m = mode[house]
        k = idx[m == 0]
        self.see(rng, k, IP, line[house[m == 0]])
        for md, top in ((1, 2.5), (2, 14)):
            r = np.flatnonzero(m == md)
            times = np.clip(rng.poisson(top * (self.share[idx[r]] + 0.1) * self.days / 28), 1, 14)
            r = np.repeat(r, times)
            self.see(rng, idx[r], IP, dyn(isp[house[r]]), span=DAY if md == 2 else 14 * DAY)
        r = np.repeat(np.flatnonzero(m == 3), 2)
        self.see(rng, idx[r], IP, cg(isp[house[r]]), span=10 * DAY)
        six = np.flatnonzero(rng.random(nh)[house] < self.par("v6", 0.4, 2, 0.9))
        six = np.repeat(six, rng.integers(1, 3, len(six)))
        self.see(
            rng, idx[six], IP, self.v6(isp[house[six]], house[six], rng.integers(0, 1 << 16, len(six))), span=2 * DAY
        )
        self.house = np.full(self.used, -1, np.int64)
        self.house[idx] = house

    def _mobile(self):
        rng = self.rng("mobile")
        idx = self.having("mobile")
        c = self.country[idx]
        op = zipf(rng, 3, len(idx), 0.7)
        key = c * 3 + op
        size = np.bincount(key, minlength=3 * len(C_P)) / self.par("carrier_density", 14, 3) + 3
        r = np.repeat(np.arange(len(idx)), rng.integers(1, 6, len(idx)))
        a = self.carrier[c[r], op[r]] + 256 + (rng.random(len(r)) ** 1.5 * size[key[r]]).astype(np.int64)
        self.see(rng, idx[r], IP, a, span=3 * DAY)

    def _vpn(self):
        rng = self.rng("vpn")
        idx = self.having("vpn")
        k = np.repeat(idx, rng.integers(2, 7, len(idx)))
        self.see(
            rng,
            k,
            IP,
            self.vpn_exits[zipf(rng, len(self.vpn_exits), len(k), self.par("vpn_zipf", 0.75, 1.4))],
            span=4 * DAY,
        )
        odd = idx[rng.random(len(idx)) < 0.05]  # scrapers and shoppers who rent the same exits as rings do
        odd = np.repeat(odd, 3)
        self.see(rng, odd, IP, self.exits(rng, 0, len(odd)), span=DAY)
        tidy = idx[rng.random(len(idx)) < 0.04]  # a fixed address bought where rings buy theirs
        self.see(rng, tidy, IP, self.statics(rng, int(rng.integers(0, 6)), len(tidy)))
        apple = idx[rng.random(len(idx)) < 0.3]
        self.use(rng, apple, IP, self.relay_exits, k=(1, 4), s=0.5, span=2 * DAY)

    def _cloud(self):
        rng = self.rng("cloud")
        idx = self.having("cloud")
        shared = rng.random(len(idx)) < self.par("shared_egress", 0.33, 2)
        own = idx[~shared]
        own = np.repeat(own, rng.integers(1, 3, len(own)))
        self.see(rng, own, IP, self.hosts(rng, len(own)))
        self.use(rng, idx[shared], IP, self.faas, k=(1, 3), s=0.9)

    def _devices(self):
        rng = self.rng("devices")
        idx = self.having("dev")
        weak = rng.random(len(idx)) < self.par("weak", 0.28, 2, 0.8)
        k = idx[weak]
        cls = zipf(rng, len(self.dev_weak), len(k), self.par("weak_zipf", 0.72, 1.3))
        self.see(rng, k, DEV, self.dev_weak[cls])
        drift = np.flatnonzero(rng.random(len(k)) < self.par("drift", 0.1, 3) * self.days / 7)
        self.see(rng, k[drift], DEV, self.dev_weak[(cls[drift] * 7 + 1) % len(self.dev_weak)], span=9 * DAY)
        k = idx[~weak]
        k = np.repeat(k, 1 + (rng.random(len(k)) < 0.15))
        # couples and flatmates lend each other a machine now and then
        v = self.fresh(DEV, len(k))
        h = self.house[k]
        lend = np.flatnonzero((h[1:] == h[:-1]) & (h[1:] >= 0) & (rng.random(len(k) - 1) < 0.2)) + 1
        v[lend] = v[lend - 1]
        self.see(rng, k, DEV, v)

    def _cards(self):
        rng = self.rng("cards")
        idx = self.having("card")
        n = len(idx)
        idx = idx[np.lexsort((idx, self.house[idx]))]
        v = self.fresh(PAY, n)
        h = self.house[idx]
        tie = np.flatnonzero((h[1:] == h[:-1]) & (h[1:] >= 0) & (rng.random(n - 1) < 0.3)) + 1
        odd = np.flatnonzero(rng.random(n) < 0.015)
        odd = odd[odd > 0]
        for t in (tie, odd):
            v[t] = v[t - 1]
        b = (zipf(rng, len(self.bins), n, 0.85) + 7 * self.country[idx]) % len(self.bins)
        b = np.where(rng.random(n) < 0.45, zipf(rng, 400, n, 1) % len(self.bins), b)
        b = self.bins[b]
        virt = rng.random(n) < self.par("virtual", 0.07, 3)
        b[virt] = rng.choice(self.vbins, virt.sum())
        b[tie] = b[tie - 1]
        self.see(rng, idx, PAY, v)
        self.see(rng, idx, BIN, b)
        again = np.flatnonzero(rng.random(n) < 0.04)  # wallets that change the token
        self.see(rng, idx[again], PAY, self.fresh(PAY, len(again)))
        home = rng.random(n) < 0.5
        bill = np.where(h >= 0, h, -1 - np.arange(n)) + (1 << 30)
        self.see(rng, idx[home], BILL, bill[home])

    def _texts(self):
        rng = self.rng("texts")
        idx = self.having("tpl")
        k = np.repeat(idx, rng.integers(1, 3, len(idx)))
        self.see(rng, k, TPL, self.tpl_public[zipf(rng, self.n_tpl, len(k), self.par("tpl_zipf", 0.92, 1.25))])
        fad = rng.choice(idx, int(len(idx) * self.par("fad", 0.07, 3)), replace=False)
        j = rng.choice(len(self.tpl_viral), len(fad), p=self.viral_p)
        t = self.viral_at[j] + rng.exponential(4 * DAY, len(fad))
        ok = t < self.w1 - 3600
        self.see(rng, fad[ok], TPL, self.tpl_viral[j[ok]], lo=t[ok], span=5 * DAY)
        own = self.having("priv")
        own = np.repeat(own, rng.integers(1, 3, len(own)))
        self.see(rng, own, TPL, self.fresh(TPL, len(own)))
        ua = self.having("ua")
        self.see(rng, ua, UA, zipf(rng, self.n_ua, len(ua), 1.0))
        more = ua[rng.random(len(ua)) < 0.25]
        self.see(rng, more, UA, zipf(rng, self.n_ua, len(more), 1.0))

    def _misc(self):
        rng = self.rng("misc")
        idx = self.having("misc")
        some = lambda p: idx[rng.random(len(idx)) < p]  # noqa: E731
        k = some(0.85)
        z = TZ_OF[self.country[k]]
        z = np.where(rng.random(len(k)) < 0.08, 0, z)
        self.see(rng, k, TZ, z)
        k = some(0.35)
        self.see(rng, k, TOOL, self.tools[zipf(rng, len(self.tools), len(k), 1.0)])
        k = some(0.1)
        self.see(rng, k, TOOL, self.fresh(TOOL, len(k)))
        k = some(0.04)
        self.see(rng, k, GIT, self.remotes[zipf(rng, len(self.remotes), len(k), 0.9)])
        k = some(0.14)
        self.see(rng, k, GIT, self.fresh(GIT, len(k)))
        k = some(0.2)
        self.see(rng, k, CONV, self.fresh(CONV, len(k)), span=2 * DAY)
        k = some(0.03)
        self.see(rng, k, CONV, self.demo[zipf(rng, len(self.demo), len(k), 0.9)], span=DAY)
        k = some(0.08)
        self.see(rng, k, COUPON, self.coupons[zipf(rng, len(self.coupons), len(k), 0.9)])
        k = some(0.1)
        self.see(rng, k, IDV, self.fresh(IDV, len(k)))
        # friends' referral codes, transcripts handed on in a forum or a team
        self.deal(rng, some(self.par("referrals", 0.05, 3)), COUPON, (1, 6))
        self.deal(rng, some(self.par("handed_on", 0.02, 3)), CONV, (2, 5), span=2 * DAY)
        # one person, two accounts: private and at work, old and new
        k = rng.permutation(idx[self.label[idx] == 0])
        half = int(len(k) * self.par("two_accounts", 0.02, 3))
        pair = np.stack([k[:half], k[half : 2 * half]])
        for typ, p in ((DEV, 0.6), (PAY, 0.12), (IDV, 0.2), (GIT, 0.3), (CONV, 0.15), (BILL, 0.15)):
            m = pair[:, rng.random(half) < p]
            v = self.fresh(typ, m.shape[1])
            self.see(rng, m[0], typ, v)
            self.see(rng, m[1], typ, v)
        m = pair[:, rng.random(half) < 0.3]
        self.phone[m[0]] = self.phone[m[1]] = self.new_phones(m.shape[1])
        k = self.having("phone")
        free = k[self.phone[k] < 0]
        self.phone[free] = self.new_phones(len(free))
        cheap = free[rng.random(len(free)) < self.par("rented_numbers", 0.008, 4)]
        self.phone[cheap] = rng.choice(self.sms, len(cheap))

    def _spill(self):
        """Honest addresses of degree 3-200 on accounts that would otherwise have none (section 9.6)."""
        rng = self.rng("spill")
        idx = self.having("spill")
        if not len(idx):
            return
        a = np.concatenate([r[0] for r in self.rows if r[1][0] == IP])
        v = np.concatenate([r[2] for r in self.rows if r[1][0] == IP])
        ok = (self.label[a] == 0) & (v < 1 << 60)
        u, c = np.unique(v[ok], return_counts=True)
        u = u[(c >= 3) & (c <= 200)]
        self.use(rng, idx, IP, u, k=(1, max(1, round(self.par("spill", 3, 1.7)))), span=9 * DAY)
