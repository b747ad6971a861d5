"""The cleared stay out until something new ties them, and only those whom a person confirmed are acted on."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from report_worlds import two_rings
from worlds import sightings

from graphlink.model.findings import ANOTHER_RING, COORDINATED, END_OF_SCALE, INCONCLUSIVE, Campaign, Factor
from graphlink.model.groups import Evidence
from graphlink.model.sightings import Trace
from graphlink.model.sweeps import (
    CLEARED,
    Action,
    Decisions,
    KnownMember,
    KnownRing,
    Listed,
    RingStatus,
    Verdict,
    VerdictKind,
)
from graphlink.results.files.action_file import write_actions
from graphlink.results.ring_sentences import caution, finding
from graphlink.sweeps.decisions.allowing import check_allowed, take_out_allowed, unseen
from graphlink.sweeps.decisions.applying import apply_decisions
from graphlink.sweeps.decisions.matching import meant
from graphlink.sweeps.decisions.rewriting import evidence_without
from graphlink.sweeps.decisions.standing import list_actions
from graphlink.words.errors import ConfigError, ExitCode

FARM, FIRM = "R-4KQ7", "R-9XWM"
FINDINGS = two_rings().findings
CORE, PROBABLE, EDGE, VICTIM = "acc-1040", "acc-1096", "acc-1110", "acc-0311"


def signals_of(ring: str) -> tuple[tuple[str, str], ...]:
    own = FINDINGS.signals[FINDINGS.signals["ring_id"] == ring]
    return tuple(sorted(zip(own["signal_type"], own["signal_value"], strict=True)))


def ring_verdict(ring: str, kind: VerdictKind, evidence=None, *, at: int = 1) -> Verdict:
    own = FINDINGS.members[FINDINGS.members["ring_id"] == ring]
    covers = tuple(zip(own["account_id"], own["tier"], strict=True))
    known = signals_of(ring) if evidence is None else evidence
    told = replace(account_verdict(ring, kind, known, at=at), is_ring=True)
    return replace(told, covers=covers)


def account_verdict(account: str, kind: VerdictKind, evidence=(), *, at: int = 1) -> Verdict:
    facts = {"is_ring": False, "by": "maria", "note": "looked", "week": "2026-W47"}
    return Verdict(subject=account, kind=kind, at=at, evidence=evidence, **facts)


def rule(*verdicts: Verdict, findings=FINDINGS, smallest_ring: int = 2, **lists):
    return apply_decisions(findings, Decisions(verdicts=verdicts, **lists), smallest_ring=smallest_ring)


def accounts_in(findings, ring: str | None = None) -> set[str]:
    members = findings.members
    return set(members["account_id"] if ring is None else members["account_id"][members["ring_id"] == ring])


def assert_consistent(findings) -> None:
    """The tables and the rings tell the same."""
    assert [ring.rank for ring in findings.rings] == list(range(1, len(findings.rings) + 1))
    order = [ring.ring_id for ring in findings.rings]
    for frame in (findings.members, findings.signals, findings.ties):
        places = [order.index(ring) for ring in frame["ring_id"]]
        assert places == sorted(places)
        assert frame.index.tolist() == list(range(len(frame)))
    borne = findings.ties.groupby(["ring_id", "signal_type", "signal_value"]).size()
    for ring in findings.rings:
        own = findings.members[findings.members["ring_id"] == ring.ring_id]
        tiers = own["tier"].value_counts()
        assert ring.n_core == tiers.get("core", 0)
        assert ring.n_members == len(own) - tiers.get("possible_victim", 0)
        assert ring.n_possible_victims == tiers.get("possible_victim", 0)
        assert set(own["rank"]) == {ring.rank}
        assert set(own["assessment"]) == {ring.assessment}
    for row in findings.signals.itertuples():
        assert row.accounts_in_ring == borne[row.ring_id, row.signal_type, row.signal_value]
    assert accounts_in(findings) >= set(findings.ties["account_id"])


# --- nobody decided anything ------------------------------------------------------------------------------------------


def test_without_decisions_nothing_changes():
    findings, ruling = rule()
    assert findings.rings == FINDINGS.rings
    assert findings.members.equals(FINDINGS.members)
    assert (ruling.cleared, ruling.returned, ruling.known_bad, ruling.met) == ((), (), (), {})


@pytest.mark.parametrize("verdict", [ring_verdict(FARM, VerdictKind.UNSURE), account_verdict(CORE, VerdictKind.UNSURE)])
def test_an_unsure_verdict_changes_nothing(verdict):
    assert rule(verdict)[0].members.equals(FINDINGS.members)


# --- cleared rings ----------------------------------------------------------------------------------------------------


def test_a_cleared_ring_is_listed_last_and_says_who_cleared_it():
    findings, ruling = rule(ring_verdict(FARM, VerdictKind.BENIGN))
    assert_consistent(findings)
    assert [(ring.ring_id, ring.assessment) for ring in findings.rings] == [(FIRM, "organisation"), (FARM, CLEARED)]
    assert accounts_in(findings, FARM) == accounts_in(FINDINGS, FARM)
    assert [(each.subject, each.by) for each in ruling.cleared] == [(FARM, "maria")]
    assert "maria cleared it (looked)" in findings.rings[-1].checks[-1].because
    assert "A person cleared them" in finding(findings.rings[-1])
    assert "a person cleared this group" in caution(findings.rings[-1])


def test_a_cleared_ring_comes_back_with_what_is_new():
    old = tuple(each for each in signals_of(FARM) if each[0] in {"ip", "mail_domain"})
    findings, ruling = rule(ring_verdict(FARM, VerdictKind.BENIGN, old))
    assert_consistent(findings)
    assert findings.rings[0].ring_id == FARM
    (returned,) = [each for each in ruling.returned if each.is_ring]
    assert set(returned.new) == set(signals_of(FARM)) - set(old)
    check = next(check for check in findings.rings[0].checks if check.explanation == "cleared by a person")
    assert check.fits is False
    assert "new since then" in check.because


def test_too_little_that_is_new_brings_no_ring_back():
    new = ("template", "t:9c41e07ab2")
    known = tuple(each for each in signals_of(FARM) if each != new)
    passes = FINDINGS.signals["passes"] & (FINDINGS.signals["signal_value"] != new[1])
    weak = replace(FINDINGS, signals=FINDINGS.signals.assign(passes=passes))
    findings, ruling = rule(ring_verdict(FARM, VerdictKind.BENIGN, known), findings=weak)
    assert ruling.returned == ()
    assert findings.rings[-1].assessment == CLEARED


TIED, STRONG = Factor(ANOTHER_RING, 6.0, f"30 % of the accounts share values with {FARM}, a coordinated ring"), 97.0


@pytest.mark.parametrize(
    ("own", "score", "assessment"), [(47.0, 47.0, INCONCLUSIVE), (50.0, 50.0, COORDINATED), (STRONG, 97.0, COORDINATED)]
)
def test_a_cleared_ring_vouches_for_no_other(own, score, assessment):
    """Whoever was coordinated for what it shares with the cleared one alone is inconclusive."""
    over = min(100.0 - own - TIED.points, 0.0)
    parts = (Factor("cards", own, ""), *((Factor(END_OF_SCALE, over, ""),) if over else ()), TIED)
    farm, firm = FINDINGS.rings
    firm = replace(firm, score=min(own + TIED.points, 100.0), assessment=COORDINATED, factors=parts)
    members = FINDINGS.members.assign(
        assessment=FINDINGS.members["assessment"].mask(FINDINGS.members["ring_id"] == FIRM, COORDINATED)
    )
    findings, _ = rule(
        ring_verdict(FARM, VerdictKind.BENIGN), findings=replace(FINDINGS, rings=(farm, firm), members=members)
    )
    assert_consistent(findings)
    left = findings.rings[0]
    assert (left.ring_id, left.score, left.assessment) == (FIRM, score, assessment)
    assert sum(each.points for each in left.factors) == pytest.approx(left.score)
    (tie,) = [each for each in left.factors if each.name == ANOTHER_RING]
    assert tie.points == 0
    assert "a person cleared that ring" in tie.because


# --- cleared accounts -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("account", [CORE, PROBABLE, EDGE, VICTIM])
def test_a_cleared_account_stands_in_no_table(account):
    findings, ruling = rule(account_verdict(account, VerdictKind.BENIGN, signals_of(FARM)))
    assert_consistent(findings)
    assert account not in accounts_in(findings)
    assert account not in set(findings.ties["account_id"])
    assert [(each.subject, each.ring_id) for each in ruling.cleared] == [(account, FARM)]
    assert findings.rings[0].n_members == FINDINGS.rings[0].n_members - (account != VICTIM)


def test_those_who_are_left_have_a_larger_share_of_what_their_ring_shares():
    findings, _ = rule(account_verdict(CORE, VerdictKind.BENIGN, signals_of(FARM)))
    share = dict(zip(findings.signals["signal_value"], findings.signals["share_of_ring"], strict=True))
    assert share["t:9c41e07ab2"] == pytest.approx(10 / 11, abs=1e-4)  # CORE bore it: it was 11 of 12
    assert share["card:93de"] == pytest.approx(3 / 11, abs=1e-4)  # it did not bear this: it was 3 of 12
    assert share["card:77aa"] == pytest.approx(5 / 6)  # of the other ring nobody went
    outside = dict(zip(findings.signals["signal_value"], findings.signals["accounts_outside"], strict=True))
    assert (outside["t:9c41e07ab2"], outside["card:93de"]) == (2, 0)  # one bore it outside before


def test_an_account_that_was_cleared_by_itself_is_taken_out_of_a_cleared_ring_too():
    allowed = Listed(EDGE, "li", "our own test", evidence=signals_of(FARM))
    own = account_verdict(CORE, VerdictKind.BENIGN, signals_of(FARM))
    findings, ruling = rule(ring_verdict(FARM, VerdictKind.BENIGN), own, allowed=(allowed,))
    assert_consistent(findings)
    assert findings.rings[-1].assessment == CLEARED
    assert accounts_in(findings, FARM) == accounts_in(FINDINGS, FARM) - {CORE, EDGE}
    assert [each.subject for each in ruling.cleared] == [FARM, CORE, EDGE]


def test_a_cleared_account_comes_back_with_what_is_new():
    findings, ruling = rule(account_verdict(CORE, VerdictKind.BENIGN, (("ip", "198.51.100.20"),)))
    assert CORE in accounts_in(findings)
    (returned,) = ruling.returned
    assert (returned.subject, returned.is_ring) == (CORE, False)
    assert ("ip", "198.51.100.20") not in returned.new
    assert ("template", "t:9c41e07ab2") in returned.new


def test_what_a_cleared_account_bears_when_first_met_counts_as_known():
    _, ruling = rule(account_verdict(CORE, VerdictKind.BENIGN, None))
    assert [each.subject for each in ruling.cleared] == [CORE]
    assert set(ruling.met) == {CORE}
    again, later = rule(account_verdict(CORE, VerdictKind.BENIGN, None), met=ruling.met)
    assert CORE not in accounts_in(again)
    assert later.met == {}
    back, _ = rule(account_verdict(CORE, VerdictKind.BENIGN, None), met={CORE: (("ip", "198.51.100.20"),)})
    assert CORE in accounts_in(back)


def test_those_whom_a_cleared_ring_covers_stay_out_when_they_turn_up_elsewhere():
    members = FINDINGS.members.assign(ring_id="R-NEW")
    moved = replace(
        FINDINGS,
        rings=(replace(FINDINGS.rings[0], ring_id="R-NEW"),),
        members=members[FINDINGS.members["ring_id"] == FARM],
        signals=FINDINGS.signals[FINDINGS.signals["ring_id"] == FARM].assign(ring_id="R-NEW"),
        tied=FINDINGS.ties[FINDINGS.ties["ring_id"] == FARM].assign(ring_id="R-NEW"),
    )
    findings, ruling = rule(ring_verdict(FARM, VerdictKind.BENIGN), findings=moved)
    assert findings.rings == ()
    assert accounts_in(findings) == set()
    assert ("R-NEW", True) in [(each.subject, each.is_ring) for each in ruling.cleared]


def test_campaigns_lose_cleared_rings():
    both = Campaign("C-1", (FARM, FIRM), 17, 3, 5, ("payment",))
    rings = tuple(replace(ring, campaign="C-1") for ring in FINDINGS.rings)
    joined = replace(FINDINGS, campaigns=(both,), rings=rings)
    findings, _ = rule(ring_verdict(FARM, VerdictKind.BENIGN), findings=joined)
    assert findings.campaigns == ()
    assert {ring.campaign for ring in findings.rings} == {""}


# --- lists ------------------------------------------------------------------------------------------------------------


def test_a_ring_that_is_left_without_accounts_is_cleared_by_whoever_cleared_the_first():
    wide = Listed("acc-*", "maria", "our own", is_pattern=True)
    findings, ruling = rule(allowed=(wide, Listed(CORE, "li", "our own test")))
    assert_consistent(findings)
    assert [ring.ring_id for ring in findings.rings] == [FIRM]
    assert [(each.subject, each.by) for each in ruling.cleared if each.is_ring] == [(FARM, "li")]


@pytest.mark.parametrize(("smallest_ring", "is_listed"), [(11, True), (12, False)])
def test_a_ring_that_is_left_with_fewer_accounts_than_are_listed_is_cleared(smallest_ring, is_listed):
    own = account_verdict(CORE, VerdictKind.BENIGN, signals_of(FARM))
    findings, ruling = rule(own, smallest_ring=smallest_ring)
    assert_consistent(findings)
    assert (FARM in {ring.ring_id for ring in findings.rings}) is is_listed
    assert (FARM in {each.subject for each in ruling.cleared}) is not is_listed


def test_of_entries_that_mean_the_same_the_first_counts_and_a_whole_name_before_wildcards():
    a, every = (Listed(text, by, "", is_pattern=True) for text, by in (("a*", "li"), ("*", "mo")))
    found = meant([a, every, Listed("ab", "kim", ""), Listed("ab", "x", "")], ["ab", "ac", "b"])
    assert {text: entry.by for text, entry in found.items()} == {"ab": "kim", "ac": "li", "b": "mo"}


@given(st.text(max_size=12), st.text(max_size=12))
def test_a_wildcard_means_the_same_as_its_plain_definition(pattern, text):
    def plain(pattern: str, text: str) -> bool:
        head, star, rest = pattern.partition("*")
        if not star:
            return pattern == text
        return text.startswith(head) and any(plain(rest, text[at:]) for at in range(len(head), len(text) + 1))

    try:
        pa.array([pattern, text], pa.string())
    except UnicodeEncodeError:
        return
    assert (text in meant([Listed(pattern, "a", "b", is_pattern=True)], [text])) == plain(pattern, text)
    assert (text in meant([Listed(pattern, "a", "b")], [text])) == (pattern == text)


def test_a_ring_that_holds_what_is_known_to_be_bad_says_so():
    bad = (Listed(EDGE, "maria", "chargebacks"), Listed("card:77aa", "maria", "stolen", signal_type="card"))
    findings, ruling = rule(known_bad=bad)
    told = [(each.ring_id, each.signal_type, each.value) for each in ruling.known_bad]
    assert told == [(FARM, None, EDGE), (FIRM, "card", "card:77aa")]
    for ring, name in zip(findings.rings, (EDGE, "card:77aa"), strict=True):
        assert name in ring.checks[-1].because
    assert findings.members.equals(FINDINGS.members)


# --- who is acted on --------------------------------------------------------------------------------------------------


def known(ring: str, **tiers: str) -> KnownRing:
    own = FINDINGS.members[FINDINGS.members["ring_id"] == ring]
    members = tuple(
        KnownMember(account, tiers.get(account.replace("-", "_"), tier), "2026-W47")
        for account, tier in sorted(zip(own["account_id"], own["tier"], strict=True))
    )
    counts = (11, 8)
    return KnownRing(ring, "2026-W40", "2026-W47", RingStatus.ACTIVE, None, *counts, 86.0, "coordinated", members, ())


def acted_on(ring: KnownRing, *verdicts: Verdict, **lists) -> list[str]:
    return [action.account_id for action in list_actions([ring], Decisions(verdicts=verdicts, **lists))]


def test_a_confirmed_ring_gives_its_core_and_probable_members_and_no_others():
    (first, *_) = found = list_actions([known(FARM)], Decisions(verdicts=(ring_verdict(FARM, VerdictKind.CONFIRMED),)))
    own = FINDINGS.members[FINDINGS.members["ring_id"] == FARM]
    assert [action.account_id for action in found] == sorted(own["account_id"][own["tier"].isin(["core", "probable"])])
    assert first == Action(CORE, FARM, "core", "ring", "maria", 1, "2026-W47", "looked")


RING_CONFIRMED = ring_verdict(FARM, VerdictKind.CONFIRMED)
CONFIRMED = {name: account_verdict(name, VerdictKind.CONFIRMED) for name in (CORE, EDGE, VICTIM)}
OURS = Listed(CORE, "maria", "our own test")


@pytest.mark.parametrize(
    ("verdicts", "allowed", "acts"),
    [
        pytest.param([], (), [], id="nobody confirmed anything"),
        pytest.param([ring_verdict(FARM, VerdictKind.UNSURE)], (), [], id="unsure"),
        pytest.param([CONFIRMED[CORE]], (), [CORE], id="an account alone"),
        pytest.param([CONFIRMED[EDGE]], (), [], id="at the edge"),
        pytest.param([CONFIRMED[VICTIM]], (), [], id="maybe a victim"),
        pytest.param([CONFIRMED[CORE]], (OURS,), [], id="allowed"),
    ],
)
def test_an_account_is_acted_on_if_a_person_confirmed_it_and_nothing_speaks_against_it(verdicts, allowed, acts):
    assert acted_on(known(FARM), *verdicts, allowed=allowed) == acts


@pytest.mark.parametrize(
    ("cleared", "allowed"),
    [([account_verdict(CORE, VerdictKind.BENIGN)], ()), ([], (OURS,))],
    ids=["cleared", "allowed"],
)
def test_who_was_cleared_is_not_acted_on_with_its_ring(cleared, allowed):
    later = replace(RING_CONFIRMED, at=9)
    assert CORE not in acted_on(known(FARM), *cleared, later, allowed=allowed)


@pytest.mark.parametrize(("first", "second"), [(FARM, FIRM), (FIRM, FARM)])
def test_of_verdicts_on_two_rings_that_an_account_was_in_the_newest_decides(first, second):
    def said(ring: str, kind: VerdictKind, at: int) -> Verdict:
        return replace(ring_verdict(ring, kind, at=at), covers=((CORE, "core"),))

    confirmed, unsure = VerdictKind.CONFIRMED, VerdictKind.UNSURE
    assert acted_on(known(FARM), said(second, confirmed, 2), said(first, unsure, 1)) == [CORE]
    assert acted_on(known(FARM), said(second, unsure, 2), said(first, confirmed, 1)) == []


@pytest.mark.parametrize("then", [(), ((CORE, "peripheral"),)], ids=["in it later", "at the edge then"])
def test_a_confirmed_ring_gives_only_those_who_were_in_its_core_then(then):
    others = tuple(each for each in RING_CONFIRMED.covers if each[0] != CORE)
    found = acted_on(known(FARM), replace(RING_CONFIRMED, covers=(*then, *others)))
    assert CORE not in found
    assert len(found) == 9


@pytest.mark.parametrize("at", [0, 9])
def test_of_a_ring_that_was_cleared_an_account_of_its_own_verdict_is_acted_on_and_nobody_else(at):
    """It used to be left out, though its own verdict counts before that of its ring."""
    own = account_verdict(CORE, VerdictKind.CONFIRMED, at=at)
    assert acted_on(known(FARM), own, ring_verdict(FARM, VerdictKind.BENIGN)) == [CORE]


def with_staff(at: int) -> tuple[KnownRing, Verdict, Verdict]:
    """The farm, cleared at a time, into which a ring of staff has gone that was confirmed; and the two verdicts."""
    farm, firm = known(FARM), known(FIRM)
    both = tuple(sorted((*farm.members, *firm.members), key=lambda member: member.account_id))
    cleared = ring_verdict(FARM, VerdictKind.BENIGN, at=at)
    return replace(farm, members=both), cleared, ring_verdict(FIRM, VerdictKind.CONFIRMED, at=5)


@pytest.mark.parametrize("at", [1, 9])
def test_who_was_confirmed_stays_so_when_the_ring_goes_into_one_that_was_cleared_without_them(at):
    """They used to leave the action file in silence, however old the verdict on the other ring."""
    ring, cleared, confirmed = with_staff(at)
    assert acted_on(ring, cleared, confirmed) == acted_on(known(FIRM), confirmed) != []


def test_who_was_cleared_with_the_ring_they_went_into_is_not_acted_on():
    ring, cleared, confirmed = with_staff(9)
    covers = tuple((member.account_id, member.tier) for member in ring.members)
    assert acted_on(ring, replace(cleared, covers=covers), confirmed) == []


def test_a_ring_that_was_cleared_says_how_many_of_its_accounts_stay_confirmed():
    own = (account_verdict(CORE, VerdictKind.CONFIRMED), account_verdict(EDGE, VerdictKind.CONFIRMED))
    for evidence in (None, ()):
        findings, _ = rule(ring_verdict(FARM, VerdictKind.BENIGN, evidence), *own)
        farm = next(ring for ring in findings.rings if ring.ring_id == FARM)
        assert farm.checks[-1].because.endswith("; 2 of its accounts stay confirmed by maria")


def test_closed_accounts_and_ended_rings_are_not_acted_on():
    ring, verdict = known(FARM), ring_verdict(FARM, VerdictKind.CONFIRMED)
    for change in ({"banned": True}, {"closed": True}, {"last_week": "2026-W46"}):
        members = tuple(replace(member, **change) for member in ring.members)
        assert acted_on(replace(ring, members=members), verdict) == []
    assert acted_on(replace(ring, status=RingStatus.ENDED), verdict) == []


def test_the_action_file_names_who_confirmed_and_runs_no_formula(tmp_path):
    actions = list_actions([known(FARM)], Decisions(verdicts=(account_verdict(CORE, VerdictKind.CONFIRMED),)))
    hostile = replace(actions[0], account_id="=1+1", note='said "yes"')
    assert write_actions(tmp_path, [hostile]) == ["actions.csv", "action_counts.csv"]
    head, row = (tmp_path / "actions.csv").read_text().splitlines()
    assert head == '"account_id","ring_id","tier","confirmed","by","at","week","note"'
    assert row.startswith('"\'=1+1","R-4KQ7","core","account","maria","1970-01-01T00:00:00')
    assert row.endswith('"2026-W47","said ""yes"""')
    assert (tmp_path / "actions.csv").stat().st_mode & 0o077 == 0


