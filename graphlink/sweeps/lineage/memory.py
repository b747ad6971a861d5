"""The knowledge of rings after a week: the found accounts and signals, and the ghosts of those that are gone.

Ghosts are kept for some weeks, since the signals of removed accounts return with other accounts.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import TypeVar

import numpy as np
import pandas as pd

from graphlink.engine.ranks import are_among, number_rows, ranks
from graphlink.model.arrays import Int64s
from graphlink.model.sightings import Sightings
from graphlink.model.sweeps import KnownMember, KnownRing, KnownSignal, RingStatus
from graphlink.model.text import TEXT
from graphlink.model.weeks import weeks_between
from graphlink.sweeps.lineage.matching import Recognised
from graphlink.sweeps.lineage.statuses import are_banned, are_closed, status_or_known
from graphlink.sweeps.lineage.tables import OPEN, find_bearers, in_order, ring_of_accounts

_SAME_SIGNAL = ["ring_id", "signal_type", "signal_value"]


@dataclass(frozen=True, slots=True, eq=False)
class Memory:
    """Members and signals after a week, ghosts included.

    ``members``: ring_id (the lasting one) and the fields of ``KnownMember``; sorted by ring and account. ``signals``:
    ring_id and the fields of ``KnownSignal``; sorted by ring, type and value. ``bearers``: row (of ``signals``) and
    account (position in the export) for every account with a passing signal this week.
    """

    members: pd.DataFrame
    signals: pd.DataFrame
    bearers: pd.DataFrame


def remember(this: Recognised, sightings: Sightings) -> Memory:
    """Merge the found rings into the known ones."""
    goes_on_as = [
        ring.ring_id if into < 0 else this.lasting[into]
        for ring, into in zip(this.known.rings, this.matches.went_into.tolist(), strict=True)
    ]
    members = _with_bans(_in_time(_members(this, goes_on_as), this), this, sightings)
    members = in_order(members, ["ring_id", "account_id"])
    signals = in_order(_signals(this, goes_on_as), _SAME_SIGNAL)
    bearers = find_bearers(signals[signals["passes"]], sightings)
    bearers["row"] = np.flatnonzero(signals["passes"])[bearers["row"]]
    banned_now = _count_banned(signals, bearers, members, sightings)
    signals["accounts_banned"] = np.maximum(signals["accounts_banned"], banned_now)
    return Memory(members, signals, bearers)


def _members(this: Recognised, goes_on_as: Sequence[str]) -> pd.DataFrame:
    """The members of a week, and as ghosts the earlier members that are in no ring now."""
    known, found = this.known, this.found
    account, account_before = ranks(found.members["account_id"], known.members["account_id"])
    bans = known.members[["banned", "banned_week", "closed"]].assign(account=account_before)
    now = found.members.assign(account=account).merge(bans, on="account", how="left")
    now = now.assign(
        ring_id=_taken(this.lasting, now["found"]),
        last_week=this.week,
        banned=now["banned"].eq(other=True),
        closed=now["closed"].eq(other=True),
    )
    gone = known.members[~are_among(known.members["account_id"], found.members["account_id"])]
    gone = gone.assign(ring_id=_taken(goes_on_as, gone["known"]))
    columns = ["ring_id", "account_id", "tier", "last_week", "banned", "banned_week", "closed"]
    return pd.concat([now[columns].astype({"last_week": TEXT}), gone[columns]], ignore_index=True)


def _with_bans(members: pd.DataFrame, this: Recognised, sightings: Sightings) -> pd.DataFrame:
    """Members with their closed status updated from this week's export."""
    accounts, place = sightings.accounts, sightings.accounts.positions(members["account_id"])
    told = {"banned": are_banned(accounts, this.settings), "closed": are_closed(accounts, this.settings)}
    now = {name: status_or_known(said, accounts, place, members[name]) for name, said in told.items()}
    since = members["banned_week"].fillna(this.week).where(now["banned"], None)
    return members.assign(**now, banned_week=since)


