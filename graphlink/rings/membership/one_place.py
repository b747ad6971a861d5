"""Groups that one address alone joins are not one: a hackathon, and a farm that went through the same venue."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from graphlink.engine.components import join_pairs
from graphlink.model.families import NETWORK
from graphlink.rings.membership.customers import in_families
from graphlink.rings.membership.places import FEWEST, find_pieces

if TYPE_CHECKING:
    from graphlink.model.arrays import Int32s, Int64s
    from graphlink.model.graph import Bipartite

_CROSSING = 5
"""Accounts who meet those of another group elsewhere, too, at least: fewer is somebody with two jobs."""

_MOST_GROUPS = 64
"""Groups that are compared at one address, the largest there first: bounds the pairs to 64 * 64 an address."""


def part_at_one_place(community: Int32s, ties: pd.DataFrame, signals: pd.DataFrame, bipartite: Bipartite) -> Int32s:
    """Part each community of which groups with something of their own would fall apart without one address.

    No member is of the core that a single value holds to its ring, and no group is of a ring that a single address
    holds to it. A group is who is joined by values of its own that are no addresses, one family of these on half of it.
    Two are held by one address that half of the smaller bear, where fewer than five meet at any other and one of them
    stands by itself (see ``part_at_places``): a farm's cards at one address may be all that is known of it. Who is in
    no such group stays with the largest.

    Parameters
    ----------
    community
        Of each account; -1 where it is in none.
    ties, signals
        Who bears which of their community's telling signals; see ``Evidence``.

    Returns
    -------
    Int32s
        Communities, in no particular order; the same array where none is parted.
    """
    size = np.bincount(community[community >= 0], minlength=1)
    told = ~bipartite.corroborates[signals["signal"]] & (size >= 2 * FEWEST)[signals["community"]]
    is_place = told & in_families(signals, bipartite, NETWORK)
    own = told & ~is_place & (signals["inside"] > signals["outside"]).to_numpy()
    found = find_pieces(own, ties, signals, bipartite)
    grouped = found.n_families > 0
    pieces, first, number = np.unique(found.piece[grouped], return_index=True, return_inverse=True)
    if len(pieces) < 2:  # noqa: PLR2004
        return community
    group = np.full(len(community), -1)
    group[found.account[grouped]] = number
    n = np.bincount(number)
    apart, met = _compare(group, ties[is_place[ties["row"]]], n)
    whole = join_pairs(met[0], met[1], len(n))
    apart = apart[:, found.stands[grouped][first][apart].any(axis=0) & (whole[apart[0]] != whole[apart[1]])]
    held = np.zeros(len(n), dtype=np.bool_)
    size_of, (one, other) = np.bincount(whole, n), whole[apart]
    held[one[size_of[one] <= size_of[other]]] = True  # the smaller of two leaves, so that a third stays whole
    held[other[size_of[other] <= size_of[one]]] = True
    held[whole[_largest_of_each(community, group, whole, n)]] = False
    leaving = np.flatnonzero((group >= 0) & held[whole[group]])
    if not len(leaving):
        return community
    parted = community.copy()
    parted[leaving] = len(size) + whole[group[leaving]]
    return parted


def _compare(group: Int64s, visits: pd.DataFrame, n: Int64s) -> tuple[Int64s, Int64s]:
    """Pairs of groups that one address alone joins, and pairs that meet without it, each as two rows of numbers."""
    visit = group[visits["account"]] + len(n) * visits["row"].to_numpy()
    visit, n_there = np.unique(visit[group[visits["account"]] >= 0], return_counts=True)
    there = pd.DataFrame({"row": visit // len(n), "one": visit % len(n), "n": n_there})
    there = there.sort_values(["row", "n", "one"], ascending=[True, False, True])
    there = there[there.groupby("row").cumcount() < _MOST_GROUPS]
    both = there.merge(there.rename(columns={"one": "other"}), on="row", suffixes=("", "_other"))
    both = both[both["one"] < both["other"]].assign(n=both[["n", "n_other"]].min(axis=1))
    pairs = both.groupby(["one", "other"], as_index=False)["n"].agg(["max", "sum"])
    smaller = np.minimum(n[pairs["one"]], n[pairs["other"]])
    is_held = 2 * pairs["max"] >= smaller
    meets = pairs["sum"] - np.where(is_held, pairs["max"], 0) >= _CROSSING
    ends = pairs[["one", "other"]].to_numpy(np.int64)
    return ends[is_held & ~meets].T, ends[meets].T


def _largest_of_each(community: Int32s, group: Int64s, whole: Int32s, n: Int64s) -> Int64s:
    """A group of the largest whole of each community."""
    of = np.empty(len(n), dtype=np.int64)
    of[group[group >= 0]] = community[group >= 0]
    order = np.lexsort((whole, -np.bincount(whole, n)[whole], of))
    largest: Int64s = order[np.diff(of[order], prepend=-1) != 0]
    return largest
