"""Tests the honest explanations of a group: what each requires, whether it fits, and why.

If one fits, it takes more evidence to call the group coordinated. An explanation requires what an honest group of its
kind shares, and that the group does not share what such a group has no reason to share. If the export lacks the
deciding data, the result is unknown.
"""

from __future__ import annotations

from functools import lru_cache
from math import isnan
from typing import TYPE_CHECKING, Final, NamedTuple

from graphlink.model.families import (
    CLIENT,
    CONTENT,
    DEVICE,
    IDENTITY,
    LARGEST_HOUSEHOLD,
    LASTING,
    MAIL_DOMAIN,
    MAILBOX,
    NETWORK,
    OF_ORGANISATIONS,
    PAYMENT,
    VENDOR_ADDRESSES,
)
from graphlink.model.findings import Check
from graphlink.rings.group import (
    FOR_WANT_OF_PARTS,
    NOT_COUNTED,
    SAID_AGAIN,
    accounts_in_words,
    are_models,
    came_one_by_one,
    counted,
    dominance,
    grew,
    handed_round,
    in_an_office,
    joined,
    of_families,
    on_plans,
    scripts,
    stay,
    varied_text,
)
from graphlink.words.sentences import FOUND, listed, percent

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from graphlink.rings.group import Group, Holding

HOUSEHOLD: Final = "household"
ORGANISATION: Final = "organisation"

_AT_ONCE = 0.8
"""Share of the members who joined within two weeks, from which on a group was made at once."""

_DOORS = 4
"""Most addresses of one roof, as equally common ones."""

FIRMS = 4
"""Least number of firms under one roof, or of parts of a firm that stay apart: two or three may be one owner's."""

_MACHINES, _CLIENTS = 8, 3.5
"""Most machines of an agency, as equally common ones; and least accounts to each of its clients' mail domains, on
average. Of 200 trial rings recognised by their domains, one in a hundred has fewer than four accounts to each."""

_TO_A_CARD = 16
"""Least accounts to each of an agency's cards, if it has many: an agency that pays for clients need not ration them."""

_AT_HOUSE = 0.9
"""Least share of the pairs sharing a machine that also share its house's address, and also its name: of a thousand
trial rings none has both."""

_ABOARD = 4
"""Least accounts to a machine. A lone machine beside such a one is not a machine of the same kind that nobody else
used."""

_CARDS = 4
"""Most cards to a firm: of trial worlds' honest tenants none had two to a firm."""

_AMONG_PEOPLE = 0.25
"""Least share of a vendor's customers that belong to firms: the others come alone."""

_HAVE_NAMES, _NAMES = 0.8, 4.2
"""Least share of a holding's people with one of its names; and most names, as equally common ones."""

_SOME = 0.1
"""Share of the members below which shared values may be friends': a couple's domain is no evidence about a group."""

_VARIED, _LITTLE = 3, 0.3
"""Bits of variety above which more variety adds nothing, and below which there is hardly any."""

_FEW_NAMES = "hardly any variety of shared names"
_FEW_CARDS = "hardly any variety of shared cards but those of families and teams in a room"


class _Held(NamedTuple):
    """The holdings that explanations use: the most common of several names, cards, places, texts; the most varied."""

    domain: Holding
    mailbox: Holding
    firms: Holding
    names: Holding
    card: Holding
    cards: Holding
    place: Holding
    prompt: Holding
    device: Holding
    rest: Holding
    in_families: bool
    """Whether cards are those of families and teams among the people of a room."""

    @property
    def few_names(self) -> bool:
        """Whether hardly more than one name is shared."""
        return self.names.breadth(0, _VARIED) < _LITTLE

    @property
    def few_cards(self) -> bool:
        """Whether hardly more than one card is shared, except within families and teams."""
        return self.cards.breadth(0, _VARIED) < _LITTLE or self.in_families


class _Asked(NamedTuple):
    """Whether an explanation fits, and which of its conditions are not met."""

    fits: bool | None
    missing: tuple[str, ...]


_Condition = tuple[bool | None, str]
"""Whether a condition holds, and the condition in words."""

