"""The truth of a world, which the detector never reads: the role of each account, all true groups, the rings' fates.

`truth.parquet` has a row per account. `truth_groups.parquet` lists every planted ring and every honest group, so that a
false ring can be identified; `truth_members.parquet` has their members. `lineage.parquet` describes a world of several
weeks sweep by sweep, and `world.json` has the drawn settings.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graphlink.lab.simulate import text
from graphlink.lab.simulate.draws import distinct_pairs
from graphlink.lab.simulate.parquet import cut, write_parquet
from graphlink.lab.simulate.scene import NOBODY, Segment
from graphlink.lab.simulate.weeks import trace_rings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from graphlink.lab.simulate.draws import AnyInts, Bools, Ints
    from graphlink.lab.simulate.world import World

_TIERS = ("peripheral", "probable", "core")
# An account in several honest groups is labelled with the one that fools detectors most.
_MOST_FOOLING = (8, 3, 2, 4, 5, 6, 1, 7)


@dataclass(frozen=True, slots=True, eq=False)
class TrueGroups:
    """All true groups: id, kind and hard negative (0: none) of each, and the pairs of group and account."""

    ids: tuple[str, ...]
    kinds: tuple[str, ...]
    negatives: tuple[int, ...]
    group: Ints
    account: Ints

    @property
    def negative_ids(self) -> list[str | None]:
        """The hard-negative instance of each group, such as HN4-000002."""
        ends = (name.rpartition("-")[2] for name in self.ids)
        return [f"HN{kind}-{end}" if kind else None for kind, end in zip(self.negatives, ends, strict=True)]


def write_truth(world: World, folder: Path) -> None:
    """Write a world's truth into a folder."""
    groups = _number_groups(world)
    order = text.shuffle(np.arange(len(world.accounts.segment)), world.seed)
    write_parquet(folder / "truth.parquet", _accounts(world, groups, order))
    write_parquet(folder / "truth_groups.parquet", [_groups(groups)])
    write_parquet(folder / "truth_members.parquet", _members(world, groups))
    write_parquet(folder / "lineage.parquet", [_lineage(world)])
    (folder / "world.json").write_text(json.dumps(_manifest(world), indent=2, sort_keys=True) + "\n", "utf-8")


def ring_id(number: int) -> str:
    """Return a ring's id in the truth."""
    return f"ring-{number:03d}"


def _number_groups(world: World) -> TrueGroups:
    """Give every ring and every honest group an id."""
    ids: list[str] = []
    kinds: list[str] = []
    negatives: list[int] = []
    group: list[Ints] = []
    account: list[Ints] = []
    members = np.flatnonzero(world.accounts.ring != NOBODY)
    for ring in world.rings:
        mine = members[world.accounts.ring[members] == ring.number]
        group.append(np.full(len(mine), len(ids)))
        account.append(mine)
        ids.append(ring_id(ring.number))
        kinds.append(ring.kind)
        negatives.append(0)
    taken: dict[str, int] = {}
    for some in world.groups:
        number, who = distinct_pairs(some.number, some.account)
        _, place, size = np.unique(number, return_inverse=True, return_counts=True)
        together = size[place] > 1  # one account is not a group
        numbers, place = np.unique(number[together], return_inverse=True)
        group.append(place + len(ids))
        account.append(who[together])
        begin = taken.get(some.kind, 0)
        taken[some.kind] = begin + len(numbers)
        ids += [f"{some.kind.replace(' ', '-')}-{i:06d}" for i in range(begin, begin + len(numbers))]
        kinds += [some.kind] * len(numbers)
        negatives += [some.negative] * len(numbers)
    pairs = (np.concatenate(group).astype(np.int64), np.concatenate(account).astype(np.int64))
    return TrueGroups(tuple(ids), tuple(kinds), tuple(negatives), *pairs)