def _signals(this: Recognised, goes_on_as: Sequence[str]) -> pd.DataFrame:
    """Signals of each ring this week and before. A signal that passed once stays passing while it is kept."""
    now, before = this.found.signals, this.known.signals
    now = now.assign(ring_id=_taken(this.lasting, now["found"]), last_week=this.week, accounts_banned=np.int64(0))
    now = now.drop(columns="found").astype({"last_week": TEXT})
    before = before.assign(ring_id=_taken(goes_on_as, before["known"]))[list(now.columns)]
    both = _in_time(pd.concat([now, before], ignore_index=True), this)
    number = number_rows(both, _SAME_SIGNAL)
    both["accounts_banned"] = both["accounts_banned"].groupby(number).transform("max")
    order = ["number", "passes", "last_week", "accounts_in_ring"]
    strongest_first = both.assign(number=number).sort_values(order, ascending=[True, False, False, False])
    return strongest_first.drop_duplicates("number").drop(columns="number")


def _in_time(table: pd.DataFrame, this: Recognised) -> pd.DataFrame:
    """Rows that are still within the waiting time."""
    age = {each: weeks_between(each, this.week) for each in table["last_week"].unique()}
    return table[table["last_week"].map(age).astype(np.int64) <= this.settings.ghost_weeks]


def _count_banned(signals: pd.DataFrame, bearers: pd.DataFrame, members: pd.DataFrame, sightings: Sightings) -> Int64s:
    """Count, per signal, the ring's closed accounts that have it this week."""
    ring, names = pd.factorize(members["ring_id"])
    of_account = ring_of_accounts(members.assign(ring=ring)[members["banned"]], "ring", sightings)
    of_signal = names.get_indexer(pd.Index(signals["ring_id"]))
    rows = bearers["row"].to_numpy()
    own = of_account[bearers["account"]] == of_signal[rows]
    own &= of_signal[rows] >= 0
    return np.bincount(rows[own], minlength=len(signals)).astype(np.int64)


def _taken(texts: Sequence[str], places: pd.Series) -> pd.Series:
    """The text at each position."""
    return pd.Series(pd.array(texts, dtype=TEXT).take(places.to_numpy()), index=places.index)


_Row = TypeVar("_Row", KnownMember, KnownSignal)


def record_rings(this: Recognised, memory: Memory) -> tuple[KnownRing, ...]:
    """All rings ever known, sorted by id. An ended or merged ring keeps its record without names."""
    members, signals = _by_ring(memory.members, KnownMember), _by_ring(memory.signals, KnownSignal)
    after = {ring.ring_id: ring for ring in this.everything if ring.status not in OPEN}
    for ring, into in zip(this.known.rings, this.matches.went_into.tolist(), strict=True):
        own = members.get(ring.ring_id, ()), signals.get(ring.ring_id, ())
        if into >= 0:
            told = replace(ring, status=RingStatus.MERGED, merged_into=this.lasting[into], members=(), signals=())
        elif weeks_between(ring.last_week, this.week) > this.settings.ghost_weeks:
            told = replace(ring, status=RingStatus.ENDED, members=(), signals=())
        else:
            told = replace(ring, status=RingStatus.QUIET, members=own[0], signals=own[1])
        after[ring.ring_id] = told
    for ring_id, found_ring, k in zip(this.lasting, this.found.rings, this.matches.goes_on.tolist(), strict=True):
        after[ring_id] = KnownRing(
            ring_id=ring_id,
            born=this.week if k < 0 else this.known.rings[k].born,
            last_week=this.week,
            status=RingStatus.ACTIVE,
            merged_into=None,
            n_members=found_ring.n_members,
            n_core=found_ring.n_core,
            score=found_ring.score,
            assessment=found_ring.assessment,
            members=members.get(ring_id, ()),
            signals=signals.get(ring_id, ()),
        )
    return tuple(after[ring_id] for ring_id in sorted(after))


def _by_ring(table: pd.DataFrame, kind: type[_Row]) -> dict[str, tuple[_Row, ...]]:
    """The rows of each ring as values, in the order of the table."""
    names = (field.name for field in fields(kind))
    columns = [table[name].astype(object).where(table[name].notna(), None) for name in names]
    by_ring: dict[str, list[_Row]] = defaultdict(list)
    for ring_id, *values in zip(table["ring_id"].tolist(), *(column.tolist() for column in columns), strict=True):
        by_ring[ring_id].append(kind(*values))
    return {ring_id: tuple(rows) for ring_id, rows in by_ring.items()}
