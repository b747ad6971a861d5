"""Values that accounts can share: addresses, cards, domains, texts. A pool is a range of value numbers."""

from __future__ import annotations

import binascii

import numpy as np

from settings import World

HOME = [24, 31, 46, 62, 71, 73, 78, 81, 84, 86, 88, 89, 91, 93, 98, 109, 151, 176, 178, 187, 190, 201, 203]
MOBILE = [37, 41, 49, 92, 100, 106, 117, 172, 174, 188, 197, 223]
HOSTED = [3, 13, 18, 20, 34, 35, 44, 45, 51, 52, 54, 65, 95, 104, 135, 138, 144, 157, 159, 167, 185]
OFFICE = [12, 50, 64, 66, 80, 82, 94, 128, 130, 131, 146, 193, 194, 195, 212, 213, 217]
STYLE_OF_VENDOR = dict(carrier="mobile", satellite="mobile", gateway="office", resi="home")
V6 = 1 << 40
WEBMAIL = (
    "gmail.com outlook.com hotmail.com yahoo.com icloud.com proton.me gmx.de qq.com 163.com mail.ru web.de naver.com"
)
WEBMAIL_DOMAINS = WEBMAIL.split()
WEBMAIL_P = np.array([0.55, 0.12, 0.06, 0.06, 0.06, 0.04, 0.02, 0.03, 0.02, 0.02, 0.01, 0.01])
ALIAS_DOMAINS = ["duck.com", "simplelogin.co", "passmail.net", "mozmail.com", "privaterelay.appleid.com"]
RESERVED = len(WEBMAIL_DOMAINS) + len(ALIAS_DOMAINS)
HEAD = (
    "nor vel cal ter mar lum ark sol bri fen gal hol ind jun kes lor mon nav ost pel qua rin sta tor und ver wes yar "
    "zen alt bor cer dan eli fir gra hel"
).split()
TAIL = (
    "tech labs works soft data group systems studio media health logic digital trade energy design net cloud mobil "
    "consult partners supply foods motors bank legal build travel"
).split()
TLDS = "com com com com net io de co.uk fr org co app dev in com.br ru nl xyz site online".split()
EDU = "edu edu ac.uk edu.au ac.in edu.cn edu.br ac.jp".split()


def scramble(x: np.ndarray, salt: int) -> np.ndarray:
    """A 64-bit mixing function: numbers in, unrelated numbers out."""
    z = x.astype(np.uint64) + np.uint64((salt * 0x9E3779B97F4A7C15 + 0x1234567) % (1 << 64))
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


def hexes(x: np.ndarray, salt: int, length: int = 16) -> np.ndarray:
    """Hexadecimal texts of scrambled numbers, as an object array."""
    raw = binascii.hexlify(scramble(x, salt).tobytes())
    return np.frombuffer(raw, "S16").astype(f"S{length}").astype(f"U{length}").astype(object)


def skewed(rng: np.random.Generator, size: np.ndarray | int, skew: np.ndarray | float, n: int) -> np.ndarray:
    """Slots 0..size-1; skew 0 is uniform, larger is a heavier head."""
    return (np.asarray(size) * rng.random(n) ** (1 + np.asarray(skew))).astype(np.int64)


