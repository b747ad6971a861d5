"""Where the circles, signals, lines and names of a drawn graph go.

The layout is Kamada and Kawai's, started from a fixed spiral, so it needs no random numbers. Places are rounded to
whole numbers, so the last digits of floats have no effect.
"""

from collections.abc import Mapping
from typing import Final, NamedTuple

import numpy as np

from graphlink.model.arrays import Floats, Int64s
from graphlink.results.pictures.choose import Drawn, most_shared
from graphlink.results.pictures.families import shape_path
from graphlink.results.ring_data import RingData
from graphlink.results.ring_sentences import member_words
from graphlink.results.text import IN_FULL, abbreviate, count, decimal, shorten_distinct, visible
from graphlink.words.sentences import counted

N_LABELS: Final = 14
"""Signals that get a name beside them if there is room."""
NAME_LENGTH: Final = 20
"""Characters of a name. Every name gets this room, so that no string decides what is drawn."""
NAME_WIDTH: Final = 6.4 * NAME_LENGTH
FEW_CIRCLES: Final = 80
"""Names keep clear of circles up to this many; among more there is no room for names."""

WIDTH: Final = 900
HEIGHT: Final = 540
MARGIN: Final = 46

_MOVES: Final = 20
"""Moves of the layout for each circle and signal, at most. Igraph's 50 take two and a half times as long, and leave the
distances two hundredths truer."""


class Joins(NamedTuple):
    """The circle and the drawn signal that a line joins, and its width (1 to 3)."""

    circle: Int64s
    signal: Int64s
    width: Int64s

    def of(self, circle: int) -> str:
        """List the signals that a circle is joined to, for the page's script."""
        return " ".join(str(number) for number in self.signal[self.circle == circle])


class Placed(NamedTuple):
    """Accounts and signals that are drawn, as positions in the ring's tables, and their places: accounts first."""

    accounts: Int64s
    signals: Int64s
    joins: Joins
    places: Floats
    n_shared: int
    """Signals that two of the accounts share, drawn or not."""


def place_accounts(data: RingData, chosen: Int64s, n_signals: int) -> Placed | None:
    """Place accounts and the signals that most of them share; None if they share none.

    Accounts without any of these signals are left out.
    """
    is_chosen = np.zeros(data.n_accounts, bool)
    is_chosen[chosen] = True
    of_chosen = is_chosen[data.account]
    counts = np.bincount(data.signal[of_chosen], minlength=len(data.signals))
    signals = most_shared(counts, data.signals["family"], n_signals)
    is_drawn = of_chosen & np.isin(data.signal, signals)
    drawn = np.unique(data.account[is_drawn])
    if not len(drawn):
        return None
    joins = Joins(
        circle=np.searchsorted(drawn, data.account[is_drawn]),
        signal=np.searchsorted(signals, data.signal[is_drawn]),
        width=np.ones(int(is_drawn.sum()), np.int64),
    )
    places = layout(len(drawn), len(signals), joins)
    return Placed(drawn, signals, joins, places, int((counts > 1).sum()))


def layout(n_circles: int, n_signals: int, joins: Joins) -> Floats:
    """Place circles, then signals, within the picture."""
    import igraph as ig  # noqa: PLC0415  only a run with rings draws

    n_places = n_circles + n_signals
    graph = ig.Graph(n=n_places, edges=np.column_stack([joins.circle, n_circles + joins.signal]).tolist())
    turn = np.arange(n_places) * np.pi * (3 - np.sqrt(5))
    spiral = np.sqrt(np.arange(n_places) + 0.5)[:, None] * np.column_stack([np.cos(turn), np.sin(turn)])
    places = np.array(graph.layout_kamada_kawai(seed=spiral.tolist(), maxiter=_MOVES * n_places).coords)
    low, extent = places.min(axis=0), np.maximum(np.ptp(places, axis=0), 1e-6)
    if extent[1] > extent[0]:
        places, low, extent = places[:, ::-1], low[::-1], extent[::-1]
    box = np.array([WIDTH - 2 * MARGIN, HEIGHT - 2 * MARGIN])
    return np.asarray(np.rint(MARGIN + (places - low) / extent * box))