_Found = tuple[_Asked, str]
"""The required conditions, and what was found."""


def try_explanations(group: Group) -> Iterator[Check]:
    """Test the honest explanations, the most specific first."""
    cards = group.held(PAYMENT, by=lambda each: each.breadth(0, _VARIED))
    held = _Held(
        domain=group.called(),
        mailbox=group.of_type(MAILBOX),
        firms=group.of_type(MAIL_DOMAIN),
        names=group.held(IDENTITY, by=lambda each: each.breadth(0, _VARIED)),
        card=group.held(PAYMENT, by=lambda each: each.top),
        cards=cards,
        place=group.held(NETWORK, by=lambda each: each.top),
        prompt=group.held(CONTENT, by=lambda each: each.top),
        device=group.held(DEVICE, by=lambda each: each.breadth(0, _VARIED)),
        rest=group.held_besides(NETWORK, CONTENT, CLIENT, IDENTITY, PAYMENT, DEVICE, by=_own_breadth),
        in_families=of_families(cards, group) >= 0.5,
    )
    for name, explanation in (
        ("course", _course),
        (ORGANISATION, _organisation),
        ("tenants", _tenants),
        (HOUSEHOLD, _household),
        ("shared machines", _shared_machines),
        ("agency", _agency),
        ("event", _event),
        ("platform", _platform),
        ("shared network", _shared_network),
    ):
        asked, because = explanation(group, held)
        if asked.fits is False:
            because = f"it would take {_all_of(asked.missing)}{FOUND}{because}"
        yield _same_check(name, fits=asked.fits, because=because)


def _all_of(missing: Sequence[str]) -> str:
    """Join the missing conditions into one text. A condition with alternatives is marked, so that its end is clear."""
    return "; and ".join(missing) if any("," in each for each in missing) else listed(missing)


_same_check = lru_cache(SAID_AGAIN)(Check)


# --- each of them ------------------------------------------------------------------------------------------------


def _course(group: Group, held: _Held) -> _Found:
    """A class with its teacher's prompt, whose school pays for all."""
    asked = _together(
        (held.domain.top >= 0.4, "one domain for two members in five"),
        (held.prompt.top >= 0.4, "one prompt for two members in five"),
        (held.card.cover < 0.2, "hardly any shared cards"),
        (not _sold_to_people(group), "plans for organisations"),
        (group.size > LARGEST_HOUSEHOLD, "more accounts than a family's"),
        (
            came_one_by_one(group) < 0.5 or group.reserved >= 0.5,
            "accounts that came together, or a domain that only schools and the like get",
        ),
    )
    return asked, (
        f"of values that tell, one domain is on {percent(held.domain.top)} and one prompt on "
        f"{percent(held.prompt.top)} of the members, cards on {percent(held.card.cover)}; {on_plans(group)}; "
        f"{joined(group)}"
    )


def _organisation(group: Group, held: _Held) -> _Found:
    """An organisation: one name or card for all, from any payer. If it has several, it has had them for long."""
    varied = held.device.breadth(0, _VARIED) >= 0.5 or held.cards.effective > 4
    domain, card = held.domain, held.card
    pays = card.cover >= 0.5 and group.organisation_plans >= 0.5
    one_name, of_holding = _has_one_name(group, held, varied=varied), _is_holding(group, held)
    one_payer = None if pays and _goes_round(group, held) else pays
    for_people = _sold_to_people(group)
    one_house = _any((not for_people or card.top >= 0.5 or held.few_names, of_holding))
    lasts = _all((_is_lasting(group), one_house, handed_round(group) < 0.5))
    asked = _together(
        (
            _any((one_name, of_holding, one_payer)),
            (
                "one name for half of the members, or up to four for most who came one by one, or shared cards and "
                "plans for organisations"
            ),
        ),
        (
            _any((not (varied or for_people), lasts)),
            "little variety and plans for organisations, or accounts that did not come at once and stayed",
        ),
        (not (for_people and group.size <= LARGEST_HOUSEHOLD), "more accounts than a family's"),
        (not group.life < LASTING, "accounts that stay for a week"),
        _keeps_mail(group),
    )
    names = counted(held.firms) if of_holding is not False else dominance(domain)
    return asked, f"of names, {names}; of cards, {dominance(card)}; {on_plans(group)}; {_life(group)}"


