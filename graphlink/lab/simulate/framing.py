"""Framed victims: a ring takes the values of an honest account, so that shared values alone accuse the victim.

The ring takes them later and in a burst. The victim had each value before any member did, and a detector can see that.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from graphlink.lab.simulate.draws import coin
from graphlink.lab.simulate.habits import pay
from graphlink.lab.simulate.scene import DAY, HOUR, NOBODY, Scene, Signal

if TYPE_CHECKING:
    from graphlink.lab.simulate.draws import Ints, Part

# Value types that an attacker can take, the most expensive last.
FRAMING = (Signal.TEMPLATE, Signal.IP, Signal.DEVICE, Signal.CARD)
# Candidates per victim: enough that some have a value of each type.
_CANDIDATES = 40
_BURST = 6 * HOUR


def frame_victims(scene: Scene, honest: Ints, n_victims: int, n_types: int) -> None:
    """Let rings take values of `n_types` types from each of `n_victims` honest accounts, for nearly every member."""
    part = scene.part("framing")
    rings = np.unique(scene.accounts.ring[scene.accounts.ring >= 0])
    early = honest[scene.accounts.start[honest] < scene.horizon // 3]
    candidates = np.sort(part.rng.choice(early, size=min(len(early), _CANDIDATES * n_victims), replace=False))
    rarest = {signal: _rarest_values(scene, candidates, signal) for signal in FRAMING}
    n_borne = sum((value >= 0).astype(np.int64) for value, _ in rarest.values())
    victims = np.flatnonzero(n_borne >= n_types)[:n_victims]
    for turn, place in enumerate(victims.tolist()):
        borne = [signal for signal in FRAMING if rarest[signal][0][place] >= 0]
        chosen = [borne[i] for i in part.rng.permutation(len(borne))[:n_types].tolist()]
        ring = int(rings[turn % len(rings)])
        known = max(int(rarest[signal][1][place]) for signal in chosen)
        members = _members_after(scene, part, ring, known)
        burst = np.maximum(known + DAY, scene.accounts.start[members]) + part.rng.integers(0, _BURST, len(members))
        for signal in chosen:
            _take(scene, part, signal, members, int(rarest[signal][0][place]), burst)
        scene.accounts.framed_by[candidates[place]] = ring


def _members_after(scene: Scene, part: Part, ring: int, known: int) -> Ints:
    """Members that are still active after the victim's values are known."""
    members = np.flatnonzero(scene.accounts.ring == ring)
    alive = members[scene.accounts.end[members] > known + DAY]
    return alive[coin(part.rng, len(alive), scene.settings.rings.framing)]


def _take(scene: Scene, part: Part, signal: Signal, members: Ints, value: int, burst: Ints) -> None:
    values = np.full(len(members), value, np.int64)
    if signal == Signal.CARD:
        pay(scene, part, members, values, at=burst)
    else:
        scene.see(part, signal, members, values, stay=3.0, at=burst)


def _rarest_values(scene: Scene, candidates: Ints, signal: Signal) -> tuple[Ints, Ints]:
    """Each candidate's rarest value of a type, and since when it is known; -1 if it has none.

    Only values known in the first half of the world count, so that members are still active when they take them.
    """
    chunks = [chunk for chunk in scene.chunks if chunk.signal == signal]
    account = np.concatenate([chunk.account for chunk in chunks])
    value = np.concatenate([chunk.value for chunk in chunks])
    first = np.concatenate([chunk.first for chunk in chunks])
    values, degree = np.unique(value, return_counts=True)
    mine = np.flatnonzero(np.isin(account, candidates) & (first < scene.horizon // 2))
    account, value, first = account[mine], value[mine], first[mine]
    order = np.lexsort((value, degree[np.searchsorted(values, value)], account))
    account, value, first = account[order], value[order], first[order]
    bearer, top = np.unique(account, return_index=True)
    place = np.searchsorted(candidates, bearer)
    rarest, since = np.full(len(candidates), NOBODY, np.int64), np.zeros(len(candidates), np.int64)
    rarest[place], since[place] = value[top], first[top]
    return rarest, since
