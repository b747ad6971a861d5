"""What is known of a community when it is judged: how it holds its signals, and how its accounts came, live and pay."""

from __future__ import annotations

from dataclasses import dataclass
from math import isnan, log, log2, sqrt
from typing import TYPE_CHECKING, Final, NamedTuple

from graphlink.model.families import (
    CLIENT,
    CONTENT,
    DEVICE,
    IDENTITY,
    LASTING,
    MAIL_DOMAIN,
    MAILBOX,
    MANY,
    NETWORK,
    OF_ORGANISATIONS,
    PAYMENT,
    PHONE,
    REFERRAL,
)
from graphlink.words.sentences import percent

if TYPE_CHECKING:
    from collections.abc import Callable


class Holding(NamedTuple):
    """How a group holds the values of one signal type that tell something of it; shares run from 0 to 1."""

    type: str
    family: str
    coarse: bool
    """Whether the type names a neighbourhood, as a network or a bank does, or describes people."""
    cover: float
    """Share of the members who bear one of the values."""
    top: float
    """Share of the members who bear the most common one."""
    top_owned: float
    """The same of the most common one that mostly members bear."""
    n_values: int
    n_own: int
    """How many of them mostly members bear."""
    effective: float
    """How many equally common values would be as varied: Hill's number of order 2, the inverse of Simpson's index."""
    owned: float
    """Share of those who bear the values who are members."""

    def breadth(self, free: float, most: float) -> float:
        """Bits of variety beyond what an honest group has, for as many members as have a part in it."""
        return self.cover * clip(log2(max(self.effective, 1.0)) - free, 0, most)

    def accounts_to_each(self, size: float) -> float:
        """Members to each of the values, about, of a group of so many."""
        return self.cover * size / max(self.effective, 1.0)


def clip(value: float, low: float, high: float) -> float:
    """The value, or the bound that it passes."""
    return min(max(value, low), high)


def ramp(value: float, start: float, full: float) -> float:
    """How far a value has gone from ``start``, where it counts nothing, to ``full``, from where on it counts wholly.

    Examples
    --------
    >>> [ramp(share, 0.5, 0.75) for share in (0.3, 0.625, 0.9)]
    [0.0, 0.5, 1.0]
    >>> ramp(3, 4, 2)
    0.5
    """
    return clip((value - start) / (full - start), 0.0, 1.0)


TYING: Final = 0.1
"""Share of the members that a family ties, for it to count as one of the group's."""

NOTHING = Holding("", "", coarse=False, cover=0, top=0, top_owned=0, n_values=0, n_own=0, effective=0, owned=0)


@dataclass(frozen=True, slots=True)
class Group:
    """What is known of a community: how it holds its signals, and how its accounts came, live and pay."""

    size: int
    """Members, without those at the edge, and with all who were taken over where most were."""
    burst: float
    """Share who joined within the two fullest weeks."""
    lately: float
    """Share who did so in the four months before they were last seen: who came earlier was not opened for this."""
    life: float
    """Days from an account's first sighting to its last: the median. Its creation may be the first, never the last."""
    organisation_plans: float
    """Share on a plan that is sold to organisations."""
    disposable: float
    """Share with a mail address for an hour."""
    reserved: float
    """Share with one at a domain that only governments, schools, universities and armies get."""
    nested: float
    """Of the pairs who share a card, a device or the like, the share who have one private domain too, beyond chance."""
    worded: float
    """The same of those who share a text."""
    enrolled: float
    """Share of those with a private domain who joined within a day of the middle one of it."""
    apart: float
    """The same of those who share anything beyond what many do, in the type of which it is said least."""
    housed: float
    """Of those with whom a member shares a card, the share with whom he has an address in common too, beyond chance."""
    roofed: float
    """Of those with whom he shares a device, the share with whom he has an address in common too, beyond chance."""
    paired: float
    """Of these the share with whom he has in common what they pay with, or the like, beyond chance."""
    elsewhere: float
    """Share who have, beside a device that they share, one that is nobody else's."""
    chained: float
    """Share on a chain, where each shares small values of two families with the next and nothing is on many."""
    holdings: tuple[Holding, ...]
    families: tuple[str, ...]
    """Those that tie as many members as ``TYING`` says, or more."""

    def held(self, *families: str, by: Callable[[Holding], float]) -> Holding:
        """The holding of these families that has most of something."""
        mine = [each for each in self.holdings if each.family in families and not each.coarse]
        if len(mine) > 1:
            return max(mine, key=by)
        return mine[0] if mine else NOTHING  # as in most of very many groups

    def held_besides(self, *families: str, by: Callable[[Holding], float]) -> Holding:
        """The holding of no such family that has most of something."""
        others = (each for each in self.holdings if each.family not in families and not each.coarse)
        return max(others, key=by, default=NOTHING)

    def of_type(self, name: str) -> Holding:
        """The holding of one signal type."""
        return next((each for each in self.holdings if each.type == name), NOTHING)

    def called(self) -> Holding:
        """What most members are called alike; a mailbox and a telephone are one person's, and no organisation's."""
        names = (each for each in self.holdings if each.family == IDENTITY and not each.coarse)
        mine = (each for each in names if each.type not in {MAILBOX, PHONE})
        return max(mine, key=lambda each: each.top, default=NOTHING)

    def others(self) -> tuple[str, ...]:
        """Families that are neither place nor text nor program: what one is, has and pays with."""
        return tuple(sorted({each.family for each in self.holdings} - {NETWORK, CONTENT, CLIENT}))


