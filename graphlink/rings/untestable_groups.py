"""Counts groups that no null world can test, since hardly any other account has the values that tie them."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from graphlink.engine.arrays import find_ranges, spread
from graphlink.engine.kernels.basic import count_bearers
from graphlink.rings.null_model import community_of_accounts

if TYPE_CHECKING:
    from graphlink.model.findings import Findings
    from graphlink.model.groups import Grouping
    from graphlink.model.sightings import Sightings


def add_untestable(findings: Findings, groups: Grouping, sightings: Sightings) -> Findings:
    """Count the groups left out as chance that have most of all values, of every type that ties them.

    Shuffling within each type gives their links to the same accounts again, so a null world contains them too. They
    stay out: if only a few accounts have prompts, they may share them by chance. But an export with a type of suspects
    alone must explain why nothing is found.

    Parameters
    ----------
    findings
        With the expected chance groups; without them, they are returned unchanged.
    groups
        All groups, including those left out.
    sightings
        The sightings of all accounts.
    """
    chance = findings.chance
    if chance is None or not chance.n_explained:
        return findings
    members, n_groups, n_types = groups.evidence.members, len(groups.evidence.size), len(sightings.types)
    explained = np.ones(n_groups, dtype=np.bool_)
    one_of_each = findings.members.drop_duplicates("ring_id")["account_id"]
    explained[community_of_accounts(groups)[sightings.accounts.positions(one_of_each)]] = False
    members = members[explained[members["community"]]]
    rows, of = spread(*find_ranges(sightings.account, members["account"].to_numpy()))
    kind = sightings.signal_type[sightings.signal[rows]]
    cell = members["community"].to_numpy()[of] * n_types + kind
    n_here = np.bincount(cell, minlength=n_groups * n_types).reshape(n_groups, n_types)
    n_bearers = count_bearers(sightings.signal, len(sightings.signal_type))
    starts = np.searchsorted(sightings.signal_type, np.arange(n_types + 1))  # signals are sorted by type
    n_all = np.array([n_bearers[low:high].sum(dtype=np.int64) for low, high in pairwise(starts)])
    signals = groups.evidence.signals
    links = np.zeros((n_groups, n_types), dtype=np.bool_)
    links[signals["community"], signals["type"]] = groups.test.passes[signals["signal"]]
    alone = links.any(axis=1) & (~links | (2 * n_here > n_all)).all(axis=1)
    types = tuple(sorted(sightings.types[t].name for t in np.flatnonzero(links[alone].any(axis=0)).tolist()))
    return replace(findings, chance=replace(chance, n_alone=int(alone.sum()), alone_types=types))
