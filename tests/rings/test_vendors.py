"""What a vendor hands out makes nobody core."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pandas as pd

from graphlink.rings.membership.vendors import is_particular

FAMILIES = ("client", "content", "network", "payment")
CLIENT, CONTENT, NETWORK, PAYMENT = range(4)
RING, VENDOR = range(8), range(8, 30)
"""Eight accounts of a ring, and 22 other customers of the vendor whose prompt it uses."""

PROMPT = (CONTENT, [*RING, *VENDOR], 0)
EGRESS = (NETWORK, [*RING, *VENDOR], 0)
CARDS = [(PAYMENT, [0, 1, 2, 3], 0), (PAYMENT, [3, 4, 5, 6, 7], 0)]

Told = tuple[int, "list[int]", int]


def tables(*signals: Told) -> tuple[pd.DataFrame, pd.DataFrame, np.ndarray, SimpleNamespace]:
    """The tables of one community from (family, bearers inside, number outside) of each of its signals."""
    size = np.array([1 + max(max(bearers) for _, bearers, _ in signals)])
    columns = pd.DataFrame(
        {
            "community": 0,
            "signal": range(len(signals)),
            "family": [family for family, _, _ in signals],
            "inside": [len(bearers) for _, bearers, _ in signals],
            "outside": [outside for _, _, outside in signals],
        }
    )
    ties = pd.DataFrame(
        [(row, account) for row, (_, bearers, _) in enumerate(signals) for account in bearers],
        columns=["row", "account"],
    )
    corroborates = np.zeros(len(signals), dtype=np.bool_)
    graph = SimpleNamespace(families=FAMILIES, n_accounts=int(size[0]), corroborates=corroborates)
    return ties, columns, size, graph


def particular(*signals: Told, corroborating: tuple[int, ...] = ()) -> list[bool]:
    """By signal, whether a tie of it is particular."""
    ties, columns, size, graph = tables(*signals)
    graph.corroborates[list(corroborating)] = True
    told = pd.Series(is_particular(ties, columns, size, graph)).groupby(ties["row"]).agg(["min", "max"])
    assert (told["min"] == told["max"]).all()
    return told["min"].tolist()


def test_what_few_members_share_and_what_nobody_hands_out_is_particular():
    assert particular(
        PROMPT, (NETWORK, [0, 1, 2, 3, 4], 0), (NETWORK, [0, 1, 2, 3, 4, 5], 0), (PAYMENT, [*RING], 0)
    ) == [
        False,
        True,
        False,
        True,
    ]


def test_a_tenth_of_a_large_group_is_few():
    everybody = (PAYMENT, list(range(100)), 0)
    assert particular(everybody, (NETWORK, list(range(10)), 0), (NETWORK, list(range(11)), 0)) == [True, True, False]


def test_a_neighbourhood_or_a_program_is_not_particular():
    assert particular(PROMPT, (NETWORK, [0, 1], 0), (CLIENT, [*RING], 0), corroborating=(1,)) == [False, False, False]
