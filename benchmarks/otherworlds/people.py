"""What one honest person bears, by no one's plan: mail, cards, devices, prompts, a telephone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from otherworlds.world import N_AGENTS, N_BINS, N_CLASSES, N_PUBLIC, WORDS, zipf

if TYPE_CHECKING:
    from otherworlds.world import Ints, Texts, World

WEBMAIL: Final = (  # noqa: SIM905 - words are read as a line
    "gmail.com outlook.com yahoo.com icloud.com hotmail.com qq.com proton.me gmx.de mail.ru 163.com web.de "
    "yandex.ru live.com orange.fr naver.com"
).split()
WEBMAIL_SHARES: Final = np.array([46, 14, 9, 8, 6, 4, 3, 2, 2, 1.5, 1.2, 1, 0.9, 0.8, 0.6]) / 100
THROW_AWAY: Final = (  # noqa: SIM905 - words are read as a line
    "mailinator.com guerrillamail.com yopmail.com temp-mail.org 10minutemail.com sharklasers.com"
).split()

_ALIASES: Final = ["duck.com", "simplelogin.com", "mozmail.com", "anonaddy.me"]
_FRIENDS: Final = 0.04
"""Share of cards that two to five people pay with."""


def dress(
    world: World, accounts: Ints, *, mail: bool = True, cards: float = 0.5, device: float = 0.75, prompt: float = 0.42
) -> None:
    """Give each person their own things, each kind to a share of them."""
    if mail:
        give_mail(world, accounts)
    _give_cards(world, accounts, cards)
    _give_devices(world, accounts, device)
    _give_prompts(world, accounts, prompt)
    world.pick(accounts, "user_agent", world.agents, shares=zipf(N_AGENTS, 1.0))
    called = world.some(accounts, 0.3)
    world.phone[called] = [f"+4915{x:09d}" for x in world.rng.integers(10**9, size=len(called))]


def give_mail(world: World, accounts: Ints, domains: Texts | str | None = None) -> None:
    """Mail at a domain (or each at its own); without one at webmail, with some aliases, throw-aways and own domains."""
    n = len(accounts)
    if domains is None:
        domains = draw_webmail(world, n)
        r = world.rng.random(n)
        alias, brief, own = r < 0.03, (r > 0.03) & (r < 0.04), r > 0.86
        domains[alias] = np.asarray(_ALIASES, object)[world.rng.integers(0, len(_ALIASES), int(alias.sum()))]
        domains[brief] = np.asarray(THROW_AWAY, object)[world.rng.integers(0, len(THROW_AWAY), int(brief.sum()))]
        domains[own] = world.domains(int(own.sum()))
    words, numbers = world.rng.integers(0, len(WORDS), (2, n)), world.rng.integers(1 << 28, size=n)
    parts = zip(words[0], words[1], numbers, np.broadcast_to(np.asarray(domains, object), n), strict=True)
    world.email[accounts] = [f"{WORDS[a]}.{WORDS[b]}{k}@{domain}" for a, b, k, domain in parts]


def draw_webmail(world: World, n: int) -> Texts:
    """Public mail domains as people choose them."""
    shares = WEBMAIL_SHARES / WEBMAIL_SHARES.sum()
    return np.asarray(WEBMAIL, object)[world.rng.choice(len(WEBMAIL), n, p=shares)]


def pay(world: World, accounts: Ints, cards: Texts, bins: Texts) -> None:
    """See accounts with a card each, and with the first digits of its number."""
    world.see(accounts, "card", cards)
    world.see(accounts, "card_bin", bins)


def pay_together(world: World, accounts: Ints, n_cards: int, share: float) -> None:
    """See a share of these accounts with so many cards of one house."""
    who = world.some(accounts, share)
    cards, bins = world.fresh("card_", n_cards), world.bins[world.rng.choice(N_BINS, n_cards)]
    at = world.rng.choice(n_cards, len(who), p=world.rng.dirichlet(np.full(n_cards, 3.0)))
    pay(world, who, cards[at], bins[at])


def live_at_home(world: World, accounts: Ints) -> None:
    """See each account on a line of its own."""
    world.see(accounts, "ip", world.addresses(len(accounts), 14))


def sit_in_office(
    world: World, accounts: Ints, n_addresses: int, each: int | tuple[int, int] = (1, 2), per_network: int = 4
) -> None:
    """See accounts on the few addresses of one place."""
    world.pick(accounts, "ip", world.addresses(n_addresses, per_network), each)


def _give_cards(world: World, accounts: Ints, share: float) -> None:
    """One card each; some are shared by friends, some people have two, and one in twelve is virtual (of one BIN)."""
    who = world.rng.permutation(world.some(accounts, share))
    n = len(who)
    alone = int((1 - _FRIENDS) * n)
    shared = alone + world.number_groups(n - alone, lambda k: world.wholes(2, 5, k))
    number = np.r_[np.arange(alone), shared]
    n_cards = n + alone + 9
    bins = world.bins[world.rng.choice(N_BINS, n_cards, p=zipf(N_BINS, 0.75))]
    bins[world.rng.random(n_cards) < 0.08] = world.bins[7]
    pay(world, who, world.fresh("card_", n_cards)[number], bins[number])
    twice = world.some(who, 0.05)
    second = world.fresh("card_", len(twice))
    pay(world, twice, second, world.bins[world.rng.choice(N_BINS, len(twice), p=zipf(N_BINS, 0.75))])


def _give_devices(world: World, accounts: Ints, share: float) -> None:
    """A device each; for a third it is no more than the class of a fingerprint, which drifts."""
    who = world.some(accounts, share)
    weak = world.rng.random(len(who)) < 0.33
    drifting = np.r_[who[weak], world.some(who[weak], 0.25)]
    world.pick(drifting, "device", world.classes, shares=zipf(N_CLASSES, 0.85))
    world.see(who[~weak], "device", world.fresh("dev-", int((~weak).sum())))


def _give_prompts(world: World, accounts: Ints, share: float) -> None:
    """Public templates, a few of them everybody's, and one's own."""
    world.pick(world.some(accounts, share), "template", world.public, (1, 3), shares=zipf(N_PUBLIC, 0.8))
    own = world.some(accounts, 0.4)
    world.see(own, "template", world.fresh("tpl-own-", len(own)))
