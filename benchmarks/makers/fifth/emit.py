"""Turn memberships into sightings: who drew which value, when, and how often.

One pass for everybody. A ring's account passes through the same code as a nurse's.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from book import BLOCK, FOREVER, LIFE, OWN, Book, Floats, Ints, ragged
from tables import BILLING, COUNTRIES, DOMAIN, EXCLUSIVE, PAYMENT, PHONE

Table = dict[str, npt.NDArray[Any]]
BATCH = 600_000
FIRST_WEEKDAY = 0


@dataclass
class Seen:
    """Sightings of one signal, one row per account and value."""

    account: Ints
    value: Ints
    first: Floats
    last: Floats
    count: Ints

    def take(self, rows: npt.NDArray[Any]) -> Seen:
        """Some of the rows."""
        return Seen(self.account[rows], self.value[rows], self.first[rows], self.last[rows], self.count[rows])


def join_seen(parts: list[Seen]) -> Seen:
    """Put parts end to end and merge rows of one account and value."""
    parts = [part for part in parts if len(part.account)]
    if not parts:
        none = np.zeros(0, dtype=np.int64)
        return Seen(none, none, none.astype(float), none.astype(float), none)
    account, value, first, last, count = (
        np.concatenate([getattr(part, name) for part in parts])
        for name in ("account", "value", "first", "last", "count")
    )
    order = np.lexsort((value, account))
    account, value, first, last, count = account[order], value[order], first[order], last[order], count[order]
    new = np.ones(len(account), dtype=bool)
    new[1:] = (account[1:] != account[:-1]) | (value[1:] != value[:-1])
    at = np.flatnonzero(new)
    return Seen(
        account[at],
        value[at],
        np.minimum.reduceat(first, at),
        np.maximum.reduceat(last, at),
        np.add.reduceat(count, at),
    )


class Clock:
    """Hours of a day by institution and country; week-ends and holidays by country."""

    def __init__(self, rng: np.random.Generator, days: int) -> None:
        self.rng, self.days = rng, days
        self.offset = np.array([country.offset for country in COUNTRIES])
        span = days + 3
        self.free = np.zeros((len(COUNTRIES), span), dtype=bool)
        for number, country in enumerate(COUNTRIES):
            weekday = (np.arange(span) + FIRST_WEEKDAY) % 7
            self.free[number] = np.isin(weekday, country.weekend)
            self.free[number, rng.integers(0, span, rng.integers(2, 7))] = True

    def at(self, when: Floats, inst: Ints, country: Ints, institutions: Table) -> Floats:
        """Move moments to hours at which the members of the institution are awake, and offices to working days."""
        rng, size = self.rng, len(when)
        day = np.floor(when).astype(np.int64)
        office = institutions["office"][inst].astype(bool) & (rng.random(size) < 0.88)
        for _ in range(3):
            free = self.free[country, np.clip(day, 0, self.days)] & office & (day < self.days - 1)
            day = day + free
        hour = rng.normal(institutions["hour"][inst], institutions["hours"][inst]) - self.offset[country]
        return np.asarray(day + (hour % 24) / 24 + rng.random(size) / 86400)


def sight(rng: np.random.Generator, book: Book) -> dict[int, Seen]:
    """All sightings by signal, before coverage and mess."""
    offers, members = book.offers.table(), book.members.table()
    order = np.argsort(offers["inst"], kind="stable")
    offers = {name: column[order] for name, column in offers.items()}
    pointers = np.searchsorted(offers["inst"], np.arange(book.institutions.size + 1))
    order = np.argsort(members["account"], kind="stable")
    members = {name: column[order] for name, column in members.items()}
    members["place"], size = _places(rng, book, members)
    flat = np.concatenate(book.flat) if book.flat else np.zeros(1, dtype=np.int64)
    clock = Clock(rng, book.days)
    parts: dict[int, list[Seen]] = {signal: [] for signal in range(13)}
    cuts = [*np.arange(0, len(members["account"]), BATCH).tolist(), len(members["account"])]
    for low, high in itertools.pairwise(cuts):
        # a batch ends between two accounts, so that one account's employer and private life meet
        begin, stop = _edge(members["account"], low), _edge(members["account"], high)
        if stop > begin:
            batch = {name: column[begin:stop] for name, column in members.items()}
            _batch(rng, book, offers, pointers, flat, batch, size, clock, parts)
    return {signal: join_seen(part) for signal, part in parts.items()}


def _edge(account: npt.NDArray[Any], row: int) -> int:
    return row if row in {0, len(account)} else int(np.searchsorted(account, account[row]))


def _places(rng: np.random.Generator, book: Book, members: Table) -> tuple[Ints, Ints]:
    """Each member's place in the order of joining, and the number of members of each institution."""
    created = book.accounts.table()["created"][members["account"]]
    joined = np.maximum(created, members["start"]) + rng.random(len(created)) * 1e-6
    order = np.lexsort((joined, members["inst"]))
    size = np.bincount(members["inst"], minlength=book.institutions.size)
    place = np.zeros(len(order), dtype=np.int64)
    place[order] = ragged(size)
    return place, size


