"""Raw coded records in, distinct sightings out.

Each distinct raw value is normalised once, however many rows have it. Values become numbers in the order of type name
and UTF-8 bytes, rows are sorted by account and signal and merged, so the result is the same whatever the order of rows,
the numbering of values, or the split into files.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graphlink.kernels import (
    bucket_signals,
    merge_buckets,
    refine_order,
    rows_flagged,
    sort_buckets,
    text_keys,
    values_used,
)
from graphlink.model import NO_TIME, BadSighting, NormalisedSightings, Notice, Sightings
from graphlink.signals.arrow import bytes_of, flags, only

if TYPE_CHECKING:
    from graphlink.model import (
        Accounts,
        Bools,
        Column,
        Int16s,
        Int32s,
        Int64s,
        Normalised,
        RawSightings,
        SignalTable,
    )


def normalise_sightings(raw: RawSightings, accounts: Accounts, table: SignalTable) -> NormalisedSightings:
    """Turn rows as read into distinct sightings.

    Parameters
    ----------
    raw
        Rows in any order. A row with a malformed value takes all rows of its origin with it.
    accounts
        All accounts, sorted by id, with or without sightings; holds every id of ``raw``.
    table
        The signal types of the run; knows every column of ``raw``.

    Returns
    -------
    NormalisedSightings
        Sightings by account and signal with the earliest first and the latest last time and the sum of counts; only
        signals and types that occur are numbered.

    Raises
    ------
    ValueError
        If ``accounts`` lacks an id of ``raw``.
    """
    columns = [table.columns[name] for name in raw.columns]
    found = [column.normalise(values) for column, values in zip(columns, raw.values, strict=True)]
    first_value = _starts([len(values) for values in raw.values])

    kept, bad = _without_bad_rows(raw, found, first_value)
    placeholders = _count_placeholders(raw, columns, found, first_value, kept)
    notices = _notices(raw, found)
    used = np.split(values_used(raw.column, raw.value, first_value, kept), first_value[1:-1])
    names = sorted({name for each in found for name in each.signals})
    signal_type, signal_value, codes = _number_signals(names, found, used)
    del found, used  # as large as the values themselves, and what follows needs the room
    layout, flat = _flattened(codes)
    del codes

    account = _numbers_of(raw.account_ids, accounts)[raw.account]
    starts, keys = bucket_signals((account, raw.column, raw.value), kept, len(accounts), layout, flat)
    del account, flat
    starts_out = sort_buckets(starts, keys)
    merged = merge_buckets(starts, keys, starts_out, (raw.first_seen, raw.last_seen, raw.count), NO_TIME)
    occurring = np.unique(signal_type)
    types = tuple(table.types[names[number]] for number in occurring.tolist())
    signal_type = np.searchsorted(occurring, signal_type).astype(np.int16)
    return NormalisedSightings(
        Sightings(accounts, types, signal_type, signal_value, *merged[:5]),
        placeholders,
        bad,
        notices,
        origin=raw.origin[merged[5]],
    )


def _starts(sizes: list[int]) -> Int64s:
    starts: Int64s = np.concatenate([[0], np.cumsum(sizes, dtype=np.int64)]).astype(np.int64)
    return starts


def _without_bad_rows(
    raw: RawSightings, found: list[Normalised], first_value: Int64s
) -> tuple[Bools, tuple[BadSighting, ...]]:
    """Which rows stay once all rows of an origin with a malformed value are gone, and those values."""
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
    rows = np.flatnonzero(rows_flagged(raw.column, raw.value, first_value, malformed))
    kept = ~np.isin(raw.origin, np.unique(raw.origin[rows]))
    bad = {
        BadSighting(origin, raw.columns[column], *reasons[column, value])
        for origin, column, value in zip(
            raw.origin[rows].tolist(), raw.column[rows].tolist(), raw.value[rows].tolist(), strict=True
        )
    }
    return kept, tuple(sorted(bad))


def _number_signals(
    names: list[str], found: list[Normalised], used: list[Bools]
) -> tuple[Int16s, pa.StringArray, list[list[Int32s]]]:
    """Number all signals that occur by type name and UTF-8 bytes.

    Returns
    -------
    tuple
        The type of each signal (its place in ``names``), its value, and for each column one array per
        type: the signal of each raw value, -1 for none.
    """
    types: list[Int16s] = []
    texts: list[pa.StringArray] = []
    codes: list[list[Int32s]] = [[] for _ in found]
    for number, name in enumerate(names):
        yielding = [column for column, each in enumerate(found) if name in each.signals]
        arrays = [only(found[column].signals[name], used[column]) for column in yielding]
        values, code = _distinct_sorted(pa.chunked_array(arrays, pa.string()))
        code[code >= 0] += sum(map(len, texts))
        for column, part in zip(yielding, np.split(code, np.cumsum([len(each) for each in arrays])[:-1]), strict=True):
            codes[column].append(part)
        types.append(np.full(len(values), number, dtype=np.int16))
        texts.append(values)
    if not names:
        return np.empty(0, dtype=np.int16), pa.array([], pa.string()), codes
    return np.concatenate(types), pa.concat_arrays(texts), codes


def _distinct_sorted(values: pa.ChunkedArray) -> tuple[pa.StringArray, Int32s]:
    """Distinct values in the order of their bytes, and for each value its place among them, -1 for none.

    The same as a dictionary, sorted, which took three times as long.
    """
    present = flags(values.is_valid())
    texts = values.drop_null().combine_chunks()
    offsets, data = bytes_of(texts)
    keys = text_keys(offsets, data)
    order = np.argsort(keys)
    differs = refine_order(offsets, data, keys, order)
    place = np.empty(len(order), dtype=np.int32)
    place[order] = np.cumsum(differs, dtype=np.int32) - 1
    code = np.full(len(present), -1, dtype=np.int32)
    code[present] = place
    return texts.take(pa.array(order[differs])), code


def _numbers_of(ids: pa.StringArray, accounts: Accounts) -> Int32s:
    numbers = pc.index_in(ids, value_set=accounts.ids)
    if numbers.null_count:
        raise ValueError(f"{numbers.null_count} account ids of the rows are not among the accounts; read both again")
    result: Int32s = numbers.to_numpy()
    return result


def _flattened(codes: list[list[Int32s]]) -> tuple[Int64s, Int32s]:
    """Put the signals of each raw value side by side: where a column begins and how many a value has, and all codes."""
    stacked = [np.stack(each, axis=1) if each else np.empty((0, 0), dtype=np.int32) for each in codes]
    starts = _starts([each.size for each in stacked])[:-1]
    widths = np.array([each.shape[1] for each in stacked], dtype=np.int64)
    flat = np.concatenate([each.ravel() for each in stacked]) if stacked else np.empty(0, dtype=np.int32)
    return np.stack([starts, widths]), flat


def _count_placeholders(
    raw: RawSightings, columns: list[Column], found: list[Normalised], first_value: Int64s, kept: Bools
) -> dict[str, int]:
    """Count kept rows whose value is unlinkable, by the first type of their column."""
    if not found:
        return {}
    unlinkable = np.concatenate([each.unlinkable for each in found])
    rows = kept & rows_flagged(raw.column, raw.value, first_value, unlinkable)
    per_column = np.bincount(raw.column[rows], minlength=len(columns))
    counts: dict[str, int] = {}
    for column, n_rows in zip(columns, per_column.tolist(), strict=True):
        if n_rows:
            counts[column.types[0]] = counts.get(column.types[0], 0) + n_rows
    return dict(sorted(counts.items()))


def _notices(raw: RawSightings, found: list[Normalised]) -> tuple[Notice, ...]:
    """What the normalisers had to say, each with its column."""
    return tuple(
        Notice(each.code, f"column {name}: {each.text}", each.about_files)
        for name, normalised in sorted(zip(raw.columns, found, strict=True), key=lambda pair: pair[0])
        for each in normalised.notices
    )