# --- before the analysis ----------------------------------------------------------------------------------------------


SEEN = sightings(
    """
    ip 203.0.113.7: ann bob cat
    card visa-1: ann bob
    card visa-2: cat dan
    """
)


def read_in(seen, n_sources: int = 2):
    n = len(seen)
    trace = Trace(tuple(f"{number}.csv" for number in range(n_sources)), np.arange(n) % n_sources, np.arange(n))
    return replace(two_rings().reading, sightings=seen, trace=trace, notices=())


def test_entries_of_every_kind_take_out_what_each_alone_takes_out():
    entries = (
        Listed("ann", "m", "n"),
        Listed("visa-1", "m", "n", signal_type="card"),
        Listed("visa-*", "m", "n", signal_type="card"),
        Listed("v*-2", "m", "n", signal_type="card", is_pattern=True),
        Listed("203.0.113.7", "m", "n", signal_type="device"),
    )
    left = take_out_allowed(read_in(SEEN), Decisions(allowed=entries))
    one_by_one = read_in(SEEN)
    for entry in entries:
        one_by_one = take_out_allowed(one_by_one, Decisions(allowed=(entry,)))
    assert left.trace.line.tolist() == one_by_one.trace.line.tolist()
    assert 0 < len(left.trace.line) < len(SEEN)


