"""A week's analysis: rings found, recognised among those known, and held against what people decided."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from graphlink.config.settings import Config
from graphlink.engine.threads import Runner, run_now
from graphlink.graph.calibration import calibrate
from graphlink.graph.family_merge import merge_families
from graphlink.graph.observation_times import observe_times
from graphlink.graph.signal_test import count_companions
from graphlink.model.findings import Findings
from graphlink.model.reading import Reading
from graphlink.model.run import Past, Swept
from graphlink.model.sightings import Sightings
from graphlink.model.sweeps import Action, Decisions, Ruling
from graphlink.pipeline import analyse
from graphlink.sweeps.decisions.allowing import check_allowed, take_out_allowed, unseen
from graphlink.sweeps.decisions.applying import apply_decisions, without_cleared
from graphlink.sweeps.decisions.hit import ask_second_name, count_hit, facts_of_week
from graphlink.sweeps.decisions.standing import list_actions
from graphlink.sweeps.lineage.former import with_former_members
from graphlink.sweeps.lineage.lineage import derive_lineage, recognise_rings
from graphlink.sweeps.lineage.names import rename_rings


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
    run: Runner = run_now,
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
    progress, run
        As for ``analyse``.
    """
    findings = analyse(sightings, config.method, seed=seed, calibration=past.calibration, progress=progress, run=run)
    recognised = recognise_rings(
        past.known, findings, sightings, past.week, settings=config.lineage, previous=past.previous, id_key=past.id_key
    )
    findings = with_former_members(findings, recognised, sightings, config.lineage)
    named = rename_rings(findings, recognised.ids)
    smallest_ring = config.method.smallest_ring
    kept, ruling = apply_decisions(named, past.decisions, sightings.accounts, smallest_ring=smallest_ring)
    counted, cleared = without_cleared(findings, kept, ruling, recognised.ids)
    spoken = merge_families(sightings, findings.calibration)
    lineage = derive_lineage(recognised, counted, spoken, cleared)
    findings = kept
    ruling = _with_actions(ruling, list_actions(lineage.known, past.decisions), sightings, findings, past, config)
    fresh = findings.calibration
    if past.calibration is not None and findings.groups is not None:
        graph, method = findings.groups.bipartite, config.method
        fresh = calibrate(spoken, graph, observe_times(spoken), count_companions(graph, method), method)
    return Swept(findings, lineage, ruling, fresh)


def _with_actions(
    ruling: Ruling, confirmed: Sequence[Action], sightings: Sightings, findings: Findings, past: Past, config: Config
) -> Ruling:
    """The effects of decisions with the action file, who is hit by it, and who waits for a second name."""
    if not confirmed:
        return ruling
    told = facts_of_week(sightings.accounts, findings, confirmed, config.reading.window[1])
    facts = replace(told, settled=None if past.settled is None else frozenset(past.settled))
    actions, waiting = ask_second_name(confirmed, facts, past.decisions, config.sweep)
    hit = count_hit(actions, waiting, facts, past.decisions, config.sweep)
    return replace(ruling, actions=actions, waiting=waiting, hit=hit)
