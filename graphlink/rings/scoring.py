"""The traits of a group in, its score out: a sum of named parts, and the honest explanations that were tested.

The parts are log-odds and ask one question: was this group made by one hand? Breadth speaks for it, dominance of one
value against it. Weights were fitted on trial worlds, rounded, and held to signs that have a reason; an honest
explanation that fits wins over any score. Where the export lacks what a part needs, the part abstains.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import isnan, log2
from typing import TYPE_CHECKING, NamedTuple

from graphlink.model.families import IDENTITY, LASTING, MAIL_DOMAIN, MAILBOX, NETWORK, OF_ORGANISATIONS, PAYMENT
from graphlink.model.findings import COORDINATED, EVEN_SCORE, INCONCLUSIVE, Factor
from graphlink.rings.breadth import parts_of_breadth
from graphlink.rings.explanations import FIRMS, HOUSEHOLD, ORGANISATION, try_explanations
from graphlink.rings.group import (
    FOR_WANT_OF_PARTS,
    NOT_COUNTED,
    NOTHING,
    SAID_AGAIN,
    accounts_in_words,
    are_models,
    came_one_by_one,
    clip,
    counted,
    dominance,
    grew,
    handed_round,
    joined,
    mail_for_an_hour,
    of_a_payer,
    of_families,
    of_most,
    on_all,
    on_plans,
    one_name,
    private_text,
    ramp,
    scripts,
    stay,
    stays,
    varied_text,
    variety,
    what,
)
from graphlink.words.sentences import percent

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from graphlink.model.findings import Check
    from graphlink.rings.group import Group, Holding

_POINTS = 6.0
"""Points for one unit of log-odds: even odds are 50, and the scale's ends are odds of one to 4,000."""

_START = -5.0
"""Log-odds of a group before anything is known of it: about one in 150 is coordinated where few are."""

_FEW_ARE = (
    f"of groups that share this much few are coordinated; from {EVEN_SCORE:.0f} on one that no honest reason explains "
    "is called so, unless nothing tells whether it is an organisation"
)


@dataclass(frozen=True, slots=True)
class Assessment:
    """The outcome for one group."""

    score: float
    assessment: str
    factors: tuple[Factor, ...]
    checks: tuple[Check, ...]


class Assessed(NamedTuple):
    """What groups are like, and the outcome for each."""

    groups: list[Group]
    assessments: list[Assessment]


def assess_group(group: Group) -> Assessment:
    """Score a group and test the honest explanations.

    Returns
    -------
    Assessment
        ``score`` from 0 to 100 is the sum of the factors' points. ``assessment`` is the first honest explanation that
        fits; without one, ``coordinated`` from 50 points, below that ``inconclusive``. Whoever might be an organisation
        for all that the export tells is not called coordinated.
    """
    factors = [_factor("starting point", _POINTS * _START + EVEN_SCORE, _FEW_ARE)]
    factors += [
        _factor(name, _POINTS * weight, because) for name, weight, because in _parts(group) if weight is not None
    ]
    total = sum(factor.points for factor in factors)
    if not 0 <= total <= 100:
        bound = 0.0 if total < 0 else 100.0
        factors.append(_factor("end of the scale", bound - total, "scores run from 0 to 100"))
    score = round(sum(factor.points for factor in factors), 1) + 0.0  # no "-0.0" in a list
    checks = tuple(try_explanations(group))
    fitting = [check.explanation for check in checks if check.fits]
    called = COORDINATED if score >= EVEN_SCORE and not _may_be_organisation(checks) else INCONCLUSIVE
    return Assessment(score, fitting[0] if fitting else called, tuple(factors), checks)


def _may_be_organisation(checks: Iterable[Check]) -> bool:
    """Whether a group has an organisation's name or payer, and neither plans nor times tell whether it is one."""
    return any(check.explanation == ORGANISATION and check.fits is None for check in checks)


