"""The order of the stages, and nothing else: exports in, a reading out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphlink.errors import ConfigError, Place
from graphlink.model import Reading
from graphlink.signals.sightings import normalise_sightings
from graphlink.signals.table import DeclaredType, signal_table
from graphlink.sources.accounting import digest_of, inputs_of, notices_of, rejects_of, total_of
from graphlink.sources.compiling import accounts_of, raw_sightings
from graphlink.sources.extract import read_sources, without_rejected

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from graphlink.config import Config
    from graphlink.model import NormalisedSightings, SignalTable
    from graphlink.sources.extract import Extract


def read(paths: Sequence[Path], config: Config) -> Reading:
    """Read exports: files and folders, or without any what the configuration names.

    Raises
    ------
    InputError
        If a source is refused.
    ConfigError
        If the configuration does not fit the sources.
    """
    table = _signal_table(config)
    extract = read_sources(paths, config, table)
    found = _normalised(extract, table)
    if found.bad:
        extract = without_rejected(extract, found.bad)
        found = _normalised(extract, table)  # without the accounts that stood in malformed rows alone
    inputs = inputs_of(extract)
    return Reading(
        sightings=found.sightings,
        inputs=inputs,
        rows=total_of(inputs),
        rejects=rejects_of(extract),
        notices=(*notices_of(extract, found.sightings.accounts), *found.notices),
        placeholders=found.placeholders,
        digest=digest_of(found.sightings, found.placeholders),
    )


def _signal_table(config: Config) -> SignalTable:
    declared = {
        name: DeclaredType(name, each.family, each.provenance, each.normalise, each.adds_up)
        for name, each in config.signals.items()
    }
    reading = config.reading
    try:
        return signal_table(declared, placeholders=reading.placeholders, phone_region=reading.phone_region)
    except ValueError as error:
        raise ConfigError("GL407", Place("configuration"), str(error), "correct the declaration") from None


def _normalised(extract: Extract, table: SignalTable) -> NormalisedSightings:
    accounts, place = accounts_of(extract.ledger, extract.coder)
    return normalise_sightings(raw_sightings(extract.ledger, extract.coder, accounts, place), accounts, table)
