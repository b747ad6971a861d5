"""Signals, accounts and rings: the answers have the numbers of the analysis, and the words say what they mean."""

import json
from dataclasses import asdict, replace

import numpy as np
import pytest
from questions_worlds import campaign_run, renamed_run, run_of, written
from report_worlds import HOSTILE, having
from worlds import crossed, crowd

from graphlink.model.graph import BIT_SCALE
from graphlink.model.groups import LEFT, Left
from graphlink.results.questions.account import describe_account, explain_account
from graphlink.results.questions.document import document
from graphlink.results.questions.folder import open_run
from graphlink.results.questions.links import describe_neighbours, describe_path, find_neighbours, find_path
from graphlink.results.questions.naming import find_account, find_named
from graphlink.results.questions.pair import describe_pair, explain_pair
from graphlink.results.questions.phrases import why
from graphlink.results.questions.ring import describe_ring, explain_ring
from graphlink.results.questions.signal import describe_signal, explain_signal
from graphlink.results.ring_sentences import explanation_words


def told(text):
    return " ".join(text.split())


# --- signals ----------------------------------------------------------------------------------------------------------


def test_a_signal_has_the_numbers_of_its_test(run, asked):
    groups = run.findings.groups
    for number in range(0, groups.bipartite.n_signals, 5):
        found = explain_signal(asked, number)
        assert found.signal.bits == groups.test.bits[number] / BIT_SCALE
        assert found.signal.passes == groups.test.passes[number]
        assert found.signal.accounts == groups.bipartite.degree[number]
        assert found.signal.lower_bound == pytest.approx(groups.test.lower_bound[number], abs=6e-5)
        assert found.outside + sum(ring["accounts"] for ring in found.rings) == found.signal.accounts
        assert len(found.bearers) == min(10, found.signal.accounts)
    names = [each["account_id"] for each in explain_signal(asked, find_named(asked, "device=d9").key).bearers]
    assert names == ["s5", "s6", "s4", "s7"]  # the first to bear it, then by name; whoever bears no time comes last


def test_a_signal_that_links_is_told_why_and_in_which_ring(run, asked):
    answer = explain_signal(asked, find_named(asked, "template=stem").key)
    assert answer.signal.passes
    assert answer.rings[0]["accounts"] == 30
    text = told(describe_signal(answer, 80))
    assert f"template=stem links its accounts by itself: {answer.signal.observed} of its 30 accounts" in text
    assert f"have it: by chance, 1 in {1 / answer.signal.chance:.0f}" in text
    assert answer.rings[0]["ring_id"] in text
    assert "and 20 more accounts" in text


def test_a_hub_has_the_same_reason_in_its_table_as_here(run, asked):
    hubs = run.findings.hubs
    reasons = hubs[hubs["why"].str.contains("with another of them")]
    assert len(reasons)
    for hub in reasons.to_dict("records"):
        answer = explain_signal(asked, find_named(asked, f"{hub['signal_type']}={hub['signal_value']}").key)
        assert why(answer.signal) == f"does not link by itself: {hub['why']}"


def test_a_signal_that_does_not_link_is_told_why(asked):
    answer = explain_signal(asked, find_named(asked, "ip=gateway").key)
    assert not answer.signal.passes
    text = told(describe_signal(answer, 80))
    assert "ip=gateway does not link by itself:" in text
    assert "belong together by this, and a link takes 50 %" in text
    assert f"Sharing it is worth {answer.signal.bits:.1f} bits" in text


def test_a_value_that_anyone_may_bear_only_corroborates(asked):
    answer = explain_signal(asked, find_named(asked, "email_domain=gmail.com").key)
    assert answer.signal.corroborates_only
    text = told(describe_signal(answer, 80))
    assert "corroborates and never links by itself, since anyone may get an address there." in text


