"""What questions are answered from: a run goes in, the files of ``results.stored_schema`` come out.

Everything is sorted and written on one thread in groups of a fixed size, so that the same run gives the same bytes;
one group at a time, since the tables of ten million accounts, spelt out, take more than the analysis.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from itertools import pairwise, starmap
from operator import attrgetter
from typing import Any, BinaryIO, Final, NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from graphlink.engine.components import join_pairs
from graphlink.model.arrays import Int32s, Int64s
from graphlink.model.findings import Ring
from graphlink.model.graph import BIT_SCALE, Bipartite, Projection, SignalTest
from graphlink.model.groups import LEFT, Grouping
from graphlink.model.listing import is_ring_listed
from graphlink.model.run import Run
from graphlink.model.sightings import Sightings
from graphlink.model.times import NO_TIME
from graphlink.results import stored_schema as stored
from graphlink.results.columns import Kind, Table
from graphlink.results.tables import RINGS, rings_frame, time_integers

Columns = Mapping[str, Any]
"""For each column all of its cells, or what gives those of some rows."""

_TIME: Final = pa.timestamp("us", "UTC")
TYPES: Final = {
    Kind.TEXT: pa.large_string(),
    Kind.NAME: pa.dictionary(pa.int32(), pa.large_string()),
    Kind.COUNT: pa.int32(),
    Kind.LARGE: pa.int64(),
    Kind.NUMBER: pa.float64(),
    Kind.FLAG: pa.bool_(),
    Kind.TIME: _TIME,
    Kind.FACTORS: pa.list_(pa.struct({"name": pa.string(), "points": pa.float64(), "because": pa.string()})),
    Kind.CHECKS: pa.list_(pa.struct({"explanation": pa.string(), "fits": pa.bool_(), "because": pa.string()})),
    Kind.SURVIVES: pa.list_(pa.struct({"family": pa.string(), "share": pa.float64()})),
}
# Rows are sorted, so neighbours differ by little: differences take a fraction of the room.
_ENCODINGS: Final = {
    Kind.TEXT: "DELTA_BYTE_ARRAY",
    Kind.COUNT: "DELTA_BINARY_PACKED",
    Kind.LARGE: "DELTA_BINARY_PACKED",
    Kind.TIME: "DELTA_BINARY_PACKED",
}
_NEVER: Final = np.iinfo(np.int64).max
_DECIMALS: Final = 4
"""Of estimates: finer than the counts behind them support."""


def stored_tables(run: Run) -> dict[str, Callable[[BinaryIO], None]]:
    """What writes each table, by the name of its file; none where the run was put together without its groups."""
    groups, sightings = run.findings.groups, run.reading.sightings
    if groups is None:
        return {}
    graph = groups.bipartite
    makers: dict[Table, Callable[[], Columns]] = {
        stored.ACCOUNTS: partial(_accounts, sightings, groups),
        stored.SIGNALS: partial(_signals, sightings, graph, groups.test),
        stored.SIGHTINGS: partial(_sightings, sightings, graph),
        stored.BEARERS: partial(_bearers, sightings, graph),
        stored.EDGES: partial(_edges, groups),
        stored.MEMBERS: partial(_members, run),
        stored.RINGS: partial(_rings, run),
        stored.EVIDENCE: partial(_evidence, run, groups),
    }

    def write(file: BinaryIO, table: Table) -> None:
        write_table(file, table, makers[table]())

    return {table.file: partial(write, table=table) for table in stored.STORED}


def write_table(file: BinaryIO, table: Table, columns: Columns) -> None:
    """Write a table in groups of rows, all names of a column in one dictionary."""
    columns = {field.name: columns[field.source] for field in table.fields}
    schema = pa.schema([(field.name, TYPES[field.kind]) for field in table.fields])
    names = [field.name for field in table.fields if field.kind is Kind.NAME]
    columns = {**columns, **{name: _column(columns[name], schema.field(name).type) for name in names}}  # one dictionary
    with pq.ParquetWriter(
        file,
        schema,
        compression="zstd",
        use_dictionary=names,
        column_encoding={field.name: _ENCODINGS[field.kind] for field in table.fields if field.kind in _ENCODINGS},
        write_page_checksum=True,
        store_schema=False,
    ) as writer:
        n_rows = len(next(cells for cells in columns.values() if not callable(cells)))
        for start in range(0, max(1, n_rows), stored.ROWS):
            rows = slice(start, start + stored.ROWS)
            data = {field.name: _column(_some(columns[field.name], rows), field.type) for field in schema}
            writer.write_table(pa.table(data, schema=schema), row_group_size=stored.ROWS)


def _some(cells: Any, rows: slice) -> object:  # noqa: ANN401  cells of any kind
    if callable(cells):
        return cells(rows)
    return cells.iloc[rows] if isinstance(cells, pd.Series) else cells[rows]


# --- what was read ----------------------------------------------------------------------------------------------------


def _accounts(sightings: Sightings, groups: Grouping) -> Columns:
    accounts = sightings.accounts
    return {
        "account": _numbers(len(accounts)),
        "account_id": accounts.ids,
        "created_at": accounts.created_at,
        "plan": _named(accounts.plan, accounts.plan_names),
        "country": _named(accounts.country, accounts.country_names),
        "status": _named(accounts.status, accounts.status_names),
        "signals": np.bincount(sightings.account, minlength=len(accounts)),
        "shared": np.diff(groups.bipartite.account_start),
        "component": _components(groups.projection),
        "left_out": _named(groups.evidence.left, LEFT),
    }


def _components(links: Projection) -> pa.Array:
    """The first account of those that chains of links join each account with, null for accounts without links."""
    n = links.n_accounts
    label = join_pairs(links.source, links.target, n)
    first = np.unique(label, return_index=True)[1].astype(np.int32)
    alone = np.bincount(label) == 1
    return pa.array(first[label], mask=alone[label])


def _signals(sightings: Sightings, graph: Bipartite, test: SignalTest) -> Columns:
    of_type = graph.signal_type
    first, last = _times_of_signals(sightings, graph)
    return {
        "signal": _numbers(graph.n_signals),
        "signal_type": _named(of_type, [each.name for each in graph.types]),
        "signal_value": sightings.signal_value.take(pa.array(graph.origin)),
        "family": _named(graph.family, graph.families),
        "provenance": _named(of_type, [each.provenance.value for each in graph.types]),
        "accounts": graph.degree,
        "shown_by": _named(test.family, graph.families),
        "observed": np.rint(test.observed),
        "expected": np.round(test.expected, _DECIMALS),
        "coordinated_share": np.round(test.coordinated_share, _DECIMALS),
        "lower_bound": np.round(test.lower_bound, _DECIMALS),
        "siblings": test.siblings,
        "bits": test.bits / BIT_SCALE,
        "passes": test.passes,
        "corroborates_only": graph.corroborates,
        "adds_up": np.array([each.adds_up for each in graph.types], dtype=np.bool_)[of_type],
        "first_seen": first,
        "last_seen": last,
    }


def _times_of_signals(sightings: Sightings, graph: Bipartite) -> tuple[Int64s, Int64s]:
    """When each shared signal was first and last seen; times that no export states do not count."""
    first, last = np.empty(graph.n_signals, dtype=np.int64), np.empty(graph.n_signals, dtype=np.int64)
    for low in range(0, graph.n_signals, _SIGNALS):
        signals = slice(low, low + _SIGNALS)
        starts = graph.signal_start[low : low + _SIGNALS + 1]
        sighting = graph.sighting[starts[0] : starts[-1]]
        known = sightings.first_seen[sighting]
        known[known == NO_TIME] = _NEVER
        first[signals] = np.minimum.reduceat(known, starts[:-1] - starts[0])
        last[signals] = np.maximum.reduceat(sightings.last_seen[sighting], starts[:-1] - starts[0])
    first[first == _NEVER] = NO_TIME
    return first, last


_SIGNALS: Final = 1 << 16
"""Signals whose times are looked at together."""


def _sightings(sightings: Sightings, graph: Bipartite) -> Columns:
    shared = np.sort(graph.sighting)
    return {
        "account": lambda rows: sightings.account[shared[rows]],
        "signal": graph.signals,
        "first_seen": lambda rows: sightings.first_seen[shared[rows]],
        "last_seen": lambda rows: sightings.last_seen[shared[rows]],
        "count": lambda rows: sightings.count[shared[rows]],
    }


def _bearers(sightings: Sightings, graph: Bipartite) -> Columns:
    first_seen = sightings.first_seen
    size = len(graph.accounts)
    account = np.empty_like(graph.accounts)
    degree = graph.degree
    ends = np.unique(np.searchsorted(graph.signal_start[:-1], np.arange(0, size + _BEARERS, _BEARERS)))
    for low, high in pairwise(ends.tolist()):
        part = slice(graph.signal_start[low], graph.signal_start[high])
        first = first_seen[graph.sighting[part]]
        first[first == NO_TIME] = first.max(initial=NO_TIME) + 1  # last of all
        signal = np.repeat(np.arange(high - low), degree[low:high])
        account[part] = graph.accounts[part][_order_within(signal, first)]

    def signal_of(rows: slice) -> Int32s:
        entry = np.arange(rows.start, min(rows.stop, size))
        return (np.searchsorted(graph.signal_start, entry, side="right") - 1).astype(np.int32)

    return {"signal": signal_of, "account": account}


_BEARERS: Final = 1 << 16
"""Sorted at a time, and the rest of their last signal: so few signals that one and a time fit into an integer."""


def _order_within(group: Int64s, moment: Int64s) -> Int64s:
    """The order that sorts ascending groups each by its moments; what is equal stays in its order.

    Examples
    --------
    >>> _order_within(np.array([0, 0, 1, 1]), np.array([9, 8, 7, 7])).tolist()
    [1, 0, 2, 3]
    """
    start = int(moment.min())
    span = int(moment.max()) - start + 1
    if (int(group[-1]) + 1) * span < np.iinfo(np.int64).max:
        return np.argsort(group * span + (moment - start), kind="stable")  # a quarter of the time
    return np.lexsort((moment, group))


# --- what was found ---------------------------------------------------------------------------------------------------


def _edges(groups: Grouping) -> Columns:
    links = groups.projection
    pair = np.concatenate([_pairs(links.source, links.target), _pairs(links.target, links.source)])
    order = np.argsort(pair)
    order %= max(1, links.n_edges)  # both halves hold the same links
    link = order.astype(np.int32)
    del order
    pair.sort()
    number, masks = pd.factorize(links.families, sort=True)
    names = [_joined(mask, groups.bipartite.families) for mask in masks.tolist()]
    return {
        "account": lambda rows: pair[rows] >> 32,
        "other": lambda rows: pair[rows] & 0xFFFFFFFF,
        "bits": lambda rows: links.bits[link[rows]] / BIT_SCALE,
        "families": _named(number.astype(np.int32)[link], names),
    }


def _pairs(one: Int32s, other: Int32s) -> Int64s:
    """Two numbers in one that sorts as both do."""
    pairs: Int64s = one.astype(np.int64)
    pairs <<= 32
    pairs |= other
    return pairs


def _members(run: Run) -> Columns:
    members = run.findings.members
    given = ("tier", "confidence", "families", "cell", "n_links", "survives_any_value", "strongest")
    stability = run.findings.stability
    return {
        "ring_id": members["ring_id"],
        "account": run.reading.sightings.accounts.positions(members["account_id"]),
        **{name: members[name] for name in (*given, "first_seen", "last_seen")},
        **_shares(None if stability is None else stability.members, len(members)),
    }


def _shares(table: pd.DataFrame | None, n: int) -> Columns:
    """How often each of some rows came back; not known without a table of it."""
    unknown = np.full(n, np.nan)
    return {name: unknown if table is None else table[name].to_numpy() for name in ("over_seeds", "over_losses")}


def _rings(run: Run) -> Columns:
    findings = run.findings
    frame = rings_frame(findings.rings)
    q_values = {} if findings.chance is None else findings.chance.q_values
    stability = None if findings.stability is None else findings.stability.rings.set_index("ring_id")

    def told(rows: slice, kind: Kind, of: Callable[[Ring], Sequence[object]]) -> pa.Array:
        return _records([of(ring) for ring in findings.rings[rows]], kind)

    return {
        **{name: frame[name] for name in RINGS.columns},
        "listed": np.array([is_ring_listed(ring, findings.smallest_listed) for ring in findings.rings], dtype=np.bool_),
        "campaign": pa.array([ring.campaign or None for ring in findings.rings], pa.large_string()),
        "q_value": np.array([q_values.get(ring.ring_id, np.nan) for ring in findings.rings], dtype=np.float64),
        **_shares(None if stability is None else stability.reindex(frame["ring_id"]), len(frame)),
        "factors": partial(told, kind=Kind.FACTORS, of=attrgetter("factors")),
        "checks": partial(told, kind=Kind.CHECKS, of=attrgetter("checks")),
        "survives": partial(told, kind=Kind.SURVIVES, of=lambda ring: list(starmap(_Survival, ring.survives))),
    }


def _evidence(run: Run, groups: Grouping) -> Columns:
    """The rows of ``Findings.signals`` in their order, with the signals' numbers in place of their names."""
    signals = groups.evidence.signals
    rank = ranks_of_communities(run, groups)
    signals = signals.assign(rank=rank[signals["community"]], weight=signals["bits"] * signals["inside"])
    signals = signals.sort_values(["rank", "weight", "signal"], ascending=[True, False, True])
    return {
        "ring_id": _named(signals["rank"].to_numpy() - 1, [ring.ring_id for ring in run.findings.rings]),
        "signal": signals["signal"],
        "accounts_in_ring": signals["inside"],
        "accounts_outside": signals["outside"],
        "expected_by_chance": np.round(signals["expected"], _DECIMALS),
        "lift": np.round(signals["inside"] / signals["expected"], 2),  # as in signals.csv
        "first_seen": signals["first_seen"],
        "last_seen": signals["last_seen"],
    }


