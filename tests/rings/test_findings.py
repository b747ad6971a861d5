"""Findings: frames with the columns that are documented, sorted as documented, and rings that say what they are."""

import re
from dataclasses import replace
from functools import lru_cache

import numpy as np
import pandas as pd
import pytest
import worlds
from worlds import among, crowd, rows, sightings

from graphlink.config.method import Method
from graphlink.model.findings import Findings, Tier
from graphlink.model.sightings import Sightings
from graphlink.model.text import TEXT
from graphlink.model.times import NO_TIME
from graphlink.pipeline import analyse
from graphlink.rings import findings
from graphlink.rings.assessment import Group, Holding
from graphlink.rings.findings import _values_in_words, list_links
from graphlink.rings.verdict import turn_of

METHOD = Method(null_worlds=0, disturbances=0)
HOSTILE = '"><script>alert(1)</script>; =cmd|\x1b[2J'
FRAMES = ("hubs", "members", "signals", "ties")


@lru_cache(maxsize=1)
def found() -> Findings:
    """Rings, couples, a possible victim and hubs, with times."""
    return analyse(seen(), METHOD, seed=7)


def seen() -> Sightings:
    """What they were seen with."""
    told = worlds.framed_account + worlds.campaign.replace("template stem", "template stem @5") + worlds.office_ip
    created = {f"a{i}": i for i in range(1, 13)}
    return sightings((*among(told), *crowd(400, 4, "more")), created=created)


def all_links() -> pd.DataFrame:
    """The links inside all rings."""
    accounts = seen().accounts
    return pd.concat([list_links(ring.ring_id, found(), accounts) for ring in found().rings], ignore_index=True)


def documented(frame: str) -> list[str]:
    """The columns that the model's documentation names."""
    listed = re.search(rf"``{frame}``: (.+?)[;:]", re.sub(r"\s+", " ", Findings.__doc__))
    return listed.group(1).removesuffix(".").split(", ")


# --- frames -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("frame", FRAMES)
def test_a_frame_has_the_columns_that_are_documented(frame):
    assert getattr(found(), frame).columns.tolist() == documented(frame)


@pytest.mark.parametrize("frame", FRAMES)
def test_a_column_has_its_type_whether_or_not_there_is_a_row(frame):
    nothing = getattr(analyse(sightings("ip a: ann\n card b: bob"), METHOD, seed=7), frame)
    assert (len(getattr(found(), frame)) > 0, len(nothing)) == (True, 0)
    assert nothing.dtypes.to_dict() == getattr(found(), frame).dtypes.to_dict()
    assert set(nothing.dtypes.astype(str)) <= {str(TEXT), "int64", "int32", "float64", "bool", "datetime64[us, UTC]"}


@pytest.mark.parametrize("frame", FRAMES)
def test_rows_are_numbered_and_whole(frame):
    table = getattr(found(), frame)
    assert table.index.equals(pd.RangeIndex(len(table)))
    assert not table.drop(columns=["created_at", "first_seen", "last_seen"], errors="ignore").isna().any(axis=None)
    assert not table.duplicated().any()


def test_members_are_sorted_by_rank_tier_and_confidence_and_of_equal_ones_by_links():
    members = found().members
    order = members.assign(
        tier=members["tier"].map({tier.value: i for i, tier in enumerate(Tier)}),
        confidence=-members["confidence"],
        n_links=-members["n_links"],
    )
    assert order.sort_values(["rank", "tier", "confidence", "n_links", "account_id"]).index.equals(members.index)


def test_a_lift_is_as_exact_as_it_is_published():
    signals = found().signals
    expected = signals["expected_by_chance"]
    lift = signals["accounts_in_ring"] / expected
    assert (np.abs(signals["lift"] - lift) <= 0.005 + lift * 6e-5 / expected).all()
    assert (np.abs(signals["lift"] * 10 % 1) > 1e-6).any()
    assert (signals["lift"] > 1).all()


