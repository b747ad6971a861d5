"""Parts communities that are two: one looks like a part of a ring, the other like honest people.

Who borrows a firm's mail domain, address and prompts is linked to all of its people, so the links cannot part them.
Their other values can: each side has many that hardly anybody on the other side has.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from graphlink.engine.components import join_pairs
from graphlink.model.families import CLIENT, CONTENT, HANDED_OUT, LARGEST_HOUSEHOLD, MAIL_DOMAIN
from graphlink.model.times import NO_TIME
from graphlink.rings.joining.labels import canonical
from graphlink.rings.joining.merge import ENOUGH
from graphlink.rings.scorecard import DOUBT

if TYPE_CHECKING:
    from collections.abc import Callable

    from graphlink.config.method import Method
    from graphlink.model.arrays import Bools, Floats, Int32s, Int64s
    from graphlink.model.graph import Bipartite

_LEAST = LARGEST_HOUSEHOLD + 1
"""Least accounts of a part: fewer look like anything."""

_PERIODS = 6
"""Parts of a community by creation time, with as many accounts each: two groups seldom came in the same ones."""

_CROSSING = 0.75
"""Most crossing of two parts, as a share of that of a cut at random: of 39 worlds' right cuts none had more than .74.
The bound spares the score of the half that has."""

_APART = 0.55
"""Crossing up to which the honest side need not look honest as a whole, but each of its parts: several firms together
hold more kinds of values than one does."""

_DEPTH, _STEPS = 3, 20
"""How often a part is cut again, and how often the parts of one cut are refined."""

_UNSEEN = 0.05
"""Times that each value is imagined in each part: a value seen in one part only is not impossible in the other."""

_FINE = 1 << 16
"""Shares and log-odds are kept as whole multiples of 1 / 2**16, so that no sum depends on its order."""


def part_borrowers(
    community: Int32s, created: Int64s, bipartite: Bipartite, method: Method, score: Callable[[Int32s], Floats]
) -> Int32s:
    """Part each community into two if one looks like a part of a ring and the other is honest.

    Parameters
    ----------
    community
        By account, numbered from 0; -1 for none.
    created
        By account: creation time, ``NO_TIME`` where it is not known.
    score
        Computes the log-odds of each community of an array like ``community``.

    Returns
    -------
    numpy.ndarray
        By account, numbered by the smallest account.
    """
    size = np.bincount(community[community >= 0], minlength=1)
    whole = canonical(np.where((community >= 0) & (size >= 2 * _LEAST)[community], community, -1).astype(np.int32))
    held = np.flatnonzero(whole >= 0)
    if not len(held):
        return canonical(community)
    values = _Values.of_communities(whole, created, bipartite)
    size = np.bincount(whole[held])
    leaf = _leaves(values, size, created, bipartite)
    size_of_leaf = np.bincount(leaf[held])
    whole_of_leaf = np.empty(len(size_of_leaf), dtype=np.int64)
    whole_of_leaf[leaf[held]] = whole[held]
    has_large = np.bincount(whole_of_leaf, size_of_leaf >= ENOUGH) > 0
    asked = has_large & (np.bincount(whole_of_leaf) > 1)  # the others are not parted, whatever their odds
    if not asked.any():
        return canonical(community)
    odds = _known(score(np.where((whole >= 0) & asked[whole], leaf, np.int32(-1))), len(size_of_leaf))
    best = np.full(len(size), -np.inf)
    np.maximum.at(best, whole_of_leaf, odds)
    differs = best[whole_of_leaf] - odds >= method.parting
    is_honest = asked[whole_of_leaf] & (odds < DOUBT) & (size_of_leaf >= ENOUGH) & differs
    looks_honest = (leaf >= 0) & is_honest[leaf]
    least_honest = np.full(len(size), -np.inf)
    np.maximum.at(least_honest, whole_of_leaf[is_honest], odds[is_honest])
    crossing = _crossing(values, looks_honest, size)
    asked = crossing <= _CROSSING
    if not asked.any():
        return canonical(community)
    sides = np.where((whole >= 0) & asked[whole], 2 * whole + looks_honest, -1).astype(np.int32)
    others, honest = _known(score(sides), 2 * len(size)).reshape(-1, 2).T
    is_cut = asked & ((crossing <= _APART) | (honest < DOUBT))
    is_cut &= (others >= method.ring_like) & (others - least_honest >= method.parting)
    parted = held[looks_honest[held] & is_cut[whole[held]]]
    community = community.copy()
    community[parted] += len(community)
    return canonical(community)


def _known(odds: Floats, n: int) -> Floats:
    """Log-odds of so many parts; 0 where there are none."""
    found = np.zeros(n)
    found[: len(odds)] = np.where(np.isfinite(odds), odds, 0.0)
    return found


@dataclass(frozen=True, slots=True, eq=False)
class _Values:
    """The shared values of communities: one row for each member that has a value, a period of creation among them."""

    community: Int32s
    account: Int64s
    value: Int64s
    of: Int64s
    """By value: its community."""
    is_thing: Bools
    """By value: it is something that people have, and neither an address, a program, a text nor a mail domain."""
    period: Int64s
    """By account: from 0, -1 where it is not known."""

    @classmethod
    def of_communities(cls, community: Int32s, created: Int64s, bipartite: Bipartite) -> _Values:
        """Collect the values that several members share."""
        fine = np.array([not each.coarse and each.family != CLIENT for each in bipartite.types], dtype=np.bool_)
        chosen = fine[bipartite.signal_type]
        signal = np.repeat(np.flatnonzero(chosen), bipartite.degree[chosen])
        account = bipartite.accounts[np.repeat(chosen, bipartite.degree)].astype(np.int64)
        inside = community[account].astype(np.int64)
        signal, account, inside = (each[inside >= 0] for each in (signal, account, inside))
        names, value, n = np.unique(signal << 32 | inside, return_inverse=True, return_counts=True)
        is_shared = n > 1
        number = np.cumsum(is_shared) - 1
        keeps = is_shared[value]
        of, kind = (names & 0xFFFFFFFF)[is_shared], bipartite.signal_type[names >> 32][is_shared]
        things = [each.counts_as not in HANDED_OUT | {CONTENT} and each.name != MAIL_DOMAIN for each in bipartite.types]
        period = _periods(community, created)
        dated = np.flatnonzero(period >= 0)
        n_communities = int(community.max()) + 1
        return cls(
            community=community,
            account=np.concatenate([account[keeps], dated]),
            value=np.concatenate([number[value[keeps]], len(of) + community[dated] * _PERIODS + period[dated]]),
            of=np.concatenate([of, np.repeat(np.arange(n_communities), _PERIODS)]),
            is_thing=np.concatenate([np.array(things)[kind], np.zeros(n_communities * _PERIODS, dtype=np.bool_)]),
            period=period,
        )


def _periods(community: Int32s, created: Int64s) -> Int64s:
    """By account: the period of its community in which it was created, from 0; -1 where it is not known."""
    dated = np.flatnonzero((community >= 0) & (created != NO_TIME))
    dated = dated[np.lexsort((created[dated], community[dated]))]
    of, place = community[dated], np.arange(len(dated))
    is_first = np.diff(of, prepend=-1) != 0
    begins = place[is_first][np.cumsum(is_first) - 1]
    is_later = is_first | (np.diff(created[dated], prepend=0) != 0)  # who came at the same time is of one period
    rank = np.maximum.accumulate(np.where(is_later, place, 0)) - begins
    period = np.full(len(community), -1, dtype=np.int64)
    period[dated] = rank * _PERIODS // np.bincount(of)[of]
    return period


def _cut(values: _Values, size: Int64s) -> tuple[Bools, Bools]:
    """The better of two cuts: by account, whether it is of the second part; and by community, whether it is a cut.

    One cut begins with the later half of the accounts, the other with the largest piece that shared things hold.
    """
    late = np.select([values.period >= _PERIODS // 2, values.period >= 0], [0.9, 0.1], 0.5)
    cuts = [_refined(values, start, size) for start in (late, np.where(_in_largest_piece(values, size), 0.9, 0.1))]
    crossing = np.stack([_crossing(values, cut, size) for cut in cuts])
    part = np.where((crossing[0] <= crossing[1])[values.community], *cuts)
    return part, crossing.min(axis=0) <= _CROSSING


def _leaves(values: _Values, size: Int64s, created: Int64s, bipartite: Bipartite) -> Int32s:
    """By account: the part it is in after every community was cut in two, and each part again and again."""
    leaf = rest = values.community
    for depth in range(_DEPTH):
        if depth:
            size = np.bincount(rest[rest >= 0])
            values = _Values.of_communities(rest, created, bipartite)
        part, is_cut = _cut(values, size)
        was_cut = (rest >= 0) & is_cut[rest]
        if not was_cut.any():
            break
        leaf = canonical(np.where(leaf >= 0, 2 * leaf + (was_cut & part), -1).astype(np.int32))
        rest = canonical(np.where(was_cut, leaf, np.int32(-1)))  # the others would not be cut the next time, either
    return leaf


def _in_largest_piece(values: _Values, size: Int64s) -> Bools:
    """By account: whether no piece of its community, held together by shared things, is larger than its own."""
    n, mine = len(values.community), values.is_thing[values.value]
    piece = join_pairs(values.account[mine], n + values.value[mine], n + len(values.of))[:n]
    n_in = np.bincount(piece[values.community >= 0], minlength=n + len(values.of))[piece]
    largest = np.zeros(len(size), dtype=np.int64)
    held = values.community >= 0
    np.maximum.at(largest, values.community[held], n_in[held])
    found: Bools = held & (n_in == largest[values.community])
    return found


def _refined(values: _Values, start: Floats, size: Int64s) -> Bools:
    """By account: whether it is of the second part of its community, by a mixture of two distributions of values.

    Expectation maximisation for a mixture of two multinomial distributions, as in K. Nigam, A. McCallum, S. Thrun and
    T. Mitchell, "Text Classification from Labeled and Unlabeled Documents using EM", Machine Learning 39 (2000).
    """
    share = np.rint(start * _FINE)
    large = size >= 2 * _LEAST
    account, value, of = _rows_of(large, values.account, values.value, values.of)
    held = np.flatnonzero((values.community >= 0) & large[values.community])
    for _ in range(_STEPS):
        inside = values.community[held]
        n_with, n_values = np.bincount(value, minlength=len(of)), np.bincount(of, minlength=len(size))
        second = np.bincount(value, share[account], minlength=len(of)) / _FINE
        odds = np.log((second + _UNSEEN) / (n_with - second + _UNSEEN))
        totals = [np.bincount(of, each, len(size)) + _UNSEEN * n_values for each in (second, n_with - second)]
        odds -= np.log(totals[0][of] / totals[1][of])
        n_second = np.bincount(inside, share[held], minlength=len(size)) / _FINE
        of_account = np.bincount(account, np.rint(odds * _FINE)[value], minlength=len(share))[held] / _FINE
        of_account += np.log((n_second + 1) / (size - n_second + 1))[inside]
        before, share[held] = share[held], np.rint(_FINE / (1 + np.exp(-np.clip(of_account, -30, 30))))
        moves = np.bincount(inside, share[held] != before, minlength=len(size)) > 0  # the others are where they will be
        account, value, of = _rows_of(moves, account, value, of)
        held = held[moves[inside]]
        if not len(held):
            break
    return share > _FINE / 2


def _rows_of(chosen: Bools, account: Int64s, value: Int64s, of: Int64s) -> tuple[Int64s, Int64s, Int64s]:
    """The rows of some communities, with their values numbered anew."""
    stays = chosen[of]
    rows = stays[value]
    return account[rows], (np.cumsum(stays) - 1)[value[rows]], of[stays]


def _crossing(values: _Values, is_second: Bools, size: Int64s) -> Floats:
    """By community: the share of ties that cross two parts, beside that of a cut at random; infinite for a small part.

    Of a value's ties, those in the part that has fewer of them cross.
    """
    is_value = np.arange(len(values.of)) < len(values.of) - _PERIODS * len(size)
    ties = is_value[values.value]
    n_with = np.bincount(values.value[ties], minlength=len(values.of))
    second = np.bincount(values.value[ties], is_second[values.account[ties]], minlength=len(values.of))
    fewer = np.bincount(values.of, np.minimum(second, n_with - second), minlength=len(size))
    held = values.community >= 0
    n_second = np.bincount(values.community[held], is_second[held], minlength=len(size))
    least = np.minimum(n_second, size - n_second)
    of_all = np.bincount(values.of, n_with, minlength=len(size)) * least / np.maximum(size, 1)
    return np.where(least >= _LEAST, fewer / np.maximum(of_all, 1), np.inf)
