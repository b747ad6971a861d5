"""The honest explanations of a group: what each asks of it, whether it fits, and why.

Whatever fits wins over any score. An explanation asks for what an honest group of its kind shares, and that it does not
share what it has no cause to.
"""

from __future__ import annotations

from functools import lru_cache
from math import isnan
from typing import TYPE_CHECKING, Final

from graphlink.families import CLIENT, CONTENT, IDENTITY, LARGEST_HOUSEHOLD, NETWORK
from graphlink.group import NOTHING, SAID_AGAIN, accounts_in_words, are_models, counted, dominance
from graphlink.model import Check

if TYPE_CHECKING:
    from collections.abc import Iterator

    from graphlink.group import Group, Holding

HOUSEHOLD = "household"

_same_check = lru_cache(SAID_AGAIN)(Check)

OF_ORGANISATIONS: Final = 0.15
"""Share of the members on plans for organisations from which on a group is not one of people: rings have hardly any."""

_EGRESS = 8
"""Addresses of its own that a vendor sends its customers' requests from, at most, if they were equally common."""

_DOORS = 4
"""Addresses of one roof, at most, if they were equally common."""

_FIRMS = 4
"""Firms under one roof, at least: two or three may be one owner's."""

_MACHINES, _CLIENTS = 8, 3.5
"""Machines of an agency, at most, if they were equally common; and accounts of each of its clients' mail domains, on
average: of 200 trial rings that are told by their domains one in a hundred gives fewer than four accounts to each."""

_AMONG_PEOPLE = 0.25
"""Share of a vendor's customers who are of firms, at least: the others come alone."""


def try_explanations(group: Group) -> Iterator[Check]:
    """The honest explanations, the most telling first."""
    domain = group.held(IDENTITY, by=lambda each: each.top)
    card = group.held("payment", by=lambda each: each.top)
    place = group.held(NETWORK, by=lambda each: each.top)
    prompt = group.held(CONTENT, by=lambda each: each.top)
    device = group.held("device", by=lambda each: each.breadth(0, 3))
    payment = group.held("payment", by=lambda each: each.breadth(0, 3))
    names = group.held(IDENTITY, by=lambda each: each.breadth(0, 3))
    plans = group.organisation_plans
    sold_to_people = plans < OF_ORGANISATIONS  # False where the plans are not known
    varied = device.breadth(0, 3) >= 0.5 or payment.effective > 4
    of_organisations = plans >= OF_ORGANISATIONS
    grew = group.burst < 0.8 or (isnan(group.burst) and of_organisations)
    stays = group.life >= 7 and grew  # False where the times are not known
    few_names = names.breadth(0, 3) < 0.3 and payment.breadth(0, 3) < 0.3
    is_firms = domain.type == "email_domain"
    firms = group.of_type("email_domain")
    pays_for_all = card.top >= 0.5 and (place.top >= 0.3 or not place.n_values)
    one_name = domain.top >= 0.5 and (is_firms or not varied)  # a block of telephone numbers is an operator's, too
    throwaway = group.disposable >= 0.5
    models = are_models(group.held("device", by=lambda each: each.cover), group)

    course = domain.top >= 0.4 and prompt.top >= 0.4 and card.cover < 0.2 and not sold_to_people
    yield _same_check(
        "course",
        fits=course,
        because=f"one domain on {domain.top:.0%} and one prompt on {prompt.top:.0%} of the members, shared cards on "
        f"{card.cover:.0%}; {_plans(plans)}",
    )
    yield _same_check(
        "organisation",
        fits=(
            (one_name or (card.cover >= 0.5 and plans >= 0.5))
            and (not (varied or sold_to_people) or (stays and (not sold_to_people or card.top >= 0.5)))
            and (isnan(group.life) or group.life >= 7)
        )
        or (
            is_firms
            and stays
            and few_names
            and not throwaway
            and _pay_for_themselves(group.size, domain, card, place, prompt)
        ),
        because=f"of names, {dominance(domain)}; of cards, {dominance(card)}; {_plans(plans)}; {_life(group.life)}",
    )
    yield _same_check(
        "tenants",
        fits=_are_side_by_side(group, place, card, prompt) and not throwaway,
        because=f"of mail domains, {counted(group.of_type('email_domain'))}; of addresses, {counted(place)}; "
        f"{_nested(group.nested)}; {_apart(group.apart)}; {_housed(group.housed)}; {_plans(plans)}",
    )
    yield _same_check(
        HOUSEHOLD,
        fits=group.size <= LARGEST_HOUSEHOLD and payment.effective <= 2,
        because=f"{accounts_in_words(group.size)}; a household has at most {LARGEST_HOUSEHOLD}, and one or two cards",
    )
    yield _same_check(
        "shared machines",
        fits=device.n_values > 1
        and device.cover >= 0.5
        and place.top >= 0.5
        and few_names
        and prompt.top_owned < 0.5
        and stays
        and not throwaway,
        because=f"{counted(device)}; of addresses, {dominance(place)}; of names, {counted(names)}; of cards, "
        f"{counted(payment)}; of prompts, {dominance(prompt)}; {_life(group.life)}",
    )
    yield _same_check(
        "agency",
        fits=(
            (pays_for_all and device.breadth(0, 3) < 0.5)
            or (stays and _works_for_clients(group.size, firms, place, device))
        )
        and payment.effective <= 2
        and prompt.top_owned < 0.8
        and not throwaway,
        because=f"of cards, {dominance(card)}; of addresses, {dominance(place)}; clients differ in what they ask: of "
        f"prompts, {dominance(prompt)}; of mail domains, {counted(firms)}",
    )
    little_theirs = few_names and device.breadth(0, 3) < 0.3
    yield _same_check(
        "event",
        fits=None
        if isnan(group.burst)
        else group.burst >= 0.8
        and place.top >= 0.5
        and little_theirs
        and domain.top < 0.4
        and card.top < 0.4
        and not throwaway,
        because="the creation times are not known"
        if isnan(group.burst)
        else f"{group.burst:.0%} joined within two weeks; of addresses, {dominance(place)}",
    )
    yield _same_check(
        "platform",
        fits=little_theirs
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
        fits={each.family for each in group.holdings if each.family in group.families} <= {NETWORK, CLIENT}
        or (models and _meet_among_others(group, place, 0.5))
        or (group.life >= 7 and not group.burst >= 0.8 and _meet_among_others(group, place, 0.1, "device")),
        because="tied by "
        + (", ".join(group.families) or "nothing")
        + "; a carrier or a VPN ties by addresses alone"
        + (", and those who use it may have a browser in common that says the same of all" if models else "")
        + f"; {_else(group)}; {_life(group.life)}",
    )


