"""What each holder can be told of the own account: what can be answered, and nothing of anybody else."""

from dataclasses import replace

import case_worlds
import pandas as pd
import pytest
from report_worlds import harmless

from graphlink.model.times import NO_TIME
from graphlink.results.cases.drafts import draft_statements
from graphlink.results.cases.pack import case_frames


@pytest.fixture(scope="module")
def case():
    return case_worlds.case_by_hand(harmless)


def drafts(case):
    return dict(draft_statements(case)[["account_id", "draft"]].itertuples(index=False))


def test_a_draft_says_what_is_on_record_of_the_account_and_when(case):
    told = drafts(case)["acc-1040"]
    assert "The records looked at are of 1 Feb – 1 Mar 2026 (UTC)" in told
    assert "means of payment (1 shared, 3–21 Feb 2026)" in told
    assert "mail domain (quillmail.example, 3 Feb 2026)" in told


def test_records_of_unknown_times_have_no_dates(case):
    timeless = replace(case.run.manifest, window_start=NO_TIME, window_end=NO_TIME)
    told = drafts(replace(case, run=replace(case.run, manifest=timeless)))["acc-1040"]
    assert "When the records looked at were made is not known. What they have of this account: " in told


def test_who_shares_a_range_of_card_numbers_is_not_told_of_a_shared_card(case):
    of_a_bank = case.evidence.assign(signal_type=case.evidence["signal_type"].replace("card", "card_bin"))
    told = drafts(replace(case, evidence=of_a_bank))["acc-1040"]
    assert "means of payment" not in told
    assert "ranges of card numbers that a bank gives out (1 shared, 3–21 Feb 2026)" in told


def test_an_address_and_its_network_are_not_two_addresses(case):
    addresses = case.evidence[case.evidence["signal_type"] == "ip"]
    networks = [addresses.assign(signal_type=name) for name in ("ip24", "ip64")]
    evidence = pd.concat([case.evidence, *networks]).sort_values("account_id", kind="stable")
    told = drafts(replace(case, evidence=evidence))["acc-1040"]
    assert "network addresses (1 shared" in told
    assert "networks (2 shared" in told
    assert "network addresses and networks" in told


def test_a_family_in_which_an_account_has_no_tie_is_not_named(case):
    """All that the family can hold was: telephone numbers, mail addresses and more."""
    told = drafts(replace(case, evidence=case.evidence[case.evidence["family"] != "identity"]))["acc-1040"]
    assert "signals of 3 kinds with them: " in told
    assert "mail" not in told
    assert "shares signals with them. " in drafts(replace(case, evidence=case.evidence.iloc[:0]))["acc-1040"]


def victim_first(case, *types):
    """What the possible victim is told where only values of some types were on it before they were on the others."""
    evidence = case.evidence
    early = (evidence["tier"] == "possible_victim") & evidence["signal_type"].isin(types)
    first = pd.Timestamp("2020-01-01", tz="UTC")
    moved = evidence.assign(first_seen=evidence["first_seen"].mask(early, first).mask(~early, evidence["last_seen"]))
    (victim,) = case.members["account_id"][case.members["tier"] == "possible_victim"]
    return drafts(replace(case, evidence=moved))[victim]


def test_a_possible_victim_is_told_of_what_was_there_first_and_of_nothing_else(case):
    """All kinds were called first where one was."""
    told = victim_first(case, "ip")
    assert "On this account before any of those other accounts had it: network addresses (1 of 1). This sug" in told
    assert "bore before" not in told
    assert "On this account before" not in victim_first(case)


def test_that_others_took_something_up_is_suggested_only_by_what_was_there_first(case):
    """So read whoever had nothing first, such as one whose account somebody else used."""
    suggested = "This suggests that others took up what is yours"
    assert suggested in victim_first(case, "ip")
    assert "suggests" not in victim_first(case)
    assert "It may be that somebody else used your account" in victim_first(case)


def test_what_only_possible_victims_bear_was_on_none_of_the_others(case):
    evidence = case.evidence[case.evidence["tier"] == "possible_victim"]
    (victim,) = set(evidence["account_id"])
    assert "On this account before" not in drafts(replace(case, evidence=evidence))[victim]


def test_no_draft_names_what_the_holder_did_not_give(case):
    evidence = case.evidence
    given = (evidence["family"] == "identity") & (evidence["provenance"] == "free_text")
    hidden = {*evidence["signal_value"][~given], *case.members["account_id"]}
    assert not {value for value in hidden for told in drafts(case).values() if value in told}


def test_no_draft_names_what_only_others_gave(case):
    evidence = case.evidence[case.evidence["family"] == "identity"]
    for account, told in drafts(case).items():
        others = {*evidence["signal_value"]} - {*evidence["signal_value"][evidence["account_id"] == account]}
        assert not {value for value in others if value in told}


def test_what_somebody_else_wrote_of_an_account_is_not_named(case):
    """The referral or the recovery contact of an account is another person."""
    of_others = case.evidence.assign(provenance=case.evidence["provenance"].replace("free_text", "third_party"))
    told = drafts(replace(case, evidence=of_others))["acc-1040"]
    assert "mail domain (1 shared, 3 Feb 2026)" in told


def test_peripheral_accounts_have_no_draft_and_possible_victims_no_accusation(case):
    tiers = dict(case.members[["account_id", "tier"]].itertuples(index=False))
    told = drafts(case)
    assert told.keys() == {account for account, tier in tiers.items() if tier != "peripheral"}
    assert not [a for a in told if tiers[a] == "possible_victim" and "assessed as coordinated" in told[a]]


def test_nobody_is_told_of_a_ring_that_is_not_called_coordinated(case):
    (ring,) = case.run.findings.rings
    findings = replace(case.run.findings, rings=(replace(ring, assessment="organisation"),))
    assert drafts(replace(case, run=replace(case.run, findings=findings))) == {}


def test_under_pseudonyms_there_are_no_drafts(case):
    reading = replace(case.run.reading, key_id="a1b2c3d4")
    private = replace(case, run=replace(case.run, reading=reading))
    assert "told" not in {table.name for table in case_frames(private)}