def _batch(
    rng: np.random.Generator,
    book: Book,
    offers: Table,
    pointers: Ints,
    flat: Ints,
    members: Table,
    size: Ints,
    clock: Clock,
    parts: dict[int, list[Seen]],
) -> None:
    accounts, institutions = book.accounts.table(), book.institutions.table()
    inst = members["inst"]
    many = pointers[inst + 1] - pointers[inst]
    row = np.repeat(np.arange(len(inst)), many)
    offer = np.repeat(pointers[inst], many) + ragged(many)
    kept = rng.random(len(row)) < offers["prob"][offer] * members["weight"][row]
    row, offer = _exclusive(rng, offers, members, row[kept], offer[kept])

    # how many values each draws, scaled by how busy the account is
    account = members["account"][row]
    busy = np.clip((accounts["rate"][account] / 6) ** 0.35, 0.35, 2.0)
    span = np.clip((accounts["end"] - accounts["start"])[account] / book.days, 0.05, 1)
    extra = (offers["k"][offer] * members["dose"][row] - 1) * busy * np.sqrt(span)
    draws = 1 + rng.poisson(np.maximum(extra, 0))
    draws = np.where(offers["mode"][offer] == OWN, draws, np.minimum(draws, offers["length"][offer] * 2))
    row, offer, account = np.repeat(row, draws), np.repeat(offer, draws), np.repeat(account, draws)
    turn = ragged(draws)
    inst = members["inst"][row]

    first, last, alive = _spans(rng, book, offers, members, accounts, row, offer, turn)
    row, offer, account, turn, inst = row[alive], offer[alive], account[alive], turn[alive], inst[alive]
    first, last = first[alive], last[alive]
    value = _values(rng, book, offers, flat, members, size, row, offer, turn)
    first, last = _hours(rng, clock, first, last, inst, account, accounts, offers["sync"][offer], institutions)
    share = accounts["rate"][account] * (last - first + 0.3) / (1 + draws.mean())
    count = 1 + rng.poisson(np.minimum(share, 1e6))
    signal = offers["signal"][offer]
    for number in range(13):
        mask = signal == number
        if mask.any():
            parts[number].append(Seen(account[mask], value[mask], first[mask], last[mask], count[mask]))


def _exclusive(rng: np.random.Generator, offers: Table, members: Table, row: Ints, offer: Ints) -> tuple[Ints, Ints]:
    """Where an employer or a ring gives a card, a device or a mailbox, one's own is mostly not used."""
    signal, rank, account = offers["signal"][offer], members["rank"][row], members["account"][row]
    drop = np.zeros(len(row), dtype=bool)
    least = int(members["account"].min())
    width = int(members["account"].max()) - least + 1
    for number in EXCLUSIVE:
        mask = signal == number
        best = np.full(width, 9)
        np.minimum.at(best, account[mask] - least, rank[mask])
        worse = mask & (rank >= LIFE) & (rank > best[account - least])
        drop |= worse & (rng.random(len(row)) < (1.0 if number in {DOMAIN, PHONE} else 0.85))
    return row[~drop], offer[~drop]


