"""Why two accounts are linked, or why not, in words."""

from graphlink.results.listings import Listing, format_notes
from graphlink.results.questions.pair import PairAnswer
from graphlink.results.questions.sharing import Shared
from graphlink.results.questions.words.links import describe_steps
from graphlink.results.questions.words.phrases import bits, day, one_in, paragraphs, place, shown, why
from graphlink.words.sentences import about


def describe_pair(answer: PairAnswer, width: int) -> str:
    """Explain why two accounts are linked or not."""
    texts = [_verdict(answer)]
    if answer.shared:
        texts += ["\n", format_notes(_signals(answer), width), "\n", _sum(answer)]
    texts += [_by_chance(answer), _rings(answer)]
    if answer.path is not None:
        n = len(answer.path.through)
        texts += ["\n", f"Through {'one other' if n == 1 else f'{n:,} others'}:", describe_steps(answer.path, width)]
    elif not answer.is_linked:
        texts.append("No chain of links joins them either.")
    return paragraphs(texts, width)


def _verdict(answer: PairAnswer) -> str:
    one, two = (shown(account.account_id) for account in answer.accounts)
    worth = f"what they share is worth {bits(answer.evidence_bits)}, and a link needs {bits(answer.needed_bits)}"
    if answer.is_linked:
        return f"{one} and {two} are linked: {worth}."
    if not answer.shared:
        return (
            f"{one} and {two} are not linked: they share no signal, apart from placeholders and private addresses, "
            "which link nobody."
        )
    if not answer.is_enough:
        return f"{one} and {two} are not linked: {worth}."
    if answer.path is not None:
        return (
            f"{one} and {two} are linked through others: {worth}, but in a large group each account is joined with a "
            "few others only."
        )
    return (
        f"{one} and {two} are not linked: {worth}, but no one or two of their signals reach that, and other pairs "
        "are not compared."
    )


def _signals(answer: PairAnswer) -> Listing:
    rows = tuple(
        (
            round(each.counted_bits, 1),
            round(each.signal.bits, 1),
            each.signal.accounts,
            "local" if each.signal.chance is None else one_in(each.signal.chance),
            note,
        )
        for each, note in zip(answer.shared, map(_note, answer.shared), strict=True)
    )
    return Listing(("adds", "bits", "accounts", "by chance", "signal"), rows)


def _note(each: Shared) -> str:
    first = [day(moment) for moment in each.first_seen]
    since = "" if each.first_seen == (None, None) else f" On record since {first[0]} and {first[1]}."
    return f"{shown(each.signal.name)} {why(each.signal)}.{since}"


def _sum(answer: PairAnswer) -> str:
    margin = answer.needed_bits - answer.prior_bits
    beside = any(each.counted_bits < each.signal.bits for each in answer.shared)
    fraction = " A signal beside a stronger one of its family adds a fraction of its bits." if beside else ""
    return (
        f"Together {bits(answer.evidence_bits)}. The odds against two random accounts are {bits(answer.prior_bits)}, "
        f"and a link must beat them by {bits(margin)}.{fraction}"
    )


def _by_chance(answer: PairAnswer) -> str:
    return (
        f"By chance {shown(answer.accounts[0].account_id)} would share {about(answer.expected_shared)} signals with "
        f"another account; with this one it shares {len(answer.shared):,}."
    )


def _rings(answer: PairAnswer) -> str:
    one, two = answer.accounts
    if one.ring is None and two.ring is None:
        return "Neither is in a ring."
    return f"{shown(one.account_id)} is {place(one)}; {shown(two.account_id)} is {place(two)}."
