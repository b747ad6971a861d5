"""Accounts, and the signals seen with each account.

Accounts and signals are numbered once, in the order of their UTF-8 bytes. All later stages use these integers, and
names return only in outputs.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from graphlink.model.times import Moments

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    import pyarrow as pa

    from graphlink.model.arrays import Bools, Int8s, Int16s, Int32s, Int64s, Wholes
    from graphlink.model.rows import Notice
    from graphlink.model.signals import SignalType


@dataclass(frozen=True, slots=True, eq=False)
class Accounts:
    """All accounts of a run, sorted by id, with the attributes from the export.

    Missing attributes are ``NO_TIME`` or code -1. ``plan``, ``country`` and ``status`` index into their ``…_names``.
    """

    ids: pa.StringArray
    created_at: Int64s
    plan: Wholes
    country: Wholes
    status: Wholes
    plan_names: tuple[str, ...] = ()
    country_names: tuple[str, ...] = ()
    status_names: tuple[str, ...] = ()

    def __len__(self) -> int:
        """The number of accounts."""
        return len(self.ids)

    def positions(self, ids: pd.Series[str]) -> Int64s:
        """The positions of accounts by id, -1 for unknown ids."""
        return positions_in_order(self.ids, ids)


@dataclass(frozen=True, slots=True, eq=False)
class Sightings:
    """Distinct (account, signal) pairs, sorted by account and signal.

    ``account`` indexes into ``accounts.ids`` and ``signal`` into ``signal_type`` and ``signal_value``, which are sorted
    by type name and value. ``signal_type`` indexes into ``types``, which are sorted by name.
    """

    accounts: Accounts
    types: tuple[SignalType, ...]
    signal_type: Int16s
    signal_value: pa.StringArray
    account: Int32s
    signal: Int32s
    first_seen: Moments
    last_seen: Moments
    count: Wholes

    def __len__(self) -> int:
        """The number of pairs."""
        return len(self.account)

    def only(self, rows: Bools | Int64s) -> Sightings:
        """Keep some pairs."""
        return replace(
            self,
            account=self.account[rows],
            signal=self.signal[rows],
            first_seen=self.first_seen.only(rows),
            last_seen=self.last_seen.only(rows),
            count=self.count[rows],
        )


@dataclass(frozen=True, slots=True, eq=False)
class Trace:
    """The position of each sighting in the exports: the row that shows it first.

    ``source`` indexes into ``sources``. ``line`` is the physical line of a text file, or the row of a table. Both are
    as long as the sightings. Unlike all other data, they depend on how the data was divided into files.
    """

    sources: tuple[str, ...]
    source: Int8s | Int32s
    line: Int32s | Int64s


@dataclass(slots=True, eq=False)
class RawSightings:
    """Rows as read, coded: each is one account seen with one raw value of one column.

    They are the largest data of all, and no later step needs all columns. Unlike other nouns, their columns can be
    freed one by one.
    """

    account: Int32s
    """Index into ``Accounts``."""
    column: Int16s
    """Index into ``columns``."""
    columns: tuple[str, ...]
    """Names known to ``SignalTable.columns``."""
    value: Int32s
    """Index into ``values[column]``."""
    values: tuple[pa.StringArray, ...]
    """Distinct raw values per column."""
    first_seen: Moments
    last_seen: Moments
    count: Wholes
    origin: Int64s
    """The position of the row. Entries of one wide row share it. Opaque outside the reader."""

    def __len__(self) -> int:
        """The number of pairs."""
        return len(self.origin)

    def let_go(self, *names: str) -> None:
        """Empty some columns, which frees their memory unless something else holds them."""
        for name in names:
            match getattr(self, name):
                case Moments(kept):
                    setattr(self, name, Moments(kept[:0].copy()))
                case tuple():
                    setattr(self, name, ())
                case column:
                    setattr(self, name, column[:0].copy())


class BadSighting(NamedTuple):
    """A malformed value and its position. All entries of its origin are left out."""

    origin: int
    column: str
    code: str
    reason: str


@dataclass(frozen=True, slots=True, eq=False)
class NormalisedSightings:
    """The results of normalising raw sightings. ``bad`` is sorted by origin and column."""

    sightings: Sightings
    placeholders: Mapping[str, int]
    """Entries rejected because their value is a placeholder or may never link, by the column's first type."""
    bad: tuple[BadSighting, ...]
    notices: tuple[Notice, ...]
    origin: Int64s
    """For each sighting, the origin of its first row: by earliest time, then by the order of the rows."""


def positions_in_order(texts: pa.StringArray, asked: pd.Series[str]) -> Int64s:
    """The positions of asked texts among distinct texts sorted by their bytes, -1 for unknown ones.

    The asked ones are sorted first, so that consecutive look-ups are close to each other. They are not hashed:
    strangers may choose them, and Arrow's hash has no key.
    """
    import numpy as np  # noqa: PLC0415  nouns are also imported where no arrays are needed: 0.2 s
    import pyarrow as pa  # noqa: PLC0415
    import pyarrow.compute as pc  # noqa: PLC0415

    wanted = pa.array(asked, texts.type).cast(texts.type)  # Arrow 17 keeps the type of a column of pandas 2
    wanted = wanted.combine_chunks() if isinstance(wanted, pa.ChunkedArray) else wanted
    order = pc.array_sort_indices(wanted)
    in_order = wanted.take(order)
    if hasattr(pc, "search_sorted"):
        found = pc.search_sorted(texts, in_order).to_numpy().astype(np.int64)
    else:  # Arrow 17 has none: the asked ones take their places among all, which is slower where few are asked
        both = pc.array_sort_indices(pa.chunked_array([in_order, texts]).cast(pa.large_string()).combine_chunks())
        is_known = both.to_numpy() >= len(in_order)
        found = np.cumsum(is_known, dtype=np.int64)[~is_known]
    found[found == len(texts)] = -1
    is_there = pc.equal(texts.take(pa.array(found, mask=found < 0)), in_order).fill_null(fill_value=False)
    positions: Int64s = np.empty(len(order), dtype=np.int64)
    positions[order.to_numpy()] = np.where(is_there.to_numpy(zero_copy_only=False), found, -1)
    return positions


def is_dated_by_creation(is_contact: Bools, first_seen: Int64s, created: Int64s) -> Bools:
    """Whether contact details are dated by their account's creation, because no sighting dates them."""
    stated: Bools = is_contact & (first_seen == created)
    return stated
