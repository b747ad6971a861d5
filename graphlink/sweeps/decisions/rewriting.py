"""Findings without some accounts, with some rings last, or with added checks. The tables keep one common order."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Final

import numpy as np
import pandas as pd

from graphlink.engine.ranks import are_among, number_rows
from graphlink.model.arrays import Bools, Int64s
from graphlink.model.findings import (
    COORDINATED,
    COORDINATED_SCORE,
    END_OF_SCALE,
    INCONCLUSIVE,
    Check,
    Findings,
    Ring,
    Tier,
)
from graphlink.model.groups import Evidence
from graphlink.model.listing import is_ring_listed
from graphlink.model.sweeps import CLEARED
from graphlink.model.text import TEXT
from graphlink.rings.shared_signals import by_chance
from graphlink.rings.verdict import turn_of
from graphlink.words.sentences import NOT_COUNTED, counted

_FEWEST: Final = 2
"""The fewest members of a ring and the fewest rings of a campaign, whatever the settings."""


def without_accounts(
    findings: Findings, accounts: Collection[str], smallest_ring: int = _FEWEST
) -> tuple[Findings, frozenset[str]]:
    """Remove accounts from their rings and all tables, and drop the rings that become too small.

    A ring is too small with fewer accounts than ``smallest_ring``, or fewer than two members that are not possible
    victims.

    Returns
    -------
    Findings
        The rest, counted again. Scores and their reasons were computed from all accounts and stay unchanged.
    frozenset of str
        The dropped rings.
    """
    if not accounts:
        return findings, frozenset()
    out = pd.Series(list(accounts), dtype=TEXT)
    gone = are_among(findings.members["account_id"], out)
    touched = set(findings.members["ring_id"][gone])
    tiers = Counter(zip(findings.members["ring_id"][~gone], findings.members["tier"][~gone], strict=True))
    rings = tuple(_without_cleared(ring, tiers) if ring.ring_id in touched else ring for ring in findings.rings)
    small = frozenset(
        ring.ring_id
        for ring in rings
        if ring.ring_id in touched and (ring.n_members < _FEWEST or sum(ring.tiers.values()) < smallest_ring)
    )
    ties = findings.ties
    tie_gone = are_among(ties["account_id"], out)
    rest = replace(
        findings,
        rings=rings,
        members=findings.members[~gone],
        signals=_recount_signals(findings, gone, ties[tie_gone], touched),
        tied=ties[~tie_gone],
        stability=findings.stability
        and replace(findings.stability, members=findings.stability.members[~gone].reset_index(drop=True)),
    )
    return _ranked(rest, [ring for ring in rings if ring.ring_id not in small], small), small


def evidence_without(evidence: Evidence, accounts: Int64s) -> Evidence:
    """Remove accounts from the evidence. Empty groups and unused signals go, and the rest is counted again.

    The counts expected by chance follow from the new group sizes.

    ``accounts`` are account numbers in any order.
    """
    if not len(accounts):
        return evidence
    is_left = ~evidence.members["account"].isin(accounts).to_numpy()
    tie_left = ~evidence.ties["account"].isin(accounts).to_numpy()
    n_groups, n_signals = len(evidence.size), len(evidence.signals)
    size = evidence.size - np.bincount(evidence.members["community"][~is_left], minlength=n_groups)
    gone = np.bincount(evidence.ties["row"][~tie_left], minlength=n_signals)
    signals = evidence.signals.assign(
        inside=evidence.signals["inside"] - gone,
        outside=evidence.signals["outside"] + gone,
        expected=evidence.signals["expected"] * (size / evidence.size)[evidence.signals["community"]],
    )
    group_left = size > 0
    signal_left = (signals["inside"].to_numpy() > 0) & group_left[signals["community"]]
    group = np.cumsum(group_left) - 1
    row = np.cumsum(signal_left) - 1
    members = evidence.members[is_left].reset_index(drop=True)
    signals = signals[signal_left].reset_index(drop=True)
    ties = evidence.ties[tie_left].reset_index(drop=True)
    return replace(
        evidence,
        members=members.assign(community=group[members["community"]]),
        signals=signals.assign(community=group[signals["community"]]),
        ties=ties.assign(row=row[ties["row"]]),
        size=size[group_left],
    )


def reassess(
    findings: Findings, cleared: Collection[str], emptied: Collection[str], checks: Mapping[str, tuple[Check, ...]]
) -> Findings:
    """Findings as people decided: cleared rings last, in no campaign, and more checks on each ring.

    The others lose the points that they have for what they share with a cleared or an emptied ring: it vouches for
    nobody. A ring that is then below ``COORDINATED_SCORE`` is inconclusive, and the rings are put in order again.

    ``checks`` are to be added, by ring.
    """
    rings = [_untied(ring, {*cleared, *emptied}) for ring in findings.rings]
    pairs = zip(findings.rings, rings, strict=True)
    fallen = {ring.ring_id for before, ring in pairs if ring.assessment != before.assessment}
    smallest = findings.smallest_listed
    if rings != list(findings.rings):
        rings.sort(key=lambda ring: (not is_ring_listed(ring, smallest), turn_of(ring.assessment), -ring.score))
    rings.sort(
        key=lambda ring: (ring.ring_id not in cleared and not is_ring_listed(ring, smallest), ring.ring_id in cleared)
    )
    rings = [replace(ring, assessment=CLEARED) if ring.ring_id in cleared else ring for ring in rings]
    rings = [replace(ring, checks=(*ring.checks, *checks.get(ring.ring_id, ()))) for ring in rings]
    members, called = findings.members, {ring.ring_id: ring.assessment for ring in rings}
    assessment = members["ring_id"].map(called).astype(members["assessment"].dtype)
    return _ranked(replace(findings, members=members.assign(assessment=assessment)), rings, fallen.union(cleared))


def _untied(ring: Ring, cleared: Collection[str]) -> Ring:
    aside = "a person cleared that ring, so it does not count"
    factors = [
        replace(each, points=0.0, because=f"{each.because}; {aside}") if each.other_ring in cleared else each
        for each in ring.factors
    ]
    if factors == list(ring.factors):
        return ring
    total = sum(each.points for each in factors if each.name != END_OF_SCALE)
    score = round(min(max(total, 0.0), 100.0), 1)
    factors = [
        replace(each, points=round(score - total, 1) + 0.0) if each.name == END_OF_SCALE else each for each in factors
    ]
    falls = ring.assessment == COORDINATED and score < COORDINATED_SCORE
    return replace(ring, score=score, factors=tuple(factors), assessment=INCONCLUSIVE if falls else ring.assessment)


def _without_cleared(ring: Ring, n_in: Mapping[tuple[str, str], int]) -> Ring:
    """A ring with fewer accounts. A reason with an old count also gets the number of accounts that stay out."""
    before, now = ring.tiers, {tier: n_in[ring.ring_id, tier.value] for tier in Tier}
    n_out = {
        counted(sum(before[tier] for tier in who), "account"): sum(before[tier] - now[tier] for tier in who)
        for who in _JUDGED
    }
    return replace(
        ring.with_tiers(now),
        factors=tuple(replace(each, because=_with_cleared(each.because, n_out)) for each in ring.factors),
        checks=tuple(replace(each, because=_with_cleared(each.because, n_out)) for each in ring.checks),
    )


_ABOVE_EDGE = (Tier.CORE, Tier.PROBABLE)
_JUDGED: Final = (tuple(Tier), (*_ABOVE_EDGE, Tier.POSSIBLE_VICTIM), _ABOVE_EDGE)
"""The tiers that a reason may count: all if all are peripheral, victims too in a raid, else those above peripheral."""


def _with_cleared(because: str, n_out: Mapping[str, int]) -> str:
    """Add the number of cleared accounts to a reason that counts the ring's accounts.

    Examples
    --------
    >>> _with_cleared("120 accounts, peripheral ones not counted; a household has fewer", {"120 accounts": 1})
    '120 accounts (1 of them cleared by a person), peripheral ones not counted; a household has fewer'
    """
    told, mark, more = because.partition(NOT_COUNTED)
    n = n_out.get(told, 0) if mark else 0
    return f"{told} ({n:,} of them cleared by a person){mark}{more}" if n else because


def _recount_signals(
    findings: Findings, gone: Bools, ties_gone: pd.DataFrame, touched: Collection[str]
) -> pd.DataFrame:
    """Recount the signals of changed rings. Removed accounts count as outside; a signal with nobody inside is dropped.

    The count expected by chance depends on the ring's size, so it is computed again, and the signals are sorted again.
    """
    signals, keys = findings.signals, ["ring_id", "signal_type", "signal_value"]
    number = number_rows(pd.concat([signals[keys], ties_gone[keys]], ignore_index=True), keys)
    n_left = np.bincount(number[len(signals) :], minlength=len(number))[number[: len(signals)]]
    inside = signals["accounts_in_ring"].to_numpy() - n_left
    sizes = findings.members.groupby("ring_id")["account_id"].size()
    n_gone = findings.members["ring_id"][gone].value_counts()
    size = signals["ring_id"].map(sizes.sub(n_gone, fill_value=0)).to_numpy()
    outside = signals["accounts_outside"].to_numpy() + n_left
    expected = by_chance(np.maximum(size, 1), inside + outside, findings.calibration.n_accounts)
    anew = {
        "accounts_in_ring": inside,
        "accounts_outside": outside,
        "share_of_ring": np.round(inside / np.maximum(size, 1), 4),
        "expected_by_chance": np.round(expected, 4),
        "lift": np.round(inside / expected, 2),
    }
    is_touched: Bools = signals["ring_id"].isin(touched).to_numpy()
    told = signals.assign(**{name: np.where(is_touched, told, signals[name]) for name, told in anew.items()})
    told = told.iloc[_by_weight(told, is_touched)]
    return told[told["accounts_in_ring"] > 0]


def _by_weight(signals: pd.DataFrame, is_touched: Bools) -> Int64s:
    """Sort positions by ring. Within changed rings, sort by falling weight and name; keep the order elsewhere."""
    order = np.arange(len(signals))
    places, own = np.flatnonzero(is_touched), signals[is_touched]
    ring = own.groupby("ring_id", sort=False).ngroup()
    name = number_rows(own, ["signal_type", "signal_value"])
    order[places] = places[np.lexsort((name, -own["bits"] * own["accounts_in_ring"], ring))]
    return order


def _ranked(findings: Findings, rings: Sequence[Ring], out: Collection[str]) -> Findings:
    """Findings with these rings in this order, the rows of others left out. Rings that are out are in no campaign."""
    rank = {ring.ring_id: number for number, ring in enumerate(rings, start=1)}

    def in_order(table: pd.DataFrame) -> pd.DataFrame:
        left = table[table["ring_id"].isin(rank.keys())]
        return left.iloc[np.argsort(left["ring_id"].map(rank), kind="stable")].reset_index(drop=True)

    stability, members = findings.stability, in_order(findings.members)
    ranked = replace(
        findings,
        rings=tuple(replace(ring, rank=rank[ring.ring_id]) for ring in rings),
        members=members.assign(rank=members["ring_id"].map(rank)),
        signals=in_order(findings.signals),
        tied=in_order(findings.ties),
        stability=stability
        and replace(stability, rings=in_order(stability.rings), members=in_order(stability.members)),
    )
    return _with_campaigns(ranked, out)


def _with_campaigns(findings: Findings, out: Collection[str]) -> Findings:
    """Campaigns without some rings. A single ring is not a campaign."""
    size = {ring.ring_id: ring.n_members for ring in findings.rings}
    campaigns = []
    for campaign in findings.campaigns:
        ring_ids = tuple(ring for ring in campaign.ring_ids if ring in size and ring not in out)
        if len(ring_ids) >= _FEWEST:
            n_members = sum(size[ring] for ring in ring_ids)
            campaigns.append(replace(campaign, ring_ids=ring_ids, n_members=n_members))
    of = {ring: campaign.campaign_id for campaign in campaigns for ring in campaign.ring_ids}
    rings = tuple(replace(ring, campaign=of.get(ring.ring_id, "")) for ring in findings.rings)
    return replace(findings, rings=rings, campaigns=tuple(campaigns))
