"""The honest explanations of a group: what each asks of it, whether it fits, and why.

Whatever fits wins over any score. An explanation asks for what an honest group of its kind shares, and that it does not
share what it has no cause to. Where the export lacks what would decide, it cannot be judged.
"""

from __future__ import annotations

from functools import lru_cache
from math import isnan
from typing import TYPE_CHECKING, Final, NamedTuple

from graphlink.families import (
    CLIENT,
    CONTENT,
    DEVICE,
    IDENTITY,
    LARGEST_HOUSEHOLD,
    LASTING,
    MAIL_DOMAIN,
    NETWORK,
    PAYMENT,
    VENDOR_ADDRESSES,
)
from graphlink.group import (
    SAID_AGAIN,
    accounts_in_words,
    are_models,
    counted,
    dominance,
    scripts,
    varied_text,
)
from graphlink.model import Check

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from graphlink.group import Group, Holding

HOUSEHOLD: Final = "household"

OF_ORGANISATIONS: Final = 0.25
"""Share of the members on plans for organisations from which on a group is not one of people: rings have hardly any."""

_AT_ONCE = 0.8
"""Share of the members who joined within two weeks, from which on a group was made at once."""

_DOORS = 4
"""Addresses of one roof, at most, if they were equally common."""

_FIRMS = 4
"""Firms under one roof, at least: two or three may be one owner's."""

_MACHINES, _CLIENTS = 8, 3.5
"""Machines of an agency, at most, if they were equally common; and accounts of each of its clients' mail domains, on
average: of 200 trial rings that are told by their domains one in a hundred gives fewer than four accounts to each."""

_AMONG_PEOPLE = 0.25
"""Share of a vendor's customers who are of firms, at least: the others come alone."""

_VARIED = 3
"""Bits of variety beyond which more tell no more."""


class _Held(NamedTuple):
    """What explanations ask for: the most common of several names, cards, places, texts, and the most varied."""

    domain: Holding
    firms: Holding
    names: Holding
    card: Holding
    cards: Holding
    place: Holding
    prompt: Holding
    device: Holding
    rest: Holding

    @property
    def few_names_and_cards(self) -> bool:
        """Whether hardly anything that one is called or pays with is shared."""
        return self.names.breadth(0, _VARIED) < 0.3 and self.cards.breadth(0, _VARIED) < 0.3

    @property
    def little(self) -> bool:
        """Whether hardly a machine is shared either, nor by most several of anything else that is their own."""
        few_machines = self.device.breadth(0, _VARIED) < 0.3
        return self.few_names_and_cards and few_machines and _own_breadth(self.rest) < _VARIED / 2


def try_explanations(group: Group) -> Iterator[Check]:
    """The honest explanations, the most telling first."""
    held = _Held(
        domain=group.held(IDENTITY, by=lambda each: each.top),
        firms=group.of_type(MAIL_DOMAIN),
        names=group.held(IDENTITY, by=lambda each: each.breadth(0, _VARIED)),
        card=group.held(PAYMENT, by=lambda each: each.top),
        cards=group.held(PAYMENT, by=lambda each: each.breadth(0, _VARIED)),
        place=group.held(NETWORK, by=lambda each: each.top),
        prompt=group.held(CONTENT, by=lambda each: each.top),
        device=group.held(DEVICE, by=lambda each: each.breadth(0, _VARIED)),
        rest=group.held_besides(NETWORK, CONTENT, CLIENT, IDENTITY, PAYMENT, DEVICE, by=_own_breadth),
    )
    for explanation in (
        _course,
        _organisation,
        _tenants,
        _household,
        _shared_machines,
        _agency,
        _event,
        _platform,
        _shared_network,
    ):
        fits, because = explanation(group, held)
        yield _same_check(explanation.__name__.strip("_").replace("_", " "), fits=fits, because=because)


_same_check = lru_cache(SAID_AGAIN)(Check)


# --- each of them ------------------------------------------------------------------------------------------------


def _course(group: Group, held: _Held) -> tuple[bool | None, str]:
    """A class with its teacher's prompt, whose school pays for all."""
    fits = held.domain.top >= 0.4 and held.prompt.top >= 0.4 and held.card.cover < 0.2 and not _sold_to_people(group)
    return fits, (
        f"one domain on {held.domain.top:.0%} and one prompt on {held.prompt.top:.0%} of the members, shared cards on "
        f"{held.card.cover:.0%}; {_plans(group)}"
    )


def _organisation(group: Group, held: _Held) -> tuple[bool | None, str]:
    """One name or card for all, and what it has several of it has for long; or a university."""
    varied = held.device.breadth(0, _VARIED) >= 0.5 or held.cards.effective > 4
    domain, card = held.domain, held.card
    one_name = domain.top >= 0.5 and (domain.type == MAIL_DOMAIN or not varied)  # numbers in a block are an operator's
    for_people = _sold_to_people(group)
    fits = _any(
        (
            _all(
                (
                    one_name or (card.cover >= 0.5 and group.organisation_plans >= 0.5),
                    _any(
                        (
                            not (varied or for_people),
                            _all((_is_lasting(group), not for_people or card.top >= 0.5)),
                        )
                    ),
                    not group.life < LASTING,
                )
            ),
            _all((_is_lasting(group), _pay_for_themselves(group, held))),
        )
    )
    return fits, f"of names, {dominance(domain)}; of cards, {dominance(card)}; {_plans(group)}; {_life(group)}"


