"""When a ring's accounts were created, joined and stopped, and how long each signal was in use.

Stated contact details are dated by the account's creation and are no sightings, so no line begins with them. Small
rings show a line for each account. Every ring shows per span of time how many accounts were created, were first seen
with a shared signal, and were last seen.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple

import numpy as np

from graphlink.model.arrays import Bools, Int64s
from graphlink.model.families import IDENTITY
from graphlink.model.findings import Tier
from graphlink.model.sightings import is_dated_by_creation
from graphlink.model.times import NO_TIME
from graphlink.results.pictures.choose import Drawn, spread
from graphlink.results.ring_data import RingData
from graphlink.results.ring_sentences import TIER_WORDS, everybody
from graphlink.results.tables import time_integers
from graphlink.results.text import IN_FULL, abbreviate, count, day, shorten_distinct, visible, when
from graphlink.words.sentences import MONTHS, counted

HOUR: Final = 3_600_000_000
DAY: Final = 24 * HOUR
N_BINS: Final = 90
"""Bars across the picture: as narrow as can be told apart."""
N_LETTERS: Final = 26
"""Letters of a name that fit."""
N_LINES: Final = 40
"""Accounts with a line of their own."""
N_SIGNALS: Final = 16
"""Signals whose time of use is drawn, strongest first."""

FEW: Final = 6
LONG: Final = 0.6
"""The beginning is cut off if it holds at most one moment in ``FEW`` and takes more than this share of the time."""

WIDTH: Final = 960
LEFT: Final = 190
RIGHT: Final = 945
BAR: Final = 44
ROW: Final = 14
TOP: Final = 22

_WIDTHS: Final = {
    "1 hour": HOUR, "3 hours": 3 * HOUR, "6 hours": 6 * HOUR, "12 hours": 12 * HOUR, "1 day": DAY, "2 days": 2 * DAY,
    "1 week": 7 * DAY, "2 weeks": 14 * DAY, "4 weeks": 28 * DAY, "13 weeks": 91 * DAY, "52 weeks": 364 * DAY,
}  # fmt: skip
"""What a bar may span."""
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class _Scale(NamedTuple):
    start: int
    end: int
    step: int
    step_words: str

    def x(self, moment: int) -> float:
        share = (min(max(moment, self.start), self.end) - self.start) / max(1, self.end - self.start)
        return round(LEFT + share * (RIGHT - LEFT), 1)


class _Seen(NamedTuple):
    """First and last time of each tie; ``is_stated`` is true if only the account's creation dates it."""

    first: Int64s
    last: Int64s
    is_dated_by_creation: Bools

    def spans(self, of: Int64s, number: int) -> tuple[Int64s, Int64s]:
        """First and last sighting of each account or signal, ``NO_TIME`` if there is none."""
        known = ~self.is_dated_by_creation & (self.first != NO_TIME) & (self.last != NO_TIME)
        first, last = np.full(number, np.iinfo(np.int64).max), np.full(number, NO_TIME)
        np.minimum.at(first, of[known], self.first[known])
        np.maximum.at(last, of[known], self.last[known])
        return np.where(last == NO_TIME, NO_TIME, first), last


def draw_timeline(data: RingData, styles: Mapping[str, int]) -> Drawn | None:
    """Draw the times of a ring; None if the export has none."""
    created = time_integers(data.members["created_at"])
    seen = _seen(data, created)
    first, last = seen.spans(data.account, data.n_accounts)
    times = {"created_at": created, "first_seen": first, "last_seen": last}
    scale = _scale(data, times)
    if scale is None:
        return None
    drawn = {"accounts created": created, "took up a shared signal": data.first_seen, "accounts last seen": last}
    bars = tuple(
        _bars(moments, scale, name, TOP + 14 + position * (BAR + 12) + BAR)
        for position, (name, moments) in enumerate(drawn.items())
    )
    uses_top = bars[-1]["y"] + 34
    uses = _uses(data, seen, scale, styles, uses_top)
    lives_top = uses_top + ROW * len(uses) + 34
    lives = _lives(data, times, scale, styles, lives_top)
    return {
        "width": WIDTH,
        "height": lives_top + ROW * len(lives) + 8,
        "ticks": _ticks(scale),
        "bars": bars,
        "uses_top": uses_top,
        "uses": uses,
        "lives_top": lives_top,
        "lives": lives,
        "note": _note(data, scale, times, len(uses), len(lives)),
    }


