"""The parts of the score that speak of many values where an honest group has few.

Whoever must not be recognised varies what he has, and then owns it; an honest group has no cause to. Each part takes
back what a roof, a branch, a firm or a couple explains.
"""

from __future__ import annotations

from math import isnan, log2
from operator import itemgetter
from typing import TYPE_CHECKING

from graphlink.model.families import DEVICE, MAIL_DOMAIN, NETWORK, OF_ORGANISATIONS, PAYMENT, RECOMMENDING, REFERRAL
from graphlink.rings.group import (
    NOTHING,
    accounts_in_words,
    are_models,
    at_one_desk,
    borrowed,
    came_gradually,
    came_one_by_one,
    counted,
    dealt_out,
    dominance,
    few_texts,
    in_branches,
    joined,
    nothing_else_goes_round,
    of_a_payer,
    of_families,
    of_most,
    of_nearly_all,
    on_all_of_few,
    one_name,
    opened_one_by_one,
    private_text,
    ramp,
    stays,
    varied,
    variety,
    what,
)
from graphlink.words.sentences import percent

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from graphlink.rings.group import Group, Holding

_NOTICED = 0.1
"""Share of a part's points from which on it is said that a roof or a branch took it."""

_THEIRS = 0.2
"""Share of those at the shared addresses who are members, below which the addresses are less and less the group's."""

_ROOFED = "of those with whom a member shares a part's device, {} share an address too, beyond chance"

_SETTLED = "nearly all who share one share an address too, as a reseller's clients do"
_CAME_ALONE = "accounts that came one by one or long ago"
_UNSETTLED = "they came one by one or long ago, and no addresses tell them from a reseller's clients"
_UNKNOWN = "neither addresses nor creation times tell them from a reseller's clients"

_OF_FIRMS, _OF_BRANCHES = ", but each firm has its own", ", but each branch has its own"

_OF_CLIENTS = ", but nearly all who share a mail domain share a card, as clients of one who pays for them do"

_SEVERAL_PAYERS = ", but an organisation of one name may have several payers"

_PAYS_FOR_ALL = ", but so few for so many are those of one who pays for his people or clients"

_OF_FAMILIES = ", but a card for two or three, on some of those at an address or two, is a family's or a team's"

_HOUSED = "nearly all who share a card share an address too"

_DESK = 8
"""Accounts to a device that shifts or a family may come to."""


def parts_of_breadth(group: Group) -> Iterator[tuple[str, float | None, str]]:
    """Name, log-odds (None where the part abstains) and reason of each part."""
    broad = tuple(_breadth(group))
    yield from broad
    yield "in twos and threes", *_among_couples(group, sum(weight or 0.0 for _, weight, _ in broad))
    yield "crowded devices", *_crowding(group)


def _breadth(group: Group) -> Iterator[tuple[str, float | None, str]]:
    """The parts that couples and colleagues would have, too, each in a home of its own."""
    payment = group.held(PAYMENT, by=lambda each: each.breadth(0.5, 3))
    of_clients = (of_nearly_all(group.keyed), _OF_CLIENTS)
    each_its_own = max((_of_firms(group), _OF_FIRMS), (in_branches(group), _OF_BRANCHES), of_clients, key=itemgetter(0))
    of_helpers = one_name(group) * ramp(payment.effective, 6, 4)
    of_payers = (of_helpers, _SEVERAL_PAYERS), (of_a_payer(payment, group), _PAYS_FOR_ALL), _in_families(payment, group)
    taken, by = max(each_its_own, *of_payers, key=itemgetter(0))
    because = variety(payment, "a company pays with one")
    if payment.n_values > 1 and taken >= _NOTICED:
        because += by
    yield "many cards", 1.5 * payment.breadth(0.5, 2) * (1 - taken), because
    yield "many names", *_names(group, _name(group, by=lambda each: _worth(each) * each.breadth(1, 3)))
    yield "many shared devices", *_passing_round(group)
    yield "many shared addresses", *_wandering(group)
    yield "dozens of two kinds", *_in_dozens(group)
    cards = group.held(PAYMENT, by=_beyond_a_payer)
    text = few_texts(group)
    both = _beyond_a_payer(cards) * on_all_of_few(text, group)
    some = f"one {what(text)}" if text.n_values == 1 else f"a few {what(text)}s of their own"
    taken, by = max(
        each_its_own,
        (one_name(group), _SEVERAL_PAYERS),
        (at_one_desk(group), ", but so does a small firm at its one address"),
        (of_a_payer(cards, group), _PAYS_FOR_ALL),
        _in_families(cards, group),
        key=itemgetter(0),
    )
    yield (
        "cards behind one prompt or program",
        3.0 * both * (1 - taken),
        f"whoever has {some if both else 'one prompt or program'} for all and pays with several cards is rare"
        + (by if both and taken >= _NOTICED else ""),
    )


