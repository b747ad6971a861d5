"""Accounts × signals: the quickest proof that sharing is real.

Similar rows lie together, and columns follow their rows within each family, so batches appear as blocks. A large ring
is drawn by cell, shaded by the share of the cell's accounts with a signal.
"""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

import numpy as np

from graphlink.model.arrays import Floats, Int64s
from graphlink.results.pictures.choose import Drawn, most_shared, spread
from graphlink.results.ring_data import RingData
from graphlink.results.ring_sentences import WORDS, everybody, member_words
from graphlink.results.text import IN_FULL, abbreviate, count, shorten_distinct, visible
from graphlink.words.sentences import counted, percent, shorten

N_ROWS: Final = 60
"""Rows drawn at most: a picture that fits a screen and a printed page."""
N_COLUMNS: Final = 36
"""Columns drawn at most, for the same reason; those with the most members come first."""
N_SHADES: Final = 5
N_SAMPLED: Final = 1000
"""Members up to which a sample of accounts is drawn; one in seventeen still stands for the others."""
N_FEWEST_CELLS: Final = 6
"""With fewer cells than this, a sample of accounts shows more than a row for each cell."""

COLUMN: Final = 19
ROW: Final = 13
LEFT: Final = 168
TOP: Final = 146
GAP: Final = 12
N_LETTERS: Final = 24
"""Letters of a row's name that fit; a column's has two fewer."""
OVERHANG: Final = 70
"""Room for the last column's slanting name."""


def draw_matrix(data: RingData, styles: Mapping[str, int]) -> Drawn | None:
    """Draw which accounts have which signals; None if the ring has no signals."""
    is_by_cell = data.n_accounts > N_SAMPLED and data.n_cells >= N_FEWEST_CELLS
    one_by_one = spread(data.n_accounts, N_ROWS)
    rows = _cell_rows(data) if is_by_cell else [_Row(np.array([position])) for position in one_by_one]
    row_of = np.full(data.n_accounts, -1, np.int64)
    for position, drawn in enumerate(rows):
        row_of[drawn.members] = position
    counts = data.count_bearers(row_of, len(rows))
    signals = most_shared(counts.sum(axis=0), data.signals["family"], N_COLUMNS)
    if not len(signals):
        return None
    values = counts[:, signals] / np.array([len(drawn.members) for drawn in rows])[:, None]
    order = _alike(values)
    values, kept = values[order], [rows[position] for position in order]
    columns = _ordered_columns(data, signals, values, styles)
    values = values[:, columns]
    families = [data.signal_rows[signals[column]].family for column in columns]
    places = _column_places(families)
    return {
        "width": places[-1] + COLUMN + OVERHANG,
        "height": TOP + ROW * len(kept) + 4,
        "rows": _row_labels(data, kept),
        "columns": _column_labels(data, [int(signals[column]) for column in columns], places, styles),
        "headings": _headings(families, places, styles),
        "shades": _shades(values, families, places, styles),
        "is_by_cell": is_by_cell,
        "note": _note(data, len(kept), len(signals), is_by_cell=is_by_cell),
    }


class _Row(NamedTuple):
    """Members of each row, as positions in the ring's members."""

    members: Int64s
    cell: int | None = None


def _cell_rows(data: RingData) -> list[_Row]:
    cells = data.members["cell"].to_numpy(dtype=np.int64)
    numbers, _ = data.largest_cells(N_ROWS)
    return [_Row(np.flatnonzero(cells == number), int(number)) for number in numbers]


def _alike(values: Floats) -> Int64s:
    """Order rows so that the most similar remaining row follows each; the first row stays first."""
    order = np.arange(len(values))
    for place in range(1, len(values)):
        unlike = np.abs(values[order[place:]] - values[order[place - 1]]).sum(axis=1)
        nearest = place + int(np.argmin(unlike))
        order[place : nearest + 1] = np.roll(order[place : nearest + 1], 1)
    return order


