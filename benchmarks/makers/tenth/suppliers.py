"""Suppliers: networks, card programmes, mail hosts, shops, proxy vendors; and how customers choose among them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from terms import mix64

# code, share of customers, weight of mobile, hours from UTC, top-level domain
COUNTRIES: list[tuple[str, float, float, float, str]] = [
    ("US", 20, 0.6, -6, "com"), ("IN", 13, 1.5, 5.5, "in"), ("GB", 4.5, 0.6, 0, "co.uk"), ("DE", 4.5, 0.5, 1, "de"),
    ("BR", 4.5, 1.2, -3, "com.br"), ("ID", 3.6, 1.7, 7, "co.id"), ("VN", 3.2, 1.3, 7, "vn"), ("FR", 3, 0.6, 1, "fr"),
    ("JP", 3, 0.8, 9, "jp"), ("KR", 2.6, 0.8, 9, "kr"), ("PH", 2.4, 1.6, 8, "ph"), ("NG", 2.4, 2.2, 1, "ng"),
    ("PK", 2.4, 1.8, 5, "pk"), ("BD", 2, 1.9, 6, "bd"), ("KE", 1.4, 2.1, 3, "co.ke"), ("MX", 2, 1.1, -6, "mx"),
    ("UA", 1.8, 0.8, 2, "ua"), ("PL", 1.6, 0.7, 1, "pl"), ("RO", 1.1, 0.7, 2, "ro"), ("TR", 1.6, 1.1, 3, "com.tr"),
    ("EG", 1.3, 1.6, 2, "eg"), ("ZA", 1.2, 1.5, 2, "co.za"), ("AR", 1.2, 1.0, -3, "ar"), ("CO", 1.2, 1.1, -5, "co"),
    ("CA", 2.4, 0.6, -5, "ca"), ("AU", 1.8, 0.7, 10, "com.au"), ("ES", 1.8, 0.7, 1, "es"), ("IT", 1.6, 0.8, 1, "it"),
    ("NL", 1.5, 0.5, 1, "nl"), ("SE", 0.9, 0.6, 1, "se"), ("TH", 1.2, 1.4, 7, "co.th"), ("MY", 1.1, 1.4, 8, "my"),
    ("LK", 0.6, 1.6, 5.5, "lk"), ("NP", 0.6, 1.7, 5.75, "np"), ("MM", 0.4, 2.2, 6.5, "mm"), ("KH", 0.4, 2.0, 7, "kh"),
    ("GH", 0.6, 2.1, 0, "gh"), ("ET", 0.4, 2.2, 3, "et"), ("TZ", 0.4, 2.1, 3, "tz"), ("UG", 0.4, 2.1, 3, "ug"),
    ("PE", 0.6, 1.2, -5, "pe"), ("VE", 0.4, 1.3, -4, "ve"), ("RS", 0.4, 0.8, 1, "rs"), ("GE", 0.3, 1.0, 4, "ge"),
    ("KZ", 0.4, 1.1, 5, "kz"), ("AE", 0.7, 1.3, 4, "ae"), ("SG", 1.1, 0.8, 8, "sg"), ("IL", 0.8, 0.7, 2, "co.il"),
    ("TW", 1.1, 0.8, 8, "tw"), ("HK", 0.9, 0.8, 8, "hk"),
]  # fmt: skip
CC = [c[0] for c in COUNTRIES]
COUNTRY_SHARE = np.array([c[1] for c in COUNTRIES]) / sum(c[1] for c in COUNTRIES)
MOBILITY = np.array([c[2] for c in COUNTRIES])
UTC_OFFSET = np.array([c[3] for c in COUNTRIES])
WEBMAIL = ["gmail.com", "outlook.com", "hotmail.com", "yahoo.com", "icloud.com", "proton.me", "qq.com", "163.com",
           "naver.com", "gmx.de", "web.de", "mail.ru", "ukr.net", "rediffmail.com", "yahoo.co.in", "uol.com.br",
           "wp.pl", "seznam.cz", "live.com", "aol.com"]  # fmt: skip
WEBMAIL_SHARE = np.array([60, 9, 5, 5, 5, 3, 2, 1.2, 1, 1, 0.8, 0.8, 0.6, 0.4, 0.8, 0.6, 0.5, 0.3, 1, 0.6])
WEBMAIL_SHARE = WEBMAIL_SHARE / WEBMAIL_SHARE.sum()
V6 = 1 << 40


def v4(code: np.ndarray) -> np.ndarray:
    """Dotted text of IPv4 numbers."""
    c = np.asarray(code, dtype=np.int64)
    parts = zip((c >> 24).tolist(), (c >> 16 & 255).tolist(), (c >> 8 & 255).tolist(), (c & 255).tolist(), strict=True)
    return np.array([f"{a}.{b}.{d}.{e}" for a, b, d, e in parts], dtype=object)


class Networks:
    """The address space: consumer providers and carriers of each country, clouds and relays of the world."""

    def __init__(self, rng: np.random.Generator, accounts: int, density: float) -> None:
        """Share out the /16 prefixes among networks; size the pools by the platform's customers."""
        bad = {0, 10, 100, 127, 169, 172, 192, 198, 203}
        firsts = np.array([a for a in range(1, 224) if a not in bad])
        self.blocks = rng.permutation((firsts[:, None] * 256 + np.arange(256)[None, :]).ravel()).astype(np.int64)
        self.at = 0
        self.rng = rng
        n = len(COUNTRIES)
        self.table: dict[str, tuple[np.ndarray, np.ndarray]] = {}
        self.first: list[int] = []  # index of the first /16 of each network
        self.width: list[int] = []
        self.pool: list[int] = []
        for what, most in (("isp", 9), ("carrier", 4), ("business", 4)):
            count = np.clip((2 + COUNTRY_SHARE * 60 * rng.uniform(0.5, 1, n)).astype(int), 2, most)
            begin = np.zeros(n, np.int64)
            for c in range(n):
                begin[c] = len(self.first)
                for j in range(count[c]):
                    share = COUNTRY_SHARE[c] * accounts / count[c] * (1.8 if j == 0 else 0.7)
                    if what == "carrier":  # few addresses, many behind each; a few carriers are very dense
                        top = max(12.0, 0.008 * accounts * density)
                        per = np.exp(rng.uniform(np.log(5), np.log(top)))
                        pool = max(1, int(share * MOBILITY[c] * 0.3 * 3 / per))
                    else:
                        pool = max(24, int(share * 25))
                    self.add(3 if what == "isp" else 1, pool)
            self.table[what] = (begin, count)
        for what, many, pool in (("cloud", 14, 60000), ("vpn", 12, 0), ("sase", 5, 0), ("hosting", 26, 20000)):
            begin = len(self.first)
            for _ in range(many):
                self.add(2, pool or int(max(4, np.exp(rng.normal(3.6, 0.9)))))
            self.table[what] = (np.array([begin]), np.array([many]))
        self.first_of = np.array(self.first)
        self.width_of = np.array(self.width)
        self.pool_of = np.array(self.pool)
        self.lines = 1  # counter of IPv6 sites

    def add(self, width: int, pool: int) -> None:
        """Register one network with so many /16 prefixes and such a pool of shared addresses."""
        self.first.append(self.at)
        self.width.append(width)
        self.pool.append(pool)
        self.at += width

    def pick(self, what: str, country: np.ndarray | int, n: int, bend: float = 1.6) -> np.ndarray:
        """Networks of a sort in the country (or the world), the first ones most often."""
        begin, count = self.table[what]
        c = np.broadcast_to(np.asarray(country), (n,)) if len(begin) > 1 else np.zeros(n, np.int64)
        return begin[c] + np.floor(count[c] * self.rng.random(n) ** bend).astype(np.int64)

    def any_address(self, net: np.ndarray) -> np.ndarray:
        """An address anywhere in the network: as good as its owner's alone."""
        off = self.rng.integers(0, 1 << 31, len(net)) % (self.width_of[net] * 65536)
        return (self.blocks[self.first_of[net] + (off >> 16)] << 16) + (off & 65535) // 254 * 256 + off % 254 + 1

    def pool_address(self, net: np.ndarray, bend: float = 1.0) -> np.ndarray:
        """An address of the network's pool, which other customers of the platform meet as well."""
        off = np.floor(self.pool_of[net] * self.rng.random(len(net)) ** bend).astype(np.int64)
        off = (off * 4099 + 17) % (self.width_of[net] * 65536)
        return (self.blocks[self.first_of[net] + (off >> 16)] << 16) + (off & 0xFFFF)

    def run_of(self, net: np.ndarray, party: np.ndarray) -> np.ndarray:
        """Consecutive addresses for the values of one party: the small block a host or office rents."""
        _, inv, counts = np.unique(party, return_inverse=True, return_counts=True)
        start = np.zeros(len(counts), np.int64)
        np.cumsum(counts[:-1], out=start[1:])
        order = np.argsort(inv, kind="stable")
        rank = np.empty(len(party), np.int64)
        rank[order] = np.arange(len(party)) - start[inv[order]]
        lead = np.zeros(len(counts), np.int64)
        lead[inv[::-1]] = self.any_address(net)[::-1] & ~7
        return lead[inv] + 1 + rank + rank // 6 * 250

    def sites(self, n: int) -> np.ndarray:
        """Fresh IPv6 /64 sites, each in a /60 of its own."""
        out = V6 + (self.lines + np.arange(n, dtype=np.int64)) * 16 * 256
        self.lines += n
        return out


