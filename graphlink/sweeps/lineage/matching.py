"""Match found rings with known ones by shared accounts, or else by signals that only the known ring had.

Enforcement removes accounts and not the operator, so a ring without its accounts is found by its own signals. After a
split, the part with most of the core keeps the id. After a merger, the oldest of comparable rings keeps its id.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from graphlink.config.lineage import LineageSettings
from graphlink.engine.components import join_pairs
from graphlink.engine.ranks import ranks
from graphlink.model.arrays import Int64s
from graphlink.model.findings import Findings, Tier
from graphlink.model.sightings import Sightings
from graphlink.model.sweeps import KnownRing
from graphlink.sweeps.lineage.tables import (
    Found,
    Known,
    find_bearers,
    is_current,
    ring_of_accounts,
    sizes,
    without_victims,
)

SEVERAL: Final = 2
"""The fewest accounts or signals that two rings must share. One may be a stranger, or a value passed on."""

_COMPARABLE: Final = 0.5
"""The smallest share of the larger part at which two parts are comparable: half."""


@dataclass(frozen=True, slots=True, eq=False)
class Matches:
    """The matching of found and known rings; -1 stands for none.

    ``goes_on`` and ``came_from`` have one entry per found ring: the known ring that continues as it, or the one that it
    split from. ``went_into`` has one entry per known ring: the found ring that it merged into, if another known ring
    continues as that. ``shared`` has a row per pair with common accounts: known, found, n, n_current (accounts in the
    known ring at its last sighting), n_core. ``borne`` has a row per pair that shares the known ring's own signals:
    known, found, n_accounts, n_signals.
    """

    goes_on: Int64s
    came_from: Int64s
    went_into: Int64s
    shared: pd.DataFrame
    borne: pd.DataFrame


@dataclass(frozen=True, slots=True, eq=False)
class Recognised:
    """A week's rings, the known ones, and how they match."""

    everything: Sequence[KnownRing]
    """All rings ever known."""
    findings: Findings
    known: Known
    found: Found
    matches: Matches
    lasting: Sequence[str]
    """The lasting id of each found ring."""
    week: str
    previous: str
    """The week of the last sweep."""
    settings: LineageSettings

    @property
    def ids(self) -> Mapping[str, str]:
        """The lasting id by the id of the analysis."""
        return {ring.ring_id: lasting for ring, lasting in zip(self.found.rings, self.lasting, strict=True)}


def match_rings(known: Known, found: Found, sightings: Sightings, settings: LineageSettings) -> Matches:
    """Match a week's rings with the known ones."""
    shared = _share_accounts(known, found)
    borne = _share_signals(known, found, sightings, settings)
    goes_on = np.full(len(found.rings), -1, dtype=np.int64)
    candidates = pair_by_accounts(shared, _known_sizes(known), _found_sizes(found), settings)
    _take(goes_on, candidates, candidates["n"] + candidates["n_core"])
    went_into = _taken_up(shared, known, goes_on, sightings, settings)
    _let_oldest_stay(goes_on, went_into, shared, known)
    tied = _by_signals(borne, found, settings)
    is_free = ~tied["known"].isin(goes_on[goes_on >= 0]) & (went_into[tied["known"]] < 0) & (goes_on[tied["found"]] < 0)
    _take(goes_on, tied[is_free], tied.loc[is_free, "n_accounts"])
    came_from = _parents(goes_on, shared, tied, found, settings)
    return Matches(goes_on, came_from, went_into, shared, borne)


def count_shared(before: pd.DataFrame, now: pd.DataFrame) -> pd.DataFrame:
    """Count the accounts that each found ring shares with each known ring.

    Parameters
    ----------
    before
        known, account_id and current: whether it was in the ring at the ring's last sighting.
    now
        found, account_id, tier.
    """
    account, account_now = ranks(before["account_id"], now["account_id"])
    before = pd.DataFrame({"known": before["known"], "current": before["current"], "account": account})
    now = pd.DataFrame({"found": now["found"], "core": now["tier"] == Tier.CORE.value, "account": account_now})
    both = before.merge(now, on="account")
    counts = both.groupby(["known", "found"], as_index=False).agg(
        n=("current", "size"), n_current=("current", "sum"), n_core=("core", "sum")
    )
    return pd.DataFrame(counts.astype(np.int64))