def turn_of(assessment: str) -> int:
    """When a group's turn comes in a list: those that need eyes, then those explained, then the many households.

    Examples
    --------
    >>> sorted(["household", "platform", "coordinated", "inconclusive"], key=turn_of)
    ['coordinated', 'inconclusive', 'platform', 'household']
    """
    return {COORDINATED: 0, INCONCLUSIVE: 1, HOUSEHOLD: 3}.get(assessment, 2)


def _factor(name: str, points: float, because: str) -> Factor:
    return _same_factor(name, round(points, 1) + 0.0, because)  # no "-0.0" in a report


_same_factor = lru_cache(SAID_AGAIN)(Factor)


_HARDLY = 0.1
"""Share of the members, below which they hardly share what one is, has or pays with."""

# --- the parts of the score ---------------------------------------------------------------------------------------


def _parts(group: Group) -> Iterator[tuple[str, float | None, str]]:
    """Name, log-odds (None where the part abstains) and reason of each part."""
    yield from parts_of_breadth(group)
    yield "a chain", *_chain(group)
    yield "many prompts", *_prompts(group)
    prompt = private_text(group)
    yield (
        "one private prompt or program",
        1.5 * on_all(prompt),
        f"{percent(prompt.top_owned)} of the members use one {what(prompt)}, and most who use it are members"
        if prompt.top_owned
        else "no prompt or program that is the group's own is on most members",
    )
    yield (
        "short lives",
        None if isnan(group.life) else 2.5 * (1 - stays(group)),
        stay(group, "or less"),
    )
    yield "throw-away mail", *_throwaway(group)
    yield "one mailbox for many", *_one_mailbox(group)
    yield "created in a burst", *_burst(group)
    yield "in step", *_schedule(group)
    yield (
        "size",
        0.2 * clip(log2(max(group.size, 1)) - 5, -2, 4),
        f"{accounts_in_words(group.size)}{NOT_COUNTED}; small groups coincide more easily",
    )
    yield from _against(group)


def _chain(group: Group) -> tuple[float, str]:
    """Accounts made one after the other, with a new card after some and a new address after some others.

    Where one value of the group's own is on many, that is what holds them, and the row is no more than its parts.
    """
    if group.chained < _HARDLY:
        return 0.0, "no long row of accounts that each share something small with the next"
    most = max((each.top_owned for each in group.holdings if not each.coarse), default=0.0)
    because = (
        f"{percent(group.chained)} of the members are in one long row: each shares a value of two or three accounts "
        "with the next, of one kind with some and of another with others; rows of honest homes end"
    )
    if most >= _HARDLY:
        because += f"; but one value of the members' own is on {percent(most)} of them"
    return 2.0 * ramp(group.chained, 0.5, 0.8) * ramp(most, 0.5, 0.3), because


def _prompts(group: Group) -> tuple[float, str]:
    """Texts that many have in common. A school or an agency has some dozens of its own; more are those of a script.

    Whom texts alone tie may run one program that writes the date into each.
    """
    text = varied_text(group)
    scripted = scripts(text) * ramp(_widest(group).cover, 0.3, 0.5)
    usual = "paraphrases of one another look like this"
    because = variety(text, "no class or agency has so many of its own" if scripted else usual)
    return 0.3 * text.breadth(1, 3) + 2.0 * scripted, because


def _throwaway(group: Group) -> tuple[float | None, str]:
    """Mail for an hour. It is half as much where only places and texts are shared: who hides has such mail, too."""
    share = group.disposable
    if isnan(share):
        return None, "the mail domains of most members are not known"
    weight = 4.0 if _widest(group).cover >= _HARDLY else 2.0
    known = f"{percent(share)} of the members whose mail domain is known"
    because = f"{known} have a mail address for an hour; of honest people one in a hundred has"
    return weight * mail_for_an_hour(group), because + ("" if weight > 2 else ", and of those who hide many")


_CLASS = 32
"""Accounts on one person's mailbox from which on they may be more than a class that its teacher signed up; three times
as many surely are."""


