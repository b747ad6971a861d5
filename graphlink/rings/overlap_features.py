"""Measures how the shared values of a group overlap: whether pairs that share one value also share another.

Firms and their branches, couples and colleagues share all or nothing. What an operator deals out crosses: cards,
addresses, domains and texts go from hand to hand.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from graphlink.engine.arrays import distinct, spread
from graphlink.engine.components import join_pairs
from graphlink.model.families import (
    CLIENT,
    CONTENT,
    DEVICE,
    IDENTITY,
    LARGEST_HOUSEHOLD,
    MAIL_DOMAIN,
    NETWORK,
    PAYMENT,
    REFERRAL,
    VENDOR_ADDRESSES,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from graphlink.model.arrays import Bools, Floats, Int64s, Keys
    from graphlink.model.signals import SignalType

_ELSEWHERE = frozenset({NETWORK, CONTENT, CLIENT, IDENTITY, REFERRAL})
"""Families other than what accounts have or pay with."""

_MOST = 0.5
"""Share of the members from which on a value is the whole group's and not a part's."""

_TELL = 0.15
"""Least share of the members with data, to measure whether everything else stays apart: a few pairs of a ring always
do."""

_MUCH = 0.2
"""Share of the sharing pairs from which on addresses of two or three accounts count. The type with most pairs always
counts."""

_COMMON = 4
"""Widest values of a type that firms may have in common, such as a reseller's few cards."""

_TOGETHER, _PAIRS = 3, 3
"""Most accounts of a couple or a few colleagues; and least pairs of accounts that show what couples share."""


@dataclass(frozen=True, slots=True, eq=False)
class Parts:
    """The ties to values that are mostly a group's own and that less than half of it has, by row."""

    group: Int64s
    kind: Int64s
    row: Int64s
    account: Int64s
    n_bearers: Int64s
    beyond: Bools
    """Whether a tie is to none of the few widest values of its type in its group (``_is_beyond_common``)."""
    key: Keys
    """By account of the graph: a key that orders it independently of its name (``Bipartite.account_trace``)."""


def parts_of(
    ties: pd.DataFrame, signals: pd.DataFrame, types: Sequence[SignalType], size: Int64s, anyones: Bools, key: Keys
) -> Parts:
    """The parts of each group, from the ``ties`` of the members that count; ``anyones`` as for ``describe_groups``."""
    row, account = ties["row"].to_numpy(dtype=np.int64), ties["account"].to_numpy(dtype=np.int64)
    group = signals["community"].to_numpy(dtype=np.int64)
    borne = np.bincount(row, minlength=len(signals))
    mostly_here = signals["inside"].to_numpy() > signals["outside"].to_numpy()
    of_part = (mostly_here & ~anyones[signals["signal"]] & (borne < _MOST * size[group]))[row]
    row = row[of_part]
    mine, kind, n_bearers = group[row], signals["type"].to_numpy(dtype=np.int64)[row], borne[row]
    beyond = _is_beyond_common(mine, kind, row, n_bearers, types)
    return Parts(mine, kind, row, account[of_part], n_bearers, beyond, key)


# --- the traits -------------------------------------------------------------------------------------------------------


def nested(parts: Parts, types: Sequence[SignalType], size: Int64s) -> Floats:
    """Share of the pairs sharing what they have or pay with that also share one mail domain.

    Firms under one roof, or of one programme, share that and nothing else: each has its domain and its card. An
    operator's cards and domains cross. Of several types the largest share counts, since firms may pass round a
    technician's machine. Values that most members share are left out, and so are members without a private domain.
    """
    homes = _firms_of(parts, _are_domains(types))
    return _share_alike(parts, _are_own(types)[parts.kind], homes, len(size), np.fmax)


def within_firms(parts: Parts, types: Sequence[SignalType], size: Int64s, family: str) -> Floats:
    """Share of the pairs sharing a part's text, or address, that also share one mail domain.

    A firm has prompts and lines of its own, and its people have its domain. An operator's prompts cross the operator's
    domains, and so do the exits in use. Where an export has no mail domains, cards replace them.
    """
    asked = _are_exactly(types, family)[parts.kind]
    homes = _firms_of(parts, _are_homes(types))
    told = _tell(parts, asked, homes, size)
    return np.where(told, _share_alike(parts, asked, homes, len(size), np.fmin), np.nan)


