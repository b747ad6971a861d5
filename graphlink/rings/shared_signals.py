"""Finds the accounts of each community's telling signals.

Counts are compared with chance: a signal is telling if it is far more common inside a community than outside.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from graphlink.engine.kernels.basic import number_pairs

if TYPE_CHECKING:
    from graphlink.model.arrays import Bools, Floats, Int32s, Int64s
    from graphlink.model.graph import Bipartite, SignalTest

_TELLING = 5
"""Least ratio of a signal's frequency inside a community to its frequency outside, for it to be telling."""


@dataclass(frozen=True, slots=True, eq=False)
class Entries:
    """The accounts of signals with evidence, by signal, and their sightings."""

    signal: Int32s
    account: Int32s
    sighting: Int32s

    @classmethod
    def of(cls, bipartite: Bipartite, test: SignalTest) -> Entries:
        """Select the signals with positive evidence in the test."""
        tells = test.bits > 0
        signal, entry = np.flatnonzero(tells).astype(np.int32), np.flatnonzero(np.repeat(tells, bipartite.degree))
        borne = np.repeat(signal, bipartite.degree[signal])
        return cls(borne, bipartite.accounts[entry], bipartite.sighting[entry])

    def only(self, accounts: Bools) -> Entries:
        """Select the entries of some accounts."""
        kept = accounts[self.account]
        return Entries(self.signal[kept], self.account[kept], self.sighting[kept])


@dataclass(frozen=True, slots=True, eq=False)
class Counted:
    """Communities of enough accounts, the number of smaller ones, the ties to their signals, and these signals."""

    community: Int32s
    n_small: int
    ties: pd.DataFrame
    signals: pd.DataFrame

    @property
    def size(self) -> Int64s:
        """Accounts by community."""
        return np.bincount(self.community[self.community >= 0])


def count_ties(
    membership: Int32s, entries: Entries, bipartite: Bipartite, test: SignalTest, *, n_accounts: int, smallest: int
) -> Counted:
    """Count the accounts of each signal in communities of ``smallest`` accounts or more, numbered from 0.

    ``n_accounts`` is the size of the population, as in the calibration.
    """
    community, n_small = large_enough(membership, smallest)
    return Counted(community, n_small, *_ties(community, entries, bipartite, test, n_accounts))


def by_chance(size: Int64s, degree: Int64s, n_accounts: int) -> Floats:
    """Expected accounts with a signal in a group of that size, if its accounts were spread over all accounts."""
    return size * degree / n_accounts


def large_enough(membership: Int32s, smallest: int) -> tuple[Int32s, int]:
    """Communities of at least ``smallest`` accounts, numbered anew in the same order, and the number of smaller ones.

    Examples
    --------
    >>> community, n_small = large_enough(np.array([2, 0, 2, -1], dtype=np.int32), 2)
    >>> community.tolist(), n_small
    ([0, -1, 0, -1], 1)
    """
    size = np.bincount(membership[membership >= 0], minlength=1)
    keep = size >= smallest
    number = np.where(keep, np.cumsum(keep) - 1, -1)
    community = np.where(membership >= 0, number[np.maximum(membership, 0)], -1).astype(np.int32)
    return community, int(np.count_nonzero(size) - np.count_nonzero(keep))


def _ties(
    community: Int32s, entries: Entries, bipartite: Bipartite, test: SignalTest, n_accounts: int
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Ties of accounts to their community's telling signals, with sightings; and these signals with their counts."""
    size = np.bincount(community[community >= 0])
    inside = community[entries.account]
    entry = np.flatnonzero(inside >= 0)
    where, c, s, n = number_pairs(inside[entry], entries.signal[entry], len(size))
    c, s = c.astype(np.int64), s.astype(np.int64)
    degree = bipartite.degree[s].astype(np.int64)
    others = np.maximum(n_accounts - size[c], 1)
    telling = (n > 1) & (n * others > _TELLING * (degree - n) * size[c])
    row = np.cumsum(telling) - 1
    told = telling[where]
    ties = pd.DataFrame(
        {
            "row": row[where[told]],
            "account": entries.account[entry[told]].astype(np.int64),
            "sighting": entries.sighting[entry[told]],
        }
    )
    c, s, n, degree = c[telling], s[telling], n[telling], degree[telling]
    signals = pd.DataFrame(
        {
            "community": c,
            "signal": s,
            "type": bipartite.signal_type[s].astype(np.int64),
            "family": bipartite.family[s].astype(np.int64),
            "inside": n,
            "outside": degree - n,
            "expected": by_chance(size[c], degree, n_accounts),
            "bits": test.bits[s],
        }
    )
    return ties, signals
