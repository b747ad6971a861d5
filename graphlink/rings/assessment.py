"""Groups with their evidence in, each of them described and assessed out."""

from __future__ import annotations

import json
from dataclasses import fields
from functools import partial
from itertools import zip_longest
from math import isnan, nan
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from graphlink.engine.threads import in_turn
from graphlink.model.findings import Check, Factor
from graphlink.model.groups import Traits
from graphlink.reading.normalise.mail_providers import anyones_values, disposable_values, reserved_values
from graphlink.rings.card_features import Described, known_shares, make_features, n_known
from graphlink.rings.features import describe_groups, share_by_family
from graphlink.rings.group import TYING, Group, Holding
from graphlink.rings.halves import are_many, only_groups, pack_frames, unpack_frames
from graphlink.rings.scorecard import judge, shipped
from graphlink.rings.verdict import Assessed, Assessment, tell_verdicts

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping

    from graphlink.config.method import Method
    from graphlink.engine.threads import Apart, Arrays
    from graphlink.graph.observation_times import Clock
    from graphlink.model.calibration import Calibration
    from graphlink.model.graph import Bipartite
    from graphlink.model.groups import Evidence, Grouping
    from graphlink.model.sightings import Sightings

_One = TypeVar("_One")


def assess_groups(
    sightings: Sightings,
    groups: Grouping,
    clock: Clock,
    calibration: Calibration,
    method: Method,
    *,
    apart: Apart = in_turn,
) -> Assessed:
    """Say what each group is like and whether it is coordinated; of many groups half are looked at ``apart``.

    ``clock`` is that of the real sightings.
    """
    anyones = anyones_values(sightings)[groups.bipartite.origin]
    describe = partial(
        describe_groups,
        sightings=sightings,
        calibration=calibration,
        clock=clock,
        anyones=anyones,
        account_trace=groups.bipartite.account_trace,
        disposable=disposable_values(sightings),
        reserved=reserved_values(sightings),
        organisation_plans=method.organisation_words,
    )

    def assess(evidence: Evidence) -> tuple[Traits, Assessed]:
        traits = describe(evidence)
        described = _groups(evidence, traits, groups.bipartite)
        known, bipartite = known_shares(evidence, sightings), groups.bipartite
        features = make_features(Described(evidence, traits, bipartite.types, anyones, known))
        card, reference = shipped()
        judged = judge(card, reference, features, n_known(known))
        return traits, Assessed(described, tell_verdicts(described, features, judged, card, known))

    evidence = groups.evidence
    if not are_many(evidence.size):
        return assess(evidence)[1]
    is_odd = np.arange(len(evidence.size)) % 2 == 1
    odd = only_groups(evidence, is_odd)
    others = apart(lambda: _pack(*assess(odd)))
    _, of_even = assess(only_groups(evidence, ~is_odd))
    traits, assessments = _unpack(others())
    described = _alternately(of_even.groups, _groups(odd, traits, groups.bipartite))
    return Assessed(described, _alternately(of_even.assessments, assessments))


def _pack(traits: Traits, assessed: Assessed) -> Arrays:
    """Put traits and assessments into plain arrays; what is said of many groups is written once."""
    assessments = assessed.assessments
    factors = {id(each): each for said in assessments for each in said.factors}
    checks = {id(each): each for said in assessments for each in said.checks}
    numbers = {key: number for of_kind in (factors, checks) for number, key in enumerate(of_kind)}
    document = {
        "factors": [(each.name, each.points, each.because) for each in factors.values()],
        "checks": [(each.explanation, each.fits, each.because) for each in checks.values()],
        "assessments": [
            (said.score, said.assessment, *([numbers[id(each)] for each in of] for of in (said.factors, said.checks)))
            for said in assessments
        ],
    }
    text = np.frombuffer(json.dumps(document).encode(), dtype=np.uint8)
    return {**pack_frames({"holdings": traits.holdings, "groups": traits.groups}), "document": text}


def _unpack(packed: Arrays) -> tuple[Traits, list[Assessment]]:
    """Undo ``_pack``."""
    document = json.loads(packed["document"].tobytes())
    factors = [Factor(*each) for each in document["factors"]]
    checks = [Check(*each) for each in document["checks"]]
    assessments = [
        Assessment(score, called, tuple(factors[number] for number in mine), tuple(checks[number] for number in asked))
        for score, called, mine, asked in document["assessments"]
    ]
    return Traits(**unpack_frames(packed, ["holdings", "groups"])), assessments


def _alternately(even: list[_One], odd: list[_One]) -> list[_One]:
    """One of the first list, one of the other, and so on."""
    return [each for pair in zip_longest(even, odd) for each in pair][: len(even) + len(odd)]


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
        for c, known in enumerate(traits.groups[_TOLD].to_dict("records"))
    ]


_TOLD = [each.name for each in fields(Group) if each.name not in {"holdings", "families"}]
"""The traits that explanations read."""


def _known(traits: Mapping[Hashable, Any]) -> dict[str, Any]:
    """Traits by name; what is not known is one and the same NaN, so that groups that are alike are equal."""
    return {str(name): nan if isnan(value) else value for name, value in traits.items()}
