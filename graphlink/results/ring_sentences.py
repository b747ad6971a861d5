"""The words of the report: sentences made from counts.

Accounts are called coordinated and never guilty, no organisation is named, and every sentence that judges carries the
number it rests on. What a word means stands in the glossary, which the README and the help share.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Final

from graphlink.model.findings import COORDINATED, COORDINATED_SCORE, HELD_BACK, INCONCLUSIVE, Tier
from graphlink.model.listing import count_groups
from graphlink.model.operating_point import OperatingPoint
from graphlink.results.text import count, decimal
from graphlink.words.glossary import GLOSSARY
from graphlink.words.sentences import about, counted, expected_wrong, listed, percent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from graphlink.model.calibration import Calibration
    from graphlink.model.findings import Campaign, Chance, Ring
    from graphlink.model.operating_point import First
    from graphlink.model.rows import RowCounts
    from graphlink.model.signals import SignalType
    from graphlink.results.ring_data import Robustness

# Scores are sums of points, not chances; the words keep a reader from taking 86 for 86 %.
HIGH_SCORE: Final = 75.0

LONGEST_IN_HOURS: Final = 72
"""Longer times are given in days."""

_HOUR: Final = 3_600_000_000
"""Microseconds."""

WORDS: Final[dict[str, dict[str, str]]] = tomllib.loads(Path(__file__).with_name("words.toml").read_text("utf-8"))
"""Words by the name that stands for them in the tables: of events, signal types and the like."""
EVENT_WORDS: Final = WORDS["events"]
PROVENANCE_WORDS: Final = WORDS["provenance"]
TIER_WORDS: Final = {tier: tier.value.replace("_", " ") for tier in Tier}
TIER_MEANING: Final = {tier: GLOSSARY[word] for tier, word in TIER_WORDS.items()}


def member_words(tier: str, confidence: float) -> str:
    """Name the tier of a member, with its confidence if that can affect a decision.

    Examples
    --------
    >>> member_words("core", 0.9904), member_words("possible_victim", 0.99)
    ('core, confidence 0.990', 'possible victim')
    """
    word = TIER_WORDS[Tier(tier)]
    return f"{word}, confidence {decimal(confidence, 3)}" if Tier(tier).is_for_action else word


def everybody(ring: Ring) -> str:
    """Count the accounts that a ring's tables and pictures show, and how many of them are possible victims."""
    victims = ring.n_possible_victims
    whole = counted(ring.n_members + victims, "account")
    of_them = "1 of them a possible victim" if victims == 1 else f"{count(victims)} of them possible victims"
    return f"{whole} ({of_them})" if victims else whole


def score_word(score: float) -> str:
    """Describe the place of a score on its scale."""
    if score >= HIGH_SCORE:
        return "high"
    return "moderate" if score >= COORDINATED_SCORE else "low"


def assessment_word(assessment: str) -> str:
    """Name an assessment as a heading does."""
    return assessment.replace("_", " ").capitalize()


def kind(assessment: str) -> str:
    """Tell the three kinds of assessment apart, as the page's styles name them.

    Examples
    --------
    >>> kind("coordinated"), kind("inconclusive"), kind("organisation")
    ('coordinated', 'inconclusive', 'honest')
    """
    return assessment if assessment in (COORDINATED, INCONCLUSIVE) else "honest"


def explanation_words(explanation: str) -> str:
    """Name an honest explanation within a sentence."""
    return WORDS["explanations"].get(explanation, explanation.replace("_", " "))


def finding(ring: Ring) -> str:
    """Describe the finding, its score, and what it rests on."""
    is_held_back = ring.assessment == INCONCLUSIVE and ring.score >= COORDINATED_SCORE
    held_back = [part.because for part in ring.factors if part.name == HELD_BACK]
    return _by_name("finding", "held back" if is_held_back else ring.assessment).format(
        members=counted(ring.n_members, "account"),
        named=f"{count_kinds(ring.families)}{': ' if ring.families else ''}{_families_in_words(ring.families)}",
        word=score_word(ring.score),
        score=decimal(ring.score, 1),
        why=listed(held_back) or "a rule holds them back",
        fitting=_what_fits(ring),
        explanation=explanation_words(ring.assessment),
    )


def _by_name(section: str, name: str) -> str:
    """The sentence for an assessment, where one is of its own; else that for groups with an honest explanation."""
    return WORDS[section].get(name, WORDS[section]["honest"])


