"""One ring: what it is, what ties it, who is in it, and how stable that is."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from graphlink.model.findings import Check, Factor, Tier
from graphlink.results.listings import Listing, format_folded, format_notes
from graphlink.results.questions.folder import OpenRun, Record
from graphlink.results.questions.known import split_names
from graphlink.results.questions.phrases import paragraphs, reason, span, words
from graphlink.results.ring_sentences import WORDS, explanation_words
from graphlink.words.sentences import about, counted, listed, percent

LISTED: Final = 10
"""Signals and members that an answer lists; it counts all of them, and ``graphlink sql`` gives the rest."""


@dataclass(frozen=True, slots=True)
class RingAnswer:
    """What is known of a ring. ``q_value``, ``over_seeds`` and ``over_losses`` are None if nothing was tried."""

    ring_id: str
    rank: int
    score: float
    assessment: str
    headline: str
    campaign: str | None
    """The campaign of the ring, None if it has none."""
    members: int
    core: int
    probable: int
    peripheral: int
    possible_victims: int
    cells: int
    families: tuple[str, ...]
    first_seen: datetime | None
    last_seen: datetime | None
    q_value: float | None
    over_seeds: float | None
    over_losses: float | None
    factors: tuple[Factor, ...]
    checks: tuple[Check, ...]
    survives: tuple[tuple[str, float], ...]
    """By family: the share of the members still tied without it."""
    n_ties: int
    ties: list[Record]
    """The strongest, as ``_TIES`` has them."""
    listed: list[Record]
    """The firmest members, as ``_MEMBERS`` has them."""


_RING = "SELECT * EXCLUDE (listed) FROM rings WHERE ring_id = ?"
_TIES = f"""
    SELECT signal_type, signal_value, accounts_in_ring AS inside, accounts_outside AS outside,
        expected_by_chance AS expected, lift, bits, passes, evidence.first_seen, evidence.last_seen
    FROM evidence JOIN signals USING (signal) WHERE ring_id = ?
    ORDER BY bits * accounts_in_ring DESC, signal LIMIT {LISTED}
"""  # noqa: S608  a number of our own
_MEMBERS = f"""
    SELECT account_id, tier, confidence, families, survives_any_value
    FROM members JOIN accounts USING (account) WHERE ring_id = ?
    ORDER BY list_position(['core', 'probable', 'peripheral', 'possible_victim'], tier), confidence DESC, n_links DESC,
        account
    LIMIT {LISTED}
