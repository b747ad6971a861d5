"""All parameters of a world; `draw` takes them from wide ranges."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

EXTRA = ("git_remote", "billing_address", "promo_code", "tool_schema", "conversation_prefix", "card_bin")
FAMILY = {
    "git_remote": ("content", "observed"),
    "billing_address": ("payment", "claimed"),
    "promo_code": ("programme", "claimed"),
    "tool_schema": ("content", "observed"),
    "conversation_prefix": ("content", "observed"),
    "card_bin": ("payment", "observed"),
}


@dataclass
class Params:
    """The dials of one world."""

    accounts: int
    seed: int
    ring_share: float = 0.02
    scenario: str = "default"
    window: int = 45
    leavers: float = 0.12
    # the city: shares of the lone people by the network they live on
    mobile: float = 0.25
    vpn: float = 0.09
    cloud: float = 0.15
    ipv6: float = 0.30
    static_home: float = 0.6
    dense_nat: float = 60.0
    card_held: float = 0.5
    device_seen: float = 0.75
    device_class: float = 0.33
    template_seen: float = 0.75
    template_public: float = 0.55
    webmail: float = 0.70
    disposable: float = 0.01
    phone_held: float = 0.25
    alone: float = 0.48  # share of honest accounts that belong to no circle
    circle_tilt: float = 0.4  # how far the weights of honest kinds depart from the catalogue
    circle_scale: float = 1.0  # sizes of circles
    contamination: float = 0.6  # share of ring accounts that live among the honest
    care: float = 0.5  # 0 = careless rings, 1 = careful ones
    ring_scale: float = 1.0
    cover: float = 0.3
    vendors: int = 4
    pool: int = 20_000
    extras: dict[str, float] = field(default_factory=dict)
    off: set[str] = field(default_factory=set)
    no_columns: set[str] = field(default_factory=set)
    duplicates: float = 0.006
    placeholders: float = 0.006
    untidy: float = 0.01
    missing: float = 0.01
    framed: float = 0.004


def draw(accounts: int, seed: int, share: float | None, scenario: str, wild: bool) -> Params:
    """The parameters of a world: steady ones, or (`wild`) all of them from wide ranges."""
    rng = np.random.default_rng([seed, 7])
    par = Params(accounts, seed, 0.02 if share is None else share, scenario)
    par.pool = max(4_000, accounts)
    par.extras = dict(zip(EXTRA, (0.5, 0.5, 0.8, 0.4, 0.3, 0.0), strict=True))
    if not wild:
        if scenario == "clean":
            par.ring_share = 0.0
        return par
    for name, low, high in (
        ("leavers", 0.03, 0.35),
        ("mobile", 0.1, 0.6),
        ("vpn", 0.02, 0.2),
        ("cloud", 0.05, 0.3),
        ("ipv6", 0.0, 0.6),
        ("static_home", 0.3, 0.85),
        ("dense_nat", 15, 400),
        ("card_held", 0.2, 0.9),
        ("device_seen", 0.25, 0.98),
        ("device_class", 0.1, 0.6),
        ("template_seen", 0.35, 0.95),
        ("template_public", 0.25, 0.8),
        ("webmail", 0.4, 0.85),
        ("disposable", 0.002, 0.05),
        ("phone_held", 0.0, 0.8),
        ("alone", 0.2, 0.75),
        ("circle_tilt", 0.2, 1.4),
        ("circle_scale", 0.5, 2.0),
        ("contamination", 0.25, 0.95),
        ("care", 0.05, 0.95),
        ("ring_scale", 0.5, 2.0),
        ("cover", 0.0, 0.7),
        ("duplicates", 0.0, 0.03),
        ("placeholders", 0.0, 0.03),
        ("untidy", 0.0, 0.05),
        ("missing", 0.0, 0.05),
        ("framed", 0.0, 0.02),
    ):
        setattr(par, name, float(rng.uniform(low, high)))
    par.window = int(rng.integers(21, 91))
    par.vendors = int(rng.integers(2, 9))
    par.pool = int(max(3_000, accounts * 10 ** rng.uniform(-0.7, 1.3)))
    par.extras = {name: float(rng.uniform(0.1, 0.95)) * (rng.random() < 0.6) for name in EXTRA}
    if rng.random() < 0.3:
        par.off.add(str(rng.choice(["payment", "device", "template"])))
    par.no_columns = {name for name in ("plan", "country", "phone") if rng.random() < 0.25}
    if share is None:
        par.ring_share = float(np.exp(rng.uniform(np.log(0.005), np.log(0.12))))
    if scenario == "clean":
        par.ring_share = 0.0
    return par
