"""Possible ban evasion: new accounts with signals of a closed ring's accounts.

They may be in the ring that grew back, in another ring, or in none, since a value left only with closed accounts links
nobody. An address passes to another customer when its holder leaves. A new account that shares only addresses is
therefore no evidence.
"""

from typing import Final

import numpy as np
import pandas as pd

from graphlink.config.lineage import LineageSettings
from graphlink.model.arrays import Bools
from graphlink.model.families import NETWORK
from graphlink.model.sightings import Sightings
from graphlink.model.sweeps import Evader
from graphlink.model.times import NO_TIME
from graphlink.model.weeks import DAY, week_begin
from graphlink.sweeps.lineage.matching import Recognised
from graphlink.sweeps.lineage.memory import Memory
from graphlink.sweeps.lineage.statuses import are_banned
from graphlink.sweeps.lineage.tables import ring_of_accounts, without_victims

_WEEK: Final = 7 * DAY

_SEVERAL: Final = 2
"""The fewest closed accounts of a closed ring. A single one proves nothing."""


def find_evaders(this: Recognised, memory: Memory, sightings: Sightings) -> tuple[Evader, ...]:
    """Find new accounts with signals of a closed ring, each with the ring that it shares most with.

    Parameters
    ----------
    this
        The rings before this week. An account in one of them is not new.
    memory
        Members and signals after this week.

    Returns
    -------
    tuple
        Sorted by ring and account.
    """
    known, settings = this.known, this.settings
    if not known.rings:
        return ()
    closed = _closed_rings(memory, settings)
    borne = memory.bearers.merge(
        memory.signals.reset_index(names="row")[["row", "ring_id", "signal_type", "bits", "accounts_banned"]], on="row"
    )
    borne = borne[borne["ring_id"].isin(closed.index) & (borne["accounts_banned"] > 0)]
    was_known = ring_of_accounts(known.members, "known", sightings) >= 0
    is_candidate = ~was_known & ~are_banned(sightings.accounts, settings)
    borne["closed_since"] = closed.reindex(borne["ring_id"]).to_numpy()
    borne["new"] = _are_new(borne, this.previous, sightings) & is_candidate[borne["account"]]
    borne = _owned(borne, memory, sightings, settings)
    return _evaders(_with_more_than_places(borne[borne["new"]], sightings), memory, sightings)


def _closed_rings(memory: Memory, settings: LineageSettings) -> pd.Series:
    """Rings with enough closed accounts, and the start of the week whose sweep first saw one closed."""
    members = without_victims(memory.members)
    by_ring = members.groupby("ring_id").agg(
        n=("banned", "size"), banned=("banned", "sum"), since=("banned_week", "min")
    )
    is_closed = (by_ring["banned"] >= _SEVERAL) & (by_ring["banned"] >= settings.closed_share * by_ring["n"])
    since = by_ring.loc[is_closed, "since"]
    return since.map({week: week_begin(week) for week in since.unique()}).astype(np.int64)


def _are_new(borne: pd.DataFrame, previous: str, sightings: Sightings) -> Bools:
    """Whether accounts were created since the ring was closed, or created or first seen since the last sweep.

    A signal dated by the account's creation is no sighting. Bought accounts may be old.
    """
    since = week_begin(previous) + _WEEK
    never = np.iinfo(np.int64).max
    first = np.full(len(sightings.accounts), never)
    account = borne["account"].to_numpy()
    is_asked = np.zeros(len(first), dtype=np.bool_)
    is_asked[account] = True
    rows = np.flatnonzero(is_asked[sightings.account])
    whose, first_seen = sightings.account[rows], sightings.first_seen[rows]
    is_dated = (first_seen != NO_TIME) & (first_seen != sightings.accounts.created_at[whose])
    np.minimum.at(first, whose[is_dated], first_seen[is_dated])
    is_first_seen = (first[account] >= since) & (first[account] < never)
    created = sightings.accounts.created_at[account]
    is_new: Bools = is_first_seen | (created >= np.minimum(since, borne["closed_since"].to_numpy()))
    return is_new


def _owned(borne: pd.DataFrame, memory: Memory, sightings: Sightings, settings: LineageSettings) -> pd.DataFrame:
    """Rows of signals that still belong to the ring: enough of their current accounts are the ring's or new."""
    ring, names = pd.factorize(memory.members["ring_id"])
    of_account = ring_of_accounts(memory.members.assign(ring=ring), "ring", sightings)
    own = of_account[borne["account"]] == names.get_indexer(pd.Index(borne["ring_id"]))
    share = (own | borne["new"]).groupby(borne["row"]).transform("mean")
    return pd.DataFrame(borne[share >= settings.owned_share])


def _with_more_than_places(borne: pd.DataFrame, sightings: Sightings) -> pd.DataFrame:
    """Rows of accounts that share more with a ring than addresses, address ranges or card ranges."""
    says_more = {each.name for each in sightings.types if each.family != NETWORK and not each.coarse}
    more = borne["signal_type"].isin(says_more)
    return pd.DataFrame(borne[more.groupby([borne["account"], borne["ring_id"]]).transform("any")])


def _evaders(borne: pd.DataFrame, memory: Memory, sightings: Sightings) -> tuple[Evader, ...]:
    voice = {each.name: each.counts_as for each in sightings.types}
    strongest = borne.assign(voice=borne["signal_type"].map(voice)).groupby(["account", "ring_id", "voice"])["bits"]
    bits = strongest.max().groupby(["account", "ring_id"]).sum().rename("bits").reset_index()
    best = bits.sort_values(["account", "bits", "ring_id"], ascending=[True, False, True]).drop_duplicates("account")
    rows = borne.merge(best[["account", "ring_id"]], on=["account", "ring_id"]).groupby("account")["row"].agg(sorted)
    types, values = memory.signals["signal_type"].tolist(), memory.signals["signal_value"].tolist()
    ids = sightings.accounts.ids
    evaders = [
        Evader(
            account_id=ids[account].as_py(),
            ring_id=ring_id,
            created_at=int(sightings.accounts.created_at[account]),
            shared=tuple((types[row], values[row]) for row in rows[account]),
            bits=int(bits),
        )
        for account, ring_id, bits in best[["account", "ring_id", "bits"]].itertuples(index=False)
    ]
    return tuple(sorted(evaders, key=lambda evader: (evader.ring_id, evader.account_id)))
