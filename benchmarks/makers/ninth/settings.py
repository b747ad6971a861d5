"""What a world is like as a whole: the top level of the hierarchy, drawn once."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from kinds import REGIONS

END = 20787.0  # 2026-11-30 as days since 1970: nothing is seen later
TYPES = (
    "ip payment template device card_bin client billing_address coupon git_remote conversation_prefix identity_check"
).split()
DECLARED = {
    "client": ("client", "claimed"),
    "billing_address": ("billing", "claimed"),
    "git_remote": ("repository", "free_text"),
    "conversation_prefix": ("content", "free_text"),
    "identity_check": ("identity", "third_party"),
}


@dataclass
class World:
    """Parameters of one world."""

    accounts: int
    seed: int
    ring_share: float
    scenario: str
    weights: dict[str, float]
    spread: float = 0.1  # how far draws leave their region
    between: float = 0.3  # share of groups that lie between two regions
    between_ring: float = 0.3  # of honest ones between: share that lean to a ring's region
    solo: float = 0.42  # share of honest accounts without a group
    grey: float = 0.008
    double: float = 0.11  # honest accounts that are in a second, open group
    camouflage: float = 0.12  # ring accounts that are in an open honest group
    life: dict[str, float] = field(default_factory=dict)  # strangers' own lives
    cover: dict[str, float] = field(default_factory=dict)  # share of accounts on which a type is recorded
    vendors: dict[str, tuple[int, float, float]] = field(default_factory=dict)  # style -> number, size/account, skew
    history: bool = True  # else only the trailing window is exported
    window: float = 60.0
    mess: float = 0.004
    text_times: bool = False
    drop_columns: tuple[str, ...] = ()
    min_families: int = 2


def _vendors(wild: np.random.Generator | None) -> dict[str, tuple[int, float, float]]:
    """Vendor styles: how many vendors, values of a vendor per account of the world, skew of use."""
    base = {
        "carrier": (22, 0.0010, 1.5), "vpn": (9, 0.004, 2.0), "relay": (2, 0.004, 1.2), "cloud": (6, 0.003, 3.0),
        "notebook": (2, 0.002, 1.5), "ci": (3, 0.003, 1.5), "lowcode": (4, 0.0004, 1.0), "sase": (3, 0.001, 1.5),
        "satellite": (2, 0.0006, 1.0), "gateway": (3, 0.0002, 1.0), "resi": (4, 1.2, 0.3), "image": (1, 0.006, 3.0),
        "shop": (5, 0.0012, 1.0), "disposable": (2, 0.004, 2.0), "sms": (3, 0.006, 0.6), "tool": (1, 0.006, 3.2),
        "tutorial": (1, 0.02, 1.0),
    }  # fmt: skip
    if wild is None:
        return base
    out = {}
    for style, (number, size, skew) in base.items():
        n = 1 if number == 1 else max(1, round(number * wild.lognormal(0, 0.5)))
        out[style] = (n, size * wild.lognormal(0, 0.7 if style != "resi" else 1.3), skew * wild.uniform(0.7, 1.2))
    return out


LIFE = dict(
    home=0.72, mobile=0.2, vpn=0.05, relay=0.035, cloud=0.13, resi=0.01, fixed=0.6, v6=0.4, card=0.5, device=0.8,
    weak=0.2, public=0.3, tutorial=0.03, extra_templates=0.5, webmail=0.72, own_domain=0.12, alias=0.03,
    disposable=0.012, phone=0.45, patterned=0.08, git=0.12, address=0.4, identity=0.06, prefix=0.3, code=0.05,
    cloud_shared=0.35, nat=0.05,
)  # fmt: skip
COVER = dict(
    ip=0.99, payment=0.97, template=0.95, device=0.9, card_bin=0.97, client=0.9, billing_address=0.9, coupon=0.95,
    git_remote=0.7, conversation_prefix=0.7, identity_check=0.8,
)  # fmt: skip
FOCUS: dict[str, dict[str, float]] = {
    "farms": dict(farm=14, naive_farm=4, one_card=3, one_domain=3, one_host=3, one_prompt=3, device_farm=3,
                  api_only=2, balanced=1, star=1, sim_box=1, cover_traffic=2, referral_mill=1, identity_mules=1),
    "proxy": dict(vendor_rivals=10, resi_pool=2, one_prompt=2, one_card=1, reseller_relay=1),
    "borrowers": dict(clothes=12, farm=1, slow_recruit=1),
}  # fmt: skip
LIFTED: dict[str, dict[str, float]] = {
    "proxy": dict(proxy_customers=8, enterprise=2, household=2, sase_tenant=2),
    "borrowers": dict(smallfirm=3, enterprise=2, sase_tenant=2, franchise=3, coworking=3, sso_migration=2),
}


def draw_world(accounts: int, seed: int, ring_share: float | None, scenario: str, wild: bool) -> World:
    """Draw the world; `wild` takes everything from wide ranges."""
    rng = np.random.default_rng([seed, 1])
    wide = 1.0 if wild else 0.45
    weights = {name: r.weight * float(rng.lognormal(0, wide)) for name, r in REGIONS.items()}
    share = ring_share if ring_share is not None else 0.02
    if wild and ring_share is None:
        share = float(np.exp(rng.uniform(np.log(0.005), np.log(0.12))))
    if scenario == "clean":
        share = 0.0
    if scenario in FOCUS:
        for name, r in REGIONS.items():
            if r.side == "ring":
                weights[name] = FOCUS[scenario].get(name, 0.0)
    for name, factor in LIFTED.get(scenario, {}).items():
        weights[name] *= factor
    w = World(accounts, seed, share, scenario, weights, life=dict(LIFE), cover=dict(COVER))
    w.vendors = _vendors(rng if wild else None)
    if scenario == "proxy":
        w.vendors["resi"] = (1, w.vendors["resi"][1], 0.3)
        w.vendors["shop"] = (1, 0.004, 0.6)
        w.life["resi"] = 0.05
    if scenario == "clean":
        w.grey = 0.0
    if wild:
        _wild(w, rng)
    return w


def _wild(w: World, rng: np.random.Generator) -> None:
    """Everything else from wide ranges."""
    for name in w.weights:
        w.weights[name] *= float(rng.random() > 0.15)
    w.spread, w.between = float(rng.uniform(0, 0.25)), float(rng.uniform(0.1, 0.6))
    w.between_ring = float(rng.uniform(0.1, 0.5))
    w.solo, w.double = float(rng.uniform(0.25, 0.65)), float(rng.uniform(0.02, 0.25))
    w.grey *= float(rng.uniform(0, 2.5))
    w.camouflage = float(rng.uniform(0, 0.35))
    for key, value in w.life.items():
        odds = value / (1 - value) * rng.lognormal(0, 0.5)
        w.life[key] = float(odds / (1 + odds))
    for key in w.cover:
        gone = key not in ("ip", "payment", "template") and rng.random() < 0.35
        w.cover[key] = 0.0 if gone else float(rng.beta(5, 1.2))
    w.cover["ip"] = float(rng.uniform(0.85, 1))
    w.history, w.window = bool(rng.random() < 0.6), float(rng.uniform(30, 150))
    w.mess = float(rng.uniform(0, 0.02))
    w.text_times = bool(rng.random() < 0.3)
    w.drop_columns = tuple(c for c in ("phone", "status", "plan", "country", "count") if rng.random() < 0.2)
