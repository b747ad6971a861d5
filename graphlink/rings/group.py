"""The facts about a community when it is judged: how it holds its signals, and how its accounts came, live and pay."""

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
    """How a group holds the values of one signal type that describe it; shares run from 0 to 1."""

    type: str
    family: str
    coarse: bool
    """Whether the type names a neighbourhood, as a network or a bank does, or describes people."""
    cover: float
    """Share of the members that have any of the values."""
    top: float
    """Share of the members that have the most common one."""
    top_owned: float
    """Share of the members that have the most common of the values whose accounts are mostly members."""
    n_values: int
    n_own: int
    """Number of the values whose accounts are mostly members."""
    effective: float
    """Number of equally common values with the same variety: Hill's number of order 2 (inverse of Simpson's index)."""
    owned: float
    """Share of the values' accounts that are members."""

    def breadth(self, free: float, most: float) -> float:
        """Bits of variety beyond those of an honest group, times the share of the members that have a value."""
        return self.cover * clip(log2(max(self.effective, 1.0)) - free, 0, most)

    def accounts_to_each(self, size: float) -> float:
        """Members to each value, on average, in a group of this size."""
        return self.cover * size / max(self.effective, 1.0)


def clip(value: float, low: float, high: float) -> float:
    """The value, or the bound that it passes."""
    return min(max(value, low), high)


def ramp(value: float, start: float, full: float) -> float:
    """The position of a value from ``start``, where it counts 0, to ``full``, from where on it counts 1.

    Examples
    --------
    >>> [ramp(share, 0.5, 0.75) for share in (0.3, 0.625, 0.9)]
    [0.0, 0.5, 1.0]
    >>> ramp(3, 4, 2)
    0.5
    """
    return clip((value - start) / (full - start), 0.0, 1.0)


TYING: Final = 0.1
"""Least share of the members that a family ties, for it to count as one of the group's."""

NOTHING = Holding("", "", coarse=False, cover=0, top=0, top_owned=0, n_values=0, n_own=0, effective=0, owned=0)


@dataclass(frozen=True, slots=True)
class Group:
    """The facts about a community: how it holds its signals, and how its accounts came, live and pay."""

    size: int
    """Members, without peripheral ones, but with all that were taken over if most were."""
    burst: float
    """Share of the members who joined within the two fullest weeks."""
    lately: float
    """Share of the members who joined within the two fullest weeks and in the four months before they were last seen:
    older accounts were not opened for this."""
    life: float
    """Median of the days from an account's first sighting to its last. Its creation may be the first, never the last.
    """
    organisation_plans: float
    """Share of the members on a plan that is sold to organisations."""
    disposable: float
    """Share of the members with a disposable mail address, which lasts for an hour."""
    reserved: float
    """Share of the members with a mail domain that only governments, schools, universities and armies get."""
    nested: float
    """Share of the pairs sharing a card, a device or the like that also share one private domain, beyond chance."""
    worded: float
    """Share of the pairs sharing a text that also share one private domain, beyond chance."""
    enrolled: float
    """Share of the members with a private domain who joined within a day of the domain's middle member."""
    apart: float
    """Share of the pairs sharing anything beyond common values that also share one private domain, beyond chance. The
    type with the smallest share counts."""
    housed: float
    """Share of the pairs sharing a card that also share an address, beyond chance, as a mean over members."""
    roofed: float
    """Share of the pairs sharing a device that also share an address, beyond chance, as a mean over members."""
    paired: float
    """Share of the pairs sharing a device that also share a card, or the like, beyond chance, as a mean over members.
    """
    elsewhere: float
    """Share of the members with two devices: one that they share, and one that no other account has."""
    chained: float
    """Share of the members on a chain, where each shares small values of two families with the next and no value is on
    many."""
    holdings: tuple[Holding, ...]
    families: tuple[str, ...]
    """The families that tie at least the share ``TYING`` of the members."""

    def held(self, *families: str, by: Callable[[Holding], float]) -> Holding:
        """The holding of these families with the largest result of ``by``."""
        mine = [each for each in self.holdings if each.family in families and not each.coarse]
        if len(mine) > 1:
            return max(mine, key=by)
        return mine[0] if mine else NOTHING  # as in most of very many groups

    def held_besides(self, *families: str, by: Callable[[Holding], float]) -> Holding:
        """The holding of all other families with the largest result of ``by``."""
        others = (each for each in self.holdings if each.family not in families and not each.coarse)
        return max(others, key=by, default=NOTHING)

    def of_type(self, name: str) -> Holding:
        """The holding of one signal type."""
        return next((each for each in self.holdings if each.type == name), NOTHING)

    def called(self) -> Holding:
        """The name that most members share; a mailbox and a telephone are one person's, and not an organisation's."""
        names = (each for each in self.holdings if each.family == IDENTITY and not each.coarse)
        mine = (each for each in names if each.type not in {MAILBOX, PHONE})
        return max(mine, key=lambda each: each.top, default=NOTHING)

    def others(self) -> tuple[str, ...]:
        """Families other than places, texts and programs: what accounts are, have and pay with."""
        return tuple(sorted({each.family for each in self.holdings} - {NETWORK, CONTENT, CLIENT}))


