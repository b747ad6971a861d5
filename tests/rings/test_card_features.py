"""What is computed of a group for the card: each number does what its sign has as a reason."""

from dataclasses import replace

import pandas as pd
import pytest
import worlds
from worlds import among, stages

from graphlink.config.method import Method
from graphlink.graph.observation_times import observe_times
from graphlink.graph.reference_rates import rates_of_accounts
from graphlink.model.signals import Provenance, SignalType, Thing
from graphlink.rings.assessment import describe
from graphlink.rings.card_features import make_features

RING = """
    template distil: r1..r24
    card c1: r1..r6
    card c2: r7..r12
    card c3: r13..r18
    card c4: r19..r24
"""
SHARED = {
    "one": ["r1..r24"],
    "four": ["r1..r6", "r7..r12", "r13..r18", "r19..r24"],
    "pairs": [f"r{i} r{i + 1}" for i in range(1, 25, 2)],
}


@pytest.fixture(autouse=True)
def declared(monkeypatch):
    """Types that an export declares, each in a family that does not tell what its values are."""
    for name, family in (("conversation_prefix", "content"), ("gift_code", "identity"), ("git_remote", "content")):
        monkeypatch.setitem(worlds.TYPES, name, SignalType(name, family, Provenance.OBSERVED))


def features(kind: str = "", shared: str = "") -> pd.Series:
    """Of the ring, whose accounts share values of a type."""
    more = "".join(f"\n    {kind} v{n}: {who}" for n, who in enumerate(SHARED.get(shared, ())))
    world = stages(among(RING + more))
    seen, times = world.sightings, observe_times(world.sightings)
    habits = rates_of_accounts(seen, times, Method().organisation_words)
    told = seen, world.bipartite, times, replace(world.calibration, habits=habits), Method()
    members = world.evidence.members
    mine = members.loc[members["account"] == world.account("r1"), "community"].iloc[0]
    return make_features(describe(world.evidence, *told)).loc[mine]


@pytest.mark.parametrize(("kind", "name"), [("phone", "many_phones"), ("conversation_prefix", "handed_on")])
def test_the_more_values_go_round_among_its_accounts_the_more_varied_they_are(kind: str, name: str):
    """One number for all is an office's, and one conversation a text that many begin with."""
    one, four, pairs = (features(kind, shared)[name] for shared in ("one", "four", "pairs"))
    assert one == 0
    assert one < four < pairs


@pytest.mark.parametrize("name", ["many_phones", "handed_on", "one_code"])
def test_an_export_without_such_a_type_tells_nothing_of_it(name: str):
    assert pd.isna(features()[name])


def test_a_code_for_everybody_is_most_of_a_group_and_several_codes_are_less():
    assert features("gift_code", "one")["one_code"] == 1
    assert features("gift_code", "four")["one_code"] == pytest.approx(0.25)


@pytest.mark.parametrize("shared", SHARED)
@pytest.mark.parametrize("kind", ["gift_code", "git_remote", "conversation_prefix"])
def test_codes_and_repositories_are_neither_prompts_nor_names_nor_ones_own(kind: str, shared: str):
    """Whatever family they are declared in: who hands out a code, or works on a project, is nobody's accomplice."""
    names = ["many_texts", "one_text", "many_names", "personal"]
    pd.testing.assert_series_equal(features(kind, shared)[names], features()[names], check_names=False)


@pytest.mark.parametrize(
    ("name", "thing"),
    [
        ("phone", Thing.PHONE),
        ("Phone-Hash", Thing.PHONE),
        ("previous_response_id", Thing.CONVERSATION),
        ("promo_code", Thing.CODE),
        ("gift_code", Thing.CODE),
        ("gift_card", None),
        ("git.remote", Thing.REPOSITORY),
        ("phone_model", None),
        ("phone_prefix", None),
        ("conversation_topic", None),
        ("prev_response", Thing.CONVERSATION),
        ("digit", None),
        ("response_language", None),
    ],
)
def test_a_types_name_says_what_its_values_are(name: str, thing: Thing | None):
    assert SignalType(name, "any", Provenance.OBSERVED).thing == thing
