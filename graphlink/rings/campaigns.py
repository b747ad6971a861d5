"""Finds coordinated rings that many private values tie, as one campaign.

An operator of many cells changes the values by which each could be recognised, so that no signal links two cells well.
But some values remain: a few accounts of each cell have values of many other cells. Two operators may share a tool, a
network or a reseller. Few share many private values that only few others have: those who buy numbers, cards or mail
domains from one supplier. The values do not tell which it is, so a campaign is a question to the investigator.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.sparse import coo_array, csr_array

from graphlink.engine.components import join_pairs
from graphlink.model.families import CLIENT, NETWORK
from graphlink.model.findings import COORDINATED, EDGE, Campaign
from graphlink.words.short_ids import unique_beginnings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from graphlink.config.method import Method
    from graphlink.model.arrays import Bools, Int64s
    from graphlink.model.findings import Findings
    from graphlink.model.graph import Bipartite
    from graphlink.model.groups import Evidence
    from graphlink.model.sightings import Accounts

_MANY_VALUES = 5
"""Least number of values that must cross between two rings: one tool, one mail provider, one reseller serve many
operators."""

_BEYOND_CHANCE = 3
"""Multiple of the crossings expected if the outside accounts of a ring's values were drawn at random."""

_WIDEST_SPAN = 64
"""Most rings that one value may tie at once, those with most of its accounts first. It bounds the pairs to 64 * 64 a
value. Joined rings count as one ring in the next round."""


def join_campaigns(
    findings: Findings, evidence: Evidence, bipartite: Bipartite, accounts: Accounts, method: Method
) -> Findings:
    """Join coordinated rings that are parts of one campaign.

    Values of what accounts are, have, pay with and write count if most of their accounts are in coordinated rings.
    Places and programs do not count. Rings that many of these values cross between, well beyond chance, are joined.
    This repeats, since a larger campaign shares more. A ring stays in its campaign if enough of its members have a
    value of the others.

    Parameters
    ----------
    findings, evidence
        The rings, and the groups that they were reported from.
    accounts
        The accounts that the findings name.

    Returns
    -------
    Findings
        With the campaigns, the largest first, and a mark on each of their rings.
    """
    borne, groups = _own_values(findings, evidence, bipartite, accounts)
    size = evidence.size
    unit = _join(borne, size, bipartite, findings.calibration.n_accounts)
    unit = _without_strangers(unit, borne, size, method.campaign_cover)
    crossing = borne[_crossing(unit[borne["group"]], borne)]
    crossing = crossing.assign(unit=unit[crossing["group"]], family=bipartite.family[crossing["signal"]])
    n_members = {ring.ring_id: ring.n_members for ring in findings.rings}
    of_unit = [rows for _, rows in crossing.groupby("unit")]
    united = [_ring_ids(rows, groups) for rows in of_unit]
    campaigns = []
    for rows, ring_ids, campaign_id in zip(of_unit, united, _campaign_ids(united), strict=True):
        campaigns.append(
            Campaign(
                campaign_id=campaign_id,
                ring_ids=ring_ids,
                n_members=sum(n_members[ring_id] for ring_id in ring_ids),
                n_crossing_values=rows["signal"].nunique(),
                n_crossing_accounts=rows["account"].nunique(),
                families=tuple(bipartite.families[f] for f in np.unique(rows["family"])),
            )
        )
    campaigns.sort(key=lambda campaign: (-campaign.n_members, campaign.campaign_id))
    named = {ring_id: campaign.campaign_id for campaign in campaigns for ring_id in campaign.ring_ids}
    rings = tuple(replace(ring, campaign=named.get(ring.ring_id, "")) for ring in findings.rings)
    return replace(findings, rings=rings, campaigns=tuple(campaigns))


def _own_values(
    findings: Findings, evidence: Evidence, bipartite: Bipartite, accounts: Accounts
) -> tuple[pd.DataFrame, list[tuple[int, str]]]:
    """The accounts of values that are mostly on coordinated groups, and each group's ring id.

    The frame has a row for each account of a value: signal, group, account. The groups are in rank order.
    """
    members = evidence.members
    group = np.full(bipartite.n_accounts, -1, dtype=np.int32)
    group[members["account"]] = members["community"]
    coordinated = [ring.ring_id for ring in findings.rings if ring.assessment == COORDINATED]
    one_of_each = findings.members.drop_duplicates("ring_id").set_index("ring_id")["account_id"]
    number = group[accounts.positions(one_of_each.reindex(coordinated))] if coordinated else np.zeros(0, np.int64)
    is_coordinated = np.zeros(len(evidence.size) + 1, dtype=np.bool_)
    is_coordinated[number] = True
    firm = np.zeros(bipartite.n_accounts, dtype=np.bool_)
    firm[members.loc[members["tier"] < EDGE, "account"]] = True

    telling = ~np.isin(np.array(bipartite.families), (NETWORK, CLIENT))[bipartite.family] & ~bipartite.corroborates
    inside = np.flatnonzero((firm & is_coordinated[group])[bipartite.accounts])
    signal = np.searchsorted(bipartite.signal_start, inside, side="right") - 1
    n_inside = np.bincount(signal, minlength=bipartite.n_signals)
    chosen = (telling & (2 * n_inside > bipartite.degree))[signal]
    signal, account = signal[chosen], bipartite.accounts[inside[chosen]]
    borne = pd.DataFrame({"signal": signal, "group": group[account].astype(np.int64), "account": account})
    return borne, list(zip(number.tolist(), coordinated, strict=True))