def ranks_of_communities(run: Run, groups: Grouping) -> Int32s:
    """The rank of the ring that each community became."""
    members = groups.evidence.members
    community = np.zeros(groups.bipartite.n_accounts, dtype=np.int64)
    community[members["account"]] = members["community"]
    one_of_each = run.findings.members.drop_duplicates("ring_id")
    ranks = np.zeros(len(groups.evidence.size), dtype=np.int32)
    ranks[community[run.reading.sightings.accounts.positions(one_of_each["account_id"])]] = one_of_each["rank"]
    return ranks


class _Survival(NamedTuple):
    """The share of a ring's members that stay tied without a family."""

    family: str
    share: float


def _records(rows: Sequence[Sequence[object]], kind: Kind) -> pa.Array:
    """Lists of records, field by field: Arrow takes ten times as long over a dictionary for each of a few million.

    Of a piece of a table at a time: what a million rings say of themselves is more text than an array can hold.
    """
    struct = TYPES[kind].value_type
    flat = [record for row in rows for record in row]
    fields = [pa.array(list(map(attrgetter(field.name), flat)), field.type) for field in struct]
    ends = np.cumsum([0, *map(len, rows)], dtype=np.int32)
    return pa.ListArray.from_arrays(pa.array(ends), pa.StructArray.from_arrays(fields, fields=list(struct)))


