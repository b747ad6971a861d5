"""Batches of text in, rows of integers out: ids and values become numbers, times microseconds, and bad cells rejects.

The first mistake of a row counts. Only integers are kept: ten million rows take a few hundred megabytes.
"""

import difflib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Generic, TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graphlink.config.settings import ReadingConfig
from graphlink.engine.arrays import narrowed
from graphlink.engine.threads import run_two
from graphlink.model.arrays import Bools, Int16s, Int32s, Int64s, Wholes
from graphlink.model.fields import ACCOUNT, ATTRIBUTES, COUNT, CREATED, FIRST, LAST, SEEN, TYPE, VALUE
from graphlink.model.rows import Reject, RowCounts
from graphlink.model.signals import SignalTable
from graphlink.model.times import NO_TIME, Moments
from graphlink.reading.columns.codebook import Codebook, coded
from graphlink.reading.columns.layout import Layout, column_of, type_name
from graphlink.reading.columns.suggestions import could_be_type
from graphlink.reading.columns.text_checks import EMPTY, FINE, REASONS, judge_texts
from graphlink.reading.columns.times import TimeRule, read_times
from graphlink.reading.formats.batch import Batch
from graphlink.reading.normalise.text import whole_numbers
from graphlink.reading.sources.files import Source
from graphlink.words.errors import InputError, Place
from graphlink.words.escape import printable

RECORD_BITS: Final = 40
"""An origin is the number of the source above so many bits of record number."""
_IGNORED: Final = -2

_NAMED: Final = 12
"""Unknown types that a message names."""


# --- rows -------------------------------------------------------------------------------------------------------------


_Text = TypeVar("_Text")
Cell = tuple[str, int]
"""A signal column and which of its name it is: two columns may yield the same type."""


@dataclass(frozen=True, slots=True, eq=False)
class Rows(Generic[_Text]):
    """Accepted rows of one shape, as columns of one length; a missing time is ``NO_TIME``."""

    origin: Int64s
    account: _Text
    first: Moments
    last: Moments
    count: Wholes
    column: Int16s | None
    """Long shape: number of the column in ``Coder.columns``, -1 for a type that is left out."""
    cells: Mapping[Cell, _Text]
    """The signal columns; in the long shape there is one, named for the field."""
    attributes: tuple[_Text, ...]
    """Plan, country and status of accounts; empty for other rows."""

    def __len__(self) -> int:
        return len(self.origin)


Column = tuple["pa.StringArray", "Int32s"]
"""Texts, and the place of each row's among them; -1 for none."""
Accepted = Rows[Column]
"""The rows of one batch that stay, their texts not yet numbered."""
Coded = Rows[Int32s]
"""Rows whose texts are numbered; a missing one is -1."""


@dataclass(slots=True)
class Tally:
    """What happened to the rows of one source, and what is worth a notice."""

    n_records: int = 0
    rejects: list[Reject] = field(default_factory=list)
    out_of_window: int = 0
    types_asked: Counter[str] = field(default_factory=Counter)
    types_outside: Counter[str] = field(default_factory=Counter)
    """Where there is a window, sightings by type, and those of them that lie outside it."""
    duplicates: int = 0
    n_blank: int = 0
    n_trimmed: int = 0
    n_empty: int = 0
    n_ignored: int = 0
    n_ambiguous: int = 0
    n_uncut: int = 0
    unknown_types: Counter[str] = field(default_factory=Counter)
    """Rows by a type that nobody declared, in the order in which they came."""
    unknown_at: int | None = None
    """Line of the first of them."""
    has_known_type: bool = False
    has_types_for_values: bool = False
    """Whether a value of an unknown type, before any known one, is the name of a type."""
    n_timed: int = 0
    """Rows that say when."""

    def counts(self) -> RowCounts:
        """Every row, accounted for."""
        rejected = len(self.rejects)
        accepted = self.n_records - rejected - self.out_of_window - self.duplicates
        return RowCounts(self.n_records, accepted, rejected, self.duplicates, self.out_of_window)


