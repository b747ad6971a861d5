"""Joins communities between which values mix: they are parts of one community."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from graphlink.engine.arrays import distinct, spread
from graphlink.model.families import HANDED_OUT, IDENTITY
from graphlink.rings.joining.labels import canonical

if TYPE_CHECKING:
    from collections.abc import Callable

    from graphlink.config.method import Method
    from graphlink.model.arrays import Bools, Floats, Int8s, Int32s, Int64s
    from graphlink.model.graph import Bipartite, SignalTest

_SEVERAL = 2
"""Least members with a value, for the value to count for a community: one may be a stranger."""

_BEYOND_CHANCE = 3
"""Times the number expected in a random group of the community's size."""

ENOUGH = 12
"""Least accounts of a community that is scored: a smaller one has too few values to differ from another."""

_WIDEST = 64
"""Communities that one value may join, those with most of its accounts first. It bounds the pairs of a value to 64 * 63
/ 2."""


def join_mixing(
    community: Int32s,
    bipartite: Bipartite,
    test: SignalTest,
    n_accounts: int,
    method: Method,
    score: Callable[[Int32s], Floats],
) -> Int32s:
    """Join communities until no two are left between which values mix.

    Values mix if pairs of accounts that share a value of one family lie between two communities about as often as
    inside each. One name on most members of both joins them, too. Two communities that both look like parts of a ring
    are joined for less, if values of two families mix: rivals may buy one kind of value at one shop, but hardly two.
    A community that looks like a part of a ring is never joined with one that does not: an operator who borrows a
    firm's name is no part of the firm.

    Parameters
    ----------
    community
        By account, numbered from 0; -1 for none.
    n_accounts
        Accounts of the population.
    score
        Computes the log-odds of each community of an array like ``community``.

    Returns
    -------
    numpy.ndarray
        By account, numbered by the smallest account.
    """
    borne = _Borne.of(bipartite, test)
    odds = np.full(int(community.max(initial=0)) + 1, np.nan)  # NaN until computed
    while True:
        held = community >= 0
        size = np.bincount(community[held], minlength=len(odds))
        values = borne.of_communities(community, size, n_accounts)
        mixing = _mixing(values.only(values.n >= _SEVERAL), borne.is_name, size, method)
        in_two = _mixing_in_two(values.only(size[values.community] >= ENOUGH), method)
        asked = np.unique(np.concatenate([mixing, in_two]))
        asked = asked[np.isnan(odds[asked]) & (size[asked] >= ENOUGH)]
        if len(asked):
            odds[asked] = score(np.where(np.isin(community, asked), community, np.int32(-1)))[asked]
        in_two = in_two[(odds[in_two] >= method.ring_like).all(axis=1)]
        whole, odds = _join(np.concatenate([mixing, in_two]).tolist(), odds, size, method)
        joined = canonical(np.where(held, whole[community], -1).astype(np.int32))
        if joined.max(initial=0) == community.max(initial=0):
            return joined
        after = np.full(int(joined.max(initial=0)) + 1, np.nan)
        after[joined[held]] = odds[whole[community[held]]]
        community, odds = joined, after


def _join(pairs: list[list[int]], odds: Floats, size: Int64s, method: Method) -> tuple[Int64s, Floats]:
    """The community that each one is joined to, and the log-odds of the result: the mean of those that are known.

    The pairs come in the order in which they are joined. A third community could join one that looks like a ring with
    one that does not: the pair that comes first decides.
    """
    part_of = list(range(len(odds)))
    known = np.where(np.isnan(odds), 0, size).tolist()
    total = (np.nan_to_num(odds) * known).tolist()

    def root(number: int) -> int:
        while part_of[number] != number:
            part_of[number] = number = part_of[part_of[number]]
        return number

    def differ(first: int, second: int) -> bool:
        if not (known[first] and known[second]):
            return False
        low, high = sorted((total[first] / known[first], total[second] / known[second]))
        return bool(low < method.ring_like <= high and high - low >= method.contrast)

    for a, b in pairs:
        first, second = sorted((root(a), root(b)))
        if first != second and not differ(first, second):
            part_of[second] = first
            known[first] += known[second]
            total[first] += total[second]
    whole = np.array([root(number) for number in range(len(odds))], dtype=np.int64)
    n_known = np.array(known)
    return whole, np.where(n_known > 0, np.array(total) / np.maximum(n_known, 1), np.nan)


