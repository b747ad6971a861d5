"""A ring drawn as a bipartite graph: accounts as circles, signals by the shape of their family.

Small rings are drawn account by account; a large one is drawn by cell, and its largest cells can be opened.

The page's script opens any cell on demand. Places are computed here, so the script only draws. For a cell of thousands
it gets a fair pick of accounts and the full count.
"""

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import pandas as pd

from graphlink.model.arrays import Floats, Int64s
from graphlink.results.pictures import placing
from graphlink.results.pictures.choose import Drawn, most_shared, spread
from graphlink.results.ring_data import RingData
from graphlink.results.ring_sentences import WORDS, everybody
from graphlink.results.text import count
from graphlink.words.sentences import counted

N_ACCOUNTS: Final = 180
"""Accounts drawn one by one; with more, the circles overlap at the width of a page."""
N_SIGNALS: Final = 48
"""Signals drawn, those with the most members first."""
N_CELLS: Final = 40
FEWEST_CELLS: Final = 3
"""Two circles are no picture."""
TELLING_SHARE: Final = 0.01
"""Share of the ring that a cell must hold to count: beside one vast cell, a cell of three accounts shows nothing."""
CELL_SHARE: Final = 0.05
"""A line joins a cell and a signal from this share of the cell's accounts on; more lines would hide the others."""
CELL_LINES: Final = 3
"""Lines that every cell has in any case, to its most common signals."""
WIDE: Final = (0.3, 0.7)
"""Shares of a cell from which the line to a signal is wider."""


N_OPENED: Final = 1600
"""Accounts of all open cells of a ring together: a browser moves this many smoothly."""
N_FEWEST: Final = 40
"""Accounts that a cell shows in any case, if it has so many."""
N_CELL_SIGNALS: Final = 20
"""Signals of an open cell, those of most of its accounts first."""
SIDE: Final = 1000
"""Places inside a cell run from minus half of this to plus half."""

Inside = dict[str, object]
"""A cell, its ``n_accounts``, its ``signals`` and its ``accounts``, placed around its middle.

A signal is its place, style, name, title, and its number among the signals drawn for the whole ring, -1 if it is not
drawn; an account its place, tier, title, and the cell's signals that it has.
"""


def draw_network(data: RingData, styles: Mapping[str, int]) -> Drawn | None:
    """Draw a small ring by account and a large one by cell; None if it has no signals."""
    if data.n_accounts > N_ACCOUNTS and _n_visible_cells(data) >= FEWEST_CELLS:
        return _draw_cells(data, styles)
    return _draw_accounts(data, spread(data.n_accounts, N_ACCOUNTS), styles, N_SIGNALS, data.n_accounts)