def _in_families(cards: Holding, group: Group) -> tuple[float, str]:
    return of_families(cards, group), _OF_FAMILIES


def _beyond_a_payer(cards: Holding) -> float:
    """Bits of variety beyond the two cards, or three, of one who pays for others: an old one, a new one, a spouse's."""
    return cards.breadth(1, 1)


def _wandering(group: Group) -> tuple[float, str]:
    """Addresses that are the group's own and not a branch's each, which has its machines there.

    A carrier gives its customers many addresses, too. They are one hand's as far as something else ties who is there.
    """
    place = group.held(NETWORK, by=lambda each: each.breadth(3, 4))
    because = variety(place, "an office has one or two, a campus eight")
    if place.n_values and place.owned < _THEIRS:
        because += f", but members are {percent(place.owned)} of who was there"
    at_its_own, branches = stays(group) * _each_at_its_own(group, place), in_branches(group)
    offices = stays(group) * came_gradually(group) * of_nearly_all(group.placed)
    if place.n_values > 1 and max(at_its_own, branches) >= _NOTICED:
        alike = _ROOFED.format(percent(group.roofed)) if at_its_own >= _NOTICED else _HOUSED
        because += f", but {alike}, as in branches"
    elif place.n_values > 1 and offices >= _NOTICED:
        because += ", but nearly all who share one have one mail domain too, as in offices"
    together, broad = ramp(_tied_besides(group), 0.3, 0.5), place.breadth(3, 4)
    if broad and together < 1:
        because += ", but little else ties the members, as with a carrier's customers"
    return 2.0 * broad * _theirs(place) * (1 - max(at_its_own, branches, offices)) * together, because


def _tied_besides(group: Group) -> float:
    """Share of the members whom something of the group's own ties that is no place.

    One text or program does, and what they are, have or pay with beyond the most common of it: the members of a
    cooperative have one payout account, and a carrier. Where much is missing from an export, some are tied by their
    card and others by their mail.
    """
    return max(private_text(group).top_owned, group.besides)


def _theirs(place: Holding) -> float:
    """How far the addresses of a group are its own: less and less where most who are there are others."""
    return ramp(place.owned, 0, _THEIRS)


def _name(group: Group, by: Callable[[Holding], float]) -> Holding:
    """What members are called or told by that has most of something; who recommended them to whom is no name."""
    families = {*group.others()} - {PAYMENT, DEVICE}
    names = (each for each in group.holdings if each.family in families and not each.coarse)
    return max((each for each in names if each.type not in RECOMMENDING), key=by, default=NOTHING)


def _worth(name: Holding) -> float:
    """Log-odds of each bit of variety of names; of codes half."""
    return 1.5 if name.family == REFERRAL else 3.0


def _names(group: Group, identity: Holding) -> tuple[float, str]:
    """Names that cross what members share: the domains of firms do not, and four may be one holding's.

    Domains under one roof may be those of an agency's clients or a building's tenants, and count half. So do other
    names where one card pays for all: the number plates of a fleet. So do codes of coupons: each cohort of a vendor's
    has its own.
    """
    may_be_holding = identity.type == MAIL_DOMAIN and isnan(group.organisation_plans)
    apart = _of_firms(group) if identity.type == MAIL_DOMAIN else 0.0
    one = "a company has one domain" if identity.type in {MAIL_DOMAIN, ""} else "an honest group has one in common"
    because = variety(identity, "a holding has up to four domains" if may_be_holding else one)
    if apart:
        told, whose = (group.nested, "cards or the like") if isnan(group.apart) else (group.apart, "other values")
        alike = f"beyond chance {percent(told)} of the pairs who share {whose} have one domain"
        because += f", but {alike}, as at firms"
    place = group.held(NETWORK, by=lambda each: each.cover)
    under_roof = stays(group) * _at_few(place)
    if identity.type != MAIL_DOMAIN:
        under_roof *= of_most(group.held(PAYMENT, by=lambda each: each.top).top)
    if under_roof >= _NOTICED:
        because += f", but one roof's may be of its clients: of addresses, {counted(place)}"
    in_offices = _in_offices(group) if identity.type == MAIL_DOMAIN else 0.0
    if in_offices >= _NOTICED:
        because += ", but " + (_SETTLED if group.has_places else _UNKNOWN if isnan(group.rush) else _UNSETTLED)
    institutional = 0.0 if identity.type != MAIL_DOMAIN or isnan(group.reserved) else ramp(group.reserved, 0.2, 0.5)
    if identity.n_values > 1 and institutional >= _NOTICED:
        known = f"{percent(group.reserved)} of those with a known domain"
        because += f", but {known} have one that only governments, schools and the like get"
    if identity.n_values > 1 and identity.family == REFERRAL:
        because += "; but codes are handed out, and whoever does that has several"
    weight = _worth(identity) * identity.breadth(2 if may_be_holding else 1, 3)
    return weight * (1 - max(apart, in_offices, institutional)) * (1 - under_roof / 2), because


