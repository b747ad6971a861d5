"""Two accounts: what they share, its evidence in bits, and why they are linked or not."""

from dataclasses import dataclass

from graphlink.results.listings import Listing, format_notes
from graphlink.results.questions.folder import OpenRun
from graphlink.results.questions.known import SCALE, KnownAccount, Shared, chance_of, know_account, share
from graphlink.results.questions.links import Path, describe_steps, find_path
from graphlink.results.questions.phrases import bits, day, one_in, paragraphs, place, shown, why
from graphlink.words.sentences import about


@dataclass(frozen=True, slots=True)
class PairAnswer:
    """Why two accounts are linked, or why not.

    ``path`` is the shortest chain of links between them if they have no direct link, None if there is none.
    """

    accounts: tuple[KnownAccount, KnownAccount]
    shared: tuple[Shared, ...]
    """The strongest first."""
    expected_shared: float
    """Signals that the first account would share with a random account."""
    evidence_bits: float
    needed_bits: float
    prior_bits: float
    is_linked: bool
    path: Path | None

    @property
    def is_enough(self) -> bool:
        """True if the evidence reaches the threshold of a link."""
        return self.evidence_bits >= self.needed_bits


def explain_pair(run: OpenRun, one: int, two: int) -> PairAnswer:
    """Compute what ties two accounts, given their numbers, and whether it is enough."""
    shared = share(run, one, two)
    degrees = run.rows(
        "SELECT accounts FROM sightings JOIN signals USING (signal) WHERE sightings.account = ? ORDER BY signal", one
    )
    linked = run.row("SELECT 1 FROM edges WHERE account = ? AND other = ?", one, two) is not None
    return PairAnswer(
        accounts=(know_account(run, one), know_account(run, two)),
        shared=shared,
        expected_shared=sum(chance_of(run, int(row[0])) for row in degrees),
        evidence_bits=sum(each.counted_bits for each in shared),
        needed_bits=round(run.threshold_bits * SCALE) / SCALE,
        prior_bits=run.prior_bits,
        is_linked=linked,
        path=None if linked or one == two else find_path(run, one, two),
    )


# --- in words ---------------------------------------------------------------------------------------------------------


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
