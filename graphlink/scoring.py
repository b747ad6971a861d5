"""The traits of a group in, its score out: a sum of named parts, and the honest explanations that were tested.

The parts are log-odds and ask one question: was this group made by one hand? Breadth speaks for it, dominance of one
value against it. Weights were fitted on trial worlds, rounded, and held to signs that have a reason; an honest
explanation that fits wins over any score. Where the export lacks what a part needs, the part abstains.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import isnan, log2
from typing import TYPE_CHECKING

from graphlink.explanations import OF_ORGANISATIONS, try_explanations
from graphlink.families import CLIENT, CONTENT, IDENTITY, NETWORK
from graphlink.group import (
    NOTHING,
    SAID_AGAIN,
    accounts_in_words,
    are_models,
    counted,
    dominance,
    variety,
    what,
    within,
)
from graphlink.model import Factor

if TYPE_CHECKING:
    from collections.abc import Iterator

    from graphlink.group import Group, Holding
    from graphlink.model import Check

COORDINATED = "coordinated"
INCONCLUSIVE = "inconclusive"

_POINTS = 6.0
"""Points for one unit of log-odds: even odds are 50, and the scale's ends are odds of one to 4,000."""

_START = -5.0
"""Log-odds of a group before anything is known of it: about one in 150 is coordinated where few are."""

_EVEN = 50.0


@dataclass(frozen=True, slots=True)
class Assessment:
    """The outcome for one group."""

    score: float
    assessment: str
    factors: tuple[Factor, ...]
    checks: tuple[Check, ...]


def assess_group(group: Group) -> Assessment:
    """Score a group and test the honest explanations.

    Returns
    -------
    Assessment
        ``score`` from 0 to 100 is the sum of the factors' points. ``assessment`` is the first honest explanation that
        fits; without one, ``coordinated`` from 50 points, below that ``inconclusive``.
    """
    factors = [
        _factor("starting point", _POINTS * _START + _EVEN, "of groups that share this much, few are coordinated")
    ]
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
    assessment = fitting[0] if fitting else COORDINATED if score >= _EVEN else INCONCLUSIVE
    return Assessment(score, assessment, tuple(factors), checks)


def _factor(name: str, points: float, because: str) -> Factor:
    return _same_factor(name, round(points, 1) + 0.0, because)  # no "-0.0" in a report


_same_factor = lru_cache(SAID_AGAIN)(Factor)


_NOTICED = 0.1
"""Share of the points for devices from which on it is said that a roof took it."""

_THEIRS = 0.2
"""Share of those at the shared addresses who are members, below which the addresses are less and less the group's."""

_HARDLY = 0.1
"""Share of the members, below which they hardly share what one is, has or pays with."""

_ROOFED = "of those who share a device, {:.0%} share an address too"

_CAME_TOGETHER, _ONE_BY_ONE = 0.12, 0.07
"""Share of a group that its two fullest weeks hold, from which on it did not come one by one, and up to which it did:
of trial worlds' farms one in twelve has less than the former, most of them of bought accounts, and of honest groups of
more than fifty seven in ten have."""

_DESK = 8
"""Accounts to a device that shifts or a family may come to."""

# --- the parts of the score ---------------------------------------------------------------------------------------


def _parts(group: Group) -> Iterator[tuple[str, float | None, str]]:
    """Name, log-odds (None where the part abstains) and reason of each part."""
    broad = tuple(_breadth(group))
    yield from broad
    yield "in twos and threes", *_among_couples(group, sum(weight for _, weight, _ in broad))
    yield "crowded devices", *_crowding(group)
    text = group.held(CONTENT, by=lambda each: each.breadth(1, 3))
    yield "many private prompts", 0.3 * text.breadth(1, 3), variety(text, "paraphrases of one another look like this")
    prompt = _private_text(group)
    yield (
        "one private prompt or program",
        1.5 * _on_all(prompt),
        f"{prompt.top_owned:.0%} of the members use one {what(prompt)} that hardly anybody else does"
        if prompt.top_owned
        else "no prompt or program that is the group's own is on most members",
    )
    yield (
        "short lives",
        None if isnan(group.life) else 2.5 * within(1 - group.life / 7, 0, 1),
        "the times of the sightings are not known"
        if isnan(group.life)
        else f"half of the members were there no longer than {group.life:.1f} days",
    )
    yield "throw-away mail", *_throwaway(group)
    yield (
        "created in a burst",
        None if isnan(group.burst) else 0.5 * within(group.burst - 0.4, 0, 0.5),
        "the creation times are not known"
        if isnan(group.burst)
        else f"{group.burst:.0%} of the members joined within two weeks",
    )
    yield "in step", *_schedule(group)
    yield (
        "size",
        0.2 * within(log2(max(group.size, 1)) - 5, -2, 4),
        f"{accounts_in_words(group.size)}, peripheral ones not counted; small groups coincide more easily",
    )
    yield from _against(group)