def _in_offices(group: Group) -> float:
    """How far each domain may be a client's of its own, who came one by one: nearly all who share it share an address.

    Where an export has no addresses, and it is known that the accounts came one by one, nothing tells them from these;
    where that is not known either, they are as likely as not. That cards cross the domains tells nothing: the
    departments of a group of companies have theirs in common across its companies.
    """
    without_places = 0.5 if isnan(group.rush) else 1.0
    settled = of_nearly_all(group.settled) if group.has_places else without_places
    return stays(group) * came_gradually(group) * settled


_HAVE_DOMAINS = 0.5, 0.75
"""Share of the members who have a mail domain of the group's from which on they may be firms', and surely have."""


def _of_firms(group: Group) -> float:
    """How far all that its members share beyond what many do stays within mail domains, as at firms.

    Of a few firms nothing may be left to tell that of: then what is told of cards and the like, as far as most members
    have a domain. Of a hydra's a third do, and the few of these who are seen with a card tell nothing of the others.
    """
    domain = group.of_type(MAIL_DOMAIN)
    if isnan(group.apart):
        return of_most(group.nested) * ramp(domain.cover, *_HAVE_DOMAINS)
    return of_most(group.apart) if domain.n_values else 0.0


_DOZENS = 4, 5
"""Bits of variety of either kind from which on there are dozens, sixteen, and surely are, thirty-two."""


def _in_dozens(group: Group) -> tuple[float | None, str]:
    """Dozens of names and of cards, or of devices, that cross, on however few of the members.

    Of a hydra's accounts a third may have a domain of the ring's and a sixth be seen with its cards: each value is on
    hardly anybody, and still no house has so many. A service's customers have, but each house its own, and they come
    over the years; teams at an event have, but each its own.
    """
    if isnan(group.lately):
        return None, joined(group)
    families = (PAYMENT, DEVICE)
    kinds = [group.held(family, by=lambda each: each.effective) for family in families]
    kinds.append(_name(group, by=lambda each: each.effective))
    own = sorted((each for each in kinds if each.owned >= 0.5), key=lambda each: -each.effective)
    if len(own) < 2:
        return 0.0, "no two of cards, devices and names are the members' own"
    one, other = own[:2]
    alike = max(of_most(group.nested), of_most(group.paired), _of_firms(group), in_branches(group))
    because = f"{counted(one)}, and {counted(other)}"
    if other.effective > 2 ** _DOZENS[0]:
        because += "; each house has its own" if alike >= 0.5 else "; no house has dozens of both"
    return 1.5 * ramp(log2(other.effective), *_DOZENS) * (1 - max(alike, came_one_by_one(group))), because


def _among_couples(group: Group, weight: float) -> tuple[float | None, str]:
    """Takes back the weight of what couples and colleagues share, who have all in common, while others are alone.

    Readers of one tutorial have its prompt and its program. However many cards, domains and addresses two or three of
    them share, they are no more than that many homes and desks. An operator's go from hand to hand.
    """
    if isnan(group.coupled):
        return None, (
            "whether couples and colleagues share all that they share cannot be told: too few share anything of a "
            "part's, or all of these are at one address"
        )
    things = group.held(*group.others(), by=lambda each: each.top)  # strangers have none in common
    among = stays(group) * of_most(group.coupled) * ramp(group.scattered, 0.6, 0.75) * ramp(things.top, 0.4, 0.2)
    because = (
        "of the pairs who share a part's card, device or name and have addresses of parts beyond the widest few, "
        f"{percent(group.coupled)} have the same one beyond chance"
    )
    hardly = (
        f"the widest few of each kind aside, no part's value but texts and programs ties {percent(group.scattered)} of "
        "the members to more than two others"
    )
    return -among * weight, f"{because}; {hardly}"


