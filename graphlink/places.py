"""Groups that only meet at the same places are not one: farms, strangers and a crowd on the exits of one VPN."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from graphlink.customers import in_families
from graphlink.families import NETWORK
from graphlink.pieces import join_pairs

if TYPE_CHECKING:
    import pandas as pd

    from graphlink.model import Bipartite, Bools, Int32s, Int64s

_FEWEST = 20
"""Members of a group that stands by itself."""


def part_at_places(community: Int32s, ties: pd.DataFrame, signals: pd.DataFrame, bipartite: Bipartite) -> Int32s:
    """Part each community of which several pieces stand by themselves, and that only addresses make one.

    A piece is who is joined by values of its own that are no addresses, however indirectly. It stands by itself where
    two families of these are on half of it each: it would be found without the others. Whoever has no such value in a
    community that is parted is in none.

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
    place = in_families(signals, bipartite, NETWORK)
    own = ~place & ~bipartite.corroborates[signals["signal"]] & (signals["inside"] > signals["outside"]).to_numpy()
    own &= size[signals["community"]] >= 2 * _FEWEST
    told = own[ties["row"]]
    if not told.any():
        return community
    account, member = np.unique(ties["account"].to_numpy()[told], return_inverse=True)
    row = ties["row"].to_numpy()[told]
    piece = _pieces(member, row, len(own))[: len(account)]
    stands = _stand_by_themselves(piece, member, signals["family"].to_numpy()[row], len(bipartite.families))
    of_piece, first = np.unique(piece, return_index=True)
    several = np.bincount(community[account[first[stands[of_piece]]]], minlength=len(size)) > 1
    if not several.any():
        return community
    parted = (community >= 0) & several[np.maximum(community, 0)]
    fresh = np.full(len(community), -1, dtype=np.int32)
    fresh[account] = len(size) + piece
    return np.where(parted, fresh, community)


def _pieces(member: Int64s, row: Int64s, n_rows: int) -> Int32s:
    """The piece of each member, and then of each row."""
    n = int(member.max(initial=-1)) + 1
    return join_pairs(member, n + row, n + n_rows)


def _stand_by_themselves(piece: Int32s, member: Int64s, family: Int64s, n_families: int) -> Bools:
    """Which pieces are large enough, with two families on half of each."""
    size = np.bincount(piece)
    has = np.zeros((int(member.max()) + 1) * n_families, dtype=np.bool_)
    has[member * n_families + family] = True
    pairs = np.flatnonzero(has)
    held = np.bincount(piece[pairs // n_families] * n_families + pairs % n_families, minlength=len(size) * n_families)
    on_half = 2 * held.reshape(-1, n_families) >= size[:, None]
    stand: Bools = (size >= _FEWEST) & (on_half.sum(axis=1) > 1)
    return stand
