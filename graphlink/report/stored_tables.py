"""What questions are answered from: a finished run goes in, the Parquet files of ``graphlink.stored`` come out.

Everything is sorted and written on one thread in groups of a fixed size, so that the same run gives the same bytes.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from graphlink import stored
from graphlink.model import BIT_SCALE, NO_TIME
from graphlink.report.publish import create_file, make_folder
from graphlink.report.tables import RINGS, rings_frame, time_integers
from graphlink.stored import Cell

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from graphlink.model import Bipartite, Grouping, Int32s, Int64s, Projection, Run, Sightings

    Columns = Mapping[str, object]

_TIME: Final = pa.timestamp("us", "UTC")
_TYPES: Final = {
    Cell.TEXT: pa.large_string(),
    Cell.NAME: pa.dictionary(pa.int32(), pa.large_string()),
    Cell.COUNT: pa.int32(),
    Cell.LARGE: pa.int64(),
    Cell.NUMBER: pa.float64(),
    Cell.FLAG: pa.bool_(),
    Cell.TIME: _TIME,
    Cell.FACTORS: pa.list_(pa.struct({"name": pa.string(), "points": pa.float64(), "because": pa.string()})),
    Cell.CHECKS: pa.list_(pa.struct({"explanation": pa.string(), "fits": pa.bool_(), "because": pa.string()})),
    Cell.SURVIVES: pa.list_(pa.struct({"family": pa.string(), "share": pa.float64()})),
}
# Rows are sorted, so neighbours differ by little: differences take a fraction of the room.
_ENCODINGS: Final = {
    Cell.TEXT: "DELTA_BYTE_ARRAY",
    Cell.COUNT: "DELTA_BINARY_PACKED",
    Cell.LARGE: "DELTA_BINARY_PACKED",
    Cell.TIME: "DELTA_BINARY_PACKED",
}
_NEVER: Final = np.iinfo(np.int64).max
_DECIMALS: Final = 4
"""Of estimates: finer than the counts behind them support."""


def write_stored_tables(run: Run, folder: Path) -> list[str]:
    """Write every table of a run, and name the files; none where the run was put together without its groups."""
    groups = run.findings.groups
    if groups is None:
        return []
    make_folder(folder, stored.FOLDER)
    for table, make in _MAKERS.items():
        columns = make(run, groups)
        fields = [(column.name, _TYPES[column.cell]) for column in table.columns]
        data = pa.table({name: _column(columns[name], kind) for name, kind in fields}, schema=pa.schema(fields))
        with create_file(folder, table.file) as file:
            pq.write_table(
                data,
                file,
                row_group_size=stored.ROWS,
                compression="zstd",
                use_dictionary=[column.name for column in table.columns if column.cell is Cell.NAME],
                column_encoding={
                    column.name: _ENCODINGS[column.cell] for column in table.columns if column.cell in _ENCODINGS
                },
                write_page_checksum=True,
                store_schema=False,
            )
    return [table.file for table in _MAKERS]


# --- what was read ----------------------------------------------------------------------------------------------------


def _accounts(run: Run, groups: Grouping) -> Columns:
    sightings, accounts = run.reading.sightings, run.reading.sightings.accounts
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
    }


def _components(links: Projection) -> pa.Array:
    """The first account of those that chains of links join each account with, null for accounts without links."""
    n = links.n_accounts
    adjacency = coo_array((np.ones(links.n_edges, np.int8), (links.source, links.target)), shape=(n, n))
    n_components, label = connected_components(adjacency, directed=False)
    first = np.full(n_components, n, dtype=np.int32)
    np.minimum.at(first, label, _numbers(n))
    alone = np.bincount(label, minlength=n_components) == 1
    return pa.array(first[label], mask=alone[label])


def _signals(run: Run, groups: Grouping) -> Columns:
    sightings, graph, test = run.reading.sightings, groups.bipartite, groups.test
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
    if not graph.n_signals:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    starts = graph.signal_start[:-1]
    first = sightings.first_seen[graph.sighting]
    first = np.where(first == NO_TIME, _NEVER, first)
    first = np.minimum.reduceat(first, starts)
    last = np.maximum.reduceat(sightings.last_seen[graph.sighting], starts)
    return np.where(first == _NEVER, NO_TIME, first), last


def _sightings(run: Run, groups: Grouping) -> Columns:
    sightings, graph = run.reading.sightings, groups.bipartite
    shared = np.zeros(len(sightings), dtype=np.bool_)
    shared[graph.sighting] = True
    return {
        "account": sightings.account[shared],
        "signal": graph.signals,
        "first_seen": sightings.first_seen[shared],
        "last_seen": sightings.last_seen[shared],
        "count": sightings.count[shared],
    }


def _bearers(run: Run, groups: Grouping) -> Columns:
    graph = groups.bipartite
    first = run.reading.sightings.first_seen[graph.sighting]
    first[first == NO_TIME] = first.max(initial=NO_TIME) + 1  # last of all
    size = len(first)
    account = np.empty_like(graph.accounts)
    ends = np.unique(np.searchsorted(graph.signal_start[:-1], np.arange(0, size + _BEARERS, _BEARERS)))
    for low, high in pairwise(ends.tolist()):
        part = slice(graph.signal_start[low], graph.signal_start[high])
        signal = np.repeat(np.arange(high - low), graph.degree[low:high])
        account[part] = graph.accounts[part][_order_within(signal, first[part])]
    return {"signal": np.repeat(np.arange(graph.n_signals, dtype=np.int32), graph.degree), "account": account}


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


def _edges(_run: Run, groups: Grouping) -> Columns:
    links = groups.projection
    account = np.concatenate([links.source, links.target])
    other = np.concatenate([links.target, links.source])
    order = np.argsort(account.astype(np.int64) << 32 | other)
    link = order % max(1, links.n_edges)  # both halves hold the same links
    number, masks = pd.factorize(links.families, sort=True)
    return {
        "account": account[order],
        "other": other[order],
        "bits": links.bits[link] / BIT_SCALE,
        "families": _named(number[link], [_joined(mask, groups.bipartite.families) for mask in masks.tolist()]),
    }


def _members(run: Run, _groups: Grouping) -> Columns:
    members = run.findings.members
    given = ("tier", "confidence", "families", "cell", "n_links", "survives_any_value", "first_seen", "last_seen")
    return {
        "ring_id": members["ring_id"],
        "account": run.reading.sightings.accounts.positions(members["account_id"]),
        **{name: members[name] for name in given},
    }


def _rings(run: Run, _groups: Grouping) -> Columns:
    findings = run.findings
    frame = rings_frame(findings.rings)
    q_values = {} if findings.chance is None else findings.chance.q_values
    stability = None if findings.stability is None else findings.stability.rings.set_index("ring_id")
    unknown = np.full(len(frame), np.nan)
    return {
        **{name: frame[name] for name in RINGS.columns},
        "campaign": pa.array([ring.campaign or None for ring in findings.rings], pa.large_string()),
        "q_value": np.array([q_values.get(ring.ring_id, np.nan) for ring in findings.rings], dtype=np.float64),
        **{
            name: unknown if stability is None else stability[name].reindex(frame["ring_id"]).to_numpy()
            for name in ("over_seeds", "over_losses")
        },
        "factors": _records([ring.factors for ring in findings.rings], Cell.FACTORS),
        "checks": _records([ring.checks for ring in findings.rings], Cell.CHECKS),
        "survives": _records([[_Survival(*each) for each in ring.survives] for ring in findings.rings], Cell.SURVIVES),
    }


def _evidence(run: Run, groups: Grouping) -> Columns:
    """The rows of ``Findings.signals`` in their order, with the signals' numbers in place of their names."""
    members = groups.evidence.members
    community = np.zeros(groups.bipartite.n_accounts, dtype=np.int64)
    community[members["account"]] = members["community"]
    one_of_each = run.findings.members.drop_duplicates("ring_id")
    rank = np.zeros(len(groups.evidence.size), dtype=np.int64)
    rank[community[run.reading.sightings.accounts.positions(one_of_each["account_id"])]] = one_of_each["rank"]
    signals = groups.evidence.signals
    signals = signals.assign(rank=rank[signals["community"]], weight=signals["bits"] * signals["inside"])
    signals = signals.sort_values(["rank", "weight", "signal"], ascending=[True, False, True])
    return {
        "ring_id": _named(signals["rank"].to_numpy() - 1, [ring.ring_id for ring in run.findings.rings]),
        "signal": signals["signal"],
        "accounts_in_ring": signals["inside"],
        "accounts_outside": signals["outside"],
        "expected_by_chance": np.round(signals["expected"], _DECIMALS),
        "lift": np.round(signals["inside"] / signals["expected"], _DECIMALS),
        "first_seen": signals["first_seen"],
        "last_seen": signals["last_seen"],
    }


