"""Groups that only meet at the same places are not one: farms, strangers and a crowd on the exits of one VPN."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from graphlink.engine.components import join_pairs
from graphlink.model.families import DEVICE, IDENTITY, NETWORK
from graphlink.rings.membership.customers import in_families

if TYPE_CHECKING:
    from graphlink.model.arrays import Bools, Int32s, Int64s
    from graphlink.model.graph import Bipartite

FEWEST = 20
"""Members of a group that stands by itself."""

ALONE = 4
"""Times as many members as others bear what joins a piece in a crowd: an influencer's code is many others'."""

_TIED = 1 / 3
"""Share of a crowd that has more in common with some of it than addresses, at most: households and friends."""


_OF_DOZENS = 16
"""Members on one device from which on it may be an image of a host's machines, and no more than a place."""


def part_at_places(community: Int32s, ties: pd.DataFrame, signals: pd.DataFrame, bipartite: Bipartite) -> Int32s:
    """Part each community that only addresses make one: of pieces that stand by themselves, or of one in a crowd.

    A device of dozens that are of several pieces is as an address: an image of a host's machines. A piece is who is
    joined by values of its own that are neither, however indirectly. It stands by itself where two families of these
    are on half of it each: it would be found without the others. One is in a crowd where it is no more than half of
    the community, though little that joins it is anybody else's, and of the others few have anything but addresses in
    common, unless at a host's machines they are firms, each of one name. Whoever is in no such piece of a community
    that is parted is in none.

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
    inside, outside = signals["inside"].to_numpy(), signals["outside"].to_numpy()
    told = ~in_families(signals, bipartite, NETWORK) & ~bipartite.corroborates[signals["signal"]]
    told &= size[signals["community"]] >= 2 * FEWEST
    images = _are_images(told & (inside > outside), ties, signals, bipartite)
    hosted = np.bincount(signals["community"][images], minlength=len(size)) > 0
    told &= ~images
    is_own = told & (inside > outside)
    own = find_pieces(is_own, ties, signals, bipartite)
    _, first = np.unique(own.piece[own.stands], return_index=True)
    several = np.bincount(community[own.account[own.stands][first]], minlength=len(size)) > 1
    alone = find_pieces(told & (inside > ALONE * outside), ties, signals, bipartite)
    outsider = community >= 0
    outsider[alone.account[alone.stands]] = False
    n_outsiders = np.bincount(community[outsider], minlength=len(size))
    is_name = is_own & in_families(signals, bipartite, IDENTITY) & hosted[signals["community"]]
    tied = own.account[outsider[own.account] & ~_are_firms(own, is_name, ties)[own.piece]]
    n_tied = np.bincount(community[tied], minlength=len(size))
    stands_there = (n_outsiders < size) & ~several
    in_crowd = stands_there & (2 * n_outsiders >= size) & (n_tied < _TIED * n_outsiders)
    if not (several.any() or in_crowd.any()):
        return community
    fresh = np.where((community >= 0) & ~(several | in_crowd)[np.maximum(community, 0)], community, -1)
    mine = several[community[own.account]]
    fresh[own.account[mine]] = len(size) + own.piece[mine]
    mine = alone.stands & in_crowd[community[alone.account]]
    fresh[alone.account[mine]] = fresh.max(initial=-1) + 1 + alone.piece[mine]
    return fresh


class Pieces(NamedTuple):
    """Accounts that bear some values, the piece of each, and the families on half of it, none where it is too small."""

    account: Int64s
    piece: Int32s
    n_families: Int64s

    @property
    def stands(self) -> Bools:
        """Whether the piece of each stands by itself: two families are on half of it."""
        return self.n_families > 1


def _are_images(is_own: Bools, ties: pd.DataFrame, signals: pd.DataFrame, bipartite: Bipartite) -> Bools:
    """Which devices of dozens are on members of several pieces that are joined without any of these."""
    of_dozens = is_own & in_families(signals, bipartite, DEVICE) & (signals["inside"] >= _OF_DOZENS).to_numpy()
    if not of_dozens.any():
        return of_dozens
    own = find_pieces(is_own & ~of_dozens, ties, signals, bipartite)
    piece_of = np.full(bipartite.n_accounts, -1, dtype=np.int64)
    piece_of[own.account] = own.piece
    row, piece = ties["row"].to_numpy(), piece_of[ties["account"]]
    on_piece = of_dozens[row] & (piece >= 0)
    n_pieces = pd.Series(piece[on_piece]).groupby(row[on_piece]).nunique()
    return np.isin(np.arange(len(signals)), n_pieces.index[n_pieces > 1])


def _are_firms(own: Pieces, is_name: Bools, ties: pd.DataFrame) -> Bools:
    """Which pieces have on half of them one of these names, each of which is on members of one piece."""
    n_members = np.bincount(own.piece, minlength=1)
    named = ties[is_name[ties["row"]]]
    _, first, n_named = np.unique(named["row"], return_index=True, return_counts=True)
    most = np.zeros(len(n_members), dtype=np.int64)
    np.maximum.at(most, own.piece[np.searchsorted(own.account, named["account"].to_numpy()[first])], n_named)
    return 2 * most >= n_members


def find_pieces(chosen: Bools, ties: pd.DataFrame, signals: pd.DataFrame, bipartite: Bipartite) -> Pieces:
    """The pieces that some values of communities join."""
    told = chosen[ties["row"]]
    account, member = np.unique(ties["account"].to_numpy()[told], return_inverse=True)
    if not len(account):
        return Pieces(account, np.zeros(0, dtype=np.int32), np.zeros(0, dtype=np.int64))
    row = ties["row"].to_numpy()[told]
    piece = _pieces(member, row, len(chosen))[: len(account)]
    n_families = _families_on_half(piece, member, signals["family"].to_numpy()[row], len(bipartite.families))
    return Pieces(account, piece, n_families[piece])


def _pieces(member: Int64s, row: Int64s, n_rows: int) -> Int32s:
    """The piece of each member, and then of each row."""
    n = int(member.max(initial=-1)) + 1
    return join_pairs(member, n + row, n + n_rows)


def _families_on_half(piece: Int32s, member: Int64s, family: Int64s, n_families: int) -> Int64s:
    """How many families are on half of each piece that is large enough."""
    size = np.bincount(piece)
    has = np.zeros((int(member.max()) + 1) * n_families, dtype=np.bool_)
    has[member * n_families + family] = True
    pairs = np.flatnonzero(has)
    held = np.bincount(piece[pairs // n_families] * n_families + pairs % n_families, minlength=len(size) * n_families)
    on_half = 2 * held.reshape(-1, n_families) >= size[:, None]
    n_on_half: Int64s = on_half.sum(axis=1) * (size >= FEWEST)
    return n_on_half
