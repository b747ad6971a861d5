"""One signal: the numbers of its test, and why it links its accounts or not."""

from dataclasses import dataclass
from typing import Final

from graphlink.model.signals import Provenance
from graphlink.results.listings import Listing, format_folded
from graphlink.results.questions.folder import OpenRun, Record
from graphlink.results.questions.known import SIGNAL_COLUMNS, KnownSignal, signal_from
from graphlink.results.questions.phrases import bits, day, one_in, paragraphs, shown, span, why, words
from graphlink.results.ring_sentences import PROVENANCE_WORDS
from graphlink.words.sentences import counted, percent

LISTED: Final = 10
"""Accounts and rings that an answer lists; it counts all of them, and ``graphlink sql`` gives the rest."""


@dataclass(frozen=True, slots=True)
class SignalAnswer:
    """Why a signal links its accounts or not, and which accounts have it."""

    signal: KnownSignal
    needed_bits: float
    n_accounts: int
    """Accounts of the run."""
    n_calibrated: int
    """Accounts that the test compares with: in a sweep, those of the calibration's week."""
    n_rings: int
    rings: list[Record]
    """The rings with most of its accounts: ring_id, rank, assessment, accounts that have it, members."""
    outside: int
    """Its accounts in no ring."""
    bearers: list[Record]
    """Its first accounts: account_id, first_seen, last_seen, ring_id."""


_RINGS = """
    SELECT ring_id, rank, assessment, count(*) AS accounts, members + possible_victims AS members
    FROM bearers JOIN members USING (account) JOIN rings USING (ring_id)
    WHERE bearers.signal = ? GROUP BY ring_id, rank, assessment, members + possible_victims ORDER BY accounts DESC, rank
"""
_FIRST = f"SELECT account FROM bearers WHERE signal = ? LIMIT {LISTED}"  # noqa: S608  in the order of the file
_BEARERS = """
    SELECT account_id, sightings.first_seen, sightings.last_seen, ring_id
    FROM sightings JOIN accounts USING (account) LEFT JOIN members USING (account)
    WHERE sightings.account IN (SELECT unnest(?)) AND signal = ?
    ORDER BY sightings.first_seen NULLS LAST, account
"""


def explain_signal(run: OpenRun, signal: int) -> SignalAnswer:
    """Collect what the test found of a signal, given its number."""
    row = run.rows(f"SELECT {SIGNAL_COLUMNS} FROM signals WHERE signal = ?", signal)[0]  # noqa: S608  names of our own
    known = signal_from(run, row)
    rings = run.records(_RINGS, signal)
    first = [int(each[0]) for each in run.rows(_FIRST, signal)]
    return SignalAnswer(
        signal=known,
        needed_bits=run.threshold_bits,
        n_accounts=run.n_accounts,
        n_calibrated=run.n_calibrated,
        n_rings=len(rings),
        rings=rings[:LISTED],
        outside=known.accounts - sum(ring["accounts"] for ring in rings),
        bearers=run.records(_BEARERS, first, signal),
    )


# --- in words ---------------------------------------------------------------------------------------------------------


_PRINTED: Final = 0.05
"""Differences of fewer bits are not visible."""


def describe_signal(answer: SignalAnswer, width: int) -> str:
    """Explain why a signal links its accounts or not, and list its accounts."""
    signal = answer.signal
    seen = span(signal.first_seen, signal.last_seen)
    provenance = PROVENANCE_WORDS[Provenance(signal.provenance)]
    texts = [
        f"{shown(signal.name)} {why(signal)}.",
        "\n",
        f"Family {words(signal.family)}, {provenance}{f'; on record {seen}' if seen else ''}.",
        _counts(answer),
        _together(signal),
        _worth(answer),
        _where(answer),
    ]
    if answer.rings:
        rows = tuple(
            tuple(ring[name] for name in ("accounts", "members", "rank", "assessment", "ring_id"))
            for ring in answer.rings
        )
        rings = Listing(("have it", "of", "rank", "assessment", "ring"), rows)
        texts += ["\n", format_folded(rings, width)]
    first = tuple((day(each["first_seen"]), each["ring_id"] or "–", each["account_id"]) for each in answer.bearers)
    texts += ["\n", format_folded(Listing(("on record since", "ring", "account"), first), width)]
    if signal.accounts > len(first):
        left = signal.accounts - len(first)
        texts.append(f"… and {counted(left, 'more account')}.")
    return paragraphs(texts, width)


def _counts(answer: SignalAnswer) -> str:
    signal = answer.signal
    text = f"{counted(signal.accounts, 'account')} of {answer.n_accounts:,} have it"
    if signal.chance is None:
        text += ". It is local: how many would by chance differs from country to country."
    else:
        text += f": by chance, {one_in(signal.chance)}."
    if answer.n_calibrated == answer.n_accounts:
        return text
    return f"{text} The test compares with the {counted(answer.n_calibrated, 'account')} of the calibration."


def _together(signal: KnownSignal) -> str:
    if signal.siblings:
        return "Two accounts that share it share little else, so its own accounts would not have passed the test."
    estimate, least = percent(signal.coordinated_share), percent(signal.lower_bound)
    if estimate == least:
        return f"By the test {estimate} of them belong together."
    return f"By the test {estimate} of them belong together, and hardly less than {least}."


def _worth(answer: SignalAnswer) -> str:
    signal = answer.signal
    worth = f"Sharing it is worth {bits(signal.bits)}, and a link needs {bits(answer.needed_bits)}."
    if signal.passes or signal.bits <= 0 or signal.rarity_bits is None:
        return worth
    if signal.bits < signal.rarity_bits - _PRINTED:
        return f"{worth} Its rarity alone would give {bits(signal.rarity_bits)}; what its accounts share holds it down."
    return f"{worth} It gives no more than its rarity does."


def _where(answer: SignalAnswer) -> str:
    if not answer.rings:
        return "None of its accounts is in a ring."
    rings = "one ring" if answer.n_rings == 1 else f"{answer.n_rings:,} rings"
    shown_rings = "" if answer.n_rings == len(answer.rings) else f", of which {len(answer.rings)} are shown"
    inside = answer.signal.accounts - answer.outside
    are = "is" if inside == 1 else "are"
    return f"{inside:,} of its accounts {are} in {rings}{shown_rings}; {answer.outside:,} are in none."
