"""A circle: some accounts, a calendar by which they came, and goods that they hold in common. Honest or not."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from book import DAY, END, Book, calendar, ragged
from city import LAST, WEIGHTS, WORDS, City, zipf
from params import Params


@dataclass
class Good:
    """Something held in common: who bears it (`share`), how many of the values each, and by what rule."""

    kind: str  # a signal type, or `mail` (a domain), `owner` (a mailbox with suffixes)
    values: np.ndarray
    share: float = 1.0
    per: float = 1.0
    rule: str = "random"  # random, block (by order of sign-up), zipf, chain (the one before's and one's own)
    hold: float = 0.0
    weight: float = 0.5


@dataclass
class Circle:
    """What a kind draws; `meet` makes accounts of it."""

    kind: str
    n: int
    begin: float
    spread: float
    rhythm: str = "even"
    goods: list[Good] = field(default_factory=list)
    life: float = np.inf
    rate: float = 10.0
    sigma: float = 1.5
    busy: float = 0.3
    home: float = 0.85  # share that also lives on a line of its own
    own: float = 1.0  # share of the uncovered that hold own cards, machines and prompts
    country: int = -1  # -1: all over the world
    style: float = 0.0  # one fashion of local parts, or 0 for everybody's own
    plan: str = ""
    ring: bool = False
    operator: str = ""
    flag: str = ""
    wake: float = 0.0  # days before the end at which idle accounts were woken; 0: they never slept
    label: str = ""


class World:
    """What the kinds need at hand."""

    def __init__(self, par: Params) -> None:
        """Open the book and build the city."""
        self.rng = np.random.default_rng([par.seed, 1])
        self.par = par
        self.book = Book(self.rng, par)
        self.city = City(self.rng, par, self.book)
        self.room = 1e9  # how many accounts the circle in the making may have
        self.floor = 0.0  # the least size of a large ring in the making
        self.vendor = -1  # the vendor and shop at which all rings buy, or -1: each its own
        self.sase = np.empty(0, dtype=object)
        self.members: list[tuple[Circle, np.ndarray]] = []

    def size(self, low: float, high: float, tilt: float = 1.0) -> int:
        """A size between bounds; log-uniform, or leaning to the small for tilt > 1."""
        scale = self.par.circle_scale
        u = float(self.rng.random()) ** tilt
        high = max(low * 1.3, min(high, self.room))
        low = max(low, min(self.floor, high * 0.8))
        return int(max(2, low * (high / low) ** u * (scale if high > 30 else 1)))

    def between(self, low: float, high: float) -> float:
        """A number of a range."""
        return float(self.rng.uniform(low, high))

    def pick(self, *options: str) -> str:
        """One of some words."""
        return str(options[int(self.rng.integers(len(options)))])

    def chance(self, p: float) -> bool:
        """True with probability p."""
        return bool(self.rng.random() < p)

    def meet(self, c: Circle) -> np.ndarray:
        """Make the accounts of a circle and hand out its goods."""
        rng, book, cols = self.rng, self.book, self.book.cols
        created = np.sort(calendar(rng, c.n, c.begin, c.spread, c.rhythm))
        name = c.label or book.name(c.kind)
        text = {"kind": c.kind, "plan": c.plan, "ring" if c.ring else "group": name, "operator": c.operator}
        idx = book.open(created, c.life, c.rate, c.sigma, c.busy, **text)
        n = len(idx)
        cols["place"][idx] = c.country if c.country >= 0 else rng.choice(len(WEIGHTS), n, p=WEIGHTS)
        cols["home"][idx] = rng.random(n) < c.home
        cols["style"][idx] = c.style
        if c.wake:
            woken = END - ((c.wake * rng.normal(1, 0.1, n)).clip(0.5) * DAY).astype(np.int64)
            cols["start"][idx] = np.clip(woken, cols["start"][idx], END - 7_200)
            cols["stop"][idx] = np.maximum(cols["stop"][idx], cols["start"][idx] + 3_600)
        if c.flag:
            cols[c.flag][idx] = True
        if c.own < 1:
            for mark in ("no_card", "no_device", "no_public", "no_prompt"):
                cols[mark][idx] = rng.random(n) >= c.own
        for good in c.goods:
            self.give(good, idx)
        self.members.append((c, idx))
        return idx

    def give(self, good: Good, idx: np.ndarray) -> None:
        """Hand a good to those of a circle who bear it."""
        rng, cols, n = self.rng, self.book.cols, len(idx)
        size = len(good.values)
        if not size or good.share <= 0:
            return
        sel = np.flatnonzero(rng.random(n) < good.share)
        if not len(sel):
            return
        if good.kind == "owner":
            self._one_owner(good.values, idx)
            return
        if good.rule == "chain":
            rows = np.concatenate([sel, sel[sel + 1 < n]])
            code = np.concatenate([sel, sel[sel + 1 < n] + 1]) * size // max(n, 1)
        else:
            times = 1 + rng.poisson(max(good.per - 1, 0), len(sel)) if good.per > 1 else np.ones(len(sel), dtype=int)
            rows = ragged(sel, np.minimum(times, max(size * 3, 1)))
            if good.rule == "block":
                code = rows * size // n
            elif good.rule == "zipf":
                code = zipf(rng, size, len(rows), 0.9)
            else:
                code = rng.integers(0, size, len(rows))
        code = np.clip(code, 0, size - 1)
        if good.kind == "mail":
            cols["domain"][idx[rows]] = good.values[code]
            return
        if good.kind == "phone":
            cols["phone"][idx[rows]] = good.values[code]
            return
        pairs = np.unique(rows.astype(np.int64) * size + code)
        rows, code = pairs // size, pairs % size
        mark = {"payment": "no_card", "device": "no_device", "template": "no_prompt"}.get(good.kind)
        if mark:
            cols[mark][idx[rows]] = True
        self.book.see(idx[rows], good.kind, good.values[code], good.weight, good.hold)

    def _one_owner(self, values: np.ndarray, idx: np.ndarray) -> None:
        """One mailbox with suffixes, or numbered mailboxes on one domain: an owner's own accounts."""
        rng = self.rng
        form, base = int(rng.integers(3)), str(rng.choice(LAST))
        for k, i in enumerate(idx.tolist()):
            word = WORDS[k % len(WORDS)]
            local = (f"{base}+{word}{k}", f"qa{k:02d}", f"{word}.test{k}")[form]
            self.book.cols["email"][i] = f"{local}@{values[0]}"