@pytest.mark.parametrize(
    ("kind", "family", "said"),
    [
        ("ip24", "network", "it names a neighbourhood"),
        ("card_bin", "payment", "it names a bank's range of cards"),
        ("city", "city", "it describes people, and many share it"),
    ],
)
def test_it_is_said_which_reason_keeps_a_value_from_linking(asked, kind, family, said):
    signal = explain_signal(asked, find_named(asked, "email_domain=gmail.com").key).signal
    told = why(replace(signal, signal_type=kind, family=family))
    assert told == f"corroborates and never links by itself, since {said}"


@pytest.fixture
def of_a_sweep(run, tmp_path):
    """The run as a sweep leaves it whose calibration is of a week with fewer accounts."""
    folder = written(run, tmp_path / "run")
    manifest = json.loads((folder / "run.json").read_bytes())
    manifest["calibration"]["n_accounts"] = 40
    (folder / "run.json").write_text(json.dumps(manifest))
    with open_run(folder) as opened:
        yield opened


def test_in_a_sweep_the_bearers_are_of_its_own_accounts_and_the_test_of_its_calibrations(run, asked, of_a_sweep):
    stem = find_named(asked, "template=stem").key
    here, there = explain_signal(asked, stem), explain_signal(of_a_sweep, stem)
    assert there.signal.chance == here.signal.chance
    assert there.signal.rarity_bits < here.signal.rarity_bits
    accounts = f"30 accounts of {len(run.reading.sightings.accounts):,} have it: by chance, "
    assert accounts in told(describe_signal(here, 80))
    assert "of the calibration" not in told(describe_signal(here, 80))
    text = told(describe_signal(there, 80))
    assert accounts in text
    assert "The test compares with the 40 accounts of the calibration." in text


def test_a_signal_that_links_by_its_siblings_is_told_so(tmp_path):
    with open_run(written(run_of([*crossed(), *crowd(2000)]), tmp_path / "run")) as crossing:
        answer = explain_signal(crossing, find_named(crossing, "card=g-card-0").key)
    text = told(describe_signal(answer, 80))
    assert "card=g-card-0 links its accounts, as one of 7 values of its type that are interchangeable" in text
    assert "100 % of its accounts meet those of the others by network, where mostly they are" in text
    assert "its own accounts would not have passed the test" in text
    assert "reckoned" not in text


# --- accounts ---------------------------------------------------------------------------------------------------------


def test_an_account_is_told_with_its_ring_and_its_firmest_links(run, asked):
    answer = explain_account(asked, find_account(asked, "s1"))
    links = run.findings.groups.projection
    number = run.reading.sightings.accounts.ids.to_pylist().index("s1")
    mine = links.bits[(links.source == number) | (links.target == number)] / BIT_SCALE
    assert answer.n_links == len(mine)
    assert [link["bits"] for link in answer.links] == sorted(mine.tolist(), reverse=True)[:10]
    assert answer.account.plan == "pro"
    text = told(describe_account(answer, 80))
    assert f"s1 is in {run.findings.rings[0].ring_id} (rank 1" in text
    assert "created 5 Oct 2024, pro" in text
    (member,) = run.findings.members[run.findings.members["account_id"] == "s1"].to_dict("records")
    assert answer.account.ring.families == tuple(member["families"].split("; "))
    assert f"with a confidence of {member['confidence']:.2f}" in text
    assert (answer.account.ring.tier, "no core member" in text or "for a core member" in text) == ("core", False)


CORE = "with a confidence of 0.99 (the highest possible)."
HONEST = f"{CORE} That is nothing against it:"


@pytest.mark.parametrize(
    ("ring", "said", "unsaid"),
    [
        ({"assessment": "coordinated"}, f"{CORE} The export", "against it"),
        ({"assessment": "household"}, f"{HONEST} a household explains the group better. The export", ""),
        ({"assessment": "cleared"}, f"{HONEST} a person cleared the ring. The export", ""),
        ({"tier": "peripheral"}, "to the ring; that is no reason to act.", "confidence"),
        (
            {"tier": "probable", "families": ("network",), "survives_any_value": True},
            *("Network ties it to the ring; one family is too few for a core member", ""),
        ),
        (
            {"tier": "probable", "families": ("content", "network"), "survives_any_value": False},
            *("without one of the values it would have no link, so it is no core member", ""),
        ),
        (
            {"tier": "probable", "families": ("content", "network"), "survives_any_value": True},
            *("it misses one of the conditions of a core member", ""),
        ),
    ],
)
def test_how_an_account_belongs_is_told_and_is_no_accusation(asked, ring, said, unsaid):
    answer = explain_account(asked, find_account(asked, "s1"))
    ring = replace(answer.account.ring, **{"confidence": 0.99, **ring})
    text = told(describe_account(replace(answer, account=replace(answer.account, ring=ring)), 80))
    assert said in text
    assert not unsaid or unsaid not in text


