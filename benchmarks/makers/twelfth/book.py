"""The book of a world: accounts, what they are in truth, their calendars and their sightings."""

import numpy as np

from names import mail_names

Array = np.ndarray
COUNTRIES = np.array(["US", "IN", "GB", "DE", "BR", "JP", "FR", "CN", "SG", "VN", "NG", "PL", "CA", "AU"], dtype=object)
ZONES = np.array([-6, 5.5, 0, 1, -3, 9, 1, 8, 8, 7, 1, 1, -5, 10])
WEIGHTS = np.array([30, 12, 7, 7, 6, 6, 5, 4, 3, 4, 3, 4, 5, 4]) / 100


class Book:
    """Accounts in the order of their making, and all that was seen of them; times are days from the window's start."""

    def __init__(self, size: int, days: float, rng: np.random.Generator) -> None:
        """Make room for the given number of accounts."""
        self.rng, self.days, self.size, self.used = rng, days, size, 0
        self.born, self.stop, self.rate, self.busy = (np.zeros(size) for _ in range(4))
        self.land = np.zeros(size, dtype=np.int64)
        self.text = {
            name: np.full(size, "", dtype=object)
            for name in ("email", "phone", "plan", "status", "ring", "operator", "group", "kind")
        }
        self.flag = {name: np.zeros(size, dtype=bool) for name in ("grey", "same_owner", "framed", "victim")}
        self.steady = np.zeros(size, dtype=bool)
        self.rows: list[tuple[Array, str, Array, Array, Array, Array]] = []
        self.instances: dict[str, int] = {}

    @property
    def left(self) -> int:
        """Say how many accounts may still be opened."""
        return self.size - self.used

    def name(self, kind: str) -> str:
        """Return a fresh name for an instance of a kind."""
        self.instances[kind] = self.instances.get(kind, 0) + 1
        return f"{kind}-{self.instances[kind]:04d}"

    def open(self, born: Array, kind: str, domains: Array, **truth: str) -> Array:
        """Open accounts at the given days with mail at the given domains and return their numbers."""
        who = np.arange(self.used, self.used + len(born))
        self.used += len(born)
        self.born[who] = np.minimum(born, self.days - 0.05)
        start = np.maximum(self.born[who], 0)
        self.stop[who] = np.minimum(start + self.rng.exponential(175, len(who)), self.days)
        self.stop[who] = np.maximum(self.stop[who], np.minimum(start + 0.02, self.days))
        self.rate[who] = 10 * np.exp(self.rng.normal(0, 1.65, len(who)))
        daily = self.rng.random(len(who)) < 0.25
        self.busy[who] = np.where(daily, self.rng.uniform(0.6, 0.95, len(who)), self.rng.beta(1.3, 7, len(who)))
        self.land[who] = self.rng.choice(len(COUNTRIES), len(who), p=WEIGHTS)
        self.text["email"][who] = mail_names(self.rng, len(who), domains)
        self.text["plan"][who] = self.rng.choice(["free", "pro", "api"], len(who), p=[0.5, 0.25, 0.25])
        self.text["status"][who] = np.where(self.rng.random(len(who)) < 0.004, "banned", "active")
        self.text["kind"][who] = kind
        for key, value in truth.items():
            self.text[key][who] = value
        return who

    def settle(self, who: Array, spread: float = 0.85) -> None:
        """Put most of a circle into one land, because people meet near home."""
        land = self.rng.choice(len(COUNTRIES), p=WEIGHTS)
        self.land[who] = np.where(self.rng.random(len(who)) < spread, land, self.land[who])

    def see(
        self, who: Array, signal: str, values: Array, lo: Array | None = None, hi: Array | None = None, part: float = 1
    ) -> None:
        """Record that accounts bore values between two days, within each account's own life."""
        if not len(who):
            return
        start, stop = np.maximum(self.born[who], 0), self.stop[who]
        lo = start if lo is None else np.clip(lo, start, stop)
        hi = stop if hi is None else np.clip(hi, lo, stop)
        span = hi - lo
        active = 1 + self.rng.binomial(np.ceil(span).astype(np.int64), self.busy[who])
        first = lo + span * self.rng.beta(1, active)
        last = np.where(active > 1, hi - span * self.rng.beta(1, active), first)
        first, last = np.minimum(first, last), np.maximum(first, last)
        first, last = self.daylight(who, first, lo, hi), self.daylight(who, last, lo, hi)
        count = 1 + self.rng.poisson(self.rate[who] * active * part * self.rng.uniform(0.3, 1.2, len(who)))
        self.rows.append((who, signal, values, np.minimum(first, last), np.maximum(first, last), count))

    def daylight(self, who: Array, when: Array, lo: Array, hi: Array) -> Array:
        """Move times to waking hours, except for accounts driven by programmes."""
        hour = (self.rng.normal(14.5, 4, len(who)) - ZONES[self.land[who]]) % 24
        moved = np.clip(np.floor(when) + hour / 24, lo, hi)
        return np.where(self.steady[who], when, moved)

    def at_birth(self, who: Array, signal: str, values: Array) -> None:
        """Record values that were borne at sign-up only; older sign-ups lie before the window."""
        fresh = self.born[who] >= 0
        who, values = who[fresh], values[fresh]
        when = self.born[who] + self.rng.uniform(0, 0.01, len(who))
        self.rows.append((who, signal, values, when, when, np.ones(len(who), dtype=np.int64)))

    def drive(self, who: Array, rate: float, spread: float, busy: float) -> None:
        """Hand accounts over to a programme with its own volume and no night."""
        self.rate[who] = rate * np.exp(self.rng.normal(0, spread, len(who)))
        self.busy[who] = np.clip(self.rng.normal(busy, 0.12, len(who)), 0.05, 0.98)
        self.steady[who] = True

    def ages(self, size: int, mean: float = 175) -> Array:
        """Draw days of birth of people who came one by one."""
        return self.days - self.rng.exponential(mean, size) - 0.1

    def span_births(self, size: int, length: float, bursts: int = 1, old: float = 0) -> Array:
        """Draw sorted days of birth in bursts of a given length, with a chance that they are old."""
        whole = min(2 * length * bursts, self.days * 0.8) if bursts > 1 else length
        anchor = self.rng.uniform(0, max(0.5, self.days - whole - 1))
        if self.rng.random() < old:
            anchor = self.rng.uniform(-250, -10)
        starts = anchor + self.rng.uniform(0, max(0.0, whole - length), bursts)
        starts.sort()
        size_of = self.rng.multinomial(size, self.rng.dirichlet(np.full(bursts, 2.0)))
        parts = [start + length * self.rng.beta(1, 1.6, count) for start, count in zip(starts, size_of, strict=True)]
        return np.sort(np.concatenate(parts))
