"""The order of the stages, and nothing else: exports in, a reading out; a reading in, findings out."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from graphlink.bipartite import build_bipartite
from graphlink.campaigns import join_campaigns
from graphlink.communities import detect_communities
from graphlink.coordination import calibrate, find_companions, test_signals
from graphlink.decisions import apply_decisions, check_allowed, list_actions, take_out_allowed, unseen
from graphlink.errors import ConfigError, Place
from graphlink.evidence import gather_evidence
from graphlink.findings import assess_groups, list_links, report_rings
from graphlink.lineage import rename_rings, trace_rings
from graphlink.model import Grouping, NullWorld, Reading, Swept
from graphlink.nullworld import (
    add_chance,
    count_repeats,
    estimate_q,
    find_explained,
    freeze_chance,
    measure_strengths,
    pack_worlds,
    shuffle_links,
    unpack_worlds,
    without_explained,
)
from graphlink.projection import project_accounts
from graphlink.pseudonyms import pseudonymise_reading, read_key
from graphlink.scoring import COORDINATED
from graphlink.siblings import pass_siblings
from graphlink.signal_batch import whole_batch
from graphlink.signals.providers import anyones_values, disposable_values
from graphlink.signals.sightings import forget_lone_values, merge_sightings, understand_values
from graphlink.signals.table import DeclaredType, signal_table
from graphlink.sources.accounting import digest_of, inputs_of, notices_of, rejects_of, total_of
from graphlink.sources.compiling import accounts_left, accounts_of, raw_sightings, raw_without
from graphlink.sources.extract import read_sources, without_cells, without_rejected
from graphlink.sources.lines import trace_of
from graphlink.stability import (
    add_stability,
    compare_groups,
    key_sightings,
    lose_sightings,
    pack_recurrences,
    unpack_recurrences,
    vary_method,
)
from graphlink.together import ALONE, both, in_turn
from graphlink.traits import describe_groups

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import pandas as pd

    from graphlink.config import Config, PrivacyConfig
    from graphlink.history import Decisions
    from graphlink.method import Method
    from graphlink.model import (
        Bipartite,
        Calibration,
        Findings,
        Keys,
        Past,
        Recurrence,
        Run,
        Sightings,
        SignalTable,
        SignalTest,
        Traits,
    )
    from graphlink.pseudonyms import Key
    from graphlink.together import Apart, Arrays, Helpers


def read(paths: Sequence[Path], config: Config) -> Reading:
    """Read exports: files and folders, or without any what the configuration names.

    Raises
    ------
    InputError
        If a source is refused.
    ConfigError
        If the configuration does not fit the sources, or its key file is refused.
    """
    table = _signal_table(config)
    key = _key_of(config.privacy)
    extract = read_sources(paths, config, table)
    accounts, place = accounts_of(extract.ledger, extract.coder)
    shapes = dict(extract.ledger.shapes)
    extract = without_cells(extract, place)
    raw = raw_sightings(shapes, extract.coder, accounts, place)
    del place
    understood = understand_values(raw, table)
    if bad := understood.bad:
        del understood
        extract = without_rejected(extract, bad, raw)
        accounts = accounts_left(accounts, extract.ledger, extract.coder)  # some stood in malformed rows alone
        raw = raw_without(raw, np.array([each.origin for each in bad], dtype=np.int64), accounts)
        understood = understand_values(raw, table)
    inputs, rejects, sources = inputs_of(extract), rejects_of(extract), extract.sources
    notices = notices_of(extract, accounts)
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
    )
    return reading if key is None else pseudonymise_reading(reading, key)


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
    helpers: Helpers = ALONE,
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
    """
    say = progress or _say_nothing
    say("building the graph", 0.0)
    bipartite = _build(sightings)
    say("testing signals", 0.05)
    n_accounts = calibration.n_accounts if calibration else bipartite.n_accounts
    companions = find_companions(whole_batch(bipartite), n_accounts)
    calibration = calibration or calibrate(bipartite, method, companions)
    test = pass_siblings(bipartite, test_signals(bipartite, calibration, method, companions), calibration, method)
    account_key = bipartite.account_key
    del companions, bipartite  # large; the graph is laid out again in a fraction of the time that null worlds take
    say("looking for groups where only chance is at work", 0.1)
    n_worlds = _count_worlds(sightings, calibration, method)
    n_apart = min(n_worlds, n_worlds // 2 + 1)  # to find the groups takes as long as a world
    find_by_chance = partial(_find_by_chance, sightings, account_key, calibration, method, seed=seed)
    by_chance = (helpers.large if n_worlds else in_turn)(partial(find_by_chance, range(n_apart)))
    say("finding groups", 0.3)
    bipartite = _build(sightings, account_key)
    groups = _find_groups(sightings, bipartite, calibration, method, seed=seed, test=test, apart=helpers.small)
    of_rest = unpack_worlds(find_by_chance(range(n_apart, n_worlds)))
    strengths, worlds = measure_strengths(groups, calibration), unpack_worlds(by_chance()) + of_rest
    q_values = estimate_q(strengths, worlds)
    explained = q_values > method.chance_share
    if calibration.chance_bits is not None:
        explained = find_explained(strengths, calibration.chance_bits)
    say("assessing rings", 0.5)
    believed = replace(groups, evidence=without_explained(groups.evidence, explained))
    n_draws = count_repeats(sightings, method.disturbances, method)
    lose = partial(_lose, sightings, believed, calibration, method, seed=seed, n_draws=n_draws)
    losses = (helpers.large if n_draws else in_turn)(lose)
    findings = _report(sightings, believed, calibration, method)
    findings = add_chance(findings, groups, q_values, worlds, sightings.accounts)
    findings = freeze_chance(findings, strengths, worlds, method.chance_share)
    findings = join_campaigns(findings, believed.evidence, believed.bipartite, sightings.accounts, method)
    say("disturbing the analysis", 0.6)
    over_seeds = _vary(sightings, believed, calibration, method, seed=seed, n_draws=n_draws)
    over_losses = unpack_recurrences(losses())
    findings = add_stability(findings, believed.evidence, (over_seeds, over_losses), sightings.accounts, method)
    return replace(findings, groups=believed)


def links_of(ring_id: str, run: Run) -> pd.DataFrame:
    """List the links inside a ring of a run: ``list_links``."""
    return list_links(ring_id, run.findings, run.reading.sightings.accounts)


def without_allowed(reading: Reading, decisions: Decisions) -> Reading:
    """Leave out what people allowed before a sweep, and say so in notices.

    Raises
    ------
    ConfigError
        GL454 if a wildcard of the list of allowed accounts and signals takes in too many accounts.
    """
    check_allowed(reading.sightings, decisions, "allowed")
    left = take_out_allowed(reading, decisions)
    return replace(left, notices=(*left.notices, *unseen(reading.sightings, decisions)))


def sweep(
    sightings: Sightings,
    past: Past,
    config: Config,
    *,
    seed: int,
    progress: Callable[[str, float], None] | None = None,
    helpers: Helpers = ALONE,
) -> Swept:
    """Find a week's rings, say which are which of those known, and respect what people decided: no disk, no clock.

    What is allowed has been left out before, by ``without_allowed``.

    Parameters
    ----------
    sightings
        Who was seen with what, in the week's window.
    past
        The known rings, the decisions and the frozen calibration.
    config
        Its sections ``[method]`` and ``[lineage]``.
    seed
        Seed of every draw.
    progress, helpers
        As for ``analyse``.
    """
    findings = analyse(
        sightings, config.method, seed=seed, calibration=past.calibration, progress=progress, helpers=helpers
    )
    lineage = trace_rings(past.known, findings, sightings, past.week, settings=config.lineage)
    findings, ruling = apply_decisions(rename_rings(findings, lineage.ids), past.decisions, sightings.accounts)
    ruling = replace(ruling, actions=list_actions(lineage.known, past.decisions))
    graph = None if past.calibration is None or findings.groups is None else findings.groups.bipartite
    fresh = findings.calibration if graph is None else calibrate(graph, config.method)
    return Swept(findings, lineage, ruling, fresh)


def _build(sightings: Sightings, account_key: Keys | None = None) -> Bipartite:
    """Lay out the graph; ``account_key`` is that of other sightings of the same accounts."""
    return build_bipartite(sightings, anyones_values(sightings), account_key)


def _find_groups(  # noqa: PLR0913  what the stages take, and how
    sightings: Sightings,
    bipartite: Bipartite,
    calibration: Calibration,
    method: Method,
    *,
    seed: int,
    test: SignalTest | None = None,
    apart: Apart = in_turn,
) -> Grouping:
    test = test or pass_siblings(bipartite, test_signals(bipartite, calibration, method), calibration, method)
    projection = project_accounts(bipartite, test, calibration, method)
    partition = detect_communities(projection, bipartite, test, calibration, method, seed=seed, apart=apart)
    evidence = gather_evidence(sightings, bipartite, test, projection, partition, calibration, method)
    return Grouping(bipartite, test, projection, evidence)


def _report(sightings: Sightings, groups: Grouping, calibration: Calibration, method: Method) -> Findings:
    traits = _describe(sightings, groups)
    bipartite, evidence = groups.bipartite, groups.evidence
    return report_rings(sightings, bipartite, groups.test, groups.projection, evidence, traits, calibration, method)


def _describe(sightings: Sightings, groups: Grouping) -> Traits:
    anyones, disposable = anyones_values(sightings)[groups.bipartite.origin], disposable_values(sightings)
    return describe_groups(groups.evidence, sightings, anyones, disposable)


def _count_worlds(sightings: Sightings, calibration: Calibration, method: Method) -> int:
    """How many null worlds are made: none where the calibration knows what is found in them."""
    if calibration.chance_bits is not None:
        return 0
    return max(count_repeats(sightings, method.null_worlds, method), min(1, method.null_worlds))


def _find_by_chance(
    sightings: Sightings, account_key: Keys, calibration: Calibration, method: Method, worlds: range, *, seed: int
) -> Arrays:
    """What is found in some null worlds."""
    return pack_worlds(
        tuple(_null_world(sightings, account_key, calibration, method, seed=seed, world=world) for world in worlds)
    )


def _null_world(
    sightings: Sightings, account_key: Keys, calibration: Calibration, method: Method, *, seed: int, world: int
) -> NullWorld:
    """What the same method under the same calibration finds in a null world."""
    shuffled = shuffle_links(sightings, seed=seed, world=world)
    groups = _find_groups(shuffled, _build(shuffled, account_key), calibration, method, seed=seed)
    assessments = assess_groups(groups.evidence, _describe(shuffled, groups), groups.bipartite)
    return NullWorld(
        strengths=measure_strengths(groups, calibration),
        n_coordinated=sum(each.assessment == COORDINATED for each in assessments),
        n_links_lost=len(sightings) - len(shuffled),
    )


def _vary(
    sightings: Sightings, groups: Grouping, calibration: Calibration, method: Method, *, seed: int, n_draws: int
) -> tuple[Recurrence, ...]:
    """How far the groups come back in the same graph under other seeds and resolutions."""
    bipartite, test, projection = groups.bipartite, groups.test, groups.projection
    drawn = []
    for draw in range(n_draws):
        varied, of_draw = vary_method(method, draw), seed + 1 + draw
        partition = detect_communities(projection, bipartite, test, calibration, varied, seed=of_draw)
        again = gather_evidence(sightings, bipartite, test, projection, partition, calibration, varied)
        drawn.append(compare_groups(groups.evidence, again))
    return tuple(drawn)


def _lose(
    sightings: Sightings, groups: Grouping, calibration: Calibration, method: Method, *, seed: int, n_draws: int
) -> Arrays:
    """How far the groups come back where a part of the sightings is lost."""
    if not n_draws:
        return pack_recurrences(())
    keys = key_sightings(sightings, groups.bipartite)
    drawn = []
    for draw in range(n_draws):
        kept = lose_sightings(sightings, keys, method.lost_share, seed=seed, draw=draw)
        again = _find_groups(kept, _build(kept, groups.bipartite.account_key), calibration, method, seed=seed)
        drawn.append(compare_groups(groups.evidence, again.evidence))
    return pack_recurrences(drawn)


def _say_nothing(stage: str, done: float) -> None:
    """Progress that nobody follows."""


def _key_of(privacy: PrivacyConfig) -> Key | None:
    if not privacy.pseudonymise or privacy.key_file is None:
        return None
    return read_key(Path(privacy.key_file), wanted=privacy.key_id)


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
