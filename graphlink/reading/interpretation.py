"""Exports in; their distinct sightings out, with counts and notices about their rows."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from graphlink.config.settings import Config
from graphlink.model.rows import InputFile, Notice, Reject
from graphlink.model.sightings import Accounts, NormalisedSightings, RawSightings
from graphlink.model.signals import SignalTable
from graphlink.reading.account_table import accounts_left, accounts_of, raw_sightings, raw_without
from graphlink.reading.extract import read_sources, without_cells, without_rejected
from graphlink.reading.extracted import Extract, SourceRead
from graphlink.reading.filled_fields import Told, count_told
from graphlink.reading.normalise.sightings import Understood, merge_sightings, understand_values
from graphlink.reading.row_counts import inputs_of, notices_of, rejects_of


class RowFacts(NamedTuple):
    """Counts and notices about the rows of exports."""

    sources: tuple[SourceRead, ...]
    inputs: tuple[InputFile, ...]
    rejects: tuple[Reject, ...]
    notices: tuple[Notice, ...]
    told: Told


class _Interpreted(NamedTuple):
    facts: RowFacts
    accounts: Accounts
    raw: RawSightings
    understood: Understood


def read_sightings(
    paths: Sequence[Path], config: Config, table: SignalTable, ages: Sequence[int]
) -> tuple[RowFacts, NormalisedSightings]:
    """Read sources and merge what they hold into distinct sightings: as ``pipeline.read``."""
    # each step lets go of what the one before it made: of ten million accounts all of it would fill memory
    facts, accounts, raw, understood = _interpret(read_sources(paths, config, table, ages), table)
    return facts, merge_sightings(raw, understood, accounts, table)


def _interpret(extract: Extract, table: SignalTable) -> _Interpreted:
    """Find the accounts and the meaning of each value; rows with a malformed value are rejected."""
    accounts, place = accounts_of(extract.ledger, extract.coder, extract.precedence)
    shapes = dict(extract.ledger.shapes)
    extract = without_cells(extract, place)
    raw = raw_sightings(shapes, extract.coder, accounts, place)
    understood = understand_values(raw, table)
    if bad := understood.bad:
        extract = without_rejected(extract, bad, raw)
        # some accounts stood in malformed rows alone
        accounts = accounts_left(accounts, extract.ledger, extract.coder, extract.precedence)
        raw = raw_without(raw, np.array([each.origin for each in bad], dtype=np.int64), accounts)
        understood = understand_values(raw, table)
    return _Interpreted(_row_facts(extract, accounts), accounts, raw, understood)


def _row_facts(extract: Extract, accounts: Accounts) -> RowFacts:
    return RowFacts(
        sources=extract.sources,
        inputs=inputs_of(extract),
        rejects=rejects_of(extract),
        notices=notices_of(extract, accounts),
        told=count_told(extract.ledger.shapes.get("accounts"), extract.sources, extract.precedence),
    )
