"""Lattices: pieces side by side, each of which shares small values with the next, and nothing with all."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from graphlink.engine.arrays import distinct
from graphlink.engine.components import join_pairs

if TYPE_CHECKING:
    from graphlink.model.arrays import Int32s, Int64s
    from graphlink.model.graph import Bipartite

_CROSSING = 0.1
"""Share of either piece that bears what crosses to the other: a couple in two firms joins no firms."""

_VISITS = 4
"""Other pieces that one account touches with nobody else of its own beside it, from which on it is a visitor in them,
such as a carer or a technician: he has their addresses and machines, and they have nothing of one another."""

_SMALL = 32
"""Accounts that bear a small value, at most: what is on more makes one piece of them."""

_PIECES = 8
"""Pieces of a lattice, at least. Of a dozen trial worlds' honest accounts none have more than three so joined, a
village's families; each further one is a family more that has cards and machines in common with the next."""


def join_lattices(community: Int32s, bipartite: Bipartite) -> Int32s:
    """Put pieces together that lie side by side in a long row or a net, where nobody else has what joins them.

    Whoever deals out a few of his cards, machines and addresses to each account, to this one those and to the next one
    others, has no value that is on many. Leiden cuts such a net anywhere, and each piece looks like a household or a
    small firm. Two pieces touch where values of two families are on accounts of both and on nobody else's, and a tenth
    of either bears these. Honest homes and firms so touch one or two others, and those of a net all.

    ``community`` is numbered from 0 on, -1 for who is in none; what comes out is numbered in no particular order.
    """
    one, other = _touching(community, bipartite)
    if not len(one):
        return community
    n_communities = int(community.max()) + 1
    net = join_pairs(one, other, n_communities)
    n_pieces = np.bincount(net)
    whole = np.where(n_pieces[net] >= _PIECES, n_communities + net, np.arange(n_communities))
    return np.where(community >= 0, whole[community], -1).astype(np.int32)


def _touching(community: Int32s, bipartite: Bipartite) -> tuple[Int64s, Int64s]:
    """Pairs of communities that touch: the lower numbers, and the higher."""
    is_small = (bipartite.degree <= _SMALL) & ~bipartite.corroborates
    chosen = np.flatnonzero(is_small)
    degree = bipartite.degree[chosen].astype(np.int64)
    account = bipartite.accounts[np.repeat(is_small, bipartite.degree)]
    begins = np.cumsum(degree) - degree
    of = community[account]
    low, high = (each.reduceat(of, begins) if len(of) else of for each in (np.minimum, np.maximum))
    number = np.repeat(np.arange(len(chosen)), degree)
    is_end = (of == low[number]) | (of == high[number])
    crosses = (low >= 0) & (low < high) & (np.bincount(number, is_end, minlength=len(chosen)) == degree)
    pair, which = np.unique(low[crosses].astype(np.int64) << 32 | high[crosses], return_inverse=True)
    families = np.zeros(len(pair), dtype=np.int64)
    np.bitwise_or.at(families, which, np.int64(1) << bipartite.family[chosen[crosses]].astype(np.int64))

    pair_of = np.full(len(chosen), -1, dtype=np.int64)
    pair_of[crosses] = which
    told = np.flatnonzero(pair_of[number] >= 0)
    bearers = distinct(pair_of[number[told]] << 32 | account[told])
    at, who = bearers >> 32, bearers & 0xFFFFFFFF
    one, other = pair >> 32, pair & 0xFFFFFFFF
    size = np.bincount(community[community >= 0], minlength=int(community.max(initial=-1)) + 1)
    sides = tuple(community[who] == end[at] for end in (one, other))
    n_here, n_there = (np.bincount(at, side, minlength=len(pair)) for side in sides)
    wide = np.minimum(n_here / np.maximum(size[one], 1), n_there / np.maximum(size[other], 1)) >= _CROSSING
    touch = wide & (np.bitwise_count(families) > 1)
    by_himself = touch[at] & ((sides[0] & (n_here == 1)[at]) | (sides[1] & (n_there == 1)[at]))
    n_visits = np.bincount(who[by_himself], minlength=len(community))
    touch[at[by_himself & (n_visits[who] >= _VISITS)]] = False
    return one[touch], other[touch]