def _ordered_columns(data: RingData, signals: Int64s, values: Floats, styles: Mapping[str, int]) -> list[int]:
    """Group columns by family, and order them within each by their rows."""
    weight = values.sum(axis=0)
    middle = (values * np.arange(len(values))[:, None]).sum(axis=0) / np.maximum(weight, 1e-9)
    families = data.signals["family"].to_numpy()[signals]
    rank = {family: (style, family) for family, style in styles.items()}
    keys = [(rank[family], float(place)) for family, place in zip(families, middle, strict=True)]
    return sorted(range(len(signals)), key=lambda position: (*keys[position], position))


def _column_places(families: Sequence[str]) -> list[float]:
    places, x = [], float(LEFT)
    for position, family in enumerate(families):
        if position and family != families[position - 1]:
            x += GAP
        places.append(x)
        x += COLUMN
    return places


def _headings(families: Sequence[str], places: Sequence[float], styles: Mapping[str, int]) -> tuple[Drawn, ...]:
    headings: list[Drawn] = []
    free = {10: 0.0, 22: 0.0}
    for position, family in enumerate(families):
        if family in families[:position]:
            continue
        y = next((y for y, x in free.items() if x <= places[position]), 22)
        text = shorten(visible(family), 18)
        free[y] = places[position] + 6.2 * len(text) + 8
        width = COLUMN * families.count(family)
        headings.append({"x": places[position], "width": width, "y": y, "text": text, "style": styles[family]})
    return tuple(headings)


def _shades(
    values: Floats, families: Sequence[str], places: Sequence[float], styles: Mapping[str, int]
) -> tuple[Drawn, ...]:
    levels = np.ceil(values * N_SHADES).astype(int)
    paths: dict[tuple[int, int], list[str]] = {}
    for row, column in np.argwhere(levels > 0):
        place = f"M{places[column] + 1:g} {TOP + ROW * row + 1}h{COLUMN - 2}v{ROW - 2}h-{COLUMN - 2}z"
        paths.setdefault((styles[families[column]], int(levels[row, column])), []).append(place)
    return tuple(
        {"style": style, "level": level, "path": "".join(path)} for (style, level), path in sorted(paths.items())
    )


def _row_labels(data: RingData, rows: Sequence[_Row]) -> tuple[Drawn, ...]:
    names, titles = zip(*(_row_name(data, row) for row in rows), strict=True)
    return tuple(
        {"at": TOP + ROW * position + ROW / 2, "text": name, "title": title}
        for position, (name, title) in enumerate(zip(shorten_distinct(names, N_LETTERS), titles, strict=True))
    )


def _row_name(data: RingData, row: _Row) -> tuple[str, str]:
    if row.cell is not None:
        name = f"cell {row.cell} · {count(len(row.members))}"
        return name, f"Cell {row.cell}: {counted(len(row.members), 'account')}"
    member = data.member_rows[row.members[0]]
    account = visible(member.account_id)
    return account, f"{abbreviate(account, IN_FULL)}: {member_words(member.tier, member.confidence)}"


def _column_labels(
    data: RingData, signals: Sequence[int], places: Sequence[float], styles: Mapping[str, int]
) -> tuple[Drawn, ...]:
    named = [data.signal_rows[signal] for signal in signals]
    values = [visible(each.signal_value) for each in named]
    short_values = shorten_distinct(values, N_LETTERS - 2)
    return tuple(
        {
            "at": place,
            "text": short,
            "title": f"{each.signal_type} {abbreviate(value, IN_FULL)}: "
            f"{counted(each.accounts_in_ring, 'account')} of the ring ({percent(each.share_of_ring)})",
            "style": styles[each.family],
        }
        for place, short, value, each in zip(places, short_values, values, named, strict=True)
    )


def _note(data: RingData, n_rows: int, n_columns: int, *, is_by_cell: bool) -> str:
    if is_by_cell:
        drawn = WORDS["pictures"]["matrix_by_cell"].format(rows=count(n_rows), cells=count(data.n_cells))
    elif n_rows < data.n_accounts:
        drawn = f"{count(n_rows)} of {everybody(data.ring)}, picked evenly from all tiers and confidences."
    else:
        drawn = f"All {everybody(data.ring)}."
    left = len(data.signals) - n_columns
    rest = f" {count(left)} further shared signals with fewer members are not drawn." if left else ""
    return f"{drawn}{rest} Rows that are alike lie together."
