"""What honest accounts share besides addresses: cards and BINs, devices, mail, phones, clients (domain 9.3)."""

from __future__ import annotations

import numpy as np

from graphlink.simulate.draws import Bools, Ints, Part, labels_of, some, unit, zipf_index
from graphlink.simulate.mail import alias, disposable, webmail
from graphlink.simulate.scene import NOBODY, Scene, Segment, Signal, Table, values_seen

# A twin of an account is the same person at the same provider with a plus tag; this style number marks it.
TWIN_STYLE = 127


def settle_habits(scene: Scene, honest: Ints) -> None:
    """Give honest accounts their cards, devices, mail addresses, phones and clients."""
    _cards(scene, honest)
    _devices(scene, honest)
    _mail(scene, honest)
    _phones(scene, honest)
    use_clients(scene, scene.part("clients"), honest)


def bin_of(scene: Scene, card: Ints) -> Ints:
    """Return the BIN of a card: thousands, with a Zipf head near five per cent."""
    habits = scene.settings.habits
    return zipf_index(unit(card, 30), habits.bins, habits.bin_zipf)


def pay(scene: Scene, part: Part, accounts: Ints, cards: Ints, bins: Ints | None = None) -> None:
    """See accounts with cards, and with the BINs that the cards belong to."""
    scene.see(part, Signal.CARD, accounts, cards)
    card = scene.chunks[-1]
    value = bin_of(scene, cards) if bins is None else bins
    scene.chunks.append(Table(Signal.CARD_BIN, card.account, value, card.first, card.last, card.count))


def device_class(scene: Scene, part: Part, accounts: Ints) -> None:
    """See accounts with a weak device hash: identical phones, in Zipf classes, of which a tenth drifts each week."""
    habits = scene.settings.habits
    classes = scene.part("device classes")
    drawn = zipf_index(part.rng.random(len(accounts)), habits.device_classes, habits.device_zipf)
    scene.see(part, Signal.DEVICE, accounts, classes.value("class", drawn))
    drifts = part.rng.random(len(accounts)) < 1.0 - (1.0 - habits.device_drift) ** (scene.horizon / (7 * 86_400))
    later = accounts[drifts]
    drawn = zipf_index(part.rng.random(len(later)), habits.device_classes, habits.device_zipf)
    scene.see(part, Signal.DEVICE, later, classes.value("class", drawn), stay=7.0)


def use_clients(scene: Scene, part: Part, accounts: Ints) -> None:
    """See accounts with a client string or two; every Python client looks the same."""
    n = scene.settings.habits.user_agents
    rows = np.concatenate([accounts, some(part.rng, accounts, 0.3)])
    scene.see(part, Signal.USER_AGENT, rows, zipf_index(part.rng.random(len(rows)), n, 1.0))


def public_mail(scene: Scene, part: Part, accounts: Ints) -> None:
    """Give accounts an address at a large webmail provider."""
    scene.accounts.domain[accounts] = webmail(part.rng.random(len(accounts)))


def _cards(scene: Scene, honest: Ints) -> None:
    part, habits = scene.part("cards"), scene.settings.habits
    has_one = np.zeros(len(scene.accounts.segment), np.bool_)
    paying, company_cards = values_seen(scene, Signal.CARD)
    has_one[paying] = True
    earlier = [chunk for chunk in scene.chunks if chunk.signal == Signal.CARD]
    for chunk in earlier:
        bins = bin_of(scene, chunk.value)
        scene.chunks.append(Table(Signal.CARD_BIN, chunk.account, bins, chunk.first, chunk.last, chunk.count))
    own = some(part.rng, honest[~has_one[honest]], habits.card)
    # Most cards serve one account; a tail serves two to five, of people who need not live together.
    shared = part.rng.random(len(own)) < habits.card_shared * 2.2
    pay(scene, part, own[~shared], part.value("own card", own[~shared]))
    friends = part.rng.permutation(own[shared])
    sizes = part.rng.choice([2, 3, 4, 5], size=len(friends), p=[0.8, 0.13, 0.05, 0.02])
    pay(scene, part, friends, part.value("friends' card", labels_of(sizes)[: len(friends)]))
    again = some(part.rng, own, 0.05)  # some wallets re-tokenise
    pay(scene, part, again, part.value("token", again))
    assert len(company_cards) == len(paying)


def _devices(scene: Scene, honest: Ints) -> None:
    part, habits = scene.part("devices"), scene.settings.habits
    owners = some(part.rng, honest, habits.device)
    weak = part.rng.random(len(owners)) < habits.device_weak
    scene.see(part, Signal.DEVICE, owners[~weak], part.value("browser", owners[~weak]))
    device_class(scene, part, owners[weak])
    second = some(part.rng, owners, 0.15)
    scene.see(part, Signal.DEVICE, second, part.value("second browser", second))


def _mail(scene: Scene, honest: Ints) -> None:
    part, habits, accounts = scene.part("mail"), scene.settings.habits, scene.accounts
    free = honest[accounts.domain[honest] == NOBODY]
    u = part.rng.random(len(free))
    bounds = np.cumsum([habits.webmail, habits.alias, habits.disposable])
    kind = np.searchsorted(bounds, u)
    public_mail(scene, part, free[kind == 0])
    accounts.domain[free[kind == 1]] = alias(part.rng.random(int((kind == 1).sum())))
    accounts.domain[free[kind == 2]] = disposable(part.rng.random(int((kind == 2).sum())))
    own = free[kind == 3]
    # Own domains: most serve one account, some a handful (a club, a family, a small firm that looks like people).
    sharing = part.rng.random(len(own)) < 0.35
    accounts.domain[own[~sharing]] = part.value("own domain", own[~sharing])
    clubs = labels_of(2 + part.rng.geometric(0.4, int(sharing.sum())))[: int(sharing.sum())]
    accounts.domain[own[sharing]] = part.value("club domain", clubs)
    accounts.domain[honest[accounts.domain[honest] < NOBODY]] = NOBODY
    twins = some(part.rng, free[kind == 0][1:], habits.twin)
    accounts.person[twins], accounts.domain[twins] = accounts.person[twins - 1], accounts.domain[twins - 1]
    accounts.style[twins] = TWIN_STYLE


def _phones(scene: Scene, honest: Ints) -> None:
    part = scene.part("phones")
    owners = some(part.rng, honest[_people(scene, honest)], scene.settings.habits.phone)
    scene.accounts.phone[owners] = part.value("phone", owners)


def _people(scene: Scene, honest: Ints) -> Bools:
    return scene.accounts.segment[honest] != Segment.CLOUD
