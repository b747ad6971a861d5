"""Groups with their evidence in, each of them described and assessed out."""

from __future__ import annotations

from functools import lru_cache
from math import isnan, nan
from typing import TYPE_CHECKING, Any

import numpy as np

from graphlink.reading.normalise.mail_providers import anyones_values, disposable_values, reserved_values
from graphlink.rings.features import describe_groups, share_by_family
from graphlink.rings.group import SAID_AGAIN, TYING, Group, Holding
from graphlink.rings.scoring import Assessed, assess_group

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping

    from graphlink.config.method import Method
    from graphlink.graph.observation_times import ObservationTimes
    from graphlink.model.calibration import Calibration
    from graphlink.model.graph import Bipartite
    from graphlink.model.groups import Evidence, Grouping, Traits
    from graphlink.model.sightings import Sightings


def assess_groups(
    sightings: Sightings, groups: Grouping, times: ObservationTimes, calibration: Calibration, method: Method
) -> Assessed:
    """Describe each group, and assess whether it is coordinated; ``times`` are those of the real sightings."""
    traits = describe_groups(
        groups.evidence,
        sightings,
        calibration,
        times,
        anyones=anyones_values(sightings)[groups.bipartite.origin],
        account_trace=groups.bipartite.account_trace,
        disposable=disposable_values(sightings),
        reserved=reserved_values(sightings),
        organisation_plans=method.organisation_words,
    )
    described = _groups(groups.evidence, traits, groups.bipartite)
    return Assessed(described, [_assess(group) for group in described])


_assess = lru_cache(SAID_AGAIN)(assess_group)  # of very many groups many are alike: two who share one card


def _groups(evidence: Evidence, traits: Traits, bipartite: Bipartite) -> list[Group]:
    """Put the tables of traits together by group."""
    holdings: list[list[Holding]] = [[] for _ in evidence.size]
    names = [(each.name, each.family, each.coarse) for each in bipartite.types]
    columns = ["cover", "top", "top_owned", "n_values", "n_own", "effective", "owned"]
    table = traits.holdings
    for c, kind, *numbers in zip(
        table["community"].astype(np.int64).tolist(),
        table["type"].astype(np.int64).tolist(),
        *(table[name].tolist() for name in columns),
        strict=True,
    ):
        holdings[c].append(Holding(*names[kind], *numbers))
    tied = share_by_family(evidence, evidence.members["families"].to_numpy(), bipartite.families)
    return [
        Group(
            holdings=tuple(holdings[c]),
            families=tuple(family for f, family in enumerate(bipartite.families) if tied[c, f] >= TYING),
            **_known(known),
        )
        for c, known in enumerate(traits.groups.to_dict("records"))
    ]


def _known(traits: Mapping[Hashable, Any]) -> dict[str, Any]:
    """Traits by name; what is not known is one and the same NaN, so that groups that are alike are equal."""
    return {str(name): nan if isnan(value) else value for name, value in traits.items()}