def test_of_what_an_account_shares_only_what_tells_of_its_ring_is_counted_there(run, asked):
    name = run.findings.members["account_id"].tolist()[0]
    ring = run.findings.members["ring_id"].tolist()[0]
    answer = explain_account(asked, find_account(asked, name))
    own = run.findings.signals[run.findings.signals["ring_id"] == ring]
    inside = {(row.signal_type, row.signal_value): row.accounts_in_ring for row in own.itertuples()}
    assert answer.in_ring == tuple(inside.get((each.signal_type, each.signal_value)) for each in answer.signals)


def test_an_account_without_links_is_told_why(asked):
    answer = explain_account(asked, find_account(asked, "x3"))
    assert answer.account.ring is None
    assert answer.n_links == 0
    text = told(describe_account(answer, 80))
    assert "x3 is in no ring." in text
    assert f"What it shares with any one account stays below the {answer.needed_bits:.1f} bits of a link." in text


@pytest.mark.parametrize("why", Left)
def test_an_account_that_has_links_and_is_in_no_ring_is_told_why(asked, why):
    answer = explain_account(asked, find_account(asked, "s1"))
    alone = replace(answer, account=replace(answer.account, ring=None, left_out=why.value))
    assert "It is in no ring because " in told(describe_account(alone, 80))


def test_why_an_account_is_in_no_ring_is_stored(tmp_path):
    run = campaign_run()
    left = run.findings.groups.evidence.left.copy()
    left[run.reading.sightings.accounts.ids.to_pylist().index("x3")] = LEFT.index(Left.SMALL)
    groups = replace(run.findings.groups, evidence=replace(run.findings.groups.evidence, left=left))
    noted = having(run, groups=groups)
    with open_run(written(noted, tmp_path / "run")) as opened:
        assert explain_account(opened, find_account(opened, "x3")).account.left_out == "small group"
        assert explain_account(opened, find_account(opened, "s1")).account.left_out is None


# --- rings ------------------------------------------------------------------------------------------------------------


def test_a_ring_has_the_numbers_of_the_report(run, asked):
    for ring in run.findings.rings:
        answer = explain_ring(asked, ring.ring_id)
        assert (answer.rank, answer.score, answer.headline) == (ring.rank, ring.score, ring.headline)
        assert [asdict(part) for part in answer.factors] == [asdict(part) for part in ring.factors]
        assert [asdict(check) for check in answer.checks] == [asdict(check) for check in ring.checks]
        assert answer.survives == ring.survives
        assert answer.families == ring.families
        assert answer.q_value == run.findings.chance.q_values[ring.ring_id]
        signals = run.findings.signals[run.findings.signals["ring_id"] == ring.ring_id]
        assert answer.n_ties == len(signals)
        assert [tie["signal_value"] for tie in answer.ties] == signals["signal_value"].head(10).tolist()
        members = run.findings.members[run.findings.members["ring_id"] == ring.ring_id]
        assert [each["account_id"] for each in answer.listed] == members["account_id"].head(10).tolist()


