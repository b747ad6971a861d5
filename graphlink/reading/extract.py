"""Reads all sources: accounts and raw sightings out, with an account of every row.

Sources are opened one after the other, in the order of their names, and coded into one numbering. Values that the
signals stage finds malformed come back here by their origins, so that their rows are counted, placed and shown too.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np

from graphlink.config.settings import Config
from graphlink.engine.threads import pipelined
from graphlink.model.rows import Notice
from graphlink.model.sightings import BadSighting, RawSightings
from graphlink.model.signals import SignalTable
from graphlink.reading.coding import RECORD_BITS, Accepted, Coded, Coder, Tally, unknown_types
from graphlink.reading.columns.layout import Layout, Nested, as_names, list_unmet, mapped_types, recognise
from graphlink.reading.formats.batch import OTHER_ENCODING, Found, Table
from graphlink.reading.formats.nested import reached
from graphlink.reading.formats.open_table import open_table
from graphlink.reading.id_mismatch import kind_of, strangers
from graphlink.reading.ledger import Extract, Ledger, Lines, SourceRead, in_one, put_together, source_of
from graphlink.reading.precedence import Precedence
from graphlink.reading.row_counts import too_many_rejects
from graphlink.reading.sources.files import Source, list_sources
from graphlink.reading.sources.manifests import Manifests, compare, read_manifests, vouches_for
from graphlink.words.errors import InputError, Place, Problem
from graphlink.words.escape import printable
from graphlink.words.sentences import counted

_HOPELESS: Final = 200_000
"""After so many rejects a source with ten times the allowed share is not read to its end: all would be held."""


_BATCHES: Final = 16
"""So many are put in one: what is freed of larger columns than a batch's goes back to the system."""

_REFUSED: Final = 5
"""Refused sources after which no other is looked at: the parts of an export are wrong all alike."""


def read_sources(paths: Sequence[Path], config: Config, table: SignalTable, ages: Sequence[int] = ()) -> Extract:
    """Read all sources; ``ages`` has the weeks that the export of each source of the settings is old.

    Raises
    ------
    InputError
        If sources are refused, with what is wrong with each of the first few.
    """
    sources, notices = list_sources(paths, config, ages)
    if not sources:
        raise InputError("GL114", "sources", "nothing to read", "name a file or a folder, or set `[[sources]]`")
    manifests = read_manifests(sources)
    coder = Coder(table, config.reading, config.ignore_types, mapped_types(config.columns, table))
    rows: list[tuple[str, Coded]] = []
    read = _read_all(sources, (coder, config, table, manifests), rows)
    for book in (coder.accounts, coder.values, *coder.attributes):
        book.close()
    notices = (*notices, *_unmet(config, read), *_strangers(read, rows, coder, config))
    precedence = Precedence(np.array([each.age for each in sources], dtype=np.int64), config.lineage)
    shapes, ledger = put_together(rows, precedence.ages, len(coder.accounts.texts()))
    _count_twins(ledger, read)
    return Extract(shapes, ledger, coder, tuple(read), notices, config, table, precedence)


def without_rejected(extract: Extract, bad: Sequence[BadSighting], raw: RawSightings) -> Extract:
    """Reject the rows with malformed values, and the rows that repeat them; ``raw`` still has them."""
    reasons: dict[int, BadSighting] = {}
    for each in bad:
        reasons.setdefault(each.origin, each)
    repeating = {twin: reasons[origin] for twin, origin in extract.ledger.twins.items() if origin in reasons}
    numbers = np.array(sorted({*reasons, *repeating}), dtype=np.int64)
    for number, one in enumerate(extract.sources):
        mine = numbers[source_of(numbers) == number]
        if not len(mine):
            continue
        records = (mine & ((1 << RECORD_BITS) - 1)).tolist()
        places = _places(one, frozenset(records), extract)
        for origin, record in zip(mine.tolist(), records, strict=True):
            why = repeating.get(origin) or reasons[origin]
            found = places[record]
            one.tally.rejects.append(found.reject(one.source.name, why.column, why.code, why.reason))
            one.tally.duplicates -= origin in repeating
    entries = np.flatnonzero(np.isin(raw.origin, list(reasons)))
    origins, first = np.unique(raw.origin[entries], return_index=True)
    return replace(extract, ledger=extract.ledger.without(origins, raw.account[entries[first]]))


# --- reading the sources ----------------------------------------------------------------------------------------------


_Given = tuple["Coder", "Config", "SignalTable", "Manifests"]
"""What a source is read with."""


def _read_all(sources: Sequence[Source], given: _Given, rows: list[tuple[str, Coded]]) -> list[SourceRead]:
    """Read one after the other, and report what is wrong with several in one error."""
    read: list[SourceRead] = []
    refused: list[Problem] = []
    for number, source in enumerate(sources):
        try:
            read.append(_read_source(number, source, given, rows))
        except InputError as error:
            rows.clear()  # nothing comes of them now
            refused += error.problems
        if len(refused) >= _REFUSED and number + 1 < len(sources):
            rest = len(sources) - number - 1
            what = f"{refused[-1].what}; {counted(rest, 'more source')} {'was' if rest == 1 else 'were'} not looked at"
            refused[-1] = replace(refused[-1], what=what)
            break
    if refused:
        raise InputError.of(refused)
    return read