"""  # noqa: S608  a number of our own


def explain_ring(run: OpenRun, ring_id: str) -> RingAnswer:
    """Collect what is known of a ring, given its id."""
    (known,) = run.records(_RING, ring_id)
    lists = {
        "families": split_names(known["families"]),
        "factors": tuple(Factor(**each) for each in known["factors"]),
        "checks": tuple(Check(**each) for each in known["checks"]),
        "survives": tuple((each["family"], each["share"]) for each in known["survives"]),
    }
    return RingAnswer(
        **known | lists,
        n_ties=int(run.rows("SELECT count(*) FROM evidence WHERE ring_id = ?", ring_id)[0][0]),
        ties=run.records(_TIES, ring_id),
        listed=[each | {"families": split_names(each["families"])} for each in run.records(_MEMBERS, ring_id)],
    )


# --- in words ---------------------------------------------------------------------------------------------------------


_NOTHING: Final = 0.05
"""Points that round to none."""


def describe_ring(answer: RingAnswer, width: int) -> str:
    """Describe a ring: what it is, what ties it, and who is in it."""
    seen = span(answer.first_seen, answer.last_seen)
    on_record = f" Signals are on record {seen}." if seen else ""
    tiers = ("core", "probable", "peripheral")
    counts = [f"{number:,} {tier}" for tier in tiers if (number := getattr(answer, tier))]
    may_be = "may be a victim and counts" if answer.possible_victims == 1 else "may be victims and count"
    victims = f"; {answer.possible_victims:,} more {may_be} inside, too" if answer.possible_victims else ""
    texts = [
        f"{answer.ring_id}, rank {answer.rank:,}: {reason(answer.headline)}.",
        f"Assessed as {words(answer.assessment)}, score {answer.score:.1f} of 100: a finding to check, not a verdict.",
        f"{counted(answer.members, 'account')}: {', '.join(counts)}{victims}.{on_record}",
        *([] if answer.campaign is None else [f"It is part of campaign {answer.campaign}."]),
        *_firmness(answer),
        "\n",
        *_score(answer, width),
        "\n",
        *_checks(answer),
        "\n",
        format_folded(_ties(answer), width),
    ]
    if answer.n_ties > len(answer.ties):
        left = answer.n_ties - len(answer.ties)
        texts.append(f"… and {counted(left, 'more signal')}.")
    texts += ["\n", format_folded(_members(answer), width)]
    more = answer.members + answer.possible_victims - len(answer.listed)
    if more:
        texts.append(f"… and {counted(more, 'more account')}.")
    return paragraphs(texts, width)


def _score(answer: RingAnswer, width: int) -> list[str]:
    """List the parts of the score that add or subtract points, and count the others."""
    counting = [each for each in answer.factors if abs(each.points) >= _NOTHING]
    rows = tuple((round(each.points, 1), each.name, each.because) for each in counting)
    texts = [format_notes(Listing(("points", "part of the score", "because"), rows), width)]
    n_without = len(answer.factors) - len(counting)
    if n_without:
        texts.append(f"{n_without} other part{' gives' if n_without == 1 else 's give'} no points.")
    texts.append("Only telling values are counted: `graphlink explain 'word:telling value'` defines them.")
    if answer.peripheral:
        n_judged = answer.core + answer.probable
        are = "is" if n_judged == 1 else "are"
        texts.append(f"Shares are of the {counted(n_judged, 'account')} that {are} not peripheral.")
    return texts


def _checks(answer: RingAnswer) -> list[str]:
    """List the honest explanations with the result of each: first those that fit, then those that cannot be judged."""
    return [
        f"{word}: {explanation_words(each.explanation)} ({reason(each.because)})."
        for fits, word in ((True, "Fits"), (None, "Cannot be judged"), (False, "Does not fit"))
        for each in answer.checks
        if each.fits is fits
    ]


def _firmness(answer: RingAnswer) -> list[str]:
    texts = []
    if answer.survives and all(part == 1 for _, part in answer.survives):
        texts.append(WORDS["ring"]["without_any"])
    elif answer.survives:
        without = listed([f"{percent(part)} without {words(family)}" for family, part in answer.survives])
        texts.append(WORDS["ring"]["without"].format(without=without))
    if answer.q_value is not None:
        by_chance = percent(answer.q_value) if answer.q_value else "next to none"
        texts.append(WORDS["ring"]["by_chance"].format(share=by_chance))
    ways = ((answer.over_seeds, "with other seeds"), (answer.over_losses, "with sightings lost"))
    again = [f"{percent(part)} {how}" for part, how in ways if part is not None]
    if again:
        texts.append(f"Run again, it had these shares of its accounts in common with what came back: {listed(again)}.")
    return texts


def _ties(answer: RingAnswer) -> Listing:
    rows = tuple(
        (
            tie["inside"],
            tie["outside"],
            about(tie["expected"]),
            round(tie["bits"], 1),
            "{signal_type}={signal_value}".format_map(tie),
        )
        for tie in answer.ties
    )
    return Listing(("inside", "outside", "by chance", "bits", "signal"), rows)


def _members(answer: RingAnswer) -> Listing:
    rows = tuple(
        (
            words(each["tier"]),
            f"{each['confidence']:.2f}" if Tier(each["tier"]).is_for_action else "–",
            "yes" if each["survives_any_value"] else "no",
            each["account_id"],
        )
        for each in answer.listed
    )
    return Listing(("tier", "confidence", "without any one value", "account"), rows)