def pair_by_accounts(shared: pd.DataFrame, n_known: Int64s, n_found: Int64s, settings: LineageSettings) -> pd.DataFrame:
    """Pairs that may be one ring: enough of either is in the other, and no other part holds twice as much of it.

    ``shared`` is the result of ``count_shared``; ``n_known`` and ``n_found`` are the sizes of all rings.
    """
    share = np.maximum(shared["n"] / n_found[shared["found"]], shared["n_current"] / n_known[shared["known"]])
    largest = shared.groupby("known")["n"].transform("max")
    is_enough = (shared["n"] >= SEVERAL) & (share >= settings.same_members) & (shared["n"] >= _COMPARABLE * largest)
    return pd.DataFrame(shared[is_enough])


def _share_accounts(known: Known, found: Found) -> pd.DataFrame:
    """Count the accounts that each known ring shares with each found one."""
    before = without_victims(known.members)
    before = before.assign(current=is_current(known, before))[["known", "account_id", "current"]]
    return count_shared(before, without_victims(found.members))


def _share_signals(known: Known, found: Found, sightings: Sightings, settings: LineageSettings) -> pd.DataFrame:
    """Count, per pair of rings, the found accounts with the known ring's own signals, and these signals.

    A signal that outsiders have now is no longer the ring's own. The known ring's accounts are not outsiders.
    """
    strong = known.signals[known.signals["passes"]]
    pairs = find_bearers(strong, sightings)
    pairs["known"] = strong["known"].to_numpy()[pairs["row"]]
    pairs = pairs[ring_of_accounts(known.members, "known", sightings)[pairs["account"]] != pairs["known"]]
    ring = ring_of_accounts(without_victims(found.members), "found", sightings)
    pairs = pairs.assign(found=ring[pairs["account"]])
    bearers = pairs.groupby("row")["account"].size()
    inside = pairs[pairs["found"] >= 0].groupby(["row", "found"])["account"].size().rename("inside").reset_index()
    own = inside[inside["inside"] >= settings.owned_share * bearers.reindex(inside["row"]).to_numpy()]
    told = pairs.merge(own[["row", "found"]], on=["row", "found"])
    counts = told.groupby(["known", "found"], as_index=False).agg(
        n_accounts=("account", "nunique"), n_signals=("row", "nunique")
    )
    return pd.DataFrame(counts.astype(np.int64))


def _by_signals(borne: pd.DataFrame, found: Found, settings: LineageSettings) -> pd.DataFrame:
    """Pairs that may have one operator: enough found accounts have signals that only the known ring had."""
    share = borne["n_accounts"] / _found_sizes(found)[borne["found"]]
    several = (borne["n_accounts"] >= SEVERAL) & (borne["n_signals"] >= SEVERAL)
    return pd.DataFrame(borne[several & (share >= settings.same_signals)])


def _take(goes_on: Int64s, candidates: pd.DataFrame, weight: pd.Series) -> None:
    """Match known rings with the found rings that keep most of them."""
    known, found = candidates["known"].to_numpy(), candidates["found"].to_numpy()
    chosen = assign(known, found, weight.to_numpy(dtype=np.int64))
    goes_on[found[chosen]] = known[chosen]


def _taken_up(
    shared: pd.DataFrame, known: Known, goes_on: Int64s, sightings: Sightings, settings: LineageSettings
) -> Int64s:
    """Per known ring that does not continue, the found ring that took most of its accounts."""
    went_into = np.full(len(known.rings), -1, dtype=np.int64)
    members = without_victims(known.members)
    members = members[is_current(known, members)]
    is_here = sightings.accounts.positions(members["account_id"]) >= 0
    here = sizes(members["known"][is_here], len(known.rings))
    n, place = shared["n_current"], shared["known"]
    most = (n >= SEVERAL) & (n >= _COMPARABLE * here[place]) & (n >= settings.same_members * _known_sizes(known)[place])
    open_ones = most & ~place.isin(goes_on[goes_on >= 0]) & (goes_on[shared["found"]] >= 0)
    best = shared[open_ones].sort_values(["known", "n_current", "found"], ascending=[True, False, True])
    best = best.drop_duplicates("known")
    went_into[best["known"]] = best["found"]
    return went_into