class Coder:
    """Codes the batches of all sources into one numbering."""

    def __init__(
        self, table: SignalTable, reading: ReadingConfig, ignore_types: tuple[str, ...], mapped: Mapping[str, str]
    ) -> None:
        self._table = table
        self.reading = reading
        self._ignored = frozenset(map(type_name, ignore_types))
        self._mapped = dict(mapped)
        self.nothing = frozenset(reading.null_tokens)
        self.accounts = Codebook()
        self.values = Codebook()
        self.attributes = tuple(Codebook() for _ in ATTRIBUTES)
        self.columns: list[str] = []

    def accept(self, batch: Batch, layout: Layout, source: Source, number: int, tally: Tally) -> Accepted:
        """Judge one batch: the rows that stay; the others go to the tally."""
        return _BatchCoder(self, batch, layout, source, tally).accept(source.settings.times, number)

    def number(self, rows: Accepted) -> Coded:
        """Number the texts of rows. Other batches may be judged at the same time, but not numbered."""
        accounts, values = run_two(
            lambda: self.accounts.number(*rows.account),
            lambda: {cell: self.values.number(*column) for cell, column in rows.cells.items()},
        )
        described = zip(self.attributes, rows.attributes, strict=False)  # none but accounts are
        attributes = tuple(book.number(*column) for book, column in described)
        return Rows(rows.origin, accounts, rows.first, rows.last, rows.count, rows.column, values, attributes)

    def column_number(self, name: str) -> int:
        """Number of a column of the signal table."""
        if name not in self.columns:
            self.columns.append(name)
        return self.columns.index(name)

    # what the batches ask

    def type_number(self, name: str) -> int | None:
        """Number of the column of a signal type; -2 if it is left out, None if it is unknown."""
        plain = type_name(name)
        if plain in self._ignored:
            return _IGNORED
        found = column_of(self._table, self._mapped.get(plain, name))
        return None if found is None else self.column_number(found.name)

    def is_type(self, name: str) -> bool:
        """Whether a text is the very name of a type."""
        return type_name(name) in self._table.columns

    def known_types(self, near: str) -> str:
        """Name the types that were perhaps meant."""
        close = difflib.get_close_matches(type_name(near), list(self._table.columns), n=3)
        return ", ".join(close or sorted(self._table.types))


_MOST_TYPES: Final = 1_000
"""Unknown types from which on they are values: nobody has so many kinds of them."""


def unknown_types(name: str, tally: Tally, layout: Layout, coder: Coder, why: str = "") -> InputError:
    """Refuse a source for the unknown types in its rows; a text of one row may be anything, and is not shown."""
    rows = tally.unknown_types
    often = [each for each in rows if rows[each] > 1]
    several = len(rows) > 1
    if tally.has_types_for_values and not tally.has_known_type:
        why = why or "with known types for values, as if the columns had changed places"
    counted = f"{len(rows):,} unknown signal types" if several else "an unknown signal type"
    types, values = (layout.names[layout.fields[ours]] for ours in (TYPE, VALUE))
    if why:
        what = f"{counted}, {why}"
        fix = (
            f"put types into `{printable(types)}` and values into `{printable(values)}`; if these are types, declare "
            "each in `[signals.NAME]`, with _ for a dot or a space, or list it in `ignore_types`"
        )
    elif not often:
        what = f"{counted}, {'each ' if several else ''}in one row alone, and no known one"
        fix = f"declare {'each' if several else 'it'} in `[signals.NAME]`, or list it in `ignore_types`"
    else:
        what = f"no known signal type, but {shown_types(often, len(rows))}"
        own = type_name(often[0])
        section = f"`[signals.{own if own.isascii() else 'NAME'}]`"
        fix = f"declare {f'each, as in {section}' if several else f'it in {section}'}, or list it in `ignore_types`"
    near = next(iter(often or rows))
    return InputError("GL124", Place(name, tally.unknown_at, types), f"{what}; known: {coder.known_types(near)}", fix)