def _pay_for_themselves(size: int, domain: Holding, card: Holding, place: Holding, prompt: Holding) -> bool:
    """A university whose people pay for themselves: its domain, its own addresses, and no card or text for all."""
    at_own_place = place.cover >= 0.5 and place.owned >= 0.5
    of_each_their_own = card.cover < 0.1 and prompt.top_owned < 0.5
    return size > LARGEST_HOUSEHOLD and domain.top >= 0.9 and of_each_their_own and at_own_place


def _are_side_by_side(group: Group, place: Holding, card: Holding, prompt: Holding) -> bool:
    """Firms under one roof, of one programme or with one reseller, or a firm's branches: each has its own apart."""
    firms = group.of_type("email_domain")
    some = firms.n_values >= _FIRMS and firms.top <= 1 / 3
    several = some and firms.cover >= 0.5
    plans = group.organisation_plans
    of_organisations = plans >= OF_ORGANISATIONS
    one_roof = several and place.cover >= 0.5 and place.effective <= _DOORS and not group.nested < 0.5
    programme = several and ((of_organisations and group.nested >= 0.5) or (isnan(plans) and group.nested >= 0.8))
    branches = of_organisations and card.n_values >= _FIRMS and card.cover >= 0.5 and group.housed >= 0.8
    lasting = group.life >= 7 and group.burst < 0.8  # False where the times are not known
    unknown = isnan(plans) and not group.life < 7
    customers = (
        some and firms.cover >= _AMONG_PEOPLE and group.apart >= 0.8 and (of_organisations or lasting or unknown)
    )
    if card.top >= 0.5 and not customers:  # an agency pays for all
        return False
    if customers and lasting:  # a vendor may give all of them one prompt
        return True
    return prompt.top_owned < 0.8 if programme or branches or customers else one_roof and prompt.top_owned < 0.5


def _works_for_clients(size: int, firms: Holding, place: Holding, device: Holding) -> bool:
    """One office and its few machines for firms of two or three accounts each: an operator's domain is for more."""
    some = firms.n_values >= _FIRMS and firms.cover >= 0.5
    of_each = firms.cover * size / max(firms.effective, 1)
    at_one_office = place.top >= 0.5 and place.effective <= _DOORS
    at_few_machines = device.cover >= 0.5 and device.effective <= _MACHINES
    return some and of_each <= _CLIENTS and at_one_office and at_few_machines


def _meet_among_others(group: Group, place: Holding, little: float, *more: str) -> bool:
    """Strangers on exits that others use too, who share little but these and what they run, or of ``more`` families."""
    told = [
        each.cover
        for each in group.holdings
        if not each.coarse and (each.family in more or each.family not in (NETWORK, CLIENT, "device"))
    ]
    return place.cover >= 0.5 and place.owned < 0.75 and max(told, default=0.0) < little


def _nested(nested: float) -> str:
    if isnan(nested):
        return "nobody with a private domain shares a card or a device"
    return f"of those who share a card or a device, {nested:.0%} share the domain too"


def _apart(apart: float) -> str:
    if isnan(apart):
        return "beyond what many of them share they share nothing"
    return f"beyond what many of them share, {apart:.0%} of those who share something have one domain too"


def _else(group: Group) -> str:
    """What is on most members of all that is neither an address nor a program."""
    told = [each for each in group.holdings if not each.coarse and each.family not in (NETWORK, CLIENT)]
    widest = max(told, key=lambda each: each.cover, default=NOTHING)
    return f"of all else, {counted(widest)}"


def _housed(housed: float) -> str:
    return "no card is a part's" if isnan(housed) else f"of those who share a card, {housed:.0%} share an address too"


def _plans(plans: float) -> str:
    return "plans not known" if isnan(plans) else f"{plans:.0%} on plans for organisations"


def _life(life: float) -> str:
    return "times not known" if isnan(life) else f"half there for {life:.0f} days or more"
