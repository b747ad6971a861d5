"""A ring that has a firm's or a campus's mail domain on some of its accounts is not that firm."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from graphlink.model.families import IDENTITY, NETWORK
from graphlink.rings.membership.customers import in_families
from graphlink.rings.membership.places import ALONE, FEWEST, find_pieces

if TYPE_CHECKING:
    import pandas as pd

    from graphlink.model.arrays import Int32s
    from graphlink.model.graph import Bipartite

_ALL, _MANY = 0.9, 2 / 3
"""Share of a firm's people who have its name, at least; and share up to which a group is no department of it, of whose
people some may be from agencies."""


def part_at_one_name(community: Int32s, ties: pd.DataFrame, signals: pd.DataFrame, bipartite: Bipartite) -> Int32s:
    """Part from each community that one name holds together whoever would be found without it and hardly has it.

    The name is one that half of the community has, and nearly all who are in no piece. A piece is who is joined by
    values of its own that are neither names of so many nor addresses. It leaves where it stands by itself (two families
    of these are on half of it each), is no more than half of the community, and a third of it has not the name: a
    department has it, whatever cards and machines are its own, and whoever sits in the firm's office may be anybody.

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
    of, inside, outside = (signals[name].to_numpy() for name in ("community", "inside", "outside"))
    told = ~bipartite.corroborates[signals["signal"]] & (size >= 2 * FEWEST)[of]
    is_name = told & in_families(signals, bipartite, IDENTITY) & (2 * inside >= size[of])
    told &= (np.bincount(of, is_name, minlength=len(size)) > 0)[of]
    told &= ~is_name & ~in_families(signals, bipartite, NETWORK) & (inside > ALONE * outside)
    own = find_pieces(told, ties, signals, bipartite)
    if not own.stands.any():
        return community
    n_pieces = int(own.piece.max()) + 1
    piece = np.full(len(community), -1, dtype=np.int64)
    piece[own.account[own.stands]] = own.piece[own.stands]
    row, account = ties["row"].to_numpy(), ties["account"].to_numpy()
    named = np.zeros(len(community), dtype=np.bool_)
    named[account[is_name[row]]] = True

    stands, body = piece >= 0, (community >= 0) & (piece < 0)
    n, n_named = (np.bincount(piece[stands], each[stands], n_pieces) for each in (stands, named))
    n_body, n_of_name = (np.bincount(community[body], each[body], len(size)) for each in (body, named))
    home = np.zeros(n_pieces, dtype=np.int64)
    home[piece[stands]] = community[stands]
    leaves = (2 * n <= size[home]) & (n_named <= _MANY * n) & (n_of_name >= _ALL * n_body)[home]
    leaving = np.flatnonzero(stands)[leaves[piece[stands]]]
    if not len(leaving):
        return community
    parted = community.copy()
    parted[leaving] = len(size) + piece[leaving]
    return parted
