"""Raw coded records in, distinct sightings out.

Each distinct raw value is normalised once, however many rows have it. Values become numbers in the order of type name
and UTF-8 bytes, rows are sorted by account and signal and merged, so the result is the same whatever the order of rows,
the numbering of values, or the split into files.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from graphlink.engine.arrays import bytes_of, narrowed
from graphlink.engine.kernels import reading as loops
from graphlink.engine.kernels.basic import count_bearers
from graphlink.engine.threads import map_threads, run_two
from graphlink.model.arrays import Bools, Int16s, Int32s, Int64s, Wholes
from graphlink.model.families import MAIL_DOMAIN
from graphlink.model.rows import Notice
from graphlink.model.sightings import Accounts, BadSighting, NormalisedSightings, RawSightings, Sightings
from graphlink.model.signals import Column, Normalised, SignalTable, SignalType
from graphlink.model.times import NO_TIME, Moments
from graphlink.reading.columns.codebook import coded
from graphlink.reading.normalise.arrow import flags, only
from graphlink.words.escape import printable


@dataclass(frozen=True, slots=True, eq=False)
class Understood:
    """What the distinct values of raw sightings mean, column by column, and which rows therefore stay."""

    columns: tuple[Column, ...]
    found: list[Normalised]
    """Emptied once the signals are numbered."""
    first_value: Int64s
    """Values of column c are numbered from here on."""
    kept: Bools
    bad: tuple[BadSighting, ...]


def understand_values(raw: RawSightings, table: SignalTable) -> Understood:
    """Normalise each distinct value; a row with a malformed one takes all rows of its origin with it."""
    columns = tuple(table.columns[name] for name in raw.columns)
    found = map_threads(lambda pair: pair[0].normalise(pair[1]), zip(columns, raw.values, strict=True))
    first_value = _starts([len(values) for values in raw.values])
    kept, bad = _without_bad_rows(raw, found, first_value)
    return Understood(columns, found, first_value, kept, bad)


def merge_sightings(
    raw: RawSightings, understood: Understood, accounts: Accounts, table: SignalTable
) -> NormalisedSightings:
    """Turn rows whose values are understood into distinct sightings.

    Parameters
    ----------
    raw
        Rows in any order. They are used up: what is merged is let go of, since ten million accounts leave no room for
        rows and sightings side by side.
    understood
        What ``understand_values`` made of them, used up as well.
    accounts
        All accounts, sorted by id, with or without sightings; ``raw`` has their numbers.
    table
        The signal types of the run; knows every column of ``raw``.

    Returns
    -------
    NormalisedSightings
        Sightings by account and signal with the earliest first and the latest last time and the sum of counts; only
        signals and types that occur are numbered.
    """
    raw.let_go("values")
    placeholders, void = _count_placeholders(raw, understood)
    notices = (*_notices(raw, understood.found), *void)
    names = sorted({name for each in understood.found for name in each.signals})
    signal_type, signal_value, buckets = _lay_out(raw, understood, names, accounts)
    raw.let_go("account", "column", "value")
    account, signal, first, last, count, origin = _merged(raw, *buckets)
    occurring = np.unique(signal_type)
    types = tuple(table.types[names[number]] for number in occurring.tolist())
    place = np.zeros(len(names), dtype=np.int16)
    place[occurring] = np.arange(len(occurring))
    signal_type = place[signal_type]
    sightings = Sightings(accounts, types, signal_type, signal_value, account, signal, first, last, count)
    return NormalisedSightings(sightings, placeholders, understood.bad, (*notices, *_too_few(types)), origin)


def _lay_out(
    raw: RawSightings, understood: Understood, names: list[str], accounts: Accounts
) -> tuple[Int16s, pa.StringArray, tuple[Int64s, NDArray[np.uint64]]]:
    """The type of each signal (its place in ``names``), its value, and the rows by account (``bucket_signals``)."""
    found, first_value, kept = understood.found, understood.first_value, understood.kept
    used = np.split(loops.values_used(raw.column, raw.value, first_value, kept), first_value[1:-1])
    types, values, codes = _number_signals(names, found, used)
    found.clear()
    layout, flat = _flattened(codes)
    codes.clear()
    rows = (raw.account, raw.column, raw.value)
    (signal_type, signal_value), buckets = run_two(
        lambda: (np.concatenate(types), pa.concat_arrays(values)),
        lambda: loops.bucket_signals(rows, kept, len(accounts), layout, flat),
    )
    return signal_type, signal_value, buckets


def forget_lone_values(sightings: Sightings) -> Sightings:
    """Drop values that only one account has: they link nobody, and no output names them.

    Most values are such. Mail domains stay, because their providers are looked up later.
    """
    borne = count_bearers(sightings.signal, len(sightings.signal_type))
    is_domain = np.array([each.name == MAIL_DOMAIN for each in sightings.types], dtype=np.bool_)
    named = pa.array((borne > 1) | is_domain[sightings.signal_type])
    return replace(sightings, signal_value=pc.if_else(named, sightings.signal_value, pa.scalar("", pa.string())))


def _merged(
    raw: RawSightings, starts: Int64s, keys: NDArray[np.uint64]
) -> tuple[Int32s, Int32s, Moments, Moments, Wholes, Int64s]:
    """Merge equal signals of an account: account, signal, first and last time, count, and where the first is from.

    Accounts are independent of each other, so threads take some each.
    """
    n_accounts = len(starts) - 1
    ends = np.linspace(0, n_accounts, 1 + min(_PARTS, max(1, n_accounts))).astype(np.int64).tolist()
    parts = list(pairwise(ends))
    table = np.zeros(len(starts), dtype=np.int64)
    map_threads(lambda part: loops.sort_buckets(*part, starts, keys, table), parts)
    np.cumsum(table, out=table)
    size = int(table[-1])
    account, signal, shown = (np.empty(size, dtype=np.int32) for _ in range(3))
    map_threads(lambda part: loops.name_buckets(*part, starts, keys, table, account, signal), parts)

    def merge(name: str, how: int) -> Int64s:
        by_row = getattr(raw, name)[:].astype(np.int64, copy=False)
        raw.let_go(name)
        merged = np.empty(size, dtype=np.int64)

        def merge_part(part: tuple[int, int]) -> None:
            loops.merge_column(*part, starts, keys, table, by_row, how, NO_TIME, merged, shown)

        map_threads(merge_part, parts)
        return merged

    def origins() -> Int64s:
        of_shown = raw.origin[shown]
        raw.let_go("origin")
        return of_shown

    first = Moments.of(merge("first_seen", loops.EARLIEST))
    last = Moments.of(merge("last_seen", loops.LATEST))
    count, origin = run_two(lambda: narrowed(merge("count", loops.SUM)), origins)
    return account, signal, first, last, count, origin


_PARTS: Final = 16
"""More than there are threads, so that none waits long for another."""


def _starts(sizes: list[int]) -> Int64s:
    starts: Int64s = np.concatenate([[0], np.cumsum(sizes, dtype=np.int64)]).astype(np.int64)
    return starts


def _without_bad_rows(
    raw: RawSightings, found: Sequence[Normalised], first_value: Int64s
) -> tuple[Bools, tuple[BadSighting, ...]]:
    """A mask of the rows without those of origins with a malformed value, and these values."""
    reasons = {
        (column, each.index): (each.code, each.reason)
        for column, normalised in enumerate(found)
        for each in normalised.bad
    }
    if not reasons:
        return np.ones(len(raw), dtype=np.bool_), ()
    malformed = np.zeros(first_value[-1], dtype=np.bool_)
    for column, index in reasons:
        malformed[first_value[column] + index] = True
    rows = np.flatnonzero(loops.rows_flagged(raw.column, raw.value, first_value, malformed))
    kept = ~np.isin(raw.origin, np.unique(raw.origin[rows]))
    bad = {
        BadSighting(origin, raw.columns[column], *reasons[column, value])
        for origin, column, value in zip(
            raw.origin[rows].tolist(), raw.column[rows].tolist(), raw.value[rows].tolist(), strict=True
        )
    }
    return kept, tuple(sorted(bad))


def _number_signals(
    names: list[str], found: Sequence[Normalised], used: list[Bools]
) -> tuple[list[Int16s], list[pa.StringArray], list[list[Int32s]]]:
    """Number all signals that occur by type name and UTF-8 bytes.

    Returns
    -------
    tuple
        The type of each signal (its place in ``names``) and its value, in pieces; and for each column one array per
        type: the signal of each raw value, -1 for none.
    """
    types: list[Int16s] = []
    texts: list[pa.StringArray] = []
    codes: list[list[Int32s]] = [[] for _ in found]
    yielding = [[column for column, each in enumerate(found) if name in each.signals] for name in names]

    def distinct(number: int) -> tuple[pa.StringArray, Int32s]:
        arrays = [only(found[column].signals[names[number]], used[column]) for column in yielding[number]]
        return _distinct_sorted(pa.chunked_array(arrays, pa.string()))

    n_texts = [sum(len(used[column]) for column in columns) for columns in yielding]
    largest_first = sorted(range(len(names)), key=n_texts.__getitem__, reverse=True)  # or all would wait for it
    made = dict(zip(largest_first, map_threads(distinct, largest_first), strict=True))
    for number in range(len(names)):
        values, code = made.pop(number)
        code[code >= 0] += sum(map(len, texts))
        sizes = [len(used[column]) for column in yielding[number]]
        for column, part in zip(yielding[number], np.split(code, np.cumsum(sizes)[:-1]), strict=True):
            codes[column].append(part)
        types.append(np.full(len(values), number, dtype=np.int16))
        texts.append(values)
    return [np.empty(0, dtype=np.int16), *types], [pa.array([], pa.string()), *texts], codes


def _distinct_sorted(values: pa.ChunkedArray) -> tuple[pa.StringArray, Int32s]:
    """Distinct values in the order of their bytes, and for each value its place among them, -1 for none."""
    present = flags(values.is_valid())
    texts = values.drop_null().combine_chunks()
    if _are_repeated(texts):
        distinct, row = coded(texts)
        texts, place = _sorted(distinct)
        place = place[row]
    else:
        texts, place = _sorted(texts)
    code = np.full(len(present), -1, dtype=np.int32)
    code[present] = place
    return texts, code


_LOOKED_AT: Final = 1 << 16
_REPEATED: Final = 0.01
"""Of so many values, the share that repeat others from which on a dictionary comes first: it takes a fourth of the time
where most repeat others, as networks and mail domains do, and twice as long where none does."""


def _are_repeated(texts: pa.StringArray) -> bool:
    first = texts.slice(0, _LOOKED_AT)
    return len(first) - len(coded(first)[0]) > _REPEATED * len(first)


def _sorted(texts: pa.StringArray) -> tuple[pa.StringArray, Int32s]:
    """Distinct texts in the order of their bytes, and for each text its place among them.

    The first bytes decide most often. Arrow sorts the texts that tie; for all of them that takes three times as long.
    """
    keys = loops.text_keys(*bytes_of(texts))
    order = np.argsort(keys)
    keys = keys[order]
    differs = np.ones(len(order), dtype=np.bool_)
    differs[1:] = keys[1:] != keys[:-1]
    tied = np.flatnonzero(~(differs & np.append(differs[1:], np.True_)))
    if len(tied):
        some = texts.take(pa.array(order[tied]))
        inner = pc.sort_indices(some)
        some = some.take(inner)
        order[tied] = order[tied][inner.to_numpy()]
        differs[tied[1:]] = pc.not_equal(some.slice(1), some.slice(0, len(some) - 1)).to_numpy(zero_copy_only=False)
    place = np.empty(len(order), dtype=np.int32)
    place[order] = np.cumsum(differs, dtype=np.int32) - 1
    return texts.take(pa.array(order[differs])), place


def _flattened(codes: list[list[Int32s]]) -> tuple[Int64s, Int32s]:
    """Put the signals of each raw value side by side: where a column begins and how many a value has, and all codes."""
    stacked = [np.stack(each, axis=1) if each else np.empty((0, 0), dtype=np.int32) for each in codes]
    starts = _starts([each.size for each in stacked])[:-1]
    widths = np.array([each.shape[1] for each in stacked], dtype=np.int64)
    flat = np.concatenate([each.ravel() for each in stacked]) if stacked else np.empty(0, dtype=np.int32)
    return np.stack([starts, widths]), flat


def _count_placeholders(raw: RawSightings, understood: Understood) -> tuple[dict[str, int], tuple[Notice, ...]]:
    """Count kept rows whose value links nobody, by the first type of their column; notices name what has few others."""
    columns = understood.columns
    if not columns:
        return {}, ()
    unlinkable = np.concatenate([each.unlinkable for each in understood.found])
    rows = understood.kept & loops.rows_flagged(raw.column, raw.value, understood.first_value, unlinkable)
    n_void, n_kept = (np.bincount(raw.column[each], minlength=len(columns)) for each in (rows, understood.kept))
    counts: Counter[str] = Counter()
    asked: Counter[str] = Counter()
    for column, void, kept in zip(columns, n_void.tolist(), n_kept.tolist(), strict=True):
        counts[column.types[0]] += void
        asked[column.types[0]] += kept
    counts = +counts  # without types that have none
    return dict(sorted(counts.items())), tuple(_tell_void(counts, asked))


def _tell_void(counts: Counter[str], asked: Counter[str]) -> Iterator[Notice]:
    """Notices for types with hardly a value that can link: trials are often made with reserved values."""
    for name, n in sorted(counts.items()):
        if n >= _NEARLY_ALL * asked[name]:
            one = asked[name] == 1
            stand, are = ("value of {} stands", "is") if one else ("values of {} stand", "are")
            what = f"{n:,} of {asked[name]:,} {stand.format(printable(name))} for nothing or {are} reserved"
            why = "as private addresses and example.com are; they link nobody"
            yield Notice("GL327", f"{what}, {why}", about_files=False)


_NEARLY_ALL: Final = 0.9


def _too_few(types: Sequence[SignalType]) -> Iterator[Notice]:
    """Say that nothing can be found where nothing corroborates anything."""
    families = sorted({each.family for each in types})
    if len(families) < 2:  # noqa: PLR2004  one corroborates another
        shown = f"all signals are of one family ({printable(families[0])})" if families else "no value tells anything"
        yield Notice("GL314", f"{shown}; rings are found only where two families agree", about_files=False)


def _notices(raw: RawSightings, found: Sequence[Normalised]) -> tuple[Notice, ...]:
    """The notices of the normalisers, each with its column."""
    return tuple(
        Notice(each.code, f"column {name}: {each.text}", each.about_files)
        for name, normalised in sorted(zip(raw.columns, found, strict=True), key=lambda pair: pair[0])
        for each in normalised.notices
    )
