"""Finds chains: accounts in a long row, where each shares small values with the next and no value is on many."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra

from graphlink.engine.arrays import distinct
from graphlink.engine.components import join_pairs

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from scipy.sparse import csr_array

    from graphlink.model.arrays import Bools, Floats, Int32s, Int64s, Keys
    from graphlink.model.graph import Bipartite, Projection

_FEW = 3
"""Most accounts of a small value. With six, the offices of a trial world become a single row."""

_STRAIGHT = 1.4
"""A row is straight if the way through it is this many times as long as in a random tree with as many homes. Of 3,000
such trees with 60 homes none has so long a way; of 3,000 with 200 homes five have. So a chain has at least 22 homes."""

_SHORT, _FEW_ROWS = 6, 20
"""Least homes of a row that is counted, and least number of such rows: their lengths give the lengths expected by
chance."""

_RARE = 1000
"""Number of populations among which chance draws one row of the limiting length."""


_LONG = 400
"""Homes of a row up to which all ways are compared: the ends of a row need not be those of a tree."""


class _Borne(NamedTuple):
    """Pairs of an owner and its small value. Owners are accounts or homes, ascending."""

    owner: Int64s
    signal: Int64s


def find_chains(bipartite: Bipartite) -> Int32s:
    """The chain of each account, by a number of its own; -1 where it is on none.

    An operator may make accounts one after the other, with a new card for every three and a new address for every other
    three. No value is then on many accounts. Leiden cuts such a row anywhere, and each piece looks like a household.
    But what households share is nested: the same few people have one home, one card, one telephone. A home in a chain
    shares a small value of one family with the home before it and one of another family with the next, in one long
    line, which chance does not draw. The accounts of a home that share something with the next home are on the chain.
    If the small values of one family alone hold half of it together, it is no chain: addresses, for example, go from
    customer to customer. The few accounts of a small value bound the pairs to three a value.
    """
    borne = _small_values(bipartite)
    home = _homes(borne, bipartite)
    between = _between_homes(_Borne(home[borne.owner].astype(np.int64), borne.signal), bipartite)
    row = _rows(between, bipartite.n_accounts)
    n_homes = np.bincount(row[row >= 0], minlength=bipartite.n_accounts)
    least = np.maximum(_STRAIGHT * _way_by_chance(n_homes), _longest_by_chance(n_homes))
    chain = np.full(bipartite.n_accounts, -1, dtype=np.int32)
    chosen = np.flatnonzero(n_homes >= np.maximum(least, 1))
    if not len(chosen):
        return chain
    key = _keys_of_homes(home, bipartite.account_trace)
    for each, of_row in _row_by_row(row, between, chosen):
        way, n_on_way = _way_through(of_row, key)
        if n_on_way >= least[each]:
            chain[_beside(way, of_row, bipartite)] = each
    leads_on = np.zeros(bipartite.n_signals, dtype=np.bool_)
    leads_on[between.signal[chain[between.owner] >= 0]] = True
    shares = np.zeros(bipartite.n_accounts, dtype=np.bool_)
    shares[borne.owner[leads_on[borne.signal]]] = True
    chain = np.where(shares, chain[home], np.int32(-1))
    return np.where(_hangs_by_one_family(chain, borne, bipartite), np.int32(-1), chain)


def join_chains(community: Int32s, chain: Int32s, projection: Projection) -> tuple[Int32s, Bools]:
    """Join the accounts of each chain, with the communities that are mostly on it, and return which are on one.

    A chain stays as it is if half of it is in a community that is not mostly on the chain: a firm's people may be on a
    row. The other accounts of a joined community go along if they are linked with two of the chain. A family linked
    with one account of the chain is no part of it.
    """
    on = chain >= 0
    n_communities = int(community.max(initial=-1)) + 1
    both = on & (community >= 0)
    pair, n_shared = np.unique(chain[both].astype(np.int64) << 32 | community[both], return_counts=True)
    of, there = pair >> 32, pair & 0xFFFFFFFF
    size = np.bincount(community[community >= 0], minlength=n_communities)
    is_most = 2 * n_shared > size[there]
    left = np.zeros(len(chain), dtype=np.bool_)
    left[of[~is_most & (2 * n_shared >= np.bincount(chain[on], minlength=len(chain))[of])]] = True
    on = on & ~left[chain]
    taken = is_most & ~left[of]
    target = np.arange(n_communities, dtype=np.int64)
    target[there[taken]] = n_communities + of[taken]
    source, target_of = projection.source, projection.target
    reaching = np.concatenate([target_of[on[source]], source[on[target_of]]])
    goes_along = (community >= 0) & (np.bincount(reaching, minlength=len(community)) > 1)
    joined = community.astype(np.int64)
    joined[goes_along] = target[community[goes_along]]
    joined[on] = n_communities + chain[on]
    return joined.astype(np.int32), on


def _small_values(bipartite: Bipartite) -> _Borne:
    is_small = (bipartite.degree <= _FEW) & ~bipartite.corroborates
    entry = np.flatnonzero(is_small[bipartite.signals])
    account = np.searchsorted(bipartite.account_start, entry, side="right") - 1
    return _Borne(account, bipartite.signals[entry].astype(np.int64))


def _homes(borne: _Borne, bipartite: Bipartite) -> Int32s:
    """The home of each account: the accounts with which it shares small values of two families, directly or not."""
    family = bipartite.family[borne.signal]
    of_each = [distinct(_pairs(_Borne(*(c[family == f] for c in borne)))) for f in range(len(bipartite.families))]
    pair = np.sort(np.concatenate([np.empty(0, dtype=np.int64), *of_each]))
    twice = pair[1:][pair[1:] == pair[:-1]]
    return join_pairs(twice >> 32, twice & 0xFFFFFFFF, bipartite.n_accounts)


def _pairs(borne: _Borne) -> Int64s:
    """All pairs with the same value, once for each value: the smaller number, and the larger."""
    order = np.argsort(borne.signal, kind="stable")
    owner, signal = borne.owner[order], borne.signal[order]
    pairs = [np.empty(0, dtype=np.int64)]
    for step in range(1, _FEW):
        same = np.flatnonzero(signal[step:] == signal[:-step])
        pairs.append(owner[same] << 32 | owner[same + step])
    return np.concatenate(pairs)


def _between_homes(borne: _Borne, bipartite: Bipartite) -> _Borne:
    """The values that homes share with other homes, each once, for homes that share values of two families."""
    each = distinct(borne.owner << 32 | borne.signal)
    home, signal = each >> 32, each & 0xFFFFFFFF
    shared = (np.bincount(signal) > 1)[signal]
    return _of_two_families(_Borne(home[shared], signal[shared]), bipartite)


def _of_two_families(borne: _Borne, bipartite: Bipartite) -> _Borne:
    """The values of the owners that have values of two families."""
    if not len(borne.owner):
        return borne
    begins = np.flatnonzero(np.diff(borne.owner, prepend=-1))
    families = np.bitwise_or.reduceat(np.int64(1) << bipartite.family[borne.signal].astype(np.int64), begins)
    several = np.repeat(np.bitwise_count(families) > 1, np.diff(begins, append=len(borne.owner)))
    return _Borne(borne.owner[several], borne.signal[several])


def _rows(borne: _Borne, n_accounts: int) -> Int32s:
    """The row of each owner, joined by shared values and numbered by its first owner; -1 where it shares none."""
    pair = _pairs(borne)
    one, other = pair >> 32, pair & 0xFFFFFFFF
    piece = join_pairs(one, other, n_accounts)
    row = np.full(n_accounts, -1, dtype=np.int32)
    row[one], row[other] = piece[one], piece[other]
    return row


def _way_by_chance(n_homes: Int64s) -> Floats:
    """Expected homes on the longest way through a random tree: it grows with the root of the number of homes.

    After Szekeres, *Distribution of labelled trees by diameter* (1983).
    """
    longest: Floats = 4 / 3 * np.sqrt(2 * np.pi * n_homes)
    return longest


def _longest_by_chance(n_homes: Int64s) -> float:
    """Length of the longest row that chance draws in a thousand such populations, from how row lengths fall off.

    A fixed number of further homes halves the number of rows, since rows of strangers end at each home with the same
    probability. This number is estimated from the median of the rows that are not short, which a few chains among them
    hardly change.
    """
    rows = n_homes[n_homes >= _SHORT]
    beyond = np.append(rows - _SHORT, np.zeros(max(_FEW_ROWS - len(rows), 0)))
    return float(_SHORT + (np.median(beyond) + 1) * np.log2(_RARE * len(beyond)))


def _keys_of_homes(home: Int32s, key: Keys) -> Keys:
    """The least key of the accounts of each home, by the home's number: names decide nothing."""
    least = np.full(len(home), np.iinfo(key.dtype).max, dtype=key.dtype)
    np.minimum.at(least, home, key)
    return least