def _let_oldest_stay(goes_on: Int64s, went_into: Int64s, shared: pd.DataFrame, known: Known) -> None:
    """Among comparable rings that became one, let the oldest continue and the others merge into it."""
    common = {(k, f): n for k, f, n in shared[["known", "found", "n"]].itertuples(index=False)}
    merged: dict[int, list[int]] = {}
    for k in np.flatnonzero(went_into >= 0).tolist():
        merged.setdefault(int(went_into[k]), []).append(k)
    for f, others in sorted(merged.items()):
        stays = int(goes_on[f])
        largest = max(common[k, f] for k in (stays, *others))
        comparable = [k for k in (stays, *others) if common[k, f] >= _COMPARABLE * largest]
        oldest = min(comparable, key=lambda k: (known.rings[k].born, -common[k, f], known.rings[k].ring_id))
        if oldest != stays:
            goes_on[f], went_into[oldest], went_into[stays] = oldest, -1, f


def _parents(
    goes_on: Int64s, shared: pd.DataFrame, tied: pd.DataFrame, found: Found, settings: LineageSettings
) -> Int64s:
    """Per new found ring, the known ring that it came from, by most of its accounts or else by its signals."""
    came_from = np.full(len(found.rings), -1, dtype=np.int64)
    enough = shared[
        (shared["n"] >= SEVERAL) & (shared["n"] >= settings.same_members * _found_sizes(found)[shared["found"]])
    ]
    for pairs, count in ((tied, "n_accounts"), (enough, "n")):  # matches by accounts overwrite matches by signals
        best = pairs.sort_values(["found", count, "known"], ascending=[True, False, True]).drop_duplicates("found")
        came_from[best["found"]] = best["known"]
    came_from[goes_on >= 0] = -1
    return came_from


def _found_sizes(found: Found) -> Int64s:
    return np.maximum(1, sizes(without_victims(found.members)["found"], len(found.rings)))


def _known_sizes(known: Known) -> Int64s:
    members = without_victims(known.members)
    return np.maximum(1, sizes(members["known"][is_current(known, members)], len(known.rings)))


def assign(known: Int64s, found: Int64s, weight: Int64s) -> Int64s:
    """Choose pairs so that each ring is in at most one, and the sum of weights is largest.

    Parameters
    ----------
    known, found, weight
        The possible pairs, each once, with positive weights. Among equal sums, the known rings with smaller numbers are
        preferred.

    Returns
    -------
    array
        Positions of the chosen pairs, ascending.

    Examples
    --------
    Ring 0 takes found ring 1, because ring 1 has no other choice and the sum is larger:

    >>> assign(np.array([0, 0, 1]), np.array([0, 1, 0]), np.array([9, 8, 5]))
    array([1, 2])
    """
    if not len(known):
        return np.zeros(0, dtype=np.int64)
    rows, row = np.unique(known, return_inverse=True)
    columns, column = np.unique(found, return_inverse=True)
    knot = join_pairs(row, len(rows) + column, len(rows) + len(columns))[row]
    order = np.argsort(knot, kind="stable")
    chosen = [
        _assign_component(row, column, weight, pairs)
        for pairs in np.split(order, np.flatnonzero(np.diff(knot[order])) + 1)
    ]
    return np.sort(np.concatenate(chosen))


def _assign_component(row: Int64s, column: Int64s, weight: Int64s, pairs: Int64s) -> Int64s:
    from scipy.optimize import linear_sum_assignment  # noqa: PLC0415  takes a tenth of a second that runs do not need

    if len(pairs) == 1:
        return pairs
    rows, r = np.unique(row[pairs], return_inverse=True)
    columns, c = np.unique(column[pairs], return_inverse=True)
    # The whole bonus for the order of known rings is less than the weight of one account.
    gain = np.zeros((len(rows), len(columns)))
    gain[r, c] = weight[pairs] * float(len(rows) * len(rows) + 1) + (len(rows) - r)
    position = np.full(gain.shape, -1, dtype=np.int64)
    position[r, c] = pairs
    taken = position[linear_sum_assignment(gain, maximize=True)]
    return taken[taken >= 0]
