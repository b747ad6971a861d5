"""Compare two runs by their stored tables: which rings are new, gone, larger or smaller, or assessed otherwise.

Sweeps give rings lasting ids, so equal ids mean the same ring. A single run derives a ring's id from its accounts, so
any change of members changes the id. Rings without an equal id are matched one to one by accounts, as in lineage.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
import pandas as pd

from graphlink.config.lineage import LineageSettings
from graphlink.engine.files import CELLS, TABLES, load_json
from graphlink.model.arrays import Int64s
from graphlink.model.findings import Tier
from graphlink.results.columns import DECLARED
from graphlink.results.listings import Listing
from graphlink.results.questions.folder import ask_tables
from graphlink.sweeps.lineage.matching import assign, count_shared, pair_by_accounts
from graphlink.words.errors import UNREADABLE, InputError

_FORMAT: Final = "graphlink-rings"

RING_BEFORE: Final = "ring_id_before"
"""The column with the ring's id in the earlier run."""


@dataclass(frozen=True, slots=True)
class _Ring:
    score: float | None
    assessment: str
    members: dict[str, str]
    """The tier of each account, without possible victims."""
    is_listed: bool = True


_NO_RING: Final = _Ring(None, "", {}, is_listed=False)


def compare_runs(earlier: Path, later: Path, *, all_of_them: bool = False) -> tuple[Listing, Counter[str]]:
    """Compare two runs ring by ring: changed assessments first, then new rings, missing ones and the largest changes.

    Rings that neither run lists are counted by their change, beside the listing, unless ``all_of_them`` are to be
    listed.

    Raises
    ------
    InputError
        GL164 if a folder holds no run.
    """
    before, after = _read_rings(earlier), _read_rings(later)
    same = _match(before, after)
    pairs = [
        (name, same.get(name), before[same[name]] if name in same else _NO_RING, ring) for name, ring in after.items()
    ]
    pairs += [(name, name, before[name], _NO_RING) for name in before.keys() - set(same.values())]
    rows, unlisted = [], Counter[str]()
    for name, name_before, old, new in pairs:
        row = _compare(name, name_before, old, new)
        if all_of_them or old.is_listed or new.is_listed:
            rows.append(row)
        else:
            unlisted[row.change] += 1
    rows.sort(key=lambda row: (_ORDER.index(row.change), -(row.joined + row.left), row.ring))
    return Listing(COMPARED.columns, COMPARED.filled(rows)), unlisted


def read_members(folder: Path) -> dict[str, frozenset[str]]:
    """The accounts of each ring of a run, without possible victims."""
    return {name: frozenset(ring.members) for name, ring in _read_rings(folder).items()}


_ORDER: Final = ("assessed anew", "new", "gone", "changed", "same")


def without_same_ids(listing: Listing) -> Listing:
    """Drop the column of earlier ids if all ids are equal."""
    place = listing.columns.index(RING_BEFORE)
    has_other = any(row[place] not in {None, row[0]} for row in listing.rows)
    return listing if has_other else listing.without(RING_BEFORE)


class _Row(NamedTuple):
    ring: str
    ring_before: str | None
    change: str
    before: int
    now: int
    joined: int
    left: int
    score_before: float | None
    score: float | None
    assessment_before: str
    assessment: str


COMPARED: Final = DECLARED["printed"]["compare"]
"""The listing."""


def _compare(name: str, name_before: str | None, old: _Ring, new: _Ring) -> _Row:
    were, are = old.members.keys(), new.members.keys()
    change = "same" if (were, new.score) == (are, old.score) else "changed"
    if _NO_RING in (old, new):
        change = "new" if old is _NO_RING else "gone"
    elif old.assessment != new.assessment:
        change = "assessed anew"
    numbers = (len(were), len(are), len(are - were), len(were - are), old.score, new.score)
    return _Row(name, name_before, change, *numbers, old.assessment, new.assessment)


_FACTS: Final = "SELECT ring_id, round(score, 1), assessment, listed FROM rings ORDER BY rank"
_MEMBERS: Final = "SELECT ring_id, account_id, tier FROM members JOIN accounts USING (account) WHERE tier <> ?"


def _read_rings(folder: Path) -> dict[str, _Ring]:
    """All rings of a run from its tables, or from ``rings.json`` of a run without tables."""
    found = ask_tables(folder, lambda run: (run.rows(_FACTS), run.rows(_MEMBERS, Tier.POSSIBLE_VICTIM.value)))
    if found is None:
        return _read_document(folder)
    facts, own = found
    members: dict[str, dict[str, str]] = defaultdict(dict)
    for ring_id, account, tier in own:
        members[ring_id][account] = tier
    return {ring_id: _Ring(score, called, members[ring_id], shown) for ring_id, score, called, shown in facts}


def _read_document(folder: Path) -> dict[str, _Ring]:
    try:
        document: Any = load_json(folder / "rings.json", TABLES, values=CELLS)
        members: dict[str, dict[str, str]] = defaultdict(dict)
        for member in document["members"]:
            if member["tier"] != Tier.POSSIBLE_VICTIM.value:
                members[member["ring_id"]][member["account_id"]] = member["tier"]
        rings = {
            ring["ring_id"]: _Ring(float(ring["score"]), ring["assessment"], members[ring["ring_id"]])
            for ring in document["rings"]
        }
        is_ours = document["format"] == _FORMAT
    except UNREADABLE:
        is_ours = False
    if not is_ours:
        what = "no run in this folder (rings.json)"
        raise InputError("GL164", folder, what, "name the folder of a run or sweep")
    return rings


def _match(before: dict[str, _Ring], after: dict[str, _Ring]) -> dict[str, str]:
    """Match each later ring with an earlier one: the same id, or else the ring with the most common accounts."""
    same = {name: name for name in after if name in before}
    old_ids, new_ids = sorted(before), sorted(after)
    members = _tabulate(before, old_ids, "known").assign(current=True)
    shared = count_shared(members, _tabulate(after, new_ids, "found"))
    pairs = pair_by_accounts(shared, _sizes(before, old_ids), _sizes(after, new_ids), LineageSettings())
    is_open = np.array([name not in same for name in old_ids], dtype=bool)[pairs["known"]]
    is_open &= np.array([name not in same for name in new_ids], dtype=bool)[pairs["found"]]
    pairs = pairs[is_open]
    known, found = pairs["known"].to_numpy(), pairs["found"].to_numpy()
    for pair in assign(known, found, (pairs["n"] + pairs["n_core"]).to_numpy()):
        same[new_ids[found[pair]]] = old_ids[known[pair]]
    return same


def _sizes(rings: dict[str, _Ring], ids: list[str]) -> Int64s:
    return np.array([len(rings[name].members) for name in ids], dtype=np.int64)


def _tabulate(rings: dict[str, _Ring], ids: list[str], place: str) -> pd.DataFrame:
    """One row per member, with the position of its ring among the ids."""
    rows = [(number, *member) for number, name in enumerate(ids) for member in rings[name].members.items()]
    return pd.DataFrame(rows, columns=[place, "account_id", "tier"])