class Pools:
    """Hands out pools and turns value numbers into text."""

    def __init__(self, world: World, rng: np.random.Generator) -> None:
        self.world, self.rng = world, rng
        self.next: dict[str, int] = {f: 0 for f in "card mail tmpl dev phone addr code git pref idc".split()}
        self.next["mail"] = RESERVED
        self._ip: list[np.ndarray] = []
        self._ips = 0
        self._edu: list[tuple[int, int]] = []
        self._bins: list[tuple[int, np.ndarray]] = []
        n = world.accounts
        self._blocks = {
            "home": self._make_blocks(HOME, max(100, n // 5)),
            "mobile": self._make_blocks(MOBILE, max(40, n // 60)),
            "dc": self._make_blocks(HOSTED, max(60, n // 40)),
            "office": self._make_blocks(OFFICE, max(60, n // 30)),
        }
        self.all_bins = rng.choice(np.arange(400000, 560000), 2500, replace=False)
        self.home_size = int(n * 8)
        self.home = self.net_pool(self.home_size, "home", True, True)
        self.churn_size = max(50, n * 7)
        self.churn = self.net_pool(self.churn_size, "home", True, True)
        self.vendors: dict[str, list[tuple[int, int, float]]] = {}
        for style, (number, per, skew) in world.vendors.items():
            self.vendors[style] = [self._vendor(style, per, skew) for _ in range(number)]

    def _make_blocks(self, octets: list[int], number: int) -> np.ndarray:
        """The /24 blocks in which addresses of a style lie."""
        first = self.rng.choice(octets, number).astype(np.int64)
        return (first << 24) | (self.rng.integers(1, 1 << 16, number) << 8)

    def net_pool(self, size: int, style: str, scattered: bool | None = None, by_country: bool = False) -> int:
        """Addresses of a style, contiguous or scattered; returns the pool's first number."""
        rng = self.rng
        if style == "office" and rng.random() < 0.4:
            style = "home"  # a business line of a consumer provider
        blocks = self._blocks["office" if style == "campus" else style]
        if scattered is None:
            scattered = bool(rng.random() < 0.5)
        if scattered:
            ips = blocks[skewed(rng, len(blocks), 0.4, size)] + rng.integers(1, 255, size)
            if by_country:  # a country's lines lie together, in provider ranges of its own
                ips = ips[np.argsort(scramble(ips >> 24, 1), kind="stable")]
        else:
            need = -(-size // 200)
            base = np.repeat(blocks[rng.integers(0, len(blocks), need)], 200)[:size]
            ips = base + (int(rng.integers(1, 50)) + np.arange(size) % 200)
        return self._add_ips(ips)

    def _add_ips(self, ips: np.ndarray) -> int:
        """Append addresses; returns the first number."""
        start = self._ips
        self._ip.append(ips.astype(np.int64))
        self._ips += len(ips)
        return start

    def _vendor(self, style: str, per: float, skew: float) -> tuple[int, int, float]:
        """A vendor's pool: offset, size, skew."""
        rng = self.rng
        size = max(3, int(self.world.accounts * per * rng.lognormal(0, 0.6)))
        if style in ("image", "shop", "disposable", "sms", "tool", "tutorial"):
            fam = dict(image="dev", shop="mail", disposable="mail", sms="phone").get(style, "tmpl")
            return self.pool(fam, size), size, skew
        if style == "resi":  # mostly lines outside the customer base, some of customers' own homes
            inside = np.concatenate([self._ip[0], self._ip[1]])
            own = rng.choice(inside, min(len(inside), int(size * rng.uniform(0.03, 0.25)) + 1), replace=False)
            start = self.net_pool(size - len(own), "home", scattered=True)
            self._add_ips(own)
            return start, size, skew
        if style == "lowcode":
            size = min(size, 30)
        return self.net_pool(size, STYLE_OF_VENDOR.get(style, "dc"), style == "carrier" or None), size, skew

    def pick_vendor(self, style: str) -> tuple[int, int, float]:
        """A vendor by popularity."""
        choices = self.vendors[style]
        return choices[int(skewed(self.rng, len(choices), 0.7, 1)[0])]

    def pool(self, fam: str, size: int, style: str = "") -> int:
        """A fresh pool of values of a family other than addresses."""
        start = self.next[fam]
        self.next[fam] += size
        if fam == "mail" and style == "edu":
            self._edu.append((start, start + size))
        if fam == "card":
            issuers = self.all_bins[skewed(self.rng, len(self.all_bins), 2.0, int(self.rng.integers(1, 7)))]
            self._bins.append((start, issuers))
        return start

    def card_bins(self, cards: np.ndarray, personal: int) -> np.ndarray:
        """The BIN of each card: of its pool's issuers, or a popular one for personal cards."""
        pick = scramble(cards, self.world.seed + 5)
        u = (pick >> np.uint64(11)).astype(float) / float(1 << 53)
        out = self.all_bins[(len(self.all_bins) * u**3.0).astype(np.int64)]
        starts = np.array([s for s, _ in self._bins] or [0])
        which = np.searchsorted(starts, cards, side="right") - 1
        width = max((len(b) for _, b in self._bins), default=1)
        table = np.array([np.resize(b, width) for _, b in self._bins] or [[0]])
        pooled = (cards < personal) & (which >= 0) & (len(self._bins) > 0)
        out[pooled] = table[which[pooled], (pick[pooled] % np.uint64(width)).astype(np.int64)]
        return out

    def ip_text(self, numbers: np.ndarray) -> np.ndarray:
        """Addresses as text, IPv4 or IPv6."""
        out = np.empty(len(numbers), dtype=object)
        six = numbers >= V6
        ips = np.concatenate(self._ip)[numbers[~six]]
        parts = [((ips >> s) & 255) for s in (24, 16, 8, 0)]
        octet = np.array([str(i) for i in range(256)], dtype=object)
        out[~six] = octet[parts[0]] + "." + octet[parts[1]] + "." + octet[parts[2]] + "." + octet[parts[3]]
        sub, low = (numbers[six] - V6) >> 4, (numbers[six] - V6)
        net, iid = hexes(sub, self.world.seed + 11), hexes(low, self.world.seed + 12)
        tops = np.array(["2a02", "2600", "2001", "2804", "240e", "2409"], dtype=object)
        top = tops[(scramble(sub, 3) % np.uint64(6)).astype(int)]
        out[six] = [
            f"{t}:{a[:4]}:{a[4:8]}:{a[8:12]}:{b[:4]}:{b[4:8]}:{b[8:12]}:{b[12:]}"
            for t, a, b in zip(top, net, iid, strict=True)
        ]
        return out

    def domain_text(self, numbers: np.ndarray) -> np.ndarray:
        """Mail domains: the same words for firms, farms and anybody."""
        h = scramble(numbers, self.world.seed + 21)

        def part(words: list[str], shift: int) -> np.ndarray:
            index = ((h >> np.uint64(shift)) % np.uint64(len(words))).astype(int)
            return np.array(words, dtype=object)[index]

        edu = np.zeros(len(numbers), bool)
        for lo, hi in self._edu:
            edu |= (numbers >= lo) & (numbers < hi)
        dash = np.where((h >> np.uint64(50)) % np.uint64(4) == 0, "-", "").astype(object)
        stem = part(HEAD, 0) + part(HEAD, 10)
        third = np.where((h >> np.uint64(40)) % np.uint64(2) == 0, part(HEAD, 44), "").astype(object)
        name = np.where(edu, stem + third, stem + third + dash + part(TAIL, 20))
        out = name + "." + np.where(edu, part(EDU, 30), part(TLDS, 30))
        known = np.array(WEBMAIL_DOMAINS + ALIAS_DOMAINS, dtype=object)
        small = numbers < RESERVED
        out[small] = known[numbers[small]]
        return out
