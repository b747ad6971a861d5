"""What a sweep to which a source is missing keeps of the rings that it did not see."""

from lineage_worlds import accounts, ring, trace, week

from graphlink.config.lineage import LineageSettings
from graphlink.model.sweeps import Decisions, RingStatus, Verdict, VerdictKind
from graphlink.sweeps.changes import without_endings
from graphlink.sweeps.decisions.standing import list_actions

SETTINGS = LineageSettings()
WHOLE = week({"A": "abcdefgh", "B": "uvwxyz"}, {"card 1": "abcdefgh", "ip 1": "abcdefgh", "card 2": "uvwxyz"})
PARTIAL = week({"B": "uvwxyzcd"}, {"card 2": "uvwxyzcd"}, others="a", banned="a")
"""Of the first ring only c and d are still tied to anybody, and to the second."""


def sweep(known, this, name, *, partial=False):
    lineage = trace(known, this.findings, this.sightings, name, settings=SETTINGS)
    return without_endings(lineage, known) if partial else lineage


def named(lineage, letter):
    """The known ring of which an account is."""
    return next(each for each in lineage.known if letter in accounts(each))


BEFORE = sweep((), WHOLE, "2026-W10")
AFTER = sweep(BEFORE.known, PARTIAL, "2026-W11", partial=True)


def test_an_account_that_is_in_another_ring_left_the_one_that_was_not_seen():
    first = ring(AFTER, named(BEFORE, "a").ring_id)
    assert (first.status, first.last_week, first.n_members) == (RingStatus.ACTIVE, "2026-W10", 8)
    assert accounts(first) == "abefgh"
    assert accounts(named(AFTER, "u")) == "cduvwxyz"
    assert first.signals == named(BEFORE, "a").signals


def test_who_changed_rings_in_such_a_week_is_to_be_acted_on_once_in_this_week_and_the_next():
    verdict = Verdict("c", is_ring=False, kind=VerdictKind.CONFIRMED, by="maria", note="seen", week="2026-W11")
    for lineage in (AFTER, sweep(AFTER.known, PARTIAL, "2026-W12")):
        actions = list_actions(lineage.known, Decisions(verdicts=(verdict,)))
        assert [action.account_id for action in actions] == ["c"]


def test_an_account_of_a_ring_that_was_not_seen_is_closed_where_the_export_says_so():
    banned = {member.account_id: member.banned for member in named(AFTER, "a").members}
    assert banned == dict.fromkeys("befgh", False) | {"a": True}


def test_a_ring_that_would_have_ended_keeps_what_is_known_of_it_but_who_is_elsewhere():
    first = ring(sweep(BEFORE.known, PARTIAL, "2026-W30", partial=True), named(BEFORE, "a").ring_id)
    assert (first.status, accounts(first)) == (RingStatus.ACTIVE, "abefgh")
    assert first.signals == named(BEFORE, "a").signals