def _breadth(group: Group) -> Iterator[tuple[str, float, str]]:
    """The parts that speak of many values where an honest group has few: it has no cause to vary what it has."""
    payment = group.held("payment", by=lambda each: each.breadth(0.5, 3))
    of_firms = _of_firms(group)
    each_its_own = ", but each firm has its own" if of_firms else ""
    cards_cross = 1.5 * payment.breadth(0.5, 3) * (1 - of_firms)
    yield "many cards", cards_cross, variety(payment, "a company pays with one") + each_its_own
    identity = group.held(
        *(family for family in group.others() if family not in ("payment", "device")),
        by=lambda each: each.breadth(1, 3),
    )
    yield "many names", *_names(group, identity)
    yield "many shared devices", *_passing_round(group)
    yield "many shared addresses", *_wandering(group)
    cards = group.held("payment", by=lambda each: each.breadth(0, 1))
    both = min(1.0, cards.breadth(0, 1)) * _on_all(_private_text(group))
    yield (
        "several cards behind one prompt",
        2.0 * both * (1 - of_firms),
        "whoever has one text for all and pays with several cards is rare" + each_its_own,
    )


def _wandering(group: Group) -> tuple[float, str]:
    """Addresses that are the group's own and not a branch's each, which has its machines there."""
    place = group.held(NETWORK, by=lambda each: each.breadth(3, 4))
    because = variety(place, "an office has one or two, a campus eight")
    if place.owned < _THEIRS:
        because += f", but members are {place.owned:.0%} of who was there"
    in_branches = _stays(group) * _each_at_its_own(group, place)
    if place.n_values > 1 and in_branches >= _NOTICED:
        because += f", but {_ROOFED.format(group.roofed)}, as in branches"
    return 2.0 * place.breadth(3, 4) * _theirs(place) * (1 - in_branches), because


def _theirs(place: Holding) -> float:
    """How far the addresses of a group are its own: less and less where most who are there are others."""
    return within(place.owned / _THEIRS, 0, 1)


def _private_text(group: Group) -> Holding:
    """The prompts or programs of which one is on most members and on hardly anybody else."""
    return group.held(CONTENT, CLIENT, by=lambda each: each.top_owned)


def _on_all(prompt: Holding) -> float:
    """How far one text or program is on all members: not at all up to four in five."""
    return within(prompt.top_owned - 0.8, 0, 0.2) * 5


def _names(group: Group, identity: Holding) -> tuple[float, str]:
    """Names that cross what members share: the domains of firms do not, and four may be one holding's.

    Those under one roof may be an agency's clients or a building's tenants, and count half.
    """
    if identity.type != "email_domain":
        return 3.0 * identity.breadth(1, 3), variety(identity, "a company has one domain")
    plans_known = not isnan(group.organisation_plans)
    apart = _of_firms(group)
    because = variety(identity, "a company has one domain" if plans_known else "a holding has up to four domains")
    if apart:
        because += f", but {group.apart:.0%} of those who share anything else have one domain, as at firms"
    place = group.held(NETWORK, by=lambda each: each.cover)
    under_roof = _stays(group) * _at_few(place)
    if under_roof >= _NOTICED:
        because += f", but one roof's may be of its clients: of addresses, {dominance(place)}"
    return 3.0 * identity.breadth(1 if plans_known else 2, 3) * (1 - apart) * (1 - under_roof / 2), because


def _of_firms(group: Group) -> float:
    """How far all that its members share beyond what many do stays within mail domains, as at firms."""
    if isnan(group.apart) or not group.of_type("email_domain").n_values:
        return 0.0
    return _of_most(group.apart)