_DOZENS = 16
"""Accounts to a value of a device, and addresses of theirs, from which on it may be what many machines say."""

_EGRESS = 8
"""As many addresses suffice where most who are there are none of the group: a cloud's, whose machines are copies."""

_FEW_MODELS = 3.05
"""How varied models are at most: as three equally common values, whatever hardly anybody else has beside them."""


def are_models(device: Holding, group: Group) -> bool:
    """Whether the devices of a group are models of machine, or builds of a browser, and no machines.

    One to three values are on dozens of accounts each, who sit at dozens of addresses, or at some that are mostly
    others', and no half of them at one.
    """
    if device.family != DEVICE or device.effective > _FEW_MODELS:
        return False
    if device.cover * group.size <= _DOZENS * device.effective:
        return False
    place = group.held(NETWORK, by=lambda each: each.cover)
    return place.effective >= (_EGRESS if place.owned < 0.5 else _DOZENS) and place.top < 0.5


# --- facts that several rules ask for ---------------------------------------------------------------------------------

_AT_ONCE, _TOGETHER, _ONE_BY_ONE = 1 / 6, 1 / 14, 1 / 28
"""Share of a group that two weeks hold where its accounts come evenly within twelve weeks, within half a year, and over
a year and more. Of trial worlds' farms one in twelve came more slowly than the second, most of them of bought accounts,
and of honest groups of more than fifty seven in ten."""


_PLENTY = 200
"""Accounts of which the fullest fortnight tells more than chance."""


def on_all(prompt: Holding) -> float:
    """How far one text or program is on all members: not at all up to four in five."""
    return ramp(prompt.top_owned, 0.8, 1)


_TEAM = 4, 8
"""Accounts to a text up to which it may be that of one project of a small team, and from which on it is not."""


def few_texts(group: Group) -> Holding:
    """The prompts or programs of which one, or a few, are on most members, and mostly on members."""
    return group.held(CONTENT, CLIENT, by=lambda each: _on_few(each, group))


def _on_few(text: Holding, group: Group) -> float:
    """Share of the members who have one of a few texts of the group's own, each on more than a small team."""
    several = text.cover * ramp(text.owned, 0.5, 0.75) * ramp(text.breadth(0, 4), 3.5, 3)
    several *= ramp(text.accounts_to_each(group.size), *_TEAM)
    return max(text.top_owned, several)


_DOZENS_OF_TEXTS = 5
"""Bits of variety of the texts that a class, an agency or its clients have of their own, at most: thirty-two."""


def varied_text(group: Group) -> Holding:
    """The prompts, or other texts, of which members have most in common."""
    return group.held(CONTENT, by=lambda each: each.breadth(1, 6))


def scripts(text: Holding) -> float:
    """Bits of variety of the members' own texts beyond what honest people have in common, up to two."""
    return ramp(text.owned, 0.5, 0.8) * text.breadth(_DOZENS_OF_TEXTS, 2)