def _row_by_row(row: Int32s, borne: _Borne, chosen: Int64s) -> Iterator[tuple[int, _Borne]]:
    """Yield the chosen rows, each with its owners and values."""
    is_chosen = np.zeros(len(row) + 1, dtype=np.bool_)
    is_chosen[chosen] = True
    mine = np.flatnonzero(is_chosen[row[borne.owner]])
    of = row[borne.owner[mine]]
    order = np.argsort(of, kind="stable")
    starts = np.searchsorted(of[order], np.append(chosen, len(row)))
    for place, each in enumerate(chosen.tolist()):
        entries = mine[order[starts[place] : starts[place + 1]]]
        yield each, _Borne(borne.owner[entries], borne.signal[entries])


def _way_through(borne: _Borne, key: Keys) -> tuple[Int64s, int]:
    """The homes on the shortest ways between the ends of a row, and the number of homes on one way.

    The ends are the homes that are farthest apart. In a long row they are found as in a tree: from any home to an end,
    and back.
    """
    pair = distinct(_pairs(borne))
    homes, places = np.unique(np.stack([pair >> 32, pair & 0xFFFFFFFF], axis=1), return_inverse=True)
    one, other = places.reshape(-1, 2).T
    links = coo_array((np.ones(len(one), dtype=np.int8), (one, other)), shape=(len(homes), len(homes))).tocsr()
    begins = np.arange(len(homes))
    if len(homes) > _LONG:
        end = int(np.argmax(_steps(links, [int(np.lexsort((homes, key[homes]))[0])])))
        begins = np.array([end, int(np.argmax(_steps(links, [end])))])
    steps = _steps(links, begins)
    longest = steps.max()
    on_way = np.zeros(len(homes), dtype=np.bool_)
    for number, end in np.argwhere(steps[:, begins] == longest):
        on_way |= steps[number] + steps[end] == longest
    return homes[on_way], int(longest) + 1


