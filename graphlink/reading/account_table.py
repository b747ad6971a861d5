"""Accepted rows in the form of the signals stage: accounts sorted by id, and raw sightings.

Only accounts and values of accepted rows are kept; those of rejected rows alone leave no trace. Only the numbers of raw
values depend on the order of rows or files, and the next stage numbers them anew.
"""

from collections.abc import Iterable, Iterator
from functools import partial
from itertools import compress
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import DTypeLike, NDArray

from graphlink.engine.arrays import narrowed, renumbered
from graphlink.engine.threads import map_threads, run_two
from graphlink.model.arrays import Bools, Int16s, Int32s, Int64s
from graphlink.model.sightings import Accounts, RawSightings
from graphlink.model.times import NO_TIME, Moments
from graphlink.reading.coding import Coded, Coder
from graphlink.reading.columns.codebook import Codebook, as_text
from graphlink.reading.ledger import Ledger
from graphlink.reading.precedence import Precedence, values_of


def accounts_of(
    ledger: Ledger, coder: Coder, precedence: Precedence, among: pa.StringArray | None = None
) -> tuple[Accounts, Int32s]:
    """All accounts of the accepted rows, and for each id its place among them, -1 for those in no row.

    The ids are those that the ledger's rows have by number: the coder's, which are used up and live on in the accounts,
    or those that are given.
    """
    known = coder.accounts.texts() if among is None else among
    coder.accounts = Codebook()
    numbers = np.flatnonzero(ledger.accounts())
    ids = as_text(known.take(pa.array(numbers)), "account ids")
    order = pc.array_sort_indices(ids).to_numpy()
    place = np.full(len(known), -1, dtype=np.int32)
    place[numbers[order]] = np.arange(len(order), dtype=np.int32)
    described = ledger.described
    size = len(order)
    created = np.full(size, NO_TIME, dtype=np.int64)
    names: Iterable[tuple[str, ...]] = ((), (), ())
    chosen: Iterable[Int32s] = [np.full(size, -1, dtype=np.int32)] * 3
    if described is not None:
        account = place[described.account]
        first = described.first[:]
        timed = first != NO_TIME
        earliest = np.full(size, np.iinfo(np.int64).max, dtype=np.int64)
        np.minimum.at(earliest, account[timed], first[timed])
        created = np.where(earliest == np.iinfo(np.int64).max, NO_TIME, earliest)
        found = [values_of(number, described, account, size, coder, precedence) for number in range(3)]
        names, chosen = zip(*(_only_used(each.texts, each.chosen) for each in found), strict=True)
    plan, country, status = map(narrowed, chosen)
    return Accounts(ids.take(pa.array(order)), created, plan, country, status, *names), place


def raw_sightings(shapes: dict[str, Coded], coder: Coder, place: Int32s) -> RawSightings:
    """All accepted cells as raw sightings; ``place`` is that of ``accounts_of``.

    The shapes and the coder's values are used up: each column is freed once its cells stand in the result.
    """
    wide = {name for shape in shapes.values() if shape.column is None for name, _ in shape.cells}
    columns = sorted({*coder.columns, *wide})
    parts = [part for _, shape in sorted(shapes.items()) for part in _cells_of(shape, columns, coder.columns)]
    shapes.clear()
    filled = [part.filled for part in parts]
    column, value = [part.column for part in parts], [part.value for part in parts]
    account, origin = [part.shape.account for part in parts], [part.shape.origin for part in parts]
    first, last = [part.shape.first for part in parts], [part.shape.last for part in parts]
    count = [part.shape.count for part in parts]
    del parts
    joined_column, joined_value = _joined(column, None, np.int16), _joined(value, None, np.int32)
    known = coder.values.texts()
    coder.values = Codebook()  # the texts live on in ``values``, column by column
    own = partial(_own_values, known, joined_column, joined_value)
    values, (numbered, times, counts, origins) = run_two(
        lambda: map_threads(lambda column: own(*column), enumerate(columns)),
        lambda: (
            place[_joined(account, filled, np.int32)],
            (_moments(first, filled), _moments(last, filled)),
            _joined(count, filled, np.int8),
            _joined(origin, filled, np.int64),
        ),
    )
    return RawSightings(
        account=numbered,
        column=joined_column,
        columns=tuple(columns),
        value=joined_value,
        values=tuple(values),
        first_seen=times[0],
        last_seen=times[1],
        count=counts,
        origin=origins,
    )


def raw_without(raw: RawSightings, rejected: Int64s, place: Int32s) -> RawSightings:
    """The raw sightings without some rows, given by their origins; ``place`` has the new number of each account."""
    kept = ~np.isin(raw.origin, rejected)
    column, value = raw.column[kept], raw.value[kept]
    values = [_own_values(texts, column, value, number, raw.columns[number]) for number, texts in enumerate(raw.values)]
    return RawSightings(
        account=place[raw.account[kept]],
        column=column,
        columns=raw.columns,
        value=value,
        values=tuple(values),
        first_seen=raw.first_seen.only(kept),
        last_seen=raw.last_seen.only(kept),
        count=raw.count[kept],
        origin=raw.origin[kept],
    )


class _Cells(NamedTuple):
    """The filled cells of one column of a shape, or all those of the long shape."""

    shape: Coded
    filled: Bools
    column: Int16s
    value: Int32s


def _cells_of(shape: Coded, columns: list[str], coded: list[str]) -> Iterator[_Cells]:
    if shape.column is not None:
        (codes,) = shape.cells.values()
        filled = (codes >= 0) & (shape.column >= 0)
        number = np.array([columns.index(name) for name in coded], dtype=np.int16)
        yield _Cells(shape, filled, number[shape.column[filled]], codes[filled])
        return
    for (name, _), codes in shape.cells.items():
        filled = codes >= 0
        value = codes[filled]
        yield _Cells(shape, filled, np.full(len(value), columns.index(name), dtype=np.int16), value)


def _joined(parts: list[NDArray[Any]], filled: list[Bools] | None, kind: DTypeLike) -> NDArray[Any]:
    """Join the filled cells, and free the parts; the result may be the only part itself."""
    chosen = list(parts)
    if filled is not None:
        chosen = [part if mask.all() else part[mask] for part, mask in zip(parts, filled, strict=True)]
    joined: NDArray[Any] = np.concatenate(chosen) if len(chosen) > 1 else chosen[0] if chosen else np.empty(0, kind)
    parts.clear()
    return joined


def _moments(parts: list[Moments], filled: list[Bools]) -> Moments:
    """As ``_joined``."""
    chosen = [part if mask.all() else part.only(mask) for part, mask in zip(parts, filled, strict=True)]
    parts.clear()
    return Moments.joined(chosen)


def _own_values(
    known: pa.LargeStringArray | pa.StringArray, column: Int16s, value: Int32s, number: int, name: str
) -> pa.StringArray:
    """Number the values of one column by themselves, in place, and give them."""
    rows = np.flatnonzero(column == number)
    used, value[rows] = renumbered(value[rows], len(known))
    return as_text(known.filter(pa.array(used)), f"column {name}")


def _only_used(texts: tuple[str, ...], codes: Int32s) -> tuple[tuple[str, ...], Int32s]:
    used, place = renumbered(codes[codes >= 0], len(texts))
    chosen = np.full(len(codes), -1, dtype=np.int32)
    chosen[codes >= 0] = place
    return tuple(compress(texts, used.tolist())), chosen
