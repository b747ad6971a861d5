"""Write a world in the contract's shapes: `accounts.parquet` and `sightings.parquet`, and the truth kept apart in `truth/`.

Rows are ordered by scrambled account id within each signal type, so that their order tells nothing; the bytes are the same for the
same world.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from graphlink.simulate import text
from graphlink.simulate.draws import Ints, mix
from graphlink.simulate.people import COUNTRIES
from graphlink.simulate.scene import Accounts, Group, Plan, Segment, Signal, Status, Table
from graphlink.simulate.world import World

_ROWS = 1 << 20  # a row group: large enough to compress, small enough that text never fills memory
_TIERS = ("peripheral", "probable", "core")
# Where an account is part of several honest groups, the truth names the one that fools most.
_MOST_FOOLING = (8, 3, 2, 4, 5, 6, 1, 7)


def write_world(world: World, out: Path) -> None:
    """Write a world's export and truth into a folder, which is made."""
    truth = out / "truth"
    truth.mkdir(parents=True, exist_ok=True)
    order = np.argsort(mix(np.arange(len(world.accounts.segment)), world.seed * 1000 + 1), kind="stable")
    names = _Groups(world)
    _write(out / "accounts.parquet", (_accounts(world, order[i : i + _ROWS]) for i in range(0, len(order), _ROWS)))
    _write(out / "sightings.parquet", _sightings(world, order))
    _write(truth / "truth.parquet", (_truth(world, names, order[i : i + _ROWS]) for i in range(0, len(order), _ROWS)))
    _write(truth / "truth_groups.parquet", [names.table()])
    _write(truth / "truth_members.parquet", names.members())


def _write(path: Path, tables: Iterator[pa.Table] | list[pa.Table]) -> None:
    writer: pq.ParquetWriter | None = None
    for table in tables:
        writer = writer or pq.ParquetWriter(path, table.schema, compression="zstd", compression_level=3)
        writer.write_table(table)
    if writer:
        writer.close()


def _times(world: World, seconds: npt.NDArray[np.int64]) -> pa.Array:
    end = int(datetime.fromisoformat(world.settings.time.as_of).timestamp())
    moments = (seconds.astype(np.int64) + (end - world.horizon)) * 1000
    return pa.array(moments).cast(pa.timestamp("ms", tz="UTC"))


def _accounts(world: World, rows: Ints) -> pa.Table:
    columns: Accounts = world.accounts
    table = pa.table(
        {
            "account_id": text.account_ids(rows, world.seed),
            "created_at": _times(world, columns.created[rows]),
            "email": text.emails(columns.person[rows], columns.style[rows], columns.domain[rows], world.seed),
            "phone": text.phones(columns.phone[rows], world.seed),
            "plan": _named(Plan, columns.plan[rows]),
            "country": pa.array(COUNTRIES).take(pa.array(columns.country[rows])),
            "status": _named(Status, columns.status[rows]),
        }
    )
    return table if world.settings.columns.created_at else table.drop_columns(["created_at"])


def _sightings(world: World, order: Ints) -> Iterator[pa.Table]:
    place = np.empty(len(order), np.int32)
    place[order] = np.arange(len(order), dtype=np.int32)
    exported = world.settings.columns
    lacking = {Signal.DEVICE: not exported.device, Signal.CARD_BIN: not exported.card_bin, Signal.USER_AGENT: not exported.user_agent}
    for table in world.tables:
        if lacking.get(table.signal):
            continue
        sequence = np.argsort(place[table.account], kind="stable")
        for i in range(0, len(sequence), _ROWS):
            rows = sequence[i : i + _ROWS]
            account = table.account[rows].astype(np.int64)
            yield pa.table(
                {
                    "account_id": text.account_ids(account, world.seed),
                    "signal_type": pa.array([table.signal.name.lower()]).take(pa.array(np.zeros(len(rows), np.int8))),
                    "signal_value": _values(table.signal, table.value[rows], world.seed),
                    "first_seen": _times(world, table.first[rows]),
                    "last_seen": _times(world, table.last[rows]),
                    "count": pa.array(table.count[rows].astype(np.int64)),
                }
            )


def _values(signal: Signal, codes: Ints, seed: int) -> pa.Array:
    if signal == Signal.IP:
        return text.addresses(codes, seed)
    if signal == Signal.CARD_BIN:
        return text.bins(codes)
    if signal == Signal.USER_AGENT:
        return text.user_agents(codes)
    prefix = {Signal.CARD: "", Signal.DEVICE: "d_", Signal.TEMPLATE: "t_"}[signal]
    return text.hashes(codes, prefix, seed * 1000 + 10 + signal)


