"""The traits of a group in, its score out: a sum of named parts, and the honest explanations that were tested.

The parts are log-odds and ask one question: was this group made by one hand? Breadth speaks for it, dominance of one
value against it. Weights were fitted on trial worlds, rounded, and held to signs that have a reason; an honest
explanation that fits wins over any score. Where the export lacks what a part needs, the part abstains.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import isnan, log2
from typing import TYPE_CHECKING, Final, NamedTuple

from graphlink.model import Check, Factor
from graphlink.traits import CLIENT, CONTENT, IDENTITY, LARGEST_HOUSEHOLD, NETWORK

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

COORDINATED = "coordinated"
INCONCLUSIVE = "inconclusive"
HOUSEHOLD = "household"

_POINTS = 6.0
"""Points for one unit of log-odds: even odds are 50, and the scale's ends are odds of one to 4,000."""

_START = -5.0
"""Log-odds of a group before anything is known of it: about one in 150 is coordinated where few are."""

_EVEN = 50.0


class Holding(NamedTuple):
    """How a group holds the values of one signal type; see ``traits.describe_groups``."""

    type: str
    family: str
    coarse: bool
    cover: float
    top: float
    top_owned: float
    n_values: int
    effective: float
    owned: float

    def breadth(self, free: float, most: float) -> float:
        """Bits of variety beyond what an honest group has, for as many members as have a part in it."""
        return self.cover * _within(log2(max(self.effective, 1.0)) - free, 0, most)


def _within(value: float, low: float, high: float) -> float:
    return min(max(value, low), high)


_NOTHING = Holding("", "", coarse=False, cover=0, top=0, top_owned=0, n_values=0, effective=0, owned=0)


@dataclass(frozen=True, slots=True)
class Group:
    """What is known of a community: how it holds its signals, and how its accounts came, live and pay."""

    size: int
    burst: float
    life: float
    organisation_plans: float
    disposable: float
    nested: float
    in_step: float
    holdings: tuple[Holding, ...]
    families: tuple[str, ...]

    def held(self, *families: str, by: Callable[[Holding], float]) -> Holding:
        """The holding of these families that has most of something."""
        mine = [each for each in self.holdings if each.family in families and not each.coarse]
        if len(mine) > 1:
            return max(mine, key=by)
        return mine[0] if mine else _NOTHING  # as in most of very many groups

    def others(self) -> tuple[str, ...]:
        """Families that are neither place nor text nor program: what one is, has and pays with."""
        return tuple(sorted({each.family for each in self.holdings} - {NETWORK, CONTENT, CLIENT}))


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
    score = round(sum(factor.points for factor in factors), 1)
    checks = tuple(_checks(group))
    fitting = [check.explanation for check in checks if check.fits]
    assessment = fitting[0] if fitting else COORDINATED if score >= _EVEN else INCONCLUSIVE
    return Assessment(score, assessment, tuple(factors), checks)


def _factor(name: str, points: float, because: str) -> Factor:
    return _same_factor(name, round(points, 1) + 0.0, because)  # no "-0.0" in a report


_MANY: Final = 1 << 16
"""Different things to say that are remembered: of half a million households most is said again and again, and a value
that is kept once takes a fraction of what they would."""

_same_factor = lru_cache(_MANY)(Factor)
_same_check = lru_cache(_MANY)(Check)


_DESK = 8
"""Accounts to a device that shifts or a family may come to."""

# --- the parts of the score ---------------------------------------------------------------------------------------


def _parts(group: Group) -> Iterator[tuple[str, float | None, str]]:
    """Name, log-odds (None where the part abstains) and reason of each part."""
    payment = group.held("payment", by=lambda each: each.breadth(0.5, 3))
    yield "many cards", 1.5 * payment.breadth(0.5, 3), _variety(payment, "a company pays with one")
    identity = group.held(
        *(family for family in group.others() if family not in ("payment", "device")),
        by=lambda each: each.breadth(1, 3),
    )
    yield "many names", 3.0 * identity.breadth(1, 3), _variety(identity, "a company has one domain")
    device = group.held("device", by=lambda each: each.breadth(1, 3))
    yield (
        "many shared devices",
        2.5 * device.breadth(1, 3),
        _variety(device, "colleagues do not pass many devices round"),
    )
    yield "crowded devices", *_crowding(group)
    network = group.held(NETWORK, by=lambda each: each.breadth(3, 4))
    yield (
        "many shared addresses",
        2.0 * network.breadth(3, 4),
        _variety(network, "an office has one or two, a campus eight"),
    )
    text = group.held(CONTENT, by=lambda each: each.breadth(1, 3))
    yield "many private prompts", 0.3 * text.breadth(1, 3), _variety(text, "paraphrases of one another look like this")

    prompt = group.held(CONTENT, CLIENT, by=lambda each: each.top_owned)
    same = _within(prompt.top_owned - 0.8, 0, 0.2) * 5
    yield (
        "one private prompt or program",
        1.5 * same,
        f"{prompt.top_owned:.0%} of the members use one {_what(prompt)} that hardly anybody else does"
        if prompt.top_owned
        else "no prompt or program that is the group's own is on most members",
    )
    cards = group.held("payment", by=lambda each: each.breadth(0, 1))
    both = min(1.0, cards.breadth(0, 1)) * same
    yield (
        "several cards behind one prompt",
        2.0 * both,
        "whoever has one text for all and pays with several cards is rare",
    )

    yield (
        "short lives",
        None if isnan(group.life) else 2.5 * _within(1 - group.life / 7, 0, 1),
        "the times of the sightings are not known"
        if isnan(group.life)
        else f"half of the members were seen over no more than {group.life:.1f} days",
    )
    throwaway = group.disposable
    yield (
        "throw-away mail",
        None if isnan(throwaway) else 8.0 * _within(throwaway - 0.1, 0, 0.5),
        "the mail domains are not known"
        if isnan(throwaway)
        else f"{throwaway:.0%} of the members have a mail address for an hour; of honest people one in a hundred has",
    )
    yield (
        "created in a burst",
        None if isnan(group.burst) else 0.5 * _within(group.burst - 0.4, 0, 0.5),
        "the creation times are not known"
        if isnan(group.burst)
        else f"{group.burst:.0%} of the members joined within two weeks",
    )
    yield "in step", *_schedule(group)
    yield (
        "size",
        0.2 * _within(log2(max(group.size, 1)) - 5, -2, 4),
        f"{_accounts(group.size)}; small groups coincide more easily",
    )
    yield from _against(group)


