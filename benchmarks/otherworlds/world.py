"""Accounts in arrays, the values they can bear, and what was seen of them: everything else here fills one of these.

Time is counted in days from the first of the export's 28, so that older accounts have a negative birthday.
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Final, TypeAlias

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

Ints: TypeAlias = npt.NDArray[np.int64]
Floats: TypeAlias = npt.NDArray[np.float64]
Bools: TypeAlias = npt.NDArray[np.bool_]
Texts: TypeAlias = npt.NDArray[np.object_]
Sizes: TypeAlias = "Callable[[int], npt.NDArray[np.number]]"
"""So many sizes of groups."""

Chunk: TypeAlias = tuple[Ints, str, Texts, Floats, Floats, Ints]
"""Accounts, a type, their values, first and last seen, how often."""

DAYS: Final = 28.0
OLDEST: Final = -900.0
N_COUNTRIES: Final = 10
N_BINS: Final = 3000
N_CLASSES: Final = 450
N_PUBLIC: Final = 350
N_AGENTS: Final = 70

WORDS: Final = (  # noqa: SIM905 - words are read as a line
    "amber birch cobalt delta ember falcon grove harbour indigo jasper kernel lumen maple nimbus orbit pixel "
    "quartz ridge summit tundra umber vertex willow xenon yarrow zephyr atlas beacon cedar dune"
).split()

_FIRST_BYTES: Final = [byte for byte in range(20, 217) if byte not in {100, 127, 169, 172, 192, 198, 203}]
"""Of IPv4 addresses that a customer can come from."""


def zipf(n: int, exponent: float) -> Floats:
    """Shares of so many values, the first the most popular."""
    shares: Floats = np.arange(1.0, n + 1) ** -exponent
    every: Floats = shares / shares.sum()
    return every


class World:
    """A world that is being made: accounts up to ``n``, and chunks of sightings.

    ``ring``, ``cell`` and ``segment`` are the answer key, as are ``rings`` (kind and campaign by id), ``groups`` (id,
    kind and hard negative) and their ``members``. ``vendors`` are the prompt, the addresses and the number of customers
    of each, and ``mixed`` the honest addresses that ring members live on too.
    """

    def __init__(self, total: int, scenario: str, seed: int) -> None:
        self.rng = np.random.default_rng([seed, zlib.crc32(scenario.encode())])
        room = int(total * 1.3) + 5000
        self.n, self.total, self._networks, self._base = 0, total, 0, int(self.rng.integers(1 << 20))
        self.created: Floats = np.zeros(room)
        self.left: Floats = np.full(room, DAYS)
        self.hour: Floats = np.zeros(room)
        self.rate: Floats = np.zeros(room)
        self.wobble: Floats = np.full(room, 3.0)
        self.email: Texts = np.full(room, None, object)
        self.phone: Texts = np.full(room, None, object)
        self.country: Ints = np.zeros(room, np.int64)
        self.victim: Bools = np.zeros(room, bool)
        self.ring: Texts = np.full(room, "", object)
        self.cell: Texts = np.full(room, "", object)
        self.segment: Texts = np.full(room, "", object)
        self.rings: dict[str, tuple[str, str]] = {}
        self.groups: list[tuple[str, str, str]] = []
        self.members: list[tuple[str, Ints]] = []
        self.chunks: list[Chunk] = []
        self.vendors: list[tuple[str, Texts, int]] = []
        self.mixed: Texts = np.zeros(0, object)
        self.bins = _texts(f"4{x:05d}" for x in self.rng.choice(10**5, N_BINS, replace=False))
        self.classes = _texts(f"fp-{x:010x}" for x in self.rng.integers(1 << 40, size=N_CLASSES))
        self.public = _texts(f"tpl-pub-{x:010x}" for x in self.rng.integers(1 << 40, size=N_PUBLIC))
        self.agents = _texts(f"sdk/{k // 9}.{k % 9} ({WORDS[k % 30]})" for k in range(N_AGENTS))

    def real(self, low: float, high: float) -> float:
        """One number between two."""
        return float(self.rng.uniform(low, high))

    def reals(self, low: float, high: float, n: int) -> Floats:
        """So many numbers between two."""
        return self.rng.uniform(low, high, n)

    def whole(self, low: int, high: int) -> int:
        """One whole number, both ends included."""
        return int(self.rng.integers(low, high + 1))

    def wholes(self, low: int, high: int, n: int) -> Ints:
        """So many whole numbers, both ends included."""
        return self.rng.integers(low, high + 1, n)

    def some(self, accounts: Ints, share: float) -> Ints:
        """Each of these accounts with a chance."""
        return accounts[self.rng.random(len(accounts)) < share]

    def fresh(self, prefix: str, n: int) -> Texts:
        """So many values that nobody bears yet."""
        return _texts(f"{prefix}{x:014x}" for x in self.rng.integers(1 << 55, size=n))

    def one(self, prefix: str) -> str:
        """One value that nobody bears yet."""
        return str(self.fresh(prefix, 1)[0])

    def addresses(self, n: int, per_network: float = 10) -> Texts:
        """So many new IPv4 addresses, so many to a /24; networks are never given twice."""
        return self.address_pool(np.arange(n), n, max(1, min(int(per_network), 250)))

    def address_pool(self, numbers: Ints, size: int, per_network: int) -> Texts:
        """Addresses by their numbers in a new pool of a size, most of which nobody will be seen on."""
        network = self._networks + numbers // per_network
        self._networks += -(-size // per_network)
        network = (network * 2654435761 + self._base) % (len(_FIRST_BYTES) * 65536)
        host = 1 + ((numbers % per_network) * 37 + network * 11) % 254
        both = zip(network.tolist(), host.tolist(), strict=True)
        return _texts(f"{_FIRST_BYTES[a >> 16]}.{a >> 8 & 255}.{a & 255}.{h}" for a, h in both)

    def domains(self, n: int, tops: Sequence[str] = ("com", "io", "net", "co", "app", "dev")) -> Texts:
        """So many new mail domains."""
        a, b, t = self.rng.integers(0, 30, (3, n))
        z = self.rng.integers(1 << 24, size=n)
        parts = zip(a, b, t, z, strict=True)
        return _texts(f"{WORDS[x]}{WORDS[y]}-{k:x}.{tops[v % len(tops)]}" for x, y, v, k in parts)

    def number_groups(self, n: int, sizes: Sizes) -> Ints:
        """The group number of each of so many accounts."""
        return np.repeat(np.arange(n + 1), np.maximum(1, sizes(n + 1)).astype(int))[:n]

    def arrive(self, n: int, segment: str, created: Floats | None = None) -> Ints:
        """So many new accounts: most are older than the export, 4 % a week come and as many go."""
        accounts = np.arange(self.n, self.n + n)
        self.n += n
        age = self.rng.exponential(260, n) + self.rng.random(n)
        self.created[accounts] = np.maximum(OLDEST, DAYS - 0.2 - age) if created is None else created
        quits = self.rng.random(n) < 0.14
        stay = np.maximum(self.created[accounts], 0)
        self.left[accounts] = np.where(quits, stay + (DAYS - stay) * self.rng.random(n), DAYS)
        self.hour[accounts] = np.clip(self.rng.normal(14, 4, n) + self.wholes(-7, 7, n), 0, 47) % 24
        self.wobble[accounts] = np.where(self.rng.random(n) < 0.07, 0.02, 3)  # some are programs that run by the clock
        pace = np.exp(self.rng.normal(np.log(10), 1.6, n))
        self.rate[accounts] = pace * np.where(self.rng.random(n) < 0.25, 0.9, 0.15)
        self.country[accounts] = self.rng.choice(N_COUNTRIES, n, p=zipf(N_COUNTRIES, 0.8))
        self.segment[accounts] = segment
        return accounts

    def name_group(self, kind: str, hard_negative: str, accounts: Ints) -> None:
        """Write an honest group into the answer key."""
        number = len(self.groups)
        self.groups.append((f"G{number:05d}", kind, f"{hard_negative}-{number:06d}"))
        self.members.append((f"G{number:05d}", np.unique(accounts)))

    def see(self, accounts: Ints, kind: str, values: Sequence[str] | Texts | str, brief: float = 0.0) -> None:
        """See accounts with a value (or each with its own) over their life, or for so many days somewhere within it."""
        n = len(accounts)
        if n == 0:
            return
        begin = np.maximum(self.created[accounts], 0)
        end = np.maximum(self.left[accounts], np.minimum(begin + 0.5, DAYS))
        r = self.rng.random((3, n))
        first = begin + (end - begin) * (r[0] if brief else r[0] ** 4)
        last = np.minimum(first + brief * r[1], end) if brief else end - (end - first) * r[1] ** 4
        clock = (self.hour[accounts] + self.wobble[accounts] * self.rng.normal(0, 1, (2, n))) % 24 / 24
        first, last = np.floor(first) + clock[0], np.floor(last) + clock[1]
        first = np.clip(np.maximum(first, self.created[accounts] + 0.001), 0, DAYS - 0.01)
        last = np.clip(np.maximum(first, last), 0, DAYS - 0.001)
        count = 1 + np.floor(self.rate[accounts] * (last - first + 0.2) * r[2]).astype(np.int64)
        each = np.full(n, values, object) if isinstance(values, str) else np.asarray(values, object)
        self.chunks.append((accounts, kind, each, first, last, count))

    def pick(
        self,
        accounts: Ints,
        kind: str,
        pool: Sequence[str] | Texts,
        each: int | tuple[int, int] = 1,
        shares: Floats | None = None,
        brief: float = 0.0,
    ) -> Ints:
        """See each account with so many values of a pool (or between two numbers); give the numbers of the values."""
        times = np.full(len(accounts), each) if isinstance(each, int) else self.wholes(*each, len(accounts))
        who = np.repeat(accounts, times)
        which: Ints = self.rng.choice(len(pool), len(who), p=shares)
        self.see(who, kind, np.asarray(pool, object)[which], brief)
        return which

    def share_new(self, accounts: Ints, share: float, kind: str, prefix: str, brief: float = 0.0) -> None:
        """See a share of these accounts with one value that nobody bears yet."""
        who = self.some(accounts, share)
        self.see(who, kind, self.one(prefix), brief)


def _texts(values: Iterable[str]) -> Texts:
    return np.array(list(values), object)
