"""The order of the stages, and nothing else: exports in, a reading out; a reading in, findings out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphlink.bipartite import build_bipartite
from graphlink.communities import detect_communities
from graphlink.coordination import calibrate, test_signals
from graphlink.errors import ConfigError, Place
from graphlink.evidence import gather_evidence
from graphlink.findings import report_rings
from graphlink.model import Reading
from graphlink.projection import project_accounts
from graphlink.signals.providers import anyones_values
from graphlink.signals.sightings import normalise_sightings
from graphlink.signals.table import DeclaredType, signal_table
from graphlink.sources.accounting import digest_of, inputs_of, notices_of, rejects_of, total_of
from graphlink.sources.compiling import accounts_of, raw_sightings
from graphlink.sources.extract import read_sources, without_rejected
from graphlink.traits import describe_groups

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from graphlink.config import Config
    from graphlink.method import Method
    from graphlink.model import Calibration, Findings, NormalisedSightings, Sightings, SignalTable
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


def analyse(
    sightings: Sightings,
    method: Method,
    *,
    seed: int,
    calibration: Calibration | None = None,
    progress: Callable[[str, float], None] | None = None,
) -> Findings:
    """Find the rings: no disk, no clock, no network.

    Parameters
    ----------
    sightings
        Who was seen with what.
    method
        Section ``[method]`` of the configuration.
    seed
        Seed of every draw.
    calibration
        A frozen calibration; made from the data unless given.
    progress
        Is told the name of each stage as it begins, and the share of the work that is done.
    """
    say = progress or _say_nothing
    say("building the graph", 0.0)
    anyones = anyones_values(sightings)
    bipartite = build_bipartite(sightings, anyones)
    say("testing signals", 0.05)
    calibration = calibration or calibrate(bipartite, method)
    test = test_signals(bipartite, calibration, method)
    say("linking accounts", 0.35)
    projection = project_accounts(bipartite, test, calibration, method)
    say("finding communities", 0.55)
    partition = detect_communities(projection, bipartite, test, method, seed=seed)
    say("gathering evidence", 0.8)
    evidence = gather_evidence(sightings, bipartite, test, projection, partition, calibration, method)
    traits = describe_groups(evidence, sightings, anyones[bipartite.origin])
    say("assessing rings", 0.9)
    return report_rings(sightings, bipartite, test, projection, evidence, traits, calibration, method)


def _say_nothing(stage: str, done: float) -> None:
    """Progress that nobody follows."""


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