def _among_couples(group: Group, weight: float) -> tuple[float | None, str]:
    """Takes back the weight of what couples and colleagues share, who have all in common, while others are alone.

    Readers of one tutorial have its prompt and its program. However many cards, domains and addresses two or three of
    them share, they are no more than that many homes and desks. An operator's go from hand to hand.
    """
    if isnan(group.coupled):
        return None, "too few share anything that they are, have or pay with"
    among = _stays(group) * _of_most(group.coupled) * within(group.scattered - 0.6, 0, 0.15) / 0.15
    because = f"of those who share a card, a device or a name, {group.coupled:.0%} share an address too"
    hardly = f"nothing but texts and programs ties {group.scattered:.0%} of the members to more than two others"
    return -among * weight, f"{because}, and {hardly}"


def _passing_round(group: Group) -> tuple[float, str]:
    """Devices that go from hand to hand. Those that stay under one roof are its furniture: a school's, a ward's.

    A roof has a few addresses, or one that half of the members were seen at. Who lives for days only has no room.
    """
    device = group.held("device", by=lambda each: each.breadth(1, 3))
    place = group.held(NETWORK, by=lambda each: each.cover)
    one_each = _each_at_its_own(group, place)
    under_roof = _stays(group) * max(_at_few(place), within(4 * place.top - 1, 0, 1), one_each)
    because = variety(device, "colleagues do not pass many devices round")
    if device.n_values > 1 and under_roof >= _NOTICED:
        told = _ROOFED.format(group.roofed) if one_each else f"of addresses, {dominance(place)}"
        because += f", but machines of a room are everybody's there: {told}"
    return 2.5 * device.breadth(1, 3) * (1 - under_roof), because


def _crowding(group: Group) -> tuple[float, str]:
    """Several devices with many accounts each, which go to several addresses: a desk has few, a classroom stays.

    An organisation's machines are alike, and so are the browsers of those who want to be like others, and a cloud's
    machines, whose users come one by one.
    """
    device = group.held("device", by=lambda each: each.cover)
    if device.n_values < 2:
        return 0.0, "no several devices with many accounts each"
    place = group.held(NETWORK, by=lambda each: each.cover)
    bearers = device.cover * group.size / device.effective
    moves = within(log2(place.effective) - 1, 0, 1) * _theirs(place) if place.n_values else 1.0
    crowded = device.cover * within(bearers / _DESK - 1, 0, 1) * within(log2(device.effective), 0, 1)
    if group.organisation_plans >= OF_ORGANISATIONS or are_models(device, group):
        crowded = 0.0
    addresses = f"{place.n_values:,} shared address{'' if place.n_values == 1 else 'es'}"
    because = f"{counted(device)}, with about {accounts_in_words(bearers)} to each, at {addresses}"
    return 3.0 * crowded * moves * (1 - _one_by_one(group)), because


def _throwaway(group: Group) -> tuple[float | None, str]:
    """Mail for an hour. It is half as much where only places and texts are shared: who hides has such mail, too."""
    share = group.disposable
    if isnan(share):
        return None, "the mail domains are not known"
    weight = 8.0 if _widest(group).cover >= _HARDLY else 4.0
    because = f"{share:.0%} of the members have a mail address for an hour; of honest people one in a hundred has"
    return weight * within(share - 0.1, 0, 0.5), because + ("" if weight > 4 else ", and of those who hide many")


def _schedule(group: Group) -> tuple[float | None, str]:
    """One hour of the day for all, at several addresses: one schedule runs them. A class sits in one room."""
    if isnan(group.in_step):
        return None, "the times of the sightings are not known to the hour"
    place = group.held(NETWORK, by=lambda each: each.top)
    if not place.n_values:
        return None, "no addresses are shared, so a class cannot be told from a schedule"
    apart = within(2 * (1 - place.top), 0, 1)
    weight = 2.0 * apart * within(group.in_step - 0.5, 0, 0.4) / 0.4
    hour = f"{group.in_step:.0%} of the members began with one prompt or program in the same hour of the day"
    return weight, f"{hour}, as a class in one room does; of addresses, {dominance(place)}"


