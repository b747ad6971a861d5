"""Sightings in, groups with their evidence out: what every analysis goes through, the real one and its repetitions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphlink.engine.threads import in_turn
from graphlink.graph.bipartite import build_bipartite
from graphlink.graph.interchangeable_signals import pass_siblings
from graphlink.graph.projection import project_accounts
from graphlink.graph.signal_test import test_signals
from graphlink.model.groups import Grouping
from graphlink.reading.normalise.mail_providers import anyones_values
from graphlink.rings.evidence import gather_evidence, group_members
from graphlink.rings.joining import detect_communities
from graphlink.rings.shared_signals import Made

if TYPE_CHECKING:
    from graphlink.config.method import Method
    from graphlink.engine.threads import Apart
    from graphlink.model.arrays import Int32s, Keys
    from graphlink.model.calibration import Calibration
    from graphlink.model.graph import Bipartite, SignalTest
    from graphlink.model.sightings import Sightings


def lay_out(sightings: Sightings, account_key: Keys | None = None) -> Bipartite:
    """Lay out the graph; ``account_key`` is that of other sightings of the same accounts."""
    return build_bipartite(sightings, anyones_values(sightings), account_key)


def find_groups(  # noqa: PLR0913  what the stages take, and how
    sightings: Sightings,
    bipartite: Bipartite,
    calibration: Calibration,
    method: Method,
    *,
    seed: int,
    test: SignalTest | None = None,
    apart: Apart = in_turn,
) -> Grouping:
    """Test the signals, unless that was done before, link the accounts, and find groups and what ties them."""
    made = _group(sightings, bipartite, calibration, method, seed=seed, test=test, apart=apart)
    return Grouping(bipartite, made.test, made.projection, gather_evidence(made, apart))


def find_members(
    sightings: Sightings, bipartite: Bipartite, calibration: Calibration, method: Method, *, seed: int
) -> Int32s:
    """The group of each account, -1 where it is in none: as ``find_groups`` finds them, without what ties them."""
    return group_members(_group(sightings, bipartite, calibration, method, seed=seed, test=None, apart=in_turn))


def _group(  # noqa: PLR0913  what the stages take, and how
    sightings: Sightings,
    bipartite: Bipartite,
    calibration: Calibration,
    method: Method,
    *,
    seed: int,
    test: SignalTest | None,
    apart: Apart,
) -> Made:
    test = test or pass_siblings(bipartite, test_signals(bipartite, calibration, method), calibration, method)
    projection = project_accounts(bipartite, test, calibration, method)
    partition = detect_communities(projection, bipartite, test, calibration, method, seed=seed, apart=apart)
    return Made(sightings, bipartite, test, projection, partition, calibration, method)
