"""Bans and regrowth: a ring loses accounts after a sweep, and most of them return within days under new ids.

Resale services return within hours. Suppliers of cards, mail domains and exits survive a ban, so a successor inherits
part of the old signals (domain 7, 9.8). Whether a value is burnt is decided per value: a surviving card survives for
all its accounts.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from graphlink.lab.simulate.addresses import Network, in_network
from graphlink.lab.simulate.draws import coin, holds, mix, unit
from graphlink.lab.simulate.mail import PUBLIC
from graphlink.lab.simulate.people import be_someone, history
from graphlink.lab.simulate.scene import DAY, HOUR, NOBODY, Scene, Signal, Status, Table
from graphlink.lab.simulate.segments import rented
from graphlink.lab.simulate.wiring import Ring, contaminate, pool_exits

if TYPE_CHECKING:
    from graphlink.lab.simulate.draws import Ints, Part

# Within 72 hours, most of them soon.
_RETURN = 72 * HOUR
_SILENT = 14 * DAY


@dataclass(frozen=True, slots=True)
class Succession:
    """One wave of bans: the accounts that return, their new accounts, and their former lives."""

    parents: Ints
    children: Ints
    began: Ints
    length: Ints


def enforce(scene: Scene, ring: int, own: tuple[Table, ...], haunts: Ints, first_free: int) -> int:
    """Ban shares of a planted ring once or more, let it grow back, and return the number of new accounts.

    `own` are the ring's own sightings. Numbers from `first_free` on are free for successors.
    """
    rules, accounts, used = scene.settings.enforcement, scene.accounts, 0
    for wave in range(rules.waves):
        members = np.flatnonzero(accounts.ring == ring)
        when = _ban_date(scene, members[accounts.generation[members] == wave])
        if when is None:
            break
        part = scene.part(f"ring {ring} wave {wave}")
        # A ban also hits accounts that fell silent recently, since it targets the operator and not the traffic.
        known = members[(accounts.start[members] < when) & (accounts.end[members] > when - _SILENT)]
        known = known[accounts.status[known] != Status.BANNED]
        banned = known[coin(part.rng, len(known), rules.banned)]
        parents = banned[coin(part.rng, len(banned), rules.regrown)]
        children = np.arange(first_free + used, first_free + used + len(parents), dtype=np.int64)
        lives = Succession(parents, children, accounts.start[parents], accounts.end[parents] - accounts.start[parents])
        used += len(children)
        accounts.status[banned], accounts.closed[banned] = Status.BANNED, when
        accounts.end[banned] = np.minimum(accounts.end[banned], when)
        _return(scene, part, lives, when)
        inherited = tuple(_inherit(scene, part, table, lives) for table in own)
        scene.chunks.extend(inherited)
        own = own + inherited
        contaminate(Ring(scene, part, children), haunts)
    return used


def stop_at_end(scene: Scene, since: int) -> None:
    """End the sightings from chunk `since` on with their account."""
    for i, table in enumerate(scene.chunks[since:], start=since):
        end = scene.accounts.end[table.account].astype(np.int32)
        keep = table.first <= end
        last = np.minimum(table.last, end)[keep]
        scene.chunks[i] = Table(
            table.signal, table.account[keep], table.value[keep], table.first[keep], last, table.count[keep]
        )


def _ban_date(scene: Scene, members: Ints) -> int | None:
    """The day after the first sweep that sees enough of the ring's activity, if the world lasts that long."""
    if not len(members):
        return None
    started = scene.accounts.start[members]
    half_life = int(np.median(scene.accounts.end[members] - started)) // 2
    seen = int(np.median(started)) + min(scene.settings.enforcement.after_days * DAY, half_life)
    ends = [end for end in scene.sweep_ends if end >= seen]
    is_late = not ends or ends[0] + 4 * DAY > scene.horizon
    return None if is_late else ends[0] + DAY


def _return(scene: Scene, part: Part, lives: Succession, when: int) -> None:
    """Start the successors: new ids in the same cell, with the same plan and pace, for as long as before."""
    accounts, parents, children = scene.accounts, lives.parents, lives.children
    n = len(children)
    be_someone(part, accounts, children)
    accounts.start[children] = np.minimum(
        when + (_RETURN * part.rng.random(n) ** 2).astype(np.int64), scene.horizon - HOUR
    )
    accounts.end[children] = np.minimum(accounts.start[children] + np.maximum(lives.length, DAY), scene.horizon)
    aged = coin(part.rng, n, scene.settings.contamination.aged)
    warmed_up = (part.rng.exponential(2.0, n) * HOUR).astype(np.int64)
    accounts.created[children] = accounts.start[children] - warmed_up
    before = np.minimum(history(scene, part, n), accounts.start[children])
    accounts.created[children[aged]] = before[aged]
    for column in (accounts.plan, accounts.volume, accounts.active_days, accounts.ring, accounts.cell, accounts.tier):
        column[children] = column[parents]
    accounts.generation[children] = accounts.generation[parents] + 1
    accounts.parent[children] = parents
    domain = accounts.domain[parents]
    kept = holds(domain, part.name, scene.settings.enforcement.inherited)
    fresh = np.where(kept, domain, _fresh(part, "domain", domain))
    accounts.domain[children] = np.where(domain >= len(PUBLIC), fresh, NOBODY)


def _inherit(scene: Scene, part: Part, table: Table, lives: Succession) -> Table:
    """Copy a table's sightings of banned accounts to their successors. Part of the values is burnt and replaced."""
    child = np.full(len(scene.accounts.segment), NOBODY, np.int64)
    child[lives.parents] = np.arange(len(lives.parents))
    place = child[table.account]
    rows = np.flatnonzero(place >= 0)
    place = place[rows]
    began, length = lives.began[place], np.maximum(lives.length[place], 1)
    start = scene.accounts.start[lives.children[place]]
    pace = (scene.accounts.end[lives.children[place]] - start) / length
    first = start + ((table.first[rows] - began).clip(0) * pace).astype(np.int64)
    last = start + ((table.last[rows] - began).clip(0) * pace).astype(np.int64)
    return replace(
        table,
        account=lives.children[place].astype(np.int32),
        value=_replace_burnt(scene, part, table.signal, table.value[rows]),
        first=first.astype(np.int32),
        last=np.maximum(first, last).astype(np.int32),
        count=table.count[rows],
    )


def _replace_burnt(scene: Scene, part: Part, signal: Signal, values: Ints) -> Ints:
    """Keep the inherited share of values, and replace the others by new ones of the same kind, value by value."""
    inherited = scene.settings.enforcement.inherited
    if signal == Signal.CARD_BIN:
        return values  # the card merchant and its BINs survive the ban
    if signal == Signal.TEMPLATE:
        inherited = inherited**0.5  # the work continues, so its prompts change last
    kept = holds(values, part.name, inherited)
    if signal != Signal.IP:
        return np.where(kept, values, _fresh(part, signal.name, values))
    # A new server for each burnt one; residential exits come from the same vendor's pool.
    new = rented(_fresh(part, "server", values >> 8), (unit(values, "host") * 6).astype(np.int64))
    home = in_network(values, Network.HOME)
    new[home] = pool_exits(scene, part, int(home.sum()), scene.settings.rings.hydra_pool)
    return np.where(kept & ~home, values, new)


def _fresh(part: Part, kind: str, values: Ints) -> Ints:
    return part.value(kind, (mix(values) >> np.uint64(34)).astype(np.int64))