def test_a_ring_is_told_as_a_finding_and_not_a_verdict(run, asked):
    answer = explain_ring(asked, run.findings.rings[0].ring_id)
    text = told(describe_ring(answer, 80))
    assert f"{answer.ring_id}, rank 1: {answer.headline}." in text
    assert "a finding to check, not a verdict" in text
    score, fits, _ = text.partition("Does not fit: ")
    assert fits
    for part in answer.factors:
        if part.because == "not known":  # of several parts
            continue
        assert (told(part.because) in score) == (abs(part.points) >= 0.05)
    words = {None: "Cannot be judged", False: "Does not fit"}
    for check in answer.checks:
        assert f"{words[check.fits]}: {explanation_words(check.explanation)} ({told(check.because)})." in text
    assert "and 20 more accounts" in text
    assert "Only telling values are counted: `graphlink explain 'word:telling value'` defines them." in text
    assert "`graphlink explain 'word:telling value'`" in describe_ring(answer, 80)


def test_no_number_of_null_worlds_shows_that_chance_gives_nothing(run, asked):
    answer = explain_ring(asked, run.findings.rings[0].ring_id)
    none, some = (told(describe_ring(replace(answer, q_value=share), 80)) for share in (0.0, 0.02))
    assert "chance would give next to none, as far as the run's null worlds can show." in none
    assert "chance would give 2.0 %, as far as the run's null worlds can show." in some


# --- every answer -----------------------------------------------------------------------------------------------------


def answers(asked, accounts):
    """An answer of each kind with its words: those about the first two of some accounts."""
    one, two = (find_account(asked, f"account:{name}") for name in accounts[:2])
    ring = asked.rows("SELECT ring_id FROM rings ORDER BY rank LIMIT 1")[0][0]
    names = (accounts[0], accounts[1])
    path = find_path(asked, one, two)
    kinds = [
        ("pair", explain_pair(asked, one, two), describe_pair),
        ("account", explain_account(asked, one), describe_account),
        ("neighbours", find_neighbours(asked, one, 2, 50), describe_neighbours),
        ("ring", explain_ring(asked, ring), describe_ring),
        ("path", path, lambda answer, width: describe_path(names, answer, width)),
    ]
    signals = asked.rows("SELECT signal FROM sightings WHERE account = ? ORDER BY signal", one)
    kinds += [("signal", explain_signal(asked, number), describe_signal) for (number,) in signals]
    return kinds


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    """A run in which the accounts and values of the campaign have hostile names."""
    names = {f"s{i}": f"{HOSTILE[i % len(HOSTILE)]} s{i}" for i in range(1, 31)}
    values = ("stem", "m1", "w1", "gateway", "twice")
    kinds = {value: f"{HOSTILE[i]} {value}\x1b[2J\u202e" for i, value in enumerate(values)}
    run = renamed_run(names, kinds)
    with open_run(written(run, tmp_path_factory.mktemp("hostile") / "run")) as opened:
        yield opened, names


def test_hostile_strings_drive_no_terminal(hostile):
    asked, names = hostile
    for _, answer, tell in answers(asked, [names["s1"], names["s7"]]):
        text = tell(answer, 80)
        assert all(character == "\n" or character.isprintable() for character in text)
        assert "\u202e" not in text


def test_hostile_strings_stand_whole_in_the_document(hostile):
    asked, names = hostile
    for question, answer, _ in answers(asked, [names["s1"], names["s7"]]):
        text = json.dumps(document(question, answer))
        assert text.isascii()
        found = json.loads(text)
        assert found["question"] == question
        if question == "pair":
            assert [account["account_id"] for account in found["accounts"]] == [names["s1"], names["s7"]]


def test_documents_have_no_time_that_is_not_iso_and_no_number_that_json_lacks(asked):
    for question, answer, _ in answers(asked, ["s1", "s7"]):
        text = json.dumps(document(question, answer), allow_nan=False)
        assert "datetime" not in text
    account = document("account", explain_account(asked, find_account(asked, "s1")))["account"]
    assert account["created_at"] == "2024-10-05T00:00:00Z"
    assert account["ring"]["rank"] == 1


def test_the_same_run_gives_the_same_answers(run, asked, tmp_path):
    with open_run(written(run, tmp_path / "again")) as again:
        mine, other = ([tell(answer, 80) for _, answer, tell in answers(each, ["s1", "s7"])] for each in (asked, again))
    assert mine == other
    assert np.all([len(text) > 40 for text in mine])
