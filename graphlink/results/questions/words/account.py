"""What ties an account, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from graphlink.model.findings import SUREST, Tier
from graphlink.model.groups import Left
from graphlink.model.sweeps import CLEARED
from graphlink.results.listings import Listing, format_folded
from graphlink.results.questions.words.phrases import bits, day, paragraphs, place, reason, shown
from graphlink.results.ring_sentences import explanation_words, kind
from graphlink.words.sentences import counted, listed

if TYPE_CHECKING:
    from graphlink.results.questions.account import AccountAnswer
    from graphlink.results.questions.decided import ClearedBy
    from graphlink.results.questions.known import KnownSignal, Membership


def tell_account(answer: AccountAnswer, width: int) -> str:
    """Describe what ties an account to others."""
    account = answer.account
    facts = [account.plan, account.country, account.status]
    known = [f"created {day(account.created_at)}"] if account.created_at is not None else []
    known += [shown(fact) for fact in facts if fact]
    told = [
        f"{shown(account.account_id)} is {place(account)}.",
        *([_tied(account.ring)] if account.ring is not None else []),
        *([f"The export has it as {', '.join(known)}."] if known else []),
        f"It bears {counted(account.n_signals, 'signal')}, {_number(account.n_shared)} of which others bear too.",
        *_passing(answer.n_passing, account.n_shared),
        f"It is linked with {counted(answer.n_links, 'account')}.",
    ]
    if answer.cleared is not None:
        told.append(_cleared(answer.cleared))
    elif not answer.n_links:
        told.append(f"Nothing that it shares with any one account reaches the {bits(answer.needed_bits)} of a link.")
    elif account.left_out is not None:
        told.append(f"It is in none since {_LEFT_OUT[Left(account.left_out)]}.")
    if answer.links:
        rows = tuple((round(link.bits, 1), link.ring_id or "–", link.account_id) for link in answer.links)
        told += ["\n", format_folded(Listing(("bits", "ring", "linked with"), rows), width)]
        if answer.n_links > len(rows):
            told.append(f"… and {answer.n_links - len(rows):,} more.")
    if answer.signals:
        rows_of = zip(answer.signals, answer.in_ring, strict=True)
        columns = ("bits", "accounts", "of its ring", "links", "signal")
        signals = Listing(columns, tuple(_row(signal, in_ring) for signal, in_ring in rows_of))
        told += ["\n", format_folded(signals if account.ring else signals.without("of its ring"), width)]
        if account.n_shared > len(answer.signals):
            told.append(f"… and {account.n_shared - len(answer.signals):,} more.")
        others = any(signal.passes and n is None for signal, n in zip(answer.signals, answer.in_ring, strict=True))
        if account.ring is not None and others:
            told.append(
                "What links without a number of its ring links other accounts, and is no evidence of this ring."
            )
    return paragraphs(told, width)


_LEFT_OUT: Final = {
    Left.VISITS: "it and the few with whom it shares most only visit a group: they know one or two of it, or meet "
    "others at addresses only",
    Left.FEW_LINKS: "it, or those with whom it shares most, have far fewer links to the group that these lead to than "
    "is usual there",
    Left.AT_PLACES: "it met others at addresses only, who have no more in common",
    Left.CUSTOMER: "nothing ties it but a network or the like, beside what a vendor gives all",
    Left.ONE_OF_MANY: "what it shares with a group is borne by more accounts that are none of it",
    Left.UNLIKELY: "it is less likely than not to belong to the group that its links lead to",
    Left.SMALL: "the accounts that it belongs with are fewer than a ring has",
    Left.CHANCE: "groups as strong as its own are found where only chance is at work",
}
"""Word why an account with links is in no ring."""


def _number(number: int) -> str:
    return f"{number:,}" if number else "none"


def _passing(number: int, n_shared: int) -> list[str]:
    """Word how many of the shared signals link by themselves; empty if none is shared."""
    if not n_shared:
        return []
    if n_shared == 1:
        return [f"That one {'links' if number else 'does not link'} its accounts by itself."]
    if not number:
        return ["None of these links its accounts by itself."]
    return [
        f"{number:,} of these {'links its accounts by itself' if number == 1 else 'link their accounts by themselves'}."
    ]


def _cleared(cleared: ClearedBy) -> str:
    return (
        f"It is tied to ring {shown(cleared.ring_id)} and stays out of it: {shown(cleared.by)} cleared it "
        f"({reason(cleared.note)}), and nothing links it that the ring did not share then."
    )


def _tied(ring: Membership) -> str:
    """Word what ties an account to its ring, how surely, and why it is no core member."""
    by = listed(ring.families)
    told = f"{by[:1].upper()}{by[1:]} tie{'s' if len(ring.families) == 1 else ''} it to the ring" if by else ""
    most = " (the most that is ever given)" if ring.confidence >= SUREST else ""
    sure = f"it belongs to the ring with a confidence of {ring.confidence:.2f}{most}.{_nothing_against(ring)}"
    if ring.tier == Tier.CORE:
        return f"{told}, whichever one value is struck out; {sure}"
    if not Tier(ring.tier).is_for_action:
        return f"{told or 'No family by itself ties it to the ring'}; that is no ground to act."
    short = (
        "one family is too few for a core member"
        if len(ring.families) == 1
        else "it falls short of one of the conditions of a core member"
        if ring.survives_any_value
        else "without one of the values it would be linked to nobody, so it is no core member"
    )
    return f"{told}; {short}; {sure}"


def _nothing_against(ring: Membership) -> str:
    """Add that belonging to an honest group is no accusation, however high the confidence."""
    if kind(ring.assessment) != "honest":
        return ""
    if ring.assessment == CLEARED:
        return " That is nothing against it: a person cleared the ring."
    return f" That is nothing against it: {explanation_words(ring.assessment)} explains the group better."


def _row(signal: KnownSignal, in_ring: int | None) -> tuple[float, int, int | None, str, str]:
    return (round(signal.bits, 1), signal.accounts, in_ring, "yes" if signal.passes else "no", signal.name)
