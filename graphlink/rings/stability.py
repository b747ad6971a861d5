"""Measures how far groups hold together in repetitions, with other seeds and resolutions or with sightings left out.

A real ring comes back if the clusterer draws otherwise, or cuts more finely or coarsely, or if a part of the sightings
is missing. A group that appears in only one of these is an accident of the method.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa

from graphlink.model.findings import Stability
from graphlink.model.groups import Recurrence

if TYPE_CHECKING:
    from collections.abc import Sequence

    from graphlink.config.method import Method
    from graphlink.model.arrays import Bools, Floats, Int32s, Keys
    from graphlink.model.findings import Findings
    from graphlink.model.graph import Bipartite
    from graphlink.model.groups import Evidence
    from graphlink.model.sightings import Accounts, Sightings

_RESOLUTIONS = (0.5, 2.0, 1.0)
"""Factors of ``largest_strength``, draw after draw, each with a seed of its own. The first is the hardest: with a
single draw it shows most."""

_DECIMALS = 3


class Recurrences(NamedTuple):
    """The repetitions with other seeds and resolutions, and those with sightings lost."""

    over_seeds: Sequence[Recurrence]
    over_losses: Sequence[Recurrence]


def vary_method(method: Method, draw: int) -> Method:
    """Change the resolution for a draw, above modularity's own: twice as fine, half as fine, unchanged, and so on."""
    factor = _RESOLUTIONS[draw % len(_RESOLUTIONS)]
    return method.model_copy(update={"largest_strength": method.largest_strength * factor})


def key_sightings(sightings: Sightings, bipartite: Bipartite) -> Keys:
    """Hash each sighting's account id, signal type and value: the same whatever other data there is.

    Signals that only one account has link no accounts, and are hashed by account.
    """
    values = sightings.signal_value.take(pa.array(bipartite.origin)).to_numpy(zero_copy_only=False)
    kinds = _hash(np.array([each.name for each in sightings.types], dtype=object))
    signal = np.zeros(len(sightings.signal_type), dtype=np.uint64)
    signal[bipartite.origin] = _scramble(_hash(values) + kinds[bipartite.signal_type])
    return _scramble(bipartite.account_key[sightings.account] + signal[sightings.signal])


def lose_sightings(sightings: Sightings, keys: Keys, share: float, *, seed: int, draw: int) -> Sightings:
    """Leave a share of the sightings out, by their keyed hashes.

    Parameters
    ----------
    sightings
        All of them.
    keys
        By sighting, as from ``key_sightings``.
    share
        The share that is left out, from 0 to 1.
    seed, draw
        The run's seed and the number of the draw. The same ones leave the same sightings out, whatever other data there
        is.
    """
    salt = np.uint64(int.from_bytes(hashlib.sha256(f"loss {draw} of {seed}".encode()).digest()[:8], "big"))
    kept = _scramble(keys ^ salt) >> np.uint64(11) >= np.uint64(round(share * 2.0**53))
    return sightings.only(kept)


def compare_groups(evidence: Evidence, again: Int32s) -> Recurrence:
    """Compare each group with the repeated group that holds most of its members, of several the first.

    ``again`` is the repeated group of each account; -1 where it is in none.
    """
    mine = evidence.members["community"].to_numpy(dtype=np.int64)
    there = again[evidence.members["account"]].astype(np.int64)
    size = np.bincount(again[again >= 0])
    pair, common = np.unique(mine[there >= 0] << 32 | there[there >= 0], return_counts=True)
    group, partner = pair >> 32, pair & 0xFFFFFFFF
    order = np.lexsort((partner, -common, group))
    met, first = np.unique(group[order], return_index=True)
    best = order[first]
    jaccard = np.zeros(len(evidence.size))
    jaccard[met] = common[best] / (evidence.size[met] + size[partner[best]] - common[best])
    home = np.full(len(evidence.size), -1, dtype=np.int64)
    home[met] = partner[best]
    return Recurrence(jaccard=jaccard, kept=(there >= 0) & (there == home[mine]))


def add_stability(
    findings: Findings,
    evidence: Evidence,
    recurrences: Recurrences,
    accounts: Accounts,
    method: Method,
) -> Findings:
    """Add to the findings how far each ring comes back, and each of its members with it.

    ``evidence`` is what the rings were reported from.
    """
    over_seeds, over_losses = recurrences
    if not over_seeds and not over_losses:
        return findings
    position = np.full(len(accounts), -1, dtype=np.int64)
    position[evidence.members["account"]] = np.arange(len(evidence.members))
    row = position[accounts.positions(findings.members["account_id"])]
    members = findings.members[["ring_id", "account_id"]].assign(
        over_seeds=_mean([each.kept for each in over_seeds], len(evidence.members))[row],
        over_losses=_mean([each.kept for each in over_losses], len(evidence.members))[row],
    )
    one_of_each = ~findings.members["ring_id"].duplicated()
    community = evidence.members["community"].to_numpy()[row[one_of_each]]
    rings = members.loc[one_of_each, ["ring_id"]].reset_index(drop=True)
    rings = rings.assign(
        over_seeds=_mean([each.jaccard for each in over_seeds], len(evidence.size))[community],
        over_losses=_mean([each.jaccard for each in over_losses], len(evidence.size))[community],
    )
    stability = Stability(
        n_seeds=len(over_seeds),
        n_losses=len(over_losses),
        lost_share=method.lost_share,
        rings=rings,
        members=members,
    )
    return replace(findings, stability=stability)


def _mean(draws: Sequence[Floats | Bools], size: int) -> Floats:
    """The mean over draws, NaN where there are none."""
    total = np.zeros(size)
    for each in draws:
        total += each
    return np.round(total / len(draws), _DECIMALS) if draws else np.full(size, np.nan)


def _hash(texts: np.ndarray) -> Keys:
    return pd.util.hash_array(texts, categorize=False)


def _scramble(keys: Keys) -> Keys:
    """Mix the bits of 64-bit integers (finaliser of MurmurHash3)."""
    keys = (keys ^ keys >> np.uint64(33)) * np.uint64(0xFF51AFD7ED558CCD)
    keys = (keys ^ keys >> np.uint64(33)) * np.uint64(0xC4CEB9FE1A85EC53)
    return keys ^ keys >> np.uint64(33)
