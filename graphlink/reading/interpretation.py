"""Exports in; their distinct sightings out, with counts and notices about their rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np

from graphlink.config.settings import Config
from graphlink.model.arrays import Int8s, Int32s, Int64s
from graphlink.model.reading import LeftOut
from graphlink.model.rows import InputFile, Notice, Reject
from graphlink.model.sightings import Accounts, NormalisedSightings, RawSightings, Trace
from graphlink.model.signals import SignalTable
from graphlink.model.times import NO_TIME
from graphlink.reading.account_table import accounts_of, raw_sightings, raw_without
from graphlink.reading.coding import RECORD_BITS, Coded
from graphlink.reading.columns.layout import ATTRIBUTES, CREATED, SEEN, Layout
from graphlink.reading.extract import read_sources, without_cells, without_rejected
from graphlink.reading.ledger import Extract, SourceRead, source_of
from graphlink.reading.normalise.sightings import Understood, merge_sightings, understand_values
from graphlink.reading.precedence import Precedence
from graphlink.reading.row_counts import find_left_out, inputs_of, notices_of, rejects_of


class RowFacts(NamedTuple):
    """Counts and notices about the rows of exports."""

    sources: tuple[SourceRead, ...]
    inputs: tuple[InputFile, ...]
    rejects: tuple[Reject, ...]
    notices: tuple[Notice, ...]
    left_out: tuple[LeftOut, ...]
    told: Mapping[str, int | None]
    """In how many rows of the newest exports something stands, by field; None where there is no such column."""
    unused: tuple[str, ...]
    """Columns of exports of accounts that nothing is read from."""
    stated: frozenset[str]
    """Columns of signals in exports of accounts, by the types that they yield."""
    maybe_times: tuple[str, ...]
    """Columns that may hold a time of a sighting, in exports without a column that is read as one."""


def read_sightings(
    paths: Sequence[Path], config: Config, table: SignalTable, ages: Sequence[int]
) -> tuple[RowFacts, NormalisedSightings]:
    """Read sources and merge what they hold into distinct sightings: as ``pipeline.read``."""
    # each step lets go of what the one before it made: of ten million accounts all of it would fill memory
    facts, accounts, raw, understood = _interpret(read_sources(paths, config, table, ages), table)
    return facts, merge_sightings(raw, understood, accounts, table)


def _interpret(extract: Extract, table: SignalTable) -> tuple[RowFacts, Accounts, RawSightings, Understood]:
    """Find the accounts and the meaning of each value; rows with a malformed value are rejected."""
    accounts, place = accounts_of(extract.ledger, extract.coder, extract.precedence)
    shapes = dict(extract.ledger.shapes)
    extract = without_cells(extract, place)
    raw = raw_sightings(shapes, extract.coder, place)
    understood = understand_values(raw, table)
    if bad := understood.bad:
        extract = without_rejected(extract, bad, raw)
        # some accounts stood in malformed rows alone
        accounts, left = accounts_of(extract.ledger, extract.coder, extract.precedence, accounts.ids)
        raw = raw_without(raw, np.array([each.origin for each in bad], dtype=np.int64), left)
        understood = understand_values(raw, table)
    return _row_facts(extract, accounts), accounts, raw, understood


def _row_facts(extract: Extract, accounts: Accounts) -> RowFacts:
    sources, precedence = extract.sources, extract.precedence
    newest = [one for one, age in zip(sources, precedence.ages.tolist(), strict=True) if age == 0]
    of_accounts = [one.layout for one in newest if one.layout.is_timed is None]
    of_signals = [one for one in newest if one.layout.is_timed is not None]
    untimed = [one.layout for one in of_signals if not one.layout.is_timed]
    told = _count_told(extract.ledger.shapes.get("accounts"), of_accounts, precedence)
    columns = extract.table.columns
    stating = [name for one in sources if one.layout.shape == "accounts" for name, _ in one.layout.signals]
    seen = sum(one.tally.n_timed for one in of_signals) if len(untimed) < len(of_signals) else None
    return RowFacts(
        sources=sources,
        inputs=inputs_of(extract),
        rejects=rejects_of(extract),
        notices=notices_of(extract, accounts),
        left_out=find_left_out(extract),
        told={**told, SEEN: seen} if of_signals else told,
        unused=tuple(sorted({name for layout in of_accounts for name in layout.ignored})) if told else (),
        stated=frozenset(kind for name in stating for kind in columns[name].types),
        maybe_times=tuple(sorted({name for layout in untimed for name in layout.maybe_times})),
    )


def _count_told(described: Coded | None, layouts: Sequence[Layout], precedence: Precedence) -> dict[str, int | None]:
    """Count the filled fields of the newest exports of accounts; ``described`` are the rows of all of them."""
    if described is None or not layouts:
        return {}
    there = {ours for layout in layouts for ours in layout.fields}
    rows = precedence.ages[source_of(described.origin)] == 0 if precedence.ages.any() else slice(None)
    counts = {CREATED: int((described.first[:][rows] != NO_TIME).sum())}
    for name, codes in zip(ATTRIBUTES, described.attributes, strict=True):
        counts[name] = int((codes[rows] >= 0).sum())
    return {name: n if name in there else None for name, n in counts.items()}


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