_DOZENS = 16
"""Accounts to a value of a device, and number of their addresses, from which on it may be a model of many machines."""

_EGRESS = 8
"""As many addresses suffice if most of their accounts are outside the group: a cloud's, whose machines are copies."""

_FEW_MODELS = 3.05
"""Most variety of models, as equally common values: three, and a rest that hardly any account has."""


def are_models(device: Holding, group: Group) -> bool:
    """Whether the devices of a group are models of machine, or builds of a browser, and not single machines.

    One to three values are on dozens of accounts each. These accounts are at dozens of addresses, or at some that are
    mostly others', and no half of them is at one.
    """
    if device.family != DEVICE or device.effective > _FEW_MODELS:
        return False
    if device.cover * group.size <= _DOZENS * device.effective:
        return False
    place = group.held(NETWORK, by=lambda each: each.cover)
    return place.effective >= (_EGRESS if place.owned < 0.5 else _DOZENS) and place.top < 0.5


# --- facts that several rules ask for ---------------------------------------------------------------------------------

_AT_ONCE, _TOGETHER, _ONE_BY_ONE = 1 / 6, 1 / 14, 1 / 28
"""Share of a group in its fullest two weeks if its accounts come evenly within twelve weeks, within half a year, and
over a year and more. Of trial worlds' farms one in twelve came more slowly than the second, most of them with bought
accounts; of honest groups of more than fifty accounts seven in ten did."""


_PLENTY = 200
"""Accounts from which on the fullest fortnight exceeds the average for other reasons than chance."""


def on_all(prompt: Holding) -> float:
    """How far one text or program is on all members: 0 up to four in five."""
    return ramp(prompt.top_owned, 0.8, 1)


_TEAM = 4, 8
"""Accounts to a text: up to the first number it may be a small team's for one project, from the second on it is not."""


def few_texts(group: Group) -> Holding:
    """The prompts or programs where one, or a few, are on most members, and mostly on members."""
    return group.held(CONTENT, CLIENT, by=lambda each: _on_few(each, group))


def _on_few(text: Holding, group: Group) -> float:
    """Share of the members that have one of a few texts of the group's own, each on more than a small team."""
    several = text.cover * ramp(text.owned, 0.5, 0.75) * ramp(text.breadth(0, 4), 3.5, 3)
    several *= ramp(text.accounts_to_each(group.size), *_TEAM)
    return max(text.top_owned, several)


_DOZENS_OF_TEXTS = 5
"""Most bits of variety of the texts that a class, an agency or its clients have of their own: thirty-two texts."""


def varied_text(group: Group) -> Holding:
    """The prompts, or other texts, that members share with the most variety."""
    return group.held(CONTENT, by=lambda each: each.breadth(1, 6))


def scripts(text: Holding) -> float:
    """Bits of variety of the members' own texts beyond what honest people share, up to two."""
    return ramp(text.owned, 0.5, 0.8) * text.breadth(_DOZENS_OF_TEXTS, 2)


