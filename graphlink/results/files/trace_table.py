"""Which row of which export shows each tie of a ring: the trace from the report back to the evidence.

It has a Parquet file of its own, because it depends on the input files: the same data cut into other files gives the
same findings and another trace.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa

from graphlink.engine.arrays import spread
from graphlink.model.arrays import Int8s, Int32s, Int64s
from graphlink.model.graph import Bipartite
from graphlink.model.groups import Grouping
from graphlink.model.run import Run
from graphlink.results import stored_schema as stored
from graphlink.results.files.stored_tables import ranks_of_communities, write_table
from graphlink.results.publish.publish import create_file

TRACE: Final = stored.TRACE.file


def write_trace(run: Run, folder: Path) -> list[str]:
    """Write the source row of every tie, in the order of the rings' ranks, and name the file; nothing if unknown."""
    groups, trace = run.findings.groups, run.reading.trace
    if groups is None or trace is None:
        return []
    rank, account, signal = _ties(run, groups)
    row = groups.bipartite.sighting[_places(groups.bipartite, account, signal)]
    columns = {
        "ring_id": _named(rank - 1, [ring.ring_id for ring in run.findings.rings]),
        "account": account,
        "signal": signal,
        "source": _named(trace.source[row], trace.sources),
        "line": trace.line[row],
    }
    with create_file(folder, TRACE) as file:
        write_table(file, stored.TRACE, columns)
    return [TRACE]


def _ties(run: Run, groups: Grouping) -> tuple[Int32s, Int32s, Int32s]:
    """Rank, account and signal of each tie, sorted in this order."""
    row, account = (groups.evidence.ties[name].to_numpy(np.int32) for name in ("row", "account"))
    community, signal = (groups.evidence.signals[name].to_numpy(np.int32) for name in ("community", "signal"))
    rank, signal = ranks_of_communities(run, groups)[community][row], signal[row]
    order = np.lexsort((signal, account, rank))
    return rank[order], account[order], signal[order]


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
