"""What honest accounts share besides addresses: cards and BINs, devices, mail, phones, clients (domain 9.3)."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from graphlink.lab.simulate.draws import Ints, Part, coin, labels_of, some, unit, zipf_index
from graphlink.lab.simulate.mail import alias, disposable, webmail
from graphlink.lab.simulate.scene import NOBODY, WEEK, Scene, Segment, Signal, Table, values_seen

# The twin of an account is the same person at the same provider with a plus tag. This style number marks it.
TWIN_STYLE = 127


def settle_habits(scene: Scene, honest: Ints) -> None:
    """Give honest accounts their cards, devices, mail addresses, phones and clients."""
    _cards(scene, honest)
    _devices(scene, honest)
    _mail(scene, honest)
    _phones(scene, honest)
    use_clients(scene, scene.part("clients"), honest)


def pay(
    scene: Scene,
    part: Part,
    accounts: Ints,
    cards: Ints,
    bins: Ints | None = None,
    *,
    at: Ints | None = None,
) -> None:
    """Record accounts with cards and the cards' BINs, for three days from `at` if it is given."""
    scene.see(part, Signal.CARD, accounts, cards, stay=None if at is None else 3.0, at=at)
    scene.chunks.append(_bins_of(scene, scene.chunks[-1], bins))


def device_class(scene: Scene, part: Part, accounts: Ints) -> None:
    """Record accounts with a weak device hash: identical phones in Zipf classes, of which a tenth changes each week."""
    habits = scene.settings.habits
    classes = scene.part("device classes")
    drawn = zipf_index(part.rng.random(len(accounts)), habits.device_classes, habits.device_zipf)
    scene.see(part, Signal.DEVICE, accounts, classes.value("class", drawn))
    later = some(part.rng, accounts, 1.0 - (1.0 - habits.device_drift) ** (scene.horizon / WEEK))
    drawn = zipf_index(part.rng.random(len(later)), habits.device_classes, habits.device_zipf)
    scene.see(part, Signal.DEVICE, later, classes.value("class", drawn), stay=7.0)


def use_clients(scene: Scene, part: Part, accounts: Ints) -> None:
    """Record accounts with a client string or two. Every Python client looks the same."""
    n = scene.settings.habits.user_agents
    rows = np.concatenate([accounts, some(part.rng, accounts, 0.3)])
    scene.see(part, Signal.USER_AGENT, rows, zipf_index(part.rng.random(len(rows)), n, 1.0))


def public_mail(scene: Scene, part: Part, accounts: Ints) -> None:
    """Give accounts an address at a large webmail provider."""
    scene.accounts.domain[accounts] = webmail(part.rng.random(len(accounts)))


def _bins_of(scene: Scene, cards: Table, bins: Ints | None = None) -> Table:
    """Return the BIN sightings of card sightings: thousands of BINs, with a Zipf head near five per cent."""
    habits = scene.settings.habits
    if bins is None:
        bins = zipf_index(unit(cards.value, "bin"), habits.bins, habits.bin_zipf)
    return replace(cards, signal=Signal.CARD_BIN, value=bins)


def _cards(scene: Scene, honest: Ints) -> None:
    part, habits = scene.part("cards"), scene.settings.habits
    has_one = np.zeros(len(scene.accounts.segment), np.bool_)
    paying, _ = values_seen(scene, Signal.CARD)
    has_one[paying] = True
    earlier = [chunk for chunk in scene.chunks if chunk.signal == Signal.CARD]
    scene.chunks.extend(_bins_of(scene, chunk) for chunk in earlier)
    own = some(part.rng, honest[~has_one[honest]], habits.card)
    # Most cards serve one account. A tail serves two to five, of people in different households.
    shared = coin(part.rng, len(own), 2.2 * habits.card_shared)  # 2.2 accounts on each such card
    pay(scene, part, own[~shared], part.value("own card", own[~shared]))
    friends = part.rng.permutation(own[shared])
    sizes = part.rng.choice([2, 3, 4, 5], size=len(friends), p=[0.8, 0.13, 0.05, 0.02])
    circle = labels_of(sizes)[: len(friends)]
    pay(scene, part, friends, part.value("friends' card", circle))
    scene.group("shared card", circle, friends)
    again = some(part.rng, own, 0.05)  # some wallets issue a new token
    pay(scene, part, again, part.value("token", again))


def _devices(scene: Scene, honest: Ints) -> None:
    part, habits = scene.part("devices"), scene.settings.habits
    owners = some(part.rng, honest, habits.device)
    weak = coin(part.rng, len(owners), habits.device_weak)
    scene.see(part, Signal.DEVICE, owners[~weak], part.value("browser", owners[~weak]))
    device_class(scene, part, owners[weak])
    second = some(part.rng, owners, 0.15)
    scene.see(part, Signal.DEVICE, second, part.value("second browser", second))


def _mail(scene: Scene, honest: Ints) -> None:
    part, habits, accounts = scene.part("mail"), scene.settings.habits, scene.accounts
    free = honest[accounts.domain[honest] == NOBODY]
    u = part.rng.random(len(free))
    bounds = np.cumsum([habits.webmail, habits.alias, habits.disposable])
    at_webmail, behind_alias, for_an_hour, own = (free[np.searchsorted(bounds, u) == kind] for kind in range(4))
    public_mail(scene, part, at_webmail)
    accounts.domain[behind_alias] = alias(part.rng.random(len(behind_alias)))
    accounts.domain[for_an_hour] = disposable(part.rng.random(len(for_an_hour)))
    # Own domains: most serve one account, some a handful (a club, a family, a small firm that looks like people).
    sharing = coin(part.rng, len(own), 0.35)
    accounts.domain[own[~sharing]] = part.value("own domain", own[~sharing])
    clubs = labels_of(2 + part.rng.geometric(0.4, int(sharing.sum())))[: int(sharing.sum())]
    accounts.domain[own[sharing]] = part.value("club domain", clubs)
    scene.group("club", clubs, own[sharing])
    second = some(part.rng, np.arange(1, len(at_webmail)), habits.twin)
    twins, owners = at_webmail[second], at_webmail[second - 1]
    accounts.person[twins], accounts.domain[twins] = accounts.person[owners], accounts.domain[owners]
    accounts.style[twins] = TWIN_STYLE


def _phones(scene: Scene, honest: Ints) -> None:
    part = scene.part("phones")
    people = honest[scene.accounts.segment[honest] != Segment.CLOUD]
    owners = some(part.rng, people, scene.settings.habits.phone)
    scene.accounts.phone[owners] = part.value("phone", owners)
    # Some people use the number of another account of theirs.
    again = np.flatnonzero(coin(part.rng, len(owners), 0.02))
    scene.accounts.phone[owners[again]] = part.value("phone", owners[again - 1])
