"""Times of all the kinds that exports write, as microseconds since 1970 in UTC.

ISO 8601 of one length is read column by column, without an object for each value; what does not fit is looked at one
by one and, if it is not plainly a time, rejected with its reason. Nothing is guessed: a time without an offset needs
a configured zone, and 01/02/2026 is no time.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graphlink.model import NO_TIME

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from graphlink.model import Bools, Int64s

SECOND: Final = 1_000_000
EARLIEST: Final = 946_684_800 * SECOND
"""2000: nothing that graphlink is for happened before."""
LATEST: Final = 4_102_444_800 * SECOND
"""2100: what lies beyond is a wrong unit."""
_LEEWAY: Final = 600 * SECOND
"""Clocks differ: ten minutes beyond ``latest`` are no reason to reject a row."""


@dataclass(frozen=True, slots=True)
class TimeRule:
    """How the times of one source are to be read."""

    time_format: str = "iso"
    timezone: str | None = None
    strict: bool = False
    latest: int = NO_TIME

    @property
    def last(self) -> int:
        """The last instant that is believed."""
        return LATEST if self.latest == NO_TIME else self.latest + _LEEWAY


@dataclass(frozen=True, slots=True, eq=False)
class Times:
    """Instants, ``NO_TIME`` where the cell is empty or bad, and what is wrong with the bad ones."""

    instants: Int64s
    bad: dict[int, tuple[str, str]]
    """Row: code and reason."""
    ambiguous: int = 0
    """Local times in a change of the clocks, read as the earlier instant."""


def read_times(cells: pa.Array, rule: TimeRule, nothing: frozenset[str] = frozenset()) -> Times:
    """Read a column of times: text, timestamps, dates or whole numbers.

    Examples
    --------
    >>> read_times(pa.array(["1970-01-02T00:00:00Z", "2026-01-31T12:00:00+01:00"]), TimeRule()).instants.tolist()
    [-9223372036854775808, 1769857200000000]
    """
    if pa.types.is_dictionary(cells.type):
        cells = cells.cast(cells.type.value_type)
    if pa.types.is_timestamp(cells.type):
        return _from_timestamps(cells, rule)
    if pa.types.is_date(cells.type):
        return _bounded(_numbers(cells.cast(pa.timestamp("us"))), rule, {}, 0, cells)
    if pa.types.is_integer(cells.type):
        cells = cells.cast(pa.string())
    return _from_text(cells.cast(pa.string()), rule, nothing)


def _numbers(stamps: pa.Array) -> Int64s:
    numbers: Int64s = pc.fill_null(stamps.cast(pa.int64()), NO_TIME).to_numpy(zero_copy_only=False)
    return numbers.astype(np.int64, copy=True)


def _from_timestamps(cells: pa.Array, rule: TimeRule) -> Times:
    zone = cells.type.tz
    instants = _numbers(cells.cast(pa.timestamp("us", zone), safe=False))
    if zone is not None:
        return _bounded(instants, rule, {}, 0, cells)
    naive = instants != NO_TIME
    bad: dict[int, tuple[str, str]] = {}
    ambiguous = _localise(instants, naive, rule, bad)
    return _bounded(instants, rule, bad, ambiguous, cells)


def _from_text(cells: pa.StringArray, rule: TimeRule, nothing: frozenset[str]) -> Times:
    cells = pc.fill_null(cells, "")
    if rule.time_format == "iso" and (whole := _cast_all(cells)) is not None:
        return _bounded(whole, rule, {}, 0, cells)
    instants = np.full(len(cells), NO_TIME, dtype=np.int64)
    naive = np.zeros(len(cells), dtype=bool)
    left = np.ones(len(cells), dtype=bool)
    if rule.time_format == "iso":
        _read_iso(cells, instants, naive, left)
    bad: dict[int, tuple[str, str]] = {}
    rest = np.flatnonzero(left)
    known: dict[str, tuple[int, bool] | str | None] = {}
    for row, text in zip(rest.tolist(), cells.take(pa.array(rest)).to_pylist(), strict=True):
        if text not in known:
            known[text] = None if text.strip() == "" or text.strip() in nothing else _read_one(text.strip(), rule)
        found = known[text]
        if isinstance(found, str):
            bad[row] = ("GL240", found)
        elif found is not None:
            instants[row], naive[row] = found
    ambiguous = _localise(instants, naive, rule, bad) if naive.any() else 0
    return _bounded(instants, rule, bad, ambiguous, cells)


def _cast_all(cells: pa.StringArray) -> Int64s | None:
    """The usual case, all cells empty or with an offset, in compiled code; it takes a subset of what is read here."""
    try:
        empty = pc.equal(cells, "")
        return _numbers(pc.if_else(empty, pa.scalar(None, pa.string()), cells).cast(pa.timestamp("us", "UTC")))
    except pa.ArrowInvalid:
        return None


def _bounded(
    instants: Int64s, rule: TimeRule, bad: dict[int, tuple[str, str]], ambiguous: int, cells: pa.Array
) -> Times:
    outside = (instants != NO_TIME) & ((instants < EARLIEST) | (instants > rule.last))
    for row in np.flatnonzero(outside).tolist():
        what = "before the year 2000" if instants[row] < EARLIEST else "in the future"
        bad.setdefault(row, ("GL243", f"the time {str(cells[row])[:40]!r} lies {what}"))
    instants[outside] = NO_TIME
    return Times(instants, bad, ambiguous)


# --- ISO 8601, many at a time -----------------------------------------------------------------------------------------

_DATE: Final = 10
_CLOCK: Final = 19
_ZERO: Final = ord("0")
_MONTH_DAYS: Final = np.array([0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])


def _read_iso(cells: pa.StringArray, instants: Int64s, naive: Bools, left: Bools) -> None:
    """Read all cells of the common lengths in place; ``left`` keeps those that are something else."""
    offsets = np.frombuffer(cells.buffers()[1], dtype=np.int32)[cells.offset : cells.offset + len(cells) + 1]
    text = np.frombuffer(cells.buffers()[2] or b"", dtype=np.uint8)
    lengths = np.diff(offsets)
    for length in np.unique(lengths).tolist():
        if not (length == _DATE or _CLOCK <= length <= 35):  # noqa: PLR2004 - nanoseconds and offset
            continue
        rows = np.flatnonzero(lengths == length)
        if len(rows) == len(cells):
            letters = text[offsets[0] : offsets[-1]].reshape(len(rows), length)
        else:
            letters = text[offsets[rows][:, None] + np.arange(length)]
        good, values, local = _read_letters(letters)
        instants[rows[good]] = values[good]
        naive[rows[good & local]] = True
        left[rows[good]] = False


def _read_letters(letters: NDArray[np.uint8]) -> tuple[Bools, Int64s, Bools]:
    """Read a matrix of times of one length: which are good, their instants, which have no offset."""
    length = letters.shape[1]
    good = (letters[:, 4] == ord("-")) & (letters[:, 7] == ord("-"))
    year, month, day = (_digits(letters, span, good) for span in ((0, 4), (5, 7), (8, 10)))
    leap = ((year % 4 == 0) & (year % 100 != 0)) | (year % 400 == 0)
    good &= (month >= 1) & (month <= 12) & (day >= 1)  # noqa: PLR2004 - months
    days_in_month = _MONTH_DAYS[np.where(good, month, 1)] + (leap & (month == 2))  # noqa: PLR2004 - February
    good &= day <= days_in_month
    instants = _days(year, month, day) * (86_400 * SECOND)
    local = np.zeros(len(letters), dtype=bool)  # a date alone means the day, in UTC
    if length == _DATE:
        return good, instants, local
    good &= ((letters[:, 10] == ord("T")) | (letters[:, 10] == ord(" "))) & (letters[:, 13] == ord(":"))
    good &= letters[:, 16] == ord(":")
    hour, minute, second = (_digits(letters, span, good) for span in ((11, 13), (14, 16), (17, 19)))
    good &= (hour < 24) & (minute < 60) & (second < 60)  # noqa: PLR2004 - the clock
    instants += ((hour * 60 + minute) * 60 + second) * SECOND
    tails, which = np.unique(_tail_kind(letters), return_inverse=True)
    for number, kind in enumerate(tails.tolist()):
        rows = which == number
        _read_tail(letters, rows, kind, (good, instants, local))
    return good, instants, local


def _tail_kind(letters: NDArray[np.uint8]) -> NDArray[np.int64]:
    """Where the zone begins, or -1: after the seconds or their fraction."""
    length = letters.shape[1]
    start = np.full(len(letters), _CLOCK, dtype=np.int64)
    if length > _CLOCK:
        fraction = letters[:, _CLOCK] == ord(".")
        inside = fraction.copy()
        for place in range(_CLOCK + 1, length):
            inside &= (letters[:, place] >= _ZERO) & (letters[:, place] <= _ZERO + 9)
            start[inside] = place + 1
        start[fraction & (start == _CLOCK)] = -1
    return start


def _read_tail(letters: NDArray[np.uint8], rows: Bools, start: int, out: tuple[Bools, Int64s, Bools]) -> None:
    good, instants, local = out
    length = letters.shape[1]
    if start < 0 or start - _CLOCK - 1 > 9:  # noqa: PLR2004 - nanoseconds
        good[rows] = False
        return
    for number, place in enumerate(range(_CLOCK + 1, min(start, _CLOCK + 7))):
        instants[rows] += (letters[rows, place].astype(np.int64) - _ZERO) * 10 ** (5 - number)
    zone = letters[rows, start:]
    if start == length:
        local[rows] = True
        return
    fine = np.ones(len(zone), dtype=bool)
    if zone.shape[1] == 1:
        good[rows] &= zone[:, 0] == ord("Z")
        return
    spans = {3: ((1, 3), None), 5: ((1, 3), (3, 5)), 6: ((1, 3), (4, 6))}.get(zone.shape[1])
    if spans is None:
        good[rows] = False
        return
    sign = np.where(zone[:, 0] == ord("-"), -1, 1)
    fine &= (zone[:, 0] == ord("+")) | (zone[:, 0] == ord("-"))
    if zone.shape[1] == 6:  # noqa: PLR2004 - +01:00
        fine &= zone[:, 3] == ord(":")
    minutes = _digits(zone, spans[0], fine) * 60 + (_digits(zone, spans[1], fine) if spans[1] else 0)
    fine &= minutes <= 18 * 60
    good[rows] &= fine
    instants[rows] -= sign * minutes * 60 * SECOND


def _digits(letters: NDArray[np.uint8], span: tuple[int, int], good: Bools) -> Int64s:
    number = np.zeros(len(letters), dtype=np.int64)
    for place in range(*span):
        digit = letters[:, place].astype(np.int64) - _ZERO
        good &= (digit >= 0) & (digit <= 9)  # noqa: PLR2004 - a digit
        number = number * 10 + digit
    return number


def _days(year: Int64s, month: Int64s, day: Int64s) -> Int64s:
    """Days since 1970 of a date in the Gregorian calendar, counting years from March."""
    year = year - (month <= 2)  # noqa: PLR2004 - January and February end the year before
    era_day = year * 365 + year // 4 - year // 100 + year // 400
    return era_day + (153 * ((month + 9) % 12) + 2) // 5 + day - 1 - 719_468


# --- one at a time ----------------------------------------------------------------------------------------------------

_UNITS: Final = {"epoch_s": SECOND, "epoch_ms": 1_000, "epoch_us": 1}
_ISO: Final = re.compile(
    r"(\d{4}-\d\d-\d\d)(?:[T ](\d\d(?::\d\d)?)(:\d\d)?(?:[.,](\d{1,9}))? ?(Z|z|UTC|[+-]\d\d(?::?\d\d)?)?)?",
    re.ASCII,
)
_FAR: Final = 1 << 62
_WHOLE: Final = re.compile(r"-?\d{1,18}", re.ASCII)
_TWO_SIDES: Final = re.compile(r"\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}", re.ASCII)


def _read_one(text: str, rule: TimeRule) -> tuple[int, bool] | str:
    """Read one text: instant and whether it lacks an offset, or why it is no time."""
    if rule.time_format in _UNITS:
        return _read_epoch(text, _UNITS[rule.time_format])
    if rule.time_format != "iso":
        return _read_pattern(text, rule.time_format)
    if _WHOLE.fullmatch(text):
        sizes = [int(text) * unit for unit in _UNITS.values() if EARLIEST <= int(text) * unit <= LATEST]
        return (sizes[0], False) if sizes else f"{_short(text)} is no time; set `time_format`"
    if _TWO_SIDES.match(text):
        return f"{_short(text)} is ambiguous; use ISO 8601 or set `time_format`"
    if found := _ISO.fullmatch(text):
        return _read_iso_text(found)
    return f"{_short(text)} is not ISO 8601"


def _read_epoch(text: str, unit: int) -> tuple[int, bool] | str:
    if not _WHOLE.fullmatch(text):
        return f"{_short(text)} is not a whole number"
    return max(min(int(text) * unit, _FAR), -_FAR), False


def _read_iso_text(found: re.Match[str]) -> tuple[int, bool] | str:
    day, clock, second, fraction, zone = found.groups()
    spelled = f"{day}T{clock or '00'}" + (second or "")
    offset = {None: "", "Z": "+00:00", "z": "+00:00", "UTC": "+00:00"}.get(zone, zone or "")
    try:
        moment = datetime.fromisoformat(spelled + offset)
    except ValueError as error:
        return f"{_short(found[0])} is no time ({error})"
    local = moment.tzinfo is None and clock is not None
    return _microseconds(moment) + int((fraction or "0")[:6].ljust(6, "0")), local


def _read_pattern(text: str, pattern: str) -> tuple[int, bool] | str:
    try:
        moment = datetime.strptime(text, pattern)  # noqa: DTZ007 - without an offset it is placed in the zone later
    except (ValueError, OverflowError):
        return f"{_short(text)} does not fit `time_format` {pattern!r}"
    return _microseconds(moment), moment.tzinfo is None and "%H" in pattern


def _microseconds(moment: datetime) -> int:
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return (aware - datetime(1970, 1, 1, tzinfo=UTC)) // datetime.resolution


def _short(text: str) -> str:
    return repr(text[:40])


# --- local times ------------------------------------------------------------------------------------------------------


def _localise(instants: Int64s, naive: Bools, rule: TimeRule, bad: dict[int, tuple[str, str]]) -> int:
    """Place local times in the configured zone, in place; how many fell into a change of the clocks."""
    rows = np.flatnonzero(naive)
    if rule.timezone is None:
        reason = ("GL241", "the time has no offset and no `timezone` is set")
        bad.update(dict.fromkeys(rows.tolist(), reason))
        instants[rows] = NO_TIME
        return 0
    inside = rows[(instants[rows] > -(1 << 60)) & (instants[rows] < 1 << 60)]
    stamps = pa.array(instants[inside]).cast(pa.timestamp("us"))
    early = _assume(stamps, rule.timezone, "earliest", "latest")  # a skipped hour is the moment of the change
    late = _assume(stamps, rule.timezone, "latest", "earliest")
    changing = inside[early != late]
    instants[inside] = early
    if not rule.strict:
        return len(changing)
    instants[changing] = NO_TIME
    reason = ("GL242", "the local time falls into a change of the clocks")
    bad.update(dict.fromkeys(changing.tolist(), reason))
    return 0


def _assume(stamps: pa.Array, zone: str, twice: str, never: str) -> Int64s:
    return _numbers(pc.assume_timezone(stamps, zone, ambiguous=twice, nonexistent=never))