def _one_mailbox(group: Group) -> tuple[float, str]:
    """One person behind all: tags after a plus sign, or dots, make any number of addresses of one mailbox.

    Where the domain is theirs as well, it may be a firm's, where bills go to one mailbox.
    """
    mailbox, domain = group.of_type(MAILBOX), group.of_type(MAIL_DOMAIN)
    if mailbox.top <= domain.top or mailbox.top < 0.5:
        return 0.0, "no mailbox at a provider of anybody's is on half of the members"
    one_persons = f"one mailbox at a provider of anybody's is on {percent(mailbox.top)} of the members"
    return 6.0 * ramp(mailbox.top * group.size, _CLASS, 3 * _CLASS), f"{one_persons}; a class may have its teacher's"


def _burst(group: Group) -> tuple[float | None, str]:
    """Accounts that were made at once, and pay with several cards or go by several names.

    An event brings people to one place and one prompt, and an employer's first day to one domain and one payer. Where
    everybody joined within weeks, as at a young service, that a group did tells less.
    """
    if isnan(group.rush):
        return None, joined(group)
    names, cards = (group.held(family, by=lambda each: each.breadth(0, 1)) for family in (IDENTITY, PAYMENT))
    payers = max(of_a_payer(cards, group), of_families(cards, group))
    by_names, by_cards = names.breadth(0, 1), cards.breadth(0, 1) * (1 - payers)
    several, kinds = (cards, by_cards) if by_cards >= by_names else (names, by_names)
    because = joined(group)
    if 0 < group.rush < 1:
        usual = (group.lately - group.rush) / (1 - group.rush)
        because += f", and of everybody {percent(usual)} in the two fullest"
    if kinds:
        because += f"; {counted(several)}, where an event has one place, and a new employer one domain and one payer"
    named = one_name(group)
    if kinds and named >= _HARDLY:
        because += "; but an organisation of one name may enrol its people at once"
    return (0.25 + 2.0 * kinds * (1 - named)) * ramp(group.rush, 0.15, 0.35), because


def _schedule(group: Group) -> tuple[float | None, str]:
    """One hour of the day for all, at several addresses: one schedule runs them. A class sits in one room."""
    if isnan(group.in_step):
        return None, "the times of the sightings are not known to the hour"
    place = group.held(NETWORK, by=lambda each: each.top)
    if not place.n_values:
        return None, "no addresses tell, so a class cannot be told from a schedule"
    apart = ramp(place.top, 1, 0.5)
    weight = 2.0 * apart * ramp(group.in_step, 0.5, 0.9)
    hour = (
        f"{percent(group.in_step)} of the members, without the two that any hour has by chance, began with one prompt "
        "or program in the same hour of the day"
    )
    return weight, f"{hour}, as a class in one room does; of addresses, {dominance(place)}"


def _against(group: Group) -> Iterator[tuple[str, float | None, str]]:
    """The parts that speak for honest people."""
    widest = _widest(group)
    models = "models of machine left out, " if any(are_models(each, group) for each in group.holdings) else ""
    yield (
        "place and text only",
        None if not group.says_more else -2.5 if widest.cover < _HARDLY else 0.0,
        "the export says of nobody what one is, has or pays with"
        if not group.says_more
        else f"of what one is, has or pays with, {models}{counted(widest)}: as with a vendor's or a network's customers"
        if widest.cover < _HARDLY
        else f"{percent(widest.cover)} of the members are tied by {what(widest)}",
    )
    yield "values that are not their own", *_of_everybody(group)
    yield (
        "came one by one or long ago",
        None if isnan(group.lately) else -1.5 * came_one_by_one(group),
        joined(group) + ("" if isnan(group.burst) else "; customers come over a year or more, and stay"),
    )
    payment = group.held(PAYMENT, by=lambda each: each.top)
    throwing_away = mail_for_an_hour(group)
    yield (
        "one card for most",
        -1.5 * ramp(payment.top, 0.5, 1) * (1 - throwing_away),
        dominance(payment) + ("; but no firm's people have mail for an hour" if throwing_away else ""),
    )
    identity = group.called()
    many_hands = handed_round(group)
    yield (
        "one domain for most",
        -(1.5 + 2.5 * _lasts(group)) * ramp(identity.top, 0.5, 1) * (1 - many_hands),
        dominance(identity)
        + ("; but no firm made at once passes so many cards and devices round" if many_hands else ""),
    )
    plans = group.organisation_plans
    yield (
        "plans",
        None if isnan(plans) else 1.5 * ramp(plans, 0.1, 0) - 4.0 * ramp(plans, 0.1, 0.4),
        on_plans(group),
    )
    if not plans >= OF_ORGANISATIONS:
        yield "cells that stay apart", *_staying_apart(group)


