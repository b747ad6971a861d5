"""Times, one by one: a grammar of ISO 8601 read by hand, and whole numbers as fractions of a second."""

import re
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

EARLIEST, LATEST = 946_684_800_000_000, 4_102_444_800_000_000
_UNITS = {
    "epoch_s": Fraction(1),
    "epoch_ms": Fraction(1, 10**3),
    "epoch_us": Fraction(1, 10**6),
    "epoch_ns": Fraction(1, 10**9),
}
_ISO = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})"
    r"(?:[T ]([0-9]{2})(?::([0-9]{2}))?(?::([0-9]{2}))?(?:[.,]([0-9]{1,9}))?"
    r" ?(Z|z|UTC|[+-][0-9]{2}(?::?[0-5][0-9])?)?)?"
)


def instant(text: str, time_format: str, zone: str | None) -> int | str | None:
    """Microseconds since 1970, the code of what is wrong, or None where there is nothing to read."""
    text = text.strip()
    if not text:
        return None
    found = _exact(text, time_format)
    if isinstance(found, datetime):
        if zone is None:
            return "GL241"
        found = _placed(found, ZoneInfo(zone))
    if found is None:
        return "GL240"
    return found if EARLIEST <= found <= LATEST else "GL243"


def _exact(text: str, time_format: str) -> int | datetime | None:
    if number := re.fullmatch(r"(-?)([0-9]{1,19})(?:\.([0-9]{1,9}))?", text):
        whole = int(number[1] + number[2])
        if time_format == "iso":
            units = [each for each in _UNITS.values() if EARLIEST <= int(whole * each * 10**6 // 1) <= LATEST]
            if not units:
                return None
            unit = units[0]
        else:
            unit = _UNITS[time_format]
        part = Fraction(int(number[3] or 0), 10 ** len(number[3] or ""))
        nanoseconds = int(whole * unit * 10**9) + int(part * unit * 10**9 // 1)
        return nanoseconds // 1_000
    return _iso(text) if time_format == "iso" else None


def _iso(text: str) -> int | datetime | None:
    found = _ISO.fullmatch(text)
    if not found or (found[6] and not found[5]):
        return None
    year, month, day, hour, minute, second = (int(each or 0) for each in found.groups()[:6])
    year = year or 4  # no calendar of Python's has a year 0, which is as long
    fraction, offset = found.groups()[6:]
    try:
        moment = datetime(year, month, day, hour, minute, second)  # noqa: DTZ001  it is placed below
    except ValueError:
        return None
    moment += timedelta(microseconds=int((fraction or "0")[:6].ljust(6, "0")))
    if found[4] is None:
        return _since(moment.replace(tzinfo=UTC))
    if offset is None:
        return moment
    ahead = _ahead(offset)
    return None if ahead is None else _since(moment.replace(tzinfo=UTC)) - ahead


def _ahead(offset: str) -> int | None:
    """Microseconds by which a zone is ahead."""
    if offset in ("Z", "z", "UTC"):
        return 0
    digits = offset[1:].replace(":", "").ljust(4, "0")
    minutes = int(digits[:2]) * 60 + int(digits[2:])
    if minutes >= 24 * 60:
        return None
    return (-1 if offset.startswith("-") else 1) * minutes * 60_000_000


def _since(moment: datetime) -> int:
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


def _placed(moment: datetime, zone: ZoneInfo) -> int:
    """The earlier of two instants; in an hour that is skipped, the moment of the change."""
    if not 1999 <= moment.year <= 2100:
        return _since(moment.replace(tzinfo=UTC))  # too early or too late, wherever it is
    first, second = (_since(moment.replace(tzinfo=zone, fold=fold).astimezone(UTC)) for fold in (0, 1))
    if first == second or _since(moment.replace(tzinfo=UTC)) == _local(first, zone):
        return first
    low, high = sorted((first, second))  # skipped: the change lies between them
    before = datetime.fromtimestamp(low // 10**6, UTC).astimezone(zone).utcoffset()
    while high - low > 1:
        middle = (low + high) // 2
        at = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=middle)
        low, high = (middle, high) if at.astimezone(zone).utcoffset() == before else (low, middle)
    return high


def _local(instant: int, zone: ZoneInfo) -> int:
    at = (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=instant)).astimezone(zone)
    return _since(at.replace(tzinfo=UTC))
