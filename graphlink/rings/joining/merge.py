"""Joins communities between which values mix: they are parts of one community."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from graphlink.engine.arrays import distinct
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

_ENDS = ["community", "community_other"]


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
        mixing = _mixing(values[values["n"] >= _SEVERAL], borne.is_name, size, method)
        in_two = _mixing_in_two(values[size[values["community"]] >= ENOUGH], method)
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

    def of_communities(self, community: Int32s, size: Int64s, n_accounts: int) -> pd.DataFrame:
        """Value, community, and the number n of its members with the value, where n is well beyond chance.

        Beside them stand the value's family, and ``others``: how many others each account with the value has. A set of
        interchangeable values counts only for a community that hardly anything else holds, since two operators may draw
        on one set.
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
        return pd.DataFrame({"value": value, "community": of, "n": n, "family": self.family[value], "others": others})


def _mixing(held: pd.DataFrame, is_name: Bools, size: Int64s, method: Method) -> Int64s:
    """Pairs of communities between which values mix, or that have one name, those that mix most first."""
    sides = _sides(held)
    named = is_name[sides["value"]]
    of_family = _mixed(held, sides[~named])
    common = named
    for end, n in zip(_ENDS, ("n", "n_other"), strict=True):
        common = common & (sides[n].to_numpy() >= method.common_name * size[sides[end]])
    return _in_order(pd.concat([of_family[of_family["mixed"] >= method.mixing], sides[common].assign(mixed=1.0)]))


def _mixing_in_two(held: pd.DataFrame, method: Method) -> Int64s:
    """Pairs of communities between which values of two families mix, though less, those that mix most in both first.

    Names count, and so does a value on one member: of cards that two or three accounts have, none is on two members of
    either side.
    """
    of_family = _mixed(held, _sides(held))
    of_family = of_family[(of_family["mixed"] >= method.mixing_in_two) & (of_family["values"] >= _SEVERAL)]
    both = of_family.groupby(_ENDS).agg(families=("mixed", "size"), mixed=("mixed", "min")).reset_index()
    return _in_order(both[both["families"] > 1])


def _sides(held: pd.DataFrame) -> pd.DataFrame:
    """For each value the pairs of communities that have it, and the pairs of accounts between them."""
    widest = held.sort_values(["value", "n", "community"], ascending=[True, False, True])
    widest = widest[widest.groupby("value").cumcount() < _WIDEST]
    sides = widest.merge(widest, on=["value", "family", "others"], suffixes=("", "_other"))
    sides = sides[sides["community"] < sides["community_other"]]
    return sides.assign(between=sides["n"] * sides["n_other"] / sides["others"])


def _mixed(held: pd.DataFrame, sides: pd.DataFrame) -> pd.DataFrame:
    """For each pair of communities and each family: how far its values mix, from 0 to 1, and how many cross."""
    pairs = held["n"] * (held["n"] - 1) / held["others"]
    inside = pairs.groupby([held["community"], held["family"]]).sum()
    of_family = sides.groupby([*_ENDS, "family"]).agg(between=("between", "sum"), values=("between", "size"))
    of_family = of_family.reset_index()
    within = [inside.reindex(pd.MultiIndex.from_frame(of_family[[end, "family"]])).to_numpy() for end in _ENDS]
    return of_family.assign(mixed=of_family["between"] / (np.maximum(*within) + of_family["between"]))


def _in_order(pairs: pd.DataFrame) -> Int64s:
    """Each pair of communities once, in a row, those that mix most first."""
    pairs = pairs.sort_values(["mixed", *_ENDS], ascending=[False, True, True]).drop_duplicates(_ENDS)
    return pairs[_ENDS].to_numpy(dtype=np.int64)