def _pay_for_themselves(group: Group, held: _Held) -> bool:
    """A university whose people pay for themselves: its domain, its own addresses, and no card or text for all."""
    at_own_place = held.place.cover >= 0.5 and held.place.owned >= 0.5
    of_each_their_own = held.card.cover < 0.1 and held.prompt.top_owned < 0.5 and held.few_names_and_cards
    one_name = held.domain.type == MAIL_DOMAIN and held.domain.top >= 0.9 and not _throws_away(group)
    return group.size > LARGEST_HOUSEHOLD and one_name and of_each_their_own and at_own_place


def _tenants(group: Group, held: _Held) -> tuple[bool | None, str]:
    return _are_side_by_side(group, held) and not _throws_away(group), (
        f"of mail domains, {counted(held.firms)}; of addresses, {counted(held.place)}; "
        f"{_nested(group.nested)}; {_apart(group.apart)}; {_housed(group.housed)}; {_plans(group)}"
    )


def _are_side_by_side(group: Group, held: _Held) -> bool:
    """Firms under one roof, of one programme or with one reseller, or a firm's branches: each has its own apart."""
    firms, place, card, prompt = held.firms, held.place, held.card, held.prompt
    some = firms.n_values >= _FIRMS and firms.top <= 1 / 3
    several = some and firms.cover >= 0.5
    plans = group.organisation_plans
    of_organisations = plans >= OF_ORGANISATIONS
    one_roof = several and place.cover >= 0.5 and place.effective <= _DOORS and not group.nested < 0.5
    programme = several and ((of_organisations and group.nested >= 0.5) or (isnan(plans) and group.nested >= 0.8))
    branches = of_organisations and card.n_values >= _FIRMS and card.cover >= 0.5 and group.housed >= 0.8
    lasting = _is_lasting(group) is True
    unknown = isnan(plans) and not group.life < LASTING
    customers = (
        some and firms.cover >= _AMONG_PEOPLE and group.apart >= 0.8 and (of_organisations or lasting or unknown)
    )
    if card.top >= 0.5 and not customers:  # an agency pays for all
        return False
    if customers and lasting:  # a vendor may give all of them one prompt
        return True
    return prompt.top_owned < 0.8 if programme or branches or customers else one_roof and prompt.top_owned < 0.5


def _household(group: Group, held: _Held) -> tuple[bool | None, str]:
    return group.size <= LARGEST_HOUSEHOLD and held.cards.effective <= 2, (
        f"{accounts_in_words(group.size)}; a household has at most {LARGEST_HOUSEHOLD}, and one or two cards"
    )


def _shared_machines(group: Group, held: _Held) -> tuple[bool | None, str]:
    """A school's, a ward's, a library's: everybody's there, for long."""
    device, place = held.device, held.place
    are_there = device.n_values > 1 and device.cover >= 0.5 and place.top >= 0.5
    few_texts = held.prompt.top_owned < 0.5 and not scripts(varied_text(group))
    of_each_their_own = held.few_names_and_cards and few_texts and not _throws_away(group)
    return _all((are_there, of_each_their_own, _is_lasting(group))), (
        f"{counted(device)}; of addresses, {dominance(place)}; of names, {counted(held.names)}; of cards, "
        f"{counted(held.cards)}; of prompts, {dominance(held.prompt)}; {_life(group)}"
    )


def _agency(group: Group, held: _Held) -> tuple[bool | None, str]:
    """Whoever pays for clients, or works for them at a few machines."""
    at_place = held.place.top >= 0.3 or not held.place.n_values
    pays_for_all = held.card.top >= 0.5 and at_place and held.device.breadth(0, _VARIED) < 0.5
    differ = held.cards.effective <= 2 and held.prompt.top_owned < 0.8 and not _throws_away(group)
    fits = _all((differ, _any((pays_for_all, _all((_works_for_clients(group, held), _is_lasting(group)))))))
    return fits, (
        f"of cards, {dominance(held.card)}; of addresses, {dominance(held.place)}; clients differ in what they ask: of "
        f"prompts, {dominance(held.prompt)}; of mail domains, {counted(held.firms)}"
    )


def _works_for_clients(group: Group, held: _Held) -> bool:
    """One office and its few machines for firms of two or three accounts each: an operator's domain is for more."""
    firms, place, device = held.firms, held.place, held.device
    some = firms.n_values >= _FIRMS and firms.cover >= 0.5
    of_each = firms.cover * group.size / max(firms.effective, 1)
    at_one_office = place.top >= 0.5 and place.effective <= _DOORS
    at_few_machines = device.cover >= 0.5 and device.effective <= _MACHINES
    return some and of_each <= _CLIENTS and at_one_office and at_few_machines