_MAKERS: Final = {
    stored.ACCOUNTS: _accounts,
    stored.SIGNALS: _signals,
    stored.SIGHTINGS: _sightings,
    stored.BEARERS: _bearers,
    stored.EDGES: _edges,
    stored.MEMBERS: _members,
    stored.RINGS: _rings,
    stored.EVIDENCE: _evidence,
}


@dataclass(frozen=True, slots=True)
class _Survival:
    """A ring's share of members that stay tied without a family."""

    family: str
    share: float


def _records(rows: Sequence[Sequence[object]], cell: Cell) -> pa.Array:
    """Lists of records, field by field: Arrow takes ten times as long over a dictionary for each of a few million."""
    kind = _TYPES[cell].value_type
    flat = [record for row in rows for record in row]
    fields = [pa.array([getattr(record, field.name) for record in flat], field.type) for field in kind]
    ends = np.cumsum([0, *map(len, rows)], dtype=np.int32)
    return pa.ListArray.from_arrays(pa.array(ends), pa.StructArray.from_arrays(fields, fields=list(kind)))


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

    The dictionary is made anew: after one that has a name twice, pyarrow 26 writes whatever the memory held.
    """
    place = pa.array(number.astype(np.int32), mask=number < 0)
    return pa.array(names, pa.large_string()).take(place).dictionary_encode()


def _joined(mask: int, families: Sequence[str]) -> str:
    return "; ".join(family for f, family in enumerate(families) if mask >> f & 1)