def _what_fits(ring: Ring) -> str:
    """Name the honest explanations that fit an inconclusive ring, which decide nothing about it."""
    fitting = [explanation_words(check.explanation) for check in ring.checks if check.fits]
    if not fitting:
        return "No honest explanation that was tested fits"
    return f"{listed(fitting).capitalize()} would fit{', each by itself' if len(fitting) > 1 else ''}"


def count_kinds(families: Sequence[str]) -> str:
    """Count families, and call them independent unless one program may send two of them.

    Examples
    --------
    >>> count_kinds(["content", "payment"]), count_kinds(["content", "network"]), count_kinds(["payment"])
    ('2 independent kinds', '2 kinds', '1 kind')
    """
    independent = len(families) > 1 and len(_OF_A_PROGRAM & set(families)) < 2  # noqa: PLR2004
    return counted(len(families), "independent kind" if independent else "kind")


def _families_in_words(families: Sequence[str]) -> str:
    words = {each: WORDS["families"].get(each, each) for each in families}
    return listed([word if each in word else f"{word} ({each})" for each, word in words.items()])


_OF_A_PROGRAM: Final = frozenset({"client", "content", "network"})
"""What one program sends by itself: how it connects, its prompts, and the exits that its users share."""


def campaign_sentence(campaign: Campaign | None) -> str:
    """Describe the campaign of a ring; empty if it has none.

    Examples
    --------
    >>> from graphlink.model.findings import Campaign
    >>> campaign_sentence(Campaign("C-1F", ("R-1", "R-2"), 1_900, 57, 120, ("identity",))).partition(":")[0]
    'Part of campaign C-1F of 2 rings with 1,900 accounts'
    """
    if campaign is None:
        return ""
    return WORDS["sentences"]["campaign"].format(
        campaign=campaign.campaign_id,
        rings=counted(len(campaign.ring_ids), "ring"),
        accounts=counted(campaign.n_members, "account"),
        crossing=count(campaign.n_crossing_accounts),
        values=count(campaign.n_crossing_values),
        families=listed(campaign.families),
    )


