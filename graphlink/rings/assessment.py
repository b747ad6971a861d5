"""Describes groups from their evidence, and assesses each of them."""

from __future__ import annotations

from itertools import compress
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from graphlink.reading.normalise.mail_providers import anyones_values, disposable_values, reserved_values
from graphlink.rings.card_features import Described, known_shares, make_features, n_known
from graphlink.rings.evidence import gather_whole
from graphlink.rings.features import describe_groups, share_by_family
from graphlink.rings.fitted_worlds import shipped_worlds
from graphlink.rings.honest_kinds import kind_facts, name_kinds
from graphlink.rings.ring_ids import mint_ring_ids
from graphlink.rings.ring_ties import find_ring_ties
from graphlink.rings.scorecard import FEWEST, judge, shipped
from graphlink.rings.verdict import Assessment, tell_verdicts

if TYPE_CHECKING:
    from graphlink.config.method import Method
    from graphlink.graph.observation_times import ObservationTimes
    from graphlink.model.arrays import Floats, Int32s
    from graphlink.model.calibration import Calibration
    from graphlink.model.graph import Bipartite, SignalTest
    from graphlink.model.groups import Evidence, Grouping, Traits
    from graphlink.model.sightings import Sightings


TYING: Final = 0.1
"""Least share of the members that a family ties, or that has a value of a type, for it to count as the group's."""


class Holding(NamedTuple):
    """How a group holds the values of one signal type that names one thing."""

    type: str
    cover: float
    """Share of the members that have any of the values."""
    top_owned: float
    """Share of the members that have the most common of the values whose accounts are mostly members."""
    n_values: int
    n_own: int
    """Number of the values whose accounts are mostly members."""


class Group(NamedTuple):
    """What a headline tells of a group."""

    size: int
    """Members, without peripheral ones, but with all that were taken over if most were."""
    families: tuple[str, ...]
    """The families that tie at least the share ``TYING`` of the members."""
    holdings: tuple[Holding, ...]
    """Of the types whose values at least the share ``TYING`` of the members have."""


class Assessed(NamedTuple):
    """The groups, and the outcome for each."""

    ids: list[str]
    groups: list[Group]
    assessments: list[Assessment]
    unlike: tuple[str, ...]
    """The features that are unlike those of all worlds on which the card was fitted."""


def assess_groups(
    sightings: Sightings, groups: Grouping, times: ObservationTimes, calibration: Calibration, method: Method
) -> Assessed:
    """Describe each group, and assess whether it is coordinated; ``times`` are those of the real sightings."""
    evidence, bipartite = groups.evidence, groups.bipartite
    described = describe(evidence, sightings, bipartite, times, calibration, method)
    features = make_features(described)
    card, reference = shipped()
    known, size = n_known(described.known), described.traits.size
    alone = judge(card, reference, features, known, size)
    ties = find_ring_ties(evidence, alone.vouching)
    judged = judge(card, reference, features, known, size, ties.share)
    kinds = name_kinds(kind_facts(described, features))
    ids = mint_ring_ids(evidence, sightings.accounts)
    tied = [(share, ids[other]) for share, other in zip(ties.share.tolist(), ties.other.tolist(), strict=True)]
    told = tell_verdicts(features, judged, card, described.known, kinds, tied)
    unlike = shipped_worlds().unlike(card, features[size >= FEWEST])
    return Assessed(ids, _groups(evidence, described.traits, bipartite), told, unlike)


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
        features = make_features(describe(evidence, sightings, bipartite, times, calibration, method))
        one = evidence.members.drop_duplicates("community")
        odds[community[one["account"]]] = shipped()[0].log_odds(features)[one["community"]]
    return odds


def describe(
    evidence: Evidence,
    sightings: Sightings,
    bipartite: Bipartite,
    times: ObservationTimes,
    calibration: Calibration,
    method: Method,
) -> Described:
    """Describe groups by all that features are computed from."""
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
    return Described(evidence, traits, bipartite.types, anyones, known_shares(evidence, sightings))


def _groups(evidence: Evidence, traits: Traits, bipartite: Bipartite) -> list[Group]:
    held = traits.holdings
    holdings: list[list[Holding]] = [[] for _ in range(len(evidence.size))]
    coarse = np.array([each.coarse for each in bipartite.types], dtype=np.bool_)
    for row in np.flatnonzero((held.cover >= TYING) & ~coarse[held.type]).tolist():
        of_type = (getattr(held, name)[row].item() for name in Holding._fields[1:])
        holdings[held.community[row]].append(Holding(bipartite.types[held.type[row]].name, *of_type))
    tied = share_by_family(evidence, evidence.members["families"].to_numpy(), bipartite.families) >= TYING
    return [
        Group(size, tuple(compress(bipartite.families, mine)), tuple(of_types))
        for size, mine, of_types in zip(traits.size.tolist(), tied, holdings, strict=True)
    ]