@dataclass(frozen=True, slots=True, eq=False)
class _Borne:
    """The accounts of each passing value, except what suppliers give out. A set of interchangeable values is one."""

    account: Int64s
    value: Int64s
    family: Int8s
    """By value."""
    degree: Int64s
    """By value."""
    is_name: Bools
    """By value."""
    is_set: Bools
    """By value: a set of interchangeable ones."""

    @classmethod
    def of(cls, bipartite: Bipartite, test: SignalTest) -> _Borne:
        families = np.array(bipartite.families)
        passes = test.passes & ~np.isin(families, list(HANDED_OUT))[bipartite.family]
        signal = np.repeat(np.flatnonzero(passes), bipartite.degree[passes])
        account = bipartite.accounts[np.repeat(passes, bipartite.degree)].astype(np.int64)
        of_stock = bipartite.n_signals + test.stock.astype(np.int64) * len(families) + bipartite.family
        named = np.where(test.stock >= 0, of_stock, np.arange(bipartite.n_signals))
        both = distinct(named[signal] << 32 | account)
        value = both >> 32
        n_values = int(named.max(initial=-1)) + 1
        family = np.zeros(n_values, dtype=np.int8)
        family[named] = bipartite.family
        return cls(
            account=both & 0xFFFFFFFF,
            value=value,
            family=family,
            degree=np.bincount(value, minlength=n_values),
            is_name=(families == IDENTITY)[family],
            is_set=np.arange(n_values) >= bipartite.n_signals,
        )

    def of_communities(self, community: Int32s, size: Int64s, n_accounts: int) -> _Held:
        """The values that communities hold well beyond chance.

        A set of interchangeable values counts only for a community that hardly anything else holds, since two operators
        may draw on one set.
        """
        inside = community[self.account].astype(np.int64)
        has_more = np.zeros(len(community), dtype=np.bool_)
        has_more[self.account[~self.is_set[self.value]]] = True
        n_more = np.bincount(community[has_more & (community >= 0)], minlength=len(size))
        counts = (inside >= 0) & ~(self.is_set[self.value] & (2 * n_more >= size)[inside])
        pair, n = np.unique(self.value[counts] << 32 | inside[counts], return_counts=True)
        value, of = pair >> 32, pair & 0xFFFFFFFF
        counts = n >= _BEYOND_CHANCE * self.degree[value] * size[of] / n_accounts
        value, of, n = value[counts], of[counts], n[counts]
        others = np.maximum(self.degree[value] - 1, 1)
        return _Held(value=value, community=of, n=n, family=self.family[value].astype(np.int64), others=others)


class _Held(NamedTuple):
    """Values and the communities that hold them, one row each: by value, then by community."""

    value: Int64s
    community: Int64s
    n: Int64s
    """Members with the value."""
    family: Int64s
    others: Int64s
    """How many others each account with the value has."""

    def only(self, chosen: Bools) -> _Held:
        """Select rows."""
        return _Held(*(column[chosen] for column in self))


class _Sides(NamedTuple):
    """Two communities that hold one value, the smaller number first: one row for each, by value."""

    value: Int64s
    family: Int64s
    ends: tuple[Int64s, Int64s]
    n: tuple[Int64s, Int64s]
    """Members of each with the value."""
    between: Floats
    """Pairs of accounts between them, of all that an account with the value makes."""

    def only(self, chosen: Bools) -> _Sides:
        """Select rows."""
        ends, n = ((one[chosen], other[chosen]) for one, other in (self.ends, self.n))
        return _Sides(self.value[chosen], self.family[chosen], ends, n, self.between[chosen])


class _Mixed(NamedTuple):
    """How far the values of a family mix between two communities: one row for each, by community, then by family."""

    ends: tuple[Int64s, Int64s]
    n_values: Int64s
    """Values that cross."""
    mixed: Floats
    """From 0 to 1."""