def shown_types(names: Sequence[str], n: int) -> str:
    """Name types, and count the others of ``n``."""
    named = ", ".join(f"`{printable(name)}`" for name in names[:_NAMED])
    return named + (f" and {n - len(names[:_NAMED]):,} more" if n > len(names[:_NAMED]) else "")


class _BatchCoder:
    """The work on one batch: judge every cell, set bad rows aside, code the rest."""

    def __init__(self, coder: Coder, batch: Batch, layout: Layout, source: Source, tally: Tally) -> None:
        self._coder = coder
        self._batch = batch
        self._layout = layout
        self._name = source.name
        self._rule = source.settings.ids
        self._tally = tally
        self._size = len(batch.records)
        self._bad: dict[int, tuple[str, str, str]] = {}
        """Row: column, code, reason; the first mistake of a row counts."""

    def accept(self, times: TimeRule, number: int) -> Accepted:
        account = self._texts(self._layout.fields[ACCOUNT], is_id=True)
        column = self._types() if TYPE in self._layout.fields else None
        cells: dict[Cell, Column] = {}
        for name, position in self._cell_columns():
            cells[name, sum(name == other for other, _ in cells)] = self._texts(position)
        attributes = self._attributes()
        first, last = self._times(times)
        count = self._counts()
        keep = self._set_aside()
        inside = self._in_window(first, last, keep)
        if self._layout.shape != "accounts" and self._coder.reading.window != (NO_TIME, NO_TIME):
            self._tally.types_asked += self._by_type(column, cells, keep)
            self._tally.types_outside += self._by_type(column, cells, keep & ~inside)
        keep &= inside
        self._tally.n_timed += int(np.count_nonzero(first[keep] != NO_TIME))
        began = Moments.of(first[keep])
        return Rows(
            (np.int64(number) << RECORD_BITS) + self._batch.records[keep],
            (account[0], account[1][keep]),
            began,
            began if last is first else Moments.of(last[keep]),
            narrowed(count[keep]),
            None if column is None else column[keep],
            {cell: (texts, codes[keep]) for cell, (texts, codes) in cells.items()},
            tuple((texts, codes[keep]) for texts, codes in attributes if self._layout.shape == "accounts"),
        )

    # --- cells ---

    def _cell_columns(self) -> list[tuple[str, int]]:
        if VALUE in self._layout.fields:
            return [(VALUE, self._layout.fields[VALUE])]
        return list(self._layout.signals)

    def _attributes(self) -> list[Column]:
        none = (pa.array([], pa.string()), np.full(self._size, -1, dtype=np.int32))
        fields = self._layout.fields
        return [self._texts(fields[ours]) if ours in fields else none for ours in ATTRIBUTES]

    def _texts(self, position: int, *, is_id: bool = False) -> Column:
        """Judge a column: its texts, and the place of each row's text among them; -1 for none."""
        column = self._batch.columns[position]
        once = position == self._layout.fields.get(TYPE)  # each type is counted once
        texts, codes = _texts_and_codes(column, once=once)
        reading = self._coder.reading
        limit = reading.max_id_bytes if is_id else reading.max_value_bytes
        judged = judge_texts(texts, limit, reading, self._rule if is_id else None)
        present = codes >= 0
        verdict = np.where(present, judged.verdict[codes] if len(judged.verdict) else EMPTY, EMPTY)
        self._tally.n_trimmed += int(judged.trimmed[codes[present]].sum())
        if judged.uncut is not None:
            self._tally.n_uncut += int(judged.uncut[codes[verdict == FINE]].sum())
        if not is_id and self._layout.fields.get(VALUE) == position:
            self._tally.n_empty += int((verdict == EMPTY).sum())
        for row in np.flatnonzero((verdict != FINE) & (is_id | (verdict != EMPTY))).tolist():
            code, reason = REASONS[int(verdict[row])]
            self._bad.setdefault(row, (self._layout.names[position], code, reason.format(limit=limit)))
        return judged.texts, np.where(verdict == FINE, codes, -1).astype(np.int32)

    def _types(self) -> Int16s:
        position = self._layout.fields[TYPE]
        texts, codes = self._texts(position)
        numbers = np.full(len(texts) + 1, _IGNORED, dtype=np.int16)
        is_unknown = np.zeros(len(texts) + 1, dtype=np.bool_)  # the last is that of codes of -1
        used, first, times = np.unique(codes, return_index=True, return_counts=True)
        used, first, times = used[used >= 0], first[used >= 0], times[used >= 0]
        unknown = {}
        names = texts.take(pa.array(used, pa.int32())).to_pylist()
        for code, row, n, name in zip(used.tolist(), first.tolist(), times.tolist(), names, strict=True):
            number = self._coder.type_number(name)
            if number is None:
                unknown[name] = row, n
                is_unknown[code] = True
            else:
                numbers[code] = number
        self._tally.has_known_type |= bool((numbers[codes] >= 0).any())
        if unknown:
            self._leave_out(unknown, is_unknown[codes])
        self._refuse(codes < 0, self._layout.names[position], "GL221", "the signal type is empty")
        column = numbers[codes]
        left_out = (column == _IGNORED) & (codes >= 0)
        self._tally.n_ignored += int((left_out & ~is_unknown[codes]).sum())
        return np.where(left_out, -1, column).astype(np.int16)

    def _leave_out(self, unknown: Mapping[str, tuple[int, int]], asked: Bools) -> None:
        """Leave out types that nobody declared, by first row and number of rows, unless some look like values."""
        tally = self._tally
        names = sorted(unknown, key=unknown.__getitem__)
        if not tally.unknown_types:
            tally.unknown_at = self._batch.place(int(self._batch.records[unknown[names[0]][0]])).line
        tally.unknown_types.update({name: unknown[name][1] for name in names})
        if not all(map(could_be_type, names)) or len(tally.unknown_types) > _MOST_TYPES:
            why = "some of which look like values" if len(tally.unknown_types) > 1 else "which looks like a value"
            raise unknown_types(self._name, tally, self._layout, self._coder, why)
        if not (tally.has_known_type or tally.has_types_for_values):
            texts, codes = _texts_and_codes(self._batch.columns[self._layout.fields[VALUE]], once=False)
            values = texts.take(pa.array(np.unique(codes[asked & (codes >= 0)]))).to_pylist()
            tally.has_types_for_values = any(map(self._coder.is_type, values))

    def _times(self, rule: TimeRule) -> tuple[Int64s, Int64s]:
        found = {ours: self._time(ours, rule) for ours in (SEEN, FIRST, LAST, CREATED) if ours in self._layout.fields}
        nothing = np.full(self._size, NO_TIME, dtype=np.int64)
        either = found.get(SEEN, found.get(CREATED, nothing))
        if FIRST not in found and LAST not in found:
            return either, either
        # Columns that are there may yet be empty, and must not hide `seen_at`.
        first, last = (
            np.where(each == NO_TIME, either, each) for each in (found.get(FIRST, nothing), found.get(LAST, nothing))
        )
        first, last = np.where(first == NO_TIME, last, first), np.where(last == NO_TIME, first, last)
        self._refuse(first > last, LAST, "GL245", "`last_seen` lies before `first_seen`")
        return first, last

    def _time(self, ours: str, rule: TimeRule) -> Int64s:
        position = self._layout.fields[ours]
        times = read_times(self._batch.columns[position], rule, self._coder.nothing)
        self._tally.n_ambiguous += times.ambiguous
        for row, (code, reason) in times.bad.items():
            self._bad.setdefault(row, (self._layout.names[position], code, reason))
        return times.instants

    def _counts(self) -> Wholes:
        if COUNT not in self._layout.fields:
            return np.ones(self._size, dtype=np.int8)
        position = self._layout.fields[COUNT]
        numbers, bad = read_counts(self._batch.columns[position], self._coder.nothing)
        self._refuse(bad, self._layout.names[position], "GL231", "no whole number above zero of at most 15 digits")
        return numbers

    def _refuse(self, rows: Bools, column: str, code: str, reason: str) -> None:
        for row in np.flatnonzero(rows).tolist():
            self._bad.setdefault(row, (column, code, reason))

    # --- rows ---

    def _set_aside(self) -> Bools:
        keep = np.ones(self._size, dtype=bool)
        rejects = list(self._batch.rejects)
        for row, (column, code, reason) in self._bad.items():
            keep[row] = False
            rejects.append(self._batch.place(int(self._batch.records[row])).reject(self._name, column, code, reason))
        self._tally.rejects += rejects
        self._tally.n_records += self._size + len(self._batch.rejects)
        self._tally.n_blank += self._batch.n_blank
        return keep

    def _by_type(self, column: Int16s | None, cells: Mapping[Cell, Column], rows: Bools) -> Counter[str]:
        """Count the sightings of rows by type."""
        if column is None:
            return Counter({name: int((rows & (codes >= 0)).sum()) for (name, _), (_, codes) in cells.items()})
        numbers = np.bincount(column[rows & (column >= 0)], minlength=len(self._coder.columns))
        return Counter(dict(zip(self._coder.columns, numbers.tolist(), strict=True)))

    def _in_window(self, first: Int64s, last: Int64s, keep: Bools) -> Bools:
        start, end = self._coder.reading.window
        if self._layout.shape == "accounts":
            return np.ones(self._size, dtype=np.bool_)
        is_early, is_late = (start != NO_TIME) & (last < start), (end != NO_TIME) & (first >= end)
        inside: Bools = (first == NO_TIME) | ~(is_early | is_late)
        self._tally.out_of_window += int((keep & ~inside).sum())
        return inside


