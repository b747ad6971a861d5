"""Which row of which export shows each tie of a ring: the trace from the report back to the evidence.

It stands in a Parquet file of its own, since unlike every other table it follows the files: the same data cut into
other files has another trace and the same findings.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from graphlink import stored
from graphlink.report.publish import create_file

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from graphlink.model import Bipartite, Grouping, Int8s, Int32s, Int64s, Run

TRACE: Final = stored.TRACE.file

COLUMNS: Final = pa.schema(
    [
        ("ring_id", pa.dictionary(pa.int32(), pa.large_string())),
        ("account", pa.int32()),
        ("signal", pa.int32()),
        ("source", pa.dictionary(pa.int32(), pa.large_string())),
        ("line", pa.int64()),
    ]
)
"""Accounts and signals are numbered as in the other tables; ``line`` is the physical line, or the row of a table."""


def write_trace(run: Run, folder: Path) -> list[str]:
    """Write where every tie of every ring stands, in rank order, and name the file; none where that is not known."""
    groups, trace = run.findings.groups, run.reading.trace
    if groups is None or trace is None:
        return []
    rank, account, signal = _ties(run, groups)
    row = groups.bipartite.sighting[_places(groups.bipartite, account, signal)]
    columns = [
        _named(rank - 1, [ring.ring_id for ring in run.findings.rings]),
        pa.array(account, pa.int32()),
        pa.array(signal, pa.int32()),
        _named(trace.source[row], trace.sources),
        pa.array(trace.line[row], pa.int64()),
    ]
    with create_file(folder, TRACE) as file:
        pq.write_table(
            pa.table(columns, schema=COLUMNS),
            file,
            row_group_size=stored.ROWS,
            compression="zstd",
            use_dictionary=["ring_id", "source"],
            column_encoding=dict.fromkeys(("account", "signal", "line"), "DELTA_BINARY_PACKED"),
            write_page_checksum=True,
            store_schema=False,
        )
    return [TRACE]


def _ties(run: Run, groups: Grouping) -> tuple[Int64s, Int64s, Int64s]:
    """Rank, account and signal of each tie, sorted so."""
    row, account = (groups.evidence.ties[name].to_numpy(np.int64) for name in ("row", "account"))
    community, signal = (groups.evidence.signals[name].to_numpy(np.int64)[row] for name in ("community", "signal"))
    rank = _ranks(run, groups)[community]
    order = np.lexsort((signal, account, rank))
    return rank[order], account[order], signal[order]


def _ranks(run: Run, groups: Grouping) -> Int64s:
    """The rank of each community."""
    members = groups.evidence.members
    ranks = np.zeros(len(groups.evidence.size), dtype=np.int64)
    if len(members):
        ids = run.reading.sightings.accounts.ids.take(pa.array(members["account"].to_numpy()))
        rank = run.findings.members.set_index("account_id")["rank"]
        ranks[members["community"]] = rank.reindex(pd.array(ids, dtype="str")).to_numpy(np.int64)
    return ranks


def _places(graph: Bipartite, account: Int64s, signal: Int64s) -> Int64s:
    """Where each pair stands among the accounts of its signal; only such signals' accounts are looked through."""
    named = np.zeros(graph.n_signals, dtype=np.bool_)
    named[signal] = True
    degree = graph.degree
    entry = np.flatnonzero(np.repeat(named, degree))
    keys = np.repeat(np.flatnonzero(named), degree[named]) << 32 | graph.accounts[entry]
    return entry[np.searchsorted(keys, signal << 32 | account)]


def _named(number: Int8s | Int32s | Int64s, names: Sequence[str]) -> pa.Array:
    return pa.DictionaryArray.from_arrays(pa.array(number, pa.int32()), pa.array(names, pa.large_string()))
