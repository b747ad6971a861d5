"""The effects of a verdict, in words: the accounts that it puts into the action file, and why others stay out."""

from collections import Counter
from collections.abc import Collection, Iterator

from graphlink.cli.state_option import today
from graphlink.model.findings import ACTED_ON, COORDINATED, Tier
from graphlink.model.sweeps import CLEARED, Decisions, KnownRing, LeftOut, Verdict, VerdictKind
from graphlink.results.ring_sentences import WORDS, explanation_words
from graphlink.sweeps.decisions.standing import explain_actions, find_overruled
from graphlink.sweeps.state.decisions import read_decisions
from graphlink.sweeps.state.ledger import Ledger
from graphlink.sweeps.state.reading import known_ring, known_rings
from graphlink.words.sentences import counted, listed

_NAMED = 3
"""People named who cleared accounts."""


def report_effects(held: Ledger, given: Verdict, acted_on: Collection[str]) -> Iterator[str]:
    """Report the verdict and its effects. ``acted_on`` are the accounts that wait for no second person."""
    if not given.is_ring:
        yield f"Account {given.subject}: {given.kind}{_of_account(held, given, acted_on)}"
        return
    now, then = known_ring(held, given.subject), known_ring(held, given.subject, after=given.week)
    is_confirmed = given.kind is VerdictKind.CONFIRMED
    effects = _confirmed(held, now, then, given.week, acted_on) if is_confirmed else _covered(then)
    yield f"Ring {now.ring_id}: {given.kind}{effects}"
    if is_confirmed and now.assessment not in (COORDINATED, CLEARED):
        called = explanation_words(now.assessment)
        yield f"graphlink assesses it as {called}, not as coordinated: only your verdict puts its members into the file"


def report_overruled(held: Ledger, before: Decisions) -> Iterator[str]:
    """Report which accounts a verdict puts into the action file although somebody had cleared them, and who did."""
    overruled = find_overruled(known_rings(held), before, read_decisions(held, today()))
    if overruled:
        were = "1 account was cleared" if len(overruled) == 1 else f"{len(overruled):,} accounts were cleared"
        names = sorted({f"{each.by} ({each.note})" for each in overruled})
        named = listed([*names[:_NAMED], *(["others"] if len(names) > _NAMED else [])])
        yield f"Of those in the action file now, {were} before by {named}: the newest verdict counts"


def _of_account(held: Ledger, given: Verdict, acted_on: Collection[str]) -> str:
    if given.kind is VerdictKind.UNSURE:
        return ""
    rings = [ring for ring in known_rings(held) if any(each.account_id == given.subject for each in ring.members)]
    if given.kind is VerdictKind.BENIGN:
        return "; it is in no ring of the next sweep, until new evidence ties it" if rings else ""
    if not rings:
        return "; it goes into the action file once a sweep finds it as a core or probable member of a ring"
    decisions = read_decisions(held, today())
    why = [explain_actions(ring, decisions)[given.subject] for ring in rings]
    if None in why:
        return f"; it goes into the action file{'' if given.subject in acted_on else _SECONDED}"
    reason = WORDS["not_acted_on"].get(why[0] or LeftOut.RING, "another verdict counts")
    return f"; it does not go into the action file: {reason}"


_SECONDED = " once a second person confirms"


def _confirmed(held: Ledger, now: KnownRing, then: KnownRing, week: str, acted_on: Collection[str]) -> str:
    why = explain_actions(now, read_decisions(held, today()))
    covered = {each.account_id for each in then.members if each.tier in ACTED_ON and each.last_week == then.last_week}
    n_later = sum(reason is LeftOut.UNCONFIRMED and account not in covered for account, reason in why.items())
    counts = Counter(why.values())
    counts[LeftOut.UNCONFIRMED] -= n_later
    words = WORDS["not_acted_on_of_many"].items()
    left = [f"{counts[LeftOut(each)]:,} {reason}" for each, reason in words if counts[LeftOut(each)]]
    left += [f"{n_later:,} not among those that the verdict covered in {week}"] if n_later else []
    others = f" (left out: {listed(left)})" if left else ""
    n_waiting = sum(reason is None and account not in acted_on for account, reason in why.items())
    some = "" if n_waiting == counts[None] else f", {n_waiting:,} of them"
    waits = f"{some}{_SECONDED}" if n_waiting else ""
    return f"; {counts[None]:,} of its {counted(_n_members(now), 'member')} go into the action file{waits}{others}"


def _covered(ring: KnownRing) -> str:
    n_members = _n_members(ring)
    n_others = len(ring.members) - n_members
    who = (
        "account that left it or may be its victim" if n_others == 1 else "accounts that left it or may be its victims"
    )
    others = f" and {n_others:,} {who}" if n_others else ""
    return f", for its {counted(n_members, 'member')}{others}"


def _n_members(ring: KnownRing) -> int:
    """The number of members known by name; the ring's own count includes those that were forgotten since."""
    return sum(each.last_week == ring.last_week and each.tier != Tier.POSSIBLE_VICTIM for each in ring.members)