def draw_cell(data: RingData, cell: int, styles: Mapping[str, int], n_accounts: int) -> Drawn | None:
    """Draw one cell of a ring account by account."""
    members = np.flatnonzero(data.members["cell"].to_numpy() == cell)
    return _draw_accounts(data, members[spread(len(members), n_accounts)], styles, N_SIGNALS // 2, len(members))


def _n_visible_cells(data: RingData) -> int:
    """Count the cells that are large enough for a circle of their own."""
    _, sizes = data.cells()
    return int((sizes >= TELLING_SHARE * data.n_accounts).sum())


def _draw_accounts(
    data: RingData, chosen: Int64s, styles: Mapping[str, int], n_signals: int, n_all: int
) -> Drawn | None:
    placed = placing.place_accounts(data, chosen, n_signals)
    if placed is None:
        return None
    drawn, signals, joins, places = placed.accounts, placed.signals, placed.joins, placed.places
    radius = 5.0 if len(drawn) <= placing.FEW_CIRCLES else 3.8
    circles = tuple(
        {
            "x": int(places[position, 0]),
            "y": int(places[position, 1]),
            "r": radius,
            "tier": data.member_rows[account].tier,
            "title": placing.account_title(data, int(account)),
            "joined": joins.of(position),
        }
        for position, account in enumerate(drawn)
    )
    # A cell's drawing counts the signals that two of its own accounts share; a ring's counts all of the ring's.
    n_shared = len(data.signals) if n_all == data.n_accounts else placed.n_shared
    accounts = everybody(data.ring) if n_all == data.n_accounts else counted(n_all, "account")
    return _network(
        data,
        styles,
        (circles, signals, joins, places),
        is_by_cell=False,
        n_accounts=n_all,
        n_signals=n_shared,
        note=_accounts_note(accounts, n_all, len(chosen), len(drawn), n_shared - len(signals)),
    )


def _draw_cells(data: RingData, styles: Mapping[str, int]) -> Drawn | None:
    numbers, sizes = data.largest_cells(N_CELLS)
    turn = np.argsort(numbers)
    numbers, sizes = numbers[turn], sizes[turn]
    counts = data.count_bearers(pd.Index(numbers).get_indexer(pd.Index(data.members["cell"])), len(numbers))
    shares = counts / sizes[:, None]
    signals = most_shared(np.where(shares >= CELL_SHARE, counts, 0).sum(axis=0), data.signals["family"], N_SIGNALS)
    shares = shares[:, signals]
    third = np.sort(shares, axis=1)[:, -CELL_LINES:].min(axis=1, keepdims=True, initial=1.0)
    source, target = np.nonzero((shares > 0) & ((shares >= CELL_SHARE) | (shares >= third)))
    if not len(source):
        return None
    joins = placing.Joins(source, target, 1 + np.searchsorted(WIDE, shares[source, target], side="right"))
    places = placing.layout(len(numbers), len(signals), joins)
    scale = 26 * min(1.0, (12 / len(numbers)) ** 0.5) / np.sqrt(sizes.max())
    circles = tuple(
        {
            "x": int(places[position, 0]),
            "y": int(places[position, 1]),
            "r": round(float(max(6.0, scale * np.sqrt(sizes[position]))), 1),
            "tier": "cell",
            "title": f"Cell {number}: {counted(int(sizes[position]), 'account')}",
            "joined": joins.of(position),
            "label": str(number),
        }
        for position, number in enumerate(numbers)
    )
    return _network(
        data,
        styles,
        (circles, signals, joins, places),
        is_by_cell=True,
        n_accounts=data.n_accounts,
        n_signals=len(data.signals),
        note=_cells_note(data, len(numbers), len(signals)),
        insides=_open_cells(data, numbers, signals, styles),
    )


def _network(
    data: RingData,
    styles: Mapping[str, int],
    drawn: tuple[tuple[Drawn, ...], Int64s, placing.Joins, Floats],
    **facts: Any,  # noqa: ANN401  what the drawing says of itself
) -> Drawn:
    """Add signals, lines and names to the circles, given what joins them and where all of them are."""
    circles, signals, joins, places = drawn
    marks = tuple(
        placing.mark_signal(data, signal, place, styles)
        for signal, place in zip(signals.tolist(), places[len(circles) :], strict=True)
    )
    names = placing.place_names([data.signal_rows[signal].signal_value for signal in signals], marks, circles, joins)
    return {
        "width": placing.WIDTH,
        "height": placing.HEIGHT,
        "circles": circles,
        "marks": marks,
        "lines": placing.draw_lines(marks, circles, joins),
        "names": names,
        "insides": (),
        **facts,
    }


def _accounts_note(accounts: str, n_all: int, n_chosen: int, n_drawn: int, n_signals_left: int) -> str:
    if n_chosen < n_all:
        drawn = f"{count(n_drawn)} of {accounts} are drawn, picked evenly from all tiers and confidences."
    elif n_drawn < n_all:
        drawn = f"{count(n_drawn)} of {accounts} are drawn; the others have none of the drawn signals."
    else:
        drawn = f"All {accounts} are drawn."
    return drawn + (f" {count(n_signals_left)} shared signals with fewer members are not." if n_signals_left else "")


def _cells_note(data: RingData, n_cells: int, n_signals: int) -> str:
    left = len(data.signals) - n_signals
    told = WORDS["pictures"]["network_by_cell"].format(
        drawn=count(n_cells), cells=count(data.n_cells), share=round(100 * CELL_SHARE), lines=CELL_LINES
    )
    return told + (f" {count(left)} shared signals with fewer members are not drawn." if left else "")


# --- the contents of cells --------------------------------------------------------------------------------------------


def _open_cells(data: RingData, cells: Int64s, drawn: Int64s, styles: Mapping[str, int]) -> tuple[Inside, ...]:
    """Place the contents of each cell; ``drawn`` are the signals in the ring's picture."""
    of_member = data.members["cell"].to_numpy(dtype=np.int64)
    n_each = max(N_FEWEST, N_OPENED // max(1, len(cells)))
    insides = (_inside(data, int(cell), np.flatnonzero(of_member == cell), n_each, drawn, styles) for cell in cells)
    return tuple(inside for inside in insides if inside is not None)


def _inside(
    data: RingData, cell: int, members: Int64s, n_chosen: int, drawn: Int64s, styles: Mapping[str, int]
) -> Inside | None:
    placed = placing.place_accounts(data, members[spread(len(members), n_chosen)], N_CELL_SIGNALS)
    if placed is None:
        return None
    box = np.array([placing.WIDTH, placing.HEIGHT]) - 2 * placing.MARGIN
    middle = [placing.WIDTH / 2, placing.HEIGHT / 2]
    places = np.rint((placed.places - middle) / box * SIDE).astype(int).tolist()
    rank = {int(signal): position for position, signal in enumerate(drawn)}

    def signal_part(signal: int) -> tuple[object, ...]:
        style = styles[data.signal_rows[signal].family]
        return style, placing.signal_name(data, signal), placing.signal_title(data, signal), rank.get(signal, -1)

    def account_part(position: int, account: int) -> tuple[object, ...]:
        joined = placed.joins.signal[placed.joins.circle == position]
        return data.member_rows[account].tier, placing.account_title(data, account), tuple(joined.tolist())

    accounts, signals = placed.accounts.tolist(), placed.signals.tolist()
    return {
        "cell": cell,
        "n_accounts": len(members),
        "signals": tuple((*places[len(accounts) + at], *signal_part(signal)) for at, signal in enumerate(signals)),
        "accounts": tuple((*places[at], *account_part(at, account)) for at, account in enumerate(accounts)),
    }