def _event(group: Group, held: _Held) -> tuple[bool | None, str]:
    """A workshop: who came to it joined there and then, and has little else in common."""
    at_once = None if isnan(group.burst) else group.burst >= _AT_ONCE
    strangers = held.little and held.domain.top < 0.4 and held.card.top < 0.4 and not _throws_away(group)
    came = "the creation times are not known" if at_once is None else f"{group.burst:.0%} joined within two weeks"
    return _all((held.place.top >= 0.5, strangers, at_once)), f"{came}; of addresses, {dominance(held.place)}"


def _platform(group: Group, held: _Held) -> tuple[bool | None, str]:
    """Customers of one vendor, who have its prompt or its addresses and nothing of each other's."""
    domain, card, place, prompt = held.domain, held.card, held.place, held.prompt
    strangers = held.little and domain.top < 0.4 and card.top < 0.4 and not _throws_away(group)
    at_many = place.effective > VENDOR_ADDRESSES and place.owned >= 0.5 and place.cover >= 0.5
    besides = f"; of all else, {counted(held.rest)}" if held.rest.n_values else ""
    return strangers and max(place.top, prompt.top) >= 0.3 and not at_many, (
        f"one prompt on {prompt.top:.0%} and one address on {place.top:.0%} of the members, a vendor's to give "
        f"while its addresses are few or others' too; of names, cards and devices they share little "
        f"({held.names.cover:.0%}, {held.cards.cover:.0%}, {held.device.cover:.0%}){besides}"
    )


def _shared_network(group: Group, held: _Held) -> tuple[bool | None, str]:
    """Strangers on a carrier's or a VPN's exits, which others use too."""
    models = are_models(group.held(DEVICE, by=lambda each: each.cover), group)
    among_others = held.place.cover >= 0.5 and held.place.owned < 0.75
    widest = group.held_besides(NETWORK, CLIENT, by=lambda each: each.cover)
    hardly_more = group.held_besides(NETWORK, CLIENT, DEVICE, by=lambda each: each.cover).cover < 0.5
    for_long = None if isnan(group.life) else group.life >= LASTING and not group.burst >= _AT_ONCE
    fits = _any(
        (
            {each.family for each in group.holdings if each.family in group.families} <= {NETWORK, CLIENT},
            models and among_others and hardly_more,
            _all((among_others and widest.cover < 0.1, for_long)),
        )
    )
    same = ", and those who use it may have a browser in common that says the same of all" if models else ""
    return fits, (
        f"tied by {', '.join(group.families) or 'nothing'}; a carrier or a VPN ties by addresses alone{same}"
        f"; of all else, {counted(widest)}; {_life(group)}"
    )


# --- what several of them ask --------------------------------------------------------------------------------------


def _sold_to_people(group: Group) -> bool:
    """Whether the plans are known to be those that people buy for themselves."""
    return group.organisation_plans < OF_ORGANISATIONS


def _throws_away(group: Group) -> bool:
    return group.disposable >= 0.5


def _is_lasting(group: Group) -> bool | None:
    """Whether the accounts did not come at once, and half of them were there for a week; None where it is not known."""
    of_organisations = group.organisation_plans >= OF_ORGANISATIONS
    gradually = (of_organisations or None) if isnan(group.burst) else group.burst < _AT_ONCE
    return _all((gradually, None if isnan(group.life) else group.life >= LASTING))


def _own_breadth(holding: Holding) -> float:
    """Bits of variety of values of which most bearers are members."""
    return holding.breadth(0, _VARIED) if holding.owned >= 0.5 else 0.0


def _all(conditions: Iterable[bool | None]) -> bool | None:
    """Whether all hold, where some may not be known."""
    known = set(conditions)
    return False if False in known else None if None in known else True


def _any(conditions: Iterable[bool | None]) -> bool | None:
    """Whether any holds, where some may not be known."""
    known = set(conditions)
    return True if True in known else None if None in known else False


def _nested(nested: float) -> str:
    if isnan(nested):
        return "nobody with a private domain shares a card or a device"
    return f"of those who share a card or a device, {nested:.0%} share the domain too"


def _apart(apart: float) -> str:
    if isnan(apart):
        return "beyond what many of them share they share nothing"
    return f"beyond what many of them share, {apart:.0%} of those who share something have one domain too"


def _housed(housed: float) -> str:
    return "no card is a part's" if isnan(housed) else f"of those who share a card, {housed:.0%} share an address too"


def _plans(group: Group) -> str:
    share = group.organisation_plans
    return "plans not known" if isnan(share) else f"{share:.0%} on plans for organisations"


def _life(group: Group) -> str:
    return (
        "how long they were there is not known"
        if isnan(group.life)
        else f"half there for {group.life:.0f} days or more"
    )
