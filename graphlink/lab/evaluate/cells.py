"""How well the cells of reported rings match the operator cells of a planted campaign."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from graphlink.lab.evaluate.planted import FOUND

if TYPE_CHECKING:
    from graphlink.lab.evaluate.overlap import Overlap
    from graphlink.lab.evaluate.truth import Truth
    from graphlink.model.arrays import Int64s


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
