"""Figures over reported rings: what each one really is, and which honest groups are accused."""

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

TOP: Final = (10, 25, 50)
"""How many rings an investigator may read: in a morning, a day, a week."""

MIXED: Final = "mixed"
"""The truth of a reported ring with no planted campaign or honest group as majority."""


@dataclass(frozen=True, slots=True)
class ListedRing:
    """A reported ring and what it really is.

    ``truth`` is the kind of the planted campaign with more than half of the members; else the kind of an honest group
    with more than half, the most similar one if there are several; else "mixed". ``truth_id`` is its id.
    """

    ring_id: str
    rank: int
    assessment: str
    members: int
    is_right: bool
    truth: str
    truth_id: str | None


@dataclass(frozen=True, slots=True)
class TopRings:
    """The first ``k`` rings: how many accuse, and how many of these are right.

    Precision covers the accusing rings and is None if there are none. ``listed`` is below ``k`` if fewer rings are
    reported.
    """

    k: int
    listed: int
    accused: int
    right: int

    @property
    def precision(self) -> float | None:
        """Share of the accusing rings that are right."""
        return self.right / self.accused if self.accused else None


@dataclass(frozen=True, slots=True)
class HardNegatives:
    """Honest groups of one kind, planted to deceive the detector.

    A group is *surfaced* if a ring assessed as coordinated is that group (see ``ListedRing``), or if more than half of
    its honest members are accused. It is *explained* if a ring with an honest assessment is that group.
    """

    hard_negative: str
    instances: int
    surfaced: int
    explained: int


def identify_rings(truth: Truth, overlap: Overlap) -> tuple[ListedRing, ...]:
    """Every reported ring in rank order, with what it really is."""
    planted_kind = dict(zip(truth.rings.campaign_id, truth.rings.kind, strict=True))
    honest = _match_groups(truth, overlap)
    listed = []
    for number, ring_id in enumerate(overlap.ring_id):
        is_right = bool(overlap.is_right[number])
        truth_id = overlap.campaigns[overlap.main[number]] if is_right else None
        kind = planted_kind[truth_id] if truth_id is not None else MIXED
        if not is_right and number in honest:
            group = truth.groups.iloc[honest[number]]
            kind, truth_id = group.kind, group.group_id
        listed.append(
            ListedRing(
                ring_id=ring_id,
                rank=int(overlap.rank[number]),
                assessment=overlap.assessment[number],
                members=int(overlap.size[number]),
                is_right=is_right,
                truth=kind,
                truth_id=truth_id,
            ),
        )
    return tuple(listed)


def judge_top(listed: tuple[ListedRing, ...]) -> tuple[TopRings, ...]:
    """Precision among the first rings of the list."""
    return tuple(
        TopRings(
            k=k,
            listed=len(listed[:k]),
            accused=sum(ring.assessment == COORDINATED for ring in listed[:k]),
            right=sum(ring.assessment == COORDINATED and ring.is_right for ring in listed[:k]),
        )
        for k in TOP
    )


def count_hard_negatives(
    truth: Truth,
    overlap: Overlap,
    listed: tuple[ListedRing, ...],
) -> tuple[HardNegatives, ...]:
    """Hard negatives by kind, sorted by their id in the domain reference."""
    honest = truth.honest[truth.group_account]
    number, account = truth.group_number[honest], truth.group_account[honest]
    size = np.bincount(number, minlength=len(truth.groups))
    accused = np.bincount(number[overlap.accused[account]], minlength=len(truth.groups))
    named = {
        accuses: {ring.truth_id for ring in listed if (ring.assessment == COORDINATED) == accuses and not ring.is_right}
        for accuses in (True, False)
    }
    groups = truth.groups.assign(
        surfaced=(2 * accused > size) | truth.groups.group_id.isin(named[True]),
        explained=truth.groups.group_id.isin(named[False]),
    )
    return tuple(
        HardNegatives(str(kind), len(some), int(some.surfaced.sum()), int(some.explained.sum()))
        for kind, some in groups[groups.hard_negative != ""].groupby("hard_negative")
    )


def _match_groups(truth: Truth, overlap: Overlap) -> dict[int, int]:
    """Per reported ring, the honest group with most of its members, the most similar one if there are several."""
    ring = overlap.ring[truth.group_account]
    inside = (ring >= 0) & truth.honest[truth.group_account]
    pairs = pd.DataFrame({"ring": ring[inside], "group": truth.group_number[inside]})
    counts = pairs.groupby(["ring", "group"]).size().rename("n").reset_index()
    group_size: Int64s = np.bincount(truth.group_number, minlength=len(truth.groups))
    size = overlap.size[counts.ring]
    counts["jaccard"] = counts.n / (size + group_size[counts.group] - counts.n)
    most = counts[2 * counts.n > size].sort_values(["ring", "jaccard", "group"], ascending=[True, False, True])
    most = most.drop_duplicates("ring")
    return dict(zip(most.ring.tolist(), most.group.tolist(), strict=True))
