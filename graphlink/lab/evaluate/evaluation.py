"""The evaluation of one run against an answer key, from which tables, JSON and `docs/accuracy.md` are made.

Only rings assessed as coordinated accuse accounts. Rings with an honest assessment are listed and counted separately.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from graphlink.lab.evaluate.agreement import Agreement, measure_agreement
from graphlink.lab.evaluate.listed import (
    HardNegatives,
    ListedRing,
    TopRings,
    count_hard_negatives,
    identify_rings,
    judge_top,
)
from graphlink.lab.evaluate.members import (
    AccountFigures,
    Innocents,
    Reliability,
    Victims,
    count_innocents,
    count_victims,
    measure_accounts,
    measure_reliability,
)
from graphlink.lab.evaluate.overlap import join_truth
from graphlink.lab.evaluate.planted import (
    CampaignCells,
    KindFigures,
    PlantedCampaign,
    PlantedRing,
    ReportedCampaigns,
    gather_campaigns,
    judge_campaigns,
    match_cells,
    match_planted,
    sum_kinds,
)
from graphlink.model.findings import COORDINATED

if TYPE_CHECKING:
    from graphlink.lab.evaluate.runs import Reported
    from graphlink.lab.evaluate.truth import Truth


@dataclass(frozen=True, slots=True)
class Evaluation:
    """All figures measured on one run.

    ``grouping`` compares all reported rings with the planted ones, ``accusing`` only those assessed as coordinated. In
    both, accounts outside rings are singletons, and so are honest accounts in the key. In a world with honest groups,
    ``grouping`` therefore counts them as errors, and ``accusing`` is the figure to use.
    """

    name: str
    n_accounts: int
    n_unknown: int
    accounts: AccountFigures
    core: AccountFigures
    grouping: Agreement
    accusing: Agreement
    planted: tuple[PlantedRing, ...]
    campaigns: tuple[PlantedCampaign, ...]
    reported_campaigns: ReportedCampaigns
    cells: tuple[CampaignCells, ...]
    kinds: tuple[KindFigures, ...]
    listed: tuple[ListedRing, ...]
    top: tuple[TopRings, ...]
    innocents: Innocents
    hard_negatives: tuple[HardNegatives, ...]
    victims: Victims
    reliability: Reliability | None

    @property
    def false_rings(self) -> tuple[ListedRing, ...]:
        """Rings assessed as coordinated with most members outside any single planted campaign."""
        return tuple(ring for ring in self.listed if ring.assessment == COORDINATED and not ring.is_right)

    @property
    def n_coordinated(self) -> int:
        """The number of rings assessed as coordinated."""
        return sum(ring.assessment == COORDINATED for ring in self.listed)


def evaluate(truth: Truth, reported: Reported) -> Evaluation:
    """Compare the rings of a run, or of a baseline, with an answer key.

    Raises ``InputError`` if no member of the run is in the key.
    """
    overlap = join_truth(truth, reported)
    accounts, core = measure_accounts(truth, overlap)
    planted = match_planted(truth, overlap)
    listed = identify_rings(truth, overlap)
    return Evaluation(
        name=reported.name,
        n_accounts=len(truth),
        n_unknown=overlap.n_unknown,
        accounts=accounts,
        core=core,
        grouping=measure_agreement(overlap.ring, truth.ring),
        accusing=measure_agreement(np.where(overlap.accused, overlap.ring, -1), truth.ring),
        planted=planted,
        campaigns=gather_campaigns(truth, overlap),
        reported_campaigns=judge_campaigns(overlap),
        cells=match_cells(truth, overlap),
        kinds=sum_kinds(planted),
        listed=listed,
        top=judge_top(listed),
        innocents=count_innocents(truth, overlap),
        hard_negatives=count_hard_negatives(truth, overlap, listed),
        victims=count_victims(truth, overlap),
        reliability=measure_reliability(truth, overlap),
    )