def came_one_by_one(group: Group) -> float:
    """How far the accounts are known to have come one by one."""
    return 0.0 if isnan(group.lately) else ramp(group.lately, _fullest(group, _TOGETHER), _fullest(group, _ONE_BY_ONE))


def grew(group: Group) -> float:
    """How far the accounts did not come at once, as those of a farm; 1 where creation times are not known."""
    return 1.0 if isnan(group.lately) else ramp(group.lately, _fullest(group, _AT_ONCE), _fullest(group, _TOGETHER))


def _fullest(group: Group, share: float) -> float:
    """Share of the accounts that the fullest two weeks hold, about, where any two hold ``share`` on average.

    By chance some weeks are fuller than others, and by the more the fewer accounts there are: of 30 that come evenly
    over a year one fortnight holds 15 %, of 200 one holds 7 %. So much has the largest of ``2 / share`` normal draws.
    Where there are more, weeks differ for other reasons.
    """
    return share + sqrt(2 * share * log(2 / share) / clip(group.size, 1, _PLENTY))


_SOME_OF_THEM, _IN_TWOS = (0.75, 0.6), (4, 3)
"""Share of a room's people up to which those are some who pay for each other; and accounts to a card in a family."""


def of_families(cards: Holding, group: Group) -> float:
    """How far cards are on two or three accounts each, and on some of those at an address or two: brothers, teams.

    Whoever comes to a room pays for himself, or one for two. An operator who has a card for every two of his accounts
    has one for most of them, and another address for some.
    """
    if cards.family != PAYMENT:
        return 0.0
    place = group.held(NETWORK, by=lambda each: each.top)
    in_twos = ramp(cards.cover, *_SOME_OF_THEM) * ramp(cards.accounts_to_each(group.size), *_IN_TWOS)
    in_a_room = max(ramp(place.top, 0.6, 0.8), ramp(place.cover, 0.6, 0.8) * ramp(place.effective, 4, 2.5))
    return in_twos * in_a_room * (1 - mail_for_an_hour(group))


def one_name(group: Group) -> float:
    """How far one private domain, and no other, is on a part of the members: an organisation's, which has helpers.

    An operator who has domains has several, or one for all.
    """
    domain = group.of_type(MAIL_DOMAIN)
    if domain.top * group.size < MANY:
        return 0.0
    return stays(group) * ramp(domain.effective, 1.5, 1.2) * ramp(domain.top, 0.15, 0.25) * ramp(domain.top, 0.6, 0.5)


def stays(group: Group) -> float:
    """How far half of the accounts were there as long as those of a firm are, a week; 1 where times are not known."""
    return 1.0 if isnan(group.life) else ramp(group.life, 0, LASTING)


def mail_for_an_hour(group: Group) -> float:
    """How far more members than honest people do are known to have mail for an hour: of these one in a hundred has."""
    return 0.0 if isnan(group.disposable) else ramp(group.disposable, 0.1, 0.6)


def handed_round(group: Group) -> float:
    """How far many cards and many devices go round, among accounts that were made at once or crosswise.

    Whoever has one domain for all has one payer, and a desk for each. Of 4,169 honest groups of one domain in trial
    worlds, nine had as much of both as two equally common cards and four devices on all members, and none as four and
    eight. Hot desks and departments' cards do cross, in an office or where people came one by one; and rings have
    hardly any plans for organisations.
    """
    if group.organisation_plans >= OF_ORGANISATIONS:
        return 0.0
    cards = group.held(PAYMENT, by=lambda each: each.breadth(0, 3)).breadth(0, 3)
    devices = group.held(DEVICE, by=lambda each: each.breadth(1, 3)).breadth(1, 3)
    dealt = dealt_out(group) * (1 - max(came_one_by_one(group), in_an_office(group)))
    return max(1 - grew(group), dealt) * ramp(min(cards, devices), 1, 2)


def in_an_office(group: Group) -> float:
    """How far the members sit in an office, with its four doors, hardly six, and no one text runs what they do."""
    place = group.held(NETWORK, by=lambda each: each.cover)
    text = group.held(CONTENT, by=lambda each: each.top_owned)
    at_few_doors = ramp(place.cover, 0.5, 0.75) * ramp(place.effective, 6, 4)
    return at_few_doors * ramp(text.top_owned, 0.8, 0.5) * (text.n_values > 0)


