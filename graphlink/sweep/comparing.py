"""Two runs side by side: which rings are new, gone, larger or smaller. Their ``rings.json`` is all that it takes.

Sweeps name rings for good, so their rings are matched by id. Runs that stand alone name rings anew each time; theirs
are matched by their accounts.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from graphlink.errors import InputError, Place
from graphlink.listing import Listing

if TYPE_CHECKING:
    from pathlib import Path

_FORMAT: Final = "graphlink-rings"
_SAME: Final = 0.3
"""Two rings are the same when they share this part of all their accounts, as from week to week."""


@dataclass(frozen=True, slots=True)
class _Ring:
    score: float
    assessment: str
    members: frozenset[str]


def compare_runs(earlier: Path, later: Path) -> Listing:
    """Compare two runs, ring by ring; what is new comes first, then what is gone, then what changed most.

    Raises
    ------
    InputError
        GL164 if a folder holds no run.
    """
    before, after = _read_rings(earlier), _read_rings(later)
    same = _by_id(before, after) or _by_members(before, after)
    rows: list[tuple[str, str, int, int, int, int, float | None, float | None, str]] = []
    for name, ring in after.items():
        old = before.get(same.get(name, ""))
        if old is None:
            rows.append((name, "new", 0, len(ring.members), len(ring.members), 0, None, ring.score, ring.assessment))
            continue
        joined, left = len(ring.members - old.members), len(old.members - ring.members)
        change = "changed" if joined or left or (ring.score, ring.assessment) != (old.score, old.assessment) else "same"
        numbers = (len(old.members), len(ring.members), joined, left, old.score, ring.score)
        rows.append((name, change, *numbers, ring.assessment))
    for name in before.keys() - set(same.values()):
        old = before[name]
        rows.append((name, "gone", len(old.members), 0, 0, len(old.members), old.score, None, old.assessment))
    order = {"new": 0, "gone": 1, "changed": 2, "same": 3}
    rows.sort(key=lambda row: (order[row[1]], -(row[4] + row[5]), row[0]))
    columns = ("ring", "change", "before", "now", "joined", "left", "score before", "score", "assessment")
    return Listing(columns, tuple(rows))


def _read_rings(folder: Path) -> dict[str, _Ring]:
    try:
        document: Any = json.loads((folder / "rings.json").read_bytes())
        members: dict[str, set[str]] = defaultdict(set)
        for member in document["members"]:
            if member["tier"] != "possible_victim":
                members[member["ring_id"]].add(member["account_id"])
        rings = {
            ring["ring_id"]: _Ring(float(ring["score"]), ring["assessment"], frozenset(members[ring["ring_id"]]))
            for ring in document["rings"]
        }
        is_ours = document["format"] == _FORMAT
    except (OSError, ValueError, KeyError, TypeError):
        is_ours = False
    if not is_ours:
        what = "no run in this folder (rings.json)"
        raise InputError("GL164", Place(str(folder)), what, "name the folder of a run or sweep")
    return rings


def _by_id(before: dict[str, _Ring], after: dict[str, _Ring]) -> dict[str, str]:
    return {name: name for name in after if name in before}


def _by_members(before: dict[str, _Ring], after: dict[str, _Ring]) -> dict[str, str]:
    """Match each ring with the one that it shares most accounts with, the closest first."""
    ring_of = {account: name for name, ring in before.items() for account in ring.members}
    pairs = []
    for name, ring in after.items():
        for old, shared in Counter(ring_of[account] for account in ring.members if account in ring_of).items():
            likeness = shared / len(ring.members | before[old].members)
            pairs.append((-likeness, name, old))
    same: dict[str, str] = {}
    for likeness, name, old in sorted(pairs):
        if -likeness >= _SAME and name not in same and old not in same.values():
            same[name] = old
    return same
