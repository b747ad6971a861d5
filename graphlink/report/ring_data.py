"""One ring's share of the tables, with names turned into positions so that pictures can be made from arrays.

The findings go in, and for each ring asked for its members, its signals and who bears what come out, always in the same
order whatever the order of the ties.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from graphlink.report.tables import time_integers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from graphlink.model import Findings, Int64s, Ring


@dataclass(frozen=True, slots=True, eq=False)
class RingData:
    """A ring with its rows of ``members`` and ``signals``, and its ties as positions in them, sorted."""

    ring: Ring
    members: pd.DataFrame
    signals: pd.DataFrame
    signal_values: tuple[str, ...]
    signal_families: tuple[str, ...]
    account: Int64s
    signal: Int64s
    first_seen: Int64s
    last_seen: Int64s

    @property
    def n_accounts(self) -> int:
        """Members of every tier, possible victims among them."""
        return len(self.members)

    @property
    def n_cells(self) -> int:
        """Cells that have a member."""
        return int(self.members.loc[self.members["cell"] >= 0, "cell"].nunique())


def iter_rings(findings: Findings) -> Iterator[RingData]:
    """Give the rings in rank order, each with its own rows."""
    members = findings.members.groupby("ring_id", sort=False).indices
    signals = findings.signals.groupby("ring_id", sort=False).indices
    ties = findings.ties.groupby("ring_id", sort=False).indices
    nothing = np.zeros(0, np.int64)
    for ring in findings.rings:
        yield _ring_data(
            ring,
            findings.members.iloc[members.get(ring.ring_id, nothing)].reset_index(drop=True),
            findings.signals.iloc[signals.get(ring.ring_id, nothing)].reset_index(drop=True),
            findings.ties.iloc[ties.get(ring.ring_id, nothing)],
        )


def _ring_data(ring: Ring, members: pd.DataFrame, signals: pd.DataFrame, ties: pd.DataFrame) -> RingData:
    account = pd.Index(members["account_id"]).get_indexer(ties["account_id"])
    keys = pd.MultiIndex.from_frame(signals[["signal_type", "signal_value"]])
    signal = keys.get_indexer(pd.MultiIndex.from_frame(ties[["signal_type", "signal_value"]]))
    known = (account >= 0) & (signal >= 0)
    order = np.lexsort((signal[known], account[known]))

    def chosen(column: Int64s) -> Int64s:
        return np.asarray(column[known][order], np.int64)

    return RingData(
        ring=ring,
        members=members,
        signals=signals,
        signal_values=tuple(signals["signal_value"].astype(str)),
        signal_families=tuple(signals["family"].astype(str)),
        account=chosen(account),
        signal=chosen(signal),
        first_seen=chosen(time_integers(ties["first_seen"])),
        last_seen=chosen(time_integers(ties["last_seen"])),
    )
