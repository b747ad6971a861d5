"""Remove accounts from the groups behind findings, so that stored answers agree with the report."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from graphlink.model.arrays import Int64s
    from graphlink.model.groups import Evidence


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