MANY = sightings("ip 203.0.113.7: " + " ".join(f"a{number:03d}" for number in range(300)))


def test_a_wildcard_over_one_in_a_hundred_accounts_is_refused():
    narrow = Listed("a00*", "maria", "ours", is_pattern=True)
    check_allowed(MANY, Decisions(allowed=(replace(narrow, value="a000*"), Listed("a000", "m", "n"))), "allow.csv")
    wide = Decisions(allowed=(narrow, Listed("203.*", "maria", "ours", signal_type="ip", is_pattern=True)))
    with pytest.raises(ConfigError) as caught:
        check_allowed(MANY, wide, "allow.csv")
    assert [problem.code for problem in caught.value.problems] == ["GL454", "GL454"]
    assert "a00*" not in str(caught.value)  # what sweeps say goes into logs
    assert caught.value.exit_code is ExitCode.CONFIG_INVALID


def test_a_wildcard_over_just_one_in_a_hundred_accounts_or_over_one_of_a_few_is_taken():
    for seen, pattern in ((MANY, "*00"), (SEEN, "an*")):
        check_allowed(seen, Decisions(allowed=(Listed(pattern, "maria", "ours", is_pattern=True),)), "allow.csv")


def test_what_was_never_seen_is_counted_in_a_notice_and_not_named():
    """Notices go to stderr, and from there into logs."""
    lists = Decisions(
        allowed=(Listed("ann", "m", "n"), Listed("zoe\x1b", "m", "n"), Listed("visa-9", "m", "n", signal_type="card")),
        known_bad=(Listed("visa-1", "m", "n", signal_type="card"),),
    )
    (notice,) = unseen(SEEN, lists)
    assert notice.code == "GL330"
    assert notice.text == ("2 of 3 allowed accounts and signals were not seen; `graphlink allow list` shows the list")


