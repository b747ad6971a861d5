"""Where traffic comes from: networks, lines, gateways, exits, and the address each gives out at a moment."""

# ruff: noqa: PLR2004  (a share or a size stands beside what it describes)
from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from kernel import Floats, Ints, Rng, below, keyed, mix, unit

KEYED, LEASE, DUAL, PROXY = 0, 1, 2, 3
V6 = 1 << 60
UNIT = 4096  # addresses in a /20, the piece in which networks obtain space
RESERVED = {0, 10, 100, 127, 169, 172, 192, 198, 203}


def free_units(rng: Rng) -> Ints:
    """Every public /20 in random order."""
    units = rng.permutation(224 << 12)
    bad = np.isin(units >> 12, list(RESERVED))
    return units[~bad].astype(np.int64)


def show_addresses(codes: Ints) -> list[str]:
    """Addresses as text."""
    line, era = codes >> 14 & ((1 << 40) - 1), codes >> 10 & 15
    prefix, suffix = mix(line * 16 + era).tolist(), mix(codes & ((1 << 54) - 1)).tolist()
    out = []
    for code, h, s, provider in zip(codes.tolist(), prefix, suffix, (line % 97).tolist(), strict=True):
        if code < V6:
            out.append(f"{code >> 24}.{code >> 16 & 255}.{code >> 8 & 255}.{code & 255}")
            continue
        head = f"2{(h >> 60) % 6:x}{(h >> 52) & 255:02x}:{provider * 401 + 16:x}:{h >> 16 & 65535:x}:{h & 65535:x}"
        out.append(f"{head}:{s >> 48:x}:{s >> 32 & 65535:x}:{s >> 16 & 65535:x}:{s & 65535:x}")
    return out


