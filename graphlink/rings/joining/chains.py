"""Chains: accounts in a long row, each of which shares small values with the next, and nothing with all."""

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
"""Bearers of a small value, at most. With six, the offices of a trial world are all one row."""

_STRAIGHT = 1.4
"""Times the way through as many homes of a tree that chance draws, from where on a row is straight: of 3,000 such trees
of 60 homes none has so long a way, of 3,000 of 200 five. So a chain has 22 homes at least."""

_SHORT, _FEW_ROWS = 6, 20
"""Homes of rows that are many, and how many such rows there are at least: they tell how long those of chance become."""

_RARE = 1000
"""Populations of which chance draws one row as long in one."""


_LONG = 400
"""Homes of a row up to which all ways are compared: the ends of a row need not be those of a tree."""


class _Borne(NamedTuple):
    """Who bears which small value: accounts or homes, ascending."""

    owner: Int64s
    signal: Int64s


def find_chains(bipartite: Bipartite) -> Int32s:
    """The chain of each account, by a number of its own; -1 where it is on none.

    Whoever makes accounts one after the other, and takes a new card after each third and a new address after each other
    third, has no value that is on many: Leiden cuts such a row anywhere, and each piece looks like a household. But
    what households share is nested: the same few people have one home, one card, one telephone. A home in a chain
    shares a small value of one family with the home before it and one of another with the next, and on it goes in one
    line, which chance does not draw. Of a home those belong to it who share something with the next. Where the small
    values of one family alone hold half of it together, as addresses do that go from customer to customer, there is no
    chain. The number of bearers bounds the pairs to three a value.
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
    """Put the accounts of each chain together, with the communities of which it is most, and say who is on one.

    A chain that is half in a community of which it is no half is left as it is: a firm's people may be on a row. Of the
    others in a community those go along who are linked with two of the chain: the family of one is no part of it.
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
    """The home of each account: with whom it shares small values of two families, however indirectly, or it alone."""
    family = bipartite.family[borne.signal]
    of_each = [distinct(_pairs(_Borne(*(c[family == f] for c in borne)))) for f in range(len(bipartite.families))]
    pair = np.sort(np.concatenate([np.empty(0, dtype=np.int64), *of_each]))
    twice = pair[1:][pair[1:] == pair[:-1]]
    return join_pairs(twice >> 32, twice & 0xFFFFFFFF, bipartite.n_accounts)


def _pairs(borne: _Borne) -> Int64s:
    """Each two who bear the same value, as often as they do: the smaller number, and the larger."""
    order = np.argsort(borne.signal, kind="stable")
    owner, signal = borne.owner[order], borne.signal[order]
    pairs = [np.empty(0, dtype=np.int64)]
    for step in range(1, _FEW):
        same = np.flatnonzero(signal[step:] == signal[:-step])
        pairs.append(owner[same] << 32 | owner[same + step])
    return np.concatenate(pairs)


def _between_homes(borne: _Borne, bipartite: Bipartite) -> _Borne:
    """What homes have in common with others, once each: of those that have it of two families."""
    each = distinct(borne.owner << 32 | borne.signal)
    home, signal = each >> 32, each & 0xFFFFFFFF
    shared = (np.bincount(signal) > 1)[signal]
    return _of_two_families(_Borne(home[shared], signal[shared]), bipartite)


def _of_two_families(borne: _Borne, bipartite: Bipartite) -> _Borne:
    """What those bear who bear values of two families."""
    if not len(borne.owner):
        return borne
    begins = np.flatnonzero(np.diff(borne.owner, prepend=-1))
    families = np.bitwise_or.reduceat(np.int64(1) << bipartite.family[borne.signal].astype(np.int64), begins)
    several = np.repeat(np.bitwise_count(families) > 1, np.diff(begins, append=len(borne.owner)))
    return _Borne(borne.owner[several], borne.signal[several])


def _rows(borne: _Borne, n_accounts: int) -> Int32s:
    """What the values join, by the number of its first owner; -1 of who shares none."""
    pair = _pairs(borne)
    one, other = pair >> 32, pair & 0xFFFFFFFF
    piece = join_pairs(one, other, n_accounts)
    row = np.full(n_accounts, -1, dtype=np.int32)
    row[one], row[other] = piece[one], piece[other]
    return row


def _way_by_chance(n_homes: Int64s) -> Floats:
    """Homes on the longest way through a tree that chance draws: it grows with the root of their number.

    After Szekeres, *Distribution of labelled trees by diameter* (1983).
    """
    longest: Floats = 4 / 3 * np.sqrt(2 * np.pi * n_homes)
    return longest


def _longest_by_chance(n_homes: Int64s) -> float:
    """Homes of the longest row that chance draws in a thousand such populations, by how fast rows become rarer.

    Each home more halves the number of rows, or so many homes more do: rows of strangers end at each home alike. Of the
    rows that are not short half are so long; that some of them are chains hardly moves a median.
    """
    rows = n_homes[n_homes >= _SHORT]
    beyond = np.append(rows - _SHORT, np.zeros(max(_FEW_ROWS - len(rows), 0)))
    return float(_SHORT + (np.median(beyond) + 1) * np.log2(_RARE * len(beyond)))


def _keys_of_homes(home: Int32s, key: Keys) -> Keys:
    """Of each home, by its number, the least key of its accounts: names decide nothing."""
    least = np.full(len(home), np.iinfo(key.dtype).max, dtype=key.dtype)
    np.minimum.at(least, home, key)
    return least


def _row_by_row(row: Int32s, borne: _Borne, chosen: Int64s) -> Iterator[tuple[int, _Borne]]:
    """Some rows, each with who bears what in it."""
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
    """The homes on the shortest ways between the ends of a row, and how many lie on one way.

    The ends are the homes that are farthest apart. In a long row they are found as in a tree: from anywhere to an end,
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
    """Steps from some homes to each, one row a home."""
    steps: Floats = dijkstra(links, directed=False, unweighted=True, indices=np.asarray(begins))
    return steps


def _beside(way: Int64s, borne: _Borne, bipartite: Bipartite) -> Int64s:
    """The homes on a way, and those beside it, which share values of two families with them."""
    on_way = borne.signal[np.isin(borne.owner, way)]
    led = np.isin(borne.signal, on_way)
    return np.union1d(way, _of_two_families(_Borne(borne.owner[led], borne.signal[led]), bipartite).owner)


def _hangs_by_one_family(chain: Int32s, borne: _Borne, bipartite: Bipartite) -> Bools:
    """Which accounts are on a chain of which one family's small values hold half together."""
    on = chain >= 0
    length = np.bincount(chain[on], minlength=len(chain))
    held = np.zeros(len(chain) + 1, dtype=np.bool_)  # the last is for who is on none
    for family in range(len(bipartite.families)):
        mine = on[borne.owner] & (bipartite.family == family)[borne.signal]
        row = _rows(_Borne(borne.owner[mine], borne.signal[mine]), len(chain))
        on_row = np.flatnonzero(row >= 0)
        pieces, size = np.unique(chain[on_row].astype(np.int64) << 32 | row[on_row], return_counts=True)
        held[(pieces >> 32)[2 * size >= length[pieces >> 32]]] = True
    return held[chain]
