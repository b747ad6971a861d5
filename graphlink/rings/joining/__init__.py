"""The projection in, the partition out: communities of accounts, and the cells that each is made of.

Leiden finds the cells, one connected component at a time, so that nothing elsewhere in the graph can move them. Cells
that are parts of one whole are then put together: those that leak into one another, and those that signals of two
families span; what only hangs on is let go. Every account settles where most of its evidence leads, before it is asked
what spans, since a company's people put with a ring would make one whole of both, and again at the end. A chain of
accounts, which Leiden cuts anywhere, is put together whatever the cells are, and so are pieces of a lattice.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphlink.model.graph import Partition
from graphlink.rings.joining.by_component import group_components
from graphlink.rings.joining.chains import find_chains, join_chains
from graphlink.rings.joining.labels import canonical
from graphlink.rings.joining.lattices import join_lattices
from graphlink.rings.joining.refine import settle
from graphlink.rings.joining.spanning import join_spanned

if TYPE_CHECKING:
    from graphlink.config.method import Method
    from graphlink.model.calibration import Calibration
    from graphlink.model.graph import Bipartite, Projection, SignalTest


def detect_communities(
    projection: Projection,
    bipartite: Bipartite,
    test: SignalTest,
    calibration: Calibration,
    method: Method,
    *,
    seed: int,
) -> Partition:
    """Group the accounts of a projection.

    Returns
    -------
    Partition
        Communities numbered by their smallest account, and cells likewise; -1 where an account has no edge and is on
        no chain.
    """
    chain = find_chains(bipartite)
    trace, n_accounts = bipartite.account_trace, calibration.n_accounts
    grouped = group_components(projection, trace, n_accounts, method, seed=seed)
    whole = grouped.membership
    campaign = canonical(join_spanned(whole, bipartite, test, calibration, method))
    while (campaign != whole).any():  # what has grown may span more; each round joins at least two
        whole, campaign = campaign, canonical(join_spanned(campaign, bipartite, test, calibration, method))
    campaign = canonical(join_lattices(campaign, bipartite))
    joined, chained = join_chains(settle(campaign, projection), chain)
    return Partition(membership=canonical(joined), cell=grouped.cell, chained=chained)