def account_title(data: RingData, account: int) -> str:
    """Describe an account in full."""
    member = data.member_rows[account]
    return f"{abbreviate(visible(member.account_id), IN_FULL)}: {member_words(member.tier, member.confidence)}"


def signal_name(data: RingData, signal: int) -> str:
    """Name a signal in the few letters of a picture."""
    return abbreviate(visible(data.signal_rows[signal].signal_value), NAME_LENGTH)


def signal_title(data: RingData, signal: int) -> str:
    """Describe a signal and its accounts in full."""
    row = data.signal_rows[signal]
    where = f"{counted(row.accounts_in_ring, 'account')} inside, {count(row.accounts_outside)} outside"
    return f"{row.signal_type} {abbreviate(visible(row.signal_value), IN_FULL)}: {where}, {decimal(row.bits, 1)} bits"


def mark_signal(data: RingData, signal: int, spot: Floats, styles: Mapping[str, int]) -> Drawn:
    """Draw a signal by the shape of its family; more members make it larger."""
    share = data.signal_rows[signal].accounts_in_ring / max(1, data.n_accounts)
    radius = round(float(5.5 + 6.5 * np.sqrt(share)), 1)
    style = styles[data.signal_rows[signal].family]
    path = shape_path(style, spot[0], spot[1], radius)
    name, title = signal_name(data, signal), signal_title(data, signal)
    x, y = map(int, spot)
    return {"x": x, "y": y, "r": radius, "style": style, "path": path, "name": name, "title": title}


def draw_lines(marks: tuple[Drawn, ...], circles: tuple[Drawn, ...], joins: Joins) -> tuple[Drawn, ...]:
    """Draw all lines of one family and width as one path."""
    paths: dict[tuple[int, int], list[str]] = {}
    for circle, mark, width in zip(joins.circle, joins.signal, joins.width, strict=True):
        start, end = marks[mark], circles[circle]
        segment = f"M{start['x']} {start['y']}L{end['x']} {end['y']}"
        paths.setdefault((start["style"], int(width)), []).append(segment)
    return tuple(
        {"style": style, "width": width, "path": "".join(path)} for (style, width), path in sorted(paths.items())
    )


def place_names(
    values: list[str], marks: tuple[Drawn, ...], circles: tuple[Drawn, ...], joins: Joins
) -> tuple[Drawn, ...]:
    """Write the names of the most joined signals if they cover no signal, cell or other name."""
    joined = np.bincount(joins.signal, minlength=len(marks))
    taken = [_around(mark["x"], mark["y"], 7.0) for mark in marks]
    if len(circles) <= FEW_CIRCLES:
        taken += [_around(dot["x"], dot["y"], dot["r"]) for dot in circles]
    names: list[Drawn] = []
    texts = shorten_distinct([visible(value) for value in values], NAME_LENGTH)
    for position in np.argsort(-joined, kind="stable"):
        if len(names) == N_LABELS:
            break
        text, at_x, at_y, width = texts[position], marks[position]["x"], marks[position]["y"], NAME_WIDTH
        for x, y, anchor, left in (
            (at_x + 13, at_y + 4, "start", at_x + 13),
            (at_x - 13, at_y + 4, "end", at_x - 13 - width),
            (at_x, at_y + 25, "middle", at_x - width / 2),
            (at_x, at_y - 16, "middle", at_x - width / 2),
        ):
            box = (left, y - 11.0, left + width, y + 4.0)
            if box[0] >= 0 and box[2] <= WIDTH and not any(_overlap(box, other) for other in taken):
                names.append({"x": x, "y": y, "anchor": anchor, "text": text})
                taken.append(box)
                break
    return tuple(names)


def _around(x: float, y: float, reach: float) -> tuple[float, float, float, float]:
    return x - reach, y - reach, x + reach, y + reach


def _overlap(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
