"""`simulate` builds a labelled world: honest accounts with their real sharing, hard negatives, and planted rings.

In come a parameter file's ranges, a size and a seed; out comes a `World` of integer codes, with the truth beside it. The same seed
gives the same world, and nothing here reads a clock.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from graphlink.simulate.draws import Ints, open_part
from graphlink.simulate.gatherings import gather_people, settle_templates
from graphlink.simulate.habits import settle_habits
from graphlink.simulate.parameters import Settings, WorldParameters, load_parameters
from graphlink.simulate.people import settle
from graphlink.simulate.plans import plan_rings
from graphlink.simulate.rings import PlannedRing, honest_haunts, plant_ring
from graphlink.simulate.scene import DAY, Accounts, Group, Scene, Signal, Table, empty_accounts
from graphlink.simulate.segments import settle_segments


@dataclass(frozen=True, slots=True)
class World:
    """A finished world: account columns, one table of distinct sightings per signal type, rings, and all true groups."""

    parameters: str
    seed: int
    settings: Settings
    horizon: int
    accounts: Accounts
    tables: tuple[Table, ...]
    rings: tuple[PlannedRing, ...]
    groups: tuple[Group, ...]


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked of a world beside its size: the prevalence, or else the rings themselves; the number of weekly sweeps."""

    prevalence: str = "default"
    rings: tuple[tuple[str, int | None], ...] = ()
    weeks: int = 1


def simulate(parameters: WorldParameters | None = None, *, n_accounts: int, seed: int, wish: Wish | None = None) -> World:
    """Build one labelled world.

    Parameters
    ----------
    parameters
        Ranges of a parameter file; `default` unless given.
    n_accounts
        Accounts in all, ring members included.
    seed
        The world's seed; the same seed gives the same world.
    wish
        Prevalence, rings and weeks.

    Examples
    --------
    >>> world = simulate(n_accounts=3000, seed=1)
    >>> len(world.accounts.segment)
    3000
    """
    wish = wish or Wish()
    parameters = parameters or load_parameters("default")
    settings = parameters.draw(open_part(seed, "parameters").rng)
    budget = round(getattr(settings.prevalence, wish.prevalence) * n_accounts)
    rings = plan_rings(open_part(seed, "plans").rng, budget, wish.rings)
    n_ring = sum(ring.size for ring in rings)
    if n_ring > n_accounts // 2:
        message = f"the rings ask for {n_ring} of {n_accounts} accounts; ask for more accounts, or for smaller rings as in R7=5000"
        raise ValueError(message)
    horizon = (settings.time.window_days + 7 * (wish.weeks - 1)) * DAY
    scene = Scene(seed, settings, horizon, empty_accounts(n_accounts))
    honest = np.arange(n_accounts - n_ring, dtype=np.int64)
    _settle_honest(scene, honest)
    _plant_rings(scene, rings, first=len(honest))
    tables = tuple(_distinct(scene, signal) for signal in Signal)
    return World(parameters.name, seed, settings, horizon, scene.accounts, tables, rings, tuple(scene.groups))


def _settle_honest(scene: Scene, honest: Ints) -> None:
    settle(scene, honest)
    gather_people(scene, honest)
    settle_segments(scene, honest)
    settle_habits(scene, honest)
    settle_templates(scene, honest)


def _plant_rings(scene: Scene, rings: tuple[PlannedRing, ...], first: int) -> None:
    haunts = honest_haunts(scene) if rings else np.empty(0, np.int64)
    for ring in rings:
        members = np.arange(first, first + ring.size, dtype=np.int64)
        plant_ring(scene, ring, members, haunts)
        first += ring.size


def _distinct(scene: Scene, signal: Signal) -> Table:
    """Bring a type's sightings to one for each account and value: earliest, latest, counts added."""
    mine = [chunk for chunk in scene.chunks if chunk.signal == signal]
    scene.chunks[:] = [chunk for chunk in scene.chunks if chunk.signal != signal]
    account = np.concatenate([chunk.account for chunk in mine])
    value = np.concatenate([chunk.value for chunk in mine])
    order = np.lexsort((value, account))
    account, value = account[order], value[order]
    starts = np.flatnonzero(np.r_[True, (account[1:] != account[:-1]) | (value[1:] != value[:-1])])
    return Table(
        signal,
        account[starts],
        value[starts],
        np.minimum.reduceat(np.concatenate([chunk.first for chunk in mine])[order], starts),
        np.maximum.reduceat(np.concatenate([chunk.last for chunk in mine])[order], starts),
        np.add.reduceat(np.concatenate([chunk.count for chunk in mine])[order], starts),
    )