def _read_source(number: int, source: Source, given: _Given, rows: list[tuple[str, Coded]]) -> SourceRead:
    coder, config, table, manifests = given
    tally, lines = Tally(), Lines()
    with open_table(source, config.reading, table, complete=vouches_for(manifests, source)) as opened:
        layout = _layout_of(opened, source, table, config)

        def accepted() -> Iterator[Accepted]:
            for batch in opened.batches(layout):
                yield coder.accept(batch, layout, source, number, tally)
                lines.note(batch.records, batch.records + 1 if batch.lines is None else batch.lines)
                hopeless = len(tally.rejects) > _HOPELESS and too_many_rejects(source.name, tally, config, patience=10)
                if hopeless:
                    raise hopeless

        own: list[Coded] = []
        for numbered in pipelined(coder.number, accepted()):
            own.append(numbered)
            if len(own) == _BATCHES:
                rows.append((layout.shape, in_one(own)))
        rows += [(layout.shape, each) for each in own]
        read = SourceRead(source, layout, *opened.digest(), tally, opened.has_checksums, lines)
    if tally.n_records == 0 and not source.settings.allow_empty:
        what = "a header and no row" if layout.names else "no row"
        raise InputError("GL103", source.name, what, "export again, or set `allow_empty = true` for the source")
    if tally.unknown_types and not tally.has_known_type:
        raise unknown_types(source.name, tally, layout, coder)
    _refuse_encoding(read, config)
    compare(manifests, source, tally.n_records, read.sha256)
    return read


def _unmet(config: Config, read: Sequence[SourceRead]) -> Iterator[Notice]:
    """Notices for mappings for all sources that fit none."""
    for ours in list_unmet(config.columns, [each.layout for each in read]):
        theirs = " or ".join(f"`{printable(each)}`" for each in as_names(config.columns[ours]))
        yield Notice("GL340", f"`columns.{ours}`: no source has a column {theirs}")


def _strangers(
    read: Sequence[SourceRead], rows: Sequence[tuple[str, Coded]], coder: Coder, config: Config
) -> tuple[Notice, ...]:
    exports = [(each.source.name, kind_of(each.source.format, each.layout)) for each in read]
    numbered = [(int(source_of(part.origin[:1])[0]), part) for _, part in rows if len(part.origin)]
    return tuple(strangers(exports, numbered, coder.accounts.texts(), show_forms=not config.privacy.pseudonymise))


def _layout_of(opened: Table, source: Source, table: SignalTable, config: Config) -> Layout:
    where = Place(source.name, 1 if source.format in {"csv", "tsv"} else None)
    naming = source.settings.naming
    names = reached(opened.names, opened.nested, naming.theirs)
    there, kept = frozenset(opened.names), frozenset(names)
    deeper = [way for name, ways in opened.nested.items() if name in kept for way in ways]
    nested = Nested(deeper, frozenset(names) - there)
    layout = recognise(names, naming, table, where, first_line=opened.first_line, nested=nested)
    inside = {name: [each for each in ways if each not in there] for name, ways in opened.nested.items()}
    ignored = {name.casefold() for name in config.ignore_types}
    signals = tuple(pair for pair in layout.signals if pair[0] not in ignored)
    return replace(layout, signals=signals, inside=inside, is_crowded=opened.is_crowded)


def _refuse_encoding(read: SourceRead, config: Config) -> None:
    """Refuse a file with many rows that are no UTF-8: it has another encoding."""
    broken = [reject for reject in read.tally.rejects if reject.code == "GL202"]
    if len(broken) > config.reading.max_reject_share * read.tally.n_records:
        first = broken[0]
        where = Place(read.source.name, first.line, byte=first.byte)
        what = f"{len(broken)} of {read.tally.n_records} rows are not UTF-8"
        raise InputError("GL112", where, what, OTHER_ENCODING)


def _places(one: SourceRead, records: frozenset[int], extract: Extract) -> Mapping[int, Found]:
    """Read a source again to find the lines of some of its records."""
    places: dict[int, Found] = {}
    with open_table(one.source, extract.config.reading, extract.table, complete=True) as opened:
        for batch in opened.batches(one.layout):
            for record in batch.records[np.isin(batch.records, list(records))].tolist():
                places[record] = batch.place(record)
    return places


def _count_twins(ledger: Ledger, read: Sequence[SourceRead]) -> None:
    numbers = source_of(np.fromiter(ledger.twins, dtype=np.int64, count=len(ledger.twins)))
    for number, times in enumerate(np.bincount(numbers, minlength=len(read)).tolist()):
        read[number].tally.duplicates = times
