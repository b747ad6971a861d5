"""What was read from all sources: coded rows, joined by shape, and what each source was. Every row is accounted for.

Rows are duplicates if all their integers are equal: neither a hash collision nor the order of files decides. A 64-bit
mix of the integers only finds the candidates.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from graphlink.config.settings import Config
from graphlink.engine.threads import map_threads, run_two
from graphlink.model.arrays import Bools, Int32s, Int64s
from graphlink.model.rows import Notice
from graphlink.model.signals import SignalTable
from graphlink.model.times import Moments
from graphlink.reading.coding import RECORD_BITS, Cell, Coded, Coder, Rows, Tally
from graphlink.reading.columns.layout import Layout
from graphlink.reading.precedence import Precedence
from graphlink.reading.sources.files import Source

_Number = TypeVar("_Number", bound="np.signedinteger")


@dataclass(frozen=True, slots=True, eq=False)
class Ledger:
    """What is kept of the accepted rows of a reading, and for each duplicate the row that it repeats.

    Rows that show signals are only counted: there are as many as sightings, and their cells are raw sightings.
    """

    described: Coded | None
    """The rows that describe accounts; None where no export does."""
    of_source: Int64s
    """How many rows each source has."""
    of_account: Int64s
    """In how many rows each account was seen, without those that describe it."""
    twins: Mapping[int, int]
    """Origin of a duplicate: origin of the row that stays."""

    def accounts(self) -> Bools:
        """A mask of the accounts that have a row."""
        spoken_of: Bools = self.of_account > 0
        if self.described is not None:
            spoken_of[self.described.account] = True
        return spoken_of

    def undescribed(self) -> tuple[int, int]:
        """How many accounts were seen that no accounts export describes, and how many were seen."""
        if self.described is None:
            return 0, 0
        seen = self.of_account > 0
        n_seen = int(seen.sum())
        seen[self.described.account] = False
        return int(seen.sum()), n_seen

    def without(self, origins: Int64s, accounts: Int32s) -> Ledger:
        """Remove rows that proved to be malformed, given by their places and accounts."""
        described, is_seen = self.described, np.ones(len(origins), dtype=np.bool_)
        if described is not None:
            is_seen = ~np.isin(origins, described.origin)
            described = _only(described, ~np.isin(described.origin, origins))
        return Ledger(
            described,
            self.of_source - np.bincount(source_of(origins), minlength=len(self.of_source)),
            self.of_account - np.bincount(accounts[is_seen], minlength=len(self.of_account)),
            self.twins,
        )

    def renumbered(self, place: Int32s) -> Ledger:
        """Number accounts anew; ``place`` is the new number of each, -1 for those without a row."""
        described = self.described and replace(self.described, account=place[self.described.account])
        of_account = np.zeros(int(place.max(initial=-1)) + 1, dtype=np.int64)
        of_account[place[place >= 0]] = self.of_account[place >= 0]
        return replace(self, described=described, of_account=of_account)


@dataclass(frozen=True, slots=True, eq=False)
class SourceRead:
    """A source as it was read."""

    source: Source
    layout: Layout
    sha256: str
    n_bytes: int
    tally: Tally
    has_checksums: bool
    lines: Lines


@dataclass(frozen=True, slots=True, eq=False)
class Extract:
    """What was read: coded rows, and where they came from."""

    shapes: dict[str, Coded]
    """The rows by shape, which ``raw_sightings`` uses up."""
    ledger: Ledger
    coder: Coder
    sources: tuple[SourceRead, ...]
    notices: tuple[Notice, ...]
    config: Config
    table: SignalTable
    precedence: Precedence


class Lines:
    """The lines of one source's records, added batch by batch in the order of the file.

    Examples
    --------
    >>> lines = Lines()
    >>> lines.note(np.array([0, 1, 2]), np.array([2, 3, 7]))  # a header; then a value of four lines
    >>> lines.of(np.array([2, 0, 1])).tolist()
    [7, 2, 3]
    """

    def __init__(self) -> None:
        self._records: list[Int64s] = []
        self._leads: list[Int64s] = []

    def note(self, records: Int64s, lines: Int64s) -> None:
        """Take in where the records of a batch stand."""
        if not len(records):
            return
        lead = lines - records
        before = self._leads[-1][-1] if self._leads else lead[0] - 1
        jumps = np.flatnonzero(np.diff(lead, prepend=before))
        if len(jumps):
            self._records.append(records[jumps])
            self._leads.append(lead[jumps])

    def of(self, records: Int64s) -> Int64s:
        """Give the lines of some records."""
        if not self._records:
            return np.zeros(len(records), dtype=np.int64)
        starts, leads = np.concatenate(self._records), np.concatenate(self._leads)
        return records + leads[np.searchsorted(starts, records, side="right") - 1]


def _only(rows: Coded, keep: Bools) -> Coded:
    """Keep the rows under the mask."""
    if keep.all():
        return rows
    first = rows.first.only(keep)
    return Rows(
        rows.origin[keep],
        rows.account[keep],
        first,
        first if rows.last is rows.first else rows.last.only(keep),
        rows.count[keep],
        None if rows.column is None else rows.column[keep],
        {cell: codes[keep] for cell, codes in rows.cells.items()},
        tuple(codes[keep] for codes in rows.attributes),
    )


def put_together(rows: list[tuple[str, Coded]], ages: Int64s, n_accounts: int) -> tuple[dict[str, Coded], Ledger]:
    """Join the rows of all batches by shape and set exact duplicates aside; the first of equal rows stays.

    Of rows that describe accounts, one of the newest export stays: ``ages`` has the weeks by source. The rows are used
    up: the parts of a column are freed once they are joined.
    """
    by_shape: dict[str, list[Coded]] = {}
    for name, each in rows:
        by_shape.setdefault(name, []).append(each)
    rows.clear()
    shapes: dict[str, Coded] = {}
    twins: dict[int, int] = {}
    of_source, of_account = np.zeros(len(ages), dtype=np.int64), np.zeros(n_accounts, dtype=np.int64)
    for name in sorted(by_shape):
        shape = in_one(by_shape.pop(name))
        keep, pairs = _without_twins(shape, ages if name == "accounts" and ages.any() else None)
        shapes[name] = shape = _only(shape, keep)
        twins.update(pairs)
        of_source += np.bincount(source_of(shape.origin), minlength=len(ages))
        if name != "accounts":
            of_account += np.bincount(shape.account, minlength=n_accounts)
    return shapes, Ledger(shapes.get("accounts"), of_source, of_account, twins)


def source_of(origins: Int64s) -> Int64s:
    """The source numbers of origins."""
    return origins >> RECORD_BITS


def in_one(parts: list[Coded]) -> Coded:
    """Join rows of one shape; the parts are used up."""
    sizes = [len(part) for part in parts]
    same = all(part.last is part.first or np.array_equal(part.last[:], part.first[:]) for part in parts)
    columns = [part.column for part in parts if part.column is not None]
    cells: dict[Cell, dict[int, Int32s]] = {}
    for number, part in enumerate(parts):
        for cell, codes in part.cells.items():
            cells.setdefault(cell, {})[number] = codes
    attributes = [list(codes) for codes in zip(*(part.attributes for part in parts), strict=True)]
    origin, account, count = ([getattr(part, name) for part in parts] for name in ("origin", "account", "count"))
    first, last = [part.first for part in parts], [] if same else [part.last for part in parts]
    parts.clear()

    def times_of_rows() -> tuple[Moments, Moments]:
        began = Moments.joined(first)
        first.clear()
        return began, began if same else Moments.joined(last)

    # of ten million accounts a third of a gigabyte each, and what takes longest is that the system clears it
    (origins, by_cell), (accounts, (began, ended), by_column) = run_two(
        lambda: (_used_up(origin), {cell: _spread(cells.pop(cell), sizes) for cell in sorted(cells)}),
        lambda: (_used_up(account), times_of_rows(), _used_up(columns) if columns else None),
    )
    return Rows(
        origins,
        accounts,
        began,
        ended,
        _used_up(count),
        by_column,
        by_cell,
        tuple(map(_used_up, attributes)),
    )


def _used_up(arrays: list[NDArray[_Number]]) -> NDArray[_Number]:
    """Join arrays, and free the parts."""
    joined = np.concatenate(arrays)
    arrays.clear()
    return joined


def _spread(by_part: dict[int, Int32s], sizes: list[int]) -> Int32s:
    """A column over all parts, -1 where a part has no such column."""
    return np.concatenate([by_part.get(number, np.full(size, -1, dtype=np.int32)) for number, size in enumerate(sizes)])


# --- duplicates -------------------------------------------------------------------------------------------------------

_ODD: Final = np.uint64(0x9E3779B97F4A7C15)
_CHUNK: Final = 1 << 20


def _without_twins(shape: Coded, ages: Int64s | None) -> tuple[Bools, dict[int, int]]:
    keep = np.ones(len(shape), dtype=bool)
    columns = [] if shape.column is None else [shape.column]
    times = [shape.first] if shape.last is shape.first else [shape.first, shape.last]
    keys = [shape.account, *times, shape.count, *columns, *shape.cells.values(), *shape.attributes]  # all but the place
    mixed = _mix(keys, len(shape))
    ordered = np.sort(mixed)
    repeated = np.unique(ordered[1:][ordered[1:] == ordered[:-1]])
    if not len(repeated):
        return keep, {}
    place = np.minimum(np.searchsorted(repeated, mixed), len(repeated) - 1)
    rows = np.flatnonzero(repeated[place] == mixed)
    parts = [key[rows] for key in keys]
    first = [] if ages is None else [ages[source_of(shape.origin[rows])]]
    order = np.lexsort([shape.origin[rows], *first, *parts])
    rows = rows[order]
    equal = np.ones(len(rows) - 1, dtype=bool)
    for part in parts:
        equal &= part[order][1:] == part[order][:-1]
    leader = np.maximum.accumulate(np.where(np.concatenate([[True], ~equal]), np.arange(len(rows)), 0))
    twin = np.flatnonzero(np.concatenate([[False], equal]))
    keep[rows[twin]] = False
    origins = shape.origin[rows]
    return keep, dict(zip(origins[twin].tolist(), origins[leader[twin]].tolist(), strict=True))


def _mix(keys: list[NDArray[np.signedinteger] | Moments], size: int) -> NDArray[np.uint64]:
    """A 64-bit mix of each row's integers; equal rows have equal mixes."""
    mixed = np.zeros(size, dtype=np.uint64)
    map_threads(lambda start: _mix_part(keys, mixed, start), range(0, size, _CHUNK))
    return mixed


def _mix_part(keys: list[NDArray[np.signedinteger] | Moments], mixed: NDArray[np.uint64], start: int) -> None:
    part = mixed[start : start + _CHUNK]
    for key in keys:
        part ^= key[start : start + _CHUNK].astype(np.int64).view(np.uint64)
        part *= _ODD
        part ^= part >> np.uint64(29)