def _has_one_name(group: Group, held: _Held, *, varied: bool) -> bool | None:
    """Whether half have one name; numbers in a block are an operator's. None for an office without known mail."""
    if held.domain.top >= 0.5 and (held.domain.type == MAIL_DOMAIN or not varied):
        return True
    in_office = min(in_an_office(group), came_one_by_one(group)) >= 0.5
    return None if isnan(group.disposable) and in_office else False


def _is_holding(group: Group, held: _Held) -> bool | None:
    """Whether nearly all have one of up to four names, in offices.

    Its people came one by one, or gradually and with varied prompts. None where it is not known how they came.
    """
    names, place, prompt = held.firms, held.place, held.prompt
    named = held.names is names and names.cover >= _HAVE_NAMES and names.effective <= _NAMES
    in_offices = place.cover >= 0.5 and place.effective <= _DOORS * names.effective
    gradually = grew(group) >= 0.5 and 0 < prompt.top < 0.5
    came = None if isnan(group.lately) else came_one_by_one(group) >= 0.5 or gradually
    return _all((named, in_offices, prompt.top_owned < 0.8, came))


def _goes_round(group: Group, held: _Held) -> bool:
    """Whether cards and machines go round and nothing stays apart: plans show no payer, since anybody may have them."""
    several = min(held.cards.breadth(0, _VARIED), held.device.breadth(0, _VARIED)) >= 1 and held.card.top < 0.5
    keeps_apart = any(share >= 0.5 for share in (group.nested, group.housed, group.apart, group.roofed))
    return several and not keeps_apart


def _tenants(group: Group, held: _Held) -> _Found:
    are_hosted = _are_hosted(group, held)
    asked = _together(
        (are_hosted or _pay_as_firms(group, held), "a few shared cards to each firm at most"),
        (
            are_hosted or _are_side_by_side(group, held),
            "four firms at least, none of them large, each with what is its own, or a roof",
        ),
        _keeps_mail(group),
    )
    return asked, (
        f"of mail domains, {counted(held.firms)}; of addresses, {counted(held.place)}; "
        f"{_staying_apart(group)}; {on_plans(group)}"
    )


def _are_side_by_side(group: Group, held: _Held) -> bool:
    """Firms under one roof, of one programme or reseller, or a firm's branches: each has its own values apart."""
    firms, place, card, prompt = held.firms, held.place, held.card, held.prompt
    some = firms.n_values >= FIRMS and firms.top <= 1 / 3
    several = some and firms.cover >= 0.5
    of_organisations = group.organisation_plans >= OF_ORGANISATIONS
    one_roof = several and place.cover >= 0.5 and place.effective <= _DOORS and not group.nested < 0.5
    stayed = of_organisations or not group.life < LASTING
    nests = group.nested >= (0.5 if of_organisations else 0.8)
    rooted = group.housed >= 0.8 or group.reserved >= 0.5 or _were_hired(group)  # a school's domain is not for sale
    at_home = not _sold_to_people(group) or rooted
    programme = several and stayed and nests and at_home
    branches = of_organisations and card.n_values >= FIRMS and card.cover >= 0.5 and group.housed >= 0.8
    customers = some and firms.cover >= _AMONG_PEOPLE and group.apart >= 0.8 and stayed
    if card.top >= 0.5 and not customers:  # an agency pays for all
        return False
    if customers and _is_lasting(group):  # a vendor may give all of them one prompt
        return True
    return prompt.top_owned < 0.8 if programme or branches or customers else one_roof and prompt.top_owned < 0.5


