"""Measures how far a coordinated group shares its values with another group.

An operator of several groups seldom gives each of them values of its own throughout. A group that alone says too little
may share addresses, cards or devices with a coordinated one, and hardly anybody else has them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

    from graphlink.model.arrays import Bools, Floats, Int64s
    from graphlink.model.groups import Evidence

_WIDEST: Final = 64
"""Groups to which one value may tie another, those with most of its accounts first. It bounds the work of a value."""


class RingTies(NamedTuple):
    """The other coordinated group that each group shares most with."""

    share: Floats
    """Of each group's accounts, those that have a value most of whose accounts are in the two groups; 0 without one."""
    other: Int64s
    """By group: the number of the coordinated group; -1 if it shares nothing with one."""


def find_ring_ties(evidence: Evidence, is_vouching: Bools) -> RingTies:
    """Find the coordinated group to which most accounts of each group are tied.

    Parameters
    ----------
    evidence
        The groups, and their values.
    is_vouching
        By group: whether it is coordinated beyond doubt.

    Returns
    -------
    RingTies
        Of two that tie as many accounts, the one with the smaller number.
    """
    most = count_tied(evidence, is_vouching).drop_duplicates("community")
    group = most["community"].to_numpy()
    share, other = np.zeros(len(evidence.size)), np.full(len(evidence.size), -1, dtype=np.int64)
    share[group] = most["n"].to_numpy() / evidence.size[group]
    other[group] = most["community_other"]
    return RingTies(share, other)


def count_tied(evidence: Evidence, is_other: Bools) -> pd.DataFrame:
    """Count the accounts of each group that values tie to another.

    Returns
    -------
    pandas.DataFrame
        A row for each ``community`` and each ``community_other`` that ``is_other`` says may be one, if values tie them:
        the number n of accounts of the first. By community, those of most accounts first.
    """
    held = evidence.signals[["community", "signal", "inside", "outside"]]
    of_others = held[is_other[held["community"].to_numpy()]]
    of_others = of_others.sort_values(["signal", "inside", "community"], ascending=[True, False, True])
    of_others = of_others[of_others.groupby("signal").cumcount() < _WIDEST]
    most = held["signal"].map(of_others.drop_duplicates("signal").set_index("signal")["inside"])  # NaN on no other
    shared = held[2 * (held["inside"] + most) > held["inside"] + held["outside"]].reset_index(names="row")
    both = shared.merge(of_others[["signal", "community", "inside"]], on="signal", suffixes=("", "_other"))
    both = both[both["community"] != both["community_other"]]
    both = both[2 * (both["inside"] + both["inside_other"]) > both["inside"] + both["outside"]]
    tied = evidence.ties.loc[evidence.ties["row"].isin(both["row"]), ["row", "account"]]
    pairs = both[["row", "community", "community_other"]].merge(tied, on="row")
    n_tied = pairs.drop(columns="row").drop_duplicates().groupby(["community", "community_other"]).size()
    order = {"community": True, "n": False, "community_other": True}
    return n_tied.reset_index(name="n").sort_values(list(order), ascending=list(order.values()))