def _against(group: Group) -> Iterator[tuple[str, float | None, str]]:
    """The parts that speak for honest people."""
    widest = _widest(group)
    yield (
        "place and text only",
        -2.5 if widest.cover < _HARDLY else 0.0,
        "nothing that one is, has or pays with is shared: what a vendor or a network does to its customers"
        if widest.cover < _HARDLY
        else f"{widest.cover:.0%} of the members are tied by {what(widest)}",
    )
    yield (
        "came one by one",
        None if isnan(group.burst) else -2.5 * _one_by_one(group),
        "the creation times are not known"
        if isnan(group.burst)
        else f"no two weeks hold more than {group.burst:.0%} of the members; customers come over a year or more",
    )
    payment = group.held("payment", by=lambda each: each.top)
    yield "one card for most", -3.0 * within(payment.top - 0.5, 0, 0.5), dominance(payment)
    identity = group.held(IDENTITY, by=lambda each: each.top)
    yield "one domain for most", -(3.0 + 5.0 * _lasts(group)) * within(identity.top - 0.5, 0, 0.5), dominance(identity)
    plans = group.organisation_plans
    if isnan(plans):
        yield "plans", None, "the plans are not known"
        yield "cells that stay apart", *_staying_apart(group)
        return
    ordinary = 1.5 * within(0.1 - plans, 0, 0.1) * 10
    yield (
        "plans",
        ordinary - 4.0 * within(plans - 0.1, 0, 0.3) / 0.3,
        f"{plans:.0%} of the members are on plans sold to organisations",
    )


def _widest(group: Group) -> Holding:
    """What one is, has or pays with that most members share."""
    covers = [group.held(family, by=lambda each: each.cover) for family in group.others()]
    covers = [each for each in covers if not are_models(each, group)]
    return max(covers, key=lambda each: each.cover, default=NOTHING)


def _staying_apart(group: Group) -> tuple[float | None, str]:
    """Cells that do not cross, each with its own card, device or domain: a firm's branches, as their plans would tell.

    Two operators in a hundred keep their cells so far apart; of branches, franchises and a vendor's firms nearly all.
    Whoever lives for days only has no branch.
    """
    told = (
        (group.apart, "beyond what many share, {:.0%} of those who share something have one domain or card too"),
        (group.housed, "of those who share a card, {:.0%} share an address too"),
    )
    known = [each for each in told if not isnan(each[0])]
    if not known:
        return None, "no card or device is a part's"
    alike, because = max(known, key=lambda each: each[0])
    return -4.0 * _stays(group) * _of_most(alike), f"{because.format(alike)}, as the people of a branch do"


def _at_few(place: Holding) -> float:
    """How far the members are at few addresses, as under a roof: wholly at up to four, not at all from sixteen on."""
    return place.cover * within(2 - log2(max(place.effective, 1.0)) / 2, 0, 1)


def _each_at_its_own(group: Group, place: Holding) -> float:
    """How far those who share a device share an address too, beyond what chance does where there are few addresses.

    An operator's devices go to his addresses as chance has it; of those of branches two in three stay at one, although
    people take them along.
    """
    if isnan(group.roofed) or place.effective <= 1:
        return 0.0
    by_chance = 1 / place.effective
    grew = 1.0 if isnan(group.burst) else within(2 - group.burst / _CAME_TOGETHER, 0, 1)
    return grew * within((group.roofed - by_chance) / (1 - by_chance) - 0.2, 0, 0.4) / 0.4


def _of_most(share: float) -> float:
    """How far a share of pairs is that of most of them: not at all up to a half, and wholly from four fifths on."""
    return within(share - 0.5, 0, 0.3) / 0.3


def _one_by_one(group: Group) -> float:
    """How far the accounts are known to have come one by one."""
    spread = (_CAME_TOGETHER - group.burst) / (_CAME_TOGETHER - _ONE_BY_ONE)
    return 0.0 if isnan(spread) else within(spread, 0, 1)


def _lasts(group: Group) -> float:
    """How far half of the accounts are known to have been there for a week, and not a trial of some days."""
    return 0.0 if isnan(group.life) else within(2 * _stays(group) - 1, 0, 1)


def _stays(group: Group) -> float:
    """How far half of the accounts were there as long as those of a firm are, a week; 1 where times are not known."""
    return 1.0 if isnan(group.life) else within(group.life / 7, 0, 1)