def came_one_by_one(group: Group) -> float:
    """How far the accounts came one by one; 0 where creation times are not known."""
    return 0.0 if isnan(group.lately) else ramp(group.lately, _fullest(group, _TOGETHER), _fullest(group, _ONE_BY_ONE))


def grew(group: Group) -> float:
    """How far the accounts did not come at once, as a farm's do; 1 where creation times are not known."""
    return 1.0 if isnan(group.lately) else ramp(group.lately, _fullest(group, _AT_ONCE), _fullest(group, _TOGETHER))


def _fullest(group: Group, share: float) -> float:
    """Estimate the share of the accounts in the fullest two weeks, where two weeks hold ``share`` on average.

    By chance some weeks are fuller than others, and the more so the fewer accounts there are: of 30 accounts that come
    evenly over a year one fortnight holds 15 %, of 200 one holds 7 %. The estimate is the largest of ``2 / share``
    normal draws. In larger groups weeks differ for other reasons.
    """
    return share + sqrt(2 * share * log(2 / share) / clip(group.size, 1, _PLENTY))


_SOME_OF_THEM, _IN_TWOS = (0.75, 0.6), (4, 3)
"""Share of a room's people up to which cards may be those of people who pay for each other; and accounts to a card in a
family."""


def of_families(cards: Holding, group: Group) -> float:
    """How far cards are on two or three accounts each, and on some of those at an address or two: brothers, teams.

    People in a room pay for themselves, or one for two. An operator with a card for every two accounts has one for most
    of them, and other addresses for some.
    """
    if cards.family != PAYMENT:
        return 0.0
    place = group.held(NETWORK, by=lambda each: each.top)
    in_twos = ramp(cards.cover, *_SOME_OF_THEM) * ramp(cards.accounts_to_each(group.size), *_IN_TWOS)
    in_a_room = max(ramp(place.top, 0.6, 0.8), ramp(place.cover, 0.6, 0.8) * ramp(place.effective, 4, 2.5))
    return in_twos * in_a_room * (1 - mail_for_an_hour(group))


def one_name(group: Group) -> float:
    """How far one private domain, and no other, is on a part of the members: an organisation's, which has helpers.

    An operator with domains has several, or one for all.
    """
    domain = group.of_type(MAIL_DOMAIN)
    if domain.top * group.size < MANY:
        return 0.0
    return stays(group) * ramp(domain.effective, 1.5, 1.2) * ramp(domain.top, 0.15, 0.25) * ramp(domain.top, 0.6, 0.5)


def stays(group: Group) -> float:
    """How far half of the accounts stayed for a week, as those of a firm do; 1 where times are not known."""
    return 1.0 if isnan(group.life) else ramp(group.life, 0, LASTING)


def mail_for_an_hour(group: Group) -> float:
    """How far more members have disposable mail than honest people do: one in a hundred of these has."""
    return 0.0 if isnan(group.disposable) else ramp(group.disposable, 0.1, 0.6)


def handed_round(group: Group) -> float:
    """How far many cards and many devices go round, among accounts that were made at once or that share them crosswise.

    An organisation with one domain for all has one payer, and a desk for each person. Of 4,169 honest groups with one
    domain in trial worlds, nine had as much of both as two equally common cards and four devices on all members, and
    none as four and eight. Hot desks and departments' cards do cross, in an office or where people came one by one.
    Rings have hardly any plans for organisations.
    """
    if group.organisation_plans >= OF_ORGANISATIONS:
        return 0.0
    cards = group.held(PAYMENT, by=lambda each: each.breadth(0, 3)).breadth(0, 3)
    devices = group.held(DEVICE, by=lambda each: each.breadth(1, 3)).breadth(1, 3)
    dealt = dealt_out(group) * (1 - max(came_one_by_one(group), in_an_office(group)))
    return max(1 - grew(group), dealt) * ramp(min(cards, devices), 1, 2)


def in_an_office(group: Group) -> float:
    """How far the members sit in an office, with up to four addresses, hardly six, and no single text on most."""
    place = group.held(NETWORK, by=lambda each: each.cover)
    text = group.held(CONTENT, by=lambda each: each.top_owned)
    at_few_doors = ramp(place.cover, 0.5, 0.75) * ramp(place.effective, 6, 4)
    return at_few_doors * ramp(text.top_owned, 0.8, 0.5) * (text.n_values > 0)