def creation_sentence(
    n_half: int, microseconds: int, start: str, n_victims: int = 0, *, by_day: bool = False, all_known: bool = True
) -> str:
    """Word the shortest time in which half of the accounts with a known time were created.

    If only days are known, the first and the last are counted whole.

    Examples
    --------
    >>> creation_sentence(6, 79_200_000_000, "3 Feb 2026, 00:00")
    'Half of the accounts (6) were created within 22 hours, from 3 Feb 2026, 00:00 on.'
    >>> creation_sentence(6, 79_200_000_000, "3 Feb 2026, 00:00", n_victims=2)
    'Half of the accounts (6), possible victims not counted, were created within 22 hours, from 3 Feb 2026, 00:00 on.'
    >>> creation_sentence(6, 0, "3 Feb 2026", by_day=True)
    'Half of the accounts (6) were created on 3 Feb 2026.'
    >>> creation_sentence(6, 86_400_000_000, "3 Feb 2026", by_day=True)
    'Half of the accounts (6) were created within 2 days, from 3 Feb 2026 on.'
    >>> creation_sentence(6, 0, "3 Feb 2026", by_day=True, all_known=False)
    'Half of the accounts whose creation time is known (6) were created on 3 Feb 2026.'
    """
    known = "" if all_known else " whose creation time is known"
    whom = f"accounts{known} ({count(n_half)})" + (", possible victims not counted," if n_victims else "")
    hours = max(1, -(-microseconds // _HOUR))
    days = round(microseconds / _HOUR / 24) + 1 if by_day else -(-hours // 24)
    if by_day and days == 1:
        return f"Half of the {whom} were created on {start}."
    in_hours = not by_day and hours <= LONGEST_IN_HOURS
    length = counted(hours, "hour") if in_hours else f"{count(days)} days"
    return f"Half of the {whom} were created within {length}, from {start} on."


def tier_effect(tier: Tier, number: int, cumulative: int) -> str:
    """Word which accounts an action at a tier would reach."""
    name = TIER_WORDS[tier]
    if tier is Tier.PROBABLE and number == cumulative:
        name = "probable alone"
    if tier is Tier.POSSIBLE_VICTIM and number == 1:
        name = "one possible victim"
    told = {"accounts": counted(number, "account"), "number": count(number), "are": "is" if number == 1 else "are"}
    return WORDS["tier_effect"][name].format(**told, reached=counted(cumulative, "account"), whole=count(cumulative))


def tier_doubt(n_accounts: int, n_falls_away: int, n_older: int, days: int = 0, start: str = "") -> str:
    """Word which members of a tier have the best case against action; empty if there are none.

    Parameters
    ----------
    n_older
        How many were created more than ``days`` before ``start``, when half of the ring began to be.

    Examples
    --------
    >>> tier_doubt(1_244, 0, 342, 90, "25 Jun 2026")
    'Look first at 342 that were created more than 90 days before the burst (25 Jun 2026).'
    >>> tier_doubt(5, 1, 1, 90, "25 Jun 2026")
    'Look first at 1 that was created more than 90 days before the burst (25 Jun 2026) and 1 that hangs on one value.'
    """
    made = f"{'was' if n_older == 1 else 'were'} created more than {days} days before the burst ({start})"
    doubts = [f"{count(n_older)} that {made}"] if n_older else []
    hang = "hangs" if n_falls_away == 1 else "hang"
    doubts += [f"{count(n_falls_away)} that {hang} on one value"] if n_falls_away else []
    return f"Look first at {listed(doubts)}." if doubts and n_accounts > 1 else ""


def caution(ring: Ring) -> str:
    """Explain why nobody may be acted against in a group that is not coordinated; empty if it is."""
    members, explanation = counted(ring.n_members, "account"), explanation_words(ring.assessment)
    return _by_name("caution", ring.assessment).format(members=members, explanation=explanation)


def older_sentence(days: int, start: str, *, all_known: bool = True) -> str:
    """Define "created long before the burst", which excludes accounts without a known creation time."""
    unknown = "" if all_known else " An account whose creation time is not known is not counted there."
    return WORDS["sentences"]["older"].format(days=days, start=start) + unknown


def not_tied_sentence(families: Sequence[str]) -> str:
    """Name the families that tie few of the ring's accounts, or none.

    Examples
    --------
    >>> not_tied_sentence(["client", "device"])
    'Hardly any of its accounts (fewer than 1 in 10) are tied by programs (client) and devices.'
    """
    few = "Hardly any of its accounts (fewer than 1 in 10) are tied by"
    return f"{few} {_families_in_words(families)}." if families else ""


def base_rate_sentence(base_rate: float) -> str:
    """Explain why sharing one thing proves nothing."""
    return WORDS["sentences"]["base_rate"].format(share=percent(base_rate))


def population_sentences(calibration: Calibration, types: Sequence[SignalType]) -> tuple[str, ...]:
    """Word what the null worlds keep of place and people; empty if they keep neither.

    Examples
    --------
    >>> from graphlink.model.calibration import Calibration
    >>> from graphlink.model.signals import Provenance, SignalType
    >>> types = [SignalType(name, name, Provenance.OBSERVED) for name in ("city", "postcode", "zone")]
    >>> voices, coarse = {"city": "city", "postcode": "city"}, {"city": True, "postcode": True}
    >>> known = Calibration(900, 0.2, 8.0, 12.0, countries={"zone=+1": 700}, voices=voices, coarse=coarse)
    >>> for sentence in population_sentences(known, types):
    ...     print(sentence)
    Accounts are placed by their zone: what is common among those of one place ties nobody there.
    These describe people, and link nobody by themselves: city and postcode.
    These say the same of people, and count as the one family city: city and postcode.
    """
    names = sorted(each.name for each in types)
    voices, sentences = calibration.voices, []
    if calibration.countries:
        place = next(iter(calibration.countries)).partition("=")[0]
        by = place if place in names else "country"
        sentences.append(
            f"Accounts are placed by their {by}: what is common among those of one place ties nobody there."
        )
    if described := sorted(each.name for each in types if calibration.coarse.get(each.name) and not each.coarse):
        sentences.append(f"These describe people, and link nobody by themselves: {listed(described)}.")
    for voice in sorted(set(voices.values())):
        alike = [each for each in types if voices.get(each.name) == voice]
        if len({each.family for each in alike}) > 1:
            together = listed(sorted(each.name for each in alike))
            sentences.append(f"These say the same of people, and count as the one family {voice}: {together}.")
    return tuple(sentences)


def arithmetic_sentence(n_accounts: int, n_named: int) -> str:
    """Show what a small error rate does to a large population.

    Examples
    --------
    >>> print(arithmetic_sentence(400, 12))  # doctest: +NORMALIZE_WHITESPACE
    No run can tell how many of these 12 are innocent. If 1 in 1,000 honest accounts were named wrongly, that would be
    fewer than 1 account. This is an example, not a measurement.
    """
    if not n_named:
        return ""
    wrong = round((n_accounts - n_named) / 1000)
    return WORDS["sentences"]["arithmetic"].format(
        unknown="whether this 1 is" if n_named == 1 else f"how many of these {count(n_named)} are",
        wrong=f"about {counted(wrong, 'account')}" if wrong else "fewer than 1 account",
        more=", more than are named" if wrong > n_named else "",
    )


def chance_sentence(chance: Chance | None, n_groups: int, calibration: Calibration) -> str:
    """Word how many of all groups chance alone would give, in this run or at the calibration."""
    told = WORDS["chance"]
    if chance is None and calibration.chance_rings is not None:
        return told["at_calibration"].format(share=percent(calibration.chance_rings))
    if chance is None:
        return told["unknown"]
    n_left = chance.n_explained
    were = "weaker group was" if n_left == 1 else "weaker groups were"
    return told["shuffled"].format(
        worlds=counted(chance.n_worlds, "world"),
        rings=about(chance.rings),
        share=f" ({percent(min(1.0, chance.rings / n_groups))} of all groups)" if n_groups else "",
        coordinated=about(chance.coordinated) if chance.coordinated else "none",
        left_out=f" {count(n_left)} {were} left out, since chance gives as many." if n_left else "",
    )


def expected_sentence(point: OperatingPoint | None, expected: Sequence[First]) -> str:
    """Tell how many of the coordinated groups, or if there are none of the first groups, are expected to be wrong.

    Examples
    --------
    >>> point = OperatingPoint(ring_share=0.01, at_zero=-5.0, per_point=0.1)
    >>> print(expected_sentence(point, point.expect([90.0, 60.0], [40.0])).partition(". ")[0])
    If 1 % of all accounts are rings', expect 0.3 of the 2 coordinated groups to be wrong
    """
    if point is None or not expected:
        return ""
    certain = [each for each in expected if each.groups == each.coordinated]
    told = (certain or expected)[-1]
    first, called = ("", COORDINATED) if certain else ("first ", INCONCLUSIVE)
    groups = f"the {first}{counted(told.groups, f'{called} group')}"
    return f"{expected_wrong(told.wrong, point.ring_share, groups)} {WORDS['sentences']['estimate']}"


def robustness_sentences(known: Robustness, whom: str) -> tuple[str, ...]:
    """Word what null worlds and resampling show for a ring; empty if none were made."""
    told = []
    if known.q_value is not None:
        worlds = f"{counted(known.n_worlds, 'world')} with shuffled links"
        share = percent(known.q_value) if known.q_value else "next to none"
        shown = decimal(known.q_value, 4)
        q_value = f" (q-value {shown})" if float(shown) else ""
        told.append(f"Of the groups of this size and strength, chance gives {share}, as far as {worlds} show{q_value}.")
    ways = (
        ("with other random numbers and a finer or coarser grouping", known.n_seeds, known.over_seeds),
        (f"with {percent(known.lost_share)} of the sightings left out", known.n_losses, known.over_losses),
    )
    told += [
        f"Analysed again {'once' if n_draws == 1 else f'{count(n_draws)} times'} {how}, the ring and the group that "
        f"came back had {percent(share)} of their accounts in common."
        for how, n_draws, share in ways
        if n_draws
    ]
    if known.n_seeds or known.n_losses:
        told.append(f"{count(known.n_kept)} of {whom} came back with it every time.")
    return tuple(told)


def unlisted_sentence(unlisted: Sequence[Ring]) -> str:
    """Count the groups that are not listed; empty if all are.

    Examples
    --------
    >>> from types import SimpleNamespace as Made
    >>> small = [Made(assessment="household", n_members=3), Made(assessment="organisation", n_members=4)]
    >>> unlisted_sentence(small)
    '2 smaller groups (7 accounts) are not listed: 1 household and 1 organisation.'
    """
    if not unlisted:
        return ""
    named = listed([f"{count(each.groups)} {each.assessment.replace('_', ' ')}" for each in count_groups(unlisted)])
    accounts = counted(sum(each.n_members for each in unlisted), "account")
    are = "is" if len(unlisted) == 1 else "are"
    return f"{counted(len(unlisted), 'smaller group')} ({accounts}) {are} not listed: {named}."


def rows_sentence(rows: RowCounts) -> str:
    """Account for every row that was read."""
    parts = [f"{count(rows.accepted)} accepted", counted(rows.duplicates, "exact duplicate")]
    parts += [f"{count(rows.rejected)} rejected", f"{count(rows.out_of_window)} outside the window"]
    return f"{counted(rows.rows_in, 'row')} read: {listed(parts)}."