def _are_hosted(group: Group, held: _Held) -> bool:
    """Firms at one host's machines and addresses. Each has prompts and payments of its own, and they came one by one.

    Where an export has no mail domains, cards identify the firms, as for ``worded``.
    """
    firms = held.firms if held.firms.n_values else held.cards
    several = firms.n_values >= FIRMS and firms.top <= 1 / 3 and firms.cover >= 0.5
    by_host = held.cards.effective <= max(_CARDS, firms.effective)  # the host may pay for them
    own = group.worded >= 0.8 and (firms is held.cards or by_host or group.nested >= 0.8)
    return several and own and _were_hired(group) and _is_lasting(group) is True


def _were_hired(group: Group) -> bool:
    """Whether the accounts came one by one, in each firm too: an operator makes a cell when it is needed."""
    return came_one_by_one(group) >= 0.5 and not group.enrolled >= 0.5


def _pay_as_firms(group: Group, held: _Held) -> bool:
    """Whether there are at most a few cards to each firm; branches have theirs whatever their domain."""
    few = held.cards.effective <= _CARDS * max(held.firms.effective, 1)
    return few or group.organisation_plans >= OF_ORGANISATIONS


def _household(group: Group, held: _Held) -> _Found:
    asked = _together(
        (group.size <= LARGEST_HOUSEHOLD and group.chained < 0.5, "fewer accounts"),
        (held.cards.effective <= 2, "fewer shared cards"),
    )
    most = f"a household has at most {LARGEST_HOUSEHOLD}, and one or two cards"
    return asked, f"{accounts_in_words(group.size)}{NOT_COUNTED}; {most}"


def _shared_machines(group: Group, held: _Held) -> _Found:
    """Shared machines: a school's, a ward's, a library's, for long; or a hoster's, whose customers also have their own.

    The schools of a district each have a name and machines, and all of them begin with the term.
    """
    device, place = held.device, held.place
    in_houses = group.roofed >= _AT_HOUSE and group.nested >= _AT_HOUSE and group.life >= LASTING
    few_texts = held.prompt.top_owned < 0.5 and not scripts(varied_text(group))
    crowded = device.cover * group.size >= _ABOARD * device.effective
    own_too = crowded and group.elsewhere >= 0.5
    asked = _together(
        (device.n_values > 1 and device.cover >= 0.5, "several devices on half of the members"),
        (
            _under_one_roof(place) or own_too or in_houses,
            "one address for half of the members or a few, a device of one's own besides, or for each house its own",
        ),
        (held.few_names or in_houses, _FEW_NAMES),
        (held.few_cards, _FEW_CARDS),
        (few_texts or own_too, "no prompts of the group's own"),
        _little_else(held),
        _keeps_mail(group),
        (in_houses or _is_lasting(group), "accounts that did not come at once, half of them there for a week"),
    )
    return asked, (
        f"of devices, {counted(device)}; of addresses, {counted(place)}; of names, {counted(held.names)}; of cards, "
        f"{counted(held.cards)}; of prompts, {dominance(held.prompt)}; {_own_too(group)}; {_life(group)}"
    )


def _under_one_roof(place: Holding) -> bool:
    """Whether half of the members are at one address, or at as few as one roof has."""
    return place.top >= 0.5 or (place.cover >= 0.5 and place.effective <= _DOORS)


def _own_too(group: Group) -> str:
    if isnan(group.elsewhere):
        return "whether they have devices of their own beside those is not known"
    return f"{percent(group.elsewhere)} have a device of their own beside those"


def _agency(group: Group, held: _Held) -> _Found:
    """An agency that pays for clients, or works for them at a few machines."""
    at_place = held.place.top >= 0.3 or not held.place.n_values
    pays_for_all = held.card.top >= 0.5 and at_place and held.device.breadth(0, _VARIED) < 0.5
    works_for_clients = _all((_works_for_clients(group, held), _is_lasting(group)))
    several_cards = works_for_clients is True and held.cards.effective <= max(_CARDS, group.size / _TO_A_CARD)
    asked = _together(
        (several_cards or held.cards.effective <= 2, "one or two cards"),
        (held.prompt.top_owned < 0.8, "no one prompt of its own for all"),
        _keeps_mail(group),
        (
            _any((pays_for_all, works_for_clients)),
            "one card and one place for most, or an office with a few machines for firms of two or three accounts",
        ),
    )
    return asked, (
        f"of cards, {dominance(held.card)}; of addresses, {dominance(held.place)}; clients differ in what they ask: of "
        f"prompts, {dominance(held.prompt)}; of mail domains, {counted(held.firms)}"
    )


