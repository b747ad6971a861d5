"""The book of a world: accounts, institutions, what institutions offer, and who is a member of what.

Nothing here knows what a ring is. An institution offers pools of values. A membership lets an account draw from them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

MIX, BLOCK, OWN = 0, 1, 2  # pick at random, in the order of joining, or a value of one's own
FOREVER = 1e6
PRIMARY, PARENT, LIFE, SIDE = 0, 1, 2, 3  # ranks of a membership: a lower one wins for exclusive signals


def ragged(counts: Ints) -> Ints:
    """0 … c-1 for each count c, end to end."""
    ends = np.cumsum(counts)
    return np.arange(int(ends[-1]) if len(ends) else 0, dtype=np.int64) - np.repeat(ends - counts, counts)


def skewed(rng: np.random.Generator, length: Ints | int, power: Floats | float, size: int) -> Ints:
    """Indices below length; a power of 1 is even, a larger one has a heavier head."""
    index = (np.asarray(length) * rng.random(size) ** power).astype(np.int64)
    return np.asarray(np.minimum(index, np.asarray(length) - 1), dtype=np.int64)


@dataclass
class Columns:
    """A table that grows by chunks of columns."""

    names: tuple[str, ...]
    chunks: list[dict[str, npt.NDArray[Any]]] = field(default_factory=list)
    size: int = 0

    def add(self, count: int, **columns: Any) -> Ints:
        """Append rows; scalars are repeated. The numbers of the new rows."""
        if set(columns) != set(self.names):
            raise ValueError(f"columns differ: {set(columns) ^ set(self.names)}")
        if count:
            self.chunks.append(
                {name: np.broadcast_to(np.asarray(columns[name]), (count,)).copy() for name in self.names}
            )
        first, self.size = self.size, self.size + count
        return np.arange(first, self.size, dtype=np.int64)

    def table(self) -> dict[str, npt.NDArray[Any]]:
        """All rows, one array per column; later calls see later rows."""
        if not self.chunks:
            return {name: np.zeros(0) for name in self.names}
        if len(self.chunks) > 1:
            self.chunks = [{name: np.concatenate([chunk[name] for chunk in self.chunks]) for name in self.names}]
        return self.chunks[0]


@dataclass
class Values:
    """The numbered values of one signal. A chunk has an attribute for all, or one each."""

    next: int = 0
    chunks: list[tuple[int, int, Any, Any]] = field(default_factory=list)
    runs: list[Ints] = field(default_factory=list)  # where values that were let together begin

    def new(self, count: int, attribute: Any = 0, second: Any = 0, runs: Ints | None = None) -> int:
        """Reserve values; costs nothing for a huge range with one attribute."""
        first = self.next
        self.chunks.append((first, count, attribute, second))
        self.runs.append(np.array([first]) if runs is None else first + runs)
        self.next += count
        return first

    def attributes(self, used: Ints) -> tuple[Ints, Ints]:
        """Both attributes of the used values, which must be sorted."""
        out = np.zeros(len(used), dtype=np.int64), np.zeros(len(used), dtype=np.int64)
        for first, count, *both in self.chunks:
            low, high = np.searchsorted(used, [first, first + count])
            for column, attribute in zip(out, both, strict=True):
                if np.ndim(attribute):
                    column[low:high] = attribute[used[low:high] - first]
                else:
                    column[low:high] = attribute
        return out

    def run_of(self, used: Ints) -> Ints:
        """The run each used value belongs to."""
        starts = np.unique(np.concatenate(self.runs))
        return np.searchsorted(starts, used, side="right") - 1


_ACCOUNTS = [
    "kind",
    "country",
    "created",
    "start",
    "end",
    "rate",
    "machine",
    "style",
    "group",
    "ring",
    "operator",
    "grey",
    "same_owner",
    "framed",
    "victim",
    "status",
]
_OFFERS = ["inst", "signal", "prob", "base", "length", "k", "power", "mode", "tenure", "sync", "aux", "begin", "finish"]
_MEMBERS = ["account", "inst", "start", "end", "weight", "dose", "rank"]


class Book:
    """Everything a world is made of before anything is seen."""

    def __init__(self, days: int) -> None:
        self.days = days
        self.accounts = Columns(tuple(_ACCOUNTS))
        self.institutions = Columns(("kind", "country", "hour", "hours", "office"))
        self.offers = Columns(tuple(_OFFERS))
        self.members = Columns(tuple(_MEMBERS))
        self.values = [Values() for _ in range(16)]
        self.flat: list[Ints] = []
        self.flat_size = 0
        self.kinds: list[str] = []
        self.aux: list[Ints] = []
        self.names: dict[str, list[str]] = {"group": [], "ring": [], "operator": [], "same_owner": []}

    def kind(self, name: str) -> int:
        """The number of a kind."""
        if name not in self.kinds:
            self.kinds.append(name)
        return self.kinds.index(name)

    def label(self, column: str, names: list[str]) -> Ints:
        """Number new labels of a truth column."""
        first = len(self.names[column])
        self.names[column].extend(names)
        return np.arange(first, first + len(names), dtype=np.int64)

    def found(self, count: int, kind: str, country: Any = 0, hours: tuple[float, float, bool] = (17, 4, False)) -> Ints:
        """Found institutions. Hours are the middle and spread of a local day, and whether weekends are kept."""
        return self.institutions.add(
            count, kind=self.kind(kind), country=country, hour=hours[0], hours=hours[1], office=hours[2]
        )

    def remember(self, attributes: Ints) -> int:
        """Keep a list of attributes that values of one's own are drawn from."""
        self.aux.append(np.asarray(attributes, dtype=np.int64))
        return len(self.aux) - 1

    def pool(self, values: Ints, counts: Ints) -> Ints:
        """Put explicit pools end to end; the bases that offers use."""
        self.flat.append(np.asarray(values, dtype=np.int64))
        starts = self.flat_size + np.cumsum(counts) - counts
        self.flat_size += len(values)
        return -1 - starts

    def offer(self, inst: Ints, signal: int, prob: Any, base: Any, length: Any, **habits: Any) -> None:
        """Let institutions offer a pool."""
        row = {"k": 1.0, "power": 1.0, "mode": MIX, "tenure": FOREVER, "sync": -1.0, "aux": -1}
        row |= {"begin": -FOREVER, "finish": FOREVER} | habits
        self.offers.add(len(inst), inst=inst, signal=signal, prob=prob, base=base, length=length, **row)

    def stock(self, inst: Ints, signal: int, prob: Any, counts: Any, attribute: Any = 0, **habits: Any) -> Ints:
        """Buy fresh values for institutions, each a run of its own, and offer them. The first value of each."""
        counts = np.asarray(counts, dtype=np.int64)
        starts = np.cumsum(counts) - counts
        each = np.repeat(np.broadcast_to(attribute, len(inst)), counts)
        second: Any = 0
        if signal == 1:  # a payment has a billing address: the institution's
            bill = self.values[12].new(len(inst))
            second = np.repeat(bill + np.arange(len(inst)), counts)
        first = self.values[signal].new(int(counts.sum()), each, second, starts)
        self.offer(inst, signal, prob, first + starts, counts, **habits)
        return np.asarray(first + starts, dtype=np.int64)

    def join(self, account: Ints, inst: Any, rank: int, weight: Any = 1.0, dose: Any = 1.0, **span: Any) -> None:
        """Make accounts members."""
        times = {"start": -FOREVER, "end": FOREVER} | span
        self.members.add(len(account), account=account, inst=inst, rank=rank, weight=weight, dose=dose, **times)

    def clone(self, inst: int, to: Ints, signals: tuple[int, ...], prob: float, **habits: Any) -> int:
        """Let institutions offer what another one offers, for some signals. How many offers were copied."""
        table = self.offers.table()
        rows = np.flatnonzero((table["inst"] == inst) & np.isin(table["signal"], signals))
        for row in rows:
            old = {name: table[name][row] for name in _OFFERS if name != "inst"}
            self.offers.add(len(to), inst=to, **(old | {"prob": prob} | habits))
        return len(rows)
