"""Rings over the last weeks as an alluvial picture: a band is the accounts that stayed, from one sweep to the next.

Events go in, one lane for each ring comes out. A ring that split off or merged into another has a band across lanes.
Nothing is random: the same events give the same picture.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from graphlink.model.findings import COORDINATED
from graphlink.model.sweeps import EventKind, RingEvent
from graphlink.results.alerts import AFTER_A_BAN, alert_word
from graphlink.results.pictures.choose import Drawn
from graphlink.results.ring_sentences import EVENT_WORDS, WORDS
from graphlink.results.text import count
from graphlink.words.sentences import counted

N_LANES: Final = 14
"""Rings drawn: as many as can be followed with the eye."""
WIDTH: Final = 960
LEFT: Final = 148
RIGHT: Final = 930
TOP: Final = 40
BLOCK: Final = 10
LANE: Final = 26
"""Least height of a lane: room for a word above its block."""
TALL: Final = 420
"""Height that all rings share by their accounts."""
THIN: Final = 2.0
"""Least height of a block or band, so that a small ring is visible."""

_SILENT: Final = frozenset({EventKind.CONTINUED, EventKind.GREW, EventKind.SHRANK})
"""Events without a word: the height of the block shows them."""
_AWAY: Final = frozenset({EventKind.QUIET, EventKind.ENDED})


class _Stay(NamedTuple):
    """A ring in a week; ``came`` counts its accounts by the ring that they were in before."""

    kind: EventKind
    size: int
    n_banned: int
    came: tuple[tuple[str, int], ...]
    because: str


def draw_weeks(
    events: Sequence[RingEvent], kinds: Mapping[str, str], judged: Mapping[str, str] | None = None
) -> Drawn | None:
    """Draw the rings over the weeks of the events; None if there is only one week.

    Parameters
    ----------
    events
        Of all weeks.
    kinds
        What each ring of this week is assessed as: coordinated, inconclusive or honest. Others are gone.
    judged
        The same, and of those that are gone, as far as it is known, what they were.
    """
    names = sorted({event.week for event in events})
    if len(names) < 2:  # noqa: PLR2004  one column is no course of things
        return None
    stays = _stays(events)
    largest = dict(sorted((ring_id, stay.size) for (_, ring_id), stay in stays.items()))  # of each its largest week
    first = _turns(events, largest, kinds, kinds if judged is None else judged)
    chosen = _choose(stays, largest, first)
    scale = TALL / max(1, sum(largest[ring_id] for ring_id in chosen))
    tops, bottom = _lanes(chosen, largest, scale)
    step = (RIGHT - BLOCK - LEFT) / (len(names) - 1)
    columns = {name: round(LEFT + step * place, 1) for place, name in enumerate(names)}
    spots = {
        key: (columns[key[0]], tops[key[1]], max(THIN, round(stay.size * scale, 1)))
        for key, stay in stays.items()
        if key[1] in tops
    }
    return {
        "width": WIDTH,
        "height": bottom + 6,
        "weeks": tuple({"x": x + BLOCK / 2, "name": name} for name, x in columns.items()),
        "lanes": tuple(
            {"y": tops[ring_id] + 3.5, "ring_id": ring_id, "kind": kinds.get(ring_id, "gone")} for ring_id in chosen
        ),
        "bands": tuple(_bands(stays, spots, names, scale, kinds)),
        "blocks": tuple(_block(key, stays, spots[key], scale, kinds, names) for key in sorted(spots)),
        "note": _note(len(chosen), len(largest)),
    }


def _stays(events: Sequence[RingEvent]) -> dict[tuple[str, str], _Stay]:
    """Combine the events of a ring in a week: it may continue and absorb others at once."""
    sizes = {(event.week, event.ring_id): event.n_before for event in events}
    stays: dict[tuple[str, str], _Stay] = {}
    for event in sorted(events, key=lambda each: (each.week, each.ring_id, each.kind is EventKind.MERGED)):
        key = (event.week, event.ring_id)
        if event.kind is EventKind.MERGED:
            known = stays.get(key, _NOTHING)
            came = _shares(event.n_joined, [(other, sizes.get((event.week, other), 0)) for other in event.others])
            stays[key] = _Stay(event.kind, event.n_after, known.n_banned, (*known.came, *came), event.because)
            continue
        source = event.others[0] if event.kind is EventKind.SPLIT and event.others else event.ring_id
        stayed = event.n_after - event.n_joined
        came = ((source, stayed),) if stayed > 0 and event.kind not in _AWAY else ()
        stays[key] = _Stay(event.kind, event.n_after, event.n_banned, came, event.because)
    return stays


def _shares(number: int, weights: Sequence[tuple[str, int]]) -> tuple[tuple[str, int], ...]:
    """Divide accounts by the sizes of the rings that they came from; only their sum is known."""
    whole = sum(weight for _, weight in weights)
    if not whole:
        return tuple((name, number // len(weights)) for name, _ in weights)
    return tuple((name, round(number * weight / whole)) for name, weight in weights)


def _turns(
    events: Sequence[RingEvent], rings_known: Iterable[str], kinds: Mapping[str, str], judged: Mapping[str, str]
) -> dict[str, int]:
    """Order of choice: coordinated rings and rings that continue after a ban first, honest groups last."""
    banned = {event.ring_id for event in events if alert_word(event) in AFTER_A_BAN}

    def turn(ring_id: str) -> int:
        was = judged.get(ring_id, "")
        if was == "honest":
            return 3 if ring_id in kinds else 4
        if was == COORDINATED or ring_id in banned:
            return 0
        return 2 if ring_id in kinds else 1

    return {ring_id: turn(ring_id) for ring_id in rings_known}


def _choose(stays: Mapping[tuple[str, str], _Stay], largest: Mapping[str, int], turn: Mapping[str, int]) -> list[str]:
    """Choose rings by order and size; each is followed by the rings that it came from."""
    related: dict[str, set[str]] = defaultdict(set)
    for (_, ring_id), stay in stays.items():
        for source, _ in stay.came:
            if source != ring_id:
                related[ring_id].add(source)
                related[source].add(ring_id)
    ranked = sorted(largest, key=lambda ring_id: (turn[ring_id], -largest[ring_id], ring_id))
    place = {ring_id: position for position, ring_id in enumerate(ranked)}
    chosen = set(ranked[:N_LANES])
    ordered: list[str] = []
    for first in ranked[:N_LANES]:
        waiting = [first]
        while waiting:
            ring_id = waiting.pop(0)
            if ring_id in chosen and ring_id not in ordered:
                ordered.append(ring_id)
                waiting += sorted(related[ring_id], key=lambda other: place.get(other, len(place)))
    return ordered


def _lanes(chosen: Sequence[str], largest: Mapping[str, int], scale: float) -> tuple[dict[str, float], float]:
    """Return the middle of each ring's lane, and the end of the last one."""
    tops, y = {}, float(TOP)
    for ring_id in chosen:
        height = max(LANE, largest[ring_id] * scale + LANE / 2)
        tops[ring_id] = round(y + height / 2, 1)
        y += height
    return tops, round(y, 1)