def dealt_out(group: Group) -> float:
    """How far several devices, and several cards or the like, are on many members each and cross.

    A department has its machines and its card, and of a room's machines everybody pays for himself. Of 110 rings of
    trial worlds 69 have less than a tenth in pairs, and 86 less than three tenths.
    """
    if isnan(group.paired):
        return 0.0
    devices = group.held(DEVICE, by=_several)
    things = group.held(*(each for each in group.others() if each not in _NOT_HANDED), by=_several)
    crossing = ramp(min(_several(devices), _several(things)), 0.3, 0.8) * ramp(group.paired, 0.3, 0.1)
    return crossing * (1 - of_families(things, group))


_NOT_HANDED = (DEVICE, IDENTITY, REFERRAL)


def _several(holding: Holding) -> float:
    """Bits of variety beyond three values, up to eight, as far as members have them."""
    return holding.breadth(log2(3), log2(8 / 3))


# --- in words ---------------------------------------------------------------------------------------------------------

_NOTHING_TELLS: Final = "no value tells"

FOR_WANT_OF_PARTS: Final = "cannot be told, for want of values that are a part's own"
"""Why a share of pairs is not known: no two pairs of members bear values that fewer than half of a group bear, and that
mostly members do."""

SAID_AGAIN: Final = 1 << 16
"""Different things to say that are remembered: of half a million households most is said again and again, and a value
that is kept once takes a fraction of what they would."""


def what(holding: Holding) -> str:
    """Name the type of a value."""
    return holding.type.replace("_", " ") or "value"


def variety(holding: Holding, usual: str) -> str:
    """Say how many values there are, and what is usual."""
    if holding.n_values < 2:
        return "no variety of telling values: " + usual
    return f"{varied(holding)}; {usual}"


def varied(holding: Holding) -> str:
    """Count the values that tell, and say how many equally common ones would be as varied, unless as many would."""
    if round(holding.effective) >= holding.n_values:
        return counted(holding)
    return f"{counted(holding)}, as varied as {holding.effective:,.1f} equally common ones"


def dominance(holding: Holding) -> str:
    """Say how far one value goes, of those that tell; what members share besides is not counted."""
    if not holding.top:
        return _NOTHING_TELLS
    return f"the most common telling {what(holding)} is on {percent(holding.top)} of the members"


NOT_COUNTED: Final = ", peripheral ones not counted"
"""What follows the number of a group's accounts in every reason that tells it."""


def accounts_in_words(number: float) -> str:
    """Count accounts."""
    return f"{number:,.0f} account{'' if round(number) == 1 else 's'}"


def counted(holding: Holding) -> str:
    """Count the values that tell, and say on how many members they are."""
    if not holding.n_values:
        return _NOTHING_TELLS
    values = f"{holding.n_values:,} telling value{'' if holding.n_values == 1 else 's'}"
    return f"{values} of {what(holding)} on {percent(holding.cover)} of the members"


def stay(group: Group, bound: str) -> str:
    """Say how long half of the members were there, in the days and tenths in which it is told; ``bound`` is a side."""
    if isnan(group.life):
        return "how long most members were there is not known, or not yet"
    days = f"about {group.life:.1f} days {bound}" if group.life >= 0.05 else "hardly an hour"
    return f"of the members whose stay is known, half were there for {days}"


def joined(group: Group) -> str:
    """Say how many members joined within two weeks, of those of whom it is known."""
    if isnan(group.burst):
        return "when most members joined is not known"
    because = f"{percent(group.burst)} of the members whose creation time is known joined within two weeks"
    if group.lately < group.burst:
        because += f"; in the four months before they were last seen, {percent(group.lately)} did"
    return because


def on_plans(group: Group) -> str:
    """Say how many members are on plans for organisations, of those whose plan is known."""
    if isnan(group.organisation_plans):
        return "the plans tell nothing"
    share = percent(group.organisation_plans)
    return f"{share} of the members whose plan is known are on plans sold to organisations"
