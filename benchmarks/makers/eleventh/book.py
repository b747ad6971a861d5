"""The book of a world: accounts and sightings as growing columns, and the calendar they live by."""

from __future__ import annotations

from typing import Any

import numpy as np

from params import Params

DAY = 86_400
END = 1_795_996_800  # 2026-11-30 00:00 UTC, the last moment of the export

TEXT = ("email", "domain", "phone", "plan", "country", "kind", "ring", "operator", "group")
FLAGS = ("grey", "same_owner", "framed", "victim")
MARKS = ("home", "no_card", "no_device", "no_public", "no_prompt", "phoned", "crowded")
NUMBERS = ("created", "start", "stop")


def tokens(rng: np.random.Generator, n: int, width: int = 16, prefix: str = "") -> np.ndarray:
    """n fresh opaque values in hexadecimal, of the form that every good of a type has."""
    raw = rng.integers(0, 2**62, size=n)
    return np.array([f"{prefix}{x & (16**width - 1):0{width}x}" for x in raw.tolist()], dtype=object)


def ragged(idx: np.ndarray, times: np.ndarray) -> np.ndarray:
    """Repeat every index as often as `times` says."""
    return np.repeat(idx, times)


class Book:
    """All that is written down of a world; the kinds write, `finish` reads."""

    def __init__(self, rng: np.random.Generator, par: Params) -> None:
        """An empty book with room for the accounts of the world."""
        self.rng, self.par, self.n = rng, par, 0
        self.cols: dict[str, np.ndarray] = {}
        self.room = int(par.accounts * 1.3) + 2_000
        for name in TEXT:
            self.cols[name] = np.full(self.room, "", dtype=object)
        for name in NUMBERS:
            self.cols[name] = np.zeros(self.room, dtype=np.int64)
        for name in FLAGS + MARKS:
            self.cols[name] = np.zeros(self.room, dtype=bool)
        self.cols["calls"] = np.zeros(self.room)
        self.cols["style"] = np.zeros(self.room)
        self.cols["place"] = np.zeros(self.room, dtype=np.int64)
        self.rows: list[tuple[np.ndarray, str, np.ndarray, np.ndarray, np.ndarray, np.ndarray]] = []
        self.serial = 0

    @property
    def window(self) -> int:
        """First second of which sightings are kept."""
        return END - self.par.window * DAY

    def name(self, stem: str) -> str:
        """A fresh name for an instance; it is only ever written into the truth."""
        self.serial += 1
        return f"{stem}-{self.serial:05d}"

    def _grow(self, need: int) -> None:
        """Make room for more accounts."""
        while need > self.room:
            for key, old in self.cols.items():
                fill: Any = "" if old.dtype == object else 0
                self.cols[key] = np.concatenate([old, np.full(len(old), fill, dtype=old.dtype)])
            self.room *= 2

    def open(self, created: np.ndarray, life: float, rate: float, sigma: float, busy: float, **text: Any) -> np.ndarray:
        """Open accounts at given times; `rate` is the median of calls on a busy day, `busy` the share of such days."""
        n = len(created)
        self._grow(self.n + n)
        idx = np.arange(self.n, self.n + n)
        self.n += n
        created = np.minimum(created.astype(np.int64), END - 3_600)
        ends = created + (self.rng.exponential(life * DAY, n) + 3_600 if np.isfinite(life) else np.full(n, 4e8))
        quit_ = self.rng.random(n) < self.par.leavers
        ends = np.where(quit_, np.minimum(ends, END - self.rng.random(n) * self.par.window * DAY), ends)
        start = np.maximum(created, self.window)
        start = start + (self.rng.random(n) ** 3 * (END - start) * 0.9).astype(np.int64) * (created < self.window)
        over = ends < self.window  # closed before the window: what was last known of them stays in the export
        start = np.where(over, created, start)
        stop = np.maximum(np.minimum(ends, END), start + 1_200).astype(np.int64)
        days = np.maximum((stop - start) / DAY, 0.3)
        calls = days * np.clip(busy * self.rng.lognormal(0, 0.5, n), 0.03, 1.0) * rate * self.rng.lognormal(0, sigma, n)
        for key, value in (("created", created), ("start", start), ("stop", np.minimum(stop, END)), ("calls", calls)):
            self.cols[key][idx] = value
        for key, value in text.items():
            self.cols[key][idx] = value
        return idx

    def see(
        self, idx: np.ndarray, kind: str, values: np.ndarray, share: float | np.ndarray = 1.0, hold: float = 0.0
    ) -> None:
        """Write sightings; `hold` > 0 means that an account keeps the value about so many days only."""
        if not len(idx):
            return
        n, rng = len(idx), self.rng
        start, stop = self.cols["start"][idx], self.cols["stop"][idx]
        span = np.maximum(stop - start, 60)
        part = np.full(n, 1.0)
        if hold > 0:
            length = np.minimum(span, (hold * DAY * rng.lognormal(0, 0.4, n)).astype(np.int64))
            first = start + (rng.random(n) * (span - length)).astype(np.int64)
            part = np.maximum(length / span, 0.02)
        else:
            length = span * (1 - rng.random(n) ** 2 * 0.5)
            first = start + (rng.random(n) ** 4 * (span - length)).astype(np.int64)
        last = np.minimum(first + length, END).astype(np.int64)
        count = 1 + rng.poisson(np.minimum(self.cols["calls"][idx] * share * part, 1e6))
        last = np.where(count == 1, first, last)
        self.rows.append((idx, kind, values, first.astype(np.int64), last, count))


def calendar(rng: np.random.Generator, n: int, begin: float, spread: float, rhythm: str) -> np.ndarray:
    """Times of sign-up: `begin` days before the end, over `spread` days, by a rhythm of the people who sign up."""
    u = rng.random(n)
    if rhythm == "growing":
        u = np.sqrt(u)
    elif rhythm == "fading":
        u = rng.beta(1, 4, n)
    elif rhythm == "waves":
        k = int(rng.integers(2, 7))
        u = np.clip(rng.random(k)[rng.integers(0, k, n)] + rng.normal(0, 0.012, n), 0, 1)
    at = END - (begin - u * spread) * DAY
    if rhythm == "hours" and spread > 2:  # office hours on working days
        day = np.floor(at / DAY)
        day = np.where((day + 3) % 7 >= 5, day - 2, day)
        at = (day + np.clip(rng.normal(0.55, 0.12, n), 0, 0.999)) * DAY
    elif rhythm == "night" and spread > 1:
        at = (np.floor(at / DAY) + rng.uniform(0.05, 0.25, n)) * DAY
    return np.minimum(at, END - 3_600 - rng.random(n) * 7_200).astype(np.int64)
