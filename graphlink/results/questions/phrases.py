"""Phrases of several answers. Names come from strangers, so each passes through ``shown``."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from graphlink.model.families import MAIL_DOMAIN, NETWORK, PAYMENT
from graphlink.results.questions.known import KnownAccount, KnownSignal
from graphlink.results.ring_sentences import WORDS
from graphlink.words.escape import printable
from graphlink.words.sentences import MONTHS, percent, wrapped
from graphlink.words.signal_reasons import companions_seen, why_unlinked

_LONGEST_NAME: Final = 80
_LONGEST_REASON: Final = 1000


def paragraphs(texts: Sequence[str], width: int) -> str:
    """Wrap each text to a width, one after the other; a text that ends in a newline is kept as it is."""
    return "".join(text if text.endswith("\n") else "\n".join(wrapped(text, width)) + "\n" for text in texts)


def shown(name: str) -> str:
    r"""A name made safe to print.

    Examples
    --------
    >>> shown("a\x1b[2J")
    'a\\u{1B}[2J'
    """
    return printable(name, _LONGEST_NAME)


def reason(text: str) -> str:
    """A reason made safe to print within a sentence."""
    return printable(text, _LONGEST_REASON)


def bits(number: float) -> str:
    """Print evidence.

    Examples
    --------
    >>> bits(11.9658)
    '12.0 bits'
    """
    return f"{number:.1f} bits"


def one_in(chance: float) -> str:
    """Print a chance as people write it.

    Examples
    --------
    >>> one_in(1 / 20000), one_in(0.4), one_in(0.0)
    ('1 in 20,000', '40 %', 'none')
    """
    if chance <= 0:
        return "none"
    return percent(chance) if chance > 0.1 else f"1 in {1 / chance:,.0f}"  # noqa: PLR2004  where people change over


def day(moment: datetime | None) -> str:
    """Print the day of a time."""
    return "–" if moment is None else f"{moment.day} {MONTHS[moment.month - 1]} {moment.year}"


def span(first: datetime | None, last: datetime | None) -> str:
    """Print a span of time; empty if no time is known."""
    if first is None or last is None:
        return ""
    one, two = day(first), day(last)
    return f"on {one}" if one == two else f"from {one} to {two}"


def place(account: KnownAccount) -> str:
    """Word the ring of an account, and how firmly it belongs there."""
    ring = account.ring
    if ring is None:
        return "in no ring"
    return f"in {ring.ring_id} (rank {ring.rank:,}, {words(ring.assessment)}) as {words(ring.tier)}"


def words(name: str) -> str:
    """Turn a name of ours into words: possible_victim becomes possible victim."""
    return name.replace("_", " ")


def why(signal: KnownSignal) -> str:
    """Word what the test found of a signal: why it links its accounts, or why not."""
    if signal.corroborates_only:
        return f"corroborates and never links by itself, since {_why_never(signal)}"
    if signal.shown_by is None:
        return "does not link by itself: chance alone explains whatever else its accounts share"
    if signal.siblings:
        like = "1 value" if signal.siblings == 1 else f"{signal.siblings:,} values"
        mailboxes = WORDS["why"]["mailboxes"].format(share=percent(signal.coordinated_share))
        return WORDS["why"]["siblings"].format(
            like=like,
            share=percent(signal.lower_bound),
            family=words(signal.shown_by),
            mailboxes=mailboxes if signal.coordinated_share > signal.lower_bound else "",
        )
    seen = companions_seen(signal.accounts, signal.shown_by, signal.observed, signal.expected)
    if signal.passes:
        return f"links its accounts by itself: {seen}"
    shares = (signal.coordinated_share, signal.lower_bound, signal.needed_share)
    return f"does not link by itself: {why_unlinked(seen, (signal.observed, signal.expected), shares)}"


def _why_never(signal: KnownSignal) -> str:
    """Word why a signal is nobody's own. Only for mail domains does that depend on the value."""
    if signal.signal_type == MAIL_DOMAIN:
        return "anyone may get an address there"
    if signal.family == PAYMENT:
        return "it names a bank's range of cards"
    return "it names a neighbourhood" if signal.family == NETWORK else "it describes people, and many share it"