class Market:
    """Vendors of one ware, followed week by week: customers go where customers went; vendors burn and open again."""

    def __init__(self, rng: np.random.Generator, vendors: int, weeks: int, burn: float) -> None:
        """Play the market through and keep each week's shares and the stock each vendor sells from."""
        fame = rng.pareto(1.1, vendors) + 0.3
        stock = np.arange(vendors)
        shares, stocks, fresh = [], [], vendors
        for _ in range(weeks):
            share = fame / fame.sum()
            shares.append(np.cumsum(share))
            stocks.append(stock.copy())
            fame = fame * 0.93 + rng.multinomial(40, share) * 0.08 + 0.02
            for v in np.flatnonzero(rng.random(vendors) < burn):  # banned; back in days, half with the old stock
                fame[v] = 0.3 + 0.4 * fame[v]
                if rng.random() < 0.5:
                    stock[v] = fresh
                    fresh += 1
        self.shares, self.stocks, self.rng, self.kinds = np.array(shares), np.array(stocks), rng, fresh

    def choose(self, week: np.ndarray) -> np.ndarray:
        """The stock that customers of these weeks buy from."""
        week = np.clip(week, 0, len(self.shares) - 1)
        v = (self.rng.random(len(week))[:, None] > self.shares[week]).sum(1)
        return self.stocks[week, np.minimum(v, self.shares.shape[1] - 1)]


