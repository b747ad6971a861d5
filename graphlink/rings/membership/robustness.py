"""Tests which accounts stay linked to a community after the loss of one value, or of one family of values."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from graphlink.engine.components import join_pairs
from graphlink.engine.kernels.basic import order_groups
from graphlink.engine.kernels.pairs import find_losses
from graphlink.engine.threads import n_blocks

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from graphlink.model.arrays import Bools, Int32s, Int64s
    from graphlink.model.graph import Bipartite, Projection

_FEWEST = 20
"""Least number of members of a part that stands by itself."""


def find_lasting(  # noqa: PLR0913  what an account shares, with whom it is linked, and how evidence adds up
    ties: pd.DataFrame,
    signals: pd.DataFrame,
    account: Int64s,
    community: Int32s,
    bipartite: Bipartite,
    projection: Projection,
    *,
    further_share: float,
    needed: float,
) -> Mapping[str, Bools | Int64s]:
    """Test whether each account stays linked without any one value, and find the families without which it does not.

    An account survives the loss of a value if one of its links inside still has the evidence that a link needs, from
    what the two accounts share besides. A coarse value is lost with the one value that it follows from: a card with its
    bank's range, an address with its network. The loss of a family parts the community along the links that are left.
    An account survives it if it is in the largest piece, since links within a smaller piece make another group. An
    account that nothing ties has 0 and False in all columns.

    Parameters
    ----------
    ties, signals
        The accounts that have each of their community's telling signals, by community and signal; see ``Evidence``.
    account
        The accounts to test, ascending: all that have any telling signal.
    community
        By account of the graph; -1 where it is in none.
    bipartite, projection
        The graph, and its links.
    further_share
        The fraction of a family's further evidence that counts.
    needed
        Evidence that a link needs, in the unit of its bits.
    """
    types, n = bipartite.types, len(account)
    own = (community >= 0)[projection.source] & (community[projection.source] == community[projection.target])
    number = np.full(len(community), -1, dtype=np.int32)
    number[account] = np.arange(n)
    source, target = number[projection.source[own]], number[projection.target[own]]
    order, starts = order_groups(number[ties["account"]], n)
    row = ties["row"].to_numpy(np.int32)[order]
    n_tied = np.diff(starts)
    bearer = np.repeat(np.arange(n), n_tied)
    adds_up, coarse = (
        np.array([getattr(each, name) for each in types], dtype=np.bool_)[signals["type"]]
        for name in ("adds_up", "coarse")
    )
    family = signals["family"].to_numpy(np.int8)
    of_account = bearer * len(bipartite.families) + family[row]
    is_sole = ~coarse[row] & (np.bincount(of_account, ~coarse[row]) == 1)[of_account]
    lasts, without = find_losses(
        (source, target),
        (starts, row, is_sole),
        (family, adds_up),
        signals["bits"].to_numpy(np.int64),
        (round(further_share * 256), 256, round(needed)),
        n_blocks(),
    )
    n_lost = np.bincount(bearer, ~lasts, minlength=n)
    depends_on, hangs = np.zeros(n, dtype=np.int64), np.zeros(n, dtype=np.bool_)
    of = community[account]
    size = np.bincount(of)
    for f in range(int(family.max(initial=-1)) + 1):
        held = without >> f & 1 > 0
        piece = join_pairs(source[held], target[held], n)
        stays = _are_of_largest(piece, of)
        depends_on |= np.where(stays | (n_tied == 0), 0, 1 << f)
        hangs |= ~stays & (2 * np.bincount(of, stays) > size)[of] & (np.bincount(piece)[piece] >= _FEWEST)
    return {
        "survives_any_value": (n_tied > 0) & (n_lost == 0),
        "depends_on": depends_on,
        "hangs_by_family": hangs,
    }


def _are_of_largest(piece: Int32s, community: Int32s) -> Bools:
    """By account: whether it is in the largest piece of its community; of two equal pieces, that of the first account.

    A single account is no piece.
    """
    size = np.bincount(piece)[piece]
    rank = size * len(piece) - piece
    largest = np.full(int(community.max(initial=-1)) + 1, -1)
    np.maximum.at(largest, community, rank)
    are: Bools = (rank == largest[community]) & (size > 1)
    return are
