"""What ties an account, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphlink.listing import Format, Listing, format_listing
from graphlink.questions.words.phrases import accounts, bits, day, paragraphs, place, shown

if TYPE_CHECKING:
    from graphlink.questions.account import AccountAnswer
    from graphlink.questions.known import KnownSignal


def tell_account(answer: AccountAnswer, width: int) -> str:
    """Tell what ties an account to others."""
    account = answer.account
    facts = [account.plan, account.country, account.status]
    known = [f"created {day(account.created_at)}"] if account.created_at is not None else []
    known += [shown(fact) for fact in facts if fact]
    told = [
        f"{shown(account.account_id)} is {place(account)}.",
        *([f"The export has it as {', '.join(known)}."] if known else []),
        f"It bears {_signals(account.n_signals)}, {account.n_shared:,} of which others bear too.",
        f"{answer.n_passing:,} of these link their accounts by themselves.",
        f"It is linked with {accounts(answer.n_links)}.",
    ]
    if not answer.n_links:
        told.append(f"Nothing that it shares with any one account reaches the {bits(answer.needed_bits)} of a link.")
    elif account.ring is None:
        told.append(
            "Links alone make no ring: groups that chance explains are left out, and so are accounts with far fewer "
            "links than their group."
        )
    if answer.links:
        rows = tuple((round(link.bits, 1), link.ring_id or "–", link.account_id) for link in answer.links)
        told += ["\n", format_listing(Listing(("bits", "ring", "linked with"), rows), Format.TABLE, width)]
        if answer.n_links > len(rows):
            told.append(f"… and {answer.n_links - len(rows):,} more.")
    if answer.signals:
        signals = tuple(_row(signal) for signal in answer.signals)
        told += ["\n", format_listing(Listing(("bits", "accounts", "links", "signal"), signals), Format.TABLE, width)]
        if account.n_shared > len(signals):
            told.append(f"… and {account.n_shared - len(signals):,} more.")
    return paragraphs(told, width)


def _signals(number: int) -> str:
    return f"{number:,} signal{'' if number == 1 else 's'}"


def _row(signal: KnownSignal) -> tuple[float, int, str, str]:
    return (round(signal.bits, 1), signal.accounts, "yes" if signal.passes else "no", signal.name)
