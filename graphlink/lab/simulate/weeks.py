"""The export of each weekly sweep in a world of several windows, and the fate of the rings.

A sweep covers its window: sightings are clipped to it, and accounts have their state at its end. The lineage lists, for
every sweep and ring, the active accounts, those banned since the last sweep, and those that grew back.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np

from graphlink.lab.simulate.scene import DAY, WEEK, Status, Table

if TYPE_CHECKING:
    from graphlink.lab.simulate.draws import Ints
    from graphlink.lab.simulate.world import World


@dataclass(frozen=True, slots=True)
class Sweep:
    """One weekly window of a world: its ISO week, and its begin and end in seconds of the world."""

    week: str
    begin: int
    end: int


@dataclass(frozen=True, slots=True)
class RingWeek:
    """One ring in one sweep: the active accounts, those banned since the last sweep, and those regrown."""

    week: str
    ring: int
    active: Ints
    banned: Ints
    regrown: Ints


def list_sweeps(world: World) -> tuple[Sweep, ...]:
    """List the sweeps of a world, oldest first. A sweep has the name of the ISO week on whose last day it ends."""
    window = world.settings.time.window_days * DAY
    as_of = datetime.fromisoformat(world.settings.time.as_of)
    sweeps = []
    for end in range(window, world.horizon + 1, WEEK):
        year, week, _ = (as_of - timedelta(seconds=world.horizon - end + 1)).isocalendar()
        sweeps.append(Sweep(f"{year}-W{week:02d}", end - window, end))
    return tuple(sweeps)


def look_back(world: World, sweep: Sweep) -> World:
    """Return the world as one sweep's export shows it."""
    accounts = world.accounts
    status = np.where(accounts.closed <= sweep.end, accounts.status, np.int8(Status.ACTIVE))
    seen = (accounts.start < sweep.end) & (accounts.end > sweep.begin)
    tables = tuple(_clip(table, sweep) for table in world.tables)
    return replace(world, accounts=replace(accounts, status=status), tables=tables, exported=np.flatnonzero(seen))


def trace_rings(world: World) -> tuple[RingWeek, ...]:
    """The active, banned and regrown accounts of every sweep and ring."""
    accounts = world.accounts
    rows: list[RingWeek] = []
    for sweep in list_sweeps(world):
        since = sweep.end - WEEK if rows else sweep.begin
        for ring in world.rings:
            members = np.flatnonzero(accounts.ring == ring.number)
            start, end = accounts.start[members], accounts.end[members]
            closed = accounts.closed[members]
            is_banned = (accounts.status[members] == Status.BANNED) & (closed > since) & (closed <= sweep.end)
            is_regrown = (accounts.generation[members] > 0) & (start >= since) & (start < sweep.end)
            is_active = (start < sweep.end) & (end > sweep.begin)
            rows.append(RingWeek(sweep.week, ring.number, members[is_active], members[is_banned], members[is_regrown]))
    return tuple(rows)


def _clip(table: Table, sweep: Sweep) -> Table:
    rows = np.flatnonzero((table.first < sweep.end) & (table.last >= sweep.begin))
    first, last = table.first[rows], table.last[rows]
    begin, end = np.maximum(first, sweep.begin), np.minimum(last, sweep.end - 1)
    share = (end - begin + 1) / (last - first + 1)
    count = np.maximum(1, (table.count[rows] * share).astype(np.int32))
    return Table(table.signal, table.account[rows], table.value[rows], begin, end, count)