def _crowding(group: Group) -> tuple[float, str]:
    """Several devices with many accounts each, which go to several addresses: a desk has few, a classroom stays."""
    device = group.held("device", by=lambda each: each.cover)
    if device.n_values < 2:
        return 0.0, "no several devices with many accounts each"
    place = group.held(NETWORK, by=lambda each: each.cover)
    bearers = device.cover * group.size / device.effective
    moves = _within(log2(place.effective) - 1, 0, 1) if place.n_values else 1.0
    crowded = device.cover * _within(bearers / _DESK - 1, 0, 1) * _within(log2(device.effective), 0, 1)
    addresses = f"{place.n_values:,} shared address{'' if place.n_values == 1 else 'es'}"
    return 3.0 * crowded * moves, f"{_counted(device)}, with about {_accounts(bearers)} to each, at {addresses}"


def _schedule(group: Group) -> tuple[float | None, str]:
    """One hour of the day for all, at several addresses: one schedule runs them. A class sits in one room."""
    if isnan(group.in_step):
        return None, "the times of the sightings are not known to the hour"
    place = group.held(NETWORK, by=lambda each: each.top)
    if not place.n_values:
        return None, "no addresses are shared, so a class cannot be told from a schedule"
    apart = _within(2 * (1 - place.top), 0, 1)
    weight = 2.0 * apart * _within(group.in_step - 0.5, 0, 0.4) / 0.4
    hour = f"{group.in_step:.0%} of the members began with one prompt or program in the same hour of the day"
    return weight, f"{hour}, as a class in one room does; of addresses, {_dominance(place)}"


def _against(group: Group) -> Iterator[tuple[str, float | None, str]]:
    """The parts that speak for honest people."""
    covers = [group.held(family, by=lambda each: each.cover) for family in group.others()]
    widest = max(covers, key=lambda each: each.cover, default=_NOTHING)
    yield (
        "place and text only",
        -2.5 if widest.cover < 0.1 else 0.0,
        "nothing that one is, has or pays with is shared: what a vendor or a network does to its customers"
        if widest.cover < 0.1
        else f"{widest.cover:.0%} of the members are tied by {_what(widest)}",
    )
    payment = group.held("payment", by=lambda each: each.top)
    yield "one card for most", -3.0 * _within(payment.top - 0.5, 0, 0.5), _dominance(payment)
    identity = group.held(IDENTITY, by=lambda each: each.top)
    yield "one domain for most", -3.0 * _within(identity.top - 0.5, 0, 0.5), _dominance(identity)
    plans = group.organisation_plans
    if isnan(plans):
        yield "plans", None, "the plans are not known"
        return
    ordinary = 1.5 * _within(0.1 - plans, 0, 0.1) * 10
    yield (
        "plans",
        ordinary - 2.5 * _within(plans - 0.3, 0, 0.7) / 0.7,
        f"{plans:.0%} of the members are on plans sold to organisations",
    )


def _what(holding: Holding) -> str:
    return holding.type.replace("_", " ") or "value"


def _variety(holding: Holding, usual: str) -> str:
    if holding.n_values < 2:
        return "no variety of shared values: " + usual
    return f"{_counted(holding)}, as varied as {holding.effective:,.1f} equally common ones; {usual}"


def _dominance(holding: Holding) -> str:
    if not holding.top:
        return "none is shared"
    return f"the most common {_what(holding)} is on {holding.top:.0%} of the members"


# --- honest explanations ------------------------------------------------------------------------------------------


_EGRESS = 8
"""Addresses of its own that a vendor sends its customers' requests from, at most, if they were equally common."""

_DOORS = 4
"""Addresses of one roof, at most, if they were equally common."""

_FIRMS = 4
"""Firms under one roof, at least: two or three may be one owner's."""


