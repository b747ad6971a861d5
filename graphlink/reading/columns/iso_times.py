"""ISO 8601 many at a time: a column of texts in, instants out, by sums over columns of letters of one length.

Only what is plainly a time is read; everything else is left for a closer look.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from graphlink.model.arrays import Bools, Int64s

SECOND: Final = 1_000_000
"""In microseconds."""
_DATE: Final = 10
_CLOCK: Final = 19
_ZERO: Final = ord("0")
_MONTH_DAYS: Final = np.array([0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])


def read_iso(cells: pa.StringArray, instants: Int64s, naive: Bools, left: Bools) -> None:
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
    over = _digits(zone, spans[1], fine) if spans[1] else np.zeros(len(zone), dtype=np.int64)
    minutes = _digits(zone, spans[0], fine) * 60 + over
    fine &= (over < 60) & (minutes <= 18 * 60)  # noqa: PLR2004 - minutes of an hour
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
