"""Summarise a new world in a few lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from graphlink.lab.simulate.scene import NOBODY
from graphlink.words.sentences import counted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from graphlink.lab.simulate.world import World

# The most sizes of one kind to write out.
_SHOWN = 5


def summarise(world: World) -> Iterator[str]:
    """Yield a line on the world's size, one per kind of ring, and one on the requested victims.

    Examples
    --------
    >>> from graphlink.lab.simulate import simulate
    >>> print(next(summarise(simulate(n_accounts=2000, seed=1))))  # doctest: +ELLIPSIS
    2,000 accounts, ... sightings, parameters default, seed 1
    """
    accounts = world.accounts
    n_sightings = sum(len(table.account) for table in world.tables)
    size = f"{len(accounts.segment):,} accounts, {n_sightings:,} sightings"
    yield f"{size}, parameters {world.parameters}, seed {world.seed}"
    regrown = accounts.ring[accounts.parent != NOBODY]
    for kind in sorted({ring.kind for ring in world.rings}):
        rings = [ring for ring in world.rings if ring.kind == kind]
        sizes = ", ".join(f"{ring.size:,}" for ring in rings[:_SHOWN]) + (", …" if len(rings) > _SHOWN else "")
        smaller = "; smaller than in the wild" if any(ring.shrunk for ring in rings) else ""
        returned = int(np.isin(regrown, [ring.number for ring in rings]).sum())
        more = f"; {returned:,} regrown" if returned else ""
        yield f"  {kind}: {counted(len(rings), 'ring')} of {sizes} accounts{smaller}{more}"
    if asked := world.request.n_victims:
        framed = int((accounts.framed_by != NOBODY).sum())
        fewer = f" of the {asked:,} asked for; the others bear no such values early enough" if framed < asked else ""
        yield f"  victims: {framed:,}{fewer}"
