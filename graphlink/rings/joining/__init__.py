"""Makes communities of accounts and their cells from the projection.

Leiden finds the cells. Cells between which values of one family mix are parts of one community, unless one of them
looks like a part of a ring and the other does not. A community of which one part looks like a ring and the other is
honest is parted. An account that is left alone joins the community to which most of its evidence leads. Leiden cuts a
chain of accounts anywhere, so a chain is put together whatever its cells are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphlink.model.graph import Partition
from graphlink.rings.joining.borrowers import part_borrowers
from graphlink.rings.joining.cells import better_links, cut_communities
from graphlink.rings.joining.chains import find_chains, join_chains
from graphlink.rings.joining.labels import canonical
from graphlink.rings.joining.merge import join_mixing
from graphlink.rings.joining.refine import settle_lone

if TYPE_CHECKING:
    from collections.abc import Callable

    from graphlink.config.method import Method
    from graphlink.model.arrays import Floats, Int32s, Int64s
    from graphlink.model.calibration import Calibration
    from graphlink.model.graph import Bipartite, Projection, SignalTest


def detect_communities(  # noqa: PLR0913  a stage takes what the stages before it made, and how
    projection: Projection,
    bipartite: Bipartite,
    test: SignalTest,
    calibration: Calibration,
    method: Method,
    *,
    seed: int,
    created: Int64s,
    score: Callable[[Int32s], Floats],
) -> Partition:
    """Group the accounts of a projection.

    ``created`` is the creation time of each account. ``score`` computes the log-odds of communities, as
    ``assessment.score_communities`` does.

    Returns
    -------
    Partition
        Communities numbered by their smallest account, and cells likewise; -1 where an account has no edge and is on no
        chain.
    """
    better = better_links(projection, bipartite)
    cut = cut_communities(projection, better, bipartite, method, seed=seed)
    joined = join_mixing(cut.membership, bipartite, test, calibration.n_accounts, method, score)
    settled = settle_lone(joined, better)
    parted = part_borrowers(settled, created, bipartite, method, score)
    membership, chained = join_chains(parted, find_chains(bipartite), projection)
    return Partition(membership=canonical(membership), cell=cut.cell, chained=chained)