def _of_everybody(group: Group) -> tuple[float | None, str]:
    """What a region or a platform shares: as large a part of all accounts as it is, its values are hardly its own.

    A quarter of all customers are four in five of those with the addresses, the mail providers and the languages of
    their region: a bearer is a member with ten times the odds of anybody. Of six hundred trial rings, some of which
    were a fifth of all accounts, it was 64 times at least.
    """
    held = [each for each in group.holdings if not each.coarse]
    told = sum(each.cover for each in held)
    if not told:
        return None, "no value tells"
    bits = sum(each.cover * _log_odds(each.owned) for each in held) / told - _log_odds(min(group.share, _CHOSEN))
    odds = f"{2**bits:,.0f}" if bits < _FAR else f"over {2**_FAR:,}"
    because = f"whoever bears what members share is one of them with {odds} times the odds of anybody"
    hardly = ramp(bits, 6, 5)
    return -4.0 * hardly, because + (
        ", as with a region's or a network's people; a ring's are its own" if hardly else ""
    )


_CHOSEN = 0.2
"""Share of all accounts beyond which a group is no larger: of an export that was chosen already it may be most."""

_FAR = 10
"""Bits beyond which more odds tell no more."""


def _log_odds(share: float) -> float:
    """Logarithm, in bits, of the odds of a share; those of 999 to 1 are high enough."""
    share = clip(share, 1e-6, 0.999)
    return log2(share / (1 - share))


def _widest(group: Group) -> Holding:
    """What one is, has or pays with that most members share."""
    covers = [group.held(family, by=lambda each: each.cover) for family in group.others()]
    covers = [each for each in covers if not are_models(each, group)]
    return max(covers, key=lambda each: each.cover, default=NOTHING)


def _staying_apart(group: Group) -> tuple[float | None, str]:
    """Cells that do not cross, each with its own card, device or domain: a firm's branches, as their plans would tell.

    Two operators in a hundred keep their cells so far apart; of branches, franchises and a vendor's firms nearly all.
    Whoever lives for days only has no branch, and branches do not come at once.
    """
    cards, place = (group.held(family, by=lambda each: each.cover) for family in (PAYMENT, NETWORK))
    domains = group.of_type(MAIL_DOMAIN)
    homes = domains if domains.n_values else cards
    of_each = cards.accounts_to_each(group.size)
    told = (
        (
            group.apart,
            float(homes.n_values >= FIRMS),
            "beyond chance, {} of the pairs who share any one kind of a part's values have one domain or card",
        ),
        (
            group.housed,
            ramp(of_each, *_A_FEW) * (min(cards.n_values, place.n_values) >= FIRMS),
            "beyond chance, {} of those with whom a member shares a part's card share an address too",
        ),
    )
    known = [each for each in told if not isnan(each[0])]
    if not known:
        return None, f"how far the parts of the group stay apart {FOR_WANT_OF_PARTS}"
    alike, are_parts, because = max(known, key=lambda each: (of_most(each[0]) * each[1], each[0]))
    weight = -4.0 * stays(group) * grew(group) * of_most(alike) * are_parts
    whose = "the people of a branch do" if are_parts > 0 else "those of two or three parts do, or of very small ones"
    return weight, f"{because.format(percent(alike))}, as {whose}"


_A_FEW = 4, 6
"""Accounts to a card up to which who shares it may share all that he has, and from which on it is a branch's."""


def _lasts(group: Group) -> float:
    """How far half of the accounts are known to have been there for a week, and not a trial of some days."""
    return 0.0 if isnan(group.life) else ramp(group.life, LASTING / 2, LASTING)
