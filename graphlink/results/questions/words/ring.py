"""A ring in words."""

from typing import Final

from graphlink.model.findings import Tier
from graphlink.results.listings import Listing, format_folded, format_notes
from graphlink.results.questions.ring import RingAnswer
from graphlink.results.questions.words.phrases import paragraphs, reason, span, words
from graphlink.results.ring_sentences import explanation_words
from graphlink.words.sentences import about, counted, listed, percent

_NOTHING: Final = 0.05
"""Points that round to none."""

_AS_FOUND: Final = "the other families count as before"
"""The rest is not tested again: a signal's weight may depend on the removed family."""


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
        texts.append(
            f"Shares are of the {counted(n_judged, 'account')} that {'is' if n_judged == 1 else 'are'} not peripheral."
        )
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
        texts.append(f"When any one family is ignored, all of its accounts stay linked in one piece; {_AS_FOUND}.")
    elif answer.survives:
        without = [f"{percent(part)} without {words(family)}" for family, part in answer.survives]
        stay = "When one family is ignored, this share of its accounts stays linked in one piece"
        texts.append(f"{stay}: {listed(without)}; {_AS_FOUND}.")
    if answer.q_value is not None:
        by_chance = percent(answer.q_value) if answer.q_value else "next to none"
        texts.append(
            f"Of groups of its size that are as strong, chance would give {by_chance}, as far as the run's null worlds "
            "can show."
        )
    ways = ((answer.over_seeds, "with other seeds"), (answer.over_losses, "with sightings lost"))
    again = [f"{percent(part)} {how}" for part, how in ways if part is not None]
    if again:
        texts.append(f"Run again, it had these shares of its accounts in common with what came back: {listed(again)}.")
    return texts


def _ties(answer: RingAnswer) -> Listing:
    rows = tuple(
        (tie.inside, tie.outside, about(tie.expected), round(tie.bits, 1), f"{tie.signal_type}={tie.signal_value}")
        for tie in answer.ties
    )
    return Listing(("inside", "outside", "by chance", "bits", "signal"), rows)


def _members(answer: RingAnswer) -> Listing:
    rows = tuple(
        (
            words(each.tier),
            f"{each.confidence:.2f}" if Tier(each.tier).is_for_action else "–",
            "yes" if each.survives_any_value else "no",
            each.account_id,
        )
        for each in answer.listed
    )
    return Listing(("tier", "confidence", "without any one value", "account"), rows)