@dataclass
class Places:
    """All venues as columns. A venue turns (account, time) into an address; nobody assigns addresses by hand."""

    rng: Rng
    spread: float  # addresses of an access network for each line it serves here
    exit_honest: float  # share of a proxy vendor's exits that are lines of customers of this platform
    units: Ints = field(init=False)
    taken: int = 0
    pools: list[list[int]] = field(default_factory=list)
    cursor: list[int] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    columns: dict[str, list[np.ndarray]] = field(default_factory=dict)
    size: int = 0
    exits: Ints = field(default_factory=lambda: np.zeros(0, np.int64))

    def __post_init__(self) -> None:
        """Shuffle the address space once."""
        self.units = free_units(self.rng)
        self.columns = {name: [] for name in ("mode", "pool", "base", "k", "period", "skew")}

    def network(self, addresses: int = 1) -> int:
        """Found a network with room for some addresses; it grows when it must."""
        self.pools.append([])
        self.cursor.append(0)
        self.lines.append(0)
        self.grow(len(self.pools) - 1, addresses)
        return len(self.pools) - 1

    def grow(self, pool: int, addresses: int) -> None:
        """Let a network hold at least this many addresses."""
        while len(self.pools[pool]) * UNIT < addresses:
            self.pools[pool].append(int(self.units[self.taken]))
            self.taken += 1

    def allot(self, pool: int, sizes: Ints, gap: float = 3.0) -> Ints:
        """Hand out runs of addresses of a network, with strangers' runs between them."""
        gaps = self.rng.poisson(gap, len(sizes))
        ends = self.cursor[pool] + np.cumsum(sizes + gaps)
        if len(ends):
            self.cursor[pool] = int(ends[-1])
            self.grow(pool, self.cursor[pool] + 1)
        return ends - sizes

    def add(
        self, mode: int, pool: int | Ints, base: int | Ints, k: int | Ints, period: float | Floats, skew: float = 1.0
    ) -> Ints:
        """Add venues (as many as the longest argument); their ids."""
        arrays = np.broadcast_arrays(
            *(np.atleast_1d(np.asarray(x, np.float64)) for x in (mode, pool, base, k, period, skew))
        )
        n = len(arrays[0])
        for name, values in zip(self.columns, arrays, strict=True):
            self.columns[name].append(values.copy())
        self.size += n
        return np.arange(self.size - n, self.size)

    def egress(self, pool: int, sizes: Ints, period: float | Floats = 7.0, skew: float = 1.0) -> Ints:
        """Fixed egresses of some addresses each: offices, hosts, gateways, exits of a VPN."""
        return self.add(KEYED, pool, self.allot(pool, sizes), sizes, period, skew)

    def access_lines(self, pools: Ints, period: Floats, dual: np.ndarray) -> Ints:
        """Access lines with leased addresses; some have IPv6 beside it."""
        for pool, count in zip(*np.unique(pools, return_counts=True), strict=True):
            self.lines[int(pool)] += int(count)
        return self.add(np.where(dual, DUAL, LEASE), pools, 0, 1, period)

    def proxy(self, pool: int, first: Ints | int, exits: Ints | int, period: float) -> Ints:
        """A customer's view of a vendor's pool: a range of exits, one kept for a while."""
        return self.add(PROXY, pool, first, exits, period)

    def close(self) -> None:
        """Freeze the tables; networks of access lines obtain the space which their lines need."""
        for pool, count in enumerate(self.lines):
            if count:
                self.grow(pool, max(256, int(count * self.spread)))
        self.frozen = {name: np.concatenate(parts) for name, parts in self.columns.items()}
        for name in ("mode", "pool", "base", "k"):
            self.frozen[name] = self.frozen[name].astype(np.int64)
        self.offset = np.cumsum([0] + [len(p) for p in self.pools[:-1]]).astype(np.int64)
        self.table = np.array([u for p in self.pools for u in p], np.int64)
        self.room = np.array(
            [
                max(256, int(c * self.spread)) if c else len(p) * UNIT
                for c, p in zip(self.lines, self.pools, strict=True)
            ]
        )

    def address(self, venue: Ints, who: Ints, t: Floats) -> Ints:
        """The address that each venue shows for an account at a time."""
        f = self.frozen
        mode, pool, period = f["mode"][venue], f["pool"][venue], f["period"][venue]
        out = np.zeros(len(venue), np.int64)
        era = np.floor(t / period + unit(mix(venue))).astype(np.int64)
        own = keyed(venue, who, np.where(mode == KEYED, np.floor(t / period + unit(mix(who))).astype(np.int64), era))
        keyed_k = (f["k"][venue] * unit(own) ** f["skew"][venue]).astype(np.int64)
        index = np.where(mode == KEYED, f["base"][venue] + keyed_k, below(keyed(venue, era), self.room[pool]))
        m = mode == PROXY
        if m.any():
            exit_id = f["base"][venue[m]] + below(own[m], f["k"][venue[m]])
            exit_key = keyed(pool[m], exit_id, 77)
            index[m] = below(keyed(exit_key, np.floor(t[m] / 9.0)), self.room[pool[m]])
            hit = unit(keyed(exit_key, 5)) < (self.exit_honest if len(self.exits) else 0.0)
            line = self.exits[below(exit_key, max(1, len(self.exits)))] if len(self.exits) else exit_id
            if hit.any():
                rows = np.flatnonzero(m)[hit]
                chosen = line[hit]
                line_era = np.floor(t[rows] / f["period"][chosen] + unit(mix(chosen))).astype(np.int64)
                pool[rows] = f["pool"][chosen]
                index[rows] = below(keyed(chosen, line_era), self.room[pool[rows]])
        out = self.table[self.offset[pool] + (index >> 12)] * UNIT + (index & (UNIT - 1))
        six = (mode == DUAL) & (unit(keyed(who, np.floor(t * 4), 6)) < 0.55)
        if six.any():
            months = np.floor(t[six] / 150.0 + unit(mix(venue[six]))).astype(np.int64) & 15
            suffix = below(keyed(who[six], np.floor(t[six])), 1024)
            out[six] = V6 | venue[six] << 14 | months << 10 | suffix
        return out