def dealt_out(group: Group) -> float:
    """How far several devices, and several cards or the like, are on many members each and cross.

    A department has its machines and its card, and people in a room pay for themselves at shared machines. Of 110 rings
    of trial worlds 69 have less than a tenth in pairs, and 86 less than three tenths.
    """
    if isnan(group.paired):
        return 0.0
    devices = group.held(DEVICE, by=_several)
    things = group.held(*(each for each in group.others() if each not in _NOT_HANDED), by=_several)
    crossing = ramp(min(_several(devices), _several(things)), 0.3, 0.8) * ramp(group.paired, 0.3, 0.1)
    return crossing * (1 - of_families(things, group))


_NOT_HANDED = (DEVICE, IDENTITY, REFERRAL)


def _several(holding: Holding) -> float:
    """Bits of variety beyond three values, up to eight, times the share of the members that have a value."""
    return holding.breadth(log2(3), log2(8 / 3))


# --- in words ---------------------------------------------------------------------------------------------------------

_NOTHING_TELLS: Final = "no value tells"

FOR_WANT_OF_PARTS: Final = "cannot be told, for want of values that are a part's own"
"""Why a share of pairs is not known: no two pairs of members have values that fewer than half of a group have and that
are mostly on members."""

SAID_AGAIN: Final = 1 << 16
"""Different texts that are cached: half a million households need mostly the same ones, and keeping each once takes a
fraction of the memory."""


def what(holding: Holding) -> str:
    """Name the type of a value."""
    return holding.type.replace("_", " ") or "value"


def variety(holding: Holding, usual: str) -> str:
    """Describe the number of values, and what is usual."""
    if holding.n_values < 2:
        return "no variety of telling values: " + usual
    return f"{varied(holding)}; {usual}"


def varied(holding: Holding) -> str:
    """Count the telling values, and add how many equally common ones are as varied, if those are fewer."""
    if round(holding.effective) >= holding.n_values:
        return counted(holding)
    return f"{counted(holding)}, as varied as {holding.effective:,.1f} equally common ones"


def dominance(holding: Holding) -> str:
    """Describe the share of the most common telling value; other shared values do not count."""
    if not holding.top:
        return _NOTHING_TELLS
    return f"the most common telling {what(holding)} is on {percent(holding.top)} of the members"


NOT_COUNTED: Final = ", peripheral ones not counted"
"""Follows the number of a group's accounts in every reason that contains it."""


def accounts_in_words(number: float) -> str:
    """Count accounts."""
    return f"{number:,.0f} account{'' if round(number) == 1 else 's'}"


def counted(holding: Holding) -> str:
    """Count the telling values, and the share of the members that have one."""
    if not holding.n_values:
        return _NOTHING_TELLS
    values = f"{holding.n_values:,} telling value{'' if holding.n_values == 1 else 's'}"
    return f"{values} of {what(holding)} on {percent(holding.cover)} of the members"


def stay(group: Group, bound: str) -> str:
    """Describe how long half of the members stayed, in days to a tenth; ``bound`` is a side."""
    if isnan(group.life):
        return "how long most members were there is not known, or not yet"
    days = f"about {group.life:.1f} days {bound}" if group.life >= 0.05 else "hardly an hour"
    return f"of the members whose stay is known, half were there for {days}"


def joined(group: Group) -> str:
    """Describe the share of the members that joined within two weeks, among those with a known creation time."""
    if isnan(group.burst):
        return "when most members joined is not known"
    because = f"{percent(group.burst)} of the members whose creation time is known joined within two weeks"
    if group.lately < group.burst:
        because += f"; in the four months before they were last seen, {percent(group.lately)} did"
    return because


def on_plans(group: Group) -> str:
    """Describe the share of the members on plans for organisations, among those with a known plan."""
    if isnan(group.organisation_plans):
        return "the plans tell nothing"
    share = percent(group.organisation_plans)
    return f"{share} of the members whose plan is known are on plans sold to organisations"
