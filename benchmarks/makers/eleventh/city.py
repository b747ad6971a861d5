"""The city: networks, markets for cards, names, numbers and prompts, and the lives that lone people lead on them."""

from __future__ import annotations

import numpy as np

from book import Book, ragged, tokens
from params import Params

COUNTRIES = ("US", "IN", "BR", "DE", "GB", "ID", "NG", "JP", "FR", "VN", "MX", "PK", "KE", "PL", "TR", "UA", "CN", "EG")
WEIGHTS = np.array([22, 14, 8, 6, 6, 5, 4, 5, 5, 4, 4, 3, 2, 3, 3, 2, 3, 2], dtype=float)
WEIGHTS /= WEIGHTS.sum()
FIRST = (
    "anna ben carla david elena farid grace hugo ines jan kofi lena maria nam omar priya quentin rosa sam tuan uma "
    "victor wei ximena yusuf zoe amit bola chen dinh erik fatima george hana ivan julia kenji lucas mina noor olga "
    "pedro ravi sofia tariq viet wanjiru yuki adaeze bruno"
).split()
LAST = (
    "smith kumar silva mueller jones wijaya okafor sato martin nguyen garcia khan mwangi nowak yilmaz kovalenko wang "
    "hassan brown singh souza schmidt taylor putri adeyemi suzuki bernard tran lopez ahmed otieno kowalski demir "
    "shevchenko li ibrahim davis patel costa weber evans santoso eze tanaka dubois pham perez malik kamau wojcik"
).split()
WORDS = (
    "blue river north data code pixel stone bright cloud green swift alpha metro nova terra lumen orbit cedar harbor "
    "falcon maple delta quartz ember summit prism anchor vertex willow comet atlas raven copper meadow spark"
).split()
ENDS = ("com", "com", "com", "net", "org", "io", "co", "dev", "ai", "app", "info", "xyz", "online", "site")
WEBMAIL = ("gmail.com", "outlook.com", "hotmail.com", "yahoo.com", "icloud.com", "proton.me", "qq.com", "163.com")
WEBMAIL += ("mail.ru", "gmx.de", "web.de", "aol.com", "yandex.ru", "zoho.com", "live.com", "naver.com")
ALIAS = ("duck.com", "simplelogin.com", "privaterelay.appleid.com", "mozmail.com")
DIALS = dict(zip(COUNTRIES, (1, 91, 55, 49, 44, 62, 234, 81, 33, 84, 52, 92, 254, 48, 90, 380, 86, 20), strict=True))


def ips(raw: np.ndarray) -> np.ndarray:
    """Dotted text of addresses held as whole numbers."""
    return np.array([f"{x >> 24}.{x >> 16 & 255}.{x >> 8 & 255}.{x & 255}" for x in raw.tolist()], dtype=object)


def zipf(rng: np.random.Generator, size: int, n: int, power: float = 1.0) -> np.ndarray:
    """n ranks below `size` with popularity 1/rank**power."""
    weights = np.cumsum(1.0 / np.arange(1, size + 1) ** power)
    return np.searchsorted(weights, rng.random(n) * weights[-1]).clip(0, size - 1)