def _join(borne: pd.DataFrame, size: Int64s, bipartite: Bipartite, n_accounts: int) -> Int64s:
    """The campaign of each group: groups that many values cross between are joined until nothing changes."""
    unit = np.arange(len(size))
    while True:
        one, other = _tied(unit, borne, size, bipartite, n_accounts).nonzero()
        joined = join_pairs(one, other, len(size))[unit].astype(np.int64)
        if len(np.unique(joined)) == len(np.unique(unit)):
            return unit
        unit = joined


def _tied(unit: Int64s, borne: pd.DataFrame, size: Int64s, bipartite: Bipartite, n_accounts: int) -> csr_array:
    """A symmetric matrix: which campaigns are tied to each other."""
    n_units = len(size)
    unit_size = np.bincount(unit, size, minlength=n_units)
    _, value = np.unique(borne["signal"], return_inverse=True)
    n_values = int(value.max(initial=-1)) + 1
    degree = np.zeros(n_values)
    degree[value] = bipartite.degree[borne["signal"]]
    count = coo_array((np.ones(len(borne)), (unit[borne["group"]], value)), shape=(n_units, n_values)).tocsr()
    count.sum_duplicates()
    entries = count.tocoo()
    campaign, borne_value = entries.coords
    elsewhere = np.bincount(campaign, degree[borne_value] - entries.data, minlength=n_units)
    count = _widest(count)
    bears = (count > 0).astype(np.float64)
    values = (bears @ bears.T).tocoo()
    one, other = values.coords
    bearers = (bears @ count.T).tocsr()[one, other]  # accounts in the other, of values of the one
    by_chance = elsewhere[one] * unit_size[other] / np.maximum(n_accounts - unit_size[one], 1)
    tied = (one != other) & (values.data >= _MANY_VALUES) & (bearers >= _BEYOND_CHANCE * by_chance)
    ties = coo_array((tied[tied].astype(np.int8), (one[tied], other[tied])), shape=values.shape).tocsr()
    seen_from_both: csr_array = ties.multiply(ties.T)
    return seen_from_both


def _widest(count: csr_array) -> csr_array:
    """The entries of the ``_WIDEST_SPAN`` campaigns with most accounts of each value."""
    entries = count.tocoo()
    campaign, value = entries.coords
    frame = pd.DataFrame({"value": value, "campaign": campaign, "n": entries.data})
    frame = frame.sort_values(["value", "n", "campaign"], ascending=[True, False, True])
    frame = frame[frame.groupby("value").cumcount() < _WIDEST_SPAN]
    return coo_array((frame["n"], (frame["campaign"], frame["value"])), shape=count.shape).tocsr()


def _without_strangers(unit: Int64s, borne: pd.DataFrame, size: Int64s, cover: float) -> Int64s:
    """Remove groups of which too few members have a value of the others, until none is left."""
    while True:
        crossing = borne[_crossing(unit[borne["group"]], borne)]
        crossed = np.bincount(crossing[["group", "account"]].drop_duplicates()["group"], minlength=len(size))
        together = np.bincount(unit, minlength=2 * len(size))[unit] > 1
        stranger = together & (crossed < cover * size)
        if not stranger.any():
            return unit
        unit = np.where(stranger, len(size) + np.arange(len(size)), unit)


def _crossing(unit: Int64s, borne: pd.DataFrame) -> Bools:
    """By row: whether another group of the same campaign has its value too."""
    n_groups = borne["group"].groupby([unit, borne["signal"].to_numpy()]).transform("nunique")
    return (n_groups > 1).to_numpy()


def _ring_ids(rows: pd.DataFrame, groups: Sequence[tuple[int, str]]) -> tuple[str, ...]:
    mine = set(rows["group"].unique().tolist())
    return tuple(ring_id for group, ring_id in groups if group in mine)


def _campaign_ids(rings: Sequence[tuple[str, ...]]) -> list[str]:
    """Mint each campaign's id from its rings, so that every run that finds these rings gives the same id."""
    digests = [hashlib.sha256("\0".join(sorted(each)).encode()).hexdigest().upper() for each in rings]
    return [f"C-{short}" for short in unique_beginnings(digests)]