def _bands(
    stays: Mapping[tuple[str, str], _Stay],
    spots: Mapping[tuple[str, str], tuple[float, float, float]],
    names: Sequence[str],
    scale: float,
    kinds: Mapping[str, str],
) -> list[Drawn]:
    bands = []
    for (week, ring_id), (x, y, _) in sorted(spots.items()):
        for source, number in stays[week, ring_id].came:
            earlier = [name for name in names if name < week and stays.get((name, source), _NOTHING).size]
            if not earlier or (earlier[-1], source) not in spots:
                continue
            start_x, start_y, _ = spots[earlier[-1], source]
            path = _ribbon((start_x + BLOCK, start_y), (x, y), max(THIN, round(number * scale, 1)))
            where = ring_id if source == ring_id else f"{source} to {ring_id}"
            title = f"{where}: {counted(number, 'account')} from {earlier[-1]} to {week}"
            bands.append({"path": path, "kind": kinds.get(ring_id, "gone"), "title": title})
    return bands


_NOTHING: Final = _Stay(EventKind.QUIET, 0, 0, (), "")


def _ribbon(start: tuple[float, float], end: tuple[float, float], height: float) -> str:
    (x0, y0), (x1, y1), half = start, end, height / 2
    middle = (x0 + x1) / 2
    return (
        f"M{x0:g} {y0 - half:g}C{middle:g} {y0 - half:g} {middle:g} {y1 - half:g} {x1:g} {y1 - half:g}"
        f"V{y1 + half:g}C{middle:g} {y1 + half:g} {middle:g} {y0 + half:g} {x0:g} {y0 + half:g}Z"
    )


def _block(
    key: tuple[str, str],
    stays: Mapping[tuple[str, str], _Stay],
    spot: tuple[float, float, float],
    scale: float,
    kinds: Mapping[str, str],
    names: Sequence[str],
) -> Drawn:
    (week, ring_id), (x, y, height), stay = key, spot, stays[key]
    later = (stays[name, ring_id] for name in names if name > week and (name, ring_id) in stays)
    n_closed = min(stay.size, next(later, _NOTHING).n_banned)
    return {
        "x": x,
        "y": round(y - height / 2, 1),
        "height": height if stay.size else 0.0,
        "closed": min(height, max(THIN, round(n_closed * scale, 1))) if n_closed else 0.0,
        "kind": kinds.get(ring_id, "gone"),
        "word": "" if stay.kind in _SILENT or week == names[0] else EVENT_WORDS[stay.kind],
        "title": f"{ring_id}, {week}: {EVENT_WORDS[stay.kind]}, {counted(stay.size, 'account')}; {stay.because}",
    }


def _note(n_drawn: int, n_all: int) -> str:
    rings = counted(n_all, "ring")
    some = f"{count(n_drawn)} of {rings}, those coordinated or going on after a ban first"
    return f"{f'All {rings}' if n_drawn == n_all else some}. {WORDS['pictures']['weeks']}"