# --- cells ------------------------------------------------------------------------------------------------------------


def _column(cells: object, kind: pa.DataType) -> pa.Array:
    """Cells as the schema wants them: no time and no number are null."""
    if isinstance(cells, pa.Array | pa.ChunkedArray):
        return cells.cast(kind)
    if isinstance(cells, list):
        return pa.array(cells, kind)
    if kind == _TIME:
        moments = (
            time_integers(cells) if isinstance(cells, pd.Series) and cells.dtype.kind == "M" else np.asarray(cells)
        )
        return pa.array(moments, pa.int64(), mask=moments == NO_TIME).cast(kind)
    if pa.types.is_dictionary(kind):
        return pa.Array.from_pandas(cells).cast(kind.value_type).dictionary_encode()
    return pa.array(np.asarray(cells), from_pandas=True).cast(kind)


def _numbers(n: int) -> Int32s:
    return np.arange(n, dtype=np.int32)


def _named(number: np.ndarray, names: Sequence[str]) -> pa.Array:
    """The name of each number as a dictionary, null where there is none.

    The dictionary has each name once, in the order in which they come: after one that has a name twice, pyarrow 26
    writes whatever the memory held.
    """
    distinct = {name: place for place, name in enumerate(dict.fromkeys(names))}
    place = np.array([*(distinct[name] for name in names), -1], dtype=np.int32)[number]
    order = pd.unique(place)
    order = order[order >= 0]
    turn = np.zeros(len(distinct) + 1, dtype=np.int32)
    turn[order] = np.arange(len(order), dtype=np.int32)
    texts = pa.array(list(distinct), pa.large_string()).take(pa.array(order))
    return pa.DictionaryArray.from_arrays(pa.array(turn[place], mask=place < 0), texts)


def _joined(mask: int, families: Sequence[str]) -> str:
    return "; ".join(family for f, family in enumerate(families) if mask >> f & 1)
