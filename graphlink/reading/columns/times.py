"""Times of all the kinds that exports write, as microseconds since 1970 in UTC.

Arrow reads what is plainly ISO 8601, whole columns at once. Other texts are read one by one, and rejected with a reason
if they are no times. Nothing is guessed: a time without an offset needs a configured zone, and 01/02/2026 is no time.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graphlink.model.arrays import Bools, Int64s
from graphlink.model.times import NO_TIME
from graphlink.model.weeks import microseconds_of

SECOND: Final = 1_000_000
"""In microseconds."""
EARLIEST: Final = 946_684_800 * SECOND
"""2000: nothing that graphlink is for happened before."""
LATEST: Final = 4_102_444_800 * SECOND
"""2100: what lies beyond is a wrong unit."""
_A_DAY: Final = 86_400 * SECOND
_FAR: Final = 1 << 62
"""Where a time stands that lies too far away to be counted in microseconds."""
_PER_UNIT: Final = {"day": _A_DAY, "s": SECOND, "ms": 1_000, "us": 1}
"""Microseconds in each unit of timestamps and dates."""
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
    if pa.types.is_timestamp(cells.type) or pa.types.is_date(cells.type):
        instants = _from_native(cells)
        is_naive = pa.types.is_timestamp(cells.type) and cells.type.tz is None
        return _placed(instants, (instants != NO_TIME) & is_naive, rule, {}, cells)
    return _from_text(cells.cast(pa.string()), rule, nothing)


def spelled(cell: pa.Scalar) -> object:
    """A cell as Python has it, or its bare number where it is a time of which Python has none.

    Examples
    --------
    >>> spelled(pa.scalar(0, pa.timestamp("us", "UTC"))).year, spelled(pa.scalar((1 << 63) - 1, pa.timestamp("us")))
    (1970, 9223372036854775807)
    """
    try:
        return cell.as_py()
    except (OverflowError, ValueError, KeyError):  # beyond the years 1 to 9999; the last for a zone that nobody knows
        return cell.value


def _numbers(stamps: pa.Array) -> Int64s:
    numbers: Int64s = pc.fill_null(stamps.cast(pa.int64()), NO_TIME).to_numpy(zero_copy_only=False)
    return numbers.astype(np.int64, copy=True)


def _from_native(cells: pa.Array) -> Int64s:
    """Read timestamps and dates of any unit; one beyond 64 bits of microseconds becomes the furthest."""
    width = pa.int32() if pa.types.is_date32(cells.type) else pa.int64()
    numbers: Int64s = pc.fill_null(cells.cast(width), 0).to_numpy(zero_copy_only=False).astype(np.int64, copy=True)
    unit = {pa.date32(): "day", pa.date64(): "ms"}.get(cells.type) or cells.type.unit
    if unit == "ns":
        numbers //= 1_000
    else:
        most = _FAR // _PER_UNIT[unit]
        numbers = np.clip(numbers, -most, most) * _PER_UNIT[unit]
    numbers[cells.is_null().to_numpy(zero_copy_only=False)] = NO_TIME
    return numbers


def _from_text(cells: pa.StringArray, rule: TimeRule, nothing: frozenset[str]) -> Times:
    cells = pc.fill_null(cells, "")
    naive = np.zeros(len(cells), dtype=np.bool_)
    if rule.time_format == "iso" and (whole := _cast_all(cells)) is not None:
        return _placed(whole, naive, rule, {}, cells)
    instants = np.full(len(cells), NO_TIME, dtype=np.int64)
    bad: dict[int, tuple[str, str]] = {}
    rest = _cast_plain(cells, instants, naive) if rule.time_format == "iso" else np.arange(len(cells))
    known: dict[str, tuple[int, bool] | str | None] = {}
    for row, text in zip(rest.tolist(), cells.take(pa.array(rest)).to_pylist(), strict=True):
        if text not in known:
            known[text] = None if text.strip() == "" or text.strip() in nothing else _read_one(text.strip(), rule)
        found = known[text]
        if isinstance(found, str):
            bad[row] = ("GL240", found)
        elif found is not None:
            instants[row], naive[row] = found
    return _placed(instants, naive, rule, bad, cells)


def _cast_all(cells: pa.StringArray) -> Int64s | None:
    """The usual case, all cells empty or with an offset, in compiled code; it takes a subset of what is read here."""
    try:
        empty = pc.equal(cells, "")
        return _numbers(pc.if_else(empty, pa.scalar(None, pa.string()), cells).cast(pa.timestamp("us", "UTC")))
    except pa.ArrowInvalid:
        return None


_DAY: Final = (
    r"[1-9][0-9]{3}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)"
    r"|02-(?:0[1-9]|1[0-9]|2[0-8]))"
)
_CLOCK: Final = r"[T ](?:[01][0-9]|2[0-3])(?::[0-5][0-9]){2}(?:\.[0-9]{1,6})?"
_ZONE: Final = r"(?:Z|[+-](?:0[0-9]|1[0-7])(?::?[0-5][0-9])?)"
_BEYOND_MICROSECONDS: Final = r"(\.[0-9]{6})[0-9]{1,3}(Z|[+-]|$)"


def _cast_plain(cells: pa.StringArray, instants: Int64s, naive: Bools) -> Int64s:
    """Read in place the cells of the common forms, and return the rows of the others. A date alone is a day in UTC."""
    cells = pc.replace_substring_regex(cells, _BEYOND_MICROSECONDS, r"\1\2")
    left = np.ones(len(cells), dtype=bool)
    for form, zone in ((_DAY, None), (_DAY + _CLOCK, None), (_DAY + _CLOCK + _ZONE, "UTC")):
        rows = np.flatnonzero(pc.match_substring_regex(cells, f"^{form}$").to_numpy(zero_copy_only=False))
        instants[rows] = _numbers(cells.take(pa.array(rows)).cast(pa.timestamp("us", zone)))
        naive[rows] = form == _DAY + _CLOCK
        left[rows] = False
    return np.flatnonzero(left)


def _placed(instants: Int64s, naive: Bools, rule: TimeRule, bad: dict[int, tuple[str, str]], cells: pa.Array) -> Times:
    """Place local times in their zone, and reject what lies out of range."""
    ambiguous = _localise(instants, naive, rule, bad) if naive.any() else 0
    outside = (instants != NO_TIME) & ((instants < EARLIEST) | (instants > rule.last))
    for row in np.flatnonzero(outside).tolist():
        bad.setdefault(row, _misplaced(int(instants[row]), str(spelled(cells[row]))[:40], rule))
    instants[outside] = NO_TIME
    return Times(instants, bad, ambiguous)


def _misplaced(instant: int, text: str, rule: TimeRule) -> tuple[str, str]:
    """The fault of a time out of range: a wrong unit, or only too late."""
    if EARLIEST <= instant <= LATEST:
        end = (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=rule.latest)).isoformat()
        return "GL244", f"the time {text!r} lies over ten minutes after {end}"
    return "GL243", f"the time {text!r} lies {'before the year 2000' if instant < EARLIEST else 'after the year 2100'}"


# --- one at a time ----------------------------------------------------------------------------------------------------

_UNITS: Final = {"epoch_s": 1_000 * SECOND, "epoch_ms": 1_000_000, "epoch_us": 1_000, "epoch_ns": 1}
"""Nanoseconds in each unit of epoch numbers."""
_ISO: Final = re.compile(
    r"(\d{4}-\d\d-\d\d)(?:[T ](\d\d(?::\d\d)?)(:\d\d)?(?:[.,](\d{1,9}))? ?(Z|z|UTC|[+-]\d\d(?::?[0-5]\d)?)?)?", re.ASCII
)
_NUMBER: Final = re.compile(r"(-?\d{1,19})(?:\.(\d{1,9}))?", re.ASCII)
_DAYS_OF_SHEETS: Final = range(36_526, 73_051)
"""The years 2000 to 2099 in days since 1899-12-30."""
OF_SHEETS: Final = "counts days, as spreadsheets do"
ON_SHEETS: Final = "have dates and times shown there, and export again"
_TWO_SIDES: Final = re.compile(r"\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}", re.ASCII)


def _read_one(text: str, rule: TimeRule) -> tuple[int, bool] | str:
    """Read one text: instant and whether it lacks an offset, or why it is no time."""
    if rule.time_format in _UNITS:
        return _read_epoch(text, _UNITS[rule.time_format])
    if rule.time_format != "iso":
        return _read_pattern(text, rule.time_format)
    if found := _NUMBER.fullmatch(text):
        return _read_number(text, int(found[1]))
    if _TWO_SIDES.match(text):
        return f"{_short(text)} is ambiguous; use ISO 8601 or set `time_format`"
    if found := _ISO.fullmatch(text):
        return _read_iso_text(found)
    return f"{_short(text)} is not ISO 8601"


def _read_number(text: str, whole: int) -> tuple[int, bool] | str:
    """Read seconds or fractions of them, of whichever unit gives a time of this century."""
    sizes = [unit for unit in _UNITS.values() if EARLIEST <= whole * unit // 1_000 <= LATEST]
    if sizes:
        return _read_epoch(text, sizes[0])
    if whole in _DAYS_OF_SHEETS:
        return f"{_short(text)} {OF_SHEETS}; {ON_SHEETS}"
    return f"{_short(text)} is no time; set `time_format`"


def _read_epoch(text: str, unit: int) -> tuple[int, bool] | str:
    found = _NUMBER.fullmatch(text)
    if not found:
        return f"{_short(text)} is not a number"
    part = int(found[2] or 0) * unit // 10 ** len(found[2] or "")
    return max(min((int(found[1]) * unit + part) // 1_000, _FAR), -_FAR), False


def _read_iso_text(found: re.Match[str]) -> tuple[int, bool] | str:
    day, clock, second, fraction, zone = found.groups()
    if day.startswith("0000"):  # Python has no year 0; it is as long as the year 4, and as far from being believed
        day = f"0004{day[4:]}"
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
    return _microseconds(moment), moment.tzinfo is None and _TIME_OF_DAY.search(pattern.replace("%%", "")) is not None


_TIME_OF_DAY: Final = re.compile("%[HIXc]")
"""What in a pattern reads an hour; where none does, it reads days."""


def _microseconds(moment: datetime) -> int:
    return microseconds_of(moment if moment.tzinfo else moment.replace(tzinfo=UTC))


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
    near = (instants[rows] > EARLIEST - _A_DAY) & (instants[rows] < LATEST + _A_DAY)
    inside = rows[near]  # of other years zones know nothing, and no time of theirs is believed
    stamps = pa.array(instants[inside]).cast(pa.timestamp("us"))
    early = _assume(stamps, rule.timezone, "earliest", "latest")  # a skipped hour is the moment of the change
    late = _assume(stamps, rule.timezone, "latest", "earliest")
    far = instants[inside] >= _BEYOND_TABLES
    if far.any():
        early[far], late[far] = _assume_by_rule(instants[inside[far]], ZoneInfo(rule.timezone))
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


_BEYOND_TABLES: Final = 2_145_916_800 * SECOND
"""2038: up to then zones list every change of their clocks, and that is what Arrow reads; from then on only their rule
tells, by which summers go on."""


def _assume_by_rule(local: Int64s, zone: ZoneInfo) -> tuple[Int64s, Int64s]:
    """The earlier and the later instant of local times, one by one; in a skipped hour both lie at the change."""
    distinct, which = np.unique(local, return_inverse=True)
    placed = [_instants(datetime(1970, 1, 1) + timedelta(microseconds=each), zone) for each in distinct.tolist()]  # noqa: DTZ001  local
    early, late = np.array(placed, dtype=np.int64).T
    return early[which], late[which]


def _instants(moment: datetime, zone: ZoneInfo) -> tuple[int, int]:
    first, second = (_microseconds(moment.replace(tzinfo=zone, fold=fold).astimezone(UTC)) for fold in (0, 1))
    if first <= second:
        return first, second
    low, high = second // SECOND, -(-first // SECOND)  # skipped: the change lies between them
    before = _offset(low, zone)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if _offset(middle, zone) == before else (low, middle)
    return high * SECOND, high * SECOND - 1


def _offset(seconds: int, zone: ZoneInfo) -> timedelta | None:
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)).astimezone(zone).utcoffset()