def test_signals_are_sorted_by_rank_and_weight_in_the_ring():
    signals = found().signals
    rank = {ring.ring_id: ring.rank for ring in found().rings}
    order = signals.assign(rank=signals["ring_id"].map(rank), weight=signals["bits"] * signals["accounts_in_ring"])
    assert order["rank"].is_monotonic_increasing
    for _, mine in order.groupby("rank"):
        assert (np.diff(mine["weight"]) <= 0.01 * mine["accounts_in_ring"].max()).all()  # bits are rounded


def test_hubs_that_can_only_corroborate_come_last_and_the_most_surprising_first():
    hubs = found().hubs
    never = hubs["why"].str.contains("corroborates")
    assert never.is_monotonic_increasing
    assert all(own["surprise"].is_monotonic_decreasing for _, own in hubs.groupby(never))
    assert (hubs["pairs"] == hubs["accounts"] * (hubs["accounts"] - 1) // 2).all()


# --- members ------------------------------------------------------------------------------------------------------


def test_an_account_is_in_at_most_one_ring():
    assert found().members["account_id"].is_unique


def test_every_ring_has_its_members():
    members = found().members
    for ring in found().rings:
        tiers = members.loc[members["ring_id"] == ring.ring_id, "tier"].value_counts()
        assert tiers.get("core", 0) == ring.n_core
        assert tiers.get("probable", 0) == ring.n_probable
        assert tiers.get("peripheral", 0) == ring.n_peripheral
        assert tiers.get("possible_victim", 0) == ring.n_possible_victims
        assert ring.n_members == ring.n_core + ring.n_probable + ring.n_peripheral
    assert set(members["ring_id"]) == {ring.ring_id for ring in found().rings}


def test_every_member_has_evidence_and_a_core_member_of_two_families():
    members, ties = found().members, found().ties
    assert set(members["account_id"]) == set(ties["account_id"])
    assert (members["strongest"] != "").all()
    assert members.loc[members["tier"] == "core", "families"].str.contains("; ").all()


def test_ties_can_be_spelt_out_by_ring():
    findings = found()
    spelt = replace(findings, tied=findings.ties)
    for ring in findings.rings:
        own = findings.ties_of([ring.ring_id])
        pd.testing.assert_frame_equal(own, spelt.ties_of([ring.ring_id]).reset_index(drop=True))
        assert set(own["ring_id"]) == {ring.ring_id}
    pd.testing.assert_frame_equal(findings.ties, findings.ties_of({ring.ring_id for ring in findings.rings}))
    assert len(findings.tied) == len(findings.ties)


def test_ties_stand_in_the_order_of_rings_and_accounts():
    rank = {ring.ring_id: ring.rank for ring in found().rings}
    order = list(zip(found().ties["ring_id"].map(rank), found().ties["account_id"], strict=True))
    assert order == sorted(order)


def test_accounts_are_found_by_their_ids():
    accounts = sightings([(name, "card", "1", 0) for name in "abc"]).accounts
    asked = pd.Series(["c", "a", "nobody", "c"], dtype=TEXT)
    assert accounts.positions(asked).tolist() == [2, 0, -1, 2]
    assert accounts.positions(pd.concat([asked[:2], asked[2:]])).tolist() == [2, 0, -1, 2]
    assert accounts.positions(asked[:0]).tolist() == []


def test_confidences_are_chances():
    confidence = found().members["confidence"]
    assert confidence.between(0, 1).all()
    assert (confidence == confidence.round(3)).all()


def test_cells_of_a_ring_are_numbered_from_nought_without_gaps():
    for _, cells in found().members.groupby("ring_id")["cell"]:
        assert set(cells) == set(range(cells.nunique()))


def test_times_of_a_member_span_its_ties():
    members, ties = found().members.set_index("account_id"), found().ties
    seen = ties.groupby("account_id").agg(first=("first_seen", "min"), last=("last_seen", "max"))
    assert members["first_seen"].equals(seen["first"].reindex(members.index).rename("first_seen"))
    assert members["last_seen"].equals(seen["last"].reindex(members.index).rename("last_seen"))
    assert members.loc["a1", "created_at"] == pd.Timestamp(worlds.START + worlds.DAY, unit="us", tz="UTC")
    assert members["created_at"].isna().sum() == len(members) - 12


# --- rings --------------------------------------------------------------------------------------------------------


def test_ranks_count_from_one_and_rings_stand_in_their_order():
    assert [ring.rank for ring in found().rings] == list(range(1, len(found().rings) + 1))


def test_coordinated_rings_come_first_then_the_doubtful_then_the_explained():
    turns = [turn_of(ring.assessment) for ring in found().rings]
    assert turns == sorted(turns)
    for turn in set(turns):
        scores = [ring.score for ring, mine in zip(found().rings, turns, strict=True) if mine == turn]
        assert scores == sorted(scores, reverse=True)


def test_a_ring_survives_a_family_that_it_does_not_depend_on():
    for ring in found().rings:
        assert [family for family, _ in ring.survives] == list(ring.families)
        assert all(0 <= share <= 1 for _, share in ring.survives)
    (campaign,) = [ring for ring in found().rings if ring.n_members == 30]
    assert dict(campaign.survives) == {"content": 0.167, "device": 1, "payment": 1}  # one template joins five cells


def test_first_and_last_seen_are_those_of_its_signals():
    signals = found().signals
    for ring in found().rings:
        first = signals.loc[signals["ring_id"] == ring.ring_id, "first_seen"].min()
        assert ring.first_seen == (NO_TIME if pd.isna(first) else first.value // 1000)


def test_an_id_follows_the_members_alone():
    """Other values, other companions, another seed: the same people are the same ring."""
    mine = rows(worlds.campaign)
    renamed = tuple((account, kind, f"other-{value}", day) for account, kind, value, day in mine)
    one, two = (
        analyse(sightings((*seen, *crowd(n))), METHOD, seed=seed).members
        for seen, n, seed in ((mine, 2000, 1), (renamed, 2500, 2))
    )
    first, second = (members.set_index("account_id").loc["s1", "ring_id"] for members in (one, two))
    assert first == second
    assert re.fullmatch(r"R-[0-9A-F]{10}", first)


def test_one_member_more_is_another_id():
    smaller = analyse(sightings(among(worlds.campaign)), METHOD, seed=7).rings[0]
    larger = analyse(
        sightings(among(worlds.campaign.replace("s1..s5", "s0 s1..s5").replace("s1..s30", "s0 s1..s30"))),
        METHOD,
        seed=7,
    ).rings[0]
    assert (smaller.n_members, larger.n_members) == (30, 31)
    assert smaller.ring_id != larger.ring_id


# --- signals, ties and links --------------------------------------------------------------------------------------


def test_counts_of_a_signal_are_those_of_its_ties():
    counted = found().ties.groupby(["ring_id", "signal_type", "signal_value"]).size()
    named = found().signals.set_index(["ring_id", "signal_type", "signal_value"])["accounts_in_ring"]
    assert counted.sort_index().tolist() == named.sort_index().tolist()


def test_links_run_between_members_of_their_ring():
    ring_of = found().members.set_index("account_id")["ring_id"]
    links = all_links()
    for end in ("source", "target"):
        assert (links[end].map(ring_of) == links["ring_id"]).all()


@pytest.mark.parametrize("words", ["2 billing addresses", "2 companies", "2 surveys", "2 wallets", "2 batches"])
def test_types_of_the_users_own_have_a_plural(words):
    kinds = {"2 companies": "company", "2 billing addresses": "billing_address", "2 batches": "batch"}
    assert _values_in_words(kinds.get(words, words[2:-1]), 2) == words


def test_links_of_a_member_are_counted():
    links = all_links()
    ends = pd.concat([links["source"], links["target"]]).value_counts()
    members = found().members.set_index("account_id")["n_links"]
    assert ends.reindex(members.index, fill_value=0).tolist() == members.tolist()


def test_a_hub_says_why_it_linked_nobody():
    hubs = found().hubs.set_index("signal_value")["why"]
    assert hubs.str.len().min() > 20
    assert hubs["gmail.com"].startswith("anyone may get an address there")
    assert "by chance" in hubs["crowd-template-0"]


def test_totals_add_up():
    totals = found().totals
    assert totals.n_communities == len(found().rings) + totals.n_below_evidence
    assert totals.n_passing_signals <= totals.n_shared_signals <= totals.n_signals
    assert totals.n_edges >= len(all_links())


# --- hostile values -----------------------------------------------------------------------------------------------


def test_hostile_values_stay_what_they_are():
    told = [
        (f"{account}{HOSTILE}", kind, f"{value}{HOSTILE}", day) for account, kind, value, day in rows(worlds.campaign)
    ]
    outcome = analyse(sightings((*told, *crowd(2000))), METHOD, seed=7)
    assert f"s1{HOSTILE}" in set(outcome.members["account_id"])
    assert f"stem{HOSTILE}" in set(outcome.signals["signal_value"])


def test_a_value_of_64_kib_costs_its_own_length_and_not_everybodys():
    """Fixed-width texts would make every cell of the table as wide: 30 * 65,536 * 4 bytes a column and more."""
    long = "x" * 65_536
    told = [
        (account, kind, long if value == "stem" else value, day) for account, kind, value, day in rows(worlds.campaign)
    ]
    members = analyse(sightings((*told, *crowd(2000))), METHOD, seed=7).members
    bearing = members["strongest"].str.contains(long, regex=False)
    assert members["strongest"].str.len()[~bearing].max() < 200


def group(*holdings: Holding) -> Group:
    return Group(40, tuple(sorted({each.type for each in holdings})), holdings)


def holding(kind: str, n_values: int, *, cover: float = 1.0, top_owned: float | None = None) -> Holding:
    """Values of the group's own, all equally common unless the most common one is told."""
    return Holding(kind, cover, cover / n_values if top_owned is None else top_owned, n_values, n_values)


def test_of_a_group_without_members_it_is_said_that_all_may_be_victims():
    assert findings._headline(group(holding("card", 3)), 3, 9) == "3 accounts are tied by 3 cards used mostly by them"
    whose = "9 possible victims and nobody else are tied by 3 cards used mostly by them"
    assert findings._headline(group(holding("card", 3)), 0, 9) == whose
    assert findings._headline(group(holding("card", 3)), 1, 4) == "1 account is tied by 3 cards used mostly by them"


def test_a_headline_tells_the_one_value_of_many_that_is_on_nearly_all():
    """Of 118 cards one paid for all: as '118 cards' it read as the opposite."""
    cards, devices = holding("card", 118, top_owned=1), holding("device", 1, top_owned=0.9)
    domains = holding("email_domain", 4, cover=0.5)
    told = "9 accounts are tied by one card and one device used mostly by them, each on nearly all of them"
    assert findings._headline(group(cards, devices), 9, 0) == told
    assert findings._headline(group(cards, devices, domains), 9, 0) == f"{told}, and by 4 mail domains"
    alone = "9 accounts are tied by one card used mostly by them on nearly all of them"
    assert findings._headline(group(cards), 9, 0) == alone
    assert findings._headline(group(devices), 9, 0) == "9 accounts are tied by one device used mostly by them"


def test_cells_are_counted_that_have_several_accounts():
    in_a_chain = analyse(sightings((*worlds.dealt_in_turn(120), *crowd(2000))), METHOD, seed=7)
    for told in (found(), in_a_chain):
        for ring in told.rings:
            of_cells = told.members.loc[told.members["ring_id"] == ring.ring_id].value_counts("cell")
            assert ring.n_cells == (of_cells > 1).sum()
        assert max(ring.n_cells for ring in told.rings) > 1
