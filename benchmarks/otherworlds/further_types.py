"""Types that an export brings itself: what honest people bear of them, the rings they tie, and the settings they need.

`tls_fingerprint` and `coupon` are types that graphlink knows; the others it hears of from the settings file alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from otherworlds.ties import come_through_homes, own_devices, pay_virtually, recruit, share_mail, tie, tie_to
from otherworlds.world import zipf

if TYPE_CHECKING:
    from collections.abc import Sequence

    from otherworlds.world import Texts, World

TYPES: Final = (
    ("referral_code", "referral", "third_party"),
    ("billing_address", "billing", "claimed"),
    ("typing_rhythm_cluster", "behaviour", "observed"),
    ("webhook_host", "webhook", "free_text"),
    ("api_key_prefix", "key", "observed"),
)
"""Type, family and provenance, as somebody would declare them who knows their export and not the method."""

_FIRMS: Final = ("corporate", "enterprise", "coworking", "merged", "department", "lab", "callcentre", "incubator")
_HOOKS: Final = ("hooks.zapier.com", "n8n.cloud", "pipedream.net", "make.com")


def write_settings(types: Sequence[tuple[str, str, str]]) -> str:
    """The settings file of an export with such types."""
    return "\n".join(
        f'[signals.{name}]\nfamily = "{family}"\nprovenance = "{provenance}"\n' for name, family, provenance in types
    )


def add_further_types(world: World) -> None:
    """What honest accounts bear: codes of influencers and of friends, offices' addresses, common clients and hooks."""
    accounts = np.arange(world.n)
    in_firm = np.isin(world.segment[: world.n].astype(str), _FIRMS)
    domain = mail_domains(world)
    own = ~in_firm & (world.rng.random(world.n) < 0.4)
    world.see(accounts[own], "billing_address", world.fresh("addr-", int(own.sum())))
    staff = world.some(accounts[in_firm], 0.6)
    world.see(staff, "billing_address", [f"addr-{each}" for each in domain[staff]])
    agents = [f"registered agent {number}" for number in range(15)]
    world.pick(world.some(accounts, 0.04), "billing_address", agents, shares=zipf(15, 1))
    world.pick(world.some(accounts, 0.12), "referral_code", world.fresh("influencer-", 40), shares=zipf(40, 1))
    friends = world.rng.permutation(world.some(accounts, 0.1))
    circle = world.number_groups(len(friends), lambda k: world.wholes(1, 5, k))
    world.see(friends, "referral_code", world.fresh("ref-", circle[-1] + 1)[circle])
    world.pick(world.some(accounts, 0.05), "coupon", world.fresh("CONF", 12), shares=zipf(12, 0.8))
    world.pick(world.some(accounts, 0.9), "tls_fingerprint", world.fresh("t13-", 180), shares=zipf(180, 1.1))
    rhythms = world.some(accounts, 0.5)
    world.pick(rhythms, "typing_rhythm_cluster", world.fresh("rhy-", 350), shares=zipf(350, 0.4))
    world.pick(world.some(accounts, 0.1), "webhook_host", _HOOKS, shares=zipf(len(_HOOKS), 0.7))
    hosts = world.some(accounts, 0.06)
    world.see(hosts, "webhook_host", world.domains(len(hosts)))
    world.pick(world.some(accounts, 0.7), "api_key_prefix", world.fresh("sk-", 20000))


def mail_domains(world: World) -> Texts:
    """The mail domain of each account, in small letters; empty where no mail is known."""
    return np.array([(mail or "").rpartition("@")[2].lower() for mail in world.email[: world.n]], object)


def referral_ring(world: World) -> None:
    """Credits for referrals: codes and billing addresses that a few dozen accounts share."""
    members = recruit(world, "T1 referral and billing", world.whole(80, 400))
    tie(world, members, "referral_code", world.real(15, 50))
    tie(world, members, "billing_address", world.real(6, 20), 0.9)
    pay_virtually(world, members, 0.9, 6)
    come_through_homes(world, members, (2, 6))


def client_ring(world: World) -> None:
    """One client, which some honest people use too, and coupons."""
    members = recruit(world, "T2 client and coupon", world.whole(80, 400))
    client = world.fresh("t13-", 1)
    tie_to(world, members, "tls_fingerprint", client, 0.9)
    others = world.rng.choice(members[0], world.whole(20, 100), replace=False)
    world.pick(others, "tls_fingerprint", client)
    tie(world, members, "coupon", world.real(25, 90))
    share_mail(world, members, world.whole(4, 12), 0.4)
    come_through_homes(world, members, (2, 6))


def rhythm_ring(world: World) -> None:
    """Typed by one hand or machine, and reporting to a few hosts."""
    members = recruit(world, "T3 rhythm and webhook", world.whole(60, 300))
    tie_to(world, members, "typing_rhythm_cluster", world.fresh("rhy-", world.whole(1, 3)), 0.7)
    tie(world, members, "webhook_host", world.real(8, 30), 0.8)
    tie(world, members, "ip", world.real(3, 6), 0.5)


def billing_ring(world: World) -> None:
    """Billing addresses and ranges of keys, with a card for each account."""
    members = recruit(world, "T4 billing and key prefix", world.whole(60, 300))
    tie(world, members, "billing_address", world.real(5, 12), 0.9)
    tie(world, members, "api_key_prefix", world.real(5, 15), 0.7)
    pay_virtually(world, members, 0.9, 3)
    own_devices(world, members)
