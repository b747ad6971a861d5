"""Tells the ties that a vendor may have made from the others: a vendor's values tie all its customers.

A ring that works through a vendor's tool has the vendor's prompt and address, as every other customer does. Prompt and
address are two families, but come from one source: without other evidence they corroborate nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from graphlink.model.families import CLIENT, CONTENT, NETWORK

if TYPE_CHECKING:
    import pandas as pd

    from graphlink.model.arrays import Bools, Int64s
    from graphlink.model.graph import Bipartite

_FEWEST = 5
"""Least number of accounts to which a value is handed out: fewer are a household."""

_WIDESPREAD = 0.1
"""Share of a group that has an address or a prompt, above which a vendor may have handed it out."""


def is_particular(ties: pd.DataFrame, signals: pd.DataFrame, size: Int64s, bipartite: Bipartite) -> Bools:
    """By tie: whether it is no vendor's: not a prompt, address or program that much of the group has."""
    given = np.isin(bipartite.families, (NETWORK, CONTENT, CLIENT))[signals["family"]]
    widespread = signals["inside"].to_numpy() > np.maximum(_FEWEST, _WIDESPREAD * size[signals["community"]])
    particular = ~(given & (widespread | bipartite.corroborates[signals["signal"]]))
    of_ties: Bools = particular[ties["row"]]
    return of_ties
