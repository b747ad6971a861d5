"""The stage: pools of things, accounts that act, and the sightings their acts leave behind."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

import numpy as np

U64 = np.uint64
FOREVER = 1e6
DAY = 86400


def mix(*parts):
    """Hash integers (scalars or arrays) to 64 bits."""
    with np.errstate(over="ignore"):
        h = U64(0x9E3779B97F4A7C15)
        for part in parts:
            x = np.asarray(part).astype(np.int64).astype(U64)
            h = (h ^ x) * U64(0xBF58476D1CE4E5B9)
            h = (h ^ (h >> U64(29))) * U64(0x94D049BB133111EB)
            h = h ^ (h >> U64(32))
        return h


def unit(h):
    """Turn a hash into a number in [0, 1)."""
    return (h >> U64(11)).astype(np.float64) * 2.0**-53


@dataclass
class Account:
    """One account: who stands behind it, where it runs, when it works, what it sends."""

    index: int
    created: float
    email: str = ""
    phone: str = ""
    plan: str = "free"
    country: str = "US"
    tz: float = 0.0
    # truth
    ring: str = ""
    operator: str = ""
    group: str = ""
    kind: str = ""
    grey: bool = False
    same_owner: str = ""
    framed: bool = False
    victim: bool = False
    # habits
    rate: float = 0.2  # share of days with any use
    weekend: float = 0.6
    per_day: float = 1.5  # sittings on such a day
    clock: int = 0  # 0 a person's day, 1 cron, 2 all day, 3 a shift
    hour: float = 14.0
    spread: float = 3.5
    trend: int = 0  # 0 steady, 1 grows, 2 fades, 3 a stretch of days, 4 some weeks on, some off
    span: tuple = (0.0, FOREVER)
    tau: float = 20.0
    start: float = 0.0  # first use, if later than creation
    end: float = FOREVER
    load: float = 8.0  # requests a sitting
    sigma: float = 0.9
    at_work: bool = False  # venue 0 is the workplace
    api: bool = False
    ua: int = 0
    lag: float = 3.0  # days after a release; negative: pinned
    venues: list = field(default_factory=list)  # (source, weight)
    devices: list = field(default_factory=list)  # source by venue; -1: none is seen
    prompts: list = field(default_factory=list)  # (source, weight); source -1: free text
    status: str = "active"


class Stage:
    """All accounts and pools of one world, and the log of what is seen."""

    def __init__(self, seed, days):
        self.r = random.Random(seed)
        self.rng = np.random.default_rng(seed)
        self.days = days
        self.accounts = []
        self.pools = []  # (kind, size, skew, base)
        self.src = []  # (pool, key, stick, k)
        self.log = []  # explicit sightings (account, t, type, value)
        self.extra = []  # explicit sittings: arrays account, t, venue, device, prompt, count
        self.counter = 0
        self.homes = []
        self.private = self.pool("tpl", 1 << 38)
        self.gadgets = self.pool("dev", 1 << 38)

    def n(self):
        """Give a number nobody else has."""
        self.counter += 1
        return self.counter

    def pool(self, kind, size=1, skew=1.0, base=None):
        """Open a pool of addresses, devices or prompts."""
        if base is None and kind in ("net4", "isp"):
            first = self.r.choice([x for x in range(2, 222) if x not in (10, 100, 127, 169, 172, 192, 198, 203)])
            base = (first << 24) + (self.r.getrandbits(24) & ~((1 << min(22, max(2, int(size).bit_length()))) - 1))
        elif base is None:
            base = self.r.getrandbits(40)
        self.pools.append((kind, int(size), float(skew), int(base)))
        return len(self.pools) - 1

    def source(self, pool, stick=FOREVER, k=0, key=None):
        """Describe how somebody draws from a pool: for how many days one thing, of k favourites."""
        self.src.append((pool, self.n() if key is None else key, stick, k))
        return len(self.src) - 1

    def office(self, size=1):
        """Open a place with its own few addresses."""
        return self.pool("net4", size)

    def account(self, created, **kw):
        """Open an account."""
        a = Account(len(self.accounts), created, **kw)
        self.accounts.append(a)
        return a

    def see(self, a, t, kind, value):
        """Note one explicit sighting, if it falls into the window."""
        if 0 <= t < self.days and t >= a.created - 1e-6 and t < a.end + 0.01:
            self.log.append((a.index, t, kind, value))

    def sit(self, acc, t, venue=-1, device=-1, prompt=-1, count=1):
        """Note sittings that a dispatcher, not the account's own habits, brings about."""
        m = len(t)
        if m:
            full = [np.broadcast_to(np.asarray(x, dtype=np.int64), m) for x in (acc, venue, device, prompt, count)]
            self.extra.append((full[0], np.asarray(t, float), *full[1:]))

    def habits(self):
        """Play everybody's own days: arrays account, t."""
        A, D, rng = self.accounts, self.days, self.rng
        n = len(A)
        col = lambda name: np.array([getattr(a, name) for a in A], dtype=float)  # noqa: E731
        created, start, end = col("created"), col("start"), col("end")
        begin = np.maximum(created, start)
        day = np.arange(D)[None, :]
        p = col("rate")[:, None] * np.where((day % 7) >= 5, col("weekend")[:, None], 1.0)
        trend, tau = col("trend")[:, None], col("tau")[:, None]
        age = day - begin[:, None]
        p = np.where(trend == 1, p * np.clip(0.15 + 0.85 * (day - np.maximum(begin, 0)[:, None]) / D, 0, 1), p)
        p = np.where(trend == 2, p * np.exp(-np.clip(age, 0, None) / tau), p)
        lo, hi = np.array([a.span for a in A]).T
        p = np.where(trend == 3, p * ((day >= lo[:, None]) & (day < hi[:, None])), p)
        on = unit(mix(np.arange(n)[:, None], day // 7, 31)) < 0.45
        p = np.where(trend == 4, p * on, p)
        p = np.where((day >= np.floor(begin)[:, None]) & (day < end[:, None]), p, 0)
        clock = col("clock")
        active = rng.random((n, D)) < p
        first = np.floor(np.maximum(begin, 0)).astype(int)
        fresh = (begin >= 0) & (begin < D) & (col("rate") > 0)  # whoever signs up, tries
        active[np.nonzero(fresh)[0], first[fresh]] = True
        acc, d = np.nonzero(active)
        per = col("per_day")[acc]
        sits = np.where(clock[acc] == 1, np.maximum(1, np.round(per)), 1 + rng.poisson(np.maximum(0, per - 1)))
        sits = sits.astype(int)
        nth = np.arange(sits.sum()) - np.repeat(np.cumsum(sits) - sits, sits)
        acc, d, per = np.repeat(acc, sits), np.repeat(d, sits), np.repeat(per, sits)
        m = len(acc)
        c, hour, spread, tz = clock[acc], col("hour")[acc], col("spread")[acc], col("tz")[acc]
        h = hour + rng.normal(0, 1, m) * spread
        h = np.where(c == 1, hour + nth * 24 / np.maximum(1, np.round(per)) + rng.exponential(0.004, m), h)
        h = np.where(c == 2, rng.random(m) * 24, h)
        h = np.where(c == 3, hour + rng.random(m) * 8, h)
        t = d + np.mod(h - tz, 24) / 24
        t = np.where(t < begin[acc], begin[acc] + rng.exponential(0.03, m), t)
        keep = t < np.minimum(end[acc], D)
        acc, t = acc[keep], t[keep]
        load, sigma = col("load")[acc], col("sigma")[acc]
        count = np.maximum(1, np.round(load * np.exp(rng.normal(0, 1, len(acc)) * sigma))).astype(np.int64)
        return acc, t, count

    def play(self):
        """Play the world: a dict of type to (account, t, value code or string, count)."""
        A, rng = self.accounts, self.rng
        acc, t, count = self.habits()
        none = np.full(len(acc), -1, np.int64)
        parts = [(acc, t, none, none, none, count), *self.extra]
        acc, t, vsrc, dsrc, psrc, count = (np.concatenate(x) for x in zip(*parts, strict=True))
        created = np.array([a.created for a in A])
        ends = np.array([a.end for a in A])
        ok = (t >= 0) & (t < self.days) & (t >= created[acc] - 1e-6) & (t < ends[acc])
        acc, t, vsrc, dsrc, psrc, count = (x[ok] for x in (acc, t, vsrc, dsrc, psrc, count))
        order = np.lexsort((acc, t))
        acc, t, vsrc, dsrc, psrc, count = (x[order] for x in (acc, t, vsrc, dsrc, psrc, count))

        width = 4
        V, W, Dv, P, Q = (np.full((len(A), width), f, dtype=float) for f in (-1, 0, -1, -1, 0))
        for a in A:
            for j, (s, w) in enumerate(a.venues[:width]):
                V[a.index, j], W[a.index, j] = s, w
            for j in range(min(width, max(1, len(a.venues)))):
                if a.devices:
                    Dv[a.index, j] = a.devices[min(j, len(a.devices) - 1)]
            for j, (s, w) in enumerate(a.prompts[:width]):
                P[a.index, j], Q[a.index, j] = s, w
        pick = lambda M: (
            (  # noqa: E731
                (np.cumsum(M, 1) / np.maximum(M.sum(1, keepdims=True), 1e-9))[acc] < rng.random(len(acc))[:, None]
            )
            .sum(1)
            .clip(0, width - 1)
        )
        v = pick(W)
        tz = np.array([a.tz for a in A])[acc]
        local = np.mod(t * 24 + tz, 24)
        weekday = np.mod(np.floor(t + tz / 24), 7) < 5
        work = np.array([a.at_work for a in A])[acc] & weekday & (local > 7.5) & (local < 18.5)
        v = np.where(work & (rng.random(len(acc)) < 0.85), 0, v)
        q = pick(Q)
        venue = np.where(vsrc >= 0, vsrc, V[acc, v]).astype(np.int64)
        device = np.where(dsrc >= 0, dsrc, np.where(dsrc == -2, -1, Dv[acc, v])).astype(np.int64)
        prompt = np.where(psrc >= 0, psrc, np.where(psrc == -2, -1, P[acc, q])).astype(np.int64)
        seen = {}
        for name, s in (("ip", venue), ("device", device), ("template", prompt)):
            has = s >= 0
            seen[name] = (acc[has], t[has], self.draw(s[has], acc[has], t[has]), count[has])
        ua = np.array([a.ua for a in A], dtype=np.int64)[acc]
        lag = np.array([a.lag for a in A])[acc]
        version = np.where(lag < 0, np.floor(-lag), 40 + np.floor((t - lag) / 9)).astype(np.int64)
        seen["user_agent"] = (acc, t, ua * 1000 + version, count)
        api = np.array([a.api for a in A])[acc] & (rng.random(len(acc)) < 0.25)
        seen["conversation"] = (acc[api], t[api], mix(acc[api], (t[api] * DAY).astype(np.int64)), count[api])
        return seen

    def draw(self, s, acc, t):
        """Say what each source hands out at each time: pool and element in one code."""
        T = np.array(self.src, dtype=float)
        pool, key, stick, k = T[s, 0].astype(np.int64), T[s, 1].astype(np.int64), T[s, 2], T[s, 3].astype(np.int64)
        sec = (t * DAY).astype(np.int64)
        with np.errstate(divide="ignore", invalid="ignore"):
            slot = np.floor((t + unit(mix(key, 5)) * stick) / stick)
        slot = np.where(stick >= FOREVER, 0, np.where(stick <= 0, mix(acc, sec).astype(np.int64) >> 1, slot))
        slot = np.nan_to_num(slot).astype(np.int64)
        j = mix(key, slot, 3)
        j = np.where(k > 0, (j % np.maximum(k, 1).astype(U64)).astype(np.int64), j.astype(np.int64))
        size = np.array([p[1] for p in self.pools], dtype=float)[pool]
        skew = np.array([p[2] for p in self.pools])[pool]
        element = np.floor(size * unit(mix(key, j, 7)) ** skew).astype(np.int64)
        return (pool << 40) | element

    def words(self, codes):
        """Write codes as the text an export holds."""
        out = []
        for c in codes.tolist():
            pool, e = c >> 40, c & ((1 << 40) - 1)
            kind, size, _, base = self.pools[pool]
            if kind == "net4":
                out.append(quad(base + e))
            elif kind == "isp":  # its customers here are a few among many
                out.append(quad(base + e * 16 + (e * 7919 >> 3) % 16))
            elif kind == "resi":  # an exit is somebody's home line
                h = (e * 0x9E3779B97F4A7C15 + base) & (2**64 - 1)
                h ^= h >> 31
                _, wide, _, net = self.pools[self.homes[h % len(self.homes)]]
                e = (h >> 20) % max(1, wide)
                out.append(quad(net + e * 16 + (e * 7919 >> 3) % 16))
            elif kind == "v6":
                out.append(
                    f"2a0{base % 10:x}:{base >> 20 & 0xFFF:x}:{e >> 16 & 0xFFFF:x}:{e & 0xFFFF:x}::{e * 40503 & 0xFFFF:x}"
                )
            else:
                h = ((e + 1) * 0xD1B54A32D192ED03 ^ (base * 0x2545F4914F6CDD1D)) & (2**64 - 1)
                h = (h ^ (h >> 29)) * 0xBF58476D1CE4E5B9 & (2**64 - 1)
                out.append(f"{h ^ (h >> 32):016x}")
        return out


def quad(x):
    """Write a number as an IPv4 address."""
    x &= 0xFFFFFFFF
    return f"{x >> 24}.{x >> 16 & 255}.{x >> 8 & 255}.{x & 255}"
