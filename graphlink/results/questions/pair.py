"""Two accounts: what they share, its evidence in bits, and why they are linked or not."""

from dataclasses import dataclass

from graphlink.results.listings import Listing, format_notes
from graphlink.results.questions.folder import OpenRun
from graphlink.results.questions.known import SCALE, KnownAccount, Shared, chance_of, know_account, share
from graphlink.results.questions.links import Path, describe_steps, find_path
from graphlink.results.questions.phrases import bits, day, one_in, paragraphs, place, shown, why
from graphlink.results.ring_sentences import WORDS
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
    if answer.is_linked:
        name = "linked"
    elif not answer.shared:
        name = "nothing_shared"
    elif not answer.is_enough:
        name = "not_linked"
    else:
        name = "not_compared" if answer.path is None else "through_others"
    one, two = (shown(account.account_id) for account in answer.accounts)
    told = {"worth": bits(answer.evidence_bits), "needed": bits(answer.needed_bits)}
    return WORDS["pair"][name].format(one=one, two=two, **told)


def _signals(answer: PairAnswer) -> Listing:
    rows = tuple(
        (round(each.counted_bits, 1), round(each.signal.bits, 1), each.signal.accounts, _chance(each), _note(each))
        for each in answer.shared
    )
    return Listing(("adds", "bits", "accounts", "by chance", "signal"), rows)


def _chance(each: Shared) -> str:
    return "local" if each.signal.chance is None else one_in(each.signal.chance)


def _note(each: Shared) -> str:
    first = [day(moment) for moment in each.first_seen]
    since = "" if each.first_seen == (None, None) else f" On record since {first[0]} and {first[1]}."
    return f"{shown(each.signal.name)} {why(each.signal)}.{since}"


def _sum(answer: PairAnswer) -> str:
    beside = any(each.counted_bits < each.signal.bits for each in answer.shared)
    return WORDS["pair"]["sum"].format(
        bits=bits(answer.evidence_bits),
        odds=bits(answer.prior_bits),
        margin=bits(answer.needed_bits - answer.prior_bits),
        fraction=" A signal beside a stronger one of its family adds a fraction of its bits." if beside else "",
    )


def _by_chance(answer: PairAnswer) -> str:
    one, expected, n_shared = answer.accounts[0].account_id, about(answer.expected_shared), f"{len(answer.shared):,}"
    return WORDS["pair"]["by_chance"].format(one=shown(one), expected=expected, shared=n_shared)


def _rings(answer: PairAnswer) -> str:
    one, two = answer.accounts
    if one.ring is None and two.ring is None:
        return "Neither is in a ring."
    return f"{shown(one.account_id)} is {place(one)}; {shown(two.account_id)} is {place(two)}."
