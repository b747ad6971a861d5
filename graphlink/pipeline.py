"""The order of the stages, and nothing else: exports in, a reading out; a reading in, findings out."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from graphlink.config.declared_types import near_families
from graphlink.config.settings import declared_families
from graphlink.engine.threads import ALONE, both
from graphlink.graph.family_merge import remember_kin, with_kin
from graphlink.graph.interchangeable_signals import pass_siblings
from graphlink.graph.mail_domains import remember_mailboxes
from graphlink.graph.observation_times import read_clock
from graphlink.graph.reference_rates import remember_families, remember_habits
from graphlink.graph.signal_test import hear_companions, test_signals
from graphlink.graph.strata import with_countries
from graphlink.model.reading import Reading
from graphlink.reading.account_table import accounts_left, accounts_of, raw_sightings, raw_without
from graphlink.reading.extract import read_sources, without_cells, without_rejected
from graphlink.reading.filled_fields import count_told
from graphlink.reading.normalise.declared import declared_table
from graphlink.reading.normalise.sightings import forget_lone_values, merge_sightings, understand_values
from graphlink.reading.notices import find_twins, find_wide
from graphlink.reading.pseudonyms import key_of, pseudonymise_reading
from graphlink.reading.row_counts import digest_of, inputs_of, notices_of, rejects_of, total_of
from graphlink.reading.trace import trace_of
from graphlink.rings.assessment import assess_groups
from graphlink.rings.campaigns import join_campaigns
from graphlink.rings.findings import list_links, report_rings
from graphlink.rings.grouping import find_groups, lay_out
from graphlink.rings.null_model import (
    add_chance,
    estimate_q,
    find_explained,
    freeze_chance,
    measure_strengths,
    without_explained,
)
from graphlink.rings.resample import begin_disturbing, begin_null_worlds
from graphlink.rings.stability import add_stability
from graphlink.rings.untestable_groups import add_alone

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    import pandas as pd

    from graphlink.config.method import Method
    from graphlink.config.settings import Config
    from graphlink.engine.threads import Helpers
    from graphlink.model.calibration import Calibration
    from graphlink.model.findings import Findings
    from graphlink.model.graph import Bipartite, SignalTest
    from graphlink.model.groups import Grouping
    from graphlink.model.run import Run
    from graphlink.model.sightings import Sightings


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
    table = declared_table(config)
    key = key_of(config.privacy)
    extract = read_sources(paths, config, table, ages)
    accounts, place = accounts_of(extract.ledger, extract.coder, extract.precedence)
    shapes = dict(extract.ledger.shapes)
    extract = without_cells(extract, place)
    raw = raw_sightings(shapes, extract.coder, accounts, place)
    del place
    understood = understand_values(raw, table)
    if bad := understood.bad:
        del understood
        extract = without_rejected(extract, bad, raw)
        # some stood in malformed rows alone
        accounts = accounts_left(accounts, extract.ledger, extract.coder, extract.precedence)
        raw = raw_without(raw, np.array([each.origin for each in bad], dtype=np.int64), accounts)
        understood = understand_values(raw, table)
    inputs, rejects, sources = inputs_of(extract), rejects_of(extract), extract.sources
    notices = notices_of(extract, accounts)
    told = count_told(extract.ledger.shapes.get("accounts"), sources, extract.precedence)
    del extract
    found = merge_sightings(raw, understood, accounts, table)
    del raw, understood
    digest, trace = both(
        lambda: digest_of(found.sightings, found.placeholders), lambda: trace_of(found.origin, sources)
    )
    reading = Reading(
        sightings=found.sightings,
        inputs=inputs,
        rows=total_of(inputs),
        rejects=rejects,
        notices=(*notices, *found.notices),
        placeholders=found.placeholders,
        digest=digest,
        trace=trace,
        told=told.fields,
        unused_columns=() if key else told.unused,
        maybe_times=() if key else told.maybe_times,
        settings=config.model_dump_json(),
    )
    reading = reading if key is None else pseudonymise_reading(reading, key, config.lineage.known_statuses)
    slips = near_families(declared_families(config))
    wide, twins = both(lambda: [*find_wide(reading.sightings)], lambda: [*find_twins(reading.sightings)])
    return replace(reading, notices=(*slips, *reading.notices, *wide, *twins))


def without_lone_values(reading: Reading) -> Reading:
    """Leave out the values that an analysis never names, which take room throughout it."""
    return replace(reading, sightings=forget_lone_values(reading.sightings))


class Meanwhile(NamedTuple):
    """Begins what needs no more than an analysis knows before its end."""

    tested: Callable[[Bipartite, SignalTest], None]
    """Is given the graph and its tested signals before groups are looked for."""
    linked: Callable[[Grouping], None]
    """Is given the groups before they are assessed, without those that chance explains."""


def analyse(  # noqa: PLR0913  what an analysis takes, and how
    sightings: Sightings,
    method: Method,
    *,
    seed: int,
    calibration: Calibration | None = None,
    progress: Callable[[str, float], None] | None = None,
    helpers: Helpers = ALONE,
    meanwhile: Meanwhile | None = None,
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
    helpers
        How work is done that can be done beside other work.
    meanwhile
        What can be begun before rings are known.

    Returns
    -------
    Findings
        Rings, the most telling first, with their evidence; without any where nothing is shared.
    """
    say = progress or _say_nothing
    say("building the graph", 0.0)
    sightings = with_countries(sightings, calibration.countries if calibration else None)
    sightings = with_kin(sightings, calibration)
    bipartite, clock = both(lambda: lay_out(sightings), lambda: read_clock(sightings))
    say("calibrating", 0.05)
    calibration, best = hear_companions(bipartite, calibration, method)
    calibration = remember_kin(calibration, sightings.types)
    calibration = remember_habits(calibration, sightings, clock, method.organisation_words)
    calibration = remember_mailboxes(calibration, bipartite.mailbox)
    calibration = remember_families(calibration, bipartite)
    say("looking for groups where only chance is at work", 0.1)
    account_key, held = bipartite.account_key, [(bipartite, best)]
    # Large. A copy lets go of them; so does this process where it has to make null worlds itself, and makes them again
    # in a fraction of the time that these take.
    del bipartite, best
    null_worlds = begin_null_worlds(
        sightings, clock, account_key, calibration, method, seed=seed, helpers=helpers, let_go=held.clear
    )
    say("testing signals", 0.25)
    bipartite, heard = held.pop() if held else (lay_out(sightings, account_key), None)
    test = pass_siblings(bipartite, test_signals(bipartite, calibration, method, heard), calibration, method)
    del heard
    say("finding groups", 0.3)
    if meanwhile:
        meanwhile.tested(bipartite, test)
    groups = find_groups(sightings, bipartite, calibration, method, seed=seed, test=test, apart=helpers.small)
    worlds = null_worlds()
    strengths = measure_strengths(groups, calibration)
    q_values = estimate_q(strengths, worlds)
    limits = calibration.chance_bits
    explained = q_values > method.chance_share if limits is None else find_explained(strengths, limits)
    say("assessing rings", 0.5)
    believed = replace(groups, evidence=without_explained(groups.evidence, explained))
    if meanwhile:
        meanwhile.linked(believed)
    recurrences = begin_disturbing(sightings, believed, calibration, method, seed=seed, helpers=helpers)
    assessed = assess_groups(sightings, believed, clock, calibration, method, apart=helpers.small)
    evidence, links = believed.evidence, believed.projection
    findings = report_rings(sightings, bipartite, test, links, evidence, assessed, calibration, method)
    findings = add_chance(findings, groups, strengths, q_values, worlds, sightings.accounts)
    findings = add_alone(findings, groups, sightings)
    findings = freeze_chance(findings, strengths, worlds, method.chance_share)
    findings = join_campaigns(findings, evidence, bipartite, sightings.accounts, method)
    say("disturbing the analysis", 0.6)
    findings = add_stability(findings, evidence, recurrences(), sightings.accounts, method)
    return replace(findings, groups=believed)


def links_of(ring_id: str, run: Run) -> pd.DataFrame:
    """List the links inside a ring of a run: ``list_links``."""
    return list_links(ring_id, run.findings, run.reading.sightings.accounts)


def _say_nothing(stage: str, done: float) -> None:
    """Progress that nobody follows."""