def _works_for_clients(group: Group, held: _Held) -> bool:
    """One office and its few machines for firms of two or three accounts each: an operator's domain has more."""
    firms, place, device = held.firms, held.place, held.device
    some = firms.n_values >= FIRMS and firms.cover >= 0.5
    of_each = firms.accounts_to_each(group.size)
    at_one_office = place.top >= 0.5 and place.effective <= _DOORS
    at_few_machines = device.cover >= 0.5 and device.effective <= _MACHINES
    return some and of_each <= _CLIENTS and at_one_office and at_few_machines


def _event(group: Group, held: _Held) -> _Found:
    """A workshop: its people joined there and then, and have little else in common."""
    at_once = None if isnan(group.burst) else group.burst >= _AT_ONCE
    asked = _together(
        (_under_one_roof(held.place), "one address for half of the members, or a few"),
        *_little_in_common(group, held),
        (at_once, "accounts of the same two weeks"),
    )
    return asked, f"{joined(group)}; of addresses, {counted(held.place)}; {_of_ones_own(held)}"


def _platform(group: Group, held: _Held) -> _Found:
    """Customers of one vendor, who share its prompt or its addresses and none of each other's values."""
    place, prompt = held.place, held.prompt
    at_many = place.effective > VENDOR_ADDRESSES and place.owned >= 0.5 and place.cover >= 0.5
    asked = _together(
        *_little_in_common(group, held),
        (max(place.top, prompt.top) >= 0.3, "one prompt or address for three members in ten"),
        (not at_many, "fewer addresses, or some that others use too"),
    )
    return asked, (
        f"of values that tell, one prompt is on {percent(prompt.top)} and one address on {percent(place.top)} of the "
        f"members, a vendor's to give while its addresses are few or others' too; {_of_ones_own(held)}"
    )


def _little_in_common(group: Group, held: _Held) -> Iterator[_Condition]:
    """Conditions for people who share hardly any of each other's values."""
    yield held.few_names, _FEW_NAMES
    yield max(held.domain.top, held.mailbox.top) < 0.4, "no one name for many"
    yield held.few_cards, _FEW_CARDS
    yield held.card.top < 0.4, "no one card for many"
    yield held.device.breadth(0, _VARIED) < _LITTLE, "hardly any variety of shared devices"
    yield _little_else(held)
    yield _keeps_mail(group)


def _little_else(held: _Held) -> _Condition:
    """A room explains its machines, and a vendor its prompt; neither explains sixty pictures on two or three each."""
    return _own_breadth(held.rest) < _VARIED / 2, "hardly any variety of whatever else they share"


def _shared_network(group: Group, held: _Held) -> _Found:
    """Strangers on a carrier's or a VPN's exits, which others use too."""
    models = are_models(group.held(DEVICE, by=lambda each: each.cover), group)
    among_others = held.place.cover >= 0.5 and held.place.owned < 0.75
    widest = group.held_besides(NETWORK, CLIENT, by=lambda each: each.cover)
    hardly_more = group.held_besides(NETWORK, CLIENT, DEVICE, by=lambda each: each.cover).cover < 0.5
    for_long = None if isnan(group.life) else group.life >= LASTING and not group.lately >= _AT_ONCE

    def beyond_one_home(each: Holding) -> bool:
        return each.cover >= _SOME or each.cover * group.size > LARGEST_HOUSEHOLD

    told = _families_of(group.holdings, group)
    beyond = _families_of(filter(beyond_one_home, group.holdings), group)
    # a value on two or three accounts each is weak by itself, but may tie all members that no address ties
    at_addresses = held.place.cover >= 0.5 or set(group.families) <= {NETWORK, CLIENT}
    by_addresses_alone = _any(
        (
            at_addresses and (told or set(group.families)) <= {NETWORK, CLIENT},  # or by what ties it, if nothing tells
            _all((at_addresses and bool(told) and beyond <= {NETWORK, CLIENT}, for_long)),
            models and among_others and hardly_more,
            _all((among_others and widest.cover < _SOME, for_long)),
        )
    )
    asked = _together(
        (by_addresses_alone, "nothing but addresses and browsers, or hardly more among others who stay"),
        (group.chained < 0.5, "no long row in which each shares something with the next"),
    )
    same = ", and those who use it may have a browser in common that says the same of all" if models else ""
    return asked, (
        f"the members are tied by {listed(group.families) or 'nothing'}; a carrier or a VPN ties by addresses alone"
        f"{same}; of all else, {counted(widest)}; {_life(group)}"
    )


