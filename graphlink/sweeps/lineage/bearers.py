"""The accounts with given signals this week, in rings or not.

A value left only with closed accounts links nobody in this week's data, but it is found here.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from graphlink.engine.arrays import ranges_of_types
from graphlink.model.arrays import Int64s
from graphlink.model.sightings import Sightings, positions_in_order


def find_bearers(signals: pd.DataFrame, sightings: Sightings) -> pd.DataFrame:
    """Find this week's accounts with given signals.

    Parameters
    ----------
    signals
        With ``signal_type`` and ``signal_value``. A signal may be in several rows.
    sightings
        This week's sightings.

    Returns
    -------
    DataFrame
        ``row`` (position in ``signals``) and ``account`` (position in ``sightings.accounts``), sorted by both.
    """
    number = _locate(signals, sightings)
    rows = np.flatnonzero(number >= 0)
    is_wanted = np.zeros(len(sightings.signal_type), dtype=np.bool_)
    is_wanted[number[rows]] = True
    seen = np.flatnonzero(is_wanted[sightings.signal])
    wanted = pd.DataFrame({"signal": number[rows], "row": rows})
    borne = pd.DataFrame({"signal": sightings.signal[seen].astype(np.int64), "account": sightings.account[seen]})
    pairs = wanted.merge(borne, on="signal")[["row", "account"]]
    return pairs.astype(np.int64).sort_values(["row", "account"], ignore_index=True)


def ring_of_accounts(members: pd.DataFrame, column: str, sightings: Sightings) -> Int64s:
    """The ring of each account in this week's export, as numbered in a column of ``members``; -1 for none."""
    ring = np.full(len(sightings.accounts) + 1, -1, dtype=np.int64)  # the last entry is for accounts outside the export
    ring[sightings.accounts.positions(members["account_id"])] = members[column]
    return ring[:-1]


def _locate(signals: pd.DataFrame, sightings: Sightings) -> Int64s:
    """The number of each signal in this week's sightings, -1 if no account has it."""
    number = np.full(len(signals), -1, dtype=np.int64)
    kind = signals["signal_type"].to_numpy(dtype=object)
    for each, low, high in ranges_of_types(sightings):
        rows = np.flatnonzero(kind == each.name)
        place = positions_in_order(sightings.signal_value.slice(low, high - low), signals["signal_value"].iloc[rows])
        number[rows] = np.where(place < 0, -1, low + place)
    return number