def _truth(world: World, names: _Groups, rows: Ints) -> pa.Table:
    columns = world.accounts
    ring = columns.ring[rows]
    inside = ring >= 0
    ring_ids = pa.array([f"ring-{ring.number:03d}" for ring in world.rings] or [""])
    kinds = pa.array([ring.kind for ring in world.rings] or [""])
    number, outside = pa.array(np.where(inside, ring, 0)), pa.array(~inside)
    ring_id = _unless(outside, ring_ids.take(number))
    cell = pa.array([f"cell-{i:03d}" for i in range(int(columns.cell.max(initial=0)) + 1)]).take(pa.array(np.where(inside, columns.cell[rows], 0)))
    return pa.table(
        {
            "account_id": text.account_ids(rows, world.seed),
            "role": pa.array(["honest", "ring"]).take(pa.array(inside.astype(np.int8))),
            "segment": _named(Segment, columns.segment[rows]),
            "ring_id": ring_id,
            "campaign_id": ring_id,
            "cell": _unless(outside, cell),
            "tier": _unless(outside, pa.array(_TIERS).take(pa.array(columns.tier[rows]))),
            "ring_kind": _unless(outside, kinds.take(number)),
            "hard_negative_id": names.negative(rows),
            "victim": pa.array(columns.victim[rows]),
        }
    )


class _Groups:
    """The true groups of a world with their ids: every planted ring and every honest group."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._ids: list[str] = []
        self._kinds: list[str] = []
        self._negatives: list[str | None] = []
        self._group: list[npt.NDArray[np.int64]] = []
        self._account: list[Ints] = []
        accounts = world.accounts
        members = np.flatnonzero(accounts.ring >= 0)
        for ring in world.rings:
            mine = members[accounts.ring[members] == ring.number]
            self._add(f"ring-{ring.number:03d}", ring.kind, None, np.zeros(len(mine), np.int64), mine)
        for group in world.groups:
            self._number(group)
        self.number = np.concatenate(self._group) if self._group else np.empty(0, np.int64)
        self.account = np.concatenate(self._account) if self._account else np.empty(0, np.int64)

    def _add(self, name: str, kind: str, negative: str | None, number: Ints, account: Ints) -> None:
        self._group.append(number + len(self._ids))
        self._account.append(account)
        self._ids.append(name)
        self._kinds.append(kind)
        self._negatives.append(negative)

    def _number(self, group: Group) -> None:
        values, number = np.unique(group.number, return_inverse=True)
        self._group.append(number + len(self._ids))
        self._account.append(group.account)
        taken = sum(kind == group.kind for kind in self._kinds)
        for i in range(taken, taken + len(values)):
            self._ids.append(f"{group.kind}-{i:06d}")
            self._kinds.append(group.kind)
            self._negatives.append(f"HN{group.negative}-{i:06d}" if group.negative else None)

    def table(self) -> pa.Table:
        """Return one row for each group."""
        size = np.bincount(self.number, minlength=len(self._ids))
        return pa.table(
            {
                "group_id": pa.array(self._ids, pa.string()),
                "kind": pa.array(self._kinds, pa.string()),
                "size": pa.array(size),
                "hard_negative_id": pa.array(self._negatives, pa.string()),
            }
        )

    def members(self) -> Iterator[pa.Table]:
        """Yield (group, account) rows."""
        ids = pa.array(self._ids, pa.string())
        for i in range(0, max(1, len(self.number)), _ROWS):
            part = slice(i, i + _ROWS)
            yield pa.table({"group_id": ids.take(pa.array(self.number[part])), "account_id": text.account_ids(self.account[part].astype(np.int64), self._world.seed)})

    def negative(self, rows: Ints) -> pa.Array:
        """Return the hard negative of each account, or null."""
        chosen = self._chosen()[rows]
        ids = pa.array([*self._negatives, None], pa.string())
        return ids.take(pa.array(chosen))

    def _chosen(self) -> Ints:
        chosen = np.full(len(self._world.accounts.segment), len(self._ids), np.int64)
        kind = np.array([int(name[2]) if name else 0 for name in self._negatives], np.int64)
        of_pair = kind[self.number] if len(self.number) else self.number
        for negative in reversed(_MOST_FOOLING):
            pairs = of_pair == negative
            chosen[self.account[pairs]] = self.number[pairs]
        return chosen


def _named(names: type[Plan] | type[Status] | type[Segment], codes: npt.NDArray[np.int8]) -> pa.Array:
    return pa.array([name.name.lower() for name in names]).take(pa.array(codes))


def _unless(outside: pa.Array, values: pa.Array) -> pa.Array:
    import pyarrow.compute as pc

    return pc.if_else(outside, pa.scalar(None, values.type), values)
