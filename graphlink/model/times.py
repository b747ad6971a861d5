"""Times of many rows, as microseconds since 1970 in UTC."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from graphlink.model.arrays import Bools, Int32s, Int64s, UInt32s


NO_TIME: Final = -(1 << 63)
"""A missing time: the smallest 64-bit integer."""

_SECOND: Final = 1_000_000

_AT_ONCE: Final = 1 << 20
"""Times to expand at once. All of a hundred million would take twice their stored size."""


@dataclass(frozen=True, slots=True, eq=False)
class Moments:
    """The times of many rows. Indexing returns microseconds, ``NO_TIME`` for a missing time.

    They are stored as whole seconds in 32 bits if that is exact, since few exports are finer and a hundred million
    sightings have two times each; otherwise unchanged.
    """

    kept: UInt32s | Int64s
    """Seconds, with 0 for a missing time; or microseconds."""

    @classmethod
    def of(cls, times: Int64s) -> Moments:
        """Store times, in 32 bits if all are whole seconds after 1970 and before 2106."""
        import numpy as np  # noqa: PLC0415  nouns are also imported where no arrays are needed

        seconds = np.empty(len(times), dtype=np.uint32)
        for start in range(0, len(times), _AT_ONCE):
            part = times[start : start + _AT_ONCE]
            whole = part // _SECOND
            fits = (whole * _SECOND == part) & (whole > 0) & (whole <= np.iinfo(np.uint32).max)
            if not (fits | (part == NO_TIME)).all():
                return cls(times)
            seconds[start : start + _AT_ONCE] = np.where(fits, whole, 0)
        return cls(seconds)

    @classmethod
    def joined(cls, parts: Sequence[Moments]) -> Moments:
        """Append the times of some rows to those of others."""
        import numpy as np  # noqa: PLC0415

        if not parts:
            return cls(np.empty(0, dtype=np.uint32))
        if len(parts) == 1:
            return parts[0]
        alike = len({each.kept.dtype for each in parts}) == 1
        return cls(np.concatenate([each.kept if alike else each[:] for each in parts]))

    def __len__(self) -> int:
        """The number of rows."""
        return len(self.kept)

    def __getitem__(self, rows: Bools | Int32s | Int64s | slice) -> Int64s:
        """The times of some rows in microseconds."""
        kept = self.kept[rows]
        if kept.dtype.itemsize > 4:  # noqa: PLR2004  bytes
            return kept.view("int64")
        times: Int64s = kept.astype("int64")
        times *= _SECOND
        times[kept == 0] = NO_TIME
        return times

    def pieces(self) -> Iterator[Int64s]:
        """All times in microseconds, in pieces that take little memory."""
        return (self[start : start + _AT_ONCE] for start in range(0, len(self), _AT_ONCE))

    def only(self, rows: Bools | Int32s | Int64s) -> Moments:
        """Keep some rows."""
        return Moments(self.kept[rows])
