"""Where each sighting stands in the exports: its source and its line."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from graphlink.model.arrays import Int8s, Int32s, Int64s
from graphlink.model.sightings import Trace
from graphlink.reading.coding import RECORD_BITS
from graphlink.reading.extracted import SourceRead
from graphlink.reading.ledger import source_of


def trace_of(origins: Int64s, sources: Sequence[SourceRead]) -> Trace:
    """Turn origins into sources and lines, in parts: all at once would take as much memory as the sightings."""
    names = tuple(one.source.name for one in sources)
    few = len(names) <= np.iinfo(np.int8).max
    source: Int8s | Int32s = np.zeros(len(origins), np.int8) if few else np.zeros(len(origins), np.int32)
    line: Int32s | Int64s = np.zeros(len(origins), dtype=np.int32)  # 5 bytes a sighting, as a rule
    for start in range(0, len(origins), _CHUNK):
        part = slice(start, start + _CHUNK)
        source[part] = source_of(origins[part])
        lines = _lines_of(origins[part], sources)
        if lines.max() > np.iinfo(line.dtype).max:
            line = line.astype(np.int64)
        line[part] = lines
    return Trace(names, source, line)


_CHUNK: Final = 1 << 20


def _lines_of(origins: Int64s, sources: Sequence[SourceRead]) -> Int64s:
    source, record = source_of(origins), origins & ((1 << RECORD_BITS) - 1)
    lines = np.zeros(len(origins), dtype=np.int64)
    for number in np.unique(source).tolist():
        mine = source == number
        lines[mine] = sources[number].lines.of(record[mine])
    return lines
