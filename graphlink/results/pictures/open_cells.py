"""The contents of the cells of a ring that is drawn by cell, which the page's script opens on demand.

Places are computed here, as for the other pictures, so the script only draws. For a cell of thousands it returns a fair
pick of accounts and the full count.
"""

from collections.abc import Mapping
from typing import Final

import numpy as np

from graphlink.model.arrays import Int64s
from graphlink.results.pictures.choose import spread
from graphlink.results.pictures.placing import (
    HEIGHT,
    MARGIN,
    WIDTH,
    account_title,
    place_accounts,
    signal_name,
    signal_title,
)
from graphlink.results.ring_data import RingData

N_OPENED: Final = 1600
"""Accounts of all open cells of a ring together: a browser moves this many smoothly."""
N_FEWEST: Final = 40
"""Accounts that a cell shows in any case, if it has so many."""
N_SIGNALS: Final = 20
"""Signals of an open cell, those of most of its accounts first."""
SIDE: Final = 1000
"""Places inside a cell run from minus half of this to plus half."""

SignalPart = tuple[int, int, int, str, str, int]
"""Place, style, name, title, and the number among the signals drawn for the whole ring, -1 if it is not drawn."""
AccountPart = tuple[int, int, str, str, tuple[int, ...]]
"""Place, tier, title, and the cell's signals that it has."""


Inside = dict[str, object]
"""A cell, its ``n_accounts``, and its ``signals`` and ``accounts`` as parts, placed around its middle."""


def open_cells(data: RingData, cells: Int64s, drawn: Int64s, styles: Mapping[str, int]) -> tuple[Inside, ...]:
    """Place the contents of each cell; ``drawn`` are the signals in the ring's picture."""
    of_member = data.members["cell"].to_numpy(dtype=np.int64)
    n_each = max(N_FEWEST, N_OPENED // max(1, len(cells)))
    insides = (_inside(data, int(cell), np.flatnonzero(of_member == cell), n_each, drawn, styles) for cell in cells)
    return tuple(inside for inside in insides if inside is not None)


def _inside(
    data: RingData, cell: int, members: Int64s, n_chosen: int, drawn: Int64s, styles: Mapping[str, int]
) -> Inside | None:
    placed = place_accounts(data, members[spread(len(members), n_chosen)], N_SIGNALS)
    if placed is None:
        return None
    box = np.array([WIDTH - 2 * MARGIN, HEIGHT - 2 * MARGIN])
    places = np.rint((placed.places - [WIDTH / 2, HEIGHT / 2]) / box * SIDE).astype(int).tolist()
    n_accounts = len(placed.accounts)
    rank = {int(signal): position for position, signal in enumerate(drawn)}
    return {
        "cell": cell,
        "n_accounts": len(members),
        "signals": tuple(
            (*place, styles[data.signal_rows[signal].family], signal_name(data, signal), signal_title(data, signal),
             rank.get(signal, -1))
            for place, signal in zip(places[n_accounts:], placed.signals.tolist(), strict=True)
        ),
        "accounts": tuple(
            (*place, data.member_rows[account].tier, account_title(data, account),
             tuple(placed.joins.signal[placed.joins.circle == position].tolist()))
            for position, (place, account) in enumerate(zip(places, placed.accounts.tolist(), strict=False))
        ),
    }  # fmt: skip