def _steps(links: csr_array, begins: Sequence[int] | Int64s) -> Floats:
    """Steps from some homes to every home, one row for each start."""
    steps: Floats = dijkstra(links, directed=False, unweighted=True, indices=np.asarray(begins))
    return steps


def _beside(way: Int64s, borne: _Borne, bipartite: Bipartite) -> Int64s:
    """The homes on a way, and the homes beside it that share values of two families with them."""
    on_way = borne.signal[np.isin(borne.owner, way)]
    led = np.isin(borne.signal, on_way)
    return np.union1d(way, _of_two_families(_Borne(borne.owner[led], borne.signal[led]), bipartite).owner)


def _hangs_by_one_family(chain: Int32s, borne: _Borne, bipartite: Bipartite) -> Bools:
    """By account: whether it is on a chain, half of which one family's small values hold together."""
    on = chain >= 0
    length = np.bincount(chain[on], minlength=len(chain))
    held = np.zeros(len(chain) + 1, dtype=np.bool_)  # the last entry is for accounts on no chain
    for family in range(len(bipartite.families)):
        mine = on[borne.owner] & (bipartite.family == family)[borne.signal]
        row = _rows(_Borne(borne.owner[mine], borne.signal[mine]), len(chain))
        on_row = np.flatnonzero(row >= 0)
        pieces, size = np.unique(chain[on_row].astype(np.int64) << 32 | row[on_row], return_counts=True)
        held[(pieces >> 32)[2 * size >= length[pieces >> 32]]] = True
    return held[chain]
