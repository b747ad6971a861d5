"""`simulate` builds a labelled world: honest accounts with real sharing, hard negatives, and planted rings.

A parameter file's ranges, a size and a seed come in. A `World` of integer codes with its truth goes out. The same seed
gives the same world, and nothing reads a clock.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Literal

import numpy as np

from graphlink.lab.simulate.draws import open_part
from graphlink.lab.simulate.enforcement import enforce, stop_at_end
from graphlink.lab.simulate.framing import FRAMING, frame_victims
from graphlink.lab.simulate.gatherings import gather_people, settle_templates
from graphlink.lab.simulate.habits import settle_habits
from graphlink.lab.simulate.organisations import settle_organisations
from graphlink.lab.simulate.parameters import WorldParameters, load_parameters
from graphlink.lab.simulate.people import close_accounts, settle
from graphlink.lab.simulate.plans import plan_rings
from graphlink.lab.simulate.rings import PlannedRing, plant_ring
from graphlink.lab.simulate.scene import DAY, Accounts, Group, Scene, Signal, Table, empty_accounts
from graphlink.lab.simulate.segments import settle_people
from graphlink.lab.simulate.wiring import honest_haunts

if TYPE_CHECKING:
    from graphlink.lab.simulate.draws import Ints
    from graphlink.lab.simulate.settings import Settings

SMALLEST_WORLD = 1_000
"""In a smaller world, a campus, a company and a carrier do not fit side by side."""


@dataclass(frozen=True, slots=True)
class WorldRequest:
    """The options of a world besides its size.

    `prevalence` sets the number of ring members, unless `rings` lists the rings, each with a size or of natural size.
    `weeks` is the number of weekly sweeps. `n_victims` honest accounts are framed, each with values of `framing_types`
    types.
    """

    prevalence: Literal["clean", "low", "default", "heavy"] = "default"
    rings: tuple[tuple[str, int | None], ...] = ()
    weeks: int = 1
    n_victims: int = 0
    framing_types: int = 1


@dataclass(frozen=True, slots=True, eq=False)
class World:
    """A finished world: account columns, distinct sightings per signal type, rings, and all true groups.

    `exported` are the numbers of the accounts in the export.
    """

    parameters: str
    seed: int
    request: WorldRequest
    settings: Settings
    horizon: int
    accounts: Accounts
    tables: tuple[Table, ...]
    rings: tuple[PlannedRing, ...]
    groups: tuple[Group, ...]
    exported: Ints


def simulate(
    parameters: WorldParameters | None = None,
    *,
    n_accounts: int,
    seed: int,
    request: WorldRequest | None = None,
) -> World:
    """Build one labelled world.

    Parameters
    ----------
    parameters
        Ranges of a parameter file; the default is `default`.
    n_accounts
        All accounts, ring members included. Accounts that grow back after bans are extra.
    seed
        The world's seed; the same seed gives the same world.
    request
        Prevalence or rings, weeks, victims.

    Raises
    ------
    ValueError
        If the world is too small, too small for its rings, or has no ring that could frame the victims.

    Examples
    --------
    >>> world = simulate(n_accounts=3000, seed=1)
    >>> len(world.exported)
    3000
    """
    request = request or WorldRequest()
    parameters = parameters or load_parameters("default")
    settings = parameters.draw(open_part(seed, "parameters").rng)
    budget = round(getattr(settings.prevalence, request.prevalence) * n_accounts)
    rings = plan_rings(open_part(seed, "plans").rng, budget, request.rings)
    n_members = sum(ring.size for ring in rings)
    _check_size(n_accounts, rings)
    _check_victims(request, rings)
    horizon = (settings.time.window_days + 7 * (request.weeks - 1)) * DAY
    room = n_accounts + n_members * settings.enforcement.waves * (request.weeks > 1)
    scene = Scene(seed, settings, horizon, empty_accounts(room))
    scene.accounts.person[:] = scene.part("names").rng.permutation(room)
    honest = np.arange(n_accounts - n_members, dtype=np.int64)
    _settle_honest(scene, honest)
    n_accounts = _plant_rings(scene, rings, len(honest))
    if request.n_victims:
        frame_victims(scene, honest, request.n_victims, request.framing_types)
    return World(
        parameters=parameters.name,
        seed=seed,
        request=request,
        settings=settings,
        horizon=horizon,
        accounts=_first(scene.accounts, n_accounts),
        tables=tuple(_distinct(scene, signal) for signal in Signal),
        rings=rings,
        groups=tuple(scene.groups),
        exported=np.arange(n_accounts, dtype=np.int64),
    )


def _check_size(n_accounts: int, rings: tuple[PlannedRing, ...]) -> None:
    if n_accounts < SMALLEST_WORLD:
        raise ValueError(f"{n_accounts:,} accounts are too few for a world; ask for {SMALLEST_WORLD:,} or more")
    n_members, most = sum(ring.size for ring in rings), n_accounts // 2
    if n_members > most:
        raise ValueError(
            f"the rings ask for {n_members:,} of {n_accounts:,} accounts, and half is the most; ask for "
            f"{2 * n_members:,} accounts, or for smaller rings: {rings[0].kind}={most // len(rings)}"
        )


def _check_victims(request: WorldRequest, rings: tuple[PlannedRing, ...]) -> None:
    if request.framing_types > len(FRAMING):
        known = ", ".join(signal.name.lower() for signal in FRAMING)
        raise ValueError(f"rings take over values of {len(FRAMING)} types ({known}); ask for {len(FRAMING)} or fewer")
    if request.n_victims and not rings:
        raise ValueError("no ring is planted that could frame victims; ask for more accounts, or for rings: R1=100")


def _settle_honest(scene: Scene, honest: Ints) -> None:
    settle(scene, honest)
    gather_people(scene, honest)
    close_accounts(scene, honest)
    stop_at_end(scene, 0)
    settle_people(scene, honest)
    settle_organisations(scene, honest)
    settle_habits(scene, honest)
    settle_templates(scene, honest)


def _plant_rings(scene: Scene, rings: tuple[PlannedRing, ...], n_honest: int) -> int:
    """Plant the rings after the honest accounts, with bans and regrowth. Return the total number of accounts."""
    haunts = honest_haunts(scene) if rings else np.empty(0, np.int64)
    first = n_honest
    successor = n_honest + sum(ring.size for ring in rings)
    for ring in rings:
        since = len(scene.chunks)
        own = plant_ring(scene, ring, np.arange(first, first + ring.size, dtype=np.int64), haunts)
        first += ring.size
        successor += enforce(scene, ring.number, own, haunts, successor)
        stop_at_end(scene, since)
    return successor


def _first(accounts: Accounts, n: int) -> Accounts:
    return Accounts(**{column.name: getattr(accounts, column.name)[:n] for column in fields(accounts)})


def _distinct(scene: Scene, signal: Signal) -> Table:
    """Merge a type's sightings to one per account and value: earliest, latest, sum of counts."""
    mine = [chunk for chunk in scene.chunks if chunk.signal == signal]
    scene.chunks[:] = [chunk for chunk in scene.chunks if chunk.signal != signal]  # frees them one by one
    account = np.concatenate([chunk.account for chunk in mine])
    value = np.concatenate([chunk.value for chunk in mine])
    order = np.lexsort((value, account))
    account, value = account[order], value[order]
    is_new = np.ones(len(order), np.bool_)
    is_new[1:] = (account[1:] != account[:-1]) | (value[1:] != value[:-1])
    new = np.flatnonzero(is_new)
    first = np.minimum.reduceat(np.concatenate([chunk.first for chunk in mine])[order], new)
    last = np.maximum.reduceat(np.concatenate([chunk.last for chunk in mine])[order], new)
    count = np.add.reduceat(np.concatenate([chunk.count for chunk in mine])[order], new)
    return Table(signal, account[new], value[new], first, last, count)
