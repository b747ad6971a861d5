"""Repeats stages of the analysis on null worlds, where only chance is at work, and on disturbed data.

A repetition is a task: it can run in another process, and returns plain arrays.
"""

from __future__ import annotations

from functools import cache, partial
from typing import TYPE_CHECKING

import numpy as np

from graphlink.engine.memory import give_back
from graphlink.model.findings import COORDINATED
from graphlink.model.groups import NullWorld, Recurrence, Strengths
from graphlink.rings.assessment import assess_groups
from graphlink.rings.evidence import find_members
from graphlink.rings.grouping import find_communities, find_groups, find_groups_again, find_members_again
from graphlink.rings.null_model import count_repeats, measure_strengths, shuffle_links
from graphlink.rings.stability import Recurrences, compare_groups, key_sightings, lose_sightings, vary_method

if TYPE_CHECKING:
    from collections.abc import Callable

    from graphlink.config.method import Method
    from graphlink.engine.threads import Arrays, Runner
    from graphlink.graph.observation_times import ObservationTimes
    from graphlink.model.arrays import Keys
    from graphlink.model.calibration import Calibration
    from graphlink.model.graph import Bipartite, SignalTest
    from graphlink.model.groups import Grouping
    from graphlink.model.sightings import Sightings
    from graphlink.rings.assessment import Assessed


def find_groups_beside_null_worlds(  # noqa: PLR0913  what a stage takes, and how it is repeated
    sightings: Sightings,
    bipartite: Bipartite,
    test: SignalTest,
    times: ObservationTimes,
    calibration: Calibration,
    method: Method,
    *,
    seed: int,
    run: Runner,
) -> tuple[Grouping, tuple[NullWorld, ...]]:
    """Find the groups, and the groups of null worlds. No null worlds are made if the calibration has their limits."""
    n_worlds = 0 if calibration.chance_bits is not None else _count_worlds(sightings, method)
    find = partial(find_groups, sightings, bipartite, test, times, calibration, method, seed=seed)
    null_world = partial(_null_world, sightings, times, bipartite.account_key, calibration, method, seed=seed)
    groups, found = run(find, [partial(null_world, world=world) for world in range(n_worlds)])
    return groups, tuple(map(_unpack_world, found))


def assess_beside_disturbances(  # noqa: PLR0913  what a stage takes, and how it is repeated
    sightings: Sightings,
    groups: Grouping,
    times: ObservationTimes,
    calibration: Calibration,
    method: Method,
    *,
    seed: int,
    run: Runner,
) -> tuple[Assessed, Recurrences]:
    """Assess the groups, and measure how far each comes back under other seeds and with sightings lost."""
    n_draws = count_repeats(sightings, method.disturbances, method)
    keys = cache(partial(key_sightings, sightings, groups.bipartite))
    vary = partial(_vary, sightings, groups, times, calibration, method, seed=seed)
    lose = partial(_lose, sightings, keys, groups, times, calibration, method, seed=seed)
    tasks = [partial(lose, draw=draw) for draw in range(n_draws)]
    tasks += [partial(vary, draw=draw) for draw in range((n_draws + 1) // 2)]
    assessed, found = run(partial(assess_groups, sightings, groups, times, calibration, method), tasks)
    drawn = [Recurrence(**each) for each in found]
    return assessed, Recurrences(over_losses=drawn[:n_draws], over_seeds=drawn[n_draws:])


def _count_worlds(sightings: Sightings, method: Method) -> int:
    return max(count_repeats(sightings, method.null_worlds, method), min(1, method.null_worlds))


def _null_world(  # noqa: PLR0913  what an analysis takes
    sightings: Sightings,
    times: ObservationTimes,
    account_key: Keys,
    calibration: Calibration,
    method: Method,
    *,
    seed: int,
    world: int,
) -> Arrays:
    """The groups that the same method finds in a null world, under the same calibration: a ``NullWorld``."""
    shuffled = shuffle_links(sightings, seed=seed, world=world)
    give_back()
    groups = find_groups_again(shuffled, account_key, times, calibration, method, seed=seed)
    has_groups = len(groups.evidence.size) > 0
    called = assess_groups(shuffled, groups, times, calibration, method).assessments if has_groups else ()
    strengths = measure_strengths(groups, calibration)
    return {
        "size": strengths.size,
        "bits": strengths.bits,
        "is_coordinated": np.array([each.assessment == COORDINATED for each in called], dtype=np.bool_),
        "n_links_lost": np.array(len(sightings) - len(shuffled)),
    }


def _unpack_world(found: Arrays) -> NullWorld:
    strengths = Strengths(size=found["size"], bits=found["bits"])
    return NullWorld(strengths, found["is_coordinated"], n_links_lost=int(found["n_links_lost"]))


def _vary(  # noqa: PLR0913  what an analysis takes
    sightings: Sightings,
    groups: Grouping,
    times: ObservationTimes,
    calibration: Calibration,
    method: Method,
    *,
    seed: int,
    draw: int,
) -> Arrays:
    """How far the groups come back in the same graph under another seed and resolution: a ``Recurrence``."""
    graph, test, links, varied = groups.bipartite, groups.test, groups.projection, vary_method(method, draw)
    partition = find_communities(sightings, links, graph, test, times, calibration, varied, seed=seed + 1 + draw)
    again = find_members(sightings, graph, test, links, partition, calibration, varied)
    return compare_groups(groups.evidence, again)._asdict()


def _lose(  # noqa: PLR0913  what an analysis takes
    sightings: Sightings,
    keys: Callable[[], Keys],
    groups: Grouping,
    times: ObservationTimes,
    calibration: Calibration,
    method: Method,
    *,
    seed: int,
    draw: int,
) -> Arrays:
    """How far the groups come back if a part of the sightings is lost: a ``Recurrence``."""
    kept = lose_sightings(sightings, keys(), method.lost_share, seed=seed, draw=draw)
    again = find_members_again(kept, groups.bipartite.account_key, times, calibration, method, seed=seed)
    return compare_groups(groups.evidence, again)._asdict()
