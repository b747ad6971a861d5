"""The order of the stages, and nothing else: exports in, a reading out; a reading in, findings out."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pandas as pd

from graphlink.config.declared_types import near_families
from graphlink.config.method import Method
from graphlink.config.settings import Config, declared_families
from graphlink.engine.progress import FINDING
from graphlink.engine.threads import Runner, run_now, run_two
from graphlink.graph.calibration import calibrate
from graphlink.graph.family_merge import merge_families
from graphlink.graph.interchangeable_signals import accept_interchangeable
from graphlink.graph.observation_times import observe_times
from graphlink.graph.signal_test import count_companions, test_signals
from graphlink.graph.strata import stratify
from graphlink.model.calibration import Calibration
from graphlink.model.findings import Findings
from graphlink.model.reading import Reading
from graphlink.model.run import Run
from graphlink.model.sightings import Sightings
from graphlink.reading.interpretation import read_exports
from graphlink.reading.normalise.sightings import forget_lone_values
from graphlink.reading.normalise.table import signal_table
from graphlink.reading.notices import find_twins, find_wide
from graphlink.reading.pseudonyms import key_of, pseudonymise_reading
from graphlink.rings.campaigns import join_campaigns
from graphlink.rings.findings import list_links, report_rings
from graphlink.rings.grouping import build_graph
from graphlink.rings.null_model import add_chance, compare_with_chance, drop_explained, freeze_chance
from graphlink.rings.resample import assess_beside_disturbances, find_groups_beside_null_worlds
from graphlink.rings.stability import add_stability
from graphlink.rings.untestable_groups import add_untestable


def read(paths: Sequence[Path], config: Config, ages: Sequence[int] = ()) -> Reading:
    """Read exports: files and folders, or without any what the configuration names.

    ``ages`` tells of each of the latter how many weeks older it is than the newest.

    Raises
    ------
    InputError
        If a source is refused.
    ConfigError
        If the configuration does not fit the sources, or its key file is refused.
    """
    table, key = signal_table(config), key_of(config.privacy)
    reading = read_exports(paths, config, table, ages)
    reading = reading if key is None else pseudonymise_reading(reading, key, config.lineage.known_statuses)
    slips = near_families(declared_families(config))
    wide, twins = run_two(lambda: [*find_wide(reading.sightings)], lambda: [*find_twins(reading.sightings)])
    return replace(reading, notices=(*slips, *reading.notices, *wide, *twins))


def without_lone_values(reading: Reading) -> Reading:
    """Leave out the values that an analysis never names, which take room throughout it."""
    return replace(reading, sightings=forget_lone_values(reading.sightings))


def analyse(
    sightings: Sightings,
    method: Method,
    *,
    seed: int,
    calibration: Calibration | None = None,
    progress: Callable[[str, float], None] | None = None,
    run: Runner = run_now,
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
    run
        How the analysis is repeated: beside the stages, or in turn.

    Returns
    -------
    Findings
        Rings, the most telling first, with their evidence; without any where nothing is shared.
    """
    say = progress or _say_nothing
    say("building the graph", 0.0)
    sightings = merge_families(stratify(sightings, calibration), calibration)
    graph, times = run_two(lambda: build_graph(sightings), lambda: observe_times(sightings))

    say("calibrating", 0.05)
    companions = count_companions(graph, method, calibration)
    calibration = calibration or calibrate(sightings, graph, times, companions, method)

    say("testing signals", 0.1)
    test = test_signals(graph, companions, calibration, method)
    test = accept_interchangeable(graph, test, calibration, method)

    say(FINDING, 0.15)
    groups, null_worlds = find_groups_beside_null_worlds(
        sightings, graph, test, times, calibration, method, seed=seed, run=run
    )
    chance = compare_with_chance(groups, null_worlds, calibration, method)
    kept = drop_explained(groups, chance)

    say("assessing rings", 0.5)
    assessed, recurrences = assess_beside_disturbances(sightings, kept, times, calibration, method, seed=seed, run=run)

    say("reporting rings", 0.95)
    findings = report_rings(sightings, kept, assessed, calibration, method)
    findings = add_chance(findings, groups, chance, sightings.accounts)
    findings = add_untestable(findings, groups, sightings)
    findings = freeze_chance(findings, chance, method.chance_share)
    findings = join_campaigns(findings, kept.evidence, graph, sightings.accounts, method)
    findings = add_stability(findings, kept.evidence, recurrences, sightings.accounts, method)
    return replace(findings, groups=kept)


def links_of(ring_id: str, run: Run) -> pd.DataFrame:
    """List the links inside a ring of a run: ``list_links``."""
    return list_links(ring_id, run.findings, run.reading.sightings.accounts)


def _say_nothing(stage: str, done: float) -> None:
    """Progress that nobody follows."""
