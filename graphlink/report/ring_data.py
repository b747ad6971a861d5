"""One ring's share of the tables, with names turned into positions so that pictures can be made from arrays.

The findings go in, and for each ring asked for its members, its signals and who bears what come out, always in the same
order whatever the order of the ties.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import pandas as pd

from graphlink.report.tables import time_integers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from graphlink.model import Campaign, Findings, Int64s, Ring


@dataclass(frozen=True, slots=True)
class Robustness:
    """What null worlds and disturbances say of a ring; their numbers are 0 where none were made."""

    q_value: float | None = None
    n_worlds: int = 0
    n_seeds: int = 0
    over_seeds: float = math.nan
    n_losses: int = 0
    over_losses: float = math.nan
    lost_share: float = 0.0
    n_kept: int = 0
    """Accounts that came back with the ring every time."""


class MemberName(NamedTuple):
    """What a picture says of an account."""

    account_id: str
    tier: str
    confidence: float


class SignalName(NamedTuple):
    """What a picture says of a signal."""

    signal_type: str
    value: str
    inside: int
    outside: int
    share: float
    bits: float


@dataclass(frozen=True, slots=True, eq=False)
class RingData:
    """A ring with its rows of ``members`` and ``signals``, and its ties as positions in them, sorted."""

    ring: Ring
    campaign: Campaign | None
    robustness: Robustness
    members: pd.DataFrame
    signals: pd.DataFrame
    member_names: tuple[MemberName, ...]
    signal_names: tuple[SignalName, ...]
    signal_values: tuple[str, ...]
    signal_families: tuple[str, ...]
    account: Int64s
    signal: Int64s
    first_seen: Int64s
    last_seen: Int64s

    @property
    def n_accounts(self) -> int:
        """Members of every tier, possible victims among them."""
        return len(self.members)

    @property
    def n_cells(self) -> int:
        """Cells that have a member."""
        return int(self.members.loc[self.members["cell"] >= 0, "cell"].nunique())


_OF_A_SIGNAL: Final = (
    "signal_type",
    "signal_value",
    "accounts_in_ring",
    "accounts_outside",
    "share_of_ring",
    "bits",
)
"""The columns of a ``SignalName``."""


def iter_rings(findings: Findings) -> Iterator[RingData]:
    """Give the rings in rank order, each with its own rows."""
    members = findings.members.groupby("ring_id", sort=False).indices
    signals = findings.signals.groupby("ring_id", sort=False).indices
    ties = findings.ties.groupby("ring_id", sort=False).indices
    nothing = np.zeros(0, np.int64)
    robustness = _robustness(findings)
    campaigns = {each.campaign_id: each for each in findings.campaigns}
    for ring in findings.rings:
        yield _ring_data(
            ring,
            campaigns.get(ring.campaign),
            robustness[ring.ring_id],
            findings.members.iloc[members.get(ring.ring_id, nothing)].reset_index(drop=True),
            findings.signals.iloc[signals.get(ring.ring_id, nothing)].reset_index(drop=True),
            findings.ties.iloc[ties.get(ring.ring_id, nothing)],
        )


def _robustness(findings: Findings) -> dict[str, Robustness]:
    """What is known of how firmly each ring holds."""
    chance, stability = findings.chance, findings.stability
    known = {ring.ring_id: Robustness() for ring in findings.rings}
    if chance is not None:
        known = {ring_id: Robustness(chance.q_values[ring_id], chance.n_worlds) for ring_id in known}
    if stability is None:
        return known
    shares = ["over_seeds", "over_losses"]
    always = (stability.members[shares].fillna(1.0) == 1.0).all(axis=1)
    n_kept = always.groupby(stability.members["ring_id"]).sum()
    return {
        ring_id: replace(
            known[ring_id],
            n_seeds=stability.n_seeds,
            over_seeds=over_seeds,
            n_losses=stability.n_losses,
            over_losses=over_losses,
            lost_share=stability.lost_share,
            n_kept=int(n_kept[ring_id]),
        )
        for ring_id, over_seeds, over_losses in stability.rings[["ring_id", *shares]].itertuples(index=False)
    }


def _ring_data(
    ring: Ring,
    campaign: Campaign | None,
    robustness: Robustness,
    members: pd.DataFrame,
    signals: pd.DataFrame,
    ties: pd.DataFrame,
) -> RingData:
    account = pd.Index(members["account_id"]).get_indexer(ties["account_id"])
    keys = pd.MultiIndex.from_frame(signals[["signal_type", "signal_value"]])
    signal = keys.get_indexer(pd.MultiIndex.from_frame(ties[["signal_type", "signal_value"]]))
    known = (account >= 0) & (signal >= 0)
    order = np.lexsort((signal[known], account[known]))

    def chosen(column: Int64s) -> Int64s:
        return np.asarray(column[known][order], np.int64)

    return RingData(
        ring=ring,
        campaign=campaign,
        robustness=robustness,
        members=members,
        signals=signals,
        member_names=tuple(map(MemberName, *(members[name].tolist() for name in MemberName._fields))),
        signal_names=tuple(map(SignalName, *(signals[name].tolist() for name in _OF_A_SIGNAL))),
        signal_values=tuple(signals["signal_value"].astype(str)),
        signal_families=tuple(signals["family"].astype(str)),
        account=chosen(account),
        signal=chosen(signal),
        first_seen=chosen(time_integers(ties["first_seen"])),
        last_seen=chosen(time_integers(ties["last_seen"])),
    )
