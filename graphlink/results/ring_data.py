"""One ring's share of the tables, with names turned into positions so that pictures can be made from arrays.

Findings go in; for each requested ring, its members, its signals and its ties come out. Their order never depends on
the order of the ties.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from graphlink.model.arrays import Int64s
from graphlink.model.findings import Campaign, Findings, Ring, Ties
from graphlink.results.tables import time_integers

Row = Any
"""A row of ``Findings.members`` or ``signals``, with the names of its columns and times in microseconds."""


@dataclass(frozen=True, slots=True)
class Robustness:
    """Results of null worlds and resampling for a ring; the numbers are 0 if none were made."""

    q_value: float | None = None
    n_worlds: int = 0
    n_seeds: int = 0
    over_seeds: float = math.nan
    n_losses: int = 0
    over_losses: float = math.nan
    lost_share: float = 0.0
    n_kept: int = 0
    """Accounts that always came back with the ring."""


@dataclass(frozen=True, slots=True, eq=False)
class RingData:
    """A ring with its rows of ``members`` and ``signals``, and its ties as positions in them, sorted."""

    ring: Ring
    campaign: Campaign | None
    robustness: Robustness
    members: pd.DataFrame
    signals: pd.DataFrame
    member_rows: tuple[Row, ...]
    signal_rows: tuple[Row, ...]
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
        """Cells of several members; a single account is no cell."""
        return len(self.cells()[0])

    def cells(self) -> tuple[Int64s, Int64s]:
        """The numbers of the cells of several members, ascending, and the size of each."""
        cells = self.members["cell"].to_numpy(dtype=np.int64)
        numbers, sizes = np.unique(cells[cells >= 0], return_counts=True)
        return numbers[sizes > 1], sizes[sizes > 1]

    def largest_cells(self, most: int) -> tuple[Int64s, Int64s]:
        """The numbers and sizes of so many of these cells, the largest first."""
        numbers, sizes = self.cells()
        largest = np.argsort(-sizes, kind="stable")[:most]
        return numbers[largest], sizes[largest]

    def count_bearers(self, row_of: Int64s, n_rows: int) -> Int64s:
        """Count the accounts of each row that have each signal: ``(n_rows, n_signals)``.

        ``row_of`` tells the row of each account, -1 for none.
        """
        row = row_of[self.account]
        counts = np.zeros((n_rows, len(self.signals)), np.int64)
        np.add.at(counts, (row[row >= 0], self.signal[row >= 0]), 1)
        return counts


def iter_rings(findings: Findings) -> Iterator[RingData]:
    """Return the rings in rank order, each with its own rows."""
    tables = (findings.members, findings.signals)
    rows = [rows_of_rings(table["ring_id"], findings.rings) for table in tables]
    ties_of = _ties_of_rings(findings)
    robustness = _robustness(findings)
    campaigns = {each.campaign_id: each for each in findings.campaigns}
    for number, ring in enumerate(findings.rings):
        members, signals = (
            table.iloc[own(number)].reset_index(drop=True) for table, own in zip(tables, rows, strict=True)
        )
        ties = ties_of(number)
        account = _places(_texts(members["account_id"]), _texts(ties["account_id"]))
        signal = _places(_signal_texts(signals), _signal_texts(ties))
        first, last = time_integers(ties["first_seen"]), time_integers(ties["last_seen"])
        known = np.flatnonzero((account >= 0) & (signal >= 0))
        known = known[np.lexsort((signal[known], account[known]))]
        yield RingData(
            ring=ring,
            campaign=campaigns.get(ring.campaign),
            robustness=robustness(number),
            members=members,
            signals=signals,
            member_rows=_rows(members),
            signal_rows=_rows(signals),
            account=account[known],
            signal=signal[known],
            first_seen=first[known],
            last_seen=last[known],
        )


def _ties_of_rings(findings: Findings) -> Callable[[int], pd.DataFrame]:
    """Return a function from a ring's number to its ties; it expands ties for a few rings at a time, in rank order."""
    tied = findings.tied
    if not isinstance(tied, Ties):
        own = rows_of_rings(tied["ring_id"], findings.rings)
        return lambda ring: tied.iloc[own(ring)]
    number = {ring_id: place for place, ring_id in enumerate(tied.ring_ids)}
    starts = np.searchsorted(tied.ring, np.arange(len(tied.ring_ids) + 1)).tolist()

    @lru_cache(1)
    def spelt(block: int) -> pd.DataFrame:
        low, high = block * _AT_ONCE, min((block + 1) * _AT_ONCE, len(tied.ring_ids))
        return tied.frame(slice(starts[low], starts[high]))

    def ties_of(ring: int) -> pd.DataFrame:
        place = number[findings.rings[ring].ring_id]
        before = starts[place // _AT_ONCE * _AT_ONCE]
        return spelt(place // _AT_ONCE).iloc[starts[place] - before : starts[place + 1] - before]

    return ties_of


_AT_ONCE: Final = 64
"""Rings whose ties are expanded together."""


def rows_of_rings(ring_id: pd.Series[str], rings: Sequence[Ring]) -> Callable[[int], slice | Int64s]:
    """Return a function from a ring's number to its rows; few are requested, and none is copied before.

    Tables in rank order, as all are, are sliced and not copied.
    """
    ids = pa.array([ring.ring_id for ring in rings], pa.large_string())
    number = pc.index_in(_texts(ring_id), value_set=ids).fill_null(len(ids)).to_numpy()
    order = np.argsort(number, kind="stable")
    starts = np.searchsorted(number, np.arange(len(ids) + 1), sorter=order).tolist()
    if np.array_equal(order, np.arange(len(order))):
        return lambda ring: slice(starts[ring], starts[ring + 1])
    return lambda ring: order[starts[ring] : starts[ring + 1]]


def _robustness(findings: Findings) -> Callable[[int], Robustness]:
    """Return a function from a ring's number to the measures of its stability."""
    chance, stability, rings = findings.chance, findings.stability, findings.rings
    if stability is not None:
        tables = (stability.members, stability.rings)
        kept, back = (rows_of_rings(table["ring_id"], rings) for table in tables)
        of_members, of_rings = (table[["over_seeds", "over_losses"]].to_numpy(np.float64) for table in tables)

    def of(number: int) -> Robustness:
        known = Robustness() if chance is None else Robustness(chance.q_values[rings[number].ring_id], chance.n_worlds)
        if stability is None:
            return known
        ((over_seeds, over_losses),) = of_rings[back(number)].tolist()
        lost = of_members[kept(number)] < 1.0  # values that were not drawn cannot be lost
        return replace(
            known,
            n_seeds=stability.n_seeds,
            over_seeds=over_seeds,
            n_losses=stability.n_losses,
            over_losses=over_losses,
            lost_share=stability.lost_share,
            n_kept=int((~lost.any(axis=1)).sum()),
        )

    return of


def _rows(table: pd.DataFrame) -> tuple[Row, ...]:
    times = {str(name): time_integers(table[name]) for name in table if table[name].dtype.kind == "M"}
    return tuple(table.assign(**times).itertuples(index=False, name="Row"))


def _places(names: pa.Array, wanted: pa.Array) -> Int64s:
    """The position of each wanted name among the names, or -1."""
    places: Int64s = pc.index_in(wanted, value_set=names).fill_null(-1).to_numpy().astype(np.int64)
    return places


def _signal_texts(table: pd.DataFrame) -> pa.Array:
    """Type and value as one text; no type has a NUL."""
    return pc.binary_join_element_wise(_texts(table["signal_type"]), _texts(table["signal_value"]), _NUL)


_NUL: Final = pa.scalar("\0", pa.large_string())


def _texts(column: pd.Series[str]) -> pa.Array:
    return pa.array(column, pa.large_string())