def test_the_groups_behind_the_findings_lose_the_same_accounts():
    """Three groups: one loses an account, one goes, one stays."""
    evidence = Evidence(
        members=pd.DataFrame({"account": [0, 1, 2, 3, 4, 5], "community": [0, 0, 1, 1, 2, 2], "tier": 0}),
        signals=pd.DataFrame(
            {"community": [0, 1, 1, 2], "signal": [7, 8, 9, 6], "inside": [2, 2, 1, 2], "outside": 1, "expected": 0.5}
        ),
        ties=pd.DataFrame({"row": [0, 0, 1, 1, 2, 3, 3], "account": [0, 1, 2, 3, 3, 4, 5]}),
        size=np.array([2, 2, 2]),
        n_small=5,
        left=np.full(6, -1, dtype=np.int8),
    )
    left = evidence_without(evidence, np.array([1, 3, 2]))
    assert left.members.to_dict("list") == {"account": [0, 4, 5], "community": [0, 1, 1], "tier": [0, 0, 0]}
    assert left.signals.to_dict("list") == {
        "community": [0, 1],
        "signal": [7, 6],
        "inside": [1, 2],
        "outside": [2, 1],
        "expected": [0.25, 0.5],
    }
    assert left.ties.to_dict("list") == {"row": [0, 1, 1], "account": [0, 4, 5]}
    assert left.size.tolist() == [1, 2]
    assert evidence_without(evidence, np.array([], dtype=np.int64)) is evidence
