"""Who bears which of its community's telling signals.

Everything is counted against chance: a signal tells something about a community when it is far more common inside than
outside.
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
"""Times more common inside a community than outside, for a signal to tell something about it."""


@dataclass(frozen=True, slots=True, eq=False)
class Entries:
    """Who bears the signals that can tell anything, by signal, and the sightings that show it."""

    signal: Int32s
    account: Int32s
    sighting: Int32s

    @classmethod
    def of(cls, bipartite: Bipartite, test: SignalTest) -> Entries:
        """Take the signals of which the test says that it means anything to share them."""
        tells = test.bits > 0
        signal, entry = np.flatnonzero(tells).astype(np.int32), np.flatnonzero(np.repeat(tells, bipartite.degree))
        borne = np.repeat(signal, bipartite.degree[signal])
        return cls(borne, bipartite.accounts[entry], bipartite.sighting[entry])

    def only(self, accounts: Bools) -> Entries:
        """Take those of some accounts."""
        kept = accounts[self.account]
        return Entries(self.signal[kept], self.account[kept], self.sighting[kept])


@dataclass(frozen=True, slots=True, eq=False)
class Counted:
    """Communities of enough accounts, how many are smaller, who bears which of their signals, and these."""

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
    """Count who bears what in each community of ``smallest`` accounts or more; they are numbered from 0.

    ``n_accounts`` is how many there are in the population, as the calibration knows it.
    """
    community, n_small = large_enough(membership, smallest)
    return Counted(community, n_small, *_ties(community, entries, bipartite, test, n_accounts))


def by_chance(size: Int64s, degree: Int64s, n_accounts: int) -> Floats:
    """Count who of a group of that size would bear a signal if its bearers were spread over all accounts."""
    return size * degree / n_accounts


def large_enough(membership: Int32s, smallest: int) -> tuple[Int32s, int]:
    """Communities of at least ``smallest`` accounts, numbered anew in the same order, and how many others there are.

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
    """Who bears which of its community's telling signals, as what shows it; and these signals with their counts."""
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
