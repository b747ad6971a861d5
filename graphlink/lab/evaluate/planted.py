"""Figures over planted rings: how well each ring, its campaign with its cells, and its kind were recovered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from graphlink.model.findings import COORDINATED

if TYPE_CHECKING:
    from graphlink.lab.evaluate.overlap import Overlap
    from graphlink.lab.evaluate.truth import Truth
    from graphlink.model.arrays import Int64s

FOUND: Final = 0.5
"""The smallest Jaccard of a found ring, which shares more than it differs."""


@dataclass(frozen=True, slots=True)
class PlantedRing:
    """A planted ring and the most similar reported ring, by Jaccard, then by rank.

    ``recall`` counts members in any ring assessed as coordinated. ``best_recall`` and ``purity`` use the best match
    alone. ``fragments`` are the reported rings of any assessment with most of their members from this ring, and the
    best match.
    """

    ring_id: str
    kind: str
    campaign_id: str
    size: int
    recovered: int
    best: str | None
    rank: int | None
    assessment: str | None
    jaccard: float
    best_recall: float
    purity: float | None
    fragments: int

    @property
    def recall(self) -> float:
        """Share of the members that are accused."""
        return self.recovered / self.size

    @property
    def is_found(self) -> bool:
        """Whether a ring assessed as coordinated matches well enough."""
        return self.jaccard >= FOUND and self.assessment == COORDINATED


@dataclass(frozen=True, slots=True)
class PlantedCampaign:
    """A planted campaign: how many members were recovered, and how many of these are in one place.

    A place is one reported ring, or one reported campaign if the run makes campaigns.
    """

    campaign_id: str
    kind: str
    size: int
    recovered: int
    in_one: int
    rings: int


@dataclass(frozen=True, slots=True)
class ReportedCampaigns:
    """Reported campaigns of several rings, and those with rings from more than one planted campaign."""

    reported: int
    mixed: int


@dataclass(frozen=True, slots=True)
class KindFigures:
    """Planted rings of one kind together. Jaccard and fragments are means over rings, recall is over members."""

    kind: str
    rings: int
    found: int
    members: int
    recovered: int
    jaccard: float
    fragments: float

    @property
    def recall(self) -> float:
        """Share of the members that are accused."""
        return self.recovered / self.members


def match_planted(truth: Truth, overlap: Overlap) -> tuple[PlantedRing, ...]:
    """Each planted ring with its best match, in the order of ``truth.rings``."""
    shared = overlap.shared.assign(
        size=overlap.size[overlap.shared.ring], goal=overlap.planted_size[overlap.shared.planted]
    )
    shared["jaccard"] = shared.n / (shared["size"] + shared.goal - shared.n)
    best = shared.sort_values(["planted", "jaccard", "ring"], ascending=[True, False, True]).drop_duplicates("planted")
    mostly = shared[(2 * shared.n > shared["size"]) | shared.index.isin(best.index)]
    fragments = np.bincount(mostly.planted, minlength=len(truth.rings))
    recovered = np.bincount(truth.ring[overlap.accused & ~truth.honest], minlength=len(truth.rings))
    ring_of, common = np.full(len(truth.rings), -1), np.zeros(len(truth.rings), dtype=np.int64)
    ring_of[best.planted], common[best.planted] = best.ring, best.n
    matches = []
    for number, (ring_id, kind, campaign_id) in enumerate(truth.rings.itertuples(index=False, name=None)):
        ring, n, goal = int(ring_of[number]), int(common[number]), int(overlap.planted_size[number])
        size = int(overlap.size[ring]) if ring >= 0 else 0
        matches.append(
            PlantedRing(
                ring_id=ring_id,
                kind=kind,
                campaign_id=campaign_id,
                size=goal,
                recovered=int(recovered[number]),
                best=overlap.ring_id[ring] if ring >= 0 else None,
                rank=int(overlap.rank[ring]) if ring >= 0 else None,
                assessment=overlap.assessment[ring] if ring >= 0 else None,
                jaccard=n / (size + goal - n),
                best_recall=n / goal,
                purity=n / size if size else None,
                fragments=int(fragments[number]),
            ),
        )
    return tuple(matches)


def gather_campaigns(truth: Truth, overlap: Overlap) -> tuple[PlantedCampaign, ...]:
    """Each planted campaign, sorted by id."""
    campaign = np.append(overlap.planted_campaign, -1)[truth.ring]
    place, _ = pd.factorize(np.append(np.array(overlap.campaign, dtype=object), ""))
    found = overlap.accused & (campaign >= 0)
    where = pd.DataFrame(
        {"campaign": campaign[found], "place": place[overlap.ring[found]], "ring": overlap.ring[found]}
    )
    biggest = where.groupby(["campaign", "place"]).size().groupby("campaign").max()
    kinds = truth.rings.assign(number=overlap.planted_campaign).drop_duplicates("number").set_index("number").kind
    sizes = np.bincount(campaign[campaign >= 0], minlength=len(overlap.campaigns))
    recovered = np.bincount(where.campaign, minlength=len(overlap.campaigns))
    spread = where.groupby("campaign").ring.nunique()
    return tuple(
        PlantedCampaign(
            campaign_id=campaign_id,
            kind=kinds[number],
            size=int(sizes[number]),
            recovered=int(recovered[number]),
            in_one=int(biggest.get(number, 0)),
            rings=int(spread.get(number, 0)),
        )
        for number, campaign_id in enumerate(overlap.campaigns)
    )


def judge_campaigns(overlap: Overlap) -> ReportedCampaigns:
    """Count the reported campaigns whose rings mostly hold members of one planted campaign."""
    rings = pd.DataFrame({"campaign": overlap.campaign, "main": overlap.main}).groupby("campaign")["main"]
    several = rings.agg(["size", "nunique", "min"]).query("size > 1")
    of_one = (several["nunique"] == 1) & (several["min"] >= 0)  # -1 is a ring without a planted campaign
    return ReportedCampaigns(len(several), int((~of_one).sum()))


def sum_kinds(planted: tuple[PlantedRing, ...]) -> tuple[KindFigures, ...]:
    """Planted rings by kind, sorted by kind."""
    kinds = sorted({ring.kind for ring in planted})
    by_kind = {kind: [ring for ring in planted if ring.kind == kind] for kind in kinds}
    return tuple(
        KindFigures(
            kind=kind,
            rings=len(rings),
            found=sum(ring.is_found for ring in rings),
            members=sum(ring.size for ring in rings),
            recovered=sum(ring.recovered for ring in rings),
            jaccard=sum(ring.jaccard for ring in rings) / len(rings),
            fragments=sum(ring.fragments for ring in rings) / len(rings),
        )
        for kind, rings in by_kind.items()
    )


@dataclass(frozen=True, slots=True)
class CampaignCells:
    """A campaign of several cells: how many are at least half accused, and how well reported cells match them.

    A cell is matched if a reported cell, or a ring in a run without cells, has Jaccard .5 with it. ``jaccard`` is the
    mean over the cells of the best match.
    """

    campaign_id: str
    cells: int
    reached: int
    matched: int
    jaccard: float


def match_cells(truth: Truth, overlap: Overlap) -> tuple[CampaignCells, ...]:
    """The campaigns with more than one cell, sorted by id."""
    planted = truth.cell >= 0
    campaign = overlap.planted_campaign[truth.ring[planted]]
    accounts = pd.DataFrame(
        {"cell": truth.cell[planted], "reported": overlap.cell[planted], "accused": overlap.accused[planted]},
    )
    cells = accounts.groupby("cell").agg(size=("accused", "size"), accused=("accused", "sum"))
    cells["campaign"] = pd.Series(campaign).groupby(truth.cell[planted]).first()
    cells["jaccard"] = _best_jaccard(accounts, np.bincount(overlap.cell[overlap.cell >= 0])).reindex(
        cells.index, fill_value=0
    )
    by_campaign = ((number, cells[cells.campaign == number]) for number in range(len(overlap.campaigns)))
    return tuple(
        CampaignCells(
            campaign_id=overlap.campaigns[number],
            cells=len(some),
            reached=int((2 * some.accused >= some["size"]).sum()),
            matched=int((some.jaccard >= FOUND).sum()),
            jaccard=float(some.jaccard.mean()),
        )
        for number, some in by_campaign
        if len(some) > 1
    )


def _best_jaccard(accounts: pd.DataFrame, reported_size: Int64s) -> pd.Series:
    size = accounts.cell.value_counts()
    both = accounts[accounts.reported >= 0].groupby(["cell", "reported"]).size().rename("n").reset_index()
    both["jaccard"] = both.n / (size[both.cell].to_numpy() + reported_size[both.reported] - both.n)
    return both.groupby("cell").jaccard.max()
