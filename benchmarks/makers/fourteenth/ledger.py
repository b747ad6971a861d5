"""The ledger: every account that was opened and every signal it was seen with.

Both honest groups and rings write into the same ledger through the same two calls, `open` and
`see`, so nothing about the way a row is written tells who wrote it.  Times are days (floats) since
the start of the window; negative times lie before it.
"""

import numpy as np

# Shares of calls by local hour of the day.
RHYTHMS = {
    "office": [1, 1, 1, 1, 1, 2, 4, 10, 30, 55, 60, 55, 40, 50, 60, 58, 50, 35, 16, 9, 7, 5, 3, 2],
    "home": [10, 6, 3, 2, 2, 2, 4, 8, 14, 20, 24, 26, 28, 26, 26, 28, 30, 34, 40, 48, 52, 48, 36, 20],
    "night": [45, 50, 48, 40, 30, 16, 8, 5, 4, 5, 6, 8, 10, 10, 12, 12, 14, 16, 18, 22, 28, 34, 38, 42],
    "cron": [60, 10, 12, 30, 12, 10, 40, 14, 30, 30, 12, 12, 40, 10, 10, 10, 12, 12, 40, 10, 10, 10, 10, 12],
    "flat": [20] * 24,
    "shift": [2, 1, 1, 1, 1, 4, 40, 44, 44, 42, 40, 38, 30, 34, 44, 44, 42, 40, 36, 34, 30, 22, 8, 3],
    "class": [0, 0, 0, 0, 0, 0, 0, 3, 30, 50, 50, 40, 10, 30, 46, 44, 30, 14, 12, 16, 20, 22, 18, 6],
}
RHYTHM_NAMES = list(RHYTHMS)
_CDF = np.array([np.cumsum(np.array(RHYTHMS[r], float)) / np.sum(RHYTHMS[r]) for r in RHYTHM_NAMES])

NUMBERS = {
    "born": np.float64,
    "end": np.float64,
    "rate": np.float64,
    "act": np.float64,
    "tz": np.float64,
    "country": np.int16,
    "rhythm": np.int8,
    "pulse": np.int32,
}
TEXTS = ("mail", "phone", "plan", "status", "group", "kind", "ring", "operator")
FLAGS = ("grey", "same_owner", "framed", "victim")