def apart(parts: Parts, types: Sequence[SignalType], size: Int64s) -> Floats:
    """Share of the pairs sharing a part's value that also share one mail domain, for the type where it is smallest.

    Addresses do not count if less than a fifth of these pairs share one, two or three accounts at each. In a
    programme's teams some people are neighbours, or had a provider's line one after the other. An operator's are on
    more.

    Firms with a few things in common, a reseller's card or a vendor's prompt and addresses, keep all else apart. Some
    of an operator's values cross the domains: the cards, the addresses or the texts. Where an export has no mail
    domains, cards replace them.
    """
    home, fine = _are_homes(types), np.array([not each.coarse for each in types], dtype=np.bool_)
    homes = _firms_of(parts, home)
    chosen = (fine & ~home)[parts.kind] & parts.beyond
    told = _tell(parts, chosen | _are_own(types)[parts.kind], homes, size)
    names, n_alike, n_all = _count_alike(parts, chosen, homes)
    tells = chosen & (homes[parts.account] >= 0)
    n_ties = np.unique(parts.group[tells] << 16 | parts.kind[tells], return_counts=True)[1]
    at_places = np.array([each.family == NETWORK for each in types], dtype=np.bool_)[names & 0xFFFF]
    much = ~at_places | _are_much(names >> 16, n_all) | (n_all > (_TOGETHER - 1) * n_ties)
    by_chance = _alike_by_chance(parts, homes, len(size))
    return np.where(told, _beyond_chance(names[much], n_alike[much], n_all[much], by_chance, np.fmin), np.nan)


def housed(parts: Parts, types: Sequence[SignalType], size: Int64s, family: str) -> Floats:
    """Share of the pairs sharing a card, or a device, that also share an address, as a mean over members.

    People of a branch are at the head office now and then, and still share the branch's address.
    """
    return _share_any(parts, _are_exactly(types, family), _are_exactly(types, NETWORK)[parts.kind], size)


def settled(parts: Parts, types: Sequence[SignalType], size: Int64s) -> Floats:
    """Share of the pairs sharing a mail domain that also share an address, as a mean over members: an office.

    The few widest addresses are left out: a reseller's gateway is no client's office.
    """
    return _share_any(parts, _are_domains(types), parts.beyond & _are_exactly(types, NETWORK)[parts.kind], size)


def keyed(parts: Parts, types: Sequence[SignalType], size: Int64s) -> Floats:
    """Share of the pairs sharing a mail domain that also share what they pay with, as a mean over members.

    An agency that pays for its clients may have several cards, but each client has one of these. An operator who
    rotates cards deals them out whatever domain an account has.
    """
    return _share_any(parts, _are_domains(types), _are_exactly(types, PAYMENT)[parts.kind], size)


def paired(parts: Parts, types: Sequence[SignalType], size: Int64s) -> Floats:
    """Share of the pairs sharing a device that also share what they pay with, as a mean over members.

    A department has its machines and its card. What an operator deals out crosses.
    """
    devices = _are_exactly(types, DEVICE)
    return _share_any(parts, devices, (_are_own(types) & ~devices)[parts.kind], size)


# --- what is a home's and not the group's ---------------------------------------------------------------------------


def are_of_one_home(signals: pd.DataFrame, ties: pd.DataFrame, types: Sequence[SignalType], size: Int64s) -> Bools:
    """By signal: whether only people of one home have it, in a group larger than two households: couples share much.

    Among a tax adviser's clients are sixty couples, each with a mailbox, an account and an address of its own. They are
    no set of sixty interchangeable mailboxes, since none of these is on people of two homes. What an operator deals out
    crosses.
    """
    kind, group = (signals[name].to_numpy(dtype=np.int64) for name in ("type", "community"))
    few = _are_ones(types)[kind] & (signals["borne"] <= _TOGETHER).to_numpy() & (size[group] > 2 * LARGEST_HOUSEHOLD)
    number = np.full(int(ties["row"].max()) + 1 if len(ties) else 0, -1, dtype=np.int64)
    number[signals.index[few]] = np.flatnonzero(few)
    value, account = number[ties["row"]], ties["account"].to_numpy(dtype=np.int64)
    value, account = value[value >= 0], account[value >= 0]
    order = np.lexsort((account, value))
    value, account = value[order], account[order]
    home = _living_together(value, account, kind, types)
    begins = np.flatnonzero(np.diff(value, prepend=-1))
    of_one_home = np.zeros(len(signals), dtype=np.bool_)
    if len(begins):
        first, last = np.minimum.reduceat(home, begins), np.maximum.reduceat(home, begins)
        of_one_home[value[begins]] = (first == last) & (first >= 0)
    return of_one_home