def _mixing(held: _Held, is_name: Bools, size: Int64s, method: Method) -> Int64s:
    """Pairs of communities between which values mix, or that have one name, those that mix most first."""
    sides = _sides(held)
    named = is_name[sides.value]
    of_family = _mixed(held, sides.only(~named))
    far = of_family.mixed >= method.mixing
    common = named
    for end, n in zip(sides.ends, sides.n, strict=True):
        common = common & (n >= method.common_name * size[end])
    first, second = (
        np.concatenate([mixing[far], named_alike[common]])
        for mixing, named_alike in zip(of_family.ends, sides.ends, strict=True)
    )
    return _in_order(first, second, np.concatenate([of_family.mixed[far], np.ones(np.count_nonzero(common))]))


def _mixing_in_two(held: _Held, method: Method) -> Int64s:
    """Pairs of communities between which values of two families mix, though less, those that mix most in both first.

    Names count, and so does a value on one member: of cards that two or three accounts have, none is on two members of
    either side.
    """
    of_family = _mixed(held, _sides(held))
    far = (of_family.mixed >= method.mixing_in_two) & (of_family.n_values >= _SEVERAL)
    first, second = (end[far] for end in of_family.ends)
    begins = np.flatnonzero(np.diff(first << 32 | second, prepend=-1))
    if not len(begins):
        return np.empty((0, 2), dtype=np.int64)
    least = np.minimum.reduceat(of_family.mixed[far], begins)
    several = np.diff(begins, append=len(first)) > 1
    return _in_order(first[begins[several]], second[begins[several]], least[several])


def _sides(held: _Held) -> _Sides:
    """For each value the pairs of communities that have it, and the pairs of accounts between them."""
    n_with = np.bincount(held.value)
    held = held.only(n_with[held.value] > 1)  # most values are on one community
    order = np.lexsort((held.community, -held.n, held.value))
    begins = np.flatnonzero(np.diff(held.value, prepend=-1))
    rank = np.arange(len(order)) - np.repeat(begins, np.diff(begins, append=len(order)))
    value, community, n, family, others = _Held(*(column[order] for column in held)).only(rank < _WIDEST)
    other, one = spread(np.arange(1, len(value) + 1), np.searchsorted(value, value, side="right"))
    falls = community[one] > community[other]
    one, other = np.where(falls, other, one), np.where(falls, one, other)
    return _Sides(
        value=value[one],
        family=family[one],
        ends=(community[one], community[other]),
        n=(n[one], n[other]),
        between=n[one] * n[other] / others[one],
    )


def _mixed(held: _Held, sides: _Sides) -> _Mixed:
    """For each pair of communities and each family: how far its values mix, and how many cross."""
    (first, second), family = sides.ends, sides.family
    if not len(family):
        return _Mixed(sides.ends, family, sides.between)
    order = np.lexsort((family, second, first))
    is_new = np.zeros(len(order), dtype=np.bool_)
    for column in (first, second, family):
        is_new |= np.diff(column[order], prepend=-1) != 0
    number = np.empty(len(order), dtype=np.int64)
    number[order] = np.cumsum(is_new) - 1
    between, n_values = _sums(sides.between, number), np.bincount(number)
    of_each = order[is_new]
    ends, family = (first[of_each], second[of_each]), family[of_each]
    is_asked = np.zeros(int(held.community.max()) + 1, dtype=np.bool_)
    is_asked[np.concatenate(ends)] = True
    held = held.only(is_asked[held.community])
    n_families = int(held.family.max()) + 1
    kinds, kind = np.unique(held.community * n_families + held.family, return_inverse=True)
    inside = _sums(held.n * (held.n - 1) / held.others, kind)
    within = np.maximum(*(inside[np.searchsorted(kinds, end * n_families + family)] for end in ends))
    return _Mixed(ends, n_values, between / (within + between))


def _sums(values: Floats, group: Int64s) -> Floats:
    """The sum of the values of each group, none of which is empty; pandas makes up for what rounding loses."""
    return np.asarray(pd.Series(values).groupby(group).sum(), dtype=np.float64)


def _in_order(first: Int64s, second: Int64s, mixed: Floats) -> Int64s:
    """Each pair of communities once, in a row, those that mix most first."""
    order = np.lexsort((second, first, -mixed))
    pairs = np.stack([first[order], second[order]], axis=1)
    seen = np.unique(pairs[:, 0] << 32 | pairs[:, 1], return_index=True)[1]
    found: Int64s = pairs[np.sort(seen)]
    return found
