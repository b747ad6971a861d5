"""The analysis again, beside the real one: in worlds where only chance is at work, and in data that are disturbed.

Each is begun in a copy of the process where there is one to do it, and waited for when its result is needed.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from graphlink.engine.memory import give_back
from graphlink.engine.threads import in_turn
from graphlink.model.findings import COORDINATED
from graphlink.model.groups import NullWorld
from graphlink.rings.assessment import assess_groups
from graphlink.rings.evidence import group_members
from graphlink.rings.grouping import find_groups, find_members, lay_out
from graphlink.rings.joining import detect_communities
from graphlink.rings.null_model import count_repeats, measure_strengths, pack_worlds, shuffle_links, unpack_worlds
from graphlink.rings.shared_signals import Made
from graphlink.rings.stability import (
    compare_groups,
    key_sightings,
    lose_sightings,
    pack_recurrences,
    unpack_recurrences,
    vary_method,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from graphlink.config.method import Method
    from graphlink.engine.threads import Arrays, Helpers
    from graphlink.graph.observation_times import Clock
    from graphlink.model.arrays import Keys
    from graphlink.model.calibration import Calibration
    from graphlink.model.groups import Grouping, Recurrence
    from graphlink.model.sightings import Sightings


def begin_null_worlds(  # noqa: PLR0913  what an analysis takes, and how
    sightings: Sightings,
    clock: Clock,
    account_key: Keys,
    calibration: Calibration,
    method: Method,
    *,
    seed: int,
    helpers: Helpers,
    let_go: Callable[[], None],
) -> Callable[[], tuple[NullWorld, ...]]:
    """Begin to look for groups in null worlds; gives what waits for the outcome, and does the rest meanwhile.

    ``let_go`` makes room for those that are begun at once, where that is done: in a copy of the process or in this one.
    """
    n_worlds = _count_worlds(sightings, calibration, method)
    if n_worlds == 0:
        return lambda: ()
    n_apart = min(n_worlds, n_worlds // 2 + 1)  # to find the groups takes as long as a world
    find_by_chance = partial(
        _find_by_chance, partial(_null_world, sightings, clock, account_key, calibration, method, seed=seed)
    )

    def find_apart() -> Arrays:
        let_go()
        return find_by_chance(range(n_apart))

    by_chance = helpers.late(find_apart)

    def finish() -> tuple[NullWorld, ...]:
        of_rest = unpack_worlds(find_by_chance(range(n_apart, n_worlds)))
        return unpack_worlds(by_chance()) + of_rest

    return finish


def begin_disturbing(
    sightings: Sightings, groups: Grouping, calibration: Calibration, method: Method, *, seed: int, helpers: Helpers
) -> Callable[[], tuple[tuple[Recurrence, ...], tuple[Recurrence, ...]]]:
    """Begin to lose sightings; gives what varies seeds and resolutions, and waits: how far groups come back in each."""
    n_draws = count_repeats(sightings, method.disturbances, method)
    lose = partial(_lose, sightings, groups, calibration, method, seed=seed, n_draws=n_draws)
    losses = (helpers.large if n_draws else in_turn)(lose)

    def finish() -> tuple[tuple[Recurrence, ...], tuple[Recurrence, ...]]:
        over_seeds = _vary(sightings, groups, calibration, method, seed=seed, n_draws=n_draws)
        return over_seeds, unpack_recurrences(losses())

    return finish


def _count_worlds(sightings: Sightings, calibration: Calibration, method: Method) -> int:
    """How many null worlds are made: none where the calibration knows what is found in them."""
    if calibration.chance_bits is not None:
        return 0
    return max(count_repeats(sightings, method.null_worlds, method), min(1, method.null_worlds))


def _find_by_chance(null_world: Callable[[int], NullWorld], worlds: range) -> Arrays:
    """What is found in some null worlds."""
    return pack_worlds([null_world(world) for world in worlds])


def _null_world(  # noqa: PLR0913  what an analysis takes
    sightings: Sightings,
    clock: Clock,
    account_key: Keys,
    calibration: Calibration,
    method: Method,
    world: int,
    *,
    seed: int,
) -> NullWorld:
    """What the same method under the same calibration finds in a null world."""
    shuffled = shuffle_links(sightings, seed=seed, world=world)
    give_back()
    groups = find_groups(shuffled, lay_out(shuffled, account_key), calibration, method, seed=seed)
    has_groups = len(groups.evidence.size) > 0
    called = assess_groups(shuffled, groups, clock, calibration, method).assessments if has_groups else ()
    return NullWorld(
        strengths=measure_strengths(groups, calibration),
        is_coordinated=np.array([each.assessment == COORDINATED for each in called], dtype=np.bool_),
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
        again = group_members(Made(sightings, bipartite, test, projection, partition, calibration, varied))
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
        again = find_members(kept, lay_out(kept, groups.bipartite.account_key), calibration, method, seed=seed)
        drawn.append(compare_groups(groups.evidence, again))
    return pack_recurrences(drawn)