class Ledger:
    """Growing columns of accounts, and a list of chunks of sightings."""

    def __init__(self, rng, days, capacity):
        self.rng, self.days, self.n = rng, float(days), 0
        self.cap = max(1000, int(capacity))
        self.col = {k: np.zeros(self.cap, t) for k, t in NUMBERS.items()}
        self.txt = {k: np.full(self.cap, "", object) for k in TEXTS}
        self.flag = {k: np.zeros(self.cap, bool) for k in FLAGS}
        self.chunks = []  # (type, ids, values, first, last, count)
        self.pulses = [None]  # (times, jitter in days)

    def _room(self, n):
        """Make room for n more accounts."""
        if self.n + n <= self.cap:
            return
        more = max(n, self.cap)
        for store in (self.col, self.flag):
            for k in store:
                store[k] = np.concatenate([store[k], np.zeros(more, store[k].dtype)])
        for k in self.txt:
            self.txt[k] = np.concatenate([self.txt[k], np.full(more, "", object)])
        self.cap += more

    def open(self, born, end, rate, act, country, tz, rhythm="home", pulse=0):
        """Open accounts; all arguments are arrays of one length (or scalars where that is natural)."""
        n = len(born)
        self._room(n)
        ids = np.arange(self.n, self.n + n)
        self.n += n
        if isinstance(rhythm, str):
            rhythm = RHYTHM_NAMES.index(rhythm)
        for k, v in (
            ("born", born),
            ("end", end),
            ("rate", rate),
            ("act", act),
            ("country", country),
            ("tz", tz),
            ("rhythm", rhythm),
            ("pulse", pulse),
        ):
            self.col[k][ids] = v
        self.txt["plan"][ids] = "free"
        self.txt["status"][ids] = "active"
        return ids

    def new_pulse(self, times, jitter_minutes):
        """Register moments to which a block of accounts keeps (a shift, a class, a scheduler)."""
        self.pulses.append((np.sort(np.asarray(times, float)), jitter_minutes / 1440.0))
        return len(self.pulses) - 1

    def mark(self, ids, **what):
        """Write labels or texts onto accounts."""
        for k, v in what.items():
            (self.flag if k in self.flag else self.txt)[k][ids] = v

    # ------------------------------------------------------------------ time
    def life(self, ids):
        """The part of the window in which each account lives."""
        a = np.clip(self.col["born"][ids], 0.0, self.days - 0.02)
        b = np.clip(self.col["end"][ids], a + 0.01, self.days - 0.001)
        return a, b

    def hour(self, ids):
        """A time of day, in days and in UTC, drawn from each account's own rhythm."""
        cdf = _CDF[self.col["rhythm"][ids]]
        h = (self.rng.random(len(ids))[:, None] > cdf).sum(1)
        return ((h + self.rng.random(len(ids)) - self.col["tz"][ids]) % 24) / 24.0

    def spans(self, ids, mode, length):
        """First and last moment of a sighting: for the whole life, a slice of it, or a single moment."""
        rng, n = self.rng, len(ids)
        a, b = self.life(ids)
        gap = b - a
        slack = 0.6 / np.maximum(self.col["act"][ids], 0.05)  # rare visitors are first seen late
        if mode == "whole":
            first = a + np.minimum(rng.exponential(slack), gap * 0.7)
            last = b - np.minimum(rng.exponential(slack), gap * 0.25)
        elif mode == "slice":
            span = np.minimum(gap, rng.exponential(1.0, n) * length)
            first = a + rng.random(n) * (gap - span)
            last = first + span
        elif mode == "start":
            first = a + np.minimum(rng.exponential(0.02, n), gap)
            last = first + np.minimum(rng.exponential(length or 0.05, n), gap * 0.5)
        else:
            raise ValueError(mode)
        if mode != "start":
            first = np.floor(first) + self.hour(ids)
            last = np.floor(last) + self.hour(ids)
            groups = self.col["pulse"][ids]
            for g in np.unique(groups[groups > 0]):
                m = np.flatnonzero(groups == g)
                times, jit = self.pulses[g]
                for arr in (first, last):
                    j = np.clip(np.searchsorted(times, arr[m]), 0, len(times) - 1)
                    arr[m] = times[j] + np.abs(rng.normal(0, jit, len(m)))
        first, last = np.minimum(first, last), np.maximum(first, last)
        first = np.clip(first, a, b)
        return first, np.clip(last, first, b)

    # ------------------------------------------------------------------ sightings
    def see(self, ids, typ, values, mode="whole", length=None, weight=1.0):
        """Note that accounts were seen with values (one value for each id; ids may repeat)."""
        ids = np.asarray(ids)
        if not len(ids):
            return
        values = np.asarray(values, dtype=object)
        first, last = self.spans(ids, mode, length)
        a, b = self.life(ids)
        calls = self.col["rate"][ids] * np.maximum(1.0, (b - a) * self.col["act"][ids])
        _, inv, k = np.unique(ids, return_inverse=True, return_counts=True)
        mean = np.minimum(calls * weight / k[inv], 1e6)
        # a short sighting cannot hold the calls of a month
        mean = mean if mode != "start" else np.minimum(mean, 3.0)
        count = np.maximum(1, self.rng.poisson(mean))
        self.chunks.append((typ, ids, values, first, last, count))

    def of_type(self, typ):
        """All (ids, values) of one type so far."""
        got = [(c[1], c[2]) for c in self.chunks if c[0] == typ]
        if not got:
            return np.zeros(0, int), np.zeros(0, object)
        return np.concatenate([g[0] for g in got]), np.concatenate([g[1] for g in got])
