"""The overlap of a run with an answer key, as integer arrays that all metrics share.

Accounts outside the key are left out and counted. An account in several rings belongs to the best-ranked one. A
possible victim is listed by its ring but not accused, so it is not a member here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from graphlink.model.findings import COORDINATED
from graphlink.model.text import TEXT
from graphlink.words.errors import InputError, Place
from graphlink.words.escape import printable

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from graphlink.lab.evaluate.runs import Reported
    from graphlink.lab.evaluate.truth import Truth
    from graphlink.model.arrays import Bools, Floats, Int64s


@dataclass(frozen=True, slots=True, eq=False)
class Overlap:
    """Members of a run's rings against planted rings. Rings are numbered in rank order.

    ``ring``, ``core`` and ``confidence`` have one entry per account of the key: the number of its ring or -1, whether
    it is core there, and its confidence or NaN. ``cell`` numbers the cells of all rings. ``listed_ring`` and ``listed``
    also give ring and tier ("" for none) of possible victims. ``shared`` has a row per pair of reported and planted
    rings with common members: ``ring``, ``planted``, ``n``. ``main`` is the planted campaign of most members of a ring,
    -1 if there is none.
    """

    ring_id: tuple[str, ...]
    rank: Int64s
    assessment: tuple[str, ...]
    campaign: tuple[str, ...]
    size: Int64s
    ring: Int64s
    cell: Int64s
    core: Bools
    listed_ring: Int64s
    listed: NDArray[np.object_]
    confidence: Floats
    shared: pd.DataFrame
    main: Int64s
    planted_size: Int64s
    planted_campaign: Int64s
    campaigns: tuple[str, ...]
    n_unknown: int

    @property
    def coordinated(self) -> Bools:
        """Rings that accuse their members."""
        return np.array([word == COORDINATED for word in self.assessment], dtype=bool)

    @property
    def accused(self) -> Bools:
        """Accounts that are members of a ring assessed as coordinated."""
        return _look_up(self.coordinated, self.ring, default=False)

    @property
    def listed_by_coordinated(self) -> Bools:
        """Accounts that a ring assessed as coordinated lists, possible victims included."""
        return _look_up(self.coordinated, self.listed_ring, default=False)

    @property
    def is_right(self) -> Bools:
        """Rings with most members in one planted campaign."""
        return self.main >= 0


def join_truth(truth: Truth, reported: Reported) -> Overlap:
    """Join a run with an answer key. Raises ``InputError`` if no member's account is in the key."""
    rings = reported.rings.assign(rank=pd.to_numeric(reported.rings["rank"]))
    rings = rings.sort_values(["rank", "ring_id"], ignore_index=True)
    members = _join_members(truth, reported, rings)
    known = members[members.account >= 0].drop_duplicates("account")
    if len(members) and known.empty:
        what = f"none of its {len(members)} members is in the answer key"
        raise InputError("GL153", Place(reported.name), what, "name the answer key of the data that was analysed")
    accused = known[known.tier != "possible_victim"]
    at = accused.account.to_numpy()
    ring, core, confidence = (np.full(len(truth), none) for none in (np.int64(-1), np.False_, np.nan))
    ring[at], core[at], confidence[at] = accused.ring, accused.tier == "core", accused.confidence
    cell = np.full(len(truth), np.int64(-1))
    cell[at] = accused.groupby(["ring", "cell"]).ngroup()
    listed = np.full(len(truth), "", dtype=object)
    listed_ring = np.full(len(truth), np.int64(-1))
    listed[known.account], listed_ring[known.account] = known.tier, known.ring
    size = np.bincount(accused.ring, minlength=len(rings)).astype(np.int64)
    codes, campaigns = pd.factorize(truth.rings.campaign_id, sort=True)
    shared = _count_shared(truth.ring, ring)
    return Overlap(
        ring_id=tuple(rings.ring_id),
        rank=rings["rank"].to_numpy(dtype=np.int64),
        assessment=tuple(rings.assessment),
        campaign=_campaign_of(rings),
        size=size,
        ring=ring,
        cell=cell,
        core=core,
        listed_ring=listed_ring,
        listed=listed,
        confidence=confidence,
        shared=shared,
        main=_main_campaign(shared, codes.astype(np.int64), size),
        planted_size=np.bincount(truth.ring[truth.ring >= 0], minlength=len(truth.rings)).astype(np.int64),
        planted_campaign=codes.astype(np.int64),
        campaigns=tuple(campaigns),
        n_unknown=int((members.account < 0).sum()),
    )


def _join_members(truth: Truth, reported: Reported, rings: pd.DataFrame) -> pd.DataFrame:
    """Members as account and ring numbers, in rank order."""
    members = reported.members
    ring = pd.Index(rings.ring_id).get_indexer(pd.Index(members.ring_id))
    if (ring < 0).any():
        what = f"ring {printable(str(members.ring_id.iloc[int(np.argmin(ring))]))} has members and is not listed"
        raise InputError("GL152", Place(reported.name), what, "name a folder that `graphlink run` wrote")
    confidence = members.confidence if "confidence" in members.columns else np.nan
    return pd.DataFrame(
        {
            "account": truth.accounts.get_indexer(pd.Index(members.account_id)),
            "ring": ring.astype(np.int64),
            "cell": members.cell.fillna("").astype(str).to_numpy() if "cell" in members.columns else "",
            "tier": members.tier.to_numpy(),
            "confidence": pd.to_numeric(pd.Series(confidence, index=members.index)).to_numpy(dtype=float),
        },
    ).sort_values(["ring", "account"], ignore_index=True)


def _campaign_of(rings: pd.DataFrame) -> tuple[str, ...]:
    """The campaign of each ring in a run. A ring without one is its own campaign."""
    if "campaign" not in rings.columns:
        return tuple(rings.ring_id)
    named = rings.campaign.fillna("").astype(TEXT)
    return tuple(named.where(named != "", rings.ring_id))


def _count_shared(planted: Int64s, ring: Int64s) -> pd.DataFrame:
    """The number of accounts that each reported ring shares with each planted ring."""
    both = (planted >= 0) & (ring >= 0)
    pairs = pd.DataFrame({"ring": ring[both], "planted": planted[both]})
    return pairs.groupby(["ring", "planted"]).size().rename("n").reset_index()


def _main_campaign(shared: pd.DataFrame, campaign: Int64s, size: Int64s) -> Int64s:
    """Per reported ring, the planted campaign with more than half of its members, -1 for none."""
    main = np.full(len(size), -1, dtype=np.int64)
    counts = shared.assign(campaign=campaign[shared.planted]).groupby(["ring", "campaign"], as_index=False).n.sum()
    most = counts[2 * counts.n > size[counts.ring]]
    main[most.ring] = most.campaign
    return main


def _look_up(values: Bools, at: Int64s, *, default: bool) -> Bools:
    """Values by number, and the default for -1."""
    return np.append(values, default)[at]
