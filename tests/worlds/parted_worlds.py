"""Communities that are parted at places: what they bear, written out, and how a rule parts them."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Callable

    from graphlink.model.arrays import Int32s

FAMILIES = ("content", "device", "identity", "network", "payment")
CONTENT, DEVICE, IDENTITY, NETWORK, PAYMENT = range(5)
Told = tuple[int, "list[int]", int]


def parted_by(
    part: Callable[..., Int32s], *signals: Told, n: int, community=None, corroborating: tuple[int, ...] = ()
) -> list[int]:
    """The communities from (family, bearers inside, number outside) of each signal; names are given in their order."""
    community = np.zeros(n, dtype=np.int32) if community is None else np.array(community, dtype=np.int32)
    columns = pd.DataFrame(
        {
            "community": [int(community[bearers[0]]) for _, bearers, _ in signals],
            "signal": range(len(signals)),
            "family": [family for family, _, _ in signals],
            "inside": [len(bearers) for _, bearers, _ in signals],
            "outside": [outside for _, _, outside in signals],
        },
        dtype=np.int64,
    )
    ties = pd.DataFrame(
        [(row, account) for row, (_, bearers, _) in enumerate(signals) for account in bearers],
        columns=["row", "account"],
        dtype=np.int64,
    )
    corroborates = np.isin(np.arange(len(signals)), corroborating)
    graph = SimpleNamespace(families=FAMILIES, n_accounts=len(community), corroborates=corroborates)
    found = part(community, ties, columns, graph)
    names = {name: place for place, name in enumerate(dict.fromkeys(found[found >= 0].tolist()))}
    return [names.get(name, -1) for name in found.tolist()]