def _living_together(value: Int64s, account: Int64s, kind: Int64s, types: Sequence[SignalType]) -> Int64s:
    """The home of each account, as a number, -1 where there is none: values come sorted, and accounts within each.

    Accounts that share values of two families are of one home. More than three may be a ring's cell.
    """
    ends = np.searchsorted(value, value, side="right")
    second, first = spread(np.arange(1, len(value) + 1), ends)
    numbers = {family: n for n, family in enumerate(sorted({each.family for each in types}))}
    family = np.array([numbers[each.family] for each in types], dtype=np.int64)[kind[value[first]]]
    pair = account[first] << 32 | account[second]
    pairs, which = np.unique(pair, return_inverse=True)
    n_families = np.bincount(distinct(which * len(numbers) + family) // len(numbers), minlength=len(pairs))
    together = pairs[n_families > 1]
    n_accounts = int(account.max(initial=-1)) + 1
    home = join_pairs(together >> 32, together & 0xFFFFFFFF, n_accounts)
    n_people = np.bincount(home, minlength=n_accounts)[home]
    return np.where((n_people > 1) & (n_people <= _TOGETHER), home, -1)[account]


# --- which types and values -------------------------------------------------------------------------------------------


def _are_own(types: Sequence[SignalType]) -> Bools:
    """By type: whether it is what accounts have or pay with."""
    return np.array([not each.coarse and each.family not in _ELSEWHERE for each in types], dtype=np.bool_)


def _are_ones(types: Sequence[SignalType]) -> Bools:
    """By type: whether it names one thing that is neither a text nor a program."""
    return np.array([not each.coarse and each.family not in {CONTENT, CLIENT} for each in types], dtype=np.bool_)


def _are_exactly(types: Sequence[SignalType], family: str) -> Bools:
    """By type: whether it is of a family and names one thing, not a neighbourhood."""
    return np.array([not each.coarse and each.family == family for each in types], dtype=np.bool_)


def _are_domains(types: Sequence[SignalType]) -> Bools:
    return np.array([each.name == MAIL_DOMAIN for each in types], dtype=np.bool_)


def _are_homes(types: Sequence[SignalType]) -> Bools:
    """By type: whether it identifies a firm's people: mail domains, or cards where an export has no mail domains."""
    domain = _are_domains(types)
    return domain if domain.any() else _are_exactly(types, PAYMENT)


def _is_beyond_common(
    group: Int64s, kind: Int64s, row: Int64s, n_bearers: Int64s, types: Sequence[SignalType]
) -> Bools:
    """By tie: whether it is to none of the few widest values of its type in its group.

    Of addresses at most half are common, since each firm has one of its own.
    """
    at_places = np.array([each.family == NETWORK for each in types], dtype=np.bool_)
    rows, first = np.unique(row, return_index=True)
    of_type = group[first] * len(types) + kind[first]
    widest_first = np.lexsort((-n_bearers[first], of_type))
    begins = np.flatnonzero(np.diff(of_type[widest_first], prepend=-1))
    n_values = np.diff(begins, append=len(rows))
    many = np.where(at_places[kind[first[widest_first[begins]]]], np.minimum(VENDOR_ADDRESSES, n_values // 2), 0)
    n_common = np.maximum(many, _COMMON)
    beyond = np.zeros(len(rows), dtype=np.bool_)
    beyond[widest_first] = np.arange(len(rows)) - np.repeat(begins, n_values) >= np.repeat(n_common, n_values)
    found: Bools = beyond[np.searchsorted(rows, row)]
    return found


# --- pairs ------------------------------------------------------------------------------------------------------------


def _homes(parts: Parts, home: Bools) -> Int64s:
    """The home of each account: its value among some ties, as a row, the widest of several; -1 for none."""
    at_home = np.flatnonzero(home)
    at_home = at_home[np.lexsort((parts.row[at_home], parts.n_bearers[at_home]))]
    home_of = np.full(int(parts.account.max(initial=-1)) + 1, -1, dtype=np.int64)
    home_of[parts.account[at_home]] = parts.row[at_home]
    return home_of


def _firms_of(parts: Parts, home: Bools) -> Int64s:
    """The home of each account whose group has several homes; ``home`` marks the types that identify one."""
    return _homes(parts, _among_several(parts, home[parts.kind]))


def _among_several(parts: Parts, home: Bools) -> Bools:
    """By tie: whether its group has several such values. A single value distinguishes no two members."""
    first = np.unique(parts.row[home], return_index=True)[1]
    n_values = np.bincount(parts.group[home][first], minlength=int(parts.group.max(initial=-1)) + 1)
    several: Bools = home & (n_values > 1)[parts.group]
    return several


def _tell(parts: Parts, tells: Bools, homes: Int64s, size: Int64s) -> Bools:
    """By group: whether enough members have a home and a value to compare it by."""
    return _are_enough(parts, np.flatnonzero(tells & (homes[parts.account] >= 0)), size)


def _are_enough(parts: Parts, asked: Int64s, size: Int64s) -> Bools:
    """By group: whether these ties are of enough members."""
    first = np.unique(parts.account[asked], return_index=True)[1]
    enough: Bools = np.bincount(parts.group[asked[first]], minlength=len(size)) >= _TELL * size
    return enough


def _are_much(group: Int64s, n_pairs: Floats) -> Bools:
    """By type: whether its number of pairs is large enough in its group."""
    n_groups = int(group.max(initial=-1)) + 1
    most = np.zeros(n_groups)
    np.maximum.at(most, group, n_pairs)
    enough: Bools = n_pairs >= np.minimum(_MUCH * np.bincount(group, n_pairs, minlength=n_groups), most)[group]
    return enough


def _share_alike(parts: Parts, shared: Bools, homes: Int64s, n_groups: int, chosen: np.ufunc) -> Floats:
    """Share of the pairs sharing one of these values that also share their home; of several types the ``chosen`` one.

    ``shared`` is by tie, ``homes`` as from ``_homes``. The share is beyond chance: where two in three are at one
    address, most pairs share it, whatever else they share. NaN where no pair shares any, or where all have one home.
    """
    return _beyond_chance(*_count_alike(parts, shared, homes), _alike_by_chance(parts, homes, n_groups), chosen)


def _beyond_chance(
    names: Int64s, n_alike: Floats | Int64s, n_all: Floats | Int64s, by_chance: Floats, chosen: np.ufunc
) -> Floats:
    """By group: the share alike beyond chance, of several types the chosen; ``names`` are groups with types."""
    group = names >> 16
    told = np.full(len(by_chance), np.nan)
    some = (n_all > 0) & (by_chance[group] < 1)
    chance = by_chance[group[some]]
    chosen.at(told, group[some], np.maximum((n_alike[some] / n_all[some] - chance) / (1 - chance), 0.0))
    return told


def _share_any(parts: Parts, asked: Bools, at_home: Bools, size: Int64s) -> Floats:
    """Share of the pairs sharing a value of the ``asked`` types that also have a home in common.

    ``at_home`` is by tie. The share is a mean over members, so that a technician's machine with many accounts does not
    outweigh the shops' machines. It is beyond chance, and for the type where it is largest. NaN where too few members
    have the data, or where all have a home in common.
    """
    homes = _Homes.of(parts, at_home)
    tells = np.flatnonzero(asked[parts.kind] & homes.has[parts.account])
    members, first = np.unique(parts.account[at_home], return_index=True)
    by_chance = np.nan_to_num(_alike(homes, parts.group[at_home][first], members, parts.key, len(size)), nan=1.0)
    row, first, value = np.unique(parts.row[tells], return_index=True, return_inverse=True)
    alike = _alike(homes, value, parts.account[tells], parts.key, len(row))
    n_bearers = np.where(np.isnan(alike), 0, np.bincount(value, minlength=len(row)))
    of_type = parts.group[tells[first]] << 16 | parts.kind[tells[first]]
    names, type_of = np.unique(of_type, return_inverse=True)
    n_all = np.bincount(type_of, n_bearers, minlength=len(names))
    n_alike = np.bincount(type_of, n_bearers * np.nan_to_num(alike), minlength=len(names))
    told = _beyond_chance(names, n_alike, n_all, by_chance, np.fmax)
    return np.where(_are_enough(parts, tells, size), told, np.nan)


_ASKED = 32
"""Most accounts of a value whose pairs are compared: 496 random pairs estimate a share well enough."""

_AT_ONCE = 1 << 12
"""Values whose pairs are compared together: two million pairs at most."""


@dataclass(frozen=True, slots=True, eq=False)
class _Homes:
    """The homes of each account: for account i the rows from ``start[i]`` to ``start[i + 1]``."""

    start: Int64s
    row: Int64s
    known: Int64s
    """Account and row of each home as one number, in order."""
    has: Bools

    @classmethod
    def of(cls, parts: Parts, at_home: Bools) -> _Homes:
        """Collect the homes from ties."""
        n_accounts = int(parts.account.max(initial=-1)) + 1
        known = np.unique(parts.account[at_home] << 32 | parts.row[at_home])
        n_homes = np.bincount(known >> 32, minlength=n_accounts)
        start = np.concatenate([[0], np.cumsum(n_homes)])
        return cls(start, known & 0xFFFFFFFF, known, n_homes > 0)


def _alike(homes: _Homes, value: Int64s, account: Int64s, key: Keys, n_values: int) -> Floats:
    """By value: the share of its pairs of accounts that have a home in common; NaN where there is no pair.

    Of many accounts those at even distances in the order of their keys are compared. Keys order them at random. Ordered
    by name, neighbours might share a home, or every fifth might.
    """
    order = np.lexsort((account, key[account], value))
    value, account = value[order], account[order]
    size = np.bincount(value, minlength=n_values)
    rank = np.arange(len(value)) - np.repeat(np.cumsum(size) - size, size)
    kept = (rank + 1) * _ASKED // size[value] > rank * _ASKED // size[value]
    value, account = value[kept], account[kept]
    starts = np.concatenate([[0], np.cumsum(np.bincount(value, minlength=n_values))])
    share = np.full(n_values, np.nan)
    for low in range(0, n_values, _AT_ONCE):
        high = min(low + _AT_ONCE, n_values)
        some = slice(starts[low], starts[high])
        share[low:high] = _share_of_pairs(homes, account[some], starts[low : high + 1] - starts[low])
    return share


def _share_of_pairs(homes: _Homes, account: Int64s, starts: Int64s) -> Floats:
    """The same for the accounts of value i, which are at ``starts[i]`` to ``starts[i + 1]``."""
    n_values = len(starts) - 1
    value = np.repeat(np.arange(n_values), np.diff(starts))
    second, first = spread(np.arange(1, len(account) + 1), starts[value + 1])
    visited, pair = spread(homes.start[account[first]], homes.start[account[first] + 1])
    wanted = account[second[pair]] << 32 | homes.row[visited]
    there = np.searchsorted(homes.known, wanted)
    meets = homes.known[np.minimum(there, len(homes.known) - 1)] == wanted if len(homes.known) else there > 0
    is_alike = np.zeros(len(first), dtype=np.bool_)
    is_alike[pair[meets]] = True
    n_all, n_alike = (np.bincount(value[first[each]], minlength=n_values) for each in (slice(None), is_alike))
    return np.where(n_all > 0, n_alike / np.maximum(n_all, 1), np.nan)


def _alike_by_chance(parts: Parts, homes: Int64s, n_groups: int) -> Floats:
    """By group: the probability that two of its accounts with a home have the same one."""
    at_home = np.flatnonzero(homes[parts.account] >= 0)
    account, first = np.unique(parts.account[at_home], return_index=True)
    group = parts.group[at_home[first]]
    pair, n_together = np.unique(group << 32 | homes[account], return_counts=True)
    n_alike = np.bincount(pair >> 32, _n_pairs(n_together), minlength=n_groups)
    return n_alike / np.maximum(_n_pairs(np.bincount(group, minlength=n_groups)), 1.0)


def _count_alike(parts: Parts, shared: Bools, homes: Int64s) -> tuple[Int64s, Floats, Floats]:
    """Count, per group and type as one number, the ordered pairs sharing a value: those that share a home, and all."""
    asked = np.flatnonzero(shared & (homes[parts.account] >= 0))
    row, first = np.unique(parts.row[asked], return_index=True)
    number = np.searchsorted(row, parts.row[asked])
    pair, n_together = np.unique(number << 32 | homes[parts.account[asked]], return_counts=True)
    n_alike = np.bincount(pair >> 32, _n_pairs(n_together), minlength=len(row))
    names, type_of = np.unique(parts.group[asked[first]] << 16 | parts.kind[asked[first]], return_inverse=True)
    n_of_row = _n_pairs(np.bincount(number, minlength=len(row)))
    alike, of = (np.bincount(type_of, n).astype(np.float64, copy=False) for n in (n_alike, n_of_row))
    return names, alike, of


def _n_pairs(n: Int64s) -> Floats:
    """Ordered pairs among n."""
    return n * (n - 1.0)