def _passing_round(group: Group) -> tuple[float, str]:
    """Devices that go from hand to hand. Those that stay under one roof are its furniture: a school's, a ward's.

    A roof has a few addresses, or one that half of the members were seen at. Who lives for days only has no room, nor
    has one hand that deals out cards as well; each machine of a dozen sites stays at its own, whoever pays for whom.
    Two doubts are more than either.
    """
    device = group.held(DEVICE, by=lambda each: each.breadth(1, 3))
    place = group.held(NETWORK, by=lambda each: each.cover)
    dealt, lent, copied = dealt_out(group), borrowed(group), _of_dozens(device, group)
    at_few, at_one = _at_few(place), ramp(place.top, 0.25, 0.5)
    unplaced = 0.0 if group.has_places else came_one_by_one(group) / 2
    how_far, told = max(
        (at_few * (1 - dealt), f"of addresses, {counted(place)}"),
        (at_one * (1 - dealt), f"of addresses, {dominance(place)}"),
        (_each_at_its_own(group, place), _ROOFED.format(percent(group.roofed))),
        (unplaced * (1 - dealt), "addresses are not known, and of those who came one by one it may be half"),
        key=itemgetter(0),
    )
    under_roof = stays(group) * how_far
    because = variety(device, "colleagues do not pass many devices round")
    if device.n_values > 1 and copied >= max(_NOTICED, lent, under_roof):
        bearers = accounts_in_words(device.accounts_to_each(group.size))
        because += f", but what {bearers} each bear that came one by one is an image"
    elif device.n_values > 1 and lent >= max(_NOTICED, under_roof):
        alone = _CAME_ALONE if not isnan(group.rush) else "them, and it is not known how they came"
        because += f", but nothing else goes round among {alone}, as with what is lent or sold on"
    elif device.n_values > 1 and under_roof >= _NOTICED:
        because += f", but machines of a room are everybody's there: {told}"
    elif device.n_values > 1 and dealt * max(at_few, at_one) >= _NOTICED:
        because += ", and in no room is what people pay with, or the like, handed round as well"
    return 2.5 * device.breadth(1, 3) * (1 - under_roof) * (1 - lent) * (1 - copied), because


def _of_dozens(device: Holding, group: Group) -> float:
    """How far each device is on dozens who came one by one and share nothing of their own: a cloud's image, or a kiosk.

    It goes through no hands. A farm's accounts have some names or cards of the farm's as well.
    """
    return (
        came_one_by_one(group)
        * ramp(device.accounts_to_each(group.size), _DESK, 2 * _DESK)
        * nothing_else_goes_round(group)
    )


def _crowding(group: Group) -> tuple[float, str]:
    """Several devices with many accounts each, which go to several addresses: a desk has few, a classroom stays.

    An organisation's machines are alike, and so are the browsers of those who want to be like others, and a cloud's
    machines, whose users come one by one.
    """
    device = group.held(DEVICE, by=lambda each: each.cover)
    if device.n_values < 2:
        return 0.0, "there are not several telling devices with many accounts each"
    place = group.held(NETWORK, by=lambda each: each.cover)
    bearers = device.accounts_to_each(group.size)
    elsewhere = 1.0 if group.has_places else 0.5  # each at an address of its own, or nobody knows
    moves = ramp(log2(place.effective), 1, 2) * _theirs(place) if place.n_values else elsewhere
    crowded = device.cover * ramp(bearers, _DESK, 2 * _DESK) * ramp(log2(device.effective), 0, 1)
    if group.organisation_plans >= OF_ORGANISATIONS or are_models(device, group):
        crowded = 0.0
    addresses = f"{place.n_values:,} telling address{'' if place.n_values == 1 else 'es'}"
    addresses = addresses if group.has_places else "addresses that are not known"
    because = f"{varied(device)}, with about {accounts_in_words(bearers)} to each, at {addresses}"
    return 3.0 * crowded * moves * (1 - came_one_by_one(group)), because


def _at_few(place: Holding) -> float:
    """How far the members are at few addresses, as under a roof: wholly at up to four, not at all from sixteen on."""
    return place.cover * ramp(log2(max(place.effective, 1.0)), 4, 2)


def _each_at_its_own(group: Group, place: Holding) -> float:
    """How far those who share a device share an address too, beyond chance.

    An operator's devices go to his addresses as chance has it; of those of branches two in three stay at one, although
    people take them along. Branches are opened one by one, or, where each has its machines and nothing else goes round,
    all at once: whoever rents a machine and a line for every dozen accounts has them pay, or be called, somehow.
    """
    if isnan(group.roofed) or place.effective <= 1:
        return 0.0
    return max(opened_one_by_one(group), nothing_else_goes_round(group)) * ramp(group.roofed, 0.2, 0.6)
