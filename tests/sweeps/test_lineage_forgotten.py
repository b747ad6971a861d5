"""A forgotten account is no news, week after week, though it stands in the exports still."""

from dataclasses import replace

import pytest
from lineage_worlds import follow, trace, week

from graphlink.results.alerts import alert_word

SIGNALS = {"card 1": "abcdef", "ip 1": "abcdef"}
BEFORE = week({"one": "abcdef"}, SIGNALS)


def after(forgotten, now, weeks=(BEFORE,), **more):
    """The lineage of a week before which some accounts were forgotten; the state remembers none of them anew."""
    known = tuple(
        replace(ring, members=tuple(each for each in ring.members if each.account_id not in forgotten))
        for ring in follow(*weeks)[-1].known
    )
    made = week({"one": now}, {"card 1": now, "ip 1": now}, **more)
    return trace(known, made.findings, made.sightings, f"2026-W{10 + len(weeks)}")


def told(lineage):
    (event,) = lineage.events
    return event.kind, event.n_before, event.n_after, event.n_joined, event.n_left, event.because


@pytest.mark.parametrize(
    ("forgotten", "now", "event"),
    [
        ("a", "abcdef", ("continued", 6, 6, 0, 0, "the same 6 accounts")),
        ("abc", "abcdef", ("continued", 6, 6, 0, 0, "the same 6 accounts")),
        ("a", "bcdef", ("continued", 5, 5, 0, 0, "the same 5 accounts")),
        ("a", "abcdefxyz", ("grew", 6, 9, 3, 0, "from 6 to 9 accounts: 3 joined, 0 left")),
    ],
)
def test_it_neither_joined_nor_left_and_who_joins_beside_it_is_counted(forgotten, now, event):
    assert told(after(forgotten, now)) == event


def test_a_ban_in_its_ring_is_no_ring_that_goes_on_after_it():
    lineage = after("a", "abcde", others="f", banned="f")
    (event,) = lineage.events
    assert (event.n_joined, event.n_left, event.n_banned, alert_word(event)) == (0, 1, 1, "")
    (event,) = after("a", "abcdex", others="f", banned="f").events
    assert (event.n_joined, alert_word(event)) == (1, "goes on after a ban")


def test_it_is_no_possible_evader_and_who_joins_with_it_is():
    closed = week({"one": "abcdef"}, SIGNALS, banned="abcd", created={"f": "2026-W11"}, since={"f": "2026-W11"})
    fresh = {"f": "2026-W11", "x": "2026-W12"}

    def named(forgotten, now):
        lineage = after(forgotten, now, (BEFORE, closed), banned="abcd", created=fresh, since=fresh)
        return [each.account_id for each in lineage.evaders]

    assert named("f", "abcdef") == []
    assert "x" in named("f", "abcdefx")


def test_who_was_made_since_the_last_sweep_is_nobody_that_was_forgotten():
    """The forgotten account has left the export, and an evader has come: one more than was known before, and named."""
    closed = week({"one": "abcdef"}, SIGNALS, banned="abcd", created={"f": "2026-W11"}, since={"f": "2026-W11"})
    fresh = {"x": "2026-W12"}
    lineage = after("f", "abcdex", (BEFORE, closed), banned="abcd", created=fresh, since=fresh)
    assert [each.account_id for each in lineage.evaders] == ["x"]
    (event,) = lineage.events
    assert (event.n_joined, event.n_left) == (1, 0)
    (ring,) = lineage.known
    assert (ring.n_members, len(ring.members)) == (6, 6)  # no gap that somebody could be taken for later


def test_who_left_a_ring_that_was_quiet_is_no_forgotten_account():
    """Its accounts may be in another ring by now, and its list lacks them for that reason."""
    large = week({"one": "abcdefghij"}, {"card 1": "abcdefghij"})
    quiet = week({}, others="abcdefghij")
    other = week({"two": "abklmnopqrs"}, {"card 2": "abklmnopqrs"}, others="cdefghij")
    lineage = follow(large, quiet, other, week({"one": "cdefghijxy"}, {"card 1": "cdefghijxy"}))[-1]
    (returned,) = [event for event in lineage.events if event.kind == "returned"]
    assert returned.n_joined == 2