def _families_of(holdings: Iterable[Holding], group: Group) -> set[str]:
    """The families of the holdings, among those that tie the group."""
    return {each.family for each in holdings} & set(group.families)


# --- what several of them ask --------------------------------------------------------------------------------------


def _sold_to_people(group: Group) -> bool:
    """Whether the plans are known to be those that people buy for themselves."""
    return group.organisation_plans < OF_ORGANISATIONS


def _throws_away(group: Group) -> bool:
    return group.disposable >= 0.5


def _is_lasting(group: Group) -> bool | None:
    """Whether the accounts did not come at once, and half of them stayed for a week; None where it is not known."""
    of_organisations = group.organisation_plans >= OF_ORGANISATIONS
    gradually = (of_organisations or None) if isnan(group.lately) else group.lately < _AT_ONCE
    return _all((gradually, None if isnan(group.life) else group.life >= LASTING))


def _own_breadth(holding: Holding) -> float:
    """Bits of variety of values most of whose accounts are members."""
    return holding.breadth(0, _VARIED) if holding.owned >= 0.5 else 0.0


def _keeps_mail(group: Group) -> _Condition:
    return not _throws_away(group), "mail that lasts"


def _together(*conditions: _Condition) -> _Asked:
    """Require that all conditions hold."""
    return _Asked(_all(holds for holds, _ in conditions), tuple(what for holds, what in conditions if holds is False))


def _all(conditions: Iterable[bool | None]) -> bool | None:
    """Whether all hold; None if that is not known."""
    known = set(conditions)
    return False if False in known else None if None in known else True


def _any(conditions: Iterable[bool | None]) -> bool | None:
    """Whether any holds; None if that is not known."""
    known = set(conditions)
    return True if True in known else None if None in known else False


def _of_ones_own(held: _Held) -> str:
    besides = f"; of all else, {counted(held.rest)}" if held.rest.n_values else ""
    of_each = f"of names, {counted(held.names)}; of cards, {counted(held.cards)}; of devices, {counted(held.device)}"
    return of_each + besides


def _staying_apart(group: Group) -> str:
    """Describe how far the shared values of the group's parts stay apart, and for which types this is not known."""
    kinds = (
        (group.nested, "{} of the pairs who share a part's card or device have one domain too", "cards and devices"),
        (group.worded, "{} of the pairs who share a part's text have one domain", "texts"),
        (group.apart, "{} of the pairs who share any one kind of a part's values have one domain", "all else"),
    )
    at_home = (
        group.housed,
        "{} of those with whom a member shares a part's card share an address too",
        "cards to one address",
    )
    known = [told.format(percent(share)) for share, told, _ in (*kinds, at_home) if not isnan(share)]
    to_one_domain = [kind for share, _, kind in kinds if isnan(share)]
    unknown = [f"{listed(to_one_domain)} to one domain"] if to_one_domain else []
    unknown += [at_home[2]] if isnan(group.housed) else []
    beyond = [f"beyond chance, {listed(known)}"] if known else []
    untold = [f"how far parts keep {listed(unknown)} {FOR_WANT_OF_PARTS}"] if unknown else []
    return "; ".join(beyond + untold)


def _life(group: Group) -> str:
    return stay(group, "or more")