class City:
    """Suppliers of everything: who holds which network, which card, which name."""

    def __init__(self, rng: np.random.Generator, par: Params, book: Book) -> None:
        """Lay out the blocks of addresses and the markets."""
        self.rng, self.par, self.book = rng, par, book
        n, places = par.accounts, len(COUNTRIES)
        self.used_names: set[str] = set()
        octets = np.array([x for x in range(2, 222) if x not in (10, 100, 127, 169, 172, 192, 198, 203)])
        blocks = rng.permutation(np.repeat(octets, 256) * 256 + np.tile(np.arange(256), len(octets)))
        self.blocks = {
            "home": blocks[: places * 8].reshape(places, 8),
            "office": blocks[200 : 200 + places * 4].reshape(places, 4),
            "mobile": blocks[300 : 300 + places * 3].reshape(places, 3),
            "host": np.tile(blocks[400:440], (places, 1)),
        }
        # lines whose addresses change hands: few enough that strangers inherit them
        self.dynamic = [self.raw("home", max(20, int(n * w * 5)), c) for c, w in enumerate(WEIGHTS)]
        self.nat: list[np.ndarray] = []
        for c, w in enumerate(WEIGHTS):
            self.nat.append(self.raw("mobile", max(2, int(n * w * par.mobile * 4 / par.dense_nat)), c))
        self.exits = self.raw("host", max(30, int(n * par.vpn / 6)), 0)
        self.shared_hosts = self.raw("host", max(12, n // 600), 0)
        self.pools: list[np.ndarray] = []
        for v in range(par.vendors):  # residential proxy vendors; they resell parts of each other's pools
            size = max(2_000, int(par.pool * rng.lognormal(0, 0.7)))
            real = np.concatenate(
                [rng.choice(d, max(1, int(size * 0.02 * w) + 1)) for d, w in zip(self.dynamic, WEIGHTS, strict=True)]
            )
            where = rng.choice(places, size, p=WEIGHTS)
            mine = self.blocks["home"][where, rng.integers(0, 8, size)] * 65_536 + rng.integers(0, 65_536, size)
            if v and rng.random() < 0.5:
                mine[: size // 3] = rng.choice(self.pools[v - 1], size // 3)
            self.pools.append(np.concatenate([mine, real]))
        self.static_proxies = [self.raw("home", 4_096, int(rng.integers(places))) for _ in range(par.vendors)]
        size = 60 + n // 150
        self.public = tokens(rng, size)
        self.schemas = tokens(rng, 40 + n // 500)
        self.classes = tokens(rng, 200 + n // 40)
        self.disposable = np.array([self.domain() for _ in range(40 + n // 2_000)], dtype=object)
        # shops sell mailboxes on domains of theirs, to rings and to the curious alike
        self.shops = [np.array([self.domain() for _ in range(int(rng.integers(2, 9)))], dtype=object) for _ in range(5)]
        self.bins = np.array([f"{x:06d}" for x in rng.integers(400_000, 559_999, 900).tolist()], dtype=object)

    def place(self) -> int:
        """A country by its weight."""
        return int(self.rng.choice(len(COUNTRIES), p=WEIGHTS))

    def raw(self, where: str, k: int, country: int) -> np.ndarray:
        """k fresh addresses of a kind of network in a country, as whole numbers."""
        blocks = self.blocks[where][country]
        return blocks[self.rng.integers(0, len(blocks), k)].astype(np.int64) * 65_536 + self.rng.integers(1, 65_535, k)

    def egress(self, where: str, k: int, country: int) -> np.ndarray:
        """k addresses of one customer: neighbours in a range for offices and hosts, scattered lines else."""
        if where in ("office", "host") and self.rng.random() < 0.7:
            base = int(self.raw(where, 1, country)[0]) & ~255
            k_near = min(k, 250)
            near = base + self.rng.choice(np.arange(1, 255), k_near, replace=False)
            return ips(np.concatenate([near, self.raw(where, k - k_near, country)]))
        return ips(self.raw(where, k, country))

    def domain(self) -> str:
        """A fresh mail domain; firms, owners and rings choose by the same fashions."""
        rng = self.rng
        while True:
            a, b = (str(x) for x in rng.choice(WORDS, 2))
            form = rng.random()
            stem = a + b if form < 0.5 else f"{a}-{b}" if form < 0.65 else f"{a}{rng.choice(LAST)}"
            if form > 0.85:
                stem += str(rng.integers(1, 99))
            name = f"{stem}.{rng.choice(ENDS)}"
            if name not in self.used_names:
                self.used_names.add(name)
                return name

    def domains(self, k: int) -> np.ndarray:
        """k fresh domains."""
        return np.array([self.domain() for _ in range(k)], dtype=object)

    def numbers(self, k: int, place: int) -> np.ndarray:
        """k telephone numbers of a country."""
        some = self.rng.integers(10**8, 10**9, max(1, k)).tolist()
        return np.array([f"+{DIALS[COUNTRIES[place]]}{x}" for x in some], dtype=object)

    def tokens(self, k: int) -> np.ndarray:
        """k fresh opaque goods: cards, devices, prompts, codes."""
        return tokens(self.rng, max(1, k))

    # ---- lives -------------------------------------------------------------------------------------------------
    def live(self) -> None:
        """Give every account that is open its own life: lines, cards, machines, tools, as far as it has them."""
        book, rng, par = self.book, self.rng, self.par
        n = book.n
        everyone = np.arange(n)
        place = book.cols["place"][:n]
        alone = book.cols["home"][:n]
        u = rng.random(n)
        cut = np.cumsum([par.mobile, par.cloud, par.vpn])
        roams = (alone & (u < cut[0])) | book.cols["crowded"][:n]
        self._on_mobile(everyone[roams], place)
        self._on_cloud(everyone[alone & (u >= cut[0]) & (u < cut[1])])
        vpn = everyone[alone & (u >= cut[1]) & (u < cut[2])]
        times = 1 + rng.poisson(2.5, len(vpn))
        self.book.see(ragged(vpn, times), "ip", ips(self.exits[zipf(rng, len(self.exits), times.sum(), 0.7)]), 0.3, 2)
        at_home = everyone[alone & ((u >= cut[1]) | (rng.random(n) < 0.35))]
        self._at_home(at_home, place)
        self._own_goods(everyone)
        self._mail(everyone)

    def _at_home(self, idx: np.ndarray, place: np.ndarray) -> None:
        """A line at home: kept, changed daily, or changed each fortnight; half have a /64 beside it."""
        rng, par = self.rng, self.par
        u = rng.random(len(idx))
        static = idx[u < par.static_home]
        blocks = self.blocks["home"][place[static], rng.integers(0, 8, len(static))]
        fixed = blocks.astype(np.int64) * 65_536 + rng.integers(1, 65_535, len(static))
        self.book.see(static, "ip", ips(fixed), 0.8)
        moving = idx[u >= par.static_home]
        daily = rng.random(len(moving)) < 0.35
        times = np.where(daily, 2 + rng.poisson(4, len(moving)), 1 + rng.poisson(1.2, len(moving)))
        rows = ragged(moving, times)
        sizes = np.array([len(d) for d in self.dynamic])
        flat = np.concatenate(self.dynamic)
        offset = np.concatenate([[0], np.cumsum(sizes)[:-1]])
        pick = offset[place[rows]] + (rng.random(len(rows)) * sizes[place[rows]]).astype(np.int64)
        self.book.see(rows, "ip", ips(flat[pick]), 0.5, 4)
        six = idx[rng.random(len(idx)) < par.ipv6]
        nets = rng.integers(0, 2**32, len(six)).tolist()
        hosts = rng.integers(0, 2**62, len(six)).tolist()
        text = [
            f"2a{p % 16:02x}:{x >> 16:x}:{x & 65_535:x}::{h >> 16 & 65_535:x}:{h & 65_535:x}"
            for p, x, h in zip(place[six].tolist(), nets, hosts, strict=True)
        ]
        self.book.see(six, "ip", np.array(text, dtype=object), 0.4)

    def _on_mobile(self, idx: np.ndarray, place: np.ndarray) -> None:
        """Behind a carrier's translators: several crowded addresses, some carriers far denser than others."""
        rng = self.rng
        times = 2 + rng.poisson(2.2, len(idx))
        rows = ragged(idx, times)
        sizes = np.array([len(d) for d in self.nat])
        offset = np.concatenate([[0], np.cumsum(sizes)[:-1]])
        pick = offset[place[rows]] + (rng.random(len(rows)) ** 1.6 * sizes[place[rows]]).astype(np.int64)
        self.book.see(rows, "ip", ips(np.concatenate(self.nat)[pick]), 0.25, 5)

    def _on_cloud(self, idx: np.ndarray) -> None:
        """Servers: mostly a machine of one's own, a third on egress that unrelated tenants share."""
        rng = self.rng
        own = rng.random(len(idx)) < 0.65
        mine = idx[own]
        self.book.see(mine, "ip", ips(self.raw("host", len(mine), 0)), 0.9)
        rows = ragged(idx[~own], 1 + rng.poisson(1.0, (~own).sum()))
        pick = self.shared_hosts[zipf(rng, len(self.shared_hosts), len(rows), 0.9)]
        self.book.see(rows, "ip", ips(pick), 0.5)

    def _own_goods(self, everyone: np.ndarray) -> None:
        """Cards, machines, prompts and small things of one's own, where no circle gave them."""
        book, rng, par = self.book, self.rng, self.par
        cols, n = book.cols, book.n

        def who(flag: str, share: float) -> np.ndarray:
            return everyone[~cols[flag][:n] & (rng.random(n) < share)]

        held = who("no_card", par.card_held)
        cards = tokens(rng, len(held))
        twin = rng.random(len(held)) < 0.02  # a card that serves a relative or a second account
        cards[twin] = cards[np.maximum(np.flatnonzero(twin) - 1, 0)]
        book.see(held, "payment", cards, 0.1)
        again = held[rng.random(len(held)) < 0.05]
        book.see(again, "payment", tokens(rng, len(again)), 0.05)
        seen = who("no_device", par.device_seen)
        common = rng.random(len(seen)) < par.device_class
        values = tokens(rng, len(seen))
        values[common] = self.classes[zipf(rng, len(self.classes), common.sum(), 0.75)]
        book.see(seen, "device", values, 0.6)
        second = seen[rng.random(len(seen)) < 0.2]
        book.see(second, "device", tokens(rng, len(second)), 0.3)
        tools = who("no_public", par.template_seen * par.template_public)
        rows = ragged(tools, 1 + rng.poisson(0.3, len(tools)))
        book.see(rows, "template", self.public[zipf(rng, len(self.public), len(rows), 1.0)], 0.6)
        own = who("no_prompt", par.template_seen * 0.5)
        rows = ragged(own, 1 + rng.poisson(0.4, len(own)))
        book.see(rows, "template", tokens(rng, len(rows)), 0.5)
        for kind, scale in (("git_remote", 0.25), ("billing_address", 0.4), ("conversation_prefix", 0.8)):
            some = everyone[rng.random(n) < scale * par.extras.get(kind, 0)]
            book.see(some, kind, tokens(rng, len(some)), 0.3)
        some = everyone[rng.random(n) < 0.4 * par.extras.get("tool_schema", 0)]
        book.see(some, "tool_schema", self.schemas[zipf(rng, len(self.schemas), len(some), 1.0)], 0.4)
        some = everyone[(rng.random(n) < par.extras.get("card_bin", 0)) & ~cols["no_card"][:n]]
        book.see(some, "card_bin", self.bins[zipf(rng, len(self.bins), len(some), 0.8)], 0.1)
        cols["phoned"][:n] |= rng.random(n) < par.phone_held

    def _mail(self, everyone: np.ndarray) -> None:
        """Mailboxes and numbers: a local part in one of a few fashions before the domain the account has."""
        book, rng, par = self.book, self.rng, self.par
        n, cols = book.n, book.cols
        domain = cols["domain"][:n]
        lacks = np.flatnonzero(domain == "")
        u = rng.random(len(lacks))
        choice = np.empty(len(lacks), dtype=object)
        web = np.array(WEBMAIL, dtype=object)
        choice[:] = web[zipf(rng, len(web), len(lacks), 1.1)]
        rest = u > par.webmail
        own = rest & (u > par.webmail + par.disposable + 0.03)
        choice[own] = [self.domain() for _ in range(int(own.sum()))]
        alias = rest & (u <= par.webmail + 0.03)
        choice[alias] = np.array(ALIAS, dtype=object)[rng.integers(0, len(ALIAS), alias.sum())]
        thrown = rest & ~own & ~alias
        shelf = np.concatenate([self.disposable, *self.shops])
        choice[thrown] = shelf[zipf(rng, len(shelf), thrown.sum(), 0.8)]
        domain[lacks] = choice
        a, b = rng.integers(0, len(FIRST), n).tolist(), rng.integers(0, len(LAST), n).tolist()
        digits, form = rng.integers(0, 10_000, n).tolist(), rng.random(n)
        form = np.where(cols["style"][:n] > 0, cols["style"][:n], form).tolist()
        emails = cols["email"]
        for i in range(n):
            if emails[i]:
                continue
            f = form[i]
            if f < 0.3:
                local = f"{FIRST[a[i]]}.{LAST[b[i]]}{digits[i] % 100 if f > 0.12 else ''}"
            elif f < 0.5:
                local = f"{FIRST[a[i]][0]}{LAST[b[i]]}{digits[i] % 1000}"
            elif f < 0.75:
                local = f"{FIRST[a[i]]}{digits[i]}"
            elif f < 0.9:
                local = f"{LAST[b[i]]}_{WORDS[digits[i] % len(WORDS)]}{digits[i] % 97}"
            else:
                local = f"{WORDS[a[i] % len(WORDS)]}{LAST[b[i]][:3]}{digits[i]}"
            emails[i] = f"{local}@{domain[i]}"
        # an address is one account's; twins get a number as their owners would choose it
        taken: dict[str, int] = {}
        for i in range(n):
            text = emails[i]
            if text in taken:
                taken[text] += 1
                local, _, host = text.partition("@")
                emails[i] = f"{local}{taken[text]}{digits[i] % 90}@{host}"
            else:
                taken[text] = 0
        phoned = np.flatnonzero(cols["phoned"][:n] & (cols["phone"][:n] == ""))
        numbers = rng.integers(10**8, 10**9, len(phoned)).tolist()
        places = cols["place"][phoned].tolist()
        cols["phone"][phoned] = [f"+{DIALS[COUNTRIES[p]]}{x}" for p, x in zip(places, numbers, strict=True)]