def _accounts(world: World, groups: TrueGroups, order: Ints) -> Iterator[pa.Table]:
    columns = world.accounts
    negative = _most_fooling(groups, len(columns.segment))
    negative_ids = pa.array([*groups.negative_ids, None], pa.string())
    rings = pa.array([ring_id(ring.number) for ring in world.rings], pa.string())
    kinds = pa.array([ring.kind for ring in world.rings], pa.string())
    for rows in cut(order):
        ring, framed_by, parent = columns.ring[rows], columns.framed_by[rows], columns.parent[rows]
        inside = ring != NOBODY
        cell = pc.binary_join_element_wise("cell-", pc.cast(pa.array(columns.cell[rows]), pa.string()), "")
        yield pa.table(
            {
                "account_id": text.account_ids(rows, world.seed),
                "role": pa.array(["honest", "ring"]).take(pa.array(inside.astype(np.int8))),
                "segment": text.names(Segment, columns.segment[rows]),
                "ring_id": _pick(rings, ring),
                "campaign_id": _pick(rings, ring),
                "ring_kind": _pick(kinds, ring),
                "cell": _only(inside, cell),
                "tier": _only(inside, pa.array(_TIERS).take(pa.array(columns.tier[rows]))),
                "hard_negative_id": negative_ids.take(pa.array(negative[rows])),
                "victim": pa.array(framed_by != NOBODY),
                "framed_by": _pick(rings, framed_by),
                "generation": pa.array(columns.generation[rows]),
                "successor_of": _only(parent != NOBODY, text.account_ids(parent, world.seed)),
            }
        )


def _most_fooling(groups: TrueGroups, n: int) -> Ints:
    """Return the group for each account's hard negative, or the number of groups if there is none."""
    chosen = np.full(n, len(groups.ids), np.int64)
    kind = np.asarray(groups.negatives, np.int64)[groups.group]
    for negative in reversed(_MOST_FOOLING):
        pairs = np.flatnonzero(kind == negative)
        chosen[groups.account[pairs]] = groups.group[pairs]
    return chosen


def _groups(groups: TrueGroups) -> pa.Table:
    return pa.table(
        {
            "group_id": pa.array(groups.ids, pa.string()),
            "kind": pa.array(groups.kinds, pa.string()),
            "size": pa.array(np.bincount(groups.group, minlength=len(groups.ids))),
            "hard_negative_id": pa.array(groups.negative_ids, pa.string()),
        }
    )


def _members(world: World, groups: TrueGroups) -> Iterator[pa.Table]:
    ids = pa.array(groups.ids, pa.string())
    for rows in cut(np.arange(len(groups.group))):
        yield pa.table(
            {
                "group_id": ids.take(pa.array(groups.group[rows])),
                "account_id": text.account_ids(groups.account[rows], world.seed),
            }
        )


def _lineage(world: World) -> pa.Table:
    weeks = trace_rings(world)
    lists = pa.list_(pa.string())
    table: dict[str, pa.Array] = {
        "week": pa.array([row.week for row in weeks], pa.string()),
        "ring_id": pa.array([ring_id(row.ring) for row in weeks], pa.string()),
    }
    for name in ("active", "banned", "regrown"):
        numbers = [getattr(row, name) for row in weeks]
        table[f"n_{name}"] = pa.array([len(some) for some in numbers], pa.int64())
        table[name] = pa.array([text.account_ids(some, world.seed).to_pylist() for some in numbers], lists)
    return pa.table(table)


def _manifest(world: World) -> dict[str, object]:
    return {
        "parameters": world.parameters,
        "seed": world.seed,
        "accounts": len(world.accounts.segment),
        "request": asdict(world.request),
        "rings": [{"ring_id": ring_id(ring.number), **asdict(ring)} for ring in world.rings],
        "settings": asdict(world.settings),
    }


def _pick(names: pa.Array, number: AnyInts) -> pa.Array:
    """Return the name of each number, null for nobody."""
    return names.take(pa.array(number, pa.int32(), mask=number == NOBODY))


def _only(where: Bools, values: pa.Array) -> pa.Array:
    return pc.if_else(pa.array(where), values, pa.scalar(None, values.type))
