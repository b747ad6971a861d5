"""One account: its shared signals, its strongest links, and its ring or why it is in none."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from graphlink.model.findings import SUREST, TOO_SMALL, Tier
from graphlink.model.sweeps import CLEARED
from graphlink.results.listings import Listing, format_folded
from graphlink.results.questions.folder import OpenRun, Record
from graphlink.results.questions.known import (
    SIGNAL_COLUMNS,
    KnownAccount,
    KnownSignal,
    Membership,
    find_cleared,
    know_account,
    signal_from,
)
from graphlink.results.questions.phrases import bits, day, paragraphs, place, reason, shown
from graphlink.results.ring_sentences import WORDS, explanation_words, kind
from graphlink.words.sentences import counted, listed, or_none

LISTED: Final = 10
"""Links and signals that an answer lists; it counts all of them, and ``graphlink sql`` gives the rest."""


@dataclass(frozen=True, slots=True)
class AccountAnswer:
    """What ties an account to others."""

    account: KnownAccount
    cleared: Mapping[str, str] | None
    """The decision that keeps it out of rings; None if nobody cleared it, or if it is in a ring all the same."""
    n_passing: int
    """Its signals that link their accounts by themselves."""
    signals: tuple[KnownSignal, ...]
    """The strongest that it shares."""
    in_ring: tuple[int | None, ...]
    """By signal: the accounts of its ring that have it, None if it is no evidence for the ring; a signal that links may
    link further accounts."""
    n_links: int
    links: list[Record]
    """The strongest: account_id, bits, families, ring_id."""
    needed_bits: float


_SIGNALS = f"""
    SELECT {SIGNAL_COLUMNS} FROM sightings JOIN signals USING (signal)
    WHERE sightings.account = ? ORDER BY bits DESC, signal
"""  # noqa: S608  names of our own
_IN_RING = """
    SELECT signal_type, signal_value, accounts_in_ring
    FROM members JOIN evidence USING (ring_id) JOIN signals USING (signal) WHERE members.account = ?
"""
_LINKS = f"""
    SELECT account_id, edges.bits, string_split(edges.families, '; ') AS families, ring_id
    FROM edges JOIN accounts ON accounts.account = edges.other LEFT JOIN members ON members.account = edges.other
    WHERE edges.account = ? ORDER BY edges.bits DESC, other LIMIT {LISTED}
"""  # noqa: S608  a number of our own


def explain_account(run: OpenRun, account: int) -> AccountAnswer:
    """Find what ties an account, given its number."""
    signals = [signal_from(run, row) for row in run.rows(_SIGNALS, account)]
    known = know_account(run, account)
    in_ring = {(kind, value): n for kind, value, n in run.rows(_IN_RING, account)}
    return AccountAnswer(
        account=known,
        cleared=None if known.ring else find_cleared(run.folder, known.account_id),
        n_passing=sum(signal.passes for signal in signals),
        signals=tuple(signals[:LISTED]),
        in_ring=tuple(in_ring.get((signal.signal_type, signal.signal_value)) for signal in signals[:LISTED]),
        n_links=int(run.rows("SELECT count(*) FROM edges WHERE account = ?", account)[0][0]),
        links=run.records(_LINKS, account),
        needed_bits=run.threshold_bits,
    )


# --- in words ---------------------------------------------------------------------------------------------------------


def describe_account(answer: AccountAnswer, width: int) -> str:
    """Describe what ties an account to others."""
    account = answer.account
    facts = [account.plan, account.country, account.status]
    known = [f"created {day(account.created_at)}"] if account.created_at is not None else []
    known += [shown(fact) for fact in facts if fact]
    texts = [
        f"{shown(account.account_id)} is {place(account)}.",
        *([_tied(account.ring)] if account.ring is not None else []),
        *([f"The export has it as {', '.join(known)}."] if known else []),
        f"It has {counted(account.n_signals, 'signal')}; other accounts share {or_none(account.n_shared)} of them.",
        *_passing(answer.n_passing, account.n_shared),
        f"It is linked with {counted(answer.n_links, 'account')}.",
    ]
    if answer.cleared is not None:
        texts.append(_cleared(answer.cleared))
    elif not answer.n_links:
        texts.append(f"What it shares with any one account stays below the {bits(answer.needed_bits)} of a link.")
    elif account.left_out is not None:
        texts.append(f"It is in no ring because {WORDS['left_out'][account.left_out]}.")
    if answer.links:
        rows = tuple((round(link["bits"], 1), link["ring_id"] or "–", link["account_id"]) for link in answer.links)
        texts += ["\n", format_folded(Listing(("bits", "ring", "linked with"), rows), width)]
        if answer.n_links > len(rows):
            texts.append(f"… and {answer.n_links - len(rows):,} more.")
    if answer.signals:
        listed_signals = tuple(
            (round(each.bits, 1), each.accounts, n_in_ring, "yes" if each.passes else "no", each.name)
            for each, n_in_ring in zip(answer.signals, answer.in_ring, strict=True)
        )
        signals = Listing(("bits", "accounts", "of its ring", "links", "signal"), listed_signals)
        texts += ["\n", format_folded(signals if account.ring else signals.without("of its ring"), width)]
        if account.n_shared > len(answer.signals):
            texts.append(f"… and {account.n_shared - len(answer.signals):,} more.")
        others = any(signal.passes and n is None for signal, n in zip(answer.signals, answer.in_ring, strict=True))
        if account.ring is not None and others:
            texts.append(WORDS["account"]["links_others"])
    return paragraphs(texts, width)


def _passing(number: int, n_shared: int) -> list[str]:
    """Word how many of the shared signals link by themselves; empty if none is shared."""
    if not n_shared:
        return []
    if n_shared == 1:
        return [f"That one {'links' if number else 'does not link'} its accounts by itself."]
    link = "links its accounts by itself" if number <= 1 else "link their accounts by themselves"
    return [f"{number:,} of these {link}." if number else f"None of these {link}."]


def _cleared(cleared: Mapping[str, str]) -> str:
    why = f"{shown(cleared['by'])} cleared it ({reason(cleared['note'])})"
    return f"It is tied to ring {shown(cleared['ring_id'])} and stays out of it: {why}, and no new evidence links it."


def _tied(ring: Membership) -> str:
    """Word what ties an account to its ring, how surely, and why it is no core member."""
    by = listed(ring.families)
    texts = f"{by[:1].upper()}{by[1:]} tie{'s' if len(ring.families) == 1 else ''} it to the ring" if by else ""
    most = " (the highest possible)" if ring.confidence >= SUREST else ""
    sure = f"it belongs to the ring with a confidence of {ring.confidence:.2f}{most}.{_nothing_against(ring)}"
    if ring.tier == Tier.CORE:
        return f"{texts}, even without any single value; {sure}"
    if not Tier(ring.tier).is_for_action:
        return f"{texts or 'No family by itself ties it to the ring'}; that is no reason to act."
    name = "one_family" if len(ring.families) == 1 else "a_condition" if ring.survives_any_value else "one_value"
    short = WORDS["account"][name]
    return f"{texts}; {short}; {sure}"


def _nothing_against(ring: Membership) -> str:
    """Add that belonging to an honest group is no accusation, however high the confidence."""
    if kind(ring.assessment) != "honest":
        return ""
    if ring.assessment == CLEARED:
        return " That is nothing against it: a person cleared the ring."
    if ring.assessment == TOO_SMALL:
        return " That is nothing against it: so few accounts are too few to tell what they are."
    return f" That is nothing against it: {explanation_words(ring.assessment)} explains the group better."
