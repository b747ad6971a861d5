"""Which row of which export shows each tie of a ring: the trace from the report back to the evidence.

It has a Parquet file of its own, because it depends on the input files: the same data cut into other files gives the
same findings and another trace.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from graphlink.engine.arrays import spread
from graphlink.results import stored_schema as stored
from graphlink.results.publish.publish import create_file

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from graphlink.model.arrays import Int8s, Int32s, Int64s
    from graphlink.model.graph import Bipartite
    from graphlink.model.groups import Grouping
    from graphlink.model.run import Run

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
    """Write the source row of every tie of every ring, in rank order, and return the file's name; None if unknown."""
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


def _ties(run: Run, groups: Grouping) -> tuple[Int32s, Int32s, Int32s]:
    """Rank, account and signal of each tie, sorted in this order."""
    row, account = (groups.evidence.ties[name].to_numpy(np.int32) for name in ("row", "account"))
    community, signal = (groups.evidence.signals[name].to_numpy(np.int32) for name in ("community", "signal"))
    rank, signal = _ranks(run, groups)[community][row], signal[row]
    order = np.lexsort((signal, account, rank))
    return rank[order], account[order], signal[order]


def _ranks(run: Run, groups: Grouping) -> Int32s:
    """The rank of each community."""
    members = groups.evidence.members
    community = np.zeros(groups.bipartite.n_accounts, dtype=np.int64)
    community[members["account"]] = members["community"]
    one_of_each = run.findings.members.drop_duplicates("ring_id")
    ranks = np.zeros(len(groups.evidence.size), dtype=np.int32)
    ranks[community[run.reading.sightings.accounts.positions(one_of_each["account_id"])]] = one_of_each["rank"]
    return ranks


def _places(graph: Bipartite, account: Int32s, signal: Int32s) -> Int64s:
    """The position of each pair among the accounts of its signal; only these signals' accounts are searched."""
    places = np.empty(len(account), dtype=np.int64)
    for start in range(0, len(account), _AT_ONCE):
        part = slice(start, start + _AT_ONCE)
        named = np.unique(signal[part]).astype(np.int64)
        begins = graph.signal_start[named]
        entry, of = spread(begins, graph.signal_start[named + 1])
        keys = named[of] << 32 | graph.accounts[entry]
        places[part] = entry[np.searchsorted(keys, signal[part].astype(np.int64) << 32 | account[part])]
    return places


_AT_ONCE: Final = 1 << 20
"""Ties that are looked up together: those of a few thousand rings, which share few signals."""


def _named(number: Int8s | Int32s | Int64s, names: Sequence[str]) -> pa.Array:
    return pa.DictionaryArray.from_arrays(pa.array(number, pa.int32()), pa.array(names, pa.large_string()))
