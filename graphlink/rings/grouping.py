"""A graph with its tested signals in, groups with their evidence out; or sightings in, as in a repetition."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphlink.graph.bipartite import build_bipartite
from graphlink.graph.interchangeable_signals import accept_interchangeable
from graphlink.graph.projection import project_accounts
from graphlink.graph.signal_test import count_companions, test_signals
from graphlink.model.groups import Grouping
from graphlink.reading.normalise.mail_providers import anyones_values
from graphlink.rings.evidence import find_members, gather_evidence
from graphlink.rings.joining import detect_communities

if TYPE_CHECKING:
    from graphlink.config.method import Method
    from graphlink.model.arrays import Int32s, Keys
    from graphlink.model.calibration import Calibration
    from graphlink.model.graph import Bipartite, SignalTest
    from graphlink.model.sightings import Sightings


def build_graph(sightings: Sightings, account_key: Keys | None = None) -> Bipartite:
    """Build the graph; ``account_key`` is that of other sightings of the same accounts."""
    return build_bipartite(sightings, anyones_values(sightings), account_key)


def find_groups(
    sightings: Sightings, bipartite: Bipartite, test: SignalTest, calibration: Calibration, method: Method, *, seed: int
) -> Grouping:
    """Link the accounts, and find groups and what ties them."""
    links = project_accounts(bipartite, test, calibration, method)
    partition = detect_communities(links, bipartite, test, calibration, method, seed=seed)
    evidence = gather_evidence(sightings, bipartite, test, links, partition, calibration, method)
    return Grouping(bipartite, test, links, evidence)


def find_groups_again(
    sightings: Sightings, account_key: Keys, calibration: Calibration, method: Method, *, seed: int
) -> Grouping:
    """Find the groups of other sightings of the same accounts, under the same calibration."""
    bipartite = build_graph(sightings, account_key)
    test = _test_again(bipartite, calibration, method)
    return find_groups(sightings, bipartite, test, calibration, method, seed=seed)


def find_members_again(
    sightings: Sightings, account_key: Keys, calibration: Calibration, method: Method, *, seed: int
) -> Int32s:
    """The group of each account, -1 where it is in none: as ``find_groups_again``, without what ties them."""
    bipartite = build_graph(sightings, account_key)
    test = _test_again(bipartite, calibration, method)
    links = project_accounts(bipartite, test, calibration, method)
    partition = detect_communities(links, bipartite, test, calibration, method, seed=seed)
    return find_members(sightings, bipartite, test, links, partition, calibration, method)


def _test_again(bipartite: Bipartite, calibration: Calibration, method: Method) -> SignalTest:
    companions = count_companions(bipartite, method, calibration)
    test = test_signals(bipartite, companions, calibration, method)
    return accept_interchangeable(bipartite, test, calibration, method)
