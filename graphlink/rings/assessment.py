"""Describes groups from their evidence, and assesses each of them."""

from __future__ import annotations

from itertools import compress
from math import isnan, nan
from typing import TYPE_CHECKING

import numpy as np

from graphlink.reading.normalise.mail_providers import anyones_values, disposable_values, reserved_values
from graphlink.rings.card_features import Described, known_shares, make_features, n_known
from graphlink.rings.evidence import gather_whole
from graphlink.rings.features import describe_groups, share_by_family
from graphlink.rings.group import TYING, Group, Holding
from graphlink.rings.scorecard import judge, shipped
from graphlink.rings.verdict import Assessed, tell_verdicts

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import pandas as pd

    from graphlink.config.method import Method
    from graphlink.graph.observation_times import ObservationTimes
    from graphlink.model.arrays import Floats, Int32s
    from graphlink.model.calibration import Calibration
    from graphlink.model.graph import Bipartite, SignalTest
    from graphlink.model.groups import Evidence, Grouping, Holdings, Traits
    from graphlink.model.sightings import Sightings
    from graphlink.model.signals import SignalType


def assess_groups(
    sightings: Sightings, groups: Grouping, times: ObservationTimes, calibration: Calibration, method: Method
) -> Assessed:
    """Describe each group, and assess whether it is coordinated; ``times`` are those of the real sightings."""
    evidence, bipartite = groups.evidence, groups.bipartite
    traits, features, known = _features(evidence, sightings, bipartite, times, calibration, method)
    described = _groups(evidence, traits, bipartite)
    card, reference = shipped()
    judged = judge(card, reference, features, n_known(known))
    return Assessed(described, tell_verdicts(described, features, judged, card, known))


def score_communities(  # noqa: PLR0913, PLR0917  what features are made of
    community: Int32s,
    sightings: Sightings,
    bipartite: Bipartite,
    test: SignalTest,
    times: ObservationTimes,
    calibration: Calibration,
    method: Method,
) -> Floats:
    """Compute the log-odds that each community is one operator's; -inf for a single account and for an empty number.

    ``community`` is by account, -1 for none. All accounts of a community count, before membership is tested.
    """
    odds = np.full(int(community.max(initial=-1)) + 1, -np.inf)
    evidence = gather_whole(community, sightings, bipartite, test, calibration)
    if len(evidence.size):
        _, features, _ = _features(evidence, sightings, bipartite, times, calibration, method)
        one = evidence.members.drop_duplicates("community")
        odds[community[one["account"]]] = shipped()[0].log_odds(features)[one["community"]]
    return odds


def _features(
    evidence: Evidence,
    sightings: Sightings,
    bipartite: Bipartite,
    times: ObservationTimes,
    calibration: Calibration,
    method: Method,
) -> tuple[Traits, pd.DataFrame, pd.DataFrame]:
    """Compute the traits of groups, their features, and the share of their members with known values of each family."""
    anyones = anyones_values(sightings)[bipartite.origin]
    traits = describe_groups(
        evidence,
        sightings,
        calibration,
        times,
        anyones=anyones,
        account_trace=bipartite.account_trace,
        disposable=disposable_values(sightings),
        reserved=reserved_values(sightings),
        organisation_plans=method.organisation_words,
    )
    known = known_shares(evidence, sightings)
    return traits, make_features(Described(evidence, traits, bipartite.types, anyones, known)), known


def _groups(evidence: Evidence, traits: Traits, bipartite: Bipartite) -> list[Group]:
    """Make one group for each community, from the columns of traits."""
    holdings = _holdings(traits.holdings, len(evidence.size), bipartite.types)
    tied = share_by_family(evidence, evidence.members["families"].to_numpy(), bipartite.families) >= TYING
    return [_group(traits, c, holdings[c], tuple(compress(bipartite.families, tied[c]))) for c in range(len(tied))]


def _holdings(columns: Holdings, n_groups: int, types: Sequence[SignalType]) -> list[list[Holding]]:
    holdings: list[list[Holding]] = [[] for _ in range(n_groups)]
    for row, (c, kind) in enumerate(zip(columns.community.tolist(), columns.type.tolist(), strict=True)):
        holding = Holding(
            type=types[kind].name,
            family=types[kind].family,
            coarse=types[kind].coarse,
            cover=float(columns.cover[row]),
            top=float(columns.top[row]),
            top_owned=float(columns.top_owned[row]),
            n_values=int(columns.n_values[row]),
            n_own=int(columns.n_own[row]),
            effective=float(columns.effective[row]),
            owned=float(columns.owned[row]),
        )
        holdings[c].append(holding)
    return holdings


def _group(traits: Traits, c: int, holdings: Iterable[Holding], families: tuple[str, ...]) -> Group:
    return Group(
        size=int(traits.size[c]),
        burst=_known(traits.burst, c),
        lately=_known(traits.lately, c),
        life=_known(traits.life, c),
        organisation_plans=_known(traits.organisation_plans, c),
        disposable=_known(traits.disposable, c),
        reserved=_known(traits.reserved, c),
        nested=_known(traits.nested, c),
        worded=_known(traits.worded, c),
        enrolled=_known(traits.enrolled, c),
        apart=_known(traits.apart, c),
        housed=_known(traits.housed, c),
        roofed=_known(traits.roofed, c),
        paired=_known(traits.paired, c),
        elsewhere=_known(traits.elsewhere, c),
        chained=_known(traits.chained, c),
        holdings=tuple(holdings),
        families=families,
    )


def _known(column: Floats, c: int) -> float:
    """One and the same NaN for all unknown values, so that equal groups compare as equal."""
    value = float(column[c])
    return nan if isnan(value) else value