def _seen(data: RingData, created: Int64s) -> _Seen:
    """Drop the creation date of stated details: only the last sighting counts, if there was one since."""
    of_contact = np.array([row.family == IDENTITY for row in data.signal_rows], dtype=np.bool_)
    at_creation = is_dated_by_creation(of_contact[data.signal], data.first_seen, created[data.account])
    only_then = at_creation & (data.last_seen <= data.first_seen)
    return _Seen(np.where(at_creation, data.last_seen, data.first_seen), data.last_seen, only_then)


def _scale(data: RingData, times: Mapping[str, Int64s]) -> _Scale | None:
    """Span the ring's own accounts; possible victims are older and would squeeze everything else."""
    own = (data.members["tier"] != str(Tier.POSSIBLE_VICTIM)).to_numpy()
    if not own.any():
        own = np.ones(data.n_accounts, bool)
    moments = np.concatenate([column[own] for column in times.values()])
    moments = moments[moments != NO_TIME]
    if not len(moments):
        return None
    start, end = _span(moments)
    words = next((words for words, width in _WIDTHS.items() if end - start <= N_BINS * width), [*_WIDTHS][-1])
    step = _WIDTHS[words]
    return _Scale(start - start % step, end - end % step + step, step, words)


def _span(moments: Int64s) -> tuple[int, int]:
    """Cut off a long, thin beginning: a few aged accounts would squeeze what the others did into a corner."""
    ordered = np.sort(moments)
    start, main, end = int(ordered[0]), int(ordered[len(ordered) // FEW]), int(ordered[-1])
    if main - start <= LONG * (end - start):
        return start, end
    return int(ordered[np.searchsorted(ordered, main - (end - main) // 2)]), end


def _bars(moments: Int64s, scale: _Scale, name: str, y: float) -> Drawn:
    known = moments[(moments != NO_TIME) & (moments >= scale.start)]
    n_bins = max(1, (scale.end - scale.start) // scale.step)
    counts = np.bincount(np.minimum((known - scale.start) // scale.step, n_bins - 1), minlength=n_bins)
    peak = int(counts.max(initial=0))
    width = (RIGHT - LEFT) / n_bins
    pieces = [
        f"M{LEFT + position * width + 0.5:.1f} {y:g}v-{max(1.0, BAR * number / peak):.1f}"
        f"h{max(1.0, width - 1):.1f}V{y:g}z"
        for position, number in enumerate(counts)
        if number
    ]
    return {"y": y, "name": name, "path": "".join(pieces), "peak": count(peak)}


def _uses(data: RingData, seen: _Seen, scale: _Scale, styles: Mapping[str, int], top: float) -> tuple[Drawn, ...]:
    first, last = seen.spans(data.signal, len(data.signals))
    stated = last == NO_TIME  # the first and the last account that was made with it, then
    first = np.where(stated, time_integers(data.signals["first_seen"]), first)
    last = np.where(stated, time_integers(data.signals["last_seen"]), last)
    timed = np.flatnonzero((first != NO_TIME) & (last != NO_TIME))[:N_SIGNALS]
    ordered = timed[np.lexsort((timed, first[timed]))]
    values = [visible(data.signal_rows[signal].signal_value) for signal in ordered]
    uses = []
    labels = shorten_distinct(values, N_LETTERS)
    for position, (signal, value, label) in enumerate(zip(ordered, values, labels, strict=True)):
        named = data.signal_rows[signal]
        x, end = scale.x(int(first[signal])), scale.x(int(last[signal]))
        who = counted(named.accounts_in_ring, "account")
        since = "accounts made" if stated[signal] else "seen"
        uses.append(
            {
                "y": top + ROW * position,
                "x": x,
                "width": max(2.0, round(end - x, 1)),
                "is_older": int(first[signal]) < scale.start,
                "style": styles[named.family],
                "label": label,
                "title": f"{named.signal_type} {abbreviate(value, IN_FULL)}: {who}, "
                f"{since} {when(int(first[signal]))} to {when(int(last[signal]))}",
            }
        )
    return tuple(uses)


def _lives(
    data: RingData, times: Mapping[str, Int64s], scale: _Scale, styles: Mapping[str, int], top: float
) -> tuple[Drawn, ...]:
    timed = np.flatnonzero((times["first_seen"] != NO_TIME) | (times["created_at"] != NO_TIME))
    chosen = timed[spread(len(timed), N_LINES)]
    begin = np.where(times["created_at"] == NO_TIME, times["first_seen"], times["created_at"])
    ordered = chosen[np.lexsort((chosen, begin[chosen]))]
    labels = shorten_distinct([visible(data.member_rows[account].account_id) for account in ordered], N_LETTERS)
    return tuple(
        _life(data, times, scale, styles, int(account), top + ROW * place) | {"label": label}
        for place, (account, label) in enumerate(zip(ordered, labels, strict=True))
    )


def _life(
    data: RingData, times: Mapping[str, Int64s], scale: _Scale, styles: Mapping[str, int], account: int, y: float
) -> Drawn:
    member = data.member_rows[account]
    created, first, last = (int(times[name][account]) for name in ("created_at", "first_seen", "last_seen"))
    ties = slice(*np.searchsorted(data.account, [account, account + 1]))
    joins = {
        (scale.x(int(moment)), styles[data.signal_rows[signal].family])
        for moment, signal in zip(data.first_seen[ties], data.signal[ties], strict=True)
        if moment != NO_TIME and moment >= scale.start
    }
    was_seen = first != NO_TIME
    x = scale.x(first if was_seen else created)
    label = visible(member.account_id)
    seen = f"seen {when(first)} to {when(last)}" if was_seen else "not seen at a known time"
    return {
        "y": y,
        "x": x,
        "width": max(1.5, round(scale.x(last) - x, 1)) if was_seen else 0.0,
        "created": None if created == NO_TIME else scale.x(created),
        "is_older": min(time for time in (first, created) if time != NO_TIME) < scale.start,
        "joins": tuple(sorted(joins)),
        "tier": member.tier,
        "title": f"{abbreviate(label, IN_FULL)}: {TIER_WORDS[Tier(member.tier)]}, created {when(created)}, {seen}",
    }


def _ticks(scale: _Scale) -> tuple[Drawn, ...]:
    """Mark days, weeks, months or years, whichever gives between four and ten lines."""
    length = scale.end - scale.start
    if length > 400 * DAY:
        return _month_ticks(scale, 12 if length > 1500 * DAY else 3)
    if length > 75 * DAY:
        return _month_ticks(scale, 1 if length < 300 * DAY else 2)
    step = next((s for s in (3 * HOUR, 6 * HOUR, 12 * HOUR, DAY, 2 * DAY, 7 * DAY) if length <= 9 * s), 14 * DAY)
    first = -(-scale.start // step) * step
    moments = range(first, scale.end + 1, step)
    return tuple({"x": scale.x(moment), "label": _tick_label(moment, step)} for moment in moments)


def _month_ticks(scale: _Scale, months: int) -> tuple[Drawn, ...]:
    first, end = (np.datetime64(moment, "us") for moment in (scale.start, scale.end))
    before = first.astype("M8[M]").astype(int) % months
    begins = np.arange(first.astype("M8[M]") - before, end.astype("M8[M]") + 1, months, dtype="M8[M]")
    begins = begins[(begins >= first) & (begins <= end)]
    moments = begins.astype("M8[us]").astype(np.int64).tolist()
    labels = (f"{MONTHS[number % 12]} {1970 + number // 12}" for number in begins.astype(int).tolist())
    return tuple({"x": scale.x(moment), "label": label} for moment, label in zip(moments, labels, strict=True))


def _tick_label(moment: int, step: int) -> str:
    shown = _EPOCH + timedelta(microseconds=moment)
    if step < DAY and shown.hour:
        return f"{shown.hour:02d}:00"
    return f"{shown.day} {MONTHS[shown.month - 1]}"


def _note(data: RingData, scale: _Scale, times: Mapping[str, Int64s], n_uses: int, n_lives: int) -> str:
    parts = [f"Times in UTC, {day(scale.start)} to {day(scale.end)}; each bar spans {scale.step_words}."]
    unknown = int((times["created_at"] == NO_TIME).sum())
    if unknown:
        parts.append(f"For {counted(unknown, 'account')} the export states no creation time.")
    if n_uses < len(data.signals):
        parts.append(f"The {count(n_uses)} strongest of {count(len(data.signals))} signals have a bar.")
    if n_lives < data.n_accounts:
        have = f"{count(n_lives)} of {everybody(data.ring)} have a line"
        parts.append(f"{have}, picked evenly from all tiers and confidences.")
    begun = [(times[name] != NO_TIME) & (times[name] < scale.start) for name in ("created_at", "first_seen")]
    older = int((begun[0] | begun[1]).sum())
    if older:
        parts.append(f"{counted(older, 'account')} were created before the picture begins (arrow at the left).")
    return " ".join(parts)