def _checks(group: Group) -> Iterator[Check]:
    """The honest explanations, the most telling first."""
    domain = group.held(IDENTITY, by=lambda each: each.top)
    card = group.held("payment", by=lambda each: each.top)
    place = group.held(NETWORK, by=lambda each: each.top)
    prompt = group.held(CONTENT, by=lambda each: each.top)
    device = group.held("device", by=lambda each: each.breadth(0, 3))
    payment = group.held("payment", by=lambda each: each.breadth(0, 3))
    names = group.held(IDENTITY, by=lambda each: each.breadth(0, 3))
    plans = group.organisation_plans
    sold_to_people = plans < 0.2  # False where the plans are not known
    varied = device.breadth(0, 3) >= 0.5 or payment.effective > 4
    stays = group.life >= 7 and group.burst < 0.8  # False where the times are not known
    throwaway = group.disposable >= 0.5

    course = domain.top >= 0.4 and prompt.top >= 0.4 and card.cover < 0.2 and not sold_to_people
    yield _same_check(
        "course",
        fits=course,
        because=f"one domain on {domain.top:.0%} and one prompt on {prompt.top:.0%} of the members, shared cards on "
        f"{card.cover:.0%}; {_plans(plans)}",
    )
    yield _same_check(
        "organisation",
        fits=(domain.top >= 0.5 or (card.top >= 0.5 and plans >= 0.5) or (plans >= 0.8 and card.cover >= 0.8))
        and (not (varied or sold_to_people) or (stays and (not sold_to_people or card.top >= 0.5)))
        and (isnan(group.life) or group.life >= 7),
        because=f"{_dominance(domain)}; of cards, {_dominance(card)}; {_plans(plans)}; {_life(group.life)}",
    )
    yield _same_check(
        "tenants",
        fits=names.n_values >= _FIRMS
        and names.cover >= 0.5
        and domain.top <= 1 / 3
        and not group.nested < 0.5
        and place.cover >= 0.5
        and place.effective <= _DOORS
        and card.top < 0.5
        and prompt.top_owned < 0.5
        and not throwaway,
        because=f"of names, {_counted(names)}; of addresses, {_counted(place)}; {_nested(group.nested)}",
    )
    yield _same_check(
        HOUSEHOLD,
        fits=group.size <= LARGEST_HOUSEHOLD and payment.effective <= 2,
        because=f"{_accounts(group.size)}; a household has at most {LARGEST_HOUSEHOLD}, and one or two cards",
    )
    yield _same_check(
        "agency",
        fits=card.top >= 0.5
        and payment.effective <= 2
        and device.breadth(0, 3) < 0.5
        and (place.top >= 0.3 or not place.n_values)
        and prompt.top_owned < 0.8
        and not throwaway,
        because=f"of cards, {_dominance(card)}; of addresses, {_dominance(place)}; clients differ in what they ask: of "
        f"prompts, {_dominance(prompt)}",
    )
    few_names = names.breadth(0, 3) < 0.3 and payment.breadth(0, 3) < 0.3 and device.breadth(0, 3) < 0.3
    yield _same_check(
        "event",
        fits=None
        if isnan(group.burst)
        else group.burst >= 0.8
        and place.top >= 0.5
        and few_names
        and domain.top < 0.4
        and card.top < 0.4
        and not throwaway,
        because="the creation times are not known"
        if isnan(group.burst)
        else f"{group.burst:.0%} joined within two weeks; of addresses, {_dominance(place)}",
    )
    yield _same_check(
        "platform",
        fits=few_names
        and domain.top < 0.4
        and card.top < 0.4
        and max(place.top, prompt.top) >= 0.3
        and not throwaway
        and not (place.effective > _EGRESS and place.owned >= 0.5 and place.cover >= 0.5),
        because=f"one prompt on {prompt.top:.0%} and one address on {place.top:.0%} of the members, a vendor's to give "
        f"while its addresses are few or others' too; of names, cards and devices they share little ({names.cover:.0%},"
        f" {payment.cover:.0%}, {device.cover:.0%})",
    )
    yield _same_check(
        "shared network",
        fits=set(group.families) <= {NETWORK, CLIENT},
        because="tied by " + (", ".join(group.families) or "nothing") + "; a carrier or a VPN ties by addresses alone",
    )


def _accounts(number: float) -> str:
    return f"{number:,.0f} account{'' if round(number) == 1 else 's'}"


def _counted(holding: Holding) -> str:
    if not holding.n_values:
        return "none is shared"
    values = f"{holding.n_values:,} shared value{'' if holding.n_values == 1 else 's'}"
    return f"{values} of {_what(holding)} on {holding.cover:.0%} of the members"


def _nested(nested: float) -> str:
    if isnan(nested):
        return "nobody who has one of these shares anything else"
    return f"of those who share a card or a device, {nested:.0%} share the domain too"


def _plans(plans: float) -> str:
    return "plans not known" if isnan(plans) else f"{plans:.0%} on plans for organisations"


def _life(life: float) -> str:
    return "times not known" if isnan(life) else f"half seen over {life:.0f} days or more"