def _spans(
    rng: np.random.Generator,
    book: Book,
    offers: Table,
    members: Table,
    accounts: Table,
    row: Ints,
    offer: Ints,
    turn: Ints,
) -> tuple[Floats, Floats, npt.NDArray[np.bool_]]:
    """When each drawn value is used: throughout, or for as long as such values are held."""
    account = members["account"][row]
    start = np.maximum.reduce([accounts["start"][account], members["start"][row], offers["begin"][offer]])
    end = np.minimum.reduce([accounts["end"][account], members["end"][row], offers["finish"][offer]])
    # an account that is seen at all is seen within its first days; the lightest stop early
    light = rng.random(len(row)) ** np.clip(8 / accounts["rate"][account], 0.3, 6)
    tenure = offers["tenure"][offer]
    length = np.maximum(end - start, 0)
    stays = tenure >= FOREVER
    delay = np.minimum(rng.exponential(2.0, len(row)), 0.5) * np.minimum(length, 1)
    first = np.where(
        stays & (turn == 0), start + delay * (rng.random(len(row)) < 0.7), start + rng.random(len(row)) * length
    )
    last = np.where(stays, first + (end - first) * (0.15 + 0.85 * light), first + tenure * rng.exponential(1, len(row)))
    synced = offers["sync"][offer] >= 0
    begins = np.maximum(start, np.ceil(np.maximum(offers["begin"][offer], 0)))
    first = np.where(synced, np.minimum(begins + rng.random(len(row)) * offers["sync"][offer] / 1440, end), first)
    last = np.maximum(np.minimum(last, end), first)
    return first, last, (length > 0) & (start < book.days) & (end > 0)


def _values(
    rng: np.random.Generator,
    book: Book,
    offers: Table,
    flat: Ints,
    members: Table,
    size: Ints,
    row: Ints,
    offer: Ints,
    turn: Ints,
) -> Ints:
    length, base, mode = offers["length"][offer], offers["base"][offer], offers["mode"][offer]
    place, members_of = members["place"][row], size[members["inst"][row]]
    index = (length * rng.random(len(row)) ** offers["power"][offer]).astype(np.int64)
    block = (place * length) // np.maximum(members_of, 1) + turn
    index = np.where(mode == BLOCK, block, index)
    index = np.minimum(index, np.maximum(length - 1, 0))
    value = np.where(base >= 0, base + index, flat[np.where(base < 0, np.minimum(-1 - base + index, len(flat) - 1), 0)])
    own = mode == OWN
    for signal in np.unique(offers["signal"][offer[own]]):
        mask = np.flatnonzero(own & (offers["signal"][offer] == signal))
        attribute = _own_attributes(rng, book, offers["aux"][offer[mask]])
        second: Any = 0
        if signal == PAYMENT:
            second = book.values[BILLING].new(len(mask)) + np.arange(len(mask))
        runs = np.arange(len(mask), dtype=np.int64)
        value[mask] = book.values[signal].new(len(mask), attribute, second, runs) + runs
    return np.asarray(value)


def _own_attributes(rng: np.random.Generator, book: Book, aux: Ints) -> Ints:
    """Attributes of values of one's own, from the lists that the offers point to."""
    if not len(book.aux):
        return np.zeros(len(aux), dtype=np.int64)
    lengths = np.array([len(one) for one in book.aux])
    starts = np.cumsum(lengths) - lengths
    every = np.concatenate(book.aux)
    known = np.maximum(aux, 0)
    index = starts[known] + (lengths[known] * rng.random(len(aux)) ** 2.4).astype(np.int64)
    return np.where(aux >= 0, every[index], 0)


def _hours(
    rng: np.random.Generator,
    clock: Clock,
    first: Floats,
    last: Floats,
    inst: Ints,
    account: Ints,
    accounts: Table,
    sync: Floats,
    institutions: Table,
) -> tuple[Floats, Floats]:
    """Give both ends of each span an hour of the day; keep them within the account's life."""
    country = accounts["country"][account]
    start, end = accounts["start"][account], accounts["end"][account]
    short = (last - first < 0.5) | (sync >= 0)
    moved = np.where(sync >= 0, first, clock.at(first, inst, country, institutions))
    early = moved < start
    moved = np.where(early, np.minimum(start + rng.exponential(0.04, len(first)), end), moved)
    closing = np.where(short, moved + (last - first), clock.at(last, inst, country, institutions))
    top = np.maximum(np.minimum(end, clock.days), start)
    moved = np.minimum(moved, top)
    return moved, np.maximum(np.minimum(closing, top), moved)
