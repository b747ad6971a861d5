"""Exports in; their distinct sightings out, with counts and notices about their rows."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Final

import numpy as np

from graphlink.config.settings import Config
from graphlink.engine.threads import run_two
from graphlink.model.arrays import Int8s, Int32s, Int64s
from graphlink.model.fields import ATTRIBUTES, CREATED, SEEN
from graphlink.model.reading import Reading
from graphlink.model.sightings import Accounts, NormalisedSightings, Trace
from graphlink.model.signals import SignalTable
from graphlink.model.times import NO_TIME
from graphlink.reading.account_table import accounts_of, raw_sightings, raw_without
from graphlink.reading.coding import RECORD_BITS, Coded
from graphlink.reading.columns.layout import Layout
from graphlink.reading.extract import read_sources, without_rejected
from graphlink.reading.ledger import Extract, SourceRead, source_of
from graphlink.reading.normalise.sightings import merge_sightings, understand_values
from graphlink.reading.precedence import Precedence
from graphlink.reading.row_counts import digest_of, find_left_out, inputs_of, notices_of, rejects_of, total_of


def read_exports(paths: Sequence[Path], config: Config, table: SignalTable, ages: Sequence[int]) -> Reading:
    """Read sources and merge what they hold into distinct sightings: as ``pipeline.read``, with all names as read."""
    # each step lets go of what the one before it made: of ten million accounts all of it would fill memory
    reading, sources, merge = _interpret(read_sources(paths, config, table, ages), table)
    found = merge()
    digest, trace = run_two(
        lambda: digest_of(found.sightings, found.placeholders), lambda: _trace_of(found.origin, sources)
    )
    return reading(
        sightings=found.sightings,
        notices=(*reading.keywords["notices"], *found.notices),
        placeholders=found.placeholders,
        digest=digest,
        trace=trace,
    )


def _interpret(
    extract: Extract, table: SignalTable
) -> tuple[partial[Reading], tuple[SourceRead, ...], Callable[[], NormalisedSightings]]:
    """Find the accounts and the meaning of each value; rows with a malformed value are rejected.

    Gives the reading without its sightings, the sources, and what makes the sightings.
    """
    accounts, place = accounts_of(extract.ledger, extract.coder, extract.precedence)
    raw = raw_sightings(extract.shapes, extract.coder, place)
    extract = replace(extract, ledger=extract.ledger.renumbered(place))
    understood = understand_values(raw, table)
    if bad := understood.bad:
        extract = without_rejected(extract, bad, raw)
        # some accounts stood in malformed rows alone
        accounts, left = accounts_of(extract.ledger, extract.coder, extract.precedence, accounts.ids)
        raw = raw_without(raw, np.array([each.origin for each in bad], dtype=np.int64), left)
        understood = understand_values(raw, table)
    merge = partial(merge_sightings, raw, understood, accounts, table)
    return _without_sightings(extract, accounts), extract.sources, merge


def _without_sightings(extract: Extract, accounts: Accounts) -> partial[Reading]:
    """The reading but for its sightings: counts and notices about the rows of exports."""
    sources, precedence = extract.sources, extract.precedence
    newest = [one for one, age in zip(sources, precedence.ages.tolist(), strict=True) if age == 0]
    of_accounts = [one.layout for one in newest if one.layout.is_timed is None]
    of_signals = [one for one in newest if one.layout.is_timed is not None]
    untimed = [one.layout for one in of_signals if not one.layout.is_timed]
    told = _count_told(extract.ledger.described, of_accounts, precedence)
    columns = extract.table.columns
    stating = [name for one in sources if one.layout.shape == "accounts" for name, _ in one.layout.signals]
    seen = sum(one.tally.n_timed for one in of_signals) if len(untimed) < len(of_signals) else None
    inputs = inputs_of(extract)
    return partial(
        Reading,
        inputs=inputs,
        rows=total_of(inputs),
        rejects=rejects_of(extract),
        notices=notices_of(extract, accounts),
        left_out=find_left_out(extract),
        told={**told, SEEN: seen} if of_signals else told,
        unused_columns=tuple(sorted({name for layout in of_accounts for name in layout.ignored})) if told else (),
        stated_types=frozenset(kind for name in stating for kind in columns[name].types),
        maybe_times=tuple(sorted({name for layout in untimed for name in layout.maybe_times})),
        settings=extract.config.model_dump_json(),
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


def _trace_of(origins: Int64s, sources: Sequence[SourceRead]) -> Trace:
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
