"""Finds groups and their evidence in a graph with tested signals, or, in a repetition, in sightings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphlink.graph.bipartite import build_bipartite
from graphlink.graph.interchangeable_signals import accept_interchangeable
from graphlink.graph.projection import project_accounts
from graphlink.graph.signal_test import count_companions, test_signals
from graphlink.model.groups import Grouping
from graphlink.reading.normalise.mail_providers import anyones_values
from graphlink.rings.assessment import score_communities
from graphlink.rings.evidence import find_members, gather_evidence
from graphlink.rings.joining import detect_communities

if TYPE_CHECKING:
    from graphlink.config.method import Method
    from graphlink.graph.observation_times import ObservationTimes
    from graphlink.model.arrays import Floats, Int32s, Keys
    from graphlink.model.calibration import Calibration
    from graphlink.model.graph import Bipartite, Partition, Projection, SignalTest
    from graphlink.model.sightings import Sightings


def build_graph(sightings: Sightings, account_key: Keys | None = None) -> Bipartite:
    """Build the graph; ``account_key`` is that of other sightings of the same accounts."""
    return build_bipartite(sightings, anyones_values(sightings), account_key)


def find_groups(  # noqa: PLR0913  a stage takes what the stages before it made, and how
    sightings: Sightings,
    bipartite: Bipartite,
    test: SignalTest,
    times: ObservationTimes,
    calibration: Calibration,
    method: Method,
    *,
    seed: int,
) -> Grouping:
    """Link the accounts, and find groups and what ties them."""
    links = project_accounts(bipartite, test, calibration, method)
    partition = find_communities(sightings, links, bipartite, test, times, calibration, method, seed=seed)
    evidence = gather_evidence(sightings, bipartite, test, links, partition, calibration, method)
    return Grouping(bipartite, test, links, evidence)


def find_communities(  # noqa: PLR0913, PLR0917  the same
    sightings: Sightings,
    links: Projection,
    bipartite: Bipartite,
    test: SignalTest,
    times: ObservationTimes,
    calibration: Calibration,
    method: Method,
    *,
    seed: int,
) -> Partition:
    """Join linked accounts into communities, before membership is tested."""

    def score(community: Int32s) -> Floats:
        return score_communities(community, sightings, bipartite, test, times, calibration, method)

    created = sightings.accounts.created_at
    return detect_communities(links, bipartite, test, calibration, method, seed=seed, created=created, score=score)


def find_groups_again(
    sightings: Sightings,
    account_key: Keys,
    times: ObservationTimes,
    calibration: Calibration,
    method: Method,
    *,
    seed: int,
) -> Grouping:
    """Find the groups of other sightings of the same accounts, under the same calibration."""
    bipartite = build_graph(sightings, account_key)
    test = _test_again(bipartite, calibration, method)
    return find_groups(sightings, bipartite, test, times, calibration, method, seed=seed)


def find_members_again(
    sightings: Sightings,
    account_key: Keys,
    times: ObservationTimes,
    calibration: Calibration,
    method: Method,
    *,
    seed: int,
) -> Int32s:
    """The group of each account, -1 where it is in none: as ``find_groups_again``, without the evidence."""
    bipartite = build_graph(sightings, account_key)
    test = _test_again(bipartite, calibration, method)
    links = project_accounts(bipartite, test, calibration, method)
    partition = find_communities(sightings, links, bipartite, test, times, calibration, method, seed=seed)
    return find_members(sightings, bipartite, test, links, partition, calibration, method)


def _test_again(bipartite: Bipartite, calibration: Calibration, method: Method) -> SignalTest:
    companions = count_companions(bipartite, method, calibration)
    test = test_signals(bipartite, companions, calibration, method)
    return accept_interchangeable(bipartite, test, calibration, method)