class Shelves:
    """Everything that can be had, by name. A shelf turns (party, country, week, host) into codes of values."""

    CHANNEL = {
        "office": "ip", "cloud": "ip", "lambda": "ip", "line": "ip", "carrier": "ip", "vpn": "ip", "resi": "ip",
        "static": "ip", "sase": "ip", "platform": "ip", "runner": "ip", "lounge": "ip", "host_ip": "ip", "sat": "ip",
        "card": "payment", "vcard": "payment", "recycled": "payment", "batch": "payment", "host_card": "payment",
        "device": "device", "image": "device", "phone_model": "device", "cloud_phone": "device",
        "domain": "email_domain", "shop": "email_domain", "throwaway": "email_domain", "campus": "email_domain",
        "host_domain": "email_domain", "alias": "email_domain",
        "prompt": "template", "public": "template", "viral": "template", "host_prompt": "template",
        "sim": "phone", "sms": "phone", "code": "promo_code", "remote": "git_remote", "prefix": "conversation_prefix",
        "bill": "billing_address", "tools": "tool_schema", "kyc": "identity_check", "kyc_mule": "identity_check",
        "org": "parent_org",
    }  # fmt: skip

    def __init__(self, rng: np.random.Generator, accounts: int, weeks: int, scale: dict[str, float]) -> None:
        """Open the shelves: fixed stocks for public things, counters for private ones."""
        self.rng, self.n = rng, accounts
        self.net = Networks(rng, accounts, scale["cgn_density"])
        self.next = {c: 1_000_000_000 for c in set(self.CHANNEL.values())}
        one = bool(scale.get("one_vendor"))
        self.proxies = Market(rng, 1 if one else int(scale["proxy_vendors"]), weeks, 0.0 if one else 0.01)
        self.shops = Market(rng, 1 if one else int(scale["shops"]), weeks, 0.0 if one else 0.04)
        self.cards = Market(rng, int(scale["card_apps"]), weeks, 0.01)
        self.sms = Market(rng, 8, weeks, 0.03)
        self.exits = int(max(800, accounts * scale["exit_pool"]))
        self.publics = max(40, int(accounts**0.5 * 2))
        self.virals = max(12, int(accounts**0.5 / 2))
        self.models = max(30, int(accounts**0.5))
        self.homes = np.zeros(0, np.int64)
        self.faces: dict[str, list[np.ndarray]] = {}  # channel -> values of each public-faced firm
        self.campuses = np.zeros(0, np.int64)
        self.bins: list[tuple[int, int, np.ndarray]] = []  # (first card code, count, issuer numbers)
        self.prov = {k: rng.permutation(64) for k in ("platform", "runner", "sase")}
        self.makers: dict[str, Callable[..., np.ndarray]] = {
            k: getattr(self, "_" + k) for k in self.CHANNEL if hasattr(self, "_" + k)
        }

    def fresh(self, channel: str, n: int) -> np.ndarray:
        """Private values that nobody else has."""
        at = self.next[channel]
        self.next[channel] = at + n
        return np.arange(at, at + n, dtype=np.int64)

    def zipf(self, top: int, n: int, bend: float = 3.0) -> np.ndarray:
        """Popular things: rank drawn so that the first ones have most."""
        return np.minimum(np.floor(top * self.rng.random(n) ** bend), top - 1).astype(np.int64)

    def take(self, shelf: str, party: np.ndarray, country: np.ndarray, week: np.ndarray, host: np.ndarray):
        """Values from a shelf, one for each entry; entries of one party share their choice of vendor."""
        if shelf in self.makers:
            return self.makers[shelf](party, country, week, host)
        return self.fresh(self.CHANNEL[shelf], len(party))

    def vendor(self, market: Market, party: np.ndarray, week: np.ndarray) -> np.ndarray:
        """The stock each party buys from: one choice a party."""
        _, at, inv = np.unique(party, return_index=True, return_inverse=True)
        return market.choose(week[at])[inv]

    def once(self, party: np.ndarray, top: int, bend: float = 1.0) -> np.ndarray:
        """One draw below top for each party, repeated for its entries."""
        _, inv = np.unique(party, return_inverse=True)
        return self.zipf(top, int(inv.max(initial=-1)) + 1, bend)[inv]

    # -- addresses
    def _office(self, party, country, week, host):
        return self.net.run_of(self.net.pick("business", country, len(party)), party)

    def _cloud(self, party, country, week, host):
        return self.net.run_of(self.net.pick("cloud", 0, len(party), 2.2), party)

    def _static(self, party, country, week, host):
        net = self.net.table["hosting"][0][0] + self.vendor(self.proxies, party, week) % 26
        scattered = self.net.any_address(net)
        return np.where(self.once(party, 2) == 0, self.net.run_of(net, party), scattered)

    def _lambda(self, party, country, week, host):
        net = self.net.pick("cloud", 0, len(party), 2.2)
        self_pool = self.zipf(max(20, self.n // 60), len(party), 2.4)
        return (self.net.blocks[self.net.first_of[net]] << 16) + self_pool * 7 % 65536

    def _line(self, party, country, week, host):
        line = self.net.any_address(self.net.pick("isp", country, len(party)))
        return np.where(self.rng.random(len(party)) < 0.25, self.net.sites(len(party)), line)

    def _sat(self, party, country, week, host):
        return self.net.pool_address(self.net.pick("carrier", country * 0 + self.once(party, 6), len(party), 3), 1.4)

    def _carrier(self, party, country, week, host):
        return self.net.pool_address(self.net.pick("carrier", country, len(party)), 1.5)

    def _vpn(self, party, country, week, host):
        return self.net.pool_address(self.net.pick("vpn", 0, len(party), 2.5), 2.2)

    def _sase(self, party, country, week, host):
        net = self.net.table["sase"][0][0] + self.once(party, 5, 1.5)
        return self.net.pool_address(net, 1.3)

    def _platform(self, party, country, week, host):  # three to thirty addresses published for everybody
        who = self.once(party, 30, 2.0)
        width = 3 + mix64(who, 5).astype(np.int64) % 28
        off = np.floor(width * self.rng.random(len(party))).astype(np.int64)
        return (self.net.blocks[self.net.first_of[self.net.table["cloud"][0][0] + who % 14]] << 16) + who * 997 + off

    def _runner(self, party, country, week, host):  # hosted notebooks and CI: tens to hundreds of addresses
        who = self.once(party, 6, 1.6)
        width = 40 + mix64(who, 9).astype(np.int64) % 500
        off = np.floor(width * self.rng.random(len(party)) ** 1.3).astype(np.int64)
        return (
            (self.net.blocks[self.net.first_of[self.net.table["cloud"][0][0] + who % 14] + 1] << 16) + who * 5003 + off
        )

    def _lounge(self, party, country, week, host):  # airports, hotels, trains, libraries: public Wi-Fi of a country
        spot = self.zipf(max(6, self.n // 700), len(party), 1.8)
        net = self.net.table["business"][0][country]
        return (self.net.blocks[self.net.first_of[net]] << 16) + 32768 + spot * 11 % 32000

    def _resi(self, party, country, week, host):
        """An exit of a residential pool: other people's home lines, some of them customers here."""
        stock = self.vendor(self.proxies, party, week)
        stock = np.where(self.rng.random(len(party)) < 0.15, np.maximum(stock - 1, 0), stock)  # pools are resold
        key = stock * 100_000_007 + self.rng.integers(0, self.exits, len(party))
        h = mix64(key, 77)
        isp = self.net.table["isp"]
        c = np.searchsorted(np.cumsum(COUNTRY_SHARE), (h >> np.uint64(11)).astype(float) / 2**53)
        c = np.minimum(c, len(CC) - 1)
        net = isp[0][c] + (h & np.uint64(1023)).astype(np.int64) % isp[1][c]
        off = (mix64(key, 78) >> np.uint64(3)).astype(np.int64) % (3 * 65536)
        exit_ = (self.net.blocks[self.net.first_of[net] + (off >> 16)] << 16) + (off & 65535)
        if len(self.homes):
            known = (mix64(key, 79) & np.uint64(1023)).astype(np.int64) < 150
            pick = self.homes[(mix64(key, 80) >> np.uint64(4)).astype(np.int64) % len(self.homes)]
            exit_ = np.where(known, pick, exit_)
        return exit_

    # -- money
    def issue(self, n: int, issuer: np.ndarray) -> np.ndarray:
        """Fresh cards of the given issuers."""
        code = self.fresh("payment", n)
        self.bins.append((int(code[0]) if n else 0, n, issuer.astype(np.int64)))
        return code

    def _card(self, party, country, week, host):
        return self.issue(len(party), country * 40 + self.zipf(40, len(party), 2.0))

    def _vcard(self, party, country, week, host):
        return self.issue(len(party), 5000 + self.vendor(self.cards, party, week) * 3 + self.zipf(3, len(party), 1.5))

    def _batch(self, party, country, week, host):
        return self.issue(len(party), 9000 + self.once(party, 400))

    def _recycled(self, party, country, week, host):  # apps that hand a closed card's number to the next customer
        app = self.vendor(self.cards, party, week) % 16
        return 10_000 + app * 100_000_000 // 16 + self.rng.integers(0, max(30, self.n // 40), len(party))

    # -- machines
    def _image(self, party, country, week, host):
        return 1_000 + self.zipf(max(25, self.n // 400), len(party), 1.6)

    def _phone_model(self, party, country, week, host):
        return 100_000 + self.zipf(self.models, len(party), 2.2)

    def _cloud_phone(self, party, country, week, host):
        return 500_000 + self.zipf(max(20, self.n // 500), len(party), 1.3)

    # -- mail
    def _shop(self, party, country, week, host):  # a shop registers new domains every few weeks, for all its buyers
        stock = self.vendor(self.shops, party, week)
        return 2_000_000 + (stock * 200 + week // 3) * 8 + self.zipf(5, len(party), 1.5)

    def _throwaway(self, party, country, week, host):
        return 1_000 + self.zipf(400, len(party), 2.2)

    def _alias(self, party, country, week, host):
        return 500 + self.zipf(7, len(party), 1.6)

    def _campus(self, party, country, week, host):  # addresses of real campuses, as students and shops hold them
        if not len(self.campuses):
            return self.fresh("email_domain", len(party))
        return self.campuses[self.rng.integers(0, len(self.campuses), len(party))]

    # -- text
    def _public(self, party, country, week, host):
        return 1 + self.zipf(self.publics, len(party), 4.2)

    def _viral(self, party, country, week, host):
        return 50_000 + np.maximum(week, 0) * 400 + self.zipf(self.virals, len(party), 2.0) % 400

    # -- numbers and papers
    def _sms(self, party, country, week, host):
        stock = self.vendor(self.sms, party, week)
        return 10_000_000 + (stock * 200 + week // 2) * 20_000 + self.rng.integers(0, 300, len(party))

    def _kyc_mule(self, party, country, week, host):
        stock = self.vendor(self.shops, party, week)
        return 10_000_000 + stock * 1000 + self.rng.integers(0, 60, len(party))

    # -- other people's clothes
    def borrow(self, channel: str, host: np.ndarray) -> np.ndarray:
        """Values of the firm that each party has chosen as its host."""
        firms = self.faces.get(channel, [])
        if not firms:
            return self.fresh(channel, len(host))
        out = self.fresh(channel, len(host))
        pick = self.rng.random(len(host))
        for i, h in enumerate(host.tolist()):
            firm = firms[h % len(firms)]
            if len(firm):
                out[i] = firm[int(pick[i] * len(firm))]
        return out

    def _host_ip(self, party, country, week, host):
        return self.borrow("ip", host)

    def _host_card(self, party, country, week, host):
        return self.borrow("payment", host)

    def _host_domain(self, party, country, week, host):
        return self.borrow("email_domain", host)

    def _host_prompt(self, party, country, week, host):
        return self.borrow("template", host)