_LOOKED_AT: Final = 1 << 10
"""Texts at the start of a batch that show whether most texts of the batch differ."""


def _texts_and_codes(column: pa.Array, *, once: bool) -> Column:
    """Texts of a column, and the place of each row's text among them; -1 for none.

    If most of the first texts differ, the texts of all rows are given as they are: finding the few repeats takes longer
    than judging them again. With ``once`` the texts are always distinct.
    """
    if not pa.types.is_dictionary(column.type):
        first = column.slice(0, _LOOKED_AT)
        if not once and 2 * len(first.unique()) > len(first):
            rows = np.arange(len(column), dtype=np.int32)
            if not column.null_count:
                return column, rows
            return column.fill_null(""), np.where(column.is_valid().to_numpy(zero_copy_only=False), rows, -1)
        return coded(column)
    indices = column.indices
    if indices.null_count:
        indices = indices.fill_null(-1)
    codes: Int32s = indices.to_numpy(zero_copy_only=False).astype(np.int32, copy=False)
    return column.dictionary, codes


_DIGITS: Final = 15
"""Digits of a count at most: many such can still be summed."""


def read_counts(column: pa.Array, nothing: frozenset[str]) -> tuple[Int64s, Bools]:
    """Counts of a column (1 where a cell means nothing), and a mask of the cells that are no counts."""
    if pa.types.is_integer(column.type):
        given = column.fill_null(1).to_numpy(zero_copy_only=False)
        bad = (given < 1) | (given >= 10**_DIGITS)
        return np.where(bad, 1, given).astype(np.int64), bad
    texts = whole_numbers(pc.utf8_trim_whitespace(pc.fill_null(column.cast(pa.string()), "")))
    whole = pc.match_substring_regex(texts, f"^[0-9]{{1,{_DIGITS}}}$").to_numpy(zero_copy_only=False)
    numbers: Int64s = pc.if_else(pa.array(whole), texts, "1").cast(pa.int64()).to_numpy(zero_copy_only=False).copy()
    empty = pc.is_in(texts, pa.array(["", *nothing])).to_numpy(zero_copy_only=False)
    return numbers, (~whole & ~empty) | (numbers == 0)
