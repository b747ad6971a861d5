"""Say in a few lines what a world holds, for whoever has just made one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from graphlink.simulate.scene import NOBODY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from graphlink.simulate.world import World


def summarise(world: World) -> Iterator[str]:
    """Yield one line on the world's size, and one for each ring.

    Examples
    --------
    >>> from graphlink.simulate import simulate
    >>> print(next(iter(summarise(simulate(n_accounts=2000, seed=1)))))
    2,000 accounts, 15,703 sightings, parameters default, seed 1
    """
    accounts = world.accounts
    n_sightings = sum(len(table.account) for table in world.tables)
    size = f"{len(accounts.segment):,} accounts, {n_sightings:,} sightings"
    yield f"{size}, parameters {world.parameters}, seed {world.seed}"
    for ring in world.rings:
        members = np.flatnonzero(accounts.ring == ring.number)
        regrown = int((accounts.parent[members] != NOBODY).sum())
        smaller = ", smaller than in the wild" if ring.shrunk else ""
        yield f"  {ring.kind}: {ring.size:,} accounts{smaller}" + (f", {regrown:,} regrown" if regrown else "")
